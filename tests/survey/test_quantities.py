"""Figures as the surveys write them; the line of each in its test's id (2024-10-15 unless it says 2023)."""

from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itgraph.records import Quantity
from itgraph.survey.quantities import parse_quantity

K, M, B = 10**3, 10**6, 10**9


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param("750K", (750 * K,), id="L92"),
        pytest.param("0.8M", (800_000,), id="L101-fraction-of-a-million"),
        pytest.param("4.4M", (4_400_000,), id="L146"),
        pytest.param("161,443", (161_443,), id="L200-thousands-separator"),
        pytest.param("534,530", (534_530,), id="L300"),
        pytest.param("111.5K", (111_500,), id="L282"),
        pytest.param("49.8K", (49_800,), id="L409"),
        pytest.param("1.0M", (1_000_000,), id="L919"),
        pytest.param("62 ", (62,), id="L675-white-space"),
        pytest.param("176B", (176 * B,), id="L439"),
        pytest.param("6.7B", (6_700_000_000,), id="L598"),
        pytest.param("983M", (983 * M,), id="L749"),
        pytest.param("429", (429,), id="2023-L190"),
        pytest.param("1,234,567", (1_234_567,), id="two-separators"),
        pytest.param("2t", (2 * 10**12,), id="small-letter"),
    ],
)
def test_exact(text: str, values: tuple[int, ...]) -> None:
    quantity = parse_quantity(text, "instructions")
    assert quantity == Quantity(text=text.strip(), precision="Exact", unit="instructions", values=values)
    assert quantity.lower_bound == values[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("~183K", 183 * K, id="L381"),
        pytest.param("～1M", M, id="L703-full-width-tilde"),
        pytest.param("about 5K", 5 * K, id="in-words"),
        pytest.param("≈20", 20, id="other-sign"),
    ],
)
def test_about(text: str, value: int) -> None:
    assert parse_quantity(text, "x") == Quantity(text=text, precision="About", unit="x", values=(value,))


@pytest.mark.parametrize(
    ("text", "minimum"),
    [
        pytest.param("300K+", 300 * K, id="L594"),
        pytest.param("200+", 200, id="L704"),
        pytest.param("200＋", 200, id="full-width-plus"),
    ],
)
def test_at_least_has_a_minimum_and_nothing_else(text: str, minimum: int) -> None:
    quantity = parse_quantity(text, "x")
    assert quantity == Quantity(text=text, precision="AtLeast", unit="x", minimum=minimum)
    assert quantity.lower_bound == minimum


@pytest.mark.parametrize(
    ("text", "minimum", "maximum", "per"),
    [
        pytest.param("5K to 5M per task", 5 * K, 5 * M, "task", id="L674"),
        pytest.param("10-20K", 10 * K, 20 * K, "", id="unit-on-the-second"),
        pytest.param("7B–13B", 7 * B, 13 * B, "", id="en-dash"),
    ],
)
def test_range_has_both_ends_and_no_value(text: str, minimum: int, maximum: int, per: str) -> None:
    quantity = parse_quantity(text, "instances")
    expected = Quantity(text=text, precision="Range", unit="instances", minimum=minimum, maximum=maximum, per=per)
    assert quantity == expected
    assert expected.lower_bound == minimum


