"""The files of one page of the static edition: as HTML in its language, as data, as pictures."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from ccn_kb.publication.static_addresses import (
    StaticAddress,
    is_file,
    linked_addresses,
    make_relative,
    parse,
    relative_link,
)
from ccn_kb.site.languages import languages, split_language
from ccn_kb.site.pages.page_context import base_path
from ccn_kb.site.query_parameters import parse_query
from ccn_kb.site.router import CITATION_FORMATS, EMBED, PICTURE_FORMATS, TABLE_FORMATS, Pages
from ccn_kb.site.templating import ASSETS

DATE_PAGE = "/on"


class WrittenFile(NamedTuple):
    """A file of the edition: its path, its size in bytes, and its SHA-256."""

    path: str
    size: int
    digest: str


@dataclass(frozen=True)
class StaticSettings:
    """What the files are made from: the database, the day that is today, the address of the site, the issue tracker."""

    database: Path
    day: datetime.date
    site: str = ""
    issues: str = ""

    @cached_property
    def prefix(self) -> str:
        """The path of the site's address."""
        return base_path(self.site)

    def open(self) -> Pages:
        """Return the pages."""
        return Pages(self.database, self.day, self.site, self.issues, is_static=True)


def write_file(folder: Path, path: str, body: bytes) -> WrittenFile:
    """Write a file, which is synced with all others at the end. Raises OSError."""
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(body)
    return WrittenFile(path, len(body), hashlib.sha256(body).hexdigest())


class MadePage(NamedTuple):
    """The files of an address, and the addresses that they link to."""

    address: str
    entries: list[WrittenFile]
    links: set[str]


class PageMaker:
    """Makes the files of addresses in one process."""

    def __init__(self, settings: StaticSettings, folder: Path) -> None:
        self._settings = settings
        self._folder = folder
        self._pages = settings.open()

    def make(self, address: str) -> MadePage:
        """Write the files of a page in all its formats, or of a document."""
        links: set[str] = set()
        entries = [write_file(self._folder, file, body) for file, body in self._files(parse(address), links)]
        return MadePage(address, entries, links)

    def _files(self, target: StaticAddress, links: set[str]) -> Iterator[tuple[str, bytes]]:
        tag, path = split_language(target.path)
        if is_file(path) or path.startswith(f"/{EMBED}"):
            response = self._pages.respond(target.path, {})
            if response.status != 200:
                return
            body = response.body
            if path.startswith(f"/{EMBED}"):
                body = self._relative(body, target.file, links)
            yield target.file, body
            return
        shown = f"{DATE_PAGE}/{self._settings.day.isoformat()}" if path == DATE_PAGE else path
        prefix = f"/{tag}" if tag else ""
        response = self._pages.respond(f"{prefix}{shown}", parse_query(target.query) if target.has_own_page else {})
        if response.location:
            yield target.file, _redirecting_page(response.location.removeprefix(self._settings.prefix), target.file)
            return
        if response.status != 200:
            return
        if not response.media_type.startswith("text/html"):
            yield target.file, response.body
            return
        yield target.file, self._relative(response.body, target.file, links)
        if path != DATE_PAGE and not target.query:
            yield from self._formats(tag, "/index" if path == "/" else path, path, links)

    def _formats(self, tag: str, stem: str, path: str, links: set[str]) -> Iterator[tuple[str, bytes]]:
        prefix = f"/{tag}" if tag else ""
        if not tag:
            for ending in ("json", *TABLE_FORMATS, *CITATION_FORMATS):
                response = self._pages.respond(f"{stem}.{ending}", {})
                if response.status == 200:
                    yield f"{stem}.{ending}"[1:], response.body
        embed = self._pages.respond(f"{prefix}/{EMBED}{'' if path == '/' else path}", {})
        if embed.status != 200:
            return
        file = parse(f"{prefix}/{EMBED}{'' if path == '/' else path}").file
        yield file, self._relative(embed.body, file, links)
        if not tag or languages()[tag].is_in_latin_script:
            for ending in PICTURE_FORMATS:
                yield f"{prefix}{stem}.{ending}"[1:], self._pages.respond(f"{prefix}{stem}.{ending}", {}).body

    def _relative(self, body: bytes, file: str, links: set[str]) -> bytes:
        html = body.decode()
        links |= {
            address for address in linked_addresses(html, self._settings.prefix) if not address.startswith(ASSETS)
        }
        return make_relative(html, file, self._settings.site, self._settings.prefix).encode()


def _redirecting_page(location: str, file: str) -> bytes:
    """Return a page that leads to another one, with and without scripts."""
    link = relative_link(location, file)
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Moved</title>\n'
        f'<meta http-equiv="refresh" content="0; url={link}">\n<link rel="canonical" href="{link}">\n'
        f'<p>Moved to <a href="{link}">{location}</a></p>\n</html>\n'
    ).encode()
