"""The records of the knowledge base: what a city, a designation, a meeting is, and which values are allowed.

Every record is frozen and forbids unknown keys. Field descriptions here are the only ones: the JSON
Schemas, the database and the site take theirs from them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, TypeAlias, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from ccn_kb.model.dates import first_day

REGIONS = {
    "africa": "Africa",
    "arab-states": "Arab States",
    "asia-pacific": "Asia and the Pacific",
    "europe-north-america": "Europe and North America",
    "latin-america-caribbean": "Latin America and the Caribbean",
}
CONTINENTS = {
    "AF": "Africa",
    "AS": "Asia",
    "EU": "Europe",
    "NA": "North America",
    "OC": "Oceania",
    "SA": "South America",
}

_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def _a_date(date: str) -> str:
    first_day(date)
    return date


def _a_text(text: str) -> str:
    if text != text.strip():
        raise ValueError("begins or ends with a space")
    if not text.isprintable() and any(unicodedata.category(character) in _INVISIBLE for character in text):
        raise ValueError("contains an invisible or control character")
    if not unicodedata.is_normalized("NFC", text):
        raise ValueError("has decomposed accents; write composed characters (Unicode NFC)")
    return text


def _an_address(url: str) -> str:
    if not re.match(r"https?://[^\s/<>\"]+\.[^\s/<>\"]+(/[^\s<>\"]*)?\Z", url):
        raise ValueError(f"{url[:80]!r} is not a web address; write it in full, http:// or https:// first")
    return url


PartialDate = Annotated[
    str, AfterValidator(_a_date), Field(json_schema_extra={"pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"})
]
Text = Annotated[str, StringConstraints(min_length=1, max_length=400), AfterValidator(_a_text)]
Url = Annotated[str, AfterValidator(_an_address), Field(json_schema_extra={"pattern": "^https?://"})]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Alpha2 = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Alpha3 = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$")]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]
SvgPath = Annotated[str, StringConstraints(pattern=r"^M[0-9HVLAZMCSQT .,-]+$", max_length=200)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Count = Annotated[int, Field(ge=0, le=100_000)]
Citation = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(#\S+)?$", max_length=200)]
Citations = Annotated[tuple[Citation, ...], Field(min_length=1)]
if TYPE_CHECKING:  # mypy takes no computed Literal
    Region: TypeAlias = str
    Continent: TypeAlias = str
else:
    Region = Literal[tuple(REGIONS)]
    Continent = Literal[tuple(CONTINENTS)]
Status = Literal["held", "postponed", "cancelled", "planned", "unconfirmed"]
EndReason = Literal["withdrew", "removed", "field-changed"]
SourceKind = Literal["official", "host", "press", "reference", "copy"]
SOURCE_KINDS: tuple[SourceKind, ...] = get_args(SourceKind)
"""The most trusted kind first."""
CooperationKind = Literal["mentoring", "agreement", "exchange", "co-production", "event", "platform"]
Role = Literal["host", "helper", "lead", "helped", "partner"]


class WrongValueError(ValueError):
    """A value that contradicts another of its record; carries the path to it inside the record."""

    def __init__(self, message: str, *path: str | int) -> None:
        self.path = path
        super().__init__(message)


class Record(BaseModel):
    """A frozen record that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    implied_by_path: ClassVar[frozenset[str]] = frozenset()
    """Fields that come from where the record stands (its id from the file's stem), not from its text."""

    def inside(self, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Record]]:
        """Return the record itself and every record inside it, each with the path to it."""
        found = [(path, self)]
        for name in _holding_records(type(self)):
            value = getattr(self, name)
            if isinstance(value, Record):
                found += value.inside((*path, name))
            elif value:
                for number, one in enumerate(value):
                    found += one.inside((*path, name, number))
        return found


@cache
def _holding_records(record_type: type[Record]) -> tuple[str, ...]:
    return tuple(name for name, field in record_type.model_fields.items() if any(records_in(field.annotation)))


