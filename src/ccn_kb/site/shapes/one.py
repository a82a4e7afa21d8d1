"""The shapes of the pages of a country, a field, a meeting, a round, a date."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ccn_kb.model.records import Alpha2, Alpha3, Count, PartialDate, Record
from ccn_kb.site.shapes.lists import RoundRow
from ccn_kb.site.shapes.parts import (
    AboutField,
    CitedText,
    Counted,
    Day,
    Dispute,
    Figures,
    Growth,
    HostedMeeting,
    Id,
    InField,
    Keys,
    MeetingInShort,
    NamedMeeting,
    Placed,
    Recorded,
    Rows,
    Sources,
    Stated,
    Year,
)


class CitedMembership(Record):
    """A membership of a city of the country, with its designation and its sources."""

    designation: Id
    id: Id
    name: str
    field: Id
    field_name: str
    since: PartialDate
    until: PartialDate | None
    sources: Keys


class StatedOfCountry(Record):
    """A number of members that was stated of a country, and what is counted."""

    date: PartialDate
    stated: Count
    counted: Count


class Country(Recorded):
    """A country and its members over time."""

    id: Alpha2
    name: str
    name_fr: str
    official: str
    alpha3: Alpha3
    region: str
    on: Day
    members: Count
    fields: list[Counted]
    places: list[Placed]
    memberships: list[CitedMembership]
    growth: list[Growth]
    totals: list[StatedOfCountry]
    meetings: list[MeetingInShort]
    sources: Sources


class CitedCity(Record):
    """A city of a field and its sources."""

    id: Id
    name: str
    country: Alpha2
    country_name: str
    since: PartialDate
    sources: Keys


class CreativeField(Recorded, AboutField):
    """A creative field: who was first, who is newest, how it grew."""

    on: Day
    members: Count
    countries: list[Counted]
    regions: list[Counted]
    first: list[CitedCity] = Field(description="Several where their dates do not tell which was first.")
    newest: list[CitedCity]
    places: list[Placed]
    growth: list[Growth]
    sources: Sources


class NetworkThen(Record):
    """The network on a day."""

    on: Day
    members: Count
    countries: Count


class Meeting(Recorded, HostedMeeting):
    """A meeting: where, when, who came, what was decided."""

    cited: Keys
    attendance: list[CitedText]
    outcome: list[CitedText]
    announced: list[CitedText]
    network: NetworkThen | None
    earlier: Id | None
    later: Id | None
    disputed: list[Dispute]
    sources: Sources


class Round(Recorded, RoundRow):
    """A round: who joined, what was stated, what we count."""

    cited: Keys
    census: list[Figures]
    fields: list[Counted]
    regions: list[Counted]
    new_countries: list[Counted]
    places: list[Placed]
    changed: list[Placed]
    earlier: Year | None
    later: Year | None
    disputed: list[Dispute]
    sources: Sources


class BeforeThat(Record):
    """The meeting before a day, and the network on its last day."""

    id: Id
    name: str
    day: Day
    members: Count
    countries: Count


class Change(InField):
    """A change of the network."""

    date: PartialDate
    day: Day
    event: Literal["joined", "ended", "changed-field"]
    former_field: Id | None


class OnDate(Rows):
    """The network on a date."""

    asked: PartialDate
    on: Day
    members: Count
    countries: Count
    fields: list[Counted]
    by_country: list[Counted]
    regions: list[Counted]
    places: list[Placed]
    before: BeforeThat | None
    changes: list[Change]
    stated: list[Stated]
    meeting: NamedMeeting | None
    steps: list[Day]
