"""The W3C's tests of SPARQL 1.0 and 1.1, asked over HTTP: the server answers all that the engine answers.

All data of the suites is one store, each file a graph; a test says by the protocol which of them it asks. Each answer
is had in the format that the expected one is written in.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from urllib.parse import urlencode

import pytest
from pyoxigraph import (
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse,
    serialize,
)
from tests.server.serving import Reply, Server, serving
from tests.server.w3c import (
    Answer,
    Exchange,
    Test,
    by_value,
    iri_of,
    is_same,
    parse_graph,
    parse_named_graph,
    read_answer,
    read_csv,
    read_data,
    read_expected,
    read_protocol_data,
    read_protocol_tests,
    read_tests,
    require_suites,
    rows_of,
)

from itgraph.server.answers import RESULT_TYPES

require_suites()

SUITES = ("sparql10", "sparql11")

RIGHT = "right"
FORMS = "the right values, other forms of them"
WRONG = "another answer"
ACCEPTED = "taken for a query"

_VALUES = "the engine keeps numbers, dates and booleans as values, not as the text that they were written as"
_FUNCTION = "a function that there is not"
_LANGUAGE = "GROUP_CONCAT of the engine keeps the language that all have"
_PATH = "a path of no length from an IRI that is in no triple"

KNOWN = (
    (
        ("sparql10", FORMS, _VALUES),
        "distinct/no-distinct-1 distinct/no-distinct-9 expr-builtin/dawg-datatype-1 expr-equals/eq-2-1 "
        "expr-equals/eq-2-2 open-world/date-3 open-world/open-eq-03 open-world/open-eq-04 sort/dawg-sort-7",
    ),
    (
        ("sparql10", WRONG, _VALUES),
        "distinct/distinct-1 distinct/distinct-9 expr-builtin/dawg-str-1 expr-builtin/dawg-str-2 "
        "expr-builtin/sameTerm-eq expr-builtin/sameTerm-not-eq expr-builtin/sameTerm-simple "
        "expr-equals/eq-graph-1 expr-equals/eq-graph-2 open-world/open-eq-01",
    ),
    (
        ("sparql10", "400", "the engine takes true and false in lower case only"),
        "expr-builtin/case-insensitive-booleans",
    ),
    (("sparql10", WRONG, "the variable of GRAPH is bound before OPTIONAL inside it"), "graph/graph-optional"),
    (("sparql10", WRONG, "the variable of GRAPH is bound before FILTER inside it"), "graph/graph-variable-scope"),
    (("sparql10", WRONG, "a date with a time zone and one without are not equal"), "open-world/date-2"),
    (
        ("sparql10", "400", _FUNCTION),
        "syntax-sparql1/syntax-expr-05 syntax-sparql1/syntax-order-05 syntax-sparql1/syntax-order-06 "
        "syntax-sparql2/syntax-function-01 syntax-sparql2/syntax-function-02 syntax-sparql2/syntax-function-03 "
        "syntax-sparql2/syntax-function-04",
    ),
    (
        ("sparql10", ACCEPTED, "<?a&&?b> is read as operators, though it is the shape of an IRI"),
        "syntax-sparql3/syn-bad-26",
    ),
    (
        ("sparql11", FORMS, _VALUES),
        "aggregates/agg-avg-02 aggregates/agg-err-02 aggregates/agg-max-01 aggregates/agg-max-02 "
        "aggregates/agg-max-distinct aggregates/agg-min-01 aggregates/agg-min-02 aggregates/agg-min-distinct "
        "aggregates/agg-sum-02 cast/cast-bool cast/cast-decimal cast/cast-double cast/cast-float cast/cast-int "
        "cast/cast-string csv-tsv-res/tsv03 functions/coalesce01 functions/plus-1-corrected "
        "functions/plus-2-corrected",
    ),
    (("sparql11", WRONG, _VALUES + "; CSV does not say that 1.0E6 is a number"), "csv-tsv-res/csv03"),
    (("sparql11", WRONG, "COUNT inside GRAPH counts in all graphs at once"), "aggregates/agg-empty-group-count-graph"),
    (("sparql11", WRONG, _LANGUAGE), "aggregates/agg-groupconcat-04 aggregates/agg-groupconcat-06"),
    (("sparql11", WRONG, "the variable of GRAPH is not bound where only VALUES stands inside"), "bindings/graph"),
    (("sparql11", WRONG, "BNODE makes the same of a string in every row"), "functions/bnode01"),
    (("sparql11", WRONG, "MINUS inside GRAPH takes the variable of GRAPH for a shared one"), "negation/graph-minus"),
    (
        ("sparql11", WRONG, _PATH),
        "property-path/zero_or_more_set_end property-path/zero_or_more_set_start "
        "property-path/zero_or_one_set_end property-path/zero_or_one_set_start",
    ),
    (("sparql11", "400", _FUNCTION), "syntax-query/test_4"),
)
"""The tests that do not come out: of which suite, what comes instead, and why. All of it is the engine's doing."""

