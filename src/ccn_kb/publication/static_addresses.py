"""Addresses of the site as files of a folder: the file of each, and relative links that work under any path."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from html import unescape
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from markupsafe import escape

from ccn_kb.site.languages import languages, split_language
from ccn_kb.site.router import PICTURE_FORMATS, VOCABULARY_PATH

INDEX = "index.html"
TABLES = "/ccn"
"""The address of the tables, which are one page with SQL in this edition."""
VOCABULARY = "vocabulary.ttl"
_ATTRIBUTE = re.compile(r'(\s(?:href|src|action)=")(/[^"]*)"')
_BASE = re.compile(r'(<html [^>]*\bdata-base=")[^"]*"')
# Pages with a query that are files of their own: those that no script makes, and those that a script puts together.
_WITH_OWN_PAGE = (
    re.compile(r"/answers/on-this-day\?on=[0-9-]+"),
    re.compile(r"/compare\?(?:country|field|region)=[^=&,]+"),
)


class StaticAddress(NamedTuple):
    """An address of the site without its prefix: path, query and fragment."""

    path: str
    query: str = ""
    fragment: str = ""

    @property
    def file(self) -> str:
        """The file of the edition that has the page or document."""
        path = in_english_letters(unquote(self.path))
        if path == VOCABULARY_PATH:
            return VOCABULARY
        if path == TABLES or path.startswith(f"{TABLES}/"):
            return f"{TABLES[1:]}/{INDEX}"
        if is_file(path):
            return path[1:]
        own = f"/{self.query}" if self.query and self.has_own_page else ""
        return f"{path}{own}/{INDEX}".lstrip("/").replace("//", "/")

    @property
    def has_own_page(self) -> bool:
        """Whether each query has a page of its own."""
        address = f"{split_language(self.path)[1]}?{self.query}"
        return any(form.fullmatch(address) for form in _WITH_OWN_PAGE)

    @property
    def handled(self) -> str:
        """The query that scripts of the edition read."""
        if self.path.startswith(f"{TABLES}/"):
            name, _, id = self.path.removeprefix(f"{TABLES}/").partition("/")
            row = f"id={quote(unquote(id), safe='')}" if id else ""
            return "&".join(filter(None, [f"table={quote(name)}", row, self.query]))
        return "" if self.has_own_page else self.query


def parse(address: str) -> StaticAddress:
    """Return the parts of an address that begins with the path of a page."""
    parts = urlsplit(address)
    return StaticAddress(parts.path, parts.query, parts.fragment)


def is_file(path: str) -> bool:
    """Return whether a path is that of a file, which has an ending, rather than that of a page."""
    return "." in path.rpartition("/")[2]


def in_english_letters(path: str) -> str:
    """Return a path; that of a picture in a language of non-Latin script becomes the English one."""
    tag, plain = split_language(path)
    is_picture = plain.endswith(tuple(f".{format}" for format in PICTURE_FORMATS))
    return plain if tag and is_picture and not languages()[tag].is_in_latin_script else path


def relative_link(address: str, own_file: str) -> str:
    """Return the link to an address of the site from a file of the edition."""
    target = parse(address)
    link = posixpath.relpath(quote(target.file, safe="/=&"), posixpath.dirname(own_file) or ".")
    query = f"?{target.handled}" if target.handled else ""
    return f"{link}{query}{f'#{target.fragment}' if target.fragment else ''}"


def clean_link(address: str, prefix: str) -> str:
    """Return the link to an address from a page that hosts show at any depth: it begins at the root of the host."""
    target = parse(address)
    path = f"/{target.file.removesuffix(INDEX)}"
    return f"{prefix}{path}{f'?{target.handled}' if target.handled else ''}"


def make_relative(html: str, own_file: str, site: str, prefix: str, linked: set[str] | None = None) -> str:
    """Return a page of the site as a file of the edition, with links that are relative to it.

    `site` is the public address of the site and `prefix` the path of it. The addresses that the page links to, without
    the prefix, are added to `linked`.
    """
    root = posixpath.relpath(".", posixpath.dirname(own_file) or ".")

    def link(address: str) -> str:
        if linked is not None:
            linked.add(address)
        return relative_link(address, own_file)

    return _with_links(html, link, site, prefix, root)


def make_rooted(html: str, site: str, prefix: str) -> str:
    """Return the page of an address without a file, which hosts show at any depth."""
    return _with_links(html, lambda address: clean_link(address, prefix), site, prefix, prefix)


def with_slashes(text: str, site: str) -> str:
    """Return a text in which the addresses of pages of the site end with a slash, as hosts of folders have them."""
    return _absolute(site).sub(lambda match: f"{site}{_with_slash(match[1])}", text) if "://" in site else text


def _with_links(html: str, link: Callable[[str], str], site: str, prefix: str, root: str) -> str:
    def replace(match: re.Match[str]) -> str:
        address = unescape(match[2])
        if address.startswith("//"):
            return match[0]
        return f'{match[1]}{escape(link(address.removeprefix(prefix) or "/"))}"'

    return with_slashes(_BASE.sub(rf'\g<1>{root}"', _ATTRIBUTE.sub(replace, html)), site)


def _absolute(site: str) -> re.Pattern[str]:
    return re.compile(re.escape(site) + r"""((?:/[^\s"'<>?#&;()]*)?)(?=[\s"'<>?#&;()]|$)""")


def _with_slash(path: str) -> str:
    """Return the path of an absolute address, that of a page with a slash at its end, as hosts of folders have it."""
    return path if not path or path.endswith("/") or is_file(path) or path.startswith(TABLES) else f"{path}/"
