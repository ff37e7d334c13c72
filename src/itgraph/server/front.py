"""The process that speaks HTTP: what every response has in common, and what can be answered without working it out.

An ASGI application. It checks a request, looks whether it has been answered before, hands it to the pool if not (equal
requests that come together are worked out once), and sends the response: with ETag, gzip, CORS and the headers that
keep a page from doing what it should not.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import ipaddress
import re
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import lru_cache, partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from itgraph.server.connections import CHUNK, ShortWay, write_headers
from itgraph.server.messages import Request, Response
from itgraph.server.problems import problem
from itgraph.server.sparql import TRUNCATED

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping

    from itgraph.server.connections import Connection, Headers
    from itgraph.server.limits import Limits
    from itgraph.server.log import AccessLog
    from itgraph.server.plain import PlainRequest
    from itgraph.server.pool import Pool

    Scope = MutableMapping[str, Any]
    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_ALWAYS = {
    b"content-security-policy": POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cache-control": b"no-cache",  # keep it, but ask each time whether it is still the same
}
_EXPOSED = f"ETag, Link, Location, Retry-After, {TRUNCATED}".encode()
_METHODS = "GET, HEAD, POST, OPTIONS"
_COMPRESSIBLE = re.compile(r"text/|application/(?:[a-z-]+\+)?(?:json|xml)|application/n-|application/trig|image/svg")
_SMALL = 1000
_BESIDE = 2000
"""What a reply takes beside its body and its own headers, in bytes."""
_MOST_HOSTS = 100
_INLINE = 2**16
_BODY_SECONDS = 30.0
_SEND_SECONDS = 60.0
_SLOWEST = 2**18
"""Bytes a second at which a client must take what takes longer than that."""
_DRAIN = 64 * 2**20
_MOST_READING = 256 * 2**20
"""The size of all bodies that are being received; each takes as long as its client likes."""
_MOST_SENDING = 512 * 2**20
"""The size of all bodies that are being sent, likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Who may ask: by which names this server is called, and pages of which origin ("*": any) may read answers.

    A name beside addresses and ``localhost`` must be said, lest a page of a stranger's that has its name resolved to
    this machine counts as ours (DNS rebinding), and may do more than ``cors`` allows to strangers. ``public_url`` is
    what clients call this server where a proxy stands before it.
    """

    hosts: frozenset[str] = frozenset()
    cors: str = "*"
    public_url: str = ""

    def allows(self, host: str) -> bool:
        """Tell whether this server is called so (the value of the header Host)."""
        match = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?", host)
        if match is None:
            return False
        name = match[1].lower()
        if name in self.hosts or name == "localhost" or name.endswith(".localhost"):
            return True
        try:
            ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return False
        return True


class Always:
    """The headers of every response, and how they go together with those that it has itself."""

    def __init__(self, headers: Mapping[bytes, bytes]) -> None:
        self._headers = headers
        self.beside = lru_cache(maxsize=256)(self._beside)  # most responses have the same few

    def _beside(self, response: tuple[str, tuple[tuple[str, str], ...], bool]) -> tuple[Headers, bytes]:
        """Return all headers of a response, as they are and as they are sent.

        It is given by its media type, its own headers, and whether it may be compressed.
        """
        media_type, given, is_compressible = response
        own = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in given]
        own.append((b"content-type", media_type.encode("latin-1")))
        if is_compressible:
            own.append((b"vary", b"Accept-Encoding"))
        names = {name for name, _ in own}
        headers = own + [header for header in self._headers.items() if header[0] not in names]
        return headers, write_headers(headers)


class Reply:
    """A response, ready to be sent: as it is, compressed, or without its body.

    ``again`` tells that it was sent before, ``readers`` is to how many clients it is being sent. ``size`` is the memory
    that it takes, or will take when it is compressed too, at most and about, in bytes. ``headers`` are also there as
    they are sent, as ``block``.
    """

    __slots__ = (
        *("_zipped", "again", "block", "body", "cacheable", "etag", "headers", "is_compressible", "readers", "size"),
        "status",
    )

    def __init__(self, response: Response, always: Always) -> None:
        self.status = response.status
        self.body = response.body
        self.cacheable = response.cacheable
        self.again = False
        self.readers = 0
        # Of one body in two formats, such as JSON by two names, each has its own.
        digest = hashlib.blake2b(response.body, digest_size=12, key=response.media_type.encode()[:64]).hexdigest()
        self.etag = f'"{digest}"'.encode()
        self._zipped: bytes | None = None
        self.is_compressible = len(response.body) > _SMALL and _COMPRESSIBLE.match(response.media_type) is not None
        self.headers, self.block = always.beside((response.media_type, response.headers, self.is_compressible))
        self.size = len(response.body) * (2 if self.is_compressible else 1) + 2 * len(self.block) + _BESIDE

    def is_zipped_for(self, headers: Mapping[bytes, bytes]) -> bool:
        """Tell whether a client is sent it compressed."""
        return self.is_compressible and _accepts_gzip(headers)

    @property
    def takes_long_to_zip(self) -> bool:
        """Whether it is not compressed yet, and so large that others would notice."""
        return self._zipped is None and len(self.body) > _INLINE

    async def zip(self) -> None:
        """Compress it without holding up others."""
        if self.takes_long_to_zip:
            self._zipped = await asyncio.to_thread(gzip.compress, self.body, 6, mtime=0)

    def form(self, method: str, headers: Mapping[bytes, bytes]) -> tuple[int, Headers, bytes]:
        """Return the status, what comes to the headers, and the body that fit a request."""
        status, body, etag = self.status, self.body, self.etag
        more: Headers = []
        if self.is_zipped_for(headers):
            if self._zipped is None:
                self._zipped = gzip.compress(self.body, 6, mtime=0)
            body, etag = self._zipped, etag[:-1] + b'-gzip"'
            more.append((b"content-encoding", b"gzip"))
        if status == HTTPStatus.OK and method != "POST":
            more.append((b"etag", etag))
            if _matches(headers.get(b"if-none-match"), etag):
                status, body = 304, b""
        if status not in {204, 304}:
            more.append((b"content-length", b"%d" % len(body)))
        return status, more, b"" if method == "HEAD" else body


class Cache:
    """The replies that were asked for last, up to so many bytes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._replies: OrderedDict[Request, tuple[Reply, int]] = OrderedDict()

    def get(self, request: Request) -> Reply | None:
        """Return the reply to an equal request, if it is there."""
        found = self._replies.get(request)
        if found is None:
            return None
        self._replies.move_to_end(request)
        return found[0]

    def put(self, request: Request, reply: Reply) -> None:
        """Keep a reply, and forget those that were not asked for the longest."""
        size = reply.size + request.size
        if size > self._most // 8 or request in self._replies:
            return
        self._replies[request] = reply, size
        self._size += size
        while self._size > self._most:
            _, (_, freed) = self._replies.popitem(last=False)
            self._size -= freed


