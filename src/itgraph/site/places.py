"""Which file of a site has what a server has at an address.

Names of files are of small letters, digits and ``._-`` alone, so that no two of them are one on a system that does not
tell ``A`` from ``a``, and none needs to be escaped in a link. Whatever is not of those becomes so, and gets a mark of
what it was behind a ``~``, which no other name has. ``assets/site.js`` does the same to find the page of an IRI.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from itgraph import terms

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGED = ("out", "in", "use", "graph")
"""The parameters that turn the pages of the lists of statements."""

_SAFE = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,78}[a-z0-9_-])?")
_SAFE_FOLDER = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
# Windows takes no file of these names, whatever comes after a dot.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
_ELSEWHERE = "elsewhere"
_MOST_STEPS = 8
_LONGEST = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address of a server: its path, decoded, and those of its parameters that make a difference, in order."""

    path: str
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def query(self) -> str:
        """The parameters as a request has them."""
        return urlencode(self.parameters)

    def get(self, name: str) -> str:
        """Return a parameter; empty, if it is not given."""
        return dict(self.parameters).get(name, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A file, by its path below the folder of the site, and what comes behind it in a link: ``#n=...``."""

    file: str
    behind: str = ""


def read_address(text: str, seen_on: Address | None = None) -> tuple[Address, str]:
    """Read an address as it stands in a link, without what makes no difference; return it with its fragment.

    A list of statements has four pagers, each of which keeps the pages of the others: together they would be more pages
    than anybody turns. So of these only what differs from ``seen_on``, where the link stands, is kept, and the list of
    issues is narrowed by one thing at a time.

    >>> read_address("/page/model/a?out=2&in=1#x")
    (Address(path='/page/model/a', parameters=(('out', '2'),)), '#x')
    >>> here = read_address("/page/model/a?in=3")[0]
    >>> read_address("/page/model/a?in=3&out=2", here)[0].query
    'out=2'
    """
    parts = urlsplit(text)
    path = unquote(parts.path)
    given = dict(parse_qsl(parts.query))
    before = dict(seen_on.parameters) if seen_on is not None and seen_on.path == path else {}
    for name in (*PAGED, "page"):
        if given.get(name) == "1":
            del given[name]
    for name in PAGED:
        if name in given and given[name] == before.get(name):
            del given[name]
    if path == "/issues":
        narrowing = [name for name in ("code", "severity", "snapshot") if name in given]
        kept = next((name for name in narrowing if given[name] != before.get(name)), narrowing[0] if narrowing else "")
        given = {name: value for name, value in given.items() if name == kept or name in {"format", "page"}}
    if path.startswith("/assets/"):
        given = {}
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return Address(path=path, parameters=tuple(sorted(given.items()))), fragment


def link(here: str, place: Place) -> str:
    """Return what leads from one file to a place: up to the top, and down again.

    >>> link("page/model/alpaca.html", Place(file="explorer.html", behind="#n=x"))
    '../../explorer.html#n=x'
    """
    return "../" * here.count("/") + place.file + place.behind


# -- What is not about one thing ---------------------------------------------------------------------------------------

_FILES: Mapping[str, str] = {
    "/": "index.html",
    "/search": "search.html",
    "/favicon.svg": "favicon.svg",
    "/ontology.ttl": "ontology.ttl",
    "/ontology.jsonld": "ontology.jsonld",
    "/shapes": "shapes.ttl",
    "/shapes.ttl": "shapes.ttl",
    "/context.jsonld": "context.jsonld",
    "/.well-known/void": "void.ttl",
}
_LISTS = {"/queries", "/issues", "/conflicts", "/about", "/ontology"}


def find_place(address: Address) -> Place | None:
    """Return where what is at an address stands that is not about one IRI; ``None``, if no file has it.

    >>> find_place(read_address("/issues?code=no-link&page=2")[0])
    Place(file='issues~code-no-link~page-2.html', behind='')
    >>> find_place(read_address("/queries/large-datasets?format=csv")[0])
    Place(file='queries/large-datasets.csv', behind='')
    >>> find_place(read_address("/openapi.json")[0]) is None
    True
    """
    path, given = address.path, dict(address.parameters)
    if path == "/" and given:
        return Place(file="search.html", behind=f"?{address.query}")
    if path == "/query":
        # SPARQL is no part of the address that is asked for: it would be too long for some hosts.
        return Place(file="query.html", behind=_fragment(given))
    if path == "/explore":
        focus = given.get("focus", "")
        return Place(file="explorer.html", behind=f"#n={quote(focus, safe='/')}" if focus else "")
    if path in _FILES and not (given.keys() - {"format"}):
        return Place(file=_FILES[path])
    folder, _, name = path.removeprefix("/").partition("/")
    if path in _LISTS or (folder == "browse" and name):
        return Place(file=_with(f"browse/{_step(name)}" if name else folder, given))
    if path == "/browse" and "class" in given:
        class_ = given.pop("class")
        return Place(file=_with(f"browse/class/{stem_of(class_)}", given))
    if folder == "queries":
        if name.endswith(".rq"):
            return Place(file=f"queries/{_step(name.removesuffix('.rq'))}.rq")
        return Place(file=_with(f"queries/{_step(name)}", given))
    if folder in {"assets", "download"} and re.fullmatch(r"[a-z0-9][a-z0-9./-]*", name) and ".." not in name:
        return Place(file=f"{folder}/{name}")
    return None


def _fragment(given: Mapping[str, str]) -> str:
    return f"#{urlencode(given, quote_via=quote)}" if given else ""


def _with(stem: str, given: Mapping[str, str]) -> str:
    form = given.get("format", "html")
    said = (f"~{_step(name)}-{_step(value)}" for name, value in sorted(given.items()) if name != "format")
    return f"{stem}{''.join(said)}.{_step(form)}"


# -- What is about one IRI ---------------------------------------------------------------------------------------------


def page_file(iri: str, parameters: Mapping[str, str] | None = None) -> str:
    """Return the file of the page of an IRI.

    >>> page_file("https://w3id.org/itgraph/model/alpaca")
    'page/model/alpaca.html'
    >>> page_file("https://w3id.org/itgraph/model/alpaca", {"view": "statements", "in": "2"})
    'page/model/alpaca~in-2~view-statements.html'
    """
    return _with(f"page/{stem_of(iri)}", parameters or {})


def data_file(iri: str, extension: str) -> str:
    """Return the file of the data of an IRI."""
    return f"data/{stem_of(iri)}.{extension}"


def picture_file(iri: str, theme: str = "") -> str:
    """Return the file of the picture of an IRI."""
    return f"picture/{stem_of(iri)}{'~dark' if theme == 'dark' else ''}.svg"


def stem_of(iri: str) -> str:
    """Return what the files of an IRI are called, before their extensions.

    >>> stem_of("https://w3id.org/itgraph/row/2024-10-15/models/4")
    'row/2024-10-15/models/4'
    >>> stem_of("https://w3id.org/itgraph/model/Alpaca"), stem_of("https://w3id.org/itgraph/model/nul")
    ('model/alpaca~dd3af9a15033', 'model/nul~ba192543f9e0')
    >>> stem_of("https://schema.org/Person")
    'elsewhere/schema.org-person~93f4793727ff'
    """
    path = iri.removeprefix(terms.BASE)
    steps = path.split("/")
    is_ours = path != iri and not {"", ".", ".."} & set(steps) and steps[0] != _ELSEWHERE
    if not is_ours or len(steps) > _MOST_STEPS or len(path) > _LONGEST:
        return f"{_ELSEWHERE}/{_marked(iri, re.sub('^https?://', '', iri))}"
    return "/".join([*(_step(step, is_folder=True) for step in steps[:-1]), _step(steps[-1])])


def _step(text: str, *, is_folder: bool = False) -> str:
    pattern = _SAFE_FOLDER if is_folder else _SAFE
    is_safe = pattern.fullmatch(text) and text.partition(".")[0] not in _DEVICES
    return text if is_safe else _marked(text, text)


def _marked(text: str, shown: str) -> str:
    return f"{_clean(shown)}~{mark_of(text)}"


def _clean(text: str) -> str:
    # ASCII alone is made small: other letters go, and JavaScript would make some of them small otherwise.
    small = re.sub(r"[A-Z]+", lambda found: found[0].lower(), text)
    return re.sub(r"[^a-z0-9.]+", "-", small)[:60].strip("-.")


def mark_of(text: str) -> str:
    """Return a mark that tells a text from others: the lower 48 bits of its FNV-1a hash of 64, in hexadecimal.

    It is short to write in JavaScript, too, where a browser has no other hash on a page that came without encryption.
    """
    value = 0xCBF29CE484222325
    for byte in text.encode("utf-8", "surrogatepass"):
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{value & 0xFFFFFFFFFFFF:012x}"
