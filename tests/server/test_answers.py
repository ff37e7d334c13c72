from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from xml.etree import ElementTree

import pyoxigraph
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple

from itgraph.errors import ExportError, QueryError
from itgraph.results import Table
from itgraph.server.answers import GRAPH_TYPES, RESULT_TYPES, Answer, Question, answer
from itgraph.server.limits import Limits
from itgraph.store import EmbeddedStore

P = NamedNode("https://example.org/p")
# What is hard to cut at the right place: brackets, quotes, line ends and separators of every format.
ODD = ['}},{"', '"', "a\nb\r\nc", ",\t;", "<result>", "\\", "é\U0001f600", ""]
STORE = EmbeddedStore(
    [
        *(Quad(NamedNode(f"https://example.org/{number}"), P, Literal(text)) for number, text in enumerate(ODD)),
        Quad(NamedNode("https://example.org/l"), P, Literal("chat", language="fr")),
        Quad(NamedNode("https://example.org/n"), P, Literal(1)),
        Quad(NamedNode("https://example.org/b"), P, BlankNode("x")),
    ]
)
SELECT = (
    "SELECT ?s ?o ?none { ?s <https://example.org/p> ?o OPTIONAL { ?s <https://example.org/q> ?none } } ORDER BY ?s"
)
ALL = 11


def ask(sparql: str, media_type: str, limits: Limits | None = None, store: object = STORE) -> Answer:
    def choose(offered: Sequence[str]) -> str:
        assert media_type in offered
        return media_type

    return answer(store, Question(sparql=sparql), choose, limits or Limits())  # type: ignore[arg-type]


def read(found: Answer) -> list[tuple[object, ...]]:
    rows = pyoxigraph.parse_query_results(found.body, format=RESULT_TYPES[found.media_type])
    assert isinstance(rows, pyoxigraph.QuerySolutions)
    return [tuple(row) for row in rows]


def rows_in(found: Answer) -> int:
    """The number of rows, counted without the engine."""
    if "json" in found.media_type:
        return len(json.loads(found.body)["results"]["bindings"])
    if "xml" in found.media_type:
        return len(ElementTree.fromstring(found.body)[1])  # noqa: S314 - we wrote it
    if found.media_type == "text/csv":
        return len(list(csv.reader(io.StringIO(found.body.decode(), newline="")))) - 1
    return found.body.decode().count("\n") - 1


@pytest.mark.parametrize("media_type", RESULT_TYPES)
@pytest.mark.parametrize("most", [0, 1, 2, 7, ALL - 1, ALL, ALL + 1, 1000])
def test_an_answer_has_as_many_rows_as_are_allowed(media_type: str, most: int) -> None:
    found = ask(SELECT, media_type, Limits(rows=most))
    assert rows_in(found) == min(most, ALL)
    assert found.left_out == (f"rows={most}" if most < ALL else "")


@pytest.mark.parametrize("media_type", ["application/json", "application/xml", "text/tab-separated-values"])
def test_the_rows_that_are_kept_are_those_of_the_whole_answer(media_type: str) -> None:
    whole = read(ask(SELECT, media_type))
    assert len(whole) == ALL
    assert read(ask(SELECT, media_type, Limits(rows=5))) == whole[:5]


@pytest.mark.parametrize("media_type", RESULT_TYPES)
@pytest.mark.parametrize("size", [1, 200, 600, 100_000])
def test_an_answer_is_no_larger_than_is_allowed_and_well_formed(media_type: str, size: int) -> None:
    found = ask(SELECT, media_type, Limits(bytes=size))
    assert found.left_out in {"", f"bytes={size}"}
    assert (rows_in(found) < ALL) == bool(found.left_out)


def test_the_two_ways_of_writing_give_the_same() -> None:
    whole = ask(SELECT, "application/json")
    # A bound that is not reached, but cannot be ruled out from the outside: ODD holds what looks like rows.
    again = ask(SELECT, "application/json", Limits(rows=ALL))
    assert not again.left_out
    assert json.loads(again.body) == json.loads(whole.body)


def test_a_character_that_xml_cannot_hold_is_said_and_not_written() -> None:
    store = EmbeddedStore([Quad(P, P, Literal("bell \x07"))])
    with pytest.raises(ExportError, match="JSON"):
        ask("SELECT ?o { ?s ?p ?o }", "application/sparql-results+xml", store=store)
    assert b"bell" in ask("SELECT ?o { ?s ?p ?o }", "application/json", store=store).body


@pytest.mark.parametrize("media_type", GRAPH_TYPES)
def test_triples_can_be_had_in_every_format(media_type: str) -> None:
    found = ask("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(!isBlank(?o) && ?o != '') }", media_type)
    read_back = {quad.triple for quad in pyoxigraph.parse(found.body, format=GRAPH_TYPES[media_type])}
    assert len(read_back) == ALL - 2
    assert not found.left_out


