"""GraphML and GEXF: things as nodes and relations as edges, for Gephi, Cytoscape and networkx."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from itgraph import terms
from itgraph.export.things import KINDS, SEPARATOR, Things

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element

    import networkx as nx
    from pyoxigraph import Quad

    Network = nx.MultiDiGraph[str]

# Told apart also by those who see no red or green (after Okabe and Ito).
_COLORS = {
    "model": (0, 114, 178),
    "dataset": (230, 159, 0),
    "benchmark": (0, 158, 115),
    "technique": (204, 121, 167),
    "paper": (153, 153, 153),
    "person": (86, 180, 233),
    "organization": (213, 94, 0),
}
_NOT_XML = re.compile("[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def make_network(quads: Iterable[Quad]) -> Network:
    """Return the current view as a network.

    Nodes are IRIs, with ``kind``, ``label``, ``iri`` and what else is known as strings, integers and
    booleans. Edges have ``relation`` (``baseModel``), ``label`` (``base model``), ``stated`` (``False`` where
    only a rule concludes it) and ``sources`` (addresses).
    """
    import networkx as nx

    return _make_network(Things.of(quads), nx.MultiDiGraph())


def _make_network(things: Things, network: Network) -> Network:
    for kind, (_, class_, columns) in KINDS.items():
        for iri in things.of_class(class_):
            if iri in network:
                continue
            attributes: dict[str, str | int | bool] = {"kind": kind, "label": _clean(things.label(iri))}
            for column in columns:
                value = column.value(things, iri) if column.in_network else None
                if value is not None:
                    attributes.setdefault(column.name, _clean(value) if isinstance(value, str) else value)
            network.add_node(iri, **attributes)
    edges = (edge for edge in things.edges() if edge.subject in network and edge.object in network)
    for number, edge in enumerate(edges, 1):
        # The key is the id of the edge in the file, where it must not occur twice.
        sources = {"sources": _clean(SEPARATOR.join(edge.sources))} if edge.sources else {}
        network.add_edge(
            edge.subject,
            edge.object,
            key=f"e{number}",
            relation=edge.relation,
            label=edge.label,
            stated=edge.stated,
            **sources,
        )
    return network


def _clean(text: str) -> str:
    """Put text on one line, without what XML cannot hold."""
    return _NOT_XML.sub("\ufffd", " ".join(text.split()))


def format_graphml(quads: Iterable[Quad]) -> bytes:
    """Write the current view as GraphML."""
    from networkx.readwrite.graphml import GraphMLWriter

    # Not write_graphml, which takes lxml where that is installed, and then writes other bytes.
    writer = GraphMLWriter(encoding="utf-8", prettyprint=True)
    writer.add_graph_element(make_network(quads))
    output = io.BytesIO()
    writer.dump(output)
    return output.getvalue() + b"\n"


def format_gexf(quads: Iterable[Quad]) -> bytes:
    """Write the current view as GEXF 1.2, with a color for each kind and the date of the newest snapshot."""
    import networkx as nx
    from networkx.readwrite.gexf import GEXFWriter

    things = Things.of(quads)
    network: Network = _make_network(things, nx.MultiDiGraph())
    for _, attributes in network.nodes(data=True):
        red, green, blue = _COLORS[attributes["kind"]]
        attributes["viz"] = {"color": {"r": red, "g": green, "b": blue}}
    for _, _, key, attributes in network.edges(keys=True, data=True):
        attributes["id"] = key
    writer = GEXFWriter(encoding="utf-8", prettyprint=True, version="1.2draft")
    writer.add_graph(network)
    meta = writer.xml.find("meta")
    # The writer has put today's date there, and its own version.
    dates = [
        date for snapshot in things.of_class(terms.SNAPSHOT) for date in things.texts(snapshot, terms.DCTERMS_ISSUED)
    ]
    meta.attrib.clear()
    if dates and re.fullmatch(r"\d{4}-\d\d-\d\d", max(dates)):
        meta.set("lastmodifieddate", max(dates))
    meta.find("creator").text = "itgraph"
    _drop_attribute(writer.xml, "networkx_key")  # the same as the id
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue() + b"\n"


def _drop_attribute(gexf: Element, title: str) -> None:
    for declared in list(gexf.iter("attributes")):
        for attribute in [attribute for attribute in declared if attribute.get("title") == title]:
            declared.remove(attribute)
            for values in gexf.iter("attvalues"):
                for value in [value for value in values if value.get("for") == attribute.get("id")]:
                    values.remove(value)
