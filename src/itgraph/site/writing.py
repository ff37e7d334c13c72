"""Writing a site into a folder: the answers of a server as files, and what takes the place of a server beside them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from itgraph.arrangement import natural_key
from itgraph.errors import ExportError, MissingExtraError, ParameterError
from itgraph.explorer import explore
from itgraph.export import format_quads
from itgraph.export.void import DUMPS
from itgraph.files import replace_folder
from itgraph.lookup import KINDS
from itgraph.queries import run
from itgraph.resources import web_path
from itgraph.server.editor import FIRST_QUERY
from itgraph.server.limits import Limits
from itgraph.server.messages import HTML, Request
from itgraph.server.pages.addresses import page_of
from itgraph.server.pages.data import FORMATS, read_forms
from itgraph.server.pages.questions import RESULTS, give_table
from itgraph.server.pages.rendering import ASSETS, refuse, render
from itgraph.server.pages.search import kinds_of
from itgraph.server.pages.statements import sorting_all
from itgraph.server.site import Site
from itgraph.site.description import describe_site
from itgraph.site.links import Links
from itgraph.site.mark import MARK, format_mark, require_ours
from itgraph.site.places import data_file
from itgraph.site.rewriting import ENGINE_POLICY, POLICY, rewrite_page
from itgraph.site.sitemap import make_sitemaps
from itgraph.store import EmbeddedStore, find_lineage_index
from itgraph.terms import BASE, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyoxigraph import Quad

    from itgraph.queries import Query
    from itgraph.server.messages import Response
    from itgraph.site.places import Address
    from itgraph.store import Store

MOST_STATEMENTS = 200_000
"""How many statements a graph may have: each thing becomes ten files, and more."""

GRAPH = "download/itgraph.trig"
"""The file that the query page reads."""

_ASSETS = Path(__file__).resolve().parent / "assets"
_SHARED = ("site.css", "editor.css", "editor-query.js", "finder.js")
_EVERYTHING = 10**9
_NAMES_IN_A_FILE = 4000
_OTHER_DOWNLOADS = {"graphml": "graphml", "gexf": "gexf", "bib": "bibtex", "csv.zip": "csv"}
_DOWNLOADS = {name: form.export for name, form in FORMATS.items() if form.export} | _OTHER_DOWNLOADS


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was written: how many pages and files, their size in bytes, and what a reader should know of it."""

    pages: int
    files: int
    size: int
    notes: tuple[str, ...] = ()


def write_site(
    store: Store,
    folder: Path,
    *,
    url: str = "",
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Report:
    """Write a graph as a site into a folder, whole or not at all; a site that is there is replaced.

    ``url`` is where the site will be: its pages say so then, and there is a map of them for search engines.

    Raises:
        ParameterError: ``url`` is no address of the web.
        ExportError: the graph is too large, or the folder holds something else or cannot be written.
        StoreError: the store failed.
    """
    url = _read_url(url)
    require_ours(folder)
    if find_lineage_index(store) is not None or len(store) > MOST_STATEMENTS:
        raise ExportError(
            "the graph is too large to be a site of files, of which each thing takes ten (there may be"
            f" {MOST_STATEMENTS:,} statements): `itgraph serve` serves it; or make a site of a part: `itgraph export"
            " --focus NAME --format trig -o part.trig`, then `itgraph site -g part.trig`"
        )
    # Each page asks many questions: of the graph in memory, wherever it is. Sorted, so that all is found in one order.
    quads = sorted(store.quads(), key=str)
    site = Site(store=EmbeddedStore(quads), limits=Limits(rows=_EVERYTHING, bytes=_EVERYTHING))
    reports: list[Report] = []

    def fill(new: Path) -> None:
        with sorting_all():
            reports.append(_Writer(site, quads, new, url).write(progress))
        require_ours(folder, instead=new)  # it may have changed since we began

    try:
        replace_folder(folder, fill)
    except OSError as error:
        raise ExportError(f"{folder} cannot be written: {error.strerror or error}") from error
    return reports[0]


def _read_url(url: str) -> str:
    """Return the address with a slash at its end; empty, if there is none."""
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        is_plain = bool(re.fullmatch(r"https?://[A-Za-z0-9._~:/\[\]@!$'()*+,;=%-]+", url) and parts.hostname)
    except ValueError:
        is_plain = False
    if not is_plain or "@" in url:
        raise ParameterError(f"expected an address such as https://example.org/itgraph/, not {url!r}", parameter="url")
    return url.rstrip("/") + "/"


def _find_iris(quads: Iterable[Quad]) -> frozenset[str]:
    """Return every IRI that a graph speaks of, in whatever place."""
    return frozenset(
        term.value
        for quad in quads
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name)
        if isinstance(term, NamedNode)
    )


