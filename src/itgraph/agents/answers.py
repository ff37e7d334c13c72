"""The form of the answers: what the tools give as data, and how a list is cut so that a reader can bear it.

The classes are the output schemas of the tools: their docstrings are what a client is told of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from typing_extensions import TypedDict  # of the standard library, pydantic reads nested ones from 3.12 on only

from itgraph.results import printable

MOST_BYTES = 40_000
"""How large the items of one answer may be, as JSON."""

MOST_TEXT = 12_000
"""How many characters a drawing may have."""

MOST_LISTED = 100
"""How many things or ways may be asked for where they do not come page by page."""

MOST_ROWS = 1000
"""How many rows, facts or steps may be asked for at once."""

_BREAKS = re.compile(r"[\r\n]+")

Cell: TypeAlias = str | int | float | bool | None


class SourceTold(TypedDict):
    """Who says so: the place in words, and the address that opens it."""

    said: str
    link: str


class ThingTold(TypedDict):
    """A thing of the graph: its IRI and short IRI, its kind and its name."""

    iri: str
    curie: str
    kind: str
    label: str


class FoundTold(TypedDict):
    """A thing that was found, with where it is told of."""

    iri: str
    curie: str
    kind: str
    label: str
    sources: list[SourceTold]


class FindAnswer(TypedDict):
    """The things of a name, the best first; where there is none, the nearest names.

    ``total`` counts them; of a graph of millions it ends at some hundreds, and ``rest`` says so.
    """

    things: list[FoundTold]
    nearest: list[ThingTold]
    total: int
    shown: int
    rest: str


class FactTold(TypedDict):
    """A property of a thing (or, where ``incoming``, what refers to it) with one value.

    ``iri`` is that of the value, empty for text. Not ``current`` is what a newer snapshot or a correction replaced.
    ``rules`` are those that conclude it. ``disputed`` says where the survey and a source differ about it.
    """

    label: str
    property: str
    value: str
    iri: str
    incoming: bool
    current: bool
    note: str
    rules: list[str]
    disputed: list[str]
    sources: list[SourceTold]


class DescribeAnswer(TypedDict):
    """What is known of a thing, with who says so.

    ``access`` is what its own licences allow in one word, ``access_said`` that in a line. ``remarks`` are where sources
    disagree, and defects of the rows that tell of it.
    """

    thing: ThingTold
    aliases: list[str]
    access: str
    access_said: str
    facts: list[FactTold]
    remarks: list[str]
    total: int
    shown: int
    offset: int
    rest: str
    disclaimer: str


class EdgeTold(TypedDict):
    """One step of lineage: the child was made from the parent.

    Not ``stated`` is what only ``rules`` conclude. ``manner`` is how a model is built on its base, where it is known.
    """

    child: str
    child_label: str
    child_kind: str
    relation: str
    manner: str
    parent: str
    parent_label: str
    parent_kind: str
    stated: bool
    rules: list[str]
    sources: list[SourceTold]


class LineageAnswer(TypedDict):
    """What a thing descends from (up) or what descends from it (down), as a tree and as steps with who says so.

    ``things`` counts the things; ``beyond`` those one step further than ``depth``, which were left out.
    """

    thing: ThingTold
    direction: str
    depth: int | None
    explicit: bool
    tree: str
    edges: list[EdgeTold]
    things: int
    beyond: int
    total: int
    shown: int
    offset: int
    rest: str


class WayTold(TypedDict):
    """A shortest way from a child up to an ancestor, step by step."""

    child: str
    ancestor: str
    steps: int
    edges: list[EdgeTold]


class PathAnswer(TypedDict):
    """How two things are related: ``kind`` is same, descent, common (by common ancestors) or unrelated."""

    kind: str
    a: ThingTold
    b: ThingTold
    common: list[ThingTold]
    ways: list[WayTold]
    total: int
    shown: int
    rest: str


class LicenceTold(TypedDict):
    """A licence of a part of a thing (weights, data or code; empty where it is not said), and who says so."""

    name: str
    iri: str
    part: str
    access: str
    evidence: str
    links: list[str]


class LicensedTold(TypedDict):
    """One thing of an ancestry with its licences.

    ``access`` is open, restricted, closed or unknown: the narrowest of the licences of the thing itself. ``unknown`` is
    which licence no source says; ``disputed`` where sources differ about one.
    """

    thing: ThingTold
    access: str
    licences: list[LicenceTold]
    unknown: list[str]
    disputed: list[str]


class LicencesAnswer(TypedDict):
    """The licences along the ancestry of a thing: itself first, then the nearest.

    ``narrowest`` is the narrowest access of all that is known; ``unknown`` counts the things of which none is known:
    where that is not 0, ``narrowest`` is not the last word.
    """

    thing: ThingTold
    narrowest: str
    unknown: int
    parts: list[LicensedTold]
    total: int
    shown: int
    offset: int
    rest: str
    disclaimer: str


class ParameterTold(TypedDict):
    """A parameter of a saved query; without a default it does not restrict. ``values`` are all that it can be."""

    name: str
    type: str
    help: str
    default: list[str]
    values: list[str]


class QueryTold(TypedDict):
    """A saved query: its name, the question that it answers, and its parameters."""

    name: str
    summary: str
    parameters: list[ParameterTold]


class SubjectTold(TypedDict):
    """The saved queries of a subject."""

    subject: str
    title: str
    queries: list[QueryTold]


class QueriesAnswer(TypedDict):
    """The saved queries, by subject."""

    subjects: list[SubjectTold]
    total: int


class ColumnTold(TypedDict):
    """A column and what it means; the meaning is empty in answers to SPARQL of one's own."""

    name: str
    meaning: str


