"""Where entries of the hub come from: files of JSON lines and Parquet, and folders of cards.

- **JSON lines** (``.jsonl``, ``.ndjson``, ``.json``, each also ``.gz``): an entry a line. A ``.json`` that is one list,
  or an object of many lines, is read as that.
- **Parquet** (``.parquet``): an entry a row; objects may be columns of structs or of JSON. Needs the extra ``frames``.
- **A folder of cards**: ``OWNER/NAME/README.md`` and ``OWNER/NAME.md``, also ``OWNER--NAME.md``, and
  ``models--OWNER--NAME/snapshots/SHA/README.md``, which is how the hub's own programs keep what they fetched. The other
  files of a folder with a README.md belong to that repository, and are not read.
- **A folder of such files**: all of them, by name.

What is wrong with the inputs themselves raises before anything is read. What is wrong in them is a problem of an
:class:`Item`, and the items that follow are read as far as there is a way to tell where they begin.
"""

from __future__ import annotations

import codecs
import dataclasses
import gzip
import hashlib
import io
import json
import os
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from itgraph.errors import SourceError
from itgraph.extras import require_extra
from itgraph.hub.entries import Entry, Kind, Problem, parse_entry

if TYPE_CHECKING:
    import yaml

Form = Literal["lines", "document", "parquet", "cards"]
"""How an input is read."""

LONGEST = 64 * 1024 * 1024
"""No line, element or card is longer, in bytes (in characters, of an element); one that is, is a problem."""

LONGEST_FRONT_MATTER = 1024 * 1024
"""The longest front matter of a card, in characters."""

MOST_ALIASES = 100
DEEPEST = 50
"""What YAML may hold of aliases and levels: a card needs neither, and a few lines of them can grow without limit."""

