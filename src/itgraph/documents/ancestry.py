"""What a document needs of the graph: a thing and all that it was made from, with licences, makers, links and evidence.

What the graph does not say is told apart from what is not so: a part without a licence has ``"licence"`` among its
``unknown``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from itgraph import terms
from itgraph.access import ITSELF, NARROWEST_FIRST, is_of_itself, own_access
from itgraph.conflicts import CONTRADICTED, DISAGREE, Disagreement, read_conflicts, read_disagreements
from itgraph.description import Fact, read_facts
from itgraph.errors import ParameterError
from itgraph.lineage import Edge, Source
from itgraph.lineage.edges import name_things, thing_key, walk, with_evidence
from itgraph.lookup import Thing
from itgraph.resources import tool_version
from itgraph.store import Store, iter_values

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

Access = Literal["closed", "restricted", "open", "unknown"]
LinkKind = Literal["project", "paper", "arxiv", "doi", "homepage", "hugging-face", "github"]

COMPLETENESS = (
    "The ancestry is what the sources of the graph say, and what its rules conclude from that;"
    " what no source says is missing here, and nobody has checked that this is all."
)

KINDS = ("model", "dataset", "benchmark")
"""The kinds of things that have an ancestry, which a bill of materials can be made of."""

_SPDX = "https://spdx.org/licenses/"
_HUB = "https://huggingface.co/"
# What names files and pages that are the text of a licence, and not only speak of one.
_LICENCE_FILE = re.compile(r"licen[sc]e|copying", re.IGNORECASE)
_LICENCE_PAGES = re.compile(
    r"https?://(?:www\.)?(?:spdx\.org/licenses|creativecommons\.org/(?:licenses|publicdomain)|opensource\.org/licenses?"
    r"|(?:www\.)?gnu\.org/licenses|(?:www\.)?apache\.org/licenses)/"
)
_RELEASES = {
    terms.PAPER_RELEASED: "paper",
    terms.WEIGHTS_RELEASED: "weights",
    terms.DATA_RELEASED: "data",
    terms.SERVICE_RELEASED: "service",
}
_FIGURES = {
    terms.PARAMETERS: "parameters",
    terms.INSTRUCTIONS: "instructions",
    terms.INSTANCES: "instances",
    terms.TASKS: "tasks",
    terms.TRAINING_SET_SIZE: "training set size",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """A licence of a part of a thing (weights, data, code; empty where it is not said), and who says so."""

    iri: str
    name: str
    part: str
    access: Access
    evidence: str
    sources: tuple[str, ...]

    @property
    def spdx(self) -> str:
        """Its id, if it is in SPDX's list; empty if not."""
        from cyclonedx.spdx import is_supported_id

        identifier = self.iri.removeprefix(_SPDX)
        return identifier if identifier != self.iri and is_supported_id(identifier) else ""

    @property
    def address(self) -> str:
        """Where to read its text: SPDX's page, or a file that it was read in; empty where only others tell of it."""
        own = clean_address(self.iri)
        return own if self.spdx else next(filter(is_licence_text, (*self.sources, own)), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Developer:
    """Who made a thing, and who says so."""

    iri: str
    name: str
    homepage: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address where a thing, or what was written of it, is found."""

    kind: LinkKind
    url: str
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing of an ancestry, and what a document says of it.

    ``hugging_face`` are the repositories of its own kind: of a dataset those of data. ``access`` is the narrowest of
    its licences', "unknown" without any of the thing itself; ``released`` are pairs of what and when, as precise as is
    known; ``unknown`` is what no source says; ``disputed`` what sources say otherwise than the survey, or than each
    other; ``is_licence_disputed`` tells that none of the licences is taken that they say.
    """

    thing: Thing
    licences: tuple[Licence, ...]
    access: Access
    developers: tuple[Developer, ...]
    links: tuple[Link, ...]
    hugging_face: tuple[str, ...]
    arxiv: tuple[str, ...]
    released: tuple[tuple[str, str], ...]
    figures: tuple[tuple[str, str], ...]
    languages: tuple[str, ...]
    multilingual: bool
    modalities: tuple[str, ...]
    constructions: tuple[str, ...]
    unknown: tuple[str, ...]
    disputed: tuple[str, ...]
    is_licence_disputed: bool

    @property
    def own_licences(self) -> tuple[Licence, ...]:
        """The licences of the thing itself: of a model's weights, of a dataset's data; not those of code."""
        return tuple(licence for licence in self.licences if is_of_itself(self.thing.kind, licence.part))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ancestry:
    """A thing and everything that it was made from: the thing first, then the nearest; with all edges between them.

    ``date`` is that of the newest snapshot, empty where the graph has none.
    """

    parts: tuple[Part, ...]
    edges: tuple[Edge, ...]
    date: str

    @property
    def start(self) -> Part:
        """The thing whose ancestry it is."""
        return self.parts[0]

    def parents(self, iri: str) -> tuple[Edge, ...]:
        """Return the edges from a thing to what it was made from."""
        return tuple(edge for edge in self.edges if edge.child.iri == iri)

    def digest(self) -> str:
        """Return a number of all that it says, the same for the same content: what documents are told apart by."""
        content = json.dumps([tool_version(), asdict(self)], sort_keys=True)
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def require_kind(thing: Thing, what: str) -> None:
    """Check that a thing is a model, a dataset or a benchmark.

    Raises:
        ParameterError: it is not, so that there is no such document of it.

    >>> require_kind(Thing(iri="https://w3id.org/itgraph/technique/lora", kind="technique", label="LoRA"), "a card")
    Traceback (most recent call last):
        ...
    itgraph.errors.ParameterError: parameter 'name': a card is of a model, a dataset or a benchmark; LoRA is a technique
    """
    if thing.kind not in KINDS:
        article = "an" if thing.kind[:1] in tuple("aeiou") else "a"
        message = f"{what} is of a model, a dataset or a benchmark; {thing.label} is {article} {thing.kind}"
        raise ParameterError(message, parameter="name")


def read_ancestry(store: Store, thing: Thing, depth: int | None = None) -> Ancestry:
    """Read a thing and everything that it was made from, or what is at most ``depth`` steps away.

    >>> import itgraph
    >>> graph = itgraph.load()
    >>> ancestry = read_ancestry(graph.store, graph.get("Radiology-GPT"))
    >>> [part.thing.label for part in ancestry.parts[:2]]
    ['Radiology-GPT', 'Alpaca']
    >>> len(read_ancestry(graph.store, graph.get("GPT-3")).parts)
    1
    """
    found = walk(store, thing.iri, "up", depth=depth)
    things = {**name_things(store, found.distances), thing.iri: thing}
    edges = with_evidence(store, found.statements, things)
    nearest = sorted(things.values(), key=lambda other: (found.distances[other.iri], thing_key(other)))
    return Ancestry(parts=tuple(_read_parts(store, nearest, edges)), edges=edges, date=_newest(store))


def format_evidence(sources: Iterable[Source], rules: Iterable[str]) -> str:
    """Say who says something: the sources by their addresses, the rules by their names.

    >>> format_evidence([], ["https://w3id.org/itgraph/rule/upstream"]), format_evidence([], [])
    ('concluded by the rule upstream', 'no source is recorded')
    """
    said = list(dict.fromkeys(source.link or source.iri for source in sources))
    concluded = [rule.rsplit("/", 1)[-1] for rule in rules]
    parts = [f"stated by {', '.join(said)}"] if said else []
    parts += [f"concluded by the rule {', '.join(concluded)}"] if concluded else []
    return "; ".join(parts) or "no source is recorded"


def _read_parts(store: Store, things: Sequence[Thing], edges: Sequence[Edge]) -> Iterator[Part]:
    iris = [thing.iri for thing in things]
    facts = _read_current(store, iris)
    nodes = _objects(store, iris, terms.HAS_LICENSING)
    same = _objects(store, iris, terms.SCHEMA_SAME_AS)
    licensing = _read_current(store, sorted({node for found in nodes.values() for node in found}))
    others = {
        fact.iri
        for found in facts.values()
        for fact in found
        if fact.property in (terms.DEVELOPER, terms.DESCRIBED_IN) and fact.iri
    }
    about = _read_current(store, sorted(others))
    disagreements = read_disagreements(store, iris)
    disputed = _read_disputed(store, iris, disagreements)
    relations = defaultdict(set)
    for edge in edges:
        relations[edge.child.iri].add(edge.relation)
    for thing in things:
        values = _by_property(facts[thing.iri])
        repositories = {
            name: _hub_address(thing, name, same[thing.iri]) for name in _texts(values, terms.HUGGING_FACE_ID)
        }
        licences = _licences(values, [_by_property(licensing[node]) for node in sorted(nodes[thing.iri])])
        developers = tuple(_developers(values.get(terms.DEVELOPER, ()), about))
        allowed = own_access(
            thing.kind, _texts(values, terms.ACCESS), [(licence.part, licence.access) for licence in licences]
        )
        is_licence_disputed = not licences and any(
            one.property == terms.LICENSE for one in disagreements.get(thing.iri, ())
        )
        constructions = _texts(values, terms.CONSTRUCTION)
        yield Part(
            thing=thing,
            licences=licences,
            access=allowed or "unknown",
            developers=developers,
            links=tuple(_links(repositories.values(), values, about)),
            hugging_face=tuple(name for name, url in repositories.items() if url == _hub_address(thing, name)),
            arxiv=_texts(values, terms.ARXIV_ID),
            released=tuple((what, date) for name, what in _RELEASES.items() for date in _texts(values, name)),
            figures=tuple((what, text) for name, what in _FIGURES.items() for text in _texts(values, name)),
            languages=_texts(values, terms.SCHEMA_IN_LANGUAGE),
            multilingual="true" in _texts(values, terms.MULTILINGUAL),
            modalities=_texts(values, terms.MODALITY),
            constructions=constructions,
            unknown=tuple(_unknown(thing, licences, developers, relations[thing.iri], constructions)),
            disputed=disputed[thing.iri],
            is_licence_disputed=is_licence_disputed,
        )


def _unknown(
    thing: Thing,
    licences: Sequence[Licence],
    developers: Sequence[Developer],
    relations: Collection[str],
    constructions: Sequence[str],
) -> Iterator[str]:
    """Yield what no source says, of what everything of its kind has.

    A model may well have no base model: that none is named may mean either.
    """
    if not licences:
        yield "licence"
    elif not any(is_of_itself(thing.kind, licence.part) for licence in licences):
        yield f"licence of the {ITSELF.get(thing.kind, 'thing itself')}"
    if not developers:
        yield "developer"
    if thing.kind == "model" and "trainedOn" not in relations:
        yield "training data"
    if thing.kind != "model" and not relations and not constructions:
        yield "how the data was made"


# -- Licences and makers ---------------------------------------------------------------------------------------


def _licences(
    values: Mapping[str, Sequence[Fact]], nodes: Sequence[Mapping[str, Sequence[Fact]]]
) -> tuple[Licence, ...]:
    found = [
        Licence(
            iri=fact.iri,
            name=fact.value,
            part=next(iter(_texts(node, terms.PART)), ""),
            access=next((access for access in NARROWEST_FIRST if access in _texts(node, terms.ACCESS)), "unknown"),
            evidence=format_evidence(fact.sources, fact.rules),
            sources=_addresses(fact),
        )
        for node in nodes
        for fact in node.get(terms.LICENSE, ())
    ]
    # A graph of another hand may state licences without saying of which part.
    explained = {licence.iri for licence in found}
    found += [
        Licence(
            iri=fact.iri,
            name=fact.value,
            part="",
            access="unknown",
            evidence=format_evidence(fact.sources, fact.rules),
            sources=_addresses(fact),
        )
        for fact in values.get(terms.LICENSE, ())
        if fact.iri not in explained
    ]
    return tuple(sorted(found, key=lambda licence: (licence.part, licence.name, licence.iri, licence.evidence)))


def _developers(facts: Iterable[Fact], about: Mapping[str, Sequence[Fact]]) -> Iterator[Developer]:
    for fact in sorted(facts, key=lambda fact: (fact.value.casefold(), fact.value, fact.iri)):
        homepages = _texts(_by_property(about.get(fact.iri, ())), terms.SCHEMA_URL)
        yield Developer(
            iri=fact.iri,
            name=fact.value,
            homepage=next((page for page in map(clean_address, homepages) if page), ""),
            evidence=format_evidence(fact.sources, fact.rules),
        )


# -- Links -------------------------------------------------------------------------------------------------------


def _links(
    repositories: Iterable[str], values: Mapping[str, Sequence[Fact]], about: Mapping[str, Sequence[Fact]]
) -> Iterator[Link]:
    seen = set()
    for link in _all_links(repositories, values, about):
        if link.url and link.url not in seen:
            seen.add(link.url)
            yield link


def _all_links(
    repositories: Iterable[str], values: Mapping[str, Sequence[Fact]], about: Mapping[str, Sequence[Fact]]
) -> Iterator[Link]:
    yield from _identifiers(values)
    for url in repositories:
        yield Link(kind="hugging-face", url=url, comment="")
    for repository in _texts(values, terms.GITHUB_REPOSITORY):
        yield Link(kind="github", url=_joined("https://github.com/", repository), comment="")
    for page in _texts(values, terms.SCHEMA_URL):
        yield Link(kind="homepage", url=clean_address(page), comment="")
    for page in _texts(values, terms.PROJECT):
        yield Link(kind="project", url=clean_address(page), comment="the project, as the survey links it")
    for paper in sorted(values.get(terms.DESCRIBED_IN, ()), key=lambda fact: (fact.value, fact.iri)):
        said = _by_property(about.get(paper.iri, ()))
        yield from _identifiers(said, paper.value)
        for page in _texts(said, terms.SCHEMA_URL):
            yield Link(kind="paper", url=clean_address(page), comment=paper.value)
    for page in _texts(values, terms.PAPER_LINK):
        yield Link(kind="paper", url=clean_address(page), comment="the paper, as the survey links it")


def _identifiers(values: Mapping[str, Sequence[Fact]], comment: str = "") -> Iterator[Link]:
    for arxiv_id in _texts(values, terms.ARXIV_ID):
        yield Link(kind="arxiv", url=_joined("https://arxiv.org/abs/", arxiv_id), comment=comment)
    for doi in _texts(values, terms.BIBO_DOI):
        yield Link(kind="doi", url=_joined("https://doi.org/", doi), comment=comment)


def _hub_address(thing: Thing, name: str, same: Iterable[str] = ()) -> str:
    """Return the address of a repository of Hugging Face: that of a model or of data, as links say or else by the kind.

    A dataset may have the repository of the model that came with it (Phi-1).
    """
    folders = ("", "datasets/") if thing.kind == "model" else ("datasets/", "")
    addresses = [_joined(_HUB + folder, name) for folder in folders]
    return next((address for address in addresses if address in same), addresses[0])


def _addresses(fact: Fact) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (clean_address(source.link) for source in fact.sources))))


