"""What is cited: the data as a whole or the entry of a city, with its version, its date and its permanent address."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccn_kb.model.dates import format_date
from ccn_kb.model.licence import LICENCE_NAME
from ccn_kb.model.records import City
from ccn_kb.model.text import slug
from ccn_kb.version import split_version

if TYPE_CHECKING:
    from ccn_kb.network.network import Network

AUTHOR = "The ccn-kb contributors"
PUBLISHER = "ccn-kb"
TITLE = "ccn-kb: the knowledge base of the UNESCO Creative Cities Network"
DOI = ""
"""The DOI of the data, without https://doi.org/; empty until one is registered. Every citation takes it from here."""
PERMANENT_ADDRESS = "https://w3id.org/ccn-kb/"


@dataclass(frozen=True)
class Citable:
    """What is cited: the data as a whole, or the entry of a city in it; `path` is that of its page."""

    key: str
    entry: str
    path: str
    version: str
    date: datetime.date

    @property
    def edition(self) -> str:
        return f"Version {self.version}, data of {format_date(self.date.isoformat())}"

    @property
    def doi(self) -> str:
        """The DOI, empty for an entry, which has none of its own."""
        return "" if self.entry else DOI

    @property
    def address(self) -> str:
        """The permanent address: that of the DOI if there is one."""
        return f"https://doi.org/{self.doi}" if self.doi else f"{PERMANENT_ADDRESS}{self.path}"


def make_citable(network: Network, city: City | None = None) -> Citable:
    """Return the data, or a city's entry, as a work. Raises ValueError if the data has no version."""
    entry = f"{city.name}, {network.countries[city.country].name}" if city else ""
    path = f"city/{city.id}" if city else ""
    return Citable(city.id if city else "ccn-kb", entry, path, network.version, split_version(network.version)[1])


def make_citable_page(network: Network, title: str, path: str) -> Citable:
    """Return a page of the site as a work; `path` is its address after the first slash."""
    key = slug(path) or "ccn-kb"
    return Citable(key, title, path, network.version, split_version(network.version)[1])


def to_text(cited: Citable, address: str = "") -> str:
    """Return one sentence with the address at its end, by default the permanent one."""
    title = f"{cited.entry}. In {TITLE}" if cited.entry else TITLE
    sentence = f"{AUTHOR} ({cited.date.year}). {title}. {cited.edition}. {LICENCE_NAME}."
    return f"{sentence} {address or cited.address}"
