"""Rows as statements: what each cell says, by the role that its column is declared to have.

Names stay as written here; that two of them are one thing is decided in :mod:`itgraph.resolve`.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, field, replace

from itgraph.records import (
    Cell,
    Issue,
    Kind,
    Link,
    Mention,
    Property,
    Quantity,
    Reading,
    Reference,
    Row,
    Severity,
    Span,
    Statement,
    Table,
    Work,
)
from itgraph.survey.dates import find_date, parse_date
from itgraph.survey.layouts import Layout, Layouts, header_key, header_scale, loose_key, shipped_layouts
from itgraph.survey.links import address_issue, find_arxiv_id, find_doi, is_paper_address, parse_address
from itgraph.survey.mentions import NOTHING, Named, link_role, named_in, split_names
from itgraph.survey.people import parse_authors
from itgraph.survey.quantities import parse_quantity
from itgraph.survey.tables import FIGURE_ROLES

REPEATABLE_ROLES = frozenset(
    "paper project link category domain modality base-model training-set license developer note".split()
)
"""Roles that several columns of one table may have."""

_CITATIONS = re.compile(r" ?\[ ?\d+(?: ?[,;] ?\d+)* ?\]")
# What a conversion from LaTeX left behind: `\tnotex{id:2}`, `~\citep{touvron2023}`, also without the backslash, and
# without the t where `\t` was taken for a tab.
_LATEX_RESIDUE = re.compile(r"[~ ]?\\?\b(?:t?notex?|cite[pt]?|footnote|ref)\{[^{}]*\}")
_YES_NO = {"yes": True, "no": False, "✓": True, "✔": True, "✅": True, "✗": False, "✘": False, "❌": False}
_MULTILINGUAL = frozenset({"multi", "multilingual", "multi-lingual", "多语", "多语言"})
_MOSTLY = re.compile(r"^(?:primarily|mainly|mostly|\d{1,3}%)\s+", re.IGNORECASE)
_SHOWN_NAMES = 5
_ARXIV_ID = re.compile(r"\d{4}\.\d{4,5}")  # some lists have it for a date
_FEWEST = 10_000
"""No model has fewer parameters: a smaller figure lacks its scale."""

_MOST_THINGS = 20
"""No row is about more things at once."""

_ET_AL = re.compile(r"[\s,]*\bet\s+al\b\.?", re.IGNORECASE)
ACRONYM = re.compile(r"(?P<words>.+) \((?P<acronym>[A-Z][A-Z0-9-]{1,9})\)$")


def read_table(table: Table, layouts: Layouts | None = None) -> tuple[Reading, ...]:
    """Read every row of a table; one reading for each row, in order."""
    layouts = layouts or shipped_layouts()
    layout = layouts.get(table.layout)
    readings: list[Reading] = []
    about: Mention | None = None
    also: tuple[Mention, ...] = ()
    bases: set[tuple[str, str, str]] = set()
    alone = _names_alone(table, layout)
    counting = _counting_columns(table)
    for row in table.rows:
        reader = _Reader(table, row, layout, layouts, alone, counting)
        reading = reader.read(about, also)
        if reading.begins:
            bases = set()
        about, also = reading.about, reading.also
        duplicates = []
        for statement in reading.statements:
            if statement.property == "base-model" and isinstance(statement.value, Mention):
                size = statement.quantity.text if statement.quantity else ""
                key = (statement.subject.name, statement.value.name, size)
                if key in bases:
                    message = (
                        f"the base model {statement.value.name} {size}".rstrip() + " already stands in a row above"
                    )
                    reader.line = 0  # the row as a whole is one too many
                    duplicates.append(reader.issue("duplicate-base-row", "warning", message))
                bases.add(key)
        if duplicates:
            reading = replace(reading, issues=(*reading.issues, *duplicates))
        readings.append(reading)
    return tuple(readings)


@dataclass(slots=True)
class _Reader:
    """Reads one row; collects statements and issues as it goes from cell to cell."""

    table: Table
    row: Row
    layout: Layout | None
    layouts: Layouts
    alone: Set[str]
    """The names that stand alone in rows of the table: see :func:`split_names`."""

    counting: Set[str]
    """The columns that say nothing but the number of the row."""

    statements: list[Statement] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    line: int = 0
    """The line of the cell at hand, as far as it is known."""

    def issue(self, code: str, severity: Severity, message: str) -> Issue:
        """Make an issue of this row."""
        return Issue(
            code=code,
            severity=severity,
            message=message,
            span=Span(start=self.line, end=self.line) if self.line else self.row.span,
            table=self.table.id,
            row=self.row.number,
        )

    def report(self, code: str, severity: Severity, message: str) -> None:
        """Note an issue of this row."""
        self.issues.append(self.issue(code, severity, message))

    def read(self, above: Mention | None, also_above: tuple[Mention, ...]) -> Reading:
        """Read the row; ``above`` are the things of the row above, which a continued name cell goes on about."""
        if self.layout is None:
            self._check_links()
            return Reading(issues=tuple(self.issues))
        cells = [
            (role, column, cell)
            for column, cell in zip(self.table.columns, self.row.cells, strict=True)
            if cell is not None and column not in self.counting and (role := self.layout.role(column))
        ]
        if self.layout.describes == "paper":
            return self._read_work(cells)
        name_cell = next((cell for role, _, cell in cells if role == "name"), None)
        self.line = name_cell.line if name_cell is not None else 0
        if self.row.is_blank or name_cell is None or NOTHING.fullmatch(self._clean(name_cell.text)):
            self.line = 0
            if not self.row.is_blank:
                self.report("missing-name", "error", "the row names nothing that it could be about; kept unread")
            self._check_links()
            return Reading(issues=tuple(self.issues))
        begins = not name_cell.continued or above is None
        if begins or above is None:
            about, *others = self._things(name_cell, self.layout.describes)
            also = tuple(others)
        else:
            about, also = above, also_above
        cells = _without_repeats(cells)
        base_size = next((cell for role, _, cell in cells if role == "base-parameters"), None)
        for role, column, cell in cells:
            if cell.continued and not begins and role not in ("base-model", "base-parameters"):
                continue  # said of the whole thing, where it begins
            if role == "base-model":
                self._base_models((about, *also), cells, cell, base_size)
                continue
            for index, thing in enumerate((about, *also)):
                found = len(self.issues)
                self._read_cell(thing, role, column, cell)
                if index:
                    del self.issues[found:]  # said once, of the first
        for thing in (about, *also) if begins and self.layout.evaluation_type else ():
            self._say(thing, "evaluation-type", self.layout.evaluation_type)
        return Reading(
            about=about,
            also=also,
            begins=begins,
            statements=tuple(self.statements),
            issues=tuple(self.issues),
        )

    def _say(
        self,
        subject: Mention,
        property_: Property,
        value: Mention | Quantity | str | bool,
        quantity: Quantity | None = None,
    ) -> None:
        self.statements.append(Statement(subject=subject, property=property_, value=value, quantity=quantity))

    def _read_cell(self, about: Mention, role: str, column: str, cell: Cell) -> None:
        self.line = cell.line
        text = self._clean(cell.text)
        if role in ("paper", "project", "link"):
            self._links(about, role, cell)
        elif NOTHING.fullmatch(text) or role in ("name", "base-parameters", "note"):
            pass
        elif role == "category":
            self._say(about, "category", text)
        elif role == "domain":
            self._say(about, "domain", text)
        elif role == "construction":
            self._construction(about, text)
        elif role == "language":
            self._language(about, text)
        elif role == "modality":
            self._modality(about, text)
        elif role == "open-source":
            self._yes_no(about, "open-source", column, text)
        elif role == "self-built":
            self._yes_no(about, "self-built", column, text)
        elif role == "training-set":
            self._training_sets(about, column, text, cell)
        elif role == "training-set-tasks":
            self._tasks_of_training_set(about, column, text)
        elif role == "released":
            self._released(about, column, text)
        elif role == "license":
            self._licence(about, column, text)
        elif role == "developer":
            self._developers(about, text, cell)
        else:
            self._figures(about, role, column, text)

    def _training_sets(self, about: Mention, column: str, text: str, cell: Cell) -> None:
        for named in self._names(text, cell):
            if header_key(named.name) in self.layouts.not_names:
                self.report("non-entity-value", "info", f"{named.name!r} in {column!r} names no dataset")
            else:
                mention = Mention(kind="dataset", name=named.name, citations=cell.citations, line=cell.line)
                self._say(about, "trained-on", mention)
                self._own_links(mention, named)

    def _developers(self, about: Mention, text: str, cell: Cell) -> None:
        for named in self._names(_ET_AL.sub("", text), cell, together="&"):
            if not NOTHING.fullmatch(named.name):
                self._say(about, "developer", Mention(kind="organization", name=named.name, line=cell.line))

    def _clean(self, text: str) -> str:
        """Take citations and the leftovers of LaTeX off a text."""
        plain = _CITATIONS.sub("", " ".join(text.split())).strip()
        cleaned = _LATEX_RESIDUE.sub("", plain)
        if cleaned == plain:
            return plain
        residue = ", ".join(match.strip(" ~") for match in _LATEX_RESIDUE.findall(plain))
        found = self.issue("latex-escape", "info", f"{residue!r} is left over from LaTeX; left out")
        if found not in self.issues:
            self.issues.append(found)
        return " ".join(cleaned.replace("~", " ").split())

    def _things(self, cell: Cell, kind: Kind) -> list[Mention]:
        """Return the things that a cell names, and say where its links lead."""
        self.line = cell.line
        text = self._clean(cell.text)
        parts = named_in(text, cell, self.layouts)
        if len(parts) == 1 and kind in ("model", "dataset") and " / " not in parts[0].name:
            names = split_names(parts[0].name)
            parts = (Named(name=names[0], links=parts[0].links), *(Named(name=name) for name in names[1:]))
        if len(parts) > _MOST_THINGS:
            parts = (Named(name=text),)  # prose, or what a broken text has run together
        if len(parts) > 1:
            shown = ", ".join(repr(part.name) for part in parts[:_SHOWN_NAMES])
            self.report(
                "two-names-in-cell", "info", f"the row is about several things, of which each is taken: {shown}"
            )
        things = [self._name(part.name, cell, kind) for part in parts]
        for thing, part in zip(things, parts, strict=True):
            self._own_links(thing, part)
        return things

    def _own_links(self, thing: Mention, named: Named) -> None:
        """Say where the links lead in which a thing is named."""
        for link in named.links:
            address = parse_address(link.href)
            if issue := address_issue(address, self.row.span, f"the link {link.text!r}"):
                self.report(issue.code, issue.severity, issue.message)
            if address.iri:
                is_paper = is_paper_address(address.iri) or link_role(link, self.layouts) == "paper"
                self._say(thing, "paper-link" if is_paper else "project", address.iri)

    def _name(self, text: str, cell: Cell, kind: Kind) -> Mention:
        first, *others = [part for part in text.split(" / ") if part]
        aliases = tuple(others)
        if aliases:
            self.report("two-names-in-cell", "info", f"{text!r} gives two names; the first is taken as the name")
        if match := ACRONYM.fullmatch(first):
            aliases += (match["acronym"], match["words"])
        return Mention(kind=kind, name=first, citations=cell.citations, aliases=aliases, line=cell.line)

    def _names(self, text: str, cell: Cell, sizes: str = "", together: str = "") -> list[Named]:
        """Split a cell that may name several things; ``together`` is one more character that joins them."""
        names: list[Named] = []
        for named in named_in(text, cell, self.layouts):
            parts = [named.name]
            if len(named.links) < 2:
                joined = named.name.replace(together, " & ") if together else named.name
                parts = split_names(joined, sizes, self.alone)
            names += (Named(name=part, links=named.links if index == 0 else ()) for index, part in enumerate(parts))
        if len(names) > 1:
            self.report("two-names-in-cell", "info", f"{text!r} names several things; each is taken")
        return names

    def _base_models(
        self,
        things: tuple[Mention, ...],
        cells: list[tuple[str, str, Cell]],
        cell: Cell,
        base_size: Cell | None,
    ) -> None:
        """Say what the things of a row are built on: as many bases as things are theirs in turn, else each is all's."""
        self.line = cell.line
        text = self._clean(cell.text)
        if NOTHING.fullmatch(text):
            return
        size = self._figure(self._clean(base_size.text), "parameters", "") if base_size else None
        sizes = next((self._clean(other.text) for role, _, other in cells if role == "parameters"), "")
        bases = self._names(text, cell, sizes)
        in_turn = len(things) > 1 and len(bases) == len(things)
        for index, thing in enumerate(things):
            for named in bases[index : index + 1] if in_turn else bases:
                if header_key(named.name) in self.layouts.not_names:
                    self.report("non-entity-value", "info", f"{named.name!r} names no base model")
                elif header_key(named.name) == header_key(thing.name):
                    self.report("base-is-itself", "warning", f"{thing.name} is said to be its own base model; left out")
                else:
                    base = Mention(kind="model", name=named.name, citations=cell.citations, line=cell.line)
                    self._say(thing, "base-model", base, size)
        for named in bases:
            self._own_links(Mention(kind="model", name=named.name, citations=cell.citations, line=cell.line), named)

    def _tasks_of_training_set(self, about: Mention, column: str, text: str) -> None:
        """Say how many tasks the one dataset has that a row of a model names."""
        sets = [s.value for s in self.statements if s.property == "trained-on" and s.subject == about]
        if len(sets) == 1 and isinstance(sets[0], Mention):
            self._figures(sets[0], "tasks", column, text)
        else:
            self.report("undeclared-value", "info", f"{text!r} in {column!r} is of no one dataset; kept unread")

    def _released(self, about: Mention, column: str, text: str) -> None:
        if date := parse_date(text) or find_date(text)[0]:
            self._say(about, "released", date)
        else:
            self.report("unreadable-date", "warning", f"{text!r} in {column!r} cannot be read as a date; kept as text")

    def _licence(self, about: Mention, column: str, text: str) -> None:
        parts = [part for part in re.split(r"\s*[,;、]\s*|\s+(?:and|or|&|/)\s+", text) if part.strip()]
        for part in parts if all(len(part.split()) <= _SHOWN_NAMES for part in parts) else [text]:
            licence = self.layouts.licences.get(loose_key(part))
            if licence:
                self._say(about, "license", licence)
            elif header_key(part) not in self.layouts.not_names:
                # The whole of the key, however long: a part of it would name another text.
                line = f'"{loose_key(part)}" = "{"-".join(loose_key(part).split()[:_SHOWN_NAMES])}"'
                message = f"{part[:80]!r} in {column!r} is no licence that is known here."
                self.report("undeclared-value", "info", f"{message} A layout file declares it under [licences]: {line}")

    def _read_work(self, cells: list[tuple[str, str, Cell]]) -> Reading:
        """Read the row of a paper."""
        texts: dict[str, str] = {}
        papers: list[str] = []
        projects: list[str] = []
        found: dict[str, None] = {}
        date = ""
        for role, column, cell in cells:
            self.line = cell.line
            text = self._clean(cell.text)
            if role == "title":
                naming = [link for link in cell.links if not link_role(link, self.layouts)]
                text = self._clean(naming[0].text) if naming else text
            elif role == "released" and not NOTHING.fullmatch(text) and not _ARXIV_ID.fullmatch(text):
                date = parse_date(text) or find_date(text)[0]
                if not date:
                    message = f"{text!r} in {column!r} cannot be read as a date; kept as text"
                    self.report("unreadable-date", "warning", message)
            if role in ("title", "paper", "project", "link", "released"):
                for link in cell.links:
                    address = parse_address(link.href)
                    if issue := address_issue(address, self.row.span, f"the link {link.text!r}"):
                        self.report(issue.code, issue.severity, issue.message)
                    if address.iri and address.iri not in found:
                        found[address.iri] = None
                        is_paper = role != "project" and (
                            is_paper_address(address.iri)
                            or role in ("title", "paper")
                            or link_role(link, self.layouts) == "paper"
                        )
                        (papers if is_paper else projects).append(address.iri)
            if text and not NOTHING.fullmatch(text):
                texts.setdefault(role, text)
        self.line = 0
        title = re.sub(r"(?<!\.)[.,]$", "", texts.get("title", "").strip(" \"“”'")).strip(' "“”')
        if not title or loose_key(title) in self.layouts.paper_words:
            title = ""
            self.report("missing-title", "warning", "no title could be told")
        if not title and not found:
            return Reading(issues=tuple(self.issues))
        authors = parse_authors(texts.get("authors", ""))
        self.issues += (self.issue(code, "warning", message) for code, message in authors.problems)
        if not date:
            date = find_date(texts.get("venue", ""))[0]
        if not date:
            self.report("missing-year", "warning", "the row gives no year")
        written = texts.get("citation") or " | ".join(cell.text.strip() for _, _, cell in cells if cell.text.strip())
        reference = Reference(
            position=self.row.number,
            number=0,
            span=self.row.span,
            text=written or title,
            authors=authors.names,
            complete=authors.complete,
            title=title,
            year=date[:4],
            arxiv_id=next(filter(None, map(find_arxiv_id, (*papers, *projects))), ""),
            doi=next(filter(None, map(find_doi, papers)), ""),
            links=tuple(Link(text="", href=iri) for iri in papers),
        )
        work = Work(reference=reference, date=date, projects=tuple(projects))
        return Reading(work=work, issues=tuple(self.issues))

    def _links(self, about: Mention, role: str, cell: Cell) -> None:
        if not cell.links and not NOTHING.fullmatch(cell.text.strip()):
            expected = "link" if role == "link" else f"link to the {role}"
            self.report("no-link", "info", f"{cell.text.strip()!r} stands where a {expected} was expected")
        for link in cell.links:
            address = parse_address(link.href)
            if issue := address_issue(address, self.row.span, f"the link {link.text!r}"):
                self.report(issue.code, issue.severity, issue.message)
            if not address.iri:
                continue
            if role == "paper" and not is_paper_address(address.iri):
                self.report("paper-link-not-a-paper", "info", f"{address.iri} is not the address of a paper")
            is_paper = role == "paper" or (
                role == "link" and (is_paper_address(address.iri) or link_role(link, self.layouts) == "paper")
            )
            self._say(about, "paper-link" if is_paper else "project", address.iri)

    def _check_links(self) -> None:
        """Report what is wrong with the links of a row that is not read further."""
        for cell in self.row.cells:
            self.line = cell.line if cell is not None else 0
            for link in cell.links if cell is not None and not cell.continued else ():
                issue = address_issue(parse_address(link.href), self.row.span, f"the link {link.text!r}")
                if issue:
                    self.report(issue.code, issue.severity, issue.message)

    def _construction(self, about: Mention, text: str) -> None:
        self._say(about, "construction", text)
        if header_key(text) in self.layouts.unnamed_constructions:
            return
        for pattern in self.layouts.teacher_patterns:
            if match := pattern.fullmatch(text):
                for name in split_alternatives(match["teacher"]):
                    self._say(about, "generated-by", Mention(kind="model", name=name, line=self.line))
                return
        self.report("undeclared-value", "warning", f"{text!r} is not known to name a teacher, nor to name none")

    def _language(self, about: Mention, text: str) -> None:
        parts = [part for part in re.split(r"[&/,+、，;；]", text) if part.strip()]
        if header_key(text) not in self.layouts.languages and len(parts) == 1:
            parts = text.split()  # "En Zh"
        codes = [self.layouts.languages.get(header_key(part)) for part in parts]
        known = [code for words in codes if words for code in words.split()]
        if known and all(codes):
            for code in known:
                self._say(about, "language", code)
            if len(set(known)) > 1:
                self._say(about, "multilingual", True)
            return
        if header_key(text) in _MULTILINGUAL:
            at_least_two = Quantity(text=text, precision="AtLeast", unit="languages", minimum=2)
            self._say(about, "languages", at_least_two)
            self._say(about, "multilingual", True)
            return
        quantity = parse_quantity(text, "languages")
        if quantity and quantity.unit == "languages" and quantity.lower_bound is not None:
            self._say(about, "languages", quantity)
            if quantity.lower_bound > 1:
                self._say(about, "multilingual", True)
            return
        domain = self.layouts.not_languages.get(header_key(text))
        if domain:
            self.report("non-language-value", "warning", f"{text!r} is not a language; read as the domain {domain}")
            self._say(about, "domain", domain)
        else:
            self._languages_among(about, text)

    def _languages_among(self, about: Mention, text: str) -> None:
        """Say what is known of a text that names languages among other things: ``English, code``; report the rest."""
        parts = [part.strip() for part in re.split(r"[&/,+、，;；()（）]", text)]
        parts = [part for part in parts if part and part.casefold().rstrip(".") != "etc"]
        known: list[str] = []
        rest: list[str] = []
        several = ""
        for part in parts:
            key = header_key(_MOSTLY.sub("", part))
            if codes := self.layouts.languages.get(key):
                known += codes.split()
            elif key in _MULTILINGUAL:
                several = part
            else:
                rest.append(part)
        if not known and not several:
            self.report("non-language-value", "warning", f"{text!r} is not a language that is known here")
            return
        for code in dict.fromkeys(known):
            self._say(about, "language", code)
        if several:
            at_least_two = Quantity(text=several, precision="AtLeast", unit="languages", minimum=2)
            self._say(about, "languages", at_least_two)
        if several or len(set(known)) > 1:
            self._say(about, "multilingual", True)
        for part in rest:
            if domain := self.layouts.not_languages.get(header_key(part)):
                message = f"{part!r} in {text!r} is not a language; read as the domain {domain}"
                self._say(about, "domain", domain)
            else:
                message = f"{part!r} in {text!r} is not a language that is known here"
            self.report("non-language-value", "warning", message)

    def _modality(self, about: Mention, text: str) -> None:
        parts = [self.layouts.modalities.get(header_key(part)) for part in re.split(r"[-,/&+、]", text)]
        known = [part for part in parts if part]
        if len(known) == len(parts):
            for part in dict.fromkeys(known):
                self._say(about, "modality", part)
        else:
            self.report("non-entity-value", "info", f"{text!r} names no modality that is known here")

    def _yes_no(self, about: Mention, property_: Property, column: str, text: str) -> None:
        answer = _YES_NO.get(text.lower())
        if answer is None:
            self.report("undeclared-value", "warning", f"{text!r} in {column!r} is neither Yes nor No")
        else:
            self._say(about, property_, answer)

    def _figures(self, about: Mention, role: str, column: str, text: str) -> None:
        quantity = self._figure(text, FIGURE_ROLES[role], column)
        if quantity is not None:
            # A role that holds figures is named like its property.
            property_: Property = role  # type: ignore[assignment]
            self._say(about, property_, quantity)

    def _figure(self, text: str, unit: str, column: str) -> Quantity | None:
        quantity = parse_quantity(text, unit, header_scale(column))
        if quantity is None:
            return None
        if unit == "parameters" and quantity.unit == unit and (quantity.lower_bound or _FEWEST) < _FEWEST:
            # "7" beside "13" is 7B, most likely; but that is not what it says.
            quantity = Quantity(text=quantity.text, precision="Unreadable", unit=unit)
        if quantity.precision == "Unreadable":
            self.report("unreadable-quantity", "warning", f"{text!r} cannot be read as a figure; kept as text")
        if quantity.unit != unit:
            message = f"{text!r} counts {quantity.unit}, the column {column!r} counts {unit}"
            self.report("unit-mismatch", "warning", message)
        return quantity


