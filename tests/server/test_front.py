"""The process that speaks HTTP, without workers: what every response has, the cache, and clients of all manners."""

from __future__ import annotations

import asyncio
import gzip
import io
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import uvicorn
from tests.server.trials import run_trial
from uvicorn.server import ServerState

from itgraph.server import connections, front
from itgraph.server.connections import Connection
from itgraph.server.front import POLICY, Always, Cache, Front, Policy, Reply
from itgraph.server.limits import Limits
from itgraph.server.log import AccessLog
from itgraph.server.messages import Request, Response

SECONDS = 30
CLOSE = "Connection: close\r\n"


@dataclass
class Worked:
    """Stands for the pool: says what it was asked, and notes it. ``/slow`` waits until it is let go."""

    asked: list[Request] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    def submit(self, request: Request, take: Callable[[Response], None]) -> asyncio.Task[None]:
        async def work() -> None:
            take(await self.respond(request))

        return asyncio.create_task(work())

    def leave(self, task: asyncio.Task[None], take: Callable[[Response], None]) -> None:
        assert callable(take)
        task.cancel()

    async def respond(self, request: Request) -> Response:
        self.asked.append(request)
        if request.path == "/slow":
            try:
                await self.let_go.wait()
            except asyncio.CancelledError:
                self.gone.append(request.query)
                raise
        size = int(request.path.removeprefix("/large/")) if request.path.startswith("/large/") else 0
        text = f"{request.method} {request.path}?{request.query} {request.accept} {request.origin} "
        return Response(
            media_type="text/plain",
            body=(text.encode() + request.body).ljust(size, b"."),
            cacheable="varies" not in request.query,
        )


@dataclass
class Trial:
    front: Front
    worked: Worked
    port: int
    log: io.StringIO
    state: ServerState

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def send(self, *parts: bytes) -> bytes:
        """Send what it is in so many parts; return all that comes until the server closes the connection."""
        reader, writer = await self.connect()
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0)
        answer = await asyncio.wait_for(reader.read(), SECONDS)
        writer.close()
        return answer

    async def exchange(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
    ) -> tuple[bytes, bytes]:
        """Send a request on a connection that goes on; return head and body of its answer."""
        writer.write(request)
        return await read_answer(reader)


async def read_answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    async with asyncio.timeout(SECONDS):
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        return head, await reader.readexactly(int(length[1]) if length else 0)


def configure(application: Front, keep_alive: int = 30) -> uvicorn.Config:
    config = uvicorn.Config(
        application,
        http=Connection,
        interface="asgi3",
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        timeout_keep_alive=keep_alive,
    )
    config.load()
    return config


@asynccontextmanager
async def running(*, keep_alive: int = 30, policy: Policy | None = None, **bounds: Any) -> AsyncIterator[Trial]:
    log = io.StringIO()
    application = Front(limits=Limits(**bounds), policy=policy or Policy(), log=AccessLog(log))
    worked = Worked()
    application.pool = worked  # type: ignore[assignment]
    config = configure(application, keep_alive)
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(config, state, {}, loop), "127.0.0.1", 0)
    trial = Trial(application, worked, server.sockets[0].getsockname()[1], log, state)
    try:
        yield trial
    finally:
        server.close()
        for connection in list(state.connections):
            connection.transport.abort()
        for task in list(state.tasks):
            with suppress(asyncio.CancelledError):
                await task
        await asyncio.sleep(0)


def run(trial: Callable[[], Awaitable[None]]) -> None:
    async def main() -> None:
        await trial()

    run_trial(main())


def get(target: str = "/", *, headers: str = "", host: str = "localhost", method: str = "GET") -> bytes:
    return f"{method} {target} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n".encode()


def post(body: bytes, headers: str = "") -> bytes:
    return f"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


def status(answer: bytes) -> int:
    match = re.match(rb"HTTP/1\.1 (\d\d\d) ", answer)
    assert match is not None, answer[:100]
    return int(match[1])


def statuses(answer: bytes) -> list[int]:
    return [int(code) for code in re.findall(rb"HTTP/1\.1 (\d\d\d) ", answer)]


