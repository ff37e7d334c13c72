"""Where the surveys and other sources contradict each other, and where two other sources do.

A contradiction is told from both sides: what the survey says in which rows, what the source says at which address, and
what became of it (:data:`EFFECTS`). The current view follows a source that ``replaces``; the survey's own statement
stays in the graph of its row.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TypeVar

from pyoxigraph import NamedNode

from itgraph import terms
from itgraph.lineage.edges import Source, name_things, newest_first, read_sources
from itgraph.lookup import Thing
from itgraph.results import Table, make_table
from itgraph.store import Store, iter_values
from itgraph.wording import property_label

EFFECTS: Mapping[str, str] = {
    "replaces": "the source is followed",
    "adds": "both hold",
    "qualifies": "the survey is right in part",
}
"""What becomes of a contradiction, by the effect that its curated fact states."""

WIDTH = 100
"""Columns of the text form. An address is never broken, so that it can be followed: it may be longer."""

CONTRADICTED = "contradicted-by-source"
"""The code of issues that tell where a source contradicts a row of a survey."""

DISAGREE = "sources-disagree"
"""The code of issues that tell where two sources disagree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Something that the survey says of a thing and that a source contradicts, qualifies or adds to.

    ``survey`` and ``found`` are what each says, empty where it says nothing; ``source`` is the curated fact, with a
    link to what was read; ``rows`` are the rows of the survey that say so, or that are silent.
    """

    thing: Thing
    property: str
    label: str
    survey: str
    found: str
    effect: str
    why: str
    source: Source
    rows: tuple[Source, ...]

    def sentence(self) -> str:
        """Say it in a line, without the address.

        >>> from itgraph import terms
        >>> thing = Thing(iri=terms.BASE + "model/tulu", kind="model", label="TÜLU")
        >>> said = {"thing": thing, "property": terms.BASE_MODEL, "label": "base model", "why": "", "rows": ()}
        >>> source = Source(iri=terms.BASE + "curated/corrections/x", link="https://example.org/card")
        >>> Conflict(survey="OPT", found="LLaMA", effect="replaces", source=source, **said).sentence()
        'the survey says OPT, a source says LLaMA (the source is followed)'
        >>> Conflict(survey="OPT", found="", effect="replaces", source=source, **said).sentence()
        'the survey says OPT, a source shows otherwise (the source is followed)'
        """
        survey = f"the survey says {self.survey}" if self.survey else "the survey says nothing"
        if self.found:
            verb = "adds" if self.effect == "adds" and self.survey else "says"
            source = f"a source {verb} {self.found}"
        else:
            # That it is otherwise may be no source's own words, but what follows from them.
            source = f"a source {'shows' if self.effect == 'replaces' else 'says'} otherwise"
        effect = EFFECTS.get(self.effect, "") if self.survey else ""
        return f"{survey}, {source}{f' ({effect})' if effect else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Two sources that disagree about a thing, neither of them a survey: what they say, and their addresses.

    ``message`` begins with the names of the thing and of the property in words; ``property`` is its IRI, empty where
    the issue does not say it.
    """

    iri: str
    thing: Thing
    message: str
    links: tuple[str, ...]
    property: str = ""


_Told = TypeVar("_Told", Conflict, Disagreement)


