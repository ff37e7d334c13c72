"""From the text of a survey to its facts: the way in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from itgraph.checks import check_snapshot
from itgraph.names import Names
from itgraph.plurals import counted
from itgraph.records import Issue, Reference, Snapshot, SnapshotFacts, Span, Table
from itgraph.resolve import resolve
from itgraph.survey.document import Document, outline_issues, read_document
from itgraph.survey.layouts import layouts_of
from itgraph.survey.papers import read_papers
from itgraph.survey.reading import read_table
from itgraph.survey.references import read_references
from itgraph.survey.tables import read_tables


def extract(
    data: bytes, snapshot: Snapshot, names: Names, *, name: str = "README.md", layout_files: Sequence[str] = ()
) -> SnapshotFacts:
    """Read the facts of a survey README.

    ``snapshot`` says where the bytes come from; its checksum and repair are filled in. ``name`` is what messages call
    the input, ``layout_files`` are texts of layout files that go before the shipped one. Every defect that is found is
    an issue of the result.

    Raises:
        SourceError: the bytes are no README: empty, too large, or not text.
        ValueError: a layout file declares something that is not known.
    """
    layouts = layouts_of(tuple(layout_files))
    document = read_document(data, name)
    tables, issues = read_tables(document, layouts)
    references, found = read_references(document)
    issues += found
    taken = _lines(row.span for table in tables for row in table.rows) | _lines(item.span for item in references)
    lists, found = read_papers(document, layouts, taken, {table.id for table in tables})
    issues += found
    tables = (*tables, *lists)
    anchors = frozenset(f"ref{reference.number}" for reference in references)
    issues += outline_issues(document, anchors)
    issues += _repairs(document, tables, references)
    if not tables and not references:
        message = "no table, no list of papers and no numbered reference list was found"
        issues.append(Issue(code="no-tables", severity="error", message=message, span=Span(start=1, end=1)))
    snapshot = replace(snapshot, sha256=document.sha256, repair=document.repair)
    facts = SnapshotFacts(
        snapshot=snapshot, tables=tables, references=references, issues=(), layouts=tuple(layout_files)
    )
    resolution = resolve([facts], names)
    read = resolution.snapshots[0]
    for _, _, reading in read.rows():
        issues += reading.issues
    issues += check_snapshot(resolution, read)
    issues += [issue for _, issue in resolution.issues]
    return replace(facts, issues=_in_order(issues))


def summary(facts: SnapshotFacts) -> str:
    """Say in a few lines what was read: tables with rows and entries, references, issues by code."""
    layouts = layouts_of(facts.layouts)
    entries = {
        table.id: sum(
            (reading.about is not None or reading.work is not None) and reading.begins
            for reading in read_table(table, layouts)
        )
        for table in facts.tables
    }
    rows = sum(len(table.rows) for table in facts.tables)
    lines = [
        f"{facts.snapshot.id}: {counted(len(facts.tables), 'table')}, {counted(rows, 'row')}, "
        f"{counted(sum(entries.values()), 'entry', 'entries')}, {counted(len(facts.references), 'reference')}, "
        f"{counted(len(facts.issues), 'issue')}",
        f"sha256 {facts.snapshot.sha256}" + (f" ({facts.snapshot.repair})" if facts.snapshot.repair else ""),
    ]
    width = max([len(table.id) for table in facts.tables] + [len(issue.code) for issue in facts.issues] + [8])
    if facts.tables:
        lines += ["", f"{'table':<{width}}  rows  entries"]
        lines += [f"{t.id:<{width}}  {len(t.rows):>4}  {entries[t.id]:>7}" for t in facts.tables]
    if facts.issues:
        counts = Counter((issue.code, issue.severity) for issue in facts.issues)
        lines += ["", f"{'issue':<{width}}  count  severity"]
        lines += [f"{code:<{width}}  {n:>5}  {severity}" for (code, severity), n in sorted(counts.items())]
    return "\n".join(lines) + "\n"


def _lines(spans: Iterable[Span]) -> set[int]:
    return {line for span in spans for line in range(span.start, span.end + 1)}


def _in_order(issues: list[Issue]) -> tuple[Issue, ...]:
    unique = dict.fromkeys(issues)
    return tuple(sorted(unique, key=lambda i: (i.span.start, i.span.end, i.table, i.row, i.code, i.message)))


def _repairs(document: Document, tables: tuple[Table, ...], references: tuple[Reference, ...]) -> list[Issue]:
    """Report a repaired encoding, once for each row, and once for each line outside every row."""
    spans = [(table.id, row.number, row.span) for table in tables for row in table.rows]
    spans += [("references", reference.position, reference.span) for reference in references]
    rows: dict[int, tuple[str, int]] = {}
    for table_id, number, span in spans:
        for line in range(span.start, span.end + 1):
            rows.setdefault(line, (table_id, number))
    places: dict[tuple[str, int], list[int]] = {}
    loose: list[tuple[str, int, list[int]]] = []
    for line in sorted(document.repaired_lines):
        if line in rows:
            places.setdefault(rows[line], []).append(line)
        else:
            loose.append(("", 0, [line]))
    found = [(table, row, lines) for (table, row), lines in places.items()] + loose
    return [
        Issue(
            code="mojibake",
            severity="warning",
            message=f"{document.repair}: {document.lines[lines[0] - 1].strip()[:80]!r}",
            span=Span(start=lines[0], end=lines[-1]),
            table=table,
            row=row,
        )
        for table, row, lines in found
    ]
