"""Mentions as entities: the same thing named twice is one, two things of one name are two; every merge can say why."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from itgraph.curated import mentions_of as curated_mentions
from itgraph.names import Decision, Names, name_key, nearest
from itgraph.records import (
    CuratedFacts,
    Issue,
    Kind,
    Mention,
    Reading,
    Reference,
    Snapshot,
    SnapshotFacts,
    Span,
    Table,
    Work,
)
from itgraph.survey.layouts import layouts_of
from itgraph.survey.links import find_arxiv_id
from itgraph.survey.people import parse_name
from itgraph.survey.reading import ACRONYM, read_table

WorkKey = tuple[str, int] | tuple[str, str, int]
"""Where a work is cited: a snapshot and a position in its reference list, or a snapshot, a table and a row."""

SAME_BY_RULE = "differs only in letter case, accents, spaces or punctuation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a name stands: a row of a snapshot."""

    snapshot: str
    table: str
    row: int
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A thing with its canonical name, the last part of its IRI, and its other names."""

    kind: Kind
    name: str
    slug: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A cited work; ``label`` is its title, or its citation where it has none."""

    slug: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """A spelling that was taken for a name: why, how often it stands there, and where first."""

    kind: Kind
    name: str
    spelling: str
    why: str
    count: int
    first: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSnapshot:
    """A snapshot with its tables read, row by row."""

    facts: SnapshotFacts
    readings: Mapping[str, tuple[Reading, ...]]

    def rows(self) -> Iterable[tuple[Table, int, Reading]]:
        """Iterate over tables, indexes of rows and readings, in order of the source."""
        for table in self.facts.tables:
            for index, reading in enumerate(self.readings[table.id]):
                yield table, index, reading


@dataclass(frozen=True, slots=True)
class Resolution:
    """The entities of a set of snapshots, and how to find the one that a mention means."""

    snapshots: tuple[ReadSnapshot, ...]
    entities: Mapping[tuple[Kind, str], Entity]
    papers: Mapping[tuple[str, int], Paper]
    """The works of reference lists, by snapshot and position."""
    listed: Mapping[tuple[str, str, int], Paper]
    """The works of tables and lists of papers, by snapshot, table and row."""
    merges: tuple[Merge, ...]
    issues: tuple[tuple[str, Issue], ...]
    names: Names
    curated: CuratedFacts
    surveyed: frozenset[tuple[Kind, str]]
    """The keys of the entities that a survey names."""
    _own_citations: Mapping[tuple[str, Kind, str], frozenset[int]]

    def entity(self, mention: Mention) -> Entity:
        """Return the entity that a mention means."""
        return self.entities[mention.kind, self.names.key(mention.kind, mention.name)]

    def works(self) -> frozenset[Paper]:
        """Return every work that a snapshot cites or lists."""
        return frozenset((*self.papers.values(), *self.listed.values()))

    def author(self, reference: Reference, written: str) -> Entity:
        """Return the person or organisation that an author's name, as written in a reference, means."""
        return self.entities[_author_key(reference, written, self.names)]

    def cited(self, snapshot: ReadSnapshot, number: int, reading: Reading) -> Reference | None:
        """Return the reference item that a number in a row means; ``None`` where the list has no such number.

        Where two items bear the number, it is the one whose arXiv id the row links to, else the first.
        """
        items = [item for item in snapshot.facts.references if item.number == number]
        if len(items) > 1:
            linked = {
                find_arxiv_id(statement.value)
                for statement in reading.statements
                if statement.property == "paper-link" and isinstance(statement.value, str)
            }
            items = [item for item in items if item.arxiv_id and item.arxiv_id in linked] or items
        return items[0] if items else None

    def is_wrong_citation(self, snapshot: ReadSnapshot, mention: Mention, about: Mention) -> bool:
        """Tell whether a mention cites another number than the thing's own row in the same snapshot does."""
        if not mention.citations or (mention.kind, mention.name) == (about.kind, about.name):
            return False
        key = (snapshot.facts.snapshot.id, mention.kind, self.names.key(mention.kind, mention.name))
        own = self._own_citations.get(key, frozenset())
        return bool(own) and not own & set(mention.citations)


def author_kind(written: str) -> Kind:
    """Return whether an author's name is that of a person or of an organisation."""
    return "organization" if parse_name(written).is_organization else "person"


def _author_key(reference: Reference, written: str, names: Names) -> tuple[Kind, str]:
    kind, display = author_kind(written), parse_name(written).display
    in_this_work = names.decision(kind, f"{display} [{reference.arxiv_id}]") if reference.arxiv_id else None
    return kind, names.key(kind, in_this_work.name if in_this_work else display)


