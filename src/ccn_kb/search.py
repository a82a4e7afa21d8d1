"""How names are compared and found: folded words, the beginnings of words, and slips of the finger forgiven."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import TypeVar

Key = TypeVar("Key")

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
    """Return the text as ids and searches compare it: lower case, without marks, apostrophes and special letters."""
    if text.isascii():
        return text.lower().translate(_ASCII_APOSTROPHES)
    # Before as well: the acute accent that stands for an apostrophe would become a space.
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text.casefold())).casefold()
    letters = (character for character in plain if not unicodedata.combining(character))
    return _APOSTROPHES.sub("", "".join(letters)).translate(_LETTERS)


@lru_cache(maxsize=10_000)
def words(text: str) -> tuple[str, ...]:
    """Return the folded words of a text, parted at spaces, hyphens and punctuation."""
    return tuple(word for word in _BETWEEN_WORDS.split(fold(text)) if word)


@lru_cache(maxsize=10_000)
def slug(text: str) -> str:
    """Return the text folded to words of ASCII letters and digits, joined by hyphens."""
    return "-".join(_IN_IDS.findall(fold(text)))


def answers(asked: Iterable[str], terms: Collection[str]) -> bool:
    """Return whether each word that is asked for begins one of the terms."""
    return all(any(term.startswith(word) for term in terms) for word in asked)


def find(asked: tuple[str, ...], terms: Mapping[Key, Collection[str]]) -> tuple[tuple[str, ...], list[Key]]:
    """Return the words as they are meant, and the keys of what answers to them: nothing answers to no words.

    Only where nothing answers to the words as they stand, they are taken for the nearest known ones.
    """
    found = [key for key, known in terms.items() if asked and answers(asked, known)]
    if found or not asked:
        return asked, found
    meant = corrected(asked, sorted(set[str]().union(*terms.values())))
    return meant, [key for key, known in terms.items() if answers(meant, known)]


def corrected(asked: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    """Return the words, each that begins no known one replaced by the nearest known one, if one is near."""
    return tuple(
        word if any(one.startswith(word) for one in known) else next(iter(nearest(word, known, 1)), word)
        for word in asked
    )


def nearest(word: str, known: Iterable[str], most: int, likeness: float = 0.75) -> list[str]:
    """Return the known words that are most like a word, the nearest first, none less alike than the likeness."""
    return get_close_matches(word, known, n=most, cutoff=likeness)
