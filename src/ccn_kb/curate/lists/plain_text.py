"""The lines of a text: finds footnotes, rejoins broken lines, applies headings, and notes every other line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from ccn_kb.curate.lists.announcement import (
    MAX_SHOWN,
    Announcement,
    add_entry,
    add_head,
    head_of,
)
from ccn_kb.curate.lists.decoding import mojibake
from ccn_kb.curate.lists.line_reader import (
    BULLET,
    MAX_LINE,
    HeadingContext,
    LinePart,
    LineReading,
    Mention,
    parts_of,
    read_line,
)
from ccn_kb.curate.lists.number_words import CITY_WORDS, figures_in_words
from ccn_kb.curate.vocabulary import Vocabulary
from ccn_kb.model.records import CONTINENTS, REGIONS
from ccn_kb.model.text import key, words

_DEFINITION = re.compile(r"^\s*(?:\[\s*(\d{1,3}|[a-z*†‡])\s*\]|([¹²³⁴-⁹]+|[*†‡]))\s*(\S.*)$")
_SUPERSCRIPTS = str.maketrans("¹²³⁴⁵⁶⁷⁸⁹⁰", "1234567890")
_MARK = re.compile(r"\[\s*(\d{1,3}|[a-z*†‡])\s*\]|([¹²³⁴-⁹⁰]+|(?<=\S)[*†‡])")
_REGIONS = {key(name) for name in (*REGIONS.values(), *CONTINENTS.values())} | {
    "latin america", "caribbean", "middle east", "americas", "asia pacific", "afrique", "etats arabes", "europe",
    "asie et pacifique", "amerique latine et caraibes", "amerique du nord", "america latina", "africa", "asia",
}  # fmt: skip
TOTAL_WORDS = frozenset(
    words("total totals totaal totale gesamt summe insgesamt suma toplam итого всего 合计 合計 計 المجموع")
)
_STATED = re.compile(
    r"(?<![\d.,-])(\d{1,4})\s*(?:座|个|個|都市|の都市|개\s*도시|[^\W\d_]+(?:['’][^\W\d_]+)?(?:\s+[^\W\d_]+){0,3})",
    re.UNICODE,
)


_MAIL = re.compile(
    r"^[>\s]*(?:from|to|cc|bcc|date|sent|subject|reply-to|von|an|gesendet|datum|betreff|de|à|a|para|envoyé|objet|enviado|"
    r"asunto|assunto|data|da|oggetto|inviato|van|aan|verzonden|onderwerp)\s*:\s",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"^[>\s]*(?:subject|betreff|objet|asunto|assunto|oggetto|onderwerp)\s*:", re.IGNORECASE)
_CLOSING = re.compile(
    r"(?:(?:(?:all the |kind |warm |best )?(?:best|regards|wishes)|cheers|thanks|(?:yours )?sincerely|cordialement|"
    r"bien à vous|(?:un )?saludos?(?: cordial(?:es)?)?|abraços?|atenciosamente|cordiali saluti|"
    r"(?:mit freundlichen|viele|beste) grüße[n]?|(?:met )?vriendelijke groet(?:en)?|pozdrawiam|saygılarımla)[,.!])",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(
    r"(?:page|página|pagina|seite|strona|sayfa|стр\.?|страница|صفحة|p\.)\s*\d{1,4}(?:\s*(?:/|of|de|sur|von|di|van|z|из|من)\s*\d{1,4})?",
    re.IGNORECASE,
)
# Words for cities that were not designated, or are no longer members; in Chinese and Japanese within a word.
_EXCLUDING = re.compile(
    r"\b(?:not|never|non|no|nicht|nie|não|niet|ne|не|leav\w+|left|withdr[ae]w\w*|former|rejected|refused|unsuccessful|"
    r"shortlist\w*|candida\w+|applicants?|bewerb\w+|kandidat\w*|quitt\w+|retir\w+|abandon\w+|refus\w+|anciennes?|"
    r"ex|salen|excluid\w+|rechazad\w+|antiguas?|ausgetreten\w*|abgelehnt\w*|ehemalige\w*|aday\w*|"
    r"бывши\w+|кандидат\w*)\b|落选|落選|退出|脱退|候选|候補|申报|申請中|후보|탈퇴|غير|المرشحة",
    re.IGNORECASE,
)
MOST_HEADING_WORDS = 10


class Line(NamedTuple):
    """A line of a text, page or table, with its number in the file."""

    number: int
    text: str


def read_lines(list_read: Announcement, lines: Iterable[Line], vocabulary: Vocabulary) -> None:
    """Read lines such as `- Granada[1] – Design`, `Bistrita, Romania – Architecture` or `Italy: Como (Music), …`."""
    every = [line for line in lines if re.search(r"\w|[🇦-🇿]", line.text)]
    every = _without_mail_header(list_read, every)
    footnotes = _footnotes(every)
    context = HeadingContext()
    for line, text, rest in _whole_lines(every, vocabulary):
        for other in rest:
            list_read.leave(other.number, other.text, f"continues line {line.number}", used=True)
        if _is_set_aside(list_read, line, text, footnotes):
            # What cannot be read may be a heading; below the end of a message nothing is.
            ends = mojibake(text[:MAX_LINE]) or _CLOSING.fullmatch(text.strip(" >")[:MAX_SHOWN])
            context = HeadingContext() if ends else context
            continue
        if line.text.strip().startswith("#") and not head_of(line.text):
            context = HeadingContext()
        context = read_text_line(list_read, line.number, text, vocabulary, context, footnotes)


def read_text_line(
    list_read: Announcement,
    number: int,
    text: str,
    vocabulary: Vocabulary,
    context: HeadingContext,
    footnotes: dict[str, str] | None = None,
) -> HeadingContext:
    """Read a line, note its content, and return the context of the next one."""
    reading = read_line(text, vocabulary, context)
    if _heads_others(text, reading):
        message = "this may head cities that were not designated, or that left"
        fix = "delete the line and the cities below it; if they did join, delete the line alone"
        list_read.refuse(number, "line", message, fix, text)
        return HeadingContext()
    if reading.heading:
        what = "a creative field" if reading.heading.field not in (None, context.field) else "a country"
        list_read.leave(number, text, f"heading: {what} for the lines below", used=True)
        return reading.heading
    if vocabulary.is_heading_of_cities(text) and vocabulary.is_introduction(text):
        list_read.leave(number, text, "title")
        return HeadingContext()
    if vocabulary.is_heading_of_cities(text) and not any(mention.country for mention in reading.mentions):
        fix = "correct the name of the creative field, or delete the line"
        list_read.refuse(number, "field", "the heading names no creative field that is known", fix, text)
        return HeadingContext()
    mentions = [mention for mention in reading.mentions if not _is_prose(mention, vocabulary, context)]
    for mention in mentions:
        _add_mention(list_read, number, text, mention, vocabulary, footnotes or {})
    if mentions:
        _note_unread(list_read, number, reading, vocabulary)
        return context
    return _leave_line(list_read, number, text, reading, vocabulary, context)


def _heads_others(text: str, reading: LineReading) -> bool:
    """Return whether a short line without a city has words for cities that do not join: "Shortlisted:"."""
    is_short = len(text) <= MAX_SHOWN and len(words(text)) <= MOST_HEADING_WORDS
    has_city = any(mention.country or mention.field for mention in reading.mentions)
    is_sentence = text.rstrip().endswith((".", "。"))
    return is_short and not has_city and not is_sentence and bool(_EXCLUDING.search(text))


def _is_prose(mention: Mention, vocabulary: Vocabulary, context: HeadingContext) -> bool:
    """Return whether a bare line below a heading is not a city: a region, or several words of a sentence."""
    bare = key(mention.name)
    return (
        bare in _REGIONS
        or bare in TOTAL_WORDS
        or (context.field == mention.field and vocabulary.is_around(mention.name))
    )


def _add_mention(
    list_read: Announcement,
    number: int,
    text: str,
    mention: Mention,
    vocabulary: Vocabulary,
    footnotes: dict[str, str],
) -> None:
    country = mention.country
    if country is None and footnotes:
        country = _footnote_country(text, mention, footnotes, vocabulary)
    add_entry(list_read, vocabulary, number, mention.text, mention.name, country, mention.field, extras=mention.extras)


def _footnote_country(text: str, mention: Mention, footnotes: dict[str, str], vocabulary: Vocabulary) -> str | None:
    """Return the country that the footnote of a city names: `[1] Granada, Nicaragua`."""
    after = text.partition(mention.name)[2]
    match = _MARK.match(after.lstrip())
    note = footnotes.get((match[1] or match[2]).translate(_SUPERSCRIPTS)) if match else None
    if note is None:
        return None
    # Granada is a city, and Grenada in Spanish.
    countries = vocabulary.countries_in(note.replace(mention.name, " ", 1))
    return countries[0] if len(countries) == 1 else None


def _note_unread(list_read: Announcement, number: int, reading: LineReading, vocabulary: Vocabulary) -> None:
    """Note the parts of a line other than its cities: a possible other city is refused, the rest becomes a remark."""
    for text in reading.unread:
        if _EXCLUDING.search(text[:MAX_SHOWN]):
            message = f"{text[:60]!r} may say that the city did not join, or left"
            fix = "delete the line; if the city did join, delete these words"
            list_read.refuse(number, "line", message, fix, text)
            continue
        is_name = vocabulary.cities_in(text) or vocabulary.countries_in(text) or vocabulary.exact_field(text).id
        few = len(text.split()) <= 3 and (
            text[:1].isupper() or (not text.isascii() and text.isalpha() and len(text) > 2)
        )
        if is_name or (few and not vocabulary.is_around(text)):
            message = f"{text[:60]!r} is not understood next to the city of this line"
            list_read.refuse(number, "line", message, "write one city per line, or delete these words", text)
        else:
            word = list_read.line_word
            list_read.remarks.append(f"{word} {number}: words next to the city are not used: {text[:MAX_SHOWN]!r}")


def _leave_line(
    list_read: Announcement,
    number: int,
    text: str,
    reading: LineReading,
    vocabulary: Vocabulary,
    context: HeadingContext,
) -> HeadingContext:
    """Note a line without a city, and return the context of the next one."""
    bare = text.strip()
    if key(BULLET.sub("", bare)) in _REGIONS:
        list_read.leave(number, text, "heading: a region", used=True)
        return replace(context, country=None)
    fix = "write the line as Name (Country) – Field, or delete it"
    if words(bare) and words(bare)[0] in TOTAL_WORDS:
        list_read.leave(number, text, "total row", used=True)
    elif reading.unknown:
        what, value = reading.unknown
        if value:
            near = " or ".join(vocabulary.field(value).nearest or (f.name for f in vocabulary.network.fields.values()))
            message = f"unknown creative field {value[:60]!r}"
            list_read.refuse(number, what, message, f"write {near}; delete the line if it names no city", text)
        else:
            list_read.refuse(number, what, "the creative field is missing", fix, text)
    elif len(bare) > MAX_LINE:
        message = f"the line has {len(bare):,} characters"
        list_read.refuse(number, "size", message, "write one city per line", text)
    elif cities := vocabulary.cities_in(bare):
        message = f"the line names {', '.join(cities[:3])}, but no city with its creative field was read in it"
        list_read.refuse(number, "line", message, fix, text)
    elif countries := vocabulary.countries_in(bare):
        named = ", ".join(vocabulary.network.countries[country].name for country in countries[:3])
        message = f"the line names {named}, but no city with its creative field was read in it"
        list_read.refuse(number, "line", message, fix, text)
    elif _has_field_and_separator(bare, vocabulary):
        list_read.refuse(number, "line", "the line has a creative field, but no city was read in it", fix, text)
    else:
        list_read.leave(number, text, "no city")
    return HeadingContext() if bare.endswith((":", "：")) else context


def _has_field_and_separator(text: str, vocabulary: Vocabulary) -> bool:
    parts = parts_of(text[:MAX_SHOWN], vocabulary)
    return len(parts) > 1 and any(vocabulary.exact_field(part.text).id for part in parts)


# -- what is set aside -------------------------------------------------------------------------


def _footnotes(lines: Iterable[Line]) -> dict[str, str]:
    """Return the texts of footnotes by their mark."""
    every = [line.text for line in lines if len(line.text) < MAX_SHOWN]
    # A star is a bullet, unless a word has one behind it.
    has_star = any(re.search(r"\w[*](?!\*)", text) for text in every)
    footnotes: dict[str, str] = {}
    for text in every:
        if match := _DEFINITION.match(text):
            mark = (match[1] or match[2]).translate(_SUPERSCRIPTS)
            if mark != "*" or has_star:
                footnotes.setdefault(mark, match[3])
    return footnotes


def _without_mail_header(list_read: Announcement, lines: list[Line]) -> list[Line]:
    """Return the lines below the header of a message, if there is one at the beginning."""
    size = next((number for number, line in enumerate(lines) if not _MAIL.match(line.text[:MAX_SHOWN])), len(lines))
    if size < 2 or not any("@" in line.text or _SUBJECT.match(line.text) for line in lines[:size]):
        return lines
    for line in lines[:size]:
        if not head_of(line.text):
            list_read.leave(line.number, line.text, "header of a message", used=True)
    return [line for line in lines if line not in lines[:size] or head_of(line.text)]


def _is_set_aside(list_read: Announcement, line: Line, text: str, footnotes: dict[str, str]) -> bool:
    """Return whether a line is not to be read as a city: a head, a footnote, a page number, or wrongly decoded text."""
    head = head_of(line.text)
    if head and not list_read.entries:
        add_head(list_read, line.number, *head)
        return True
    definition = _DEFINITION.match(line.text) if len(line.text) < MAX_SHOWN else None
    if definition and definition[3] in footnotes.values():
        list_read.leave(line.number, line.text, "footnote", used=True)
        return True
    if _PAGE_NUMBER.fullmatch(text.strip()[:MAX_SHOWN]):
        list_read.leave(line.number, line.text, "page number", used=True)
        return True
    if _CLOSING.fullmatch(text.strip(" >")[:MAX_SHOWN]):
        list_read.leave(line.number, line.text, "closing of a message")
        return True
    if len(text) <= MAX_LINE and (before := mojibake(text)):
        message = f"the text was decoded wrongly; it may be {' '.join(before.split())[:80]!r}"
        fix = "open the original again as UTF-8 and copy it anew"
        list_read.refuse(line.number, "encoding", message, fix, line.text)
        return True
    return False


# -- lines that belong together ------------------------------------------------------------------


def _whole_lines(lines: list[Line], vocabulary: Vocabulary) -> Iterator[tuple[Line, str, list[Line]]]:
    """Yield each line, its text rejoined where a page or a column broke it, and the lines joined to it."""
    number, was_card = 0, False
    while number < len(lines):
        line = lines[number]
        text = line.text
        taken = 1
        while number + taken < len(lines) and taken < 3:
            joined = _joined(text, line, lines[number + taken], vocabulary)
            if joined is None:
                break
            text, taken = joined, taken + 1
        # Headings and a city look the same as one card, not as two.
        card = _card(lines, number, vocabulary) if taken == 1 else None
        if card and (was_card or _card(lines, number + 3, vocabulary)):
            text, taken, was_card = card, 3, True
        else:
            was_card = False
        yield line, text, lines[number + 1 : number + taken]
        number += taken


def _joined(text: str, line: Line, following: Line, vocabulary: Vocabulary) -> str | None:
    """Return two lines as one if the first is only the beginning of an entry."""
    if len(text) > MAX_SHOWN or len(following.text) > MAX_SHOWN or following.number - line.number > 3:
        return None
    first, second = text.rstrip(), following.text.strip()
    if (
        _CLOSING.fullmatch(first.strip(" >"))
        or head_of(second)
        or BULLET.match(second)
        or _DEFINITION.match(second)
        or not re.search(r"\w", second)
    ):
        return None
    if re.search(r"[^\W\d_][-‐\u00ad]$", first) and re.match(r"[^\W\d_]", second):
        return first[:-1] + second if second[0].islower() else first + second
    parts = parts_of(first, vocabulary)
    is_open = sum(first.count(bracket) for bracket in "([（") > sum(first.count(bracket) for bracket in ")]）")
    goes_on = (is_open and any(bracket in second for bracket in ")]）")) or (
        bool(re.search(r"\s[-–—−]$|[–—]$|,$", first)) and len(parts) < 3
    )
    bulleted = bool(BULLET.match(line.text.lstrip())) and len(parts) == 1 and not vocabulary.exact_field(first).id
    if (
        goes_on
        or _ends_in_next(parts, second, vocabulary)
        or (bulleted and _has_field_and_separator(second, vocabulary))
    ):
        return f"{first} {second}"
    return None


def _ends_in_next(parts: list[LinePart], second: str, vocabulary: Vocabulary) -> bool:
    """Return whether the last part of a line and the whole next line are one name of a field or a country."""
    if len(parts) < 2:
        return False
    tail = f"{parts[-1].text} {second.rstrip('.')}"
    # The whole name of a field goes before its beginning, which may be another name of it.
    if vocabulary.exact_field(tail).id:
        return True
    return bool(vocabulary.exact_country(tail).id) and not vocabulary.exact_country(parts[-1].text).id


def _card(lines: list[Line], number: int, vocabulary: Vocabulary) -> str | None:
    """Return name, country and field from three consecutive lines, as on the cards of a page."""
    if number + 2 >= len(lines):
        return None
    texts = [line.text.strip() for line in lines[number : number + 3]]
    if any(len(line.text) > 100 for line in lines[number : number + 3]):
        return None
    is_country = [vocabulary.exact_country(text).id is not None for text in texts]
    is_field = [vocabulary.exact_field(text).id is not None for text in texts]
    if sum(is_country) != 1 or sum(is_field) != 1 or is_country[0] or is_field[0]:
        return None
    return "\t".join(texts)


# -- the figure that a text states ---------------------------------------------------------------


def stated_figures(lines: Iterable[Line]) -> list[tuple[int, int, str]]:
    """Return line, number and words of every figure of cities: "58 new cities", "fifty-eight cities", "47座城市"."""
    figures = []
    for line in lines:
        if len(line.text) > MAX_LINE:
            continue
        for match in _STATED.finditer(line.text):
            after = words(match[0])[1:5]
            if any(word in CITY_WORDS for word in after) or re.search("座|个|個|都市|도시", match[0]):
                figures.append((line.number, int(match[1]), match[0].strip()))
        figures += [(line.number, value, written) for value, written in figures_in_words(line.text)]
    return figures
