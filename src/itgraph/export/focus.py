"""A part of the graph: one thing, what it comes from, and who says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, NamedNode, Quad

from itgraph import terms
from itgraph.arrangement import node_key
from itgraph.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

_THINGS = frozenset({terms.MODEL, terms.DATASET, terms.BENCHMARK, terms.TECHNIQUE})
_AUTHORS = frozenset({terms.PERSON, terms.ORGANIZATION})
_NOT_ENTERED = _THINGS | {terms.ROW}
# From a row to what else it is about, and to other rows.
_LEADING_AWAY = frozenset({terms.ABOUT, terms.CITES, terms.CORRECTS})
_MADE_BY = frozenset({terms.SCHEMA_AUTHOR, terms.DEVELOPER})
_NAMING = frozenset({terms.RDF_TYPE, terms.RDFS_LABEL, terms.SKOS_ALT_LABEL})


def focus_on(quads: Iterable[Quad], iri: str) -> list[Quad]:
    """Return the part of a graph that is about one thing, in the order of the quads given.

    That is: the thing and all that is upstream of it; what describes these (papers with their authors,
    concepts, quantities, licences, developers); of the graphs of rows, curated facts and rules, the statements
    about them; and the rows, facts, snapshots and rules themselves, with what a fact corrects. Of an author, also
    the papers; of a developer, also what it made, but not what that came from. Other models and datasets that come
    up (an older base model, the family of a version) are only named, and where a row is about something else,
    that is left out: whatever the part mentions, it also describes, at least by type and label.

    Raises:
        ExportError: the graph says nothing about this thing.
    """
    selection = _Selection(list(quads))
    return selection.select(iri)


class _Selection:
    def __init__(self, quads: list[Quad]) -> None:
        self.quads = quads
        self.by_subject: dict[str, list[tuple[str, str, str, Quad]]] = {}
        self.classes: dict[str, set[str]] = {}
        for quad in quads:
            subject, predicate = node_key(quad.subject), quad.predicate.value
            object_ = quad.object.value if isinstance(quad.object, NamedNode) else ""
            graph = "" if isinstance(quad.graph_name, DefaultGraph) else node_key(quad.graph_name)
            self.by_subject.setdefault(subject, []).append((predicate, object_, graph, quad))
            if predicate == terms.RDF_TYPE:
                self.classes.setdefault(subject, set()).add(object_)

    def select(self, iri: str) -> list[Quad]:
        if iri not in self.classes:
            raise ExportError(f"the graph does not describe <{iri}>, so it cannot be the focus")
        kept = self._reach(self._core(iri))
        kept |= self._reach(self._facts_about(kept), known=kept)
        # What says so: the rows, facts and rules in whose graphs there is something about what is kept.
        while (
            sources := {graph for key in kept for _, _, graph, _ in self.by_subject[key] if graph in self.classes}
            - kept
        ):
            kept |= self._reach(sources, known=kept)
        named = {
            object_
            for key in kept
            for predicate, object_, _, _ in self.by_subject[key]
            if object_ in self.classes and object_ not in kept and predicate not in _LEADING_AWAY
        }
        return [quad for quad in self.quads if self._is_kept(quad, kept, named)]

    def _core(self, iri: str) -> set[str]:
        core, todo = {iri}, [iri]
        if self.classes[iri] & _AUTHORS:
            core |= {
                key for key, said in self.by_subject.items() if any(p in _MADE_BY and o == iri for p, o, _, _ in said)
            }
        while todo:
            for predicate, object_, graph, _ in self.by_subject.get(todo.pop(), ()):
                if predicate == terms.UPSTREAM and not graph and object_ not in core and object_ in self.classes:
                    core.add(object_)
                    todo.append(object_)
        return core

    def _facts_about(self, keys: AbstractSet[str]) -> set[str]:
        """Return the curated facts about some things: one that only corrects a row has no statement in its graph."""
        return {
            key
            for key, classes in self.classes.items()
            if terms.CURATED_FACT in classes
            and any(p == terms.ABOUT and o in keys for p, o, _, _ in self.by_subject[key])
        }

    def _reach(self, keys: Iterable[str], known: AbstractSet[str] = frozenset()) -> set[str]:
        """Return keys and what describes them, step by step; models, datasets and rows are not gone into.

        With ``known``, what says something is followed: what it is about is known, or is only named.
        """
        reached = set(keys)
        todo = list(reached)
        while todo:
            for _, object_, _, _ in self.by_subject[todo.pop()]:
                if object_ in reached or object_ in known or object_ not in self.classes:
                    continue
                if self.classes[object_] & (_NOT_ENTERED if not known else _NOT_ENTERED | {terms.PAPER}):
                    continue
                reached.add(object_)
                todo.append(object_)
        return reached

    def _is_kept(self, quad: Quad, kept: set[str], named: set[str]) -> bool:
        subject = node_key(quad.subject)
        graph = "" if isinstance(quad.graph_name, DefaultGraph) else node_key(quad.graph_name)
        if graph in self.classes and graph not in kept:
            return False
        if subject in named:
            return quad.predicate.value in _NAMING
        if subject not in kept:
            return False
        object_ = quad.object.value if isinstance(quad.object, NamedNode) else ""
        return object_ not in self.classes or object_ in kept or object_ in named
