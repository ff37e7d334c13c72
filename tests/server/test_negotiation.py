from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itgraph.server.negotiation import choose

OFFERED = ("application/sparql-results+json", "application/json", "application/sparql-results+xml", "text/csv")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", OFFERED[0]),
        ("*/*", OFFERED[0]),
        ("nonsense", OFFERED[0]),
        ("text/csv", "text/csv"),
        ("TEXT/CSV", "text/csv"),
        ("text/*", "text/csv"),
        ("application/json;q=0.5, text/csv;q=0.7", "text/csv"),
        ("application/json;q=0.7, text/csv;q=0.7", "application/json"),
        ("text/csv;q=0.001, */*;q=0", "text/csv"),
        ("*/*;q=0.1, application/sparql-results+json;q=0", "application/json"),
        ("application/*;q=0.2, application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv;header=present", "text/csv"),
        ("text/csv; q=0.5; q=0, application/json;q=0.4", "text/csv"),
        ("text/csv;q=high, application/json;q=0.9", "text/csv"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", OFFERED[0]),
        ("image/png", None),
        ("text/csv;q=0", None),
        ("*/*;q=0", None),
    ],
)
def test_a_type_is_chosen_as_the_client_likes_it(accept: str, chosen: str | None) -> None:
    assert choose(accept, OFFERED) == chosen
    # Too long to be kept for the next time: the same.
    assert choose(accept + " " * 400, OFFERED) == chosen


@given(st.text(alphabet='abq=*/;,.01 \t"', max_size=40))
def test_no_header_is_too_odd(accept: str) -> None:
    assert choose(accept, OFFERED) in {*OFFERED, None}
