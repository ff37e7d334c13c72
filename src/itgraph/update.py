"""A newer version of a survey, if its repository has one: fetched, read as a new snapshot, and told as a change log.

The network is touched here and nowhere else, by :mod:`itgraph.git` or by :mod:`itgraph.fetch`: with a limit of time
and of size, without asking anybody for a password, and without showing or keeping one that an address holds.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from itgraph.addresses import without_credentials
from itgraph.build import read_name_decisions
from itgraph.changes import diff_snapshots
from itgraph.errors import SourceError
from itgraph.extract import extract, summary
from itgraph.fetch import read_input
from itgraph.git import LARGEST_ANSWER, GitError, call_git
from itgraph.names import Names, nearest
from itgraph.plurals import counted
from itgraph.records import Issue, Snapshot, SnapshotFacts
from itgraph.resolve import resolve
from itgraph.resources import data_path
from itgraph.results import Table, printable
from itgraph.snapshots import (
    REGISTRY,
    layout_files,
    make_snapshot,
    read_registry,
    read_snapshot_folder,
    write_snapshot,
)
from itgraph.store import EmbeddedStore
from itgraph.survey.document import MAXIMUM_BYTES
from itgraph.survey.layouts import read_layout_files
from itgraph.triples import make_quads

LARGEST_FETCH = 200 * 2**20
"""How much of a repository is fetched at most: one commit of a survey takes a few megabytes with all its pictures."""

SECONDS = 120.0
"""How long one call of git may take, or the whole of a download."""

_UNRECOGNISED = frozenset(
    {
        *("undeclared-table", "undeclared-column", "undeclared-value", "unread-list", "orphan-row", "section-row"),
        *("unresolved-name", "unreadable-quantity", "unreadable-date", "no-tables"),
    }
)
"""The codes of issues that say that something was not understood."""

_MOST_LINES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What came of looking: ``folder`` and ``log`` are empty where there is nothing newer, as ``message`` says."""

    message: str
    folder: str = ""
    log: str = ""
    errors: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    """A README as it was found: its text, and where and of when it is, as far as that is known."""

    data: bytes
    name: str
    repository: str = ""
    path: str = "README.md"
    commit: str = ""
    date: str = ""


def update(
    output: Path,
    *,
    repository: str = "",
    branch: str = "",
    path: str = "",
    source: str = "",
    date: str = "",
    seconds: float = SECONDS,
    largest: int = LARGEST_FETCH,
) -> Update:
    """Look for a newer version of a survey, and write it as a new snapshot in the folder ``output``.

    ``repository`` is OWNER/NAME on GitHub, or what git can fetch from: an address or a folder; if it is not given, that
    of the newest snapshot in ``output`` (where there are none, of the shipped ones). ``source`` is a README itself: a
    file, a folder that has one, or an http(s) address; ``date`` is its date, where nothing tells it.

    Raises:
        SourceError: nothing can be fetched, what was fetched is no survey, or a folder cannot be written.
    """
    if output.exists() and not output.is_dir():
        raise SourceError(f"{output} is a file; give the folder that the snapshots are in")
    home = output if (output / REGISTRY).is_file() else data_path()
    known = read_registry(home / REGISTRY) if (home / REGISTRY).is_file() else {}
    given = _address(repository)
    newest = _newest(known, given, path)
    if source:
        version = _read_source(source, given, branch, path, seconds, largest)
    else:
        if not given and (newest is None or not newest[1].repository):
            raise SourceError("no snapshot says what repository it is from; say --repository OWNER/NAME or its address")
        asked = given or (newest[1].repository if newest else "")
        wanted = path or (newest[1].path if newest else "README.md")
        commit = _remote_commit(asked, branch, seconds)
        if same := [name for name, one in known.items() if (one.commit, one.path) == (commit, wanted)]:
            shown = _shown(asked)
            return Update(message=f"nothing newer: {shown} is at {commit[:12]}, which is the snapshot {same[0]}")
        version = _fetch(asked, branch, wanted, seconds, largest)
    version = _with_origin(version, newest[1] if newest else None, is_given=bool(given), date=date)
    if version.repository:
        newest = _newest(known, version.repository, version.path)
    if told := _is_not_newer(version, newest[1] if newest else None):
        return Update(message=told)
    return _write(version, output, home, newest[0] if newest else "", known)


