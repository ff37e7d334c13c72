"""From templates to responses: the one place where pages are put together, and where text becomes HTML.

Every value is escaped by the template engine. Before that, characters that cannot be seen, and those that turn the
direction of text, are shown as escapes, so that no name can look like another one.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from markupsafe import Markup

from itgraph import __version__
from itgraph.access import DISCLAIMER
from itgraph.explorer.encoding import KINDS
from itgraph.plurals import counted
from itgraph.results import format_iri, printable
from itgraph.server.messages import HTML, JSON, PLAIN, Request, Response
from itgraph.server.negotiation import choose
from itgraph.server.pages.addresses import address_of, is_ours, is_web, page_of
from itgraph.server.problems import PROBLEM, problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2.runtime import Context

ASSETS = Path(__file__).resolve().parents[1] / "assets"

_TITLES = {
    400: "This cannot be answered as it was asked",
    403: "This is not done here",
    404: "There is no such page",
    405: "This address is only read",
    406: "There is no such form of this",
    500: "Something went wrong here",
    502: "The graph did not answer",
    504: "This took too long",
}

Headers = tuple[tuple[str, str], ...]


def render(template: str, request: Request, *, status: int = 200, headers: Headers = (), **values: Any) -> Response:
    """Return a page; ``template`` is the name of a file without ``.html``, the values are what it shows."""
    text = _environment().get_template(f"{template}.html").render(request=request, **values)
    vary = ("Vary", "Accept")
    return Response(status=status, media_type=HTML, body=text.encode(), headers=(*headers, vary))


def refuse(
    request: Request,
    status: int,
    detail: str,
    *,
    suggestions: Sequence[tuple[str, str]] = (),
    headers: Headers = (),
    prefer: str = HTML,
) -> Response:
    """Return an error as the client likes it: a page, a problem (RFC 9457) or plain text.

    ``suggestions`` are addresses with their names, to go on from there; ``prefer`` is what a client gets that takes
    anything.
    """
    offered = [prefer, *(kind for kind in (HTML, PROBLEM, JSON, PLAIN) if kind != prefer)]
    chosen = choose(request.accept, offered) or PROBLEM
    if chosen == HTML:
        page = render(
            "error",
            request,
            status=status,
            headers=headers,
            title=_TITLES[status],
            detail=detail,
            suggestions=suggestions,
            is_missing=status == 404,
        )
        return replace(page, cacheable=status < 500)
    named = [{"name": name, "address": request.origin + address} for address, name in suggestions]
    members = {"suggestions": named} if named else {}
    accept = "" if chosen == PLAIN else JSON
    return problem(accept, status, detail, headers=headers, cacheable=status < 500, **members)


def json_response(
    value: object, *, status: int = 200, media_type: str = JSON, headers: Headers = (), indent: int | None = 2
) -> Response:
    """Return plain values as JSON."""
    import json

    body = json.dumps(value, ensure_ascii=False, indent=indent) + "\n"
    return Response(status=status, media_type=media_type, body=body.encode(), headers=(*headers, ("Vary", "Accept")))


@cache
def asset_address(name: str) -> str:
    """Return the address of a file of ours, with a mark of what is in it: it may be kept for ever."""
    mark = hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()[:12]
    return f"/assets/{name}?v={mark}"


def with_parameters(request: Request, **changes: str | int | None) -> str:
    """Return the address of a request with other parameters; ``None`` takes one away."""
    kept = [(name, value) for name, value in request.parameters if name not in changes]
    given = [(name, str(value)) for name, value in changes.items() if value is not None]
    query = urlencode([*kept, *given])
    return quote(request.path, safe="/:@!$&'()*+,;=~-._") + (f"?{query}" if query else "")


def load_templates() -> None:
    """Read all templates, so that no page has to wait for its own."""
    for name in _environment().list_templates():
        _environment().get_template(name)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.globals |= {
        "asset": asset_address,
        "version": __version__,
        "disclaimer": DISCLAIMER,
        "looks": KINDS,
        "page_of": page_of,
        "address_of": address_of,
        "curie": format_iri,
        "picture_of": _picture_of,
        "here": _here,
    }
    environment.filters |= {"plural_of": counted, "thousands": lambda number: f"{number:,}", "linked": link_addresses}
    environment.tests |= {"web": is_web, "ours": is_ours}
    return environment


def _finalize(value: Any) -> Any:
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def link_addresses(text: str) -> Markup:
    """Return a text as HTML in which the addresses of the web can be followed; whatever else is in it is escaped.

    >>> print(link_addresses("<b> says (https://a.example/b), not c"))
    &lt;b&gt; says (<a href="https://a.example/b" rel="external nofollow noopener">https://a.example/b</a>), not c
    >>> print(link_addresses("javascript:x"))
    javascript:x
    """
    parts = re.split(r"(https?://[^\s()<>\"']*[^\s()<>\"'.,;:])", text)
    link = Markup('<a href="{0}" rel="external nofollow noopener">{0}</a>')
    return Markup("").join(
        link.format(printable(part)) if place % 2 else printable(part) for place, part in enumerate(parts)
    )


@pass_context
def _here(context: Context, **changes: str | int | None) -> str:
    return with_parameters(context["request"], **changes)


def _picture_of(iri: str, theme: str = "") -> str:
    address = address_of("picture", iri, ".svg")
    return f"{address}{'&' if '?' in address else '?'}theme={theme}" if theme else address
