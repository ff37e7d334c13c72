"""The saved questions of ``queries/*.rq``: a file is a question, and runs as it stands in any SPARQL engine.

A file begins with a header of YAML in comments (the form of grlc)::

    #+ summary: Models that were tuned from a model
    #+ description: Directly, and not by way of others.
    #+ tags: [lineage]
    #+ parameters:
    #+   - {name: base, type: model, default: LLaMA, help: The base model}
    #+ columns:
    #+   model: The tuned model
    #+ since: 0.1.0
    PREFIX itg: <https://w3id.org/itgraph/ontology#>
    PREFIX itm: <https://w3id.org/itgraph/model/>
    SELECT ?model WHERE {
      VALUES ?base { itm:llama }
      ?model itg:baseModel ?base .
    } ORDER BY ?model

A parameter is a line ``VALUES ?name { default }``. Binding it replaces what stands in its braces by RDF
terms, each made and written by the engine; what a caller gives is looked up or becomes a literal, and is not
pasted into the query.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from pyoxigraph import Literal, NamedNode

from itgraph import terms
from itgraph.errors import ParameterError, QueryError, SourceError, UnknownNameError, UnknownQueryError
from itgraph.headers import parse_header
from itgraph.lookup import KINDS, RECORD_KINDS, SCHEMES, Thing, get_thing, is_known_iri, parse_iri
from itgraph.names import nearest
from itgraph.resources import queries_path
from itgraph.results import Table, make_table
from itgraph.store import find_lineage_index, format_term, projection
from itgraph.store.rewriting import STRING_OR_IRI

if TYPE_CHECKING:
    from pathlib import Path

    from itgraph.families import Rows
    from itgraph.store import Answer, Store

TYPES: tuple[str, ...] = (*KINDS, "thing", *RECORD_KINDS, *SCHEMES, "iri", "string", "integer", "enum")
"""What a parameter can be: a thing of a kind (``thing``: of any that is named), an IRI, or a literal."""

_Term: TypeAlias = NamedNode | Literal
ParameterValue: TypeAlias = str | int | Thing
Parameters: TypeAlias = Mapping[str, ParameterValue | Sequence[ParameterValue]]
"""What callers give: for each name one value, or several of which any may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of a saved query; ``values`` are those of an enum; without a default it does not restrict.

    ``default`` is what a caller would write for what the file holds: ``Alpaca`` for ``itm:alpaca``.
    """

    name: str
    type: str
    help: str
    default: tuple[str, ...] = ()
    values: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        return {
            "name": self.name,
            "type": self.type,
            "help": self.help,
            "default": list(self.default),
            "values": list(self.values),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the answer, and what it means."""

    name: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A saved query; ``sparql`` is the whole file, header included.

    ``answers`` are the numbers of the competency questions of the field that it answers, in whole or in part.
    """

    name: str
    summary: str
    description: str = ""
    tags: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    columns: tuple[Column, ...]
    since: str = ""
    answers: tuple[int, ...] = ()
    sparql: str


# -- The catalogue -------------------------------------------------------------------------------------------


def load_queries(folder: Path | None = None) -> tuple[Query, ...]:
    """Read every query of a folder, by default those that are shipped, in the order of their names.

    Raises:
        SourceError: a file is not as it should be.
        QuerySyntaxError: a query is not SPARQL.
    """
    paths = sorted((folder or queries_path()).glob("*.rq"))
    return tuple(read_query(path) for path in paths)


def get_query(name: str, folder: Path | None = None) -> Query:
    """Read one query.

    Raises:
        UnknownQueryError: there is none of this name; suggests the nearest.
        SourceError: its file is not as it should be.
        QuerySyntaxError: it is not SPARQL.
    """
    folder = folder or queries_path()
    path = folder / f"{name}.rq"
    # The pattern first: a name is never a path.
    if not re.fullmatch(_NAME, name) or not path.is_file():
        raise UnknownQueryError(name, suggestions=nearest(name, (path.stem for path in folder.glob("*.rq"))))
    return read_query(path)


def read_query(path: Path) -> Query:
    """Read a query and check that its header says what its SPARQL does.

    Raises:
        SourceError: the file cannot be read, or the header and the query do not agree.
        QuerySyntaxError: it is not SPARQL.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"the query cannot be read: {error}", path=path) from error
    try:
        query = _make_query(path.stem, _Header(parse_header(text, path), _HEADER_KEYS, "the header"), text)
    except _HeaderError as error:
        raise SourceError(str(error), path=path) from error
    found = projection(text, source=str(path))
    if found is None:
        raise SourceError("a saved query is a SELECT", path=path)
    described = tuple(column.name for column in query.columns)
    if described != found:
        message = f"the header describes the columns {', '.join(described)}; the query has {', '.join(found)}"
        raise SourceError(message, path=path)
    return query


