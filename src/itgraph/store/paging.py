"""Reading all rows of an answer from a server that gives only so many at once, or an error: never a part as the whole.

Some servers cut an answer without a word. So an answer that is not shorter than one that has been seen whole is
counted by the server: that costs one more question, mostly a few times in the life of a store. Where rows are missing,
they are fetched page by page. No order is relied upon: pages are whole when the rows are all different and as many as
the server counts, for then they are all rows, each once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import Literal

from itgraph.store.rewriting import OWN_VARIABLE, is_ordered, wrap

if TYPE_CHECKING:
    from itgraph.results import Term
    from itgraph.store.answers import Row

_SURELY_GIVEN = 100
"""How many rows every server gives."""

_ROWS = OWN_VARIABLE + "rows"
_TIMES = OWN_VARIABLE + "times"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a server gave; ``is_cut`` if it says itself that there is more."""

    rows: list[Row]
    is_cut: bool


Fetch: TypeAlias = Callable[[str, Sequence[str]], Batch]
"""Asks a server once: the SELECT and its columns."""


class IncompleteError(Exception):
    """An answer that cannot be shown to be whole."""


class Pager:
    """Reads whole answers of one server, and remembers how many rows it is known to give."""

    def __init__(self) -> None:
        self._given = _SURELY_GIVEN

    def read(self, fetch: Fetch, sparql: str, columns: Sequence[str]) -> list[Row]:
        """Return all rows of a SELECT, through a function that may give fewer.

        Raises:
            IncompleteError: the server gives a part, and the whole cannot be put together.
        """
        first = fetch(sparql, columns)
        got = len(first.rows)
        # As many as have been given whole may be as many as are ever given.
        if got < self._given and not first.is_cut:
            return first.rows
        total = _count(fetch, sparql)
        if total != got:
            return _read_pages(fetch, sparql, columns, first.rows, total)
        self._given = max(self._given, got)
        return first.rows


def _count(fetch: Fetch, sparql: str) -> int:
    rows = fetch(wrap(sparql, f"SELECT (COUNT(*) AS ?{_ROWS})"), [_ROWS]).rows
    if len(rows) != 1:
        raise IncompleteError(f"it answered with {len(rows):,} rows when asked to count")
    return _number(rows[0][0])


def _number(term: Term | None) -> int:
    text = term.value if isinstance(term, Literal) else ""
    # Of more digits no server has as many rows, and Python reads them slowly or not at all.
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise IncompleteError("it answered with what is no number when asked to count")
    return int(text)


def _read_pages(fetch: Fetch, sparql: str, columns: Sequence[str], first: list[Row], total: int) -> list[Row]:
    if not first or total < len(first):
        raise IncompleteError(f"the server gives {len(first):,} rows and counts {total:,}: is the graph changing?")
    variables = " ".join(f"?{name}" for name in columns)
    different = _count(fetch, wrap(sparql, f"SELECT DISTINCT {variables}"))
    if different == total:
        rows = _read_different(fetch, wrap(sparql, f"SELECT {variables}"), columns, len(first), total)
        if is_ordered(sparql) and rows[: len(first)] != first:
            raise IncompleteError(_cut(first, total, "it does not keep their order from page to page"))
        return rows
    if is_ordered(sparql):
        raise IncompleteError(_cut(first, total, "some rows are equal, so that pages cannot be told apart"))
    grouped = wrap(sparql, f"SELECT {variables} (COUNT(*) AS ?{_TIMES})", f" GROUP BY {variables}")
    rows = _read_different(
        fetch, wrap(grouped, f"SELECT {variables} ?{_TIMES}"), [*columns, _TIMES], len(first), different
    )
    times = [_number(row[-1]) for row in rows]
    if sum(times) != total:
        raise IncompleteError(_cut(first, total, f"its pages hold {sum(times):,}: is the graph changing?"))
    return [row[:-1] for row, count in zip(rows, times, strict=True) for _ in range(count)]


def _read_different(fetch: Fetch, sparql: str, columns: Sequence[str], size: int, total: int) -> list[Row]:
    rows: list[Row] = []
    while len(rows) < total:
        page = fetch(f"{sparql} LIMIT {size} OFFSET {len(rows)}", columns).rows
        if not page:
            break
        rows += page
    if len(rows) != total or len(set(rows)) != total:
        raise IncompleteError(
            f"the server gives at most {size:,} of {total:,} rows at once, and its pages do not add up:"
            " is the graph changing? Otherwise ask for less, as with LIMIT"
        )
    return rows


def _cut(first: list[Row], total: int, why: str) -> str:
    return (
        f"the server gives {len(first):,} of {total:,} rows, and {why}; "
        "add DISTINCT, order by every column, or ask for less, as with LIMIT"
    )
