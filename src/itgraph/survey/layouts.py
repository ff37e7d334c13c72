"""Which column of which table means what: the declarations of ``layouts.toml``, and how a table finds its own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args

from itgraph.records import Kind

ROLES = frozenset(
    "name category domain paper project construction language open-source self-built modality base-model "
    "base-parameters training-set parameters instructions instances tasks training-set-size".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How one kind of table is read: ``columns`` maps a header (see :func:`header_key`) to a role."""

    id: str
    describes: Kind
    columns: Mapping[str, str]
    required: frozenset[str]
    under: str = ""
    evaluation_type: str = ""

    def role(self, column: str) -> str:
        """Return the role of a column, empty where none is declared."""
        return self.columns.get(header_key(column), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layouts:
    """All declarations: the tables, and what is known of the values of some columns."""

    tables: tuple[Layout, ...]
    teacher_patterns: tuple[re.Pattern[str], ...]
    unnamed_constructions: frozenset[str]
    languages: Mapping[str, str]
    not_languages: Mapping[str, str]
    modalities: Mapping[str, str]
    not_names: frozenset[str]

    def get(self, layout_id: str) -> Layout | None:
        """Return the layout with an id, ``None`` where there is none."""
        return next((layout for layout in self.tables if layout.id == layout_id), None)

    def find(self, columns: Sequence[str], heading: str) -> Layout | None:
        """Return the layout that reads a table with these columns under this heading; ``None`` where none does."""
        best: tuple[int, Layout] | None = None
        for layout in self.tables:
            roles = {role for column in columns if (role := layout.role(column))}
            if not layout.required <= roles or layout.under.casefold() not in heading.casefold():
                continue
            if best is None or len(roles) > best[0]:
                best = len(roles), layout
        return best[1] if best else None


def header_key(text: str) -> str:
    """Return the form in which headers are compared: letter case and white space do not count."""
    return re.sub(r"\s+", " ", text).strip().casefold()


@cache
def shipped_layouts() -> Layouts:
    """Return the layouts that come with the package."""
    return parse_layouts((Path(__file__).parent / "layouts.toml").read_text(encoding="utf-8"))


def parse_layouts(text: str) -> Layouts:
    """Read declarations.

    Raises:
        ValueError: a role or kind is not known, which names the table and the header.
    """
    declared: dict[str, Any] = tomllib.loads(text)
    tables = []
    for table in declared["table"]:
        columns = {header_key(header): role for header, role in table["columns"].items()}
        for header, role in columns.items():
            if role not in ROLES:
                raise ValueError(f"table {table['id']!r}, column {header!r}: there is no role {role!r}")
        if table["describes"] not in get_args(Kind):
            raise ValueError(f"table {table['id']!r}: there is no kind {table['describes']!r}")
        tables.append(
            Layout(
                id=table["id"],
                describes=table["describes"],
                columns=columns,
                required=frozenset(table["required"]),
                under=table.get("under", ""),
                evaluation_type=table.get("evaluation-type", ""),
            )
        )
    return Layouts(
        tables=tuple(tables),
        teacher_patterns=tuple(re.compile(p, re.IGNORECASE) for p in declared["construction"]["teacher"]),
        unnamed_constructions=frozenset(map(header_key, declared["construction"]["unnamed"])),
        languages={header_key(name): code for name, code in declared["languages"].items()},
        not_languages={header_key(name): domain for name, domain in declared["not-languages"].items()},
        modalities={header_key(name): name for name in declared["modalities"]["known"]},
        not_names=frozenset(map(header_key, declared["not-names"]["values"])),
    )
