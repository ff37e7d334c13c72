"""Several surveys in one graph: each is a source of its own, with its own rows, and speaks for itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from itgraph import terms
from itgraph.build import build
from itgraph.cli import main
from itgraph.shapes import validate

ONE = """
| Model | Base | Size | Release | License |
|---|---|---|---|---|
| Herd | LLaMA | {size} | {date} | MIT |
{more}
- **[A Study of Herds](https://arxiv.org/abs/2301.00001)** 2023.1
"""
OTHER = """
| LLM | Backbone | Params (B) | Code |
|---|---|---|---|
| herd | BLOOM | 13 | [code](https://github.com/example-org/herd) |

- [A study of herds](https://arxiv.org/abs/2301.00001v2), Ann Lee, Bo Ek, ACL 2023 [[code](https://github.com/example-org/study)]
"""
TOOLS = "## Tools\n| Tool | For |\n|---|---|\n| Shears | wool |\n"
LAYOUT = 'tables.tools = { describes = "technique", columns = { "Tool" = "name", "For" = "note" } }\n'

HERD = NamedNode(f"{terms.BASE}model/herd")
STUDY = NamedNode(f"{terms.BASE}paper/arxiv-2301.00001")


def extract(tmp_path: Path, name: str, text: str, *options: str) -> Path:
    readme = tmp_path / f"{name}.md"
    readme.write_text(text, encoding="utf-8")
    assert main(["extract", str(readme), "-o", str(tmp_path / "data" / name), *options]) == 0
    return tmp_path / "data" / name


@pytest.fixture
def data(tmp_path: Path) -> Path:
    one = ["--repository", "example/one", "--commit", "1" * 40]
    extract(tmp_path, "a-2023", ONE.format(size="7B", date="2023-01", more=""), *one, "--date", "2023-01-01")
    newer = ONE.format(size="8B", date="-", more="| Lamb | Herd | 1B | 2023 | - |")
    extract(tmp_path, "a-2024", newer, *one, "--date", "2024-01-01")
    other = ["--repository", "example/other", "--commit", "2" * 40, "--date", "2022-01-01"]
    extract(tmp_path, "b-2022", OTHER, *other)
    (tmp_path / "data" / "names.csv").write_text(
        "kind,name,other,why\nmodel,LLaMA,,a base model\nmodel,BLOOM,,a base model\n", encoding="utf-8"
    )
    return tmp_path / "data"


@pytest.fixture
def quads(data: Path) -> list[Quad]:
    return build([data], layers=["survey"])


def current(quads: list[Quad], subject: NamedNode, predicate: str) -> list[str]:
    return sorted(
        quad.object.value.removeprefix(terms.BASE)
        for quad in quads
        if quad.subject == subject
        and quad.predicate.value == predicate
        and isinstance(quad.graph_name, DefaultGraph)
        and isinstance(quad.object, NamedNode | Literal)
    )


def test_the_newest_snapshot_of_each_survey_speaks(quads: list[Quad]) -> None:
    # 7B is what the first survey said once; the other one, though older than both, still says 13B.
    assert current(quads, HERD, terms.PARAMETER_COUNT) == ["13000000000", "8000000000"]
    assert current(quads, HERD, terms.BASE_MODEL) == ["model/bloom", "model/llama"]


def test_what_no_newer_snapshot_speaks_of_stays(quads: list[Quad]) -> None:
    assert current(quads, HERD, terms.RELEASED) == ["2023-01"]
    assert current(quads, HERD, terms.LICENSE) == ["https://spdx.org/licenses/MIT"]
    assert current(quads, HERD, terms.PROJECT) == ["https://github.com/example-org/herd"]


def test_who_says_so_is_the_row_of_each_survey(quads: list[Quad]) -> None:
    base = NamedNode(terms.BASE_MODEL)
    rows = {
        (quad.graph_name.value.removeprefix(terms.BASE), quad.object.value.removeprefix(terms.BASE))
        for quad in quads
        if quad.subject == HERD
        and quad.predicate == base
        and isinstance(quad.graph_name, NamedNode)
        and isinstance(quad.object, NamedNode)
    }
    assert rows >= {
        ("row/a-2023/models/1", "model/llama"),
        ("row/a-2024/models/1", "model/llama"),
        ("row/b-2022/models/1", "model/bloom"),
    }
    quoted = current(quads, NamedNode(f"{terms.BASE}row/b-2022/models/1"), terms.PROV_WAS_QUOTED_FROM)
    assert quoted == [f"https://github.com/example/other/blob/{'2' * 40}/README.md#L4"]


def test_the_first_survey_gives_the_names(quads: list[Quad]) -> None:
    assert current(quads, HERD, terms.RDFS_LABEL) == ["Herd"]
    assert current(quads, HERD, terms.SKOS_ALT_LABEL) == ["herd"]
    assert current(quads, STUDY, terms.RDFS_LABEL) == ["A Study of Herds"]


def test_a_work_that_both_list_is_one_paper(quads: list[Quad]) -> None:
    assert current(quads, STUDY, terms.DCTERMS_ISSUED) == ["2023"]
    assert current(quads, STUDY, terms.PAPER_RELEASED) == ["2023-01"]
    assert current(quads, STUDY, terms.PROJECT) == ["https://github.com/example-org/study"]
    assert current(quads, STUDY, terms.SCHEMA_AUTHOR) == ["person/ann-lee", "person/bo-ek"]
    assert current(quads, STUDY, terms.DCTERMS_TITLE) == ["A Study of Herds", "A study of herds"]


def test_the_graph_is_sound(quads: list[Quad]) -> None:
    assert [finding for finding in validate(quads).findings if finding.severity == "Violation"] == []


def test_another_survey_leaves_the_shipped_one_as_it_is(tmp_path: Path) -> None:
    """All that is said of the shipped survey alone is still said, but for what a third name adds."""
    extract(tmp_path, "other", OTHER.replace("herd", "alpaca"), "--repository", "example/other", "--date", "2030-01-01")
    alone = build(layers=["survey"])
    from itgraph.resources import data_path

    together = set(build([data_path(), tmp_path / "data"], layers=["survey"]))
    lost = [quad for quad in alone if quad not in together]
    assert lost == []
    assert len(together) > len(alone)


def test_a_layout_of_ones_own_is_kept_and_read_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    layout = tmp_path / "my.toml"
    folder = extract(tmp_path, "tools", TOOLS)
    assert "no layout is declared for 1 of its 1 tables" in capsys.readouterr().err
    shears = NamedNode(f"{terms.BASE}technique/shears")
    layout.write_text(LAYOUT, encoding="utf-8")
    extract(tmp_path, "tools", TOOLS, "--layout", str(layout))
    assert (folder / "layout-1.toml").read_text(encoding="utf-8") == LAYOUT
    layout.unlink()
    assert current(build([folder], layers=["survey"]), shears, terms.RDFS_LABEL) == ["Shears"]
    # What is read again is read by the layouts that the folder holds.
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    extract(tmp_path, "tools", TOOLS)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_layout_given_to_build_reads_more_columns(tmp_path: Path) -> None:
    text = "| Model | Ancestor |\n|---|---|\n| Herd | LLaMA |\n"
    folder = extract(tmp_path, "one", text)
    layout, graph = tmp_path / "my.toml", tmp_path / "graph.nq"
    layout.write_text('[synonyms.model]\n"Ancestor" = "base-model"\n', encoding="utf-8")
    options = ["--layers", "survey", "-o", str(graph)]
    assert main(["build", str(folder), *options]) == 0
    assert "model/llama" not in graph.read_text(encoding="utf-8")
    assert main(["build", str(folder), "--layout", str(layout), *options]) == 0
    assert f"<{terms.BASE}model/herd> <{terms.BASE_MODEL}> <{terms.BASE}model/llama>" in graph.read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize("command", ["extract", "build"])
def test_a_wrong_layout_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    layout, readme = tmp_path / "my.toml", tmp_path / "x.md"
    layout.write_text('[synonyms.model]\n"A" = "ancestor"\n', encoding="utf-8")
    readme.write_text(TOOLS, encoding="utf-8")
    output = str(tmp_path / ("out" if command == "extract" else "out.trig"))
    arguments = [command, *([str(readme)] if command == "extract" else []), "-o", output, "--layout", str(layout)]
    assert main(arguments) == 3
    message = capsys.readouterr().err
    assert f"{layout}: not a layout file: synonyms.model, column 'a': there is no role 'ancestor'" in message
    assert not Path(output).exists()


def test_the_same_surveys_make_the_same_bytes(data: Path, tmp_path: Path) -> None:
    graphs = []
    for seed in ("1", "2"):
        graph = tmp_path / f"{seed}.trig"
        subprocess.run(
            [sys.executable, "-m", "itgraph", "build", str(data), "--layers", "survey", "-o", str(graph)],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        graphs.append(graph.read_bytes())
    assert graphs[0] == graphs[1]


def test_where_two_surveys_differ_both_stand_and_an_issue_says_so(quads: list[Quad]) -> None:
    messages = {
        quad.object.value
        for quad in quads
        if isinstance(quad.object, Literal)
        and quad.predicate.value == terms.MESSAGE
        and "sources-disagree" in str(quad.subject)
    }
    first, second = (
        "https://github.com/example/one/blob/" + "1" * 40 + "/README.md#L4",
        "https://github.com/example/other/blob/" + "2" * 40 + "/README.md#L4",
    )
    assert messages == {
        f"Herd, base-model: one survey says llama ({first}), another bloom ({second}). Both stand.",
        f"Herd, parameters: one survey says 8B ({first}), another 13 ({second}). Both stand.",
    }


@pytest.mark.parametrize(
    ("size", "date", "is_disputed"),
    [
        pytest.param("13B", "2023", False, id="the-same"),
        pytest.param("7B 13B", "2023", False, id="one-of-several"),
        pytest.param("10B-20B", "2023", False, id="within-a-range"),
        pytest.param("10B+", "2023", False, id="at-least"),
        pytest.param("large", "2023", False, id="unreadable"),
        pytest.param("-", "2023", False, id="nothing"),
        pytest.param("14B", "2023", True, id="another"),
        pytest.param("14B-20B", "2023", True, id="another-range"),
        pytest.param("13B", "2023-02", False, id="month-in-the-year"),
        pytest.param("13B", "2022-12", True, id="another-year"),
    ],
)
def test_figures_and_dates_agree_where_they_overlap(tmp_path: Path, size: str, date: str, is_disputed: bool) -> None:
    table = "| Model | Size | Release |\n|---|---|---|\n| Herd | {} | {} |\n"
    extract(tmp_path, "one", table.format("13B", "2023"), "--repository", "example/one")
    extract(tmp_path, "two", table.format(size, date), "--repository", "example/two")
    found = build([tmp_path / "data"], layers=["survey"])
    codes = [quad.object for quad in found if quad.predicate.value == terms.CODE]
    assert (Literal("sources-disagree") in codes) is is_disputed
