"""``itgraph hub`` and ``itgraph index`` as their users meet them: right, wrong and hostile use, and exit codes."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from tests.loading import hubs
from tests.loading.hubs import entry

from itgraph.cli import main


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a small graph and a small hub."""
    monkeypatch.chdir(tmp_path)
    hubs.write_graph(tmp_path)
    child = entry("a/child", card={"base_model": "mistralai/Mistral-7B-v0.1", "datasets": "a/data"}, downloads=3)
    hubs.write_lines(tmp_path / "models.jsonl", [child, entry("b/Grandchild", card={"base_model": "a/child"})])
    hubs.write_lines(tmp_path / "datasets.jsonl", [entry("a/data")])
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run a command in this process; return its exit code, standard output and standard error."""
    code = main(list(arguments))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_hub_is_loaded_and_asked(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    code, out, err = run(capsys, "hub", "models.jsonl", "datasets.jsonl", "-o", "hub", "-g", "graph.trig")
    assert (code, out) == (0, "")
    assert err == f"{place}/hub: 2 models, 1 dataset, 3 steps of lineage; issues: none\n"
    code, out, _ = run(capsys, "lineage", "Mistral 7B", "--down", "--format", "json", "-g", "hub")
    assert code == 0
    labels = {node["label"] for node in json.loads(out)["nodes"]}
    assert labels == {"Mistral 7B", "Zephyr", "a/child", "b/Grandchild"}
    code, out, _ = run(capsys, "lineage", "Grandchild", "--depth", "1", "--format", "json", "-g", "hub")
    assert code == 0
    assert f"https://huggingface.co/b/Grandchild/tree/{hubs.SHA}" in out
    assert run(capsys, "index", "hub", "--check") == (0, "", "hub: the indexes are those of the graph\n")


def test_what_an_input_holds_can_be_said(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "one.jsonl.gz").write_bytes(gzip.compress((place / "models.jsonl").read_bytes()))
    (place / "two.json").write_text(json.dumps([entry("a/data")]))
    arguments = ["--models", "one.jsonl.gz", "--datasets", "two.json", "-o", "hub", "-g", "graph.trig"]
    code, _, err = run(capsys, "hub", *arguments)
    assert code == 0
    assert "2 models, 1 dataset, 3 steps" in err


def test_a_hub_takes_the_place_of_another(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    for listing in ("models.jsonl", "datasets.jsonl"):
        assert run(capsys, "hub", listing, "-o", "hub", "-g", "graph.trig")[0] == 0
    assert run(capsys, "show", "a/data", "-g", "hub")[0] == 0
    code, _, err = run(capsys, "show", "b/Grandchild", "-g", "hub")
    assert code == 2
    assert "nothing is called 'b/Grandchild'" in err
    assert not [path for path in place.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["-o", "hub"], 3, "nothing to read is given"),
        (["models.jsonl"], 2, "Missing option '-o'"),
        (["none.jsonl", "-o", "hub"], 3, "none.jsonl: there is no such file or folder; check the path"),
        (["graph.trig", "-o", "hub"], 3, "graph.trig: this is of no form that can be read"),
        (["models.jsonl", "-o", "hub", "-g", "none.trig"], 3, "none.trig: "),
        (["models.jsonl", "-o", "hub", "-g", "models.jsonl"], 3, "models.jsonl: "),
        (["models.jsonl", "-o", "hub", "--renames", "none.csv"], 3, "none.csv: "),
        (["models.jsonl", "-o", "hub", "--renames", "models.jsonl"], 3, "models.jsonl:1: expected two cells"),
        (["models.jsonl", "-o", "."], 3, "itgraph has not made this folder, and leaves it as it is; name a new one"),
        (["models.jsonl", "-o", "models.jsonl"], 3, "leaves it as it is; name a new one"),
        (["models.jsonl", "-o", "models.jsonl/hub"], 3, "it cannot be written: "),
        (["models.jsonl", "-o", "/"], 3, "/: "),
        (["models.jsonl", "-o", ""], 3, "leaves it as it is; name a new one"),
        (["models.jsonl", "-o", "x" * 300], 3, "name too long"),
        (
            ["models.jsonl", "--datasets", "models.jsonl", "--models", "models.jsonl", "-o", "h"],
            3,
            "given as models and",
        ),
    ],
)
def test_wrong_use_is_told_and_changes_nothing(
    capsys: pytest.CaptureFixture[str], place: Path, arguments: list[str], code: int, words: str
) -> None:
    before = {path.name: path.read_bytes() for path in place.iterdir()}
    graph = [] if "-g" in arguments else ["-g", "graph.trig"]
    found, out, err = run(capsys, "hub", *arguments, *graph)
    assert (found, out) == (code, "")
    assert words.lower() in err.lower()
    assert "Traceback" not in err
    assert {path.name: path.read_bytes() for path in place.iterdir()} == before


@pytest.mark.parametrize("name", ["-hub", "a hub", "hüb ☃", "hub'; DROP TABLE things; --", "hub%20?mode=rw#x", "'\"\n"])
def test_a_store_of_any_name(capsys: pytest.CaptureFixture[str], place: Path, name: str) -> None:
    code, _, err = run(capsys, "hub", "models.jsonl", "-g", "graph.trig", f"-o{name}")
    assert (code, "2 models" in err) == (0, True)
    assert run(capsys, "show", "b/Grandchild", f"-g{place}/{name}")[0] == 0
    assert run(capsys, "index", "--", name)[0] == 0
    assert run(capsys, "index", "--check", "--", name)[0] == 0
    assert {path.name for path in place.iterdir()} == {"graph.trig", "models.jsonl", "datasets.jsonl", name}


@pytest.mark.usefixtures("place")
def test_indexes_for_a_graph_that_has_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "load", "store", "-g", "graph.trig")[0] == 0
    assert run(capsys, "index", "store", "--check") == (
        1,
        "it has no indexes\n",
        "store: the indexes are not those of the graph\n",
    )
    code, out, err = run(capsys, "index", "store")
    assert (code, out, err) == (0, "", "store: 11 names, 1 step of lineage\n")
    assert run(capsys, "index", "store", "--check")[0] == 0
    assert run(capsys, "show", "Zephyr", "-g", "store")[0] == 0


def test_indexes_that_are_not_those_of_the_graph(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    assert run(capsys, "hub", "models.jsonl", "-g", "graph.trig", "-o", "hub")[0] == 0
    assert run(capsys, "hub", "datasets.jsonl", "-g", "graph.trig", "-o", "other")[0] == 0
    (place / "hub/itgraph-lineage").write_bytes((place / "other/itgraph-lineage").read_bytes())
    code, out, err = run(capsys, "index", "hub", "--check")
    assert (code, out) == (1, "the index of lineage is not that of the graph\n")
    assert err == "hub: the indexes are not those of the graph\n"


@pytest.mark.parametrize("check", [[], ["--check"]])
@pytest.mark.parametrize("folder", ["none", ".", "graph.trig", "none/at/all", ""])
def test_indexes_of_what_is_no_graph(
    capsys: pytest.CaptureFixture[str], place: Path, folder: str, check: list[str]
) -> None:
    before = sorted(place.iterdir())
    code, out, err = run(capsys, "index", folder, *check)
    assert (code, out) == (3, "")
    assert "there is no graph in this folder; `itgraph load FOLDER` makes one" in err
    assert sorted(place.iterdir()) == before


def test_of_what_very_much_is_built_on_show_tells_part_and_counts_the_rest(
    capsys: pytest.CaptureFixture[str], place: Path
) -> None:
    children = [entry(f"c/{number:03}", card={"base_model": "b/base"}) for number in range(70)]
    grandchild = entry("d/last", card={"base_model": ["c/060", "gone/base"]})
    hubs.write_lines(place / "models.jsonl", [entry("b/base"), *children, grandchild])
    run(capsys, "hub", "models.jsonl", "-o", "hub", "-g", "graph.trig")
    code, out, _ = run(capsys, "show", "b/base", "-g", "hub")
    assert code == 0
    told = [line for line in out.splitlines() if " c/" in line and "(model)" in line]
    assert len(told) == 50
    assert "c/060" in told[0], "the one that leads on comes first"
    assert "and 20 more, which `itgraph lineage NAME --down --depth 1` lists" in out
    assert json.loads(run(capsys, "show", "b/base", "--format", "json", "-g", "hub")[1])["more"] == 20
    # What is wrong with a card is told with the model.
    assert "missing-base" in run(capsys, "show", "d/last", "-g", "hub")[1]
