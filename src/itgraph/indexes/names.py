"""What the things of a large graph are called, in one SQLite file: to find, to search and to suggest without the graph.

Things are numbered kind after kind, and by popularity within a kind. So what SQLite finds in the order of the numbers
is in the order of popularity, and it stops as soon as enough is found. Names are held by their keys
(:func:`itgraph.names.name_key`): hashed, to find what is called so, and as trigrams, to find parts of names.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import threading
import weakref
from array import array
from collections.abc import Collection
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import chain, combinations, islice, pairwise
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeAlias
from zlib import crc32

from itgraph.errors import StoreError
from itgraph.files import replacing
from itgraph.indexes.ranks import ARXIV, ARXIV_ID, LABEL, LAST_PART, OTHER
from itgraph.names import name_key, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from itgraph.records import NamedThing

Kinds: TypeAlias = str | Collection[str] | None
"""Of which kind a thing is to be: of this one, of one of these, of any."""

VERSION = 2
"""The version of the file's layout: an index of another one must be built again."""

_SCHEMA = """
CREATE TABLE kinds(kind TEXT, first INTEGER, last INTEGER);
CREATE TABLE things(number INTEGER PRIMARY KEY, iri TEXT, label TEXT, popularity INTEGER, others TEXT);
CREATE TABLE hashes(hash INTEGER PRIMARY KEY);
CREATE TABLE grams(gram TEXT PRIMARY KEY, things INTEGER) WITHOUT ROWID;
CREATE VIRTUAL TABLE parts USING fts5(keys, content='', columnsize=0, tokenize='trigram case_sensitive 1');
INSERT INTO parts(parts, rank) VALUES ('automerge', 0), ('hashsize', 8388608);
"""

# A hash is that of a key (32 bits), the number of the thing (29 bits) and how the thing is called so (2 bits).
_NUMBER_BITS, _RANK_BITS = 29, 2
_NUMBER_MASK = (1 << _NUMBER_BITS) - 1

# What stands around each key among the trigrams, and in no key: a name begins, or ends, where it is found.
_EDGE = "\1"
_EDGES = _EDGE * 2

_CHUNK = 10_000
# A place in what was spilled (29 bits, as numbers of things have) below what is more popular than most (34 bits).
_MOST_POPULAR = (1 << 34) - 1
_MOST_SCANNED = 2_000
"""How many things, the most popular ones first, are looked at for what trigrams cannot tell."""
_MOST_WHOLE = 250_000
"""Among how many things of a kind, the most popular ones, those that have several words as one come first."""
_MOST_GRAMS = 100
_MOST_PHRASES = 12
_MOST_LETTERS = 60
_MOST_SLIPS = 32
_BY_CHANCE = 0.01
_MOST_LIKE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A thing, and by which of its names it was found; ``rank`` is one of :data:`LABEL` ... :data:`LAST_PART`."""

    iri: str
    kind: str
    label: str
    name: str
    rank: int


def build_names(path: Path, things: Iterable[NamedThing]) -> None:
    """Write the index of things, whole or not at all, in place of the one that was there.

    Each thing comes once (of each of its kinds), in any order; what is equally popular stays in this order. Things are
    not held in memory, however many they are, but for some 60 bytes each.

    Raises:
        StoreError: it cannot be written, or a name is none that a graph can hold (it has a lone surrogate).
    """
    with _telling(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with GatheredNames(path.parent) as names:
            for thing in things:
                names.add(*thing)
            write_names(path, names)


def write_names(path: Path, names: GatheredNames) -> None:
    """Write the index of what was gathered, whole or not at all, in place of the one that was there.

    Raises:
        StoreError: it cannot be written.
    """
    with _telling(path), replacing(path) as temporary:
        _write(temporary, names)


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Tell what keeps an index from being written."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise StoreError(f"no graph can hold the name {error.object!r}; leave it out", location=path) from error
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"the index of names cannot be written: {error}", location=path) from error


class GatheredNames:
    """Things that an index is written of: on the disk in the order in which they come, to be read by popularity."""

    def __init__(self, folder: Path) -> None:
        import tempfile

        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by __exit__
        self._ends = array("q", [0])
        self.places: dict[str, array[int]] = {}
        """Of each kind, the places of its things below their popularity, turned round: the most popular sort first."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, iri: str, kind: str, label: str, names: Sequence[str], ids: Sequence[str], popularity: int) -> None:
        """Add a :data:`~itgraph.records.NamedThing`.

        Raises:
            UnicodeEncodeError: a name is none that a graph can hold.
            OSError: there is no room.
        """
        popularity = max(0, min(popularity, _MOST_POPULAR))
        places = self.places.get(kind)
        if places is None:
            places = self.places[kind] = array("q")
        places.append((_MOST_POPULAR - popularity) << _NUMBER_BITS | len(self._ends) - 1)
        others = _others(kind, names, ids) if names or ids else ""
        # Neither an IRI nor JSON has a line break in it; a label may.
        line = f"{iri}\n{others}\n{label}".encode()
        self._file.write(line)
        self._ends.append(self._ends[-1] + len(line))

    def iter(self, kind: str) -> Iterator[tuple[int, str, str, str]]:
        """Yield popularity, IRI, label and other names, the most popular first, equals in the order they came in."""
        self._file.flush()
        ends = self._ends
        # What is there has a kind, so that the file is not empty.
        with mmap(self._file.fileno(), 0, access=ACCESS_READ) as lines:
            for packed in sorted(self.places[kind]):
                place = packed & _NUMBER_MASK
                iri, others, label = lines[ends[place] : ends[place + 1]].decode().split("\n", 2)
                yield _MOST_POPULAR - (packed >> _NUMBER_BITS), iri, label, others


