"""The rules, each with good miniatures, where it finds nothing, and bad ones, where it finds just what is wrong."""

from __future__ import annotations

import datetime
import inspect
from collections import Counter
from typing import NamedTuple

import pytest

from ccn_kb import checks
from ccn_kb.checks import chronology, ids, language_codes, locations, marks, references, statements
from ccn_kb.checks.context import Context, Finding, RuleFunction
from ccn_kb.errors import Problem
from ccn_kb.model.records import Designation, Excepted, Identified, ValuePath
from tests.records import (
    CITED,
    make_city,
    make_context,
    make_cooperation,
    make_country,
    make_designation,
    make_document,
    make_end,
    make_field,
    make_group,
    make_meeting,
    make_non_member,
    make_release,
    make_round,
    make_source,
    make_topic,
    make_total,
)

ALL_RULES = (*checks.PARTIAL_RULES, *checks.COHERENCE_RULES, *checks.WHOLE_RULES)


class Bad(NamedTuple):
    """A miniature in which a rule finds one thing: its place to the letter, message and fix by their main words."""

    context: Context
    place: str
    message: str
    fix: str


def ended(date: str, reason: str = "withdrew", since: str = "2008-06") -> Designation:
    """Return a designation in music that ended."""
    return make_designation("music", since, end=make_end(date, reason))


def land(*boxes: tuple[float, float, float, float]) -> object:
    return [dict(zip(("west", "south", "east", "north"), box, strict=True)) for box in boxes]


def at(latitude: float, longitude: float) -> dict[str, object]:
    return {"latitude": latitude, "longitude": longitude, "sources": CITED}


def says(*values: str, sources: list[str] = CITED) -> list[dict[str, object]]:
    return [{"value": value, "sources": sources} for value in values]


def ahead(context: Context, place: str) -> Bad:
    return Bad(context, place, "2026-11-23 is in the future; today is 2026-11-22", "correct the date")


def stale(version: str, message: str, *records: Identified) -> Bad:
    context = make_context(*records, version=version)
    return Bad(context, "edition version.txt", message, "write 1.0.20261122 in version.txt")


def twice(context: Context, place: str) -> Bad:
    return Bad(context, place, f"{place.split()[-2]} has this item twice", "delete one of the two")


def coordinating(stated: str, city: str = "kobe-jp", **dates: str) -> dict[str, object]:
    return {"city": city, "role": "coordinator", "stated": stated, "sources": CITED, **dates}


def nowhere(context: Context, place: str, kind: str, asked: str) -> Bad:
    return Bad(context, place, f"unknown {kind} {asked!r}", f"write the id of an existing {kind}")


def lost(context: Context, place: str) -> Bad:
    return Bad(context, place, "unknown source 'lost'", "add its file in sources/, or cite an existing source")


def miscounted(context: Context, place: str, message: str) -> Bad:
    return Bad(
        context, place, message, "correct the designation that is wrong, or add the difference to exceptions.yaml"
    )


COLLECTION = make_source("geonames", entry_url="https://example.org/{locator}")
OKINAWA, HONSHU = (122.85, 24.15, 131.35, 28.5), (129.0, 30.0, 145.9, 45.6)
JAPAN = make_country("JP", name="Japan", boxes=land(OKINAWA, HONSHU))
LYON = (ended("2023-10-31", "field-changed"), make_designation("literature", "2023-10-31"))
BACK_AGAIN = (ended("2010-01"), make_designation("film", "2012"))
ARCHITECTURE = make_field("architecture", added="2025-10", sources=CITED)

