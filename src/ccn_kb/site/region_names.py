"""The names of UNESCO's regions in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping

from ccn_kb.model.records import REGIONS
from ccn_kb.site.languages import N_, gettext

_MESSAGES = (
    N_("Africa"),
    N_("Arab States"),
    N_("Asia and the Pacific"),
    N_("Europe and North America"),
    N_("Latin America and the Caribbean"),
)


def region_name(id: str) -> str:
    """Return the name of a region, by its id."""
    return gettext(REGIONS[id])


def region_names() -> Mapping[str, str]:
    """Return the names of all regions by their ids."""
    return {id: region_name(id) for id in REGIONS}
