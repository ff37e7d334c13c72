"""Parts of a graph for a page that asks for them one by one: neighbourhoods, ways, single things, or all of it.

Of a graph that can be held, everything is known (:class:`Held`); of a larger one, each part is read from the store
(:class:`Distant`). Both tell the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from itgraph import terms
from itgraph.errors import UnknownNameError
from itgraph.explorer.content import (
    Content,
    Link,
    count_facts,
    read_outlines,
    read_part,
    read_rules,
    read_snapshots,
    read_thing,
)
from itgraph.explorer.data import (
    RANKS,
    Telling,
    carry_link,
    carry_node,
    describe_everything,
    outline_node,
)
from itgraph.explorer.encoding import LINEAGE_NAMES, LINES
from itgraph.explorer.neighbourhood import (
    CAP,
    FAN,
    Choice,
    Group,
    Web,
    choose_around,
    choose_between,
    choose_start,
    depths_of,
    ends_between,
    own_depths,
    own_relations,
    relations_of,
)
from itgraph.explorer.reading import find_hubs, read_web
from itgraph.explorer.scenes import choose_everything, overview_of, timeline_of
from itgraph.explorer.views import steps_of
from itgraph.lineage.edges import name_things
from itgraph.store import find_lineage_index

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from itgraph.explorer.content import Snapshot
    from itgraph.explorer.neighbourhood import Way
    from itgraph.explorer.reading import Reading
    from itgraph.explorer.views import Steps
    from itgraph.store import Store

MOST_LISTED = 200
"""How many relations of one kind are told of a single thing; the others are counted."""

MOST_AUTHORS = 30
"""How many authors of a paper are told with the thing that it describes."""

_WAYS: tuple[Way, Way] = ("up", "down")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for: what is around a thing, or between two.

    Things are IRIs. ``up`` and ``down`` count steps; if not given, as usual for the thing; so with ``relations``.
    ``pages`` opens neighbours, as in :func:`itgraph.explorer.neighbourhood.choose_around`. With ``evidence``, it is
    told who says each thing, too.
    """

    focus: str
    to: str = ""
    up: Steps = None
    down: Steps = None
    relations: frozenset[str] | None = None
    pages: Mapping[tuple[str, Way], int] = field(default_factory=dict)
    cap: int = CAP
    evidence: bool = False


