"""The readers' commands: questions to the network, answered as of a date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from ccn_kb.cli.output import format_date, format_option, print_exactly, print_rows, print_table
from ccn_kb.cli.parameters import DateType, day_of, load, on_option, today, usage
from ccn_kb.model.addresses import geonames_url, unesco_page_url, wikidata_url
from ccn_kb.model.text import plural

if TYPE_CHECKING:
    from ccn_kb.model.records import City, Cooperation, Designation, Meeting, Record, WithDisputes
    from ccn_kb.network import Network
    from ccn_kb.network.members import Member


@click.command(short_help="List the members, as of a date.")
@click.argument("text", required=False)
@click.option("--field", help="Creative field: id or name.")
@click.option("--country", help="Country: JP, JPN or Japan.")
@click.option("--region", help="UNESCO region: id or name.")
@click.option("--joined", type=click.IntRange(2004), metavar="YEAR", help="Only those that joined in the year.")
@on_option
@click.option("--former", is_flag=True, help="Designations that had ended by then, instead of members.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "csv", "json", "jsonl", "geojson"]),
    default="table",
    show_default=True,
    help="How to print.",
)
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
    style: str,
) -> None:
    """List the members, or those that TEXT finds by name, country, subdivision, field or topic.

    \b
    Example: ccn cities ceramics --country JP --on 2015-05-28
    """
    day = day_of(on)
    network = load(context)
    ask = network.former if former else network.members
    with usage():
        found = ask(day, field=field, country=country, region=region, joined=joined, text=text)
    if style == "geojson":
        from ccn_kb.exports.geojson import to_geojson

        print_exactly(to_geojson(member.row() for member in found))
    elif style == "table":
        _print_members(network, found, former)
    else:
        from ccn_kb.network.members import MEMBER_COLUMNS

        print_rows([member.row() for member in found], MEMBER_COLUMNS, style)
    if text and not found:
        click.echo(f"No results for “{text}” on {_meant(on, day)}", err=True)
        return
    noun = ("designation that had ended", "designations that had ended") if former else ("member", "members")
    click.echo(f"{plural(len(found), *noun)} on {_meant(on, day)}", err=True)


def _print_members(network: Network, members: Sequence[Member], former: bool) -> None:
    if not members:
        return
    heads = ["City", "Country", "Creative field", "Since", *(["Until"] if former else []), "Id"]
    rows = []
    for city, designation, country in members:
        row: list[object] = [
            city.name,
            country.name,
            network.fields[designation.field].name,
            format_date(designation.since),
        ]
        if former and designation.end:
            row.append(format_date(designation.end.date))
        rows.append([*row, city.id])
    print_table(heads, rows)


def _meant(on: str | None, day: Any) -> str:
    """Return the day of a question in words; if only a part of a date was asked, say that it means its last day."""
    words = format_date(day.isoformat())
    return f"{words} (the last day of {format_date(on)})" if on and len(on) < 10 else words


@click.command(short_help="Show one city, with its sources.")
@click.argument("name", metavar="ID|NAME")
@click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print."
)
@click.pass_context
def city(context: click.Context, name: str, style: str) -> None:
    """Show all that is known of one city, with its sources.

    \b
    Example: ccn city kanazawa-jp
    """
    network = load(context)
    found = network.city(name)
    if style == "json":
        from ccn_kb.exports.json_rows import to_json

        print_exactly(to_json(found.model_dump(mode="json", exclude_defaults=True)))
        return
    for line in _described(network, found):
        click.echo(line)


def _described(network: Network, city: City) -> list[str]:
    country = network.countries[city.country]
    where = ", ".join([*([city.subdivision.name] if city.subdivision else []), country.name])
    lines = [f"{city.name} ({city.id})", where, ""]
    for designation in city.designations:
        lines += _designated(network, designation)
    lines += _disputed(city)
    lines += [f"  {city.note}"] if city.note else []
    lines.append("")
    names = [f"{one.value} (until {format_date(one.until)})" if one.until else one.value for one in city.names]
    figures = [f"{one.value:,}" + (f" ({one.year})" if one.year else "") for one in city.population]
    meetings = [one for one in network.meetings() if _hosts(one, city)]
    hosted = [f"{one.name}, {format_date(one.starts)} ({one.status})" for one in meetings]
    works = network.cooperations_of(city)
    facts = {
        "Other names": "; ".join(names),
        "Known for": "; ".join(one.value for one in city.known_for),
        "Facts": " ".join(one.value for one in city.facts),
        "Reports": _reports(network, city),
        "Location": f"{city.location.latitude}, {city.location.longitude}",
        "Population": "; ".join(figures),
        "Meetings": "; ".join(hosted),
        "Cooperation": "; ".join(_worked(network, one, city) for one in works),
        "GeoNames": geonames_url(city.geonames) if city.geonames else "",
        "Wikidata": wikidata_url(city.wikidata) if city.wikidata else "",
        "UNESCO": " ".join(map(unesco_page_url, city.unesco_pages)),
    }
    lines += [f"{label + ':':<12} {text}" for label, text in facts.items() if text]
    return [*lines, "", "Sources", *_sources(network, city, *meetings, *works)]


def _designated(network: Network, one: Designation) -> list[str]:
    since = f"since {format_date(one.since)}"
    if one.end:
        since = f"from {format_date(one.since)} until {format_date(one.end.date)} ({one.end.reason.replace('-', ' ')})"
    lines = [f"{network.fields[one.field].name} {since}", *_disputed(one)]
    return [*lines, f"  {one.note}"] if one.note else lines


def _disputed(record: WithDisputes) -> list[str]:
    """Return what less trusted sources give instead, a line each."""
    return [f"  Elsewhere: {other.path} {other.value} ({', '.join(other.sources)})" for other in record.disputed]


def _worked(network: Network, one: Cooperation, city: City) -> str:
    """Return a cooperation in words, with the others in it that were not yet members when it began."""
    later = [
        network.cities[part.city].name
        for part in one.cities
        if part.city != city.id and not network.was_member(part.city, one.starts)
    ]
    aspiring = f"; not yet a member: {', '.join(later)}" if later else ""
    role = next(part.role for part in one.cities if part.city == city.id)
    return f"{one.title} ({format_date(one.starts)}, {one.kind}, as {role}{aspiring})"


def _reports(network: Network, city: City) -> str:
    """Return the years in which reports were due, and the next, with the rule's source."""
    year = today().year
    due = network.reports_due(city, year + 10)
    shown = [*(one for one in due if one < year), *[one for one in due if one >= year][:1]]
    rule = network.rules.get("monitoring")
    return f"due in {', '.join(map(str, shown))} ({', '.join(rule.sources)})" if shown and rule else ""


