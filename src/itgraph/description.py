"""Everything that is known of one thing, each fact with the lines that say so or the rule that concluded it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode

from itgraph import terms
from itgraph.lineage.edges import RELATIONS, Source, newest_first, read_sources
from itgraph.lookup import Thing
from itgraph.results import Term
from itgraph.store import Store, format_term, iter_values

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
    return Description(
        thing=thing,
        aliases=read_aliases(store, [thing.iri])[thing.iri],
        facts=read_facts(store, [thing.iri])[thing.iri],
        incoming=tuple(_incoming(store, thing.iri)),
        issues=read_issues(store, [thing.iri])[thing.iri],
    )


def read_facts(store: Store, iris: Sequence[str]) -> dict[str, tuple[Fact, ...]]:
    """Read what is said of each of several things: one look into the store for many, not one for each.

    Facts come in the order in which they are shown, those of the current view first; authors in the order of
    their paper.
    """
    current: defaultdict[str, set[tuple[str, Term]]] = defaultdict(set)
    stated: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
    known: set[tuple[str, str, Term]] = set()
    view: list[tuple[Any, ...]] = []
    for nodes in iter_values("?s", iris):
        figure = "?o itg:text ?text ; schema:unitText ?unit"
        view += _rows(
            store, f'SELECT ?s ("" AS ?g) ?p ?o ?text ?unit WHERE {{ {nodes} ?s ?p ?o OPTIONAL {{ {figure} }} }}'
        )
        # OPTIONAL outside of GRAPH: inside, the engine goes through all graphs for each thing.
        said = _rows(
            store,
            f"SELECT ?s ?g ?p ?o ?text ?unit WHERE {{ {nodes} GRAPH ?g {{ ?s ?p ?o }}"
            f" OPTIONAL {{ GRAPH ?g {{ {figure} }} }} }}",
        )
        for subject, *row in said:
            stated[subject.value].append(tuple(row))
            known.add((subject.value, row[1].value, row[2]))
    for subject, *row in view:
        current[subject.value].add((row[1].value, row[2]))
        # A file without named graphs does not say who said it, but says it all the same.
        if (subject.value, row[1].value, row[2]) not in known:
            stated[subject.value].append(tuple(row))
    graphs = {row[0].value for rows in stated.values() for row in rows} - {""}
    sources = read_sources(store, sorted(graph for graph in graphs if not graph.startswith(_RULES)))
    authors = _author_order(store, iris)
    labels = _object_labels(store, iris)
    return {iri: tuple(_facts(current[iri], stated[iri], sources, labels, authors.get(iri, {}))) for iri in iris}


def read_aliases(store: Store, iris: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Read the other names of each of several things, in the order of the alphabet."""
    found: dict[str, set[str]] = {iri: set() for iri in iris}
    for nodes in iter_values("?s", iris):
        for subject, alias in _rows(store, f"SELECT ?s ?alias WHERE {{ {nodes} ?s skos:altLabel ?alias }}"):
            if isinstance(alias, Literal):
                found[subject.value].add(alias.value)
    return {iri: tuple(sorted(aliases)) for iri, aliases in found.items()}


def _rows(store: Store, query: str) -> Sequence[tuple[Any, ...]]:
    """Return rows of terms; only the variables of an OPTIONAL may be unbound."""
    return store.select(query).rows


def _object_labels(store: Store, iris: Sequence[str]) -> dict[str, str]:
    return {
        o.value: label.value
        for nodes in iter_values("?s", iris)
        for o, label in _rows(
            store,
            f"SELECT DISTINCT ?o ?label WHERE {{ {nodes} {{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }} "
            "?o rdfs:label ?label }",
        )
    }


def _author_order(store: Store, iris: Sequence[str]) -> dict[str, dict[str, tuple[int, str]]]:
    found: defaultdict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
    for nodes in iter_values("?s", iris):
        for paper, author, position, name in _rows(
            store,
            f"SELECT ?s ?author ?position ?name WHERE {{ {nodes} ?s itg:authorship ?a . "
            "?a itg:author ?author ; itg:position ?position ; itg:nameAsWritten ?name }",
        ):
            found[paper.value][author.value] = (int(position.value), name.value)
    return found


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
            figure = format_figure(text[0].value, text[1].value) if text and text[0] is not None else ""
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
            f.value,
            f.iri,
        ),
    )


def format_figure(text: str, unit: str) -> str:
    """Return a figure as it is shown: as it is written, with its unit.

    >>> format_figure("52K", "instructions"), format_figure("12 Tasks", "tasks")
    ('52K instructions', '12 Tasks')
    """
    return text if text.casefold().endswith(unit) else f"{text} {unit}"


def _incoming(store: Store, iri: str) -> list[Fact]:
    node = format_term(NamedNode(iri))
    values = " ".join(f"<{predicate}>" for predicate in _INCOMING)
    found = _rows(
        store,
        f"SELECT ?p ?s ?label ?g WHERE {{ VALUES ?p {{ {values} }} ?s ?p {node} ; rdfs:label ?label . "
        f"OPTIONAL {{ GRAPH ?g {{ ?s ?p {node} }} }} }}",
    )
    graphs = {graph.value for *_, graph in found if graph is not None}
    sources = read_sources(store, sorted(graph for graph in graphs if not graph.startswith(_RULES)))
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


def read_issues(store: Store, iris: Sequence[str]) -> dict[str, tuple[Note, ...]]:
    """Read the defects of the rows that are about each of several things."""
    notes: dict[str, list[Note]] = {iri: [] for iri in iris}
    for nodes in iter_values("?s", iris):
        found = _rows(
            store,
            "SELECT DISTINCT ?s ?code ?severity ?message ?row ?start WHERE { "
            f"{nodes} ?row itg:about ?s . ?issue itg:about ?row ; itg:code ?code ; itg:severity ?severity ; "
            "itg:message ?message ; itg:lineStart ?start } ORDER BY DESC(STR(?row)) ?start ?code ?message",
        )
        for subject, code, severity, message, row, start in found:
            place = row.value.removeprefix(terms.BASE + "row/").replace("/", " ")
            notes[subject.value].append(
                Note(
                    code=code.value,
                    severity=severity.value,
                    message=message.value,
                    source=f"{place}, line {start.value}",
                )
            )
    return {iri: tuple(found) for iri, found in notes.items()}


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
