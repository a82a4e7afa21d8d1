"""The shapes of the pages that list many: home, cities, countries, fields, meetings, rounds, cooperation."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ccn_kb.model.records import (
    Alpha2,
    Alpha3,
    Continent,
    CooperationKind,
    Count,
    Latitude,
    Longitude,
    PartialDate,
    Record,
    Region,
    Role,
)
from ccn_kb.site.shapes.parts import (
    Counted,
    Day,
    Edition,
    FieldInNumbers,
    Growth,
    HostedMeeting,
    Id,
    Keys,
    Placed,
    Positive,
    Recorded,
    Rows,
    Sources,
    Year,
    YearText,
)


class NewestRound(Record):
    """The newest round, in short."""

    id: Year
    announced: PartialDate
    sentence: str
    fields: list[Counted]
    new_countries: list[Counted]


class Home(Rows):
    """The network today."""

    on: Day
    members: Count
    countries: Count
    by_country: list[Counted]
    fields: list[FieldInNumbers]
    places: list[Placed]
    growth: list[Growth]
    half_since: Year
    round: NewestRound | None
    meeting: HostedMeeting | None
    steps: list[Day] = Field(description="The days on which the network changed, and today.")
    edition: Edition


class Member(Record):
    """A member, with the columns of the view `members`."""

    id: Id
    name: str
    country: Alpha2
    country_name: str
    alpha3: Alpha3
    region: Region
    continent: Continent
    subdivision: str | None
    subdivision_code: str | None
    field: Id
    since: PartialDate
    since_day: Day
    since_precision: Literal["year", "month", "day"]
    until: PartialDate | None
    until_day: Day | None
    round: Year | None
    latitude: Latitude
    longitude: Longitude
    population: int | None
    geonames: Positive | None
    wikidata: str | None
    unesco_page: str | None


class NamedMember(Member):
    """A member with the name of its field."""

    field_name: str


class ChosenCities(Record):
    """What was asked for; empty where nothing was."""

    q: str
    field: str
    country: str
    region: str
    joined: str
    on: str


class Cities(Rows):
    """The members on a day, as they were chosen, and what can be chosen."""

    on: Day
    chosen: ChosenCities
    cities: list[NamedMember]
    fields: dict[Id, str]
    countries: dict[Alpha2, str]
    regions: dict[Region, str]
    years: list[YearText]


class CountryInNumbers(Counted):
    """A country with its members today."""

    name_fr: str
    region: str
    fields: list[Counted]
    first: YearText


class Countries(Recorded):
    """The countries with a member."""

    on: Day
    countries: list[CountryInNumbers]
    regions: list[Counted]


class Fields(Recorded):
    """The creative fields."""

    on: Day
    fields: list[FieldInNumbers]
    growth: list[Growth]


class Meetings(Recorded):
    """The annual meetings, the newest first."""

    meetings: list[HostedMeeting]


class RoundRow(Record):
    """A round and the figures that were stated."""

    id: Year
    announced: PartialDate
    announced_day: Day
    stated_new: Count | None
    stated_members: Count | None
    stated_countries: Count | None
    wording: str | None
    note: str | None


class CountedRound(RoundRow):
    """A round and how many joined."""

    joined: Count


class Rounds(Recorded):
    """The rounds, the newest first, and who joined before them."""

    rounds: list[CountedRound]
    earlier: list[Placed]


class ChosenCooperation(Record):
    """What was asked for; empty where nothing was."""

    kind: str
    field: str
    year: str


class Participant(Record):
    """A city that takes part."""

    id: Id
    name: str
    role: Role
    member: Literal[0, 1] = Field(description="1 if it was a member when it began.")
    country: Alpha2
    latitude: Latitude
    longitude: Longitude


class CitedCooperation(Record):
    """A cooperation, its cities and its sources."""

    id: Id
    title: str
    kind: CooperationKind
    field: Id | None
    starts: PartialDate
    starts_day: Day
    ends: PartialDate | None
    note: str | None
    field_name: str | None
    cities: list[Participant]
    sources: Keys


class Active(Record):
    """A city and in how many of the chosen cooperations it takes part."""

    id: Id
    name: str
    cooperations: Positive


class CountedCooperations(Record):
    """A kind or year and its number of cooperations."""

    id: CooperationKind | YearText
    cooperations: Positive


class Cooperation(Recorded):
    """Who works with whom, as it was chosen."""

    chosen: ChosenCooperation
    cooperations: list[CitedCooperation]
    most: list[Active]
    kinds: list[CountedCooperations]
    fields: list[tuple[Id, str]]
    years: list[CountedCooperations]
    sources: Sources
