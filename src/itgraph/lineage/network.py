"""A lineage as a graph of networkx that still shows itself as what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx

from itgraph.lineage.shown import print_lineage
from itgraph.lineage.walks import Lineage

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from itgraph.results import Table

    _Network = nx.MultiDiGraph[str]
else:
    _Network = nx.MultiDiGraph


class LineageGraph(_Network):
    """A graph of networkx, with all that one can do: what :func:`itgraph.lineage.lineage` returns.

    A notebook shows it as a picture, as long as it holds what a lineage is made of. What was taken from it or added to
    it since, is taken from the picture or added to it; a graph of which that cannot be told is shown as networkx does.
    """

    def to_lineage(self) -> Lineage:
        """Return it as a :class:`Lineage`.

        Raises:
            ValueError: something was added or taken away without which it is no lineage, such as its start.
        """
        try:
            found = Lineage.from_networkx(self)
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError("this graph is no lineage any more: a node or an edge has no words for it") from error
        if found.start not in found.things:
            raise ValueError("this graph is no lineage any more: its start was taken away")
        return found

    def to_table(self) -> Table:
        """Return its edges as a table, see :meth:`Lineage.to_table`."""
        return self.to_lineage().to_table()

    def to_pandas(self) -> pd.DataFrame:
        """Return its edges, with who says so, as a data frame of pandas.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        return self.to_table().to_pandas()

    def to_polars(self) -> pl.DataFrame:
        """Return its edges, with who says so, as a data frame of polars.

        Raises:
            MissingExtraError: polars is not installed.
        """
        return self.to_table().to_polars()

    def _repr_svg_(self) -> str | None:
        try:
            return self.to_lineage()._repr_svg_()
        except ValueError:
            return None

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        try:
            found = self.to_lineage()
        except ValueError:
            printer.text(str(self))
            return
        print_lineage(found, printer)
