"""Which column of which table means what: the declarations of layout files, and how a table finds its own.

``layouts.toml`` beside this module is the shipped file. Others go before it (:func:`layouts_of`): their tables are
tried first, and their lines take the place of its lines for the same header.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from itgraph.errors import SourceError
from itgraph.records import Kind

Describes = Kind | Literal["paper"]
"""What the rows of a table describe: things of a kind, or papers."""

THING_ROLES = frozenset(
    "name category domain paper project link construction language open-source self-built modality base-model "
    "base-parameters training-set training-set-tasks released license developer note "
    "parameters instructions instances tasks training-set-size".split()
)
PAPER_ROLES = frozenset("title authors venue citation released paper project link note".split())
ROLES = THING_ROLES | PAPER_ROLES

RESERVED_NAMES = frozenset({"tables", "references", "issues"})
"""Names that no table can have: those of other files in a snapshot's folder, and of the reference list."""

_KINDS = ("model", "dataset", "benchmark", "technique", "paper")
_SECTIONS: dict[str, type] = {
    "tables": dict,
    "synonyms": dict,
    "construction": dict,
    "languages": dict,
    "not-languages": dict,
    "modalities": dict,
    "not-names": dict,
    "link-words": dict,
    "licences": dict,
}
_SCALE = re.compile(
    r"\(\s*(?:in\s+)?(?P<scale>[KMBT]|thousands?|millions?|billions?|trillions?)\s*\)\s*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How one kind of table is read.

    ``columns`` maps a header (see :func:`header_key`) to a role, ``synonyms`` one in its looser form (see
    :func:`loose_key`), for the headers that ``columns`` does not have.
    """

    id: str
    describes: Describes
    columns: Mapping[str, str]
    required: frozenset[str]
    synonyms: Mapping[str, str]
    under: tuple[str, ...] = ()
    evaluation_type: str = ""

    def role(self, column: str) -> str:
        """Return the role of a column, empty where none is declared."""
        return self.own_role(column) or self.synonyms.get(synonym_key(column), "")

    def own_role(self, column: str) -> str:
        """Return the role that the layout itself gives a column, without synonyms."""
        return self.columns.get(header_key(column), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layouts:
    """All declarations: the tables, and what is known of the values of some columns."""

    tables: tuple[Layout, ...]
    teacher_patterns: tuple[re.Pattern[str], ...]
    unnamed_constructions: frozenset[str]
    languages: Mapping[str, str]
    not_languages: Mapping[str, str]
    modalities: Mapping[str, str]
    not_names: frozenset[str]
    paper_words: frozenset[str]
    project_words: frozenset[str]
    licences: Mapping[str, str]

    def get(self, layout_id: str) -> Layout | None:
        """Return the layout with an id, ``None`` where there is none."""
        return next((layout for layout in self.tables if layout.id == layout_id), None)

    def find(self, columns: Sequence[str], heading: str) -> Layout | None:
        """Return the layout that reads a table with these columns under this heading; ``None`` where none does."""
        best: tuple[int, int, bool] = (0, 0, False)
        found = None
        for layout in self.tables:
            roles = {role for column in columns if (role := layout.role(column))}
            if not layout.required <= roles or not _is_under(layout, heading):
                continue
            own = {role for column in columns if (role := layout.own_role(column))}
            # What it names itself counts first, but only of a table that it would know without synonyms. Of those that
            # know as much by synonyms, one that was declared for a single table and names none of this one is the last.
            is_foreign = bool(layout.columns) and not own and len(layout.required) == 1 and not layout.under
            score = len(own) if layout.required <= own else 0, len(roles - {"note"}), not is_foreign
            if found is None or score > best:
                best, found = score, layout
        return found

    def line_to_add(self, column: str, layout: Layout) -> str:
        """Return how a layout file would declare a column, as far as its role can be guessed."""
        from rapidfuzz import fuzz, process

        known = sorted(layout.synonyms)
        near = process.extractOne(synonym_key(column), known, scorer=fuzz.ratio, score_cutoff=75)
        role = layout.synonyms[near[0]] if near else "note"
        line = f"{_quoted(column)} = {_quoted(role)}"
        return f"A layout file declares it under [synonyms.{layout.describes}]: {line}"

    def table_to_add(self, name: str, columns: Sequence[str], heading: str) -> str:
        """Return the line that would declare a table in a layout file: its first column is guessed to be the name."""
        kind = _guess_kind(f"{heading} {' '.join(columns)}")
        known = next((layout.synonyms for layout in self.tables if layout.describes == kind), {})
        others = {role for column in columns[1:] if (role := known.get(synonym_key(column)))} - {"name"}
        roles = [role if (role := known.get(synonym_key(column), "note")) in others else "note" for column in columns]
        return _declaration(name or "table", kind, columns, ["name", *roles[1:]])

    def list_to_add(self, columns: Sequence[str], heading: str) -> str:
        """Return the line that would declare a list under a heading, which has these columns when it is read."""
        name = re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")[:40].strip("-") or "things"
        name = f"{name}-list" if name in RESERVED_NAMES or self.get(name) else name
        kind = _guess_kind(heading)
        roles = ("name", "parameters" if kind == "model" else "note", "link", "note")
        return _declaration(name, kind, columns, roles, f"under = {_quoted(heading)}, synonyms = false, ")


def _declaration(name: str, kind: str, columns: Sequence[str], roles: Sequence[str], keys: str = "") -> str:
    """Write a table of a layout file on one line; ``keys`` are further keys of it."""
    pairs = ", ".join(f"{_quoted(column)} = {_quoted(role)}" for column, role in zip(columns, roles, strict=True))
    return f"tables.{name} = {{ describes = {_quoted(kind)}, {keys}columns = {{ {pairs} }} }}"


def _guess_kind(text: str) -> str:
    """Guess what a table or list describes by the words of its heading and columns."""
    lower = text.casefold()
    words = ("benchmark", "evaluation", "leaderboard", "data", "corp")
    kinds = ("benchmark", "benchmark", "benchmark", "dataset", "dataset")
    return next((kind for word, kind in zip(words, kinds, strict=True) if word in lower), "model")


def _is_under(layout: Layout, heading: str) -> bool:
    return not layout.under or any(text.casefold() in heading.casefold() for text in layout.under)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda match: f"\\u{ord(match[0]):04x}", escaped) + '"'


def header_key(text: str) -> str:
    """Return the form in which headers are compared: letter case and white space do not count."""
    return re.sub(r"\s+", " ", text).strip().casefold()


def synonym_key(text: str) -> str:
    """Return the form in which synonyms of headers are compared, also of one that is a mark alone.

    >>> synonym_key("# Params (B)"), synonym_key("#"), synonym_key("⭐")
    ('params', '#', '⭐')
    """
    return loose_key(text) or header_key(text)


@lru_cache(maxsize=4096)
def loose_key(text: str) -> str:
    """Return the form in which synonyms of headers are compared: punctuation and a scale do not count either.

    >>> loose_key("Model_Size"), loose_key("# Params (B)"), loose_key("**Code**")
    ('model size', 'params', 'code')
    """
    return " ".join(re.sub(r"[\W_]+", " ", _SCALE.sub("", text)).split()).casefold()


def header_scale(text: str) -> str:
    """Return what a column counts in, ``K``, ``M``, ``B`` or ``T``; empty where its header does not say.

    >>> header_scale("Size(B)"), header_scale("Params (millions)"), header_scale("Size")
    ('B', 'M', '')
    """
    match = _SCALE.search(text)
    return match["scale"][0].upper() if match else ""


@cache
def shipped_layouts() -> Layouts:
    """Return the layouts that come with the package."""
    return parse_layouts(_shipped_text())


@lru_cache(maxsize=64)
def layouts_of(texts: tuple[str, ...]) -> Layouts:
    """Return the layouts of layout files, given as texts, before the shipped ones.

    Raises:
        ValueError: a text is no layout file; see :func:`parse_layouts`.
    """
    return parse_layouts(*texts, _shipped_text()) if texts else shipped_layouts()


@cache
def _shipped_text() -> str:
    return (Path(__file__).parent / "layouts.toml").read_text(encoding="utf-8")


def read_layout_files(paths: Sequence[Path]) -> tuple[str, ...]:
    """Return the texts of layout files, which are checked for what they declare.

    Raises:
        SourceError: a file cannot be read, or is no layout file.
    """
    texts = []
    for path in paths:
        try:
            # As text files are read: a byte order mark and the line ends of Windows are no part of the declarations.
            text = path.read_text(encoding="utf-8-sig")
            layouts_of((text,))
        except OSError as error:
            raise SourceError(f"cannot be read: {error.strerror or error}", path=path) from error
        except ValueError as error:  # also of bytes that are no UTF-8, and of text that is no TOML
            raise SourceError(f"not a layout file: {error}", path=path) from error
        texts.append(text)
    return tuple(texts)


def parse_layouts(*texts: str) -> Layouts:
    """Read declarations; those of an earlier text go before those of a later one.

    Raises:
        ValueError: a text is not TOML, or declares something that is not known, which is named.
    """
    declared: dict[str, Any] = {}
    for text in texts:
        entries = tomllib.loads(text)
        for section, value in entries.items():
            if not isinstance(value, _SECTIONS.get(section, type(None))):
                known = ", ".join(_SECTIONS)
                raise ValueError(f"there is no section {section!r}; choose one of {known}")  # noqa: TRY004 - what a file holds is a value
        declared = _merge(declared, entries)
    synonyms = {
        kind: _columns(declared.get("synonyms", {}).get(kind, {}), f"synonyms.{kind}", kind, synonym_key)
        for kind in ("any", *_KINDS)
    }
    unknown = sorted(set(declared.get("synonyms", {})) - set(synonyms))
    if unknown:
        raise ValueError(f"synonyms.{unknown[0]}: there is no such kind; choose one of {', '.join(synonyms)}")
    tables = tuple(_table(name, table, synonyms) for name, table in declared.get("tables", {}).items())
    values = _Values(declared)
    return Layouts(
        tables=tables,
        teacher_patterns=tuple(_pattern(text) for text in values.list("construction", "teacher")),
        unnamed_constructions=frozenset(map(header_key, values.list("construction", "unnamed"))),
        languages={header_key(name): code for name, code in values.map("languages").items()},
        not_languages={header_key(name): domain for name, domain in values.map("not-languages").items()},
        modalities={header_key(name): name for name in values.list("modalities", "known")},
        not_names=frozenset(map(header_key, values.list("not-names", "values"))),
        paper_words=frozenset(map(loose_key, values.list("link-words", "paper"))),
        project_words=frozenset(map(loose_key, values.list("link-words", "project"))),
        licences={loose_key(name): licence for name, licence in values.map("licences").items()},
    )


def _merge(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Join declarations: tables of TOML key by key, lists end to end; of two other values the first."""
    merged = dict(first)
    for key, value in second.items():
        if key not in merged:
            merged[key] = value
        elif isinstance(merged[key], dict) and isinstance(value, dict):
            merged[key] = _merge(merged[key], value)
        elif isinstance(merged[key], list) and isinstance(value, list):
            merged[key] = [*merged[key], *value]
    return merged


def _table(name: str, table: Any, synonyms: Mapping[str, Mapping[str, str]]) -> Layout:
    where = f"table {name!r}"
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise ValueError(f"{where}: use a-z, 0-9 and hyphens in its name, which is also that of a file")
    if name in RESERVED_NAMES:
        raise ValueError(f"{where}: choose another name; a snapshot's folder has a file {name} of its own")
    if not isinstance(table, dict):
        raise ValueError(f"{where} must be a table [tables.{name}]")  # noqa: TRY004 - what a file holds is a value
    if unknown := sorted(set(table) - {"describes", "columns", "required", "under", "evaluation-type", "synonyms"}):
        raise ValueError(f"{where} has unknown keys: {', '.join(unknown)}")
    kind: Any = table.get("describes")
    if kind not in _KINDS and kind not in get_args(Kind):
        raise ValueError(f"{where}: there is no kind {kind!r}")
    columns = _columns(table.get("columns", {}), where, kind, header_key)
    required = _strings(table.get("required", ["title" if kind == "paper" else "name"]), f"{where}, required")
    if missing := sorted(set(required) - (PAPER_ROLES if kind == "paper" else THING_ROLES)):
        raise ValueError(f"{where}, required: there is no role {missing[0]!r}")
    under = table.get("under", [])
    return Layout(
        id=name,
        describes=kind,
        columns=columns,
        required=frozenset(required),
        synonyms=_synonyms_of(kind, synonyms) if table.get("synonyms", True) else {},
        under=_strings([under] if isinstance(under, str) else under, f"{where}, under"),
        evaluation_type=str(table.get("evaluation-type", "")),
    )


def _synonyms_of(kind: str, synonyms: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return the synonyms for tables of a kind: what only a thing has is a note in a table of papers."""
    general = synonyms["any"]
    if kind == "paper":
        general = {key: role if role in PAPER_ROLES else "note" for key, role in general.items()}
    return {**general, **synonyms.get(kind, {})}


def _columns(columns: Any, where: str, kind: str, key: Any) -> dict[str, str]:
    if not isinstance(columns, dict):
        raise ValueError(f'{where}: columns must be lines such as "Base" = "base-model"')  # noqa: TRY004 - what a file holds is a value
    roles = {"paper": PAPER_ROLES, "any": ROLES}.get(kind, THING_ROLES)
    found: dict[str, str] = {}
    for header, role in columns.items():
        if not isinstance(role, str) or role not in roles:
            raise ValueError(
                f"{where}, column {key(header)!r}: there is no role {role!r}; choose one of {', '.join(sorted(roles))}"
            )
        found.setdefault(key(header), role)
    return found


def _strings(values: Any, where: str) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"{where} must be a list of texts")
    return tuple(values)


def _pattern(text: str) -> re.Pattern[str]:
    try:
        pattern = re.compile(text, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"construction, teacher: {text!r} is no regular expression: {error}") from error
    if "teacher" not in pattern.groupindex:
        raise ValueError(f"construction, teacher: {text!r} has no group (?P<teacher>...)")
    return pattern


@dataclass(frozen=True, slots=True)
class _Values:
    """The sections that declare values of cells."""

    declared: Mapping[str, Any]

    def list(self, section: str, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty where there is none."""
        return _strings(self.declared.get(section, {}).get(key, []), f"{section}, {key}")

    def map(self, section: str) -> dict[str, str]:
        """Return the lines of a section."""
        lines = self.declared.get(section, {})
        for name, value in lines.items():
            if not isinstance(value, str):
                raise ValueError(f"{section}, {name!r} must be a text")  # noqa: TRY004 - what a file holds is a value
        return dict(lines)
