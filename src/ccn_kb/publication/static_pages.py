"""The files of one page of the static edition: as HTML in its language, as data, as pictures."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from ccn_kb.exports import manifest
from ccn_kb.exports.manifest import ListedFile
from ccn_kb.publication.static_addresses import (
    StaticAddress,
    in_english_letters,
    is_file,
    make_relative,
    parse,
    relative_link,
)
from ccn_kb.site.languages import split_language
from ccn_kb.site.pages.page_context import base_path
from ccn_kb.site.query_parameters import parse_query
from ccn_kb.site.router import CITATION_FORMATS, EMBED, PICTURE_FORMATS, TABLE_FORMATS, Pages

DATE_PAGE = "/on"


@dataclass(frozen=True)
class StaticSettings:
    """What the files are made from: the database, today's date, the public URL of the site, the issue tracker."""

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


class MadePage(NamedTuple):
    """The files of an address, and the addresses that they link to."""

    address: str
    files: list[ListedFile]
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
        made = self._files(parse(address), links)
        files = [manifest.write(self._folder, file, body, is_synced=False) for file, body in made]
        return MadePage(address, files, links)

    def _files(self, target: StaticAddress, links: set[str]) -> Iterator[tuple[str, bytes]]:
        path = split_language(target.path)[1]
        shown = f"{target.path}/{self._settings.day.isoformat()}" if path == DATE_PAGE else target.path
        response = self._pages.respond(shown, parse_query(target.query) if target.has_own_page else {})
        if response.location and not is_file(path):
            yield target.file, _redirecting_page(response.location.removeprefix(self._settings.prefix), target.file)
        if response.status != 200:
            return
        if not response.media_type.startswith("text/html"):
            yield target.file, response.body
            return
        html = response.body.decode()
        yield target.file, make_relative(html, target.file, self._settings.site, self._settings.prefix, links).encode()
        if path != DATE_PAGE and not target.query and not path.startswith(f"/{EMBED}"):
            yield from self._formats(target.path.removesuffix(path), "" if path == "/" else path, links)

    def _formats(self, start: str, path: str, links: set[str]) -> Iterator[tuple[str, bytes]]:
        """Yield the other files of a page; `start` is the path of its language."""
        stem = f"{start}{path or '/index'}"
        endings = () if start else ("json", *TABLE_FORMATS, *CITATION_FORMATS)
        embedded = [*self._files(parse(f"{start}/{EMBED}{path}"), links)]
        yield from embedded
        pictures = [f"{stem}.{ending}" for ending in PICTURE_FORMATS] if embedded else []
        own = (picture for picture in pictures if in_english_letters(picture) == picture)
        for address in (*(f"{stem}.{ending}" for ending in endings), *own):
            yield from self._files(parse(address), links)


def _redirecting_page(location: str, file: str) -> bytes:
    """Return a page that redirects to another, with and without scripts."""
    link = relative_link(location, file)
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Moved</title>\n'
        f'<meta http-equiv="refresh" content="0; url={link}">\n<link rel="canonical" href="{link}">\n'
        f'<p>Moved to <a href="{link}">{location}</a></p>\n</html>\n'
    ).encode()
