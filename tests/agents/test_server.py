"""What a client is told of the tools, and how a call reaches them: a client and a server in one process."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import anyio
import pytest
from mcp import Client, MCPError
from mcp_types import INVALID_PARAMS, CallToolResult, PromptReference, Tool
from tests.agents.conftest import Tell

from itgraph.agents.server import make_server
from itgraph.cli import main
from itgraph.errors import QueryTimeoutError


def speak(ask: Tell, *calls: tuple[str, Mapping[str, Any]]) -> list[Any]:
    """Connect a client to a server that asks ``ask``, and return what methods of the client give or raise."""

    async def asked(tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return ask(tool, **arguments)

    async def attempt(client: Client, method: str, arguments: Mapping[str, Any]) -> Any:
        try:
            return await getattr(client, method)(**arguments)
        except MCPError as error:
            return error

    async def run() -> list[Any]:
        async with Client(make_server(asked)) as client:
            return [await attempt(client, method, arguments) for method, arguments in calls]

    return anyio.run(run)


@pytest.fixture(scope="module")
def tools(ask: Tell) -> list[Tool]:
    (listed,) = speak(ask, ("list_tools", {}))
    return list(listed.tools)


def test_all_tools_only_read_and_say_so(tools: list[Tool]) -> None:
    names = {"list_queries", "run_query", "find", "describe", "lineage", "path", "licences", "sparql"}
    assert {tool.name for tool in tools} == names
    for tool in tools:
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is True
        assert tool.annotations.idempotent_hint is True
        assert tool.annotations.open_world_hint is False
        assert tool.title
        assert tool.description


def test_all_tools_say_what_they_take_and_give(tools: list[Tool]) -> None:
    for tool in tools:
        assert tool.output_schema is not None
        assert tool.output_schema["type"] == "object"
        assert tool.output_schema["required"]
        for name, schema in tool.input_schema["properties"].items():
            assert "description" in schema or name == "limit", (tool.name, name)


def test_a_name_is_typed_ahead(ask: Tell) -> None:
    reference = PromptReference(type="ref/prompt", name="stands_on")
    (found,) = speak(ask, ("complete", {"ref": reference, "argument": {"name": "name", "value": "alpaca"}}))
    values = found.completion.values
    assert "model/Alpaca" in values
    assert "dataset/Alpaca" in values
    for value in values:
        assert "error" not in ask("describe", name=value)


def test_a_call_that_took_too_long_is_an_error_of_the_tool() -> None:
    def late(*_: object, **__: object) -> dict[str, Any]:
        raise QueryTimeoutError(3)

    found: CallToolResult
    (found,) = speak(late, ("call_tool", {"name": "find", "arguments": {"name": "Goat"}}))
    assert found.is_error
    assert "stopped after 3 seconds" in found.content[0].text  # type: ignore[union-attr]


def test_a_failure_of_ours_is_not_told_to_the_client() -> None:
    def broken(*_: object, **__: object) -> dict[str, Any]:
        raise KeyError("a secret")

    (found,) = speak(broken, ("call_tool", {"name": "find", "arguments": {"name": "Goat"}}))
    assert found.is_error
    assert "secret" not in found.content[0].text


def test_without_the_package_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    assert main(["mcp"]) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert 'pip install "itgraph[mcp]"' in captured.err


def test_with_an_old_package_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "itgraph.agents.server")
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    assert main(["mcp"]) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert 'pip install "itgraph[mcp]"' in captured.err


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("fly", {}, 'there is no prompt "fly"; choose one of clear_model'),
        ("clear_model", {}, "clear_model has one argument, name"),
        ("clear_model", {"name": "x" * 301}, "of 300 characters at most"),
    ],
)
def test_what_is_wrong_with_a_prompt_is_said(ask: Tell, name: str, arguments: dict[str, str], said: str) -> None:
    (error,) = speak(ask, ("get_prompt", {"name": name, "arguments": arguments}))
    assert isinstance(error, MCPError)
    assert said in str(error)
    assert error.code == INVALID_PARAMS