class Parts(Protocol):
    """A graph that is told in parts. Each raises ``UnknownNameError`` for what the graph does not speak of."""

    @property
    def snapshots(self) -> Sequence[Snapshot]:
        """The source documents."""
        ...

    @property
    def facts(self) -> int:
        """How many facts from outside the surveys there are."""
        ...

    @property
    def rules(self) -> Mapping[str, str]:
        """What each rule concludes and why, by its name."""
        ...

    def knows(self, iri: str) -> bool:
        """Say whether anything can be told of an IRI."""
        ...

    def around(self, asked: Asked) -> dict[str, Any]:
        """Tell what is drawn around a thing, or between two."""
        ...

    def thing(self, iri: str) -> dict[str, Any]:
        """Tell all that is known of a thing, with its relations and the names of their other ends."""
        ...

    def everything(self) -> dict[str, Any]:
        """Tell all of it; nothing, if that is too much."""
        ...

    def start(self) -> str:
        """Return the IRI of the thing that the page opens with; empty, if there is none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """What was chosen of a content, and what is to be told of it beside."""

    content: Content
    choice: Choice
    reach: Callable[[int], tuple[int, int]]
    deepest: tuple[int | None, int | None] = (None, None)
    ends: Sequence[tuple[int, int]] = ()
    common: Sequence[int] = ()
    is_exact: bool = True


class Held:
    """A graph that is held whole."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self._web = Web(content)
        self._places = {node.thing.iri: place for place, node in enumerate(content.nodes)}
        self.snapshots = content.snapshots
        self.facts = content.facts
        self.rules = content.rules

    def knows(self, iri: str) -> bool:
        """Say whether anything can be told of an IRI."""
        return iri in self._places

    def around(self, asked: Asked) -> dict[str, Any]:
        """Tell what is drawn around a thing, or between two."""
        content, web = self.content, self._web
        focus = self._place(asked.focus)
        if asked.to:
            return _tell_view(self._between(asked, focus, self._place(asked.to)), asked)
        relations = asked.relations or own_relations(content, web, focus)
        usual_up, usual_down = own_depths(content, focus)
        choice = choose_around(
            web,
            focus,
            up=steps_of(asked.up, usual_up),
            down=steps_of(asked.down, usual_down),
            relations=relations,
            pages={(self._place(iri), way): count for (iri, way), count in asked.pages.items()},
            cap=asked.cap,
        )
        deepest = (self._deepest(focus, "up", relations), self._deepest(focus, "down", relations))
        return _tell_view(_View(content=content, choice=choice, reach=self._reach, deepest=deepest), asked)

    def thing(self, iri: str) -> dict[str, Any]:
        """Tell all that is known of a thing, with its relations and the names of their other ends."""
        return _tell_thing(self.content, self._web, self._place(iri), self._reach)

    def everything(self) -> dict[str, Any]:
        """Tell all of it."""
        choice, left_out = choose_everything(self.content)
        return {"whole": True} | describe_everything(
            self.content,
            self._web,
            overview=overview_of(self.content, choice, left_out),
            timeline=timeline_of(self.content, choice, left_out),
        )

    def start(self) -> str:
        """Return the IRI of the thing that the page opens with."""
        return self._start

    @cached_property
    def _start(self) -> str:
        return self.content.nodes[choose_start(self.content, self._web)].thing.iri

    def _between(self, asked: Asked, focus: int, to: int) -> _View:
        content, web = self.content, self._web
        relations = asked.relations or own_relations(content, web, focus) | own_relations(content, web, to)
        ends, common = ends_between(web, focus, to, relations=relations)
        choice = choose_between(web, focus, to, relations=relations)
        return _View(content=content, choice=choice, reach=self._reach, ends=ends, common=common)

    def _deepest(self, node: int, way: Way, relations: Collection[str]) -> int:
        return max(self._web.closure(node, way, frozenset(relations) | frozenset(LINEAGE_NAMES)).values())

    def _reach(self, node: int) -> tuple[int, int]:
        return self._web.reach(node, "up"), self._web.reach(node, "down")

    def _place(self, iri: str) -> int:
        if iri not in self._places:
            raise UnknownNameError(iri)
        return self._places[iri]


