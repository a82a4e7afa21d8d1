"""The types that several pages share: pages, dates, places, counts, sources. A page's JSON has their fields as keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal, NamedTuple, Protocol, Self, TypeAlias, TypeVar

from pydantic import Field, StringConstraints

from ccn_kb.exports.contents import TableData
from ccn_kb.model import records
from ccn_kb.model.dates import last_day
from ccn_kb.network import Network
from ccn_kb.network.history import Event
from ccn_kb.network.published_totals import Comparison
from ccn_kb.site.languages import current_language, format_date, join_list, pgettext, sort_key
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.region_names import region_name

Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Day: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$"), Field(json_schema_extra={"format": "date"})
]
YearText: TypeAlias = Annotated[str, StringConstraints(pattern=r"^\d{4}$")]
YearNumber: TypeAlias = Annotated[int, Field(ge=1, le=9999)]
LocalAddress: TypeAlias = Annotated[str, StringConstraints(pattern=r"^/\S*$")]
# What a locator adds to the address of a collection is not checked by the models.
WebAddress: TypeAlias = Annotated[str, Field(json_schema_extra={"pattern": "^https?://"})]
Citations: TypeAlias = tuple[records.Citation, ...]
Figure: TypeAlias = Literal["new", "first_time", "members", "countries"]
Positive: TypeAlias = Annotated[int, Field(ge=1)]
RecordId = TypeVar("RecordId")
_PLURALS = frozenset({"Bahamas", "Comoros", "Congo", "Gambia", "Maldives", "Netherlands", "Philippines"})


class PagePart(records.Record):
    """A part of a page."""

    @classmethod
    def from_record(cls, source: object, **others: object) -> Self:
        """Return the part with the source's values of its fields, and the others."""
        for name in cls.__pydantic_fields__:
            if name not in others:
                others[name] = getattr(source, name)
        return cls.model_validate(others)


class PicturePlace(NamedTuple):
    """A place on a picture's map."""

    name: str
    latitude: float
    longitude: float
    field: str = ""
    is_subject: bool = False


class Picture(NamedTuple):
    """What the picture of a page shows: a title that states the fact, and the places on a map."""

    title: str
    places: tuple[PicturePlace, ...]
    is_world: bool = False
    fields: tuple[tuple[str, str], ...] = ()
    """Id and name of each creative field in the legend."""
    ties: tuple[tuple[int, int, int], ...] = ()
    """The positions of two places that are tied, and how often they are."""
    countries: tuple[tuple[str, int], ...] = ()
    """Codes of the countries that are coloured, each with its class."""
    measure: str = ""
    """What the classes are classes of."""
    classes: tuple[tuple[int, str], ...] = ()
    """Number and name of each class in the legend."""

    @property
    def used_fields(self) -> frozenset[str]:
        """The ids of the creative fields that have a place on the map or a line in the legend."""
        return frozenset((*(place.field for place in self.places), *(id for id, _ in self.fields)))


class SitePage(PagePart):
    """A page: its title, and its answer in a sentence."""

    title: str
    sentence: str

    @property
    def summary(self) -> str:
        """The sentence of a link to the page."""
        return self.sentence

    def to_table(self) -> TableData | None:
        """Return the page's list as a table, None if the page has no list to download."""
        return None

    def to_picture(self) -> Picture | None:
        """Return what a picture of the page shows, None if the page has no picture."""
        return None

    def has_picture(self) -> bool:
        """Return whether the page has a picture."""
        return type(self).to_picture is not SitePage.to_picture

    @classmethod
    def has_table(cls) -> bool:
        """Return whether pages of this kind have a list to download."""
        return cls.to_table is not SitePage.to_table


class TablePage(SitePage):
    """A page whose data can be queried in the database."""

    rows: LocalAddress = Field(description="Address of the data in the database.")


class RecordPage(TablePage):
    """A page that is made from a record or a file of records."""

    record: LocalAddress | Literal[""] = Field(
        description="Address of the source record (YAML), empty if the data have no such file."
    )


class EditionInfo(PagePart):
    """The version of the data."""

    version: str
    date: Day | None = Field(description="The day to which the data are complete.")
    accessed: records.PartialDate | None = Field(description="When the newest source was accessed.")


class CitedSource(PagePart):
    """A source as a page cites it."""

    number: Positive = Field(description="Its number on the page.")
    id: Id
    locator: str | None = Field(description="The place in the source.")
    title: str | None
    publisher: str
    kind: records.SourceKind
    url: WebAddress
    archived: WebAddress | None = Field(description="Address of an archived copy.")
    published: records.PartialDate | None
    accessed: records.PartialDate
    lang: records.Language | None


SourceList: TypeAlias = Annotated[
    dict[records.Citation, CitedSource], Field(description="By the citations on the page.")
]


class Dispute(PagePart):
    """A value that a less trusted source gives instead."""

    path: str
    value: str
    source: records.Citation


class MemberCount(PagePart):
    """A country, creative field or region with its number of members."""

    id: records.Alpha2 | Id
    name: str
    members: records.Count


class GrowthYear(PagePart):
    """The network at the end of a year, or today in the present one."""

    year: YearNumber
    members: records.Count
    countries: records.Count
    fields: dict[Id, records.Count]


class CityInField(PagePart):
    """A city and a creative field of it."""

    id: Id
    name: str
    country: records.Alpha2
    country_name: str
    field: Id
    field_name: str


class PlacedMembership(CityInField):
    """A membership with its place and its dates; of both dates the real days, too."""

    since: records.PartialDate
    until: records.PartialDate | None
    latitude: records.Latitude
    longitude: records.Longitude
    since_day: Day
    until_day: Day | None


