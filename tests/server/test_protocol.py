"""``/sparql`` as a client meets it: ways to ask, formats, headers, errors, bounds, and what is refused."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, parse, parse_query_results
from rdflib import RDF, RDFS, Graph, Namespace, URIRef
from tests.server.serving import Reply, Server, serving

from itgraph.server.limits import Limits

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
ROWS = "SELECT ?model ?name { ?model a itg:Model ; rdfs:label ?name } ORDER BY ?model LIMIT 40"
ROWS_MAX = 25


def address(query: str, **fields: str | list[str]) -> str:
    return "/sparql?" + urlencode({"query": query, **fields}, doseq=True)


def post(server: Server, body: bytes | str, content_type: str, *, parameters: str = "", accept: str = "*/*") -> Reply:
    headers = {"Content-Type": content_type, "Accept": accept}
    return server.request("POST", f"/sparql{parameters}", headers=headers, body=body)


@pytest.fixture(scope="module")
def bounded() -> Iterator[Server]:
    with serving("--max-rows", str(ROWS_MAX), "--public-url", "https://graph.example", "--cors", "none") as found:
        yield found


# -- Ways to ask -------------------------------------------------------------------------------------------------------


def test_the_ways_to_ask_give_one_answer(server: Server) -> None:
    form = urlencode({"query": ROWS})
    expected = server.get(address(ROWS))
    assert expected.status == 200
    assert len(expected.json()["results"]["bindings"]) == 40
    replies = [
        post(server, form, FORM),
        post(server, form, FORM + "; charset=UTF-8"),
        post(server, form, FORM.upper()),
        post(server, ROWS, QUERY),
        post(server, ROWS, QUERY + '; charset="utf-8"'),
        post(server, ROWS, f"{QUERY} ;charset=utf-8"),
        server.get("/sparql?" + form + "&unknown=1&"),
        server.get("/%73parql?" + form),
    ]
    assert [(reply.status, reply.body) for reply in replies] == [(200, expected.body)] * len(replies)


def test_a_query_may_be_any_text(server: Server) -> None:
    text = "é \U0001f600 + & = % # 'x' \\"
    escaped = text.replace("\\", "\\\\")
    query = f'SELECT ("{escaped}" AS ?text) {{}}'
    for reply in (
        server.get(address(query)),
        server.get("/sparql?query=" + quote(query)),
        post(server, urlencode({"query": query}), FORM),
        post(server, query.encode(), QUERY),
    ):
        assert reply.json()["results"]["bindings"] == [{"text": {"type": "literal", "value": text}}]


@pytest.mark.parametrize(
    ("status", "parameters", "body", "content_type"),
    [
        (400, "?query=ASK{}&query=ASK{}", None, ""),
        (400, "?query=", None, ""),
        (400, "?query=ASK%7B%7D%23%FF", None, ""),
        (400, "?query=ASK%7B%7D&format=nonsense", None, ""),
        (400, "?query=ASK%7B%7D&default-graph-uri=no%20iri", None, ""),
        (400, "?query=ASK%7B%7D&named-graph-uri=relative", None, ""),
        (400, "?" + "&".join("a=b" for _ in range(1001)) + "&query=ASK{}", None, ""),
        (403, "?update=CLEAR+ALL", None, ""),
        (403, "?query=ASK{}&update=CLEAR+ALL", None, ""),
        (400, "", b"", FORM),
        (400, "", b"", QUERY),
        (400, "", b"default-graph-uri=x:a", FORM),
        (400, "", b"query=ASK{}&query=ASK{}", FORM),
        (400, "?query=ASK{}", b"query=ASK{}", FORM),
        (400, "?query=ASK{}", b"ASK{}", QUERY),
        (400, "", b"query=ASK{}%23%ff", FORM),
        (400, "", b"ASK{} # \xff", QUERY),
        (415, "", "ASK{}".encode("utf-16"), QUERY + "; charset=utf-16"),
        (415, "", "ASK{} # é".encode("latin-1"), QUERY + "; charset=iso-8859-1"),
        (415, "", b"ASK{}", "text/plain"),
        (415, "", b'{"query": "ASK{}"}', "application/json"),
        (415, "", b"query=ASK{}", ""),
        (
            415,
            "",
            b'--a\r\nContent-Disposition: form-data; name="query"\r\n\r\nASK{}\r\n--a--\r\n',
            "multipart/form-data; boundary=a",
        ),
        (403, "", b"update=CLEAR+ALL", FORM),
        (403, "", b"query=ASK{}&update=CLEAR+ALL", FORM),
        (403, "", b"CLEAR ALL", "application/sparql-update"),
    ],
)
def test_what_is_no_question_is_refused(
    server: Server, status: int, parameters: str, body: bytes | None, content_type: str
) -> None:
    headers = {"Accept": "application/json"} | ({"Content-Type": content_type} if content_type else {})
    reply = server.request("GET" if body is None else "POST", "/sparql" + parameters, headers=headers, body=body)
    assert (reply.status, reply.media_type) == (status, "application/problem+json")
    assert reply.json()["status"] == status
    assert reply.json()["detail"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_other_methods_are_refused(server: Server, method: str) -> None:
    reply = server.request(method, address("ASK {}"))
    assert (reply.status, reply.headers["Allow"]) == (405, "GET, HEAD, POST, OPTIONS")


def test_a_body_too_large_is_refused_and_one_that_fits_is_not(server: Server) -> None:
    most = Limits().request_bytes
    assert post(server, b"ASK {} #".ljust(most, b"x"), QUERY).status == 200
    assert post(server, b"ASK {} #".ljust(most + 1, b"x"), QUERY).status == 413


def test_a_long_address_is_answered_and_one_too_long_told_so(server: Server) -> None:
    assert server.get(address("ASK {} #" + "x" * 60_000)).status == 200
    reply = server.get(address("ASK {} #" + "x" * 70_000))
    assert reply.status == 414
    assert "POST" in reply.text


# -- Formats -----------------------------------------------------------------------------------------------------------

SELECT_TYPES = {
    "*/*": "application/sparql-results+json",
    "": "application/sparql-results+json",
    "application/sparql-results+json": "application/sparql-results+json",
    "application/json": "application/json",
    "application/sparql-results+xml": "application/sparql-results+xml",
    "application/xml": "application/xml",
    "text/csv": "text/csv",
    "TEXT/CSV": "text/csv",
    "text/csv; charset=utf-8": "text/csv",
    "text/tab-separated-values": "text/tab-separated-values",
    "text/*;q=0.5": "text/xml",
    "text/csv;q=0.2, text/tab-separated-values;q=0.3": "text/tab-separated-values",
    "text/csv;q=0.9, */*;q=0.1": "text/csv",
    "text/csv;q=0, text/*": "text/xml",
    "application/*;q=0.5, application/sparql-results+xml": "application/sparql-results+xml",
    "*/*;q=0.5, text/csv;q=0.5": "application/sparql-results+json",
    "text/turtle, application/sparql-results+xml;q=0.4": "application/sparql-results+xml",
    "text/turtle, */*;q=0.1": "application/sparql-results+json",
}


@pytest.mark.parametrize("accept", SELECT_TYPES)
def test_rows_come_in_the_format_that_the_client_likes_best(server: Server, accept: str) -> None:
    reply = server.get(address(ROWS), accept)
    assert (reply.status, reply.media_type) == (200, SELECT_TYPES[accept])
    assert "Accept" in reply.headers.get_all("Vary", [])
    assert rows_in(reply) == 40


def rows_in(reply: Reply) -> int:
    if reply.media_type == "text/csv":
        return len(reply.text.splitlines()) - 1
    formats = {"json": QueryResultsFormat.JSON, "xml": QueryResultsFormat.XML, "values": QueryResultsFormat.TSV}
    found = parse_query_results(
        reply.body, format=next(formats[end] for end in formats if reply.media_type.endswith(end))
    )
    assert isinstance(found, QuerySolutions)
    return len(list(found))


GRAPH_TYPES = {
    "*/*": "text/turtle",
    "text/turtle": "text/turtle",
    "application/n-triples": "application/n-triples",
    "application/ld+json": "application/ld+json",
    "application/rdf+xml": "application/rdf+xml",
    "text/plain": "text/plain",
    "text/turtle;q=0.3, application/rdf+xml;q=0.5": "application/rdf+xml",
    "text/csv, application/ld+json;q=0.1": "application/ld+json",
}
_RDFLIB = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "text/plain": "nt",
    "application/ld+json": "json-ld",
    "application/rdf+xml": "xml",
}


@pytest.mark.parametrize("accept", GRAPH_TYPES)
@pytest.mark.parametrize("query", ["CONSTRUCT WHERE { itm:alpaca ?p ?o }", "DESCRIBE itm:alpaca"])
def test_graphs_come_in_the_format_that_the_client_likes_best(server: Server, query: str, accept: str) -> None:
    reply = server.get(address(query), accept)
    assert (reply.status, reply.media_type) == (200, GRAPH_TYPES[accept])
    expected = Graph().parse(data=server.get(address(query), "application/n-triples").body, format="nt")
    assert len(expected) > 5
    # By another reader than the engine's own.
    found = Graph().parse(data=reply.body, format=_RDFLIB[reply.media_type])
    assert set(found) == set(expected)


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        ("ASK {}", "image/png"),
        ("ASK {}", "text/turtle"),
        (ROWS, "text/turtle, application/n-triples"),
        (ROWS, "*/*;q=0"),
        ("DESCRIBE itm:alpaca", "text/csv"),
    ],
)
def test_a_client_that_takes_none_of_the_formats_is_told_them(server: Server, query: str, accept: str) -> None:
    reply = server.get(address(query), accept)
    assert (reply.status, reply.media_type) == (406, "text/plain")
    assert ("application/sparql-results+json" in reply.text) is not query.startswith("DESCRIBE")


@pytest.mark.parametrize(
    ("format", "query", "media_type"),
    [
        ("json", ROWS, "application/sparql-results+json"),
        ("xml", ROWS, "application/sparql-results+xml"),
        ("csv", ROWS, "text/csv"),
        ("tsv", ROWS, "text/tab-separated-values"),
        ("json", "DESCRIBE itm:alpaca", "application/ld+json"),
        ("xml", "DESCRIBE itm:alpaca", "application/rdf+xml"),
        ("ttl", "DESCRIBE itm:alpaca", "text/turtle"),
        ("nt", "DESCRIBE itm:alpaca", "application/n-triples"),
        ("jsonld", "DESCRIBE itm:alpaca", "application/ld+json"),
        ("rdf", "DESCRIBE itm:alpaca", "application/rdf+xml"),
    ],
)
def test_a_link_can_name_the_format(server: Server, format: str, query: str, media_type: str) -> None:
    for reply in (
        server.get(address(query, format=format), "text/html"),
        post(server, urlencode({"query": query, "format": format}), FORM, accept="text/html"),
        post(server, query, QUERY, parameters=f"?format={format}", accept="text/html"),
    ):
        assert (reply.status, reply.media_type) == (200, media_type)


# -- Headers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/sparql", address(ROWS), address("DESCRIBE itm:alpaca"), address("ASK {")])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_head_is_get_without_its_body(server: Server, path: str, encoding: str) -> None:
    get, head = (
        server.request(method, path, headers={"Accept-Encoding": encoding, "Accept": "*/*"})
        for method in ("GET", "HEAD")
    )
    assert get.body
    assert (head.status, head.body) == (get.status, b"")
    assert drop_date(head) == drop_date(get)


def drop_date(reply: Reply) -> list[tuple[str, str]]:
    return [(name, value) for name, value in reply.headers.items() if name != "date"]


def test_what_a_client_has_already_is_not_sent_again(server: Server) -> None:
    path = address(ROWS)
    etag = server.get(path).headers["ETag"]
    for condition in (etag, f'"x", {etag}', f"W/{etag}", "*"):
        for method in ("GET", "HEAD"):
            reply = server.request(method, path, headers={"If-None-Match": condition, "Accept": "*/*"})
            assert (reply.status, reply.body) == (304, b"")
            assert reply.headers["ETag"] == etag
            assert "Content-Length" not in reply.headers
    assert server.request("GET", path, headers={"If-None-Match": '"x"'}).status == 200
    # A wrong question is one still, and a POST has no tag.
    assert server.request("GET", address("ASK {"), headers={"If-None-Match": "*"}).status == 400
    assert "ETag" not in post(server, ROWS, QUERY).headers


def test_each_form_of_an_answer_has_a_tag_of_its_own(server: Server) -> None:
    # The bodies of some of them are the same.
    tags = [
        server.get(address(query), accept).headers["ETag"]
        for query in ("ASK {}", ROWS)
        for accept in SELECT_TYPES.values()
        if accept != "*/*"
    ]
    assert len(set(tags)) == 2 * len(set(SELECT_TYPES.values()))


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.1", "*", "GZIP"])
def test_an_answer_is_compressed_for_who_takes_it(server: Server, accepted: str) -> None:
    plain = server.get(address(ROWS))
    assert "Content-Encoding" not in plain.headers
    assert plain.headers.get_all("Vary") == ["Accept", "Accept-Encoding"]
    zipped = server.request("GET", address(ROWS), headers={"Accept": "*/*", "Accept-Encoding": accepted})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert zipped.headers.get_all("Vary") == ["Accept", "Accept-Encoding"]
    assert len(zipped.body) == int(zipped.headers["Content-Length"]) < len(plain.body) / 2
    assert gzip.decompress(zipped.body) == plain.body
    assert zipped.headers["ETag"] != plain.headers["ETag"]
    again = {"Accept": "*/*", "Accept-Encoding": accepted, "If-None-Match": zipped.headers["ETag"]}
    assert server.request("GET", address(ROWS), headers=again).status == 304


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "gzip; q=0.0"])
def test_an_answer_is_not_compressed_for_others(server: Server, accepted: str) -> None:
    reply = server.request("GET", address(ROWS), headers={"Accept": "*/*", "Accept-Encoding": accepted})
    assert "Content-Encoding" not in reply.headers
    assert rows_in(reply) == 40


def test_pages_of_others_may_ask(server: Server) -> None:
    origin = {"Origin": "https://page.example"}
    for reply in (
        server.request("GET", address("ASK {}"), headers=origin),
        server.request("GET", address("ASK {"), headers=origin),
        server.request("POST", "/sparql", headers={**origin, "Content-Type": QUERY}, body="ASK {}"),
    ):
        assert reply.headers["Access-Control-Allow-Origin"] == "*"
        assert "X-Truncated" in reply.headers["Access-Control-Expose-Headers"]
        assert "Access-Control-Allow-Credentials" not in reply.headers
    asked = {**origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    reply = server.request("OPTIONS", "/sparql", headers=asked)
    assert (reply.status, reply.body) == (204, b"")
    assert "POST" in reply.headers["Access-Control-Allow-Methods"]
    assert "content-type" in reply.headers["Access-Control-Allow-Headers"].lower()


def test_pages_of_others_may_not_ask_where_it_is_said_so(bounded: Server) -> None:
    for reply in (bounded.get(address("ASK {}")), bounded.request("OPTIONS", "/sparql")):
        assert [name for name in reply.headers if name.lower().startswith("access-control")] == []


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "a b", "x@127.0.0.1"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_a_name_that_is_not_ours_is_not_answered(server: Server, host: str, method: str) -> None:
    headers = {"Host": host, "Content-Type": QUERY}
    assert server.request(method, "/sparql", headers=headers, body="ASK {}").status == 421


def test_names_that_are_ours_are_answered(server: Server, bounded: Server) -> None:
    for host in ("localhost", "LOCALHOST:80", "a.localhost", "[::1]:8000", "192.0.2.7"):
        assert server.request("GET", address("ASK {}"), headers={"Host": host}).status == 200
    assert bounded.request("GET", address("ASK {}"), headers={"Host": "graph.example"}).status == 200


# -- Queries -----------------------------------------------------------------------------------------------------------


def test_our_prefixes_need_no_declaration_and_can_be_declared_anew(server: Server) -> None:
    assert server.get(address("ASK { itm:alpaca a itg:Model }")).json()["boolean"] is True
    assert server.get(address("PREFIX itg: <x:> ASK { itm:alpaca a itg:Model }")).json()["boolean"] is False
    assert server.get(address("ASK { itm:alpaca a other:Model }")).status == 400


def test_an_iri_is_relative_to_the_service(server: Server, bounded: Server) -> None:
    for query in ("SELECT (IRI('a') AS ?a) {}", "SELECT ?a { VALUES ?a { <a> } }", "SELECT (str(<a>) AS ?a) {}"):
        assert server.get(address(query), "text/csv").text.split() == ["a", f"{server.address}a"]
        assert bounded.get(address(query), "text/csv").text.split() == ["a", "https://graph.example/a"]
    query = "BASE <http://base.example/b/> SELECT (IRI('a') AS ?a) {}"
    assert server.get(address(query), "text/csv").text.split() == ["a", "http://base.example/b/a"]


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("SELECT *\n{ ?s ?p ", 2, 8),
        ("# é\r\nSELECT * { ?s ?p 'é }", 2, 22),
        ("SELECT * {\n?s ?p ?o }\nLIMIT 10 OFFSET x", 3, 17),
        ("SELECT * {\n  ?s ?p ?o\n  FILTER (?o >)\n}", 3, 15),
        ("SELEC * {}", 1, 1),
        ("# é\nASK { é }", 2, 7),
        ("ASK { ?s nope:a ?o }", 1, 10),
        ("ASK { ?s <a b> ?o }", 1, 10),
        ("SELECT * { ?s ?p 'SERVICE' }\nLIMT 3", 2, 1),
        ("SELECT ?x { ?x ?p ?o }\n\nORDER ?x", 3, 7),
        ("", 1, 1),
    ],
)
def test_an_error_in_a_query_is_told_with_its_place(server: Server, query: str, line: int, column: int) -> None:
    for accept in ("application/json", "application/sparql-results+json", "application/problem+json, */*;q=0.1"):
        reply = server.get(address(query), accept)
        assert (reply.status, reply.media_type) == (400, "application/problem+json")
        problem = reply.json()
        assert (problem["line"], problem["column"]) == (line, column)
    for accept in ("*/*", "text/csv", "text/turtle"):
        reply = server.get(address(query), accept)
        assert (reply.status, reply.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")
        assert reply.text.startswith(f"query:{line}:{column}: it is not SPARQL")
        assert reply.text.count("\n") == 1
    assert post(server, query.encode(), QUERY).text == server.get(address(query)).text


def test_a_function_that_there_is_not_is_told(server: Server) -> None:
    reply = server.get(address("SELECT (<x:nope>(1) AS ?a) {}"))
    assert reply.status == 400
    assert "x:nope" in reply.text


# -- Datasets ----------------------------------------------------------------------------------------------------------

GRAPHS = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"


def count(reply: Reply) -> int:
    assert reply.status == 200, reply.text
    return int(reply.text.split()[1])


def test_the_protocol_names_the_dataset(server: Server) -> None:
    graphs = server.get(address(GRAPHS), "text/csv").text.split()[1:]
    assert len(graphs) > 3
    first, second = graphs[:2]
    number = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    sizes = [
        count(server.get(address(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"), "text/csv"))
        for graph in graphs[:2]
    ]

    # The default graph is what is named as such, and there are no others then.
    for graph, size in zip(graphs, sizes, strict=False):
        asked = {"default-graph-uri": graph}
        assert count(server.get(address(number, **asked), "text/csv")) == size
        assert count(post(server, urlencode({"query": number, **asked}), FORM, accept="text/csv")) == size
        direct = post(server, number, QUERY, parameters="?" + urlencode(asked), accept="text/csv")
        assert count(direct) == size
        assert server.get(address(GRAPHS, **asked), "text/csv").text.split() == ["g"]
    merged = {"default-graph-uri": [first, second]}
    assert max(sizes) <= count(server.get(address(number, **merged), "text/csv")) <= sum(sizes)

    # Graphs with names are those that are named, and the default graph is empty then.
    named = {"named-graph-uri": [first, second]}
    assert server.get(address(GRAPHS, **named), "text/csv").text.split() == ["g", *sorted([first, second])]
    assert count(server.get(address(number, **named), "text/csv")) == 0

    # Both; a graph that there is not is empty; the protocol goes before the query.
    both = {"default-graph-uri": first, "named-graph-uri": second}
    assert count(server.get(address(number, **both), "text/csv")) == sizes[0]
    assert server.get(address(GRAPHS, **both), "text/csv").text.split() == ["g", second]
    assert count(server.get(address(number, **{"default-graph-uri": "x:none"}), "text/csv")) == 0
    said = f"SELECT (COUNT(*) AS ?n) FROM <{second}> {{ ?s ?p ?o }}"
    assert count(server.get(address(said), "text/csv")) == sizes[1]
    assert count(server.get(address(said, **{"default-graph-uri": first}), "text/csv")) == sizes[0]


# -- Bounds ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("accept", ["text/csv", "application/json", "application/xml", "text/tab-separated-values"])
def test_rows_beyond_the_bound_are_left_out_and_it_is_said(bounded: Server, accept: str) -> None:
    whole = bounded.get(address(f"SELECT * {{ ?s ?p ?o }} LIMIT {ROWS_MAX}"), accept)
    assert (rows_in(whole), whole.headers["X-Truncated"]) == (ROWS_MAX, None)
    cut = bounded.get(address(f"SELECT * {{ ?s ?p ?o }} LIMIT {ROWS_MAX + 1}"), accept)
    assert (rows_in(cut), cut.headers["X-Truncated"]) == (ROWS_MAX, f"rows={ROWS_MAX}")


def test_triples_beyond_the_bound_are_left_out_and_it_is_said(bounded: Server) -> None:
    for most, said in ((ROWS_MAX, None), (ROWS_MAX + 1, f"triples={ROWS_MAX}")):
        query = f"CONSTRUCT {{ ?s ?p ?o }} {{ SELECT DISTINCT ?s ?p ?o {{ ?s ?p ?o }} LIMIT {most} }}"
        reply = bounded.get(address(query), "application/n-triples")
        assert (len(reply.text.splitlines()), reply.headers["X-Truncated"]) == (ROWS_MAX, said)


# -- What is refused ---------------------------------------------------------------------------------------------------


class Trap:
    """A server that nobody may call; ``calls`` are those who did."""

    def __init__(self) -> None:
        self.calls = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.calls += 1
            connection.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    found = Trap()
    yield found
    found.close()


SERVICES = [
    "SELECT * { SERVICE <TRAP> { ?s ?p ?o } }",
    "select*{service<TRAP>{?s?p?o}}",
    "SELECT * { SeRvIcE <TRAP> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <TRAP> { ?s ?p ?o } }",
    "SELECT * { SERVICE\n#SILENT\n<TRAP> { ?s ?p ?o } }",
    "SELECT * { SERVICE#\nSILENT#\n<TRAP> { ?s ?p ?o } }",
    "BASE <TRAP> SELECT * { SERVICE <> { ?s ?p ?o } }",
    "PREFIX service: <TRAP> SELECT * { SERVICE service: { ?s ?p ?o } }",
    "# SERVICE\nSELECT * { SERVICE <TRAP> { ?s ?p ?o } }",
    "SELECT * { ?s ?p '#' SERVICE <TRAP> { ?s ?p ?o } }",
    "SELECT * { ?s ?p '''\n# ' \" ''' SERVICE <TRAP> { ?s ?p ?o } }",
    "SELECT * { ?s ?p 'SERVICE' . SERVICE <TRAP> { ?s ?p ?o } }",
    "SELECT * { ?s <x:#a> ?o SERVICE <TRAP> { ?s ?p ?o } }",
    "SELECT * { FILTER(1 < 2 || '>' > '#') SERVICE <TRAP> { ?s ?p ?o } }",
    "SELECT * { BIND(<TRAP> AS ?service) SERVICE ?service { ?s ?p ?o } }",
    "SELECT * { VALUES ?x { <TRAP> } SERVICE SILENT ?x { ?s ?p ?o } }",
    "SELECT * { { SELECT * { SERVICE <TRAP> { ?s ?p ?o } } } }",
    "SELECT * { OPTIONAL { SERVICE <TRAP> { ?s ?p ?o } } }",
    "SELECT * { { ?s ?p ?o } UNION { SERVICE <TRAP> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o MINUS { SERVICE <TRAP> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <TRAP> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o FILTER(NOT EXISTS { SERVICE <TRAP> { ?s ?p ?o } }) }",
    "SELECT (EXISTS { SERVICE <TRAP> { ?s ?p ?o } } AS ?x) {}",
    "SELECT * { GRAPH ?g { SERVICE <TRAP> { ?s ?p ?o } } }",
    "SELECT * { SERVICE <x:a> { SERVICE <TRAP> { ?s ?p ?o } } }",
    "SELECT ?x { ?s ?p ?x } GROUP BY ?x HAVING (EXISTS { SERVICE <TRAP> { ?s ?p ?x } })",
    "SELECT * { ?s ?p ?x } ORDER BY (EXISTS { SERVICE <TRAP> { ?s ?p ?x } })",
    "ASK { SERVICE <TRAP> { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } { SERVICE <TRAP> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <TRAP> { ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE <TRAP> { ?s ?p ?o } }",
    "SELECT * { SERV\\u0049CE <TRAP> { ?s ?p ?o } }",
    "SELECT * { \\U00000053\\u0065rvice SILENT <TRAP> { ?s ?p ?o } }",
]


@pytest.mark.parametrize("query", SERVICES)
def test_no_query_makes_the_server_call_another(server: Server, trap: Trap, query: str) -> None:
    query = query.replace("TRAP", trap.address)
    replies = [server.get(address(query)), post(server, urlencode({"query": query}), FORM), post(server, query, QUERY)]
    assert [(reply.status, reply.text) for reply in replies] == [
        (403, "SERVICE is not allowed, since it would ask another server; load that data beside the graph instead\n")
    ] * 3
    assert trap.calls == 0


UPDATES = [
    "LOAD <TRAP>",
    "load silent <TRAP> into graph <x:a>",
    "# comment\nLOAD <TRAP>",
    "BASE <TRAP> LOAD <>",
    "PREFIX a: <TRAP> # LOAD\nLOAD a:",
    "INSERT DATA { <x:s> <x:p> <x:o> }",
    "INSERT { ?s ?p ?o } WHERE { SERVICE <TRAP> { ?s ?p ?o } }",
    "DELETE WHERE { ?s ?p ?o }",
    "DELETE DATA { <x:s> <x:p> <x:o> }",
    "WITH <x:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "CLEAR ALL",
    "DROP SILENT ALL",
    "CREATE GRAPH <x:g>",
    "COPY DEFAULT TO <x:g>",
    "MOVE <x:g> TO DEFAULT",
    "ADD <x:g> TO DEFAULT",
]


@pytest.mark.parametrize("update", UPDATES)
def test_no_request_changes_the_graph(server: Server, trap: Trap, update: str) -> None:
    number = address("SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }")
    before = count(server.get(number, "text/csv"))
    update = update.replace("TRAP", trap.address)
    replies = [
        server.get(address(update)),
        post(server, urlencode({"query": update}), FORM),
        post(server, urlencode({"update": update}), FORM),
        post(server, update, QUERY),
        post(server, update, "application/sparql-update"),
        server.get("/sparql?" + urlencode({"update": update})),
    ]
    assert [reply.status for reply in replies] == [403] * 6
    assert trap.calls == 0
    assert count(server.get(number + "&again", "text/csv")) == before


@pytest.mark.parametrize(
    "update",
    [
        "\\u004CLOAD <TRAP>",
        "ASK {} ; LOAD <TRAP>",
        "SELECT * { ?s ?p ?o } ; DROP ALL",
        "ASK { LOAD <TRAP> }",
        "SELECT * { ?s ?p ?o } INSERT DATA { <x:a> <x:b> <x:c> }",
        "SELECT * FROM <TRAP> { ?s ?p ?o } LOAD <TRAP>",
    ],
)
def test_what_is_neither_a_query_nor_an_update_does_nothing(server: Server, trap: Trap, update: str) -> None:
    query = update.replace("TRAP", trap.address)
    assert server.get(address(query)).status == 400
    assert post(server, query, QUERY).status == 400
    assert trap.calls == 0


@pytest.mark.parametrize(
    "query",
    [
        "ASK { FILTER('SERVICE <TRAP> { ?s ?p ?o }' != '') } # SERVICE <TRAP> {}",
        "ASK { BIND('''\nSERVICE\n''' AS ?service) FILTER(BOUND(?service)) }",
        "PREFIX SERVICE: <x:SERVICE> ASK { FILTER(SERVICE:SERVICE = <x:SERVICESERVICE>) }",
        "# LOAD <TRAP>\nASK { BIND('INSERT DATA {}' AS ?DROP) FILTER(?DROP != 'CLEAR ALL') }",
        "PREFIX load: <x:> ASK { FILTER(load:drop = <x:drop>) }",
        "ASK { FILTER('\\u0053ERVICE' = 'SERVICE') }",
    ],
)
def test_the_words_may_stand_where_they_mean_nothing(server: Server, trap: Trap, query: str) -> None:
    query = query.replace("TRAP", trap.address)
    for reply in (server.get(address(query)), post(server, query, QUERY)):
        assert (reply.status, reply.json()) == (200, {"head": {}, "boolean": True})


def test_a_graph_that_is_asked_for_is_not_fetched(server: Server, trap: Trap) -> None:
    for query, fields in (
        (f"ASK FROM <{trap.address}> {{ ?s ?p ?o }}", {}),
        (f"ASK FROM NAMED <{trap.address}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", {}),
        ("ASK { ?s ?p ?o }", {"default-graph-uri": trap.address}),
        ("ASK { GRAPH ?g { ?s ?p ?o } }", {"named-graph-uri": trap.address}),
    ):
        assert server.get(address(query, **fields)).json()["boolean"] is False
    assert trap.calls == 0


# -- The description of the service ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "accept", [accept for accept in GRAPH_TYPES if accept != "text/csv, application/ld+json;q=0.1"]
)
def test_the_service_describes_itself(server: Server, accept: str) -> None:
    reply = server.get("/sparql", accept)
    assert (reply.status, reply.media_type) == (200, GRAPH_TYPES[accept])
    graph = Graph().parse(data=reply.body, format=_RDFLIB[reply.media_type])
    (service,) = graph.subjects(RDF.type, SD.Service)
    assert graph.value(service, SD.endpoint) == service == URIRef(server.address + "sparql")
    assert set(graph.objects(service, SD.supportedLanguage)) == {SD.SPARQL11Query}
    assert set(graph.subjects(SD.resultFormat)) == {service}
    dataset = graph.value(service, SD.defaultDataset)
    default = graph.value(dataset, SD.defaultGraph)
    assert {(dataset, RDF.type, SD.Dataset), (default, RDF.type, SD.Graph)} <= set(graph)
    assert graph.value(default, RDFS.label)
    # It says nothing in words of the vocabulary that there are not.
    used = {term for triple in graph for term in triple if str(term).startswith(str(SD))}
    known = "Service endpoint supportedLanguage SPARQL11Query resultFormat defaultDataset Dataset defaultGraph Graph"
    assert used == {SD[name] for name in known.split()}


def test_what_the_service_says_of_itself_fits_where_it_is(bounded: Server) -> None:
    reply = bounded.get("/sparql", "application/n-triples")
    assert b"<https://graph.example/sparql>" in reply.body
    assert b"127.0.0.1" not in reply.body


def test_a_person_who_comes_without_a_query_is_sent_to_the_editor(server: Server) -> None:
    reply = server.get("/sparql", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert (reply.status, reply.headers["Location"], reply.headers.get_all("Vary")) == (303, "/query", ["Accept"])
    assert server.get("/sparql", "image/png").status == 406
    # The formats that it names are had.
    assert list(parse(server.get("/sparql", "application/rdf+xml").body, format=RdfFormat.RDF_XML))


def test_errors_are_json_that_tells_no_secrets(server: Server) -> None:
    reply = server.get(address("ASK {"), "application/json")
    assert set(json.loads(reply.body)) == {"title", "status", "detail", "line", "column"}
    assert "/" not in reply.json()["detail"]
