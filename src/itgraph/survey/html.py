"""HTML tables in a README, as written by hand: rows and cells with their lines, whatever is left open or closed twice.

The standard library's parser is used rather than lxml because it tells the line of every start *and* end tag, and of the
end tags that match nothing; a tree builder has thrown both away by the time it is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from itgraph.records import Issue, Link, Severity, Span

_MAXIMUM_SPAN = 1000
"""No table is wider; rowspans beyond the end of a table are cut there anyway."""

_INLINE_TAGS = frozenset("a b i em strong br sup sub span code p div small u s del font center tt kbd ul li".split())


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
    open_tags: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text of the cell: white space as HTML shows it, but a blank at the end of the line is kept."""
        return re.sub(r"[ \t\r\f\v]*\n\s*", "\n", "".join(self.parts)).strip("\n").replace("\n", " ")


@dataclass(slots=True)
class SourceRow:
    """A ``tr`` while it is read; ``end`` is the line of its end tag, or of the last thing in it."""

    start: int
    end: int
    cells: list[SourceCell] = field(default_factory=list)


@dataclass(slots=True)
class SourceTable:
    """A table while it is read. ``has_header`` is false for rows that stand outside every table."""

    start: int
    end: int
    rows: list[SourceRow] = field(default_factory=list)
    is_orphan: bool = False


def scan_tables(text: str, code_lines: frozenset[int], heading_lines: frozenset[int]) -> tuple[list[SourceTable], list[Issue]]:
    """Find the HTML tables of a README; ``code_lines`` are not looked at."""
    scanner = _Scanner(heading_lines)
    masked, issues = _mask(text, code_lines)
    scanner.feed(masked)
    scanner.close()
    scanner.finish(masked.count("\n") + 1)
    return scanner.tables, issues + scanner.issues


def read_fragment(html: str) -> SourceCell:
    """Read the content of one cell that stands outside a table (a cell of a pipe table)."""
    scanner = _Scanner(frozenset())
    scanner.feed(f"<table><tr><td>{html}")
    scanner.close()
    scanner.finish(1)
    rows = scanner.tables[0].rows
    return rows[0].cells[0] if rows and rows[0].cells else SourceCell(line=1)


def _issue(code: str, severity: Severity, message: str, line: int) -> Issue:
    return Issue(code=code, severity=severity, message=message, span=Span(start=line, end=line))


_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# A quote that is still open where its tag, line or the next tag begins: without its end the parser would take the rows
# that follow for the value of the attribute.
_OPEN_QUOTE = re.compile(r"(<[A-Za-z][^<>\n]*?=\s*)\"([^\"<>\n]*)(?=[<>\n])")


def _mask(text: str, code_lines: frozenset[int]) -> tuple[str, list[Issue]]:
    """Blank out what is not HTML (code, comments) without moving a line, and end quotes that were left open."""
    issues: list[Issue] = []
    lines = text.split("\n")
    for number in code_lines:
        lines[number - 1] = ""
    for index, line in enumerate(lines):
        if "`" in line and "<" in line and not re.search(r"<t[dhr]\b", line, re.IGNORECASE):
            lines[index] = re.sub(r"`[^`\n]+`", lambda match: match[0].replace("<", " "), line)
    masked = "\n".join(lines)
    masked = _COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), masked)
    masked = re.sub(r"<(?=[!?])", " ", masked)

    def end_quote(match: re.Match[str]) -> str:
        # Attributes before this one have an even number of quotes, or this is the middle of one of them.
        if match[1].count('"') % 2:
            return match[0]
        line = masked.count("\n", 0, match.start(2)) + 1
        issues.append(_issue("unclosed-quote", "warning", f"the quote before {match[2][:60]!r} is never closed; closed here", line))
        return f'{match[1]}"{match[2].rstrip()}"'

    return _OPEN_QUOTE.sub(end_quote, masked), issues


