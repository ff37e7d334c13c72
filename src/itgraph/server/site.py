"""From a request to a response: which part answers which address.

A plain function without network, threads or state that changes, so that it can be run, and ended, in any process.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from itgraph.queries import load_queries
from itgraph.server.messages import PLAIN, Request, Response

if TYPE_CHECKING:
    from itgraph.queries import Query
    from itgraph.store import Store


@dataclass(frozen=True, kw_only=True)
class Site:
    """What is served: a store, and what is read once from it or from the files that come with itgraph."""

    store: Store

    @cached_property
    def queries(self) -> tuple[Query, ...]:
        """The saved queries, by name."""
        return load_queries()


def respond(site: Site, request: Request) -> Response:  # noqa: ARG001
    """Answer a request."""
    return Response(status=404, media_type=PLAIN, body=b"There is no such page.\n")
