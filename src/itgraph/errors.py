"""The exceptions of itgraph, and nothing else.

A defect of the *data* is a value (an ``Issue``); a defect of the *call* or of an *engine* is one of these::

    ItgraphError                    everything below: ``except ItgraphError`` is enough
    ├── SourceError                 a file cannot be found or read              path, line
    ├── QueryError                  the question is wrong
    │   ├── QuerySyntaxError        it is not SPARQL                            line, column, source
    │   ├── UnknownQueryError       no saved query has this name                name, suggestions
    │   ├── UnknownNameError        nothing in the graph has this name          name, kind, suggestions
    │   ├── AmbiguousNameError      several things have this name               name, candidates
    │   ├── ParameterError          a parameter is missing, unknown or unfit    parameter, query
    │   ├── QueryRefusedError       it asks for what is not allowed (SERVICE, updates)
    │   └── QueryTimeoutError       it took too long                            seconds
    ├── StoreError                  the store failed                            location
    │   ├── StoreUnavailableError   it is absent or does not answer
    │   ├── StoreLockedError        another process has it open
    │   └── RemoteStoreError        the server answered with an error           status
    ├── MissingExtraError           a package of an extra is not installed      packages, extra
    ├── ShapesError                 the SHACL check itself could not run
    └── ExportError                 the graph cannot be written in a format     format

Engine exceptions are turned into these in one place each, with ``raise ... from exc``. ``exit_code`` is what
the command line exits with: 2 for wrong usage, 3 for an engine or for input and output. (0 is "well" and 1 is
"findings": neither is an error.) Every error survives pickling, so it can come back from a worker process.
"""

from __future__ import annotations

import copyreg
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

__all__ = [
    "AmbiguousNameError",
    "ExportError",
    "ItgraphError",
    "MissingExtraError",
    "ParameterError",
    "QueryError",
    "QueryRefusedError",
    "QuerySyntaxError",
    "QueryTimeoutError",
    "RemoteStoreError",
    "ShapesError",
    "SourceError",
    "StoreError",
    "StoreLockedError",
    "StoreUnavailableError",
    "UnknownNameError",
    "UnknownQueryError",
]


class ItgraphError(Exception):
    """The root: catch it to catch every error that itgraph raises on purpose."""

    exit_code: ClassVar[int] = 3

    def __reduce__(self) -> tuple[Any, ...]:
        # Exception's own way would call the class with the finished message, to be finished once more.
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


class SourceError(ItgraphError):
    """A file that itgraph needs is absent, unreadable or not what it should be.

    >>> print(SourceError("expected 7 columns, found 6", path="data/names.csv", line=12))
    data/names.csv:12: expected 7 columns, found 6
    """

    def __init__(self, message: str, *, path: str | PathLike[str] | None = None, line: int | None = None) -> None:
        self.path = None if path is None else str(path)
        self.line = line
        super().__init__(_located(message, self.path, line))


class QueryError(ItgraphError):
    """A question that cannot be answered as it was put."""

    exit_code = 2


class QuerySyntaxError(QueryError):
    """Text that is not SPARQL 1.1; ``line`` and ``column`` count from 1, ``source`` is a file or a name.

    >>> print(QuerySyntaxError("expected '}'", line=3, column=14, source="queries/teachers.rq"))
    queries/teachers.rq:3:14: expected '}'
    """

    def __init__(
        self, message: str, *, line: int | None = None, column: int | None = None, source: str | None = None
    ) -> None:
        self.line = line
        self.column = column
        self.source = source
        super().__init__(_located(message, "query" if source is None else source, line, column))


class UnknownQueryError(QueryError):
    """No saved query has this name.

    >>> print(UnknownQueryError("lineage", suggestions=["lineage-of"]))
    no saved query is called 'lineage'; did you mean 'lineage-of'? `itgraph query --list` shows them all
    """

    def __init__(self, name: str, *, suggestions: Sequence[str] = ()) -> None:
        self.name = name
        self.suggestions = tuple(suggestions)
        hint = _did_you_mean(self.suggestions)
        super().__init__(f"no saved query is called {_shown(name)};{hint} `itgraph query --list` shows them all")


class UnknownNameError(QueryError):
    """Nothing in the graph (or nothing of this ``kind``) has this name, as a label, another label or an IRI.

    >>> print(UnknownNameError("Alpacca", kind="model", suggestions=["Alpaca", "Alpaca-LoRA"]))
    no model is called 'Alpacca'; did you mean 'Alpaca' or 'Alpaca-LoRA'?
    >>> print(UnknownNameError("zzz"))
    nothing is called 'zzz'; check the spelling, or give its IRI
    """

    def __init__(self, name: str, *, kind: str | None = None, suggestions: Sequence[str] = ()) -> None:
        self.name = name
        self.kind = kind
        self.suggestions = tuple(suggestions)
        hint = _did_you_mean(self.suggestions) or " check the spelling, or give its IRI"
        super().__init__(f"{'nothing' if kind is None else f'no {kind}'} is called {_shown(name)};{hint}")


