"""Everything that is known of one thing, each fact with the lines that say so or the rule that concluded it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from pyoxigraph import Literal, NamedNode

from itgraph import terms
from itgraph.access import DISCLAIMER, read_licensed, tell_access
from itgraph.conflicts import CONTRADICTED, DISAGREE, Conflict, indented, read_conflicts, read_disagreements
from itgraph.lineage.edges import Source, newest_first, read_sources
from itgraph.lookup import KINDS, Thing
from itgraph.names import name_key
from itgraph.results import HTML_ROWS, Term, html_link, html_text, printable
from itgraph.store import Store, format_term, iter_values
from itgraph.wording import INCOMING, incoming_label, is_worded, property_label

# In the order in which they are shown; what is not named here comes after, by name.
_ORDER = (
    *INCOMING[:6],
    terms.DCTERMS_TITLE,
    terms.SCHEMA_AUTHOR,
    terms.DCTERMS_ISSUED,
    terms.ORGANIZATION_KIND,
    terms.DEVELOPER,
    terms.ACCESS,
    terms.LICENSE,
    terms.PAPER_RELEASED,
    terms.WEIGHTS_RELEASED,
    terms.DATA_RELEASED,
    terms.SERVICE_RELEASED,
    terms.ARXIV_ID,
    terms.BIBO_DOI,
    terms.HUGGING_FACE_ID,
    terms.GITHUB_REPOSITORY,
    terms.SCHEMA_URL,
    terms.PAPER_LINK,
    terms.PROJECT,
    terms.PARAMETERS,
    terms.INSTRUCTIONS,
    terms.INSTANCES,
)
_RULES = terms.BASE + "rule/"
_LICENSING = terms.BASE + "licensing/"
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
    # What stands above the four dates, and what a licence's own lines tell.
    terms.RELEASED,
    terms.HAS_LICENSING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A property of a thing with one value, or a thing that has it as a value.

    ``current`` tells whether the current view holds it; ``rules`` are the names of the rules that conclude it. A
    licence has the ``part`` that it holds for: weights, data or code. ``conflicts`` are those that speak of this very
    value, on either side. ``note`` says why a value that a curated fact gives is not the thing's own.
    """

    property: str
    label: str
    value: str
    iri: str = ""
    current: bool = True
    sources: tuple[Source, ...] = ()
    rules: tuple[str, ...] = ()
    part: str = ""
    conflicts: tuple[Conflict, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A defect of a row that speaks of a thing, or a disagreement about it; ``links`` are the addresses that differ."""

    code: str
    severity: str
    message: str
    source: str
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Description:
    """All that the graph holds of a thing.

    ``access`` is in one word what its own licences allow, "unknown" where none says it, and ``access_said`` that in a
    line; both are empty for kinds of things that no licence is looked for. ``more`` is how many things refer to it
    beside those in ``incoming``.
    """

    thing: Thing
    aliases: tuple[str, ...]
    facts: tuple[Fact, ...]
    incoming: tuple[Fact, ...]
    issues: tuple[Note, ...]
    access: str = ""
    access_said: str = ""
    conflicts: tuple[Conflict, ...] = ()
    more: int = 0

    def to_dict(self) -> dict[str, object]:
        """Return the description as plain values, for JSON: conflicts once, and at each fact the IRIs of its own."""
        plain = asdict(self)
        for told, fact in zip(plain["facts"], self.facts, strict=True):
            told["conflicts"] = [conflict.source.iri for conflict in fact.conflicts]
        return plain

    def __str__(self) -> str:
        return format_description(self)

    def __repr__(self) -> str:
        known = len(self.facts) + len(self.incoming) + self.more
        return printable(f"<Description of {self.thing.label} ({self.thing.kind}): {known:,} facts>", keep="")

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(repr(self) if len(printer.stack) > 1 else printable(str(self)).rstrip())

    def _repr_html_(self) -> str:
        """Return what a notebook shows: facts with links to who says so, then what builds on it, then what is amiss."""
        return "".join(_html(self))


def describe(store: Store, thing: Thing, *, incoming: Sequence[Fact] | None = None, more: int = 0) -> Description:
    """Gather everything that is known of a thing.

    Of what builds on it, no more than ``incoming``, if that is given; ``more`` is how many there are beside.
    """
    facts = read_facts(store, [thing.iri])[thing.iri]
    disagreements = read_disagreements(store, [thing.iri]).get(thing.iri, ())
    allowed = tell_access(
        thing.kind,
        (fact.value for fact in facts if fact.current and fact.property == terms.ACCESS),
        read_licensed(store, [thing.iri])[thing.iri],
        is_disputed=any(one.property == terms.LICENSE for one in disagreements),
    )
    return Description(
        thing=thing,
        aliases=read_aliases(store, [thing.iri])[thing.iri],
        facts=facts,
        incoming=tuple(_incoming(store, thing.iri) if incoming is None else incoming),
        issues=read_issues(store, [thing.iri])[thing.iri],
        access=allowed.access,
        access_said=allowed.said,
        conflicts=read_conflicts(store, [thing.iri]).get(thing.iri, ()),
        more=more,
    )


def read_facts(store: Store, iris: Sequence[str]) -> dict[str, tuple[Fact, ...]]:
    """Read what is said of each of several things: one look into the store for many, not one for each.

    Facts come in the order in which they are shown, those of the current view first; authors in the order of
    their paper. A licence that holds for two parts of a thing is two facts.
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
    parts = _read_parts(store, iris)
    notes = _read_notes(store, sorted(source.iri for source in sources.values() if source.is_curated))
    conflicts = read_conflicts(store, iris)
    facts = {
        iri: _facts(current[iri], stated[iri], sources, labels, authors.get(iri, {}), parts[iri], notes) for iri in iris
    }
    return {iri: tuple(_with_conflicts(facts[iri], conflicts.get(iri, ()))) for iri in iris}


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


def _read_parts(store: Store, iris: Sequence[str]) -> dict[str, dict[tuple[str, str], str]]:
    """Return for which part of each thing a licence holds, by the graph that says so and the licence.

    Where no graph says it (in a file without named graphs), the name of the graph is empty.
    """
    found: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    pattern = "?s itg:licensing ?node . ?node itg:license ?licence ; itg:part ?part"
    for nodes in iter_values("?s", iris):
        for place, graph in ((f"GRAPH ?g {{ {pattern} }}", "?g"), (pattern, '("" AS ?g)')):
            for subject, name, licence, part in _rows(
                store, f"SELECT ?s {graph} ?licence ?part WHERE {{ {nodes} {place} }}"
            ):
                found[name.value, subject.value, licence.value].add(part.value)
    by_thing: dict[str, dict[tuple[str, str], str]] = {iri: {} for iri in iris}
    for (name, subject, licence), parts in found.items():
        by_thing[subject][name, licence] = ", ".join(sorted(parts))
    return by_thing


def _read_notes(store: Store, facts: Sequence[str]) -> dict[str, str]:
    """Return what curated facts remark on themselves."""
    found: dict[str, str] = {}
    for nodes in iter_values("?fact", facts):
        for fact, note in _rows(
            store,
            f"SELECT ?fact ?note WHERE {{ {nodes} ?fact rdfs:comment ?note "
            "FILTER NOT EXISTS { ?fact itg:correctedProperty ?property } }",
        ):
            found[fact.value] = min(note.value, found.get(fact.value, note.value))
    return found


def _is_shown(predicate: str) -> bool:
    ours = predicate.startswith(terms.ITG) or is_worded(predicate)
    return ours and predicate not in _HIDDEN


def _facts(
    current: set[tuple[str, Term]],
    stated: Sequence[tuple[Term, ...]],
    sources: dict[str, Source],
    labels: dict[str, str],
    authors: dict[str, tuple[int, str]],
    parts: dict[tuple[str, str], str],
    notes: dict[str, str],
) -> list[Fact]:
    grouped: dict[tuple[str, str, str, str], tuple[set[Source], set[str], bool]] = {}

    def add(predicate: str, value: Term, text: str, graph: str) -> None:
        is_figure = bool(text)
        shown = text or labels.get(value.value) or value.value
        iri = "" if is_figure or isinstance(value, Literal) else value.value
        part = parts.get((graph, value.value), "") if predicate == terms.LICENSE else ""
        key = (predicate, shown, iri, part)
        said, rules, is_current = grouped.setdefault(key, (set(), set(), False))
        if graph in sources:
            said.add(sources[graph])
        elif graph.startswith(_RULES):
            rules.add(graph.rsplit("/", 1)[1])
        grouped[key] = said, rules, is_current or (predicate, value) in current

    for graph, predicate, value, *text in stated:
        if _is_shown(predicate.value):
            figure = format_figure(text[0].value, text[1].value) if text and text[0] is not None else ""
            add(predicate.value, value, figure, graph.value)
    order = {predicate: index for index, predicate in enumerate(_ORDER)}
    facts = [
        Fact(
            property=predicate,
            label=property_label(predicate) + (f" ({part})" if part else ""),
            value=value,
            iri=iri,
            current=is_current,
            sources=tuple(sorted(said, key=newest_first)),
            rules=tuple(sorted(rules)),
            part=part,
            note="" if is_current else min((notes[source.iri] for source in said if source.iri in notes), default=""),
        )
        for (predicate, value, iri, part), (said, rules, is_current) in grouped.items()
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


def _with_conflicts(facts: Sequence[Fact], conflicts: Sequence[Conflict]) -> Iterator[Fact]:
    """Add to each fact the conflicts that speak of its value: as what the survey says, or as what the source says."""
    told: defaultdict[int, list[Conflict]] = defaultdict(list)
    for conflict in conflicts:
        same = [place for place, fact in enumerate(facts) if fact.property == conflict.property]
        rows = {row.iri for row in conflict.rows}
        said = [place for place in same if rows & {source.iri for source in facts[place].sources}]
        survey = [place for place in said if _says(facts[place], conflict.survey)]
        if not survey and conflict.survey and conflict.effect == "replaces":
            # The survey's value in a spelling that is not the thing's name: it is what has left the current view.
            survey = [place for place in said if not facts[place].current]
        source = [
            place
            for place in same
            if facts[place].current and (_says(facts[place], conflict.found) or conflict.source in facts[place].sources)
        ]
        # What a source only adds to is as true as before.
        for place in {*(() if conflict.effect == "adds" else survey), *source}:
            told[place].append(conflict)
    for place, fact in enumerate(facts):
        yield replace(fact, conflicts=tuple(told[place])) if told[place] else fact


def _says(fact: Fact, text: str) -> bool:
    """Tell whether a fact's value is what a text names: by a name, an IRI, an arXiv id, a figure without its unit."""
    if not text:
        return False
    end = fact.iri.rsplit("/", 1)[-1].removeprefix("arxiv-")
    return fact.value.startswith(f"{text} ") or name_key(text) in {
        name_key(fact.value),
        name_key(fact.iri),
        name_key(end),
    }


def format_figure(text: str, unit: str) -> str:
    """Return a figure as it is shown: as it is written, with its unit.

    >>> format_figure("52K", "instructions"), format_figure("12 Tasks", "tasks")
    ('52K instructions', '12 Tasks')
    """
    return text if text.casefold().endswith(unit) else f"{text} {unit}"


def _incoming(store: Store, iri: str) -> list[Fact]:
    node = format_term(NamedNode(iri))
    values = " ".join(f"<{predicate}>" for predicate in INCOMING)
    found = _rows(
        store,
        f"SELECT ?p ?s ?label ?g WHERE {{ VALUES ?p {{ {values} }} ?s ?p {node} ; rdfs:label ?label . "
        f"OPTIONAL {{ GRAPH ?g {{ ?s ?p {node} }} }} }}",
    )
    graphs = {graph.value for *_, graph in found if graph is not None}
    sources = read_sources(store, sorted(graph for graph in graphs if not graph.startswith(_RULES)))
    grouped: dict[tuple[str, str, str], tuple[set[Source], set[str]]] = {}
    for predicate, subject, label, graph in found:
        if subject.value.startswith(_LICENSING):  # the thing itself is told, too
            continue
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
            label=incoming_label(predicate),
            value=label,
            iri=subject,
            sources=tuple(sorted(said, key=newest_first)),
            rules=tuple(sorted(rules)),
        )
        for (predicate, label, subject), (said, rules) in sorted(
            grouped.items(), key=lambda item: (INCOMING.index(item[0][0]), item[0][1].casefold(), item[0][2])
        )
    ]


