"""HTML tables in a README, as written by hand: rows and cells with their lines, whatever is left open in them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field

from itgraph.records import Issue, Link
from itgraph.survey.tags import INLINE, Token, iter_tokens, make_issue

MAXIMUM_SPAN = 1000
"""As in HTML. Rowspans beyond the end of a table, colspans beyond its width are cut there anyway."""

_ROW_GROUPS = frozenset("thead tbody tfoot caption colgroup col".split())


@dataclass(slots=True)
class SourceCell:
    """A ``td`` or ``th`` while it is read."""

    line: int
    is_header: bool = False
    rowspan: int = 1
    colspan: int = 1
    parts: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    open_link: tuple[str, int] | None = None
    open_tags: Counter[str] = field(default_factory=Counter)

    @property
    def text(self) -> str:
        """The text of the cell: white space as HTML shows it, but a blank at the end of the line is kept."""
        lines = "".join(self.parts).split("\n")
        if len(lines) == 1:
            return lines[0]
        inner = [lines[0].rstrip(), *(line.strip() for line in lines[1:-1]), lines[-1].lstrip()]
        return " ".join(filter(None, inner))

    def start_link(self, href: str) -> None:
        """Begin a link; the parts from here on are its text."""
        self.open_link = href, len(self.parts)

    def end_link(self) -> bool:
        """End the open link; tell whether there is one."""
        if self.open_link is None:
            return False
        href, start = self.open_link
        self.links.append(Link(text=" ".join("".join(self.parts[start:]).split()), href=href))
        self.open_link = None
        return True


@dataclass(slots=True)
class SourceRow:
    """A ``tr`` while it is read; ``end`` is the line of its end tag, or of the last thing in it."""

    start: int
    end: int
    cells: list[SourceCell] = field(default_factory=list)


@dataclass(slots=True)
class SourceTable:
    """A table while it is read; ``is_orphan`` marks rows that stand outside every table."""

    start: int
    end: int
    rows: list[SourceRow] = field(default_factory=list)
    is_orphan: bool = False

    def lines(self) -> set[int]:
        """Return the lines that are the table's own."""
        spans = [(row.start, row.end) for row in self.rows] if self.is_orphan else [(self.start, self.end)]
        return {line for start, end in spans for line in range(start, end + 1)}


def scan_tables(text: str, headings: list[int]) -> tuple[list[SourceTable], list[Issue]]:
    """Find the HTML tables of a text; ``headings`` are the lines of its Markdown headings, in order."""
    scanner = _Scanner(headings)
    tokens = list(iter_tokens(text, scanner.issues))
    # Whether the next tag that makes tables ends a cell: if not, an open cell is never closed by its own end tag.
    ends_cell = [False] * len(tokens)
    ends = False
    for index in range(len(tokens) - 1, -1, -1):
        ends_cell[index] = ends
        if tokens[index].is_structure:
            ends = tokens[index].kind == "end" and tokens[index].name in ("td", "th")
    for token, is_closed in zip(tokens, ends_cell, strict=True):
        scanner.read(token, is_closed=is_closed)
    scanner.finish()
    return scanner.tables, scanner.issues


def read_fragment(html: str, line: int) -> tuple[SourceCell, list[Issue]]:
    """Read the content of one cell that stands outside an HTML table (a cell of a pipe table)."""
    scanner = _Scanner([])
    cell = SourceCell(line=line)
    for token in iter_tokens(html, scanner.issues):
        if token.kind == "text":
            cell.parts.append(token.text)
        elif token.is_structure:
            cell.parts.append(" ")
        elif token.kind == "start":
            scanner.start_inline(cell, token)
        else:
            scanner.end_inline(cell, token)
    cell.end_link()
    issues = [make_issue(issue.code, issue.severity, issue.message, line) for issue in scanner.issues]
    return cell, issues


