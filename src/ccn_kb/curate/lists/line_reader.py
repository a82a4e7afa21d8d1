"""One line of a list: the cities that it names, each with country and field, whatever the separators."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import NamedTuple

from ccn_kb.curate.lists.announcement import FOOTNOTE
from ccn_kb.curate.vocabulary import NOTHING, Reading, Vocabulary
from ccn_kb.model.text import words
from ccn_kb.network.country_lookup import flag_of, without_flags

MAX_WORDS = 9
"""More words than this are a sentence, not the name of a city."""
MAX_COUNTRY = 120
"""No name of a country is longer."""
MAX_LINE = 20_000
"""Longer lines are not a list."""


class Kind(Enum):
    """The kind of a part of a line."""

    COUNTRY = "country"
    FIELD = "field"
    OTHER = "other"


class LinePart(NamedTuple):
    """A part of a line: its text, the separator before it, and its meaning."""

    text: str
    before: str
    kind: Kind
    reading: Reading


@dataclass(frozen=True)
class HeadingContext:
    """The country and the field that headings give the lines below them."""

    country: str | None = None
    field: str | None = None
    country_is_inner: bool = False

    def with_country(self, country: str) -> HeadingContext:
        """Return the context below a heading that names a country."""
        outer_field = None if self._field_is_inner else self.field
        return HeadingContext(country, outer_field, country_is_inner=outer_field is not None)

    def with_field(self, field_text: str) -> HeadingContext:
        """Return the context below a heading that names a field."""
        return HeadingContext(None if self.country_is_inner else self.country, field_text, country_is_inner=False)

    @property
    def _field_is_inner(self) -> bool:
        return self.country is not None and self.field is not None and not self.country_is_inner


class Mention(NamedTuple):
    """A city that a line names, in the line's own words."""

    text: str
    name: str
    country: str | None
    field: str
    extras: tuple[str, ...] = ()


@dataclass
class LineReading:
    """The content of a line: its cities, or the context that it gives the lines below as a heading, and the rest."""

    mentions: list[Mention] = field(default_factory=list)
    heading: HeadingContext | None = None
    unread: list[str] = field(default_factory=list)
    unknown: tuple[str, str] | None = None
    """The unknown field or country and its text, if the line has everything else that a city's line has."""


