"""What is wrong with the files of facts that people edit, all of it at once, and what new rows add to the graph.

What ``itgraph build`` stops at is an error here, in the same words; what it would let pass and the files are still not
to have, such as a row in the wrong place, is a warning.
"""

from __future__ import annotations

import io
import re
import tempfile
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Literal

from pyoxigraph import DefaultGraph, NamedNode, Quad
from pyoxigraph import Literal as RdfLiteral

from itgraph import terms
from itgraph.build import read_snapshots
from itgraph.checks import find_unknown_names, find_unmet
from itgraph.curated import COLUMNS, Inspection, inspect_curated
from itgraph.errors import SourceError
from itgraph.git import GitError, call_git
from itgraph.names import COLUMNS as NAMES_COLUMNS
from itgraph.names import inspect_names, name_key
from itgraph.plurals import counted
from itgraph.records import CuratedFacts, SnapshotFacts, Work
from itgraph.resolve import Resolution, identifier_slug, resolve
from itgraph.resources import data_path
from itgraph.results import format_iri
from itgraph.sheets import read_sheet
from itgraph.snapshots import REGISTRY, find_folders, read_registry
from itgraph.triples import make_quads, unmet_corrections

if TYPE_CHECKING:
    from itgraph.names import Names

_GIT_SECONDS = 60
_LARGEST_COMMITTED = 2**29
_KEPT = frozenset({".csv", ".toml", ".bib"})
"""The files of a data folder that its graph is made of."""

