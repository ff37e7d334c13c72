"""The defects that were found in the sources, as the graph holds them."""

from __future__ import annotations

from pyoxigraph import Literal

from itgraph import terms
from itgraph.changes import require_snapshot
from itgraph.errors import ParameterError
from itgraph.names import nearest
from itgraph.results import Table
from itgraph.store import Store, format_term


def list_issues(
    store: Store,
    *,
    code: str | None = None,
    severity: str | None = None,
    snapshot: str | None = None,
    count: bool = False,
) -> Table:
    """List the issues of a graph by snapshot and line, or count them by code, severity and snapshot.

    Raises:
        ParameterError: no issue has this code.
        UnknownNameError: there is no such snapshot.
    """
    if snapshot is not None:
        require_snapshot(store, snapshot)
    if code is not None:
        codes = [row[0].value for row in store.select("SELECT DISTINCT ?c WHERE { ?i itg:code ?c }").rows if row[0]]
        if code not in codes:
            found = ", ".join(nearest(code, codes)) or ", ".join(sorted(codes))
            raise ParameterError(f"no issue has the code {code!r}; there is: {found}", parameter="code")
    filters = "".join(
        f"?issue {predicate} {value} . "
        for predicate, value in (
            ("itg:code", format_term(Literal(code)) if code else None),
            ("itg:severity", format_term(Literal(severity)) if severity else None),
            ("itg:snapshot", f"<{terms.BASE}snapshot/{snapshot}>" if snapshot else None),
        )
        if value is not None
    )
    pattern = (
        f"{filters}?issue a itg:Issue ; itg:code ?code ; itg:severity ?severity ; itg:snapshot/rdfs:label ?named ; "
        "itg:message ?message ; itg:lineStart ?line_start ; itg:lineEnd ?line_end . "
        'BIND(STRAFTER(?named, "Snapshot ") AS ?snapshot) '
    )
    if count:
        return store.select(
            f"SELECT ?code ?severity ?snapshot (COUNT(*) AS ?issues) WHERE {{ {pattern} }} "
            "GROUP BY ?code ?severity ?snapshot ORDER BY DESC(?issues) ?code ?severity ?snapshot"
        )
    return store.select(
        f"SELECT ?snapshot ?line_start ?line_end ?severity ?code ?about ?message WHERE {{ {pattern} "
        'OPTIONAL { ?issue itg:about ?row . BIND(REPLACE(STR(?row), "^.*/row/[^/]+/", "") AS ?about) } } '
        "ORDER BY ?snapshot ?line_start ?line_end ?code ?message"
    )
