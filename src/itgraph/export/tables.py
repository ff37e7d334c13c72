"""CSV and Parquet: a table for each kind of thing, one of relations, one of all statements.

``models``, ``datasets``, … are made for reading: they show names, joined by ``"; "`` where there are several.
The other tables hold IRIs, to be joined with the column ``iri``. A cell without a value is empty (null in
Parquet). Columns of integers hold one number; where a source gives several (7B/13B), the smallest, and
``quantities`` has them all. ``access`` of a thing is the narrowest that any source gives any part of it, and
empty where no licence of the thing itself was read: what one of its code alone gives is ``access_by_code_alone``.
``licensings`` has the parts one by one, each with its source. ``conflicts`` is what surveys say and sources
contradict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from itgraph import terms
from itgraph.arrangement import natural_key, node_key
from itgraph.errors import ExportError
from itgraph.export.things import (
    ALIASES,
    IRI,
    KINDS,
    LABEL,
    Column,
    Things,
    Value,
    integer,
    integers,
    join,
    labels,
    text,
)
from itgraph.extras import require_extra

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_TO_QUOTE = re.compile(r'[",\r\n]')

_FIGURES = {
    terms.PARAMETERS: "parameters",
    terms.INSTRUCTIONS: "instructions",
    terms.INSTANCES: "instances",
    terms.TASKS: "tasks",
    terms.LANGUAGES: "languages",
    terms.TRAINING_SET_SIZE: "trainingSetSize",
}


def _licensed(things: Things, licensing: str) -> list[str]:
    return things.leading_to(terms.HAS_LICENSING, licensing)


def _licensing_sources(things: Things, licensing: str) -> list[str]:
    found = (things.sources(thing, terms.HAS_LICENSING, licensing) for thing in _licensed(things, licensing))
    return list(dict.fromkeys(address for addresses in found for address in addresses))


_OF_CLASSES: Mapping[str, tuple[str, tuple[Column, ...]]] = {
    **{name: (class_, columns) for name, class_, columns in KINDS.values()},
    "authorships": (
        terms.AUTHORSHIP,
        (
            IRI,
            Column("paper", str, lambda things, subject: join(things.leading_to(terms.HAS_AUTHORSHIP, subject))),
            integer("position", terms.POSITION),
            text("author", terms.AUTHOR),
            labels("author_label", terms.AUTHOR),
            text("name_as_written", terms.NAME_AS_WRITTEN),
        ),
    ),
    "concepts": (
        terms.SKOS_CONCEPT,
        (
            IRI,
            LABEL,
            ALIASES,
            text("notation", terms.SKOS_NOTATION),
            text("scheme", terms.SKOS_IN_SCHEME),
            labels("scheme_label", terms.SKOS_IN_SCHEME),
        ),
    ),
    "licensings": (
        terms.LICENSING,
        (
            IRI,
            Column("thing", str, lambda things, subject: join(_licensed(things, subject))),
            Column("thing_label", str, lambda things, subject: join(map(things.label, _licensed(things, subject)))),
            text("part", terms.PART),
            text("license", terms.LICENSE),
            labels("license_label", terms.LICENSE),
            text("access", terms.ACCESS),
            Column("sources", str, lambda things, subject: join(_licensing_sources(things, subject))),
        ),
    ),
    "rows": (
        terms.ROW,
        (
            IRI,
            text("snapshot", terms.HAS_SNAPSHOT),
            text("table", terms.TABLE),
            integer("row_number", terms.ROW_NUMBER),
            integer("reference_number", terms.REFERENCE_NUMBER),
            integer("line_start", terms.LINE_START),
            integer("line_end", terms.LINE_END),
            text("about", terms.ABOUT),
            labels("about_label", terms.ABOUT),
            text("cites", terms.CITES),
            text("heading", terms.HEADING),
            text("text", terms.TEXT),
            text("raw", terms.RAW),
            text("quoted_from", terms.PROV_WAS_QUOTED_FROM),
        ),
    ),
    "curated_facts": (
        terms.CURATED_FACT,
        (
            *(IRI, LABEL, text("table", terms.TABLE)),
            text("about", terms.ABOUT),
            labels("about_label", terms.ABOUT),
            text("text", terms.TEXT),
            text("comment", terms.RDFS_COMMENT),
            text("primary_source", terms.PROV_HAD_PRIMARY_SOURCE),
        ),
    ),
    "snapshots": (
        terms.SNAPSHOT,
        (
            IRI,
            LABEL,
            text("date", terms.DCTERMS_ISSUED),
            text("repository", terms.REPOSITORY),
            text("commit", terms.COMMIT),
            text("sha256", terms.SHA256),
            text("repair", terms.REPAIR),
        ),
    ),
    "rules": (
        terms.RULE,
        (
            IRI,
            LABEL,
            integer("order", terms.ORDER),
            text("comment", terms.RDFS_COMMENT),
            text("sparql", terms.SPARQL),
        ),
    ),
    "issues": (
        terms.ISSUE,
        (
            IRI,
            text("code", terms.CODE),
            text("severity", terms.SEVERITY),
            text("message", terms.MESSAGE),
            text("snapshot", terms.HAS_SNAPSHOT),
            integer("line_start", terms.LINE_START),
            integer("line_end", terms.LINE_END),
            text("about", terms.ABOUT),
            text("contradicted_by", terms.CONTRADICTED_BY),
            text("primary_sources", terms.PROV_HAD_PRIMARY_SOURCE),
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table: names and types of its columns, and its rows."""

    columns: tuple[tuple[str, type[str] | type[int] | type[bool]], ...]
    rows: Sequence[tuple[Value, ...]]