_THINGS = ("model", "dataset", "benchmark", "technique", "paper", "person", "organization", "license")
_BOOKKEEPING = frozenset({terms.HAS_LICENSING, terms.HAS_AUTHORSHIP, terms.SKOS_PREF_LABEL})
_NAMING = frozenset({"entity", "subject", "object", "organisation", "name"})
"""The columns of facts that hold names, where another spelling says the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is wrong, or (a "note") only good to know; ``line`` is 0 where it is of a whole file."""

    severity: Literal["error", "warning", "note"]
    path: str
    line: int
    message: str

    def __str__(self) -> str:
        place = [*([self.path] if self.path else []), *([str(self.line)] if self.line else [])]
        severity = [] if self.severity == "error" else [self.severity]
        return ": ".join([*([":".join(place)] if place else []), *severity, self.message])


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A statement of the current view that was not there before ("+"), or is there no longer ("-")."""

    sign: Literal["+", "-"]
    subject: str
    property: str
    value: str

    def __str__(self) -> str:
        return f"{self.sign} {self.subject} {self.property} {self.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What was found in a folder of facts.

    ``against`` is what it was compared with, in words; empty where there was nothing to compare it with.
    """

    folder: str
    rows: int
    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    against: str
    changes: tuple[Change, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, for JSON."""
        return {
            "folder": self.folder,
            "rows": self.rows,
            "findings": [_plain(finding) for finding in self.findings],
            "notes": [_plain(note) for note in self.notes],
            "against": self.against,
            "changes": [
                {"sign": one.sign, "subject": one.subject, "property": one.property, "value": one.value}
                for one in self.changes
            ],
        }


def _plain(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity,
        "path": finding.path,
        "line": finding.line or None,
        "message": finding.message,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """Where the parts of a data folder are; ``curated`` is ``None`` where it has none."""

    folder: Path
    snapshots: Path
    names: Path
    curated: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A data folder as far as it can be read, and what cannot; ``is_whole`` tells whether all snapshots could."""

    is_whole: bool
    snapshots: tuple[SnapshotFacts, ...]
    names: Names
    inspection: Inspection
    errors: tuple[SourceError, ...]


def check(folder: Path | None = None, *, against: Path | None = None) -> Check:
    """Look through a folder of facts: ``names.csv``, the snapshots' folders and ``curated/``, or ``curated/`` alone.

    Without a folder it is the ``data/`` of the checkout that one stands in, else the shipped one. It is compared with
    ``against``, else with what git has committed of it, else with the shipped facts.

    Raises:
        SourceError: a folder is not there, or holds nothing of the kind.

    >>> check(data_path() / "curated").findings
    ()
    """
    places = _find_places(folder if folder is not None else _default_folder())
    read = _read(places)
    findings = [_error(error) for error in read.errors]
    resolution = resolve(read.snapshots, read.names, read.inspection.facts)
    if places.curated is not None:
        if read.is_whole:  # what is not known may stand in a snapshot that could not be read
            findings += map(_error, find_unknown_names(resolution, places.curated))
        findings += _find_overlap(resolution, places.curated)
    quads = make_quads(resolution)
    if places.curated is not None and read.is_whole:
        findings += map(_error, find_unmet(unmet_corrections(resolution, quads), places.curated))
    findings += _find_untidy(places, read.inspection)
    notes: list[Finding] = []
    changes: list[Change] = []
    with _base(places, against) as (label, base):
        if base is not None:
            before = _read(base)
            notes += _base_problems(label, before)
            if _content(base) != _content(places):
                earlier = make_quads(resolve(before.snapshots, before.names, before.inspection.facts))
                changes = _find_changes(earlier, quads)
                notes += _find_needless_names(places, before.names)
                if places.curated is not None:
                    notes += _find_idle(earlier, quads, read.inspection.facts, places.curated)
    return Check(
        folder=_shown(places.folder),
        rows=sum(map(len, read.inspection.rows.values())),
        findings=tuple(sorted(set(findings), key=_finding_key)),
        notes=tuple(sorted(set(notes), key=_finding_key)),
        against=label,
        changes=tuple(changes),
    )


def format_check(found: Check, *, most: int = 100) -> str:
    """Write what was found for people: all findings, and the first changes."""
    lines = [str(finding) for finding in (*found.findings, *found.notes)]
    if found.changes:
        lines += [""] if lines else []
        lines += [f"The graph changes, compared with {found.against}:"]
        lines += [str(change) for change in found.changes[:most]]
        if more := len(found.changes) - most:
            lines += [f"... and {more:,} more (--json has all)"] if more > 0 else []
    return "".join(f"{line}\n" for line in lines)


def say_result(found: Check) -> str:
    """Say in a sentence how it is.

    >>> say_result(Check(folder="data", rows=2, findings=(), notes=(), against="", changes=()))
    'data: 2 rows of facts, nothing is wrong with them; there is nothing to compare them with'
    """
    counts = {severity: sum(f.severity == severity for f in found.findings) for severity in ("error", "warning")}
    told = " and ".join(counted(n, severity) for severity, n in counts.items() if n)
    said = f"{told}; itgraph build stops at the first error" if counts["error"] else told
    compared = "there is nothing to compare them with"
    if found.against:
        compared = f"compared with {found.against} they change nothing in the graph"
    if found.changes:
        compared = f"compared with {found.against} they change {counted(len(found.changes), 'statement')} of the graph"
    return f"{found.folder}: {counted(found.rows, 'row')} of facts, {said or 'nothing is wrong with them'}; {compared}"


# -- reading -----------------------------------------------------------------------------------------------------------


def _default_folder() -> Path:
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "data" / "names.csv").is_file() and (folder / "data" / "curated").is_dir():
            return folder / "data"
    return data_path()


def _find_places(folder: Path) -> _Places:
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "is not there"
        raise SourceError(f"{folder} {what}; give a folder with names.csv, curated/ or snapshots in it")
    holds_facts = any((folder / f"{name}.csv").is_file() for name in COLUMNS)
    has_snapshots = any(folder.glob("*/tables.csv")) or (folder / REGISTRY).is_file()
    curated = folder / "curated" if (folder / "curated").is_dir() else folder if holds_facts else None
    names = folder / "names.csv"
    if curated == folder and not has_snapshots:
        # A folder of facts alone lies beside the names and snapshots that it is for.
        beside = folder.resolve().parent
        has_snapshots = any(beside.glob("*/tables.csv"))
        names = beside / "names.csv"
        snapshots = beside
    else:
        snapshots = folder
    if curated is None and not has_snapshots and not names.is_file():
        raise SourceError(f"{folder} holds no facts; give a folder with names.csv, curated/ or snapshots in it")
    return _Places(
        folder=folder,
        snapshots=snapshots if has_snapshots else data_path(),
        names=names if names.exists() else data_path() / "names.csv",
        curated=curated,
    )


