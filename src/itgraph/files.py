"""Writing files whole or not at all: into a temporary place beside the target, then by renaming."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; missing folders are made, a link is followed.

    What is no ordinary file (``/dev/null``, a pipe) is written to as it is, since it must not be replaced.

    Raises:
        OSError: it cannot be written; a file that was there before is as it was.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        path.write_bytes(content)  # for a folder, this raises what it should
        return
    with replacing(path) as temporary:
        temporary.write_bytes(content)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give an empty file to be filled, which takes the place of a file if all goes well; missing folders are made.

    Raises:
        OSError: it cannot be written; a file that was there before is as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:100]}-", dir=path.parent)
    os.close(descriptor)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder of files whole or not at all; a folder that is there is replaced.

    Raises:
        OSError: it cannot be written; a folder that was there before is as it was.
    """

    def fill(folder: Path) -> None:
        for name, content in files.items():
            (folder / name).write_bytes(content)

    replace_folder(path, fill)


def replace_folder(path: Path, fill: Callable[[Path], None]) -> None:
    """Make a folder by a function that is given an empty one: whole or not at all; one that is there is replaced.

    Raises:
        OSError: it cannot be written; a folder that was there before is as it was. So it is if ``fill`` raises.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_dir():
        raise FileExistsError(17, "it is a file, not a folder", str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{path.name[:100]}-", dir=path.parent))
    try:
        new, old = work / "new", work / "old"
        new.mkdir()
        fill(new)
        put_in_place(new, path, old)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def put_in_place(new: Path, path: Path, old: Path) -> None:
    """Give a folder the name of another one, which is called ``old`` then; or has its name again, if that fails.

    Raises:
        OSError: it cannot be renamed.
    """
    if path.exists():
        path.rename(old)
    try:
        new.rename(path)
    except BaseException:
        if old.exists():
            old.rename(path)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