def read_conflicts(store: Store, iris: Sequence[str] | None = None) -> dict[str, tuple[Conflict, ...]]:
    """Read what sources contradict of what the survey says of things, by default of all; by the things' IRIs."""
    found: dict[str, dict[str, str]] = {}
    rows: defaultdict[str, set[str]] = defaultdict(set)
    for nodes in _blocks("?thing", iris):
        table = store.select(
            f"SELECT ?fact ?thing ?property ?survey ?found ?effect ?why ?row WHERE {{ {nodes} "
            "?fact itg:correctedProperty ?property ; itg:about ?thing "
            "OPTIONAL { ?fact itg:surveyValue ?survey } OPTIONAL { ?fact itg:sourceValue ?found } "
            "OPTIONAL { ?fact itg:effect ?effect } OPTIONAL { ?fact rdfs:comment ?why } "
            "OPTIONAL { ?fact itg:corrects ?row } }"
        )
        for values in table.rows:
            said = dict(zip(table.columns, ("" if term is None else term.value for term in values), strict=True))
            if row := said.pop("row"):
                rows[said["fact"]].add(row)
            # Of a fact that says something twice, which the shapes forbid, the least is taken: always the same.
            found[said["fact"]] = min(said, found.get(said["fact"], said), key=lambda one: tuple(one.values()))
    sources = read_sources(store, sorted({*found, *(row for several in rows.values() for row in several)}))
    things = name_things(store, sorted({said["thing"] for said in found.values()}))
    conflicts: defaultdict[str, list[Conflict]] = defaultdict(list)
    for fact, said in found.items():
        conflicts[said["thing"]].append(
            Conflict(
                thing=things[said["thing"]],
                property=said["property"],
                label=property_label(said["property"]),
                survey=said["survey"],
                found=said["found"],
                effect=said["effect"],
                why=said["why"],
                source=sources[fact],
                rows=tuple(sorted((sources[row] for row in rows[fact]), key=newest_first)),
            )
        )
    return {iri: tuple(sorted(several, key=_conflict_key)) for iri, several in conflicts.items()}


def read_disagreements(store: Store, iris: Sequence[str] | None = None) -> dict[str, tuple[Disagreement, ...]]:
    """Read where two sources disagree about things, by default about all; by the things' IRIs."""
    found: dict[str, tuple[str, str]] = {}
    links: defaultdict[str, set[str]] = defaultdict(set)
    for nodes in _blocks("?thing", iris):
        for terms_ in store.select(
            f"SELECT ?issue ?thing ?message ?link WHERE {{ {nodes} "
            f'?issue itg:code "{DISAGREE}" ; itg:about ?thing ; itg:message ?message '
            "OPTIONAL { ?issue prov:hadPrimarySource ?link } }"
        ).rows:
            issue, thing, message, link = ("" if term is None else term.value for term in terms_)
            found[issue] = min((thing, message), found.get(issue, (thing, message)))
            links[issue] |= {link} - {""}
    things = name_things(store, sorted({thing for thing, _ in found.values()}))
    disagreements: defaultdict[str, list[Disagreement]] = defaultdict(list)
    for issue, (thing, message) in sorted(found.items(), key=lambda item: (item[1], item[0])):
        told, property_ = _in_words(message, things[thing].label)
        disagreements[thing].append(
            Disagreement(
                iri=issue,
                thing=things[thing],
                message=told,
                links=tuple(sorted(links[issue])),
                property=property_,
            )
        )
    return {iri: tuple(several) for iri, several in disagreements.items()}


def _in_words(message: str, label: str) -> tuple[str, str]:
    """Return a message about a thing with the property that it begins with in words, and the IRI of that property.

    >>> _in_words("Alpaca, generatedBy: one source says ...", "Alpaca")
    ('Alpaca, written by: one source says ...', 'https://w3id.org/itgraph/ontology#generatedBy')
    >>> _in_words("one source says ...", "Alpaca")
    ('one source says ...', '')
    """
    before = f"{label}, "
    match = re.match(r"([a-z][A-Za-z]*): ", message.removeprefix(before)) if message.startswith(before) else None
    if match is None:
        return message, ""
    property_ = terms.ITG + match[1]
    return f"{before}{property_label(property_)}{message[len(before) + match.end(1) :]}", property_


def list_conflicts(store: Store, thing: Thing | None = None, *, kind: str | None = None) -> tuple[Conflict, ...]:
    """List what sources contradict of the survey, of all things, those of a kind or one: by kind, name and property.

    >>> import itgraph
    >>> graph = itgraph.load()
    >>> [conflict.found for conflict in list_conflicts(graph.store, graph.get("MOSS", "model"))]
    ['CodeGen']
    >>> list_conflicts(graph.store, graph.get("LLaMA"))
    ()
    """
    found = read_conflicts(store, None if thing is None else [thing.iri])
    conflicts = (one for several in found.values() for one in several if kind in (None, one.thing.kind))
    return tuple(sorted(conflicts, key=_conflict_key))


def list_disagreements(
    store: Store, thing: Thing | None = None, *, kind: str | None = None
) -> tuple[Disagreement, ...]:
    """List where two sources disagree, about all things, those of a kind or one: by kind and name."""
    found = read_disagreements(store, None if thing is None else [thing.iri])
    disagreements = (one for several in found.values() for one in several if kind in (None, one.thing.kind))
    return tuple(sorted(disagreements, key=lambda one: (*_thing_key(one.thing), one.message, one.iri)))


