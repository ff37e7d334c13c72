"""What every kind of store does alike: embedded, filled with quads and from each format of file; folders; servers."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple
from tests.server.serving import serving

from itgraph import terms
from itgraph.errors import (
    ItgraphError,
    QueryError,
    QueryRefusedError,
    QuerySyntaxError,
    SourceError,
    StoreError,
    StoreUnavailableError,
)
from itgraph.loading import load_into
from itgraph.results import Table
from itgraph.store import EmbeddedStore, Store, format_term, open_store, projection
from itgraph.store.files import EXTENSIONS
from itgraph.store.sparql import require_allowed


def iri(name: str) -> NamedNode:
    prefix, _, local = name.partition(":")
    return NamedNode(terms.PREFIXES[prefix] + local)


TRIPLES = [
    Triple(iri("itm:alpaca"), iri("rdf:type"), iri("itg:Model")),
    Triple(iri("itm:alpaca"), iri("rdfs:label"), Literal("Alpaca")),
    Triple(iri("itm:alpaca"), iri("itg:baseModel"), iri("itm:llama")),
    Triple(iri("itm:alpaca"), iri("itg:instructionCount"), Literal(52000)),
    Triple(iri("itm:alpaca"), iri("skos:altLabel"), Literal("chat", language="fr")),
    Triple(iri("itm:llama"), iri("rdfs:label"), Literal('LL"a}M\\u0041\n')),
]
ROW = iri("itr:2024-10-15/models/1")
QUADS = [Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in TRIPLES]
NAMED = Quad(iri("itm:alpaca"), iri("itg:baseModel"), iri("itm:llama"), ROW)
WITH_GRAPHS = (".trig", ".nq", ".jsonld")
PLACES = ["folder", "oxigraph", "virtuoso", "itgraph"]


def write(path: Path, quads: list[Quad]) -> Path:
    format = EXTENSIONS[path.name.removesuffix(".gz")[path.name.index(".") :]]
    statements = quads if format.supports_datasets else {q.triple for q in quads}
    data = pyoxigraph.serialize(statements, format=format, prefixes=terms.PREFIXES)
    assert data is not None
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.fixture(scope="module")
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Store]]:
    """Open a folder or a server, which is filled once."""
    folder = tmp_path_factory.mktemp("contract")
    path = write(folder / "graph.trig", [*QUADS, NAMED])
    found: dict[str, Store] = {}
    with ExitStack() as stack:

        def fill(name: str) -> Store:
            if name == "itgraph":
                return open_store(stack.enter_context(serving("-g", str(path))).address + "sparql")
            address = str(folder / name) if name == "folder" else request.getfixturevalue(f"{name}_server")
            load_into(address, path)
            return open_store(address)

        def find(name: str) -> Store:
            if name not in found:
                found[name] = fill(name)
            return found[name]

        yield find


@pytest.fixture(params=["quads", *EXTENSIONS, ".trig.gz", ".nt.gz", *PLACES])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def has_named_graph(kind: str) -> bool:
    return kind in {"quads", *PLACES} or kind.startswith(WITH_GRAPHS)


@pytest.fixture
def store(kind: str, tmp_path: Path, place: Callable[[str], Store]) -> Store:
    if kind in PLACES:
        return place(kind)
    quads = [*QUADS, NAMED] if has_named_graph(kind) else QUADS
    return EmbeddedStore(quads) if kind == "quads" else open_store(write(tmp_path / f"graph{kind}", quads))


# -- Answers -------------------------------------------------------------------------------------------------


def test_it_holds_the_graph(store: Store, kind: str) -> None:
    named = [NAMED] if has_named_graph(kind) else []
    assert set(store.quads()) == {*QUADS, *named}
    assert len(store) == len(QUADS) + len(named)


def test_select(store: Store) -> None:
    table = store.select(
        "SELECT ?name ?n ?none { ?m rdfs:label ?name OPTIONAL { ?m itg:instructionCount ?n } } ORDER BY ?n"
    )
    assert table.columns == ("name", "n", "none")
    assert [list(row.values()) for row in table] == [['LL"a}M\\u0041\n', None, None], ["Alpaca", 52000, None]]


def test_terms_keep_language_and_datatype(store: Store) -> None:
    table = store.select("SELECT ?o { itm:alpaca skos:altLabel|itg:instructionCount ?o } ORDER BY ?o")
    assert set(table.rows) == {(Literal("chat", language="fr"),), (Literal(52000),)}


def test_ask(store: Store) -> None:
    assert store.ask("ASK { itm:alpaca itg:baseModel itm:llama }") is True
    assert store.ask("ASK { itm:llama itg:baseModel itm:alpaca }") is False


def test_construct_is_sorted_and_without_repetition(store: Store) -> None:
    found = store.construct("CONSTRUCT { ?s a itg:Model } WHERE { ?s ?p ?o }")
    assert found == [
        Triple(iri("itm:alpaca"), iri("rdf:type"), iri("itg:Model")),
        Triple(iri("itm:llama"), iri("rdf:type"), iri("itg:Model")),
    ]


def test_describe(store: Store) -> None:
    assert set(store.construct("DESCRIBE itm:alpaca")) == {t for t in TRIPLES if t.subject == iri("itm:alpaca")}


def test_query_takes_every_form(store: Store) -> None:
    assert isinstance(store.query("SELECT * { ?s a itg:Model }"), Table)
    assert store.query("ASK { ?s a itg:Model }") is True
    assert store.query("CONSTRUCT WHERE { ?s a itg:Model }") == [TRIPLES[0]]


def test_another_form_is_refused(store: Store) -> None:
    with pytest.raises(QueryError, match="not a SELECT query; use ask"):
        store.select("ASK {}")
    with pytest.raises(QueryError, match="not an ASK query; use select"):
        store.ask("SELECT ?s { ?s ?p ?o }")
    with pytest.raises(QueryError, match="not a CONSTRUCT or DESCRIBE query"):
        store.construct("ASK {}")


def test_terms_written_into_a_query_are_found(store: Store) -> None:
    for triple in TRIPLES:
        if isinstance(triple.object, NamedNode | Literal):
            assert store.ask(f"ASK {{ {triple.subject} {triple.predicate} {format_term(triple.object)} }}")


# -- What is no question -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sparql", "line", "said"),
    [
        ("SELECT ?x { ?x ?y }", 1, "near 'SELECT ?x { ?x ?y }'"),
        ("SELECT ?x\nWHERE {\n ?x ?y ?z .\n foo }", 4, "near 'foo }'"),
        ("SELECT ?x {\n ?x foo:bar 1 }", 2, "a prefix is not declared"),
        ("SELECT ?x ?y { ?x a itg:Model } GROUP BY ?x", 1, "The SELECT contains a variable that is unbound"),
        ("", 1, "it is not SPARQL"),
        ("what is Alpaca?", 1, "it is not SPARQL"),
        ('SELECT ?x { ?x ?y "service" ', 1, "it is not SPARQL"),
        ("SELECT ?x { ?x ?y \ud800 }", None, "it is not SPARQL"),
    ],
)
def test_syntax_errors_say_where(store: Store, sparql: str, line: int | None, said: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        store.query(sparql, source="mine.rq")
    assert caught.value.line == line
    assert caught.value.source == "mine.rq"
    assert str(caught.value).startswith(f"mine.rq:{line}:" if line else "mine.rq: ")
    assert said in str(caught.value)


HIDDEN = [
    "SELECT ?x { SERVICE <http://a.example/> { ?x ?p ?o } }",
    "SELECT ?x { service SILENT <http://a.example/> { ?x ?p ?o } }",
    "SELECT ?x { SeRvIcE#\nsIlEnT#\n<http://a.example/> { ?x ?p ?o } }",
    "SELECT ?x { SERVICESILENT<http://a.example/>{ ?x ?p ?o } }",
    "SELECT ?x { BIND(<http://a.example/> AS ?y) SERVICE ?y { ?x ?p ?o } }",
    "PREFIX : <http://a.example/> SELECT ?x { SERVICE:x{ ?x ?p ?o } }",
    "PREFIX e: <http://a.example/> SELECT ?x { SERVICEe:x { ?x ?p ?o } }",
    "SELECT ?x { ?s ?p trueSERVICE<http://a.example/>{ ?x ?p ?o } }",
    "SELECT ?x { ?s ?p 1SERVICE<http://a.example/>{ ?x ?p ?o } }",
    "SELECT ?x { ?s ?p 'a'SERVICE<http://a.example/>{ ?x ?p ?o } }",
    # A lexer that takes every <...> for an IRI is led astray by these.
    "SELECT ?x { ?x ?p ?a FILTER(?a<1)SERVICE#>\n<http://a.example/>{ ?x ?p ?o } }",
    "SELECT ?x { ?x ?p ?a FILTER(?a<'>')SERVICE <http://a.example/>{ ?x ?p ?o } #'\n }",
    "SELECT ?x { ?x ?p ?a FILTER(?a<1&&?a>0)SERVICE <http://a.example/>{ ?x ?p ?o } }",
    'SELECT ?x { ?x ?p "\\"" . SERVICE <http://a.example/> { ?x ?p "" } }',
    "SELECT ?x { ?x ?p '''it's''' . SERVICE <http://a.example/> { ?x ?p '''''' } }",
    "SELECT ?x { ?x ?p ?o FILTER EXISTS { SERVICE <http://a.example/> { ?x ?p ?o } } }",
    "SELECT ?x { { SELECT ?x { SERVICE <http://a.example/> { ?x ?p ?o } } } }",
    'SELECT ?x { ?service ?p "SERVICE" . SERVICE <http://service.example/> { ?x ?p ?o } } # SERVICE',
    "ASK { SERVICE <http://a.example/> { ?x ?p ?o } }",
    "CONSTRUCT { ?x ?p ?o } WHERE { SERVICE <http://a.example/> { ?x ?p ?o } }",
    "DESCRIBE ?x { SERVICE <http://a.example/> { ?x ?p ?o } }",
    "SELECT ?x { \\u0053ERVICE <http://a.example/> { ?x ?p ?o } }",
    "SELECT ?x { \\u0053\\u0065\\U00000072vic\\u0045 <http://a.example/> { ?x ?p ?o } }",
    'SELECT ?x { ?x ?p "\\u0022 . SERVICE <http://a.example/> { ?x ?p \\u0022" } #\\u000a }',
]


@pytest.mark.parametrize("sparql", HIDDEN)
def test_service_is_refused(store: Store, sparql: str) -> None:
    with pytest.raises(QueryRefusedError, match="SERVICE is not allowed"):
        store.query(sparql)


@pytest.mark.parametrize(
    "sparql",
    [
        'SELECT ?x { ?x ?p "SERVICE <http://a.example/> { ?x ?p ?o }" }',
        "SELECT ?x { ?x ?p '''\nSERVICE <http://a.example/> { }\n''' }",
        'SELECT ?x { ?x ?p "a \\" SERVICE <http://a.example/> { }" }',
        "SELECT ?x { ?x ?p ?o } # SERVICE <http://a.example/> { }",
        "# SERVICE <http://a.example/> { }\nSELECT ?x { ?x ?p ?o }",
        "SELECT ?x { ?x ?p <http://service.example/SERVICE#SERVICE> }",
        "SELECT ?x { ?x ?p <service:x> }",
        "SELECT ?service ?Service { ?service ?p ?Service }",
        "SELECT (1 AS ?service) (2 AS ?Service) {}",
        "PREFIX service: <http://a.example/service/> SELECT ?x { ?x service:service service:x }",
        'SELECT ?x { ?x ?p "service"@service }',
        "SELECT ?x { _:service ?x ?o }",
        'SELECT ?x { ?x ?p "\\u0053ERVICE" }',
        'SELECT ?x { ?x ?p "aaaaaaa service" . ?aaaaaaa ?service ?aaaaaab }',
        "SELECT ?x { ?x ?p ?o FILTER(?o<1) }",
    ],
)
def test_the_word_alone_is_no_harm(store: Store, sparql: str) -> None:
    assert isinstance(store.query(sparql), Table)


@pytest.mark.parametrize(
    "sparql",
    [
        "INSERT DATA { <a:b> <a:c> 1 }",
        "DELETE WHERE { ?s ?p ?o }",
        "LOAD <http://a.example/>",
        "load silent <file:///etc/hostname>",
        "CLEAR ALL",
        "DROP ALL",
        "PREFIX a: <b:c> # a comment\nPREFIX : <b:d>\nBASE <http://a.example/>\nINSERT DATA { a:a a:b 1 }",
        "WITH <a:b> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "COPY <a:b> TO <a:c>",
    ],
)
def test_updates_are_refused(store: Store, sparql: str) -> None:
    before = len(store)
    with pytest.raises(QueryRefusedError, match="changes nothing"):
        store.query(sparql)
    assert len(store) == before


def test_an_update_after_a_query_is_no_query(store: Store) -> None:
    with pytest.raises(QuerySyntaxError):
        store.query("ASK {} ; DROP ALL")


def test_every_error_is_ours(store: Store) -> None:
    for sparql in (
        "SELECT",
        "SELECT ?x { ?x <no iri> 1 }",
        "\x00",
        "ASK { FILTER(",
        "SELECT * { ?a ?b '\\u12' }",
    ):
        with pytest.raises(ItgraphError):
            store.query(sparql)


def test_an_engine_that_fails_is_a_store_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def query(self, *_: object, **__: object) -> None:
            raise OSError("the disk is gone")

    store = EmbeddedStore(location="here.ttl")
    monkeypatch.setattr(store, "_store", Broken())
    with pytest.raises(StoreError, match=r"here\.ttl: the engine failed: the disk is gone"):
        store.query("ASK {}")


# -- The guard and the terms ---------------------------------------------------------------------------------


def test_no_refused_query_reaches_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    class Recording:
        def query(self, sparql: str, **_: object) -> None:
            seen.append(sparql)
            raise SyntaxError("no")

    monkeypatch.setattr("itgraph.store.sparql._NOTHING", Recording())
    for sparql in HIDDEN:
        with pytest.raises((QueryRefusedError, QuerySyntaxError)):
            projection(sparql)
    assert not [sparql for sparql in seen if sparql in HIDDEN and "SERVICE" in sparql.upper()]


@pytest.mark.parametrize("sparql", [sparql for sparql in HIDDEN if "\\u" not in sparql.lower()])
def test_each_of_these_is_a_query_but_for_service(sparql: str) -> None:
    """Hold the list above to its purpose: with GRAPH in its place each of them is a query."""
    from itgraph.store.sparql import _SERVICE_SILENT

    assert projection(_SERVICE_SILENT.sub("GRAPH", sparql)) in {("x",), None}


def test_the_guard_takes_no_longer_than_the_text_is_long() -> None:
    for text in ("SERVICE" + "# " * 20_000, "\n" * 20_000 + "SERVICE", "PREFIX " * 20_000 + "SERVICE {"):
        with pytest.raises(QuerySyntaxError):
            require_allowed(text)


def test_require_allowed_lets_pass_what_has_not_the_word() -> None:
    require_allowed("this is not SPARQL, and somebody else will say so")


@pytest.mark.parametrize(
    "text", ["", '"', "\\", "\\u0022", "\\\\u0022", "a\\\x1bu", "} # '\n", "\\U00000022\\u", "é\u2028"]
)
def test_literals_are_safe_and_exact(text: str) -> None:
    written = format_term(Literal(text))
    assert "\n" not in written
    assert EmbeddedStore().select(f"SELECT ?x {{ VALUES ?x {{ {written} }} }}").rows == ((Literal(text),),)


@pytest.mark.parametrize("text", ["\\u0022 } x", "\\U00000022", "a\\\x1bu", '"}\n\\u0022', "\\\\u0041", "\\uabcdabcd"])
def test_literals_are_safe_in_an_engine_that_expands_first(text: str) -> None:
    graph = rdflib.Graph()
    ((value,),) = graph.query(f"SELECT ?x {{ VALUES ?x {{ {format_term(Literal(text))} }} }}")  # type: ignore[misc]
    assert str(value) == text


def test_no_escape_becomes_another_when_it_is_expanded_first() -> None:
    from itgraph.store.sparql import _ESCAPE, _expand

    expanded = _ESCAPE.sub(_expand, format_term(Literal(r"\u0022 } SERVICE <http://a.example/> { \u0022")))
    assert expanded.count('"') == 2


@pytest.mark.parametrize(
    ("sparql", "variables"),
    [
        ("SELECT ?b ?a { ?a ?p ?b }", ("b", "a")),
        ("SELECT (COUNT(*) AS ?n) { ?a ?p ?b }", ("n",)),
        ("ASK {}", None),
        ("DESCRIBE itm:alpaca", None),
    ],
)
def test_projection(sparql: str, variables: tuple[str, ...] | None) -> None:
    assert projection(sparql) == variables


# -- Files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.ttl", b"<a:b> <a:c>\n x .", r"a\.ttl:2:2: this is not Turtle"),
        ("a.nt", b'<a:b> <a:c> "\xff" .', r"a\.nt:1:14: this is not N-Triples"),
        ("a.rdf", b"<a", r"a\.rdf: this is not RDF/XML"),
        ("a.jsonld", b'{"a":', r"a\.jsonld:1:6: this is not JSON-LD"),
        (
            "a.jsonld",
            b'{"@context": "http://127.0.0.1:9/", "a": 1}',
            r"a\.jsonld: this is not JSON-LD: No LoadDocument",
        ),
        ("a.ttl.gz", b"<a:b> <a:c> 1 .", r"a\.ttl\.gz: it cannot be unpacked"),
        ("a.ttl.gz", gzip.compress(b"<a:b> <a:c> 1 .")[:-9], r"a\.ttl\.gz: it cannot be unpacked"),
        ("a.csv", b"a,b", r"a\.csv: the format cannot be told from the name; it should end in \.trig"),
        ("a", b"", "the format cannot be told"),
        (".ttl", b"", "the format cannot be told"),
    ],
)
def test_what_is_no_graph(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=said) as caught:
        open_store(path)
    assert caught.value.path == str(path)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\.trig: there is no such file or folder; `itgraph build -o FILE`"):
        open_store(tmp_path / "none.trig")
    (tmp_path / "folder.ttl").mkdir()
    with pytest.raises(StoreUnavailableError, match=r"folder\.ttl: there is no graph in this folder"):
        open_store(str(tmp_path / "folder.ttl"))


def test_extensions_in_capitals(tmp_path: Path) -> None:
    path = tmp_path / "GRAPH.TTL"
    path.write_text("<a:b> <a:c> 1 .", encoding="utf-8")
    assert len(open_store(path)) == 1


def test_the_shipped_graph_is_the_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shipped: Callable[[], Path] = lambda: write(tmp_path / "shipped.trig", [*QUADS, NAMED])  # noqa: E731
    monkeypatch.setattr("itgraph.store.shipped_graph_path", shipped)
    store = open_store()
    assert len(store) == len(QUADS) + 1
    assert repr(store).startswith("<EmbeddedStore of 7 quads from ")


def test_every_format_of_the_engine_that_can_be_told_is_read() -> None:
    assert set(EXTENSIONS.values()) == {
        RdfFormat.TRIG,
        RdfFormat.N_QUADS,
        RdfFormat.TURTLE,
        RdfFormat.N_TRIPLES,
        RdfFormat.JSON_LD,
        RdfFormat.RDF_XML,
    }
