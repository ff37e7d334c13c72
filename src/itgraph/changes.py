"""What changed from one snapshot to another, thing by thing and field by field."""

from __future__ import annotations

from collections import defaultdict

from pyoxigraph import NamedNode

from itgraph import terms
from itgraph.errors import QueryError, UnknownNameError
from itgraph.names import nearest
from itgraph.results import Table, make_table
from itgraph.store import Store
from itgraph.wording import property_label

_COLUMNS = ("change", "kind", "thing", "field", "old", "new")
# Kinds that rows describe; papers and people come with the reference list, which a snapshot has or has not as a whole.
_KINDS = ("model", "dataset", "benchmark", "technique")
_FIELDS = f"""
    VALUES ?p {{
        <{terms.BASE_MODEL}> <{terms.TRAINED_ON}> <{terms.GENERATED_BY}> <{terms.DESCRIBED_IN}>
        <{terms.PROJECT}> <{terms.PAPER_LINK}>
        <{terms.CATEGORY}> <{terms.CONSTRUCTION}> <{terms.MODALITY}> <{terms.DOMAIN}> <{terms.EVALUATION_TYPE}>
        <{terms.SCHEMA_IN_LANGUAGE}> <{terms.MULTILINGUAL}> <{terms.OPEN_SOURCE}> <{terms.SELF_BUILT}>
        <{terms.PARAMETERS}> <{terms.INSTRUCTIONS}> <{terms.INSTANCES}> <{terms.TASKS}> <{terms.LANGUAGES}>
        <{terms.TRAINING_SET_SIZE}>
    }}
"""


def snapshots(store: Store) -> tuple[str, ...]:
    """Return the ids of the snapshots of a graph, oldest first."""
    query = "SELECT ?s WHERE { ?s a itg:Snapshot OPTIONAL { ?s dcterms:issued ?d } } ORDER BY ?d ?s"
    return tuple(row[0].value.rsplit("/", 1)[1] for row in store.select(query).rows if row[0] is not None)


def require_snapshot(store: Store, snapshot: str) -> None:
    """Check that a graph holds a snapshot.

    Raises:
        UnknownNameError: it does not; the error names the nearest, or all.
    """
    known = snapshots(store)
    if snapshot not in known:
        raise UnknownNameError(snapshot, kind="snapshot", suggestions=nearest(snapshot, known) or known)


def diff_snapshots(store: Store, old: str, new: str) -> Table:
    """Compare what two snapshots say.

    Return one row for each thing that one of them alone describes or names, and for each field whose values differ;
    several values of a field are joined by "; ".

    Raises:
        UnknownNameError: there is no such snapshot.
        QueryError: the graph does not hold who said what.
    """
    if not store.ask("ASK { GRAPH ?graph { ?s ?p ?o } }"):
        raise QueryError("this graph has no named graphs, so that it does not know what each snapshot says; use TriG")
    for snapshot in (old, new):
        require_snapshot(store, snapshot)
    before, after = _read(store, old), _read(store, new)
    rows: list[tuple[str, ...]] = []
    for thing in sorted(before.keys() | after.keys(), key=lambda t: (_KINDS.index(t[0]), t[1].casefold(), t[1])):
        kind, label = thing
        if thing not in after:
            rows.append(("removed", kind, label, "", "", ""))
        elif thing not in before:
            rows.append(("added", kind, label, "", "", ""))
        else:
            for field in sorted(before[thing].keys() | after[thing].keys()):
                values = ["; ".join(sorted(side[thing].get(field, ()))) for side in (before, after)]
                if values[0] != values[1]:
                    rows.append(("changed", kind, label, field, *values))
    return make_table(_COLUMNS, rows)


def _read(store: Store, snapshot: str) -> dict[tuple[str, str], dict[str, set[str]]]:
    """Return what a snapshot says: kind and label of a thing, to field, to values as text."""
    node = NamedNode(f"{terms.BASE}snapshot/{snapshot}")
    things: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    labels: dict[str, tuple[str, str]] = {}
    # Things that a row describes, and things that one only names (as a base model or a teacher).
    for thing, label in store.select(
        f"SELECT DISTINCT ?thing ?label WHERE {{ ?row itg:snapshot {node} . "
        "{ ?row itg:about ?thing } UNION { GRAPH ?row { ?s itg:baseModel|itg:trainedOn|itg:generatedBy ?thing } } "
        "?thing rdfs:label ?label }"
    ).rows:
        assert thing is not None
        assert label is not None
        kind = thing.value.removeprefix(terms.BASE).split("/")[0]
        if kind in _KINDS:
            labels[thing.value] = (kind, label.value)
            things[kind, label.value]  # present, even if nothing more is said of it
    for thing, predicate, value, text, label in store.select(
        f"SELECT DISTINCT ?thing ?p ?value ?text ?label WHERE {{ {_FIELDS} ?row itg:snapshot {node} . "
        "GRAPH ?row { ?thing ?p ?value OPTIONAL { ?value itg:text ?text } } OPTIONAL { ?value rdfs:label ?label } }"
    ).rows:
        assert thing is not None
        assert predicate is not None
        assert value is not None
        if thing.value in labels:
            shown = text or label or value
            things[labels[thing.value]][property_label(predicate.value)].add(shown.value)
    return things
