"""Folding of texts for comparison, ids made of names, and numbers with their nouns."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters that Unicode does not decompose; casefold() has turned ß into ss already.
_LETTERS = str.maketrans(
    {"ł": "l", "ı": "i", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ə": "e", "þ": "th", "ð": "d", "ħ": "h"}
)
_BETWEEN_WORDS = re.compile(r"[\s\-/,;.()]+")
_IN_IDS = re.compile("[a-z0-9]+")
_APOSTROPHES = re.compile("['’‘ʼʻʿ`´ʾ]")
_ASCII_APOSTROPHES = str.maketrans("", "", "'`")


@lru_cache(maxsize=10_000)
def fold(text: str) -> str:
    """Return the text as ids and searches compare it: lower case, without accents and apostrophes, ł as l."""
    if text.isascii():
        return text.lower().translate(_ASCII_APOSTROPHES)
    # Before NFKD as well, which would turn an acute accent that is used as an apostrophe into a space.
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text.casefold())).casefold()
    letters = (character for character in plain if not unicodedata.combining(character))
    return _APOSTROPHES.sub("", "".join(letters)).translate(_LETTERS)


@lru_cache(maxsize=10_000)
def words(text: str) -> tuple[str, ...]:
    """Return the folded words of a text, split at spaces, hyphens and punctuation."""
    return tuple(word for word in _BETWEEN_WORDS.split(fold(text)) if word)


@lru_cache(maxsize=10_000)
def slug(text: str) -> str:
    """Return the text folded to words of ASCII letters and digits, joined by hyphens."""
    return "-".join(_IN_IDS.findall(fold(text)))


def plural(number: int, singular: str, plural_form: str) -> str:
    """Return a number with its noun: 1 member, 1,224 members."""
    return f"{number:,} {singular if number == 1 else plural_form}"
