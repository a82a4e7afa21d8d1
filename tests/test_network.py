"""Dates, folded names, and the questions that the network answers as of a day."""

from __future__ import annotations

import calendar
import datetime
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import ccn_kb
from ccn_kb import store
from ccn_kb.errors import UnknownError
from ccn_kb.model.dates import first_day, last_day, on_day, precision, today
from ccn_kb.model.text import fold, slug, words
from ccn_kb.network import Network, best_kind, possible_ids, snapshot
from ccn_kb.network.members import MEMBER_COLUMNS, Member, Members, population_figure, start_of_stay
from ccn_kb.network.published_totals import Comparison
from tests.conftest import DATA, MINI
from tests.histories import Stay, histories, turning_days
from tests.records import (
    make_city,
    make_country,
    make_designation,
    make_end,
    make_field,
    make_group,
    make_meeting,
    make_network,
    make_round,
    make_source,
    make_total,
)

UNHURRIED = settings(deadline=None, max_examples=60)
END_OF_DATA = "2025-12-31"


@pytest.fixture(scope="session")
def small() -> Network:
    """The miniature folder's network; read only."""
    return ccn_kb.load(MINI)


def ids(members: Iterable[Member]) -> list[str]:
    return [member.city.id for member in members]


def stays(members: Iterable[Member]) -> list[tuple[str, str]]:
    return [(member.city.id, member.designation.field) for member in members]


def countries(members: Iterable[Member]) -> int:
    return len({member.country.id for member in members})


# -- dates -------------------------------------------------------------------------------------


@given(st.dates())
def test_a_full_date_is_its_own_first_and_last_day(day: datetime.date) -> None:
    text = day.isoformat()
    assert (first_day(text), last_day(text), precision(text)) == (day, day, "day")


@given(st.dates())
def test_a_month_goes_from_its_first_to_its_last_day(day: datetime.date) -> None:
    text = day.isoformat()[:7]
    first, last = first_day(text), last_day(text)
    assert precision(text) == "month"
    assert first.day == 1
    assert last.isoformat()[:7] == first.isoformat()[:7] == text
    assert (last - first).days + 1 == calendar.monthrange(day.year, day.month)[1]


@given(st.dates())
def test_a_year_goes_from_its_first_to_its_last_day(day: datetime.date) -> None:
    text = day.isoformat()[:4]
    assert (first_day(text), last_day(text)) == (datetime.date(day.year, 1, 1), datetime.date(day.year, 12, 31))
    assert precision(text) == "year"


@given(st.dates(), st.sampled_from([4, 7, 10]))
def test_a_day_lies_between_the_first_and_the_last_that_its_date_can_mean(day: datetime.date, length: int) -> None:
    text = day.isoformat()[:length]
    assert first_day(text) <= day <= last_day(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2008", (2008, 1, 1), (2008, 12, 31)),
        ("2008-02", (2008, 2, 1), (2008, 2, 29)),
        ("2100-02", (2100, 2, 1), (2100, 2, 28)),
        ("2008-06", (2008, 6, 1), (2008, 6, 30)),
        ("2008-02-29", (2008, 2, 29), (2008, 2, 29)),
    ],
)
def test_a_partial_date_means_a_span_of_days(
    text: str, first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    assert first_day(text) == datetime.date(*first)
    assert last_day(text) == datetime.date(*last)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "08",
        "20080611",
        "2008-6",
        "2008-06-1",
        "2008/06",
        "2008-06-11T00:00",
        " 2008",
        "2008 ",
        "2008\n",
        "-2008",
        "٢٠٠٨",
        "2008-13",
        "2008-00",
        "2009-02-29",
        "2008-06-31",
        "0000",
        "11.6.2008",
    ],
)
def test_what_is_no_date_is_refused_with_an_example(text: str) -> None:
    for ask in (first_day, last_day):
        with pytest.raises(ValueError, match=re.escape(repr(text))) as raised:
            ask(text)
        assert "write 2008, 2008-06 or 2008-06-11" in str(raised.value)


@given(st.text(max_size=12) | st.text("0123456789-", min_size=4, max_size=10))
@example("2008-06-11")
def test_a_text_is_a_date_or_refused(text: str) -> None:
    try:
        day = first_day(text)
    except ValueError:
        return
    assert day.isoformat().startswith(text)


def test_a_day_in_a_question_is_today_or_the_last_that_the_date_can_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCN_TODAY", "2015-05-28")
    day = datetime.date(2015, 5, 28)
    assert on_day(None) == today() == day
    assert on_day("2015-05") == datetime.date(2015, 5, 31)
    assert on_day(day) == day
    monkeypatch.setenv("CCN_TODAY", "2015")
    assert today() == datetime.date(2015, 12, 31)
    monkeypatch.setenv("CCN_TODAY", "tomorrow")
    with pytest.raises(ValueError, match="'tomorrow' is not a date"):
        today()
    monkeypatch.setenv("CCN_TODAY", "")
    assert abs(today() - datetime.datetime.now().astimezone().date()) <= datetime.timedelta(days=1)


