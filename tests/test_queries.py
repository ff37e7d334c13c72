"""The saved questions: their form, their answers on the shipped graph, and that other engines answer alike.

``approved/<name>.csv`` holds each answer in plain values. ``pytest --approve`` writes these files and
``queries/README.md`` anew; the difference is then to be reviewed. Beside them stand answers that were read by hand:
from the survey's own tables, asked of a graph of the surveys alone, and from the facts of other sources. Last, that
formats without named graphs give the same values.
"""

from __future__ import annotations

import csv
import io
import random
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import rdflib
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse, serialize
from rdflib.plugins.sparql import prepareQuery
from rdflib.query import ResultRow

from itgraph import terms
from itgraph.build import build
from itgraph.catalogue import READS_CURRENT_VIEW, SUBJECTS, format_catalogue
from itgraph.export import format_quads
from itgraph.headers import parse_header
from itgraph.queries import get_query, load_queries, run
from itgraph.resources import queries_path
from itgraph.results import format_iri
from itgraph.store import EmbeddedStore

APPROVED = Path(__file__).parent / "approved"
NAMES = sorted(path.stem for path in queries_path().glob("*.rq"))
KEYS = ["summary", "description", "tags", "parameters", "columns", "since", "answers"]

Rows = list[tuple[str | None, ...]]


@cache
def text_of(name: str) -> str:
    return (queries_path() / f"{name}.rq").read_text(encoding="utf-8")


@cache
def header_of(name: str) -> dict[str, Any]:
    return parse_header(text_of(name), queries_path() / f"{name}.rq")


def body_of(name: str) -> str:
    """The query without comments, prefix lines and strings."""
    lines = [line for line in text_of(name).splitlines() if not line.startswith(("#", "PREFIX "))]
    return re.sub(r'"[^"\n]*"|(?<=\s)#.*', "", "\n".join(lines))


def select(store: Store, sparql: str, *, union: bool = False) -> tuple[list[str], Rows]:
    solutions = store.query(sparql, use_default_graph_as_union=union)
    assert isinstance(solutions, QuerySolutions)
    columns = [variable.value for variable in solutions.variables]
    rows: Rows = []
    for solution in solutions:
        terms_of_row = [solution[column] for column in columns]
        assert all(term is None or isinstance(term, NamedNode | Literal) for term in terms_of_row)
        rows.append(tuple(None if term is None else str(getattr(term, "value", "")) for term in terms_of_row))
    return columns, rows


def format_rows(columns: list[str], rows: Rows) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


# -- Form ------------------------------------------------------------------------------------------------------


def test_every_competency_question_that_the_graph_can_answer_is_asked() -> None:
    answered = {number for name in NAMES for number in header_of(name)["answers"]}
    # Not in the graph: evaluations of models (14), which model used which technique (41), identities in other graphs
    # (57). Bills of materials (55) are no table: `itgraph bom` writes them.
    assert answered == set(range(1, 59)) - {14, 41, 55, 57}
    assert len(NAMES) >= 48


@pytest.mark.parametrize("name", NAMES)
def test_header(name: str) -> None:
    header = header_of(name)
    assert list(header) == KEYS
    assert header["summary"].endswith("?")
    assert header["description"].strip()
    assert header["tags"][0] in SUBJECTS
    assert header["since"] == "0.1.0"
    assert header["answers"]
    assert all(type(number) is int for number in header["answers"])
    for parameter in header["parameters"]:
        values = {"values"} if parameter["type"] == "enum" else set()
        assert set(parameter) == {"name", "type", "default", "help"} | values
    assert all(set(column) == {"name", "meaning"} for column in header["columns"])


def test_the_loader_takes_them_all() -> None:
    assert [query.name for query in load_queries()] == NAMES


