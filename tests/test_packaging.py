"""What is shipped is complete, works once installed, and points at no machine of ours."""

from __future__ import annotations

import ast
import contextlib
import fnmatch
import functools
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

import itgraph
from itgraph.extras import EXTRAS

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("ontology", "data", "queries")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# What reaches out in spite of everything gets no answer.
NOWHERE = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")

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
    python, site_packages = _make_environment(tmp_path_factory.mktemp("installed"))
    _pip(python, "--no-index", "--no-deps", str(wheel))
    # A path named in a .pth file is searched, but its own .pth files (our editable install) are not read.
    ours = {sysconfig.get_path(kind) for kind in ("purelib", "platlib")}
    (site_packages / "borrowed.pth").write_text("\n".join(sorted(ours)) + "\n", encoding="utf-8")
    return python


@pytest.fixture(scope="module")
def bare_python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel, offline, into an environment that has what it needs and nothing that an extra brings."""
    python, site_packages = _make_environment(tmp_path_factory.mktemp("bare"))
    _pip(python, "--no-index", "--no-deps", str(wheel))
    for name in _needed_by("itgraph") - {"itgraph"}:
        distribution = importlib.metadata.distribution(name)
        for top in {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}:
            (site_packages / top).symlink_to(str(distribution.locate_file(top)))
    return python


def _make_environment(folder: Path) -> tuple[Path, Path]:
    """Make a virtual environment; return its Python and where its packages are."""
    venv.create(folder, symlinks=sys.platform != "win32")
    paths = {"base": str(folder), "platbase": str(folder)}
    scheme = sysconfig.get_preferred_scheme("prefix")
    scripts = Path(sysconfig.get_path("scripts", scheme, paths))
    return scripts / Path(sys.executable).name, Path(sysconfig.get_path("purelib", scheme, paths))


def _pip(python: Path, *arguments: str) -> None:
    _run(
        *(sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", "--no-input"),
        *("install", "--quiet", *arguments),
    )


def _needed_by(name: str) -> set[str]:
    """Return the names of a distribution and of all that it needs, without extras of its own."""
    found: set[str] = set()
    waiting = [(name, "")]
    while waiting:
        name, extra = waiting.pop()
        found.add(name)
        for requirement in map(Requirement, importlib.metadata.requires(name) or ()):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                extras = requirement.extras or {""}
                waiting += [(requirement.name, extra) for extra in extras if requirement.name not in found or extra]
    return found


@functools.cache
def _without_network() -> tuple[str, ...]:
    """Return what to put before a command so that it has no network at all, where this system lets us."""
    prefix = ("unshare", "--net", "--map-root-user")
    try:
        done = subprocess.run([*prefix, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        return ()
    return () if done.returncode else prefix


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
def test_a_wheel_of_the_checkout_is_that_of_the_source_distribution(wheel: Path, tmp_path: Path) -> None:
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT))
    (other,) = tmp_path.glob("*.whl")
    files, others = ({i.filename: i.CRC for i in zipfile.ZipFile(path).infolist()} for path in (wheel, other))
    assert files == others


COMMANDS = [
    ("--help",),
    ("--version",),
    ("query", "--list"),
    ("lineage", "Radiology-GPT", "--sources"),
    ("show", "model/Alpaca"),
    ("path", "Radiology-GPT", "GPT-3"),
    ("query", "teachers-of-model", "model=Radiology-GPT"),
    ("stats",),
    ("issues", "--count"),
    ("conflicts", "TÜLU"),
    ("diff", "2023-09-05", "2024-10-15"),
    ("names",),
    ("export", "--format", "jsonld", "--focus", "model/LIMA"),
    ("export", "--format", "graphml"),
    ("export", "--format", "csv", "-o", "tables.zip"),
    ("explore", "--format", "svg", "-o", "-"),
    ("bom", "model/Vicuna", "--format", "cyclonedx"),
    ("bom", "model/Vicuna", "--format", "spdx"),
    ("cite", "model/Vicuna"),
    ("card", "model/Vicuna"),
    ("build", "-o", "-"),
    ("validate",),
    ("load", "folder"),
    ("completion", "bash"),
    ("doctor",),
]


@pytest.mark.slow
@pytest.mark.parametrize("options", COMMANDS, ids=" ".join)
def test_a_bare_installation_runs_without_extras_and_network(
    options: tuple[str, ...], bare_python: Path, tmp_path: Path
) -> None:
    said = _run(*_without_network(), str(bare_python), "-I", "-m", "itgraph", *options, cwd=tmp_path)
    assert said.strip() or any(tmp_path.iterdir())


NEEDS = [
    ("explore", ("explore",)),
    ("serve", ("serve", "--port", "0")),
    ("mcp", ("mcp",)),
    ("frames", ("export", "--format", "parquet", "-o", "tables")),
    ("frames", ("hub", "models.parquet", "-o", "hub")),
]


@pytest.mark.slow
@pytest.mark.parametrize(("extra", "options"), NEEDS, ids=[" ".join(options) for _, options in NEEDS])
def test_without_an_extra_it_says_which(
    extra: str, options: tuple[str, ...], bare_python: Path, tmp_path: Path
) -> None:
    (tmp_path / "models.parquet").write_bytes(b"PAR1")
    before = sorted(tmp_path.iterdir())
    done = _start(str(bare_python), "-I", "-m", "itgraph", *options, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    assert re.fullmatch(
        rf'itgraph: .+ needs .+, which (is|are) not installed; `pip install "itgraph\[{extra}\]"` installs (it|them)\n',
        done.stderr,
    ), done.stderr
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.slow
def test_without_an_extra_python_says_which(bare_python: Path) -> None:
    code = (
        "import itgraph\n"
        "graph = itgraph.load()\n"
        "table = graph.query('teachers-of-model', model='Radiology-GPT')\n"
        "for ask in (table.to_pandas, table.to_polars, graph.explore):\n"
        "    try:\n"
        "        ask()\n"
        "    except itgraph.ItgraphError as error:\n"
        "        print(type(error).__name__, error.extra, *error.packages)\n"
    )
    said = _run(str(bare_python), "-I", "-c", code).splitlines()
    assert said == [f"MissingExtraError {what}" for what in ("frames pandas", "frames polars", "explore pyvis")]


def test_the_extras_are_those_of_the_project() -> None:
    extras = PROJECT["optional-dependencies"]
    named = {
        extra: tuple(sorted(Requirement(text).name for text in texts))
        for extra, texts in extras.items()
        if extra != "all"
    }
    assert named == dict(EXTRAS)
    (everything,) = map(Requirement, extras["all"])
    assert (everything.name, everything.extras) == ("itgraph", set(EXTRAS))


def test_what_an_extra_brings_is_asked_for_before_it_is_imported() -> None:
    """A module that imports such a package says what is missing; of servers, the commands that start them do."""
    brought = {package for packages in EXTRAS.values() for package in packages}
    wrong = set()
    everywhere: set[str] = set()
    for path in sorted((ROOT / "src" / "itgraph").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        asked = {
            argument.value
            for call in ast.walk(tree)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "require_extra"
            for argument in call.args
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        }
        everywhere |= asked
        if {"agents", "server"} & set(path.parent.parts):
            continue
        imported = {name.partition(".")[0] for name in _imported(tree)}
        wrong |= {(path.stem, package) for package in imported & brought - asked}
    # pyvis needs jinja2 too, and the page that is drawn without pyvis is the server's.
    assert wrong <= {("page", "jinja2")}
    assert brought - {"uvloop"} <= everywhere  # which uvicorn can do without


def _imported(tree: ast.AST) -> Iterator[str]:
    """Yield the names of the modules that are imported when the code runs."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield str(node.module)
        yield from _imported(node)


