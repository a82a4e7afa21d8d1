"""`ccn check` is clean on the real data, and finds each of many seeded mistakes with the right file, line and rule."""

from __future__ import annotations

import datetime
import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pytest

from ccn_kb import audit, checks
from ccn_kb.errors import Problem
from tests.conftest import DATA, TODAY, Ccn, Result, copy_real_data

Edit: TypeAlias = Callable[[bytes], bytes]

DAY = datetime.date.fromisoformat(TODAY)
FORM = re.compile(r"(?P<file>[^:\n]+):(?P<line>[1-9][0-9]*): (?P<rule>[a-z-]+): [^\n]+ \(fix: [^\n]+\)")
PYTHON = re.compile(r"\b(tuple|dictionary|instance|None)\b")


@dataclass(frozen=True)
class Renamed:
    """The edit that gives the file another name."""

    to: str


class Mistake(NamedTuple):
    """One mistake: the file that is edited, how, and the rule and line by which it must be found.

    An edit is old text, which must stand there exactly once, and new text; or a function of the content; None
    deletes the file. The line is the one on which `line` ends, a text that the mistaken file has exactly once;
    without text it is the first. The problem stands in `at` where that is another file; `says` is a part of it.
    """

    name: str
    file: str
    edit: tuple[str, str] | Edit | Renamed | None
    rule: str
    line: str
    at: str = ""
    says: str = ""


def end(text: str) -> Edit:
    """Return the edit that adds text at the end; it makes the file where there is none."""
    return lambda content: content + text.encode()


def start(text: str) -> Edit:
    return lambda content: text.encode() + content


def whole(text: str) -> Edit:
    return lambda _: text.encode()


def without(head: str) -> Edit:
    """Return the edit that deletes the one record with that head, and the indented lines below it."""

    def delete(content: bytes) -> bytes:
        left, count = re.subn(rf"^{re.escape(head)}\n(?: .*\n)*", "", content.decode(), flags=re.MULTILINE)
        assert count == 1, f"{head!r} does not stand there once"
        return left.encode()

    return delete


def line_with(text: str) -> Edit:
    """Return the edit that deletes the one line with that text."""

    def delete(content: bytes) -> bytes:
        lines = content.decode().splitlines(keepends=True)
        left = [line for line in lines if text not in line]
        assert len(left) == len(lines) - 1, f"{text!r} does not stand on one line"
        return "".join(left).encode()

    return delete


def until(text: str) -> Edit:
    """Return the edit that ends the file before that text."""
    return lambda content: content[: content.index(text.encode())] + b"\n"


def decomposed(letter: str) -> tuple[str, str]:
    return letter, unicodedata.normalize("NFD", letter)


def crlf(content: bytes) -> bytes:
    return content.replace(b"\n", b"\r\n")


def latin_1(content: bytes) -> bytes:
    return content.decode().encode("latin-1", errors="replace")


def utf_16(content: bytes) -> bytes:
    return content.decode().encode("utf-16")


def cut_in_a_letter(content: bytes) -> bytes:
    return content[: content.index("É".encode()) + 1]


def unended(content: bytes) -> bytes:
    return content.removesuffix(b"\n")


def fifty_megabytes(content: bytes) -> bytes:
    return content + b"# still more\n" * 4_000_000


BOM = start("\ufeff")
ALIAS_BOMB = end(
    "a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
    + "".join(f"{after}: &{after} [{', '.join([f'*{before}'] * 9)}]\n" for before, after in pairwise("abcdefghi"))
)

LYON = "cities/lyon-fr.yaml"
KANAZAWA = "cities/kanazawa-jp.yaml"
BISSAU = "cities/bissau-gw.yaml"
BRADFORD = "cities/bradford-gb.yaml"
BERGEN = "cities/bergen-no.yaml"
GRANADA = "cities/granada-es.yaml"
GRENADE = "cities/grenade-es.yaml"
GRENOBLE = "cities/grenoble-es.yaml"
FIELDS = "fields.yaml"
TOPICS = "topics.yaml"
COUNTRIES = "countries.yaml"
NON_MEMBERS = "non_members.yaml"
GROUPS = "country_groups.yaml"
ROUNDS = "rounds.yaml"
TOTALS = "totals.yaml"
IN_PARIS = "meetings/2008-paris.yaml"
NINTH = "meetings/2015-kanazawa-jp.yaml"
IN_LYON = "meetings/2023-lyon-fr.yaml"
COOPERATION = "cooperations/2015-bradford-gb-yamagata-bid.yaml"
EXCEPTIONS = "exceptions.yaml"
IDS = "ids.txt"
OFFICIAL = "sources/official/nobody.yaml"
HOST = "sources/host/nobody.yaml"
PRESS = "sources/press/nobody.yaml"
COPY = "sources/copy/nobody.yaml"
GEONAMES = "sources/reference/geonames.yaml"

CITY_HEAD = "# yaml-language-server: $schema=../../schemas/city.schema.json\n"
EXCEPTIONS_HEAD = "# yaml-language-server: $schema=../schemas/exceptions.schema.json\n"
SOURCE_HEAD = "# yaml-language-server: $schema=../../../schemas/source.schema.json\n"
SOURCE = f"{SOURCE_HEAD}publisher: Nobody\nurl: https://example.org/\naccessed: '2026-11'\n"
EXCEPTION = "- rule: outside-country\n  id: lyon-fr\n  reason: Nobody knows.\n"
ABOUT_2021 = "- rule: census\n  id: 2021/countries"
IN_2014 = "\n2014:\n  announced: '2014-12-01'\n  new: "
IN_2021 = "\n2021:\n  announced: '2021-11-08'\n  new: 49\n  members: 295\n  countries: 90\n"
IN_JUNE_2008 = "\n'2008-06':\n  date: '2008-06'\n  members: "
JAPAN_IN_2014 = "\n2014-12-01-jp:\n  date: '2014-12-01'\n  members: 6\n  country: "
NINTH_HOST = "- {city: kanazawa-jp}\n"
LYON_PLACE = "latitude: 45.74906, longitude: 4.84789, sources: ["
KANAZAWA_PLACE = "latitude: 36.6, longitude: 136.61667, sources: ["
FIRST = "\ndesignations:\n"

