"""The description of a graph for programs: VoID, DCAT and the SPARQL service description, joined.

A server gives it at ``/.well-known/void``; ``itgraph export --format void`` writes it for a graph whose server is
``https://w3id.org/itgraph``. Both say the same, but that an export knows the bytes of the files it speaks of.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, serialize

from itgraph import terms
from itgraph.export import imprint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from itgraph.results import Term
    from itgraph.store import Store

VOID = "http://rdfs.org/ns/void#"
FOAF = "http://xmlns.com/foaf/0.1/"
SD = "http://www.w3.org/ns/sparql-service-description#"
SPDX = "http://spdx.org/rdf/terms#"
FORMATS_OF_W3C = "http://www.w3.org/ns/formats/"

ORIGIN = terms.BASE.removesuffix("/")
"""What is taken for the address of the server, where there is none."""

_NOT_COUNTED = (
    "How many statements this graph has is not told here: it is too large for them to be counted for each who asks."
    " Things are counted by class, those of other classes and without a name left out."
)

_LAYERS = (
    ("rows", terms.ROW, "What rows of surveys say"),
    ("curated-facts", terms.CURATED_FACT, "What facts from other sources say"),
    ("rules", terms.RULE, "What rules conclude"),
)
_DUMPS = {
    "trig": "TriG",
    "nq": "N-Quads",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "jsonld": "JSON-LD",
    "rdf": "RDF_XML",
}
DUMPS: tuple[str, ...] = tuple(_DUMPS)
"""The ends of the addresses at which the whole graph can be had, in the order in which they are told."""

_PREFIXES = {
    "void": VOID,
    "foaf": FOAF,
    "sd": SD,
    "formats": FORMATS_OF_W3C,
    **{prefix: terms.PREFIXES[prefix] for prefix in ("itg", "dcat", "dcterms", "rdf", "rdfs", "xsd")},
}
_VOCABULARIES = tuple(
    namespace for prefix, namespace in terms.PREFIXES.items() if not namespace.startswith(terms.BASE) or prefix == "itg"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A place elsewhere that things of the graph lead to: what it is called, by which property, how its IRIs begin."""

    name: str
    title: str
    homepage: str
    property: str
    space: str


LINKED = (
    Linked(
        name="arxiv",
        title="arXiv",
        homepage="https://arxiv.org/",
        property=terms.SCHEMA_SAME_AS,
        space="https://arxiv.org/abs/",
    ),
    Linked(
        name="doi", title="DOI", homepage="https://doi.org/", property=terms.SCHEMA_SAME_AS, space="https://doi.org/"
    ),
    Linked(
        name="github",
        title="GitHub",
        homepage="https://github.com/",
        property=terms.SCHEMA_SAME_AS,
        space="https://github.com/",
    ),
    Linked(
        name="hugging-face",
        title="Hugging Face",
        homepage="https://huggingface.co/",
        property=terms.SCHEMA_SAME_AS,
        space="https://huggingface.co/",
    ),
    Linked(
        name="spdx",
        title="SPDX License List",
        homepage="https://spdx.org/licenses/",
        property=terms.LICENSE,
        space="https://spdx.org/licenses/",
    ),
)
"""What is counted as links to elsewhere. (A licence of SPDX has the IRI of SPDX itself: nothing is the same as it.)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A file of the whole graph: the end of its address, its media type, what it is called, what it holds."""

    name: str
    media_type: str
    title: str
    holds_graphs: bool
    size: int | None = None
    sha256: str = ""
    """The size in bytes and the checksum, where the bytes are known."""


def measure(distribution: Distribution, content: bytes) -> Distribution:
    """Return a distribution with the size and the checksum of its bytes.

    >>> form = Distribution(name="nt", media_type="application/n-triples", title="N-Triples", holds_graphs=False)
    >>> measured = measure(form, b"")
    >>> measured.size, measured.sha256[:8]
    (0, 'e3b0c442')
    """
    return replace(distribution, size=len(content), sha256=hashlib.sha256(content).hexdigest())


