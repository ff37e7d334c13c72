from __future__ import annotations

import csv
import io
import json
import pickle
import subprocess
import sys
from datetime import date
from decimal import Decimal
from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode

from itgraph import terms
from itgraph.errors import MissingExtraError
from itgraph.results import (
    FORMATS,
    HTML_CHARACTERS,
    HTML_ROWS,
    Format,
    Table,
    Term,
    Value,
    format_iri,
    format_table,
    make_table,
    printable,
    term_value,
    write_table,
)

CHAT = Literal("chat", language="fr")
ONE = Literal("1", datatype=NamedNode(terms.XSD_INTEGER))
ALPACA = NamedNode(terms.BASE + "model/alpaca")
ESCAPES = "\x1b]0;owned\x07\x1b[31mred\x9b2J\u202edesrever\x00\x7f"
COMMANDS = set("\x1b\x07\x9b\u202e\x00\x7f")


def typed(text: str, datatype: str) -> Literal:
    return Literal(text, datatype=NamedNode(terms.XSD + datatype))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def table() -> Table:
    return Table(
        columns=("word", "count", "thing"),
        rows=((CHAT, ONE, ALPACA), (Literal('a "b", c'), None, BlankNode("x"))),
        summary="Words",
        column_help={"word": "as written"},
    )


# -- Terms as values -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (CHAT, "chat"),
        (ONE, 1),
        (Literal("1"), "1"),
        (ALPACA, "https://w3id.org/itgraph/model/alpaca"),
        (typed("-007", "integer"), -7),
        (typed("7", "nonNegativeInteger"), 7),
        (typed("true", "boolean"), True),
        (typed("0", "boolean"), False),
        (typed("1.50", "decimal"), Decimal("1.50")),
        (typed("1e3", "double"), 1000.0),
        (typed("INF", "float"), float("inf")),
        (typed("2024-10-15", "date"), date(2024, 10, 15)),
        (typed("2023", "gYear"), 2023),
        (typed("-0044", "gYear"), -44),
        (typed("2024-10-15T00:00:00Z", "dateTime"), "2024-10-15T00:00:00Z"),
        # what is ill-typed, or would lose its time zone, stays text
        (typed("many", "integer"), "many"),
        (typed("1_000", "integer"), "1_000"),
        (typed("１", "integer"), "１"),
        (typed("9" * 5000, "integer"), "9" * 5000),
        (typed("yes", "boolean"), "yes"),
        (typed("1,5", "decimal"), "1,5"),
        (typed("infinity", "double"), "infinity"),
        (typed("2023-02-30", "date"), "2023-02-30"),
        (typed("20241015", "date"), "20241015"),
        (typed("2024-10-15Z", "date"), "2024-10-15Z"),
        (typed("2023Z", "gYear"), "2023Z"),
        (BlankNode("x"), "_:x"),
    ],
    ids=str,
)
def test_term_value(term: Term, value: Value) -> None:
    found = term_value(term)
    assert found == value
    assert type(found) is type(value)


def test_not_a_number_is_one() -> None:
    value = term_value(typed("NaN", "double"))
    assert isinstance(value, float)
    assert isnan(value)


@pytest.mark.parametrize("value", ["text", "", 7, -1, 10**15, True, False, Decimal("1.50"), date(2024, 2, 29), 0.5])
def test_values_survive(value: Value) -> None:
    (found,) = make_table(["x"], [[value]]).column("x")
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("iri", "shown"),
    [
        (terms.BASE + "model/alpaca", "itm:alpaca"),
        (terms.BASE + "row/2024-10-15/datasets/3", "itr:2024-10-15/datasets/3"),
        (terms.BASE_MODEL, "itg:baseModel"),
        (terms.RDF_TYPE, "rdf:type"),
        (terms.BASE + "snapshot/2024-10-15", terms.BASE + "snapshot/2024-10-15"),
        (terms.BASE + "model/", terms.BASE + "model/"),
        ("urn:x", "urn:x"),
    ],
)
def test_format_iri(iri: str, shown: str) -> None:
    assert format_iri(iri) == shown


# -- Tables --------------------------------------------------------------------------------------------------


def test_rows_are_mappings_with_attributes(table: Table) -> None:
    first, second = table
    assert first["word"] == first.word == "chat"
    assert list(first) == ["word", "count", "thing"]
    assert list(first.values()) == ["chat", 1, ALPACA.value]
    assert dict(second) == {"word": 'a "b", c', "count": None, "thing": "_:x"}
    assert first.terms == (CHAT, ONE, ALPACA)
    assert second.get("none", 3) == 3
    assert repr(first) == "Row(word='chat', count=1, thing='https://w3id.org/itgraph/model/alpaca')"


