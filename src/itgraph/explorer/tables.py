"""Views as data: the relations that a view draws, the table of all things, and both with who says so as JSON.

The page offers the same files (``page/export.js``).
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from itgraph.explorer.encoding import KINDS, LINEAGE_NAMES, LINES
from itgraph.explorer.licences import format_licences
from itgraph.lineage.text import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from itgraph.explorer.content import Content, Link, Node
    from itgraph.explorer.neighbourhood import Web
    from itgraph.explorer.scenes import Item, Scene
    from itgraph.lineage.edges import Source

_RECORDS = frozenset({"paper", "person", "organization"})
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def format_relations_csv(content: Content, links: Iterable[int]) -> str:
    """Return links as CSV, a line each: the two things, how they are related, and who says so."""
    head = ("child", "child_kind", "child_iri", "relation", "parent", "parent_kind", "parent_iri")
    rows = [
        (
            *_end(content.nodes[link.child]),
            link.relation,
            *_end(content.nodes[link.parent]),
            "inferred" if link.is_inferred else "stated",
            " ".join(source.link or source.iri for source in link.sources),
            " ".join(link.rules),
        )
        for link in (content.links[place] for place in links)
    ]
    return _format_csv((*head, "how_known", "sources", "rules"), rows)


def format_things_csv(content: Content, web: Web) -> str:
    """Return the table of all models, datasets, benchmarks and techniques as CSV."""
    relations = [name for name in LINEAGE_NAMES if name != "sourceDataset" or _has(content, name)]
    names = {"baseModel": "base", "trainedOn": "data", "generatedBy": "teacher", "sourceDataset": "source"}
    head = ("name", "kind", *(names[name] for name in relations), "size")
    head = (*head, "developer", "licence", "access", "open", "language", "domain", "date")
    rows: list[tuple[object, ...]] = []
    for place, node in enumerate(content.nodes):
        if node.look in _RECORDS:
            continue
        ends = (
            ", ".join(content.nodes[web.far(link, "up")].thing.label for link in web.leading(place, "up", (name,)))
            for name in relations
        )
        has_lineage = node.look in {"model", "dataset", "thing"} or any(web.reach(place, way) for way in ("up", "down"))
        rows.append(
            (
                node.thing.label,
                KINDS[node.look].word,
                *ends,
                *(node.caption.split(" · ")[1:2] or [""]),
                ", ".join(node.developers),
                format_licences(node.licences),
                node.use,
                {True: "yes", False: "no", None: ""}[node.is_open],
                ", ".join(node.languages),
                ", ".join(node.domains),
                node.date,
                web.reach(place, "up") if has_lineage else "",
                web.reach(place, "down") if has_lineage else "",
                node.thing.iri,
            )
        )
    return _format_csv((*head, "up", "down", "iri"), rows)


def format_view_json(content: Content, scene: Scene, *, title: str) -> str:
    """Return a view as JSON: things with their facts and places, relations with their knots and who says so."""
    links = [stroke for stroke in scene.strokes if stroke.link >= 0]
    return to_json(
        {
            "title": title,
            "view": scene.view,
            "width": scene.width,
            "height": scene.height,
            "crossings": scene.crossings,
            "left_out": scene.left_out,
            "snapshots": [snapshot.to_dict() for snapshot in content.snapshots],
            "things": [_thing(content.nodes[item.node], item) for item in scene.items if item.node >= 0],
            "relations": [
                {
                    **_relation(content, content.links[stroke.link]),
                    "backward": stroke.is_backward,
                    "knots": [list(knot) for knot in stroke.knots],
                }
                for stroke in links
            ],
        }
    )


def format_things_json(content: Content, *, title: str) -> str:
    """Return everything as JSON: all things with their facts, all relations with who says so."""
    return to_json(
        {
            "title": title,
            "view": "table",
            "things": [_thing(node) for node in content.nodes],
            "relations": [_relation(content, link) for link in content.links],
        }
    )


def _has(content: Content, relation: str) -> bool:
    return any(link.relation == relation for link in content.links)


def _end(node: Node) -> tuple[str, str, str]:
    return node.thing.label, KINDS[node.look].word, node.thing.iri


def _thing(node: Node, item: Item | None = None) -> dict[str, object]:
    place = {} if item is None else {"x": item.x, "y": item.y, "width": item.width, "height": item.height}
    return {
        "iri": node.thing.iri,
        "label": node.thing.label,
        "kind": KINDS[node.look].word,
        "aliases": list(node.aliases),
        "date": node.date or None,
        "open": node.is_open,
        **_use(node),
        "facts": [
            {
                "property": fact.label,
                "value": fact.value,
                "iri": fact.iri or None,
                "current": fact.current,
                "sources": [_source(source) for source in fact.sources],
                "rules": list(fact.rules),
            }
            for fact in node.facts
        ],
        **place,
    }


def _use(node: Node) -> dict[str, object]:
    """Tell by whom a thing is, what may be done with it, and where sources contradict a survey or each other."""
    return {
        "developers": list(node.developers),
        "access": node.access,
        "licences": [
            {
                "licence": licence.id,
                "iri": licence.iri or None,
                "part": licence.part or None,
                "access": licence.access or None,
                "sources": [_source(source) for source in licence.sources],
            }
            for licence in node.licences
        ],
        "corrections": [
            {
                "property": said.label,
                "survey": said.survey or None,
                "source": said.found or None,
                "effect": said.effect,
                "why": said.why,
                "said_by": _source(said.source),
                "rows": [_source(source) for source in said.rows],
            }
            for said in node.conflicts
        ],
        "disagreements": [{"message": said.message, "links": list(said.links)} for said in node.disagreements],
    }


def _relation(content: Content, link: Link) -> dict[str, object]:
    return {
        "child": content.nodes[link.child].thing.iri,
        "relation": link.relation,
        "verb": LINES[link.relation].verb,
        **({"manner": link.manner} if link.manner else {}),
        "parent": content.nodes[link.parent].thing.iri,
        "stated": not link.is_inferred,
        "sources": [_source(source) for source in link.sources],
        "rules": list(link.rules),
    }


def _source(source: Source) -> dict[str, object]:
    return {"iri": source.iri, "place": str(source), "link": source.link}


def _format_csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return output.getvalue()


def _cell(value: object) -> str:
    """Return a value as text that no spreadsheet takes for a formula.

    >>> _cell("=1+1"), _cell("-"), _cell("-7")
    ("'=1+1", "'-", '-7')
    """
    text = str(value)
    return f"'{text}" if text[:1] in "=+-@\t\r" and text and not _NUMBER.fullmatch(text) else text
