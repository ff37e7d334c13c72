"""The declarations of columns: a new spelling costs a line there, not code."""

from __future__ import annotations

import csv

import pytest

from itgraph.resources import data_path
from itgraph.survey.layouts import header_key, parse_layouts, shipped_layouts
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