# -- folded names ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Łódź", "lodz"),
        ("łódź", "lodz"),
        (unicodedata.normalize("NFD", "Łódź"), "lodz"),
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("İstanbul", "istanbul"),
        ("Diyarbakır", "diyarbakir"),
        ("Tromsø", "tromso"),
        ("ÅLESUND", "alesund"),
        ("Đà Nẵng", "da nang"),
        ("Gəncə", "gence"),
        ("Þórshöfn", "thorshofn"),
        ("Ærø", "aero"),
        ("Œuvre", "oeuvre"),
        ("L’Aquila", "laquila"),
        ("L'Aquila", "laquila"),
        ("Xi‘an", "xian"),
        ("Kauaʻi", "kauai"),
        ("Sanʿāʾ", "sana"),
        ("Ħamrun", "hamrun"),
        ("ＫＯＢＥ", "kobe"),
        ("金沢", "金沢"),
        ("Enghien-les-Bains", "enghien-les-bains"),
    ],
)
def test_names_are_compared_without_capitals_marks_and_apostrophes(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    "character", [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Cf"]
)
def test_an_invisible_character_changes_no_name(character: str) -> None:
    assert words(f"Ca{character}iro") == ("cairo",)


@pytest.mark.parametrize(
    "character",
    [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Pd"]
    + [*'_&"“|:+!?、،・·−'],
)
def test_every_dash_and_sign_parts_words(character: str) -> None:
    assert words(f"Saint{character}Étienne") == ("saint", "etienne")


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("دبى", "دبي"),
        ("القـاهرة", "القاهره"),
        ("کرمانشاه", "كرمانشاه"),
        ("順德", "顺德"),
        ("神戶", "神戸"),
        ("濱松", "浜松"),
        ("Bistrit\u0326a", "Bistrița"),
        ("jayapu\ufe0fra", "jayapura"),
    ],
)
def test_spellings_of_one_name_fold_alike(text: str, other: str) -> None:
    assert fold(text) == fold(other)


@pytest.mark.parametrize("name", ["Göteborg", "Goeteborg", "Gothenburg", "GÖTEBORG", "Gothen\u00adburg"])
def test_a_city_has_its_name_in_every_spelling(name: str, network: Network) -> None:
    assert network.city(name).id == "gothenburg-se"


def test_an_ampersand_in_a_field_is_read_as_and(network: Network) -> None:
    assert network.field("crafts & folk art").id == "crafts-and-folk-art"


@given(st.text())
@example("№ 5")
@example("20 ℃")
@example("ᴬ")
@example("＇")
def test_what_is_folded_stays_as_it_is(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(categories=["L", "M", "Nd", "Zs"])))
def test_accents_fold_alike_composed_and_decomposed(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text(st.characters(max_codepoint=0x17F, categories=["L"])))
def test_capitals_fold_to_small_letters(text: str) -> None:
    assert fold(text.upper()) == fold(text)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("Łódź", "lodz"),
        ("Santa Fe", "santa-fe"),
        ("Enghien-les-Bains", "enghien-les-bains"),
        ("Saint John's (NL)", "saint-johns-nl"),
        ("  Al-Madinah / Medina  ", "al-madinah-medina"),
        ("São Paulo, 2", "sao-paulo-2"),
        ("Straße", "strasse"),
        ("金沢", ""),
        ("", ""),
    ],
)
def test_a_slug_is_words_of_ascii_joined_by_hyphens(text: str, made: str) -> None:
    assert slug(text) == made


@given(st.text())
def test_a_slug_is_made_of_small_letters_digits_and_hyphens(text: str) -> None:
    assert re.fullmatch("([a-z0-9]+(-[a-z0-9]+)*)?", slug(text))
    assert slug(slug(text)) == slug(text)


def test_an_id_can_be_minted_from_each_name_with_and_without_subdivision() -> None:
    city = make_city("kobe-jp", names=[{"value": "Hyōgo"}, {"value": "神戸"}])
    assert possible_ids(city) == {"kobe-jp", "hyogo-jp"}
    city = make_city("kobe-jp", subdivision={"code": "JP-28", "name": "Hyogo"})
    assert possible_ids(city) == {"kobe-jp", "kobe-jp-28"}


# -- the network on a day ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "members", "in_countries"),
    [
        ("2013-12-31", 41, None),
        ("2015-05-28", 69, 32),
        ("2015-12-31", 116, 54),
        ("2017-12-31", 180, 72),
        ("2019-12-31", 246, None),
        ("2021-12-31", 295, None),
        ("2023-12-31", 350, None),
        ("2025-12-31", 408, None),
    ],
)
def test_the_official_figures_come_out(network: Network, day: str, members: int, in_countries: int | None) -> None:
    everyone = network.members(day)
    assert len(everyone) == members
    assert in_countries in (None, countries(everyone))


def test_the_official_figures_by_field_come_out(network: Network) -> None:
    assert network.count(network.members(END_OF_DATA), "field") == {
        "music": 84,
        "crafts-and-folk-art": 80,
        "gastronomy": 66,
        "literature": 63,
        "design": 53,
        "film": 30,
        "media-arts": 27,
        "architecture": 5,
    }


def test_six_cities_of_japan_were_members_at_the_meeting_in_kanazawa(network: Network) -> None:
    names = [member.city.name for member in network.members("2015-05-28", country="JP")]
    assert names == ["Hamamatsu", "Kanazawa", "Kobe", "Nagoya", "Sapporo", "Tsuruoka"]


