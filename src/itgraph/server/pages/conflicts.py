"""Where other sources contradict the survey, and where they contradict each other: a page, and the same as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from itgraph.conflicts import (
    conflicts_table,
    disagreements_table,
    list_conflicts,
    list_disagreements,
    say_none,
)
from itgraph.errors import ParameterError
from itgraph.lookup import KINDS, get_thing
from itgraph.server.messages import HTML, JSON
from itgraph.server.negotiation import choose
from itgraph.server.pages.questions import RESULTS, give_table
from itgraph.server.pages.rendering import refuse, render
from itgraph.server.problems import PROBLEM

if TYPE_CHECKING:
    from itgraph.conflicts import Conflict, Disagreement
    from itgraph.server.messages import Request, Response
    from itgraph.server.site import Site

BETWEEN = ("survey", "sources")
"""Between whom: a source and the survey, or two sources."""

_ASKED = ("thing", "kind", "between", "format")


def show_conflicts(site: Site, request: Request) -> Response:
    """List the conflicts of all things, of those of a ``kind`` or of one ``thing``; data are of one ``between``."""
    unknown = [name for name, _ in request.parameters if name not in _ASKED]
    if unknown:
        raise ParameterError(f"there is no such parameter; choose one of {', '.join(_ASKED)}", parameter=unknown[0])
    name, kind, between, wanted = (request.parameter(asked) for asked in _ASKED)
    for parameter, value, known in (
        ("kind", kind, tuple(KINDS)),
        ("between", between, BETWEEN),
        ("format", wanted, ("html", *RESULTS)),
    ):
        if value and value not in known:
            raise ParameterError(f"there is {', '.join(known)}, not {value!r}", parameter=parameter)
    offered = {HTML: "html", **{media_type: name for name, media_type in RESULTS.items()}}
    chosen = choose(request.accept, [JSON, *(media_type for media_type in offered if media_type != JSON)])
    wanted = wanted or (offered[chosen] if chosen else "")
    if not wanted:
        return refuse(request, 406, f"there is {', '.join(offered)}", prefer=PROBLEM)
    thing = get_thing(site.store, name, kind or None) if name else None
    # All are read, for the page offers the kinds that there are.
    conflicts, disagreements = list_conflicts(site.store), list_disagreements(site.store)
    kinds = sorted({one.thing.kind for one in conflicts} | {one.thing.kind for one in disagreements})

    def is_wanted(one: Conflict | Disagreement) -> bool:
        return (thing is None or one.thing.iri == thing.iri) and kind in ("", one.thing.kind)

    conflicts = tuple(filter(is_wanted, conflicts))
    disagreements = tuple(filter(is_wanted, disagreements))
    if wanted != "html":
        table = disagreements_table(disagreements) if between == "sources" else conflicts_table(conflicts)
        return give_table(site, table, wanted)
    return render(
        "conflicts",
        request,
        thing=thing,
        kind=kind,
        between=between,
        kinds=kinds,
        betweens=BETWEEN,
        conflicts=conflicts if between != "sources" else (),
        disagreements=disagreements if between != "survey" else (),
        nothing={
            one: say_none(site.store, thing, kind=kind or None, between_sources=one == "sources") for one in BETWEEN
        },
    )
