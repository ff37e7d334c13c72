"""Tables as grids: spans expanded, header rows joined into column names, short and shifted rows read as meant.

Nothing is dropped: a table or column that no layout declares is kept and reported, a cell that fits no column stays in
the row's raw cells.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from itgraph.records import Cell, Issue, Link, Row, Severity, Span, Table
from itgraph.survey.dates import parse_date
from itgraph.survey.document import Document, shown_heading
from itgraph.survey.hidden import hide
from itgraph.survey.html import (
    MAXIMUM_SPAN,
    SourceCell,
    SourceRow,
    SourceTable,
    lines_inside_cells,
    scan_tables,
)
from itgraph.survey.layouts import Layout, Layouts, header_key, loose_key
from itgraph.survey.pipes import scan_pipe_tables
from itgraph.survey.quantities import parse_quantity

_CITATION = re.compile(r"#ref(\d{1,5})\Z")
_STUCK_CITATION = re.compile(r"\w\[\d")
_MAXIMUM_WIDTH = 500
"""No table is wider: one with more columns is an attack, or nonsense."""
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
    lines, issues = hide(document)
    text = "\n".join(lines)
    inside = lines_inside_cells(text, [heading.line for heading in document.headings])
    headings = [heading for heading in document.headings if heading.line not in inside]
    heading_lines = [heading.line for heading in headings]
    sources, found = scan_tables(text, heading_lines)
    issues += found
    pipes, found = scan_pipe_tables(lines, {line for table in sources for line in table.lines()})
    issues += found
    tables: list[Table] = []
    taken: dict[str, int] = {}
    for source in sorted([*sources, *pipes], key=lambda table: table.start):
        if not any(row.cells for row in source.rows):
            continue
        above = bisect_right(heading_lines, source.start)
        table, found = _read_table(
            source, shown_heading(headings[above - 1].text).strip() if above else "", layouts, taken
        )
        tables.append(table)
        issues += found
    return tuple(tables), _placed(issues, tables)


def slug(text: str) -> str:
    """Return a file name for a heading: lower-case ASCII words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60].strip("-")


def _placed(issues: Iterable[Issue], tables: Iterable[Table]) -> list[Issue]:
    """Name the row that each issue of the text lies in."""
    rows: dict[int, tuple[str, int]] = {}
    for table in tables:
        for row in table.rows:
            for line in range(row.span.start, row.span.end + 1):
                rows.setdefault(line, (table.id, row.number))
    placed = []
    for issue in issues:
        table_id, number = (issue.table, issue.row) if issue.table else rows.get(issue.span.start, ("", 0))
        placed.append(replace(issue, table=table_id, row=number))
    return placed


@dataclass(slots=True)
class _Placed:
    """A cell in the grid."""

    cell: SourceCell
    continued: bool


@dataclass(slots=True)
class _Spans:
    """The cells that go on into rows below: by column, with the number of rows that are left to them."""

    left: dict[int, tuple[SourceCell, int]] = field(default_factory=dict)

    def begin(self, column: int, cell: SourceCell) -> None:
        """Let a cell of this row go on, if it spans rows."""
        if cell.rowspan > 1:
            self.left[column] = cell, cell.rowspan - 1

    def next_row(self) -> dict[int, SourceCell]:
        """Return the cells that go on into the next row, by column."""
        cells = {column: cell for column, (cell, _) in sorted(self.left.items())}
        self.left = {column: (cell, rows - 1) for column, (cell, rows) in self.left.items() if rows > 1}
        return cells


@dataclass(slots=True)
class _Report:
    """Collects the issues of one table."""

    table: str
    issues: list[Issue] = field(default_factory=list)

    def add(self, code: str, severity: Severity, message: str, span: Span, row: int = 0) -> None:
        """Note an issue."""
        self.issues.append(Issue(code=code, severity=severity, message=message, span=span, table=self.table, row=row))


def _read_table(
    source: SourceTable, heading: str, layouts: Layouts, taken: dict[str, int]
) -> tuple[Table, list[Issue]]:
    _bound_spans([row for row in source.rows if row.cells])
    header, body = _split_header(source, layouts, heading)
    width = _width(header or body)
    columns = _column_names(header, width)
    layout = None if source.is_orphan else layouts.find(columns, heading)
    report = _Report(_table_id(layout.id if layout else "-".join(filter(None, ["table", slug(heading)])), taken))
    top = Span(start=source.start, end=source.start)
    if layout is not None:
        for column in columns:
            if not layout.role(column):
                line = layouts.line_to_add(column, layout)
                message = f"the column {column!r} of {layout.id} has no declared role; kept unread. {line}"
                report.add("undeclared-column", "warning", message, top)
    elif not source.is_orphan:
        shown = ", ".join(map(repr, columns))
        line = layouts.table_to_add(report.table.removeprefix("table-"), columns, heading)
        message = f"no layout is declared for a table with the columns {shown}; rows kept unread."
        report.add("undeclared-table", "warning", f"{message} A layout file declares it at its top: {line}", top)

    rows: list[Row] = []
    spans = _Spans()
    for number, source_row in enumerate(body, 1):
        row = _read_row(number, source_row, columns, spans, _Fitting(layout, layouts), report)
        rows.append(row)
    _report_overruns(spans, rows, report)
    table = Table(
        id=report.table, layout=layout.id if layout else "", heading=heading, columns=columns, rows=tuple(rows)
    )
    return table, report.issues


