"""The arguments of the tools: models, from which the schemas for clients are made.

They accept null or an empty text for an omitted value, and numbers as text, as models send them.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from ccn_kb.model.dates import date_text, first_day, format_date, on_day, today
from ccn_kb.model.records import CONTINENTS, REGIONS, CooperationKind, DocumentKind, Status
from ccn_kb.model.text import slug
from ccn_kb.network import Network
from ccn_kb.network.history import Event
from ccn_kb.network.network import MemberFilters
from ccn_kb.network.published_totals import Figure

MOST_NAMES = 50
_WHOLE = re.compile(r"([+-]?\d{1,18})(?:\.0+)?", re.ASCII)
_DATE_PATTERN = r"^\d{4}(-\d{2}(-\d{2})?)?$"


def _to_whole(value: object) -> object:
    """Return a whole number that is written as text or with decimals as an integer, anything else as it is."""
    if isinstance(value, str) and (match := _WHOLE.fullmatch(value.strip())):
        return int(match[1])
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _to_text(value: object) -> object:
    number = _to_whole(value) if isinstance(value, float) else value
    if isinstance(number, int) and not isinstance(number, bool) and abs(number) < 10**18:
        return str(number)
    return value.strip() if isinstance(value, str) else value


def _to_texts(value: object) -> object:
    return tuple(item for item in value if not _is_absent(item)) if isinstance(value, list | tuple) else (value,)


def _to_date(value: object) -> str:
    text = date_text(_to_whole(value) if isinstance(value, float) else value)
    if text is None:
        raise ValueError("not a date; write 2008, 2008-06 or 2008-06-11")
    first_day(text)
    return text


def _to_choice(value: object) -> object:
    return slug(value) if isinstance(value, str) and len(value) < 100 else value


def _is_absent(value: object) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _nullable(*types: str, **keywords: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": [*types, "null"], **keywords})


def _one_of(choices: Any) -> WithJsonSchema:
    return WithJsonSchema({"enum": [*get_args(choices), None]})


By = Literal["field", "country", "region", "continent", "year", "source-kind"]
GroupedBy = Literal["field", "country", "region", "continent"]
Detail = Literal["brief", "full"]

Words = Annotated[str, StringConstraints(min_length=1, max_length=100), BeforeValidator(_to_text)]
Name = Annotated[Words | None, _nullable("string")]
Names = Annotated[
    tuple[Words, ...] | None,
    Field(max_length=MOST_NAMES),
    BeforeValidator(_to_texts),
    _nullable("string", "array", items={"type": "string"}),
]
Date = Annotated[str | None, BeforeValidator(_to_date), _nullable("string", "integer", pattern=_DATE_PATTERN)]
Year = Annotated[int | None, Field(ge=1900, le=2100), BeforeValidator(_to_whole), _nullable("integer")]
Whole = Annotated[int | None, Field(ge=0), BeforeValidator(_to_whole), _nullable("integer", minimum=0)]
Flag = Annotated[bool | None, Field(strict=False), _nullable("boolean")]

_CITY = "A city's name, id (kanazawa-jp), or name and country."
_COUNTRY = "Country: JP, JPN or Japan."
_ON = "As-of date: YYYY-MM-DD, or YYYY-MM or YYYY for their last day. Default: today."


class Arguments(BaseModel):
    """The arguments of a tool; others are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @model_validator(mode="before")
    @classmethod
    def _without_absent(cls, values: Any) -> Any:
        """Leave out optional arguments that are null or empty."""
        if not isinstance(values, dict):
            return values
        optional = {name for name, field in cls.model_fields.items() if not field.is_required()}
        return {name: value for name, value in values.items() if name not in optional or not _is_absent(value)}

    @classmethod
    def schema_for(cls, network: Network) -> dict[str, Any]:
        """Return the JSON Schema; the creative fields of the network are the examples of a field."""
        schema = cls.model_json_schema()
        for text in ("title", "description"):
            schema.pop(text, None)
        for name, argument in schema["properties"].items():
            argument.pop("title", None)
            if argument.get("default", "") is None:
                del argument["default"]
            if name == "field":
                argument["examples"] = [*network.fields]
        return schema


class Detailed(Arguments):
    """How much an answer contains."""

    detail: Annotated[Detail, BeforeValidator(_to_choice)] = Field(
        "brief", description="full: all facts, with sources."
    )

    @property
    def is_full(self) -> bool:
        return self.detail == "full"


class ResultPage(Detailed):
    """The range of a long list of results to return."""

    BRIEF: ClassVar[int] = 500
    """The number of brief results of a page without `limit`, and the greatest."""
    FULL: ClassVar[int] = 20
    MOST_FULL: ClassVar[int] = 50

    limit: Whole = Field(None, description="Largest number of results; at most 500, or 50 in full.")
    offset: Annotated[int, BeforeValidator(_to_whole)] = Field(
        0, ge=0, description="Number of results to leave out; raise it while `more` is not 0."
    )

    @property
    def size(self) -> int:
        """The largest number of results of the page."""
        default = self.FULL if self.is_full else self.BRIEF
        most = self.MOST_FULL if self.is_full else ResultPage.BRIEF
        return min(default if self.limit is None else self.limit, most)


