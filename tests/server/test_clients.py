"""Clients that others wrote, asking a real server: each gets what the graph holds, by our own reading of it."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from xml.dom.minidom import Document

import pandas
import pytest
import SPARQLWrapper
from pyoxigraph import Literal, Quad
from rdflib import Dataset, Graph, URIRef
from rdflib import Literal as RdflibLiteral
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from tests.server.serving import Server

from itgraph import terms
from itgraph.results import Table, Term
from itgraph.store import EmbeddedStore

MODELS = """
PREFIX itg: <https://w3id.org/itgraph/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?model ?name ?size ?base {
  ?model a itg:Model ; rdfs:label ?name
  OPTIONAL { ?model itg:parameterCount ?size }
  OPTIONAL { ?model itg:baseModel ?base }
} ORDER BY ?model ?name ?size ?base
"""
ALPACA = f"{terms.BASE}model/alpaca"
DESCRIPTION = f"CONSTRUCT WHERE {{ <{ALPACA}> ?p ?o }}"


@pytest.fixture(scope="module")
def store(shipped_quads: list[Quad]) -> EmbeddedStore:
    return EmbeddedStore(shipped_quads)


@pytest.fixture(scope="module")
def models(store: EmbeddedStore) -> Table:
    table = store.select(MODELS)
    assert len(table) > 50
    assert {row.size is None for row in table} == {True, False}
    return table


@pytest.fixture(scope="module")
def description(store: EmbeddedStore) -> Graph:
    found = store.query(DESCRIPTION)
    assert isinstance(found, list)
    assert len(found) > 5
    return Graph().parse(data="".join(f"{triple} .\n" for triple in found), format="nt")


def address_of(server: Server) -> str:
    return f"{server.address}sparql"


def texts(table: Table) -> list[list[str]]:
    """The values of the cells, without their kinds."""
    return [["" if cell is None else cell.value for cell in row] for row in table.rows]


# -- SPARQLWrapper -----------------------------------------------------------------------------------------------------


def wrapper(
    server: Server, query: str, format: str = SPARQLWrapper.JSON, way: tuple[str, str] = ("GET", "urlencoded")
) -> SPARQLWrapper.SPARQLWrapper:
    found = SPARQLWrapper.SPARQLWrapper(address_of(server))
    found.setQuery(query)
    found.setReturnFormat(format)
    method, request_method = way
    found.setMethod(method)
    found.setRequestMethod(request_method)
    return found


def answer_of(client: SPARQLWrapper.SPARQLWrapper) -> Any:
    return client.queryAndConvert()


WAYS = [("GET", "urlencoded"), ("POST", "urlencoded"), ("POST", "postdirectly")]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("format", ["json", "xml", "csv", "tsv"])
def test_sparqlwrapper_gets_rows(server: Server, models: Table, format: str, way: tuple[str, str]) -> None:
    found = answer_of(wrapper(server, MODELS, format, way))
    if format == "json":
        assert found["head"]["vars"] == list(models.columns)
        assert json_texts(found, models) == texts(models)
    elif format == "xml":
        assert isinstance(found, Document)
        assert [xml_texts(row, models) for row in found.getElementsByTagName("result")] == texts(models)
    elif format == "csv":
        assert list(csv.reader(io.StringIO(found.decode()))) == [list(models.columns), *texts(models)]
    else:
        header, *rows = (line.split("\t") for line in found.decode().removesuffix("\n").split("\n"))
        assert header == [f"?{name}" for name in models.columns]
        assert rows == [["" if cell is None else tsv(cell) for cell in row] for row in models.rows]


def json_texts(found: Any, table: Table) -> list[list[str]]:
    return [
        [row[name]["value"] if name in row else "" for name in table.columns] for row in found["results"]["bindings"]
    ]


def xml_texts(row: Any, table: Table) -> list[str]:
    cells = {binding.getAttribute("name"): text(binding) for binding in row.getElementsByTagName("binding")}
    return [cells.get(name, "") for name in table.columns]


def text(element: Any) -> str:
    """The text inside an element of XML."""
    return "".join(node.data if node.nodeType == node.TEXT_NODE else text(node) for node in element.childNodes)


def tsv(term: Term) -> str:
    if isinstance(term, Literal) and term.datatype.value == f"{terms.XSD}integer":
        return term.value
    return str(term)


# It is SPARQLWrapper that uses what rdflib deprecates.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("format", ["turtle", "n3", "rdf+xml", "json-ld", "xml"])
def test_sparqlwrapper_gets_graphs(server: Server, description: Graph, format: str, way: tuple[str, str]) -> None:
    found = answer_of(wrapper(server, DESCRIPTION, format, way))
    graph = found if isinstance(found, Graph) else Graph().parse(data=found, format="turtle")
    assert set(graph) == set(description)


def test_sparqlwrapper_gets_yes_and_no_and_errors(server: Server) -> None:
    assert answer_of(wrapper(server, f"ASK {{ <{ALPACA}> ?p ?o }}"))["boolean"] is True
    assert answer_of(wrapper(server, "ASK { <x:a> ?p ?o }", way=WAYS[1]))["boolean"] is False
    with pytest.raises(SPARQLWrapper.SPARQLExceptions.QueryBadFormed, match="it is not SPARQL"):
        wrapper(server, "ASK {").query()
    with pytest.raises(HTTPError, match="403"):
        wrapper(server, "CLEAR ALL", way=WAYS[1]).query()


def test_sparqlwrapper_names_the_dataset(server: Server, store: EmbeddedStore) -> None:
    graph = str(store.select("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g")[0].g)
    client = wrapper(server, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    client.addDefaultGraph(graph)
    expected = store.select(f"SELECT (COUNT(*) AS ?n) FROM <{graph}> {{ ?s ?p ?o }}")[0].n
    assert answer_of(client)["results"]["bindings"][0]["n"]["value"] == str(expected)


# -- rdflib ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("format", ["json", "xml", "csv", "tsv"])
def test_rdflib_asks_a_query(server: Server, models: Table, method: str, format: str) -> None:
    graph = Graph(SPARQLStore(address_of(server), method=method, returnFormat=format))
    rows = [["" if cell is None else str(cell) for cell in row] for row in list[Any](graph.query(MODELS))]
    assert rows == texts(models)


def test_rdflib_takes_the_server_for_a_graph(server: Server, store: EmbeddedStore, description: Graph) -> None:
    graph = Graph(SPARQLStore(address_of(server)))
    assert len(graph) == store.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0].n
    alpaca = URIRef(ALPACA)
    assert set(graph.triples((alpaca, None, None))) == set(description)
    predicate, value = next((p, o) for _, p, o in description if isinstance(o, RdflibLiteral))
    assert (alpaca, predicate, value) in graph
    assert (alpaca, predicate, RdflibLiteral("nothing of the kind")) not in graph
    assert alpaca in set(graph.subjects(predicate, value))
    assert bool(graph.query(f"ASK {{ <{ALPACA}> ?p ?o }}")) is True
    assert set(graph.query(DESCRIPTION)) == set(description)


def test_rdflib_takes_the_server_for_a_dataset(server: Server, store: EmbeddedStore) -> None:
    sizes = {
        str(row.g): int(str(row.n))
        for row in store.select("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    }
    dataset = Dataset(SPARQLStore(address_of(server)), default_union=True)
    assert {str(graph) for graph in dataset.store.contexts()} == set(sizes)
    name = min(sizes, key=lambda graph: sizes[graph])
    graph = Graph(SPARQLStore(address_of(server)), identifier=URIRef(name))
    assert len(graph) == sizes[name]
    assert len(set(graph)) == sizes[name]


# -- pandas and curl ---------------------------------------------------------------------------------------------------


def test_pandas_reads_the_csv(server: Server, models: Table) -> None:
    address = f"{address_of(server)}?{urlencode({'query': MODELS, 'format': 'csv'})}"
    frame = pandas.read_csv(address, dtype=str, keep_default_na=False)
    assert list(frame.columns) == list(models.columns)
    assert frame.to_numpy().tolist() == texts(models)


def curl(*arguments: str) -> str:
    if shutil.which("curl") is None:
        pytest.skip("there is no curl here")
    command = ["curl", "--silent", "--show-error", "--fail-with-body", "--noproxy", "*", *arguments]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--data-urlencode", f"query={MODELS}"],
        ["--get", "--data-urlencode", f"query={MODELS}"],
        ["--data-urlencode", f"query={MODELS}", "--compressed"],
        ["--data-binary", MODELS, "--header", "Content-Type: application/sparql-query"],
        ["--data-urlencode", f"query={MODELS}", "--http1.0"],
        ["--data-urlencode", f"query={MODELS}", "--header", "Expect: 100-continue"],
        ["--data-binary", MODELS, "-HContent-Type: application/sparql-query", "-HTransfer-Encoding: chunked"],
    ],
)
def test_curl_gets_rows(server: Server, models: Table, arguments: list[str]) -> None:
    assert json_texts(json.loads(curl(address_of(server), *arguments)), models) == texts(models)


def test_curl_gets_csv_and_headers(server: Server, models: Table) -> None:
    query = ["--data-urlencode", f"query={MODELS}"]
    found = curl(address_of(server), *query, "--header", "Accept: text/csv")
    assert list(csv.reader(io.StringIO(found))) == [list(models.columns), *texts(models)]
    head = curl(address_of(server), *query, "--get", "--head", "--header", "Accept: text/csv")
    assert head.startswith("HTTP/1.1 200 OK\r\n")
    assert f"content-length: {len(found.encode())}\r\n" in head


# -- Comunica ----------------------------------------------------------------------------------------------------------

COMUNICA = Path(__file__).parent / "comunica"
WORKSHOP = Path(__file__).parents[2] / "build" / "comunica"


@pytest.fixture(scope="module")
def comunica() -> Path:
    """The folder with Comunica, as its lock file has it; it is fetched once, which takes a minute or two.

    Without npm the tests that need it are left out; where npm is and a browser is demanded, as in CI, it must come.
    """
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("there is no npm (Node.js) here: Comunica is left out")
    lock = WORKSHOP / "package-lock.json"
    is_there = (
        (WORKSHOP / "node_modules" / ".package-lock.json").is_file()  # what npm writes last
        and lock.read_bytes() == (COMUNICA / lock.name).read_bytes()
    )
    shutil.copytree(COMUNICA, WORKSHOP, dirs_exist_ok=True)
    if not is_there:
        done = subprocess.run([npm, "ci"], cwd=WORKSHOP, capture_output=True, text=True, check=False)
        if done.returncode:
            said = f"npm did not fetch Comunica: {done.stderr.strip()}"
            if os.environ.get("ITGRAPH_REQUIRE_BROWSER"):
                pytest.fail(said)
            pytest.skip(said)
    return WORKSHOP


def ask_comunica(folder: Path, query: str, *sources: str) -> Any:
    """Return rows, triples (as text) or a boolean."""
    command = ["node", str(folder / "ask.mjs"), *sources]
    done = subprocess.run(command, input=query, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_comunica_gets_rows(comunica: Path, server: Server, models: Table) -> None:
    rows = ask_comunica(comunica, MODELS, address_of(server))
    assert [[row.get(name, "") for name in models.columns] for row in rows] == texts(models)


@pytest.mark.slow
def test_comunica_gets_graphs_and_answers(comunica: Path, server: Server, description: Graph) -> None:
    triples = ask_comunica(comunica, DESCRIPTION, address_of(server))
    assert sorted(map(tuple, triples)) == sorted((str(s), str(p), str(o)) for s, p, o in description)
    assert ask_comunica(comunica, f"ASK {{ <{ALPACA}> ?p ?o }}", address_of(server)) is True
    assert ask_comunica(comunica, "ASK { <x:a> ?p ?o }", address_of(server)) is False


@pytest.mark.slow
def test_comunica_joins_the_server_with_a_file(comunica: Path, server: Server, store: EmbeddedStore) -> None:
    # Each pattern is asked of both, piece by piece; the file is of Alpaca alone.
    query = """
    PREFIX itg: <https://w3id.org/itgraph/ontology#>
    PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
    SELECT DISTINCT ?model ?name ?base { ?model itg:baseModel ?base . ?base rdfs:label ?name }
    """
    rows = ask_comunica(comunica, query, address_of(server), f"{server.address}data/model/alpaca.ttl")
    expected = store.select(query)
    assert len(expected) > 10
    assert sorted([row[name] for name in expected.columns] for row in rows) == sorted(texts(expected))
