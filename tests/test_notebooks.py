"""The notebooks in ``examples``: committed without outputs, run on a real kernel, and held to what they show."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import itgraph

EXAMPLES = Path(__file__).parents[1] / "examples"
NOTEBOOKS = ("hub-and-survey", "licences-along-a-family", "survey-questions")

Outputs = Sequence[Sequence[dict[str, Any]]]
"""Of each code cell what it has put out."""


def read(name: str) -> dict[str, Any]:
    return dict(json.loads((EXAMPLES / f"{name}.ipynb").read_text(encoding="utf-8")))


def test_these_are_all() -> None:
    assert sorted(path.stem for path in EXAMPLES.glob("*.ipynb")) == list(NOTEBOOKS)
    index = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\]\(([\w-]+)\.ipynb\)", index)) == set(NOTEBOOKS)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_committed_without_outputs(name: str) -> None:
    found = read(name)
    assert found["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    assert (found["nbformat"], found["nbformat_minor"]) == (4, 5)
    for cell in found["cells"]:
        assert cell["metadata"] == {}
        if cell["cell_type"] == "code":
            assert (cell["execution_count"], cell["outputs"]) == (None, [])
    assert (EXAMPLES / f"{name}.ipynb").read_text(encoding="utf-8") == (
        json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    )


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_explains_what_it_does(name: str) -> None:
    cells = read(name)["cells"]
    assert cells[0]["source"][0].startswith("# ")
    said = [cell["cell_type"] for cell in cells]
    assert said.count("markdown") > len(said) / 3
    # Whoever reads knows no SPARQL.
    assert not any("SELECT" in "".join(cell["source"]) for cell in cells)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Outputs]:
    """Run a notebook somewhere else than where it lies, without network, and return what its cells have put out."""
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    pytest.importorskip("polars")
    known: dict[str, Outputs] = {}

    def run(name: str) -> Outputs:
        if name not in known:
            elsewhere, temporary = tmp_path_factory.mktemp("elsewhere"), tmp_path_factory.mktemp("temporary")
            home = tmp_path_factory.mktemp("home")
            notebook = nbformat.read(EXAMPLES / f"{name}.ipynb", as_version=4)
            client = nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3")
            client.execute(
                cwd=str(elsewhere),
                env={
                    **os.environ,
                    "TMPDIR": str(temporary),
                    "IPYTHONDIR": str(home),
                    # Whatever would fetch something meets a closed door.
                    **{f"{scheme}_proxy": "http://127.0.0.1:9" for scheme in ("http", "https", "all")},
                },
            )
            assert list(elsewhere.iterdir()) == []
            assert [path.name for path in temporary.iterdir() if not path.name.startswith("ipykernel")] == []
            known[name] = [cell["outputs"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
        return known[name]

    return run


@pytest.fixture(scope="module")
def graph() -> itgraph.Graph:
    return itgraph.load()


def data(outputs: Outputs, kind: str) -> list[str]:
    """Return what cells have shown of a kind, such as image/svg+xml."""
    return ["".join(output["data"][kind]) for cell in outputs for output in cell if kind in output.get("data", {})]


def printed(outputs: Outputs) -> str:
    return "".join(output["text"] for cell in outputs for output in cell if output["output_type"] == "stream")


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_and_warns_of_nothing(name: str, run: Callable[[str], Outputs]) -> None:
    outputs = [output for cell in run(name) for output in cell]
    assert [output for output in outputs if output["output_type"] == "error" or output.get("name") == "stderr"] == []
    assert data(run(name), "image/svg+xml")


def lines(outputs: Outputs, kind: str = "text/plain") -> list[str]:
    return [line for text in data(outputs, kind) for line in text.splitlines()]


def has_row(shown: Sequence[str], *cells: object) -> bool:
    """Tell whether a line of a data frame has these cells in this order, whatever stands between."""
    wanted = r"\b.*\b".join(re.escape(str(cell)) for cell in cells)
    return any(re.search(rf"\b{wanted}\b", line) for line in shown)


def words(svg: str) -> set[str]:
    return set(re.findall(r">([^<>]+)</text>", svg))


@pytest.mark.slow
def test_the_survey_s_questions_are_answered(run: Callable[[str], Outputs], graph: itgraph.Graph) -> None:
    outputs = run("survey-questions")
    assert f"{len(graph.queries())} saved questions" in printed(outputs)
    assert "ancestors-of-model " in printed(outputs)
    of_radiology, path = data(outputs, "image/svg+xml")
    ancestors = {str(row.ancestor_label) for row in graph.query("ancestors-of-model", model="Radiology-GPT")}
    assert words(of_radiology) >= {"Ancestors of Radiology-GPT (model)", *ancestors}
    assert words(path) >= {"From Radiology-GPT (model) to GPT-3 (model)", "Alpaca", "InstructGPT"}
    shown = lines(outputs)
    assert has_row(shown, "Radiology-GPT", "baseModel", "Alpaca")
    # Who says so, and the rule where nobody does.
    assert has_row(shown, "2024-10-15 models 4, lines 467-476")
    assert has_row(shown, "self-built-training-set")
    first = graph.query("most-built-upon-models")[0]
    assert has_row(shown, 0, first.base_label, first.children, first.descendants, first.generations)
    first = graph.query("most-used-teachers")[0]
    assert has_row(shown, 0, first.teacher_label, first.datasets, first.models)
    assert has_row(shown, "MultiInstruct", "5K to 5M per task", "instances", "perhaps")
    assert has_row(shown, "Guanaco", "534,530", "Guanaco", "586K")
    described = data(outputs, "text/html")[-1]
    assert ">InstructGPT</a></bdi> (model)" in described
    assert "/README.md#L242-L250" in described


@pytest.mark.slow
def test_the_licences_along_a_family_are_told(run: Callable[[str], Outputs], graph: itgraph.Graph) -> None:
    outputs = run("licences-along-a-family")
    family, by_access = data(outputs, "image/svg+xml")
    assert words(family) >= {"Descendants of LLaMA (model)", "Alpaca", "Vicuna", "wrote", "+3"}
    assert words(by_access) >= {"Lineage of Vicuna (model)", "access restricted", "access closed"}
    below = graph.lineage("LLaMA", "down")
    models = [
        node["label"] for _, node in below.nodes(data=True) if node["kind"] == "model" and node["label"] != "LLaMA"
    ]
    assert f"{len(models)} models stand on LLaMA, and of data: Instruction Backtranslation." in printed(outputs)
    shown = lines(outputs)
    access = {row.model_label: row for row in graph.query("narrowest-access-of-ancestry")}
    for label in models:
        row = access[label]
        assert has_row(shown, label, row.own_access, row.narrowest_access, row.things, row.unknown_things)
    assert has_row(shown, "Goat", "open", "restricted")
    assert not has_row(shown, "Vicuna", "open", "restricted")
    # Who says so: a link for each licence along Vicuna's ancestry.
    licences = next(html for html in data(outputs, "text/html") if "licence_label" in html)
    for row in graph.query("licences-of-ancestry", model="Vicuna"):
        assert row.link is None or f'href="{row.link}"'.replace("&", "&amp;") in licences
    assert "llama-1-noncommercial" in licences
    assert "Vicuna, licence: one source says Apache-2.0 (https://huggingface.co/lmsys/" in printed(outputs)


@pytest.mark.slow
def test_a_hub_is_compared_with_the_survey(run: Callable[[str], Outputs], graph: itgraph.Graph) -> None:
    outputs = run("hub-and-survey")
    below = len(graph.lineage("LLaMA", "down")) - 1
    told = printed(outputs)
    assert "6 models of the hub, 8 steps of lineage; issues: {'missing-base': 1}" in told
    assert f"{below} things descend from LLaMA in the survey" in told
    assert f"{below + 4} with the hub." in told
    for name in ("vicuna-clinic", "vicuna-clinic-gguf", "tulu-courtroom", "tulu-hermes"):
        assert f"\n  example/{name}\n" in told
    assert "zephyr" not in told
    assert "missing-base: models.jsonl:6: example/llama-7b-copy is not in the listing" in told
    shown = lines(outputs)
    assert has_row(shown, "example/vicuna-clinic", "finetune", "Vicuna", "hub-2024-11-07 card")
    assert has_row(shown, "example/tulu-hermes", "merge", "Nous-Hermes", "hub-2024-11-07 card")
    assert [has_row(shown, *row) for row in (("LLaMA", 4), ("TÜLU", 2), ("Vicuna", 2), ("Nous-Hermes", 1))] == [
        True
    ] * 4
    assert has_row(shown, "example/vicuna-clinic-gguf", "open", "closed")
    path, apart = data(outputs, "image/svg+xml")
    assert words(path) >= {"LLaMA", "Vicuna", "example/vicuna-clinic", "example/vicuna-clinic-gguf"}
    assert words(apart) >= {"example/copy-of-a-copy", "example/llama-7b-copy"}
    assert "LLaMA" not in words(apart)