GOOD: dict[RuleFunction, dict[str, Context]] = {
    ids.city_id: {
        "name and country": make_context(make_city("kobe-jp", name="Kobe")),
        "special letters": make_context(make_city("lodz-pl", name="Łódź")),
        "minted from another name": make_context(
            make_city("gent-be", name="Ghent", names=[{"value": "Gand"}, {"value": "Gent"}])
        ),
        "with the subdivision": make_context(
            make_city("granada-es-an", name="Granada", country="ES", subdivision={"code": "ES-AN", "name": "Andalucía"})
        ),
    },
    ids.dated_id: {
        "each with the year of its date": make_context(
            make_round(), make_total(), make_meeting(), make_cooperation(), make_city("kobe-jp")
        )
    },
    ids.same_place: {
        "two cities without Wikidata id and page, two with their own": make_context(
            make_city("kobe-jp", geonames=1),
            make_city("nagoya-jp", geonames=2),
            make_city("granada-es", wikidata="Q1", unesco_pages=["granada", "granada-spain"]),
            make_city("granada-ni", wikidata="Q2", unesco_pages=["granada-0"]),
        )
    },
    ids.non_member: {
        "a city of a name that a member has elsewhere": make_context(
            make_city("granada-es"), make_non_member("granada-ni"), make_non_member()
        )
    },
    ids.same_name: {
        "codes and aliases of their own": make_context(
            make_country("CN", alpha3="CHN", name="China", aliases=["MO", "Macao"], territories=["HK", "MO"]),
            make_country("JP", alpha3="JPN", name="Japan", name_fr="Japon", aliases=["Nippon"]),
        ),
        "one country under one name twice": make_context(
            make_country("FR", alpha3="FRA", name="France", name_fr="France", aliases=["FRA"])
        ),
    },
    chronology.date_order: {
        "a stay that ended before another": make_context(make_city("kobe-jp", *BACK_AGAIN)),
        "two designations of one day": make_context(
            make_city("kobe-jp", make_designation(), make_designation("music"))
        ),
        "one day's membership": make_context(make_city("kobe-jp", ended("2008-06-02", since="2008-06-01"))),
        "a meeting and a cooperation whose end is only known by year or month": make_context(
            make_meeting(starts="2018-06-12", ends="2018"), make_cooperation(starts="2018-06-12", ends="2018-06")
        ),
        "a meeting and a cooperation of one day": make_context(
            make_meeting(starts="2018-06-12", ends="2018-06-12"),
            make_cooperation(starts="2018-06-12", ends="2018-06-12"),
        ),
        "a call that closes in the year of which no more is known": make_context(
            make_document("2017-call", "2017-03", deadline="2017"),
            make_document("2018-call", "2018", deadline="2018-01-01", replaces="2017-call"),
        ),
    },
    chronology.coordinator: {
        "a coordinator of the day on which its city joined, and until the day before it left": make_context(
            make_field("film", coordinators=[coordinating("2017-10"), coordinating("2018", since="2017-10-31")]),
            make_city("kobe-jp", make_designation("film", "2017-10-31", end=make_end("2018-01-02"))),
        ),
    },
    chronology.edition: {
        "the day of the newest round": make_context(make_round(announced="2026-11-20"), version="1.0.20261120"),
        "a source read later, which completes nothing": make_context(make_source(), version="1.0.20261031"),
    },
    chronology.future: {
        "everything today, or in the month or year that is running": make_context(
            make_city(
                "kobe-jp",
                make_designation("music", "2026", end=make_end("2026-11-22")),
                names=[{"value": "Hyogo", "until": "2026-11", "sources": CITED}],
                population=[{"value": 1, "year": 2026, "sources": CITED}],
            ),
            make_field(added="2026", sources=CITED),
            make_round(announced="2026-11-22"),
            make_total("2026-11"),
            make_meeting(starts="2026-11-22", ends="2026-11-22"),
            make_cooperation(starts="2026-11"),
            make_source(accessed="2026-11-22", published="2026-11-22"),
        ),
        "a planned meeting, and a cooperation that goes on": make_context(
            make_meeting(starts="2027-06", ends="2027-06", status="planned"),
            make_cooperation(starts="2026", ends="2030"),
        ),
    },
    chronology.report_order: {
        "in the year of joining, and a later one": make_context(
            make_city(
                "kobe-jp",
                make_designation(since="2017-10-31"),
                reports=[{"year": 2017, "sources": CITED}, {"year": 2021, "sources": CITED}],
            )
        ),
    },
    chronology.overlap: {
        "one designation without end": make_context(make_city()),
        "the next begins on the day of the end": make_context(make_city("lyon-fr", *LYON)),
        "the next begins years later": make_context(make_city("kobe-jp", *BACK_AGAIN)),
    },
    chronology.group_overlap: {
        "one income group after the other, and two organisations": make_context(
            make_group("low", {"country": "JP", "until": "1960"}, kind="income"),
            make_group("high", {"country": "JP", "since": "1960"}, kind="income"),
            make_group("oecd", {"country": "JP", "since": "1964-04-28"}),
            make_group("g7", {"country": "JP"}),
        ),
    },
    chronology.field_change: {
        "music, then literature from the same day": make_context(make_city("lyon-fr", *LYON)),
        "a city that withdrew and came back in the same field": make_context(
            make_city("kobe-jp", ended("2010-01"), make_designation("music", "2012")),
            make_city("nagoya-jp", ended("2010-01", "removed")),
        ),
    },
    chronology.field_added: {
        "designated on, in or after the date, and in a field that was always there": make_context(
            make_field("film"),
            ARCHITECTURE,
            make_city("quito-ec", make_designation("architecture", "2025-10-01")),
            make_city("lusail-qa", make_designation("architecture", "2025")),
            make_city("kashan-ir", make_designation("architecture", "2026")),
            make_city("kobe-jp", make_designation("film", "2004-10-13")),
        )
    },
    chronology.round_date: {
        "a designation of the round, and one of another day without round": make_context(
            make_round(2017, "2017-10-31"),
            make_city("kobe-jp", make_designation("film", "2017-10-31", round=2017)),
            make_city("nagoya-jp", make_designation("film", "2008-10-16")),
        )
    },
    locations.outside_country: {
        "in the second box, and on an edge of the first": make_context(
            JAPAN,
            make_city("kobe-jp", location=at(34.69, 135.18)),
            make_city("yonaguni-jp", location=at(24.46, 122.85)),
        )
    },
    locations.subdivision: {
        "one name for one code, one name for two codes, and a city without subdivision": make_context(
            make_city("granada-es", subdivision={"code": "ES-AN", "name": "Andalucía"}),
            make_city("seville-es", subdivision={"code": "ES-AN", "name": "Andalucía"}),
            make_city("kobe-jp", subdivision={"code": "JP-28", "name": "Hyogo"}),
            make_city("hyogo-jp", subdivision={"code": "JP-99", "name": "Hyogo"}),
            make_city("singapore-sg"),
            make_city(
                "ambon-id",
                subdivision={"code": "ID-ML", "name": "Maluku"},
                second_subdivision={"code": "ID-MA", "name": "Maluku"},
            ),
        )
    },
    language_codes.language_tag: {
        "languages, with a script or a region, and a language that few countries write": make_context(
            make_source("press", lang="zh-Hant"),
            make_city(
                "kobe-jp",
                names=[
                    {"value": "神戸", "lang": "ja"},
                    {"value": "Kobe", "lang": "tzo"},
                    {"value": "Kobe", "lang": "nah"},
                ],
            ),
            make_city("nagoya-jp", names=[{"value": "Nagoja", "lang": "cnr"}]),
        ),
    },
    marks.field_mark: {
        "a mark for each field": make_context(make_field("film"), make_field("music")),
    },
    statements.doubled: {
        "the same words in two lists and two records": make_context(
            make_city("kobe-jp", known_for=says("design"), facts=says("design"), names=[{"value": "design"}]),
            make_city("nagoya-jp", known_for=says("design", "cars")),
        ),
        "a source that has a meeting begin and end on another day": make_context(
            make_meeting(
                disputed=[
                    {"path": "starts", "value": "2018-06-13", "sources": CITED},
                    {"path": "ends", "value": "2018-06-13", "sources": CITED},
                ]
            )
        ),
        "one name in two languages": make_context(
            make_city(names=[{"value": "Genova", "lang": "it"}, {"value": "Genova", "lang": "es"}, {"value": "Genova"}])
        ),
        "one field again years later": make_context(
            make_city("kobe-jp", ended("2010-01"), make_designation("music", "2012"))
        ),
        "two other dates in two sources": make_context(
            make_round(
                disputed=[
                    {"path": "announced", "value": "2017-11-01", "sources": CITED},
                    {"path": "announced", "value": "2017-11-02", "sources": CITED},
                ]
            )
        ),
        "a round number of inhabitants in two years": make_context(
            make_city(
                population=[
                    {"value": 460000, "year": 2010, "sources": CITED},
                    {"value": 460000, "year": 2015, "sources": CITED},
                ]
            )
        ),
    },
    references.reference: {
        "every id leads to a record": make_context(
            make_round(2017),
            make_city("kobe-jp", make_designation("film", "2017-10-31", round=2017)),
            make_total(field="film", country="JP", region="asia-pacific"),
            make_meeting(hosts=[{"city": "kobe-jp"}, {"name": "Leeds", "country": "GB"}]),
            make_cooperation(field="music", cities=[{"city": "kobe-jp", "role": "host"}]),
        )
    },
    references.source: {
        "a source, and an entry of a collection": make_context(
            make_source("press"),
            COLLECTION,
            make_city(population=[{"value": 1, "sources": ["press", "geonames#1859171"]}]),
        )
    },
    ids.moved: {"an old id leads to a city": make_context(moved={"hyogo-jp": "kobe-jp"})},
    references.topic: {
        "of the list": make_context(
            make_topic("gold-leaf", broader="metalwork"),
            make_topic("metalwork"),
            make_city(known_for=says("gold leaf")),
        ),
    },
    references.topic_id: {
        "a kind of another": make_context(make_topic("gold-leaf", broader="metalwork"), make_topic("metalwork")),
        "written with marks": make_context(make_topic("acai", name="açaí")),
    },
    references.topic_name: {
        "one name in several languages": make_context(
            make_topic("carnival", names=[{"value": "carnaval", "lang": "fr"}, {"value": "carnaval", "lang": "es"}]),
            make_topic("gold-leaf"),
        ),
    },
    references.same_address: {
        "other pages of one site": make_context(make_source("press"), make_source("press-2"), make_source("press-3")),
        "other parameters": make_context(
            make_source("a", url="https://example.org/?page=1"), make_source("b", url="https://example.org/?page=2")
        ),
    },
    references.unused_source: {
        "each cited, one only for an end and one only by its entries": make_context(
            make_source("press"),
            make_source("end"),
            COLLECTION,
            make_city("kobe-jp", make_designation(end=make_end("2018", sources=["end"]))),
            make_field("film", added="2004", sources=["geonames#1"]),
        )
    },
    ids.registry: {
        "the ids of cities and old ids, sorted": make_context(
            make_city("kobe-jp"), moved={"hyogo-jp": "kobe-jp"}, registry=("hyogo-jp", "kobe-jp")
        ),
        "ids that no release has yet": make_context(
            make_city("kobe-jp"), make_city("nagoya-jp"), moved={"hyogo-jp": "kobe-jp"}, registry=("kobe-jp",)
        ),
    },
    statements.census: {
        "stated figures that come out, and one only put in words": make_context(
            make_round(2017, new=1, members=2, countries=1),
            make_round(2019, announced="2019-10-30", wording="over 80 countries"),
            make_city("kobe-jp", make_designation("film", "2017-10-31")),
            make_city("nagoya-jp", make_designation("music", "2008-10-16", end=make_end("2018-01-01"))),
            make_total("2017", members=2, countries=1),
            make_total("2018", members=1, field="film"),
            make_total("2016", members=0, country="PL"),
        )
    },
}

