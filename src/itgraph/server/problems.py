"""Errors over HTTP: as JSON (RFC 9457) for programs that take JSON, as one line of text for all others."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus

from itgraph.errors import (
    ExportError,
    ItgraphError,
    QueryError,
    QueryRefusedError,
    QueryTimeoutError,
    RemoteStoreError,
    StoreError,
    StoreUnavailableError,
    UnknownNameError,
)
from itgraph.server.messages import PLAIN, Response

_LOG = logging.getLogger(__name__)

PROBLEM = "application/problem+json"

_STATUSES: tuple[tuple[type[ItgraphError], int], ...] = (
    (QueryTimeoutError, 504),
    (QueryRefusedError, 403),
    (UnknownNameError, 404),
    (QueryError, 400),
    (ExportError, 406),
    (StoreError, 502),
)
"""The statuses of our errors, the first that fits: of a name that nothing has 404, of what is asked wrongly 400."""


def problem(
    accept: str,
    status: int,
    detail: str,
    *,
    headers: tuple[tuple[str, str], ...] = (),
    cacheable: bool = False,
    **members: object,
) -> Response:
    r"""Return an error: ``detail`` says what is wrong and what to do, ``members`` are further members of the JSON.

    >>> problem("application/json", 400, "there is no query", line=3).body
    b'{"title":"Bad Request","status":400,"detail":"there is no query","line":3}'
    >>> problem("*/*", 400, "there is no query").body
    b'there is no query\n'
    """
    vary = ("Vary", "Accept")
    if "json" not in accept.lower():
        body = f"{detail}\n".encode(errors="backslashreplace")
        return Response(status=status, media_type=PLAIN, body=body, headers=(vary, *headers), cacheable=cacheable)
    content = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail, **members}
    body = json.dumps(content, ensure_ascii=True, separators=(",", ":")).encode()
    return Response(status=status, media_type=PROBLEM, body=body, headers=(vary, *headers), cacheable=cacheable)


def status_of(error: ItgraphError) -> int:
    """Return the HTTP status that an error of ours has.

    >>> status_of(QueryError("two parameters are one too many")), status_of(ItgraphError("broken"))
    (400, 500)
    >>> status_of(UnknownNameError("Alpacca")), status_of(StoreUnavailableError("nobody listens"))
    (404, 502)
    """
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)


def tell(error: ItgraphError) -> str:
    """Return what a client is told of an error of ours; what is nobody's business is logged instead.

    What a store says that failed may name files or addresses. That one elsewhere does not answer is one line of the
    log; of whatever else should not happen, there is also where it did.
    """
    if isinstance(error, QueryError | ExportError):
        return str(error)
    is_elsewhere = isinstance(error, StoreUnavailableError | RemoteStoreError)
    _LOG.error("%s", error, exc_info=None if is_elsewhere else error)
    if isinstance(error, StoreError):
        return "the store failed, or could not be asked; the server's log says why"
    return "something failed; the server's log says what"


def problem_of(accept: str, error: ItgraphError) -> Response:
    """Return an error of ours as a response: with the place, where it has one, and with what may have been meant."""
    status = status_of(error)
    members: dict[str, object] = {}
    for name in ("line", "column", "parameter", "suggestions", "candidates", "seconds"):
        value = getattr(error, name, None)
        if value:
            members[name] = list(value) if isinstance(value, tuple) else value
    return problem(accept, status, tell(error), cacheable=status in {400, 403, 404, 406}, **members)  # type: ignore[arg-type]
