"""What the hub says, as lines of N-Quads: text, and not quads, since there are tens of millions of them.

The IRIs of things, the graphs that say so, and what stands where are described in the ontology ("Hubs"). Everything
that comes from outside goes through :func:`_string` or is checked to be what may stand in an IRI: ids of the hub are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from itgraph import terms
from itgraph.hub.licences import licence_of
from itgraph.names import name_key
from itgraph.resolve import slug_of
from itgraph.triples.iris import string
from itgraph.triples.licences import licence_iri, licence_quads

if TYPE_CHECKING:
    from itgraph.hub.entries import Entry, Kind, Relation, RelationBy
    from itgraph.records import NamedThing

HUB = "https://huggingface.co/"

HUB_RULES: Mapping[str, tuple[str, str]] = {
    "hub-relation": (
        "How a model is built on its base, where its card does not say it",
        "Concludes itg:finetunedFrom, itg:adapterOf, itg:quantizedFrom or itg:mergedFrom: what the hub lists, which "
        "infers it from the files of the model; else, as far as the listing tells, in the same way. Several bases are "
        "a merge; PEFT and LoRA make adapters; formats of quantised weights make quantised models; all else is tuned. "
        "Wrong where a model has files or tags of another kind than it is.",
    ),
    "hub-access": (
        "What may be done with a model or dataset, by the name of its licence",
        "Concludes itg:access from the licence that a card names, as data/hub/licences.csv classes it. Wrong where a "
        "card names a licence that it cannot give, as of weights that stand on others with a narrower one.",
    ),
}
"""The rules of the hub's layer: their names, what they conclude, and when that is wrong."""

_CLASSES = {"model": terms.MODEL, "dataset": terms.DATASET}
_PATHS = {"model": "", "dataset": "datasets/"}
_STEPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    # The property, and those above it: ours, and in published vocabularies.
    "base": (terms.BASE_MODEL, (terms.UPSTREAM, terms.FAIR4ML_FINE_TUNED_FROM, terms.PROV_WAS_DERIVED_FROM)),
    "dataset": (terms.TRAINED_ON, (terms.UPSTREAM, terms.FAIR4ML_TRAINED_ON)),
    "source": (terms.SOURCE_DATASET, (terms.UPSTREAM, terms.PROV_WAS_DERIVED_FROM)),
}
Severity = Literal["error", "warning", "info"]

Step = Literal["base", "dataset", "source"]
"""What a link leads to: the base of a model, a dataset that it was trained on, the source of a dataset."""

_INTEGER = f"^^<{terms.XSD_INTEGER}>"
_DATE = f"^^<{terms.XSD_DATE}>"