@pytest.mark.slow
@pytest.mark.parametrize("options", [("--help",), ("query", "--list"), ("explore", "-o", "-")], ids=" ".join)
def test_an_installed_wheel_runs(options: tuple[str, ...], python: Path, tmp_path: Path) -> None:
    said = _run(*_without_network(), str(python), "-I", "-m", "itgraph", *options, cwd=tmp_path)
    assert said.strip()
    # click names the program as it was started
    command = str(python.with_name("itgraph"))
    assert _run(command, *options, cwd=tmp_path) == said.replace("python -m itgraph", "itgraph")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no `itgraph serve` on Windows")
def test_an_installed_wheel_serves_and_is_found_healthy(python: Path, tmp_path: Path) -> None:
    with _serving(python, tmp_path) as address:
        assert "Alpaca" in _fetch(f"{address}page/model/alpaca")
        check = _read_dockerfile()["HEALTHCHECK"][-1]
        command = json.loads(check[check.index("[") :])
        port = address.rstrip("/").rpartition(":")[2]
        healthy = [str(python), *command[1:-1], command[-1].replace("8000", port)]
        assert _start(*healthy, cwd=tmp_path).returncode == 0
    assert _start(*healthy, cwd=tmp_path).returncode == 1


# -- with the oldest and the newest of what it needs -----------------------------------------------------------------


