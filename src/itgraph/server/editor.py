"""``/query``: where people write SPARQL, in YASGUI if it was there when itgraph was built, else in an editor of ours.

Both ask ``/sparql`` of this server and no other. Ours is a form that works without scripts too, and YASGUI takes its
place once it runs.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import escape
from pyoxigraph import NamedNode

from itgraph import terms
from itgraph.errors import UnknownQueryError
from itgraph.names import nearest
from itgraph.resources import web_path
from itgraph.results import format_iri
from itgraph.server.messages import Request, Response
from itgraph.server.pages.files import FOR_EVER, MEDIA_TYPES
from itgraph.server.pages.ontology import read_terms
from itgraph.server.pages.rendering import json_response, refuse, render
from itgraph.store import find_name_index

if TYPE_CHECKING:
    from collections.abc import Iterator

    from itgraph.indexes.names import NameIndex
    from itgraph.queries import Query
    from itgraph.server.site import Site
    from itgraph.store import Store

YASGUI = "/assets/yasgui/"

_YASGUI_FILES = ("yasgui.js", "yasgui.css", "LICENSES.txt")

# All of them as tabs would be more than fit: these show what kinds of questions there are, and a list has the others.
_TABS = (
    "ancestors-of-model",
    "descendants-of-model",
    "teachers-of-model",
    "datasets-of-model",
    "openness-of-ancestry",
    "sources-of-statement",
)

FIRST_QUERY = """\
# Models and what they were built on. Press Run, or Ctrl and Enter.
PREFIX itg: <https://w3id.org/itgraph/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?model ?name ?base
WHERE {
  ?model a itg:Model ;
    rdfs:label ?name .
  OPTIONAL { ?model itg:baseModel ?base }
}
ORDER BY ?name
LIMIT 100
"""
"""What a page for SPARQL begins with."""

_MOST_THINGS = 20_000
_MOST_POPULAR = 2_000


def editor_page(site: Site, request: Request) -> Response:
    """Return the page; ``query`` is what to begin with, or ``name`` that of a saved query, ``editor=plain`` ours."""
    queries = {query.name: query for query in site.queries}
    name, given = request.parameter("name"), request.parameter("query")
    if name and name not in queries:
        near = nearest(name, queries)
        suggestions = [(f"/query?name={other}", other) for other in near]
        return refuse(request, 404, str(UnknownQueryError(name, suggestions=near)), suggestions=suggestions)
    has_yasgui = web_path() is not None
    text = given or (_editable(queries[name]) if name else "")
    return render(
        "editor",
        request,
        query=escape(text or FIRST_QUERY),  # as it is, invisible characters too: it is edited and sent again
        is_given=bool(text),
        selected=name,
        groups=_by_tag(site.queries),
        has_yasgui=has_yasgui,
        is_plain=not has_yasgui or request.parameter("editor") == "plain",
        tabs=" ".join(tab for tab in _TABS if tab in queries),
        yasgui=_yasgui_address,
    )


def editor_data(site: Site, request: Request) -> Response:  # noqa: ARG001
    """Return what an editor cannot do without, for which no store is asked: prefixes and saved queries."""
    queries = [{"name": query.name, "summary": query.summary, "sparql": _editable(query)} for query in site.queries]
    return json_response({"base": terms.BASE, "prefixes": terms.PREFIXES, "queries": queries}, indent=None)


def editor_names(site: Site, request: Request) -> Response:  # noqa: ARG001
    """Return what can stand in a query, to complete it: what to write, what it is called, and of what kind it is."""
    names: dict[str, tuple[str, str, str]] = {}
    index = find_name_index(site.store)
    # A graph with an index is too large to be asked for every term and thing: it uses our terms, and is told of the
    # things that are asked for most.
    of_graph = (*_used_terms(site.store), *_things(site)) if index is None else _popular(index)
    for iri, label, kind in (*_our_terms(), *of_graph):
        text = _written(iri)
        names.setdefault(text, (text, label, kind))
    return json_response({"names": list(names.values())}, indent=None)


def yasgui_asset(site: Site, request: Request) -> Response:  # noqa: ARG001
    """Return a file of YASGUI, or the licences of what it is made of."""
    name = request.path.removeprefix(YASGUI)
    folder = web_path()
    if folder is None or name not in _YASGUI_FILES:
        return refuse(request, 404, f"there is no file {request.path}")
    headers = (FOR_EVER,) if request.parameter("v") else ()
    path = folder / "yasgui" / name
    return Response(media_type=MEDIA_TYPES[path.suffix], body=path.read_bytes(), headers=headers)


@cache
def _yasgui_address(name: str) -> str:
    folder = web_path()
    assert folder is not None
    mark = hashlib.sha256((folder / "yasgui" / name).read_bytes()).hexdigest()[:12]
    return f"{YASGUI}{name}?v={mark}"


# -- Saved queries -------------------------------------------------------------------------------------------


def _editable(query: Query) -> str:
    """Return a saved query as one edits it: what it asks, then the SPARQL, without the header for programs."""
    lines = query.sparql.splitlines(keepends=True)
    return f"# {query.summary}\n" + "".join(line for line in lines if not line.startswith("#+"))


def _by_tag(queries: tuple[Query, ...]) -> list[tuple[str, list[Query]]]:
    """Return the saved queries under what they are about, each once."""
    groups: dict[str, list[Query]] = {}
    for query in queries:
        groups.setdefault(query.tags[0] if query.tags else "other", []).append(query)
    return sorted((tag.replace("-", " ").capitalize(), group) for tag, group in groups.items())


# -- Names ---------------------------------------------------------------------------------------------------


_GROUPS = {"Classes": "class", "Properties": "property", "Values": "value"}
_NOT_ASKED_FOR = {"row", "issue"}


def _our_terms() -> Iterator[tuple[str, str, str]]:
    """Yield the terms of our ontology: IRI, name and kind."""
    for _, title, group in read_terms():
        for term in group:
            yield term.iri, term.label, _GROUPS[title]


def _used_terms(store: Store) -> Iterator[tuple[str, str, str]]:
    """Yield the classes and properties that the graph uses, of whichever vocabulary."""
    for kind, pattern in (("class", "?any a ?term"), ("property", "?any ?term ?other")):
        for row in store.select(f"SELECT DISTINCT ?term WHERE {{ {pattern} }} ORDER BY ?term").rows:
            if isinstance(row[0], NamedNode):
                yield row[0].value, "", kind


def _things(site: Site) -> Iterator[tuple[str, str, str]]:
    """Yield what has a name that one would ask by; nothing of a graph with too many."""
    things = dict.fromkeys(name.thing for name in site.names or () if name.is_label)
    for thing in [thing for thing in things if thing.kind not in _NOT_ASKED_FOR][:_MOST_THINGS]:
        yield thing.iri, thing.label, thing.kind.removeprefix("concept:")


def _popular(index: NameIndex) -> Iterator[tuple[str, str, str]]:
    """Yield the most popular things of each kind that one would ask by."""
    for kind in index.kinds():
        if kind not in _NOT_ASKED_FOR:
            for named in index.most_popular(kind, _MOST_POPULAR):
                yield named.iri, named.label, kind.removeprefix("concept:")


def _written(iri: str) -> str:
    """Return an IRI as one writes it in a query.

    >>> _written("https://w3id.org/itgraph/model/gpt-3.5"), _written("https://w3id.org/itgraph/model/a%20b")
    ('itm:gpt-3.5', '<https://w3id.org/itgraph/model/a%20b>')
    """
    short = format_iri(iri)
    return short if short != iri and re.fullmatch(r"\w+:\w(?:[\w.-]*[\w-])?", short) else f"<{iri}>"