def slug_of(name: str) -> str:
    """Return a name as the last part of an IRI: lower-case ASCII, a dot between digits kept, an acronym preferred.

    >>> slug_of("TÜLU"), slug_of("GPT-3.5"), slug_of("GPT (unknown version)")
    ('tulu', 'gpt-3.5', 'gpt-unknown-version')
    >>> slug_of("Massive Multitask Language Understanding (MMLU)")
    'mmlu'
    """
    if match := ACRONYM.fullmatch(name.strip()):
        name = match["acronym"]
    text = name.translate(_LETTERS)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    text = re.sub(r"(?<=\d)\.(?=\d)", "\0", text)
    text = re.sub(r"[^a-z0-9\0]+", "-", text).strip("-").replace("\0", ".")
    # A name in a script that has no ASCII form still needs an IRI, the same in every build.
    return text or "u-" + sha256(name.strip().encode(errors="replace")).hexdigest()[:12]


# Letters that Unicode does not decompose.
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "ß": "ss",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "đ": "d",
        "ı": "i",
        "þ": "th",
    }
)


@dataclass(slots=True)
class _Group:
    """The mentions of one thing, before it has a name."""

    spellings: Counter[str] = field(default_factory=Counter)
    first: dict[str, Place] = field(default_factory=dict)
    aliases: set[str] = field(default_factory=set)
    # Spellings in rows of its own, oldest snapshot first: those of the first source that has such rows.
    own: list[str] = field(default_factory=list)
    own_source: str = ""

    def add(self, spelling: str, place: Place) -> None:
        self.spellings[spelling] += 1
        self.first.setdefault(spelling, place)


def read_snapshot(facts: SnapshotFacts) -> ReadSnapshot:
    """Read every table of a snapshot."""
    layouts = layouts_of(facts.layouts)
    return ReadSnapshot(facts=facts, readings={table.id: read_table(table, layouts) for table in facts.tables})


def resolve(snapshots: Sequence[SnapshotFacts], names: Names, curated: CuratedFacts | None = None) -> Resolution:
    """Find the entities that the snapshots and curated facts speak of.

    Of each source the snapshots come oldest first. Where several sources name a thing in rows of their own, the first
    of them gives it its name: another survey that is added at the end renames nothing.

    Those that only curated facts name are named last, so that no thing of a survey gets another IRI for them.
    """
    curated = curated or CuratedFacts()
    read = tuple(read_snapshot(facts) for facts in snapshots)
    groups: dict[tuple[Kind, str], _Group] = {}
    own_citations: dict[tuple[str, Kind, str], frozenset[int]] = {}
    for snapshot in read:
        _collect(snapshot, names, groups, own_citations)
    taken: dict[Kind, dict[str, int]] = defaultdict(dict)
    entities, merges = _name_entities(groups, names, taken)
    others: dict[tuple[Kind, str], _Group] = {}
    for key, spelling, is_author in _curated_spellings(curated, names):
        if key not in groups:
            others.setdefault(key, _Group()).spellings[spelling] += 1
        elif spelling not in (entities[key].name, *entities[key].aliases):
            # LAION of the facts is LAION.ai of the survey, and is looked for by either name. The facts have a list of
            # organisations, and surveys only spell them as authors.
            known = {entities[key].name, *entities[key].aliases, spelling}
            name = spelling if key[0] == "organization" and not is_author else entities[key].name
            entities[key] = replace(entities[key], name=name, aliases=tuple(sorted(known - {name})))
    entities |= _name_entities(others, names, taken)[0]
    _add_decided_names(entities, names)
    works = _papers(read)
    return Resolution(
        snapshots=read,
        entities=entities,
        papers={place: paper for place, paper in works.items() if len(place) == 2},
        listed={place: paper for place, paper in works.items() if len(place) == 3},
        merges=tuple(merges),
        issues=tuple(_unresolved(groups, names)),
        names=names,
        curated=curated,
        surveyed=frozenset(groups),
        _own_citations=own_citations,
    )


def _add_decided_names(entities: dict[tuple[Kind, str], Entity], names: Names) -> None:
    """Add the spellings that decisions have for a thing: it is found by them, whether or not a source uses them."""
    for decision in names.decisions:
        entity = entities.get((decision.kind, name_key(decision.name)))
        # Of a person it may be the name in one work, and how an organisation is spelt is for facts to say.
        if entity is None or decision.kind in ("person", "organization"):
            continue
        if decision.other in ("", entity.name, *entity.aliases):
            continue
        aliases = tuple(sorted((*entity.aliases, decision.other)))
        entities[decision.kind, name_key(decision.name)] = replace(entity, aliases=aliases)


