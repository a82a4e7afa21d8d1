"""The words of the feed and the calendar: English here, put into other languages by the site."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ccn_kb.model.dates import format_date
from ccn_kb.network.citable import Citable, to_text

ENGLISH = "en"


class Translate(Protocol):
    """Returns a message with the values in its named places."""

    def __call__(self, message: str, /, **values: object) -> str: ...


class TranslatePlural(Protocol):
    """Returns the form of a message that a number needs; the number itself is `%(number)s`."""

    def __call__(self, singular: str, plural: str, number: int, /, **values: object) -> str: ...


def _fill(message: str, /, **values: object) -> str:
    return message % values if values else message


def _fill_plural(singular: str, plural: str, number: int, /, **values: object) -> str:
    return (singular if number == 1 else plural) % ({"number": f"{number:,}"} | values)


@dataclass(frozen=True)
class Wording:
    """A language: its tag, and the functions that put messages, dates, names and citations into it."""

    tag: str = ENGLISH
    gettext: Translate = _fill
    ngettext: TranslatePlural = _fill_plural
    format_date: Callable[[str], str] = format_date
    name_meeting: Callable[[str], str] = str
    cite: Callable[[Citable], str] = to_text
    separator: str = ", "
    """What stands between two things of a list."""

    @property
    def is_english(self) -> bool:
        return self.tag == ENGLISH

    @property
    def path(self) -> str:
        """What the paths of pages in the language begin with: nothing in English."""
        return "" if self.is_english else f"/{self.tag}"
