"""What the shapes of several pages have in common."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from ccn_kb.model.records import (
    Alpha2,
    Citation,
    Count,
    Language,
    Latitude,
    Longitude,
    PartialDate,
    Record,
    Region,
    SourceKind,
    Status,
    Url,
)

Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Day: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$"), Field(json_schema_extra={"format": "date"})
]
Month: TypeAlias = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}$")]
YearText: TypeAlias = Annotated[str, StringConstraints(pattern=r"^\d{4}$")]
Year: TypeAlias = Annotated[int, Field(ge=1000, le=9999)]
Place: TypeAlias = Annotated[str, StringConstraints(pattern=r"^/\S*$")]
Keys: TypeAlias = list[Citation]
Positive: TypeAlias = Annotated[int, Field(ge=1)]
RecordType: TypeAlias = Literal["round", "total"]
Figure: TypeAlias = Literal["new", "members", "countries"]


class Page(Record):
    """What every page says: a title and the answer in a sentence."""

    title: str
    sentence: str


class Rows(Page):
    """A page whose facts stand in rows of the database."""

    rows: Place = Field(description="The address of the rows that the page is made from.")


class Recorded(Rows):
    """A page that is made from a record or a file of records."""

    record: Place = Field(description="The address of the record as it is written.")


class Edition(Record):
    """Which edition of the data this is."""

    version: str
    date: Day
    accessed: Month = Field(description="The month in which the newest source was seen.")


class CitedSource(Record):
    """A source as a page cites it."""

    number: Positive = Field(description="Its number on the page.")
    id: Id
    locator: str | None = Field(description="Where in the source.")
    title: str | None
    publisher: str
    kind: SourceKind
    url: Url
    published: PartialDate | None
    accessed: Month
    lang: Language | None


Sources: TypeAlias = Annotated[dict[Citation, CitedSource], Field(description="By the keys that the facts cite.")]


class Dispute(Record):
    """What another source says of a value."""

    path: str
    value: str
    source: Citation


class CitedText(Record):
    """A statement and the keys of its sources."""

    value: str
    sources: Keys


class Counted(Record):
    """A country, field or region with its number of members."""

    id: Alpha2 | Id
    name: str
    members: Count


class Growth(Record):
    """The network at the end of a year, the present one as of today."""

    year: Year
    members: Count
    countries: Count
    fields: dict[Id, Count]


class InField(Record):
    """A city in a creative field."""

    id: Id
    name: str
    country: Alpha2
    country_name: str
    field: Id
    field_name: str


class Placed(InField):
    """A membership: who, where, in which field, since when and until when, with the real days of both."""

    since: PartialDate
    until: PartialDate | None
    latitude: Latitude
    longitude: Longitude
    since_day: Day
    until_day: Day | None


class AboutField(Record):
    """A creative field."""

    id: Id
    name: str
    name_fr: str
    name_es: str
    description: str
    since: PartialDate | None
    activities: list[str]


class FieldInNumbers(AboutField):
    """A creative field with its members today."""

    members: Count
    countries: Count


class Host(Record):
    """A host of a meeting; no city where it has no page."""

    city: Id | None
    name: str
    country: Alpha2
    country_name: str
    latitude: Latitude | None
    longitude: Longitude | None


class MeetingRow(Record):
    """A meeting."""

    id: Id
    ordinal: Positive | None
    name: str
    starts: PartialDate
    starts_day: Day
    ends: PartialDate | None
    ends_day: Day | None
    status: Status
    theme: str | None
    note: str | None


class HostedMeeting(MeetingRow):
    """A meeting and its hosts."""

    hosts: list[Host]


class Figures(Record):
    """A figure that was stated, and what is counted for the same day."""

    figure: Figure
    stated: Count
    counted: Count
    difference: int


class Stated(Figures):
    """A figure that was stated, with the record that says so."""

    record_type: RecordType
    record_id: str
    date: PartialDate
    date_day: Day
    field: Id | None
    country: Alpha2 | None
    region: Region | None


class NamedMeeting(Record):
    """The id and name of a meeting."""

    id: Id
    name: str


class MeetingInShort(NamedMeeting):
    """When a meeting was, and whether."""

    starts: PartialDate
    ends: PartialDate | None
    status: Status


class Found(Record):
    """Something that was found."""

    id: str
    name: str
    detail: str
    address: Place
    other_name: str | None = Field(description="The name by which it was found, if it is another.")
