"""What a server is told of the graph that itgraph has loaded into it: one small graph of its own, the manifest.

SPARQL servers differ in what their default graph is: a graph like any other, or the union of all. The manifest says
where our default graph was put, which graphs are ours, of which content, and whether all of it has arrived. A server
without a manifest is asked as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pyoxigraph import NamedNode

from itgraph import terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from itgraph.results import Table

MANIFEST = terms.BASE + "graph/manifest"
"""The graph that holds the manifest, and what it speaks of."""

CURRENT = terms.BASE + "graph/current"
"""Where our default graph is on a server whose own is the union of all graphs."""

GRACE = 2
"""How many seconds pass from the word that a graph will be replaced until it is: see :class:`RemoteStore`."""

Status = Literal["clearing", "loading", "complete"]

_SD = "http://www.w3.org/ns/sparql-service-description#"
_DATASET = _SD + "Dataset"
_NAMED_GRAPH = _SD + "namedGraph"
_DEFAULT_GRAPH = _SD + "defaultGraph"
_STATUS = terms.SCHEMA + "creativeWorkStatus"
_CONTENT = terms.DCTERMS + "identifier"
_QUADS = "http://rdfs.org/ns/void#triples"
_DONE = terms.SCHEMA + "position"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What was loaded: ``content`` is a hash of it, ``done`` counts the parts that have arrived.

    ``default_graph`` is where our default graph is, empty if it is the server's own.
    """

    content: str
    status: Status
    quads: int
    default_graph: str
    done: int = 0


def read_manifest(select: Callable[[str], Table]) -> Manifest | None:
    """Read the manifest of a server; ``None`` if there is none.

    What cannot be read as one, since somebody wrote it by hand, counts as half loaded.
    """
    found = select(
        f"SELECT ?p ?o WHERE {{ GRAPH <{MANIFEST}> {{ <{MANIFEST}> ?p ?o FILTER(?p != <{_NAMED_GRAPH}>) }} }}"
    )
    said = {str(row.p): str(row.o) for row in found}
    if not said and not read_graphs(select):
        return None
    try:
        default_graph = said.get(_DEFAULT_GRAPH, "")
        status = {"complete": "complete", "loading": "loading"}.get(said.get(_STATUS, ""), "clearing")
        return Manifest(
            content=said.get(_CONTENT, ""),
            # Two values of one property are left by a change that was broken off.
            status=status if len(said) == len(found) else "clearing",  # type: ignore[arg-type]
            quads=_count(said.get(_QUADS, "0")),
            # Some of its changes name the graph: it must be an IRI.
            default_graph=default_graph and NamedNode(default_graph).value,
            done=_count(said.get(_DONE, "0")),
        )
    except ValueError:
        return Manifest(content="", status="clearing", quads=0, default_graph="")


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise ValueError(text)
    return int(text)


def read_graphs(select: Callable[[str], Table]) -> set[str]:
    """Read which named graphs are ours."""
    found = select(f"SELECT ?g WHERE {{ GRAPH <{MANIFEST}> {{ <{MANIFEST}> <{_NAMED_GRAPH}> ?g }} }}")
    return {str(row.g) for row in found}


# -- Updates ---------------------------------------------------------------------------------------------------------


def begin_manifest(manifest: Manifest) -> str:
    """Return the update that writes a manifest where there is none."""
    return f"INSERT DATA {{ GRAPH <{MANIFEST}> {{ {_describe(manifest)} }} }}"


def replace_manifest(manifest: Manifest) -> str:
    """Return the update that puts a manifest in place of the one that is there; which graphs are ours stays.

    One operation, so that at no time there is none.
    """
    old = f"<{MANIFEST}> ?p ?o"
    return (
        f"DELETE {{ GRAPH <{MANIFEST}> {{ {old} }} }} INSERT {{ GRAPH <{MANIFEST}> {{ {_describe(manifest)} }} }}"
        f" WHERE {{ GRAPH <{MANIFEST}> {{ {old} FILTER(?p != <{_NAMED_GRAPH}>) }} }}"
    )


def add_graphs(graphs: Iterable[str]) -> str:
    """Return the update that says that graphs are ours."""
    return f"INSERT DATA {{ GRAPH <{MANIFEST}> {{ {_list(graphs)} }} }}"


def forget_graphs() -> str:
    """Return the update that says that no named graph is ours."""
    pattern = f"GRAPH <{MANIFEST}> {{ <{MANIFEST}> <{_NAMED_GRAPH}> ?g }}"
    return f"DELETE {{ {pattern} }} WHERE {{ {pattern} }}"


def _describe(manifest: Manifest) -> str:
    facts = [
        f"a <{_DATASET}>",
        f'<{_STATUS}> "{manifest.status}"',
        f'<{_CONTENT}> "{manifest.content}"',
        f"<{_QUADS}> {manifest.quads}",
        f"<{_DONE}> {manifest.done}",
    ]
    if manifest.default_graph:
        facts.append(f"<{_DEFAULT_GRAPH}> {NamedNode(manifest.default_graph)}")
    return f"<{MANIFEST}> {' ; '.join(facts)} ."


def _list(graphs: Iterable[str]) -> str:
    return f"<{MANIFEST}> <{_NAMED_GRAPH}> {', '.join(str(NamedNode(iri)) for iri in graphs)} ."