BAD: dict[RuleFunction, dict[str, Bad]] = {
    ids.city_id: {
        "named otherwise": Bad(
            make_context(make_city("kobe-jp", name="Osaka")),
            "city kobe-jp name",
            "the file is named 'kobe-jp', but the city is Osaka, JP",
            "name the file osaka-jp.yaml, or correct the name",
        ),
        "of another country": Bad(
            make_context(make_city("granada-es", country="NI")),
            "city granada-es name",
            "the city is Granada, NI",
            "name the file granada-ni.yaml",
        ),
        "with the code of a subdivision in which it does not lie": Bad(
            make_context(
                make_city(
                    "santa-fe-us-tx", name="Santa Fe", country="US", subdivision={"code": "US-NM", "name": "New Mexico"}
                )
            ),
            "city santa-fe-us-tx name",
            "is named 'santa-fe-us-tx'",
            "name the file santa-fe-us.yaml",
        ),
        "no name in Latin letters": Bad(
            make_context(make_city("kanazawa-jp", name="金沢")), "city kanazawa-jp name", "金沢", "name"
        ),
    },
    ids.dated_id: {
        "a round": Bad(
            make_context(make_round(announced="2016-10-31")),
            "round 2017 announced",
            "'2017' has the date 2016-10-31",
            "correct the date",
        ),
        "a document": Bad(
            make_context(make_document(date="2016-12")),
            "official_document 2017-call date",
            "'2017-call' has the date 2016-12",
            "the year in the id",
        ),
        "a meeting": Bad(
            make_context(make_meeting(starts="2019", ends="2019")),
            "meeting 2018-kobe-jp starts",
            "'2018-kobe-jp' has the date 2019",
            "the year in the id",
        ),
    },
    ids.same_place: {
        "one GeoNames id twice": Bad(
            make_context(make_city("kobe-jp", geonames=7), make_city("nagoya-jp", geonames=7)),
            "city nagoya-jp geonames",
            "geonames 7 is also that of kobe-jp",
            "correct one of the two",
        ),
        "one Wikidata id twice": Bad(
            make_context(make_city("kobe-jp", wikidata="Q7"), make_city("nagoya-jp", wikidata="Q7")),
            "city nagoya-jp wikidata",
            "wikidata Q7 is also that of kobe-jp",
            "correct one of the two",
        ),
        "one page of two cities": Bad(
            make_context(
                make_city("granada-es", unesco_pages=["granada-0", "granada"]),
                make_city("granada-ni", unesco_pages=["granada"]),
            ),
            "city granada-ni unesco_pages",
            "unesco_pages granada is also that of granada-es",
            "correct one of the two",
        ),
    },
    ids.non_member: {
        "the id of a member": Bad(
            make_context(make_city("harbin-cn", name="Haerbin"), make_non_member()),
            "non_member harbin-cn name",
            "Harbin is a member city",
            "delete the record",
        ),
        "the name of a member, with accents": Bad(
            make_context(make_city("lodz-film-pl", name="Łódź"), make_non_member("lodz-pl")),
            "non_member lodz-pl name",
            "Lodz is a member city",
            "delete the record",
        ),
    },
    ids.same_name: {
        "one alias of two countries": Bad(
            make_context(make_country("CN", aliases=["Macao"]), make_country("PT", aliases=["Ponte", "Macao"])),
            "country PT aliases",
            "'Macao' is also a name of CN",
            "correct one of the two",
        ),
        "one code of two countries": Bad(
            make_context(make_country("JP", alpha3="JPN"), make_country("CN", alpha3="JPN")),
            "country CN alpha3",
            "'JPN' is also a name of JP",
            "correct one of the two",
        ),
        "one territory of two countries": Bad(
            make_context(make_country("CN", territories=["HK"]), make_country("GB", territories=["HK"])),
            "country GB territories",
            "'HK' is also a name of CN",
            "correct one of the two",
        ),
        "a territory that is a country": Bad(
            make_context(make_country("MO"), make_country("CN", territories=["MO"])),
            "country CN territories",
            "'MO' is also a name of MO",
            "correct one of the two",
        ),
        "an alias that is another's three-letter code": Bad(
            make_context(make_country("MO", alpha3="MAC"), make_country("CN", aliases=["MAC"])),
            "country CN aliases",
            "'MAC' is also a name of MO",
            "correct one of the two",
        ),
        "an alias that is another's name": Bad(
            make_context(make_country("NE", name="Niger"), make_country("NG", aliases=["Niger"])),
            "country NG aliases",
            "'Niger' is also a name of NE",
            "correct one of the two",
        ),
        "an alias that is another's name_fr": Bad(
            make_context(make_country("NE", name_fr="Niger"), make_country("NG", aliases=["Niger"])),
            "country NG aliases",
            "'Niger' is also a name of NE",
            "correct one of the two",
        ),
        "an alias that is another's official": Bad(
            make_context(make_country("NE", official="Niger"), make_country("NG", aliases=["Niger"])),
            "country NG aliases",
            "'Niger' is also a name of NE",
            "correct one of the two",
        ),
        "an alias that is another's two-letter code": Bad(
            make_context(make_country("MO"), make_country("CN", aliases=["MO"])),
            "country CN aliases",
            "'MO' is also a name of MO",
            "correct one of the two",
        ),
        **{
            f"one {path} of two countries": Bad(
                make_context(make_country("NE", **{path: "Niger"}), make_country("NG", **{path: "Niger"})),
                f"country NG {path}",
                "'Niger' is also a name of NE",
                "correct one of the two",
            )
            for path in ("name", "name_fr", "official")
        },
        "an alias that only capitals and accents set apart": Bad(
            make_context(make_country("BJ", aliases=["Bénin"]), make_country("NG", aliases=["BENIN"])),
            "country NG aliases",
            "'BENIN' is also a name of BJ",
            "correct one of the two",
        ),
    },
    chronology.date_order: {
        "a country leaves a group on its first day": Bad(
            make_context(make_group("eu", {"country": "GB", "since": "1973", "until": "1973-01-01"})),
            "country_group eu members 0 until",
            "the end, 1973-01-01, is not after the start, 1973",
            "correct one of the dates",
        ),
        "a call that closes before it opens": Bad(
            make_context(make_document(date="2017-03", deadline="2017-02")),
            "official_document 2017-call deadline",
            "the deadline, 2017-02, is before the call, 2017-03",
            "correct one of the dates",
        ),
        "a document that replaces a later one": Bad(
            make_context(make_document(replaces="2018-call"), make_document("2018-call", "2018")),
            "official_document 2017-call replaces",
            "takes the place of 2018-call (2018), which is not earlier",
            "correct one of the dates",
        ),
        "a document that replaces itself": Bad(
            make_context(make_document(replaces="2017-call")),
            "official_document 2017-call replaces",
            "takes the place of 2017-call (2017-03), which is not earlier",
            "correct one of the dates",
        ),
        "ends before it begins": Bad(
            make_context(make_city("kobe-jp", ended("2008-05-31"))),
            "city kobe-jp designations 0 end date",
            "the end, 2008-05-31, is not after the start, 2008-06",
            "correct one of the dates",
        ),
        "ends on its first day": Bad(
            make_context(make_city("kobe-jp", ended("2008-06-01"))),
            "city kobe-jp designations 0 end date",
            "the end, 2008-06-01, is not after",
            "correct",
        ),
        "the oldest designation last": Bad(
            make_context(
                make_city("lyon-fr", make_designation("film", "2023-10-31"), make_designation("music", "2008-06"))
            ),
            "city lyon-fr designations 1 since",
            "2008-06 is listed after 2023-10-31",
            "list the oldest designation first",
        ),
        "a meeting that ends before it starts": Bad(
            make_context(make_meeting(starts="2018-06-12", ends="2018-06-11")),
            "meeting 2018-kobe-jp ends",
            "the end, 2018-06-11, is before the start, 2018-06-12",
            "correct one of the dates",
        ),
        "a cooperation that ends before it starts": Bad(
            make_context(make_cooperation(starts="2018-06", ends="2018-05")),
            "cooperation 2018-kobe-jp-film ends",
            "the end, 2018-05, is before the start, 2018-06",
            "correct one of the dates",
        ),
    },
    chronology.edition: {
        "no version": stale("", "'' is not a version; write MAJOR.MINOR.YYYYMMDD"),
        "of another schema": stale("2.0.20261122", "the schema version, 2.0, is not that of the records, 1.0"),
        "before the newest round": stale(
            "1.0.20261119",
            "the data date, 2026-11-19, is older than round 2026 (2026-11-20)",
            make_round(2026, announced="2026-11-20"),
        ),
    },
    chronology.coordinator: {
        "named before it took the role": Bad(
            make_context(
                make_field("film", coordinators=[coordinating("2018", since="2019-01")]),
                make_city("kobe-jp", make_designation("film", "2017-10-31")),
            ),
            "field film coordinators 0 since",
            "took the role in 2019-01, but is named for 2018",
            "correct one of the dates",
        ),
        "named before it joined": Bad(
            make_context(
                make_field("film", coordinators=[coordinating("2017-09")]),
                make_city("kobe-jp", make_designation("film", "2017-10-31")),
            ),
            "field film coordinators 0 stated",
            "kobe-jp was not a City of Film in 2017-09",
            "correct the city or the date",
        ),
        "a city that had left the field": Bad(
            make_context(
                make_field("film", coordinators=[coordinating("2018-01-02")]),
                make_city("kobe-jp", make_designation("film", "2017-10-31", end=make_end("2018-01-02"))),
            ),
            "field film coordinators 0 stated",
            "kobe-jp was not a City of Film in 2018-01-02",
            "correct the city or the date",
        ),
        "a city of another field": Bad(
            make_context(
                make_field("film", coordinators=[coordinating("2018")]),
                make_field("music"),
                make_city("kobe-jp", make_designation("music", "2017-10-31")),
            ),
            "field film coordinators 0 stated",
            "kobe-jp was not a City of Film in 2018",
            "correct the city or the date",
        ),
    },
    chronology.future: {
        "a coordinator": ahead(
            make_context(make_field("film", coordinators=[coordinating("2026-11-23")])),
            "field film coordinators 0 stated",
        ),
        "a country in a group": ahead(
            make_context(make_group("eu", {"country": "GB", "since": "2026-11-23"})),
            "country_group eu members 0 since",
        ),
        "a designation": ahead(
            make_context(make_city("kobe-jp", make_designation("film", "2026-11-23"))),
            "city kobe-jp designations 0 since",
        ),
        "a document": ahead(make_context(make_document("2026-call", "2026-11-23")), "official_document 2026-call date"),
        "a release": ahead(make_context(make_release(date="2026-11-23")), "release 1.0.20251125 date"),
        "an end": ahead(
            make_context(make_city("kobe-jp", ended("2026-11-23"))), "city kobe-jp designations 0 end date"
        ),
        "a former name": ahead(
            make_context(
                make_city(names=[{"value": "Kōbe"}, {"value": "Hyogo", "until": "2026-11-23", "sources": CITED}])
            ),
            "city kobe-jp names 1 until",
        ),
        "a field that was added": ahead(
            make_context(make_field(added="2026-11-23", sources=CITED)), "field film added"
        ),
        "a round": ahead(make_context(make_round(announced="2026-11-23")), "round 2017 announced"),
        "a total": ahead(make_context(make_total("2026-11-23")), "total 2026-11-23 date"),
        "a meeting that was held": ahead(
            make_context(make_meeting(starts="2026-11-23")), "meeting 2018-kobe-jp starts"
        ),
        "the end of a meeting that was held": ahead(
            make_context(make_meeting(starts="2026-11-20", ends="2026-11-23")), "meeting 2018-kobe-jp ends"
        ),
        "a cooperation": ahead(
            make_context(make_cooperation(starts="2026-11-23")), "cooperation 2018-kobe-jp-film starts"
        ),
        "a look at a source": ahead(make_context(make_source(accessed="2026-11-23")), "source press accessed"),
        "a publication": ahead(make_context(make_source(published="2026-11-23")), "source press published"),
        "a census of inhabitants": Bad(
            make_context(make_city(population=[{"value": 1, "year": 2027, "sources": CITED}])),
            "city kobe-jp population 0 year",
            "2027 is in the future; today is 2026-11-22",
            "correct the date",
        ),
        "a monitoring report": Bad(
            make_context(make_city(reports=[{"year": 2027, "sources": CITED}])),
            "city kobe-jp reports 0 year",
            "2027 is in the future; today is 2026-11-22",
            "correct the date",
        ),
    },
    chronology.report_order: {
        "before the city joined": Bad(
            make_context(
                make_city("kobe-jp", make_designation(since="2017-10-31"), reports=[{"year": 2016, "sources": CITED}])
            ),
            "city kobe-jp reports 0 year",
            "a report of 2016, but the city joined in 2017",
            "correct the year of the report",
        ),
        "the newer first": Bad(
            make_context(make_city(reports=[{"year": 2025, "sources": CITED}, {"year": 2021, "sources": CITED}])),
            "city kobe-jp reports 1 year",
            "2021 is listed after 2025",
            "list the oldest report first",
        ),
    },
    chronology.overlap: {
        "the one before has no end": Bad(
            make_context(make_city("lyon-fr", make_designation("music", "2008-06"), LYON[1])),
            "city lyon-fr designations 1 since",
            "literature begins, but music has no end",
            "add the end of the previous designation",
        ),
        "the one before ends a day too late": Bad(
            make_context(make_city("lyon-fr", ended("2023-11-01"), LYON[1])),
            "city lyon-fr designations 1 since",
            "begins on 2023-10-31, before music ended on 2023-11-01",
            "correct one of the dates",
        ),
    },
    chronology.group_overlap: {
        "twice in an organisation, which it never left": Bad(
            make_context(make_group("eu", {"country": "GB", "since": "1973"}, {"country": "GB", "since": "2030"})),
            "country_group eu members 1",
            "GB is still in eu when it begins",
            "correct or add the dates",
        ),
        "in two income groups for a day": Bad(
            make_context(
                make_group("low", {"country": "JP", "until": "1960-07-02"}, kind="income"),
                make_group("high", {"country": "JP", "since": "1960-07-01"}, kind="income"),
            ),
            "country_group high members 0",
            "JP is still in low when it begins",
            "correct or add the dates",
        ),
    },
    chronology.field_change: {
        "to no other field": Bad(
            make_context(make_city("lyon-fr", LYON[0])),
            "city lyon-fr designations 0 end",
            "the field changed on 2023-10-31, but no designation begins on that day",
            "add the designation in the new field, or correct the date",
        ),
        "a day before the next begins": Bad(
            make_context(make_city("lyon-fr", LYON[0], make_designation("literature", "2023-11-01"))),
            "city lyon-fr designations 0 end",
            "but no designation begins on that day",
            "correct the date",
        ),
        "to itself": Bad(
            make_context(make_city("lyon-fr", LYON[0], make_designation("music", "2023-10-31"))),
            "city lyon-fr designations 0 end",
            "the field changed from music to music",
            "correct the field",
        ),
    },
    chronology.field_added: {
        "designated before the field was added": Bad(
            make_context(ARCHITECTURE, make_city("quito-ec", make_designation("architecture", "2025-09-30"))),
            "city quito-ec designations 0 field",
            "Architecture was added in 2025-10, after 2025-09-30",
            "correct the field or the date",
        )
    },
    chronology.round_date: {
        "another date than the round's": Bad(
            make_context(make_round(2017), make_city("kobe-jp", make_designation("film", "2017-11-01", round=2017))),
            "city kobe-jp designations 0 since",
            "since 2017-11-01, but round 2017 was announced on 2017-10-31",
            "write 2017-10-31 and move the other date to `disputed`, or correct the round",
        ),
        "the date of a round that is not named": Bad(
            make_context(make_round(2017), make_city("kobe-jp", make_designation("film", "2017-10-31"))),
            "city kobe-jp designations 0",
            "has the date of round 2017, but no round",
            "add `round: 2017`",
        ),
    },
    locations.outside_country: {
        "in the sea between the boxes": Bad(
            make_context(JAPAN, make_city("kobe-jp", location=at(29.0, 128.0))),
            "city kobe-jp location",
            "29.0, 128.0 is outside Japan",
            "correct the coordinates or the country",
        ),
        "latitude and longitude swapped": Bad(
            make_context(
                make_country("PL", name="Poland", boxes=land((14.05, 48.9, 24.2, 54.9))),
                make_city("lodz-pl", location=at(19.47, 51.77)),
            ),
            "city lodz-pl location",
            "19.47, 51.77 is outside Poland",
            "swap latitude and longitude",
        ),
    },
    locations.subdivision: {
        "of another country": Bad(
            make_context(make_city("granada-ni", subdivision={"code": "ES-AN", "name": "Andalucía"})),
            "city granada-ni subdivision",
            "ES-AN is not a subdivision of NI",
            "correct the code or the country",
        ),
        "of another country, at the second level": Bad(
            make_context(
                make_city(
                    "granada-ni",
                    subdivision={"code": "NI-GR", "name": "Granada"},
                    second_subdivision={"code": "ES-GR", "name": "Granada"},
                )
            ),
            "city granada-ni second_subdivision",
            "ES-GR is not a subdivision of NI",
            "correct the code or the country",
        ),
        "called otherwise in most cities": Bad(
            make_context(
                make_city("granada-es", subdivision={"code": "ES-AN", "name": "Andalusia"}),
                make_city("seville-es", subdivision={"code": "ES-AN", "name": "Andalucía"}),
                make_city("ubeda-es", subdivision={"code": "ES-AN", "name": "Andalucía"}),
            ),
            "city granada-es subdivision",
            "the name of ES-AN is 'Andalucía' in other records",
            "use the same name everywhere",
        ),
    },
    language_codes.language_tag: {
        "the code of a country in a source": Bad(
            make_context(make_source("press", lang="jp")),
            "source press lang",
            "'jp' is not the code of a language",
            "did you mean ja?",
        ),
        "a code of three letters, with a script": Bad(
            make_context(make_city("kobe-jp", names=[{"value": "Kobe", "lang": "zho-Hant"}])),
            "city kobe-jp names 0 lang",
            "'zho' is not the code of a language",
            "did you mean zh-Hant?",
        ),
        "a code of nothing": Bad(
            make_context(make_topic(names=[{"value": "Blattgold", "lang": "zz"}])),
            "topic gold-leaf names 0 lang",
            "'zz' is not the code of a language",
            "write a code of https",
        ),
    },
    marks.field_mark: {
        "no colour": Bad(
            make_context(make_field("film", colour=None)),
            "field film",
            "has no colour for maps and charts",
            "add a colour",
        ),
        "no mark": Bad(
            make_context(make_field("film", mark=None)), "field film", "has no mark for maps and charts", "SVG path"
        ),
        "the mark of another field": Bad(
            make_context(make_field("film", mark="M0 0H1Z"), make_field("music", mark="M0 0H1Z")),
            "field music mark",
            "has the same mark as film",
            "draw a shape of its own",
        ),
    },
    statements.doubled: {
        "one topic from two sources": twice(
            make_context(make_city(known_for=[*says("silk"), *says("gold"), *says("silk", sources=["other"])])),
            "city kobe-jp known_for 2",
        ),
        "two reports of one year": twice(
            make_context(
                make_city(
                    reports=[
                        {"year": 2020, "sources": CITED},
                        {"year": 2020, "url": "https://kobe.example/report", "sources": CITED},
                    ]
                )
            ),
            "city kobe-jp reports 1",
        ),
        "one source of a designation": twice(
            make_context(make_city("kobe-jp", make_designation(sources=["press", "press"]))),
            "city kobe-jp designations 0 sources 1",
        ),
        "one source of an end": twice(
            make_context(make_city("kobe-jp", make_designation(end=make_end("2018", sources=["a", "press", "a"])))),
            "city kobe-jp designations 0 end sources 2",
        ),
        "one name": twice(
            make_context(make_city(names=[{"value": "Gent"}, {"value": "Gent"}])), "city kobe-jp names 1"
        ),
        "one dispute": twice(
            make_context(
                make_city(
                    "kobe-jp", make_designation(disputed=[{"path": "since", "value": "2009", "sources": CITED}] * 2)
                )
            ),
            "city kobe-jp designations 0 disputed 1",
        ),
        "a round's source": twice(make_context(make_round(sources=["press", "press"])), "round 2017 sources 1"),
        "a total's source": twice(make_context(make_total(sources=["press", "press"])), "total 2017-12 sources 1"),
        "a meeting's host": twice(
            make_context(make_meeting(hosts=[{"city": "kobe-jp"}, {"city": "kobe-jp"}])), "meeting 2018-kobe-jp hosts 1"
        ),
        "a meeting's outcome": twice(
            make_context(make_meeting(outcomes=says("Guidelines adopted", "Guidelines adopted"))),
            "meeting 2018-kobe-jp outcomes 1",
        ),
        "a city of a cooperation": twice(
            make_context(make_cooperation(cities=[{"city": "kobe-jp", "role": "host"}] * 2)),
            "cooperation 2018-kobe-jp-film cities 1",
        ),
        "a city of a cooperation in two roles": twice(
            make_context(
                make_cooperation(cities=[{"city": "kobe-jp", "role": "host"}, {"city": "kobe-jp", "role": "lead"}])
            ),
            "cooperation 2018-kobe-jp-film cities 1",
        ),
        "a designation in other words": twice(
            make_context(
                make_city("kobe-jp", make_designation("film", "2017"), make_designation("film", "2017-10-31"))
            ),
            "city kobe-jp designations 1",
        ),
        "a topic in capitals": twice(
            make_context(make_city(known_for=says("silk", "gold leaf", "Gold Leaf"))), "city kobe-jp known_for 2"
        ),
        "a topic in another script": twice(
            make_context(make_city(known_for=says("絹", "金箔", "絹"))), "city kobe-jp known_for 2"
        ),
        "a country's alias": twice(
            make_context(make_country("GB", aliases=["UK", "Britain", "UK"])), "country GB aliases 2"
        ),
        "a field's source": twice(
            make_context(make_field(added="2004", sources=["press", "press"])), "field film sources 1"
        ),
    },
    references.reference: {
        "a country in a group": nowhere(
            make_context(make_group("eu", {"country": "GB"}, {"country": "XX"})),
            "country_group eu members 1 country",
            "country",
            "XX",
        ),
        "the country of a city that is not a member": nowhere(
            make_context(make_non_member("harbin-xx")), "non_member harbin-xx country", "country", "XX"
        ),
        "the field that a city is said to have": nowhere(
            make_context(
                make_non_member("harbin-jp", claims=[{"status": "applied", "field": "circus", "sources": CITED}])
            ),
            "non_member harbin-jp claims 0 field",
            "field",
            "circus",
        ),
        "the city that coordinates a field": nowhere(
            make_context(make_field("film", coordinators=[coordinating("2018", city="kobe-us")])),
            "field film coordinators 0 city",
            "city",
            "kobe-us",
        ),
        "the document that another replaces": nowhere(
            make_context(make_document(replaces="2015-call")),
            "official_document 2017-call replaces",
            "official_document",
            "2015-call",
        ),
        "the release that another replaces": nowhere(
            make_context(make_release(replaces="0.9.20200101")),
            "release 1.0.20251125 replaces",
            "release",
            "0.9.20200101",
        ),
        "the meeting of a document": nowhere(
            make_context(make_document(meeting="2018-nowhere")),
            "official_document 2017-call meeting",
            "meeting",
            "2018-nowhere",
        ),
        "the round of a call": nowhere(
            make_context(make_document(round=2016)), "official_document 2017-call round", "round", "2016"
        ),
        "a city's country": nowhere(
            make_context(make_city("kobe-jp", country="XX")), "city kobe-jp country", "country", "XX"
        ),
        "a city's field": nowhere(
            make_context(make_city("kobe-jp", *BACK_AGAIN[:1], make_designation("circus"))),
            "city kobe-jp designations 1 field",
            "field",
            "circus",
        ),
        "a city's round": nowhere(
            make_context(make_round(2017), make_city("kobe-jp", make_designation(round=2016))),
            "city kobe-jp designations 0 round",
            "round",
            "2016",
        ),
        "a total's field": nowhere(make_context(make_total(field="circus")), "total 2017-12 field", "field", "circus"),
        "a total's country": nowhere(make_context(make_total(country="XX")), "total 2017-12 country", "country", "XX"),
        "a meeting's city": nowhere(
            make_context(make_meeting(hosts=[{"city": "kobe-jp"}, {"city": "osaka-jp"}])),
            "meeting 2018-kobe-jp hosts 1 city",
            "city",
            "osaka-jp",
        ),
        "a meeting's country": nowhere(
            make_context(make_meeting(hosts=[{"name": "Paris", "country": "XX"}])),
            "meeting 2018-kobe-jp hosts 0 country",
            "country",
            "XX",
        ),
        "a cooperation's field": nowhere(
            make_context(make_cooperation(field="circus")), "cooperation 2018-kobe-jp-film field", "field", "circus"
        ),
        "a cooperation's city by its old id": Bad(
            make_context(
                make_cooperation(cities=[{"city": "hyogo-jp", "role": "host"}]), moved={"hyogo-jp": "kobe-jp"}
            ),
            "cooperation 2018-kobe-jp-film cities 0 city",
            "unknown city 'hyogo-jp'",
            "write kobe-jp",
        ),
    },
    references.source: {
        "cited by a city for its end": lost(
            make_context(make_city("kobe-jp", make_designation(end=make_end("2018", sources=["press", "lost"])))),
            "city kobe-jp designations 0 end sources 1",
        ),
        "cited by a city, with an entry": lost(
            make_context(make_city(facts=says("a port", sources=["lost#12"]))), "city kobe-jp facts 0 sources 0"
        ),
        "cited by a field": lost(make_context(make_field(added="2004", sources=["lost"])), "field film sources 0"),
        "cited by a round": lost(make_context(make_round(sources=["lost"])), "round 2017 sources 0"),
        "cited by a total": lost(make_context(make_total(sources=["lost"])), "total 2017-12 sources 0"),
        "cited by a meeting in a dispute": lost(
            make_context(make_meeting(disputed=[{"path": "ends", "value": "2018", "sources": ["lost"]}])),
            "meeting 2018-kobe-jp disputed 0 sources 0",
        ),
        "cited by a cooperation": lost(
            make_context(make_cooperation(sources=["lost"])), "cooperation 2018-kobe-jp-film sources 0"
        ),
        "a collection without the entry": Bad(
            make_context(make_source("press"), COLLECTION, make_round(sources=["press", "geonames"])),
            "round 2017 sources 1",
            "'geonames' is a collection, but the citation has no entry",
            "write geonames#<entry>",
        ),
        "an entry of what is no collection": Bad(
            make_context(make_source("press"), make_round(sources=["press#page-3"])),
            "round 2017 sources 0",
            "'press' has no `entry_url`",
            "cite it without an entry",
        ),
    },
    ids.moved: {
        "to another old id": Bad(
            make_context(moved={"hyogo-jp": "kobe-jp", "hiogo-jp": "hyogo-jp"}),
            "moved hiogo-jp moved",
            "'hyogo-jp' is an old id itself",
            "write kobe-jp",
        ),
        "nowhere": Bad(
            make_context(moved={"hyogo-jp": "osaka-jp"}),
            "moved hyogo-jp moved",
            "unknown city 'osaka-jp'",
            "write the id of the city",
        ),
    },
    references.topic: {
        "not of the list": Bad(
            make_context(make_topic("gold-leaf"), make_city(known_for=says("gold leaves"))),
            "city kobe-jp known_for 0 value",
            "'gold leaves' is not a topic in topics.yaml",
            "write gold leaf",
        ),
        "spelt otherwise": Bad(
            make_context(make_topic("gold-leaf"), make_city(known_for=says("Gold Leaf"))),
            "city kobe-jp known_for 0 value",
            "'Gold Leaf' is not a topic in topics.yaml",
            "write gold leaf",
        ),
        "in capitals": Bad(
            make_context(make_topic("gold-leaf"), make_topic("gold-lead"), make_city(known_for=says("GOLD LEAF"))),
            "city kobe-jp known_for 0 value",
            "'GOLD LEAF' is not a topic in topics.yaml",
            "write gold leaf",
        ),
        "like nothing": Bad(
            make_context(make_topic("gold-leaf"), make_city(known_for=says("xyz"))),
            "city kobe-jp known_for 0 value",
            "'xyz' is not a topic in topics.yaml",
            "ccn new topic",
        ),
    },
    references.topic_id: {
        "another name": Bad(
            make_context(make_topic("gold-leaf", name="gold leaves")),
            "topic gold-leaf name",
            "the id of 'gold leaves' must be 'gold-leaves'",
            "change the id to gold-leaves",
        ),
        "a kind of itself": Bad(
            make_context(make_topic("gold", broader="leaf"), make_topic("leaf", broader="leaf")),
            "topic leaf broader",
            "leaf is one of its own broader topics",
            "correct one of the broader topics",
        ),
    },
    references.topic_name: {
        "a semicolon": Bad(
            make_context(make_topic("carving-mole", name="carving; mole")),
            "topic carving-mole name",
            "'carving; mole' has a semicolon, which stands between topics",
            'add each topic by itself: ccn new topic "carving" "mole"',
        ),
        "a semicolon of Chinese": Bad(
            make_context(make_topic(names=[{"value": "金箔；金", "lang": "zh"}])),
            "topic gold-leaf names 0 value",
            "has a semicolon",
            "leave it out",
        ),
        "a name in another language that is the English name of another topic": Bad(
            make_context(make_topic("gold-leaf"), make_topic("or", names=[{"value": "Gold Léaf", "lang": "fr"}])),
            "topic or names 0 value",
            "'Gold Léaf' is also a name of the topic gold-leaf",
            "merge the topics",
        ),
    },
    references.same_address: {
        "with www and a slash": Bad(
            make_context(
                make_source("a", url="https://www.example.org/page/"), make_source("b", url="http://example.org/page")
            ),
            "source b url",
            "'b' has the address of 'a'",
            "merge them: ccn move source b a --merge",
        )
    },
    references.unused_source: {
        "cited nowhere": Bad(
            make_context(make_source("press"), make_source("press-2")),
            "source press-2",
            "no record cites 'press-2'",
            "cite it, or delete it",
        )
    },
    ids.registry: {
        "an id without file": Bad(
            make_context(registry=("hyogo-jp", "kobe-jp")),
            "id hyogo-jp 0",
            "'hyogo-jp' was published, but has no file",
            "restore cities/hyogo-jp.yaml, or write `moved: <new id>` in it",
        ),
        "not sorted": Bad(
            make_context(make_city("kobe-jp"), make_city("nagoya-jp"), registry=("nagoya-jp", "kobe-jp")),
            "id kobe-jp 1",
            "'kobe-jp' is listed after 'nagoya-jp'",
            "sort the lines, each id once",
        ),
        "one id twice": Bad(
            make_context(registry=("kobe-jp", "kobe-jp")),
            "id kobe-jp 1",
            "'kobe-jp' is listed after 'kobe-jp'",
            "sort the lines, each id once",
        ),
    },
    statements.census: {
        "a round's members": miscounted(
            make_context(make_round(members=2)),
            "round 2017 members",
            "published total for 2017-10-31: 2 members; our count: 1",
        ),
        "a round's countries": miscounted(
            make_context(make_round(members=1, countries=3)),
            "round 2017 countries",
            "published total for 2017-10-31: 3 countries; our count: 1",
        ),
        "a round's new members": miscounted(
            make_context(make_round(2015, "2015-12-11", new=1)),
            "round 2015 new",
            "published total for 2015-12-11: 1 new members; our count: 0",
        ),
        "a round's new members in countries without a member before": miscounted(
            make_context(
                make_round(2017, first_time=2),
                make_city("kobe-jp", make_designation("film", "2017-10-31")),
                make_city("nagoya-jp", make_designation("music", "2008-10-16")),
                make_city("lodz-pl", make_designation("film", "2017-10-31")),
            ),
            "round 2017 first_time",
            "published total for 2017-10-31: 2 new members in countries without a member before; our count: 1",
        ),
        "a total of a field": miscounted(
            make_context(make_total("2017", members=1, field="music")),
            "total 2017 members",
            "published total for 2017: 1 members; our count: 0",
        ),
        "a total of a region": miscounted(
            make_context(make_total("2017", countries=1, region="africa")),
            "total 2017 countries",
            "published total for 2017: 1 countries; our count: 0",
        ),
    },
}