def _write(path: Path, gathered: GatheredNames) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with (
        closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as index,
        # SQLite takes parts in while the next ones are made ready: by one statement, since it lets go of the
        # interpreter but for as long as a step takes.
        ThreadPoolExecutor(1) as writer,
    ):

        def insert(before: int, keys: list[str]) -> None:
            sql = "INSERT INTO parts(rowid, keys) SELECT ? + key, value FROM json_each(?)"
            index.execute(sql, (before + 1, json.dumps(keys)))

        def finish() -> None:
            index.execute("INSERT INTO parts(parts) VALUES ('optimize')")
            index.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, parts, row)")
            index.execute("INSERT INTO grams SELECT term, doc FROM temp.terms ORDER BY term")

        for pragma in ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "cache_size = -32000"):
            index.execute(f"PRAGMA {pragma}")
        index.executescript(_SCHEMA)
        index.execute("BEGIN")
        # By their first eight bits, so that they can be sorted part by part.
        hashes = [array("q") for _ in range(256)]
        number = 0
        writing = writer.submit(insert, 0, [])
        for kind in sorted(gathered.places):
            first = number + 1
            rows = gathered.iter(kind)
            while some := list(islice(rows, _CHUNK)):
                before = number
                documents: list[str] = []
                told: list[tuple[int, str, str, int, str | None]] = []
                for popularity, iri, label, others in some:
                    number += 1
                    keys, parts = _keys_and_parts(label, others)
                    for key, rank in keys:
                        hash_ = crc32(key.encode())
                        hashes[hash_ >> 24].append((((hash_ << _NUMBER_BITS) | number) << _RANK_BITS) | rank)
                    documents.append(f"{_EDGES}{_EDGES.join(parts)}{_EDGES}")
                    told.append((number, iri, label, popularity, others or None))
                writing.result()
                index.executemany("INSERT INTO things VALUES (?, ?, ?, ?, ?)", told)
                writing = writer.submit(insert, before, documents)
            writing.result()
            index.execute("INSERT INTO kinds VALUES (?, ?, ?)", (kind, first, number))
        writing = writer.submit(finish)
        hashes = [array("q", sorted(set(part))) for part in hashes]
        writing.result()
        for part in hashes:
            index.execute("INSERT INTO hashes SELECT value FROM json_each(?)", (json.dumps(part.tolist()),))
        index.execute(f"PRAGMA user_version = {VERSION}")
        index.execute("COMMIT")


