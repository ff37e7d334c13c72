"""What the pages and the data of the query service say, and where they are."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from pyoxigraph import (
    BaseDirection,
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
)
from tests.server.visits import ORIGIN, get

import itgraph
from itgraph import terms
from itgraph.conflicts import list_conflicts, list_disagreements
from itgraph.explorer.encoding import FONT, GROUNDS, KINDS
from itgraph.export import format_quads
from itgraph.queries import run
from itgraph.resources import ontology_path
from itgraph.server.messages import HTML, Request
from itgraph.server.pages.addresses import address_of, candidates, page_of
from itgraph.server.pages.data import FORMATS
from itgraph.server.pages.rendering import ASSETS, asset_address
from itgraph.server.site import Site
from itgraph.store import EmbeddedStore

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
RDF = {
    "ttl": RdfFormat.TURTLE,
    "jsonld": RdfFormat.JSON_LD,
    "trig": RdfFormat.TRIG,
    "nt": RdfFormat.N_TRIPLES,
    "nq": RdfFormat.N_QUADS,
    "rdf": RdfFormat.RDF_XML,
}
LLAMA = NamedNode(terms.BASE + "model/llama")

# What could be lost on the way from an IRI to an address and back.
ODD_IRIS = [
    terms.BASE + "model/gpt-3.5",
    terms.BASE + "model/x.ttl",
    terms.BASE + "model/x",
    terms.BASE + "model/a%2Fb",
    terms.BASE + "model/a/b",
    terms.BASE + "model/100%25",
    terms.BASE + "model/%3Cscript%3E",
    terms.BASE + "model/a?b=c&d#e+f",
    terms.BASE + "model/模型",
    terms.BASE + "model/\u00e9\u0301",
    terms.BASE + "model/../x",
    terms.BASE + "model//x",
    terms.BASE + "model/x/",
    terms.BASE + "ontology#x",
    terms.BASE,
    "http://example.org/a b".replace(" ", "%20"),
    "http://example.org/?q=a&b=c#d",
    "urn:isbn:12345",
    "https://w3id.org/itgraph",
]


def graph_of(*quads: tuple[str, str, str | Literal]) -> Site:
    made = [
        Quad(NamedNode(s), NamedNode(p), o if isinstance(o, Literal) else NamedNode(o), DefaultGraph())
        for s, p, o in quads
    ]
    return Site(store=EmbeddedStore(made))


# -- Addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("iri", ODD_IRIS)
def test_every_iri_has_a_page_and_data_whatever_it_is_made_of(iri: str) -> None:
    site = graph_of(*((other, terms.RDFS_LABEL, Literal(other)) for other in ODD_IRIS))
    page = get(site, page_of(iri))
    assert page.status == 200
    assert shown_iri(page.body) == iri
    for name, format in RDF.items():
        answer = get(site, address_of("data", iri, f".{name}"))
        assert answer.status == 200, name
        subjects = {quad.subject for quad in parse(answer.body, format=format)}
        assert subjects == {NamedNode(iri)}, name
    assert json.loads(get(site, address_of("data", iri, ".json")).body)["thing"]["iri"] == iri
    answer = get(site, address_of("id", iri), BROWSER)
    assert (answer.status, dict(answer.headers)["Location"]) == (303, page_of(iri))


def shown_iri(body: bytes) -> str:
    text = body.decode()
    (found,) = re.findall(r"<p><bdi><code>(.*?)</code></bdi></p>", text)
    import html

    return html.unescape(found)


def test_what_is_decoded_once_too_often_is_still_found() -> None:
    assert candidates(Request(path="/id/model/a b<c"), "id") == [terms.BASE + "model/a%20b%3Cc"]
    assert candidates(Request(path="/id/"), "id") == []


@pytest.mark.slow
def test_every_iri_of_the_shipped_graph_leads_to_its_page(site: Site) -> None:
    iris = {quad.subject.value for quad in site.store.quads() if isinstance(quad.subject, NamedNode)}
    kinds: dict[str, list[str]] = {}
    for iri in sorted(iris):
        kinds.setdefault(iri.removeprefix(terms.BASE).partition("/")[0], []).append(iri)
    assert {"model", "paper", "person", "row", "snapshot", "issue", "rule", "quantity", "authorship"} <= set(kinds)
    assert {"curated", "license", "licensing", "scheme", "https:"} <= set(kinds)
    for some in kinds.values():
        for iri in {some[0], some[-1]}:
            if iri.startswith(terms.BASE):
                short = get(site, "/" + quote(iri.removeprefix(terms.BASE)), BROWSER)
                assert dict(short.headers)["Location"] == page_of(iri)
            assert shown_iri(get(site, page_of(iri)).body) == iri


@pytest.mark.parametrize(
    ("accept", "location"),
    [
        (BROWSER, "/page/model/llama"),
        ("*/*", "/page/model/llama"),
        ("", "/page/model/llama"),
        ("text/turtle", "/data/model/llama.ttl"),
        ("application/ld+json", "/data/model/llama.jsonld"),
        ("application/n-triples;q=0.5, application/rdf+xml", "/data/model/llama.rdf"),
        ("application/json", "/data/model/llama.json"),
        ("image/png", "/page/model/llama"),
    ],
)
def test_a_thing_leads_to_what_its_client_takes(site: Site, accept: str, location: str) -> None:
    for address in ("/id/model/llama", "/model/llama", f"/id?iri={quote(LLAMA.value, safe='')}"):
        answer = get(site, address, accept)
        assert answer.status == 303
        assert dict(answer.headers)["Location"] == location
        assert dict(answer.headers)["Vary"] == "Accept"


def test_a_format_in_the_address_goes_before_what_is_accepted(site: Site) -> None:
    answer = get(site, "/id/model/llama?format=ttl", BROWSER)
    assert dict(answer.headers)["Location"] == "/data/model/llama.ttl"
    assert get(site, "/data/model/llama?format=nt").media_type == "application/n-triples"
    assert get(site, "/data/model/llama", "application/rdf+xml").media_type == "application/rdf+xml"
    assert get(site, "/data/model/llama", "image/png").status == 406


def test_a_term_that_nothing_uses_leads_to_where_it_is_explained(site: Site) -> None:
    for address in ("/page/ontology%23Precision", "/id/ontology%23Precision"):
        assert dict(get(site, address).headers)["Location"] == "/ontology#Precision"
    assert "/ontology#baseModel" in links(get(site, "/page/ontology%23baseModel").body)
    assert get(site, "/page/ontology%23nothing").status == 404


# -- Data ------------------------------------------------------------------------------------------------------------


def test_the_data_of_a_thing_are_true_and_whole(site: Site) -> None:
    everything = set(site.store.quads())
    found = set(parse(get(site, "/data/model/llama.trig").body, format=RdfFormat.TRIG))
    assert found <= everything
    about = {quad for quad in everything if LLAMA in (quad.subject, quad.object)}
    assert about
    assert about <= found
    mentioned = {
        end for quad in about for end in (quad.subject, quad.object) if isinstance(end, NamedNode) and end != LLAMA
    }
    labels = {quad for quad in everything if quad.predicate.value == terms.RDFS_LABEL and quad.subject in mentioned}
    assert labels <= found


def test_all_forms_of_the_data_of_a_thing_say_the_same(site: Site) -> None:
    said: dict[str, set[Quad]] = {}
    for name, format in RDF.items():
        answer = get(site, f"/data/model/alpaca.{name}")
        assert answer.media_type.partition(";")[0] == FORMATS[name].media_type
        said[name] = set(parse(answer.body, format=format))
    assert said["trig"] == said["nq"] == said["jsonld"]
    current = {quad for quad in said["trig"] if isinstance(quad.graph_name, DefaultGraph)}
    assert said["ttl"] == said["nt"] == said["rdf"] == current


def test_a_figure_comes_with_its_thing_and_a_node_without_name_too(site: Site) -> None:
    text = get(site, "/data/model/alpaca.ttl").body.decode()
    assert 'schema:unitText "parameters"' in text
    blank = BlankNode("b")
    a, p = NamedNode("http://example.org/a"), NamedNode("http://example.org/p")
    held = [Quad(a, p, blank), Quad(blank, p, Literal("inside"))]
    answer = get(Site(store=EmbeddedStore(held)), address_of("data", a.value, ".nt"))
    assert b"inside" in answer.body


def test_the_data_of_a_thing_do_not_hold_the_texts_of_rules(site: Site) -> None:
    texts = {NamedNode(terms.ITG + "sparql"), NamedNode(terms.RDFS_COMMENT)}
    for path, told in (("model/alpaca", False), ("rule/upstream", True)):
        quads = parse(get(site, f"/data/{path}.ttl").body, format=RdfFormat.TURTLE)
        assert (texts <= {quad.predicate for quad in quads}) is told


def test_a_graph_with_no_current_view_still_has_turtle() -> None:
    a, p, g = (NamedNode(f"http://example.org/{name}") for name in "apg")
    site = Site(store=EmbeddedStore([Quad(a, p, Literal("said"), g)]))
    assert b"said" in get(site, address_of("data", a.value, ".ttl")).body
    assert b"said" in get(site, page_of(a.value)).body
    assert b"said" in get(site, page_of(g.value)).body
    assert b"said" in get(site, page_of(p.value)).body


def test_the_downloads_are_the_exports(site: Site) -> None:
    row = NamedNode(terms.BASE + "row/2024-10-15/models/4")
    some = Site(store=EmbeddedStore(quad for quad in site.store.quads() if row in (quad.graph_name, quad.subject)))
    for name, form in FORMATS.items():
        answer = get(some, f"/download/itgraph.{name}")
        if form.export:
            assert answer.body == format_quads(some.store.quads(), form.export)
            assert len(answer.body) > 500
            assert "attachment" in dict(answer.headers)["Content-Disposition"]
        else:
            assert answer.status == 404


def test_a_graph_that_is_too_large_is_not_downloaded(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("itgraph.server.pages.data.MOST_DOWNLOADED", 100)
    answer = get(site, "/download/itgraph.nt")
    assert answer.status == 403
    assert b"itgraph export" in answer.body


# -- Pages -----------------------------------------------------------------------------------------------------------


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        values = dict(attrs)
        for name in ("href", "src", "srcset", "action"):
            if value := values.get(name):
                self.found.add(value)


def links(body: bytes) -> set[str]:
    parser = _Links()
    parser.feed(body.decode())
    return parser.found


CORRECTION = "/page/curated/corrections/model-tulu-basemodel-opt-llama"
OTHERS_WRITE = ("/sparql", "/query", "/explore")


@pytest.mark.slow
def test_no_link_of_any_kind_of_page_leads_nowhere(site: Site) -> None:
    pages = [
        *("/", "/?q=llama", "/browse/model", "/queries", "/issues", "/about", "/ontology"),
        *("/page/model/llama", "/page/dataset/alpaca", "/page/paper/airoboros", "/page/person/hugo-touvron"),
        *("/page/row/2024-10-15/models/4", "/page/rule/upstream", "/page/snapshot/2024-10-15"),
        *("/page/model/tulu", "/page/organization/openai", CORRECTION, "/page/scheme/license", "/conflicts"),
        *("/issues?code=sources-disagree", "/page/licensing/model-tulu-code-apache-2.0"),
        *("/queries/ancestors-of-model?model=Radiology-GPT", "/queries/large-datasets"),
    ]
    addresses = {link for page in pages for link in links(get(site, page, BROWSER).body) if link.startswith("/")}
    assert len(addresses) > 500
    for address in sorted(addresses):
        if not address.startswith((*OTHERS_WRITE, "/download/")):
            assert get(site, address, BROWSER).status in {200, 303}, address


def test_every_statement_leads_to_the_pinned_lines_of_its_source(site: Site) -> None:
    found = links(get(site, "/page/model/alpaca").body)
    rows = [row.link for row in itgraph.load().describe("model/Alpaca").facts[0].sources]
    assert rows
    assert set(rows) <= found
    assert all(re.search(r"/blob/[0-9a-f]{40}/README.md#L\d+", link) for link in rows)


def test_what_stands_as_an_address_leads_there_and_its_page_is_beside_it(site: Site) -> None:
    project = "https://github.com/tatsu-lab/stanford_alpaca"
    text = get(site, "/page/model/alpaca").body.decode()
    shown = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(?:<bdi>)?([^<]*)', text)
    assert (project, project) in shown
    assert (page_of(project), "in the graph") in shown


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("snapshot/2024-10-15", "snapshot"),
        ("row/2024-10-15/models/4", "row"),
        ("rule/upstream", "rule"),
        ("domain/medical", "concept: domain"),
        ("quantity/2024-10-15/multimodal-datasets/2/instances", "schema:QuantitativeValue"),
        ("scheme/domain", "skos:ConceptScheme"),
        ("person/jie-tang", "person"),
        ("curated/licences/model-tulu-code-apache-2.0", "curated fact"),
        ("license/llama-1-noncommercial", "licence"),
        ("licensing/model-tulu-code-apache-2.0", "itg:Licensing"),
        ("scheme/license", "skos:ConceptScheme"),
        ("issue/curated/sources-disagree/dataset-baize-v1-license-research-only-cc-by-nc-4.0", "issue"),
    ],
)
def test_each_page_says_what_kind_of_thing_it_is_of(site: Site, path: str, kind: str) -> None:
    text = get(site, f"/page/{path}").body.decode()
    (line,) = re.findall(r'<p class="eyebrow">(.*?)</p>', text, re.DOTALL)
    assert re.sub("<.*?>", "", line).strip() == kind


def text_of(body: bytes) -> str:
    return " ".join(re.sub("<[^>]*>", " ", body.decode()).split())


def test_a_thing_says_who_made_it_and_how_its_parts_are_licensed(site: Site) -> None:
    body = get(site, "/page/model/tulu").body
    text = text_of(body)
    for said in (
        "developer Allen Institute for AI",
        "access restricted, the narrowest of its licences (open, restricted)",
        "licence (code) Apache-2.0",
        "licence (weights) ai2-model-noncommercial",
        "paper released 2023-06",
        "not legal advice",
    ):
        assert said in text
    licences = [row for row in itgraph.load().describe("TÜLU").facts if row.property == terms.LICENSE]
    sources = {source.link for fact in licences for source in fact.sources}
    assert len(licences) == 3
    assert sources <= links(body)
    assert {page_of(source.iri) for fact in licences for source in fact.sources} <= links(body)
    assert {"https://huggingface.co/allenai/tulu-13b", "https://github.com/allenai/open-instruct"} <= links(body)


def test_what_was_not_read_is_not_known_and_a_paper_has_no_access(site: Site) -> None:
    assert "access not known" in text_of(get(site, "/page/model/radiology-gpt").body)
    for path in ("paper/arxiv-2302.13971", "person/hugo-touvron", "technique/lora"):
        assert " access " not in text_of(get(site, f"/page/{path}").body)


def test_what_the_survey_says_and_a_source_contradicts_is_told_beside_both(site: Site) -> None:
    body = get(site, "/page/model/tulu").body
    now, _, past = text_of(body).partition("No longer in the current view")
    sentence = "the survey says OPT, a source says LLaMA (the source is followed)"
    assert f"base model LLaMA model curated lineage fact {sentence}" in now
    assert sentence in past
    assert "Its makers tuned LLaMA" in past
    assert "https://github.com/allenai/open-instruct/blob/a7702e6583e2899e609018d571b2662d0cb8d612/README.md" in links(
        body
    )
    assert "/issues?code=contradicted-by-source" not in links(body)  # told already
    assert CORRECTION in links(body)


def test_a_curated_fact_shows_what_is_written_and_where_it_was_read(site: Site) -> None:
    body = get(site, "/page/curated/licences/model-tulu-code-apache-2.0").body
    assert "model | TÜLU | code | Apache-2.0 | true | open" in text_of(body)
    address = "https://github.com/allenai/open-instruct/blob/a7702e6583e2899e609018d571b2662d0cb8d612/README.md"
    assert f"read at {address}" in text_of(body)
    assert {address, page_of(terms.BASE + "model/tulu")} <= links(body)
    text = text_of(get(site, CORRECTION).body)
    assert "base model: the survey says OPT, a source says LLaMA (the source is followed)" in text


def test_a_licence_leads_to_its_text_and_gives_no_advice(site: Site) -> None:
    spdx = "https://spdx.org/licenses/Apache-2.0"
    body = get(site, page_of(spdx)).body
    assert spdx in links(body)
    assert page_of(terms.BASE + "dataset/p3") in links(body)
    for path in (page_of(spdx), "/page/license/llama-1-noncommercial", "/page/scheme/license"):
        assert "not legal advice" in text_of(get(site, path).body)


def test_two_sources_that_disagree_are_told_of_at_the_thing_and_among_the_issues(site: Site) -> None:
    for address in ("/page/dataset/baize-v1", "/issues?code=sources-disagree", "/conflicts?between=sources"):
        body = get(site, address, BROWSER).body
        assert "one source says research-only" in text_of(body), address
        found = {link for link in links(body) if "Baize%20Chat%20Data.json" in link or "baize-chatbot/blob" in link}
        assert len(found) == 2, address
    body = get(site, "/issues?code=sources-disagree", BROWSER).body
    assert "/page/dataset/baize-v1" in links(body)
    assert b"None" not in body


def test_the_data_of_a_thing_hold_its_licences_part_by_part(site: Site) -> None:
    quads = set(parse(get(site, "/data/model/tulu.trig").body, format=RdfFormat.TRIG))
    parts = {quad.object for quad in quads if quad.predicate.value == terms.HAS_LICENSING}
    assert len(parts) == 3
    for node in parts:
        said = {quad.predicate.value for quad in quads if quad.subject == node}
        assert {terms.PART, terms.LICENSE, terms.ACCESS} <= said


def test_a_rule_is_explained_before_what_it_concluded(site: Site) -> None:
    text = get(site, "/page/rule/upstream").body.decode()
    assert text.index("Concludes itg:upstream") < text.index("<table")


def test_every_page_is_described_in_a_line_of_its_own(site: Site) -> None:
    addresses = [
        *("/", "/browse/model", "/explore", "/queries", "/queries/rules", "/issues", "/about", "/ontology", "/query"),
        *("/conflicts", CORRECTION),
        *("/page/model/alpaca", "/page/person/jie-tang", "/page/rule/upstream", "/page/model/nothing"),
    ]
    found = []
    for address in addresses:
        text = get(site, address, BROWSER).body.decode()
        found += re.findall(r'<meta name="description" content="([^"\n]{15,})">', text)
    assert len(set(found)) == len(addresses)
    foreign = graph_of(("http://example.org/a", "http://example.org/p", Literal("said")))
    assert "language model" not in re.findall("<meta.*>", get(foreign, "/", BROWSER).body.decode())[2]


def test_the_row_of_an_issue_is_no_part_of_its_message(site: Site) -> None:
    text = get(site, "/issues?code=no-link", BROWSER).body.decode()
    assert re.search(r'</bdi> <span class="about">· <a href="/page/row/[^"]*">the row <bdi>', text)


def test_a_row_shows_what_is_written_and_what_it_says(site: Site) -> None:
    text = get(site, "/page/row/2024-10-15/models/4").body.decode()
    assert "Alpaca [17] | 7B | - | project | LLaMA [39] | Yes | - | 52K" in text
    assert "What is said here" in text
    assert re.search(r"itg:baseModel.*?LLaMA", text, re.DOTALL)


def test_long_lists_come_page_by_page_and_lose_nothing() -> None:
    class_ = "http://example.org/Class"
    site = graph_of(*((f"http://example.org/{n:04}", terms.RDF_TYPE, class_) for n in range(450)))
    found: set[str] = set()
    for page in (1, 2, 3):
        body = get(site, f"{page_of(class_)}&in={page}").body
        found |= {link for link in links(body) if re.search(r"/page\?iri=.*%2F\d{4}$", link)}
        assert (b'rel="next"' in body) is (page < 3)
    assert len(found) == 450
    listed: set[str] = set()
    for page in (1, 2, 3, 4, 5):
        listed |= links(get(site, f"/browse?class={quote(class_, safe='')}&page={page}").body)
    assert found <= listed


def test_what_is_too_long_to_be_sorted_is_paged_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    class_ = "http://example.org/Class"
    site = graph_of(*((f"http://example.org/{n:04}", terms.RDF_TYPE, class_) for n in range(450)))
    monkeypatch.setattr("itgraph.server.pages.statements.MOST_INCOMING", 100)
    monkeypatch.setattr("itgraph.server.pages.home.MOST_INCOMING", 100)
    addresses = [f"{page_of(class_)}&in={page}" for page in (1, 2, 3)]
    assert len(set().union(*(links(get(site, address).body) for address in addresses))) > 450
    listed = [links(get(site, f"/browse?class={quote(class_, safe='')}&page={page}").body) for page in range(1, 6)]
    assert len({link for found in listed for link in found if re.search(r"%2F\d{4}$", link)}) == 450
    assert len(list(parse(get(site, address_of("data", class_, ".nt")).body, format=RdfFormat.N_TRIPLES))) == 450


def test_a_picture_is_there_for_things_with_a_lineage_alone(site: Site) -> None:
    assert b"<picture>" in get(site, "/page/model/alpaca").body
    answer = get(site, "/picture/model/alpaca.svg?theme=dark")
    assert answer.media_type == "image/svg+xml"
    assert ElementTree.fromstring(answer.body).tag.endswith("svg")  # noqa: S314 - our own
    assert answer.body != get(site, "/picture/model/alpaca.svg").body
    assert get(site, "/picture/row/2024-10-15/models/4.svg").status == 404
    assert get(Site(store=EmbeddedStore()), "/picture/model/alpaca.svg").status == 404


@pytest.mark.parametrize(
    ("path", "type_"),
    [
        ("model/alpaca", "CreativeWork"),
        ("dataset/alpaca", "Dataset"),
        ("benchmark/mmlu", "Dataset"),
        ("technique/lora", "DefinedTerm"),
        ("paper/airoboros", "ScholarlyArticle"),
        ("person/hugo-touvron", "Person"),
        ("organization/josephuscheung", "Organization"),
    ],
)
def test_each_thing_is_told_to_search_engines(site: Site, path: str, type_: str) -> None:
    body = get(site, f"/page/{path}").body.decode()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', body, re.DOTALL)
    store = Store()
    store.load(block.encode(), format=RdfFormat.JSON_LD)
    thing = NamedNode(terms.BASE + path)
    assert Quad(thing, NamedNode(terms.RDF_TYPE), NamedNode(terms.SCHEMA + type_)) in store
    (url,) = store.quads_for_pattern(thing, NamedNode(terms.SCHEMA_URL), None)
    assert url.object == NamedNode(f"{ORIGIN}/page/{path}")


def test_a_model_is_based_on_its_base_in_schema_org(site: Site) -> None:
    body = get(site, "/page/model/alpaca").body.decode()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', body, re.DOTALL)
    quads = set(parse(block, format=RdfFormat.JSON_LD))
    based = Quad(NamedNode(terms.BASE + "model/alpaca"), NamedNode(terms.SCHEMA + "isBasedOn"), LLAMA)
    assert based in quads


def test_things_that_share_a_repository_are_not_said_to_be_one(site: Site) -> None:
    same, repositories = [], []
    for path in ("model/alpaca", "dataset/alpaca", "paper/airoboros", "paper/arxiv-2305.11206"):
        body = get(site, f"/page/{path}").body.decode()
        (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', body, re.DOTALL)
        quads = set(parse(block, format=RdfFormat.JSON_LD))
        same += [quad.object.value for quad in quads if quad.predicate.value == terms.SCHEMA + "sameAs"]
        repositories += [quad.object for quad in quads if quad.predicate.value == terms.SCHEMA + "codeRepository"]
    assert sorted(same) == ["https://arxiv.org/abs/2305.11206", "https://huggingface.co/datasets/tatsu-lab/alpaca"]
    assert repositories.count(NamedNode("https://github.com/tatsu-lab/stanford_alpaca")) == 2


def structured(site: Site, path: str) -> dict[str, Any]:
    body = get(site, f"/page/{path}").body.decode()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', body, re.DOTALL)
    found: dict[str, Any] = json.loads(block)
    return found


def test_licence_developer_and_date_are_told_to_search_engines(site: Site) -> None:
    tulu = structured(site, "model/tulu")
    assert tulu["creator"]["name"] == "Allen Institute for AI"
    assert "https://spdx.org/licenses/Apache-2.0" in tulu["license"]
    assert tulu["conditionsOfAccess"].startswith("restricted")
    # A date of its paper is none of its own.
    assert "datePublished" not in tulu
    assert structured(site, "dataset/alpaca")["datePublished"] == "2023-03-13"
    assert structured(site, "model/llama-2")["datePublished"] == "2023-07-18"
    unread = structured(site, "model/radiology-gpt")
    assert not {"license", "conditionsOfAccess"} & unread.keys()


def test_only_what_is_of_one_thing_alone_is_said_to_be_the_same(site: Site) -> None:
    assert structured(site, "model/tulu")["sameAs"] == [
        *("https://huggingface.co/allenai/tulu-13b", "https://huggingface.co/allenai/tulu-65b"),
    ]
    # A blog post that presents the model and the dataset of one name.
    assert "https://lmsys.org/blog/2023-03-30-vicuna/" not in structured(site, "model/vicuna").get("sameAs", ())


# -- Search ----------------------------------------------------------------------------------------------------------


def search(site: Site, **parameters: str) -> dict[str, object]:
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items())
    found: dict[str, object] = json.loads(get(site, f"/api/search?{query}").body)
    return found


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Alpaca", "itm:alpaca"),
        ("LLAMA", "itm:llama"),
        ("lima alignment", "itp:arxiv-2305.11206"),
        ("touvron", "its:hugo-touvron"),
        ("itd:alpaca", "itd:alpaca"),
        ("dataset/alpaca", "itd:alpaca"),
        (LLAMA.value, "itm:llama"),
        ("2305.11206", "itp:arxiv-2305.11206"),
    ],
)
def test_search_finds_by_parts_of_names_and_the_name_itself_first(site: Site, text: str, first: str) -> None:
    hits = search(site, q=text)["hits"]
    assert isinstance(hits, list)
    assert hits[0]["curie"] == first


def test_search_keeps_to_its_kind_and_limit_and_hints_where_nothing_is_found(site: Site) -> None:
    found = search(site, q="alpaca", kind="dataset", limit="1")
    assert [hit["kind"] for hit in found["hits"]] == ["dataset"]  # type: ignore[attr-defined]
    found = search(site, q="Alpacca")
    assert found["hits"] == []
    assert "Alpaca" in found["nearest"]  # type: ignore[operator]
    assert search(site, q="touvrn")["nearest"] == ["Hugo Touvron"]
    for nonsense in ("nope", "qwerty", "asdf"):
        assert search(site, q=nonsense)["nearest"] == []
        assert b"Did you mean" not in get(site, f"/page/{nonsense}", BROWSER).body
    assert search(site, q="")["total"] == 0
    assert search(site, q="??")["total"] == 0


def test_a_graph_of_others_is_searched_too() -> None:
    name = "http://xmlns.com/foaf/0.1/name"
    site = graph_of(("http://example.org/ada", name, Literal("Ada Lovelace")))
    hits = search(site, q="lovelace")["hits"]
    assert [hit["iri"] for hit in hits] == ["http://example.org/ada"]  # type: ignore[attr-defined]


def test_a_graph_with_too_many_names_is_asked_each_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("itgraph.server.pages.search.MOST_NAMES", 10)
    large = Site(store=site.store)
    assert large.names is None
    assert large.content is None
    hits = search(large, q="WizardLM")["hits"]
    assert hits[0]["curie"] == "itm:wizardlm"  # type: ignore[index]
    for address in ("/", "/page/model/llama", "/queries/ancestors-of-model", "/page/model/llamma"):
        assert get(large, address, BROWSER).status in {200, 404}


# -- Questions and issues ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_question_has_a_page_and_answers(site: Site) -> None:
    for query in site.queries:
        assert {parameter.name for parameter in query.parameters}.isdisjoint({"format"})
        page = get(site, f"/queries/{query.name}", BROWSER)
        assert (page.status, page.media_type) == (200, HTML), query.name
        answer = get(site, f"/queries/{query.name}?format=csv")
        rows = list(csv.reader(io.StringIO(answer.body.decode())))
        table = run(query, site.store)
        assert rows[0] == list(table.columns)
        assert len(rows) == len(table) + 1, query.name


def test_the_questions_are_listed_for_programs(site: Site) -> None:
    listed = json.loads(get(site, "/queries").body)
    assert [query["name"] for query in listed] == [query.name for query in site.queries]
    (one,) = [query for query in listed if query["name"] == "ancestors-of-model"]
    assert [(parameter["name"], parameter["type"]) for parameter in one["parameters"]] == [("model", "model")]
    assert {"summary", "tags", "columns"} <= one.keys()
    assert json.loads(get(site, one["address"]).body)
    for accept, format, media_type in (
        (BROWSER, "", HTML),
        ("application/json", "", "application/json"),
        (BROWSER, "json", "application/json"),
        ("application/json", "html", HTML),
    ):
        assert get(site, f"/queries?format={format}", accept).media_type == media_type
    assert get(site, "/queries", "image/png").status == 406


def test_a_form_is_filled_in_with_names_as_people_write_them(site: Site) -> None:
    for question, value in (
        ("ancestors-of-model", "Radiology-GPT"),
        ("defects-of-thing", "model/LIMA"),
        ("things-of-domain", "Medical"),
        ("datasets-in-language", "zh"),
    ):
        text = get(site, f"/queries/{question}", BROWSER).body.decode()
        assert f'value="{value}"' in text, question
        assert 'value="it' not in text, question
    assert get(graph_of(), "/queries/ancestors-of-model", BROWSER).status == 200


def test_several_values_of_a_parameter_are_any_of_them(site: Site) -> None:
    one = json.loads(get(site, "/queries/teachers-of-model?model=Vicuna").body)
    two = json.loads(get(site, "/queries/teachers-of-model?model=Vicuna&model=Alpaca&model=").body)
    assert len(two) > len(one) > 0


@pytest.mark.parametrize(
    ("accept", "name", "media_type"),
    [
        (BROWSER, "", HTML),
        ("*/*", "", "application/json"),
        ("text/csv", "", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "", "text/tab-separated-values; charset=utf-8"),
        ("application/sparql-results+json", "", "application/sparql-results+json"),
        (BROWSER, "jsonl", "application/x-ndjson"),
    ],
)
def test_an_answer_has_the_form_that_is_asked_for(site: Site, accept: str, name: str, media_type: str) -> None:
    address = f"/queries/rules?format={name}" if name else "/queries/rules"
    answer = get(site, address, accept)
    assert (answer.status, answer.media_type) == (200, media_type)
    assert ("Vary", "Accept") in answer.headers


def test_sparql_json_is_what_the_engine_itself_writes(site: Site) -> None:
    answer = get(site, "/queries/large-datasets?format=srj")
    found = parse_query_results(answer.body, format=QueryResultsFormat.JSON)
    assert isinstance(found, QuerySolutions)
    query = next(query for query in site.queries if query.name == "large-datasets")
    assert [tuple(row) for row in found] == list(run(query, site.store).rows)


def test_a_wrong_parameter_is_said_in_words_on_the_page_and_as_a_problem(site: Site) -> None:
    page = get(site, "/queries/ancestors-of-model?model=Alpacca", BROWSER)
    assert page.status == 404
    assert "did you mean &#39;Alpaca&#39;" in page.body.decode()
    assert 'value="Alpacca"' in page.body.decode()
    problem = json.loads(get(site, "/queries/ancestors-of-model?model=Alpacca").body)
    assert "did you mean 'Alpaca'" in problem["detail"]
    assert get(site, "/queries/ancestors-of-model?nothing=1").status == 400
    assert get(site, "/queries/ancestors-of-modle").status == 404


def test_a_question_can_be_read_as_sparql(site: Site) -> None:
    for query in site.queries:
        assert get(site, f"/queries/{query.name}.rq").body.decode() == query.sparql


def test_rows_beyond_the_limit_are_left_out_and_it_is_said(site: Site) -> None:
    from itgraph.server.limits import Limits

    small = Site(store=site.store, limits=Limits(rows=3))
    answer = get(small, "/queries/techniques")
    assert len(json.loads(answer.body)) == 3
    assert dict(answer.headers)["X-Truncated"] == "rows=3"


def test_facts_are_found_if_asked_for_and_do_not_crowd_out_what_they_are_about(site: Site) -> None:
    hits = search(site, q="tulu", limit="100")["hits"]
    assert isinstance(hits, list)
    assert "curated" not in {hit["kind"] for hit in hits}
    facts = search(site, q="tulu licences", kind="curated")["hits"]
    assert facts[0]["label"].startswith("licences: model, TÜLU")  # type: ignore[index]
    licences = search(site, q="apache", kind="concept:license")["hits"]
    assert [hit["iri"] for hit in licences] == ["https://spdx.org/licenses/Apache-2.0"]  # type: ignore[attr-defined]
    parts = search(site, q="weights MIT", limit="100")["hits"]
    assert not [hit for hit in parts if "/licensing/" in hit["iri"]]  # type: ignore[attr-defined]


def test_conflicts_are_listed_with_both_sides_and_given_as_data(site: Site) -> None:
    rows = json.loads(get(site, "/conflicts").body)
    assert len(rows) == len(list_conflicts(site.store)) >= 40
    (tulu,) = [row for row in rows if row["survey"] == "OPT"]
    assert (tulu["thing"], tulu["property"], tulu["source"], tulu["effect"]) == (
        *("TÜLU", "base model", "LLaMA", "replaces"),
    )
    body = get(site, "/conflicts", BROWSER).body
    assert {tulu["address"], *tulu["rows"].split(), "/page/model/tulu", CORRECTION} <= links(body)
    assert text_of(body).count("the survey says") >= len(rows)
    some = json.loads(get(site, "/conflicts?thing=T%C3%9CLU").body)
    assert {row["thing"] for row in some} == {"TÜLU"}
    assert {row["kind"] for row in json.loads(get(site, "/conflicts?kind=paper").body)} == {"paper"}
    assert len(json.loads(get(site, "/conflicts?between=sources").body)) == len(list_disagreements(site.store))
    assert get(site, "/conflicts", "text/csv").body.startswith(b"kind,thing,property")
    for wrong, status in (
        ("between=x", 400),
        ("kind=row", 400),
        ("x=1", 400),
        ("format=x", 400),
        ("thing=nobody", 404),
    ):
        assert get(site, f"/conflicts?{wrong}").status == status, wrong
    assert get(site, "/conflicts", "image/png").status == 406
    foreign = graph_of(("http://example.org/a", "http://example.org/p", Literal("said")))
    assert "this graph holds no other sources than surveys" in text_of(get(foreign, "/conflicts", BROWSER).body)
    assert "/conflicts" not in links(get(foreign, "/", BROWSER).body)
    assert "/conflicts" in links(get(site, "/", BROWSER).body)


def test_issues_are_narrowed_and_given_as_data(site: Site) -> None:
    all_of_them = json.loads(get(site, "/issues").body)
    some = json.loads(get(site, "/issues?code=no-link&severity=info&snapshot=2024-10-15").body)
    assert 0 < len(some) < len(all_of_them)
    assert {(issue["code"], issue["snapshot"]) for issue in some} == {("no-link", "2024-10-15")}
    assert get(site, "/issues?code=no-lnik").status == 400
    for address, known in (
        ("/issues?kind=x", b"code, severity, snapshot"),
        ("/queries/rows-about-thing?x=1", b"thing"),
    ):
        refused = get(site, address)
        assert refused.status == 400
        assert known in refused.body
    assert get(site, "/issues", "text/csv").body.startswith(b"snapshot,line_start")


# -- About the whole --------------------------------------------------------------------------------------------------


def test_the_description_of_the_dataset_is_true(site: Site) -> None:
    void = "http://rdfs.org/ns/void#"
    store = Store()
    answer = get(site, "/.well-known/void")
    assert answer.media_type == "text/turtle; charset=utf-8"
    store.load(answer.body, format=RdfFormat.TURTLE)
    dataset = NamedNode(f"{ORIGIN}/.well-known/void#dataset")
    view = NamedNode(f"{ORIGIN}/sparql#default-graph")
    others = NamedNode(f"{ORIGIN}/.well-known/void#named-graphs")

    def value(predicate: str, of: NamedNode = dataset) -> str:
        (quad,) = store.quads_for_pattern(of, NamedNode(void + predicate), None)
        assert isinstance(quad.object, NamedNode | Literal)
        return quad.object.value

    current = {quad.triple for quad in site.store.quads() if isinstance(quad.graph_name, DefaultGraph)}
    assert int(value("triples")) == len(site.store)
    assert int(value("triples", view)) == len(current)
    assert int(value("triples", others)) == len(site.store) - len(current)
    assert int(value("distinctSubjects", view)) == len({triple.subject for triple in current})
    assert int(value("properties", view)) == len({triple.predicate for triple in current})
    layers = [("rows", terms.ROW), ("curated-facts", terms.CURATED_FACT), ("rules", terms.RULE)]
    for name, class_ in layers:
        graphs = {
            quad.subject
            for quad in site.store.quads()
            if (quad.predicate.value, quad.object) == (terms.RDF_TYPE, NamedNode(class_))
        }
        held = sum(quad.graph_name in graphs for quad in site.store.quads())
        assert int(value("triples", NamedNode(f"{ORIGIN}/.well-known/void#{name}"))) == held > 0
    assert value("sparqlEndpoint") == f"{ORIGIN}/sparql"
    assert value("uriSpace") == terms.BASE
    assert get(site, "/id?iri=" + quote(value("exampleResource"), safe="")).status == 303
    partitions = store.query(f"SELECT (SUM(?n) AS ?all) {{ ?d <{void}propertyPartition>/<{void}triples> ?n }}")
    assert isinstance(partitions, QuerySolutions)
    assert next(partitions)[0] == Literal(len(current))
    for part, names in ((dataset, ("trig", "nq", "jsonld")), (view, ("ttl", "nt", "rdf"))):
        dumps = {quad.object for quad in store.quads_for_pattern(part, NamedNode(void + "dataDump"), None)}
        assert dumps == {NamedNode(f"{ORIGIN}/download/itgraph.{name}") for name in names}
    assert dict(get(site, "/.well-known/void", BROWSER).headers)["Location"] == "/about"
    json_ld = get(site, "/.well-known/void", "application/ld+json").body
    assert set(parse(json_ld, format=RdfFormat.JSON_LD)) == set(store)


def test_the_descriptions_of_the_dataset_and_of_the_service_are_of_one_thing(site: Site) -> None:
    default = NamedNode("http://www.w3.org/ns/sparql-service-description#defaultDataset")
    store = Store()
    store.load(get(site, "/sparql", "text/turtle").body, format=RdfFormat.TURTLE)
    (served,) = store.quads_for_pattern(None, default, None)
    assert isinstance(served.object, NamedNode)
    store.load(get(site, "/.well-known/void").body, format=RdfFormat.TURTLE)
    title = list(store.quads_for_pattern(served.object, NamedNode(terms.DCTERMS_TITLE), None))
    assert len(title) == 1
    endpoint = list(store.quads_for_pattern(None, NamedNode(terms.DCAT + "endpointURL"), None))
    assert [quad.object for quad in endpoint] == [NamedNode(f"{ORIGIN}/sparql")]
    assert Quad(endpoint[0].subject, NamedNode(terms.DCAT + "servesDataset"), served.object) in store
    for name in ("publisher", "license"):
        assert list(store.quads_for_pattern(served.object, NamedNode(terms.DCTERMS + name), None))
    issued = store.quads_for_pattern(None, NamedNode(terms.DCTERMS_ISSUED), None)
    assert {quad.subject for quad in issued} == {
        NamedNode(f"{terms.BASE}snapshot/{d}") for d in ("2023-09-05", "2024-10-15")
    }
    text = get(site, "/.well-known/void").body.decode()
    assert all(f"@prefix {prefix}:" in text for prefix in ("void", "foaf", "sd"))


def test_of_a_graph_of_others_nothing_is_said_that_only_ours_is(site: Site) -> None:
    foreign = graph_of(("http://example.org/a", "http://example.org/p", Literal("said")))
    ours_alone = ("apache.org/licenses", 'w3id.org/itgraph/"', "itgraph-contributors", "lineage of language models")
    for address in ("/.well-known/void?format=nt", "/about"):
        found = get(foreign, address).body.decode()
        block = re.sub(r"(?s).*(<script type=.application/ld.json.*?</script>).*", r"\1", found)
        assert not [words for words in ours_alone if words in block], address
        assert [words for words in ours_alone if words in get(site, address).body.decode()], address
    assert b"Code, ontology and data" in get(site, "/about").body
    assert b"Code, ontology and data" not in get(foreign, "/about").body


def test_downloads_are_named_only_where_they_are_given(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = ("/about", "/.well-known/void?format=ttl")
    assert all(b"/download/itgraph.nt" in get(site, address).body for address in addresses)
    monkeypatch.setattr("itgraph.server.pages.data.MOST_DOWNLOADED", 100)
    assert get(site, "/download/itgraph.nt").status == 403
    assert not any(b"/download/" in get(site, address).body for address in addresses)


_A = NamedNode("http://x.example/a")
_SAID = Triple(_A, _A, _A)
_ARABIC = Literal("d", language="ar", direction=BaseDirection.RTL)


@pytest.mark.parametrize(
    ("statement", "without"),
    [
        ((_A, _A, Literal("as ever: \t\n\r é \U0001f999")), set()),
        ((_A, NamedNode("http://e.example/p/1"), _A), {"rdf"}),
        ((_A, NamedNode("http://e.example/p/1"), _A, _A), set()),
        ((_A, _A, Literal("a\x01")), {"rdf"}),
        ((_A, _A, Literal("\ufffe")), {"rdf"}),
        ((_A, _A, Literal("a\x01"), _A), set()),
        ((_A, _A, _SAID), {"rdf", "jsonld"}),
        ((_A, _A, _SAID, _A), {"jsonld"}),
        ((_A, _A, _ARABIC), {"rdf", "jsonld"}),
        ((_A, _A, _ARABIC, _A), {"jsonld"}),
        ((NamedNode("itm:"), _A, _A), {"jsonld"}),
        ((_A, NamedNode("itm:"), _A, _A), {"jsonld"}),
        ((_A, _A, NamedNode("itm:"), BlankNode()), {"jsonld"}),
        ((_A, _A, _A, NamedNode("itm:")), {"jsonld"}),
    ],
)
def test_a_form_that_cannot_hold_the_graph_is_not_offered(statement: tuple[Any, ...], without: set[str]) -> None:
    site = Site(store=EmbeddedStore([Quad(_A, NamedNode(terms.RDFS_LABEL), Literal("A")), Quad(*statement)]))
    for name in ("trig", "nq", "ttl", "nt", "jsonld", "rdf"):
        assert get(site, f"/download/itgraph.{name}").status == (406 if name in without else 200), name
        for address in ("/about", "/.well-known/void?format=nt"):
            offered = re.search(rf"/download/itgraph\.{name}\b".encode(), get(site, address).body)
            assert bool(offered) == (name not in without), (name, address)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("ttl", "text/turtle; charset=utf-8"),
        ("nt", "application/n-triples"),
        ("rdf", "application/rdf+xml"),
        ("jsonld", "application/ld+json"),
    ],
)
def test_the_description_is_given_by_format_and_to_who_asks_for_it_at_the_page(
    site: Site, name: str, media_type: str
) -> None:
    by_format = get(site, f"/.well-known/void?format={name}", BROWSER)
    assert (by_format.status, by_format.media_type) == (200, media_type)
    at_the_page = get(site, "/about", media_type.partition(";")[0])
    assert (at_the_page.media_type, at_the_page.body) == (media_type, by_format.body)


def test_a_page_tells_search_engines_of_the_dataset(site: Site) -> None:
    body = get(site, "/about").body.decode()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', body, re.DOTALL)
    found = json.loads(block)
    assert (found["@type"], found["url"]) == ("Dataset", f"{ORIGIN}/about")
    assert len(found["distribution"]) == len(RDF)


def test_the_page_of_the_terms_has_all_of_them_at_their_anchors(site: Site) -> None:
    text = get(site, "/ontology", BROWSER).body.decode()
    store = Store()
    store.load((ontology_path() / "itgraph.ttl").read_bytes(), format=RdfFormat.TURTLE)
    names = {
        quad.subject.value.removeprefix(terms.ITG)
        for quad in store.quads_for_pattern(None, NamedNode(terms.RDF_TYPE), None)
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(terms.ITG)
    }
    anchors = re.findall(r'<article class="term" id="([^"]+)"', text)
    assert sorted(anchors) == sorted(names)
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_the_ontology_is_given_in_the_form_that_is_accepted(site: Site) -> None:
    turtle = get(site, "/ontology", "text/turtle")
    assert turtle.body == (ontology_path() / "itgraph.ttl").read_bytes()
    assert get(site, "/ontology.ttl").body == turtle.body
    for answer in (get(site, "/ontology", "application/ld+json"), get(site, "/ontology.jsonld")):
        assert set(parse(answer.body, format=RdfFormat.JSON_LD)) == set(parse(turtle.body, format=RdfFormat.TURTLE))
    for name in ("nt", "rdf"):
        media_type = FORMATS[name].media_type
        for answer in (get(site, "/ontology", media_type), get(site, f"/ontology?format={name}", BROWSER)):
            assert answer.media_type == media_type
            assert len(set(parse(answer.body, format=RDF[name]))) == len(
                set(parse(turtle.body, format=RdfFormat.TURTLE))
            )
    assert get(site, "/ontology", "image/png").status == 406
    assert get(site, "/ontology", BROWSER).media_type == HTML
    assert get(site, "/context.jsonld").body == (ontology_path() / "context.jsonld").read_bytes()
    assert get(site, "/shapes").body == get(site, "/shapes.ttl").body == (ontology_path() / "shapes.ttl").read_bytes()


# -- Files -----------------------------------------------------------------------------------------------------------


def test_an_asset_is_kept_for_as_long_as_it_stays_the_same(site: Site) -> None:
    answer = get(site, asset_address("site.css"))
    assert answer.body == (ASSETS / "site.css").read_bytes()
    assert "immutable" in dict(answer.headers)["Cache-Control"]
    assert "Cache-Control" not in dict(get(site, "/assets/site.css").headers)
    for name in ("../site.py", "..%2Fsite.py", "/etc/passwd", "", ".", "site.css/", "SITE.CSS"):
        assert get(site, f"/assets/{name}").status == 404


def test_the_style_sheet_has_the_colours_and_the_font_of_the_explorer() -> None:
    text = (ASSETS / "site.css").read_text(encoding="utf-8")
    assert FONT.replace("'", '"') in text
    light, _, dark = text.partition("@media (prefers-color-scheme: dark)")
    for theme, part in (("light", light), ("dark", dark.partition("* {")[0])):
        for name, colour in GROUNDS[theme].items():  # type: ignore[index]
            assert f"--{name}: {colour};" in part
        for name, look in KINDS.items():
            if name != "thing":
                assert f"--{name}: {look.light if theme == 'light' else look.dark};" in part


def test_the_icon_and_the_rules_for_robots_are_there(site: Site) -> None:
    answer = get(site, "/favicon.ico")
    assert (answer.status, dict(answer.headers)["Location"]) == (301, "/favicon.svg")
    assert ElementTree.fromstring(get(site, "/favicon.svg").body).tag.endswith("svg")  # noqa: S314 - our own
    assert b"Disallow: /sparql" in get(site, "/robots.txt").body
