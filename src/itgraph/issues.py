"""The defects that were found in the sources, as the graph holds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pyoxigraph import Literal

from itgraph import terms
from itgraph.changes import require_snapshot
from itgraph.errors import ParameterError
from itgraph.names import nearest
from itgraph.results import Table, Term, make_table
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

    What is no defect of a snapshot, such as two sources that disagree, has neither snapshot nor lines, and comes last.
    ``about`` is a row without its snapshot (``models/17``), or a thing (``model/vicuna``).

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
    listed = store.select(
        "SELECT ?snapshot ?line_start ?line_end ?severity ?code ?about ?message WHERE { "
        f"{filters}?issue a itg:Issue ; itg:code ?code ; itg:severity ?severity ; itg:message ?message "
        'OPTIONAL { ?issue itg:snapshot/rdfs:label ?named BIND(STRAFTER(?named, "Snapshot ") AS ?snapshot) } '
        "OPTIONAL { ?issue itg:lineStart ?line_start } OPTIONAL { ?issue itg:lineEnd ?line_end } "
        "OPTIONAL { ?issue itg:about ?thing . "
        f'BIND(REPLACE(STR(?thing), "^({terms.BASE}(row/[^/]+/)?)", "") AS ?about) }} '
        "}"
    )
    if not count:
        return Table(columns=listed.columns, rows=tuple(sorted(listed.rows, key=_place)))
    counts = Counter((row[4], row[3], row[0]) for row in listed.rows)
    return make_table(
        ("code", "severity", "snapshot", "issues"),
        (
            (*kind, number)
            for kind, number in sorted(
                counts.items(), key=lambda item: (-item[1], *("" if term is None else term.value for term in item[0]))
            )
        ),
    )


def _place(row: Sequence[Term | None]) -> tuple[bool, str, list[int], tuple[str, ...]]:
    """Return what a listed issue is sorted by; here and not by the store, as stores differ in how they sort text."""
    snapshot, start, end, severity, code, about, message = ("" if term is None else term.value for term in row)
    lines = [int(number) if number.isdecimal() else 0 for number in (start, end)]
    # What has no place in a snapshot is the last to look for.
    return not snapshot, snapshot, lines, (code, message, about, severity)