@pytest.mark.parametrize(
    ("rule", "context"),
    [
        pytest.param(rule, context, id=f"{rule.__name__}: {what}")
        for rule, those in GOOD.items()
        for what, context in those.items()
    ],
)
def test_a_rule_finds_nothing_in_a_good_miniature(rule: RuleFunction, context: Context) -> None:
    assert list(rule(context)) == []


@pytest.mark.parametrize(
    ("rule", "bad"),
    [
        pytest.param(rule, bad, id=f"{rule.__name__}: {what}")
        for rule, those in BAD.items()
        for what, bad in those.items()
    ],
)
def test_a_rule_finds_just_what_is_wrong_in_a_bad_miniature(rule: RuleFunction, bad: Bad) -> None:
    kind, id, *path = bad.place.split()
    findings = list(rule(bad.context))
    place = kind, id, tuple(int(part) if part.isdigit() else part for part in path)
    assert [finding[:3] for finding in findings] == [place]
    assert bad.message in findings[0].message
    assert bad.fix in findings[0].fix


def test_every_rule_has_a_good_and_a_bad_miniature() -> None:
    assert {rule for rule, miniatures in GOOD.items() if miniatures} == set(ALL_RULES)
    assert {rule for rule, miniatures in BAD.items() if miniatures} == set(ALL_RULES)


