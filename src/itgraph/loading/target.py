"""A server that can be written to: where it takes updates and graphs, which SPARQL leaves to each."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit, urlunsplit
from urllib.request import Request

from itgraph.errors import RemoteStoreError, StoreError
from itgraph.loading.parts import LARGE, MOST_IN_BATCH, Part, insert
from itgraph.store.http import Transport, split_address
from itgraph.store.manifest import MANIFEST
from itgraph.store.remote import RemoteStore, Wrapper, read_credentials, read_timeout, require_success

if TYPE_CHECKING:
    from collections.abc import Callable

    from itgraph.results import Table
    from itgraph.store.http import Reply

_LEAST_TIMEOUT = 600.0
"""How many seconds a part may take at least: to clear or take in a large graph is no question."""

_MOST_ATTEMPTS = 3
_UPDATES = ("update", "sparql-auth", "statements")
_GRAPH_STORES = ("store", "sparql-graph-crud-auth", "data", "rdf-graphs/service")


class Target:
    """A server that is asked at one address, and changed at one or two others.

    Those are given, or found beside the first by the names that servers use for them: Oxigraph, Virtuoso, Fuseki,
    RDF4J and GraphDB.
    """

    def __init__(
        self,
        location: str,
        *,
        update: str | None = None,
        graph_store: str | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Name a server; ``update`` and ``graph_store`` are addresses, to be found if not given."""
        self._sleep = sleep
        self._store = RemoteStore.from_environment(location)
        self.location, self._credentials = split_address(location)
        self._update = self._find_update([update] if update else self._beside(_UPDATES))
        self._graph_store: str | None = None
        self._graph_stores = [graph_store] if graph_store else self._beside(_GRAPH_STORES)
        self._must_have_graph_store = graph_store is not None

    def select(self, sparql: str) -> Table:
        """Ask the server as it is."""
        return self._store.select_plainly(sparql)

    def count(self, pattern: str) -> int:
        """Count the solutions of a pattern."""
        return int(str(self.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")[0].n))

    def update(self, sparql: str) -> None:
        """Change what the server holds, by an update that may be sent twice.

        Raises:
            StoreError: it did not.
        """
        address, transport = self._update
        self._change(lambda: _post_update(address, transport, sparql), address)

    def find_graph_store(self) -> None:
        """Find out where graphs can be sent to; the manifest must be written, by which the right place is known.

        Raises:
            RemoteStoreError: an address was given for that, and it is not there.
        """
        for address in self._graph_stores:
            transport = self._transport(address)
            reply = transport.send(_graph_request(transport.location, MANIFEST, "GET"), repeat=True)
            if 200 <= reply.status < 300 and MANIFEST.encode() in reply.body:
                self._graph_store, self._graph_transport = transport.location, transport
                return
        if self._must_have_graph_store:
            message = "the graph store does not hold what was written by way of updates"
            raise RemoteStoreError(message, location=self._graph_stores[0])

    def send(self, part: Part) -> None:
        """Add the triples of a part to their graphs; to add them again changes nothing.

        Raises:
            StoreError: the server did not take them.
        """
        if len(part.graphs) == 1 and part.triples >= LARGE and self._graph_store is not None:
            ((graph, text),) = part.graphs
            request = _graph_request(self._graph_store, graph, "POST", text.encode())
            self._change(lambda: self._graph_transport.send(request, repeat=True), self._graph_store)
            return
        for some in part.split(MOST_IN_BATCH):
            self.update(insert(some))

    def _change(self, send: Callable[[], Reply], address: str) -> None:
        """Send a change, once more if the server fails: two that meet may be a deadlock, of which one has to go."""
        for attempt in range(1, _MOST_ATTEMPTS):
            reply = send()
            if reply.status < 500:
                break
            self._sleep(attempt)
        else:
            reply = send()
        require_success(reply, address)

    # -- Where -------------------------------------------------------------------------------------------------------

    def _beside(self, names: tuple[str, ...]) -> list[str]:
        """Return addresses beside the one that is asked, and below it."""
        scheme, host, path, _, _ = urlsplit(self.location)
        folder = path.rpartition("/")[0]
        paths = [f"{folder}/{name}" for name in names] + [f"{path.rstrip('/')}/{name}" for name in names]
        return [urlunsplit((scheme, host, path, "", "")) for path in paths] + [self.location]

    def _transport(self, address: str) -> Transport:
        clean, inside = split_address(address)
        # What stands in the address of one server is told to no other.
        own = self._credentials if _origin(clean) == _origin(self.location) else None
        timeout = max(read_timeout(), _LEAST_TIMEOUT)
        return Transport(clean, credentials=inside or read_credentials() or own, timeout=timeout)

    def _find_update(self, addresses: list[str]) -> tuple[str, Transport]:
        refused: Reply | None = None
        for address in addresses:
            transport = self._transport(address)
            # What changes nothing, and is no query.
            reply = _post_update(transport.location, transport, f"CLEAR SILENT GRAPH <{MANIFEST}/probe>")
            if 200 <= reply.status < 300 and "html" not in reply.media_type:
                return transport.location, transport
            if reply.status in {401, 403}:
                refused = refused or reply
        if refused is not None:
            require_success(refused, self.location)
        message = "it takes no updates at any usual address; say where it does with --update URL"
        raise StoreError(message, location=self.location)


def _origin(address: str) -> tuple[str, str]:
    return urlsplit(address)[:2]


def _post_update(address: str, transport: Transport, sparql: str) -> Reply:
    wrapper = Wrapper(address, transport, update=address)
    wrapper.queryString, wrapper.queryType = sparql, "INSERT"
    return wrapper.send(repeat=True)


def _graph_request(address: str, graph: str, method: str, data: bytes | None = None) -> Request:
    which = f"graph={quote(graph, safe='')}" if graph else "default"
    headers = {"Accept": "application/n-triples"} if data is None else {"Content-Type": "text/turtle"}
    return Request(f"{address}?{which}", data=data, headers=headers, method=method)  # noqa: S310 - split_address
