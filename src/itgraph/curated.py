"""Facts from outside the surveys: ``data/curated/``, a CSV file for each kind of fact, each row with its source.

A row is read where it can be right, and refused with its file and line where it cannot: an address that is none, a date
that is none, a licence that SPDX does not have, a step between things that no step connects. The order of the rows says
nothing: they are kept sorted, so that the same rows are the same facts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeVar, get_args

from itgraph.errors import SourceError
from itgraph.names import name_key, nearest
from itgraph.records import (
    Access,
    Correction,
    CuratedFact,
    CuratedFacts,
    Developer,
    Disagreement,
    Effect,
    Event,
    Identifier,
    Kind,
    Licence,
    Mention,
    Part,
    Profile,
    Reference,
    Release,
    Span,
    Step,
    Summary,
    Work,
)
from itgraph.sheets import read_sheet

ORGANIZATION_KINDS = ("company", "nonprofit", "university", "community")

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "things": ("entity_kind", "entity", "about", "source_url"),
    "papers": ("entity_kind", "entity", "scheme", "value", "title", "authors", "year", "source_url"),
    "organisations": ("name", "kind", "homepage", "source_url"),
    "developers": ("entity_kind", "entity", "organisation", "source_url"),
    "licences": ("entity_kind", "entity", "what", "licence", "spdx", "open", "source_url"),
    "releases": ("entity_kind", "entity", "date", "what", "source_url"),
    "identifiers": ("entity_kind", "entity", "scheme", "value", "source_url", "note"),
    "lineage": ("subject_kind", "subject", "relation", "object_kind", "object", "source_url"),
    "corrections": ("entity_kind", "entity", "property", "survey", "source", "effect", "why", "source_url"),
    "disagreements": (
        *("entity_kind", "entity", "property", "first", "first_url", "second", "second_url", "taken", "why"),
    ),
}
"""The files, and the columns that each must have, in that order."""

RELATIONS: Mapping[str, frozenset[tuple[Kind, Kind]]] = {
    "baseModel": frozenset({("model", "model")}),
    "trainedOn": frozenset({("model", "dataset"), ("model", "benchmark")}),
    "generatedBy": frozenset({("dataset", "model")}),
    "derivedFrom": frozenset({("dataset", "dataset"), ("model", "model")}),
    "memberOfFamily": frozenset({("model", "model")}),
}
"""The steps of lineage, and what each may lead from and to."""

_HUGGING_FACE = r"(?!(datasets|models|spaces)/)([A-Za-z0-9][A-Za-z0-9._-]*/)?[A-Za-z0-9][A-Za-z0-9._-]*"
SCHEMES: Mapping[str, str] = {
    # What an identifier looks like, as in the shapes.
    "arxiv": r"[0-9]{2}(0[1-9]|1[0-2])\.[0-9]{4,5}|[a-z-]+(\.[A-Z]{2})?/[0-9]{7}",
    "github": r"[A-Za-z0-9][A-Za-z0-9-]*/(?!\.{1,2}$)[A-Za-z0-9._-]+",
    "huggingface-model": _HUGGING_FACE,
    "huggingface-dataset": _HUGGING_FACE,
    # Only what an address can hold as it is: of older DOIs with <, > or # it would be another.
    "doi": r"10\.[0-9]{4,9}/[A-Za-z0-9._;()/:-]+",
    "homepage": r"https?://.+",
}
"""The schemes of identifiers, and what an identifier of each looks like."""

CORRECTED: Mapping[str, Kind | None] = {
    # The property, and the kind of its values where they are things.
    "baseModel": "model",
    "trainedOn": "dataset",
    "generatedBy": "model",
    "construction": None,
    "describedIn": None,
    "paperLink": None,
    "project": None,
    "parameters": None,
    "instructions": None,
    "instances": None,
    "trainingSetSize": None,
    "issued": None,
}
"""The properties that a correction can speak of, and what kind of thing is their value."""

DISPUTED = frozenset(
    {
        *CORRECTED,
        *("developer", "license", "sourceDataset", "memberOf"),
        *("paperReleased", "weightsReleased", "dataReleased", "serviceReleased"),
    }
)
"""The properties that sources can disagree about: local names of terms."""

_FIGURES = frozenset({"parameters", "instructions", "instances", "trainingSetSize"})

# RFC 3986, without a user's name, and with a host that has a dot. Other letters stand in an address as %C3%9C.
_PLAIN = r"[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2}"
_ADDRESS = re.compile(
    rf"https?://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\.?(:[0-9]{{1,5}})?(/|[/?](?:{_PLAIN})*)?(#(?:{_PLAIN})*)?"
)
# Nothing that is described here is older than the last century.
_DATE = re.compile(r"((?:19|20)[0-9]{2})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_LONGEST = 1000
"""No cell is longer: one that is has swallowed others, most often by a quotation mark."""


class _Record:
    """A row of a facts file, which knows its place when something is wrong with it."""

    def __init__(self, path: Path, line: int, cells: Mapping[str, str]) -> None:
        self.path, self.line, self.cells = path, line, cells

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def fail(self, message: str) -> SourceError:
        return SourceError(message, path=self.path, line=self.line)

    def required(self, column: str) -> str:
        if not self[column]:
            raise self.fail(f"{column} is empty; a fact needs it")
        return self[column]

    def one_of(self, column: str, allowed: Iterable[str]) -> str:
        if self[column] not in (choices := tuple(allowed)):
            raise self.fail(f"{column} must be one of {', '.join(choices)}, not {self[column]!r}")
        return self[column]

    def address(self, column: str) -> str:
        if not self[column].isascii():
            message = "other letters than ASCII as percent-encoded (Ü is %C3%9C), and a name of a host as xn--..."
            raise self.fail(f"{column} must be an address as a browser copies it, {message}; not {self[column]!r}")
        if not _ADDRESS.fullmatch(self[column]):
            what = "an address" if column in ("homepage", "value", "source") else "the address where this was read"
            raise self.fail(f"{column} must be {what} (http or https), not {self[column]!r}")
        return self[column]

    def thing(self, kind: str = "entity_kind", name: str = "entity") -> Mention:
        # People are authors and nothing else: no file says anything of them.
        found = self.one_of(kind, (known for known in get_args(Kind) if known != "person"))
        return Mention(kind=found, name=self.required(name))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """A folder of facts as far as it can be right, and everything in it that cannot, in the order of reading.

    ``rows`` are those of each file that is there, as they are written: each its line and its cells.
    """

    facts: CuratedFacts
    errors: tuple[SourceError, ...]
    rows: Mapping[str, tuple[tuple[int, tuple[str, ...]], ...]]


def read_curated(folder: Path) -> CuratedFacts:
    """Read a folder of facts; a file that is not there says nothing.

    Raises:
        SourceError: the folder holds no file of facts, or a row cannot be right; says which and why.
    """
    inspection = inspect_curated(folder)
    if inspection.errors:
        raise inspection.errors[0]
    return inspection.facts


def inspect_curated(folder: Path) -> Inspection:
    """Read a folder of facts, and go on after what cannot be right: of each row, the first thing that is wrong."""
    errors = list(_find_unknown_files(folder))
    if errors and not any((folder / f"{name}.csv").is_file() for name in COLUMNS):
        return Inspection(facts=CuratedFacts(), errors=tuple(errors), rows={})
    written: dict[str, tuple[tuple[int, tuple[str, ...]], ...]] = {}
    facts: list[CuratedFact] = []
    incomplete: set[str] = set()
    for name in _PARSERS:
        before = len(errors)
        found = [fact for record in _read(folder, name, errors, written) for fact in _try(_parse_fact, record, errors)]
        # Sorted, lest the names of their graphs hang on the order of the rows where two facts would have one name.
        facts += sorted(found, key=_fact_key)
        incomplete |= {name} if len(errors) > before else set()
    corrections = [
        correction
        for record in _read(folder, "corrections", errors, written)
        for correction in _try(_parse_correction, record, errors)
    ]
    corrections.sort(key=_correction_key)
    disagreements = [
        disagreement
        for record in _read(folder, "disagreements", errors, written)
        for disagreement in _try(_parse_disagreement, record, errors)
    ]
    disagreements.sort(key=_disagreement_key)
    errors += _find_two_answers(facts, corrections, folder)
    errors += _find_circles(facts, folder)
    if not incomplete & {"lineage", "identifiers"}:  # what is missing there may stand in a row that was refused
        errors += _find_unstated(corrections, facts, folder)
    read = CuratedFacts(facts=tuple(facts), corrections=tuple(corrections), disagreements=tuple(disagreements))
    return Inspection(facts=read, errors=tuple(errors), rows=written)


_Parsed = TypeVar("_Parsed", CuratedFact, Correction, Disagreement)


def _try(parse: Callable[[_Record], _Parsed], record: _Record, errors: list[SourceError]) -> tuple[_Parsed, ...]:
    """Parse a row: what it says, or nothing, and why in ``errors``."""
    try:
        return (parse(record),)
    except SourceError as error:
        errors.append(error)
        # A row is written in one go: an address that is none is worth saying beside what else is wrong.
        if "source_url" in record.cells and "source_url" not in str(error):
            try:
                record.address("source_url")
            except SourceError as other:
                errors.append(other)
        return ()


def _find_unknown_files(folder: Path) -> Iterator[SourceError]:
    files = [f"{name}.csv" for name in COLUMNS]
    found = sorted(path.name for path in folder.glob("*.csv")) if folder.is_dir() else []
    if not any((folder / name).is_file() for name in files):
        what = "holds no file of facts" if folder.is_dir() else "is not a folder"
        yield SourceError(f"{folder} {what}; there must be one of {', '.join(files)}")
    for name in found:
        if name not in files:
            near = " or ".join(nearest(name, files, limit=1)) or f"one of {', '.join(files)}"
            yield SourceError(f"is none of the files of facts; call it {near}, or take it away", path=folder / name)


def _fact_key(fact: CuratedFact) -> tuple[object, ...]:
    return fact.cells, fact.source


def _correction_key(correction: Correction) -> tuple[str, ...]:
    about = correction.about
    kind, name = (about.kind, about.name) if about else ("paper", correction.paper)
    said = (correction.property, correction.survey, correction.found, correction.effect, correction.why)
    return kind, name, *said, correction.source


def _disagreement_key(disagreement: Disagreement) -> tuple[str, ...]:
    said = (disagreement.property, *disagreement.values, *disagreement.sources, disagreement.taken, disagreement.why)
    return disagreement.about.kind, disagreement.about.name, *said


def _read(
    folder: Path,
    name: str,
    errors: list[SourceError],
    written: dict[str, tuple[tuple[int, tuple[str, ...]], ...]],
) -> list[_Record]:
    """Return the rows of a file that have cells for its columns, as they are written also in ``written``."""
    path, columns = folder / f"{name}.csv", COLUMNS[name]
    if not path.exists():
        return []
    sheet = read_sheet(path, columns)
    written[name] = sheet.rows
    errors += sheet.errors
    records: list[_Record] = []
    seen: dict[tuple[str, ...], int] = {}
    for line, cells in sheet.rows:
        try:
            if len(cells) != len(columns):
                message = f"{len(cells)} cells for {len(columns)} columns ({','.join(columns)})"
                raise SourceError(message, path=path, line=line)
            row = tuple(_clean(cell, column, path, line) for cell, column in zip(cells, columns, strict=True))
            if seen.setdefault(row, line) != line:
                raise SourceError(f"repeats line {seen[row]}; take one out", path=path, line=line)
        except SourceError as error:
            errors.append(error)
        else:
            records.append(_Record(path, line, dict(zip(columns, row, strict=True))))
    return records


def _clean(cell: str, column: str, path: Path, line: int) -> str:
    """Return the text of a cell: composed letters, single spaces."""
    text = unicodedata.normalize("NFC", cell.strip())
    if len(text) > _LONGEST:
        message = f"{column} has {len(text)} characters, and no fact is so long; is a quotation mark missing?"
        raise SourceError(message, path=path, line=line)
    if "<" in text:
        raise SourceError(f"{column} holds markup, or a <; write plain text", path=path, line=line)
    for character in text:
        # Control characters, ends of lines, marks that turn the direction of writing: what a reader does not see.
        # Joiners are letters' business in other scripts.
        if unicodedata.category(character) in _UNSEEN and character not in "\u200c\u200d":
            message = f"{column} holds the unprintable character U+{ord(character):04X}; take it out"
            raise SourceError(message, path=path, line=line)
    return " ".join(text.split())


_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def _parse_fact(record: _Record) -> CuratedFact:
    file = record.path.stem
    about, value = _PARSERS[file](record)
    source = record.address("source_url")
    cells = tuple(record[column] for column in COLUMNS[file] if column != "source_url")
    return CuratedFact(file=file, line=record.line, source=source, cells=cells, about=about, value=value)


def _parse_thing(record: _Record) -> tuple[Mention, Summary]:
    thing = record.thing()
    if thing.kind == "organization":
        raise record.fail("an organisation has a file of its own; write the row into organisations.csv")
    return thing, Summary(text=record.required("about"))


def _parse_paper(record: _Record) -> tuple[Mention, Work]:
    scheme, value = record.one_of("scheme", ("arxiv", "doi")), record["value"]
    if not re.fullmatch(SCHEMES[scheme], value):
        raise record.fail(f"{value!r} does not look like an identifier of {scheme}")
    year, title = record.required("year"), record.required("title")
    if not (_is_date(year) and len(year) == 4):
        raise record.fail(f"year must be a year such as 2023, not {year!r}")
    names = [name.strip() for name in record.required("authors").split(";")]
    is_complete = names[-1] != "others"
    authors = names if is_complete else names[:-1]
    if not authors or not all(re.search(r"\w", name) for name in authors):
        message = (
            f"authors must be names with semicolons between them (A. Turing; Grace Hopper), not {record['authors']!r}"
        )
        raise record.fail(message)
    reference = Reference(
        position=0,
        number=0,
        span=Span(start=0, end=0),
        text=title,
        authors=tuple(authors),
        complete=is_complete,
        title=title,
        year=year,
        arxiv_id=value if scheme == "arxiv" else "",
        doi=value if scheme == "doi" else "",
    )
    return record.thing(), Work(reference=reference)


def _parse_organization(record: _Record) -> tuple[Mention, Profile]:
    if record["homepage"]:
        record.address("homepage")
    profile = Profile(kind=record.one_of("kind", ORGANIZATION_KINDS), homepage=record["homepage"])
    return Mention(kind="organization", name=record.required("name")), profile


def _parse_developer(record: _Record) -> tuple[Mention, Developer]:
    organization = Mention(kind="organization", name=record.required("organisation"))
    return record.thing(), Developer(organization=organization)


def _parse_licence(record: _Record) -> tuple[Mention, Licence]:
    identifier = record.required("licence")
    is_spdx = record.one_of("spdx", ("true", "false")) == "true"
    known = find_spdx_id(identifier)
    if is_spdx and known != identifier:
        near = " or ".join(nearest(identifier, _spdx_ids().values(), limit=2))
        other = f"; say spdx=false if it is a name of our own{f', or write {near} if that is meant' if near else ''}"
        hint = f"; SPDX writes it {known}" if known else other
        raise record.fail(f"SPDX has no licence {identifier!r}{hint}")
    if not is_spdx and known:
        raise record.fail(f"{identifier!r} is a licence of SPDX: write {known}, and spdx=true")
    if not is_spdx and not re.fullmatch(r"[a-z0-9]+(?:[.-][a-z0-9]+)*", identifier):
        raise record.fail(
            f"a licence without SPDX identifier has a name such as llama-1-noncommercial, not {identifier!r}"
        )
    thing, part = record.thing(), record.one_of("what", get_args(Part))
    if part == "weights" and thing.kind != "model":
        raise record.fail(f"{thing.name} is a {thing.kind}, and only a model has weights; write data or code")
    access = record.one_of("open", get_args(Access))
    if is_spdx and access == "closed":
        raise record.fail(f"{identifier} is a licence to use what is distributed; closed is what is not")
    if is_spdx and access == "open" and "-NC-" in identifier:
        raise record.fail(f"{identifier} limits commercial use, so that it is restricted, and not open")
    return thing, Licence(part=part, id=identifier, is_spdx=is_spdx, access=access)  # type: ignore[arg-type]


@cache
def _spdx_ids() -> Mapping[str, str]:
    from license_expression import get_license_index

    # Deprecated identifiers are among the aliases of those that took their place (GPL-3.0 of GPL-3.0-only), and are
    # still identifiers: sources write them where they do not say "only" or "or later".
    licences = (entry for entry in get_license_index() if not entry["is_exception"])
    ids = [name for entry in licences for name in (entry["spdx_license_key"], *entry["other_spdx_license_keys"])]
    return {name.lower(): name for name in ids if name and not name.startswith("LicenseRef-")}


def find_spdx_id(name: str) -> str | None:
    """Return an SPDX licence identifier as SPDX writes it; ``None`` where there is none of this name."""
    return _spdx_ids().get(name.lower())


def _parse_release(record: _Record) -> tuple[Mention, Release]:
    if not _is_date(record["date"]):
        raise record.fail(f"{record['date']!r} is not a date; write 2023, 2023-03 or 2023-03-14, as far as it is known")
    return record.thing(), Release(event=record.one_of("what", get_args(Event)), date=record["date"])  # type: ignore[arg-type]


def _is_date(text: str) -> bool:
    match = _DATE.fullmatch(text)
    if not match:
        return False
    try:
        date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return False
    return True


def _parse_identifier(record: _Record) -> tuple[Mention, Identifier]:
    scheme = record.one_of("scheme", SCHEMES)
    if not re.fullmatch(SCHEMES[scheme], record["value"]):
        raise record.fail(f"{record['value']!r} does not look like an identifier of {scheme}")
    if scheme == "homepage":
        record.address("value")
    return record.thing(), Identifier(scheme=scheme, value=record["value"], note=record["note"])


def _parse_step(record: _Record) -> tuple[Mention, Step]:
    relation = record.one_of("relation", RELATIONS)
    child, parent = record.thing("subject_kind", "subject"), record.thing("object_kind", "object")
    if (child.kind, parent.kind) not in RELATIONS[relation]:
        allowed = " or ".join(f"from a {a} to a {b}" for a, b in sorted(RELATIONS[relation]))
        raise record.fail(f"{relation} leads {allowed}, not from a {child.kind} to a {parent.kind}")
    if child.kind == parent.kind and name_key(child.name) == name_key(parent.name):
        raise record.fail(f"{child.name} is not made from itself")
    return child, Step(relation=relation, parent=parent)


_Value = Summary | Work | Profile | Developer | Licence | Release | Identifier | Step
_PARSERS: Mapping[str, Callable[[_Record], tuple[Mention, _Value]]] = {
    "things": _parse_thing,
    "papers": _parse_paper,
    "organisations": _parse_organization,
    "developers": _parse_developer,
    "licences": _parse_licence,
    "releases": _parse_release,
    "identifiers": _parse_identifier,
    "lineage": _parse_step,
}


def _parse_correction(record: _Record) -> Correction:
    _require_effect(record)
    is_paper = record["entity_kind"] == "paper"
    property_ = record.one_of("property", CORRECTED)
    if is_paper != (property_ == "issued"):
        raise record.fail("issued is said of a paper, and every other property of something else")
    return Correction(
        line=record.line,
        source=record.address("source_url"),
        about=None if is_paper else record.thing(),
        paper=record.required("entity") if is_paper else "",
        property=property_,
        survey=record["survey"],
        found=record["source"],
        effect=record.one_of("effect", get_args(Effect)),  # type: ignore[arg-type]
        why=record.required("why"),
    )


def _require_effect(record: _Record) -> None:
    """Require that the effect of a correction can be had, and that its value is one."""
    property_, effect = record.one_of("property", CORRECTED), record.one_of("effect", get_args(Effect))
    found = record["source"]
    if effect == "replaces" and not record["survey"]:
        raise record.fail("there is nothing to replace where the survey says nothing; the effect is adds")
    if effect == "adds" and not found:
        raise record.fail("source is empty; say what the source adds")
    if effect == "adds" and CORRECTED[property_] is None:
        steps = ", ".join(name for name, kind in CORRECTED.items() if kind)
        raise record.fail(f"adds is for the steps of lineage ({steps}); of {property_} there is replaces or qualifies")
    if not found or effect != "replaces":
        return
    if property_ in ("paperLink", "project"):
        record.address("source")
    elif property_ == "issued" and not (_is_date(found) and len(found) == 4):
        raise record.fail(f"source must be a year such as 2023, not {found!r}")
    elif property_ == "describedIn" and not re.fullmatch(SCHEMES["arxiv"], found):
        raise record.fail(f"source must be the arXiv identifier of a paper, such as 2109.01652, not {found!r}")
    elif property_ in _FIGURES and not re.search("[0-9]", found):
        raise record.fail(f"source must be a figure such as 70K, not {found!r}")
    elif property_ == "construction":
        raise record.fail("leave source empty: who wrote the data is said by steps of lineage.csv, not in words")


_ONE = "take one, and keep the other in disagreements.csv"


def _find_two_answers(
    facts: Sequence[CuratedFact], corrections: Sequence[Correction], folder: Path
) -> list[SourceError]:
    """Find two answers where there can be but one: the kind of an organisation, the access to a part, a figure.

    Where sources differ about that, one is to be taken; ``disagreements.csv`` has a place for the other.
    """
    answers: dict[tuple[str, ...], tuple[str, int]] = {}
    errors: list[SourceError] = []

    def require(file: str, line: int, question: tuple[str, ...], answer: str, *, but: str = _ONE) -> None:
        first, first_line = answers.setdefault((file, *question), (answer, line))
        if first != answer:
            one, other = sorted([(first_line, first), (line, answer)])
            message = f"says {other[1]}, but line {one[0]} says {one[1]}; {but}"
            errors.append(SourceError(message, path=folder / f"{file}.csv", line=other[0]))

    for fact in facts:
        thing = (fact.about.kind, name_key(fact.about.name))
        if isinstance(fact.value, Profile):
            require(fact.file, fact.line, thing, fact.value.kind)
        elif isinstance(fact.value, Work):
            paper = fact.value.reference
            said = f"{paper.title} ({'; '.join(paper.authors)}{'' if paper.complete else '; others'}, {paper.year})"
            require(fact.file, fact.line, fact.cells[2:4], said, but="a work is written in one way")
        elif isinstance(fact.value, Licence):
            require(fact.file, fact.line, (*thing, fact.value.part, fact.value.id), fact.value.access)
    for correction in corrections:
        if correction.effect == "replaces" and correction.found and CORRECTED[correction.property] is None:
            about = correction.about
            corrected = (about.kind, name_key(about.name)) if about else ("paper", correction.paper)
            require("corrections", correction.line, (*corrected, correction.property), correction.found)
    return errors


def _find_circles(facts: Sequence[CuratedFact], folder: Path) -> Iterator[SourceError]:
    """Find where a thing is made from itself by way of others, as far as the rows of ``lineage.csv`` go."""
    parents: dict[tuple[str, Kind, str], set[tuple[str, Kind, str]]] = {}
    steps = [(fact.line, fact.about, fact.value) for fact in facts if isinstance(fact.value, Step)]
    for line, about, step in sorted(steps, key=lambda found: found[0]):
        if about.kind != step.parent.kind:
            continue  # of two kinds, they are not one circle: a model's data may be written by the model
        # A model built on another's design is built on it.
        relation = "membership" if step.relation == "memberOfFamily" else "descent"
        child = (relation, about.kind, name_key(about.name))
        parent = (relation, about.kind, name_key(step.parent.name))
        above, left = {parent}, [parent]
        while left:
            new = parents.get(left.pop(), set()) - above
            above |= new
            left += new
        if child in above:
            message = f"{about.name} {step.relation} {step.parent.name} closes a circle with other rows; one is wrong"
            yield SourceError(message, path=folder / "lineage.csv", line=line)
            continue
        parents.setdefault(child, set()).add(parent)


def _find_unstated(
    corrections: Sequence[Correction], facts: Sequence[CuratedFact], folder: Path
) -> Iterator[SourceError]:
    """Find what no other file states of what corrections put in place of the survey's, or add to it.

    Steps stand in ``lineage.csv``, and papers, as arXiv identifiers, in ``identifiers.csv``.
    """
    stated = {
        (fact.about.kind, name_key(fact.about.name), fact.value.relation, name_key(fact.value.parent.name))
        for fact in facts
        if isinstance(fact.value, Step)
    }
    papers = {
        (fact.about.kind, name_key(fact.about.name), fact.value.value)
        for fact in facts
        if isinstance(fact.value, Identifier) and fact.value.scheme == "arxiv" and not fact.value.note
    }
    for correction in corrections:
        about, found, property_ = correction.about, correction.found, correction.property
        if about is None or not found or correction.effect == "qualifies":
            continue
        message = ""
        if CORRECTED[property_] and (about.kind, name_key(about.name), property_, name_key(found)) not in stated:
            message = f"lineage.csv does not say {about.name} {property_} {found}"
        elif property_ == "describedIn" and (about.kind, name_key(about.name), found) not in papers:
            message = f"identifiers.csv does not say that {about.name} has the arxiv identifier {found}"
        if message:
            path = folder / "corrections.csv"
            yield SourceError(f"{message}; add it there, or leave source empty", path=path, line=correction.line)


def _parse_disagreement(record: _Record) -> Disagreement:
    for one, other in (("first", "second"), ("first_url", "second_url")):
        if record[one] == record[other]:
            raise record.fail(f"{one} and {other} are the same; a disagreement is between two")
    return Disagreement(
        line=record.line,
        about=record.thing(),
        property=record.one_of("property", sorted(DISPUTED)),
        values=(record.required("first"), record.required("second")),
        sources=(record.address("first_url"), record.address("second_url")),
        taken=record["taken"],
        why=record.required("why"),
    )


def mentions_of(facts: CuratedFacts) -> Iterable[Mention]:
    """Iterate over the things that facts name: what each is about, then what it names."""
    for _, _, mention in mentions_by_row(facts):
        yield mention


def mentions_by_row(facts: CuratedFacts) -> Iterable[tuple[str, int, Mention]]:
    """Iterate over the things that facts name, each with its file and line."""
    for fact in facts.facts:
        yield fact.file, fact.line, fact.about
        if isinstance(fact.value, Developer):
            yield fact.file, fact.line, fact.value.organization
        elif isinstance(fact.value, Step):
            yield fact.file, fact.line, fact.value.parent
    for correction in facts.corrections:
        if correction.about is not None:
            yield "corrections", correction.line, correction.about
    for disagreement in facts.disagreements:
        yield "disagreements", disagreement.line, disagreement.about
