"""Loading into servers and folders: whole or visibly not, killed and repeated, and nobody else's graphs touched."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.store.liar import Handler, lying
from tests.store.servers import oxigraph, virtuoso

from itgraph.errors import RemoteStoreError, SourceError, StoreError, StoreLockedError, StoreUnavailableError
from itgraph.loading import load_into
from itgraph.loading.parts import LARGE, MOST_IN_BATCH, MOST_TRIPLES, Parts
from itgraph.loading.target import Target
from itgraph.store import EmbeddedStore, open_store

OTHERS = "<http://others.example/graph>"
KILL = """
import os, signal, sys
from pathlib import Path
from itgraph.loading import load_into
def progress(sent, all_):
    if sent * 2 > all_:
        os.kill(os.getpid(), signal.SIGKILL)
load_into(sys.argv[1], Path(sys.argv[2]), progress=progress)
"""


def write(path: Path, quads: int, *, word: str = "x") -> Path:
    """Write a graph: half of it in the default graph, the other half in many small graphs."""
    lines = []
    for number in range(quads // 2):
        triple = f'<http://a.example/{number}> <http://a.example/p> "{word} \\\\u0041 \\"{number}\\"\\n"'
        lines += [f"{triple} .\n", f"{triple} <http://a.example/graph/{number // 10}> .\n"]
    path.write_text("".join(lines), encoding="utf-8")
    return path


@pytest.fixture(params=[oxigraph, virtuoso], ids=["oxigraph", "virtuoso"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A server of its own for each test."""
    folder = tmp_path / "server"
    folder.mkdir()
    with request.param(folder) as found:
        yield found


def same(address: str, path: Path) -> bool:
    return sorted(map(str, open_store(address).quads())) == sorted(map(str, open_store(path).quads()))


