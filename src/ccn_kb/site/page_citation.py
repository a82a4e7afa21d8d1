"""The sentences that cite pages: with the address of the site, if others can reach it, else the permanent one."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from urllib.parse import urlsplit

from ccn_kb.exports.citation_formats import make_citable
from ccn_kb.model.licence import LICENCE_NAME
from ccn_kb.model.records import City
from ccn_kb.network import Network
from ccn_kb.network.citable import Citable, make_citable_page
from ccn_kb.site.languages import current_language, format_date, gettext


def cite_page(network: Network, site: str, city: City | None = None) -> str:
    """Return the sentence that cites the page of a city or, without one, the whole."""
    cited = make_citable(network, city)
    if city is None:
        return cite_in_words(cited, _address(site, "/"))
    entry = gettext("%(city)s, %(country)s", city=city.name, country=network.countries[city.country].name)
    return cite_in_words(replace(cited, entry=entry), _address(site, f"/city/{city.id}"))


def cite_title(network: Network, site: str, title: str, path: str) -> str:
    """Return the sentence that cites the page with a title and a path, which begins with a slash."""
    return cite_in_words(make_citable_page(network, title, path[1:]), _address(site, path))


def cite_in_words(cited: Citable, address: str = "") -> str:
    """Return the sentence that cites a work in the current language, by default with its permanent address."""
    values = {
        "year": cited.date.year,
        "version": cited.version,
        "date": format_date(cited.date.isoformat()),
        "licence": LICENCE_NAME,
        "address": address or cited.address,
    }
    if cited.entry:
        return gettext(
            "The ccn-kb contributors (%(year)s). %(entry)s. In ccn-kb: the knowledge base of the UNESCO Creative Cities"
            " Network. Version %(version)s, data of %(date)s. %(licence)s. %(address)s",
            entry=cited.entry,
            **values,
        )
    return gettext(
        "The ccn-kb contributors (%(year)s). ccn-kb: the knowledge base of the UNESCO Creative Cities Network."
        " Version %(version)s, data of %(date)s. %(licence)s. %(address)s",
        **values,
    )


def _address(site: str, path: str) -> str:
    """Return the address of a page in the current language, "" if others cannot reach the site."""
    return f"{site}{current_language().path}{path}" if _is_public(site) else ""


def _is_public(site: str) -> bool:
    """Return whether an address names a host that is not only in a local network."""
    host = urlsplit(site).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_private
    except ValueError:
        return "." in host and not host.endswith(".local")
