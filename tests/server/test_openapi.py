"""The OpenAPI description is true: what it allows is answered as it says, and what it forbids is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyoxigraph import Quad
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks
from tests.server.visits import get

from itgraph.queries import TYPES
from itgraph.server.messages import Request
from itgraph.server.pages.questions import RESULTS
from itgraph.server.site import ROUTES, Site, respond
from itgraph.store import EmbeddedStore

# Without negative_data_rejection: to it an empty value is a wrong one, to us a field of a form that is left empty.
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


def application_of(site: Site) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """Return a site as a WSGI application, which is what schemathesis can ask without a server."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(
            method=environ["REQUEST_METHOD"],
            path=environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
            query=environ.get("QUERY_STRING", ""),
            accept=environ.get("HTTP_ACCEPT", "*/*"),
            content_type=environ.get("CONTENT_TYPE", ""),
            body=environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)),
        )
        answer = respond(site, request)
        start_response(f"{answer.status} status", [("Content-Type", answer.media_type), *answer.headers])
        return [answer.body]

    return application


@pytest.fixture(scope="module")
def described(site: Site) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(get(site, "/openapi.json").body)
    return found


def test_every_question_is_described_with_its_parameters(site: Site, described: dict[str, Any]) -> None:
    for query in site.queries:
        operation = described["paths"][f"/queries/{query.name}"]["get"]
        names = [parameter["name"] for parameter in operation["parameters"]]
        assert names == [*(parameter.name for parameter in query.parameters), "format"]
        assert operation["summary"] == query.summary
        assert set(operation["responses"]["200"]["content"]) == set(RESULTS.values())
        assert {parameter.type for parameter in query.parameters} <= set(TYPES)


def test_every_address_that_is_described_is_there(site: Site, described: dict[str, Any]) -> None:
    named = {"{kind}/{name}": "model/llama", "{extension}": "nt"}
    for path, operations in described["paths"].items():
        address = path
        for part, value in named.items():
            address = address.replace(part, value)
        expected = {int(status) for status in operations["get"]["responses"]} - {404, 406, 502, 503, 504}
        assert get(site, address, "application/json, */*;q=0.1").status in expected, path


def test_every_address_for_programs_is_described(described: dict[str, Any]) -> None:
    paths = {path.partition("{")[0] for path in described["paths"]}
    for route in ROUTES:
        if route.startswith(
            ("/api/", "/data", "/id/", "/queries", "/issues", "/conflicts", "/sparql", "/download", "/.well-known/")
        ):
            assert route == "/api/" or any(path.startswith(route) for path in paths), route


def test_the_parameters_of_the_explorer_are_those_that_it_takes(site: Site, described: dict[str, Any]) -> None:
    parameters = described["paths"]["/api/neighbourhood"]["get"]["parameters"]
    refused = json.loads(get(site, "/api/neighbourhood?focus=model/llama&nothing=1").body)["detail"]
    taken = refused.partition("there is no such parameter; choose one of ")[2].split(", ")
    assert sorted(parameter["name"] for parameter in parameters) == sorted(taken)


def test_what_the_description_says_of_methods_is_true(described: dict[str, Any]) -> None:
    posted = [path for path, operations in described["paths"].items() if "post" in operations]
    assert posted == ["/sparql"]
    assert "POST" in described["info"]["description"]


@pytest.mark.slow
def test_schemathesis_finds_no_deviation(shipped_quads: list[Quad]) -> None:
    site = Site(store=EmbeddedStore(shipped_quads))
    schema = schemathesis.openapi.from_wsgi("/openapi.json", application_of(site))
    # All questions are described and answered by the same lines: some stand for all.
    some = "ancestors-of-model|large-datasets|datasets-in-language|things-of"
    chosen = rf"^/(api/|data|id/|\.well-known/|issues|conflicts|queries$|sparql|queries/({some}))"
    operations = [
        found.ok() for found in schema.include(path_regex=chosen).get_all_operations() if isinstance(found, Ok)
    ]
    assert len(operations) > 8
    for operation in operations:
        for mode in schemathesis.GenerationMode:

            @settings(
                max_examples=15,
                database=None,
                deadline=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case: schemathesis.Case[Any]) -> None:
                case.call_and_validate(checks=CHECKS)

            try:
                ask()
            except Exception as error:
                if "Unsatisfiable" not in type(error).__name__:
                    raise


@given(st.dictionaries(st.sampled_from(["limit", "kind", "q"]), st.text(max_size=20)))
@settings(max_examples=100, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_search_takes_any_text(site: Site, parameters: dict[str, str]) -> None:
    from urllib.parse import urlencode

    query = urlencode({name: value.encode("utf-8", "replace") for name, value in parameters.items()})
    assert get(site, f"/api/search?{query}").status in {200, 400}
