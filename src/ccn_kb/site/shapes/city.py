"""The shape of what is said of a city, the longest of all."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ccn_kb.model.records import (
    Alpha2,
    CooperationKind,
    EndReason,
    Language,
    Latitude,
    Longitude,
    PartialDate,
    Record,
    Role,
    SourceKind,
    Url,
)
from ccn_kb.site.shapes.parts import (
    CitedText,
    Dispute,
    Id,
    InField,
    Keys,
    MeetingInShort,
    Placed,
    Positive,
    Recorded,
    Sources,
    Year,
)


class CountryOfCity(Record):
    """The country of a city."""

    id: Alpha2
    name: str
    name_fr: str


class Subdivision(Record):
    """The first-level subdivision of a country (ISO 3166-2)."""

    name: str
    code: str


class CitedDesignation(Record):
    """A designation, its sources and those of its end."""

    id: Id
    field: Id
    field_name: str
    name_fr: str
    name_es: str
    since: PartialDate
    until: PartialDate | None
    end_reason: EndReason | None
    round: Year | None
    best_source: SourceKind
    note: str | None
    first: bool = Field(description="Whether it may be the first of its field.")
    disputed: list[Dispute]
    sources: Keys
    end_sources: Keys


class CitedTopic(Record):
    """What a city is known for."""

    id: Id
    name: str
    sources: Keys


class OtherCity(Record):
    """Another city of a cooperation."""

    id: Id
    name: str
    role: Role


class CooperationOfCity(Record):
    """A cooperation in which a city takes part."""

    id: Id
    title: str
    kind: CooperationKind
    starts: PartialDate
    ends: PartialDate | None
    role: Role
    member: Literal[0, 1] = Field(description="1 if the city was a member when it began.")
    others: list[OtherCity] = Field(alias="with")
    sources: Keys


class MeetingOfCity(MeetingInShort):
    """A meeting that a city hosted."""

    theme: str | None
    sources: Keys


class CitedName(Record):
    """Another name of a city."""

    value: str
    lang: Language | None
    until: PartialDate | None
    sources: Keys


class CitedPopulation(Record):
    """A number of inhabitants."""

    value: Annotated[int, Field(ge=0)]
    year: Year | None
    sources: Keys


class CitedRule(CitedText):
    """A rule of the network."""

    id: Id
    note: str | None


class Neighbour(InField):
    """Another member and how far it is."""

    latitude: Latitude
    longitude: Longitude
    km: Annotated[int, Field(ge=0, le=20_038)]


class Neighbours(Record):
    """The nearest members, the nearest of the same field, and the others of the country."""

    near: list[Neighbour]
    field: list[Neighbour]
    country: list[Neighbour]


class City(Recorded):
    """All that is known of a city."""

    id: Id
    name: str
    country: CountryOfCity
    region: str
    subdivision: Subdivision | None
    latitude: Latitude
    longitude: Longitude
    designations: Annotated[list[CitedDesignation], Field(min_length=1)]
    known_for: list[CitedTopic]
    facts: list[CitedText]
    cooperations: list[CooperationOfCity]
    meetings: list[MeetingOfCity]
    names: list[CitedName]
    population: list[CitedPopulation]
    location_sources: Keys
    reports_due: list[Year]
    reports_rule: CitedRule | None
    here: Placed = Field(description="Its latest membership.")
    neighbours: Neighbours
    same_as: list[Url]
    geonames: Positive | None
    wikidata: str | None
    unesco_page: str | None
    note: str | None
    disputed: list[Dispute]
    sources: Sources
    citation: str