_LINES = (".jsonl", ".ndjson")
_READABLE = "JSON lines (.jsonl, .ndjson, .json, also .gz), Parquet (.parquet), or a folder of cards"
_CHUNK = 1024 * 1024
_COLUMNS = (
    *("id", "modelId", "sha", "createdAt", "lastModified", "downloads", "likes", "tags", "cardData", "baseModels"),
    *("pipeline_tag", "library_name", "siblings", "config"),
    *("card_data", "created_at", "last_modified", "base_models", "model_id"),
)
"""The columns of a table that are read: those that :func:`parse_entry` asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A file, or a folder of cards, and what its entries are.

    ``files`` are the files to read, in order: of a file itself, of a folder its cards.
    """

    path: Path
    kind: Kind
    form: Form
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line, a row or a card: its entry, or else the problems that left none.

    ``number`` counts from 0 over all inputs, also what is broken, but not empty lines; behind a part of a table that
    cannot be read, it goes on as if each row of it had been an item. ``place`` is the name of the
    file with the number of the line, row or element from 1; of a card, its path in the folder.
    """

    number: int
    place: str
    kind: Kind
    entry: Entry | None
    problems: tuple[Problem, ...] = ()


# -- Finding -------------------------------------------------------------------------------------------------


def find_inputs(
    paths: Iterable[str | os.PathLike[str]],
    *,
    models: Iterable[str | os.PathLike[str]] = (),
    datasets: Iterable[str | os.PathLike[str]] = (),
) -> tuple[Input, ...]:
    """Return the inputs at these paths, in their order: ``paths``, then those of ``models``, then of ``datasets``.

    What lies at ``paths`` is datasets if its name says so (or the name of its folder, where it speaks of neither), and
    models otherwise; a folder of the hub's own programs says so itself. A file that is named twice is read once.

    Raises:
        SourceError: a path is missing, cannot be read, is of no form that is known or has nothing to read in it, or is
            given as models and as datasets; there is no path; Parquet is to be read and pyarrow is not there.
    """
    given: list[tuple[Path, Kind | None]] = [
        *((Path(path), None) for path in paths),
        *((Path(path), "model") for path in models),
        *((Path(path), "dataset") for path in datasets),
    ]
    if not given:
        raise SourceError(f"nothing to read is given; give {_READABLE}")
    found: dict[Path, Input] = {}
    stated: dict[Path, Kind] = {}
    for path, kind in given:
        for source in _find_at(path, kind):
            place = source.path.resolve()
            if kind is not None and stated.setdefault(place, kind) != kind:
                raise SourceError("it is given as models and as datasets; give it as what it is", path=source.path)
            if place not in found or (kind is not None and found[place].kind != kind):
                found[place] = source
    return tuple(found.values())


def _find_at(path: Path, kind: Kind | None) -> list[Input]:
    """Return what is to be read at a path: a file, the files of a folder, or a folder of cards."""
    try:
        if path.is_file():
            return [_file_input(path, kind)]
        if not path.exists():
            raise SourceError("there is no such file or folder; check the path", path=path)
        if not path.is_dir():
            raise SourceError(f"it is neither a file nor a folder; give {_READABLE}", path=path)
        files = sorted(child for child in path.iterdir() if child.is_file() and not child.name.startswith("."))
        if tables := [file for file in files if _suffix(file) in (*_LINES, ".parquet")]:
            return [_file_input(file, kind) for file in tables]
        if cards := tuple(_iter_cards(path)):
            guessed: Kind = "dataset" if "dataset" in path.resolve().name.lower() else "model"
            return [Input(path=path, kind=kind or guessed, form="cards", files=cards)]
        # Last, since a repository has .json of its own beside its card.
        if documents := [file for file in files if _suffix(file) == ".json"]:
            return [_file_input(file, kind) for file in documents]
    except OSError as exc:
        raise SourceError(f"cannot be read ({exc.strerror or exc}); check its permissions", path=path) from exc
    raise SourceError(f"there is nothing to read in this folder; give {_READABLE}", path=path)


def _suffix(path: Path) -> str:
    """Return the ending that tells the form, without ``.gz``, in lower case."""
    name = path.name.lower().removesuffix(".gz")
    if path.name.lower().endswith(".parquet.gz"):
        return ""  # Parquet is compressed inside, never as a whole
    return os.path.splitext(name)[1]  # noqa: PTH122 - a name, not a path


def _file_input(path: Path, kind: Kind | None) -> Input:
    suffix = _suffix(path)
    form: Form = "parquet" if suffix == ".parquet" else "lines"
    if suffix == ".md":
        raise SourceError(
            "a card alone does not say whose it is; give the folder that has OWNER/NAME/README.md", path=path
        )
    if suffix not in (*_LINES, ".json", ".parquet"):
        raise SourceError(f"this is of no form that can be read; give {_READABLE}", path=path)
    if form == "parquet":
        _check_parquet(path)
    else:
        begin = _read_begin(path)
        if suffix == ".json" and not _is_lines(begin):
            form = "document"
    return Input(path=path, kind=kind or _guess_kind(path), form=form, files=(path,))


def _guess_kind(path: Path) -> Kind:
    for name in (path.name.lower(), path.resolve().parent.name.lower()):
        if "dataset" in name:
            return "dataset"
        if "model" in name:
            return "model"
    return "model"


def _read_begin(path: Path) -> bytes:
    """Return what a file begins with, unpacked: at most 64 KB, and what there is where it is cut off."""
    begin = b""
    try:
        with _open(path) as file:
            while len(begin) < 65_536 and (part := file.read1(65_536)):
                begin += part
    except gzip.BadGzipFile as exc:
        if not begin:
            raise SourceError("it ends in .gz and is not compressed by gzip; rename it", path=path) from exc
    except (EOFError, zlib.error):
        pass  # reading will tell
    return begin


def _is_lines(begin: bytes) -> bool:
    """Say whether what a ``.json`` begins with is JSON lines: neither a list nor an object of many lines."""
    begin = begin.removeprefix(b"\xef\xbb\xbf").lstrip()
    return not begin.startswith(b"[") and (b"\n" not in begin or any(map(_is_object, begin.split(b"\n"))))


def _is_object(line: bytes) -> bool:
    try:
        return line.startswith(b"{") and isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _open(path: Path) -> gzip.GzipFile | io.BufferedReader:
    return gzip.open(path, "rb") if path.name.lower().endswith(".gz") else path.open("rb")


def _check_parquet(path: Path) -> None:
    """Raise if a table cannot be read, or has no column of ids."""
    parquet, errors = _import_parquet(path)
    try:
        with parquet.ParquetFile(path) as file:
            names = file.schema_arrow.names
    except errors as exc:
        raise SourceError(f"it is not Parquet that can be read ({_first_line(exc)})", path=path) from exc
    if not {"id", "modelId"} & set(names):
        shown = ", ".join(names[:10]) + (" ..." if len(names) > 10 else "")
        raise SourceError(f"it has no column id (or modelId); its columns are {shown}", path=path)


def _import_parquet(path: Path) -> tuple[Any, tuple[type[Exception], ...]]:
    """Return the module that reads Parquet, and what it raises."""
    require_extra(f"{path}, a Parquet file,", "pyarrow")
    import pyarrow as pa
    from pyarrow import parquet

    return parquet, (pa.ArrowException, OSError, ValueError, OverflowError)


def _iter_cards(folder: Path) -> Iterator[Path]:
    """Yield the cards below a folder, sorted by their paths, folder by folder."""
    for place, folders, files in os.walk(folder):
        is_root = Path(place) == folder
        if not is_root and (cards := [name for name in files if name.lower() == "readme.md"]):
            folders.clear()  # a repository
            yield Path(place, min(cards))
            continue
        folders[:] = sorted(name for name in folders if not name.startswith((".", "spaces--")))
        for name in sorted(files):
            if not name.lower().endswith(".md") or name.startswith("."):
                continue
            card = Path(place, name)
            if name.lower() != "readme.md" or _cached(card) is not None:
                yield card


# -- Reading -------------------------------------------------------------------------------------------------


def iter_items(inputs: Iterable[Input], start: int = 0) -> Iterator[Item]:
    """Yield every item of the inputs, from the one numbered ``start``.

    Those before it are not parsed: of lines it takes reading them, of Parquet not even that.
    """
    count = _Count(start)
    for source in inputs:
        yield from _READERS[source.form](source, count)


class _Count:
    """How many items were met, and which is the first that is wanted."""

    __slots__ = ("number", "start")

    def __init__(self, start: int) -> None:
        self.number = 0
        self.start = start

    def take(self) -> int:
        """Return the number of the next item, or -1 if it is not wanted."""
        number = self.number
        self.number = number + 1
        return number if number >= self.start else -1

    def problem(
        self, source: Input, place: str, code: Literal["unreadable", "malformed-json"], message: str
    ) -> tuple[Item, ...]:
        """Return the item of what cannot be read; none if it is not wanted."""
        number = self.take()
        if number < 0:
            return ()
        found = Problem(code=code, message=message)
        return (Item(number=number, place=place, kind=source.kind, entry=None, problems=(found,)),)


def _item(number: int, place: str, kind: Kind, value: object) -> Item:
    entry = parse_entry(value, kind)
    if isinstance(entry, Entry):
        return Item(number=number, place=place, kind=kind, entry=entry)
    return Item(number=number, place=place, kind=kind, entry=None, problems=(entry,))


# What the end of a broken file raises.
_BROKEN = (OSError, EOFError, zlib.error)


def _first_line(exc: BaseException) -> str:
    return str(exc).partition("\n")[0][:200]


def _read_lines(source: Input, count: _Count) -> Iterator[Item]:
    name, kind = source.path.name, source.kind
    line = 0
    try:
        with _open(source.path) as file:
            while text := file.readline(LONGEST + 1):
                line += 1
                if line == 1:
                    text = text.removeprefix(b"\xef\xbb\xbf")
                if len(text) > LONGEST and not text.endswith(b"\n"):
                    while (rest := file.readline(_CHUNK)) and not rest.endswith(b"\n"):
                        pass
                    yield from count.problem(source, f"{name}:{line}", "unreadable", _TOO_LONG)
                    continue
                if not text or text.isspace() or (number := count.take()) < 0:
                    continue
                try:
                    value = json.loads(text.decode())
                except UnicodeDecodeError as exc:
                    yield _unreadable(number, f"{name}:{line}", kind, "unreadable", _not_utf8(exc))
                except (ValueError, RecursionError) as exc:
                    yield _unreadable(number, f"{name}:{line}", kind, "malformed-json", _not_json(exc))
                else:
                    yield _item(number, f"{name}:{line}", kind, value)
    except _BROKEN as exc:
        yield from count.problem(source, f"{name}:{line + 1}", "unreadable", _cut(exc))


_TOO_LONG = f"it is longer than {LONGEST // 1024**2} MB, and is left out"


def _unreadable(
    number: int, place: str, kind: Kind, code: Literal["unreadable", "malformed-json"], message: str
) -> Item:
    return Item(number=number, place=place, kind=kind, entry=None, problems=(Problem(code=code, message=message),))


def _not_utf8(exc: UnicodeDecodeError) -> str:
    return f"it is not UTF-8 (byte {exc.start + 1} is 0x{exc.object[exc.start]:02x})"


def _not_json(exc: Exception) -> str:
    if isinstance(exc, json.JSONDecodeError):
        return f"it is not JSON ({exc.msg}, at character {exc.pos + 1})"
    return "it is not JSON that can be read (it is nested too deep, or has a number too long)"


def _cut(exc: BaseException) -> str:
    return f"the file cannot be read from here on ({_first_line(exc)}); if it was cut off, fetch it again"


_SEPARATORS = re.compile(r"[\s,]*")


class _Text:
    """The text of a file, as far as it can be read; ``problem`` says why it ends before its end."""

    def __init__(self, file: gzip.GzipFile | io.BufferedReader) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self.is_ended = False
        self.problem = ""

    def read(self, size: int) -> str:
        """Return the next characters: ``size`` or some more of them, fewer at the end."""
        parts: list[str] = []
        got = 0
        while got < size and not self.is_ended:
            try:
                part = self._file.read1(_CHUNK)
                self.is_ended = not part
                parts.append(self._decoder.decode(part, final=self.is_ended))
            except UnicodeDecodeError as exc:
                self.is_ended, self.problem = True, _not_utf8(exc)
                parts.append(exc.object[: exc.start].decode("utf-8-sig"))
            except _BROKEN as exc:
                self.is_ended, self.problem = True, _cut(exc)
            else:
                got += len(parts[-1])
        return "".join(parts)


def _read_document(source: Input, count: _Count) -> Iterator[Item]:
    """Read a list, or values that follow one another, element by element: never more than one and a chunk at a time."""
    name, kind = source.path.name, source.kind
    element = 0
    try:
        with _open(source.path) as file:
            text = _Text(file)
            for value in _iter_values(text):
                element += 1
                if (number := count.take()) < 0:
                    continue
                if isinstance(value, Problem):
                    yield _unreadable(number, f"{name}:{element}", kind, "malformed-json", value.message)
                else:
                    yield _item(number, f"{name}:{element}", kind, value)
            if text.problem:
                yield from count.problem(source, f"{name}:{element + 1}", "unreadable", text.problem)
    except OSError as exc:
        yield from count.problem(source, f"{name}:{element + 1}", "unreadable", _cut(exc))


def _iter_values(text: _Text) -> Iterator[object]:
    """Yield the elements of a list, or values that follow one another; last a problem, if the text is not JSON."""
    decode = json.JSONDecoder().raw_decode
    buffer, at = text.read(_CHUNK), 0
    is_list = buffer.lstrip().startswith("[")
    if is_list:
        at = buffer.index("[") + 1
    while True:
        at = _SEPARATORS.match(buffer, at).end()  # type: ignore[union-attr]
        if at == len(buffer) and text.is_ended:
            if is_list and not text.problem:
                yield Problem(code="malformed-json", message="it ends before its list does")
            return
        if is_list and at < len(buffer) and buffer[at] == "]":
            is_list, at = False, at + 1
            continue
        problem = ""
        try:
            value, end = decode(buffer, at)
        except (ValueError, RecursionError) as exc:
            value, end, problem = (
                None,
                len(buffer),
                getattr(exc, "msg", "it is nested too deep, or has a number too long"),
            )
            if _is_certain(exc, buffer):
                yield Problem(code="malformed-json", message=f"it is not JSON ({problem}); the rest is not read")
                return
        # Where the text goes on, so may a value that ends with what was read of it: 12 may be 123.
        if not problem and (end < len(buffer) or text.is_ended):
            yield value
            at = end
        elif text.is_ended:
            if not text.problem:
                yield Problem(code="malformed-json", message=f"it is not JSON ({problem}); the rest is not read")
            return
        elif len(buffer) - at > LONGEST:
            yield Problem(code="malformed-json", message=f"{_TOO_LONG}, and so is the rest")
            return
        else:
            buffer, at = buffer[at:] + text.read(max(_CHUNK, len(buffer) - at)), 0


def _is_certain(exc: Exception, buffer: str) -> bool:
    """Say whether text is no JSON however it goes on: what is only cut off fails at its end, or in an open string."""
    if not isinstance(exc, json.JSONDecodeError):
        return True
    return not exc.msg.startswith("Unterminated string") and exc.pos < len(buffer) - 16


def _read_parquet(source: Input, count: _Count) -> Iterator[Item]:
    name, kind = source.path.name, source.kind
    parquet, errors = _import_parquet(source.path)
    row = 0
    try:
        with parquet.ParquetFile(source.path) as file:
            columns = [column for column in file.schema_arrow.names if column in _COLUMNS]
            for group in range(file.metadata.num_row_groups):
                end = row + file.metadata.row_group(group).num_rows
                if count.number + end - row <= count.start:
                    count.number += end - row
                    row = end
                    continue
                try:
                    for value in _iter_rows(file, group, columns, errors):
                        row += 1
                        if (number := count.take()) < 0:
                            continue
                        if isinstance(value, Problem):
                            yield _unreadable(number, f"{name}:{row}", kind, "unreadable", value.message)
                        else:
                            yield _item(number, f"{name}:{row}", kind, value)
                except errors as exc:
                    # What is left of the group is one problem, and as many items as it has rows, read or not: so a
                    # load that goes on counts as the first one did.
                    yield from count.problem(source, f"{name}:{row + 1}", "unreadable", _cut(exc))
                    count.number += end - row - 1
                    row = end
    except errors as exc:
        yield from count.problem(source, f"{name}:{row + 1}", "unreadable", _cut(exc))


def _iter_rows(file: Any, group: int, columns: list[str], errors: tuple[type[Exception], ...]) -> Iterator[object]:
    """Yield the rows of a group; a problem for one that Python has no value for, such as text that is not UTF-8."""
    # Without threads of its own: those of the engine are watched (itgraph.loading.stream).
    for batch in file.iter_batches(batch_size=1000, row_groups=[group], columns=columns, use_threads=False):
        try:
            rows = batch.to_pylist()
        except errors:
            rows = None
        if rows is not None:
            yield from rows
            continue
        for index in range(batch.num_rows):
            try:
                row = batch.slice(index, 1).to_pylist()[0]
            except errors as exc:
                row = Problem(code="unreadable", message=f"a value cannot be read ({_first_line(exc)})")
            yield row


# -- Cards ---------------------------------------------------------------------------------------------------

_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n")
_FRONT_MATTER_END = re.compile(r"^---[ \t]*$", re.MULTILINE)
_ARXIV_LINK = re.compile(r"arxiv\.org/(?:abs|pdf|html)/([0-9]{4}\.[0-9]{4,5})", re.IGNORECASE)
_SHA = re.compile(r"[0-9a-f]{40}")


def _read_cards(source: Input, count: _Count) -> Iterator[Item]:
    for path in source.files:
        if (number := count.take()) < 0:
            continue
        place = path.relative_to(source.path).as_posix()
        kind, name, sha = _identify(path, source)
        try:
            size = path.stat().st_size
            text = "" if size > LONGEST else path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as exc:
            yield _unreadable(number, place, kind, "unreadable", _not_utf8(exc))
            continue
        except OSError as exc:
            yield _unreadable(number, place, kind, "unreadable", f"cannot be read ({exc.strerror or exc})")
            continue
        if size > LONGEST:
            yield _unreadable(number, place, kind, "unreadable", _TOO_LONG)
            continue
        card, problem = parse_front_matter(text)
        value = {"id": name, "sha": sha, "cardData": card, "tags": _tags(card, text)}
        item = _item(number, place, kind, value)
        if problem is not None and item.entry is not None:
            entry = dataclasses.replace(item.entry, problems=(problem, *item.entry.problems))
            item = dataclasses.replace(item, entry=entry)
        elif problem is not None:
            item = dataclasses.replace(item, problems=(*item.problems, problem))
        yield item


def _tags(card: dict[object, object], text: str) -> object:
    """Return the tags of a card, and of the papers that it links to, as the hub makes them."""
    tags = card.get("tags")
    papers = [f"arxiv:{paper}" for paper in dict.fromkeys(_ARXIV_LINK.findall(text))]
    if tags is None or isinstance(tags, (str, list)):
        return [*([tags] if isinstance(tags, str) else tags or ()), *papers]
    return tags


def _cached(path: Path) -> tuple[Kind, str, str] | None:
    """Return what the path of a card says where the hub's own programs keep it: kind, id and revision."""
    parts = path.absolute().parts
    if len(parts) < 4 or parts[-3] != "snapshots":
        return None
    for kind, prefix in _CACHED:
        if parts[-4].startswith(prefix):
            sha = parts[-2] if _SHA.fullmatch(parts[-2]) else ""
            return kind, parts[-4].removeprefix(prefix).replace("--", "/", 1), sha
    return None


