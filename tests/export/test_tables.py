"""CSV and Parquet: tables that spreadsheets and data frames read as they are."""

from __future__ import annotations

import csv
import io
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from itgraph import terms
from itgraph.arrangement import node_key
from itgraph.errors import ExportError, MissingExtraError
from itgraph.export.tables import format_csv, format_parquet, make_tables

THINGS = ("models", "datasets", "benchmarks", "techniques", "papers", "people", "organizations")


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline=""), strict=True))


@pytest.fixture(scope="module")
def tables(graph: list[Quad]) -> dict[str, list[dict[str, str]]]:
    return {name: rows_of(content) for name, content in format_csv(graph).items()}


def test_what_tables_there_are(tables: dict[str, list[dict[str, str]]]) -> None:
    others = "authorships concepts licensings rows curated_facts snapshots rules issues".split()
    others += "conflicts quantities edges quads".split()
    assert set(tables) == {f"{name}.csv" for name in (*THINGS, *others)}


def test_each_thing_has_a_row(graph: list[Quad], tables: dict[str, list[dict[str, str]]]) -> None:
    for name, class_ in (
        ("models", terms.MODEL),
        ("papers", terms.PAPER),
        ("rows", terms.ROW),
        ("issues", terms.ISSUE),
        ("curated_facts", terms.CURATED_FACT),
        ("licensings", terms.LICENSING),
    ):
        described = {
            node_key(quad.subject)
            for quad in graph
            if quad.predicate.value == terms.RDF_TYPE and quad.object == NamedNode(class_)
        }
        found = [row["iri"] for row in tables[f"{name}.csv"]]
        assert sorted(found) == sorted(described)


def test_a_model_and_a_dataset(tables: dict[str, list[dict[str, str]]]) -> None:
    models = {row["label"]: row for row in tables["models.csv"]}
    assert (
        models["Alpaca"]
        | {
            "iri": terms.BASE + "model/alpaca",
            "parameter_count": "7000000000",
            "parameters": "7B",
            "base_models": "LLaMA",
            "trained_on": "Alpaca",
            "self_built": "true",
        }
        == models["Alpaca"]
    )
    assert models["LLaVA"]["base_models"] == "CLIP; Vicuna"
    assert models["LLaVA"]["modalities"] == "Image; Text"
    datasets = {row["label"]: row for row in tables["datasets.csv"]}
    assert datasets["Alpaca"]["generated_by"] == "InstructGPT; text-davinci-003"
    assert datasets["Alpaca"]["languages"] == "en"


def test_who_made_it_and_how_it_is_licensed(tables: dict[str, list[dict[str, str]]]) -> None:
    models = {row["label"]: row for row in tables["models.csv"]}
    tulu = models["TÜLU"]
    assert (
        tulu
        | {
            "developers": "Allen Institute for AI",
            "license": "Apache-2.0; ai2-model-noncommercial; llama-1-noncommercial",
            "access": "restricted",
        }
        == tulu
    ), tulu
    assert "code: Apache-2.0 (open)" in tulu["licensing"].split("; ")
    assert models["GPT-4"]["access"] == "closed"
    # Not read is not open.
    assert models["Radiology-GPT"]["access"] == models["Radiology-GPT"]["license"] == ""
    # The licence of code is none of the weights or the data.
    for row in (models["CLIP"], {row["label"]: row for row in tables["datasets.csv"]}["Flan 2021"]):
        assert (row["access"], row["access_by_code_alone"]) == ("", "open")
    assert tulu["access_by_code_alone"] == ""
    assert models["LLaMA 2"]["weights_released"] == "2023-07-18"
    assert models["Mistral 7B"]["arxiv_id"] == "2310.06825"
    assert "https://arxiv.org/abs/2310.06825" in models["Mistral 7B"]["same_as"].split("; ")
    organizations = {row["label"]: row for row in tables["organizations.csv"]}
    assert organizations["Allen Institute for AI"]["organization_kind"] == "nonprofit"
    assert organizations["Allen Institute for AI"]["homepage"] == "https://allenai.org"


def test_each_licence_of_a_part_names_its_source(tables: dict[str, list[dict[str, str]]]) -> None:
    facts = {row["text"]: row["primary_source"] for row in tables["curated_facts.csv"] if row["table"] == "licences"}
    rows = tables["licensings.csv"]
    assert len(rows) == len(facts) > 100
    for row in rows:
        (source,) = [
            source
            for text, source in facts.items()
            if f" | {row['thing_label']} | {row['part']} | {row['license_label']} | " in text
        ]
        assert row["sources"] == source


