"""The order in which people read a graph: by kind of thing, then by name, what matters most first.

Turtle, TriG and JSON-LD are written in this order. It depends on nothing but the quads themselves, so that
the same graph always comes out as the same bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from itgraph import terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Term = NamedNode | BlankNode | Literal | Triple

_SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Snapshots", (terms.SNAPSHOT,)),
    ("Models", (terms.MODEL,)),
    ("Datasets", (terms.DATASET,)),
    ("Benchmarks", (terms.BENCHMARK,)),
    ("Techniques", (terms.TECHNIQUE,)),
    ("Papers", (terms.PAPER,)),
    ("People", (terms.PERSON,)),
    ("Organizations", (terms.ORGANIZATION,)),
    ("Concepts", (terms.PRECISION, terms.SKOS_CONCEPT_SCHEME, terms.SKOS_CONCEPT)),
    ("Licensed parts", (terms.LICENSING,)),
    ("Figures", (terms.SCHEMA_QUANTITATIVE_VALUE,)),
    ("Derivations", (terms.PROV_DERIVATION,)),
    ("Authorships", (terms.AUTHORSHIP,)),
    ("Rules", (terms.RULE,)),
    ("Rows", (terms.ROW,)),
    ("Curated facts", (terms.CURATED_FACT,)),
    ("Revisions", (terms.REVISION,)),
    ("Issues", (terms.ISSUE,)),
)
_CLASS_RANKS = {class_: rank for rank, class_ in enumerate(class_ for _, classes in _SECTIONS for class_ in classes)}
_TITLES = {_CLASS_RANKS[class_]: title for title, classes in _SECTIONS for class_ in classes}
_OTHER = len(_CLASS_RANKS)
_GRAPH_TITLES = {
    _CLASS_RANKS[terms.ROW]: (0, "What rows say"),
    _CLASS_RANKS[terms.CURATED_FACT]: (1, "What curated facts say"),
    _CLASS_RANKS[terms.REVISION]: (2, "What cards of a hub say"),
    _CLASS_RANKS[terms.RULE]: (3, "What rules conclude"),
}
_OTHER_GRAPHS = (4, "Other graphs")

_FIRST = (
    terms.RDF_TYPE,
    terms.RDFS_LABEL,
    terms.SKOS_PREF_LABEL,
    terms.SKOS_ALT_LABEL,
    terms.SKOS_IN_SCHEME,
    terms.RDFS_COMMENT,
    terms.DCTERMS_TITLE,
    terms.DCTERMS_ISSUED,
)
# What the rules repeat in the terms of others tells a reader nothing new.
_LAST = (
    terms.PROV_WAS_INFLUENCED_BY,
    terms.PROV_WAS_DERIVED_FROM,
    terms.FAIR4ML_FINE_TUNED_FROM,
    terms.FAIR4ML_TRAINED_ON,
    terms.CITO_IS_DESCRIBED_BY,
    terms.SCHEMA_SUBJECT_OF,
    terms.SCHEMA_CREATOR,
    terms.SCHEMA_LICENSE,
)
_OURS = tuple(
    term for term in vars(terms).values() if isinstance(term, str) and term.startswith(terms.ITG) and term != terms.ITG
)
_PREDICATE_RANKS = {
    **{term: (2, rank) for rank, term in enumerate(_LAST)},
    **{term: (0, rank) for rank, term in enumerate((*_FIRST, *_OURS))},
}
_TYPE_RANKS = {term: (0, rank) for rank, term in enumerate(_OURS)}
_OTHER_TERMS = (1, 0)

_NUMBER = re.compile(r"([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Block:
    """What a graph says of one subject: predicates, each with its objects. Blank nodes are ``_:label``."""

    subject: str
    properties: tuple[tuple[str, tuple[Term, ...]], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks of one kind, under a title."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """A named graph."""

    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A graph in reading order: the default graph in sections, then the named graphs."""

    sections: tuple[Section, ...]
    graphs: tuple[Graph, ...]


