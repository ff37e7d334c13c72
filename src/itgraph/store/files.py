"""Files of RDF: which format a name tells, what is in them, and what is said of one that is not what it seems."""

from __future__ import annotations

import gzip
import os
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat

from itgraph.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXTENSIONS: dict[str, RdfFormat] = {
    ".trig": RdfFormat.TRIG,
    ".nq": RdfFormat.N_QUADS,
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".jsonld": RdfFormat.JSON_LD,
    ".rdf": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
}
"""The format of a file, by the end of its name; each may be followed by ``.gz``."""


def read_rdf(path: Path) -> tuple[bytes, RdfFormat]:
    """Return what is in a file, unpacked, and its format.

    Raises:
        SourceError: there is no such file, it cannot be read, or its name tells no format.
    """
    zipped = path.suffix.lower() == ".gz"
    extension = (path.with_suffix("") if zipped else path).suffix.lower()
    if not os.path.exists(path):  # noqa: PTH110 - no error of the system is of interest here
        raise SourceError("there is no such file or folder; `itgraph build -o FILE` makes a graph", path=path)
    if extension not in EXTENSIONS:
        known = ", ".join(EXTENSIONS)
        raise SourceError(
            f"the format cannot be told from the name; it should end in {known} or these with .gz", path=path
        )
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if zipped else data), EXTENSIONS[extension]
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise SourceError(f"it cannot be unpacked: {error}", path=path) from error
    except OSError as error:
        raise SourceError(f"it cannot be read: {error.strerror or error}", path=path) from error


@contextmanager
def rdf_errors(path: Path, format: RdfFormat) -> Iterator[None]:
    """Turn the parser's errors into ours, with the place in the file where it is known."""
    try:
        yield
    except (SyntaxError, ValueError) as error:
        raise _not_rdf(error, path, format) from error


def _not_rdf(error: SyntaxError | ValueError, path: Path, format: RdfFormat) -> SourceError:
    line = getattr(error, "lineno", None)
    column = getattr(error, "offset", None)
    said = str(getattr(error, "msg", None) or error)
    message = f"this is not {format.name}: {said.rpartition(': ')[2] if line else said}"
    if not line:
        return SourceError(message, path=path)
    # With the column in the place, as editors read it.
    mapped = SourceError(message, path=f"{path}:{line}" if column else path, line=column or line)
    mapped.path, mapped.line = str(path), line
    return mapped