def records_in(annotation: Any) -> Iterator[type[Record]]:
    """Yield the kinds of record that a field's type names."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        yield annotation
    for part in get_args(annotation):
        yield from records_in(part)


class Identified(Record):
    """A record with an id of its own."""

    implied_by_path = frozenset({"id"})

    id: str | int


class Disputed(Record):
    """What a less trusted source says otherwise about one field of a record."""

    path: Slug = Field(description="The field of the record that it is about.")
    value: Text = Field(description="What those sources say instead.")
    sources: Citations = Field(description="The sources that say so.")


class WithDisputes(Record):
    """A record about which sources can differ."""

    disputed: tuple[Disputed, ...] = Field((), description="What less trusted sources say otherwise.")

    @model_validator(mode="after")
    def _disputes_own_fields(self) -> Self:
        for number, dispute in enumerate(self.disputed):
            if dispute.path not in type(self).model_fields:
                message = f"disputes {dispute.path!r}, which is no field of this record"
                raise WrongValueError(message, "disputed", number, "path")
        return self


class Statement(Record):
    """One short statement in our own words, with its sources."""

    value: Text = Field(description="The statement.")
    sources: Citations = Field(description="The sources that say so.")


class CreativeField(Identified):
    """One of the creative fields in which the network designates cities."""

    id: Slug = Field(description="The field's id, as in the address of its page.")
    name: Text = Field(description="English name, as UNESCO writes it.")
    name_fr: Text = Field(description="French name.")
    name_es: Text = Field(description="Spanish name.")
    description: Text = Field(description="What it is, in one sentence of our own.")
    activities: Annotated[tuple[Text, ...], Field(min_length=1)] = Field(
        description="Kinds of activity that it covers."
    )
    aliases: tuple[Text, ...] = Field((), description="Other names understood as this field.")
    colour: Colour | None = Field(None, description="Colour of its mark on maps and charts, as #rrggbb.")
    mark: SvgPath | None = Field(
        None, description="Shape of its mark: an SVG path around the origin, within 11 units to each side."
    )
    added: PartialDate | None = Field(None, description="When the field joined the others; absent for the first seven.")
    sources: tuple[Citation, ...] = Field((), description="The sources for `added`.")

    @model_validator(mode="after")
    def _cited(self) -> Self:
        if self.added and not self.sources:
            raise WrongValueError("`added` has no source", "added")
        return self


class Topic(Identified):
    """Something that cities are known for: a craft, a dish, a festival, a tradition."""

    id: Slug = Field(description="The topic's id: its name in ASCII.")
    name: Annotated[str, StringConstraints(max_length=40), AfterValidator(_a_text)] = Field(
        description="Its name, in a word or a few; the one spelling."
    )
    broader: Slug | None = Field(None, description="The topic of which it is a kind or a part.")


class Box(Record):
    """A bounding box in degrees (WGS 84); land on both sides of the antimeridian takes two."""

    west: Longitude = Field(description="Westernmost longitude.")
    south: Latitude = Field(description="Southernmost latitude.")
    east: Longitude = Field(description="Easternmost longitude.")
    north: Latitude = Field(description="Northernmost latitude.")

    @model_validator(mode="after")
    def _has_extent(self) -> Self:
        if self.west >= self.east or self.south >= self.north:
            raise WrongValueError("the box is empty; west lies below east, and south below north", "west")
        return self

    def holds(self, latitude: float, longitude: float) -> bool:
        """Tell whether the point lies inside or on the edge."""
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north


class Absence(Record):
    """A time in which a state was no member of UNESCO; its cities stay in the network."""

    since: PartialDate | None = Field(None, description="The first day without membership; absent if it never was one.")
    until: PartialDate | None = Field(None, description="The day of its return; absent while it is no member.")
    sources: Citations = Field(description="The sources that say so.")


class Country(Identified):
    """A state, or a territory that UNESCO counts as one, with or without a Creative City."""

    id: Alpha2 = Field(description="ISO 3166-1 alpha-2 code.")
    alpha3: Alpha3 = Field(description="ISO 3166-1 alpha-3 code.")
    name: Text = Field(description="Short English name.")
    name_fr: Text = Field(description="Short French name.")
    official: Text | None = Field(None, description="English name in UNESCO's list of states, where it differs.")
    aliases: tuple[Text, ...] = Field((), description="Other names and codes understood as this country.")
    territories: tuple[Alpha2, ...] = Field(
        (), description="ISO 3166-1 codes of territories that UNESCO counts under this country."
    )
    region: Region = Field(description="UNESCO region.")
    continent: Continent = Field(description="Continent: AF, AS, EU, NA, OC or SA.")
    boxes: tuple[Box, ...] = Field(min_length=1, description="Boxes around its land, from Natural Earth.")
    outside: tuple[Absence, ...] = Field((), description="When it was not a member of UNESCO.")

    @property
    def codes(self) -> tuple[str, ...]:
        """The ISO 3166-1 codes of places in it: its own, and those of its territories."""
        return self.id, *self.territories


class Subdivision(Record):
    """A first-level subdivision of a country in ISO 3166-2."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$")] = Field(
        description="ISO 3166-2 code, top level."
    )
    name: Text = Field(description="The name in ISO 3166-2.")


class Location(Record):
    """Where a city is: the point that GeoNames gives for its centre, WGS 84."""

    latitude: Latitude = Field(description="Degrees north, WGS 84.")
    longitude: Longitude = Field(description="Degrees east, WGS 84.")
    sources: Citations = Field(description="The gazetteer entry.")


