"""The index of the search without a server: the data that `scripts/search.js` searches, in one language.

Names that are only looked up are stored as the first 28 bits of their CRC-32, since as text they would be longer than
the rest of the index. One in 8,000 other words is mistaken for the name of a country.
"""

from __future__ import annotations

import base64
import json
import sys
import unicodedata
import zlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Generic, TypeVar

from ccn_kb.model.records import CONTINENTS, REGIONS, City
from ccn_kb.model.text import APOSTROPHES, GERMANIC, HAN, LETTERS, UNSPACED, key, words
from ccn_kb.network import Network, country_names, field_names
from ccn_kb.network.city_search import LARGE, LONGEST_BEGINNING
from ccn_kb.network.country_lookup import DEMOCRATIC, LITTLE_WORDS, REPUBLIC, SHORT_WORDS, STATE_WORDS, Territory
from ccn_kb.network.field_phrases import AROUND, AROUND_HAN
from ccn_kb.network.findable import Findable
from ccn_kb.network.matching import ABBREVIATED, AFTER, BEFORE, ENDINGS, FOREIGN, HUGE, LINKS, NAMESAKES
from ccn_kb.network.name_tables import SIGNIFICANT_DIGITS, country_codes, other_places
from ccn_kb.network.spelling import SHORTEST_CORRECTED, TWO_SLIPS_FROM
from ccn_kb.publication.static_addresses import INDEX, relative_link
from ccn_kb.site.languages import gettext, use_language
from ccn_kb.site.pages.search import GROUPS, LONGEST_SEARCH, MOST_RESULTS, ResultKind, to_result
from ccn_kb.site.router import Pages


def to_script(pages: Pages) -> str:
    """Return the index of the pages, in their language, as a script that loads without a server, too."""
    with use_language(pages.language):
        text = json.dumps(to_index(pages), ensure_ascii=False, separators=(",", ":"))
    return f"globalThis.ccnIndex = {text};\n"


def to_index(pages: Pages) -> dict[str, object]:
    """Return the index; `use_language` is on."""
    network = pages.network
    territories = _Numbers[Territory]()
    cities = list(network.cities.values())
    numbers = {city.id: number for number, city in enumerate(cities)}
    topics = {topic: number for number, topic in enumerate(network.topics)}
    matcher, lookup = network.matcher, network.country_lookup
    in_data = frozenset(matcher.names_in_data)
    foreign = [
        (name, (numbers[id],))
        for name, kinds in matcher.names.items()
        for id, kind in kinds.items()
        if kind == FOREIGN and name not in in_data
    ]
    country_names_of_all = {name: lookup.parents.get(code, Territory(code)) for name, code in country_codes().items()}
    country_names_of_all |= lookup.names
    kinds = {kind: (gettext(title), *_address_of(pages, kind)) for kind, (title, _) in GROUPS.items()}
    return {
        **_rules(),
        "countries": {
            country.id: [country.region, country.continent, country.name, *country_names(country)]
            for country in network.countries.values()
        },
        "ownCountryNames": sorted(network.searcher.country_names),
        "fields": {field.id: [field.name, *field_names(field)] for field in network.fields.values()},
        "ownFieldNames": sorted(network.searcher.field_names),
        "topics": [topic.all_names for topic in network.topics.values()],
        "cities": [_city(network, city, topics) for city in cities],
        "moved": dict(network.moved),
        "regions": REGIONS,
        "continents": CONTINENTS,
        "alsoForeign": [
            [name, numbers[id]]
            for name, kinds in matcher.names.items()
            for id, kind in kinds.items()
            if kind == FOREIGN and name in in_data
        ],
        "foreignNames": _table(foreign),
        "countryNames": _table((name, (territories.number(place),)) for name, place in country_names_of_all.items()),
        "subdivisions": {
            name: [territories.number(place) for place in sorted(places, key=str)]
            for name, places in matcher.subdivisions.items()
        },
        "sharedNames": {
            name: [territories.number(place) for place in places] for name, places in lookup.shared.items()
        },
        "parents": {code: place.subdivision for code, place in lookup.parents.items()},
        "territories": [place.subdivision or place.country for place in territories.values],
        "fieldNames": dict(network.field_phrases.names),
        "labels": _other_labels(network),
        "groups": [{"kind": kind, "title": title, "before": a, "after": b} for kind, (title, a, b) in kinds.items()],
        "records": [_record(pages, record) for record in pages.index.word_index.records if record.kind != "city"],
        "memberships": [
            [numbers[place.id], place.field, place.since, place.since_day, place.until_day, int(stay.is_joining)]
            for stay in pages.index.memberships
            for place in [stay.place]
        ],
    }


def _address_of(pages: Pages, kind: ResultKind) -> tuple[str, str]:
    """Return the parts before and after the ID in the path of a result's page."""
    placeholder = "placeholder"
    link = relative_link(f"{pages.context.language.path}{GROUPS[kind][1]}{placeholder}", INDEX)
    before, _, after = link.partition(placeholder)
    return before, after


def _other_labels(network: Network) -> dict[str, str]:
    """Return the suggestions for names of countries, regions, continents and fields."""
    topics, labels = network.searcher.topic_names, network.searcher.labels
    return {name: label for name, label in labels.items() if name not in topics or key(label) != name}


