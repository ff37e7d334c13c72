"""Tables of results: RDF terms inside, plain Python values and five formats outside.

A :class:`Table` keeps the terms as the store gave them, with their datatypes and languages. Its rows are read
as Python values:

============================================ ============================================================
IRI                                          ``str``, in full
``xsd:integer`` and the types derived of it  ``int``
``xsd:boolean``                              ``bool``
``xsd:decimal``                              ``Decimal``
``xsd:double``, ``xsd:float``                ``float``
``xsd:date`` without a time zone             ``datetime.date``
``xsd:gYear`` without a time zone            ``int``: years are compared and counted with, and 2023 is one
anything else, and ill-typed literals        ``str``: the text as it stands
no value (unbound)                           ``None``
============================================ ============================================================

Values are data, never commands: no control character reaches a terminal, and no ``<`` a notebook.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from html import escape as escape_html
from math import isfinite
from typing import TYPE_CHECKING, Any, Literal, TextIO, TypeAlias
from unicodedata import combining, east_asian_width

import pyoxigraph
from pyoxigraph import BlankNode, NamedNode

from itgraph import terms
from itgraph.extras import require_extra
from itgraph.plurals import counted

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

__all__ = [
    "FORMATS",
    "Format",
    "Row",
    "Table",
    "Term",
    "Value",
    "format_iri",
    "format_table",
    "html_link",
    "html_text",
    "make_table",
    "printable",
    "term_value",
    "write_table",
]

Term: TypeAlias = NamedNode | pyoxigraph.Literal | BlankNode
"""What a cell holds."""

Value: TypeAlias = str | int | float | Decimal | date
"""What a cell is in Python (a ``bool`` is an ``int``)."""

Format = Literal["table", "json", "jsonl", "csv", "tsv"]
FORMATS: tuple[Format, ...] = ("table", "json", "jsonl", "csv", "tsv")

HTML_ROWS = 100
"""How many rows a notebook shows."""

HTML_CHARACTERS = 2000
"""How much of one text a notebook shows: a graph may hold whole books."""


# -- Terms as values -----------------------------------------------------------------------------------------


def term_value(term: Term) -> Value:
    """Return the Python value of a term; the text of a literal that is not what its datatype says.

    >>> from pyoxigraph import Literal, NamedNode
    >>> term_value(Literal("1", datatype=NamedNode(terms.XSD_INTEGER))), term_value(Literal("1"))
    (1, '1')
    >>> term_value(Literal("2023", datatype=NamedNode(terms.XSD_G_YEAR)))
    2023
    >>> term_value(Literal("chat", language="fr"))
    'chat'
    >>> term_value(Literal("many", datatype=NamedNode(terms.XSD_INTEGER)))
    'many'
    """
    if isinstance(term, pyoxigraph.Literal) and term.datatype.value in _READERS:
        pattern, read = _READERS[term.datatype.value]
        if pattern.fullmatch(term.value):
            try:
                return read(term.value)
            except ValueError:  # 30 February; more digits than Python reads
                return str(term.value)
    return _text(term)


def _text(term: Term) -> str:
    """Return a term as plain text."""
    return term.value if isinstance(term, NamedNode | pyoxigraph.Literal) else str(term)


# Python reads more than XML Schema allows (1_000, full-width digits, 20241015): the patterns come first.
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DOUBLE = re.compile(rf"{_DECIMAL.pattern}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN")
_BOOLEAN = re.compile(r"true|false|1|0")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR = re.compile(r"-?[0-9]{4,}")

_INTEGER_TYPES = """integer long int short byte nonNegativeInteger positiveInteger nonPositiveInteger
    negativeInteger unsignedLong unsignedInt unsignedShort unsignedByte""".split()

_READERS: dict[str, tuple[re.Pattern[str], Callable[[str], Value]]] = {
    **{terms.XSD + name: (_INTEGER, int) for name in _INTEGER_TYPES},
    terms.XSD_BOOLEAN: (_BOOLEAN, lambda text: text in {"true", "1"}),
    terms.XSD + "decimal": (_DECIMAL, Decimal),
    terms.XSD + "double": (_DOUBLE, float),
    terms.XSD + "float": (_DOUBLE, float),
    terms.XSD_DATE: (_DATE, date.fromisoformat),
    terms.XSD_G_YEAR: (_YEAR, int),
}


def format_iri(iri: str) -> str:
    """Return the CURIE of an IRI; the IRI itself, where no prefix of ours fits.

    >>> format_iri("https://w3id.org/itgraph/model/alpaca"), format_iri("https://example.org/alpaca")
    ('itm:alpaca', 'https://example.org/alpaca')
    """
    for prefix, namespace in _LONGEST_FIRST:
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


_LONGEST_FIRST = sorted(terms.PREFIXES.items(), key=lambda pair: -len(pair[1]))


# -- Tables --------------------------------------------------------------------------------------------------


class Row(Mapping[str, "Value | None"]):
    """One row: a read-only mapping from column to Python value, with columns as attributes too.

    A column that has the name of a method of mappings (``values``) is read as ``row["values"]``.
    """

    __slots__ = ("_columns", "terms")

    def __init__(self, columns: tuple[str, ...], terms: tuple[Term | None, ...]) -> None:
        self._columns = columns
        self.terms = terms
        """The terms behind the values, in the order of the columns."""

    def __getitem__(self, column: str) -> Value | None:
        try:
            term = self.terms[self._columns.index(column)]
        except ValueError:
            raise KeyError(f"no column {column!r}; choose one of {', '.join(self._columns)}") from None
        return None if term is None else term_value(term)

    def __getattr__(self, column: str) -> Value | None:
        if column.startswith("_") or column not in self._columns:
            raise AttributeError(f"a row of {', '.join(self._columns)} has no {column!r}", name=column, obj=self)
        return self[column]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __repr__(self) -> str:
        return f"Row({', '.join(f'{column}={value!r}' for column, value in self.items())})"

    def __reduce__(self) -> tuple[type[Row], tuple[tuple[str, ...], tuple[Term | None, ...]]]:
        return Row, (self._columns, self.terms)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Table:
    """The answer to a SELECT query. Two tables are equal if their columns and their terms are.

    >>> table = make_table(["model", "size"], [["Alpaca", 7], ["Vicuna", None]])
    >>> [row.model for row in table if row["size"] is None]
    ['Vicuna']
    >>> table[0].size
    7
    >>> table[0].colour
    Traceback (most recent call last):
        ...
    AttributeError: a row of model, size has no 'colour'
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    summary: str = field(default="", compare=False)
    column_help: Mapping[str, str] = field(default_factory=dict, compare=False)

    def __iter__(self) -> Iterator[Row]:
        return (Row(self.columns, row) for row in self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> Row:
        return Row(self.columns, self.rows[index])

    def __str__(self) -> str:
        return format_table(self)

    def __repr__(self) -> str:
        count = counted(len(self), "row")
        return f"<Table of {count}: {', '.join(self.columns)}>"

    def column(self, name: str) -> list[Value | None]:
        """Return the values of one column.

        Raises:
            KeyError: there is no such column.
        """
        if name not in self.columns:
            raise KeyError(f"no column {name!r}; choose one of {', '.join(self.columns)}")
        index = self.columns.index(name)
        return [None if term is None else term_value(term) for term in (row[index] for row in self.rows)]

    def to_pandas(self) -> pd.DataFrame:
        """Return a data frame of pandas; columns of one type have its own nullable type, mixed ones are objects.

        Decimals and doubles are ``Float64``, where pandas has no other "not a number" than a missing value.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        require_extra("a data frame of pandas", "pandas")
        import pandas as pd

        return pd.DataFrame({name: _series(pd, self.column(name)) for name in self.columns}, columns=list(self.columns))

    def to_polars(self) -> pl.DataFrame:
        """Return a data frame of polars, with the types that :meth:`to_pandas` has.

        What polars has no type for is text: a column of several types, and integers of more than 64 bits.

        Raises:
            MissingExtraError: polars is not installed.
        """
        require_extra("a data frame of polars", "polars")
        import polars as pl

        dtypes = {int: pl.Int64, bool: pl.Boolean, float: pl.Float64, date: pl.Date, type(None): pl.Null}
        frame = []
        for place, name in enumerate(self.columns):
            kind, values = _of_one_type(self.column(name))
            if kind is object:
                values = [None if term is None else _text(term) for term in (row[place] for row in self.rows)]
            frame.append(pl.Series(name, values, dtype=dtypes.get(kind, pl.String)))
        return pl.DataFrame(frame)

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the first rows, with names as links."""
        right = _numeric_columns(self)
        head = "".join(f"<th{_title(self.column_help.get(name))}>{html_text(name)}</th>" for name in self.columns)
        body = "".join(f"<tr>{_html_cells(row, right)}</tr>\n" for row in self.rows[:HTML_ROWS])
        left_out = len(self) - HTML_ROWS
        more = f"<p>… and {counted(left_out, 'more row')}</p>" if left_out > 0 else ""
        caption = f"<caption>{html_text(self.summary)}</caption>" if self.summary else ""
        return f"<table>{caption}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>{more}"


def make_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[Term | Value | None]],
    *,
    summary: str = "",
    column_help: Mapping[str, str] | None = None,
) -> Table:
    """Make a table of plain values; whoever wants an IRI gives a ``NamedNode``.

    Raises:
        ValueError: a row has too few or too many cells.

    >>> make_table(["code", "count"], [["blank-row", 3]]).rows[0][1].datatype.value == terms.XSD_INTEGER
    True
    """
    made = tuple(tuple(None if cell is None else _make_term(cell) for cell in row) for row in rows)
    for number, row in enumerate(made, 1):
        if len(row) != len(columns):
            raise ValueError(f"row {number} has {len(row)} cells where there are {len(columns)} columns")
    return Table(columns=tuple(columns), rows=made, summary=summary, column_help=column_help or {})


