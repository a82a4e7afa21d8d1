"""Networks that today's data do not show: one with everything unusual that a record can hold, and an empty one.

Whatever reads a network is run on both: hostile names, a creative field without members, another without a mark, no
rounds, two hosts, the antimeridian and the pole; and no record at all.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import pytest

from ccn_kb import cli, store
from ccn_kb.model.records import (
    City,
    Cooperation,
    Country,
    CreativeField,
    Excepted,
    Meeting,
    OfficialDocument,
    Release,
    Source,
    Topic,
    Total,
)
from ccn_kb.network import Network
from ccn_kb.store import journal
from ccn_kb.store.canonical import collection_text, exceptions_text
from ccn_kb.store.layout import CITIES, COLLECTIONS, EXCEPTIONS, REGISTRY
from ccn_kb.version import VERSION_FILE
from tests.conftest import TODAY
from tests.records import (
    CITED,
    VERSION,
    make_city,
    make_cooperation,
    make_country,
    make_designation,
    make_document,
    make_end,
    make_field,
    make_meeting,
    make_network,
    make_release,
    make_rule,
    make_source,
    make_topic,
    make_total,
)

HOSTILE_NAMES = {
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(2)>",
    "closing-tags": "</title></script></textarea><blink>",
    "formula": "=1+1",
    "command": "@cmd|'/c'!A0",
    "template": "{{ 7 * 7 }} {% raw %} ${7*7}",
    "quotes": "\"O'Neill\" & 'Sons' &amp; `co`",
    "statement": "'); DROP TABLE cities; --",
    "placeholders": "100 %s {0} [/bold] \\n %0A C:\\x",
    "braces": "A } brace { and a \\",
    "emoji": "🎭🏳️",
    "right-to-left": "עכו العربية",
    "wide-spaces": "Ban\u00a0Me\u3000Thuot",
    "two-hundred-letters": "Llanfair" + "pwllgwyngyll" * 16,
}
"""Names of cities by another name in small Latin letters, of which the id is made; the model allows all of them."""

CHARACTERS_REFUSED = "\u202e\u200f\u200b\u2028\n\r\t\0\ud800\ue000\ufeff"
"""What no text holds: characters that turn the direction, part a line, or cannot be seen."""

LONGEST_ADDRESS = f"https://example.org/{'a' * 1_980}"
FIELD_WITHOUT_MEMBERS = "textile"
FIELD_WITHOUT_MARK = "media-arts"
FIELDS = (
    "architecture",
    "crafts-and-folk-art",
    "design",
    "film",
    "gastronomy",
    "literature",
    FIELD_WITHOUT_MARK,
    "music",
    FIELD_WITHOUT_MEMBERS,
)
COUNTRY_LEFT = "VA"
"""The country of which the only city left the network."""
COUNTRY_WITHOUT_CITIES = "ZZ"
NUMBER_OF_TOWNS = 30
RULES_BROKEN = (
    Excepted(rule="field-mark", id=FIELD_WITHOUT_MARK, reason="A field is added before its mark is drawn."),
)
"""The one rule that the strange network has to break."""


def empty_network() -> Network:
    """Return a network without any record."""
    return Network(
        cities={},
        fields={},
        topics={},
        countries={},
        rounds={},
        rules={},
        totals={},
        sources={},
        meetings_by_id={},
        cooperations={},
        moved={},
        version=VERSION,
    )


def strange_network() -> Network:
    """Return a network of everything unusual that the models allow."""
    return make_network(
        *_countries(),
        *_fields(),
        *_topics(),
        *_sources(),
        *_hostile_cities(),
        *_towns(),
        *_unusual_cities(),
        *_meetings(),
        *_documents(),
        *_releases(),
        *_cooperations(),
        make_rule(value="A report is due every five years <blink>1</blink>.", years=5, since="2014"),
        *_totals(),
        moved={"springfeld-us": "springfield-us"},
    )


def write_folder(network: Network, folder: Path, exceptions: Iterable[Excepted] = ()) -> Path:
    """Write the network as a new data folder and return the folder."""
    (folder / CITIES).mkdir(parents=True)
    texts = {
        **{collection.file: collection_text(collection, ()) for collection in COLLECTIONS if not collection.is_folder},
        EXCEPTIONS: exceptions_text(exceptions),
        REGISTRY: "",
        VERSION_FILE: f"{network.version}\n",
    }
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8")
    with journal.writing(folder):
        empty = store.read(folder)
        store.write(empty, store.changed_texts(empty, network))
    return folder


# -- both of them, for tests -------------------------------------------------------------------

UNWANTED = re.compile(r"\bNone\b|[Uu]ndefined|\b(?:nan|NaN)\b|Traceback|\( |\(\)| [,;:]|,,|[Ss]ince [,.]|\S  +\S")
"""What a missing value leaves behind in a text."""


class Case(NamedTuple):
    """A network, as a data folder too, and its figures on the tests' day."""

    name: str
    network: Network
    folder: Path
    members: int
    countries: int
    designations: int


