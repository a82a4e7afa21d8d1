"""The page functions and their models, asked directly, on small networks unlike today's."""

from __future__ import annotations

import datetime
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from jinja2 import UndefinedError

from ccn_kb import database
from ccn_kb.network import Network
from ccn_kb.network import findable as search_terms
from ccn_kb.network.spelling import SpellingIndex
from ccn_kb.site import query_parameters
from ccn_kb.site.documents import documents
from ccn_kb.site.languages import languages, use_language
from ccn_kb.site.pages import word_index
from ccn_kb.site.pages.about import about_page
from ccn_kb.site.pages.cities import cities_page
from ccn_kb.site.pages.city import CityPage, city_page
from ccn_kb.site.pages.countries import countries_page
from ccn_kb.site.pages.country import CountryPage, country_page
from ccn_kb.site.pages.data import data_page
from ccn_kb.site.pages.field import field_page
from ccn_kb.site.pages.fields import fields_page
from ccn_kb.site.pages.home import HomePage, home_page
from ccn_kb.site.pages.meeting import meeting_page
from ccn_kb.site.pages.meetings import meetings_page
from ccn_kb.site.pages.on import on_page
from ccn_kb.site.pages.page_context import PageContext, SiteIndex
from ccn_kb.site.pages.round import round_page
from ccn_kb.site.pages.rounds import rounds_page
from ccn_kb.site.pages.search import search_page
from ccn_kb.site.registration import PAGES
from ccn_kb.site.router import Pages
from ccn_kb.site.templating import TEMPLATES
from tests.records import (
    TODAY,
    USUAL,
    make_city,
    make_cooperation,
    make_designation,
    make_end,
    make_field,
    make_group,
    make_meeting,
    make_network,
    make_round,
    make_rule,
    make_source,
    make_total,
)
from tests.serving import make_pages


def home_of(context: PageContext) -> HomePage:
    """Return the home page without filters."""
    page = home_page(context)
    assert page is not None
    return page


def context_of(network: Network, day: str = TODAY.isoformat(), site: str = "") -> PageContext:
    return PageContext(SiteIndex(network), datetime.date.fromisoformat(day), site)


def page_of_city(network: Network, id: str = "kobe-jp", day: str = TODAY.isoformat()) -> CityPage:
    page = city_page(context_of(network, day), id)
    assert page
    return page


def page_of_country(network: Network, id: str = "JP", day: str = TODAY.isoformat()) -> CountryPage:
    page = country_page(context_of(network, day), id)
    assert page
    return page


def html_of(pages: Pages, path: str, status: int = 200) -> str:
    response = pages.respond(path, {})
    assert (response.status, response.media_type) == (status, "text/html; charset=utf-8")
    return response.body.decode()


def text_of(pages: Pages, path: str) -> str:
    """Return the text of a page's main part, with single spaces."""
    main = html_of(pages, path).partition("<main")[2].partition("</main>")[0]
    text = re.sub(r"</?(?:a|code|strong)\b[^>]*>", "", main.partition(">")[2])
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


# -- a field without a designation, a field without a mark -----------------------------------------


@pytest.fixture
def ninth(tmp_path: Path) -> Pages:
    """The pages of a network with a field that has neither a city nor a mark."""
    fields = [*map(make_field, ("film", "music")), make_field("fashion", name="Fashion", colour=None, mark=None)]
    return make_pages(make_network(*fields, make_city(), make_city("lodz-pl")), tmp_path)


def test_a_field_without_a_designation_has_its_pages(ninth: Pages) -> None:
    page = fields_page(ninth.context)
    assert (page.fields[0].id, page.fields[0].since, page.fields[0].members) == ("fashion", None, 0)
    assert page.sentence == "Every member city belongs to one of 3 creative fields."
    assert "Fashion" in text_of(ninth, "/fields")
    assert "No city has been designated in this field yet." in text_of(ninth, "/fields")
    field = field_page(ninth.context, "fashion")
    assert field
    assert (field.members, field.first, field.newest) == (0, (), ())
    assert field.sentence == "No city has been designated a UNESCO Creative City of Fashion yet."
    assert field.sentence in text_of(ninth, "/field/fashion")
    assert "Fashion – 0 0" in text_of(ninth, "/")


def test_every_mark_that_a_page_shows_is_drawn(ninth: Pages) -> None:
    for path in ("/", "/fields", "/field/fashion", "/field/film", "/city/kobe-jp", "/about"):
        html = html_of(ninth, path)
        assert set(re.findall(r'href="#(m-[a-z-]+)"', html)) <= set(re.findall(r'<symbol id="(m-[a-z-]+)"', html))
    assert re.search(r'<symbol id="m-fashion"[^>]*><path fill="#767676" d="M', html)


def test_the_number_of_fields_is_counted(ninth: Pages) -> None:
    assert "3 creative fields" in text_of(ninth, "/")
    assert "one of 3 creative fields" in text_of(ninth, "/about")


