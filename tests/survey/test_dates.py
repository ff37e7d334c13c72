"""Dates in the forms that READMEs have them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itgraph.survey.dates import find_date, parse_date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2023", "2023"),
        ("2023-03", "2023-03"),
        ("2023/03", "2023-03"),
        ("2023.3", "2023-03"),
        ("2021.10", "2021-10"),
        ("(2023.11)", "2023-11"),
        ("[2023/03]", "2023-03"),
        ("202205", "2022-05"),
        ("20220531", "2022-05-31"),
        ("2023-03-14", "2023-03-14"),
        ("2023/3/4", "2023-03-04"),
        ("Mar 2023", "2023-03"),
        ("March, 2023", "2023-03"),
        ("Sept. 2022", "2022-09"),
        ("2023 May", "2023-05"),
        ("14 Mar 2023", "2023-03-14"),
        ("March 14th, 2023", "2023-03-14"),
        ("03/2023", "2023-03"),
        ("2023年3月", "2023-03"),
        ("2023年3月14日", "2023-03-14"),
        (" 2023-03 ", "2023-03"),
        ("2024/24", ""),
        ("2023-02-30", ""),
        ("2023-00", ""),
        ("1023", ""),
        ("20231", ""),
        ("soon", ""),
        ("2023-2024", ""),
        ("", ""),
    ],
)
def test_parse_date(text: str, date: str) -> None:
    assert parse_date(text) == date


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("NeurIPS 2022 Datasets and Benchmarks Track.", ("2022", "2022"), id="venue"),
        pytest.param("arXiv 2022, updated 2023-01-05", ("2023-01-05", "2023-01-05"), id="most-exact"),
        pytest.param("2021 and 2022", ("2022", "2022"), id="last"),
        pytest.param("arXiv:2305.11206", ("", ""), id="arxiv-id"),
        pytest.param("GPT-2023x, model-2023", ("", ""), id="in-a-name"),
        pytest.param("2023-13 2022", ("2022", "2022"), id="no-month"),
    ],
)
def test_find_date(text: str, found: tuple[str, str]) -> None:
    assert find_date(text) == found


@given(st.dates())
def test_a_day_is_read_as_it_is_written(day: object) -> None:
    written = str(day)
    assert parse_date(written) == (written if written[:2] in ("19", "20") else "")


@given(st.text(max_size=60))
def test_any_text_gives_a_date_or_none(text: str) -> None:
    for found in (parse_date(text), find_date(text)[0]):
        assert found == "" or found[:2] in ("19", "20")
