"""Tables as grids: spans expanded, header rows joined into column names, short and shifted rows read as meant.

Nothing is dropped: a table or column that no layout declares is kept and reported, a cell that fits no column stays in
the row's raw cells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from itgraph.records import Cell, Issue, Link, Row, Severity, Span, Table
from itgraph.survey.document import Document
from itgraph.survey.html import SourceCell, SourceRow, SourceTable, scan_tables
from itgraph.survey.layouts import Layout, Layouts, header_key
from itgraph.survey.pipes import scan_pipe_tables
from itgraph.survey.quantities import parse_quantity

_CITATION = re.compile(r"#ref(\d{1,5})\Z")
FIGURE_ROLES = {
    "parameters": "parameters",
    "base-parameters": "parameters",
    "instructions": "instructions",
    "instances": "instances",
    "tasks": "tasks",
    "training-set-size": "instances",
}
"""Roles of columns that hold figures, with what they count."""


def read_tables(document: Document, layouts: Layouts) -> tuple[tuple[Table, ...], list[Issue]]:
    """Read every table of a document, in order."""
    headings = frozenset(heading.line for heading in document.headings)
    sources, issues = scan_tables(document.text, document.code, headings)
    inside = frozenset(n for table in sources for n in range(table.start, table.end + 1))
    pipes, found = scan_pipe_tables(document.lines, document.code | inside)
    issues += found
    tables: list[Table] = []
    taken: dict[str, int] = {}
    for source in sorted([*sources, *pipes], key=lambda table: table.start):
        if not any(row.cells for row in source.rows):
            continue
        heading = document.heading_above(source.start)
        table, found = _read_table(source, heading, layouts, taken)
        tables.append(table)
        issues += found
    return tuple(tables), [_placed(issue, tables) for issue in issues]


def slug(text: str) -> str:
    """Return a file name for a heading: lower-case ASCII words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60].strip("-")


def _placed(issue: Issue, tables: Sequence[Table]) -> Issue:
    """Name the row that an issue of the text lies in."""
    if issue.table:
        return issue
    for table in tables:
        for row in table.rows:
            if row.span.start <= issue.span.start <= row.span.end:
                return _with_row(issue, table.id, row.number)
    return issue


def _with_row(issue: Issue, table: str, row: int) -> Issue:
    return Issue(
        code=issue.code, severity=issue.severity, message=issue.message, span=issue.span, table=table, row=row
    )


@dataclass(slots=True)
class _Placed:
    """A cell in the grid."""

    cell: SourceCell
    continued: bool


