"""The commands for readers: the network as of a date."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ccn_kb.cli.completion import complete_city, complete_country, complete_field, complete_region
from ccn_kb.cli.output import (
    TABLE_FORMATS,
    format_date,
    format_option,
    print_exactly,
    print_rows,
    print_table,
    table_option,
)
from ccn_kb.cli.parameters import DateType, day_of, load, on_option, today, unknown_names_are_usage_errors
from ccn_kb.model.addresses import geonames_url, unesco_page_url, wikidata_url
from ccn_kb.model.text import plural

if TYPE_CHECKING:
    from ccn_kb.model.records import City, Cooperation, Designation, Name, Record, WithDisputes
    from ccn_kb.network import Network
    from ccn_kb.network.members import Member

CHANGE_COLUMNS = ("id", "name", "date", "event", "country", "field", "former_field")

# What the fields of a designation or city are called where sources disagree on them.
_FIELD_NAMES = {"since": "start date", "field": "creative field"}


@click.command
@click.argument("text", required=False)
@click.option("--field", shell_complete=complete_field, help="Creative field (ID or name).")
@click.option("--country", shell_complete=complete_country, help="Country (JP, JPN or Japan).")
@click.option("--region", shell_complete=complete_region, help="UNESCO region (ID or name).")
@click.option("--joined", type=click.IntRange(2004, 9999), metavar="YEAR", help="Year joined.")
@on_option
@click.option("--former", is_flag=True, help="List ended designations instead of members.")
@format_option(*TABLE_FORMATS, "geojson")
@click.pass_context
def cities(
    context: click.Context,
    text: str | None,
    field: str | None,
    country: str | None,
    region: str | None,
    joined: int | None,
    on: str | None,
    former: bool,
    format: str,
) -> None:
    """List the member cities, all or those whose name, country, subdivision, field or topic matches TEXT.

    \b
    Example: ccn cities ceramics --country JP --on 2015-05-28
    """
    day = day_of(on)
    network = load(context)
    select = network.former if former else network.members
    with unknown_names_are_usage_errors():
        members = select(day, field=field, country=country, region=region, joined=joined, text=text)
    if format == "geojson":
        from ccn_kb.exports.geojson import to_geojson

        print_exactly(to_geojson(members.to_dicts()))
    elif format == "table":
        _print_members(network, members, former)
    else:
        from ccn_kb.network.members import MEMBER_COLUMNS

        print_rows(members.to_dicts(), MEMBER_COLUMNS, format)
    if text and not members:
        click.echo(f"No results for “{text}” {_as_of(on, day)}", err=True)
    elif former:
        end_of_period = "the end of " if _is_partial(on) else ""
        ended = plural(len(members), "designation", "designations")
        click.echo(f"{ended} ended by {end_of_period}{format_date(on or day.isoformat())}", err=True)
    else:
        click.echo(f"{_count_members(len(members))} {_as_of(on, day)}", err=True)
    if text and not members and (hint := _describe_search(network, text)):
        click.echo(hint, err=True)


def _describe_search(network: Network, text: str) -> str:
    """Return why a text found nothing: a city or a place that is not a member, or a name spelt otherwise."""
    from ccn_kb.network.membership_claims import describe_non_members
    from ccn_kb.network.name_search import suggestion

    if non_members := network.find_non_members(text):
        return describe_non_members(non_members, network.fields)
    search = network.search(text)
    if search.way == "place" and not search.cities:
        return f"{search.places[0].name} has no member city."
    return f"No city for {text!r}{suggestion(search.did_you_mean)}" if search.did_you_mean else ""


def _print_members(network: Network, members: Sequence[Member], former: bool) -> None:
    if not members:
        return
    heads = ["City", "Country", "Creative field", "Since", *(["Until"] if former else []), "Id"]
    rows = []
    for city, designation, country in members:
        dates = [designation.since, *([designation.end.date] if former and designation.end else [])]
        field = network.fields[designation.field].name
        rows.append([city.name, country.name, field, *map(format_date, dates), city.id])
    print_table(heads, rows)


def _count_members(number: int) -> str:
    return plural(number, "member", "members")


def _is_partial(date: str | None) -> bool:
    return date is not None and len(date) < 10


def _as_of(on: str | None, day: datetime.date) -> str:
    """Return an as-of date in words: `on 28 May 2015`, `at the end of 2015`."""
    return f"at the end of {format_date(on)}" if _is_partial(on) else f"on {format_date(day.isoformat())}"


@click.command
@click.argument("name", metavar="ID|NAME", shell_complete=complete_city)
@format_option("text", "json")
@click.pass_context
def city(context: click.Context, name: str, format: str) -> None:
    """Show all facts on one city with their sources.

    \b
    Example: ccn city kanazawa-jp
    """
    network = load(context)
    record = network.city(name)
    if format == "json":
        from ccn_kb.exports.json_rows import to_json

        print_exactly(to_json(record.model_dump(mode="json", exclude_defaults=True)))
        return
    for line in _city_lines(network, record):
        click.echo(line)


def _name_text(name: Name) -> str:
    remarks = [f"its {name.place}"] if name.place else []
    remarks += [f"until {format_date(name.until)}"] if name.until else []
    return f"{name.value} ({', '.join(remarks)})" if remarks else name.value


def _city_lines(network: Network, city: City) -> list[str]:
    country = network.countries[city.country]
    lines = [
        f"{city.name} ({city.id})",
        ", ".join([*(part.name for part in city.subdivisions[:1]), country.name]),
    ]
    lines.append("")
    for designation in city.designations:
        lines += _designation_lines(network, designation)
    lines += _dispute_lines(city)
    lines += [f"  {city.note}"] if city.note else []
    lines.append("")
    names = [_name_text(name) for name in city.names]
    populations = [f"{figure.value:,} ({figure.describe_scope()})" for figure in city.population]
    meetings = network.meetings_of(city)
    cooperations = network.cooperations_of(city)
    facts = {
        "Other names": "; ".join(names),
        "Known for": "; ".join(topic.value for topic in city.known_for),
        "Facts": " ".join(fact.value for fact in city.facts),
        "Reports": _reports(network, city),
        "Location": f"{city.location.latitude}, {city.location.longitude}",
        "Population": "; ".join(populations),
        "Meetings": "; ".join(f"{held.name}, {format_date(held.starts)} ({held.status})" for held in meetings),
        "Cooperation": "; ".join(_in_words(network, cooperation, city) for cooperation in cooperations),
        "GeoNames": geonames_url(city.geonames) if city.geonames else "",
        "Wikidata": wikidata_url(city.wikidata) if city.wikidata else "",
        "UNESCO": " ".join(map(unesco_page_url, city.unesco_pages)),
    }
    lines += [f"{label + ':':<12} {text}" for label, text in facts.items() if text]
    return [*lines, "", "Sources", *_source_lines(network, city, *meetings, *cooperations)]


def _designation_lines(network: Network, designation: Designation) -> list[str]:
    since, end = format_date(designation.since), designation.end
    period = f"since {since}"
    if end:
        period = f"from {since} until {format_date(end.date)} ({end.reason.replace('-', ' ')})"
    lines = [f"{network.fields[designation.field].name} {period}", *_dispute_lines(designation)]
    return [*lines, f"  {designation.note}"] if designation.note else lines


def _dispute_lines(record: WithDisputes) -> list[str]:
    """Return the values that less trusted sources give, one line each."""
    return [
        f"  Other sources give {dispute.value} as the {_FIELD_NAMES.get(dispute.path, dispute.path.replace('_', ' '))}"
        f" ({', '.join(dispute.sources)})"
        for dispute in record.disputed
    ]


def _in_words(network: Network, cooperation: Cooperation, city: City) -> str:
    """Return a cooperation in words, with the partners that joined the network after its start."""
    later = [
        network.cities[part.city].name
        for part in cooperation.cities
        if part.city != city.id and not network.was_member(part.city, cooperation.starts)
    ]
    candidates = f"; before joining: {', '.join(later)}" if later else ""
    role = next(part.role for part in cooperation.cities if part.city == city.id)
    return f"{cooperation.title} ({format_date(cooperation.starts)}, {cooperation.kind}, as {role}{candidates})"


def _reports(network: Network, city: City) -> str:
    """Return the years in which reports were due and the next one, with the source of the rule, and those on record."""
    this_year = today().year
    years = network.reports_due(city, this_year + 10)
    past = [year for year in years if year < this_year]
    shown = years[: len(past) + 1]
    rule = network.rules.get("monitoring")
    due = f"due in {', '.join(map(str, shown))} ({', '.join(rule.sources)})" if shown and rule else ""
    public = ", ".join(f"{report.year} {report.url or '(address not recorded)'}" for report in city.reports)
    return "; ".join(filter(None, (due, f"public: {public}" if public else "")))


def _source_lines(network: Network, *records: Record) -> list[str]:
    from ccn_kb.model.citation import citations_in

    lines = []
    for citation in dict.fromkeys(citation for record in records for _, citation in citations_in(record)):
        source = network.cited_source(citation)
        lines.append(f"  {citation}: {source.publisher} ({source.kind}), {network.cited_url(citation)}")
    return lines


@click.command
@on_option
@table_option
@click.pass_context
def fields(context: click.Context, on: str | None, format: str) -> None:
    """List the creative fields with their number of members and their first city.

    \b
    Example: ccn fields --on 2015
    """
    day = day_of(on)
    network = load(context)
    members = network.members(day)
    numbers = network.count(members, "field")
    rows: list[dict[str, object]] = [
        {
            "id": field.id,
            "name": field.name,
            "name_fr": field.name_fr,
            "members": numbers.get(field.id, 0),
            "since": network.first_designation_date(field.id),
            "first": "; ".join(member.city.id for member in network.first_designated(field.id)),
        }
        for field in network.fields.values()
    ]
    if format != "table":
        print_rows(rows, ["id", "name", "name_fr", "members", "since", "first"], format)
    else:
        cells = [
            [row["name"], row["name_fr"], row["members"], format_date(str(row["since"] or "")), row["first"], row["id"]]
            for row in rows
        ]
        print_table(["Creative field", "French name", "Members", "Since", "First", "Id"], cells)
    click.echo(f"{_count_members(len(members))} {_as_of(on, day)}", err=True)


@click.command
@on_option
@table_option
@click.pass_context
def countries(context: click.Context, on: str | None, format: str) -> None:
    """List the countries with members.

    \b
    Example: ccn countries --format csv
    """
    from ccn_kb.model.records import REGIONS

    day = day_of(on)
    network = load(context)
    numbers = network.count(network.members(day), "country")
    rows: list[dict[str, object]] = [
        {
            "id": country.id,
            "name": country.name,
            "alpha3": country.alpha3,
            "name_fr": country.name_fr,
            "region": country.region,
            "continent": country.continent,
            "members": numbers[country.id],
        }
        for country in sorted(network.countries.values(), key=lambda country: country.name)
        if country.id in numbers
    ]
    if format != "table":
        print_rows(rows, ["id", "name", "alpha3", "name_fr", "region", "continent", "members"], format)
    else:
        cells = [[row["name"], row["members"], REGIONS[str(row["region"])], row["id"], row["alpha3"]] for row in rows]
        print_table(["Country", "Members", "Region", "Id", "Alpha-3"], cells)
    click.echo(f"{plural(len(rows), 'country', 'countries')} with members {_as_of(on, day)}", err=True)


@click.command
@click.option("--calendar", is_flag=True, help="Print an iCalendar file instead of a table.")
@table_option
@click.pass_context
def meetings(context: click.Context, calendar: bool, format: str) -> None:
    """List the annual meetings: held, postponed, planned, cancelled or unconfirmed.

    \b
    Example: ccn meetings
    """
    network = load(context)
    if calendar:
        from ccn_kb.exports.meetings_calendar import to_calendar

        print_exactly(to_calendar(network))
        return
    rows: list[dict[str, object]] = [
        {
            "id": meeting.id,
            "name": meeting.name,
            "ordinal": meeting.ordinal,
            "starts": meeting.starts,
            "ends": meeting.ends,
            "hosts": "; ".join(map(network.host_name, meeting.hosts)),
            "status": meeting.status,
            "theme": meeting.theme,
        }
        for meeting in network.meetings()
    ]
    if format != "table":
        print_rows(rows, ["id", "name", "ordinal", "starts", "ends", "hosts", "status", "theme"], format)
        return
    cells = [
        [row["name"], format_date(str(row["starts"])), row["hosts"] or "online", row["status"], row["theme"], row["id"]]
        for row in rows
    ]
    print_table(["Meeting", "Starts", "Host", "Status", "Theme", "Id"], cells)


@click.command
@click.option(
    "--by",
    type=click.Choice(["field", "country", "region", "year", "continent", "source-kind"]),
    multiple=True,
    help="Grouping, once or twice; year = year joined, source-kind = most trusted source. [default: field]",
)
@click.option("--field", help="Creative field: id or name.")
@click.option("--country", help="Country: JP, JPN or Japan.")
@click.option("--region", help="UNESCO region: id or name.")
@click.option("--new", "only_new", is_flag=True, help="Only cities that joined in the year (the round) of the date.")
@on_option
@table_option
@click.pass_context
def stats(
    context: click.Context,
    by: tuple[str, ...],
    field: str | None,
    country: str | None,
    region: str | None,
    only_new: bool,
    on: str | None,
    format: str,
) -> None:
    """Count members on a date, in total and by field, country, region, year, continent or kind of source.

    \b
    Example: ccn stats --by region --by field --on 2025-10-31
             ccn stats --by continent --new --on 2017
    """
    by = by or ("field",)
    if len(by) > 2 or len(set(by)) < len(by):
        raise click.UsageError("give --by once, or twice with different values")
    day = day_of(on)
    network = load(context)
    select = network.newcomers if only_new else network.members
    members = select(day, field=field, country=country, region=region)
    numbers = network.cross_count(members, *by)
    heads = ("id", "name") if len(by) == 1 else tuple(head for name in by for head in (name, f"{name}_name"))
    rows: list[dict[str, object]] = []
    for group, number in numbers.items():
        labels = [label for name, id in zip(by, group, strict=True) for label in (id, network.label(name, id))]
        row: dict[str, object] = dict(zip(heads, labels, strict=True))
        rows.append({**row, "members": number, "share": round(number / len(members), 4)})
    states = plural(len({member.country.id for member in members}), "country", "countries")
    new = " that joined in the year" if only_new else ""
    click.echo(f"{_count_members(len(members))}{new} in {states} {_as_of(on, day)}", err=format != "table")
    if "region" in by:
        click.echo("Regions are UNESCO's and are not continents; count by continent for those.", err=True)
    if by == ("source-kind",) and members:
        trusted, two = (f"{number} ({number / len(members):.1%})" for number in network.sourced(members))
        click.echo(f"{trusted} with an official or host source, {two} with two publishers or more", err=True)
    if format != "table":
        print_rows(rows, [*heads, "members", "share"], format)
    elif rows:
        click.echo()
        cells = [
            [*(row[head] for head in heads[1::2]), row["members"], f"{100 * numbers[group] / len(members):.1f} %"]
            for row, group in zip(rows, numbers, strict=True)
        ]
        print_table([*(name.capitalize().replace("-", " ") for name in by), "Members", "Share"], cells)


@click.command
@click.option("--since", type=DateType(), help="Start date. [default: 2004]")
@click.option("--until", type=DateType(), help="End date. [default: today]")
@table_option
@click.pass_context
def history(context: click.Context, since: str | None, until: str | None, format: str) -> None:
    """List changes of membership in order of date: joined, ended, changed field.

    \b
    Example: ccn history --since 2023
    """
    last_day = day_of(until)
    network = load(context)
    try:
        changes = network.history(since or "0001", until and last_day)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if format != "table":
        rows: list[dict[str, object]] = [{"id": row["city"], **row} for row in changes.to_dicts()]
        print_rows([{name: row[name] for name in CHANGE_COLUMNS} for row in rows], CHANGE_COLUMNS, format)
        return
    cells = [
        [
            format_date(change.date),
            change.event.replace("-", " "),
            change.city.name,
            network.countries[change.city.country].name,
            network.fields[change.designation.field].name,
        ]
        for change in changes
    ]
    if cells:
        print_table(["Date", "Event", "City", "Country", "Creative field"], cells)
    click.echo(plural(len(cells), "change of membership", "changes of membership"), err=True)