def test_missing_columns_are_named(table: Table) -> None:
    with pytest.raises(KeyError, match="no column 'colour'; choose one of word, count, thing"):
        table[0]["colour"]
    with pytest.raises(AttributeError, match="has no 'colour'"):
        _ = table[0].colour
    with pytest.raises(KeyError, match="no column 'colour'"):
        table.column("colour")
    assert not hasattr(table[0], "__fspath__")


def test_columns_named_like_methods_are_read_as_items() -> None:
    (row,) = make_table(["values", "terms", "_x"], [[1, 2, 3]])
    assert [row["values"], row["terms"], row["_x"]] == [1, 2, 3]
    assert list(row.values()) == [1, 2, 3]


def test_tables_compare_by_their_terms(table: Table) -> None:
    assert table == Table(columns=table.columns, rows=table.rows)
    assert hash(table) == hash(Table(columns=table.columns, rows=table.rows))
    other = Table(columns=table.columns, rows=((Literal("chat"), *table.rows[0][1:]), table.rows[1]))
    assert table != other  # the language counts
    assert len(table) == 2
    assert repr(table) == "<Table of 2 rows: word, count, thing>"
    assert str(table) == format_table(table)
    assert not make_table(["x"], [])


def test_tables_and_rows_survive_pickling(table: Table) -> None:
    assert pickle.loads(pickle.dumps(table)) == table  # noqa: S301
    assert pickle.loads(pickle.dumps(table[0])) == table[0]  # noqa: S301


def test_rows_of_another_width_are_no_table() -> None:
    with pytest.raises(ValueError, match="row 2 has 1 cells where there are 2 columns"):
        make_table(["a", "b"], [[1, 2], [3]])


# -- Formats -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("format", "expected"),
    [
        (
            "table",
            """\
word      count  thing
--------  -----  ----------
chat          1  itm:alpaca
a "b", c         _:x
""",
        ),
        (
            "json",
            """\
[
  {"word": "chat", "count": 1, "thing": "https://w3id.org/itgraph/model/alpaca"},
  {"word": "a \\"b\\", c", "count": null, "thing": "_:x"}
]
""",
        ),
        (
            "jsonl",
            """\
{"word": "chat", "count": 1, "thing": "https://w3id.org/itgraph/model/alpaca"}
{"word": "a \\"b\\", c", "count": null, "thing": "_:x"}
""",
        ),
        (
            "csv",
            """\
word,count,thing
chat,1,https://w3id.org/itgraph/model/alpaca
"a ""b"", c",,_:x
""",
        ),
        (
            "tsv",
            """\
word\tcount\tthing
chat\t1\thttps://w3id.org/itgraph/model/alpaca
"a ""b"", c"\t\t_:x
""",
        ),
    ],
)
def test_formats(table: Table, format: Format, expected: str) -> None:
    assert format_table(table, format) == expected


@pytest.mark.parametrize(
    ("format", "expected"),
    [("table", "a  b\n-  -\n"), ("json", "[]\n"), ("jsonl", ""), ("csv", "a,b\n"), ("tsv", "a\tb\n")],
)
def test_no_rows(format: Format, expected: str) -> None:
    assert format_table(make_table(["a", "b"], []), format) == expected


def test_the_formats_are_these() -> None:
    assert FORMATS == ("table", "json", "jsonl", "csv", "tsv")


def test_json_has_plain_values() -> None:
    values: list[Value] = [True, date(2024, 2, 29), Decimal("1.5"), Decimal("2.0"), 0.5, float("inf")]
    (row,) = json.loads(format_table(make_table("abcdef", [values]), "json"))
    assert list(row.values()) == [True, "2024-02-29", 1.5, 2, 0.5, "INF"]
    assert json.loads(format_table(make_table("a", [[float("nan")]]), "jsonl")) == {"a": "NaN"}


@given(st.lists(st.tuples(st.text(st.characters(codec="utf-8")), st.integers()), min_size=1))
def test_programs_read_what_was_written(rows: list[tuple[str, int]]) -> None:
    table = make_table(["text", "number"], rows)
    assert [tuple(row.values()) for row in json.loads(format_table(table, "json"))] == rows
    assert [tuple(json.loads(line).values()) for line in format_table(table, "jsonl").splitlines()] == rows
    for format, separator in (("csv", ","), ("tsv", "\t")):
        text = io.StringIO(format_table(table, format), newline="")  # type: ignore[arg-type]
        read = list(csv.reader(text, delimiter=separator, strict=True))
        assert read == [["text", "number"], *([text, str(number)] for text, number in rows)]


