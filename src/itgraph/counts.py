"""How much a graph holds: what any user of a dataset asks first."""

from __future__ import annotations

from pyoxigraph import Literal

from itgraph import terms
from itgraph.results import Table, make_table
from itgraph.store import Store, format_term

_CLASSES = (
    "Model Dataset Benchmark Technique Paper Person Organization Snapshot Row CuratedFact Rule Issue Authorship".split()
)
_RELATIONS = "baseModel trainedOn generatedBy sourceDataset memberOf describedIn".split()

_FILES = "SELECT DISTINCT ?file WHERE { ?fact a itg:CuratedFact ; itg:table ?file } ORDER BY ?file"
_FACTS = {
    "contradictions of the surveys": "SELECT DISTINCT ?x WHERE { ?x itg:correctedProperty ?p }",
    "disagreements between sources": '?x itg:code "sources-disagree"',
    "licences": f"?x skos:inScheme <{terms.SCHEME_LICENSE}>",
    "things with a developer": "SELECT DISTINCT ?x WHERE { ?x itg:developer ?y }",
    "things with a licence": "SELECT DISTINCT ?x WHERE { ?x itg:access ?y FILTER NOT EXISTS { ?x a itg:Licensing } }",
    "things with a release date": "SELECT DISTINCT ?x WHERE { ?x itg:released ?y }",
}


def _of_file(file: str) -> str:
    return f"?x a itg:CuratedFact ; itg:table {format_term(Literal(file))}"


def count_graph(store: Store) -> Table:
    """Count a graph's quads, graphs, things by class, curated facts by file, and lineage statements.

    Of lineage, those that something states, a row of a survey or a curated fact, are counted beside all.

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
    files = [str(row.file) for row in store.select(_FILES)]
    rows += [(f"curated facts: {file}", count(_of_file(file)), None) for file in files]
    rows += [(what, count(pattern), None) for what, pattern in _FACTS.items()]
    for relation in _RELATIONS:
        total = count(f"SELECT DISTINCT ?s ?o WHERE {{ ?s itg:{relation} ?o }}")
        stated = count(
            f"SELECT DISTINCT ?s ?o WHERE {{ ?s itg:{relation} ?o . "
            f"GRAPH ?row {{ ?s itg:{relation} ?o }} "
            "?row a ?class FILTER(?class IN (itg:Row, itg:CuratedFact, itg:Revision)) }"
        )
        rows.append((f"itg:{relation}", total, stated))
    return make_table(("what", "count", "stated"), rows)


def _plural(name: str) -> str:
    return {"Person": "people", "CuratedFact": "curated facts"}.get(name, name.lower() + "s")
