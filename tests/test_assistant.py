"""The tools for language models, called by the official client over stdio, and compared with the network."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Timer
from typing import Any, TypeVar

import anyio
import pytest
from jsonschema import Draft202012Validator
from mcp import Client, MCPError, StdioServerParameters
from mcp_types import CallToolResult, TextContent, Tool

from ccn_kb.assistant import arguments
from ccn_kb.exports import citation_formats as citation
from ccn_kb.model import records as model
from ccn_kb.network import Network
from tests.conftest import DATA, MINI, TODAY, Ccn

Row = dict[str, Any]
Done = TypeVar("Done")
NAMES = {"find_cities", "city", "members", "statistics", "meetings", "cooperation", "history"}
LARGEST = 100_000


@asynccontextmanager
async def client() -> AsyncIterator[Client]:
    """The official client, with `ccn mcp` as its server."""
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-m", "ccn_kb", "--data", str(DATA), "mcp"],
        env={**os.environ, "CCN_TODAY": TODAY},
    )
    async with Client(parameters) as running:
        yield running


def with_client(act: Callable[[Client], Awaitable[Done]]) -> Done:
    async def run() -> Done:
        async with client() as running:
            return await act(running)

    return anyio.run(run)


CALLS: dict[str, tuple[str, Row]] = {
    "find": ("find_cities", {"text": "ceramics"}),
    "find with a slip": ("find_cities", {"text": "kanazwa"}),
    "find former": ("find_cities", {"text": "lyon"}),
    "find nothing": ("find_cities", {"text": "qqqqqqqq"}),
    "city": ("city", {"city": "lyon-fr"}),
    "city by name": ("city", {"city": "Łódź"}),
    "members": ("members", {"on": "2015-05-28", "limit": 50}),
    "members, second page": ("members", {"on": "2015-05-28", "limit": 50, "offset": 50}),
    "members beyond": ("members", {"on": "2015-05-28", "offset": 1000}),
    "members of Japan": ("members", {"on": "2015-05-28", "country": "JPN"}),
    "members in music": ("members", {"on": "2015", "field": "music", "region": "asia-pacific"}),
    "members today": ("members", {"limit": 50, "joined": 2025}),
    "nobody": ("members", {"on": "2003"}),
    "statistics by field": ("statistics", {"by": "field", "on": "2025-10-31"}),
    "statistics by country": ("statistics", {"by": "country", "limit": 50}),
    "statistics of nobody": ("statistics", {"by": "year", "on": "1999"}),
    "meetings": ("meetings", {"limit": 50}),
    "meetings held in a city": ("meetings", {"city": "kanazawa-jp", "status": "held"}),
    "cooperation": ("cooperation", {"limit": 50}),
    "cooperation of a city": ("cooperation", {"city": "kanazawa-jp"}),
    "cooperation in a field": ("cooperation", {"field": "film", "kind": "co-production"}),
    "history": ("history", {"since": "2023", "until": "2023", "limit": 50}),
    "history of changes": ("history", {"event": "changed-field"}),
    "history of a city": ("history", {"city": "lyon-fr"}),
}
WRONG: dict[str, tuple[str, Row, str]] = {
    "no city of the name": ("city", {"city": "granda"}, "did you mean granada-"),
    "two cities of the name": ("city", {"city": "Granada"}, "ambiguous: granada-es or granada-ni"),
    "no such country": ("members", {"country": "Atlantis"}, "unknown country 'Atlantis'"),
    "no such field": ("members", {"field": "opera"}, "field: Input should be 'architecture'"),
    "a field by its name": ("cooperation", {"field": "Music"}, "field: Input should be"),
    "no such region": ("members", {"region": "oceania"}, "region: Input should be 'africa'"),
    "no date": ("members", {"on": "28 May 2015"}, "on: '28 May 2015' is not a date; write 2008, 2008-06 or 2008-06-11"),
    "no day of the calendar": ("history", {"since": "2015-02-30"}, "is not a valid date"),
    "an unknown argument": ("members", {"date": "2015"}, "date: unknown argument"),
    "nothing to count by": ("statistics", {}, "by: required"),
    "a page too large": ("members", {"limit": 5000}, f"limit: Input should be less than or equal to {arguments.MOST}"),
    "a number in words": ("members", {"limit": "10"}, "limit: Input should be a valid integer"),
    "a place before the first": ("history", {"offset": -1}, "offset: Input should be greater than or equal to 0"),
    "no words": ("find_cities", {"text": ""}, "text: String should have at least 1 character"),
    "too many words": ("find_cities", {"text": "a" * 101}, "text: String should have at most 100 characters"),
}


class Session:
    """What one session with the server gave: the tools, the answers, the refusals, and what an unknown tool is told."""

    def __init__(self) -> None:
        self.tools: dict[str, Tool] = {}
        self.answers: dict[str, CallToolResult] = {}
        self.refusals: dict[str, CallToolResult] = {}
        self.unknown: MCPError | None = None

    async def hold(self, running: Client) -> None:
        self.tools = {tool.name: tool for tool in (await running.list_tools()).tools}
        for key, (name, given) in CALLS.items():
            self.answers[key] = await running.call_tool(name, given)
        for key, (name, given, _) in WRONG.items():
            self.refusals[key] = await running.call_tool(name, given)
        try:
            await running.call_tool("delete_city", {"city": "lyon-fr"})
        except MCPError as error:
            self.unknown = error

    def answer(self, key: str) -> Row:
        found = self.answers[key].structured_content
        assert isinstance(found, dict), self.answers[key]
        return found

    def results(self, key: str) -> list[Row]:
        found: list[Row] = self.answer(key)["results"]
        return found

    def column(self, key: str, name: str) -> list[Any]:
        return [row[name] for row in self.results(key)]


@pytest.fixture(scope="module")
def session() -> Session:
    held = Session()
    with_client(held.hold)
    return held


# -- the tools as they are offered -------------------------------------------------------------


def test_every_tool_is_offered_and_called(session: Session) -> None:
    assert set(session.tools) == NAMES == {name for name, _ in CALLS.values()}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_tool_only_reads_and_its_schema_is_strict(name: str, session: Session) -> None:
    tool = session.tools[name]
    assert tool.annotations is not None
    assert (tool.annotations.read_only_hint, tool.annotations.destructive_hint) == (True, False)
    assert tool.description
    Draft202012Validator.check_schema(tool.input_schema)
    assert (tool.input_schema["type"], tool.input_schema["additionalProperties"]) == ("object", False)
    for wanted in tool.input_schema["properties"].values():
        assert wanted["description"]


def allowed(tool: Tool, argument: str, keyword: str) -> Any:
    """Return what a keyword says of an argument that may be left out."""
    schema = tool.input_schema["properties"][argument]
    return next(one[keyword] for one in (schema, *schema.get("anyOf", ())) if keyword in one)


def test_fields_regions_and_dates_are_told_by_the_schema(session: Session, network: Network) -> None:
    members = session.tools["members"]
    assert allowed(members, "field", "enum") == list(network.fields)
    assert allowed(session.tools["cooperation"], "field", "enum") == list(network.fields)
    assert allowed(members, "region", "enum") == list(model.REGIONS)
    assert allowed(members, "on", "pattern") == r"^\d{4}(-\d{2}(-\d{2})?)?$"
    assert allowed(session.tools["history"], "since", "pattern") == r"^\d{4}(-\d{2}(-\d{2})?)?$"
    assert allowed(members, "limit", "maximum") == arguments.MOST


# -- every answer ------------------------------------------------------------------------------


@pytest.mark.parametrize("key", CALLS)
def test_an_answer_is_the_schemas_a_page_and_cited(key: str, session: Session, network: Network) -> None:
    name, given = CALLS[key]
    tool, result, answer = session.tools[name], session.answers[key], session.answer(key)
    assert not result.is_error
    assert Draft202012Validator(tool.input_schema).is_valid(given)
    assert tool.output_schema is not None
    assert Draft202012Validator(tool.output_schema).is_valid(answer)
    (content,) = result.content
    assert isinstance(content, TextContent)
    assert json.loads(content.text) == answer
    assert len(content.text.encode()) < LARGEST
    limit, offset = given.get("limit", 20), given.get("offset", 0)
    assert answer["offset"] == offset
    assert len(answer["results"]) == max(0, min(limit, answer["total"] - offset))
    assert answer["more"] == max(0, answer["total"] - offset - len(answer["results"]))
    assert answer["version"] == network.version
    assert network.version in answer["cite"]
    assert bool(answer["sources"]) == bool(answer["results"])


@pytest.mark.parametrize("key", [key for key, (name, _) in CALLS.items() if name != "statistics"])
def test_every_source_of_a_result_is_told(key: str, session: Session, network: Network) -> None:
    answer = session.answer(key)
    assert answer["more_sources"] == 0
    assert set(cited_below(answer["results"])) <= set(answer["sources"])
    for cited, said in answer["sources"].items():
        id, _, locator = cited.partition("#")
        assert (said["publisher"], said["url"]) == (network.sources[id].publisher, network.sources[id].address(locator))


def cited_below(value: Any) -> list[str]:
    """Return everything that stands under `sources` anywhere in a value."""
    if isinstance(value, list):
        return [cited for one in value for cited in cited_below(one)]
    if isinstance(value, dict):
        own = value.get("sources", [])
        return [*own, *(cited for name, one in value.items() if name != "sources" for cited in cited_below(one))]
    return []


def test_the_sources_of_large_counts_are_the_most_cited_and_the_rest_is_counted(
    session: Session, network: Network
) -> None:
    answer = session.answer("statistics by country")
    shown = set(session.column("statistics by country", "id"))
    cited = {
        source
        for one in network.members(TODAY)
        if one.country.id in shown
        for record in (one.designation, one.designation.end, *one.designation.disputed)
        if record
        for source in record.sources
    }
    assert len(answer["sources"]) + answer["more_sources"] == len(cited)
    assert answer["more_sources"] > 0


# -- the answers beside the network ------------------------------------------------------------


def test_finding_cities(session: Session, network: Network) -> None:
    assert set(session.column("find", "id")) <= {one.city.id for one in network.members(TODAY, text="ceramics")}
    assert session.answer("find")["total"] >= len(network.members(TODAY, text="ceramics"))
    assert session.column("find with a slip", "id") == []
    assert session.answer("find with a slip")["did_you_mean"] == ["Kanazawa, Japan"]
    (lyon,) = session.results("find former")
    assert [one["field"] for one in lyon["designations"]] == ["media-arts", "literature"]
    assert session.answer("find nothing")["total"] == 0


def test_a_city(session: Session, network: Network) -> None:
    (lyon,) = session.results("city")
    record = network.city("lyon-fr").model_dump(mode="json", exclude_none=True)
    assert {name: lyon[name] for name in record} == record
    assert (lyon["country_name"], lyon["member_today"]) == ("France", True)
    assert session.column("city by name", "id") == ["lodz-pl"]
    assert session.answer("city")["cite"] == citation.to_text(citation.make_citable(network, network.city("lyon-fr")))
    assert [one["id"] for one in lyon["cooperations"]] == [
        one.id for one in network.cooperations_of(network.city("lyon-fr"))
    ]


def test_members_on_a_date(session: Session, network: Network) -> None:
    expected = network.members("2015-05-28")
    pages = session.column("members", "id") + session.column("members, second page", "id")
    assert pages == [one.city.id for one in expected]
    assert len(pages) == session.answer("members")["total"] == 69
    first = {**expected.cells(expected[0]), "sources": list(expected[0].designation.sources)}
    assert session.results("members")[0] == {name: value for name, value in first.items() if value is not None}
    assert session.answer("members")["says"] == "69 members in 32 countries on 28 May 2015."
    assert session.column("members of Japan", "id") == [
        one.city.id for one in network.members("2015-05-28", country="JP")
    ]
    assert session.column("members in music", "id") == [
        one.city.id for one in network.members("2015", field="music", region="asia-pacific")
    ]
    assert session.answer("members today")["total"] == len(network.members(TODAY, joined=2025))


def test_statistics(session: Session, network: Network) -> None:
    counted = network.count(network.members("2025-10-31"), "field")
    assert {row["id"]: row["members"] for row in session.results("statistics by field")} == counted
    assert session.answer("statistics by field")["says"] == "408 members in 108 countries on 31 October 2025."
    assert session.results("statistics by field")[0] == {
        "id": "music",
        "name": "Music",
        "members": 84,
        "share": round(84 / 408, 4),
    }
    assert session.answer("statistics by country")["total"] == 108


def test_meetings(session: Session, network: Network) -> None:
    assert session.column("meetings", "id") == [one.id for one in network.meetings()]
    assert session.column("meetings held in a city", "id") == ["2015-kanazawa-jp"]


def test_cooperation(session: Session, network: Network) -> None:
    kanazawa = network.cooperations_of(network.city("kanazawa-jp"))
    assert session.column("cooperation of a city", "id") == [one.id for one in kanazawa]
    assert session.answer("cooperation")["total"] == len(network.cooperations)
    film = {one.id for one in network.cooperations.values() if (one.field, one.kind) == ("film", "co-production")}
    assert set(session.column("cooperation in a field", "id")) == film


def test_history(session: Session, network: Network) -> None:
    expected = network.history("2023", "2023")
    assert session.answer("history")["total"] == len(expected)
    assert session.column("history", "city") == [one.city.id for one in expected][:50]
    (change,) = session.results("history of changes")
    assert (change["city"], change["former_field"], change["field"]) == ("lyon-fr", "media-arts", "literature")
    assert session.column("history of a city", "event") == ["joined", "changed-field"]


# -- what goes wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize("key", WRONG)
def test_a_wrong_question_is_an_error_that_names_the_remedy(key: str, session: Session) -> None:
    name, given, message = WRONG[key]
    result = session.refusals[key]
    assert result.is_error
    assert result.structured_content is None
    (content,) = result.content
    assert isinstance(content, TextContent)
    assert message in content.text
    assert "see the tool's input schema" in content.text or "find_cities" in content.text
    by_schema = Draft202012Validator(session.tools[name].input_schema).is_valid(given)
    # What only the data can tell, no schema can.
    assert by_schema == ("unknown c" in message or "ambiguous" in message or "did you mean" in message or "day" in key)


def test_an_unknown_tool_is_an_error_of_the_protocol(session: Session) -> None:
    assert session.unknown is not None
    assert "unknown tool 'delete_city'; choose find_cities, city" in session.unknown.message


def test_without_the_extra_the_command_says_how_to_get_it(tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['mcp'] = sys.modules['mcp_types'] = None; import ccn_kb.cli\n"
        "sys.exit(ccn_kb.cli.run(['mcp']))"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert (result.returncode, result.stdout) == (1, "")
    assert 'pip install "ccn-kb[mcp]"' in result.stderr
    assert "Traceback" not in result.stderr


ABOUT = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "a", "version": "1"}}
INITIALIZE = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": ABOUT})
LONE_SURROGATE = r'"method": "tools/call", "params": {"name": "find_cities", "arguments": {"text": "\ud800"}}}'


@pytest.mark.parametrize(
    ("line", "code", "id"),
    [
        ("no JSON", -32700, None),
        ('{"jsonrpc": "2.0", "id": 7, "method": "ping"', -32700, None),
        ("[" * 10_000, -32700, None),
        ("", -32700, None),
        ('[{"jsonrpc": "2.0", "id": 7, "method": "ping"}]', -32600, None),
        ('"ping"', -32600, None),
        ('{"id": 7, "method": "ping"}', -32600, None),
        ('{"jsonrpc": "2.0", "id": 7, ' + LONE_SURROGATE, -32700, 7),
        ('{"jsonrpc": "2.0", "id": "seven", ' + LONE_SURROGATE, -32700, "seven"),
        (r'{"jsonrpc": "2.0", "id": "\ud800", ' + LONE_SURROGATE, -32700, None),
        ('{"jsonrpc": "2.0", "id": [7], ' + LONE_SURROGATE, -32700, None),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_line_that_is_not_a_message_gets_an_error_and_the_server_goes_on(
    line: str, code: int, id: int | str | None, exchange: Callable[[list[str]], list[Row]]
) -> None:
    ping = json.dumps({"jsonrpc": "2.0", "id": 8, "method": "ping"})
    answers = exchange([line, ping])
    [error] = [answer for answer in answers if "error" in answer]
    assert (error["jsonrpc"], error["id"], error["error"]["code"]) == ("2.0", id, code)
    assert error["error"]["message"]
    assert {answer["id"] for answer in answers if "result" in answer} == {8}


@pytest.fixture(scope="module")
def exchange() -> Iterator[Callable[[list[str]], list[Row]]]:
    """Send lines to a running `ccn mcp` on the miniature and return as many messages that it prints."""
    command = [sys.executable, "-m", "ccn_kb", "--data", str(MINI), "mcp"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        stdin, stdout = server.stdin, server.stdout
        assert stdin is not None
        assert stdout is not None

        def run(lines: list[str]) -> list[Row]:
            silence = Timer(30, server.kill)
            silence.start()
            stdin.write("".join(f"{line}\n" for line in lines))
            stdin.flush()
            messages = [json.loads(stdout.readline()) for _ in lines]
            silence.cancel()
            return messages

        [welcome] = run([INITIALIZE])
        assert welcome["result"]["serverInfo"]["name"] == "ccn-kb"
        yield run
        stdin.close()
        assert server.wait(10) == 0


@pytest.mark.parametrize("interrupt", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_it_though_the_client_is_silent(interrupt: signal.Signals, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ccn_kb", "--data", str(DATA), "mcp"]
    with subprocess.Popen(command, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(INITIALIZE.encode() + b"\n")
        server.stdin.flush()
        assert json.loads(server.stdout.readline())["result"]["serverInfo"]["name"] == "ccn-kb"
        server.send_signal(interrupt)
        assert server.wait(10) == 130


def test_data_that_cannot_be_read_is_told_before_the_first_answer(tmp_path: Path, ccn: Ccn) -> None:
    result = ccn("--data", tmp_path, "mcp")
    assert (result.returncode, result.stdout) == (1, "")
    assert "is not a data folder" in result.stderr