def format_csv(quads: Iterable[Quad]) -> dict[str, bytes]:
    """Write quads as CSV files: UTF-8, quoted as in RFC 4180, with LF at the end of lines."""
    return write_csv(make_tables(quads))


def write_csv(tables: Mapping[str, DataTable]) -> dict[str, bytes]:
    """Write tables as CSV files, as :func:`format_csv` does."""
    files = {}
    for name, table in tables.items():
        lines = [[column for column, _ in table.columns], *table.rows]
        files[f"{name}.csv"] = "".join(f"{','.join(map(_cell, line))}\n" for line in lines).encode()
    return files


def _cell(value: Value) -> str:
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    # Not by the csv module: where lines end in LF, it leaves a lone CR without quotes (until Python 3.13).
    if not _TO_QUOTE.search(text):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def format_parquet(quads: Iterable[Quad]) -> dict[str, bytes]:
    """Write quads as Parquet files with columns of strings, 64-bit integers and booleans.

    Raises:
        MissingExtraError: pyarrow is not installed.
        ExportError: a number does not fit.
    """
    return write_parquet(make_tables(quads))


def write_parquet(tables: Mapping[str, DataTable]) -> dict[str, bytes]:
    """Write tables as Parquet files, as :func:`format_parquet` does.

    Raises:
        MissingExtraError: pyarrow is not installed.
        ExportError: a number does not fit.
    """
    require_extra("the Parquet export", "pyarrow")
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {str: pa.string(), int: pa.int64(), bool: pa.bool_()}
    files = {}
    for name, table in tables.items():
        schema = pa.schema([(column, types[type_]) for column, type_ in table.columns])
        columns = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
        try:
            arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
        except (OverflowError, pa.ArrowInvalid) as error:
            raise ExportError(f"a number in the table {name} is too large: {error}", format="parquet") from error
        output = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_arrays(arrays, schema=schema), output)
        files[f"{name}.parquet"] = output.getvalue().to_pybytes()
    return files


def make_tables(quads: Iterable[Quad]) -> dict[str, DataTable]:
    """Return the tables of a graph by name; a table that has no rows is there too."""
    things = Things.of(quads)
    tables = {}
    shown: set[str] = set()
    for name, (class_, columns) in _OF_CLASSES.items():
        # A technique is a concept too; it has its row where it has more columns.
        subjects = [subject for subject in things.of_class(class_) if subject not in shown]
        shown.update(subjects)
        tables[name] = DataTable(
            tuple((column.name, column.type) for column in columns),
            [tuple(column.value(things, subject) for column in columns) for subject in subjects],
        )
    others: dict[str, Callable[[Things], DataTable]] = {
        "conflicts": _conflicts,
        "quantities": _quantities,
        "edges": _edges,
        "quads": _quads,
    }
    return tables | {name: make(things) for name, make in others.items()}


