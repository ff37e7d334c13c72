"""An ancestry as SPDX 3.0.1 in JSON-LD, written with SPDX's own bindings.

Every element has an id of its own document (SPDX elements do not change, the graph does) and the IRI of its thing as an
external identifier. Absence means "no assertion" in SPDX 3; where the format can say so outright, it is said. The
profiles AI and Dataset are used but conformance to them is not claimed: they ask for dates and versions that no source
gives.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from itgraph import terms
from itgraph.access import DISCLAIMER, DISPUTED
from itgraph.documents.ancestry import COMPLETENESS, format_evidence
from itgraph.resources import tool_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spdx_python_model import v3_0_1 as spdx

    from itgraph.documents.ancestry import Ancestry, Developer, Licence, Link, Part

_MODALITIES = {"Text": "text", "Image": "image", "Video": "video", "Audio": "audio"}
_REFERENCES = {
    "arxiv": "documentation",
    "doi": "documentation",
    "paper": "documentation",
    "homepage": "altWebPage",
    "project": "altWebPage",
    "hugging-face": "altDownloadLocation",
    "github": "vcs",
}
_UNDATED = "1970-01-01"


def format_spdx(ancestry: Ancestry) -> bytes:
    """Write a thing and everything that it was made from as an SPDX 3.0.1 document in JSON-LD.

    The same ancestry gives the same bytes: ids are made from what is said, and it is dated by the newest snapshot.
    """
    from spdx_python_model import v3_0_1 as spdx

    objects = spdx.SHACLObjectSet()
    for element in _Document(ancestry).elements():
        objects.add(element)
    data = spdx.JSONLDSerializer().serialize_data(objects, force_at_graph=True)
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace")


class _Document:
    """The elements of a document, in the making."""

    def __init__(self, ancestry: Ancestry) -> None:
        from spdx_python_model import v3_0_1

        self.spdx = v3_0_1
        self.ancestry = ancestry
        number = uuid5(NAMESPACE_URL, f"{ancestry.start.thing.iri} spdx {ancestry.digest()}")
        self.namespace = f"urn:uuid:{number}#"
        self.relationships = 0
        maker = self.spdx.SoftwareAgent(spdxId=self.id("agent"), name="itgraph")
        tool = self.spdx.Tool(spdxId=self.id("tool"), name=f"itgraph {tool_version()}")
        self.creation = self.spdx.CreationInfo(
            specVersion="3.0.1",
            created=_time(ancestry.date or _UNDATED),
            createdBy=[maker],
            createdUsing=[tool],
            comment=(
                "The date is that of the newest snapshot of the graph"
                if ancestry.date
                else "The graph has no dated snapshot, so that the date says nothing"
            )
            + ": the same graph always gives the same document.",
        )
        maker.creationInfo = tool.creationInfo = self.creation
        self.agents: list[spdx.Element] = [maker, tool]

    def id(self, name: str) -> str:
        """Return the id of an element of this document."""
        return self.namespace + quote(name.encode("utf-8", "replace"), safe="/-._~")

    def id_of(self, iri: str) -> str:
        """Return the id of the element of a thing."""
        return self.id(iri.removeprefix(terms.BASE))

    def elements(self) -> Iterator[spdx.SHACLObject]:
        """Yield everything that the document is made of."""
        start = self.ancestry.start
        inner = [*self.agents, *self.organizations(), *self.licenses()]
        inner += [self.package(part) for part in self.ancestry.parts]
        inner += self.lineage()
        for part in self.ancestry.parts:
            inner += self.licensing(part)
        root = self.id_of(start.thing.iri)
        profiles = [getattr(self.spdx.ProfileIdentifierType, name) for name in ("core", "simpleLicensing", "software")]
        bill = self.spdx.Bom(
            spdxId=self.id("bom"),
            creationInfo=self.creation,
            name=f"What {start.thing.label} was made from",
            comment=COMPLETENESS,
            rootElement=[root],
            element=[element.spdxId or "" for element in inner],
            profileConformance=profiles,
        )
        document = self.spdx.SpdxDocument(
            spdxId=self.id("document"),
            creationInfo=self.creation,
            name=f"Bill of materials of {start.thing.label}",
            comment=f"{DISCLAIMER} {COMPLETENESS}",
            rootElement=[bill],
            element=[bill.spdxId or "", *(element.spdxId or "" for element in inner)],
            profileConformance=profiles,
        )
        yield from (self.creation, *inner, bill, document)

    # -- Makers and licences -------------------------------------------------------------------------------------

    def organizations(self) -> Iterator[spdx.Element]:
        """Yield the developers, each once."""
        known: dict[str, Developer] = {}
        for part in self.ancestry.parts:
            for developer in part.developers:
                known.setdefault(developer.iri, developer)
        for iri, developer in sorted(known.items()):
            organization = self.spdx.Organization(
                spdxId=self.id_of(iri),
                creationInfo=self.creation,
                name=developer.name,
                externalIdentifier=[self.identifier(iri, terms.BASE)],
            )
            if developer.homepage:
                organization.externalRef = [
                    self.spdx.ExternalRef(
                        externalRefType=self.spdx.ExternalRefType.altWebPage, locator=[developer.homepage]
                    )
                ]
            yield organization

    def licenses(self) -> Iterator[spdx.Element]:
        """Yield the licences, each once: by SPDX's id, or by a name of ours that leads to its IRI."""
        known = {licence.iri: licence for part in self.ancestry.parts for licence in part.own_licences}
        for iri, licence in sorted(known.items()):
            element = self.spdx.simplelicensing_LicenseExpression(
                spdxId=self.id(f"license/{_reference(licence)}"),
                creationInfo=self.creation,
                name=licence.name,
                simplelicensing_licenseExpression=_reference(licence),
            )
            if not licence.spdx:
                element.simplelicensing_customIdToUri = [self.spdx.DictionaryEntry(key=_reference(licence), value=iri)]
            yield element

    def licensing(self, part: Part) -> Iterator[spdx.Element]:
        """Yield what is declared of a thing's licences, and that nothing is concluded.

        The AI profile asks for exactly one relationship of each kind.
        """
        nothing = "https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense"
        own = part.own_licences
        said = [
            f"{licence.part or 'it is not said of which part'}: {licence.name} ({licence.access}), {licence.evidence}"
            for licence in part.licences
        ]
        if part.is_licence_disputed:
            unknown = f"{DISPUTED[0].upper()}{DISPUTED[1:]}: unknown, which is neither none nor any."
        else:
            unknown = "No source says under which licence it is: unknown, which is neither none nor any."
        declared = list(dict.fromkeys(self.id(f"license/{_reference(licence)}") for licence in own))
        yield self.relationship(
            part.thing.iri,
            "hasDeclaredLicense",
            declared or [nothing],
            "; ".join(said) or unknown,
        )
        yield self.relationship(part.thing.iri, "hasConcludedLicense", [nothing], DISCLAIMER)

    # -- Things --------------------------------------------------------------------------------------------------

    def package(self, part: Part) -> spdx.Element:
        """Return a model, a dataset or a benchmark."""
        package: spdx.software_Package
        if part.thing.kind == "model":
            package = self.spdx.ai_AIPackage(
                ai_autonomyType=self.spdx.PresenceType.noAssertion,
                ai_useSensitivePersonalInformation=self.spdx.PresenceType.noAssertion,
                software_primaryPurpose=self.spdx.software_SoftwarePurpose.model,
            )
            if "training data" in part.unknown:
                package.ai_informationAboutTraining = "No source says what it was trained on: unknown."
        else:
            types = sorted({_MODALITIES.get(name, "other") for name in part.modalities}) or ["noAssertion"]
            package = self.spdx.dataset_DatasetPackage(
                dataset_datasetType=[getattr(self.spdx.dataset_DatasetType, name) for name in types],
                dataset_hasSensitivePersonalInformation=self.spdx.PresenceType.noAssertion,
                software_primaryPurpose=self.spdx.software_SoftwarePurpose.data,
            )
            if part.constructions:
                package.dataset_dataCollectionProcess = "; ".join(part.constructions)
        package.spdxId = self.id_of(part.thing.iri)
        package.creationInfo = self.creation
        package.name = part.thing.label
        package.comment = "\n".join(_remarks(part))
        package.originatedBy = [self.id_of(developer.iri) for developer in part.developers]
        package.externalIdentifier = [
            self.identifier(part.thing.iri, terms.BASE),
            *(self.identifier(f"arXiv:{arxiv_id}", "https://arxiv.org") for arxiv_id in part.arxiv),
        ]
        package.externalRef = [self.reference(link) for link in part.links]
        pages = [link.url for link in part.links if link.kind in ("homepage", "project")]
        if pages:
            package.software_homePage = pages[0]
        downloads = [link.url for link in part.links if link.kind == "hugging-face"]
        # Of several sizes or versions none is the one.
        if len(downloads) == 1:
            package.software_downloadLocation = downloads[0]
        released = _release(part)
        if released:
            package.releaseTime = _time(released)
        return package

    def identifier(self, text: str, authority: str) -> spdx.ExternalIdentifier:
        """Return what a thing is called elsewhere."""
        return self.spdx.ExternalIdentifier(
            externalIdentifierType=self.spdx.ExternalIdentifierType.other, identifier=text, issuingAuthority=authority
        )

    def reference(self, link: Link) -> spdx.ExternalRef:
        """Return an address."""
        found = self.spdx.ExternalRef(
            externalRefType=getattr(self.spdx.ExternalRefType, _REFERENCES[link.kind]), locator=[link.url]
        )
        if link.comment:
            found.comment = link.comment
        return found

    # -- Lineage -------------------------------------------------------------------------------------------------

    def lineage(self) -> Iterator[spdx.Element]:
        """Yield how things were made from each other, and of which models no source says what they were trained on."""
        for edge in self.ancestry.edges:
            child, parent = edge.child.iri, edge.parent.iri
            evidence = format_evidence(edge.rows, edge.rules)
            if edge.relation == "generatedBy":
                yield self.relationship(parent, "generates", [self.id_of(child)], f"wholly or in part; {evidence}")
            elif edge.relation == "trainedOn":
                yield self.relationship(child, "trainedOn", [self.id_of(parent)], evidence)
            else:
                yield self.relationship(child, "descendantOf", [self.id_of(parent)], f"{edge.relation}; {evidence}")
        for part in self.ancestry.parts:
            if "training data" in part.unknown:
                nothing = "https://spdx.org/rdf/3.0.1/terms/Core/NoAssertionElement"
                said = "No source says what it was trained on: unknown, which is not nothing."
                yield self.relationship(part.thing.iri, "trainedOn", [nothing], said)

    def relationship(self, iri: str, kind: str, to: Iterable[str], comment: str) -> spdx.Element:
        """Return what leads from a thing to others."""
        self.relationships += 1
        return self.spdx.Relationship(
            # With zeros before, so that they stay in order.
            spdxId=self.id(f"relationship/{self.relationships:05}"),
            creationInfo=self.creation,
            from_=self.id_of(iri),
            relationshipType=getattr(self.spdx.RelationshipType, kind),
            to=list(to),
            completeness=self.spdx.RelationshipCompleteness.noAssertion,
            comment=comment,
        )