def _read_table(
    source: SourceTable, heading: str, layouts: Layouts, taken: dict[str, int]
) -> tuple[Table, list[Issue]]:
    header, body = _split_header(source, layouts, heading)
    issues: list[Issue] = []
    width = max(sum(cell.colspan for cell in row.cells) for row in (header or body))
    columns = _column_names(header, width)
    layout = None if source.is_orphan else layouts.find(columns, heading)
    table_id = layout.id if layout else "-".join(filter(None, ["table", slug(heading)]))
    taken[table_id] = taken.get(table_id, 0) + 1
    if taken[table_id] > 1:
        table_id = f"{table_id}-{taken[table_id]}"

    def report(code: str, severity: Severity, message: str, span: Span, row: int = 0) -> None:
        issues.append(Issue(code=code, severity=severity, message=message, span=span, table=table_id, row=row))

    top = Span(start=source.start, end=source.start)
    if layout is None:
        if not source.is_orphan:
            message = f"no layout is declared for a table with the columns {', '.join(map(repr, columns))}; rows kept unread"
            report("undeclared-table", "warning", message, top)
    else:
        for column in columns:
            if not layout.role(column):
                report("undeclared-column", "warning", f"the column {column!r} of {layout.id} has no declared role; kept unread", top)

    rows: list[Row] = []
    spanning: dict[int, tuple[SourceCell, int]] = {}
    for number, source_row in enumerate(body, 1):
        span = Span(start=source_row.start, end=source_row.end)
        grid: dict[int, _Placed] = {}
        for column, (cell, left) in sorted(spanning.items()):
            grid[column] = _Placed(cell, continued=True)
            if left > 1:
                spanning[column] = cell, left - 1
            else:
                del spanning[column]
        free = [column for column in range(width) if column not in grid]
        given = [cell for cell in source_row.cells for _ in range(cell.colspan)]
        raw: tuple[str, ...] = ()
        if len(given) == len(free):
            chosen: list[SourceCell | None] = list(given)
        else:
            chosen, extras, moved = _align(given, [columns[c] for c in free], layout, layouts)
            raw = tuple(" ".join(cell.text.split()) for cell in given)
            counted = f"{len(given)} cells for {len(free)} columns"
            code = "short-row" if len(given) < len(free) else "long-row"
            report(code, "warning", f"the row has {counted}; the raw cells are kept", span, number)
            for message in moved:
                report("shifted-cells", "warning", message, span, number)
            if extras:
                shown = ", ".join(repr(cell.text.strip()) for cell in extras)
                report("shifted-cells", "warning", f"no column was found for {shown}", span, number)
        for column, placed in zip(free, chosen, strict=True):
            if placed is None:
                continue
            grid[column] = _Placed(placed, continued=False)
            if placed.rowspan > 1 and raw == ():
                spanning[column] = placed, placed.rowspan - 1
        cells = tuple(_cell(grid[column]) if column in grid else None for column in range(width))
        row = Row(number=number, span=span, cells=cells, raw=raw)
        rows.append(row)
        if row.is_blank:
            report("blank-row", "warning", "no cell of the row says anything", span, number)
        for cell in cells:
            if cell is not None and not cell.continued and cell.text != cell.text.strip() and cell.text.strip():
                report("trailing-whitespace", "info", f"white space around {cell.text.strip()!r}", span, number)
            if cell is not None and not cell.continued and re.search(r"\w\[\d", cell.text):
                report("missing-space", "info", f"no space before the citation in {cell.text.strip()!r}", span, number)
    for column, (cell, left) in sorted(spanning.items()):
        # rowspan=0 and the like mean "to the end" and are no defect.
        if cell.rowspan < 1000:
            message = f"the cell {cell.text.strip()!r} spans {cell.rowspan} rows, {left} more than the table has"
            start = next(row for row in reversed(rows) if row.span.start <= cell.line)
            report("rowspan-overrun", "warning", message, Span(start=cell.line, end=cell.line), start.number)
            del column
    return Table(id=table_id, layout=layout.id if layout else "", heading=heading, columns=columns, rows=tuple(rows)), issues


def _split_header(source: SourceTable, layouts: Layouts, heading: str) -> tuple[list[SourceRow], list[SourceRow]]:
    rows = [row for row in source.rows if row.cells]
    count = 0
    while count < len(rows) and all(cell.is_header for cell in rows[count].cells):
        count += 1
    if count == 0 and not source.is_orphan and len(rows) > 1:
        # A header written with td: taken for one only if a layout knows its words.
        names = _column_names(rows[:1], sum(cell.colspan for cell in rows[0].cells))
        if layouts.find(names, heading):
            count = 1
    # A table of nothing but header cells still keeps its rows.
    return (rows[:count], rows[count:]) if count < len(rows) else (rows[:1], rows[1:])


def _column_names(header: list[SourceRow], width: int) -> tuple[str, ...]:
    """Join the header rows column by column: ``Base Model / # Params``. A repeated name is numbered."""
    paths: list[list[str]] = [[] for _ in range(width)]
    spanning: dict[int, tuple[SourceCell, int]] = {}
    for row in header:
        column = 0
        cells = iter(row.cells)
        while column < width:
            if column in spanning:
                _, left = spanning[column]
                if left > 1:
                    spanning[column] = spanning[column][0], left - 1
                else:
                    del spanning[column]
                column += 1
                continue
            cell = next(cells, None)
            if cell is None:
                break
            text = " ".join(cell.text.split())
            for offset in range(min(cell.colspan, width - column)):
                if text and text not in paths[column + offset]:
                    paths[column + offset].append(text)
                if cell.rowspan > 1:
                    spanning[column + offset] = cell, cell.rowspan - 1
            column += cell.colspan
    names: list[str] = []
    for number, path in enumerate(paths, 1):
        name = " / ".join(path) or f"column {number}"
        count = sum(1 for known in names if header_key(known.split(" (#")[0]) == header_key(name))
        names.append(f"{name} (#{count + 1})" if count else name)
    return tuple(names)


def _cell(placed: _Placed) -> Cell:
    citations = []
    links = []
    for link in placed.cell.links:
        match = _CITATION.match(link.href)
        if match:
            citations.append(int(match[1]))
        else:
            links.append(link)
    return Cell(
        text=placed.cell.text, links=tuple(links), citations=tuple(citations), continued=placed.continued
    )


