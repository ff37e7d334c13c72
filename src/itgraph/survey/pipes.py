"""Pipe tables (GitHub's Markdown tables), read leniently: GitHub drops cells beyond the header's; we must not.

A run of lines that begin with ``|`` is read even where no delimiter line makes a table of it: its rows are kept, and
reported as belonging to no table.
"""

from __future__ import annotations

import re
from collections import Counter

from itgraph.records import Issue, Link, Span
from itgraph.survey.html import SourceCell, SourceRow, SourceTable, read_fragment

_DELIMITER = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_LINK = re.compile(r"(?<!!)\[(?P<text>[^\[\]]*)\]\((?P<href>[^()]*(?:\([^()]*\)[^()]*)*)\)")
# The bar of CJK input methods: looks like a separator, is none.
_WIDE_BAR = "｜"


def scan_pipe_tables(lines: tuple[str, ...], skip: frozenset[int]) -> tuple[list[SourceTable], list[Issue]]:
    """Find the pipe tables among the lines, but for the line numbers in ``skip`` (code, HTML tables)."""
    tables: list[SourceTable] = []
    issues: list[Issue] = []
    run: list[int] = []
    for number in range(1, len(lines) + 2):
        line = lines[number - 1] if number <= len(lines) and number not in skip else ""
        if _is_row(line, bool(run)):
            run.append(number)
            continue
        if run:
            _read_run(lines, run, tables, issues)
            run = []
    return tables, issues


def _is_row(line: str, inside: bool) -> bool:
    if line.lstrip().startswith("|"):
        return line.count("|") >= 2
    # Leading pipes may be left out, but then only a delimiter line tells a table from prose.
    return "|" in line and (inside or bool(_DELIMITER.match(line)))


def _read_run(lines: tuple[str, ...], run: list[int], tables: list[SourceTable], issues: list[Issue]) -> None:
    delimiter = next((n for n in run if _DELIMITER.match(lines[n - 1]) and "-" in lines[n - 1]), None)
    if delimiter == run[0]:
        # The header has no leading pipe and stands on the line before.
        if run[0] > 1 and "|" in lines[run[0] - 2]:
            run = [run[0] - 1, *run]
        elif len(run) == 1:
            return
    cells = {n: _split(lines[n - 1]) for n in run if n != delimiter}
    if not cells:
        return
    width = Counter(len(parts) for parts in cells.values()).most_common(1)[0][0]
    table = SourceTable(start=run[0], end=run[-1], is_orphan=delimiter is None)
    for number, parts in cells.items():
        if len(parts) < width and any(_WIDE_BAR in part for part in parts):
            wide = [piece for part in parts for piece in part.split(_WIDE_BAR)]
            if len(wide) <= width:
                parts = wide
                message = f"{_WIDE_BAR!r} stands where | was meant; read as a separator"
                span = Span(start=number, end=number)
                issues.append(Issue(code="shifted-cells", severity="warning", message=message, span=span))
        row = SourceRow(start=number, end=number)
        for part in parts:
            cell = _read_cell(part, number)
            cell.is_header = delimiter is not None and number < delimiter
            row.cells.append(cell)
        table.rows.append(row)
        if table.is_orphan:
            message = "the row looks like one of a table, but no header and delimiter line (|---|) stand above it"
            issues.append(Issue(code="orphan-row", severity="warning", message=message, span=Span(start=number, end=number)))
    tables.append(table)


def _split(line: str) -> list[str]:
    stripped = line.strip()
    stripped = stripped.removeprefix("|")
    if stripped.endswith("|") and not stripped.endswith("\\|"):
        stripped = stripped[:-1]
    return [part.replace("\\|", "|") for part in re.split(r"(?<!\\)\|", stripped)]


def _read_cell(markdown: str, line: int) -> SourceCell:
    inner = re.fullmatch(r"\s*<t[dh](?P<attributes>[^>]*)>(?P<content>.*?)(?:</t[dh]>)?\s*", markdown, re.IGNORECASE)
    colspan = re.search(r"colspan\s*=\s*[\"']?(\d{1,3})", inner["attributes"], re.IGNORECASE) if inner else None
    cell = read_fragment(inner["content"] if inner else markdown)
    cell.line = line
    cell.colspan = int(colspan[1]) if colspan else 1
    text = cell.text
    cell.links.extend(Link(text=match["text"].strip(), href=match["href"].strip()) for match in _LINK.finditer(text))
    text = _LINK.sub(lambda match: match["text"], text)
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)
    text = re.sub(r"\*\*(.+?)\*\*|`([^`]+)`", lambda match: match[1] or match[2], text)
    cell.parts = [text.strip()]
    return cell