class Distant:
    """A graph that is too large to be held: each part of it is read when it is asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._hubs = find_hubs(store)
        self.snapshots = read_snapshots(store)
        self.facts = count_facts(store)
        self.rules = read_rules(store)

    def knows(self, iri: str) -> bool:
        """Say whether anything can be told of an IRI."""
        try:
            self._place(read_web(self._store, hubs=self._hubs), iri)
        except UnknownNameError:
            return False
        return True

    def around(self, asked: Asked) -> dict[str, Any]:
        """Tell what is drawn around a thing, or between two.

        Raises:
            ExportError: there are too many ancestors to look for a way through.
        """
        reading = read_web(self._store, room=FAN * max(asked.pages.values(), default=1), hubs=self._hubs)
        focus = self._place(reading, asked.focus)
        own = _own_relations(self._store, reading, focus)
        if asked.to:
            to = self._place(reading, asked.to)
            relations = asked.relations or own | _own_relations(self._store, reading, to)
            ends, common = ends_between(reading, focus, to, relations=relations)
            choice = choose_between(reading, focus, to, relations=relations)
            return _tell_view(self._view(reading, choice, asked, ends=ends, common=common), asked)
        relations = asked.relations or own
        usual_up, usual_down = depths_of(_look(self._store, asked.focus))
        up, down = steps_of(asked.up, usual_up), steps_of(asked.down, usual_down)
        choice = choose_around(
            reading,
            focus,
            up=up,
            down=down,
            relations=relations,
            pages={(self._place(reading, iri), way): count for (iri, way), count in asked.pages.items()},
            cap=asked.cap,
        )
        seen = relations | frozenset(LINEAGE_NAMES)
        deepest = (reading.deepest(focus, "up", seen), reading.deepest(focus, "down", seen))
        return _tell_view(self._view(reading, choice, asked, deepest=deepest), asked)

    def thing(self, iri: str) -> dict[str, Any]:
        """Tell all that is known of a thing, with its relations and the names of their other ends."""
        reading = read_web(self._store, room=MOST_LISTED, hubs=self._hubs)
        place = self._place(reading, iri)
        for way in _WAYS:
            reading.prepare([place], way, list(LINES))
        below = [
            (relation, reading.iris[far])
            for relation in LINES
            for far in reading.neighbours(place, "down", relation)[:MOST_LISTED]
        ]
        near = [reading.iris[far] for relation in LINES for far in reading.neighbours(place, "up", relation)]
        papers = reading.neighbours(place, "up", "describedIn")
        reading.prepare(papers, "up", ["author"])
        near += [
            reading.iris[author] for paper in papers for author in reading.neighbours(paper, "up", "author")[:1000]
        ]
        content = read_thing(self._store, iri, near, below)
        degrees = {way: reading.degrees(place, way) for way in _WAYS}
        places = {node.thing.iri: number for number, node in enumerate(content.nodes)}

        for way in _WAYS:
            reading.measure([reading.place_of(node.thing.iri) for node in content.nodes], way)

        def reach(node: int) -> tuple[int, int]:
            known = reading.place_of(content.nodes[node].thing.iri)
            return reading.reach(known, "up"), reading.reach(known, "down")

        told = _tell_thing(content, Web(content), places[iri], reach, is_exact=reading.is_exact)
        told["nodes"][0]["direct"] = [reading.direct(place, way) for way in _WAYS]
        listed = [(way, relation, count) for way in _WAYS for relation, count in degrees[way].items()]
        told["counts"] = [
            [way, RANKS[relation], count] for way, relation, count in sorted(listed) if count > MOST_LISTED
        ]
        return told

    def everything(self) -> dict[str, Any]:
        """Tell nothing: it is too much."""
        return {}

    def start(self) -> str:
        """Return the IRI of what most models are built on, if an index knows it, or of something with a base model."""
        return self._start

    @cached_property
    def _start(self) -> str:
        if (index := find_lineage_index(self._store)) is not None and (tops := index.most_built_upon(1)):
            return index.iri(tops[0].node)
        found = self._store.select("SELECT ?s WHERE { ?s itg:baseModel ?o FILTER(isIRI(?s)) } LIMIT 100")
        return min((str(row.s) for row in found), default="")

    def _place(self, reading: Reading, iri: str) -> int:
        place = reading.place_of(iri)
        (known,) = name_things(self._store, [iri]).values()
        if known.kind == "thing" and not any(reading.degrees(place, way) for way in _WAYS):
            raise UnknownNameError(iri)
        return place

    def _view(
        self,
        reading: Reading,
        choice: Choice,
        asked: Asked,
        *,
        deepest: tuple[int | None, int | None] = (None, None),
        ends: Iterable[tuple[int, int]] = (),
        common: Iterable[int] = (),
    ) -> _View:
        """Make a small content of what was chosen, and put it in the words of that."""
        iris = [reading.iris[node] for node in choice.nodes]
        if asked.evidence:
            read = read_part(self._store, iris)
            order = {node.thing.iri: node for node in read.nodes}
            nodes = tuple(order[iri] for iri in iris)
            said = {
                (read.nodes[link.child].thing.iri, link.relation, read.nodes[link.parent].thing.iri): link
                for link in read.links
            }
        else:
            read = Content(nodes=(), links=())
            nodes = read_outlines(self._store, iris)
            said = {}
        inferred, manners = reading.inferred(choice.links), reading.manners(choice.links)
        places = {node: place for place, node in enumerate(choice.nodes)}
        links = []
        for number in choice.links:
            link = reading.links[number]
            known = said.get((reading.iris[link.child], link.relation, reading.iris[link.parent]))
            links.append(
                Link(
                    child=places[link.child],
                    relation=link.relation,
                    parent=places[link.parent],
                    sources=known.sources if known else (),
                    rules=known.rules if known else ("",) if number in inferred else (),
                    manner=manners.get(number, ""),
                )
            )
        chosen = Choice(
            nodes=tuple(range(len(nodes))),
            links=tuple(range(len(links))),
            groups=tuple(
                Group(anchor=places[g.anchor], way=g.way, relation=g.relation, count=g.count) for g in choice.groups
            ),
            more={(places[node], way): count for (node, way), count in choice.more.items()},
        )
        return _View(
            content=Content(nodes=nodes, links=tuple(links), texts=read.texts),
            choice=chosen,
            reach=lambda place: (
                reading.reach(choice.nodes[place], "up"),
                reading.reach(choice.nodes[place], "down"),
            ),
            deepest=deepest,
            ends=[(places[child], places[top]) for child, top in ends],
            common=[places[node] for node in common],
            is_exact=reading.is_exact,
        )


def _look(store: Store, iri: str) -> str:
    return name_things(store, [iri])[iri].kind


def _own_relations(store: Store, reading: Reading, node: int) -> frozenset[str]:
    has_lineage = any(reading.reach(node, way) for way in _WAYS)
    return relations_of(_look(store, reading.iris[node]), has_lineage=has_lineage)


def _tell_view(view: _View, asked: Asked) -> dict[str, Any]:
    content, choice = view.content, view.choice
    telling = Telling(content.texts)
    places = {node: place for place, node in enumerate(choice.nodes)}
    nodes = []
    for place in choice.nodes:
        node = content.nodes[place]
        told = telling.node(node) if asked.evidence else carry_node(node) | outline_node(node)
        nodes.append(told | {"reach": list(view.reach(place))})
    edges = []
    for number in choice.links:
        link = content.links[number]
        told = carry_link(link) | {"from": places[link.parent], "to": places[link.child]}
        if asked.evidence:
            told |= telling.evidence(link)
        elif link.is_inferred:
            told["inferred"] = True
        edges.append(told)
    found: dict[str, Any] = {
        "nodes": nodes,
        "edges": edges,
        "groups": [[places[g.anchor], g.way, RANKS[g.relation], g.count] for g in choice.groups],
        "more": [[places[node], way, count] for (node, way), count in choice.more.items()],
        "exact": view.is_exact,
        "left_out": sum(group.count for group in choice.groups) + sum(choice.more.values()),
    }
    if asked.to:
        found["ends"] = [[places[child], places[top]] for child, top in view.ends]
        found["common"] = [places[node] for node in view.common]
    else:
        found["deepest"] = list(view.deepest)
    return found | (telling.sources() if asked.evidence else {})


def _tell_thing(
    content: Content, web: Web, place: int, reach: Callable[[int], tuple[int, int]], *, is_exact: bool = True
) -> dict[str, Any]:
    """Tell a thing, its relations, their other ends by name, and the papers that describe it with their authors."""
    telling = Telling(content.texts)
    thing = telling.node(content.nodes[place]) | {
        "full": True,
        "reach": list(reach(place)),
        "direct": [len({web.far(link, way) for link in web.leading(place, way)}) for way in _WAYS],
    }
    links: dict[int, None] = {}
    counts = []
    for way in _WAYS:
        for relation in LINES:
            found = list(web.leading(place, way, (relation,)))
            if way == "up":
                # A relation to itself is one too.
                found += [link for link in web.ending(place) if _is_loop(content.links[link], relation)]
            links |= dict.fromkeys(found[:MOST_LISTED])
            if len(found) > MOST_LISTED:
                counts.append([way, RANKS[relation], len(found)])
    papers = {content.links[link].parent for link in links if content.links[link].relation == "describedIn"} - {place}
    wrote = {paper: list(web.leading(paper, "up", ("author",))) for paper in sorted(papers)}
    named = dict.fromkeys(link for authors in wrote.values() for link in authors[:MOST_AUTHORS])
    order = {place: 0}
    for number in [*links, *named]:
        for end in (content.links[number].child, content.links[number].parent):
            order.setdefault(end, len(order))
    nodes = [thing]
    for end in list(order)[1:]:
        node = content.nodes[end]
        if end in wrote:
            nodes.append(telling.node(node) | {"reach": list(reach(end)), "authors": len(wrote[end])})
        else:
            nodes.append(carry_node(node) | outline_node(node) | {"reach": list(reach(end))})
    edges = []
    for number in [*links, *(link for link in named if link not in links)]:
        link = content.links[number]
        told = carry_link(link) | {"from": order[link.parent], "to": order[link.child]}
        edges.append(told | telling.evidence(link))
    return {"nodes": nodes, "edges": edges, "counts": counts, "exact": is_exact, **telling.sources()}


def _is_loop(link: Link, relation: str) -> bool:
    return link.child == link.parent and link.relation == relation


def full_iri(text: str) -> str:
    """Return the IRI that the page writes short, without what all of ours begin with.

    >>> full_iri("model/alpaca"), full_iri("http://example.org/a")
    ('https://w3id.org/itgraph/model/alpaca', 'http://example.org/a')
    """
    return text if ":" in text else terms.BASE + text
