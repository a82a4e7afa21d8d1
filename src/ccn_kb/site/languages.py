"""The languages of the pages: messages by gettext, dates, numbers, lists and sorting by Unicode's CLDR."""

from __future__ import annotations

import datetime
import gettext as catalogues
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.core import get_global
from babel.dates import format_date as format_day
from babel.dates import format_skeleton
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from ccn_kb.model import dates
from ccn_kb.model.text import fold

LOCALES = Path(__file__).parent / "locales"
DOMAIN = "ccn"
# Babel does not have this part of CLDR (minimumGroupingDigits): 1084 and 10.656 in Spanish.
_WITHOUT_MARK_IN_FOUR_DIGITS = frozenset({"es"})
ENGLISH = "en"
_SHORT_MONTH = re.compile("(?<!M)MMM(?!M)")
_FIRST_DAY = re.compile(r"(?<!\d)1(?!\d)")
LATIN = "Latn"
"""The script (ISO 15924) of which the font of the pictures has the letters."""


class Language:
    """A language of the pages, by its tag (BCP 47) and the catalogue of its messages."""

    def __init__(self, tag: str, catalogue: Path | None) -> None:
        self.tag = tag
        self.locale = Locale.parse(tag, sep="-")
        self._catalogue = catalogue

    @property
    def is_english(self) -> bool:
        """Whether it is the language in which the messages are written in the code."""
        return self._catalogue is None

    @property
    def path(self) -> str:
        """What the paths of its pages begin with: nothing in English."""
        return "" if self.is_english else f"/{self.tag}"

    @property
    def own_name(self) -> str:
        """The name of the language in itself: français."""
        return str(self.locale.display_name)

    @property
    def direction(self) -> str:
        """The direction in which it is written: ltr or rtl."""
        return str(self.locale.text_direction)

    @property
    def is_in_latin_script(self) -> bool:
        """Whether it is written in the letters that the font of the pictures has, and that Roman numerals are of."""
        likely = get_global("likely_subtags").get(self.locale.language, "")
        return LATIN in (self.locale.script or likely).split("_")

    @cached_property
    def messages(self) -> catalogues.NullTranslations:
        """The messages of the catalogue, compiled when they are first needed."""
        if self._catalogue is None:
            return catalogues.NullTranslations()
        compiled = BytesIO()
        with self._catalogue.open("rb") as stream:
            write_mo(compiled, read_po(stream, locale=self.locale, domain=DOMAIN))
        compiled.seek(0)
        return catalogues.GNUTranslations(compiled)


@cache
def languages() -> Mapping[str, Language]:
    """Return the languages of the pages by their tags, English first: each has a catalogue in `locales/`."""
    files = {path.parents[1].name: path for path in sorted(LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))}
    return {ENGLISH: Language(ENGLISH, None)} | {tag: Language(tag, path) for tag, path in files.items()}


_current: ContextVar[Language | None] = ContextVar("language", default=None)


def current_language() -> Language:
    """Return the language of the page that is being made: English, unless another one is in use."""
    return _current.get() or languages()[ENGLISH]


@contextmanager
def use_language(language: Language) -> Iterator[None]:
    """Make pages in a language until the block ends."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def split_language(path: str) -> tuple[str, str]:
    """Return the tag of the language that a path begins with, "" if none, and the path without it."""
    first, separator, rest = path[1:].partition("/")
    if first in languages() and first != ENGLISH:
        return first, f"/{rest}" if separator else "/"
    return "", path


# -- messages ----------------------------------------------------------------------------------


def gettext(message: str, /, **values: object) -> str:
    """Return a message in the current language, with the values in its named places: `%(city)s`."""
    text = current_language().messages.gettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, number: int, /, **values: object) -> str:
    """Return the form of a message that a number needs; the number itself is `%(number)s`."""
    text = current_language().messages.ngettext(singular, plural, number)
    return text % ({"number": format_number(number)} | values)


def pgettext(context: str, message: str, /, **values: object) -> str:
    """Return a message that means something else in another context."""
    text = current_language().messages.pgettext(context, message)
    return text % values if values else text


def N_(message: str) -> str:  # noqa: N802
    """Return a message as it is: it is marked here, and put into a language where it is shown."""
    return message


def NN_(singular: str, plural: str) -> tuple[str, str]:  # noqa: N802
    """Return both forms of a counted message as they are, like `N_`."""
    return singular, plural


# -- dates, numbers, lists -----------------------------------------------------------------------


def format_date(date: str | None) -> str:
    """Return a date in words, as precise as it is: 11 June 2009, 11 juin 2009, 2009年6月11日; '' for None."""
    language = current_language()
    if not date or language.is_english:
        return dates.format_date(date)
    day = dates.first_day(date)
    precision = dates.precision(date)
    if precision == "day":
        return _mark_first_day(str(format_day(day, "long", locale=language.locale)))
    return str(_format_part(day, "yMMMM" if precision == "month" else "y", language.tag))


@cache
def _format_part(day: datetime.date, skeleton: str, tag: str) -> str:
    return str(format_skeleton(skeleton, day, locale=languages()[tag].locale))


def _mark_first_day(text: str) -> str:
    """Return a date in words with the form of a month's first day that the language has: 1er juin 2009."""
    return _FIRST_DAY.sub(pgettext("first day of a month", "1"), text)


