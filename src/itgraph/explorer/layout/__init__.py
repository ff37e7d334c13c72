"""Layered drawings of lineage: boxes in columns, parents to the left, and lines that cross seldom.

``page/layout.js`` does the same, to the pixel, for what a reader selects; a test holds the two equal.
"""

from itgraph.explorer.layout.packing import Layout, lay_out
from itgraph.explorer.layout.places import Box, Spacing

__all__ = ["Box", "Layout", "Spacing", "lay_out"]
