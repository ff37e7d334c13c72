"""What the tables of one export look like: the type of each column, keys, and references, as far as they are true.

A column of text has a narrower type (an address, a date) where each of its values is one. What
:mod:`~itgraph.export.columns` calls a key is one only where it tells all rows apart, and a reference is one only where
each value is found: the part of a graph around one thing may lack what a value leads to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from itgraph.export.columns import KEYS, REFERENCES, TABLES, meaning

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from itgraph.export.tables import DataTable
    from itgraph.export.things import Value

FieldType = Literal["text", "address", "date", "integer", "boolean"]

_ADDRESS = re.compile(r"https?://[^\s\"<>\\^`{|}]+")
_DATE = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSchema:
    """A column: its name, its type, what it means, and the table and column that it leads to, if it leads to one."""

    name: str
    type: FieldType
    meaning: str
    reference: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSchema:
    """A table: its name, what a row stands for, its columns, and those of them that tell a row from all others."""

    name: str
    summary: str
    fields: tuple[FieldSchema, ...]
    key: tuple[str, ...] = ()


def read_schemas(tables: Mapping[str, DataTable]) -> tuple[TableSchema, ...]:
    """Return what tables look like, in their order."""
    return tuple(_read_schema(tables, name) for name in tables)


def read_rows(table: DataTable) -> list[dict[str, Value]]:
    """Return the rows of a table, each by column."""
    names = [name for name, _ in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def is_address(text: object) -> bool:
    """Say whether a text is one address of the web, and nothing else.

    >>> is_address("https://a.org/x"), is_address("https://a.org/x; https://a.org/y"), is_address("javascript:f()")
    (True, False, False)
    """
    return isinstance(text, str) and _ADDRESS.fullmatch(text) is not None


def _read_schema(tables: Mapping[str, DataTable], name: str) -> TableSchema:
    table = tables[name]
    fields = (
        FieldSchema(
            name=column,
            type=_type_of(type_, _values(table, column)),
            meaning=meaning(name, column),
            reference=_reference_of(tables, name, column),
        )
        for column, type_ in table.columns
    )
    return TableSchema(name=name, summary=TABLES[name], fields=tuple(fields), key=_key_of(table, name))


def _values(table: DataTable, column: str) -> list[Value]:
    place = [name for name, _ in table.columns].index(column)
    return [row[place] for row in table.rows]


def _type_of(type_: type, values: Iterable[Value]) -> FieldType:
    if type_ is not str:
        return "integer" if type_ is int else "boolean"
    texts = [value for value in values if isinstance(value, str)]
    if texts and all(map(is_address, texts)):
        return "address"
    return "date" if texts and all(map(_DATE.fullmatch, texts)) else "text"


def _key_of(table: DataTable, name: str) -> tuple[str, ...]:
    key = KEYS.get(name, ())
    found = list(zip(*(_values(table, column) for column in key), strict=True))
    is_key = len(set(found)) == len(found) and not any(None in values for values in found)
    return key if is_key else ()


def _reference_of(tables: Mapping[str, DataTable], name: str, column: str) -> tuple[str, str] | None:
    target = REFERENCES.get((name, column))
    if target is None or _key_of(tables[target[0]], target[0]) != (target[1],):
        return None
    values = {value for value in _values(tables[name], column) if value is not None}
    return target if values <= set(_values(tables[target[0]], target[1])) else None
