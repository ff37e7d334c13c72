"""The commands and the Python in the pages, run: what a page shows as an answer is what is answered.

- A block ``console`` holds commands, each after ``$ ``, and below each what it says. Where nothing is shown, the
  command has only to end well; a comment ``# exit code 1`` says that it ends otherwise. A line ``...`` stands for any
  lines, ``...`` in a line for any text. Of a pipe, what goes to standard error comes first: which comes first on a
  terminal is a matter of chance.
- A block ``python`` is run, all those of a page as one program; a block ``pycon`` is a session with its answers.
- A block after the comment ``<!-- file: NAME -->`` is put into that file before what follows it is run.

Each page is run in a folder of its own that is empty at first. A server that a page starts runs until the page ends, at
another port than the page says, so that nothing else is in its way.
"""

from __future__ import annotations

import doctest
import io
import os
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

PORTS = (8000, 7878)
"""The ports that pages name: that of ``itgraph serve``, and that of Oxigraph's own server."""

NOT_RUN: Mapping[str, str] = {
    "python3 -m venv": "the tests have an environment; test_packaging.py makes others",
    "python -m pip install": "it would change the environment that runs the tests; test_packaging.py installs apart",
    "make run": "it makes an environment, needs a network the first time, and ends by serving",
    "make test": "it is what runs this",
    "make docs": "it runs what test_docs.py runs",
    "itgraph update -o facts": "it asks the repository of the survey, by the network",
    "itgraph explore --open": "it opens a browser; without --open it is run",
}
"""How commands begin that are not run, and why. One of itgraph must still be one that the command line takes."""

NOT_RUN_PYTHON: Mapping[str, str] = {
    "from huggingface_hub import HfApi": "it asks the hub, by a library that is not ours",
}
"""Blocks of Python with this line are not run, and why."""

