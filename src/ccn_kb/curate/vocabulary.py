"""The words of announcements: which creative field, which country a text means; small typing errors are noticed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ccn_kb.model.text import fold
from ccn_kb.network import Network, country_names, field_names
from ccn_kb.network.name_search import closest_matches, likeness

ALIKE = 0.82
"""How alike, from 0 to 1, a misspelt text has to be to a name; the next best has to be less alike by APART."""
APART = 0.15


class Reading(NamedTuple):
    """What a text means: an id, whether it is written just so, and the nearest names where it means none."""

    id: str | None
    exact: bool
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """The names of fields and countries that a network knows."""

    network: Network

    @cached_property
    def _fields(self) -> Mapping[str, str]:
        return {_key(name): one.id for one in self.network.fields.values() for name in field_names(one)}

    @cached_property
    def _countries(self) -> Mapping[str, str]:
        return {_key(name): one.id for one in self.network.countries.values() for name in country_names(one)}

    def field(self, text: str) -> Reading:
        """Return the creative field that a text means: `Film`, `City of Film`, `Crafts & Folk Art`, `Cinéma`."""
        bare = re.sub(r"^(unesco )?(creative )?(city|cities|ville|ciudad) (of|de|du|des|del)( la)? ", "", _key(text))
        read = _read(bare, self._fields, lambda one: self.network.fields[one].name)
        every = tuple(one.name for one in self.network.fields.values())
        return read if read.id or read.nearest else read._replace(nearest=every)

    def country(self, text: str) -> Reading:
        """Return the country that a text means, by any of its names and codes."""
        key = _key(text)
        return _read(key.removeprefix("the "), self._countries, lambda one: self.network.countries[one].name)


def _key(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text.replace("&", " and "))))


def _read(key: str, known: Mapping[str, str], name: Callable[[str], str]) -> Reading:
    if key in known:
        return Reading(known[key], exact=True)
    alike: dict[str, float] = {}
    for other in closest_matches(key[:80], known, most=10):
        alike.setdefault(known[other], likeness(key[:80], other))
    closest, second = [*alike, "", ""][:2]
    certain = alike.get(closest, 0) >= ALIKE and alike[closest] - alike.get(second, 0) >= APART
    return Reading(closest if certain else None, exact=False, nearest=tuple(map(name, [*alike][:3])))