def _make_term(value: Term | Value) -> Term:
    if isinstance(value, NamedNode | pyoxigraph.Literal | BlankNode):
        return value
    if isinstance(value, Decimal):
        return pyoxigraph.Literal(f"{value:f}", datatype=NamedNode(terms.XSD + "decimal"))
    if isinstance(value, date):
        return pyoxigraph.Literal(value.isoformat(), datatype=NamedNode(terms.XSD_DATE))
    return pyoxigraph.Literal(value)


_INT64 = range(-(2**63), 2**63)


def _of_one_type(values: list[Any]) -> tuple[type, list[Any]]:
    """Return the type that all values of a column have, and the values in it.

    It is ``object`` where they have several (and for integers of more than 64 bits), and that of ``None`` where there
    are none.

    >>> _of_one_type([1, None, Decimal("0.5")]), _of_one_type([1, "x"])[0], _of_one_type([None])[0]
    ((<class 'float'>, [1.0, None, 0.5]), <class 'object'>, <class 'NoneType'>)
    """
    kinds = {type(value) for value in values if value is not None}
    if not kinds:
        return type(None), values
    if kinds == {int}:
        return (int if all(value is None or value in _INT64 for value in values) else object), values
    if kinds <= {int, float, Decimal}:
        # By its text: an integer that is too large for a float is infinite, as a decimal is, and raises nothing.
        return float, [None if value is None else float(str(value)) for value in values]
    return (kinds.pop() if len(kinds) == 1 else object), values


