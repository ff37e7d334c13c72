"""The MCP server: what the tools take and give, resources, prompts, and the way from a call to a worker.

Descriptions here are read by agents: they say when to use a tool, and what its answer has.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Literal, TypeAlias

import anyio
import anyio.to_thread
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError, ToolError, UnexpectedToolError
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolResult,
    Completion,
    CompletionArgument,
    CompletionContext,
    GetPromptResult,
    InputRequiredResult,
    PromptReference,
    ResourceTemplateReference,
    TextContent,
    ToolAnnotations,
)
from pydantic import Field, ValidationError

from itgraph import __version__
from itgraph.agents.answers import (
    MOST_LISTED,
    MOST_ROWS,
    DescribeAnswer,
    FindAnswer,
    LicencesAnswer,
    LineageAnswer,
    PathAnswer,
    QueriesAnswer,
    QueryAnswer,
    SparqlAnswer,
)
from itgraph.agents.guide import INSTRUCTIONS
from itgraph.agents.pool import Call, Pool
from itgraph.errors import ItgraphError

Ask: TypeAlias = Callable[[str, Mapping[str, Any]], Awaitable[dict[str, Any]]]
"""Asks a tool of a worker; the reply has a text and data, or an error."""

Kind: TypeAlias = Literal["model", "dataset", "benchmark", "technique", "paper", "person", "organization"]
Subject: TypeAlias = Literal[
    "ancestry",
    "data",
    "teachers",
    "papers-and-people",
    "openness",
    "licences",
    "technique-and-size",
    "evidence",
    "interoperability",
]
Scalar: TypeAlias = str | int
Name: TypeAlias = Annotated[
    str,
    Field(
        min_length=1,
        max_length=1000,
        description="A name (LLaMA), one with its kind (model/Alpaca), a short IRI (itm:llama) or an IRI.",
    ),
]
OfKind: TypeAlias = Annotated[
    Kind | None, Field(description="Which thing, where a model and a dataset have the name; not given: any.")
]
Asked: TypeAlias = Annotated[str, Field(max_length=300, description="A name, such as Vicuna or model/Alpaca.")]
Limit: TypeAlias = Annotated[int, Field(ge=1, le=MOST_ROWS, description="How many are shown at most.")]
Offset: TypeAlias = Annotated[int, Field(ge=0, le=10_000_000, description="How many are passed over: to go on.")]

_READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


class Server(MCPServer[Any]):
    """An MCP server whose errors say what to do."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool; what is wrong with a call is told in words that help to make a better one.

        Raises:
            ToolError: there is no such tool, an argument does not fit, or the tool says what is wrong.
        """
        tools = {tool.name: tool for tool in await self.list_tools()}
        if name not in tools:
            raise ToolError(f"there is no tool {_shown(name)}; choose one of {', '.join(tools)}")
        known = tools[name].input_schema["properties"]
        # Those that it does not know are passed over by the library: a slip of the pen would change the question.
        if unknown := sorted(arguments.keys() - known.keys()):
            given = ", ".join(map(_shown, unknown[:5]))
            raise ToolError(f"{name} has no argument {given}; it has {', '.join(known)}")
        try:
            return await super().call_tool(name, arguments, context)
        except UnexpectedToolError:
            raise
        except ToolError as error:
            if isinstance(error.__cause__, ValidationError):
                raise ToolError("; ".join(map(_say_misfit, error.__cause__.errors()))) from error.__cause__
            if isinstance(error.__cause__, ToolError):
                raise error.__cause__ from None
            raise

    async def get_prompt(
        self, name: str, arguments: dict[str, Any] | None = None, context: Context[Any, Any] | None = None
    ) -> GetPromptResult | InputRequiredResult:
        """Fill in a prompt.

        Raises:
            MCPError: there is no such prompt, or its argument is missing or too long.
        """
        known = {prompt.name for prompt in await self.list_prompts()}
        if name not in known:
            message = f"there is no prompt {_shown(name)}; choose one of {', '.join(sorted(known))}"
            raise MCPError(code=INVALID_PARAMS, message=message)
        try:
            return await super().get_prompt(name, arguments, context)
        except ValueError as error:
            message = f"{name} has one argument, name: the name of a thing, of 300 characters at most"
            raise MCPError(code=INVALID_PARAMS, message=message) from error


def _say_misfit(error: Any) -> str:
    """Return what is wrong with an argument, without the address of a library's pages."""
    place = ".".join(map(str, error["loc"]))
    given = "" if error["type"] == "missing" else f", not {_shown(error['input'])}"
    return f"{place[:100]}: {error['msg'][0].lower()}{error['msg'][1:]}{given}"


