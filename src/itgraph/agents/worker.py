"""The process that holds the graph and answers calls, one after the other, until it is ended.

It reads frames from its standard input and writes frames to its standard output: a length, then JSON. The first one
that it is given says what to open; the first one that it gives says that this is done, or why not.
"""

from __future__ import annotations

import base64
import json
import os
import pickle
import signal
import struct
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, Any

from itgraph.errors import ItgraphError, UnknownQueryError
from itgraph.server.limits import limit_memory
from itgraph.store import open_store

if TYPE_CHECKING:
    from itgraph.agents.answers import Answer
    from itgraph.agents.held import Held

SIZE = struct.Struct("=I")

Tool = Callable[..., "Answer"]


def write_frame(stream: IO[bytes], value: object) -> None:
    """Write a value as a frame."""
    data = json.dumps(value).encode("ascii")
    stream.write(SIZE.pack(len(data)) + data)
    stream.flush()


def read_frame(stream: IO[bytes]) -> Any:
    """Read a value; ``None`` where the other end has closed, even amid a frame."""
    head = stream.read(SIZE.size)
    if len(head) < SIZE.size:
        return None
    (size,) = SIZE.unpack(head)
    data = stream.read(size)
    return json.loads(data) if len(data) == size else None


def load_tools() -> Mapping[str, Tool]:
    """Return what can be called, by name."""
    from itgraph.agents import guide, questions, tools

    return {
        "list_queries": questions.list_queries,
        "run_query": questions.run_query,
        "find": tools.find,
        "describe": tools.describe,
        "lineage": tools.lineage,
        "path": tools.path,
        "licences": tools.licences,
        "sparql": questions.sparql,
        "read_guide": guide.read_guide,
        "read_ontology": guide.read_ontology,
        "read_catalogue": guide.read_catalogue,
        "read_query": guide.read_query,
        "read_void": guide.read_void,
        "complete_query": guide.complete_query,
        "complete_thing": guide.complete_thing,
    }


def answer(tools: Mapping[str, Tool], held: Held, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer to a call, or what is wrong with it: whatever happens, the next call is answered too."""
    try:
        found = tools[name](held, **arguments)
        return {"text": found.text, "data": found.data}
    except ItgraphError as error:
        return {"error": _explain(error, name, arguments), "unknown": isinstance(error, UnknownQueryError)}
    except MemoryError:
        return {"error": "this takes more memory than it may: narrow the question"}
    except RecursionError:
        return {"error": "this is nested too deeply: simplify the question"}
    except Exception:  # noqa: BLE001 - nobody outside learns how it is made inside
        traceback.print_exc()
        return {"error": "this failed for a reason that is not the question's; the server's standard error says more"}


def _explain(error: ItgraphError, name: str, arguments: Mapping[str, Any]) -> str:
    """Return what an error of ours says, in the words of who asks by tools."""
    if isinstance(error, UnknownQueryError):
        return str(error).replace("`itgraph query --list` shows them all", "list_queries shows them all")
    if name == "sparql":
        from itgraph.agents.questions import say_how_to_ask

        return say_how_to_ask(str(arguments.get("query", "")), str(error))
    return str(error)


def work(next_frame: Callable[[], Any], target: IO[bytes]) -> None:
    """Open what the first frame says, and answer the calls of the others until there is none."""
    wanted = next_frame()
    if wanted is None:
        return
    try:
        store = open_store(wanted["location"])
    except ItgraphError as error:
        # Whoever started this raises it once more, and tells what it holds.
        pickled = base64.b64encode(pickle.dumps(error)).decode("ascii")
        write_frame(target, {"error": str(error), "pickled": pickled})
        return
    from itgraph.agents.held import Held

    held, tools = Held(store=store), load_tools()
    limit_memory(wanted["memory"])
    write_frame(target, {})
    while (call := next_frame()) is not None:
        write_frame(target, answer(tools, held, call["tool"], call["arguments"]))


def _read_until_end(source: IO[bytes], calls: SimpleQueue[Any]) -> None:
    """Read frames; where the other end closes, end this process, whatever it is doing: nobody waits for it."""
    while (frame := read_frame(source)) is not None:
        calls.put(frame)
    os._exit(0)


def main() -> None:
    """Be a worker of the process that has started this one."""
    # Ctrl-C reaches every process: the first one decides, and this one ends when that one does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    target = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever prints: it must not get among the frames.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    calls: SimpleQueue[Any] = SimpleQueue()
    # The engine lets other threads run while it works.
    threading.Thread(target=_read_until_end, args=(sys.stdin.buffer, calls), daemon=True).start()
    with suppress(BrokenPipeError):
        work(calls.get, target)
    # Without waiting for the thread, which holds the input.
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
