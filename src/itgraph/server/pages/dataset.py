"""The description of what is served, for programs: :mod:`itgraph.export.void`, at the address of this server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat

from itgraph.errors import ParameterError
from itgraph.export.void import (
    DUMPS,
    FOAF,
    FORMATS_OF_W3C,
    SD,
    VOID,
    Distribution,
    current_view_of,
    dataset_of,
    describe_graph,
    format_description,
)
from itgraph.server.messages import HTML, Response, redirect
from itgraph.server.negotiation import choose
from itgraph.server.pages.data import FORMATS, is_downloadable
from itgraph.server.pages.rendering import refuse
from itgraph.server.problems import PROBLEM
from itgraph.store import find_lineage_index

if TYPE_CHECKING:
    from itgraph.server.messages import Request
    from itgraph.server.site import Site

__all__ = [
    "FOAF",
    "FORMATS_OF_W3C",
    "RDF_TYPES",
    "SD",
    "VOID",
    "current_view_of",
    "dataset_of",
    "describe_dataset",
    "list_downloads",
]

_RDF = {
    "ttl": RdfFormat.TURTLE,
    "jsonld": RdfFormat.JSON_LD,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
}
RDF_TYPES = {FORMATS[name].media_type: name for name in _RDF}
"""The media types in which the description can be had, and what ``format`` calls them."""


def list_downloads(site: Site) -> list[str]:
    """Return the ends of the addresses under which the whole graph can be had; none, if it is too large."""
    return list(DUMPS) if is_downloadable(site) else []


def describe_dataset(site: Site, request: Request) -> Response:
    """Return the description of the dataset, by ``format`` or Accept; a browser is sent to the page that says it."""
    wanted = request.parameter("format")
    if wanted and wanted not in _RDF:
        raise ParameterError(f"there is no format {wanted!r}; there is {', '.join(_RDF)}", parameter="format")
    chosen = FORMATS[wanted].media_type if wanted else choose(request.accept, [*RDF_TYPES, HTML])
    if chosen is None:
        return refuse(request, 406, f"there is {', '.join(RDF_TYPES)}", prefer=PROBLEM)
    if chosen == HTML:
        return redirect("/about", headers={"Vary": "Accept"})
    quads = describe_graph(
        site.store,
        request.origin,
        distributions=[_distribution(name) for name in list_downloads(site)],
        # In a graph without indexes they are counted anew.
        classes=site.classes if find_lineage_index(site.store) is not None else (),
    )
    body = format_description(quads, _RDF[RDF_TYPES[chosen]])
    media_type = f"{chosen}; charset=utf-8" if chosen.startswith("text/") else chosen
    return Response(media_type=media_type, body=body, headers=(("Vary", "Accept"),))


def _distribution(name: str) -> Distribution:
    form = FORMATS[name]
    return Distribution(name=name, media_type=form.media_type, title=form.title, holds_graphs=form.holds_graphs)