def test_every_rule_stands_in_one_group() -> None:
    modules = (chronology, ids, language_codes, locations, marks, references, statements)
    members = (
        (module, function) for module in modules for _, function in inspect.getmembers(module, inspect.isfunction)
    )
    functions = [function for module, function in members if function.__module__ == module.__name__]
    rules = [function for function in functions if [*inspect.signature(function).parameters] == ["context"]]
    assert Counter(ALL_RULES) == Counter(rules)
    assert len(rules) > 10


def test_an_old_id_of_an_old_id_is_led_to_the_city() -> None:
    chain = {"hiogo-jp": "hyogo-jp", "hyogo-jp": "hiogo-city-jp", "hiogo-city-jp": "kobe-jp"}
    fixes = {finding.id: finding.fix for finding in ids.moved(make_context(moved=chain))}
    assert fixes == {"hiogo-jp": "write kobe-jp", "hyogo-jp": "write kobe-jp"}


def test_each_of_several_findings_is_told() -> None:
    context = make_context(
        make_city("kobe-jp", make_designation("circus", "2008"), make_designation("opera", "2007"), country="XX")
    )
    assert [(finding.path, finding.message) for finding in references.reference(context)] == [
        (("country",), "unknown country 'XX'"),
        (("designations", 0, "field"), "unknown field 'circus'"),
        (("designations", 1, "field"), "unknown field 'opera'"),
    ]


