"""The tools over the Model Context Protocol, on standard input and output, with the official SDK."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import anyio
import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp.shared.message import SessionMessage
from pydantic import ValidationError

from ccn_kb.assistant import answers, arguments
from ccn_kb.errors import UnknownError
from ccn_kb.network import Network

INSTRUCTIONS = (
    "The UNESCO Creative Cities Network as of any date: when each city joined, in which creative field, when it left,"
    " and the sources. Every answer lists its sources and a citation: pass both on."
    " Lists come in pages; `more` is the number of results that follow."
    " Independent project, not affiliated with or endorsed by UNESCO."
)


@dataclass(frozen=True)
class Tool:
    """A tool: its name, its arguments and its function."""

    name: str
    title: str
    arguments: type[arguments.Arguments]
    answer: Callable[[Network, Any], answers.Answer]

    def described(self) -> types.Tool:
        """Return the tool as clients see it."""
        return types.Tool(
            name=self.name,
            title=self.title,
            description=self.answer.__doc__,
            input_schema=self.arguments.model_json_schema(),
            output_schema=answers.Answer.model_json_schema(),
            annotations=types.ToolAnnotations(
                read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
            ),
        )


_TOOLS = (
    Tool("find_cities", "Find cities", arguments.FindCities, answers.find_cities),
    Tool("city", "One city", arguments.OneCity, answers.city),
    Tool("members", "Members on a date", arguments.ListMembers, answers.members),
    Tool("statistics", "Statistics", arguments.Statistics, answers.statistics),
    Tool("meetings", "Annual meetings", arguments.ListMeetings, answers.meetings),
    Tool("cooperation", "Cooperation", arguments.Cooperations, answers.cooperation),
    Tool("history", "History", arguments.ListChanges, answers.history),
)


def tools(network: Network) -> dict[str, Tool]:
    """Return the tools by name; their arguments allow the creative fields of this network."""
    return {
        tool.name: Tool(tool.name, tool.title, arguments.with_fields(tool.arguments, network), tool.answer)
        for tool in _TOOLS
    }


def call(network: Network, tool: Tool, values: dict[str, Any]) -> types.CallToolResult:
    """Return the answer of a tool, or an error with its remedy."""
    try:
        answer = tool.answer(network, tool.arguments.model_validate(values)).model_dump(mode="json")
    except ValidationError as error:
        return _refused("\n".join(map(_remedy, error.errors())))
    except UnknownError as error:
        return _refused(f"{error}. Search for cities with find_cities; list the countries with statistics by country.")
    text = json.dumps(answer, ensure_ascii=False)
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], structured_content=answer)


def _refused(message: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=message)], is_error=True)


def _remedy(detail: Any) -> str:
    """Return the problem of an argument and its remedy in a sentence."""
    name = ".".join(map(str, detail["loc"]))
    if detail["type"] == "extra_forbidden":
        return f"{name}: unknown argument; leave it out or see the tool's input schema"
    if detail["type"] == "missing":
        return f"{name}: required; see the tool's input schema"
    return f"{name}: {detail['msg'].removeprefix('Value error, ')}; see the tool's input schema"


def serve(network: Network) -> None:
    """Run the server on standard input and output until the client closes them."""
    offered = tools(network)

    async def on_list_tools(_context: Any, _request: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[tool.described() for tool in offered.values()])

    async def on_call_tool(_context: Any, request: types.CallToolRequestParams) -> types.CallToolResult:
        tool = offered.get(request.name)
        if tool is None:
            message = f"unknown tool {request.name!r}; choose {', '.join(offered)}"
            raise MCPError(types.INVALID_PARAMS, message)
        return call(network, tool, request.arguments or {})

    server: Server[Any] = Server(
        "ccn-kb",
        version=network.version,
        title="UNESCO Creative Cities Network",
        instructions=INSTRUCTIONS,
        on_list_tools=on_list_tools,
        on_call_tool=on_call_tool,
    )

    async def run() -> None:
        async with stdio_server() as (lines, responses), anyio.create_task_group() as tasks:
            send_message, messages = anyio.create_memory_object_stream[SessionMessage | Exception]()

            async def refuse_unreadable() -> None:
                async with send_message:
                    async for line in lines:
                        if isinstance(line, ValidationError):
                            await responses.send(SessionMessage(_protocol_error(line)))
                        else:
                            await send_message.send(line)

            tasks.start_soon(refuse_unreadable)
            await server.run(messages, responses, server.create_initialization_options())

    # The thread that waits for the client's next line cannot be woken, so that an interrupt would wait for the client.
    # Nothing is open that would need to be closed.
    for interrupt in (signal.SIGINT, signal.SIGTERM):
        signal.signal(interrupt, lambda *_: os._exit(130))
    anyio.run(run)


def _protocol_error(error: ValidationError) -> types.JSONRPCError:
    """Return the JSON-RPC error for a line that is not a message; the SDK ignores the line."""
    detail = error.errors()[0]
    if detail["type"] == "json_invalid":
        return _json_rpc_error(types.PARSE_ERROR, detail["msg"], _request_id(detail["input"]))
    return _json_rpc_error(types.INVALID_REQUEST, "the line is not a JSON-RPC message; send one message per line", None)


def _json_rpc_error(code: int, message: str, id: types.RequestId | None) -> types.JSONRPCError:
    return types.JSONRPCError(jsonrpc="2.0", id=id, error=types.ErrorData(code=code, message=message))


def _request_id(line: str) -> types.RequestId | None:
    """Return the ID in JSON that Python reads and the SDK does not: with half of a surrogate pair in a text."""
    try:
        id = json.loads(line)["id"]
        str(id).encode()
    except (ValueError, TypeError, LookupError, RecursionError):
        return None
    return id if type(id) in (int, str) else None
