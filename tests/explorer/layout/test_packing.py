"""Packing components: none overlaps another, and the picture has the shape of a screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itgraph.explorer.layout import Spacing
from itgraph.explorer.layout.packing import pack

SPACING = Spacing(column=0, row=0, component=10, aspect=1.6)
SIZES = st.lists(st.tuples(st.integers(1, 400), st.integers(1, 400)), min_size=1, max_size=30)


@given(SIZES)
def test_nothing_overlaps_and_all_is_inside(sizes: list[tuple[int, int]]) -> None:
    corners, width, height = pack(sizes, SPACING)
    found = [(x, y, x + size[0], y + size[1]) for (x, y), size in zip(corners, sizes, strict=True)]
    assert min(left for left, _, _, _ in found) == min(top for _, top, _, _ in found) == 0
    assert (max(right for _, _, right, _ in found), max(bottom for *_, bottom in found)) == (width, height)
    for index, (left, top, right, bottom) in enumerate(found):
        for left_2, top_2, right_2, bottom_2 in found[:index]:
            assert left_2 >= right + 10 or left >= right_2 + 10 or top_2 >= bottom + 10 or top >= bottom_2 + 10


@given(SIZES)
def test_the_highest_comes_first(sizes: list[tuple[int, int]]) -> None:
    corners, _, _ = pack(sizes, SPACING)
    first = min(range(len(sizes)), key=lambda index: (-sizes[index][1], -sizes[index][0], index))
    assert corners[first] == (0, 0)


def test_nothing_takes_no_place() -> None:
    assert pack([], SPACING) == ([], 0, 0)


def test_small_ones_are_stacked_beside_a_large_one() -> None:
    corners, width, height = pack([(60, 40)] * 6 + [(400, 300)], SPACING)
    assert corners[6] == (0, 0)
    assert {x for x, _ in corners[:6]} == {410}
    assert (width, height) == (470, 300)


def test_small_ones_lie_under_a_wide_one() -> None:
    corners, _, _ = pack([(60, 40)] * 6 + [(1000, 50)], SPACING)
    assert {y for _, y in corners[:6]} == {60}


@pytest.mark.parametrize("count", [12, 100, 1000])
@pytest.mark.parametrize("aspect", [0.7, 1.6])
def test_many_of_one_size_fill_a_picture_of_the_wanted_aspect(count: int, aspect: float) -> None:
    _, width, height = pack([(120, 30)] * count, Spacing(column=0, row=0, component=10, aspect=aspect))
    assert width * height < 1.5 * count * 130 * 40
    assert 0.6 * aspect < width / height < 1.7 * aspect
