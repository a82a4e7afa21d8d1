"""Addresses of a city's pages at UNESCO, GeoNames and Wikidata."""

from __future__ import annotations

GEONAMES_HOME = "https://www.geonames.org/"


def unesco_page_url(slug: str) -> str:
    """Return the address of UNESCO's page on a city, from the last part of that address (`City.unesco_pages`)."""
    return f"https://www.unesco.org/en/creative-cities/{slug}"


def geonames_url(id: int) -> str:
    """Return the address of the page of a GeoNames id."""
    return f"{GEONAMES_HOME}{id}"


def wikidata_url(id: str) -> str:
    """Return the address of the page of a Wikidata id, such as Q456."""
    return f"https://www.wikidata.org/wiki/{id}"
