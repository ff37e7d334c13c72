"""Rewritten queries parse, and mean what they meant: on a store that is asked both ways."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, NamedNode, Quad, QuerySolutions, QueryTriples, Store

from itgraph import terms
from itgraph.store.rewriting import (
    declare_prefixes,
    is_ordered,
    leave_out_graphs,
    names_dataset,
    split_construct,
    split_describe,
    vary_graphs,
    wrap,
)

E = "http://e.example/"
HIDDEN = E + "hidden"
PROLOGUE = f"PREFIX e: <{E}>\nPREFIX : <{E}from#> # GRAPH ?g {{ FROM\n"


def fill(graphs: Iterable[str]) -> Store:
    store = Store()
    for graph in graphs:
        name = NamedNode(E + graph) if graph else DefaultGraph()
        nodes = [NamedNode(E + local) for local in ("a", "GRAPH", graph or "default")] + [
            NamedNode(terms.BASE + "model/a/b"),
            NamedNode(E + "from#x·y"),
        ]
        properties = [NamedNode(E + "p"), NamedNode(E + "from"), NamedNode(terms.BASE_MODEL)]
        for number, subject in enumerate(nodes):
            value = nodes[(number + 1) % 5] if number % 2 else pyoxigraph.Literal("GRAPH ?g { } # FROM")
            store.add(Quad(subject, properties[number % 3], value, name))
            store.add(Quad(subject, properties[0], pyoxigraph.Literal(number), name))
    return store


STORE = fill(["", "one", "two", "hidden"])
WITHOUT = fill(["", "one", "two"])


def rows(store: Store, sparql: str) -> Counter[tuple[str, ...]]:
    found = store.query(sparql, prefixes=terms.PREFIXES)
    assert isinstance(found, QuerySolutions)
    return Counter(tuple(map(str, row)) for row in found)


# -- Queries made at random ------------------------------------------------------------------------------------------

GAPS = st.sampled_from([" ", "\n\t", " # GRAPH ?g { FROM <x> '\n", ' #"""<}\r'])
SUBJECTS = st.sampled_from(["?s", "?x", "?g·", "e:a", "e:GRAPH", f"<{E}a>", r"itm:a\/b", "$s", ":x·y"])
PROPERTIES = st.sampled_from(["?p", "e:p", "e:from", "itg:baseModel", "(e:p|itg:baseModel)", "e:p?", ":|e:p"])
OBJECTS = st.sampled_from(["?o", "?s", "'GRAPH ?g { } # FROM'", '"""GRAPH ?g { } # FROM"""', "1", "itm:a\\/b", "e:a"])
GRAPHS = st.sampled_from(["?g", "$g", "?h", "?g·", "e:one", f"<{E}two>", "e:none"])
FILTERS = st.sampled_from(
    ["FILTER(?o<3&&?o>0)", "FILTER(?o!='}')", 'FILTER(STR(?s) != "GRAPH")', "FILTER(?o-xsd:integer(1)>0)"]
)


# In each GRAPH something is asked of that graph: whether one in which nothing is asked is there, engines answer apart.
# What is taken away shares a variable: our engine takes the graph for one that is shared.
def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, GAPS, inner).map(lambda parts: f"{{ {parts[0]}}} UNION {{{parts[1]}{parts[2]}}}"),
        st.tuples(st.sampled_from(["OPTIONAL", "MINUS", "FILTER EXISTS", ""]), GAPS, inner).map(
            lambda parts: f"?s e:p ?x {parts[0]}{parts[1]}{{ ?s e:p ?z . {parts[2]}}}"
        ),
        st.tuples(st.sampled_from(["GRAPH", "graph"]), GAPS, GRAPHS, inner).map(
            lambda parts: f"{parts[0]}{parts[1]}{parts[2]}{{?s e:p ?z . {parts[3]}}}"
        ),
        st.tuples(inner, FILTERS).map(lambda parts: f"{{ {parts[0]} {parts[1]} }}"),
        st.tuples(inner, inner).map(" ".join),
    )


PLAIN = st.recursive(
    st.tuples(SUBJECTS, GAPS, PROPERTIES, GAPS, OBJECTS).map(lambda parts: "".join(parts) + " ."), _larger, max_leaves=4
)
# Not within GRAPH: there our engine forgets the graph of a subquery that does not select it.
SUBQUERIES = PLAIN.map(lambda pattern: f"{{ SELECT DISTINCT ?s ?o {{ {pattern} }} ORDER BY ?s }}")
PATTERNS = st.one_of(PLAIN, SUBQUERIES, st.tuples(PLAIN, SUBQUERIES).map(" ".join))
QUERIES = PATTERNS.map(lambda pattern: f"{PROLOGUE}SELECT ?s ?p ?o ?g ?h ?g· {{ {pattern} }}")
QUICK = settings(deadline=None, max_examples=100)


@given(QUERIES)
@QUICK
def test_with_prefixes_declared_it_means_the_same(sparql: str) -> None:
    found = STORE.query(declare_prefixes(sparql))
    assert isinstance(found, QuerySolutions)
    assert Counter(tuple(map(str, row)) for row in found) == rows(STORE, sparql)