def undated(answer: bytes) -> bytes:
    return re.sub(rb"date: [^\r]*\r\n", b"", answer)


# -- What every response has -------------------------------------------------------------------------------------------


def test_every_response_keeps_pages_from_what_they_should_not_do() -> None:
    async def trial() -> None:
        async with running() as it:
            for request in (
                get(headers=CLOSE),
                get(host="evil.example", headers=CLOSE),
                get(method="PUT", headers=CLOSE),
            ):
                answer = await it.send(request)
                assert f"content-security-policy: {POLICY}\r\n".encode() in answer
                assert b"x-content-type-options: nosniff\r\n" in answer
                assert b"set-cookie" not in answer.lower()
                assert b"\r\nserver:" not in answer.lower()

    run(trial)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", 200),
        ("a.localhost:8000", 200),
        ("127.0.0.1:1", 200),
        ("[::1]:1", 200),
        ("10.1.2.3", 200),
        ("Graph.Example.org", 200),
        ("", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost@evil.example", 421),
        ("evil.example/localhost", 421),
        ("local host", 421),
        ("xn--localhost", 421),
        ("127.0.0.1:123456", 421),
        ('"><script>', 421),
    ],
)
def test_only_names_of_its_own_are_answered(host: str, expected: int) -> None:
    async def trial() -> None:
        async with running(policy=Policy(hosts=frozenset({"graph.example.org"}))) as it:
            answer = await it.send(get(host=host, headers=CLOSE))
            assert status(answer) == expected
            assert len(it.worked.asked) == (expected == 200)

    run(trial)


@pytest.mark.parametrize(
    "hosts", ["", "Host: localhost\r\nHost: evil.example\r\n", "Host: evil.example\r\nHost: localhost\r\n"]
)
def test_a_request_has_one_host(hosts: str) -> None:
    async def trial() -> None:
        async with running() as it:
            assert status(await it.send(f"GET / HTTP/1.1\r\n{hosts}{CLOSE}\r\n".encode())) == 400
            assert not it.worked.asked

    run(trial)


def test_a_request_of_http_1_0_needs_no_host_and_ends_the_connection() -> None:
    async def trial() -> None:
        async with running() as it:
            answer = await it.send(b"GET / HTTP/1.0\r\n\r\n")
            assert status(answer) == 200
            assert b"connection: close\r\n" in answer

    run(trial)


@pytest.mark.parametrize(
    ("cors", "allowed"), [("*", b"*"), ("https://a.example", b"https://a.example"), ("none", None)]
)
def test_cors_is_as_it_was_wished(cors: str, allowed: bytes | None) -> None:
    async def trial() -> None:
        async with running(policy=Policy(cors=cors)) as it:
            for method in ("GET", "OPTIONS"):
                answer = await it.send(get(method=method, headers=f"Origin: https://evil.example\r\n{CLOSE}"))
                found = re.search(rb"access-control-allow-origin: ([^\r]*)", answer)
                assert (found and found[1]) == allowed
                assert b"allow-credentials" not in answer

    run(trial)


def test_a_public_address_is_what_pages_name() -> None:
    async def trial() -> None:
        async with running(policy=Policy(public_url="https://graph.example.org")) as it:
            forged = "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\nForwarded: host=evil.example\r\n"
            answer = await it.send(get(headers=forged + CLOSE))
            assert b"https://graph.example.org" in answer
            assert b"evil" not in answer

    run(trial)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_other_methods_are_refused(method: str) -> None:
    async def trial() -> None:
        async with running() as it:
            answer = await it.send(get(method=method, headers=CLOSE))
            assert status(answer) == 405
            assert b"allow: GET, HEAD, POST, OPTIONS\r\n" in answer
            assert not it.worked.asked

    run(trial)


# -- The cache and the short way ---------------------------------------------------------------------------------------


def test_equal_bytes_give_equal_answers_and_are_worked_out_once() -> None:
    async def trial() -> None:
        async with running() as it:
            reader, writer = await it.connect()
            answers = {undated(b"".join(await it.exchange(reader, writer, get("/a?b")))) for _ in range(5)}
            assert len(answers) == 1
            assert len(it.worked.asked) == 1
            assert len(it.front.short_way._answers) == 1
            writer.close()

    run(trial)