def _series(pd: Any, values: list[Any]) -> Any:
    """Return values as a series of pandas."""
    kind, values = _of_one_type(values)
    if kind is date:
        import numpy as np

        # In seconds: nanoseconds, which pandas would take before its version 3, begin in 1677.
        return pd.Series(np.array(values, dtype="datetime64[s]"))
    dtype = {int: "Int64", bool: "boolean", str: "string", float: "Float64"}.get(kind, "object")
    return pd.Series(values, dtype=dtype)


# -- Formats -------------------------------------------------------------------------------------------------


def write_table(table: Table, format: Format = "table", stream: TextIO | None = None) -> None:
    r"""Write a table to a stream, by default the standard output.

    On a terminal a table is drawn, or written record by record where it is too wide, and in every format control
    characters are shown as escapes (``\x1b``). Into a file or a pipe go exactly the bytes of :func:`format_table`.
    """
    stream = stream or sys.stdout
    if not stream.isatty():
        stream.write(format_table(table, format))
    elif format == "table":
        _draw(table, stream)
    else:
        stream.write(printable(format_table(table, format)))


def format_table(table: Table, format: Format = "table") -> str:
    r"""Return a table as text that ends with a line feed.

    ``table`` is for people: aligned, IRIs as CURIEs, white space and control characters made harmless. The
    others are for programs and exact: ``json`` and ``jsonl`` have values of their types and ``null``; ``csv``
    (RFC 4180, but for the line feeds) and ``tsv`` the text of each term, and nothing where there is no value.

    >>> table = make_table(["name", "note"], [["Alpaca", 'says "hi" twice'], ["Vicuna", None]])
    >>> print(format_table(table), end="")
    name    note
    ------  ---------------
    Alpaca  says "hi" twice
    Vicuna
    >>> print(format_table(table, "csv"), end="")
    name,note
    Alpaca,"says ""hi"" twice"
    Vicuna,
    >>> print(format_table(table, "jsonl"), end="")
    {"name": "Alpaca", "note": "says \"hi\" twice"}
    {"name": "Vicuna", "note": null}
    """
    return _FORMATTERS[format](table)


