"""``itgraph serve`` when things go wrong around it: signals, killed processes, ports, files, stores that fail."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.server.serving import Server, serving

_SECONDS = 60
RUNAWAY = "/sparql?query=" + quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc"),
]


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + _SECONDS
    while not condition():
        assert time.monotonic() < end, "it does not come about"
        time.sleep(0.01)


def descendants(pid: int) -> dict[int, str]:
    """Return the processes below one, with their states."""
    parents: dict[int, list[tuple[int, str]]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with suppress(OSError):
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
                parents.setdefault(int(parent), []).append((int(folder.name), state))
    found: dict[int, str] = {}
    waiting = [pid]
    while waiting:
        for child, state in parents.get(waiting.pop(), []):
            found[child] = state
            waiting.append(child)
    return found


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:
        return False


def spawner_of(server: Server) -> int:
    return next(
        pid for pid in descendants(server.process.pid) if is_running(pid) and parent_of(pid) == server.process.pid
    )


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


@contextmanager
def started(*arguments: str) -> Iterator[Server]:
    """Start a server that is to end otherwise than when it is told to."""
    process = subprocess.Popen(
        [sys.executable, "-m", "itgraph", "serve", "--port", "0", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        yield Server(process)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert process.stderr is not None
        process.stderr.close()


@contextmanager
def busy(server: Server) -> Iterator[list[int]]:
    """Let the server work on a query that does not end; give the statuses that are answered to it."""
    statuses: list[int] = []

    def ask() -> None:
        with suppress(ConnectionError, socket.timeout):
            statuses.append(server.get(RUNAWAY).status)

    until(lambda: len(descendants(server.process.pid)) >= 3)  # the one that holds the graph, and two workers
    before = set(descendants(server.process.pid))
    thread = threading.Thread(target=ask)
    thread.start()
    until(lambda: bool(set(descendants(server.process.pid)) - before))  # another worker, for this one is a long one
    yield statuses
    thread.join(_SECONDS)
    assert not thread.is_alive()


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_answers_ends_all_its_processes_and_frees_the_port(sent: signal.Signals) -> None:
    with started("--timeout", "600") as server, busy(server) as statuses:
        pids = descendants(server.process.pid)
        assert len(pids) > 3
        server.process.send_signal(sent)
        assert server.process.wait(_SECONDS) == 0
        assert not [pid for pid in pids if is_running(pid)]
        with socket.socket() as listening:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(("127.0.0.1", int(server.authority.rpartition(":")[2])))
    assert statuses == [503]
    assert "Traceback" not in "".join(server.lines)


def test_without_the_process_that_holds_the_graph_it_ends_and_says_so() -> None:
    with started("--timeout", "600") as server, busy(server) as statuses:
        pids = descendants(server.process.pid)
        os.kill(spawner_of(server), signal.SIGKILL)
        assert server.process.wait(_SECONDS) == 3
        until(lambda: not [pid for pid in pids if is_running(pid)])
    assert statuses == [503]
    until(lambda: "the process that holds the graph has ended" in "".join(server.lines))
    assert "Traceback" not in "".join(server.lines)


def test_killed_it_leaves_nobody_behind() -> None:
    with started("--timeout", "600") as server, busy(server) as statuses:
        pids = descendants(server.process.pid)
        server.process.kill()
        until(lambda: not [pid for pid in pids if is_running(pid)])
    assert statuses == []


def run_to_its_end(*arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "itgraph", "serve", *arguments]
    found = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    return found.returncode, found.stderr


def test_a_port_that_is_taken_is_a_clear_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, said = run_to_its_end("--port", str(port))
    assert status == 3
    assert f"127.0.0.1:{port} cannot be had" in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(("name", "text"), [("absent.ttl", None), ("broken.ttl", "<a> <b"), ("unknown.xyz", "a")])
def test_a_graph_that_cannot_be_read_is_a_clear_error(tmp_path: Path, name: str, text: str | None) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    status, said = run_to_its_end("--port", "0", "-g", str(path))
    assert status in {2, 3}
    assert name in said
    assert "Traceback" not in said


def test_it_writes_no_file_and_the_log_says_neither_what_was_asked_nor_two_lines(tmp_path: Path) -> None:
    source = tmp_path / "graph.nt"
    source.write_text('<urn:s> <urn:p> "o" .\n')
    before = {path: path.stat().st_mtime_ns for path in (tmp_path, source)}
    with serving("-g", str(source)) as server:
        for path in (
            "/",
            "/sparql?query=ASK%20%7B%20%3Curn%3Asecret%3E%20%3Fp%20%3Fo%7D",
            "/a%0d%0aGET%20/forged%1b[31m",
        ):
            assert server.get(path).status in {200, 404}
        until(lambda: any("/a%0d%0a" in line for line in server.lines))
    assert not any("secret" in line or "\x1b" in line or line.startswith("GET /forged") for line in server.lines)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path, source)} == before
    assert list(tmp_path.iterdir()) == [source]


# -- A store elsewhere that fails --------------------------------------------------------------------------------------


@contextmanager
def answering(answer: bytes | None) -> Iterator[str]:
    """Listen as a SPARQL server would, and say the same to everybody, or nothing at all."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        held: list[socket.socket] = []

        def listen() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    held.append(connection)
                    if answer is not None:
                        with suppress(OSError):
                            connection.recv(2**16)
                            connection.sendall(answer)
                            connection.close()

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/secret/sparql"
        listening.shutdown(socket.SHUT_RDWR)
        for connection in held:
            connection.close()


_RESULTS = b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, {504}),  # it hangs
        (b"", {502}),  # it closes
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>", {502}),
        (b"HTTP/1.1 500 Oops\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\noops", {502}),
        (_RESULTS + b"Content-Length: 9\r\n\r\n{not json", {502}),
        (_RESULTS + b"Content-Length: 900\r\n\r\n{", {502}),
        (b"\x00\x01\x02 no http\r\n\r\n", {502}),
    ],
)
def test_a_store_elsewhere_that_fails_is_a_bad_gateway(answer: bytes | None, expected: set[int]) -> None:
    with answering(answer) as address, serving("-g", address, "--timeout", "4") as server:
        for path in ("/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D", "/api/search?q=alpaca"):
            reply = server.get(path)
            assert reply.status in expected, reply.body
            assert "secret" not in reply.text
            assert "127.0.0.1" not in reply.text
        assert server.get("/robots.txt").status == 200
        server.lines[:] = [line for line in server.lines if "Traceback" not in line]  # the log may say all there is


# -- The working folder ------------------------------------------------------------------------------------------------


def test_a_file_in_the_working_folder_is_not_run(tmp_path: Path) -> None:
    """A folder that somebody has fetched may hold what is called as a module of Python's own."""
    for name in ("queue", "marshal", "socket"):
        (tmp_path / f"{name}.py").write_text("open('was-run', 'w').close()\n", encoding="utf-8")
    with serving(within=tmp_path) as server:
        assert server.get("/").status == 200
    assert not (tmp_path / "was-run").exists()
