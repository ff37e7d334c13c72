"""``/explore`` and the addresses that feed it: what they answer, in which bounds, and how they refuse."""

from __future__ import annotations

import gzip
import json
from typing import Any
from urllib.parse import quote

import pytest
from pyoxigraph import Quad
from tests.explorer.graphs import chain, hub, make_quads

from itgraph import terms
from itgraph.build import build
from itgraph.explorer import content as content_module
from itgraph.explorer.neighbourhood import FAN, Web, choose_around, choose_between, own_depths, own_relations
from itgraph.explorer.parts import Distant
from itgraph.server.explorer import POLICY, asset_address
from itgraph.server.messages import Request, Response
from itgraph.server.site import Site, respond
from itgraph.store import EmbeddedStore

LLAMA = f"{terms.BASE}model/llama"
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def site() -> Site:
    """Return a site of the surveys alone, whose counts nobody's new fact changes."""
    return Site(store=EmbeddedStore(build(layers=["survey"])))


@pytest.fixture(scope="module")
def whole(shipped_quads: list[Quad]) -> Site:
    """Return a site of all that is shipped."""
    return Site(store=EmbeddedStore(shipped_quads))


def distant_of(site: Site) -> Site:
    """Return a site of the same graph, which is taken for one that cannot be held."""
    found = Site(store=site.store)
    found.__dict__["parts"] = Distant(site.store)
    return found


@pytest.fixture
def distant(site: Site) -> Site:
    return distant_of(site)


def get(site: Site, path: str, query: str = "", accept: str = "*/*") -> Response:
    return respond(site, Request(path=path, query=query, accept=accept))


def ask(site: Site, query: str, path: str = "/api/neighbourhood") -> Any:
    found = get(site, path, query)
    assert (found.status, found.media_type) == (200, "application/json"), found.body
    return json.loads(found.body)


def told(answer: Any) -> tuple[set[str], set[tuple[str, int, str]], dict[tuple[str, str], int], set[tuple[Any, ...]]]:
    """Return what an answer says, by the names of things: nodes, links, what is beyond them, groups."""
    names = [node["iri"] for node in answer["nodes"]]
    return (
        set(names),
        {(names[edge["from"]], edge["r"], names[edge["to"]]) for edge in answer["edges"]},
        {(names[node], way): count for node, way, count in answer["more"]},
        {(names[anchor], *rest) for anchor, *rest in answer["groups"]},
    )


# -- Neighbourhoods ----------------------------------------------------------------------------------------------------


def test_a_neighbourhood_is_what_the_page_would_choose(whole: Site) -> None:
    site = whole
    content = site.content
    assert content is not None
    web = Web(content)
    for place in range(0, len(content.nodes), 7):
        up, down = own_depths(content, place)
        choice = choose_around(web, place, up=up, down=down, relations=own_relations(content, web, place))
        answer = ask(site, f"focus={quote(content.nodes[place].thing.iri)}")
        iris = [content.nodes[node].thing.iri.removeprefix(terms.BASE) for node in choice.nodes]
        assert [node["iri"] for node in answer["nodes"]] == iris
        assert len(answer["edges"]) == len(choice.links)
        assert {(iris[node], way): count for node, way, count in answer["more"]} == {
            (content.nodes[node].thing.iri.removeprefix(terms.BASE), way): count
            for (node, way), count in choice.more.items()
        }
        assert answer["exact"] is True


@pytest.mark.parametrize("query", ["", "&down=all", "&up=0&down=0", "&rel=baseModel,describedIn", "&down=2&limit=5"])
def test_what_cannot_be_held_is_told_alike(whole: Site, query: str) -> None:
    site, distant = whole, distant_of(whole)
    content = site.content
    assert content is not None
    for node in content.nodes[: 101 if query else 300 : 5]:
        iri = quote(node.thing.iri)
        known, read = ask(site, f"focus={iri}{query}"), ask(distant, f"focus={iri}{query}")
        if "limit" in query:
            # Which five are drawn depends on how far things reach, which is only known of what is held.
            assert len(known["nodes"]) == len(read["nodes"]) <= 5
            continue
        if known["groups"]:
            continue  # Which of many authors are drawn is not the same.
        assert told(read)[:2] == told(known)[:2]
        assert {key: count for key, count in told(read)[2].items() if "model" in key[0]} == {
            key: count for key, count in told(known)[2].items() if "model" in key[0]
        }
        outlines = [
            {node["iri"]: {k: v for k, v in node.items() if k != "reach"} for node in answer["nodes"]}
            for answer in (known, read)
        ]
        assert outlines[0] == outlines[1]
        inferred = [
            {
                (answer["nodes"][e["from"]]["iri"], answer["nodes"][e["to"]]["iri"])
                for e in answer["edges"]
                if "inferred" in e
            }
            for answer in (known, read)
        ]
        assert inferred[0] == inferred[1]