REFUSED = ("sparql11/service", "sparql11/syntax-fed")
"""SERVICE is refused: it would ask other servers."""
WITHOUT_INFERENCE = "sparql11/entailment"
"""Nothing is inferred; these are answered from what is said."""

_MEDIA_TYPES = {
    ".srx": "application/sparql-results+xml",
    ".srj": "application/sparql-results+json",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
}
_ANY = "application/sparql-results+json, application/n-triples;q=0.5"
_WAYS = cycle(["get", "form", "direct"])


@pytest.fixture(scope="module")
def quads() -> list[Quad]:
    return list(read_data(SUITES))


@pytest.fixture(scope="module")
def every_graph(quads: list[Quad]) -> Store:
    store = Store()
    store.extend(quads)
    return store


@pytest.fixture(scope="module")
def suite_server(quads: list[Quad], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    path: Path = tmp_path_factory.mktemp("w3c") / "suites.nq"
    path.write_bytes(serialize([*quads, *read_protocol_data()], format=RdfFormat.N_QUADS) or b"")
    with serving("-g", str(path), "--log", "off") as server:
        yield server


@pytest.fixture(scope="module", params=SUITES)
def suite(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def tests(suite: str) -> list[Test]:
    return [test for test in read_tests(suite) if test.folder not in {*REFUSED, WITHOUT_INFERENCE}]


def ask(server: Server, test: Test) -> Reply:
    """Ask in one of the three ways that the protocol has, each in its turn."""
    accept = _MEDIA_TYPES.get(test.result.suffix, _ANY) if test.result else _ANY
    dataset: list[tuple[str, str]] = []
    if not test.has_dataset:
        dataset = [
            *(("default-graph-uri", iri_of(path)) for path in test.data),
            *(("named-graph-uri", iri_of(path)) for path in test.graphs),
        ] or [("default-graph-uri", "x:empty")]
    way = next(_WAYS)
    if way == "get":
        address = "/sparql?" + urlencode([("query", test.sparql), *dataset])
        return server.request("GET", address, headers={"Accept": accept})
    if way == "form":
        headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
        return server.request("POST", "/sparql", headers=headers, body=urlencode([*dataset, ("query", test.sparql)]))
    headers = {"Accept": accept, "Content-Type": "application/sparql-query"}
    return server.request("POST", "/sparql?" + urlencode(dataset), headers=headers, body=test.sparql.encode())


def read(reply: Reply) -> Answer:
    if reply.media_type == "text/csv":
        return read_csv(reply.text)
    if reply.media_type == "application/n-triples":
        return [quad.triple for quad in parse(reply.body, format=RdfFormat.N_TRIPLES)]
    return read_answer(reply.body, RESULT_TYPES[reply.media_type])


def judge(test: Test, found: Answer) -> str:
    assert test.result is not None, test.name
    expected = read_expected(test.result)
    if is_same(expected, found, ordered=test.is_ordered, lax=test.is_lax):
        return RIGHT
    return FORMS if is_same(by_value(expected), by_value(found), ordered=test.is_ordered) else WRONG


def judge_server(server: Server, test: Test) -> str:
    reply = ask(server, test)
    if test.kind == "negative":
        return {200: ACCEPTED, 400: RIGHT}.get(reply.status, str(reply.status))
    if reply.status != 200:
        return str(reply.status)
    return RIGHT if test.kind == "positive" else judge(test, read(reply))


def is_right_in_process(every_graph: Store, test: Test) -> bool:
    """Tell whether the engine alone passes a test."""
    store = every_graph if test.has_dataset else Store()
    if not test.has_dataset:
        store.extend(quad for path in test.data for quad in parse_graph(path))
        store.extend(quad for path in test.graphs for quad in parse_named_graph(path))
    try:
        found = store.query(test.sparql)
    except SyntaxError:
        return test.kind == "negative"
    except RuntimeError:  # of a function that it does not know
        return False
    if test.kind != "evaluation":
        return test.kind == "positive"
    if isinstance(found, QueryBoolean):
        return judge(test, bool(found)) == RIGHT
    if isinstance(found, QuerySolutions):
        assert test.result is not None
        is_csv = test.result.suffix == ".csv"
        rows = read_csv((found.serialize(format=QueryResultsFormat.CSV) or b"").decode()) if is_csv else rows_of(found)
        return judge(test, rows) == RIGHT
    return judge(test, list(found)) == RIGHT


def test_every_test_comes_out_but_those_that_are_known_not_to(
    suite: str, tests: list[Test], suite_server: Server, every_graph: Store
) -> None:
    verdicts = {test.name: judge_server(suite_server, test) for test in tests}
    missed = {name.removeprefix(f"{suite}/"): verdict for name, verdict in verdicts.items() if verdict != RIGHT}
    assert missed == {name: verdict for (where, verdict, _), names in KNOWN if where == suite for name in names.split()}
    ahead = [test.name for test in tests if verdicts[test.name] != RIGHT and is_right_in_process(every_graph, test)]
    assert ahead == [], "the engine passes what the server does not"


def test_the_suites_are_whole(suite: str, tests: list[Test]) -> None:
    kinds = [test.kind for test in tests]
    counts = {kind: kinds.count(kind) for kind in ("evaluation", "positive", "negative")}
    assert (
        counts
        == {
            "sparql10": {"evaluation": 283, "positive": 149, "negative": 50},
            "sparql11": {"evaluation": 235, "positive": 63, "negative": 40},
        }[suite]
    )


def test_service_is_refused(suite_server: Server) -> None:
    tests = [test for test in read_tests("sparql11") if test.folder in REFUSED]
    assert len(tests) == 10
    assert {test.name: ask(suite_server, test).status for test in tests} == {test.name: 403 for test in tests}


def test_queries_that_want_inference_are_answered_without(suite_server: Server) -> None:
    tests = [test for test in read_tests("sparql11") if test.folder == WITHOUT_INFERENCE]
    assert len(tests) == 70
    verdicts = [judge_server(suite_server, test) for test in tests]
    # What needs no inference is right all the same.
    assert (verdicts.count(RIGHT), verdicts.count(WRONG)) == (28, 42)


# -- The protocol ------------------------------------------------------------------------------------------------------

UPDATES = (
    "update_base_uri update_dataset_default_graph update_dataset_default_graphs update_dataset_full "
    "update_dataset_named_graphs update_post_direct update_post_form"
).split()
"""These change the graph, which is refused."""

FORMS_OF_ANSWERS = {
    "boolean": {"application/sparql-results+json", "application/sparql-results+xml"},
    "tabular": set(_MEDIA_TYPES.values()),
    "RDF": {"text/turtle", "application/n-triples", "application/rdf+xml"},
}


def send(server: Server, exchange: Exchange) -> Reply:
    address = exchange.address.replace("/sparql/", "/sparql", 1)
    return server.request(exchange.method, address, headers=exchange.headers, body=exchange.body)


def test_the_protocol_is_kept(suite_server: Server) -> None:
    tests = [test for test in read_protocol_tests() if test.name not in UPDATES]
    assert len(tests) == 34 - len(UPDATES)
    for test in tests:
        for exchange in test.exchanges:
            reply = send(suite_server, exchange)
            assert str(reply.status)[0] in exchange.statuses, (test.name, reply.status, reply.text)
            if exchange.form is not None:
                assert reply.media_type in FORMS_OF_ANSWERS[exchange.form], test.name
            if exchange.boolean is not None:
                assert read(reply) is exchange.boolean, test.name


def test_updates_are_refused_and_change_nothing(suite_server: Server) -> None:
    count = "/sparql?" + urlencode({"query": "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"})
    before = suite_server.get(count, "text/csv").text
    tests = [test for test in read_protocol_tests() if test.name in UPDATES]
    assert {test.name: send(suite_server, test.exchanges[0]).status for test in tests} == dict.fromkeys(UPDATES, 403)
    assert suite_server.get(count, "text/csv").text == before