def test_conflicts_say_what_either_says(tables: dict[str, list[dict[str, str]]]) -> None:
    corrections = [row["iri"] for row in tables["curated_facts.csv"] if row["table"] == "corrections"]
    assert [row["iri"] for row in tables["conflicts.csv"]] == corrections
    (tulu,) = [row for row in tables["conflicts.csv"] if row["survey_says"] == "OPT"]
    assert (tulu["thing_label"], tulu["property"], tulu["source_says"], tulu["effect"]) == (
        *("TÜLU", terms.BASE_MODEL, "LLaMA", "replaces"),
    )
    assert tulu["rows"].startswith(terms.BASE + "row/")
    assert tulu["primary_source"].startswith("https://github.com/allenai/open-instruct/")
    silent = [row for row in tables["conflicts.csv"] if not row["survey_says"]]
    assert {row["effect"] for row in silent} == {"adds"}


def test_authors_are_in_order(tables: dict[str, list[dict[str, str]]]) -> None:
    (llama,) = [row for row in tables["papers.csv"] if row["arxiv_id"] == "2302.13971"]
    authors = llama["authors"].split("; ")
    assert (authors[0], authors[9], authors[-1]) == ("Hugo Touvron", "Faisal Azhar", "Guillaume Lample")
    assert llama["year"] == "2023"


def test_authorships_lead_to_papers(tables: dict[str, list[dict[str, str]]]) -> None:
    paper = terms.BASE + "paper/arxiv-2302.13971"
    names = [row["author_label"] for row in tables["authorships.csv"] if row["paper"] == paper]
    assert (len(names), names[0], names[9]) == (14, "Hugo Touvron", "Faisal Azhar")


def test_edges_say_who_says_so(tables: dict[str, list[dict[str, str]]]) -> None:
    edges = {(row["subject_label"], row["relation"], row["object_label"]): row for row in tables["edges.csv"]}
    assert list(tables["edges.csv"][0])[:5] == ["subject", "relation", "object", "stated", "sources"]
    stated, concluded = edges["Alpaca", "baseModel", "LLaMA"], edges["Alpaca", "trainedOn", "Alpaca"]
    assert stated["stated"] == "true"
    assert stated["sources"].count("#L") == 2
    assert (concluded["stated"], concluded["sources"]) == ("false", "")


def test_quantities_keep_what_the_shortcut_cannot(tables: dict[str, list[dict[str, str]]]) -> None:
    by_text = {row["text"]: row for row in tables["quantities.csv"]}
    several = next(row for row in tables["quantities.csv"] if row["precision"] == "Alternatives")
    assert len(several["values"].split("; ")) == 2
    assert [several["minimum"], several["maximum"]] == several["values"].split("; ")
    ranged = next(row for row in tables["quantities.csv"] if row["precision"] == "Range")
    assert int(ranged["minimum"]) < int(ranged["maximum"])
    assert not ranged["values"]
    assert {row["current"] for row in tables["quantities.csv"]} == {"true", "false"}
    assert by_text["52K"]["values"] == "52000"


def test_quads_hold_everything(graph: list[Quad], tables: dict[str, list[dict[str, str]]]) -> None:
    def quad(row: dict[str, str]) -> Quad:
        literal = Literal(row["object"], datatype=NamedNode(row["datatype"])) if row["datatype"] else None
        graph_name = NamedNode(row["graph"]) if row["graph"] else DefaultGraph()
        return Quad(
            NamedNode(row["subject"]),
            NamedNode(row["predicate"]),
            literal or NamedNode(row["object"]),
            graph_name,
        )

    assert {quad(row) for row in tables["quads.csv"]} == set(graph)


