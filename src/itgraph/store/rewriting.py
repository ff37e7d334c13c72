"""Small changes to the text of a query that leave what it means as it is.

A query is read as a row of tokens: strings, comments, IRIs, names, and the rest one character at a time. What is made
of it is parsed by the engine before it is sent, so that a mistake here is an error and never another answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, pairwise, takewhile
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from itgraph import terms
from itgraph.store.sparql import format_term, prologue_end

if TYPE_CHECKING:
    from collections.abc import Iterable

STRING_OR_IRI = r"""
    "{3} (?: [^"\\] | \\. | "{1,2}(?!") )*+ "{3} | '{3} (?: [^'\\] | \\. | '{1,2}(?!') )*+ '{3}
  | " (?: [^"\\\n\r] | \\. )*+ " | ' (?: [^'\\\n\r] | \\. )*+ '
  | < [^<>"{}|^`\\\x00-\x20]*+ >
"""
"""A string or an IRI of SPARQL, for a pattern with ``re.VERBOSE`` and ``re.DOTALL``."""

# Outside of strings, IRIs and comments, all that is not ASCII is part of a name, or the query is none.
_LETTER = r"[A-Za-z0-9_\x80-\U0010ffff]"
_IN_NAME = r"[A-Za-z0-9_\x80-\U0010ffff:%-]"

_TOKEN = re.compile(
    rf"""
    (?P<skip> [ \t\r\n]++ | \#[^\n\r]*+ )
  | (?P<text> {STRING_OR_IRI} )
  | (?P<variable> [?$] {_LETTER}++ )
  | (?P<language> @ [A-Za-z0-9-]++ )
  | (?P<number> [0-9]++ )
  | (?P<word> (?: {_LETTER} | : ) (?: {_IN_NAME} | \.++ (?={_IN_NAME}|\\) | \\. )*+ )
  | (?P<sign> . )
    """,
    re.VERBOSE | re.DOTALL,
)


_BACKSLASH = "\\"

_AFTER_PATTERN = {"GROUP", "HAVING", "ORDER", "ORDERBY", "LIMIT", "OFFSET", "VALUES"}

OWN_VARIABLE = "itgraph_"
"""What the variables that are added to a query begin with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        return self.text.upper()


def _tokens(sparql: str) -> Iterator[_Token]:
    """Iterate over what is neither white space nor a comment."""
    for match in _TOKEN.finditer(sparql):
        if match.lastgroup != "skip":
            yield _Token(text=match[0], start=match.start(), end=match.end())


def declare_prefixes(sparql: str) -> str:
    r"""Declare those of our prefixes that a query uses and does not declare: other engines do not know them.

    Names with escapes, which not every engine reads, are written in full.

    >>> declare_prefixes("ASK { itm:llama ?p 'rdf:type' }")
    "PREFIX itm: <https://w3id.org/itgraph/model/> ASK { itm:llama ?p 'rdf:type' }"
    >>> declare_prefixes(r"ASK { itr:2024-10-15\/models\/4 ?p 1 }")
    'ASK { <https://w3id.org/itgraph/row/2024-10-15/models/4> ?p 1 }'
    """
    tokens = list(_tokens(sparql))
    declared = {
        name.text[:-1]: iri.text[1:-1]
        for word, name, iri in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if word.word == "PREFIX" and name.text.endswith(":")
    }
    namespaces = terms.PREFIXES | declared
    used: set[str] = set()
    parts: list[str] = []
    done = 0
    for token in tokens:
        prefix, colon, local = token.text.partition(":")
        if not colon or prefix not in namespaces:
            continue
        if "\\" in local:
            parts += [sparql[done : token.start], f"<{namespaces[prefix] + local.replace(_BACKSLASH, '')}>"]
            done = token.end
        else:
            used.add(prefix)
    missing = [prefix for prefix in terms.PREFIXES if prefix in used - declared.keys()]
    declarations = "".join(f"PREFIX {prefix}: <{terms.PREFIXES[prefix]}> " for prefix in missing)
    return declarations + "".join(parts) + sparql[done:]


def leave_out_graphs(sparql: str, graphs: Iterable[str]) -> str:
    """Keep ``GRAPH ?g`` from ranging over some graphs.

    A FILTER is put before it; a filter is of the whole group that it stands in, wherever it stands.

    >>> leave_out_graphs("ASK { GRAPH ?g { ?s ?p 'GRAPH ?g' } }", ["http://a.example/"])
    "ASK { FILTER(?g NOT IN (<http://a.example/>)) GRAPH ?g { ?s ?p 'GRAPH ?g' } }"
    """
    names = ", ".join(format_term(NamedNode(iri)) for iri in graphs)
    return _rewrite_graphs(
        sparql, lambda name: f"FILTER({name} NOT IN ({names})) GRAPH {name}" if names and name[0] in "?$" else None
    )


def vary_graphs(sparql: str) -> str:
    """Write each ``GRAPH <name>`` with a variable: beside a chosen default graph, Virtuoso finds nothing by name.

    >>> vary_graphs("ASK { GRAPH <http://a.example/> { ?s ?p ?o } }")
    'ASK { FILTER(?itgraph_1 = <http://a.example/>) GRAPH ?itgraph_1 { ?s ?p ?o } }'
    """
    numbers = count(1)

    def vary(name: str) -> str | None:
        if name[0] in "?$":
            return None
        variable = f"?{OWN_VARIABLE}{next(numbers)}"
        return f"FILTER({variable} = {name}) GRAPH {variable}"

    return _rewrite_graphs(sparql, vary)


def _rewrite_graphs(sparql: str, rewrite: Callable[[str], str | None]) -> str:
    """Replace each GRAPH and the name after it by what a function makes of the name, if it makes something."""
    parts: list[str] = []
    done = 0
    for token, name in pairwise(_tokens(sparql)):
        if token.word == "GRAPH" and (new := rewrite(name.text)) is not None:
            parts += [sparql[done : token.start], new]
            done = name.end
    return "".join(parts) + sparql[done:]


def names_dataset(sparql: str) -> bool:
    """Say whether a query chooses its own graphs, with FROM."""
    return any(token.word == "FROM" for token in _tokens(sparql))


def is_ordered(sparql: str) -> bool:
    """Say whether an ORDER BY stands anywhere in a query."""
    # Our engine takes the two words written as one.
    return any(token.word in {"ORDER", "ORDERBY"} for token in _tokens(sparql))


def wrap(sparql: str, head: str, tail: str = "") -> str:
    r"""Ask something of the rows of a SELECT: it becomes a subquery; its prologue and its FROM stay outside.

    >>> wrap("PREFIX a: <http://a.example/> SELECT ?x { ?x a a:b }", "SELECT (COUNT(*) AS ?n)")
    'PREFIX a: <http://a.example/> SELECT (COUNT(*) AS ?n) WHERE { {\nSELECT ?x { ?x a a:b }\n} }'
    """
    end = prologue_end(sparql)
    body, dataset = _split_dataset(sparql[end:])
    return f"{sparql[:end]}{head} {dataset}WHERE {{ {{\n{body}\n}} }}{tail}"


def _split_dataset(body: str) -> tuple[str, str]:
    """Take FROM and FROM NAMED, which no subquery may have, out of a SELECT."""
    tokens = list(_tokens(body))
    parts: list[str] = []
    clauses: list[str] = []
    done = 0
    for token, second, third in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if token.word == "FROM":
            name = third if second.word == "NAMED" else second
            parts.append(body[done : token.start])
            clauses.append(f"FROM NAMED {name.text} " if name is third else f"FROM {name.text} ")
            done = name.end
    return "".join(parts) + body[done:], "".join(clauses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Construction:
    """A CONSTRUCT in two halves: the SELECT that finds its solutions, and the template that they fill."""

    prologue: str
    template: str
    solutions: str

    def fill(self, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
        """Return the CONSTRUCT for solutions that are known."""
        variables = " ".join(f"?{name}" for name in columns)
        data = "\n".join(f"({' '.join('UNDEF' if term is None else str(term) for term in row)})" for row in rows)
        return f"{self.prologue}CONSTRUCT {self.template} WHERE {{ VALUES ({variables}) {{\n{data}\n}} }}"


def split_construct(sparql: str) -> Construction | None:
    """Take a CONSTRUCT apart; ``None`` if it is none.

    >>> split_construct("CONSTRUCT { ?s a 'x}' } WHERE { ?s ?p ?o } LIMIT 2").solutions
    'SELECT * WHERE { ?s ?p ?o } LIMIT 2'
    >>> split_construct("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 2").template
    '{ ?s ?p ?o }'
    """
    end = prologue_end(sparql)
    body = sparql[end:]
    tokens = list(_tokens(body))
    if not tokens or tokens[0].word != "CONSTRUCT":
        return None
    opening = next((place for place, token in enumerate(tokens) if token.text == "{"), len(tokens))
    depth = 0
    for token in tokens[opening:]:
        depth += (token.text == "{") - (token.text == "}")
        if depth == 0:
            template = body[tokens[opening].start : token.end]
            # Of the short form, the pattern is the template too.
            rest = body[token.end :] if opening == 1 else body[tokens[1].start :]
            return Construction(
                prologue=sparql[:end], template=template, solutions=f"{sparql[:end]}SELECT * {rest.lstrip()}"
            )
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A DESCRIBE in two halves: the resources that it names, and the SELECT that finds others, or nothing."""

    named: str
    found: str


def split_describe(sparql: str) -> Question | None:
    """Take a DESCRIBE apart into two SELECTs; ``None`` if it is none.

    >>> split_describe("DESCRIBE <http://a.example/> ?x WHERE { ?x a ?c }").found
    'SELECT ?x WHERE { ?x a ?c }'
    >>> split_describe("DESCRIBE <http://a.example/>").named
    'SELECT ?itgraph_s WHERE { VALUES ?itgraph_s { <http://a.example/> } }'
    """
    end = prologue_end(sparql)
    prologue, body = sparql[:end], sparql[end:]
    tokens = list(_tokens(body))
    if not tokens or tokens[0].word != "DESCRIBE":
        return None
    names = list(takewhile(lambda token: token.text[0] in "?$*<" or ":" in token.text, tokens[1:]))
    variables = [name.text for name in names if name.text[0] in "?$*"]
    constants = [name.text for name in names if name.text[0] not in "?$*"]
    rest = _with_pattern(body[names[-1].end :]) if names else ""
    subject = f"?{OWN_VARIABLE}s"
    return Question(
        named=f"{prologue}SELECT {subject} WHERE {{ VALUES {subject} {{ {' '.join(constants)} }} }}",
        found=f"{prologue}SELECT {' '.join(variables)}{rest}" if variables else "",
    )


def _with_pattern(rest: str) -> str:
    """Give what follows the names of a DESCRIBE a pattern, which only there may be left out."""
    tokens = list(_tokens(rest))
    first = next((token for token in tokens if token.text == "{" or token.word in _AFTER_PATTERN), None)
    if first is not None and first.text == "{":
        return rest
    place = first.start if first else tokens[-1].end if tokens else 0
    return f"{rest[:place]} {{}} {rest[place:]}"