def _curated_spellings(curated: CuratedFacts, names: Names) -> Iterable[tuple[tuple[Kind, str], str, bool]]:
    """Iterate over the things that facts name: the key of each, how it is spelt, and whether as an author."""
    for mention in curated_mentions(curated):
        yield (mention.kind, names.key(mention.kind, mention.name)), mention.name, False
    for fact in curated.facts:
        if isinstance(fact.value, Work):
            for written in fact.value.reference.authors:
                key = _author_key(fact.value.reference, written, names)
                yield key, parse_name(written).display, True


def owners_of(reading: Reading) -> tuple[Mention, ...]:
    """Return what a reading is about: nothing, one thing, or the several that its row names."""
    return () if reading.about is None else (reading.about, *reading.also)


def mentions_of(reading: Reading) -> Iterable[Mention]:
    """Iterate over the mentions of a reading: what it is about, then what it names."""
    yield from owners_of(reading)
    for statement in reading.statements:
        if isinstance(statement.value, Mention):
            yield statement.value


def source_of(snapshot: Snapshot) -> str:
    """Return what tells sources apart: a repository and a path in it, of which snapshots are versions.

    Snapshots without a repository are taken for versions of one source: nothing says that they are not.
    """
    return f"{snapshot.repository.casefold()}/{snapshot.path}" if snapshot.repository else "unpinned"


def works_of(snapshot: ReadSnapshot) -> Iterable[tuple[str, Reference]]:
    """Iterate over the works of a snapshot, with their tables: the reference list, then the rows of papers."""
    for reference in snapshot.facts.references:
        yield "references", reference
    for table, _, reading in snapshot.rows():
        if reading.work is not None:
            yield table.id, reading.work.reference


def work_place(snapshot: ReadSnapshot, table: str, reference: Reference) -> WorkKey:
    """Return the key of a work among the papers of a resolution."""
    snapshot_id = snapshot.facts.snapshot.id
    is_numbered = table == "references"
    return (snapshot_id, reference.position) if is_numbered else (snapshot_id, table, reference.position)


def _collect(
    snapshot: ReadSnapshot,
    names: Names,
    groups: dict[tuple[Kind, str], _Group],
    own_citations: dict[tuple[str, Kind, str], frozenset[int]],
) -> None:
    snapshot_id = snapshot.facts.snapshot.id
    for table, index, reading in snapshot.rows():
        row = table.rows[index]
        place = Place(snapshot=snapshot_id, table=table.id, row=row.number, span=row.span)
        owners = owners_of(reading)
        for mention in mentions_of(reading):
            is_own = any(mention is owner for owner in owners)
            if is_own and not reading.begins:
                continue
            key = (mention.kind, names.key(mention.kind, mention.name))
            group = groups.setdefault(key, _Group())
            group.add(mention.name, place)
            group.aliases.update(mention.aliases)
            if is_own:
                group.own_source = group.own_source or source_of(snapshot.facts.snapshot)
                if group.own_source == source_of(snapshot.facts.snapshot):
                    group.own.append(mention.name)
                cited = (snapshot_id, *key)
                own_citations[cited] = own_citations.get(cited, frozenset()) | set(mention.citations)
    for table_id, reference in works_of(snapshot):
        place = Place(snapshot=snapshot_id, table=table_id, row=reference.position, span=reference.span)
        for written in reference.authors:
            key = _author_key(reference, written, names)
            groups.setdefault(key, _Group()).add(parse_name(written).display, place)


def _name_entities(
    groups: Mapping[tuple[Kind, str], _Group], names: Names, taken: dict[Kind, dict[str, int]]
) -> tuple[dict[tuple[Kind, str], Entity], list[Merge]]:
    entities: dict[tuple[Kind, str], Entity] = {}
    merges: list[Merge] = []
    decided = {(decision.kind, name_key(decision.name)): decision.name for decision in names.decisions}
    for (kind, key), group in sorted(groups.items()):
        name = decided.get((kind, key)) or _best_name(kind, group)
        slug = free_name(slug_of(name), taken[kind])
        if kind == "person":
            name = re.sub(r" \([^()]*\)$", "", name)  # what tells two people of one name apart is no part of it
        others = (set(group.spellings) | group.aliases) - {name}
        entities[kind, key] = Entity(kind=kind, name=name, slug=slug, aliases=tuple(sorted(others)))
        for spelling, count in sorted(group.spellings.items()):
            # Of what only curated facts name, no row is known that a merge could point to.
            if spelling != name and spelling in group.first:
                why = next(
                    (d.why for d in names.decisions if d.name == name and _is_of(d, kind, spelling)),
                    SAME_BY_RULE,
                )
                first = group.first[spelling]
                merges.append(Merge(kind=kind, name=name, spelling=spelling, why=why, count=count, first=first))
    return entities, merges