# -- hosts and dates of meetings ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hosts", "shown"),
    [
        ([{"city": "kobe-jp"}, {"name": "Paris", "country": "GB"}], "A meeting, Kobe, Land of JP; Paris, Land of GB, "),
        ([], "A meeting, online, "),
    ],
)
def test_the_home_page_names_each_host_or_says_online(hosts: list[dict[str, str]], shown: str, tmp_path: Path) -> None:
    pages = make_pages(make_network(make_meeting(hosts=hosts)), tmp_path)
    assert shown in text_of(pages, "/")
    assert shown.partition(", ")[2].rstrip(", ") in text_of(pages, "/meetings")


@pytest.mark.parametrize(
    ("starts", "ends", "when"),
    [
        ("2018-12-29", "2019-01-02", "from 29 December 2018 to 2 January 2019"),
        ("2018-06-29", "2018-07-02", "from 29 June to 2 July 2018"),
        ("2018-06-12", "2018-06-15", "from 12 to 15 June 2018"),
        ("2018-06-12", "2018-06-12", "on 12 June 2018"),
        ("2018-06", "2018-07", "from June to July 2018"),
        ("2018", None, "in 2018"),
    ],
)
def test_a_meeting_says_each_month_and_year_once(starts: str, ends: str | None, when: str) -> None:
    network = make_network(make_meeting(starts=starts, ends=ends, hosts=[{"city": "kobe-jp"}]))
    page = meeting_page(context_of(network), "2018-kobe-jp")
    assert page
    assert page.sentence == f"The A meeting of the network was held in Kobe, Land of JP, {when}."


@pytest.mark.parametrize(
    ("tag", "starts", "ends", "when"),
    [
        ("fr", "2018-12-29", "2019-01-02", "du 29 décembre 2018 au 2 janvier 2019"),
        ("fr", "2018-07-01", "2018-07-03", "du 1er au 3 juillet 2018"),
        ("es", "2018-06-29", "2018-07-02", "del 29 de junio al 2 de julio de 2018"),
        ("es", "2018-06-12", "2018-06-15", "del 12 al 15 de junio de 2018"),
        ("ja", "2018-06-12", "2018-06-15", "2018年6月12日～15日"),
    ],
)
def test_a_meeting_has_its_dates_as_the_language_has_them(tag: str, starts: str, ends: str, when: str) -> None:
    network = make_network(make_meeting(starts=starts, ends=ends, hosts=[{"city": "kobe-jp"}]))
    with use_language(languages()[tag]):
        page = meeting_page(context_of(network), "2018-kobe-jp")
    assert page
    assert when in page.sentence


@pytest.mark.parametrize("status", ["postponed", "cancelled", "unconfirmed"])
def test_a_meeting_that_was_not_held_has_no_size_of_the_network(status: str) -> None:
    held, other = (
        meeting_page(context_of(make_network(make_meeting(starts="2018-06-12", status=status))), "2018-kobe-jp")
        for status in ("held", status)
    )
    assert held
    assert other
    assert (held.network is not None, other.network) == (True, None)


def test_a_meeting_that_is_still_to_come_has_no_size_of_the_network() -> None:
    network = make_network(make_meeting(starts="2018-06-12", status="held"))
    page = meeting_page(context_of(network, "2018-06-11"), "2018-kobe-jp")
    assert page
    assert page.network is None


def test_the_newest_members_of_a_field_are_whole_days() -> None:
    cities = [
        make_city(f"{letter}a-jp", designations=[make_designation(field="film", since=since)])
        for letter, since in zip("bcdfghjklmnp", ["2023-10-31"] * 8 + ["2021-11-08"] * 3 + ["2019-10-30"], strict=True)
    ]
    page = field_page(context_of(make_network(*cities)), "film")
    assert page
    assert [city.since for city in page.newest] == ["2023-10-31"] * 8 + ["2021-11-08"] * 3


def test_a_city_of_before_the_rule_says_why_no_report_is_due(network: Network, tmp_path: Path) -> None:
    pages = make_pages(network, tmp_path)
    reason = "Membership monitoring reports due: not stated for cities designated before 2014."
    assert [reason in text_of(pages, f"/city/{id}") for id in ("kanazawa-jp", "kobe-jp", "lusail-qa")] == [
        True,
        True,
        False,
    ]


def test_the_home_page_shows_the_next_meeting_and_else_the_last() -> None:
    meetings = [
        make_meeting("2027-b-jp", "2027", status="planned"),
        make_meeting("2026-a-jp", "2026-11-20", ends="2026-11-22", status="planned"),
        make_meeting("2025-a-jp", "2025"),
        make_meeting("2024-a-jp", "2024"),
    ]
    network = make_network(*meetings)
    shown = {day: home_of(context_of(network, day)).meeting for day in ("2026-11-22", "2026-11-23", "2028-01-01")}
    assert [meeting.id for meeting in shown.values() if meeting] == ["2026-a-jp", "2027-b-jp", "2025-a-jp"]


# -- the city page ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("years", "words"), [(1, "every year"), (5, "every five years"), (12, "every 12 years")])
def test_reports_fall_due_as_often_as_the_rule_says(years: int, words: str, tmp_path: Path) -> None:
    network = make_network(make_rule(years=years))
    page = page_of_city(network)
    due = [year for year in range(2017 + years, 2100, years) if year >= TODAY.year][:3]
    assert list(page.reports_due) == due
    text = text_of(make_pages(network, tmp_path), "/city/kobe-jp")
    assert f"{', '.join(map(str, due))} ({words})" in text


