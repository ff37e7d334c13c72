"""From a request to a response: which address answers, and what is said when none does or something fails."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.server.visits import get

from itgraph.errors import (
    AmbiguousNameError,
    ItgraphError,
    QueryRefusedError,
    QueryTimeoutError,
    RemoteStoreError,
    SourceError,
    StoreError,
    StoreUnavailableError,
    UnknownNameError,
)
from itgraph.server.messages import HTML, PLAIN, Request
from itgraph.server.problems import PROBLEM, problem_of
from itgraph.server.site import ROUTES, Site, respond, route_of
from itgraph.store import EmbeddedStore

HIDDEN = "/home/someone/secret.trig"


def test_each_path_has_the_longest_route_that_fits() -> None:
    assert route_of("/") == "/"
    assert route_of("/queries") == "/queries"
    assert route_of("/queries/rules") == "/queries/"
    assert route_of("/.well-known/void") == "/.well-known/void"
    assert route_of("/model/alpaca") == ""
    assert all(route_of(path) == path for path in ROUTES)


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", HTML),
        ("*/*", HTML),
        ("application/json", PROBLEM),
        (PROBLEM, PROBLEM),
        ("text/plain", PLAIN),
        ("image/png", PROBLEM),
    ],
)
def test_what_is_not_there_is_said_as_the_client_likes_it(site: Site, accept: str, media_type: str) -> None:
    answer = get(site, "/model/llamma", accept)
    assert (answer.status, answer.media_type) == (404, media_type)
    assert b"llamma" in answer.body
    if media_type == PROBLEM:
        problem = json.loads(answer.body)
        assert problem["status"] == 404
        assert problem["suggestions"][0]["name"] == "LLaMA (model)"
    if media_type == HTML:
        assert b'href="/page/model/llama"' in answer.body


def test_programs_get_problems_from_addresses_that_are_theirs(site: Site) -> None:
    for address in (
        "/api/search?limit=0",
        "/api/nothing",
        "/data/model/nothing.ttl",
        "/download/itgraph.exe",
        "/queries/nothing",
        "/queries?format=exe",
    ):
        assert get(site, address).media_type == PROBLEM


@pytest.mark.parametrize("path", ["/", "/page/model/llama", "/queries/rules", "/assets/site.css", "/nowhere"])
def test_only_get_is_answered(site: Site, path: str) -> None:
    answer = respond(site, Request(method="POST", path=path))
    assert answer.status == 405
    assert dict(answer.headers)["Allow"] == "GET, HEAD, OPTIONS"


def test_what_is_posted_to_too_says_so(site: Site) -> None:
    answer = respond(site, Request(method="PUT", path="/sparql"))
    assert set(dict(answer.headers)["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


class Failing(EmbeddedStore):
    """A store that fails with an error that holds what nobody else should read."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def query(self, sparql: str, *, source: str | None = None) -> Any:  # noqa: ARG002
        raise self.error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (StoreError("broken", location=HIDDEN), 502),
        (RemoteStoreError("denied", location=f"http://user:pw@{HIDDEN}", status=401), 502),
        (SourceError("unreadable", path=HIDDEN), 500),
        (QueryTimeoutError(10), 504),
    ],
)
@pytest.mark.parametrize("accept", ["text/html", "application/json", "text/plain, */*;q=0.1"])
def test_a_store_that_fails_is_no_secret_told(error: Exception, status: int, accept: str) -> None:
    failing = Site(store=Failing(error))
    for address in ("/", "/page/model/llama", "/data/model/llama.ttl", "/issues", "/queries/rules", "/about"):
        answer = get(failing, address, accept)
        assert answer.status == status, address
        assert not answer.cacheable
        for word in (b"secret", b"pw@", b"Traceback", b"Error(", b"itgraph.errors"):
            assert word not in answer.body


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (StoreUnavailableError("nobody listens", location=HIDDEN), 502),
        (RemoteStoreError("denied", location=HIDDEN, status=401), 502),
        (StoreError("broken", location=HIDDEN), 502),
        (UnknownNameError("Alpacca"), 404),
        (AmbiguousNameError("Alpaca", candidates=["itm:alpaca", "itd:alpaca"]), 400),
        (QueryRefusedError("SERVICE is not done"), 403),
        (QueryTimeoutError(10), 504),
    ],
)
def test_an_error_has_one_status_wherever_it_happens(error: Exception, status: int) -> None:
    failing = Site(store=Failing(error))
    assert {get(failing, address).status for address in ("/issues", "/data/model/llama", "/")} == {status}
    assert isinstance(error, ItgraphError)
    assert problem_of("*/*", error).status == status  # what /sparql says


def test_an_unknown_name_is_not_found_whoever_is_asked(site: Site) -> None:
    for address in (
        "/queries/ancestors-of-model?model=Alpacca",
        "/issues?snapshot=1999-01-01",
        "/api/neighbourhood?focus=model/alpacca",
        "/api/thing?iri=model/alpacca",
        "/explore?focus=Alpacca",
        "/data/model/alpacca.ttl",
    ):
        assert get(site, address).status == 404, address


@pytest.mark.parametrize(
    ("error", "has_traceback"),
    [
        (StoreUnavailableError("nobody listens", location=HIDDEN), False),
        (RemoteStoreError("denied", location=HIDDEN, status=401), False),
        (StoreError("broken", location=HIDDEN), True),
    ],
)
def test_a_store_that_cannot_be_asked_is_one_line_of_the_log(
    error: Exception, has_traceback: bool, caplog: pytest.LogCaptureFixture
) -> None:
    get(Site(store=Failing(error)), "/issues")
    assert [record.getMessage() for record in caplog.records] == [str(error)]
    assert bool(caplog.records[0].exc_info) is has_traceback


def test_no_error_names_what_python_calls_things(site: Site) -> None:
    for address in (
        "/?kind=x",
        "/?page=x",
        "/browse/x",
        "/browse?class=x y",
        "/id?iri=x y",
        "/page",
        "/page/model/llama?view=x",
        "/page/row/2024-10-15/models/4?out=0",
        "/data/model/llama.ttl?format=x",
        "/picture/model/llama.svg?theme=x",
        "/queries/nothing",
        "/queries/rules?format=x",
        "/queries/rules?nothing=1",
        "/queries?format=x",
        "/.well-known/void?format=x",
        "/issues?kind=x",
        "/issues?severity=x",
        "/issues?snapshot=x",
        "/ontology/9.9",
        "/ontology?format=x",
        "/assets/nothing",
        "/%00",
        "/%ff",
        "/?q=%ff",
    ):
        answer = get(site, address, "application/json")
        assert answer.status in {400, 404}, address
        assert answer.media_type == PROBLEM
        assert b"<" not in answer.body
        assert b"object at" not in answer.body
        assert b"/src/" not in answer.body


def test_a_warm_site_has_read_what_is_read_once(site: Site) -> None:
    warmed = Site(store=site.store)
    warmed.warm()
    assert {"queries", "names", "content", "counts"} <= set(warmed.__dict__)
    Site(store=EmbeddedStore()).warm()


def test_a_large_or_failing_graph_does_not_keep_a_site_from_starting(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    Site(store=Failing(StoreError("broken"))).warm()
    monkeypatch.setattr("itgraph.server.site.MOST_WARMED", 100)
    large = Site(store=site.store)
    large.warm()
    assert "names" not in large.__dict__
