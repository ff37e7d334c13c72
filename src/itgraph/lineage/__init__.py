"""What a thing descends from and what descends from it.

Lineage is four relations: a model's base model, the datasets that it was trained on, the models that wrote a
dataset, and the datasets that a dataset was made from. (Membership in a family is not lineage: a member does
not descend from it.) ``edges`` reads them from a store, each with the rows and the curated facts that state it and the
rules that conclude it; ``walks`` follows them from a thing; ``paths`` finds how two things are related; ``drawings``
writes what was found.
"""

from itgraph.lineage.drawings import format_dot, format_json, format_mermaid, format_tree
from itgraph.lineage.edges import RELATIONS, Direction, Edge, Relation, Source, Words, read_edges
from itgraph.lineage.paths import CommonAncestor, Connection, Descent, find_path
from itgraph.lineage.walks import Lineage, ancestors, descendants, generations, lineage, read_lineage, roots

__all__ = [
    "RELATIONS",
    "CommonAncestor",
    "Connection",
    "Descent",
    "Direction",
    "Edge",
    "Lineage",
    "Relation",
    "Source",
    "Words",
    "ancestors",
    "descendants",
    "find_path",
    "format_dot",
    "format_json",
    "format_mermaid",
    "format_tree",
    "generations",
    "lineage",
    "read_edges",
    "read_lineage",
    "roots",
]
