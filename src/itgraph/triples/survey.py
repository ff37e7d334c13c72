"""What surveys say, as quads: rows, the statements in their graphs, and the current view of them.

What a row says stands in the graph of that row. The default graph is the current view: of each aspect of a thing, what
the newest snapshot of each source says that speaks of it: another survey is another source, and speaks for itself.
Where two surveys differ, both stand. An aspect is a property, or the properties that one cell of a source decides
together: a language cell sets the language codes, their count and whether the thing is multilingual, and a newer cell
replaces all of that. What a curated fact corrects is no part of the current view, whichever snapshot says it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from pyoxigraph import Literal, NamedNode, Quad

from itgraph import terms
from itgraph.curated import find_spdx_id
from itgraph.records import (
    Issue,
    Mention,
    Property,
    Quantity,
    Reading,
    Reference,
    Snapshot,
    Span,
    Statement,
    Table,
    Work,
)
from itgraph.resolve import Entity, Paper, ReadSnapshot, Resolution, free_name, owners_of, slug_of, source_of
from itgraph.survey.links import parse_address
from itgraph.triples.corrections import Contradictions
from itgraph.triples.differences import find_differences, say_values
from itgraph.triples.iris import (
    CLASSES,
    DEFAULT,
    LABEL,
    TYPE,
    entity_iri,
    integer,
    known_date,
    paper_iri,
    quoted_iri,
    row_iri,
    snapshot_iri,
    string,
)
from itgraph.triples.licences import licence_iri, licence_quads
from itgraph.triples.quantities import FIGURES, quantity_statements

_CONCEPTS: dict[Property, str] = {
    "category": terms.CATEGORY,
    "construction": terms.CONSTRUCTION,
    "modality": terms.MODALITY,
    "domain": terms.DOMAIN,
    "evaluation-type": terms.EVALUATION_TYPE,
}
_SCHEMES: dict[Property, tuple[str, str]] = {
    "category": (terms.SCHEME_CATEGORY, "Categories, in the survey's own names"),
    "construction": (terms.SCHEME_CONSTRUCTION, "How datasets were made, as the survey writes it"),
    "modality": (terms.SCHEME_MODALITY, "Modalities"),
    "domain": (terms.SCHEME_DOMAIN, "Domains"),
    "evaluation-type": (terms.SCHEME_EVALUATION_TYPE, "Types of evaluation"),
}
_EDGES: dict[Property, str] = {
    "base-model": terms.BASE_MODEL,
    "trained-on": terms.TRAINED_ON,
    "generated-by": terms.GENERATED_BY,
    "developer": terms.DEVELOPER,
}
_BOOLEANS: dict[Property, str] = {
    "open-source": terms.OPEN_SOURCE,
    "self-built": terms.SELF_BUILT,
    "multilingual": terms.MULTILINGUAL,
}
_ASPECTS: dict[Property, str] = {
    "multilingual": "language",
    "languages": "language",
    "generated-by": "construction",
}
"""Properties that one cell decides together with another property; the rest are aspects of their own."""


@dataclass(slots=True)
class _Concept:
    """A concept by its spellings: those of the newest snapshot that has it decide its label."""

    order: int = -1
    newest: Counter[str] = field(default_factory=Counter)
    spellings: set[str] = field(default_factory=set)

    def add(self, order: int, spelling: str) -> None:
        self.spellings.add(spelling)
        if order > self.order:
            self.order, self.newest = order, Counter()
        self.newest[spelling] += 1

    @property
    def label(self) -> str:
        return max(sorted(self.newest), key=lambda spelling: self.newest[spelling])


@dataclass(slots=True)
class SurveyBuilder:
    """Collects quads; ``said`` keeps what rows say by subject and aspect, then by source and order of its snapshots."""

    resolution: Resolution
    contradictions: Contradictions
    quads: list[Quad] = field(default_factory=list)
    said: dict[tuple[str, str], dict[tuple[str, int], list[Quad]]] = field(default_factory=dict)
    concepts: dict[tuple[Property, str], _Concept] = field(default_factory=dict)
    concept_slugs: Mapping[tuple[Property, str], str] = field(default_factory=dict)
    issue_counts: Counter[str] = field(default_factory=Counter)
    authors_at: dict[str, NamedNode] = field(default_factory=dict)
    derived_at: dict[str, NamedNode] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for order, snapshot in enumerate(self.resolution.snapshots):
            for _, _, reading in snapshot.rows():
                for statement in reading.statements:
                    if statement.property in _CONCEPTS:
                        text = str(statement.value)
                        self.concepts.setdefault((statement.property, text.casefold()), _Concept()).add(order, text)
        self.concept_slugs = _concept_slugs(self.concepts)

    # -- descriptions, in the default graph --------------------------------------------------------------------------

    def _describe(self, subject: NamedNode, predicate: str, value: NamedNode | Literal) -> None:
        self.quads.append(Quad(subject, NamedNode(predicate), value, DEFAULT))

    def _type(self, subject: NamedNode, class_: str, label: str) -> None:
        self.quads.append(Quad(subject, TYPE, NamedNode(class_), DEFAULT))
        self.quads.append(Quad(subject, LABEL, string(label), DEFAULT))

    def add_snapshot(self, order: int, snapshot: ReadSnapshot) -> None:
        """Add a snapshot: its rows, what they say, its references and issues."""
        source = snapshot.facts.snapshot
        node = snapshot_iri(source.id)
        self._type(node, terms.SNAPSHOT, f"Snapshot {source.id}")
        for predicate, value in (
            (terms.COMMIT, source.commit),
            (terms.SHA256, source.sha256),
            (terms.REPAIR, source.repair),
        ):
            if value:
                self._describe(node, predicate, string(value))
        if source.repository:
            self._describe(node, terms.REPOSITORY, NamedNode(source.repository))
        if source.date:
            self._describe(node, terms.DCTERMS_ISSUED, Literal(source.date, datatype=NamedNode(terms.XSD_DATE)))
        for table, index, reading in snapshot.rows():
            self._add_row(order, snapshot, table, index, reading)
        for reference in snapshot.facts.references:
            self._add_reference(order, source, reference)
        for issue in snapshot.facts.issues:
            if issue.code != "unresolved-name":  # that depends on decisions, which may have been made since
                self._add_issue(source.id, issue)

    def add_things(self) -> None:
        """Add what the things are that rows and facts speak of, and what they are called."""
        for entity in self.resolution.entities.values():
            self._add_entity(entity)
        for paper in self.resolution.works():
            self._type(paper_iri(paper), terms.PAPER, paper.label)

    def _add_entity(self, entity: Entity) -> None:
        node = entity_iri(entity)
        self._type(node, CLASSES[entity.kind], entity.name)
        if entity.kind == "technique":  # which is a concept
            self._describe(node, terms.SKOS_PREF_LABEL, string(entity.name))
        for alias in entity.aliases:
            self._describe(node, terms.SKOS_ALT_LABEL, string(alias))

    def _add_source_row(self, source: Snapshot, table: str, number: int, span: Span, text: str) -> NamedNode:
        row = row_iri(source.id, table, number)
        self._type(row, terms.ROW, f"{source.id} {table} {number}")
        self._describe(row, terms.HAS_SNAPSHOT, snapshot_iri(source.id))
        self._describe(row, terms.TABLE, string(table))
        self._describe(row, terms.ROW_NUMBER, integer(number))
        self._describe(row, terms.LINE_START, integer(span.start))
        self._describe(row, terms.LINE_END, integer(span.end))
        self._describe(row, terms.TEXT, string(text))
        self._describe(row, terms.PROV_WAS_QUOTED_FROM, quoted_iri(source, span))
        return row

    def _add_issue(self, snapshot_id: str, issue: Issue) -> None:
        path = f"{snapshot_id}/{issue.code}/{issue.span.start}"
        self.issue_counts[path] += 1
        if self.issue_counts[path] > 1:
            path += f"-{self.issue_counts[path]}"
        node = NamedNode(f"{terms.BASE}issue/{path}")
        self._type(node, terms.ISSUE, f"{issue.code}, {snapshot_id}, line {issue.span.start}")
        self._describe(node, terms.CODE, string(issue.code))
        self._describe(node, terms.SEVERITY, string(issue.severity))
        self._describe(node, terms.MESSAGE, string(issue.message))
        self._describe(node, terms.HAS_SNAPSHOT, snapshot_iri(snapshot_id))
        self._describe(node, terms.LINE_START, integer(issue.span.start))
        self._describe(node, terms.LINE_END, integer(issue.span.end))
        if issue.table and issue.row:
            self._describe(node, terms.ABOUT, row_iri(snapshot_id, issue.table, issue.row))

    def add_new_issues(self) -> None:
        """Add the defects that no file names: of cells that a person has edited, and names not yet vouched for."""
        for snapshot in self.resolution.snapshots:
            known = {(issue.code, issue.table, issue.row) for issue in snapshot.facts.issues}
            for _, _, reading in snapshot.rows():
                for issue in reading.issues:
                    if (issue.code, issue.table, issue.row) not in known:
                        self._add_issue(snapshot.facts.snapshot.id, issue)
        for snapshot_id, issue in self.resolution.issues:
            self._add_issue(snapshot_id, issue)

    def add_differences(self) -> None:
        """Add an issue wherever two surveys say of a thing what cannot both be right; both of it stands."""
        labels = {entity_iri(entity).value: entity.name for entity in self.resolution.entities.values()}
        labels |= {paper_iri(paper).value: paper.label for paper in self.resolution.works()}
        # The graph of a row is named after the row.
        quoted = {
            str(quad.subject): quad.object
            for quad in self.quads
            if quad.predicate.value == terms.PROV_WAS_QUOTED_FROM and isinstance(quad.object, NamedNode)
        }
        for subject, aspect, *sides in find_differences(self.said):
            path = f"surveys/sources-disagree/{subject.removeprefix(terms.BASE).replace('/', '-')}"
            self.issue_counts[path] += 1
            if self.issue_counts[path] > 1:
                path += f"-{self.issue_counts[path]}"
            places = [quoted[min(str(quad.graph_name) for quad in side)] for side in sides]
            one, other = (
                f"{say_values(side, subject, aspect)} ({place.value})"
                for side, place in zip(sides, places, strict=True)
            )
            name = labels.get(subject, subject)
            message = f"{name}, {aspect}: one survey says {one}, another {other}. Both stand."
            node = NamedNode(f"{terms.BASE}issue/{path}")
            self._type(node, terms.ISSUE, f"sources-disagree, {name}")
            self._describe(node, terms.CODE, string("sources-disagree"))
            self._describe(node, terms.SEVERITY, string("info"))
            self._describe(node, terms.MESSAGE, string(message))
            self._describe(node, terms.ABOUT, NamedNode(subject))
            for place in places:
                self._describe(node, terms.PROV_HAD_PRIMARY_SOURCE, place)

    def concept_quads(self) -> Iterator[Quad]:
        """Yield the concepts and their schemes."""
        for (property_, key), concept in self.concepts.items():
            scheme, label = _SCHEMES[property_]
            node = self._concept_iri(property_, key)
            in_scheme = NamedNode(terms.SKOS_IN_SCHEME)
            preferred, other = NamedNode(terms.SKOS_PREF_LABEL), NamedNode(terms.SKOS_ALT_LABEL)
            yield Quad(node, TYPE, NamedNode(terms.SKOS_CONCEPT), DEFAULT)
            yield Quad(node, preferred, string(concept.label), DEFAULT)
            yield Quad(node, LABEL, string(concept.label), DEFAULT)
            for spelling in concept.spellings - {concept.label}:
                yield Quad(node, other, string(spelling), DEFAULT)
            yield Quad(node, in_scheme, NamedNode(scheme), DEFAULT)
            yield Quad(NamedNode(scheme), TYPE, NamedNode(terms.SKOS_CONCEPT_SCHEME), DEFAULT)
            yield Quad(NamedNode(scheme), preferred, string(label), DEFAULT)
            yield Quad(NamedNode(scheme), LABEL, string(label), DEFAULT)

    def _concept_iri(self, property_: Property, text: str) -> NamedNode:
        return NamedNode(f"{terms.BASE}{property_}/{self.concept_slugs[property_, text.casefold()]}")

    # -- what rows say, in their graphs ------------------------------------------------------------------------------

    def _add_row(self, order: int, snapshot: ReadSnapshot, table: Table, index: int, reading: Reading) -> None:
        source, row = snapshot.facts.snapshot, table.rows[index]
        text = " | ".join(row.raw or [" ".join(cell.text.split()) if cell else "" for cell in row.cells])
        node = self._add_source_row(source, table.id, row.number, row.span, text)
        if row.raw:
            self._describe(node, terms.RAW, string(" | ".join(row.raw)))
        if table.heading:
            self._describe(node, terms.HEADING, string(table.heading))
        for cell in row.cells:
            for number in cell.citations if cell else ():
                if (item := self.resolution.cited(snapshot, number, reading)) is not None:
                    self._describe(node, terms.CITES, row_iri(source.id, "references", item.position))
        say = _Speaker(self, order, node, f"{source.id}/{table.id}/{row.number}", source, row.span)
        if reading.work is not None:
            self._say_work(say, self.resolution.listed[source.id, table.id, row.number], reading.work)
        if reading.about is None:
            return
        about = entity_iri(self.resolution.entity(reading.about))
        # A row is about one thing: of several that it names, the first. The others speak by its graph alone.
        self._describe(node, terms.ABOUT, about)
        for owner in owners_of(reading) if reading.begins else ():
            self._say_described_in(say, snapshot, owner, reading)
            said = {statement.property for statement in reading.statements if statement.subject == owner}
            subject = entity_iri(self.resolution.entity(owner))
            self.contradictions.meet_silence(subject, said, node, source.id, row.span)
        for statement in reading.statements:
            self._say(say, entity_iri(self.resolution.entity(statement.subject)), statement)
            if isinstance(statement.value, Mention):
                self._say_described_in(say, snapshot, statement.value, reading)

    def _say_described_in(self, say: _Speaker, snapshot: ReadSnapshot, mention: Mention, reading: Reading) -> None:
        assert reading.about is not None
        if self.resolution.is_wrong_citation(snapshot, mention, reading.about):
            return  # an issue says so; the thing's own row names its paper
        subject = entity_iri(self.resolution.entity(mention))
        for number in mention.citations:
            item = self.resolution.cited(snapshot, number, reading)
            if item is not None:
                paper = paper_iri(self.resolution.papers[snapshot.facts.snapshot.id, item.position])
                speaks = say.corrected(subject, "describedIn", item.arxiv_id or paper.value)
                speaks(subject, terms.DESCRIBED_IN, paper, "describedIn")

    def _say(self, say: _Speaker, subject: NamedNode, statement: Statement) -> None:
        property_, value = statement.property, statement.value
        aspect = _ASPECTS.get(property_, property_)
        say = say.corrected(subject, property_, value)
        if isinstance(value, Mention):
            object_ = entity_iri(self.resolution.entity(value))
            say(subject, _EDGES[property_], object_, aspect)
            if property_ == "base-model" and statement.quantity is not None:
                label = f"from {self.resolution.entity(value).name}"
                self._say_derivation(say, subject, object_, statement.quantity, label)
        elif isinstance(value, Quantity):
            predicate, count, unit = FIGURES[property_]
            self._say_quantity(say, subject, predicate, value, property_, aspect)
            if value.lower_bound is not None and value.unit == unit:
                say(subject, count, integer(value.lower_bound), aspect)
        elif isinstance(value, bool):
            say(subject, _BOOLEANS[property_], Literal(value), aspect)
        elif property_ in _CONCEPTS:
            say(subject, _CONCEPTS[property_], self._concept_iri(property_, value), aspect)
        elif property_ == "language":
            say(subject, terms.SCHEMA_IN_LANGUAGE, string(value), aspect)
        elif property_ == "released":
            say(subject, terms.RELEASED, known_date(value), aspect)
        elif property_ == "license":
            is_spdx = find_spdx_id(value) == value
            name = value if is_spdx else slug_of(value)
            self.quads.extend(licence_quads(name, is_spdx=is_spdx))
            say(subject, terms.LICENSE, licence_iri(name, is_spdx=is_spdx), aspect)
        else:
            predicate = terms.PAPER_LINK if property_ == "paper-link" else terms.PROJECT
            say(subject, predicate, NamedNode(value), aspect)

    def _say_derivation(self, say: _Speaker, subject: NamedNode, base: NamedNode, size: Quantity, label: str) -> None:
        path = f"{say.path}/{base.value.rsplit('/', 1)[1]}"
        if self.derived_at.setdefault(path, subject) != subject:  # two models of one row, built on the same
            path += f"-{subject.value.rsplit('/', 1)[1]}"
        node = NamedNode(f"{terms.BASE}derivation/{path}")
        say(subject, terms.PROV_QUALIFIED_DERIVATION, node, "base-model")
        say.type(node, terms.PROV_DERIVATION, f"{label} ({size.text})", "base-model", of=subject)
        say(node, terms.PROV_HAS_ENTITY, base, "base-model", of=subject)
        self._say_quantity(say, node, terms.PARAMETERS, size, "base-parameters", "base-model", of=subject)

    def _say_quantity(
        self,
        say: _Speaker,
        subject: NamedNode,
        predicate: str,
        quantity: Quantity,
        column: str,
        aspect: str,
        of: NamedNode | None = None,
    ) -> None:
        of = of or subject
        node = NamedNode(f"{terms.BASE}quantity/{say.path}/{column}")
        say(subject, predicate, node, aspect, of=of)
        for property_, value in quantity_statements(quantity):
            say(node, property_, value, aspect, of=of)

    def _add_reference(self, order: int, source: Snapshot, reference: Reference) -> None:
        row = self._add_source_row(source, "references", reference.position, reference.span, reference.text)
        self._describe(row, terms.REFERENCE_NUMBER, integer(reference.number))
        say = _Speaker(self, order, row, f"{source.id}/references/{reference.position}", source, reference.span)
        self._say_reference(say, self.resolution.papers[source.id, reference.position], reference)

    def _say_work(self, say: _Speaker, paper: Paper, work: Work) -> None:
        """State what a row of a list of papers says."""
        self._say_reference(say, paper, work.reference)
        node = paper_iri(paper)
        if len(work.date) > len("2023"):
            say(node, terms.PAPER_RELEASED, known_date(work.date), "paperReleased")
        for address in work.projects:
            say(node, terms.PROJECT, NamedNode(address), "project")

    def _say_reference(self, say: _Speaker, paper: Paper, reference: Reference) -> None:
        node = paper_iri(paper)
        self._describe(say.row, terms.ABOUT, node)
        if reference.title:
            say(node, terms.DCTERMS_TITLE, string(reference.title), "title")
        if reference.year:
            year = Literal(reference.year, datatype=NamedNode(terms.XSD_G_YEAR))
            say.corrected(node, "issued", reference.year)(node, terms.DCTERMS_ISSUED, year, "issued")
        if reference.arxiv_id:
            say(node, terms.ARXIV_ID, string(reference.arxiv_id), "arxivId")
        if reference.doi:
            say(node, terms.BIBO_DOI, string(reference.doi), "doi")
        for link in reference.links:
            address = parse_address(link.href)
            if address.iri:
                say(node, terms.SCHEMA_URL, NamedNode(address.iri), "url")
        say(node, terms.DCTERMS_BIBLIOGRAPHIC_CITATION, string(reference.text), "citation")
        if not reference.authors:
            return
        say(node, terms.AUTHOR_LIST_COMPLETE, Literal(reference.complete), "authors")
        for position, written in enumerate(reference.authors, 1):
            author = entity_iri(self.resolution.author(reference, written))
            authorship = self._authorship_iri(paper, position, author)
            say(node, terms.SCHEMA_AUTHOR, author, "authors")
            say(node, terms.HAS_AUTHORSHIP, authorship, "authors")
            say.type(authorship, terms.AUTHORSHIP, f"Author {position} of {paper.label}", "authors", of=node)
            say(authorship, terms.AUTHOR, author, "authors", of=node)
            say(authorship, terms.POSITION, integer(position), "authors", of=node)
            say(authorship, terms.NAME_AS_WRITTEN, string(written), "authors", of=node)

    def _authorship_iri(self, paper: Paper, position: int, author: NamedNode) -> NamedNode:
        """Return the IRI of an authorship: items that cite one work share it, unless they name another author."""
        path = f"{paper.slug}/{position}"
        if self.authors_at.setdefault(path, author) != author:
            path += f"-{author.value.rsplit('/', 1)[1]}"
        return NamedNode(f"{terms.BASE}authorship/{path}")

    # -- the current view --------------------------------------------------------------------------------------------

    def current_view(self) -> Iterator[Quad]:
        """Yield, for each aspect of each thing, what the newest snapshot of each source says that speaks of it."""
        for by_snapshot in self.said.values():
            newest: dict[str, int] = {}
            for source, order in by_snapshot:
                newest[source] = max(order, newest.get(source, order))
            for place in newest.items():
                # What is corrected there leaves nothing, and does not bring back what older snapshots say.
                for quad in by_snapshot[place]:
                    yield Quad(quad.subject, quad.predicate, quad.object, DEFAULT)


@dataclass(frozen=True, slots=True)
class _Speaker:
    """States quads in the graph of one row; ``is_current`` is false for what a curated fact has replaced."""

    builder: SurveyBuilder
    order: int
    row: NamedNode
    path: str
    snapshot: Snapshot
    span: Span
    is_current: bool = True

    def corrected(self, subject: NamedNode, property_: str, value: Mention | Quantity | str | bool) -> _Speaker:
        """Return who states a value: not for the current view, where a curated fact replaces it."""
        place = (self.row, self.snapshot.id, self.span)
        is_replaced = self.builder.contradictions.meet(subject, property_, value, *place)
        return replace(self, is_current=False) if is_replaced else self

    def __call__(
        self,
        subject: NamedNode,
        predicate: str,
        value: NamedNode | Literal,
        aspect: str,
        of: NamedNode | None = None,
    ) -> None:
        """State something; ``of`` is the thing whose aspect this is, where the subject is a node that hangs on it."""
        quad = Quad(subject, NamedNode(predicate), value, self.row)
        self.builder.quads.append(quad)
        key = ((of or subject).value, aspect)
        said = self.builder.said.setdefault(key, {}).setdefault((source_of(self.snapshot), self.order), [])
        if self.is_current:
            said.append(quad)

    def type(self, subject: NamedNode, class_: str, label: str, aspect: str, of: NamedNode) -> None:
        """Say what a node is that hangs on a thing: in the default graph only while it is current, unlike a thing."""
        self(subject, terms.RDF_TYPE, NamedNode(class_), aspect, of)
        self(subject, terms.RDFS_LABEL, string(label), aspect, of)


def _concept_slugs(concepts: Mapping[tuple[Property, str], _Concept]) -> dict[tuple[Property, str], str]:
    """Give each concept a slug; two labels that differ in punctuation alone ("GPT 4-", "GPT-4-Generated") need two.

    The plain slug goes to the label that is nearest to it, so that it does not depend on what else there is.
    """
    slugs: dict[tuple[Property, str], str] = {}
    taken: dict[Property, dict[str, int]] = defaultdict(dict)
    for property_, key in sorted(
        concepts, key=lambda concept: (concept[0], concept[1] != slug_of(concept[1]), concept[1])
    ):
        slugs[property_, key] = free_name(slug_of(key), taken[property_])
    return slugs
