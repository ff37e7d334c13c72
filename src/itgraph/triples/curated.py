"""What facts from outside the surveys say, as quads: in a graph for each row, and in the current view.

The graph of a fact is named after its file and what the row says (``…/curated/licences/model-tulu-weights-mit``), not
after its number, so that a new row leaves the names of the others as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from pyoxigraph import Literal, NamedNode, Quad

from itgraph import terms
from itgraph.records import (
    Correction,
    CuratedFact,
    Developer,
    Disagreement,
    Identifier,
    Kind,
    Licence,
    Mention,
    Profile,
    Property,
    Release,
    Step,
    Summary,
    Work,
)
from itgraph.resolve import Paper, Resolution, free_name, identifier_slug, slug_of
from itgraph.survey.quantities import parse_quantity
from itgraph.triples.corrections import Contradiction, Contradictions
from itgraph.triples.iris import (
    DEFAULT,
    LABEL,
    TYPE,
    entity_iri,
    integer,
    known_date,
    paper_iri,
    snapshot_iri,
    string,
)
from itgraph.triples.licences import licence_iri, licence_quads
from itgraph.triples.quantities import FIGURES, quantity_statements

_STEPS: dict[tuple[str, Kind], str] = {
    # The relation of lineage.csv, and what it leads from.
    ("baseModel", "model"): terms.BASE_MODEL,
    ("trainedOn", "model"): terms.TRAINED_ON,
    ("generatedBy", "dataset"): terms.GENERATED_BY,
    ("derivedFrom", "dataset"): terms.SOURCE_DATASET,
    # Built on another's design, or an improvement of it: what `itg:baseModel` says, "built on or tuned from".
    ("derivedFrom", "model"): terms.BASE_MODEL,
    ("memberOfFamily", "model"): terms.MEMBER_OF,
}
_EVENTS = {
    "paper": terms.PAPER_RELEASED,
    "weights": terms.WEIGHTS_RELEASED,
    "data": terms.DATA_RELEASED,
    "service": terms.SERVICE_RELEASED,
}
_IDENTIFIERS: dict[str, tuple[str, str]] = {
    # The property, and the address that an identifier is part of.
    "arxiv": (terms.ARXIV_ID, "https://arxiv.org/abs/"),
    "github": (terms.GITHUB_REPOSITORY, "https://github.com/"),
    "huggingface-model": (terms.HUGGING_FACE_ID, "https://huggingface.co/"),
    "huggingface-dataset": (terms.HUGGING_FACE_ID, "https://huggingface.co/datasets/"),
    "doi": (terms.BIBO_DOI, "https://doi.org/"),
    "homepage": (terms.SCHEMA_URL, ""),
}
_IDENTIFYING = {"organisations": 1, "lineage": 5, "corrections": 5}
"""How many of the first cells tell a row from the others, where it is not four."""

_FIGURES = {term.removeprefix(terms.ITG): property_ for property_, (term, _, _) in FIGURES.items()}
_SEVERITIES = {"contradicted-by-source": "warning", "sources-disagree": "info"}


class CuratedBuilder:
    """Collects the quads of curated facts, and those of the contradictions that a survey's quads have met."""

    def __init__(self, resolution: Resolution, contradictions: Contradictions) -> None:
        self.quads: list[Quad] = []
        self._resolution = resolution
        self._contradictions = contradictions
        self._taken: dict[str, dict[str, int]] = {}
        self._described: set[str] = set()
        self._cited = {paper.slug for paper in resolution.works()}
        # Those that have a row of their own are described by it, and need no other description.
        works = (fact.value for fact in resolution.curated.facts if isinstance(fact.value, Work))
        self._papers = self._cited | {identifier_slug(work.reference) for work in works}

    def add_facts(self) -> None:
        """Add every row of the facts files, and the disagreements between them."""
        for fact in self._resolution.curated.facts:
            self._add_fact(fact)
        self._add_disagreements()

    def add_contradictions(self, issue_counts: dict[str, int]) -> None:
        """Add the corrections that speak of something in these surveys, each with an issue for every row it is about.

        ``issue_counts`` are those of the surveys' own issues, by the path of their IRIs.
        """
        met: defaultdict[Correction, list[Contradiction]] = defaultdict(list)
        for contradiction in self._contradictions.found:
            met[contradiction.correction].append(contradiction)
        for correction in self._resolution.curated.corrections:
            if correction in met:
                self._add_correction(correction, met[correction], issue_counts)

    # -- facts -------------------------------------------------------------------------------------------------------

    def _add_fact(self, fact: CuratedFact) -> None:
        about = entity_iri(self._resolution.entity(fact.about))
        node = self._describe_fact(fact.file, fact.cells, fact.source, about)
        value = fact.value
        if isinstance(value, Summary):
            self._say(node, about, terms.RDFS_COMMENT, string(value.text))
        elif isinstance(value, Work):
            self._say_work(node, about, value)
        elif isinstance(value, Profile):
            self._say(node, about, terms.ORGANIZATION_KIND, string(value.kind))
            if value.homepage:
                self._say(node, about, terms.SCHEMA_URL, NamedNode(value.homepage))
        elif isinstance(value, Developer):
            self._say(node, about, terms.DEVELOPER, entity_iri(self._resolution.entity(value.organization)))
        elif isinstance(value, Licence):
            self._say_licence(node, about, value)
        elif isinstance(value, Release):
            self._say(node, about, _EVENTS[value.event], known_date(value.date))
        elif isinstance(value, Identifier):
            self._say_identifier(node, about, value)
        else:
            self._say_step(node, about, fact.about.kind, value)

    def _describe_fact(self, file: str, cells: Sequence[str], source: str, about: NamedNode) -> NamedNode:
        """Describe a fact in the default graph; return its IRI, which is the name of its graph."""
        # Notes, and opinions on another cell, are no part of what tells rows apart.
        identifying = [cell for cell in cells[: _IDENTIFYING.get(file, 4)] if cell]
        name = free_name(_join_slugs(identifying), self._taken.setdefault(file, {}))
        node = NamedNode(f"{terms.BASE}curated/{file}/{name}")
        self._type(node, terms.CURATED_FACT, f"{file}: {', '.join(identifying)}")
        self._describe(node, terms.PROV_HAD_PRIMARY_SOURCE, NamedNode(source))
        self._describe(node, terms.TABLE, string(file))
        self._describe(node, terms.ABOUT, about)
        self._describe(node, terms.TEXT, string(" | ".join(cells)))
        return node

    def _say_work(self, fact: NamedNode, about: NamedNode, value: Work) -> None:
        """State that a thing is described in a work, and what the work is.

        Of a work that a survey cites, the survey's own words stay the current ones: these stand in the fact's graph.
        """
        reference = value.reference
        paper = Paper(slug=identifier_slug(reference), label=reference.title)
        node = paper_iri(paper)
        identifier, scheme = (reference.arxiv_id, "arxiv") if reference.arxiv_id else (reference.doi, "doi")
        property_, address = _IDENTIFIERS[scheme]
        said: list[tuple[str, NamedNode | Literal]] = [
            (terms.DCTERMS_TITLE, string(reference.title)),
            (terms.DCTERMS_ISSUED, Literal(reference.year, datatype=NamedNode(terms.XSD_G_YEAR))),
            (property_, string(identifier)),
            (terms.SCHEMA_URL, NamedNode(address + identifier)),
        ]
        self._say(fact, about, terms.DESCRIBED_IN, node)
        if paper.slug in self._cited:
            self.quads += [Quad(node, NamedNode(predicate), term, fact) for predicate, term in said]
            return
        if paper.slug not in self._described:
            self._described.add(paper.slug)
            self._type(node, terms.PAPER, paper.label)
        for predicate, term in said:
            self._say(fact, node, predicate, term)
        self._say(fact, node, terms.AUTHOR_LIST_COMPLETE, Literal(reference.complete))
        for position, written in enumerate(reference.authors, 1):
            author = entity_iri(self._resolution.author(reference, written))
            authorship = NamedNode(f"{terms.BASE}authorship/{paper.slug}/{position}")
            self._say(fact, node, terms.SCHEMA_AUTHOR, author)
            self._say(fact, node, terms.HAS_AUTHORSHIP, authorship)
            self._say(fact, authorship, terms.RDF_TYPE, NamedNode(terms.AUTHORSHIP))
            self._say(fact, authorship, terms.RDFS_LABEL, string(f"Author {position} of {paper.label}"))
            self._say(fact, authorship, terms.AUTHOR, author)
            self._say(fact, authorship, terms.POSITION, integer(position))
            self._say(fact, authorship, terms.NAME_AS_WRITTEN, string(written))

    def _say_licence(self, fact: NamedNode, about: NamedNode, value: Licence) -> None:
        licence = licence_iri(value.id, is_spdx=value.is_spdx)
        self.quads.extend(licence_quads(value.id, is_spdx=value.is_spdx))
        node = NamedNode(f"{terms.BASE}licensing/{fact.value.rsplit('/', 1)[1]}")
        access = string(value.access)
        self._say(fact, about, terms.LICENSE, licence)
        self._say(fact, about, terms.ACCESS, access)
        self._say(fact, about, terms.HAS_LICENSING, node)
        self._say(fact, node, terms.RDF_TYPE, NamedNode(terms.LICENSING))
        self._say(fact, node, terms.RDFS_LABEL, string(f"{value.part}: {value.id}"))
        self._say(fact, node, terms.PART, string(value.part))
        self._say(fact, node, terms.LICENSE, licence)
        self._say(fact, node, terms.ACCESS, access)

    def _say_identifier(self, fact: NamedNode, about: NamedNode, value: Identifier) -> None:
        property_, address = _IDENTIFIERS[value.scheme]
        page = NamedNode(address + value.value)
        shown = page if value.scheme == "homepage" else string(value.value)
        if value.note:
            # What a row links to and is of another thing: that it is so linked is true, but not that it is the thing's.
            self._describe(fact, terms.RDFS_COMMENT, string(value.note))
            self.quads.append(Quad(about, NamedNode(property_), shown, fact))
            return
        self._say(fact, about, property_, shown)
        self._say(fact, about, terms.SCHEMA_SAME_AS, page)
        if value.scheme == "arxiv":
            # A work may be cited by no survey; that the thing is described in it is concluded by a rule.
            slug = f"arxiv-{slug_of(value.value)}"
            paper = NamedNode(f"{terms.BASE}paper/{slug}")
            if slug not in self._papers:
                self._type(paper, terms.PAPER, f"arXiv:{value.value}")
                self._say(fact, paper, terms.ARXIV_ID, string(value.value))
                self._say(fact, paper, terms.SCHEMA_URL, page)

    def _say_step(self, fact: NamedNode, about: NamedNode, kind: Kind, value: Step) -> None:
        parent = entity_iri(self._resolution.entity(value.parent))
        self._say(fact, about, _STEPS[value.relation, kind], parent)

    # -- corrections -------------------------------------------------------------------------------------------------

    def _add_correction(
        self, correction: Correction, contradictions: Sequence[Contradiction], issue_counts: dict[str, int]
    ) -> None:
        about = contradictions[0].about
        name = correction.about.name if correction.about else correction.paper
        fact = self._describe_fact("corrections", correction_cells(correction), correction.source, about)
        self._describe(fact, terms.CORRECTED_PROPERTY, NamedNode(_term(correction.property)))
        self._describe(fact, terms.SURVEY_VALUE, string(correction.survey))
        self._describe(fact, terms.SOURCE_VALUE, string(correction.found))
        self._describe(fact, terms.EFFECT, string(correction.effect))
        self._describe(fact, terms.RDFS_COMMENT, string(correction.why))
        for predicate, value in self._replacement(correction, fact):
            self._say(fact, about, predicate, value)
        for met in contradictions:
            self._describe(fact, terms.CORRECTS, met.row)
            said = correction.survey or "nothing"
            found = f"; a source says {correction.found}" if correction.found else ""
            message = (
                f"{name}, {correction.property}: the survey says {said}{found} ({correction.effect}). {correction.why}"
            )
            path = f"{met.snapshot}/contradicted-by-source/{met.span.start}"
            place = f"{met.snapshot}, line {met.span.start}"
            node = self._add_issue(
                "contradicted-by-source", path, place, f"{message} {correction.source}", issue_counts
            )
            self._describe(node, terms.HAS_SNAPSHOT, snapshot_iri(met.snapshot))
            self._describe(node, terms.LINE_START, integer(met.span.start))
            self._describe(node, terms.LINE_END, integer(met.span.end))
            self._describe(node, terms.ABOUT, met.row)
            self._describe(node, terms.CONTRADICTED_BY, fact)

    def _replacement(self, correction: Correction, fact: NamedNode) -> Iterator[tuple[str, NamedNode | Literal]]:
        """Yield what a correction states itself; steps of lineage and identifiers have rows of their own."""
        if correction.effect != "replaces" or not correction.found:
            return
        if correction.property in _FIGURES:
            property_: Property = _FIGURES[correction.property]
            predicate, count, unit = FIGURES[property_]
            quantity = parse_quantity(correction.found, unit)
            if quantity is not None:
                node = NamedNode(f"{terms.BASE}quantity/{fact.value.removeprefix(terms.BASE)}")
                yield predicate, node
                for said, value in quantity_statements(quantity):
                    self._say(fact, node, said, value)
                if quantity.lower_bound is not None and quantity.unit == unit:
                    yield count, integer(quantity.lower_bound)
        elif correction.property == "issued":
            yield terms.DCTERMS_ISSUED, Literal(correction.found, datatype=NamedNode(terms.XSD_G_YEAR))
        elif correction.property in ("paperLink", "project"):
            yield _term(correction.property), NamedNode(correction.found)

    # -- disagreements -----------------------------------------------------------------------------------------------

    def _add_disagreements(self) -> None:
        declared = self._resolution.curated.disagreements
        known = set(map(self._disputed, declared))
        found = [d for d in _disagreements(self._resolution.curated.facts) if self._disputed(d) not in known]
        counts: dict[str, int] = {}
        for disagreement in (*declared, *found):
            entity = self._resolution.entity(disagreement.about)
            first, second = disagreement.values
            taken = f" Taken: {disagreement.taken}." if disagreement.taken else " Both stand."
            one, other = disagreement.sources
            said = f"one source says {first} ({one}), another {second} ({other})"
            message = f"{entity.name}, {disagreement.property}: {said}.{taken} {disagreement.why}"
            parts = (entity.kind, entity.slug, disagreement.property, first, second)
            path = f"curated/sources-disagree/{_join_slugs(parts)}"
            node = self._add_issue("sources-disagree", path, entity.name, message, counts)
            self._describe(node, terms.ABOUT, entity_iri(entity))
            for source in disagreement.sources:
                self._describe(node, terms.PROV_HAD_PRIMARY_SOURCE, NamedNode(source))

    def _disputed(self, disagreement: Disagreement) -> tuple[Kind, str, str]:
        return disagreement.about.kind, self._key(disagreement.about), disagreement.property

    def _key(self, mention: Mention) -> str:
        return self._resolution.names.key(mention.kind, mention.name)

    # -- quads -------------------------------------------------------------------------------------------------------

    def _add_issue(self, code: str, path: str, place: str, message: str, counts: dict[str, int]) -> NamedNode:
        counts[path] = counts.get(path, 0) + 1
        if counts[path] > 1:
            path += f"-{counts[path]}"
        node = NamedNode(f"{terms.BASE}issue/{path}")
        self._type(node, terms.ISSUE, f"{code}, {place}")
        self._describe(node, terms.CODE, string(code))
        self._describe(node, terms.SEVERITY, string(_SEVERITIES[code]))
        self._describe(node, terms.MESSAGE, string(message))
        return node

    def _describe(self, subject: NamedNode, predicate: str, value: NamedNode | Literal) -> None:
        self.quads.append(Quad(subject, NamedNode(predicate), value, DEFAULT))

    def _type(self, subject: NamedNode, class_: str, label: str) -> None:
        self.quads.append(Quad(subject, TYPE, NamedNode(class_), DEFAULT))
        self.quads.append(Quad(subject, LABEL, string(label), DEFAULT))

    def _say(self, fact: NamedNode, subject: NamedNode, predicate: str, value: NamedNode | Literal) -> None:
        """State something in the graph of a fact, and in the current view."""
        for graph in (fact, DEFAULT):
            self.quads.append(Quad(subject, NamedNode(predicate), value, graph))


