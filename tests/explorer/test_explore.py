"""The command, and the same from Python."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import get_args

import pytest
from pyoxigraph import Quad
from tests.explorer.graphs import make_quads

import itgraph
from itgraph import cli, explorer
from itgraph.cli import main
from itgraph.errors import ExportError, ParameterError
from itgraph.explorer import Wanted, explore, format_of, write_view
from itgraph.store import EmbeddedStore


def run(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["explore", *arguments])
    captured = capfd.readouterr()
    return code, captured.out, captured.err


def test_the_command_line_offers_what_there_is() -> None:
    assert cli.EXPLORER_VIEWS == explorer.VIEWS == get_args(explorer.View)
    assert cli.EXPLORER_FORMATS == explorer.FORMATS == get_args(explorer.ExploreFormat)


def test_it_writes_the_page(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capfd)
    assert (code, out) == (0, "")
    assert err.startswith("lineage.html: ")
    assert "open it in a browser" in err
    assert [path.name for path in tmp_path.iterdir()] == ["lineage.html"]
    assert (tmp_path / "lineage.html").read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("name", "starts"),
    [("x.svg", "<?xml"), ("x.csv", "child,"), ("x.json", "{"), ("x.HTM", "<!doctype"), ("x", "<!doctype")],
)
def test_the_extension_tells_the_format(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, name: str, starts: str
) -> None:
    code, _, _ = run(capfd, "-o", str(tmp_path / name))
    assert code == 0
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(starts)


def test_a_picture_to_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capfd, "--format", "svg", "--focus", "model/Alpaca", "-o", "-")
    assert (code, err) == (0, "")
    assert "Lineage of Alpaca (model)" in out


@pytest.fixture(scope="session")
def survey_file(survey_quads: list[Quad], tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("explorer") / "survey.nq"
    path.write_text("".join(f"{quad} .\n" for quad in survey_quads), encoding="utf-8")
    return str(path)


def test_steps(capfd: pytest.CaptureFixture[str], survey_file: str) -> None:
    def drawn(*arguments: str) -> list[str]:
        _, out, _ = run(capfd, "-g", survey_file, *"--format json -o - --focus LLaMA".split(), *arguments)
        return [thing["label"] for thing in json.loads(out)["things"]]

    assert drawn("--down", "0") == ["LLaMA"]
    assert len(drawn()) == 16
    assert set(drawn("--down", "2")) - set(drawn()) == {"Radiology-GPT", "Video-LLaMA"}
    assert drawn("--down", "all") == drawn("--down", "2")


def test_a_path_and_the_table(capfd: pytest.CaptureFixture[str], survey_file: str) -> None:
    ends = "--view path --focus Radiology-GPT --to GPT-3 --format csv -o -".split()
    code, out, _ = run(capfd, "-g", survey_file, *ends)
    assert code == 0
    assert sorted(row["child"] for row in csv.DictReader(io.StringIO(out))) == [
        "Alpaca",
        "Alpaca",
        "InstructGPT",
        "Radiology-GPT",
    ]
    code, out, _ = run(capfd, "-g", survey_file, *"--view table --format csv -o -".split())
    assert len(list(csv.DictReader(io.StringIO(out)))) == 116


def test_another_graph(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "small.nq"
    path.write_text("".join(f"{quad} .\n" for quad in make_quads(["b baseModel a"])), encoding="utf-8")
    code, out, _ = run(capfd, "-g", str(path), "--format", "json", "-o", "-")
    assert code == 0
    assert [thing["label"] for thing in json.loads(out)["things"]] == ["b", "a"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ("--focus Alpaca", 2, "means more than one thing"),
        ("--focus Alpacca", 2, "did you mean 'Alpaca'"),
        ("--view table --format svg", 2, "a table has no picture"),
        ("--view path --format svg --focus LLaMA", 2, "a path has two ends"),
        ("--to LLaMA", 2, "only the view path"),
        ("--only", 2, "Give a focus too"),
        ("--view hexagon", 2, "'hexagon' is not one of"),
        ("--down -1", 2, "neither a number of steps nor all"),
        ("--view overview --up 2 -o x.svg", 2, "they go with the view focus"),
        ("--view table --focus LLaMA -o x.csv", 2, "the view table shows everything"),
        ("--theme dark -o x.csv", 2, "csv has no colours"),
        ("-o x.png", 2, "the page's own Export menu makes PNG"),
        ("-o - --open", 2, "standard output cannot be opened"),
        ("-g nowhere.trig", 3, "there is no such file"),
        ("-o {tmp}/file/x.html", 3, "cannot be written"),
        ("-o {tmp}", 3, "cannot be written"),
    ],
)
def test_what_goes_wrong_is_said(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, arguments: str, code: int, said: str
) -> None:
    (tmp_path / "file").write_text("here", encoding="utf-8")
    found, out, err = run(capfd, *arguments.format(tmp=tmp_path).split())
    assert (found, out) == (code, "")
    assert said in err
    assert (tmp_path / "file").read_text(encoding="utf-8") == "here"


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "page.html"
    path.write_text("before", encoding="utf-8")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(ExportError, match="No space left"):
        write_view("after", path)
    assert path.read_text(encoding="utf-8") == "before"
    assert [found.name for found in tmp_path.iterdir()] == ["page.html"]


def test_open_asks_the_browser(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def open_once(address: str) -> bool:
        opened.append(address)
        return len(opened) == 1

    monkeypatch.setattr("webbrowser.open", open_once)
    path = tmp_path / "a b.html"
    code, _, _ = run(capfd, "-o", str(path), "--open")
    assert (code, opened) == (0, [path.as_uri()])
    code, _, err = run(capfd, "-o", str(path), "--open")
    assert code == 3
    assert f"no browser could be opened here: open {path} yourself" in err


def test_from_python(tmp_path: Path) -> None:
    graph = itgraph.load()
    assert graph.explore(tmp_path / "all.svg", view="overview") == tmp_path / "all.svg"
    assert "<svg" in (tmp_path / "all.svg").read_text(encoding="utf-8")
    graph.explore(tmp_path / "one.csv", graph.get("Goat"))
    assert (tmp_path / "one.csv").read_text(encoding="utf-8").count("\n") == 2


def test_only_what_is_in_the_lineage(store: EmbeddedStore) -> None:
    focus = itgraph.load().get("Radiology-GPT")
    whole, part = explore(store), explore(store, Wanted(focus=focus, only=True))
    assert len(part) < len(whole) / 2
    assert "Baize" not in part


def test_no_format_is_guessed() -> None:
    with pytest.raises(ParameterError, match=r"no format is called \.pdf"):
        format_of("x.pdf")
