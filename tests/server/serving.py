"""``itgraph serve`` as a process of its own, and plain requests to it: no redirect is followed, nothing unpacked."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from queue import Queue
from typing import Any

_ADDRESS = re.compile(r"Serving at (http://\S+/) ")
_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; ``headers`` finds a header whatever its case, and has ``get_all``."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def media_type(self) -> str:
        """The content type without its parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0]

    def json(self) -> Any:
        return json.loads(self.body)


class Server:
    """A server that runs: ``address`` ends in a slash, ``lines`` is what it has said so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        said: Queue[str | None] = Queue()
        threading.Thread(target=self._listen, args=(said,), daemon=True).start()
        while (line := said.get(timeout=_SECONDS)) is not None:
            if match := _ADDRESS.match(line):
                self.address = match[1]
                return
        raise AssertionError(f"the server did not start: {self.lines}")

    def _listen(self, said: Queue[str | None]) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line)
            said.put(line)
        said.put(None)

    @property
    def authority(self) -> str:
        """Host and port."""
        return self.address.removeprefix("http://").rstrip("/")

    def request(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes | str | None = None
    ) -> Reply:
        """Send one request, on a connection of its own, with these headers and those that HTTP demands."""
        connection = http.client.HTTPConnection(self.authority, timeout=_SECONDS)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def get(self, path: str, accept: str = "*/*") -> Reply:
        return self.request("GET", path, headers={"Accept": accept})


@contextmanager
def serving(*arguments: str, within: Path | None = None) -> Iterator[Server]:
    """Start a server with these arguments; in the end it must stop when told to, and leave no process behind."""
    process = subprocess.Popen(
        # As the command itgraph is: it does not look for modules in the working folder.
        [sys.executable, "-P", "-m", "itgraph", "serve", "--port", "0", *arguments],
        cwd=within,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,  # a group of its own, by which whoever is left can be found
    )
    try:
        server = Server(process)
        yield server
        process.send_signal(signal.SIGTERM)
        status = process.wait(_SECONDS)
        assert status == 0, f"the server ended with {status}: {server.lines}"
        assert not _is_alive(process.pid), "processes of the server are left"
        assert "Traceback" not in "".join(server.lines)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert process.stderr is not None
        process.stderr.close()


def _is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
