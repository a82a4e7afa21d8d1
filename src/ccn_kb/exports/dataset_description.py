"""The dataset as a whole in the terms of schema.org: what its page, its Croissant description and its RDF share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ccn_kb.exports.contents import DESCRIPTION, KEYWORDS, TITLE
from ccn_kb.model.licence import LICENCE_URL
from ccn_kb.network import Network
from ccn_kb.network.citable import AUTHOR, DOI, PERMANENT_ADDRESS, PUBLISHER
from ccn_kb.network.derived_tables import MEMBERS
from ccn_kb.network.schema import version_pairs

MEDIA_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "geojson": "application/geo+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "db": "application/vnd.sqlite3",
    "ics": "text/calendar",
    "atom": "application/atom+xml",
    "ttl": "text/turtle",
}
"""The media types of the files, by the ending of their names."""


class Distribution(NamedTuple):
    """A file of the dataset: its address, a description, and its size in bytes; None if that is not known."""

    url: str
    description: str
    size: int | None = None


def to_schema_org(network: Network, url: str, files: Iterable[Distribution]) -> dict[str, object]:
    """Return the dataset as a `Dataset` of schema.org, at an address, with its files."""
    edition = dict(version_pairs(network))
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": PERMANENT_ADDRESS,
        "name": TITLE,
        "description": DESCRIPTION,
        "url": url,
        "identifier": f"https://doi.org/{DOI}" if DOI else PERMANENT_ADDRESS,
        "license": LICENCE_URL,
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": AUTHOR},
        "publisher": {"@type": "Organization", "name": PUBLISHER},
        "keywords": KEYWORDS,
        **_edition(edition),
        **_period(network, edition["date"]),
        "spatialCoverage": "World",
        "variableMeasured": [
            {"@type": "PropertyValue", "name": column.name, "description": column.description}
            for column in MEMBERS.columns
        ],
        "distribution": [_distribution(file) for file in files],
    }


def _edition(edition: dict[str, str]) -> dict[str, object]:
    if not edition["version"]:
        return {}
    return {
        "version": edition["version"],
        "datePublished": edition["date"],
        "dateModified": edition["date"],
        "citation": edition["citation"],
    }


def first_designation_year(network: Network) -> str:
    """Return the year of the first designation, "" without any."""
    dates = (designation.since for city in network.cities.values() for designation in city.designations)
    return min(dates, default="")[:4]


def _period(network: Network, date: str) -> dict[str, object]:
    first = first_designation_year(network)
    return {"temporalCoverage": f"{first}/{date or '..'}"} if first else {}


def _distribution(file: Distribution) -> dict[str, object]:
    ending = file.url.rpartition(".")[2]
    size = {} if file.size is None else {"contentSize": f"{file.size} B"}
    return {
        "@type": "DataDownload",
        "name": file.url.rpartition("/")[2],
        "description": file.description,
        "contentUrl": file.url,
        "encodingFormat": MEDIA_TYPES[ending],
        **size,
    }