def test_a_path_is_what_the_page_would_choose(site: Site, distant: Site) -> None:
    content = site.content
    assert content is not None
    web = Web(content)
    models = [place for place, node in enumerate(content.nodes) if node.thing.kind in {"model", "dataset"}]
    for a, b in zip(models[::3], models[40:] + models[:40], strict=False):
        relations = own_relations(content, web, a) | own_relations(content, web, b)
        choice = choose_between(web, a, b, relations=relations)
        ends = "&to=".join(quote(content.nodes[place].thing.iri) for place in (a, b))
        for found in (site, distant):
            answer = ask(found, f"focus={ends}")
            assert {node["iri"] for node in answer["nodes"]} == {
                content.nodes[node].thing.iri.removeprefix(terms.BASE) for node in choice.nodes
            }
            assert len(answer["edges"]) == len(choice.links)


def test_evidence_is_told_when_it_is_asked_for(site: Site, distant: Site) -> None:
    for found in (site, distant):
        answer = ask(found, f"focus={quote(LLAMA)}&evidence=yes")
        assert all("rows" in edge or "rules" in edge for edge in answer["edges"])
        row = answer["rows"][answer["edges"][0]["rows"][0]]
        assert answer["links"][row["link"]].startswith("https://github.com/")
        assert "text" in row
        assert any(node.get("facts") for node in answer["nodes"])
        assert "rows" not in ask(found, f"focus={quote(LLAMA)}")


def test_a_thing_is_told_with_its_relations(site: Site, distant: Site) -> None:
    for found in (site, distant):
        answer = ask(found, f"iri={quote(LLAMA)}", "/api/thing")
        thing = answer["nodes"][0]
        assert (thing["iri"], thing["full"], thing["direct"]) == ("model/llama", True, [0, 15])
        assert all(node.get("full") is None for node in answer["nodes"][1:])
        (paper,) = [place for place, node in enumerate(answer["nodes"]) if node["group"] == "paper"]
        authors = [answer["nodes"][edge["from"]]["label"] for edge in answer["edges"] if edge["to"] == paper]
        assert authors[:3] == ["Hugo Touvron", "Thibaut Lavril", "Gautier Izacard"]
        assert {edge["to"] for edge in answer["edges"]} >= {0, paper}
        assert answer["counts"] == []


def test_answers_are_small(whole: Site) -> None:
    site = whole
    content = site.content
    assert content is not None
    for node in content.nodes:
        query = f"focus={quote(node.thing.iri)}&down=all"
        assert len(gzip.compress(get(site, "/api/neighbourhood", query).body)) <= 10_000
    assert len(gzip.compress(get(site, "/explore").body)) <= 10_000


def test_the_same_question_has_the_same_bytes(site: Site, distant: Site) -> None:
    query = f"focus={quote(LLAMA)}&down=all&more=down2,model/alpaca"
    for found in (site, distant):
        first = get(found, "/api/neighbourhood", query)
        again = get(Site(store=site.store) if found is site else found, "/api/neighbourhood", query)
        assert first.body == again.body
        assert first.cacheable


def test_pages_open_further_neighbours(site: Site) -> None:
    few = ask(site, "focus=dataset/alpaca")
    more = ask(site, "focus=dataset/alpaca&more=down1,model/instructgpt")
    assert {"model", "dataset"} >= {node["group"] for node in more["nodes"]}
    assert len(more["nodes"]) == len(few["nodes"]) + 2


# -- Bounds ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def large() -> Site:
    """Return a site of a hub of 3,000 children, of which the last one leads on, and of a long line."""
    lines = [*hub(3000), "next baseModel child2999", *chain(400)]
    return Site(store=EmbeddedStore(make_quads(lines)))


