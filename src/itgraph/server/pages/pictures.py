"""The little picture of the lineage of one thing, as the explorer draws it."""

from __future__ import annotations

import re
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
    for iri in candidates(request, "picture"):
        text = _draw(site, iri if request.path == "/picture" else iri.removesuffix(".svg"), theme)
        if text:
            return Response(media_type=SVG, body=text.encode(), headers=(POLICY,))
    return refuse(request, 404, "there is no picture of this")


def picture_size(site: Site, iri: str) -> tuple[int, int] | None:
    """Return the width and height of the picture of a thing, in pixels; ``None`` if there would be no line in it."""
    found = re.search(r'<svg [^>]*width="(\d+)" height="(\d+)"', _draw(site, iri, with_lines=True))
    return (int(found[1]), int(found[2])) if found else None


def _draw(site: Site, iri: str, theme: str = "light", *, with_lines: bool = False) -> str:
    """Return the picture of a thing as SVG; empty, if it is not among those that are drawn."""
    if site.content is None:
        return ""
    try:
        place = site.content.index_of(iri)
    except ExportError:
        return ""
    scene, title = draw_view(site.content, Web(site.content), Opening(start=place))
    if with_lines and not scene.strokes:
        return ""
    return format_svg(site.content, scene, title=title, theme="dark" if theme == "dark" else "light")
