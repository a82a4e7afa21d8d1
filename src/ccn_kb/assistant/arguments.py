"""What the tools take: models from which the schemas are made that clients see."""

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
_ON = "A date: 2015-05-28; 2015-05 and 2015 mean their last day. Default: today."


class Arguments(BaseModel):
    """What a tool takes; nothing else is allowed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Page(Arguments):
    """Which part of a long answer is wanted."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = Field(20, description="How many results to give at most.")
    offset: Annotated[int, Field(ge=0, le=100_000)] = Field(
        0, description="How many results to leave out: to read on while `more` is not 0."
    )


class FindCities(Page):
    """Words to look for."""

    text: Words = Field(
        description="Words, each of which begins a name, country, subdivision, field or topic (craft, dish) of it."
    )


class OneCity(Arguments):
    """Which city."""

    city: Words = Field(description=_CITY)


class Members(Page):
    """Which members, when."""

    on: PartialDate | None = Field(None, description=_ON)
    field: str | None = Field(None, description=_FIELD)
    country: Words | None = Field(None, description=_COUNTRY)
    region: Region | None = Field(None, description="A UNESCO region.")
    joined: Year | None = Field(None, description="Only cities that joined in the year.")


class Statistics(Page):
    """What to count, when."""

    by: By = Field(description="What to count by; year is that of joining, source-kind that of the best source.")
    on: PartialDate | None = Field(None, description=_ON)


class Meetings(Page):
    """Which meetings."""

    status: Status | None = Field(None, description="Only those of a status; unconfirmed: no record of it was found.")
    city: Words | None = Field(None, description=f"Only those that a city hosted. {_CITY}")


class Cooperations(Page):
    """Which cooperation."""

    city: Words | None = Field(None, description=f"Only that in which a city takes part. {_CITY}")
    field: str | None = Field(None, description=_FIELD)
    kind: CooperationKind | None = Field(None, description="Only that of a kind.")


class History(Page):
    """Which events."""

    since: PartialDate = Field("2004", description="From the first day of this date.")
    until: PartialDate | None = Field(None, description="To the last day of this date. Default: today.")
    event: Event | None = Field(None, description="Only events of a kind.")
    city: Words | None = Field(None, description=f"Only what happened to a city. {_CITY}")


def narrowed(arguments: type[Arguments], network: Network) -> type[Arguments]:
    """Return the model with the creative fields of the network as the only ones that it takes."""
    if "field" not in arguments.model_fields or not network.fields:
        return arguments
    field = Literal[tuple(network.fields)] | None  # type: ignore[valid-type]
    changed = {"field": (field, Field(None, description=_FIELD))}
    return create_model(arguments.__name__, __base__=arguments, __doc__=arguments.__doc__, **changed)  # type: ignore[call-overload,no-any-return]
