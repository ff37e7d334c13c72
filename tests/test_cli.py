"""The command line as its users meet it: right, wrong and hostile input, exit codes, and what goes where."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from itgraph.cli import main

README = """# A survey

<table>
<tr><th>Dataset Name</th><th># of Instructions</th><th>Construction</th></tr>
<tr><td>Alpaca</td><td>52K</td><td>InstructGPT-generated</td></tr>
</table>
"""


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run a command in this process; return its exit code, standard output and standard error."""
    code = main(list(arguments))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


# -- asking ----------------------------------------------------------------------------------------------------


def test_an_answer_about_licences_says_that_it_is_no_legal_advice(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "query", "licences-of-ancestry", "model=CLIP", "--format", "csv")
    assert (code, len(out.splitlines())) == (0, 2)
    assert "not legal advice" in err
    assert run(capsys, "query", "roots-of-model", "model=CLIP")[2] == ""


def test_show_gives_facts_with_their_lines(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "show", "TÜLU")
    assert code == 0
    assert not err
    assert "base model" in out
    assert "OPT" in out
    assert "README.md#L596-L605" in out
    assert "6.7B parameters" in out
    assert "the survey says OPT, a source says LLaMA (the source is followed): https://github.com/allenai/" in out


def test_show_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "show", "LIMA", "--kind", "model", "--format", "json")
    description = json.loads(out)
    assert code == 0
    bases = [fact for fact in description["facts"] if fact["label"] == "base model"]
    assert [fact["value"] for fact in bases] == ["LLaMA"]
    # Read as meant in both snapshots, though the row is a cell short in both.
    assert [source["snapshot"] for source in bases[0]["sources"]] == ["2024-10-15", "2023-09-05"]
    assert {"short-row", "shifted-cells"} <= {issue["code"] for issue in description["issues"]}


def test_an_ambiguous_name_lists_what_it_may_mean(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "show", "Alpaca")
    assert code == 2
    assert not out
    assert "itm:alpaca" in err
    assert "itd:alpaca" in err


@pytest.mark.parametrize("name", ["model/alpaca", "itm:alpaca", "https://w3id.org/itgraph/model/alpaca"])
def test_a_name_can_say_its_kind(capsys: pytest.CaptureFixture[str], name: str) -> None:
    code, out, _ = run(capsys, "show", name)
    assert code == 0
    assert out.startswith("Alpaca  (model)")


def test_an_unknown_name_answers_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "lineage", "Radiologygtp")
    assert code == 2
    assert "Radiology-GPT" in err


def test_lineage_draws_ancestors(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "lineage", "Radiology-GPT")
    assert code == 0
    for name in (
        "Alpaca (model)",
        "LLaMA (model)",
        "Alpaca (dataset)",
        "InstructGPT (model)",
        "GPT-3 (model)",
    ):
        assert name in out
    assert "inferred" in out
    _, explicit, _ = run(capsys, "lineage", "Radiology-GPT", "--explicit")
    assert "inferred" not in explicit
    assert "InstructGPT" not in explicit


@pytest.mark.parametrize("form", ["json", "mermaid", "dot"])
def test_lineage_in_other_forms(capsys: pytest.CaptureFixture[str], form: str) -> None:
    code, out, _ = run(capsys, "lineage", "Video-LLaMA", "--both", "--format", form)
    assert code == 0
    assert "ImageBind" in out
    if form == "json":
        json.loads(out)


def test_path(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "path", "Radiology-GPT", "GPT-3")
    assert code == 0
    assert "descends from GPT-3" in out
    assert "#L" in out


def test_query_by_name_in_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("table", "json", "jsonl", "csv", "tsv"):
        code, out, _ = run(capsys, "query", "ancestors-of-model", "model=Radiology-GPT", "--format", form)
        assert code == 0
        assert "InstructGPT" in out
        if form == "json":
            assert isinstance(json.loads(out), list)
        if form == "csv":
            rows = list(csv.reader(io.StringIO(out)))
            assert len({len(row) for row in rows}) == 1


def test_query_wrong_names_and_parameters(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "query", "ancestors-of-modle")[0] == 2
    assert "ancestors-of-model" in run(capsys, "query", "ancestors-of-modle")[2]
    code, _, err = run(capsys, "query", "ancestors-of-model", "modle=X")
    assert code == 2
    assert "model" in err
    code, _, err = run(capsys, "query", "ancestors-of-model", "model=Nobody Knows")
    assert code == 2
    assert "Nobody Knows" in err
    assert run(capsys, "query")[0] == 2
    assert run(capsys, "query", "ancestors-of-model", "-e", "SELECT ?s WHERE { ?s ?p ?o }")[0] == 2