def format_day_of_year(day: datetime.date) -> str:
    """Return the day and month of a date in words: 11 June."""
    language = current_language()
    if language.is_english:
        return dates.format_date(day.isoformat()).rpartition(" ")[0]
    return _mark_first_day(_format_part(day, "MMMMd", language.tag))


def format_interval(starts: str, ends: str) -> str:
    """Return the time between two dates in words, with what both have in common only once if both are as precise."""
    language = current_language()
    if len(starts) == len(ends) and not language.is_english:
        first, last = dates.first_day(starts), dates.first_day(ends)
        patterns = _interval_patterns(first, last, dates.precision(starts), language.locale)
        days = zip((first, last), patterns, strict=False)
        if text := "".join(str(format_day(day, pattern, locale=language.locale)) for day, pattern in days):
            return _mark_first_day(text)
    return f"{format_date(starts)} – {format_date(ends)}"


def _interval_patterns(first: datetime.date, last: datetime.date, precision: str, locale: Locale) -> Sequence[str]:
    """Return the patterns of two dates, by the largest part in which they differ; none if the locale has none."""
    part = "y" if first.year != last.year else "M" if first.month != last.month else "d"
    skeletons = {"day": ("yMMMMd", "yMMMd"), "month": ("yMMMM", "yMMM"), "year": ("y",)}.get(precision, ())
    every: Mapping[str, Sequence[str]] = next(
        (locale.interval_formats[name] for name in skeletons if name in locale.interval_formats), {}
    )
    # CLDR has most intervals with short names of months only, and dates elsewhere have the whole names.
    return [_SHORT_MONTH.sub("MMMM", pattern) for pattern in every.get(part, ())]


def format_number(value: float) -> str:
    """Return a number with the marks between thousands and before decimals that are usual."""
    language = current_language()
    if language.is_english:
        return f"{value:,}"
    is_grouped = abs(value) >= 10_000 or language.tag not in _WITHOUT_MARK_IN_FOUR_DIGITS
    return str(format_decimal(value, locale=language.locale, group_separator=is_grouped))


def join_list(texts: Iterable[str]) -> str:
    """Return texts as a list in words: a, b and c."""
    every = list(texts)
    language = current_language()
    if language.is_english:
        return f"{', '.join(every[:-1])} and {every[-1]}" if len(every) > 1 else "".join(every)
    return str(format_list(every, locale=language.locale))


def list_separator() -> str:
    """Return what stands between two things of a list that goes on: a comma and a space, or 、."""
    return str(current_language().locale.list_patterns["standard"]["start"]).format("", "")


def word_separator() -> str:
    """Return what stands between two words: a space, or nothing in a language that is written without."""
    return " " if list_separator().endswith(" ") else ""


def bracketed(text: str) -> str:
    """Return a text in brackets as it follows a word, with the space before them if there is one."""
    return pgettext("after a word", " (%(text)s)", text=text)


def full_stop() -> str:
    """Return what ends a sentence that is put together on a page."""
    return pgettext("end of a sentence", ".")


def sort_key(text: str) -> tuple[str, str]:
    """Return what texts are sorted by: letters without accents and capitals first."""
    return fold(text), text