class _Scanner:
    """Collects tables from the stream of tags. End tags that HTML lets one leave out are implied."""

    def __init__(self, headings: list[int]) -> None:
        self.tables: list[SourceTable] = []
        self.issues: list[Issue] = []
        self._headings = headings
        self._open: list[tuple[SourceTable, SourceRow | None, SourceCell | None]] = []
        self._table: SourceTable | None = None
        self._row: SourceRow | None = None
        self._cell: SourceCell | None = None
        self._last = 0  # the line of the last tag that makes tables

    def read(self, token: Token, *, is_closed: bool) -> None:
        """Take a token; ``is_closed`` tells whether the next tag that makes tables ends a cell."""
        if token.kind == "text":
            self._read_text(token, is_closed)
            return
        if token.is_structure:
            if token.kind == "start":
                self._start(token)
            else:
                self._end(token)
            self._last = token.line
        elif token.name in _ROW_GROUPS:
            self._end_row()
        elif self._cell is not None and token.kind == "start":
            self.start_inline(self._cell, token)
        elif self._cell is not None:
            self.end_inline(self._cell, token)
        elif self._row is not None and token.kind == "end":
            self._stray(token)
        if self._row is not None and (token.is_structure or self._cell is not None):
            self._row.end = max(self._row.end, token.line)

    def finish(self) -> None:
        """End what the text leaves open."""
        while self._table is not None:
            self._end_unclosed()

    # -- tables and rows ---------------------------------------------------------------------------------------------

    def _start(self, token: Token) -> None:
        if token.name == "table":
            self._start_table(token.line)
            return
        if self._table is None:
            self.issues.append(make_issue("orphan-row", "error", "a row stands outside every table", token.line))
            self._table = SourceTable(start=token.line, end=token.line, is_orphan=True)
            self.tables.append(self._table)
        if token.name == "tr":
            self._end_row()
            self._start_row(self._table, token.line)
            return
        self._end_cell()
        if self._row is None:
            if self._table.rows or not self._table.is_orphan:
                message = f"<{token.name}> stands outside every row; a row begins here"
                self.issues.append(make_issue("stray-tag", "warning", message, token.line))
            self._start_row(self._table, token.line)
        assert self._row is not None
        self._cell = SourceCell(
            line=token.line,
            is_header=token.name == "th",
            rowspan=_span(token.attributes.get("rowspan"), allow_zero=True),
            colspan=_span(token.attributes.get("colspan")),
        )
        self._row.cells.append(self._cell)

    def _end(self, token: Token) -> None:
        if token.name == "table" and self._table is not None:
            self._end_table(token.line)
        elif token.name == "tr" and self._row is not None:
            self._row.end = token.line
            self._end_row()
        elif token.name in ("td", "th") and self._cell is not None:
            self._end_cell()
        else:
            self._stray(token)

    def _start_table(self, line: int) -> None:
        if self._table is not None:
            if self._table.is_orphan or self._cell is None or self._heading_between(self._table.start, line):
                self._end_unclosed()
            else:
                message = "a table inside a cell is read as a table of its own"
                self.issues.append(make_issue("nested-table", "warning", message, line))
                self._open.append((self._table, self._row, self._cell))
        self._table, self._row, self._cell = SourceTable(start=line, end=line), None, None
        self.tables.append(self._table)

    def _start_row(self, table: SourceTable, line: int) -> None:
        self._row = SourceRow(start=line, end=line)
        table.rows.append(self._row)

    def _end_unclosed(self) -> None:
        """End a table that has no end tag: where its last row ends, for it is unknown what else belongs to it."""
        assert self._table is not None
        if not self._table.is_orphan:
            message = f"the table of line {self._table.start} is never closed; the text may have been cut off"
            self.issues.append(make_issue("unclosed-table", "error", message, self._table.start))
        self._end_table(max((row.end for row in self._table.rows), default=self._table.start))

    def _end_table(self, line: int) -> None:
        assert self._table is not None
        self._end_row()
        self._table.end = line
        self._table, self._row, self._cell = self._open.pop() if self._open else (None, None, None)

    def _end_row(self) -> None:
        """End the open row; where its end tag is missing it ended with the last thing in it, not here."""
        self._end_cell()
        self._row = None

    def _end_cell(self) -> None:
        cell, self._cell = self._cell, None
        if cell is not None and cell.end_link():
            self.issues.append(make_issue("stray-tag", "warning", "<a> is not closed in its cell", cell.line))

    # -- text and what stands in it ----------------------------------------------------------------------------------

    def _read_text(self, token: Token, is_closed: bool) -> None:
        text, line = token.text, token.line
        if self._cell is not None:
            before = text
            if not is_closed and (heading := self._heading_between(line, line + text.count("\n"))):
                # The cell is never closed, and here another part of the text begins.
                lines = text.split("\n")
                before = "\n".join(lines[: heading - line])
                text, line = "\n".join(lines[heading - line :]), heading
            self._cell.parts.append(before)
            if before.strip() and self._row is not None:
                self._row.end = max(self._row.end, token.line + before.rstrip().count("\n"))
            if line == token.line:
                return
            self._end_row()
        if self._table is not None and text.strip() and self._table.rows:
            line += text[: len(text) - len(text.lstrip())].count("\n")
            # What follows a heading is no longer in the table, whether that is closed or not.
            if not self._heading_between(self._last, line):
                shown = " ".join(text.split())
                message = f"text between cells is in no cell and was left out: {shown[:80]!r}"
                end = line + text.strip().count("\n")
                self.issues.append(make_issue("stray-text", "warning", message, line, end))

    def _heading_between(self, above: int, line: int) -> int:
        """Return the first line of a heading after ``above``, up to ``line``; 0 where there is none."""
        index = bisect_right(self._headings, above)
        return self._headings[index] if index < bisect_right(self._headings, line) else 0

    def start_inline(self, cell: SourceCell, token: Token) -> None:
        """Begin what a tag inside a cell marks."""
        if token.name == "br":
            cell.parts.append(" ")
            return
        if token.name not in INLINE:
            message = f"<{token.name}> inside a cell; only its text is kept"
            self.issues.append(make_issue("unexpected-tag", "warning", message, token.line))
        if token.name == "a":
            if cell.end_link():
                self.issues.append(make_issue("stray-tag", "info", "<a> opened again before it is closed", token.line))
            if "href" in token.attributes:
                cell.start_link(token.attributes["href"])
                return
        cell.open_tags[token.name] += 1

    def end_inline(self, cell: SourceCell, token: Token) -> None:
        """End what a tag inside a cell marks."""
        if token.name == "a" and cell.end_link():
            return
        if cell.open_tags[token.name]:
            cell.open_tags[token.name] -= 1
        elif token.name not in ("br", "p"):  # HTML reads </br> and </p> as <br> and <p></p>
            self._stray(token)

    def _stray(self, token: Token) -> None:
        self.issues.append(make_issue("stray-tag", "info", f"</{token.name}> closes nothing", token.line))


def lines_inside_cells(text: str, headings: list[int]) -> set[int]:
    """Return those of the lines that stand inside a table cell which is closed: ``# of Tasks`` there is no heading."""
    inside: set[int] = set()
    opened = 0
    for token in iter_tokens(text, []):
        if not token.is_structure:
            continue
        if opened and token.kind == "end" and token.name in ("td", "th"):
            inside.update(headings[bisect_left(headings, opened) : bisect_right(headings, token.line)])
        opened = token.line if token.kind == "start" and token.name in ("td", "th") else 0
    return inside


def _span(value: str | None, *, allow_zero: bool = False) -> int:
    """Read a ``rowspan`` or ``colspan`` as HTML does: leniently, within bounds; ``rowspan=0`` is "to the end"."""
    match = re.match(r"\s*(\d{1,6})", value or "")
    number = int(match[1]) if match else 1
    if number == 0:
        return MAXIMUM_SPAN if allow_zero else 1
    return min(number, MAXIMUM_SPAN)
