"""The links of a site: where each leads, and which pages there are therefore to be written."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from itgraph.errors import ExportError
from itgraph.server.messages import Request
from itgraph.server.pages.addresses import candidates
from itgraph.server.pages.data import FORMATS
from itgraph.server.pages.ontology import place_of
from itgraph.server.site import respond
from itgraph.site.places import Address, Place, data_file, find_place, link, page_file, picture_file, read_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from itgraph.server.messages import Response
    from itgraph.server.site import Site

_FOLDERS = ("assets/", "data/", "download/")
"""What is written before any page: what is not there by then will not be."""
_OWN = {"search.html", "query.html", "explorer.html", "void.ttl"}
"""What is made in place of what a server has."""


class Links:
    """The links of a site with pages for some IRIs: what is linked is written, and what is not there is not linked.

    ``there`` are files that are written, ``missing`` those that will not be.
    """

    def __init__(self, site: Site, iris: frozenset[str]) -> None:
        self.there: set[str] = set()
        self.missing: set[str] = set()
        self._site = site
        self._iris = iris
        self._places: dict[str, Place | None] = {}
        self._found: dict[str, Address] = {}
        self._waiting: deque[tuple[str, Address, Response | None]] = deque()

    @property
    def found(self) -> int:
        """How many files are linked that a server's answers make."""
        return len(self._found)

    def find(self, text: str, here: str = "", seen_on: Address | None = None) -> str | None:
        """Return the link from the file ``here`` to what a server has at an address; ``None``, if nothing has it.

        Raises:
            ExportError: two addresses would be one file.
        """
        if "?" in text:  # what it means may depend on where it is seen
            place = self._resolve(text, seen_on)
        elif text in self._places:
            place = self._places[text]
        else:
            place = self._places[text] = self._resolve(text, None)
        return None if place is None else link(here, place)

    def _resolve(self, text: str, seen_on: Address | None) -> Place | None:
        """Return the place that an address leads to, and have it written if it is not yet."""
        address, fragment = self._explained(*read_address(text, seen_on))
        place = self._place(address)
        if place is None or place.file in self.missing:
            return None
        known = self._found.get(place.file)
        if known is not None and known != address:
            raise ExportError(f"{known.path}?{known.query} and {text} would both be {place.file}")
        if known is None and place.file not in self.there and place.file not in _OWN:
            if place.file.startswith(_FOLDERS):
                return None
            response = None
            # That an IRI has a page is known. Of others, some are about things that this graph does not know.
            if not address.path.startswith("/page"):
                response = self.ask(place.file, address)
                if response.status != HTTPStatus.OK:
                    self.missing.add(place.file)
                    return None
            self._found[place.file] = address
            self._waiting.append((place.file, address, response))
        return replace(place, behind=place.behind + fragment)

    def iter_waiting(self) -> Iterator[tuple[str, Address, Response]]:
        """Yield each file that is linked once, with its address and what a server answers there."""
        while self._waiting:
            file, address, response = self._waiting.popleft()
            yield file, address, response or self.ask(file, address)

    def ask(self, file: str, address: Address) -> Response:
        """Return what a server answers that is nowhere: its addresses begin with a slash."""
        accept = "text/html" if file.endswith(".html") else "*/*"
        return respond(self._site, Request(path=address.path, query=address.query, accept=accept, origin=""))

    def _place(self, address: Address) -> Place | None:
        folder, _, rest = address.path.removeprefix("/").partition("/")
        if folder not in {"page", "data", "picture"}:
            return find_place(address)
        path, extension = address.path, address.get("format")
        if rest and folder != "page":
            path, _, extension = address.path.rpartition(".")
        iri = self._iri(Request(path=path, query=address.query), folder)
        if not iri:
            return None
        if folder == "page":
            return Place(file=page_file(iri, {name: value for name, value in address.parameters if name != "iri"}))
        if folder == "picture":
            return Place(file=picture_file(iri, address.get("theme")))
        return Place(file=data_file(iri, extension)) if extension in FORMATS else None

    def _explained(self, address: Address, fragment: str) -> tuple[Address, str]:
        """Return where a term of ours is explained that has no page, since nothing uses it; else the address itself."""
        request = Request(path=address.path, query=address.query)
        if not address.path.startswith("/page") or self._iri(request, "page"):
            return address, fragment
        explained = next(filter(None, map(place_of, candidates(request, "page"))), "")
        return read_address(explained) if explained else (address, fragment)

    def _iri(self, request: Request, place: str) -> str:
        return next((iri for iri in candidates(request, place) if iri in self._iris), "")