_SECONDS = 60
_EXIT_CODE = re.compile(r"#.*\bexit code (\d+)")
_COMMENT = re.compile(r"\s+#\s.*$")
_QUOTED = re.compile(r"'[^']*'|\"[^\"$`]*\"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block of code: its language, the line of the page that its text begins at (from 1), its text."""

    language: str
    line: int
    text: str
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A command, what is shown below it, and where: ``first`` and ``last`` are its lines, ``last`` excluded."""

    command: str
    shown: str
    first: int
    last: int

    @property
    def exit_code(self) -> int:
        """The exit code that the page says, 0 if none."""
        found = _EXIT_CODE.search(self.command)
        return int(found[1]) if found else 0

    @property
    def bare(self) -> str:
        """The command without the remark behind it."""
        return _COMMENT.sub("", self.command)

    @property
    def is_run(self) -> bool:
        """Whether the command is run: not if it begins as one of :data:`NOT_RUN`."""
        return not any(f"{self.bare} ".startswith(f"{beginning} ") for beginning in NOT_RUN)


def read_blocks(text: str) -> tuple[Block, ...]:
    r"""Return the blocks of code of a page.

    >>> [block.language for block in read_blocks("```console\n$ itgraph stats\n```\n")]
    ['console']
    """
    blocks: list[Block] = []
    lines = text.splitlines()
    number = 0
    while number < len(lines):
        opening = re.match(r"\s*(`{3,})\s*(\w*)", lines[number])
        if not opening:
            number += 1
            continue
        end = number + 1
        while end < len(lines) and not re.match(rf"\s*{opening[1]}\s*$", lines[end]):
            end += 1
        before = next((line for line in reversed(lines[:number]) if line.strip()), "")
        named = re.match(r"<!-- file: (\S+) -->", before)
        body = "".join(f"{line}\n" for line in lines[number + 1 : end])
        blocks.append(Block(language=opening[2], line=number + 2, text=body, file=named[1] if named else ""))
        number = end + 1
    return tuple(blocks)


def read_steps(block: Block) -> tuple[Step, ...]:
    r"""Return the commands of a block; a line that ends in a backslash goes on in the next.

    >>> block = Block(language="console", line=5, text="$ echo a\na\n$ true\n")
    >>> [(step.command, step.shown, step.first) for step in read_steps(block)]
    [('echo a', 'a\n', 6), ('true', '', 8)]
    """
    lines = block.text.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    steps = []
    for start, following in zip(starts, [*starts[1:], len(lines)][: len(starts)], strict=True):
        first = start
        command = lines[first][2:]
        while command.endswith("\\") and first + 1 < following:
            first += 1
            command = f"{command[:-1].rstrip()} {lines[first].strip()}"
        shown = "".join(f"{line}\n" for line in lines[first + 1 : following])
        steps.append(Step(command=command, shown=shown, first=block.line + first + 1, last=block.line + following))
    return tuple(steps)


def agrees(shown: str, said: str) -> bool:
    r"""Tell whether what a page shows is what was said; a line ``...`` stands for any lines, in a line for any text.

    >>> agrees("a\n...\nc\n", "a\nb\nb\nc\n"), agrees("a\n", "b\n")
    (True, False)
    """
    parts = [
        r"(?:[^\n]*\n)*" if line.strip() == "..." else rf"{_pattern(line)}[^\S\n]*\n"
        for line in shown.rstrip().splitlines()
    ]
    return re.fullmatch("".join(parts), said.rstrip() + "\n") is not None


def _pattern(line: str) -> str:
    return r"[^\n]*".join(map(re.escape, line.rstrip().split("...")))


class Session:
    """A folder in which the steps of one page are run, one after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ports = {port: _free_port() for port in PORTS}
        self._servers: list[subprocess.Popen[bytes]] = []
        self._names: dict[str, Any] = {"__name__": "page"}

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for server in self._servers:
            server.terminate()
        for server in self._servers:
            server.wait(timeout=_SECONDS)

    def run(self, command: str) -> tuple[int, str]:
        """Run a command; return its exit code and all that it said, on both of its outputs."""
        there = self._elsewhere(command)
        if re.match(r"(itgraph|oxigraph) serve\b", there):
            return self._start(there)
        if re.match(r"itgraph\b", there) and not re.search(r"[|<>&;$`*]", _QUOTED.sub("", _COMMENT.sub("", there))):
            code, said = self._run_here(shlex.split(there, comments=True)[1:])
        else:
            done = subprocess.run(  # noqa: S603 - the commands are those of our own pages
                ["bash", "-o", "pipefail", "-c", there],  # noqa: S607
                cwd=self.folder,
                env=_environment(),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE if "|" in there else subprocess.STDOUT,
                check=False,
            )
            code, said = done.returncode, ((done.stderr or b"") + done.stdout).decode()
        for port, other in self._ports.items():
            said = said.replace(f":{other}", f":{port}")
        return code, said.replace(f"{self.folder.resolve()}{os.sep}", "").replace("\r\n", "\n")

    def write(self, name: str, text: str) -> None:
        """Put a file into the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def execute(self, program: str) -> None:
        """Run a piece of Python, after those before it."""
        with chdir(self.folder), redirect_stdout(io.StringIO()):
            exec(compile(self._elsewhere(program), "<page>", "exec"), self._names)  # noqa: S102 - those of our own pages

    def converse(self, session: str, name: str) -> str:
        """Run a session of Python; return what differs, as doctest says it."""
        parsed = doctest.DocTestParser().get_doctest(session, self._names, name, None, 0)
        said = io.StringIO()
        with chdir(self.folder):
            runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
            runner.run(parsed, out=said.write, clear_globs=False)
        self._names.update(parsed.globs)
        return said.getvalue()

    def _elsewhere(self, command: str) -> str:
        for port, other in self._ports.items():
            command = re.sub(rf"(127\.0\.0\.1|localhost):{port}\b", rf"\1:{other}", command)
        return command

    def _run_here(self, arguments: list[str]) -> tuple[int, str]:
        """Run the command line in this process, which is much quicker than to start one for each command."""
        from itgraph.cli import main

        said = io.BytesIO()
        stream = io.TextIOWrapper(said, encoding="utf-8", newline="\n", write_through=True)
        with chdir(self.folder), redirect_stdout(stream), redirect_stderr(stream):
            code = main(arguments)
            stream.flush()
        return code, said.getvalue().decode()

    def _start(self, command: str) -> tuple[int, str]:
        words = shlex.split(command, comments=True)
        port = self._ports[8000 if words[0] == "itgraph" else 7878]
        if words[0] == "itgraph":
            words += ["--port", str(port), "--log", "off"]
        server = subprocess.Popen(  # noqa: S603 - likewise
            [_script(words[0]), *words[1:]],
            cwd=self.folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._servers.append(server)
        deadline = time.monotonic() + _SECONDS
        while not _is_open(port):
            if server.poll() is not None or time.monotonic() > deadline:
                return server.poll() or 1, f"{command} does not answer"
            time.sleep(0.1)
        return 0, ""


def run_page(text: str, session: Session) -> Iterator[tuple[int, str, int, str, str]]:
    """Run what is in a page; yield of each command its line, itself, its exit code, what is shown and what was said."""
    for block in read_blocks(text):
        if block.file:
            session.write(block.file, block.text)
        elif block.language == "console":
            for step in read_steps(block):
                if step.is_run:
                    code, said = session.run(step.command)
                    yield step.first, step.command, code, step.shown, said
        elif block.language == "python" and not any(line in block.text for line in NOT_RUN_PYTHON):
            session.execute(block.text)
        elif block.language == "pycon":
            yield block.line, "python", 0, "", session.converse(block.text, "page")


def renew(text: str, session: Session) -> str:
    """Return a page with what its commands say now, where that is not what it shows."""
    lines = text.splitlines()
    answers: list[tuple[Step, str]] = []
    for block in read_blocks(text):
        if block.file:
            session.write(block.file, block.text)
        elif block.language == "console":
            for step in read_steps(block):
                if not step.is_run:
                    continue
                _, said = session.run(step.command)
                if step.shown and not agrees(step.shown, said):
                    answers.append((step, said))
        elif block.language == "python" and not any(line in block.text for line in NOT_RUN_PYTHON):
            session.execute(block.text)
    for step, said in reversed(answers):
        lines[step.first - 1 : step.last - 1] = [line.rstrip() for line in said.rstrip().splitlines()]
    return "".join(f"{line}\n" for line in lines)


def _script(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def _environment() -> dict[str, str]:
    """Return the environment of commands: ours first on the path, and no setting of whoever runs this."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ITGRAPH_")}
    return {**kept, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])}


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _is_open(port: int) -> bool:
    with socket.socket() as tried:
        tried.settimeout(1)
        return tried.connect_ex(("127.0.0.1", port)) == 0