def test_killed_in_the_middle_and_repeated(address: str, tmp_path: Path) -> None:
    path = write(tmp_path / "graph.nq", 9_000)
    killed = subprocess.run([sys.executable, "-c", KILL, address, str(path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    with pytest.raises(StoreUnavailableError, match="only half loaded"):
        len(open_store(address))
    report = load_into(address, path)
    assert report.resumed
    assert 0 < report.sent < 9_000
    assert report.quads == 9_000
    assert same(address, path)
    again = load_into(address, path)
    assert (again.sent, again.quads) == (0, 9_000)
    assert "nothing was sent" in str(again)


def test_another_version_replaces_the_first(address: str, tmp_path: Path) -> None:
    load_into(address, write(tmp_path / "first.nq", 400))
    opened = open_store(address)
    assert len(opened) == 400
    waited: list[float] = []

    def look(seconds: float) -> None:
        waited.append(seconds)
        with pytest.raises(StoreUnavailableError, match="only half loaded"):
            len(open_store(address))

    second = write(tmp_path / "second.nq", 200, word="y")
    load_into(address, second, sleep=look)
    assert waited == [2]
    assert same(address, second)


def test_what_was_opened_before_notices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "server").mkdir()
    with oxigraph(tmp_path / "server") as address:
        load_into(address, write(tmp_path / "first.nq", 400))
        opened = open_store(address)
        assert len(opened) == 400
        load_into(address, write(tmp_path / "second.nq", 200, word="y"), sleep=lambda _: None)
        monkeypatch.setattr("itgraph.store.remote._TRUST", -1)
        with pytest.raises(StoreUnavailableError, match="replaced by another one; ask again"):
            len(opened)
        monkeypatch.undo()
        assert len(opened) == 200


def say(status: int) -> Callable[[Handler], None]:
    return lambda handler: handler.answer(status, b"SR172: Transaction deadlocked", "text/plain")


@pytest.mark.parametrize("failures", [1, 2])
def test_a_change_that_met_another_is_sent_again(failures: int) -> None:
    waited: list[float] = []
    with lying(say(200), *[say(500)] * failures, say(200)) as server:
        Target(server.address, update=server.address, sleep=waited.append).update("CLEAR GRAPH <http://a.example/>")
        assert len({seen.body for seen in server.seen[1:]}) == 1
        assert len(server.seen) == 2 + failures
    assert waited == [1, 2][:failures]


@pytest.mark.parametrize(("status", "times"), [(500, 3), (400, 1)])
def test_a_change_that_is_refused_is_not_sent_for_ever(status: int, times: int) -> None:
    with lying(say(200), say(status)) as server:
        target = Target(server.address, update=server.address, sleep=lambda _: None)
        with pytest.raises(RemoteStoreError, match="deadlocked"):
            target.update("CLEAR GRAPH <http://a.example/>")
        assert len(server.seen) == 1 + times


def test_parts_are_the_same_each_time_and_of_a_size_that_servers_take(tmp_path: Path) -> None:
    path = write(tmp_path / "graph.nq", 2 * (MOST_TRIPLES + LARGE))
    first, second = Parts(path), Parts(path)
    found = list(first.read(0))
    assert found == list(second.read(0))
    assert found[1:] == list(first.read(1))
    assert sum(part.triples for part in found) == first.triples == 2 * (MOST_TRIPLES + LARGE)
    assert max(part.triples for part in found) == MOST_TRIPLES
    assert all(part.triples <= MOST_IN_BATCH for part in found if len(part.graphs) > 1)
    assert {name for part in found for name, _ in part.graphs} == first.graphs | {""}
    for parts in (first, second):
        parts.close()


@pytest.fixture
def update(tmp_path: Path) -> Iterator[tuple[str, Callable[[str], None]]]:
    """A server, and what changes it without us."""
    folder = tmp_path / "server"
    folder.mkdir()
    with oxigraph(folder) as address:

        def change(sparql: str) -> None:
            body = urllib.parse.urlencode({"update": sparql}).encode()
            urllib.request.urlopen(address.replace("/query", "/update"), body).close()  # noqa: S310 - our own server

        yield address, change


def ask(address: str, sparql: str) -> bool:
    body = urllib.parse.urlencode({"query": sparql}).encode()
    request = urllib.request.Request(address, body, {"Accept": "application/sparql-results+json"})  # noqa: S310
    with urllib.request.urlopen(request) as reply:  # noqa: S310 - our own server
        return bool(json.load(reply)["boolean"])


def test_graphs_of_others_stay_and_are_not_seen(update: tuple[str, Callable[[str], None]], tmp_path: Path) -> None:
    address, change = update
    change(f"INSERT DATA {{ GRAPH {OTHERS} {{ <a:b> <a:c> 1 }} }}")
    for word in ("x", "y"):
        path = write(tmp_path / f"{word}.nq", 200, word=word)
        load_into(address, path, sleep=lambda _: None)
        assert same(address, path)
    assert ask(address, f"ASK {{ GRAPH {OTHERS} {{ <a:b> <a:c> 1 }} }}")


@pytest.mark.parametrize(
    ("sparql", "said"),
    [
        ("INSERT DATA { <a:b> <a:c> 1 }", "its default graph holds what itgraph has not loaded"),
        ("INSERT DATA { GRAPH <http://a.example/graph/0> { <a:b> <a:c> 1 } }", "is there already, and itgraph has not"),
    ],
)
def test_what_others_have_put_there_is_not_taken_over(
    update: tuple[str, Callable[[str], None]], tmp_path: Path, sparql: str, said: str
) -> None:
    address, change = update
    change(sparql)
    with pytest.raises(StoreError, match=said):
        load_into(address, write(tmp_path / "graph.nq", 200))
    assert ask(address, sparql.replace("INSERT DATA", "ASK"))
    assert len(open_store(address)) == 1


def test_a_graph_that_cannot_be_loaded_changes_nothing(
    update: tuple[str, Callable[[str], None]], tmp_path: Path
) -> None:
    address, _ = update
    load_into(address, write(tmp_path / "graph.nq", 200))
    for name, text, said in (
        ("broken.nq", "<a:b> <a:c> 1", "this is not N-Quads"),
        ("blank.nq", "_:a <a:c> <a:d> .", "it has blank nodes"),
        ("ours.nq", "<a:a> <a:c> <a:d> <https://w3id.org/itgraph/graph/manifest> .", "kept for itgraph"),
    ):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        with pytest.raises(SourceError, match=said):
            load_into(address, path)
    assert len(open_store(address)) == 200


def test_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    for quads in (200, 100):
        report = load_into(str(folder), write(tmp_path / "graph.nq", quads))
        assert report.quads == quads
        assert same(str(folder), tmp_path / "graph.nq")


def test_a_folder_of_something_else_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear all", encoding="utf-8")
    with pytest.raises(StoreError, match="itgraph has not made this folder"):
        load_into(str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    with pytest.raises(StoreUnavailableError, match="there is no graph in this folder"):
        open_store(tmp_path)


def test_a_graph_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    import pyoxigraph

    name = pyoxigraph.NamedNode("urn:theirs")
    pyoxigraph.Store(str(tmp_path / "theirs")).add(pyoxigraph.Quad(name, name, name, name))
    before = sorted(path.name for path in (tmp_path / "theirs").iterdir())
    with pytest.raises(StoreError, match="itgraph has not made this folder"):
        load_into(str(tmp_path / "theirs"))
    assert sorted(path.name for path in (tmp_path / "theirs").iterdir()) == before


def test_a_folder_that_holds_the_same_already_is_not_written_again(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    assert load_into(str(folder)).sent > 20_000
    made = folder.stat().st_mtime_ns
    assert load_into(str(folder)).sent == 0
    assert folder.stat().st_mtime_ns == made
    other = tmp_path / "other.nt"
    other.write_text("<urn:a> <urn:b> <urn:c> .\n", encoding="utf-8")
    assert load_into(str(folder), other).sent == 1
    assert len(EmbeddedStore.open(folder)) == 1


@pytest.mark.parametrize(
    "address", ["localhost:7878/query", "127.0.0.1:80", "ftp://localhost/x", "htp://ann:secret@x/"]
)
def test_what_was_meant_as_an_address_makes_no_folder(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreUnavailableError, match="an address begins with http") as caught:
        load_into(address)
    assert "secret" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_being_written_to(tmp_path: Path) -> None:
    import pyoxigraph

    folder = tmp_path / "graph"
    path = write(tmp_path / "graph.nq", 20)
    EmbeddedStore.create(folder, path)
    writer = pyoxigraph.Store(str(folder))
    with pytest.raises(StoreLockedError, match="another process has it open"):
        EmbeddedStore.create(folder, path)
    del writer
