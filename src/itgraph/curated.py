"""Facts from outside the surveys: ``data/curated/``, a CSV file for each kind of fact, each row with its source.

A row is read where it can be right, and refused with its file and line where it cannot: an address that is none, a date
that is none, a licence that SPDX does not have, a step between things that no step connects.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import get_args

from itgraph.errors import SourceError
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
    Release,
    Step,
)

ORGANIZATION_KINDS = ("company", "nonprofit", "university", "community")

COLUMNS: Mapping[str, tuple[str, ...]] = {
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

SCHEMES: Mapping[str, str] = {
    # What an identifier looks like, as in the shapes.
    "arxiv": r"\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7}",
    "github": r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+",
    "huggingface-model": r"([A-Za-z0-9][\w.-]*/)?[A-Za-z0-9][\w.-]*",
    "huggingface-dataset": r"([A-Za-z0-9][\w.-]*/)?[A-Za-z0-9][\w.-]*",
    "doi": r"10\.\d{4,9}/\S+",
    "homepage": r"https?://\S+",
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

_ADDRESS = re.compile(r"https?://[^\s/?#<>\"{}|\\^`]+\.[^\s/?#<>\"{}|\\^`]+([/?#][^\s<>\"{}|\\^`]*)?")
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


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
        if not _ADDRESS.fullmatch(self[column]):
            raise self.fail(f"{column} must be the address where this was read (http or https), not {self[column]!r}")
        return self[column]

    def thing(self, kind: str = "entity_kind", name: str = "entity") -> Mention:
        # People are authors and nothing else: no file says anything of them.
        found = self.one_of(kind, (known for known in get_args(Kind) if known != "person"))
        return Mention(kind=found, name=self.required(name))  # type: ignore[arg-type]


def read_curated(folder: Path) -> CuratedFacts:
    """Read a folder of facts; a file that is not there says nothing.

    Raises:
        SourceError: the folder holds no file of facts, or a row cannot be right; says which and why.
    """
    if not any((folder / f"{name}.csv").is_file() for name in COLUMNS):
        what = "holds no file of facts" if folder.is_dir() else "is not a folder"
        raise SourceError(f"{folder} {what}; there must be one of {', '.join(f'{name}.csv' for name in COLUMNS)}")
    facts = [_parse(name, record) for name in _PARSERS for record in _read(folder, name)]
    corrections = tuple(map(_parse_correction, _read(folder, "corrections")))
    _require_steps(corrections, facts, folder)
    return CuratedFacts(
        facts=tuple(facts),
        corrections=corrections,
        disagreements=tuple(map(_parse_disagreement, _read(folder, "disagreements"))),
    )


def _read(folder: Path, name: str) -> list[_Record]:
    path, columns = folder / f"{name}.csv", COLUMNS[name]
    if not path.exists():
        return []
    records: list[_Record] = []
    seen: dict[tuple[str, ...], int] = {}
    try:
        # A spreadsheet puts a byte order mark first.
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            if tuple(next(reader, ())) != columns:
                raise SourceError(f"the header must be {','.join(columns)}", path=path, line=1)
            for cells in reader:
                if not cells:
                    continue
                line = reader.line_num
                if len(cells) != len(columns):
                    message = f"{len(cells)} cells for {len(columns)} columns ({','.join(columns)})"
                    raise SourceError(message, path=path, line=line)
                row = tuple(cell.strip() for cell in cells)
                if seen.setdefault(row, line) != line:
                    raise SourceError(f"repeats line {seen[row]}; take one out", path=path, line=line)
                records.append(_Record(path, line, dict(zip(columns, row, strict=True))))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"cannot be read: {getattr(error, 'strerror', None) or error}", path=path) from error
    return records


def _parse(file: str, record: _Record) -> CuratedFact:
    about, value = _PARSERS[file](record)
    source = record.address("source_url")
    cells = tuple(record[column] for column in COLUMNS[file] if column != "source_url")
    return CuratedFact(file=file, line=record.line, source=source, cells=cells, about=about, value=value)


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
    known = _spdx_id(identifier)
    if is_spdx and known != identifier:
        hint = f"; SPDX writes it {known}" if known else "; say spdx=false if it is a name of our own"
        raise record.fail(f"SPDX has no licence {identifier!r}{hint}")
    if not is_spdx and known:
        raise record.fail(f"{identifier!r} is a licence of SPDX: write {known}, and spdx=true")
    if not is_spdx and not re.fullmatch(r"[a-z0-9]+(?:[.-][a-z0-9]+)*", identifier):
        raise record.fail(
            f"a licence without SPDX identifier has a name such as llama-1-noncommercial, not {identifier!r}"
        )
    return record.thing(), Licence(
        part=record.one_of("what", get_args(Part)),  # type: ignore[arg-type]
        id=identifier,
        is_spdx=is_spdx,
        access=record.one_of("open", get_args(Access)),  # type: ignore[arg-type]
    )


@cache
def _spdx_ids() -> Mapping[str, str]:
    from license_expression import get_license_index

    # Deprecated identifiers are among the aliases of those that took their place (GPL-3.0 of GPL-3.0-only), and are
    # still identifiers: sources write them where they do not say "only" or "or later".
    licences = (entry for entry in get_license_index() if not entry["is_exception"])
    ids = [name for entry in licences for name in (entry["spdx_license_key"], *entry["other_spdx_license_keys"])]
    return {name.lower(): name for name in ids if name and not name.startswith("LicenseRef-")}


def _spdx_id(name: str) -> str | None:
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
    if child == parent:
        raise record.fail(f"{child.name} is not made from itself")
    return child, Step(relation=relation, parent=parent)


_Value = Profile | Developer | Licence | Release | Identifier | Step
_PARSERS: Mapping[str, Callable[[_Record], tuple[Mention, _Value]]] = {
    "organisations": _parse_organization,
    "developers": _parse_developer,
    "licences": _parse_licence,
    "releases": _parse_release,
    "identifiers": _parse_identifier,
    "lineage": _parse_step,
}


def _parse_correction(record: _Record) -> Correction:
    is_paper = record["entity_kind"] == "paper"
    property_ = record.one_of("property", CORRECTED)
    if is_paper != (property_ == "issued"):
        raise record.fail("issued is said of a paper, and every other property of something else")
    effect = record.one_of("effect", get_args(Effect))
    if effect == "replaces" and not record["survey"]:
        raise record.fail("there is nothing to replace where the survey says nothing; the effect is adds")
    if effect == "adds" and not record["source"]:
        raise record.fail("source is empty; say what the source adds")
    if record["source"] and effect == "replaces":
        if property_ in ("paperLink", "project"):
            record.address("source")
        if property_ == "issued" and not re.fullmatch(r"\d{4}", record["source"]):
            raise record.fail(f"source must be a year such as 2023, not {record['source']!r}")
    return Correction(
        line=record.line,
        source=record.address("source_url"),
        about=None if is_paper else record.thing(),
        paper=record.required("entity") if is_paper else "",
        property=property_,
        survey=record["survey"],
        found=record["source"],
        effect=effect,  # type: ignore[arg-type]
        why=record.required("why"),
    )


def _require_steps(corrections: Sequence[Correction], facts: Sequence[CuratedFact], folder: Path) -> None:
    """Require that ``lineage.csv`` states the steps that corrections put in place of the survey's, or add to them."""
    stated = {
        (fact.about.kind, fact.about.name, fact.value.relation, fact.value.parent.name)
        for fact in facts
        if isinstance(fact.value, Step)
    }
    for correction in corrections:
        about, kind = correction.about, CORRECTED[correction.property]
        if about is None or kind is None or not correction.found or correction.effect == "qualifies":
            continue
        if (about.kind, about.name, correction.property, correction.found) not in stated:
            step = f"{about.name} {correction.property} {correction.found}"
            message = f"lineage.csv does not say {step}; add it there, or leave source empty"
            raise SourceError(message, path=folder / "corrections.csv", line=correction.line)


def _parse_disagreement(record: _Record) -> Disagreement:
    return Disagreement(
        line=record.line,
        about=record.thing(),
        property=record.required("property"),
        values=(record.required("first"), record.required("second")),
        sources=(record.address("first_url"), record.address("second_url")),
        taken=record["taken"],
        why=record.required("why"),
    )


def mentions_of(facts: CuratedFacts) -> Iterable[Mention]:
    """Iterate over the things that facts name: what each is about, then what it names."""
    for fact in facts.facts:
        yield fact.about
        if isinstance(fact.value, Developer):
            yield fact.value.organization
        elif isinstance(fact.value, Step):
            yield fact.value.parent
    for about in (*(correction.about for correction in facts.corrections), *(d.about for d in facts.disagreements)):
        if about is not None:
            yield about
