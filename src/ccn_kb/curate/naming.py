"""The name of a new city: the list's spelling, or GeoNames' name where the list has an exonym."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from ccn_kb.curate.gazetteer import Gazetteer, Place, distinct_ids
from ccn_kb.curate.gazetteer_index import keys
from ccn_kb.curate.vocabulary import LANGUAGES
from ccn_kb.model.text import words

ALIKE = 50.0
"""Likeness, in per cent, from which two names of a place are forms of one name."""
NEARLY_EQUAL = 85.0
FAMOUS = 1_000_000
"""Number of inhabitants from which a city has an English name of its own."""
MANY_NAMES = 60
"""Number of names in GeoNames from which a place has different names in many languages."""
_LATIN = re.compile("[\u0020-\u024f\u1e00-\u1eff\u2018\u2019\u02bb\u02bc]+\\Z")
_SCHOLARLY = re.compile("[āēīōūḩḥşţṭẓḑḍʻʿ]", re.IGNORECASE)
# French and German names whose complement is left out as often as not: Évian-les-Bains.
_COMPLEMENT = re.compile(r"(.{3,})-(?:les|lès|sur|sous|en|aux|am|an|im)-", re.IGNORECASE)


class Naming(NamedTuple):
    """The name of a new city, or the names among which a curator chooses (likeliest first), and why."""

    names: tuple[str, ...]
    is_certain: bool
    remark: str | None = None


class ListNames(NamedTuple):
    """The spelling of the names in a list."""

    is_english: bool
    encoding_is_guessed: bool = False


def name_city(written: str, place: Place, gazetteer: Gazetteer, names_of_list: ListNames) -> Naming:
    """Return the name of a place that is `written` in a list."""
    if not place.geonames:
        return Naming((written,), is_certain=True)
    own = place.name
    others = gazetteer.other_names(place)
    in_capitals = written.isupper() and written.casefold() != written and len(written) > 3
    latin = _LATIN.match(unicodedata.normalize("NFC", written)) is not None
    if keys(written)[0] == keys(own)[0] or (latin and keys(written)[1] == keys(own)[1] and names_of_list.is_english):
        return _own_name(written, own, others, names_of_list, in_capitals)
    named = _same_name(written, others)
    if named is None and _is_part(written, own) and not in_capitals:
        names = (written,) if names_of_list.is_english else tuple(distinct_ids((own, written)))
        return Naming(names, is_certain=len(names) == 1, remark=_read_as(written, own, place))
    if named is None:
        # A place with a similar spelling only: the list's spelling is an error.
        return Naming((_without_scholarly_marks(own),), is_certain=True, remark=_read_as(written, own, place))
    text = _in_small_letters(written, others) if in_capitals else written
    if len(words(named)) > len(words(written)):
        text = named
    if english := _english_zone_name(written, own, others):
        return Naming((english,), is_certain=True, remark=_read_as(written, english, place))
    if not latin:
        return _from_another_script(written, own, others, place)
    if names_of_list.is_english:
        return _english_list(text, own, others, place, written)
    return _other_list(text, own, others, place)


def _same_name(written: str, others: Iterable[str]) -> str | None:
    """Return the name in GeoNames that is written in a list, with or without words such as "City"."""
    whole, bare = keys(written)
    alike = [name for name in others if keys(name)[0] == whole] or [name for name in others if keys(name)[1] == bare]
    return _plainest([name for name in alike if name[:1].isupper()] or alike) if alike else None


def _own_name(written: str, own: str, others: Iterable[str], names_of_list: ListNames, in_capitals: bool) -> Naming:
    keeps_spelling = names_of_list.is_english or _SCHOLARLY.search(own)
    name = own if in_capitals or names_of_list.encoding_is_guessed or not keeps_spelling else written
    if (match := _COMPLEMENT.match(own)) and (
        short := [other for other in others if keys(other)[0] == keys(match[1])[0]]
    ):
        return Naming((name, _plainest(short)), is_certain=False, remark=f"GeoNames also has {short[0]} for {own}")
    return Naming((name,), is_certain=True)


def _english_list(text: str, own: str, others: tuple[str, ...], place: Place, written: str) -> Naming:
    """Decide on a name in an English list: as written, unless it may be taken from another language."""
    as_written = Naming((text,), is_certain=True, remark=f"{written} is {own} in GeoNames")
    doubtful = Naming(tuple(distinct_ids((own, text))), is_certain=False, remark=_read_as(written, own, place))
    likeness = _likeness(text, own)
    if text not in others and text.isupper():
        return doubtful
    if _is_part(text, own):
        return as_written
    if _is_latin_country(place.country):
        return as_written if likeness < ALIKE and len(others) < MANY_NAMES else doubtful
    return doubtful if place.population >= FAMOUS and likeness < NEARLY_EQUAL else as_written


def _other_list(text: str, own: str, others: tuple[str, ...], place: Place) -> Naming:
    """Decide on a name in another language, or in a list of several: GeoNames' name where it is a form of the same."""
    plain = _without_scholarly_marks(own)
    remark = _read_as(text, plain, place)
    certain = Naming((plain,), is_certain=True, remark=remark)
    doubtful = Naming(tuple(distinct_ids((plain, text))), is_certain=False, remark=remark)
    if _is_part(text, own):
        return doubtful
    likeness = _likeness(text, own) if _initial(text) == _initial(own) else 0.0
    if _is_latin_country(place.country):
        return certain if likeness >= ALIKE else doubtful
    foreign = not text.isascii() and not any(name.isascii() and words(name) == words(text) for name in others)
    return certain if foreign and likeness >= ALIKE else doubtful


