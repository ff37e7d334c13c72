"""What follows from licences, developers and dates: the closure queries, against small graphs and plain Python.

First worked examples: a graph of a few things, and the rows that a person reads off it. Then the same questions asked
of the shipped graph, and answered a second time from ``data/curated/*.csv`` and the survey's own steps, with sets and
networkx: nothing of the pipeline but the reading of names is shared. Last, that every row of the facts that were
gathered (``../shared/facts``) is in the graph with its source; where they are absent this is skipped, unless
``ITGRAPH_REQUIRE_SEEDS`` is set.
"""

from __future__ import annotations

import calendar
import csv
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse
from tests.test_queries import ask

from itgraph import terms
from itgraph.build import build
from itgraph.queries import get_query, load_queries
from itgraph.resources import data_path
from itgraph.results import format_iri
from itgraph.store import EmbeddedStore

FACTS = Path(__file__).resolve().parents[2] / "shared" / "facts"
FILES = ("organisations", "developers", "licences", "releases", "identifiers", "lineage")
STEPS = {terms.BASE_MODEL, terms.TRAINED_ON, terms.GENERATED_BY, terms.SOURCE_DATASET}
RANKS = {"closed": 1, "restricted": 2, "open": 3}
LICENCE_QUERIES = (
    "access-changes",
    "datasets-under-teachers-terms",
    "licences-of-ancestry",
    "models-taught-by-closed-models",
    "narrowest-access-of-ancestry",
    "open-datasets-from-closed-models",
    "open-models-on-closed-ground",
    "openness-of-ancestry",
    "restrictions-above-model",
    "things-without-licence",
)

Step = tuple[str, str, str]


def text_of(term: object) -> str:
    return str(getattr(term, "value", ""))


def read_triples(quads: list[Quad]) -> Iterator[Step]:
    """The statements of the current view, as text."""
    for quad in quads:
        if isinstance(quad.graph_name, DefaultGraph):
            yield text_of(quad.subject), quad.predicate.value, text_of(quad.object)


def read_steps(quads: list[Quad]) -> set[Step]:
    """The steps of lineage of the current view: what is made, by which relation, from what."""
    return {(s, p.removeprefix(terms.ITG), o) for s, p, o in read_triples(quads) if p in STEPS}


# -- Worked examples -------------------------------------------------------------------------------------------

# A closed teacher T wrote the dataset D; E was made from D. A family F, of which only that its member F 1 is closed is
# known, wrote G. The model Base is restricted. Child is open, built on Base and trained on E. Sibling is open as far as
# its code goes, and trained on G. Grandchild is built on Child, and nothing is known of it. Free is open and stands on
# nothing. A makes Base, B makes T and Child, C makes Sibling.
EXAMPLE = """
itm:base a itg:Model ; rdfs:label "Base" ; itg:developer ito:a ; itg:released "2023-02"^^xsd:gYearMonth ;
  itg:paperReleased "2023-02"^^xsd:gYearMonth .
itm:t a itg:Model ; rdfs:label "T" ; itg:developer ito:b .
itm:f a itg:Model ; rdfs:label "F" .
itm:f-1 a itg:Model ; rdfs:label "F 1" ; itg:memberOf itm:f .
itm:child a itg:Model ; rdfs:label "Child" ; itg:developer ito:b ; itg:baseModel itm:base ; itg:trainedOn itd:e ;
  itg:upstream itm:base , itd:e ; itg:released "2023-01-05"^^xsd:date ; itg:weightsReleased "2023-01-05"^^xsd:date .
itm:sibling a itg:Model ; rdfs:label "Sibling" ; itg:developer ito:c ; itg:trainedOn itd:g ; itg:upstream itd:g ;
  itg:released "2023"^^xsd:gYear ; itg:paperReleased "2023"^^xsd:gYear .
itm:grandchild a itg:Model ; rdfs:label "Grandchild" ; itg:baseModel itm:child ; itg:upstream itm:child ;
  itg:released "2023-01"^^xsd:gYearMonth ; itg:dataReleased "2023-01"^^xsd:gYearMonth .
itm:free a itg:Model ; rdfs:label "Free" .
itd:d a itg:Dataset ; rdfs:label "D" ; itg:generatedBy itm:t ; itg:upstream itm:t ; itg:openSource true .
itd:e a itg:Dataset ; rdfs:label "E" ; itg:sourceDataset itd:d ; itg:upstream itd:d ;
  itg:released "2023-01"^^xsd:gYearMonth , "2022-12-31"^^xsd:date ;
  itg:dataReleased "2023-01"^^xsd:gYearMonth ; itg:paperReleased "2022-12-31"^^xsd:date .
itd:g a itg:Dataset ; rdfs:label "G" ; itg:generatedBy itm:f ; itg:upstream itm:f ;
  itg:released "2023-06-16"^^xsd:date ; itg:dataReleased "2023-06-16"^^xsd:date .
ito:a a itg:Organization ; rdfs:label "A" . ito:b a itg:Organization ; rdfs:label "B" .
ito:c a itg:Organization ; rdfs:label "C" .
"""
LICENCES = {
    "base": [("weights", "base-licence", "restricted"), ("code", "MIT", "open")],
    "t": [("weights", "t-terms", "closed")],
    "f-1": [("weights", "f-terms", "closed")],
    "child": [("weights", "MIT", "open")],
    "sibling": [("code", "MIT", "open")],
    "free": [("weights", "MIT", "open")],
    "e": [("data", "MIT", "open")],
}