_CACHED: tuple[tuple[Kind, str], ...] = (("model", "models--"), ("dataset", "datasets--"))


def _identify(path: Path, source: Input) -> tuple[Kind, str, str]:
    """Return kind, id and revision of a card, by its path."""
    if cached := _cached(path):
        return cached
    parts = list(path.relative_to(source.path).parts)
    if parts[-1].lower() == "readme.md":
        parts.pop()
    else:
        parts[-1] = parts[-1][: -len(".md")]
        if "--" in parts[-1]:
            parts = parts[-1].split("--", 1)
    return source.kind, "/".join(parts[-2:]), ""


def parse_front_matter(text: str) -> tuple[dict[object, object], Problem | None]:
    r"""Return the YAML between ``---`` that a card begins with, and what is wrong with it; empty where there is none.

    Dates stay text, and so do ``yes`` and ``no``, which is a language.

    >>> parse_front_matter("---\nlanguage: no\n---\n# A card")
    ({'language': 'no'}, None)
    >>> parse_front_matter("# A card")
    ({}, None)
    """
    text = text.replace("\r\n", "\n")
    begin = _FRONT_MATTER.match(text)
    if not begin:
        return {}, None
    end = _FRONT_MATTER_END.search(text, begin.end())
    if not end:
        return {}, _malformed("its front matter begins with --- and does not end with one")
    if end.start() - begin.end() > LONGEST_FRONT_MATTER:
        return {}, _malformed(f"its front matter is longer than {LONGEST_FRONT_MATTER // 1024**2} MB")
    front = text[begin.end() : end.start()]
    import yaml

    loader = _loader()
    try:
        _check_yaml(front, loader)
        value = yaml.load(front, Loader=loader)  # noqa: S506 - it is a safe loader
    except yaml.MarkedYAMLError as exc:
        line = f", line {exc.problem_mark.line + 2}" if exc.problem_mark else ""
        return {}, _malformed(f"its front matter is not YAML ({exc.problem}{line})")
    except (yaml.YAMLError, ValueError, TypeError, ArithmeticError, LookupError, AttributeError, RecursionError) as exc:
        return {}, _malformed(f"its front matter cannot be read ({_first_line(exc)})")
    if value is None:
        return {}, None
    if not isinstance(value, dict):
        return {}, _malformed("its front matter has no fields")
    return value, None


