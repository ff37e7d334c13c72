"""SPARQL servers of others, started on loopback with nothing in them: Oxigraph's own, and Virtuoso."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_SECONDS = 60
_INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa

[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx

[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DisableUnixSocket = 1
NumberOfBuffers = 40000
MaxDirtyBuffers = 30000

[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {folder}
ServerThreads = 8

[SPARQL]
ResultSetMaxRows = {most_rows}
MaxQueryExecutionTime = 60
"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(command: list[str], address: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends, and begin once it answers at an address."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + _SECONDS
        while not _answers(address):
            assert process.poll() is None, f"{command[0]} ended with {process.returncode}"
            assert time.monotonic() < deadline, f"{command[0]} does not answer at {address}"
            time.sleep(0.1)
        yield process
    finally:
        process.kill()
        process.wait()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own server
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@contextmanager
def oxigraph(folder: Path) -> Iterator[str]:
    """Run Oxigraph's server; give the address that answers queries."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("oxigraph")), "serve", "--bind", f"127.0.0.1:{port}"]
    with running(command, f"http://127.0.0.1:{port}/", folder):
        yield f"http://127.0.0.1:{port}/query"


@contextmanager
def virtuoso(folder: Path, *, most_rows: int = 10_000) -> Iterator[str]:
    """Run Virtuoso; give the address that answers queries, with the user who may write."""
    if shutil.which("virtuoso-t") is None:
        said = "no Virtuoso here (Debian: virtuoso-opensource-7-bin): its tests are left out"
        if os.environ.get("ITGRAPH_REQUIRE_VIRTUOSO"):
            pytest.fail(f"{said}, and ITGRAPH_REQUIRE_VIRTUOSO is set")
        pytest.skip(said)
    port = free_port()
    ini = folder / "virtuoso.ini"
    text = _INI.format(folder=folder, port=port, sql_port=free_port(), most_rows=most_rows)
    ini.write_text(text, encoding="utf-8")
    command = ["virtuoso-t", "+configfile", str(ini), "+foreground"]
    with running(command, f"http://127.0.0.1:{port}/sparql", folder):
        yield f"http://dba:dba@127.0.0.1:{port}/sparql"