def test_what_varies_is_worked_out_each_time() -> None:
    async def trial() -> None:
        async with running() as it:
            reader, writer = await it.connect()
            for _ in range(4):
                await it.exchange(reader, writer, get("/a?varies"))
            assert len(it.worked.asked) == 4
            assert not it.front.short_way._answers
            writer.close()

    run(trial)


def test_requests_that_differ_are_never_mixed_up() -> None:
    async def trial() -> None:
        async with running(policy=Policy(hosts=frozenset({"b.example"}))) as it:
            reader, writer = await it.connect()
            tag = re.search(rb'etag: ("[^"]*")', (await it.exchange(reader, writer, get("/large/3000")))[0])
            assert tag is not None
            same = f"If-None-Match: {tag[1].decode()}\r\n"
            for _ in range(4):
                for accept in ("text/html", "text/csv"):
                    for host in ("localhost", "b.example"):
                        head, body = await it.exchange(
                            reader, writer, get("/a", headers=f"Accept: {accept}\r\n", host=host)
                        )
                        assert body == f"GET /a? {accept} http://{host} ".encode()
                head, body = await it.exchange(reader, writer, get("/large/3000", headers=same))
                assert status(head) == 304
                assert body == b""
                head, body = await it.exchange(reader, writer, get("/large/3000", headers='If-None-Match: "other"\r\n'))
                assert status(head) == 200
                assert len(body) == 3000
                head, body = await it.exchange(reader, writer, get("/large/3000", headers="Accept-Encoding: gzip\r\n"))
                assert len(gzip.decompress(body)) == 3000
                assert b'-gzip"' in head
                assert b"vary: Accept-Encoding" in head
                head, body = await it.exchange(
                    reader, writer, get("/large/3000", headers="Accept-Encoding: gzip;q=0\r\n")
                )
                assert len(body) == 3000
            writer.close()

    run(trial)


def test_head_is_get_without_its_body() -> None:
    async def trial() -> None:
        async with running() as it:
            for _ in range(4):
                whole = await it.send(get("/a", headers=CLOSE))
                head = await it.send(get("/a", headers=CLOSE, method="HEAD"))
                assert undated(head) == undated(whole).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            assert len(it.worked.asked) == 1

    run(trial)


def test_a_connection_that_was_to_be_closed_is_closed_however_often_it_was_asked() -> None:
    async def trial() -> None:
        async with running() as it:
            for _ in range(4):
                # A second request after the first must not make it pass for one that goes on.
                answer = await it.send(get("/a", headers=CLOSE), get("/b"))
                assert statuses(answer) == [200]
            assert not it.front.short_way._answers

    run(trial)


def test_the_log_names_the_client_that_asked() -> None:
    class Transport(asyncio.Transport):
        def __init__(self, client: str) -> None:
            super().__init__({"peername": (client, 1), "sockname": ("127.0.0.1", 2)})

        def write(self, data: bytes | bytearray | memoryview) -> None:
            pass

        def writelines(self, list_of_data: Any) -> None:
            pass

        def is_closing(self) -> bool:
            return False

        def get_write_buffer_size(self) -> int:
            return 0

        def close(self) -> None:
            pass

    async def trial() -> None:
        async with running() as it:
            config = configure(it.front)
            state = ServerState()
            for client in ("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"):
                connection = Connection(config, state, {}, asyncio.get_running_loop())
                connection.connection_made(Transport(client))
                connection.data_received(get("/a"))
                while state.tasks or connection._plain is not None:
                    await asyncio.sleep(0)
                connection.connection_lost(None)
            it.front.log.flush()
            assert re.findall(r"10\.0\.0\.\d", it.log.getvalue()) == ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"]
            assert it.front.short_way._answers

    run(trial)


def test_the_cache_is_bounded_whatever_part_of_a_request_is_large() -> None:
    for name in ("path", "query", "accept", "content_type", "origin"):
        cache = Cache(1_000_000)
        for number in range(100):
            request = replace(Request(), **{name: f"{number}" + "x" * 50_000})  # type: ignore[arg-type]
            cache.put(request, Reply(Response(body=b"short"), Always({})))
        held = sum(request.size for request in cache._replies)
        assert held <= 1_000_000
        assert cache._size <= 1_000_000
        assert len(cache._replies) > 5


