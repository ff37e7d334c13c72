"""What the first pass of a load notes of each entry for the second one, which knows all of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, TypedDict

from itgraph.triples.hub import Figures

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from itgraph.hub.entries import Kind, Relation, RelationBy


class Said(TypedDict, total=False):
    """What is noted of an item beside its id, where there is anything; as JSON, in which tuples are lists."""

    place: str
    """Where it stood in the inputs."""
    bases: tuple[str, ...]
    relation: tuple[Relation, RelationBy]
    """How it is built on its bases, and who says so."""
    datasets: tuple[str, ...]
    sources: tuple[str, ...]
    """The datasets that a dataset was made from."""
    new: str
    """The newer version of a model."""
    said: int
    """Its card says something that stands in the graph of the card: licences, languages, papers."""
    template: int
    """It cites the paper that stands in the template of every card."""
    in_base: tuple[int | None, int | None, str]
    """It is a thing that the base graph has: its downloads, its likes, its date."""
    problems: list[tuple[str, str]]
    """What is wrong with it: codes and messages."""
    of: tuple[Kind, str]
    """The entry that it repeats: it is left out itself."""
    written: list[tuple[str, str, str, tuple[str, ...]]]
    """In the last line of a part: what the statements of the part name beside its entries, as licences and papers."""


_NAMING: dict[Literal["bases", "new", "datasets", "sources"], Kind] = {
    "bases": "model",
    "new": "model",
    "datasets": "dataset",
    "sources": "dataset",
}


class Note(NamedTuple):
    """A line of the notes of a part: an entry, or, without a kind, something else that :class:`Said` tells."""

    kind: Kind | Literal[""]
    id: str
    sha: str
    downloads: int
    text: str
    """What is said of it, as JSON; empty, if that is nothing."""

    @property
    def said(self) -> Said:
        """What is said of it, read: of every second entry there is nothing to read."""
        found: Said = json.loads(self.text) if self.text else {}
        return found


def read_notes(work: Path, part: int) -> Iterator[Note]:
    """Yield the notes of a part."""
    with (work / f"part-{part}.notes").open(encoding="utf-8") as file:
        for line in file:
            kind, id_, sha, downloads, text = line.rstrip("\n").split("\t")
            yield Note(kind, id_, sha, int(downloads or 0), text)  # type: ignore[arg-type]


def _no_ids() -> dict[Kind, set[str]]:
    return {"model": set(), "dataset": set()}


@dataclass(slots=True)
class Seen:
    """What is known of all entries that were read, when the last one is."""

    ids: dict[Kind, set[str]] = field(default_factory=_no_ids)
    named: dict[Kind, set[str]] = field(default_factory=_no_ids)
    """What entries name that was not among them by then."""
    met: list[tuple[Kind, str, Figures]] = field(default_factory=list)
    """Those that are things which the base graph has, and what the hub counts of them."""

    def note(self, kind: Kind | Literal[""], id_: str, said: Said) -> None:
        """Remember what an item names, and whether the base graph has it."""
        for key, of in _NAMING.items():
            named = said.get(key, ())
            for name in [named] if isinstance(named, str) else named:
                if name not in self.ids[of]:
                    self.named[of].add(name)
        if kind and (figures := said.get("in_base")):
            downloads, likes, created = figures
            self.met.append((kind, id_, Figures(downloads=downloads, likes=likes, created=created)))
