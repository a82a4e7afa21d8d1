"""Rules for dates: their order, none in the future, and consecutive designations."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from itertools import pairwise

from ccn_kb.checks.context import Context, Finding
from ccn_kb.model.dates import first_day, last_day
from ccn_kb.model.records import City, CountryGroup, GroupMembership, ValuePath
from ccn_kb.network import Network
from ccn_kb.version import SCHEMA_VERSION, VERSION_FILE, make_version, split_version


def date_order(context: Context) -> Iterator[Finding]:
    """Designations are in order, the oldest first, and nothing ends before its start."""
    for city in context.network.cities.values():
        for number, designation in enumerate(city.designations):
            path: ValuePath = ("designations", number)
            if designation.end and first_day(designation.end.date) <= first_day(designation.since):
                message = f"the end, {designation.end.date}, is not after the start, {designation.since}"
                yield Finding("city", city.id, (*path, "end", "date"), message, "correct one of the dates")
            if number and first_day(designation.since) < first_day(city.designations[number - 1].since):
                message = f"{designation.since} is listed after {city.designations[number - 1].since}"
                yield Finding("city", city.id, (*path, "since"), message, "list the oldest designation first")
    for kind, records in (("meeting", context.network.meetings_by_id), ("cooperation", context.network.cooperations)):
        for record in records.values():
            if record.ends and last_day(record.ends) < first_day(record.starts):
                message = f"the end, {record.ends}, is before the start, {record.starts}"
                yield Finding(kind, record.id, ("ends",), message, "correct one of the dates")
    yield from _order_in_groups(context.network)
    yield from _order_of_documents(context.network)


def _order_of_documents(network: Network) -> Iterator[Finding]:
    for document in network.official_documents.values():
        if document.deadline and last_day(document.deadline) < first_day(document.date):
            message = f"the deadline, {document.deadline}, is before the call, {document.date}"
            yield Finding("official_document", document.id, ("deadline",), message, "correct one of the dates")
        earlier = network.official_documents.get(document.replaces) if document.replaces else None
        if earlier and (first_day(earlier.date), earlier.id) >= (first_day(document.date), document.id):
            message = f"takes the place of {earlier.id} ({earlier.date}), which is not earlier"
            yield Finding("official_document", document.id, ("replaces",), message, "correct one of the dates")


def _order_in_groups(network: Network) -> Iterator[Finding]:
    for group in network.country_groups.values():
        for number, membership in enumerate(group.members):
            if membership.until and first_day(membership.until) <= _start_of(membership):
                message = f"the end, {membership.until}, is not after the start, {membership.since}"
                path = ("members", number, "until")
                yield Finding("country_group", group.id, path, message, "correct one of the dates")


def edition(context: Context) -> Iterator[Finding]:
    """The version of the data has this schema's number, and its date is not older than any round."""
    network = context.network
    rounds = ((first_day(record.announced), f"round {record.id}") for record in network.rounds.values())
    newest, newest_record = max(rounds, default=(datetime.date.min, ""))
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
        message = f"the schema version, {schema}, is not that of the records, {SCHEMA_VERSION}"
        yield Finding("edition", VERSION_FILE, (), message, fix)
    if day < newest:
        message = f"the data date, {day}, is older than {newest_record} ({newest})"
        yield Finding("edition", VERSION_FILE, (), message, fix)


def future(context: Context) -> Iterator[Finding]:
    """No past event has a date in the future."""
    for kind, id, path, date in _past_dates(context.network):
        if date and first_day(date) > context.today:
            message = f"{date} is in the future; today is {context.today}"
            yield Finding(kind, id, path, message, "correct the date")


PastDate = tuple[str, str, ValuePath, str | None]