def test_today_is_the_day_unless_another_is_given(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCN_TODAY", "2015-05-28")
    assert len(network.members()) == 69
    assert network.history()[-1].date == "2014-12-01"
    assert network.former() == []


def test_before_the_first_designation_the_network_is_empty(network: Network) -> None:
    for day in ("0001", "2003", "2003-12-31", "2004-10-12"):
        assert network.members(day) == []
        assert network.former(day) == []
        assert network.history(until=day) == []
    assert network.count([], "field") == {}
    assert ids(network.members("2004-10-13")) == ["edinburgh-gb"]


@pytest.mark.parametrize(("partial", "last"), [("2023-10", "2023-10-31"), ("2015", "2015-12-31")])
def test_a_partial_date_in_a_question_means_its_last_day(network: Network, partial: str, last: str) -> None:
    assert network.members(partial) == network.members(last) == network.members(datetime.date.fromisoformat(last))
    assert network.former(partial) == network.former(last)
    assert network.history(until=partial) == network.history(until=last)
    assert network.members(partial) != network.members(first_day(partial))


@pytest.mark.parametrize("day", ["yesterday", "2015-02-30", "2015-5", ""])
def test_a_question_about_no_date_is_refused(network: Network, day: str) -> None:
    for ask in (network.members, network.former, network.history):
        with pytest.raises(ValueError, match=r"is not a (valid )?date"):
            ask(day)


def test_lyon_is_in_media_arts_and_then_in_literature(network: Network) -> None:
    def fields(day: str) -> list[str]:
        return [member.designation.field for member in network.members(day) if member.city.id == "lyon-fr"]

    assert fields("2008-05-31") == []
    assert fields("2008-06-01") == fields("2022-06-01") == fields("2023-10-30") == ["media-arts"]
    assert fields("2023-10-31") == fields("2024-01-01") == ["literature"]
    assert [fields(str(year)) for year in range(2008, 2027)] == [["media-arts"]] * 15 + [["literature"]] * 4


def test_no_city_is_counted_twice_in_any_year(network: Network) -> None:
    for year in range(2004, 2027):
        assert max(Counter(ids(network.members(str(year)))).values()) == 1


def test_a_change_of_field_is_no_joining(network: Network) -> None:
    new = network.members("2023", joined=2023)
    assert len(new) == 55
    assert "lyon-fr" not in ids(new)
    assert "lyon-fr" in ids(network.members("2023", joined=2008))
    years = network.count(network.members("2025"), "year")
    assert {year: years[year] for year in ("2014", "2015", "2017", "2019", "2021", "2023", "2025")} == {
        "2014": 28,
        "2015": 47,
        "2017": 64,
        "2019": 66,
        "2021": 49,
        "2023": 55,
        "2025": 58,
    }
    assert all(len(network.members("2025", joined=int(year))) == count for year, count in years.items())


def test_former_are_the_designations_that_have_ended(network: Network) -> None:
    assert network.former("2023-10-30") == []
    assert stays(network.former("2023-10-31")) == [("lyon-fr", "media-arts")]
    assert stays(network.former("2024", field="Media Arts", country="France", joined=2008)) == [
        ("lyon-fr", "media-arts")
    ]
    others: list[dict[str, Any]] = [{"field": "literature"}, {"country": "JP"}, {"region": "africa"}, {"text": "kobe"}]
    for other in (*others, {"joined": 2023}):
        assert network.former("2024", **other) == []


def test_members_are_chosen_by_field_country_and_region(network: Network) -> None:
    everyone = network.members("2025")
    chosen = network.members("2025", field="Film", country="JPN", region="Asia and the Pacific", joined=2017)
    assert ids(chosen) == ["yamagata-jp"]
    for field in network.fields:
        assert network.members("2025", field=field) == [
            member for member in everyone if member.designation.field == field
        ]
    assert network.members("2025", country="Japan") == [member for member in everyone if member.city.country == "JP"]
    assert network.members("2025", region="africa") == [
        member for member in everyone if member.country.region == "africa"
    ]
    for key, value in (
        ("field", "circus"),
        ("country", "Atlantis"),
        ("region", "moon"),
        ("continent", "moon"),
        ("topic", "moon walks"),
    ):
        unknown: dict[str, Any] = {key: value}
        with pytest.raises(UnknownError, match=f"unknown (creative )?{key} '{value}'"):
            network.members("2025", **unknown)


def test_members_are_chosen_by_continent_which_is_not_the_region(network: Network) -> None:
    everyone = network.members("2025")
    africa = network.members("2025", continent="Africa")
    assert africa == network.members("2025", continent="af")
    assert africa == [member for member in everyone if member.country.continent == "AF"]
    assert {"cairo-eg", "tunis-tn"} <= set(ids(africa))
    assert not {"cairo-eg", "tunis-tn"} & set(ids(network.members("2025", region="africa")))
    parts = [network.members("2025", continent=code) for code in ("AF", "AS", "EU", "NA", "OC", "SA")]
    assert sum(map(len, parts)) == len(everyone)


def test_members_are_chosen_by_topic_or_a_narrower_one(network: Network, small: Network) -> None:
    assert ids(small.members("2025", topic="Gold leaf")) == ids(small.members("2025", topic="gold-leaf"))
    assert ids(small.members("2025", topic="Gold leaf")) == ["kanazawa-jp"]
    ceramics, porcelain = (set(ids(network.members("2025", topic=name))) for name in ("ceramics", "porcelain"))
    assert "jingdezhen-cn" in porcelain
    assert porcelain < ceramics


def test_a_narrowing_that_is_none_is_refused(network: Network) -> None:
    misspelt: dict[str, Any] = {"contry": "JP"}
    for ask in (network.members, network.former):
        with pytest.raises(TypeError, match="contry"):
            ask("2025", **misspelt)


def test_members_stand_in_the_order_of_their_names(small: Network, network: Network) -> None:
    assert ids(small.members("2025")) == [
        "bradford-gb",
        "granada-es",
        "granada-ni",
        "kanazawa-jp",
        "lodz-pl",
        "lyon-fr",
        "santa-fe-us",
        "yamagata-jp",
    ]
    names = [fold(member.city.name) for member in network.members("2025")]
    assert names == sorted(names)


@pytest.mark.parametrize(
    ("by", "counted"),
    [
        ("field", {"film": 3, "literature": 2, "design": 1, "crafts-and-folk-art": 2}),
        ("country", {"GB": 1, "ES": 1, "NI": 1, "JP": 2, "PL": 1, "FR": 1, "US": 1}),
        ("region", {"europe-north-america": 5, "latin-america-caribbean": 1, "asia-pacific": 2}),
        ("continent", {"EU": 4, "NA": 2, "AS": 2}),
        ("year", {"2005": 1, "2008": 1, "2009": 2, "2014": 1, "2017": 2, "2023": 1}),
        ("source-kind", {"official": 8}),
    ],
)
def test_every_member_is_counted_in_one_group(
    small: Network, network: Network, by: str, counted: dict[str, int]
) -> None:
    assert small.count(small.members("2024"), by) == counted
    everyone = network.members("2025")
    assert sum(network.count(everyone, by).values()) == len(everyone)


def test_groups_have_english_names(network: Network) -> None:
    asked = [("field", "media-arts"), ("country", "JP"), ("region", "africa"), ("continent", "NA"), ("year", "2015")]
    labels = ["Media Arts", "Japan", "Africa", "North America", "2015"]
    assert [network.label(*group) for group in asked] == labels


def test_a_member_has_a_row_of_the_columns(small: Network) -> None:
    (lyon,) = small.members("2020", country="FR").to_dicts()
    assert tuple(lyon) == MEMBER_COLUMNS
    assert lyon == {
        "id": "lyon-fr",
        "name": "Lyon",
        "country": "FR",
        "country_name": "France",
        "alpha3": "FRA",
        "region": "europe-north-america",
        "continent": "EU",
        "continent_name": "Europe",
        "subdivision": "Auvergne-Rhône-Alpes",
        "subdivision_code": "FR-ARA",
        "field": "media-arts",
        "field_name": "Media Arts",
        "since": "2008-06",
        "since_day": "2008-06-01",
        "since_precision": "month",
        "joined": "2008-06",
        "joined_day": "2008-06-01",
        "until": "2023-10-31",
        "until_day": "2023-10-31",
        "round": None,
        "latitude": 45.74906,
        "longitude": 4.84789,
        "population": 519127,
        "population_year": 2023,
        "population_basis": "municipality",
        "geonames": 2996944,
        "wikidata": "Q456",
        "unesco_page": "lyon",
        "best_source": "official",
        "source_url": "https://news.un.org/en/story/2008/06/264622",
    }


def test_a_member_has_the_start_of_its_membership_and_its_best_source(network: Network) -> None:
    (lyon,) = (row for row in network.members("2025-10-31", country="FR").to_dicts() if row["id"] == "lyon-fr")
    assert (lyon["since"], lyon["joined"], lyon["joined_day"]) == ("2023-10-31", "2008-06", "2008-06-01")
    for member, row in zip(network.memberships, Members(network.memberships, network.codebook).to_dicts(), strict=True):
        urls = {network.cited_url(citation) for citation in member.designation.sources}
        assert row["source_url"] in urls
        assert row["best_source"] == best_kind(member.designation, network.sources)
        assert str(row["joined_day"]) <= str(row["since_day"])


def _make_figure(value: int, year: int | None = None, basis: str | None = None) -> dict[str, object]:
    return {"value": value, "year": year, "basis": basis, "sources": ["press"]}


def test_the_population_in_a_row_is_the_latest_of_the_municipality_or_the_city_proper() -> None:
    undated, region = _make_figure(9, basis="municipality"), _make_figure(8, 2024, "region")
    city_proper, municipality = _make_figure(7, 2022, "city-proper"), _make_figure(6, 2011, "municipality")
    earlier = _make_figure(5, 2001, "municipality")
    for figures, expected in (
        ([], None),
        ([_make_figure(5), _make_figure(5, 2020), undated, region], None),
        ([undated, region, city_proper], (7, 2022, "city-proper")),
        ([municipality, city_proper], (7, 2022, "city-proper")),
        ([_make_figure(5, 2011, "city-proper"), municipality], (6, 2011, "municipality")),
        ([earlier, municipality], (6, 2011, "municipality")),
        ([municipality, earlier], (6, 2011, "municipality")),
    ):
        figure = population_figure(make_city(population=figures))
        assert (figure and (figure.value, figure.year, figure.basis)) == expected


def test_the_kind_of_a_source_is_that_of_the_most_trusted() -> None:
    sources = {kind: make_source(kind, kind=kind) for kind in ("copy", "press", "reference", "host", "official")}
    cited = [["copy", "press"], ["reference#12", "copy"], ["press", "host", "official#1"], ["copy"]]
    kinds = [best_kind(make_designation(sources=citations), sources) for citations in cited]
    assert kinds == ["press", "reference", "official", "copy"]


# -- any history -------------------------------------------------------------------------------


@UNHURRIED
@given(histories())
def test_on_any_day_the_members_are_those_who_joined_and_have_not_left(drawn: tuple[Network, list[Stay]]) -> None:
    network, plain = drawn
    for day in turning_days(plain):
        there = {(stay.city, stay.field) for stay in plain if stay.first <= day and not (stay.end and stay.end <= day)}
        gone = Counter((stay.city, stay.field) for stay in plain if stay.end and stay.end <= day)
        members = network.members(day)
        assert set(stays(members)) == there
        assert len({member.city.id for member in members}) == len(members) == len(there)
        assert Counter(stays(network.former(day))) == gone


@UNHURRIED
@given(histories())
def test_the_events_up_to_any_day_leave_its_members(drawn: tuple[Network, list[Stay]]) -> None:
    network, plain = drawn
    for day in turning_days(plain):
        there: dict[str, str] = {}
        for change in network.history(until=day):
            if change.event == "joined":
                assert change.city.id not in there
                there[change.city.id] = change.designation.field
            elif change.event == "changed-field":
                assert change.former is not None
                assert there[change.city.id] == change.former.field
                there[change.city.id] = change.designation.field
            else:
                assert there.pop(change.city.id) == change.designation.field
        assert there == dict(stays(network.members(day)))


@UNHURRIED
@given(histories())
def test_every_turn_is_one_event(drawn: tuple[Network, list[Stay]]) -> None:
    network, plain = drawn
    before: dict[str, Stay] = {}
    expected: list[tuple[datetime.date, str, str, str]] = []
    for stay in plain:
        changed = stay.city in before and before[stay.city].reason == "field-changed"
        expected.append((stay.first, stay.city, "changed-field" if changed else "joined", stay.field))
        if stay.end and stay.reason != "field-changed":
            expected.append((stay.end, stay.city, "ended", stay.field))
        before[stay.city] = stay
    changes = network.history(until="2007")
    assert Counter(
        (first_day(change.date), change.city.id, change.event, change.designation.field) for change in changes
    ) == Counter(expected)
    assert [change.order for change in changes] == sorted(change.order for change in changes)


@pytest.mark.filterwarnings("ignore::ccn_kb.errors.AfterDataWarning")
@UNHURRIED
@given(st.dates(datetime.date(2004, 1, 1), datetime.date(2026, 12, 31)))
@example(datetime.date(2023, 10, 30))
@example(datetime.date(2023, 10, 31))
def test_the_real_events_up_to_any_day_leave_its_members(network: Network, day: datetime.date) -> None:
    there: set[str] = set()
    for city in network.cities.values():
        spans = [
            (first_day(designation.since), first_day(designation.end.date) if designation.end else day)
            for designation in city.designations
        ]
        assert all(end <= start for (_, end), (start, _) in pairwise(spans))
        if any(
            first_day(designation.since) <= day and not (designation.end and first_day(designation.end.date) <= day)
            for designation in city.designations
        ):
            there.add(city.id)
    assert set(ids(network.members(day))) == there
    events = Counter(change.event for change in network.history(until=day))
    assert events["joined"] - events["ended"] == len(there)


# -- events ------------------------------------------------------------------------------------

LEFT_AND_BACK = make_network(
    make_city(
        "lodz-pl", make_designation("film", "2010", end=make_end("2012-05-02")), make_designation("music", "2015")
    ),
    make_city(
        "kobe-jp",
        make_designation("film", "2010-01-01", end=make_end("2012-05-02", "field-changed")),
        make_designation("literature", "2012-05-02", end=make_end("2015-01-01", "removed")),
    ),
)


def test_history_tells_of_joining_changing_field_and_ending_in_order() -> None:
    assert [
        (change.date, change.event, change.city.id, change.designation.field)
        for change in LEFT_AND_BACK.history(until="2016")
    ] == [
        ("2010-01-01", "joined", "kobe-jp", "film"),
        ("2010", "joined", "lodz-pl", "film"),
        ("2012-05-02", "changed-field", "kobe-jp", "literature"),
        ("2012-05-02", "ended", "lodz-pl", "film"),
        ("2015-01-01", "ended", "kobe-jp", "literature"),
        ("2015", "joined", "lodz-pl", "music"),
    ]


def test_events_of_one_day_stand_in_the_order_of_the_names() -> None:
    cities = (
        make_city("zagreb-hr"),
        make_city("lodz-pl", name="Łódź"),
        make_city("granada-ni"),
        make_city("granada-es"),
    )
    changes = make_network(*cities).history(until="2018")
    assert [change.city.id for change in changes] == ["granada-es", "granada-ni", "lodz-pl", "zagreb-hr"]


def test_history_includes_the_days_from_which_and_to_which_it_is_asked() -> None:
    def dates(since: str, until: str) -> list[str]:
        return [change.date for change in LEFT_AND_BACK.history(since, until)]

    assert dates("2012-05-02", "2012-05-02") == ["2012-05-02"] * 2
    assert dates("2012-05-03", "2014-12-31") == []
    assert dates("2012", "2015-01") == ["2012-05-02", "2012-05-02", "2015-01-01", "2015"]
    assert dates("2012-06", "2014") == []


def test_a_city_that_came_back_joined_with_its_second_designation() -> None:
    (before,) = LEFT_AND_BACK.members("2011", country="PL")
    (after,) = LEFT_AND_BACK.members("2016", country="PL")
    assert (start_of_stay(before).since, start_of_stay(after).since) == ("2010", "2015")
    assert LEFT_AND_BACK.count(LEFT_AND_BACK.members("2016"), "year") == {"2015": 1}
    (changed,) = LEFT_AND_BACK.members("2013")
    assert start_of_stay(changed).since == "2010-01-01"


def test_lyons_change_of_field_is_one_event_among_those_of_its_day(network: Network) -> None:
    day = network.history("2023-10-31", "2023-10-31")
    assert Counter(change.event for change in day) == {"joined": 55, "changed-field": 1}
    (change,) = (change for change in day if change.event == "changed-field")
    assert change.city.id == "lyon-fr"
    assert change.designation.field == "literature"
    assert change.former is not None
    assert change.former.field == "media-arts"
    assert [change for change in network.history(until=END_OF_DATA) if change.event != "joined"] == [change]
    assert all(change.former is None for change in day if change.event == "joined")


def test_meetings_stand_in_the_order_of_their_dates() -> None:
    wanted = {
        "z-day": "2025-01-01",
        "y-month": "2025-01",
        "x-year": "2025",
        "a-day-in-june": "2025-06-23",
        "b-day-in-june": "2025-06-23",
        "june": "2025-06",
        "next-year": "2026",
    }
    order = ["z-day", "y-month", "x-year", "june", "a-day-in-june", "b-day-in-june", "next-year"]
    # A month without day counts from its first.
    given_order = [make_meeting(id, wanted[id]) for id in reversed(order)]
    assert [meeting.id for meeting in make_network(*given_order).meetings()] == order


def test_meetings_are_chosen_by_status(network: Network, small: Network) -> None:
    assert [meeting.id for meeting in small.meetings()] == [
        "2008-paris",
        "2015-kanazawa-jp",
        "2021-online",
        "2023-lyon-fr",
    ]
    assert [meeting.id for meeting in small.meetings("held")] == ["2008-paris", "2015-kanazawa-jp", "2021-online"]
    assert [meeting.id for meeting in small.meetings("unconfirmed")] == ["2023-lyon-fr"]
    assert small.meetings("cancelled") == []
    days = [first_day(meeting.starts) for meeting in network.meetings()]
    assert len(days) == len(network.meetings_by_id)
    assert days == sorted(days)


# -- finding one record ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "id"),
    [
        ("lodz-pl", "lodz-pl"),
        ("Łódź", "lodz-pl"),
        ("LODZ", "lodz-pl"),
        ("Gand", "ghent-be"),
        ("Gent", "ghent-be"),
        ("金沢市", "kanazawa-jp"),
        ("East London", "buffalo-city-za"),
        ("east-london", "buffalo-city-za"),
        ("Enghien les Bains", "enghien-les-bains-fr"),
        ("  Santa  Fe ", "santa-fe-us"),
        ("granada-ni", "granada-ni"),
    ],
)
def test_a_city_is_found_by_id_and_by_each_of_its_names(network: Network, asked: str, id: str) -> None:
    assert network.city(asked).id == id


