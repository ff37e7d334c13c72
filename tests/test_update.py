"""A newer version of a survey: from git repositories and a web server on this machine, friendly and hostile ones."""

from __future__ import annotations

import os
import random
import re
import socket
import subprocess
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler
from pathlib import Path

import pytest
from tests.web import Quiet, serving

from itgraph.build import build
from itgraph.cli import main
from itgraph.errors import SourceError
from itgraph.extract import extract
from itgraph.names import make_names
from itgraph.records import Snapshot
from itgraph.snapshots import make_snapshot, read_registry, read_snapshot_folder, write_snapshot
from itgraph.survey.document import MAXIMUM_BYTES
from itgraph.update import Update, update

HEADER = "<tr><th>Model Name</th><th>Base Model</th><th># Params</th></tr>"
REPOSITORY = "https://example.org/owner/survey"


def survey(*rows: str, more: str = "") -> str:
    """Write a README of rows "M | A | 7B"."""
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row.split(" | ")) + "</tr>\n" for row in rows)
    return f"# A survey\n\n<table>\n{HEADER}\n{body}</table>\n{more}"


OLD = survey("M | A | 7B", "N | B | 6B")
NEW = survey("M | A | 13B", "O | B | 6B")


class Repository:
    """A git repository on this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")
        self.git("remote", "add", "origin", f"{REPOSITORY}.git")

    def git(self, *arguments: str, date: str = "2025-03-01") -> str:
        stamp = f"{date}T12:00:00+00:00"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        environment |= {"GIT_COMMITTER_DATE": stamp, "GIT_AUTHOR_DATE": stamp}
        command = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", str(self.folder), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout.strip()

    def commit(self, content: str | bytes | None, *, path: str = "README.md", date: str = "2025-03-01") -> str:
        if content is not None:
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
            self.git("add", "--", path)
        self.git("commit", "-q", "--allow-empty", "-m", "x", date=date)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "survey")


@pytest.fixture
def data(tmp_path: Path, repository: Repository) -> Path:
    """Return a folder with one snapshot, of the first commit of the repository."""
    commit = repository.commit(OLD, date="2024-10-15")
    source = Snapshot(id="2024-10-15", date="2024-10-15", sha256="", repository=REPOSITORY, commit=commit)
    folder = tmp_path / "data"
    write_snapshot(extract(OLD.encode(), source, make_names(())), folder / "2024-10-15")
    (folder / "names.csv").write_text("kind,name,other,why\n", encoding="utf-8")
    return folder


def look(data: Path, repository: Repository | str, **options: object) -> Update:
    where = str(repository.folder) if isinstance(repository, Repository) else repository
    return update(data, repository=where, **options)  # type: ignore[arg-type]


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# -- newer, or not -----------------------------------------------------------------------------------------------------


def test_a_newer_commit_is_a_new_snapshot_and_a_change_log(data: Path, repository: Repository) -> None:
    before = files(data)
    commit = repository.commit(NEW)
    found = look(data, repository)
    assert found.folder == str(data / "2025-03-01")
    old = read_registry(data / "snapshots.toml")["2024-10-15"].commit
    snapshot = read_registry(data / "snapshots.toml")["2025-03-01"]
    assert (snapshot.commit, snapshot.date, snapshot.repository) == (commit, "2025-03-01", REPOSITORY)
    assert found.log.splitlines() == [
        "## 2025-03-01",
        "",
        f"What changed in {REPOSITORY} from 2024-10-15 ([{old[:12]}]({REPOSITORY}/tree/{old})) to 2025-03-01 "
        f"([{commit[:12]}]({REPOSITORY}/tree/{commit})).",
        "",
        "### Added (1)",
        "",
        "- model O",
        "",
        "### Removed (1)",
        "",
        "- model N",
        "",
        "### Changed (1)",
        "",
        "- model M, parameters: 7B → 13B",
        "",
        "2 things that were not recognised before still are not.",
    ]
    after = files(data)
    assert {name for name in before if after[name] != before[name]} == {"snapshots.toml"}
    assert len(build([data])) > 100
    again = look(data, repository)
    assert (again.folder, again.log) == ("", "")
    assert again.message.startswith("nothing newer: ")
    assert files(data) == after


def test_nothing_newer_writes_nothing(data: Path, repository: Repository) -> None:
    before = files(data)
    found = look(data, repository)
    assert "nothing newer" in found.message
    assert "which is the snapshot 2024-10-15" in found.message
    assert found.folder == ""
    assert files(data) == before


def test_a_commit_that_is_older(data: Path, repository: Repository) -> None:
    repository.git("checkout", "-q", "--orphan", "old")
    repository.commit(NEW, date="2020-01-01")
    found = look(data, repository, branch="old")
    assert "is of 2020-01-01, before the snapshot 2024-10-15" in found.message
    assert sorted(path.name for path in data.iterdir()) == ["2024-10-15", "names.csv", "snapshots.toml"]


def test_a_newer_commit_of_the_same_text(data: Path, repository: Repository) -> None:
    repository.commit(None)
    assert "has the same text as the snapshot 2024-10-15" in look(data, repository).message
    assert not (data / "2025-03-01").exists()


def test_a_date_that_is_taken(data: Path, repository: Repository) -> None:
    (data / "2025-03-01").mkdir()
    (data / "2025-03-01" / "mine.txt").write_text("mine")
    commit = repository.commit(NEW)
    assert look(data, repository).folder == str(data / f"2025-03-01-{commit[:7]}")
    assert (data / "2025-03-01" / "mine.txt").read_text() == "mine"


def test_two_commits_of_one_day(data: Path, repository: Repository) -> None:
    commit = repository.commit(NEW, date="2024-10-15")
    assert look(data, repository).folder == str(data / f"2024-10-15-{commit[:7]}")


def test_a_branch(data: Path, repository: Repository) -> None:
    repository.git("checkout", "-q", "-b", "next")
    repository.commit(NEW)
    repository.git("checkout", "-q", "main")
    assert "nothing newer" in look(data, repository).message
    with pytest.raises(SourceError, match="has no branch 'nxt'; there is 'next'"):
        look(data, repository, branch="nxt")
    assert look(data, repository, branch="next").folder


def test_another_file_of_a_commit_that_is_known(data: Path, repository: Repository) -> None:
    repository.commit(survey("Q | A | 7B"), path="OTHER.md")
    commit = repository.commit(NEW)
    assert look(data, repository).folder == str(data / "2025-03-01")
    found = look(data, repository, path="OTHER.md")
    snapshot = read_registry(data / "snapshots.toml")[Path(found.folder).name]
    assert (snapshot.commit, snapshot.path) == (commit, "OTHER.md")
    for path in ("", "OTHER.md"):
        assert "nothing newer" in look(data, repository, path=path).message
        assert "nothing newer" in update(data, source=str(repository.folder), path=path).message


def test_the_date_of_a_commit_where_git_is_to_show_signatures(
    data: Path, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit(NEW)
    header, _, message = repository.git("cat-file", "commit", "HEAD").partition("\n\n")
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----"
    (tmp_path / "signed").write_text(f"{header}\n{signature}\n\n{message}\n", encoding="utf-8")
    commit = repository.git("hash-object", "-t", "commit", "-w", str(tmp_path / "signed"))
    repository.git("update-ref", "HEAD", commit)
    (tmp_path / ".gitconfig").write_text("[log]\nshowSignature = true\n", encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert look(data, repository).folder == str(data / "2025-03-01")


def test_a_folder_without_snapshots_starts_with_one(tmp_path: Path, repository: Repository) -> None:
    repository.commit(NEW)
    found = look(tmp_path / "new" / "data", repository)
    assert found.log.startswith(f"## 2025-03-01\n\nThe first snapshot of {REPOSITORY}")
    assert (tmp_path / "new" / "data" / "2025-03-01" / "models.csv").is_file()


def test_the_layouts_of_the_snapshot_before_read_the_new_one(tmp_path: Path, repository: Repository) -> None:
    layout = (
        '[tables.herd]\ndescribes = "model"\nrequired = ["name", "base-model"]\n'
        '[tables.herd.columns]\n"Animal" = "name"\n"Parent" = "base-model"\n'
    )
    text = "# x\n\n| Animal | Parent |\n|---|---|\n| M | A |\n"
    source = Snapshot(id="2024-10-15", date="2024-10-15", sha256="", repository=REPOSITORY)
    facts = extract(text.encode(), source, make_names(()), layout_files=[layout])
    assert [table.layout for table in facts.tables] == ["herd"]
    write_snapshot(facts, tmp_path / "data" / "2024-10-15")
    repository.commit(text + "| N | A |\n")
    found = look(tmp_path / "data", repository)
    read = read_snapshot_folder(Path(found.folder))
    assert ([table.layout for table in read.tables], read.layouts) == (["herd"], (layout,))
    assert "- model N" in found.log


def test_what_is_not_recognised_is_told(data: Path, repository: Repository) -> None:
    more = "\n<table><tr><th>Whatever</th><th>Else</th></tr><tr><td>x</td><td>y</td></tr></table>\n"
    repository.commit(survey("M | A | 13B", "O | New | 6B", more=more))
    log = look(data, repository).log
    told = log.partition("### Not recognised")[2]
    assert "undeclared-table" in told
    assert "'New' has no row of its own" in told
    assert "'A' has no row" not in told


def test_a_name_that_is_markup_is_shown_as_text(data: Path, repository: Repository) -> None:
    repository.commit(survey("M | A | 7B", "N | B | 6B", "&lt;img src=x onerror=alert(1)&gt; *b* \u202eX | A | 7B"))
    log = look(data, repository).log
    assert "<img" not in log
    assert "\u202e" not in log
    assert re.search(r"- model &lt;img .*\\\*b\\\*", log)


# -- hostile repositories ----------------------------------------------------------------------------------------------


def nothing_was_written(data: Path) -> bool:
    return sorted(path.name for path in data.iterdir()) == ["2024-10-15", "names.csv", "snapshots.toml"]


def test_no_readme(data: Path, repository: Repository) -> None:
    repository.git("mv", "README.md", "Readme.markdown")
    repository.commit(None)
    with pytest.raises(SourceError, match=r"has no README\.md at .*'Readme\.markdown'.* Say --path"):
        look(data, repository)
    assert look(data, repository, path="Readme.markdown").folder


def test_a_readme_that_is_a_link_or_a_folder(data: Path, repository: Repository) -> None:
    (repository.folder / "README.md").unlink()
    (repository.folder / "README.md").symlink_to("/etc/passwd")
    repository.git("add", "README.md")
    repository.commit(None)
    with pytest.raises(SourceError, match=r"README\.md is a link"):
        look(data, repository)
    repository.git("rm", "-q", "README.md")
    repository.commit("x", path="README.md/x")
    with pytest.raises(SourceError, match=r"README\.md is a folder"):
        look(data, repository)
    assert nothing_was_written(data)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, r"README\.md of "),
        (b"", "is empty"),
        (b"x" * (MAXIMUM_BYTES + 1), "too large for a README"),
        (b"# Nothing here\n", "is it the survey\\?"),
    ],
    ids=["binary", "empty", "huge", "without tables"],
)
def test_a_readme_that_is_none(content: bytes, words: str, data: Path, repository: Repository) -> None:
    repository.commit(content)
    with pytest.raises(SourceError, match=words):
        look(data, repository)
    assert nothing_was_written(data)


def test_a_repository_that_is_too_large(data: Path, repository: Repository) -> None:
    repository.commit(random.Random(1).randbytes(3_000_000), path="film.bin")  # noqa: S311
    with pytest.raises(SourceError, match="more than 1 MB came"):
        look(data, repository, largest=2**20)
    assert nothing_was_written(data)


def test_an_empty_repository(data: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no commit"):
        look(data, Repository(tmp_path / "empty"))


@pytest.mark.parametrize("scheme", ["git", "http"])
def test_a_repository_that_hangs(scheme: str, data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"{scheme}://127.0.0.1:{server.getsockname()[1]}/a/b"
        with pytest.raises(SourceError, match=r"no answer within 0\.5 seconds"):
            look(data, address, seconds=0.5)
    assert nothing_was_written(data)


def test_names_with_spaces_and_leading_dashes(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = Repository(tmp_path / "-a b")
    odd.commit(NEW, path="-docs/-read me;x.md")
    monkeypatch.chdir(tmp_path)
    found = look(data, "-a b", path="-docs/-read me;x.md")
    assert read_registry(data / "snapshots.toml")[Path(found.folder).name].path == "-docs/-read me;x.md"


@pytest.mark.parametrize(
    "address",
    ["--upload-pack=touch pwned", "ext::sh -c touch% pwned", "-x", "a b", "fd::17", "ssh://-oProxyCommand=touch p/x"],
)
def test_what_is_no_address_starts_nothing(
    address: str, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match="is not a repository"):
        look(data, address)
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("branch", ["--all", "a b", "a..b", "+x:y", "x.lock"])
def test_what_is_no_branch(branch: str, data: Path, repository: Repository) -> None:
    with pytest.raises(SourceError, match="cannot be the name of a branch"):
        look(data, repository, branch=branch)


def test_a_repository_that_is_not_there(data: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be fetched: "):
        look(data, f"file://{tmp_path}/none")
    (tmp_path / "plain").mkdir()
    with pytest.raises(SourceError, match="does not appear to be a git repository"):
        look(data, str(tmp_path / "plain"))


def test_without_git(data: Path, repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceError, match="git cannot be started"):
        look(data, repository)


# -- over HTTP ---------------------------------------------------------------------------------------------------------


class _Handler(Quiet, BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/loop"):
            self.send_response(302)
            self.send_header("Location", f"/loop{len(self.path)}{self.path[5:]}"[:60])
            self.end_headers()
        elif self.path.startswith("/private"):
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="x"')
            self.end_headers()
        elif self.path == "/README.md":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(NEW.encode())
        else:
            self.send_response(404)
            self.end_headers()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(_Handler) as address:
        yield address


def test_a_readme_from_an_address(data: Path, address: str) -> None:
    found = update(data, source=f"{address}/README.md", date="2025-03-01")
    assert read_registry(data / "snapshots.toml")["2025-03-01"].repository == REPOSITORY
    assert "- model O" in found.log
    with pytest.raises(SourceError, match="404"):
        update(data, source=f"{address}/none.md", date="2025-03-02")


def test_redirects_without_end(data: Path, address: str) -> None:
    with pytest.raises(SourceError, match="redirect"):
        update(data, source=f"{address}/loop", date="2025-03-01")
    with pytest.raises(SourceError, match="cannot be fetched"):
        look(data, f"{address}/loop", seconds=20)
    assert nothing_was_written(data)


def test_nobody_is_asked_for_a_password(data: Path, address: str) -> None:
    with pytest.raises(SourceError, match="terminal prompts disabled"):
        look(data, f"{address}/private", seconds=20)


# -- passwords ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "http://u:s3cret@127.0.0.1:1/x",
        "http://u:p@s3cret@127.0.0.1:1/x",
        "http://u:p/s3cret@127.0.0.1:1/x",
        "http://u:s3cret'\"@127.0.0.1:1/x",
        "-http://u:s3cret@127.0.0.1:1/x",
        "u:-s3cret@127.0.0.1/x",
    ],
)
def test_no_password_is_shown_where_something_is_wrong(address: str, data: Path) -> None:
    with pytest.raises(SourceError) as caught:
        look(data, address, seconds=20)
    assert "s3cret" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


def test_no_password_is_shown_where_all_is_well(data: Path, repository: Repository) -> None:
    repository.git("update-server-info")

    class Files(Quiet, SimpleHTTPRequestHandler):
        pass

    with serving(partial(Files, directory=str(repository.folder / ".git"))) as address:
        secret = address.replace("//", "//u:s3cret@")
        found = look(data, secret)
        assert found.message.startswith(f"nothing newer: {address} is at ")
        with pytest.raises(SourceError) as caught:
            look(data, secret, branch="none")
        assert str(caught.value).startswith(f"{address} has no branch 'none'")


@pytest.mark.parametrize("origin", ["https://u:p@s3cret@example.org/a/b", "https://example.org/a/b?token=s3cret"])
def test_no_password_is_written(origin: str, data: Path, repository: Repository) -> None:
    repository.git("remote", "set-url", "origin", origin)
    repository.commit(NEW)
    found = look(data, repository)
    update(data, source=str(repository.folder / "README.md"), repository=origin, date="2025-04-01")
    known = read_registry(data / "snapshots.toml")
    assert known["2025-03-01"].repository == "https://example.org/a/b"
    written = b"".join(files(data).values()).decode() + found.log + found.message
    assert "s3cret" not in written


def test_a_password_that_somebody_wrote_into_the_registry_is_not_read() -> None:
    snapshot = make_snapshot("x", id="a", repository="https://u:p@s3cret@example.org/a/b.git")
    assert snapshot.repository == "https://example.org/a/b"
    with pytest.raises(SourceError) as caught:
        make_snapshot("x", id="a", repository="ssh://u:s3cret@example.org/a/b")
    assert "s3cret" not in str(caught.value)


# -- a README itself ---------------------------------------------------------------------------------------------------


def test_a_readme_in_a_file_or_a_folder(data: Path, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(NEW)
    with pytest.raises(SourceError, match="does not tell its date; say --date"):
        update(data, source=str(tmp_path / "README.md"))
    with pytest.raises(SourceError, match="is not a date"):
        update(data, source=str(tmp_path / "README.md"), date="yesterday")
    assert "before the snapshot 2024-10-15" in update(data, source=str(tmp_path), date="2023-01-01").message
    assert update(data, source=str(tmp_path), date="2025-03-01").folder == str(data / "2025-03-01")


def test_a_folder_that_is_a_repository(data: Path, repository: Repository) -> None:
    commit = repository.commit(NEW)
    update(data, source=str(repository.folder))
    assert read_registry(data / "snapshots.toml")["2025-03-01"].commit == commit


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    with pytest.raises(SourceError, match="is a file"):
        update(tmp_path / "x")


# -- the command -------------------------------------------------------------------------------------------------------


def test_the_command(data: Path, repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["update", "--repository", str(repository.folder), "-o", str(data)]
    assert main(command) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "nothing newer" in err
    repository.commit(NEW)
    assert main(command) == 0
    out, err = capsys.readouterr()
    assert out.startswith("## 2025-03-01\n")
    assert "2025-03-01: 1 table" in err
    assert main(["update", "--repository", "-x", "-o", str(data)]) == 3


def test_the_command_says_that_part_could_not_be_read(
    data: Path, repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.commit(survey("M | A | 13B", " | B | 6B"))
    assert main(["update", "--repository", str(repository.folder), "-o", str(data)]) == 1
    assert "severity error" in capsys.readouterr().err
