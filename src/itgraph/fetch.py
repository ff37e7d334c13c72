"""Reading a survey from where it is: a file, standard input, or a web address."""

from __future__ import annotations

import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from itgraph.addresses import without_credentials
from itgraph.errors import SourceError
from itgraph.survey.document import MAXIMUM_BYTES

if TYPE_CHECKING:
    from http.client import HTTPResponse

SECONDS = 120.0
"""How long a download may take, from the look-up of its server to its last byte."""

_IDLE_SECONDS = 30
_CHUNK = 2**16
_GITHUB_BLOB = re.compile(
    r"https://(?:github\.com/(?P<a>[^/]+/[^/]+)/(?:blob|raw)|raw\.githubusercontent\.com/(?P<b>[^/]+/[^/]+))"
    r"/(?P<ref>[^/]+)/(?P<path>[^?#]+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """Bytes, what to call them in messages, and where they come from as far as the address tells."""

    data: bytes
    name: str
    repository: str = ""
    commit: str = ""
    path: str = "README.md"


def read_input(source: str, *, seconds: float = SECONDS) -> Input:
    """Read a path, ``-`` for standard input, or an http(s) address, which has ``seconds`` for its answer.

    The address of a file on GitHub is read as the file itself, and tells repository, commit (if it has one) and path.

    Raises:
        SourceError: there is nothing to read there.
    """
    if source == "-":
        return Input(data=sys.stdin.buffer.read(MAXIMUM_BYTES + 1), name="standard input")
    if re.match(r"https?://", source, re.IGNORECASE):
        return _download(source, seconds)
    shown = without_credentials(source)
    if re.match(r"[a-z][a-z0-9+.-]+://", source, re.IGNORECASE):
        raise SourceError(f"{shown}: only http and https addresses can be read; download the file and give its path")
    path = Path(source)
    try:
        with path.open("rb") as file:
            return Input(data=file.read(MAXIMUM_BYTES + 1), name=source)
    except IsADirectoryError as error:
        raise SourceError(f"{source} is a folder; give the README in it") from error
    except OSError as error:
        # What is no file may have been meant as an address.
        raise SourceError(f"{shown}: cannot be read: {error.strerror or error}") from error


def _download(address: str, seconds: float) -> Input:
    from http.client import HTTPException
    from urllib.error import HTTPError

    repository = commit = ""
    path = "README.md"
    if match := _GITHUB_BLOB.match(address):
        owner, ref = match["a"] or match["b"], match["ref"]
        repository = f"https://github.com/{owner}"
        address = f"https://raw.githubusercontent.com/{owner}/{ref}/{match['path']}"
        if re.fullmatch(r"[0-9a-f]{40}", ref):  # of a branch it is not clear where its name ends
            commit, path = ref, match["path"]
    shown = _require_address(address)
    try:
        data = _within(seconds, address)
    except _LateError as error:
        message = f"no whole answer within {seconds:g} seconds; download the file and give its path"
        raise SourceError(f"{shown}: {message}") from error
    except HTTPError as error:
        error.close()
        raise SourceError(f"{shown}: the server answers {error.code} {error.reason}; is the address right?") from error
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise SourceError(f"{shown}: cannot be fetched: {reason}") from error
    return Input(data=data, name=shown, repository=repository, commit=commit, path=path)


def _require_address(address: str) -> str:
    """Require an address that can be asked, and return it as it may be shown.

    >>> _require_address("https://ann:s3cret@example.org/README.md")
    Traceback (most recent call last):
        ...
    itgraph.errors.SourceError: https://example.org/README.md: nobody is sent a password; download the file, and give \
its path
    """
    from urllib.parse import urlsplit

    shown = without_credentials(address)
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        raise SourceError(f"{shown}: this is no address of a file; check how it is written") from error
    if parts.username is not None:
        raise SourceError(f"{shown}: nobody is sent a password; download the file, and give its path")
    # An @ in a path is no password.
    return address


class _LateError(Exception):
    """A download that was not there in time."""


def _within(seconds: float, address: str) -> bytes:
    """Download a file, and give up after so many seconds, whatever the server does."""
    from concurrent.futures import Future
    from threading import Thread

    end = time.monotonic() + seconds
    result: Future[bytes] = Future()

    def work() -> None:
        try:
            result.set_result(_read(address, end))
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            result.set_exception(error)

    # A time limit of urllib is one of each wait for a socket. The name of a server is looked up without any, and the
    # head of an answer may come byte by byte: only from another thread can the whole be given up.
    Thread(target=work, daemon=True).start()
    try:
        return result.result(timeout=seconds)
    except TimeoutError as error:
        if result.done():
            raise
        raise _LateError from error


def _read(address: str, end: float) -> bytes:
    from urllib.request import Request, urlopen

    request = Request(address, headers={"User-Agent": "itgraph"})  # noqa: S310 - http(s) only
    response: HTTPResponse
    with urlopen(request, timeout=_IDLE_SECONDS) as response:  # noqa: S310
        data = bytearray()
        while len(data) <= MAXIMUM_BYTES and (part := response.read1(_CHUNK)):
            data += part
            if time.monotonic() > end:
                raise _LateError
        if len(data) <= MAXIMUM_BYTES and response.length:
            raise ConnectionError("the answer broke off")
    return bytes(data[: MAXIMUM_BYTES + 1])
