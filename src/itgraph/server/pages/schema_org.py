"""What a thing is in the words of schema.org, for search engines: the data block of its page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from markupsafe import Markup

from itgraph import terms
from itgraph.access import DISCLAIMER, NARROWEST_FIRST
from itgraph.explorer.page import escape_json
from itgraph.server.pages.addresses import is_web, page_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from itgraph.description import Description, Fact

Json = str | bool | list["Json"] | dict[str, "Json"]

# A model is neither a program nor a text: of what schema.org has, what is made by people and is built upon.
_TYPES = {
    "model": "CreativeWork",
    "dataset": "Dataset",
    "benchmark": "Dataset",
    "technique": "DefinedTerm",
    "paper": "ScholarlyArticle",
    "person": "Person",
    "organization": "Organization",
}
_KINDS_OF_ENDS = {
    terms.BASE_MODEL: ("isBasedOn", "CreativeWork"),
    terms.TRAINED_ON: ("isBasedOn", "Dataset"),
    terms.GENERATED_BY: ("isBasedOn", "CreativeWork"),
    terms.SOURCE_DATASET: ("isBasedOn", "Dataset"),
    terms.DESCRIBED_IN: ("subjectOf", "ScholarlyArticle"),
    terms.SCHEMA_AUTHOR: ("author", "Person"),
    terms.DEVELOPER: ("creator", "Organization"),
    terms.MEMBER_OF: ("isPartOf", "CreativeWork"),
}
_TEXTS = {
    terms.SCHEMA_IN_LANGUAGE: "inLanguage",
    terms.DCTERMS_ISSUED: "datePublished",
    terms.DOMAIN: "about",
    terms.MODALITY: "keywords",
}
# Of a model the date of its paper is not its own: it may be older or younger than what can be used.
_RELEASES = {terms.WEIGHTS_RELEASED, terms.DATA_RELEASED, terms.SERVICE_RELEASED}
_DESCRIPTIONS = {
    "model": "A language model or multimodal model",
    "dataset": "A dataset that language models are tuned on",
    "benchmark": "A benchmark of language models",
}
_CONTEXT: dict[str, Json] = {
    "@vocab": terms.SCHEMA,
    **{name: {"@type": "@id"} for name in ("url", "sameAs", "license", "codeRepository", "contentUrl")},
}
# What these types have no property for.
_OF_WORKS = {"model", "dataset", "benchmark", "paper"}


def structured_data(description: Description, origin: str, *, same: Iterable[str] = ()) -> Markup:
    """Return JSON-LD that can stand in a script block.

    ``same`` are addresses under which this thing, and no other, is found elsewhere.
    """
    thing = description.thing
    found: dict[str, Json] = {
        "@context": _CONTEXT,
        "@id": thing.iri,
        "@type": _TYPES.get(thing.kind, "Thing"),
        "name": thing.label,
        "url": origin + page_of(thing.iri),
    }
    if description.aliases:
        found["alternateName"] = list(description.aliases)
    current = [fact for fact in description.facts if fact.current]
    if thing.kind in _OF_WORKS:
        found |= _work(current, description)
    # A model is not its paper, nor a repository, in which there is other code too.
    others = (*_PLACES_OF_PAPERS, "https://github.com/") if thing.kind != "paper" else ()
    found_at: list[Json] = [address for address in same if not address.startswith(others)]
    pages: list[Json] = []
    for link in dict.fromkeys(fact.value for fact in current if fact.property in _LINKS and is_web(fact.value)):
        if thing.kind == "paper" and link.startswith(_PLACES_OF_PAPERS):
            found_at.append(link)
        elif link in found_at:
            continue
        elif link.startswith("https://github.com/"):
            pages.append({"@type": "SoftwareSourceCode", "codeRepository": link})
        else:
            pages.append({"@type": "WebPage", "url": link})
    if found_at:
        found["sameAs"] = found_at
    if pages:
        said = found.get("subjectOf", [])
        found["subjectOf"] = [*(said if isinstance(said, list) else [said]), *pages]
    return _block(found)


def structured_dataset(
    origin: str, *, title: str, description: str, licence: str, downloads: Iterable[tuple[str, str]]
) -> Markup:
    """Return JSON-LD of what is served as a whole; ``licence`` is empty where it is not known.

    ``downloads`` are the names of files under ``/download/`` with their media types.
    """
    found: dict[str, Json] = {
        "@context": _CONTEXT,
        "@id": f"{origin}/.well-known/void#dataset",
        "@type": "Dataset",
        "name": title,
        "description": description,
        "url": f"{origin}/about",
        "distribution": [
            {"@type": "DataDownload", "contentUrl": f"{origin}/download/{name}", "encodingFormat": media_type}
            for name, media_type in downloads
        ],
    }
    if licence:
        found["license"] = licence
    return _block(found)


def _block(found: dict[str, Json]) -> Markup:
    return Markup(escape_json(json.dumps(found, ensure_ascii=False, indent=1)))  # noqa: S704  (escaped for a script)


_LINKS = {terms.SCHEMA_URL, terms.PROJECT}
# A project is a place of several things, so its address is none of them; a paper is what these addresses stand for.
_PLACES_OF_PAPERS = (
    "https://arxiv.org/abs/",
    "https://doi.org/",
    "https://aclanthology.org/",
    "https://openreview.net/forum",
)


def _work(facts: Iterable[Fact], description: Description) -> dict[str, Json]:
    found: dict[str, list[Json]] = {}
    for fact in facts:
        if fact.property in _KINDS_OF_ENDS and fact.iri:
            name, type_ = _KINDS_OF_ENDS[fact.property]
            if "/organization/" in fact.iri:
                type_ = "Organization"
            end: Json = {"@type": type_, "@id": fact.iri, "name": fact.value}
            if end not in found.setdefault(name, []):
                found[name].append(end)
        elif fact.property == terms.LICENSE:
            if fact.iri not in found.setdefault("license", []):  # of several parts
                found["license"].append(fact.iri or fact.value)
        elif fact.property in _TEXTS:
            found.setdefault(_TEXTS[fact.property], []).append(fact.value)
        elif fact.property == terms.OPEN_SOURCE and description.thing.kind != "paper":
            found.setdefault("isAccessibleForFree", []).append(fact.value == "true")
        elif fact.property in _RELEASES:
            found.setdefault("datePublished", []).append(fact.value)
        elif fact.property == terms.ARXIV_ID and description.thing.kind == "paper":
            found.setdefault("identifier", []).append(f"arXiv:{fact.value}")
        elif fact.property == terms.BIBO_DOI:
            found.setdefault("identifier", []).append(f"https://doi.org/{fact.value}")
    if description.access in NARROWEST_FIRST:
        found["conditionsOfAccess"] = [f"{description.access}. {DISCLAIMER}"]
    if len(dates := found.get("datePublished", [])) > 1:
        found["datePublished"] = [min(dates, key=str)]
    if description.thing.kind == "paper":
        found["headline"] = [description.thing.label]
    if description.thing.kind in _DESCRIPTIONS:
        found["description"] = [summarise(description)]
    return {name: ends[0] if len(ends) == 1 else ends for name, ends in found.items()}


def summarise(description: Description) -> str:
    """Return in one sentence what a thing is and what it was made from."""
    kind = description.thing.kind
    made = [
        f"{fact.label} {fact.value}" for fact in description.facts if fact.current and fact.property in _KINDS_OF_ENDS
    ]
    what = _DESCRIPTIONS.get(kind, f"A {kind}" if kind[0] not in "aeiou" else f"An {kind}")
    return f"{what} called {description.thing.label}" + "".join(f"; {m}" for m in made[:8])
