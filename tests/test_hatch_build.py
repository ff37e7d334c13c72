"""What is fetched with npm when itgraph is built; and that nothing fails where it cannot be."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from hatch_build import build_web

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the npm of these tests is a shell script")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "web", tmp_path / "web", ignore=shutil.ignore_patterns("node_modules"))
    return tmp_path


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put an npm first that notes how it was called, and makes what the real one would."""
    calls = tmp_path / "calls"
    program = tmp_path / "bin" / "npm"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\necho "$*" >> "{calls}"\n'
        f'if [ "$1" = run ]; then mkdir -p "$4/yasgui"; echo x > "$4/yasgui/LICENSES.txt"; fi\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}/usr/bin{os.pathsep}/bin")
    return program


def test_builds_what_the_lock_names_and_only_once(checkout: Path, npm: Path, tmp_path: Path) -> None:
    assert build_web(checkout) is None
    called = (tmp_path / "calls").read_text(encoding="utf-8").splitlines()
    assert called == ["ci --prefer-offline", f"run build -- {checkout}/build/web"]
    assert not (checkout / "web" / "node_modules").exists()
    npm.unlink()
    assert build_web(checkout) is None


def test_builds_anew_when_the_lock_changes(checkout: Path, npm: Path) -> None:
    assert build_web(checkout) is None
    made = checkout / "build" / "web" / "yasgui" / "LICENSES.txt"
    made.write_text("old", encoding="utf-8")
    lock = checkout / "web" / "package-lock.json"
    os.utime(lock, (made.stat().st_mtime + 5, made.stat().st_mtime + 5))
    assert npm.is_file()
    assert build_web(checkout) is None
    assert made.read_text(encoding="utf-8") == "x\n"


def test_without_npm(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(checkout))
    assert build_web(checkout) == (
        "There is no npm (Node.js) here: the query page has its plain editor, and a site of files answers no SPARQL."
    )


def test_without_network(checkout: Path, npm: Path) -> None:
    npm.write_text("#!/bin/sh\necho 'npm error code ENOTFOUND' >&2; exit 1\n", encoding="utf-8")
    said = build_web(checkout)
    assert said is not None
    assert "(npm error code ENOTFOUND)" in said
    assert "plain editor" in said


def test_an_npm_that_cannot_be_run(checkout: Path, npm: Path) -> None:
    npm.write_text("#!/no/such/shell\n", encoding="utf-8")
    said = build_web(checkout)
    assert said is not None
    assert "plain editor" in said