def arrange(quads: Iterable[Quad]) -> Arrangement:
    """Put quads into the order in which people read; repeated quads count once."""
    graphs: dict[str, dict[str, dict[str, dict[Term, None]]]] = {"": {}}
    ranks: dict[str, int] = {}
    for quad in quads:
        graph_name, subject, object_ = quad.graph_name, node_key(quad.subject), quad.object
        predicate = quad.predicate.value
        graph = "" if isinstance(graph_name, DefaultGraph) else node_key(graph_name)
        graphs.setdefault(graph, {}).setdefault(subject, {}).setdefault(predicate, {})[object_] = None
        if predicate == terms.RDF_TYPE and isinstance(object_, NamedNode):
            rank = _CLASS_RANKS.get(object_.value, _OTHER)
            if rank < ranks.get(subject, _OTHER):
                ranks[subject] = rank
    keys = {
        subject: (ranks.get(subject, _OTHER), *natural_key(subject))
        for by_subject in graphs.values()
        for subject in by_subject
    }
    sections: dict[str, list[Block]] = {}
    for block in _blocks(graphs.pop(""), keys):
        sections.setdefault(_TITLES.get(ranks.get(block.subject, _OTHER), "Other things"), []).append(block)
    named = [
        (_GRAPH_TITLES.get(ranks.get(name, _OTHER), _OTHER_GRAPHS), name, _blocks(by_subject, keys))
        for name, by_subject in graphs.items()
    ]
    named.sort(key=lambda item: (item[0], natural_key(item[1])))
    return Arrangement(
        tuple(Section(title, tuple(blocks)) for title, blocks in sections.items()),
        tuple(Graph(name, title, tuple(blocks)) for (_, title), name, blocks in named),
    )


def node_key(node: NamedNode | BlankNode | Triple) -> str:
    """Return an IRI, ``_:label`` or ``<<( statement )>>``: no IRI begins like these."""
    if isinstance(node, NamedNode):
        return node.value
    return f"<<( {node} )>>" if isinstance(node, Triple) else str(node)


def natural_key(text: str) -> tuple[tuple[str | int, ...], str]:
    """Return what text is sorted by: numbers in it by value, so that ``rows/9`` comes before ``rows/10``."""
    parts: list[str | int] = list(_NUMBER.split(text))
    parts[1::2] = map(int, parts[1::2])
    return tuple(parts), text


def _blocks(by_subject: dict[str, dict[str, dict[Term, None]]], keys: Mapping[str, tuple[object, ...]]) -> list[Block]:
    return [
        Block(
            subject,
            tuple(
                (predicate, _sort_objects(predicate, tuple(by_predicate[predicate])))
                for predicate in sorted(by_predicate, key=_predicate_key)
            ),
        )
        for subject, by_predicate in sorted(by_subject.items(), key=lambda item: keys[item[0]])
    ]


def _predicate_key(predicate: str) -> tuple[tuple[int, int], str]:
    return _PREDICATE_RANKS.get(predicate, _OTHER_TERMS), predicate


def _sort_objects(predicate: str, objects: Sequence[Term]) -> tuple[Term, ...]:
    if len(objects) == 1:
        return tuple(objects)
    if predicate == terms.RDF_TYPE:
        return tuple(
            sorted(
                objects,
                key=lambda term: (_TYPE_RANKS.get(getattr(term, "value", ""), _OTHER_TERMS), str(term)),
            )
        )
    return tuple(sorted(objects, key=_object_key))


def _object_key(term: Term) -> tuple[int, tuple[tuple[str | int, ...], str], str]:
    if isinstance(term, NamedNode):
        return 0, natural_key(term.value), ""
    if isinstance(term, Literal):
        return 1, natural_key(term.value), str(term)
    return 2, natural_key(str(term)), ""