def test_the_catalogue_is_up_to_date(request: pytest.FixtureRequest) -> None:
    path = queries_path() / "README.md"
    catalogue = format_catalogue(load_queries())
    if request.config.getoption("--approve"):
        path.write_text(catalogue, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == catalogue
    assert all(f"[`{name}`]({name}.rq)" in catalogue for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_prefixes(name: str) -> None:
    text = text_of(name)
    lines = re.findall(r"^PREFIX .*$", text, re.MULTILINE)
    declared = [line.split()[1].rstrip(":") for line in lines]
    known = [f"PREFIX {prefix}: <{iri}>" for prefix, iri in terms.PREFIXES.items()]
    assert [line for line in known if line in lines] == lines, "as in itgraph.terms, and in that order"
    used = set(re.findall(r"(?<![\w?:/])([a-z][a-z0-9]*):\w", re.sub(r"<[^>]*>", "", body_of(name))))
    assert set(declared) == used


@pytest.mark.parametrize("name", NAMES)
def test_style(name: str) -> None:
    body = body_of(name)
    assert "SELECT *" not in body
    assert "ORDER BY" in body[body.rindex("}") :]
    assert "GROUP_CONCAT" not in body
    variables = set(re.findall(r"\?(\w+)", body))
    assert not [variable for variable in variables if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", variable)]
    assert all(len(line) <= 120 for line in text_of(name).splitlines())
    assert not re.search(r"[ \t]$", text_of(name), re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_columns_are_those_of_the_header(name: str) -> None:
    columns = [column["name"] for column in header_of(name)["columns"]]
    assert select(Store(), text_of(name))[0] == columns
    assert [str(variable) for variable in prepareQuery(text_of(name)).algebra.PV] == columns


@pytest.mark.parametrize("name", NAMES)
def test_defaults_are_those_of_the_file(name: str) -> None:
    for parameter in header_of(name)["parameters"]:
        (block,) = re.findall(rf"^ *VALUES \?{parameter['name']} {{ (.*) }}$", text_of(name), re.MULTILINE)
        default = parameter["default"]
        if parameter["type"] in ("string", "enum"):
            assert block == f'"{default}"'
        elif default.startswith("https://"):
            assert block == f"<{default}>"
        else:
            assert block == default


# -- Answers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_answer_is_the_approved_one(name: str, shipped_store: Store, request: pytest.FixtureRequest) -> None:
    columns, rows = select(shipped_store, text_of(name))
    assert rows, "with its defaults every query answers something"
    assert len(set(rows)) == len(rows), "no row twice"
    path = APPROVED / f"{name}.csv"
    if request.config.getoption("--approve"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(format_rows(columns, rows), encoding="utf-8", newline="")
    assert format_rows(columns, rows) == path.read_text(encoding="utf-8")


def test_no_approved_answer_is_left_over() -> None:
    assert sorted(path.stem for path in APPROVED.glob("*")) == NAMES


@pytest.fixture(scope="module")
def shuffled_store(shipped_quads: list[Quad]) -> Store:
    quads = list(shipped_quads)
    random.Random(1).shuffle(quads)  # noqa: S311
    store = Store()
    for quad in quads:
        store.add(quad)
    return store


@pytest.mark.parametrize("name", NAMES)
def test_order_of_loading_does_not_matter(name: str, shipped_store: Store, shuffled_store: Store) -> None:
    assert select(shuffled_store, text_of(name)) == select(shipped_store, text_of(name))


def test_which_queries_need_the_default_graph_to_be_the_current_view(shipped_store: Store) -> None:
    def differs(name: str) -> bool:
        as_union = select(shipped_store, text_of(name), union=True)
        return as_union != select(shipped_store, text_of(name))

    assert [name for name in NAMES if differs(name)] == list(READS_CURRENT_VIEW)


@pytest.mark.parametrize("name", [name for name in READS_CURRENT_VIEW if "GRAPH" not in body_of(name)])
def test_they_need_no_more_than_the_default_graph(name: str, shipped_quads: list[Quad], shipped_store: Store) -> None:
    store = Store()
    store.bulk_extend(quad for quad in shipped_quads if isinstance(quad.graph_name, DefaultGraph))
    assert select(store, text_of(name)) == select(shipped_store, text_of(name))


@pytest.fixture(scope="module")
def rdflib_dataset(shipped_quads: list[Quad]) -> rdflib.Dataset:
    dataset = rdflib.Dataset(default_union=False)
    dataset.parse(data=serialize(shipped_quads, format=RdfFormat.N_QUADS), format="nquads")
    return dataset


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_rdflib_answers_alike(name: str, shipped_store: Store, rdflib_dataset: rdflib.Dataset) -> None:
    rows: Rows = []
    for row in rdflib_dataset.query(text_of(name)):
        assert isinstance(row, ResultRow)
        found: tuple[object, ...] = tuple(row)
        rows.append(tuple(None if term is None else str(term) for term in found))
    assert rows == select(shipped_store, text_of(name))[1]


# -- Answers, as read from the survey by hand ------------------------------------------------------------------


@pytest.fixture(scope="module")
def survey() -> EmbeddedStore:
    """The graph of the surveys alone: what no other source adds to or corrects."""
    return EmbeddedStore(build(layers=["survey"]))


@pytest.fixture(scope="module")
def embedded(shipped_quads: list[Quad]) -> EmbeddedStore:
    return EmbeddedStore(shipped_quads)


def ask(store: EmbeddedStore, name: str, *columns: str, **parameters: str | int) -> list[tuple[str, ...]]:
    """The chosen columns of an answer, as a set in order; IRIs as CURIEs, blank where unbound."""
    table = run(get_query(name), store, parameters)

    def show(term: object) -> str:
        if isinstance(term, NamedNode):
            return format_iri(term.value)
        return term.value if isinstance(term, Literal) else ""

    places = [table.columns.index(column) for column in columns]
    return list(dict.fromkeys(tuple(show(row[place]) for place in places) for row in table.rows))


def test_ancestors_of_radiology_gpt(survey: EmbeddedStore) -> None:
    # 2024-10-15: Radiology-GPT from Alpaca (line 843); the model Alpaca from LLaMA, self-built, no name (467); the
    # dataset Alpaca InstructGPT-generated (242); InstructGPT from GPT-3, self-built (437); its dataset (160).
    assert ask(survey, "ancestors-of-model", "ancestor", "step", "things_on_the_way", model="Radiology-GPT") == [
        ("itm:alpaca", "base model", "1"),
        ("itd:alpaca", "training data", "2"),
        ("itm:llama", "base model", "2"),
        ("itm:instructgpt", "teacher", "3"),
        ("itm:gpt-3", "base model", "4"),
        ("itd:instructgpt", "training data", "4"),
    ]
    assert ask(survey, "ancestors-of-model", "ancestor", model="MOSS") == []  # base model: "-" (line 616)


def test_teachers_of_models(survey: EmbeddedStore) -> None:
    columns = ("teacher", "dataset", "learner", "basis")
    assert ask(survey, "teachers-of-model", *columns, model="Radiology-GPT") == [
        ("itm:instructgpt", "itd:alpaca", "itm:alpaca", "concluded")
    ]
    # "Vicuna 7B/13B" is a base of Video-LLaMA (line 792); Vicuna's data is "Real User-ChatGPT Conversations" (269).
    assert ask(survey, "teachers-of-model", *columns, model="Video-LLaMA") == [
        ("itm:chatgpt", "itd:vicuna", "itm:vicuna", "concluded")
    ]
    # Evol-Instruct is named outright (line 507) and "ChatGPT-Generated" (233).
    assert ask(survey, "teachers-of-model", *columns, model="WizardLM") == [
        ("itm:chatgpt", "itd:evol-instruct", "itm:wizardlm", "stated")
    ]
    # UltraLM and UltraChat share reference 22; "GPT 3/4-Generated" (line 287) are two teachers.
    assert ask(survey, "teachers-of-model", *columns, model="UltraLM") == [
        ("itm:gpt-3", "itd:ultrachat", "itm:ultralm", "concluded"),
        ("itm:gpt-4", "itd:ultrachat", "itm:ultralm", "concluded"),
    ]
    assert ask(survey, "teachers-of-model", *columns, model="BLOOMZ") == []  # xP3 is human-crafted


def test_models_taught_by_gpt_4(survey: EmbeddedStore) -> None:
    # Of the six datasets that GPT-4 wrote, two are known to be trained on.
    assert ask(survey, "models-taught-by-model", "model", "dataset", teacher="GPT-4") == [
        ("itm:gpt-4-llm", "itd:gpt-4-llm"),
        ("itm:ultralm", "itd:ultrachat"),
    ]


def test_descendants_of_llama(survey: EmbeddedStore) -> None:
    # Base model LLaMA (or LLaMa) in 14 rows of three tables; below it Alpaca has one child, Vicuna another.
    children = "airoboros alpaca chatdoctor goat gpt-4-llm guanaco lima llava nous-hermes ultralm vicuna wizardlm"
    children += " writing-alpaca yulan-chat"
    expected = {(f"itm:{child}", "1") for child in children.split()}
    expected |= {("itm:radiology-gpt", "2"), ("itm:video-llama", "2")}
    assert set(ask(survey, "descendants-of-model", "descendant", "generations", model="LLaMA")) == expected
    # T5: FLAN-T5, CoPoet and IT-MTL; of FLAN-T5 (also FlanT5 and FLANT5): CoEdIT and InstructUIE.
    assert set(ask(survey, "descendants-of-model", "descendant", "generations", model="T5")) == {
        ("itm:flan-t5", "1"),
        ("itm:copoet", "1"),
        ("itm:it-mtl", "1"),
        ("itm:coedit", "2"),
        ("itm:instructuie", "2"),
    }


def test_models_of_several_parts(survey: EmbeddedStore) -> None:
    # Lines 758 to 795. LLaVA lists LLaMA 7B twice.
    assert ask(survey, "models-with-several-bases", "model", "base", "base_parameters") == [
        ("itm:llava", "itm:clip", "400M"),
        ("itm:llava", "itm:llama", "7B"),
        ("itm:video-llama", "itm:blip-2", ""),
        ("itm:video-llama", "itm:imagebind", ""),
        ("itm:video-llama", "itm:vicuna", "7B/13B"),
    ]


def test_datasets_of_models(survey: EmbeddedStore) -> None:
    columns = ("stage", "dataset", "basis")
    assert ask(survey, "datasets-of-model", *columns, model="CoEdIT") == [
        ("itm:flan-t5", "itd:flan-2021", "stated")  # written FLAN 2021 (line 457)
    ]
    assert ask(survey, "datasets-of-model", *columns, model="LIMA") == [("itm:lima", "itd:lima", "concluded")]
    assert ask(survey, "datasets-of-model", *columns, model="TÜLU") == []  # "Mixed" names no dataset (line 596)


def test_models_trained_on_xp3(survey: EmbeddedStore) -> None:
    assert ask(survey, "models-trained-on-dataset", "model", "learner", "basis", dataset="xP3") == [
        ("itm:bloomz", "itm:bloomz", "stated")
    ]


def test_what_the_data_of_instructgpt_touches(survey: EmbeddedStore) -> None:
    # InstructGPT was trained on it and wrote Alpaca, Self-Instruct and Unnatural Instructions.
    assert set(ask(survey, "affected-by-thing", "affected", thing="dataset/instructgpt")) == {
        ("itm:instructgpt",),
        ("itd:alpaca",),
        ("itd:self-instruct",),
        ("itd:unnatural-instructions",),
        ("itm:alpaca",),
        ("itm:radiology-gpt",),
    }


def test_datasets_that_gpt_4_wrote(survey: EmbeddedStore) -> None:
    # "GPT-4-Generated", "GPT 4-Generated", "GPT 3/4-Generated" and "GPT 3.5/4-Generated" (lines 251 to 385).
    assert ask(survey, "datasets-generated-by-model", "dataset", "other_teacher", model="GPT-4") == [
        ("itd:gpt-4-llm", ""),
        ("itd:logicot", ""),
        ("itd:nectar", ""),
        ("itd:orca", "itm:gpt-3.5"),
        ("itd:ultrachat", "itm:gpt-3"),
        ("itd:wavecoder", ""),
    ]


def test_disputed_sizes(survey: EmbeddedStore) -> None:
    columns = ("dataset", "dataset_size", "model", "training_set_size")
    assert ask(survey, "disputed-sizes", *columns) == [
        ("itd:evol-instruct", "52K", "itm:wizardlm", "70K"),
        ("itd:guanaco", "534,530", "itm:guanaco", "586K"),
    ]
    (links,) = ask(survey, "disputed-sizes", "dataset_link", "model_link")[:1]
    assert [link.rpartition("#")[2] for link in links] == ["L233-L241", "L507-L516"]


def test_vague_sizes(survey: EmbeddedStore) -> None:
    found = ask(survey, "large-datasets", "dataset", "large_enough", "as_written", minimum=100_000)
    assert len(found) == 25
    assert ("itd:nectar", "yes", "~183K") in found
    assert ("itd:magicoder", "perhaps", "75K/110K") in found
    assert ("itd:multiinstruct", "perhaps", "5K to 5M per task") in found
    assert ("itd:lamm", "yes", "186K") in found  # its point clouds are 10K
    assert {"itd:phi-1", "itd:sharegpt"}.isdisjoint(dataset for dataset, _, _ in found)  # 6B tokens; 90K
    assert ask(survey, "large-datasets", "dataset", minimum=50_000_000) == [("itd:xp3",)]


def test_datasets_made_by_people(survey: EmbeddedStore) -> None:
    # "human-crafted" twelve times, and COIG, whose construction is "-", among the Human-Crafted ones (lines 87 to 204).
    slugs = "chatgpt coig dolly flan-2021 instructgpt lima natural-instructions openassistant p3"
    slugs += " super-natural-instructions unifiedqa unifiedskg xp3"
    assert set(ask(survey, "human-made-datasets", "dataset")) == {(f"itd:{slug}",) for slug in slugs.split()}


def test_multilingual_datasets(survey: EmbeddedStore) -> None:
    found = ask(survey, "multilingual-datasets", "dataset", "language", "languages_as_written")
    assert [row for row in found if row[1]] == [
        ("itd:gpt-4-llm", "en", ""),
        ("itd:gpt-4-llm", "zh", ""),
        ("itd:ultrachat", "en", ""),
        ("itd:ultrachat", "zh", ""),
    ]
    assert ("itd:super-natural-instructions", "", "55 Lang") in found
    assert [row[2] for row in found].count("Multi") == 6


def test_teachers_without_version(survey: EmbeddedStore) -> None:
    # "GPT (Unknonwn Version)-Generated" (line 296).
    found = ask(survey, "teachers-without-version", "dataset", "family", "possible_teacher")
    assert {row[:2] for row in found} == {("itd:guanaco", "itm:gpt-unknown-version")}
    assert {row[2] for row in found} == {"itm:gpt-3", "itm:gpt-3.5", "itm:gpt-4"}


def test_authors_of_instructgpt(survey: EmbeddedStore) -> None:
    # Reference 9 names ten and "et al."
    found = ask(survey, "authors-of-thing", "position", "name", "list_complete", thing="model/instructgpt")
    assert found[0] == ("1", "Long Ouyang", "false")
    assert found[-1] == ("10", "Alex Ray", "false")
    assert len(found) == 10


def test_people_of_bases_and_descendants(survey: EmbeddedStore) -> None:
    found = ask(survey, "authors-of-base-and-descendant", "name", "model", "base")
    assert ("Teven Le Scao", "itm:bloomz", "itm:bloom") in found  # "Scao, Teven Le" in reference 37
    assert ("Jeffrey Wu", "itm:instructgpt", "itm:gpt-3") in found  # "Jeff Wu" in reference 36
    assert {name for name, model, _ in found if model == "itm:instructblip"} == {"Junnan Li", "Dongxu Li", "Steven Hoi"}
    assert len([row for row in found if row[1] == "itm:opt-iml"]) == 8


def test_author_lists_that_are_cut_short(survey: EmbeddedStore) -> None:
    # "et al." in references 4 to 7, 9, 10, 13, 20, 28, 34, 37, 40, 44, 48 and 69, "and others" in 88, 89 and 93; 6 and
    # 34 are one work, so are 10 and 44.
    found = ask(survey, "truncated-author-lists", "title", "authors_named")
    assert len(found) == 16
    assert ("Bloom: A 176b-parameter open-access multilingual language model", "7") in found


def test_papers_of_several_models(survey: EmbeddedStore) -> None:
    found = ask(survey, "papers-describing-several-models", "paper", "model")
    glm = {model for paper, model in found if paper == "itp:arxiv-2103.10360"}
    assert glm == {"itm:glm", "itm:chatglm", "itm:chatglm2"}
    others = {model for paper, model in found if paper != "itp:arxiv-2103.10360"}
    assert others == {"itm:falcon", "itm:falcon-instruct", "itm:starcoder", "itm:starcoder-plus"}


def test_references(survey: EmbeddedStore) -> None:
    assert ask(survey, "uncited-references", "number") == [("95",), ("96",), ("97",)]
    assert set(ask(survey, "works-cited-twice", "number")) == {(n,) for n in ("6", "34", "10", "44", "11", "96")}
    assert ask(survey, "papers-with-one-title", "described", "other_described") == [
        ("Natural Instructions", "Unnatural Instructions")
    ]


def test_openness(survey: EmbeddedStore) -> None:
    # "Open Source: No" for the data of InstructGPT (line 160), "Yes" for what it wrote.
    found = ask(survey, "openness-changes", "change", "thing", "source")
    assert found == [
        ("gained", f"itd:{slug}", "itd:instructgpt") for slug in ("alpaca", "self-instruct", "unnatural-instructions")
    ]
    assert ("itm:video-llama", "itd:vicuna") in ask(survey, "things-standing-on-closed-data", "thing", "closed_dataset")


def test_domains(survey: EmbeddedStore) -> None:
    assert ask(survey, "things-of-domain", "thing", "base", domain="Medical") == [
        ("itm:chatdoctor", "itm:llama"),
        ("itm:chatglm-med", "itm:chatglm"),
        ("itm:radiology-gpt", "itm:alpaca"),
    ]


def test_construction_grew(survey: EmbeddedStore) -> None:
    found = ask(survey, "construction-methods-by-snapshot", "construction", "snapshot", "datasets")
    assert [row[1:] for row in found if row[0] == "human-crafted"] == [("2023-09-05", "12"), ("2024-10-15", "12")]
    assert [row[1:] for row in found if row[0] == "ChatGPT-Generated"] == [("2023-09-05", "2"), ("2024-10-15", "3")]


def test_who_says_so(survey: EmbeddedStore) -> None:
    found = ask(
        survey, "sources-of-statement", "property", "basis", "link", subject="Radiology-GPT", object="model/alpaca"
    )
    assert [(row[0], row[2].rpartition("/")[2]) for row in found if row[1] == "stated"] == [
        ("itg:baseModel", "README.md#L731-L739"),
        ("itg:baseModel", "README.md#L843-L851"),
    ]
    assert ("itg:upstream", "concluded", "") in found


def test_what_changed(survey: EmbeddedStore) -> None:
    found = ask(survey, "changed-values", "thing", "property", "older_value", "newer_value")
    assert ("itd:vicuna", "itg:construction", "user-shared", "Real User-ChatGPT Conversations") in found
    assert (
        "itm:vicuna",
        "itg:project",
        "https://github.com/lm-sys/FastChat",
        "https://lmsys.org/blog/2023-03-30-vicuna/",
    ) in found
    assert {prop for _, prop, _, _ in found} == {"itg:category", "itg:construction", "itg:paperLink", "itg:project"}
    # The newer tables of datasets have no column for tasks.
    dropped = ask(survey, "values-no-longer-given", "thing", "property", "value")
    assert len(dropped) == 10
    assert ("itd:instructwild", "itg:taskCount", "429") in dropped


def test_how_much_of_the_ancestry_is_known(survey: EmbeddedStore) -> None:
    # Concluded: the data of Alpaca and of InstructGPT. Without base: LLaMA, GPT-3. Without data: these, Radiology-GPT.
    # The data of InstructGPT is human-crafted (line 160); of no licence does the survey speak.
    assert ask(survey, "basis-of-ancestry", "basis", "number", model="Radiology-GPT") == [
        ("dataset written by people", "1"),
        ("model of unknown base", "2"),
        ("model of unknown data", "3"),
        ("step concluded by a rule", "2"),
        ("step stated by the survey", "4"),
        ("thing of unknown licence", "7"),
    ]


def test_years(survey: EmbeddedStore) -> None:
    # Reference 23 dates Guanaco 2021, before LLaMA (2023).
    assert ("itm:guanaco", "2021", "itm:llama", "2023") in ask(
        survey, "children-older-than-parents", "thing", "year", "source", "source_year"
    )


def test_published_terms_find_the_same_ancestors(survey: EmbeddedStore) -> None:
    for model in ("Radiology-GPT", "Video-LLaMA", "UltraLM"):
        ours = ask(survey, "ancestors-of-model", "ancestor", model=model)
        assert set(ask(survey, "ancestors-in-published-terms", "ancestor", model=model)) == set(ours)


def test_model_card(survey: EmbeddedStore) -> None:
    assert ask(survey, "model-card-of-model", "key", "value", model="WizardLM") == [
        ("arxiv", "2304.12244"),
        ("base_model", "LLaMA"),
        ("datasets", "Evol-Instruct"),
        ("language", "en"),
        ("parameters", "7B"),
    ]


# -- Answers, as read from the facts of other sources by hand ---------------------------------------------------


def test_ancestors_of_tulu(embedded: EmbeddedStore) -> None:
    # The card of tulu-13b names seven datasets, and LLaMA as the base; the survey's OPT is out of the current view.
    found = ask(embedded, "ancestors-of-model", "ancestor", "step", model="TÜLU")
    data = "cot code-alpaca dolly flan-collection gpt-4-llm openassistant sharegpt"
    assert set(found) >= {("itm:llama", "base model"), *((f"itd:{slug}", "training data") for slug in data.split())}
    assert "itm:opt" not in {ancestor for ancestor, _ in found}
    # It is not forgotten: the row still says so, and the correction says which source contradicts it.
    columns = ("property", "survey_value", "source_value", "effect", "snapshot")
    assert {row for row in ask(embedded, "conflicts", "thing", *columns) if row[0] == "itm:tulu"} == {
        ("itm:tulu", "itg:baseModel", "OPT", "LLaMA", "replaces", "2023-09-05"),
        ("itm:tulu", "itg:baseModel", "OPT", "LLaMA", "replaces", "2024-10-15"),
        ("itm:tulu", "itg:parameters", "6.7B", "", "replaces", "2023-09-05"),
        ("itm:tulu", "itg:parameters", "6.7B", "", "replaces", "2024-10-15"),
    }
    ((basis, current),) = ask(embedded, "sources-of-statement", "basis", "current", subject="TÜLU", object="OPT")
    assert (basis, current) == ("stated", "no")


def test_who_says_so_where_it_is_no_row(embedded: EmbeddedStore) -> None:
    found = ask(embedded, "sources-of-statement", "source", "link", "current", subject="TÜLU", object="model/llama")
    assert ("https://github.com/allenai/open-instruct/blob/", "yes") in {(row[1][:46], row[2]) for row in found}
    assert ask(embedded, "teachers-of-dataset", "teacher", "link", dataset="dataset/self-instruct") == [
        ("itm:gpt-3", "https://mdsite.deno.dev/https://arxiv.org/abs/2212.10560")
    ]


def test_licences_of_vicuna(embedded: EmbeddedStore) -> None:
    # The delta is Apache-2.0 on its card, and bound to the licence of LLaMA; FastChat is Apache-2.0.
    found = ask(embedded, "licences-of-ancestry", "thing", "part", "licence_label", "access", model="Vicuna")
    assert {row for row in found if row[0] == "itm:vicuna"} == {
        ("itm:vicuna", "code", "Apache-2.0", "open"),
        ("itm:vicuna", "weights", "Apache-2.0", "open"),
        ("itm:vicuna", "weights", "llama-1-noncommercial", "restricted"),
    }
    assert ("itd:sharegpt", "", "", "unknown") in found
    assert ("itm:chatgpt", "weights", "openai-terms", "closed") in found


def test_open_on_closed_ground(embedded: EmbeddedStore) -> None:
    # Apache-2.0 weights, tuned on Baize, which ChatGPT wrote by talking to itself; GPL-3.0, written by some GPT.
    found = ask(embedded, "open-models-on-closed-ground", "model", "closed_model", "role", "through")
    assert ("itm:falcon-instruct", "itm:chatgpt", "teacher", "itd:baize-v1") in found
    assert ("itm:guanaco", "itm:gpt-unknown-version", "teacher", "itd:guanaco") in found
    # Dolly 2.0 (MIT, on Pythia and 15K records that Databricks' people wrote) stands on none.
    assert "itm:dolly-2.0" not in {row[0] for row in found}


def test_dates(embedded: EmbeddedStore) -> None:
    # Paper 2306.08568; "[2023/06/16] We released WizardCoder-15B-V1.0" in its README.
    assert ask(embedded, "dates-of-thing", "release", "date", "precision", thing="model/wizardcoder") == [
        ("paper", "2023-06", "month"),
        ("weights", "2023-06-16", "day"),
    ]


def test_facts(embedded: EmbeddedStore) -> None:
    found = ask(embedded, "facts-about-thing", "file", "role", "fact_text", thing="ito:databricks")
    assert ("organisations", "describes") in {row[:2] for row in found}
    assert {row[2] for row in found if row[1] == "mentions"} == {
        "dataset | Dolly | Databricks",
        "model | Dolly 2.0 | Databricks",
    }
    for file, number in [("developers", 108), ("licences", 119), ("releases", 125), ("lineage", 145)]:
        assert len(ask(embedded, "facts-of-file", "fact", file=file)) == number


def test_developers(embedded: EmbeddedStore) -> None:
    found = ask(embedded, "developers-of-things", "thing", "developer", "organisation_kind")
    assert ("itm:pythia", "ito:eleutherai", "nonprofit") in found
    assert ("itm:glm", "", "") in found
    assert len({row[1] for row in found if row[0] == "itm:vicuna"}) == 5


def test_disagreements(embedded: EmbeddedStore) -> None:
    found = ask(embedded, "disagreements-between-sources", "thing", "message")
    assert [message for thing, message in found if thing == "itd:wildchat"]
    assert all(len(ask_sources(embedded, message)) == 2 for _, message in found)


def ask_sources(store: EmbeddedStore, message: str) -> set[str]:
    answers = ask(store, "disagreements-between-sources", "message", "source")
    return {source for said, source in answers if said == message}


def test_model_card_with_the_licence_of_the_weights(embedded: EmbeddedStore) -> None:
    # The code of WizardLM is Apache-2.0; a card speaks of the weights.
    found = ask(embedded, "model-card-of-model", "key", "value", model="WizardLM")
    assert [value for key, value in found if key == "license"] == ["CC-BY-NC-4.0"]
    found = ask(embedded, "model-card-of-model", "key", "value", "hub_id", model="Falcon-Instruct")
    assert [row for row in found if row[0] == "license"] == [("license", "Apache-2.0", "")]
    assert {row[2][:14] for row in found if row[1] == "Falcon"} == {"tiiuae/falcon-"}


def test_versions_that_are_known_are_not_asked_for(embedded: EmbeddedStore) -> None:
    # Alpaca is by InstructGPT, says the survey, and by text-davinci-003 of that family, says its README.
    found = ask(embedded, "teachers-without-version", "dataset", "family")
    assert ("itd:guanaco", "itm:gpt-unknown-version") in found
    assert ("itd:unnatural-instructions", "itm:instructgpt") in found
    assert "itd:alpaca" not in {row[0] for row in found}


# -- Without named graphs --------------------------------------------------------------------------------------

# What only says who says so: blank, or "unknown", where the graph comes from Turtle, which has no named graphs.
EVIDENCE = {
    *("source", "link", "row_text", "dataset_link", "model_link"),
    *("training_source", "training_link", "teaching_source", "teaching_link"),
}
# Who says so, or what another snapshot says, is the question itself; the description says what is missing.
ABOUT_GRAPHS = (
    "changed-values",
    "concluded-training-data",
    "construction-methods-by-snapshot",
    "facts-about-thing",
    "rows-about-thing",
    "rules",
    "sources-of-statement",
    "statements-about-thing",
    "subgraph-of-model",
    "values-no-longer-given",
)


@pytest.fixture(scope="module")
def without_graphs(shipped_quads: list[Quad]) -> EmbeddedStore:
    """The shipped graph, written as Turtle and read again."""
    return EmbeddedStore(parse(format_quads(shipped_quads, "turtle"), format=RdfFormat.TURTLE))


def values_of(name: str) -> list[str]:
    return [column["name"] for column in header_of(name)["columns"] if column["name"] not in EVIDENCE | {"basis"}]


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(ABOUT_GRAPHS) - {"basis-of-ancestry"}))
def test_values_are_the_same_without_named_graphs(
    name: str, embedded: EmbeddedStore, without_graphs: EmbeddedStore
) -> None:
    assert set(ask(without_graphs, name, *values_of(name))) == set(ask(embedded, name, *values_of(name)))
    columns = [column["name"] for column in header_of(name)["columns"]]
    if "GRAPH" in body_of(name):
        for evidence in sorted(EVIDENCE.intersection(columns)):
            assert ask(without_graphs, name, evidence) == [("",)]
        if "basis" in columns:
            assert ask(without_graphs, name, "basis") == [("unknown",)]


@pytest.mark.parametrize(
    ("name", "parameter", "kind"),
    [
        ("licences-of-ancestry", "model", terms.MODEL),
        ("datasets-of-model", "model", terms.MODEL),
        ("teachers-of-model", "model", terms.MODEL),
        ("models-taught-by-model", "teacher", terms.MODEL),
        ("dates-of-thing", "thing", terms.MODEL),
        ("dates-of-thing", "thing", terms.DATASET),
        ("teachers-of-dataset", "dataset", terms.DATASET),
        ("models-trained-on-dataset", "dataset", terms.DATASET),
        ("models-built-on-organisation", "organisation", terms.ORGANIZATION),
        ("organisations-beneath-organisation", "organisation", terms.ORGANIZATION),
    ],
)
def test_values_of_everything_are_the_same_without_named_graphs(
    name: str, parameter: str, kind: str, embedded: EmbeddedStore, without_graphs: EmbeddedStore
) -> None:
    table = embedded.select(f"SELECT DISTINCT ?thing {{ ?thing a <{kind}> }} ORDER BY ?thing")
    things = [row[0].value for row in table.rows if isinstance(row[0], NamedNode)]
    answered = 0
    for thing in things:
        found = set(ask(without_graphs, name, *values_of(name), **{parameter: thing}))
        assert found == set(ask(embedded, name, *values_of(name), **{parameter: thing})), thing
        answered += bool(found)
    assert answered > 5


def test_the_basis_is_unknown_without_named_graphs(embedded: EmbeddedStore, without_graphs: EmbeddedStore) -> None:
    def count(store: EmbeddedStore, model: str) -> tuple[dict[str, int], int]:
        found = {
            basis: int(number) for basis, number in ask(store, "basis-of-ancestry", "basis", "number", model=model)
        }
        steps = {basis: found.pop(basis) for basis in list(found) if basis.startswith("step ")}
        if store is without_graphs:
            assert set(steps) == {"step of unknown evidence"}
        else:
            assert "step of unknown evidence" not in steps
        return found, sum(steps.values())

    for model in ("Radiology-GPT", "TÜLU", "InstructBLIP", "Vicuna"):
        assert count(without_graphs, model) == count(embedded, model)


@pytest.mark.parametrize("name", ABOUT_GRAPHS)
def test_what_needs_named_graphs_says_so(name: str) -> None:
    assert "GRAPH" in body_of(name)
    assert "Needs named graphs" in " ".join(header_of(name)["description"].split())