def read_issues(store: Store, iris: Sequence[str]) -> dict[str, tuple[Note, ...]]:
    """Read the defects of the rows that are about each of several things, then where sources disagree about it."""
    notes: dict[str, list[Note]] = {iri: [] for iri in iris}
    for nodes in iter_values("?s", iris):
        found = _rows(
            store,
            "SELECT DISTINCT ?s ?code ?severity ?message ?row ?start WHERE { "
            f"{nodes} ?row itg:about ?s . ?issue itg:about ?row ; itg:code ?code ; itg:severity ?severity ; "
            "itg:message ?message OPTIONAL { ?issue itg:lineStart ?start } } "
            "ORDER BY DESC(STR(?row)) ?start ?code ?message",
        )
        for subject, code, severity, message, row, start in found:
            place = row.value.removeprefix(terms.BASE + "row/").replace("/", " ")
            notes[subject.value].append(
                Note(
                    code=code.value,
                    severity=severity.value,
                    message=message.value,
                    source=place if start is None else f"{place}, line {start.value}",
                )
            )
        # A hub has no rows: its issues are about the things themselves.
        direct = _rows(
            store,
            "SELECT DISTINCT ?s ?code ?severity ?message ?snapshot WHERE { "
            f"{nodes} ?issue itg:about ?s ; a itg:Issue ; itg:code ?code ; itg:severity ?severity ; "
            "itg:message ?message ; itg:snapshot ?snapshot } ORDER BY ?code ?message",
        )
        for subject, code, severity, message, snapshot in direct:
            source = snapshot.value.removeprefix(terms.BASE + "snapshot/")
            notes[subject.value].append(
                Note(code=code.value, severity=severity.value, message=message.value, source=source)
            )
    for iri, disagreements in read_disagreements(store, iris).items():
        notes[iri] += [
            Note(code=DISAGREE, severity="info", message=one.message, source="curated disagreements", links=one.links)
            for one in disagreements
        ]
    return {iri: tuple(found) for iri, found in notes.items()}