def test_the_reports_of_a_city_are_shown_with_their_address_and_language(tmp_path: Path) -> None:
    seen = {"year": 2021, "url": "https://kobe.example/report", "lang": "ja", "sources": ["press"]}
    reported = {"year": 2025, "sources": ["press"]}
    network = make_network(make_city("kobe-jp", make_designation(), reports=[seen, reported]))
    assert [(report.year, report.url) for report in page_of_city(network).reports] == [
        (2021, "https://kobe.example/report"),
        (2025, None),
    ]
    pages = make_pages(network, tmp_path)
    assert '<a href="https://kobe.example/report" rel="external">2021</a> (Japanese)' in html_of(pages, "/city/kobe-jp")
    assert "2025 (address not recorded)" in text_of(pages, "/city/kobe-jp")
    without = make_pages(make_network(make_city()), tmp_path)
    assert "Public monitoring reports" not in text_of(without, "/city/kobe-jp")


def test_a_report_that_is_due_this_year_is_shown() -> None:
    network = make_network(make_rule(), make_city("kobe-jp", make_designation(since="2018")))
    assert page_of_city(network, day="2026-12-31").reports_due == (2026, 2030, 2034)
    assert page_of_city(network, day="2027-01-01").reports_due == (2030, 2034, 2038)


def test_the_facts_of_a_city_without_topics_are_shown(tmp_path: Path) -> None:
    fact = {"value": "It has no topics.", "sources": ["press"]}
    network = make_network(make_city(facts=[fact], location={"latitude": 1, "longitude": 2, "sources": ["press"]}))
    assert "It has no topics." in text_of(make_pages(network, tmp_path), "/city/kobe-jp")


def test_the_end_of_a_designation_has_its_own_sources(tmp_path: Path) -> None:
    sources = [make_source("press"), make_source("notice", kind="official"), make_source("city", kind="host")]
    end = make_end("2020-05", sources=["notice"])
    network = make_network(*sources, make_city("kobe-jp", make_designation(end=end, sources=["press", "city"])))
    page = page_of_city(network)
    (designation,) = page.designations
    assert (designation.sources, designation.end_sources) == (("city", "press"), ("notice",))
    assert [page.sources[id].number for id in ("city", "press", "notice")] == [1, 2, 3]
    text = text_of(make_pages(network, tmp_path), "/city/kobe-jp")
    assert re.search(r"designation ended \(the city withdrew\) 3", text)


def test_six_neighbours_are_shown_the_nearest_first() -> None:
    cities = [
        make_city(
            f"town-{number}-gb",
            make_designation("music" if number % 2 else "film"),
            location={"latitude": 34.69, "longitude": 135.18 + number / 10, "sources": ["press"]},
        )
        for number in range(20, 0, -1)
    ]
    page = page_of_city(make_network(make_city(), *cities))
    assert [city.id for city in page.neighbours.near] == [f"town-{number}-gb" for number in range(1, 7)]
    assert [city.id for city in page.neighbours.field] == [f"town-{number}-gb" for number in range(2, 14, 2)]
    assert page.neighbours.country == ()
    assert page.neighbours.near[0].km == 9


def test_neighbours_at_the_same_distance_stand_in_the_order_of_their_ids() -> None:
    places = {"b": 10.1, "a": 9.9, "c": 10.1}
    cities = [
        make_city(f"{id}-jp", location={"latitude": 0, "longitude": longitude, "sources": ["press"]})
        for id, longitude in places.items()
    ]
    here = make_city(location={"latitude": 0, "longitude": 10, "sources": ["press"]})
    neighbours = page_of_city(make_network(here, *cities)).neighbours
    assert [city.id for city in neighbours.near] == ["a-jp", "b-jp", "c-jp"]
    assert [city.id for city in neighbours.country] == ["a-jp", "b-jp", "c-jp"]


def test_a_former_member_has_a_page_and_is_nobodys_neighbour() -> None:
    left = make_city("lodz-pl", make_designation(end=make_end("2020")))
    network = make_network(make_city(), left)
    assert page_of_city(network).neighbours.near == ()
    page = page_of_city(network, "lodz-pl")
    assert page.sentence == "Lodz, Land of PL, was a UNESCO Creative City of Film from 31 October 2017 until 2020."
    assert [city.id for city in page.neighbours.near] == ["kobe-jp"]


def test_names_stand_in_order_and_partners_in_their_roles() -> None:
    names = [
        {"value": "Old", "until": "1950", "sources": ["press"]},
        {"value": "神戸", "lang": "ja"},
        {"value": "Kobé", "lang": "fr"},
        {"value": "Koube"},
    ]
    cities = [{"city": "lodz-pl", "role": "helper"}, {"city": "kobe-jp", "role": "helped"}]
    work = [
        make_cooperation(cities=cities, starts="2010"),
        make_cooperation("2019-kobe-jp-b"),
        make_cooperation("2019-kobe-jp-a", "2019"),
    ]
    page = page_of_city(make_network(make_city(names=names), make_city("lodz-pl"), *work))
    assert [name.value for name in page.names] == ["Koube", "Kobé", "神戸", "Old"]
    assert [cooperation.id for cooperation in page.cooperations] == [
        "2019-kobe-jp-a",
        "2019-kobe-jp-b",
        "2018-kobe-jp-film",
    ]
    assert [(partner.id, partner.role) for partner in page.cooperations[2].partners] == [("lodz-pl", "helper")]
    assert [cooperation.member for cooperation in page.cooperations] == [1, 1, 0]


