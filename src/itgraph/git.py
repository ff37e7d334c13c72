"""git, asked such that it asks nobody: whoever calls it, and wherever, the answer is that of the repository.

What a hook or a linked worktree has put into the environment for its own repository is not passed on, no program of
the user's is started (hooks, monitors, credential helpers), and time and size have a limit.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

LARGEST_ANSWER = 64 * 2**20
"""How much git may answer, unless another limit is given."""

_GIT = (
    *("git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "credential.helper="),
    *("-c", "gc.auto=0", "-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=30"),
)
_PROTOCOLS = "file:git:http:https:ssh"


class GitError(Exception):
    """What git said that is wrong, or what came of it that is too much; to be told with what it was asked for."""


def call_git(
    arguments: Sequence[str],
    *,
    seconds: float,
    given: bytes = b"",
    with_network: bool = False,
    within: Path | None = None,
    largest: int = LARGEST_ANSWER,
) -> bytes:
    """Call git and return what it answers; end it where it takes too long, or ``within`` grows too large.

    ``given`` is what it reads from its standard input. Without ``with_network`` nothing is fetched, not even what a
    partial clone lacks.

    Raises:
        GitError: it failed, or took too long, or more than ``largest`` bytes came.
        OSError: it cannot be started.
    """
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as answer, tempfile.TemporaryFile() as said:
        asked.write(given)
        asked.seek(0)
        process = subprocess.Popen(  # noqa: S603 - no shell, and no argument that could be taken for an option
            [*_GIT, *arguments],
            stdin=asked,
            stdout=answer,
            stderr=said,
            env=_environment(with_network=with_network),
            start_new_session=True,
        )
        try:
            problem = _wait(process, seconds, within, largest, answer.fileno())
        finally:
            _end(process)
        if problem:
            raise GitError(problem)
        if process.returncode:
            said.seek(0)
            raise GitError(_reason(said.read(4000).decode(errors="replace")) or f"git ended with {process.returncode}")
        answer.seek(0)
        return answer.read()


def _environment(*, with_network: bool) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not re.match(r"GIT_(?!SSL_)", name)}
    return {
        **ours,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        # A git that is too old for GIT_NO_LAZY_FETCH is left without a protocol to fetch by.
        "GIT_ALLOW_PROTOCOL": _PROTOCOLS if with_network else "",
        "GIT_NO_LAZY_FETCH": "0" if with_network else "1",
        "GIT_SSH_COMMAND": "ssh -oBatchMode=yes -oConnectTimeout=20",
        "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
    }


def _reason(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.startswith("warning")]
    return lines[0].removeprefix("fatal: ") if lines else ""


def _wait(process: subprocess.Popen[bytes], seconds: float, within: Path | None, largest: int, answer: int) -> str:
    """Wait for a process; say what is wrong where it must be ended, or nothing."""
    end = time.monotonic() + seconds
    while True:
        try:
            process.wait(timeout=0.05)
        except subprocess.TimeoutExpired:
            if time.monotonic() > end:
                return f"no answer within {seconds:g} seconds"
        size = os.fstat(answer).st_size + (_size(within) if within is not None else 0)
        if size > largest:
            return f"more than {largest / 2**20:,.0f} MB came"
        if process.returncode is not None:
            return ""


def _size(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):  # git renames what it has written
                total += (Path(place) / name).stat().st_size
    return total


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process that still runs, and those that it has started."""
    if process.poll() is None:
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        process.wait()