class AboutTold(TypedDict):
    """Where a thing that an answer names is told of."""

    thing: str
    sources: list[SourceTold]


class QueryAnswer(TypedDict):
    """The rows of a saved query. ``sources`` is where the things in the rows are told of, as far as it is given."""

    name: str
    summary: str
    description: str
    parameters: dict[str, list[str]]
    columns: list[ColumnTold]
    rows: list[dict[str, Cell]]
    sources: list[AboutTold]
    total: int
    shown: int
    offset: int
    rest: str
    disclaimer: str


class SparqlAnswer(TypedDict):
    """The answer to SPARQL: ``form`` says whether it is rows, a boolean, or a graph (in Turtle).

    ``cut`` says that there is more, and ``rest`` how to get it.
    """

    form: str
    columns: list[ColumnTold]
    rows: list[dict[str, Cell]]
    boolean: bool | None
    turtle: str
    sources: list[AboutTold]
    shown: int
    cut: bool
    rest: str
    hints: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer, as data and as text that says the same."""

    data: Mapping[str, Any]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which of the items of a list are shown: from ``start`` up to ``end``, of ``total``."""

    start: int
    end: int
    total: int

    @property
    def shown(self) -> int:
        """How many are."""
        return self.end - self.start

    def rest(self, what: str, *, more: int = 0) -> str:
        """Say how to get what is not shown; nothing, if all is. ``more`` are beyond the list.

        >>> Page(start=0, end=50, total=120).rest("rows")
        '50 of 120 rows are shown, from offset 0 on: call again with offset=50 for the next ones'
        >>> Page(start=100, end=120, total=120).rest("rows")
        '20 of 120 rows are shown, from offset 100 on: these are the last ones'
        >>> Page(start=0, end=3, total=3).rest("rows")
        ''
        """
        if self.shown == self.total and not more:
            return ""
        if self.start >= self.total:
            return f"there are {self.total:,} {what}, and none from offset {self.start:,} on"
        told = f"{self.shown:,} of {self.total:,} {what} are shown, from offset {self.start:,} on"
        if self.end < self.total:
            return f"{told}: call again with offset={self.end} for the next ones"
        return f"{told}: these are the last ones" if self.shown < self.total else told


def cut(items: Sequence[Any], offset: int, limit: int, make: Callable[[Any], Any]) -> tuple[list[Any], Page]:
    """Return as many items from an offset on as are wanted and can be borne, as ``make`` tells them.

    One is shown at least, so that whoever goes on comes to an end.

    >>> cut(["a", "b", "c"], 1, 1, str.upper)
    (['B'], Page(start=1, end=2, total=3))
    >>> len(cut(["x" * 30_000] * 3, 0, 3, str)[0])
    1
    """
    told: list[Any] = []
    size = 0
    for item in items[offset : offset + limit]:
        made = make(item)
        size += len(json.dumps(made, ensure_ascii=False))
        if told and size > MOST_BYTES:
            break
        told.append(made)
    return told, Page(start=offset, end=offset + len(told), total=len(items))


def shorten(text: str, most: int = MOST_TEXT) -> tuple[str, int]:
    r"""Cut a text after a whole line, and return how many lines are left out.

    >>> shorten("one\ntwo\nthree\n", 9)
    ('one\ntwo\n', 1)
    """
    if len(text) <= most:
        return text, 0
    end = text.rfind("\n", 0, most) + 1 or most
    return text[:end], text[end:].count("\n") or 1


def write(lines: Iterable[str]) -> str:
    r"""Join lines to a text in which no name can hide anything, or look like another line.

    Each stays one line, whatever is in it: text of several lines is to be split before.

    >>> print(write(["MIT\n    2024-10-15 models 4  https://evil.example/", "    2024-10-15 models 7"]))
    MIT     2024-10-15 models 4  https://evil.example/
        2024-10-15 models 7
    """
    return "\n".join(printable(_BREAKS.sub(" ", line)) for line in lines).rstrip("\n")


def tell_sources(sources: Iterable[SourceTold], indent: int = 2) -> list[str]:
    """Return sources as lines."""
    return [f"{' ' * indent}{source['said']}  {source['link']}".rstrip() for source in sources]
