"""``/explore``: the lineage explorer, and the addresses that feed it with parts of the graph."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from itgraph.errors import AmbiguousNameError, ExportError, ParameterError, UnknownNameError
from itgraph.explorer.data import encode
from itgraph.explorer.encoding import LINES
from itgraph.explorer.explore import VIEWS
from itgraph.explorer.neighbourhood import CAP, MOST_DRAWN
from itgraph.explorer.page import OnlinePage, format_online_page, script_text, style_text
from itgraph.explorer.parts import Asked, full_iri
from itgraph.lookup import KINDS, get_thing
from itgraph.server.messages import HTML, JSON, Response
from itgraph.server.pages.addresses import page_of
from itgraph.server.pages.files import FOR_EVER
from itgraph.server.pages.rendering import refuse
from itgraph.server.problems import PROBLEM

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from itgraph.explorer.neighbourhood import Way
    from itgraph.explorer.views import Steps
    from itgraph.server.messages import Request
    from itgraph.server.site import Site

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What the explorer's page may do: what any page may, and show the pictures that it makes for those who export."""

MOST_NODES = 15_000
"""How many things, papers and people a graph may hold to be sent at once: they are about 7 MB."""

_FOLDER = "/assets/explorer/"
_MOST_STEPS = 999
_MOST_OPENED = 100
_ASKED = frozenset({"focus", "to", "up", "down", "rel", "more", "limit", "evidence"})
_MORE = re.compile(r"(up|down)([1-9]\d{0,3})")


def explore_page(site: Site, request: Request) -> Response:
    """Return the page of the explorer, with what it opens on.

    ``focus`` may be an IRI or a name, of a ``kind`` where several things have it; so may ``to``, the other end of a
    path. Whatever else stands in the address is read by the page itself.
    """
    try:
        asked, other = _read_opening(site, request)
        told = site.parts.around(asked) if asked else _nothing()
    except UnknownNameError as error:
        return refuse(request, 404, str(error), suggestions=[(_address(name), name) for name in error.suggestions])
    except AmbiguousNameError as error:
        links = [(_address(name), name) for name in error.candidates]
        return refuse(request, 400, str(error), suggestions=links)
    except ExportError as error:
        return refuse(request, 400, str(error))
    nodes = told["nodes"]
    page = OnlinePage(
        opening=told,
        other=other,
        reason=_reason(site),
        snapshots=site.parts.snapshots,
        facts=site.parts.facts,
        rules=site.parts.rules,
        script_address=asset_address("explorer.js"),
        style_address=asset_address("explorer.css"),
        pages=[(page_of(full_iri(node["iri"])), str(node["label"])) for node in nodes[:50]],
    )
    return Response(
        media_type=HTML, body=format_online_page(page).encode(), headers=(("Content-Security-Policy", POLICY),)
    )


def neighbourhood(site: Site, request: Request) -> Response:
    """Return what is drawn around ``focus``, or between it and ``to``, in the words of the explorer's page.

    Without a focus, that of the whole graph, as :func:`graph`.
    """
    if not request.parameter("focus"):
        return graph(site, request)
    unknown = sorted({name for name, _ in request.parameters} - _ASKED)
    if unknown:
        known = ", ".join(sorted(_ASKED))
        raise ParameterError(f"there is no such parameter; choose one of {known}", parameter=unknown[0])
    asked = _read_asked(
        request, focus=_iri(request, "focus"), to=_iri(request, "to") if request.parameter("to") else ""
    )
    return _answer(request, lambda: site.parts.around(asked))


def thing(site: Site, request: Request) -> Response:
    """Return all that is known of the thing with this ``iri``: its facts, its relations, and who says so."""
    iri = _iri(request, "iri")
    return _answer(request, lambda: site.parts.thing(iri))


def graph(site: Site, request: Request) -> Response:
    """Return the whole graph, with its overview and its timeline, if it is small enough to be drawn at once."""
    reason = _reason(site)
    if reason:
        return refuse(request, 404, reason, prefer=PROBLEM)
    return Response(media_type=JSON, body=encode(site.parts.everything()).encode())


def asset(site: Site, request: Request) -> Response:  # noqa: ARG001
    """Return the script or the style sheet of the page; asked for with the mark of its content, it may be kept."""
    found = _assets().get(request.path.removeprefix(_FOLDER))
    if found is None:
        return refuse(request, 404, "there is no such file")
    media_type, body, mark = found
    return Response(media_type=media_type, body=body, headers=(FOR_EVER,) if request.parameter("v") == mark else ())


def asset_address(name: str) -> str:
    """Return the address of the page's script or style sheet, with a mark of what is in it."""
    return f"{_FOLDER}{name}?v={_assets()[name][2]}"


@cache
def _assets() -> Mapping[str, tuple[str, bytes, str]]:
    texts = {
        "explorer.js": ("text/javascript; charset=utf-8", script_text(online=True)),
        "explorer.css": ("text/css; charset=utf-8", style_text()),
    }
    return {
        name: (media_type, text.encode(), hashlib.sha256(text.encode()).hexdigest()[:12])
        for name, (media_type, text) in texts.items()
    }


