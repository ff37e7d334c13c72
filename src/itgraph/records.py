"""The values that flow through itgraph: what a source says, before any of it is RDF.

Everything here is frozen, compares by value and knows the lines of the source that it was read from. The order of the
classes follows the way of the data: a snapshot holds tables of rows and a list of references; a row is read as
statements about mentions; what is wrong with the source is an :class:`Issue`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias
from urllib.parse import quote

Kind = Literal["model", "dataset", "benchmark", "technique", "person", "organization"]
"""What a name stands for. A dataset and a model of one name are two things."""

NamedThing: TypeAlias = tuple[str, str, str, tuple[str, ...], tuple[str, ...], int]
"""What a thing is called, as an index of names is built of it: the IRI of a thing, its kind, its label, its other
names (and titles), the arXiv ids it goes by, and how popular it is (the more, the earlier it is found)."""

Severity = Literal["error", "warning", "info"]
"""error: something could not be read; warning: the source is wrong or ambiguous; info: untidy, meaning clear."""

Precision = Literal["Exact", "About", "AtLeast", "Range", "Alternatives", "Unreadable"]

Property = Literal[
    "category",
    "construction",
    "modality",
    "domain",
    "evaluation-type",
    "paper-link",
    "project",
    "language",
    "multilingual",
    "open-source",
    "self-built",
    "parameters",
    "instructions",
    "instances",
    "tasks",
    "languages",
    "training-set-size",
    "base-model",
    "trained-on",
    "generated-by",
    "released",
    "license",
    "developer",
]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """Lines of a source, from 1, both ends included."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A source document at one moment.

    ``sha256`` is that of the upstream file: where the bytes had to be repaired (``repair`` says how), it is the
    checksum of the repaired bytes, and thereby the proof of the repair. ``commit`` and ``repository`` are empty for
    a document that is not pinned.
    """

    id: str
    date: str
    sha256: str
    repository: str = ""
    commit: str = ""
    path: str = "README.md"
    repair: str = ""

    def address(self, span: Span | None = None) -> str:
        """Return the address of the document, or of lines of it, at the pinned commit; empty where it is not pinned.

        >>> pinned = Snapshot(id="a", date="", sha256="", repository="https://github.com/o/r", commit="c0ffee")
        >>> pinned.address(Span(start=3, end=9))
        'https://github.com/o/r/blob/c0ffee/README.md#L3-L9'
        >>> Snapshot(id="a", date="2024-10-15", sha256="").address()
        ''
        """
        if not (self.repository and self.commit):
            return ""
        address = f"{self.repository.rstrip('/')}/blob/{self.commit}/{quote(self.path)}"
        if span is None:
            return address
        lines = f"#L{span.start}" if span.start == span.end else f"#L{span.start}-L{span.end}"
        return address + lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A hyperlink of a cell or a reference, as written: ``href`` may be anything."""

    text: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a row.

    ``text`` is what a reader sees, markup removed. ``continued`` is true where the cell comes from a row above by a
    rowspan. ``citations`` are the numbers of the references that the cell cites, in order. ``line`` is where the cell
    begins: known while a source is read, and 0 afterwards, for files of facts keep the lines of rows only.
    """

    text: str
    links: tuple[Link, ...] = ()
    citations: tuple[int, ...] = ()
    continued: bool = False
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One source row: as many cells as its table has columns, ``None`` where the row has no cell for a column.

    ``raw`` holds the cells' texts in source order where they had to be moved to be read (a short or shifted row).
    """

    number: int
    span: Span
    cells: tuple[Cell | None, ...]
    raw: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether no cell of the row says anything: no text but that of links."""
        return all(cell is None or not _own_text(cell) for cell in self.cells)


def _own_text(cell: Cell) -> str:
    text = cell.text
    for link in cell.links:
        text = text.replace(link.text, "", 1)
    return text.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of the source. ``layout`` is the id of the declared layout that reads it, empty where none does."""

    id: str
    layout: str
    heading: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One item of a numbered reference list.

    ``position`` counts the items from 1; ``number`` is the printed number, which two items may share. ``authors`` are
    the names as written, in order; ``complete`` is false where the list is cut short. ``year`` is empty where the item
    gives none. ``arxiv_id`` and ``doi`` identify the work that the item links to.
    """

    position: int
    number: int
    span: Span
    text: str
    authors: tuple[str, ...] = ()
    complete: bool = True
    title: str = ""
    year: str = ""
    arxiv_id: str = ""
    doi: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A defect of a source. ``table`` and ``row`` are empty and 0 where the defect lies outside every row."""

    code: str
    severity: Severity
    message: str
    span: Span
    table: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotFacts:
    """Everything that was read from one snapshot.

    ``layouts`` are the texts of the layout files that its tables are read by, besides the shipped one.
    """

    snapshot: Snapshot
    tables: tuple[Table, ...]
    references: tuple[Reference, ...]
    issues: tuple[Issue, ...]
    layouts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A figure with its imprecision: ``values`` are exact integers (0.8M is 800000), see the ontology for the forms."""

    text: str
    precision: Precision
    unit: str
    values: tuple[int, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    per: str = ""

    @property
    def lower_bound(self) -> int | None:
        """Return the least number that the text allows; ``None`` where it cannot be read."""
        return min(self.values) if self.values else self.minimum


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A thing as one cell names it. ``aliases`` are more names in the cell; ``line`` is its line, if known."""

    kind: Kind
    name: str
    citations: tuple[int, ...] = ()
    aliases: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One thing that a row says: a property of a mention. ``quantity`` qualifies a base model by its own size."""

    subject: Mention
    property: Property
    value: Mention | Quantity | str | bool
    quantity: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A paper as one row of a list gives it, in the form of a reference whose ``number`` is 0.

    ``date`` is as exact as the row is: ``2023``, ``2023-03`` or ``2023-03-14``. ``projects`` are addresses of code,
    data and pages about the work.
    """

    reference: Reference
    date: str = ""
    projects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A row as understood: what it is about, what it says, and what is wrong with its cells.

    ``begins`` is true in the first of the rows that a thing spans. A blank or undeclared row is about nothing. ``also``
    are further things of one row ("BLOOMZ, mT0"); each statement says which of them it is about. A row of a list of
    papers is about a ``work`` instead.
    """

    about: Mention | None = None
    also: tuple[Mention, ...] = ()
    work: Work | None = None
    begins: bool = True
    statements: tuple[Statement, ...] = ()
    issues: tuple[Issue, ...] = ()


# -- facts from outside the surveys ------------------------------------------------------------------------------------

Access = Literal["open", "restricted", "closed"]
"""Who may use a thing by a licence: all for anything; with limits on use, field or commerce; nobody but by service."""

Part = Literal["weights", "data", "code"]
"""What of a thing a licence holds for: the same one need not hold for all three."""

Event = Literal["paper", "weights", "data", "service"]
"""What of a thing came out on a date."""

Effect = Literal["replaces", "adds", "qualifies"]
"""What a source does to what the survey says: takes its place; adds to it; says in which sense it is true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a thing is, in a sentence."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is known of an organisation: its kind (company, nonprofit, university, community) and its home page."""

    kind: str
    homepage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Developer:
    """An organisation that made a thing."""

    organization: Mention


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """A licence of a part of a thing: an SPDX identifier, or a name of ours where SPDX has none."""

    part: Part
    id: str
    is_spdx: bool
    access: Access


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A date as far as it is known: ``2023``, ``2023-03`` or ``2023-03-14``."""

    event: Event
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """An identifier of a thing elsewhere. ``note`` says why it is not quite the thing's own; empty where it is."""

    scheme: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of lineage, in the words of the facts file: ``relation`` is a column of ``lineage.csv``."""

    relation: str
    parent: Mention


@dataclass(frozen=True, slots=True, kw_only=True)
class CuratedFact:
    """One row of a facts file. ``source`` is the address where it was read, ``cells`` the row without it."""

    file: str
    line: int = field(compare=False)
    source: str
    cells: tuple[str, ...]
    about: Mention
    value: Summary | Work | Profile | Developer | Licence | Release | Identifier | Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a source makes of something that the survey says of a thing.

    ``property`` is the local name of its term. ``survey`` is the survey's value in its own words, empty where the
    survey gives none; ``found`` is that of the source, empty where it only denies. ``paper`` is the title of the work
    that this is about, where it is about a work and not about a thing.
    """

    line: int = field(compare=False)
    source: str
    about: Mention | None
    paper: str = ""
    property: str
    survey: str
    found: str
    effect: Effect
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Two sources that differ about a thing; ``sources`` are their addresses, ``taken`` is the value that stands."""

    line: int = field(compare=False)
    about: Mention
    property: str
    values: tuple[str, str]
    sources: tuple[str, str]
    taken: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CuratedFacts:
    """Everything that was read from a folder of facts."""

    facts: tuple[CuratedFact, ...] = ()
    corrections: tuple[Correction, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
