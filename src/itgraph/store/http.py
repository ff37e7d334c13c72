"""HTTP as a store is asked by it: bounded in time and in size, repeated where that is safe, and no secret shown.

One connection per thread is kept open. What a server says is read to a limit, and never trusted: whatever it does
becomes one of the errors of :mod:`itgraph.errors`.
"""

from __future__ import annotations

import re
import threading
import time
import weakref
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit
from urllib.request import (
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    Request,
    parse_http_list,
    parse_keqv_list,
)

from itgraph.addresses import without_credentials
from itgraph.errors import QueryTimeoutError, RemoteStoreError, StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from socket import socket

MOST_BYTES = 512 * 1024 * 1024
"""How large an answer may be."""

_MOST_REDIRECTS = 5
_MOST_ATTEMPTS = 4
_FIRST_WAIT = 0.25
_MOST_IDLE = 2
"""How many seconds a connection may rest: servers close theirs after some, and would do so just as we ask."""
_BUSY = {429, 502, 503, 504}
_MOVED = {301, 302, 303, 307, 308}
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Who asks. The password is shown nowhere."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server answered; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def split_address(url: str) -> tuple[str, Credentials | None]:
    """Take the user and the password out of an address.

    Raises:
        StoreUnavailableError: it is no http(s) address.

    >>> split_address("http://ann:s%40me@localhost:8890/sparql")
    ('http://localhost:8890/sparql', Credentials(user='ann'))
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        message = "this is no address of a server"
        raise StoreUnavailableError(message, location=without_credentials(url)[:200]) from error
    if parts.scheme not in _PORTS or not host or re.search(r"[\x00-\x20\x7f]", url):
        message = "this is no http or https address of a server"
        raise StoreUnavailableError(message, location=without_credentials(url)[:200])
    host = f"[{host}]" if ":" in host else host
    clean = urlunsplit((parts.scheme, host + (f":{port}" if port else ""), parts.path or "/", parts.query, ""))
    if parts.username is None:
        return clean, None
    return clean, Credentials(user=unquote(parts.username), password=unquote(parts.password or ""))


class Transport:
    """A way to one server and, with credentials, to no other."""

    def __init__(
        self,
        location: str,
        *,
        credentials: Credentials | None = None,
        timeout: float = 60,
        most_bytes: int = MOST_BYTES,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Talk to the server of ``location``, an address without credentials; ``timeout`` is of a whole request."""
        self.location = location
        self.timeout = timeout
        self._most_bytes = most_bytes
        self._sleep = sleep
        self._origin = _origin(location)
        self._authorization = _Authorization(urljoin(location, "/"), credentials)
        self._local = threading.local()
        self._connections: set[HTTPConnection] = set()
        weakref.finalize(self, _close_all, self._connections)

    def send(self, request: Request, *, repeat: bool) -> Reply:
        """Send a request and return the answer, of whatever status; ``repeat`` it if the server is busy or away.

        Raises:
            StoreUnavailableError: nobody listens there.
            QueryTimeoutError: no whole answer came in time.
            RemoteStoreError: what came is no answer, or too much of one.
        """
        deadline = time.monotonic() + self.timeout
        for attempt in range(_MOST_ATTEMPTS):
            is_last = attempt == _MOST_ATTEMPTS - 1 or not repeat
            wait = _FIRST_WAIT * 2**attempt
            try:
                reply = self._follow(request, deadline, fresh=not repeat or attempt > 0)
            except (ConnectionError, _GoneError) as error:
                if is_last or time.monotonic() + wait > deadline:
                    raise self._unavailable(error) from error
            else:
                if reply.status not in _BUSY or is_last:
                    return reply
                wait = _wanted_wait(reply, wait)
                if time.monotonic() + wait > deadline:
                    return reply
            self._sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    # -- One attempt -------------------------------------------------------------------------------------------------

    def _follow(self, request: Request, deadline: float, *, fresh: bool) -> Reply:
        for _ in range(_MOST_REDIRECTS + 1):
            reply = self._authorized(request, deadline, fresh=fresh)
            target = reply.headers.get("location")
            if reply.status not in _MOVED or not target:
                return reply
            request = self._redirected(request, reply.status, urljoin(request.full_url, target))
        raise RemoteStoreError(f"it redirects more than {_MOST_REDIRECTS} times", location=self.location)

    def _redirected(self, request: Request, status: int, target: str) -> Request:
        try:
            address, _ = split_address(target)
        except StoreUnavailableError as error:
            raise RemoteStoreError("it redirects to what is no http address", location=self.location) from error
        if _origin(address) != self._origin:
            # Whoever answers there would be sent the question, and perhaps the password.
            message = f"it redirects to another server; if that is right, give its address: {address[:200]}"
            raise RemoteStoreError(message, location=self.location)
        data = None if status == 303 else request.data
        headers = {name: value for name, value in request.header_items() if data is not None or name != "Content-type"}
        return Request(address, data=data, headers=headers, method="GET" if data is None else request.get_method())  # noqa: S310 - split_address

    def _authorized(self, request: Request, deadline: float, *, fresh: bool) -> Reply:
        reply = self._exchange(request, deadline, fresh=fresh)
        if reply.status == 401 and self._authorization.learn(reply.headers.get("www-authenticate", "")):
            reply = self._exchange(request, deadline, fresh=fresh)
        return reply

    def _exchange(self, request: Request, deadline: float, *, fresh: bool) -> Reply:
        connection = self._connection(deadline, fresh=fresh)
        headers = dict(request.header_items()) | self._authorization.header(request)
        try:
            connection.request(request.get_method(), request.selector, request.data, headers)
            line = connection.sock  # kept: the connection lets go of it when the server says that it will close
            with connection.getresponse() as response:
                body = self._read(response, line, deadline)
        except TimeoutError as error:
            self._drop()
            raise QueryTimeoutError(self.timeout) from error
        except (ConnectionError, _GoneError):
            self._drop()
            raise
        except OSError as error:
            self._drop()
            raise self._unavailable(error) from error
        except (HTTPException, ValueError) as error:
            self._drop()
            raise RemoteStoreError(f"it does not speak HTTP: {_said(error)}", location=self.location) from error
        except RemoteStoreError:
            self._drop()
            raise
        if response.will_close:
            self._drop()
        self._local.used = time.monotonic()
        names = {name.lower() for name in response.headers}
        found = {name: ", ".join(response.headers.get_all(name, [])) for name in names}
        return Reply(status=response.status, headers=found, body=body)

    def _read(self, response: HTTPResponse, line: socket, deadline: float) -> bytes:
        parts: list[bytes] = []
        size = 0
        while True:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise TimeoutError
            line.settimeout(remaining)
            try:
                part = response.read1(1 << 20)
            except HTTPException as error:
                raise _GoneError("the answer broke off") from error
            if not part:
                break
            parts.append(part)
            size += len(part)
            if size > self._most_bytes:
                message = f"its answer is longer than {self._most_bytes:,} bytes; ask for less, as with LIMIT"
                raise RemoteStoreError(message, location=self.location)
        if response.length:
            raise _GoneError("the answer broke off")
        return b"".join(parts)

    # -- Connections -------------------------------------------------------------------------------------------------

    def _connection(self, deadline: float, *, fresh: bool) -> HTTPConnection:
        if fresh or time.monotonic() - getattr(self._local, "used", 0) > _MOST_IDLE:
            self._drop()
        remaining = max(deadline - time.monotonic(), 0.001)
        kept: _Kept | None = getattr(self._local, "kept", None)
        if kept is not None and kept.connection.sock is not None:
            kept.connection.sock.settimeout(remaining)
            return kept.connection
        scheme, host, port = self._origin
        kind = HTTPSConnection if scheme == "https" else HTTPConnection
        connection = kind(host, port, timeout=remaining)
        try:
            connection.connect()
        except ConnectionError:
            raise
        except TimeoutError as error:
            raise StoreUnavailableError(
                f"nobody answered within {self.timeout:g} seconds", location=self.location
            ) from error
        except OSError as error:
            raise self._unavailable(error) from error
        self._local.kept = _Kept(connection, self._connections)
        return connection

    def _drop(self) -> None:
        kept: _Kept | None = getattr(self._local, "kept", None)
        self._local.kept = None
        if kept is not None:
            kept.close()

    def _unavailable(self, error: Exception) -> StoreUnavailableError | RemoteStoreError:
        if isinstance(error, ConnectionRefusedError):
            return StoreUnavailableError("nobody listens there; is the server running?", location=self.location)
        if isinstance(error, ConnectionError | _GoneError):
            message = f"it closed the connection before its answer was complete ({_said(error)})"
            return RemoteStoreError(message, location=self.location)
        return StoreUnavailableError(f"it cannot be reached: {_said(error)}", location=self.location)