def test_what_is_compressed_later_was_counted_before() -> None:
    async def trial() -> None:
        reply = Reply(Response(body=bytes(range(256)) * 400), Always({}))
        before = reply.size
        await reply.zip()
        _, _, zipped = reply.form("GET", {b"accept-encoding": b"gzip"})
        assert gzip.decompress(zipped) == reply.body
        assert reply.size == before >= len(reply.body) + len(zipped)

    run(trial)


def test_the_short_way_is_bounded() -> None:
    way = connections.ShortWay(100_000)
    for number in range(100):
        way.put(b"%d" % number + b"r" * 10_000, connections.Answer("GET /" + "p" * 10_000, 200, b"", b"b"))
    assert way._size <= 100_000
    assert way._size == sum(len(request) + answer.size for request, answer in way._answers.items())
    assert min(answer.size for answer in way._answers.values()) > 10_000


# -- Clients of all manners --------------------------------------------------------------------------------------------


def test_a_request_split_anywhere_gets_the_same_answer() -> None:
    async def trial() -> None:
        async with running() as it:
            request = post(b"query=ASK%20%7B%7D", f"Content-Type: application/x-www-form-urlencoded\r\n{CLOSE}")
            whole = undated(await it.send(request))
            assert status(whole) == 200
            for place in range(1, len(request)):
                assert undated(await it.send(request[:place], request[place:])) == whole
            assert undated(await it.send(*(request[place : place + 1] for place in range(len(request))))) == whole

    run(trial)


@pytest.mark.parametrize("headers", ["", "Accept-Encoding: gzip\r\n", "If-None-Match: *\r\n"])
@pytest.mark.parametrize(
    "target", ["/a?b=c", "/large/3000?b", "/large/100000?b", "/large/700000?b", "/large/700000?varies"]
)
def test_a_plain_request_and_one_that_is_parsed_get_the_same_answer(target: str, headers: str) -> None:
    async def trial() -> None:
        async with running() as it:
            request = get(target, headers=headers)
            reader, writer = await it.connect()

            async def ask(*parts: bytes) -> tuple[bytes, bytes]:
                for part in parts:
                    writer.write(part)
                    await writer.drain()
                    await asyncio.sleep(0.01)
                head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), SECONDS)
                size = re.search(rb"content-length: (\d+)", head)
                return undated(head), await reader.readexactly(int(size[1]) if size else 0)

            plain = await ask(request)
            assert it.worked.asked  # and once only:
            assert len(it.worked.asked) == 1
            assert await ask(request[:20], request[20:]) == plain
            assert await ask(request) == plain
            assert await ask(request) == plain
            assert len(it.worked.asked) == (4 if "varies" in target else 1)
            writer.close()

    run(trial)


def test_what_comes_while_a_request_is_worked_out_is_answered_after_it() -> None:
    async def trial() -> None:
        async with running() as it:
            reader, writer = await it.connect()
            writer.write(get("/slow?first"))
            await writer.drain()
            while not it.worked.asked:
                await asyncio.sleep(0)
            later = b"".join(get(f"/later?{number}") for number in range(50)) + get("/last", headers=CLOSE)
            for place in range(0, len(later), 100):
                writer.write(later[place : place + 100])
                await asyncio.sleep(0)
            await asyncio.sleep(0.05)
            assert len(it.worked.asked) == 1
            it.worked.let_go.set()
            answers = await asyncio.wait_for(reader.read(), SECONDS)
            found = re.findall(rb"GET (/[a-z]+\?\w*)", answers)
            assert found == [b"/slow?first", *(b"/later?%d" % number for number in range(50)), b"/last?"]
            writer.close()

    run(trial)


def test_a_server_that_stops_sends_what_it_works_on_first() -> None:
    async def trial() -> None:
        async with running() as it:
            reader, writer = await it.connect()
            writer.write(get("/slow"))
            await writer.drain()
            while not it.worked.asked:
                await asyncio.sleep(0)
            (connection,) = it.state.connections
            connection.shutdown()
            it.worked.let_go.set()
            answer = await asyncio.wait_for(reader.read(), SECONDS)  # until the connection is closed
            assert status(answer) == 200
            writer.close()

    run(trial)