def dataset_of(origin: str) -> NamedNode:
    """Return the IRI of what a server holds, by which all its descriptions call it."""
    return NamedNode(f"{origin}/.well-known/void#dataset")


def current_view_of(origin: str) -> NamedNode:
    """Return the IRI of the default graph of a server."""
    return NamedNode(f"{origin}/sparql#default-graph")


def read_snapshots(store: Store) -> list[dict[str, str]]:
    """Return the documents that a graph was read from, the newest first."""
    # Of several values the first in order: another one each time would give other bytes.
    table = store.select(
        "SELECT ?snapshot (MIN(STR(?label)) AS ?name) (MIN(STR(?date)) AS ?issued) (MIN(STR(?repository)) AS ?from)"
        " (MIN(STR(?commit)) AS ?at) WHERE { ?snapshot a itg:Snapshot OPTIONAL { ?snapshot rdfs:label ?label }"
        " OPTIONAL { ?snapshot dcterms:issued ?date } OPTIONAL { ?snapshot itg:repository ?repository }"
        " OPTIONAL { ?snapshot itg:commit ?commit } FILTER(isIRI(?snapshot)) }"
        " GROUP BY ?snapshot ORDER BY DESC(STR(?snapshot))"
    )
    return [
        {
            "iri": str(row.snapshot),
            "label": str(row["name"] or row.snapshot),
            "date": str(row.issued or ""),
            "repository": str(row["from"] or ""),
            "commit": str(row.at or ""),
        }
        for row in table
    ]


def find_example(store: Store) -> str:
    """Return a thing to try things with: the model that most was made from, or whatever there is."""
    from itgraph.store import find_lineage_index

    if (index := find_lineage_index(store)) is not None and (tops := index.most_built_upon(1)):
        return index.iri(tops[0].node)
    patterns = (
        "SELECT ?s (COUNT(*) AS ?n) WHERE { ?s a itg:Model . ?child itg:upstream ?s FILTER(isIRI(?s)) }"
        " GROUP BY ?s ORDER BY DESC(?n) ?s",
        "SELECT ?s WHERE { ?s a ?class FILTER(isIRI(?s)) } ORDER BY ?s",
        "SELECT ?s WHERE { GRAPH ?g { ?s ?p ?o FILTER(isIRI(?s)) } } ORDER BY ?s",
    )
    for pattern in patterns:
        table = store.select(f"{pattern} LIMIT 1")
        if len(table):
            return str(table[0].s)
    return ""


def describe_graph(
    store: Store,
    origin: str = ORIGIN,
    *,
    distributions: Sequence[Distribution] = (),
    classes: Sequence[tuple[str, int]] = (),
) -> list[Quad]:
    """Return the description of a graph that a server at ``origin`` has, all that is said of one thing together.

    ``classes`` is how many things each class has, for a graph with indexes, in which they are not counted anew.
    """
    by_subject: dict[object, list[Quad]] = {}
    for quad in _Description(store, origin, distributions, classes):
        by_subject.setdefault(quad.subject, []).append(quad)
    return [quad for said in by_subject.values() for quad in said]


def format_description(quads: Iterable[Quad], format: RdfFormat = RdfFormat.TURTLE) -> bytes:
    """Write a description."""
    return serialize(quads, format=format, prefixes=_PREFIXES) or b""


def _say(subject: NamedNode, predicate: str, *objects: Term) -> Iterator[Quad]:
    for object_ in objects:
        yield Quad(subject, NamedNode(predicate), object_, DefaultGraph())