class _Kept:
    """A connection of one thread, closed with it at the latest."""

    def __init__(self, connection: HTTPConnection, all_: set[HTTPConnection]) -> None:
        self.connection = connection
        self._all = all_
        all_.add(connection)

    def close(self) -> None:
        self.connection.close()
        self._all.discard(self.connection)

    __del__ = close


def _close_all(connections: set[HTTPConnection]) -> None:
    for connection in list(connections):
        connection.close()


class _GoneError(Exception):
    """A connection that ended too early."""


def _said(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or str(error) or type(error).__name__)[:200]


def _origin(address: str) -> tuple[str, str, int]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme]


def _wanted_wait(reply: Reply, otherwise: float) -> float:
    """Return how many seconds a server asks to wait, by number or by date."""
    said = reply.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdecimal():
        return max(float(said), otherwise)
    try:
        return max(parsedate_to_datetime(said).timestamp() - time.time(), otherwise)
    except ValueError:
        return otherwise


class _Authorization:
    """Basic or digest, whichever the server asks for; nothing is sent before it asks."""

    def __init__(self, origin: str, credentials: Credentials | None) -> None:
        self._location = origin
        self._credentials = credentials
        self._basic = ""
        self._challenge: dict[str, str] = {}
        self._digest: HTTPDigestAuthHandler | None = None
        self._lock = threading.Lock()

    def learn(self, challenge: str) -> bool:
        """Take in what a 401 asks for; say whether it makes sense to ask again."""
        if self._credentials is None:
            return False
        scheme, _, rest = challenge.partition(" ")
        with self._lock:
            if scheme.lower() == "basic":
                known, self._basic = self._basic, self._encode(self._credentials)
                return self._basic != known
            if scheme.lower() != "digest":
                return False
            try:
                said = parse_keqv_list(parse_http_list(rest))
            except (ValueError, IndexError):  # not NAME=VALUE: the 401 stands
                return False
            old, self._challenge = self._challenge, said
            passwords = HTTPPasswordMgrWithDefaultRealm()
            passwords.add_password(None, self._location, self._credentials.user, self._credentials.password)
            self._digest = HTTPDigestAuthHandler(passwords)
            # The same number again means that the password was wrong; a new one, that the old was used up.
            return self._challenge.get("nonce") != old.get("nonce")

    def header(self, request: Request) -> dict[str, str]:
        """Return the header to send with a request."""
        with self._lock:
            if self._basic:
                return {"Authorization": f"Basic {self._basic}"}
            try:
                answer = self._digest.get_authorization(request, self._challenge) if self._digest else None
            except (ValueError, OSError):  # an algorithm or a protection that Python does not know: the 401 stands
                answer = None
            return {"Authorization": f"Digest {answer}"} if answer else {}

    @staticmethod
    def _encode(credentials: Credentials) -> str:
        return b64encode(f"{credentials.user}:{credentials.password}".encode()).decode()
