"""A document as it is to be written, and writing it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from itgraph.errors import ExportError


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document, and what the user should be told of it: mostly what it lacks."""

    content: bytes
    notes: tuple[str, ...] = ()


def save(document: Document, destination: str) -> None:
    """Write a document to a file, whole or not at all, or to standard output (``-``).

    Raises:
        ExportError: it cannot be written there.
    """
    from itgraph.files import write_file

    if destination == "-":
        sys.stdout.buffer.write(document.content)
        sys.stdout.buffer.flush()
        return
    try:
        write_file(Path(destination), document.content)
    except OSError as error:
        raise ExportError(f"{destination} cannot be written: {error.strerror or error}") from error
