"""A graph in a SPARQL server: asked through SPARQLWrapper, with the same answers as our own engine gives."""

from __future__ import annotations

import json
import os
import re
import threading
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Triple
from SPARQLWrapper import JSON, POST, SPARQLWrapper

from itgraph import terms
from itgraph.errors import QueryError, QuerySyntaxError, RemoteStoreError, StoreUnavailableError
from itgraph.results import Table
from itgraph.store.answers import RESULTS, TRIPLES, BadAnswerError, read_bool, read_rows, read_triples
from itgraph.store.asking import Answer, Asking
from itgraph.store.http import Credentials, Reply, Transport, split_address
from itgraph.store.manifest import CURRENT, GRACE, MANIFEST, Manifest, read_graphs, read_manifest
from itgraph.store.paging import Batch, IncompleteError, Pager
from itgraph.store.rewriting import (
    declare_prefixes,
    leave_out_graphs,
    names_dataset,
    split_construct,
    split_describe,
    vary_graphs,
)
from itgraph.store.sparql import projection, read_form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from urllib.request import Request

    from itgraph.store.answers import Row

USER, PASSWORD, TIMEOUT = "ITGRAPH_STORE_USER", "ITGRAPH_STORE_PASSWORD", "ITGRAPH_TIMEOUT"
"""The environment variables that say who asks, and how many seconds an answer may take."""

DEFAULT_TIMEOUT = 60.0
_MOST_FOREIGN_GRAPHS = 1000
_RESOURCES_AT_ONCE = 200
_TRUST = GRACE / 2
_NOTHING = pyoxigraph.Store()


