"""Contradictions: all that data/curated/ holds are told, in words that can be read, whatever a graph may hold."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from itgraph import terms
from itgraph.build import build
from itgraph.conflicts import (
    WIDTH,
    Conflict,
    conflicts_table,
    disagreements_table,
    format_conflicts,
    format_disagreements,
    list_conflicts,
    list_disagreements,
    read_conflicts,
)
from itgraph.lineage import Source
from itgraph.lookup import Thing, get_thing
from itgraph.resources import data_path
from itgraph.store import EmbeddedStore
from itgraph.wording import property_label

FACTS = Path(__file__).parents[2] / "shared" / "facts"
TULU = "https://github.com/allenai/open-instruct/blob/a7702e6583e2899e609018d571b2662d0cb8d612/README.md"
PREFIXES = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in terms.PREFIXES.items())


@pytest.fixture(scope="module")
def shipped(shipped_quads: list[Quad]) -> EmbeddedStore:
    return EmbeddedStore(shipped_quads)


def rows_of(file: str) -> list[dict[str, str]]:
    with (data_path() / "curated" / f"{file}.csv").open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


# -- What is shipped -----------------------------------------------------------------------------------------


def test_every_correction_is_listed_and_none_is_made_up(shipped: EmbeddedStore) -> None:
    listed = [
        (
            one.thing.kind,
            one.thing.label,
            re.split("[#/]", one.property)[-1],
            *(one.survey, one.found, one.effect, one.why, one.source.link),
        )
        for one in list_conflicts(shipped)
    ]
    columns = ("entity_kind", "entity", "property", "survey", "source", "effect", "why", "source_url")
    assert sorted(listed) == sorted(tuple(row[column] for column in columns) for row in rows_of("corrections"))


def test_every_correction_leads_to_the_rows_that_it_corrects(shipped: EmbeddedStore) -> None:
    for one in list_conflicts(shipped):
        assert one.rows, one
        assert all(re.search(r"/README\.md#L\d+(-L\d+)?$", row.link) for row in one.rows), one
        assert str(one.source) == "curated corrections"


def test_the_base_model_of_tulu(shipped: EmbeddedStore) -> None:
    base, size = list_conflicts(shipped, get_thing(shipped, "TÜLU"))
    assert (base.survey, base.found, base.effect, base.source.link) == ("OPT", "LLaMA", "replaces", TULU)
    assert [str(row) for row in base.rows] == [
        "2024-10-15 models 17, lines 596-605",
        "2023-09-05 models 18, lines 508-517",
    ]
    assert (size.label, size.survey, size.found) == ("parameters", "6.7B", "")


def test_every_conflict_of_the_facts_gathered_is_among_them(shipped: EmbeddedStore) -> None:
    readme = FACTS / "README.md"
    if not readme.exists():
        if os.environ.get("ITGRAPH_REQUIRE_SEEDS"):
            pytest.fail(f"{readme} is not there, and ITGRAPH_REQUIRE_SEEDS is set")
        pytest.skip(f"the facts as they were gathered ({readme}) are not here")
    told = dict(re.findall(r"^\| (\d+) \| ([^|]+) \|", readme.read_text(encoding="utf-8"), re.MULTILINE))
    assert len(told) == 24
    # Of a paper, what it is about: the title up to the colon. The survey's "Falcon" is Falcon-Instruct.
    names = {one.thing.label.split(":")[0].removesuffix("-Instruct") for one in list_conflicts(shipped)}
    assert not {number: text for number, text in told.items() if not any(name in text for name in names)}


def test_every_disagreement_is_listed_with_both_addresses(shipped: EmbeddedStore) -> None:
    listed = list_disagreements(shipped)
    rows = rows_of("disagreements")
    assert len(listed) == len(rows) > 0
    for row in rows:
        links = tuple(sorted((row["first_url"], row["second_url"])))
        (found,) = [
            one
            for one in listed
            if (one.thing.label, one.links) == (row["entity"], links) and one.property == terms.ITG + row["property"]
        ]
        # In words, as everywhere else.
        assert found.message.startswith(f"{row['entity']}, {property_label(found.property)}: ")
        assert row["first"] in found.message
        assert row["second"] in found.message
        assert row["why"] in found.message


def test_of_a_kind_or_of_a_thing(shipped: EmbeddedStore) -> None:
    every = list_conflicts(shipped)
    kinds = {one.thing.kind for one in every}
    assert kinds == {"model", "dataset", "paper"}
    assert sum(len(list_conflicts(shipped, kind=kind)) for kind in kinds) == len(every)
    vicuna = get_thing(shipped, "Vicuna", "model")
    assert {one.thing for one in list_disagreements(shipped, vicuna)} == {vicuna}
    assert list_conflicts(shipped, vicuna, kind="dataset") == ()


def test_a_graph_of_the_surveys_alone_has_none() -> None:
    store = EmbeddedStore(build(layers=["survey"]))
    assert list_conflicts(store) == ()
    assert list_disagreements(store) == ()
    assert format_conflicts(()) == format_disagreements(()) == ""
    assert len(conflicts_table(())) == len(disagreements_table(())) == 0


def test_the_text_can_be_read_at_a_hundred_columns(shipped: EmbeddedStore) -> None:
    for text in (format_conflicts(list_conflicts(shipped)), format_disagreements(list_disagreements(shipped))):
        assert text.count("\n\n") > 10
        # An address is left whole, so that it can be followed.
        assert not [line for line in text.splitlines() if len(line) > WIDTH and "://" not in line]
    text = format_conflicts(list_conflicts(shipped, get_thing(shipped, "TÜLU")))
    assert text.startswith(
        "TÜLU (model)\n"
        "  base model: the survey says OPT, a source says LLaMA (the source is followed)\n"
        "    Its makers tuned LLaMA; OPT 6.7B was one of two other models that they also trained.\n"
        f"    source   {TULU}\n"
        "    survey   2024-10-15 models 17, lines 596-605\n"
        "             https://github.com/"
    )


def test_the_table_has_the_links_of_the_rows(shipped: EmbeddedStore) -> None:
    table = conflicts_table(list_conflicts(shipped, get_thing(shipped, "TÜLU")))
    base = table[0]
    assert (base.thing, base.survey, base.source, base.address) == ("TÜLU", "OPT", "LLaMA", TULU)
    assert [link.rsplit("#", 1)[1] for link in str(base.rows).split(" ")] == ["L596-L605", "L508-L517"]
    assert table[1].source is None


def test_the_order_of_the_quads_says_nothing(shipped_quads: list[Quad]) -> None:
    first, second = EmbeddedStore(shipped_quads), EmbeddedStore(shipped_quads[::-1])
    assert list_conflicts(first) == list_conflicts(second)
    assert list_disagreements(first) == list_disagreements(second)


# -- In words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("survey", "found", "effect", "sentence"),
    [
        ("OPT", "LLaMA", "replaces", "the survey says OPT, a source says LLaMA (the source is followed)"),
        ("6.7B", "", "replaces", "the survey says 6.7B, a source shows otherwise (the source is followed)"),
        ("", "CodeGen", "adds", "the survey says nothing, a source says CodeGen"),
        ("GPT-4", "LLaMA 2", "adds", "the survey says GPT-4, a source adds LLaMA 2 (both hold)"),
        (
            "70K",
            "70K/250K",
            "qualifies",
            "the survey says 70K, a source says 70K/250K (the survey is right in part)",
        ),
        ("70K", "", "qualifies", "the survey says 70K, a source says otherwise (the survey is right in part)"),
        # of another hand
        ("a", "b", "doubts", "the survey says a, a source says b"),
    ],
)
def test_what_is_said_of_it(survey: str, found: str, effect: str, sentence: str) -> None:
    conflict = Conflict(
        thing=Thing(iri=terms.BASE + "model/x", kind="model", label="X"),
        property=terms.BASE_MODEL,
        label="base model",
        survey=survey,
        found=found,
        effect=effect,
        why="",
        source=Source(iri=terms.BASE + "curated/corrections/x", link=""),
        rows=(),
    )
    assert conflict.sentence() == sentence


# -- Whatever a graph may hold -------------------------------------------------------------------------------


def store_of(turtle: str) -> EmbeddedStore:
    return EmbeddedStore(parse(PREFIXES + turtle, format=RdfFormat.TURTLE))


def test_a_correction_of_another_hand_may_say_little() -> None:
    store = store_of("<urn:fact> itg:correctedProperty schema:license ; itg:about <urn:thing> .")
    (one,) = list_conflicts(store)
    assert (one.thing.label, one.label, one.rows) == ("urn:thing", "license", ())
    assert format_conflicts([one]) == (
        "urn:thing (thing)\n  license: the survey says nothing, a source says otherwise\n    source   urn:fact\n"
    )
    assert conflicts_table([one])[0].address is None


def test_a_correction_that_says_two_things_is_read_always_alike() -> None:
    said = [
        "<urn:fact> itg:correctedProperty itg:baseModel ; itg:about itm:a .",
        '<urn:fact> itg:surveyValue "b", "a" ; itg:sourceValue "d", "c" ; itg:corrects <urn:row2>, <urn:row1> .',
        'itm:a a itg:Model ; rdfs:label "A" .',
    ]
    read = [list_conflicts(store_of(" ".join(order))) for order in (said, said[::-1])]
    assert read[0] == read[1]
    ((one,),) = set(read)
    assert (one.survey, one.found, [row.iri for row in one.rows]) == ("a", "c", ["urn:row1", "urn:row2"])


def test_long_words_and_lines_stay_what_they_are() -> None:
    store = store_of(
        f'itm:a a itg:Model ; rdfs:label "{"long " * 30}end" . <urn:fact> itg:correctedProperty itg:project ;'
        f' itg:about itm:a ; itg:surveyValue "{"x" * 150}" ; rdfs:comment "one\\n\\ntwo" .'
    )
    lines = format_conflicts(list_conflicts(store)).splitlines()
    assert [line for line in lines if len(line) > WIDTH] == [f"    {'x' * 150},"]
    assert "    one two" in lines
    assert lines[1].startswith("  ")


def test_conflicts_of_many_things_are_read_by_thing(shipped: EmbeddedStore) -> None:
    tulu, moss = get_thing(shipped, "TÜLU"), get_thing(shipped, "MOSS")
    found = read_conflicts(shipped, [tulu.iri, moss.iri, terms.BASE + "model/none"])
    assert {iri: len(several) for iri, several in found.items()} == {tulu.iri: 2, moss.iri: 1}