def test_a_city_is_found_by_its_old_id(small: Network) -> None:
    assert small.city("grenade-es").id == "granada-es"


def test_a_name_of_two_cities_is_refused_with_both_ids(network: Network, small: Network) -> None:
    for dataset in (network, small):
        with pytest.raises(UnknownError, match=r"^'Granada' is ambiguous: granada-es or granada-ni\?$"):
            dataset.city("Granada")
    assert small.city("Grenade").id == "granada-es"
    unsorted = make_network(make_city("granada-ni"), make_city("granada-es"))
    with pytest.raises(UnknownError, match=r"ambiguous: granada-es or granada-ni\?$"):
        unsorted.city("granada")


@pytest.mark.parametrize(
    ("asked", "suggested"),
    [("Bradfrod", "bradford-gb"), ("bradfrod-gb", "bradford-gb"), ("Kanzawa", "kanazawa-jp"), ("lodz-po", "lodz-pl")],
)
def test_an_unknown_city_is_refused_with_the_nearest(network: Network, asked: str, suggested: str) -> None:
    with pytest.raises(UnknownError) as raised:
        network.city(asked)
    assert str(raised.value).startswith(f"unknown city {asked!r}; did you mean ")
    assert suggested in re.split(r"[ ?]", str(raised.value))


@pytest.mark.parametrize("text", ["Harbin", "harbin", "哈尔滨", "Harbin, China", "harbin-cn"])
def test_a_city_reported_as_a_member_is_refused_with_what_was_reported(network: Network, text: str) -> None:
    with pytest.raises(
        UnknownError, match=r"^Harbin \(harbin-cn\) is not a member: reported as a member \(Music, June "
    ):
        network.city(text)


