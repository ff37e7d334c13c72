"""Servers that hang, lie and break off: each time one clear error of ours, and never the password."""

from __future__ import annotations

import json
import traceback

import pytest
from tests.store.liar import Behaviour, Handler, Liar, lying
from tests.store.servers import free_port

from itgraph.errors import (
    ItgraphError,
    QueryError,
    QueryRefusedError,
    QueryTimeoutError,
    RemoteStoreError,
    StoreUnavailableError,
)
from itgraph.store import open_store
from itgraph.store.http import Credentials, split_address
from itgraph.store.remote import RemoteStore

RESULTS = "application/sparql-results+json"
QUERY = "SELECT ?x WHERE { ?x a itg:Model }"
SECRET = "p@ss/w:rd"  # noqa: S105 - not one
WHO = Credentials(user="ann", password=SECRET)


def rows(*values: str, column: str = "x") -> bytes:
    bindings = [{column: {"type": "literal", "value": value}} for value in values]
    return json.dumps({"head": {"vars": [column]}, "results": {"bindings": bindings}}).encode()


def no_manifest(handler: Handler) -> None:
    columns = ["p", "o"] if "3Fp+" in handler.body else ["g"]
    handler.answer(200, json.dumps({"head": {"vars": columns}, "results": {"bindings": []}}).encode(), RESULTS)


def say(body: bytes, media_type: str = RESULTS, status: int = 200, **headers: str) -> Behaviour:
    return lambda handler: handler.answer(status, body, media_type, **headers)


def hang(handler: Handler) -> None:
    handler.server.over.wait(30)