def test_the_place_of_a_finding_is_its_id_and_path() -> None:
    paths: dict[str, ValuePath] = {
        "2021/countries": ("countries",),
        "2021/disputed/0/sources": ("disputed", 0, "sources"),
    }
    assert [Finding("round", "2021", path, "", "").place for path in (*paths.values(), ())] == [*paths, "2021"]


# -- all rules together ------------------------------------------------------------------------

WRONG_DAY = make_city("kobe-jp", make_designation("film", "2026-11-23"))
WRONG_COUNT = make_round(2015, "2015-12-11", members=5, countries=4)
TO_NOWHERE = make_total("2016", field="circus")


def locate(kind: str, id: str, path: ValuePath = (), /) -> tuple[str, int]:
    return f"{kind}/{id}", 1 + len(path)


def excepted(rule: str, id: str) -> Excepted:
    return Excepted(rule=rule, id=id, reason="known")


def run(context: Context, *exceptions: Excepted, whole: bool = True) -> list[tuple[str, str]]:
    """Return rule and file of each problem."""
    return [(problem.rule, problem.file) for problem in checks.run(context, exceptions, locate, whole=whole)]


def test_a_problem_has_file_line_rule_message_and_fix() -> None:
    context = make_context(make_city("kobe-jp", make_designation("music", "2008", end=make_end("2007"))))
    assert checks.run(context, (), locate) == [
        Problem(
            "city/kobe-jp", 5, "date-order", "the end, 2007, is not after the start, 2008", "correct one of the dates"
        )
    ]


