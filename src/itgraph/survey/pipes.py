"""Pipe tables (GitHub's Markdown tables), read leniently: GitHub drops cells beyond the header's; we must not.

A run of lines that begin with ``|`` is read even where no delimiter line makes a table of it: its rows are kept, and
reported as belonging to no table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set

from itgraph.records import Issue
from itgraph.survey.html import SourceCell, SourceRow, SourceTable
from itgraph.survey.inline import read_inline
from itgraph.survey.tags import make_issue

_DELIMITER = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")
_QUOTE = re.compile(r"\A\s*+(?:>\s?)++")
_TAGGED = re.compile(r"\s*<t[dh](?P<attributes>[^>]*)>(?P<content>.*?)(?:</t[dh]>)?\s*", re.IGNORECASE | re.DOTALL)
# The bar of CJK input methods: looks like a separator, is none.
_WIDE_BAR = "｜"


def scan_pipe_tables(lines: Sequence[str], skip: Set[int]) -> tuple[list[SourceTable], list[Issue]]:
    """Find the pipe tables among the lines, but for the line numbers in ``skip`` (those of HTML tables)."""
    tables: list[SourceTable] = []
    issues: list[Issue] = []
    run: list[tuple[int, str]] = []
    parted = True  # whether something stands between the run and the table above it
    before = ""  # the line above the run: a header may have no leading pipe
    for number, written in enumerate([*lines, ""], 1):
        line = "" if number in skip else _QUOTE.sub("", written).strip()
        if _is_row(line, bool(run)):
            run.append((number, line))
            continue
        if run:
            _read_run(run, before, tables, issues, parted=parted)
            run, parted = [], False
        parted = parted or bool(line) or number in skip
        before = line
    return tables, issues


def _is_delimiter(line: str) -> bool:
    return bool(_DELIMITER.fullmatch(line))


def _is_row(line: str, inside: bool) -> bool:
    # Leading pipes may be left out, but then only a delimiter line tells a table from prose.
    return "|" in line and (inside or _is_delimiter(line) or (line.startswith("|") and line.count("|") >= 2))


def _read_run(
    run: list[tuple[int, str]], before: str, tables: list[SourceTable], issues: list[Issue], *, parted: bool
) -> None:
    at = next((index for index, (_, line) in enumerate(run) if _is_delimiter(line)), -1)
    if at == 0 and "|" in before:
        run = [(run[0][0] - 1, before), *run]
        at = 1
    elif at == 0 and len(run) == 1:
        return
    if at > 1:
        # Only the line right above the delimiter is a header; those above it are rows of no table.
        tables.append(_read_rows(run[: at - 1], 0, issues))
        run, at = run[at - 1 :], 1
    if at < 0 and tables and not parted and _goes_on(tables[-1], run):
        _append_rows(tables[-1], run, issues)
        return
    tables.append(_read_rows(run, run[at][0] if at >= 0 else 0, issues))


def _goes_on(table: SourceTable, run: list[tuple[int, str]]) -> bool:
    """Tell whether rows behind a blank line are rows of the table above it: all as wide as its header."""
    width = sum(cell.colspan for cell in table.rows[0].cells)
    return not table.is_orphan and all(len(_split(line)) == width for _, line in run)


def _append_rows(table: SourceTable, run: list[tuple[int, str]], issues: list[Issue]) -> None:
    more = _read_rows(run, run[0][0] - 1, issues)  # as if the delimiter stood above them
    table.rows += more.rows
    table.end = more.end
    for row in more.rows:
        message = "a blank line parts the row from its table; read as a row of it"
        issues.append(make_issue("parted-row", "info", message, row.start))


def _read_rows(run: list[tuple[int, str]], delimiter: int, issues: list[Issue]) -> SourceTable:
    """Make a table of lines; ``delimiter`` is the line that tells its header from its body, 0 where there is none."""
    rows = [(number, _split(line)) for number, line in run if number != delimiter]
    width = Counter(len(parts) for _, parts in rows).most_common(1)[0][0]
    table = SourceTable(start=run[0][0], end=run[-1][0], is_orphan=not delimiter)
    for number, written in rows:
        parts = written
        if len(parts) < width and any(_WIDE_BAR in part for part in parts):
            wide = [piece for part in parts for piece in part.split(_WIDE_BAR)]
            if len(wide) <= width:
                parts = wide
                message = f"{_WIDE_BAR!r} stands where | was meant; read as a separator"
                issues.append(make_issue("shifted-cells", "warning", message, number))
        row = SourceRow(start=number, end=number)
        for part in parts:
            cell, found = _read_cell(part, number)
            cell.is_header = number < delimiter
            row.cells.append(cell)
            issues += found
        table.rows.append(row)
        if table.is_orphan:
            message = "the row looks like one of a table, but no header and delimiter line (|---|) stand above it"
            issues.append(make_issue("orphan-row", "warning", message, number))
    return table


def _split(line: str) -> list[str]:
    stripped = line.removeprefix("|")
    if stripped.endswith("|") and not stripped.endswith("\\|"):
        stripped = stripped[:-1]
    return [part.replace("\\|", "|") for part in re.split(r"(?<!\\)\|", stripped)]


def _read_cell(markdown: str, line: int) -> tuple[SourceCell, list[Issue]]:
    inner = _TAGGED.fullmatch(markdown)
    colspan = re.search(r"colspan\s*=\s*[\"']?([1-9]\d{0,2})", inner["attributes"], re.IGNORECASE) if inner else None
    cell, issues = read_inline(inner["content"] if inner else markdown, line)
    cell.colspan = int(colspan[1]) if colspan else 1
    return cell, issues
