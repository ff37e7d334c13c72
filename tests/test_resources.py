from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from itgraph import resources
from itgraph.errors import SourceError

FOLDERS: list[tuple[str, Callable[[], Path]]] = [
    ("ontology", resources.ontology_path),
    ("data", resources.data_path),
    ("queries", resources.queries_path),
]


@pytest.fixture
def place_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Pretend that the package lies elsewhere."""

    def place(where: str) -> Path:
        package = tmp_path / where / "itgraph"
        package.mkdir(parents=True)
        monkeypatch.setattr(resources, "_PACKAGE", package)
        return package

    return place


@pytest.mark.parametrize(("folder", "locate"), FOLDERS)
def test_this_checkout_has_it(folder: str, locate: Callable[[], Path]) -> None:
    assert locate() == Path(__file__).resolve().parents[1] / folder


@pytest.mark.parametrize(("folder", "locate"), FOLDERS)
def test_a_wheel_has_it_inside(folder: str, locate: Callable[[], Path], place_package: Callable[[str], Path]) -> None:
    package = place_package("lib/site-packages")
    (package / "_files" / folder).mkdir(parents=True)
    assert locate() == package / "_files" / folder


@pytest.mark.parametrize(("folder", "locate"), FOLDERS)
def test_absent(folder: str, locate: Callable[[], Path], place_package: Callable[[str], Path]) -> None:
    place_package("src")
    with pytest.raises(SourceError, match=rf"{folder}/ is missing .* install itgraph again") as caught:
        locate()
    assert caught.value.path is not None
    assert Path(caught.value.path).name == folder


def test_a_strangers_folder_is_not_ours(place_package: Callable[[str], Path]) -> None:
    package = place_package("lib/site-packages")
    (package.parents[1] / "data").mkdir()
    with pytest.raises(SourceError):
        resources.data_path()


def test_shipped_graph(place_package: Callable[[str], Path]) -> None:
    package = place_package("lib/site-packages")
    graph = package / "_files" / "data" / "itgraph.trig"
    graph.parent.mkdir(parents=True)
    with pytest.raises(SourceError, match="itgraph build -o"):
        resources.shipped_graph_path()
    graph.touch()
    assert resources.shipped_graph_path() == graph


def test_importing_it_costs_nothing() -> None:
    code = "import itgraph.resources, sys; print(*sorted(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = set(run.stdout.split())
    assert "itgraph.resources" in loaded
    assert not loaded & {"click", "importlib.metadata", "importlib.resources", "pyoxigraph", "rdflib", "yaml"}


def test_what_is_fetched_for_the_query_page(place_package: Callable[[str], Path]) -> None:
    package = place_package("src")
    assert resources.web_path() is None
    built = package.parents[1] / "build" / "web"
    (built / "yasgui").mkdir(parents=True)
    assert resources.web_path() is None  # it was begun, and not finished
    (built / "yasgui" / "LICENSES.txt").touch()
    assert resources.web_path() == built
    shipped = package / "_files" / "web"
    (shipped / "yasgui").mkdir(parents=True)
    (shipped / "yasgui" / "LICENSES.txt").touch()
    assert resources.web_path() == shipped