def _quantities(things: Things) -> DataTable:
    columns = (
        ("iri", str),
        ("subject", str),
        ("subject_label", str),
        ("property", str),
        ("current", bool),
        ("text", str),
        ("precision", str),
        ("unit", str),
        ("per", str),
        ("values", str),
        ("minimum", int),
        ("maximum", int),
    )
    rows: list[tuple[Value, ...]] = []
    for subject in sorted(things.ever, key=natural_key):
        for predicate, name in _FIGURES.items():
            for key in sorted(
                {node_key(o) for o in things.ever[subject].get(predicate, ()) if not isinstance(o, Literal)}
            ):
                parts = things.ever.get(key, {})

                def said(part: str, parts: Mapping[str, Iterable[object]] = parts) -> list[str]:
                    found = (o.value if isinstance(o, Literal | NamedNode) else str(o) for o in parts.get(part, ()))
                    return sorted(found, key=natural_key)

                values = integers(said(terms.SCHEMA_VALUE))
                minima, maxima = (
                    integers(said(terms.SCHEMA_MIN_VALUE)),
                    integers(said(terms.SCHEMA_MAX_VALUE)),
                )
                row: tuple[Value, ...] = (
                    key,
                    subject,
                    things.label(subject),
                    name,
                    key in things.texts(subject, predicate),
                    join(said(terms.TEXT)),
                    join(precision.removeprefix(terms.ITG) for precision in said(terms.HAS_PRECISION)),
                    join(said(terms.SCHEMA_UNIT_TEXT)),
                    join(said(terms.PER_UNIT)),
                    join(map(str, values)),
                    min([*values, *minima], default=None),
                    max([*values, *maxima], default=None),
                )
                rows.append(row)
    return DataTable(columns, rows)


_CONFLICTS = (
    IRI,
    text("thing", terms.ABOUT),
    labels("thing_label", terms.ABOUT),
    text("property", terms.CORRECTED_PROPERTY),
    text("survey_says", terms.SURVEY_VALUE),
    text("source_says", terms.SOURCE_VALUE),
    text("effect", terms.EFFECT),
    text("why", terms.RDFS_COMMENT),
    text("primary_source", terms.PROV_HAD_PRIMARY_SOURCE),
    text("rows", terms.CORRECTS),
)


def _conflicts(things: Things) -> DataTable:
    """Return where a source says otherwise than a survey: those curated facts that correct a row."""
    facts = [fact for fact in things.of_class(terms.CURATED_FACT) if things.texts(fact, terms.CORRECTED_PROPERTY)]
    return DataTable(
        tuple((column.name, column.type) for column in _CONFLICTS),
        [tuple(column.value(things, fact) for column in _CONFLICTS) for fact in facts],
    )


def _edges(things: Things) -> DataTable:
    columns = (
        ("subject", str),
        ("relation", str),
        ("object", str),
        ("stated", bool),
        ("sources", str),
        ("subject_label", str),
        ("object_label", str),
    )
    rows = [
        (
            e.subject,
            e.relation,
            e.object,
            e.stated,
            join(e.sources),
            things.label(e.subject),
            things.label(e.object),
        )
        for e in things.edges()
    ]
    return DataTable(columns, rows)


def _quads(things: Things) -> DataTable:
    columns = (
        ("subject", str),
        ("predicate", str),
        ("object", str),
        ("datatype", str),
        ("language", str),
        ("graph", str),
    )
    rows: list[tuple[Value, ...]] = []
    for quad in set(things.quads):
        term = quad.object
        graph = None if isinstance(quad.graph_name, DefaultGraph) else node_key(quad.graph_name)
        if isinstance(term, Literal):
            value, datatype, language = term.value, term.datatype.value, term.language
        else:
            value, datatype, language = node_key(term), None, None
        rows.append((node_key(quad.subject), quad.predicate.value, value, datatype, language, graph))
    rows.sort(key=lambda row: [cell or "" for cell in (row[5], *row)])
    return DataTable(columns, rows)