def correction_cells(correction: Correction) -> tuple[str, ...]:
    """Return the cells of a correction's row that say what it is; ``itg:text`` has them joined."""
    about = correction.about
    kind, name = (about.kind, about.name) if about else ("paper", correction.paper)
    return kind, name, correction.property, correction.survey, correction.found, correction.effect


def _join_slugs(texts: Iterable[str]) -> str:
    return "-".join(slug_of(text)[:60].strip("-.") for text in texts)


def _term(property_: str) -> str:
    return terms.DCTERMS_ISSUED if property_ == "issued" else terms.ITG + property_


def _disagreements(facts: Sequence[CuratedFact]) -> Iterator[Disagreement]:
    """Yield where two rows of the files, read from different sources, cannot both be right.

    Licences of one part of a thing may hold at once, and do not agree where one gives another access than the other.
    Dates of one event agree where one is only less exact than the other.
    """
    said: defaultdict[tuple[Mention, str, str], list[tuple[str, CuratedFact]]] = defaultdict(list)
    for fact in facts:
        if isinstance(fact.value, Licence):
            said[fact.about, "license", fact.value.part].append((fact.value.id, fact))
        elif isinstance(fact.value, Release):
            said[fact.about, f"{fact.value.event}Released", fact.value.event].append((fact.value.date, fact))
    for (about, property_, of), values in said.items():
        for (first, one), (second, other) in combinations(values, 2):
            if one.source != other.source and not _agree(one.value, other.value):
                yield Disagreement(
                    line=other.line,
                    about=about,
                    property=property_,
                    values=(first, second),
                    sources=(one.source, other.source),
                    taken="",
                    why=f"Both are said of the {of}.",
                )


def _agree(one: object, other: object) -> bool:
    if isinstance(one, Licence) and isinstance(other, Licence):
        return one.access == other.access
    assert isinstance(one, Release)
    assert isinstance(other, Release)
    return one.date.startswith(other.date) or other.date.startswith(one.date)