def test_triples_are_bounded_too() -> None:
    query = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"
    few = ask(query, "application/n-triples", Limits(rows=3))
    assert (few.body.count(b"\n"), few.left_out) == (3, "triples=3")
    small = ask(query, "application/n-triples", Limits(bytes=250))
    assert len(small.body) <= 250
    assert small.left_out == "bytes=250"
    none = ask(query, "application/n-triples", Limits(bytes=1))
    assert (none.body, none.left_out) == (b"", "bytes=1")


def test_a_graph_that_is_given_twice_has_the_same_bytes() -> None:
    query = "CONSTRUCT { ?s ?p ?o . ?s ?p ?o } { ?s ?p ?o FILTER(!isBlank(?o)) }"
    assert ask(query, "text/turtle") == ask(query, "text/turtle")
    assert ask(query, "application/n-triples").body.splitlines() == sorted(
        set(ask(query, "application/n-triples").body.splitlines())
    )


class _Elsewhere:
    """A store that gives what stores of another kind than the embedded one give."""

    def __init__(self, found: Table | bool | list[Triple]) -> None:
        self._found = found

    def query(self, sparql: str) -> Table | bool | list[Triple]:
        assert sparql
        return self._found


TERMS = (
    NamedNode("https://example.org/a"),
    BlankNode("b"),
    Literal('"quoted" \\ \n \u2028 é'),
    Literal("chat", language="fr"),
    Literal("1.50", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#decimal")),
    Literal(""),
)


@pytest.mark.parametrize("media_type", ["application/json", "application/xml", "text/tab-separated-values"])
def test_a_table_from_elsewhere_is_written_as_one_of_the_engine(media_type: str) -> None:
    table = Table(columns=("term", "none"), rows=tuple((term, None) for term in TERMS))
    assert read(ask("SELECT ?term ?none {}", media_type, store=_Elsewhere(table))) == [(term, None) for term in TERMS]


def test_yes_no_and_triples_from_elsewhere_too() -> None:
    for said in (True, False):
        body = ask("ASK {}", "application/sparql-results+json", store=_Elsewhere(said)).body
        assert json.loads(body)["boolean"] is said
    triples = [Triple(P, P, Literal("x")), Triple(P, P, Literal("y"))]
    body = ask("CONSTRUCT {} {}", "application/n-triples", store=_Elsewhere(triples)).body
    assert [quad.triple for quad in pyoxigraph.parse(body, format=RdfFormat.N_TRIPLES)] == triples


def test_what_is_asked_elsewhere_has_the_dataset_that_is_there() -> None:
    question = Question(sparql="ASK {}", default_graphs=("https://example.org/g",))
    with pytest.raises(QueryError, match="FROM"):
        answer(_Elsewhere(True), question, lambda offered: offered[0], Limits())  # type: ignore[arg-type]


def test_a_dataset_of_what_is_no_iri_is_refused() -> None:
    question = Question(sparql="ASK {}", default_graphs=("no iri",))
    with pytest.raises(QueryError, match="dataset"):
        answer(STORE, question, lambda offered: offered[0], Limits())


def test_a_dataset_is_what_is_named_and_nothing_else() -> None:
    graphs = [NamedNode(f"https://example.org/{name}") for name in "gh"]
    store = EmbeddedStore([Quad(P, P, Literal("d")), *(Quad(P, P, Literal(g.value[-1]), g) for g in graphs)])

    def values(
        sparql: str, default_graphs: tuple[str, ...] | None = None, named_graphs: tuple[str, ...] | None = None
    ) -> set[str]:
        question = Question(sparql=sparql, default_graphs=default_graphs, named_graphs=named_graphs)
        found = answer(store, question, lambda _: "application/json", Limits())
        return {row["o"]["value"] for row in json.loads(found.body)["results"]["bindings"]}

    default, named = "SELECT ?o { ?s ?p ?o }", "SELECT ?o { GRAPH ?g { ?s ?p ?o } }"
    g, h = (graph.value for graph in graphs)
    assert (values(default), values(named)) == ({"d"}, {"g", "h"})
    assert (values(default, default_graphs=(g,)), values(named, default_graphs=(g,))) == ({"g"}, set())
    assert (values(default, named_graphs=(h,)), values(named, named_graphs=(h,))) == (set(), {"h"})
    assert values(default, default_graphs=(g, h), named_graphs=(h,)) == {"g", "h"}
    assert values(f"SELECT ?o FROM <{h}> {{ ?s ?p ?o }}", default_graphs=(g,)) == {"g"}
