"""How a process that works beside this one is started: another Python that runs a module of ours."""

from __future__ import annotations

import sys


def worker_command(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module of this package in a fresh interpreter.

    >>> worker_command("itgraph.agents.worker")[1:]
    ['-P', '-m', 'itgraph.agents.worker']
    """
    # Without -P, -m lets the working folder come before all else: a queue.py that lies in a folder that somebody has
    # fetched would be run instead of the library's. An interpreter that was told to trust less passes that on.
    careful = "-I" if sys.flags.isolated else "-P"
    return [sys.executable, careful, "-m", module, *arguments]
