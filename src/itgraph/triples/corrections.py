"""Where curated facts meet what the surveys say: which statements they contradict, and which of those they replace."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from pyoxigraph import NamedNode

from itgraph.curated import CORRECTED
from itgraph.records import Correction, Mention, Quantity, Span
from itgraph.resolve import Resolution
from itgraph.triples.iris import entity_iri, paper_iri


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """A statement of a row that a correction speaks of; where the survey says nothing, the row is what is silent."""

    correction: Correction
    about: NamedNode
    row: NamedNode
    snapshot: str
    span: Span


class Contradictions:
    """The corrections of a resolution; meets the statements of the surveys one by one, and keeps what it has found."""

    def __init__(self, resolution: Resolution) -> None:
        self.found: list[Contradiction] = []
        self._resolution = resolution
        self._known: defaultdict[tuple[str, str], list[Correction]] = defaultdict(list)
        papers = {paper.label: paper for paper in sorted(resolution.works(), key=lambda work: work.slug)}
        for correction in resolution.curated.corrections:
            if correction.about is not None:
                about = entity_iri(resolution.entity(correction.about))
            elif correction.paper in papers:
                about = paper_iri(papers[correction.paper])
            else:
                continue  # a work that none of these snapshots cites
            self._known[about.value, correction.property].append(correction)

    def meet(
        self,
        about: NamedNode,
        property_: str,
        value: Mention | Quantity | str | bool,
        row: NamedNode,
        snapshot: str,
        span: Span,
    ) -> bool:
        """Compare a statement with the corrections; tell whether one takes its place."""
        name = _term_name(property_)
        said = self._form(name, value)
        is_replaced = False
        for correction in self._known.get((about.value, name), ()):
            if correction.survey and self._form(name, correction.survey) == said:
                self._find(correction, about, row, snapshot, span)
                is_replaced = is_replaced or correction.effect == "replaces"
        return is_replaced

    def meet_silence(self, about: NamedNode, said: Collection[str], row: NamedNode, snapshot: str, span: Span) -> None:
        """Compare the first row of a thing with the corrections of what it leaves out; ``said`` is what it says."""
        names = {_term_name(property_) for property_ in said}
        for (subject, name), corrections in self._known.items():
            if subject == about.value and name not in names:
                for correction in corrections:
                    if not correction.survey:
                        self._find(correction, about, row, snapshot, span)

    def _find(self, correction: Correction, about: NamedNode, row: NamedNode, snapshot: str, span: Span) -> None:
        found = Contradiction(correction=correction, about=about, row=row, snapshot=snapshot, span=span)
        if found not in self.found:  # LLaVA's row cites its paper twice
            self.found.append(found)

    def _form(self, name: str, value: Mention | Quantity | str | bool) -> str:
        """Return the form in which the survey's value and a correction's are compared."""
        if isinstance(value, Mention):
            return self._resolution.names.key(value.kind, value.name)
        if isinstance(value, Quantity):
            return value.text
        kind = CORRECTED.get(name)
        return self._resolution.names.key(kind, str(value)) if kind else " ".join(str(value).split())


def _term_name(property_: str) -> str:
    """Return the local name of the term of a property: ``training-set-size`` is ``trainingSetSize``."""
    return re.sub(r"-([a-z])", lambda match: match[1].upper(), property_)