def _past_dates(network: Network) -> Iterator[PastDate]:
    for city in network.cities.values():
        yield from _past_dates_of_city(city)
    yield from _past_dates_of_fields(network)
    for announcement in network.rounds.values():
        yield "round", str(announcement.id), ("announced",), announcement.announced
    for rule in network.rules.values():
        yield "rule", rule.id, ("since",), rule.since
    for total in network.totals.values():
        yield "total", total.id, ("date",), total.date
    for document in network.official_documents.values():
        yield "official_document", document.id, ("date",), document.date
    for release in network.releases.values():
        yield "release", release.id, ("date",), release.date
    yield from _past_dates_of_groups(network)
    for meeting in network.meetings("held"):
        yield "meeting", meeting.id, ("starts",), meeting.starts
        yield "meeting", meeting.id, ("ends",), meeting.ends
    for cooperation in network.cooperations.values():
        yield "cooperation", cooperation.id, ("starts",), cooperation.starts
    for source in network.sources.values():
        yield "source", source.id, ("accessed",), source.accessed
        yield "source", source.id, ("published",), source.published


def _past_dates_of_fields(network: Network) -> Iterator[PastDate]:
    for field in network.fields.values():
        yield "field", field.id, ("added",), field.added
        for number, named in enumerate(field.coordinators):
            yield "field", field.id, ("coordinators", number, "since"), named.since
            yield "field", field.id, ("coordinators", number, "stated"), named.stated


def _past_dates_of_groups(network: Network) -> Iterator[PastDate]:
    for group in network.country_groups.values():
        yield "country_group", group.id, ("as_of",), group.as_of
        for number, membership in enumerate(group.members):
            yield "country_group", group.id, ("members", number, "since"), membership.since
            yield "country_group", group.id, ("members", number, "until"), membership.until


def _past_dates_of_city(city: City) -> Iterator[PastDate]:
    for number, designation in enumerate(city.designations):
        end = designation.end.date if designation.end else None
        yield "city", city.id, ("designations", number, "since"), designation.since
        yield "city", city.id, ("designations", number, "end", "date"), end
    for number, name in enumerate(city.names):
        yield "city", city.id, ("names", number, "until"), name.until
    for number, figure in enumerate(city.population):
        yield "city", city.id, ("population", number, "year"), str(figure.year) if figure.year else None
    for number, report in enumerate(city.reports):
        yield "city", city.id, ("reports", number, "year"), str(report.year)


def report_order(context: Context) -> Iterator[Finding]:
    """Monitoring reports are in order, the oldest first, and none is older than the first designation of its city."""
    for city in context.network.cities.values():
        joined = first_day(city.designations[0].since).year
        for number, report in enumerate(city.reports):
            path: ValuePath = ("reports", number, "year")
            if report.year < joined:
                message = f"a report of {report.year}, but the city joined in {joined}"
                yield Finding("city", city.id, path, message, "correct the year of the report")
            if number and report.year < city.reports[number - 1].year:
                message = f"{report.year} is listed after {city.reports[number - 1].year}"
                yield Finding("city", city.id, path, message, "list the oldest report first")


def coordinator(context: Context) -> Iterator[Finding]:
    """A coordinator is a city of its field on the dates for which it is named, and takes the role before."""
    for field in context.network.fields.values():
        for number, named in enumerate(field.coordinators):
            path: ValuePath = ("coordinators", number)
            if named.since and first_day(named.since) > last_day(named.stated):
                message = f"took the role in {named.since}, but is named for {named.stated}"
                yield Finding("field", field.id, (*path, "since"), message, "correct one of the dates")
            for name, date in (("since", named.since), ("stated", named.stated)):
                if date and not _is_city_of(context.network.cities[named.city], field.id, date):
                    message = f"{named.city} was not a City of {field.name} in {date}"
                    yield Finding("field", field.id, (*path, name), message, "correct the city or the date")


def _is_city_of(city: City, field: str, date: str) -> bool:
    """Return whether the city was designated in the field on a day that the date can mean."""
    return any(
        designation.field == field
        and first_day(designation.since) <= last_day(date)
        and (designation.end is None or first_day(designation.end.date) > first_day(date))
        for designation in city.designations
    )


