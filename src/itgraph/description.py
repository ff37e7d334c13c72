"""Everything that is known of one thing, each fact with the lines that say so or the rule that concluded it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode

from itgraph import terms
from itgraph.lineage.edges import RELATIONS, Source, newest_first, read_sources
from itgraph.lookup import Thing
from itgraph.results import Term
from itgraph.store import Store, format_term

_INCOMING = (
    terms.BASE_MODEL,
    terms.TRAINED_ON,
    terms.GENERATED_BY,
    terms.SOURCE_DATASET,
    terms.MEMBER_OF,
    terms.DESCRIBED_IN,
    terms.SCHEMA_AUTHOR,
)
_LABELS = {
    **{terms.ITG + relation: (words.up, words.down) for relation, words in RELATIONS.items()},
    terms.MEMBER_OF: ("member of", "members"),
    terms.DESCRIBED_IN: ("described in", "describes"),
    terms.SCHEMA_AUTHOR: ("author", "author of"),
    terms.SCHEMA_IN_LANGUAGE: ("language", ""),
    terms.DCTERMS_TITLE: ("title", ""),
    terms.DCTERMS_ISSUED: ("year", ""),
    terms.DCTERMS_BIBLIOGRAPHIC_CITATION: ("citation", ""),
    terms.SCHEMA_URL: ("link", ""),
    terms.BIBO_DOI: ("DOI", ""),
    terms.ARXIV_ID: ("arXiv", ""),
}
# In the order in which they are shown; what is not named here comes after, by name.
_ORDER = (
    *_INCOMING[:6],
    terms.DCTERMS_TITLE,
    terms.SCHEMA_AUTHOR,
    terms.DCTERMS_ISSUED,
    terms.PARAMETERS,
    terms.INSTRUCTIONS,
    terms.INSTANCES,
)
_RULES = terms.BASE + "rule/"
_HIDDEN = {
    terms.RDF_TYPE,
    terms.RDFS_LABEL,
    terms.SKOS_ALT_LABEL,
    terms.UPSTREAM,
    terms.PROV_QUALIFIED_DERIVATION,
    terms.HAS_AUTHORSHIP,
    terms.PARAMETER_COUNT,
    terms.INSTRUCTION_COUNT,
    terms.INSTANCE_COUNT,
    terms.TASK_COUNT,
    terms.LANGUAGE_COUNT,
    terms.TRAINING_SET_COUNT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A property of a thing with one value, or a thing that has it as a value.

    ``current`` tells whether the current view holds it; ``rules`` are the names of the rules that conclude it.
    """

    property: str
    label: str
    value: str
    iri: str = ""
    current: bool = True
    sources: tuple[Source, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A defect of a row that speaks of a thing."""

    code: str
    severity: str
    message: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """All that the graph holds of a thing."""

    thing: Thing
    aliases: tuple[str, ...]
    facts: tuple[Fact, ...]
    incoming: tuple[Fact, ...]
    issues: tuple[Note, ...]

    def to_dict(self) -> dict[str, object]:
        """Return the description as plain values, for JSON."""
        return asdict(self)


def describe(store: Store, thing: Thing) -> Description:
    """Gather everything that is known of a thing."""
    node = format_term(NamedNode(thing.iri))
    figure = "OPTIONAL { ?o itg:text ?text ; schema:unitText ?unit }"
    view = _rows(store, f'SELECT ("" AS ?g) ?p ?o ?text ?unit WHERE {{ {node} ?p ?o {figure} }}')
    stated = _rows(store, f"SELECT ?g ?p ?o ?text ?unit WHERE {{ GRAPH ?g {{ {node} ?p ?o {figure} }} }}")
    current = {(p.value, o) for _, p, o, *_ in view}
    known = {(p.value, o) for _, p, o, *_ in stated}
    # A file without named graphs does not say who said it, but says it all the same.
    stated = [*stated, *(row for row in view if (row[1].value, row[2]) not in known)]
    graphs = _rows(
        store,
        f"SELECT DISTINCT ?g WHERE {{ {{ GRAPH ?g {{ {node} ?p ?o }} }} UNION {{ GRAPH ?g {{ ?s ?p {node} }} }} }}",
    )
    sources = read_sources(store, sorted(g.value for (g,) in graphs if not g.value.startswith(_RULES)))
    authors = _author_order(store, node)
    labels = _object_labels(store, node)
    facts = _facts(current, stated, sources, labels, authors)
    incoming = _incoming(store, node, sources)
    aliases = sorted(o.value for p, o in current if p == terms.SKOS_ALT_LABEL and isinstance(o, Literal))
    return Description(
        thing=thing,
        aliases=tuple(aliases),
        facts=tuple(facts),
        incoming=tuple(incoming),
        issues=tuple(_issues(store, node)),
    )


def _rows(store: Store, query: str) -> Sequence[tuple[Any, ...]]:
    """Return rows of terms; only the variables of an OPTIONAL may be unbound."""
    return store.select(query).rows


def _object_labels(store: Store, node: str) -> dict[str, str]:
    found = _rows(
        store,
        f"SELECT DISTINCT ?o ?label WHERE {{ {{ {node} ?p ?o }} UNION {{ GRAPH ?g {{ {node} ?p ?o }} }} "
        "?o rdfs:label ?label }",
    )
    return {o.value: label.value for o, label in found}


def _author_order(store: Store, node: str) -> dict[str, tuple[int, str]]:
    found = _rows(
        store,
        f"SELECT ?author ?position ?name WHERE {{ {node} itg:authorship ?a . "
        "?a itg:author ?author ; itg:position ?position ; itg:nameAsWritten ?name }",
    )
    return {author.value: (int(position.value), name.value) for author, position, name in found}


def _is_shown(predicate: str) -> bool:
    ours = predicate.startswith(terms.ITG) or predicate in _LABELS
    return ours and predicate not in _HIDDEN


def property_label(predicate: str) -> str:
    """Return a property in words: ``trainingSetSize`` is "training set size"."""
    if predicate in _LABELS:
        return _LABELS[predicate][0]
    local = re.split(r"[#/]", predicate)[-1]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", local).lower()


def _facts(
    current: set[tuple[str, Term]],
    stated: Sequence[tuple[Term, ...]],
    sources: dict[str, Source],
    labels: dict[str, str],
    authors: dict[str, tuple[int, str]],
) -> list[Fact]:
    grouped: dict[tuple[str, str, str], tuple[set[Source], set[str], bool]] = {}

    def add(predicate: str, value: Term, text: str, graph: str) -> None:
        is_figure = bool(text)
        shown = text or labels.get(value.value) or value.value
        iri = "" if is_figure or isinstance(value, Literal) else value.value
        said, rules, is_current = grouped.setdefault((predicate, shown, iri), (set(), set(), False))
        if graph in sources:
            said.add(sources[graph])
        elif graph.startswith(_RULES):
            rules.add(graph.rsplit("/", 1)[1])
        grouped[predicate, shown, iri] = said, rules, is_current or (predicate, value) in current

    for graph, predicate, value, *text in stated:
        if _is_shown(predicate.value):
            figure = _figure(text[0], text[1]) if text and text[0] is not None else ""
            add(predicate.value, value, figure, graph.value)
    order = {predicate: index for index, predicate in enumerate(_ORDER)}
    facts = [
        Fact(
            property=predicate,
            label=property_label(predicate),
            value=value,
            iri=iri,
            current=is_current,
            sources=tuple(sorted(said, key=newest_first)),
            rules=tuple(sorted(rules)),
        )
        for (predicate, value, iri), (said, rules, is_current) in grouped.items()
    ]
    return sorted(
        facts,
        key=lambda f: (
            not f.current,
            order.get(f.property, len(order)),
            f.label,
            authors.get(f.iri, (0, ""))[0],
            f.value.casefold(),
        ),
    )


def _figure(text: Term, unit: Term) -> str:
    return text.value if text.value.casefold().endswith(unit.value) else f"{text.value} {unit.value}"


def _incoming(store: Store, node: str, sources: dict[str, Source]) -> list[Fact]:
    values = " ".join(f"<{predicate}>" for predicate in _INCOMING)
    found = _rows(
        store,
        f"SELECT ?p ?s ?label ?g WHERE {{ VALUES ?p {{ {values} }} ?s ?p {node} ; rdfs:label ?label . "
        f"OPTIONAL {{ GRAPH ?g {{ ?s ?p {node} }} }} }}",
    )
    grouped: dict[tuple[str, str, str], tuple[set[Source], set[str]]] = {}
    for predicate, subject, label, graph in found:
        said, rules = grouped.setdefault((predicate.value, label.value, subject.value), (set(), set()))
        if graph is None:
            continue
        if graph.value in sources:
            said.add(sources[graph.value])
        elif graph.value.startswith(_RULES):
            rules.add(graph.value.rsplit("/", 1)[1])
    return [
        Fact(
            property=predicate,
            label=_LABELS[predicate][1],
            value=label,
            iri=subject,
            sources=tuple(sorted(said, key=newest_first)),
            rules=tuple(sorted(rules)),
        )
        for (predicate, label, subject), (said, rules) in sorted(
            grouped.items(), key=lambda item: (_INCOMING.index(item[0][0]), item[0][1].casefold(), item[0][2])
        )
    ]


def _issues(store: Store, node: str) -> Iterable[Note]:
    found = _rows(
        store,
        "SELECT DISTINCT ?code ?severity ?message ?row ?start WHERE { "
        f"?row itg:about {node} . ?issue itg:about ?row ; itg:code ?code ; itg:severity ?severity ; "
        "itg:message ?message ; itg:lineStart ?start } ORDER BY DESC(STR(?row)) ?start ?code ?message",
    )
    for code, severity, message, row, start in found:
        place = row.value.removeprefix(terms.BASE + "row/").replace("/", " ")
        yield Note(
            code=code.value,
            severity=severity.value,
            message=message.value,
            source=f"{place}, line {start.value}",
        )


def format_description(description: Description) -> str:
    """Write a description for a terminal: facts, what builds on the thing, other snapshots, defects."""
    thing = description.thing
    lines = [f"{thing.label}  ({thing.kind})", thing.iri]
    if description.aliases:
        lines.append(f"also written: {', '.join(description.aliases)}")
    for title, facts in (
        ("", [fact for fact in description.facts if fact.current]),
        ("What builds on it, or names it", description.incoming),
        ("No longer in the current view", [fact for fact in description.facts if not fact.current]),
    ):
        if facts:
            lines += ["", *([title] if title else []), *_format_facts(facts)]
    if description.issues:
        lines += ["", "Defects of the rows that describe it"]
        lines += [f"  {note.severity:<8} {note.code}: {note.message} ({note.source})" for note in description.issues]
    return "\n".join(lines) + "\n"


def _format_facts(facts: Sequence[Fact]) -> list[str]:
    width = max(len(fact.label) for fact in facts)
    lines = []
    previous = ""
    for fact in facts:
        label = fact.label if fact.label != previous else ""
        previous = fact.label
        inferred = f"  [inferred: {', '.join(fact.rules)}]" if fact.rules and not fact.sources else ""
        kind = ""
        if fact.iri.startswith(terms.BASE) and fact.property in _INCOMING:
            kind = f" ({fact.iri.removeprefix(terms.BASE).split('/')[0]})"
        lines.append(f"  {label:<{width}}  {fact.value}{kind}{inferred}")
        lines += [f"  {'':<{width}}    {source}  {source.link}" for source in fact.sources]
    return lines
