"""Pages of a site in a real browser, without a server: what the browser asks for is answered by ``respond``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, Page, Route
from tests.browsing import Watched

from itgraph.server.front import POLICY
from itgraph.server.messages import Request, Response
from itgraph.server.site import Site, respond

ORIGIN = "http://itgraph.test"


def get(site: Site, address: str, accept: str = "*/*") -> Response:
    """Answer a GET of an address as it stands in a link."""
    parts = urlsplit(address)
    assert parts.scheme in {"", "http"}
    return respond(site, Request(path=unquote(parts.path), query=parts.query, accept=accept, origin=ORIGIN))


class Visit(Watched):
    """A page, with whatever went wrong on it: errors, breaches of its policy, requests to others."""

    def __init__(self, page: Page, site: Site) -> None:
        super().__init__(page)
        self.site = site
        page.route("**/*", self._answer)

    def _answer(self, route: Route) -> None:
        asked = route.request
        if not asked.url.startswith(ORIGIN + "/"):
            self.note_request(asked.url)
            route.abort()
            return
        answer = get(self.site, asked.url, asked.headers.get("accept", "*/*"))
        headers = {"Content-Security-Policy": POLICY, **dict(answer.headers), "Content-Type": answer.media_type}
        route.fulfill(status=answer.status, headers=headers, body=answer.body)

    def go(self, address: str) -> Page:
        self.page.goto(ORIGIN + address)
        return self.page


Opener = Callable[..., Visit]


@contextmanager
def visiting(browser: Browser) -> Iterator[Opener]:
    """Give what opens a site in a browser; in the end nothing may have gone wrong, but for pages that are errors."""
    visits: list[Visit] = []

    def open_site(site: Site, *, width: int = 1280, dark: bool = False, script: bool = True) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
        )
        visits.append(Visit(context.new_page(), site))
        return visits[-1]

    yield open_site
    wrong = [what for visit in visits for what in visit.wrong if "the server responded with a status of 4" not in what]
    for visit in visits:
        visit.page.context.close()
    assert wrong == []
