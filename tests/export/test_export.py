"""The registry and the writing: whole or not at all, the same bytes each time."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, serialize

from itgraph.errors import ExportError
from itgraph.export import FORMATS, export, find_format, format_quads, get_format

SINGLE = [format.name for format in FORMATS.values() if not format.needs_folder]


def test_the_formats() -> None:
    assert list(FORMATS) == [
        *(
            "turtle",
            "trig",
            "nquads",
            "ntriples",
            "jsonld",
            "rdfxml",
            "graphml",
            "gexf",
            "csv",
            "parquet",
            "bibtex",
            "void",
        )
    ]
    assert all(name == format.name for name, format in FORMATS.items())
    assert len({format.extension for format in FORMATS.values()}) == len(FORMATS)


def test_an_unknown_format_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ExportError, match=r"there is no format 'n3'; there is: turtle, trig, .*bibtex"):
        get_format("n3")
    with pytest.raises(ExportError, match=r"there is no format"):
        export([], "n3", "x")


def test_formats_by_extension() -> None:
    assert find_format("a/b.TTL") is FORMATS["turtle"]
    assert find_format("a.gexf") is FORMATS["gexf"]
    assert find_format("a.csv") is None
    assert find_format("a") is None


@pytest.mark.parametrize("format", SINGLE)
def test_a_file_a_stream_and_standard_output_get_the_same(
    focused: list[Quad], format: str, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    path, stream = tmp_path / "new" / "graph", io.BytesIO()
    notes = export(focused, format, path)
    assert export(focused, format, stream) == export(focused, format, "-") == notes
    assert path.read_bytes() == stream.getvalue() == capsysbinary.readouterr().out == format_quads(focused, format)
    assert [entry.name for entry in path.parent.iterdir()] == ["graph"]


def test_formats_without_graphs_say_so(focused: list[Quad]) -> None:
    for format in FORMATS.values():
        if format.needs_folder:
            continue
        notes = export(focused, format.name, io.BytesIO())
        if format.is_rdf and not format.holds_graphs:
            assert "has no named graphs: it holds the current view" in notes[0]
            assert "trig, nquads and jsonld hold both" in notes[0]
        else:
            assert notes == ()


def test_nothing_to_write_is_said() -> None:
    assert export([], "bibtex", io.BytesIO()) == ("there is nothing to write as bibtex: the output is empty",)


def test_focus(graph: list[Quad], focused: list[Quad]) -> None:
    stream = io.BytesIO()
    export(graph, "trig", stream, focus="https://w3id.org/itgraph/model/radiology-gpt")
    assert stream.getvalue() == format_quads(focused, "trig")


def test_a_folder_or_a_zip(focused: list[Quad], tmp_path: Path) -> None:
    export(focused, "csv", tmp_path / "tables")
    export(focused, "csv", tmp_path / "tables.zip")
    stream = io.BytesIO()
    export(focused, "csv", stream)
    assert (tmp_path / "tables.zip").read_bytes() == stream.getvalue()
    with zipfile.ZipFile(tmp_path / "tables.zip") as archive:
        assert archive.testzip() is None
        zipped = {name: archive.read(name) for name in archive.namelist()}
    assert zipped == {path.name: path.read_bytes() for path in (tmp_path / "tables").iterdir()}
    assert "models.csv" in zipped


def test_several_files_do_not_go_to_standard_output(focused: list[Quad]) -> None:
    with pytest.raises(ExportError, match=r"give a folder or a .zip file"):
        export(focused, "csv", "-")


def test_a_folder_is_replaced_only_if_nothing_is_lost(focused: list[Quad], tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    export(focused, "csv", folder)
    (folder / "models.csv").write_text("old")
    export(focused, "csv", folder)
    assert (folder / "models.csv").read_text().startswith("iri,")
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(ExportError, match=r"also holds notes\.txt, which would be lost"):
        export(focused, "csv", folder)
    assert (folder / "notes.txt").read_text() == "mine"


def test_a_file_is_not_replaced_by_a_folder_nor_a_folder_by_a_file(focused: list[Quad], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ExportError, match=r"csv: .*file cannot be written: it is a file, not a folder"):
        export(focused, "csv", tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"
    with pytest.raises(ExportError, match=r"turtle: .*cannot be written: Is a directory"):
        export(focused, "turtle", tmp_path)


def test_no_half_written_file(focused: list[Quad], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "graph.ttl"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(ExportError, match=r"graph.ttl cannot be written: No space left on device"):
        export(focused, "turtle", path)
    assert [(entry.name, entry.read_text()) for entry in tmp_path.iterdir()] == [("graph.ttl", "old")]


@pytest.mark.parametrize("fails_at", ["write", "rename"])
def test_no_half_written_folder(
    focused: list[Quad], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_at: str
) -> None:
    folder = tmp_path / "tables"
    export(focused, "csv", folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    original_write, original_rename = Path.write_bytes, Path.rename

    def write(self: Path, content: bytes) -> int:
        if self.name == "issues.csv" and fails_at == "write":
            raise OSError(28, "No space left on device")
        return original_write(self, content)

    def rename(self: Path, target: Path) -> Path:
        if self.name == "new" and fails_at == "rename":
            raise OSError(5, "Input/output error")
        return original_rename(self, target)

    monkeypatch.setattr(Path, "write_bytes", write)
    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(ExportError, match=r"cannot be written"):
        export(focused[:100], "csv", folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["tables"]


def test_a_defect_of_the_graph_leaves_the_old_file(tmp_path: Path) -> None:
    from pyoxigraph import Literal, NamedNode

    path = tmp_path / "graph.rdf"
    path.write_text("old")
    node = NamedNode("http://example.org/1")
    with pytest.raises(ExportError):
        export([Quad(node, node, Literal("x"))], "rdfxml", path)
    assert path.read_text() == "old"


def test_a_new_file_has_the_usual_permissions_and_an_old_one_keeps_its_own(focused: list[Quad], tmp_path: Path) -> None:
    path = tmp_path / "graph.ttl"
    mask = os.umask(0o022)
    try:
        export(focused, "turtle", path)
        assert path.stat().st_mode & 0o777 == 0o644
        path.chmod(0o600)
        export(focused, "turtle", path)
        assert path.stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(mask)


def test_links_are_followed_and_devices_are_not_replaced(focused: list[Quad], tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link.ttl").symlink_to(tmp_path / "there" / "graph.ttl")
    export(focused, "turtle", tmp_path / "link.ttl")
    assert (tmp_path / "link.ttl").is_symlink()
    assert (tmp_path / "there" / "graph.ttl").is_file()
    export(focused, "turtle", os.devnull)
    assert not Path(os.devnull).is_file()


EXPORT_ALL = """
import hashlib, sys
from pyoxigraph import RdfFormat, parse
from itgraph.export import FORMATS, format_quads
quads = set(parse(path=sys.argv[1], format=RdfFormat.N_QUADS))
for name in sys.argv[2:]:
    print(name, hashlib.sha256(format_quads(quads, name)).hexdigest())
"""


@pytest.mark.slow
def test_bytes_do_not_depend_on_the_hash_seed(focused: list[Quad], tmp_path: Path) -> None:
    path = tmp_path / "graph.nq"
    path.write_bytes(serialize(focused, format=RdfFormat.N_QUADS) or b"")
    names = [name for name in FORMATS if name != "parquet" or _has_pyarrow()]
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", EXPORT_ALL, str(path), *names],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("1", "2")
    ]
    one, other = (run.communicate()[0] for run in runs)
    expected = [f"{name} {hashlib.sha256(format_quads(focused, name)).hexdigest()}" for name in names]
    assert one.splitlines() == other.splitlines() == expected


def _has_pyarrow() -> bool:
    import importlib.util

    return importlib.util.find_spec("pyarrow") is not None


def test_nothing_heavy_is_imported() -> None:
    code = "import sys, itgraph.export; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    heavy = {"networkx", "pandas", "pyarrow", "rdflib", "bibtexparser", "numpy", "zipfile", "csv"}
    assert heavy.isdisjoint(run.stdout.split())
