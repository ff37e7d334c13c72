"""What is served here, where it is from and how it may be used: for people, and as VoID and DCAT for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from itgraph import __version__, terms
from itgraph.export import FORMATS as EXPORTS
from itgraph.export import format_quads
from itgraph.server.messages import HTML, Response, redirect
from itgraph.server.negotiation import choose
from itgraph.server.pages.addresses import is_web
from itgraph.server.pages.data import FORMATS
from itgraph.server.pages.rendering import refuse, render
from itgraph.server.problems import PROBLEM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from itgraph.results import Term
    from itgraph.server.messages import Request
    from itgraph.server.site import Site

VOID = "http://rdfs.org/ns/void#"
FOAF = "http://xmlns.com/foaf/0.1/"
LICENSE = "https://www.apache.org/licenses/LICENSE-2.0"
_FORMATS_OF_W3C = "http://www.w3.org/ns/formats/"
_DUMPS = {
    "trig": "TriG",
    "nq": "N-Quads",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "jsonld": "JSON-LD",
    "rdf": "RDF_XML",
}
_VOCABULARIES = tuple(
    namespace for prefix, namespace in terms.PREFIXES.items() if not namespace.startswith(terms.BASE) or prefix == "itg"
)


def show_about(site: Site, request: Request) -> Response:
    """Tell what this is, where it is from, and how to take it away and cite it."""
    return render(
        "about",
        request,
        counts=[(str(row.what), row["count"], row.stated) for row in site.counts],
        snapshots=read_snapshots(site),
        downloads=[(f"itgraph.{name}", EXPORTS[FORMATS[name].export].summary) for name in _DUMPS],
        example=_example(site),
        license=LICENSE,
    )


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


def describe_dataset(site: Site, request: Request) -> Response:
    """Return the description of the dataset in VoID and DCAT; a browser is sent to the page that says the same."""
    offered = {form.media_type: form.export for form in FORMATS.values() if form.export and not form.holds_graphs}
    offered["application/ld+json"] = "jsonld"
    chosen = choose(request.accept, [*offered, HTML])
    if chosen is None:
        return refuse(request, 406, f"there is {', '.join(offered)}", prefer=PROBLEM)
    if chosen == HTML:
        return redirect("/about", headers={"Vary": "Accept"})
    body = format_quads(list(_void(site, request.origin)), offered[chosen])
    media_type = f"{chosen}; charset=utf-8" if chosen.startswith("text/") else chosen
    return Response(media_type=media_type, body=body, headers=(("Vary", "Accept"),))


def _void(site: Site, origin: str) -> Iterator[Quad]:
    dataset = NamedNode(f"{origin}/.well-known/void#itgraph")
    document = NamedNode(f"{origin}/.well-known/void")

    def say(subject: NamedNode | BlankNode, predicate: str, *objects: Term) -> Iterator[Quad]:
        for object_ in objects:
            yield Quad(subject, NamedNode(predicate), object_)

    def number(value: int) -> Literal:
        return Literal(value)

    a = terms.RDF_TYPE
    yield from say(document, a, NamedNode(VOID + "DatasetDescription"))
    yield from say(document, FOAF + "primaryTopic", dataset)
    yield from say(dataset, a, NamedNode(VOID + "Dataset"), NamedNode(terms.DCAT_DATASET))
    yield from say(dataset, terms.DCTERMS_TITLE, Literal("itgraph", language="en"))
    description = "The lineage of language models: what each was made from, and the source lines that say so."
    yield from say(dataset, terms.DCTERMS + "description", Literal(description, language="en"))
    yield from say(dataset, terms.DCTERMS + "license", NamedNode(LICENSE))
    yield from say(dataset, terms.DCAT + "version", Literal(__version__))
    yield from say(dataset, FOAF + "homepage", NamedNode(f"{origin}/"))
    yield from say(dataset, terms.DCAT + "landingPage", NamedNode(f"{origin}/about"))
    yield from say(dataset, VOID + "sparqlEndpoint", NamedNode(f"{origin}/sparql"))
    yield from say(dataset, VOID + "uriSpace", Literal(terms.BASE))
    yield from say(dataset, VOID + "uriLookupEndpoint", NamedNode(f"{origin}/id?iri="))
    yield from say(dataset, VOID + "vocabulary", *(NamedNode(namespace) for namespace in _VOCABULARIES))
    for snapshot in read_snapshots(site):
        if is_web(snapshot["repository"]):
            yield from say(dataset, terms.DCTERMS + "source", NamedNode(snapshot["iri"]))
    if example := _example(site):
        yield from say(dataset, VOID + "exampleResource", NamedNode(example))
    for name, w3c in _DUMPS.items():
        dump, distribution = NamedNode(f"{origin}/download/itgraph.{name}"), NamedNode(f"{document.value}#{name}")
        yield from say(dataset, VOID + "dataDump", dump)
        yield from say(dataset, VOID + "feature", NamedNode(_FORMATS_OF_W3C + w3c))
        yield from say(dataset, terms.DCAT + "distribution", distribution)
        yield from say(distribution, a, NamedNode(terms.DCAT + "Distribution"))
        yield from say(distribution, terms.DCAT + "downloadURL", dump)
        media = f"https://www.iana.org/assignments/media-types/{FORMATS[name].media_type}"
        yield from say(distribution, terms.DCAT + "mediaType", NamedNode(media))
        yield from say(distribution, terms.DCTERMS + "license", NamedNode(LICENSE))
    totals = site.store.select(
        "SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)"
        " (COUNT(DISTINCT ?p) AS ?properties) WHERE { ?s ?p ?o }"
    )[0]
    entities = site.store.select(
        f'SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{terms.BASE}")) }}'
    )[0]
    yield from say(dataset, VOID + "triples", number(int(str(totals.triples))))
    yield from say(dataset, VOID + "entities", number(int(str(entities.n))))
    yield from say(dataset, VOID + "distinctSubjects", number(int(str(totals.subjects))))
    yield from say(dataset, VOID + "distinctObjects", number(int(str(totals.objects))))
    yield from say(dataset, VOID + "properties", number(int(str(totals.properties))))
    yield from _partitions(site, dataset)


def _partitions(site: Site, dataset: NamedNode) -> Iterator[Quad]:
    classes = site.store.select(
        "SELECT ?of (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?of FILTER(isIRI(?of)) } GROUP BY ?of ORDER BY ?of"
    )
    properties = site.store.select("SELECT ?of (COUNT(*) AS ?n) WHERE { ?s ?of ?o } GROUP BY ?of ORDER BY ?of")
    yield Quad(dataset, NamedNode(VOID + "classes"), Literal(len(classes)))
    for table, partition, of, count in (
        (classes, "classPartition", "class", "entities"),
        (properties, "propertyPartition", "property", "triples"),
    ):
        for place, row in enumerate(table):
            # Named, so that the same graph always gives the same bytes.
            node = NamedNode(f"{dataset.value}-{of}-{place + 1}")
            yield Quad(dataset, NamedNode(VOID + partition), node)
            yield Quad(node, NamedNode(VOID + of), NamedNode(str(row.of)))
            yield Quad(node, NamedNode(VOID + count), Literal(int(str(row.n))))


def _example(site: Site) -> str:
    """Return a thing to try things with: the model that most was made from, or whatever there is."""
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