def _malformed(message: str) -> Problem:
    return Problem(code="malformed-yaml", message=message)


def _check_yaml(text: str, loader: type[yaml.SafeLoader]) -> None:
    """Raise ValueError for YAML with too many aliases or levels, before anything is built of it."""
    import yaml

    depth = aliases = 0
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
            depth += 1
        elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent):
            aliases += 1
        if depth > DEEPEST or aliases > MOST_ALIASES:
            raise ValueError(f"more than {DEEPEST} levels, or more than {MOST_ALIASES} aliases")


_UNRESOLVED = ("bool", "merge", "timestamp", "value")
"""What plain text in a card is not taken for. (Of truth values, ``true`` and ``false`` come back.)"""


@cache
def _loader() -> type[yaml.SafeLoader]:
    """Return a safe loader that leaves dates, ``yes``, ``no``, ``on`` and ``off`` as they are written."""
    import yaml

    base: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[valid-type,misc]
        yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's way
            first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] not in _UNRESOLVED]
            for first, resolvers in base.yaml_implicit_resolvers.items()
        }

        def flatten_mapping(self, node: yaml.MappingNode) -> None:
            """Leave merge keys (``<<``) as they are: a few lines of them make mappings of any size."""

    Loader.add_implicit_resolver(
        "tag:yaml.org,2002:bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
    )
    return Loader


