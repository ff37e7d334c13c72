"""Indexes that stand beside a store on disk: names and lineage.

They are made of what is in the store, and are of no use once that changes. So a third file, written last, says of which
files of the engine they were made: where it is missing or says something else, there are no indexes.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from itgraph.errors import StoreError
from itgraph.files import write_file

if TYPE_CHECKING:
    from pathlib import Path

    from itgraph.indexes.lineage import LineageIndex
    from itgraph.indexes.names import NameIndex

LINEAGE_FILE = "itgraph-lineage"
NAMES_FILE = "itgraph-names"
_SEAL = "itgraph-indexes.json"
_VERSION = 2


@dataclass(frozen=True, slots=True)
class Indexes:
    """The indexes of a store."""

    lineage: LineageIndex
    names: NameIndex


def open_indexes(folder: Path) -> Indexes | None:
    """Open the indexes of the store in a folder; ``None`` if it has none.

    Raises:
        StoreError: they are of another version, or of another state of the store, or cannot be read.
    """
    try:
        seal = json.loads((folder / _SEAL).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StoreError(f"its indexes cannot be read ({error}); {_ADVICE}", location=folder) from error
    # Only now: most graphs have none, and these need much.
    from itgraph.indexes.lineage import LineageIndex
    from itgraph.indexes.names import NameIndex

    if not _is_of(seal, folder):
        message = f"the graph has changed since its indexes were made; {_ADVICE}"
        raise StoreError(message, location=folder)
    try:
        names = NameIndex.open(folder / NAMES_FILE)
    except StoreError as error:
        raise StoreError(f"its index of names cannot be read; {_ADVICE}", location=folder) from error
    if names is None:
        raise StoreError(f"its index of names is missing; {_ADVICE}", location=folder)
    return Indexes(LineageIndex.open(folder / LINEAGE_FILE), names)


def seal_indexes(folder: Path) -> None:
    """Say that the indexes in a folder are of the store as it is now.

    Raises:
        OSError: it cannot be written.
    """
    write_file(folder / _SEAL, f"{json.dumps(_make_seal(folder))}\n".encode())


def forget_indexes(folder: Path) -> None:
    """Take away the indexes of a folder, the seal first.

    Raises:
        OSError: they cannot be taken away.
    """
    for name in (_SEAL, LINEAGE_FILE, NAMES_FILE):
        with suppress(FileNotFoundError):
            (folder / name).unlink()


_ADVICE = "`itgraph index FOLDER` makes them anew"


def _make_seal(folder: Path) -> dict[str, object]:
    """Tell the state of a store by the engine's files: tables never change, and what is written goes to new ones.

    Before it gets there it is in a log. A log that is in tables already stays until the engine is next begun.
    """
    files = sorted((path.name, path.stat().st_size) for path in folder.iterdir() if path.suffix in (".sst", ".log"))
    tables = [file for file in files if file[0].endswith(".sst")]
    logs = [list(file) for file in files if file[0].endswith(".log") and file[1]]
    return {"version": _VERSION, "tables": hashlib.sha256(json.dumps(tables).encode()).hexdigest(), "logs": logs}


def _is_of(seal: object, folder: Path) -> bool:
    """Tell whether a seal is of the store as it is now; logs may have gone, if there are no other tables for that."""
    now = _make_seal(folder)
    if not isinstance(seal, dict) or any(seal.get(key) != now[key] for key in ("version", "tables")):
        return False
    known, logs = seal.get("logs"), now["logs"]
    return isinstance(known, list) and isinstance(logs, list) and all(log in known for log in logs)
