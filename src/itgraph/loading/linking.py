"""The second pass of a load: what leads from entry to entry, now that it is known which there are."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Any

from itgraph import terms
from itgraph.hub.entries import TEMPLATE_ARXIV, clean_text
from itgraph.hub.inputs import digest
from itgraph.loading.notes import read_notes
from itgraph.resolve import slug_of
from itgraph.triples.hub import HubIssue, revision_iri

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
    from pathlib import Path

    from itgraph.hub.entries import Kind
    from itgraph.hub.inputs import Input
    from itgraph.indexes.names import GatheredNames
    from itgraph.loading.base import Base
    from itgraph.loading.notes import Note, Said, Seen
    from itgraph.loading.stream import StreamLoader
    from itgraph.triples.hub import Figures, HubWriter, Severity, Step

_RELATIONS: dict[Step, str] = {"base": "baseModel", "dataset": "trainedOn", "source": "sourceDataset"}
_SEVERITIES: dict[str, Severity] = {
    **dict.fromkeys(("malformed-json", "malformed-yaml", "missing-id", "unreadable"), "error"),
    **dict.fromkeys(("bases-differ", "non-language-value", "renamed", "template-arxiv"), "info"),
}

_MOST_TEXT = 200_000_000
"""How many characters a file of statements has, at the most and one statement more."""


class Linking:
    """The second pass: what leads from entry to entry, and what is wrong with entries."""

    def __init__(
        self,
        work: Path,
        done: Mapping[str, Any],
        *,
        inputs: Sequence[Input],
        seen: Seen,
        renames: Mapping[str, str],
        writer: HubWriter,
        base: Base,
        progress: Callable[[str, int], None],
    ) -> None:
        self._work = work
        self._steps = work / "steps"
        self._inputs = inputs
        self._seen = seen
        self._renames = renames
        self._writer = writer
        self._base = base
        self._progress = progress
        self._parts: int = done["parts"]
        self._date: str = done["newest"]
        self._snapshot_name = f"hub-{self._date}" if self._date else "hub"
        self._snapshot = f"{terms.BASE}snapshot/{self._snapshot_name}"
        self._resolved: dict[tuple[Kind, str], tuple[str, HubIssue | None]] = {}
        self._described: set[str] = set()
        self._taken: Counter[str] = Counter()
        self._linked: defaultdict[str, set[tuple[Step, str]]] = defaultdict(set)
        self._figures: dict[str, Figures] = {}
        self.count = 0
        """How many steps of lineage there are."""
        self.issues: Counter[str] = Counter()
        """How many issues there are, by their codes."""

    def run(self, loader: StreamLoader, names: GatheredNames) -> None:
        """Write the statements, and have them loaded; gather the names of everything, and note the steps."""
        self._name_base(names)
        more = True
        number = 0
        with self._steps.open("w", encoding="utf-8") as steps:
            statements = self._statements(names, steps)
            while more:
                path = self._work / f"links-{number}.nq"
                with path.open("w", encoding="utf-8") as file:
                    more = _write_some(file, statements)
                loader.add(path)
                number += 1
        self._name_others(names)

    def gather_steps(self) -> None:
        """Add the steps to the edges of the base, and name their ends: when the engine leaves us the memory for it."""
        edges = self._base.edges
        with self._steps.open(encoding="utf-8") as steps:
            for line in steps:
                relation, manner, child, kind, id_, parent, kind_above, id_above = line[:-1].split("\t")
                edges.add(child, relation, parent)
                if manner:
                    edges.set_manner(child, parent, manner)
                if kind:
                    edges.set_name(child, kind, id_)
                if kind_above:
                    edges.set_name(parent, kind_above, id_above)
        for iri, kind, label, *_ in self._base.names:
            edges.set_name(iri, kind, label)

    def _name_base(self, names: GatheredNames) -> None:
        """Gather what is called in the base, by the ids, too, and as popular as the entries that it is."""
        ids: defaultdict[str, set[str]] = defaultdict(set)
        for kind_met, id_, own in self._seen.met:
            thing = self._writer.iri(kind_met, id_)
            ids[thing].add(id_)
            self._figures[thing] = self._figures[thing].with_those(own) if thing in self._figures else own
        for iri, kind, label, others, arxiv_ids, popularity in self._base.names:
            figures = self._figures.get(iri)
            all_others = sorted({*others, *ids.get(iri, ())})
            names.add(iri, kind, label, all_others, arxiv_ids, (figures.downloads or 0) if figures else popularity)

    def _name_others(self, names: GatheredNames) -> None:
        """Gather the names of what has been written beside the entries."""
        known = {(iri, kind) for iri, kind, *_ in self._base.names}
        for named in self._writer.names:
            if named[:2] not in known:  # a licence that the base has, too
                names.add(*named)

    def _statements(self, names: GatheredNames, steps: IO[str]) -> Iterator[str]:
        writer = self._writer
        self._resolve_missing()
        disputed = self._find_disputed()
        # Nothing needs them any more, and they are much.
        for ids in self._seen.ids.values():
            ids.clear()
        templates = 0
        for count, note in enumerate(self._notes(), start=1):
            if count % 100_000 == 0:
                self._progress("linking entries", count)
            said = note.said
            place = said.get("place", "")
            thing = writer.iri(note.kind, note.id) if note.kind else writer.iri(*said["of"]) if "of" in said else ""
            if note.kind:
                if "in_base" not in said:
                    names.add(thing, note.kind, note.id, (), (), note.downloads)
                if said:
                    yield from self._link(note, note.kind, said, thing, steps)
            templates += said.get("template", 0)
            for code, message in said.get("problems", ()):
                severity = _SEVERITIES.get(code, "warning")
                yield self._report(HubIssue(code=code, severity=severity, message=message, about=thing), place)
        for thing, said_of_it in sorted(self._figures.items()):
            yield writer.count(f"<{thing}>", said_of_it)
        if templates:
            message = (
                f"{templates:,} entries cite arXiv:{TEMPLATE_ARXIV}, which stands in the template of every card: "
                "it is not taken as their paper"
            )
            yield self._report(HubIssue(code="template-arxiv", severity="info", message=message), "")
        for id_, issue in disputed:
            yield self._report(issue, id_)
        digest_ = digest(self._inputs)
        yield writer.describe_listing(self._snapshot, self._date, digest_)

    def _notes(self) -> Iterator[Note]:
        for part in range(self._parts):
            yield from read_notes(self._work, part)

    def _link(self, note: Note, kind: Kind, said: Said, thing: str, steps: IO[str]) -> Iterator[str]:
        """Yield what an entry leads to; note the steps of lineage, each in a line."""
        writer = self._writer
        revision = revision_iri(kind, note.id, note.sha)
        if {"bases", "datasets", "sources", "new", "said"} & said.keys():
            yield writer.describe_revision(kind, note.id, note.sha, self._snapshot)
        # A thing that has several ids may have one step in several cards.
        linked: set[tuple[Step, str]] = self._linked[thing] if "in_base" in said else set()
        wanted: list[tuple[Step, Kind, str]] = [
            *(("base", "model", id_) for id_ in said.get("bases", ())),
            *(("dataset", "dataset", id_) for id_ in said.get("datasets", ())),
            *(("source", "dataset", id_) for id_ in said.get("sources", ())),
        ]
        for step, of, id_ in wanted:
            name = yield from self._find(of, id_, thing, said["place"])
            parent = writer.iri(of, name)
            if parent == thing:
                yield self._report_itself(f"{note.id} names {id_} as what it is made of", thing, said["place"])
                continue
            self.count += (step, parent) not in linked
            linked.add((step, parent))
            yield writer.link(thing, step, parent, revision)
            manner = said["relation"][0] if step == "base" else ""
            if manner:
                yield writer.tell_manner(thing, manner, said["relation"][1], parent, revision)
            # What the base has is called as there.
            kind_below = "" if "in_base" in said else kind
            kind_above = "" if writer.is_in_base(of, name) else of
            ends = f"{thing}\t{kind_below}\t{note.id}\t{parent}\t{kind_above}\t{name}"
            steps.write(f"{_RELATIONS[step]}\t{manner}\t{ends}\n")
        if newer := said.get("new"):
            name = yield from self._find("model", newer, thing, said["place"], code="missing-version")
            found = writer.iri("model", name)
            if found == thing:
                yield self._report_itself(f"{note.id} names {newer} as its new version", thing, said["place"])
            else:
                yield writer.succeed(thing, found, revision)

    def _find(self, kind: Kind, id_: str, about: str, place: str, code: str = "") -> Generator[str, None, str]:
        """Return the id of what an entry names; yield what there is to say of one that is not in the listing."""
        known = self._resolved.get((kind, id_))
        if known is None:
            return id_
        name, why = known
        if why is not None:
            code = code if code and why.code.startswith("missing") else why.code
            yield self._report(HubIssue(code=code, severity=why.severity, message=why.message, about=about), place)
            if why.code.startswith("missing") and (iri := self._writer.iri(kind, name)) not in self._described:
                self._described.add(iri)
                yield self._writer.describe_missing(kind, name)
        return name

    def _report_itself(self, message: str, thing: str, place: str) -> str:
        message += ", which is the same thing here"
        return self._report(HubIssue(code="self-base", severity="warning", message=message, about=thing), place)

    def _report(self, issue: HubIssue, place: str) -> str:
        self.issues[issue.code] += 1
        place = clean_text(place)  # the name of a file may be no text
        wanted = path = f"{self._snapshot_name}/{issue.code}/{slug_of(place.replace('/', ' ')) if place else 'all'}"
        while path in self._taken:
            self._taken[wanted] += 1
            path = f"{wanted}-{self._taken[wanted]}"
        self._taken[path] = 1
        message = f"{place}: {issue.message}" if place else issue.message
        issue = replace(issue, message=message)
        return self._writer.report(path, f"{issue.code}, {place or self._snapshot_name}", issue, self._snapshot)

    def _resolve_missing(self) -> None:
        """Find out what is meant by names that are in no listing: renamed, written in other letters, or gone."""
        ids = self._seen.ids
        for kind, named in self._seen.named.items():
            names = {name for name in named if name not in ids[kind] and not self._writer.is_in_base(kind, name)}
            newest = {name: self._newest_name(kind, name) for name in sorted(names)}
            lowered = {name.lower() for pair in newest.items() for name in pair}
            bare = {name.rpartition("/")[2] for name in lowered}
            known = [
                (low, id_) for id_ in ids[kind] if (low := id_.lower()) in lowered or low.rpartition("/")[2] in bare
            ]
            same: dict[str, str] = {}
            alike: dict[str, list[str]] = {}
            for low, id_ in sorted(known, key=lambda pair: pair[1]):
                if low in lowered:
                    same.setdefault(low, id_)
                if (name := low.rpartition("/")[2]) in bare:
                    alike.setdefault(name, []).append(id_)
            # What is gone is one thing, too, however its letters are written.
            gone: dict[str, str] = {}
            for name in sorted(newest.values()):
                gone.setdefault(name.lower(), name)
            for name in names:
                self._resolved[kind, name] = self._explain(kind, name, newest[name], same, gone, alike)

    def _find_disputed(self) -> list[tuple[str, HubIssue]]:
        """Return the listed ids that several things of the graph have, each with what there is to say of it."""
        issues: list[tuple[str, HubIssue]] = []
        for (kind, id_), iris in sorted(self._writer.disputed.items()):
            ids = self._seen.ids[kind]
            if id_ in ids or any(known.lower() == id_ for known in ids):
                things = ", ".join(iri.removeprefix(terms.BASE) for iri in iris)
                message = f"{id_} is the id of several things, {things}: it is taken for a thing of its own"
                issues.append((id_, HubIssue(code="ambiguous-identity", severity="warning", message=message)))
        return issues

    def _newest_name(self, kind: Kind, name: str) -> str:
        """Return the name that a repository has by now, as far as the list of renamed ones says it."""
        seen: set[str] = set()
        while name not in self._seen.ids[kind] and name.lower() not in seen and not self._writer.is_in_base(kind, name):
            seen.add(name.lower())
            name = self._renames.get(name.lower(), name)
        return name

    def _explain(
        self,
        kind: Kind,
        name: str,
        newest: str,
        same: dict[str, str],
        gone: dict[str, str],
        alike: dict[str, list[str]],
    ) -> tuple[str, HubIssue | None]:
        """Return what is meant by a name that is in no listing, and what there is to say of it."""
        if name.lower() in same:
            return same[name.lower()], None  # on the hub, letter case does not count
        is_renamed = name.lower() != newest.lower()
        if is_renamed and (newest.lower() in same or self._writer.is_in_base(kind, newest)):
            found = same.get(newest.lower(), newest)
            message = f"{name} was renamed to {found}, as the list of renamed repositories says"
            return found, HubIssue(code="renamed", severity="info", message=message)
        message = f"{name} is not in the listing"
        if is_renamed:
            message = f"{name} was renamed to {newest}, which is not in the listing"
        others = alike.get(newest.lower().rpartition("/")[2], [])
        if others:
            more = f" and {len(others) - 3:,} more" if len(others) > 3 else ""
            message += f"; of the same name there is {', '.join(others[:3])}{more}: perhaps it was renamed"
        return gone[newest.lower()], HubIssue(
            code=f"missing-{'base' if kind == 'model' else 'dataset'}", severity="warning", message=message
        )


def _write_some(file: IO[str], texts: Iterator[str]) -> bool:
    """Write texts until a file is large enough to be loaded at once; return whether there may be more."""
    size = 0
    for text in texts:
        size += file.write(text)
        if size > _MOST_TEXT:
            return True
    return False
