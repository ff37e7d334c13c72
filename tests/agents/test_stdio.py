"""A real client over standard input and output: ten questions with sources, and what hostile clients do.

What it is told is held against the files of facts and the quads of the graph, which are read here by other means.
"""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import MCPError
from mcp_types import ResourceTemplateReference
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store, parse
from tests.agents.conftest import Session, connected, text_of

from itgraph.store import EmbeddedStore

# Each starts a server, or waits for one.
pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
ITG = "https://w3id.org/itgraph/ontology#"
MODEL = "https://w3id.org/itgraph/model/"
QUOTED = NamedNode("http://www.w3.org/ns/prov#wasQuotedFrom")
READ = NamedNode("http://www.w3.org/ns/prov#hadPrimarySource")
RELATIONS = ("baseModel", "trainedOn", "generatedBy", "sourceDataset")
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def iri_of(term: object) -> str:
    assert isinstance(term, NamedNode)
    return str(term.value)


def links_of(store: Store, subject: str, relation: str, value: str) -> set[str]:
    """Return the links of the rows and facts whose graphs hold a statement."""
    quads = store.quads_for_pattern(NamedNode(subject), NamedNode(ITG + relation), NamedNode(value))
    return {
        iri_of(link.object)
        for quad in quads
        if isinstance(quad.graph_name, NamedNode)
        for predicate in (QUOTED, READ)
        for link in store.quads_for_pattern(quad.graph_name, predicate, None)
    }