def free_name(name: str, taken: dict[str, int]) -> str:
    """Return a name, with a number if it is taken; ``taken`` keeps the names and the number that each has come to.

    >>> taken: dict[str, int] = {}
    >>> [free_name("alpaca", taken), free_name("alpaca", taken), free_name("alpaca-2", taken)]
    ['alpaca', 'alpaca-2', 'alpaca-2-2']
    """
    free = name
    while free in taken:
        taken[name] += 1
        free = f"{name}-{taken[name]}"
    taken[free] = 1
    return free


def _is_of(decision: Decision, kind: Kind, spelling: str) -> bool:
    """Tell whether a decision is what makes a spelling stand for its name."""
    return decision.kind == kind and name_key(decision.other.split(" [")[0]) == name_key(spelling)


def _best_name(kind: Kind, group: _Group) -> str:
    if kind in ("person", "organization"):
        # The fullest spelling: with the dots of initials, with accents.
        return max(sorted(group.spellings), key=lambda spelling: (len(spelling), group.spellings[spelling]))
    if group.own:
        return group.own[-1]
    return max(sorted(group.spellings), key=lambda spelling: group.spellings[spelling])


_MOST_SUGGESTIONS = 200
"""More names than this without a row of their own are not misspellings; looking for their neighbours takes minutes."""


def _unresolved(groups: Mapping[tuple[Kind, str], _Group], names: Names) -> Iterable[tuple[str, Issue]]:
    """Report names that stand only in other things' rows and that no decision vouches for: misspellings hide there."""
    known: dict[Kind, list[str]] = {}
    for (kind, _), group in groups.items():
        known.setdefault(kind, []).extend(group.spellings)
    unresolved = [
        (kind, group)
        for (kind, _), group in sorted(groups.items())
        if kind not in ("person", "organization")
        and not group.own
        and names.canonical(kind, min(group.spellings)) is None
    ]
    for kind, group in unresolved:
        near: Sequence[str] = ()
        if len(unresolved) <= _MOST_SUGGESTIONS:
            near = nearest(min(group.spellings), (name for name in known[kind] if name not in group.spellings))
        candidates = ", ".join(near) or "none"
        for written, place in sorted(group.first.items()):
            message = (
                f"{written!r} has no row of its own, and no line of names.csv vouches for it; taken as a {kind} of "
                f"that name (nearest known names: {candidates})"
            )
            issue = Issue(
                code="unresolved-name",
                severity="warning",
                message=message,
                span=place.span,
                table=place.table,
                row=place.row,
            )
            yield place.snapshot, issue


def _papers(snapshots: Sequence[ReadSnapshot]) -> dict[WorkKey, Paper]:
    """Find the works that reference items cite: by identifier, else by title and first author.

    An item without an identifier is the work of an item that has one if both agree in title and first author (LIMA is
    cited once by arXiv and once by OpenReview). Two identifiers are two works, whatever the titles say: reference 3 of
    the survey carries the title of another work.
    """
    items = [(work_place(s, table, reference), reference) for s in snapshots for table, reference in works_of(s)]
    identified: dict[tuple[str, str], str] = {}  # (title, first author) -> slug
    slugs: dict[WorkKey, str] = {}
    for place, reference in items:
        if identifier := identifier_slug(reference):
            slugs[place] = identifier
            if work := work_key(reference):
                identified.setdefault(work, identifier)
    taken = dict.fromkeys(slugs.values(), 1)
    for place, reference in items:
        if place in slugs:
            continue
        work = work_key(reference)
        if work and work in identified:
            slugs[place] = identified[work]
            continue
        slug = free_name(slug_of(reference.title or reference.text)[:60].strip("-."), taken)
        slugs[place] = slug
        if work:
            identified[work] = slug
    labels: dict[str, str] = {}
    newest: dict[str, str] = {}
    first: dict[str, str] = {}
    sources = {s.facts.snapshot.id: source_of(s.facts.snapshot) for s in snapshots}
    for place, reference in items:
        slug, snapshot_id = slugs[place], place[0]
        if first.setdefault(slug, sources[snapshot_id]) == sources[snapshot_id] and newest.get(slug) != snapshot_id:
            newest[slug] = snapshot_id
            labels[slug] = reference.title or reference.text
    return {place: Paper(slug=slug, label=labels[slug]) for place, slug in slugs.items()}


def identifier_slug(reference: Reference) -> str:
    """Return a work's identifier as the last part of its IRI; empty where it has none."""
    if reference.arxiv_id:
        return "arxiv-" + slug_of(reference.arxiv_id)
    return "doi-" + slug_of(reference.doi) if reference.doi else ""


def work_key(reference: Reference) -> tuple[str, str] | None:
    """Return what tells a work apart that has no identifier, its title and first author; ``None`` without a title."""
    if not reference.title:
        return None
    first = name_key(parse_name(reference.authors[0]).display) if reference.authors else ""
    return name_key(reference.title), first