def format_description(description: Description) -> str:
    """Write a description for a terminal: facts, what builds on the thing, what no longer holds, what is in dispute."""
    thing = description.thing
    lines = [f"{thing.label}  ({thing.kind})", thing.iri]
    if description.aliases:
        lines.append(f"also written: {', '.join(description.aliases)}")
    for title, facts, more in _sections(description):
        if facts:
            lines += ["", *([title] if title else []), *_format_facts(facts)]
        if more:
            lines.append(f"  and {more:,} more, which `itgraph lineage NAME --down --depth 1` lists")
    if any(fact.property == terms.LICENSE for fact in (*description.facts, *description.incoming)):
        lines += ["", DISCLAIMER]
    if description.conflicts:
        lines += ["", "Where a source contradicts the survey"]
        for conflict in description.conflicts:
            lines += indented(f"{conflict.label}: {conflict.sentence()}", 2, hanging=2)
            lines += indented(conflict.why, 4)
            lines += [f"    {conflict.source.link or conflict.source.iri}"]
    disagreements = [note for note in description.issues if note.code == DISAGREE]
    if disagreements:
        lines += ["", "Where sources disagree"]
        for note in disagreements:
            lines += [
                *indented(note.message, 2, hanging=2),
                *(f"    {link}" for link in note.links if link not in note.message),
            ]
    # The contradictions are told above, with their reasons.
    told = {DISAGREE, *([CONTRADICTED] if description.conflicts else [])}
    defects = [note for note in description.issues if note.code not in told]
    if defects:
        lines += ["", "Defects of the rows that describe it"]
        lines += [f"  {note.severity:<8} {note.code}: {note.message} ({note.source})" for note in defects]
    return "\n".join(lines) + "\n"