@pytest.fixture(scope="module")
def example() -> EmbeddedStore:
    prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in terms.PREFIXES.items())
    text = [prefixes, EXAMPLE]
    for slug, licences in LICENCES.items():
        thing = f"{'itd' if slug == 'e' else 'itm'}:{slug}"
        for number, (part, licence, access) in enumerate(licences):
            name, node = f"<{terms.BASE}license/{licence}>", f"<{terms.BASE}licensing/{slug}-{number}>"
            fact = f"<{terms.BASE}curated/licences/{slug}-{number}>"
            said = (
                f'{thing} itg:licensing {node} ; itg:license {name} ; itg:access "{access}" . {node} a itg:Licensing ;'
            )
            said += f' itg:part "{part}" ; itg:license {name} ; itg:access "{access}" .\n'
            text.append(f'{name} a skos:Concept ; rdfs:label "{licence}" .\n{said}{fact} a itg:CuratedFact ;')
            text.append(f" itg:about {thing} ; prov:hadPrimarySource <https://example.org/{slug}> .\n")
            text.append(f"{fact} {{ {said} }}\n")
    return EmbeddedStore(parse("".join(text).encode(), format=RdfFormat.TRIG))


def test_licences_of_ancestry(example: EmbeddedStore) -> None:
    columns = ("thing", "part", "licence_label", "access", "link")
    assert ask(example, "licences-of-ancestry", *columns, model="Grandchild") == [
        ("itd:d", "", "", "unknown", ""),
        ("itd:e", "data", "MIT", "open", "https://example.org/e"),
        ("itm:base", "code", "MIT", "open", "https://example.org/base"),
        ("itm:base", "weights", "base-licence", "restricted", "https://example.org/base"),
        ("itm:child", "weights", "MIT", "open", "https://example.org/child"),
        ("itm:grandchild", "", "", "unknown", ""),
        ("itm:t", "weights", "t-terms", "closed", "https://example.org/t"),
    ]


def test_narrowest_access_of_ancestry(example: EmbeddedStore) -> None:
    columns = ("model", "own_access", "narrowest_access", "things", "unknown_things")
    assert ask(example, "narrowest-access-of-ancestry", *columns) == [
        ("itm:base", "restricted", "restricted", "1", "0"),
        ("itm:child", "open", "closed", "5", "1"),  # Base, E, D (unknown), T and itself
        ("itm:f", "unknown", "unknown", "1", "1"),
        ("itm:f-1", "closed", "closed", "1", "0"),
        ("itm:free", "open", "open", "1", "0"),
        ("itm:grandchild", "unknown", "closed", "6", "2"),
        ("itm:sibling", "open", "open", "3", "2"),  # G and F, of which nothing is known: no member stands in for F here
        ("itm:t", "closed", "closed", "1", "0"),
    ]


def test_what_the_narrowest_access_does_not_tell(example: EmbeddedStore) -> None:
    assert ask(example, "narrowest-access-of-ancestry", "model", "by_code_alone", "unknown_making") == [
        ("itm:base", "0", "1"),  # its weights have a licence beside that of its code; nobody says how it was made
        ("itm:child", "0", "2"),  # Base and T
        ("itm:f", "0", "1"),
        ("itm:f-1", "0", "1"),
        ("itm:free", "0", "1"),  # open, and stands on nothing that is known
        ("itm:grandchild", "0", "2"),
        ("itm:sibling", "1", "1"),  # MIT is the licence of its own code; nobody says how F was made
        ("itm:t", "0", "1"),
    ]


def test_open_models_on_closed_ground(example: EmbeddedStore) -> None:
    columns = ("model", "open_weights", "closed_model", "closed_by", "role", "through")
    assert ask(example, "open-models-on-closed-ground", *columns) == [
        ("itm:child", "yes", "itm:t", "its licence", "teacher", "itd:d"),
        ("itm:sibling", "unknown", "itm:f", "its members", "teacher", "itd:g"),
    ]


def test_a_family_of_which_one_member_is_not_closed_is_not_closed(example: EmbeddedStore) -> None:
    member, family = NamedNode(f"{terms.BASE}model/f-2"), NamedNode(f"{terms.BASE}model/f")
    more = [
        Quad(member, NamedNode(terms.MEMBER_OF), family),
        Quad(member, NamedNode(terms.ACCESS), Literal("restricted")),
    ]
    mixed = EmbeddedStore([*example.quads(), *more])
    assert ask(mixed, "open-models-on-closed-ground", "closed_model") == [("itm:t",)]
    assert ask(mixed, "datasets-under-teachers-terms", "teacher") == [("itm:t",)]
    assert ("itm:sibling",) not in ask(mixed, "models-taught-by-closed-models", "model")