def test_sound_records_have_no_problem() -> None:
    assert run(make_context()) == []


def test_problems_are_sorted_by_file_and_line() -> None:
    early, late = make_designation("music", "2026-11-23"), make_designation("film", "2026-11-24")
    context = make_context(
        WRONG_COUNT, make_city("nagoya-jp", late, geonames=5), make_city("kobe-jp", early, geonames=5)
    )
    problems = checks.run(context, (), locate)
    assert [(problem.file, problem.line, problem.rule) for problem in problems] == [
        ("city/kobe-jp", 2, "same-place"),
        ("city/kobe-jp", 4, "future"),
        ("city/nagoya-jp", 4, "future"),
        ("round/2015", 2, "census"),
        ("round/2015", 2, "census"),
    ]


@pytest.mark.parametrize("id", ["kobe-jp", "kobe-jp/designations/0/since"])
def test_an_exception_silences_a_finding_by_id_or_by_id_and_path(id: str) -> None:
    context = make_context(WRONG_DAY)
    assert run(context) == [("future", "city/kobe-jp")]
    assert run(context, excepted("future", id)) == []


def test_an_exception_for_one_path_leaves_the_others() -> None:
    context = make_context(WRONG_COUNT)
    problems = checks.run(context, [excepted("census", "2015/members")], locate)
    assert [problem.message for problem in problems] == ["published total for 2015-12-11: 4 countries; our count: 0"]


