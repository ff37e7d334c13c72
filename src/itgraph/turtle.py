"""Turtle and TriG for people: in reading order, under headings, each name as short as it can be.

Terms without a prefix of their own are written relative to ``@base``: ``<row/2024-10-15/datasets/7>``.
Literals come out in the short forms of Turtle only where these stand for exactly the same literal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from itgraph import terms
from itgraph.arrangement import Block, Term, arrange, node_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WIDTH = 110
_INDENT = "    "

# Names that are the same in Turtle as in the IRI, without escapes; both leave out much that is allowed.
_LOCAL_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_RELATIVE_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
_SHORT_FORMS = {
    terms.XSD_INTEGER: re.compile(r"0|-?[1-9][0-9]*"),
    terms.XSD + "decimal": re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+"),
    terms.XSD + "double": re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+E-?[0-9]+"),
    terms.XSD_BOOLEAN: re.compile(r"true|false"),
}

# Escaped: what the grammar forbids, what cannot be seen, what ends a line for some tools, and what turns the
# direction of text. In a long string a double quote is escaped where another follows or the string ends.
_INVISIBLE = "\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff"
_TO_ESCAPE = re.compile(rf'[{_INVISIBLE}\t\n\\"]')
_TO_ESCAPE_LONG = re.compile(rf'[{_INVISIBLE}\\]|"(?="|\Z)')
_TO_ESCAPE_IRI = re.compile(rf"[{_INVISIBLE}\t\n <>\"{{}}|^`\\]")
_ESCAPES = {"\t": r"\t", "\n": r"\n", "\r": r"\r", "\f": r"\f", "\b": r"\b", '"': r"\"", "\\": r"\\"}


def format_turtle(quads: Iterable[Quad]) -> bytes:
    """Write the default graph of quads as Turtle.

    >>> llama, label = NamedNode(terms.BASE + "model/llama"), NamedNode(terms.RDFS_LABEL)
    >>> print(format_turtle([Quad(llama, label, Literal("LLaMA"))]).decode().splitlines()[-1])
    itm:llama rdfs:label "LLaMA" .
    """
    return format_trig(quad for quad in quads if isinstance(quad.graph_name, DefaultGraph))


def format_trig(quads: Iterable[Quad]) -> bytes:
    """Write quads as TriG: the default graph, then the named graphs."""
    arrangement = arrange(quads)
    writer = _Writer()
    body: list[str] = []
    for section in arrangement.sections:
        body.append(_heading(section.title))
        body.extend(writer.block(block, "") for block in section.blocks)
    title = ""
    for graph in arrangement.graphs:
        if graph.title != title:
            title = graph.title
            body.append(_heading(title))
        blocks = "\n".join(writer.block(block, _INDENT) for block in graph.blocks)
        body.append(f"GRAPH {writer.node(graph.name)} {{\n{blocks}}}\n")
    return "\n".join(["".join(writer.header()), *body]).encode()


def _heading(title: str) -> str:
    return f"# --- {title} ".ljust(_WIDTH, "-") + "\n"


@dataclass(slots=True)
class _Writer:
    """Writes terms, and notes which prefixes it used."""

    names: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    prefixes: dict[str, str] = field(
        default_factory=lambda: {space: prefix for prefix, space in terms.PREFIXES.items()}
    )

    def header(self) -> Iterator[str]:
        if "" in self.used:
            yield f"@base <{terms.BASE}> .\n"
        for prefix, namespace in terms.PREFIXES.items():
            if prefix in self.used:
                yield f"@prefix {prefix}: <{namespace}> .\n"

    def block(self, block: Block, indent: str) -> str:
        inner = indent + _INDENT
        lines = []
        for predicate, objects in block.properties:
            verb = "a" if predicate == terms.RDF_TYPE else self.node(predicate)
            texts = [self.term(object_) for object_ in objects]
            if len(texts) > 1 and sum(map(len, texts)) + 2 * len(texts) + len(verb) > _WIDTH - len(inner):
                separator = f",\n{inner}{_INDENT}"
                lines.append(f"{verb}\n{inner}{_INDENT}{separator.join(texts)}")
            else:
                lines.append(f"{verb} {', '.join(texts)}")
        separator = f" ;\n{inner}"
        return f"{indent}{self.node(block.subject)} {separator.join(lines)} .\n"

    def term(self, term: Term) -> str:
        if isinstance(term, NamedNode):
            return self.node(term.value)
        if isinstance(term, Literal):
            return self.literal(term)
        return node_key(term)

    def node(self, key: str) -> str:
        name = self.names.get(key)
        if name is None:
            name = self.names[key] = self._name(key)
        return name

    def _name(self, key: str) -> str:
        if key.startswith("_:"):
            return key
        end = max(key.rfind("/"), key.rfind("#")) + 1
        prefix = self.prefixes.get(key[:end])
        if prefix is not None and _LOCAL_NAME.fullmatch(key, end):
            self.used.add(prefix)
            return f"{prefix}:{key[end:]}"
        if key.startswith(terms.BASE) and _RELATIVE_PATH.fullmatch(key, len(terms.BASE)):
            self.used.add("")
            return f"<{key[len(terms.BASE) :]}>"
        return f"<{_TO_ESCAPE_IRI.sub(_escape_code, key)}>"

    def literal(self, literal: Literal) -> str:
        value = literal.value
        if literal.language:
            direction = f"--{literal.direction.value}" if literal.direction else ""
            return f"{_quote(value)}@{literal.language}{direction}"
        datatype = literal.datatype.value
        if datatype == terms.XSD_STRING:
            return _quote(value)
        short = _SHORT_FORMS.get(datatype)
        if short is not None and short.fullmatch(value):
            return value
        return f"{_quote(value)}^^{self.node(datatype)}"


def _quote(value: str) -> str:
    if "\n" in value:
        return f'"""{_TO_ESCAPE_LONG.sub(_escape, value)}"""'
    return f'"{_TO_ESCAPE.sub(_escape, value)}"'


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or _escape_code(match)


def _escape_code(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04X}"