def _hosts(meeting: Meeting, city: City) -> bool:
    return any(host.city == city.id for host in meeting.hosts)


def _sources(network: Network, *records: Record) -> list[str]:
    from ccn_kb.model.citation import citations_in

    lines = []
    for citation in dict.fromkeys(citation for record in records for _, citation in citations_in(record)):
        source = network.cited_source(citation)
        lines.append(f"  {citation}: {source.publisher} ({source.kind}), {network.cited_url(citation)}")
    return lines


@click.command(short_help="List the creative fields.")
@on_option
@format_option
@click.pass_context
def fields(context: click.Context, on: str | None, style: str) -> None:
    """List the creative fields, with the members of each and the first.

    \b
    Example: ccn fields --on 2015
    """
    day = day_of(on)
    network = load(context)
    members = network.members(day)
    numbers = network.count(members, "field")
    rows: list[dict[str, object]] = [
        {
            "id": one.id,
            "name": one.name,
            "name_fr": one.name_fr,
            "members": numbers.get(one.id, 0),
            "since": network.first_designation_date(one.id),
            "first": "; ".join(member.city.id for member in network.first_designated(one.id)),
        }
        for one in network.fields.values()
    ]
    if style != "table":
        print_rows(rows, ["id", "name", "name_fr", "members", "since", "first"], style)
    else:
        cells = [
            [row["name"], row["name_fr"], row["members"], format_date(str(row["since"] or "")), row["first"], row["id"]]
            for row in rows
        ]
        print_table(["Creative field", "French name", "Members", "Since", "First", "Id"], cells)
    click.echo(f"{plural(len(members), 'member', 'members')} on {_meant(on, day)}", err=True)


@click.command()
@on_option
@format_option
@click.pass_context
def countries(context: click.Context, on: str | None, style: str) -> None:
    """List the countries that have a member.

    \b
    Example: ccn countries --format csv
    """
    from ccn_kb.model.records import REGIONS

    day = day_of(on)
    network = load(context)
    numbers = network.count(network.members(day), "country")
    rows: list[dict[str, object]] = [
        {
            "id": one.id,
            "name": one.name,
            "alpha3": one.alpha3,
            "name_fr": one.name_fr,
            "region": one.region,
            "continent": one.continent,
            "members": numbers[one.id],
        }
        for one in sorted(network.countries.values(), key=lambda one: one.name)
        if one.id in numbers
    ]
    if style != "table":
        print_rows(rows, ["id", "name", "alpha3", "name_fr", "region", "continent", "members"], style)
    else:
        cells = [[row["name"], row["members"], REGIONS[str(row["region"])], row["id"], row["alpha3"]] for row in rows]
        print_table(["Country", "Members", "Region", "Id", "Alpha-3"], cells)
    click.echo(f"{plural(len(rows), 'country', 'countries')} with a member on {_meant(on, day)}", err=True)