@pytest.mark.parametrize(
    ("text", "values", "lower_bound"),
    [
        pytest.param("75K/110K", (75 * K, 110 * K), 75 * K, id="L345"),
        pytest.param("7B/13B", (7 * B, 13 * B), 7 * B, id="L794"),
        pytest.param("13B／7B", (13 * B, 7 * B), 7 * B, id="full-width-slash-larger-first"),
    ],
)
def test_alternatives(text: str, values: tuple[int, ...], lower_bound: int) -> None:
    quantity = parse_quantity(text, "x")
    assert quantity == Quantity(text=text, precision="Alternatives", unit="x", values=values)
    assert quantity.lower_bound == lower_bound


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        pytest.param(
            "6B Tokens",
            "instructions",
            Quantity(text="6B Tokens", precision="Exact", unit="tokens", values=(6 * B,)),
            id="L363-other-unit",
        ),
        pytest.param(
            "1.1 Tokens",
            "instances",
            Quantity(text="1.1 Tokens", precision="Unreadable", unit="tokens"),
            id="L525-lost-multiplier",
        ),
        pytest.param(
            "55 Lang",
            "languages",
            Quantity(text="55 Lang", precision="Exact", unit="languages", values=(55,)),
            id="L120",
        ),
        pytest.param(
            "12K samples",
            "instructions",
            Quantity(text="12K samples", precision="Exact", unit="instances", values=(12 * K,)),
            id="plural",
        ),
    ],
)
def test_the_unit_of_the_text_wins(text: str, column: str, expected: Quantity) -> None:
    assert parse_quantity(text, column) == expected


@pytest.mark.parametrize("text", ["", " ", "-", "–", "—", "N/A", "/", "\n-\t"])
def test_nothing_said(text: str) -> None:
    assert parse_quantity(text, "x") is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Multi-Pairs", id="L702-words"),
        pytest.param("1.5", id="fraction-of-a-whole-thing"),
        pytest.param("0.0001K", id="fraction-after-the-multiplier"),
        pytest.param("~300K+", id="two-precisions"),
        pytest.param("5M to 5K", id="range-upside-down"),
        pytest.param("7B/7B", id="alternatives-alike"),
        pytest.param("7B/13B/", id="alternative-missing"),
        pytest.param("1,23", id="broken-separator"),
        pytest.param("12 K M", id="two-multipliers"),
        pytest.param("9" * 16, id="too-many-digits"),
        pytest.param("1" * 81, id="too-long"),
        pytest.param("-5", id="negative"),
    ],
)
def test_what_cannot_be_read_stays_text(text: str) -> None:
    quantity = parse_quantity(text, "x")
    assert quantity == Quantity(text=text, precision="Unreadable", unit="x")
    assert quantity.lower_bound is None


@given(st.one_of(st.text(max_size=100), st.text(string.digits + "KMB.,~+/-– toTkens", max_size=30)))
def test_never_raises_and_keeps_the_text(text: str) -> None:
    quantity = parse_quantity(text, "instances")
    if quantity is None:
        assert len(text.strip()) <= len("N/A")
        return
    assert quantity.text == " ".join(text.split())
    # Each precision has the figures that ontology.md gives it, and no others.
    has = (bool(quantity.values), quantity.minimum is not None, quantity.maximum is not None)
    assert (
        has
        == {
            "Exact": (True, False, False),
            "About": (True, False, False),
            "AtLeast": (False, True, False),
            "Range": (False, True, True),
            "Alternatives": (True, False, False),
            "Unreadable": (False, False, False),
        }[quantity.precision]
    )
    assert all(value >= 0 for value in quantity.values)


@given(
    st.integers(0, 999),
    st.integers(0, 9),
    st.sampled_from([("K", 3), ("M", 6), ("B", 9), ("T", 12)]),
    st.sampled_from([("", "Exact"), ("~", "About")]),
)
def test_figures_are_exact_integers(whole: int, tenth: int, scale: tuple[str, int], about: tuple[str, str]) -> None:
    quantity = parse_quantity(f"{about[0]}{whole}.{tenth}{scale[0]}", "x")
    assert quantity is not None
    assert quantity.precision == about[1]
    assert quantity.values == ((whole * 10 + tenth) * 10 ** (scale[1] - 1),)


