"""The real snapshots: reading them again gives the files in ``data/`` byte for byte.

The texts are not in the repository. They are looked for in ``../shared/seeds``; where they are absent these tests are
skipped, unless ``ITGRAPH_REQUIRE_SEEDS`` is set (as it is in continuous integration).
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from itgraph.records import SnapshotFacts
from itgraph.resources import data_path
from itgraph.snapshots import read_registry, read_snapshot_folder

SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"
FILES = {"2023-09-05": "001_9eca9faf21deb393.txt", "2024-10-15": "000_d30d14b6dd8705d8.txt"}

if not SEEDS.is_dir() and not os.environ.get("ITGRAPH_REQUIRE_SEEDS"):
    pytest.skip(
        "the survey's snapshots are not shipped; put them in ../shared/seeds to read them again",
        allow_module_level=True,
    )


@pytest.mark.parametrize("snapshot", FILES)
def test_extract_gives_the_shipped_files(snapshot: str, tmp_path: Path) -> None:
    folder = tmp_path / snapshot
    result = subprocess.run(
        [sys.executable, "-m", "itgraph", "extract", str(SEEDS / FILES[snapshot]), "-o", str(folder)],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    assert result.returncode == 0, result.stderr
    shipped = data_path() / snapshot
    assert {path.name for path in folder.iterdir()} == {path.name for path in shipped.iterdir()}
    for path in sorted(shipped.iterdir()):
        assert (folder / path.name).read_bytes() == path.read_bytes(), f"{snapshot}/{path.name} differs"


def test_the_repair_is_proved_by_the_checksum_upstream() -> None:
    damaged = (SEEDS / FILES["2024-10-15"]).read_bytes()
    known = read_registry(data_path() / "snapshots.toml")["2024-10-15"]
    # The same repair, written independently: characters that cp1252 lacks stand for the bytes of their number.
    text = damaged.decode("utf-8")
    undone = b"".join(_byte(character) for character in text)
    assert len(undone) == 73_525
    assert hashlib.sha256(undone).hexdigest() == known.sha256
    assert known.repair
    assert undone.decode("utf-8").count("TÜLU") == 1


def _byte(character: str) -> bytes:
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return bytes([ord(character)])


def test_the_older_snapshot_needed_no_repair() -> None:
    known = read_registry(data_path() / "snapshots.toml")["2023-09-05"]
    assert hashlib.sha256((SEEDS / FILES["2023-09-05"]).read_bytes()).hexdigest() == known.sha256
    assert not known.repair


@pytest.fixture(params=FILES)
def facts(request: pytest.FixtureRequest) -> SnapshotFacts:
    return read_snapshot_folder(data_path() / request.param)


def test_every_row_quotes_its_own_lines(facts: SnapshotFacts) -> None:
    """Each row begins at a ``<tr>`` and ends at a ``</tr>``, and every ``<tr>`` with cells is some row or header."""
    lines = (SEEDS / FILES[facts.snapshot.id]).read_text(encoding="utf-8").split("\n")
    starts = []
    for table in facts.tables:
        for row in table.rows:
            assert lines[row.span.start - 1].strip() == "<tr>"
            assert lines[row.span.end - 1].strip() == "</tr>"
            starts.append(row.span.start)
    body_rows = [
        number
        for number, line in enumerate(lines, 1)
        if line.strip() == "<tr>" and not lines[number].strip().startswith("<th")
    ]
    assert sorted(starts) == body_rows


def test_every_reference_quotes_its_own_lines(facts: SnapshotFacts) -> None:
    lines = (SEEDS / FILES[facts.snapshot.id]).read_text(encoding="utf-8").split("\n")
    marks = [number for number, line in enumerate(lines, 1) if line.startswith('<a id="ref')]
    assert [reference.span.start for reference in facts.references] == marks
    for reference in facts.references:
        assert f"[{reference.number}]</a>" in lines[reference.span.start - 1]
        assert lines[reference.span.end - 1].strip()
        assert not lines[reference.span.end].strip() or lines[reference.span.end].startswith("#")


def test_the_counts_of_the_newer_snapshot() -> None:
    facts = read_snapshot_folder(data_path() / "2024-10-15")
    assert {table.id: len(table.rows) for table in facts.tables} == {
        "datasets": 36,
        "models": 21,
        "multimodal-datasets": 7,
        "multimodal-models": 10,
        "domain-models": 10,
        "techniques": 5,
        "close-ended-evaluations": 6,
        "gpt-based-evaluations": 4,
    }
    assert len(facts.references) == 98
    assert [reference.number for reference in facts.references if reference.number == 3] == [3, 3]


def test_the_counts_of_the_older_snapshot() -> None:
    facts = read_snapshot_folder(data_path() / "2023-09-05")
    assert {table.id: len(table.rows) for table in facts.tables} == {
        "datasets": 25,
        "models": 22,
        "multimodal-datasets": 4,
        "multimodal-models": 10,
        "domain-models": 10,
    }
    assert facts.references == ()