@click.command(short_help="List the annual meetings.")
@click.option("--calendar", is_flag=True, help="As a calendar (iCalendar) instead of a table.")
@format_option
@click.pass_context
def meetings(context: click.Context, calendar: bool, style: str) -> None:
    """List the annual meetings: held, postponed, planned, or without record of being held.

    \b
    Example: ccn meetings
    """
    network = load(context)
    if calendar:
        from ccn_kb.exports.meetings_calendar import to_calendar

        print_exactly(to_calendar(network))
        return
    rows: list[dict[str, object]] = []
    for one in network.meetings():
        hosts = [network.cities[host.city].name if host.city else host.name or "" for host in one.hosts]
        rows.append(
            {
                "id": one.id,
                "name": one.name,
                "ordinal": one.ordinal,
                "starts": one.starts,
                "ends": one.ends,
                "hosts": "; ".join(hosts),
                "status": one.status,
                "theme": one.theme,
            }
        )
    if style != "table":
        print_rows(rows, ["id", "name", "ordinal", "starts", "ends", "hosts", "status", "theme"], style)
        return
    cells = [
        [r["name"], format_date(str(r["starts"])), r["hosts"] or "online", r["status"], r["theme"], r["id"]]
        for r in rows
    ]
    print_table(["Meeting", "Starts", "Host", "Status", "Theme", "Id"], cells)


@click.command(short_help="Count the members, as of a date.")
@click.option(
    "--by",
    type=click.Choice(["field", "country", "region", "year", "continent", "source-kind"]),
    default="field",
    show_default=True,
    help="What to count by; year is that of joining, source-kind that of the most trusted source.",
)
@on_option
@format_option
@click.pass_context
def stats(context: click.Context, by: str, on: str | None, style: str) -> None:
    """Count the members on a day, in all and by field, country, region, year, continent or kind of source.

    \b
    Example: ccn stats --by region --on 2025-10-31
    """
    day = day_of(on)
    network = load(context)
    members = network.members(day)
    numbers = network.count(members, by)
    order = sorted(numbers, key=lambda one: one if by == "year" else (-numbers[one], network.label(by, one)))
    rows: list[dict[str, object]] = [
        {"id": id, "name": network.label(by, id), "members": numbers[id], "share": round(numbers[id] / len(members), 4)}
        for id in order
    ]
    nations = len({member.country.id for member in members})
    of = f"{plural(len(members), 'member', 'members')} in {plural(nations, 'country', 'countries')}"
    click.echo(f"{of} on {_meant(on, day)}", err=style != "table")
    if by == "source-kind" and members:
        firm, two = network.sourced(members)
        shares = (f"{firm} ({firm / len(members):.1%})", f"{two} ({two / len(members):.1%})")
        click.echo("{} with an official or host source, {} with two publishers".format(*shares), err=True)
    if style != "table":
        print_rows(rows, ["id", "name", "members", "share"], style)
    elif rows:
        click.echo()
        cells = [[row["name"], row["members"], f"{100 * numbers[str(row['id'])] / len(members):.1f} %"] for row in rows]
        print_table([by.capitalize().replace("-", " "), "Members", "Share"], cells)


@click.command(short_help="List who joined, left or changed field.")
@click.option("--since", type=DateType(), default="2004", show_default=True, help="From the first day of this date.")
@click.option("--until", type=DateType(), help="To the last day of this date. Default: today.")
@format_option
@click.pass_context
def history(context: click.Context, since: str, until: str | None, style: str) -> None:
    """List what happened to memberships, in order: joined, ended, changed field.

    \b
    Example: ccn history --since 2023
    """
    last = day_of(until)
    network = load(context)
    found = network.history(since, last)
    if style != "table":
        from ccn_kb.network.history import CHANGE_COLUMNS

        print_rows([change.row() for change in found], CHANGE_COLUMNS, style)
        return
    cells = [
        [
            format_date(change.date),
            change.event.replace("-", " "),
            change.city.name,
            network.countries[change.city.country].name,
            network.fields[change.designation.field].name,
        ]
        for change in found
    ]
    if cells:
        print_table(["Date", "Event", "City", "Country", "Creative field"], cells)
