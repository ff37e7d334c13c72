"""The defects of the sources: a list to narrow down, and the same as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from itgraph import terms
from itgraph.errors import ParameterError
from itgraph.issues import list_issues
from itgraph.server.messages import HTML, JSON
from itgraph.server.negotiation import choose
from itgraph.server.pages.home import PAGE, pages_of, shown_page
from itgraph.server.pages.questions import RESULTS, give_table
from itgraph.server.pages.rendering import refuse, render
from itgraph.server.problems import PROBLEM

if TYPE_CHECKING:
    from itgraph.server.messages import Request, Response
    from itgraph.server.site import Site

SEVERITIES = ("error", "warning", "info")
_ASKED = ("code", "severity", "snapshot", "format", "page")


def show_issues(site: Site, request: Request) -> Response:
    """List the issues, narrowed by ``code``, ``severity`` and ``snapshot``; ``format`` or Accept choose data."""
    unknown = [name for name, _ in request.parameters if name not in _ASKED]
    if unknown:
        raise ParameterError(f"there is no such parameter; choose one of {', '.join(_ASKED)}", parameter=unknown[0])
    wanted = request.parameter("format")
    if wanted and wanted not in (*RESULTS, "html"):
        message = f"there is no format {wanted!r}; there is html, {', '.join(RESULTS)}"
        raise ParameterError(message, parameter="format")
    offered = {HTML: "html", **{media_type: name for name, media_type in RESULTS.items()}}
    chosen = choose(request.accept, [JSON, *(kind for kind in offered if kind != JSON)])
    wanted = wanted or (offered[chosen] if chosen else "")
    if not wanted:
        return refuse(request, 406, f"there is {', '.join(offered)}", prefer=PROBLEM)
    code, severity, snapshot = (request.parameter(name) for name in ("code", "severity", "snapshot"))
    if severity and severity not in SEVERITIES:
        raise ParameterError(f"there is {', '.join(SEVERITIES)}, not {severity!r}", parameter="severity")
    table = list_issues(site.store, code=code or None, severity=severity or None, snapshot=snapshot or None)
    if wanted != "html":
        return give_table(site, table, wanted)
    page = shown_page(request, len(table))
    counts = list_issues(site.store, count=True)
    return render(
        "issues",
        request,
        issues=list(table)[page * PAGE : page * PAGE + PAGE],
        total=len(table),
        page=page,
        pages=pages_of(len(table)),
        code=code,
        severity=severity,
        snapshot=snapshot,
        codes=sorted({str(row.code) for row in counts}),
        snapshots=sorted({str(row.snapshot) for row in counts if row.snapshot is not None}),
        rows=terms.BASE + "row/",
        base=terms.BASE,
        severities=[known for known in SEVERITIES if any(row.severity == known for row in counts)],
    )
