"""What the page is told of a graph, as plain values that its scripts understand.

The same words are used whether everything is sent at once or part after part: nodes and edges, known to each other by
their places in the lists, rows that are named as sources, and the labels of properties.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from itgraph import terms
from itgraph.access import UNKNOWN
from itgraph.explorer.encoding import KINDS, LINES, USES
from itgraph.explorer.neighbourhood import CAP, FAN, MOST_DRAWN
from itgraph.explorer.scenes import (
    CARD,
    CARD_HEIGHT,
    GROUP_WIDTH,
    LABEL_HEIGHT,
    card_caption,
    card_label,
    card_width,
    plain_label,
    plain_width,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from itgraph.description import Fact
    from itgraph.explorer.content import Content, Link, Node
    from itgraph.explorer.neighbourhood import Web
    from itgraph.explorer.scenes import Scene
    from itgraph.lineage.edges import Source

_ALWAYS_TOLD = 5
RANKS: Mapping[str, int] = {name: rank for rank, name in enumerate(LINES)}
"""Relations by the numbers that stand for them."""


class Telling:
    """What is told in one piece: things and relations, and the rows and labels that they name, each once."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._labels: dict[str, int] = {}
        self._links: dict[str, int] = {}
        self._places: dict[str, int] = {}
        self._sources: list[Source] = []

    def node(self, node: Node) -> dict[str, object]:
        """Tell all that is known of a thing, but for its relations."""
        found = carry_node(node) | outline_node(node) | {"v": plain_width(node)}
        if (plain := plain_label(node)) != node.thing.label:
            found["plain"] = plain
        # The names of licences are in what is told of each.
        found.pop("lic", None)
        conflicts = {conflict.source.iri: place for place, conflict in enumerate(node.conflicts)}
        facts = [self._fact(fact, conflicts) for fact in node.facts]
        licences = [
            [said.id, said.part, said.access, said.iri.removeprefix(terms.BASE), self._rows(said.sources)]
            for said in node.licences
        ]
        corrections = [
            [
                self._label(said.label),
                said.survey,
                said.found,
                said.effect,
                said.why,
                self._rows([said.source])[0],
                self._rows(said.rows),
            ]
            for said in node.conflicts
        ]
        optional: dict[str, object] = {
            "alt": list(node.aliases),
            "licences": licences,
            # Why it is not known; what is known shows itself.
            "unknown": node.access_said if node.use == UNKNOWN else "",
            "corrections": corrections,
            "disagreements": [[said.message, list(said.links)] for said in node.disagreements],
            "facts": facts,
            "issues": [[note.code, note.severity, note.message, note.source] for note in node.issues],
        }
        return found | {name: value for name, value in optional.items() if value}

    def _fact(self, fact: Fact, conflicts: Mapping[str, int]) -> list[object]:
        """Tell a fact; of what is seldom there, no more than there is."""
        told: list[object] = [
            self._label(fact.label),
            fact.value,
            fact.iri.removeprefix(terms.BASE),
            int(fact.current),
            self._rows(fact.sources),
            list(fact.rules),
            [conflicts[said.source.iri] for said in fact.conflicts if said.source.iri in conflicts],
            fact.note,
        ]
        while not told[-1] and len(told) > _ALWAYS_TOLD:
            told.pop()
        return told

    def evidence(self, link: Link) -> dict[str, object]:
        """Tell who says that a relation holds."""
        found: dict[str, object] = {}
        if link.sources:
            found["rows"] = self._rows(link.sources)
        if link.rules:
            found["rules"] = list(link.rules)
        return found

    def sources(self) -> dict[str, object]:
        """Tell the labels, rows and curated facts that were named until now, and the addresses where they are read."""
        return {"labels": list(self._labels), "rows": [self._row(source) for source in self._sources]} | {
            "links": list(self._links)
        }

    def _row(self, source: Source) -> dict[str, object]:
        # What is empty is left out, and many facts are read at one address.
        optional: dict[str, object] = {
            "snapshot": source.snapshot,
            "table": source.table,
            "number": source.number,
            "start": source.line_start,
            "end": source.line_end,
            "text": self._texts.get(source.iri),
        }
        found: dict[str, object] = {"iri": source.iri.removeprefix(terms.BASE)}
        if source.link:
            found["link"] = self._links.setdefault(source.link, len(self._links))
        return found | {name: value for name, value in optional.items() if value}

    def _label(self, label: str) -> int:
        return self._labels.setdefault(label, len(self._labels))

    def _rows(self, sources: Iterable[Source]) -> list[int]:
        found = []
        for source in sources:
            if source.iri not in self._places:
                self._places[source.iri] = len(self._sources)
                self._sources.append(source)
            found.append(self._places[source.iri])
        return found


