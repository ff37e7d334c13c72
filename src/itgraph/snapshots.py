"""The facts of snapshots as files: one folder for each, made to be read, reviewed and edited by people.

A folder holds ``tables.csv`` (its tables in order), a CSV file for each table, ``references.bib`` and ``issues.csv``.
The layout files that its tables were read by, if there were any besides the shipped one, are in it too
(``layout-1.toml`` and so on), so that it is read again as it was. ``snapshots.toml`` beside the folders says where each
comes from. Same facts, same bytes.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from itgraph.addresses import without_credentials
from itgraph.errors import SourceError
from itgraph.files import write_file, write_folder
from itgraph.records import Cell, Issue, Row, Snapshot, SnapshotFacts, Span, Table
from itgraph.survey.bibtex import format_references, read_references_file
from itgraph.survey.layouts import Layouts, layouts_of, read_layout_files
from itgraph.survey.links import format_link, parse_links

REGISTRY = "snapshots.toml"
_ROW_COLUMNS = ("row", "line_start", "line_end", "spanned", "raw")
_TABLES_COLUMNS = ("table", "layout", "heading", "rows")
_ISSUE_COLUMNS = ("line_start", "line_end", "table", "row", "severity", "code", "message")
_LAYOUT = re.compile(r"layout-([1-9]\d{0,2})\.toml")
_LINKS, _CITATIONS = " [links]", " [citations]"
_SEPARATOR = " | "

# A cell may hold all the rest of a source whose tags are never closed; Python's own limit is 128 KiB.
_LARGEST_CELL = 2**24


# -- writing -----------------------------------------------------------------------------------------------------------


def format_snapshot(facts: SnapshotFacts) -> dict[str, str]:
    """Return the files of a snapshot's folder: name to content."""
    files = {"tables.csv": _csv(_TABLES_COLUMNS, ((t.id, t.layout, t.heading, len(t.rows)) for t in facts.tables))}
    for table in facts.tables:
        files[f"{table.id}.csv"] = _format_table(table)
    if facts.references:
        files["references.bib"] = format_references(facts.references)
    files["issues.csv"] = _csv(
        _ISSUE_COLUMNS,
        ((i.span.start, i.span.end, i.table, i.row or "", i.severity, i.code, i.message) for i in facts.issues),
    )
    files |= {f"layout-{number}.toml": text for number, text in enumerate(facts.layouts, 1)}
    return files


def write_snapshot(facts: SnapshotFacts, folder: Path) -> None:
    """Write a snapshot's folder, whole or not at all, and its entry in the ``snapshots.toml`` beside it.

    An existing folder is replaced only if it is one of ours (it holds ``tables.csv``) or empty.

    Raises:
        SourceError: something else is in the way, or the files cannot be written.
    """
    folder = folder.resolve()
    if folder.exists() and not folder.is_dir():
        raise SourceError(f"{folder} is a file; give the name of a folder")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "tables.csv").exists():
        raise SourceError(f"{folder} is not empty and holds no tables.csv; give a new folder, lest files be lost")
    if foreign := _foreign_files(folder):
        raise SourceError(f"{folder} also holds {foreign[0]}, which would be lost; move it, or give a new folder")
    registry = folder.parent / REGISTRY
    known = read_registry(registry) if registry.exists() else {}
    known[folder.name] = facts.snapshot
    try:
        write_folder(folder, {name: content.encode() for name, content in format_snapshot(facts).items()})
        write_file(registry, format_registry(known).encode())
    except OSError as error:
        raise SourceError(f"{folder}: cannot be written: {error.strerror or error}") from error


def _foreign_files(folder: Path) -> list[str]:
    """Return what stands in a snapshot's folder and is none of its files."""
    if not folder.is_dir() or not (folder / "tables.csv").exists():
        return []
    tables = {f"{record['table']}.csv" for record in _read_csv(folder / "tables.csv", ("table",))}
    ours = tables | {"tables.csv", "references.bib", "issues.csv"} | {path.name for path in layout_files(folder)}
    return sorted(path.name for path in folder.iterdir() if path.name not in ours)


def layout_files(folder: Path) -> list[Path]:
    """Return the layout files of a snapshot's folder, in the order in which they are tried."""
    found = {int(match[1]): path for path in folder.glob("layout-*.toml") if (match := _LAYOUT.fullmatch(path.name))}
    return [path for _, path in sorted(found.items())]


