"""A small HTTP server that does what it is told to: it hangs, lies, resets, and notes what it was sent."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple, TypeAlias

Behaviour: TypeAlias = "Callable[[Handler], None]"


class Seen(NamedTuple):
    """A request."""

    path: str
    headers: Message
    body: str


class Handler(BaseHTTPRequestHandler):
    """One request; ``server.behaviours`` are what is done to each in turn, the last to all that follow."""

    server: Liar
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        self.server.lines.append(self.connection)

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.server.seen.append(Seen(self.path, self.headers, self.body))
        place = min(len(self.server.seen), len(self.server.behaviours)) - 1
        with suppress(OSError):
            self.server.behaviours[place](self)

    do_GET = do_POST  # noqa: N815 - the name that is called

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def answer(self, status: int, body: bytes, media_type: str, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def reset(self) -> None:
        """Close the connection so that the other side is told that it was no accident."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RD)
        self.close_connection = True


class Liar(ThreadingHTTPServer):
    """The server."""

    daemon_threads = False  # closing waits for them

    def __init__(self, behaviours: tuple[Behaviour, ...]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviours = behaviours
        self.seen: list[Seen] = []
        self.lines: list[socket.socket] = []
        self.over = threading.Event()

    @property
    def authority(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def address(self) -> str:
        return f"http://{self.authority}/sparql"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of connections that the other side has given up."""


@contextmanager
def lying(*behaviours: Behaviour) -> Iterator[Liar]:
    server = Liar(behaviours)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        for line in server.lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        server.server_close()
        thread.join()
