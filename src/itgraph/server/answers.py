"""The answer to a SPARQL query as bytes, in a format that was agreed on and within bounds.

The engine writes results itself, for it is many times faster at that than Python: into a file in memory that takes so
much and no more, and is then cut after a whole row.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

import pyoxigraph
from pyoxigraph import (
    BlankNode,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
)

from itgraph import terms
from itgraph.errors import ExportError, QueryError
from itgraph.results import Table
from itgraph.store import EmbeddedStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from itgraph.results import Term
    from itgraph.server.limits import Limits
    from itgraph.store import Store

RESULT_TYPES: dict[str, QueryResultsFormat] = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "application/xml": QueryResultsFormat.XML,
    "text/xml": QueryResultsFormat.XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
"""The media types of what SELECT and ASK give, the one that is given to who has no wish first."""

GRAPH_TYPES: dict[str, RdfFormat] = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "text/plain": RdfFormat.N_TRIPLES,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/json": RdfFormat.JSON_LD,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/xml": RdfFormat.RDF_XML,
    "application/n-quads": RdfFormat.N_QUADS,
    "application/trig": RdfFormat.TRIG,
}
"""The media types of what CONSTRUCT and DESCRIBE give."""

Engine: TypeAlias = QuerySolutions | QueryBoolean | QueryTriples


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A query, and the dataset that the protocol names for it (``None``: it names none)."""

    sparql: str
    base: str | None = None
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer, written; ``left_out`` says why it is not all of it, such as "rows=1000"."""

    media_type: str
    body: bytes
    left_out: str = ""


def answer(store: Store, question: Question, choose_type: Callable[[Sequence[str]], str], limits: Limits) -> Answer:
    """Ask a store, and write what it answers in the media type that is chosen of those that fit the query's form.

    Raises:
        QuerySyntaxError: it is not SPARQL.
        QueryRefusedError: it uses SERVICE or is an update.
        QueryError: the dataset cannot be as named.
        ExportError: the format cannot hold the answer.
        StoreError: the store failed.
    """
    found = _evaluate(store, question)
    if isinstance(found, QueryTriples):
        media_type = choose_type(tuple(GRAPH_TYPES))
        return _write_triples(found, media_type, limits)
    media_type = choose_type(tuple(RESULT_TYPES))
    format = RESULT_TYPES[media_type]
    if isinstance(found, QueryBoolean):
        return Answer(media_type=media_type, body=found.serialize(format=format) or b"")
    body, left_out = _write_rows(found, format, limits)
    if format == QueryResultsFormat.XML and _NOT_XML.search(body):
        raise ExportError("the answer has a character that XML cannot hold; ask for JSON", format="XML")
    return Answer(media_type=media_type, body=body, left_out=left_out)


def _evaluate(store: Store, question: Question) -> Engine:
    try:
        if isinstance(store, EmbeddedStore):
            return store.evaluate(
                question.sparql,
                base=question.base,
                default_graphs=question.default_graphs,
                named_graphs=question.named_graphs,
            )
    except ValueError as error:
        raise QueryError(f"the dataset cannot be as named: {error}") from error
    if question.default_graphs is not None or question.named_graphs is not None:
        raise QueryError("this server asks another one, which must be told the dataset in the query: use FROM")
    return _as_engine(store.query(question.sparql))


def _as_engine(found: Table | bool | list[Triple]) -> Engine:
    """Turn an answer of ours back into one of the engine, which knows how to write it."""
    if isinstance(found, Table):
        return read_results(_format_json(found.columns, found.rows))
    if isinstance(found, bool):
        return read_results(b'{"head":{},"boolean":%s}' % (b"true" if found else b"false"))
    graph = pyoxigraph.Store()
    graph.extend(Quad(triple.subject, triple.predicate, triple.object) for triple in found)
    every = graph.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    assert isinstance(every, QueryTriples)
    return every


def read_results(data: bytes) -> QuerySolutions | QueryBoolean:
    """Read results in the SPARQL JSON format."""
    return pyoxigraph.parse_query_results(data, format=QueryResultsFormat.JSON)


# -- Rows --------------------------------------------------------------------------------------------------------------

# A term of a row in JSON, and those within it: the triple terms of RDF 1.2 hold terms that hold terms.
_TEXT = rb'"(?:[^"\\]++|\\.)*+"'
_TERM = rb"\{(?:" + _TEXT + rb'|[^{}"]++)*+\}'
for _ in range(6):
    _TERM = rb"\{(?:" + _TEXT + rb'|[^{}"]++|' + _TERM + rb")*+\}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """How a result is laid out: where its rows begin, what a row is, and what stands after the last one.

    ``mark`` stands in a result at least once for each row but one, and is quickly counted.
    """

    head: re.Pattern[bytes]
    row: re.Pattern[bytes]
    end: bytes
    mark: bytes


_LAYOUTS = {
    QueryResultsFormat.JSON: _Layout(
        head=re.compile(rb'\{"head":' + _TERM + rb',"results":\{"bindings":\['),
        row=re.compile(rb",?+" + _TERM, re.DOTALL),
        end=b"]}}",
        mark=b"},{",
    ),
    QueryResultsFormat.XML: _Layout(
        head=re.compile(rb".*?<results>", re.DOTALL),
        row=re.compile(rb"<result>.*?</result>", re.DOTALL),
        end=b"</results></sparql>",
        mark=b"<result>",
    ),
    QueryResultsFormat.CSV: _Layout(
        head=re.compile(rb"[^\n]*\n"), row=re.compile(rb'(?:[^"\n]|"[^"]*+")*+\n'), end=b"", mark=b"\n"
    ),
    QueryResultsFormat.TSV: _Layout(head=re.compile(rb"[^\n]*\n"), row=re.compile(rb"[^\n]*+\n"), end=b"", mark=b"\n"),
}


class _EnoughError(OSError):
    """Nothing more need be written."""


class _Sheet:
    """A binary file in memory that is written to until its bounds are reached, and then cut after a whole row."""

    def __init__(self, layout: _Layout, limits: Limits) -> None:
        self._layout = layout
        self._limits = limits
        self._data = bytearray()
        self._marks = 0
        self._rows = 0
        self._read = 0  # up to where rows were counted,
        self._kept = 0  # and up to where they are kept
        self.left_out = ""

    def write(self, data: bytes) -> int:
        self._data += data
        self._marks += data.count(self._layout.mark)
        # To find where rows end takes a while: only where there may be too many.
        if self._marks >= self._limits.rows or len(self._data) > self._limits.bytes:
            self._count()
            if self.left_out:
                raise _EnoughError
        return len(data)

    def flush(self) -> None:
        """Do nothing: the engine calls it at the end."""

    def _count(self) -> None:
        """Count the rows that are there as a whole, until there are too many or they take too much."""
        if self._read == 0:
            head = self._layout.head.match(self._data)
            self._read = self._kept = head.end() if head else 0
        room = self._limits.bytes - len(self._layout.end)
        while self._read and not self.left_out and (row := self._layout.row.match(self._data, self._read)):
            self._read = row.end()
            self._rows += 1
            if self._rows > self._limits.rows:
                self.left_out = f"rows={self._limits.rows}"
            elif self._read > room:
                self.left_out = f"bytes={self._limits.bytes}"
            else:
                self._kept = self._read
        if len(self._data) > self._limits.bytes and not self.left_out:
            self.left_out = f"bytes={self._limits.bytes}"

    def finish(self) -> bytes:
        """Return what is kept."""
        return bytes(self._data[: self._kept] + self._layout.end) if self.left_out else bytes(self._data)


def _write_rows(solutions: QuerySolutions, format: QueryResultsFormat, limits: Limits) -> tuple[bytes, str]:
    """Return as much of a result as is allowed, and what bound it came to, if any."""
    sheet = _Sheet(_LAYOUTS[format], limits)
    with suppress(_EnoughError):
        solutions.serialize(sheet, format=format)  # type: ignore[arg-type]  # it needs no more than write and flush
    return sheet.finish(), sheet.left_out


def _format_json(columns: Sequence[str], rows: Iterable[Sequence[Term | None]]) -> bytes:
    bindings = [
        {name: _term(term) for name, term in zip(columns, row, strict=True) if term is not None} for row in rows
    ]
    found = {"head": {"vars": list(columns)}, "results": {"bindings": bindings}}
    return json.dumps(found, separators=(",", ":"), ensure_ascii=False).encode()


def _term(term: Term | Triple) -> dict[str, Any]:
    """Return a term as the SPARQL 1.1 Query Results JSON Format has it (3.2.2), and RDF 1.2 adds to it."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: _term(part) for name, part in parts.items()}}
    written: dict[str, Any] = {"type": "literal", "value": term.value}
    if term.language is not None:
        written["xml:lang"] = term.language
        if term.direction is not None:
            written["its:dir"] = term.direction.value
    elif term.datatype.value != terms.XSD + "string":
        written["datatype"] = term.datatype.value
    return written


_NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
"""What XML 1.0 has no way to write, which the engine writes all the same."""


# -- Triples -----------------------------------------------------------------------------------------------------------


def _write_triples(found: Iterable[Triple], media_type: str, limits: Limits) -> Answer:
    triples = list(islice(found, limits.rows + 1))
    left_out = f"triples={limits.rows}" if len(triples) > limits.rows else ""
    # A graph is a set; sorted, since the engine's order is not the same in another process.
    kept = sorted(set(triples[: limits.rows]), key=str)
    while len(body := _format_triples(kept, GRAPH_TYPES[media_type])) > limits.bytes:
        left_out = f"bytes={limits.bytes}"
        kept = kept[: len(kept) * limits.bytes // len(body) - 1]
    return Answer(media_type=media_type, body=body, left_out=left_out)


def _format_triples(triples: list[Triple], format: RdfFormat) -> bytes:
    if format == RdfFormat.RDF_XML:  # the engine's is not always XML
        from itgraph.export.rdf import format_rdfxml

        return format_rdfxml(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    return pyoxigraph.serialize(triples, format=format, prefixes=terms.PREFIXES) or b""