@given(st.text(st.characters(codec="utf-8")))
def test_a_row_of_a_table_is_a_line(text: str) -> None:
    assert len(format_table(make_table(["x"], [[text]])).splitlines()) == 3


def test_columns_align_by_what_a_terminal_shows() -> None:
    lines = format_table(make_table(["name", "n"], [["活字", 5], ["e\u0301", 1000]])).splitlines()
    assert lines == ["name     n", "----  ----", "活字     5", "e\u0301     1000"]


# -- What reaches a terminal and a notebook ------------------------------------------------------------------


@pytest.mark.parametrize("format", FORMATS)
def test_no_command_reaches_a_terminal(format: Format) -> None:
    rows: list[list[Value | Term]] = [[ESCAPES, NamedNode("http://a.example/\u202ex")]]
    terminal = Terminal()
    write_table(make_table([ESCAPES, "[bold]iri[/bold]"], rows), format, terminal)
    shown = terminal.getvalue()
    assert "red" in shown
    # what is left of the escape character is what rich draws the header with
    assert not (COMMANDS - {"\x1b"}) & set(shown)
    assert "\x1b]" not in shown
    assert "\x1b[31m" not in shown
    if format != "table":
        assert "\x1b" not in shown


def test_markup_is_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    terminal = Terminal()
    write_table(make_table(["x"], [["[red]not red[/red] :smile: [link=http://a]b[/link]"]]), "table", terminal)
    assert "[red]not red[/red] :smile: [link=http://a]b[/link]" in terminal.getvalue()


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    terminal = Terminal()
    write_table(make_table(["x", "n"], [["a", 1]]), "table", terminal)
    assert "\x1b[3" not in terminal.getvalue()


@pytest.mark.parametrize("format", ["csv", "tsv"])
def test_a_file_gets_the_very_text(format: Format) -> None:
    file = io.StringIO()
    write_table(make_table(["x"], [[ESCAPES]]), format, file)
    assert ESCAPES in file.getvalue()


def test_standard_output_is_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    write_table(make_table(["x"], [["a"]]), "csv")
    assert capsys.readouterr().out == "x\na\n"


@given(st.text())
def test_printable_says_what_it_hides(text: str) -> None:
    shown = printable(text)
    assert not COMMANDS & set(shown)
    assert shown == text or "\\" in shown


def test_html_is_escaped() -> None:
    hostile = "<script>alert('&')</script>"
    iris = [NamedNode("javascript:alert(1)"), NamedNode("http://a.example/?b='&c=%22")]
    table = make_table(
        [hostile, "b", "c", "n"], [[hostile, *iris, 1]], summary=hostile, column_help={hostile: '" onclick="'}
    )
    html = table._repr_html_()
    assert "<script" not in html
    assert 'onclick="' not in html
    assert 'href="javascript' not in html
    assert '<a href="http://a.example/?b=&#x27;&amp;c=%22">' in html
    assert "&lt;script&gt;" in html
    assert '<td style="text-align: right">1</td>' in html


def test_html_shows_the_first_rows() -> None:
    html = make_table(["n"], [[n] for n in range(HTML_ROWS + 5)])._repr_html_()
    assert html.count("<tr>") == 1 + HTML_ROWS
    assert "and 5 more rows" in html
    assert "and 1 more row<" in make_table(["n"], [[n] for n in range(HTML_ROWS + 1)])._repr_html_()
    assert "more row" not in make_table(["n"], [[n] for n in range(HTML_ROWS)])._repr_html_()


def test_html_shows_the_beginning_of_a_long_text() -> None:
    html = make_table(["n"], [["<" * (HTML_CHARACTERS + 1)], [">" * HTML_CHARACTERS]])._repr_html_()
    assert html.count("&lt;") == HTML_CHARACTERS
    assert html.count("&gt;") == HTML_CHARACTERS
    assert html.count("…") == 1


# -- Data frames ---------------------------------------------------------------------------------------------


def test_to_pandas_has_typed_columns() -> None:
    pytest.importorskip("pandas")
    columns = ["s", "i", "b", "f", "d", "mixed", "none", "big"]
    rows: list[list[Value | None]] = [
        ["a", 1, True, Decimal("0.5"), date(2024, 1, 2), 1, None, 10**30],
        [None, None, None, 2, None, "x", None, 1],
    ]
    literal = Literal(str(10**30), datatype=NamedNode(terms.XSD_INTEGER))
    table = make_table(columns, [[*rows[0][:-1], literal], rows[1]])
    frame = table.to_pandas()
    types = [str(dtype) for dtype in frame.dtypes]
    assert types[:4] == ["string", "Int64", "boolean", "Float64"] or types[0].startswith("str")
    assert types[1:4] == ["Int64", "boolean", "Float64"]
    assert types[4].startswith("datetime64")
    assert types[5:] == ["object", "object", "object"]
    assert list(frame["i"].dropna()) == [1]
    assert list(frame["mixed"]) == [1, "x"]
    assert list(make_table(["a", "b"], []).to_pandas().columns) == ["a", "b"]