def _table_id(name: str, taken: dict[str, int]) -> str:
    """Return a name that no table has yet; ``taken`` holds the names with the highest number that each was given."""
    table_id = name
    while table_id in taken:
        taken[name] += 1
        table_id = f"{name}-{taken[name]}"
    taken[table_id] = 1
    return table_id


def _bound_spans(rows: Sequence[SourceRow]) -> None:
    """Cut the cells that claim more columns than any row has cells: they would make columns of nothing."""
    most = max(len(row.cells) for row in rows)
    for row in rows:
        for cell in row.cells:
            cell.colspan = min(cell.colspan, most)


def _width(rows: Sequence[SourceRow]) -> int:
    return min(max(sum(cell.colspan for cell in row.cells) for row in rows), _MAXIMUM_WIDTH)


def _read_row(
    number: int, source: SourceRow, columns: Sequence[str], spans: _Spans, fitting: _Fitting, report: _Report
) -> Row:
    span = Span(start=source.start, end=source.end)
    width = len(columns)
    grid = {column: _Placed(cell, continued=True) for column, cell in spans.next_row().items()}
    free = [column for column in range(width) if column not in grid]
    given = [cell for cell in source.cells for _ in range(cell.colspan)]
    raw: tuple[str, ...] = ()
    chosen: Sequence[SourceCell | None] = given
    if not source.cells:
        chosen = [SourceCell(line=source.start)] * len(free)  # a row all the same, which says nothing
    elif len(source.cells) == 1 < len(free) <= len(given) and given[0].text.strip():
        # A heading inside the table, as it were: it says nothing in any one column.
        chosen = [None] * len(free)
        raw = (" ".join(given[0].text.split()),)
        report.add("section-row", "info", f"{raw[0]!r} spans the whole row; kept unread", span, number)
    elif len(given) != len(free):
        chosen, extras, moved = fitting.align(given, [columns[column] for column in free])
        raw = tuple(" ".join(cell.text.split()) for cell in source.cells)
        message = f"the row has {len(given)} cells for {len(free)} columns; the raw cells are kept"
        report.add("short-row" if len(given) < len(free) else "long-row", "warning", message, span, number)
        if moved:
            report.add("shifted-cells", "warning", "; ".join(moved), span, number)
        if extras:
            shown = ", ".join(repr(cell.text.strip()) for cell in {id(cell): cell for cell in extras}.values())
            report.add("shifted-cells", "warning", f"no column was found for {shown}", span, number)
    for column, placed in zip(free, chosen, strict=True):
        # Of a row whose cells had to be moved, one that says nothing is none.
        if placed is not None and not (raw and not placed.text and not placed.links):
            grid[column] = _Placed(placed, continued=False)
        if placed is not None:
            spans.begin(column, placed)
    cells = tuple(_cell(grid[column]) if column in grid else None for column in range(width))
    row = Row(number=number, span=span, cells=cells, raw=raw)
    if row.is_blank and not any(raw):
        report.add("blank-row", "warning", "no cell of the row says anything", span, number)
    for source_cell in (placed.cell for placed in grid.values() if not placed.continued):
        text = source_cell.text
        at = Span(start=source_cell.line, end=source_cell.line)
        if text != text.strip() and text.strip():
            report.add("trailing-whitespace", "info", f"white space around {text.strip()!r}", at, number)
        if _STUCK_CITATION.search(text):
            report.add("missing-space", "info", f"no space before the citation in {text.strip()!r}", at, number)
    return row


def _report_overruns(spans: _Spans, rows: Sequence[Row], report: _Report) -> None:
    for cell, left in spans.left.values():
        # rowspan=0 and the like mean "to the end" and are no defect.
        if cell.rowspan < MAXIMUM_SPAN:
            message = f"the cell {cell.text.strip()!r} spans {cell.rowspan} rows, {left} more than the table has"
            number = next((row.number for row in reversed(rows) if row.span.start <= cell.line), 0)
            report.add("rowspan-overrun", "warning", message, Span(start=cell.line, end=cell.line), number)


def _split_header(source: SourceTable, layouts: Layouts, heading: str) -> tuple[list[SourceRow], list[SourceRow]]:
    first = next(index for index, row in enumerate(source.rows) if row.cells)
    rows = source.rows[first:]
    count = 0
    spanned = 0  # how many rows the cells above go on for: one without cells of its own is still of the header
    while count < len(rows) and all(cell.is_header for cell in rows[count].cells) and (rows[count].cells or spanned):
        spanned = max([spanned - 1, *(cell.rowspan - 1 for cell in rows[count].cells)])
        count += 1
    may_be_header = count == 0 and not source.is_orphan and len(rows) > 1
    # A header written with td: taken for one only if a layout knows its words. "paper" and "project" may as well be
    # the links of a row, so that by synonyms alone all of it must be known.
    if may_be_header:
        columns = _column_names(rows[:1], _width(rows[:1]))
        layout = layouts.find(columns, heading)
        if layout is not None and (
            layout.required <= {layout.own_role(column) for column in columns} or all(map(layout.role, columns))
        ):
            count = 1
    # A table of nothing but header cells still keeps its rows.
    return (rows[:count], rows[count:]) if count < len(rows) else (rows[:1], rows[1:])


