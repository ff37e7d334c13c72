"""What is wrong with files of facts, all of it and in the words of the build; and what new rows add to the graph."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from itgraph import terms
from itgraph.build import build
from itgraph.cli import main
from itgraph.contributions import Change, Check, Finding, _extract_head, check, format_check, say_result
from itgraph.curated import COLUMNS
from itgraph.errors import SourceError
from itgraph.extract import extract
from itgraph.names import make_names
from itgraph.records import Snapshot
from itgraph.resources import data_path
from itgraph.shapes import validate
from itgraph.snapshots import write_snapshot

ROOT = Path(__file__).resolve().parents[1]
SOURCE = "https://example.org/card"
FILES: dict[str, list[str]] = {
    "things": [f"model,X,What it is.,{SOURCE}"],
    "papers": [f"model,X,arxiv,2301.00002,On X,A. Turing; others,2023,{SOURCE}"],
    "organisations": [f"OpenAI,company,,{SOURCE}"],
    "developers": [f"model,M,OpenAI,{SOURCE}"],
    "licences": [f"model,M,code,MIT,true,open,{SOURCE}"],
    "releases": [f"model,M,2023-03,paper,{SOURCE}"],
    "identifiers": [f"model,M,github,a/b,{SOURCE},"],
    "lineage": [f"model,X,baseModel,model,M,{SOURCE}"],
    "corrections": [f"model,M,parameters,7B,13B,replaces,w,{SOURCE}"],
    "disagreements": [f"model,M,license,MIT,{SOURCE},unspecified,https://example.org/b,MIT,w"],
}
README = """# A survey
<table><tr><th>Model Name</th><th>Base Model</th><th># Params</th></tr>
<tr><td>M [<a href="#ref1">1</a>]</td><td>A</td><td>7B</td></tr>
<tr><td>N</td><td>B</td><td>6B</td></tr></table>

