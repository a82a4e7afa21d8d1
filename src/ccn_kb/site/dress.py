"""How pages look and speak: the marks of the creative fields, dates and numbers in words, the templates."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from babel import Locale
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from ccn_kb.model.dates import format_date
from ccn_kb.model.text import plural
from ccn_kb.site.facts.meeting import when

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
STATIC = HERE / "static"
ASSETS = "/assets/"

# A colour of the Okabe-Ito set and a shape for each field, the same on maps, charts and tags.
MARKS = {
    "architecture": ("#3a3a3a", "M-7-7H7V7H-7Z"),
    "crafts-and-folk-art": ("#d55e00", "M0-9 9 0 0 9-9 0Z"),
    "design": ("#0072b2", "M0-8.5 8.5 6.5H-8.5Z"),
    "film": ("#cc79a7", "M-3-8H3V-3H8V3H3V8H-3V3H-8V-3H-3Z"),
    "gastronomy": ("#e69f00", "M0-8A8 8 0 1 1 0 8A8 8 0 1 1 0-8Z"),
    "literature": ("#009e73", "M0 8.5-8.5-6.5H8.5Z"),
    "media-arts": ("#56b4e9", "M0-9 7.8-4.5V4.5L0 9-7.8 4.5V-4.5Z"),
    "music": ("#f0e442", "M0-9.5 2.4-3.2 9-2.9 3.8 1.2 5.6 7.7 0 4-5.6 7.7-3.8 1.2-9-2.9-2.4-3.2Z"),
}
END_REASONS = {"withdrew": "the city withdrew", "removed": "it was removed", "field-changed": "it changed its field"}


@cache
def version() -> str:
    """Return what changes when any static file does: they are used together."""
    files = sorted(file for file in STATIC.rglob("*") if file.is_file())
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def asset(name: str) -> str:
    """Return the address of a static file, which changes with the files and may be kept for ever."""
    return f"{ASSETS}{name}?{version()}"


def names(several: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return id and name of each."""
    return [(one["id"], one["name"]) for one in several]


def met(places: list[dict[str, Any]], kind: str) -> list[tuple[str, str]]:
    """Return id and name of the creative fields or countries of some places, by name."""
    return sorted({(one[kind], one[f"{kind}_name"]) for one in places}, key=lambda one: one[1])


@cache
def language(tag: str | None) -> str:
    """Return the English name of the language of a tag (BCP 47), the tag itself where it has none (Unicode's CLDR)."""
    names = Locale("en").languages
    whole, primary = (tag or "").replace("-", "_"), (tag or "").partition("-")[0]
    return str(names.get(whole) or names.get(primary) or tag or "")


def dated(date: str) -> str:
    """Return a date as it stands in a sentence: on 8 June 2009, in June 2008, in 2006."""
    return f"{'on' if len(date) == 10 else 'in'} {format_date(date)}"


def read(value: str) -> str:
    """Return a disputed value in words: a date as dates are said, anything else as it is."""
    try:
        return format_date(value)
    except ValueError:
        return value


def number(value: float) -> str:
    """Return a number with thousands apart."""
    return f"{value:,}"


def size(count: int) -> str:
    """Return a size in bytes in words."""
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{max(count, 1000) / 1000:.0f} kB"


def in_script(value: Any) -> Markup:
    """Return JSON that may stand in a script element: nothing in it ends the element."""
    text = json.dumps(value, ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704


def query(**parameters: object) -> str:
    """Return the parameters that have a value as the query of an address."""
    return urlencode({name: value for name, value in parameters.items() if value not in ("", None)})


FILTERS = {
    "address": quote,
    "dated": dated,
    "in_script": in_script,
    "language": language,
    "met": met,
    "names": names,
    "number": number,
    "read": read,
    "said": format_date,
    "size": size,
    "when": when,
}
GLOBALS = {"asset": asset, "end_reasons": END_REASONS, "marks": MARKS, "plural": plural, "query": query}


def environment() -> Environment:
    """Return the templates' environment: everything is escaped."""
    return dressed(
        Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    )


def dressed(environment: Environment) -> Environment:
    """Return the environment with all that the layout speaks with."""
    environment.filters |= FILTERS
    environment.globals |= GLOBALS
    return environment