def test_a_source_links_its_archived_copy(tmp_path: Path) -> None:
    archived = "https://web.archive.org/web/2026/https://example.org/"
    network = make_network(make_city("kobe-jp"), make_source(archived=archived))
    (cited,) = page_of_city(network).sources.values()
    assert (cited.url, cited.archived) == ("https://example.org/press", archived)
    pages = make_pages(network, tmp_path)
    assert f'<a href="{archived}" rel="external">archived copy</a>' in html_of(pages, "/city/kobe-jp")


def test_what_other_sources_give_is_shown_with_the_entry_of_its_source() -> None:
    sources = [make_source(), make_source("list", kind="reference", entry_url="https://example.org/{locator}")]
    disputed = [{"path": "since", "value": "2016", "sources": ["list#7", "press"]}]
    network = make_network(*sources, make_city("kobe-jp", make_designation(disputed=disputed)))
    page = page_of_city(network)
    assert [dispute.source for dispute in page.designations[0].disputed] == ["press", "list#7"]
    assert page.sources["list#7"].url == "https://example.org/7"
    stated = [{"path": "new", "value": "9", "sources": ["press"]}, {"path": "note", "value": "x", "sources": ["press"]}]
    rounds = round_page(context_of(make_network(make_round(new=8, disputed=stated))), "2017")
    assert rounds
    assert [dispute.path for dispute in rounds.disputed] == ["note", "stated_new"]


# -- countries and fields ---------------------------------------------------------------------------


def test_a_country_whose_only_city_left_reads_well(tmp_path: Path) -> None:
    city = make_city("lodz-pl", make_designation(end=make_end("2020-05-03")))
    network = make_network(city, make_city())
    page = page_of_country(network, "PL")
    assert page.sentence == "Land of PL currently has no member cities; the last left on 3 May 2020."
    assert (page.members, page.fields, len(page.memberships)) == (0, (), 1)
    text = text_of(make_pages(network, tmp_path), "/country/PL")
    assert "0 member cities (as of 22 November 2026)" in text
    assert "Lodz Film 31 October 2017 1 3 May 2020" in text
    assert page_of_country(network, "PL", "2010-01-01").sentence.startswith("Land of PL has no member cities yet")
    assert [country.id for country in countries_page(context_of(network)).countries] == ["JP"]
    assert page_of_country(network, "GB").sentence == "Land of GB has no member city."
    assert country_page(context_of(network), "XX") is None


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2007-12-31", "JP has no member cities yet; the first joins in 2008."),
        ("2008-01-01", "JP has one Creative City: Kobe, a City of Film."),
        ("2012-05-31", "JP has one Creative City: Kobe, a City of Film."),
        ("2012-06-01", "JP currently has no member cities; the last left in June 2012."),
        ("2014-01-01", "JP has one Creative City: Nara, a City of Film."),
    ],
)
def test_a_country_between_memberships_is_described_as_of_the_day(day: str, sentence: str) -> None:
    network = make_network(
        make_field("film"),
        make_city("kobe-jp", make_designation("film", "2008", end=make_end("2012-06"))),
        make_city("nara-jp", make_designation("film", "2014", end=make_end("2030"))),
    )
    assert page_of_country(network, day=day).sentence.replace("Land of JP", "JP") == sentence


@pytest.mark.parametrize(
    ("starts", "sentence"),
    [
        ("2026-12", "is planned for December 2026 online (as of 1 November 2026)."),
        ("2026", "is planned for 2026 online (as of 1 November 2026)."),
        ("2026-11-22", "is planned for 22 November 2026 online (as of 1 November 2026)."),
        ("2026-11-21", "was planned for 21 November 2026 online (as of 1 November 2026); no later record was found."),
    ],
)
def test_a_planned_meeting_is_planned_as_of_the_date_of_the_data(starts: str, sentence: str) -> None:
    network = make_network(make_meeting("2026-a", starts, status="planned"), version="1.0.20261101")
    page = meeting_page(context_of(network), "2026-a")
    assert page is not None
    assert page.sentence == f"The A meeting of the network {sentence}"


def test_the_meetings_that_were_held_are_counted_from_the_first() -> None:
    meetings = [
        make_meeting("2008-a", "2008-05", status="planned"),
        make_meeting("2009-b", "2009-05", status="held"),
        make_meeting("2010-c", "2010-05", status="held", ordinal=1),
        make_meeting("2010-d", "2010-09", status="held", ordinal=2),
        make_meeting("2011-d", "2011-05", status="postponed"),
        make_meeting("2012-e", "2012-05", status="unconfirmed"),
    ]
    page = meetings_page(context_of(make_network(*meetings)))
    assert page.sentence == "2 annual meetings and 1 other meeting on record since 2009."
    assert [meeting.id for meeting in page.meetings] == [meeting.id for meeting in meetings[::-1]]


