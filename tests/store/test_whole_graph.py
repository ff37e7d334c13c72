"""The shipped graph gives the same answers wherever it is kept: in memory, in a folder, in servers, in our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.server.serving import serving

from itgraph.changes import diff_snapshots, snapshots
from itgraph.conflicts import list_conflicts, list_disagreements
from itgraph.counts import count_graph
from itgraph.explorer.content import read_content
from itgraph.graph import Graph
from itgraph.issues import list_issues
from itgraph.lineage import find_path
from itgraph.loading import load_into
from itgraph.lookup import is_known_iri
from itgraph.queries import get_query, load_queries, run
from itgraph.store import open_store

NAMES = [query.name for query in load_queries()]
APPROVED = Path(__file__).parents[1] / "approved"


@pytest.fixture(scope="module")
def reference() -> Graph:
    return Graph(open_store())


@pytest.fixture(scope="module", params=["folder", "oxigraph", "virtuoso", "itgraph"])
def graph(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    """The same graph elsewhere."""
    if request.param == "itgraph":
        with serving() as server:
            yield Graph(open_store(f"{server.address}sparql"))
        return
    if request.param == "folder":
        address = str(tmp_path_factory.mktemp("folder") / "graph")
    else:
        address = request.getfixturevalue(f"{request.param}_server")
    load_into(address)
    yield Graph(open_store(address))


@pytest.mark.parametrize("name", NAMES)
def test_every_saved_query_answers_alike(name: str, graph: Graph, reference: Graph) -> None:
    query = get_query(name)
    assert run(query, graph.store).rows == run(query, reference.store).rows


QUESTIONS: dict[str, Callable[[Graph], Any]] = {
    "find": lambda g: [g.find(name) for name in ("Alpaca", "alpaca", "itm:llama", "arXiv:2210.11416", "nobody")],
    "find a row": lambda g: g.find("row/2024-10-15/models/4"),
    "describe": lambda g: [g.describe("Alpaca", kind).to_dict() for kind in ("model", "dataset")],
    "lineage": lambda g: sorted(g.lineage("LLaMA", "both").edges(keys=True)),
    "path": lambda g: find_path(g.store, g.get("Radiology-GPT"), g.get("ChatDoctor")).to_dict(),
    "explorer": lambda g: read_content(g.store),
    "quads": lambda g: set(g.quads()),
    "length": len,
    "issues": lambda g: list_issues(g.store).rows,
    "counted issues": lambda g: list_issues(g.store, count=True).rows,
    "conflicts": lambda g: (list_conflicts(g.store), list_disagreements(g.store)),
    "describe what is corrected": lambda g: [g.describe(name).to_dict() for name in ("TÜLU", "Orca", "license/MIT")],
    "stats": lambda g: count_graph(g.store).rows,
    "diff": lambda g: diff_snapshots(g.store, *snapshots(g.store)).rows,
    "construct": lambda g: g.construct("CONSTRUCT { ?s itg:x ?o } WHERE { ?s itg:upstream ?o }"),
    "describe by SPARQL": lambda g: g.construct("DESCRIBE itm:alpaca ?x WHERE { ?x itg:baseModel itm:llama }"),
    "ask": lambda g: [g.ask("ASK { itm:alpaca a itg:Model }"), g.ask("ASK { itm:alpaca a itg:Paper }")],
    "a named graph": lambda g: set(g.query("SELECT * { GRAPH itr:2024-10-15\\/models\\/4 { ?s ?p ?o } }").rows),
    "known": lambda g: [
        is_known_iri(g.store, f"https://w3id.org/itgraph/{name}")
        for name in ("model/llama", "row/2024-10-15/models/4", "graph/current", "nothing")
    ],
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_other_question_is_answered_alike(question: str, graph: Graph, reference: Graph) -> None:
    ask = QUESTIONS[question]
    assert ask(graph) == ask(reference)
