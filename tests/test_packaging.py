"""What is shipped is complete, works once installed, and points at no machine of ours."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
import yaml

import itgraph

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("ontology", "data", "queries")

# Written in pieces, so that this file does not find itself.
FORBIDDEN = {
    "a registry's address": r"(?:pypi|pythonhosted|npmjs)\." + r"(?:org|com|python)|proxy\.golang" + r"\.org",
    "a choice of index": r"--(?:extra-)?index" + r"-url|--find" + r"-links",
    # Not a path inside an address (a.org/work/), a closing tag (</root>) or a variable ($(HOME)/work).
    "a path of one machine": r"(?:(?<![\w./<>)}~-])|file://)/(?:" + r"work|root|farm)(?![\w-])",
}
OUTSIDE = "../" + "shared"


@pytest.fixture(scope="module")
def tracked_files() -> list[Path]:
    """Return every file of the repository that is, or is about to be, under version control."""
    # The folder may belong to someone else than the one who tests, as in a container.
    git = ["git", "-c", "safe.directory=*", "-C", str(ROOT)]
    try:
        top = subprocess.run(
            [*git, "rev-parse", "--show-toplevel"], check=True, capture_output=True, text=True
        ).stdout.strip()
        listed = subprocess.run(
            [*git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout, or no git here")
    if Path(top).resolve() != ROOT:
        pytest.skip("inside another git checkout")
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the source distribution, and the wheel from that: what the first lacks, the second lacks too."""
    folder = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT))
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel, offline, into an environment that borrows our dependencies but not our checkout."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, symlinks=sys.platform != "win32")
    paths = {"base": str(folder), "platbase": str(folder)}
    scheme = sysconfig.get_preferred_scheme("prefix")
    scripts = Path(sysconfig.get_path("scripts", scheme, paths))
    site_packages = Path(sysconfig.get_path("purelib", scheme, paths))
    python = scripts / Path(sys.executable).name
    _run(
        *(sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"),
        *("install", "--quiet", "--no-index", "--no-deps", str(wheel)),
    )
    # A path named in a .pth file is searched, but its own .pth files (our editable install) are not read.
    ours = {sysconfig.get_path(kind) for kind in ("purelib", "platlib")}
    (site_packages / "borrowed.pth").write_text("\n".join(sorted(ours)) + "\n", encoding="utf-8")
    return python


@pytest.mark.parametrize(("what", "pattern"), FORBIDDEN.items(), ids=list(FORBIDDEN))
def test_no_file_names(what: str, pattern: str, tracked_files: list[Path]) -> None:
    assert _find(pattern, tracked_files) == [], what


def test_only_tests_and_ci_look_outside(tracked_files: list[Path]) -> None:
    inside = [path for path in tracked_files if path.relative_to(ROOT).parts[0] not in {"tests", ".ci"}]
    assert _find(re.escape(OUTSIDE), inside) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://" + "pypi" + ".org/simple", "a registry's address"),
        ("--index" + "-url x", "a choice of index"),
        ("see /" + "work/main", "a path of one machine"),
        ('"/' + 'root"', "a path of one machine"),
        ("file:///" + "farm/x", "a path of one machine"),
        ("https://a.org/" + "work/x", None),
        ("</" + "root>", None),
        ("$(HOME)/" + "work", None),
        ("/" + "workers", None),
    ],
)
def test_the_patterns_find_what_they_are_for(text: str, found: str | None) -> None:
    matches = [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text)]
    assert matches == ([found] if found else [])


def test_one_version_everywhere() -> None:
    assert importlib.metadata.version("itgraph") == itgraph.__version__
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "version" not in project
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == itgraph.__version__


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_hashes(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    packages = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert packages
    for package in packages:
        assert re.match(r"[\w.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", package)


def test_the_locks_agree() -> None:
    runtime, dev = (
        # Without markers: where tools for development need a package too, it is there for more platforms.
        set(re.findall(r"^\S+==[^\s;\\]+", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert runtime <= dev


@pytest.mark.slow
def test_the_wheel_has_every_shipped_file(wheel: Path, tracked_files: list[Path]) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    relative = [path.relative_to(ROOT) for path in tracked_files]
    expected = {f"itgraph/_files/{path.as_posix()}" for path in relative if path.parts[0] in FOLDERS}
    assert {name.split("/")[2] for name in expected} == set(FOLDERS)
    assert expected <= names
    modules = {path.relative_to("src").as_posix() for path in relative if path.parts[0] == "src"}
    assert "itgraph/py.typed" in modules
    assert modules <= names
    assert not [name for name in names if name.startswith(("src/", "tests/"))]


@pytest.mark.slow
def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        info = f"itgraph-{itgraph.__version__}.dist-info"
        metadata = archive.read(f"{info}/METADATA").decode()
        assert "itgraph = itgraph.cli:main" in archive.read(f"{info}/entry_points.txt").decode()
        assert "Apache License" in archive.read(f"{info}/licenses/LICENSE").decode()
    assert "\nLicense-Expression: Apache-2.0\n" in metadata
    assert "\nRequires-Python: >=3.11\n" in metadata
    assert "\nRequires-Dist: SPARQLWrapper" not in metadata


@pytest.mark.slow
def test_an_installed_wheel_finds_its_files(python: Path) -> None:
    code = (
        "import itgraph.resources as r; "
        "print(r.__file__, r.ontology_path(), r.data_path(), r.queries_path(), sep='\\n')"
    )
    module, *folders = map(Path, _run(str(python), "-I", "-c", code).splitlines())
    assert ROOT not in module.parents
    assert folders == [module.parent / "_files" / folder for folder in FOLDERS]


@pytest.mark.slow
def test_an_installed_wheel_builds_both_layers(python: Path, tmp_path: Path) -> None:
    """It has the facts files, and whatever reading them needs (the list of SPDX licences)."""
    sizes = []
    for layers in ("survey", "survey,curated"):
        path = tmp_path / f"{layers}.trig"
        _run(str(python), "-I", "-m", "itgraph", "build", "--layers", layers, "-o", str(path))
        sizes.append(path.read_text(encoding="utf-8").count("a itg:CuratedFact"))
    rows = sum(len(path.read_text(encoding="utf-8").splitlines()) - 1 for path in (ROOT / "data/curated").glob("*.csv"))
    disagreements = len((ROOT / "data/curated/disagreements.csv").read_text(encoding="utf-8").splitlines()) - 1
    assert sizes == [0, rows - disagreements]


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("itgraph.cli") is None, reason="there is no command line yet")
@pytest.mark.parametrize("options", [("--help",), ("query", "--list"), ("explore", "-o", "-")], ids=" ".join)
def test_an_installed_wheel_runs(options: tuple[str, ...], python: Path) -> None:
    said = _run(str(python), "-I", "-m", "itgraph", *options)
    assert said.strip()
    # click names the program as it was started
    assert _run(str(python.with_name("itgraph")), *options) == said.replace("python -m itgraph", "itgraph")


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


def _find(pattern: str, files: list[Path]) -> list[str]:
    """Return where a pattern occurs, as ``path:line: text``; files that are not text are passed over."""
    found = []
    for path in files:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if re.search(pattern, text):
            lines = enumerate(text.splitlines(), start=1)
            found += [
                f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
                for number, line in lines
                if re.search(pattern, line)
            ]
    return found
