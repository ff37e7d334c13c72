"""Finding things while somebody types: by parts of names, best first, and with a hint where nothing is found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pyoxigraph import Literal, NamedNode

from itgraph import terms
from itgraph.arrangement import natural_key
from itgraph.lookup import KINDS, RECORD_KINDS, SCHEMES, Thing, find_things, named_things
from itgraph.names import name_key, nearest
from itgraph.store import find_name_index, format_term

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from itgraph.indexes.names import NameIndex
    from itgraph.store import Store

MOST_NAMES = 100_000
"""How many names are kept in memory; a graph that has more is asked each time."""

MOST_FOUND = 200
"""How many things a search finds of a graph that has an index of names: the best and most popular ones."""

_LIKE = 80
"""How alike two words must be, of 100, for one to be meant by the other."""

_KINDS = {iri: kind for kind, iri in (KINDS | RECORD_KINDS).items()}
_SCHEMES = {iri: kind for kind, iri in SCHEMES.items()}
# They have labels, but are parts of what they belong to: nobody looks for them.
_PARTS = {terms.LICENSING, terms.AUTHORSHIP, terms.SCHEMA_QUANTITATIVE_VALUE, terms.PROV_DERIVATION}
# By what people call things in our graph, and in those of others.
_LABELS = (terms.RDFS_LABEL, terms.SKOS_PREF_LABEL, terms.SCHEMA + "name", "http://xmlns.com/foaf/0.1/name")
_OTHERS = (terms.SKOS_ALT_LABEL, terms.DCTERMS_TITLE, terms.ARXIV_ID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name of a thing, and its form for comparing; ``is_label`` tells the name from the other names."""

    thing: Thing
    text: str
    key: str
    is_label: bool


class Searched(Protocol):
    """What can be searched: a store, and its names where they are kept (a site has both)."""

    @property
    def store(self) -> Store:
        """What is searched."""

    @property
    def names(self) -> tuple[Name, ...] | None:
        """Its names, as :func:`read_names` returns them."""


def read_names(store: Store) -> tuple[Name, ...] | None:
    """Read every name that things go by; ``None`` if they are more than :data:`MOST_NAMES`, or in an index."""
    return None if find_name_index(store) is not None else _read(store, "", MOST_NAMES)


def kinds_of(site: Searched) -> list[str]:
    """Return the kinds that a search can be narrowed to."""
    index = find_name_index(site.store)
    if index is None and site.names is None:
        return list(KINDS)
    found = {name.thing.kind for name in site.names or ()} if index is None else set(index.kinds())
    return [kind for kind in (*KINDS, *RECORD_KINDS, *SCHEMES, "thing") if kind in found]


def search(site: Searched, text: str, kind: str = "") -> list[Thing]:
    """Return the things whose names have all words of a text, those called just so first.

    Of a graph with an index of names, they are :data:`MOST_FOUND` at most, and the more popular ones come first where
    the others come by the alphabet.
    """
    text = text.strip()
    if not text:
        return []
    exact = _exact(site.store, text, kind)
    if (index := find_name_index(site.store)) is not None:
        named = index.search(text, _wanted_kinds(index, kind), MOST_FOUND)
        return list({thing.iri: thing for thing in (*exact, *named_things(named))}.values())
    names = site.names
    if names is None:
        needle = format_term(Literal(text.casefold()))
        names = _read(site.store, f"FILTER(CONTAINS(LCASE(STR(?name)), {needle}))", 1000, all_or_none=False) or ()
    words = [key for word in re.split(r"[\s/]+", text) if (key := name_key(word))]
    whole = name_key(text)
    ranked: dict[Thing, tuple[int, int]] = {}
    for name in names:
        if not _is_wanted(name.thing, kind):
            continue
        rank = _rank(name, words, whole)
        if rank is not None and rank < ranked.get(name.thing, (99, 0)):
            ranked[name.thing] = rank
    order = list(KINDS)
    found = sorted(
        ranked,
        key=lambda thing: (
            ranked[thing],
            order.index(thing.kind) if thing.kind in order else len(order),
            natural_key(thing.label.casefold()),
            thing.iri,
        ),
    )
    known = {thing.iri for thing in exact}
    return [*exact, *(thing for thing in found if thing.iri not in known)]


