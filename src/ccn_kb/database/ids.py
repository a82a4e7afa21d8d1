"""The ids of rows whose records have none of their own."""

from __future__ import annotations

from ccn_kb.model.records import City, Designation, Name, Population


def designation_id(city: City, designation: Designation) -> str:
    """Return the id of a designation: city, field and year."""
    return f"{city.id}-{designation.field}-{designation.since[:4]}"


def name_id(city: City, name: Name) -> str:
    """Return the id of another name of a city: city, name and language."""
    return "/".join(filter(None, (city.id, name.value, name.lang)))


def population_id(city: City, figure: Population) -> str:
    """Return the id of a population: city, figure and year."""
    return "/".join(filter(None, (city.id, str(figure.value), str(figure.year or ""))))
