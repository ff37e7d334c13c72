"""What is looked at, what is said of it, and that nothing that is broken breaks the report."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from itgraph import resources
from itgraph.cli import main
from itgraph.doctor import Check, examine, format_checks, is_well
from itgraph.loading import load_into
from itgraph.loading.indexes import make_indexes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from itgraph.store import EmbeddedStore


def of(checks: Sequence[Check], name: str) -> Check:
    (found,) = (check for check in checks if check.name == name)
    return found


def test_here_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.splitlines()[-1] == "All is well."
    assert "\n  ok  pyoxigraph " in out
    assert "\n  ok  serve " in out
    assert "snapshot 2024-10-15, sha256 " in out


def test_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["well"] is True
    assert {check["group"] for check in report["checks"]} == {
        *("itgraph", "packages", "extras", "files", "graph", "programs")
    }
    shipped = next(check for check in report["checks"] if check["name"] == "shipped")
    assert resources.content_hash(resources.shipped_graph_path()) in shipped["found"]


def test_an_extra_that_is_not_there_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    _without(monkeypatch, "pyvis")
    check = of(examine(), "explore")
    assert (check.state, check.found) == ("absent", f"jinja2 {version('jinja2')}, pyvis not installed")
    assert check.advice == '`pip install "itgraph[explore]"` installs it'
    assert is_well(examine())


def test_a_package_that_is_not_there_is_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _without(monkeypatch, "rapidfuzz")
    check = of(examine(), "rapidfuzz")
    assert (check.state, check.found) == ("wrong", "not installed")
    assert "pip install" in check.advice
    assert main(["doctor"]) == 1
    assert capsys.readouterr().out.endswith("1 thing marked !! needs attention.\n")


def test_a_package_of_a_version_that_does_not_fit_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    _with_version(monkeypatch, {"click": "7.0", "pandas": "1.0"})
    click, frames = of(examine(), "click"), of(examine(), "frames")
    assert (click.state, click.found) == ("wrong", "7.0, but itgraph needs <9,>=8.1")
    assert frames.state == "wrong"
    assert "pandas 1.0, but itgraph needs " in frames.found


@pytest.mark.parametrize("folder", ["ontology", "queries"])
def test_a_shipped_folder_that_is_missing(monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    def missing() -> Path:
        return resources._find_shipped("nothing")

    monkeypatch.setattr(resources, f"{folder}_path", missing)
    check = of(examine(), folder)
    assert check.state == "wrong"
    assert "install itgraph again" in check.found


def test_a_graph_that_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    absent = str(tmp_path / "absent.trig")
    check = of(examine(absent), "-g")
    assert check.state == "wrong"
    assert "there is no such file" in check.found
    monkeypatch.setenv("ITGRAPH_STORE", "http://127.0.0.1:9/sparql")
    monkeypatch.setenv("ITGRAPH_TIMEOUT", "5")
    check = of(examine("http://127.0.0.1:9/sparql"), "ITGRAPH_STORE")
    assert check.state == "wrong"
    assert "127.0.0.1:9" in check.found


def test_the_environment_names_the_graph(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ITGRAPH_STORE", "nowhere.trig")
    assert main(["doctor", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["well"] is False
    (check,) = (check for check in report["checks"] if check["name"] == "ITGRAPH_STORE")
    assert (check["state"], check["found"].partition(":")[0]) == ("wrong", "nowhere.trig")


def test_a_graph_of_something_else(tmp_path: Path) -> None:
    other = tmp_path / "other.ttl"
    other.write_text("<urn:a> <urn:b> <urn:c> .", encoding="utf-8")
    check = of(examine(str(other)), "-g")
    assert check.state == "wrong"
    assert "holds no model of itgraph" in check.found


def test_indexes_of_a_folder(shipped_with_indexes: EmbeddedStore, tmp_path: Path) -> None:
    folder = str(shipped_with_indexes.location)
    check = of(examine(folder), "-g")
    assert check.state == "ok"
    assert "a folder with indexes of " in check.found
    load_into(str(tmp_path / "plain"))
    plain = of(examine(str(tmp_path / "plain")), "-g")
    assert (plain.state, plain.found) == ("ok", f"{tmp_path / 'plain'}: a folder without indexes")
    make_indexes(tmp_path / "plain")
    (tmp_path / "plain" / "itgraph-names").unlink()
    broken = of(examine(str(tmp_path / "plain")), "-g")
    assert broken.state == "wrong"
    assert "itgraph index" in broken.found


def test_programs_that_are_not_there_are_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    checks = examine()
    assert of(checks, "graphviz").state == of(checks, "Node.js").state == "absent"
    assert is_well(checks)


def test_a_report_counts_what_is_wrong() -> None:
    wrong = Check(group="graph", name="a", state="wrong", found="broken", advice="mend it")
    assert format_checks([wrong, wrong]).splitlines() == [
        "graph",
        "  !!  a  broken",
        "         mend it",
        "  !!  a  broken",
        "         mend it",
        "2 things marked !! need attention.",
    ]


def _without(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    """Have a package look as if it were not installed, to those who import it and to those who ask."""
    import importlib.metadata

    original = importlib.metadata.version

    def version(name: str) -> str:
        if name == package:
            raise importlib.metadata.PackageNotFoundError(name)
        return original(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    if package == "pyvis":
        monkeypatch.setitem(sys.modules, package, None)


def _with_version(monkeypatch: pytest.MonkeyPatch, versions: dict[str, str]) -> None:
    import importlib.metadata

    original = importlib.metadata.version
    monkeypatch.setattr(importlib.metadata, "version", lambda name: versions.get(name) or original(name))
