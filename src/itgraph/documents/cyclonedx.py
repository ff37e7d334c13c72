"""An ancestry as a CycloneDX 1.6 ML-BOM, written with the format's own library.

The library (11.12) knows neither model cards nor compositions nor the ``data`` of a component; these are added to what
it writes, and the tests hold the whole against the schema. What the format has no field for are properties named
``itgraph:...``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from itgraph.access import DISCLAIMER, DISPUTED
from itgraph.documents.ancestry import COMPLETENESS, format_evidence
from itgraph.resources import tool_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cyclonedx.model import ExternalReference, ExternalReferenceType, Property
    from cyclonedx.model.component import Component
    from cyclonedx.model.license import DisjunctiveLicense

    from itgraph.documents.ancestry import Ancestry, Licence, LinkKind, Part

_PREFIX = "itgraph:"
_HEAD = ("$schema", "bomFormat", "specVersion", "serialNumber", "version", "metadata")


def format_cyclonedx(ancestry: Ancestry) -> bytes:
    """Write a thing and everything that it was made from as a CycloneDX 1.6 document in JSON.

    The same ancestry gives the same bytes: the serial number is made from what is said, and there is no timestamp.
    """
    from cyclonedx.model.bom import Bom, BomMetaData
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.tool import ToolRepository
    from cyclonedx.output.json import JsonV1Dot6

    start, *ancestors = ancestry.parts
    components = {part.thing.iri: _component(ancestry, part) for part in ancestry.parts}
    tool = Component(name="itgraph", version=tool_version(), type=ComponentType.APPLICATION, bom_ref="tool:itgraph")
    bom = Bom(
        serial_number=uuid5(NAMESPACE_URL, f"{start.thing.iri} cyclonedx {ancestry.digest()}"),
        metadata=BomMetaData(
            component=components[start.thing.iri],
            tools=ToolRepository(components=[tool]),
            properties=_properties(_of_document(ancestry)),
        ),
        components=[components[part.thing.iri] for part in ancestors],
    )
    for iri, component in components.items():
        # A thing may descend from itself; that it depends on itself says nothing more.
        parents = {edge.parent.iri for edge in ancestry.parents(iri)} - {iri}
        bom.register_dependency(component, [components[parent] for parent in sorted(parents)])
    document = json.loads(JsonV1Dot6(bom).output_as_string())
    # The library puts the time of day there.
    del document["metadata"]["timestamp"]
    _add_cards(document, ancestry)
    document["compositions"] = [
        {"aggregate": "unknown", "assemblies": [start.thing.iri], "dependencies": sorted(components)}
    ]
    ordered = {key: document[key] for key in (*_HEAD, *sorted(document.keys() - set(_HEAD)))}
    return (json.dumps(ordered, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace")


def _of_document(ancestry: Ancestry) -> Iterator[tuple[str, str]]:
    yield "disclaimer", DISCLAIMER
    yield "completeness", COMPLETENESS
    if ancestry.date:
        yield "newestSnapshot", ancestry.date


def _component(ancestry: Ancestry, part: Part) -> Component:
    from cyclonedx.model import XsUri
    from cyclonedx.model.component import Component, Pedigree
    from cyclonedx.model.contact import OrganizationalContact, OrganizationalEntity

    makers = part.developers
    bases = [edge.parent for edge in ancestry.parents(part.thing.iri) if edge.relation == "baseModel"]
    # Of the base models only what names them: each is a component of its own, and a reference must be unique.
    named = [
        Component(
            name=base.label,
            type=_type_of(base.kind),
            bom_ref=f"{part.thing.iri}#built-on-{number}",
            properties=_properties([("iri", base.iri)]),
        )
        for number, base in enumerate(bases, start=1)
    ]
    component = Component(
        name=part.thing.label,
        type=_type_of(part.thing.kind),
        bom_ref=part.thing.iri,
        licenses=[_license(licence) for licence in part.licences],
        external_references=list(_references(part)),
        properties=_properties(_of_part(ancestry, part)),
        pedigree=Pedigree(ancestors=named, notes="The base models that sources name.") if named else None,
    )
    if len(makers) == 1:
        pages = [XsUri(makers[0].homepage)] if makers[0].homepage else []
        component.manufacturer = OrganizationalEntity(name=makers[0].name, urls=pages)
    elif makers:
        # The format has one manufacturer, and any number of authors.
        component.authors = [OrganizationalContact(name=maker.name) for maker in makers]
    return component


def _type_of(kind: str) -> Any:
    from cyclonedx.model.component import ComponentType

    return ComponentType.MACHINE_LEARNING_MODEL if kind == "model" else ComponentType.DATA


def _license(licence: Licence) -> DisjunctiveLicense:
    from cyclonedx.model import XsUri
    from cyclonedx.model.license import DisjunctiveLicense, LicenseAcknowledgement

    return DisjunctiveLicense(
        id=licence.spdx or None,
        name=None if licence.spdx else licence.name or licence.iri,
        url=XsUri(licence.address) if licence.address else None,
        acknowledgement=LicenseAcknowledgement.DECLARED,
        properties=_properties(
            [("part", licence.part or "unknown"), ("access", licence.access), ("evidence", licence.evidence)]
        ),
    )


def _references(part: Part) -> Iterator[ExternalReference]:
    from cyclonedx.model import ExternalReference, XsUri

    for link in part.links:
        yield ExternalReference(type=_reference_type(link.kind), url=XsUri(link.url), comment=link.comment or None)


def _reference_type(kind: LinkKind) -> ExternalReferenceType:
    from cyclonedx.model import ExternalReferenceType as Type

    return {
        "arxiv": Type.DOCUMENTATION,
        "doi": Type.DOCUMENTATION,
        "paper": Type.DOCUMENTATION,
        "homepage": Type.WEBSITE,
        "project": Type.WEBSITE,
        "hugging-face": Type.DISTRIBUTION,
        "github": Type.VCS,
    }[kind]


def _of_part(ancestry: Ancestry, part: Part) -> Iterator[tuple[str, str]]:
    """Yield what the format has no field for."""
    yield "kind", part.thing.kind
    yield "access", part.access
    for what in part.unknown:
        yield "unknown", what
    if part.is_licence_disputed:
        yield "licence", DISPUTED
    for maker in part.developers:
        yield "developer", f"{maker.name} <{maker.iri}>; {maker.evidence}"
    for edge in ancestry.parents(part.thing.iri):
        yield f"relation:{edge.relation}", f"{edge.parent.iri}; {format_evidence(edge.rows, edge.rules)}"
    for what, date in part.released:
        yield f"released:{what}", date
    for what, text in part.figures:
        yield f"figure:{what}", text
    yield from (("language", code) for code in part.languages)
    if part.multilingual:
        yield "multilingual", "true"
    yield from (("modality", name) for name in part.modalities)
    yield from (("construction", text) for text in part.constructions)
    yield from (("disputed", message) for message in part.disputed)


def _properties(pairs: Iterable[tuple[str, str]]) -> list[Property]:
    from cyclonedx.model import Property

    return [Property(name=_PREFIX + name, value=value) for name, value in pairs]


def _add_cards(document: dict[str, Any], ancestry: Ancestry) -> None:
    """Add to models the data that they were trained on, and to data what it is."""
    for component in [document["metadata"]["component"], *document.get("components", [])]:
        if component["type"] == "data":
            component["data"] = [{"type": "dataset", "name": component["name"]}]
            continue
        iri = component["bom-ref"]
        data = sorted({edge.parent.iri for edge in ancestry.parents(iri) if edge.relation == "trainedOn"})
        if data:
            component["modelCard"] = {"modelParameters": {"datasets": [{"ref": parent} for parent in data]}}