class _Description:
    """The statements of a description, in the order in which they are read."""

    def __init__(
        self,
        store: Store,
        origin: str,
        distributions: Sequence[Distribution],
        classes: Sequence[tuple[str, int]],
    ) -> None:
        self._store = store
        self._origin = origin
        self._distributions = distributions
        self._classes = classes
        self._dataset = dataset_of(origin)
        self._current = current_view_of(origin)
        self._snapshots = read_snapshots(store)
        self._is_ours = imprint.holds_ours(snapshot["iri"] for snapshot in self._snapshots)

    def __iter__(self) -> Iterator[Quad]:
        document = self._node("")
        yield from _say(document, terms.RDF_TYPE, NamedNode(VOID + "DatasetDescription"))
        yield from _say(document, FOAF + "primaryTopic", self._dataset)
        yield from self._whole()
        yield from self._parts()
        yield from self._service()
        yield from self._sources()
        yield from self._files()

    def _node(self, name: str) -> NamedNode:
        """Return the IRI of a part of the description: named, so that the same graph always gives the same bytes."""
        return NamedNode(f"{self._origin}/.well-known/void{'#' if name else ''}{name}")

    def _whole(self) -> Iterator[Quad]:
        dataset, origin = self._dataset, self._origin
        types = (VOID + "Dataset", terms.DCAT_DATASET, SD + "Dataset")
        yield from _say(dataset, terms.RDF_TYPE, *map(NamedNode, types))
        title = Literal(imprint.TITLE if self._is_ours else imprint.OTHER_TITLE, language="en")
        yield from _say(dataset, terms.DCTERMS_TITLE, title)
        description = Literal(imprint.DESCRIPTION if self._is_ours else imprint.OTHER_DESCRIPTION, language="en")
        yield from _say(dataset, terms.DCTERMS + "description", description)
        if self._is_ours:
            yield from _say(dataset, terms.DCTERMS + "license", NamedNode(imprint.LICENSE))
            for predicate in ("creator", "publisher"):
                yield from _say(dataset, terms.DCTERMS + predicate, NamedNode(imprint.PUBLISHER))
            yield from _say(dataset, terms.DCAT + "version", Literal(imprint.VERSION))
            yield from _say(dataset, VOID + "uriSpace", Literal(terms.BASE))
            yield from _say(dataset, VOID + "vocabulary", *map(NamedNode, _VOCABULARIES))
        yield from _say(dataset, FOAF + "homepage", NamedNode(f"{origin}/"))
        yield from _say(dataset, terms.DCAT + "landingPage", NamedNode(f"{origin}/about"))
        yield from _say(dataset, VOID + "sparqlEndpoint", NamedNode(f"{origin}/sparql"))
        yield from _say(dataset, VOID + "uriLookupEndpoint", NamedNode(f"{origin}/id?iri="))
        if example := find_example(self._store):
            yield from _say(dataset, VOID + "exampleResource", NamedNode(example))

    def _parts(self) -> Iterator[Quad]:
        """Yield how much there is: in the default graph, in the named graphs, and in both together.

        Of a graph with indexes, to count that would take minutes: how many things it has of which class is all that is
        told of it then, and that the rest is not.
        """
        from itgraph.store import find_lineage_index

        dataset, current = self._dataset, self._current
        if find_lineage_index(self._store) is not None:
            yield from _say(dataset, VOID + "subset", current)
            yield from _say(dataset, SD + "defaultGraph", current)
            yield from _say(current, terms.RDF_TYPE, NamedNode(VOID + "Dataset"), NamedNode(SD + "Graph"))
            yield from _say(current, terms.DCTERMS_TITLE, Literal("The current view: the default graph", language="en"))
            yield from _say(dataset, terms.RDFS_COMMENT, Literal(_NOT_COUNTED, language="en"))
            yield from self._partition("class", "entities", sorted(self._classes))
            return
        named = self._node("named-graphs")
        (others,) = self._store.select(
            "SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?g) AS ?graphs) WHERE { GRAPH ?g { ?s ?p ?o } }"
        )
        (totals,) = self._store.select(
            "SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)"
            " (COUNT(DISTINCT ?p) AS ?properties) WHERE { ?s ?p ?o }"
        )
        in_current, in_others = int(str(totals.triples)), int(str(others.triples))
        yield from _say(dataset, VOID + "triples", Literal(in_current + in_others))
        yield from _say(dataset, VOID + "subset", current, named)
        yield from _say(dataset, SD + "defaultGraph", current)

        yield from _say(current, terms.RDF_TYPE, NamedNode(VOID + "Dataset"), NamedNode(SD + "Graph"))
        yield from _say(current, terms.DCTERMS_TITLE, Literal("The current view: the default graph", language="en"))
        yield from _say(current, VOID + "triples", Literal(in_current))
        yield from _say(current, VOID + "distinctSubjects", Literal(int(str(totals.subjects))))
        yield from _say(current, VOID + "distinctObjects", Literal(int(str(totals.objects))))
        yield from _say(current, VOID + "properties", Literal(int(str(totals.properties))))
        if self._is_ours:
            entities = self._count(f'?s ?p ?o FILTER(STRSTARTS(STR(?s), "{terms.BASE}"))', "DISTINCT ?s")
            yield from _say(current, VOID + "entities", Literal(entities))
        yield from self._partitions()
        yield from self._linksets()

        yield from _say(named, terms.RDF_TYPE, NamedNode(VOID + "Dataset"))
        title = f"The named graphs, {int(str(others.graphs)):,} of them: who says what"
        yield from _say(named, terms.DCTERMS_TITLE, Literal(title, language="en"))
        yield from _say(named, VOID + "triples", Literal(in_others))
        for name, class_, title in _LAYERS:
            (held,) = self._store.select(
                "SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?g) AS ?graphs)"
                f" WHERE {{ GRAPH ?g {{ ?s ?p ?o }} ?g a <{class_}> }}"
            )
            if int(str(held.graphs)):
                layer = self._node(name)
                yield from _say(named, VOID + "subset", layer)
                yield from _say(layer, terms.RDF_TYPE, NamedNode(VOID + "Dataset"))
                words = f"{title}, in {int(str(held.graphs)):,} graphs"
                yield from _say(layer, terms.DCTERMS_TITLE, Literal(words, language="en"))
                yield from _say(layer, VOID + "triples", Literal(int(str(held.triples))))

    def _count(self, pattern: str, what: str = "*") -> int:
        (found,) = self._store.select(f"SELECT (COUNT({what}) AS ?n) WHERE {{ {pattern} }}")
        return int(str(found.n))

    def _partitions(self) -> Iterator[Quad]:
        select, current = self._store.select, self._current
        classes = select(
            "SELECT ?of (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?of FILTER(isIRI(?of)) } GROUP BY ?of ORDER BY ?of"
        )
        properties = select("SELECT ?of (COUNT(*) AS ?n) WHERE { ?s ?of ?o } GROUP BY ?of ORDER BY ?of")
        yield from _say(current, VOID + "classes", Literal(len(classes)))
        yield from self._partition("class", "entities", [(str(row.of), int(str(row.n))) for row in classes])
        yield from self._partition("property", "triples", [(str(row.of), int(str(row.n))) for row in properties])

    def _partition(self, of: str, count: str, parts: Sequence[tuple[str, int]]) -> Iterator[Quad]:
        for place, (iri, number) in enumerate(parts):
            node = self._node(f"dataset-{of}-{place + 1}")
            yield from _say(self._current, VOID + f"{of}Partition", node)
            yield from _say(node, VOID + of, NamedNode(iri))
            yield from _say(node, VOID + count, Literal(number))

    def _linksets(self) -> Iterator[Quad]:
        for linked in LINKED:
            begins = f'isIRI(?o) && STRSTARTS(STR(?o), "{linked.space}")'
            triples = self._count(f"?s <{linked.property}> ?o FILTER({begins})")
            if not triples:
                continue
            linkset, target = self._node(f"links-to-{linked.name}"), self._node(linked.name)
            yield from _say(self._current, VOID + "subset", linkset)
            yield from _say(linkset, terms.RDF_TYPE, NamedNode(VOID + "Linkset"))
            yield from _say(linkset, terms.DCTERMS_TITLE, Literal(f"Links to {linked.title}", language="en"))
            yield from _say(linkset, VOID + "subjectsTarget", self._current)
            yield from _say(linkset, VOID + "objectsTarget", target)
            yield from _say(linkset, VOID + "linkPredicate", NamedNode(linked.property))
            yield from _say(linkset, VOID + "triples", Literal(triples))
            yield from _say(target, terms.RDF_TYPE, NamedNode(VOID + "Dataset"))
            yield from _say(target, terms.DCTERMS_TITLE, Literal(linked.title, language="en"))
            yield from _say(target, FOAF + "homepage", NamedNode(linked.homepage))
            yield from _say(target, VOID + "uriSpace", Literal(linked.space))

    def _service(self) -> Iterator[Quad]:
        service = NamedNode(f"{self._origin}/sparql")
        types = (NamedNode(SD + "Service"), NamedNode(terms.DCAT + "DataService"))
        yield from _say(service, terms.RDF_TYPE, *types)
        yield from _say(service, terms.DCTERMS_TITLE, Literal("Questions in SPARQL", language="en"))
        yield from _say(service, terms.DCAT + "endpointURL", service)
        yield from _say(service, terms.DCAT + "endpointDescription", NamedNode(f"{self._origin}/openapi.json"))
        yield from _say(service, terms.DCAT + "servesDataset", self._dataset)
        yield from _say(service, SD + "endpoint", service)
        yield from _say(service, SD + "defaultDataset", self._dataset)

    def _sources(self) -> Iterator[Quad]:
        if self._is_ours:
            publisher = NamedNode(imprint.PUBLISHER)
            yield from _say(publisher, terms.RDF_TYPE, NamedNode(FOAF + "Agent"))
            yield from _say(publisher, FOAF + "name", Literal(imprint.PUBLISHER_NAME, language="en"))
        for snapshot in self._snapshots:
            if snapshot["repository"].startswith(("https://", "http://")):
                source = NamedNode(snapshot["iri"])
                yield from _say(self._dataset, terms.DCTERMS + "source", source)
                yield from _say(source, terms.DCTERMS_TITLE, Literal(snapshot["label"]))
                if snapshot["date"]:
                    issued = Literal(snapshot["date"], datatype=NamedNode(terms.XSD_DATE))
                    yield from _say(source, terms.DCTERMS_ISSUED, issued)

    def _files(self) -> Iterator[Quad]:
        for form in self._distributions:
            dump = NamedNode(f"{self._origin}/download/itgraph.{form.name}")
            distribution = self._node(form.name)
            # What cannot hold named graphs is the current view alone.
            yield from _say(self._dataset if form.holds_graphs else self._current, VOID + "dataDump", dump)
            yield from _say(self._dataset, VOID + "feature", NamedNode(FORMATS_OF_W3C + _DUMPS[form.name]))
            yield from _say(self._dataset, terms.DCAT + "distribution", distribution)
            yield from _say(distribution, terms.RDF_TYPE, NamedNode(terms.DCAT + "Distribution"))
            held = "everything" if form.holds_graphs else "the current view"
            yield from _say(distribution, terms.DCTERMS_TITLE, Literal(f"{form.title}: {held}", language="en"))
            yield from _say(distribution, terms.DCAT + "downloadURL", dump)
            media = f"https://www.iana.org/assignments/media-types/{form.media_type}"
            yield from _say(distribution, terms.DCAT + "mediaType", NamedNode(media))
            if self._is_ours:
                yield from _say(distribution, terms.DCTERMS + "license", NamedNode(imprint.LICENSE))
            if form.size is not None:
                yield from self._bytes(distribution, form)

    def _bytes(self, distribution: NamedNode, form: Distribution) -> Iterator[Quad]:
        checksum = self._node(f"{form.name}-checksum")
        size = Literal(str(form.size), datatype=NamedNode(terms.XSD + "nonNegativeInteger"))
        digest = Literal(form.sha256, datatype=NamedNode(terms.XSD + "hexBinary"))
        yield from _say(distribution, terms.DCAT + "byteSize", size)
        yield from _say(distribution, SPDX + "checksum", checksum)
        yield from _say(checksum, terms.RDF_TYPE, NamedNode(SPDX + "Checksum"))
        yield from _say(checksum, SPDX + "algorithm", NamedNode(SPDX + "checksumAlgorithm_sha256"))
        yield from _say(checksum, SPDX + "checksumValue", digest)
