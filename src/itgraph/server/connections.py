"""A client's connection: uvicorn's, with a short way for what is asked again and an end for who never finishes asking.

The short way: a request that is byte for byte the same as an earlier one, and whose answer cannot have changed, gets
the same bytes again, without being parsed. Only what came alone and whole in one piece goes this way.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence

    from itgraph.server.front import Front

_HEAD_SECONDS = 30.0
"""How long a client may take from its first byte (or from connecting) to the end of the headers."""
_MOST_HEAD = 2**17
_KEPT_REQUEST = 2**14


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
    """A response on the wire but for its date; ``scope`` and ``status`` are for the log."""

    __slots__ = ("body", "head", "length", "scope", "size", "status", "tail")

    def __init__(
        self, scope: MutableMapping[str, Any], status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes
    ):
        phrase = HTTPStatus(status).phrase
        self.head = f"HTTP/1.1 {status} {phrase}\r\n".encode()
        self.tail = b"".join(b"%s: %s\r\n" % header for header in headers) + b"\r\n" + body
        self.length = len(body)
        self.size = len(self.tail) + 1000
        self.scope = {name: scope[name] for name in ("method", "raw_path", "query_string", "client")}
        self.status = status


class Connection(HttpToolsProtocol):
    """One connection; ``task`` is what is working on its request."""

    app: Front

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.cycle: RequestResponseCycle | None  # type: ignore[assignment]  # as it is, and not as it is declared
        self.task: asyncio.Task[Any] | None = None
        self._is_between = True  # whether the next byte begins a request
        self._messages = 0
        self._head_size = 0
        self._last_used = 0.0
        self._deadline: asyncio.TimerHandle | None = None

    # -- Beginning and end -------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop working for a client that has gone."""
        super().connection_lost(exc)
        self._head_is_here()
        if self.task is not None and self.cycle is not None and not self.cycle.response_complete:
            self.task.cancel()

    def _await_head(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(_HEAD_SECONDS, self.transport.abort)

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that has not been used for a while."""
        left = self._last_used + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)
        else:
            super().timeout_keep_alive_handler()

    def _head_is_here(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    # -- Requests ----------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Answer at once, or parse."""
        alone = self._is_between and (self.cycle is None or self.cycle.response_complete) and not self.pipeline
        if alone:
            answer = self.app.short_way.get(data)
            if answer is not None and not self.flow.write_paused:
                self._answer(answer)
                return
        messages = self._messages
        super().data_received(data)
        if alone and self._is_between and self._messages == messages + 1 and len(data) <= _KEPT_REQUEST:
            self.scope["itgraph.request"] = data  # type: ignore[typeddict-unknown-key]
        self._head_size += len(data)
        if self._deadline is not None and self._head_size > _MOST_HEAD:
            self.transport.abort()

    def _answer(self, answer: Answer) -> None:
        self.server_state.total_requests += 1
        self._last_used = self.loop.time()
        self._head_is_here()
        date = b"".join(b"%s: %s\r\n" % header for header in self.server_state.default_headers)
        self.transport.writelines((answer.head, date, answer.tail))
        self.app.log.add(answer.scope, answer.status, answer.length, 0.0)

    def remember(
        self, scope: MutableMapping[str, Any], status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes
    ) -> None:
        """Give whoever sends the same bytes the same answer."""
        request = scope.get("itgraph.request")
        if request is not None and self.cycle is not None and self.cycle.keep_alive and scope["http_version"] == "1.1":
            self.app.short_way.put(request, Answer(scope, status, headers, body))

    def on_message_begin(self) -> None:
        """Note that a request has begun."""
        super().on_message_begin()
        self._is_between = False
        self._head_size = 0
        self._await_head()
        self.scope["itgraph.connection"] = self  # type: ignore[typeddict-unknown-key]

    def on_headers_complete(self) -> None:
        """Note that there is something to answer."""
        self._head_is_here()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that a request has ended."""
        super().on_message_complete()
        self._is_between = True
        self._messages += 1