def test_datasets_under_teachers_terms(example: EmbeddedStore) -> None:
    columns = ("dataset", "written", "teacher", "teacher_access", "teacher_licence", "own_access", "own_licence")
    assert ask(example, "datasets-under-teachers-terms", *columns) == [
        ("itd:d", "itd:d", "itm:t", "closed", "t-terms", "unknown", ""),
        ("itd:e", "itd:d", "itm:t", "closed", "t-terms", "open", "MIT"),
        ("itd:g", "itd:g", "itm:f", "closed", "", "unknown", ""),
    ]


def test_models_taught_by_closed_models(example: EmbeddedStore) -> None:
    assert ask(example, "models-taught-by-closed-models", "model", "dataset", "teacher") == [
        ("itm:child", "itd:d", "itm:t"),
        ("itm:grandchild", "itd:d", "itm:t"),
        ("itm:sibling", "itd:g", "itm:f"),
    ]
    # E is open too, but only D was written by a closed model.
    assert ask(example, "open-datasets-from-closed-models", "dataset", "access", "teacher", "learner") == [
        ("itd:d", "unknown", "itm:t", "")
    ]


def test_access_changes(example: EmbeddedStore) -> None:
    columns = ("change", "thing", "access", "step", "source", "source_access")
    assert ask(example, "access-changes", *columns) == [
        ("wider", "itm:child", "open", "base model", "itm:base", "restricted")
    ]
    # Base and Sibling built on each other: only the code of Sibling has a licence.
    base, sibling = NamedNode(f"{terms.BASE}model/base"), NamedNode(f"{terms.BASE}model/sibling")
    is_built_on = NamedNode(terms.BASE_MODEL)
    more = [Quad(base, is_built_on, sibling), Quad(sibling, is_built_on, base)]
    ends = ("change", "thing", "by_code_alone", "source_by_code_alone")
    assert set(ask(EmbeddedStore([*example.quads(), *more]), "access-changes", *ends)) == {
        ("wider", "itm:child", "no", "no"),
        ("narrower", "itm:base", "no", "yes"),
        ("wider", "itm:sibling", "yes", "no"),
    }


def test_restrictions_above_model(example: EmbeddedStore) -> None:
    assert ask(example, "restrictions-above-model", "thing", "access", "steps", model="Grandchild") == [
        ("itm:base", "restricted", "2"),
        ("itm:t", "closed", "4"),
    ]


def test_things_without_licence(example: EmbeddedStore) -> None:
    assert ask(example, "things-without-licence", "thing", "things_downstream") == [
        ("itd:d", "3"),  # E, Child, Grandchild
        ("itm:f", "2"),  # G, Sibling
        ("itd:g", "1"),
        ("itm:grandchild", "0"),
    ]


@pytest.fixture(scope="module")
def other_survey(example: EmbeddedStore) -> EmbeddedStore:
    """The example, and a survey of another kind: D has a licence, Free another one besides, and a date."""
    prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in terms.PREFIXES.items())
    row, said = "<https://w3id.org/itgraph/row/other/models/1>", ""
    for thing in ("itd:d", "itm:free"):
        said += f"{thing} itg:license <{terms.BASE}license/l> .\n"
    said += 'itm:free itg:released "2023-04"^^xsd:gYearMonth ; itg:developer ito:z .\n'
    text = f'{prefixes} <{terms.BASE}license/l> a skos:Concept ; rdfs:label "L" . ito:z rdfs:label "Z" .\n'
    text += f"{row} a itg:Row ; itg:about itd:d , itm:free ; prov:wasQuotedFrom <https://example.org/other> .\n"
    quads = parse(f"{text}{said}{row} {{ {said} }}".encode(), format=RdfFormat.TRIG)
    return EmbeddedStore([*example.quads(), *quads])


def test_a_survey_that_names_a_licence_and_no_more(other_survey: EmbeddedStore) -> None:
    # D's licence is known, and neither of what part it is nor what it allows; so for one of the two of Free.
    columns = ("thing", "part", "licence_label", "access", "link")
    found = ask(other_survey, "licences-of-ancestry", *columns, model="Child")
    assert [row for row in found if row[0] == "itd:d"] == [("itd:d", "", "L", "unknown", "https://example.org/other")]
    assert ask(other_survey, "licences-of-ancestry", *columns, model="Free") == [
        ("itm:free", "", "L", "unknown", "https://example.org/other"),
        ("itm:free", "weights", "MIT", "open", "https://example.org/free"),
    ]
    assert ("itd:d",) not in ask(other_survey, "things-without-licence", "thing")
    found = ask(
        other_survey, "narrowest-access-of-ancestry", "model", "own_access", "narrowest_access", "unknown_things"
    )
    assert set(found) >= {("itm:child", "open", "closed", "1"), ("itm:free", "open", "open", "0")}
    found = ask(other_survey, "datasets-under-teachers-terms", "dataset", "own_access", "own_licence")
    assert ("itd:d", "unknown", "L") in found
    found = ask(other_survey, "basis-of-ancestry", "basis", "number", model="Child")
    basis = {row[0]: row[1] for row in found}
    assert "thing of unknown licence" not in basis
    # In the example no graph holds a step of lineage.
    assert basis["step of unknown evidence"] == "4"
    assert {name for name in basis if name.startswith("step")} == {"step of unknown evidence"}