def _read(places: _Places) -> _Read:
    names, name_errors = inspect_names(places.names)
    errors = list(name_errors)
    snapshots: list[SnapshotFacts] = []
    try:
        folders = find_folders(places.snapshots)
    except SourceError as error:
        errors.append(error)
        folders = sorted(path.parent for path in places.snapshots.glob("*/tables.csv"))
    try:
        snapshots = read_snapshots(folders) if folders else []
    except SourceError:
        # One of them is not as it should be: the others are read all the same, and each says what is wrong with it.
        for folder in folders:
            try:
                snapshots += read_snapshots([folder])
            except SourceError as error:
                errors.append(error)
    is_whole = len(errors) == len(name_errors)
    inspection = Inspection(facts=CuratedFacts(), errors=(), rows={})
    if places.curated is not None:
        inspection = inspect_curated(places.curated)
        errors += inspection.errors
    return _Read(
        is_whole=is_whole,
        snapshots=tuple(snapshots),
        names=names,
        inspection=inspection,
        errors=tuple(errors),
    )


def _error(error: SourceError) -> Finding:
    message = str(error)
    if error.path is None:
        # Of a snapshot's folder the place is part of the message.
        match = re.match(r"(?P<path>[^:\n]*\.(?:csv|toml|bib))(?::(?P<line>\d+))?: (?P<message>.*)", message, re.DOTALL)
        if match is None:
            return Finding(severity="error", path="", line=0, message=message)
        path, line = _shown(Path(match["path"])), int(match["line"] or 0)
        return Finding(severity="error", path=path, line=line, message=match["message"])
    place = error.path if error.line is None else f"{error.path}:{error.line}"
    return Finding(
        severity="error",
        path=_shown(Path(error.path)),
        line=error.line or 0,
        message=message.removeprefix(f"{place}: "),
    )


