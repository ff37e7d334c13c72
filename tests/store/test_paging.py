"""Whole answers from servers that give only so many rows: all rows, each as often as it is there, or an error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, QuerySolutions

from itgraph.store.answers import Row
from itgraph.store.paging import Batch, IncompleteError, Pager

COUNT, TIMES = ["itgraph_rows"], ["x", "itgraph_times"]


class Server:
    """A server that gives at most so many rows, and says so or not; ``change`` may lie about what it gives."""

    def __init__(
        self,
        most: int,
        *,
        says_so: bool = False,
        change: Callable[[list[Row], Sequence[str], int], list[Row]] = lambda rows, _columns, _asked: rows,
    ) -> None:
        self.most = most
        self.says_so = says_so
        self.change = change
        self.seen: list[str] = []

    def __call__(self, sparql: str, columns: Sequence[str]) -> Batch:
        self.seen.append(sparql)
        found = pyoxigraph.Store().query(sparql)
        assert isinstance(found, QuerySolutions)
        assert [variable.value for variable in found.variables] == list(columns)
        rows = [tuple(row) for row in found]
        given = self.change(rows[: self.most], columns, len(self.seen))
        return Batch(rows=given, is_cut=self.says_so and len(rows) > self.most)


def numbers(rows: Sequence[Row]) -> list[int | None]:
    return [int(term.value) if isinstance(term, Literal) else None for (term,) in rows]


def ask(values: Sequence[int | None], tail: str = "", column: str = "x") -> str:
    data = " ".join("UNDEF" if value is None else str(value) for value in values)
    return f"SELECT ?{column} WHERE {{ VALUES ?{column} {{ {data} }} }}{tail}"


def test_a_short_answer_is_asked_for_once() -> None:
    server = Server(1000)
    assert numbers(Pager().read(server, ask(range(99)), ["x"])) == list(range(99))
    assert len(server.seen) == 1


def test_what_is_shorter_than_a_whole_answer_is_not_counted() -> None:
    server, pager = Server(1000), Pager()
    for total, questions in [(300, 2), (299, 1), (301, 2), (300, 1)]:
        before = len(server.seen)
        assert numbers(pager.read(server, ask(range(total)), ["x"])) == list(range(total))
        assert len(server.seen) - before == questions


def test_a_whole_answer_that_was_as_long_as_any_can_be() -> None:
    server, pager = Server(200), Pager()
    pager.read(server, ask(range(200)), ["x"])
    assert numbers(pager.read(server, ask(range(450)), ["x"])) == list(range(450))


@pytest.mark.parametrize("says_so", [True, False])
@given(
    times=st.lists(st.integers(1, 40), min_size=1, max_size=30),
    unbound=st.integers(0, 3),
    most=st.integers(100, 200),
)
@settings(deadline=None, max_examples=40)
def test_every_row_as_often_as_it_is_there(says_so: bool, times: list[int], unbound: int, most: int) -> None:
    values = [value for value, count in enumerate(times) for _ in range(count)] + [None] * unbound
    most = most // 9 if says_so else most
    rows = Pager().read(Server(most, says_so=says_so), ask(values), ["x"])
    assert Counter(numbers(rows)) == Counter(values)


@given(total=st.integers(1, 400), most=st.integers(100, 200), falling=st.booleans())
@settings(deadline=None, max_examples=30)
def test_an_order_is_kept(total: int, most: int, falling: bool) -> None:
    order = " ORDER BY DESC(?x)" if falling else " ORDER BY ?x"
    rows = Pager().read(Server(most), ask(range(total), order), ["x"])
    assert numbers(rows) == sorted(range(total), reverse=falling)


def test_equal_rows_in_an_order_cannot_be_told_apart() -> None:
    query = ask([*range(150), 7], " ORDER BY ?x")
    assert len(Pager().read(Server(151), query, ["x"])) == 151
    with pytest.raises(IncompleteError, match=r"gives 150 of 151 rows, and some rows are equal.*add DISTINCT"):
        Pager().read(Server(150), query, ["x"])


def test_an_order_that_is_lost_in_the_pages() -> None:
    server = Server(100, change=lambda rows, columns, asked: rows[::-1] if columns == ["x"] and asked > 1 else rows)
    with pytest.raises(IncompleteError, match="does not keep their order"):
        Pager().read(server, ask(range(150), " ORDER BY ?x"), ["x"])
    # The same pages are whole where no order was wanted.
    assert sorted(map(str, Pager().read(server, ask(range(150)), ["x"]))) == sorted(
        map(str, Pager().read(Server(150), ask(range(150)), ["x"]))
    )


@pytest.mark.parametrize("column", ["rows", "times", "n"])
def test_a_column_may_have_any_name(column: str) -> None:
    rows = Pager().read(Server(100), ask([*range(150), 7], column=column), [column])
    assert Counter(numbers(rows)) == Counter([*range(150), 7])


def test_a_query_that_chooses_its_graphs() -> None:
    query = ask(range(150)).replace(" WHERE", " FROM <http://a.example/> FROM NAMED <http://b.example/>")
    assert len(Pager().read(Server(100), query, ["x"])) == 150


def test_a_query_with_a_prologue_and_a_limit() -> None:
    query = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> # all\n" + ask(range(150), " LIMIT 120 # no more")
    assert len(Pager().read(Server(100), query, ["x"])) == 120


def test_a_server_that_forgets_the_offset() -> None:
    first: list[Row] = [(Literal(value),) for value in range(100)]
    server = Server(100, change=lambda rows, columns, _asked: first if columns == ["x"] else rows)
    with pytest.raises(IncompleteError, match="its pages do not add up"):
        Pager().read(server, ask(range(200)), ["x"])


def test_pages_that_end_too_early() -> None:
    server = Server(100, change=lambda rows, _columns, asked: rows if asked < 5 else [])
    with pytest.raises(IncompleteError, match="at most 100 of 200 rows at once"):
        Pager().read(server, ask(range(200)), ["x"])


@pytest.mark.parametrize("count", [0, 50, 99])
def test_fewer_are_counted_than_were_given(count: int) -> None:
    server = Server(150, change=lambda rows, columns, _asked: [(Literal(count),)] if columns == COUNT else rows)
    with pytest.raises(IncompleteError, match=f"gives 120 rows and counts {count}"):
        Pager().read(server, ask(range(120)), ["x"])


def test_nothing_is_given_of_something() -> None:
    server = Server(0, says_so=True, change=lambda rows, columns, _asked: [(Literal(5),)] if columns == COUNT else rows)
    with pytest.raises(IncompleteError, match="gives 0 rows and counts 5"):
        Pager().read(server, ask(range(5)), ["x"])


def test_a_total_that_changes_between_the_pages() -> None:
    def grow(rows: list[Row], columns: Sequence[str], _asked: int) -> list[Row]:
        if columns != TIMES:
            return rows
        return [(value, Literal(int(times.value) + 1)) for value, times in rows if isinstance(times, Literal)]

    with pytest.raises(IncompleteError, match="its pages hold 251: is the graph changing"):
        Pager().read(Server(100, change=grow), ask([*range(100), *[7] * 51]), ["x"])


@pytest.mark.parametrize(
    ("count", "said"),
    [
        ([], "with 0 rows when asked to count"),
        ([(Literal(150),)] * 2, "with 2 rows when asked to count"),
        ([(None,)], "no number"),
        ([(Literal("many"),)], "no number"),
        ([(Literal("-1"),)], "no number"),
        ([(Literal("1_000"),)], "no number"),
        ([(Literal("9" * 5000),)], "no number"),
        ([(pyoxigraph.NamedNode("http://a.example/150"),)], "no number"),
    ],
)
def test_a_count_that_is_none(count: list[Row], said: str) -> None:
    server = Server(100, change=lambda rows, columns, _asked: count if columns == COUNT else rows)
    with pytest.raises(IncompleteError, match=said):
        Pager().read(server, ask(range(150)), ["x"])


def test_how_often_a_row_is_there_must_be_a_number() -> None:
    server = Server(
        100, change=lambda rows, columns, _asked: [(row[0], None) for row in rows] if columns == TIMES else rows
    )
    with pytest.raises(IncompleteError, match="no number"):
        Pager().read(server, ask([*range(100), *[7] * 51]), ["x"])