def say_none(store: Store, thing: Thing | None = None, *, kind: str | None = None, between_sources: bool) -> str:
    """Say that nothing was found, and what was looked at: it is no clearance where nothing else was read."""
    about = f" about {thing.label}" if thing else f" about things of the kind {kind}" if kind else ""
    if not store.select("SELECT ?fact WHERE { ?fact a itg:CuratedFact } LIMIT 1").rows:
        return f"nothing is told{about}: this graph holds no other sources than surveys"
    if between_sources:
        return f"no two of the sources that were read disagree{about}"
    return f"none of the sources that were read contradicts the survey{about}"


def conflicts_table(conflicts: Iterable[Conflict]) -> Table:
    """Return conflicts as a table; the links of the survey's rows are joined by a space."""
    columns = ("kind", "thing", "property", "survey", "source", "effect", "why", "address", "rows")
    return make_table(
        columns,
        (
            (
                *(one.thing.kind, one.thing.label, one.label),
                *(one.survey or None, one.found or None, one.effect or None, one.why or None),
                _iri(one.source.link),
                " ".join(row.link or row.iri for row in one.rows) or None,
            )
            for one in conflicts
        ),
    )


def disagreements_table(disagreements: Iterable[Disagreement]) -> Table:
    """Return disagreements as a table; their addresses are joined by a space."""
    rows = ((one.thing.kind, one.thing.label, one.message, " ".join(one.links) or None) for one in disagreements)
    return make_table(("kind", "thing", "message", "addresses"), rows)


def format_conflicts(conflicts: Sequence[Conflict]) -> str:
    """Write conflicts for a terminal, under the names of their things: each with its reason, and who says what."""
    lines: list[str] = []
    for one, is_new in _by_thing(conflicts):
        lines += _heading(one.thing, is_first=not lines) if is_new else []
        lines += indented(f"{one.label}: {one.sentence()}", 2, hanging=2)
        lines += indented(one.why, 4)
        lines += [f"    source   {one.source.link or one.source.iri}"]
        for row in one.rows:
            lines += [f"    survey   {row}", *([f"             {row.link}"] if row.link else [])]
    return "".join(f"{line}\n" for line in lines)


def format_disagreements(disagreements: Sequence[Disagreement]) -> str:
    """Write disagreements for a terminal, under the names of their things."""
    lines: list[str] = []
    for one, is_new in _by_thing(disagreements):
        lines += _heading(one.thing, is_first=not lines) if is_new else []
        lines += indented(one.message.removeprefix(f"{one.thing.label}, "), 2, hanging=2)
        lines += [f"    source   {link}" for link in one.links if link not in one.message]
    return "".join(f"{line}\n" for line in lines)


def _by_thing(found: Iterable[_Told]) -> Iterator[tuple[_Told, bool]]:
    """Yield what was found, each with whether it is about another thing than the one before."""
    thing: Thing | None = None
    for one in found:
        yield one, one.thing != thing
        thing = one.thing


def _heading(thing: Thing, *, is_first: bool) -> list[str]:
    return [*([] if is_first else [""]), *indented(f"{thing.label} ({thing.kind})", 0, hanging=2)]


def indented(text: str, indent: int, *, hanging: int = 0) -> list[str]:
    """Return text in lines of at most :data:`WIDTH` columns; a word that is longer is not broken.

    >>> indented("the survey says OPT", 2)
    ['  the survey says OPT']
    >>> indented("", 2)
    []
    """
    return wrap(
        " ".join(text.split()),
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hanging),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _blocks(variable: str, iris: Sequence[str] | None) -> Iterable[str]:
    return ("",) if iris is None else iter_values(variable, iris)


def _iri(address: str) -> NamedNode | None:
    return NamedNode(address) if address else None


def _thing_key(thing: Thing) -> tuple[str, ...]:
    return thing.kind, thing.label.casefold(), thing.label, thing.iri


def _conflict_key(conflict: Conflict) -> tuple[str, ...]:
    return *_thing_key(conflict.thing), conflict.label, conflict.survey, conflict.found, conflict.source.iri