def _reason(site: Site) -> str:
    """Return why the whole graph cannot be had at once; empty, if it can."""
    if site.content is None or len(site.content.nodes) > MOST_NODES:
        return "This graph is too large to be drawn or listed at once: search for a thing, and see what is around it"
    return ""


def _answer(request: Request, tell: Callable[[], Mapping[str, Any]]) -> Response:
    try:
        return Response(media_type=JSON, body=encode(tell()).encode())
    except UnknownNameError as error:
        return refuse(request, 404, str(error), prefer=PROBLEM)
    except ExportError as error:
        return refuse(request, 400, str(error), prefer=PROBLEM)


# -- Reading what is asked ---------------------------------------------------------------------------------------------


def _read_opening(site: Site, request: Request) -> tuple[Asked | None, int]:
    """Return what the page opens with, and the place of the other end of a path in that; -1, if there is none."""
    view, kind = request.parameter("view", "focus"), request.parameter("kind")
    if view not in VIEWS:
        raise ParameterError(f"there is no view {view!r}; choose one of {', '.join(VIEWS)}", parameter="view")
    if kind and kind not in KINDS:
        raise ParameterError(f"there is no kind {kind!r}; choose one of {', '.join(KINDS)}", parameter="kind")
    name = request.parameter("from") if view == "path" else ""
    name = name or request.parameter("focus")
    focus = _find(site, name, kind) if name else site.parts.start()
    if not focus:
        return None, -1
    to = request.parameter("to") if view == "path" else ""
    if not to:
        return _read_asked(request, focus=focus), -1
    asked = _read_asked(request, focus=focus, to=_find(site, to, ""), evidence=True)
    return asked, int(asked.to != asked.focus)


def _read_asked(request: Request, *, focus: str, to: str = "", evidence: bool = False) -> Asked:
    return Asked(
        focus=focus,
        to=to,
        up=_read_steps(request, "up"),
        down=_read_steps(request, "down"),
        relations=_read_relations(request),
        pages=_read_pages(request),
        cap=_read_limit(request),
        evidence=evidence or _read_flag(request, "evidence"),
    )


def _read_steps(request: Request, name: str) -> Steps:
    text = request.parameter(name)
    if text in {"", "all"}:
        return "all" if text else None
    if re.fullmatch(r"\d{1,3}", text, re.ASCII):
        return int(text)
    raise ParameterError(f"expected a number from 0 to {_MOST_STEPS}, or all, not {text[:40]!r}", parameter=name)


def _read_limit(request: Request) -> int:
    text = request.parameter("limit", str(CAP))
    if re.fullmatch(r"\d{1,4}", text, re.ASCII) and 1 <= int(text) <= MOST_DRAWN:
        return int(text)
    raise ParameterError(f"expected a number from 1 to {MOST_DRAWN:,}, not {text[:40]!r}", parameter="limit")


def _read_flag(request: Request, name: str) -> bool:
    text = request.parameter(name, "no")
    if text not in {"yes", "no"}:
        raise ParameterError(f"expected yes or no, not {text[:40]!r}", parameter=name)
    return text == "yes"


def _read_relations(request: Request) -> frozenset[str] | None:
    names = _read_list(request, "rel")
    unknown = [name for name in names if name not in LINES]
    if unknown:
        name = unknown[0][:40]
        raise ParameterError(f"there is no relation {name!r}; choose one of {', '.join(LINES)}", parameter="rel")
    return frozenset(names) or None


def _read_pages(request: Request) -> dict[tuple[str, Way], int]:
    """Read which neighbours are opened: ``more=down2,model/llama`` draws two pages of what is made from LLaMA."""
    parts = _read_list(request, "more")
    pages: dict[tuple[str, Way], int] = {}
    for how, iri in zip(parts[::2], parts[1::2], strict=False):
        found = _MORE.fullmatch(how)
        if found is None:
            raise ParameterError(f"expected up1, down2 and so on, not {how[:40]!r}", parameter="more")
        pages[full_iri(iri), "up" if found[1] == "up" else "down"] = int(found[2])
    if len(pages) > _MOST_OPENED:
        raise ParameterError(f"expected {_MOST_OPENED} things at most", parameter="more")
    return pages


def _read_list(request: Request, name: str) -> list[str]:
    """Return the values of a parameter that holds several: a comma in one of them is written as %2C."""
    fields = (field.partition("=") for field in request.query.split("&"))
    text = next((value for key, _, value in fields if unquote(key) == name), "")
    return [unquote(part.replace("+", " ")) for part in text.split(",") if part]


def _iri(request: Request, name: str) -> str:
    text = request.parameter(name)
    if not text:
        raise ParameterError("which thing? Give its IRI", parameter=name)
    return full_iri(text)


def _find(site: Site, text: str, kind: str) -> str:
    """Return the IRI of a thing by its IRI, as the page writes it or whole, or by its name."""
    # First as the page itself writes it: looking through all names takes long where there are many.
    if site.parts.knows(full_iri(text)):
        return full_iri(text)
    return get_thing(site.store, text, kind or None).iri


def _nothing() -> dict[str, Any]:
    return {"nodes": [], "edges": [], "groups": [], "more": [], "deepest": [0, 0], "exact": True, "left_out": 0}


def _address(name: str) -> str:
    return f"/explore?focus={quote(name, safe='')}"
