"""Small graphs for the tests of the explorer, written as ``child relation parent``."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from itgraph import terms
from itgraph.explorer import Content, read_content
from itgraph.explorer.encoding import LINES
from itgraph.lookup import KINDS
from itgraph.store import EmbeddedStore

ROW = NamedNode(f"{terms.BASE}row/2024-01-01/models/1")


def node(name: str) -> NamedNode:
    """Return the IRI of a thing: ``a`` is the model a, ``dataset/b`` the dataset b."""
    return NamedNode(terms.BASE + (name if "/" in name else f"model/{name}"))


def make_quads(lines: Iterable[str], names: Iterable[str] = (), *, stated: bool = True) -> list[Quad]:
    """Make a graph of things and their relations; each is stated in one row, unless ``stated`` is false."""
    quads: list[Quad] = []
    relations = [line.split() for line in lines]
    ends = dict.fromkeys([*names, *(end for child, _, parent in relations for end in (child, parent))])
    for name in ends:
        kind = name.partition("/")[0] if "/" in name else "model"
        quads += [
            Quad(node(name), NamedNode(terms.RDF_TYPE), NamedNode(KINDS[kind])),
            Quad(node(name), NamedNode(terms.RDFS_LABEL), Literal(name.rpartition("/")[2])),
        ]
    for child, relation, parent in relations:
        said = node(child), NamedNode(LINES[relation].property), node(parent)
        quads.append(Quad(*said, DefaultGraph()))
        if stated:
            quads.append(Quad(*said, ROW))
    quads += [
        Quad(ROW, NamedNode(terms.RDF_TYPE), NamedNode(terms.ROW)),
        Quad(ROW, NamedNode(terms.PROV_WAS_QUOTED_FROM), NamedNode("https://example.org/README.md#L1-L2")),
        Quad(ROW, NamedNode(terms.TABLE), Literal("models")),
        Quad(ROW, NamedNode(terms.TEXT), Literal("one | row")),
    ]
    return quads


def make_content(*lines: str, names: Iterable[str] = ()) -> Content:
    return read_content(EmbeddedStore(make_quads(lines, names)))


def place(content: Content, name: str) -> int:
    return content.index_of(node(name).value)


def labels(content: Content, places: Iterable[int]) -> list[str]:
    return [content.nodes[found].thing.label for found in places]


def chain(length: int) -> list[str]:
    return [f"m{step + 1} baseModel m{step}" for step in range(length)]


def hub(children: int, name: str = "hub") -> list[str]:
    return [f"child{number:04} baseModel {name}" for number in range(children)]
