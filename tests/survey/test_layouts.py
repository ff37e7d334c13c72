"""The declarations of columns: a new spelling costs a line there, not code."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from itgraph.errors import SourceError
from itgraph.resources import data_path
from itgraph.survey.layouts import header_key, layouts_of, parse_layouts, read_layout_files, shipped_layouts
from itgraph.survey.quantities import parse_quantity

DECLARATIONS = """
[tables.datasets]
describes = "dataset"
[tables.datasets.columns]
"Name" = "name"
[tables.tools]
describes = "technique"
required = ["name"]
under = "Tools"
[tables.tools.columns]
"Name" = "name"
"Where" = "project"
[construction]
teacher = ["by (?P<teacher>.+)"]
unnamed = ["By Hand"]
[languages]
"En" = "en"
[not-languages]
"Code" = "Code"
[modalities]
known = ["Point Cloud"]
[not-names]
values = ["Mixed"]
"""


@pytest.mark.parametrize(
    ("columns", "heading", "layout"),
    [
        pytest.param(["Name"], "", "datasets", id="by-columns"),
        pytest.param(["Name", "Where"], "", "datasets", id="not-under-its-heading"),
        pytest.param(["Name", "Where"], "Some tools", "tools", id="under-its-heading"),
        pytest.param(["Name"], "Tools", "datasets", id="first-of-equals"),
        pytest.param(["  NAME \n "], "", "datasets", id="case-and-white-space"),
        pytest.param(["Where"], "Tools", None, id="required-role-missing"),
        pytest.param([], "", None, id="no-columns"),
    ],
)
def test_find(columns: list[str], heading: str, layout: str | None) -> None:
    found = parse_layouts(DECLARATIONS).find(columns, heading)
    assert (found.id if found else None) == layout


def test_values_are_looked_up_without_letter_case() -> None:
    layouts = parse_layouts(DECLARATIONS)
    assert "by hand" in layouts.unnamed_constructions
    assert layouts.languages == {"en": "en"}
    assert layouts.modalities == {"point cloud": "Point Cloud"}
    assert layouts.get("tools") is layouts.tables[1]
    assert layouts.get("none") is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"Where" = "project"', '"Where" = "projekt"', "'tools', column 'where': there is no role 'projekt'"),
        ('describes = "technique"', 'describes = "tool"', "'tools': there is no kind 'tool'"),
    ],
)
def test_a_wrong_declaration_is_named(old: str, new: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_layouts(DECLARATIONS.replace(old, new))


@pytest.mark.parametrize("snapshot", ["2023-09-05", "2024-10-15"])
def test_every_column_of_the_survey_is_declared(snapshot: str) -> None:
    layouts = shipped_layouts()
    with (data_path() / snapshot / "tables.csv").open(encoding="utf-8", newline="") as file:
        tables = list(csv.DictReader(file))
    assert len(tables) >= 5
    for table in tables:
        layout = layouts.get(table["layout"])
        assert layout is not None, table
        with (data_path() / snapshot / f"{table['table']}.csv").open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))[5:]
        columns = [column for column in header if not column.endswith(("[links]", "[citations]"))]
        assert len(columns) >= 3
        assert [column for column in columns if not layout.role(column)] == []
        assert layouts.find(columns, table["heading"]) == layout


def test_declared_values_are_in_the_form_in_which_they_are_looked_up() -> None:
    layouts = shipped_layouts()
    assert all(key == header_key(key) for key in (*layouts.languages, *layouts.not_languages, *layouts.modalities))
    # No declared language could also be read as a number of languages.
    readings = [parse_quantity(key, "languages") for key in layouts.languages]
    assert {reading.precision for reading in readings if reading} == {"Unreadable"}


# -- other surveys -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "heading", "layout"),
    [
        pytest.param(["Model_name", "Base", "Model_Size"], "", "models", id="synonyms-of-required-roles"),
        pytest.param(["Release", "Datasets", "# Tasks", "Model", "Backbone"], "", "models", id="more-of-a-model"),
        pytest.param(["Datasets", "# Tasks", "Size"], "", "dataset-list", id="dataset"),
        pytest.param(["Benchmark", "Paper"], "", "benchmark-list", id="benchmark"),
        pytest.param(["Title", "Venue", "Date", "Code"], "", "papers", id="papers"),
        pytest.param(["Date", "keywords", "Institute", "Paper"], "", "papers", id="papers-without-title"),
        pytest.param(["Model", "Paper", "Code"], "", "model-list", id="a-paper-beside-a-model"),
        pytest.param(["Name", "Paper", "Link"], "Datasets of RLHF", "named-datasets", id="name-under-a-heading"),
        pytest.param(["Name", "Paper", "Link"], "Benchmarks for Evaluation", "named-benchmarks", id="under-another"),
        pytest.param(["Name", "Link"], "Miscellaneous", None, id="name-of-what"),
        pytest.param(["Name", "Paper", "Link"], "Miscellaneous", "papers", id="name-of-a-paper"),
        pytest.param(["模型", "大小", "时间"], "", "model-list", id="chinese"),
        pytest.param(["Name", "Paper", "Project"], "Tuning Techniques", "techniques", id="the-survey-itself"),
        pytest.param(["Tool", "For"], "", None, id="unknown"),
    ],
)
def test_tables_of_other_surveys(columns: list[str], heading: str, layout: str | None) -> None:
    found = shipped_layouts().find(columns, heading)
    assert (found.id if found else None) == layout


@pytest.mark.parametrize(
    ("layout", "column", "role"),
    [
        ("models", "Base", "base-model"),
        ("models", "BASE_MODEL", "base-model"),
        ("models", "Backbone", "base-model"),
        ("models", "Base LLM", "base-model"),
        ("model-list", "Size(B)", "parameters"),
        ("model-list", "#Params (M)", "parameters"),
        ("dataset-list", "Size", "instances"),
        ("model-list", "Release Date", "released"),
        ("model-list", "Affiliation", "developer"),
        ("model-list", "License", "license"),
        ("papers", "Affiliation", "note"),
        ("papers", "Paper", "title"),
        ("model-list", "Stars", ""),
    ],
)
def test_synonyms_depend_on_what_is_described(layout: str, column: str, role: str) -> None:
    found = shipped_layouts().get(layout)
    assert found is not None
    assert found.role(column) == role


OWN = """
tables.tools = { describes = "technique", columns = { "Tool" = "name", "For" = "note" } }
[synonyms.model]
"size" = "note"
"Stars" = "note"
[languages]
"Tlh" = "tlh"
[licences]
"Open Grass" = "open-grass"
"""


def test_a_file_of_ones_own_goes_before_the_shipped_one() -> None:
    layouts = layouts_of((OWN,))
    assert layouts.tables[0].id == "tools"
    assert [layout.id for layout in layouts.tables[1:]] == [layout.id for layout in shipped_layouts().tables]
    models = layouts.get("models")
    assert models is not None
    assert [models.role(column) for column in ("Size", "Stars", "Base", "Base Model")] == [
        *("note", "note", "base-model", "base-model")
    ]
    assert layouts.languages["tlh"] == "tlh"
    assert layouts.licences["open grass"] == "open-grass"
    assert shipped_layouts().get("tools") is None


def test_the_first_of_several_files_counts() -> None:
    first, second = '[synonyms.any]\n"Stars" = "link"\n', '[synonyms.any]\n"Stars" = "note"\n"Forks" = "note"\n'
    layout = layouts_of((first, second)).get("models")
    assert layout is not None
    assert (layout.role("Stars"), layout.role("Forks")) == ("link", "note")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("x", "Expected '='", id="not-toml"),
        pytest.param("[colours]\n", "no section 'colours'", id="section"),
        pytest.param('[synonyms.model]\n"Stars" = "star"\n', "no role 'star'; choose one of base-model, ", id="role"),
        pytest.param('[synonyms.paper]\n"Base" = "base-model"\n', "no role 'base-model'", id="role-of-things"),
        pytest.param('[synonyms.tool]\n"A" = "name"\n', "synonyms.tool: there is no such kind", id="kind"),
        pytest.param('tables.X = {describes = "model"}', "table 'X': use a-z", id="name"),
        pytest.param('tables.issues = {describes = "model"}', "'issues': choose another name", id="reserved"),
        pytest.param("tables.x = 1", "table 'x' must be a table", id="no-table"),
        pytest.param('tables.x = {describes = "tool"}', "no kind 'tool'", id="describes"),
        pytest.param('tables.x = {describes = "model", colums = {}}', "unknown keys: colums", id="key"),
        pytest.param('tables.x = {describes = "model", required = ["title"]}', "no role 'title'", id="required"),
        pytest.param('tables.x = {describes = "model", under = 1}', "under must be a list", id="under"),
        pytest.param('[construction]\nteacher = ["("]\n', "no regular expression", id="pattern"),
        pytest.param('[construction]\nteacher = ["by .*"]\n', "no group", id="group"),
        pytest.param("[languages]\nA = 1\n", "'A' must be a text", id="value"),
        pytest.param('[not-names]\nvalues = "A"\n', "must be a list", id="list"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "my.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=rf"my\.toml: not a layout file: .*{re.escape(message)}"):
        read_layout_files([path])


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\.toml: cannot be read: No such file"):
        read_layout_files([tmp_path / "none.toml"])


@pytest.mark.parametrize(
    ("column", "line"),
    [
        ("Stars", '"Stars" = "note"'),
        ("Backbones", '"Backbones" = "base-model"'),
        ('A "quoted" \\ one', '"A \\"quoted\\" \\\\ one" = "note"'),
    ],
)
def test_the_line_to_add_is_one_that_can_be_read(column: str, line: str) -> None:
    layouts = shipped_layouts()
    layout = layouts.get("models")
    assert layout is not None
    assert layout.role(column) == ""
    advice = layouts.line_to_add(column, layout)
    assert advice == f"A layout file declares it under [synonyms.model]: {line}"
    added = layouts_of((f"[synonyms.model]\n{line}\n",)).get("models")
    assert added is not None
    assert added.role(column) != ""


@pytest.mark.parametrize(
    ("columns", "heading"),
    [
        (["Tool", "Does", "Repository"], "Tools"),
        (["X"], "Data"),
        (["a\tb", 'c"d'], ""),
        (["Project", "Code"], "Models"),
    ],
)
def test_the_table_to_add_is_one_that_is_then_found(columns: list[str], heading: str) -> None:
    layouts = shipped_layouts()
    assert layouts.find(columns, heading) is None
    line = layouts.table_to_add("mine", columns, heading)
    found = layouts_of((line,)).find(columns, heading)
    assert found is not None
    assert (found.id, found.role(columns[0])) == ("mine", "name")


@pytest.mark.parametrize("heading", ["Open LLM", "LLM Data", 'Tools "and" more', "数据集", "issues"])
def test_the_list_to_add_is_one_that_is_then_found(heading: str) -> None:
    columns = ("List item", "Sizes", "Links", "Text")
    line = shipped_layouts().list_to_add(columns, heading)
    layouts = layouts_of((line,))
    found = layouts.find(columns, heading)
    assert found is not None
    assert [found.role(column) for column in columns][::2] == ["name", "link"]
    assert layouts.find(columns, "another") is None


def test_a_table_added_for_odd_columns_reads_no_other_table() -> None:
    line = shipped_layouts().table_to_add("overlaps", ("column 1", "OIG", "xP3"), "Potential Overlaps of datasets")
    layouts = layouts_of((line,))
    for columns, layout in ((("column 1", "OIG", "xP3"), "overlaps"), (("Dataset name", "Size"), "dataset-list")):
        found = layouts.find(columns, "")
        assert found is not None
        assert found.id == layout
