"""The names of UNESCO's regions and of the continents in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping

from ccn_kb.model.records import CONTINENTS, REGIONS
from ccn_kb.site.languages import N_, gettext

_MESSAGES = (
    N_("Africa"),
    N_("Arab States"),
    N_("Asia and the Pacific"),
    N_("Europe and North America"),
    N_("Latin America and the Caribbean"),
    *(N_("Asia"), N_("Europe"), N_("North America"), N_("Oceania"), N_("South America")),
)


def region_name(id: str) -> str:
    """Return the name of a region, by its id."""
    return gettext(REGIONS[id])


def continent_name(id: str) -> str:
    """Return the name of a continent, by its code."""
    return gettext(CONTINENTS[id])


def region_names() -> Mapping[str, str]:
    """Return the names of all regions by their ids."""
    return {id: region_name(id) for id in REGIONS}
