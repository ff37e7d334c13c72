from __future__ import annotations

from urllib.parse import quote, quote_plus, unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itgraph.errors import QueryError
from itgraph.server.messages import Request, parse_parameters

PIECES = st.sampled_from([*"a=+%é\\", "%41", "%C3%A9", "%zz", "%5Cx41", "\\x41", "\\u0041", "\\N{DASH}", "%0A", "%00"])


@given(st.lists(PIECES, max_size=8).map("".join))
def test_text_is_decoded_as_the_standard_library_does(text: str) -> None:
    value = text.replace("&", "")
    try:
        expected = unquote_plus(value, errors="strict")
    except UnicodeDecodeError:
        with pytest.raises(QueryError, match="UTF-8"):
            parse_parameters(f"q={value}")
    else:
        assert parse_parameters(f"q={value}") == (("q", expected),)


@given(st.lists(st.tuples(st.text(min_size=1), st.text()), max_size=5), st.sampled_from([quote, quote_plus]))
def test_what_was_encoded_comes_back(fields: list[tuple[str, str]], encode: type[str]) -> None:
    try:
        text = "&".join(f"{encode(name)}={encode(value)}" for name, value in fields)
    except UnicodeEncodeError:  # a lone surrogate has no UTF-8
        return
    assert parse_parameters(text) == tuple(fields)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(QueryError, match="UTF-8"):
        parse_parameters("q=%FF")


def test_there_is_an_end_to_parameters() -> None:
    assert len(parse_parameters("a=b&" * 1000)) == 1000
    with pytest.raises(QueryError, match="1,000"):
        parse_parameters("a=b&" * 1001)


def test_a_parameter_is_the_first_of_its_name() -> None:
    request = Request(query="q=1&q=2&r=")
    assert (request.parameter("q"), request.parameter("r", "x"), request.parameter("s", "x")) == ("1", "", "x")