def catalogue_table(queries: Sequence[Query]) -> Table:
    """Return the catalogue as a table: what can be asked, and with which parameters."""
    rows = [
        (query.name, query.summary, ", ".join(query.tags), ", ".join(p.name for p in query.parameters))
        for query in queries
    ]
    return make_table(("name", "summary", "tags", "parameters"), rows)


# -- Asking --------------------------------------------------------------------------------------------------


def run(query: Query, store: Store, parameters: Parameters | None = None) -> Table:
    """Answer a saved query; parameters that are not given keep the defaults of the file.

    Where an index of lineage stands beside the store, it answers those of the shipped questions that are about whole
    families (:mod:`itgraph.families`), with the rows that their SPARQL gives.

    Raises:
        QueryError: as with :func:`bind`.
        StoreError: the store failed.
    """
    given = _look_up(query, parameters or {}, store)
    meanings = {column.name: column.meaning for column in query.columns}
    rows = _ask_index(query, given, store)
    if rows is not None:
        return Table(columns=tuple(meanings), rows=rows, summary=query.summary, column_help=meanings)
    answer = store.query(_replace_values(query, given), source=query.name)
    if not isinstance(answer, Table):
        raise QueryError(f"{query.name} is not a SELECT query")
    return Table(columns=answer.columns, rows=answer.rows, summary=query.summary, column_help=meanings)


def _ask_index(query: Query, given: Mapping[str, Sequence[_Term]], store: Store) -> Rows | None:
    """Answer a query by the index of lineage; ``None`` where there is none, or it is no question for it."""
    index = find_lineage_index(store)
    if index is None:
        return None
    # Only now: most graphs have none.
    from itgraph.families import QUESTIONS, find_rows

    # Somebody's own question may have the name of one of ours.
    if query.name not in QUESTIONS or query.sparql != _read_shipped(query.name):
        return None
    things: dict[str, str] = {}
    for parameter in query.parameters:
        if parameter.name in given:
            iris = [term.value for term in given[parameter.name]]
        else:
            iris = [iri for text in parameter.default if (iri := parse_iri(text))]
        if len(iris) != 1:
            return None
        things[parameter.name] = iris[0]
    return find_rows(query.name, index, things)


def _read_shipped(name: str) -> str:
    return (queries_path() / f"{name}.rq").read_text(encoding="utf-8")


def ask_store(store: Store, sparql: str, *, source: str | None = None) -> Answer:
    """Answer a query that somebody wrote, of any form: a table, a bool or triples.

    Errors say where, in ``source`` (the file that it was read from) if that is given.

    Raises:
        QuerySyntaxError: it is not SPARQL.
        QueryRefusedError: it uses SERVICE or is an update.
        StoreError: the store failed.

    >>> from itgraph.store import EmbeddedStore
    >>> ask_store(EmbeddedStore(), "ASK { ?model a itg:Model }")
    False
    """
    return store.query(sparql, source=source)


def parse_parameters(query: Query, arguments: Sequence[str]) -> dict[str, list[str]]:
    """Read ``name=value`` as typed on a command line; a name that is given twice has two values.

    Raises:
        ParameterError: an argument has no ``=``, or the query has no such parameter.

    >>> parameter = Parameter(name="model", type="model", help="The model")
    >>> query = Query(name="q", summary="", parameters=(parameter,), columns=(), sparql="")
    >>> parse_parameters(query, ["model=Alpaca", "model=Vicuna"])
    {'model': ['Alpaca', 'Vicuna']}
    """
    values: dict[str, list[str]] = {}
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if not equals:
            first = query.parameters[0].name if query.parameters else "name"
            message = f"expected name=value, such as {first}={argument}"
            raise ParameterError(message, parameter=argument, query=query.name)
        _get_parameter(query, name)
        values.setdefault(name, []).append(value)
    return values


def _get_parameter(query: Query, name: str) -> Parameter:
    for parameter in query.parameters:
        if parameter.name == name:
            return parameter
    known = ", ".join(parameter.name for parameter in query.parameters)
    there = f"choose one of {known}" if known else "the query has none"
    raise ParameterError(f"there is no such parameter; {there}", parameter=name, query=query.name)