<a id="ref1"></a>[1] Alan Turing. **On M**. arXiv preprint arXiv:2301.00001, 2023. [Paper](https://arxiv.org/abs/2301.00001)
"""


def write_files(folder: Path) -> Path:
    """Write a small folder of data with nothing wrong in it."""
    facts = extract(README.encode(), Snapshot(id="2024-01-01", date="2024-01-01", sha256=""), make_names(()))
    write_snapshot(facts, folder / "2024-01-01")
    (folder / "names.csv").write_text("kind,name,other,why\nmodel,A,,a base\nmodel,B,,a base\n", encoding="utf-8")
    (folder / "curated").mkdir()
    for name, rows in FILES.items():
        text = "\n".join([",".join(COLUMNS[name]), *rows, ""])
        (folder / "curated" / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with nothing wrong in it, to compare with."""
    return write_files(tmp_path_factory.mktemp("clean"))


@pytest.fixture
def data(clean: Path, tmp_path: Path) -> Path:
    """Return a folder with nothing wrong in it, to be changed."""
    return shutil.copytree(clean, tmp_path / "data")


def add(data: Path, file: str, *rows: str) -> None:
    with (data / file).open("a", encoding="utf-8", newline="") as out:
        out.writelines(f"{row}\n" for row in rows)


def told(found: Check) -> list[str]:
    return [f"{Path(f.path).name}:{f.line}: {f.severity}: {f.message}" for f in found.findings]


# -- what the build stops at -------------------------------------------------------------------------------------------


def test_nothing_is_wrong_with_what_is_shipped() -> None:
    found = check(ROOT / "data")
    assert found.findings == ()
    assert found.rows > 800


def test_nothing_is_wrong_with_the_clean_folder(clean: Path) -> None:
    build([clean])
    found = check(clean, against=clean)
    assert (found.findings, found.notes, found.changes) == ((), (), ())
    assert "nothing is wrong" in say_result(found)


@pytest.mark.parametrize(
    ("file", "row", "words"),
    [
        ("developers", f"model,MM,OpenAI,{SOURCE}", "no model is called 'MM'; did you mean 'M'"),
        ("developers", f"model,M,OpenAl,{SOURCE}", "give it a row of organisations.csv"),
        ("developers", f"dataset,Nothing,OpenAI,{SOURCE}", "give it a row of things.csv"),
        ("developers", f"modle,M,OpenAI,{SOURCE}", "entity_kind must be one of model, "),
        ("developers", f"model,,OpenAI,{SOURCE}", "entity is empty"),
        ("developers", "model,M,OpenAI,example.org", "source_url must be the address"),
        ("developers", f"model,M,OpenAI,{SOURCE},more", "5 cells for 4 columns"),
        ("developers", "model,M,OpenAI", "3 cells for 4 columns"),
        ("developers", f"model,M,OpenAI,{SOURCE}", "repeats line 2"),
        ("developers", f'model,M,"OpenAI,{SOURCE}', "a quotation mark is opened here and never closed"),
        ("developers", f'model,M,"Open"AI,{SOURCE}', "text follows a closing quotation mark"),
        ("developers", f"model,<b>M</b>,OpenAI,{SOURCE}", "holds markup"),
        ("developers", f"model,M\u202e,OpenAI,{SOURCE}", "unprintable character U+202E"),
        ("developers", f"model,{'M' * 1001},OpenAI,{SOURCE}", "1001 characters"),
        ("developers", f"model,{'M' * 200_000},OpenAI,{SOURCE}", "a cell is longer than"),
        ("releases", f"model,M,2023-13,paper,{SOURCE}", "'2023-13' is not a date"),
        ("releases", f"model,M,2023,papers,{SOURCE}", "what must be one of"),
        ("licences", f"model,N,code,Apache-2,true,open,{SOURCE}", "or write Apache-2.0"),
        ("licences", f"model,M,code,MIT,true,restricted,{SOURCE}", "says restricted, but line 2 says open"),
        ("identifiers", f"model,M,arxiv,abc,{SOURCE},", "does not look like an identifier of arxiv"),
        ("lineage", f"model,M,trainedOn,model,N,{SOURCE}", "trainedOn leads from a model to a"),
        ("lineage", f"model,M,baseModel,model,X,{SOURCE}", "closes a circle"),
        ("organisations", f"OpenAI,university,,{SOURCE}", "says university, but line 2 says company"),
        ("corrections", f"model,N,parameters,7B,13B,replaces,w,{SOURCE}", "no snapshot says that the parameters of N"),
        ("corrections", f"model,N,baseModel,B,A,replaces,w,{SOURCE}", "lineage.csv does not say N baseModel A"),
        ("corrections", f"paper,On N,issued,2023,2024,replaces,w,{SOURCE}", "no work is called 'On N'"),
        ("disagreements", f"model,M,license,MIT,{SOURCE},MIT,https://example.org/c,,w", "are the same"),
        ("things", f"organization,O,A company.,{SOURCE}", "organisations.csv"),
        ("papers", f"model,M,doi,11/x,T,A B,2023,{SOURCE}", "does not look like an identifier of doi"),
    ],
)
def test_what_the_build_stops_at_is_an_error_in_the_same_words(
    file: str, row: str, words: str, data: Path, clean: Path
) -> None:
    add(data, f"curated/{file}.csv", row)
    with pytest.raises(SourceError) as caught:
        build([data])
    assert words in str(caught.value)
    found = check(data, against=clean)
    place = f"{caught.value.path}:{caught.value.line}: "
    message = str(caught.value).removeprefix(place)
    assert message != str(caught.value)
    errors = [f for f in found.findings if f.severity == "error"]
    assert [(f.path, f.line) for f in errors if f.message == message] == [(caught.value.path, 3)]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("modle,A,B,w", "there is no kind 'modle'"),
        ("model,A,B", "3 cells where 4 are needed"),
        ("model,A,,", "why is empty"),
        ("model,a,,w", "is also written 'A'"),
        ("model,A,B,w", "is a name of its own elsewhere"),
        ('model,"A" x,,w', "text follows a closing quotation mark"),
    ],
)
def test_a_wrong_decision_is_an_error_in_the_same_words(row: str, words: str, data: Path, clean: Path) -> None:
    add(data, "names.csv", row)
    with pytest.raises(SourceError, match=re.escape(words)) as caught:
        build([data])
    (error,) = [f for f in check(data, against=clean).findings if f.severity == "error"]
    assert str(error) == str(caught.value)
    assert error.line == 4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: (data / "curated" / "licenses.csv").write_text("x"), "call it licences.csv"),
        (lambda data: (data / "curated" / "lineage.csv").write_text("a,b\n"), "the header must be subject_kind,"),
        (lambda data: (data / "curated" / "lineage.csv").write_text("a,b\n", "utf-16"), "is not UTF-8"),
        (lambda data: (data / "2024-01-01" / "models.csv").unlink(), "cannot be read"),
        (lambda data: (data / "2024-01-01" / "models.csv").write_text("row\n"), "the header lacks"),
        (lambda data: (data / "names.csv").write_bytes(b"kind,name,other,why\nmodel,\xff,,w\n"), "is not UTF-8"),
        (lambda data: shutil.rmtree(data / "2024-01-01"), "put it back, or take out the entry"),
        (lambda data: (data / "snapshots.toml").write_text("x"), "not TOML"),
    ],
)
def test_a_file_that_is_no_such_file(change: Callable[[Path], object], words: str, data: Path, clean: Path) -> None:
    change(data)
    with pytest.raises(SourceError, match=re.escape(words)):
        build([data])
    errors = [f.message for f in check(data, against=clean).findings if f.severity == "error"]
    assert [message for message in errors if words in message]


