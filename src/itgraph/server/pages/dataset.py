"""The description of what is served, for programs: VoID, DCAT and the SPARQL service description, joined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, serialize

from itgraph import __version__, terms
from itgraph.errors import ParameterError
from itgraph.server.messages import HTML, Response, redirect
from itgraph.server.negotiation import choose
from itgraph.server.pages.addresses import is_ours, is_web
from itgraph.server.pages.data import FORMATS, is_downloadable
from itgraph.server.pages.rendering import refuse
from itgraph.server.problems import PROBLEM
from itgraph.store import find_lineage_index

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from itgraph.results import Term
    from itgraph.server.messages import Request
    from itgraph.server.site import Site

VOID = "http://rdfs.org/ns/void#"
FOAF = "http://xmlns.com/foaf/0.1/"
SD = "http://www.w3.org/ns/sparql-service-description#"
LICENSE = "https://www.apache.org/licenses/LICENSE-2.0"
TITLE = "itgraph: the lineage of language models"
DESCRIPTION = "What each language model was made from, who made it and how it is licensed, and the sources that say so."
OTHER_TITLE = "A graph that is served by itgraph"
"""What a graph is called that is none of ours, of which nothing else is known."""
OTHER_DESCRIPTION = "A graph that itgraph serves and did not make: its makers know what it says and how it may be used."

_NOT_COUNTED = (
    "How many statements this graph has is not told here: it is too large for them to be counted for each who asks."
    " Things are counted by class, those of other classes and without a name left out."
)

_LAYERS = (
    ("rows", terms.ROW, "What rows of surveys say"),
    ("curated-facts", terms.CURATED_FACT, "What facts from other sources say"),
    ("rules", terms.RULE, "What rules conclude"),
)
_PUBLISHER = NamedNode(terms.BASE + "organization/itgraph-contributors")
FORMATS_OF_W3C = "http://www.w3.org/ns/formats/"
_DUMPS = {
    "trig": "TriG",
    "nq": "N-Quads",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "jsonld": "JSON-LD",
    "rdf": "RDF_XML",
}
_RDF = {
    "ttl": RdfFormat.TURTLE,
    "jsonld": RdfFormat.JSON_LD,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
}
RDF_TYPES = {FORMATS[name].media_type: name for name in _RDF}
"""The media types in which the description can be had, and what ``format`` calls them."""

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


def holds_ours(snapshots: Sequence[dict[str, str]]) -> bool:
    """Say whether a graph with these snapshots is one of ours: their IRIs tell, not the file that it is read from."""
    return any(is_ours(snapshot["iri"]) for snapshot in snapshots)


def read_snapshots(site: Site) -> list[dict[str, str]]:
    """Return the documents that the graph was read from, the newest first."""
    table = site.store.select(
        "SELECT ?snapshot (SAMPLE(?label) AS ?name) (SAMPLE(?date) AS ?issued) (SAMPLE(?repository) AS ?from)"
        " (SAMPLE(?commit) AS ?at) WHERE { ?snapshot a itg:Snapshot OPTIONAL { ?snapshot rdfs:label ?label }"
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


def find_example(site: Site) -> str:
    """Return a thing to try things with: the model that most was made from, or whatever there is."""
    if (index := find_lineage_index(site.store)) is not None and (tops := index.most_built_upon(1)):
        return index.iri(tops[0].node)
    patterns = (
        "SELECT ?s (COUNT(*) AS ?n) WHERE { ?s a itg:Model . ?child itg:upstream ?s } GROUP BY ?s ORDER BY DESC(?n) ?s",
        "SELECT ?s WHERE { ?s a ?class FILTER(isIRI(?s)) }",
        "SELECT ?s WHERE { GRAPH ?g { ?s ?p ?o FILTER(isIRI(?s)) } }",
    )
    for pattern in patterns:
        table = site.store.select(f"{pattern} LIMIT 1")
        if len(table):
            return str(table[0].s)
    return ""


def list_downloads(site: Site) -> list[str]:
    """Return the ends of the addresses under which the whole graph can be had; none, if it is too large."""
    return list(_DUMPS) if is_downloadable(site) else []


def describe_dataset(site: Site, request: Request) -> Response:
    """Return the description of the dataset, by ``format`` or Accept; a browser is sent to the page that says it."""
    wanted = request.parameter("format")
    if wanted and wanted not in _RDF:
        raise ParameterError(f"there is no format {wanted!r}; there is {', '.join(_RDF)}", parameter="format")
    chosen = FORMATS[wanted].media_type if wanted else choose(request.accept, [*RDF_TYPES, HTML])
    if chosen is None:
        return refuse(request, 406, f"there is {', '.join(RDF_TYPES)}", prefer=PROBLEM)
    if chosen == HTML:
        return redirect("/about", headers={"Vary": "Accept"})
    # All that is said of one thing together, in the order in which the things come up.
    by_subject: dict[object, list[Quad]] = {}
    for quad in _Description(site, request.origin):
        by_subject.setdefault(quad.subject, []).append(quad)
    quads = [quad for said in by_subject.values() for quad in said]
    body = serialize(quads, format=_RDF[RDF_TYPES[chosen]], prefixes=_PREFIXES) or b""
    media_type = f"{chosen}; charset=utf-8" if chosen.startswith("text/") else chosen
    return Response(media_type=media_type, body=body, headers=(("Vary", "Accept"),))


def dataset_of(origin: str) -> NamedNode:
    """Return the IRI of what a server holds, by which all its descriptions call it."""
    return NamedNode(f"{origin}/.well-known/void#dataset")


def current_view_of(origin: str) -> NamedNode:
    """Return the IRI of the default graph of a server."""
    return NamedNode(f"{origin}/sparql#default-graph")


def _say(subject: NamedNode, predicate: str, *objects: Term) -> Iterator[Quad]:
    for object_ in objects:
        yield Quad(subject, NamedNode(predicate), object_, DefaultGraph())


class _Description:
    """The statements of the description of a site, in the order in which they are read."""

    def __init__(self, site: Site, origin: str) -> None:
        self._site = site
        self._origin = origin
        self._dataset = dataset_of(origin)
        self._current = current_view_of(origin)
        self._snapshots = read_snapshots(site)
        self._is_ours = holds_ours(self._snapshots)
        self._downloads = list_downloads(site)

    def __iter__(self) -> Iterator[Quad]:
        document = NamedNode(f"{self._origin}/.well-known/void")
        yield from _say(document, terms.RDF_TYPE, NamedNode(VOID + "DatasetDescription"))
        yield from _say(document, FOAF + "primaryTopic", self._dataset)
        yield from self._whole()
        yield from self._parts()
        yield from self._service()
        yield from self._sources()
        yield from self._distributions()

    def _whole(self) -> Iterator[Quad]:
        dataset, origin = self._dataset, self._origin
        types = (VOID + "Dataset", terms.DCAT_DATASET, SD + "Dataset")
        yield from _say(dataset, terms.RDF_TYPE, *map(NamedNode, types))
        title = Literal(TITLE if self._is_ours else OTHER_TITLE, language="en")
        yield from _say(dataset, terms.DCTERMS_TITLE, title)
        description = Literal(DESCRIPTION if self._is_ours else OTHER_DESCRIPTION, language="en")
        yield from _say(dataset, terms.DCTERMS + "description", description)
        if self._is_ours:
            yield from _say(dataset, terms.DCTERMS + "license", NamedNode(LICENSE))
            for predicate in ("creator", "publisher"):
                yield from _say(dataset, terms.DCTERMS + predicate, _PUBLISHER)
            yield from _say(dataset, terms.DCAT + "version", Literal(__version__))
            yield from _say(dataset, VOID + "uriSpace", Literal(terms.BASE))
            yield from _say(dataset, VOID + "vocabulary", *map(NamedNode, _VOCABULARIES))
        yield from _say(dataset, FOAF + "homepage", NamedNode(f"{origin}/"))
        yield from _say(dataset, terms.DCAT + "landingPage", NamedNode(f"{origin}/about"))
        yield from _say(dataset, VOID + "sparqlEndpoint", NamedNode(f"{origin}/sparql"))
        yield from _say(dataset, VOID + "uriLookupEndpoint", NamedNode(f"{origin}/id?iri="))
        if example := find_example(self._site):
            yield from _say(dataset, VOID + "exampleResource", NamedNode(example))

    def _parts(self) -> Iterator[Quad]:
        """Yield how much there is: in the default graph, in the named graphs, and in both together.

        Of a graph with indexes, to count that would take minutes: how many things it has of which class is all that is
        told of it then, and that the rest is not.
        """
        dataset, current = self._dataset, self._current
        if find_lineage_index(self._site.store) is not None:
            yield from _say(dataset, VOID + "subset", current)
            yield from _say(dataset, SD + "defaultGraph", current)
            yield from _say(current, terms.RDF_TYPE, NamedNode(VOID + "Dataset"), NamedNode(SD + "Graph"))
            yield from _say(current, terms.DCTERMS_TITLE, Literal("The current view: the default graph", language="en"))
            yield from _say(dataset, terms.RDFS_COMMENT, Literal(_NOT_COUNTED, language="en"))
            yield from self._partition("class", "entities", sorted(self._site.classes))
            return
        named = NamedNode(f"{self._origin}/.well-known/void#named-graphs")
        (others,) = self._site.store.select(
            "SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?g) AS ?graphs) WHERE { GRAPH ?g { ?s ?p ?o } }"
        )
        (totals,) = self._site.store.select(
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
            (entities,) = self._site.store.select(
                f'SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{terms.BASE}")) }}'
            )
            yield from _say(current, VOID + "entities", Literal(int(str(entities.n))))
        yield from self._partitions()

        yield from _say(named, terms.RDF_TYPE, NamedNode(VOID + "Dataset"))
        title = f"The named graphs, {int(str(others.graphs)):,} of them: who says what"
        yield from _say(named, terms.DCTERMS_TITLE, Literal(title, language="en"))
        yield from _say(named, VOID + "triples", Literal(in_others))
        for name, class_, title in _LAYERS:
            (held,) = self._site.store.select(
                "SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?g) AS ?graphs)"
                f" WHERE {{ GRAPH ?g {{ ?s ?p ?o }} ?g a <{class_}> }}"
            )
            if int(str(held.graphs)):
                layer = NamedNode(f"{self._origin}/.well-known/void#{name}")
                yield from _say(named, VOID + "subset", layer)
                yield from _say(layer, terms.RDF_TYPE, NamedNode(VOID + "Dataset"))
                words = f"{title}, in {int(str(held.graphs)):,} graphs"
                yield from _say(layer, terms.DCTERMS_TITLE, Literal(words, language="en"))
                yield from _say(layer, VOID + "triples", Literal(int(str(held.triples))))

    def _partitions(self) -> Iterator[Quad]:
        select, current = self._site.store.select, self._current
        classes = select(
            "SELECT ?of (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?of FILTER(isIRI(?of)) } GROUP BY ?of ORDER BY ?of"
        )
        properties = select("SELECT ?of (COUNT(*) AS ?n) WHERE { ?s ?of ?o } GROUP BY ?of ORDER BY ?of")
        yield from _say(current, VOID + "classes", Literal(len(classes)))
        yield from self._partition("class", "entities", [(str(row.of), int(str(row.n))) for row in classes])
        yield from self._partition("property", "triples", [(str(row.of), int(str(row.n))) for row in properties])

    def _partition(self, of: str, count: str, parts: Sequence[tuple[str, int]]) -> Iterator[Quad]:
        for place, (iri, number) in enumerate(parts):
            # Named, so that the same graph always gives the same bytes.
            node = NamedNode(f"{self._dataset.value}-{of}-{place + 1}")
            yield from _say(self._current, VOID + f"{of}Partition", node)
            yield from _say(node, VOID + of, NamedNode(iri))
            yield from _say(node, VOID + count, Literal(number))

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
            yield from _say(_PUBLISHER, terms.RDF_TYPE, NamedNode(FOAF + "Agent"))
            yield from _say(_PUBLISHER, FOAF + "name", Literal("The itgraph contributors", language="en"))
        for snapshot in self._snapshots:
            if is_web(snapshot["repository"]):
                source = NamedNode(snapshot["iri"])
                yield from _say(self._dataset, terms.DCTERMS + "source", source)
                yield from _say(source, terms.DCTERMS_TITLE, Literal(snapshot["label"]))
                if snapshot["date"]:
                    issued = Literal(snapshot["date"], datatype=NamedNode(terms.XSD_DATE))
                    yield from _say(source, terms.DCTERMS_ISSUED, issued)

    def _distributions(self) -> Iterator[Quad]:
        for name in self._downloads:
            form = FORMATS[name]
            dump = NamedNode(f"{self._origin}/download/itgraph.{name}")
            distribution = NamedNode(f"{self._origin}/.well-known/void#{name}")
            # What cannot hold named graphs is the current view alone.
            yield from _say(self._dataset if form.holds_graphs else self._current, VOID + "dataDump", dump)
            yield from _say(self._dataset, VOID + "feature", NamedNode(FORMATS_OF_W3C + _DUMPS[name]))
            yield from _say(self._dataset, terms.DCAT + "distribution", distribution)
            yield from _say(distribution, terms.RDF_TYPE, NamedNode(terms.DCAT + "Distribution"))
            held = "everything" if form.holds_graphs else "the current view"
            yield from _say(distribution, terms.DCTERMS_TITLE, Literal(f"{form.title}: {held}", language="en"))
            yield from _say(distribution, terms.DCAT + "downloadURL", dump)
            media = f"https://www.iana.org/assignments/media-types/{form.media_type}"
            yield from _say(distribution, terms.DCAT + "mediaType", NamedNode(media))
            if self._is_ours:
                yield from _say(distribution, terms.DCTERMS + "license", NamedNode(LICENSE))