def bind(query: Query, parameters: Parameters, store: Store) -> str:
    """Return the SPARQL of a query with its parameters set; names are looked up in the store.

    Raises:
        ParameterError: a parameter is unknown, or a value does not fit its type.
        UnknownNameError: nothing of the right kind is called so.
        AmbiguousNameError: several things are.
    """
    return _replace_values(query, _look_up(query, parameters, store))


def _look_up(query: Query, parameters: Parameters, store: Store) -> dict[str, tuple[_Term, ...]]:
    """Return the terms that are given for each parameter, each once."""
    found: dict[str, tuple[_Term, ...]] = {}
    for name, given in parameters.items():
        parameter = _get_parameter(query, name)
        values = [given] if isinstance(given, str | int | Thing) else list(given)
        if not values:
            raise ParameterError("no value is given", parameter=name, query=query.name)
        found[name] = tuple(dict.fromkeys(_make_term(parameter, value, query, store) for value in values))
    return found


def _replace_values(query: Query, given: Mapping[str, Sequence[_Term]]) -> str:
    if not given:
        return query.sparql
    text = _replace_blocks(query.sparql, {name: " ".join(map(format_term, values)) for name, values in given.items()})
    if projection(text, source=query.name) != tuple(column.name for column in query.columns):
        raise ParameterError("the values change the query", parameter=", ".join(given), query=query.name)
    return text


def _make_term(parameter: Parameter, value: ParameterValue, query: Query, store: Store) -> _Term:
    text = value.iri if isinstance(value, Thing) else str(value)
    try:
        if parameter.type in {"string", "enum", "integer"}:
            return _make_literal(parameter, text)
        if parameter.type == "iri":
            return _make_iri(text, store)
    except ValueError as error:
        raise ParameterError(str(error), parameter=parameter.name, query=query.name) from error
    return NamedNode(get_thing(store, text, parameter.type).iri)


def _make_literal(parameter: Parameter, text: str) -> Literal:
    if parameter.type == "integer":
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", text.strip()):
            raise ValueError(f"expected an integer, not {text!r}")
        return Literal(int(text))
    if parameter.type == "enum" and text not in parameter.values:
        raise ValueError(f"{text!r} is not one of {', '.join(parameter.values)}")
    try:
        return Literal(text)
    except ValueError as error:  # a lone surrogate, from an argument that is not UTF-8
        raise ValueError(f"{text!r} is not text") from error


def _make_iri(text: str, store: Store) -> NamedNode:
    """Make an IRI of a text; one of ours must be in the graph, for it is a slip of the pen if it is not."""
    iri = parse_iri(text)
    if iri is None:
        raise ValueError(f"expected an IRI or a CURIE, not {text!r}")
    if iri.startswith(terms.BASE) and not is_known_iri(store, iri):
        raise UnknownNameError(text)
    return NamedNode(iri)