def _oldest() -> list[str]:
    """Return every package that the project names, in the oldest version that it allows."""
    texts = [*PROJECT["dependencies"], *(text for texts in PROJECT["optional-dependencies"].values() for text in texts)]
    requirements = [requirement for requirement in map(Requirement, texts) if requirement.name != "itgraph"]
    return [
        f"{requirement.name}=={next(one.version for one in requirement.specifier if one.operator == '>=')}"
        for requirement in requirements
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""})
    ]


@pytest.mark.slow
@pytest.mark.parametrize("which", ["oldest", "newest"])
def test_it_works_with_the_oldest_and_the_newest_versions_that_it_allows(
    which: str, wheel: Path, tmp_path: Path
) -> None:
    if which == "oldest" and sys.version_info[:2] != (3, 11):
        pytest.skip("the oldest versions are those for the oldest Python, 3.11")
    _require_index(tmp_path)
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("\n".join(_oldest()) if which == "oldest" else "", encoding="utf-8")
    python, _ = _make_environment(tmp_path / "environment")
    _pip(python, "--prefer-binary", "--constraint", str(constraints), f"itgraph[all] @ {wheel.as_uri()}")
    home = tmp_path / "home"
    home.mkdir()
    report = json.loads(_run(str(python), "-I", "-m", "itgraph", "doctor", "--json", cwd=home))
    installed = [check for check in report["checks"] if check["group"] in {"packages", "extras"}]
    assert [check for check in installed if check["state"] != "ok"] == []
    expected = {text.partition("==")[0].lower(): text.partition("==")[2] for text in _oldest()}
    found = {check["name"].lower(): check["found"] for check in installed if check["group"] == "packages"}
    assert found.keys() <= expected.keys()
    if which == "oldest":
        assert all(_same_version(version, expected[name]) for name, version in found.items())
    for options in (*COMMANDS, ("explore", "-o", "page.html"), ("export", "--format", "parquet", "-o", "parquet.zip")):
        _run(str(python), "-I", "-m", "itgraph", *options, cwd=home)
    code = (
        "import itgraph, mcp\n"
        "table = itgraph.load().query('large-datasets')\n"
        "assert len(table.to_pandas()) == len(table.to_polars()) == len(table) > 0\n"
    )
    _run(str(python), "-I", "-c", code, cwd=home)
    if sys.platform != "win32":
        with _serving(python, home) as address:
            assert "explorer" in _fetch(f"{address}explore")


def _same_version(one: str, other: str) -> bool:
    """Compare versions as packages have them: 6 is 6.0."""
    return re.sub(r"(\.0)+$", "", one) == re.sub(r"(\.0)+$", "", other)


