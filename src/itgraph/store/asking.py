"""What every store can do once it can answer a query of any form."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TypeAlias

from pyoxigraph import Triple

from itgraph.errors import QueryError
from itgraph.results import Table

Answer: TypeAlias = Table | bool | list[Triple]
"""What a query gives: a table (SELECT), a bool (ASK) or triples (CONSTRUCT, DESCRIBE)."""


class Asking(ABC):
    """The forms of a query, each with its own answer."""

    @abstractmethod
    def query(self, sparql: str, *, source: str | None = None) -> Answer:
        """Answer a query of any form; errors call it ``source``."""

    def select(self, sparql: str) -> Table:
        """Answer a SELECT query.

        Raises:
            QueryError: it is of another form, or as with :meth:`query`.
        """
        answer = self.query(sparql)
        if not isinstance(answer, Table):
            raise QueryError("this is not a SELECT query; use ask, construct or query")
        return answer

    def ask(self, sparql: str) -> bool:
        """Answer an ASK query.

        Raises:
            QueryError: it is of another form, or as with :meth:`query`.
        """
        answer = self.query(sparql)
        if not isinstance(answer, bool):
            raise QueryError("this is not an ASK query; use select, construct or query")
        return answer

    def construct(self, sparql: str) -> list[Triple]:
        """Answer a CONSTRUCT or DESCRIBE query: triples, sorted, without repetition.

        Raises:
            QueryError: it is of another form, or as with :meth:`query`.
        """
        answer = self.query(sparql)
        if not isinstance(answer, list):
            raise QueryError("this is not a CONSTRUCT or DESCRIBE query; use select, ask or query")
        return answer