BULLET = re.compile(
    r"^(?:[\s•·●▪▫◦‣⁃∙○■□◆◇★☆✓✔➢➤►▶→»›*+>|#–—−-]|(?:No\.?\s*)?[(（]?(?:\d{1,3}|(?:[a-zA-Z]|[ivxIVX]{1,4})(?=[)]))[.)）、:]+(?=\D|$)\s*"
    r"|\d{1,3}\s+(?=[🇦-🇿])|[①-⑳]|第?\d{1,3}[位、.]\s*)+"
)
_ITEMS = re.compile(r"\s*[;；、؛]\s*|\s+[•·●▪◦]\s+")
# Every dash of Unicode, and the minus.
DASHES = (
    "\u002d\u058a\u05be\u1400\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2e17\u2e1a\u2e3a\u2e3b\u2e40"
    "\u2e5d\u301c\u3030\u30a0\ufe31\ufe32\ufe58\ufe63\uff0d\U00010d6e\U00010ead−"
)
# Those that join the parts of a name; they part a line only next to a space.
_JOINING = "-‐‑﹣－\u058a\u05be\u1400\u1806\u30a0"
_LONG = re.escape("".join(dash for dash in DASHES if dash not in _JOINING))
_SHORT = re.escape(_JOINING)
_SEPARATOR = re.compile(
    rf"(?P<bracket>[()（）\[\]【】〔〕«»「」『』])|(?P<dash>\s*[{_LONG}]+\s*|\s+[{_SHORT}]+\s*|[{_SHORT}]+\s+)"
    r"|(?P<colon>\s*[:：]\s*|\s*[=→⇒]>?\s*)|(?P<comma>\s*[,，،]\s*|\s+\.\s+)|(?P<slash>\s*/\s*)|(?P<cell>\s*[\t|│]+\s*)"
)
_OPENING = dict(zip("(（[【〔「『", ")）]】〕」』", strict=True))
_SIGNS = " .。*\"“”'_#"
_NOISE = re.compile(r"^(?:since|depuis|desde|dal|seit|em|en|in|as of)?\s*\d{4}$|^\d{1,4}$|^[\W_]*$", re.IGNORECASE)
_YEAR = re.compile(r"[\s,]+(?:(?:since|from|in|depuis|desde|dal|seit|sinds|od)\s+)?(?:19|20)\d{2}$", re.IGNORECASE)
_AS = re.compile(r"^(.+?)\s+(?:as (?:an? |the )?|als |comme |como )(?=\S)(.+)$", re.IGNORECASE)
_CASELESS = re.compile("[\u0600-\u06ff\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WITHOUT_SPACES = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


# The sender of a message in a chat that was copied: "[31/10/23, 18:05] Ana: ", "31.10.2023, 18:05 - Ana: ".
_SENDER = re.compile(
    r"^\W*\d{1,4}[./-]\d{1,2}[./-]\d{1,4},?\s+\d{1,2}[:.]\d{2}(?::\d{2})?(?:\s?[ap]\.?\s?m\.?)?\]?\s*[-–]?\s*[^:]{1,40}:\s",
    re.IGNORECASE,
)
_NAMED_FLAG = re.compile(r":flag-([a-z]{2}):")
_NAMED_EMOJI = re.compile(r"(?<!\w):[a-z][a-z0-9_+-]{2,30}:(?!\w)")
_CONJUNCTION = re.compile(
    r"^(?:(?:and|also|as well as|et|ainsi que|y|e|ed|también|também|ainda|anche|und|sowie|auch|en|ook|oraz|i|także|ve|"
    r"и|а также)\s+)+(?=[^\W\d_])",
    re.IGNORECASE,
)
# Names can begin so in small letters.
_ARTICLES = frozenset(words("la le les el los las al a o os as il lo gli das die der den de da do dos du des s t d l"))


def _without_chat(line: str) -> str:
    """Return a line without its sender, and with flags instead of their names, as messengers copy them."""
    line = _SENDER.sub("", line, count=1) if len(line) < MAX_LINE else line
    if ":" not in line:
        return line
    line = _NAMED_FLAG.sub(lambda match: "".join(chr(ord(letter) + 0x1F1E6 - ord("a")) for letter in match[1]), line)
    return _NAMED_EMOJI.sub(" ", line)


def read_line(line: str, vocabulary: Vocabulary, context: HeadingContext) -> LineReading:
    """Return the cities and the context of a line; headings above it give it a context."""
    if len(line) > MAX_LINE:
        return LineReading()
    line = _without_chat(line)
    flag = flag_of(line)
    plain = _without_symbols(without_flags(line))
    plain = BULLET.sub("", FOOTNOTE.sub("", plain)).strip()
    # "[City of] Greater Geelong"
    if (bracket := re.match(r"\[([^\]]{1,40})\]\s+(?=\S)", plain)) and vocabulary.is_around(bracket[1]):
        plain = plain[bracket.end() :]
    whole = LineReading()
    if flag and not re.search(r"\w", plain):
        whole.heading = context.with_country(flag)
        return whole
    chunks = [chunk for chunk in _ITEMS.split(plain) if chunk.strip()]
    if not chunks:
        return whole
    if heading := _heading(plain, vocabulary, context):
        whole.heading = heading
        return whole
    if flag:
        context = replace(context, country=flag)
    local = context
    for number, chunk in enumerate(chunks):
        parts = parts_of(chunk, vocabulary)
        if number == 0:
            parts, local = _introduced(parts, context)
        reading = _Assembly(vocabulary, local, flag is not None, len(chunks) > 1).read(chunk, parts)
        whole.mentions += reading.mentions
        whole.unread += reading.unread
        if len(chunks) > 1 and not (reading.mentions or reading.unread):
            whole.unread.append(chunk)
        whole.unknown = whole.unknown or reading.unknown
    return whole


def parts_of(text: str, vocabulary: Vocabulary) -> list[LinePart]:
    """Return the parts of a text between its separators, each with its meaning."""
    parts = [
        _part(piece.strip(_SIGNS), before, vocabulary)
        for piece, before in _pieces(_without_symbols(without_flags(text)), vocabulary)
        if piece.strip(_SIGNS) and not _NOISE.match(piece.strip(_SIGNS))
    ]
    # Granada is a city, and Grenada in Spanish; in "Palermo (Italy), Oaxaca (Mexico)" Mexico is a country.
    countries = [part for part in parts if part.kind is Kind.COUNTRY]
    in_brackets = len(countries) > 1 and all(part.before == "bracket" for part in countries)
    cities = [part in countries and not in_brackets and vocabulary.is_city_name(part.text) for part in parts]
    alone = not any(part.kind is Kind.OTHER for part in parts) and sum(part.kind is Kind.COUNTRY for part in parts) == 1
    if alone or any(part.kind is Kind.COUNTRY and not city for part, city in zip(parts, cities, strict=True)):
        return [
            part._replace(kind=Kind.OTHER, reading=NOTHING) if city else part
            for part, city in zip(parts, cities, strict=True)
        ]
    return parts


def _pieces(text: str, vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """Return the pieces of a text with the separator before each; a bracket in a country's name is kept."""
    pieces: list[tuple[str, str]] = []
    start, before, position = 0, "", 0
    while match := _SEPARATOR.search(text, position):
        mark = match[0].strip() or match[0]
        if mark in _OPENING and (end := _closing(text, match.start())) is not None:
            if text[start : match.start()].strip() and vocabulary.exact_country(text[start : end + 1]).id:
                position = end + 1
                continue
            inside = text[match.start() + 1 : end]
            pieces.append((text[start : match.start()], before))
            if vocabulary.exact_country(inside).id or vocabulary.exact_field(inside).id:
                pieces.append((inside, "bracket"))
            else:
                inner = _pieces(inside, vocabulary)
                pieces += [(inner[0][0], "bracket"), *inner[1:]]
            start, before, position = end + 1, "after-bracket", end + 1
            continue
        kind = match.lastgroup or ""
        if kind == "comma":
            # "Iran, Islamic Republic of" and "Korea, Republic of" are one name.
            whole = _until_dash(text[start : start + MAX_COUNTRY])
            if start + len(whole) > match.end() and vocabulary.exact_country(whole).id:
                position = start + len(whole)
                continue
        pieces.append((text[start : match.start()], before))
        start, before, position = match.end(), kind, match.end()
    pieces.append((text[start:], before))
    return pieces


def _until_dash(text: str) -> str:
    return re.split(rf"\s+[{_SHORT}{_LONG}:]|[({{\[（|\t]|[{_LONG}:：]", text, maxsplit=1)[0]


def _closing(text: str, start: int) -> int | None:
    """Return where the bracket that opens at a position closes, taking nested brackets into account."""
    depth = 0
    for position in range(start, min(len(text), start + 400)):
        if text[position] in _OPENING:
            depth += 1
        elif text[position] in _OPENING.values():
            depth -= 1
            if depth == 0:
                return position
    return None


def _part(text: str, before: str, vocabulary: Vocabulary) -> LinePart:
    if (country := vocabulary.exact_country(text)).id:
        return LinePart(text, before, Kind.COUNTRY, country)
    without_year = _YEAR.sub("", text)
    if (creative_field := vocabulary.exact_field(without_year)).id:
        return LinePart(without_year, before, Kind.FIELD, creative_field)
    return LinePart(text, before, Kind.OTHER, NOTHING)


def _heading(text: str, vocabulary: Vocabulary, context: HeadingContext) -> HeadingContext | None:
    """Return the context that a line gives the lines below it, None if it is not a heading."""
    bare = text.strip(" .:：-–—=*#")
    bare = _CONJUNCTION.sub("", bare) if bare[:1].islower() else bare
    if len(bare) > 2 and vocabulary.exact_country(bare).id and not vocabulary.is_city_name(bare):
        return context.with_country(bare)
    if vocabulary.exact_field(bare).id:
        return context.with_field(bare)
    if vocabulary.is_heading_of_cities(bare):
        # A misspelt heading must not leave the lines below it to the heading before.
        reading = vocabulary.field(bare)
        return context.with_field(vocabulary.network.fields[reading.id].name) if reading.id else None
    without_count = re.sub(r"\s*[(（]?\d{1,3}[^)）]{0,20}[)）]?$", "", bare)
    if without_count and without_count != bare:
        return _heading(without_count, vocabulary, context)
    return None


def _introduced(parts: list[LinePart], context: HeadingContext) -> tuple[list[LinePart], HeadingContext]:
    """Return the parts without their introduction, and the context that it gives: `Italy:`, `Film:`, a sentence."""
    colon = next((number for number, part in enumerate(parts) if part.before == "colon"), None)
    if not colon or colon >= len(parts):
        return parts, context
    first, rest = parts[:colon], parts[colon:]
    names = [part for part in rest if part.kind is Kind.OTHER]
    fields = [part for part in rest if part.kind is Kind.FIELD]
    if len(first) == 1 and names:
        part = first[0]
        if part.kind is Kind.COUNTRY:
            return rest, replace(context, country=part.text)
        if part.kind is Kind.FIELD:
            return rest, replace(context, field=part.text)
        if fields and len(part.text.split()) > 3:
            return rest, context
    return parts, context


@dataclass
class _Assembly:
    """Combines the parts of a piece of a line into cities."""

    vocabulary: Vocabulary
    context: HeadingContext
    has_flag: bool
    one_of_several: bool
    reading: LineReading = field(default_factory=LineReading)

    def read(self, text: str, parts: list[LinePart]) -> LineReading:
        """Return the cities that the parts name."""
        parts = [piece for part in parts for piece in self._split(part, first=part is parts[0])]
        fields = [part for part in parts if part.kind is Kind.FIELD]
        if not fields and self.context.field is None:
            parts = self._with_misspelt_field(parts)
            fields = [part for part in parts if part.kind is Kind.FIELD]
        if len(fields) > 1 and parts[0].kind is Kind.FIELD and parts[-1].kind is Kind.FIELD:
            # The field at the beginning is that of a city on the line before.
            self.reading.unread.append(parts[0].text)
            parts, fields = parts[1:], fields[1:]
        names = [part for part in parts if part.kind is Kind.OTHER]
        if not fields:
            self._without_field(text, parts)
        elif not names and len(fields) == 1:
            self._city_state(text, parts)
        elif parts.index(fields[0]) < next((n for n, part in enumerate(parts) if part.kind is Kind.OTHER), 0):
            self._field_first(text, parts)
        else:
            self._field_last(text, parts)
        return self.reading

    def _split(self, part: LinePart, *, first: bool) -> list[LinePart]:
        """Return the parts of a part that has no separator: `Porto as City of Design`, `美國底特律`."""
        if part.kind is not Kind.OTHER:
            return [part]
        if (match := _AS.match(part.text)) and (creative_field := self.vocabulary.exact_field(match[2])).id:
            name = LinePart(match[1], part.before, Kind.OTHER, NOTHING)
            return [name, LinePart(match[2], "as", Kind.FIELD, creative_field)]
        if _WITHOUT_SPACES.search(part.text) and (split := self.vocabulary.split_country_first(part.text)):
            before, after, country = split
            if after and (not before or first):
                state = LinePart(country.id or "", part.before, Kind.COUNTRY, country)
                return [state, LinePart(after, "", Kind.OTHER, NOTHING)]
        return [part]

    def _with_misspelt_field(self, parts: list[LinePart]) -> list[LinePart]:
        """Return the parts with the last one that is like a field's name as that field."""
        for number in range(len(parts) - 1, 0, -1):
            part = parts[number]
            if part.kind is Kind.OTHER and not self.vocabulary.countries_in(part.text):
                reading = self.vocabulary.field(part.text)
                if reading.id:
                    return [
                        *parts[:number],
                        LinePart(part.text, part.before, Kind.FIELD, reading),
                        *parts[number + 1 :],
                    ]
        return parts

    def _without_field(self, text: str, parts: list[LinePart]) -> None:
        """Read cities whose field a heading gives; else note what is missing."""
        if self.context.field is None:
            names = [part for part in parts if part.kind is Kind.OTHER]
            countries = [part for part in parts if part.kind is Kind.COUNTRY]
            cities = self.vocabulary.cities_in(text)
            last = parts[-1] if parts else None
            like_a_city = len(parts) == 2 and _is_like_a_city(parts[0].text, parts[1]) and not self._is_usual(names)
            has_place = bool(countries or cities or like_a_city)
            if last and last.kind is Kind.OTHER and len(names) > 1 and has_place and _is_name(names[0].text):
                self.reading.unknown = ("field", last.text)
            elif len(names) == 1 and (countries or cities) and _is_name(names[0].text):
                self.reading.unknown = ("field", "")
            return
        for group in self._groups(parts):
            self._add(text if len(self._groups(parts)) == 1 else " ".join(p.text for p in group), group, None)

    def _is_usual(self, names: list[LinePart]) -> bool:
        """Return whether one of the names has no words but those of titles: "UNESCO Creative Cities"."""
        return any(self.vocabulary.is_around(name.text) for name in names)

    def _groups(self, parts: list[LinePart]) -> list[list[LinePart]]:
        """Return the parts of each city where none has a field of its own: a name, and its country."""
        groups: list[list[LinePart]] = []
        for number, part in enumerate(parts):
            current = groups[-1] if groups else []
            has_name = any(part.kind is Kind.OTHER for part in current)
            has_country = any(part.kind is Kind.COUNTRY for part in current)
            bracketed = number + 1 < len(parts) and parts[number + 1].before == "bracket"
            starts = part.kind is Kind.OTHER and has_name and (has_country or bracketed or part.before == "slash")
            # "Honolulu, Hawaii, USA" has a region; "Honolulu, Hilo" has two cities.
            region = part.before in ("comma", "bracket") and any(p.kind is Kind.COUNTRY for p in parts[number:])
            starts = starts or (part.kind is Kind.OTHER and has_name and not region)
            if starts or not groups or (part.kind is Kind.COUNTRY and has_country and self._other(current, part)):
                groups.append([part])
            else:
                current.append(part)
        return groups

    def _other(self, current: list[LinePart], part: LinePart) -> bool:
        """Return whether a country is not the one that the parts have already."""
        return all(other.reading.id != part.reading.id for other in current if other.kind is Kind.COUNTRY)

    def _city_state(self, text: str, parts: list[LinePart]) -> None:
        """Read `Singapore – Design`, `Luxembourg, Luxembourg – Film`: the state's name is the city's."""
        countries = [part for part in parts if part.kind is Kind.COUNTRY]
        field_part = next(part for part in parts if part.kind is Kind.FIELD)
        if countries:
            name = re.sub(r"\s+SAR$", "", countries[0].text)
            self.reading.mentions.append(Mention(text, name, countries[-1].text, field_part.text))
        else:
            self.reading.unread.append(text)

    def _field_first(self, text: str, parts: list[LinePart]) -> None:
        """Read `Film – Leipzig (Germany)` and `Film: Leipzig, Porto (Portugal)`: each field, then its cities."""
        group: list[LinePart] = []
        groups: list[tuple[LinePart, list[LinePart]]] = []
        leading: list[LinePart] = []
        for part in parts:
            if part.kind is Kind.FIELD:
                group = []
                groups.append((part, group))
            elif groups:
                group.append(part)
            else:
                leading.append(part)
        for field_part, its_parts in groups:
            every = self._groups([*leading, *its_parts])
            for name_parts in every:
                name = text if len(every) == 1 else " ".join(part.text for part in name_parts)
                self._add(name, name_parts, field_part)

    def _field_last(self, text: str, parts: list[LinePart]) -> None:
        """Read `Leipzig (Germany) – Film` and `Quanzhou (Gastronomy), Wuxi (Music)`: a field ends a city."""
        groups: list[tuple[list[LinePart], LinePart]] = []
        current: list[LinePart] = []
        for number, part in enumerate(parts):
            if part.kind is not Kind.FIELD:
                current.append(part)
                continue
            if not any(part.kind is Kind.OTHER for part in current):
                if groups and not current and groups[-1][1].reading.id == part.reading.id:
                    continue
                if not any(part.kind is Kind.COUNTRY for part in current):
                    self.reading.unread.append(part.text)
                    continue
            # A country in brackets right behind the field belongs to the city before it.
            following = parts[number + 1] if number + 1 < len(parts) else None
            has_country = any(part.kind is Kind.COUNTRY for part in current)
            is_last = number + 2 == len(parts)
            closes = following is not None and (following.before != "comma" or is_last)
            if following and closes and following.kind is Kind.COUNTRY and not has_country:
                current.append(following)
            groups.append((current, part))
            current = []
        used = {id(part) for group, _ in groups for part in group}
        rest = [part for part in current if id(part) not in used]
        for group, field_part in groups:
            single = len(groups) == 1
            self._add(text if single else _joined([*group, field_part]), group, field_part)
        self.reading.unread += [part.text for part in rest]

    def _add(self, text: str, parts: list[LinePart], field_part: LinePart | None) -> None:
        """Note the city of some parts: the first name, and the country after or before it."""
        names = [part for part in parts if part.kind is Kind.OTHER]
        countries = [part for part in parts if part.kind is Kind.COUNTRY]
        field_text = field_part.text if field_part else (self.context.field or "")
        if not names:
            if countries:
                self.reading.mentions.append(Mention(text, countries[0].text, countries[-1].text, field_text))
            return
        name, *others = names
        if called := self._called_as_a_country(parts):
            name, *others = called[:-1]
            countries = called[-1:]
        elif others and len({part.reading.id for part in countries}) > 1:
            # Two cities in two countries that nothing parts.
            self.reading.unread.append(text)
            return
        country = countries[-1].text if countries else None
        if country is None:
            name, others, country = self._misspelt_country(name, others)
        name_text = name.text
        if country is None and not _WITHOUT_SPACES.search(name_text):
            split = self.vocabulary.split_country_last(name_text)
            if split and not self.vocabulary.city_names.keys() & {tuple(name_text.casefold().split())}:
                name_text, country = split[0], name_text[len(split[0]) :].strip()
        name_text = _CONJUNCTION.sub("", name_text) if name_text[:1].islower() else name_text
        if not _is_name(name_text) or _begins_in_a_sentence(name_text):
            self.reading.unread.append(text)
            return
        country = country or self.context.country
        further = [part.text for part in countries if part.reading.id != countries[-1].reading.id]
        extras = tuple(other.text for other in others) + tuple(further)
        self.reading.mentions.append(Mention(text, name_text, country, field_text, extras))

    def _called_as_a_country(self, parts: list[LinePart]) -> list[LinePart]:
        """Return name, other parts and country of a city that has the name of a country; nothing for any other."""
        if len(parts) < 2 or parts[0].kind is not Kind.COUNTRY:
            return []
        first, *others, last = parts
        if not others and last.kind is Kind.OTHER and last.before == "bracket":
            # Guadalupe (Mexico): what is in brackets is the country, though Mexico is a city, too.
            last = last._replace(kind=Kind.COUNTRY, reading=self.vocabulary.exact_country(last.text))
        if last.kind is not Kind.COUNTRY or last.reading.id in (None, first.reading.id):
            return []
        # San Martín, Mendoza (Argentina)
        return [first, *others, last]

    def _misspelt_country(self, name: LinePart, others: list[LinePart]) -> tuple[LinePart, list[LinePart], str | None]:
        """Return name, other parts and country, where one of them may be a misspelt country."""
        for number in range(len(others) - 1, -1, -1):
            part = others[number]
            if part.before == "bracket" or (part.before == "comma" and self.vocabulary.country(part.text).id):
                return name, [*others[:number], *others[number + 1 :]], part.text
        return name, others, None


def _joined(parts: list[LinePart]) -> str:
    return " – ".join(part.text for part in parts)


def _is_name(text: str) -> bool:
    """Return whether a text can be the name of a city: few words, and not in small letters only."""
    return len(text.split()) <= MAX_WORDS and (
        any(character.isupper() or character.istitle() for character in text) or bool(_CASELESS.search(text))
    )


def _begins_in_a_sentence(text: str) -> bool:
    """Return whether a text begins with a small word that is not an article: "for media arts and Oulu"."""
    first = re.split(r"[\s'’-]", text, maxsplit=1)[0]
    return " " in text and first.isalpha() and first.islower() and first not in _ARTICLES and not _CASELESS.search(text)


def _is_like_a_city(left: str, right: LinePart) -> bool:
    """Return whether a line of two parts looks like a city and its field, though the field is unknown."""
    few = len(left.split()) <= 5 and 1 <= len(right.text.split()) <= 4 and right.before in ("dash", "colon", "cell")
    return few and left[:1].isupper() and not re.search(r"[.!?:\d]", left + right.text)


def _without_symbols(text: str) -> str:
    """Return a text without invisible characters, emoji and the like; spaces of every kind become one."""
    kept = []
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        if category == "Zs":
            kept.append(" ")
        elif category in ("So", "Sk", "Cn", "Co") or 0xFE00 <= ord(character) <= 0xFE0F:
            kept.append("\t" if category == "So" else "")
        elif category != "Cf":
            kept.append(character)
    return re.sub(r"[^\S\t\n]+", " ", "".join(kept))
