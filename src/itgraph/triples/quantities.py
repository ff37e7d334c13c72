"""Figures as quads: what stands at the node of a quantity."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from itgraph import terms
from itgraph.records import Property, Quantity
from itgraph.triples.iris import integer, string

FIGURES: dict[Property, tuple[str, str, str]] = {
    # property of the quantity, shortcut to its lower bound, what the column counts
    "parameters": (terms.PARAMETERS, terms.PARAMETER_COUNT, "parameters"),
    "instructions": (terms.INSTRUCTIONS, terms.INSTRUCTION_COUNT, "instructions"),
    "instances": (terms.INSTANCES, terms.INSTANCE_COUNT, "instances"),
    "tasks": (terms.TASKS, terms.TASK_COUNT, "tasks"),
    "languages": (terms.LANGUAGES, terms.LANGUAGE_COUNT, "languages"),
    "training-set-size": (terms.TRAINING_SET_SIZE, terms.TRAINING_SET_COUNT, "instances"),
}


def quantity_statements(quantity: Quantity) -> Iterator[tuple[str, NamedNode | Literal]]:
    """Yield what is said of the node of a figure: properties and values."""
    yield terms.RDF_TYPE, NamedNode(terms.SCHEMA_QUANTITATIVE_VALUE)
    yield terms.RDFS_LABEL, string(f"{quantity.text} ({quantity.unit})")
    yield terms.TEXT, string(quantity.text)
    yield terms.HAS_PRECISION, NamedNode(terms.ITG + quantity.precision)
    yield terms.SCHEMA_UNIT_TEXT, string(quantity.unit)
    if quantity.per:
        yield terms.PER_UNIT, string(quantity.per)
    for value in quantity.values:
        yield terms.SCHEMA_VALUE, integer(value)
    if quantity.minimum is not None:
        yield terms.SCHEMA_MIN_VALUE, integer(quantity.minimum)
    if quantity.maximum is not None:
        yield terms.SCHEMA_MAX_VALUE, integer(quantity.maximum)
