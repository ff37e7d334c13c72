"""Identity decisions: which spellings are one name.

Two spellings are one name if they differ only in letter case, accents, spaces and punctuation (:func:`name_key`), or if
``data/names.csv`` says so. Nothing else merges names: a similarity score cannot tell ``Flan 2021`` from ``Flan 2022``,
so scores only ever suggest (:func:`nearest`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from itgraph.errors import SourceError
from itgraph.sheets import read_sheet

if TYPE_CHECKING:
    from itgraph.records import Kind

COLUMNS = ("kind", "name", "other", "why")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A line of ``names.csv``: ``other`` is another spelling of ``name``; empty where the line vouches for a name.

    Of a person, ``other`` may be a name in one work, ``Yue Zhang [2305.13225]``: so two people of one name are told
    apart.
    """

    kind: Kind
    name: str
    other: str
    why: str


@dataclass(frozen=True, slots=True)
class Names:
    """The decisions, by kind and key."""

    decisions: tuple[Decision, ...]
    _names: Mapping[tuple[Kind, str], str]
    _others: Mapping[tuple[Kind, str], Decision]

    def canonical(self, kind: Kind, spelling: str) -> str | None:
        """Return the decided name of a spelling; ``None`` where there is no decision."""
        key = (kind, name_key(spelling))
        if key in self._others:
            return self._others[key].name
        return self._names.get(key)

    def decision(self, kind: Kind, spelling: str) -> Decision | None:
        """Return the decision that makes a spelling another name's; ``None`` where there is none."""
        return self._others.get((kind, name_key(spelling)))

    def key(self, kind: Kind, spelling: str) -> str:
        """Return the key of the name that a spelling stands for: equal keys of one kind are one thing."""
        return name_key(self.canonical(kind, spelling) or spelling)


@lru_cache(maxsize=16384)
def name_key(name: str) -> str:
    """Return the form in which names are compared.

    Letter case, accents, spaces and punctuation do not count, but between digits: there a dot is a dot, and anything
    else keeps the numbers apart. ``+`` and ``#`` count, too.

    >>> name_key("FLAN-T5") == name_key("FlanT5")
    True
    >>> name_key("Dolly") == name_key("Dolly 2.0"), name_key("GPT-3.5") == name_key("GPT-35")
    (False, False)
    >>> name_key("Gemma 2 2B") == name_key("Gemma 22B")
    False
    """
    folded = _ACCENTED.sub(r"\1", unicodedata.normalize("NFKD", name).casefold())
    folded = re.sub(r"(?<=\d)\.(?=\d)", "\0", re.sub(r"[\0\1]", " ", folded))
    folded = re.sub(r"(?<=\d)[^\w+#\0]+(?=\d)", "\1", folded)
    return folded.translate(_DROPPED).replace("\0", ".").replace("\1", "-") or folded


# Marks are accents on these letters alone; in other scripts they make another letter of it.
_ACCENTED = re.compile("([a-z\u0370-\u03ff\u0400-\u04ff])[\u0300-\u036f]+")


class _Dropped(dict[int, str | None]):
    """A translation table that deletes whatever is neither letter, mark, digit, ``+``, ``#`` nor a marked separator."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        kept = character.isalnum() or unicodedata.combining(character) or character in "+#\0\1"
        self[code] = character if kept else None
        return self[code]


_DROPPED = _Dropped()


def read_names(path: Path) -> Names:
    """Read ``names.csv``.

    Raises:
        SourceError: the file cannot be read, or a line cannot be right; says which and why.
    """
    names, errors = inspect_names(path)
    if errors:
        raise errors[0]
    return names


def inspect_names(path: Path) -> tuple[Names, tuple[SourceError, ...]]:
    """Read ``names.csv`` as far as it can be right, and return with it everything in it that cannot."""
    sheet = read_sheet(path, COLUMNS)
    errors = list(sheet.errors)
    lines: list[int] = []
    decisions: list[Decision] = []
    for line, cells in sheet.rows:
        try:
            decisions.append(_parse_decision(cells, path, line))
            lines.append(line)
        except SourceError as error:
            errors.append(error)
    while True:
        try:
            return make_names(decisions), tuple(errors)
        except ValueError as error:
            place, message = _first_contradiction(decisions, str(error))
            errors.append(SourceError(message, path=path, line=lines[place]))
            del decisions[place], lines[place]


def _first_contradiction(decisions: Sequence[Decision], message: str) -> tuple[int, str]:
    """Return the first decision that contradicts one before it, and how; ``message`` is what is said of all of them."""
    good, bad = 0, len(decisions)
    while bad - good > 1:
        middle = (good + bad) // 2
        try:
            make_names(decisions[:middle])
            good = middle
        except ValueError as error:
            bad, message = middle, str(error)
    return bad - 1, message


def _parse_decision(cells: Sequence[str], path: Path, line: int) -> Decision:
    if len(cells) != len(COLUMNS):
        message = f"{len(cells)} cells where {len(COLUMNS)} are needed ({','.join(COLUMNS)})"
        raise SourceError(message, path=path, line=line)
    from itgraph.records import Kind

    kind, name, other, why = (cell.strip() for cell in cells)
    if kind not in get_args(Kind):
        message = f"there is no kind {kind!r}; use one of {', '.join(get_args(Kind))}"
        raise SourceError(message, path=path, line=line)
    if not name or not why:
        message = f"{'why' if name else 'name'} is empty; a decision needs it"
        raise SourceError(message, path=path, line=line)
    return Decision(kind=kind, name=name, other=other, why=why)  # type: ignore[arg-type]


def make_names(decisions: Iterable[Decision]) -> Names:
    """Index decisions.

    Raises:
        ValueError: two decisions contradict each other.
    """
    decisions = tuple(decisions)
    names: dict[tuple[Kind, str], str] = {}
    others: dict[tuple[Kind, str], Decision] = {}
    for decision in decisions:
        key = (decision.kind, name_key(decision.name))
        if names.setdefault(key, decision.name) != decision.name:
            raise ValueError(f"the {decision.kind} {decision.name!r} is also written {names[key]!r}; choose one")
    for decision in decisions:
        other = (decision.kind, name_key(decision.other))
        if not decision.other or other[1] == name_key(decision.name):
            continue
        if other in others and others[other].name != decision.name:
            raise ValueError(f"{decision.other!r} is said to be {others[other].name!r} and {decision.name!r}")
        if other in names:
            raise ValueError(f"{decision.other!r} is said to be {decision.name!r}, but is a name of its own elsewhere")
        others[other] = decision
    return Names(decisions, names, others)


def nearest(name: str, candidates: Iterable[str], limit: int = 3) -> Sequence[str]:
    """Return the candidates most like a name, best first: suggestions for a person, never a decision."""
    from rapidfuzz import fuzz, process

    found = process.extract(
        name,
        sorted(set(candidates)),
        scorer=fuzz.WRatio,
        processor=str.casefold,
        limit=limit,
        score_cutoff=60,
    )
    return [match[0] for match in found]
