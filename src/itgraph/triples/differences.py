"""Where surveys differ: two sources whose newest statements on one thing cannot both be right.

Both stand in the current view; an issue ``sources-disagree`` names the thing and links to a row of each. Properties
that may have several values at once (licences, links, training sets) are not compared; figures agree where they
overlap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from pyoxigraph import Literal, NamedNode, Quad

from itgraph import terms

Said = Mapping[tuple[str, str], Mapping[tuple[str, int], Sequence[Quad]]]
"""What rows say: by thing and aspect, then by source and the order of its snapshots."""

_FIGURES = {
    "parameters": terms.PARAMETERS,
    "instructions": terms.INSTRUCTIONS,
    "instances": terms.INSTANCES,
    "tasks": terms.TASKS,
    "training-set-size": terms.TRAINING_SET_SIZE,
}
_VALUES = {
    "open-source": terms.OPEN_SOURCE,
    "self-built": terms.SELF_BUILT,
    "released": terms.RELEASED,
    "issued": terms.DCTERMS_ISSUED,
    "base-model": terms.BASE_MODEL,
}
_SHOWN = 3


def find_differences(said: Said) -> Iterator[tuple[str, str, Sequence[Quad], Sequence[Quad]]]:
    """Yield where two sources differ: the thing, the aspect, and what each of the two says of it."""
    for (subject, aspect), by_snapshot in sorted(said.items()):
        if aspect not in _FIGURES and aspect not in _VALUES:
            continue
        newest: dict[str, int] = {}
        for source, order in by_snapshot:
            newest[source] = max(order, newest.get(source, order))
        statements = [by_snapshot[place] for place in sorted(newest.items(), key=lambda place: place[1])]
        for one, other in combinations(statements, 2):
            if one and other and _differ(subject, aspect, one, other):
                yield subject, aspect, one, other


def _differ(subject: str, aspect: str, one: Sequence[Quad], other: Sequence[Quad]) -> bool:
    if aspect in _FIGURES:
        first, second = _bounds(one), _bounds(other)
        return bool(first and second) and not any(a[0] <= b[1] and b[0] <= a[1] for a in first for b in second)
    firsts, seconds = (_values(quads, subject, _VALUES[aspect]) for quads in (one, other))
    if aspect in ("released", "issued"):  # a month agrees with the year that it is in
        return bool(firsts and seconds) and not any(a.startswith(b) or b.startswith(a) for a in firsts for b in seconds)
    return bool(firsts and seconds) and firsts.isdisjoint(seconds)


def _bounds(quads: Sequence[Quad]) -> list[tuple[int, int]]:
    """Return the ranges that the figures of an aspect leave open, by quantity; several values are several figures."""
    figures: dict[str, dict[str, list[int]]] = {}
    for quad in quads:
        if isinstance(quad.object, Literal) and quad.object.value.isdecimal():
            values = figures.setdefault(str(quad.subject), {})
            values.setdefault(quad.predicate.value, []).append(int(quad.object.value))
    ranges = []
    for values in figures.values():
        exact = values.get(terms.SCHEMA_VALUE, [])
        low, high = values.get(terms.SCHEMA_MIN_VALUE), values.get(terms.SCHEMA_MAX_VALUE)
        ranges += [(value, value) for value in exact]
        if not exact and low:
            ranges.append((low[0], high[0] if high else 10**18))
    return ranges


def _values(quads: Sequence[Quad], subject: str, predicate: str) -> set[str]:
    return {_value(quad) for quad in quads if quad.predicate.value == predicate and quad.subject == NamedNode(subject)}


def _value(quad: Quad) -> str:
    return quad.object.value if isinstance(quad.object, NamedNode | Literal) else str(quad.object)


def say_values(quads: Sequence[Quad], subject: str, aspect: str) -> str:
    """Return what is said of an aspect, in few words: figures as they are written."""
    if aspect in _FIGURES:
        texts = sorted({_value(quad) for quad in quads if quad.predicate.value == terms.TEXT})
    else:
        texts = sorted(value.rsplit("/", 1)[-1] for value in _values(quads, subject, _VALUES[aspect]))
    return ", ".join(texts[:_SHOWN]) + (", …" if len(texts) > _SHOWN else "")
