"""The lineage explorer: one page on which the ancestry of a model is seen, and the same views as pictures and data.

``content`` reads what there is to show, ``neighbourhood`` chooses what is drawn, ``layout`` and ``scenes`` give it
its place; ``page`` makes the page, ``drawing`` a picture, ``tables`` data. ``explore`` is the way through them.
"""

from itgraph.explorer.content import Content, Link, Node, read_content
from itgraph.explorer.encoding import Lens
from itgraph.explorer.explore import FORMATS, VIEWS, ExploreFormat, Wanted, explore, format_of, write_view
from itgraph.explorer.page import to_pyvis
from itgraph.explorer.views import Steps, View

__all__ = [
    "FORMATS",
    "VIEWS",
    "Content",
    "ExploreFormat",
    "Lens",
    "Link",
    "Node",
    "Steps",
    "View",
    "Wanted",
    "explore",
    "format_of",
    "read_content",
    "to_pyvis",
    "write_view",
]