def test_a_survey_that_names_a_date_and_a_developer_and_no_more(other_survey: EmbeddedStore) -> None:
    assert ask(other_survey, "dates-of-thing", "release", "date", "precision", "link", thing="Free") == [
        ("unknown", "2023-04", "month", "https://example.org/other")
    ]
    columns = ("thing", "developer", "organisation_kind", "link")
    assert ("itm:free", "ito:z", "", "https://example.org/other") in ask(other_survey, "developers-of-things", *columns)


def test_organisations(example: EmbeddedStore) -> None:
    columns = ("thing", "developer", "beneath", "direct")
    assert ask(example, "models-built-on-organisation", *columns, organisation="A") == [
        ("itm:child", "ito:b", "itm:base", "yes"),
        ("itm:grandchild", "", "itm:base", "no"),
    ]
    # B's own Child stands on B's own T; what is B's own is left out, what is nobody's known is not.
    assert ask(example, "models-built-on-organisation", *columns, organisation="B") == [
        ("itd:d", "", "itm:t", "yes"),
        ("itd:e", "", "itm:t", "no"),
        ("itm:grandchild", "", "itm:child", "yes"),
        ("itm:grandchild", "", "itm:t", "no"),
    ]
    assert ask(example, "organisations-beneath-organisation", "developer", "beneath", "thing", organisation="B") == [
        ("", "itd:d", "itm:child"),
        ("", "itd:e", "itm:child"),
        ("ito:a", "itm:base", "itm:child"),
    ]


def test_affected_by_thing(example: EmbeddedStore) -> None:
    assert ask(example, "affected-by-thing", "affected", "things_on_the_way", thing="T") == [
        ("itd:d", "1"),
        ("itd:e", "2"),
        ("itm:child", "3"),
        ("itm:grandchild", "4"),
    ]
    assert ask(example, "affected-by-thing", "affected", thing="itd:g") == [("itm:sibling",)]
    assert ask(example, "affected-by-thing", "affected", thing="F 1") == []  # it may have written G: see the family


def test_children_released_before_parents(example: EmbeddedStore) -> None:
    # Child (5 January) is before Base (February), and not before E, one date of which is earlier. Sibling (some day of
    # 2023) is not before G (16 June); Grandchild (January) not before Child (5 January).
    columns = ("thing", "release", "date", "parent", "parent_release", "parent_date")
    assert ask(example, "children-released-before-parents", *columns) == [
        ("itm:child", "weights", "2023-01-05", "itm:base", "paper", "2023-02")
    ]


@pytest.mark.parametrize(
    ("child", "parent", "earlier"),
    [
        ("2023-06", "2023-06-16", False),
        ("2023-06-16", "2023-06", False),
        ("2023", "2023-06", False),
        ("2023-05", "2023-06-16", True),
        ("2023-06-15", "2023-06-16", True),
        ("2022", "2023-01-01", True),
        ("2023-06-30", "2023-07", True),
        ("2023-12", "2023", False),
        ("2024", "2023-12", False),
    ],
)
def test_dates_of_differing_precision(child: str, parent: str, earlier: bool) -> None:
    types = {4: "gYear", 7: "gYearMonth", 10: "date"}

    def date(text: str) -> str:
        return f'itg:released "{text}"^^xsd:{types[len(text)]} ; itg:paperReleased "{text}"^^xsd:{types[len(text)]}'

    prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in terms.PREFIXES.items())
    text = f'{prefixes} itm:c rdfs:label "C" ; itg:upstream itm:p ; {date(child)} . itm:p rdfs:label "P" ;'
    text += f" {date(parent)} ."
    store = EmbeddedStore(parse(text.encode(), format=RdfFormat.TRIG))
    expected = [("itm:c", child, "itm:p", parent)] if earlier else []
    assert ask(store, "children-released-before-parents", "thing", "date", "parent", "parent_date") == expected
    assert (_latest(child) < _earliest(parent)) == earlier


@pytest.mark.parametrize("name", LICENCE_QUERIES)
def test_what_speaks_of_licences_says_that_it_is_no_advice(name: str) -> None:
    assert "Not legal advice." in get_query(name).description


def test_every_query_on_licences_says_so() -> None:
    assert [query.name for query in load_queries() if "not legal advice" in query.description.lower()] == list(
        LICENCE_QUERIES
    )
    assert {query.name for query in load_queries() if query.tags[0] == "licences"} <= set(LICENCE_QUERIES)


# -- The same from the files, with sets ------------------------------------------------------------------------


