"""Facts from other sources: every row is in the graph with its source, and what cannot be right is refused."""

from __future__ import annotations

import csv
import hashlib
import random
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

from itgraph import terms
from itgraph.build import build
from itgraph.checks import require_known_names
from itgraph.curated import COLUMNS, CORRECTED, DISPUTED, RELATIONS, SCHEMES, mentions_of, read_curated
from itgraph.errors import SourceError
from itgraph.extract import extract
from itgraph.names import Names, make_names, read_names
from itgraph.records import CuratedFacts, Mention, Snapshot, SnapshotFacts
from itgraph.resolve import Resolution, resolve
from itgraph.resources import data_path
from itgraph.rules import apply_rules, load_rules
from itgraph.shapes import validate
from itgraph.snapshots import read_snapshot_folder, write_snapshot
from itgraph.triples import make_quads, sort_quads
from itgraph.turtle import format_trig

CURATED = data_path() / "curated"
GATHERED = Path(__file__).resolve().parents[2] / "shared" / "facts"
PINNED = Path(__file__).parent / "golden" / "survey-layer.txt"
SOURCE = "https://example.org/card"
FACTS = tuple(name for name in COLUMNS if name not in ("corrections", "disagreements"))
# Those that people add rows to one by one; nothing was gathered for them.
CONTRIBUTED = ("things", "papers")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(folder: Path, **files: Iterable[Iterable[str]]) -> Path:
    """Write files of facts; return their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([COLUMNS[name], *rows])
    return folder


def value(term: object) -> str:
    """Return the text or the address of a term."""
    assert isinstance(term, NamedNode | Literal)
    return term.value


# -- the shipped files -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def survey_quads() -> list[Quad]:
    return build(layers=("survey",))


@pytest.fixture(scope="module")
def shipped() -> Resolution:
    return resolve_shipped(read_curated(CURATED))


def resolve_shipped(facts: CuratedFacts) -> Resolution:
    snapshots = [read_snapshot_folder(data_path() / name) for name in ("2023-09-05", "2024-10-15")]
    return resolve(snapshots, read_names(data_path() / "names.csv"), facts)


@pytest.mark.parametrize("name", COLUMNS)
def test_files_are_sorted_and_written_plainly(name: str) -> None:
    raw = (CURATED / f"{name}.csv").read_bytes()
    rows = [tuple(row.values()) for row in rows_of(CURATED / f"{name}.csv")]
    assert rows == sorted(rows)
    assert raw.endswith(b"\n")
    assert b"\r" not in raw
    assert not raw.startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("name", [name for name in FACTS if name not in CONTRIBUTED])
def test_no_gathered_fact_is_lost_and_none_invented(name: str) -> None:
    if not GATHERED.is_dir():
        pytest.skip(
            "the facts as they were gathered, with quotes, are not shipped; put them in ../shared/facts to compare"
        )
    columns = [column for column in COLUMNS[name] if column != "source_url"]
    gathered, ours = rows_of(GATHERED / f"{name}.csv"), rows_of(CURATED / f"{name}.csv")
    assert "quote" not in ours[0]

    def key(row: Mapping[str, str]) -> tuple[str, ...]:
        # The note of an identifier is shorter here: where the survey has it is said by the address.
        return tuple(row[column] for column in columns if column != "note")

    assert Counter(map(key, ours)) == Counter(map(key, gathered))
    addresses = defaultdict(set)
    for row in ours:
        addresses[key(row)].add(row["source_url"])
    for row in gathered:
        if row["source_url"]:
            assert row["source_url"] in addresses[key(row)]
        else:
            lines = re.findall(r"seed (\d{4}-\d\d)", row["note"])
            assert all("Instruction-Tuning-Survey" in address for address in addresses[key(row)]), lines


@pytest.mark.parametrize("name", FACTS)
def test_every_row_is_a_fact_of_the_graph_with_its_source(name: str, shipped_quads: list[Quad]) -> None:
    described: defaultdict[str, dict[str, str]] = defaultdict(dict)
    graphs = Counter(quad.graph_name.value for quad in shipped_quads if isinstance(quad.graph_name, NamedNode))
    for quad in shipped_quads:
        if value(quad.subject).startswith(f"{terms.BASE}curated/{name}/") and isinstance(quad.graph_name, DefaultGraph):
            described[value(quad.subject)][quad.predicate.value] = value(quad.object)
    found = Counter((fact[terms.TEXT], fact[terms.PROV_HAD_PRIMARY_SOURCE]) for fact in described.values())
    expected = Counter(
        (" | ".join(row[column] for column in COLUMNS[name] if column != "source_url"), row["source_url"])
        for row in rows_of(CURATED / f"{name}.csv")
    )
    assert found == expected
    assert {fact[terms.TABLE] for fact in described.values()} == ({name} if expected else set())
    assert [iri for iri in described if not graphs[iri]] == []


def test_every_correction_meets_something_that_the_survey_says(shipped_quads: list[Quad]) -> None:
    """A correction of what no snapshot says is a misspelling, or out of date."""
    met = {value(quad.subject) for quad in shipped_quads if quad.predicate.value == terms.CORRECTS}
    texts = {
        value(quad.object)
        for quad in shipped_quads
        if quad.predicate.value == terms.TEXT and value(quad.subject) in met
    }
    cells = ("entity_kind", "entity", "property", "survey", "source", "effect")
    unmet = [row for row in rows_of(CURATED / "corrections.csv") if " | ".join(row[c] for c in cells) not in texts]
    assert unmet == []


def test_every_contradicted_row_has_an_issue(shipped_quads: list[Quad]) -> None:
    def pairs(predicate: str, other: str | None = None) -> set[tuple[str, str]]:
        return {(value(q.subject), value(q.object)) for q in shipped_quads if q.predicate.value in (predicate, other)}

    code = {s for s, o in pairs(terms.CODE) if o == "contradicted-by-source"}
    by = {issue: fact for issue, fact in pairs(terms.CONTRADICTED_BY) if issue in code}
    about = {issue: row for issue, row in pairs(terms.ABOUT) if issue in code}
    assert set(by) == set(about) == code
    assert Counter((by[issue], about[issue]) for issue in code) == Counter(pairs(terms.CORRECTS))


def test_every_disagreement_is_an_issue_with_both_addresses(shipped_quads: list[Quad]) -> None:
    issues: defaultdict[str, set[str]] = defaultdict(set)
    messages = {}
    for quad in shipped_quads:
        if "/issue/curated/sources-disagree/" in value(quad.subject):
            if quad.predicate.value == terms.PROV_HAD_PRIMARY_SOURCE:
                issues[value(quad.subject)].add(value(quad.object))
            elif quad.predicate.value == terms.MESSAGE:
                messages[value(quad.subject)] = value(quad.object)
    rows = rows_of(CURATED / "disagreements.csv")
    assert len(issues) == len(rows)
    assert sorted(map(sorted, issues.values())) == sorted(sorted([row["first_url"], row["second_url"]]) for row in rows)
    for row in rows:
        said = [
            m for m in messages.values() if m.startswith(f"{row['entity']}, {row['property']}:") and row["why"] in m
        ]
        assert len(said) == 1, row


def test_facts_know_only_names_that_are_known(shipped: Resolution) -> None:
    require_known_names(shipped, CURATED)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            {"developers": [("model", "TULU 9", "OpenAI", SOURCE)]},
            "developers.csv:2: no model is called 'TULU 9'; did you mean 'TÜLU'",
            id="a name",
        ),
        pytest.param(
            {"corrections": [("model", "TÜLU", "parameters", "7B", "", "replaces", "w", SOURCE)]},
            "corrections.csv:2: no snapshot says that the parameters of TÜLU is 7B",
            id="a value",
        ),
        pytest.param(
            {
                "corrections": [("model", "TÜLU", "baseModel", "", "CodeGen", "adds", "w", SOURCE)],
                "lineage": [("model", "TÜLU", "baseModel", "model", "CodeGen", SOURCE)],
            },
            "corrections.csv:2: no snapshot leaves out the baseModel of TÜLU",
            id="something left out",
        ),
    ],
)
def test_facts_for_the_shipped_snapshots_must_fit_them(
    rows: dict[str, list[tuple[str, ...]]], expected: str, tmp_path: Path
) -> None:
    with pytest.raises(SourceError) as caught:
        build(curated=write(tmp_path, **rows))
    assert expected in str(caught.value)


def test_facts_for_other_snapshots_need_not_fit(tmp_path: Path) -> None:
    facts = [("model", "TÜLU", "parameters", "7B", "", "replaces", "w", SOURCE)]
    folder = write(tmp_path, corrections=facts, developers=[("model", "TULU 9", "OpenAI", SOURCE)])
    quads = build([data_path() / "2023-09-05"], curated=folder)
    assert NamedNode(f"{terms.BASE}model/tulu-9") in {quad.subject for quad in quads}
    assert not any(quad.predicate.value == terms.CORRECTS for quad in quads)


def test_each_name_that_only_facts_have_is_vouched_for_and_no_other(shipped: Resolution) -> None:
    names = shipped.names
    vouched = {d.name for d in names.decisions if d.why.startswith("named only by curated facts: ")}
    new = {
        shipped.entity(mention).name
        for mention in mentions_of(shipped.curated)
        if mention.kind != "organization"
        and (mention.kind, names.key(mention.kind, mention.name)) not in shipped.surveyed
    }
    assert new == vouched
    assert len(new) == 49


def test_things_are_spelt_as_the_graph_spells_them(shipped: Resolution) -> None:
    """Organisations are called as here: LAION is the survey's LAION.ai."""
    spelt = {mention.name: shipped.entity(mention) for mention in mentions_of(shipped.curated)}
    assert {name: entity.name for name, entity in spelt.items() if name != entity.name} == {}
    assert spelt["LAION"].aliases == ("LAION.ai",)
    assert spelt["Nous Research"].aliases == ("NousResearch",)