def _sections(description: Description) -> Iterator[tuple[str, Sequence[Fact], int]]:
    """Yield the facts in the order in which they are told: under which title, and how many more there are."""
    past = [fact for fact in description.facts if not fact.current]
    yield "", list(current_facts(description)), 0
    yield "What builds on it, or names it", description.incoming, description.more
    yield "No longer in the current view", [fact for fact in past if not fact.note], 0
    yield "Linked by a row, but not its own", [fact for fact in past if fact.note], 0


def current_facts(description: Description) -> Iterator[Fact]:
    """Yield the facts of the current view; what its licences allow in one line, also where none is known."""
    facts = [fact for fact in description.facts if fact.current]
    said = [fact for fact in facts if fact.property == terms.ACCESS]
    order = {predicate: index for index, predicate in enumerate(_ORDER)}
    before = [fact for fact in facts if order.get(fact.property, len(order)) < order[terms.ACCESS]]
    yield from before
    if description.access:
        # Each licence has its own sources below.
        is_licensed = any(fact.property == terms.LICENSE for fact in facts)
        sources = () if is_licensed else tuple(dict.fromkeys(source for fact in said for source in fact.sources))
        yield Fact(property=terms.ACCESS, label="access", value=description.access_said, sources=sources)
    yield from (fact for fact in facts[len(before) :] if fact not in said)