def _rows(file: str, folder: Path | None = None) -> list[dict[str, str]]:
    with ((folder or data_path() / "curated") / f"{file}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _earliest(date: str) -> str:
    return {4: f"{date}-01-01", 7: f"{date}-01", 10: date}[len(date)]


def _latest(date: str) -> str:
    if len(date) == 4:
        return f"{date}-12-31"
    if len(date) == 7:
        return f"{date}-{calendar.monthrange(int(date[:4]), int(date[5:]))[1]}"
    return date


class Own:
    """The lineage, licences, developers and dates, put together from the files and the survey's own steps."""

    def __init__(self, survey: list[Quad], shipped: list[Quad]) -> None:
        self.names: dict[tuple[str, str], str] = {}
        self.labels: dict[str, str] = {}
        for subject, predicate, name in (*read_triples(survey), *read_triples(shipped)):
            kind, _, slug = subject.removeprefix(terms.BASE).partition("/")
            if predicate in (terms.RDFS_LABEL, terms.SKOS_ALT_LABEL) and slug:
                self.names.setdefault((kind, name), subject)
                if predicate == terms.RDFS_LABEL:
                    self.labels[subject] = name
        self.steps = self._read_steps(survey)
        self.graph = nx.DiGraph((child, parent) for child, _, parent in self.steps)
        self.graph.add_nodes_from(iri for iri in self.labels if self.kind(iri) in ("model", "dataset", "benchmark"))
        self.licences: defaultdict[str, set[tuple[str, str, str]]] = defaultdict(set)
        for row in _rows("licences"):
            self.licences[self.iri(row)].add((row["licence"], row["what"], row["open"]))
        self.developers: defaultdict[str, set[str]] = defaultdict(set)
        for row in _rows("developers"):
            self.developers[self.iri(row)].add(self.names["organization", row["organisation"]])
        self.dates: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        for row in _rows("releases"):
            self.dates[self.iri(row)].add((row["what"], row["date"]))

    def iri(self, row: dict[str, str], kind: str = "entity_kind", name: str = "entity") -> str:
        return self.names[row[kind], row[name]]

    def kind(self, iri: str) -> str:
        return iri.removeprefix(terms.BASE).partition("/")[0]

    def _read_steps(self, survey: list[Quad]) -> set[Step]:
        members = {(child, family) for child, p, family in read_triples(survey) if p == terms.MEMBER_OF}
        steps = read_steps(survey)
        kinds = {"baseModel": "model", "trainedOn": "dataset", "generatedBy": "model"}
        wrong = {
            (self.iri(row), row["property"], self.names[kinds[row["property"]], row["survey"]])
            for row in _rows("corrections")
            if row["effect"] == "replaces" and row["property"] in kinds and row["survey"]
        }
        assert wrong <= steps, "what is replaced is what the survey says"
        steps -= wrong
        for row in _rows("lineage"):
            child, parent = self.iri(row, "subject_kind", "subject"), self.iri(row, "object_kind", "object")
            if row["relation"] == "memberOfFamily":
                members.add((child, parent))
            elif row["relation"] == "derivedFrom":
                steps.add((child, "baseModel" if row["subject_kind"] == "model" else "sourceDataset", parent))
            else:
                steps.add((child, row["relation"], parent))
        self.members = {family: {m for m, f in members if f == family} for _, family in members}
        return steps

    def above(self, iri: str) -> set[str]:
        """What went into a thing, at any depth; not the thing itself."""
        return set(nx.descendants(self.graph, iri))

    def below(self, iri: str) -> set[str]:
        return set(nx.ancestors(self.graph, iri))

    def access(self, *things: str) -> str:
        known = [access for thing in things for _, _, access in self.licences.get(thing, ())]
        return min(known, key=RANKS.__getitem__, default="unknown")

    def by_code_alone(self, thing: str) -> bool:
        return {part for _, part, _ in self.licences.get(thing, ())} == {"code"}

    def closed(self, model: str) -> str:
        """Why a model counts as closed; empty if it does not."""
        if self.access(model) != "unknown":
            return "its licence" if self.access(model) == "closed" else ""
        known = {self.access(member) for member in self.members.get(model, ())} - {"unknown"}
        said = {a for member in self.members.get(model, ()) for _, _, a in self.licences.get(member, ())}
        return "its members" if known == {"closed"} == said else ""

    def of_kind(self, kind: str) -> list[str]:
        return sorted(iri for iri in self.labels if self.kind(iri) == kind)


@pytest.fixture(scope="module")
def survey_quads() -> list[Quad]:
    return build(layers=["survey"])


@pytest.fixture(scope="module")
def own(survey_quads: list[Quad], shipped_quads: list[Quad]) -> Own:
    return Own(survey_quads, shipped_quads)


@pytest.fixture(scope="module")
def shipped(shipped_quads: list[Quad]) -> EmbeddedStore:
    return EmbeddedStore(shipped_quads)


def short(*values: str) -> tuple[str, ...]:
    return tuple(format_iri(value) if value.startswith("https://") else value for value in values)


def test_the_steps_of_the_graph_are_those_of_the_files(own: Own, shipped_quads: list[Quad]) -> None:
    assert read_steps(shipped_quads) == own.steps
    upstream = {(child, parent) for child, p, parent in read_triples(shipped_quads) if p == terms.UPSTREAM}
    assert upstream == {(child, parent) for child, _, parent in own.steps}
    assert nx.is_directed_acyclic_graph(own.graph)


def test_narrowest_access_of_every_model(own: Own, shipped: EmbeddedStore) -> None:
    expected = set()
    for model in own.of_kind("model"):
        things = {model} | own.above(model)
        unknown = sum(not own.licences.get(thing) for thing in things)
        made = {child for child, step, _ in own.steps if step in ("baseModel", "trainedOn")}
        counts = (
            len(things),
            unknown,
            sum(own.by_code_alone(thing) for thing in things),
            sum(own.kind(thing) == "model" for thing in things - made),
        )
        expected.add(short(model, own.access(model), own.access(*things), *map(str, counts)))
    columns = ("model", "own_access", "narrowest_access", "things", "unknown_things", "by_code_alone", "unknown_making")
    found = ask(shipped, "narrowest-access-of-ancestry", *columns)
    assert set(found) == expected
    assert len(found) == len(expected)
    of_model = {row[0]: row[1:] for row in found}
    assert of_model["itm:clip"] == ("open", "open", "1", "0", "1", "1"), "its code is MIT; of its data nothing is known"
    assert of_model["itm:mistral-7b"] == ("open", "open", "1", "0", "0", "1"), "Apache-2.0 weights of unknown making"


def test_licences_of_the_ancestry_of_every_model(own: Own, shipped: EmbeddedStore) -> None:
    for model in own.of_kind("model"):
        expected = set()
        for thing in {model} | own.above(model):
            for licence, part, access in own.licences.get(thing, {("", "", "unknown")}):
                expected.add((*short(thing), licence, part, access))
        found = ask(shipped, "licences-of-ancestry", "thing", "licence_label", "part", "access", model=model)
        assert set(found) == expected, model


def test_open_models_on_closed_ground_of_the_files(own: Own, shipped: EmbeddedStore) -> None:
    roles = {"baseModel": "base model", "generatedBy": "teacher"}
    expected = set()
    for model in own.of_kind("model"):
        if own.access(model) == "open":
            ground = {model} | own.above(model)
            weights = "yes" if any(part == "weights" for _, part, _ in own.licences[model]) else "unknown"
            for through, step, parent in own.steps:
                if through in ground and step in roles and own.closed(parent):
                    expected.add(short(model, weights, parent, own.closed(parent), roles[step], through))
    columns = ("model", "open_weights", "closed_model", "closed_by", "role", "through")
    assert set(ask(shipped, "open-models-on-closed-ground", *columns)) == expected
    assert {row[3] for row in expected} == {"its licence", "its members"}, "both ways of being closed occur"


def test_models_taught_by_closed_models_of_the_files(own: Own, shipped: EmbeddedStore) -> None:
    written = {(data, teacher) for data, step, teacher in own.steps if step == "generatedBy" and own.closed(teacher)}
    expected = {
        short(model, data, teacher)
        for data, teacher in written
        for model in own.below(data)
        if own.kind(model) == "model"
    }
    assert set(ask(shipped, "models-taught-by-closed-models", "model", "dataset", "teacher")) == expected
    open_data = {dataset for (dataset,) in ask(shipped, "open-datasets-from-closed-models", "dataset")}
    assert open_data >= {short(data)[0] for data, _ in written if own.access(data) == "open"}
    assert open_data <= {short(data)[0] for data, _ in written}


def test_datasets_under_teachers_terms_of_the_files(own: Own, shipped: EmbeddedStore) -> None:
    sources = nx.DiGraph((child, parent) for child, step, parent in own.steps if step == "sourceDataset")
    expected = set()
    for dataset in own.of_kind("dataset"):
        written = {dataset} | (set(nx.descendants(sources, dataset)) if dataset in sources else set())
        allowed = {(access, licence) for licence, _, access in own.licences.get(dataset, {("", "", "unknown")})}
        for child, step, teacher in own.steps:
            if child in written and step == "generatedBy":
                terms_of_teacher = {(a, licence) for licence, _, a in own.licences.get(teacher, ()) if a != "open"}
                if own.closed(teacher) == "its members":
                    terms_of_teacher = {("closed", "")}
                for access, licence in terms_of_teacher:
                    for mine in allowed:
                        expected.add((*short(dataset, child, teacher), access, licence, *mine))
    columns = ("dataset", "written", "teacher", "teacher_access", "teacher_licence", "own_access", "own_licence")
    assert set(ask(shipped, "datasets-under-teachers-terms", *columns)) == expected


def test_access_changes_of_the_files(own: Own, shipped: EmbeddedStore) -> None:
    expected = set()
    for child, _, parent in own.steps:
        mine, theirs = own.access(child), own.access(parent)
        if "unknown" not in (mine, theirs) and mine != theirs:
            expected.add(
                short(
                    "wider" if RANKS[mine] > RANKS[theirs] else "narrower",
                    *(child, mine, "yes" if own.by_code_alone(child) else "no"),
                    *(parent, theirs, "yes" if own.by_code_alone(parent) else "no"),
                )
            )
    columns = ("change", "thing", "access", "by_code_alone", "source", "source_access", "source_by_code_alone")
    assert set(ask(shipped, "access-changes", *columns)) == expected


def test_restrictions_above_every_model(own: Own, shipped: EmbeddedStore) -> None:
    farthest = 0
    for model in own.of_kind("model"):
        lengths = nx.single_source_shortest_path_length(own.graph, model)
        farthest = max(farthest, *lengths.values())
        expected = {
            (*short(thing), own.access(thing), str(length))
            for thing, length in lengths.items()
            if own.access(thing) in ("closed", "restricted")
        }
        assert set(ask(shipped, "restrictions-above-model", "thing", "access", "steps", model=model)) == expected, model
    assert farthest <= 8, "the query looks no farther"


def test_things_without_licence_of_the_files(own: Own, shipped: EmbeddedStore) -> None:
    expected = {
        (*short(thing), str(len(own.below(thing))))
        for kind in ("model", "dataset")
        for thing in own.of_kind(kind)
        if not own.licences.get(thing)
    }
    assert set(ask(shipped, "things-without-licence", "thing", "things_downstream")) == expected


def test_what_stands_on_every_organisation(own: Own, shipped: EmbeddedStore) -> None:
    for organisation in own.of_kind("organization"):
        made = {thing for thing, developers in own.developers.items() if organisation in developers} & set(own.graph)
        expected = set()
        for beneath in made:
            for thing in own.below(beneath) - made:
                for developer in own.developers.get(thing, {""}):
                    expected.add(short(thing, developer, beneath))
        found = ask(shipped, "models-built-on-organisation", "thing", "developer", "beneath", organisation=organisation)
        assert set(found) == expected, organisation
        expected = set()
        for thing in made:
            for beneath in own.above(thing) - made:
                for developer in own.developers.get(beneath, {""}):
                    expected.add(short(developer, beneath, thing))
        columns = ("developer", "beneath", "thing")
        found = ask(shipped, "organisations-beneath-organisation", *columns, organisation=organisation)
        assert set(found) == expected, organisation


def test_children_released_before_parents_of_the_files(own: Own, shipped: EmbeddedStore) -> None:
    expected = set()
    for child, _, parent in own.steps:
        for what, date in own.dates.get(child, ()):
            theirs = own.dates.get(parent, set())
            if theirs and all(_latest(date) < _earliest(other) for _, other in theirs):
                expected |= {(*short(child), what, date, *short(parent), *other) for other in theirs}
    columns = ("thing", "release", "date", "parent", "parent_release", "parent_date")
    assert set(ask(shipped, "children-released-before-parents", *columns)) == expected
    # As the notes of those who gathered the facts say: late papers, and no error that is left.
    assert {(row[0], row[3]) for row in expected} == {
        ("itm:flan-t5", "itd:flan-collection"),
        ("itm:instructgpt", "itd:instructgpt"),
        ("itm:otter", "itd:mimic-it"),
    }


def test_what_everything_affects(own: Own, shipped: EmbeddedStore) -> None:
    for thing in sorted(own.graph):
        expected = {short(affected) for affected in own.below(thing)}
        assert set(ask(shipped, "affected-by-thing", "affected", thing=thing)) == expected, thing


def test_basis_of_the_ancestry_of_every_model(own: Own, shipped: EmbeddedStore, survey_quads: list[Quad]) -> None:
    said_by_row = {
        (text_of(quad.subject), quad.predicate.value.removeprefix(terms.ITG), text_of(quad.object))
        for quad in survey_quads
        if quad.predicate.value in STEPS and text_of(quad.graph_name).startswith(f"{terms.BASE}row/")
    }
    said_by_fact = set()
    for row in _rows("lineage"):
        relation = row["relation"]
        if relation == "derivedFrom":
            relation = "baseModel" if row["subject_kind"] == "model" else "sourceDataset"
        child, parent = own.iri(row, "subject_kind", "subject"), own.iri(row, "object_kind", "object")
        said_by_fact.add((child, relation, parent))
    for model in own.of_kind("model"):
        things = {model} | own.above(model)
        steps = {step for step in own.steps if step[0] in things}
        has = {(child, relation) for child, relation, _ in steps}
        models = {thing for thing in things if own.kind(thing) == "model"}
        expected = {
            "step stated by the survey": len(steps & said_by_row),
            "step stated by another source": len((steps & said_by_fact) - said_by_row),
            "step concluded by a rule": len(steps - said_by_row - said_by_fact),
            "model of unknown base": sum((thing, "baseModel") not in has for thing in models),
            "model of unknown data": sum((thing, "trainedOn") not in has for thing in models),
            "thing of unknown licence": sum(not own.licences.get(thing) for thing in things),
        }
        found = {row[0]: int(row[1]) for row in ask(shipped, "basis-of-ancestry", "basis", "number", model=model)}
        origins = found.pop("dataset written by people", 0) + found.pop("dataset of unknown origin", 0)
        assert found == {basis: number for basis, number in expected.items() if number}, model
        data = {thing for thing in things if own.kind(thing) == "dataset"}
        assert origins == sum(not {(t, "generatedBy"), (t, "sourceDataset")} & has for t in data), model


# -- The facts that were gathered ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gathered() -> Path:
    if not FACTS.is_dir():
        said = "the facts as they were gathered are not shipped; put them in ../shared/facts to compare with them"
        if os.environ.get("ITGRAPH_REQUIRE_SEEDS"):
            pytest.fail(f"{said}, and ITGRAPH_REQUIRE_SEEDS is set")
        pytest.skip(said)
    return FACTS


def _facts_in_graph(store: EmbeddedStore) -> Iterator[tuple[str, str, str]]:
    table = store.select(
        "SELECT ?file ?text ?source { ?fact a itg:CuratedFact ; itg:table ?file ; itg:text ?text ;"
        " prov:hadPrimarySource ?source }"
    )
    for row in table.rows:
        file, text, source = map(text_of, row)
        yield file, text, source


@pytest.mark.parametrize("file", FILES)
def test_every_fact_that_was_gathered_is_in_the_graph_with_its_source(
    file: str, gathered: Path, shipped: EmbeddedStore
) -> None:
    found = defaultdict(list)
    for table, text, source in _facts_in_graph(shipped):
        if table == file:
            cells = text.split(" | ")
            # A note may differ: where the survey's lines were noted, their address has become the source.
            found[tuple(cells[:4] if file == "identifiers" else cells)].append((source, cells[-1]))
    rows = _rows(file, gathered)
    assert sum(map(len, found.values())) == len(rows), "none lost, none invented"
    for row in rows:
        cells = [cell for column, cell in row.items() if column not in ("source_url", "quote")]
        if file != "identifiers":
            assert [source for source, _ in found[tuple(cells)]] == [row["source_url"]], cells
            continue
        ((source, note),) = found[tuple(cells[:4])]
        lines = re.match(r"seed \d{4}-\d\d, lines (\d+)-(\d+)", row["note"])
        if row["source_url"]:
            assert (source, note) == (row["source_url"], row["note"])
        elif lines:
            assert source.endswith(f"README.md#L{lines[1]}-L{lines[2]}")
        else:
            assert row["note"].endswith("reference list")
            assert "/xiaoya-li/Instruction-Tuning-Survey/blob/" in source


def test_no_quotation_is_in_the_graph(gathered: Path, shipped_quads: list[Quad]) -> None:
    said = "\n".join(quad.object.value for quad in shipped_quads if isinstance(quad.object, Literal))
    quotes = {row["quote"] for file in FILES for row in _rows(file, gathered) if len(row.get("quote", "")) > 60}
    assert len(quotes) > 100
    assert [quote for quote in sorted(quotes) if quote in said] == []


CONFLICTS = {
    # The property by which each of the conflicts in the notes is found, as a reader of both would look for it.
    "baseModel": (1, 5, 6, 8, 23),
    "trainedOn": (7, 9),
    "generatedBy": (2, 3, 11, 12, 13, 14, 15),
    "construction": (22,),
    "describedIn": (10, 16),
    "paperLink": (24,),
    "parameters": (17,),
    "instructions": (4, 19),
    "trainingSetSize": (18, 21),
    "issued": (20,),
}


def test_the_conflicts_of_the_notes_are_among_the_answers(gathered: Path, shipped: EmbeddedStore) -> None:
    notes = re.findall(r"^\| (\d+) \| (.+?) \|", (gathered / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    properties = {str(number): property_ for property_, numbers in CONFLICTS.items() for number in numbers}
    assert [number for number, _ in notes] == sorted(properties, key=int)
    answers = ask(shipped, "conflicts", "thing_label", "property")
    for number, said in notes:
        of_property = {name for name, found in answers if re.split("[:#/]", found)[-1] == properties[number]}
        # A paper has the name of what it describes first: "Guanaco: Generative universal assistant ...".
        names = {name.partition(":")[0] for name in of_property}
        head = said.partition(":")[0]
        assert any(re.search(rf"(?<!\w){re.escape(name)}(?![\w-])", head) for name in names), (number, said, names)


def test_the_links_to_papers_of_others_are_all_told(shipped: EmbeddedStore) -> None:
    # No. 24 of the notes names five; Falcon is the survey's Falcon-Instruct.
    answers = ask(shipped, "conflicts", "thing_label", "property")
    names = {name for name, property_ in answers if property_ in ("itg:paperLink", "itg:describedIn")}
    assert names >= {"ChatGLM", "ChatGLM2", "Claude", "Falcon-Instruct", "Starcoder Plus"}