def _others(kind: str, others: Sequence[str], ids: Sequence[str]) -> str:
    # An arXiv id is a paper's own, and other things go by that of their paper.
    of_ids = OTHER if kind == "paper" else ARXIV
    named = [(OTHER, name) for name in others] + [(of_ids, name) for name in ids]
    return json.dumps(list(dict.fromkeys(named)), ensure_ascii=False)


def _read_others(others: str | None) -> list[tuple[int, str]]:
    return [] if not others else [(rank, name) for rank, name in json.loads(others)]


def _keys_and_parts(label: str, others: str) -> tuple[list[tuple[str, int]], list[str]]:
    """Return the keys of a thing's names with their ranks, and what trigrams are made of."""
    last = _last_part(label)
    if last:
        before, after = parts = [plain_key(label[: -len(last) - 1]), plain_key(last)]
        end, start = before[-1], after[0]
        # Between digits, the slash may count; and a part of nothing but punctuation has it as its key.
        is_joined = end.isalnum() and start.isalnum() and not (end.isdigit() and start.isdigit()) and label.isascii()
        keys = [(before + after if is_joined else plain_key(label), LABEL), (after, LAST_PART)]
    else:
        parts = [plain_key(label)]
        keys = [(parts[0], LABEL)]
    for rank, name in _read_others(others):
        key = plain_key(name)
        keys.append((key, rank))
        parts.append(key)
    return keys, parts


def _last_part(label: str) -> str:
    """Return what comes after the slash of an ``owner/name``; nothing of any other label.

    >>> _last_part("meta-llama/Llama-2-7b-hf"), _last_part("gpt2"), _last_part("and/or not"), _last_part("a/b/c")
    ('Llama-2-7b-hf', '', '', '')
    """
    owner, _, name = label.partition("/")
    return name if owner and "/" not in name and " " not in label else ""


# Of ASCII: what a character is, a digit, a letter (or what counts like one) or something between; and small letters.
_SHAPES = bytes(
    48 if chr(code).isdigit() else 97 if chr(code).isalpha() or chr(code) in "+#" else 45 for code in range(256)
)
_SMALL = bytes(ord(chr(code).lower()) if code < 128 else code for code in range(256)).replace(b"\0\1", b".-", 1)
_DROPPED = bytes(code for code in range(2, 128) if not chr(code).isalnum() and chr(code) not in "+#")
_APART = re.compile(r"(?<=[0-9])[^\w+#]+(?=[0-9])")


def plain_key(name: str) -> str:
    """Return :func:`itgraph.names.name_key`, sooner for the names of a hub: it is much of the work of an index.

    >>> plain_key("Llama-2_7B.GGUF"), plain_key("Llama-3.1-8B"), plain_key("Žluť")
    ('llama27bgguf', 'llama3.1-8b', 'zlut')
    """
    if not (name.isascii() and name.isprintable()):
        return name_key(name)
    raw = name.encode()
    shape = raw.translate(_SHAPES, b"_")
    if b"0-0" in shape or b"0--" in shape:
        raw = _APART.sub(lambda between: "\0" if between[0] == "." else "\1", name).encode()
    return raw.translate(_SMALL, _DROPPED).decode() or name.lower()


class _Row(NamedTuple):
    """A thing as the index holds it."""

    number: int
    iri: str
    label: str
    popularity: int
    others: str | None

    @property
    def names(self) -> Iterator[tuple[int, str]]:
        """Its names with their ranks, the best rank first."""
        last = _last_part(self.label)
        return chain([(LABEL, self.label)], _read_others(self.others), [(LAST_PART, last)] if last else [])


_COLUMNS = "number, iri, label, popularity, others"


