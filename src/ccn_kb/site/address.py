"""The public address of the site, which its absolute links begin with, whatever address a request names."""

from __future__ import annotations

import re
from typing import NamedTuple

HEALTH = "/-/health"
EXAMPLE = "https://cities.example.org"
_FORM = re.compile(
    r"(https?)://((?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d{1,5})?)"
    r"((?:/(?!\.+(?:/|\Z))[A-Za-z0-9._~-]+)*)/?",
    re.ASCII,
)


class SiteAddress(NamedTuple):
    """An address of the site; `host` includes the port, `prefix` is the path below which the site lies ("/ccn").

    `issues` is the address of the issue tracker where readers report errors.
    """

    scheme: str = ""
    host: str = ""
    prefix: str = ""
    issues: str = ""

    @property
    def name(self) -> str:
        """The host without its port."""
        return re.sub(r":\d+\Z", "", self.host)

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}{self.prefix}" if self.host else self.prefix


def parse_address(text: str) -> SiteAddress:
    """Return the parts of an address; the empty text is an unknown address. Raises ValueError."""
    if not text:
        return SiteAddress()
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not an address of a site; write {EXAMPLE}")
    return SiteAddress(*match.groups())