def test_pipelined_requests_are_answered_in_order_also_beside_the_short_way() -> None:
    async def trial() -> None:
        async with running() as it:
            for _ in range(3):
                await it.send(get("/again"), get("/x", headers=CLOSE))
            reader, writer = await it.connect()
            for _ in range(3):
                assert (await it.exchange(reader, writer, get("/again")))[1].startswith(b"GET /again")
            assert it.front.short_way._answers
            targets = [f"/{'again' if number % 3 else number}" for number in range(200)]
            writer.write(b"".join(map(get, targets)))
            for target in targets:
                assert (await read_answer(reader))[1].startswith(f"GET {target}?".encode())
            # What is asked again while another request is under way waits for its turn.
            writer.write(get("/slow"))
            await asyncio.sleep(0.01)
            writer.write(get("/again"))
            await asyncio.sleep(0.01)
            it.worked.let_go.set()
            assert [(await read_answer(reader))[1].split(b"?")[0] for _ in range(2)] == [b"GET /slow", b"GET /again"]
            writer.close()

    run(trial)


def test_whoever_only_sends_is_not_listened_to_for_ever() -> None:
    async def trial() -> None:
        async with running() as it:
            reader, writer = await it.connect()
            writer.write(get("/slow") + get("/a") * 20_000)
            with suppress(ConnectionError):
                assert await asyncio.wait_for(reader.read(), SECONDS) == b""
            writer.close()
            assert status(await it.send(get("/b", headers=CLOSE))) == 200

    run(trial)


@pytest.mark.parametrize("before", [[], ["/a"], ["/a", "/b"]])
def test_what_is_no_http_is_refused_after_what_came_before(before: list[str]) -> None:
    async def trial() -> None:
        async with running() as it:
            answer = await it.send(b"".join(map(get, before)) + b"NO HTTP\r\n\r\n")
            assert statuses(answer) == [200] * len(before) if before else [400]
            assert all(f"GET {target}?".encode() in answer for target in before)
            assert b"connection: close\r\n" in answer

    run(trial)


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nA: b\x00c\r\n\r\n",
        b"CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_what_is_not_quite_http_is_refused(request_: bytes) -> None:
    async def trial() -> None:
        async with running() as it:
            answer = await it.send(request_)
            assert status(answer) in {400, 404, 405}
            assert b"connection: close\r\n" in answer
            assert not it.worked.asked

    run(trial)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (get("/" + "a" * 70_000), 414),
        (get("/?q=" + "a" * 3_000_000), 431),
        (get(headers="A: " + "a" * 3_000_000 + "\r\n"), 431),
        (get(headers="A: a\r\n" * 500_000), 431),
        (b"\r\n" * 1_000_000, 431),
    ],
)
def test_heads_are_bounded(request_: bytes, expected: int) -> None:
    async def trial() -> None:
        async with running() as it:
            assert status(await it.send(request_)) == expected
            assert not it.worked.asked

    run(trial)


