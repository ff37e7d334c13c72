"""What the tests of the agents' interface share: tools asked in this process, and a real client of a real server."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import Client, StdioServerParameters
from mcp_types import CallToolResult, TextContent, TextResourceContents
from pyoxigraph import Quad

from itgraph.agents.held import Held
from itgraph.agents.worker import answer, load_tools
from itgraph.store import EmbeddedStore

Tell = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def held(shipped_quads: list[Quad]) -> Held:
    return Held(store=EmbeddedStore(shipped_quads))


@pytest.fixture(scope="session")
def ask(held: Held) -> Tell:
    """Ask a tool as a worker does; the reply has a text and data, or an error."""
    return asking(held)


def asking(held: Held) -> Tell:
    tools = load_tools()

    def asked(tool: str, /, **arguments: Any) -> dict[str, Any]:
        return answer(tools, held, tool, arguments)

    return asked


class Session:
    """A client that is connected, for tests that are not asynchronous."""

    def __init__(self, portal: BlockingPortal, client: Client) -> None:
        self.portal = portal
        self.client = client

    def call(self, tool: str, /, **arguments: Any) -> CallToolResult:
        return self.portal.call(partial(self.client.call_tool, tool, arguments))

    def data(self, tool: str, /, **arguments: Any) -> dict[str, Any]:
        """Call a tool that must answer; return its data."""
        found = self.call(tool, **arguments)
        assert not found.is_error, text_of(found)
        data: dict[str, Any] = found.structured_content or {}
        assert data
        return data

    def error(self, tool: str, /, **arguments: Any) -> str:
        """Call a tool that must refuse; return what it says."""
        found = self.call(tool, **arguments)
        assert found.is_error, text_of(found)
        assert found.structured_content is None
        return text_of(found)

    def read(self, uri: str) -> str:
        (contents,) = self.portal.call(self.client.read_resource, uri).contents
        assert isinstance(contents, TextResourceContents)
        return contents.text


def text_of(found: CallToolResult) -> str:
    (content,) = found.content
    assert isinstance(content, TextContent)
    return content.text


@contextmanager
def connected(*options: str, mode: str = "auto", env: dict[str, str] | None = None) -> Iterator[Session]:
    """Start ``python -m itgraph mcp`` and connect a client to it."""
    command = StdioServerParameters(command=sys.executable, args=["-m", "itgraph", "mcp", *options], env=env)
    with start_blocking_portal() as portal:
        client = Client(command, mode=mode, read_timeout_seconds=60)
        with portal.wrap_async_context_manager(client):
            yield Session(portal, client)


@pytest.fixture(scope="session")
def session() -> Iterator[Session]:
    """A client of the shipped graph."""
    with connected() as found:
        yield found
