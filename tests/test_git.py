"""git as we ask it: the same answer whoever calls, nobody asked, and nothing fetched that was not to be."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from itgraph.git import GitError, call_git


def make(folder: Path, content: str) -> Path:
    """Make a repository of one commit with one file in it."""
    folder.mkdir()
    (folder / "file.txt").write_text(content, encoding="utf-8")
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", str(folder)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    for command in (["init", "-q"], ["config", "uploadpack.allowFilter", "true"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *command], check=True, capture_output=True, env=environment)
    return folder


def show(folder: Path) -> list[str]:
    return ["-C", str(folder), "cat-file", "blob", "HEAD:file.txt"]


def test_the_repository_of_whoever_calls_is_not_the_one_that_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = make(tmp_path / "ours", "ours"), make(tmp_path / "theirs", "theirs")
    monkeypatch.setenv("GIT_DIR", str(theirs / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(theirs / ".git" / "index"))
    monkeypatch.setenv("GIT_WORK_TREE", str(theirs))
    assert call_git(show(ours), seconds=60) == b"ours"


def test_what_a_partial_clone_lacks_is_fetched_only_where_that_is_allowed(tmp_path: Path) -> None:
    origin, clone = make(tmp_path / "origin", "text"), tmp_path / "clone"
    command = ["clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{origin}", str(clone)]
    call_git(command, seconds=60, with_network=True)
    with pytest.raises(GitError):
        call_git(show(clone), seconds=60)
    assert call_git(show(clone), seconds=60, with_network=True) == b"text"
    assert call_git(show(clone), seconds=60) == b"text"


def test_what_git_says_is_wrong_is_told_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(GitError, match=r"\A(?!fatal)not a git repository"):
        call_git(["-C", str(tmp_path), "rev-parse", "HEAD"], seconds=60)


def test_too_much_is_not_read(tmp_path: Path) -> None:
    folder = make(tmp_path / "large", "x" * 3 * 2**20)
    with pytest.raises(GitError, match="more than 1 MB came"):
        call_git(show(folder), seconds=60, largest=2**20)
