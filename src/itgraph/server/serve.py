"""Start the processes of a server, run it, and end them all when it is told to stop."""

from __future__ import annotations

import asyncio
import pickle
import re
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from itgraph.errors import ItgraphError, StoreError, StoreUnavailableError
from itgraph.server.front import Front, Policy
from itgraph.server.interpreters import worker_command
from itgraph.server.limits import Limits
from itgraph.server.log import AccessLog, Detail
from itgraph.server.pool import Pool
from itgraph.server.workers import FRAME, READY, rest_the_collector
from itgraph.store import is_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


_FAR = 10 * 60
"""Seconds that a graph may take to load."""
_GRACEFUL = 2
"""Seconds that requests under way may still take when the server is told to stop."""


def serve(
    location: str | None,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    limits: Limits | None = None,
    policy: Policy | None = None,
    log: Detail = "path",
    on_start: Callable[[str], None] | None = None,
) -> None:
    """Serve a graph until SIGINT or SIGTERM; ``on_start`` is called with the address once requests are answered.

    ``location`` is as :func:`itgraph.store.open_store` takes it; of another server, answers are not kept. Nothing is
    written anywhere but the log, to standard error.

    Raises:
        SourceError, StoreError: the graph cannot be opened.
        StoreUnavailableError: the port cannot be had, or the workers could not be kept running.
    """
    limits = limits or Limits()
    if location is not None and is_address(location):
        limits = replace(limits, cache=0)  # what another server holds may change meanwhile
    if not hasattr(socket, "send_fds"):
        raise StoreError("`itgraph serve` needs Linux, macOS or another Unix: use WSL or a container on Windows")
    with ExitStack() as stack:
        listening = stack.enter_context(_listen(host, port))
        control = stack.enter_context(_start_spawner(location, limits, stack))
        _await_ready(control)
        front = Front(limits=limits, policy=policy or Policy(), log=AccessLog(sys.stderr, log))
        _raise_file_limit()
        rest_the_collector()
        failed = _run(front, listening, control, lambda: on_start and on_start(_address(host, listening)))
        if failed:
            raise StoreUnavailableError("the process that holds the graph has ended; start the server again")


def make_policy(hosts: Iterable[str] = (), public_url: str | None = None, cors: str = "*") -> Policy:
    """Return who may ask, from what somebody typed.

    Raises:
        ValueError: something is not as it should be.

    >>> make_policy(["graph.example.org"], "https://example.org/").public_url
    'https://example.org'
    """
    names = [name.lower() for name in hosts]
    if wrong := [name for name in names if not re.fullmatch(r"[a-z0-9._-]+", name)]:
        raise ValueError(f"{wrong[0]!r} is no name of a host, such as graph.example.org (without a port)")
    url = (public_url or "").rstrip("/")
    if url:
        match = re.fullmatch(r"https?://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?", url)
        if match is None:
            raise ValueError(f"{public_url!r} is no address such as https://graph.example.org (without a path)")
        names.append(match[1].lower())
    if cors not in {"*", "none"} and not re.fullmatch(r"https?://[A-Za-z0-9._\[\]:-]+", cors):
        raise ValueError(f"{cors!r} is no origin such as https://example.org, nor * or none")
    return Policy(hosts=frozenset(names), cors=cors, public_url=url)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise StoreUnavailableError(f"{host} is no address of this machine: {error}") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except (OSError, OverflowError) as error:
        listening.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise StoreUnavailableError(f"{host}:{port} cannot be had: {reason}; choose another with --port") from error
    return listening


def _address(host: str, listening: socket.socket) -> str:
    port = listening.getsockname()[1]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _start_spawner(location: str | None, limits: Limits, stack: ExitStack) -> socket.socket:
    """Start the process that loads the graph and forks the workers; return the way to it."""
    ours, theirs = socket.socketpair()
    with theirs:
        # A fresh interpreter: to fork this one, which may have threads, would not be safe.
        command = worker_command("itgraph.server.workers", str(theirs.fileno()))
        process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)  # noqa: S603
    stack.callback(_end, process)
    packed = pickle.dumps((location, limits))
    ours.sendall(FRAME.pack(0, len(packed)) + packed)
    return ours


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_GRACEFUL)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _await_ready(control: socket.socket) -> None:
    """Wait until the graph is loaded.

    Raises:
        ItgraphError: it cannot be.
    """
    control.settimeout(_FAR)
    answer = b""
    try:
        answer = control.recv(1)
        while answer[:1] not in {b"", READY} and (more := control.recv(2**16)):
            answer += more
    except TimeoutError as error:
        raise StoreUnavailableError("the graph took too long to load") from error
    except ConnectionError:
        pass  # it has ended without a word
    control.settimeout(None)
    if answer == READY:
        return
    reason: object = None
    with suppress(Exception):
        reason = pickle.loads(answer)  # noqa: S301 - from our own process
    if isinstance(reason, ItgraphError):
        raise reason
    raise StoreUnavailableError("the process that loads the graph has ended; what it said stands above")


def _raise_file_limit() -> None:
    """Allow as many connections as the system lets a process have files."""
    import resource

    with suppress(OSError, ValueError):
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _run(front: Front, listening: socket.socket, control: socket.socket, on_start: Callable[[], None]) -> bool:
    """Run until told to stop; return whether the workers failed."""
    import uvicorn

    from itgraph.server.connections import Connection

    config = uvicorn.Config(
        front,
        http=Connection,
        interface="asgi3",
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=2048,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=_GRACEFUL + 1,
    )

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            """Wait for the requests under way, and then tell those who still wait that it is over."""
            assert front.pool is not None
            asyncio.get_running_loop().call_later(_GRACEFUL, front.pool.close)
            await super().shutdown(sockets)

    server = Server(config)
    failed = False

    def fail() -> None:
        nonlocal failed
        failed = server.should_exit = True

    def stop(*_: object) -> None:
        server.should_exit = True

    async def main() -> None:
        front.pool = Pool(control, front.limits, fail)
        loop = asyncio.get_running_loop()
        task = loop.create_task(server.serve([listening]))
        while not server.started and not task.done():
            await asyncio.sleep(0.005)
        if server.started:
            on_start()
        try:
            await task
        finally:
            front.pool.close()
            front.log.flush()

    # The server stops at this signal, and then raises it once more for whoever handled it before: by default, that
    # would end this process before it has ended the others.
    signal.signal(signal.SIGTERM, stop)
    with suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(main())
    return failed