def suggest(site: Searched, text: str, kind: str = "") -> list[Thing]:
    """Return the things whose names are most like a text; none, if no name is like it but for a few letters."""
    if (index := find_name_index(site.store)) is not None:
        near = index.nearest(text, _wanted_kinds(index, kind), 5)
        return list(named_things(named for named in near if _is_like(text, named.name)))
    names = [name for name in site.names or () if _is_wanted(name.thing, kind)]
    by_text: dict[str, Thing] = {}
    for name in names:
        by_text.setdefault(name.text, name.thing)
    things = (by_text[found] for found in nearest(text, by_text, 5) if _is_like(text, found))
    return list(dict.fromkeys(things))


def _wanted_kinds(index: NameIndex, kind: str) -> list[str]:
    """Return the kinds to look among, as :func:`_is_wanted` tells them."""
    return [kind] if kind else [name for name in index.kinds() if name != "curated"]


def _is_wanted(thing: Thing, kind: str) -> bool:
    """Say whether a thing is of the kind looked for; facts are named after things, and found only if asked for."""
    return thing.kind == kind if kind else thing.kind != "curated"


def _is_like(text: str, name: str) -> bool:
    """Say whether a text may be a slip of the pen for a name or one of its words: ``nope`` is none for OpenFlamingo."""
    from rapidfuzz import fuzz

    text, name = text.casefold(), name.casefold()
    return fuzz.WRatio(text, name) > _LIKE or any(fuzz.ratio(text, word) > _LIKE for word in name.split())


def _exact(store: Store, text: str, kind: str) -> list[Thing]:
    """Return what an IRI, a CURIE or a path such as ``model/alpaca`` names."""
    if not re.search(r"[:/]", text):
        return []
    return [thing for thing in find_things(store, text) if not kind or thing.kind == kind]


def _rank(name: Name, words: Sequence[str], whole: str) -> tuple[int, int] | None:
    """Return how well a name fits: the less, the better."""
    if not words or not all(word in name.key for word in words):
        return None
    how = 0 if name.key == whole else 1 if name.key.startswith(whole) else 2 if whole in name.key else 3
    if name.is_label:
        return (how, 0)
    # An arXiv id is first of all that of a paper, then of the things that go by it.
    return (how, 2 if name.thing.kind != "paper" and re.fullmatch(r"\d{4}\.\d{4,5}", name.text) else 1)


def _read(store: Store, narrow: str, limit: int, *, all_or_none: bool = True) -> tuple[Name, ...] | None:
    labels = " ".join(f"<{iri}>" for iri in (*_LABELS, *_OTHERS))
    said = "{ ?thing ?p ?name } UNION { GRAPH ?g { ?thing ?p ?name } }"
    rows = store.select(
        f"SELECT DISTINCT ?thing ?p ?name WHERE {{ VALUES ?p {{ {labels} }} {said}"
        f" FILTER(isIRI(?thing) && isLiteral(?name)) {narrow} }} LIMIT {limit + 1}"
    ).rows
    if len(rows) > limit and all_or_none:
        return None
    found = [(row[0].value, row[1].value, row[2].value) for row in rows if row[0] and row[1] and row[2]]
    things = _things(store, found, whole=all_or_none)
    return tuple(
        Name(thing=things[iri], text=text, key=name_key(text), is_label=predicate in _LABELS)
        for iri, predicate, text in sorted(found)
        if iri in things
    )


def _things(store: Store, found: Iterable[tuple[str, str, str]], *, whole: bool) -> dict[str, Thing]:
    labels: dict[str, tuple[int, str]] = {}
    ranks = {predicate: rank for rank, predicate in enumerate((*_LABELS, *_OTHERS))}
    for iri, predicate, text in found:
        labels[iri] = min((ranks[predicate], text), labels.get(iri, (99, "")))
    values = "" if whole else f"VALUES ?s {{ {' '.join(format_term(NamedNode(iri)) for iri in labels)} }} "
    kinds: dict[str, str] = {}
    parts: set[str] = set()
    order = [*KINDS, *RECORD_KINDS, *SCHEMES]
    rows = store.select(
        f"SELECT ?s ?type ?scheme WHERE {{ {values}?s a ?type OPTIONAL {{ ?s skos:inScheme ?scheme }} }}"
    ).rows
    for subject, type_, scheme in rows:
        if subject is not None and getattr(type_, "value", "") in _PARTS:
            parts.add(subject.value)
        kind = _KINDS.get(getattr(type_, "value", "")) or _SCHEMES.get(getattr(scheme, "value", ""))
        if subject is not None and kind:
            kinds[subject.value] = min(kind, kinds.get(subject.value, kind), key=order.index)
    return {
        iri: Thing(iri=iri, kind=kinds.get(iri, "thing"), label=text)
        for iri, (_, text) in labels.items()
        if iri not in parts
    }
