"""Under what licences things are, and what these allow: as the facts from outside the surveys say it.

What an access means is the vocabulary's: open (any use), restricted (limits on use, field or commerce), closed (a
service only). A thing's own access is the narrowest of all that is said of its parts. Where nothing is said of the
thing itself, but at most of its code, it is not known, which is neither open nor closed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from itgraph.access import ITSELF
from itgraph.lineage.edges import Source, read_sources
from itgraph.store import iter_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from itgraph.store import Store

LICENSED = frozenset(ITSELF)
"""The kinds of things of which it is not known, where nobody says; of a paper or a person nobody asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """A licence of a part of a thing (weights, data, code; empty where nobody says which), and who says so."""

    id: str
    iri: str = ""
    part: str = ""
    access: str = ""
    sources: tuple[Source, ...] = ()


def read_licences(store: Store, iris: Sequence[str]) -> dict[str, tuple[Licence, ...]]:
    """Read the licences of the parts of things, in the order of part and name."""
    found: defaultdict[tuple[str, str], tuple[str, str, str, str]] = defaultdict(lambda: ("", "", "", ""))
    graphs: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for values in iter_values("?s", iris):
        table = store.select(
            f"SELECT ?s ?node ?part ?licence ?label ?access ?graph WHERE {{ {values} ?s itg:licensing ?node"
            " OPTIONAL { ?node itg:part ?part } OPTIONAL { ?node itg:access ?access }"
            " OPTIONAL { ?node itg:license ?licence OPTIONAL { ?licence rdfs:label ?label } }"
            " OPTIONAL { GRAPH ?graph { ?s itg:licensing ?node } } }"
        )
        rows = sorted(tuple("" if term is None else term.value for term in row) for row in table.rows)
        for subject, node, part, licence, label, access, graph in rows:
            # Of a node that says something twice the last is taken: always the same.
            found[subject, node] = part, label or licence.rsplit("/", 1)[-1], licence, access
            if graph:
                graphs[subject, node].add(graph)
    sources = read_sources(store, sorted({graph for named in graphs.values() for graph in named}))
    licences: dict[str, list[Licence]] = {iri: [] for iri in iris}
    for (subject, node), (part, name, iri, access) in found.items():
        said = tuple(sources[graph] for graph in sorted(graphs[subject, node]) if graph in sources)
        licences[subject].append(Licence(id=name, iri=iri, part=part, access=access, sources=said))
    order = {"weights": 0, "data": 1, "code": 2}
    return {
        subject: tuple(sorted(said, key=lambda licence: (order.get(licence.part, 3), licence.part, licence.id)))
        for subject, said in licences.items()
    }


def format_licences(licences: Iterable[Licence]) -> str:
    """Return licences in one line, each with the parts that are under it.

    >>> format_licences([Licence(id="MIT", part="weights"), Licence(id="GPL-3.0"), Licence(id="MIT", part="code")])
    'MIT (weights, code), GPL-3.0'
    """
    parts: dict[str, list[str]] = {}
    for licence in licences:
        parts.setdefault(licence.id, []).append(licence.part)
    return ", ".join(
        f"{name} ({', '.join(filter(None, named))})" if any(named) else name for name, named in parts.items()
    )