def _format_plain(table: Table) -> str:
    right = _numeric_columns(table)
    lines = [
        [printable(name, keep="") for name in table.columns],
        *([_cell(t) for t in row] for row in table.rows),
    ]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    return "".join(_align(line, widths, right) + "\n" for line in lines)


def _align(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = []
    for cell, width, numeric in zip(cells, widths, right, strict=True):
        padding = " " * (width - _width(cell))
        padded.append(padding + cell if numeric else cell + padding)
    return "  ".join(padded).rstrip()


def _draw(table: Table, stream: TextIO) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table as Drawing
    from rich.text import Text

    console = Console(file=stream, highlight=False)
    if table.rows and max(map(_width, _format_plain(table).splitlines())) > console.width:
        # Too wide for columns, which would be cut into slivers: a record below the other, as psql does it.
        stream.write(_format_records(table))
        return
    drawing = Drawing(box=box.SIMPLE_HEAD, pad_edge=False)
    for name, numeric in zip(table.columns, _numeric_columns(table), strict=True):
        drawing.add_column(
            Text(printable(name, keep="")),
            justify="right" if numeric else "left",
            overflow="fold",
            no_wrap=numeric,
        )
    for row in table.rows:
        drawing.add_row(*(Text(_cell(term)) for term in row))  # Text: a value is not markup
    console.print(drawing)


def _format_records(table: Table) -> str:
    names = [printable(name, keep="") for name in table.columns]
    width = max(map(_width, names))
    records = (
        "".join(f"{name}{' ' * (width - _width(name))}  {_cell(term)}\n" for name, term in zip(names, row, strict=True))
        for row in table.rows
    )
    return "\n".join(records)


def _format_json(table: Table) -> str:
    if not table.rows:
        return "[]\n"
    return "[\n  " + ",\n  ".join(map(_json_object, table)) + "\n]\n"


def _format_jsonl(table: Table) -> str:
    return "".join(_json_object(row) + "\n" for row in table)


def _json_object(row: Row) -> str:
    text = json.dumps({name: _json_value(value) for name, value in row.items()}, ensure_ascii=False)
    # What JSON leaves as it is but a terminal or a script may act on: DEL, C1, separators and overrides. They
    # can only stand in strings, where the escape means the same.
    return _CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _json_value(value: Value | None) -> str | float | None:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float) and not isfinite(value):
        return {"inf": "INF", "-inf": "-INF"}.get(str(value), "NaN")  # JSON has no number for these
    return value