class Population(Record):
    """A number of inhabitants that a source gives; sources mean different areas."""

    value: Annotated[int, Field(gt=0, le=100_000_000)] = Field(description="Inhabitants.")
    year: Annotated[int, Field(ge=1900, le=2100)] | None = Field(None, description="Year of the figure, where stated.")
    sources: Citations = Field(description="The sources that give the figure.")


class Name(Record):
    """Another name of a city: in another language or spelling, a former one, or that of its seat."""

    value: Text = Field(description="The name.")
    lang: Language | None = Field(None, description="Language tag (BCP 47); absent for a mere spelling.")
    until: PartialDate | None = Field(None, description="The day on which it ceased to be the name.")
    sources: tuple[Citation, ...] = Field((), description="The sources for `until`.")

    @model_validator(mode="after")
    def _cited(self) -> Self:
        if self.until and not self.sources:
            raise WrongValueError("`until` has no source", "until")
        return self


class End(Record):
    """The end of a designation."""

    date: PartialDate = Field(description="The first day on which it no longer held.")
    reason: EndReason = Field(description="Why it ended: withdrew, removed or field-changed.")
    sources: Citations = Field(description="The sources that say so.")


class Designation(WithDisputes):
    """A city's membership in one creative field, from a day until its end."""

    field: Slug = Field(description="Creative field.")
    since: PartialDate = Field(description="Date of designation, as precisely as it is known.")
    round: Annotated[int, Field(ge=2004, le=2100)] | None = Field(
        None, description="The round (its year) in which it was announced; none before 2014."
    )
    sources: Citations = Field(description="The sources, most trusted first.")
    end: End | None = Field(None, description="When and why it ended; absent while it lasts.")
    note: Text | None = Field(None, description="A remark for readers.")


class City(Identified, WithDisputes):
    """A city that is, or was, a member of the network."""

    id: Slug = Field(description="The city's id: name and country; minted once, never changed.")
    name: Text = Field(description="English name, as UNESCO writes it.")
    country: Alpha2 = Field(description="Country, as UNESCO counts it.")
    subdivision: Subdivision | None = Field(None, description="First-level subdivision; absent where there is none.")
    location: Location = Field(description="Where it is.")
    population: tuple[Population, ...] = Field((), description="Numbers of inhabitants, each with its source.")
    geonames: Annotated[int, Field(gt=0, lt=10**12)] | None = Field(None, description="GeoNames id.")
    wikidata: Annotated[str, StringConstraints(pattern=r"^Q[1-9][0-9]*$")] | None = Field(
        None, description="Wikidata id."
    )
    unesco_pages: tuple[Slug, ...] = Field((), description="The last part of the address of UNESCO's pages on it.")
    names: tuple[Name, ...] = Field((), description="Other names.")
    known_for: tuple[Statement, ...] = Field(
        (), description="What it is known for: names of topics, the most characteristic first."
    )
    facts: tuple[Statement, ...] = Field((), description="Other facts, one short sentence each.")
    designations: Annotated[tuple[Designation, ...], Field(min_length=1)] = Field(
        description="Its designations, oldest first."
    )
    note: Text | None = Field(None, description="A remark for readers.")


class Moved(Identified):
    """What stands in the file of an id that was a mistake or was merged: where the record is now."""

    id: Slug = Field(description="The old id.")
    moved: Slug = Field(description="The id that took its place.")


class Round(Identified, WithDisputes):
    """An announcement of new members, with the figures that it stated."""

    id: Annotated[int, Field(ge=2014, le=2100)] = Field(description="The year of the announcement.")
    announced: PartialDate = Field(description="Day of the announcement; its designations date from it.")
    new: Count | None = Field(None, description="Number of new members that it stated.")
    members: Count | None = Field(None, description="Number of members that it stated.")
    countries: Count | None = Field(None, description="Number of countries with a member that it stated.")
    wording: Text | None = Field(None, description="The figure of countries, where it was only put in words.")
    sources: Citations = Field(description="The announcement, and reports that repeat its figures.")
    note: Text | None = Field(None, description="A remark for readers.")


class Rule(Identified):
    """A rule of the network that is counted in years, and from when it holds."""

    id: Slug = Field(description="A word for it.")
    value: Text = Field(description="The rule, in one sentence of our own.")
    years: Annotated[int, Field(ge=1, le=50)] = Field(description="The number of years in it.")
    since: PartialDate = Field(description="The date of the first designations that come under it.")
    sources: Citations = Field(description="The sources that state it.")
    note: Text | None = Field(None, description="A remark for readers.")