class FilteredMembers(ResultPage):
    """Filters of the members; of several values any may match."""

    field: Names = Field(None, description="Creative field: id or name.")
    country: Names = Field(None, description=_COUNTRY)
    region: Names = Field(None, description="UNESCO region: id or name.", examples=[*REGIONS])
    continent: Names = Field(None, description="Continent: code or name.", examples=[*CONTINENTS.values()])
    topic: Names = Field(None, description="Topic that the city is known for, such as ceramics.")

    @property
    def filters(self) -> MemberFilters:
        """The filters as the network takes them."""
        return MemberFilters(
            field=self.field,
            country=self.country,
            region=self.region,
            continent=self.continent,
            topic=self.topic,
        )


class FindCities(ResultPage):
    """A search for cities."""

    text: Words = Field(description="A name, place or phrase such as City of Film, or the beginnings of words of them.")


class OneCity(Detailed):
    """A city."""

    city: Words = Field(description=_CITY)


class OneCountry(Detailed):
    """A country and a date."""

    country: Words = Field(description=_COUNTRY)
    on: Date = Field(None, description=_ON)


class ListMembers(FilteredMembers):
    """Filters of the members, and the date."""

    on: Date = Field(None, description=_ON)
    joined: Year = Field(None, description="Year joined.")
    former: Flag = Field(None, description="true: designations that ended by the date, instead of members.")

    @property
    def filters(self) -> MemberFilters:
        return MemberFilters(**super().filters, joined=self.joined)


class Statistics(FilteredMembers):
    """The grouping of the members, the filters, and the date."""

    by: Annotated[By, BeforeValidator(_to_choice)] = Field(
        description="Grouping; year = year joined, source-kind = most trusted source."
    )
    then_by: Annotated[By | None, BeforeValidator(_to_choice), _one_of(By)] = Field(
        None, description="A second grouping, for a table of two."
    )
    on: Date = Field(None, description=_ON)
    new: Flag = Field(None, description="true: only cities that joined in the year of the date.")


class Nearest(FilteredMembers):
    """A city, filters of the members, and the date."""

    BRIEF: ClassVar[int] = 10
    FULL: ClassVar[int] = 10

    city: Words = Field(description=_CITY)
    on: Date = Field(None, description=_ON)


class YearlyFigures(FilteredMembers):
    """The years, the grouping and the filters of a time series."""

    since: Date = Field(None, description="First year. Default: 2004.")
    until: Date = Field(None, description="Last year, counted on that day. Default: today.")
    by: Annotated[GroupedBy | None, BeforeValidator(_to_choice), _one_of(GroupedBy)] = Field(
        None, description="Grouping: a column for each group."
    )

    @model_validator(mode="after")
    def _is_past(self) -> Self:
        _require_order(self.since, self.until)
        if self.until and first_day(self.until) > today():
            raise ValueError(f"until: {format_date(self.until)} is after today; leave it out for today")
        return self


class PublishedTotals(ResultPage):
    """Filters of the published figures."""

    figure: Annotated[Figure | None, BeforeValidator(_to_choice), _one_of(Figure)] = Field(
        None, description="What was counted."
    )
    year: Year = Field(None, description="Year of the figure.")


class ListMeetings(ResultPage):
    """Filters of the meetings."""

    status: Annotated[Status | None, BeforeValidator(_to_choice), _one_of(Status)] = Field(
        None, description="Status; unconfirmed = no record that it was held."
    )
    city: Name = Field(None, description=f"Host. {_CITY}")
    year: Year = Field(None, description="Year in which it starts.")


class ListDocuments(ResultPage):
    """Filters of the documents of the network."""

    kind: Annotated[DocumentKind | None, BeforeValidator(_to_choice), _one_of(DocumentKind)] = Field(
        None, description="call = for applications; rules = of joining, reporting or leaving."
    )
    year: Year = Field(None, description="Year of the document, or of the round of a call.")


class Cooperations(ResultPage):
    """Filters of the joint projects."""

    city: Name = Field(None, description=f"Participant. {_CITY}")
    other: Name = Field(None, description="A second participant, for the projects of two cities.")
    field: Name = Field(None, description="Creative field: id or name.")
    kind: Annotated[CooperationKind | None, BeforeValidator(_to_choice), _one_of(CooperationKind)] = Field(
        None, description="Kind of project."
    )


class ListChanges(ResultPage):
    """Filters of the changes of membership."""

    since: Date = Field(None, description="Start date (first day of a month or year). Default: 2004.")
    until: Date = Field(None, description="End date (last day of a month or year). Default: today.")
    event: Annotated[Event | None, BeforeValidator(_to_choice), _one_of(Event)] = Field(
        None, description="Kind of event."
    )
    city: Name = Field(None, description=_CITY)
    field: Names = Field(None, description="Creative field since the event, or until it ended: id or name.")
    country: Names = Field(None, description=_COUNTRY)

    @model_validator(mode="after")
    def _is_period(self) -> Self:
        _require_order(self.since, self.until)
        return self


def _require_order(since: str | None, until: str | None) -> None:
    """Raise ValueError if a period ends before it starts."""
    if since and first_day(since) > on_day(until):
        end = format_date(until) if until else "today"
        raise ValueError(f"since: {format_date(since)} is after until: {end}; exchange them or leave one out")