def test_the_download_page_lists_the_source_files_but_not_each_of_the_cities(tmp_path: Path) -> None:
    network = make_network(make_city("kobe-jp"))
    texts = dict.fromkeys(("rounds.yaml", "cities/kobe-jp.yaml", "fields.yaml", "sources/press/a.yaml"), "{}\n")
    database.build(network, tmp_path / "ccn.db", documents(network, texts, ""))
    page = data_page(Pages(tmp_path / "ccn.db", TODAY, "").context)
    assert [(file.path, file.bytes) for file in page.records] == [
        ("/data/fields.yaml", 3),
        ("/data/rounds.yaml", 3),
        ("/data/sources/press/a.yaml", 3),
    ]


@pytest.mark.parametrize("number", [1, 2])
def test_the_number_of_a_gap_and_its_words_agree(number: int) -> None:
    designations = [make_designation("film", "2014", sources=["press"])] * number
    records = [
        make_field("film"),
        *(make_city(f"city-{place}-jp", designation) for place, designation in enumerate(designations)),
        *(make_meeting(f"20{place}0-a", f"20{place}0", status="unconfirmed") for place in range(1, number + 1)),
        *(make_source(f"press{place}", title=None) for place in range(number - 1)),
        make_source("press", kind="press", title=None),
    ]
    gaps = {gap.what: gap.number for gap in about_page(context_of(make_network(*records))).gaps}
    s, cities = ("", "city") if number == 1 else ("s", "cities")
    assert gaps == dict.fromkeys(
        (
            f"designation{s} dated only to the month or year",
            f"designation{s} not yet confirmed by UNESCO or the city",
            f"{cities} without a Wikidata ID",
            f"source{s} without a recorded title",
            f"meeting{s} without a recorded theme",
            f"meeting{s} not confirmed to have taken place",
        ),
        number,
    )


def test_a_country_has_its_groups_of_the_day_of_the_page(tmp_path: Path) -> None:
    union = make_group("eu", {"country": "GB", "since": "1973", "until": "2020-02-01"}, {"country": "JP"}, as_of="2024")
    region = make_group("m49-europe", name="Europe", kind="region", code="150")
    network = make_network(union, region)
    assert [group.id for group in page_of_country(network, "GB", "2019-12-31").groups] == ["m49-europe", "eu"]
    assert [group.id for group in page_of_country(network, "GB", "2020-02-01").groups] == ["m49-europe"]
    page = page_of_country(network, "GB", "2019-12-31")
    assert page.groups[1].since == "1973"
    assert {*page.groups[0].sources} <= {*page.sources}
    text = text_of(make_pages(network, tmp_path), "/country/GB")
    assert "Europe M49 region 150" in " ".join(text.split())
    assert "Country groups" not in text_of(make_pages(make_network(), tmp_path), "/country/GB")


def test_a_country_counts_its_cities_and_fields() -> None:
    cities = [make_city("kobe-jp"), make_city("oita-jp", make_designation("music", "2019"))]
    page = page_of_country(make_network(*cities, make_total("2018", members=3, country="JP")))
    assert page.sentence == "Land of JP has 2 Creative Cities in 2 creative fields."
    assert [(year.year, year.members, year.fields) for year in page.growth][1:3] == [
        (2018, 1, {"film": 1}),
        (2019, 2, {"film": 1, "music": 1}),
    ]
    assert [(total.date, total.stated, total.counted) for total in page.totals] == [("2018", 3, 1)]
    assert page_of_country(make_network()).sentence == "Land of JP has one Creative City: Kobe, a City of Film."


def test_the_first_of_a_field_are_several_where_the_dates_do_not_decide() -> None:
    cities = [
        make_city(f"{name}-jp", make_designation("film", since))
        for name, since in (("a", "2008"), ("b", "2008-06-11"), ("c", "2009"))
    ]
    page = field_page(context_of(make_network(*cities)), "film")
    assert page
    assert [city.id for city in page.first] == ["a-jp", "b-jp"]
    assert page.sentence == "3 UNESCO Creative Cities of Film; the first were A and B (2008)."
    assert [city.id for city in page.newest] == ["c-jp", "b-jp", "a-jp"]


# -- rounds -----------------------------------------------------------------------------------------


def test_a_network_without_rounds_says_so(tmp_path: Path) -> None:
    network = make_network()
    assert rounds_page(context_of(network)).sentence == "No designation round on record yet."
    text = text_of(make_pages(network, tmp_path), "/rounds")
    assert "1 city was designated individually: Kobe (2017)." in text
    assert "Since" not in text


