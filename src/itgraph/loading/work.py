"""The work folder of a load: where it stands beside what it is to become, who holds it, and what of it is done.

What is in it is noted so that a process may be killed at any moment: the next one finds work that it can go on with, or
none. Only what is finished gets the name that was asked for.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from hashlib import sha256
from typing import IO, TYPE_CHECKING, Any

from itgraph.errors import StoreError, StoreLockedError
from itgraph.files import put_in_place
from itgraph.store.embedded import MARK, require_replaceable

if TYPE_CHECKING:
    from pathlib import Path

PLAN = "plan.json"
JOURNAL = "journal.json"


def require_place(folder: Path) -> None:
    """Check that a folder may be made, or replaced as a whole.

    Raises:
        StoreError: it holds something else than a graph, is in use, or is a file system of its own.
    """
    require_replaceable(folder)
    if folder.is_mount():
        raise StoreError("a file system is mounted there, and cannot be replaced; name a folder in it", location=folder)


class WorkLock:
    """A file that one process at a time holds; it is let go when the process ends, however it does."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        while not self._take():
            pass

    def _take(self) -> bool:
        """Lock the file; say no if it is not the one that others will find: who had it has just let go of it."""
        import sqlite3

        try:
            self._path.touch()
            there = self._path.stat()
        except FileNotFoundError:  # who had it has let go of it between the two
            return False
        try:
            # The engine of SQLite locks files on every system, and lets go of those of a process that was killed.
            self._lock = sqlite3.connect(self._path, isolation_level=None, timeout=0)
        except sqlite3.Error as error:
            raise StoreError(f"it cannot be locked: {error}", location=self._path) from error
        try:
            self._lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            self._lock.close()
            if not self._is_still(there):
                return False
            if "locked" in str(error):
                message = "another process is loading into it; wait until that one has ended"
                raise StoreLockedError(message, location=self._path) from error
            raise StoreError(f"it cannot be locked: {error}", location=self._path) from error
        if self._is_still(there):
            return True
        self._lock.close()
        return False

    def _is_still(self, there: os.stat_result) -> bool:
        try:
            return os.path.samestat(there, self._path.stat())
        except FileNotFoundError:
            return False

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._path.unlink()
        self._lock.close()


def begin_work(work: Path, folder: Path, plan: dict[str, Any]) -> bool:
    """Make the work folder ready; return whether it holds part of just this work, or all of it.

    The plan is there from the beginning to the end of a work, and the journal as soon as any of it is done.
    """
    if (work / "old").exists() and (work / "store").exists() and not folder.exists():
        # A process was killed just when it put a finished store in place: nobody else's work is to be lost for that.
        (work / "store").rename(folder)
    done = read_json(work / JOURNAL) if read_json(work / PLAN) == plan else None
    # Where all is done, the store is still here, or it has its name already and was not replaced since.
    if done and (not done["report"] or (work / "store").exists() or read_mark(folder) == mark_of(plan)):
        return True
    discard_work(work)
    work.mkdir(parents=True)
    write_json(work / PLAN, plan)
    return False


def put_work_in_place(work: Path, folder: Path) -> None:
    """Give the finished store its name, in place of the one that had it.

    No system has a way to exchange two folders that all have. So for a moment there is none; a process that is killed
    just then leaves both, and the next load finishes what it began.
    """
    old, new = work / "old", work / "store"
    if new.exists():
        require_place(folder)  # it may have changed since we began
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)
        put_in_place(new, folder, old)
    discard_work(work)


def discard_work(work: Path) -> None:
    """Delete a work folder; first the plan, since what is left of the others is of no use to anybody."""
    with suppress(FileNotFoundError):
        (work / PLAN).unlink()
    shutil.rmtree(work, ignore_errors=True)


def mark_of(plan: dict[str, Any]) -> str:
    """Return what a finished store says that it was made of."""
    return f"hub {sha256(json.dumps(plan).encode()).hexdigest()}\n"


def read_mark(folder: Path) -> str:
    """Return what a store says that it was made of; empty, if it says nothing."""
    try:
        return (folder / MARK).read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""


def read_json(path: Path) -> Any:
    """Return what is in a file of JSON; ``None``, if it is not there or not whole."""
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


def write_json(path: Path, value: object) -> None:
    """Write a file of JSON, whole or not at all."""
    temporary = path.with_name(path.name + ".new")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(value, file)
        sync(file)
    temporary.replace(path)


def sync(file: IO[str]) -> None:
    """Have a file written to the disk: the journal must not be there after a power cut while this is not."""
    file.flush()
    os.fsync(file.fileno())