def test_names_of_a_snapshot_that_cannot_be_read_are_not_called_unknown(data: Path, clean: Path) -> None:
    (data / "2024-01-01" / "models.csv").unlink()
    (error,) = check(data, against=clean).findings
    assert (Path(error.path).name, error.message[:14]) == ("models.csv", "cannot be read")


def test_everything_is_found_at_once(data: Path, clean: Path) -> None:
    add(data, "curated/developers.csv", f"model,MM,OpenAI,{SOURCE}", "model,M,OpenAI,x", f"modle,M,OpenAI,{SOURCE}")
    add(data, "curated/releases.csv", "model,M,never,paper,nowhere")
    add(data, "names.csv", "model,a,,w", "model,A,B,w")
    assert told(check(data, against=clean)) == [
        "developers.csv:3: error: no model is called 'MM'; did you mean 'M'? If it is another, "
        "give it a row of things.csv",
        "developers.csv:4: error: source_url must be the address where this was read (http or https), not 'x'",
        "developers.csv:4: warning: stands in the wrong place: the rows are sorted, and it belongs after line 2 "
        "and before line 3",
        "developers.csv:5: error: entity_kind must be one of model, dataset, benchmark, technique, organization, "
        "not 'modle'",
        "releases.csv:3: error: 'never' is not a date; write 2023, 2023-03 or 2023-03-14, as far as it is known",
        "releases.csv:3: error: source_url must be the address where this was read (http or https), not 'nowhere'",
        "names.csv:4: error: the model 'a' is also written 'A'; choose one",
        "names.csv:5: error: 'B' is said to be 'A', but is a name of its own elsewhere",
    ]


def test_lines_after_one_that_cannot_be_read_are_read(data: Path, clean: Path) -> None:
    path = data / "curated" / "developers.csv"
    lines = [f'model,N,"OpenAI,{SOURCE}\n', f"model,NN,OpenAI,{SOURCE}\n"]
    path.write_bytes(path.read_bytes() + b"model,\xff,OpenAI,x\n" + "".join(lines).encode())
    assert [(f.line, f.message[:20]) for f in check(data, against=clean).findings] == [
        (3, "is not UTF-8 (invali"),
        (4, "cannot be read: a qu"),
        (5, "no model is called '"),
    ]


