"""What is given out as it lies on the disk: style sheet, script and icon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from itgraph.server.messages import PLAIN, Response, redirect
from itgraph.server.pages.rendering import ASSETS, refuse

if TYPE_CHECKING:
    from itgraph.server.messages import Request
    from itgraph.server.site import Site

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": PLAIN,
    ".woff2": "font/woff2",
}
FOR_EVER = ("Cache-Control", "public, max-age=31536000, immutable")
FOR_A_DAY = ("Cache-Control", "public, max-age=86400")


def give_asset(site: Site, request: Request) -> Response:
    """Return one of the files of ``assets``; one that is asked for with the mark of its content may be kept."""
    name = request.path.removeprefix("/assets/")
    # Looked up among the names that there are: a name is never a path.
    path = {found.name: found for found in ASSETS.iterdir() if found.suffix in MEDIA_TYPES}.get(name)
    if path is None:
        return refuse(request, 404, "there is no such file")
    headers = (FOR_EVER,) if request.parameter("v") else ()
    return Response(media_type=MEDIA_TYPES[path.suffix], body=path.read_bytes(), headers=headers)


def give_icon(site: Site, request: Request) -> Response:
    """Return the icon of the site."""
    body = (ASSETS / "favicon.svg").read_bytes()
    return Response(media_type=MEDIA_TYPES[".svg"], body=body, headers=(FOR_A_DAY,))


def see_icon(site: Site, request: Request) -> Response:
    """Send those who ask where icons used to be to where it is."""
    return redirect("/favicon.svg", status=301)


def give_robots(site: Site, request: Request) -> Response:
    """Return what crawlers may read: pages, and not what makes the server work for them."""
    rules = ["/sparql", "/query", "/explore", "/api/", "/download/", "/queries/", "/*?"]
    text = "User-agent: *\n" + "".join(f"Disallow: {rule}\n" for rule in rules)
    return Response(media_type=PLAIN, body=text.encode())
