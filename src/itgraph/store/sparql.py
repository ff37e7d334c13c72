"""What may be asked, and what is said to a question that is none: the engine's parser, used but not believed.

``SERVICE`` makes the engine call other servers, those of an inner network too, and there is no switch for it.
So a query that uses it never reaches an engine. Whether it does is decided by the engine's own parser, not by
a second reading of the text, which would one day take a ``<`` or a ``#`` for something else: see
:func:`require_allowed`.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from itertools import product
from string import ascii_lowercase
from typing import TYPE_CHECKING, Literal

import pyoxigraph
from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, QueryTriples

from itgraph import terms
from itgraph.errors import QueryError, QueryRefusedError, QuerySyntaxError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# A = ASCII: to the engine a long s is no s.
_SERVICE = re.compile(r"SERVICE", re.IGNORECASE | re.ASCII)
_SERVICE_SILENT = re.compile(r"SERVICE(?:(?:\s|#[^\n\r]*+)*+SILENT)?", re.IGNORECASE | re.ASCII)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_PROLOGUE = re.compile(r"(?:\s|#[^\n\r]*+|PREFIX\s*[^\s<]*\s*<[^>\s]*>|BASE\s*<[^>\s]*>)*+", re.IGNORECASE)
_UPDATE = re.compile(r"(?:INSERT|DELETE|LOAD|CLEAR|CREATE|DROP|COPY|MOVE|ADD|WITH)\b", re.IGNORECASE)

_UNKNOWN_FUNCTION = re.compile(r"The custom function <(.*)> is not supported", re.DOTALL)

_ERROR = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_KNOWN_WORDS = re.compile(r"(?:(?<=, )|^)(?:[A-Za-z_0-9]{2,}|\[_\])(?=, |$)")
_LAST_NAME = re.compile(r"(?:<[^<>]*>|[^\s<>(){}\[\],;|/^*+?!=&]+)\s*\Z")
_ROOM = " " * 20

_BATCH = 500

_NOTHING = pyoxigraph.Store()
"""An empty store: asking it is parsing, and costs nothing more."""


def format_term(term: NamedNode | pyoxigraph.Literal) -> str:
    r"""Return a term as SPARQL text on one line, safe to put into a query.

    >>> print(format_term(pyoxigraph.Literal('a "quoted"\n} line')))
    "a \"quoted\"\n} line"

    Some engines expand ``\u0022`` wherever it stands, before they look for strings (SPARQL 1.1, 19.2). So an
    escaped backslash is never followed by a bare ``u``, not even by one of the text itself. (Of eight digits,
    since rdflib reads as many after a small ``u`` too.)

    >>> print(format_term(pyoxigraph.Literal(r"\u0022 }")))
    "\\\U000000750022 }"
    """
    return guard_escapes(str(term))


def guard_escapes(text: str) -> str:
    """Write out each ``u`` after an escaped backslash, in text whose strings are escaped: see :func:`format_term`."""
    return re.sub(r"\\(?:\\[uU]?|.)", _guard_escape, text)


def iter_values(variable: str, iris: Sequence[str]) -> Iterator[str]:
    """Iterate over things as data blocks of one variable, some at a time: servers bound the length of a query.

    >>> list(iter_values("?s", ["http://a.example/", "http://b.example/"]))
    ['VALUES ?s { <http://a.example/> <http://b.example/> }']
    """
    for begin in range(0, len(iris), _BATCH):
        nodes = " ".join(format_term(NamedNode(iri)) for iri in iris[begin : begin + _BATCH])
        yield f"VALUES {variable} {{ {nodes} }}"


def _guard_escape(match: re.Match[str]) -> str:
    return match[0] if len(match[0]) == 2 else f"\\\\\\U{ord(match[0][2]):08x}"


def projection(sparql: str, *, source: str | None = None) -> tuple[str, ...] | None:
    """Return the variables that a query selects; ``None`` of a query that is not a SELECT.

    Raises:
        QuerySyntaxError: it is not SPARQL.
        QueryRefusedError: it may not be asked.

    >>> projection("SELECT ?a (COUNT(*) AS ?n) { ?a ?b ?c } GROUP BY ?a"), projection("ASK {}")
    (('a', 'n'), None)
    """
    form = read_form(sparql, source=source)
    return form if isinstance(form, tuple) else None


def read_form(sparql: str, *, source: str | None = None) -> tuple[str, ...] | Literal["ask", "graph"]:
    """Return what a query gives: the variables of a SELECT, "ask" for true or false, "graph" for triples.

    Raises:
        QuerySyntaxError: it is not SPARQL.
        QueryRefusedError: it may not be asked.

    >>> read_form("DESCRIBE itm:llama")
    'graph'
    """
    require_allowed(sparql, source=source)
    with syntax_errors(sparql, source):
        # Not kept in a variable: an error's traceback could bring it to another thread, where it must not end.
        return _form_of(_NOTHING.query(sparql, prefixes=terms.PREFIXES))


def _form_of(found: QuerySolutions | QueryBoolean | QueryTriples) -> tuple[str, ...] | Literal["ask", "graph"]:
    if isinstance(found, QuerySolutions):
        return tuple(variable.value for variable in found.variables)
    return "ask" if isinstance(found, QueryBoolean) else "graph"


def require_allowed(sparql: str, *, source: str | None = None) -> None:
    """Refuse a query that would ask another server.

    Where the word occurs, it is replaced by one that means nothing. If the query still parses, the word stood
    in a string, a comment or a name, for no other word can stand where the keyword does. If it does not, but
    would with GRAPH in that place, which has the same grammar, then it was the keyword. If neither parses, it
    is not SPARQL. In no case is anything run that the parser could have read as SERVICE.

    Raises:
        QueryRefusedError: it uses SERVICE.
        QuerySyntaxError: it contains the word and is not SPARQL.

    >>> require_allowed('SELECT ?s { ?s ?p "SERVICE <http://a> {}" }  # SERVICE')
    >>> require_allowed("SELECT ?s { SERVICE <http://a.example/> { ?s ?p ?o } }")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    itgraph.errors.QueryRefusedError: SERVICE is not allowed, since it would ask another server; ...
    """
    # To look for the word without regard to case is slow; this is not, and finds no less.
    if "service" in sparql.lower() and _SERVICE.search(sparql) and (error := _service_error(sparql)):
        raise _refusal() if error == "service" else make_syntax_error(error, sparql, source)
    if "\\" not in sparql:
        return
    expanded = _ESCAPE.sub(_expand, sparql)
    # By the specification an escape may spell a keyword. This engine does not read it so, another may.
    if expanded != sparql and _SERVICE.search(expanded) and _service_error(expanded) == "service":
        raise _refusal()


def _service_error(sparql: str) -> str | None:
    """Return "service" for a query that uses it, the parser's words for text that is none, else ``None``."""
    error = _parse_error(_without_service(sparql))
    if error is None:
        return None
    return "service" if _parse_error(_SERVICE_SILENT.sub("GRAPH", sparql)) is None else error