def _newest(known: Mapping[str, Snapshot], repository: str, path: str) -> tuple[str, Snapshot] | None:
    """Return the newest snapshot, of a repository and a path in it if they are given: its folder, and what it is."""
    wanted = _plain(repository)
    found = [
        (snapshot.date, name, snapshot)
        for name, snapshot in known.items()
        if (not _is_web(wanted) or _plain(snapshot.repository) == wanted) and (not path or snapshot.path == path)
    ]
    if not found:
        return None
    _, name, newest = max(found, key=lambda one: one[:2])
    return name, newest


def _plain(repository: str) -> str:
    """Return the address of a repository in the one form in which two of them can be compared."""
    return without_credentials(repository).rstrip("/").removesuffix(".git").casefold()


def _shown(repository: str) -> str:
    return repository if Path(repository).is_dir() else without_credentials(repository)


def _is_web(address: str) -> bool:
    return bool(re.match(r"https?://", address, re.IGNORECASE))


def _address(repository: str) -> str:
    """Return what git is to be asked: a folder as it is from the root, OWNER/NAME as an address of GitHub.

    >>> _address("xiaoya-li/Instruction-Tuning-Survey"), _address("git@example.org:a/b")
    ('https://github.com/xiaoya-li/Instruction-Tuning-Survey', 'git@example.org:a/b')
    >>> _address("--upload-pack=x")
    Traceback (most recent call last):
        ...
    itgraph.errors.SourceError: '--upload-pack=x' is not a repository; give OWNER/NAME, an address or a folder
    """
    if not repository:
        return ""
    if Path(repository).is_dir():
        # From the root no name of a folder can be taken for an option.
        return str(Path(repository).resolve())
    if re.fullmatch(r"[A-Za-z0-9][\w.-]*/[\w.-]+", repository):
        return f"https://github.com/{repository}"
    is_address = re.match(r"(?:https?|ssh|git|file)://[^\s-]", repository, re.IGNORECASE)
    if is_address or re.fullmatch(r"(?:\w[\w.-]*@)?\w[\w.-]*:(?!:)[^\s-]\S*", repository):
        return repository
    shown = _shown(repository)
    raise SourceError(f"{shown!r} is not a repository; give OWNER/NAME, an address or a folder")


# -- git ---------------------------------------------------------------------------------------------------------------


def _remote_commit(repository: str, branch: str, seconds: float) -> str:
    """Return the commit that a branch is at, or that the repository opens with."""
    ref = _ref(branch)
    listed = _git(["ls-remote", "--", repository, ref], repository, seconds).decode(errors="replace")
    for line in listed.splitlines():
        commit, _, name = line.partition("\t")
        if name == ref and re.fullmatch(r"[0-9a-f]{40}", commit):
            return commit
    if not branch:
        raise SourceError(f"{_shown(repository)} holds no commit")
    heads = _git(["ls-remote", "--heads", "--", repository], repository, seconds).decode(errors="replace")
    names = [line.partition("\trefs/heads/")[2] for line in heads.splitlines()]
    near = " or ".join(map(repr, nearest(branch, names))) or ", ".join(sorted(names)[:5]) or "none"
    raise SourceError(f"{_shown(repository)} has no branch {branch!r}; there is {near}")


def _ref(branch: str) -> str:
    if not branch:
        return "HEAD"
    if not re.fullmatch(r"[\w][\w./+@-]*", branch) or ".." in branch or branch.endswith((".lock", "/")):
        raise SourceError(f"{branch!r} cannot be the name of a branch")
    return f"refs/heads/{branch}"


