"""Things and their columns: what tables and networks show of a graph, as plain Python values."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from itgraph import terms
from itgraph.access import narrowest, own_access
from itgraph.arrangement import Term, natural_key, node_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

Value = str | int | bool | None

SEPARATOR = "; "
"""Between several values in one place."""

RELATIONS: Mapping[str, tuple[str, str]] = {
    # property: its name, and what it is called on an edge
    terms.BASE_MODEL: ("baseModel", "base model"),
    terms.TRAINED_ON: ("trainedOn", "trained on"),
    terms.GENERATED_BY: ("generatedBy", "written by"),
    terms.SOURCE_DATASET: ("sourceDataset", "made from"),
    terms.MEMBER_OF: ("memberOf", "member of"),
    terms.DEVELOPER: ("developer", "developer"),
    terms.DESCRIBED_IN: ("describedIn", "described in"),
    terms.SCHEMA_AUTHOR: ("author", "author"),
}
"""The edges between things. (``itg:upstream`` is left out: it would repeat the first four.)"""


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation between two things in the current view, and the rows or curated facts that state it."""

    subject: str
    relation: str
    label: str
    object: str
    sources: tuple[str, ...]
    """Where to read it: an address of each source; empty where only a rule concludes it."""
    stated: bool


@dataclass(slots=True)
class Things:
    """Quads by subject and property: of the current view, and of all graphs together."""

    quads: Sequence[Quad]
    current: dict[str, dict[str, list[Term]]] = field(default_factory=dict)
    ever: dict[str, dict[str, dict[Term, None]]] = field(default_factory=dict)
    graphs: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)
    backwards: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> Things:
        """Sort quads by subject and property."""
        things = cls(quads=tuple(quads))
        for quad in things.quads:
            subject, predicate, object_ = node_key(quad.subject), quad.predicate.value, quad.object
            things.ever.setdefault(subject, {}).setdefault(predicate, {})[object_] = None
            if isinstance(quad.graph_name, DefaultGraph):
                values = things.current.setdefault(subject, {}).setdefault(predicate, [])
                if object_ not in values:
                    values.append(object_)
            elif (predicate in RELATIONS or predicate == terms.HAS_LICENSING) and isinstance(object_, NamedNode):
                key = (subject, predicate, object_.value)
                things.graphs.setdefault(key, []).append(node_key(quad.graph_name))
        return things

    def of_class(self, class_: str) -> list[str]:
        """Return what has a class, in natural order."""
        wanted = NamedNode(class_)
        found = (key for key, properties in self.current.items() if wanted in properties.get(terms.RDF_TYPE, ()))
        return sorted(found, key=natural_key)

    def texts(self, subject: str, predicate: str) -> list[str]:
        """Return the values of a property, in natural order: literals as written, things as their IRIs."""
        return sorted(map(_text, self.current.get(subject, {}).get(predicate, ())), key=natural_key)

    def leading_to(self, predicate: str, key: str) -> list[str]:
        """Return what leads to a thing by a property, in natural order."""
        if predicate not in self.backwards:
            found = self.backwards[predicate] = {}
            for subject in sorted(self.current, key=natural_key):
                for value in self.current[subject].get(predicate, ()):
                    found.setdefault(_text(value), []).append(subject)
        return self.backwards[predicate].get(key, [])

    def label(self, key: str) -> str:
        """Return the label of a thing; of what has none, its IRI."""
        labels = self.texts(key, terms.RDFS_LABEL)
        return labels[0] if labels else key

    def edges(self) -> Iterator[Edge]:
        """Yield the relations of the current view, by relation, subject and object."""
        for predicate, (name, label) in RELATIONS.items():
            for subject in sorted(self.current, key=natural_key):
                for object_ in self.texts(subject, predicate):
                    sources = self.sources(subject, predicate, object_)
                    stated = bool(self._stating(subject, predicate, object_))
                    yield Edge(subject, name, label, object_, tuple(sources), stated)

    def sources(self, subject: str, predicate: str, object_: str) -> list[str]:
        """Return where to read that something is so: an address of each source that states it."""
        stating = self._stating(subject, predicate, object_)
        return list(dict.fromkeys(address for graph in stating for address in self._addresses(graph)))

    def _stating(self, subject: str, predicate: str, object_: str) -> list[str]:
        graphs = sorted(self.graphs.get((subject, predicate, object_), ()), key=natural_key)
        return [graph for graph in graphs if self._is_source(graph)]

    def _is_source(self, graph: str) -> bool:
        classes = map(_text, self.current.get(graph, {}).get(terms.RDF_TYPE, ()))
        return not {terms.ROW, terms.CURATED_FACT}.isdisjoint(classes)

    def _addresses(self, graph: str) -> list[str]:
        return (
            self.texts(graph, terms.PROV_WAS_QUOTED_FROM) or self.texts(graph, terms.PROV_HAD_PRIMARY_SOURCE) or [graph]
        )


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name, the type of its values, and how to find the value for a subject."""

    name: str
    type: type[str] | type[int] | type[bool]
    value: Callable[[Things, str], Value]
    in_network: bool = True


def _text(term: Term) -> str:
    return term.value if isinstance(term, Literal) else node_key(term)


def join(values: Iterable[str]) -> str | None:
    """Join several values; ``None`` for none."""
    return SEPARATOR.join(values) or None


def text(name: str, predicate: str) -> Column:
    """Return a column of what a property says: literals as written, IRIs in full."""
    return Column(name, str, lambda things, subject: join(things.texts(subject, predicate)))


def labels(name: str, predicate: str, *, in_network: bool = True) -> Column:
    """Return a column of the labels of what a property leads to."""

    def value(things: Things, subject: str) -> Value:
        return join(things.label(key) for key in things.texts(subject, predicate))

    return Column(name, str, value, in_network=in_network)


def figure(name: str, predicate: str) -> Column:
    """Return a column of a figure as the source writes it (``~183K``)."""

    def value(things: Things, subject: str) -> Value:
        return join(written for key in things.texts(subject, predicate) for written in things.texts(key, terms.TEXT))

    return Column(name, str, value)


def integer(name: str, predicate: str) -> Column:
    """Return a column of an integer; of several, the smallest."""

    def value(things: Things, subject: str) -> Value:
        return min(integers(things.texts(subject, predicate)), default=None)

    return Column(name, int, value)


def boolean(name: str, predicate: str) -> Column:
    """Return a column of a yes or no; empty where sources disagree."""

    def value(things: Things, subject: str) -> Value:
        values = {written in ("true", "1") for written in things.texts(subject, predicate)}
        return values.pop() if len(values) == 1 else None

    return Column(name, bool, value)


def integers(values: Iterable[str]) -> list[int]:
    """Return the integers among values; a literal may call itself one and be none."""
    return [
        int(value) for value in values if len(value) < 400 and value.removeprefix("-").isdecimal() and value.isascii()
    ]


IRI = Column("iri", str, lambda _, subject: subject)
LABEL = Column("label", str, lambda things, subject: things.label(subject))
ALIASES = text("aliases", terms.SKOS_ALT_LABEL)

_LINKS = (text("project", terms.PROJECT), text("paper_link", terms.PAPER_LINK))
_IDENTIFIERS = (
    text("hugging_face_id", terms.HUGGING_FACE_ID),
    text("github_repository", terms.GITHUB_REPOSITORY),
    text("arxiv_id", terms.ARXIV_ID),
    text("doi", terms.BIBO_DOI),
    text("homepage", terms.SCHEMA_URL),
    text("same_as", terms.SCHEMA_SAME_AS),
)
_RELEASES = (
    text("paper_released", terms.PAPER_RELEASED),
    text("weights_released", terms.WEIGHTS_RELEASED),
    text("data_released", terms.DATA_RELEASED),
    text("service_released", terms.SERVICE_RELEASED),
)


def _access_of(kind: str) -> tuple[Column, Column]:
    """Return the columns of what may be done with things of a kind, and of what is known of their code alone."""

    def own(things: Things, subject: str) -> str | None:
        said = things.texts(subject, terms.ACCESS)
        licences = [
            (part, access)
            for node in things.texts(subject, terms.HAS_LICENSING)
            for part in things.texts(node, terms.PART) or [""]
            for access in things.texts(node, terms.ACCESS) or [""]
        ]
        return own_access(kind, said, licences) if said else None

    def by_code_alone(things: Things, subject: str) -> Value:
        return None if own(things, subject) else narrowest(things.texts(subject, terms.ACCESS))

    return Column("access", str, own), Column("access_by_code_alone", str, by_code_alone)


def _licensing(things: Things, subject: str) -> Value:
    return join(map(partial(_licensed_part, things), things.texts(subject, terms.HAS_LICENSING)))


def _licensed_part(things: Things, node: str) -> str:
    part, licence, access = (
        join(values) or "unknown"
        for values in (
            things.texts(node, terms.PART),
            map(things.label, things.texts(node, terms.LICENSE)),
            things.texts(node, terms.ACCESS),
        )
    )
    return f"{part}: {licence} ({access})"


def _made_by(kind: str) -> tuple[Column, ...]:
    return (
        labels("developers", terms.DEVELOPER, in_network=False),
        labels("license", terms.LICENSE),
        Column("licensing", str, _licensing),
        *_access_of(kind),
        *_RELEASES,
    )


_PAPERS = labels("papers", terms.DESCRIBED_IN, in_network=False)
_LANGUAGES = (
    text("languages", terms.SCHEMA_IN_LANGUAGE),
    integer("language_count", terms.LANGUAGE_COUNT),
    boolean("multilingual", terms.MULTILINGUAL),
)


def _authors(things: Things, paper: str) -> Value:
    return join(things.label(author) for author in authors_of(things, paper))


def authors_of(things: Things, paper: str) -> list[str]:
    """Return the authors of a paper in order; of a paper without authorships, in the order of their names."""
    found: dict[str, tuple[int, str]] = {}
    for authorship in things.texts(paper, terms.HAS_AUTHORSHIP):
        position = min(integers(things.texts(authorship, terms.POSITION)), default=10**6)
        for author in things.texts(authorship, terms.AUTHOR):
            found[author] = min((position, authorship), found.get(author, (position, authorship)))
    return sorted(found, key=lambda author: found[author]) or things.texts(paper, terms.SCHEMA_AUTHOR)


KINDS: Mapping[str, tuple[str, str, tuple[Column, ...]]] = {
    # kind: the name of its table, its class, its columns
    "model": (
        "models",
        terms.MODEL,
        (
            IRI,
            LABEL,
            ALIASES,
            integer("parameter_count", terms.PARAMETER_COUNT),
            figure("parameters", terms.PARAMETERS),
            labels("base_models", terms.BASE_MODEL, in_network=False),
            labels("trained_on", terms.TRAINED_ON, in_network=False),
            labels("member_of", terms.MEMBER_OF, in_network=False),
            boolean("self_built", terms.SELF_BUILT),
            integer("training_set_count", terms.TRAINING_SET_COUNT),
            figure("training_set_size", terms.TRAINING_SET_SIZE),
            labels("category", terms.CATEGORY),
            labels("modalities", terms.MODALITY),
            labels("domains", terms.DOMAIN),
            *_LANGUAGES,
            boolean("open_source", terms.OPEN_SOURCE),
            *_made_by("model"),
            _PAPERS,
            *_LINKS,
            *_IDENTIFIERS,
        ),
    ),
    "dataset": (
        "datasets",
        terms.DATASET,
        (
            IRI,
            LABEL,
            ALIASES,
            integer("instruction_count", terms.INSTRUCTION_COUNT),
            figure("instructions", terms.INSTRUCTIONS),
            integer("instance_count", terms.INSTANCE_COUNT),
            figure("instances", terms.INSTANCES),
            integer("task_count", terms.TASK_COUNT),
            figure("tasks", terms.TASKS),
            labels("generated_by", terms.GENERATED_BY, in_network=False),
            labels("source_datasets", terms.SOURCE_DATASET, in_network=False),
            labels("category", terms.CATEGORY),
            labels("construction", terms.CONSTRUCTION),
            labels("modalities", terms.MODALITY),
            labels("domains", terms.DOMAIN),
            *_LANGUAGES,
            boolean("open_source", terms.OPEN_SOURCE),
            *_made_by("dataset"),
            _PAPERS,
            *_LINKS,
            *_IDENTIFIERS,
        ),
    ),
    "benchmark": (
        "benchmarks",
        terms.BENCHMARK,
        (
            *(IRI, LABEL, ALIASES, labels("evaluation_types", terms.EVALUATION_TYPE)),
            *_made_by("benchmark"),
            _PAPERS,
            *_LINKS,
            *_IDENTIFIERS,
        ),
    ),
    "technique": (
        "techniques",
        terms.TECHNIQUE,
        (IRI, LABEL, ALIASES, *_made_by("technique"), _PAPERS, *_LINKS, *_IDENTIFIERS),
    ),
    "paper": (
        "papers",
        terms.PAPER,
        (
            IRI,
            LABEL,
            integer("year", terms.DCTERMS_ISSUED),
            Column("authors", str, _authors),
            boolean("author_list_complete", terms.AUTHOR_LIST_COMPLETE),
            text("arxiv_id", terms.ARXIV_ID),
            text("doi", terms.BIBO_DOI),
            text("url", terms.SCHEMA_URL),
            text("titles", terms.DCTERMS_TITLE),
            text("citation", terms.DCTERMS_BIBLIOGRAPHIC_CITATION),
        ),
    ),
    "person": ("people", terms.PERSON, (IRI, LABEL, ALIASES)),
    "organization": (
        "organizations",
        terms.ORGANIZATION,
        (
            *(IRI, LABEL, ALIASES),
            text("organization_kind", terms.ORGANIZATION_KIND),
            text("homepage", terms.SCHEMA_URL),
        ),
    ),
}
"""The kinds of things, in the order in which they are listed."""
