"""The explorer's page as a server feeds it: a browser whose requests the site itself answers, without a network.

What a server can do wrong is done by ``Feeding``: it holds answers back, changes their order, or refuses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Page, Route
from tests.explorer.conftest import Visit

from itgraph.server.messages import Request
from itgraph.server.site import Site, respond

ORIGIN = "http://itgraph.test"


@dataclass
class Feeding:
    """A server: a site, the paths that were asked for, and those that are held back or refused."""

    site: Site
    asked: list[str] = field(default_factory=list)
    held: dict[str, Route] = field(default_factory=dict)
    holding: str = ""
    refusing: dict[str, int] = field(default_factory=dict)

    def answer(self, route: Route) -> None:
        """Answer a request, unless it is held back or refused."""
        address = route.request.url.removeprefix(ORIGIN)
        self.asked.append(address)
        for part, status in self.refusing.items():
            if part in address:
                if status:
                    route.fulfill(status=status, body="busy", headers={"Retry-After": "2"})
                else:
                    route.abort("connectionrefused")
                return
        if self.holding and self.holding in address:
            self.held[address] = route
            return
        self.give(route)

    def give(self, route: Route) -> None:
        """Give the site's own answer."""
        parts = urlsplit(route.request.url)
        found = respond(
            self.site,
            Request(path=unquote(parts.path), query=parts.query, accept=route.request.headers["accept"], origin=ORIGIN),
        )
        # What the server in front adds to a response without a policy of its own.
        headers = {"Content-Security-Policy": "default-src 'none'; img-src 'self'"} | dict(found.headers)
        route.fulfill(status=found.status, body=found.body, content_type=found.media_type, headers=headers)

    def release(self, part: str) -> None:
        """Answer what was held back."""
        for address in [address for address in self.held if part in address]:
            self.give(self.held.pop(address))


class OnlineVisit(Visit):
    """A page that is fed: requests to its own server are no fault, and neither are refusals that the test wants."""

    def __init__(self, page: Page, feeding: Feeding) -> None:
        super().__init__(page, f"{ORIGIN}/explore")
        self.feeding = feeding
        page.route("**/*", self._route)

    @property
    def faults(self) -> list[str]:
        """What went wrong, without what the browser says of the refusals that the test wants."""
        return [what for what in self.wrong if not what.startswith("console error: Failed to load resource")]

    @property
    def notice(self) -> str:
        """What is said over the view; empty, if nothing is."""
        return self.page.locator("#notice-text").inner_text() if self.page.is_visible("#notice") else ""

    def _route(self, route: Route) -> None:
        if route.request.url.startswith(f"{ORIGIN}/"):
            self.feeding.answer(route)
        else:
            self.wrong.append(f"request: {route.request.url[:100]}")
            route.abort()

    def _note_request(self, request: object) -> None:
        """Leave it to the route, which knows what is outside."""

    def go(self, query: str = "") -> Page:
        """Open the page at an address, and wait until it can be used."""
        self.page.goto(f"{self.address}?{query}" if query else self.address)
        self.page.wait_for_selector("html[data-ready]")
        return self.page

    def settle(self) -> None:
        """Wait until nothing is asked for any more."""
        for _ in range(1000):
            if not self.page.evaluate("itgraph.app.server.isBusy"):
                return
            self.page.wait_for_timeout(10)
        raise AssertionError("the page does not come to rest")