def _shown(value: object) -> str:
    """Quote a value as JSON, cut to what a message can bear."""
    text = json.dumps(value, default=str)
    return text if len(text) <= 100 else f"{text[:97]}..."


def make_server(ask: Ask) -> MCPServer[Any]:
    """Make a server whose calls are answered by ``ask``."""
    server = Server(
        "itgraph",
        title="itgraph: what language models descend from",
        instructions=INSTRUCTIONS,
        version=__version__,
        log_level="WARNING",
    )
    # What a client did wrong is told to the client: it is nothing for a log.
    logging.getLogger("mcp").setLevel(logging.ERROR)
    _add_thing_tools(server, ask)
    _add_question_tools(server, ask)
    _add_resources(server, ask)
    _add_prompts(server)
    _add_completions(server, ask)
    return server


async def _call(ask: Ask, tool: str, **arguments: Any) -> CallToolResult:
    reply = await _asked(ask, tool, arguments)
    if "error" in reply:
        raise ToolError(reply["error"])
    return CallToolResult(content=[TextContent(type="text", text=reply["text"])], structured_content=reply["data"])


async def _asked(ask: Ask, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return await ask(tool, arguments)
    except ItgraphError as error:
        return {"error": str(error)}


# -- Tools -------------------------------------------------------------------------------------------------------------


def _add_thing_tools(server: MCPServer[Any], ask: Ask) -> None:
    @server.tool(title="Find a thing by its name", annotations=_READ_ONLY)
    async def find(
        name: Name, kind: OfKind = None, limit: Annotated[int, Field(ge=1, le=MOST_LISTED)] = 10
    ) -> Annotated[CallToolResult, FindAnswer]:
        """Find models, datasets, papers, people and organisations by a name or a part of one, the best first.

        Begin with this: the short IRIs that it gives (itm:llama) are never ambiguous. Where nothing has the name, it
        gives the nearest ones.
        """
        return await _call(ask, "find", name=name, kind=kind, limit=limit)

    @server.tool(title="Describe a thing", annotations=_READ_ONLY)
    async def describe(
        name: Name, kind: OfKind = None, limit: Limit = 60, offset: Offset = 0
    ) -> Annotated[CallToolResult, DescribeAnswer]:
        """Tell everything that is known of a thing: developer, licence, dates, sizes, papers, links, what builds on it.

        Each fact has its sources with links, or the rule that concludes it; what no longer holds, and where sources
        disagree, is told too.
        """
        return await _call(ask, "describe", name=name, kind=kind, limit=limit, offset=offset)

    @server.tool(title="What a thing descends from, or what descends from it", annotations=_READ_ONLY)
    async def lineage(
        name: Name,
        direction: Annotated[
            Literal["up", "down", "both"],
            Field(description="up: what it was made from; down: what was made from it."),
        ] = "up",
        depth: Annotated[
            int | None, Field(ge=1, le=1000, description="How many steps to go; not given: all the way.")
        ] = None,
        explicit: Annotated[bool, Field(description="Leave out what only rules conclude.")] = False,
        kind: OfKind = None,
        limit: Limit = 100,
        offset: Offset = 0,
    ) -> Annotated[CallToolResult, LineageAnswer]:
        """Follow the ancestry of a model or dataset: base models, training data, teachers that wrote the data.

        Gives a tree, and every step with who says so. Of a famous model in a large graph, ask direction=down with
        depth=1.
        """
        return await _call(
            ask,
            "lineage",
            name=name,
            direction=direction,
            depth=depth,
            explicit=explicit,
            kind=kind,
            limit=limit,
            offset=offset,
        )

    @server.tool(title="How two things are related", annotations=_READ_ONLY)
    async def path(
        a: Name, b: Name, limit: Annotated[int, Field(ge=1, le=MOST_LISTED, description="How many ways are shown.")] = 5
    ) -> Annotated[CallToolResult, PathAnswer]:
        """Tell how one model or dataset descends from another, step by step with sources, or what both descend from."""
        return await _call(ask, "path", a=a, b=b, limit=limit)

    @server.tool(title="Licences along an ancestry", annotations=_READ_ONLY)
    async def licences(
        name: Name, kind: OfKind = None, limit: Limit = 40, offset: Offset = 0
    ) -> Annotated[CallToolResult, LicencesAnswer]:
        """Tell the licences of a model or dataset and of all that it was made from, with who says so.

        Access is open (any use), restricted, closed, or unknown: and unknown is no permission. This is what sources
        state, and no legal advice: pass the disclaimer on.
        """
        return await _call(ask, "licences", name=name, kind=kind, limit=limit, offset=offset)


def _add_question_tools(server: MCPServer[Any], ask: Ask) -> None:
    @server.tool(title="List the saved queries", annotations=_READ_ONLY)
    async def list_queries(
        subject: Annotated[Subject | None, Field(description="Only those of this subject; not given: all.")] = None,
    ) -> Annotated[CallToolResult, QueriesAnswer]:
        """List the questions that run_query answers, by subject, with their parameters and defaults."""
        return await _call(ask, "list_queries", subject=subject)

    @server.tool(title="Answer a saved query", annotations=_READ_ONLY)
    async def run_query(
        name: Annotated[str, Field(max_length=200, description="The name of a query, as list_queries gives it.")],
        parameters: Annotated[
            dict[str, Scalar | list[Scalar]] | None,
            Field(description='Values by parameter, such as {"model": "Vicuna"}; several as a list.'),
        ] = None,
        limit: Limit = 50,
        offset: Offset = 0,
    ) -> Annotated[CallToolResult, QueryAnswer]:
        """Answer a saved query: rows, what each column means, and where the things in them are told of.

        A parameter that is not given has its default, which is an example: give it.
        """
        return await _call(ask, "run_query", name=name, parameters=parameters or {}, limit=limit, offset=offset)

    @server.tool(title="Ask in SPARQL", annotations=_READ_ONLY)
    async def sparql(
        query: Annotated[str, Field(max_length=100_000, description="A SELECT, ASK, CONSTRUCT or DESCRIBE.")],
        limit: Annotated[
            int, Field(ge=1, le=MOST_ROWS, description="How many rows or triples are shown at most.")
        ] = 100,
    ) -> Annotated[CallToolResult, SparqlAnswer]:
        """Answer SPARQL 1.1, read-only, where no other tool or saved query fits. Read itgraph://guide first.

        The prefixes itg:, itm:, itd: and the others of the guide need not be declared. Updates and SERVICE are refused;
        what runs too long is ended.
        """
        return await _call(ask, "sparql", query=query, limit=limit)


# -- Resources ---------------------------------------------------------------------------------------------------------


def _add_resources(server: MCPServer[Any], ask: Ask) -> None:
    async def read(tool: str, **arguments: Any) -> str:
        reply = await _asked(ask, tool, arguments)
        if "error" in reply:
            raise (ResourceNotFoundError if reply.get("unknown") else ResourceError)(reply["error"])
        text: str = reply["text"]
        return text

    @server.resource("itgraph://guide", title="How to ask this graph", mime_type="text/markdown")
    async def guide() -> str:
        """What is in the graph, what things are called, who says so, limits, prefixes: to be read before SPARQL."""
        return await read("read_guide")

    @server.resource("itgraph://ontology", title="The terms of the graph", mime_type="text/turtle")
    async def ontology() -> str:
        """Every class and property, with a definition and an example."""
        return await read("read_ontology")

    @server.resource("itgraph://void", title="What the graph holds, in VoID", mime_type="text/turtle")
    async def void() -> str:
        """How many statements and things there are, by class and by property."""
        return await read("read_void")

    @server.resource("itgraph://queries", title="The saved queries", mime_type="text/markdown")
    async def queries() -> str:
        """The index of the saved queries, by subject."""
        return await read("read_catalogue")

    @server.resource("itgraph://queries/{name}", title="A saved query in SPARQL", mime_type="application/sparql-query")
    async def query(name: str) -> str:
        """The SPARQL of a saved query, with what its parameters and columns mean in its header."""
        return await read("read_query", name=name)


# -- Prompts -----------------------------------------------------------------------------------------------------------

_LAW = "Say at the end that licences are told as sources state them, and that this is no legal advice."
_CITE = "After each statement give the link of its source; say 'inferred' where only a rule concludes it."
_UNKNOWN = "Where nothing is known say so: it is neither a yes nor a no."


def _add_prompts(server: MCPServer[Any]) -> None:
    @server.prompt(title="May this model be used?")
    def clear_model(name: Asked) -> str:
        """Look through the licences of a model and of everything that it stands on."""
        return (
            f"Which licences and terms lie on the model {_shown(name)} and on everything that it was made from? Use "
            "the tool find to make sure which model is meant, then the tool licences, and the saved queries "
            "restrictions-above-model and narrowest-access-of-ancestry. List what is open, restricted, closed and "
            f"unknown, and what exactly each restriction is. {_CITE} {_UNKNOWN} {_LAW}"
        )

    @server.prompt(title="What does this stand on?")
    def stands_on(name: Asked) -> str:
        """Tell the ancestry of a model or dataset as a story, with sources."""
        return (
            f"What does {_shown(name)} stand on? Use the tool find to make sure which thing is meant, the tool lineage "
            "(direction up) for its base models, its training data and the models that wrote that data, and the tool "
            "describe for what is special about the most important ones. Begin with the oldest. Name closed models and "
            f"data whose origin is not known. {_CITE} {_UNKNOWN}"
        )

    @server.prompt(title="What is touched if this is withdrawn?")
    def if_withdrawn(name: Asked) -> str:
        """Tell which models and datasets descend from a thing."""
        return (
            f"Somebody withdraws {_shown(name)}. Which models and datasets were made from it, directly and by way of "
            "others? Use the tool find to make sure which thing is meant, the tool lineage (direction down; in a large "
            "graph depth 1 first), and the tool path for how the most important ones descend from it. "
            f"{_CITE} {_UNKNOWN}"
        )


# -- Type-ahead --------------------------------------------------------------------------------------------------------


def _add_completions(server: MCPServer[Any], ask: Ask) -> None:
    @server.completion()  # type: ignore[no-untyped-call, untyped-decorator]
    async def complete(
        ref: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        context: CompletionContext | None,  # noqa: ARG001 - what else is filled in tells nothing of this
    ) -> Completion | None:
        tool = "complete_thing" if isinstance(ref, PromptReference) else "complete_query"
        reply = await _asked(ask, tool, {"text": argument.value[:300]})
        if "error" in reply:
            return None
        values, total = reply["data"]["values"], reply["data"]["total"]
        return Completion(values=values, total=total, has_more=total > len(values))


# -- Running -----------------------------------------------------------------------------------------------------------


async def _ask_pool(pool: Pool, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Ask a worker from a thread; what the client gives up is ended."""
    call = Call()
    try:
        return await anyio.to_thread.run_sync(pool.ask, tool, arguments, call, abandon_on_cancel=True)
    except anyio.get_cancelled_exc_class():
        call.give_up()
        raise


def run(pool: Pool) -> None:
    """Serve over standard input and output until the input ends."""

    async def ask(tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return await _ask_pool(pool, tool, arguments)

    server = make_server(ask)
    try:
        anyio.run(server.run_stdio_async)
    except* OSError:
        pass  # the client is gone