def _identity(path: Path) -> tuple[int, int] | None:
    """Tell a file from another one that has taken its place."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


class NameIndex:
    """The names of a large graph, most popular things first; asked from any thread, and from forked processes.

    No text makes it fail: of what cannot be a name, nothing is found.
    """

    def __init__(self, path: Path) -> None:
        """Open an index that is there; see :meth:`open`."""
        self._address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._path = path
        self._file = _identity(path)
        # By process and thread: SQLite must not be carried through a fork, and answers one question at a time.
        self._connections: dict[tuple[int, int], sqlite3.Connection] = {}
        weakref.finalize(self, _close, self._connections)
        with self._errors():
            if self._ask("PRAGMA user_version")[0][0] != VERSION:
                raise StoreError("it is not an index of names as this itgraph has them; build it again", location=path)
            self._ranges = {kind: (first, last) for kind, first, last in self._ask("SELECT * FROM kinds ORDER BY 1")}

    @classmethod
    def open(cls, path: Path) -> NameIndex | None:
        """Open an index to read it; ``None`` where there is none.

        Raises:
            StoreError: the file is something else, or of another version of itgraph.
        """
        return cls(path) if path.is_file() else None

    def __repr__(self) -> str:
        return f"<NameIndex of {self.count()} things in {self._path}>"

    def count(self) -> int:
        """Return how many things it holds."""
        return sum(last - first + 1 for first, last in self._ranges.values())

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of the things, by name."""
        return tuple(self._ranges)

    def most_popular(self, kind: str, limit: int) -> tuple[Named, ...]:
        """Return the most popular things of a kind, ``limit`` at most."""
        first, last = self._ranges.get(kind, (1, 0))
        with self._errors():
            rows = self._rows(range(first, min(last, first + limit - 1) + 1))
            return tuple(_named(row, kind, LABEL, row.label) for row in rows)

    def find(self, text: str, kind: Kinds = None) -> tuple[Named, ...]:
        """Return every thing that is called so, the most popular first.

        The first of these that finds anything decides: the very label; the very spelling of another name or an arXiv
        id; a label that has the same key; such another name; the last part of a label, in this spelling or another.
        """
        text = text.strip()
        if not text or not _can_be_asked(text):
            return ()
        ranges = self._wanted(kind)
        with self._errors():
            known = self._called(plain_key(text), ranges, (LABEL, OTHER, ARXIV))
            exact = [found for found in known if found[1].name == text]
            if "paper" in ranges and (arxiv_id := ARXIV_ID.fullmatch(text)):
                by_id = self._called(plain_key(arxiv_id[1]), ranges, (LABEL, OTHER, ARXIV))
                exact += [found for found in by_id if found[1].name == arxiv_id[1]]
            if exact or known:
                return _best(exact or known)
            parts = self._called(plain_key(text), ranges, (LAST_PART,))
            return _best([found for found in parts if found[1].name == text] or parts)

    def search(self, text: str, kind: Kinds = None, limit: int = 50) -> tuple[Named, ...]:
        """Return things that have a name with all words of a text in it, as parts of words, ``limit`` at most.

        First comes what is called just so, then what begins so, then what has the text as a whole in it, then what
        has its words; each the most popular first. Where more things have several words than are wanted, the second
        and the third are looked for among the 250,000 most popular things of each kind. Words of one or two letters
        beside others, or of very common letters, are looked for among the 2,000 most popular things of each kind that
        have the others.
        """
        if not _can_be_asked(text):
            return ()
        wanted = _Text.parse(text)
        if not wanted.words:
            return ()
        found: list[tuple[tuple[int, int, int, int], Named]] = []
        with self._errors():
            plan = self._plan(wanted)
            for name, (first, last) in self._wanted(kind).items():
                found += [
                    ((how, rank if how == 0 else 0, -row.popularity, row.number), _named(row, name, rank, spelled))
                    for row, how, rank, spelled in self._search_range(wanted, plan, first, last, limit)
                ]
        found.sort(key=lambda ranked: ranked[0])
        things: dict[str, Named] = {}
        for _, named in found:
            things.setdefault(named.iri, named)
        return tuple(islice(things.values(), limit))

    def nearest(self, text: str, kind: Kinds = None, limit: int = 3) -> tuple[Named, ...]:
        """Return the things whose names are most like a text, best first: suggestions, never a decision.

        Not all names are compared: those that differ by one slip of the pen, and the most popular ones of those that
        share parts with the text.
        """
        text = text.strip()[: 4 * _MOST_LETTERS]
        if not text or not _can_be_asked(text):
            return ()
        by_name: dict[str, tuple[int, int, Named]] = {}
        key = plain_key(text)
        with self._errors():
            slips = self._one_slip_off(key) if len(key) <= _MOST_SLIPS else []
            expressions = list(
                dict.fromkeys(
                    self._rarest(parts) if len(parts) > 1 else self._expression(parts) for parts in _parts(text, key)
                )
            )
            for name, (first, last) in self._wanted(kind).items():
                numbers = [number for number in slips if first <= number <= last][:_MOST_LIKE]
                rows = {row.number: row for row in self._rows(numbers)}
                for parts in expressions:
                    # What is one slip off is meant, most likely; and what shares little comes last.
                    if len(numbers) >= limit or len(rows) >= 3 * _MOST_LIKE:
                        break
                    rows.update((row.number, row) for row in islice(self._match(parts, first, last), _MOST_LIKE))
                for row in rows.values():
                    for rank, spelled in row.names:
                        candidate = (-row.popularity, row.number, _named(row, name, rank, spelled))
                        by_name[spelled] = min(candidate, by_name.get(spelled, candidate), key=lambda one: one[:2])
        best = (by_name[spelled][2] for spelled in nearest(text, by_name, 3 * limit))
        things: dict[str, Named] = {}
        for named in best:
            things.setdefault(named.iri, named)
        return tuple(islice(things.values(), limit))

    # -- Asking SQLite -------------------------------------------------------------------------------------------

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(f"the index of names cannot be read: {error}", location=self._path) from error

    def _ask(self, sql: str, values: Sequence[str | int] = ()) -> list[tuple[Any, ...]]:
        return self._iter(sql, values).fetchall()

    def _iter(self, sql: str, values: Sequence[str | int] = ()) -> sqlite3.Cursor:
        place = (os.getpid(), threading.get_ident())
        connection = self._connections.get(place)
        if connection is None:
            # Another thread may have to close it.
            connection = sqlite3.connect(self._address, uri=True, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA mmap_size = 4294967296")
            if _identity(self._path) != self._file:
                connection.close()
                message = "the graph in its folder was replaced after it was opened; open it again"
                raise StoreError(message, location=self._path.parent)
            self._connections[place] = connection
        return connection.execute(sql, values)

    def _wanted(self, kind: Kinds) -> dict[str, tuple[int, int]]:
        """Return the kinds to look among, with the first and the last number of their things."""
        if kind is None:
            return self._ranges
        kinds = {kind} if isinstance(kind, str) else set(kind)
        return {name: range_ for name, range_ in self._ranges.items() if name in kinds}

    def _rows(self, numbers: Iterable[int]) -> Iterator[_Row]:
        for number in numbers:
            yield from map(_Row._make, self._iter(f"SELECT {_COLUMNS} FROM things WHERE number = ?", (number,)))

    def _hashed(self, key: str) -> list[tuple[int, int]]:
        """Return number and rank of what has a key like this one, or, once in four thousand million, another."""
        hash_ = crc32(key.encode()) << _NUMBER_BITS + _RANK_BITS
        end = hash_ + (1 << _NUMBER_BITS + _RANK_BITS)
        found = self._iter("SELECT hash - ? FROM hashes WHERE hash >= ? AND hash < ?", (hash_, hash_, end))
        return [(rest >> _RANK_BITS, rest & (1 << _RANK_BITS) - 1) for (rest,) in found]

    def _called(
        self, key: str, ranges: dict[str, tuple[int, int]], ranks: Collection[int]
    ) -> list[tuple[tuple[int, int, int], Named]]:
        """Return what has a name of this key and one of these ranks, with what it is ordered by."""
        found = []
        hashed = self._hashed(key)
        for name, (first, last) in ranges.items():
            numbers = sorted({number for number, rank in hashed if rank in ranks and first <= number <= last})
            for row in self._rows(numbers):
                for rank, spelled in row.names:
                    if rank in ranks and plain_key(spelled) == key:
                        found.append(((rank, -row.popularity, row.number), _named(row, name, rank, spelled)))
        return found

    # -- Searching one kind ---------------------------------------------------------------------------------------

    def _plan(self, text: _Text) -> _Plan:
        """Work out what to ask for a text; the same of each kind."""
        long = [word for word in text.words if len(word) > 2]
        word = text.words[0]
        having: str | None
        if long:
            having = self._expression(long)
        else:
            sql = "SELECT gram FROM grams WHERE gram >= ? AND gram < ? LIMIT ?"
            grams = self._ask(sql, (word, word + chr(0x10FFFF), _MOST_GRAMS + 1))
            having = None if len(grams) > _MOST_GRAMS else " OR ".join(_quoted(gram) for (gram,) in grams)
        # An edge more makes a trigram of a single letter.
        edges = [_EDGES if len(phrase) == 1 else _EDGE for phrase in text.phrases]
        begin = [self._expression([edge + phrase]) for edge, phrase in zip(edges, text.phrases, strict=True)]
        several = len(text.words) > 1 and len(text.whole) > 2
        whole = [self._expression([phrase]) for phrase in text.phrases] if several else []
        return _Plan(having=having, begin=tuple(begin), whole=tuple(whole), is_short=not long)

    def _expression(self, phrases: Sequence[str]) -> str:
        """Return what to match to meet names with all phrases (of three letters at least); empty, if none can have.

        Of the trigrams of each only the rarest, as many as make it unlikely that other names have them by chance: this
        takes a tenth of the time that whole phrases do. What is met has to be checked.
        """
        several = [_grams(phrase[:_MOST_LETTERS]) for phrase in phrases[:_MOST_PHRASES]]
        known = self._counted(several)
        if not known:
            return ""
        count = self.count()
        parts: list[tuple[int, str]] = []
        for phrase, some in zip(phrases, several, strict=False):
            by_chance, chosen = float(count), []
            # Where names have to begin so, this tells most.
            for gram in sorted(set(some), key=lambda gram: (not gram.startswith(_EDGE), known[gram], gram)):
                chosen.append(_quoted(gram))
                by_chance *= known[gram] / count
                if by_chance < _BY_CHANCE:
                    break
            # A phrase is worth its time where all of its trigrams are common; one that repeats itself is not.
            is_rare = by_chance < _BY_CHANCE or len(set(some)) < len(some)
            rarest = min(known[gram] for gram in some)
            parts.append((rarest, " AND ".join(chosen) if is_rare else _quoted(phrase[:_MOST_LETTERS])))
        # What is rare goes first: it is what SQLite steps through.
        return " AND ".join(part for _, part in sorted(parts))

    def _rarest(self, phrases: Sequence[str]) -> str:
        """Return what to match to meet names that are likely to have all phrases; empty, if none can have."""
        several = [_grams(phrase) for phrase in phrases]
        known = self._counted(several)
        return " AND ".join(_quoted(min(some, key=known.__getitem__)) for some in several) if known else ""

    def _counted(self, several: Sequence[Sequence[str]]) -> dict[str, int]:
        """Return in how many things there are these trigrams; nothing, if one of them is in none."""
        grams = {gram for some in several for gram in some}
        sql = "SELECT gram, things FROM json_each(?) JOIN grams ON gram = value"
        known: dict[str, int] = dict(self._ask(sql, (json.dumps(sorted(grams)),)))
        return known if len(known) == len(grams) else {}

    def _search_range(
        self, text: _Text, plan: _Plan, first: int, last: int, limit: int
    ) -> list[tuple[_Row, int, int, str]]:
        """Return rows with how their name fits (the less, the better), its rank, and itself; the best ``limit``."""
        found = _Found(text=text, limit=limit)
        exact = sorted((rank, number) for number, rank in self._hashed(text.whole) if first <= number <= last)
        found.add(self._rows(number for _, number in exact[:limit]), 0)
        # Where there is only a letter or two, much begins so: there may be no need for the others.
        if plan.is_short and not all(found.add(self._match(begin, first, last), 1) for begin in plan.begin):
            return list(found.rows.values())
        if plan.having is None:
            having = self._looked_through(text.words[0], first, last)
        else:
            having = self._match(plan.having, first, last)
        if not found.add(having, 3):
            # There are more: so the better ones have to be looked for.
            # Several words as one are rare: to be sure that there are no more of them would take the most time of all.
            end = min(last, first + _MOST_WHOLE - 1) if plan.whole else last
            for begin in plan.begin:
                found.add(self._match(begin, first, end), 1)
            for whole in plan.whole:
                found.add(self._match(whole, first, end), 2)
        return list(found.rows.values())

    def _looked_through(self, word: str, first: int, last: int) -> Iterator[_Row]:
        """Yield the most popular things that may have a letter or two in their names."""
        # What is beyond ASCII has more bytes than letters: there, another letter may count as this one.
        sql = f"""SELECT {_COLUMNS} FROM things WHERE number BETWEEN ? AND ? AND (instr(lower(label), ?)
            OR others IS NOT NULL OR length(CAST(label AS BLOB)) > length(label)) ORDER BY number"""
        return map(_Row._make, self._iter(sql, (first, min(last, first + _MOST_SCANNED - 1), word)))

    def _match(self, expression: str, first: int, last: int) -> Iterator[_Row]:
        """Yield what has these trigrams in its names, the most popular first; nothing for no expression."""
        if not expression:
            return iter(())
        sql = f"""SELECT {_COLUMNS} FROM parts CROSS JOIN things ON number = parts.rowid
            WHERE parts MATCH ? AND parts.rowid BETWEEN ? AND ? ORDER BY parts.rowid"""
        return map(_Row._make, self._iter(sql, (expression, first, last)))

    # -- What is like a text ------------------------------------------------------------------------------------

    def _one_slip_off(self, key: str) -> list[int]:
        """Return the numbers of what is called so but for a letter too many, too few, wrong or swapped, in order."""
        hashes = json.dumps([crc32(slip.encode()) << _NUMBER_BITS + _RANK_BITS for slip in _slips(key)])
        sql = "SELECT hash FROM json_each(?) CROSS JOIN hashes WHERE hash >= value AND hash < value + ?"
        found = self._iter(sql, (hashes, 1 << _NUMBER_BITS + _RANK_BITS))
        return sorted({hash_ >> _RANK_BITS & _NUMBER_MASK for (hash_,) in found})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """What somebody types, as keys: its words, the whole, and what stands for the whole among the trigrams."""

    words: tuple[str, ...]
    whole: str
    phrases: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> _Text:
        text = text.strip()
        words = list(dict.fromkeys(key for word in re.split(r"[\s/]+", text) if (key := plain_key(word))))
        words.sort(key=len, reverse=True)
        whole = plain_key(text)
        phrases = [whole]
        owner, slash, name = text.partition("/")
        if owner and slash:
            # The trigrams of an owner/name know where its last part begins.
            phrases.append(f"{plain_key(owner)}{_EDGES}{plain_key(name) if name.strip() else ''}")
        return cls(words=tuple(words), whole=whole, phrases=tuple(phrases))

    def fit(self, row: _Row) -> tuple[int, int, str] | None:
        """Return how well the best name of a thing fits, its rank, and itself; ``None`` if none has all words."""
        fits = []
        for rank, name in row.names:
            key = plain_key(name)
            if all(word in key for word in self.words):
                whole = self.whole
                how = 0 if key == whole else 1 if key.startswith(whole) else 2 if whole in key else 3
                fits.append((how, rank, name))
        return min(fits, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What to match: for what may have the words, for what may begin so, for what may have them as one; to be checked.

    ``having`` is ``None`` where too many trigrams may do: all things have to be looked at.
    """

    having: str | None
    begin: tuple[str, ...]
    whole: tuple[str, ...]
    is_short: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The rows that fit a text, by number: how their name fits (the less, the better), its rank, and itself."""

    text: _Text
    limit: int
    rows: dict[int, tuple[_Row, int, int, str]] = field(default_factory=dict)

    def add(self, rows: Iterable[_Row], at_most: int) -> bool:
        """Add the first ``limit`` rows that fit so well at least; say whether there are no more."""
        fitting = 0
        for looked_at, row in enumerate(rows):
            if looked_at == _MOST_SCANNED or fitting == self.limit:
                return False
            fit = self.text.fit(row)
            if fit is not None and fit[0] <= at_most:
                fitting += 1
                self.rows[row.number] = (row, *fit)
        return True


def _named(row: _Row, kind: str, rank: int, name: str) -> Named:
    return Named(iri=row.iri, kind=kind, label=row.label, name=name, rank=rank)


def _best(found: list[tuple[tuple[int, int, int], Named]]) -> tuple[Named, ...]:
    """Return what has the lowest rank, each thing once, the most popular first."""
    lowest = min((order[0] for order, _ in found), default=0)
    best: dict[tuple[str, str], Named] = {}
    for _, named in sorted((ranked for ranked in found if ranked[0][0] == lowest), key=lambda ranked: ranked[0]):
        best.setdefault((named.iri, named.kind), named)
    return tuple(best.values())


def _can_be_asked(text: str) -> bool:
    """Say whether a text is one that SQLite can hold: a lone surrogate, of a file name say, is in no name."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _grams(phrase: str) -> list[str]:
    """Return the trigrams of a phrase, in its order.

    >>> _grams("llama"), _grams("7b")
    (['lla', 'lam', 'ama'], [])
    """
    return [phrase[place : place + 3] for place in range(len(phrase) - 2)]


def _quoted(phrase: str) -> str:
    """Return a phrase for MATCH, in which nothing is an operator."""
    return '"' + phrase.replace('"', '""') + '"'


_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def _slips(key: str) -> set[str]:
    """Return all that differs from a key by one letter, and the key.

    >>> sorted(_slips("ab") & {"b", "ba", "xb", "abx", "ab", "xy"})
    ['ab', 'abx', 'b', 'ba', 'xb']
    """
    halves = [(key[:place], key[place:]) for place in range(len(key) + 1)]
    less = {left + right[1:] for left, right in halves if right}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1}
    other = {left + letter + right[1:] for left, right in halves if right for letter in _LETTERS}
    more = {left + letter + right for left, right in halves for letter in _LETTERS}
    return less | swapped | other | more | {key}


def _parts(text: str, key: str) -> list[list[str]]:
    r"""Return parts of a text that names like it may have, together: what is most of it first.

    >>> _parts("Llama 2", "llama2")
    [['lla', 'ama'], ['llama'], ['lla'], ['lam'], ['ama'], ['ma2'], ['\x01lla']]
    """
    size = 4 if len(key) >= 12 else 3
    bounds = [len(key) * place // size for place in range(size + 1)]
    pieces = [key[start:end] for start, end in pairwise(bounds)]
    if len(pieces[0]) < 3:
        pieces = [key[place : place + 3] for place in range(len(key) - 2)]
        several = [pieces[::2]] if len(pieces) > 2 else []
    else:
        several = [list(some) for count in range(size - 1, 1, -1) for some in combinations(pieces, count)]
    words = [[word] for part in re.split(r"[\s/]+", text) if len(word := plain_key(part)) > 2]
    begin = [[(_EDGE + key)[:4]]] if len(key) > 1 else []
    return [*several, *words[:_MOST_PHRASES], *([piece] for piece in pieces), *begin]


def _close(connections: dict[tuple[int, int], sqlite3.Connection]) -> None:
    for (process, _), connection in connections.items():
        if process == os.getpid():
            connection.close()
