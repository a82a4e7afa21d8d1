"""What a new city is called: as the list writes it, or as GeoNames does, where the list has an exonym."""

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
"""From which likeness, in per cent, two names of a place are forms of one name."""
NEARLY_EQUAL = 85.0
FAMOUS = 1_000_000
"""From how many inhabitants a city has an English name of its own."""
MANY_NAMES = 60
"""From how many names in GeoNames a place is known under different names in many languages."""
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
    """How the names of a list are written."""

    is_english: bool
    encoding_is_guessed: bool = False


def name_city(written: str, place: Place, gazetteer: Gazetteer, names_of_list: ListNames) -> Naming:
    """Return what a place that a list calls `written` is called."""
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
        # A place that is only spelt like it: the list's spelling is a slip.
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
    """Return the name in GeoNames that a list writes, with or without words such as "City"."""
    whole, bare = keys(written)
    alike = [one for one in others if keys(one)[0] == whole] or [one for one in others if keys(one)[1] == bare]
    return _plainest([one for one in alike if one[:1].isupper()] or alike) if alike else None


def _own_name(written: str, own: str, others: Iterable[str], names_of_list: ListNames, in_capitals: bool) -> Naming:
    keeps_spelling = names_of_list.is_english or _SCHOLARLY.search(own)
    name = own if in_capitals or names_of_list.encoding_is_guessed or not keeps_spelling else written
    if (match := _COMPLEMENT.match(own)) and (short := [one for one in others if keys(one)[0] == keys(match[1])[0]]):
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
    foreign = not text.isascii() and not any(one.isascii() and words(one) == words(text) for one in others)
    return certain if foreign and likeness >= ALIKE else doubtful


def _from_another_script(written: str, own: str, others: tuple[str, ...], place: Place) -> Naming:
    """Decide on a name in another script: GeoNames' own, unless that is one of several in use."""
    plain = _without_scholarly_marks(own)
    shorter = [one for one in others if _LATIN.match(one) and set(words(one)) < set(words(own)) and len(one) > 3]
    remark = _read_as(written, plain, place)
    # GeoNames has many Korean cities under a romanisation that is out of use.
    if place.country == "KR" or shorter:
        alike = [one for one in others if _LATIN.match(one) and one[:1].isupper() and _likeness(one, own) >= 65]
        names = distinct_ids((plain, *shorter, *alike))[:6]
        if len(names) > 1:
            return Naming(tuple(names), is_certain=False, remark=remark)
    return Naming((plain,), is_certain=True, remark=remark)


def _read_as(written: str, name: str, place: Place) -> str:
    return f"{written} is read as {name} (GeoNames {place.geonames})"


def _in_small_letters(written: str, others: Iterable[str]) -> str:
    """Return a name in capitals as GeoNames writes it."""
    whole = keys(written)[0]
    return _plainest(
        [one for one in others if keys(one)[0] == whole and not one.isupper() and one[:1].isupper()], written
    )


def _plainest(names: list[str], default: str = "") -> str:
    return next((name for name in names if name.isascii()), names[0] if names else default)


def _without_scholarly_marks(name: str) -> str:
    if not _SCHOLARLY.search(name):
        return name
    decomposed = unicodedata.normalize("NFKD", name)
    plain = "".join(one for one in decomposed if not unicodedata.combining(one) and one not in "ʻʿ")
    return unicodedata.normalize("NFC", plain)


def _is_part(text: str, own: str) -> bool:
    """Tell whether one name is the other with words more or less: Evian, Évian-les-Bains."""
    some, every = sorted((set(words(text)), set(words(own))), key=len)
    return bool(some) and (some <= every or keys(text)[1] == keys(own)[1])


def _initial(name: str) -> str:
    """Return the first sound of a name, as far as letters tell it."""
    return keys(name)[1][:1].translate(str.maketrans("ckqzyjigvw", "kkkcyyyyvv"))


def _likeness(text: str, own: str) -> float:
    from rapidfuzz import fuzz

    return float(fuzz.ratio(keys(text)[1], keys(own)[1]))


def _is_latin_country(country: str) -> bool:
    """Tell whether a country's main language is written in Latin letters, by CLDR."""
    from babel.core import get_global

    tag: str = get_global("likely_subtags").get(f"und_{country}", "en_Latn_US")
    return "_Latn_" in tag


@cache
def _zone_names() -> Mapping[str, str]:
    """Return CLDR's English names of the cities that time zones are called by, by their names in all languages."""
    from babel import Locale

    english = {zone: str(data.get("city") or "") for zone, data in Locale.parse("en").time_zones.items() if "/" in zone}
    found: dict[str, str] = {}
    for language in LANGUAGES:
        for zone, data in Locale.parse(language).time_zones.items():
            if "/" not in zone or "city" not in data:
                continue
            name = english.get(zone) or zone.rpartition("/")[2].replace("_", " ")
            found.setdefault(keys(str(data["city"]))[0], name)
            found.setdefault(keys(name)[0], name)
    return found


def _english_zone_name(written: str, own: str, others: tuple[str, ...]) -> str | None:
    """Return CLDR's English name of a city, if CLDR has the written name for it and GeoNames knows both."""
    name = _zone_names().get(keys(written)[0])
    if name is None:
        return None
    whole = keys(name)[0]
    if whole == keys(own)[0]:
        return own if not _SCHOLARLY.search(own) else name
    return name if any(keys(one)[0] == whole for one in others) else None
