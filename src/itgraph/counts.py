"""How much a graph holds: what any user of a dataset asks first."""

from __future__ import annotations

from itgraph.results import Table, make_table
from itgraph.store import Store

_CLASSES = "Model Dataset Benchmark Technique Paper Person Organization Snapshot Row Rule Issue Authorship".split()
_RELATIONS = "baseModel trainedOn generatedBy sourceDataset memberOf describedIn".split()


def count_graph(store: Store) -> Table:
    """Count a graph's quads, graphs, things by class, and lineage statements: in all, and those that some row states.

    Return a table with the columns ``what``, ``count`` and ``stated``; ``stated`` is unbound where it has no meaning.
    """

    def count(pattern: str) -> int:
        rows = store.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}").rows
        assert rows[0][0] is not None
        return int(rows[0][0].value)

    rows: list[tuple[str, int, int | None]] = [
        ("quads", len(store), None),
        ("triples in the current view", count("?s ?p ?o"), None),
        ("named graphs", count("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"), None),
    ]
    rows += [(_plural(name), count(f"?x a itg:{name}"), None) for name in _CLASSES]
    for relation in _RELATIONS:
        total = count(f"SELECT DISTINCT ?s ?o WHERE {{ ?s itg:{relation} ?o }}")
        stated = count(
            f"SELECT DISTINCT ?s ?o WHERE {{ ?s itg:{relation} ?o . "
            f"GRAPH ?row {{ ?s itg:{relation} ?o }} ?row a itg:Row }}"
        )
        rows.append((f"itg:{relation}", total, stated))
    return make_table(("what", "count", "stated"), rows)


def _plural(name: str) -> str:
    return {"Person": "people", "Authorship": "authorships"}.get(name, name.lower() + "s")
