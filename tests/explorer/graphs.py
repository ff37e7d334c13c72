"""Small graphs for the tests of the explorer, written as ``child relation parent``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, serialize

from itgraph import terms
from itgraph.explorer import Content, read_content
from itgraph.explorer.encoding import LINES
from itgraph.loading import load_into
from itgraph.loading.indexes import make_indexes
from itgraph.lookup import KINDS
from itgraph.store import EmbeddedStore

CARD = "https://example.org/card"
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


def indexed_store(folder: Path, quads: Iterable[Quad]) -> EmbeddedStore:
    """Return a store in a folder, with its indexes."""
    path = folder / "graph.nq"
    path.write_bytes(serialize(quads, format=RdfFormat.N_QUADS) or b"")
    load_into(str(folder / "store"), path)
    make_indexes(folder / "store")
    return EmbeddedStore.open(folder / "store")


def say(subject: NamedNode, predicate: str, value: NamedNode | Literal, fact: NamedNode) -> list[Quad]:
    """Say something in the graph of a curated fact and in the current view."""
    return [Quad(subject, NamedNode(predicate), value, graph) for graph in (DefaultGraph(), fact)]


def make_licence(name: str, licence: str, access: str, part: str = "weights", link: str = CARD) -> list[Quad]:
    """Make what a curated fact says of a licence: ``model/a`` is under ``MIT``, which is ``open``."""
    fact = NamedNode(f"{terms.BASE}curated/licences/{name.replace('/', '-')}-{sum(map(ord, part))}")
    licensing, under = (
        NamedNode(fact.value.replace("curated", "licensing")),
        NamedNode(f"{terms.BASE}license/{licence}"),
    )
    return [
        Quad(fact, NamedNode(terms.RDF_TYPE), NamedNode(terms.CURATED_FACT)),
        Quad(fact, NamedNode(terms.TABLE), Literal("licences")),
        Quad(fact, NamedNode(terms.PROV_HAD_PRIMARY_SOURCE), NamedNode(link)),
        Quad(under, NamedNode(terms.RDFS_LABEL), Literal(licence)),
        *say(node(name), terms.LICENSE, under, fact),
        *say(node(name), terms.ACCESS, Literal(access), fact),
        *say(node(name), terms.HAS_LICENSING, licensing, fact),
        *say(licensing, terms.PART, Literal(part), fact),
        *say(licensing, terms.LICENSE, under, fact),
        *say(licensing, terms.ACCESS, Literal(access), fact),
    ]


def make_developer(name: str, developer: str) -> list[Quad]:
    """Make what a curated fact says of who developed something."""
    fact = NamedNode(f"{terms.BASE}curated/developers/{name.replace('/', '-')}")
    organization = node("organization/" + developer.lower().replace(" ", "-"))
    return [
        Quad(organization, NamedNode(terms.RDF_TYPE), NamedNode(terms.ORGANIZATION)),
        Quad(organization, NamedNode(terms.RDFS_LABEL), Literal(developer)),
        Quad(fact, NamedNode(terms.TABLE), Literal("developers")),
        Quad(fact, NamedNode(terms.PROV_HAD_PRIMARY_SOURCE), NamedNode(CARD)),
        *say(node(name), terms.DEVELOPER, organization, fact),
    ]


def make_correction(name: str, survey: str, found: str, why: str = "", effect: str = "replaces") -> list[Quad]:
    """Make a curated fact by which a source contradicts what a survey says of a base model."""
    fact = NamedNode(f"{terms.BASE}curated/corrections/{name.replace('/', '-')}")
    said: dict[str, NamedNode | Literal] = {
        terms.TABLE: Literal("corrections"),
        terms.PROV_HAD_PRIMARY_SOURCE: NamedNode(CARD),
        terms.ABOUT: node(name),
        terms.CORRECTED_PROPERTY: NamedNode(terms.BASE_MODEL),
        terms.SURVEY_VALUE: Literal(survey),
        terms.SOURCE_VALUE: Literal(found),
        terms.EFFECT: Literal(effect),
        terms.RDFS_COMMENT: Literal(why),
        terms.CORRECTS: ROW,
    }
    return [Quad(fact, NamedNode(predicate), value) for predicate, value in said.items()]


def make_disagreement(name: str, message: str, *links: str) -> list[Quad]:
    """Make an issue that two sources disagree on something."""
    issue = NamedNode(f"{terms.BASE}issue/curated/{name.replace('/', '-')}")
    return [
        Quad(issue, NamedNode(terms.RDF_TYPE), NamedNode(terms.ISSUE)),
        Quad(issue, NamedNode(terms.CODE), Literal("sources-disagree")),
        Quad(issue, NamedNode(terms.SEVERITY), Literal("info")),
        Quad(issue, NamedNode(terms.MESSAGE), Literal(message)),
        Quad(issue, NamedNode(terms.ABOUT), node(name)),
        *(Quad(issue, NamedNode(terms.PROV_HAD_PRIMARY_SOURCE), NamedNode(link)) for link in links),
    ]


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