def test_the_graph_of_the_surveys_alone_stays_as_it_is(
    survey_quads: list[Quad], request: pytest.FixtureRequest
) -> None:
    """``--layers survey`` gives what it gave before there were facts, whatever ``data/curated/`` holds.

    The checksum is that of its N-Quads. It changes with the survey's folders, its rules and the terms that rows use;
    where one of those was meant to change, ``pytest --approve`` renews it.
    """
    lines = "".join(f"{quad} .\n" for quad in survey_quads).encode()
    found = f"{len(survey_quads)} quads\nsha256 {hashlib.sha256(lines).hexdigest()}\n"
    if request.config.getoption("--approve"):
        PINNED.write_text(found, encoding="utf-8")
    assert found == PINNED.read_text(encoding="utf-8")
    assert not [q for q in survey_quads if "/curated/" in str(q) or terms.CURATED_FACT in str(q.object)]


def test_facts_take_nothing_from_what_rows_say(survey_quads: list[Quad], shipped_quads: list[Quad]) -> None:
    def said(quads: list[Quad]) -> set[Quad]:
        return {q for q in quads if isinstance(q.graph_name, NamedNode) and "/row/" in q.graph_name.value}

    assert said(survey_quads) == said(shipped_quads)


def test_the_order_of_rows_says_nothing(tmp_path: Path, shipped: Resolution) -> None:
    shuffled = random.Random(5)  # noqa: S311
    for name in COLUMNS:
        header, *rows = (CURATED / f"{name}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        shuffled.shuffle(rows)
        (tmp_path / f"{name}.csv").write_text(header + "".join(rows), encoding="utf-8", newline="")
    assert make_quads(resolve_shipped(read_curated(tmp_path))) == make_quads(shipped)


def test_two_sources_of_one_fact_are_two_graphs_in_any_order(tmp_path: Path) -> None:
    rows = [("model", "M", "2023-03", "weights", f"https://{host}.example/") for host in ("a", "b")]
    graphs = []
    for number, order in enumerate((rows, rows[::-1])):
        facts = read_curated(write(tmp_path / str(number), releases=order))
        quads = make_quads(resolve([], make_names(()), facts))
        sources = {
            value(q.subject): value(q.object) for q in quads if q.predicate.value == terms.PROV_HAD_PRIMARY_SOURCE
        }
        assert sorted(sources.values()) == ["https://a.example/", "https://b.example/"]
        graphs.append(sources)
    assert graphs[0] == graphs[1]


# -- what a correction does --------------------------------------------------------------------------------------------


def survey(*names: str, snapshot: str = "2024-01-01") -> SnapshotFacts:
    """Make a snapshot of rows "M <- base | parameters"."""
    body = ""
    for row in names:
        name, _, rest = row.partition(" <- ")
        base, _, size = rest.partition(" | ")
        body += f"<tr><td>{name}</td><td>{base or '-'}</td><td>{size or '-'}</td></tr>"
    header = "<tr><th>Model Name</th><th>Base Model</th><th># Params</th></tr>"
    text = f"# x\n<table>{header}{body}</table>"
    source = Snapshot(id=snapshot, date=snapshot, sha256="")
    return extract(text.encode(), source, make_names(()))


def thing(name: str) -> NamedNode:
    return NamedNode(f"{terms.BASE}model/{name}")


def said(quads: Iterable[Quad], subject: str, predicate: str, *, graph: str = "") -> list[str]:
    """Return what the current view, or graphs with a word in their names, say of a model."""
    return sorted(
        {
            value(quad.object).removeprefix(f"{terms.BASE}model/")
            for quad in quads
            if quad.subject == thing(subject)
            and quad.predicate.value == predicate
            and (quad.graph_name == DefaultGraph() if not graph else graph in str(quad.graph_name))
        }
    )


CORRECTION = ("model", "M", "baseModel")
STEP = ("model", "M", "baseModel", "model", "B", SOURCE)


@pytest.mark.parametrize(
    ("corrections", "current"),
    [
        pytest.param([(*CORRECTION, "A", "B", "replaces", "w", SOURCE)], ["b"], id="replaces"),
        pytest.param([(*CORRECTION, "A", "", "replaces", "w", SOURCE)], ["b"], id="denies-and-a-fact-states-another"),
        pytest.param([(*CORRECTION, "A", "B", "adds", "w", SOURCE)], ["a", "b"], id="adds"),
        pytest.param([(*CORRECTION, "A", "later versions: B", "qualifies", "w", SOURCE)], ["a", "b"], id="qualifies"),
        pytest.param([(*CORRECTION, "C", "B", "replaces", "w", SOURCE)], ["a", "b"], id="of-what-is-not-said"),
    ],
)
def test_what_a_correction_leaves(corrections: list[tuple[str, ...]], current: list[str], tmp_path: Path) -> None:
    facts = read_curated(write(tmp_path, lineage=[STEP], corrections=corrections))
    quads = make_quads(resolve([survey("M <- A | 7B")], make_names(()), facts))
    assert said(quads, "m", terms.BASE_MODEL) == current
    assert said(quads, "m", terms.BASE_MODEL, graph="/row/") == ["a"]
    assert said(quads, "m", terms.BASE_MODEL, graph="/curated/lineage/") == ["b"]
    codes = [value(q.object) for q in quads if q.predicate.value == terms.CODE]
    assert codes.count("contradicted-by-source") == (corrections[0][3] == "A")


def test_what_is_replaced_does_not_bring_back_what_an_older_snapshot_said(tmp_path: Path) -> None:
    facts = read_curated(write(tmp_path, corrections=[("model", "M", "parameters", "7B", "", "replaces", "w", SOURCE)]))
    snapshots = [survey("M <- A | 6B", snapshot="2023-01-01"), survey("M <- A | 7B")]
    quads = make_quads(resolve(snapshots, make_names(()), facts))
    assert said(quads, "m", terms.PARAMETER_COUNT) == []
    assert said(quads, "m", terms.PARAMETER_COUNT, graph="/row/") == ["6000000000", "7000000000"]


def test_a_figure_is_put_in_its_place(tmp_path: Path) -> None:
    rows = [("model", "M", "parameters", "7B", "13B", "replaces", "w", SOURCE)]
    quads = make_quads(
        resolve([survey("M <- A | 7B")], make_names(()), read_curated(write(tmp_path, corrections=rows)))
    )
    assert said(quads, "m", terms.PARAMETER_COUNT) == ["13000000000"]


def test_what_the_survey_leaves_out_is_an_issue_of_its_row(tmp_path: Path) -> None:
    rows = [(*CORRECTION, "", "B", "adds", "w", SOURCE)]
    facts = read_curated(write(tmp_path, lineage=[STEP], corrections=rows))
    for written, met in (("M", True), ("M <- A", False)):
        quads = make_quads(resolve([survey(written)], make_names(()), facts))
        assert ("contradicted-by-source" in {value(q.object) for q in quads if q.predicate.value == terms.CODE}) is met
        assert "b" in said(quads, "m", terms.BASE_MODEL)


def test_a_step_that_the_survey_has_the_wrong_way_round_can_be_corrected(tmp_path: Path) -> None:
    """The survey's statement stays in its row's graph, where it closes a circle that no view has."""
    step = ("model", "A", "baseModel", "model", "M", SOURCE)
    denied = [(*CORRECTION, "A", "", "replaces", "w", SOURCE)]
    for corrections, conforms in ((denied, True), ([], False)):
        facts = read_curated(write(tmp_path, lineage=[step], corrections=corrections))
        quads = make_quads(resolve([survey("M <- A")], make_names(()), facts))
        store = Store()
        store.bulk_extend(quads)
        apply_rules(store, load_rules())
        assert validate(sort_quads(store)).conforms is conforms


# -- names -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the shipped folder, to be changed."""
    return Path(shutil.copytree(data_path(), tmp_path / "data", ignore=shutil.ignore_patterns("*.trig")))


def replace_in(path: Path, old: str, new: str) -> int:
    """Replace text in a file; return the line where it first stood."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8", newline="")
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        pytest.param(
            "developers", "model,TÜLU,", "model,TÜLLU,", "no model is called 'TÜLLU'; did you mean 'TÜLU'", id="about"
        ),
        pytest.param(
            "lineage", "model,LLaMA,", "model,LLaMMA,", "no model is called 'LLaMMA'; did you mean 'LLaMA'", id="parent"
        ),
        pytest.param(
            "lineage",
            "dataset,Dolly,",
            "dataset,Dolly 2.0,",
            "no dataset is called 'Dolly 2.0'; did you mean 'Dolly'",
            id="another-kind",
        ),
        pytest.param(
            "developers",
            ",Anthropic,",
            ",Antropic,",
            "no organization is called 'Antropic'; did you mean 'Anthropic'",
            id="organisation",
        ),
        pytest.param(
            "disagreements",
            ",WildChat,",
            ",WildChatt,",
            "no dataset is called 'WildChatt'; did you mean 'WildChat'",
            id="disagreement",
        ),
        pytest.param(
            "corrections",
            "paper,Guanaco:",
            "paper,Guanako:",
            "no work is called 'Guanako: .*did you mean 'Guanaco: ",
            id="work",
        ),
    ],
)
def test_a_name_that_nothing_has_is_refused_with_the_nearest(
    file: str, old: str, new: str, message: str, data: Path
) -> None:
    line = replace_in(data / "curated" / f"{file}.csv", old, new)
    if file == "lineage":
        (data / "curated" / "corrections.csv").unlink()  # which names the same steps
    with pytest.raises(SourceError, match=rf"{file}\.csv:\d+: {message}") as error:
        build([data])
    assert error.value.line == line


def test_a_thing_that_only_facts_name_must_be_vouched_for(data: Path) -> None:
    replace_in(data / "names.csv", "model,CodeGen,", "model,CodeGenerator,")
    with pytest.raises(SourceError, match=r"no model is called 'CodeGen'; .* row of things\.csv"):
        build([data])


def test_the_shipped_facts_go_with_a_snapshot_of_another_survey(tmp_path: Path) -> None:
    write_snapshot(survey("M <- LLaMA"), tmp_path / "2024-01-01")
    quads = build([tmp_path / "2024-01-01"])
    assert said(quads, "m", terms.BASE_MODEL) == ["llama"]
    assert said(quads, "tulu", terms.BASE_MODEL) == ["llama"]
    assert terms.CORRECTS not in {quad.predicate.value for quad in quads}
    assert validate(quads).conforms


# -- files that cannot be right ----------------------------------------------------------------------------------------

THINGS = ",".join(COLUMNS["things"]) + "\n"
PAPERS = ",".join(COLUMNS["papers"]) + "\n"
RELEASE = ",".join(COLUMNS["releases"]) + "\n"
LICENCE = ",".join(COLUMNS["licences"]) + "\n"
IDENTIFIER = ",".join(COLUMNS["identifiers"]) + "\n"
LINEAGE = ",".join(COLUMNS["lineage"]) + "\n"
CORRECTIONS = ",".join(COLUMNS["corrections"]) + "\n"
DISAGREEMENTS = ",".join(COLUMNS["disagreements"]) + "\n"
ORGANISATIONS = ",".join(COLUMNS["organisations"]) + "\n"
DEVELOPERS = ",".join(COLUMNS["developers"]) + "\n"


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        # the file
        ("releases", "", r":1: the header must be entity_kind,entity,date,what,source_url$"),
        ("releases", "entity_kind,entity,what,date,source_url\n", r":1: the header must be"),
        ("releases", RELEASE + "model,M,2023,paper\n", r":2: 4 cells for 5 columns"),
        ("releases", RELEASE + f"\nmodel,M,2023,paper,{SOURCE},x\n", r":3: 6 cells for 5 columns"),
        ("releases", RELEASE + f'model,"M" x,2023,paper,{SOURCE}\n', r":2: cannot be read: "),
        ("releases", RELEASE + f'model,M,2023,paper,{SOURCE}\nmodel,"N,2023,paper,{SOURCE}\n', r":3: cannot be read: "),
        ("releases", RELEASE + f"model,{'M' * 200_000},2023,paper,{SOURCE}\n", r":2: cannot be read: "),
        ("releases", RELEASE + f"model,{'M' * 1001},2023,paper,{SOURCE}\n", r":2: entity has 1001 characters"),
        ("releases", RELEASE.encode() + b"model,T\xdcLU,2023,paper," + SOURCE.encode() + b"\n", "is not UTF-8"),
        ("releases", RELEASE.encode("utf-16"), "is not UTF-8"),
        ("releases", RELEASE + f"model,M,2023,paper,{SOURCE}\nmodel,M ,2023,paper,{SOURCE}\n", r":3: repeats line 2"),
        (
            "releases",
            RELEASE + f'model,"A  B",2023,paper,{SOURCE}\nmodel,A B,2023,paper,{SOURCE}\n',
            r":3: repeats line 2",
        ),
        ("licenses", "", r": is none of the files of facts; call it licences\.csv"),
        # cells
        ("releases", RELEASE + f"model,<b>M</b>,2023,paper,{SOURCE}\n", r":2: entity holds markup"),
        (
            "releases",
            RELEASE + f"model,A\0B,2023,paper,{SOURCE}\n",
            r":2: entity holds the unprintable character U\+0000",
        ),
        (
            "releases",
            RELEASE + f'model,"A\nB",2023,paper,{SOURCE}\n',
            r":3: entity holds the unprintable character U\+000A",
        ),
        ("releases", RELEASE + f"model,A\u202eB,2023,paper,{SOURCE}\n", r":2: entity holds .* U\+202E"),
        ("releases", RELEASE + f"model,A\ufeffB,2023,paper,{SOURCE}\n", r":2: entity holds .* U\+FEFF"),
        (
            "releases",
            RELEASE + f"models,M,2023,paper,{SOURCE}\n",
            r":2: entity_kind must be one of model, .*, not 'models'",
        ),
        ("releases", RELEASE + f"person,M,2023,paper,{SOURCE}\n", r":2: entity_kind must be one of"),
        ("releases", RELEASE + f"model, ,2023,paper,{SOURCE}\n", r":2: entity is empty; a fact needs it"),
        (
            "releases",
            RELEASE + f"model,M,2023,Paper,{SOURCE}\n",
            r":2: what must be one of paper, weights, data, service",
        ),
        ("organisations", ORGANISATIONS + f"O,firm,,{SOURCE}\n", r":2: kind must be one of company, "),
        ("organisations", ORGANISATIONS + f"O,company,example.org,{SOURCE}\n", r":2: homepage must be an address"),
        (
            "organisations",
            ORGANISATIONS + f"O A,company,,{SOURCE}\nOA,nonprofit,,{SOURCE}\n",
            r":3: says nonprofit, but line 2 says company",
        ),
        ("developers", DEVELOPERS + f"model,M,,{SOURCE}\n", r":2: organisation is empty"),
        # dates
        *(
            (
                "releases",
                RELEASE + f"model,M,{written},paper,{SOURCE}\n",
                r":2: '.*' is not a date; write 2023, 2023-03 or",
            )
            for written in (
                *("2023-13", "2023-00", "0000", "0023-01-01", "2023-02-29", "2023-2", "23-02", "Mar-23", "2023-04-31"),
                *(
                    "2023/03/14",
                    "14.03.2023",
                    "2023-03-14T00:00",
                    "２０２３",
                    "2023-03-14-15",
                    "20233",
                    "-2023",
                    "2023-",
                ),
            )
        ),
        # addresses
        *(
            ("releases", RELEASE + f'model,M,2023,paper,"{address}"\n', r":2: source_url (must be|holds markup)")
            for address in (
                *(
                    "",
                    "example.org/x",
                    "ftp://example.org/",
                    "https://",
                    "https://example",
                    "https:///x",
                    "javascript:x",
                ),
                *(
                    "https://example.org/a b",
                    "https://example.org/<x>",
                    "https://example.org/a{b}",
                    "https://example.org/%",
                ),
                *(
                    "https://example.org/%zz",
                    "https://example.org/a|b",
                    "https://example.org/a\\b",
                    "https://a@example.org/",
                ),
                *(
                    "https://example.org/a#b#c",
                    "https://example.org/[x]",
                    "https://example.org/Ü",
                    "https://exämple.org/",
                ),
                *("https://example.org:99999999/", "https://.org/", "https://example..org/", "HTTPS://example.org/^"),
                *("https://example.org/\ufffe", "https://example.org/x https://example.org/y"),
            )
        ),
        # things and papers
        ("things", THINGS + f"organization,O,a company,{SOURCE}\n", r":2: an organisation has a file of its own"),
        ("things", THINGS + f"model,M,,{SOURCE}\n", r":2: about is empty; a fact needs it"),
        ("papers", PAPERS + f"model,M,isbn,1,T,A B,2023,{SOURCE}\n", r":2: scheme must be one of arxiv, doi"),
        ("papers", PAPERS + f"model,M,arxiv,1,T,A B,2023,{SOURCE}\n", r":2: '1' does not look like an ident"),
        ("papers", PAPERS + f"model,M,arxiv,2301.00001,T,A B,2023-01,{SOURCE}\n", r":2: year must be a year"),
        ("papers", PAPERS + f"model,M,arxiv,2301.00001,,A B,2023,{SOURCE}\n", r":2: title is empty"),
        ("papers", PAPERS + f"model,M,arxiv,2301.00001,T,A B;;C,2023,{SOURCE}\n", r":2: authors must be names"),
        ("papers", PAPERS + f"model,M,arxiv,2301.00001,T,others,2023,{SOURCE}\n", r":2: authors must be names"),
        (
            "papers",
            PAPERS + f"model,M,arxiv,2301.00001,T,A B,2023,{SOURCE}\nmodel,N,arxiv,2301.00001,U,A B,2023,{SOURCE}\n",
            r":3: says U \(A B, 2023\), but line 2 says T \(A B, 2023\); a work is written in one way",
        ),
        # licences
        (
            "licences",
            LICENCE + f"model,M,code,mit,true,open,{SOURCE}\n",
            r":2: SPDX has no licence 'mit'; SPDX writes it MIT",
        ),
        (
            "licences",
            LICENCE + f"model,M,code,MTI,true,open,{SOURCE}\n",
            r":2: SPDX has no licence 'MTI'; say spdx=false",
        ),
        (
            "licences",
            LICENCE + f"model,M,code,mit,false,open,{SOURCE}\n",
            r":2: 'mit' is a licence of SPDX: write MIT, and",
        ),
        (
            "licences",
            LICENCE + f"model,M,code,LLaMA 2,false,open,{SOURCE}\n",
            r":2: a licence without SPDX identifier has a name",
        ),
        ("licences", LICENCE + f"model,M,code,../x,false,open,{SOURCE}\n", r":2: a licence without SPDX identifier"),
        (
            "licences",
            LICENCE + f"model,M,code,MIT,TRUE,open,{SOURCE}\n",
            r":2: spdx must be one of true, false, not 'TRUE'",
        ),
        ("licences", LICENCE + f"model,M,code,MIT,,open,{SOURCE}\n", r":2: spdx must be one of"),
        (
            "licences",
            LICENCE + f"model,M,code,MIT,true,free,{SOURCE}\n",
            r":2: open must be one of open, restricted, closed",
        ),
        (
            "licences",
            LICENCE + f"model,M,model,MIT,true,open,{SOURCE}\n",
            r":2: what must be one of weights, data, code",
        ),
        (
            "licences",
            LICENCE + f"model,M,code,Classpath-exception-2.0,true,open,{SOURCE}\n",
            r":2: SPDX has no licence",
        ),
        (
            "licences",
            LICENCE + f"model,M,code,MIT,true,open,{SOURCE}\nmodel,m,code,MIT,true,restricted,{SOURCE}\n",
            r":3: says restricted, but line 2 says open; take one",
        ),
        ("licences", LICENCE + f"dataset,M,weights,MIT,true,open,{SOURCE}\n", r":2: M is a dataset, and only a model"),
        ("licences", LICENCE + f"model,M,code,MIT,true,closed,{SOURCE}\n", r":2: MIT is a licence to use what is"),
        (
            "licences",
            LICENCE + f"model,M,code,CC-BY-NC-4.0,true,open,{SOURCE}\n",
            r":2: CC-BY-NC-4.0 limits commercial",
        ),
        # identifiers
        *(
            (
                "identifiers",
                IDENTIFIER + f'model,M,{scheme},"{value}",{SOURCE},\n',
                r":2: ('.*' does not look like an identifier of|value must be)",
            )
            for scheme, value in (
                ("arxiv", "2302.13971v1"),
                ("arxiv", "arXiv:2302.13971"),
                ("arxiv", "2313.00001"),
                ("arxiv", "２３０２.13971"),
                ("arxiv", ""),
                ("github", "https://github.com/a/b"),
                ("github", "a/b/c"),
                ("github", "a/.."),
                ("github", "a/b c"),
                ("github", "ä/b"),
                ("huggingface-model", "datasets/a"),
                ("huggingface-model", "a/b/c"),
                ("huggingface-model", "ä/b"),
                ("huggingface-dataset", "-a/b"),
                ("doi", "10.1/x"),
                ("doi", "10.1234/>x"),
                ("doi", "10.1234/a b"),
                ("doi", "10.1234/a#b"),
                ("doi", "https://doi.org/10.1234/x"),
                ("homepage", "www.example.org"),
                ("homepage", "https://example.org/a b"),
                ("homepage", "https://example.org/Ü"),
            )
        ),
        ("identifiers", IDENTIFIER + f"model,M,wikidata,Q1,{SOURCE},\n", r":2: scheme must be one of arxiv, "),
        # lineage
        ("lineage", LINEAGE + f"model,M,basemodel,model,B,{SOURCE}\n", r":2: relation must be one of baseModel, "),
        (
            "lineage",
            LINEAGE + f"model,M,baseModel,dataset,B,{SOURCE}\n",
            r":2: baseModel leads from a model to a model, not from a model to a dataset",
        ),
        (
            "lineage",
            LINEAGE + f"dataset,D,trainedOn,dataset,E,{SOURCE}\n",
            r":2: trainedOn leads from a model to a benchmark or",
        ),
        ("lineage", LINEAGE + f"model,M,baseModel,model,m-,{SOURCE}\n", r":2: M is not made from itself"),
        (
            "lineage",
            LINEAGE
            + f"model,M,baseModel,model,B,{SOURCE}\nmodel,B,derivedFrom,model,C,{SOURCE}\n"
            + f"model,c,baseModel,model,M,{SOURCE}\n",
            r":4: c baseModel M closes a circle",
        ),
        (
            "lineage",
            LINEAGE + f"dataset,D,derivedFrom,dataset,E,{SOURCE}\ndataset,E,derivedFrom,dataset,D,{SOURCE}\n",
            r":3: E derivedFrom D closes a circle",
        ),
        # corrections
        ("corrections", CORRECTIONS + f"model,M,base,A,B,replaces,w,{SOURCE}\n", r":2: property must be one of"),
        (
            "corrections",
            CORRECTIONS + f"model,M,parameters,7B,13B,replace,w,{SOURCE}\n",
            r":2: effect must be one of replaces, ",
        ),
        (
            "corrections",
            CORRECTIONS + f"model,M,parameters,,13B,replaces,w,{SOURCE}\n",
            r":2: there is nothing to replace",
        ),
        (
            "corrections",
            CORRECTIONS + f"model,M,parameters,,13B,adds,w,{SOURCE}\n",
            r":2: adds is for the steps of lineage",
        ),
        ("corrections", CORRECTIONS + f"model,M,baseModel,A,,adds,w,{SOURCE}\n", r":2: source is empty; say what"),
        (
            "corrections",
            CORRECTIONS + f"model,M,baseModel,A,B,replaces,w,{SOURCE}\n",
            r":2: lineage.csv does not say M baseModel B",
        ),
        (
            "corrections",
            CORRECTIONS + f"model,M,describedIn,2301.00001,2301.00002,replaces,w,{SOURCE}\n",
            r":2: identifiers.csv does not say that M",
        ),
        (
            "corrections",
            CORRECTIONS + f"model,M,describedIn,2301.00001,GLM,replaces,w,{SOURCE}\n",
            r":2: source must be the arXiv identifier",
        ),
        ("corrections", CORRECTIONS + f"dataset,D,construction,A,B,replaces,w,{SOURCE}\n", r":2: leave source empty"),
        (
            "corrections",
            CORRECTIONS + f"model,M,parameters,7B,many,replaces,w,{SOURCE}\n",
            r":2: source must be a figure",
        ),
        ("corrections", CORRECTIONS + f"model,M,project,A,www,replaces,w,{SOURCE}\n", r":2: source must be an address"),
        (
            "corrections",
            CORRECTIONS + f"model,M,issued,2021,2023,replaces,w,{SOURCE}\n",
            r":2: issued is said of a paper",
        ),
        ("corrections", CORRECTIONS + f"paper,P,issued,2021,23,replaces,w,{SOURCE}\n", r":2: source must be a year"),
        ("corrections", CORRECTIONS + f"model,M,parameters,7B,13B,replaces,,{SOURCE}\n", r":2: why is empty"),
        ("corrections", CORRECTIONS + "model,M,parameters,7B,13B,replaces,w,\n", r":2: source_url must be the address"),
        (
            "corrections",
            CORRECTIONS
            + f"model,M,parameters,7B,13B,replaces,w,{SOURCE}\nmodel,M,parameters,6B,14B,replaces,w,{SOURCE}\n",
            r":3: says 14B, but line 2 says 13B",
        ),
        # disagreements
        (
            "disagreements",
            DISAGREEMENTS + f"model,M,licence,A,{SOURCE},B,{SOURCE}2,A,w\n",
            r":2: property must be one of",
        ),
        (
            "disagreements",
            DISAGREEMENTS + f"model,M,license,A,{SOURCE},A,{SOURCE}2,A,w\n",
            r":2: first and second are the same",
        ),
        (
            "disagreements",
            DISAGREEMENTS + f"model,M,license,A,{SOURCE},B,{SOURCE},A,w\n",
            r":2: first_url and second_url are the same",
        ),
        ("disagreements", DISAGREEMENTS + f"model,M,license,A,{SOURCE},B,,A,w\n", r":2: second_url must be"),
        ("disagreements", DISAGREEMENTS + f"model,M,license,A,{SOURCE},,{SOURCE}2,A,w\n", r":2: second is empty"),
        ("disagreements", DISAGREEMENTS + f"model,M,license,A,{SOURCE},B,{SOURCE}2,A,\n", r":2: why is empty"),
    ],
)
def test_a_wrong_file_is_named_with_its_line(file: str, content: str | bytes, message: str, tmp_path: Path) -> None:
    write(tmp_path, developers=[])
    (tmp_path / f"{file}.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(SourceError, match=rf"{file}\.csv.*{message}"):
        read_curated(tmp_path)


def test_folders_that_hold_no_facts(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"holds no file of facts; there must be one of things\.csv, "):
        read_curated(tmp_path)
    with pytest.raises(SourceError, match="is not a folder"):
        read_curated(tmp_path / "none")
    (tmp_path / "releases.csv").mkdir()
    with pytest.raises(SourceError, match="holds no file of facts"):
        read_curated(tmp_path)
    write(tmp_path, developers=[])
    with pytest.raises(SourceError, match=r"releases\.csv: cannot be read"):
        read_curated(tmp_path)


def test_a_file_as_spreadsheets_write_it(tmp_path: Path) -> None:
    header = ",".join(COLUMNS["releases"])
    text = f'{header}\r\n\r\n"model", TU\u0308LU ,"2023-03",paper,{SOURCE}\r\n'
    (tmp_path / "releases.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    (fact,) = read_curated(tmp_path).facts
    assert (fact.line, fact.about, fact.cells[2]) == (3, Mention(kind="model", name="TÜLU"), "2023-03")


@pytest.mark.parametrize(
    "address",
    [
        *(
            "https://a.org",
            "http://a.org/",
            "https://a.org?x=1",
            "https://a.org/x?download=true",
            "https://a.org:8080/x",
        ),
        *(
            "https://hf.example./x",
            "https://a.org/Baize%20Data.json",
            "https://a.org/b#L3-L9",
            "https://xn--exmple-cua.org/",
        ),
        *(
            "https://a.org/2301.00001v1.pdf",
            "https://a.org/a(b)'c,d;e=f~g",
            "https://deno.dev/https://arxiv.org/abs/1",
            "https://a.org#x",
        ),
    ],
)
def test_addresses_that_are_taken_as_they_are(address: str, tmp_path: Path) -> None:
    write(tmp_path, identifiers=[("model", "M", "homepage", address, address, "")])
    (fact,) = read_curated(tmp_path).facts
    assert fact.source == address
    quads = make_quads(resolve([], make_names(()), read_curated(tmp_path)))
    assert {q.object for q in quads if q.predicate.value == terms.SCHEMA_URL} == {NamedNode(address)}


# -- anything at all ---------------------------------------------------------------------------------------------------

_ODD = st.one_of(
    st.sampled_from(
        ["", " ", "-", "?", '"', "M\0", "a\nb", "\ufeff", "<x>", "x" * 2000, "2023-13", "数据", "\u202e", "=1+1"]
    ),
    st.text(st.characters(codec="utf-8"), max_size=20),
)
_NAMES = st.one_of(
    st.sampled_from(
        ["M", "A", "B", "m-", "LLaMA 2", "Ünï", "数据", "?", "GPT 3.5", "GPT-35", "a/b", "x'y", "M (N)", "A, B"]
    ),
    st.text(
        st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"], exclude_characters="<"),
        min_size=1,
        max_size=12,
    ),
)
_KINDS = st.sampled_from(["model", "model", "dataset", "benchmark", "technique"])
_SOURCES = st.sampled_from([SOURCE, "https://a.org/x?y=1#z", "http://b.org", "https://hf.example./%C3%9C"])
_VALUES = {
    "arxiv": ["2301.00001", "cs.CL/0309048", "hep-th/9901001"],
    "github": ["a/b", "A-1/._b"],
    "huggingface-model": ["a/b", "gpt2"],
    "huggingface-dataset": ["a/b.c_d"],
    "doi": ["10.1234/x(1):2;3"],
    "homepage": ["https://a.org", "https://a.org/x?y#z"],
}
_ROWS: dict[str, st.SearchStrategy[tuple[str, ...]]] = {
    "things": st.tuples(_KINDS, _NAMES, st.sampled_from(["What it is.", "数据", 'a "word"']), _SOURCES),
    "papers": st.tuples(
        _KINDS,
        _NAMES,
        st.sampled_from(["arxiv", "doi"]).flatmap(
            lambda scheme: st.tuples(st.just(scheme), st.sampled_from(_VALUES[scheme]))
        ),
        st.sampled_from(["A Title", "数据"]),
        st.sampled_from(["A. Turing", "A. Turing; Hopper, Grace", "OpenAI; Grace Hopper; others", "B", "others; x"]),
        st.sampled_from(["2023", "1999"]),
        _SOURCES,
    ).map(lambda row: (*row[:2], *row[2], *row[3:])),
    "organisations": st.tuples(
        _NAMES, st.sampled_from(["company", "university"]), st.sampled_from(["", "https://a.org"]), _SOURCES
    ),
    "developers": st.tuples(_KINDS, _NAMES, _NAMES, _SOURCES),
    "licences": st.tuples(
        _KINDS,
        _NAMES,
        st.sampled_from(["weights", "data", "code"]),
        st.sampled_from([("MIT", "true"), ("GPL-3.0", "true"), ("openai-terms", "false"), ("a.b-1", "false")]),
        st.sampled_from(["open", "restricted", "closed"]),
        _SOURCES,
    ).map(lambda row: (*row[:3], *row[3], *row[4:])),
    "releases": st.tuples(
        _KINDS,
        _NAMES,
        st.one_of(
            st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)).map(str),
            st.sampled_from(["2023", "2023-03"]),
        ),
        st.sampled_from(["paper", "weights", "data", "service"]),
        _SOURCES,
    ),
    "identifiers": st.tuples(
        _KINDS,
        _NAMES,
        st.sampled_from(sorted(SCHEMES)).flatmap(
            lambda scheme: st.tuples(st.just(scheme), st.sampled_from(_VALUES[scheme]))
        ),
        _SOURCES,
        st.sampled_from(["", "", "another's"]),
    ).map(lambda row: (*row[:2], *row[2], *row[3:])),
    "lineage": st.sampled_from(sorted((name, *pair) for name, pairs in RELATIONS.items() for pair in pairs)).flatmap(
        lambda step: st.tuples(st.just(step[1]), _NAMES, st.just(step[0]), st.just(step[2]), _NAMES, _SOURCES)
    ),
    "corrections": st.tuples(
        st.sampled_from(["model", "model", "dataset", "paper"]),
        st.sampled_from(["M", "A", "N"]),
        st.sampled_from(sorted(CORRECTED)),
        st.sampled_from(["A", "B", "7B", ""]),
        st.sampled_from(["", "", "13B", "7B/13B", "B", "2301.00001", "https://a.org/", "2023"]),
        st.sampled_from(["replaces", "adds", "qualifies"]),
        st.just("w"),
        _SOURCES,
    ),
    "disagreements": st.tuples(
        _KINDS,
        _NAMES,
        st.sampled_from(sorted(DISPUTED)),
        _NAMES,
        st.just("https://c.org/"),
        _NAMES,
        st.sampled_from(["https://d.org/", "https://c.org/"]),
        st.sampled_from(["", "neither"]),
        st.just("w"),
    ),
}
_SURVEY = survey("M <- A | 7B", "N <- B | 6B")
_NO_NAMES: Names = make_names(())


def read_accepted(folder: Path, files: Mapping[str, list[tuple[str, ...]]]) -> CuratedFacts:
    """Read files with as many of their rows as are accepted, from the first on."""
    kept: dict[str, list[tuple[str, ...]]] = {name: [] for name in COLUMNS}
    facts = read_curated(write(folder, **kept))
    for name, rows in files.items():
        for row in rows:
            try:
                facts = read_curated(write(folder, **{name: [*kept[name], row]}))
                kept[name].append(row)
            except SourceError:
                write(folder, **{name: kept[name]})
    return facts


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(COLUMNS)).flatmap(lambda name: st.tuples(st.just(name), _ROWS[name])), st.data())
def test_whatever_a_cell_holds_the_row_is_read_or_refused(
    tmp_path: Path, chosen: tuple[str, tuple[str, ...]], data: st.DataObject
) -> None:
    name, row = chosen
    place = data.draw(st.integers(0, len(row) - 1))
    spoilt = (*row[:place], data.draw(_ODD), *row[place + 1 :])
    folder = tmp_path / "facts"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        facts = read_curated(write(folder, **{name: [spoilt]}))
    except SourceError as error:
        assert error.path is not None  # noqa: PT017 - any error but this one fails
    else:
        make_quads(resolve([_SURVEY], _NO_NAMES, facts))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_whatever_bytes_a_file_holds_it_is_read_or_refused(tmp_path: Path, content: bytes) -> None:
    for start in (b"", RELEASE.encode()):
        (tmp_path / "releases.csv").write_bytes(start + content)
        try:
            read_curated(tmp_path)
        except SourceError as error:
            assert error.path is not None  # noqa: PT017


@pytest.mark.slow
# Not shrunk: that would take minutes, and the rows of the first failure are few.
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.fixed_dictionaries({name: st.lists(rows, max_size=4) for name, rows in _ROWS.items()}))
def test_whatever_is_accepted_builds_and_conforms(tmp_path: Path, files: dict[str, list[tuple[str, ...]]]) -> None:
    facts = read_accepted(tmp_path / "facts", files)
    store = Store()
    store.bulk_extend(make_quads(resolve([_SURVEY], _NO_NAMES, facts)))
    apply_rules(store, load_rules())
    quads = sort_quads(store)
    # A circle through a row of the survey is for the shapes to find: no file of facts is wrong by itself.
    broken = [f for f in validate(quads).findings if f.severity == "Violation" and "circle" not in f.message]
    assert broken == []
    # Every IRI and literal is one that other programs read, too.
    assert set(parse(format_trig(quads), format=RdfFormat.TRIG)) == set(quads)