def _format_facts(facts: Sequence[Fact]) -> list[str]:
    width = max(len(fact.label) for fact in facts)
    margin = f"  {'':<{width}}    "
    lines = []
    previous = ""
    for fact in facts:
        label = fact.label if fact.label != previous else ""
        previous = fact.label
        inferred = f"  [inferred: {', '.join(fact.rules)}]" if fact.rules and not fact.sources else ""
        note = f"  ({fact.note})" if fact.note else ""
        lines.append(f"  {label:<{width}}  {fact.value}{_kind(fact)}{inferred}{note}")
        lines += [f"{margin}{source}  {source.link}".rstrip() for source in fact.sources]
        for conflict in fact.conflicts:
            lines.append(f"{margin}{conflict.sentence()}: {conflict.source.link or conflict.source.iri}")
    return lines


def _kind(fact: Fact) -> str:
    """Return the kind of a thing that builds on another, in brackets: a model and a dataset may share a name."""
    if not fact.iri.startswith(terms.BASE) or fact.property not in INCOMING:
        return ""
    said = fact.iri.removeprefix(terms.BASE).split("/")[0]
    return f" ({said})" if said in KINDS else ""


# -- In a notebook ---------------------------------------------------------------------------------------------------


def _html(description: Description) -> Iterator[str]:
    thing = description.thing
    yield f"<p><b><bdi>{html_text(thing.label)}</bdi></b> ({html_text(thing.kind)}) {html_link(thing.iri, thing.curie)}"
    if description.aliases:
        yield f"<br>also written: <bdi>{html_text(', '.join(description.aliases))}</bdi>"
    yield "</p>\n<table><thead><tr><th></th><th>value</th><th>who says so</th></tr></thead>\n"
    for title, facts, more in _sections(description):
        if not facts:
            continue
        head = f'<tr><th colspan="3" style="text-align: left">{html_text(title)}</th></tr>' if title else ""
        yield f"<tbody>{head}\n{''.join(_html_facts(facts[:HTML_ROWS]))}"
        left_out = len(facts) - len(facts[:HTML_ROWS]) + more
        yield f'<tr><td></td><td colspan="2">… and {left_out:,} more</td></tr>' if left_out else ""
        yield "</tbody>"
    yield "</table>\n"
    if any(fact.property == terms.LICENSE for fact in (*description.facts, *description.incoming)):
        yield f"<p>{html_text(DISCLAIMER)}</p>\n"
    for title, remarks in (
        ("Where a source contradicts the survey", [_html_conflict(conflict) for conflict in description.conflicts]),
        ("Where sources disagree", [_html_note(note) for note in description.issues if note.code == DISAGREE]),
    ):
        if remarks:
            items = "".join(f"<li>{remark}</li>" for remark in remarks[:HTML_ROWS])
            yield f"<p>{title}</p><ul>{items}</ul>\n"


def _html_facts(facts: Sequence[Fact]) -> Iterator[str]:
    previous = ""
    for fact in facts:
        label = fact.label if fact.label != previous else ""
        previous = fact.label
        # A literal may be an address too: of a project, of a paper.
        value = html_link(fact.iri or (fact.value if " " not in fact.value else ""), fact.value)
        note = f" ({html_text(fact.note)})" if fact.note else ""
        said = [html_link(source.link, str(source)) for source in fact.sources]
        said += [f"inferred: {html_text(rule)}" for rule in fact.rules]
        yield (
            f'<tr><td style="text-align: left">{html_text(label)}</td>'
            f'<td style="text-align: left"><bdi>{value}</bdi>{_kind(fact)}{note}</td>'
            f'<td style="text-align: left">{"<br>".join(said)}</td></tr>\n'
        )


def _html_conflict(conflict: Conflict) -> str:
    link = conflict.source.link or conflict.source.iri
    said = f"{conflict.label}: {conflict.sentence()}. {conflict.why}"
    return f"<bdi>{html_text(said)}</bdi> {html_link(link, link)}"


def _html_note(note: Note) -> str:
    links = " ".join(html_link(link, link) for link in note.links)
    return f"<bdi>{html_text(note.message)}</bdi> {links}"
