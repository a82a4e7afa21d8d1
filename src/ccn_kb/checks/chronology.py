"""The rules of dates: in order, not in the future, and those of designations beside each other."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from itertools import pairwise

from ccn_kb.checks.context import Context, Finding, Path
from ccn_kb.model.dates import first_day, last_day
from ccn_kb.model.records import City
from ccn_kb.network import Network
from ccn_kb.version import SCHEMA_VERSION, VERSION_FILE, make_version, split_version


def date_order(context: Context) -> Iterator[Finding]:
    """Designations stand oldest first, and what has an end ends after its beginning."""
    for city in context.network.cities.values():
        for number, one in enumerate(city.designations):
            path: Path = ("designations", number)
            if one.end and first_day(one.end.date) <= first_day(one.since):
                message = f"ends on {one.end.date}, not after it began on {one.since}"
                yield Finding("city", city.id, (*path, "end", "date"), message, "correct one of the dates")
            if number and first_day(one.since) < first_day(city.designations[number - 1].since):
                message = f"since {one.since} stands after {city.designations[number - 1].since}"
                yield Finding("city", city.id, (*path, "since"), message, "put the oldest designation first")
    for kind, records in (("meeting", context.network.meetings_by_id), ("cooperation", context.network.cooperations)):
        for record in records.values():
            if record.ends and last_day(record.ends) < first_day(record.starts):
                message = f"ends on {record.ends}, before it starts on {record.starts}"
                yield Finding(kind, record.id, ("ends",), message, "correct one of the dates")


def edition(context: Context) -> Iterator[Finding]:
    """The version of the data is of this schema, and no older than the newest round and the newest source."""
    network = context.network
    rounds = ((first_day(one.announced), f"the round {one.id}") for one in network.rounds.values())
    sources = ((first_day(one.accessed), f"the source {one.id}") for one in network.sources.values())
    newest, what = max((*rounds, *sources), default=(datetime.date.min, ""))
    fix = f"write {make_version(SCHEMA_VERSION, max(newest, context.today))} in {VERSION_FILE}"
    try:
        schema, day = split_version(network.version)
    except ValueError as error:
        yield Finding("edition", VERSION_FILE, (), str(error), fix)
        return
    if network.version != make_version(schema, day):
        message = f"{network.version!r} is a version of the package; its post-release number is in version.py"
        yield Finding("edition", VERSION_FILE, (), message, f"write {make_version(schema, day)} in {VERSION_FILE}")
    if schema != SCHEMA_VERSION:
        yield Finding(
            "edition", VERSION_FILE, (), f"says schema {schema}, but the records are of {SCHEMA_VERSION}", fix
        )
    if day < newest:
        yield Finding("edition", VERSION_FILE, (), f"its date, {day}, is before {what} of {newest}", fix)


def future(context: Context) -> Iterator[Finding]:
    """Nothing that has happened lies in the future; a planned meeting may."""
    for kind, id, path, date in _past_dates(context.network):
        if date and first_day(date) > context.today:
            message = f"{date} lies in the future; today is {context.today}"
            yield Finding(kind, id, path, message, "correct the date")


PastDate = tuple[str, str, Path, str | None]


def _past_dates(network: Network) -> Iterator[PastDate]:
    for city in network.cities.values():
        yield from _past_dates_of_city(city)
    for field in network.fields.values():
        yield "field", field.id, ("added",), field.added
    for stated in network.rounds.values():
        yield "round", str(stated.id), ("announced",), stated.announced
    for rule in network.rules.values():
        yield "rule", rule.id, ("since",), rule.since
    for total in network.totals.values():
        yield "total", total.id, ("date",), total.date
    for meeting in network.meetings("held"):
        yield "meeting", meeting.id, ("starts",), meeting.starts
        yield "meeting", meeting.id, ("ends",), meeting.ends
    for cooperation in network.cooperations.values():
        yield "cooperation", cooperation.id, ("starts",), cooperation.starts
    for source in network.sources.values():
        yield "source", source.id, ("accessed",), source.accessed
        yield "source", source.id, ("published",), source.published


def _past_dates_of_city(city: City) -> Iterator[PastDate]:
    for number, one in enumerate(city.designations):
        yield "city", city.id, ("designations", number, "since"), one.since
        yield "city", city.id, ("designations", number, "end", "date"), one.end.date if one.end else None
    for number, name in enumerate(city.names):
        yield "city", city.id, ("names", number, "until"), name.until
    for number, figure in enumerate(city.population):
        yield "city", city.id, ("population", number, "year"), str(figure.year) if figure.year else None


def overlap(context: Context) -> Iterator[Finding]:
    """A city has one creative field at a time: each designation ends before the next begins."""
    for city in context.network.cities.values():
        for number, (one, other) in enumerate(pairwise(city.designations), start=1):
            path: Path = ("designations", number, "since")
            if one.end is None:
                message = f"begins in {other.field} while {one.field} has no end"
                yield Finding("city", city.id, path, message, "give the one before an end")
            elif first_day(one.end.date) > first_day(other.since):
                message = f"begins on {other.since}, before {one.field} ended on {one.end.date}"
                yield Finding("city", city.id, path, message, "correct one of the dates")


def field_change(context: Context) -> Iterator[Finding]:
    """A change of field ends one designation and begins the next, in another field, on the same day."""
    for city in context.network.cities.values():
        following = dict(enumerate(city.designations[1:]))
        for number, one in enumerate(city.designations):
            if one.end is None or one.end.reason != "field-changed":
                continue
            then = following.get(number)
            path: Path = ("designations", number, "end")
            if then is None or then.since != one.end.date:
                message = f"the field changed on {one.end.date}, but no designation begins on that day"
                yield Finding(
                    "city", city.id, path, message, "add the designation in the new field, or correct the date"
                )
            elif then.field == one.field:
                yield Finding(
                    "city", city.id, path, f"the field changed from {one.field} to itself", "correct the field"
                )


def field_added(context: Context) -> Iterator[Finding]:
    """No city is designated in a field before the field was added."""
    for city in context.network.cities.values():
        for number, one in enumerate(city.designations):
            field = context.network.fields.get(one.field)
            if field and field.added and last_day(one.since) < first_day(field.added):
                message = f"{field.name} was added in {field.added}, after {one.since}"
                yield Finding(
                    "city", city.id, ("designations", number, "field"), message, "correct the field or the date"
                )


def round_date(context: Context) -> Iterator[Finding]:
    """A designation of a round dates from its announcement, and one of an announcement's day names the round."""
    announced = {one.announced: one.id for one in context.network.rounds.values()}
    for city in context.network.cities.values():
        for number, one in enumerate(city.designations):
            path: Path = ("designations", number)
            stated = context.network.rounds.get(one.round) if one.round else None
            if stated and one.since != stated.announced:
                message = f"since {one.since}, but the round of {stated.id} was announced on {stated.announced}"
                fix = f"write {stated.announced} and put the other date under `disputed`, or correct the round"
                yield Finding("city", city.id, (*path, "since"), message, fix)
            elif one.round is None and one.since in announced:
                message = f"dates from the announcement of {announced[one.since]} and names no round"
                yield Finding("city", city.id, path, message, f"add `round: {announced[one.since]}`")
