"""The sentences that cite pages: with the address of the site, if others can reach it, else the permanent one."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from ccn_kb.exports.citation_formats import make_citable, to_text
from ccn_kb.model.records import City
from ccn_kb.network import Network
from ccn_kb.network.citable import make_citable_page


def cite_page(network: Network, site: str, city: City | None = None) -> str:
    """Return the sentence that cites the page of a city or, without one, the whole."""
    page = f"/city/{city.id}" if city else "/"
    return to_text(make_citable(network, city), f"{site}{page}" if _is_public(site) else "")


def cite_title(network: Network, site: str, title: str, path: str) -> str:
    """Return the sentence that cites the page with a title and a path, which begins with a slash."""
    return to_text(make_citable_page(network, title, path[1:]), f"{site}{path}" if _is_public(site) else "")


def _is_public(site: str) -> bool:
    """Return whether an address names a host that is not only in a local network."""
    host = urlsplit(site).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_private
    except ValueError:
        return "." in host and not host.endswith(".local")