def test_a_file_of_something_else_is_told_and_given_up(data: Path, clean: Path) -> None:
    path = data / "curated" / "developers.csv"
    path.write_text(path.read_text() + 'a"b\n"c"d\n' * 500)
    findings = [f for f in check(data, against=clean).findings if "cannot be read" in f.message]
    assert len(findings) < 100
    assert "is this a CSV file?" in findings[-1].message


# -- what the build lets pass ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("releases", "\ufeff{}", "1: begins with a byte order mark; save it as UTF-8 without one"),
        ("names", "\ufeff{}", "1: begins with a byte order mark; save it as UTF-8 without one"),
        ("releases", "{}model,M,2023,data,S", "3: the last line has no end"),
        ("releases", "{}model,M,2023,data,S\r\n", "3: lines end in CR LF, as on Windows"),
        ("releases", "{}model,M , 2023-04,data,S\n", "3: entity is read as 'M'; write it so, not 'M '"),
        ("releases", "{}model,M,2023,data,S\n", "3: stands in the wrong place"),
        ("releases", "{}model,m,2023-03,paper,S\n", "3: says what line 2 says, in another spelling; take one out"),
        ("names", "{}model,A,,v\n", "4: says what line 2 says; take one out"),
        ("papers", "{}model,M,arxiv,2301.00001,On M,A B,2023,S\n", "3: a survey cites arxiv 2301.00001 already (On M"),
    ],
)
def test_what_is_untidy_is_a_warning(file: str, content: str, words: str, data: Path, clean: Path) -> None:
    path = data / "names.csv" if file == "names" else data / "curated" / f"{file}.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(content.replace(",S", f",{SOURCE}").format(text), encoding="utf-8", newline="")
    build([data])
    warnings = [f"{f.line}: {f.message}" for f in check(data, against=clean).findings if f.severity == "warning"]
    assert [one for one in warnings if one.startswith(words)]


def test_a_row_in_the_wrong_place_is_the_one_that_moves(data: Path, clean: Path) -> None:
    rows = [f"model,{name},2023,data,{SOURCE}" for name in ("N", "A", "B", "M", "X")]
    path = data / "curated" / "releases.csv"
    path.write_text("\n".join([",".join(COLUMNS["releases"]), *rows, ""]), encoding="utf-8")
    (warning,) = check(data, against=clean).findings
    assert warning.line == 2
    assert warning.message.endswith("it belongs after line 5 and before line 6")


# -- what rows add -----------------------------------------------------------------------------------------------------


def test_what_a_row_adds_to_the_graph(data: Path, clean: Path) -> None:
    add(data, "curated/lineage.csv", f"model,X,baseModel,model,N,{SOURCE}")
    found = check(data, against=clean)
    assert [str(change) for change in found.changes] == ["+ itm:x itg:baseModel itm:n"]
    assert "+ itm:x itg:baseModel itm:n\n" in format_check(found)


def test_what_a_change_takes_away(data: Path, clean: Path) -> None:
    path = data / "curated" / "lineage.csv"
    path.write_text(path.read_text().replace("baseModel,model,M", "baseModel,model,N"))
    changes = [str(change) for change in check(data, against=clean).changes]
    assert changes == ["- itm:x itg:baseModel itm:m", "+ itm:x itg:baseModel itm:n"]


def test_a_row_that_says_what_is_there_already_is_noted(data: Path, clean: Path) -> None:
    add(data, "curated/lineage.csv", f"model,X,baseModel,model,M,{SOURCE}/2")
    found = check(data, against=clean)
    assert [(f.severity, f.line, f.message) for f in found.notes] == [
        ("note", 3, "the graph says this already; the row adds a source for it, and nothing else")
    ]
    assert found.changes == ()
    assert found.findings == ()


def test_a_new_name_that_the_rule_knows_is_noted(data: Path, clean: Path) -> None:
    add(data, "names.csv", "model,A,a,w")
    (note,) = check(data, against=clean).notes
    assert (note.line, note.message) == (4, "'a' and 'A' are one name without this line, which does nothing")
    assert check(data, against=data).notes == ()


