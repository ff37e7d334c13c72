"""The papers of a thing's ancestry as BibTeX, ready for a manuscript."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, Quad

from itgraph import terms
from itgraph.documents.document import Document
from itgraph.errors import ParameterError
from itgraph.export.bibtex import format_entry, make_entries
from itgraph.lineage.edges import name_things, thing_key, walk
from itgraph.store import Store, iter_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from itgraph.lookup import Thing

_MADE = ("model", "dataset", "benchmark")
_DESCRIBED = (*_MADE, "technique")
_AUTHORS = ("person", "organization")
_PAPER = (
    *(terms.RDF_TYPE, terms.RDFS_LABEL, terms.DCTERMS_ISSUED, terms.ARXIV_ID, terms.BIBO_DOI, terms.SCHEMA_URL),
    *(terms.AUTHOR_LIST_COMPLETE, terms.HAS_AUTHORSHIP, terms.SCHEMA_AUTHOR),
)


def make_bibliography(store: Store, thing: Thing) -> Document:
    """Write every paper of a thing and of all that it was made from; of a person or an organisation, what it wrote.

    Keys are those that the paper has in the bibliography of the whole graph, so that two bibliographies agree. Before
    each entry a comment says what the paper is of.

    Raises:
        ParameterError: the thing is none that papers are of.
    """
    papers, notes = _collect(store, thing)
    entries = [entry for entry in make_entries(_read_papers(store)) if entry.paper in papers]
    blocks = [f"% {_comment(', '.join(papers[entry.paper]))}\n{format_entry(entry)}" for entry in entries]
    bare = [entry.key for entry in entries if "annote" in entry.fields]
    anonymous = [entry.key for entry in entries if "author" not in entry.fields and entry.key not in bare]
    if bare:
        notes.append(f"known by arXiv number alone, title and authors are to be filled in: {', '.join(bare)}")
    if anonymous:
        notes.append(f"without authors, since the sources name none: {', '.join(anonymous)}")
    content = "\n".join([f"% {_comment(_title(thing))}\n", *blocks])
    return Document(content=content.encode("utf-8", "backslashreplace"), notes=tuple(notes))


def _title(thing: Thing) -> str:
    if thing.kind in _MADE:
        return f"The papers of {thing.label} and of all that it was made from, as far as sources say; by itgraph."
    return f"The papers of {thing.label}, as far as sources say; by itgraph."


def _collect(store: Store, thing: Thing) -> tuple[dict[str, list[str]], list[str]]:
    """Return papers, each with the things that it is of, and what is lacking."""
    if thing.kind == "paper":
        return {thing.iri: ["the paper itself"]}, []
    if thing.kind in _AUTHORS:
        written = _values(store, [thing.iri], f"^<{terms.SCHEMA_AUTHOR}>")[thing.iri]
        notes = [] if written else [f"no paper is known that {thing.label} wrote"]
        return {paper: [f"by {thing.label}"] for paper in written}, notes
    if thing.kind not in _DESCRIBED:
        kinds = ", ".join((*_DESCRIBED, "paper", *_AUTHORS))
        raise ParameterError(f"{thing.label} is a {thing.kind}; papers are of: {kinds}", parameter="name")
    distances = walk(store, thing.iri, "up").distances
    things = {**name_things(store, distances), thing.iri: thing}
    nearest = sorted(things.values(), key=lambda other: (distances[other.iri], thing_key(other)))
    described = _values(store, list(things), f"<{terms.DESCRIBED_IN}>")
    papers: defaultdict[str, list[str]] = defaultdict(list)
    for other in nearest:
        for paper in described[other.iri]:
            papers[paper].append(f"{other.label} ({other.kind})")
    missing = [f"{other.label} ({other.kind})" for other in nearest if not described[other.iri]]
    return papers, [f"no paper is known of: {', '.join(missing)}"] if missing else []


def _comment(text: str) -> str:
    # An @ begins an entry for BibTeX, wherever it stands.
    return " ".join(text.split()).replace("@", "(at)")


# -- Reading -----------------------------------------------------------------------------------------------------


def _values(store: Store, iris: Sequence[str], path: str) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {iri: set() for iri in iris}
    for nodes in iter_values("?s", iris):
        for subject, value in store.select(f"SELECT ?s ?o WHERE {{ {nodes} ?s {path} ?o }}").rows:
            assert subject is not None
            assert value is not None
            found[subject.value].add(value.value)
    return found


def _read_papers(store: Store) -> Iterator[Quad]:
    """Yield what entries are made of, for all papers of the graph: which key one has may depend on the others."""
    paper, described, names = f"?paper a <{terms.PAPER}>", terms.DESCRIBED_IN, (terms.RDF_TYPE, terms.RDFS_LABEL)
    for predicates, pattern in (
        (_PAPER, f"?s a <{terms.PAPER}>"),
        ((terms.AUTHOR, terms.POSITION), f"{paper} ; <{terms.HAS_AUTHORSHIP}> ?s"),
        (names, f"{paper} ; <{terms.SCHEMA_AUTHOR}> ?s"),
        (names, f"{paper} ; <{terms.HAS_AUTHORSHIP}>/<{terms.AUTHOR}> ?s"),
        ((terms.RDFS_LABEL, described), f"?s <{described}> ?paper"),
    ):
        listed = " ".join(f"<{predicate}>" for predicate in predicates)
        query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?p {{ {listed} }} {pattern} . ?s ?p ?o }}"
        for triple in store.construct(query):
            yield Quad(triple.subject, triple.predicate, triple.object, DefaultGraph())