def format_registry(snapshots: Mapping[str, Snapshot]) -> str:
    """Write ``snapshots.toml``: a table for each folder."""
    parts = [
        "# Where the snapshots come from. The sha256 is that of the file upstream, before any damage to a copy of it.\n"
    ]
    for folder, snapshot in sorted(snapshots.items()):
        lines = [f"[{_toml(folder)}]"]
        for name in ("id", "repository", "path", "commit", "date", "sha256", "repair"):
            value = getattr(snapshot, name)
            if value and not (name == "id" and value == folder):
                lines.append(f"{name} = {_toml(value)}")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _toml(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda match: f"\\u{ord(match[0]):04x}", escaped) + '"'


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    # The standard library's writer leaves a lone carriage return unquoted, which its reader then refuses.
    return "".join(",".join(_field(str(cell)) for cell in row) + "\n" for row in [header, *rows])


def _field(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if re.search(r'[",\r\n]', text) else text


def _join(texts: Iterable[str]) -> str:
    """Write texts as one; a lone bar is one text that is empty."""
    written = [text.replace("\\", "\\\\").replace("|", "\\|") for text in texts]
    return _SEPARATOR.join(written) if written != [""] else "|"


def _split(text: str) -> tuple[str, ...]:
    """Read what :func:`_join` wrote."""
    if text in ("", "|"):
        return ("",) if text else ()
    return tuple(map(_unescape, text.split(_SEPARATOR)))


def _escape_column(column: str) -> str:
    """Write a column's name such that it is none of the headers that the file has for itself."""
    escaped = column.replace("\\", "\\\\")
    if escaped in _ROW_COLUMNS:
        return "\\" + escaped
    return re.sub(r"\[(?=(?:links|citations)\]\Z)", r"\\[", escaped)


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _format_table(table: Table) -> str:
    cells = [[row.cells[index] for row in table.rows] for index in range(len(table.columns))]
    with_links = [any(cell is not None and cell.links for cell in column) for column in cells]
    with_citations = [any(cell is not None and cell.citations for cell in column) for column in cells]
    header = list(_ROW_COLUMNS)
    for column, links, citations in zip(map(_escape_column, table.columns), with_links, with_citations, strict=True):
        header.append(column)
        header += [column + _LINKS] if links else []
        header += [column + _CITATIONS] if citations else []
    return _csv(header, (_format_row(table, row, with_links, with_citations) for row in table.rows))


def _format_row(table: Table, row: Row, with_links: Sequence[bool], with_citations: Sequence[bool]) -> list[object]:
    continued = [c for c, cell in zip(table.columns, row.cells, strict=True) if cell is not None and cell.continued]
    written: list[object] = [row.number, row.span.start, row.span.end, _join(continued), _join(row.raw)]
    for cell, links, citations in zip(row.cells, with_links, with_citations, strict=True):
        written.append(cell.text if cell else "")
        written += [" ".join(format_link(link) for link in cell.links) if cell else ""] if links else []
        written += [" ".join(map(str, cell.citations)) if cell else ""] if citations else []
    return written


# -- reading -----------------------------------------------------------------------------------------------------------


def read_registry(path: Path) -> dict[str, Snapshot]:
    """Read ``snapshots.toml``: folder name to snapshot.

    Raises:
        SourceError: it is not TOML, or an entry is not a table of strings.
    """
    try:
        with path.open("rb") as file:
            entries = tomllib.load(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: not TOML: {error}") from error
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror or error}") from error
    snapshots = {}
    for folder, entry in entries.items():
        if not isinstance(entry, dict):
            raise SourceError(f"{path}: {folder!r} must be a table [{folder}]")
        unknown = set(entry) - {"id", "repository", "path", "commit", "date", "sha256", "repair"}
        values = {name: str(value) for name, value in entry.items()}
        if unknown:
            raise SourceError(f"{path}: [{folder}] has unknown keys: {', '.join(sorted(unknown))}")
        snapshots[folder] = make_snapshot(str(path), **{"id": folder, **values})
    return snapshots


def make_snapshot(
    where: str,
    *,
    id: str,  # noqa: A002 - the word of the contract
    date: str = "",
    sha256: str = "",
    repository: str = "",
    commit: str = "",
    path: str = "README.md",
    repair: str = "",
) -> Snapshot:
    """Make a snapshot of values that people typed.

    Raises:
        SourceError: a value cannot be right; ``where`` says whose it is.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", id):
        raise SourceError(f"{where}: {id!r} cannot be the id of a snapshot; use letters, digits, dots and hyphens")
    if not date and re.fullmatch(r"\d{4}-\d\d-\d\d", id):
        date = id
    if date and not _is_date(date):
        raise SourceError(f"{where}: {date!r} is not a date; write it as 2024-10-15")
    if commit and not re.fullmatch(r"[0-9a-fA-F]{40}", commit):
        raise SourceError(f"{where}: {commit!r} is not a commit; give all 40 hexadecimal digits")
    if sha256 and not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise SourceError(f"{where}: {sha256!r} is not a SHA-256 checksum")
    if repository and not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", repository):
        repository = _repository(where, repository)
    return Snapshot(
        id=id,
        date=date,
        sha256=sha256,
        repository=without_credentials(repository).rstrip("/").removesuffix(".git"),
        commit=commit.lower(),
        path=path,
        repair=repair,
    )


def _repository(where: str, repository: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9][\w.-]*/[\w.-]+", repository):
        return f"https://github.com/{repository}"
    shown = without_credentials(repository)
    raise SourceError(f"{where}: {shown!r} is not a repository; write OWNER/NAME or its address")


def _is_date(text: str) -> bool:
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def known_snapshot(folder: Path) -> Snapshot | None:
    """Return what the ``snapshots.toml`` beside a folder says of it; ``None`` where it says nothing."""
    folder = folder.resolve()
    registry = folder.parent / REGISTRY
    return read_registry(registry).get(folder.name) if registry.is_file() else None


def find_folders(path: Path) -> list[Path]:
    """Return the snapshot folders that a path means: itself, or those in it.

    Raises:
        SourceError: there is none.
    """
    if (path / "tables.csv").is_file():
        return [path]
    folders = sorted(folder.parent for folder in path.glob("*/tables.csv")) if path.is_dir() else []
    registry = path / REGISTRY
    for name in sorted(read_registry(registry)) if registry.is_file() else ():
        if path / name not in folders:
            raise SourceError(
                f"{registry} lists {name}, but {path / name} holds no tables.csv; put it back, or take out the entry"
            )
    if not folders:
        what = "holds no snapshot (a folder with tables.csv)" if path.is_dir() else "is not a folder"
        raise SourceError(f"{path} {what}; make one with: itgraph extract README.md -o {path}")
    return folders


def read_snapshot_folder(folder: Path, layouts: Sequence[str] = ()) -> SnapshotFacts:
    """Read a snapshot's folder; ``layouts`` are texts of layout files that go before those in it.

    Raises:
        SourceError: a file is missing or not in the form that :func:`write_snapshot` gives it.
    """
    snapshot = known_snapshot(folder) or make_snapshot(str(folder), id=folder.resolve().name)
    texts = (*layouts, *read_layout_files(layout_files(folder)))
    tables = []
    for record in _read_csv(folder / "tables.csv", _TABLES_COLUMNS):
        table = _read_table(folder / f"{record['table']}.csv", record, layouts_of(texts))
        if len(table.rows) != _integer(record, "rows"):
            raise SourceError(
                f"{record['']}: {table.id}.csv has {len(table.rows)} rows where {record['rows']} are announced; "
                "if none was lost, correct the number"
            )
        tables.append(table)
    bib = folder / "references.bib"
    issues = tuple(_read_issues(folder / "issues.csv"))
    references = read_references_file(bib) if bib.is_file() else ()
    return SnapshotFacts(snapshot=snapshot, tables=tuple(tables), references=references, issues=issues, layouts=texts)


def _read_csv(path: Path, required: Sequence[str]) -> list[dict[str, str]]:
    """Return the records of a CSV file; the place of each stands under the key ``""``."""
    limit = csv.field_size_limit(_LARGEST_CELL)
    records = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, [])
            missing = [column for column in required if column not in header]
            if missing:
                raise SourceError(f"{path}:1: the header lacks {', '.join(missing)}")
            repeated = sorted({column for column in header if header.count(column) > 1})
            if repeated:
                raise SourceError(f"{path}:1: the header has {', '.join(repeated)} twice")
            for cells in reader:
                if not cells:
                    continue
                if len(cells) != len(header):
                    raise SourceError(f"{path}:{reader.line_num}: {len(cells)} cells for {len(header)} columns")
                records.append({**dict(zip(header, cells, strict=True)), "": f"{path}:{reader.line_num}"})
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"{path}: cannot be read: {error}") from error
    finally:
        csv.field_size_limit(limit)  # it belongs to the whole process
    return records


def _integer(record: Mapping[str, str], column: str) -> int:
    value = record[column]
    if not re.fullmatch(r"\d{1,9}", value):
        raise SourceError(f"{record['']}: {column} must be a number, not {value!r}")
    return int(value)


def _span(record: Mapping[str, str]) -> Span:
    span = Span(start=_integer(record, "line_start"), end=_integer(record, "line_end"))
    if not 1 <= span.start <= span.end:
        raise SourceError(f"{record['']}: lines {span.start} to {span.end} are no lines of a file")
    return span


def _require_table_name(name: str, where: str) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise SourceError(f"{where}: {name!r} cannot be the name of a table; use a-z, 0-9 and hyphens")


def _read_table(path: Path, entry: Mapping[str, str], layouts: Layouts) -> Table:
    _require_table_name(entry["table"], entry[""])
    if entry["layout"] and layouts.get(entry["layout"]) is None:
        known = ", ".join(layout.id for layout in layouts.tables)
        raise SourceError(
            f"{entry['']}: there is no layout {entry['layout']!r}; choose one of {known}, or none (empty). "
            "A layout file can declare it: --layout FILE"
        )
    records = _read_csv(path, _ROW_COLUMNS)
    headers = [header for header in _header(path) if header not in _ROW_COLUMNS]
    attached = [header for header in headers if header.endswith((_LINKS, _CITATIONS))]
    headers = [header for header in headers if header not in attached]
    for header in attached:
        if header.removesuffix(_LINKS).removesuffix(_CITATIONS) not in headers:
            raise SourceError(
                f"the column {header!r} belongs to no other; write \\[ if that is its name", path=path, line=1
            )
    rows = []
    for number, record in enumerate(records, 1):
        if _integer(record, "row") != number:
            raise SourceError(f"{record['']}: row {record['row']} stands where row {number} was expected")
        spanned = _split(record["spanned"])
        raw = _split(record["raw"])
        cells = []
        for header in headers:
            citations = record.get(header + _CITATIONS, "").split()
            if not all(re.fullmatch(r"\d{1,5}", number) for number in citations):
                raise SourceError(f"{record['']}: {header + _CITATIONS} must be numbers")
            cell = Cell(
                text=record[header],
                links=parse_links(record.get(header + _LINKS, "")),
                citations=tuple(map(int, citations)),
                continued=_unescape(header) in spanned,
            )
            # In a row whose cells had to be moved, a column for which there was none is empty.
            is_there = not raw or cell.text or cell.links or cell.continued
            cells.append(cell if is_there else None)
        rows.append(Row(number=number, span=_span(record), cells=tuple(cells), raw=raw))
    return Table(
        id=entry["table"],
        layout=entry["layout"],
        heading=entry["heading"],
        columns=tuple(map(_unescape, headers)),
        rows=tuple(rows),
    )


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file))


def _read_issues(path: Path) -> Iterable[Issue]:
    for record in _read_csv(path, _ISSUE_COLUMNS):
        severity = record["severity"]
        if severity not in ("error", "warning", "info"):
            raise SourceError(f"{record['']}: severity must be error, warning or info, not {severity!r}")
        if not re.fullmatch(r"[a-z]+(?:-[a-z]+)*", record["code"]):
            raise SourceError(f"{record['']}: {record['code']!r} is not an issue code")
        if record["table"]:
            _require_table_name(record["table"], record[""])
        yield Issue(
            code=record["code"],
            severity=severity,  # type: ignore[arg-type]
            message=record["message"],
            span=_span(record),
            table=record["table"],
            row=_integer(record, "row") if record["row"] else 0,
        )
