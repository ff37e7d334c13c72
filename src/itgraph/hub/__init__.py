"""Reading what the Hugging Face hub publishes, from its listings and cards to entries, without a word of RDF."""

from itgraph.hub.entries import Code, Entry, Kind, Problem, Relation, RelationBy, parse_entry
from itgraph.hub.inputs import Input, Item, digest, find_inputs, fingerprint, iter_items
from itgraph.hub.licences import HubLicence, hub_licences, licence_of

__all__ = [
    "Code",
    "Entry",
    "HubLicence",
    "Input",
    "Item",
    "Kind",
    "Problem",
    "Relation",
    "RelationBy",
    "digest",
    "find_inputs",
    "fingerprint",
    "hub_licences",
    "iter_items",
    "licence_of",
    "parse_entry",
]