def test_a_namesake_in_another_country_is_not_the_city_that_was_reported(network: Network) -> None:
    with pytest.raises(UnknownError, match=r"^unknown city 'Harbin, Japan'"):
        network.city("Harbin, Japan")


@pytest.mark.parametrize("asked", ["Qqqqqq", "", " "])
def test_an_unknown_city_that_is_near_to_none_is_refused(network: Network, asked: str) -> None:
    with pytest.raises(UnknownError, match=f"^unknown city '{asked}'$"):
        network.city(asked)


@pytest.mark.parametrize(
    ("asked", "id"),
    [
        ("JP", "JP"),
        ("jp", "JP"),
        ("JPN", "JP"),
        ("Japan", "JP"),
        ("Japon", "JP"),
        ("MO", "CN"),
        ("Macao", "CN"),
        ("Turkey", "TR"),
        ("TÜRKIYE", "TR"),
        ("United States of America", "US"),
        ("Cote d'Ivoire", "CI"),
    ],
)
def test_a_country_is_found_by_code_and_name(network: Network, asked: str, id: str) -> None:
    assert network.country(asked).id == id


def test_each_country_is_found_by_all_that_it_is_called(small: Network) -> None:
    for country in small.countries.values():
        called = (
            country.id,
            country.alpha3,
            country.name,
            country.name_fr,
            country.official or country.name,
            *country.aliases,
        )
        assert {small.country(name).id for name in called} == {country.id}