def _fetch(repository: str, branch: str, path: str, seconds: float, largest: int) -> _Version:
    """Fetch one commit, without its history, and read the README in it."""
    shown = _shown(repository)
    with tempfile.TemporaryDirectory(prefix="itgraph-", ignore_cleanup_errors=True) as folder:
        here = Path(folder)

        def git(*arguments: str) -> bytes:
            return _git(["--git-dir", folder, *arguments], repository, seconds, within=here, largest=largest)

        # A template of the user's may hold hooks.
        _git(["init", "--quiet", "--bare", "--template=", folder], repository, seconds)
        git("remote", "add", "--", "origin", repository)
        # Of the files only those are fetched that are asked for, where the server can do that.
        git("fetch", "--quiet", "--depth=1", "--no-tags", "--filter=blob:none", "origin", _ref(branch))
        commit = git("rev-parse", "--verify", "FETCH_HEAD^{commit}").decode().strip()
        header = git("cat-file", "commit", commit).partition(b"\n\n")[0]
        _require_file(git("ls-tree", "-z", "--full-tree", commit, "--", path), git, commit, path, shown)
        data = git("cat-file", "blob", f"{commit}:{path}")[: MAXIMUM_BYTES + 1]
    date = _commit_date(header)
    if not date:
        raise SourceError(f"{shown}: the commit {commit[:12]} has no date that can be read; give the README by --from")
    name = f"{path} of {shown} at {commit[:12]}"
    return _Version(data=data, name=name, repository=_web_address(repository), path=path, commit=commit, date=date)


def _commit_date(header: bytes) -> str:
    """Return the day of a commit by universal time, from its header as git keeps it; empty where it has none.

    >>> _commit_date(b"committer C <c@example.org> 1740787199 -0500")
    '2025-02-28'
    """
    match = re.search(rb"^committer .*> ([0-9]+) [+-][0-9]+$", header, re.MULTILINE)
    try:
        return datetime.fromtimestamp(int(match[1]), tz=UTC).date().isoformat() if match else ""
    except (ValueError, OverflowError, OSError):
        return ""


def _require_file(entry: bytes, git: Callable[..., bytes], commit: str, path: str, repository: str) -> None:
    """Require that a path is an ordinary file of a commit, by what ``git ls-tree`` says of it."""
    mode = entry.split(b" ", 1)[0]
    if mode in (b"100644", b"100755", b"100664"):
        return
    if entry:
        what = {b"120000": "a link", b"040000": "a folder"}.get(mode, "no file")
        raise SourceError(f"{repository}: {path} is {what} at {commit[:12]}; say --path, the README itself")
    listed = git("ls-tree", "-z", "--full-tree", "--name-only", commit).decode(errors="replace").split("\0")
    texts = [name for name in listed if name.lower().endswith((".md", ".markdown", ".txt", ".rst"))]
    near = ", ".join(map(repr, (nearest(path, texts) or texts)[:3])) or "no text at all"
    raise SourceError(f"{repository} has no {path} at {commit[:12]}; there is {near}. Say --path")


def _web_address(repository: str) -> str:
    """Return the address of a repository in the web: of a folder, that of its origin; empty where there is none."""
    if Path(repository).is_dir():
        try:
            found = call_git(["-C", repository, "config", "--get", "remote.origin.url"], seconds=10)
        except (OSError, GitError):
            return ""
        repository = found.decode(errors="replace").strip()
    if match := re.fullmatch(r"(?:ssh://)?git@(github\.com|gitlab\.com)[:/]([\w.-]+/[\w.-]+?)(?:\.git)?", repository):
        return f"https://{match[1]}/{match[2]}"
    # A password is nobody's business, and may be in what stands behind the path too.
    return re.split(r"[?#]", without_credentials(repository))[0] if _is_web(repository) else ""


def _git(
    arguments: Sequence[str],
    repository: str,
    seconds: float,
    *,
    within: Path | None = None,
    largest: int = LARGEST_ANSWER,
) -> bytes:
    """Call git about a repository, which may be elsewhere."""
    try:
        return call_git(arguments, seconds=seconds, with_network=True, within=within, largest=largest)
    except OSError as error:
        message = f"git cannot be started ({error.strerror or error}); install it, or give the README by --from"
        raise SourceError(message) from error
    except GitError as error:
        shown = _shown(repository)
        # git repeats the address, in its own spelling.
        reason = re.sub(r"//[^\s'\"]*@", "//", str(error).replace(repository, shown))
        message = f"cannot be fetched: {printable(reason, keep='')}; check the address, or give the README by --from"
        raise SourceError(f"{shown}: {message}") from error