_READERS: dict[Form, Callable[[Input, _Count], Iterator[Item]]] = {
    "lines": _read_lines,
    "document": _read_document,
    "parquet": _read_parquet,
    "cards": _read_cards,
}


# -- Whether they are the same -------------------------------------------------------------------------------


def fingerprint(inputs: Iterable[Input]) -> str:
    """Return a SHA-256 that tells whether inputs are still the same, by name, kind, size and time of each file.

    Raises:
        SourceError: a file is no longer there.
    """
    found = hashlib.sha256()
    for source, path in _files(inputs):
        try:
            stat = path.stat()
        except OSError as exc:
            raise SourceError(f"cannot be read ({exc.strerror or exc}); it was there before", path=path) from exc
        name = path.name if source.form != "cards" else path.relative_to(source.path).as_posix()
        row = (name, source.kind, stat.st_size, stat.st_mtime_ns)
        found.update(json.dumps(row).encode() + b"\n")
    return found.hexdigest()


def digest(inputs: Iterable[Input]) -> str:
    """Return the SHA-256 of all bytes of all files, one after the other; of one file, what ``sha256sum`` says.

    Raises:
        SourceError: a file cannot be read.
    """
    found = hashlib.sha256()
    for _, path in _files(inputs):
        try:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    found.update(chunk)
        except OSError as exc:
            raise SourceError(f"cannot be read ({exc.strerror or exc}); it was there before", path=path) from exc
    return found.hexdigest()


def _files(inputs: Iterable[Input]) -> Iterator[tuple[Input, Path]]:
    return ((source, path) for source in inputs for path in source.files)
