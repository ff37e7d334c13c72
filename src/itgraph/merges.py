"""The merges of names, as a table: which spellings were taken for one name, and why."""

from __future__ import annotations

from itgraph.resolve import Resolution
from itgraph.results import Table, make_table


def merges_table(resolution: Resolution, kind: str | None = None) -> Table:
    """Return the merges as a table, by kind and name."""
    rows = [
        (
            m.kind,
            m.name,
            m.spelling,
            m.why,
            m.count,
            m.first.snapshot,
            m.first.table,
            m.first.row,
            m.first.span.start,
        )
        for m in resolution.merges
        if kind is None or m.kind == kind
    ]
    columns = ("kind", "name", "spelling", "why", "count", "snapshot", "table", "row", "line")
    return make_table(columns, rows)