@dataclass(frozen=True, slots=True)
class Identities:
    """Which things of a graph are which of the hub's: by kind and id, the IRI.

    ``disputed`` are the ids that several things have, each with their IRIs: none of these is taken. ``papers`` are the
    IRIs of known papers by their arXiv ids.
    """

    iris: Mapping[tuple[Kind, str], str] = field(default_factory=dict)
    disputed: Mapping[tuple[Kind, str], tuple[str, ...]] = field(default_factory=dict)
    papers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def make(cls, things: Iterable[tuple[str, Kind, str, str]], papers: Iterable[tuple[str, str]] = ()) -> Identities:
        """Make them of (IRI, kind, label, id on the hub), and of (arXiv id, IRI) of known papers.

        Where several things have one id, it is that one whose name is the name in the id.

        >>> orca, open_orca = ("orca", "dataset", "Orca", "a/OpenOrca"), ("open", "dataset", "OpenOrca", "a/OpenOrca")
        >>> Identities.make([orca, open_orca]).iris
        {('dataset', 'a/openorca'): 'open'}
        >>> Identities.make([orca]).iris
        {('dataset', 'a/openorca'): 'orca'}
        """
        found: defaultdict[tuple[Kind, str], dict[str, str]] = defaultdict(dict)
        for iri, kind, label, id_ in things:
            found[kind, id_.lower()][iri] = label
        iris: dict[tuple[Kind, str], str] = {}
        disputed: dict[tuple[Kind, str], tuple[str, ...]] = {}
        for (kind, id_), named in found.items():
            key = name_key(id_.rpartition("/")[2])
            fitting = [iri for iri, label in named.items() if name_key(label) == key]
            several = list(named) if len(named) == 1 else fitting
            if len(several) == 1:
                iris[kind, id_] = several[0]
            else:
                disputed[kind, id_] = tuple(sorted(named))
        return cls(iris, disputed, dict(papers))


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the hub counts of a repository, or of all those of one thing."""

    downloads: int | None = None
    likes: int | None = None
    created: str = ""

    def with_those(self, other: Figures) -> Figures:
        """Return the figures of two repositories together: the sums, and the first day."""
        days = [day for day in (self.created, other.created) if day]
        return Figures(
            downloads=_sum(self.downloads, other.downloads),
            likes=_sum(self.likes, other.likes),
            created=min(days, default=""),
        )


def _sum(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else one + other


class HubWriter:
    """Writes N-Quads of the hub's things; what is common to many of them is written once."""

    def __init__(self, identities: Identities) -> None:
        self._identities = identities
        self._written: set[str] = set()
        self.names: list[NamedThing] = []
        """What is written beside the entries: what each thing is called, as the index of names wants it."""

    def remember(self, iri: str, kind: str, label: str, ids: tuple[str, ...]) -> None:
        """Take something as written: by an earlier load, which this one goes on from."""
        self._written.add(f"<{iri}>")
        self.names.append((iri, kind, label, (), ids, 0))

    # -- IRIs --------------------------------------------------------------------------------------------------------

    def iri(self, kind: Kind, id_: str) -> str:
        """Return the IRI of a thing of the hub: ours, if the graph has it, else one of its id."""
        known = self._identities.iris.get((kind, id_.lower()))
        return known or f"{terms.BASE}{kind}/hf--{id_.replace('/', '--')}"

    def is_in_base(self, kind: Kind, id_: str) -> bool:
        """Say whether the graph had a thing of this id."""
        return (kind, id_.lower()) in self._identities.iris

    @property
    def disputed(self) -> Mapping[tuple[Kind, str], tuple[str, ...]]:
        """The ids, in lower case, that several things of the graph have: by kind and id, their IRIs."""
        return self._identities.disputed

    # -- what needs no other entry -----------------------------------------------------------------------------------

    def describe(self, entry: Entry) -> str:
        """Return what is said of an entry, but for what leads to other entries, and what a met thing is counted by."""
        kind, id_ = entry.kind, entry.id
        subject = f"<{self.iri(kind, id_)}>"
        revision = revision_iri(kind, id_, entry.sha)
        lines = [
            f'{subject} <{terms.HUGGING_FACE_ID}> "{id_}" .\n{subject} <{terms.PROV_HAD_PRIMARY_SOURCE}> {revision} .\n'
        ]
        add = lines.append
        if self.is_in_base(kind, id_):
            add(f'{subject} <{terms.SKOS_ALT_LABEL}> "{id_}" .\n')
        else:
            add(
                f'{subject} <{terms.RDF_TYPE}> <{_CLASSES[kind]}> .\n{subject} <{terms.RDFS_LABEL}> "{id_}" .\n'
                f"{self.count(subject, Figures(downloads=entry.downloads, likes=entry.likes, created=entry.created))}"
            )
            account, slash, _ = id_.partition("/")
            if slash:
                add(f'{subject} <{terms.ACCOUNT}> "{account}" .\n')
            if entry.task:
                add(f"{subject} <{terms.TASK}> {_string(entry.task)} .\n")
            if entry.library:
                add(f"{subject} <{terms.LIBRARY}> {_string(entry.library)} .\n")
        for licence in entry.licences:
            self._add_licence(add, subject, revision, licence, entry.licence_name)
        languages = [language for language in entry.languages if language not in _NO_LANGUAGES]
        for language in languages:
            _add_said(add, subject, terms.SCHEMA_IN_LANGUAGE, f'"{language}"', revision)
        if len(languages) > 1 or "multilingual" in entry.languages:
            _add_said(add, subject, terms.MULTILINGUAL, f'"true"^^<{terms.XSD_BOOLEAN}>', revision)
        if "code" in entry.languages:
            self._add_domain_code(add, subject, revision)
        for arxiv_id in entry.arxiv:
            self._add_paper(add, subject, revision, arxiv_id)
        return "".join(lines)

    def count(self, subject: str, figures: Figures) -> str:
        """Return what the hub counts of a thing."""
        text = ""
        if figures.created:
            text = f'{subject} <{terms.SCHEMA_DATE_CREATED}> "{figures.created}"{_DATE} .\n'
        if figures.downloads is not None:
            text += f'{subject} <{terms.DOWNLOADS}> "{figures.downloads}"{_INTEGER} .\n'
        if figures.likes is not None:
            text += f'{subject} <{terms.LIKES}> "{figures.likes}"{_INTEGER} .\n'
        return text

    def _add_licence(self, add: _Add, subject: str, revision: str, named: str, name: str) -> None:
        known = licence_of(named)
        if known is not None and known.spdx:
            id_, is_spdx = known.spdx, True
        else:
            # `other` says nothing but that it is none of the list: its name does.
            id_, is_spdx = slug_of(name if named == "other" and name else named), False
        licence = f"<{licence_iri(id_, is_spdx=is_spdx).value}>"
        if licence not in self._written:
            self._written.add(licence)
            self.names.append((licence[1:-1], "concept:license", id_, (), (), 0))
            for quad in licence_quads(id_, is_spdx=is_spdx):
                add(f"{quad.subject} {quad.predicate} {quad.object} .\n")
        _add_said(add, subject, terms.LICENSE, licence, revision)
        if known is not None and known.access:
            _add_said(add, subject, terms.ACCESS, f'"{known.access}"', f"<{terms.BASE}rule/hub-access>")

    def _add_domain_code(self, add: _Add, subject: str, revision: str) -> None:
        """Say that something is about code, which the hub has among its languages, and surveys too."""
        domain, scheme = f"<{terms.BASE}domain/code>", f"<{terms.SCHEME_DOMAIN}>"
        if domain not in self._written:
            self._written.add(domain)
            self.names.append((domain[1:-1], "concept:domain", "Code", (), (), 0))
            for node, class_, name in ((domain, terms.SKOS_CONCEPT, "Code"), (scheme, _SCHEME_CLASS, "Domains")):
                add(f"{node} <{terms.RDF_TYPE}> <{class_}> .\n")
                add(f'{node} <{terms.RDFS_LABEL}> "{name}" .\n{node} <{terms.SKOS_PREF_LABEL}> "{name}" .\n')
            add(f"{domain} <{terms.SKOS_IN_SCHEME}> {scheme} .\n")
        _add_said(add, subject, terms.DOMAIN, domain, revision)

    def _add_paper(self, add: _Add, subject: str, revision: str, arxiv_id: str) -> None:
        known = self._identities.papers.get(arxiv_id)
        paper = f"<{known or f'{terms.BASE}paper/arxiv-{slug_of(arxiv_id)}'}>"
        if known is None and paper not in self._written:
            self._written.add(paper)
            self.names.append((paper[1:-1], "paper", f"arXiv:{arxiv_id}", (), (arxiv_id,), 0))
            add(
                f"{paper} <{terms.RDF_TYPE}> <{terms.PAPER}> .\n"
                f'{paper} <{terms.RDFS_LABEL}> "arXiv:{arxiv_id}" .\n'
                f'{paper} <{terms.ARXIV_ID}> "{arxiv_id}" .\n'
                f"{paper} <{terms.SCHEMA_URL}> <https://arxiv.org/abs/{arxiv_id}> .\n"
            )
        _add_said(add, subject, terms.DESCRIBED_IN, paper, revision)

    # -- what leads to other entries ---------------------------------------------------------------------------------

    def describe_revision(self, kind: Kind, id_: str, sha: str, snapshot: str) -> str:
        """Return what a graph of a card's statements is described by."""
        revision = revision_iri(kind, id_, sha)
        return f"{revision} <{terms.RDF_TYPE}> <{terms.REVISION}> .\n{revision} <{terms.HAS_SNAPSHOT}> <{snapshot}> .\n"

    def link(self, child: str, step: Step, parent: str, revision: str) -> str:
        """Return the statements of one step of lineage between two IRIs, which a card states."""
        property_, above = _STEPS[step]
        lines: list[str] = []
        subject, object_ = f"<{child}>", f"<{parent}>"
        _add_said(lines.append, subject, property_, object_, revision)
        lines += [f"{subject} <{published}> {object_} .\n" for published in above]
        return "".join(lines)

    def tell_manner(self, child: str, relation: Relation, said_by: RelationBy, parent: str, revision: str) -> str:
        """Return how a model is built on its base: as the card states it, or as a rule concludes."""
        lines: list[str] = []
        graph = revision if said_by == "card" else f"<{terms.BASE}rule/hub-relation>"
        _add_said(lines.append, f"<{child}>", terms.MANNERS[relation], f"<{parent}>", graph)
        return "".join(lines)

    def succeed(self, thing: str, newer: str, revision: str) -> str:
        """Return that a card names another model as its new version."""
        lines: list[str] = []
        _add_said(lines.append, f"<{thing}>", terms.NEW_VERSION, f"<{newer}>", revision)
        return "".join(lines)

    def describe_missing(self, kind: Kind, id_: str) -> str:
        """Return what is known of a thing that cards name and the listing does not have: what it is called."""
        iri = self.iri(kind, id_)
        subject = f"<{iri}>"
        self.names.append((iri, kind, id_, (), (), 0))
        return (
            f"{subject} <{terms.RDF_TYPE}> <{_CLASSES[kind]}> .\n"
            f'{subject} <{terms.RDFS_LABEL}> "{id_}" .\n{subject} <{terms.HUGGING_FACE_ID}> "{id_}" .\n'
        )

    # -- the listing -------------------------------------------------------------------------------------------------

    def describe_listing(self, snapshot: str, date: str, digest: str) -> str:
        """Return what the listing itself is, and the rules of its layer."""
        subject = f"<{snapshot}>"
        title = f"Hugging Face hub {date}".strip()
        self.names.append((snapshot, "snapshot", title, (), (), 0))
        lines = [
            f"{subject} <{terms.RDF_TYPE}> <{terms.SNAPSHOT}> .\n",
            f"{subject} <{terms.RDFS_LABEL}> {_string(title)} .\n",
            f"{subject} <{terms.REPOSITORY}> <{HUB.rstrip('/')}> .\n",
            f'{subject} <{terms.SHA256}> "{digest}" .\n',
        ]
        if date:
            lines.append(f'{subject} <{terms.DCTERMS_ISSUED}> "{date}"{_DATE} .\n')
        for name, (label, comment) in HUB_RULES.items():
            rule = f"<{terms.BASE}rule/{name}>"
            self.names.append((rule[1:-1], "rule", label, (), (), 0))
            lines += [
                f"{rule} <{terms.RDF_TYPE}> <{terms.RULE}> .\n",
                f"{rule} <{terms.RDFS_LABEL}> {_string(label)} .\n",
                f"{rule} <{terms.RDFS_COMMENT}> {_string(comment)} .\n",
            ]
        return "".join(lines)

    def report(self, path: str, label: str, issue: HubIssue, snapshot: str) -> str:
        """Return an issue; ``path`` is the end of its IRI."""
        subject = f"<{terms.BASE}issue/{path}>"
        self.names.append((subject[1:-1], "issue", label, (), (), 0))
        lines = [
            f"{subject} <{terms.RDF_TYPE}> <{terms.ISSUE}> .\n",
            f"{subject} <{terms.RDFS_LABEL}> {_string(label)} .\n",
            f'{subject} <{terms.CODE}> "{issue.code}" .\n',
            f'{subject} <{terms.SEVERITY}> "{issue.severity}" .\n',
            f"{subject} <{terms.MESSAGE}> {_string(issue.message)} .\n",
            f"{subject} <{terms.HAS_SNAPSHOT}> <{snapshot}> .\n",
        ]
        if issue.about:
            lines.append(f"{subject} <{terms.ABOUT}> <{issue.about}> .\n")
        return "".join(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class HubIssue:
    """A defect of the hub's data: what is wrong, how bad it is, and the IRI of what it is about."""

    code: str
    severity: Severity
    message: str
    about: str = ""


if TYPE_CHECKING:
    from collections.abc import Callable

    _Add = Callable[[str], None]

_SCHEME_CLASS = terms.SKOS_CONCEPT_SCHEME
# What the hub has among its languages and is none.
_NO_LANGUAGES = frozenset({"code", "multilingual"})


def revision_iri(kind: Kind, id_: str, sha: str) -> str:
    """Return the address of a repository at a commit, in brackets; without a commit, that of the repository.

    >>> revision_iri("dataset", "a/b", "")
    '<https://huggingface.co/datasets/a/b>'
    """
    return f"<{HUB}{_PATHS[kind]}{id_}{f'/tree/{sha}' if sha else ''}>"


def _add_said(add: _Add, subject: str, predicate: str, object_: str, graph: str) -> None:
    """State something in the current view and in the graph of who says it."""
    add(f"{subject} <{predicate}> {object_} .\n{subject} <{predicate}> {object_} {graph} .\n")


def _string(text: str) -> str:
    return str(string(text))
