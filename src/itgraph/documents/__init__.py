"""Documents that people need of one thing: bills of materials, a bibliography, the head of a card.

``ancestry`` reads what they say of a graph, with the evidence; the other modules each write one form. The same graph
gives the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from itgraph.documents.document import Document, save
from itgraph.errors import ExportError

if TYPE_CHECKING:
    from itgraph.lookup import Thing
    from itgraph.store import Store

__all__ = ["BomFormat", "Document", "save", "write_bom", "write_card", "write_citations"]

BomFormat = Literal["cyclonedx", "spdx"]


def write_bom(store: Store, thing: Thing, format: BomFormat) -> Document:
    """Write the bill of materials of a model, a dataset or a benchmark: CycloneDX 1.6 or SPDX 3.0.1, as JSON.

    Raises:
        ParameterError: the thing is of another kind.
        ExportError: there is no such format.

    >>> import itgraph, json
    >>> graph = itgraph.load()
    >>> document = write_bom(graph.store, graph.get("Goat"), "cyclonedx")
    >>> json.loads(document.content)["specVersion"]
    '1.6'
    >>> write_bom(graph.store, graph.get("LoRA"), "spdx")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    itgraph.errors.ParameterError: parameter 'name': a bill of materials is of a model, ...; LoRA is a technique
    """
    from itgraph.access import DISCLAIMER
    from itgraph.documents.ancestry import read_ancestry, require_kind

    if format not in get_args(BomFormat):
        formats = ", ".join(get_args(BomFormat))
        raise ExportError(f"there is no such bill of materials; there is: {formats}", format=format)
    require_kind(thing, "a bill of materials")
    ancestry = read_ancestry(store, thing)
    if format == "cyclonedx":
        from itgraph.documents.cyclonedx import format_cyclonedx as write
    else:
        from itgraph.documents.spdx import format_spdx as write
    notes = []
    why_unknown = {False: "no source says the licence of", True: "sources disagree, and no licence is taken, for"}
    for is_disputed, why in why_unknown.items():
        named = [
            f"{part.thing.label} ({part.thing.kind}{', but for its code' if part.licences else ''})"
            for part in ancestry.parts
            if not part.own_licences and part.is_licence_disputed == is_disputed
        ]
        notes += [f"{why}: {', '.join(named)}"] if named else []
    return Document(content=write(ancestry), notes=(*notes, DISCLAIMER))


def write_citations(store: Store, thing: Thing) -> Document:
    """Write the papers of a thing and of all that it was made from, as BibTeX.

    Raises:
        ParameterError: the thing is none that papers are of.

    >>> import itgraph
    >>> graph = itgraph.load()
    >>> print(write_citations(graph.store, graph.get("LoRA")).content.decode().splitlines()[3])
    @misc{hu2021lora,
    """
    from itgraph.documents.citations import make_bibliography

    return make_bibliography(store, thing)


def write_card(store: Store, thing: Thing) -> Document:
    """Write the head of the card of a model, a dataset or a benchmark, as Hugging Face reads it.

    Raises:
        ParameterError: the thing is of another kind.

    >>> import itgraph
    >>> graph = itgraph.load()
    >>> write_card(graph.store, graph.get("LIMA", "model")).content.startswith(b"---")
    True
    """
    from itgraph.documents.ancestry import read_ancestry, require_kind
    from itgraph.documents.card import make_card

    require_kind(thing, "a card")
    return make_card(read_ancestry(store, thing, depth=1))
