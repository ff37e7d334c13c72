"""The little picture of the lineage of one thing, as the explorer draws it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from itgraph.errors import ExportError, ParameterError
from itgraph.explorer.drawing import format_svg
from itgraph.explorer.neighbourhood import Web
from itgraph.explorer.views import Opening, draw_view
from itgraph.server.messages import Response
from itgraph.server.pages.addresses import candidates
from itgraph.server.pages.rendering import refuse

if TYPE_CHECKING:
    from itgraph.server.messages import Request
    from itgraph.server.site import Site

SVG = "image/svg+xml"
POLICY = ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
"""What a picture may do that is opened by itself: nothing but look as it does."""


def draw_picture(site: Site, request: Request) -> Response:
    """Draw the lineage of a thing: ``/picture/model/alpaca.svg``, ``?theme=dark``, or ``/picture?iri=...``."""
    theme = request.parameter("theme") or "light"
    if theme not in {"light", "dark"}:
        raise ParameterError(f"there is light and dark, not {theme!r}", parameter="theme")
    content = site.content
    for iri in candidates(request, "picture"):
        iri = iri if request.path == "/picture" else iri.removesuffix(".svg")
        try:
            place = -1 if content is None else content.index_of(iri)
        except ExportError:
            continue
        if content is None:
            break
        scene, title = draw_view(content, Web(content), Opening(start=place))
        text = format_svg(content, scene, title=title, theme="dark" if theme == "dark" else "light")
        return Response(media_type=SVG, body=text.encode(), headers=(POLICY,))
    return refuse(request, 404, "there is no picture of this")