def _without_service(sparql: str) -> str:
    """Replace the word by one that means nothing, and is as long."""
    word = _unused_word(sparql.lower(), len("SERVICE"))
    return _SERVICE.sub(lambda match: _in_case_of(match[0], word), sparql)


def _unused_word(text: str, length: int) -> str:
    used = {text[start : start + length] for start in range(len(text))}
    return next(word for word in map("".join, product(ascii_lowercase, repeat=length)) if word not in used)


def _in_case_of(model: str, word: str) -> str:
    # ?service and ?Service are two variables, and stay two.
    return "".join(new.upper() if old.isupper() else new for old, new in zip(model, word, strict=True))


def _expand(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code < 0x110000 else match[0]


def _parse_error(sparql: str) -> str | None:
    try:
        _NOTHING.query(sparql, prefixes=terms.PREFIXES)
    except (SyntaxError, UnicodeError) as error:
        return str(error)
    return None


def _refusal() -> QueryRefusedError:
    return QueryRefusedError(
        "SERVICE is not allowed, since it would ask another server; load that data beside the graph instead"
    )


@contextmanager
def syntax_errors(sparql: str, source: str | None = None) -> Iterator[None]:
    """Turn the engine's errors about a query's text into ours."""
    try:
        yield
    except (SyntaxError, UnicodeError) as error:
        raise make_syntax_error(str(error), sparql, source) from error
    except RuntimeError as error:
        unknown = _UNKNOWN_FUNCTION.fullmatch(str(error))
        if unknown is None:
            raise
        message = f"no function is called <{unknown[1]}>; there are those of SPARQL 1.1, and the casts of XML Schema"
        raise QueryError(message) from error


def make_syntax_error(message: str, sparql: str, source: str | None) -> QuerySyntaxError | QueryRefusedError:
    """Return the error for text that the engine does not take: that it is no SPARQL, or that it is an update."""
    if _UPDATE.match(sparql, prologue_end(sparql)):
        return QueryRefusedError("this is an update: itgraph answers questions and changes nothing")
    # With room at the end, the parser can compare every word that it knows with what stands there: see _place.
    error = _ERROR.match(_parse_error(_without_service(sparql) + _ROOM) or message)
    if error is None:
        return QuerySyntaxError(f"it is not SPARQL: {message}", source=source)
    line, column = _place(sparql, int(error[1]), int(error[2]), error[3])
    text = f"it is not SPARQL near {_near(sparql, line, column)!r}{_reason(error[3])}"
    return QuerySyntaxError(text, line=line, column=column, source=source)


def _place(sparql: str, line: int, column: int, expected: str) -> tuple[int, int]:
    """Return the line and column at which text goes wrong, of those that the engine names.

    To compare a word with one that it knows, it takes as many characters as that has, and names the place after them.
    Of names and IRIs that are wrong it names the end.
    """
    offset = sum(len(text) + 1 for text in sparql.split("\n")[: line - 1]) + column - 1
    words = _KNOWN_WORDS.findall(expected)
    if words and not _KNOWN_WORDS.sub("", expected).strip(", "):
        offset -= min(map(len, words))
    offset = min(offset, len(sparql.rstrip()))
    if ("Prefix not found" in expected or "IRI parsing failed" in expected) and (
        name := _LAST_NAME.search(sparql, 0, offset)
    ):
        offset = name.start()
    before = sparql[:offset]
    return before.count("\n") + 1, offset - before.rfind("\n")


def _near(sparql: str, line: int, column: int) -> str:
    """Return the line of a place, of a long line the part around it."""
    text = sparql.split("\n")[line - 1 :][:1]
    return "".join(text)[max(0, column - 50) :][:80].strip()


def prologue_end(sparql: str) -> int:
    """Return where the declarations of a query (BASE, PREFIX) end."""
    prologue = _PROLOGUE.match(sparql)
    return prologue.end() if prologue else 0


def _reason(expected: str) -> str:
    """Return the parser's own sentence on what is wrong; its lists of what could have stood there mislead."""
    if "Prefix not found" in expected:
        return ": a prefix is not declared; write PREFIX name: <IRI> at the top"
    if "IRI parsing failed" in expected:
        return ": this is no absolute IRI"
    sentence = re.search(r"\bThe SELECT [A-Za-z ]+", expected)
    return f": {sentence[0]}" if sentence else "; check its words, brackets and dots"