def test_a_right_row_beside_a_wrong_one_is_told_all_the_same(data: Path, clean: Path) -> None:
    add(data, "curated/lineage.csv", "model,X", f"model,X,baseModel,model,N,{SOURCE}")
    found = check(data, against=clean)
    assert [str(change) for change in found.changes] == ["+ itm:x itg:baseModel itm:n"]
    assert [f.line for f in found.findings] == [3]


def test_it_is_compared_with_what_git_has_committed(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", str(data.parent)]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *command], check=True, capture_output=True)
    monkeypatch.chdir(data.parent)
    assert check(Path("data")).changes == ()
    add(data, "curated/lineage.csv", f"model,X,baseModel,model,N,{SOURCE}")
    for folder in (None, Path("data"), Path("data/curated")):
        found = check(folder)
        assert found.against == "git's HEAD"
        assert [str(change) for change in found.changes] == ["+ itm:x itg:baseModel itm:n"]


def test_in_a_hook_of_another_repository_it_is_compared_with_its_own(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for command in (["init", "-q"], ["add", "data"], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, "-C", str(data.parent), *command], check=True, capture_output=True)
    subprocess.run([*git, "init", "-q", str(other)], check=True, capture_output=True)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    assert check(data).against == "git's HEAD"


def test_no_program_is_run_that_a_repository_names(data: Path, tmp_path: Path) -> None:
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", str(data.parent)]
    (data / ".gitattributes").write_text("*.csv filter=theirs\n")
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["commit", "-q", "-m", "x"],
        ["config", "filter.theirs.smudge", f"touch '{tmp_path}/was-run'; cat"],
        ["config", "core.fsmonitor", f"touch '{tmp_path}/was-run'"],
    ):
        subprocess.run([*git, *command], check=True, capture_output=True)
    assert check(data).against == "git's HEAD"
    assert not (tmp_path / "was-run").exists()


def test_no_path_of_a_repository_leads_out_of_the_folder(data: Path, tmp_path: Path) -> None:
    git = ["git", "-C", str(data.parent), "-c", "user.name=x", "-c", "user.email=x@example.org"]

    def run(*command: str, given: bytes = b"") -> bytes:
        return subprocess.run([*git, *command], input=given, check=True, capture_output=True).stdout.strip()

    run("init", "-q")
    blob = bytes.fromhex(run("hash-object", "-w", "--stdin", given=b"x").decode())
    # What git itself would never write: a tree whose entries are called .. and /names.csv.
    inner = run("hash-object", "-w", "-t", "tree", "--literally", "--stdin", given=b"100644 out.csv\0" + blob)
    names = b"40000 ..\0" + bytes.fromhex(inner.decode()) + b"100644 names.csv\0" + blob
    tree = run("hash-object", "-w", "-t", "tree", "--literally", "--stdin", given=names).decode()
    top = run("mktree", given=f"040000 tree {tree}\tdata\n".encode()).decode()
    run("update-ref", "HEAD", run("commit-tree", "-m", "x", top).decode())
    into = tmp_path / "deep" / "into"
    assert _extract_head(data, into)
    assert [path.name for path in (tmp_path / "deep").rglob("*.csv")] == ["names.csv"]