def _joined(prefix: str, identifier: str) -> str:
    # Whatever a source calls an identifier: it must not become another address.
    return prefix + quote(identifier.encode("utf-8", "replace"), safe="/:@()-._~,;+")


def clean_address(text: str) -> str:
    """Return an address of the web as it may stand in a document; empty for what is none.

    >>> clean_address("https://a.example/100%#b#c"), clean_address("javascript:alert(1)")
    ('https://a.example/100%25#b%23c', '')
    """
    if not re.match(r"https?://[^/]", text):
        return ""
    encoded = re.sub(r"%(?![0-9A-Fa-f]{2})|[\s\"<>\\^`{|}\x00-\x20\x7f]", lambda m: quote(m[0], safe=""), text)
    before, hash_, fragment = encoded.partition("#")
    return before + hash_ + fragment.replace("#", "%23")


def is_licence_text(address: str) -> bool:
    """Tell whether an address is that of the text of a licence, and not of a page that names one.

    >>> is_licence_text("https://github.com/a/b/blob/0/MODEL_LICENSE.md"), is_licence_text("https://a.example/README.md")
    (True, False)
    """
    if address.startswith(terms.BASE):  # a name of ours, which leads to no text
        return False
    file = re.split(r"[?#]", address)[0].rstrip("/").rsplit("/", 1)[-1]
    return bool(_LICENCE_PAGES.match(address) or _LICENCE_FILE.search(file))