def _column_names(header: Sequence[SourceRow], width: int) -> tuple[str, ...]:
    """Join the header rows column by column: ``Base Model / # Params``. A repeated name is numbered."""
    paths: list[list[str]] = [[] for _ in range(width)]
    spans = _Spans()
    for row in header:
        free = iter(sorted(set(range(width)) - spans.next_row().keys()))
        for cell in row.cells:
            text = " ".join(cell.text.split())
            # The range comes first: zip must not take a column that it then drops.
            for _, column in zip(range(cell.colspan), free, strict=False):
                if text and text not in paths[column]:
                    paths[column].append(text)
                spans.begin(column, cell)
    names: list[str] = []
    taken: set[str] = set()
    for number, path in enumerate(paths, 1):
        plain = name = " / ".join(path) or f"column {number}"
        count = 1
        while header_key(name) in taken:
            count += 1
            name = f"{plain} (#{count})"
        taken.add(header_key(name))
        names.append(name)
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
        text=placed.cell.text,
        links=tuple(links),
        citations=tuple(citations),
        continued=placed.continued,
        line=placed.cell.line,
    )


# -- short and long rows -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Fitting:
    """Finds columns for the cells of a row that has too few or too many of them."""

    layout: Layout | None
    layouts: Layouts

    def align(
        self, given: Sequence[SourceCell], columns: Sequence[str]
    ) -> tuple[list[SourceCell | None], list[SourceCell], list[str]]:
        """Place the cells of a row that has too few or too many under the columns that they fit, keeping their order.

        A link whose address is a word (``<a href="LLaMA">project</a>``) may hold the value of the next cell: one that
        slipped into the markup is placed like a cell if that fits, and is ignored otherwise.

        Return one cell or ``None`` for each column, the cells that found no place, and what was moved, in words.
        """
        if self.layout is None:
            placed = [given[i] if i < len(given) else None for i in range(len(columns))]
            return placed, list(given[len(columns) :]), []
        # (cell, is it one that slipped into a link)
        items: list[tuple[SourceCell, bool]] = []
        for cell in given:
            items.append((cell, False))
            items += [(_slipped(cell, link), True) for link in cell.links if _is_word(link.href)]
        roles = [self.layout.role(column) for column in columns]
        # best[i][j]: the best score for items[i:] under columns[j:], and the step that gives it.
        best: list[list[tuple[float, str]]] = [[(0.0, "")] * (len(roles) + 1) for _ in range(len(items) + 1)]
        for i in range(len(items), -1, -1):
            for j in range(len(roles), -1, -1):
                options: list[tuple[float, str]] = []
                if i < len(items) and j < len(roles):
                    options.append((best[i + 1][j + 1][0] + _fit(items[i][0], roles[j], self.layouts), "place"))
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
        return chosen, extras, moved


def _is_word(href: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z][\w .+-]{0,60}", href.strip())) and not re.search(r"\.\w{2,4}$", href)


def _slipped(cell: SourceCell, link: Link) -> SourceCell:
    return SourceCell(line=cell.line, parts=[link.href.strip()])


def _fit_declared(text: str, role: str, layouts: Layouts) -> float:
    """Say how well a text fits a role whose values are known by their form."""
    if role in ("", "note"):
        return 0.0
    if text in ("", "-"):
        return 0.5
    if role == "released":
        return 3.0 if parse_date(text) else -4.0
    is_licence = loose_key(text) in layouts.licences
    if role == "license":
        return 3.0 if is_licence else 0.5
    return -3.0 if is_licence or parse_date(text) else 1.0


def _fit(cell: SourceCell, role: str, layouts: Layouts) -> float:
    """Say how well a cell fits a role: positive if it does, negative if not."""
    text = re.sub(r"\[[\d,\s]+\]", "", cell.text).strip()
    has_link = any(not _CITATION.match(link.href) for link in cell.links)
    if role in ("paper", "project", "link"):
        return 2.5 if has_link else (0.5 if text in ("", "-") else -4.0)
    if role in ("", "note", "released", "license", "developer", "title"):
        return _fit_declared(text, role, layouts)
    if has_link:
        return 0.5 if role == "training-set" else -4.0
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
    if role == "construction" and not is_yes_no and not is_figure:
        return 2.5 if text.lower().endswith(("generated", "crafted", "shared", "mixed")) else 1.0
    cites = any(_CITATION.match(link.href) for link in cell.links)
    return -3.0 if is_yes_no or is_figure else 1.5 + (0.5 if cites and role in ("name", "base-model") else 0.0)