@dataclass(slots=True)
class Front:
    """The application; ``pool`` is set when its workers run."""

    limits: Limits
    policy: Policy
    log: AccessLog
    pool: Pool | None = None
    cache: Cache = field(init=False)
    short_way: ShortWay = field(init=False)
    _always: Always = field(init=False)
    _hosts: dict[str, bool] = field(default_factory=dict)
    _reading: int = 0
    _sending: int = 0

    def __post_init__(self) -> None:
        self.cache = Cache(self.limits.cache // 2)
        self.short_way = ShortWay(self.limits.cache // 2)
        always = {**_ALWAYS}
        if self.policy.cors != "none":
            always[b"access-control-allow-origin"] = self.policy.cors.encode("latin-1")
            always[b"access-control-expose-headers"] = _EXPOSED
        self._always = Always(always)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3)."""
        if scope["type"] != "http":
            raise RuntimeError(f"this application does not speak {scope['type']}")
        began = time.perf_counter()
        headers: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            # Of headers that are repeated these alone may be, and are then one list (RFC 9110, 5.3).
            headers[name] = headers[name] + b", " + value if name in headers and name == b"accept" else value
        connection: Connection | None = scope.get("itgraph.connection")
        if connection is not None and not connection.begin():
            return
        try:
            ready = None if connection is None else connection.take_ready()
            reply = await self._reply(scope, headers, receive) if ready is None else ready
        except (asyncio.CancelledError, ConnectionError):
            return  # the client has gone
        if not reply.readers and self._sending + len(reply.body) > _MOST_SENDING:
            accept = headers.get(b"accept", b"").decode("latin-1")
            reply = self._refuse_for_now(accept, "too much is being sent at once: try again later")
        self._begin_sending(reply)
        try:
            size = await self._send(reply, scope, headers, send)
        except (asyncio.CancelledError, TimeoutError):
            if connection is not None:
                connection.transport.abort()
            return
        finally:
            self._end_sending(reply)
        request = f"{scope['method']} {self.log.target_of(scope['raw_path'], scope['query_string'])}"
        self.log.add(scope["client"], request, reply.status, size, time.perf_counter() - began)

    # -- Requests ----------------------------------------------------------------------------------------------------

    async def _reply(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> Reply:
        accept = headers.get(b"accept", b"*/*").decode("latin-1")
        host = headers.get(b"host", b"").decode("latin-1")
        method = scope["method"]
        hosts = sum(name == b"host" for name, _ in scope["headers"])
        if hosts > 1 or (not hosts and scope["http_version"] == "1.1"):
            return self._refuse(accept, 400, "a request has one header Host")
        if host and not self._allows(host):
            detail = "this server is not called so; `itgraph serve --allow-host NAME` tells it another name of its own"
            return self._refuse(accept, 421, detail)
        if method == "OPTIONS":
            return self._allow()
        if method not in {"GET", "HEAD", "POST"}:
            return self._refuse(accept, 405, f"there is {_METHODS}", headers=(("Allow", _METHODS),))
        body = await self._read_body(receive, accept) if method == "POST" else b""
        if isinstance(body, Reply):
            return body
        if len(scope["query_string"]) > self.limits.request_bytes:
            return self._refuse(accept, 414, "the address is too long; POST the query")
        request = Request(
            method="POST" if method == "POST" else "GET",
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            accept=accept,
            content_type=headers.get(b"content-type", b"").decode("latin-1"),
            body=body,
            origin=self._origin(host),
        )
        reply = self._find(request)
        return await self._work_out(request) if reply is None else reply

    def _origin(self, host: str) -> str:
        return self.policy.public_url or f"http://{host or 'localhost'}"

    def _find(self, request: Request) -> Reply | None:
        """Return the reply to an equal request that is kept, if it is."""
        reply = self.cache.get(request)
        if reply is not None:
            reply.again = True
        return reply

    def _allows(self, host: str) -> bool:
        allowed = self._hosts.get(host)
        if allowed is None:
            if len(self._hosts) > _MOST_HOSTS:
                self._hosts.clear()
            allowed = self._hosts[host] = self.policy.allows(host)
        return allowed

    async def _read_body(self, receive: Receive, accept: str) -> bytes | Reply:
        """Return the body, or the refusal of it.

        Raises:
            ConnectionError: the client has gone.
        """
        most = self.limits.request_bytes
        parts: list[bytes] = []
        size = kept = 0
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise ConnectionError
                    part = message.get("body", b"")
                    size += len(part)
                    if size <= most and self._reading <= _MOST_READING:
                        parts.append(part)
                        kept += len(part)
                        self._reading += len(part)
                    elif size > _DRAIN:
                        break
                    # What is too large is read all the same, up to a point: who is still sending hears no answer.
                    if not message.get("more_body", False):
                        break
        except TimeoutError:
            detail = f"the request did not come within {_BODY_SECONDS:g} seconds"
            return self._refuse(accept, 408, detail, headers=(("Connection", "close"),))
        finally:
            self._reading -= kept
        if size > most:
            return self._refuse(accept, 413, f"the request is too large; {most:,} bytes are the most")
        if kept < size:
            return self._refuse_for_now(accept, "too much is being asked at once: try again later")
        return b"".join(parts)

    async def _work_out(self, request: Request) -> Reply:
        if self.pool is None:
            return self._refuse_for_now(request.accept, "the server is starting: try again")
        return self._keep(request, await self.pool.respond(request))

    def _keep(self, request: Request, response: Response) -> Reply:
        """Make a reply of a response, and keep it if it may be given again."""
        reply = Reply(response, self._always)
        if reply.cacheable:
            self.cache.put(request, reply)
        return reply

    def begin_plainly(self, plain: PlainRequest, take: Callable[[Reply], None]) -> Callable[[], None] | None:
        """Answer a plain request: ``take`` is called with the reply, now or later.

        Return what is to be called if the client leaves before; ``None`` if it is not answered in this way.
        """
        host = plain.headers[b"host"].decode("latin-1")
        if not self._allows(host) or self.pool is None:
            return None
        request = Request(
            path=plain.path.decode("ascii"),
            query=plain.query.decode("ascii"),
            accept=plain.headers.get(b"accept", b"*/*").decode("latin-1"),
            content_type=plain.headers.get(b"content-type", b"").decode("latin-1"),
            origin=self._origin(host),
        )
        reply = self._find(request)
        if reply is not None:
            take(reply)
            return _do_nothing

        def keep(response: Response) -> None:
            take(self._keep(request, response))

        return partial(self.pool.leave, self.pool.submit(request, keep), keep)

    def _refuse(self, accept: str, status: int, detail: str, *, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
        return Reply(problem(accept, status, detail, headers=headers), self._always)

    def _refuse_for_now(self, accept: str, detail: str) -> Reply:
        return self._refuse(accept, 503, detail, headers=(("Retry-After", "1"),))

    def _allow(self) -> Reply:
        headers = [("Allow", _METHODS)]
        if self.policy.cors != "none":
            headers += [
                ("Access-Control-Allow-Methods", "GET, HEAD, POST"),
                ("Access-Control-Allow-Headers", "Accept, Content-Type, If-None-Match"),
                ("Access-Control-Max-Age", "86400"),
            ]
        return Reply(Response(status=204, media_type="text/plain", headers=tuple(headers)), self._always)

    # -- Responses ---------------------------------------------------------------------------------------------------

    def _begin_sending(self, reply: Reply) -> None:
        if not reply.readers:
            self._sending += len(reply.body)
        reply.readers += 1

    def _end_sending(self, reply: Reply) -> None:
        reply.readers -= 1
        if not reply.readers:
            self._sending -= len(reply.body)

    async def _send(self, reply: Reply, scope: Scope, headers: dict[bytes, bytes], send: Send) -> int:
        """Send a reply in the form that fits the request; return how many bytes its body had."""
        if reply.is_zipped_for(headers):
            await reply.zip()
        status, more, body = reply.form(scope["method"], headers)
        start = reply.headers + more
        connection: Connection | None = scope.get("itgraph.connection")
        if reply.again and connection is not None and len(body) <= CHUNK:
            connection.remember(scope, status, reply.block + write_headers(more), body)
        if len(body) <= CHUNK and (connection is None or not connection.flow.write_paused):
            await send({"type": "http.response.start", "status": status, "headers": start})
            await send({"type": "http.response.body", "body": body})
            return len(body)
        async with asyncio.timeout(_SEND_SECONDS + len(body) / _SLOWEST):
            await send({"type": "http.response.start", "status": status, "headers": start})
            for place in range(0, max(1, len(body)), CHUNK):
                part = body[place : place + CHUNK]
                await send({"type": "http.response.body", "body": part, "more_body": place + CHUNK < len(body)})
        return len(body)


def _do_nothing() -> None:
    """Have nothing to end."""


def _accepts_gzip(headers: Mapping[bytes, bytes]) -> bool:
    """Tell whether the client takes gzip (RFC 9110, 12.5.3)."""
    for part in headers.get(b"accept-encoding", b"").lower().split(b","):
        coding, _, weight = part.partition(b";")
        if coding.strip() in {b"gzip", b"*"}:
            return weight.replace(b" ", b"") not in {b"q=0", b"q=0.0", b"q=0.00", b"q=0.000"}
    return False


def _matches(condition: bytes | None, etag: bytes) -> bool:
    """Tell whether the client has the response already (RFC 9110, 13.1.2: weak comparison)."""
    if condition is None:
        return False
    return condition.strip() == b"*" or etag in _tags(condition)


def _tags(condition: bytes) -> Iterable[bytes]:
    return (tag.strip().removeprefix(b"W/") for tag in condition.split(b","))
