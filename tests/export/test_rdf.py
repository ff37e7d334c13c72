"""Every RDF format gives back the quads that went in: the shipped ones, a part of them, hostile ones."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from pyoxigraph import (
    BaseDirection,
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

from itgraph import terms
from itgraph.errors import ExportError
from itgraph.export import FORMATS, format_quads
from itgraph.export.rdf import default_graph
from itgraph.turtle import format_trig, format_turtle

PARSED_AS = {
    "turtle": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
    "ntriples": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}
RDFLIB_NAMES = {"turtle": "turtle", "trig": "trig", "jsonld": "json-ld", "rdfxml": "xml"}
RDF_FORMATS = [format.name for format in FORMATS.values() if format.is_rdf]


def read_back(content: bytes, format: str) -> list[Quad]:
    return [
        quad if isinstance(quad, Quad) else Quad(quad.subject, quad.predicate, quad.object)
        for quad in parse(content, PARSED_AS[format])
    ]


def assert_same(content: bytes, format: str, quads: Iterable[Quad]) -> None:
    """Compare as sets; if there are blank nodes, after RDFC-1.0."""
    wanted = set(quads if FORMATS[format].holds_graphs else default_graph(quads))
    found = set(read_back(content, format))
    if any(isinstance(term, BlankNode) for quad in wanted for term in (quad.subject, quad.object, quad.graph_name)):
        datasets = [Dataset(wanted), Dataset(found)]
        for dataset in datasets:
            dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        assert datasets[0] == datasets[1]
    else:
        assert found == wanted


def test_every_rdf_format_is_tested() -> None:
    assert set(RDF_FORMATS) == set(PARSED_AS)


@pytest.mark.parametrize("format", RDF_FORMATS)
def test_round_trip_of_the_shipped_facts(graph: list[Quad], format: str) -> None:
    assert_same(format_quads(graph, format), format, graph)


@pytest.mark.parametrize("format", RDF_FORMATS)
def test_round_trip_of_a_part(focused: list[Quad], format: str) -> None:
    assert_same(format_quads(focused, format), format, focused)


@pytest.mark.parametrize("format", RDFLIB_NAMES)
def test_rdflib_reads_the_same(focused: list[Quad], format: str) -> None:
    dataset = rdflib.Dataset()
    target = dataset if FORMATS[format].holds_graphs else dataset.default_graph
    target.parse(data=format_quads(focused, format), format=RDFLIB_NAMES[format])
    assert_same(
        dataset.serialize(format="nquads").encode(),
        "nquads",
        focused if FORMATS[format].holds_graphs else default_graph(focused),
    )


@pytest.mark.parametrize("format", RDF_FORMATS)
def test_bytes_do_not_depend_on_the_order_of_quads(focused: list[Quad], format: str) -> None:
    assert format_quads(focused, format) == format_quads([*reversed(focused), *focused[:9]], format)


@pytest.mark.parametrize("format", RDF_FORMATS)
def test_an_empty_graph(format: str) -> None:
    assert read_back(format_quads([], format), format) == []


# -- hostile graphs
# ----------------------------------------------------------------------------------------------------

# Whatever has a meaning in one of the formats, and everything else.
NASTY = st.sampled_from(
    [
        *('"', '""', '"""', "'", "\\", "\\u0041", "\n", "\r", "\r\n", "\t", "\x00", "\x0b", "\x7f", "\x85"),
        *(
            "\u2028",
            "\u202e",
            "\ufeff",
            "\ufffe",
            "]]>",
            "<!--",
            "&amp;",
            "<b>",
            "# ---",
            " .",
            " ;",
            "@en",
            "^^",
            "\U0001f600",
        ),
    ]
)
TEXT = st.lists(NASTY | st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=6).map("".join)
XML_TEXT = TEXT.map(lambda text: re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text))