# -- a README itself ---------------------------------------------------------------------------------------------------


def _read_source(source: str, repository: str, branch: str, path: str, seconds: float, largest: int) -> _Version:
    place = Path(source)
    if place.is_dir():
        if (place / ".git").exists() or (place / "HEAD").is_file():
            return _fetch(_address(source), branch, path or "README.md", seconds, largest)
        source = str(place / (path or "README.md"))
    read = read_input(source, seconds=seconds)
    return _Version(
        data=read.data,
        name=read.name,
        repository=read.repository or (_web_address(repository) if _is_web(repository) else ""),
        path=read.path if read.repository else path or "README.md",
        commit=read.commit,
    )


def _with_origin(version: _Version, newest: Snapshot | None, *, is_given: bool, date: str) -> _Version:
    """Fill in what a version does not tell of itself: the date that was given, the repository of the one before."""
    date = date or version.date
    if not date:
        raise SourceError(f"{version.name} does not tell its date; say --date, as in --date 2025-01-31")
    make_snapshot("--date", id="x", date=date)  # which says what a date looks like
    is_of_newest = newest is not None and not version.repository and not is_given
    return _Version(
        data=version.data,
        name=version.name,
        repository=newest.repository if newest is not None and is_of_newest else version.repository,
        path=newest.path if newest is not None and is_of_newest and not version.commit else version.path,
        commit=version.commit,
        date=date,
    )


def _is_not_newer(version: _Version, newest: Snapshot | None) -> str:
    """Say why a version is no newer than the newest snapshot; nothing where it is."""
    if newest is None or not newest.date:
        return ""
    what = f"the commit {version.commit[:12]}" if version.commit else version.name
    if version.commit and (version.commit, version.path) == (newest.commit, newest.path):
        return f"nothing newer: {what} is the snapshot {newest.id}"
    if version.date < newest.date:
        return f"nothing newer: {what} is of {version.date}, before the snapshot {newest.id}"
    return ""


# -- writing -----------------------------------------------------------------------------------------------------------


def _write(version: _Version, output: Path, home: Path, previous: str, known: Mapping[str, Snapshot]) -> Update:
    snapshot = make_snapshot(
        version.name,
        id=_free_id(version, {*known, *(path.name for path in output.glob("*"))}),
        date=version.date,
        repository=version.repository,
        commit=version.commit,
        path=version.path,
    )
    names = read_name_decisions(near=[output, home])
    # What was needed to read the survey so far is needed to read it now.
    layouts = read_layout_files(layout_files(home / previous)) if previous else ()
    facts = extract(version.data, snapshot, names, name=version.name, layout_files=layouts)
    if not facts.tables and not facts.references:
        raise SourceError(f"{version.name}: it has no table, no list of papers and no references; is it the survey?")
    if previous and known[previous].sha256 == facts.snapshot.sha256:
        what = f"the commit {version.commit[:12]} of {version.date}" if version.commit else version.name
        return Update(message=f"nothing newer: {what} has the same text as the snapshot {previous}")
    before = read_snapshot_folder(home / previous) if previous else None
    log = format_log(before, facts, _differences(before, facts, names))
    folder = output / facts.snapshot.id
    if folder.exists():
        raise SourceError(f"{folder} is there already; nothing is overwritten")
    write_snapshot(facts, folder)
    errors = sum(issue.severity == "error" for issue in facts.issues)
    return Update(message=f"{folder}\n{summary(facts).rstrip()}", folder=str(folder), log=log, errors=errors)


def _free_id(version: _Version, taken: Iterable[str]) -> str:
    """Return the date of a version; if that is taken, with the first digits of its commit, or a number."""
    names = set(taken)
    candidates = [version.date, *([f"{version.date}-{version.commit[:7]}"] if version.commit else [])]
    candidates += [f"{version.date}-{number}" for number in range(2, 1000)]
    return next(name for name in candidates if name not in names)


