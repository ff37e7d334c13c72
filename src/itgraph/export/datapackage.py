"""Data Package 2.0 (https://datapackage.org/standard/data-package/): the CSV tables, for Frictionless and its like."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from itgraph import terms
from itgraph.export import imprint
from itgraph.export.schema import is_address, read_rows, read_schemas

if TYPE_CHECKING:
    from collections.abc import Mapping

    from itgraph.export.schema import FieldSchema, FieldType, TableSchema
    from itgraph.export.tables import DataTable

FILE = "datapackage.json"

_TYPES: Mapping[FieldType, Mapping[str, str]] = {
    "text": {"type": "string"},
    "address": {"type": "string", "format": "uri"},
    "date": {"type": "date"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
}


def format_datapackage(tables: Mapping[str, DataTable], files: Mapping[str, bytes]) -> bytes:
    """Return the description of CSV files, each of which holds the table of its name, as JSON."""
    described: dict[str, Any] = {"$schema": "https://datapackage.org/profiles/2.0/datapackage.json", **_about(tables)}
    described["resources"] = [_resource(schema, files[f"{schema.name}.csv"]) for schema in read_schemas(tables)]
    return (json.dumps(described, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace")


def _about(tables: Mapping[str, DataTable]) -> dict[str, Any]:
    snapshots = read_rows(tables["snapshots"])
    if not imprint.holds_ours(str(snapshot["iri"]) for snapshot in snapshots):
        return {"name": "graph", "title": imprint.OTHER_TITLE, "description": imprint.OTHER_DESCRIPTION}
    return {
        "name": "itgraph",
        "title": imprint.TITLE,
        "description": imprint.DESCRIPTION,
        "homepage": terms.BASE,
        "version": imprint.VERSION,
        "licenses": [{"name": imprint.LICENSE_ID, "path": imprint.LICENSE}],
        "contributors": [{"title": imprint.PUBLISHER_NAME, "roles": ["creator"]}],
        "sources": [
            {"title": str(snapshot["label"]), "path": str(snapshot["repository"])}
            for snapshot in snapshots
            if is_address(snapshot["repository"])
        ],
    }


def _resource(schema: TableSchema, content: bytes) -> dict[str, Any]:
    return {
        "name": schema.name,
        "path": f"{schema.name}.csv",
        "description": schema.summary,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": {"lineTerminator": "\n"},
        "schema": _schema(schema),
    }


def _schema(schema: TableSchema) -> dict[str, Any]:
    described: dict[str, Any] = {"fields": [_field(field) for field in schema.fields], "missingValues": [""]}
    if schema.key:
        described["primaryKey"] = list(schema.key)
    references = [
        {"fields": [field.name], "reference": {"resource": field.reference[0], "fields": [field.reference[1]]}}
        for field in schema.fields
        if field.reference is not None
    ]
    if references:
        described["foreignKeys"] = references
    return described


def _field(field: FieldSchema) -> dict[str, Any]:
    return {"name": field.name, **_TYPES[field.type], "description": field.meaning}