def test_the_new_countries_of_a_round_are_those_without_a_city_before_it() -> None:
    in_round = make_designation(since="2017-10-31", round=2017)
    cities = [
        make_city("kobe-jp", make_designation(since="2017-10-30")),
        make_city("oita-jp", in_round),
        make_city("york-gb", in_round),
        make_city("leeds-gb", in_round),
        make_city(
            "lodz-pl",
            make_designation(since="2010", end=make_end("2017-10-31", "field-changed")),
            make_designation("music", "2017-10-31", round=2017),
        ),
    ]
    network = make_network(*cities, make_round(new=3), make_round(2019, "2019-10-30"))
    page = round_page(context_of(network), "2017")
    assert page
    assert [(country.id, country.members) for country in page.new_countries] == [("GB", 2)]
    assert page.sentence == "On 31 October 2017 UNESCO announced 3 new Creative Cities in 2 countries."
    assert [place.id for place in page.changed] == ["lodz-pl"]
    assert (page.earlier, page.later) == (None, 2019)
    assert [(row.figure, row.stated, row.counted, row.difference) for row in page.census] == [("new", 3, 3, 0)]
    home = home_of(context_of(network, "2018-01-01"))
    assert home.round
    assert (home.round.id, [country.id for country in home.round.new_countries]) == (2017, ["GB"])
    assert [(round.id, round.joined) for round in rounds_page(context_of(network)).rounds] == [(2019, 0), (2017, 3)]


# -- dates ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "on"),
    [
        ("2026", "2026-11-22"),
        ("2026-11", "2026-11-22"),
        ("2026-11-22", "2026-11-22"),
        ("2025", "2025-12-31"),
        ("2024-02", "2024-02-29"),
        ("2026-11-23", None),
        ("2026-12", None),
        ("2027", None),
        ("2023-02-29", None),
        ("banana", None),
        ("", None),
    ],
)
def test_a_partial_date_means_its_last_day_but_not_after_today(date: str, on: str | None) -> None:
    context = context_of(make_network())
    page, cities = on_page(context, date), cities_page(context, on=date)
    assert (page.on if page else None) == on
    assert (cities.on if cities else None) == (on if date else TODAY.isoformat())


def test_the_network_on_a_date_shows_what_changed_since_the_meeting_before() -> None:
    cities = [
        make_city("kobe-jp", make_designation(since="2017-10-31")),
        make_city("lodz-pl", make_designation(since="2018-06-15")),
        make_city("york-gb", make_designation(since="2019-01-01", end=make_end("2019-05-05"))),
    ]
    meetings = [make_meeting("2018-a", "2018-06-12", ends="2018-06-15"), make_meeting("2017-b", "2017-06")]
    network = make_network(*cities, *meetings, make_total("2019-05-05", members=5), make_round(new=1))
    page = on_page(context_of(network), "2019-05-05")
    assert page and page.before
    assert (page.before.id, page.before.day, page.before.members, page.before.countries) == (
        "2018-a",
        "2018-06-15",
        2,
        2,
    )
    assert [(change.id, change.event) for change in page.changes] == [("york-gb", "ended"), ("york-gb", "joined")]
    assert [(total.record_id, total.stated, total.counted) for total in page.stated] == [("2019-05-05", 5, 2)]
    assert (page.members, page.countries, page.meeting) == (2, 2, None)
    on_last_day = on_page(context_of(network), "2018-06-15")
    assert on_last_day and on_last_day.meeting
    assert (on_last_day.meeting.id, on_last_day.before) == ("2018-a", None)
    on_the_round = on_page(context_of(network), "2017-10-31")
    assert on_the_round
    assert on_the_round.stated == ()
    assert page.steps == ("2017-10-31", "2018-06-15", "2019-01-01", "2019-05-05", "2026-11-22")


def test_a_database_of_an_older_version_is_refused(tmp_path: Path) -> None:
    database.build(make_network(), tmp_path / "ccn.db")
    with closing(sqlite3.connect(tmp_path / "ccn.db")) as connection:
        connection.execute("DELETE FROM documents")
        connection.commit()
    with pytest.raises(ValueError, match="build it again"):
        Pages(tmp_path / "ccn.db")


def test_pages_follow_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = make_pages(make_network(), tmp_path, "2017-10-30")
    assert home_of(pages.context).members == 0
    monkeypatch.setattr(pages, "_fixed_today", datetime.date(2017, 10, 31))
    assert home_of(pages.context).members == 1


# -- no records -------------------------------------------------------------------------------------


