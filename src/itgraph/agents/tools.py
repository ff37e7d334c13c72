"""What can be asked of things: to find them, to describe them, what they descend from, and under which licences.

Each tool is a function of an open graph and plain values, without processes and without the protocol.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from itgraph import terms
from itgraph.access import DISCLAIMER, narrowest
from itgraph.agents.answers import MOST_LISTED, Answer, cut, shorten, tell_sources, write
from itgraph.agents.held import read_about, tell_rules, tell_source, tell_thing
from itgraph.conflicts import CONTRADICTED
from itgraph.description import current_facts
from itgraph.documents.ancestry import COMPLETENESS, read_ancestry, require_kind
from itgraph.lineage import RELATIONS, find_path, format_tree, read_lineage
from itgraph.lineage.text import name, named, say_manner
from itgraph.plurals import counted
from itgraph.server.pages.search import MOST_FOUND, search, suggest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from itgraph.agents.answers import (
        DescribeAnswer,
        EdgeTold,
        FactTold,
        FindAnswer,
        FoundTold,
        LicencesAnswer,
        LicensedTold,
        LineageAnswer,
        PathAnswer,
        WayTold,
    )
    from itgraph.agents.held import Held
    from itgraph.description import Description, Fact
    from itgraph.documents.ancestry import Licence, Part
    from itgraph.lineage import Connection, Descent, Direction, Edge
    from itgraph.lookup import Thing

_MOST_REMARKS = 10
_NONE_KNOWN = (
    "None are known: no source that was read says what it was made from. That is not the same as its being made from "
    "nothing."
)
_NONE_BELOW = "None are known: no source that was read says that anything was made from it."


# -- Finding -----------------------------------------------------------------------------------------------------------


def find(held: Held, name: str, kind: str | None = None, limit: int = 10) -> Answer:
    """Find things by a name, a part of a name, a CURIE or an IRI; where there is none, the nearest names."""
    found = search(held, name, kind or "")
    near = suggest(held, name, kind or "") if not found and name.strip() else []
    shown = found[:limit]
    about = read_about(held.store, [thing.iri for thing in shown], most=1)

    def told(thing: Thing) -> FoundTold:
        return {**tell_thing(thing), "sources": about.get(thing.iri, [])}

    things, page = cut(shown, 0, limit, told)
    rest = _rest_of_found(held, len(found), len(things), kind, limit)
    data: FindAnswer = {
        "things": things,
        "nearest": [tell_thing(thing) for thing in near],
        "total": len(found),
        "shown": page.shown,
        "rest": rest,
    }
    lines: list[str] = []
    for thing in things:
        lines += [f"{thing['label']} ({thing['kind']})  {thing['curie']}", *tell_sources(thing["sources"], 4)]
    if not things:
        lines.append(f"{'Nothing' if kind is None else f'No {kind}'} has such a name.")
        if near:
            lines.append("Did you mean " + ", ".join(f"{thing.label} ({thing.curie})" for thing in near) + "?")
        else:
            lines.append("Write a part of the name, or leave the kind out.")
    return Answer(data=data, text=write([*lines, *filter(None, [rest])]))


def _rest_of_found(held: Held, total: int, shown: int, kind: str | None, limit: int) -> str:
    """Say how to get what was found and is not shown; what would not help is not advised."""
    if shown == total:
        return ""
    ways = ["write more of it"]
    if kind is None:
        ways.append("give a kind")
    if shown == limit < MOST_LISTED:
        ways.append(f"raise limit ({MOST_LISTED} at most)")
    # Of a graph with very many names the best ones are read, and the others not counted.
    at_least = "at least " if total >= MOST_FOUND and held.names is None else ""
    return f"{at_least}{total - shown:,} more have such a name: {', or '.join(ways)}"


# -- Describing --------------------------------------------------------------------------------------------------------


def describe(held: Held, name: str, kind: str | None = None, limit: int = 60, offset: int = 0) -> Answer:
    """Tell what is known of a thing, each fact with who says so, and what builds on it."""
    description = held.graph.describe(name, kind)
    listed = [
        *((fact, False) for fact in current_facts(description)),
        *((fact, True) for fact in description.incoming),
        *((fact, False) for fact in description.facts if not fact.current),
    ]
    facts, page = cut(listed, offset, limit, lambda item: _tell_fact(*item))
    rest = page.rest("facts", more=description.more)
    if description.more:
        more = f"{description.more:,} more things refer to it, which lineage lists with direction=down and depth=1"
        rest = f"{rest}; {more}" if rest else more
    is_licensed = any(fact["property"] == terms.LICENSE for fact in facts)
    remarks = _remarks(description)
    data: DescribeAnswer = {
        "thing": tell_thing(description.thing),
        "aliases": list(description.aliases),
        "access": description.access,
        "access_said": description.access_said,
        "facts": facts,
        "remarks": remarks,
        "total": page.total,
        "shown": page.shown,
        "offset": page.start,
        "rest": rest,
        "disclaimer": DISCLAIMER if is_licensed else "",
    }
    lines = [f"{named(description.thing)}  {description.thing.iri}"]
    if description.aliases:
        lines.append(f"also written: {', '.join(description.aliases)}")
    for fact in facts:
        lines += _write_fact(fact)
    if remarks:
        lines += ["", "In dispute, or defective in a source:", *(f"- {remark}" for remark in remarks)]
    return Answer(data=data, text=write([*lines, *filter(None, [data["disclaimer"], rest])]))


def _tell_fact(fact: Fact, incoming: bool) -> FactTold:
    return {
        "label": fact.label,
        "property": fact.property,
        "value": fact.value,
        "iri": fact.iri,
        "incoming": incoming,
        "current": fact.current,
        "note": fact.note,
        "rules": tell_rules(fact.rules),
        "disputed": [
            f"{conflict.sentence()}: {conflict.source.link or conflict.source.iri}" for conflict in fact.conflicts
        ],
        "sources": [tell_source(source) for source in fact.sources],
    }


def _write_fact(fact: FactTold) -> Iterator[str]:
    marks = [] if fact["current"] else ["no longer holds"]
    if fact["rules"] and not fact["sources"]:
        marks.append(f"inferred by the rule {', '.join(fact['rules'])}")
    marks += [fact["note"]] if fact["note"] else []
    marked = f" [{'; '.join(marks)}]" if marks else ""
    yield f"- {fact['label']}: {fact['value']}{marked}"
    yield from tell_sources(fact["sources"], 4)
    yield from (f"    disputed: {said}" for said in fact["disputed"])


def _remarks(description: Description) -> list[str]:
    told = [
        f"{conflict.label}: {conflict.sentence()}. {conflict.why} {conflict.source.link or conflict.source.iri}"
        for conflict in description.conflicts
    ]
    for note in description.issues:
        if note.code != CONTRADICTED or not description.conflicts:
            links = " ".join(link for link in note.links if link not in note.message)
            told.append(f"{note.severity}: {note.message} ({note.source}) {links}".rstrip())
    if len(told) <= _MOST_REMARKS:
        return told
    return [*told[:_MOST_REMARKS], f"and {len(told) - _MOST_REMARKS} more, which the query defects-of-thing lists"]


# -- Lineage -----------------------------------------------------------------------------------------------------------


def lineage(
    held: Held,
    name: str,
    direction: Direction = "up",
    depth: int | None = None,
    explicit: bool = False,
    kind: str | None = None,
    limit: int = 100,
    offset: int = 0,
) -> Answer:
    """Follow what a thing descends from or what descends from it, each step with who says so."""
    thing = held.graph.get(name, kind)
    found = read_lineage(held.store, thing, direction, depth=depth, explicit=explicit)
    edges, page = cut(found.edges, offset, limit, tell_edge)
    beyond = sum(sum(more.values()) for more in found.more.values())
    tree, left_out = shorten(format_tree(found))
    rest = page.rest("steps")
    if beyond:
        further = f"{beyond:,} things one step further are left out: raise depth"
        rest = f"{rest}; {further}" if rest else further
    data: LineageAnswer = {
        "thing": tell_thing(thing),
        "direction": direction,
        "depth": depth,
        "explicit": explicit,
        "tree": tree,
        "edges": edges,
        "things": len(found.things) - 1,
        "beyond": beyond,
        "total": page.total,
        "shown": page.shown,
        "offset": page.start,
        "rest": rest,
    }
    lines = tree.removesuffix("\n").split("\n")
    if left_out:
        lines.append(f"({left_out:,} more lines of the tree are left out)")
    if not found.edges and not beyond:
        lines.append(_NONE_BELOW if direction == "down" else _NONE_KNOWN)
    if edges:
        lines += ["", "Who says so:"]
    for edge in edges:
        lines += _write_edge(edge)
    return Answer(data=data, text=write([*lines, *filter(None, [rest])]))


def tell_edge(edge: Edge) -> EdgeTold:
    """Return a step of lineage as data."""
    return {
        "child": edge.child.iri,
        "child_label": name(edge.child),
        "child_kind": edge.child.kind,
        "relation": edge.relation,
        "manner": say_manner(edge),
        "parent": edge.parent.iri,
        "parent_label": name(edge.parent),
        "parent_kind": edge.parent.kind,
        "stated": edge.stated,
        "rules": tell_rules(edge.rules),
        "sources": [tell_source(row) for row in edge.rows],
    }


def _write_edge(edge: EdgeTold, indent: int = 0) -> Iterator[str]:
    margin = " " * indent
    verb = next(words.verb for relation, words in RELATIONS.items() if relation == edge["relation"])
    manner = f" ({edge['manner']})" if edge["manner"] else ""
    inferred = "" if edge["stated"] else f", inferred by the rule {', '.join(edge['rules'])}"
    child, parent = f"{edge['child_label']} ({edge['child_kind']})", f"{edge['parent_label']} ({edge['parent_kind']})"
    yield f"{margin}- {child} {verb} {parent}{manner}{inferred}"
    yield from tell_sources(edge["sources"], indent + 4)


# -- Paths -------------------------------------------------------------------------------------------------------------


def path(held: Held, a: str, b: str, limit: int = 5) -> Answer:
    """Tell how one thing descends from another, or which nearest ancestors they share, step by step."""
    found = find_path(held.store, held.graph.get(a), held.graph.get(b))
    descents = [*found.descents, *(descent for ancestor in found.common for descent in ancestor.descents)]
    # Of every descent one way before the second way of any: to know that there is one says most.
    depth = max((len(descent.chains) for descent in descents), default=0)
    listed = [(descent, place) for place in range(depth) for descent in descents if place < len(descent.chains)]
    ways, page = cut(listed, 0, limit, lambda item: _tell_way(*item))
    total = sum(descent.total for descent in descents)
    rest = ""
    if page.shown < total:
        may_raise = page.shown == limit < min(MOST_LISTED, len(listed))
        more = f"raise limit ({MOST_LISTED} at most), or " if may_raise else ""
        rest = f"{page.shown:,} of {total:,} shortest ways are shown: {more}ask lineage for all steps"
    data: PathAnswer = {
        "kind": found.kind,
        "a": tell_thing(found.a),
        "b": tell_thing(found.b),
        "common": [tell_thing(ancestor.thing) for ancestor in found.common],
        "ways": ways,
        "total": total,
        "shown": page.shown,
        "rest": rest,
    }
    lines = [_say_connection(found)]
    for way, (descent, _) in zip(ways, listed, strict=False):
        steps = counted(way["steps"], "step")
        lines += ["", f"{named(descent.child)} descends from {named(descent.ancestor)} in {steps}:"]
        for edge in way["edges"]:
            lines += _write_edge(edge)
    return Answer(data=data, text=write([*lines, *filter(None, [rest])]))


def _tell_way(descent: Descent, place: int) -> WayTold:
    return {
        "child": descent.child.iri,
        "ancestor": descent.ancestor.iri,
        "steps": descent.steps,
        "edges": [tell_edge(edge) for edge in descent.chains[place]],
    }


def _say_connection(found: Connection) -> str:
    a, b = named(found.a), named(found.b)
    if found.kind == "same":
        return f"{a} is one and the same thing."
    if found.kind == "descent":
        return " ".join(f"{named(way.child)} descends from {named(way.ancestor)}." for way in found.descents)
    if found.kind == "common":
        shared = ", ".join(named(ancestor.thing) for ancestor in found.common)
        return f"Neither of {a} and {b} descends from the other. Nearest common ancestors: {shared}."
    return f"{a} and {b} are unrelated: neither descends from the other, and no common ancestor is known."


# -- Licences ----------------------------------------------------------------------------------------------------------


def licences(held: Held, name: str, kind: str | None = None, limit: int = 40, offset: int = 0) -> Answer:
    """Tell the licences of a thing and of everything that it was made from, and who says so."""
    thing = held.graph.get(name, kind)
    require_kind(thing, "licences along an ancestry")
    ancestry = read_ancestry(held.store, thing)
    parts, page = cut(ancestry.parts, offset, limit, _tell_part)
    known = narrowest(part.access for part in ancestry.parts)
    unknown = sum(part.access == "unknown" for part in ancestry.parts)
    rest = page.rest("things")
    disclaimer = f"{DISCLAIMER} {COMPLETENESS}"
    data: LicencesAnswer = {
        "thing": tell_thing(thing),
        "narrowest": known or "unknown",
        "unknown": unknown,
        "parts": parts,
        "total": page.total,
        "shown": page.shown,
        "offset": page.start,
        "rest": rest,
        "disclaimer": disclaimer,
    }
    lines = [
        f"{named(thing)} and what it was made from, {counted(page.total, 'thing')} in all.",
        f"Narrowest access that is known: {known or 'none is known'}; not known of {unknown} of {page.total}.",
    ]
    for part in parts:
        lines += _write_part(part)
    return Answer(data=data, text=write([*lines, "", *filter(None, [rest]), disclaimer]))


def _tell_part(part: Part) -> LicensedTold:
    return {
        "thing": tell_thing(part.thing),
        "access": part.access,
        "licences": [
            {
                "name": licence.name,
                "iri": licence.iri,
                "part": licence.part,
                "access": licence.access,
                "evidence": licence.evidence,
                "links": list(_links(licence)),
            }
            for licence in part.licences
        ],
        # What else is unknown or disputed of it, describe tells.
        "unknown": [what for what in part.unknown if "licence" in what],
        "disputed": [said for said in part.disputed if "licence" in said],
    }


def _links(licence: Licence) -> Iterator[str]:
    yield from dict.fromkeys((*licence.sources, *([licence.address] if licence.address else ())))


def _write_part(part: LicensedTold) -> Iterator[str]:
    thing = part["thing"]
    yield f"- {thing['label']} ({thing['kind']})  {thing['curie']}: {part['access']}"
    if not part["licences"]:
        yield "    no licence of it was read: neither open nor without terms"
    for licence in part["licences"]:
        of = f" of its {licence['part']}" if licence["part"] else ""
        yield f"    {licence['name']}{of}, {licence['access']}; {licence['evidence']}"
    yield from (f"    disputed: {said}" for said in part["disputed"])