NAMESPACES = st.sampled_from(
    [
        *terms.PREFIXES.values(),
        terms.BASE,
        "http://example.org/",
        "http://example.org",
        "http://example.org/#",
        "urn:",
        # What a JSON-LD processor may take for a term or a prefix of our context, and a Turtle parser for a
        # path.
        *(
            "doi:",
            "schema:",
            "itg:",
            "id:",
            "type:",
            "Model:",
            "prov:wasInfluencedBy",
            "http://example.org/a/../b/./",
        ),
    ]
)
LOCAL_NAMES = st.text("abcXYZ019.-_~:/?#=;,@!$&'()*+%", max_size=8) | st.sampled_from(
    [".", "..", "a.", "-a", "1", "a/../b", "a//b", "//a", "a%20b", "é", "日本", "\u202e", "type", "li", "_1"]
)


def is_iri(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    # A scheme alone is an IRI to pyoxigraph, and a prefix to JSON-LD.
    return not text.endswith(":")


IRIS = st.builds(str.__add__, NAMESPACES, LOCAL_NAMES).filter(is_iri).map(NamedNode)
KNOWN = st.sampled_from(
    sorted(
        term
        for name, term in vars(terms).items()
        if name.isupper() and isinstance(term, str) and term.startswith("http") and term[-1] not in "/#"
    )
).map(NamedNode)
DATATYPES = (
    st.sampled_from(["integer", "decimal", "double", "boolean", "date", "gYear", "string", "anyURI"]).map(
        lambda name: NamedNode(terms.XSD + name)
    )
    | IRIS
)
LEXICAL = st.sampled_from(
    [
        "0",
        "-0",
        "007",
        "+1",
        "1",
        "-1",
        "1.",
        "1.0",
        "-1.50",
        ".5",
        "1e0",
        "1.0E1",
        "1.0E+1",
        "true",
        "false",
        "TRUE",
        "1" * 40,
    ]
)


def literals(text: st.SearchStrategy[str]) -> st.SearchStrategy[Literal]:
    return (
        text.map(Literal)
        | st.builds(lambda value, datatype: Literal(value, datatype=datatype), text | LEXICAL, DATATYPES)
        | st.builds(
            lambda value, language: Literal(value, language=language),
            text,
            st.sampled_from(["en", "zh-hant", "de-ch-1996"]),
        )
    )


def graphs(
    text: st.SearchStrategy[str] = TEXT, predicates: st.SearchStrategy[NamedNode] = KNOWN | IRIS
) -> st.SearchStrategy[list[Quad]]:
    nodes = KNOWN | IRIS
    return st.lists(
        st.builds(Quad, nodes, predicates, nodes | literals(text), st.just(DefaultGraph()) | nodes),
        min_size=1,
        max_size=6,
    )


relaxed = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


@pytest.mark.parametrize("format", ["turtle", "trig", "nquads", "ntriples"])
@relaxed
@given(quads=graphs())
def test_round_trip_of_hostile_graphs(format: str, quads: list[Quad]) -> None:
    assert_same(format_quads(quads, format), format, quads)


@relaxed
@given(quads=graphs())
def test_round_trip_of_hostile_graphs_as_jsonld(quads: list[Quad]) -> None:
    assert_same(format_quads(quads, "jsonld"), "jsonld", quads)


@relaxed
@given(quads=graphs(text=XML_TEXT))
def test_round_trip_of_hostile_graphs_as_rdfxml(quads: list[Quad]) -> None:
    try:
        content = format_quads(quads, "rdfxml")
    except ExportError:
        return  # a predicate without a name in XML; that this is what is said, is tested below
    etree.fromstring(content)
    assert_same(content, "rdfxml", quads)


@given(quads=graphs(text=TEXT))
@relaxed
def test_rdfxml_is_well_formed_or_not_written(quads: list[Quad]) -> None:
    try:
        content = format_quads(quads, "rdfxml")
    except ExportError:
        return
    etree.fromstring(content)


def test_blank_nodes_of_other_graphs() -> None:
    one, other = BlankNode("one"), BlankNode("other-1.x")
    says = NamedNode("http://example.org/says")
    quads = [
        Quad(one, says, other),
        Quad(other, says, Literal("x")),
        Quad(one, says, one, other),
        Quad(other, says, one),
    ]
    for format in RDF_FORMATS:
        assert_same(format_quads(quads, format), format, quads)


def test_rdf_1_2_only_where_the_format_has_it() -> None:
    node = NamedNode("http://example.org/a")
    directed = Quad(node, node, Literal("x", language="en", direction=BaseDirection.LTR))
    about = Quad(node, node, Triple(node, node, Literal('a "b" <<')))
    for quad in (directed, about):
        for format in ("turtle", "trig", "nquads", "ntriples"):
            assert_same(format_quads([quad], format), format, [quad])
        for format in ("jsonld", "rdfxml"):
            with pytest.raises(ExportError, match=r"RDF 1\.2"):
                format_quads([quad], format)


@pytest.mark.parametrize(
    "iri",
    [
        *("http://example.org/1", "http://example.org/", "urn:1", terms.RDF + "li", terms.RDF + "Description"),
        *("http://example.org/#%0A", "http://example.org/%C3"),
    ],
)
def test_predicates_that_xml_cannot_name(iri: str) -> None:
    quad = Quad(NamedNode("http://example.org/a"), NamedNode(iri), Literal("x"))
    with pytest.raises(ExportError, match="rdfxml: XML has no name for the predicate"):
        format_quads([quad], "rdfxml")


def test_a_name_does_not_begin_amid_an_escaped_character() -> None:
    quad = Quad(NamedNode("http://example.org/a"), NamedNode("http://example.org/%C3%A4b"), Literal("x"))
    content = format_quads([quad], "rdfxml")
    assert b'="http://example.org/%C3%A4"' in content
    etree.fromstring(content)
    assert_same(content, "rdfxml", [quad])


def test_subjects_and_types_that_xml_cannot_name_are_no_hindrance() -> None:
    quad = Quad(NamedNode("http://example.org/1?a&b='"), NamedNode(terms.RDF_TYPE), NamedNode("http://example.org/2"))
    assert_same(format_quads([quad], "rdfxml"), "rdfxml", [quad])


def test_characters_that_xml_cannot_hold() -> None:
    quad = Quad(NamedNode("http://example.org/a"), NamedNode(terms.RDFS_LABEL), Literal("a\x01"))
    with pytest.raises(ExportError, match=r"U\+0001"):
        format_quads([quad], "rdfxml")


# -- how it reads
# ------------------------------------------------------------------------------------------------------

ITM = terms.BASE + "model/"
ROW = NamedNode(terms.BASE + "row/2024-10-15/models/10")


def quads_to_read() -> list[Quad]:
    alpaca, llama = NamedNode(ITM + "alpaca-1.5"), NamedNode(ITM + "llama")
    quantity = NamedNode(terms.BASE + "quantity/2024-10-15/models/10/parameters")
    paper = NamedNode(terms.BASE + "paper/arxiv-2303.00001")
    links = [NamedNode(f"https://example.org/a/long/path/to/a/place/{number}") for number in (10, 9, 1)]

    def quad(subject: NamedNode, predicate: str, value: NamedNode | Literal, graph: NamedNode | None = None) -> Quad:
        return Quad(subject, NamedNode(predicate), value, graph or DefaultGraph())

    return [
        quad(alpaca, terms.SCHEMA_SUBJECT_OF, paper),
        *(quad(alpaca, terms.PROJECT, link) for link in links),
        quad(alpaca, terms.PARAMETERS, quantity),
        quad(alpaca, terms.PARAMETER_COUNT, Literal(7000000000)),
        quad(alpaca, terms.SELF_BUILT, Literal(True)),
        quad(alpaca, terms.BASE_MODEL, llama),
        quad(alpaca, terms.RDFS_LABEL, Literal('Alpaca "1.5"')),
        quad(alpaca, terms.RDF_TYPE, NamedNode(terms.FAIR4ML_ML_MODEL)),
        quad(alpaca, terms.RDF_TYPE, NamedNode(terms.MODEL)),
        quad(llama, terms.RDF_TYPE, NamedNode(terms.MODEL)),
        quad(ROW, terms.RDF_TYPE, NamedNode(terms.ROW)),
        quad(ROW, terms.TEXT, Literal('two\nlines with ""quotes""')),
        quad(paper, terms.DCTERMS_ISSUED, Literal("2023", datatype=NamedNode(terms.XSD_G_YEAR))),
        quad(paper, terms.RDF_TYPE, NamedNode(terms.PAPER)),
        quad(alpaca, terms.BASE_MODEL, llama, ROW),
        quad(alpaca, terms.PARAMETERS, quantity, ROW),
    ]


def test_trig_is_grouped_and_readable() -> None:
    text = format_trig(quads_to_read()).decode()
    text = re.sub("-{30,}", "---", text)
    assert (
        text
        == '''\
@base <https://w3id.org/itgraph/> .
@prefix itg: <https://w3id.org/itgraph/ontology#> .
@prefix itm: <https://w3id.org/itgraph/model/> .
@prefix itp: <https://w3id.org/itgraph/paper/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix fair4ml: <https://w3id.org/fair4ml#> .
@prefix schema: <https://schema.org/> .

# --- Models ---

itm:alpaca-1.5 a itg:Model, fair4ml:MLModel ;
    rdfs:label "Alpaca \\"1.5\\"" ;
    itg:baseModel itm:llama ;
    itg:project
        <https://example.org/a/long/path/to/a/place/1>,
        <https://example.org/a/long/path/to/a/place/9>,
        <https://example.org/a/long/path/to/a/place/10> ;
    itg:selfBuilt true ;
    itg:parameters <quantity/2024-10-15/models/10/parameters> ;
    itg:parameterCount 7000000000 ;
    schema:subjectOf itp:arxiv-2303.00001 .

itm:llama a itg:Model .

# --- Papers ---

itp:arxiv-2303.00001 a itg:Paper ;
    dcterms:issued "2023"^^xsd:gYear .

# --- Rows ---

<row/2024-10-15/models/10> a itg:Row ;
    itg:text """two
lines with \\""quotes\\"\\"""" .

# --- What rows say ---

GRAPH <row/2024-10-15/models/10> {
    itm:alpaca-1.5 itg:baseModel itm:llama ;
        itg:parameters <quantity/2024-10-15/models/10/parameters> .
}
'''
    )
    assert_same(text.encode(), "trig", quads_to_read())


def test_turtle_is_the_first_part_of_trig(graph: list[Quad]) -> None:
    turtle, trig = format_turtle(graph), format_trig(graph)
    assert trig.startswith(turtle)
    headings = re.findall(rb"^# --- (.*?) -+$", trig, re.MULTILINE)
    assert [heading.decode() for heading in headings] == [
        *(
            "Snapshots",
            "Models",
            "Datasets",
            "Benchmarks",
            "Techniques",
            "Papers",
            "People",
            "Organizations",
            "Concepts",
        ),
        *(
            "Licensed parts",
            "Figures",
            "Derivations",
            "Authorships",
            "Rules",
            "Rows",
            "Curated facts",
            "Issues",
            "What rows say",
            "What curated facts say",
            "What rules conclude",
        ),
    ]


def test_turtle_of_the_shipped_facts_is_compact(graph: list[Quad]) -> None:
    text = format_turtle(graph).decode()
    statements = re.sub(r'""".*?"""', "", text.partition("# ---")[2], flags=re.DOTALL)
    for namespace in (terms.BASE, terms.ITG, terms.RDF):
        assert f"<{namespace}" not in statements
    assert "^^xsd:integer" not in statements
    assert "^^xsd:boolean" not in statements
    assert "\\n" not in statements


def test_lines_of_nquads_and_ntriples_are_sorted(focused: list[Quad]) -> None:
    for format in ("nquads", "ntriples"):
        lines = format_quads(focused, format).split(b"\n")
        assert lines.pop() == b""
        assert lines == sorted(set(lines))