def _differences(before: SnapshotFacts | None, after: SnapshotFacts, names: Names) -> Table | None:
    if before is None:
        return None
    store = EmbeddedStore(make_quads(resolve([before, after], names)))
    return diff_snapshots(store, before.snapshot.id, after.snapshot.id)


# -- the change log ----------------------------------------------------------------------------------------------------


def format_log(before: SnapshotFacts | None, after: SnapshotFacts, differences: Table | None) -> str:
    """Write what changed from one snapshot to the next as Markdown, with what of it was not recognised."""
    new = after.snapshot
    source = new.repository or "the survey"
    lines = [f"## {new.id}", ""]
    if before is None or differences is None:
        lines += [f"The first snapshot of {source}{_at(new)}: {_count(after)}.", ""]
    else:
        old = before.snapshot
        lines += [f"What changed in {source} from {old.id}{_at(old)} to {new.id}{_at(new)}.", ""]
        lines += _changed(differences)
    lines += _unrecognised(before, after)
    return "\n".join(lines).rstrip() + "\n"


def _at(snapshot: Snapshot) -> str:
    if not snapshot.commit:
        return ""
    short = snapshot.commit[:12]
    return f" ([{short}]({snapshot.repository}/tree/{snapshot.commit}))" if snapshot.repository else f" ({short})"


def _count(facts: SnapshotFacts) -> str:
    rows = sum(len(table.rows) for table in facts.tables)
    return (
        f"{counted(len(facts.tables), 'table')}, {counted(rows, 'row')}, {counted(len(facts.references), 'reference')}"
    )


def _changed(differences: Table) -> list[str]:
    found: dict[str, list[str]] = {"added": [], "removed": [], "changed": []}
    for row in differences.rows:
        change, kind, thing, field, old, new = ("" if term is None else term.value for term in row)
        said = f"- {kind} {_escape(thing)}"
        if change == "changed":
            said += f", {field}: {_escape(old) or '(nothing)'} → {_escape(new) or '(nothing)'}"
        found[change].append(said)
    if not any(found.values()):
        return ["No model, dataset, benchmark or technique was added, removed or described otherwise.", ""]
    lines: list[str] = []
    for change, several in found.items():
        if several:
            lines += [f"### {change.capitalize()} ({len(several):,})", "", *_at_most(several), ""]
    return lines


def _unrecognised(before: SnapshotFacts | None, after: SnapshotFacts) -> list[str]:
    """Return what was not understood, but for what was not before either."""
    known = {(issue.code, issue.message) for issue in before.issues} if before else set()
    found = [issue for issue in after.issues if issue.severity == "error" or issue.code in _UNRECOGNISED]
    new = [issue for issue in found if (issue.code, issue.message) not in known]
    lines: list[str] = []
    if new:
        lines += [f"### Not recognised ({len(new):,})", "", *_at_most([_say(issue) for issue in new]), ""]
    if old := len(found) - len(new):
        was, is_ = ("was", "is") if old == 1 else ("were", "are")
        lines.append(f"{counted(old, 'thing')} that {was} not recognised before still {is_} not.")
    return lines


def _say(issue: Issue) -> str:
    span = issue.span
    place = f"line {span.start}" if span.start == span.end else f"lines {span.start} to {span.end}"
    return f"- {place}, {issue.code}: {_escape(issue.message)}"


def _at_most(said: Sequence[str]) -> list[str]:
    more = len(said) - _MOST_LINES
    return [*said[:_MOST_LINES], f"- ... and {more:,} more"] if more > 0 else list(said)


def _escape(text: str) -> str:
    r"""Return text that Markdown shows as it is, on one line: a name may be HTML, or turn the direction of writing.

    >>> _escape("<b>*x*</b>\n| y")
    '&lt;b&gt;\\*x\\*&lt;/b&gt; \\| y'
    """
    plain = printable(" ".join(text.split()), keep="")
    plain = re.sub(r"([\\`*_\[\]|#~])", r"\\\1", plain)
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