def describe_setting() -> dict[str, object]:
    """Tell what is the same of every graph: kinds, relations, and how things are drawn."""
    return {
        "base": terms.BASE,
        "kinds": {name: {"word": k.word, "shape": k.shape, "icon": k.icon} for name, k in KINDS.items()},
        "lines": {
            name: {
                "up": line.up,
                "down": line.down,
                "verb": line.verb,
                "word": line.word,
                "lineage": line.is_lineage,
            }
            for name, line in LINES.items()
        },
        "uses": {name: {"word": use.word, "icon": use.icon} for name, use in USES.items()},
        "limits": {
            "fan": FAN,
            "cap": CAP,
            "drawn": MOST_DRAWN,
            "card": CARD_HEIGHT,
            "plain": LABEL_HEIGHT,
            "group": GROUP_WIDTH,
        },
        "spacing": {"column": CARD.column, "row": CARD.row, "component": CARD.component, "aspect": CARD.aspect},
    }


def describe_everything(content: Content, web: Web, *, overview: Scene, timeline: Scene) -> dict[str, object]:
    """Tell all of a content, and how its overview and its timeline are laid out."""
    telling = Telling(content.texts)
    nodes = []
    for place, node in enumerate(content.nodes):
        papers = [web.far(link, "up") for link in web.leading(place, "up", ("describedIn",))]
        known = {identifier for paper in papers for identifier in content.nodes[paper].identifiers}
        ids = [*node.identifiers, *sorted(known)]
        nodes.append(telling.node(node) | ({"ids": ids} if ids else {}))
    edges = [carry_link(link) | telling.evidence(link) for link in content.links]
    return {
        "nodes": nodes,
        "edges": edges,
        **telling.sources(),
        "views": {"overview": _describe_scene(overview), "timeline": _describe_scene(timeline)},
    }


def carry_node(node: Node) -> dict[str, object]:
    """Return a thing in the words of vis-network, as pyvis carries it."""
    return {"label": node.thing.label, "group": node.look}


def carry_link(link: Link) -> dict[str, object]:
    """Return a relation in the words of vis-network, as pyvis carries it."""
    found: dict[str, object] = {"from": link.parent, "to": link.child, "r": RANKS[link.relation]}
    return found | ({"manner": link.manner} if link.manner else {})


def outline_node(node: Node) -> dict[str, object]:
    """Tell what is drawn of a thing, and what it is filtered by."""
    found: dict[str, object] = {
        "iri": node.thing.iri.removeprefix(terms.BASE),
        "caption": card_caption(node),
        "w": card_width(node),
    }
    # What is as expected is left out.
    if (short := card_label(node)) != node.thing.label:
        found["short"] = short
    if node.is_open is not None:
        found["open"] = node.is_open
    optional: dict[str, object] = {
        "access": node.access,
        "dev": list(node.developers),
        "lic": list(node.licence_ids),
        "date": node.date,
        "lang": list(node.languages),
        "dom": list(node.domains),
        "cut": node.is_list_cut,
    }
    return found | {name: value for name, value in optional.items() if value}


def encode(data: Mapping[str, object]) -> str:
    """Return plain values as JSON, in as few characters as can be."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _describe_scene(scene: Scene) -> dict[str, object]:
    first_group = sum(item.node >= 0 for item in scene.items)
    groups = [
        [item.group.anchor, item.group.way, RANKS[item.group.relation], item.group.count, item.x, item.y]
        for item in scene.items
        if item.group
    ]
    strokes = []
    group = first_group
    for stroke in scene.strokes:
        described: list[object] = [
            stroke.link,
            int(stroke.is_backward) + 2 * int(stroke.is_loop) + 4 * int(stroke.is_hook),
            [value for knot in stroke.knots for value in knot],
        ]
        if stroke.link < 0:
            described.append(group)
            group += 1
        strokes.append(described)
    return {
        "width": scene.width,
        "height": scene.height,
        "items": [[item.node, item.x, item.y] for item in scene.items if item.node >= 0],
        "groups": groups,
        "strokes": strokes,
        "marks": [[mark.x, mark.label, int(mark.is_year)] for mark in scene.marks],
        "undated": scene.undated_from,
        "left_out": scene.left_out,
    }
