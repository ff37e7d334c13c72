"""Rows as statements: what each cell says, by the role that its column is declared to have.

Names stay as written here; that two of them are one thing is decided in :mod:`itgraph.resolve`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from itgraph.records import (
    Cell,
    Issue,
    Kind,
    Mention,
    Property,
    Quantity,
    Reading,
    Row,
    Severity,
    Span,
    Statement,
    Table,
)
from itgraph.survey.layouts import Layout, Layouts, header_key, shipped_layouts
from itgraph.survey.links import address_issue, is_paper_address, parse_address
from itgraph.survey.quantities import parse_quantity
from itgraph.survey.tables import FIGURE_ROLES

NOTHING = frozenset({"", "-", "–", "—"})
"""Cell texts that say nothing."""

REPEATABLE_ROLES = frozenset({"paper", "project", "category", "domain", "modality", "base-model", "training-set"})
"""Roles that several columns of one table may have."""

_CITATIONS = re.compile(r" ?\[ ?\d+(?: ?[,;] ?\d+)* ?\]")
# What a conversion from LaTeX left behind: `\tnotex{id:2}`, `~\citep{touvron2023}`, also without the backslash, and
# without the t where `\t` was taken for a tab.
_LATEX_RESIDUE = re.compile(r"[~ ]?\\?\b(?:t?notex?|cite[pt]?|footnote|ref)\{[^{}]*\}")
ACRONYM = re.compile(r"(?P<words>.+) \((?P<acronym>[A-Z][A-Z0-9-]{1,9})\)$")


def read_table(table: Table, layouts: Layouts | None = None) -> tuple[Reading, ...]:
    """Read every row of a table; one reading for each row, in order."""
    layouts = layouts or shipped_layouts()
    layout = layouts.get(table.layout)
    readings: list[Reading] = []
    about: Mention | None = None
    bases: set[tuple[str, str]] = set()
    for row in table.rows:
        reader = _Reader(table, row, layout, layouts)
        reading = reader.read(about)
        if reading.begins:
            bases = set()
        about = reading.about
        duplicates = []
        for statement in reading.statements:
            if statement.property == "base-model" and isinstance(statement.value, Mention):
                size = statement.quantity.text if statement.quantity else ""
                key = (statement.value.name, size)
                if key in bases:
                    message = (
                        f"the base model {statement.value.name} {size}".rstrip() + " already stands in a row above"
                    )
                    reader.line = 0  # the row as a whole is one too many
                    duplicates.append(reader.issue("duplicate-base-row", "warning", message))
                bases.add(key)
        if duplicates:
            reading = Reading(
                about=reading.about,
                begins=reading.begins,
                statements=reading.statements,
                issues=(*reading.issues, *duplicates),
            )
        readings.append(reading)
    return tuple(readings)


@dataclass(slots=True)
class _Reader:
    """Reads one row; collects statements and issues as it goes from cell to cell."""

    table: Table
    row: Row
    layout: Layout | None
    layouts: Layouts
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

    def read(self, above: Mention | None) -> Reading:
        """Read the row; ``above`` is the thing of the row above, which a continued name cell goes on about."""
        if self.layout is None:
            self._check_links()
            return Reading(issues=tuple(self.issues))
        cells = [
            (role, column, cell)
            for column, cell in zip(self.table.columns, self.row.cells, strict=True)
            if cell is not None and (role := self.layout.role(column))
        ]
        name_cell = next((cell for role, _, cell in cells if role == "name"), None)
        self.line = name_cell.line if name_cell is not None else 0
        if self.row.is_blank or name_cell is None or self._clean(name_cell.text) in NOTHING:
            self.line = 0
            if not self.row.is_blank:
                self.report("missing-name", "error", "the row names nothing that it could be about; kept unread")
            self._check_links()
            return Reading(issues=tuple(self.issues))
        begins = not name_cell.continued or above is None
        about = self._name(name_cell, self.layout.describes) if begins else above
        assert about is not None
        cells = _without_repeats(cells)
        base_size = next((cell for role, _, cell in cells if role == "base-parameters"), None)
        for role, column, cell in cells:
            if cell.continued and not begins and role not in ("base-model", "base-parameters"):
                continue  # said of the whole thing, where it begins
            self._read_cell(about, role, column, cell, base_size)
        if begins and self.layout.evaluation_type:
            self._say(about, "evaluation-type", self.layout.evaluation_type)
        return Reading(about=about, begins=begins, statements=tuple(self.statements), issues=tuple(self.issues))

    def _say(
        self,
        subject: Mention,
        property_: Property,
        value: Mention | Quantity | str | bool,
        quantity: Quantity | None = None,
    ) -> None:
        self.statements.append(Statement(subject=subject, property=property_, value=value, quantity=quantity))

    def _read_cell(self, about: Mention, role: str, column: str, cell: Cell, base_size: Cell | None) -> None:
        self.line = cell.line
        text = self._clean(cell.text)
        if role in ("paper", "project"):
            self._links(about, role, cell)
        elif text in NOTHING or role in ("name", "base-parameters"):
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
        elif role == "base-model":
            size = self._figure(self._clean(base_size.text), "parameters", "") if base_size else None
            for name in self._names(text):
                self._say(
                    about,
                    "base-model",
                    Mention(kind="model", name=name, citations=cell.citations, line=cell.line),
                    size,
                )
        elif role == "training-set":
            for name in self._names(text):
                if header_key(name) in self.layouts.not_names:
                    self.report("non-entity-value", "info", f"{name!r} in {column!r} names no dataset")
                else:
                    mention = Mention(kind="dataset", name=name, citations=cell.citations, line=cell.line)
                    self._say(about, "trained-on", mention)
        else:
            self._figures(about, role, column, text)

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

    def _name(self, cell: Cell, kind: Kind) -> Mention:
        self.line = cell.line
        text = self._clean(cell.text)
        first, *others = [part for part in text.split(" / ") if part]
        aliases = tuple(others)
        if aliases:
            self.report("two-names-in-cell", "info", f"{text!r} gives two names; the first is taken as the name")
        if match := ACRONYM.fullmatch(first):
            aliases += (match["acronym"], match["words"])
        return Mention(kind=kind, name=first, citations=cell.citations, aliases=aliases, line=cell.line)

    def _names(self, text: str) -> list[str]:
        """Split a cell that may name several things."""
        names = [part.strip() for part in re.split(r" / |[,;、]", text) if part.strip()]
        if len(names) > 1:
            self.report("two-names-in-cell", "info", f"{text!r} names several things; each is taken")
        return names

    def _links(self, about: Mention, role: str, cell: Cell) -> None:
        if not cell.links and cell.text.strip() not in NOTHING:
            self.report("no-link", "info", f"{cell.text.strip()!r} stands where a link to the {role} was expected")
        for link in cell.links:
            address = parse_address(link.href)
            if issue := address_issue(address, self.row.span, f"the link {link.text!r}"):
                self.report(issue.code, issue.severity, issue.message)
            if not address.iri:
                continue
            if role == "paper" and not is_paper_address(address.iri):
                self.report("paper-link-not-a-paper", "info", f"{address.iri} is not the address of a paper")
            self._say(about, "paper-link" if role == "paper" else "project", address.iri)

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
        codes = [self.layouts.languages.get(header_key(part)) for part in re.split(r"[&/,+、]", text)]
        known = [code for code in codes if code]
        if known and len(known) == len(codes):
            for code in known:
                self._say(about, "language", code)
            if len(set(known)) > 1:
                self._say(about, "multilingual", True)
            return
        if header_key(text) in ("multi", "multilingual"):
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
            self.report("non-language-value", "warning", f"{text!r} is not a language that is known here")

    def _modality(self, about: Mention, text: str) -> None:
        parts = [self.layouts.modalities.get(header_key(part)) for part in text.split("-")]
        known = [part for part in parts if part]
        if len(known) == len(parts):
            for part in dict.fromkeys(known):
                self._say(about, "modality", part)
        else:
            self.report("non-entity-value", "info", f"{text!r} names no modality that is known here")

    def _yes_no(self, about: Mention, property_: Property, column: str, text: str) -> None:
        answer = {"yes": True, "no": False}.get(text.lower())
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
        quantity = parse_quantity(text, unit)
        if quantity is None:
            return None
        if quantity.precision == "Unreadable":
            self.report("unreadable-quantity", "warning", f"{text!r} cannot be read as a figure; kept as text")
        if quantity.unit != unit:
            message = f"{text!r} counts {quantity.unit}, the column {column!r} counts {unit}"
            self.report("unit-mismatch", "warning", message)
        return quantity


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