class _Scanner(HTMLParser):
    """Collects tables from the stream of tags. End tags that HTML lets one leave out are implied."""

    def __init__(self, heading_lines: frozenset[int]) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[SourceTable] = []
        self.issues: list[Issue] = []
        self._open: list[tuple[SourceTable, SourceRow | None, SourceCell | None]] = []
        self._table: SourceTable | None = None
        self._row: SourceRow | None = None
        self._cell: SourceCell | None = None
        self._headings = sorted(heading_lines)

    def set_cdata_mode(self, *_args: object, **_options: object) -> None:
        """Never stop looking for tags: an unclosed ``<script>`` in a cell must not swallow the rows after it."""

    # -- what the parser calls ---------------------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        values = {name: value or "" for name, value in attrs}
        if tag == "table":
            self._start_table(line)
        elif tag == "tr":
            if self._table is None:
                self.issues.append(_issue("orphan-row", "error", "a row stands outside every table", line))
                self._table = SourceTable(start=line, end=line, is_orphan=True)
                self.tables.append(self._table)
            self._end_row(line - 1)
            self._row = SourceRow(start=line, end=line)
            self._table.rows.append(self._row)
        elif tag in ("td", "th"):
            if self._table is None:
                return
            self._end_cell(line)
            if self._row is None:
                self.issues.append(_issue("stray-tag", "warning", f"<{tag}> stands outside every row; a row begins here", line))
                self._row = SourceRow(start=line, end=line)
                self._table.rows.append(self._row)
            self._cell = SourceCell(
                line=line,
                is_header=tag == "th",
                rowspan=_span(values.get("rowspan"), allow_zero=True),
                colspan=_span(values.get("colspan")),
            )
            self._row.cells.append(self._cell)
        elif self._cell is not None:
            self._start_inline(tag, values, line)
        if self._row is not None:
            self._row.end = max(self._row.end, line)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in ("td", "th", "tr", "table"):
            self._close_inline(tag)

    def handle_endtag(self, tag: str) -> None:
        line = self.getpos()[0]
        if tag == "table" and self._table is not None:
            self._end_table(line)
        elif tag == "tr":
            if self._row is not None:
                self._row.end = line
                self._end_row(line)
            elif self._table is not None:
                self._stray(tag, line)
        elif tag in ("td", "th"):
            if self._cell is not None:
                self._end_cell(line)
            elif self._table is not None:
                self._stray(tag, line)
        elif self._cell is not None and not self._close_inline(tag):
            self._stray(tag, line)
        elif self._cell is None and self._row is not None:
            self._stray(tag, line)

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.parts.append(data)
            if self._row is not None and data.strip():
                line = self.getpos()[0] + data.rstrip().count("\n")
                self._row.end = max(self._row.end, line)
        elif self._table is not None and data.strip() and self._table.rows:
            line = self.getpos()[0] + data[: len(data) - len(data.lstrip())].count("\n")
            if not any(self._table.start < heading <= line for heading in self._headings):
                shown = " ".join(data.split())
                message = f"text between cells is in no cell and was left out: {shown[:80]!r}"
                self.issues.append(_issue("stray-text", "warning", message, line))

    # -- the parts of a table ----------------------------------------------------------------------------------------

    def finish(self, last_line: int) -> None:
        """End what the document leaves open."""
        while self._table is not None:
            self._unclosed(last_line)

    def _start_table(self, line: int) -> None:
        if self._table is not None:
            heading_between = any(self._table.start < heading < line for heading in self._headings)
            if self._table.is_orphan or heading_between or self._cell is None:
                self._unclosed(line - 1)
            else:
                self.issues.append(_issue("nested-table", "warning", "a table inside a cell is read as a table of its own", line))
                self._open.append((self._table, self._row, self._cell))
        self._table, self._row, self._cell = SourceTable(start=line, end=line), None, None
        self.tables.append(self._table)

    def _unclosed(self, line: int) -> None:
        assert self._table is not None
        if not self._table.is_orphan:
            message = f"the table of line {self._table.start} is never closed; the text may have been cut off"
            self.issues.append(_issue("unclosed-table", "error", message, self._table.start))
        self._end_table(line)

    def _end_table(self, line: int) -> None:
        assert self._table is not None
        self._end_row(line)
        self._table.end = line
        self._table, self._row, self._cell = self._open.pop() if self._open else (None, None, None)

    def _end_row(self, line: int) -> None:
        """End the open row; where its end tag is missing it ended with the last thing in it, not here."""
        self._end_cell(line)
        self._row = None

    def _end_cell(self, line: int) -> None:
        cell, self._cell = self._cell, None
        if cell is None:
            return
        if cell.open_link is not None:
            self._end_link(cell)
            self.issues.append(_issue("stray-tag", "warning", "<a> is not closed in its cell", cell.line))

    def _start_inline(self, tag: str, values: dict[str, str], line: int) -> None:
        cell = self._cell
        assert cell is not None
        if tag == "br":
            cell.parts.append(" ")
            return
        if tag not in _INLINE_TAGS:
            self.issues.append(_issue("unexpected-tag", "warning", f"<{tag}> inside a cell; only its text is kept", line))
        if tag == "a":
            if cell.open_link is not None:
                self._end_link(cell)
                self._stray("a", line, "opened again before it is closed")
            if "href" in values:
                cell.open_link = values["href"], len(cell.parts)
                return
        if tag not in ("img", "hr", "input", "wbr"):
            cell.open_tags.append(tag)

    def _close_inline(self, tag: str) -> bool:
        cell = self._cell
        if cell is None:
            return False
        if tag == "a" and cell.open_link is not None:
            self._end_link(cell)
            return True
        if tag in cell.open_tags:
            cell.open_tags.remove(tag)
            return True
        return tag in ("br", "p", "img", "hr")

    @staticmethod
    def _end_link(cell: SourceCell) -> None:
        assert cell.open_link is not None
        href, start = cell.open_link
        cell.links.append(Link(text=" ".join("".join(cell.parts[start:]).split()), href=href))
        cell.open_link = None

    def _stray(self, tag: str, line: int, why: str = "closes nothing") -> None:
        self.issues.append(_issue("stray-tag", "info", f"</{tag}> {why}" if why == "closes nothing" else f"<{tag}> {why}", line))


def _span(value: str | None, *, allow_zero: bool = False) -> int:
    """Read a ``rowspan`` or ``colspan`` as HTML does: leniently, within bounds; ``rowspan=0`` is "to the end"."""
    match = re.match(r"\s*(\d{1,6})", value or "")
    number = int(match[1]) if match else 1
    if number == 0:
        return _MAXIMUM_SPAN if allow_zero else 1
    return min(number, _MAXIMUM_SPAN)