# -- VALUES lines --------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    rf"""
    \#[^\n\r]*+ | {STRING_OR_IRI} | \\.
  | (?<![\w?$:.-]) VALUES [ \t]* [?$](?P<name>\w+) [ \t]*
    \{{ (?P<values> (?: {STRING_OR_IRI} | [^}}"'<\#\n\r] )*+ ) \}}
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
"""Comments, strings and IRIs, to be passed over; and data blocks of one line and one variable."""


def _find_blocks(sparql: str) -> dict[str, list[str]]:
    """Return what stands in the one-line data blocks of a query, by variable."""
    found: dict[str, list[str]] = {}
    for match in _TOKEN.finditer(sparql):
        if match["name"]:
            found.setdefault(match["name"], []).append(match["values"].strip())
    return found


def _replace_blocks(sparql: str, bound: Mapping[str, str]) -> str:
    def replace(match: re.Match[str]) -> str:
        name = match["name"]
        return f"VALUES ?{name} {{ {bound[name]} }}" if name in bound else match[0]

    return _TOKEN.sub(replace, sparql)


# -- Headers -------------------------------------------------------------------------------------------------

_NAME = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_HEADER_KEYS = ("summary", "description", "tags", "parameters", "columns", "since", "answers")
_PARAMETER_KEYS = ("name", "type", "default", "help", "values")
_COLUMN_KEYS = ("name", "meaning")


class _HeaderError(ValueError):
    """A header that is not as it should be; :func:`read_query` says of which file."""


class _Header:
    """A YAML mapping, read strictly."""

    def __init__(self, value: Any, keys: tuple[str, ...], where: str) -> None:
        if not isinstance(value, dict):
            raise _HeaderError(f"{where} must be a mapping of {', '.join(keys)}")
        if unknown := [str(key) for key in value if key not in keys]:
            raise _HeaderError(f"{where} has the unknown key {', '.join(unknown)}; choose one of {', '.join(keys)}")
        self._value = value
        self._where = where

    def text(self, key: str, *, required: bool = True) -> str:
        value = self._value.get(key)
        if value is None and not required:
            return ""
        if not isinstance(value, str) or not value.strip():
            raise _HeaderError(f"{self._where}: {key} must be text (in quotes, if YAML reads it otherwise)")
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._value.get(key)
        values = [] if value is None else value if isinstance(value, list) else [value]
        if not all(isinstance(item, str | int) and not isinstance(item, bool) for item in values):
            raise _HeaderError(f"{self._where}: {key} must be text, or a list of texts (in quotes)")
        return tuple(str(item) for item in values)

    def numbers(self, key: str) -> tuple[int, ...]:
        values = self._value.get(key) or []
        if not isinstance(values, list) or not all(isinstance(n, int) and not isinstance(n, bool) for n in values):
            raise _HeaderError(f"{self._where}: {key} must be a list of numbers")
        return tuple(values)

    def items(self, key: str) -> list[Any]:
        value = self._value.get(key) or []
        if not isinstance(value, list):
            raise _HeaderError(f"{self._where}: {key} must be a list")
        return value

    def get(self, key: str) -> Any:
        return self._value.get(key)


def _make_query(name: str, header: _Header, text: str) -> Query:
    if not re.fullmatch(_NAME, name):
        raise _HeaderError("the file of a query is called in lower-case words joined by hyphens")
    summary = header.text("summary")
    if "\n" in summary:
        raise _HeaderError("the summary must be one line; more goes into the description")
    parameters = tuple(_make_parameter(item) for item in header.items("parameters"))
    _check_blocks(parameters, _find_blocks(text))
    return Query(
        name=name,
        summary=summary,
        description=header.text("description", required=False),
        tags=header.texts("tags"),
        parameters=parameters,
        columns=_make_columns(header.get("columns")),
        since=header.text("since", required=False),
        answers=header.numbers("answers"),
        sparql=text,
    )


def _make_parameter(item: Any) -> Parameter:
    header = _Header(item, _PARAMETER_KEYS, "a parameter")
    name, type_ = header.text("name"), header.text("type")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise _HeaderError(f"the parameter {name!r} must be called in snake_case")
    if type_ not in TYPES:
        raise _HeaderError(f"the parameter {name} has the unknown type {type_!r}; choose one of {', '.join(TYPES)}")
    values = header.texts("values")
    if (type_ == "enum") != bool(values):
        raise _HeaderError(f"the parameter {name}: an enum needs values, and only an enum has them")
    default = header.texts("default")
    if values and not set(default) <= set(values):
        raise _HeaderError(f"the parameter {name}: its default is not one of its values")
    return Parameter(name=name, type=type_, help=header.text("help"), default=default, values=values)


def _check_blocks(parameters: tuple[Parameter, ...], blocks: dict[str, list[str]]) -> None:
    names = [parameter.name for parameter in parameters]
    if len(set(names)) < len(names):
        raise _HeaderError("two parameters have the same name")
    for parameter in parameters:
        name = parameter.name
        if name not in blocks:
            raise _HeaderError(f"the parameter {name} needs a line VALUES ?{name} {{ ... }} in the query")
        if len(set(blocks[name])) > 1:
            raise _HeaderError(f"the lines VALUES ?{name} {{ ... }} differ; they are one parameter")
        if bool(parameter.default) == (blocks[name][0].upper() == "UNDEF"):
            raise _HeaderError(f"the parameter {name}: no default and VALUES ?{name} {{ UNDEF }} go together")


def _make_columns(value: Any) -> tuple[Column, ...]:
    if isinstance(value, dict):
        value = [{"name": name, "meaning": meaning} for name, meaning in value.items()]
    if not isinstance(value, list) or not value:
        raise _HeaderError("columns must be a mapping of name to meaning, or a list of name and meaning")
    headers = [_Header(item, _COLUMN_KEYS, "a column") for item in value]
    return tuple(Column(name=header.text("name"), meaning=header.text("meaning")) for header in headers)