def _from_another_script(written: str, own: str, others: tuple[str, ...], place: Place) -> Naming:
    """Decide on a name in another script: GeoNames' own, unless that is one of several in use."""
    plain = _without_scholarly_marks(own)
    shorter = [name for name in others if _LATIN.match(name) and set(words(name)) < set(words(own)) and len(name) > 3]
    remark = _read_as(written, plain, place)
    # GeoNames has many Korean cities under a romanisation that is out of use.
    if place.country == "KR" or shorter:
        alike = [name for name in others if _LATIN.match(name) and name[:1].isupper() and _likeness(name, own) >= 65]
        names = distinct_ids((plain, *shorter, *alike))[:6]
        if len(names) > 1:
            return Naming(tuple(names), is_certain=False, remark=remark)
    return Naming((plain,), is_certain=True, remark=remark)


def _read_as(written: str, name: str, place: Place) -> str:
    return f"{written} is read as {name} (GeoNames {place.geonames})"


def _in_small_letters(written: str, others: Iterable[str]) -> str:
    """Return GeoNames' spelling of a name in capitals."""
    whole = keys(written)[0]
    return _plainest(
        [name for name in others if keys(name)[0] == whole and not name.isupper() and name[:1].isupper()], written
    )


def _plainest(names: list[str], default: str = "") -> str:
    return next((name for name in names if name.isascii()), names[0] if names else default)


def _without_scholarly_marks(name: str) -> str:
    if not _SCHOLARLY.search(name):
        return name
    decomposed = unicodedata.normalize("NFKD", name)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter) and letter not in "ʻʿ")
    return unicodedata.normalize("NFC", plain)


def _is_part(text: str, own: str) -> bool:
    """Return whether the two names differ only by additional words: Evian, Évian-les-Bains."""
    some, every = sorted((set(words(text)), set(words(own))), key=len)
    return bool(some) and (some <= every or keys(text)[1] == keys(own)[1])


def _initial(name: str) -> str:
    """Return the first sound of a name, with letters of the same sound mapped to one letter."""
    return keys(name)[1][:1].translate(str.maketrans("ckqzyjigvw", "kkkcyyyyvv"))


def _likeness(text: str, own: str) -> float:
    from rapidfuzz import fuzz

    return float(fuzz.ratio(keys(text)[1], keys(own)[1]))


def _is_latin_country(country: str) -> bool:
    """Return whether a country's main language is written in Latin letters, by CLDR."""
    from babel.core import get_global

    tag: str = get_global("likely_subtags").get(f"und_{country}", "en_Latn_US")
    return "_Latn_" in tag


@cache
def _zone_names() -> Mapping[str, str]:
    """Return CLDR's English names of the cities of time zones by their names in all languages."""
    from babel import Locale

    english = {zone: str(data.get("city") or "") for zone, data in Locale.parse("en").time_zones.items() if "/" in zone}
    names: dict[str, str] = {}
    for language in LANGUAGES:
        for zone, data in Locale.parse(language).time_zones.items():
            if "/" not in zone or "city" not in data:
                continue
            name = english.get(zone) or zone.rpartition("/")[2].replace("_", " ")
            names.setdefault(keys(str(data["city"]))[0], name)
            names.setdefault(keys(name)[0], name)
    return names


def _english_zone_name(written: str, own: str, others: tuple[str, ...]) -> str | None:
    """Return CLDR's English name of a city, if CLDR has the written name for it and GeoNames knows both."""
    name = _zone_names().get(keys(written)[0])
    if name is None:
        return None
    whole = keys(name)[0]
    if whole == keys(own)[0]:
        return own if not _SCHOLARLY.search(own) else name
    return name if any(keys(other)[0] == whole for other in others) else None
