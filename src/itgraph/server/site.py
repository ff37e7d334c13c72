"""From a request to a response: which part answers which address.

A plain function without network, threads or state that changes, so that it can be run, and ended, in any process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlencode

from itgraph.errors import ExportError, ItgraphError, StoreError
from itgraph.explorer import read_content
from itgraph.explorer.parts import Distant, Held, Parts
from itgraph.queries import load_queries
from itgraph.server import explorer
from itgraph.server.editor import editor_data, editor_names, editor_page, yasgui_asset
from itgraph.server.limits import Limits
from itgraph.server.messages import HTML, Request, Response
from itgraph.server.pages import (
    about,
    conflicts,
    data,
    dataset,
    files,
    home,
    issues,
    ontology,
    openapi,
    pictures,
    questions,
    resources,
)
from itgraph.server.pages.rendering import load_templates, refuse
from itgraph.server.pages.search import Name, read_names
from itgraph.server.problems import PROBLEM, status_of, tell
from itgraph.server.sparql import answer_sparql
from itgraph.store import EmbeddedStore, find_lineage_index

if TYPE_CHECKING:
    from itgraph.explorer import Content
    from itgraph.queries import Query
    from itgraph.results import Table
    from itgraph.store import Store

Handler: TypeAlias = Callable[["Site", Request], Response]

MOST_WARMED = 500_000
"""How many statements a graph may have for its pages to be made ready before the first request."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """What is served: a store, and what is read once from it or from the files that come with itgraph."""

    store: Store
    limits: Limits = field(default_factory=Limits)

    @cached_property
    def queries(self) -> tuple[Query, ...]:
        """The saved queries, by name."""
        return load_queries()

    @cached_property
    def names(self) -> tuple[Name, ...] | None:
        """Every name of every thing; ``None`` of a graph with too many to be kept, whose store is asked each time."""
        return read_names(self.store)

    @cached_property
    def content(self) -> Content | None:
        """What the explorer shows; ``None`` of a graph that holds nothing of it, or too much for one picture."""
        if self.names is None:
            return None
        try:
            return read_content(self.store)
        except ExportError:
            return None

    @cached_property
    def parts(self) -> Parts:
        """The graph as the explorer is told of it, part after part."""
        return Distant(self.store) if self.content is None else Held(self.content)

    @cached_property
    def counts(self) -> Table:
        """How much the graph holds."""
        return home.count(self.store, self.classes)

    @cached_property
    def classes(self) -> list[tuple[str, int]]:
        """How many things each class has, the largest classes first."""
        return home.count_classes(self.store)

    @cached_property
    def downloads(self) -> tuple[str, ...]:
        """The forms that can hold all of the graph, by the ends of their addresses."""
        return dataset.find_downloads(self.store)

    def warm(self) -> None:
        """Read what is read once, and make a page of each kind, so that processes forked from here on need not.

        Only of a graph in memory that is not large, or that has indexes: another one could keep the server from
        starting.
        """
        if not isinstance(self.store, EmbeddedStore):
            return
        # To count the statements of a graph with indexes takes longer than to make its pages.
        if find_lineage_index(self.store) is None and len(self.store) > MOST_WARMED:
            return
        load_templates()
        for path in ("/", "/queries", "/issues", "/conflicts", "/about", "/ontology", "/openapi.json"):
            respond(self, Request(path=path, accept="text/html"))
        with suppress(StoreError):  # it is told to who asks
            if self.content is not None:
                respond(self, Request(path="/picture", query=urlencode({"iri": self.content.nodes[0].thing.iri})))


ROUTES: Mapping[str, Handler] = MappingProxyType(
    {
        "/": home.show_home,
        "/browse": home.show_class,
        "/browse/": home.show_kind,
        "/api/": openapi.miss_address,
        "/api/search": home.answer_search,
        "/id": resources.see_other,
        "/id/": resources.see_other,
        "/page": resources.show_resource,
        "/page/": resources.show_resource,
        "/data": data.give_data,
        "/data/": data.give_data,
        "/picture": pictures.draw_picture,
        "/picture/": pictures.draw_picture,
        "/sparql": answer_sparql,
        "/query": editor_page,
        "/api/editor": editor_data,
        "/api/editor/names": editor_names,
        "/assets/yasgui/": yasgui_asset,
        "/queries": questions.show_catalogue,
        "/queries/": questions.show_question,
        "/openapi.json": openapi.describe_interface,
        "/issues": issues.show_issues,
        "/conflicts": conflicts.show_conflicts,
        "/about": about.show_about,
        "/.well-known/void": dataset.describe_dataset,
        "/download/": data.give_download,
        "/ontology": ontology.show_ontology,
        "/ontology/": ontology.show_ontology,
        "/ontology.ttl": ontology.give_turtle,
        "/ontology.jsonld": ontology.give_jsonld,
        "/shapes": ontology.give_shapes,
        "/shapes.ttl": ontology.give_shapes,
        "/context.jsonld": ontology.give_context,
        "/explore": explorer.explore_page,
        "/api/neighbourhood": explorer.neighbourhood,
        "/api/thing": explorer.thing,
        "/api/graph": explorer.graph,
        "/assets/explorer/": explorer.asset,
        "/assets/": files.give_asset,
        "/favicon.svg": files.give_icon,
        "/favicon.ico": files.see_icon,
        "/robots.txt": files.give_robots,
    }
)
"""What answers which path; one that ends in a slash answers for all that begin with it, the longest one first."""

METHODS: Mapping[str, tuple[str, ...]] = MappingProxyType({"/sparql": ("GET", "POST")})
"""The methods of the paths that do not only take GET; HEAD and OPTIONS, which all take, are answered before."""


_FOR_PROGRAMS = ("/api/", "/data", "/download/", "/queries", "/issues", "/conflicts", "/.well-known/", "/openapi.json")
"""What gives data to those who take anything; errors there are data then, too."""


def respond(site: Site, request: Request) -> Response:
    """Answer a request; whatever goes wrong is told without a word of how it is made inside."""
    path = route_of(request.path)
    methods = METHODS.get(path, ("GET",))
    prefer = PROBLEM if path.startswith(_FOR_PROGRAMS) else HTML
    if request.method not in methods:
        allowed = ", ".join((*methods, "HEAD", "OPTIONS"))
        return refuse(request, 405, f"use {allowed}", headers=(("Allow", allowed),), prefer=prefer)
    try:
        # What has no route of its own may be the path of an IRI: /model/alpaca.
        return ROUTES[path](site, request) if path else resources.see_other(site, request)
    except ItgraphError as error:
        return refuse(request, status_of(error), tell(error), prefer=prefer)


def route_of(path: str) -> str:
    """Return the key of the route that answers a path; empty, if none does.

    >>> route_of("/page/model/alpaca"), route_of("/about"), route_of("/model/alpaca")
    ('/page/', '/about', '')
    """
    if path in ROUTES:
        return path
    found = (route for route in ROUTES if route.endswith("/") and route != "/" and path.startswith(route))
    return max(found, key=len, default="")