# -- short and long rows -----------------------------------------------------------------------------------------------


def _align(
    given: Sequence[SourceCell], columns: Sequence[str], layout: Layout | None, layouts: Layouts
) -> tuple[list[SourceCell | None], list[SourceCell], list[str]]:
    """Place the cells of a row that has too few or too many under the columns that they fit, keeping their order.

    A link whose address is a word and no address (``<a href="LLaMA">project</a>``) may hold the next cell's value: a
    value that slipped into the markup is placed like a cell if that fits, and is ignored otherwise.

    Return one cell or ``None`` for each column, the cells that found no place, and what was moved, in words.
    """
    if layout is None:
        placed = [given[i] if i < len(given) else None for i in range(len(columns))]
        return placed, list(given[len(columns) :]), []
    # (cell, is it one that slipped into a link)
    items: list[tuple[SourceCell, bool]] = []
    for cell in given:
        items.append((cell, False))
        items += [(_slipped(cell, link), True) for link in cell.links if _is_word(link.href)]
    roles = [layout.role(column) for column in columns]
    # best[i][j]: the best score for items[i:] under columns[j:], and the step that gives it.
    best: list[list[tuple[float, str]]] = [[(0.0, "")] * (len(roles) + 1) for _ in range(len(items) + 1)]
    for i in range(len(items), -1, -1):
        for j in range(len(roles), -1, -1):
            options: list[tuple[float, str]] = []
            if i < len(items) and j < len(roles):
                options.append((best[i + 1][j + 1][0] + _fit(items[i][0], roles[j], layouts), "place"))
            if i < len(items):
                options.append((best[i + 1][j][0] - (0 if items[i][1] else 3), "skip"))
            if j < len(roles):
                options.append((best[i][j + 1][0] - 0.5, "gap"))
            best[i][j] = max(options, key=lambda option: option[0]) if options else (0.0, "")
    chosen: list[SourceCell | None] = []
    extras: list[SourceCell] = []
    moved: list[str] = []
    i = j = 0
    while i < len(items) or j < len(roles):
        step = best[i][j][1]
        if step == "place":
            cell, slipped = items[i]
            chosen.append(cell)
            if slipped:
                moved.append(f"{cell.text!r} stands in the address of a link; read as {columns[j]!r}")
            elif given[j : j + 1] != [cell]:
                moved.append(f"{cell.text.strip()!r} is read as {columns[j]!r}")
            i, j = i + 1, j + 1
        elif step == "skip":
            if not items[i][1]:
                extras.append(items[i][0])
            i += 1
        else:
            chosen.append(None)
            j += 1
    return chosen, extras, ["; ".join(moved)] if moved else []


def _is_word(href: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z][\w .+-]{0,60}", href.strip())) and not re.search(r"\.\w{2,4}$", href)


def _slipped(cell: SourceCell, link: Link) -> SourceCell:
    return SourceCell(line=cell.line, parts=[link.href.strip()])


def _fit(cell: SourceCell, role: str, layouts: Layouts) -> float:
    """Say how well a cell fits a role: positive if it does, negative if not."""
    text = re.sub(r"\s*\[[\d,\s]+\]", "", cell.text).strip()
    has_link = any(not _CITATION.match(link.href) for link in cell.links)
    if not role:
        return 0.0
    if role in ("paper", "project"):
        return 2.5 if has_link else (0.5 if text in ("", "-") else -4.0)
    if has_link:
        return -4.0
    if text in ("", "-"):
        return -2.0 if role == "name" else 0.5
    is_yes_no = text.lower() in ("yes", "no")
    if role in ("self-built", "open-source"):
        return 3.0 if is_yes_no else -4.0
    quantity = parse_quantity(text, "instances")
    is_figure = quantity is not None and quantity.precision != "Unreadable"
    if role in FIGURE_ROLES:
        return 3.0 if is_figure else (1.0 if text[0].isdigit() else -4.0)
    if role == "language":
        return 3.0 if header_key(text) in layouts.languages or text == "Multi" or text.endswith("Lang") else -2.0
    if is_yes_no or is_figure:
        return -3.0
    if role == "construction":
        return 2.5 if text.lower().endswith(("generated", "crafted", "shared", "mixed")) else 1.0
    cites = any(_CITATION.match(link.href) for link in cell.links)
    return 1.5 + (0.5 if cites and role in ("name", "base-model") else 0.0)
