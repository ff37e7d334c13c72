"""CSV files that people edit, row by row: what cannot be read is told with its line, and the rest is read anyway."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from itgraph.errors import SourceError

_MOST_ERRORS = 50
"""More rows than this that are no CSV are no slips of a person: the file is something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The rows below the header, each with its last line and its cells as written, and what could not be read."""

    rows: tuple[tuple[int, tuple[str, ...]], ...] = ()
    errors: tuple[SourceError, ...] = ()


def read_sheet(path: Path, columns: Sequence[str]) -> Sheet:
    """Read a CSV file whose header is ``columns``; blank lines are left out.

    A row that is no CSV, or a line that is not UTF-8, is an error of the result, and reading goes on in the next line.
    """
    errors: list[SourceError] = []
    text = _read_text(path, errors)
    if text is None:
        return Sheet(errors=tuple(errors))
    rows = _iter_rows(text, path, errors)
    _, header = next(rows, (1, ()))
    if header != tuple(columns):
        # A header that cannot be read has been told already.
        if not any(error.line == 1 for error in errors):
            errors.insert(0, SourceError(f"the header must be {','.join(columns)}", path=path, line=1))
        return Sheet(errors=tuple(errors))
    found = tuple((line, cells) for line, cells in rows if cells)
    return Sheet(rows=found, errors=tuple(errors))


def _read_text(path: Path, errors: list[SourceError]) -> str | None:
    try:
        raw = path.read_bytes()
    except OSError as error:
        errors.append(SourceError(f"cannot be read: {error.strerror or error}", path=path))
        return None
    try:
        return raw.decode("utf-8-sig")  # a spreadsheet puts a byte order mark first
    except UnicodeDecodeError:
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in raw[:1000]:
            errors.append(SourceError("is not UTF-8 (it looks like UTF-16); save it as such", path=path))
            return None
        # One line from elsewhere must not hide the others.
        lines = raw.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True)
        return "".join(_decode(line, number, path, errors) for number, line in enumerate(lines, 1))


def _decode(line: bytes, number: int, path: Path, errors: list[SourceError]) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 ({error.reason} at byte {error.start} of the line); save it as such"
        errors.append(SourceError(message, path=path, line=number))
        return "\n"


def _iter_rows(text: str, path: Path, errors: list[SourceError]) -> Iterator[tuple[int, tuple[str, ...]]]:
    lines = list(io.StringIO(text, newline=""))
    start = 0
    for _ in range(_MOST_ERRORS):
        reader = csv.reader(lines[start:], strict=True)
        last = start
        try:
            for cells in reader:
                last = start + reader.line_num
                yield last, tuple(cells)
            return
        except csv.Error as error:
            # The row begins in the line after the last good one; what a quotation mark swallowed is read once more.
            errors.append(SourceError(f"cannot be read: {_explain(error)}", path=path, line=last + 1))
            start = last + 1
    message = "and what follows cannot be read either; is this a CSV file?"
    errors.append(SourceError(message, path=path, line=start + 1))


def _explain(error: csv.Error) -> str:
    """Say what is wrong with a row, and what to do.

    >>> _explain(csv.Error("unexpected end of data"))
    'a quotation mark is opened here and never closed; close it, or write it twice if it is part of the text'
    >>> _explain(csv.Error("line contains NUL"))
    'line contains NUL'
    """
    told = str(error)
    if told == "unexpected end of data":
        return "a quotation mark is opened here and never closed; close it, or write it twice if it is part of the text"
    if told == "',' expected after '\"'":
        return "text follows a closing quotation mark; quote the whole cell, and write a mark that is part of it twice"
    if told.startswith("field larger than"):
        return f"a cell is longer than {csv.field_size_limit():,} characters; is a quotation mark missing?"
    return told
