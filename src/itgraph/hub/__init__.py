"""Reading what the Hugging Face hub publishes, from its listings and cards to entries, without a word of RDF."""

from itgraph.hub.entries import Entry, Kind, Problem, Relation, RelationBy, parse_entry

__all__ = ["Entry", "Kind", "Problem", "Relation", "RelationBy", "parse_entry"]