class RemoteStore(Asking):
    """A graph in a SPARQL 1.1 server.

    If itgraph has loaded it there (``itgraph load URL``), its default graph and its named graphs are told from all else
    that the server holds. A graph that is only half loaded is not asked: who replaces one says so :data:`GRACE` seconds
    before, and an answer counts only if the graph was whole at most half as long ago.
    """

    def __init__(
        self,
        location: str,
        *,
        credentials: Credentials | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Name a server by its address, with no question to it yet; ``timeout`` is in seconds, of each request."""
        self.location, inside = split_address(location)
        self._transport = Transport(self.location, credentials=credentials or inside, timeout=timeout, sleep=sleep)
        self._pager = Pager()
        self._lock = threading.Lock()
        self._opened = False
        self._manifest: Manifest | None = None
        self._hidden: tuple[str, ...] = ()
        self._seen_whole = 0.0

    @classmethod
    def from_environment(cls, location: str) -> RemoteStore:
        """Name a server, asked by whom and as long as the environment says.

        Raises:
            StoreUnavailableError: it is no address.
            QueryError: the environment's number of seconds is none.
        """
        return cls(location, credentials=split_address(location)[1] or read_credentials(), timeout=read_timeout())

    # -- The protocol of stores --------------------------------------------------------------------------------------

    def query(self, sparql: str, *, source: str | None = None) -> Answer:
        """Answer a query of any form; errors call it ``source``.

        A SELECT gives a table, an ASK a bool, a CONSTRUCT or DESCRIBE triples, sorted and without repetition.

        Raises:
            QuerySyntaxError: it is not SPARQL.
            QueryRefusedError: it uses SERVICE or is an update: it is not sent.
            QueryTimeoutError: the server did not answer in time.
            StoreUnavailableError: it is not there, or has only half of the graph.
            RemoteStoreError: it answered with an error, or with what is no answer.
        """
        form = read_form(sparql, source=source)
        self._open()
        try:
            answer = self._answer(sparql, form)
        except (BadAnswerError, IncompleteError) as error:
            raise RemoteStoreError(str(error), location=self.location) from error
        self._require_whole()
        return answer

    def quads(self) -> Iterator[Quad]:
        """Yield every quad, in no particular order; they are read first, the whole of them."""
        for s, p, o in self.select("SELECT ?s ?p ?o WHERE { ?s ?p ?o }").rows:
            yield Quad(s, p, o, DefaultGraph())  # type: ignore[arg-type]
        for g, s, p, o in self.select("SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } }").rows:
            yield Quad(s, p, o, g)  # type: ignore[arg-type]

    def __len__(self) -> int:
        counts = (
            self.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")[0].n
            for pattern in ("?s ?p ?o", "GRAPH ?g { ?s ?p ?o }")
        )
        return sum(int(str(count)) for count in counts)

    def __repr__(self) -> str:
        return f"<RemoteStore at {self.location}>"

    def select_plainly(self, sparql: str) -> Table:
        """Ask the server as it is, of all that it holds."""
        columns = projection(sparql) or ()
        try:
            return Table(columns=columns, rows=tuple(self._pager.read(self._fetch, sparql, columns)))
        except (BadAnswerError, IncompleteError) as error:
            raise RemoteStoreError(str(error), location=self.location) from error

    # -- Which graphs are ours ---------------------------------------------------------------------------------------

    def _open(self) -> None:
        with self._lock:
            if self._opened:
                return
            self._manifest = self._whole_manifest()
            if self._manifest:
                ours = read_graphs(self.select_plainly)
                hidden = {*list_graphs(self.select_plainly), MANIFEST, CURRENT} - ours
                if len(hidden) > _MOST_FOREIGN_GRAPHS:
                    message = (
                        f"it holds {len(hidden):,} graphs beside those of itgraph, and at most"
                        f" {_MOST_FOREIGN_GRAPHS:,} can be kept apart; give the graph a server of its own"
                    )
                    raise RemoteStoreError(message, location=self.location)
                self._hidden = tuple(sorted(hidden))
            self._opened = True

    def _whole_manifest(self) -> Manifest | None:
        try:
            manifest = read_manifest(self.select_plainly)
        except (BadAnswerError, IncompleteError) as error:
            raise RemoteStoreError(str(error), location=self.location) from error
        if manifest is not None and manifest.status != "complete":
            message = "the graph is only half loaded; wait for `itgraph load` to end, or run it again"
            raise StoreUnavailableError(message, location=self.location)
        self._seen_whole = time.monotonic()
        return manifest

    def _require_whole(self) -> None:
        """Check that what was just answered was asked of a whole graph, the same as when it was opened."""
        if self._manifest is None or time.monotonic() - self._seen_whole <= _TRUST:
            return
        if self._whole_manifest() != self._manifest:
            self._opened = False
            raise StoreUnavailableError("the graph was replaced by another one; ask again", location=self.location)

    # -- Asking ------------------------------------------------------------------------------------------------------

    def _answer(self, sparql: str, form: tuple[str, ...] | str) -> Answer:
        if isinstance(form, tuple):
            return Table(columns=form, rows=tuple(self._rows(sparql, form)))
        if form == "ask":
            return read_bool(self._send(*self._prepare(sparql, RESULTS)).body)
        found = self._describe(sparql)
        if found is None:
            found = self._construct(sparql)
        if found is None:
            found = read_triples(self._send(*self._prepare(sparql, TRIPLES)).body)
        return sorted(set(found), key=str)

    def _rows(self, sparql: str, columns: Sequence[str]) -> list[Row]:
        prepared, _, default_graph = self._prepare(sparql, RESULTS)
        return self._pager.read(partial(self._fetch, default_graph=default_graph), prepared, columns)

    def _describe(self, sparql: str) -> list[Triple] | None:
        """Ask for the statements about the resources of a DESCRIBE: what else to tell is left to each server.

        Return ``None`` for a query that is none.
        """
        question = split_describe(sparql)
        if question is None:
            return None
        resources = {row[0] for row in _NOTHING.query(question.named, prefixes=terms.PREFIXES)}  # type: ignore[union-attr]
        if question.found:
            rows = self._rows(question.found, projection(question.found) or ())
            resources |= {term for row in rows for term in row}
        nodes = sorted(str(node) for node in resources if isinstance(node, NamedNode))
        found: list[Triple] = []
        for begin in range(0, len(nodes), _RESOURCES_AT_ONCE):
            values = " ".join(nodes[begin : begin + _RESOURCES_AT_ONCE])
            about = f"SELECT ?s ?p ?o WHERE {{ VALUES ?s {{ {values} }} ?s ?p ?o }}"
            found += (Triple(*row) for row in self._rows(about, ["s", "p", "o"]))  # type: ignore[arg-type]
        return found

    def _construct(self, sparql: str) -> list[Triple] | None:
        """Ask for the solutions of a CONSTRUCT, which can be counted, and fill the template here.

        Return ``None`` for what cannot be asked so: a pattern without variables, or solutions with blank nodes, which
        would lose their identity.
        """
        parts = split_construct(sparql)
        if parts is None:
            return None
        try:
            columns = projection(parts.solutions)
        except QuerySyntaxError:
            return None
        if not columns:
            return None
        rows = self._rows(parts.solutions, columns)
        if any(isinstance(term, BlankNode) for row in rows for term in row):
            return None
        return list(_NOTHING.query(parts.fill(columns, rows), prefixes=terms.PREFIXES))  # type: ignore[arg-type]

    def _prepare(self, sparql: str, media_type: str) -> tuple[str, str, str]:
        """Return what is sent for a query: its text, the media type, and the default graph, empty if not named."""
        sparql = declare_prefixes(sparql)
        if self._manifest is None or names_dataset(sparql):
            return sparql, media_type, ""
        default_graph = self._manifest.default_graph
        if default_graph:
            sparql = vary_graphs(sparql)
        return leave_out_graphs(sparql, self._hidden), media_type, default_graph

    def _fetch(self, sparql: str, columns: Sequence[str], default_graph: str = "") -> Batch:
        reply = self._send(sparql, RESULTS, default_graph)
        rows = read_rows(reply.body, columns)
        return Batch(rows=rows, is_cut=_is_cut(reply, len(rows)))

    def _send(self, sparql: str, media_type: str, default_graph: str = "") -> Reply:
        wrapper = Wrapper(self.location, self._transport)
        wrapper.queryString = sparql
        if default_graph:
            wrapper.addParameter("default-graph-uri", default_graph)
        wrapper.addCustomHttpHeader("Accept", media_type)
        reply = wrapper.send(repeat=True)
        if reply.status == 500 and b"Internal error" in reply.body[:2000]:
            # Virtuoso 7 cannot compile a query now and then that it can the next time, if it does not know the text.
            wrapper.queryString = f"{sparql}\n#"
            reply = wrapper.send(repeat=True)
        require_success(reply, self.location)
        if reply.media_type not in {media_type, "application/json", "text/plain"}:
            said = "an HTML page" if "html" in reply.media_type else reply.media_type or "something without a type"
            message = f"it answered with {said} instead of {media_type}; is this the address of a SPARQL endpoint?"
            raise RemoteStoreError(message, location=self.location)
        return reply


class Wrapper(SPARQLWrapper):
    """SPARQLWrapper, sending through our transport: it has no limits of its own, and shows what it should not."""

    def __init__(self, location: str, transport: Transport, update: str | None = None) -> None:
        """Ask ``location`` or change at ``update``, by form POST: the way that every server understands."""
        super().__init__(location, updateEndpoint=update, returnFormat=JSON, agent="itgraph")
        self._transport = transport
        self.setMethod(POST)
        # Without parameters such as format=json, which are not of the protocol.
        self.setOnlyConneg(True)

    def send(self, *, repeat: bool) -> Reply:
        """Send the query or the update; ``repeat`` it if the server is busy."""
        request: Request = self._createRequest()
        return self._transport.send(request, repeat=repeat)


def _is_cut(reply: Reply, rows: int) -> bool:
    """Return whether a server says that it gave only some of the rows: Virtuoso, or ``itgraph serve``."""
    return reply.headers.get("x-sparql-maxrows") == str(rows) or "x-truncated" in reply.headers


def list_graphs(select: Callable[[str], Table]) -> list[str]:
    """List the named graphs of a server."""
    # By the specification, GRAPH ?g {} names every graph, and costs nothing. Virtuoso gives one empty row; and to
    # SELECT DISTINCT ?g takes it minutes, where counting takes milliseconds.
    found = select("SELECT ?g WHERE { GRAPH ?g {} }").rows
    if not found or found[0][0] is None:
        found = select("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g").rows
    return [row[0].value for row in found if isinstance(row[0], NamedNode)]


def read_credentials() -> Credentials | None:
    """Return who asks, as the environment says."""
    user = os.environ.get(USER)
    return Credentials(user=user, password=os.environ.get(PASSWORD, "")) if user else None


def read_timeout() -> float:
    """Return how many seconds a server may take for an answer, as the environment says.

    Raises:
        QueryError: it says no positive number.
    """
    text = os.environ.get(TIMEOUT, "").strip()
    if not text:
        return DEFAULT_TIMEOUT
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e6:
        raise QueryError(f"{TIMEOUT} must be a number of seconds, such as 30")
    return seconds


def require_success(reply: Reply, location: str) -> None:
    """Turn a server's error into ours.

    Raises:
        RemoteStoreError: the status is not that of an answer.
    """
    if 200 <= reply.status < 300:
        return
    if reply.status == 401:
        message = f"it wants to know who asks: set {USER} and {PASSWORD}"
    elif reply.status in {404, 405}:
        message = "this address answers no queries; that of a SPARQL endpoint mostly ends in /sparql or /query"
    elif "html" in reply.media_type:
        message = "it answered with a page for people"
    else:
        message = _own_words(reply) or "it says no more"
    if reply.status == 403:
        message += f" (if it wants to know who asks: {USER} and {PASSWORD})"
    raise RemoteStoreError(message, location=location, status=reply.status)


def _own_words(reply: Reply) -> str:
    """Return what a server says about an error, cut: it often repeats the whole query."""
    text = reply.body[:2000].decode(errors="replace")
    if "json" in reply.media_type:
        with suppress(ValueError, KeyError, TypeError):
            text = str(json.loads(reply.body)["detail"])
    words = re.sub(r"[^\x20-\x7e\xa0-\uffff]+", " ", text).strip()
    return words.partition("SPARQL query:")[0].strip()[:300]