# What is said of a thing and is in no column of its own: said in another table, or once more in the terms of
# others.
ELSEWHERE = {
    *(
        terms.RDF_TYPE,
        terms.UPSTREAM,
        terms.PROV_WAS_INFLUENCED_BY,
        terms.PROV_WAS_DERIVED_FROM,
        terms.SCHEMA_AUTHOR,
    ),
    *(
        terms.FAIR4ML_FINE_TUNED_FROM,
        terms.FAIR4ML_TRAINED_ON,
        terms.CITO_IS_DESCRIBED_BY,
        terms.SCHEMA_SUBJECT_OF,
    ),
    *(terms.PROV_QUALIFIED_DERIVATION, terms.SKOS_PREF_LABEL, terms.LANGUAGES, terms.RDFS_LABEL),
    terms.HAS_AUTHORSHIP,
    # The umbrella of the four dates, and what schema.org calls developer and licence.
    *(terms.RELEASED, terms.SCHEMA_CREATOR, terms.SCHEMA_LICENSE),
    # Of corrections: in the table of conflicts.
    *(terms.CORRECTED_PROPERTY, terms.SURVEY_VALUE, terms.SOURCE_VALUE, terms.EFFECT, terms.CORRECTS),
}


def test_no_property_of_a_thing_is_left_out(graph: list[Quad]) -> None:
    """Each statement of the current view about a thing, a row or an issue changes a cell of some table."""
    from itgraph.export.tables import _OF_CLASSES
    from itgraph.export.things import Things

    things = Things.of(graph)
    for name, (class_, columns) in _OF_CLASSES.items():
        for subject in things.of_class(class_):
            if name == "concepts" and subject in things.of_class(terms.TECHNIQUE):
                continue
            row = [column.value(things, subject) for column in columns]
            for predicate in set(things.current[subject]) - ELSEWHERE:
                kept = things.current[subject].pop(predicate)
                without = [column.value(things, subject) for column in columns]
                things.current[subject][predicate] = kept
                assert row != without, f"{name}: no column for {predicate}"


NASTY = st.text(st.sampled_from(list("\",;\n\r' \t=+-@aé")), max_size=12)


@settings(deadline=None)
@given(label=NASTY, alias=NASTY)
def test_cells_of_any_text(label: str, alias: str) -> None:
    node = NamedNode(terms.BASE + "model/x")
    quads = [
        Quad(node, NamedNode(terms.RDF_TYPE), NamedNode(terms.MODEL), DefaultGraph()),
        Quad(node, NamedNode(terms.RDFS_LABEL), Literal(label)),
        Quad(node, NamedNode(terms.SKOS_ALT_LABEL), Literal(alias)),
    ]
    content = format_csv(quads)["models.csv"]
    (row,) = rows_of(content)
    assert (row["label"], row["aliases"]) == (label, alias)
    header = content.split(b"\n")[0]
    assert header.count(b",") + 1 == len(row)


def test_integers_that_are_none_are_left_out() -> None:
    node = NamedNode(terms.BASE + "model/x")
    integer = NamedNode(terms.XSD_INTEGER)
    quads = [
        Quad(node, NamedNode(terms.RDF_TYPE), NamedNode(terms.MODEL), DefaultGraph()),
        *(
            Quad(node, NamedNode(terms.PARAMETER_COUNT), Literal(text, datatype=integer))
            for text in ("x", "٣", "9", "70", "")
        ),
    ]
    (row,) = rows_of(format_csv(quads)["models.csv"])
    assert row["parameter_count"] == "9"


def test_parquet_has_the_same_tables_with_types(graph: list[Quad]) -> None:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    made = make_tables(graph)
    files = format_parquet(graph)
    assert set(files) == {f"{name}.parquet" for name in made}
    types = {str: pa.string(), int: pa.int64(), bool: pa.bool_()}
    for name, table in made.items():
        read: Any = pq.read_table(io.BytesIO(files[f"{name}.parquet"]))
        assert [(field.name, field.type) for field in read.schema] == [
            (column, types[type_]) for column, type_ in table.columns
        ]
        assert [tuple(row.values()) for row in read.to_pylist()] == list(table.rows)


def test_parquet_says_when_a_number_does_not_fit() -> None:
    pytest.importorskip("pyarrow")
    node = NamedNode(terms.BASE + "model/x")
    quads = [
        Quad(node, NamedNode(terms.RDF_TYPE), NamedNode(terms.MODEL), DefaultGraph()),
        Quad(
            node,
            NamedNode(terms.PARAMETER_COUNT),
            Literal(str(10**30), datatype=NamedNode(terms.XSD_INTEGER)),
        ),
    ]
    with pytest.raises(ExportError, match="parquet: a number in the table models is too large"):
        format_parquet(quads)


def test_parquet_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r'pip install "itgraph\[frames\]"'):
        format_parquet([])