def test_an_unknown_country_is_refused_with_the_nearest(network: Network) -> None:
    with pytest.raises(UnknownError, match=r"^unknown country 'Jappan'; did you mean JP \(Japan\)\?$"):
        network.country("Jappan")
    with pytest.raises(UnknownError, match=r"^unknown country 'Qqqqqqq'$"):
        network.country("Qqqqqqq")


def test_a_field_and_a_region_are_found_by_id_and_name(network: Network) -> None:
    assert {network.field(name).id for name in ("media-arts", "Media Arts", "MEDIA ARTS", "arts numériques")} == {
        "media-arts"
    }
    assert {network.region(name) for name in ("arab-states", "Arab States")} == {"arab-states"}
    with pytest.raises(UnknownError, match=r"^unknown creative field 'litterature2'; did you mean literature"):
        network.field("litterature2")
    with pytest.raises(UnknownError, match=r"^unknown region 'europe'; choose africa, arab-states, "):
        network.region("europe")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lodz", ["lodz-pl"]),
        ("Łódź", ["lodz-pl"]),
        ("Lodz", ["lodz-pl"]),
        ("Gand", ["ghent-be"]),
        ("金沢", ["kanazawa-jp"]),
        ("East London", ["buffalo-city-za"]),
        ("new zealand", ["auckland-nz", "dunedin-nz", "wellington-nz", "whanganui-nz"]),
        ("new-zealand wellington", ["wellington-nz"]),
        ("nzl", ["auckland-nz", "dunedin-nz", "wellington-nz", "whanganui-nz"]),
        ("Nouvelle-Zélande", ["auckland-nz", "dunedin-nz", "wellington-nz", "whanganui-nz"]),
        ("zealand wel", ["wellington-nz"]),
        ("brad film", ["bradford-gb"]),
        ("bradford literature", []),
        ("adford", []),
        ("lodz-pl", ["lodz-pl"]),
        ("łódzkie", ["lodz-pl"]),
        ("Łódź, Poland", ["lodz-pl"]),
        ("Łódź (Poland)", ["lodz-pl"]),
        ("qqqqqq", []),
    ],
)
def test_a_search_finds_the_cities_with_words_that_begin_so(network: Network, text: str, expected: list[str]) -> None:
    assert ids(network.members(END_OF_DATA, text=text)) == expected


