"""The shapes of the search, of what is told of the whole, and of what is not found."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ccn_kb.model.records import Count, Record, SourceKind
from ccn_kb.site.shapes.parts import Day, Edition, Found, Keys, Page, Place, Positive, Rows, Sources, Stated


class FoundOfKind(Record):
    """What was found of a kind, at most 60."""

    kind: Literal["city", "country", "field", "topic", "meeting", "round", "cooperation"]
    title: str
    found: Positive
    results: list[Found]


class Search(Page):
    """What answers to the words."""

    q: str
    meant: str | None = Field(description="What was searched instead, where a slip was forgiven.")
    groups: list[FoundOfKind]


class CountedSources(Record):
    """A kind of source and its number."""

    kind: SourceKind
    sources: Positive


class CitedFigure(Stated):
    """A figure that was stated, of what, and its sources."""

    of: str | None
    sources: Keys


class Confirmed(Record):
    """How many present designations rest on firm sources."""

    members: Count
    official: Count | None
    two: Count | None


class Gap(Record):
    """A known gap."""

    what: str
    number: Positive
    rows: Place


class About(Rows):
    """What this is and how far it can be trusted."""

    on: Day
    members: Count
    countries: Count
    edition: Edition
    citation: str
    census: list[CitedFigure]
    agreeing: Count
    sourced: Confirmed
    kinds: list[CountedSources]
    disputes: Count
    gaps: list[Gap]
    sources: Sources


class File(Record):
    """A file and its size."""

    path: Place
    bytes: Positive


class Download(File):
    """A file and what it is."""

    description: str


class CountedTable(Record):
    """A table or view of the database."""

    name: str
    description: str
    rows: Annotated[int, Field(ge=0)]


class Data(Rows):
    """The data to take away."""

    edition: Edition
    citation: str
    downloads: list[Download]
    records: list[File]
    tables: list[CountedTable]


class Missing(Page):
    """Nothing is there; what may have been meant."""

    ok: Literal[False]
    status: Literal[404]
    error: str
    suggestions: list[Found]
