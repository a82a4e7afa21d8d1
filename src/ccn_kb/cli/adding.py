"""The commands for curators that add records: `ccn new city`, `meeting`, `source`, `cooperation`, `topic`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ccn_kb.cli.completion import complete_city, complete_country, complete_field, complete_topic
from ccn_kb.cli.editing import (
    decision_options,
    dry_run_option,
    edit_folder,
    note_option,
    prompted_option,
    required_sources_option,
)
from ccn_kb.cli.parameters import DateType, today, unknown_names_are_usage_errors

if TYPE_CHECKING:
    from ccn_kb.network import Network
    from ccn_kb.store.folder import Folder


@click.group
def new() -> None:
    """Add a city, a meeting, a source, a joint project or a topic.

    \b
    Example: ccn new source unesco-round-2027 --kind official --publisher UNESCO --url https://www.unesco.org/…
    """


@new.command("source", short_help="Add a source.")
@click.argument("id", metavar="ID")
@prompted_option(
    "--kind",
    type=click.Choice(["official", "host", "press", "reference", "copy"]),
    prompt="Kind",
    help="Kind; host = the city or its institutions, copy = archived copy or mirror.",
)
@prompted_option("--publisher", prompt="Publisher", help="Publisher.")
@prompted_option("--url", prompt="Address", help="Full address.")
@click.option("--title", help="Title.")
@click.option("--archived", metavar="URL", help="Address of an archived copy.")
@click.option("--published", type=DateType(), help="Date of publication.")
@click.option("--lang", metavar="TAG", help="Language (BCP 47): en, fr, pt-BR.")
@click.option("--accessed", type=DateType(), help="Date of access. [default: this month]")
@note_option
@dry_run_option
@click.pass_context
def new_source(context: click.Context, /, id: str, accessed: str | None, dry_run: bool, **data: object) -> None:
    """Add a source. ID is its host and year, or a few words: unesco-round-2027, kobe-city-design.

    \b
    Example: ccn new source kobe-city-design --kind host --publisher "City of Kobe" --url https://design.city.kobe.lg.jp/
    """
    from ccn_kb.curate.record_edits import add_record
    from ccn_kb.model.records import Source

    values = {**data, "accessed": accessed or f"{today():%Y-%m}"}
    edit_folder(context, lambda folder: add_record(folder, Source, id, values), dry_run)


@new.command("meeting", short_help="Add a meeting.")
@click.argument("id", metavar="ID")
@prompted_option("--name", prompt="Name", help="Name: XIX Annual Conference.")
@prompted_option("--starts", type=DateType(), prompt="First day", help="First day; a month or year if unknown.")
@click.option("--ends", type=DateType(), help="Last day.")
@click.option("--ordinal", type=int, help="Number in the series.")
@click.option(
    "--host",
    "hosts",
    multiple=True,
    metavar="CITY",
    shell_complete=complete_city,
    help="Host city (repeatable, main host first).",
)
@click.option("--status", type=click.Choice(["held", "planned"]), default="planned", show_default=True, help="Status.")
@click.option("--theme", help="Theme.")
@required_sources_option
@note_option
@dry_run_option
@click.pass_context
def new_meeting(
    context: click.Context, /, id: str, hosts: Sequence[str], sources: Sequence[str], dry_run: bool, **data: object
) -> None:
    """Add a meeting. ID is its year and first host: 2027-kobe-jp.

    \b
    Example: ccn new meeting 2027-kobe-jp --name "XIX Annual Conference" --starts 2027 --host kobe-jp --source SOURCE
    """
    from ccn_kb.curate.edit import resolve_citation
    from ccn_kb.curate.record_edits import add_record
    from ccn_kb.model.records import Meeting

    def change(folder: Folder) -> Network:
        cities = [{"city": folder.network.city(host).id} for host in hosts]
        citations = [resolve_citation(folder.network, source) for source in sources]
        return add_record(folder, Meeting, id, {**data, "hosts": cities, "sources": citations})

    edit_folder(context, change, dry_run)


@new.command("cooperation", short_help="Add a joint project.")
@click.argument("id", metavar="ID")
@prompted_option("--title", prompt="Title", help="Description in one line, in your own words.")
@prompted_option(
    "--kind",
    type=click.Choice(["mentoring", "agreement", "exchange", "co-production", "event", "meeting", "platform"]),
    prompt="Kind",
    help="Kind of project.",
)
@click.option(
    "--field", shell_complete=complete_field, help="Creative field (ID or name); omit it if the project has several."
)
@prompted_option("--starts", type=DateType(), prompt="Start", help="Start date; a month or year if unknown.")
@click.option("--ends", type=DateType(), help="End date.")
@prompted_option(
    "--city", "cities", multiple=True, metavar="CITY=ROLE", prompt="City=role", help="City and role (repeatable)."
)
@required_sources_option
@note_option
@dry_run_option
@click.pass_context
def new_cooperation(
    context: click.Context,
    /,
    id: str,
    field: str | None,
    cities: Sequence[str],
    sources: Sequence[str],
    dry_run: bool,
    **data: object,
) -> None:
    """Add a joint project. ID is its year, its first city and a few words. Roles: host, helper, lead, helped, partner.

    \b
    Example: ccn new cooperation 2026-kobe-jp-nagoya-posters --title "Kobe and Nagoya show each other's posters" \\
               --kind exchange --starts 2026 --city kobe-jp=lead --city nagoya-jp=partner --source SOURCE
    """
    from ccn_kb.curate.edit import resolve_citation
    from ccn_kb.curate.record_edits import add_record
    from ccn_kb.model.records import Cooperation

    def change(folder: Folder) -> Network:
        network = folder.network
        with unknown_names_are_usage_errors():
            field_id = network.field(field).id if field else None
        participants = []
        for text in cities:
            city, _, role = text.rpartition("=")
            if not city:
                raise click.UsageError(f"--city {text}: write the city and its role: {text}=partner")
            participants.append({"city": network.city(city).id, "role": role})
        citations = [resolve_citation(network, source) for source in sources]
        values = {**data, "field": field_id, "cities": participants, "sources": citations}
        return add_record(folder, Cooperation, id, values)

    edit_folder(context, change, dry_run)


@new.command("city", short_help="Add a city with its first designation.")
@click.argument("name", metavar="NAME")
@prompted_option("--country", prompt="Country", shell_complete=complete_country, help="Country (NI, NIC or Nicaragua).")
@prompted_option("--field", prompt="Creative field", shell_complete=complete_field, help="Creative field (ID or name).")
@decision_options
@click.option("--geonames", type=int, help="GeoNames ID, if the name is ambiguous.")
@click.option("--latitude", type=click.FloatRange(-90, 90), help="Degrees north, if GeoNames lacks the city.")
@click.option("--longitude", type=click.FloatRange(-180, 180), help="Degrees east, if GeoNames lacks the city.")
@click.option("--subdivision", nargs=2, metavar="CODE NAME", help="ISO 3166-2 code and name: NI-GR Granada.")
@click.option("--wikidata", metavar="QID", help="Wikidata ID.")
@dry_run_option
@click.pass_context
def new_city(
    context: click.Context,
    name: str,
    country: str,
    field: str,
    date: str | None,
    year: int | None,
    sources: Sequence[str],
    geonames: int | None,
    latitude: float | None,
    longitude: float | None,
    subdivision: tuple[str, str] | None,
    wikidata: str | None,
    dry_run: bool,
) -> None:
    """Add the city NAME with its place in GeoNames and its first designation. For a whole round: ccn load.

    \b
    Example: ccn new city León --country NI --field music --date 2026-10-31 --source unesco-round-2025 --dry-run
    """
    from ccn_kb.curate.city_edits import add_city, require_new_place
    from ccn_kb.curate.designation_edits import resolve_decision
    from ccn_kb.curate.place_resolution import resolve_place

    if (latitude is None) != (longitude is None):
        raise click.UsageError("give both --latitude and --longitude, or neither")

    def change(folder: Folder) -> Network:
        network = folder.network
        with unknown_names_are_usage_errors():
            code, field_id = network.country(country).id, network.field(field).id
        decision = resolve_decision(network, date, year, sources)
        point = None if latitude is None or longitude is None else (latitude, longitude)
        part = subdivision[0] if subdivision else None
        place = resolve_place(network, name, code, geonames, point, decision.sources, part)
        if subdivision:
            place["subdivision"] = dict(zip(("code", "name"), subdivision, strict=True))
        if wikidata:
            place["wikidata"] = wikidata
        require_new_place(network, name, code, field_id, place)
        return add_city(folder, name, code, field_id, decision, place)

    edit_folder(context, change, dry_run)


@new.command("topic", short_help="Add topics that cities are known for.")
@click.argument("names", metavar="NAME…", nargs=-1, required=True)
@click.option("--broader", metavar="TOPIC", shell_complete=complete_topic, help="Broader topic (ID or name).")
@dry_run_option
@click.pass_context
def new_topic(context: click.Context, /, names: tuple[str, ...], broader: str | None, dry_run: bool) -> None:
    """Add the topics NAME…, which cities can then be known for. The ID of a topic is its name in ASCII.

    \b
    Example: ccn new topic "Arctic film" "polar night festivals" --broader film
    """
    from ccn_kb.curate.record_edits import add_topics

    edit_folder(context, lambda folder: add_topics(folder, names, broader), dry_run)
