"""A thousand malformed requests: each is answered or refused, nothing inside is told, and the service goes on."""

from __future__ import annotations

import random
import re
import socket
from contextlib import suppress
from urllib.parse import quote_from_bytes

import pytest
from tests.server.serving import Server

REQUESTS = 1000
_SECONDS = 60

# What only somebody who looks inside would see: traces, files, modules, processes.
_INSIDE = re.compile(
    rb"Traceback|File \"|/src/|site-packages|\.py\b|itgraph\.server|pyoxigraph|uvicorn|panicked|0x[0-9a-f]{8}"
)

QUERIES = [
    "SELECT * { ?s ?p ?o } LIMIT 3",
    "ASK { ?s a itg:Model }",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3",
    "DESCRIBE <https://w3id.org/itgraph/model/alpaca>",
    'SELECT ?a { VALUES ?a { "x"@en 1.0 <urn:a> true } FILTER(REGEX(STR(?a), "^x", "i")) }',
    "SELECT (COUNT(*) AS ?n) { { ?a itg:upstream+ ?b } UNION { ?a rdfs:label ?b } } GROUP BY ?a LIMIT 2",
    "SELECT * { SERVICE <http://localhost:1/> { ?a ?b ?c } }",
    "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "LOAD <file:///etc/passwd>",
]
BITS = [
    *(
        b"\x00",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\xf0\x9f\x98\x80",
        b"\xc0\xaf",
        b"\r\n",
        b"%",
        b"%00",
        b"%zz",
        b"\\u0000",
    ),
    *(b"\\uD800", b"\\U0010FFFF", b"'", b'"', b'"""', b"<", b">", b"{", b"}", b"(", b")", b"#", b"&", b"=", b"+", b";"),
    *(b"SERVICE", b"\\u0053ERVICE", b"FROM <file:///etc/passwd>", b"BASE <", b"?" * 50, b"(" * 3000, b"{" * 3000),
    *(b"!" * 3000, b"<" * 300, b"a" * 5000, b"1e999", b"-0", b"@en--ltr", b"^^<urn:x>", b"<<", b">>", b"{|", b"../../"),
]
PATHS = [
    *("/", "/id/model/alpaca", "/page/model/alpaca", "/data/model/alpaca.ttl", "/queries/ancestors-of-model", "/about"),
    *("/api/search?q=", "/page?iri=", "/picture/model/alpaca.svg", "/assets/", "/download/itgraph.", "/ontology"),
    *("/browse/model?page=", "/queries/", "//evil.example/", "/\\evil.example/", "/%2f%2fevil.example/", "/query"),
]
ACCEPTS = ["*/*", "text/html", "application/json", "text/csv", "text/turtle", "a/b;q=x", ",,,", "text/*;q=0, */*;q=.1"]


def mutated(chance: random.Random, data: bytes) -> bytes:
    """Return what it is with up to five places changed: cut out, doubled, replaced or grown."""
    changed = bytearray(data)
    for _ in range(chance.randint(0, 5)):
        place = chance.randint(0, len(changed))
        length = chance.choice([0, 0, 1, 1, 2, 10])
        part = bytes(changed[place : place + length])
        grown = [chance.choice(BITS), chance.choice(BITS), b"", part * 2, chance.randbytes(chance.randint(1, 4))]
        changed[place : place + length] = chance.choice(grown)
    return bytes(changed)


def a_request(chance: random.Random) -> bytes:
    """Return the bytes of a request that is well formed, nearly so, or not at all."""
    query = mutated(chance, chance.choice(QUERIES).encode())
    body, kind = b"", b""
    manner = chance.randrange(6)
    if manner == 0:
        method, target = b"GET", b"/sparql?query=" + quote_from_bytes(query).encode()
    elif manner == 1:
        method, target = b"GET", b"/sparql?query=" + mutated(chance, quote_from_bytes(query).encode())
    elif manner == 2:
        method, target, body, kind = b"POST", b"/sparql", query, b"application/sparql-query"
    elif manner == 3:
        method, target, kind = b"POST", b"/sparql", b"application/x-www-form-urlencoded"
        body = mutated(chance, b"query=" + quote_from_bytes(query).encode() + b"&default-graph-uri=urn:a")
    elif manner == 4:
        method, target = b"GET", chance.choice(PATHS).encode() + quote_from_bytes(query[:300]).encode()
    else:
        method, target = mutated(chance, b"GET"), mutated(chance, chance.choice(PATHS).encode())
    headers = [b"Host: localhost", b"Accept: " + chance.choice(ACCEPTS).encode(), b"Connection: close"]
    if kind:
        headers.append(b"Content-Type: " + (kind if chance.random() < 0.8 else mutated(chance, kind)))
    if body and chance.random() < 0.3:
        headers.append(b"Transfer-Encoding: chunked")
        cut = chance.randint(1, len(body))
        parts = [part for part in (body[:cut], body[cut:]) if part]
        body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
        body = body if chance.random() < 0.7 else mutated(chance, body)
    elif body:
        headers.append(b"Content-Length: %d" % (len(body) if chance.random() < 0.9 else chance.randint(-1, 99)))
    if chance.random() < 0.2:
        place = chance.randrange(len(headers))
        headers[place] = mutated(chance, headers[place])
    head = b"\r\n".join([method + b" " + target + b" HTTP/1." + chance.choice([b"1", b"1", b"1", b"0"]), *headers])
    return head + b"\r\n\r\n" + body


def exchanged(server: Server, request: bytes) -> bytes:
    """Return what is answered; a request that lacks its end gets none before its client has nothing more to say."""
    host, _, port = server.authority.partition(":")
    answer = b""
    with socket.create_connection((host, int(port)), timeout=_SECONDS) as connection, suppress(ConnectionError):
        connection.sendall(request)
        connection.settimeout(0.5)
        while not _is_whole(answer):
            try:
                part = connection.recv(2**16)
            except TimeoutError:
                connection.settimeout(_SECONDS)
                if not answer:
                    connection.shutdown(socket.SHUT_WR)
                continue
            if not part:
                break
            answer += part
    return answer


def _is_whole(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head)
    return bool(end) and length is not None and len(body) >= int(length[1])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_a_thousand_malformed_requests(server: Server, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same each time
    answered = 0
    for _ in range(REQUESTS // 10):
        request = a_request(chance)
        answer = exchanged(server, request)
        if not answer:
            continue
        answered += 1
        head, _, body = answer.partition(b"\r\n\r\n")
        match = re.match(rb"HTTP/1\.1 (\d\d\d) ", head)
        assert match is not None, request
        code = int(match[1])
        assert code in {
            200,
            204,
            300,
            301,
            303,
            304,
            400,
            403,
            404,
            405,
            406,
            408,
            413,
            414,
            415,
            421,
            431,
            500,
            504,
        }, request
        if code == 500:  # of what brings an engine down, and of nothing else
            assert b"nested too deeply" in body, request
        if code >= 400 or b"json" in head:
            assert not _INSIDE.search(body.replace(request, b"")), (request, body)
        location = re.search(rb"\r\nlocation: ([^\r]*)", head)
        if location:
            assert re.match(rb"/(?![/\\])", location[1]), request
        assert b"set-cookie" not in head.lower()
        names = [line.partition(b":")[0] for line in head.split(b"\r\n")[1:]]
        assert len(names) == len({name for name in names if name != b"vary"}) + names.count(b"vary"), head
    assert answered > REQUESTS / 10 * 0.7
    assert server.get("/sparql?query=ASK%20%7B%7D").json() == {"head": {}, "boolean": True}
    assert "Traceback" not in "".join(server.lines)