def hang_in_the_middle(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", RESULTS)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"head"')
    handler.server.over.wait(30)


def break_off(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", RESULTS)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"head"')
    handler.reset()


def reset(handler: Handler) -> None:
    handler.reset()


def go_on_for_ever(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", RESULTS)
    handler.end_headers()
    while True:
        handler.wfile.write(b" " * 100_000)


def babble(handler: Handler) -> None:
    handler.wfile.write(b"hello there\r\n\r\n")
    handler.close_connection = True


def store_of(server: Liar, **options: object) -> RemoteStore:
    options = {"credentials": WHO, "timeout": 5.0, "sleep": lambda _seconds: None, **options}
    return RemoteStore(server.address, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("behaviour", "error", "said"),
    [
        (say(b"<html><title>Welcome</title>", "text/html"), RemoteStoreError, "answered with an HTML page instead of"),
        (say(b"x,y", "text/csv"), RemoteStoreError, "answered with text/csv instead of"),
        (say(b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x"'), RemoteStoreError, "its answer is broken"),
        (say(b""), RemoteStoreError, "its answer is broken"),
        (say(b"\xff\xfe"), RemoteStoreError, "its answer is broken"),
        (say(b'{"head": {}, "boolean": true}'), RemoteStoreError, "with true or false instead of rows"),
        (say(rows("a", column="y")), RemoteStoreError, "with the columns y instead of x"),
        (say(b"ouch", "text/plain", 500), RemoteStoreError, "HTTP 500: ouch"),
        (say(b"<html>", "text/html", 500), RemoteStoreError, "HTTP 500: it answered with a page for people"),
        (say(b"no", "text/plain", 404), RemoteStoreError, "HTTP 404: this address answers no queries"),
        (say(b"no", "text/plain", 401), RemoteStoreError, "HTTP 401: .*ITGRAPH_STORE_USER and ITGRAPH_STORE_PASSWORD"),
        (say(b"no", "text/plain", 403), RemoteStoreError, "HTTP 403: .*ITGRAPH_STORE_USER"),
        (say(b"busy", "text/plain", 503), RemoteStoreError, "HTTP 503: busy"),
        (say(b"busy", "text/plain", 429, Retry_After="9999"), RemoteStoreError, "HTTP 429: busy"),
        (say(b"", "text/plain", 302, Location="/sparql"), RemoteStoreError, "redirects more than 5 times"),
        (say(b"", "text/plain", 307, Location="file:///etc/passwd"), RemoteStoreError, "to what is no http address"),
        (say(b"", "text/plain", 301, Location="http://a.example/"), RemoteStoreError, "redirects to another server"),
        (hang, QueryTimeoutError, "stopped after 0.5 seconds"),
        (hang_in_the_middle, QueryTimeoutError, "stopped after 0.5 seconds"),
        (break_off, RemoteStoreError, "closed the connection before its answer was complete"),
        (reset, RemoteStoreError, "closed the connection before its answer was complete"),
        (go_on_for_ever, RemoteStoreError, "its answer is longer than 1,000,000 bytes"),
        (babble, RemoteStoreError, "does not speak HTTP"),
    ],
)
def test_faults(behaviour: Behaviour, error: type[ItgraphError], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with lying(no_manifest, no_manifest, behaviour) as server:
        store = store_of(server, timeout=0.5 if error is QueryTimeoutError else 5.0)
        monkeypatch.setattr(store._transport, "_most_bytes", 1_000_000)
        with pytest.raises(error, match=said) as caught:
            store.select(QUERY)
    shown = "".join(traceback.format_exception(caught.value)) + repr(store) + repr(WHO) + repr(caught.value.__dict__)
    assert SECRET not in shown
    if isinstance(caught.value, RemoteStoreError):
        assert caught.value.location == server.address


def test_nobody_there() -> None:
    store = RemoteStore(f"http://ann:secret@127.0.0.1:{free_port()}/sparql", sleep=lambda _: None)
    with pytest.raises(StoreUnavailableError, match="nobody listens there") as caught:
        len(store)
    assert "secret" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("behaviour", [reset, break_off, *(say(b"", "text/plain", s) for s in (429, 502, 503, 504))])
def test_reads_are_repeated(behaviour: Behaviour) -> None:
    with lying(no_manifest, no_manifest, behaviour, behaviour, say(rows("a"))) as server:
        assert [row.x for row in store_of(server).select(QUERY)] == ["a"]
        assert len(server.seen) == 5


def test_a_server_says_how_long_to_wait() -> None:
    waited: list[float] = []
    busy = say(b"", "text/plain", 503, Retry_After="3")
    with lying(no_manifest, no_manifest, busy, say(rows("a"))) as server:
        store_of(server, sleep=waited.append).select(QUERY)
    assert waited == [3.0]


def test_errors_are_not_repeated() -> None:
    with lying(no_manifest, no_manifest, say(b"no", "text/plain", 400)) as server:
        with pytest.raises(RemoteStoreError):
            store_of(server).select(QUERY)
        assert len(server.seen) == 3


def test_nothing_is_told_before_it_is_asked_for() -> None:
    challenge = say(b"", "text/plain", 401, WWW_Authenticate='Basic realm="x"')
    with lying(no_manifest, no_manifest, challenge, say(rows("a"))) as server:
        store_of(server).select(QUERY)
        assert [bool(request.headers["Authorization"]) for request in server.seen] == [False, False, False, True]


@pytest.mark.parametrize("scheme", ['Basic realm="x"', 'Digest realm="x", nonce="n", qop="auth", algorithm="MD5"'])
def test_a_wrong_password_is_tried_once(scheme: str) -> None:
    with lying(no_manifest, no_manifest, say(b"", "text/plain", 401, WWW_Authenticate=scheme)) as server:
        with pytest.raises(RemoteStoreError, match="HTTP 401"):
            store_of(server).select(QUERY)
        assert len(server.seen) == 4
        assert server.seen[-1].headers["Authorization"].startswith(scheme.partition(" ")[0])
        assert SECRET not in server.seen[-1].headers["Authorization"]


@pytest.mark.parametrize(
    "challenge",
    [
        "Digest",
        "Digest nonsense",
        "Digest realm=",
        'Digest realm="x", nonce="n", qop="auth-int"',
        "Digest realm=x",
        "Bearer",
    ],
)
def test_a_challenge_that_cannot_be_met(challenge: str) -> None:
    with (
        lying(no_manifest, no_manifest, say(b"", "text/plain", 401, WWW_Authenticate=challenge)) as server,
        pytest.raises(RemoteStoreError, match="HTTP 401"),
    ):
        store_of(server).select(QUERY)


def test_a_redirect_takes_no_password_along() -> None:
    with lying(say(rows("b"))) as other:
        moved = say(b"", "text/plain", 307, Location=other.address)
        challenge = say(b"", "text/plain", 401, WWW_Authenticate='Basic realm="x"')
        with lying(no_manifest, no_manifest, challenge, moved) as server, pytest.raises(RemoteStoreError) as caught:
            store_of(server).select(QUERY)
        assert other.address in str(caught.value)
        assert not other.seen


def test_a_redirect_on_the_same_server_is_followed() -> None:
    moved = say(b"", "text/plain", 308, Location="/elsewhere")
    with lying(no_manifest, no_manifest, moved, say(rows("a"))) as server:
        assert len(store_of(server).select(QUERY)) == 1
        assert server.seen[-1].path == "/elsewhere"
        assert server.seen[-1].body == server.seen[-2].body


@pytest.mark.parametrize("sparql", ["SELECT ?x { SERVICE <http://a.example/> { ?x ?p ?o } }", "DROP ALL"])
def test_what_is_refused_is_not_sent(sparql: str) -> None:
    with lying(say(b"")) as server:
        with pytest.raises(QueryRefusedError):
            store_of(server).query(sparql)
        assert not server.seen


# -- Answers that are cut --------------------------------------------------------------------------------------------


def numbers(count: int) -> Behaviour:
    body = json.dumps(
        {
            "head": {"vars": ["itgraph_rows"]},
            "results": {"bindings": [{"itgraph_rows": {"type": "literal", "value": str(count)}}]},
        }
    ).encode()
    return say(body)


def many(begin: int, end: int) -> Behaviour:
    return say(rows(*map(str, range(begin, end))))


@pytest.mark.parametrize(
    ("behaviours", "found"),
    [
        ([many(0, 200), numbers(200)], 200),
        ([many(0, 200), numbers(450), numbers(450), many(0, 200), many(200, 400), many(400, 450)], 450),
        ([many(0, 200), numbers(450), numbers(450), many(0, 150), many(150, 300), many(300, 450)], 450),
        ([many(0, 200), numbers(450), numbers(450), many(0, 200), many(100, 300), many(300, 450)], None),
        ([many(0, 200), numbers(450), numbers(450), many(0, 200), many(200, 300), say(rows())], None),
        ([many(0, 200), numbers(100)], None),
    ],
    ids=["whole", "pages", "smaller pages", "a row twice", "rows are missing", "fewer than were given"],
)
def test_an_answer_is_whole_or_an_error(behaviours: list[Behaviour], found: int | None) -> None:
    with lying(no_manifest, no_manifest, *behaviours) as server:
        store = store_of(server)
        if found is None:
            with pytest.raises(RemoteStoreError, match="is the graph changing"):
                store.select(QUERY)
        else:
            assert sorted(int(str(row.x)) for row in store.select(QUERY)) == list(range(found))
        assert len(server.seen) == 2 + len(behaviours)


def test_what_was_whole_once_is_not_counted_again() -> None:
    with lying(no_manifest, no_manifest, many(0, 200), numbers(200), many(0, 150)) as server:
        store = store_of(server)
        store.select(QUERY)
        store.select(QUERY)
        assert len(server.seen) == 5


def test_a_server_that_says_that_it_cuts_is_believed() -> None:
    cut = say(rows("a"), X_SPARQL_MaxRows="1")
    with lying(no_manifest, no_manifest, cut, numbers(2), numbers(2), say(rows("a")), say(rows("b"))) as server:
        assert [row.x for row in store_of(server).select(QUERY)] == ["a", "b"]


# -- Addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["ftp://a.example/", "http://", "http:///x", "http://a.example:99999/", "http://a.example/a b", "http://[::1/"],
)
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(StoreUnavailableError, match=r"no (http or https )?address"):
        split_address(address)


def test_a_password_in_an_address_is_taken_out() -> None:
    store = open_store("http://ann:s3cret@127.0.0.1:9/sparql")
    assert isinstance(store, RemoteStore)
    assert "s3cret" not in repr(store)
    assert store.location == "http://127.0.0.1:9/sparql"


@pytest.mark.parametrize("text", ["soon", "0", "-1", "inf", "nan"])
def test_a_wrong_time_limit(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ITGRAPH_TIMEOUT", text)
    with pytest.raises(QueryError, match="ITGRAPH_TIMEOUT must be a number of seconds"):
        open_store("http://127.0.0.1:9/")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b'{"head": {}, "boolean": true}', True),
        (b'{"head": {}, "boolean": false}', False),
        (b'{"head": {"vars": ["__ASK_RETVAL"]}, "results": {"bindings": []}}', False),
        (rows("1", column="__ASK_RETVAL"), True),
        (rows("0", column="__ASK_RETVAL"), False),
    ],
)
def test_ways_to_say_yes(body: bytes, found: bool) -> None:
    with lying(no_manifest, no_manifest, say(body)) as server:
        assert store_of(server).ask("ASK { ?s ?p ?o }") is found