# On a copy of the real data, several at once, each in its own place.
REAL_MISTAKES = {
    "what cannot be read": (
        Mistake(
            "duplicate key", GRANADA, ("country: ES\n", "country: ES\ncountry: NI\n"), "duplicate-key", "country: NI"
        ),
        Mistake("tab", BRADFORD, ("\nwikidata:", "\n\twikidata:"), "yaml", "\twikidata:"),
        Mistake("NO unquoted", BERGEN, ("country: 'NO'", "country: NO"), "format", "\ncountry:", says="country: 'NO'"),
        Mistake("invalid UTF-8", LYON, latin_1, "encoding", "\nsubdivision:"),
        Mistake("byte order mark", KANAZAWA, BOM, "format", "", says=r"\ufeff"),
        Mistake("rounds lost", ROUNDS, None, "file", ""),
        Mistake(
            "source in two files",
            "sources/press/geonames.yaml",
            end(SOURCE),
            "duplicate-key",
            "\npublisher:",
            at=GEONAMES,
            says="sources/press/geonames.yaml",
        ),
    ),
    "what does not fit together": (
        Mistake(
            "swapped coordinates",
            LYON,
            ("latitude: 45.74906, longitude: 4.84789", "latitude: 4.84789, longitude: 45.74906"),
            "outside-country",
            "\nlocation:",
            says="swap latitude and longitude",
        ),
        Mistake("subdivision of another country", LYON, ("FR-ARA", "BE-BRU"), "subdivision", "\nsubdivision:"),
        Mistake("subdivision with two names", BRADFORD, ("England", "Engeland"), "subdivision", "\nsubdivision:"),
        Mistake(
            "same GeoNames id",
            LYON,
            ("\ngeonames: 2996944", "\ngeonames: 2654993"),
            "same-place",
            "\ngeonames:",
            says="bradford-gb",
        ),
        Mistake("same Wikidata id", LYON, ("Q456\n", "Q22905\n"), "same-place", "\nwikidata:", says="bradford-gb"),
        Mistake("same page of UNESCO's", LYON, ("pages: [lyon]", "pages: [bradford]"), "same-place", "\nunesco_pages:"),
        Mistake(
            "city under another name",
            LYON,
            ("\nname: Lyon\n", "\nname: Villeurbanne\n"),
            "city-id",
            "\nname:",
            says="villeurbanne-fr.yaml",
        ),
        Mistake("overlapping", LYON, ("date: '2023-10-31'", "date: '2024-01-01'"), "overlap", "since: '2023-10-31'"),
        Mistake(
            "twice in a group",
            GROUPS,
            (
                "  - {country: BG, since: '2007-01-01'",
                "  - {country: BE, since: '2007'}\n  - {country: BG, since: '2007-01-01'",
            ),
            "group-overlap",
            "{country: BE, since: '2007'}",
        ),
        Mistake(
            "two open designations",
            KANAZAWA,
            (FIRST, f"{FIRST}- field: film\n  since: '2005'\n  sources: [geonames#1860243]\n"),
            "overlap",
            "since: '2009-06-08'",
        ),
        Mistake("Architecture in 2014", GRANADA, ("literature", "architecture"), "field-added", "field: architecture"),
        Mistake(
            "alias of two countries",
            COUNTRIES,
            ("aliases: [Czech Republic]", "aliases: [Ivory Coast, Czech Republic]"),
            "same-name",
            "aliases: [Ivory Coast, ",
            says="CI",
        ),
        Mistake(
            "meeting backwards",
            NINTH,
            ("starts: '2015-05-25'", "starts: '2015-05-29'"),
            "date-order",
            "\nends:",
        ),
    ),
    "wrong dates": (
        Mistake("ended too early", LYON, ("date: '2023-10-31'", "date: '2007-12'"), "date-order", "date: '2007-12'"),
        Mistake(
            "an older report behind a newer one",
            BERGEN,
            ("- year: 2019", "- {year: 2021, sources: [geonames#3161732]}\n- year: 2019"),
            "report-order",
            "- year: 2019",
        ),
        Mistake("no round", LYON, ("\n  round: 2023\n", "\n"), "round-date", "- field: literature"),
        Mistake("designated in 2031", KANAZAWA, ("since: '2009-06-08'", "since: '2031'"), "future", "since: '2031'"),
        Mistake("city file renamed", GRANADA, Renamed(GRENOBLE), "city-id", "\nname:", at=GRENOBLE),
    ),
    "a change that meets nothing": (
        Mistake(
            "field change",
            LYON,
            ("date: '2023-10-31'", "date: '2023-10-30'"),
            "field-change",
            "\n  end:",
            says="2023-10-30",
        ),
        Mistake(
            "not on the day of its round",
            LYON,
            ("e: '2023-10-31'\n  r", "e: '2023-11-01'\n  r"),
            "round-date",
            "-01'\n",
        ),
    ),
    "a change of nothing": (
        Mistake("field change to itself", LYON, ("literature\n", "media-arts\n"), "field-change", "\n  end:"),
        Mistake(
            "day of a round",
            ROUNDS,
            ("\n2023:\n  announced: '2023-10-31'", "\n2023:\n  announced: '2023-10-30'"),
            "round-date",
            "since: '2023-10-31'",
            at=LYON,
        ),
    ),
    "ids that lead nowhere": (
        Mistake("wrong field", LYON, ("media-arts", "media-art"), "reference", "field: media-art\n"),
        Mistake("unknown round", LYON, ("round: 2023", "round: 2022"), "reference", "round: 2022"),
        Mistake("unknown source", LYON, (LYON_PLACE, f"{LYON_PLACE}un-1, "), "source", "\nlocation:", says="'un-1'"),
        Mistake(
            "collection without entry",
            GRANADA,
            ("[geonames#2517117]}\np", "[geonames]}\np"),
            "source",
            "\nlocation:",
            says="#<entry>",
        ),
        Mistake("unknown country", BRADFORD, ("country: GB", "country: UK"), "reference", "country: UK"),
        Mistake("city moved to nowhere", BERGEN, whole(f"{CITY_HEAD}moved: bergen-xx\n"), "moved", "moved:"),
        Mistake("total of nowhere", TOTALS, (f"{JAPAN_IN_2014}JP", f"{JAPAN_IN_2014}QQ"), "reference", JAPAN_IN_2014),
        Mistake("host lost", KANAZAWA, None, "reference", NINTH_HOST, at=NINTH),
    ),
    "what others lead to, lost": (
        Mistake("source lost", GEONAMES, None, "source", "\nlocation:", at=LYON, says="'geonames'"),
        Mistake("field lost", FIELDS, without("literature:"), "reference", "field: literature", at=LYON),
        Mistake("country lost", COUNTRIES, without("GB:"), "reference", "country: GB", at=BRADFORD),
        Mistake("round lost", ROUNDS, without("2023:"), "reference", "round: 2023", at=LYON),
    ),
    "a collection no longer one": (
        Mistake("entries without an address", GEONAMES, line_with("entry_url:"), "source", "\nlocation:", at=LYON),
    ),
    "what does not add up": (
        Mistake("figure of a round", ROUNDS, (f"{IN_2014}28\n", f"{IN_2014}29\n"), "census", IN_2014),
        Mistake("figure of a total", TOTALS, (f"{IN_JUNE_2008}10\n", f"{IN_JUNE_2008}11\n"), "census", IN_JUNE_2008),
        Mistake("exception lost", EXCEPTIONS, without(ABOUT_2021), "census", IN_2021, at=ROUNDS),
        Mistake("needless exception", EXCEPTIONS, end(EXCEPTION), "exception", "- rule: outside-country"),
        Mistake("id without a file", BISSAU, None, "registry", "\nbissau-gw\n", at=IDS),
        Mistake("ids unsorted", IDS, ("\nkanazawa-jp\n", "\nkanazawa-jp\nkan\n"), "registry", "\nkan\n", says="sort"),
        Mistake("topic spelt otherwise", KANAZAWA, ("value: gold leaf", "value: gold leaves"), "topic", "gold leaves"),
        Mistake(
            "name of another topic",
            TOPICS,
            ("{value: pan de oro,", "{value: ceramics,"),
            "topic-name",
            "value: ceramics,",
        ),
        Mistake(
            "member among others",
            NON_MEMBERS,
            ("name: Ishigaki\n", "name: Kanazawa\n"),
            "non-member",
            "name: Kanazawa\n",
        ),
        Mistake("topic of another name", TOPICS, ("name: gold leaf\n", "name: gold leav\n"), "topic-id", "gold leav\n"),
        Mistake(
            "page of another source",
            "sources/host/creativekanazawa-mayor-message.yaml",
            ("url: http://creativekanazawa.jp/message.html\n", "url: https://creativekanazawa.jp/agenda.html/\n"),
            "same-address",
            "url: https://creativekanazawa.jp/agenda.html/\n",
        ),
        Mistake("source nobody cites", HOST, end(SOURCE), "unused-source", "\npublisher:"),
    ),
    "the same id again": (
        Mistake("id twice", IDS, ("\nlyon-fr\n", "\nlyon-fr\nlyon-fr\n"), "registry", "\nlyon-fr\nlyon-fr\n"),
    ),
    "the same exception again": (
        Mistake(
            "exception twice",
            EXCEPTIONS,
            (ABOUT_2021, f"{ABOUT_2021}\n  reason: I forgot.\n{ABOUT_2021}"),
            "exception",
            "reason: I forgot.\n- rule:",
        ),
    ),
}

