"""Names from CLDR and GeoNames (CC BY 4.0), folded; `python -m release.name_tables` writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "names"
SIGNIFICANT_DIGITS = 3
"""How many digits of a number of inhabitants are kept: it is only compared with others."""


def _rows(file: str) -> Iterator[list[str]]:
    for line in (FOLDER / file).read_text(encoding="utf-8").splitlines():
        yield line.split("\t")


@cache
def country_codes() -> Mapping[str, str]:
    """Return the ISO 3166-1 codes of countries and territories by their names in all of CLDR's languages."""
    return {name: code for code, names in _rows("countries.tsv") for name in names.split("|")}


@cache
def geonames_names() -> Mapping[int, tuple[str, ...]]:
    """Return the names that members have in GeoNames and not in the data, by their ids there."""
    return {int(id): tuple(names.split("|")) for id, names in _rows("members.tsv")}


@cache
def other_places() -> Mapping[str, Mapping[str, int]]:
    """Return places that are not members, by name and country, with their inhabitants: large ones and namesakes."""
    places: dict[str, dict[str, int]] = {}
    for name, country, population in _rows("places.tsv"):
        places.setdefault(name, {})[country] = int(population)
    return places
