"""What can be asked in SPARQL: the saved queries by their names, and queries of one's own within bounds."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from pyoxigraph import NamedNode, Quad, QueryBoolean, QuerySolutions, Triple

from itgraph import terms
from itgraph.access import DISCLAIMER
from itgraph.agents.answers import MOST_BYTES, MOST_ROWS, Answer, Page, cut, tell_sources, write
from itgraph.agents.held import read_about
from itgraph.catalogue import SUBJECTS
from itgraph.errors import ParameterError, StoreError, UnknownQueryError
from itgraph.lookup import is_known_iri, parse_iri
from itgraph.names import nearest
from itgraph.plurals import counted
from itgraph.queries import run
from itgraph.results import Row, Table, format_iri, format_table
from itgraph.store import EmbeddedStore
from itgraph.turtle import format_turtle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from itgraph.agents.answers import (
        AboutTold,
        Cell,
        ColumnTold,
        ParameterTold,
        QueriesAnswer,
        QueryAnswer,
        QueryTold,
        SparqlAnswer,
        SubjectTold,
    )
    from itgraph.agents.held import Held
    from itgraph.queries import ParameterValue, Query
    from itgraph.results import Term

_MOST_TRIPLES = 100_000
_MOST_CELL = 4_000
_MOST_ABOUT = 20
_IN_OUR_TERMS = re.compile(r"\bitg:([A-Za-z]\w*)")
_OF_OURS = re.compile(r"\b(?:itm|itd|itb|itt|itp|its|ito):[\w.-]*\w")
_TERMS = frozenset(
    value.removeprefix(terms.ITG)
    for value in vars(terms).values()
    if isinstance(value, str) and value.startswith(terms.ITG) and value != terms.ITG
)
_TRY_SAVED = (
    "list_queries has questions that are answered already; itgraph://guide has the prefixes and the main terms, and "
    "itgraph://queries/NAME the SPARQL of a saved query to start from."
)


# -- Saved queries -----------------------------------------------------------------------------------------------------


def list_queries(held: Held, subject: str | None = None) -> Answer:
    """List the saved queries, by subject."""
    if subject is not None and subject not in SUBJECTS:
        raise ParameterError(
            f"there is no subject {subject!r}; choose one of {', '.join(SUBJECTS)}", parameter="subject"
        )
    subjects: list[SubjectTold] = []
    for tag, title in SUBJECTS.items():
        queries = [_tell_query(query) for query in held.queries if query.tags[0] == tag]
        if queries and subject in {None, tag}:
            subjects.append({"subject": tag, "title": title, "queries": queries})
    data: QueriesAnswer = {"subjects": subjects, "total": sum(len(told["queries"]) for told in subjects)}
    lines = []
    for told in subjects:
        lines += ["", f"{told['title']} (subject {told['subject']})"]
        for query in told["queries"]:
            given = ", ".join(
                f"{parameter['name']}={' '.join(parameter['default']) or '?'}" for parameter in query["parameters"]
            )
            lines.append(f"- {query['name']}({given}): {query['summary']}")
    lines += ["", "run_query answers them; a parameter that is not given keeps its default."]
    return Answer(data=data, text=write(lines[1:]))


def _tell_query(query: Query) -> QueryTold:
    return {
        "name": query.name,
        "summary": query.summary,
        "parameters": [cast("ParameterTold", parameter.to_dict()) for parameter in query.parameters],
    }


def find_query(held: Held, name: str) -> Query:
    """Return a saved query.

    Raises:
        UnknownQueryError: there is none of this name; suggests the nearest.
    """
    by_name = {query.name: query for query in held.queries}
    if name not in by_name:
        raise UnknownQueryError(name, suggestions=nearest(name, by_name))
    return by_name[name]


def run_query(
    held: Held,
    name: str,
    parameters: Mapping[str, ParameterValue | Sequence[ParameterValue]] | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Answer:
    """Answer a saved query, and tell where the things in its rows are told of."""
    query = find_query(held, name)
    given = dict(parameters or {})
    table = run(query, held.store, given)
    rows, page = cut(range(len(table)), offset, limit, lambda number: _tell_row(table[number]))
    kept = table.rows[page.start : page.end]
    used = {parameter.name: list(parameter.default) for parameter in query.parameters}
    used |= {key: list(map(str, value)) if isinstance(value, list) else [str(value)] for key, value in given.items()}
    about = _tell_about(held, kept)
    rest = page.rest("rows")
    disclaimer = DISCLAIMER if "licences" in query.tags else ""
    data: QueryAnswer = {
        "name": query.name,
        "summary": query.summary,
        "description": query.description.strip(),
        "parameters": used,
        "columns": _tell_columns(table),
        "rows": rows,
        "sources": about,
        "total": page.total,
        "shown": page.shown,
        "offset": page.start,
        "rest": rest,
        "disclaimer": disclaimer,
    }
    asked = ", ".join(f"{key}={' '.join(values) or '(any)'}" for key, values in used.items())
    lines = [f"{query.summary}{f' ({asked})' if asked else ''}", ""]
    lines += _write_rows(Table(columns=table.columns, rows=kept)) if kept else _say_nothing(table, offset)
    lines += ["", "What the columns mean:", *(f"- {one['name']}: {one['meaning']}" for one in data["columns"])]
    lines += _write_about(about)
    return Answer(data=data, text=write([*lines, *filter(None, [rest, disclaimer])]))


def _say_nothing(table: Table, offset: int) -> list[str]:
    if len(table):
        return [f"There are {len(table):,} rows, and none from offset {offset:,} on."]
    return ["No rows: nothing that was read says so. That is not the same as its not being so."]


# -- SPARQL ------------------------------------------------------------------------------------------------------------


def sparql(held: Held, query: str, limit: int = 100) -> Answer:
    """Answer a SELECT, ASK, CONSTRUCT or DESCRIBE, as far as it can be borne."""
    found = _ask(held.store, query, limit)
    if isinstance(found, Table):
        return _tell_rows(held, query, found, limit)
    if isinstance(found, bool):
        return _tell_boolean(held, query, found)
    return _tell_graph(held, query, found, limit)


def _ask(store: Any, query: str, limit: int) -> Table | bool | list[Triple]:
    """Ask a store, and read no more than a row past the limit."""
    if not isinstance(store, EmbeddedStore):
        answer: Table | bool | list[Triple] = store.query(query)
        return answer
    try:
        found = store.evaluate(query)
        if isinstance(found, QueryBoolean):
            return bool(found)
        if isinstance(found, QuerySolutions):
            columns = tuple(variable.value for variable in found.variables)
            return Table(columns=columns, rows=tuple(tuple(solution) for solution in islice(found, limit + 1)))
        return sorted(set(islice(found, _MOST_TRIPLES)), key=str)
    except (OSError, RuntimeError, ValueError) as error:
        raise StoreError(f"the engine failed: {error}") from error


def _tell_rows(held: Held, query: str, table: Table, limit: int) -> Answer:
    rows, page = cut(range(min(len(table), limit)), 0, limit, lambda number: _tell_row(table[number]))
    kept = table.rows[: page.end]
    is_cut = page.end < len(table)
    rest = ""
    if is_cut:
        rest = (
            f"the first {counted(page.end, 'row')} are shown, and there are more: {_raise_limit(page, limit)}"
            f"write ORDER BY and OFFSET {page.end} into the query to go on"
        )
    data = _sparql_answer(
        form="rows",
        columns=_tell_columns(table),
        rows=rows,
        sources=_tell_about(held, kept),
        shown=page.end,
        cut=is_cut,
        rest=rest,
        hints=[] if len(table) else _hints(held, query),
    )
    lines = _write_rows(Table(columns=table.columns, rows=kept)) if kept else ["No rows."]
    return _sparql_text(data, lines)


def _tell_boolean(held: Held, query: str, found: bool) -> Answer:
    data = _sparql_answer(form="boolean", boolean=found, shown=1, hints=[] if found else _hints(held, query))
    return _sparql_text(data, ["true" if found else "false"])


def _tell_graph(held: Held, query: str, found: list[Triple], limit: int) -> Answer:
    triples, page = cut(found, 0, limit, str)
    kept = found[: len(triples)]
    turtle = format_turtle(Quad(triple.subject, triple.predicate, triple.object) for triple in kept).decode()
    is_cut = page.end < len(found)
    rest = ""
    if is_cut:
        rest = f"{page.end:,} triples are shown, and there are more: {_raise_limit(page, limit)}narrow the query"
    things = [term for triple in kept for term in (triple.subject, triple.object)]
    data = _sparql_answer(
        form="graph",
        turtle=turtle,
        sources=_tell_about(held, [tuple(term for term in things if isinstance(term, NamedNode))]),
        shown=page.end,
        cut=is_cut,
        rest=rest,
        hints=[] if found else _hints(held, query),
    )
    # Set in, for a text in it may have lines of its own: none of them can look like one of ours.
    return _sparql_text(
        data, [f"    {line}" if line else "" for line in turtle.split("\n")] if kept else ["No triples."]
    )


def _raise_limit(page: Page, limit: int) -> str:
    """Advise a larger limit where there may be one, and where it was the limit that has cut."""
    return f"give a larger limit ({MOST_ROWS} at most), or " if page.shown == limit < MOST_ROWS else ""


def _sparql_answer(**said: Any) -> SparqlAnswer:
    empty: SparqlAnswer = {
        "form": "",
        "columns": [],
        "rows": [],
        "boolean": None,
        "turtle": "",
        "sources": [],
        "shown": 0,
        "cut": False,
        "rest": "",
        "hints": [],
    }
    return {**empty, **said}  # type: ignore[typeddict-item]


def _sparql_text(data: SparqlAnswer, lines: Iterable[str]) -> Answer:
    after = [*(f"Hint: {hint}" for hint in data["hints"]), *filter(None, [data["rest"]])]
    return Answer(data=data, text=write([*lines, *_write_about(data["sources"]), *after]))


def say_how_to_ask(query: str, message: str) -> str:
    """Return what is said to SPARQL that failed: why, what in it is no term of ours, and where to look."""
    unknown = list(_unknown_terms(query))
    return " ".join([f"{message.rstrip('.')}.", *unknown, _TRY_SAVED])


def _hints(held: Held, query: str) -> list[str]:
    """Return why a query may find nothing: what it names that is not there."""
    hints = list(_unknown_terms(query))
    for curie in list(dict.fromkeys(_OF_OURS.findall(query)))[:5]:
        iri = parse_iri(curie)
        if iri and not is_known_iri(held.store, iri):
            hints.append(f"the graph does not speak of {curie}: find tells what a thing is called.")
    return [*hints, _TRY_SAVED]


def _unknown_terms(query: str) -> Iterator[str]:
    for name in dict.fromkeys(_IN_OUR_TERMS.findall(query)):
        if name not in _TERMS:
            near = " or ".join(f"itg:{found}" for found in nearest(name, _TERMS, 2))
            yield f"itg:{name} is no term of the ontology{f'; did you mean {near}?' if near else '.'}"


# -- Rows --------------------------------------------------------------------------------------------------------------


def _tell_columns(table: Table) -> list[ColumnTold]:
    return [{"name": name, "meaning": table.column_help.get(name, "")} for name in table.columns]


def _tell_row(row: Row) -> dict[str, Cell]:
    table = Table(columns=tuple(row), rows=(row.terms,))
    # One place knows which JSON a value is.
    told: dict[str, Cell] = json.loads(format_table(table, "jsonl"))
    return {name: _shorten(value) for name, value in told.items()}


def _shorten(value: Cell) -> Cell:
    if isinstance(value, str) and len(value) > _MOST_CELL:
        return f"{value[:_MOST_CELL]}… ({len(value) - _MOST_CELL:,} more characters)"
    return value


def _write_rows(table: Table) -> list[str]:
    """Write rows as records, IRIs as CURIEs and without what is empty: columns would be mostly padding."""
    lines = []
    for row in table:
        cells = [
            f"{name}: {' '.join(str(_shorten(_text(value, term))).split())}"
            for (name, value), term in zip(row.items(), row.terms, strict=True)
            if term is not None
        ]
        lines.append(f"- {'; '.join(cells)}")
        if sum(map(len, lines)) > MOST_BYTES:
            return [*lines, f"({len(table) - len(lines):,} more rows stand in the data alone)"]
    return lines


def _text(value: object, term: Term | None) -> str:
    return format_iri(term.value) if isinstance(term, NamedNode) else str(value)


def _tell_about(held: Held, rows: Sequence[Sequence[Term | None]]) -> list[AboutTold]:
    """Tell where the first things of some rows are told of."""
    iris = dict.fromkeys(
        term.value
        for row in rows
        for term in row
        if isinstance(term, NamedNode) and not term.value.startswith((terms.ONTOLOGY, terms.BASE + "rule/"))
    )
    found = read_about(held.store, list(iris)[: 5 * _MOST_ABOUT], most=1)
    return [{"thing": iri, "sources": sources} for iri, sources in list(found.items())[:_MOST_ABOUT]]


def _write_about(about: Sequence[AboutTold]) -> list[str]:
    if not about:
        return []
    lines = ["", "Where these things are told of (describe and lineage say who states which fact):"]
    for one in about:
        lines += [f"- {format_iri(one['thing'])}", *tell_sources(one["sources"], 4)]
    return lines
