"""What is built on a thing that very much is built on: counted by the index of lineage, and told in part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from itgraph import terms
from itgraph.description import Fact
from itgraph.explorer.content import read_thing
from itgraph.explorer.encoding import LINES
from itgraph.explorer.reading import read_web
from itgraph.store import find_lineage_index
from itgraph.wording import incoming_label

if TYPE_CHECKING:
    from itgraph.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Below:
    """Some of what refers to a thing, those first that most was made from in turn; and how many there are in all."""

    facts: tuple[Fact, ...]
    total: int


def read_below(store: Store, iri: str, most: int) -> Below | None:
    """Read ``most`` of what refers to a thing by each relation.

    Return ``None`` if they are not more than ``most`` in all, or no index knows how many they are: then they are read
    as of any other thing.
    """
    index = find_lineage_index(store)
    node = None if index is None else index.find(iri)
    if index is None or node is None or index.degree(node, "down") <= most:
        return None
    web = read_web(store, room=most)
    place = web.place_of(iri)
    web.prepare([place], "down", list(LINES))
    chosen = [(relation, web.iris[far]) for relation in LINES for far in web.neighbours(place, "down", relation)[:most]]
    ranks = {(relation, child): rank for rank, (relation, child) in enumerate(chosen)}
    content = read_thing(store, iri, (), chosen)
    rule = terms.BASE + "rule/"
    found: dict[tuple[str, str], Fact] = {}
    for link in content.links:
        child = content.nodes[link.child].thing
        if content.nodes[link.parent].thing.iri == iri and (link.relation, child.iri) in ranks:
            property_ = LINES[link.relation].property
            found[link.relation, child.iri] = Fact(
                property=property_,
                label=manner_label(incoming_label(property_), link.manner),
                value=child.label,
                iri=child.iri,
                sources=link.sources,
                rules=tuple(name.removeprefix(rule) for name in link.rules),
            )
    return Below(
        facts=tuple(found[key] for key in sorted(found, key=lambda key: ranks[key])),
        total=web.degrees(place, "down").total(),
    )


def manner_label(label: str, manner: str) -> str:
    """Return what is said before what is built on a thing, with how it is built on it.

    >>> manner_label("base model of", "adapter"), manner_label("base model of", "")
    ('base model of (adapter)', 'base model of')
    """
    return f"{label} ({manner})" if manner else label