def _reference(licence: Licence) -> str:
    """Return what a licence expression calls a licence.

    >>> from itgraph.documents.ancestry import Licence
    >>> told = {"part": "weights", "access": "restricted", "evidence": "", "sources": ()}
    >>> _reference(Licence(iri="https://spdx.org/licenses/MIT", name="MIT", **told))
    'MIT'
    >>> _reference(Licence(iri="https://w3id.org/itgraph/license/llama-2", name="llama-2", **told))
    'LicenseRef-llama-2'
    """
    if licence.spdx:
        return licence.spdx
    name = licence.iri.removeprefix(terms.BASE + "license/")
    # Letters, digits, "-" and "." are all that an expression allows; two IRIs must not become one.
    allowed = re.sub(r"[^A-Za-z0-9.-]+", "-", name)
    mark = "" if allowed == name else f"-{uuid5(NAMESPACE_URL, licence.iri).hex[:8]}"
    return f"LicenseRef-{allowed}{mark}"


def _remarks(part: Part) -> Iterator[str]:
    yield f"access: {part.access}"
    if part.unknown:
        yield f"unknown: {', '.join(part.unknown)}"
    yield from (f"developer: {developer.name}, {developer.evidence}" for developer in part.developers)
    yield from (f"released ({what}): {date}" for what, date in part.released)
    if _release(part):
        yield "Of the time of release only the day is known."
    yield from (f"{what}: {text}" for what, text in part.figures)
    if part.languages:
        yield f"languages: {', '.join(part.languages)}"
    yield from (f"disputed: {message}" for message in part.disputed)


def _release(part: Part) -> str:
    """Return the first day on which the thing itself was released; empty if none is known to the day."""
    what = ("weights", "service") if part.thing.kind == "model" else ("data",)
    return min((date for kind, date in part.released if kind in what and _is_day(date)), default="")


def _is_day(text: str) -> bool:
    with suppress(ValueError):
        return bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text)) and _time(text).year > 0
    return False


def _time(day: str) -> datetime:
    return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC)
