"""Ways in: the first page with its search, the lists of things by kind or class, and search for programs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from itgraph import terms
from itgraph.counts import count_graph
from itgraph.errors import ParameterError
from itgraph.lineage.edges import name_things
from itgraph.lookup import KINDS, RECORD_KINDS, SCHEMES
from itgraph.results import format_iri, make_table
from itgraph.server.pages.addresses import address_of, page_of
from itgraph.server.pages.rendering import json_response, refuse, render
from itgraph.server.pages.search import MOST_FOUND, kinds_of, search, suggest
from itgraph.server.pages.statements import MOST_INCOMING, sorts_all
from itgraph.store import find_lineage_index, find_name_index, format_term

if TYPE_CHECKING:
    from collections.abc import Iterable

    from itgraph.indexes.names import NameIndex
    from itgraph.results import Table
    from itgraph.server.messages import Request, Response
    from itgraph.server.site import Site
    from itgraph.store import Store

PAGE = 100
MOST_HITS = 100
MOST_LISTED = 20_000
"""How many things of a kind are listed where an index of names knows the most popular ones."""
MOST_FILTERED = 1000
"""How many things of a kind with some words in their names are listed, where an index of names finds them."""
_KINDS_OF = {class_: kind for kind, class_ in (KINDS | RECORD_KINDS).items()}
KIND_WORDS = {"person": "people", "category": "categories", "modality": "modalities", "curated": "curated facts"}


def count(store: Store, classes: Iterable[tuple[str, int]]) -> Table:
    """Count what a graph holds, by :func:`itgraph.counts.count_graph`.

    Of a graph with indexes, that would take minutes: there it is the things of the known ``classes``, by
    :func:`count_classes`, and the steps of lineage.
    """
    index = find_lineage_index(store)
    if index is None:
        return count_graph(store)
    counts = {_KINDS_OF[class_]: number for class_, number in classes}
    rows: list[tuple[str, int, int | None]] = [
        (kind_words(kind), counts[kind], None) for kind in (*KINDS, *RECORD_KINDS) if kind in counts
    ]
    rows.append(("steps of lineage", index.edge_count, None))
    return make_table(("what", "count", "stated"), rows)


def show_home(site: Site, request: Request) -> Response:
    """Show the search with what it finds, or what there is to find."""
    text, kind = request.parameter("q").strip(), request.parameter("kind")
    kinds = kinds_of(site)
    if kind and kind not in (*KINDS, *RECORD_KINDS, *SCHEMES, "thing"):
        raise ParameterError(f"there is no kind {kind!r}; choose one of {', '.join(kinds)}", parameter="kind")
    hits = search(site, text, kind)
    shown = shown_page(request, len(hits))
    counts = {str(row.what): row["count"] for row in site.counts}
    return render(
        "home",
        request,
        text=text,
        kind=kind,
        kinds=kinds,
        hits=hits[shown * PAGE : shown * PAGE + PAGE],
        total=len(hits),
        is_cut=find_name_index(site.store) is not None and len(hits) >= MOST_FOUND,
        page=shown,
        pages=pages_of(len(hits)),
        nearest=suggest(site, text, kind) if text and not hits else [],
        counts=counts,
        browse=[(name, words, counts[words]) for name in KINDS if counts.get(words := kind_words(name))],
        classes=site.classes,
        licences=terms.SCHEME_LICENSE,
        queries=len(site.queries),
        is_counted="quads" in counts,
    )


def answer_search(site: Site, request: Request) -> Response:
    """Return what a search finds, as JSON, for those who type and for programs."""
    text, kind = request.parameter("q"), request.parameter("kind")
    limit = _parse_number(request, "limit", 20, most=MOST_HITS)
    known = (*KINDS, *RECORD_KINDS, *SCHEMES, "thing")
    if kind and kind not in known:
        raise ParameterError(f"there is no kind {kind!r}; choose one of {', '.join(known)}", parameter="kind")
    hits = search(site, text, kind)
    found = [
        {
            "iri": thing.iri,
            "kind": thing.kind,
            "label": thing.label,
            "curie": thing.curie,
            "page": request.origin + page_of(thing.iri),
        }
        for thing in hits[:limit]
    ]
    nearest = [thing.label for thing in suggest(site, text, kind)] if text.strip() and not hits else []
    return json_response({"query": text, "total": len(hits), "hits": found, "nearest": nearest})


def show_kind(site: Site, request: Request) -> Response:
    """List the things of a kind: ``/browse/model``."""
    kind = request.path.removeprefix("/browse/")
    class_ = (KINDS | RECORD_KINDS).get(kind)
    if class_ is None:
        ways = [(f"/browse/{name}", kind_words(name)) for name in KINDS]
        return refuse(request, 404, f"there is no kind {kind!r}", suggestions=ways)
    return _show_list(site, request, class_, kind_words(kind), kind)


def show_class(site: Site, request: Request) -> Response:
    """List the things of a class of any vocabulary: ``/browse?class=IRI``."""
    class_ = request.parameter("class")
    try:
        NamedNode(class_)
    except ValueError:
        raise ParameterError("give the IRI of a class, as in /browse?class=IRI", parameter="class") from None
    return _show_list(site, request, class_, format_iri(class_), "thing")


def _show_list(site: Site, request: Request, class_: str, title: str, kind: str) -> Response:
    wanted = request.parameter("filter").strip()
    names = find_name_index(site.store)
    named = _KINDS_OF.get(class_, "")
    if names is not None and named in names.kinds():
        return _show_named(site, request, names, named, kind)
    node = format_term(NamedNode(class_))
    members = f"{{ ?s a {node} }} UNION {{ GRAPH ?g {{ ?s a {node} }} }} FILTER(isIRI(?s))"
    narrow = f"FILTER(CONTAINS(LCASE(STR(?label)), {format_term(Literal(wanted.lower()))}))" if wanted else ""
    named = (
        f"SELECT ?s (MIN(?l) AS ?label) WHERE {{ {members}"
        " OPTIONAL { ?s rdfs:label|skos:prefLabel|schema:name ?name }"
        " BIND(COALESCE(STR(?name), STR(?s)) AS ?l) } GROUP BY ?s"
    )
    chosen = f"{{ {named} }} {narrow}" if wanted else members
    rows = site.store.select(f"SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ {chosen} }}").rows
    total = int(rows[0][0].value) if rows[0][0] is not None else 0
    shown = shown_page(request, total)
    window = f"LIMIT {PAGE} OFFSET {shown * PAGE}"
    if total > MOST_INCOMING and not wanted and not sorts_all():
        # Too many to be named and sorted for each page: they come as the store has them.
        some = site.store.select(f"SELECT DISTINCT ?s WHERE {{ {members} }} {window}")
        things = [(thing.iri, thing.label) for thing in name_things(site.store, map(str, some.column("s"))).values()]
    else:
        table = site.store.select(
            f"SELECT ?s ?label WHERE {{ {{ {named} }} {narrow} }} ORDER BY LCASE(?label) ?s {window}"
        )
        things = [(str(row.s), str(row.label)) for row in table]
    return render(
        "list",
        request,
        title=title,
        class_=class_,
        kind=kind,
        wanted=wanted,
        things=things,
        total=total,
        is_more=False,
        listed=0,
        page=shown,
        pages=pages_of(total),
        data=address_of("page", class_),
    )


def _show_named(site: Site, request: Request, names: NameIndex, named: str, kind: str) -> Response:
    """List the things of a kind by the index of names: the most popular first, :data:`MOST_LISTED` at most."""
    wanted = request.parameter("filter").strip()
    class_ = (KINDS | RECORD_KINDS)[named]
    found = names.search(wanted, named, MOST_FILTERED + 1) if wanted else ()
    total = len(found) if wanted else dict(site.classes).get(class_, 0)
    listed = min(total, MOST_FILTERED if wanted else MOST_LISTED)
    shown = shown_page(request, listed)
    window = slice(shown * PAGE, min(listed, shown * PAGE + PAGE))
    things = (found if wanted else names.most_popular(named, window.stop))[window]
    return render(
        "list",
        request,
        title=kind_words(named),
        class_=class_,
        kind=kind,
        wanted=wanted,
        things=[(thing.iri, thing.label) for thing in things],
        total=listed if wanted else total,
        is_more=bool(wanted) and total > listed,
        listed=listed if total > listed else 0,
        page=shown,
        pages=pages_of(listed),
        data=address_of("page", class_),
    )


def kind_words(kind: str) -> str:
    """Return what several things of a kind are called."""
    return KIND_WORDS.get(kind, f"{kind}s")


def _count_members(store: Store, class_: str) -> int:
    table = store.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ ?s a {format_term(NamedNode(class_))} }}")
    return int(str(table[0].n))


def count_classes(store: Store) -> list[tuple[str, int]]:
    """Count the things of each class, of any vocabulary; the fifty largest classes, largest first.

    Of a graph with indexes, those classes that have kinds here: others are not looked for.
    """
    if find_lineage_index(store) is not None:
        found = [(class_, _count_members(store, class_)) for class_ in _KINDS_OF]
        return sorted(((class_, n) for class_, n in found if n), key=lambda counted: (-counted[1], counted[0]))
    table = store.select(
        "SELECT ?class (COUNT(DISTINCT ?s) AS ?n) WHERE { { ?s a ?class } UNION { GRAPH ?g { ?s a ?class } }"
        " FILTER(isIRI(?class)) } GROUP BY ?class ORDER BY DESC(?n) ?class LIMIT 50"
    )
    return [(str(row["class"]), int(str(row.n))) for row in table]


def pages_of(total: int) -> int:
    """Return how many pages a list of this length has; one, if it is empty."""
    return max(1, -(-total // PAGE))


def shown_page(request: Request, total: int) -> int:
    """Return which page of a list is asked for, from 0; the last one, if there are not so many."""
    return min(_parse_number(request, "page", 1, most=999_999_999), pages_of(total)) - 1


def _parse_number(request: Request, name: str, default: int, *, most: int) -> int:
    text = request.parameter(name)
    if not text:
        return default
    if not (re.fullmatch("[0-9]{1,9}", text) and 1 <= int(text) <= most):
        raise ParameterError(f"expected a number from 1 to {most:,}, not {text!r}", parameter=name)
    return int(text)