@settings(UNHURRIED, max_examples=25)
@given(st.data())
def test_a_search_finds_each_city_by_each_of_its_names(network: Network, draw: st.DataObject) -> None:
    city = network.cities[draw.draw(st.sampled_from(sorted(network.cities)))]
    for name in (city.id, city.name, *(other.value for other in city.names)):
        assert city.id in ids(network.members("2026", text=name))


def test_a_search_finds_what_a_city_is_known_for(small: Network) -> None:
    assert ids(small.members("2025", text="gold leaf")) == ["kanazawa-jp"]


def test_a_search_looks_only_at_the_field_of_the_day(network: Network) -> None:
    assert ids(network.members("2022", text="lyon media arts")) == ["lyon-fr"]
    assert network.members("2024", text="lyon media arts") == []
    assert ids(network.former("2024", text="lyon media arts")) == ["lyon-fr"]
    assert {"media", "arts", "literature"} <= network.terms(network.city("lyon-fr"))


def test_an_empty_search_finds_everyone(network: Network) -> None:
    assert network.members("2015", text="") == network.members("2015", text=" ") == network.members("2015")


# -- figures -----------------------------------------------------------------------------------


def test_the_first_of_a_field_are_several_where_the_dates_do_not_decide(network: Network) -> None:
    assert ids(network.first_designated("music")) == ["seville-es"]
    assert ids(network.first_designated("film")) == ["bradford-gb"]
    assert ids(network.first_designated("literature")) == ["edinburgh-gb"]
    assert [(member.city.id, member.designation.since) for member in network.first_designated("media-arts")] == [
        ("lyon-fr", "2008-06")
    ]
    assert len(network.first_designated("architecture")) == 5
    assert network.first_designated("circus") == []


