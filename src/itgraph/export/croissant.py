"""Croissant 1.1 (http://mlcommons.org/croissant/1.1): what the files of an export are, for tools of machine learning.

``croissant.json`` lies beside the tables that it describes, so that the addresses of files in it are their names. It
says what is known of the graph (of ours, also how it was made and what it lacks, in the terms of the extension for
responsible AI), every file with its checksum, and every column with its type and meaning.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from itgraph import terms
from itgraph.export import imprint
from itgraph.export.schema import is_address, read_rows, read_schemas

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from itgraph.export.schema import FieldSchema, FieldType, TableSchema
    from itgraph.export.tables import DataTable

FILE = "croissant.json"
CONFORMS_TO = ("http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0")

_TYPES: Mapping[FieldType, str] = {
    "text": "sc:Text",
    "address": "sc:URL",
    "date": "sc:Date",
    "integer": "sc:Integer",
    "boolean": "sc:Boolean",
}

# Appendix 1 of the specification, with https for schema.org as in the rest of the graph, and with the keys of
# Croissant 1.0 that tools still look for (path, regex, repeated, replace, samplingRate).
_CONTEXT: Mapping[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "conformsTo": "dct:conformsTo",
    **{
        name: f"cr:{name}"
        for name in (
            *("annotation", "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "excludes"),
            *("extract", "field", "fileObject", "fileProperty", "fileSet", "format", "includes", "isArray"),
            *("isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "readLines", "recordSet", "references"),
            *("regex", "repeated", "replace", "samplingRate", "sdVersion", "separator", "source", "subField"),
            *("transform", "unArchive"),
        )
    },
}

_KEYWORDS = ("instruction tuning", "knowledge graph", "large language models", "licences", "lineage", "provenance")

_RESPONSIBLE: Mapping[str, str | list[str]] = {
    "rai:dataCollection": (
        "A program reads the tables and the reference list of the survey 'Instruction Tuning for Large Language Models'"
        " as its repository has them at pinned commits. Facts from elsewhere (developers, licences, dates, identifiers,"
        " lineage, corrections) were written down one by one, each with the address where it was read."
    ),
    "rai:dataCollectionType": ["Secondary Data analysis", "Document analysis"],
    "rai:dataCollectionMissingData": (
        "An empty cell means that no source that was read says it. Nothing is filled in by guessing: a licence that was"
        " not read is neither open nor closed."
    ),
    "rai:dataPreprocessingProtocol": [
        "A copy of the survey that was damaged by a wrong encoding was repaired; the checksum of the repaired text"
        " proves the repair.",
        "Spellings that stand for one name are joined by a list of decisions.",
        "Rules conclude some statements from others; the column 'stated' of the table of edges tells them apart.",
        "What a source contradicts is replaced in the current view and kept in the graph of the row that says it.",
    ],
    "rai:dataBiases": (
        "It covers what the authors of the survey chose to list, and what that was made from. That something is in it"
        " says nothing of how good or how widely used it is."
    ),
    "rai:dataLimitations": [
        "Figures are as exact as the sources write them: a column of numbers has one of several, the table of"
        " quantities has them all.",
        "Columns of names join several values by '; '; the table of edges has them one by one.",
        "What the defects of the sources are is in the table of issues, and what they contradict in that of conflicts.",
        "What is said of licences is read from the sources and is no legal advice.",
    ],
    "rai:dataUseCases": [
        "To look up what a model or dataset was made from, who made it, how it is licensed, and who says so.",
        "To count and to compare such facts. It is no text to train models on.",
    ],
    "rai:personalSensitiveInformation": (
        "The names of authors of papers, as published. Nothing else is said of people."
    ),
    "rai:dataReleaseMaintenancePlan": (
        "Releases follow semantic versioning and are built anew from files that people can read and correct. A newer"
        " version of the survey is added as one more snapshot; older ones stay."
    ),
}


def format_croissant(tables: Mapping[str, DataTable], files: Mapping[str, bytes], media_types: Sequence[str]) -> bytes:
    """Return the description of files, each of which holds the table of its name, as JSON-LD."""
    described: dict[str, Any] = {"@context": dict(_CONTEXT), "@type": "sc:Dataset", "conformsTo": list(CONFORMS_TO)}
    described |= _about(tables)
    names = {name.rpartition(".")[0]: name for name in files}
    schemas = read_schemas(tables)
    described["distribution"] = [
        _file(names[schema.name], files[names[schema.name]], media_types, schema.summary) for schema in schemas
    ]
    described["recordSet"] = [_record_set(schema, names[schema.name]) for schema in schemas]
    return (json.dumps(described, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace")


def _about(tables: Mapping[str, DataTable]) -> dict[str, Any]:
    """Return what is said of the whole; of a graph that is none of ours, only how much there is."""
    sizes = (f"{len(tables[name].rows):,} {name}" for name in ("models", "datasets", "papers"))
    held = f"These tables hold {', '.join(sizes)} and {len(tables['quads'].rows):,} statements."
    snapshots = read_rows(tables["snapshots"])
    if not imprint.holds_ours(str(snapshot["iri"]) for snapshot in snapshots):
        return {"name": "graph", "description": f"{imprint.OTHER_DESCRIPTION} {held}"}
    publisher = {"@type": "sc:Organization", "@id": imprint.PUBLISHER, "name": imprint.PUBLISHER_NAME}
    return {
        "name": "itgraph",
        "alternateName": imprint.TITLE,
        "description": f"{imprint.DESCRIPTION} {held}",
        "url": terms.BASE,
        "license": imprint.LICENSE_OF_SPDX,
        "creator": publisher,
        "publisher": {"@id": imprint.PUBLISHER},
        "datePublished": imprint.RELEASED,
        "version": imprint.VERSION,
        "inLanguage": "en",
        "keywords": list(_KEYWORDS),
        "citation": imprint.SURVEY,
        "citeAs": imprint.format_citation(),
        "prov:wasDerivedFrom": [_source(snapshot) for snapshot in snapshots],
        **_RESPONSIBLE,
    }


def _source(snapshot: Mapping[str, Any]) -> dict[str, str]:
    said = {"name": "label", "url": "repository", "version": "commit", "dateModified": "date"}
    known = {key: str(snapshot[column]) for key, column in said.items() if snapshot[column] is not None}
    if not is_address(known.get("url")):
        known.pop("url", None)
    return {"@type": "prov:Entity", "@id": str(snapshot["iri"]), **known}


def _file(name: str, content: bytes, media_types: Sequence[str], summary: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "description": summary,
        "contentUrl": name,
        "contentSize": f"{len(content)} B",
        "encodingFormat": media_types[0] if len(media_types) == 1 else list(media_types),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _record_set(schema: TableSchema, file: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "@type": "cr:RecordSet",
        "@id": schema.name,
        "name": schema.name,
        "description": schema.summary,
    }
    if schema.key:
        key = [{"@id": f"{schema.name}/{column}"} for column in schema.key]
        described["key"] = key[0] if len(key) == 1 else key
    described["field"] = [_field(field, schema.name, file) for field in schema.fields]
    return described


def _field(field: FieldSchema, table: str, file: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table}/{field.name}",
        "name": field.name,
        "description": field.meaning,
        "dataType": _TYPES[field.type],
        "source": {"fileObject": {"@id": file}, "extract": {"column": field.name}},
    }
    if field.reference is not None:
        described["references"] = {"field": {"@id": "/".join(field.reference)}}
    return described