def _format_separated(table: Table, separator: str) -> str:
    lines = [table.columns, *(["" if t is None else _text(t) for t in row] for row in table.rows)]
    return "".join(separator.join(_quote(cell, separator) for cell in line) + "\n" for line in lines)


def _quote(cell: str, separator: str) -> str:
    # The csv module leaves a carriage return bare when lines end with a line feed; other readers break there.
    if any(character in cell for character in (separator, '"', "\n", "\r")):
        return '"' + cell.replace('"', '""') + '"'
    return cell


_FORMATTERS: dict[Format, Callable[[Table], str]] = {
    "table": _format_plain,
    "json": _format_json,
    "jsonl": _format_jsonl,
    "csv": lambda table: _format_separated(table, ","),
    "tsv": lambda table: _format_separated(table, "\t"),
}


# -- What people see -----------------------------------------------------------------------------------------

# C0, DEL and C1 move the cursor, recolour, retitle; U+2028 and U+2029 break lines; the others reorder text.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def printable(text: str, keep: str = "\n\t") -> str:
    r"""Show the characters that a terminal would act on as escapes, but for those to ``keep``.

    >>> print(printable("\x1b[31mred"))
    \x1b[31mred
    """

    def escape(match: re.Match[str]) -> str:
        character = match[0]
        return character if character in keep else ascii(character)[1:-1]

    return _CONTROLS.sub(escape, text)


def _cell(term: Term | None) -> str:
    """Return a term on one line, for people."""
    if term is None:
        return ""
    text = format_iri(term.value) if isinstance(term, NamedNode) else _text(term)
    return printable(re.sub(r"[\t\n\r]+", " ", text))


def _width(text: str) -> int:
    """Return how many columns a text takes in a terminal."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def _numeric_columns(table: Table) -> list[bool]:
    """Return which columns hold numbers and nothing else."""
    numeric = [False] * len(table.columns)
    for index in range(len(table.columns)):
        found = [row[index] for row in table.rows if row[index] is not None]
        numeric[index] = bool(found) and all(map(_is_number, found))
    return numeric


def _is_number(term: Term | None) -> bool:
    return isinstance(term, pyoxigraph.Literal) and term.datatype.value in _NUMBERS


_NUMBERS = {datatype for datatype, (pattern, _) in _READERS.items() if pattern in (_INTEGER, _DECIMAL, _DOUBLE)}


def html_text(text: str) -> str:
    """Return HTML that shows a text as it is, and of a very long one the beginning.

    >>> html_text("a < b")
    'a &lt; b'
    """
    return escape_html(printable(text if len(text) <= HTML_CHARACTERS else f"{text[:HTML_CHARACTERS]}…"))


def html_link(address: str, text: str) -> str:
    """Return HTML that shows a text, as a link where the address is one of the web.

    >>> html_link("https://example.org/a", "Alpaca")
    '<a href="https://example.org/a">Alpaca</a>'
    >>> html_link("javascript:alert(1)", "Alpaca")
    'Alpaca'
    """
    if not address.startswith(("https://", "http://")):
        return html_text(text)
    return f'<a href="{escape_html(printable(address))}">{html_text(text)}</a>'


def _title(text: str | None) -> str:
    return f' title="{html_text(text)}"' if text else ""


def _html_cells(row: Sequence[Term | None], right: Sequence[bool]) -> str:
    cells = []
    for term, numeric in zip(row, right, strict=True):
        text = _cell(term)
        shown = html_link(term.value, text) if isinstance(term, NamedNode) else html_text(text)
        cells.append(f'<td style="text-align: {"right" if numeric else "left"}">{shown}</td>')
    return "".join(cells)