def test_to_pandas_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtraError, match=r'pip install "itgraph\[frames\]"'):
        make_table(["x"], [["a"]]).to_pandas()


def test_to_polars_has_the_same_types() -> None:
    pl = pytest.importorskip("polars")
    frame = make_table(
        ["s", "i", "b", "f", "d", "mixed", "none", "big"],
        [
            ["a", 1, True, Decimal("0.5"), date(2024, 1, 2), 1, None, typed(str(10**30), "integer")],
            [None, None, None, 2, None, ALPACA, None, 1],
        ],
    ).to_polars()
    assert frame.dtypes == [pl.String, pl.Int64, pl.Boolean, pl.Float64, pl.Date, pl.String, pl.Null, pl.String]
    assert frame.rows() == [
        ("a", 1, True, 0.5, date(2024, 1, 2), "1", None, str(10**30)),
        (None, None, None, 2.0, None, ALPACA.value, None, "1"),
    ]
    assert make_table(["a", "b"], []).to_polars().columns == ["a", "b"]


def test_to_polars_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(MissingExtraError, match=r'needs polars, .* `pip install "itgraph\[frames\]"`'):
        make_table(["x"], [["a"]]).to_polars()


def several(values: st.SearchStrategy[Value]) -> st.SearchStrategy[list[Value | None]]:
    return st.lists(st.none() | values, max_size=5)


texts = st.text(st.characters(codec="utf-8"), max_size=5)
decimals = st.decimals(min_value=-(10**9), max_value=10**9, places=2)
numbers: st.SearchStrategy[Value] = st.integers() | decimals | st.floats(allow_nan=False)
anything: st.SearchStrategy[Value] = texts | st.booleans() | st.dates() | numbers
FRAMED = {"Int64": "Int64", "boolean": "Boolean", "Float64": "Float64", "datetime64[s]": "Date"}


@given(
    several(texts)
    | several(st.integers() | st.integers(2**63 - 1, 2**63))
    | several(st.booleans())
    | several(st.dates())
    | several(numbers)
    | several(anything)
)
def test_both_kinds_of_frames_hold_the_same(values: list[Value | None]) -> None:
    pd = pytest.importorskip("pandas")
    pytest.importorskip("polars")
    table = make_table(["x"], [[value] for value in values])
    series, other = table.to_pandas()["x"], table.to_polars()["x"]
    held = [None if pd.isna(value) else value for value in series]
    if series.dtype == "object":
        assert held == table.column("x")
        assert str(other.dtype) in {"String", "Null"}
        assert other.to_list() == [None if term is None else term.value for (term,) in table.rows]
    else:
        assert str(other.dtype) == FRAMED.get(str(series.dtype), "String")
        assert [value.date() if str(other.dtype) == "Date" and value else value for value in held] == other.to_list()


@pytest.mark.parametrize("year", [1, 1500, 9999])
def test_days_of_any_year_have_a_place_in_a_frame(year: int) -> None:
    pytest.importorskip("pandas")
    (found,) = make_table(["x"], [[date(year, 2, 3)]]).to_pandas()["x"]
    assert (found.year, found.month, found.day) == (year, 2, 3)


def test_numbers_beyond_all_types_raise_nothing() -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("polars")
    huge = typed("9" * 400, "integer")
    table = make_table(["x"], [[huge], [Decimal("0.5")]])
    assert list(table.to_pandas()["x"]) == table.to_polars()["x"].to_list() == [float("inf"), 0.5]


def test_importing_it_is_cheap() -> None:
    code = "import itgraph.queries, sys; print(*sorted(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = set(run.stdout.split())
    assert "itgraph.results" in loaded
    assert not loaded & {"rdflib", "networkx", "rich", "pandas", "pyshacl", "rapidfuzz", "click"}


def test_a_table_wider_than_the_terminal_is_written_record_by_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    table = make_table(["name", "link"], [["Alpaca", "https://example.org/" + "x" * 40], ["Vicuna", None]])
    terminal = Terminal()
    write_table(table, "table", terminal)
    assert terminal.getvalue() == f"name  Alpaca\nlink  https://example.org/{'x' * 40}\n\nname  Vicuna\nlink  \n"
