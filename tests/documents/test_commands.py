"""The three commands: data to standard output, talk to standard error, exit codes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import yaml
from tests.documents.graphs import SMALL

from itgraph.cli import main


@pytest.fixture
def graph_file(tmp_path: Path) -> str:
    path = tmp_path / "small.trig"
    path.write_text(SMALL, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(("format", "key"), [("cyclonedx", "bomFormat"), ("spdx", "@graph")])
def test_bom(capfdbinary: pytest.CaptureFixture[bytes], graph_file: str, format: str, key: str) -> None:
    assert main(["bom", "Sheep", "--format", format, "-g", graph_file]) == 0
    out, err = capfdbinary.readouterr()
    assert key in json.loads(out)
    assert b"no source says the licence of: Fleece (dataset), Ram (model, but for its code)" in err
    assert b"not legal advice" in err


def test_bom_into_a_file(capfdbinary: pytest.CaptureFixture[bytes], graph_file: str, tmp_path: Path) -> None:
    target = tmp_path / "new" / "bom.json"
    assert main(["bom", "Sheep", "--format", "spdx", "-g", graph_file, "-o", str(target)]) == 0
    assert capfdbinary.readouterr().out == b""
    assert json.loads(target.read_bytes())["@graph"]


@pytest.mark.skipif(os.name != "posix", reason="/dev/null is a file of Unix")
def test_bom_where_nothing_can_be_written(capfdbinary: pytest.CaptureFixture[bytes], graph_file: str) -> None:
    assert main(["bom", "Sheep", "--format", "spdx", "-g", graph_file, "-o", "/dev/null/x"]) == 3
    assert b"/dev/null/x cannot be written" in capfdbinary.readouterr().err


def test_cite(capfdbinary: pytest.CaptureFixture[bytes], graph_file: str) -> None:
    assert main(["cite", "Sheep", "-g", graph_file, "--kind", "model"]) == 0
    out, err = capfdbinary.readouterr()
    assert b"@misc{ewe2023sheep," in out
    assert b"no paper is known of: Fleece (dataset), Ram (model)" in err


def test_card(capfdbinary: pytest.CaptureFixture[bytes], graph_file: str) -> None:
    assert main(["card", "Wool", "-g", graph_file]) == 0
    out, err = capfdbinary.readouterr()
    assert yaml.safe_load(out.split(b"---\n")[1])["license"] == "cc-by-nc-4.0"
    assert b"source_datasets: Fleece left out" in err


@pytest.mark.parametrize("command", [["bom", "--format", "spdx"], ["cite"], ["card"]])
def test_an_unknown_name_answers_with_the_nearest(
    capfdbinary: pytest.CaptureFixture[bytes], graph_file: str, command: list[str]
) -> None:
    assert main([*command, "Sheeep", "-g", graph_file]) == 2
    out, err = capfdbinary.readouterr()
    assert out == b""
    assert b"did you mean 'Sheep'" in err


@pytest.mark.parametrize("command", [["bom", "--format", "cyclonedx"], ["card"]])
def test_of_a_person_there_is_none(
    capfdbinary: pytest.CaptureFixture[bytes], graph_file: str, command: list[str]
) -> None:
    assert main([*command, "Ann Ewe", "-g", graph_file]) == 2
    assert b"of a model, a dataset or a benchmark; Ann Ewe is a person" in capfdbinary.readouterr().err