UNUSED_BITS = 4
"""How many of the 32 bits of a checksum are left out."""
Value = TypeVar("Value")


class _Numbers(Generic[Value]):
    """Values by the number of their first occurrence."""

    def __init__(self) -> None:
        self._numbers: dict[Value, int] = {}

    def number(self, value: Value) -> int:
        """Return the number of a value."""
        return self._numbers.setdefault(value, len(self._numbers))

    @property
    def values(self) -> list[Value]:
        """The values in the order of their numbers."""
        return list(self._numbers)


@cache
def _rules() -> dict[str, object]:
    """Return the words and limits of the search rules, which are the same in all languages."""
    codes = sorted({country for countries in other_places().values() for country in countries})
    numbers = {code: number for number, code in enumerate(codes)}
    places = [
        (name, (numbers[country], *_in_digits(population)))
        for name, countries in other_places().items()
        for country, population in countries.items()
    ]
    return {
        "unusedBits": UNUSED_BITS,
        "germanic": {chr(code): text for code, text in GERMANIC.items()},
        "letters": LETTERS,
        "han": HAN,
        "apostrophes": APOSTROPHES,
        "combining": _combining(),
        "unspaced": UNSPACED.pattern,
        "before": " ".join(sorted(BEFORE)),
        "after": " ".join(sorted(AFTER)),
        "links": " ".join(sorted(LINKS)),
        "around": " ".join(sorted(AROUND)),
        "aroundHan": AROUND_HAN.pattern,
        "democratic": " ".join(sorted(DEMOCRATIC)),
        "republic": " ".join(sorted(REPUBLIC)),
        "shortWords": SHORT_WORDS,
        "abbreviated": ABBREVIATED,
        "stateWords": " ".join(sorted(STATE_WORDS)),
        "littleWords": " ".join(sorted(LITTLE_WORDS)),
        "endings": ENDINGS,
        "namesakes": {str(kind): rules for kind, rules in NAMESAKES.items()},
        "huge": HUGE,
        "large": LARGE,
        "longestBeginning": LONGEST_BEGINNING,
        "longestSearch": LONGEST_SEARCH,
        "mostResults": MOST_RESULTS,
        "shortestCorrected": SHORTEST_CORRECTED,
        "twoSlipsFrom": TWO_SLIPS_FROM,
        "countryCodes": codes,
        "otherPlaces": _table(places),
        "hugePlaces": sorted(name for name, countries in other_places().items() if max(countries.values()) >= HUGE),
    }


def _in_digits(number: int) -> tuple[int, int]:
    """Return the significant digits of a number, at most three, and the power of ten that they are multiplied by."""
    power = max(0, len(str(number)) - SIGNIFICANT_DIGITS)
    return number // 10**power, power


def _combining() -> str:
    """Return the characters that combine with the one before, as ranges of a class in a regular expression."""
    codes = [code for code in range(sys.maxunicode + 1) if unicodedata.combining(chr(code))]
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\u{{{first:x}}}-\\u{{{last:x}}}" for first, last in ranges)


def _city(network: Network, city: City, topics: Mapping[str, int]) -> list[object]:
    places = [[part.code, part.name] for part in city.subdivisions]
    return [
        city.id,
        city.name,
        [name.value for name in city.names],
        city.country,
        places,
        [designation.field for designation in city.designations],
        [topics[topic.id] for topic in network.topics_of(city)],
        max((figure.value for figure in city.population), default=0),
        city.geonames or 0,
        city.wikidata or "",
    ]


def _record(pages: Pages, record: Findable) -> list[object]:
    """Return kind, ID, name, detail, names, other words, and the displayed name if it differs."""
    kind: ResultKind = record.kind  # type: ignore[assignment]
    result = to_result(pages.context, kind, record)
    names = record.names.split("\n")
    others = set(record.terms.split()) - {word for name in names for word in name.split()}
    is_derived = kind in ("country", "field", "topic") or names == [" ".join(words(record.name))]
    entry: list[object] = [kind, record.id, record.name, result.detail, 0 if is_derived else record.written]
    return [*entry, " ".join(sorted(others)), *([result.name] if result.name != record.name else [])]


# -- tables by checksums of names ----------------------------------------------------------------


def _table(entries: Iterable[tuple[str, Sequence[int]]]) -> dict[str, object]:
    """Return numbers by the checksums of names: the steps between the sorted checksums, and each column."""
    rows = sorted((zlib.crc32(name.encode()) >> UNUSED_BITS, tuple(values)) for name, values in entries)
    checksums = [checksum for checksum, _ in rows]
    steps = [checksum - previous for previous, checksum in zip([0, *checksums], checksums, strict=False)]
    columns = zip(*(row for _, row in rows), strict=True)
    return {"checksums": _pack(steps), "values": [_pack(column) for column in columns]}


def _pack(numbers: Sequence[int]) -> list[str]:
    """Return numbers by their bytes, in base 64: first the lowest byte of every number, then the next."""
    places = max(1, (max(numbers, default=0).bit_length() + 7) // 8)
    return [
        base64.b64encode(bytes(number >> 8 * place & 255 for number in numbers)).decode() for place in range(places)
    ]