@pytest.fixture
def bounded(large: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setattr(content_module, "MOST_THINGS", 100)
    return large


def test_a_hub_is_told_in_part(bounded: Site) -> None:
    answer = ask(bounded, "focus=model/hub")
    names = [node["iri"] for node in answer["nodes"]]
    assert names[:3] == ["model/hub", "model/child2999", "model/child0000"]
    assert len(names) == FAN + 1
    assert answer["groups"] == [[0, "down", 0, 3000 - FAN]]
    assert answer["left_out"] == 3000 - FAN + 1
    assert (answer["exact"], answer["nodes"][0]["reach"]) == (False, [0, 3000])
    assert len(ask(bounded, "focus=model/hub&more=down3,model/hub")["nodes"]) == 3 * FAN + 1
    assert len(ask(bounded, "focus=model/hub&limit=7")["nodes"]) == 7


def test_a_thing_with_thousands_of_relations_is_told_in_part(bounded: Site) -> None:
    answer = ask(bounded, "iri=model/hub", "/api/thing")
    assert len(answer["nodes"]) == 201
    assert answer["counts"] == [["down", 0, 3000]]
    assert answer["nodes"][0]["direct"] == [0, 3000]


def test_a_long_line_is_told_as_far_as_there_is_room(bounded: Site) -> None:
    answer = ask(bounded, "focus=model/m400")
    assert len(answer["nodes"]) == 300
    assert answer["groups"] == [[299, "up", 0, 1]]


def test_no_neighbourhood_reads_the_whole_graph(bounded: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(bounded.parts, Distant)
    rows: list[int] = []
    select = EmbeddedStore.select

    def count(store: EmbeddedStore, sparql: str) -> Any:
        found = select(store, sparql)
        rows.append(len(found.rows))
        return found

    monkeypatch.setattr(EmbeddedStore, "select", count)
    assert get(bounded, "/explore", "focus=model/hub").status == 200
    ask(bounded, "focus=model/child0007")
    ask(bounded, "iri=model/child0007", "/api/thing")
    ask(bounded, "focus=model/next&to=model/hub&evidence=yes")
    assert max(rows) <= 8 * FAN
    assert sum(rows) < 1000


def test_the_whole_of_a_large_graph_is_refused(bounded: Site) -> None:
    found = get(bounded, "/api/graph")
    assert (found.status, found.media_type) == (404, PROBLEM)
    assert "too large" in json.loads(found.body)["detail"]
    assert b'"reason":"This graph is too large' in get(bounded, "/explore").body


def test_the_whole_of_a_small_graph_is_told(site: Site) -> None:
    content = site.content
    assert content is not None
    for path in ("/api/graph", "/api/neighbourhood"):
        answer = ask(site, "", path)
        assert answer["whole"] is True
        assert (len(answer["nodes"]), len(answer["edges"])) == (len(content.nodes), len(content.links))
        assert set(answer["views"]) == {"overview", "timeline"}


# -- Refusals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "query", "status", "said"),
    [
        ("/api/neighbourhood", "focus=model/nope", 404, "nothing is called"),
        ("/api/neighbourhood", "focus=model/llama&to=model/nope", 404, "nothing is called"),
        ("/api/neighbourhood", "focus=model/llama&more=up1,model/nope", 404, "nothing is called"),
        ("/api/neighbourhood", "focus=not%20an%20iri%3E", 404, "nothing is called"),
        ("/api/neighbourhood", "focus=model/llama&up=-1", 400, "'up': expected a number from 0 to 999, or all"),
        ("/api/neighbourhood", "focus=model/llama&down=1e9", 400, "'down': expected a number"),
        ("/api/neighbourhood", "focus=model/llama&down=%D9%A1", 400, "'down': expected a number"),
        ("/api/neighbourhood", "focus=model/llama&limit=0", 400, "'limit': expected a number from 1 to 1,500"),
        ("/api/neighbourhood", "focus=model/llama&limit=1501", 400, "'limit': expected a number from 1 to 1,500"),
        ("/api/neighbourhood", "focus=model/llama&rel=eats", 400, "there is no relation 'eats'"),
        ("/api/neighbourhood", "focus=model/llama&more=down0,model/llama", 400, "expected up1, down2 and so on"),
        ("/api/neighbourhood", "focus=model/llama&evidence=maybe", 400, "expected yes or no"),
        ("/api/neighbourhood", "focus=model/llama&depth=2", 400, "there is no such parameter"),
        ("/api/neighbourhood", "focus=%ff", 400, "not percent-encoded UTF-8"),
        ("/api/thing", "", 400, "which thing"),
        ("/api/thing", "iri=model/nope", 404, "nothing is called"),
    ],
)
def test_a_wrong_question_is_refused(site: Site, distant: Site, path: str, query: str, status: int, said: str) -> None:
    for found in (site, distant):
        answer = get(found, path, query)
        assert (answer.status, answer.media_type) == (status, PROBLEM)
        assert said in json.loads(answer.body)["detail"]


# -- The page ----------------------------------------------------------------------------------------------------------


def test_the_page_has_its_policy_and_its_files(site: Site) -> None:
    found = get(site, "/explore")
    assert dict(found.headers)["Content-Security-Policy"] == POLICY
    for name, media_type in (("explorer.js", "text/javascript"), ("explorer.css", "text/css")):
        address = asset_address(name)
        assert f'"{address}"'.encode() in found.body
        path, _, query = address.partition("?")
        asset = get(site, path, query)
        assert asset.media_type.startswith(media_type)
        assert "immutable" in dict(asset.headers)["Cache-Control"]
        assert "Cache-Control" not in dict(get(site, path, "v=0").headers)
    assert get(site, "/assets/explorer/../cli.py").status == 404


@pytest.mark.parametrize(
    ("query", "start"),
    [
        ("", "model/radiology-gpt"),
        ("focus=LLaMA", "model/llama"),
        ("focus=itd:alpaca", "dataset/alpaca"),
        (f"focus={quote(LLAMA)}", "model/llama"),
        ("focus=Alpaca&kind=dataset", "dataset/alpaca"),
        ("view=path&focus=LLaMA&to=GPT-3", "model/llama"),
        ("view=overview&focus=LLaMA&at=1,2,3&hide=dataset", "model/llama"),
    ],
)
def test_the_page_opens_on_what_is_asked_for(site: Site, query: str, start: str) -> None:
    text = get(site, "/explore", query).body.decode()
    data = json.loads(text.partition('id="data">')[2].partition("</script>")[0])
    assert data["nodes"][0]["iri"] == start
    assert data["start"] == 0
    assert data["other"] == (1 if "to=" in query else -1)


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("focus=Alpacca", 404, 'href="/explore?focus=Writing-Alpaca"'),
        ("focus=Alpaca", 400, 'href="/explore?focus=itd%3Aalpaca"'),
        ("focus=model/nope", 404, "othing is called"),
        ("view=nonsense", 400, "choose one of focus, overview, timeline, path, table"),
        ("focus=Alpaca&kind=animal", 400, "there is no kind"),
        ("view=path&focus=LLaMA&to=Nobody", 404, "othing is called"),
        ("focus=%3Cscript%3Eowned%3C/script%3E", 404, "&lt;script&gt;owned"),
    ],
)
def test_the_page_says_what_cannot_be_found(site: Site, query: str, status: int, said: str) -> None:
    found = get(site, "/explore", query, accept="text/html")
    assert (found.status, found.media_type) == (status, "text/html; charset=utf-8")
    assert said in found.body.decode()