NAME = "\nname: Lyon\n"
MEETING_NAME = "name: IX Annual Meeting\n"
PARIS = "- {name: Paris, country: FR}\nstatus: held\n"
PEOPLE = "\npopulation:\n"
NICARAGUA = "{west: -87.75, south: 10.65, east: -82.65, north: 15.1}"
NICARAGUA_IN = "name_fr: Nicaragua\n  region: latin-america-caribbean\n  continent: "
NORWAY = (
    "NO:\n  alpha3: NOR\n  name: Norway\n  name_fr: Norvège\n  region: europe-north-america\n  continent: EU\n"
    "  boxes:\n  - {west: 4.55, south: 57.9, east: 31.15, north: 71.25}\n"
)
ADDED = "added: '2025'\n  sources: ["
ROUND = ":\n  announced: '2014-12-01'\n  sources: [unesco-round-2014]\n"
ROUND_LINES = "\n2014:\n  announced: '2014-12-01'\n  new: 1\n  sources: [unesco-round-2014]\n"
ROUND_LINE = "\n2014: {announced: '2014-12-01', new: 1, sources: [unesco-round-2014]}\n"
IN_ALL = "members: 4\n  countries: 4\n  sources: ["
HELPED = "role: helped}\nsources: ["
ENTRY = "\nentry_url: https://www.geonames.org/{locator}\n"

