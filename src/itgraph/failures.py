"""Errors as data: what ``--errors json`` writes, for programs that run the command line."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from itgraph.errors import ItgraphError

_PLACES = ("path", "source", "line", "column", "location", "status", "query", "parameter", "name", "kind", "format")
_CHOICES = ("suggestions", "candidates", "packages")


def format_failure(
    code: str,
    message: str,
    *,
    exit_code: int,
    where: Mapping[str, object] | None = None,
    what_to_do: str | None = None,
    **more: object,
) -> str:
    """Return an error as one line of JSON, whose keys are always the same; ``more`` comes after them.

    >>> print(format_failure("output", "the disk is full", exit_code=3))
    {"code": "output", "message": "the disk is full", "where": null, "what_to_do": null, "exit_code": 3}
    """
    content = {"code": code, "message": message, "where": where, "what_to_do": what_to_do, "exit_code": exit_code}
    return json.dumps(content | more, ensure_ascii=True)


def format_error(error: ItgraphError) -> str:
    """Return an error of ours as one line of JSON.

    ``code`` is the name of its class, ``where`` is what it says of the place, and ``what_to_do`` is the end of the
    message, after the first semicolon, which is where our messages say it.

    >>> from itgraph.errors import SourceError
    >>> print(format_error(SourceError("expected 7 columns; add one", path="a.csv", line=2)))
    {"code": "source", "message": "a.csv:2: expected 7 columns; add one", "where": {"path": "a.csv", "line": 2}, \
"what_to_do": "add one", "exit_code": 3}
    """
    known = {name: value for name, value in vars(error).items() if value not in (None, (), "")}
    return format_failure(
        re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(error).__name__.removesuffix("Error")).lower(),
        str(error),
        exit_code=error.exit_code,
        where={name: known[name] for name in _PLACES if name in known} or None,
        what_to_do=_advice(error),
        **{name: list(known[name]) for name in _CHOICES if name in known},
    )


def _advice(error: ItgraphError) -> str | None:
    """Return what a message advises; a semicolon in a name that it repeats begins no advice."""
    message = str(error)
    told = message
    for text in sorted(_texts(error), key=len, reverse=True):
        for shown in (text, repr(text)[1:-1]):
            told = told.replace(shown, "x" * len(shown))
    place = told.find("; ")
    return message[place + 2 :] if place >= 0 else None


def _texts(error: ItgraphError) -> Iterator[str]:
    for value in vars(error).values():
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str) and ";" in text:
                yield text
