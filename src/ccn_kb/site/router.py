"""The pages by their agreed interface, over the classes of today."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ccn_kb.exports.json_rows import to_bytes
from ccn_kb.site import pages
from ccn_kb.site.reader import Reader


@dataclass(frozen=True)
class PageResponse:
    """What is sent: status, media type, body, and where to, if it is elsewhere."""

    status: int
    media_type: str
    body: bytes
    location: str = ""


class Pages:
    """All pages that are our own, made from one database."""

    def __init__(self, database: Path, today: datetime.date | None = None, site: str = "") -> None:
        self._reader = Reader(database, today)
        self._pages = pages.Pages(self._reader, database, site)
        self.version = self._reader.edition["version"]

    @property
    def today(self) -> datetime.date:
        """The day that was given for today, else the clock's."""
        return self._reader.today

    def accepted_parameters(self, path: str, query: Mapping[str, str]) -> Mapping[str, str]:
        """Return the parameters of a query that the page at the path listens to."""
        return self._pages.heard(path, query)

    def respond(self, path: str, query: Mapping[str, str]) -> PageResponse:
        """Return the page at a path."""
        answer = self._pages.answer(path, query)
        return PageResponse(answer.status, answer.type, answer.body, answer.location)

    def error(self, status: int, path: str) -> PageResponse:
        """Return the page of an error."""
        why = {404: "This page does not exist.", 503: "The server is busy. Please try again in a few seconds."}
        text = why.get(status, "This page cannot be shown because of an error on our side.")
        if path.endswith(".json"):
            return PageResponse(status, pages.JSON, to_bytes({"ok": False, "status": status, "error": text}))
        facts = {"title": f"Error {status}", "sentence": text, "suggestions": []}
        return PageResponse(status, pages.HTML, self._pages._render("missing.html", path, facts))