@pytest.mark.parametrize(
    ("text", "scale", "values"),
    [
        ("7B 13B 30B", "", (7 * 10**9, 13 * 10**9, 30 * 10**9)),
        ("7 B 13 B", "", (7 * 10**9, 13 * 10**9)),
        ("7B、13B", "", (7 * 10**9, 13 * 10**9)),
        ("7B, 13B", "", (7 * 10**9, 13 * 10**9)),
        ("7B,13B", "", (7 * 10**9, 13 * 10**9)),
        ("7B or 13B", "", (7 * 10**9, 13 * 10**9)),
        ("1.8B|7B|14B", "", (18 * 10**8, 7 * 10**9, 14 * 10**9)),
        ("3, 7, 12", "B", (3 * 10**9, 7 * 10**9, 12 * 10**9)),
        ("11", "B", (11 * 10**9,)),
        ("1.1", "B", (11 * 10**8,)),
        ("770M", "B", (770 * 10**6,)),
        ("82 k", "", (82_000,)),
        ("1.5 million", "", (1_500_000,)),
        ("7 billion", "B", (7 * 10**9,)),
        ("120万", "", (1_200_000,)),
        ("1.2亿", "", (120_000_000,)),
    ],
)
def test_figures_of_other_surveys(text: str, scale: str, values: tuple[int, ...]) -> None:
    quantity = parse_quantity(text, "parameters", scale)
    assert quantity is not None
    assert quantity.values == values
    assert quantity.text == text


@pytest.mark.parametrize(
    ("text", "scale", "bounds"),
    [
        ("0.06 - 11", "B", (60_000_000, 11 * 10**9)),
        ("110-340 M", "", (110 * 10**6, 340 * 10**6)),
        ("10 M-540 B", "", (10**7, 540 * 10**9)),
        ("220M-11B", "B", (220 * 10**6, 11 * 10**9)),
    ],
)
def test_ranges_of_other_surveys(text: str, scale: str, bounds: tuple[int, int]) -> None:
    quantity = parse_quantity(text, "parameters", scale)
    assert quantity is not None
    assert (quantity.minimum, quantity.maximum) == bounds


@pytest.mark.parametrize("text", ["1,7", "17-13B", "71.M", "8x7B", "1B7", "7B 7B", "7B 13", "7B-Chat"])
def test_what_other_surveys_write_and_nobody_can_read(text: str) -> None:
    quantity = parse_quantity(text, "parameters")
    assert quantity is not None
    assert quantity.precision == "Unreadable"


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        pytest.param("385K entries", {"precision": "Exact", "values": (385_000,)}, id="entries"),
        pytest.param("about 50K entries", {"precision": "About", "values": (50_000,)}, id="about"),
        pytest.param("150K+ books", {"precision": "AtLeast", "minimum": 150_000}, id="books"),
        pytest.param("19,578 pairs", {"precision": "Exact", "values": (19_578,)}, id="pairs"),
        pytest.param("66,497 conversation trees", {"precision": "Exact", "values": (66_497,)}, id="two-words"),
        pytest.param("52K entries 21.4MB", {"precision": "Exact", "values": (52_000,)}, id="with-bytes"),
        pytest.param("~93K entries 420MB", {"precision": "About", "values": (93_000,)}, id="about-with-bytes"),
        pytest.param("2.67B in total", {"precision": "Exact", "values": (2_670_000_000,)}, id="in-total"),
        pytest.param("825GB", {"precision": "Unreadable"}, id="bytes-alone"),
        pytest.param("10K enreues", {"precision": "Unreadable"}, id="no-word"),
        pytest.param("24322 English 12853 Chinese", {"precision": "Unreadable"}, id="two-figures"),
    ],
)
def test_sizes_of_datasets_in_words(text: str, quantity: dict[str, Any]) -> None:
    assert parse_quantity(text, "instances") == Quantity(text=text, unit="instances", **quantity)


def test_tokens_stay_tokens_beside_bytes() -> None:
    found = parse_quantity("1.2T tokens 5TB", "instances")
    assert found == Quantity(text="1.2T tokens 5TB", unit="tokens", precision="Exact", values=(1_200_000_000_000,))