def _require_index(folder: Path) -> None:
    """Leave a test out where packages cannot be had, or fail in CI, where they can."""
    wanted = next(text for text in _oldest() if text.startswith("click"))
    done = _start(
        *(sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "--retries", "1"),
        *("download", "--quiet", "--no-deps", "--dest", str(folder / "probe"), wanted),
        cwd=folder,
        environment={},
    )
    if done.returncode:
        said = f"no packages to be had here (pip could not download {wanted})"
        if os.environ.get("ITGRAPH_REQUIRE_INDEX"):
            pytest.fail(f"{said}, and ITGRAPH_REQUIRE_INDEX is set: {done.stderr}")
        pytest.skip(said)


# -- the image -------------------------------------------------------------------------------------------------------


def test_the_image_runs_without_root_and_is_pinned() -> None:
    steps = _read_dockerfile()
    assert steps["USER"] == ["65532:65532"]
    assert all(re.match(r"(python:3\.\d+|node:\d+)-slim\b", image) for image in steps["FROM"])
    installs = [step for step in steps["RUN"] if re.search(r"\binstall\b", step) and "--no-index" not in step]
    assert installs
    assert all("--require-hashes --requirement requirements.lock" in step for step in installs)
    assert json.loads(steps["ENTRYPOINT"][0]) == ["itgraph"]
    assert json.loads(steps["CMD"][0])[0] == "serve"
    supported = {line.rpartition(" ")[2] for line in PROJECT["classifiers"] if "Python :: 3." in line}
    assert {re.split("[:-]", image)[1] for image in steps["FROM"] if image.startswith("python")} <= supported


def test_the_image_is_made_of_what_is_there_and_sent(tracked_files: list[Path]) -> None:
    """What the steps copy is in the repository and not left out by .dockerignore; and all that a wheel needs is."""
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    sent = {line[1:].rstrip("/") for line in ignored if line.startswith("!")}
    assert "*" in ignored
    copied = {
        source.rstrip("/")
        for step in _read_dockerfile()["COPY"]
        if not step.startswith("--from")
        for source in step.split()[:-1]
    }
    assert copied == sent
    names = {path.relative_to(ROOT).parts[0] for path in tracked_files}
    assert sent <= names
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    needed = {*build["targets"]["wheel"]["force-include"], "src", "pyproject.toml", "hatch_build.py", PROJECT["readme"]}
    assert needed | set(PROJECT["license-files"]) <= sent
    hidden = [line for line in ignored if line.startswith("**/")]
    assert not [path for path in tracked_files for line in hidden if fnmatch.fnmatch(f"/{path}/", f"*{line[2:]}*")]


def _read_dockerfile() -> dict[str, list[str]]:
    """Return the instructions of the Dockerfile, by their names."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    text = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", "")
    steps: dict[str, list[str]] = {}
    for line in filter(None, text.splitlines()):
        name, _, rest = line.partition(" ")
        steps.setdefault(name, []).append(rest.strip())
    return steps


# -- tools -----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _serving(python: Path, folder: Path) -> Iterator[str]:
    """Serve the shipped graph; give the address."""
    command = [str(python), "-I", "-m", "itgraph", "serve", "--port", "0", "--workers", "1", "--slow-workers", "1"]
    server = subprocess.Popen(
        command, cwd=folder, env={**os.environ, **NOWHERE}, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert server.stderr is not None
    try:
        line = server.stderr.readline()
        match = re.match(r"Serving at (http://127\.0\.0\.1:\d+/)", line)
        assert match, line
        yield match[1]
    finally:
        server.terminate()
        server.stderr.close()
        server.wait(timeout=60)


def _fetch(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - of our own server
        return str(answer.read().decode())


def _run(*command: str, cwd: Path | None = None) -> str:
    done = _start(*command, cwd=cwd, environment={} if "pip" in command or "build" in command else NOWHERE)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


def _start(
    *command: str, cwd: Path | None = None, environment: dict[str, str] = NOWHERE
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=cwd,
        env={**os.environ, **environment},
    )


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