def test_an_exception_for_a_record_silences_all_its_findings_of_the_rule() -> None:
    assert run(make_context(WRONG_COUNT), excepted("census", "2015")) == []


@pytest.mark.parametrize(
    ("rule", "id"),
    [
        ("overlap", "kobe-jp"),
        ("future", "nagoya-jp"),
        ("future", "kobe-jp/designations/1/since"),
        ("future", "kobe-jp/designations"),
        ("no-such-rule", "kobe-jp"),
    ],
)
def test_an_exception_that_silences_nothing_is_reported(rule: str, id: str) -> None:
    problems = checks.run(make_context(WRONG_DAY), [excepted(rule, id)], locate)
    assert [problem.rule for problem in problems] == ["future", "exception"]
    message = f"the exception from {rule} for {id} is no longer needed"
    assert problems[1] == Problem(f"exception/{rule} {id}", 1, "exception", message, "delete it")


def test_an_exception_for_the_record_and_one_for_the_path_are_both_needed() -> None:
    both = excepted("future", "kobe-jp"), excepted("future", "kobe-jp/designations/0/since")
    assert run(make_context(WRONG_DAY), *both) == []


def test_of_records_that_are_not_whole_only_the_partial_rules_are_asked() -> None:
    context = make_context(
        WRONG_DAY, WRONG_COUNT, TO_NOWHERE, make_source("press"), make_source("press-2"), registry=()
    )
    needless = excepted("census", "2021")
    assert run(context, needless, whole=False) == [("future", "city/kobe-jp")]
    # An id that leads nowhere makes counting impossible, so that the rules about the whole wait.
    assert run(context, needless) == [("future", "city/kobe-jp"), ("reference", "total/2016")]


def test_once_every_id_leads_somewhere_the_whole_is_checked() -> None:
    context = make_context(WRONG_COUNT, make_source("press"), make_source("press-2"), registry=("lost-jp",))
    assert run(context, excepted("census", "2021")) == [
        ("exception", "exception/census 2021"),
        ("registry", "id/lost-jp"),
        ("census", "round/2015"),
        ("census", "round/2015"),
        ("unused-source", "source/press-2"),
    ]


def test_an_exception_from_a_partial_rule_counts_even_if_records_are_missing() -> None:
    assert run(make_context(WRONG_DAY), excepted("future", "kobe-jp"), whole=False) == []


def test_the_whole_network_is_incoherent_only_where_an_id_leads_nowhere() -> None:
    context = make_context(WRONG_DAY, WRONG_COUNT, registry=())
    assert checks.incoherent(context.network, locate) == []
    broken = make_context(
        WRONG_DAY, TO_NOWHERE, make_round(sources=["lost"]), moved={"hyogo-jp": "osaka-jp"}, registry=()
    )
    problems = checks.incoherent(broken.network, locate)
    assert [(problem.rule, problem.file) for problem in problems] == [
        ("moved", "moved/hyogo-jp"),
        ("source", "round/2017"),
        ("reference", "total/2016"),
    ]


def test_today_is_a_parameter() -> None:
    tomorrow = datetime.date(2026, 11, 23)
    context = make_context(WRONG_DAY)
    assert list(chronology.future(context))
    assert not list(chronology.future(Context(context.network, context.registry, tomorrow)))