@given(QUERIES)
@QUICK
def test_with_graphs_varied_it_means_the_same(sparql: str) -> None:
    varied = vary_graphs(sparql)
    assert rows(STORE, varied) == rows(STORE, sparql)
    assert vary_graphs(varied) == varied


@given(QUERIES)
@QUICK
def test_graphs_left_out_are_as_if_they_were_not_there(sparql: str) -> None:
    assert rows(STORE, leave_out_graphs(sparql, [HIDDEN, E + "more"])) == rows(WITHOUT, sparql)


@given(QUERIES)
@QUICK
def test_wrapped_it_gives_the_same_rows(sparql: str) -> None:
    wrapped = wrap(sparql + " # to the end", "SELECT ?s ?p ?o ?g ?h ?g·")
    assert rows(STORE, wrapped) == rows(STORE, sparql)
    assert rows(STORE, wrap(wrapped, "SELECT *")) == rows(STORE, wrap(sparql, "SELECT *"))


@given(PATTERNS, st.sampled_from(["", " LIMIT 3", " ORDER BY ?s ?p ?o OFFSET 1"]))
@QUICK
def test_a_construct_in_two_halves_gives_the_same_triples(pattern: str, tail: str) -> None:
    sparql = f"{PROLOGUE}CONSTRUCT {{ ?s e:p '}}{{' . # }}\n?s ?p ?o }} WHERE {{ {pattern} }}{tail}"
    parts = split_construct(sparql)
    assert parts is not None
    found = STORE.query(parts.solutions, prefixes=terms.PREFIXES)
    assert isinstance(found, QuerySolutions)
    columns = [variable.value for variable in found.variables]
    filled = Store().query(parts.fill(columns, [tuple(row) for row in found]), prefixes=terms.PREFIXES)
    whole = STORE.query(sparql, prefixes=terms.PREFIXES)
    assert isinstance(filled, QueryTriples)
    assert isinstance(whole, QueryTriples)
    assert set(filled) == set(whole)


# -- One by one ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sparql", "declared"),
    [
        ('ASK { ?s ?p \'itm:a\', """itm:a "itm:b""", <itm:a> } # itm:a', []),
        ("ASK { ?itm ?p _:itm }", []),
        ("ASK { ?s a itg:Model. itm:a.b ?p ?o }", ["itg", "itm"]),
        ("ASK { itm: ?p ?o }", ["itm"]),
        ("SELECT (?a-xsd:integer(?b) AS ?c) { ?a ?p ?b }", ["xsd"]),
        ("SELECT (1-xsd:integer(?b) AS ?c) { ?a ?p ?b }", ["xsd"]),
        ("ASK { ?s ^itg:baseModel/rdf:type?|!skos:note '1'^^xsd:date }", ["itg", "rdf", "xsd", "skos"]),
        ("prefix itm: <http://a.example/> ASK { itm:a a itg:Model }", ["itg"]),
        ("PREFIX a: <http://a.example/itm:> ASK { a:itm ?p 'a'@itm }", []),
    ],
)
def test_prefixes_that_are_declared(sparql: str, declared: list[str]) -> None:
    before = declare_prefixes(sparql).removesuffix(sparql)
    assert sorted(before.split("PREFIX ")[1:]) == sorted(f"{name}: <{terms.PREFIXES[name]}> " for name in declared)
    Store().query(before + sparql)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        (r"itm:a\/b", f"<{terms.BASE}model/a/b>"),
        (r"itm:a.\/b", f"<{terms.BASE}model/a./b>"),
        (r"itm:\~a..b", f"<{terms.BASE}model/~a..b>"),
        (r"e:a\#b", f"<{E}a#b>"),
        (r":\(x\)", f"<{E}from#(x)>"),
    ],
)
def test_names_with_escapes_are_written_in_full(name: str, written: str) -> None:
    sparql = f"{PROLOGUE}SELECT ?s {{ ?s ?p {name}, ?o . {name} ?p ?o }}"
    assert declare_prefixes(sparql) == f"{PROLOGUE}SELECT ?s {{ ?s ?p {written}, ?o . {written} ?p ?o }}"


@pytest.mark.parametrize(
    "sparql",
    [
        "ASK { ?s ?p 'FROM', \"\"\"\" FROM\"\"\", '''' ORDER BY''', 'it\\' ORDER BY FROM' }",
        "ASK { ?s ?p ?from, ?ORDER } # FROM ORDER BY",
        "PREFIX from: <http://from.example/> PREFIX a: <http://a.example/> ASK { from:ORDER a:FROM a:b·FROM }",
        "ASK { ?s <http://a.example/FROM#ORDER> 'a'@from, _:order }",
    ],
)
def test_words_that_are_no_keywords(sparql: str) -> None:
    Store().query(sparql)
    assert not names_dataset(sparql)
    assert not is_ordered(sparql)
    assert leave_out_graphs(sparql, [HIDDEN]) == vary_graphs(sparql) == sparql