def test_a_file_that_may_not_be_read_is_told_as_such(
    data: Path, clean: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    closed, read = data / "curated" / "releases.csv", Path.read_bytes

    def read_bytes(path: Path) -> bytes:
        if path == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    assert main(["check", str(data), "--against", str(clean)]) == 1
    out, err = capsys.readouterr()
    assert "releases.csv: cannot be read: Permission denied" in out
    assert "1 error" in err


def test_a_folder_that_holds_no_facts(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is not there"):
        check(tmp_path / "none")
    with pytest.raises(SourceError, match="holds no facts"):
        check(tmp_path)
    (tmp_path / "x").write_text("")
    with pytest.raises(SourceError, match="is a file"):
        check(tmp_path / "x")


# -- the command -------------------------------------------------------------------------------------------------------


def test_the_command_says_it_and_exits_by_it(data: Path, clean: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(data), "--against", str(clean)]) == 0
    assert capsys.readouterr().out == ""
    add(data, "curated/developers.csv", f"model,\x1b[31mQ,OpenAI,{SOURCE}")
    assert main(["check", str(data), "--against", str(clean)]) == 1
    out, err = capsys.readouterr()
    assert "developers.csv:3: entity holds the unprintable character U+001B" in out
    assert "\x1b" not in out
    assert "11 rows of facts, 1 error and 1 warning; itgraph build stops at the first error" in err
    assert main(["check", str(data / "none")]) == 3


def test_the_command_gives_json(data: Path, clean: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add(data, "curated/lineage.csv", f"model,X,baseModel,model,N,{SOURCE}", f"model,X,baseModel,model,Q,{SOURCE}")
    assert main(["check", str(data), "--against", str(clean), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [(f["severity"], f["line"]) for f in found["findings"]] == [("error", 4)]
    assert {"sign": "+", "subject": "itm:x", "property": "itg:baseModel", "value": "itm:n"} in found["changes"]


def test_many_changes_are_cut_and_counted() -> None:
    note = Finding(severity="note", path="a", line=0, message="b")
    changes = tuple(Change(sign="+", subject="s", property="p", value=str(n)) for n in range(5))
    found = Check(folder="d", rows=1, findings=(), notes=(note,), against="x", changes=changes)
    assert format_check(found, most=3).splitlines()[-1] == "... and 2 more (--json has all)"


# -- things and papers in the graph ------------------------------------------------------------------------------------


def says(quads: list[Quad], subject: str, predicate: str) -> set[str]:
    found = set()
    for quad in quads:
        if quad.subject == NamedNode(terms.BASE + subject) and quad.predicate.value == predicate:
            assert isinstance(quad.object, NamedNode | Literal)
            if isinstance(quad.graph_name, DefaultGraph):
                found.add(quad.object.value.removeprefix(terms.BASE))
    return found


def test_a_thing_and_its_paper_are_in_the_graph(data: Path) -> None:
    # Two rows of one work, and an identifier of it: one paper with one label.
    add(data, "curated/papers.csv", f"model,Y,arxiv,2301.00002,On X,A. Turing; others,2023,{SOURCE}")
    add(data, "curated/things.csv", f"model,Y,Another.,{SOURCE}")
    add(data, "curated/identifiers.csv", f"model,X,arxiv,2301.00002,{SOURCE},")
    quads = build([data])
    assert says(quads, "model/x", terms.RDFS_COMMENT) == {"What it is."}
    assert says(quads, "model/x", terms.DESCRIBED_IN) == {"paper/arxiv-2301.00002"}
    assert says(quads, "model/y", terms.DESCRIBED_IN) == {"paper/arxiv-2301.00002"}
    assert says(quads, "paper/arxiv-2301.00002", terms.RDFS_LABEL) == {"On X"}
    assert says(quads, "paper/arxiv-2301.00002", terms.DCTERMS_ISSUED) == {"2023"}
    assert says(quads, "paper/arxiv-2301.00002", terms.SCHEMA_AUTHOR) == {"person/a-turing"}
    assert says(quads, "paper/arxiv-2301.00002", terms.AUTHOR_LIST_COMPLETE) == {"false"}
    assert [f for f in validate(quads).findings if f.severity == "Violation"] == []


def test_of_a_paper_that_a_survey_cites_the_survey_is_followed(data: Path) -> None:
    add(data, "curated/papers.csv", f"model,X,arxiv,2301.00001,Another Title,A. Turing,2022,{SOURCE}")
    quads = build([data])
    assert says(quads, "paper/arxiv-2301.00001", terms.DCTERMS_TITLE) == {"On M"}
    assert says(quads, "paper/arxiv-2301.00001", terms.DCTERMS_ISSUED) == {"2023"}
    assert says(quads, "model/x", terms.DESCRIBED_IN) == {"paper/arxiv-2301.00001", "paper/arxiv-2301.00002"}
    titles = {quad.graph_name for quad in quads if getattr(quad.object, "value", "") == "Another Title"}
    assert titles == {NamedNode(f"{terms.BASE}curated/papers/model-x-arxiv-2301.00001")}
    assert [f for f in validate(quads).findings if f.severity == "Violation"] == []


# -- CONTRIBUTING.md ---------------------------------------------------------------------------------------------------


def examples() -> list[tuple[str, str]]:
    """Return the examples of CONTRIBUTING.md: the file that stands before each, and its row."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    found = []
    for match in re.finditer(r"```csv\n(.*?)```", text, re.DOTALL):
        files = re.findall(r"`data/((?:curated/)?\w+\.csv)`", text[: match.start()])
        found.append((files[-1], match[1]))
    return found


EXAMPLES = examples()


def put(data: Path, file: str, row: str) -> None:
    """Put a row into a file: in its place by the alphabet, of names.csv at the end."""
    path = data / file
    header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    rows.append(row)
    if file != "names.csv":
        rows.sort(key=lambda line: next(csv.reader([line])))
    path.write_text(header + "".join(rows), encoding="utf-8")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shipped = tmp_path / "data"
    shutil.copytree(data_path(), shipped, ignore=shutil.ignore_patterns("itgraph.trig", "hub"))
    return shipped


def test_there_is_an_example_of_each() -> None:
    assert [file for file, _ in EXAMPLES] == [
        "curated/things.csv",
        "curated/things.csv",
        "curated/papers.csv",
        "names.csv",
        "curated/licences.csv",
    ]
    assert all(row.count("\n") == 1 for _, row in EXAMPLES)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, ["+ itm:tulu-2 a itg:Model", '+ itm:tulu-2 rdfs:label "Tulu 2"']),
        (1, ["+ itd:no-robots a itg:Dataset", '+ itd:no-robots rdfs:label "No Robots"']),
        (2, ["+ itd:ultrafeedback itg:describedIn itp:arxiv-2310.01377", "+ itp:arxiv-2310.01377 a itg:Paper"]),
        (3, ['+ itm:llama skos:altLabel "LLaMA 1"']),
        (4, ["+ itd:ultrafeedback itg:license https://spdx.org/licenses/MIT", '+ itd:ultrafeedback itg:access "open"']),
    ],
)
def test_each_example_is_right_and_adds_what_it_says(number: int, expected: list[str], copy: Path) -> None:
    file, row = EXAMPLES[number]
    put(copy, file, row)
    found = check(copy, against=data_path())
    assert found.findings == ()
    changes = [str(change) for change in found.changes]
    assert set(expected) <= set(changes)
    assert [change for change in changes if change.startswith("-")] == []


@pytest.mark.slow
def test_the_graph_of_all_examples_conforms(copy: Path) -> None:
    for file, row in EXAMPLES:
        put(copy, file, row)
    quads = build([copy])
    assert [f for f in validate(quads).findings if f.severity == "Violation"] == []
    assert says(quads, "dataset/ultrafeedback", terms.DESCRIBED_IN) == {"paper/arxiv-2310.01377"}


FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))


@pytest.mark.parametrize("file", FORMS, ids=lambda path: path.stem)
def test_an_issue_form_is_one_that_github_takes(file: Path) -> None:
    import yaml

    form = yaml.safe_load(file.read_text(encoding="utf-8"))
    if file.stem == "config":
        assert form == {"blank_issues_enabled": True}
        return
    assert {"name", "description", "body"} <= set(form)
    asked = [part for part in form["body"] if part["type"] != "markdown"]
    assert all({"id", "attributes"} <= set(part) and part["attributes"]["label"] for part in asked)
    assert len({part["id"] for part in asked}) == len(asked)
    assert any(part.get("validations", {}).get("required") for part in asked)
