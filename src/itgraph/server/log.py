"""The access log: one line for each request, without what was asked unless that is wanted."""

from __future__ import annotations

import asyncio
import re
import time
from typing import IO, Literal

Detail = Literal["off", "path", "full"]

_PAUSE = 0.25
_UNSAFE = re.compile(r"[^\x21-\x7e]")


class AccessLog:
    """Writes lines such as ``2026-11-26T10:00:00Z 127.0.0.1 GET /sparql 200 1234 0.8ms``, a few times a second.

    ``detail`` "full" adds the query string, which may say what somebody is working on. A file that cannot be written
    to any more is not written to.
    """

    def __init__(self, stream: IO[str], detail: Detail = "path") -> None:
        self._stream = stream
        self.detail = detail
        self._lines: list[str] = []
        self._now = ""
        self._timer: asyncio.TimerHandle | None = None

    def target_of(self, path: bytes, query: bytes) -> str:
        """Return what of an address is noted; what could be taken for another line or field is escaped."""
        target = b"%s?%s" % (path, query) if query and self.detail == "full" else path
        return _UNSAFE.sub(_escape, target.decode("latin-1"))

    def add(self, client: tuple[str, int] | None, request: str, status: int, size: int, seconds: float) -> None:
        """Note a request that was answered: whose, and its method and target."""
        if self.detail == "off":
            return
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_PAUSE, self.flush)
            self._now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        name = client[0] if client else "-"
        self._lines.append(f"{self._now} {name} {request} {status} {size} {seconds * 1000:.1f}ms\n")

    def flush(self) -> None:
        """Write what was noted."""
        self._timer = None
        lines, self._lines = self._lines, []
        try:
            self._stream.write("".join(lines))
            self._stream.flush()
        except (OSError, ValueError):
            self.detail = "off"


def _escape(match: re.Match[str]) -> str:
    return f"%{ord(match[0]):02X}"
