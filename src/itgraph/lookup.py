"""Find things by what people call them: a name, another name, a CURIE, an IRI, or ``model/alpaca``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from itgraph import terms
from itgraph.errors import AmbiguousNameError, ParameterError, UnknownNameError
from itgraph.indexes.ranks import ARXIV_ID, LAST_PART
from itgraph.names import name_key, nearest
from itgraph.results import format_iri, html_link, html_text
from itgraph.store import find_name_index, format_term

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from itgraph.indexes.names import Named
    from itgraph.store import Store

KINDS: dict[str, str] = {
    "model": terms.MODEL,
    "dataset": terms.DATASET,
    "benchmark": terms.BENCHMARK,
    "technique": terms.TECHNIQUE,
    "paper": terms.PAPER,
    "person": terms.PERSON,
    "organization": terms.ORGANIZATION,
}
"""The kinds of things that have names, with their classes: what a name is looked up among."""

RECORD_KINDS: dict[str, str] = {
    "snapshot": terms.SNAPSHOT,
    "row": terms.ROW,
    "curated": terms.CURATED_FACT,
    "rule": terms.RULE,
    "issue": terms.ISSUE,
}
"""The kinds of the things that say where a statement comes from, by the first part of their IRIs: found by IRI, or if
the kind is given."""

SCHEMES: dict[str, str] = {
    "concept:category": terms.SCHEME_CATEGORY,
    "concept:construction": terms.SCHEME_CONSTRUCTION,
    "concept:modality": terms.SCHEME_MODALITY,
    "concept:domain": terms.SCHEME_DOMAIN,
    "concept:evaluation-type": terms.SCHEME_EVALUATION_TYPE,
    "concept:license": terms.SCHEME_LICENSE,
}
"""The kinds of concepts, with their schemes: found by IRI, or if the kind is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A thing of the graph: its IRI, its kind (of :data:`KINDS`, mostly) and its name."""

    iri: str
    kind: str
    label: str

    @property
    def curie(self) -> str:
        """Its short name, ``itm:alpaca``; the IRI itself, where no prefix fits."""
        return format_iri(self.iri)

    def _repr_html_(self) -> str:
        name = html_link(self.iri, self.label)
        return f"<bdi>{name}</bdi> ({html_text(self.kind)}) <code>{html_text(self.curie)}</code>"


def get_thing(store: Store, text: str, kind: str | None = None) -> Thing:
    """Return the one thing that is called so.

    Raises:
        UnknownNameError: nothing (or nothing of this kind) is; says what comes nearest.
        AmbiguousNameError: several things are; lists them.
        ParameterError: there is no such kind.

    >>> from itgraph.store import EmbeddedStore
    >>> get_thing(EmbeddedStore(), "Alpaca", kind="model")
    Traceback (most recent call last):
        ...
    itgraph.errors.UnknownNameError: no model is called 'Alpaca'; check the spelling, or give its IRI
    """
    found = _find(store, text, kind)
    if not found:
        raise UnknownNameError(text, kind=_kind_in_words(kind), suggestions=_suggest(store, text, kind))
    if len(found) > 1:
        raise _ambiguous(text, found)
    return found[0]


def find_things(store: Store, text: str, kind: str | None = None) -> tuple[Thing, ...]:
    """Return every thing that is called so; without a kind, of all of :data:`KINDS`.

    An IRI or a CURIE finds what it names, if the graph speaks of it. Of names, the first of these that finds
    anything decides: the very name; the very spelling of another name, a title or an arXiv id; a name that
    differs only in case, accents, spaces and punctuation; such another name; the end of an IRI (``gpt-3.5``); and,
    where the store has an index of names, what comes after the slash of a name (``Llama-2-7b-hf``).

    Raises:
        ParameterError: there is no such kind.
    """
    return tuple(sorted(_find(store, text, kind), key=_thing_order))


def _find(store: Store, text: str, kind: str | None) -> tuple[Thing, ...]:
    """Find things as :func:`find_things` does, but the most popular first, where the store knows."""
    kind = None if kind == "thing" else kind
    _require_kind(kind)
    iri = parse_iri(text)
    if iri is not None:
        return _find_iri(store, iri, kind)
    text = text.strip()
    return (
        _find_name(store, text, kind)
        or _find_by_path(store, text, kind)
        or _find_in_kind(store, text, kind)
        or _find_last_part(store, text, kind)
    )


def parse_iri(text: str) -> str | None:
    """Return the IRI that a text writes, as ``<IRI>``, IRI or CURIE; ``None`` if it is more likely a name.

    >>> parse_iri("itm:alpaca") == parse_iri("<https://w3id.org/itgraph/model/alpaca>")
    True
    >>> parse_iri("LIMA: Less is more for alignment"), parse_iri("https://no spaces")
    (None, None)
    """
    text = text.strip()
    prefix, colon, local = text.partition(":")
    if text.startswith("<") and text.endswith(">"):
        iri = text[1:-1]
    elif colon and prefix in terms.PREFIXES and local:
        iri = terms.PREFIXES[prefix] + local
    elif re.match(r"https?://", text):
        iri = text
    else:
        return None
    try:
        return str(NamedNode(iri).value)
    except ValueError:
        return None


def is_known_iri(store: Store, iri: str) -> bool:
    """Say whether the graph speaks of an IRI, in any place of any statement, or as the name of a graph."""
    node = format_term(NamedNode(iri))
    places = (f"{node} ?p ?o", f"?s {node} ?o", f"?s ?p {node}")
    patterns = [*places, *(f"GRAPH ?g {{ {place} }}" for place in places), f"GRAPH {node} {{ ?s ?p ?o }}"]
    return store.ask(f"ASK {{ {' UNION '.join(f'{{ {pattern} }}' for pattern in patterns)} }}")


# -- By IRI --------------------------------------------------------------------------------------------------


def _find_iri(store: Store, iri: str, kind: str | None) -> tuple[Thing, ...]:
    node = format_term(NamedNode(iri))
    table = store.select(
        f"SELECT ?type ?scheme ?label WHERE {{ {node} a ?type"
        f" OPTIONAL {{ {node} rdfs:label ?label }} OPTIONAL {{ {node} skos:inScheme ?scheme }} }}"
    )
    kinds = {str(row.type): name for row in table for name in _kinds_of(str(row.type), str(row.scheme))}
    found = kind if kind in kinds.values() else min(kinds.values(), key=_kind_order, default=None)
    if found is None or (kind is not None and kind != found):
        return ()
    label = min((str(row.label) for row in table if row.label is not None), default=iri)
    return (Thing(iri=iri, kind=found, label=label),)


def _kinds_of(type_: str, scheme: str) -> list[str]:
    named = [name for name, iri in (KINDS | RECORD_KINDS).items() if iri == type_]
    if type_ == terms.SKOS_CONCEPT:
        named += [name for name, iri in SCHEMES.items() if iri == scheme]
    # A class that has no kind, such as schema:QuantitativeValue: it comes last, and gives way to a kind.
    return named or [re.split(r"[/#]", type_)[-1]]


def _kind_order(kind: str) -> tuple[int, str]:
    known = [*KINDS, *RECORD_KINDS, *SCHEMES]
    return (known.index(kind) if kind in known else len(known), kind)


def _thing_order(thing: Thing) -> tuple[tuple[int, str], str]:
    return (_kind_order(thing.kind), thing.iri)


def _find_by_path(store: Store, text: str, kind: str | None) -> tuple[Thing, ...]:
    """Find ``model/alpaca``, and ``alpaca`` where a kind is given."""
    kinds = [kind] if kind else [*KINDS, *RECORD_KINDS]
    names = [name.removeprefix("concept:") for name in kinds]
    if text.partition("/")[0] in [
        *KINDS,
        *RECORD_KINDS,
        *(name.removeprefix("concept:") for name in SCHEMES),
    ]:
        paths = [text]
    else:
        paths = [f"{name}/{text}" for name in names] if kind else []
    iris = [iri for path in paths if (iri := parse_iri(f"<{terms.BASE}{path}>"))]
    return tuple(thing for iri in iris for thing in _find_iri(store, iri, kind))


def _find_in_kind(store: Store, text: str, kind: str | None) -> tuple[Thing, ...]:
    """Find ``model/WizardLM`` and ``license/Apache-2.0``: a name that says its kind."""
    said, slash, name = text.partition("/")
    found = next((known for known in (said, f"concept:{said}") if known in KINDS or known in SCHEMES), None)
    if not slash or found is None or kind not in {None, found}:
        return ()
    return _find_name(store, name.strip(), found) or _find_last_part(store, name.strip(), found)


# -- By name -------------------------------------------------------------------------------------------------


def _find_name(store: Store, name: str, kind: str | None) -> tuple[Thing, ...]:
    if not name:
        return ()
    if (index := find_name_index(store)) is not None:
        named = index.find(name, kind or KINDS)
        return () if named and named[0].rank == LAST_PART else named_things(named)
    try:
        literal = format_term(Literal(name))
    except ValueError:  # a lone surrogate, from a file name that is not UTF-8: nothing is called so
        return ()
    exact = _names(store, kind, f"VALUES ?name {{ {literal} }}")
    if kind in {None, "paper"} and (arxiv_id := ARXIV_ID.fullmatch(name)):
        exact += _names(store, kind, f'VALUES ?name {{ "{arxiv_id[1]}" }}')
    if exact:
        return _best((rank, thing) for rank, _, thing in exact)
    key = name_key(name)
    return _best((rank, thing) for rank, other, thing in _names(store, kind) if name_key(other) == key)


def _find_last_part(store: Store, name: str, kind: str | None) -> tuple[Thing, ...]:
    """Find ``Llama-2-7b-hf`` of ``meta-llama/Llama-2-7b-hf``: the last resort, since many things may end so."""
    index = find_name_index(store)
    named = index.find(name, kind or KINDS) if index is not None else ()
    return named_things(one for one in named if one.rank == LAST_PART)


def named_things(named: Iterable[Named]) -> tuple[Thing, ...]:
    """Return what an index of names has found, as things."""
    return tuple(Thing(iri=one.iri, kind=one.kind, label=one.label) for one in named)


def _names(store: Store, kind: str | None, values: str = "") -> list[tuple[int, str, Thing]]:
    """Return names with their things: rank 0 for labels, 1 for other names, 2 for the arXiv id of a thing's paper."""
    if kind in SCHEMES:
        which = f"?thing skos:inScheme <{SCHEMES[kind]}> BIND(skos:Concept AS ?class)"
    else:
        classes = {kind: (KINDS | RECORD_KINDS)[kind]} if kind else KINDS
        which = f"VALUES ?class {{ {' '.join(f'<{iri}>' for iri in classes.values())} }} ?thing a ?class"
    table = store.select(
        f"""SELECT ?thing ?class ?label ?rank ?name WHERE {{
          {values}
          {{ ?thing rdfs:label ?name BIND(0 AS ?rank) }}
          UNION {{ ?thing skos:altLabel|dcterms:title ?name BIND(1 AS ?rank) }}
          UNION {{ ?thing itg:arxivId ?name BIND(2 AS ?rank) }}
          {which} .
          ?thing rdfs:label ?label
        }}"""
    )
    kinds = {iri: name for name, iri in (KINDS | RECORD_KINDS).items()}
    return [
        (
            min(int(str(row.rank)), 1) if str(row["class"]) == terms.PAPER else int(str(row.rank)),
            str(row["name"]),
            Thing(iri=str(row.thing), kind=kinds.get(str(row["class"]), str(kind)), label=str(row.label)),
        )
        for row in table
    ]


