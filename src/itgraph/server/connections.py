"""A client's connection: uvicorn's, with a short way for what is asked again and an end for who never finishes asking.

The short way: a request that is byte for byte the same as an earlier one, and whose answer cannot have changed, gets
the same bytes again, without being parsed. Only what came alone and whole in one piece goes this way.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from functools import lru_cache, partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeAlias

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from itgraph.server.plain import read_plain

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from itgraph.server.front import Front, Reply
    from itgraph.server.plain import PlainRequest

Headers: TypeAlias = list[tuple[bytes, bytes]]
"""Names, in lower case, and values."""

_HEAD_SECONDS = 30.0
"""How long a client may take from its first byte (or from connecting) to the end of the headers."""
_MOST_HEAD = 2**17
_MOST_ADDRESS = 2**16 - 1  # the parser's
_MOST_PIPELINED = 1000
_LINGER_SECONDS = 2.0
"""How long what is still coming is taken in and thrown away, so that an answer reaches a client that is sending."""
_STALLED_SECONDS = 60.0
"""How long a client that was sent all it gets may take to read it."""
_KEPT_REQUEST = 2**14
_STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}
CHUNK = 2**18
"""The size of the pieces in which a large body is sent."""


class ShortWay:
    """Answers, head and body, by the very bytes of their requests, up to so many bytes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._answers: OrderedDict[bytes, Answer] = OrderedDict()
        self.get = self._answers.get

    def put(self, request: bytes, answer: Answer) -> None:
        """Keep an answer, and forget those that came first."""
        if request not in self._answers:
            self._answers[request] = answer
            self._size += len(request) + answer.size
            while self._size > self._most:
                old, forgotten = self._answers.popitem(last=False)
                self._size -= len(old) + forgotten.size


class Answer:
    """A response on the wire but for its date; ``request`` is its method and target, for the log."""

    __slots__ = ("head", "length", "request", "size", "status", "tail")

    def __init__(self, request: str, status: int, headers: bytes, body: bytes) -> None:
        self.head = _STATUS_LINES[status]
        self.tail = b"%s\r\n%s" % (headers, body)
        self.length = len(body)
        self.size = len(self.tail) + len(request) + 1000
        self.request = request
        self.status = status


def write_headers(headers: Headers) -> bytes:
    """Return headers as they are sent."""
    return b"".join([b"%s: %s\r\n" % header for header in headers])


@lru_cache(maxsize=1)
def _date_header(*headers: tuple[bytes, bytes]) -> bytes:
    """Return what uvicorn adds to every response, the date: another one each second."""
    return write_headers([*headers])