def test_query_with_sparql(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = run(capsys, "query", "-e", "SELECT ?m WHERE { ?m itg:baseModel itm:gpt-3 }", "--format", "csv")
    assert (code, out) == (0, "m\nhttps://w3id.org/itgraph/model/instructgpt\n")
    code, out, _ = run(capsys, "query", "-e", "ASK { itm:alpaca itg:baseModel itm:llama }")
    assert (code, out) == (0, "true\n")
    code, out, _ = run(capsys, "query", "-e", "CONSTRUCT { ?s itg:baseModel ?o } WHERE { ?s itg:baseModel ?o }")
    assert code == 0
    assert "itg:baseModel" in out
    file = tmp_path / "q.rq"
    file.write_text("SELECT ?s WHERE {", encoding="utf-8")
    code, _, err = run(capsys, "query", "-f", str(file))
    assert code == 2
    assert err


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT * WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * WHERE { \\u0053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "DROP ALL",
        "LOAD <http://127.0.0.1:1/>",
    ],
)
def test_query_refuses_what_reaches_out_or_changes(capsys: pytest.CaptureFixture[str], sparql: str) -> None:
    code, out, err = run(capsys, "query", "-e", sparql)
    assert code == 2
    assert not out
    assert err


def test_query_list_groups_by_subject(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "query", "--list")
    assert code == 0
    subjects = [line for line in out.splitlines() if line and not line.startswith(" ")]
    assert {"ancestry", "data", "teachers"} <= set(subjects)
    assert sum(line.startswith("  ") for line in out.splitlines()) >= 40


def test_query_print_gives_runnable_sparql(capsys: pytest.CaptureFixture[str]) -> None:
    _, printed, _ = run(capsys, "query", "ancestors-of-model", "model=LIMA", "--print")
    assert "itm:lima" in printed or "/model/lima" in printed
    _, direct, _ = run(capsys, "query", "ancestors-of-model", "model=LIMA", "--format", "csv")
    _, again, _ = run(capsys, "query", "-e", printed, "--format", "csv")
    assert direct == again


def test_issues_filters_and_counts(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "issues", "--code", "unreadable-quantity", "--format", "json")
    issues = json.loads(out)
    assert code == 0
    assert {issue["snapshot"] for issue in issues} == {"2023-09-05", "2024-10-15"}
    assert all("1.1 Tokens" in issue["message"] for issue in issues)
    counts = json.loads(run(capsys, "issues", "--count", "--format", "json")[1])
    total = len(json.loads(run(capsys, "issues", "--format", "json")[1]))
    assert sum(row["issues"] for row in counts) == total
    assert run(capsys, "issues", "--code", "no-such-code")[0] == 2
    assert run(capsys, "issues", "--snapshot", "1999-01-01")[0] == 2


def test_diff_is_field_by_field(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "diff", "2023-09-05", "2024-10-15", "--format", "json")
    rows = {(row["change"], row["kind"], row["thing"], row["field"]): row for row in json.loads(out)}
    assert code == 0
    assert ("added", "dataset", "Nectar", "") in rows
    changed = rows["changed", "dataset", "InstructWild", "construction"]
    assert (changed["old"], changed["new"]) == ("model-generated", "ChatGPT-Generated")
    assert not [key for key in rows if key[0] == "removed"]
    back = json.loads(run(capsys, "diff", "2024-10-15", "2023-09-05", "--format", "json")[1])
    assert ("removed", "dataset", "Nectar") in {(row["change"], row["kind"], row["thing"]) for row in back}
    assert run(capsys, "diff", "2023-09-05", "2025-01-01")[0] == 2
    assert run(capsys, "diff", "2023-09-05", "2023-09-05")[1].count("changed") == 0


