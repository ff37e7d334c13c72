"""What SPARQL servers answer, read strictly, and spelled as our own engine spells it.

Virtuoso writes booleans as 0 and 1, integers of more than 31 bits as decimals, and the answer to an ASK as a table.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import Literal, NamedNode, QueryBoolean, QueryResultsFormat, RdfFormat, Triple

from itgraph import terms
from itgraph.store.rewriting import OWN_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from itgraph.results import Term

Row = tuple["Term | None", ...]

RESULTS = "application/sparql-results+json"
TRIPLES = "application/n-triples"

_BOOLEAN = NamedNode(terms.XSD + "boolean")
_INTEGER = NamedNode(terms.XSD + "integer")
_DECIMAL = NamedNode(terms.XSD + "decimal")
_BOOLEANS = {"0": "false", "1": "true"}
_SMALLEST_WIDE = 2**31


class BadAnswerError(Exception):
    """An answer that is not what was asked for."""


def read_rows(body: bytes, columns: Sequence[str]) -> list[Row]:
    """Read the rows of a SELECT, its columns in the order in which they were asked for.

    Raises:
        BadAnswerError: they are no rows, or of other columns.
    """
    names, found = _read(body)
    if names is None:
        raise BadAnswerError("it answered with true or false instead of rows")
    # After SELECT *, a variable that we have added to the query comes along.
    strange = {name for name in set(names) - set(columns) if not name.startswith(OWN_VARIABLE)}
    if strange or not set(columns) <= set(names):
        raise BadAnswerError(f"it answered with the columns {', '.join(names)} instead of {', '.join(columns)}")
    places = [names.index(name) for name in columns]
    return [tuple(None if (term := row[place]) is None else normalize(term) for place in places) for row in found]


def read_bool(body: bytes) -> bool:
    """Read the answer to an ASK.

    Raises:
        BadAnswerError: it is neither true nor false.
    """
    names, found = _read(body)
    if names is None:
        return bool(found)
    if [name.upper() for name in names] != ["__ASK_RETVAL"]:
        raise BadAnswerError("it answered with rows instead of true or false")
    return any(getattr(term, "value", "0") not in {"0", "false"} for (term,) in found)


def read_triples(body: bytes) -> list[Triple]:
    """Read N-Triples.

    Raises:
        BadAnswerError: they are none.
    """
    try:
        return [
            Triple(quad.subject, quad.predicate, normalize(quad.object))
            for quad in pyoxigraph.parse(body, format=RdfFormat.N_TRIPLES)
        ]
    except (SyntaxError, ValueError) as error:
        raise BadAnswerError(f"its answer is broken: {error}") from error


def normalize(term: Term) -> Term:
    """Spell a term as our own engine does.

    >>> normalize(Literal("1", datatype=NamedNode(terms.XSD + "boolean")))
    <Literal value=true datatype=<NamedNode value=http://www.w3.org/2001/XMLSchema#boolean>>
    """
    if not isinstance(term, Literal):
        return term
    if term.datatype == _BOOLEAN:
        return Literal(_BOOLEANS.get(term.value, term.value), datatype=_BOOLEAN)
    # Not int, which refuses thousands of digits.
    if (
        term.datatype == _DECIMAL
        and re.fullmatch(r"-?[0-9]+", term.value)
        and Decimal(term.value).copy_abs() >= _SMALLEST_WIDE
    ):
        return Literal(term.value, datatype=_INTEGER)
    return term


def _read(body: bytes) -> tuple[list[str] | None, list[Row]]:
    """Return the columns and the rows; no columns for true, with a row, and for false, without."""
    read = _parse(body)
    if isinstance(read, str):
        raise BadAnswerError(f"its answer is broken: {read}")
    return read


def _parse(body: bytes) -> tuple[list[str] | None, list[Row]] | str:
    """Return what is said, or in words what is wrong with it.

    Nothing of the engine is left in the traceback of an error: it must not end on another thread.
    """
    try:
        found = pyoxigraph.parse_query_results(body, format=QueryResultsFormat.JSON)
        if isinstance(found, QueryBoolean):
            return None, [()] * bool(found)
        return [variable.value for variable in found.variables], [tuple(row) for row in found]
    except (SyntaxError, ValueError) as error:
        return str(error)
