"""The reference of the ontology: every term with its definition, its place, what the shapes ask, and an example."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from docs.generators.markdown import cell, code, escape, fence, prose, shorten, table
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, RdfFormat
from pyoxigraph import Store as Engine

from itgraph import terms
from itgraph.headers import parse_header
from itgraph.resources import ontology_path
from itgraph.results import format_iri
from itgraph.store import Store

OWL = "http://www.w3.org/2002/07/owl#"
SH = "http://www.w3.org/ns/shacl#"

_INTRODUCTION = """\
# Ontology reference

The terms that the graph is written in: {count} of them, under `itg:`, which is `{namespace}`. They add to FAIR4ML,
schema.org, PROV-O, SKOS and CiTO what those lack; where a published term always holds when ours does, ours stands
below it and the graph has both. Each term has here what it means, where it belongs, what the shapes (SHACL) ask of
it, and a statement of the shipped graph.

How the graph is laid out (a named graph for each row, the current view, what rules conclude) is told in
[Architecture](architecture.md#the-graph). Things are named `https://w3id.org/itgraph/` and then `model/llama`,
`dataset/alpaca`, `paper/arxiv-2302.13971` and so on; the prefixes below are those of every query.

{prefixes} This page is made from `ontology/itgraph.ttl`, `ontology/shapes.ttl`, `ontology/rules/` and the graph
(`python -m docs.make`).
"""

_RELATED = {
    "kind of": (terms.RDFS + "subClassOf", terms.RDFS + "subPropertyOf"),
    "stated of": (terms.RDFS + "domain",),
    "values": (terms.RDFS + "range",),
    "the other way round": (OWL + "inverseOf",),
    "never also": (OWL + "disjointWith",),
    "close to": (terms.SKOS + "closeMatch",),
    "see also": (terms.RDFS + "seeAlso",),
}


@dataclass(frozen=True, slots=True)
class _Ask:
    """What a shape asks: its severity and its message."""

    severity: str
    message: str


def write_ontology(store: Store) -> Mapping[str, str]:
    """Return the reference of the ontology, by its path."""
    ontology, shapes, graph = _load("itgraph.ttl"), _load("shapes.ttl"), _as_engine(store)
    asked = _read_asks(shapes)
    parts = []
    groups = list(_iter_groups((ontology_path() / "itgraph.ttl").read_text(encoding="utf-8")))
    for title, iris in groups:
        parts.append(f"\n## {title}\n")
        parts += [_describe(iri, ontology, graph, asked.get(iri, ())) for iri in iris]
    count = sum(len(iris) for _, iris in groups)
    prefixes = table(
        ("prefix", "namespace"), [[code(f"{name}:"), code(iri)] for name, iri in sorted(terms.PREFIXES.items())]
    )
    introduction = _INTRODUCTION.format(count=count, namespace=terms.ITG, prefixes=prefixes)
    return {"ontology.md": introduction + "".join(parts) + _describe_rules()}


def _load(name: str) -> Engine:
    engine = Engine()
    engine.load((ontology_path() / name).read_bytes(), format=RdfFormat.TURTLE)
    return engine


def _as_engine(store: Store) -> Engine:
    engine = Engine()
    engine.bulk_extend(store.quads())
    return engine


def _iter_groups(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the sections of the file, each with its terms, in the order in which they stand there."""
    for section in re.split(r"^#{10,}\n#  (?=\S)", text, flags=re.MULTILINE)[1:]:
        title, _, body = section.partition("\n")
        found = re.findall(r"^(itg:\w+|<[^>]+>) a ", body, re.MULTILINE)
        yield title.strip(), [terms.ITG + name[4:] if name.startswith("itg:") else name[1:-1] for name in found]


def _values(engine: Engine, subject: str, *predicates: str) -> list[NamedNode | Literal]:
    found = [
        quad.object
        for predicate in predicates
        for quad in engine.quads_for_pattern(NamedNode(subject), NamedNode(predicate), None)
        if isinstance(quad.object, NamedNode | Literal)
    ]
    return sorted(found, key=lambda term: term.value)


def _describe(iri: str, ontology: Engine, graph: Engine, asked: tuple[_Ask, ...]) -> str:
    kinds = {value.value for value in _values(ontology, iri, terms.RDF_TYPE)}
    name = _heading(iri, kinds)
    labels = _values(ontology, iri, terms.RDFS_LABEL)
    parts = [f"\n### {name}\n", f"{code(format_iri(iri))}: {escape(labels[0].value)}.\n" if labels else ""]
    parts += [f"{prose(value.value)}\n" for value in _values(ontology, iri, terms.SKOS + "definition")]
    parts += [f"{prose(value.value)}\n" for value in _values(ontology, iri, terms.SKOS + "scopeNote")]
    rows = [
        [words, ", ".join(_place(value.value, ontology) for value in values)]
        for words, predicates in _RELATED.items()
        if (values := _values(ontology, iri, *predicates))
    ]
    if rows:
        parts.append(table(("relation", "terms"), rows))
    for value in _values(ontology, iri, terms.SKOS + "example"):
        is_code = bool(re.search(r"[{}]|\bitg:|\bit[md]:", value.value))
        parts.append(fence(value.value, "sparql") if is_code else f"Such as: {prose(value.value)}\n")
    parts.append(_in_graph(iri, kinds, graph))
    if asked:
        parts.append("The shapes ask:\n")
        parts.append("".join(f"- {prose(one.message)} ({one.severity})\n" for one in asked))
    return "\n".join(part for part in parts if part)


def _heading(iri: str, kinds: set[str]) -> str:
    """Return the heading of a term. A class says that it is one: Snapshot and snapshot would have one anchor."""
    if not iri.startswith(terms.ITG):
        return iri.removeprefix(terms.BASE)
    name = iri.removeprefix(terms.ITG)
    return f"Class {name}" if OWL + "Class" in kinds else f"Precision {name}" if _is_value(kinds) else name


def _place(iri: str, ontology: Engine) -> str:
    if iri.startswith(terms.ITG):
        kinds = {value.value for value in _values(ontology, iri, terms.RDF_TYPE)}
        return f"[{format_iri(iri)}](#{_heading(iri, kinds).lower().replace(' ', '-')})"
    return cell(NamedNode(iri))


def _in_graph(iri: str, kinds: set[str], graph: Engine) -> str:
    """Say how often the current view uses a term, with one statement, always the same."""
    if OWL + "Class" in kinds:
        found = graph.quads_for_pattern(None, NamedNode(terms.RDF_TYPE), NamedNode(iri), DefaultGraph())
        things = sorted(quad.subject.value for quad in found if isinstance(quad.subject, NamedNode))
        if not things:
            return "In the shipped graph: none; it is for graphs of a hub.\n"
        shown = ", ".join(code(format_iri(thing)) for thing in things[:3])
        return f"In the shipped graph: {len(things):,}, such as {shown}.\n"
    if iri.startswith(terms.ITG) and OWL + "Class" not in kinds and not _is_value(kinds):
        quads = list(graph.quads_for_pattern(None, NamedNode(iri), None, DefaultGraph()))
        if not quads:
            return "In the shipped graph: no statement; it is for graphs of a hub.\n"
        # The shortest is the easiest to read; the text of the statement decides between those of one length.
        shown = min((_statement(quad.subject, iri, quad.object) for quad in quads), key=lambda text: (len(text), text))
        plural = "" if len(quads) == 1 else "s"
        return f"In the current view of the shipped graph: {len(quads):,} statement{plural}, such as\n\n" + fence(
            shown, "turtle"
        )
    found = graph.quads_for_pattern(None, None, NamedNode(iri), DefaultGraph())
    return f"In the current view of the shipped graph: the value of {sum(1 for _ in found):,} statements.\n"


def _is_value(kinds: set[str]) -> bool:
    return terms.ITG + "Precision" in kinds or terms.SKOS + "ConceptScheme" in kinds


def _statement(subject: object, predicate: str, value: object) -> str:
    return f"{_short(subject)} {format_iri(predicate)} {_short(value)} ."


def _short(term: object) -> str:
    if isinstance(term, NamedNode):
        short = format_iri(term.value)
        return short if short != term.value else f"<{term.value}>"
    if isinstance(term, Literal):
        text = str(Literal(shorten(term.value)))
        datatype = term.datatype.value
        return text if datatype == terms.XSD + "string" else f"{text}^^{format_iri(datatype)}"
    return str(term)


def _read_asks(shapes: Engine) -> dict[str, tuple[_Ask, ...]]:
    """Return what the shapes ask of classes and of properties, by their IRIs."""
    asked: defaultdict[str, set[_Ask]] = defaultdict(set)
    for target in ("targetClass", "targetSubjectsOf", "targetObjectsOf"):
        for quad in shapes.quads_for_pattern(None, NamedNode(SH + target), None):
            if isinstance(quad.object, NamedNode):
                asked[quad.object.value] |= _messages(shapes, quad.subject)
    for quad in shapes.quads_for_pattern(None, NamedNode(SH + "path"), None):
        if isinstance(quad.object, NamedNode):
            asked[quad.object.value] |= _messages(shapes, quad.subject)
    return {iri: tuple(sorted(found, key=lambda one: (one.severity, one.message))) for iri, found in asked.items()}


def _messages(shapes: Engine, shape: NamedNode | BlankNode | object) -> set[_Ask]:
    assert isinstance(shape, NamedNode | BlankNode)
    severities = [
        quad.object.value.removeprefix(SH).lower()
        for quad in shapes.quads_for_pattern(shape, NamedNode(SH + "severity"), None)
        if isinstance(quad.object, NamedNode)
    ]
    return {
        _Ask(min(severities, default="violation"), quad.object.value)
        for quad in shapes.quads_for_pattern(shape, NamedNode(SH + "message"), None)
        if isinstance(quad.object, Literal)
    }


def _describe_rules() -> str:
    parts = [
        "\n## Rules\n",
        "What is concluded, by SPARQL CONSTRUCT queries that run in this order. What a rule concludes stands in a "
        "graph of its own, `rule/NAME`, so that it is never taken for what a source says.\n",
    ]
    for path in sorted((ontology_path() / "rules").glob("*.rq")):
        text = path.read_text(encoding="utf-8")
        header = parse_header(text, path)
        body = re.sub(r"\A(?:#\+.*\n)+", "", text)
        parts += [f"### {path.stem}\n", f"**{escape(header['summary'])}**\n"]
        parts += [f"{prose(one)}\n" for one in str(header.get("description", "")).strip().split("\n\n") if one]
        if layer := header.get("layer"):
            parts.append(f"Only in a graph that has the layer *{escape(str(layer))}*.\n")
        parts.append(fence(body, "sparql"))
    return "\n".join(parts)
