"""A page for every IRI of the graph, and the way there from the IRI itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from itgraph import terms
from itgraph.conflicts import CONTRADICTED, read_conflicts
from itgraph.description import current_facts, describe
from itgraph.errors import ParameterError
from itgraph.explorer.below import manner_label, read_below
from itgraph.lineage.edges import Manner, name_things, read_manners, read_sources
from itgraph.lookup import KINDS, RECORD_KINDS, SCHEMES, Thing, is_known_iri
from itgraph.results import format_iri
from itgraph.server.messages import HTML, redirect
from itgraph.server.negotiation import choose
from itgraph.server.pages.addresses import address_of, candidates, is_web, page_of
from itgraph.server.pages.data import FORMATS
from itgraph.server.pages.ontology import place_of
from itgraph.server.pages.pictures import picture_size
from itgraph.server.pages.rendering import refuse, render
from itgraph.server.pages.schema_org import structured_data, summarise
from itgraph.server.pages.search import suggest
from itgraph.server.pages.statements import is_hub, read_statements
from itgraph.store import find_lineage_index, format_term

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from itgraph.conflicts import Conflict
    from itgraph.description import Fact
    from itgraph.explorer.below import Below
    from itgraph.results import Term
    from itgraph.server.messages import Request, Response
    from itgraph.server.pages.statements import Place, Statements
    from itgraph.server.site import Site

MOST_INCOMING = 200
"""How many things that build on one are listed on its page."""

_SORTS = {"curated": "curated fact", "concept:license": "licence"}
_IDENTIFIERS = {terms.ARXIV_ID, terms.BIBO_DOI, terms.HUGGING_FACE_ID, terms.GITHUB_REPOSITORY}
_TITLES: dict[Place, str] = {
    "graph": "What is said here",
    "out": "What is said of it",
    "in": "What refers to it",
    "use": "Where it is used as a property",
}


def see_other(site: Site, request: Request) -> Response:
    """Send the client from an IRI (``/id/model/alpaca``, ``/model/alpaca``) to its page or data, by what it accepts."""
    place = "id" if request.path.startswith("/id/") or request.path == "/id" else ""
    iri = find_iri(site, request, place)
    if iri is None:
        return missing(site, request, place)
    wanted = request.parameter("format")
    if wanted:
        if wanted not in (*FORMATS, "html"):
            message = f"there is no format {wanted!r}; there is html, {', '.join(FORMATS)}"
            raise ParameterError(message, parameter="format")
        extension = "" if wanted == "html" else f".{wanted}"
    else:
        offered = {HTML: "", **{found.media_type: f".{name}" for name, found in FORMATS.items()}}
        # A client that takes anything, as curl does, gets what can be read by people.
        extension = offered[choose(request.accept, list(offered)) or HTML]
    location = address_of("data", iri, extension) if extension else page_of(iri)
    return redirect(location, headers={"Vary": "Accept"})


def find_iri(site: Site, request: Request, place: str) -> str | None:
    """Return the IRI of the graph that a request means; ``None``, if the graph speaks of none."""
    return next((iri for iri in candidates(request, place) if is_known_iri(site.store, iri)), None)


def missing(site: Site, request: Request, place: str) -> Response:
    """Return that the graph does not speak of what was asked for, with what comes nearest."""
    if request.path == f"/{place}":
        asked = request.parameter("iri")
        if not asked:
            raise ParameterError(f"give an IRI, as in /{place}?iri=https%3A%2F%2F...", parameter="iri")
        if not candidates(request, place):
            raise ParameterError(f"{asked!r} is no IRI", parameter="iri")
    else:
        asked = request.path.removeprefix(f"/{place}/").removeprefix("/")
    # A term that nothing uses is not in the graph, but it is explained.
    explained = next(filter(None, map(place_of, candidates(request, place))), "")
    if explained:
        return redirect(explained)
    kind, slash, name = asked.removeprefix(terms.BASE).partition("/")
    kind = kind if slash and kind in KINDS else ""
    near = suggest(site, (name if kind else asked).replace("-", " "), kind)
    return refuse(
        request,
        404,
        f"the graph says nothing of {asked!r}",
        suggestions=[(page_of(thing.iri), f"{thing.label} ({thing.kind})") for thing in near],
    )


def show_resource(site: Site, request: Request) -> Response:
    """Show all that is known of an IRI: ``/page/model/alpaca``, or ``/page?iri=...``."""
    iri = find_iri(site, request, "page")
    if iri is None:
        return missing(site, request, "page")
    view = request.parameter("view")
    if view not in {"", "statements"}:
        raise ParameterError(f"there is no view {view!r}; there is statements", parameter="view")
    thing = name_things(site.store, [iri])[iri]
    if thing.kind in KINDS and not view:
        below = read_below(site.store, iri, MOST_INCOMING)
        if below is not None or not is_hub(site.store, iri):
            return _show_thing(site, request, thing, below)
    return _show_statements(site, request, thing)


def _show_thing(site: Site, request: Request, thing: Thing, below: Below | None) -> Response:
    description = describe(site.store, thing, incoming=below.facts if below else None)
    incoming = below.facts if below else _with_manners(site, thing.iri, description.incoming)
    things = name_things(site.store, _iris(description.facts) | _iris(description.incoming))
    past = [fact for fact in description.facts if not fact.current]
    # The contradictions are told with their reasons, and not once more as defects of rows.
    told = {CONTRADICTED} if description.conflicts else set()
    same = _same(site, thing.iri)
    return render(
        "thing",
        request,
        headers=_links(thing.iri),
        thing=thing,
        description=summarise(description),
        aliases=description.aliases,
        sections=[
            ("", _by_label(current_facts(description))),
            ("What builds on it, or names it", _by_label(incoming[:MOST_INCOMING])),
            ("No longer in the current view", _by_label(fact for fact in past if not fact.note)),
            ("Linked by a row, but not its own", _by_label(fact for fact in past if fact.note)),
        ],
        is_licensed=bool(description.access)
        or any(fact.property == terms.LICENSE for fact in (*description.facts, *description.incoming)),
        conflicts=description.conflicts,
        left_out=below.total - len(below.facts) if below else max(0, len(incoming) - MOST_INCOMING),
        reached=_reached(site, thing.iri),
        issues=[note for note in description.issues if note.code not in told],
        leads={fact: _leads(fact, same) for fact in description.facts if not fact.iri},
        kinds={iri: found.kind for iri, found in things.items()},
        size=picture_size(site, thing.iri),
        formats=FORMATS,
        rule=terms.BASE + "rule/",
        structured=structured_data(description, request.origin, same=_own(site, same)),
    )


def _show_statements(site: Site, request: Request, thing: Thing) -> Response:
    sections: list[Statements] = []
    for place in ("graph", "out", "in", "use"):
        found = read_statements(site.store, thing.iri, place, _page(request, place))
        if found.shown or found.page:
            sections.append(found)
    label = thing.label if thing.label != thing.iri else _any_label(site, thing.iri)
    names = name_things(site.store, sorted(_mentioned(sections)))
    source = read_sources(site.store, [thing.iri]).get(thing.iri)
    classes, schemes = _values(site, thing.iri, "a"), _values(site, thing.iri, "skos:inScheme")
    sort = next((word for word, iri in (RECORD_KINDS | SCHEMES).items() if iri in (*classes, *schemes)), "")
    sort = _SORTS.get(sort, sort.replace("concept:", "concept: "))
    # What a rule does and why, before the long list of what it concluded.
    comment = "\n\n".join(_values(site, thing.iri, "rdfs:comment")[:1])
    return render(
        "statements",
        request,
        headers=_links(thing.iri),
        thing=thing,
        label=label or format_iri(thing.iri),
        sections=[(_TITLES[found.place], found) for found in sections],
        names={iri: named.label for iri, named in names.items()},
        description=" ".join(f"{sort or 'thing'}: {label or thing.iri}. {comment}".split())[:200],
        sort=sort,
        classes=classes,
        comment=comment,
        row=_row(site, thing.iri),
        source=source,
        conflict=_conflict(site, thing.iri) if terms.CURATED_FACT in classes else None,
        is_licence=terms.SCHEME_LICENSE in (*schemes, thing.iri) or terms.LICENSING in classes,
        is_thing=thing.kind in KINDS,
        formats=FORMATS,
        explained=place_of(thing.iri),
    )


def _row(site: Site, iri: str) -> str:
    """Return the text of a row as its source has it, or that of a curated fact as its file has it."""
    table = site.store.select(
        f"SELECT ?text WHERE {{ {format_term(NamedNode(iri))} a ?class ; itg:text ?text"
        " FILTER(?class IN (itg:Row, itg:CuratedFact)) }"
    )
    return str(table[0].text) if len(table) else ""


def _conflict(site: Site, iri: str) -> Conflict | None:
    """Return what a curated fact says otherwise than a survey."""
    about = _values(site, iri, "itg:about")
    found = (one for several in read_conflicts(site.store, about).values() for one in several)
    return next((one for one in found if one.source.iri == iri), None)


def _with_manners(site: Site, iri: str, incoming: Sequence[Fact]) -> list[Fact]:
    """Add to what is built on a thing how it is, where that is known."""
    manners = read_manners(site.store, [fact.iri for fact in incoming if fact.property == terms.BASE_MODEL])
    return [
        replace(fact, label=manner_label(fact.label, manners.get((fact.iri, iri), Manner()).word))
        if fact.property == terms.BASE_MODEL
        else fact
        for fact in incoming
    ]


def _reached(site: Site, iri: str) -> tuple[int, int] | None:
    """Return how many things were made from a thing in one step and in all; ``None``, if no index tells."""
    index = find_lineage_index(site.store)
    node = None if index is None else index.find(iri)
    if index is None or node is None or not (total := index.count_descendants(node)):
        return None
    return len(index.distances(node, "down", depth=1)), total


def _same(site: Site, iri: str) -> list[str]:
    """Return the addresses that a thing is found under elsewhere."""
    return [address for address in _values(site, iri, "schema:sameAs") if is_web(address)]


def _own(site: Site, addresses: list[str]) -> list[str]:
    """Return those addresses that are of one thing alone: a repository, or a paper, can be of several."""
    own = []
    for address in addresses:
        node = format_term(NamedNode(address))
        table = site.store.select(f"SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s schema:sameAs {node} }}")
        if str(table[0].n) == "1":
            own.append(address)
    return own


def _leads(fact: Fact, addresses: Iterable[str]) -> str:
    """Return the address that an identifier is the end of; empty, if it is none of them."""
    ends = (address for address in addresses if address.endswith(f"/{fact.value}"))
    return next(ends, "") if fact.property in _IDENTIFIERS else ""


def _values(site: Site, iri: str, property_: str) -> list[str]:
    """Return what is said of an IRI with a property, in any graph, in order."""
    said = f"{format_term(NamedNode(iri))} {property_} ?o"
    table = site.store.select(
        f"SELECT DISTINCT ?o WHERE {{ {{ {said} }} UNION {{ GRAPH ?g {{ {said} }} }} }} ORDER BY ?o"
    )
    return [str(value) for value in table.column("o") if value is not None]


def _any_label(site: Site, iri: str) -> str:
    node = format_term(NamedNode(iri))
    names = "rdfs:label|skos:prefLabel|schema:name|<http://xmlns.com/foaf/0.1/name>|dcterms:title"
    said = f"{node} {names} ?l"
    table = site.store.select(
        f"SELECT (MIN(STR(?l)) AS ?label) WHERE {{ {{ {said} }} UNION {{ GRAPH ?g {{ {said} }} }} }}"
    )
    return "" if not len(table) or table[0].label is None else str(table[0].label)


def _mentioned(sections: Iterable[Statements]) -> set[str]:
    def iri(term: Term) -> str:
        return term.value if isinstance(term, NamedNode) else ""

    found = {iri(end) for section in sections for said in section.shown for end in (said.subject, said.object)}
    return found - {""}


def _page(request: Request, place: str) -> int:
    text = request.parameter(place) or "1"
    if not (text.isascii() and text.isdigit() and len(text) < 8 and int(text)):
        raise ParameterError(f"expected the number of a page, not {text!r}", parameter=place)
    return int(text) - 1


def _iris(facts: Iterable[Fact]) -> set[str]:
    return {fact.iri for fact in facts if fact.iri}


def _by_label(facts: Iterable[Fact]) -> list[tuple[str, str, list[Fact]]]:
    grouped: dict[tuple[str, str], list[Fact]] = {}
    for fact in facts:
        grouped.setdefault((fact.label, fact.property), []).append(fact)
    return [(label, property_, found) for (label, property_), found in grouped.items()]


def _links(iri: str) -> tuple[tuple[str, str], ...]:
    """Return the headers that lead programs from a page to the data behind it."""
    links = [
        f'<{address_of("data", iri, f".{name}")}>; rel="alternate"; type="{found.media_type}"'
        for name, found in FORMATS.items()
    ]
    return (("Link", ", ".join(links)),)