# On the miniature, which is read twenty times as fast: mistakes that do not need hundreds of records around them.
MINI_MISTAKES = (
    # No plain YAML.
    Mistake("empty file", LYON, whole(""), "yaml", "", says="empty"),
    Mistake("only a comment", FIELDS, whole("# nothing yet\n"), "yaml", "", says="empty"),
    Mistake("empty exceptions", EXCEPTIONS, whole(""), "yaml", "", says="empty"),
    Mistake("50 MB", LYON, fifty_megabytes, "size", "", says="2,000,000"),
    Mistake("50 MB of ids", IDS, fifty_megabytes, "size", ""),
    Mistake("alias bomb", LYON, ALIAS_BOMB, "yaml", "\na:", says="anchor &a"),
    Mistake("alias", LYON, ("wikidata: Q456", "wikidata: *q"), "yaml", "*q", says="alias *q"),
    Mistake("anchor", LYON, ("wikidata: Q456", "wikidata: &q Q456"), "yaml", "&q", says="anchor &q"),
    Mistake("anchor of a list", LYON, ("pages: [lyon]", "pages: &pages [lyon]"), "yaml", "&pages"),
    Mistake("merge key", LYON, ("\ncountry: FR", "\n<<: {country: FR}\ncountry: FR"), "unknown-key", "<<:"),
    Mistake("tag", LYON, ("wikidata: Q456", "wikidata: !!str Q456"), "yaml", "!!str", says="tag"),
    Mistake("tag that would run code", LYON, ("Q456", "!!python/object/apply:os.getcwd []"), "yaml", "!!python"),
    Mistake("tag with a line break", LYON, ("wikidata: Q456", "wikidata: !a%0Ab Q456"), "yaml", "!a%0Ab"),
    Mistake("second document", LYON, end("---\nname: Lyon\n"), "yaml", "\n---", says="second document"),
    Mistake("deep nesting", LYON, end(f"deep: {'[' * 13}{']' * 13}\n"), "yaml", "\ndeep:", says="nested"),
    Mistake("very deep nesting", LYON, end(f"deep: {'[' * 200_000}\n"), "yaml", "\ndeep:", says="nested"),
    Mistake("very deep blocks", LYON, end(f"deep:\n{'- ' * 100_000}\n"), "yaml", "\ndeep:\n-", says="nested"),
    Mistake("key that is a list", LYON, ("wikidata: Q456", "? [wikidata]\n: Q456"), "yaml", "? [", says="key"),
    Mistake("key that is a mapping", LYON, ("wikidata: Q456", "{wikidata: id}: Q456"), "yaml", "\n{", says="key"),
    Mistake("bracket never closed", LYON, ("pages: [lyon]", "pages: [lyon"), "yaml", "\nunesco_pages:"),
    Mistake("brace never closed", LYON, ("lang: it}", "lang: it"), "yaml", "lang: it"),
    Mistake("quote never closed", LYON, end("remark: 'First\n"), "yaml", "\nremark:"),
    Mistake("quote closed too late", LYON, ("since: '2008-06'", "since: '2008-06"), "yaml", "\n    date:"),
    Mistake("colon in plain text", NINTH, (MEETING_NAME, "name: IX: Annual Meeting\n"), "yaml", "name: IX: "),
    Mistake("colon without a space", LYON, ("country: FR", "country:FR"), "yaml", "\ncountry:FR"),
    Mistake("wrong indentation", LYON, ("\n  since: '2008-06'", "\n   since: '2008-06'"), "yaml", "\n   since:"),
    Mistake("tab as indentation", ROUNDS, ("2014:\n  announced", "2014:\n\tannounced"), "yaml", "2014:\n\tannounced"),
    Mistake("control character", LYON, (NAME, "\nname: \x07Lyon\n"), "yaml", "\nname:", says="U+0007"),
    Mistake("NUL", LYON, (NAME, "\nname: \0Lyon\n"), "yaml", "\nname:", says="U+0000"),
    Mistake("DEL", NINTH, (MEETING_NAME, "name: \x7fIX\n"), "yaml", "name: \x7f", says="U+007F"),
    Mistake("escaped surrogate", LYON, (NAME, '\nname: "\\ud800"\n'), "yaml", "\nname:"),
    Mistake(
        "conflict of versions",
        LYON,
        ("country: FR\n", "<<<<<<< HEAD\ncountry: FR\n=======\ncountry: BE\n>>>>>>> other\n"),
        "conflict",
        "<<<<<<< HEAD",
    ),
    Mistake("not YAML at all", LYON, whole("Lyon is a city in France.\n"), "value", "", says="record"),
    Mistake("list instead of a record", LYON, whole("- name: Lyon\n"), "value", "", says="record"),
    # No UTF-8.
    Mistake("UTF-16", LYON, utf_16, "encoding", "", says="0xff"),
    Mistake("Latin-1", FIELDS, latin_1, "encoding", "\n  name_es: Artesan", says="0xed"),
    Mistake("cut in a letter", COUNTRIES, cut_in_a_letter, "encoding", "\n  name_fr: \udcc3", says="0xc3"),
    Mistake("surrogate in UTF-8", LYON, (NAME, "\nname: \udced\udca0\udc80Lyon\n"), "encoding", "\nname:"),
    Mistake("invalid UTF-8 in ids.txt", IDS, ("lyon-fr\n", "lyon-fr\n\udcff\n"), "encoding", "lyon-fr\n\udcff"),
    # Not in the one form.
    Mistake("trailing space", LYON, ("country: FR\n", "country: FR \n"), "format", "country: FR \n"),
    Mistake("trailing tab", LYON, ("country: FR\n", "country: FR\t\n"), "format", "country: FR\t\n"),
    Mistake("tab after a key", LYON, ("country: FR", "country:\tFR"), "format", "country:\tFR"),
    Mistake(
        "unsorted keys",
        LYON,
        ("wikidata: Q456\nunesco_pages: [lyon]\n", "unesco_pages: [lyon]\nwikidata: Q456\n"),
        "format",
        "\nunesco_pages:",
    ),
    Mistake("note too early", BRADFORD, (FIRST, f"\nnote: Film.{FIRST}"), "format", "\nnote:"),
    Mistake("no schema named", LYON, (CITY_HEAD, ""), "format", ""),
    Mistake("another schema", NINTH, ("meeting.schema.json", "meetings.schema.json"), "format", ""),
    Mistake("empty line at the start", LYON, start("\n"), "format", ""),
    Mistake("directive", LYON, start("%YAML 1.2\n---\n"), "format", ""),
    Mistake("empty line", ROUNDS, ("\n2017:", "\n\n2017:"), "format", "\n\n"),
    Mistake("empty lines at the end", GRENADE, end("\n\n"), "format", "granada-es\n\n"),
    Mistake("no line end at the end", GRENADE, unended, "format", "moved:", says=r"\n"),
    Mistake("CRLF", LYON, crlf, "format", "", says=r"\r"),
    Mistake("CRLF in a file of records", TOTALS, crlf, "format", ""),
    Mistake("byte order mark in a file of records", TOTALS, BOM, "format", ""),
    Mistake("double quotes", LYON, ("since: '2008-06'", 'since: "2008-06"'), "format", 'since: "', says="'2008-06'"),
    Mistake("needless quotes", LYON, ("country: FR", "country: 'FR'"), "format", "country: 'FR'", says="country: FR"),
    Mistake("month unquoted", LYON, ("since: '2008-06'", "since: 2008-06"), "format", "since: 2008", says="'2008-06'"),
    Mistake("year unquoted", FIELDS, ("added: '2025'", "added: 2025"), "format", "added: 2025", says="'2025'"),
    Mistake("yes unquoted", LYON, ("value: Lione,", "value: yes,"), "format", "value: yes,", says="'yes'"),
    Mistake("NO unquoted as a key", COUNTRIES, ("\nPL:\n", f"\n{NORWAY}PL:\n"), "format", "\nNO:", says="'NO':"),
    Mistake("block for one line", LYON, ("pages: [lyon]", "pages:\n- lyon"), "format", "\nunesco_pages:"),
    Mistake("one line for a block", ROUNDS, (ROUND_LINES, ROUND_LINE), "format", "\n2014: {"),
    Mistake("folded over two lines", NINTH, (MEETING_NAME, "name: IX\n  Annual Meeting\n"), "format", "name: IX\n"),
    Mistake("empty list written out", BRADFORD, (FIRST, f"\nnames: []{FIRST}"), "format", "\nnames:"),
    Mistake("needless zero", LYON, ("latitude: 45.74906", "latitude: 45.749060"), "format", "\nlocation:"),
    Mistake("number with underscores", LYON, ("s: 2996944\n", "s: 2_996_944\n"), "format", "\ngeonames:"),
    Mistake("comment after a value", LYON, ("country: FR\n", "country: FR  # France\n"), "comment", "# France"),
    Mistake("comment on its own line", ROUNDS, ("\n2017:", "\n# the third\n2017:"), "comment", "\n# the third"),
    Mistake("comment at the end", GEONAMES, end("# more to come\n"), "comment", "# more to come"),
    Mistake("comment before the schema", LYON, start("# to do: population\n"), "comment", ""),
    Mistake("comment among exceptions", EXCEPTIONS, end("# none\n"), "comment", "# none"),
    # Keys.
    Mistake("duplicate key on one line", LYON, ("{code: ", "{code: FR-IDF, code: "), "duplicate-key", "{code: FR-IDF"),
    Mistake("duplicate record", ROUNDS, end(f"2014{ROUND}"), "duplicate-key", "]\n2014:"),
    Mistake("duplicate record, quoted", ROUNDS, end(f"'2014'{ROUND}"), "duplicate-key", "\n'2014':"),
    Mistake("duplicate record, spelt otherwise", ROUNDS, end(f"02014{ROUND}"), "duplicate-key", "\n02014:"),
    Mistake("unknown key", LYON, ("\nwikidata:", "\nwikidatum:"), "unknown-key", "\nwikidatum:", says="'wikidata'"),
    Mistake(
        "unknown key inside", LYON, ("reason:", "why: x\n    reason:"), "unknown-key", " why:", says="(fix: delete it)"
    ),
    Mistake(
        "unknown key in a source", GEONAMES, ("entry_url", "entri_url"), "unknown-key", "entri", says="'entry_url'"
    ),
    Mistake("empty key", LYON, end("'': x\n"), "unknown-key", "\n'': x", says="''"),
    Mistake(
        "unknown key in an exception",
        EXCEPTIONS,
        whole(f"{EXCEPTIONS_HEAD}{EXCEPTION}  since: '2008'\n"),
        "unknown-key",
        "since:",
    ),
    Mistake("id repeated", LYON, ("\ncountry:", "\nid: lyon-fr\ncountry:"), "unknown-key", "\nid:", says="place"),
    Mistake("id of a round repeated", ROUNDS, ("2014:\n", "2014:\n  id: 2014\n"), "unknown-key", "id: 2014"),
    Mistake("kind repeated", GEONAMES, (ENTRY, f"\nkind: reference{ENTRY}"), "unknown-key", "kind: reference"),
    Mistake("key lost", LYON, ("\ncountry: FR", ""), "missing", "\nname:", says="`country`"),
    Mistake("designations lost", BRADFORD, until(FIRST), "missing", "\nname:", says="`designations`"),
    Mistake("field of a designation lost", LYON, ("- field: media-arts\n  since", "- since"), "missing", "- since"),
    Mistake(
        "sources of a designation lost", LYON, line_with("#lyon"), "missing", "- field: literature", says="sources"
    ),
    Mistake("sources of an end lost", LYON, line_with("    sources: ["), "missing", "\n  end:", says="sources"),
    Mistake(
        "sources of a place lost",
        LYON,
        (f"{LYON_PLACE}geonames#2996944]", "latitude: 45.74906, longitude: 4.84789"),
        "missing",
        "\nlocation:",
        says="sources",
    ),
    Mistake("publisher lost", GEONAMES, line_with("publisher: GeoNames"), "missing", "\ntitle:", says="publisher"),
    Mistake("reason lost", EXCEPTIONS, whole("- rule: census\n  id: x\n"), "missing", "", says="reason"),
    # Values of a city.
    Mistake("empty name", LYON, (NAME, "\nname:\n"), "value", "\nname:"),
    Mistake("space after a name", LYON, (NAME, "\nname: 'Lyon '\n"), "value", "\nname:", says="space"),
    Mistake("name on several lines", LYON, (NAME, "\nname: |-\n  Ly\n  on\n"), "value", "\nname:", says="control"),
    Mistake("tab in a name", LYON, (NAME, '\nname: "Ly\\ton"\n'), "value", "\nname:", says="control"),
    Mistake("zero-width space", LYON, (NAME, "\nname: Ly\u200bon\n"), "value", "\nname:", says="invisible"),
    Mistake("byte order mark inside", LYON, (NAME, "\nname: \ufeffLyon\n"), "value", "\nname:", says=r"\ufeff"),
    Mistake("line separator", LYON, (NAME, '\nname: "Ly\\u2028on"\n'), "value", "\nname:", says="invisible"),
    Mistake("not NFC", LYON, decomposed("ô"), "value", "\nsubdivision:", says="NFC"),
    Mistake("name of 401 characters", LYON, (NAME, f"\nname: {'a' * 401}\n"), "value", "\nname:", says="400"),
    Mistake("country in small letters", LYON, ("country: FR", "country: fr"), "value", "country: fr"),
    Mistake("latitude of 91", LYON, ("latitude: 45.74906", "latitude: 91"), "value", "\nlocation:", says="90"),
    Mistake("latitude of nan", LYON, ("latitude: 45.74906", "latitude: nan"), "value", "\nlocation:", says="finite"),
    Mistake("latitude of .nan", LYON, ("latitude: 45.74906", "latitude: .nan"), "value", "\nlocation:"),
    Mistake("longitude of inf", LYON, ("longitude: 4.84789", "longitude: inf"), "value", "\nlocation:", says="finite"),
    Mistake("longitude of -181", LYON, ("longitude: 4.84789", "longitude: -181"), "value", "\nlocation:", says="-180"),
    Mistake("decimal comma", LYON, ("latitude: 45.74906", "latitude: '45,74906'"), "value", "\nlocation:"),
    Mistake("coordinates abroad", KANAZAWA, ("136.61667", "116.61667"), "outside-country", "\nlocation:", says="Japan"),
    Mistake(
        "negative population", LYON, (PEOPLE, f"{PEOPLE}- {{value: -1, sources: [geonames#1]}}\n"), "value", "value: -1"
    ),
    Mistake(
        "population of nobody", LYON, (PEOPLE, f"{PEOPLE}- {{value: 0, sources: [geonames#1]}}\n"), "value", ": 0,"
    ),
    Mistake(
        "population in words", LYON, (PEOPLE, f"{PEOPLE}- {{value: ten, sources: [geonames#1]}}\n"), "value", "ten"
    ),
    Mistake(
        "population beyond all people",
        LYON,
        (PEOPLE, f"{PEOPLE}- {{value: {10**30}, sources: [geonames#1]}}\n"),
        "value",
        f"value: {10**30}",
    ),
    Mistake(
        "population of 2031",
        LYON,
        (PEOPLE, f"{PEOPLE}- {{value: 9, year: 2031, sources: [geonames#1]}}\n"),
        "future",
        "year: 2031",
    ),
    Mistake(
        "population of 1066",
        LYON,
        (PEOPLE, f"{PEOPLE}- {{value: 9, year: 1066, sources: [geonames#1]}}\n"),
        "value",
        "year: 1066",
    ),
    Mistake("GeoNames id beyond all", LYON, ("\ngeonames: 2996944", f"\ngeonames: {10**30}"), "value", "\ngeonames:"),
    Mistake("id of 5000 digits", LYON, ("\ngeonames: 2996944", f"\ngeonames: {'9' * 5000}"), "value", "\ngeonames:"),
    Mistake("bad Wikidata id", LYON, ("wikidata: Q456", "wikidata: q456"), "value", "\nwikidata:"),
    Mistake("wide digit in a Wikidata id", LYON, ("wikidata: Q456", "wikidata: Q45６"), "value", "\nwikidata:"),
    Mistake("wide digits in a date", LYON, ("since: '2008-06'", "since: '２００８'"), "value", "since: '２"),
    Mistake("bad language tag", LYON, ("lang: it", "lang: Italian"), "value", "lang: Italian"),
    Mistake("bad page of UNESCO's", LYON, ("pages: [lyon]", "pages: [/lyon]"), "value", "\nunesco_pages:"),
    Mistake("text for a list", LYON, ("pages: [lyon]", "pages: lyon"), "value", "\nunesco_pages:", says="list"),
    Mistake("mapping for a list", LYON, ("pages: [lyon]", "pages: {lyon: 1}"), "value", "\nunesco_pages:", says="list"),
    Mistake("list for a text", LYON, ("country: FR", "country: [FR]"), "value", "\ncountry:"),
    Mistake(
        "text for a mapping",
        LYON,
        (f"location: {{{LYON_PLACE}geonames#2996944]}}", "location: here"),
        "value",
        "\nlocation:",
    ),
    Mistake("bad subdivision", LYON, ("code: FR-ARA", "code: ARA"), "value", "code: ARA"),
    Mistake("13th month", LYON, ("since: '2008-06'", "since: '2008-13'"), "value", "since: '2008-13'"),
    Mistake("30 February", LYON, ("since: '2008-06'", "since: '2008-02-30'"), "value", "since: '2008-02-30'"),
    Mistake("date written otherwise", LYON, ("since: '2008-06'", "since: 06/2008"), "value", "since: 06/2008"),
    Mistake("end for no known reason", LYON, ("reason: field-changed", "reason: moved"), "value", "reason: moved"),
    Mistake("no source", LYON, (f"{LYON_PLACE}geonames#2996944]", f"{LYON_PLACE}]"), "value", "\nlocation:"),
    Mistake("source with a space", LYON, (LYON_PLACE, f"{LYON_PLACE}un news, "), "value", "\nlocation:"),
    Mistake(
        "entry of no collection", KANAZAWA, (KANAZAWA_PLACE, f"{KANAZAWA_PLACE}jlgc-2015#3, "), "source", "\nlocation:"
    ),
    Mistake("source twice", LYON, (LYON_PLACE, f"{LYON_PLACE}geonames#2996944, "), "doubled", "\nlocation:"),
    Mistake("dispute of an unknown field", BRADFORD, ("{path: since", "{path: sinse"), "value", "{path: sinse"),
    Mistake(
        "dispute without a source",
        BRADFORD,
        ("  disputed:\n", "  disputed:\n  - {path: field, value: Music}\n"),
        "missing",
        "{path: field",
    ),
    Mistake("former name without a source", LYON, ("lang: it}", "lang: it, until: '1900'}"), "value", "lang: it"),
    Mistake(
        "name until 2031", LYON, ("lang: it}", "lang: it, until: '2031', sources: [geonames#1]}"), "future", "lang: it"
    ),
    Mistake("name twice", LYON, ("Lione, lang: it", "Lyons, lang: en"), "doubled", "en}\n- {value: Lyons,"),
    Mistake("page twice", LYON, ("pages: [lyon]", "pages: [lyon, lyon]"), "doubled", "\nunesco_pages:"),
    Mistake("end in 2031", LYON, ("date: '2023-10-31'", "date: '2031-10-31'"), "future", "date: '2031"),
    Mistake("field change with nothing after", LYON, until("\n- field: literature"), "field-change", "\n  end:"),
    Mistake(
        "youngest designation first",
        KANAZAWA,
        (FIRST, f"{FIRST}- field: film\n  since: '2010'\n  sources: [geonames#1]\n"),
        "date-order",
        "since: '2009-06-08'",
    ),
    # Names of files, old ids, ids.txt.
    Mistake("capitals in an id", LYON, Renamed("cities/Lyon-FR.yaml"), "file-name", "", at="cities/Lyon-FR.yaml"),
    Mistake("another ending", LYON, Renamed("cities/lyon-fr.yml"), "file-name", "", at="cities/lyon-fr.yml"),
    Mistake("version before a round", "version.txt", whole("1.0.20121122\n"), "edition", ""),
    Mistake("stray file", "cities/README.md", end("Cities.\n"), "file-name", ""),
    Mistake("copy of a file", "cities/lyon-fr copy.yaml", end("name: Lyon\n"), "file-name", ""),
    Mistake("another ending in the folder itself", "fields.yml", end("film: {}\n"), "file-name", ""),
    Mistake("stray kind of source", "sources/blog.yaml", end(f"nobody:\n{SOURCE}"), "file-name", ""),
    Mistake("source with capitals", "sources/press/Nobody.yaml", end(SOURCE), "file-name", ""),
    Mistake("source that Windows cannot store", "sources/press/aux.yaml", end(SOURCE), "file-name", "", says="Windows"),
    Mistake("sources in one file", "sources/press.yaml", end("{}\n"), "format", "", says="a file of its own"),
    Mistake("old id that leads nowhere", GRENADE, ("granada-es", "granada-pt"), "moved", "moved:"),
    Mistake(
        "old id of an old id",
        "cities/grenada-es.yaml",
        end(f"{CITY_HEAD}moved: grenade-es\n"),
        "moved",
        "moved:",
        says="(fix: write granada-es)",
    ),
    Mistake("old id of itself", GRENADE, ("granada", "grenade"), "moved", "moved:", says="write the id of the city"),
    Mistake("more on a tombstone", GRENADE, end("name: Grenade\n"), "unknown-key", "\nname:", says="(fix: delete it)"),
    Mistake("tombstone lost", GRENADE, None, "registry", "grenade-es", at=IDS),
    Mistake(
        "host by an old id",
        NINTH,
        ("kanazawa-jp}", "grenade-es}"),
        "reference",
        "grenade-es}",
        says="granada-es",
    ),
    Mistake("id twice, far apart", IDS, end("lyon-fr\n"), "registry", "yamagata-jp\nlyon-fr\n"),
    Mistake("empty line in ids.txt", IDS, ("lyon-fr\n", "lyon-fr\n\n"), "registry", "\n\n", says="empty"),
    Mistake("comment in ids.txt", IDS, ("lyon-fr\n", "lyon-fr\n# more\n"), "registry", "# more"),
    Mistake("space in ids.txt", IDS, ("lyon-fr\n", "lyon-fr \n"), "registry", "lyon-fr \n"),
    Mistake("two ids on a line of ids.txt", IDS, ("lyon-fr\n", "lyon-fr\f"), "registry", "lyon-fr\f"),
    Mistake("byte order mark in ids.txt", IDS, BOM, "registry", "", says=r"\ufeff"),
    Mistake("CRLF in ids.txt", IDS, crlf, "format", "", says=r"\r"),
    Mistake("no line end at the end of ids.txt", IDS, unended, "registry", "\nyamagata-jp"),
    # Fields and countries.
    Mistake("fields in a list", FIELDS, whole("- film\n"), "value", "", says="mapping"),
    Mistake("field without a record", FIELDS, end("dance: Dance\n"), "value", "dance: Dance"),
    Mistake("language of a country's code", LYON, ("lang: it}", "lang: cz}"), "language-tag", "lang: cz}", says="cs"),
    Mistake("field without a mark", FIELDS, ("\n  mark: M-7-7H7V7H-7Z", ""), "field-mark", "architecture:"),
    Mistake(
        "coordinator of a field that is not its own",
        FIELDS,
        (
            "\n  sources: [sufe-academic-newsletter-2025]",
            "\n  sources: [sufe-academic-newsletter-2025]\n  coordinators:\n"
            "  - {city: lyon-fr, role: coordinator, stated: '2018', sources: [geonames#1]}",
        ),
        "coordinator",
        "stated: '2018'",
    ),
    Mistake("bad id of a field", FIELDS, ("\ndesign:", "\nDesign:"), "value", "\nDesign:"),
    Mistake("French name lost", FIELDS, ("\n  name_fr: Design\n", "\n"), "missing", "\ndesign:", says="name_fr"),
    Mistake(
        "field added by nobody", FIELDS, ("_fr: Design\n", "_fr: Design\n  added: '2004'\n"), "value", "added: '2004'"
    ),
    Mistake("field added in 2031", FIELDS, ("added: '2025'", "added: '2031'"), "future", "added: '2031'"),
    Mistake("source of a field unknown", FIELDS, (ADDED, f"{ADDED}nobody, "), "source", ADDED, says="nobody"),
    Mistake("source of a field twice", FIELDS, (ADDED, f"{ADDED}geonames#1, geonames#1, "), "doubled", ADDED),
    Mistake("bad code of a country", COUNTRIES, ("\nNI:\n", "\nNIC:\n"), "value", "\nNIC:"),
    Mistake("bad alpha-3 code", COUNTRIES, ("alpha3: NIC", "alpha3: NI"), "value", "alpha3: NI\n"),
    Mistake("same alpha-3 code", COUNTRIES, ("alpha3: NIC", "alpha3: JPN"), "same-name", "\nNI:\n  alpha3:", says="JP"),
    Mistake("alias twice", COUNTRIES, ("aliases: [UK,", "aliases: [UK, UK,"), "doubled", "aliases: [UK"),
    Mistake("alias that is another's name", COUNTRIES, ("s: [UK,", "s: [Spain, UK,"), "same-name", "aliases: [Spain"),
    Mistake("alias that is another's code", COUNTRIES, ("s: [UK,", "s: [ES, UK,"), "same-name", "aliases: [ES"),
    Mistake("unknown region", COUNTRIES, ("latin-america-caribbean", "latin"), "value", "region: latin"),
    Mistake("unknown continent", COUNTRIES, (f"{NICARAGUA_IN}NA", f"{NICARAGUA_IN}CA"), "value", "continent: CA"),
    Mistake("country without a box", COUNTRIES, (f"boxes:\n  - {NICARAGUA}\n", "boxes: []\n"), "value", "boxes: []"),
    Mistake("box inside out", COUNTRIES, (NICARAGUA, "{west: 3, south: 1, east: 2, north: 4}"), "value", "{west: 3,"),
    Mistake(
        "box past the pole", COUNTRIES, (NICARAGUA, "{west: 3, south: 1, east: 4, north: 91}"), "value", "{west: 3,"
    ),
    # Rounds and totals.
    Mistake("year of a round in words", ROUNDS, ("\n2014:", "\nfirst:"), "value", "\nfirst:"),
    Mistake("round before the rounds", ROUNDS, ("\n2014:", "\n2004:"), "value", "\n2004:", says="2014"),
    Mistake("round announced in 2031", ROUNDS, ("'2014-12-01'", "'2031-12-01'"), "future", "'2031-12-01'"),
    Mistake("negative figure", ROUNDS, (f"{IN_2014}1", f"{IN_2014}-1"), "value", "new: -1"),
    Mistake("figure in words", ROUNDS, (f"{IN_2014}1", f"{IN_2014}one"), "value", "new: one"),
    Mistake("sources of a round lost", ROUNDS, line_with("[unesco-round-2014]"), "missing", "\n2014:", says="sources"),
    Mistake(
        "dispute of an unknown field of a round",
        ROUNDS,
        end("  disputed:\n  - {path: newer, value: '2', sources: [unesco-round-2023]}\n"),
        "value",
        "{path: newer",
    ),
    Mistake("source of a round unknown", ROUNDS, ("[unesco-round-2014", "[nobody"), "source", "[nobody"),
    Mistake("total of 2031", TOTALS, ("  date: '2013-10'", "  date: '2031-10'"), "future", "date: '2031-10'"),
    Mistake("total of an unknown field", TOTALS, ("  country: JP", "  field: dance"), "reference", "field: dance"),
    Mistake("total of an unknown region", TOTALS, ("  country: JP", "  region: asia"), "value", "region: asia"),
    Mistake("total of countries", TOTALS, ("countries: 4", "countries: 5"), "census", "countries: 5"),
    Mistake("source of a total unknown", TOTALS, (IN_ALL, f"{IN_ALL}nobody, "), "source", IN_ALL, says="nobody"),
    # Meetings and cooperations.
    Mistake("unknown status", IN_LYON, ("status: unconfirmed", "status: hold"), "value", "status: hold"),
    Mistake(
        "host told twice over",
        IN_PARIS,
        ("{name: Paris,", "{city: lyon-fr, name: Paris,"),
        "value",
        "name: Paris,",
    ),
    Mistake("host without its country", IN_PARIS, ("Paris, country: FR}", "Paris}"), "value", "{name: Paris}"),
    Mistake("host in an unknown country", IN_PARIS, ("Paris, country: FR", "Paris, country: XX"), "reference", "XX"),
    Mistake("unknown host", NINTH, ("{city: kanazawa-jp}", "{city: kanazawa}"), "reference", "{city: kanazawa}"),
    Mistake("host twice", IN_PARIS, (PARIS, f"- {{name: Paris, country: FR}}\n{PARIS}"), "doubled", "FR}\n- {name:"),
    Mistake("meeting number nought", NINTH, ("ordinal: 9", "ordinal: 0"), "value", "ordinal: 0"),
    Mistake("held in 2031", IN_PARIS, ("starts: '2008'", "starts: '2031'"), "future", "starts: '2031'"),
    Mistake("held until 2031", IN_PARIS, ("'2008'\n", "'2008'\nends: '2031'\n"), "future", "ends: '2031'"),
    Mistake("sources of an outcome lost", IN_PARIS, (PARIS, f"{PARIS}outcomes:\n- value: Peace\n"), "missing", "Peace"),
    Mistake(
        "source of an outcome unknown",
        IN_PARIS,
        (PARIS, f"{PARIS}outcomes:\n- value: Peace\n  sources: [nobody]\n"),
        "source",
        "[nobody]",
    ),
    Mistake(
        "dispute of an unknown field of a meeting",
        NINTH,
        ("{path: starts,", "{path: start,"),
        "value",
        "{path: start,",
    ),
    Mistake("unknown role", COOPERATION, ("role: helper", "role: teacher"), "value", "role: teacher"),
    Mistake("unknown kind", COOPERATION, ("kind: mentoring", "kind: advice"), "value", "kind: advice"),
    Mistake(
        "cooperation of nobody",
        COOPERATION,
        ("cities:\n- {city: bradford-gb, role: helper}\n- {city: yamagata-jp, role: helped}", "cities: []"),
        "value",
        "cities: []",
    ),
    Mistake("unknown partner", COOPERATION, ("city: bradford-gb,", "city: bradford,"), "reference", "city: bradford,"),
    Mistake("cooperation in an unknown field", COOPERATION, ("field: film", "field: tv"), "reference", "field: tv"),
    Mistake("cooperation from 2031", COOPERATION, ("'2015'\nends: '2017-10'", "'2031'"), "future", "'2031'"),
    Mistake("year in an id", COOPERATION, ("'2015'", "'2016'"), "dated-id", "starts: '2016'"),
    Mistake("cooperation backwards", COOPERATION, ("ends: '2017-10'", "ends: '2014'"), "date-order", "ends: '2014'"),
    Mistake("source of a cooperation unknown", COOPERATION, (HELPED, f"{HELPED}nobody, "), "source", HELPED),
    # Sources.
    Mistake("bad address", HOST, end(SOURCE.replace("https://", "")), "value", "url: example.org"),
    Mistake("address of another kind", PRESS, end(SOURCE.replace("https", "ftp")), "value", "url: ftp:"),
    Mistake("address with a space", COPY, end(SOURCE.replace(".org/", ".org/ a")), "value", ".org/ a"),
    Mistake(
        "script for an address",
        OFFICIAL,
        end(SOURCE.replace("https://", "javascript:")),
        "value",
        "javascript:",
    ),
    Mistake("bad id of a source", "sources/press/no_body.yaml", end(SOURCE), "file-name", ""),
    Mistake("address of entries without the entry", GEONAMES, ("g/{locator}", "g/"), "value", "entry_url:"),
    Mistake("language in words", GEONAMES, (f"{ENTRY}lang: en", f"{ENTRY}lang: English"), "value", "lang: English"),
    Mistake("read in 2031", COPY, end(SOURCE.replace("2026-11", "2031")), "future", "accessed: '2031'"),
    Mistake("published in 2031", GEONAMES, (ENTRY, f"{ENTRY}published: '2031'\n"), "future", "published: '2031'"),
    Mistake("source in a list", COPY, whole("- a\n"), "value", "", says="record"),
    # Exceptions, and every file that is read.
    Mistake("exceptions by id", EXCEPTIONS, whole("census: 2014\n"), "value", "", says="list"),
    Mistake("exception that is a text", EXCEPTIONS, whole("- census\n"), "value", "", says="record"),
    Mistake("exception from no rule", EXCEPTIONS, whole(EXCEPTIONS_HEAD + EXCEPTION), "exception", "- rule:"),
    *(
        Mistake(f"{file} lost", file, None, "file", "", says="no such file")
        for file in (FIELDS, COUNTRIES, ROUNDS, TOTALS, EXCEPTIONS, IDS)
    ),
)

