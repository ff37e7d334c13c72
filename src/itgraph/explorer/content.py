"""What the explorer shows of a graph: its things, the relations between them, and who says so.

Everything is read here, in a few large questions to the store, whatever the number of things. A thing is known
by its place in the list from here on: that is what the page, the pictures and the tables work with.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field, replace
from heapq import nsmallest
from itertools import islice
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from itgraph import terms
from itgraph.access import own_access, read_licensed, tell_access
from itgraph.arrangement import natural_key
from itgraph.conflicts import CONTRADICTED, DISAGREE, Conflict, Disagreement, read_conflicts, read_disagreements
from itgraph.description import Fact, Note, format_figure, read_aliases, read_facts, read_issues
from itgraph.errors import ExportError
from itgraph.explorer.encoding import KINDS as LOOKS
from itgraph.explorer.encoding import LINES
from itgraph.explorer.licences import LICENSED, Licence, read_licences
from itgraph.lineage.edges import (
    MANNERS,
    Manner,
    Source,
    name_things,
    newest_first,
    read_manners,
    read_sources,
    thing_key,
    walk,
)
from itgraph.lookup import KINDS, Thing
from itgraph.store import find_lineage_index, format_term, iter_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from itgraph.indexes.lineage import LineageIndex
    from itgraph.records import Access
    from itgraph.store import Store

MOST_THINGS = 20_000
"""How many models, datasets, benchmarks and techniques a page may hold."""

MOST_OF_LINEAGE = 1000
"""How many things of a lineage are read of a graph with an index: there a lineage can have half a million."""

_RELATION = {line.property: name for name, line in LINES.items()}
_RULES = terms.BASE + "rule/"
_DRAWN = ("model", "dataset", "benchmark", "technique")
_FIGURES = {
    "model": (terms.PARAMETERS,),
    "dataset": (terms.INSTRUCTIONS, terms.INSTANCES, terms.TASKS),
    "benchmark": (terms.INSTRUCTIONS, terms.TASKS),
    "organization": (terms.ORGANIZATION_KIND,),
}
_RELEASES = (terms.PAPER_RELEASED, terms.WEIGHTS_RELEASED, terms.DATA_RELEASED, terms.SERVICE_RELEASED)
_USE = (terms.ACCESS, terms.LICENSE, terms.DEVELOPER)
# What is told by its parts: licences with what is under them, and the dates by what was released.
_FOLDED = frozenset({terms.ACCESS, terms.LICENSE, terms.HAS_LICENSING, terms.RELEASED})

_OUTLINE = (
    *_USE,
    *_RELEASES,
    terms.ORGANIZATION_KIND,
    terms.PARAMETERS,
    terms.INSTRUCTIONS,
    terms.INSTANCES,
    terms.TASKS,
    terms.OPEN_SOURCE,
    terms.SCHEMA_IN_LANGUAGE,
    terms.DOMAIN,
    terms.AUTHOR_LIST_COMPLETE,
    terms.ARXIV_ID,
    terms.PAPER_LINK,
    terms.DCTERMS_ISSUED,
    terms.DESCRIBED_IN,
)
_ARXIV = re.compile(r"(?:arxiv\.org/\w+/|^)(\d{2})(0[1-9]|1[0-2])\.\d{4,5}(?!\d)")
_DATE = re.compile(r"^(\d{4})(?:-(0[1-9]|1[0-2]))?\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A thing with all that is known of it.

    ``facts`` leave out the relations of the current view, which are links, and what is told apart: licences and what
    they allow. ``date`` is a month (``2023-06``), a year, or empty; ``is_open`` is what a survey says of it, ``None``
    where none does; ``access`` is the narrowest that its licences allow, ``None`` where no licence of the thing itself
    is known, and ``access_said`` says it in a line. ``developers`` and ``licence_ids`` are names.
    """

    thing: Thing
    aliases: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    issues: tuple[Note, ...] = ()
    caption: str = ""
    date: str = ""
    is_open: bool | None = None
    access: Access | None = None
    access_said: str = ""
    developers: tuple[str, ...] = ()
    licence_ids: tuple[str, ...] = ()
    licences: tuple[Licence, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    languages: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    is_list_cut: bool = False
    """Of a paper: whether the source cuts its list of authors short ("et al.")."""

    @property
    def look(self) -> str:
        """The kind that it is drawn as."""
        return self.thing.kind if self.thing.kind in LOOKS else "thing"

    @property
    def use(self) -> str:
        """What may be done with it: its access, "unknown", or nothing for kinds of which nobody asks."""
        return self.access or ("unknown" if self.look in LICENSED else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A relation of the current view between two things, by their places in the list of nodes.

    ``manner`` says how a model is built on its base, in a word of :data:`itgraph.lineage.edges.MANNERS`, where that
    is known.
    """

    child: int
    relation: str
    parent: int
    sources: tuple[Source, ...] = ()
    rules: tuple[str, ...] = ()
    manner: str = ""

    @property
    def is_inferred(self) -> bool:
        """Whether only a rule concludes it."""
        return bool(self.rules) and not self.sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A source document: where it is from, so that a reader can find it."""

    id: str
    date: str
    repository: str
    commit: str

    def __str__(self) -> str:
        """Return it in words, short enough for the foot of a page."""
        if not self.commit:
            return self.id
        return f"{self.id} ({self.repository.rpartition('/')[2]} at {self.commit[:10]})"

    def to_dict(self) -> dict[str, str]:
        """Return plain values, for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that is shown: nodes by kind and name, links by the order of relations and nodes."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    rules: Mapping[str, str] = field(default_factory=dict)
    """What each rule concludes and why, by its name."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """The cells of each row as written, by its IRI."""
    snapshots: tuple[Snapshot, ...] = ()
    facts: int = 0
    """How many facts from outside the surveys the whole graph has, each with a source of its own."""
    is_part: bool = False
    """Whether the graph holds more than this."""
    left_out: int = 0
    """How many things of the lineage that it was read for are not in it."""

    @property
    def said_of_left_out(self) -> str:
        """Say how many things are left out, and which; empty, if none is."""
        if not self.left_out:
            return ""
        return (
            f"{self.left_out:,} more things of this lineage are left out: what is nearest is here, and of that what"
            " most was made from; fewer steps (--down 1) leave out less, and `itgraph serve` shows all of it"
        )

    def index_of(self, iri: str) -> int:
        """Return the place of a thing.

        Raises:
            ExportError: it is not among the nodes.
        """
        for place, node in enumerate(self.nodes):
            if node.thing.iri == iri:
                return place
        raise ExportError(f"<{iri}> is neither a thing with a name nor a part of any lineage: there is nothing to draw")


def read_content(
    store: Store,
    focus: Thing | None = None,
    *,
    to: Thing | None = None,
    depth: int | None = None,
    only: bool = False,
) -> Content:
    """Read what there is to show.

    Of a graph with more than :data:`MOST_THINGS` things, and with ``only`` of any, that is the part around the
    focus: all that it descends from, and ``depth`` steps of what descends from it (all of it, if not given). Of a
    graph with an index of lineage it is that part, too, with the ancestry of ``to``, the other end of a path; and no
    more than :data:`MOST_OF_LINEAGE` things.

    Raises:
        ExportError: the graph is too large, and no focus narrows it; or it holds nothing to show.
    """
    index = find_lineage_index(store)
    left_out = 0
    if index is not None:
        iris, left_out = _narrow_by_index(store, index, focus, to, depth)
    else:
        iris = _list_things(store)
    is_part = only or index is not None or len(iris) > MOST_THINGS
    if is_part and index is None:
        iris = _narrow(store, focus, depth, len(iris))
    if focus is not None:
        iris[focus.iri] = None
    facts = read_facts(store, list(iris))
    papers = _targets(facts.values(), {terms.DESCRIBED_IN, terms.DEVELOPER}) if is_part else _list_others(store)
    facts |= read_facts(store, [iri for iri in papers if iri not in facts])
    people = _targets(facts.values(), {terms.SCHEMA_AUTHOR})
    facts |= read_facts(store, [iri for iri in people if iri not in facts])
    if not facts:
        raise ExportError("this graph has no models, datasets, papers or people: there is nothing to show")
    return replace(_assemble(store, facts, is_part=is_part), left_out=left_out)


def read_part(store: Store, iris: Iterable[str]) -> Content:
    """Read all that there is to show of some things, and the relations among them.

    Raises:
        ExportError: there are none.
    """
    return _assemble(store, read_facts(store, list(iris)), is_part=True)


def read_thing(store: Store, iri: str, near: Iterable[str], below: Iterable[tuple[str, str]]) -> Content:
    """Read all that there is to show of a thing and of those near it, and of what is below it no more than outlines.

    ``below`` has relations, and the IRIs of what leads by them to the thing: those links are read with who says so.
    """
    part = read_part(store, [iri, *near])
    held = {node.thing.iri for node in part.nodes}
    children: dict[str, dict[str, None]] = {}
    for relation, child in below:
        if child not in held:
            children.setdefault(relation, {})[child] = None
    outlined = _in_order(name_things(store, dict.fromkeys(child for named in children.values() for child in named)))
    nodes = (*part.nodes, *read_outlines(store, outlined))
    places = {node.thing.iri: place for place, node in enumerate(nodes)}
    manners = read_manners(store, children.get("baseModel", ()))
    links = []
    for relation, named in children.items():
        graphs = _read_graphs(store, iri, relation, list(named))
        said = {graph for found in graphs.values() for graph in found}
        sources = read_sources(store, sorted(graph for graph in said if not graph.startswith(_RULES)))
        links += [
            Link(
                child=places[child],
                relation=relation,
                parent=places[iri],
                sources=tuple(sorted((sources[graph] for graph in found if graph in sources), key=newest_first)),
                rules=tuple(sorted(graph.removeprefix(_RULES) for graph in found if graph.startswith(_RULES))),
                manner=manners.get((child, iri), Manner()).word if relation == "baseModel" else "",
            )
            for child in outlined
            if (found := graphs.get(child)) is not None
        ]
    rows = {source.iri for link in links for source in link.sources} - part.texts.keys()
    return replace(
        part, nodes=nodes, links=(*part.links, *links), texts={**part.texts, **_read_texts(store, sorted(rows))}
    )


def _read_graphs(store: Store, parent: str, relation: str, children: Sequence[str]) -> dict[str, list[str]]:
    """Return the graphs that say that children have a relation to a parent; none, of what nobody is named for."""
    found: dict[str, list[str]] = {child: [] for child in children}
    property_ = f"<{LINES[relation].property}>"
    for values in iter_values("?child", children):
        # The parent in a filter: else the engine begins with all that lead to it, who may be a hundred times as many.
        table = store.select(
            f"SELECT ?child ?graph WHERE {{ {values} GRAPH ?graph {{ ?child {property_} ?parent }}"
            f" FILTER(?parent = {format_term(NamedNode(parent))}) }}"
        )
        for child, graph in table.rows:
            found[child.value].append(graph.value)  # type: ignore[union-attr]
    return found


def read_outlines(store: Store, iris: Sequence[str]) -> tuple[Node, ...]:
    """Read of things what is drawn of them and what they are filtered by: neither their facts nor their sources."""
    things = name_things(store, iris)
    said = _read_current(store, iris)
    papers = [iri for iri in _targets(said.values(), {terms.DESCRIBED_IN}) if iri not in said]
    dates = _dates(said | _read_current(store, papers))
    licensed = read_licensed(store, iris)
    return tuple(replace(_node(things[iri], said[iri], said[iri], dates[iri], licensed[iri]), facts=()) for iri in iris)


def _read_current(store: Store, iris: Sequence[str], wanted: Iterable[str] = _OUTLINE) -> dict[str, tuple[Fact, ...]]:
    """Read what the current view says of things, as far as an outline needs it; without who says so."""
    found: dict[str, list[Fact]] = {iri: [] for iri in iris}
    properties = ", ".join(f"<{iri}>" for iri in wanted)
    for values in iter_values("?s", iris):
        table = store.select(
            # Units first: figures alone have them, and the text of every row would be gone through.
            f"SELECT ?s ?p ?o ?text ?unit ?label WHERE {{ {values} ?s ?p ?o FILTER(?p IN ({properties}))"
            " OPTIONAL { ?o schema:unitText ?unit ; itg:text ?text } OPTIONAL { ?o rdfs:label ?label } }"
        )
        for row in table.rows:
            subject, predicate, value, text, unit, label = ("" if term is None else term.value for term in row)
            shown = format_figure(text, unit) if text else label or value
            iri = value if isinstance(row[2], NamedNode) else ""
            found[subject].append(Fact(property=predicate, label="", value=shown, iri=iri))
    return {iri: tuple(sorted(facts, key=lambda fact: fact.value.casefold())) for iri, facts in found.items()}


def _list_things(store: Store) -> dict[str, None]:
    """Return the models, datasets, benchmarks and techniques, and whatever else has a lineage."""
    classes = ", ".join(f"<{KINDS[kind]}>" for kind in _DRAWN)
    relations = ", ".join(f"<{line.property}>" for line in LINES.values() if line.is_lineage)
    found = store.select(
        f"SELECT DISTINCT ?s WHERE {{ {{ ?s a ?class FILTER(?class IN ({classes})) }}"
        f" UNION {{ ?s ?p ?o FILTER(?p IN ({relations}) && isIRI(?o)) }}"
        f" UNION {{ ?o ?p ?s FILTER(?p IN ({relations}) && isIRI(?o)) }} FILTER(isIRI(?s)) }}"
    )
    return dict.fromkeys(sorted(row[0].value for row in found.rows))  # type: ignore[union-attr]


def _list_others(store: Store) -> dict[str, None]:
    """Return the papers, people and organizations."""
    classes = ", ".join(f"<{KINDS[kind]}>" for kind in ("paper", "person", "organization"))
    found = store.select(
        f"SELECT DISTINCT ?s WHERE {{ ?s a ?class FILTER(?class IN ({classes}) && isIRI(?s)) }}",
    )
    return dict.fromkeys(sorted(row[0].value for row in found.rows))  # type: ignore[union-attr]


def _narrow(store: Store, focus: Thing | None, depth: int | None, count: int) -> dict[str, None]:
    if focus is None:
        raise ExportError(
            f"the graph holds {count:,} things, and a page {MOST_THINGS:,} at most: name one to start from"
            " (--focus NAME), and the page holds all that it descends from and what descends from it"
        )
    found = dict.fromkeys([focus.iri])
    for start in (focus.iri, *_described_by(store, focus.iri)):
        found |= dict.fromkeys(walk(store, start, "up").distances)
        found |= dict.fromkeys(walk(store, start, "down", depth=depth).distances)
    if len(found) > MOST_THINGS:
        far = "" if depth is None else f", down to {depth} steps"
        raise ExportError(
            f"{len(found):,} things are in the lineage of {focus.label!r}{far}, and a page holds {MOST_THINGS:,}"
            " at most: go fewer steps (--down 1), or start from something that less is built upon"
        )
    return found


def _narrow_by_index(
    store: Store, index: LineageIndex, focus: Thing | None, to: Thing | None, depth: int | None
) -> tuple[dict[str, None], int]:
    """Return what is nearest to a focus, of equals what most was made from; and how many things that leaves out."""
    if focus is None:
        raise ExportError(
            f"the graph holds {len(index):,} things with a lineage, more than a page: name one to start from"
            " (--focus NAME), and the page holds what it descends from and what descends from it"
        )
    starts = [focus.iri, *([to.iri] if to else []), *_described_by(store, focus.iri)]
    known = dict.fromkeys(node for iri in starts if (node := index.find(iri)) is not None)
    above: dict[int, int] = {}
    below: dict[int, int] = {}
    for node in islice(known, MOST_OF_LINEAGE):
        above |= {far: min(steps, above.get(far, steps)) for far, steps in index.distances(node, "up").items()}
        if to is None or node != index.find(to.iri):
            found = index.distances(node, "down", depth=depth)
            below |= {far: min(steps, below.get(far, steps)) for far, steps in found.items()}
    # The ancestry is told whole before anything that was made from the focus.
    order = dict.fromkeys([*known, *sorted(above, key=lambda far: (above[far], index.iri(far)))])
    rest = ((steps, -index.count_descendants(far), far) for far, steps in below.items() if far not in order)
    room = max(0, MOST_OF_LINEAGE - len(order))
    chosen = [*islice(order, MOST_OF_LINEAGE), *(far for _, _, far in nsmallest(room, rest))]
    total = len(order.keys() | below.keys())
    # What has no lineage is told of all the same, if it was asked for.
    iris = dict.fromkeys([*starts[:MOST_OF_LINEAGE], *map(index.iri, chosen)])
    return iris, total - len(chosen)


def _described_by(store: Store, iri: str) -> list[str]:
    """Return what a paper describes, what a person wrote about, what an organization developed."""
    found = store.select(
        f"SELECT DISTINCT ?s WHERE {{ ?s (itg:describedIn/schema:author?)|itg:developer {format_term(NamedNode(iri))}"
        " FILTER(isIRI(?s)) } ORDER BY ?s"
    )
    return [str(row.s) for row in found]


def _targets(facts: Iterable[tuple[Fact, ...]], properties: set[str]) -> dict[str, None]:
    return dict.fromkeys(fact.iri for said in facts for fact in said if fact.property in properties and fact.iri)


def _assemble(store: Store, facts: Mapping[str, tuple[Fact, ...]], *, is_part: bool) -> Content:
    things = name_things(store, sorted(facts))
    iris = _in_order(things)
    places = {iri: place for place, iri in enumerate(iris)}
    aliases, issues = read_aliases(store, iris), read_issues(store, iris)
    use, licences = _read_current(store, iris, _USE), read_licences(store, iris)
    licensed = read_licensed(store, iris)
    conflicts, disagreements = read_conflicts(store, iris), read_disagreements(store, iris)
    dates = _dates(facts)
    links: list[Link] = []
    nodes: list[Node] = []
    for iri in iris:
        kept = []
        manners, folded = _find_manners(facts[iri], places)
        for fact in facts[iri]:
            if fact in folded or (fact.property in _FOLDED and fact.current):
                continue
            relation = _RELATION.get(fact.property)
            if relation and fact.current and fact.iri in places:
                links.append(
                    Link(
                        child=places[iri],
                        relation=relation,
                        parent=places[fact.iri],
                        sources=fact.sources,
                        rules=fact.rules,
                        manner=manners.get(fact.iri, "") if fact.property == terms.BASE_MODEL else "",
                    )
                )
            else:
                kept.append(fact)
        nodes.append(
            replace(
                _node(things[iri], kept, use[iri], dates[iri], licensed[iri]),
                access_said=_say_access(things[iri], use[iri], licensed[iri], disagreements.get(iri, ())),
                aliases=aliases[iri],
                issues=tuple(note for note in issues[iri] if note.code not in {CONTRADICTED, DISAGREE}),
                licences=_with_bare(licences[iri], use[iri], facts[iri]),
                conflicts=conflicts.get(iri, ()),
                disagreements=disagreements.get(iri, ()),
            )
        )
    ranks = {name: rank for rank, name in enumerate(LINES)}
    # The order of authors is that of their paper: a stable sort keeps it.
    links.sort(key=lambda link: (ranks[link.relation], link.child))
    rows = {source.iri for said in facts.values() for fact in said for source in fact.sources}
    rows |= {source.iri for node in nodes for conflict in node.conflicts for source in conflict.rows}
    return Content(
        nodes=tuple(nodes),
        links=tuple(links),
        rules=read_rules(store),
        texts=_read_texts(store, sorted(rows)),
        snapshots=read_snapshots(store),
        facts=count_facts(store),
        is_part=is_part,
    )


def _in_order(things: Mapping[str, Thing]) -> list[str]:
    """Return the IRIs of things by kind and name."""
    order = list(KINDS)
    return sorted(
        things,
        key=lambda iri: (
            order.index(things[iri].kind) if things[iri].kind in order else len(order),
            natural_key(things[iri].label.casefold()),
            thing_key(things[iri]),
        ),
    )


def _find_manners(facts: Sequence[Fact], places: Mapping[str, int]) -> tuple[dict[str, str], set[Fact]]:
    """Return how a thing is built on each of its bases, and the facts that are told with that.

    They are those that nobody says but who names the base anyway.
    """
    bases = {
        fact.iri: {*fact.sources, *fact.rules}
        for fact in facts
        if fact.property == terms.BASE_MODEL and fact.current and fact.iri in places
    }
    said = [fact for fact in facts if fact.property in MANNERS and fact.current and fact.iri in bases]
    manners: dict[str, str] = {}
    for fact in said:
        manners[fact.iri] = max(MANNERS[fact.property], manners.get(fact.iri, ""))
    return manners, {fact for fact in said if bases[fact.iri] >= {*fact.sources, *fact.rules}}


def _with_bare(licences: tuple[Licence, ...], use: Iterable[Fact], facts: Iterable[Fact]) -> tuple[Licence, ...]:
    """Return the licences with those of which a graph says no more than that the thing is under them."""
    known = {licence.iri or licence.id for licence in licences}
    said = {fact.iri or fact.value: fact.sources for fact in facts if fact.property == terms.LICENSE}
    bare = [
        Licence(id=fact.value, iri=fact.iri, sources=said.get(fact.iri or fact.value, ()))
        for fact in use
        if fact.property == terms.LICENSE and (fact.iri or fact.value) not in known
    ]
    return (*licences, *bare)


def _say_access(
    thing: Thing, use: Iterable[Fact], licensed: Iterable[tuple[str, str]], disagreements: Iterable[Disagreement]
) -> str:
    return tell_access(
        thing.kind,
        (fact.value for fact in use if fact.property == terms.ACCESS),
        licensed,
        is_disputed=any(one.property == terms.LICENSE for one in disagreements),
    ).said


def _node(
    thing: Thing, facts: Sequence[Fact], use: Sequence[Fact], date: str, licensed: Iterable[tuple[str, str]]
) -> Node:
    """Make a node of what is said of a thing; ``use`` says by whom it is, and ``licensed`` what its licences allow."""
    current = [fact for fact in facts if fact.current]

    def values(*properties: str) -> tuple[str, ...]:
        return tuple(fact.value for fact in current if fact.property in properties)

    def used(property_: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(fact.value for fact in use if fact.property == property_))

    said = set(values(terms.OPEN_SOURCE))
    figures = [value for wanted in _FIGURES.get(thing.kind, ()) for value in values(wanted)]
    detail = figures[0].removesuffix(" parameters") if figures else date[:4] if thing.kind == "paper" else ""
    return Node(
        thing=thing,
        facts=tuple(facts),
        caption=" · ".join(filter(None, (LOOKS[thing.kind].word if thing.kind in LOOKS else thing.kind, detail))),
        date=date,
        is_open=None if len(said) != 1 else said == {"true"},
        access=own_access(thing.kind, used(terms.ACCESS), licensed),
        developers=used(terms.DEVELOPER),
        licence_ids=used(terms.LICENSE),
        languages=values(terms.SCHEMA_IN_LANGUAGE),
        domains=values(terms.DOMAIN),
        identifiers=values(terms.ARXIV_ID, terms.BIBO_DOI, terms.HUGGING_FACE_ID, terms.GITHUB_REPOSITORY),
        is_list_cut="false" in values(terms.AUTHOR_LIST_COMPLETE),
    )


def _dates(facts: Mapping[str, tuple[Fact, ...]]) -> dict[str, str]:
    """Return when each thing was first described or released, by its own dates, its links or its papers.

    That is a month where one is known.
    """
    own = {iri: _own_date(said) for iri, said in facts.items()}
    dates = {}
    for iri, said in facts.items():
        papers = [fact.iri for fact in said if fact.property == terms.DESCRIBED_IN and fact.current]
        found = [own[iri], *(own.get(paper, "") for paper in papers)]
        # A month says more than the year that it lies in, whichever comes first by the alphabet.
        dates[iri] = min(filter(None, found), key=lambda date: (date[:4], -len(date), date), default="")
    return dates


def _own_date(facts: Iterable[Fact]) -> str:
    found = []
    for fact in facts:
        if not fact.current:
            continue
        if fact.property in {terms.ARXIV_ID, terms.PAPER_LINK} and (match := _ARXIV.search(fact.value)):
            found.append(f"20{match[1]}-{match[2]}")
        elif fact.property in {terms.DCTERMS_ISSUED, *_RELEASES} and (match := _DATE.match(fact.value)):
            found.append("-".join(filter(None, match.groups())))
    return min(found, key=lambda date: (-len(date), date), default="")


def read_rules(store: Store) -> dict[str, str]:
    """Read what each rule concludes and why, by its name."""
    found = store.select(
        "SELECT ?rule ?comment WHERE { ?rule a itg:Rule OPTIONAL { ?rule rdfs:comment ?comment } }"
        " ORDER BY ?rule ?comment"
    )
    return {str(row.rule).rsplit("/", 1)[-1]: str(row.comment or "") for row in found}


def _read_texts(store: Store, rows: Sequence[str]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for values in iter_values("?row", rows):
        found = store.select(f"SELECT ?row ?text WHERE {{ {values} ?row a itg:Row ; itg:text ?text }}")
        texts |= sorted((str(row.row), str(row.text)) for row in found)
    return texts


def count_facts(store: Store) -> int:
    """Count the facts from outside the surveys."""
    ((count,),) = store.select("SELECT (COUNT(?fact) AS ?count) WHERE { ?fact a itg:CuratedFact }").rows
    return int(count.value)  # type: ignore[union-attr]


def format_sources(snapshots: Iterable[Snapshot], facts: int) -> str:
    """Return in a line what a graph was made from; nothing, if it does not say.

    >>> format_sources((), 1), format_sources((), 0)
    ('1 curated fact with its source', '')
    """
    told = [str(snapshot) for snapshot in snapshots]
    if facts:
        told.append(
            "1 curated fact with its source" if facts == 1 else f"{facts:,} curated facts, each with its source"
        )
    return "; ".join(told)


def read_snapshots(store: Store) -> tuple[Snapshot, ...]:
    """Read where the source documents are from, the newest first."""
    found = store.select(
        "SELECT ?snapshot ?date ?repository ?commit WHERE { ?snapshot a itg:Snapshot"
        " OPTIONAL { ?snapshot dcterms:issued ?date } OPTIONAL { ?snapshot itg:repository ?repository }"
        " OPTIONAL { ?snapshot itg:commit ?commit } } ORDER BY DESC(STR(?snapshot))"
    )
    return tuple(
        Snapshot(
            id=str(row.snapshot).rsplit("/", 1)[-1],
            date=str(row.date or ""),
            repository=str(row.repository or ""),
            commit=str(row.commit or ""),
        )
        for row in found
    )
