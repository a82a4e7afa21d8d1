"""The pages of the site: which address says what, as a page for people and as JSON for programs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

from ccn_kb.exports.csv_rows import to_csv
from ccn_kb.exports.json_rows import to_bytes
from ccn_kb.network.members import MEMBER_COLUMNS
from ccn_kb.site.dress import environment
from ccn_kb.site.facts.about import about
from ccn_kb.site.facts.cities import cities
from ccn_kb.site.facts.city import city
from ccn_kb.site.facts.cooperation import cooperation
from ccn_kb.site.facts.country import countries, country
from ccn_kb.site.facts.data import data
from ccn_kb.site.facts.date import on_date
from ccn_kb.site.facts.field import field, fields
from ccn_kb.site.facts.finding import search
from ccn_kb.site.facts.home import home
from ccn_kb.site.facts.meeting import meeting, meetings
from ccn_kb.site.facts.round import round_, rounds
from ccn_kb.site.query_parameters import IDS, OF_CITIES, OF_COOPERATION, OF_SEARCH, Parameter
from ccn_kb.site.reader import Facts, Reader

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
CSV = "text/csv; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
XML = "application/xml; charset=utf-8"
LONGEST_VALUE = 200

Query: TypeAlias = "Mapping[str, str]"


@dataclass(frozen=True)
class Answer:
    """What is sent: status, media type, body, and where to, if it is elsewhere."""

    status: int
    type: str
    body: bytes
    location: str = ""


@dataclass(frozen=True)
class Route:
    """A sort of page: its name, where its facts come from, the parameters it listens to, what its address ends with."""

    name: str
    facts: Callable[[Reader, str, Query], Facts | None]
    parameters: Mapping[str, Parameter]
    one: Parameter | None = None

    @cached_property
    def path(self) -> re.Pattern[str]:
        """The form of its address, with what it ends with as a group."""
        address = "/" if self.name == "home" else f"/{self.name}"
        return re.compile(f"{address}/([^/]+)" if self.one else f"{address}()")


def _one(name: str, facts: Callable[[Reader, str], Facts | None]) -> Route:
    return Route(name, lambda reader, asked, _: facts(reader, asked), {}, IDS[name])


def _list(name: str, facts: Callable[[Reader], Facts]) -> Route:
    return Route(name, lambda reader, _, __: facts(reader), {})


class Pages:
    """All pages that are our own, made from one database; each is asked for by its path and its query."""

    def __init__(self, reader: Reader, database: Path, site: str = "") -> None:
        """Take the open database, its file, whose size is told, and the address under which the site is reached."""
        self.reader = reader
        self.site = site.rstrip("/")
        self._templates = environment()
        self._routes = (
            _list("home", home),
            Route("cities", lambda reader, _, query: cities(reader, **query), OF_CITIES),
            Route("cooperation", lambda reader, _, query: cooperation(reader, **query), OF_COOPERATION),
            Route("search", lambda reader, _, query: search(reader, query.get("q", "")), OF_SEARCH),
            _list("countries", countries),
            _list("fields", fields),
            _list("meetings", meetings),
            _list("rounds", rounds),
            _list("about", about),
            _list("data", lambda reader: data(reader, database.stat().st_size)),
            _one("city", city),
            _one("country", country),
            _one("field", field),
            _one("meeting", meeting),
            _one("round", round_),
            _one("on", on_date),
        )
        self._texts = {"/robots.txt": TEXT, "/llms.txt": TEXT, "/sitemap.xml": XML}

    def heard(self, path: str, query: Query) -> dict[str, str]:
        """Return the parameters of a query that the page at the path listens to; the others change nothing."""
        if path == "/on":
            return {name: value for name, value in query.items() if name == "date" and value}
        route = self._route(_plain(path)[0])
        names = route[0].parameters if route else {}
        return {name: query[name].strip()[:LONGEST_VALUE] for name in names if query.get(name, "").strip()}

    def answer(self, path: str, query: Query) -> Answer:
        """Return what the site says at a path, with the parameters that `heard` leaves."""
        if moved := self._elsewhere(path, query):
            return moved
        if path in self._texts:
            return Answer(200, self._texts[path], self._render(path[1:], path, self._addresses()))
        if document := self.reader.row("SELECT type, body FROM documents WHERE path = ?", path):
            return Answer(200, f"{document['type']}; charset=utf-8", document["body"].encode())
        if path == "/openapi.json":
            return Answer(200, JSON, to_bytes(self._described()))
        plain, style = _plain(path)
        found = self._route(plain)
        if found and (refused := self._refused(found[0], query)):
            return self.missing(plain, style, *refused)
        facts = found[0].facts(self.reader, found[1], query) if found else None
        if found is None or facts is None:
            return self.missing(plain, style, self._no_date(query["on"]) if "on" in query else "")
        if style == "json":
            return Answer(200, JSON, to_bytes(facts))
        if style == "csv" and "cities" in facts:
            return Answer(200, CSV, to_csv(facts["cities"], MEMBER_COLUMNS).encode())
        if style:
            return self.missing(plain, style)
        return Answer(200, HTML, self._render(f"{found[0].name}.html", plain, facts, query))

    def missing(self, path: str, style: str = "", why: str = "", wanted: str = "") -> Answer:
        """Return what is said where nothing is: why, and what is like what was wanted, without a why the path's end."""
        near = search(self.reader, re.sub(r"[^\w]+", " ", wanted if why else path.rpartition("/")[2]))
        facts: Facts = {
            "title": "Not found",
            "sentence": why or self._why_missing(path),
            "suggestions": [one for group in near["groups"] for one in group["results"][:6]],
        }
        if style:
            return Answer(404, JSON, to_bytes({"ok": False, "status": 404, "error": facts["sentence"], **facts}))
        return Answer(404, HTML, self._render("missing.html", path, facts))

    def _route(self, path: str) -> tuple[Route, str] | None:
        for route in self._routes:
            if match := route.path.fullmatch(path):
                return route, match[1]
        return None

    def _refused(self, route: Route, query: Query) -> tuple[str, str] | None:
        """Return why one of the parameters has no such value, and the value; None where all have."""
        for name, value in query.items():
            if not route.parameters[name].takes(self.reader, value):
                return route.parameters[name].refusal(self.reader, name, value), value
        return None

    def _why_missing(self, path: str) -> str:
        kind, _, id = path.removeprefix("/").partition("/")
        if kind == "on":
            return self._no_date(id)
        if kind in KINDS and id:
            return f"There is no {KINDS[kind]} of the id “{id[:80]}”."
        return "There is no such page."

    def _no_date(self, date: str) -> str:
        today = self.reader.today.isoformat()
        forms = f"a day as {today}, a month as {today[:7]}, a year as {today[:4]}"
        return f"“{date[:40]}” is no date up to today; write {forms}."

    def _described(self) -> Facts:
        from ccn_kb.site.openapi import openapi

        return openapi(self.reader, self.site, self._routes)

    def _elsewhere(self, path: str, query: Query) -> Answer | None:
        """Return the way to where a page is now: moved ids, codes in small letters, the date of a form."""
        if path == "/on":
            return _to(303, f"/on/{quote(query.get('date') or self.reader.today.isoformat(), safe='')}")
        if path != "/" and path.endswith("/"):
            return _to(301, f"/{quote(path.strip('/'))}")
        plain, style = _plain(path)
        _, kind, id = [*plain.split("/", 2), "", ""][:3]
        ending = f".{style}" if style else ""
        if kind == "city" and (row := self.reader.row("SELECT new FROM redirects WHERE old = ?", id)):
            return _to(301, f"/city/{row['new']}{ending}")
        if kind == "country" and id != id.upper() and id.upper() in self.reader.ids["country"]:
            return _to(301, f"/country/{id.upper()}{ending}")
        return None

    def _addresses(self) -> Facts:
        return {
            "citation": self.reader.citation(),
            "lists": ["/", *(f"/{name}" for name in LISTS)],
            "ids": {kind: sorted(ids) for kind, ids in self.reader.ids.items()},
            "pages": [f"/{kind}/{id}" for kind, ids in self.reader.ids.items() for id in sorted(ids)],
        }

    def _render(self, template: str, path: str, facts: Facts, query: Query | None = None) -> bytes:
        around = {
            "path": path,
            "site": self.site,
            "edition": self.reader.edition,
            "today": self.reader.today.isoformat(),
            "asked_query": query or {},
        }
        return self._templates.get_template(template).render(facts, **around).encode()


KINDS = {
    "city": "city",
    "country": "country with a member",
    "field": "creative field",
    "meeting": "meeting",
    "round": "round",
}
LISTS = ("cities", "countries", "fields", "meetings", "rounds", "cooperation", "data", "about")


def _plain(path: str) -> tuple[str, str]:
    """Return the address of the page, and the format that its ending asks for."""
    if path == "/index.json":
        return "/", "json"
    for style in ("json", "csv"):
        if path.endswith(f".{style}"):
            return path.removesuffix(f".{style}"), style
    return path, ""


def _to(status: int, address: str) -> Answer:
    return Answer(status, TEXT, f"This is at {address}\n".encode(), address)
