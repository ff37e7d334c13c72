"""Defects of a source that only show across its rows: spellings, citations, repeated works, figures that disagree.

And of facts from other sources, those that only show beside the surveys: names that nothing has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from itgraph.curated import mentions_by_row
from itgraph.errors import SourceError, format_names
from itgraph.names import nearest
from itgraph.records import (
    Correction,
    Issue,
    Kind,
    Mention,
    Quantity,
    Reading,
    Reference,
    Row,
    Severity,
    Span,
    Table,
)
from itgraph.resolve import ReadSnapshot, Resolution, mentions_of, owners_of, work_key
from itgraph.survey.layouts import layouts_of
from itgraph.survey.people import parse_name
from itgraph.survey.reading import REPEATABLE_ROLES


def check_snapshot(resolution: Resolution, snapshot: ReadSnapshot) -> list[Issue]:
    """Return the defects of one snapshot that need more than one row, or the identity decisions, to be seen."""
    return [
        *_name_variants(resolution, snapshot),
        *_repeated_columns(snapshot),
        *_citations(resolution, snapshot),
        *_links(snapshot),
        *_figures(resolution, snapshot),
        *_references(snapshot),
    ]


def require_known_names(resolution: Resolution, folder: Path) -> None:
    """Require that facts, read from ``folder``, name only what is known: see :func:`find_unknown_names`.

    Raises:
        SourceError: a fact names something else, most often a misspelling; says where, and what is like it.
    """
    unknown = _unknown_names(resolution)
    if unknown:
        others = len({(kind, name) for _, _, kind, name in unknown}) - 1
        more = f" ({others} more likewise)" if others else ""
        raise _unknown_name(unknown[0], _names_by_kind(resolution), folder, more)


def find_unknown_names(resolution: Resolution, folder: Path) -> list[SourceError]:
    """Find what facts, read from ``folder``, name and nothing else knows: each with its row, and what is like it.

    A thing is known if a survey names it, ``names.csv`` vouches for it, or it has a row of ``things.csv`` (of
    ``organisations.csv``, if it is an organisation); a corrected work is known if a survey cites it.
    """
    names = _names_by_kind(resolution)
    return [_unknown_name(unknown, names, folder) for unknown in _unknown_names(resolution)]


def _unknown_names(resolution: Resolution) -> list[tuple[str, int, str, str]]:
    """Return file, line, kind and name of each name that is not known, in order."""
    names, known = resolution.names, _known_keys(resolution)
    works = {paper.label for paper in resolution.works()}
    unknown: set[tuple[str, int, str, str]] = {
        (file, line, mention.kind, mention.name)
        for file, line, mention in mentions_by_row(resolution.curated)
        if (mention.kind, names.key(mention.kind, mention.name)) not in known
    }
    unknown |= {
        ("corrections", correction.line, "work", correction.paper)
        for correction in resolution.curated.corrections
        if correction.paper and correction.paper not in works
    }
    return sorted(unknown)


def _known_keys(resolution: Resolution) -> set[tuple[Kind, str]]:
    names = resolution.names
    known = set(resolution.surveyed)
    known |= {(decision.kind, names.key(decision.kind, decision.name)) for decision in names.decisions}
    for file, _, mention in mentions_by_row(resolution.curated):
        if file in ("things", "organisations"):
            known.add((mention.kind, names.key(mention.kind, mention.name)))
    return known


def _names_by_kind(resolution: Resolution) -> dict[str, set[str]]:
    """Return what known things are called, by kind; works by their titles."""
    called: defaultdict[str, set[str]] = defaultdict(set)
    called["work"] = {paper.label for paper in resolution.works()}
    for key in _known_keys(resolution) & resolution.entities.keys():
        called[key[0]].add(resolution.entities[key].name)
    return called


_ADVICE = {"work": "a survey must cite it", "organization": "give it a row of organisations.csv"}


def _unknown_name(
    unknown: tuple[str, int, str, str], names: Mapping[str, set[str]], folder: Path, more: str = ""
) -> SourceError:
    file, line, kind, name = unknown
    found = nearest(name, names.get(kind, ()))
    hint = f"did you mean {format_names(found)}?" if found else "nothing has a similar name."
    advice = _ADVICE.get(kind, "give it a row of things.csv")
    return SourceError(
        f"no {kind} is called {name!r}; {hint} If it is another, {advice}{more}",
        path=folder / f"{file}.csv",
        line=line,
    )


def find_unmet(unmet: Sequence[Correction], folder: Path) -> list[SourceError]:
    """Say of corrections, read from ``folder``, that no snapshot says what they correct, or lacks what they add."""
    errors = []
    for one in unmet:
        name = one.about.name if one.about else one.paper
        said = f"leaves out the {one.property} of {name}"
        if one.survey:
            said = f"says that the {one.property} of {name} is {one.survey}"
        message = f"no snapshot {said}, so that there is nothing to correct"
        errors.append(SourceError(message, path=folder / "corrections.csv", line=one.line))
    return errors


def _issue(code: str, severity: Severity, message: str, table: str, row: Row | Reference, line: int = 0) -> Issue:
    """Make an issue of a row, or of the line of one of its cells, where it is known."""
    number = row.number if isinstance(row, Row) else row.position
    span = Span(start=line, end=line) if line else row.span
    return Issue(code=code, severity=severity, message=message, span=span, table=table, row=number)


def _name_variants(resolution: Resolution, snapshot: ReadSnapshot) -> Iterable[Issue]:
    for table, index, reading in snapshot.rows():
        row = table.rows[index]
        for mention in mentions_of(reading):
            if not reading.begins and any(mention is owner for owner in owners_of(reading)):
                continue
            name = resolution.entity(mention).name
            if mention.name != name:
                message = f"the {mention.kind} {name} is written {mention.name!r} here"
                yield _issue("name-variant", "info", message, table.id, row, mention.line)
    for reference in snapshot.facts.references:
        for written in reference.authors:
            display = parse_name(written).display
            author = resolution.author(reference, written)
            if display != author.name:
                message = f"[{reference.number}] {author.name} is written {written!r} here"
                yield _issue("name-variant", "info", message, "references", reference)


def _repeated_columns(snapshot: ReadSnapshot) -> Iterable[Issue]:
    """Report a column that has the role of another, where a thing can have one value only."""
    for table in snapshot.facts.tables:
        layout = layouts_of(snapshot.facts.layouts).get(table.layout)
        first: dict[str, str] = {}
        for column in table.columns if layout and table.rows else ():
            role = layout.role(column) if layout else ""
            if role and role not in REPEATABLE_ROLES and first.setdefault(role, column) != column:
                message = f"the column {column!r} means the same as {first[role]!r}; kept unread"
                yield _issue("undeclared-column", "warning", message, table.id, table.rows[0])


def _citations(resolution: Resolution, snapshot: ReadSnapshot) -> Iterable[Issue]:
    references = snapshot.facts.references
    if not references:
        return
    numbers = {reference.number for reference in references}
    used: set[int] = set()
    for table, index, reading in snapshot.rows():
        row = table.rows[index]
        for cell in row.cells:
            if cell is None:
                continue
            used.update(cell.citations)
            for number in cell.citations if not cell.continued else ():
                if number not in numbers:
                    yield _issue(
                        "wrong-citation",
                        "warning",
                        f"[{number}] is not in the reference list",
                        table.id,
                        row,
                        cell.line,
                    )
        if reading.about is None:
            continue
        for mention in mentions_of(reading):
            is_own = any(mention is owner for owner in owners_of(reading))
            if is_own and not reading.begins:
                continue
            if not mention.citations and (is_own or _is_base(reading, mention)):
                yield _issue(
                    "missing-citation",
                    "info",
                    f"{mention.name} is not followed by a citation",
                    table.id,
                    row,
                    mention.line,
                )
            if resolution.is_wrong_citation(snapshot, mention, reading.about):
                cited = ", ".join(f"[{number}]" for number in mention.citations)
                message = f"{mention.name} cites {cited} here, but not in its own row"
                yield _issue("wrong-citation", "warning", message, table.id, row, mention.line)
    for reference in references:
        if reference.number not in used:
            yield _issue(
                "uncited-reference",
                "info",
                f"[{reference.number}] is cited by no row",
                "references",
                reference,
            )


def _is_base(reading: Reading, mention: Mention) -> bool:
    return any(s.property == "base-model" and s.value is mention for s in reading.statements)


def _links(snapshot: ReadSnapshot) -> Iterable[Issue]:
    for table in snapshot.facts.tables:
        layout = layouts_of(snapshot.facts.layouts).get(table.layout)
        has_links = layout is not None and any(layout.role(c) in ("paper", "project", "link") for c in table.columns)
        shared: dict[str, list[tuple[Row, Mention]]] = defaultdict(list)
        for row, reading in zip(table.rows, snapshot.readings[table.id], strict=True):
            if reading.about is None or not reading.begins:
                continue
            links = {s.value for s in reading.statements if s.property == "paper-link" and isinstance(s.value, str)}
            for link in sorted(links):
                shared[link].append((row, reading.about))
            has_project = any(s.property == "project" for s in reading.statements)
            written = any(cell is not None and cell.links for cell in row.cells)
            if not links and not has_project and not written and has_links:
                message = f"the row of {reading.about.name} links to nothing"
                yield _issue("no-link", "info", message, table.id, row)
        for link, rows in shared.items():
            names = list(dict.fromkeys(about.name for _, about in rows))
            for row, about in rows if len(names) > 1 else ():
                others = [name for name in names[:5] if name != about.name]
                more = f" and {len(names) - 5} more" if len(names) > 5 else ""
                message = f"{link} is also the paper of {', '.join(others)}{more}"
                yield _issue("shared-paper-link", "warning", message, table.id, row, _line_of(row, link))


def _line_of(row: Row, what: str) -> int:
    """Return the line of the cell that has a link or a text; 0 where it is not known."""
    cells = (cell for cell in row.cells if cell is not None)
    return next((c.line for c in cells if c.text.strip() == what or any(what in link.href for link in c.links)), 0)


def _figures(resolution: Resolution, snapshot: ReadSnapshot) -> Iterable[Issue]:
    """Compare the size that a model's row gives for its training set with that of the dataset's own row."""
    sizes: dict[str, tuple[Quantity, Table, Row]] = {}
    for table, index, reading in snapshot.rows():
        if reading.about is None or reading.about.kind != "dataset":
            continue
        for statement in reading.statements:
            if statement.property == "instructions" and isinstance(statement.value, Quantity):
                sizes.setdefault(resolution.entity(reading.about).slug, (statement.value, table, table.rows[index]))
    for table, index, reading in snapshot.rows():
        if reading.about is None or reading.about.kind != "model":
            continue
        size = next((s.value for s in reading.statements if s.property == "training-set-size"), None)
        trained = [s.value for s in reading.statements if s.property == "trained-on" and isinstance(s.value, Mention)]
        is_self_built = any(s.property == "self-built" and s.value is True for s in reading.statements)
        if not trained and is_self_built:
            # A model that built its own data is compared with the dataset of its own name.
            trained = [Mention(kind="dataset", name=reading.about.name)]
        if not isinstance(size, Quantity) or len(trained) != 1:
            continue
        key = (trained[0].kind, resolution.names.key(trained[0].kind, trained[0].name))
        if key not in resolution.entities:
            continue
        dataset = resolution.entities[key]
        stated = sizes.get(dataset.slug)
        if stated is None or size.unit == "tokens" or stated[0].unit == "tokens":
            continue
        if None in (size.lower_bound, stated[0].lower_bound) or size.lower_bound == stated[0].lower_bound:
            continue
        message = (
            f"{reading.about.name} is said to be trained on {size.text} of {dataset.name}, whose own row "
            f"(line {stated[2].span.start}) says {stated[0].text}"
        )
        yield _issue(
            "inconsistent-value",
            "warning",
            message,
            table.id,
            table.rows[index],
            _line_of(table.rows[index], size.text),
        )


def _references(snapshot: ReadSnapshot) -> Iterable[Issue]:
    """Report a work that stands in the list twice: at its later item."""
    seen: dict[str | tuple[str, str], Reference] = {}
    for reference in snapshot.facts.references:
        keys: list[str | tuple[str, str]] = [reference.arxiv_id] if reference.arxiv_id else []
        if work := work_key(reference):
            keys.append(work)
        first = next((seen[key] for key in keys if key in seen), None)
        if first is not None and not (first.arxiv_id and reference.arxiv_id and first.arxiv_id != reference.arxiv_id):
            message = f"[{reference.number}] is the work of [{first.number}] at line {first.span.start}"
            yield _issue("duplicate-work", "info", message, "references", reference)
        for key in keys:
            seen.setdefault(key, reference)
