"""Putting a graph where it can be asked by many: into a SPARQL server, or into a folder on disk."""

from itgraph.loading.load import Report, load_into

__all__ = ["Report", "load_into"]
