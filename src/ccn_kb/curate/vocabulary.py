"""The vocabulary of lists: names of creative fields and countries in 16 languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ccn_kb.model.text import key, words
from ccn_kb.network import Network
from ccn_kb.network.country_lookup import PARTS, country_key, flag_of, without_flags
from ccn_kb.network.field_phrases import AROUND, AROUND_HAN, field_name_in
from ccn_kb.network.name_tables import country_codes

LIKENESS = 82.0
"""Likeness, in per cent, of a misspelt text to a name; the next best is less alike by APART."""
APART = 15.0
SUGGESTED = 75.0
"""Likeness from which a name is suggested."""
LANGUAGES = ("en", "fr", "es", "pt", "pt_PT", "it", "de", "nl", "pl", "tr", "ru", "ar", "zh", "zh_Hant", "ja", "ko")
"""Languages of which CLDR's names of countries are understood."""

_PLURAL = frozenset(
    words(
        "cities creative villes creatives ciudades creativas creativa cidades criativas criativa städte kreativstädte "
        "kreative steden creatieve miasta kreatywne kentleri yaratıcı города творческие"
    )
)
_NETWORK = frozenset(words("network réseau red rete rede netzwerk netwerk sieć ağı ağına unesco"))
_INTRODUCING = frozenset(
    words(
        "are is join joins joined joining following newly new designated named these here list network "
        "unesco unescos lunesco dellunesco "
        "sont est rejoignent désignées désignés nommées suivantes suivants voici nouvelles nouveaux liste réseau "
        "son es unen siguientes designadas nombradas nuevas lista red "
        "sind ist folgende folgenden neue neuen ernannt liste netzwerk "
        "sono nuove seguenti nominate designate elenco rete são novas seguintes designadas rede "
        "zijn nieuwe volgende są nowe następujące это новые следующие"
    )
)


class Reading(NamedTuple):
    """The meaning of a text: an ID, whether the spelling is exact, the closest names without a match, its languages."""

    id: str | None
    exact: bool
    nearest: tuple[str, ...] = ()
    languages: frozenset[str] = frozenset()


NOTHING = Reading(None, exact=False)


