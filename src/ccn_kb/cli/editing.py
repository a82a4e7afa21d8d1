"""The curators' commands that change records: designate, end, change-field, rename, move, correct and their like."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import click

from ccn_kb.cli.output import count
from ccn_kb.cli.parameters import Command, DateType, changing, today, usage

if TYPE_CHECKING:
    from ccn_kb.curate.edit import Edit
    from ccn_kb.network import Network
    from ccn_kb.store.folder import Folder

Change = Callable[["Folder"], "Network"]

dry_run_option = click.option("--dry-run", is_flag=True, help="Check and show the change; write nothing.")
KINDS = click.Choice(["official", "host", "press", "reference", "copy"])


class Asked(click.Option):
    """An option that is needed: asked for at a terminal, wrong usage where nobody can be asked."""

    def prompt_for_value(self, ctx: click.Context) -> Any:
        if not sys.stdin.isatty():
            raise click.MissingParameter(ctx=ctx, param=self)
        return click.prompt(str(self.prompt), err=True).split() if self.multiple else super().prompt_for_value(ctx)


def needed(*names: str, ask: str, **more: Any) -> Callable[[Command], Command]:
    """Add an option that is needed, and asked for at a terminal."""
    return click.option(*names, cls=Asked, prompt=ask, **more)


def sources_option(command: Command) -> Command:
    """Add `--source ID`, once for each source."""
    text = "Who says so: a source's id, id#entry or address; once for each."
    return click.option("--source", "sources", multiple=True, metavar="SOURCE", help=text)(command)


def edit(context: click.Context, change: Change, dry_run: bool) -> None:
    """Make a change of the data folder, check it as a whole, and write it or show it."""
    from ccn_kb.curate.edit import opened, prepared

    with changing(context) as root:
        folder = opened(root)
        made = prepared(folder, change(folder), today())
        tell(made)
        finish(made, dry_run)


def tell(made: Edit) -> None:
    """Say what an edit changes, and what is left to do."""
    for difference in made.differences:
        click.echo(difference, err=True)
    for reminder in made.reminders:
        click.echo(f"To do: {reminder}", err=True)


def finish(made: Edit, dry_run: bool) -> None:
    """Write a checked edit, or show it as a diff; say in which files, and what is to do next."""
    if dry_run:
        click.echo(made.diff(), nl=False)
        click.echo(f"{count(len(made.texts), 'file', 'files')} would change; nothing was written", err=True)
        return
    made.write()
    for file in made.texts:
        click.echo(made.folder.root / file)
    click.echo(f"{count(len(made.texts), 'file', 'files')} changed; look at them with git diff, then commit", err=True)


def when_options(command: Command) -> Command:
    """Add when something was decided and who says so: `--date`, `--round`, `--source`."""
    command = sources_option(command)
    round_text = "The round in which it was announced."
    command = click.option("--round", "year", type=int, metavar="YEAR", help=round_text)(command)
    return click.option("--date", type=DateType(), help="The day; that of the round if one is named.")(command)


def decision_options(command: Command) -> Command:
    """Add what is said of a decision: when, who says so, `--note`, and `--dry-run`."""
    return when_options(click.option("--note", help="A remark for readers.")(dry_run_option(command)))


def decide(
    context: click.Context,
    act: Literal["designate", "change_field"],
    city: str,
    field: str,
    *,
    date: str | None,
    year: int | None,
    sources: Sequence[str],
    note: str | None,
    dry_run: bool,
) -> None:
    """Record a decision on the field of a known city."""
    from ccn_kb.curate import designations

    def change(folder: Folder) -> Network:
        with usage():
            wanted = folder.network.field(field).id
        decided = designations.when(folder.network, date, year, sources)
        made: Network = getattr(designations, act)(folder, folder.network.city(city), wanted, decided, note)
        return made

    edit(context, change, dry_run)


@click.command(short_help="Record that a known city was designated.")
@click.argument("city", metavar="CITY")
@click.argument("field", metavar="FIELD")
@decision_options
@click.pass_context
def designate(context: click.Context, /, city: str, field: str, **decision: Any) -> None:
    """Record that CITY, which is no member now, was designated in FIELD. For a city without a file: ccn new city.

    \b
    Example: ccn designate lyon-fr music --date 2029-10-31 --source unesco-round-2029
    """
    decide(context, "designate", city, field, **decision)


@click.command(short_help="Record that a membership ended.")
@click.argument("city", metavar="CITY")
@needed("--date", type=DateType(), ask="First day without membership", help="The first day on which it did not hold.")
@needed("--reason", type=click.Choice(["withdrew", "removed"]), ask="Reason", help="Why it ended.")
@needed("--source", "sources", multiple=True, metavar="SOURCE", ask="Source", help="Who says so; once for each.")
@click.option("--note", help="A remark for readers.")
@dry_run_option
@click.pass_context
def end(
    context: click.Context,
    city: str,
    date: str,
    reason: str,
    sources: Sequence[str],
    note: str | None,
    dry_run: bool,
) -> None:
    """Record that the membership of CITY ended.

    \b
    Example: ccn end lyon-fr --date 2027-01-01 --reason withdrew --source unesco-round-2023
    """
    from ccn_kb.curate.designations import end as act

    edit(context, lambda folder: act(folder, folder.network.city(city), date, reason, sources, note), dry_run)


@click.command("change-field", short_help="Record that a city changed its field.")
@click.argument("city", metavar="CITY")
@click.argument("field", metavar="FIELD")
@decision_options
@click.pass_context
def change_field(context: click.Context, /, city: str, field: str, **decision: Any) -> None:
    """Record that CITY changed its creative field: the one designation ends on the day on which the other begins.

    \b
    Example: ccn change-field kobe-jp literature --date 2026-10-31 --source unesco-round-2025 --dry-run
    """
    decide(context, "change_field", city, field, **decision)


@click.command(short_help="Record that a city has another name.")
@click.argument("city", metavar="CITY")
@click.argument("name", metavar="NAME")
@needed("--date", type=DateType(), ask="First day of the new name", help="The first day of the new name.")
@needed("--source", "sources", multiple=True, metavar="SOURCE", ask="Source", help="Who says so; once for each.")
@click.option("--lang", metavar="TAG", help="Language of the old name (BCP 47), if it is that of one language.")
@dry_run_option
@click.pass_context
def rename(
    context: click.Context,
    city: str,
    name: str,
    date: str,
    sources: Sequence[str],
    lang: str | None,
    dry_run: bool,
) -> None:
    """Record that CITY is called NAME since a day. Its id stays; the old name stays as a former one.

    \b
    Example: ccn rename tambasasayama-jp Sasayama --date 2026-11-01 --source japan-times-2018-tamba-sasayama --dry-run
    """
    from ccn_kb.curate.cities import rename as act

    edit(context, lambda folder: act(folder, folder.network.city(city), name, date, sources, lang), dry_run)


@click.command(short_help="Give a city another id.")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@dry_run_option
@click.pass_context
def move(context: click.Context, old: str, new: str, dry_run: bool) -> None:
    """Give the city of the id OLD the id NEW; OLD leads there for ever. Only for our own mistakes, and merges.

    \b
    Example: ccn move lyon-fr lyons-fr --dry-run
    """
    from ccn_kb.curate.cities import move as act
    from ccn_kb.curate.edit import opened, prepared

    with changing(context) as root:
        folder = opened(root)
        network, exceptions = act(folder, old, new)
        made = prepared(folder, network, today(), exceptions)
        tell(made)
        finish(made, dry_run)


@click.command("add-source", short_help="Cite one more source.")
@click.argument("record", metavar="RECORD")
@click.argument("source", metavar="SOURCE")
@click.option("--for", "path", default="", metavar="FIELD", help="The value of the record that it speaks of.")
@dry_run_option
@click.pass_context
def add_source(context: click.Context, record: str, source: str, path: str, dry_run: bool) -> None:
    """Cite SOURCE for RECORD: any record's id. For a city, the designation is meant unless --for names a value.

    \b
    Example: ccn add-source kobe-jp idcn-uccn-members --dry-run
    """
    from ccn_kb.curate.edit import found
    from ccn_kb.curate.records import add_source as act

    edit(context, lambda folder: act(folder, found(folder.network, record)[1], source, path), dry_run)


@click.command(short_help="Correct any value of any record.")
@click.argument("record", metavar="RECORD")
@click.argument("field", metavar="FIELD")
@click.argument("value", metavar="VALUE")
@click.option("--source", metavar="SOURCE", help="Who says so; needed for every fact that keeps its sources.")
@dry_run_option
@click.pass_context
def correct(context: click.Context, record: str, field: str, value: str, source: str | None, dry_run: bool) -> None:
    """Set FIELD of RECORD to VALUE; '' takes it out.

    RECORD is any id (kind:id where two kinds have it). FIELD is a path: location.latitude, designations.1.since,
    names.Lyons.lang; items of lists go by number from 1, or by what tells them apart. A list or a record is written
    as YAML on one line. What begins with a minus comes after `--`.

    \b
    Example: ccn correct lyon-fr wikidata Q456
             ccn correct 2015-kanazawa-jp ends 2015-05-28 --source unesco-annual-conferences
    """
    from ccn_kb.curate.edit import found
    from ccn_kb.curate.records import correct as act

    edit(context, lambda folder: act(folder, found(folder.network, record)[1], field, value, source), dry_run)


@click.command(short_help="Record what is known of a meeting by now.")
@click.argument("id", metavar="ID")
@click.option("--status", type=click.Choice(["held", "postponed", "cancelled", "planned", "unconfirmed"]))
@click.option("--starts", type=DateType(), help="First day.")
@click.option("--ends", type=DateType(), help="Last day.")
@click.option("--theme", help="Theme.")
@click.option(
    "--attendance", multiple=True, metavar="TEXT", help="Who came, in our own words; once for each statement."
)
@click.option("--outcome", "outcomes", multiple=True, metavar="TEXT", help="What was decided; repeatable.")
@needed("--source", "sources", multiple=True, metavar="SOURCE", ask="Source", help="Who says so; once for each.")
@dry_run_option
@click.pass_context
def meeting(
    context: click.Context,
    id: str,
    status: str | None,
    starts: str | None,
    ends: str | None,
    theme: str | None,
    attendance: Sequence[str],
    outcomes: Sequence[str],
    sources: Sequence[str],
    dry_run: bool,
) -> None:
    """Record what is known of the meeting ID by now: that it was held, when, on what theme, who came.

    \b
    Example: ccn meeting 2026-essaouira-ma --status held --starts 2026-06-10 --source unesco-annual-conferences
    """
    from ccn_kb.curate.edit import cited, nearest
    from ccn_kb.curate.records import meeting as act

    def change(folder: Folder) -> Network:
        known = folder.network.meetings_by_id
        if id not in known:
            raise click.ClickException(f"no meeting has the id {id!r}{nearest(id, known)}")
        said_by = [cited(folder.network, one) for one in sources]
        data: dict[str, object] = {"status": status, "starts": starts, "ends": ends, "theme": theme}
        data["attendance"] = [{"value": text, "sources": said_by} for text in attendance]
        data["outcomes"] = [{"value": text, "sources": said_by} for text in outcomes]
        if not any(data.values()):
            raise click.UsageError("say what is known: --status, --starts, --ends, --theme, --attendance or --outcome")
        return act(folder, known[id], data, said_by)

    edit(context, change, dry_run)


# -- new records -------------------------------------------------------------------------------


@click.group(short_help="Add a city, a meeting, a source or a cooperation.")
def new() -> None:
    """Add a city, a meeting, a source or a cooperation.

    \b
    Example: ccn new source unesco-round-2027 --kind official --publisher UNESCO --url https://www.unesco.org/…
    """


def add(context: click.Context, record: str, id: str, data: Mapping[str, object], dry_run: bool) -> None:
    """Add a record of a kind that has an id of its own."""
    from ccn_kb import model
    from ccn_kb.curate.records import new as act

    edit(context, lambda folder: act(folder, getattr(model, record), id, data), dry_run)


@new.command("source", short_help="Add a publication in which something was looked up.")
@click.argument("id", metavar="ID")
@needed("--kind", type=KINDS, ask="Kind", help="official, host, press, reference or copy (a mirror).")
@needed("--publisher", ask="Publisher", help="Who publishes it.")
@needed("--url", ask="Address", help="Its address, in full.")
@click.option("--title", help="Title.")
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
    add(context, "Source", id, {**data, "accessed": accessed or f"{today():%Y-%m}"}, dry_run)


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
    from ccn_kb import model
    from ccn_kb.curate.edit import cited
    from ccn_kb.curate.records import new as act

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
    from ccn_kb import model
    from ccn_kb.curate.edit import cited
    from ccn_kb.curate.records import new as act

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
    from ccn_kb.curate.cities import new_city as act
    from ccn_kb.curate.designations import when
    from ccn_kb.curate.places import where

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