@pytest.mark.parametrize(
    ("dates", "first"),
    [
        (["2006", "2006-03", "2006-04"], [0, 1]),
        (["2006-04-02", "2006-04", "2006-05"], [0, 1]),
        (["2006-04-01", "2006-04-02", "2006-04"], [0, 2]),
        (["2006", "2006-12-31", "2007"], [0, 1]),
        (["2007", "2006"], [1]),
    ],
)
def test_the_first_of_a_field_are_those_who_can_have_been(dates: list[str], first: list[int]) -> None:
    cities = [make_city(f"city-{number}-jp", make_designation("film", date)) for number, date in enumerate(dates)]
    members = make_network(*cities, make_city("kobe-jp", make_designation("music", "2004"))).first_designated("film")
    assert sorted(ids(members)) == [f"city-{number}-jp" for number in first]


def test_the_census_lays_every_stated_figure_beside_our_count() -> None:
    network = make_network(
        make_field("film"),
        make_field("music"),
        make_country("JP"),
        make_country("PL", region="europe-north-america"),
        make_round(2017, "2017-10-31", new=9, members=3, countries=5, first_time=4),
        make_round(2019, "2019-10-30", wording="over 80 countries"),
        make_total("2017-10", members=7, countries=8),
        make_total("2017", id="2017-film", members=6, field="film"),
        make_total("2017-10-30", members=4, country="PL"),
        make_total("2018", countries=2, region="asia-pacific"),
        make_city("kobe-jp", make_designation("film", "2017-10-31", end=make_end("2017-12-31"))),
        make_city("nagoya-jp", make_designation("film", "2017-11-01")),
        make_city(
            "lodz-pl",
            make_designation("music", "2010", end=make_end("2017-10-31", "field-changed")),
            make_designation("film", "2017-10-31"),
        ),
    )
    assert network.census() == [
        Comparison("total", "2017-10-30", "members", "2017-10-30", 4, 1, country="PL"),
        Comparison("round", "2017", "countries", "2017-10-31", 5, 2),
        Comparison("round", "2017", "first_time", "2017-10-31", 4, 1),
        Comparison("round", "2017", "members", "2017-10-31", 3, 2),
        Comparison("round", "2017", "new", "2017-10-31", 9, 1),
        Comparison("total", "2017-10", "countries", "2017-10", 8, 2),
        Comparison("total", "2017-10", "members", "2017-10", 7, 2),
        Comparison("total", "2017-film", "members", "2017", 6, 2, field="film"),
        Comparison("total", "2018", "countries", "2018", 2, 1, region="asia-pacific"),
    ]


def test_a_country_is_new_once_whatever_became_of_its_first_member() -> None:
    network = make_network(
        make_country("FR"),
        make_country("JP"),
        make_round(2017, first_time=0),
        make_round(2019, "2019-10-30", first_time=0),
        make_city("lyon-fr", make_designation("film", "2010", end=make_end("2012"))),
        make_city("metz-fr", make_designation("film", "2017-10-31")),
        make_city("kobe-jp", make_designation("film", "2017-10-31")),
        make_city("nagoya-jp", make_designation("film", "2017-10-31")),
        make_city("sapporo-jp", make_designation("film", "2019-10-30")),
    )
    counted = {row.record_id: row.counted for row in network.census() if row.figure == "first_time"}
    assert counted == {"2017": 2, "2019": 0}


def test_the_stated_figures_come_out_but_for_the_known_exceptions(network: Network) -> None:
    census = network.census()
    known = {exception.id for exception in store.read(DATA).exceptions if exception.rule == "census"}
    assert {f"{row.record_id}/{row.figure}" for row in census if row.stated != row.counted} == known
    assert Comparison("round", "2014", "members", "2014-12-01", 69, 69) in census
    assert Comparison("round", "2023", "new", "2023-10-31", 55, 55) in census
    assert Comparison("round", "2025", "members", "2025-10-31", 408, 408) in census
    assert [last_day(row.date) for row in census] == sorted(last_day(row.date) for row in census)


def test_a_network_says_how_large_it_is(small: Network) -> None:
    assert repr(small) == "<Network: 8 cities, 6 fields, 4 meetings>"


def test_records_cannot_be_changed(small: Network) -> None:
    with pytest.raises(ValueError, match="frozen"):
        small.city("lyon-fr").name = "Lugdunum"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        small.cities = {}  # type: ignore[misc]


# -- groups of countries -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "members"),
    [
        ("1972-12-31", ["JP"]),
        ("1973-01-01", ["GB", "JP"]),
        ("2020-01-31", ["GB", "JP"]),
        ("2020-02-01", ["JP"]),
        (2019, ["GB", "JP"]),
        (None, ["JP"]),
    ],
)
def test_a_group_has_the_countries_of_a_day_and_else_those_of_its_last_one(
    day: str | int | None, members: list[str]
) -> None:
    kingdom = {"country": "GB", "since": "1973", "until": "2020-02-01"}
    network = make_network(make_group("eu", kingdom, {"country": "JP"}, as_of="2024"))
    assert network.country_groups["eu"].members_on(day) == members
    assert snapshot.from_json(snapshot.to_json(network)).country_groups == network.country_groups


def test_a_network_of_an_earlier_version_has_no_groups_of_countries() -> None:
    earlier = snapshot.to_records(make_network(make_group()))
    del earlier["country_groups"]
    assert snapshot.from_json(json.dumps(earlier)).country_groups == {}