def test_keywords_in_any_case_and_place() -> None:
    assert names_dataset("SELECT * #\nfrom<http://a.example/> {}")
    assert is_ordered("SELECT ?x { { SELECT ?x { ?x ?p ?o } order#\nby ?x LIMIT 1 } }")
    assert is_ordered("SELECT ?x { ?x ?p ?o } ORDERBY ?x")


@pytest.mark.parametrize("name", [":%41", r":\/b", "::b", "e:a·b", "e:a..b", "e:a.b", "e:", ":", f"<{E}a>"])
def test_a_graph_of_any_name_is_varied(name: str) -> None:
    sparql = f"{PROLOGUE}ASK {{ GRAPH {name} {{ ?s ?p ?o }} }}"
    varied = vary_graphs(sparql)
    assert varied == f"{PROLOGUE}ASK {{ FILTER(?itgraph_1 = {name}) GRAPH ?itgraph_1 {{ ?s ?p ?o }} }}"
    Store().query(varied)


def test_nothing_to_leave_out_changes_nothing() -> None:
    sparql = "ASK { GRAPH ?g { ?s ?p ?o } }"
    assert leave_out_graphs(sparql, []) == sparql
    assert leave_out_graphs("ASK { GRAPH <http://a.example/> {} }", [HIDDEN]) == "ASK { GRAPH <http://a.example/> {} }"


def test_wrapped_it_keeps_its_dataset() -> None:
    sparql = f"{PROLOGUE}SELECT ?g ?s FROM e:one FROM NAMED <{E}two> WHERE {{ ?s e:p 1 GRAPH ?g {{ ?s ?p 1 }} }}"
    assert rows(STORE, sparql)
    assert rows(STORE, wrap(wrap(sparql, "SELECT DISTINCT ?g ?s"), "SELECT ?g ?s")) == rows(STORE, sparql)


@pytest.mark.parametrize(
    ("sparql", "template", "solutions"),
    [
        ("CONSTRUCT{?s ?p '}'}{?s ?p ?o}", "{?s ?p '}'}", "SELECT * {?s ?p ?o}"),
        ("construct { } WHERE { ?s ?p ?o }", "{ }", "SELECT * WHERE { ?s ?p ?o }"),
        ("CONSTRUCT WHERE { ?s ?p <http://a.example/> }", "{ ?s ?p <http://a.example/> }", None),
        ("CONSTRUCT FROM <http://a.example/> WHERE { ?s ?p ?o }", "{ ?s ?p ?o }", None),
        ("CONSTRUCT { ?s ?p ?o } FROM <http://a.example/> { ?s ?p ?o }", "{ ?s ?p ?o }", None),
    ],
)
def test_a_construct_is_taken_apart(sparql: str, template: str, solutions: str | None) -> None:
    Store().query(sparql)
    parts = split_construct(sparql)
    assert parts is not None
    assert parts.template == template
    assert solutions is None or parts.solutions == solutions
    assert isinstance(Store().query(parts.solutions), QuerySolutions)


@pytest.mark.parametrize("sparql", ["SELECT ?construct { ?construct ?p ?o }", "ASK {}", "", "CONSTRUCT", "CONSTRUCT {"])
def test_what_is_no_construct_and_no_describe(sparql: str) -> None:
    assert split_construct(sparql) is None
    assert split_describe(sparql) is None


@pytest.mark.parametrize(
    ("sparql", "named", "found"),
    [
        ("DESCRIBE e:a", ["a"], []),
        ("DESCRIBE e:a LIMIT 1", ["a"], []),
        ("DESCRIBE e:a ORDER BY ?x", ["a"], []),
        (f"DESCRIBE e:a FROM <{E}one> LIMIT 1", ["a"], []),
        ("DESCRIBE ?x", [], []),
        ("DESCRIBE ?x LIMIT 1", [], []),
        (f"DESCRIBE ?x FROM <{E}one>", [], []),
        ("DESCRIBE e:a?x VALUES ?x { e:GRAPH }", ["a"], ["GRAPH"]),
        ("DESCRIBE ?x e:a <http://e.example/b> WHERE { ?x e:p 1 }", ["a", "b"], ["GRAPH"]),
        ("DESCRIBE ?x { ?x e:p 1 } ORDER BY ?x LIMIT 1", [], ["GRAPH"]),
        ("DESCRIBE * { ?x e:p 1 }", [], ["GRAPH"]),
        (f"DESCRIBE ?x FROM <{E}one> WHERE {{ ?x e:p 1 }}", [], ["GRAPH"]),
    ],
)
def test_a_describe_is_taken_apart(sparql: str, named: list[str], found: list[str]) -> None:
    sparql = PROLOGUE + sparql
    STORE.query(sparql)
    question = split_describe(sparql)
    assert question is not None
    assert set(rows(STORE, question.named)) == {(f"<{E}{name}>",) for name in named}
    resources = set(rows(STORE, question.found)) if question.found else set()
    assert resources - {("None",)} == {(f"<{E}{name}>",) for name in found}
