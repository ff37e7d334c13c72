"""Requests as most clients send them: read in one glance.

A GET in one piece, with no more than the usual headers. What is anything else is left to a real parser: to take less
than that one would is no mistake, to take more would be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_REQUEST = re.compile(
    rb"GET (/[A-Za-z0-9._~/-]*+)(?:\?([!$%&-;=?-\[\]_a-z~]*+))?+ HTTP/1\.1\r\n((?:[A-Za-z0-9-]++: [ -~]*+\r\n)++)\r\n\Z"
)
_WITH_MORE = {b"content-length", b"expect", b"te", b"trailer", b"transfer-encoding", b"upgrade"}
"""Headers that say that there is more to a request than its head, or to the connection than requests."""


@dataclass(frozen=True, slots=True)
class PlainRequest:
    """A request: its path (which has nothing to decode), its query string, its headers by their names in lower case."""

    path: bytes
    query: bytes
    headers: dict[bytes, bytes]


def read_plain(data: bytes) -> PlainRequest | None:
    r"""Return the request that some bytes are; ``None`` if they are not plainly one.

    >>> read_plain(b"GET /sparql?query=x HTTP/1.1\r\nHost: localhost\r\n\r\n")
    PlainRequest(path=b'/sparql', query=b'query=x', headers={b'host': b'localhost'})
    >>> read_plain(b"GET /sparql?query=x HTTP/1.1\r\nHost: localhost\r\n") is None
    True
    """
    match = _REQUEST.match(data)
    if match is None:
        return None
    path, query, block = match.groups()
    lines = block.split(b"\r\n")
    headers: dict[bytes, bytes] = {}
    for line in lines:
        name, _, value = line.partition(b": ")
        headers[name.lower()] = value.strip()
    # One fewer than lines: after the last one there is nothing. Fewer still: one was given twice.
    if len(headers) < len(lines) or not headers.keys().isdisjoint(_WITH_MORE):
        return None
    del headers[b""]
    if not headers.get(b"host") or headers.get(b"connection", b"keep-alive").lower() != b"keep-alive":
        return None
    return PlainRequest(path, query or b"", headers)
