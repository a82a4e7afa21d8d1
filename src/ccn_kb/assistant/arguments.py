"""The arguments of the tools: models, from which the schemas for clients are made."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, create_model

from ccn_kb.model.records import CooperationKind, PartialDate, Region, Status
from ccn_kb.network import Network

MOST = 50
Words = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Year = Annotated[int, Field(ge=2004, le=2100)]
By = Literal["field", "country", "region", "continent", "year", "source-kind"]
Event = Literal["joined", "changed-field", "ended"]

_CITY = "A city's id (kanazawa-jp) or name."
_COUNTRY = "A country: JP, JPN or Japan."
_FIELD = "A creative field's id."
_ON = "As-of date: YYYY-MM-DD, or YYYY-MM or YYYY for their last day. Default: today."


class Arguments(BaseModel):
    """The arguments of a tool; others are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ResultPage(Arguments):
    """The part of a long answer to return."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = Field(20, description="Largest number of results to return.")
    offset: Annotated[int, Field(ge=0, le=100_000)] = Field(
        0, description="Number of results to leave out; raise it while `more` is not 0."
    )


class FindCities(ResultPage):
    """A search for cities."""

    text: Words = Field(
        description="Words, each the beginning of a name, country, subdivision, field or topic of the city."
    )


class OneCity(Arguments):
    """A city."""

    city: Words = Field(description=_CITY)


class ListMembers(ResultPage):
    """Filters of the members, and the date."""

    on: PartialDate | None = Field(None, description=_ON)
    field: str | None = Field(None, description=_FIELD)
    country: Words | None = Field(None, description=_COUNTRY)
    region: Region | None = Field(None, description="A UNESCO region.")
    joined: Year | None = Field(None, description="Year joined.")


class Statistics(ResultPage):
    """The grouping of the members, and the date."""

    by: By = Field(description="Grouping; year = year joined, source-kind = most trusted source.")
    on: PartialDate | None = Field(None, description=_ON)


class ListMeetings(ResultPage):
    """Filters of the meetings."""

    status: Status | None = Field(None, description="Status; unconfirmed = no record that it was held.")
    city: Words | None = Field(None, description=f"Host city. {_CITY}")


class Cooperations(ResultPage):
    """Filters of the joint projects."""

    city: Words | None = Field(None, description=f"Participating city. {_CITY}")
    field: str | None = Field(None, description=_FIELD)
    kind: CooperationKind | None = Field(None, description="Kind of project.")


class ListChanges(ResultPage):
    """Filters of the changes of membership."""

    since: PartialDate = Field("2004", description="Start date (first day of a month or year).")
    until: PartialDate | None = Field(None, description="End date (last day of a month or year). Default: today.")
    event: Event | None = Field(None, description="Kind of event.")
    city: Words | None = Field(None, description=f"City. {_CITY}")


def with_fields(arguments: type[Arguments], network: Network) -> type[Arguments]:
    """Return the arguments with the creative fields of the network as the only allowed ones."""
    if "field" not in arguments.model_fields or not network.fields:
        return arguments
    field = Literal[tuple(network.fields)] | None  # type: ignore[valid-type]
    changed = {"field": (field, Field(None, description=_FIELD))}
    return create_model(arguments.__name__, __base__=arguments, __doc__=arguments.__doc__, **changed)  # type: ignore[call-overload,no-any-return]
