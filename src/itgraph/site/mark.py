"""The mark of a site in its folder: which files are of it, so that nothing else is lost when it is replaced."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from itgraph.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MARK = "itgraph-site.json"
"""The file that says that a folder is a site of ours, and what is in it."""


def format_mark(files: Iterable[str]) -> bytes:
    r"""Return the mark of a site of these files.

    Most things have files that differ in their ends alone: those of a folder stand together by the ends that they have.

    >>> format_mark(["data/a.nt", "data/a.ttl", "data/b.nt", "data/b.ttl", "index.html"]).decode()
    '{"made by":"itgraph site","files":{"":{".html":["index"]},"data":{".nt .ttl":["a","b"]}}}\n'
    """
    ends: dict[tuple[str, str], list[str]] = {}
    for file in sorted(files):
        folder, _, name = file.rpartition("/")
        at = name.rfind(".") if "." in name else len(name)
        ends.setdefault((folder, name[:at]), []).append(name[at:])
    told: dict[str, dict[str, list[str]]] = {}
    for (folder, stem), several in sorted(ends.items()):
        told.setdefault(folder, {}).setdefault(" ".join(several), []).append(stem)
    text = json.dumps({"made by": "itgraph site", "files": told}, ensure_ascii=False, separators=(",", ":"))
    return f"{text}\n".encode()


def require_ours(folder: Path, *, instead: Path | None = None) -> None:
    """Check that a folder may be replaced: nothing is in it, or a site of ours and nothing else.

    The mark of an older itgraph names only what lies at the top. Its site may be replaced if the new one, ``instead``,
    has a file for each of its own; until that is there, no more is known than what lies at the top.

    Raises:
        ExportError: there is something else.
    """
    try:
        if not folder.exists():
            return
        if not folder.is_dir():
            raise ExportError(f"{folder} is a file: name a folder")
        files, tops = _read_mark(folder / MARK)
        is_older = bool(tops)
        if is_older and instead is not None:
            files, tops = set(_iter_files(instead)), set()
        files.add(MARK)
        others = (file for file in _iter_files(folder) if file not in files and file.partition("/")[0] not in tops)
        stranger = next(others, "")
    except OSError as error:
        raise ExportError(f"{folder} cannot be read: {error.strerror or error}") from error
    if stranger and is_older and not tops:
        raise ExportError(
            f"{folder} is a site of an older itgraph, which kept no list of its files: it holds {stranger!r}, which the"
            " new one does not, and may be yours; nothing was written: delete the folder, or name another one"
        )
    if stranger:
        raise ExportError(
            f"{folder} holds {stranger!r}, which `itgraph site` has not made: nothing was written; name another folder"
        )


def _iter_files(folder: Path) -> Iterator[str]:
    """Yield what lies in a folder and in those within it, in order; a link is no folder."""

    def fail(error: OSError) -> None:
        raise error

    for place, folders, names in os.walk(folder, onerror=fail):
        folders.sort()
        here = os.path.relpath(place, folder).replace(os.sep, "/")
        links = (name for name in folders if (Path(place) / name).is_symlink())
        for name in sorted([*names, *links]):
            yield name if here == "." else f"{here}/{name}"


def _read_mark(path: Path) -> tuple[set[str], set[str]]:
    """Return the files of a site of ours by its mark; by one of an older itgraph, what lies at the top.

    Nothing, if there is none that can be read.
    """
    try:
        told = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError, RecursionError):
        return set(), set()
    if not isinstance(told, dict):
        return set(), set()
    if "files" in told:
        return set(_iter_told(told["files"])), set()
    tops = told.get("holds")
    return set(), {name for name in tops if isinstance(name, str)} if isinstance(tops, list) else set()


def _iter_told(folders: Any) -> Iterator[str]:
    """Yield the files that a mark tells of; what is no such mark tells of none."""
    for folder, stems_by_ends in folders.items() if isinstance(folders, dict) else ():
        for ends, stems in stems_by_ends.items() if isinstance(stems_by_ends, dict) else ():
            for stem in stems if isinstance(stems, list) else ():
                yield from (f"{folder}{folder and '/'}{stem}{end}" for end in ends.split(" "))