class AmbiguousNameError(QueryError):
    """Several things have this name; ``candidates`` are what to say instead, and ``more`` counts others.

    >>> print(AmbiguousNameError("Alpaca", candidates=["itd:alpaca", "itm:alpaca"]))  # doctest: +ELLIPSIS
    'Alpaca' means more than one thing: itd:alpaca, itm:alpaca; give one of these, ... as in model/Alpaca
    """

    def __init__(self, name: str, *, candidates: Sequence[str], more: int = 0) -> None:
        self.name = name
        self.candidates = tuple(candidates)
        said = [*self.candidates, f"and {more:,} more"] if more else self.candidates
        super().__init__(
            f"{_shown(name)} means more than one thing: {', '.join(said)};"
            f" give one of these, or the kind with the name, as in model/{_shown(name)[1:-1]}"
        )


class ParameterError(QueryError):
    """A parameter is missing, unknown to its query, or has a value that does not fit.

    >>> print(ParameterError("expected an integer, not 'many'", parameter="limit", query="largest"))
    largest, parameter 'limit': expected an integer, not 'many'
    """

    def __init__(self, message: str, *, parameter: str, query: str | None = None) -> None:
        self.parameter = parameter
        self.query = query
        super().__init__(f"{'' if query is None else f'{query}, '}parameter {parameter!r}: {message}")


class QueryRefusedError(QueryError):
    """A query that would do what is not allowed, such as asking another server or changing the graph."""


class QueryTimeoutError(QueryError):
    """A query that was stopped because it took longer than ``seconds``.

    >>> print(QueryTimeoutError(10))
    the query was stopped after 10 seconds; narrow it, add a LIMIT, or allow it more time
    """

    exit_code = 3

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(
            f"the query was stopped after {seconds:g} second{'' if seconds == 1 else 's'};"
            " narrow it, add a LIMIT, or allow it more time"
        )


class StoreError(ItgraphError):
    """A store failed; ``location`` is its folder or its address.

    >>> print(StoreLockedError("another process has it open; close that one first", location="build/store"))
    build/store: another process has it open; close that one first
    """

    def __init__(self, message: str, *, location: str | PathLike[str] | None = None) -> None:
        self.location = None if location is None else str(location)
        super().__init__(_located(message, self.location))


class StoreUnavailableError(StoreError):
    """There is no store at this place, or it does not answer."""


class StoreLockedError(StoreError):
    """Another process has the store open."""


class RemoteStoreError(StoreError):
    """A SPARQL server answered with an error; ``status`` is the HTTP status, if there was one.

    >>> print(RemoteStoreError("it is busy; try again later", location="http://localhost:7878", status=503))
    http://localhost:7878: HTTP 503: it is busy; try again later
    """

    def __init__(self, message: str, *, location: str | PathLike[str] | None = None, status: int | None = None) -> None:
        self.status = status
        super().__init__(message if status is None else f"HTTP {status}: {message}", location=location)


class MissingExtraError(ItgraphError):
    """What was asked for needs ``packages`` that a plain installation comes without; the ``extra`` brings them.

    >>> print(MissingExtraError("the Parquet export", packages=["pyarrow"], extra="frames"))
    the Parquet export needs pyarrow, which is not installed; `pip install "itgraph[frames]"` installs it
    """

    def __init__(self, purpose: str, *, packages: Sequence[str], extra: str) -> None:
        self.packages = tuple(packages)
        self.extra = extra
        several = len(self.packages) > 1
        named = f"{', '.join(self.packages[:-1])} and {self.packages[-1]}" if several else self.packages[0]
        super().__init__(
            f"{purpose} needs {named}, which {'are' if several else 'is'} not installed;"
            f' `pip install "itgraph[{extra}]"` installs {"them" if several else "it"}'
        )


class ShapesError(ItgraphError):
    """The SHACL check itself could not run (a graph that breaks a shape is a finding, not an error)."""


class ExportError(ItgraphError):
    """The graph cannot be written in this ``format``.

    >>> print(ExportError("holds no named graphs; choose TriG or N-Quads", format="turtle"))
    turtle: holds no named graphs; choose TriG or N-Quads
    """

    def __init__(self, message: str, *, format: str | None = None) -> None:
        self.format = format
        super().__init__(_located(message, format))


def _located(message: str, place: str | None, *position: int | None) -> str:
    """Put ``place:line:column`` before a message, as far as they are known."""
    where = [str(part) for part in (place, *position) if part is not None]
    return f"{':'.join(where)}: {message}" if where else message


def _shown(name: str) -> str:
    """Quote a name, cut to what a message can bear."""
    return repr(name if len(name) <= 100 else name[:97] + "...")


def format_names(names: Sequence[str]) -> str:
    """Return names as a question offers them; nothing of none.

    >>> format_names(["LLaMA", "LLaMA 2", "Video-LLaMA"])
    "'LLaMA', 'LLaMA 2' or 'Video-LLaMA'"
    """
    *others, last = [repr(name) for name in names] or [""]
    return f"{', '.join(others)}{' or ' if others else ''}{last}"


def _did_you_mean(suggestions: Sequence[str]) -> str:
    """Format the nearest names as a question, or as nothing when there are none."""
    return f" did you mean {format_names(suggestions)}?" if suggestions else ""