def _names_alone(table: Table, layout: Layout | None) -> Set[str]:
    """Return the names that stand alone in the cells of a table that name models: no link or separator says more."""
    if layout is None:
        return frozenset()
    columns = [index for index, column in enumerate(table.columns) if layout.role(column) in ("name", "base-model")]
    texts = (row.cells[index] for row in table.rows for index in columns)
    names = (" ".join(_CITATIONS.sub("", cell.text).split()) for cell in texts if cell is not None)
    return {header_key(name) for name in names if name and not re.search(r"[\s,;、/]", name)}


def _counting_columns(table: Table) -> Set[str]:
    """Return the columns in which the rows are numbered: ``#`` may as well be how large a thing is."""
    counting = set()
    for index, column in enumerate(table.columns):
        texts = [cell.text.strip(" .") for row in table.rows if (cell := row.cells[index]) is not None]
        if len(texts) > 1 and texts in ([str(n) for n in range(s, s + len(texts))] for s in (0, 1)):
            counting.add(column)
    return counting


def _without_repeats(cells: list[tuple[str, str, Cell]]) -> list[tuple[str, str, Cell]]:
    """Leave out a second column of a role that can have one value only; :mod:`itgraph.checks` reports the column."""
    seen: set[str] = set()
    kept = []
    for role, column, cell in cells:
        if role in seen and role not in REPEATABLE_ROLES:
            continue
        seen.add(role)
        kept.append((role, column, cell))
    return kept


def split_alternatives(text: str) -> list[str]:
    """Split names joined by a slash; a bare version carries on the name before it.

    >>> split_alternatives("GPT 3.5/4")
    ['GPT 3.5', 'GPT 4']
    """
    names: list[str] = []
    family = ""
    for part in (piece.strip() for piece in text.split("/")):
        if not part:
            continue
        if re.fullmatch(r"[\d.]+", part) and family:
            names.append(family + part)
            continue
        names.append(part)
        match = re.match(r"(?P<family>.*?)[\d.]+$", part)
        family = match["family"] if match else ""
    return names