def _shown(path: Path) -> str:
    """Return a path as it is said from here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _finding_key(finding: Finding) -> tuple[str, int, str, str]:
    return finding.path, finding.line, finding.severity, finding.message


# -- what build lets pass ----------------------------------------------------------------------------------------------


def _find_untidy(places: _Places, inspection: Inspection) -> Iterator[Finding]:
    """Find what makes files differ where their facts do not: marks, ends of lines, order, spaces, repetition."""
    yield from _find_bytes(places.names)
    sheet = read_sheet(places.names, NAMES_COLUMNS)
    rows = [(line, cells) for line, cells in sheet.rows if len(cells) == len(NAMES_COLUMNS)]
    yield from _find_spaces(places.names, NAMES_COLUMNS, rows)
    yield from _find_repeated_names(places.names, rows)
    if places.curated is None:
        return
    for name, columns in COLUMNS.items():
        path = places.curated / f"{name}.csv"
        if not path.is_file():
            continue
        yield from _find_bytes(path)
        rows = [(line, cells) for line, cells in inspection.rows.get(name, ()) if len(cells) == len(columns)]
        yield from _find_spaces(path, columns, rows)
        yield from _find_unsorted(path, rows)
        yield from _find_respelt(path, columns, rows)


def _warn(path: Path, line: int, message: str) -> Finding:
    return Finding(severity="warning", path=_shown(path), line=line, message=message)


def _find_bytes(path: Path) -> Iterator[Finding]:
    try:
        raw = path.read_bytes()
    except OSError:
        return  # which is an error already
    if raw.startswith(b"\xef\xbb\xbf"):
        yield _warn(path, 1, "begins with a byte order mark; save it as UTF-8 without one")
    if b"\r" in raw:
        line = raw.replace(b"\r\n", b"\r").split(b"\r")[0].count(b"\n") + 1
        yield _warn(path, line, "lines end in CR LF, as on Windows; save it with LF alone")
    if raw and not raw.endswith((b"\n", b"\r")):
        yield _warn(path, raw.count(b"\n") + 1, "the last line has no end; add one, lest the next row is put behind it")


def _find_spaces(path: Path, columns: Sequence[str], rows: Iterable[tuple[int, tuple[str, ...]]]) -> Iterator[Finding]:
    for line, cells in rows:
        for column, cell in zip(columns, cells, strict=True):
            plain = " ".join(unicodedata.normalize("NFC", cell).split())
            if plain != cell and len(cell) <= 1000:
                yield _warn(path, line, f"{column} is read as {plain!r}; write it so, not {cell!r}")


def _find_unsorted(path: Path, rows: Sequence[tuple[int, tuple[str, ...]]]) -> Iterator[Finding]:
    """Find the fewest rows that have to move for all to be sorted, and where they belong."""
    kept = _longest_sorted([cells for _, cells in rows])
    in_order = [rows[index] for index in kept]
    keys = [cells for _, cells in in_order]
    for index in sorted(set(range(len(rows))) - set(kept)):
        line, cells = rows[index]
        place = bisect_right(keys, cells)
        before = f"after line {in_order[place - 1][0]}" if place else "before the first row"
        after = f" and before line {in_order[place][0]}" if 0 < place < len(in_order) else ""
        yield _warn(path, line, f"stands in the wrong place: the rows are sorted, and it belongs {before}{after}")


def _longest_sorted(values: Sequence[tuple[str, ...]]) -> list[int]:
    """Return the indexes of a longest part of a sequence that is sorted as it stands; of several, of the first.

    >>> _longest_sorted([("a",), ("z",), ("b",), ("b",), ("c",)])
    [0, 2, 3, 4]
    >>> _longest_sorted([("b",), ("a",)])
    [0]
    """
    # From the end, where new rows are most often put: so it is these that move.
    ranks = {value: -rank for rank, value in enumerate(sorted(set(values)))}
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, value in enumerate(ranks[value] for value in reversed(values)):
        place = bisect_right(tails, value)
        before.append(ends[place - 1] if place else -1)
        if place == len(tails):
            tails.append(value)
            ends.append(index)
        else:
            tails[place], ends[place] = value, index
    found: list[int] = []
    index = ends[-1] if ends else -1
    while index >= 0:
        found.append(len(values) - 1 - index)
        index = before[index]
    return found


def _find_respelt(path: Path, columns: Sequence[str], rows: Iterable[tuple[int, tuple[str, ...]]]) -> Iterator[Finding]:
    """Find rows that say what another one says, with a name in another spelling."""
    seen: dict[tuple[str, ...], tuple[int, tuple[str, ...]]] = {}
    for line, cells in rows:
        key = tuple(name_key(c) if column in _NAMING else c.strip() for column, c in zip(columns, cells, strict=True))
        first, written = seen.setdefault(key, (line, cells))
        if first != line and tuple(map(str.split, written)) != tuple(map(str.split, cells)):
            yield _warn(path, line, f"says what line {first} says, in another spelling; take one out")


def _find_repeated_names(path: Path, rows: Iterable[tuple[int, tuple[str, ...]]]) -> Iterator[Finding]:
    seen: dict[tuple[str, str, str], int] = {}
    for line, (kind, name, other, _) in rows:
        key = (kind.strip(), name.strip(), name_key(other) if other.strip() else "")
        if seen.setdefault(key, line) != line:
            yield _warn(path, line, f"says what line {seen[key]} says; take one out")


def _find_needless_names(places: _Places, known: Names) -> Iterator[Finding]:
    """Find new decisions that only say what spellings are one name for everywhere."""
    for line, cells in read_sheet(places.names, NAMES_COLUMNS).rows:
        if len(cells) != len(NAMES_COLUMNS):
            continue
        kind, name, other, _ = (cell.strip() for cell in cells)
        is_new = all((d.kind, d.name, d.other) != (kind, name, other) for d in known.decisions)
        if is_new and other and name_key(other) == name_key(name):
            message = f"{other!r} and {name!r} are one name without this line, which does nothing"
            yield Finding(severity="note", path=_shown(places.names), line=line, message=message)


def _find_overlap(resolution: Resolution, curated: Path) -> Iterator[Finding]:
    """Find papers that a survey cites, which need no row of their own."""
    cited = {paper.slug: paper.label for paper in resolution.works()}
    for fact in resolution.curated.facts:
        if isinstance(fact.value, Work):
            reference = fact.value.reference
            if (slug := identifier_slug(reference)) in cited:
                scheme, value = fact.cells[2:4]
                message = (
                    f"a survey cites {scheme} {value} already ({cited[slug]}); "
                    f"say of {fact.about.name} in identifiers.csv that this is its {scheme} identifier"
                )
                yield _warn(curated / "papers.csv", fact.line, message)


# -- comparing ---------------------------------------------------------------------------------------------------------


@contextmanager
def _base(places: _Places, against: Path | None) -> Iterator[tuple[str, _Places | None]]:
    """Give what a folder is to be compared with, in words and as a folder, while it is there."""
    if against is not None:
        yield _shown(against), _find_places(against)
        return
    with tempfile.TemporaryDirectory(prefix="itgraph-") as temporary:
        base = Path(temporary) / "data"
        if _extract_head(places.folder, base):
            try:
                found = _find_places(base)
            except SourceError:
                found = None
            if found is not None:
                # What the folder takes from elsewhere, its past took from there too.
                yield (
                    "git's HEAD",
                    _Places(
                        folder=base,
                        snapshots=base if places.snapshots == places.folder else places.snapshots,
                        names=base / "names.csv" if places.names.parent == places.folder else places.names,
                        curated=found.curated,
                    ),
                )
                return
        shipped = data_path()
        if shipped.resolve() in (places.folder.resolve(), places.folder.resolve().parent):
            yield "", None
        else:
            yield "the shipped facts", _find_places(shipped)


def _extract_head(folder: Path, into: Path) -> bool:
    """Put what git has committed of a folder into another one; tell whether there is anything.

    Files are read as they are in the repository: to pack or to check them out, git would run programs that the
    repository itself may name (filters).
    """
    place = ["-C", str(folder.resolve())]
    try:
        listed = call_git([*place, "ls-tree", "-r", "-z", "HEAD"], seconds=_GIT_SECONDS)
        ids: dict[PurePosixPath, bytes] = {}
        for entry in listed.split(b"\0"):
            told, _, name = entry.partition(b"\t")
            path = PurePosixPath(name.decode(errors="replace"))
            # A mode of 100... is that of a file. A path may be whatever has been written into the repository.
            is_within = not path.is_absolute() and ".." not in path.parts
            if told.startswith(b"100") and path.suffix in _KEPT and len(path.parts) <= 2 and is_within:
                ids[path] = told.split()[2]
        answer = call_git(
            [*place, "cat-file", "--batch=%(objectsize)"],
            given=b"".join(id_ + b"\n" for id_ in ids.values()),
            seconds=_GIT_SECONDS,
            largest=_LARGEST_COMMITTED,
        )
        contents = io.BytesIO(answer)
        for path in ids:
            size = int(contents.readline())
            target = into / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(contents.read(size))
            contents.readline()
    except (OSError, GitError, ValueError):  # no number: git has not got this file, as in a partial clone
        return False
    return into.is_dir()


def _content(places: _Places) -> dict[str, bytes]:
    """Return the files that a graph is made of, by what they are; one that cannot be read is as good as absent."""
    files = {"names.csv": places.names}
    if places.curated is not None:
        files |= {f"curated/{name}.csv": places.curated / f"{name}.csv" for name in COLUMNS}
    registry = places.snapshots / REGISTRY
    files[REGISTRY] = registry
    names = _registered(registry)
    for path in places.snapshots.glob("*/*"):
        if path.suffix in _KEPT and (path.parent.name in names or (path.parent / "tables.csv").is_file()):
            files[f"{path.parent.name}/{path.name}"] = path
    content = {}
    for name, path in files.items():
        with suppress(OSError):  # where it is an error, reading its facts has told it already
            if path.is_file():
                content[name] = path.read_bytes()
    return content


def _registered(registry: Path) -> frozenset[str]:
    """Return the folders that ``snapshots.toml`` lists; none where it is not there or cannot be read."""
    try:
        return frozenset(read_registry(registry)) if registry.is_file() else frozenset()
    except SourceError:
        return frozenset()


def _base_problems(label: str, before: _Read) -> Iterator[Finding]:
    if before.errors:
        message = f"{len(before.errors):,} of its lines cannot be right either, and are not compared"
        yield Finding(severity="note", path=label, line=0, message=message)


def _find_changes(before: Iterable[Quad], after: Iterable[Quad]) -> list[Change]:
    """Return what two graphs say differently of things in their current views, by thing."""
    old, new = set(_statements(before)), set(_statements(after))
    changes = [_change("+", quad) for quad in new - old] + [_change("-", quad) for quad in old - new]
    order = {"a": 0, "rdfs:label": 1}
    return sorted(changes, key=lambda c: (c.subject, order.get(c.property, 2), c.property, c.sign == "+", c.value))


def _statements(quads: Iterable[Quad]) -> Iterator[Quad]:
    prefixes = tuple(f"{terms.BASE}{kind}/" for kind in _THINGS)
    for quad in quads:
        if (
            isinstance(quad.graph_name, DefaultGraph)
            and isinstance(quad.subject, NamedNode)
            and quad.subject.value.startswith(prefixes)
            and quad.predicate.value not in _BOOKKEEPING
        ):
            yield quad


def _change(sign: Literal["+", "-"], quad: Quad) -> Change:
    predicate = quad.predicate.value
    assert isinstance(quad.subject, NamedNode)
    value = quad.object
    return Change(
        sign=sign,
        subject=format_iri(quad.subject.value),
        property="a" if predicate == terms.RDF_TYPE else format_iri(predicate),
        value=format_iri(value.value) if isinstance(value, NamedNode) else _quoted(value),
    )


def _quoted(value: object) -> str:
    return '"' + value.value.replace('"', '\\"') + '"' if isinstance(value, RdfLiteral) else str(value)


def _find_idle(before: Iterable[Quad], after: Sequence[Quad], facts: CuratedFacts, curated: Path) -> Iterator[Finding]:
    """Find new rows all of whose statements were there before: they add a source, and no fact."""
    old_facts: set[str] = set()
    view: set[tuple[str, str, str]] = set()
    for quad in before:
        if isinstance(quad.graph_name, DefaultGraph):
            view.add((str(quad.subject), quad.predicate.value, str(quad.object)))
        else:
            old_facts.add(quad.graph_name.value)
    said: dict[str, list[tuple[str, str, str]]] = {}
    described: dict[str, dict[str, str]] = {}
    for quad in after:
        if not isinstance(quad.graph_name, DefaultGraph):
            graph = quad.graph_name.value
            if graph.startswith(f"{terms.BASE}curated/") and graph not in old_facts:
                said.setdefault(graph, []).append((str(quad.subject), quad.predicate.value, str(quad.object)))
        elif quad.predicate.value in (terms.TABLE, terms.TEXT, terms.PROV_HAD_PRIMARY_SOURCE):
            assert isinstance(quad.subject, NamedNode)
            assert isinstance(quad.object, RdfLiteral | NamedNode)
            described.setdefault(quad.subject.value, {})[quad.predicate.value] = quad.object.value
    lines = {(fact.file, " | ".join(fact.cells), fact.source): fact.line for fact in facts.facts}
    for graph, statements in said.items():
        row = described.get(graph, {})
        key = (row.get(terms.TABLE, ""), row.get(terms.TEXT, ""), row.get(terms.PROV_HAD_PRIMARY_SOURCE, ""))
        if key in lines and all(_is_told(statement, view) for statement in statements):
            message = "the graph says this already; the row adds a source for it, and nothing else"
            path = _shown(curated / f"{key[0]}.csv")
            yield Finding(severity="note", path=path, line=lines[key], message=message)


def _is_told(statement: tuple[str, str, str], view: set[tuple[str, str, str]]) -> bool:
    # The node that has the parts of a licence is named after its row, and always new.
    subject, predicate, _ = statement
    return statement in view or predicate == terms.HAS_LICENSING or subject.startswith(f"<{terms.BASE}licensing/")
