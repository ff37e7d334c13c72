"""The access log: one line for each request, without what was asked unless that is wanted."""

from __future__ import annotations

import asyncio
import re
import time
from typing import IO, TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

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

    def add(self, scope: Mapping[str, Any], status: int, size: int, seconds: float) -> None:
        """Note a request (an ASGI scope) that was answered."""
        if self.detail == "off":
            return
        target = scope["raw_path"].decode("latin-1")
        if self.detail == "full" and scope["query_string"]:
            target += "?" + scope["query_string"].decode("latin-1")
        client = scope["client"][0] if scope["client"] else "-"
        shown = _UNSAFE.sub(lambda match: f"%{ord(match[0]):02X}", target)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_PAUSE, self.flush)
            self._now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self._lines.append(f"{self._now} {client} {scope['method']} {shown} {status} {size} {seconds * 1000:.1f}ms\n")

    def flush(self) -> None:
        """Write what was noted."""
        self._timer = None
        lines, self._lines = self._lines, []
        try:
            self._stream.write("".join(lines))
            self._stream.flush()
        except (OSError, ValueError):
            self.detail = "off"