class Total(Identified):
    """A number of members that was stated for some date, of the network or of a part of it."""

    id: Slug = Field(description="Its date, and the part of the network where it is not the whole.")
    date: PartialDate = Field(description="The date for which it was stated; a partial one means its last day.")
    members: Count | None = Field(None, description="Stated number of members.")
    countries: Count | None = Field(None, description="Stated number of countries with a member.")
    field: Slug | None = Field(None, description="The creative field that is counted; absent for all.")
    country: Alpha2 | None = Field(None, description="The country that is counted; absent for all.")
    region: Region | None = Field(None, description="The UNESCO region that is counted; absent for all.")
    wording: Text | None = Field(None, description="The figure, where it was only put in words.")
    sources: Citations = Field(description="The sources that state it.")
    note: Text | None = Field(None, description="A remark for readers.")


class Host(Record):
    """A host of a meeting: a city of the network by its id, or another place by name and country."""

    city: Slug | None = Field(None, description="Id of the city.")
    name: Text | None = Field(None, description="Name of a place that has no file.")
    country: Alpha2 | None = Field(None, description="Country of a place that has no file.")

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if bool(self.city) == bool(self.name) or bool(self.name) != bool(self.country):
            raise WrongValueError("give either `city`, or `name` and `country`")
        return self


class Meeting(Identified, WithDisputes):
    """An annual meeting of the network (since 2019 called annual conference), or one beside the series."""

    id: Slug = Field(description="Year and first host.")
    ordinal: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        None,
        description="Number in the series, not unique (XIV was planned for 2020 and held in 2022); none outside it.",
    )
    name: Text = Field(description="Name of the meeting.")
    starts: PartialDate = Field(description="First day, as precisely as it is known.")
    ends: PartialDate | None = Field(None, description="Last day, where known.")
    hosts: tuple[Host, ...] = Field((), description="Hosts, the first one first; none for an online meeting.")
    status: Status = Field(
        description="held, postponed, cancelled, planned, or unconfirmed: no record of it was found."
    )
    theme: Text | None = Field(None, description="Theme.")
    attendance: tuple[Statement, ...] = Field((), description="Who came, as reports say.")
    outcomes: tuple[Statement, ...] = Field((), description="What was discussed, decided or adopted.")
    announced: tuple[Statement, ...] = Field((), description="What had been announced beforehand.")
    sources: Citations = Field(description="The sources for place, dates and status.")
    note: Text | None = Field(None, description="A remark for readers.")


class Participant(Record):
    """A city in a cooperation, with its role."""

    city: Slug = Field(description="Id of the city.")
    role: Role = Field(description="host, helper, lead, helped or partner.")


class Cooperation(Identified, WithDisputes):
    """Something that named cities of the network did together."""

    id: Slug = Field(description="Year, first city and a word or two.")
    title: Text = Field(description="What was done, in one line of our own.")
    kind: CooperationKind = Field(description="mentoring, agreement, exchange, co-production, event or platform.")
    field: Slug | None = Field(None, description="Creative field; absent across fields.")
    starts: PartialDate = Field(description="When it began, as precisely as it is known.")
    ends: PartialDate | None = Field(None, description="When it ended, where known.")
    cities: Annotated[tuple[Participant, ...], Field(min_length=1)] = Field(description="The cities, in their roles.")
    sources: Citations = Field(description="The sources that say so.")
    note: Text | None = Field(None, description="A remark for readers.")


class Source(Identified):
    """A publication in which somebody looked a fact up."""

    implied_by_path = frozenset({"id", "kind"})

    id: Slug = Field(description="Host and year or slug.")
    kind: SourceKind = Field(
        description="official (UNESCO), host (the city, its offices, region or national commission), press, reference "
        "or copy (a mirror of another page)."
    )
    publisher: Text = Field(description="Who publishes it.")
    title: Text | None = Field(None, description="Title, where it was seen.")
    url: Url = Field(description="Address.")
    archived: Url | None = Field(None, description="Address of an archived copy, where one was seen.")
    entry_url: Url | None = Field(
        None, description="Address of one entry of a collection; {locator} stands for the part after # in a citation."
    )
    published: PartialDate | None = Field(None, description="Date of publication, where it was seen.")
    lang: Language | None = Field(None, description="Language (BCP 47).")
    accessed: PartialDate = Field(description="When it was read.")
    note: Text | None = Field(None, description="A remark for readers.")

    @model_validator(mode="after")
    def _places_the_locator(self) -> Self:
        if self.entry_url and "{locator}" not in self.entry_url:
            raise WrongValueError("has no {locator} in it, so that every entry would have one address", "entry_url")
        return self

    def address(self, locator: str = "") -> str:
        """Return the address of the cited place: of the entry where the source is a collection."""
        return self.entry_url.replace("{locator}", locator) if self.entry_url and locator else self.url


class Excepted(Record):
    """A finding of a rule that is known and accepted, with the reason."""

    rule: Slug = Field(description="The rule.")
    id: Text = Field(description="The record that it is about, or record/field: `2021/countries`.")
    reason: Text = Field(description="Why it stands.")
