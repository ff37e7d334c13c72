"""JSON-LD, compacted by hand with ``ontology/context.jsonld``.

The context is a part of the output, so that the file explains itself and no processor has to fetch anything.
Only what our context uses is understood: prefixes, terms with an ``@type``, the container ``@set``, aliases
of keywords. Terms defined in any other way are left alone, and IRIs without a term are written as compact or
full IRIs.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from itgraph import terms
from itgraph.arrangement import Block, Term, arrange
from itgraph.errors import ExportError
from itgraph.export.rdf import require_rdf_1_1
from itgraph.resources import ontology_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Json = str | int | bool | list["Json"] | dict[str, "Json"]

_WIDTH = 110
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")  # what any JSON parser reads exactly


def format_jsonld(quads: Iterable[Quad]) -> bytes:
    """Write quads as JSON-LD: a node for each thing; that of a row or rule has what it says under ``graph``.

    Raises:
        ExportError: there is what JSON-LD cannot hold.
    """
    quads = list(quads)
    require_rdf_1_1(quads, "jsonld")
    context = json.loads((ontology_path() / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    compactor = _Compactor(context)
    arrangement = arrange(quads)
    nodes: dict[str, dict[str, Json]] = {}
    for section in arrangement.sections:
        for block in section.blocks:
            nodes[block.subject] = compactor.node(block)
    for graph in arrangement.graphs:
        node = nodes.setdefault(graph.name, {compactor.id: compactor.reference(graph.name)})
        node[compactor.graph] = [compactor.node(block) for block in graph.blocks]
    document: dict[str, Json] = {"@context": compactor.context(), "@graph": list(nodes.values())}
    return f"{_format(document, '')}\n".encode()


@dataclass(frozen=True, slots=True)
class _TermDefinition:
    name: str
    type: str | None
    is_set: bool


class _Compactor:
    """Shortens IRIs and values by a context."""

    def __init__(self, context: Mapping[str, Json]) -> None:
        self.given = context
        self.prefixes = {
            name: value for name, value in context.items() if isinstance(value, str) and value.endswith(("#", "/"))
        }
        self.by_length = sorted(self.prefixes.items(), key=lambda item: -len(item[1]))
        aliases = {value: name for name, value in context.items() if isinstance(value, str) and value.startswith("@")}
        self.id, self.type, self.graph = (aliases.get(keyword, keyword) for keyword in ("@id", "@type", "@graph"))
        self.definitions: dict[str, list[_TermDefinition]] = {}
        for name, value in context.items():
            self._define(name, value)
        self.schemes: dict[str, str] = {}
        self.compacted: dict[str, str] = {}

    def _define(self, name: str, value: Json) -> None:
        if name.startswith("@") or name in self.prefixes or name in (self.id, self.type, self.graph):
            return
        definition = {"@id": value} if isinstance(value, str) else value
        if not isinstance(definition, dict) or not set(definition) <= {"@id", "@type", "@container"}:
            return
        if definition.get("@container", "@set") != "@set":
            return
        iri, type_ = str(definition.get("@id", name)), definition.get("@type")
        coerced = None if type_ is None else str(type_)
        found = _TermDefinition(
            name,
            coerced if coerced is None or coerced.startswith("@") else self._expand(coerced),
            "@container" in definition,
        )
        self.definitions.setdefault(self._expand(iri), []).append(found)

    def _expand(self, name: str) -> str:
        prefix, colon, rest = name.partition(":")
        return self.prefixes[prefix] + rest if colon and prefix in self.prefixes else name

    def context(self) -> Json:
        """Return the context, with an alias for each scheme of IRIs that it would take for a prefix."""
        given: dict[str, Json] = dict(self.given)
        if not self.schemes:
            return given
        # Defined before the given context, where "doi:" is still the beginning of an IRI.
        extra: dict[str, Json] = {
            alias: {"@id": f"{scheme}:", "@prefix": True} for scheme, alias in sorted(self.schemes.items())
        }
        return [extra, given]

    def node(self, block: Block) -> dict[str, Json]:
        node: dict[str, Json] = {self.id: self.reference(block.subject)}
        for predicate, objects in block.properties:
            values = list(objects)
            if predicate == terms.RDF_TYPE:
                types: list[Json] = [self.name(term.value) for term in values if isinstance(term, NamedNode)]
                types += [str(term) for term in values if isinstance(term, BlankNode)]
                if types:
                    node[self.type] = types[0] if len(types) == 1 else types
                values = [term for term in values if isinstance(term, Literal)]
            by_key: dict[str, list[Json]] = {}
            sets: set[str] = set()
            for term in values:
                definition, value = self._choose(predicate, term)
                by_key.setdefault(definition.name, []).append(value)
                if definition.is_set:
                    sets.add(definition.name)
            for key, several in by_key.items():
                node[key] = several[0] if len(several) == 1 and key not in sets else several
        return node

    def _choose(self, predicate: str, term: Term) -> tuple[_TermDefinition, Json]:
        """Return the definition under which a value is shortest, and the value."""
        known = self.definitions.get(predicate)
        definitions = known or [_TermDefinition(self.reference(predicate), None, is_set=False)]
        for definition in definitions:
            if (short := self._short(definition, term)) is not None:
                return definition, short
        plainest = min(definitions, key=lambda definition: definition.type is not None)
        if not isinstance(term, Literal):
            return plainest, {self.id: self.reference(_key(term))}
        value: dict[str, Json] = {"@value": term.value}
        if term.language:
            value["@language"] = term.language
        elif term.datatype.value != terms.XSD_STRING:
            value["@type"] = self.name(term.datatype.value)
        return plainest, value

    def _short(self, definition: _TermDefinition, term: Term) -> Json | None:
        if not isinstance(term, Literal):
            if definition.type == "@id":
                return self.reference(_key(term))
            if definition.type == "@vocab" and isinstance(term, NamedNode):
                name = self.name(term.value)
                # pyoxigraph 0.5.13 expands such a value twice: "doi-scheme:x" to "doi:x" to another IRI.
                return None if name.partition(":")[0] in self.schemes.values() else name
            return None
        if term.language:
            return None
        datatype, value = term.datatype.value, term.value
        if definition.type not in (None, datatype):
            return None
        if datatype == terms.XSD_BOOLEAN and value in ("true", "false"):
            return value == "true"
        if datatype == terms.XSD_INTEGER and _INTEGER.fullmatch(value):
            return int(value)
        # "@type": xsd:string would be its own case: no term of ours has it, and a plain string needs none.
        return (
            value if definition.type == datatype or (definition.type is None and datatype == terms.XSD_STRING) else None
        )

    def name(self, iri: str) -> str:
        """Return the term of a class or an individual; where there is none, its IRI as short as it can be."""
        for definition in self.definitions.get(iri, ()):
            if definition.type is None and not definition.is_set:
                return definition.name
        return self.reference(iri)

    def reference(self, key: str) -> str:
        """Return an IRI as short as it can be; a blank node as it is."""
        short = self.compacted.get(key)
        if short is None:
            short = self.compacted[key] = self._compact(key)
        return short

    def _compact(self, key: str) -> str:
        if key.startswith("_:"):
            return key
        for prefix, namespace in self.by_length:
            rest = key[len(namespace) :]
            if (
                key.startswith(namespace)
                and rest
                and not rest.startswith("//")
                and f"{prefix}:{rest}" not in self.given
            ):
                return f"{prefix}:{rest}"
        scheme, _, rest = key.partition(":")
        if scheme not in self.given or rest.startswith("//"):
            return key
        if not rest:
            raise ExportError(f"the context takes <{key}> for a prefix; choose another format", format="jsonld")
        alias = self.schemes.setdefault(scheme, f"{scheme}-scheme")
        return f"{alias}:{rest}"


def _key(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


def _format(value: Json, indent: str) -> str:
    """Write JSON; unlike with ``json.dumps(indent=2)``, lists and objects that fit on one line stay there."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or (len(flat) + len(indent) <= _WIDTH and _is_flat(value)):
        return flat
    inner = indent + "  "
    if isinstance(value, dict):
        lines = [f"{inner}{json.dumps(key, ensure_ascii=False)}: {_format(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    return "[\n" + ",\n".join(inner + _format(item, inner) for item in value) + f"\n{indent}]"


def _is_flat(value: Json) -> bool:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return not any(isinstance(item, dict | list) for item in items)