def test_the_page_says_what_the_graph_was_made_from(site: Site, whole: Site) -> None:
    assert b"curated facts, each with its source" not in get(site, "/explore").body
    for found in (whole, distant_of(whole)):
        assert b" curated facts, each with its source" in get(found, "/explore").body


def test_what_may_be_done_is_told_with_what_is_drawn(whole: Site) -> None:
    for found in (whole, distant_of(whole)):
        answer = ask(found, "focus=model/gpt-4")
        nodes = {node["iri"]: node for node in answer["nodes"]}
        assert (nodes["model/gpt-4"]["access"], nodes["model/gpt-4"]["dev"]) == ("closed", ["OpenAI"])
        assert nodes["model/gpt-4"]["lic"]
        # What is not known is not said, and least of all that it is open.
        assert "access" not in nodes["dataset/logicot"]


def test_a_thing_is_told_with_its_licences_and_contradictions(whole: Site) -> None:
    for found in (whole, distant_of(whole)):
        answer = ask(found, "iri=model/tulu", "/api/thing")
        tulu = answer["nodes"][0]
        assert {access for _, _, access, _, _ in tulu["licences"]} == {"open", "restricted"}
        rows = [answer["rows"][row] for *_, said in tulu["licences"] for row in said]
        assert all(row["iri"].startswith("curated/licences/") and answer["links"][row["link"]] for row in rows)
        said = {(answer["labels"][label], survey, source) for label, survey, source, *_ in tulu["corrections"]}
        assert ("base model", "OPT", "LLaMA") in said


def test_an_empty_graph_has_a_page() -> None:
    found = get(Site(store=EmbeddedStore()), "/explore")
    assert found.status == 200
    assert b"<title>Lineage \xc2\xb7 itgraph</title>" in found.body
