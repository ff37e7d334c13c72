"""The report on the sources: what is wrong with them, where they disagree, and what none of them says."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from docs.generators.cookbook import link_recipe
from docs.generators.markdown import code, escape, link, shorten, table

from itgraph.changes import diff_snapshots, snapshots
from itgraph.conflicts import EFFECTS, list_conflicts, list_disagreements
from itgraph.results import Row
from itgraph.results import Table as Answer
from itgraph.store import Store

_INTRODUCTION = """\
# Data quality of the sources

What was found wrong with the sources while they were read, where they disagree, and what none of them says. Nothing
of it was mended in silence: a defect is an issue in the graph, with its lines, and a disagreement keeps both sides.
Each line here links to what was read, at the commit that was read.

`itgraph issues`, `itgraph conflicts` and `itgraph diff` give the same for any graph. This page is made from the
shipped graph (`python -m docs.make`).

- [Defects](#defects)
- [What changed between the snapshots](#what-changed-between-the-snapshots)
- [How full the tables are](#how-full-the-tables-are)
- [What is not known](#what-is-not-known)
- [Where a source contradicts the survey](#where-a-source-contradicts-the-survey)
- [Where two sources disagree](#where-two-sources-disagree)
"""

_ISSUES = """
SELECT ?code ?severity ?snapshot ?start ?end ?message WHERE {
  ?issue a itg:Issue ; itg:code ?code ; itg:severity ?severity ; itg:message ?message
  OPTIONAL { ?issue itg:snapshot/rdfs:label ?named BIND(STRAFTER(?named, "Snapshot ") AS ?snapshot) }
  OPTIONAL { ?issue itg:lineStart ?start }
  OPTIONAL { ?issue itg:lineEnd ?end }
}
"""

_LINKS = """
SELECT ?snapshot (MIN(STR(?quoted)) AS ?link) WHERE {
  ?row a itg:Row ; itg:snapshot/rdfs:label ?named ; prov:wasQuotedFrom ?quoted
  BIND(STRAFTER(?named, "Snapshot ") AS ?snapshot)
} GROUP BY ?snapshot
"""

_FOUND_ELSEWHERE = {"contradicted-by-source", "sources-disagree"}
"""Codes of issues that are told at length in sections of their own."""

_KNOWN: Sequence[tuple[str, str]] = (
    ("a base model", "?x itg:baseModel ?y"),
    ("training data", "?x itg:trainedOn ?y"),
    ("a teacher, who wrote it", "?x itg:generatedBy ?y"),
    ("a paper", "?x itg:describedIn ?y"),
    ("a developer", "?x itg:developer ?y"),
    ("a licence of any part", "?x itg:licensing ?y"),
    ("an access that is known", "?x itg:access ?y"),
    ("a date of release", "?x itg:released ?y"),
    ("an identifier on Hugging Face", "?x itg:huggingFaceId ?y"),
    ("a repository on GitHub", "?x itg:githubRepository ?y"),
)
_ASKED_IN_FULL = (
    *("models-with-unknown-data", "things-without-licence", "things-without-identifier", "teachers-without-version"),
)
_NOT_OF = {("a base model", "Dataset"), ("training data", "Dataset"), ("a teacher, who wrote it", "Model")}


def write_quality(store: Store, data: Path) -> Mapping[str, str]:
    """Return the report, by its path; ``data`` is the folder of the facts that the graph was built of."""
    parts = [
        _INTRODUCTION,
        _describe_defects(store),
        _describe_changes(store),
        _describe_tables(data),
        _describe_gaps(store),
        _describe_conflicts(store),
        _describe_disagreements(store),
    ]
    return {"quality.md": "\n".join(parts)}


def _describe_defects(store: Store) -> str:
    rows = sorted(store_rows(store, _ISSUES), key=_order)
    counts: Counter[tuple[str, str]] = Counter((str(row["code"]), str(row["severity"])) for row in rows)
    of_snapshot: Counter[tuple[str, str]] = Counter((str(row["code"]), str(row["snapshot"] or "")) for row in rows)
    ids = [*snapshots(store), ""]
    listed = sorted(counts, key=lambda one: (-counts[one], one))
    by_severity = Counter(str(row["severity"]) for row in rows)
    parts = [
        "## Defects\n",
        f"{len(rows)} issues: {', '.join(f'{by_severity[one]} of *{one}*' for one in sorted(by_severity))}. *error*: "
        "something could not be read; *warning*: the source is wrong or ambiguous; *info*: untidy, but the meaning "
        "is clear. What each code means is told in `data/README.md`.\n",
        table(
            ("code", "severity", *(one or "other sources" for one in ids), "all"),
            [
                [
                    code(name) if name in _FOUND_ELSEWHERE else f"[{name}](#{name})",
                    severity,
                    *(str(of_snapshot[name, one] or "") for one in ids),
                    str(counts[name, severity]),
                ]
                for name, severity in listed
            ],
            right=range(2, 3 + len(ids)),
        ),
    ]
    sources = {str(row["snapshot"]): str(row["link"]).partition("#")[0] for row in store_rows(store, _LINKS)}
    by_code: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_code[str(row["code"])].append(row)
    for name in dict.fromkeys(name for name, _ in listed if name not in _FOUND_ELSEWHERE):
        parts.append(f"### {name}\n")
        parts.append(
            "".join(
                f"- {row['snapshot'] or ''} {_lines(row, sources)}: {escape(shorten(str(row['message']), 300))}\n"
                for row in by_code[name]
            )
        )
    return "\n".join(parts)


def _lines(row: Row, sources: Mapping[str, str]) -> str:
    """Return the lines of an issue, as a link to where they stand in the source."""
    source, start, end = sources.get(str(row["snapshot"])), row["start"], row["end"]
    if source is None or start is None:
        return ""
    return link(f"{source}#L{start}" + (f"-L{end}" if end not in (None, start) else ""))


def _order(row: Row) -> tuple[str, int, str]:
    start = row["start"]
    return str(row["snapshot"] or ""), start if isinstance(start, int) else 0, str(row["message"])


def store_rows(store: Store, sparql: str) -> Iterable[Row]:
    """Return the rows of an answer."""
    answer: Answer = store.select(sparql)
    return iter(answer)


def _describe_changes(store: Store) -> str:
    ids = snapshots(store)
    parts = ["## What changed between the snapshots\n"]
    for old, new in pairwise(ids):
        answer = diff_snapshots(store, old, new)
        counts = Counter(str(row["change"]) for row in answer)
        parts.append(
            f"From {old} to {new}: {counts['added']} things are new, {counts['removed']} are no longer named, and "
            f"{counts['changed']} values differ. The current view has what the newer one says; the older stays in its "
            "rows.\n"
        )
        for change, title in (("added", "New"), ("removed", "No longer named")):
            named: defaultdict[str, list[str]] = defaultdict(list)
            for row in answer:
                if row["change"] == change:
                    named[str(row["kind"])].append(escape(str(row["thing"])))
            parts.append("".join(f"- {title}, {kind}: {', '.join(names)}\n" for kind, names in named.items()))
        changed = [
            [escape(shorten(str(row[name] or ""), 80)) for name in ("thing", "kind", "field", "old", "new")]
            for row in answer
            if row["change"] == "changed"
        ]
        parts.append(table(("thing", "kind", "field", old, new), changed))
    return "\n".join(parts)


def _describe_tables(data: Path) -> str:
    import csv

    parts = [
        "## How full the tables are\n",
        "For each table of the survey, how many of its rows say something in each column.\n",
    ]
    for folder in sorted(path.parent for path in data.glob("*/tables.csv")):
        rows = []
        for listed in csv.DictReader((folder / "tables.csv").read_text(encoding="utf-8").splitlines()):
            path = folder / f"{listed['table']}.csv"
            if not path.is_file():
                continue
            with path.open(encoding="utf-8", newline="") as file:
                read = list(csv.DictReader(file))
            columns = [
                name
                for name in (read[0] if read else ())
                if name not in {"row", "line_start", "line_end", "spanned", "raw"} and not name.endswith("]")
            ]
            filled = [f"{escape(name)} {sum(bool(row[name].strip()) for row in read)}" for name in columns]
            rows.append([code(listed["table"]), str(len(read)), ", ".join(filled)])
        parts.append(f"### Snapshot {folder.name}\n")
        parts.append(table(("table", "rows", "rows that say something"), rows, right=(1,)))
    return "\n".join(parts)


def _describe_gaps(store: Store) -> str:
    def count(pattern: str) -> int:
        value = next(iter(store_rows(store, f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {pattern} }}")))["n"]
        assert isinstance(value, int)
        return value

    totals = {kind: count(f"?x a itg:{kind}") for kind in ("Model", "Dataset")}
    rows = []
    for words, pattern in _KNOWN:
        shown = [words]
        for kind, total in totals.items():
            shown.append("" if (words, kind) in _NOT_OF else f"{count(f'?x a itg:{kind} . {pattern}')} of {total}")
        rows.append(shown)
    unlicensed = store_rows(
        store,
        "SELECT DISTINCT ?label WHERE { ?x a itg:Model ; rdfs:label ?label "
        "FILTER NOT EXISTS { ?x itg:access ?a } FILTER EXISTS { ?y itg:upstream ?x } }",
    )
    names = sorted({str(row["label"]) for row in unlicensed}, key=str.casefold)
    return "\n".join(
        [
            "## What is not known\n",
            "A gap is never filled by a guess: where no source that was read says a thing, the graph says nothing, and "
            "an answer that needs it says *unknown*. A missing value never means no.\n",
            table(("known is", "models", "datasets"), rows, right=(1, 2)),
            f"Models that others stand on, of unknown access: {', '.join(map(escape, names)) or 'none'}.\n",
            f"Asked in full: {', '.join(map(link_recipe, _ASKED_IN_FULL))}.\n",
        ]
    )


def _describe_conflicts(store: Store) -> str:
    conflicts = list_conflicts(store)
    counts = Counter(one.effect for one in conflicts)
    said = "; ".join(f"of {counts[effect]} {words}" for effect, words in EFFECTS.items() if counts[effect])
    rows = [
        [
            escape(one.thing.label),
            one.thing.kind,
            escape(one.label),
            escape(one.survey) or "nothing",
            escape(one.found) or "otherwise",
            escape(EFFECTS.get(one.effect, one.effect)),
            " ".join([escape(one.why), *([link(one.source.link)] if one.source.link else [])]),
            ", ".join(link(row.link) for row in one.rows if row.link),
        ]
        for one in conflicts
    ]
    return "\n".join(
        [
            "## Where a source contradicts the survey\n",
            f"{len(conflicts)} statements of the survey: {said}. What the survey says stays in the graph of its row.\n",
            table(("thing", "kind", "what", "the survey", "the source", "and so", "why, and where", "rows"), rows),
        ]
    )


def _describe_disagreements(store: Store) -> str:
    found = list_disagreements(store)
    lines = [
        f"- {escape(one.message)} {', '.join(link(address) for address in one.links)}\n".replace("  ", " ")
        for one in found
    ]
    return "\n".join(
        [
            "## Where two sources disagree\n",
            f"{len(found)} places where two of the sources that were read, neither a survey, say different things.\n",
            "".join(lines),
        ]
    )