class Output(NamedTuple):
    """How a command ended, and what it printed."""

    code: int
    text: str
    messages: str


Run: TypeAlias = Callable[..., Output]


@pytest.fixture(scope="module", params=["strange", "empty"])
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Each of the two networks in turn."""
    folder = tmp_path_factory.mktemp(request.param) / "data"
    if request.param == "empty":
        return Case("empty", empty_network(), write_folder(empty_network(), folder), 0, 0, 0)
    network = strange_network()
    return Case("strange", network, write_folder(network, folder, RULES_BROKEN), 52, 4, 55)


@pytest.fixture(scope="module")
def run(case: Case) -> Iterator[Run]:
    """Run `ccn` on the case's folder, in this process: an exception that is not for users fails the test."""

    def run_command(*arguments: str | Path) -> Output:
        streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in ("out", "err")]
        with redirect_stdout(streams[0]), redirect_stderr(streams[1]):
            code = cli.run(["--data", str(case.folder), *map(str, arguments)])
        return Output(code, *map(_written_to, streams))

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CCN_TODAY", TODAY)
        yield run_command


@pytest.fixture(scope="module")
def built(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The case as the database that `ccn build` makes."""
    target = tmp_path_factory.mktemp("built") / "ccn.db"
    assert run("build", "--output", target).code == 0
    return target


def _written_to(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def read_json(text: str) -> Any:
    """Return the data; NaN and Infinity, which Python writes and nobody else reads, are refused."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


# -- the records -------------------------------------------------------------------------------


def _countries() -> Iterator[Country]:
    absence = {"since": "1951", "until": "1960-07", "sources": CITED}
    yield make_country("JP", name="Japan", outside=[absence])
    yield make_country("US", continent="NA", outside=[{"since": "2018", "sources": CITED}])
    yield make_country("FJ", continent="OC", aliases=["<blink>Viti</blink>"])
    yield make_country("AQ", name="Ice & <blink>islands</blink>", region="africa", continent="AF")
    yield make_country(COUNTRY_LEFT, region="arab-states", continent="EU", outside=[{"sources": CITED}])
    yield make_country(COUNTRY_WITHOUT_CITIES, region="latin-america-caribbean", continent="SA")


def _fields() -> Iterator[CreativeField]:
    for id in FIELDS:
        if id == FIELD_WITHOUT_MARK:
            coordinators = [
                {"city": "town-6-us", "role": "deputy", "stated": "2004", "sources": CITED},
                {"city": "town-6-us", "role": "coordinator", "since": "2010", "stated": "2010-01-01", "sources": CITED},
            ]
            name = "Media & <blink>Arts</blink>"
            yield make_field(id, name=name, colour=None, mark=None, coordinators=coordinators)
        elif id == FIELD_WITHOUT_MEMBERS:
            yield make_field(id, added="2026", sources=CITED, aliases=["=cloth"])
        else:
            yield make_field(id)


def _topics() -> Iterator[Topic]:
    yield make_topic("craft", name="craft")
    yield make_topic("blink-lace-blink", name="<blink>lace</blink>", broader="craft")
    yield make_topic("nobodys-topic", name="{{ nobody's }} topic")


def _sources() -> Iterator[Source]:
    yield make_source()
    yield make_source("long-address", kind="reference", url=LONGEST_ADDRESS, published="2011")
    yield make_source("geonames", kind="reference", entry_url="https://example.org/entry/{locator}")
    yield make_source(
        "mirror",
        kind="copy",
        publisher="<svg onload=alert(3)>",
        title='"><script>alert(4)</script>',
        url="https://example.org/?a=1&b='2'&amp;c={{7}}",
        accessed="2026",
        lang="zh-Hant-TW",
    )


def _hostile_cities() -> Iterator[City]:
    for number, (latin, name) in enumerate(HOSTILE_NAMES.items()):
        yield make_city(
            f"{latin}-jp",
            make_designation(FIELDS[number % 8], f"{2005 + number}", note=f"Designated as {name}."),
            name=name,
            names=[{"value": latin.replace("-", " ")}],
            note=f"A city called {name}.",
            known_for=[{"value": "<blink>lace</blink>", "sources": CITED}],
        )


def _towns() -> Iterator[City]:
    for number in range(NUMBER_OF_TOWNS):
        since = ("2004", "2005-10", "2006-01-15")[number % 3]
        yield make_city(f"town-{number}-us", make_designation(FIELDS[number % 8], since))


def _unusual_cities() -> Iterator[City]:
    yield make_city(
        "factual-us",
        make_designation("music", "2026-11-22", sources=["long-address", "mirror"]),
        facts=[{"value": "It has <blink>facts</blink> and no topics.", "sources": ["mirror"]}],
        geonames=None,
    )
    yield make_city(
        "springfield-us",
        make_designation("film", "2007-02", disputed=[{"path": "since", "value": "=2007", "sources": ["mirror"]}]),
        subdivision={"code": "US-MA", "name": "Massachusetts & <blink>islands</blink>"},
        second_subdivision={"code": "US-025", "name": "Suffolk <blink>county</blink>"},
        names=[{"value": 'Spring\'s "Field"', "lang": "en", "until": "1999-05", "sources": CITED}],
        unesco_pages=["springfield", "springfield-film"],
        wikidata="Q1",
        disputed=[{"path": "name", "value": "Springfeld", "sources": ["mirror"]}],
    )
    yield make_city("springfield-us-il", name="Springfield", country="US", subdivision={"code": "US-IL", "name": "X"})
    yield make_city("taveuni-fj", location=_location(-16.85, 180), geonames=7, population=_populations("geonames#7"))
    yield make_city("rabi-fj", location=_location(-16.5, -180))
    yield make_city("south-pole-aq", location=_location(-90, 0))
    yield make_city("left-va", make_designation("film", "2010", end=make_end("2015-06", sources=["mirror"])))
    yield make_city(
        "returned-jp",
        make_designation("music", "2008", end=make_end("2012-05", "removed")),
        make_designation("music", "2014-12"),
    )
    yield make_city(
        "changed-jp",
        make_designation("music", "2009", end=make_end("2013-03", "field-changed")),
        make_designation("literature", "2013-03"),
    )


def _location(latitude: float, longitude: float) -> dict[str, object]:
    return {"latitude": latitude, "longitude": longitude, "sources": ["geonames#<blink>&\"'"]}


def _populations(citation: str) -> list[dict[str, object]]:
    return [
        {"value": 1, "sources": [citation]},
        {"value": 100_000_000, "year": 1900, "sources": CITED},
    ]


def _meetings() -> Iterator[Meeting]:
    elsewhere = {"name": "<blink>Elsewhere</blink>", "country": COUNTRY_WITHOUT_CITIES}
    yield make_meeting(
        "2019-springfield-us",
        "2019-06",
        ends="2019-07",
        ordinal=1,
        name="=First {{ meeting }} <blink>of all</blink>",
        hosts=[{"city": "springfield-us"}, elsewhere],
        theme="</script><script>alert(5)</script>",
        attendance=[{"value": "Nobody <blink>came</blink>.", "sources": ["mirror"]}],
        outcomes=[{"value": "=1+1 was adopted.", "sources": CITED}],
        announced=[{"value": "Everybody & all.", "sources": CITED}],
        disputed=[{"path": "starts", "value": "2019-05-31", "sources": ["mirror"]}],
    )
    yield make_meeting("2020-online", "2020", name="Online meeting")
    yield make_meeting("2021-script-jp", "2021-12-30", ends="2022-01-02", hosts=[{"city": "script-jp"}])
    yield make_meeting("2022-left-va", "2022", ordinal=1, status="postponed", hosts=[{"city": "left-va"}])
    yield make_meeting("2023-cancelled", "2023-03-01", status="cancelled")
    yield make_meeting("2024-unconfirmed", "2024-02", status="unconfirmed", hosts=[elsewhere])
    yield make_meeting("2027-rabi-fj", "2027", status="planned", hosts=[{"city": "rabi-fj"}, {"city": "taveuni-fj"}])


def _documents() -> Iterator[OfficialDocument]:
    yield make_document("2015-bare", "2015")
    yield make_document(
        "2019-call",
        "2019-06",
        title="=Call {{ of }} <blink>nobody</blink>",
        deadline="2019",
        per_country=1,
        applications=0,
        statements=[{"value": "</script><script>alert(6)</script>", "sources": ["mirror"]}],
        disputed=[{"path": "deadline", "value": "<blink>never</blink>", "sources": ["mirror"]}],
        note="A call that <blink>nobody</blink> heard.",
    )
    yield make_document("2019-rules", "2019-07-01", kind="rules", title="Rules", meeting="2019-springfield-us")
    yield make_document("2021-rules", "2021", kind="rules", title="More rules", replaces="2019-rules")
    yield make_document("2022-evaluation", "2022", kind="evaluation", title="\"An\" 'evaluation' & more")


def _releases() -> Iterator[Release]:
    yield make_release("0.9.20190101", "2019")
    yield make_release("0.10.20200101", "2020-01", replaces="0.9.20190101")
    corrections = [
        {"change": "corrected", "kind": "city", "record": "springfield-us", "name": "<b>Springfield</b>"}
        | {"path": "names.<i>.until", "before": "=1+1", "after": "<script>alert(7)</script>"},
        {"change": "removed", "kind": "total", "record": "2009", "name": "2009", "before": "\u05d0" * 300},
        {"change": "moved", "kind": "city", "record": "nowhere-xx", "name": "Nowhere", "before": "a", "after": "b"},
    ]
    yield make_release("1.0.20210101", "2021-01-01", replaces="0.10.20200101", corrections=corrections)


def _cooperations() -> Iterator[Cooperation]:
    yield make_cooperation(
        "2003-script-jp-alone", "2003", ends="2004-05", cities=[{"city": "script-jp", "role": "helped"}], field="film"
    )
    yield make_cooperation(
        "2017-town-0-us-meeting",
        "2017",
        title="<blink>Nobody</blink> meets",
        kind="meeting",
        field=FIELD_WITHOUT_MEMBERS,
        cities=[{"city": "town-0-us", "role": "host"}],
    )
    towns = [{"city": f"town-{number}-us", "role": "partner"} for number in range(NUMBER_OF_TOWNS)]
    yield make_cooperation(
        "2018-town-0-us-all",
        "2018-09",
        title="=Thirty <blink>towns</blink> & {{ more }}",
        kind="platform",
        cities=towns,
        sources=["mirror"],
    )


def _totals() -> Iterator[Total]:
    yield make_total("2003", members=0, countries=0)
    yield make_total("2015-06", wording="over <blink>eighty</blink>")
    yield make_total("2016", id="2016-field", field=FIELD_WITHOUT_MEMBERS, wording="=none yet")
    yield make_total("2017-05-04", id="2017-country", country=COUNTRY_LEFT, wording="one, it was said")