class _Writer:
    """One site as it is written: first what pages lead to, so that it is known what there is; then the pages."""

    def __init__(self, site: Site, quads: list[Quad], folder: Path, url: str) -> None:
        self._site = site
        self._quads = quads
        self._folder = folder
        self._url = url
        self._iris = _find_iris(quads)
        self._links = Links(site, self._iris)
        self._pages = 0
        self._listed: list[str] = []
        self._size = 0
        self._notes: list[str] = []

    def write(self, progress: Callable[[int, int], None]) -> Report:
        self._write_downloads()
        for place, iri in enumerate(sorted(self._iris)):
            self._write_data(iri)
            progress(place, 2 * len(self._iris))
        self._write_explorer()
        self._write_assets()
        for query in self._site.queries:
            self._write_answers(query)
        for address in ("/", "/queries", "/queries?format=json", "/issues", "/conflicts", "/about", *_ONTOLOGY):
            self._links.find(address)
        for iri in sorted(self._iris):
            self._links.find(page_of(iri))
        self._write_own_pages()
        for file, of, response in self._links.iter_waiting():
            self._write_response(file, of, response)
            progress(len(self._iris) + self._pages, len(self._iris) + self._links.found)
        self._write_for_machines()
        return Report(pages=self._pages, files=len(self._links.there), size=self._size, notes=tuple(self._notes))

    def _put(self, file: str, content: bytes) -> None:
        if file in self._links.there:
            raise ExportError(f"two parts of the site would be {file}")
        path = self._folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self._links.there.add(file)
        self._size += len(content)

    # -- Data ----------------------------------------------------------------------------------------------------------

    def _write_downloads(self) -> None:
        for extension, name in _DOWNLOADS.items():
            file = f"download/itgraph.{extension}"
            try:
                self._put(file, format_quads(self._quads, name))
            except ExportError as error:
                self._notes.append(f"without {file}: {error}")

    def _write_data(self, iri: str) -> None:
        for extension, content in read_forms(self._site.store, iri).items():
            if content is not None:
                self._put(data_file(iri, extension), content)

    def _write_answers(self, query: Query) -> None:
        """Write a saved query, and its answer in all forms."""
        table = run(query, self._site.store)
        for form in RESULTS:
            self._put(f"queries/{query.name}.{form}", give_table(self._site, table, form).body)

    # -- Pages ---------------------------------------------------------------------------------------------------------

    def _write_response(self, file: str, address: Address, response: Response) -> None:
        if response.media_type == HTML:
            self._write_page(file, response.body.decode(), address)
        else:
            self._put(file, response.body)

    def _write_page(self, file: str, html: str, address: Address | None = None, *, policy: str = POLICY) -> None:
        def find(text: str) -> str | None:
            return self._links.find(text, file, address)

        canonical = self._url and self._url + ("" if file == "index.html" else file)
        self._put(file, rewrite_page(html, find, canonical=canonical, policy=policy).encode())
        self._pages += 1
        # Variants of a page (its other pages, every statement) are found from it.
        if address is not None and not dict(address.parameters).keys() - {"iri", "class"}:
            self._listed.append(file)

    def _write_own_pages(self) -> None:
        """Write the pages of which a server has others: those of search, of SPARQL, and of what is not there."""
        search = render("static_search", _request("/search"), kinds=kinds_of(self._site))
        self._write_page("search.html", search.body.decode())
        fields = {query.name: query for query in self._site.queries}
        query = render(
            "static_query",
            _request("/query"),
            queries=fields.values(),
            graph=GRAPH,
            has_engine=self._has_engine,
            first_query=FIRST_QUERY,
        )
        self._write_page("query.html", query.body.decode(), policy=ENGINE_POLICY)
        missing = refuse(_request("/404"), 404, "nothing of this site has this address").body.decode()
        # It is shown at any address that leads nowhere: its own links can only lead back if they are whole.
        file = "404.html"
        found = rewrite_page(missing, lambda text: _under(self._url, self._links.find(text)))
        self._put(file, found.encode())

    def _write_explorer(self) -> None:
        try:
            html = explore(self._site.store)
        except (ExportError, MissingExtraError) as error:
            self._links.missing.add("explorer.html")
            self._notes.append(f"without the explorer: {error}")
            return
        # Its own page of a file leads nowhere else.
        home = '<a class="home" href="index.html">itgraph</a>\n  '
        self._put("explorer.html", html.replace("<h1>Lineage", f"{home}<h1>Lineage", 1).encode())
        self._pages += 1

    # -- What is beside the pages --------------------------------------------------------------------------------------

    @property
    def _has_engine(self) -> bool:
        folder = web_path()
        return folder is not None and (folder / "oxigraph" / "web.js").is_file()

    def _write_assets(self) -> None:
        for name in _SHARED:
            self._put(f"assets/{name}", (ASSETS / name).read_bytes())
        for path in sorted(_ASSETS.iterdir()):
            self._put(f"assets/{path.name}", path.read_bytes())
        self._links.find("/favicon.svg")
        folder = web_path()
        if folder is not None and self._has_engine:
            for path in sorted((folder / "oxigraph").iterdir()):
                self._put(f"assets/oxigraph/{path.name}", path.read_bytes())
        else:
            self._notes.append(
                "without Oxigraph for browsers: query.html can show saved queries and not ask them; it is put in when"
                " itgraph is built on a machine with Node.js (in a checkout: python hatch_build.py)"
            )
        self._write_names()
        knowledge = {"base": BASE, "prefixes": PREFIXES, "queries": [_told(query) for query in self._site.queries]}
        self._put("assets/queries.json", _json(knowledge))

    def _write_names(self) -> None:
        """Write the names that search looks through: scripts, since a page of a file may read nothing else."""
        others: dict[tuple[str, str, str], list[str]] = {}
        for name in self._site.names or ():
            known = others.setdefault((name.thing.iri, name.thing.kind, name.thing.label), [])
            if name.text != name.thing.label:
                known.append(name.text)
        if self._site.names is None:
            self._notes.append("without search: the graph has too many names")
        order = list(KINDS)
        things = sorted(
            ([_short(iri), kind, label, *sorted(names)] for (iri, kind, label), names in others.items()),
            key=lambda thing: (
                order.index(thing[1]) if thing[1] in order else len(order),
                natural_key(thing[2].casefold()),
                thing[0],
            ),
        )
        parts = [things[at : at + _NAMES_IN_A_FILE] for at in range(0, len(things), _NAMES_IN_A_FILE)] or [[]]
        for number, part in enumerate(parts, 1):
            told = {"of": len(parts), "names": part}
            self._put(f"assets/names-{number}.js", b"itgraphNames(" + _json(told).rstrip() + b");\n")

    def _write_for_machines(self) -> None:
        downloads = [name for name in DUMPS if f"download/itgraph.{name}" in self._links.there]
        self._put("void.ttl", describe_site(self._site, self._url, downloads))
        if self._url:
            for file, content in make_sitemaps(self._url, self._listed).items():
                self._put(file, content)
            self._put("robots.txt", f"User-agent: *\nAllow: /\n\nSitemap: {self._url}sitemap.xml\n".encode())
        # Without it, GitHub would take the files for the sources of a site, and leave out some.
        self._put(".nojekyll", b"")
        self._put(MARK, format_mark(self._links.there))


_ONTOLOGY = (
    "/ontology",
    *("/ontology.ttl", "/ontology.jsonld", "/ontology?format=nt", "/ontology?format=rdf"),
    *("/shapes.ttl", "/context.jsonld"),
)


def _request(path: str) -> Request:
    return Request(path=path, accept="text/html", origin="")


def _under(url: str, found: str | None) -> str | None:
    return found and url + found


def _told(query: Query) -> dict[str, object]:
    return {
        "name": query.name,
        "summary": query.summary,
        "sparql": "".join(line for line in query.sparql.splitlines(keepends=True) if not line.startswith("#+")),
        "parameters": [parameter.to_dict() for parameter in query.parameters],
    }


def _short(iri: str) -> str:
    """Return an IRI without what ours begin with; others have a space before them, which no IRI has."""
    return iri.removeprefix(BASE) if iri.startswith(BASE) else f" {iri}"


def _json(value: object) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, separators=(',', ':'))}\n".encode()
