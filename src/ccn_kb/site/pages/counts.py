"""Numbers with their nouns, as pages state them: 408 member cities in 108 countries."""

from __future__ import annotations

from ccn_kb.site.languages import gettext as _
from ccn_kb.site.languages import ngettext


def count_cities(number: int) -> str:
    """Return a number of cities."""
    return ngettext("%(number)s city", "%(number)s cities", number)


def count_member_cities(number: int) -> str:
    """Return a number of member cities."""
    return ngettext("%(number)s member city", "%(number)s member cities", number)


def name_member_cities(number: int) -> str:
    """Return the noun that follows a number of member cities."""
    return ngettext("member city", "member cities", number)


def name_countries(number: int) -> str:
    """Return the noun that follows a number of countries."""
    return ngettext("country", "countries", number)


def name_fields(number: int) -> str:
    """Return the noun that follows a number of creative fields."""
    return ngettext("creative field", "creative fields", number)


def count_members(number: int) -> str:
    """Return a number of members."""
    return ngettext("%(number)s member", "%(number)s members", number)


def count_countries(number: int) -> str:
    """Return a number of countries."""
    return ngettext("%(number)s country", "%(number)s countries", number)


def count_fields(number: int) -> str:
    """Return a number of creative fields."""
    return ngettext("%(number)s creative field", "%(number)s creative fields", number)


def count_creative_cities(number: int) -> str:
    """Return a number of Creative Cities."""
    return ngettext("%(number)s UNESCO Creative City", "%(number)s UNESCO Creative Cities", number)


def count_sources(number: int) -> str:
    """Return a number of sources."""
    return ngettext("%(number)s source", "%(number)s sources", number)


def locate(cities: str, countries: str) -> str:
    """Return a number of cities with the number of their countries."""
    return _("%(cities)s in %(countries)s", cities=cities, countries=countries)
