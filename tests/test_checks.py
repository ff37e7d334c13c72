"""Defects of the two snapshots, found by reading them: each is in the shipped list of issues, with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from itgraph.extract import extract
from itgraph.names import make_names
from itgraph.records import Issue, Snapshot, SnapshotFacts
from itgraph.resources import data_path
from itgraph.snapshots import read_snapshot_folder

OLD, NEW = "2023-09-05", "2024-10-15"


@pytest.fixture(scope="module")
def issues() -> dict[str, tuple[Issue, ...]]:
    return {snapshot: read_snapshot_folder(data_path() / snapshot).issues for snapshot in (OLD, NEW)}


@pytest.mark.parametrize(
    ("snapshot", "line", "code", "what"),
    [
        pytest.param(snapshot, line, code, what, id=f"{snapshot}-L{line}-{code}")
        for snapshot, line, code, what in [
            (OLD, 16, "broken-anchor", "#Overview"),
            (OLD, 17, "broken-anchor", "Instruction-Tuned-LLMs"),
            (OLD, 23, "broken-anchor", "Domain-specific-Instruction-Tuning"),
            (OLD, 154, "no-link", "InstructGPT"),
            (OLD, 256, "rowspan-overrun", "9 rows"),
            (OLD, 340, "name-variant", "Instruct-GPT"),
            (OLD, 342, "placeholder-url", "example.com"),
            (OLD, 352, "placeholder-url", "example.com"),
            (OLD, 359, "blank-row", ""),
            (OLD, 376, "name-variant", "FLAN 2021"),
            (OLD, 427, "inconsistent-value", "70K"),
            (OLD, 437, "unreadable-quantity", "1.1 Tokens"),
            (OLD, 437, "unit-mismatch", "tokens"),
            (OLD, 439, "short-row", "7 cells"),
            (OLD, 439, "shifted-cells", "LLaMA"),
            (OLD, 442, "url-trailing-junk", "｜"),
            (OLD, 443, "non-url-href", "LLaMA"),
            (OLD, 486, "inconsistent-value", "534,530"),
            (OLD, 515, "non-entity-value", "Mixed"),
            (OLD, 582, "name-variant", "MUL-TIINSTRUCT"),
            (OLD, 587, "trailing-whitespace", "62"),
            (OLD, 661, "duplicate-base-row", "LLaMA 7B"),
            (OLD, 736, "empty-href", "project"),
            (OLD, 763, "name-variant", "LLaMa"),
            (OLD, 771, "name-variant", "FlanT5"),
            (OLD, 795, "shared-paper-link", "Goat"),
            (OLD, 804, "shared-paper-link", "IT-MTL"),
            (OLD, 815, "name-variant", "FLANT5"),
            (NEW, 15, "mojibake", ""),
            (NEW, 171, "paper-link-not-a-paper", "databricks"),
            (NEW, 189, "paper-link-not-a-paper", "openai.com"),
            (NEW, 197, "stray-tag", "</a>"),
            (NEW, 234, "two-names-in-cell", "WizardLM"),
            (NEW, 302, "name-variant", "Unknonwn"),
            (NEW, 311, "name-variant", "GPT 3.5"),
            (NEW, 315, "missing-citation", "ShareGPT"),
            (NEW, 324, "missing-citation", "WildChat"),
            (NEW, 337, "non-language-value", "Code"),
            (NEW, 363, "unit-mismatch", "6B Tokens"),
            (NEW, 364, "non-language-value", "Code Q and A"),
            (NEW, 515, "inconsistent-value", "70K"),
            (NEW, 522, "missing-space", "GLM[41]"),
            (NEW, 525, "unreadable-quantity", "1.1 Tokens"),
            (NEW, 527, "short-row", "7 cells"),
            (NEW, 530, "url-trailing-junk", "｜"),
            (NEW, 531, "non-url-href", "LLaMA"),
            (NEW, 574, "inconsistent-value", "586K"),
            (NEW, 597, "mojibake", "TÜLU"),
            (NEW, 603, "non-entity-value", "Mixed"),
            (NEW, 702, "non-entity-value", "Multi-Pairs"),
            (NEW, 703, "mojibake", "～1M"),
            (NEW, 774, "duplicate-base-row", "LLaMA 7B"),
            (NEW, 793, "missing-space", "Vicuna[20]"),
            (NEW, 883, "wrong-citation", "FLAN-T5"),
            (NEW, 927, "wrong-citation", "[7]"),
            (NEW, 1029, "stray-tag", "</a>"),
            (NEW, 1071, "arxiv-text-link-conflict", "2104.08773"),
            (NEW, 1073, "duplicate-reference-id", "[3]"),
            (NEW, 1082, "missing-space", "colon"),
            (NEW, 1142, "no-link", "[14]"),
            (NEW, 1177, "missing-year", "[21]"),
            (NEW, 1222, "duplicate-work", "[6]"),
            (NEW, 1225, "name-variant", "S. Longpre"),
            (NEW, 1232, "broken-name", "hsin"),
            (NEW, 1266, "broken-name", "Aur’elien"),
            (NEW, 1300, "duplicate-work", "[10]"),
            (NEW, 1464, "run-together-authors", "Bing Qin"),
            (NEW, 1465, "misplaced-markup", "Med-ChatGLM"),
            (NEW, 1468, "broken-name", "yue"),
            (NEW, 1501, "broken-name", "jie"),
            (NEW, 1524, "latex-escape", "[88]"),
            (NEW, 1540, "latex-escape", "[92]"),
            (NEW, 1555, "uncited-reference", "[95]"),
            (NEW, 1559, "duplicate-work", "[11]"),
            (NEW, 1563, "uncited-reference", "[97]"),
        ]
    ],
)
def test_known_defects(issues: dict[str, tuple[Issue, ...]], snapshot: str, line: int, code: str, what: str) -> None:
    found = [issue for issue in issues[snapshot] if issue.code == code and issue.span.start <= line <= issue.span.end]
    assert found, f"no {code} covers line {line}"
    assert any(what in issue.message for issue in found), [issue.message for issue in found]


@pytest.mark.parametrize(
    ("snapshot", "code", "count"),
    [
        pytest.param(OLD, "blank-row", 1, id="2023-blank-row"),
        pytest.param(OLD, "rowspan-overrun", 1, id="2023-rowspan-overrun"),
        pytest.param(OLD, "placeholder-url", 4, id="2023-placeholder-url"),
        pytest.param(OLD, "unresolved-name", 0, id="2023-every-name-resolved"),
        pytest.param(NEW, "unresolved-name", 0, id="2024-every-name-resolved"),
        pytest.param(NEW, "duplicate-reference-id", 1, id="2024-duplicate-reference-id"),
        pytest.param(NEW, "duplicate-work", 3, id="2024-duplicate-work"),
        pytest.param(NEW, "missing-year", 1, id="2024-missing-year"),
        pytest.param(NEW, "wrong-citation", 2, id="2024-wrong-citation"),
        pytest.param(NEW, "rowspan-overrun", 0, id="2024-no-rowspan-overrun"),
    ],
)
def test_no_defect_is_invented(issues: dict[str, tuple[Issue, ...]], snapshot: str, code: str, count: int) -> None:
    assert sum(issue.code == code for issue in issues[snapshot]) == count


REFERENCES = (
    '<a id="ref1">[1]</a> Ann Bee. **One**. 2020. [Paper](https://arxiv.org/abs/2001.00001)\n\n'
    '<a id="ref2">[2]</a> Cee Dee. **Two**. 2020. [Paper](https://arxiv.org/abs/2001.00002)\n'
)
DATA = (
    "<table><tr><th>Dataset Name</th><th>Paper</th><th># of Instructions</th></tr>\n"
    '<tr><td>Set [<a href="#ref1">1</a>]</td><td><a href="https://arxiv.org/abs/2001.00001">paper</a></td>'
    "<td>52K</td></tr>\n</table>\n"
)
MODELS = (
    "<table><tr><th>Model Name</th><th>Base Model</th><th>Self-build</th><th>Trainset</th><th>Trainset Size</th></tr>\n"
)


def model_row(name: str, base: str = "-", self_built: str = "No", trained: str = "-", size: str = "-") -> str:
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in (name, base, self_built, trained, size))}</tr>\n"


def check(text: str) -> list[tuple[str, int]]:
    snapshot = Snapshot(id="x", date="", sha256="")
    facts = extract(text.encode(), snapshot, make_names(()))
    return [(issue.code, issue.span.start) for issue in facts.issues]


CITED = ' [<a href="#ref{0}">{0}</a>]'


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param(model_row("M" + CITED.format(2), trained="Set", size="52K"), [], id="same-figure"),
        pytest.param(
            model_row("M" + CITED.format(2), trained="Set", size="52,000"), [], id="same-figure-written-otherwise"
        ),
        pytest.param(
            model_row("M" + CITED.format(2), trained="Set", size="6B Tokens"), ["unit-mismatch"], id="other-unit"
        ),
        pytest.param(
            model_row("M" + CITED.format(2), trained="Set", size="70K"), ["inconsistent-value"], id="other-figure"
        ),
        pytest.param(
            model_row("Set" + CITED.format(2), self_built="Yes", size="70K"), ["inconsistent-value"], id="self-built"
        ),
        pytest.param(model_row("Set" + CITED.format(2), self_built="No", size="70K"), [], id="not-self-built"),
        pytest.param(model_row("M"), ["missing-citation", "uncited-reference"], id="no-citation"),
        pytest.param(
            model_row("M" + CITED.format(7)), ["wrong-citation", "uncited-reference"], id="number-not-in-the-list"
        ),
        pytest.param(
            model_row("M" + CITED.format(2)) + model_row("N" + CITED.format(2), "M" + CITED.format(1)),
            ["wrong-citation"],
            id="other-number-than-its-own-row",
        ),
        pytest.param(
            model_row("M" + CITED.format(2)) + model_row("N" + CITED.format(2), "M" + CITED.format(2)),
            [],
            id="same-number",
        ),
    ],
)
def test_checks_across_rows(row: str, expected: list[str]) -> None:
    assert [code for code, _ in check(DATA + MODELS + row + "</table>\n\n" + REFERENCES)] == expected


def test_one_paper_link_of_two_things() -> None:
    row = '<tr><td>{} [<a href="#ref{}">1</a>]</td><td><a href="https://arxiv.org/abs/2001.00001">paper</a></td><td>-</td></tr>\n'
    body = row.format("Set", 1) + row.format("Other", 2)
    header = "<table><tr><th>Dataset Name</th><th>Paper</th><th># of Instructions</th></tr>\n"
    assert check(header + body + "</table>\n\n" + REFERENCES) == [("shared-paper-link", 2), ("shared-paper-link", 3)]
    # Twice the same thing is no such defect.
    same = body.replace("Other", "Set")
    assert "shared-paper-link" not in dict(check(header + same + "</table>\n\n" + REFERENCES))


def test_nothing_is_said_of_citations_where_there_is_no_list() -> None:
    assert check(MODELS + model_row("M" + CITED.format(7)) + "</table>") == []


def test_every_issue_code_is_explained() -> None:
    """The codes in the source, found by their form, are those that data/README.md lists."""
    root = Path(__file__).resolve().parents[1]
    listed = set(
        re.findall(r"^\| `([a-z-]+)` \| ", (root / "data" / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    code = "\n".join(path.read_text(encoding="utf-8") for path in (root / "src" / "itgraph").rglob("*.py"))
    severity = r'"(?:error|warning|info)"'
    made = set(re.findall(rf'"([a-z]+(?:-[a-z]+)+)",\s*{severity}', code)) | set(re.findall(r'code="([a-z-]+)"', code))
    made |= {"short-row", "long-row", "broken-name", "run-together-authors", "misplaced-markup"}  # made in other forms
    assert made <= listed, sorted(made - listed)
    assert {issue.code for folder in ("2023-09-05", "2024-10-15") for issue in shipped(folder).issues} <= listed


def shipped(snapshot: str) -> SnapshotFacts:
    return read_snapshot_folder(data_path() / snapshot)