@pytest.mark.parametrize("endless", [b"A: " + b"a" * 100 + b"\r\n", b"a"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_trailers_are_bounded(endless: bytes, method: str) -> None:
    async def trial() -> None:
        async with running() as it:
            reader, writer = await it.connect()
            writer.write(get(method=method, headers="Transfer-Encoding: chunked\r\n") + b"0\r\nA: ")
            taken = asyncio.create_task(reader.read())
            with suppress(ConnectionError):
                async with asyncio.timeout(SECONDS):
                    while True:
                        writer.write(endless * 1000)
                        await writer.drain()
            writer.close()
            with suppress(ConnectionError):
                assert statuses(await taken)[:1] in ([], [200])

    run(trial)


def test_a_body_in_the_smallest_of_chunks_is_taken() -> None:
    async def trial() -> None:
        async with running() as it:
            head = get("/sparql", method="POST", headers=f"Transfer-Encoding: chunked\r\n{CLOSE}")
            answer = await it.send(head, *[b"1\r\na\r\n" * 10_000] * 10, b"0\r\n\r\n")
            assert status(answer) == 200
            assert it.worked.asked[0].body == b"a" * 100_000

    run(trial)


@pytest.mark.parametrize("is_chunked", [True, False])
def test_a_body_that_is_too_large_is_told_so(*, is_chunked: bool) -> None:
    body = b"a" * 5_000_000
    request = post(body, CLOSE)
    if is_chunked:
        head = get("/sparql", method="POST", headers=f"Transfer-Encoding: chunked\r\n{CLOSE}")
        request = head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)

    async def trial() -> None:
        async with running(request_bytes=1000) as it:
            answer = await it.send(request)
            assert status(answer) == 413
            assert b"1,000 bytes" in answer
            assert not it.worked.asked
            assert it.front._reading == 0

    run(trial)


def test_bodies_are_bounded_all_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "_MOST_READING", 100_000)

    async def trial() -> None:
        async with running() as it:
            reader, writer = await it.connect()
            writer.write(post(b"a" * 200_000)[:-1])
            while it.front._reading <= 100_000:
                await asyncio.sleep(0.001)
            answer = await it.send(post(b"b" * 10_000, CLOSE))
            assert status(answer) == 503
            assert b"retry-after: 1\r\n" in answer
            writer.close()
            while it.front._reading:
                await asyncio.sleep(0.001)
            assert status(await it.send(post(b"b" * 10_000, CLOSE))) == 200
            assert reader is not None

    run(trial)


def test_who_expects_to_be_told_to_go_on_is_told() -> None:
    async def trial() -> None:
        async with running() as it:
            reader, writer = await it.connect()
            head, body = post(b"ASK {}", "Expect: 100-continue\r\n").split(b"\r\n\r\n")
            writer.write(head + b"\r\n\r\n")
            assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
            assert (await it.exchange(reader, writer, body))[1].endswith(b"ASK {}")
            writer.close()

    run(trial)


@pytest.mark.parametrize("protocol", ["websocket", "h2c"])
def test_who_would_rather_speak_another_protocol_is_answered_in_http(protocol: str) -> None:
    async def trial() -> None:
        async with running() as it:
            answer = await it.send(get("/a", headers=f"Connection: Upgrade\r\nUpgrade: {protocol}\r\n") + get("/b"))
            assert statuses(answer) == [200]
            assert b"GET /a?" in answer
            assert b"connection: close\r\n" in answer

    run(trial)


# -- Clients that are slow, or leave -----------------------------------------------------------------------------------