class Connection(HttpToolsProtocol):
    """One connection; ``running`` is the request that is being answered, and ``task`` what answers it."""

    app: Front

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.cycle: RequestResponseCycle | None  # type: ignore[assignment]  # as it is, and not as it is declared
        self.running: RequestResponseCycle | None = None
        self.task: asyncio.Task[Any] | None = None
        self.url = b""
        self._is_between = True  # whether the next byte begins a request
        self._is_deaf = False
        self._messages = 0
        self._gets_on = False  # whether what came last was more than a part of a head or of trailers
        self._without_end = 0  # bytes since then
        self._last_used = 0.0
        self._deadline: asyncio.TimerHandle | None = None
        self._plain: PlainRequest | None = None  # what is being worked out without a task
        self._leave: Callable[[], None] | None = None  # to be called if nobody waits for it any more
        self._began = 0.0
        self._aside = bytearray()  # what came meanwhile
        self._ready: Reply | None = None
        self._is_last = False

    # -- Beginning and end -------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        super().connection_made(transport)
        if len(self.connections) > self.app.limits.connections:
            self._turn_away(HTTPStatus.SERVICE_UNAVAILABLE, "there are too many connections: try again later")
        else:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop working for a client that has gone."""
        super().connection_lost(exc)
        self._head_is_here()
        if self._leave is not None:
            self._leave()
        if self.running is not None and not self.running.response_complete:
            self.running.disconnected = True
            if self.task is not None:
                self.task.cancel()

    def begin(self) -> bool:
        """Note that the task that calls this answers a request; tell whether the client is still there."""
        self.task = asyncio.current_task()
        return not self.transport.is_closing()

    def _await_head(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(_HEAD_SECONDS, self.transport.abort)

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that has not been used for a while."""
        self.timeout_keep_alive_task = None
        if self._plain is not None:
            self._last_used = self.loop.time()
        if self._last_used + self.timeout_keep_alive > self.loop.time():
            self._await_next()
        elif self.transport.get_write_buffer_size():
            self.transport.abort()  # closed, it would wait for ever for the client to read
        else:
            super().timeout_keep_alive_handler()

    def _await_next(self) -> None:
        """See to it that the connection ends when it has not been used for a while."""
        if self.timeout_keep_alive_task is None:
            left = max(0, self._last_used + self.timeout_keep_alive - self.loop.time())
            self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)

    def on_response_complete(self) -> None:
        """Go on with what has come meanwhile, or wait for more."""
        self._last_used = self.loop.time()
        if self.pipeline:
            self.running = self.pipeline[-1][0]
        super().on_response_complete()
        if self.transport.is_closing():
            if self.transport.get_write_buffer_size():
                self.loop.call_later(_STALLED_SECONDS, self.transport.abort)
        elif self.pipeline:
            self.flow.pause_reading()  # or a client that only sends would be given ever more room

    def _head_is_here(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    # -- Requests ----------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Answer at once, or parse."""
        if self._is_deaf:
            return
        if self._plain is not None:
            self._put_aside(data)
            return
        alone = self._is_between and (self.cycle is None or self.cycle.response_complete) and not self.pipeline
        if alone and not self.flow.write_paused:
            answer = self.app.short_way.get(data)
            if answer is not None:
                self._answer(answer)
                return
            if self._ready is None and len(data) <= _KEPT_REQUEST and self._begin_plainly(data):
                return
        messages = self._messages
        self._gets_on = False
        super().data_received(data)
        if self.transport.is_closing():
            return
        if alone and self._is_between and self._messages == messages + 1 and len(data) <= _KEPT_REQUEST:
            self.scope["itgraph.request"] = data  # type: ignore[typeddict-unknown-key]
        self._without_end = 0 if self._gets_on else self._without_end + len(data)
        if self._without_end > _MOST_HEAD:
            self._turn_away(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the address or the headers are too long")
        elif self._deadline is None and (self.cycle is None or self.cycle.response_complete):
            self._await_next()  # what came was no new request, and had put an end to the waiting

    def _answer(self, answer: Answer, seconds: float = 0.0) -> None:
        self.server_state.total_requests += 1
        self._last_used = self.loop.time()
        self._head_is_here()
        self._await_next()
        date = _date_header(*self.server_state.default_headers)
        self.transport.write(b"%s%s%s" % (answer.head, date, answer.tail))
        self.app.log.add(self.client, answer.request, answer.status, answer.length, seconds)

    # -- Plain requests ----------------------------------------------------------------------------------------------

    def _begin_plainly(self, data: bytes) -> bool:
        """Have a request worked out without more ado, if it is a plain one; tell whether it is."""
        request = read_plain(data)
        if request is None:
            return False
        self._plain, self._began = request, self.loop.time()
        self._head_is_here()
        leave = self.app.begin_plainly(request, partial(self._finish_plainly, data))
        if leave is None:
            self._plain = None
        elif self._plain is not None:  # not yet answered
            self._leave = leave
        return leave is not None

    def _finish_plainly(self, data: bytes, reply: Reply) -> None:
        assert self._plain is not None
        request, self._plain, self._leave = self._plain, None, None
        if self.transport.is_closing():
            return
        if len(reply.body) > CHUNK or (reply.takes_long_to_zip and reply.is_zipped_for(request.headers)):
            self._ready = reply  # to be sent piece by piece, when others have had their turn
            self.data_received(data)
        else:
            status, more, body = reply.form("GET", request.headers)
            line = f"GET {self.app.log.target_of(request.path, request.query)}"
            answer = Answer(line, status, reply.block + write_headers(more), body)
            if reply.again:
                self.app.short_way.put(data, answer)
            self._answer(answer, self.loop.time() - self._began)
        if self._is_last:
            self.shutdown()
        if self._aside:
            data = bytes(self._aside)
            self._aside.clear()
            self.flow.resume_reading()
            self.data_received(data)

    def _put_aside(self, data: bytes) -> None:
        """Keep what comes while a request is being worked out."""
        self._aside += data
        if len(self._aside) > _MOST_HEAD:
            self.flow.pause_reading()

    def take_ready(self) -> Reply | None:
        """Return the reply to the request that has just been parsed, if it had been worked out before."""
        reply, self._ready = self._ready, None
        return reply

    def shutdown(self) -> None:
        """Close when what is being worked out has been sent."""
        self._is_last = True
        if self._plain is None:
            super().shutdown()

    # -- Requests that a parser reads --------------------------------------------------------------------------------

    def remember(self, scope: MutableMapping[str, Any], status: int, headers: bytes, body: bytes) -> None:
        """Give whoever sends the same bytes the same answer."""
        request = scope.get("itgraph.request")
        if request is None or self.running is None:
            return
        if self.running.keep_alive and scope["http_version"] == "1.1":
            line = f"{scope['method']} {self.app.log.target_of(scope['raw_path'], scope['query_string'])}"
            self.app.short_way.put(request, Answer(line, status, headers, body))

    def on_message_begin(self) -> None:
        """Note that a request has begun."""
        super().on_message_begin()
        self._is_between = False
        self._gets_on = True
        self._await_head()
        self.scope["itgraph.connection"] = self  # type: ignore[typeddict-unknown-key]

    def on_headers_complete(self) -> None:
        """Note that there is something to answer."""
        self._gets_on = True
        self._head_is_here()
        super().on_headers_complete()
        if not self.pipeline:
            self.running = self.cycle
        elif len(self.pipeline) > _MOST_PIPELINED:
            self.transport.abort()

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._gets_on = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that a request has ended."""
        super().on_message_complete()
        self._gets_on = True
        self._is_between = True
        self._messages += 1

    # -- What is no request ------------------------------------------------------------------------------------------

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP, when all that came before it has been answered."""
        if len(self.url) > _MOST_ADDRESS:
            self._turn_away(HTTPStatus.REQUEST_URI_TOO_LONG, "the address is too long: POST the query")
            return
        if self.pipeline and self.pipeline[0][0].more_body:
            self.pipeline.popleft()
        last = self.pipeline[0][0] if self.pipeline else self.running
        if last is None or last.response_complete or last.more_body:
            super().send_400_response(msg)
        else:
            last.keep_alive = False

    def _turn_away(self, status: HTTPStatus, why: str) -> None:
        if self.running is not None and not self.running.response_complete:
            self.transport.abort()
            return
        self._is_deaf = True
        self._head_is_here()
        later = "retry-after: 1\r\n" if status == HTTPStatus.SERVICE_UNAVAILABLE else ""
        head = f"content-type: text/plain\r\ncontent-length: {len(why) + 1}\r\n{later}connection: close\r\n"
        self.transport.write(f"HTTP/1.1 {status} {status.phrase}\r\n{head}\r\n{why}\n".encode())
        self.loop.call_later(_LINGER_SECONDS, self.transport.abort)

    def _unsupported_upgrade_warning(self) -> None:
        """Answer who would rather speak another protocol in HTTP, but nothing after it: that may be none."""
        if self.cycle is not None:
            self.cycle.keep_alive = False