def overlap(context: Context) -> Iterator[Finding]:
    """A city has only one creative field at a time: each designation ends before the next begins."""
    for city in context.network.cities.values():
        for number, (previous, designation) in enumerate(pairwise(city.designations), start=1):
            path: ValuePath = ("designations", number, "since")
            if previous.end is None:
                message = f"{designation.field} begins, but {previous.field} has no end"
                yield Finding("city", city.id, path, message, "add the end of the previous designation")
            elif first_day(previous.end.date) > first_day(designation.since):
                message = f"begins on {designation.since}, before {previous.field} ended on {previous.end.date}"
                yield Finding("city", city.id, path, message, "correct one of the dates")


def group_overlap(context: Context) -> Iterator[Finding]:
    """A country is in a group once at a time, and in one income group and one region of a kind at a time."""
    stays: dict[tuple[str, str], list[tuple[GroupMembership, CountryGroup, ValuePath]]] = {}
    for group in context.network.country_groups.values():
        scope = group.id if group.kind in ("development", "organisation") else group.kind
        for number, membership in enumerate(group.members):
            stays.setdefault((scope, membership.country), []).append((membership, group, ("members", number)))
    for (_, country), memberships in stays.items():
        memberships.sort(key=lambda stay: _start_of(stay[0]))
        for (previous, other, _), (membership, group, path) in pairwise(memberships):
            if previous.until is None or first_day(previous.until) > _start_of(membership):
                message = f"{country} is still in {other.id} when it begins"
                yield Finding("country_group", group.id, path, message, "correct or add the dates")


def _start_of(membership: GroupMembership) -> datetime.date:
    return first_day(membership.since) if membership.since else datetime.date.min


def field_change(context: Context) -> Iterator[Finding]:
    """A change of field ends one designation and begins the next, in another field, on the same day."""
    for city in context.network.cities.values():
        following = dict(enumerate(city.designations[1:]))
        for number, designation in enumerate(city.designations):
            if designation.end is None or designation.end.reason != "field-changed":
                continue
            next_designation = following.get(number)
            path: ValuePath = ("designations", number, "end")
            if next_designation is None or next_designation.since != designation.end.date:
                message = f"the field changed on {designation.end.date}, but no designation begins on that day"
                fix = "add the designation in the new field, or correct the date"
                yield Finding("city", city.id, path, message, fix)
            elif next_designation.field == designation.field:
                message = f"the field changed from {designation.field} to {designation.field}"
                yield Finding("city", city.id, path, message, "correct the field")


def field_added(context: Context) -> Iterator[Finding]:
    """No city is designated in a field before the field was added."""
    for city in context.network.cities.values():
        for number, designation in enumerate(city.designations):
            field = context.network.fields.get(designation.field)
            if field and field.added and last_day(designation.since) < first_day(field.added):
                path: ValuePath = ("designations", number, "field")
                message = f"{field.name} was added in {field.added}, after {designation.since}"
                yield Finding("city", city.id, path, message, "correct the field or the date")


def round_date(context: Context) -> Iterator[Finding]:
    """Designations of a round have the date of its announcement, and those of that date name the round."""
    rounds = context.network.rounds
    round_of_date = {announcement.announced: announcement.id for announcement in rounds.values()}
    for city in context.network.cities.values():
        for number, designation in enumerate(city.designations):
            path: ValuePath = ("designations", number)
            since = designation.since
            announcement = rounds.get(designation.round) if designation.round else None
            if announcement and since != announcement.announced:
                message = f"since {since}, but round {announcement.id} was announced on {announcement.announced}"
                fix = f"write {announcement.announced} and move the other date to `disputed`, or correct the round"
                yield Finding("city", city.id, (*path, "since"), message, fix)
            elif designation.round is None and since in round_of_date:
                message = f"has the date of round {round_of_date[since]}, but no round"
                yield Finding("city", city.id, path, message, f"add `round: {round_of_date[since]}`")
