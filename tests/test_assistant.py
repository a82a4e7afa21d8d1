"""The tools for language models, called by the official client over stdio, and compared with the network."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Timer
from typing import Any, TypeVar

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from mcp import Client, MCPError, StdioServerParameters
from mcp_types import CallToolResult, ResourceTemplateReference, TextContent, TextResourceContents, Tool

from ccn_kb.assistant import resources
from ccn_kb.assistant.mcp_server import TOOLS, call
from ccn_kb.assistant.request_lines import find_error
from ccn_kb.errors import UnknownError
from ccn_kb.exports import citation_formats as citation
from ccn_kb.exports.contents import MEMBERS_TABLE, WHOLE_TABLES
from ccn_kb.model import records as model
from ccn_kb.network import Network
from tests.conftest import DATA, MINI, ROOT, TODAY, Ccn

Row = dict[str, Any]
Done = TypeVar("Done")
LARGEST = {"brief": 30_000, "full": 100_000}
"""The most bytes of an answer that no argument makes smaller, by its detail."""
MOST_BYTES = {
    "all members": 27_500, "statistics by field": 1_000, "statistics by country": 3_500, "growth": 1_200,
    "growth by country": 7_000, "published totals": 5_000, "nearest": 1_500, "meetings": 3_000, "city": 3_000,
    "documents": 4_000, "find": 4_500, "history": 5_000, "cooperation of a city": 1_500, "country": 3_500,
}  # fmt: skip
"""The most bytes of usual brief answers, a little more than they have today."""
LARGEST_LIST = 16_000
"""The most bytes of the description of all tools."""


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
    "find all": ("find_cities", {"text": "a"}),
    "city": ("city", {"city": "lyon-fr"}),
    "city by name": ("city", {"city": "Łódź"}),
    "city in its country": ("city", {"city": "Kanazawa, Japan"}),
    "city of": ("city", {"city": "City of Melbourne"}),
    "country": ("country", {"country": "Nepal", "on": "2025-10-31"}),
    "country before": ("country", {"country": "GBR", "on": 2019}),
    "part of a country": ("country", {"country": "Macao"}),
    "all members": ("members", {"on": "2025-10-31"}),
    "members": ("members", {"on": "2015-05-28", "limit": 50}),
    "members, second page": ("members", {"on": "2015-05-28", "limit": 50, "offset": 50}),
    "members beyond": ("members", {"on": "2015-05-28", "offset": 1000}),
    "members of Japan": ("members", {"on": "2015-05-28", "country": "JPN"}),
    "members in music": ("members", {"on": "2015", "field": "City of Music", "region": "Asia and the Pacific"}),
    "members of two fields": ("members", {"field": ["Film", "Music"], "continent": "Africa"}),
    "members of a topic": ("members", {"topic": "Ceramics", "country": ["Japan", "Korea, Rep."]}),
    "members today": ("members", {"limit": 50, "joined": 2025}),
    "former members": ("members", {"former": True}),
    "nobody": ("members", {"on": "2003"}),
    "statistics by field": ("statistics", {"by": "field", "on": "2025-10-31"}),
    "statistics by country": ("statistics", {"by": "country", "limit": 50}),
    "statistics by two": ("statistics", {"by": "region", "then_by": "field", "on": 2015}),
    "statistics of the new": ("statistics", {"by": "region", "new": True, "on": 2017}),
    "statistics of nobody": ("statistics", {"by": "year", "on": "1999"}),
    "growth": ("growth", {}),
    "growth by field": ("growth", {"by": "field", "since": 2010, "until": "2015-05-28"}),
    "growth by country": ("growth", {"by": "country"}),
    "growth in a country": ("growth", {"country": "Japan"}),
    "published totals": ("published_totals", {}),
    "published totals of a year": ("published_totals", {"year": 2015, "figure": "members"}),
    "nearest": ("nearest", {"city": "Kanazawa", "on": "2015-05-28"}),
    "nearest of a field": ("nearest", {"city": "kanazawa-jp", "on": "2015-05-28", "field": "Crafts", "limit": 1}),
    "meetings": ("meetings", {"limit": 50}),
    "meetings held in a city": ("meetings", {"city": "kanazawa-jp", "status": "held"}),
    "meetings of a year": ("meetings", {"year": 2015}),
    "documents": ("documents", {}),
    "calls for a round": ("documents", {"kind": "call", "year": 2021}),
    "rules": ("documents", {"kind": "rules"}),
    "cooperation": ("cooperation", {}),
    "cooperation of a city": ("cooperation", {"city": "kanazawa-jp"}),
    "cooperation of two cities": ("cooperation", {"city": "Edinburgh", "other": "Prague"}),
    "cooperation in a field": ("cooperation", {"field": "Film", "kind": "co-production"}),
    "history": ("history", {"since": "2023", "until": "2023", "limit": 50}),
    "all history": ("history", {}),
    "history of changes": ("history", {"event": "changed-field"}),
    "history of a country": ("history", {"country": ["Japan", "France"], "field": "Literature"}),
    "history of a city": ("history", {"city": "lyon-fr"}),
}
WRONG: dict[str, tuple[str, Row, str]] = {
    "no city of the name": ("city", {"city": "granda"}, "did you mean Granada, Nicaragua (granada-ni, design) or"),
    "two cities of the name": (
        "city",
        {"city": "Granada"},
        "ambiguous: Granada, Spain (granada-es, literature) or Granada, Nicaragua (granada-ni, design)?",
    ),
    "no such country": ("members", {"country": "Atlantis"}, "unknown country 'Atlantis'. Search for cities"),
    "a country that is like another": ("members", {"country": "Wakanda"}, "did you mean RW (Rwanda)?"),
    "no such field": ("members", {"field": "opera"}, "unknown creative field 'opera'; choose architecture"),
    "no such region": ("members", {"region": "oceania"}, "unknown region 'oceania'; choose africa"),
    "no date": ("members", {"on": "28 May 2015"}, "on: '28 May 2015' is not a date; write 2008, 2008-06 or 2008-06-11"),
    "no day of the calendar": ("history", {"since": "2015-02-30"}, "is not a valid date"),
    "a date that is true": ("members", {"on": True}, "on: not a date; write 2008"),
    "a period that ends first": ("history", {"since": 2025, "until": "2015"}, "since: 2025 is after until: 2015"),
    "a period after today": ("history", {"since": "2999"}, "since: 2999 is after until: today"),
    "years that end first": ("growth", {"since": "2020", "until": "2010"}, "since: 2020 is after until: 2010"),
    "years to come": ("growth", {"until": "9999"}, "until: 9999 is after today"),
    "an unknown argument": ("members", {"date": "2015"}, "date: unknown argument; choose detail, limit, offset, field"),
    "nothing to count by": ("statistics", {}, "by: required"),
    "no group to count by": ("statistics", {"by": "colour"}, "by: Input should be 'field', 'country'"),
    "a number in words": ("members", {"limit": "ten"}, "limit: Input should be a valid integer"),
    "a number with a part": ("members", {"limit": 5.5}, "limit: Input should be a valid integer"),
    "a place before the first": ("history", {"offset": -1}, "offset: Input should be greater than or equal to 0"),
    "no words": ("find_cities", {"text": ""}, "text: String should have at least 1 character"),
    "no city": ("city", {"city": None}, "city: Input should be a valid string"),
    "too many words": ("find_cities", {"text": "a" * 101}, "text: String should have at most 100 characters"),
}


class Session:
    """What one session with the server gave: tools, answers, refusals, resources and the prompt."""

    def __init__(self) -> None:
        self.tools: dict[str, Tool] = {}
        self.list_bytes = 0
        self.answers: dict[tuple[str, str], CallToolResult] = {}
        self.refusals: dict[str, CallToolResult] = {}
        self.unknown: MCPError | None = None
        self.addresses: set[str] = set()
        self.templates: set[str] = set()
        self.resources: dict[str, Row] = {}
        self.no_resource: MCPError | None = None
        self.prompt = ""
        self.completions: list[str] = []

    async def hold(self, running: Client) -> None:
        listed = await running.list_tools()
        self.list_bytes = len(listed.model_dump_json(by_alias=True, exclude_none=True).encode())
        self.tools = {tool.name: tool for tool in listed.tools}
        for key, (name, values) in CALLS.items():
            self.answers[key, "brief"] = await running.call_tool(name, values)
            self.answers[key, "full"] = await running.call_tool(name, {**values, "detail": "full"})
        for key, (name, values, _) in WRONG.items():
            self.refusals[key] = await running.call_tool(name, values)
        try:
            await running.call_tool("delete_city", {"city": "lyon-fr"})
        except MCPError as error:
            self.unknown = error
        await self.read(running)

    async def read(self, running: Client) -> None:
        self.addresses = {str(resource.uri) for resource in (await running.list_resources()).resources}
        templates = (await running.list_resource_templates()).resource_templates
        self.templates = {template.uri_template for template in templates}
        for address in (*self.addresses, "ccn://city/lyon-fr", "ccn://source/unesco-city-page%23lyon"):
            [content] = (await running.read_resource(address)).contents
            assert isinstance(content, TextResourceContents)
            self.resources[address] = json.loads(content.text)
        try:
            await running.read_resource("ccn://table/nothing")
        except MCPError as error:
            self.no_resource = error
        [prompt] = (await running.list_prompts()).prompts
        [message] = (await running.get_prompt(prompt.name, {"city": "Łódź"})).messages
        assert isinstance(message.content, TextContent)
        self.prompt = message.content.text
        reference = ResourceTemplateReference(uri="ccn://city/{id}")
        self.completions = (await running.complete(reference, {"name": "id", "value": "Kan"})).completion.values

    def answer(self, key: str, detail: str = "brief") -> Row:
        """Return the answer to a call, of which brief results are rows of its columns."""
        result = self.answers[key, detail]
        assert not result.is_error, result
        [content] = result.content
        assert isinstance(content, TextContent)
        answer: Row = json.loads(content.text)
        return answer

    def results(self, key: str, detail: str = "brief") -> list[Row]:
        """Return the results of a call as objects."""
        answer = self.answer(key, detail)
        columns = answer.get("columns")
        return [dict(zip(columns, row, strict=True)) for row in answer["results"]] if columns else answer["results"]

    def column(self, key: str, name: str, detail: str = "brief") -> list[Any]:
        return [row[name] for row in self.results(key, detail)]


@pytest.fixture(scope="module")
def session() -> Session:
    held = Session()
    with_client(held.hold)
    return held


# -- the tools as they are offered -------------------------------------------------------------


def test_every_tool_is_offered_and_called(session: Session) -> None:
    assert set(session.tools) == set(TOOLS) == {name for name, _ in CALLS.values()}


@pytest.mark.parametrize("name", sorted(TOOLS))
def test_a_tool_only_reads_and_its_schema_is_strict(name: str, session: Session) -> None:
    tool = session.tools[name]
    assert tool.annotations is not None
    assert tool.annotations.read_only_hint
    assert tool.description
    assert tool.output_schema is None
    Draft202012Validator.check_schema(tool.input_schema)
    assert (tool.input_schema["type"], tool.input_schema["additionalProperties"]) == ("object", False)
    for argument in tool.input_schema["properties"].values():
        assert argument["description"]


@pytest.mark.parametrize("name", sorted(TOOLS))
def test_an_optional_argument_may_be_null_in_the_schema(name: str, session: Session) -> None:
    schema = session.tools[name].input_schema
    optional = schema["properties"].keys() - schema.get("required", ())
    for argument in optional:
        property = schema["properties"][argument]
        assert "default" in property or Draft202012Validator(property).is_valid(None)


def test_fields_regions_and_dates_are_told_by_the_schema(session: Session, network: Network) -> None:
    members, history = (session.tools[name].input_schema["properties"] for name in ("members", "history"))
    assert members["field"]["examples"] == list(network.fields)
    assert session.tools["cooperation"].input_schema["properties"]["field"]["examples"] == list(network.fields)
    assert members["region"]["examples"] == list(model.REGIONS)
    assert members["on"]["pattern"] == history["since"]["pattern"] == r"^\d{4}(-\d{2}(-\d{2})?)?$"


def test_the_documentation_lists_the_tools_and_resources(session: Session) -> None:
    page = (ROOT / "docs" / "language-models.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)
    assert set(rows) == set(session.tools) | session.templates


def test_the_list_of_tools_is_small(session: Session) -> None:
    assert session.list_bytes <= LARGEST_LIST


# -- every answer ------------------------------------------------------------------------------


@pytest.mark.parametrize("detail", ["brief", "full"])
@pytest.mark.parametrize("key", CALLS)
def test_an_answer_is_a_page_small_and_cited(key: str, detail: str, session: Session, network: Network) -> None:
    name, values = CALLS[key]
    answer = session.answer(key, detail)
    assert Draft202012Validator(session.tools[name].input_schema).is_valid(values)
    [content] = session.answers[key, detail].content
    assert isinstance(content, TextContent)
    assert len(content.text.encode()) <= LARGEST[detail]
    defaults = {"brief": 10, "full": 10} if name == "nearest" else {"brief": 500, "full": 20}
    limit, offset = values.get("limit", defaults[detail]), values.get("offset", 0)
    assert answer["offset"] == offset
    assert len(answer["results"]) == max(0, min(limit, answer["total"] - offset))
    assert answer["more"] == max(0, answer["total"] - offset - len(answer["results"]))
    assert answer["version"] == network.version
    assert network.version in answer["cite"]
    assert "not instructions" in answer["notice"]
    if name in ("city", "country"):
        assert answer["sources"]
    elif detail == "brief":
        assert len(answer["columns"]) == len(set(answer["columns"]))
        assert not answer.keys() & {"sources", "more_sources"}
    else:
        assert "columns" not in answer
        assert bool(answer.get("sources")) == bool(answer["results"])


@pytest.mark.parametrize("key", MOST_BYTES)
def test_a_usual_answer_is_small(key: str, session: Session) -> None:
    [content] = session.answers[key, "brief"].content
    assert isinstance(content, TextContent)
    assert len(content.text.encode()) <= MOST_BYTES[key]


COUNTS = {"statistics", "growth"}


@pytest.mark.parametrize("key", [key for key, (name, _) in CALLS.items() if name not in COUNTS])
def test_every_source_of_a_full_result_is_told(key: str, session: Session, network: Network) -> None:
    answer = session.answer(key, "full")
    assert "more_sources" not in answer
    sources = answer.get("sources", {})
    assert set(cited_below(answer["results"])) <= set(sources)
    for cited, source in sources.items():
        id, _, locator = cited.partition("#")
        assert source["publisher"] == network.sources[id].publisher
        assert source["url"] == network.sources[id].address(locator)
        assert source.get("archived") == network.sources[id].archived


def cited_below(value: Any) -> list[str]:
    """Return everything that stands under `sources` anywhere in a value."""
    if isinstance(value, list):
        return [cited for item in value for cited in cited_below(item)]
    if isinstance(value, dict):
        own = value.get("sources", [])
        return [
            *own,
            *(cited for name, item in value.items() if name != "sources" for cited in cited_below(item)),
        ]
    return []


def test_the_sources_of_large_counts_are_the_most_cited_and_the_rest_is_counted(
    session: Session, network: Network
) -> None:
    answer = session.answer("statistics by country", "full")
    shown = set(session.column("statistics by country", "id", "full"))
    cited = {
        source
        for member in network.members(TODAY)
        if member.country.id in shown
        for record in (member.designation, member.designation.end, *member.designation.disputed)
        if record
        for source in record.sources
    }
    assert len(answer["sources"]) + answer["more_sources"] == len(cited)
    assert answer["more_sources"] > 0


# -- the answers beside the network ------------------------------------------------------------


def test_finding_cities(session: Session, network: Network) -> None:
    ceramics = network.members(TODAY, text="ceramics")
    assert set(session.column("find", "id")) <= {member.city.id for member in ceramics}
    assert session.answer("find")["total"] >= len(ceramics)
    assert session.column("find with a slip", "id") == []
    assert session.answer("find with a slip")["did_you_mean"] == ["Kanazawa, Japan"]
    assert session.results("find former") == [
        {
            "id": "lyon-fr",
            "name": "Lyon",
            "country": "France",
            "field": "literature",
            "since": "2023-10-31",
            "until": None,
        }
    ]
    [lyon] = session.results("find former", "full")
    assert [designation["field"] for designation in lyon["designations"]] == ["media-arts", "literature"]
    assert session.answer("find nothing")["total"] == 0


def test_a_city(session: Session, network: Network) -> None:
    [lyon] = session.results("city", "full")
    record = network.city("lyon-fr").model_dump(mode="json", exclude_none=True)
    assert {name: lyon[name] for name in record} == record
    assert (lyon["country_name"], lyon["member_today"]) == ("France", True)
    cooperations = network.cooperations_of(network.city("lyon-fr"))
    assert [project["id"] for project in lyon["cooperations"]] == [project.id for project in cooperations]
    [brief] = session.results("city")
    assert (brief["country"], brief["member_today"]) == ("France", True)
    assert [designation["field"] for designation in brief["designations"]] == ["media-arts", "literature"]
    assert session.column("city by name", "id") == ["lodz-pl"]
    assert session.column("city in its country", "id") == ["kanazawa-jp"]
    assert session.column("city of", "id") == ["melbourne-au"]
    assert session.answer("city")["cite"] == citation.to_text(citation.make_citable(network, network.city("lyon-fr")))


def test_a_country(session: Session, network: Network) -> None:
    [nepal] = session.answer("country", "full")["results"]
    assert (nepal["id"], nepal["alpha3"], nepal["m49"]) == ("NP", "NPL", "524")
    assert nepal["members"] == len(nepal["cities"]) == len(network.members("2025-10-31", country="NP"))
    groups = {group["id"]: group for group in nepal["groups"]}
    assert groups["lower-middle-income"]["since"] == "2020-07-01"
    assert {group["as_of"] for group in groups.values()} >= {network.country_groups["ldc"].as_of}
    assert all(group["sources"] for group in groups.values())
    [britain] = session.answer("country before")["results"]
    assert {"eu", "oecd"} <= {group["id"] for group in britain["groups"]}
    answer = session.answer("part of a country")
    assert answer["says"].startswith("China (Macao, CN-MO, is counted there): 1 member on")
    assert answer["results"][0]["cities"] == ["Macao (Gastronomy)"]


def test_members_on_a_date(session: Session, network: Network) -> None:
    expected = network.members("2015-05-28")
    pages = session.column("members", "id") + session.column("members, second page", "id")
    assert pages == [member.city.id for member in expected]
    assert len(pages) == session.answer("members")["total"] == 69
    first = {**expected.cells(expected[0]), "sources": list(expected[0].designation.sources)}
    whole = {name: value for name, value in first.items() if value is not None}
    assert session.results("members", "full")[0] == whole
    assert session.answer("members")["says"] == "69 members in 32 countries on 28 May 2015."


def test_the_members_of_a_date_are_one_answer(session: Session, network: Network) -> None:
    assert session.results("all members") == [
        {
            "id": member.city.id,
            "name": member.city.name,
            "country": member.country.name,
            "field": member.designation.field,
            "since": member.designation.since,
        }
        for member in network.members("2025-10-31")
    ]


@pytest.mark.parametrize(
    ("key", "on", "filters"),
    [
        ("members of Japan", "2015-05-28", {"country": "JP"}),
        ("members in music", "2015", {"field": "music", "region": "asia-pacific"}),
        ("members of two fields", TODAY, {"field": ["film", "music"], "continent": "AF"}),
        ("members of a topic", TODAY, {"topic": "ceramics", "country": ["JP", "KR"]}),
        ("members today", TODAY, {"joined": 2025}),
    ],
)
def test_the_filters_of_members_are_those_of_the_network(
    key: str, on: str, filters: Row, session: Session, network: Network
) -> None:
    expected = network.members(on, **filters)
    assert len(expected) > 0
    assert session.column(key, "id") == [member.city.id for member in expected][:50]


def test_former_members(session: Session) -> None:
    [lyon] = session.results("former members")
    assert (lyon["id"], lyon["field"], lyon["until"]) == ("lyon-fr", "media-arts", "2023-10-31")


def test_statistics(session: Session, network: Network) -> None:
    counted = network.count(network.members("2025-10-31"), "field")
    assert {row["id"]: row["members"] for row in session.results("statistics by field")} == counted
    assert session.answer("statistics by field")["says"] == "408 members in 108 countries on 31 October 2025."
    music = {"id": "music", "name": "Music", "members": 84, "share": round(84 / 408, 4)}
    assert session.results("statistics by field")[0] == session.results("statistics by field", "full")[0] == music
    assert session.answer("statistics by country")["total"] == 108
    groups = {(row["region"], row["field"]): row["members"] for row in session.results("statistics by two")}
    assert groups == network.cross_count(network.members("2015"), "region", "field")
    new = {row["id"]: row["members"] for row in session.results("statistics of the new")}
    assert new == network.count(network.newcomers("2017"), "region")
    assert "not continents" in session.answer("statistics of the new")["says"]


def test_growth_by_year(session: Session, network: Network) -> None:
    years = network.growth(TODAY)
    assert [(row["year"], row["members"], row["joined"], row["ended"]) for row in session.results("growth")] == [
        (year.year, year.members, year.joined, year.ended) for year in years
    ]
    by_field = session.results("growth by field")
    assert [row["year"] for row in by_field] == [2010, 2011, 2012, 2013, 2014, 2015]
    panel = [row for row in network.panel("2015-05-28") if row.year >= 2010]
    expected = Counter[tuple[int, str]]()
    for row in panel:
        expected[row.year, row.field] += row.members
    assert {(row["year"], field): row[field] for row in by_field for field in row.keys() - {"year", "members"}} == {
        key: number for key, number in expected.items() if key[1] in by_field[0]
    }
    assert all(row["members"] == sum(row[name] for name in row.keys() - {"year", "members"}) for row in by_field)
    japan = network.growth(TODAY, country="JP")
    assert session.column("growth in a country", "members") == [year.members for year in japan]


def test_published_totals(session: Session, network: Network) -> None:
    census = network.census()
    assert [
        (row["date"], row["figure"], row["stated"], row["counted"]) for row in session.results("published totals")
    ] == [(row.date, row.figure, row.stated, row.counted) for row in census]
    assert session.answer("published totals of a year")["total"] == sum(
        row.date.startswith("2015") and row.figure == "members" for row in census
    )


def test_the_nearest_members(session: Session, network: Network) -> None:
    expected = network.neighbours("kanazawa-jp", "2015-05-28")[:10]
    assert [(row["id"], row["kilometres"]) for row in session.results("nearest")] == [
        (member.city.id, round(kilometres, 1)) for member, kilometres in expected
    ]
    assert session.column("nearest of a field", "name") == ["Icheon"]


def test_meetings(session: Session, network: Network) -> None:
    assert session.column("meetings", "id") == [meeting.id for meeting in network.meetings()]
    assert session.column("meetings held in a city", "id") == ["2015-kanazawa-jp"]
    assert session.column("meetings of a year", "id") == [
        meeting.id for meeting in network.meetings() if meeting.starts.startswith("2015")
    ]


def test_documents(session: Session, network: Network) -> None:
    everything = network.official_documents
    dates = session.column("documents", "date")
    assert set(session.column("documents", "id")) == set(everything)
    assert dates == sorted(dates)
    assert set(session.column("rules", "id")) == {id for id, document in everything.items() if document.kind == "rules"}
    calls = {id: document for id, document in everything.items() if document.kind == "call" and document.round == 2021}
    assert set(session.column("calls for a round", "id")) == set(calls)
    assert session.column("calls for a round", "deadline") == [document.deadline for document in calls.values()]
    assert session.answer("rules", "full")["results"][0]["statements"]


def test_cooperation(session: Session, network: Network) -> None:
    kanazawa = network.cooperations_of(network.city("kanazawa-jp"))
    assert session.column("cooperation of a city", "id") == [project.id for project in kanazawa]
    assert session.answer("cooperation")["total"] == len(network.cooperations)
    film = {
        project.id
        for project in network.cooperations.values()
        if (project.field, project.kind) == ("film", "co-production")
    }
    assert set(session.column("cooperation in a field", "id")) == film
    edinburgh, prague = (network.cooperations_of(network.city(name)) for name in ("edinburgh-gb", "prague-cz"))
    both = [project.id for project in edinburgh if project in prague]
    assert session.column("cooperation of two cities", "id") == both
    assert "2009-edinburgh-gb-bid-literature" in both
    assert "not a census" in session.answer("cooperation")["says"]


def test_history(session: Session, network: Network) -> None:
    expected = network.history("2023", "2023")
    assert session.answer("history")["total"] == len(expected)
    assert session.column("history", "city") == [change.city.id for change in expected][:50]
    [change] = session.results("history of changes")
    assert (change["city"], change["former_field"], change["field"]) == ("lyon-fr", "media-arts", "literature")
    literature = [
        change.city.id
        for change in network.history(until=TODAY)
        if change.city.country in ("JP", "FR") and change.designation.field == "literature"
    ]
    assert session.column("history of a country", "city") == literature
    assert "lyon-fr" in literature
    assert session.column("history of a city", "event") == ["joined", "changed-field"]


# -- resources and the prompt ------------------------------------------------------------------


def test_the_tables_of_an_export_are_resources(session: Session) -> None:
    names = {table.name for table in (MEMBERS_TABLE, *WHOLE_TABLES)}
    assert session.addresses == {f"ccn://table/{name}" for name in names}
    for address in session.addresses:
        schema = session.resources[address]
        assert f"ccn://table/{schema['name']}" == address
        assert schema["description"]
        columns = {field["name"] for field in schema["fields"]}
        assert columns >= set(schema["primaryKey"])
        assert all(field["description"] for field in schema["fields"])


def test_a_city_and_a_source_are_resources(session: Session, network: Network) -> None:
    assert session.templates == {"ccn://city/{id}", "ccn://source/{id}", "ccn://table/{name}"}
    assert session.resources["ccn://city/lyon-fr"] == session.answer("city", "full")
    source = session.resources["ccn://source/unesco-city-page%23lyon"]
    assert source["url"] == network.cited_url("unesco-city-page#lyon")
    assert session.no_resource is not None
    assert "ccn://table/{name}" in session.no_resource.message


def test_the_prompt_names_the_city_and_only_tools_that_there_are(session: Session) -> None:
    assert "Łódź (lodz-pl)" in session.prompt
    assert set(re.findall(r"`(\w+)`", session.prompt)) - {"cite"} <= set(TOOLS)


def test_the_ids_of_cities_are_completed(session: Session, network: Network) -> None:
    assert "kanazawa-jp" in session.completions
    assert all(network.cities[id].name.startswith("Kan") for id in session.completions)


# -- what models send for a value --------------------------------------------------------------


def answer_to(network: Network, name: str, values: Row) -> CallToolResult:
    return call(network, TOOLS[name], values)


NEEDED: dict[str, Row] = {
    "find_cities": {"text": "ceramics"}, "city": {"city": "lyon-fr"}, "nearest": {"city": "lyon-fr"},
    "statistics": {"by": "field"}, "country": {"country": "Japan"},
}  # fmt: skip
OPTIONAL = [
    (name, argument)
    for name, tool in TOOLS.items()
    for argument, field in tool.arguments.model_fields.items()
    if not field.is_required()
]


@pytest.mark.parametrize(("name", "argument"), OPTIONAL)
@pytest.mark.parametrize("absent", [None, "", "  "])
def test_null_and_empty_text_leave_an_optional_argument_out(
    name: str, argument: str, absent: str | None, network: Network
) -> None:
    needed = NEEDED.get(name, {})
    assert answer_to(network, name, {**needed, argument: absent}) == answer_to(network, name, needed)


VALUES: dict[str, tuple[Any, list[Any]]] = {
    "detail": ("full", ["FULL", " full"]), "limit": (5, ["5", 5.0, "5.0", " 5 "]), "offset": (2, ["2", 2.0]),
    "on": ("2015", [2015, 2015.0, " 2015"]), "since": ("2015", [2015, 2015.0]), "until": ("2015", [2015, 2015.0]),
    "joined": (2015, ["2015", 2015.0]), "year": (2015, ["2015", 2015.0]), "former": (True, ["true", "True", 1]),
    "new": (True, ["true", 1]), "field": ("film", ["Film", "City of Film", "cinéma"]),
    "country": ("JP", ["Japan", "jpn", "日本"]), "region": ("africa", ["Africa"]),
    "continent": ("AF", ["Africa", "africa"]), "topic": ("ceramics", ["Ceramics", "CERAMICS"]),
    "city": ("kanazawa-jp", ["Kanazawa", "Kanazawa, Japan", "KANAZAWA-JP"]), "other": ("lyon-fr", ["Lyon"]),
    "event": ("changed-field", ["changed field", "changed_field"]), "status": ("held", ["Held"]),
    "kind": ("co-production", ["Co-production", "co production"]), "figure": ("new", ["New"]),
    "by": ("field", ["Field"]), "then_by": ("source-kind", ["source kind"]),
    "documents kind": ("rules", ["Rules", " RULES "]),
}  # fmt: skip


@pytest.mark.parametrize(("name", "argument"), OPTIONAL)
def test_numbers_dates_and_names_are_understood_however_they_are_written(
    name: str, argument: str, network: Network
) -> None:
    value, others = VALUES.get(f"{name} {argument}", VALUES[argument])
    needed = NEEDED.get(name, {})
    expected = answer_to(network, name, {**needed, argument: value})
    assert not expected.is_error
    for other in others:
        assert answer_to(network, name, {**needed, argument: other}) == expected, other


@pytest.mark.parametrize("detail", ["brief", "full"])
def test_a_limit_that_is_too_large_is_the_greatest(detail: str, network: Network) -> None:
    largest = {"brief": 500, "full": 50}[detail]
    capped = answer_to(network, "members", {"limit": 10**9, "detail": detail})
    assert capped == answer_to(network, "members", {"limit": largest, "detail": detail})


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["2015", 2015, "Japan", "film", "Africa", "lyon-fr", "", "5", -1, 10**400, "2015-02-30", "held"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_arguments_of_any_shape_have_an_answer_or_a_remedy(data: st.DataObject, network: Network) -> None:
    name = data.draw(st.sampled_from(sorted(TOOLS)))
    names = st.sampled_from([*TOOLS[name].arguments.model_fields]) | st.text(max_size=5)
    values = {**NEEDED.get(name, {}), **data.draw(st.dictionaries(names, JSON_VALUES, max_size=4))}
    result = answer_to(network, name, values)
    [content] = result.content
    assert isinstance(content, TextContent)
    if result.is_error:
        assert content.text.strip()
        assert len(content.text) < 5_000
    else:
        answer = json.loads(content.text)
        assert len(answer["results"]) <= answer["total"]
        assert "NaN" not in content.text


# -- what goes wrong ---------------------------------------------------------------------------

KNOWN_ONLY_TO_THE_DATA = ("unknown c", "unknown region", "ambiguous", "did you mean", "valid date", " is after ")


@pytest.mark.parametrize("key", WRONG)
def test_a_wrong_question_is_an_error_that_names_the_remedy(key: str, session: Session) -> None:
    name, values, message = WRONG[key]
    result = session.refusals[key]
    assert result.is_error
    assert result.structured_content is None
    [content] = result.content
    assert isinstance(content, TextContent)
    assert message in content.text
    assert re.search("input schema|find_cities|did you mean|ambiguous|choose|exchange them|leave it out", content.text)
    assert "?." not in content.text
    # What only the data can tell, no schema can.
    by_schema = Draft202012Validator(session.tools[name].input_schema).is_valid(values)
    assert by_schema == (any(part in message for part in KNOWN_ONLY_TO_THE_DATA))


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
CALL_OF_MEMBERS = '{"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "members", "arguments": '
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
        ('{"id": 7, "method": "ping"}', -32600, 7),
        ('{"jsonrpc": "2.0", "id": "seven", "method": 5}', -32600, "seven"),
        ('{"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": []}', -32600, 7),
        ('{"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": 5}}', -32602, 7),
        ('{"jsonrpc": "2.0", "id": 7, "method": "tools/call"}', -32602, 7),
        (CALL_OF_MEMBERS + "[]}}", -32602, 7),
        (CALL_OF_MEMBERS + '{"on": NaN', -32700, None),
        ('{"jsonrpc": "2.0", "id": 7, "method": "no/such"}', -32601, 7),
        ('{"jsonrpc": "2.0", "id": 7, "method": "resources/read", "params": {"uri": 5}}', -32602, 7),
        ('{"jsonrpc": "2.0", "id": 7, "method": "prompts/get", "params": {"name": "city_profile"}}', -32602, 7),
        ('{"jsonrpc": "2.0", "id": 7.5, "method": "ping"}', -32600, None),
        ('{"jsonrpc": "2.0", "id": null, "method": "ping"}', -32600, None),
        ('{"jsonrpc": "2.0", "id": 7, "error": {"code": 1}}', -32600, None),
        ('{"jsonrpc": "2.0", "id": 7, "method": "' + "a" * 10_000_000 + '"}', -32600, None),
        ("a" * 10_000_000, -32600, None),
        ("\x00\x01\x7f", -32700, None),
        ("\udcff\udcfe\udc80 binary", -32700, None),
        ("null", -32600, None),
        ('{"jsonrpc": "2.0", "id": 7, ' + LONE_SURROGATE, -32700, 7),
        ('{"jsonrpc": "2.0", "id": "seven", ' + LONE_SURROGATE, -32700, "seven"),
        (r'{"jsonrpc": "2.0", "id": "\ud800", ' + LONE_SURROGATE, -32700, None),
        ('{"jsonrpc": "2.0", "id": [7], ' + LONE_SURROGATE, -32700, None),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_line_that_is_not_a_request_gets_an_error_and_the_server_goes_on(
    line: str, code: int, id: int | str | None, exchange: Callable[[list[str]], list[Row]]
) -> None:
    ping = json.dumps({"jsonrpc": "2.0", "id": 8, "method": "ping"})
    answers = exchange([line, ping])
    [error] = [answer for answer in answers if "error" in answer]
    assert (error["jsonrpc"], error["id"], error["error"]["code"]) == ("2.0", id, code)
    assert error["error"]["message"]
    assert {answer["id"] for answer in answers if "result" in answer} == {8}


REQUEST = json.dumps(
    {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "members", "arguments": {"on": "2015"}}}
)


@pytest.mark.parametrize("length", range(1, len(REQUEST)))
def test_a_request_that_is_cut_off_is_a_parse_error(length: int) -> None:
    error = find_error(REQUEST[:length])
    assert error is not None
    assert error.error.code == -32700


@settings(deadline=None)
@given(
    line=st.text()
    | st.binary().map(lambda line: line.decode("utf-8", "replace"))
    | JSON_VALUES.map(json.dumps)
    | st.fixed_dictionaries({}, optional={"jsonrpc": st.just("2.0"), "method": JSON_VALUES, "id": JSON_VALUES}).map(
        json.dumps
    )
)
def test_a_line_of_any_shape_is_a_message_or_an_error(line: str) -> None:
    error = find_error(line)
    if error is None:
        message = json.loads(line)
        assert message["jsonrpc"] == "2.0"
        assert "id" not in message or type(message["id"]) in (int, str)
    else:
        assert error.error.code in (-32700, -32600)


@settings(deadline=None)
@given(kind=st.sampled_from(["city", "source", "table", ""]), id=st.text(max_size=8))
def test_an_address_of_any_shape_is_a_resource_or_unknown(kind: str, id: str, network: Network) -> None:
    for address in (f"ccn://{kind}/{id}", f"{kind}/{id}", f"ccn://{kind}/%20{id}"):
        try:
            assert resources.read(network, address)
        except UnknownError as error:
            assert str(error)


@pytest.fixture(scope="module")
def exchange() -> Iterator[Callable[[list[str]], list[Row]]]:
    """Send lines to a running `ccn mcp` on the miniature and return as many messages that it prints."""
    command = [sys.executable, "-m", "ccn_kb", "--data", str(MINI), "mcp"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", errors="surrogateescape"
    ) as server:
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


def test_what_was_asked_before_the_client_closed_its_end_is_answered(tmp_path: Path) -> None:
    call = {"method": "tools/call", "params": {"name": "find_cities", "arguments": {"text": "a"}}}
    lines = [INITIALIZE, "[]", *(json.dumps({"jsonrpc": "2.0", "id": number, **call}) for number in range(2, 12)), "{"]
    command = [sys.executable, "-m", "ccn_kb", "--data", str(MINI), "mcp"]
    text = "".join(f"{line}\n" for line in lines)
    result = subprocess.run(
        command, cwd=tmp_path, input=text, capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")
    ids = [json.loads(line)["id"] for line in result.stdout.splitlines()]
    assert sorted(ids, key=str) == sorted([json.loads(INITIALIZE)["id"], None, *range(2, 12), None], key=str)


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
