"""How the MCP server is started and how it ends."""

from __future__ import annotations

import signal
import sys
from contextlib import suppress

from itgraph.agents.pool import Limits, Pool
from itgraph.errors import ItgraphError
from itgraph.extras import require_extra


def serve(location: str | None = None, *, seconds: float = 10.0) -> None:
    """Serve a graph over standard input and output, until the input ends; a call may take so many seconds.

    Raises:
        MissingExtraError: the package mcp is not installed.
        ItgraphError: the graph cannot be opened; or nobody holds the other ends of standard input and output.
    """
    require_extra("`itgraph mcp`", "mcp")
    if sys.__stdin__ is None or sys.__stdout__ is None:
        raise ItgraphError("standard input or output is closed; an MCP client starts this command, and holds both")
    # The graph is opened while the library of the protocol is imported.
    with Pool(location, Limits(seconds=seconds)) as pool:
        try:
            from itgraph.agents.server import run
        except ModuleNotFoundError as error:
            message = '`itgraph mcp` needs version 2 of the package mcp; `pip install "itgraph[mcp]"` installs it'
            raise ItgraphError(message) from error
        pool.await_ready()
        # Ctrl-C ends this process, which holds nothing worth saving; its workers see that, and end too.
        with suppress(ValueError):  # only the main thread may say so
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        run(pool)
