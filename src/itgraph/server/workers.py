"""The processes that work out answers: one that holds the graph, and the workers that it forks.

An engine in the middle of a query cannot be told to stop; a process can. So each worker asks the kernel to end it when
its time is up (``SIGALRM``, which nothing catches) and to refuse it more memory than it may have. A new one costs
milliseconds: it is forked from the *spawner*, a process with one thread that has loaded the graph once and does
nothing else, so that all workers share that memory.

Messages between the processes are frames: two lengths, a header (:mod:`marshal`, for both ends are the same Python) and
a body of bytes.
"""

from __future__ import annotations

import gc
import marshal
import os
import signal
import socket
import struct
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import fields
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from itgraph.server.limits import limit_memory
from itgraph.server.messages import Request, Response
from itgraph.server.problems import problem
from itgraph.store import EmbeddedStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from itgraph.server.limits import Limits
    from itgraph.server.site import Site

FRAME = struct.Struct("=II")
_REQUEST_FIELDS = tuple(field.name for field in fields(Request))
_read_fields = attrgetter(*_REQUEST_FIELDS)

ORDER = struct.Struct("=i")
"""To the spawner: end the worker of this process id, if it is one of yours. Or 0, with one end of a socket pair: fork a
worker at it; its first frame is its process id."""
_LIFETIME = 60.0
"""Seconds after which what was read from another server is read again."""
_PATIENCE = 5.0
"""Seconds that another server may take to show that it is there."""

READY = b"."
"""From the spawner: the graph is loaded. Anything else is a pickled error of ours."""


def pack(header: Any, body: bytes = b"") -> bytes:
    """Return a frame."""
    packed = marshal.dumps(header)
    return FRAME.pack(len(packed), len(body)) + packed + body


def pack_request(request: Request) -> bytes:
    """Return a request as a frame."""
    return pack(_read_fields(request))


def unpack_request(header: bytes) -> Request:
    """Return the request of a frame."""
    return Request(*marshal.loads(header))  # noqa: S302 - from our own parent


def unpack_response(header: Any, body: bytes) -> Response:
    """Return the response of a frame."""
    status, media_type, headers, cacheable = header
    return Response(status=status, media_type=media_type, body=body, headers=headers, cacheable=cacheable)


# -- A worker ----------------------------------------------------------------------------------------------------------


def work(connection: socket.socket, make_site: Callable[[], Site], limits: Limits) -> None:
    """Answer requests one after the other until the other end closes.

    Of a graph that another server holds, what was read once is read again after a while: it may be another by then.
    """
    from itgraph.server.site import respond

    site, made = make_site(), time.monotonic()
    connection.sendall(pack(os.getpid()))
    limit_memory(limits.memory)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    with connection, connection.makefile("rb", buffering=1 << 16) as stream:
        while frame := stream.read(FRAME.size):
            header_size, body_size = FRAME.unpack(frame)
            request = unpack_request(stream.read(header_size + body_size))
            if not isinstance(site.store, EmbeddedStore) and time.monotonic() - made > _LIFETIME:
                site, made = make_site(), time.monotonic()
            signal.setitimer(signal.ITIMER_REAL, limits.seconds)
            response = _answer(respond, site, request)
            signal.setitimer(signal.ITIMER_REAL, 0)
            header = (response.status, response.media_type, response.headers, response.cacheable)
            connection.sendall(pack(header, response.body))


def _answer(respond: Callable[[Site, Request], Response], site: Site, request: Request) -> Response:
    try:
        return respond(site, request)
    except MemoryError:
        return problem(request.accept, 500, "the answer needs more memory than it may take; narrow the question")
    except Exception:  # noqa: BLE001 - whatever it is, the next request is answered, and nobody outside learns why
        print(f"itgraph: {request.path}:", file=sys.stderr)  # noqa: T201 - the server's log
        traceback.print_exc()
        return problem(request.accept, 500, "the server failed; its log says why")


# -- The spawner -------------------------------------------------------------------------------------------------------


def spawn(control: socket.socket, make_site: Callable[[], Site], limits: Limits, *, anew: bool = False) -> None:
    """Fork a worker whenever told to, until the other end closes; then end them all.

    The workers share the site that is made here or, if ``anew``, each makes its own: a store in a folder has files and
    threads of its own, and a server's a connection, which a fork does not take along.
    """
    # Ctrl-C, and a service manager that stops, reach every process: the first one decides.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    site = make_site()
    site.warm()
    if anew:
        del site
    rest_the_collector()
    control.sendall(READY)
    children: set[int] = set()
    control.settimeout(1)
    try:
        while True:
            _reap(children)
            try:
                message, descriptors, _, _ = socket.recv_fds(control, ORDER.size, 1)
            except TimeoutError:
                continue
            if not message:
                return
            if descriptors:
                with suppress(OSError):  # no room for another process: the pool sees that none is there, and asks again
                    child = os.fork()
                    if child == 0:
                        _become_worker(control, descriptors[0], make_site if anew else lambda: site, limits)
                    children.add(child)
                os.close(descriptors[0])
            else:
                pid = ORDER.unpack(message)[0]
                if pid in children:
                    os.kill(pid, signal.SIGKILL)
    finally:
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        for child in children:
            with suppress(ChildProcessError):  # nobody else may: where there is no init, as in many a container
                os.waitpid(child, 0)


def rest_the_collector() -> None:
    """Let Python look for garbage in cycles seldom, and not among what is there now.

    Requests leave none. And a collection would touch, and so copy, every page of memory that workers share.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _reap(children: set[int]) -> None:
    """Forget the children that have ended."""
    with suppress(ChildProcessError):
        while (pid := os.waitpid(-1, os.WNOHANG)[0]) != 0:
            children.discard(pid)


def _become_worker(control: socket.socket, descriptor: int, make_site: Callable[[], Site], limits: Limits) -> None:
    status = 1
    try:
        control.close()
        work(socket.socket(fileno=descriptor), make_site, limits)
        status = 0
    except (ConnectionError, KeyboardInterrupt):
        status = 0
    except BaseException:  # noqa: BLE001 - a child must never go on as its parent
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _warn_if_away(location: str) -> None:
    """Say so if the server that holds the graph does not answer: it may yet, and so may we."""
    from itgraph.errors import QueryTimeoutError, StoreError
    from itgraph.store.remote import RemoteStore, read_credentials

    try:
        RemoteStore(location, credentials=read_credentials(), timeout=_PATIENCE).ask("ASK {}")
    except (QueryTimeoutError, StoreError) as error:
        print(f"itgraph: note: {error}", file=sys.stderr)  # noqa: T201 - the server's log


def main() -> None:
    """Be the spawner of the process that has started this one: read what to serve, load it, fork."""
    import pickle

    from itgraph.errors import ItgraphError
    from itgraph.server.site import Site
    from itgraph.store import is_address, open_store

    control = socket.socket(fileno=int(sys.argv[1]))
    with control.makefile("rb") as stream:
        size = FRAME.unpack(stream.read(FRAME.size))[1]
        location, limits = pickle.loads(stream.read(size))  # noqa: S301 - from our parent
    try:
        if location is not None and is_address(location):
            _warn_if_away(location)
        in_memory = location is None or not (is_address(location) or Path(location).is_dir())
        spawn(control, lambda: Site(store=open_store(location), limits=limits), limits, anew=not in_memory)
    except ItgraphError as error:
        control.sendall(pickle.dumps(error))


if __name__ == "__main__":
    main()
