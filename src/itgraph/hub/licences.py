"""The licences that the hub has identifiers for: ``data/hub/licences.csv``.

The identifiers are those that the hub offers for a card's ``license``
(https://huggingface.co/docs/hub/repositories-licenses). Families (``bsd``, ``cc``, ``gpl``) have no SPDX identifier,
since they do not say which of them is meant; ``gpl-3.0`` has the old one, since it says neither "only" nor "or later".
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from itgraph.errors import SourceError
from itgraph.resources import hub_path

COLUMNS = ("hub_id", "spdx", "name", "access")
"""The columns of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HubLicence:
    """A licence of the hub's list.

    ``spdx`` is empty where SPDX has no identifier for it. ``access`` is ``open`` where it allows any use, also
    commercial; ``restricted`` where it limits use, field or commerce (NC, ND, RAIL, Llama, Gemma, research only); empty
    where its name does not say (``other``, ``unknown``, and ``cc``, some of which are NC).
    """

    hub_id: str
    spdx: str
    name: str
    access: Literal["open", "restricted", ""]


def licence_of(hub_id: str) -> HubLicence | None:
    """Return the licence that the hub knows by an identifier, in any case; ``None`` if it knows none.

    Raises:
        SourceError: this installation came without the list, or with a damaged one.

    >>> licence = licence_of("Apache-2.0")
    >>> licence.spdx, licence.access, licence_of("my own")
    ('Apache-2.0', 'open', None)
    """
    return hub_licences().get(hub_id.lower())


@cache
def hub_licences() -> Mapping[str, HubLicence]:
    """Return all licences of the list by their identifiers.

    Raises:
        SourceError: this installation came without the list, or with a damaged one.
    """
    path = hub_path() / "licences.csv"
    found: dict[str, HubLicence] = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            if tuple(next(rows, ())) != COLUMNS:
                raise SourceError(f"the columns must be {', '.join(COLUMNS)}; install itgraph again", path=path, line=1)
            for row in rows:
                if len(row) != len(COLUMNS) or row[3] not in ("open", "restricted", ""):
                    raise SourceError("this is no licence; install itgraph again", path=path, line=rows.line_num)
                hub_id, spdx, name, access = row
                found[hub_id] = HubLicence(hub_id=hub_id, spdx=spdx, name=name, access=access)  # type: ignore[arg-type]
    except (OSError, UnicodeDecodeError, csv.Error) as exc:
        raise SourceError(f"cannot be read ({exc}); install itgraph again", path=path) from exc
    return found