def _best(ranked: Iterable[tuple[int, Thing]]) -> tuple[Thing, ...]:
    """Return the things of the lowest rank, in the order of their kinds."""
    ranked = list(ranked)
    lowest = min((rank for rank, _ in ranked), default=0)
    things = {thing for rank, thing in ranked if rank == lowest}
    return tuple(sorted(things, key=_thing_order))


# -- What errors say -----------------------------------------------------------------------------------------


def _require_kind(kind: str | None) -> None:
    known = [*KINDS, *RECORD_KINDS, *SCHEMES]
    if kind is not None and kind not in known:
        raise ParameterError(f"there is no kind {kind!r}; choose one of {', '.join(known)}", parameter="kind")


def _kind_in_words(kind: str | None) -> str | None:
    return None if kind in {None, "thing"} else str(kind).removeprefix("concept:")


def _ambiguous(text: str, found: Sequence[Thing]) -> AmbiguousNameError:
    curies = [thing.curie for thing in found[:_MOST_CANDIDATES]]
    return AmbiguousNameError(text, candidates=curies, more=len(found) - len(curies))


_MOST_CANDIDATES = 10


def _suggest(store: Store, text: str, kind: str | None) -> list[str]:
    """Return the names that come nearest; of an IRI, the nearest CURIEs."""
    kind = None if kind == "thing" else kind
    iri = parse_iri(text)
    if (index := find_name_index(store)) is not None:
        if iri is None:
            near = index.nearest(text, kind or KINDS)
            return list(dict.fromkeys(one.label if one.rank == LAST_PART else one.name for one in near))
        # IRIs end like the names of what they name.
        return [thing.curie for thing in named_things(index.nearest(re.split(r"[/#]", iri)[-1], kind or KINDS))]
    named = _names(store, kind)
    if iri is None:
        return list(nearest(text, (name for _, name, _ in named)))
    return list(nearest(format_iri(iri), (thing.curie for _, _, thing in named)))