@pytest.fixture(scope="module")
def survey_graph(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A graph of the surveys alone."""
    path = tmp_path_factory.mktemp("survey") / "survey.trig"
    assert main(["build", "--layers", "survey", "-o", str(path)]) == 0
    return str(path)


def test_conflicts_of_all_things_and_of_one(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "conflicts")
    assert (code, err) == (0, "")
    assert "TÜLU (model)\n  base model: the survey says OPT, a source says LLaMA (the source is followed)\n" in out
    everything = json.loads(run(capsys, "conflicts", "--format", "json")[1])
    assert len(everything) >= 44
    code, out, _ = run(capsys, "conflicts", "TÜLU", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0
    assert [(row["property"], row["survey"], row["source"]) for row in rows] == [
        ("base model", "OPT", "LLaMA"),
        ("parameters", "6.7B", ""),
    ]
    kinds = {row["kind"] for row in json.loads(run(capsys, "conflicts", "--kind", "paper", "--format", "json")[1])}
    assert kinds == {"paper"}


def test_conflicts_of_what_has_none(capsys: pytest.CaptureFixture[str], survey_graph: str) -> None:
    assert run(capsys, "conflicts", "LLaMA") == (
        0,
        "",
        "none of the sources that were read contradicts the survey about LLaMA\n",
    )
    nothing = "nothing is told: this graph holds no other sources than surveys\n"
    assert run(capsys, "conflicts", "-g", survey_graph) == (0, "", nothing)
    assert run(capsys, "conflicts", "--sources", "-g", survey_graph) == (0, "", nothing)
    assert run(capsys, "conflicts", "LLaMA", "-g", survey_graph)[2].startswith("nothing is told about LLaMA: ")
    asked = run(capsys, "conflicts", "--kind", "person")
    assert asked == (
        0,
        "",
        "none of the sources that were read contradicts the survey about things of the kind person\n",
    )
    assert run(capsys, "conflicts", "--format", "json", "-g", survey_graph)[1] == "[]\n"
    assert run(capsys, "conflicts", "Vicuna")[0] == 2
    assert run(capsys, "conflicts", "TULLU")[2].count("TÜLU") == 1


def test_where_sources_disagree_is_listed_among_issues_too(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    graph = tmp_path / "g.ttl"
    graph.write_text(
        """
        @prefix itg: <https://w3id.org/itgraph/ontology#> .
        @prefix prov: <http://www.w3.org/ns/prov#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        <https://w3id.org/itgraph/model/a> a itg:Model ; rdfs:label "A" .
        <https://w3id.org/itgraph/snapshot/2024-10-15> a itg:Snapshot ; rdfs:label "Snapshot 2024-10-15" .
        <urn:1> a itg:Issue ; itg:code "sources-disagree" ; itg:severity "info" ; itg:message "A, license: one or two" ;
            itg:about <https://w3id.org/itgraph/model/a> ;
            prov:hadPrimarySource <https://example.org/1>, <https://example.org/2> .
        <urn:2> a itg:Issue ; itg:code "no-link" ; itg:severity "info" ; itg:message "none" ; itg:lineStart 12 ;
            itg:lineEnd 20 ; itg:about <https://w3id.org/itgraph/row/2024-10-15/models/1> ;
            itg:snapshot <https://w3id.org/itgraph/snapshot/2024-10-15> .
        <urn:3> a itg:Issue ; itg:code "no-link" ; itg:severity "info" ; itg:message "none" ; itg:lineStart 7 ;
            itg:lineEnd 20 ; itg:snapshot <https://w3id.org/itgraph/snapshot/2024-10-15> .
        """,
        encoding="utf-8",
    )
    listed = list(csv.reader(io.StringIO(run(capsys, "issues", "--format", "csv", "-g", str(graph))[1])))[1:]
    # By line as a number, and last what is in no snapshot.
    assert [(row[0], row[1], row[4], row[5]) for row in listed] == [
        ("2024-10-15", "7", "no-link", ""),
        ("2024-10-15", "12", "no-link", "models/1"),
        ("", "", "sources-disagree", "model/a"),
    ]
    counts = list(csv.reader(io.StringIO(run(capsys, "issues", "--count", "--format", "csv", "-g", str(graph))[1])))
    assert counts[1:] == [["no-link", "info", "2024-10-15", "2"], ["sources-disagree", "info", "", "1"]]
    only = run(capsys, "issues", "--snapshot", "2024-10-15", "--format", "jsonl", "-g", str(graph))[1]
    assert only.count("\n") == 2
    assert (
        run(capsys, "issues", "--code", "sources-disagree", "--format", "jsonl", "-g", str(graph))[1].count("\n") == 1
    )
    assert run(capsys, "conflicts", "--sources", "-g", str(graph)) == (
        0,
        "A (model)\n  licence: one or two\n    source   https://example.org/1\n    source   https://example.org/2\n",
        "",
    )


def test_other_sources_change_nothing_of_what_snapshots_say(
    capsys: pytest.CaptureFixture[str], survey_graph: str
) -> None:
    asked = ("diff", "2023-09-05", "2024-10-15", "--format", "csv")
    assert run(capsys, *asked) == run(capsys, *asked, "-g", survey_graph)


def test_stats_count_what_other_sources_say(capsys: pytest.CaptureFixture[str], survey_graph: str) -> None:
    rows = json.loads(run(capsys, "stats", "--format", "json")[1])
    counts = {row["what"]: row["count"] for row in rows}
    files = {what: count for what, count in counts.items() if what.startswith("curated facts: ")}
    assert sum(files.values()) == counts["curated facts"]
    assert files["curated facts: corrections"] == counts["contradictions of the surveys"]
    assert counts["licences"] > 0
    # What a curated fact states is stated, too: only rules conclude the rest.
    stated = {row["what"]: row["stated"] for row in rows}
    assert stated["itg:baseModel"] == counts["itg:baseModel"]
    assert 0 < counts["itg:trainedOn"] - stated["itg:trainedOn"] < 10
    alone = {
        row["what"]: row["count"] for row in json.loads(run(capsys, "stats", "-g", survey_graph, "--format", "json")[1])
    }
    assert (alone["curated facts"], alone["licences"], alone["things with a licence"]) == (0, 0, 0)


def test_stats_counts(capsys: pytest.CaptureFixture[str], survey_graph: str) -> None:
    counts = {row["what"]: row for row in json.loads(run(capsys, "stats", "-g", survey_graph, "--format", "json")[1])}
    assert [counts[name]["count"] for name in ("models", "datasets", "benchmarks", "techniques")] == [
        59,
        42,
        10,
        5,
    ]
    assert (counts["itg:trainedOn"]["count"], counts["itg:trainedOn"]["stated"]) == (10, 3)


def test_names_gives_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "names", "--kind", "person", "--format", "json")
    merges = {row["spelling"]: row for row in json.loads(out)}
    assert code == 0
    assert merges["Srini Iyer"]["name"] == "Srinivas Iyer"
    assert "given name" in merges["Srini Iyer"]["why"]


def test_a_broken_graph_file_is_an_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "broken.trig"
    file.write_text("this is not TriG", encoding="utf-8")
    code, out, err = run(capsys, "stats", "-g", str(file))
    assert code == 3
    assert not out
    assert str(file) in err
    assert run(capsys, "stats", "-g", str(tmp_path / "absent.trig"))[0] == 3


# -- making ----------------------------------------------------------------------------------------------------


def test_extract_build_validate_ask(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(README, encoding="utf-8")
    data, graph = tmp_path / "data" / "2024-01-01", tmp_path / "graph.trig"
    code, out, _ = run(capsys, "extract", str(readme), "-o", str(data))
    assert code == 0
    assert "1 table, 1 row, 1 entry" in out
    code, _, err = run(capsys, "build", str(tmp_path / "data"), "-o", str(graph))
    assert code == 0
    assert str(graph) in err
    code, _, err = run(capsys, "validate", str(graph))
    assert code == 0, err
    # Facts from other sources know a model of that name, too.
    code, out, _ = run(capsys, "lineage", "dataset/Alpaca", "-g", str(graph))
    assert code == 0
    assert "InstructGPT (model)" in out
    assert "text-davinci-003 (model)" in out
    code, _, err = run(capsys, "build", str(tmp_path / "data"), "--layers", "survey", "-o", str(graph))
    assert code == 0, err
    code, out, _ = run(capsys, "lineage", "Alpaca", "-g", str(graph))
    assert code == 0
    assert "InstructGPT (model)" in out
    assert "text-davinci-003" not in out


def test_extract_says_when_part_could_not_be_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(README.replace("</table>", ""), encoding="utf-8")
    code, out, err = run(capsys, "extract", str(readme), "-o", str(tmp_path / "out"))
    assert code == 1
    assert "unclosed-table" in out
    assert "issues.csv" in err
    assert (tmp_path / "out" / "datasets.csv").read_text(encoding="utf-8").count("Alpaca") == 1


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"\0\1\2", "not a text"),
        (b"caf\xe9 | tea", "UTF-8"),
        (b"x" * (6 * 1024 * 1024), "too large"),
    ],
    ids=["empty", "binary", "latin-1", "huge"],
)
def test_extract_refuses_what_is_no_readme(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes, word: str
) -> None:
    readme = tmp_path / "README.md"
    readme.write_bytes(content)
    code, out, err = run(capsys, "extract", str(readme), "-o", str(tmp_path / "out"))
    assert code == 3
    assert not out
    assert word in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["README.md"], "nothing half-written"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--date", "yesterday"],
        ["--commit", "abc"],
        ["--repository", "not a repository"],
        ["--id", "../../etc"],
    ],
)
def test_extract_refuses_impossible_provenance(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str]
) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(README, encoding="utf-8")
    code, _, err = run(capsys, "extract", str(readme), "-o", str(tmp_path / "out"), *arguments)
    assert code in (2, 3)
    assert arguments[1] in err
    assert not (tmp_path / "out").exists()


def test_extract_does_not_overwrite_a_strangers_folder(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(README, encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir()
    (home / "thesis.txt").write_text("years of work", encoding="utf-8")
    code, _, err = run(capsys, "extract", str(readme), "-o", str(home))
    assert code == 3
    assert "lest" in err
    assert [path.name for path in home.iterdir()] == ["thesis.txt"]


def test_extract_keeps_what_is_not_its_own(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(README, encoding="utf-8")
    folder = tmp_path / "data" / "2024-01-01"
    assert run(capsys, "extract", str(readme), "-o", str(folder))[0] == 0
    (folder / "NOTES.md").write_text("mine", encoding="utf-8")
    code, _, err = run(capsys, "extract", str(readme), "-o", str(folder))
    assert code == 3
    assert "NOTES.md" in err
    assert (folder / "NOTES.md").read_text(encoding="utf-8") == "mine"


def test_another_text_is_not_pinned_to_the_old_commit(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    readme, folder = tmp_path / "README.md", tmp_path / "data" / "2024-01-01"
    readme.write_text(README, encoding="utf-8")
    pin = ["--repository", "example/survey", "--commit", "0" * 40]
    assert run(capsys, "extract", str(readme), "-o", str(folder), *pin)[0] == 0
    assert run(capsys, "extract", str(readme), "-o", str(folder))[2] == ""
    registry = (tmp_path / "data" / "snapshots.toml").read_text(encoding="utf-8")
    assert f'commit = "{"0" * 40}"' in registry
    readme.write_text(README.replace("52K", "53K"), encoding="utf-8")
    assert "pinned" in run(capsys, "extract", str(readme), "-o", str(folder))[2]
    assert "commit" not in (tmp_path / "data" / "snapshots.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "word"),
    [
        ("tables.csv", "datasets,datasets,", "datasets,dataset,", "layout"),
        ("tables.csv", ",1\n", ",2\n", "announced"),
        ("datasets.csv", "1,5,5,", "1,5,4,", "lines"),
        ("datasets.csv", "1,5,5,", "2,5,5,", "row"),
        ("datasets.csv", "1,5,5,", "1,five,5,", "number"),
        ("issues.csv", "code,message\n", "message,code,x\n1,1,../x,1,info,a,b,c\n", "table"),
    ],
)
def test_a_slip_in_edited_facts_is_an_error(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, file: str, old: str, new: str, word: str
) -> None:
    readme, folder = tmp_path / "README.md", tmp_path / "data" / "2024-01-01"
    readme.write_text(README, encoding="utf-8")
    run(capsys, "extract", str(readme), "-o", str(folder))
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    code, _, err = run(capsys, "build", str(folder), "-o", str(tmp_path / "g.trig"))
    assert code == 3
    assert word in err
    assert file in err
    assert not (tmp_path / "g.trig").exists()


def test_names_that_are_not_there_are_an_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = run(capsys, "build", "--names", str(tmp_path / "absent.csv"), "-o", str(tmp_path / "g.trig"))
    assert code == 3
    assert "absent.csv" in err


def test_a_file_without_named_graphs_can_be_shown(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    turtle = tmp_path / "g.ttl"
    assert run(capsys, "export", "--format", "turtle", "-o", str(turtle))[0] == 0
    code, out, _ = run(capsys, "show", "Alpaca", "--kind", "model", "-g", str(turtle))
    assert code == 0
    assert "LLaMA (model)" in out
    assert "7B parameters" in out
    assert "Radiology-GPT" in out


def test_extract_from_an_address_that_does_not_answer(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = run(capsys, "extract", "http://127.0.0.1:9/README.md", "-o", str(tmp_path / "out"))
    assert code == 3
    assert "127.0.0.1:9" in err
    code, _, err = run(capsys, "extract", "ftp://127.0.0.1/README.md", "-o", str(tmp_path / "out"))
    assert code == 3
    assert "http" in err


def test_validate_exits_1_on_violations(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    graph = tmp_path / "bad.ttl"
    graph.write_text(
        "@prefix itg: <https://w3id.org/itgraph/ontology#> .\n"
        "<https://w3id.org/itgraph/model/x> a itg:Model ; itg:baseModel <https://w3id.org/itgraph/model/x> .\n",
        encoding="utf-8",
    )
    code, out, err = run(capsys, "validate", str(graph))
    assert code == 1
    assert "does not conform" in err
    assert "model/x" in out or "itm:x" in out
    code, out, _ = run(capsys, "validate", str(graph), "--format", "turtle")
    assert code == 1
    assert "ValidationReport" in out


def test_build_reports_folders_without_snapshots(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = run(capsys, "build", str(tmp_path), "-o", str(tmp_path / "g.trig"))
    assert code == 3
    assert "itgraph extract" in err
    code, _, err = run(capsys, "build", "--layers", "gossip", "-o", str(tmp_path / "g.trig"))
    assert code == 2
    assert "gossip" in err
    assert "survey" in err
    code, _, err = run(capsys, "build", "-o", str(tmp_path / "g.doc"))
    assert code == 2
    assert ".trig" in err
    assert list(tmp_path.iterdir()) == []


def test_export_focus_to_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    target = tmp_path / "lima.jsonld"
    code, out, _ = run(capsys, "export", "--format", "jsonld", "--focus", "LIMA", "--kind", "model", "-o", str(target))
    assert code == 0
    assert not out
    assert "model/lima" in target.read_text(encoding="utf-8") or "itm:lima" in target.read_text(encoding="utf-8")
    code, _, err = run(capsys, "export", "--format", "docx", "-o", str(tmp_path / "x"))
    assert code == 2
    assert "turtle" in err


# -- as a process ------------------------------------------------------------------------------------------------


def process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "itgraph", *arguments],
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
    )


def test_build_is_the_shipped_graph_whatever_the_hash_seed(tmp_path: Path) -> None:
    from itgraph.resources import shipped_graph_path

    for seed in ("1", "2"):
        result = process("build", "-o", str(tmp_path / f"{seed}.trig"), PYTHONHASHSEED=seed)
        assert result.returncode == 0, result.stderr
    first, second = ((tmp_path / f"{seed}.trig").read_bytes() for seed in ("1", "2"))
    assert first == second
    assert first == shipped_graph_path().read_bytes(), "data/itgraph.trig is not what build makes: build it again"


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    script = f"{sys.executable} -m itgraph export --format nquads | head -n 1"
    result = subprocess.run(["bash", "-o", "pipefail", "-c", script], capture_output=True, check=False)
    assert (result.returncode, result.stderr) == (0, b"")


def test_data_is_utf8_wherever_it_goes() -> None:
    result = process("show", "TÜLU", "--format", "json", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout.decode("utf-8"))["thing"]["label"] == "TÜLU"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_said_in_a_line() -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "itgraph", "stats"]
        result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert result.returncode == 3
    assert b"Traceback" not in result.stderr


def test_help_and_version_import_nothing_heavy() -> None:
    code = (
        "import sys; from itgraph.cli import main; main(['--help']); "
        "heavy = {'rdflib', 'networkx', 'pyshacl', 'pandas', 'rich', 'pyoxigraph', 'yaml'} & set(sys.modules); "
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert result.returncode == 0, result.stderr


def test_the_formats_are_those_of_the_registry() -> None:
    from itgraph.cli import EXPORT_FORMATS
    from itgraph.export import FORMATS

    assert list(EXPORT_FORMATS) == list(FORMATS)


def test_version_says_which_graph_comes_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    from itgraph import __version__
    from itgraph.resources import shipped_graph_path

    content = hashlib.sha256(shipped_graph_path().read_bytes()).hexdigest()
    assert run(capsys, "--version") == (
        0,
        f"itgraph {__version__}\nshipped graph: snapshot 2024-10-15, sha256 {content[:12]}...\n",
        "",
    )


def test_version_without_a_graph_is_still_the_version(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from itgraph import resources

    (tmp_path / "data").mkdir()
    monkeypatch.setattr(resources, "data_path", lambda: tmp_path / "data")
    code, out, _ = run(capsys, "--version")
    assert code == 0
    assert "shipped graph: none" in out
    assert "itgraph build -o" in out


# -- how it talks --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["before", "after"])
def test_quiet_leaves_notes_out_and_errors_in(capsys: pytest.CaptureFixture[str], place: str) -> None:
    def ask(*arguments: str) -> tuple[int, str, str]:
        return run(capsys, *(["--quiet", *arguments] if place == "before" else [*arguments, "-q"]))

    loud = run(capsys, "query", "licences-of-ancestry", "model=CLIP")
    assert loud[2]
    assert ask("query", "licences-of-ancestry", "model=CLIP") == (*loud[:2], "")
    assert ask("lineage", "Radiologygtp") == run(capsys, "lineage", "Radiologygtp")
    assert ask("lineage", "--nope")[2] == run(capsys, "lineage", "--nope")[2]
    # And the next run is as loud as ever.
    assert run(capsys, "query", "licences-of-ancestry", "model=CLIP") == loud


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ["lineage", "Radiologygtp"],
            {
                "code": "unknown-name",
                "where": {"name": "Radiologygtp"},
                "exit_code": 2,
            },
        ),
        (
            ["show", "Alpaca"],
            {"code": "ambiguous-name", "exit_code": 2, "candidates": ["itm:alpaca", "itd:alpaca"]},
        ),
        (
            ["query", "-e", "SELECT * WHERE { ?s"],
            {"code": "query-syntax", "exit_code": 2},
        ),
        (
            ["stats", "-g", "absent.trig"],
            {
                "code": "source",
                "message": "absent.trig: there is no such file or folder; `itgraph build -o FILE` makes a graph",
                "where": {"path": "absent.trig"},
                "what_to_do": "`itgraph build -o FILE` makes a graph",
                "exit_code": 3,
            },
        ),
        (
            ["lineage"],
            {
                "code": "usage",
                "where": {"command": "itgraph lineage"},
                "what_to_do": "`itgraph lineage --help` says how it is used",
                "exit_code": 2,
            },
        ),
        (["lineage", "GPT-3", "--nope"], {"code": "usage", "exit_code": 2}),
        (["linage", "GPT-3"], {"code": "usage", "exit_code": 2}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
@pytest.mark.parametrize("place", ["before", "after"])
def test_errors_as_json(
    capsys: pytest.CaptureFixture[str], arguments: list[str], expected: dict[str, object], place: str
) -> None:
    option = ["--errors", "json"] if place == "before" else ["--errors=json"]
    code, out, err = run(capsys, *([*option, *arguments] if place == "before" else [*arguments, *option]))
    assert out == ""
    assert err.count("\n") == 1
    said = json.loads(err)
    assert code == said["exit_code"]
    assert list(said)[:5] == ["code", "message", "where", "what_to_do", "exit_code"]
    assert said.items() >= expected.items()
    assert said["message"]


def test_an_error_in_json_has_nothing_that_a_terminal_acts_on(capsys: pytest.CaptureFixture[str]) -> None:
    _, _, err = run(capsys, "show", "a; \x1b[31m\u202e\x9b", "--errors", "json")
    assert err.isascii()
    assert err.rstrip("\n").isprintable()
    said = json.loads(err)
    assert said["where"]["name"] == "a; \x1b[31m\u202e\x9b"
    assert said["what_to_do"] == "check the spelling, or give its IRI"


def test_a_name_that_is_called_like_an_option_is_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "path", "--nope", "--", "--errors", "json")
    assert code == 2
    assert err.startswith("Usage: ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_in_json() -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "itgraph", "--errors", "json", "stats"]
        result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert result.returncode == 3
    said = json.loads(result.stderr)
    assert (said["code"], said["message"]) == ("output", "the output cannot be written: No space left on device")


@pytest.mark.parametrize(
    ("error", "message", "where"),
    [
        (PermissionError(13, "Not so", "a.csv"), "a.csv: cannot be read or written: Not so", True),
        (OSError(5, "Input/output error"), "reading or writing failed: Input/output error", False),
    ],
)
def test_what_the_system_refuses_is_not_laid_to_the_output(
    error: OSError, message: str, where: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("itgraph.contributions.check", check)
    assert run(capsys, "check", "data") == (3, "", f"itgraph: {message}\n")
    code, _, err = run(capsys, "check", "data", "--errors", "json")
    said = json.loads(err)
    assert (code, said["code"], said["message"]) == (3, "input-output", message)
    assert said["where"] == ({"path": "a.csv"} if where else None)


def test_every_command_takes_them(capsys: pytest.CaptureFixture[str]) -> None:
    from itgraph.cli import cli

    for name in cli.commands:
        code, out, _ = run(capsys, name, "--help")
        assert code == 0
        assert "--quiet" in out, name
        assert "--errors" in out, name


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({}, False),
        ({"CLICOLOR_FORCE": "1"}, True),
        ({"FORCE_COLOR": "1"}, True),
        ({"CLICOLOR_FORCE": "0"}, False),
        ({"FORCE_COLOR": ""}, False),
        ({"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False),
        ({"CLICOLOR_FORCE": "1", "NO_COLOR": ""}, True),
        ({"CLICOLOR_FORCE": "1", "TERM": "dumb"}, True),
    ],
    ids=str,
)
def test_colours_in_a_pipe(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    coloured: bool,
) -> None:
    for name in ("NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    out = run(capsys, "lineage", "Radiology-GPT")[1]
    assert ("\x1b[" in out) == coloured


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is a thing of Unix")
@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False), ({"CLICOLOR": "0"}, False)],
    ids=str,
)
def test_colours_on_a_terminal(environment: dict[str, str], coloured: bool) -> None:
    import pty

    ours, theirs = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if "COLOR" not in name}
    command = [sys.executable, "-m", "itgraph", "lineage", "Radiology-GPT"]
    done = subprocess.run(command, stdout=theirs, env={**kept, "TERM": "xterm", **environment}, check=False)
    os.close(theirs)
    out = os.read(ours, 2**16)
    os.close(ours)
    assert done.returncode == 0
    assert (b"\x1b[" in out) == coloured


# -- completion ----------------------------------------------------------------------------------------------------


def complete(shell: str, line: str) -> list[str]:
    """Return what a shell is told, for a line that ends where the cursor is."""
    words = line.split(" ")
    asked = {"COMP_LINE": line, "COMP_POINT": str(len(line)), "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    if shell == "fish":
        asked["COMP_CWORD"] = words[-1]
    result = process(_ITGRAPH_COMPLETE=f"{shell}_complete", **asked)
    assert (result.returncode, result.stderr) == (0, b"")
    return list(filter(None, result.stdout.decode().splitlines()))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("itgraph line", ["plain,lineage"]),
        ("itgraph lineage Radio", ["plain,Radiology-GPT"]),
        ("itgraph lineage radio", ["plain,Radiology-GPT"]),
        ("itgraph show --kind dataset Alp", ["plain,Alpaca"]),
        ("itgraph lineage model/Radio", ["plain,model/Radiology-GPT"]),
        ("itgraph query teachers-of-m", ["plain,teachers-of-model"]),
        ("itgraph query teachers-of-model m", ["plain,model="]),
        ("itgraph query teachers-of-model model=Radio", ["plain,Radiology-GPT"]),
        ("itgraph lineage GPT-3 --format mer", ["plain,mermaid"]),
        ("itgraph diff 2023", ["plain,2023-09-05"]),
        ("itgraph lineage x -g da", ["file,da"]),
        ("itgraph lineage nothing-is-called-so", []),
        ("itgraph query no-such-query x", []),
        ("itgraph lineage -g http://127.0.0.1:9/ Alp", []),
        ("itgraph lineage -g absent.trig Alp", []),
        ("itgraph show 'Alp", ["plain,Alpaca"]),
    ],
)
def test_what_bash_is_told(line: str, expected: list[str]) -> None:
    found = complete("bash", line)
    assert found[: len(expected)] == expected
    assert bool(found) == bool(expected)


@pytest.mark.parametrize(
    ("query", "typed", "some", "none"),
    [
        ("works-of-person", "person=", "person=Adam Roberts", "person=Alpaca"),
        ("things-of-modality", "modality=", "modality=Video", "modality=Alpaca"),
        ("affected-by-thing", "thing=", "thing=Alpaca", "thing=Adam Roberts"),
        ("facts-of-file", "file=L", "file=licences", "file=releases"),
        ("large-datasets", "minimum=", "", "minimum=Alpaca"),
        ("datasets-in-language", "language=", "", "language=Alpaca"),
    ],
)
def test_of_a_parameter_only_what_it_may_be_is_offered(query: str, typed: str, some: str, none: str) -> None:
    from itgraph.completion import complete_parameters

    found = complete_parameters(None, query, typed)
    assert none not in found
    assert (some in found) if some else found == []


def test_only_concepts_are_offered_where_a_concept_is_asked_for() -> None:
    from itgraph.completion import complete_things

    assert complete_things(None, "concept:evaluation-type", "") == ["close-ended", "GPT-based"]
    assert complete_things(None, "no such kind", "") == []


def test_what_zsh_and_fish_are_told() -> None:
    assert complete("zsh", "itgraph lineage Radio") == ["plain", "Radiology-GPT", "_"]
    assert complete("fish", "itgraph lineage Radio") == ["plain,Radiology-GPT"]
    assert "plain" in complete("zsh", "itgraph ")


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("itgraph lineage Radio", ["Radiology-GPT"]),
        ("itgraph query teachers-of-model model=Radio", ["Radiology-GPT"]),
        ("itgraph show dataset/Flan", [r"dataset/Flan\ 2021"]),
    ],
)
def test_the_script_in_a_real_bash(line: str, expected: list[str], tmp_path: Path) -> None:
    program = tmp_path / "itgraph"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m itgraph "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    script = (
        'source <(itgraph completion bash) && complete -p itgraph >&2 && COMP_LINE="$1" COMP_POINT=${#1} && '
        '_itgraph_completion itgraph 2> /dev/null; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    result = subprocess.run(
        ["bash", "--norc", "-c", script, "bash", line],
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
        check=False,
    )
    assert result.stdout.splitlines()[: len(expected)] == expected, result.stderr
    assert "-F _itgraph_completion itgraph" in result.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_scripts_are_the_same_wherever_they_are_made(
    capsys: pytest.CaptureFixture[str], shell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, err = run(capsys, "completion", shell)
    assert (code, err) == (0, "")
    assert f"_ITGRAPH_COMPLETE={shell}_complete" in out
    monkeypatch.setenv("PATH", "/nowhere")
    assert run(capsys, "completion", shell) == (0, out, "")


# -- what it says of itself ----------------------------------------------------------------------------------------


def test_help_fits_a_terminal_and_is_whole(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    import click

    from itgraph.cli import cli

    monkeypatch.setenv("COLUMNS", "80")
    for name, command in {"": cli, **cli.commands}.items():
        code, out, _ = run(capsys, *filter(None, [name]), "--help")
        assert code == 0
        assert [line for line in out.splitlines() if len(line) > 80] == [], name
        assert command.help, name
        summary = command.help.split("\n\n")[0]
        assert summary[0].isupper(), name
        assert summary.endswith((".", "?")), name
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, (name, option.name)
                assert option.help[0].isupper(), (name, option.name)
                assert option.help.endswith((".", "]")), (name, option.name)