@dataclass(frozen=True)
class Vocabulary:
    """The names of fields, countries and cities in a network and in CLDR."""

    network: Network

    @cached_property
    def _fields(self) -> Mapping[str, Reading]:
        readings: dict[str, Reading] = {}
        for field in self.network.fields.values():
            named = [(name, "en") for name in (field.id, field.name, *field.aliases)]
            named += [(field.name_fr, "fr"), (field.name_es, "es")]
            _add(readings, field.id, [*named, *((name.value, name.lang) for name in field.names)])
        return readings

    @cached_property
    def _countries(self) -> Mapping[str, Reading]:
        from babel import Locale

        readings: dict[str, Reading] = {}
        for country in self.network.countries.values():
            named = [(name, "en") for name in (country.name, country.official or country.name, *country.aliases)]
            named += [(country.name_fr, "fr"), (country.id, ""), (country.alpha3, "")]
            _add(readings, country.id, [*named, *((name.value, name.lang) for name in country.names)])
        for language in LANGUAGES:
            for code, name in Locale.parse(language).territories.items():
                id = "CN" if code in ("MO", "HK") and "CN" in self.network.countries else code
                if id in self.network.countries:
                    _add(readings, id, [(name, language.partition("_")[0])])
        for code, every in PARTS.items():
            if code[:2] in self.network.countries:
                _add(readings, code[:2], [(name, "") for name in every.split("|")])
        return readings

    @cached_property
    def city_names(self) -> Mapping[tuple[str, ...], frozenset[str]]:
        """The ids of the network's cities by the folded words of their names."""
        ids_by_name: dict[tuple[str, ...], frozenset[str]] = {}
        for city in self.network.cities.values():
            for name in (city.name, *(other.value for other in city.names)):
                ids_by_name[words(name)] = ids_by_name.get(words(name), frozenset()) | {city.id}
        return ids_by_name

    def field(self, text: str) -> Reading:
        """Return the creative field that a text means: `Film`, `City of Film`, `Crafts & Folk Art`, `文學之都`."""
        reading = self.exact_field(text)
        if reading.id:
            return reading
        bare = " ".join(word for word in words(text) if word not in AROUND)
        return _nearest(bare or key(text), self._fields, self._field_name)

    def _field_name(self, id: str) -> str:
        return self.network.fields[id].name

    def _country_name(self, id: str) -> str:
        return self.network.countries[id].name

    def exact_field(self, text: str) -> Reading:
        """Return the creative field that a text names exactly, with or without words such as "City of"."""
        name = field_name_in(text, self._fields)
        return self._fields[name] if name else NOTHING

    def country(self, text: str) -> Reading:
        """Return the country that a text means, by any of its names and codes, or its flag, or the closest names."""
        reading = self.exact_country(text)
        if reading.id:
            return reading
        if text in country_codes().values():
            return Reading(text, exact=True)
        return _nearest(country_key(text), self._countries, self._country_name)

    def exact_country(self, text: str) -> Reading:
        """Return the country that a text names exactly, even if the network has no record of it."""
        if (flag := flag_of(text)) and not re.search(r"\w", without_flags(text)):
            return Reading(flag, exact=True)
        # Two letters are a code only where they are written as one: "in" is a word.
        if len(text.strip()) <= 3 and not text.strip().isupper() and text.isascii():
            return NOTHING
        whole = country_key(text)
        if whole in self._countries:
            return self._countries[whole]
        # "Iran (Islamic Republic of)" in any language; "Salvador (Bahia)" is a city.
        territory = self.network.country_lookup.find(text) if len(whole) > 3 else None
        return Reading(territory.country, exact=True) if territory else NOTHING

    def countries_in(self, text: str) -> list[str]:
        """Return the ids of the countries whose names, of four letters or more, are written in a text."""
        ids = []
        every = words(text)
        for start in range(len(every)):
            for end in range(min(len(every), start + 7), start, -1):
                name = " ".join(every[start:end])
                if (len(name) > 3 or not name.isascii()) and (reading := self._countries.get(name)):
                    ids.append(reading.id or "")
                    break
        if not text.isascii():
            folded = "".join(every)
            ids += [reading.id or "" for name, reading in self._han_countries.items() if name in folded]
        return list(dict.fromkeys(ids))

    def is_city_name(self, text: str) -> bool:
        """Return whether a city of the network has the name."""
        return words(text) in self.city_names

    def cities_in(self, text: str) -> list[str]:
        """Return the ids of the network's cities of which a name is written in a text, with a capital letter."""
        written = re.findall(r"\w[\w'’‘-]*", text)
        ids: list[str] = []
        for start in range(len(written)):
            if written[start][0].islower():
                continue
            for end in range(min(len(written), start + 5), start, -1):
                name = words(" ".join(written[start:end]))
                if name in self.city_names and len("".join(name)) > 2 and not self.exact_field(" ".join(name)).id:
                    ids += self.city_names[name]
                    break
        return list(dict.fromkeys(ids))

    @cached_property
    def _han_countries(self) -> Mapping[str, Reading]:
        """Names of countries in scripts without spaces, the longest first."""
        without_space = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u1100-\u11ff]")
        names = {
            name.replace(" ", ""): reading for name, reading in self._countries.items() if without_space.match(name)
        }
        longest_first = sorted((name for name in names if len(name) > 1), key=len, reverse=True)
        return {name: names[name] for name in longest_first}

    def split_country_first(self, text: str) -> tuple[str, str, Reading] | None:
        """Return the text before a country's name in a text without spaces, the text after it, and the country."""
        for size in range(min(12, len(text)), 1, -1):
            for start in range(len(text) - size + 1):
                reading = self._han_countries.get("".join(words(text[start : start + size])))
                if reading and words(text[start : start + size]):
                    return text[:start], text[start + size :].lstrip("・·的の "), reading
        return None

    def split_country_last(self, text: str) -> tuple[str, Reading] | None:
        """Return name and country of `Mumbai India`, None if the text does not end in a country."""
        written = text.split()
        for start in range(1, len(written)):
            name = " ".join(written[start:])
            reading = self._countries.get(country_key(name))
            before = words(written[start - 1])
            if reading and len(name) > 3 and before and before[-1] not in AROUND:
                return " ".join(written[:start]), reading
        return None

    def is_heading_of_cities(self, text: str) -> bool:
        """Return whether a short text begins like a heading: "Creative Cities of …", "Città creative per …"."""
        every = words(text[:200])
        return (
            1 < len(every) <= 9
            and len(text) <= 200
            and every[0] in AROUND
            and bool(_PLURAL & set(every[:4]))
            and not _NETWORK & set(every[3:])
        )

    def is_introduction(self, text: str) -> bool:
        """Return whether a text has only words that introduce a list: "The newly designated cities are:"."""
        return all(
            word in AROUND or word in _INTRODUCING or word.isdecimal() for word in words(AROUND_HAN.sub(" ", text))
        )

    def is_around(self, text: str) -> bool:
        """Return whether a text has only words that stand around a field: "Creative Cities of"."""
        return all(word in AROUND or word.isdecimal() for word in words(AROUND_HAN.sub(" ", text)))


def _add(readings: dict[str, Reading], id: str, named: Iterable[tuple[str, str]]) -> None:
    for name, language in named:
        # A name of two countries keeps its first meaning, which comes from the data.
        for each in {key(name), key(name).removeprefix("the ")} - {""}:
            before = readings.get(each)
            if before is None or before.id == id:
                languages = (before.languages if before else frozenset()) | ({language} if language else set())
                readings[each] = Reading(id, exact=True, languages=frozenset(languages))


def _nearest(text: str, readings: Mapping[str, Reading], name: Callable[[str], str]) -> Reading:
    """Return the meaning of a misspelt text if it is like a single name, else the closest names as suggestions."""
    from rapidfuzz import fuzz, process

    likeness: dict[str, float] = {}
    languages: dict[str, frozenset[str]] = {}
    # Codes of two and three letters are like everything.
    if len(text) > 3:
        choices = {written: written for written in readings if len(written) > 3}
        matches = process.extract(text[:80], choices, scorer=fuzz.ratio, score_cutoff=SUGGESTED - APART, limit=12)
        for other, score, _ in matches:
            id = readings[other].id or ""
            if score > likeness.get(id, 0.0):
                likeness[id], languages[id] = score, readings[other].languages
    ranked = sorted(likeness, key=likeness.__getitem__, reverse=True)
    nearest = tuple(name(id) for id in ranked[:3] if likeness[id] >= SUGGESTED)
    if ranked and likeness[ranked[0]] >= LIKENESS:
        second = likeness[ranked[1]] if len(ranked) > 1 else 0.0
        if likeness[ranked[0]] - second >= APART:
            return Reading(ranked[0], exact=False, nearest=nearest, languages=languages[ranked[0]])
    return Reading(None, exact=False, nearest=nearest)