def test_pages_of_an_empty_network_read_well(tmp_path: Path) -> None:
    network = Network({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, "1.0.20261122")
    pages = make_pages(network, tmp_path)
    context = pages.context
    assert home_of(context).growth == ()
    assert fields_page(context).sentence == "No creative fields."
    assert meetings_page(context).sentence == "No meeting on record yet."
    assert countries_page(context).sentence == "0 member cities in 0 countries."
    for page in PAGES:
        if page.path_parameter is None:
            text = text_of(pages, page.path)
            assert not re.search(r"since ?[,.:]| [,;]| \.(?!json)|\( ?\)|None", text), text


# -- parameters -------------------------------------------------------------------------------------


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    return make_pages(make_network(), tmp_path)


@pytest.mark.parametrize("ending", ["", ".json", ".csv"])
def test_a_parameter_that_a_page_does_not_have_is_refused_with_those_that_it_has(pages: Pages, ending: str) -> None:
    response = pages.respond(f"/cities{ending}", {"contry": "JP", "field": "film"})
    assert response.status == 400
    assert "Unknown parameter “contry”." in response.body.decode()
    assert ", ".join(query_parameters.CITY_FILTERS) in response.body.decode()


def test_a_page_without_parameters_says_so(pages: Pages) -> None:
    response = pages.respond("/city/kobe-jp.json", {"page": "2"})
    assert json.loads(response.body) == {
        "ok": False,
        "status": 400,
        "title": "Bad request",
        "sentence": "Unknown parameter “page”. This page has no parameters.",
        "error": "Unknown parameter “page”. This page has no parameters.",
        "suggestions": [],
    }
    assert pages.respond("/on", {"day": "2015"}).status == 400


@pytest.mark.parametrize("name", ["utm_source", "utm_campaign", "fbclid", "gclid", "ref", "_", "_size", "_nl"])
def test_a_parameter_of_those_who_share_a_link_is_ignored(pages: Pages, name: str) -> None:
    for path in ("/", "/cities", "/city/kobe-jp", "/on"):
        assert pages.accepted_parameters(path, {name: "x"}) == {}
        assert pages.respond(path, {name: "x"}) == pages.respond(path, {})


def test_of_an_unknown_parameter_only_the_name_is_kept(pages: Pages) -> None:
    accepted = pages.accepted_parameters("/cities", {"x" * 500: "y" * 500, "q": f" {'z' * 500} ", "field": " "})
    assert accepted == {"x" * 40: "", "q": "z" * 200}
    assert pages.accepted_parameters("/feed.atom", {"x": "y"}) == {}


# -- what a request may cost ------------------------------------------------------------------------


@pytest.fixture
def corrections(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are compared with names, search by search."""
    seen: list[str] = []

    def closest(_: SpellingIndex, text: str) -> dict[str, int]:
        seen.append(text)
        return {}

    monkeypatch.setattr(SpellingIndex, "closest", closest)
    return seen


def test_of_many_words_none_is_corrected(corrections: list[str]) -> None:
    context = context_of(make_network())
    search_page(context, q="xxqqa xxqqb xxqqc xxqqd")
    assert {"xxqqa", "xxqqb", "xxqqc", "xxqqd"} <= {*corrections}
    corrections.clear()
    search_page(context, q="xxqqa xxqqb xxqqc xxqqd xxqqe")
    assert not {"xxqqa", "xxqqb", "xxqqc", "xxqqd", "xxqqe"} & {*corrections}
    corrections.clear()
    search_page(context, q="kobe")
    assert corrections == []


def test_only_the_end_of_an_unknown_address_is_searched_for(pages: Pages, corrections: list[str]) -> None:
    assert pages.respond("/qqqqq/xxxxx/" + "zz1 zz2 " * 60, {}).status == 404
    assert pages.respond("/cities", {"country": "yyyyy " * 30}).status == 404
    assert corrections
    assert all(len(text) <= 60 and "q" not in text and "x" not in text for text in corrections)


def test_the_index_of_the_search_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Network] = []

    def findable(network: Network) -> Iterator[search_terms.Findable]:
        made.append(network)
        return search_terms.findable(network)

    monkeypatch.setattr(word_index, "findable", findable)
    context = context_of(make_network())
    for q in ("kobe", "xyzzy", "film"):
        search_page(context, q=q)
    cities = cities_page(context, q="kob")
    assert cities
    assert [city.id for city in cities.cities] == ["kobe-jp"]
    assert len(made) == 1


# -- the public address -----------------------------------------------------------------------------

SITE = "https://example.org/ccnkb"
PATHS = [
    *("/", "/cities", "/cities?q=kobe", "/fields", "/countries", "/meetings", "/cooperation", "/data", "/about"),
    *("/rounds", "/search?q=film", "/city/kobe-jp", "/country/JP", "/field/film", "/meeting/2018-kobe-jp"),
    *("/round/2017", "/on/2018", "/nowhere"),
]


@pytest.fixture
def below(tmp_path: Path) -> Pages:
    """The pages of a site below a path."""
    work = make_cooperation(cities=[{"city": "kobe-jp", "role": "lead"}])
    known_for = [{"value": "gold leaf", "sources": ["press"]}]
    meeting = make_meeting(hosts=[{"city": "kobe-jp"}])
    records = (*USUAL[:-1], make_city(known_for=known_for), make_round(new=1), meeting, work, make_rule())
    return make_pages(make_network(*records), tmp_path, site=SITE)


def addresses_in(data: object) -> Iterator[str]:
    if isinstance(data, str) and re.match(r"/\w", data):
        yield data
    elif isinstance(data, dict | list):
        for item in data.values() if isinstance(data, dict) else data:
            yield from addresses_in(item)


@pytest.mark.parametrize("path", PATHS)
def test_every_link_begins_with_the_path_of_the_public_address(below: Pages, path: str) -> None:
    address, _, query = path.partition("?")
    parameters = dict([query.split("=")]) if query else {}
    html = below.respond(address, parameters).body.decode()
    links = re.findall(r'(?:href|src|action)="([^"]*)"', html)
    local = [link for link in links if link.startswith("/")]
    assert local
    assert [link for link in local if not link.startswith("/ccnkb/")] == []
    assert '<html lang="en" data-base="/ccnkb" ' in html
    twin = "/index.json" if address == "/" else f"{address}.json"
    data = json.loads(below.respond(twin, parameters).body)
    assert [link for link in addresses_in(data) if not link.startswith("/ccnkb/")] == []


def test_absolute_addresses_are_those_of_the_public_address(below: Pages) -> None:
    assert f'<link rel="canonical" href="{SITE}/city/kobe-jp">' in html_of(below, "/city/kobe-jp")
    for path in ("/sitemap.xml", "/robots.txt", "/llms.txt"):
        text = below.respond(path, {}).body.decode()
        namespaces = ("http://www.sitemaps.org/", "http://www.w3.org/")
        addresses = [
            address for address in re.findall(r"https?://[^\s)<\"]+", text) if not address.startswith(namespaces)
        ]
        assert addresses
        assert [address for address in addresses if not address.startswith(f"{SITE}/")] == []
    assert json.loads(below.respond("/openapi.json", {}).body)["servers"] == [{"url": SITE}]
    assert "Disallow: /ccnkb/search" in below.respond("/robots.txt", {}).body.decode()
    assert page_citation(below).endswith(f" {SITE}/city/kobe-jp")


def page_citation(pages: Pages) -> str:
    page = city_page(pages.context, "kobe-jp")
    assert page
    return page.citation


@pytest.mark.parametrize(
    ("path", "location"), [("/on", "/on/2026-11-22"), ("/country/jp", "/country/JP"), ("/cities/", "/cities")]
)
def test_redirects_stay_below_the_path(below: Pages, path: str, location: str) -> None:
    assert below.respond(path, {}).location == f"/ccnkb{location}"


@pytest.mark.parametrize("site", ["", "/ccnkb"])
def test_without_a_host_no_address_is_absolute(site: str, tmp_path: Path) -> None:
    pages = make_pages(make_network(), tmp_path, site=site)
    assert f'<link rel="canonical" href="{site}/city/kobe-jp">' in html_of(pages, "/city/kobe-jp")
    assert page_citation(pages).endswith("CC BY 4.0. https://w3id.org/ccn-kb/city/kobe-jp")


# -- errors -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 404, 405, 500, 503])
def test_an_error_has_a_page_of_ours_and_json(pages: Pages, status: int) -> None:
    page = pages.error(status, "/city/kobe-jp")
    assert (page.status, page.media_type) == (status, "text/html; charset=utf-8")
    assert '<header class="site">' in page.body.decode()
    answer = pages.error(status, "/city/kobe-jp.json")
    data = json.loads(answer.body)
    assert (answer.status, data["ok"], data["status"]) == (status, False, status)
    assert data["error"] in page.body.decode()


def test_the_page_of_an_error_cannot_fail(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in ("", "x", "//", "/\ud800", "/" + "a" * 10_000, "/%00\n\r"):
        assert pages.error(500, path).status == 500

    def fail(*_: object, **__: object) -> str:
        raise RuntimeError

    monkeypatch.setattr(pages.templates, "render", fail)
    answer = pages.error(500, "/")
    assert (answer.status, answer.media_type.partition(";")[0]) == (500, "text/plain")
    assert answer.body


# -- how a page is registered -----------------------------------------------------------------------


def test_each_page_has_a_template_and_a_place_in_the_site(pages: Pages) -> None:
    for page in PAGES:
        assert (TEMPLATES / f"{page.name}.html").is_file()
        ids = page.ids(pages.index) if page.path_parameter and page.path_parameter.ids else ("2018",)
        for path in [f"{page.path}/{id}" for id in ids] if page.path_parameter else [page.path]:
            assert pages.respond(path, {}).status == 200
    described = json.loads(pages.respond("/openapi.json", {}).body)
    assert described["paths"].keys() == {page.json_path for page in PAGES}
    sitemap = pages.respond("/sitemap.xml", {}).body.decode()
    listed = {urlsplit(address).path or "/" for address in re.findall("<loc>(.*?)</loc>", sitemap)}
    assert listed >= {page.path for page in PAGES if page.is_indexed and page.path_parameter is None}
    assert {"/city/kobe-jp", "/country/JP", "/field/film"} <= listed
    assert "/search" not in listed


def test_a_wrong_name_in_a_template_is_an_error(pages: Pages) -> None:
    template = pages.templates._environment.from_string("{{ page.nothing }}")
    with pytest.raises(UndefinedError):
        template.render(page=home_page(pages.context))


def test_the_list_of_cities_links_what_its_keywords_may_be_a_slip_of(tmp_path: Path) -> None:
    city = make_city("kanazawa-jp", make_designation("film", "2014"), name="Kanazawa")
    pages = make_pages(make_network(city), tmp_path)
    response = pages.respond("/cities", {"q": "Kanazwa", "field": "film", "on": "2015"})
    assert '<a href="/cities?q=Kanazawa%2C+Land+of+JP&amp;field=film&amp;on=2015">' in response.body.decode()
    data = json.loads(pages.respond("/cities.json", {"q": "Kanazwa"}).body)
    assert (data["cities"], data["did_you_mean"]) == ([], ["Kanazawa, Land of JP"])
