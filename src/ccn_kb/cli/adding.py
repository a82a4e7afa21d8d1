"""The curators' commands that add records: `ccn new city`, `meeting`, `source`, `cooperation`, `topic`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ccn_kb.cli.editing import dry_run_option, edit, needed, when_options
from ccn_kb.cli.parameters import DateType, today, usage

if TYPE_CHECKING:
    from ccn_kb.network import Network
    from ccn_kb.store.folder import Folder

KINDS = click.Choice(["official", "host", "press", "reference", "copy"])


@click.group(short_help="Add a city, a meeting, a source, a cooperation or a topic.")
def new() -> None:
    """Add a city, a meeting, a source, a cooperation or a topic.

    \b
    Example: ccn new source unesco-round-2027 --kind official --publisher UNESCO --url https://www.unesco.org/…
    """


@new.command("source", short_help="Add a publication in which something was looked up.")
@click.argument("id", metavar="ID")
@needed("--kind", type=KINDS, ask="Kind", help="official, host, press, reference or copy (a mirror).")
@needed("--publisher", ask="Publisher", help="Who publishes it.")
@needed("--url", ask="Address", help="Its address, in full.")
@click.option("--title", help="Title.")
@click.option("--archived", metavar="URL", help="Address of an archived copy.")
@click.option("--published", type=DateType(), help="When it was published.")
@click.option("--lang", metavar="TAG", help="Language (BCP 47): en, fr, pt-BR.")
@click.option("--accessed", type=DateType(), help="When you read it. Default: this month.")
@click.option("--note", help="A remark for readers.")
@dry_run_option
@click.pass_context
def new_source(context: click.Context, /, id: str, accessed: str | None, dry_run: bool, **data: object) -> None:
    """Add a source under ID: its host and year, or a word (unesco-round-2027, kobe-city-design).

    \b
    Example: ccn new source kobe-city-design --kind host --publisher "City of Kobe" --url https://design.city.kobe.lg.jp/
    """
    from ccn_kb.curate.record_edits import new as act
    from ccn_kb.model import records as model

    whole = {**data, "accessed": accessed or f"{today():%Y-%m}"}
    edit(context, lambda folder: act(folder, model.Source, id, whole), dry_run)


@new.command("meeting", short_help="Add a meeting.")
@click.argument("id", metavar="ID")
@needed("--name", ask="Name", help="Its name: XIX Annual Conference.")
@needed("--starts", type=DateType(), ask="First day", help="First day, as precisely as it is known.")
@click.option("--ends", type=DateType(), help="Last day.")
@click.option("--ordinal", type=int, help="Number in the series.")
@click.option("--host", "hosts", multiple=True, metavar="CITY", help="A host city's id; the first one first.")
@click.option("--status", type=click.Choice(["held", "planned"]), default="planned", show_default=True)
@click.option("--theme", help="Theme.")
@needed("--source", "sources", multiple=True, metavar="SOURCE", ask="Source", help="Who says so; once for each.")
@click.option("--note", help="A remark for readers.")
@dry_run_option
@click.pass_context
def new_meeting(
    context: click.Context, /, id: str, hosts: Sequence[str], sources: Sequence[str], dry_run: bool, **data: object
) -> None:
    """Add a meeting under ID: its year and first host, 2027-kobe-jp.

    \b
    Example: ccn new meeting 2027-kobe-jp --name "XIX Annual Conference" --starts 2027 --host kobe-jp --source SOURCE
    """
    from ccn_kb.curate.edit import cited
    from ccn_kb.curate.record_edits import new as act
    from ccn_kb.model import records as model

    def change(folder: Folder) -> Network:
        places = [{"city": folder.network.city(one).id} for one in hosts]
        said_by = [cited(folder.network, one) for one in sources]
        return act(folder, model.Meeting, id, {**data, "hosts": places, "sources": said_by})

    edit(context, change, dry_run)


@new.command("cooperation", short_help="Add something that cities did together.")
@click.argument("id", metavar="ID")
@needed("--title", ask="Title", help="What was done, in one line of our own.")
@needed(
    "--kind",
    type=click.Choice(["mentoring", "agreement", "exchange", "co-production", "event", "platform"]),
    ask="Kind",
    help="What it is.",
)
@click.option("--field", help="Creative field; none across fields.")
@needed("--starts", type=DateType(), ask="Began", help="When it began, as precisely as it is known.")
@click.option("--ends", type=DateType(), help="When it ended.")
@needed(
    "--city", "cities", multiple=True, metavar="CITY=ROLE", ask="City=role", help="A city and its role; once for each."
)
@needed("--source", "sources", multiple=True, metavar="SOURCE", ask="Source", help="Who says so; once for each.")
@click.option("--note", help="A remark for readers.")
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
    """Add a cooperation under ID: its year, first city and a word or two. Roles: host, helper, lead, helped, partner.

    \b
    Example: ccn new cooperation 2026-kobe-jp-nagoya-posters --title "Kobe and Nagoya show each other's posters" \\
               --kind exchange --starts 2026 --city kobe-jp=lead --city nagoya-jp=partner --source SOURCE
    """
    from ccn_kb.curate.edit import cited
    from ccn_kb.curate.record_edits import new as act
    from ccn_kb.model import records as model

    def change(folder: Folder) -> Network:
        network = folder.network
        with usage():
            wanted = network.field(field).id if field else None
        parts = []
        for one in cities:
            city, _, role = one.rpartition("=")
            if not city:
                raise click.UsageError(f"--city {one}: write the city and its role: {one}=partner")
            parts.append({"city": network.city(city).id, "role": role})
        said_by = [cited(network, one) for one in sources]
        return act(folder, model.Cooperation, id, {**data, "field": wanted, "cities": parts, "sources": said_by})

    edit(context, change, dry_run)


@new.command("city", short_help="Add a city with its first designation.")
@click.argument("name", metavar="NAME")
@needed("--country", ask="Country", help="Country: NI, NIC or Nicaragua.")
@needed("--field", ask="Creative field", help="Creative field: id or name.")
@when_options
@click.option("--geonames", type=int, help="GeoNames id, where the name does not tell the place.")
@click.option("--latitude", type=click.FloatRange(-90, 90), help="Degrees north, where GeoNames does not have it.")
@click.option("--longitude", type=click.FloatRange(-180, 180), help="Degrees east, where GeoNames does not have it.")
@click.option("--subdivision", nargs=2, metavar="CODE NAME", help="ISO 3166-2 code and name: NI-GR Granada.")
@click.option("--wikidata", metavar="QID", help="Wikidata id.")
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
    """Add the city NAME, with its place in GeoNames, and its first designation. A whole round: ccn load.

    \b
    Example: ccn new city León --country NI --field music --date 2026-10-31 --source unesco-round-2025 --dry-run
    """
    from ccn_kb.curate.city_edits import new_city as act
    from ccn_kb.curate.designation_edits import when
    from ccn_kb.curate.place_resolution import where

    def change(folder: Folder) -> Network:
        network = folder.network
        with usage():
            state, wanted = network.country(country).id, network.field(field).id
        decided = when(network, date, year, sources)
        point = None if latitude is None or longitude is None else (latitude, longitude)
        place = where(network, name, state, geonames, point, decided.sources)
        if subdivision:
            place["subdivision"] = dict(zip(("code", "name"), subdivision, strict=True))
        if wikidata:
            place["wikidata"] = wikidata
        return act(folder, name, state, wanted, decided, place)

    edit(context, change, dry_run)


@new.command("topic", short_help="Add topics that cities are known for.")
@click.argument("names", metavar="NAME…", nargs=-1, required=True)
@click.option("--broader", metavar="TOPIC", help="The broader topic that includes them: its name or ID.")
@dry_run_option
@click.pass_context
def new_topic(context: click.Context, /, names: tuple[str, ...], broader: str | None, dry_run: bool) -> None:
    """Add the topics NAME…, which cities can then be known for. A topic's ID is its name in ASCII.

    \b
    Example: ccn new topic "Arctic film" "polar night festivals" --broader film
    """
    from ccn_kb.curate.record_edits import new_topics

    edit(context, lambda folder: new_topics(folder, names, broader), dry_run)