# -- Reading -----------------------------------------------------------------------------------------------------


def _read_current(store: Store, iris: Sequence[str]) -> dict[str, list[Fact]]:
    return {iri: [fact for fact in facts if fact.current] for iri, facts in read_facts(store, iris).items()}


def _by_property(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    found: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        found[fact.property].append(fact)
    return found


def _texts(values: Mapping[str, Sequence[Fact]], predicate: str) -> tuple[str, ...]:
    """Return what a property says: literals, the labels of concepts, the IRIs of what has no label."""
    return tuple(sorted({fact.value for fact in values.get(predicate, ())}))


def _objects(store: Store, iris: Sequence[str], predicate: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {iri: set() for iri in iris}
    for nodes in iter_values("?s", iris):
        query = f"SELECT ?s ?o WHERE {{ {nodes} ?s <{predicate}> ?o FILTER(isIRI(?o)) }}"
        for subject, object_ in store.select(query).rows:
            assert subject is not None
            assert object_ is not None
            found[subject.value].add(object_.value)
    return found


def _read_disputed(
    store: Store, iris: Sequence[str], disagreements: Mapping[str, Sequence[Disagreement]]
) -> dict[str, tuple[str, ...]]:
    """Read where a source contradicts the survey about a thing, or two sources disagree."""
    found: dict[str, set[str]] = {iri: set() for iri in iris}
    told = set()
    for iri, conflicts in read_conflicts(store, iris).items():
        for one in conflicts:
            told.add(one.source.iri)
            found[iri].add(f"{one.label}: {one.sentence()}. {one.why} {one.source.link}".rstrip())
    for iri, several in disagreements.items():
        found[iri] |= {one.message for one in several}
        told |= {one.iri for one in several}
    codes = f'"{CONTRADICTED}", "{DISAGREE}"'
    contradicted, about = f"<{terms.CONTRADICTED_BY}>", f"<{terms.ABOUT}>"
    for nodes in iter_values("?s", iris):
        query = f"""SELECT ?s ?message ?source WHERE {{ {nodes}
            {{ ?issue {about} ?s BIND(?issue AS ?source) }}
            UNION {{ ?issue {contradicted} ?source . ?source {about} ?s }}
            ?issue <{terms.CODE}> ?code ; <{terms.MESSAGE}> ?message FILTER(STR(?code) IN ({codes})) }}"""
        for subject, message, source in store.select(query).rows:
            assert subject is not None
            assert message is not None
            # What is known by its parts was told in words.
            if source is None or source.value not in told:
                found[subject.value].add(message.value)
    return {iri: tuple(sorted(messages)) for iri, messages in found.items()}


def _newest(store: Store) -> str:
    query = f"SELECT ?date WHERE {{ ?s a <{terms.SNAPSHOT}> ; <{terms.DCTERMS_ISSUED}> ?date }}"
    dates = [date.value for (date,) in store.select(query).rows if date is not None]
    return max((date for date in dates if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", date)), default="")