# The rules that look at one place in one file: no second problem may follow from a mistake that they find.
RULES_OF_PLACES = {
    *("comment", "conflict", "duplicate-key", "encoding", "exception", "file", "file-name"),
    *("format", "missing", "size", "unknown-key", "value", "yaml"),
}

Place: TypeAlias = tuple[str, int, str]


def content_of(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def put(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
    else:
        path.write_bytes(content)


def changes(mistake: Mistake, content: bytes) -> dict[str, bytes | None]:
    """Return the new content of each file that the mistake touches; None for one that goes."""
    match mistake.edit:
        case None:
            return {mistake.file: None}
        case Renamed(to):
            return {mistake.file: None, to: content}
        case (old, new):
            assert content.count(raw(old)) == 1, f"{old!r} does not stand in {mistake.file} once"
            return {mistake.file: content.replace(raw(old), raw(new))}
        case edit:
            return {mistake.file: edit(content)}


def raw(text: str) -> bytes:
    """Return the text's bytes; what no text can hold is written as the surrogates by which Python escapes it."""
    return text.encode(errors="surrogateescape")


@contextmanager
def seeded(folder: Path, *mistakes: Mistake) -> Iterator[None]:
    """Put the mistakes into the folder, and take them out again."""
    before: dict[str, bytes | None] = {}
    try:
        for mistake in mistakes:
            for file, content in changes(mistake, content_of(folder / mistake.file) or b"").items():
                now = content_of(folder / file)
                assert content != now, f"{file} is not changed"
                before.setdefault(file, now)
                put(folder / file, content)
        yield
    finally:
        for file, content in before.items():
            put(folder / file, content)


def place(mistake: Mistake, folder: Path) -> Place:
    """Return the file, line and rule by which the seeded mistake must be found."""
    file = mistake.at or mistake.file
    content, marker = content_of(folder / file) or b"", raw(mistake.line)
    if not marker:
        return file, 1, mistake.rule
    assert content.count(marker) == 1, f"{mistake.line!r} does not stand in {file} once"
    return file, content.count(b"\n", 0, content.index(marker) + len(marker) - 1) + 1, mistake.rule


def place_of(problem: Problem, folder: Path) -> Place:
    return str(Path(problem.file).relative_to(folder)), problem.line, problem.rule


def assert_readable(problem: Problem) -> None:
    """Check that a curator can use it: one line of the promised form, a line of the file, no words of Python."""
    assert FORM.fullmatch(str(problem)), f"not of the form: {str(problem)!r}"
    assert not PYTHON.search(problem.message), f"words that only Python knows: {problem}"
    lines = (content_of(Path(problem.file)) or b"").removesuffix(b"\n").count(b"\n") + 1
    assert problem.line <= lines, f"a line that the file does not have: {problem}"


def assert_found(mistake: Mistake, folder: Path, problems: Sequence[Problem]) -> None:
    """Check that the seeded mistake is found where it is, by its rule, in words that help."""
    everything = "\n".join(map(str, problems)) or "nothing was found"
    expected = place(mistake, folder)
    matches = [problem for problem in problems if place_of(problem, folder) == expected]
    assert matches, f"{expected} is not among:\n{everything}"
    assert any(mistake.says in str(problem) for problem in matches), f"{mistake.says!r} is not said:\n{everything}"


def assert_sober(problems: Sequence[Problem], mistakes: Sequence[Mistake], folder: Path) -> None:
    """Check that every problem can be read, and that none is a mere consequence of another."""
    for problem in problems:
        assert_readable(problem)
    places = [place_of(problem, folder) for problem in problems if problem.rule in RULES_OF_PLACES]
    assert places == sorted(place(mistake, folder) for mistake in mistakes if mistake.rule in RULES_OF_PLACES)


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the real data, which each test leaves as it was."""
    folder = copy_real_data(tmp_path_factory.mktemp("real") / "data")
    assert audit.problems(folder, DAY) == []
    yield folder
    assert audit.problems(folder, DAY) == []


@pytest.mark.parametrize("together", REAL_MISTAKES)
def test_mistakes_in_the_real_data_are_found(together: str, real: Path, subtests: pytest.Subtests) -> None:
    mistakes = REAL_MISTAKES[together]
    with seeded(real, *mistakes):
        problems = audit.problems(real, DAY)
        for mistake in mistakes:
            with subtests.test(mistake.name):
                assert_found(mistake, real, problems)
        with subtests.test("nothing but them"):
            assert_sober(problems, mistakes, real)


@pytest.mark.parametrize("mistake", MINI_MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_found(mistake: Mistake, mini: Path) -> None:
    with seeded(mini, mistake):
        problems = audit.problems(mini, DAY)
        assert_found(mistake, mini, problems)
        assert_sober(problems, [mistake], mini)


def test_without_a_mistake_nothing_is_found(mini: Path) -> None:
    assert audit.problems(mini, DAY) == []


def test_the_mistakes_are_enough() -> None:
    real_mistakes = list(chain.from_iterable(REAL_MISTAKES.values()))
    mistakes = (*real_mistakes, *MINI_MISTAKES)
    rules = {rule.__name__ for rule in (*checks.PARTIAL_RULES, *checks.COHERENCE_RULES, *checks.WHOLE_RULES)}
    assert len(real_mistakes) >= 40
    assert len({mistake.name for mistake in mistakes}) == len(mistakes) >= 100
    assert {mistake.rule for mistake in mistakes} == {rule.replace("_", "-") for rule in rules} | RULES_OF_PLACES


# -- the command as a process ------------------------------------------------------------------


def assert_one_line(result: Result) -> None:
    """Check that the command failed in good order: one problem, on one line of its output, and no traceback."""
    assert "Traceback" not in result.stderr
    assert result.returncode == 1
    assert FORM.fullmatch(result.stdout.removesuffix("\n")), f"not one problem: {result.stdout!r} {result.stderr!r}"


def test_the_real_data_is_clean(ccn: Ccn) -> None:
    result = ccn("--data", DATA, "check")
    assert (result.returncode, result.stdout) == (0, "")


@pytest.mark.parametrize(
    "name",
    ["50 MB", "50 MB of ids", "alias bomb", "very deep nesting", "UTF-16", "surrogate in UTF-8", "NUL", "ids.txt lost"],
)
def test_the_worst_is_told_in_one_line(name: str, mini: Path, ccn: Ccn) -> None:
    [mistake] = [mistake for mistake in MINI_MISTAKES if mistake.name == name]
    with seeded(mini, mistake):
        result = ccn("--data", mini, "check")
        assert_one_line(result)
        file, line, rule = place(mistake, mini)
    assert result.stdout.startswith(f"{mini / file}:{line}: {rule}: ")


def test_a_missing_folder_is_told_in_one_line(tmp_path: Path, ccn: Ccn) -> None:
    result = ccn("--data", tmp_path / "nowhere", "check")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(f"Error: {tmp_path / 'nowhere'}:1: folder: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("name", [b"caf\xe9.yaml", b"caf\xe9.txt", b"two\nlines.txt"], ids=ascii)
def test_a_file_name_that_cannot_be_printed_is_told_in_one_line(name: bytes, mini: Path, ccn: Ccn) -> None:
    (mini / "cities" / os.fsdecode(name)).write_text(f"{CITY_HEAD}moved: granada-es\n", encoding="utf-8")
    result = ccn("--data", mini, "check")
    assert_one_line(result)
    assert result.stdout.startswith(f"{mini / 'cities'}")


@pytest.mark.parametrize(
    "make",
    [Path.mkdir, lambda path: path.symlink_to("nowhere"), lambda path: path.symlink_to(path.name)],
    ids=["folder", "link to nowhere", "link to itself"],
)
def test_what_is_no_file_is_found(make: Callable[[Path], None], mini: Path) -> None:
    path = mini / "cities" / "bergen-no.yaml"
    make(path)
    [problem] = audit.problems(mini, DAY)
    assert place_of(problem, mini) == ("cities/bergen-no.yaml", 1, "file")


def test_several_mistakes_come_sorted_in_one_run(mini: Path, ccn: Ccn) -> None:
    names = {
        "country in small letters",
        "end for no known reason",
        "coordinates abroad",
        "held until 2031",
        "stray file",
        "cooperation backwards",
        "fields.yaml lost",
        "50 MB of ids",
        "unknown status",
        "figure in words",
        "bad address",
    }
    mistakes = [mistake for mistake in MINI_MISTAKES if mistake.name in names]
    assert len(mistakes) == len(names)
    with seeded(mini, *mistakes):
        expected = sorted(place(mistake, mini) for mistake in mistakes)
        result = ccn("--data", mini, "check")
    matches = [FORM.fullmatch(line) for line in result.stdout.splitlines()]
    places = [
        (str(Path(match["file"]).relative_to(mini)), int(match["line"]), match["rule"])
        for match in matches
        if match is not None
    ]
    assert places == expected
    assert result.returncode == 1
    assert f"{len(expected)} problems found" in result.stderr