def approved(name: str) -> list[dict[str, str]]:
    with (ROOT / "tests" / "approved" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_text(row: dict[str, Any]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in row.items()}


# -- Ten questions -----------------------------------------------------------------------------------------------------


def test_what_is_called_so(session: Session, shipped_store: Store) -> None:
    found = session.data("find", name="radiology")
    thing = found["things"][0]
    assert (thing["iri"], thing["kind"]) == (MODEL + "radiology-gpt", "model")
    about = shipped_store.quads_for_pattern(None, NamedNode(ITG + "about"), NamedNode(thing["iri"]))
    links = {
        iri_of(link.object) for quad in about for link in shipped_store.quads_for_pattern(quad.subject, QUOTED, None)
    }
    assert {source["link"] for source in thing["sources"]} <= links
    assert thing["sources"]


def test_who_made_a_model_and_who_says_so(session: Session) -> None:
    with (ROOT / "data" / "curated" / "developers.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if (row["entity_kind"], row["entity"]) == ("model", "Vicuna")]
    found = session.data("describe", name="Vicuna", kind="model")
    told = {
        (fact["value"], source["link"])
        for fact in found["facts"]
        if fact["property"] == ITG + "developer" and not fact["incoming"]
        for source in fact["sources"]
    }
    assert rows
    assert told == {(row["organisation"], row["source_url"]) for row in rows}


def test_what_a_model_descends_from(session: Session, shipped_store: Store) -> None:
    found = session.data("lineage", name="Radiology-GPT")
    expected, todo = set(), [MODEL + "radiology-gpt"]
    while todo:
        child = todo.pop()
        for relation in RELATIONS:
            for quad in shipped_store.quads_for_pattern(
                NamedNode(child), NamedNode(ITG + relation), None, DefaultGraph()
            ):
                step = (child, relation, iri_of(quad.object))
                if step not in expected:
                    expected.add(step)
                    todo.append(iri_of(quad.object))
    assert {(edge["child"], edge["relation"], edge["parent"]) for edge in found["edges"]} == expected
    for edge in found["edges"]:
        links = links_of(shipped_store, edge["child"], edge["relation"], edge["parent"])
        assert {source["link"] for source in edge["sources"]} == links
        assert links or edge["rules"]
    assert found["tree"].startswith("Radiology-GPT (model)\n└── base model: Alpaca (model)\n")


def test_what_was_made_from_a_model(session: Session, shipped_store: Store) -> None:
    found = session.data("lineage", name="itm:llama", direction="down", depth=1)
    parent = NamedNode(MODEL + "llama")
    children = {
        iri_of(quad.subject)
        for relation in RELATIONS
        for quad in shipped_store.quads_for_pattern(None, NamedNode(ITG + relation), parent, DefaultGraph())
    }
    assert {edge["child"] for edge in found["edges"]} == children
    assert found["things"] == len(children) > 10
    assert found["beyond"] > 0
    assert "raise depth" in found["rest"]


def test_how_two_models_are_related(session: Session, shipped_store: Store) -> None:
    found = session.data("path", a="Radiology-GPT", b="GPT-3")
    assert found["kind"] == "descent"
    for way in found["ways"]:
        ends = [way["edges"][0]["child"], *(edge["parent"] for edge in way["edges"])]
        assert (ends[0], ends[-1]) == (MODEL + "radiology-gpt", MODEL + "gpt-3")
        assert [edge["child"] for edge in way["edges"]] == ends[:-1]
        for edge in way["edges"]:
            links = links_of(shipped_store, edge["child"], edge["relation"], edge["parent"])
            assert {source["link"] for source in edge["sources"]} == links


def test_which_licences_a_model_stands_on(session: Session) -> None:
    found = session.data("licences", name="Radiology-GPT")
    told = {
        (part["thing"]["iri"], licence["part"], licence["name"], licence["access"], link)
        for part in found["parts"]
        for licence in part["licences"]
        for link in licence["links"]
    }
    rows = approved("licences-of-ancestry")
    expected = {
        (row["thing"], row["part"], row["licence_label"], row["access"], row["link"]) for row in rows if row["licence"]
    }
    assert expected <= told
    assert {part["thing"]["iri"] for part in found["parts"]} == {row["thing"] for row in rows}
    silent = {part["thing"]["iri"] for part in found["parts"] if not part["licences"]}
    assert silent == {row["thing"] for row in rows if not row["licence"]}
    assert "not legal advice" in found["disclaimer"]


def test_what_can_be_asked(session: Session) -> None:
    found = session.data("list_queries")
    names = [query["name"] for subject in found["subjects"] for query in subject["queries"]]
    assert sorted(names) == sorted(path.stem for path in (ROOT / "queries").glob("*.rq"))
    only = session.data("list_queries", subject="licences")
    assert [subject["subject"] for subject in only["subjects"]] == ["licences"]
    listed = {query["name"]: query for query in only["subjects"][0]["queries"]}
    (parameter,) = listed["licences-of-ancestry"]["parameters"]
    assert (parameter["name"], parameter["type"], parameter["default"]) == ("model", "model", ["itm:radiology-gpt"])


def test_who_says_so(session: Session) -> None:
    found = session.data("run_query", name="sources-of-statement")
    assert [as_text(row) for row in found["rows"]] == approved("sources-of-statement")
    assert found["rest"] == ""
    assert {column["name"]: column["meaning"] for column in found["columns"]}["link"]


def test_which_models_are_most_built_upon_page_by_page(session: Session) -> None:
    expected = approved("most-built-upon-models")
    rows: list[dict[str, str]] = []
    while True:
        found = session.data("run_query", name="most-built-upon-models", limit=7, offset=len(rows))
        assert found["total"] == len(expected)
        rows += [as_text(row) for row in found["rows"]]
        if not (more := re.search(r"call again with offset=(\d+)", found["rest"])):
            break
        assert int(more[1]) == len(rows)
    assert rows == expected
    assert found["sources"]


def test_sparql_of_ones_own(session: Session, shipped_store: Store) -> None:
    found = session.data(
        "sparql", query="SELECT ?model ?base WHERE { ?model itg:baseModel ?base } ORDER BY ?model ?base", limit=1000
    )
    expected = {
        (iri_of(quad.subject), iri_of(quad.object))
        for quad in shipped_store.quads_for_pattern(None, NamedNode(ITG + "baseModel"), None)
        if not isinstance(quad.graph_name, NamedNode)
    }
    assert {(row["model"], row["base"]) for row in found["rows"]} == expected
    assert not found["cut"]
    assert all(one["sources"] for one in found["sources"])


def test_sparql_of_every_form(session: Session, shipped_store: Store) -> None:
    assert session.data("sparql", query="ASK { itm:alpaca itg:baseModel itm:llama }")["boolean"] is True
    step = "{ ?m itg:baseModel itm:llama }"
    graph = session.data("sparql", query=f"CONSTRUCT {step} WHERE {step}")
    triples = {quad.triple for quad in parse(graph["turtle"], format=RdfFormat.TURTLE)}
    llama = NamedNode(MODEL + "llama")
    quads = shipped_store.quads_for_pattern(None, NamedNode(ITG + "baseModel"), llama, DefaultGraph())
    assert triples == {quad.triple for quad in quads}
    described = session.data("sparql", query="DESCRIBE itm:goat", limit=1000)
    about = {quad.triple.predicate for quad in parse(described["turtle"], format=RdfFormat.TURTLE)}
    assert NamedNode(ITG + "baseModel") in about


# -- Resources and prompts ---------------------------------------------------------------------------------------------


def test_what_is_to_be_read(session: Session) -> None:
    listed = session.portal.call(session.client.list_resources).resources
    assert {str(resource.uri) for resource in listed} == {
        "itgraph://guide",
        "itgraph://ontology",
        "itgraph://queries",
        "itgraph://void",
    }
    guide = session.read("itgraph://guide")
    assert "itm: <https://w3id.org/itgraph/model/>" in guide
    assert re.search(r"In the current view: \d\d+ models, \d+ datasets", guide)
    assert session.read("itgraph://ontology") == (ROOT / "ontology" / "itgraph.ttl").read_text(encoding="utf-8")
    index = session.read("itgraph://queries")
    for path in (ROOT / "queries").glob("*.rq"):
        assert f"- itgraph://queries/{path.stem}: " in index
    name = "licences-of-ancestry"
    assert session.read(f"itgraph://queries/{name}") == (ROOT / "queries" / f"{name}.rq").read_text(encoding="utf-8")


def test_void_counts_what_is_there(session: Session, shipped_store: Store) -> None:
    void = Store()
    void.load(session.read("itgraph://void").encode(), format=RdfFormat.TURTLE)
    models = shipped_store.query(f"SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s a <{ITG}Model> }}")
    prefix = "PREFIX void: <http://rdfs.org/ns/void#>"
    told = void.query(f"{prefix} SELECT ?n WHERE {{ ?part void:class <{ITG}Model> ; void:entities ?n }}")
    assert [row["n"] for row in told] == [row["n"] for row in models]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "uri", ["itgraph://queries/nope", "itgraph://queries/..%2F..%2Fsetup", "itgraph://nope", "x:y"]
)
def test_what_is_not_there_to_be_read(session: Session, uri: str) -> None:
    with pytest.raises(MCPError) as caught:
        session.read(uri)
    assert "Traceback" not in str(caught.value)


def test_prompts_name_the_thing_and_the_tools(session: Session) -> None:
    prompts = session.portal.call(session.client.list_prompts).prompts
    assert {prompt.name for prompt in prompts} == {"clear_model", "stands_on", "if_withdrawn"}
    tools = {tool.name for tool in session.portal.call(session.client.list_tools).tools}
    queries = {path.stem for path in (ROOT / "queries").glob("*.rq")}
    for prompt in prompts:
        (message,) = session.portal.call(session.client.get_prompt, prompt.name, {"name": 'A "B"'}).messages
        text = message.content.text  # type: ignore[union-attr]
        assert json.dumps('A "B"') in text
        named = set(re.findall(r"the tool (\w+)", text))
        assert named
        assert named <= tools
        assert set(re.findall(r"\b[a-z]+(?:-[a-z]+){2,}\b", text)) <= queries


def test_names_are_completed(session: Session) -> None:
    reference = ResourceTemplateReference(type="ref/resource", uri="itgraph://queries/{name}")
    found = session.portal.call(session.client.complete, reference, {"name": "name", "value": "teachers"})
    assert found.completion.values[0].startswith("teachers-of-")


# -- What hostile and clumsy clients do --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("find", {}, "name: field required"),
        ("find", {"name": 7}, "name: input should be a valid string, not 7"),
        ("find", {"name": ["LLaMA"]}, "name: input should be a valid string"),
        ("find", {"name": ""}, "name: string should have at least 1 character"),
        ("find", {"name": "x" * 2000}, "name: string should have at most 1000 characters"),
        ("find", {"name": "LLaMA", "kind": "planet"}, "kind: input should be 'model', 'dataset'"),
        ("find", {"name": "LLaMA", "limit": 10**30}, "limit: input should be less than or equal to 100"),
        ("lineage", {"name": "LLaMA", "direction": "sideways"}, "direction: input should be 'up', 'down' or 'both'"),
        ("lineage", {"name": "LLaMA", "depth": "deep"}, "depth: input should be a valid integer"),
        ("lineage", {"name": "LLaMA", "dir": "down"}, 'lineage has no argument "dir"; it has name, direction, depth'),
        ("run_query", {"name": "roots-of-model", "parameters": [1]}, "parameters: input should be a valid dictionary"),
        ("fly", {"to": "the moon"}, 'there is no tool "fly"; choose one of find, describe'),
        ("find", {"name": "Radiologygtp"}, None),
        ("describe", {"name": "Radiologygtp"}, "nothing is called 'Radiologygtp'; did you mean 'Radiology-GPT'"),
        ("describe", {"name": "Alpaca"}, "means more than one thing: itm:alpaca, itd:alpaca"),
        ("licences", {"name": "LoRA"}, "LoRA is a technique"),
        ("run_query", {"name": "teachers-of-modle"}, "did you mean 'teachers-of-model'"),
        ("run_query", {"name": "../../setup"}, "no saved query is called"),
        ("run_query", {"name": "roots-of-model", "parameters": {"base": "x"}}, "there is no such parameter"),
        ("run_query", {"name": "large-datasets", "parameters": {"minimum": "many"}}, "expected an integer, not 'many'"),
        ("sparql", {"query": "SELEKT ?x"}, "it is not SPARQL near 'SELEKT ?x'"),
        ("sparql", {"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}, "SERVICE is not allowed"),
        ("sparql", {"query": "DROP ALL"}, "this is an update"),
        ("sparql", {"query": "INSERT DATA { <a:a> <a:b> <a:c> }"}, "this is an update"),
        ("sparql", {"query": "SELECT ?m { ?m itg:baseModell"}, "did you mean itg:baseModel"),
        ("sparql", {"query": "SELECT ?m { ?m foo:bar ?x }"}, "a prefix is not declared"),
    ],
)
def test_what_is_wrong_is_said_in_words_that_help(
    session: Session, tool: str, arguments: dict[str, Any], said: str | None
) -> None:
    found = session.call(tool, **arguments)
    text = text_of(found)
    assert found.is_error == (said is not None)
    assert (said or "Did you mean Radiology-GPT (itm:radiology-gpt)") in text
    assert "Traceback" not in text
    assert "pydantic" not in text
    assert "itgraph query --list" not in text
    assert len(text) < 2500


def test_a_query_that_finds_nothing_hears_why(session: Session) -> None:
    found = session.data("sparql", query="SELECT ?m WHERE { ?m itg:basedOn itm:lama }")
    assert found["rows"] == []
    hints = " ".join(found["hints"])
    assert "itg:basedOn is no term of the ontology" in hints
    assert "the graph does not speak of itm:lama" in hints
    assert "list_queries" in hints


def test_a_long_answer_is_cut_and_says_so(session: Session) -> None:
    query = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o"
    few = session.data("sparql", query=query, limit=3)
    assert (few["shown"], len(few["rows"]), few["cut"]) == (3, 3, True)
    found = session.call("sparql", query=query, limit=1000)
    many = found.structured_content
    assert many is not None
    assert many["cut"]
    assert 3 < many["shown"] == len(many["rows"]) <= 1000
    assert f"OFFSET {many['shown']}" in many["rest"]
    assert many["rest"] in text_of(found)
    assert len(json.dumps(many)) < 100_000
    assert len(text_of(found)) < 100_000


def test_two_calls_at_once_have_their_own_answers(session: Session) -> None:
    names = ["Vicuna", "LLaMA", "Radiology-GPT", "Goat", "TÜLU", "LIMA"] * 2
    with ThreadPoolExecutor(len(names)) as threads:
        found = list(threads.map(lambda name: session.data("describe", name=name, kind="model"), names))
    assert [one["thing"]["label"] for one in found] == names


def test_a_query_that_runs_away_is_ended_and_others_go_on() -> None:
    with connected("--timeout", "5") as session:
        with ThreadPoolExecutor(1) as threads:
            endless = threads.submit(session.error, "sparql", query=ENDLESS)
            assert session.data("find", name="Goat")["things"]
            assert "the query was stopped after 5 seconds" in endless.result(60)
        assert session.data("find", name="Goat")["things"]


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_old_and_new_clients_are_served(mode: str) -> None:
    with connected(mode=mode) as session:
        assert session.client.server_info is not None
        assert session.client.server_info.name == "itgraph"
        assert "no legal advice" in (session.client.instructions or "")
        assert session.data("find", name="Goat")["things"]


# -- Of other graphs ---------------------------------------------------------------------------------------------------


def test_another_graph_is_asked_from_a_file_a_folder_and_the_environment(
    tmp_path: Path, shipped_with_indexes: EmbeddedStore
) -> None:
    file = tmp_path / "other.ttl"
    file.write_text(
        f'<{MODEL}mine> a <{ITG}Model> ; <http://www.w3.org/2000/01/rdf-schema#label> "Mine" .', encoding="utf-8"
    )
    for options, env in ((("-g", str(file)), None), ((), {"ITGRAPH_STORE": str(file)})):
        with connected(*options, env=env) as session:
            assert [thing["label"] for thing in session.data("find", name="mine")["things"]] == ["Mine"]
            assert session.data("find", name="Goat")["things"] == []
    with connected("-g", str(shipped_with_indexes.location)) as session:
        assert session.data("find", name="goat")["things"][0]["curie"] == "itm:goat"
        assert [edge["parent"] for edge in session.data("lineage", name="Goat")["edges"]] == [MODEL + "llama"]
        assert "may be very large" in session.read("itgraph://guide")


def test_a_server_that_is_not_there_is_an_error_of_the_tool() -> None:
    with connected("-g", "http://127.0.0.1:9/sparql") as session:
        assert "http://127.0.0.1:9/sparql" in session.error("find", name="Goat")


@pytest.mark.parametrize(("graph", "said"), [("nope.trig", "nope.trig"), ("localhost:9/sparql", "begins with http")])
def test_a_graph_that_cannot_be_opened_is_told_at_once(tmp_path: Path, graph: str, said: str) -> None:
    command = [sys.executable, "-m", "itgraph", "mcp", "-g", graph]
    found = subprocess.run(command, cwd=tmp_path, input=b"", capture_output=True, timeout=60, check=False)
    assert (found.returncode, found.stdout) == (3, b"")
    assert said in found.stderr.decode()
    assert b"Traceback" not in found.stderr


# -- The process -------------------------------------------------------------------------------------------------------

HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
CALL = {
    "jsonrpc": "2.0",
    "id": 2,
    "method": "tools/call",
    "params": {"name": "find", "arguments": {"name": "Goat"}},
}


@contextmanager
def start(*options: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "itgraph", "mcp", *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        # A server that says nothing must not keep the tests.
        watch = threading.Timer(90, process.kill)
        watch.start()
        try:
            yield process
        finally:
            watch.cancel()
            process.kill()


def say(process: subprocess.Popen[bytes], *lines: bytes | dict[str, Any]) -> None:
    assert process.stdin is not None
    for line in lines:
        process.stdin.write((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n")
    process.stdin.flush()


def hear(process: subprocess.Popen[bytes], number: int) -> dict[str, Any]:
    """Return the reply to a request; every line before it must be of the protocol too."""
    assert process.stdout is not None
    while line := process.stdout.readline():
        message: dict[str, Any] = json.loads(line)
        assert message["jsonrpc"] == "2.0"
        if message.get("id") == number:
            return message
    raise AssertionError("the server has closed its output")


def children_of(pid: int) -> set[int]:
    return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()))


def await_end(pids: set[int]) -> None:
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < deadline, "a worker has outlived its server"
        time.sleep(0.05)


def test_lines_that_are_no_messages_stop_nothing() -> None:
    with start() as process:
        say(process, b"this is not JSON", b"{", b"[]", b"\xff\xfe", b"", b'{"jsonrpc": "1.0"}', b'"' * 100_000)
        say(process, HELLO)
        assert hear(process, 1)["result"]["serverInfo"]["name"] == "itgraph"
        say(process, {"jsonrpc": "2.0", "method": "notifications/initialized"}, b"{{{", CALL)
        reply = hear(process, 2)["result"]
        assert reply["structuredContent"]["things"][0]["curie"] == "itm:goat"
        say(process, {**CALL, "id": 3, "method": "tools/fly"}, {**CALL, "id": 4, "params": {"name": 7}})
        assert "error" in hear(process, 3)
        assert "error" in hear(process, 4)
        rest, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert all(json.loads(line)["jsonrpc"] == "2.0" for line in rest.splitlines())
    assert b"Traceback" not in said


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells of processes on Linux alone")
@pytest.mark.parametrize("end", ["stdin", "ctrl-c", "terminate", "kill", "stdout"])
def test_it_ends_with_its_client_and_leaves_nothing_behind(end: str) -> None:
    with start() as process:
        say(process, HELLO)
        hear(process, 1)
        say(process, {"jsonrpc": "2.0", "method": "notifications/initialized"})
        workers = children_of(process.pid)
        assert workers
        # Amid a call that would take long.
        say(process, {**CALL, "params": {"name": "sparql", "arguments": {"query": ENDLESS}}})
        time.sleep(0.3)
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdin is not None
        if end == "ctrl-c":
            process.send_signal(signal.SIGINT)
        elif end == "terminate":
            process.terminate()
        elif end == "kill":
            process.kill()
        elif end == "stdout":
            process.stdout.close()
            say(process, {**CALL, "id": 3})
            process.stdin.close()
        else:
            process.stdin.close()
        said = process.stderr.read()
        code = process.wait(60)
    assert code == {"ctrl-c": -signal.SIGINT, "terminate": -signal.SIGTERM, "kill": -signal.SIGKILL}.get(end, 0)
    assert said == b""
    await_end(workers)


def test_a_file_in_the_working_folder_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "queue.py").write_text("open('was-run', 'w').close()\n", encoding="utf-8")
    # As the command itgraph is: with -m alone, Python would look into the working folder for this process already.
    command = [sys.executable, "-P", "-m", "itgraph", "mcp"]
    found = subprocess.run(command, cwd=tmp_path, input=b"", capture_output=True, timeout=60, check=False)
    assert (found.returncode, found.stdout, found.stderr) == (0, b"", b"")
    assert not (tmp_path / "was-run").exists()


def test_nobody_to_speak_to() -> None:
    command = f"{sys.executable} -m itgraph mcp <&- 2>&1"
    found = subprocess.run(["sh", "-c", command], capture_output=True, timeout=60, check=False, env={**os.environ})
    assert found.returncode == 3
    assert b"Traceback" not in found.stdout