@pytest.mark.parametrize("beginning", [b"", b"GET / HT", get()[:-2], b"\r\n"])
def test_who_does_not_finish_asking_is_let_go_of(beginning: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_HEAD_SECONDS", 0.05)

    async def trial() -> None:
        async with running() as it:
            with suppress(ConnectionError):
                assert await it.send(beginning) == b""

    run(trial)


@pytest.mark.parametrize("times", [1, 4])
@pytest.mark.parametrize("more", [b"", b"\r\n", b"GET"])
def test_who_asks_no_more_is_let_go_of(times: int, more: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_HEAD_SECONDS", 0.05)

    async def trial() -> None:
        async with running(keep_alive=1) as it:
            reader, writer = await it.connect()
            for _ in range(times):  # the last ones go the short way
                assert status((await it.exchange(reader, writer, get("/a")))[0]) == 200
            writer.write(more)
            with suppress(ConnectionError):
                assert await asyncio.wait_for(reader.read(), SECONDS) == b""
            writer.close()

    run(trial)


def test_a_body_that_nobody_wanted_holds_no_connection_open() -> None:
    async def trial() -> None:
        async with running(keep_alive=1) as it:
            reader, writer = await it.connect()
            head, _ = await it.exchange(reader, writer, get("/a", headers="Content-Length: 1000\r\n"))
            assert status(head) == 200
            writer.write(b"a")
            with suppress(ConnectionError):
                assert await asyncio.wait_for(reader.read(), SECONDS) == b""
            writer.close()

    run(trial)


def test_who_sends_a_body_too_slowly_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "_BODY_SECONDS", 0.05)

    async def trial() -> None:
        async with running() as it:
            answer = await it.send(post(b"ASK {}")[:-1])
            assert status(answer) == 408
            assert b"connection: close\r\n" in answer

    run(trial)


@pytest.mark.parametrize("target", ["/large/30000000", "/large/200000"])
@pytest.mark.parametrize("headers", ["", CLOSE])
def test_who_does_not_read_is_let_go_of(target: str, headers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "_SEND_SECONDS", 0.05)
    monkeypatch.setattr(front, "_SLOWEST", 2**40)
    monkeypatch.setattr(connections, "_STALLED_SECONDS", 0.05)

    async def trial() -> None:
        async with running(keep_alive=1) as it:
            lost: list[bool] = []
            end = Connection.connection_lost

            def lose(self: Connection, exc: Exception | None) -> None:
                lost.append(True)
                end(self, exc)

            monkeypatch.setattr(Connection, "connection_lost", lose)
            loop = asyncio.get_running_loop()
            transport, _ = await loop.create_connection(asyncio.Protocol, "127.0.0.1", it.port)
            transport.pause_reading()
            transport.write(get(target, headers=headers) * (1 if headers else 100))
            async with asyncio.timeout(SECONDS):
                while not lost:
                    await asyncio.sleep(0.01)
            transport.abort()
            assert it.front._sending == 0

    run(trial)


def test_bodies_that_are_sent_are_bounded_all_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "_MOST_SENDING", 25_000_000)

    async def trial() -> None:
        async with running() as it:
            loop = asyncio.get_running_loop()
            transport, _ = await loop.create_connection(asyncio.Protocol, "127.0.0.1", it.port)
            transport.pause_reading()
            transport.write(get("/large/20000000"))
            while it.front._sending != 20_000_000:
                await asyncio.sleep(0.001)
            answer = await it.send(get("/large/20000001", headers=CLOSE))
            assert status(answer) == 503
            assert b"retry-after: 1\r\n" in answer
            assert status(await it.send(get("/a", headers=CLOSE))) == 200
            transport.abort()
            while it.front._sending:
                await asyncio.sleep(0.001)
            assert status(await it.send(get("/large/20000001", headers=CLOSE))) == 200

    run(trial)


@pytest.mark.parametrize("pause", [0, 0.02])
@pytest.mark.parametrize("after", [b"", get("/a")])
def test_the_work_for_a_client_that_has_gone_is_ended(pause: float, after: bytes) -> None:
    async def trial() -> None:
        async with running() as it:
            _, writer = await it.connect()
            writer.write(get("/slow?1") + after)
            await asyncio.sleep(pause)
            if after:
                writer.transport.abort()
                it.worked.let_go.set()  # with another request behind it, a client that leaves is not noticed at once
            else:
                writer.close()
            assert status(await it.send(get("/b", headers=CLOSE))) == 200
            async with asyncio.timeout(SECONDS):
                while len(it.worked.gone) < sum(request.path == "/slow" for request in it.worked.asked) and not after:
                    await asyncio.sleep(0.001)

    run(trial)


def test_a_client_that_has_said_all_it_had_to_say_does_not_stay() -> None:
    async def trial() -> None:
        async with running() as it:
            reader, writer = await it.connect()
            writer.write(get("/slow"))
            writer.write_eof()  # not to be told from a client that has gone
            assert await asyncio.wait_for(reader.read(), SECONDS) == b""
            writer.close()

    run(trial)


def test_there_are_only_so_many_connections() -> None:
    async def trial() -> None:
        async with running(connections=5) as it:
            open_ = [await it.connect() for _ in range(5)]
            for reader, writer in open_:
                assert status((await it.exchange(reader, writer, get("/a")))[0]) == 200
            answer = await it.send(b"")
            assert status(answer) == 503
            assert b"retry-after: 1\r\n" in answer
            for reader, writer in open_:
                assert status((await it.exchange(reader, writer, get("/a")))[0]) == 200
                writer.close()
            async with asyncio.timeout(SECONDS):
                while status(await it.send(get("/a", headers=CLOSE))) == 503:
                    await asyncio.sleep(0.01)

    run(trial)
