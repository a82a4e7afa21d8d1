"""What changed in the network, as an Atom feed (RFC 4287): the same bytes for the same data."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from xml.etree import ElementTree

from ccn_kb.exports.contents import Contents, ExportFile
from ccn_kb.exports.wording import Wording
from ccn_kb.model.dates import DateLike, first_day
from ccn_kb.model.licence import LICENCE_NAME, LICENCE_URL
from ccn_kb.network import Network
from ccn_kb.network.citable import PERMANENT_ADDRESS, make_citable
from ccn_kb.network.history import Change, Event

PATH = "/feed.atom"
TYPE = "application/atom+xml"
MOST = 100
_ATOM = "http://www.w3.org/2005/Atom"


def files(contents: Contents) -> Iterator[ExportFile]:
    """Yield the feed of the newest changes on the day."""
    yield ExportFile(PATH.removeprefix("/"), to_feed(contents.network, contents.site, contents.day).encode())


def to_feed(network: Network, site: str = "", until: DateLike = None, wording: Wording = Wording()) -> str:  # noqa: B008
    """Return the newest changes until a day (today), the newest first.

    Links begin with the address of the site, by default the permanent one: readers do not resolve relative links.
    The network has its names in the language of the wording.
    """
    site = f"{site or PERMANENT_ADDRESS.rstrip('/')}{wording.path}"
    changes = network.history(until=until)[: -MOST - 1 : -1]
    ElementTree.register_namespace("", _ATOM)
    feed = ElementTree.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": wording.tag})
    _add(feed, "id", _identity("feed", wording))
    _add(feed, "title", wording.gettext("Changes in the UNESCO Creative Cities Network"))
    _add(feed, "updated", _moment(changes[0].date if changes else "2004"))
    _add(feed, "link", rel="self", href=f"{site}{PATH}")
    _add(feed, "link", rel="alternate", href=f"{site}/")
    _add(_add(feed, "author"), "name", "ccn-kb")
    citation = f" {wording.cite(make_citable(network))}" if network.version else ""
    _add(feed, "rights", f"{LICENCE_NAME}, {LICENCE_URL}{citation}")
    _add(feed, "generator", "ccn-kb", **({"version": network.version} if network.version else {}))
    for change in changes:
        _add_change(feed, network, change, site, wording)
    ElementTree.indent(feed, " ")
    return ElementTree.tostring(feed, encoding="unicode", xml_declaration=True) + "\n"


def _add_change(feed: ElementTree.Element, network: Network, change: Change, site: str, wording: Wording) -> None:
    field = network.fields[change.designation.field].name
    country = network.countries[change.city.country].name
    title = _describe_event(change.event, change.city.name, field, wording)
    entry = _add(feed, "entry")
    name = f"{change.city.id}/{change.event}/{change.designation.field}/{change.date}"
    _add(entry, "id", _identity(name, wording))
    _add(entry, "title", title)
    _add(entry, "published", _moment(change.date))
    _add(entry, "updated", _moment(change.date))
    _add(entry, "link", rel="alternate", href=f"{site}/city/{change.city.id}")
    date = wording.format_date(change.date)
    _add(
        entry, "summary", wording.gettext("%(event)s: %(country)s, %(date)s.", event=title, country=country, date=date)
    )


def _describe_event(event: Event, city: str, field: str, wording: Wording) -> str:
    """Return what happened to a city, in a sentence without its full stop."""
    if event == "joined":
        return wording.gettext("%(city)s joined as a City of %(field)s", city=city, field=field)
    if event == "changed-field":
        return wording.gettext("%(city)s became a City of %(field)s", city=city, field=field)
    return wording.gettext("%(city)s is no longer a City of %(field)s", city=city, field=field)


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    element.text = text or None
    return element


def _identity(name: str, wording: Wording) -> str:
    # An address would change with the place where the site is served.
    return uuid.uuid5(uuid.NAMESPACE_OID, f"ccn-kb{wording.path}/{name}").urn


def _moment(date: str) -> str:
    return f"{first_day(date)}T00:00:00Z"