class FieldFacts(PagePart):
    """A creative field."""

    id: Id
    name: str
    name_fr: str
    name_es: str
    description: str
    since: records.PartialDate | None = Field(description="Date of the first designation; none if there was none.")
    activities: tuple[str, ...]


class FieldCounts(FieldFacts):
    """A creative field with its members today."""

    members: records.Count
    countries: records.Count


class PlacedCity(Protocol):
    """A city in a field, with its place."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def field(self) -> str: ...
    @property
    def field_name(self) -> str: ...
    @property
    def latitude(self) -> float: ...
    @property
    def longitude(self) -> float: ...


def active_places(places: Iterable[PlacedMembership], on: str) -> tuple[PlacedMembership, ...]:
    """Return the places of the memberships that have begun and not ended by a day."""
    return tuple(
        place for place in places if place.since_day <= on and (place.until_day is None or place.until_day > on)
    )


def picture_cities(title: str, places: Iterable[PlacedCity], *, subject: str = "", is_world: bool = False) -> Picture:
    """Return a picture of cities in the marks of their fields; the subject is the id of the city that it is about."""
    cities = tuple(places)
    fields = sorted({(city.field, city.field_name) for city in cities}, key=lambda pair: sort_key(pair[1]))
    marked = (PicturePlace(city.name, city.latitude, city.longitude, city.field, city.id == subject) for city in cities)
    return Picture(title, tuple(marked), is_world, tuple(fields))


class HostPlace(PagePart):
    """A host of a meeting; without a city if the place has no page."""

    city: Id | None
    name: str
    country: records.Alpha2
    country_name: str
    latitude: records.Latitude | None
    longitude: records.Longitude | None


def place_hosts(hosts: Iterable[HostPlace], *, are_subjects: bool = False) -> tuple[PicturePlace, ...]:
    """Return the places of hosts on a picture, each place once; a host may be without one."""
    return tuple(
        dict.fromkeys(
            PicturePlace(host.name, host.latitude, host.longitude, is_subject=are_subjects)
            for host in hosts
            if host.latitude is not None and host.longitude is not None
        )
    )


class NamedMeeting(PagePart):
    """The id and name of a meeting."""

    id: Id
    name: str


class MeetingSummary(NamedMeeting):
    """A meeting with its dates and status."""

    starts: records.PartialDate
    ends: records.PartialDate | None
    status: records.Status


class MeetingFacts(MeetingSummary):
    """A meeting and its hosts."""

    ordinal: Positive | None
    starts_day: Day
    ends_day: Day | None
    theme: str | None
    note: str | None
    hosts: tuple[HostPlace, ...]


class ComparedFigure(PagePart):
    """A published figure and our count for the same day."""

    figure: Figure
    stated: records.Count
    counted: records.Count
    difference: int


class ComparedTotal(ComparedFigure):
    """A published figure with the record that has it, its date and its scope."""

    record_type: Literal["round", "total"]
    record_id: str
    date: records.PartialDate
    date_day: Day
    field: Id | None
    country: records.Alpha2 | None
    region: records.Region | None
    of: str | None
    """The name of the field, country or region."""


class NetworkSize(PagePart):
    """The number of members and countries on a day."""

    on: Day
    members: records.Count
    countries: records.Count


class NetworkChange(CityInField):
    """A city that joined, changed its field or left."""

    date: records.PartialDate
    day: Day
    event: Event
    former_field: Id | None


class SearchResult(PagePart):
    """A search result."""

    id: str
    name: str
    detail: str
    address: LocalAddress
    other_name: str | None = Field(description="The name that matched, if it is not the main one.")


def compare_figure(row: Comparison) -> ComparedFigure:
    """Return a published figure with our count and the difference."""
    return ComparedFigure.from_record(row)


def compare_total(network: Network, row: Comparison) -> ComparedTotal:
    """Return a published figure with our count, the difference, and what it is a figure of."""
    name = network.fields[row.field].name if row.field else None
    name = network.countries[row.country].name if row.country else name
    name = region_name(row.region) if row.region else name
    return ComparedTotal.from_record(row, date_day=last_day(row.date).isoformat(), of=name)


def previous_and_next(ids: Sequence[RecordId], id: RecordId) -> tuple[RecordId | None, RecordId | None]:
    """Return the ids before and after an id in a sequence, None at its ends."""
    position = ids.index(id)
    return ids[position - 1] if position else None, ids[position + 1] if position + 1 < len(ids) else None


def with_article(country: str) -> str:
    """Return the name of a country as it stands after a preposition: the Netherlands, the United States, Japan."""
    if not current_language().is_english:
        return country
    has_article = country.startswith("United ") or country.endswith((" Republic", " Islands")) or country in _PLURALS
    return f"the {country}" if has_article else country


def join_names(names: Sequence[str]) -> str:
    """Return names as an enumeration: A, B and C."""
    return join_list(names)


def name_in_country(city: str, country: str) -> str:
    """Return the name of a city with that of its country: Lyon, France."""
    return _("%(city)s, %(country)s", city=city, country=country)


def name_places(places: Iterable[PlacedMembership]) -> str:
    """Return cities with their countries as an enumeration: Lyon, France and Kobe, Japan."""
    return join_names([name_in_country(place.name, place.country_name) for place in places])


def format_since(date: str) -> str:
    """Return a date as the beginning of a time that lasts: since 8 June 2009."""
    if len(date) == 10:
        return pgettext("a day", "since %(date)s", date=format_date(date))
    return pgettext("a month or a year", "since %(date)s", date=format_date(date))


def format_when(date: str) -> str:
    """Return a date with its preposition: on 8 June 2009, in June 2008, in 2006."""
    return (
        _("on %(date)s", date=format_date(date))
        if len(date) == 10
        else pgettext("a month or a year", "in %(date)s", date=format_date(date))
    )
