"""The records of the knowledge base as frozen pydantic models, which forbid unknown keys.

The JSON Schemas, the database and the site take the descriptions of the fields from here.
"""

# Without `from __future__ import annotations`: pydantic would evaluate two hundred texts at each start.
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, TypeAlias, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from ccn_kb.model.dates import DateLike, first_day, on_day

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


def _check_date(date: str) -> str:
    first_day(date)
    return date


def _check_text(text: str) -> str:
    if text != text.strip():
        raise ValueError("begins or ends with a space")
    if not text.isprintable():
        for character in text:
            if unicodedata.category(character) in _INVISIBLE:
                name = unicodedata.name(character, "a control character").lower()
                raise ValueError(f"contains an invisible character (U+{ord(character):04X}, {name})")
    if not unicodedata.is_normalized("NFC", text):
        raise ValueError("contains decomposed accents; write composed characters (Unicode NFC)")
    return text


def _check_url(url: str) -> str:
    if not re.match(r"https?://[^\s/<>\"]+\.[^\s/<>\"]+(/[^\s<>\"]*)?\Z", url):
        raise ValueError(f"{url[:80]!r} is not a web address; write it in full, beginning with http:// or https://")
    return url


EXPECTED_FORMS: dict[str, str] = {}
"""What a text has to be, in words, by its regular expression."""


def _form(pattern: str, form: str, max_length: int | None = None) -> StringConstraints:
    EXPECTED_FORMS[pattern] = form
    return StringConstraints(pattern=pattern, max_length=max_length)


SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
ALPHA2_PATTERN = r"^[A-Z]{2}$"
PartialDate = Annotated[
    str, AfterValidator(_check_date), Field(json_schema_extra={"pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"})
]
Text = Annotated[str, StringConstraints(min_length=1, max_length=400), AfterValidator(_check_text)]
LongText = Annotated[str, StringConstraints(min_length=1, max_length=20_000), AfterValidator(_check_text)]
Url = Annotated[str, AfterValidator(_check_url), Field(json_schema_extra={"pattern": "^https?://"})]
Slug = Annotated[str, _form(SLUG_PATTERN, "an ID of small letters (a to z), digits and hyphens", max_length=80)]
Alpha2 = Annotated[str, _form(ALPHA2_PATTERN, "a country code of two capital letters")]
Alpha3 = Annotated[str, _form(r"^[A-Z]{3}$", "a country code of three capital letters")]
M49 = Annotated[str, _form(r"^\d{3}$", "a United Nations code (M49) of three digits, such as 392 or 034")]
Language = Annotated[str, _form(r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$", "a language tag, such as fr or zh-Hant")]
Colour = Annotated[str, _form(r"^#[0-9a-f]{6}$", "a colour in the form #rrggbb, such as #009e73")]
SvgPath = Annotated[str, _form(r"^M[0-9HVLAZMCSQT .,-]+$", "an SVG path, such as M-7-7H7V7H-7Z", max_length=200)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Count = Annotated[int, Field(ge=0, le=100_000)]
Citation = Annotated[
    str,
    _form(r"^[a-z0-9]+(-[a-z0-9]+)*(#\S+)?$", "a citation, such as unesco-2009 or geonames#1860243", max_length=200),
]
Version = Annotated[str, _form(r"^\d+\.\d+\.\d{8}$", "a version of the data, such as 1.0.20261125")]
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
CooperationKind = Literal["mentoring", "agreement", "exchange", "co-production", "event", "meeting", "platform"]
GroupKind = Literal["region", "sub-region", "intermediate-region", "income", "development", "organisation"]
GROUP_KINDS: tuple[str, ...] = get_args(GroupKind)
Role = Literal["host", "helper", "lead", "helped", "partner"]
NamedPlace = Literal["seat"]
PopulationBasis = Literal["municipality", "city-proper", "urban-area", "region"]
CorrectionKind = Literal["corrected", "removed", "moved"]
ReportedStatus = Literal["member", "applied", "not-designated"]
CoordinatorRole = Literal["coordinator", "deputy"]
DocumentKind = Literal["call", "rules", "strategy", "evaluation"]
POPULATION_BASES: tuple[PopulationBasis, ...] = get_args(PopulationBasis)


ValuePath: TypeAlias = tuple[str | int, ...]
"""Where a value is in a record: names of fields, and numbers of list items from 0."""


class WrongValueError(ValueError):
    """A value contradicts another value of its record; carries the path of the value in the record."""

    def __init__(self, message: str, *path: str | int) -> None:
        self.path = path
        super().__init__(message)


class Record(BaseModel):
    """A frozen record without unknown keys."""

    # Most uses need the validator of the network alone, and not one of each class.
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)

    implied_by_path: ClassVar[frozenset[str]] = frozenset()
    """Fields whose values follow from the record's place in the data folder (its id from the file name)."""

    def nested_records(self, path: ValuePath = ()) -> list[tuple[ValuePath, "Record"]]:
        """Return the record itself and every record inside it, each with its path."""
        records: list[tuple[ValuePath, Record]] = [(path, self)]
        for name in _fields_with_records(type(self)):
            value = getattr(self, name)
            if isinstance(value, Record):
                records += value.nested_records((*path, name))
            elif value:
                for number, record in enumerate(value):
                    records += record.nested_records((*path, name, number))
        return records


@cache
def _fields_with_records(record_type: type[Record]) -> tuple[str, ...]:
    return tuple(name for name, field in record_type.model_fields.items() if any(records_in(field.annotation)))


def records_in(annotation: Any) -> Iterator[type[Record]]:
    """Yield the record classes in the type annotation of a field."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        yield annotation
    for part in get_args(annotation):
        yield from records_in(part)


class Identified(Record):
    """A record with an id of its own."""

    implied_by_path = frozenset({"id"})

    id: str | int


class Disputed(Record):
    """A conflicting value of one field of a record in less trusted sources."""

    path: Slug = Field(description="The field of the record.")
    value: Text = Field(description="The conflicting value.")
    sources: Citations = Field(description="The sources that give it.")


class WithDisputes(Record):
    """A record on which sources can disagree."""

    disputed: tuple[Disputed, ...] = Field((), description="Conflicting values in less trusted sources.")

    @model_validator(mode="after")
    def _disputes_own_fields(self) -> Self:
        for number, dispute in enumerate(self.disputed):
            if dispute.path not in type(self).model_fields:
                message = f"disputes {dispute.path!r}, which is not a field of this record"
                raise WrongValueError(message, "disputed", number, "path")
        return self


class Statement(Record):
    """One short statement in our own words, with its sources."""

    value: Text = Field(description="The statement.")
    sources: Citations = Field(description="The sources of the statement.")


class Translation(Record):
    """A name in one language, as lists in that language write it."""

    value: Text = Field(description="The name.")
    lang: Language = Field(description="Language tag (BCP 47).")


class Coordinator(Record):
    """A city that speaks for the cities of a creative field in the Steering Group of the network."""

    city: Slug = Field(description="Id of the city.")
    role: CoordinatorRole = Field(description="coordinator or deputy.")
    since: PartialDate | None = Field(None, description="When it took the role, if a source states it.")
    stated: PartialDate = Field(description="Newest date for which a source names it in the role.")
    sources: Citations = Field(description="The sources of the role and its dates.")


class CreativeField(Identified):
    """A creative field in which cities are designated."""

    id: Slug = Field(description="The field's id, as in the address of its page.")
    name: Text = Field(description="English name, as UNESCO writes it.")
    name_fr: Text = Field(description="French name.")
    name_es: Text = Field(description="Spanish name.")
    description: Text = Field(description="Definition, in one sentence of our own.")
    activities: Annotated[tuple[Text, ...], Field(min_length=1)] = Field(description="Activities in the field.")
    aliases: tuple[Text, ...] = Field((), description="Other names understood as this field.")
    names: tuple[Translation, ...] = Field((), description="Names in other languages, with their variants in lists.")
    colour: Colour | None = Field(None, description="Colour of its mark on maps and charts, as #rrggbb.")
    mark: SvgPath | None = Field(
        None, description="Shape of its mark: an SVG path around the origin, within 11 units to each side."
    )
    added: PartialDate | None = Field(None, description="When the field was added; absent for the original seven.")
    sources: tuple[Citation, ...] = Field((), description="The sources for `added`.")
    coordinators: tuple[Coordinator, ...] = Field(
        (), description="Coordinators that were found, oldest first; not all that there were."
    )

    @model_validator(mode="after")
    def _cited(self) -> Self:
        if self.added and not self.sources:
            raise WrongValueError("`added` has no source", "added")
        return self


class Topic(Identified):
    """A topic that cities are known for: a craft, a dish, a festival, a tradition."""

    id: Slug = Field(description="The topic's id: its name in ASCII.")
    name: Annotated[str, StringConstraints(max_length=40), AfterValidator(_check_text)] = Field(
        description="Name, in one or a few words; its only spelling."
    )
    names: tuple[Translation, ...] = Field(
        (), description="Names in other languages, at most one for each, where they differ from the English name."
    )
    broader: Slug | None = Field(None, description="The broader topic that includes it.")

    @model_validator(mode="after")
    def _has_one_name_per_language(self) -> Self:
        languages = {"en"}
        for number, name in enumerate(self.names):
            if name.lang in languages:
                raise WrongValueError(f"a second name in the language {name.lang!r}", "names", number, "lang")
            if name.value == self.name:
                raise WrongValueError(f"{name.value!r} is the English name; leave it out", "names", number, "value")
            languages.add(name.lang)
        return self

    @property
    def all_names(self) -> tuple[str, ...]:
        """The English name and those in other languages."""
        return self.name, *(name.value for name in self.names)

    def name_in(self, language: str) -> str | None:
        """Return the name in a language, None if it is the English name or is not recorded."""
        return next((name.value for name in self.names if name.lang == language), None)


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

    def contains(self, latitude: float, longitude: float) -> bool:
        """Return whether the point lies inside the box or on its edge."""
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north


class Absence(Record):
    """A time in which a state was not a member of UNESCO; its cities remain in the network."""

    since: PartialDate | None = Field(None, description="First day outside UNESCO; absent if it was never a member.")
    until: PartialDate | None = Field(None, description="Day of its return; absent while it is not a member.")
    sources: Citations = Field(description="The sources of these dates.")


class Country(Identified):
    """A state or territory recognised by UNESCO, with or without a Creative City."""

    id: Alpha2 = Field(description="ISO 3166-1 alpha-2 code.")
    alpha3: Alpha3 = Field(description="ISO 3166-1 alpha-3 code.")
    m49: M49 | None = Field(None, description="United Nations code M49, which is the numeric code of ISO 3166-1.")
    name: Text = Field(description="Short English name.")
    name_fr: Text = Field(description="Short French name.")
    official: Text | None = Field(None, description="English name in UNESCO's list of member states, if different.")
    aliases: tuple[Text, ...] = Field((), description="Other names and codes understood as this country.")
    territories: tuple[Alpha2, ...] = Field(
        (), description="ISO 3166-1 codes of territories that UNESCO counts under this country."
    )
    names: tuple[Translation, ...] = Field(
        (), description="Long forms, abbreviations and variants in lists, which CLDR does not have."
    )
    region: Region = Field(description="UNESCO region, which is not the continent.")
    continent: Continent = Field(description="Continent: AF, AS, EU, NA, OC or SA.")
    boxes: tuple[Box, ...] = Field(min_length=1, description="Boxes around its land, from Natural Earth.")
    outside: tuple[Absence, ...] = Field((), description="Times in which it was not a member of UNESCO.")

    @property
    def codes(self) -> tuple[str, ...]:
        """The ISO 3166-1 codes of places in it: its own, and those of its territories."""
        return self.id, *self.territories


class GroupMembership(Record):
    """A country's time in a group of countries."""

    country: Alpha2 = Field(description="Country code (ISO 3166-1 alpha-2).")
    since: PartialDate | None = Field(None, description="First day in the group; absent if no source was looked at.")
    until: PartialDate | None = Field(None, description="First day on which it was no longer in the group.")
    sources: tuple[Citation, ...] = Field((), description="The sources of these dates, if not those of the group.")


class CountryGroup(Identified):
    """A group of countries in a published list: a statistical region, an income group, an organisation."""

    id: Slug = Field(description="Short name of the group.")
    name: Text = Field(description="English name, as in the list.")
    kind: GroupKind = Field(
        description="region, sub-region or intermediate-region (all of M49), income, development or organisation."
    )
    code: M49 | None = Field(None, description="United Nations code (M49) of a region; absent for other groups.")
    edition: Text | None = Field(None, description="Edition of the list, such as FY2026, if it has one.")
    as_of: PartialDate = Field(description="Last day for which the list was looked at; later changes are missing.")
    members: Annotated[tuple[GroupMembership, ...], Field(min_length=1)] = Field(
        description="Its countries; territories without a record of their own are left out."
    )
    sources: Citations = Field(description="The sources of the list.")
    note: Text | None = Field(None, description="A remark for readers.")

    def members_on(self, day: DateLike = None) -> list[str]:
        """Return the codes of the countries in the group on a day; without one, on the last day of the list.

        >>> "GB" in network.country_groups["eu"].members_on("2019"), "GB" in network.country_groups["eu"].members_on()
        (True, False)
        """
        return [membership.country for membership in self.memberships_on(day)]

    def memberships_on(self, day: DateLike = None) -> list[GroupMembership]:
        """Return the memberships on a day; without one, on the last day of the list."""
        moment = on_day(self.as_of if day is None else day)
        return [
            membership
            for membership in self.members
            if (membership.since is None or first_day(membership.since) <= moment)
            and (membership.until is None or moment < first_day(membership.until))
        ]


class Subdivision(Record):
    """A subdivision of a country (ISO 3166-2)."""

    code: Annotated[str, _form(r"^[A-Z]{2}-[A-Z0-9]{1,3}$", "an ISO 3166-2 code, such as JP-17")] = Field(
        description="ISO 3166-2 code."
    )
    name: Text = Field(description="Name in ISO 3166-2.")


class Location(Record):
    """The coordinates of a city's centre, from GeoNames where it has the city (WGS 84)."""

    latitude: Latitude = Field(description="Degrees north, WGS 84.")
    longitude: Longitude = Field(description="Degrees east, WGS 84.")
    sources: Citations = Field(description="The sources of the coordinates.")


class Population(Record):
    """A population figure of a city, with the area that the source counts."""

    value: Annotated[int, Field(gt=0, le=100_000_000)] = Field(description="Inhabitants.")
    year: Annotated[int, Field(ge=1900, le=2100)] | None = Field(
        None, description="Year of the figure, if the source gives one."
    )
    basis: PopulationBasis | None = Field(
        None,
        description="Area that is counted: municipality (of the city's own local authority), city-proper (the city "
        "within its legal limits, if narrower or if the source names no authority), urban-area (agglomeration) "
        "or region (a larger district, county or province); absent if the source does not state it, as GeoNames.",
    )
    sources: Citations = Field(description="The sources of the figure.")

    def describe_scope(self) -> str:
        """Return the year and the area of the figure in words: 2021, municipality."""
        return f"{self.year or 'undated'}, {self.basis.replace('-', ' ') if self.basis else 'area not stated'}"


class Name(Record):
    """An alternative name of a city: in another language or spelling, a former name, or that of its seat."""

    value: Text = Field(description="The name.")
    lang: Language | None = Field(None, description="Language tag (BCP 47); absent for another spelling.")
    place: NamedPlace | None = Field(
        None,
        description="Whose name it is: seat, the main place of a wider area; absent for the city itself.",
    )
    until: PartialDate | None = Field(None, description="First day on which it was no longer the name.")
    sources: tuple[Citation, ...] = Field((), description="The sources for `until`.")

    @model_validator(mode="after")
    def _cited(self) -> Self:
        if self.until and not self.sources:
            raise WrongValueError("`until` has no source", "until")
        return self


class End(Record):
    """The end of a designation."""

    date: PartialDate = Field(description="First day after the designation ended.")
    reason: EndReason = Field(description="Reason: withdrew, removed or field-changed.")
    sources: Citations = Field(description="The sources of the end.")


class Designation(WithDisputes):
    """A city's designation in one creative field, from its start to its end."""

    field: Slug = Field(description="Creative field.")
    since: PartialDate = Field(description="Date of designation, as precise as the sources allow.")
    round: Annotated[int, Field(ge=2004, le=2100)] | None = Field(
        None, description="Round (year) in which it was announced; absent before 2014."
    )
    sources: Citations = Field(description="The sources, most trusted first.")
    end: End | None = Field(None, description="Date and reason of the end; absent while it is active.")
    note: Text | None = Field(None, description="A remark for readers.")


class MonitoringReport(Record):
    """A membership monitoring report of a city that is public, or whose publication is reported."""

    year: Annotated[int, Field(ge=2015, le=2100)] = Field(
        description="Year of submission, or the last year that it covers if that is not stated."
    )
    url: Url | None = Field(None, description="Address of the report or of a copy; absent if it was not seen.")
    lang: Language | None = Field(None, description="Language of the report (BCP 47); absent if it was not seen.")
    sources: Citations = Field(description="The sources of the report: its own page or copy, or a notice of it.")


class City(Identified, WithDisputes):
    """A current or former member city of the network."""

    id: Slug = Field(description="Permanent id: name and country.")
    name: Text = Field(description="English name in UNESCO's spelling.")
    country: Alpha2 = Field(description="Country code (ISO 3166-1 alpha-2), such as JP.")
    subdivision: Subdivision | None = Field(None, description="First-level subdivision; absent if there is none.")
    second_subdivision: Subdivision | None = Field(
        None, description="Second-level subdivision, only where people name it instead of the first (Indonesia)."
    )
    location: Location = Field(description="Coordinates.")
    population: tuple[Population, ...] = Field((), description="Population figures, each with its sources.")
    geonames: Annotated[int, Field(gt=0, lt=10**12)] | None = Field(None, description="GeoNames id.")
    wikidata: Annotated[str, _form(r"^Q[1-9][0-9]*$", "a Wikidata id, such as Q184204")] | None = Field(
        None, description="Wikidata id."
    )
    unesco_pages: tuple[Slug, ...] = Field((), description="Last part of the address of each UNESCO page on the city.")
    names: tuple[Name, ...] = Field((), description="Alternative names.")
    known_for: tuple[Statement, ...] = Field(
        (), description="Topics that it is known for, by name, the most characteristic first."
    )
    facts: tuple[Statement, ...] = Field((), description="Other facts, one short sentence each.")
    designations: Annotated[tuple[Designation, ...], Field(min_length=1)] = Field(
        description="Designations, oldest first."
    )
    reports: tuple[MonitoringReport, ...] = Field(
        (), description="Membership monitoring reports that were found, oldest first; not all that were submitted."
    )
    note: Text | None = Field(None, description="A remark for readers.")

    @property
    def subdivisions(self) -> tuple[Subdivision, ...]:
        """The subdivisions in which it is, the one that people name first."""
        return tuple(part for part in (self.second_subdivision, self.subdivision) if part)

    @model_validator(mode="after")
    def _second_has_first(self) -> Self:
        if self.second_subdivision and not self.subdivision:
            raise WrongValueError("give the first-level subdivision, too", "second_subdivision")
        return self


class MembershipClaim(Record):
    """What sources report of the membership of a city that is not a member."""

    status: ReportedStatus = Field(
        description="member (reported as a member, which it was not), applied (the outcome is not stated) or "
        "not-designated (applied without success)."
    )
    field: Slug | None = Field(None, description="Creative field, if the sources give one.")
    date: PartialDate | None = Field(None, description="Date of the designation or of the application, as reported.")
    sources: Citations = Field(description="The sources that report it.")


class NonMember(Identified):
    """A city that sources report as a member or as a candidate and that never was a member."""

    id: Slug = Field(description="Name and country, as of a city.")
    name: Text = Field(description="English name.")
    country: Alpha2 = Field(description="Country code (ISO 3166-1 alpha-2), such as JP.")
    names: tuple[Name, ...] = Field((), description="Alternative names.")
    claims: Annotated[tuple[MembershipClaim, ...], Field(min_length=1)] = Field(
        description="What sources report, oldest first."
    )
    note: Text | None = Field(None, description="Why it is not a member, in our own words.")
    sources: tuple[Citation, ...] = Field((), description="The sources of the note.")

    @model_validator(mode="after")
    def _cited(self) -> Self:
        if self.note and not self.sources:
            raise WrongValueError("`note` has no source", "note")
        return self


class Moved(Identified):
    """The redirect in the file of an id that was a mistake or was merged into another."""

    id: Slug = Field(description="Old id.")
    moved: Slug = Field(description="New id.")


class Round(Identified, WithDisputes):
    """A designation round, with the figures that UNESCO announced."""

    id: Annotated[int, Field(ge=2014, le=2100)] = Field(description="Year of the announcement.")
    announced: PartialDate = Field(description="Day of the announcement, from which its designations date.")
    new: Count | None = Field(None, description="Announced number of new members.")
    members: Count | None = Field(None, description="Announced total number of members.")
    countries: Count | None = Field(None, description="Announced number of countries with a member.")
    wording: Text | None = Field(None, description="The number of countries, if it was only given in words.")
    first_time: Count | None = Field(
        None, description="Announced number of new members in countries without a member before."
    )
    sources: Citations = Field(description="The announcement, and reports that repeat its figures.")
    note: Text | None = Field(None, description="A remark for readers.")


class Rule(Identified):
    """A rule of the network with a time limit in years."""

    id: Slug = Field(description="Short name of the rule.")
    value: Text = Field(description="The rule, in one sentence of our own.")
    years: Annotated[int, Field(ge=1, le=50)] = Field(description="Number of years in the rule.")
    since: PartialDate = Field(description="Date of the first designations to which it applies.")
    sources: Citations = Field(description="The sources of the rule.")
    note: Text | None = Field(None, description="A remark for readers.")


class OfficialDocument(Identified, WithDisputes):
    """A document of the network: a call for applications, rules, a strategy or an evaluation."""

    id: Slug = Field(description="Year, and a word or two.")
    kind: DocumentKind = Field(
        description="call (for applications), rules (of joining, reporting, cooperating or leaving), strategy (also "
        "declarations) or evaluation."
    )
    title: Text = Field(description="English title, or a description of ours if no English title was seen.")
    date: PartialDate = Field(
        description="Date of publication or adoption, as precise as the sources allow; for a page without a date, the "
        "date to which its contents belong."
    )
    replaces: Slug | None = Field(None, description="The earlier version that it takes the place of.")
    meeting: Slug | None = Field(None, description="The meeting that adopted it.")
    round: Annotated[int, Field(ge=2004, le=2100)] | None = Field(
        None, description="Round (year) for which a call asked for applications; absent before it is announced."
    )
    deadline: PartialDate | None = Field(None, description="Last day of a call for applications to UNESCO.")
    per_country: Annotated[int, Field(ge=1, le=100)] | None = Field(
        None, description="Largest number of applications from one country in a call."
    )
    applications: Count | None = Field(None, description="Number of valid applications that a call had, as published.")
    statements: tuple[Statement, ...] = Field((), description="What it states, in our own words.")
    sources: Citations = Field(description="The document itself or a copy, and reports on it.")
    note: Text | None = Field(None, description="A remark for readers.")

    @model_validator(mode="after")
    def _only_calls_ask_for_applications(self) -> Self:
        for name in ("round", "deadline", "per_country", "applications"):
            if self.kind != "call" and getattr(self, name) is not None:
                raise WrongValueError("only a call for applications has it", name)
        return self


class CorrectedValue(Record):
    """A value that a release of the data has otherwise than the release before it, or has no more."""

    change: CorrectionKind = Field(
        description="corrected (another value), removed (no value, or no record) or moved (another id)."
    )
    kind: Slug = Field(description="Kind of the record, such as city, meeting or total.")
    record: Text = Field(description="Id of the record; of a moved one the new id.")
    name: Text = Field(description="Name or title of the record.")
    path: Text | None = Field(None, description="The value in the record; absent for the record itself.")
    before: LongText | None = Field(None, description="The value of the release before; of a moved record the old id.")
    after: LongText | None = Field(None, description="The value of this release; absent if it was removed.")


class Release(Identified):
    """A release of the data, and the values that it corrects in the release before it."""

    id: Version = Field(description="Version of the data.")
    date: PartialDate = Field(description="Date of the data.")
    replaces: Version | None = Field(None, description="Version of the release before it; absent for the first.")
    corrections: tuple[CorrectedValue, ...] = Field(
        (), description="The corrections by kind, record and value; values that were only added are none."
    )


class Total(Identified):
    """A published total of members for some date, of the network or of a part of it."""

    id: Slug = Field(description="Date, and the part of the network if it is not the whole.")
    date: PartialDate = Field(description="Date of the total; a partial date stands for its last day.")
    members: Count | None = Field(None, description="Published number of members.")
    countries: Count | None = Field(None, description="Published number of countries with a member.")
    field: Slug | None = Field(None, description="Creative field that was counted; absent for all.")
    country: Alpha2 | None = Field(None, description="Country that was counted; absent for all.")
    region: Region | None = Field(None, description="UNESCO region that was counted; absent for all.")
    wording: Text | None = Field(None, description="The figure, if it was only given in words.")
    sources: Citations = Field(description="The sources of the total.")
    note: Text | None = Field(None, description="A remark for readers.")


class Host(Record):
    """A host of a meeting: a city of the network by its id, or another place by name and country."""

    city: Slug | None = Field(None, description="Id of a city of the network.")
    name: Text | None = Field(None, description="Name of another place.")
    country: Alpha2 | None = Field(None, description="Country of another place.")

    @model_validator(mode="after")
    def _city_or_other_place(self) -> Self:
        if bool(self.city) == bool(self.name) or bool(self.name) != bool(self.country):
            raise WrongValueError("give either `city`, or `name` and `country`")
        return self


class Meeting(Identified, WithDisputes):
    """An annual meeting of the network (called annual conference since 2019), or a related meeting."""

    id: Slug = Field(description="Year and first host.")
    ordinal: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        None,
        description="Number in the series, not unique (XIV was planned for 2020 and held in 2022); absent outside it.",
    )
    name: Text = Field(description="Name of the meeting.")
    starts: PartialDate = Field(description="First day, as precise as the sources allow.")
    ends: PartialDate | None = Field(None, description="Last day, if known.")
    hosts: tuple[Host, ...] = Field((), description="Hosts, the main host first; none for an online meeting.")
    status: Status = Field(
        description="held, postponed, cancelled, planned, or unconfirmed: not confirmed to have taken place."
    )
    theme: Text | None = Field(None, description="Theme.")
    attendance: tuple[Statement, ...] = Field((), description="Attendance, as reported.")
    outcomes: tuple[Statement, ...] = Field((), description="Outcomes: what was discussed, decided or adopted.")
    announced: tuple[Statement, ...] = Field((), description="What was announced beforehand.")
    sources: Citations = Field(description="The sources of place, dates and status.")
    note: Text | None = Field(None, description="A remark for readers.")


class Participant(Record):
    """A city in a joint project, with its role."""

    city: Slug = Field(description="Id of the city.")
    role: Role = Field(description="host, helper, lead, helped or partner.")


class Cooperation(Identified, WithDisputes):
    """A joint project of cities of the network."""

    id: Slug = Field(description="Year, first city and a word or two.")
    title: Text = Field(description="Title, in one line of our own.")
    kind: CooperationKind = Field(
        description="mentoring, agreement, exchange, co-production, event, meeting (of the cities of a creative field) "
        "or platform."
    )
    field: Slug | None = Field(None, description="Creative field; absent if it spans several fields.")
    starts: PartialDate = Field(description="Start, as precise as the sources allow.")
    ends: PartialDate | None = Field(None, description="End, if known.")
    cities: Annotated[tuple[Participant, ...], Field(min_length=1)] = Field(description="The cities and their roles.")
    sources: Citations = Field(description="The sources of the project.")
    note: Text | None = Field(None, description="A remark for readers.")

    @model_validator(mode="after")
    def _meeting_has_field(self) -> Self:
        if self.kind == "meeting" and not self.field:
            raise WrongValueError("a meeting of the cities of a creative field needs the field", "field")
        return self


WEB_ARCHIVES = ("webarchive.unesco.org", "web.archive.org", "archive.today", "archive.ph", "archive.is")
"""Hosts of web archives: a source whose own address is there needs no other copy."""


class Source(Identified):
    """A publication that is cited for facts."""

    implied_by_path = frozenset({"id", "kind"})

    id: Slug = Field(description="Publisher's host name, and a year or a word.")
    kind: SourceKind = Field(
        description="official (UNESCO), host (the city, its offices, region or national commission), press, reference "
        "or copy (a mirror of another page)."
    )
    publisher: Text = Field(description="Publisher.")
    title: Text | None = Field(None, description="Title, if recorded.")
    url: Url = Field(description="Address.")
    archived: Url | None = Field(None, description="Address of an archived copy, where one was seen.")
    entry_url: Url | None = Field(
        None, description="Address of an entry in a collection; {locator} stands for the part after # in a citation."
    )
    published: PartialDate | None = Field(None, description="Date of publication, if recorded.")
    lang: Language | None = Field(None, description="Language (BCP 47).")
    accessed: PartialDate = Field(description="Date of access.")
    note: Text | None = Field(None, description="A remark for readers.")

    @model_validator(mode="after")
    def _has_locator(self) -> Self:
        if self.entry_url and "{locator}" not in self.entry_url:
            raise WrongValueError("must contain {locator}, or all entries would have the same address", "entry_url")
        return self

    @property
    def archived_address(self) -> str | None:
        """The address of an archived copy: the one on record, or the source's own if that is in a web archive."""
        return self.archived or (self.url if urlsplit(self.url).hostname in WEB_ARCHIVES else None)

    def address(self, locator: str = "") -> str:
        """Return the address of the entry with the locator if the source is a collection, else the source's own."""
        return self.entry_url.replace("{locator}", locator) if self.entry_url and locator else self.url


class Excepted(Record):
    """A problem that a rule finds and that is accepted, with the reason."""

    rule: Slug = Field(description="Name of the rule.")
    id: Text = Field(description="Id of the record, or record/field: `2021/countries`.")
    reason: Text = Field(description="Reason for accepting it.")
