"""The curators' commands that change records: designate, end, change-field, rename, move, correct and their like."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from ccn_kb.cli.output import print_exactly
from ccn_kb.cli.parameters import Command, DateType, changing, today, usage
from ccn_kb.model.text import plural

if TYPE_CHECKING:
    from ccn_kb.curate.edit import Edit
    from ccn_kb.network import Network
    from ccn_kb.store.folder import Folder

Change = Callable[["Folder"], "Network"]

dry_run_option = click.option("--dry-run", is_flag=True, help="Check and show the change; write nothing.")


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
    from ccn_kb.curate.missing_values import reminders

    with changing(context) as root:
        folder = opened(root)
        made = prepared(folder, change(folder), today())
        tell(made)
        for command in reminders(made.new_cities):
            click.echo(f"To do: {command}", err=True)
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
        print_exactly(made.diff())
        click.echo(f"{plural(len(made.texts), 'file', 'files')} would change; nothing was written", err=True)
        return
    made.write()
    for file in made.texts:
        click.echo(made.folder.root / file)
    click.echo(f"{plural(len(made.texts), 'file', 'files')} changed; look at them with git diff, then commit", err=True)


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
    from ccn_kb.curate import designation_edits as designations

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
    from ccn_kb.curate.designation_edits import end as act

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
    from ccn_kb.curate.city_edits import rename as act

    edit(context, lambda folder: act(folder, folder.network.city(city), name, date, sources, lang), dry_run)


@click.command(short_help="Change the ID of a record, or merge two records.")
@click.argument("ids", nargs=-1, required=True, metavar="[KIND] OLD NEW")
@click.option("--merge", is_flag=True, help="Merge OLD into the record NEW, which exists.")
@dry_run_option
@click.pass_context
def move(context: click.Context, ids: Sequence[str], merge: bool, dry_run: bool) -> None:
    """Change the ID of a record from OLD to NEW; everything that refers to OLD follows.

    Works for cities, sources, meetings, cooperations and topics; KIND is needed only if several kinds have the ID OLD.
    The old ID of a city redirects to the new one permanently. Use only for errors and merges.

    \b
    Example: ccn move lyon-fr lyons-fr --dry-run
             ccn move source le-monde-2019 lemonde-fr-2019 --merge --dry-run
    """
    from ccn_kb.curate import moves
    from ccn_kb.curate.edit import found, opened, prepared

    if len(ids) not in (2, 3):
        raise click.UsageError("give OLD and NEW, with the kind before them if several kinds have the ID OLD")
    new = ids[-1]
    with changing(context) as root:
        folder = opened(root)
        kind, record = found(folder.network, ":".join(ids[:-1]))
        result = moves.move(folder, kind, str(record.id), new, merge=merge)
        made = prepared(folder, result.network, today(), result.exceptions)
        for remark in result.remarks:
            click.echo(f"Note: {remark}", err=True)
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
    from ccn_kb.curate.record_edits import add_source as act

    edit(context, lambda folder: act(folder, found(folder.network, record)[1], source, path), dry_run)


@click.command(short_help="Change one value, or many from a table.")
@click.argument("record", metavar="RECORD", required=False)
@click.argument("field", metavar="FIELD", required=False)
@click.argument("value", metavar="VALUE", required=False)
@click.option("--source", metavar="SOURCE", help="Source of the value; needed for every fact that keeps its sources.")
@click.option(
    "--from",
    "table",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Corrections in a CSV file with the columns record, field, value, source.",
)
@dry_run_option
@click.pass_context
def correct(
    context: click.Context,
    record: str | None,
    field: str | None,
    value: str | None,
    source: str | None,
    table: Path | None,
    dry_run: bool,
) -> None:
    """Set FIELD of RECORD to VALUE; use '' to remove the value.

    RECORD is any ID (kind:id where two kinds have it). FIELD is a path: location.latitude, designations.1.since,
    names.Lyons.lang; refer to list items by position (from 1) or by a distinguishing value. Write a list or a record as
    YAML on one line, or a list as texts separated by semicolons. Put values starting with a minus after `--`. The date
    of a round is also that of its designations.

    \b
    Example: ccn correct lyon-fr wikidata Q456
             ccn correct 2015-kanazawa-jp ends 2015-05-28 --source unesco-annual-conferences
             ccn correct --from corrections.csv --dry-run
    """
    from ccn_kb.curate.correction_table import correct_all, read_corrections
    from ccn_kb.curate.edit import found
    from ccn_kb.curate.record_edits import Correction
    from ccn_kb.curate.record_edits import correct as act

    if table is not None:
        if record is not None or source is not None:
            raise click.UsageError("--from takes records, fields, values and sources from the file alone")
        corrections = read_corrections(table)
        edit(context, lambda folder: correct_all(folder, corrections), dry_run)
        if corrections.empty:
            lines = ", ".join(map(str, corrections.empty))
            rows = plural(len(corrections.empty), "row", "rows")
            click.echo(f"Note: {rows} without a value left out: line {lines}", err=True)
        return
    if record is None or field is None or value is None:
        raise click.UsageError("give RECORD, FIELD and VALUE, or a table with --from FILE")
    correction = Correction(field, value, source)
    edit(context, lambda folder: act(folder, found(folder.network, record)[1], [correction]), dry_run)


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
    from ccn_kb.curate.edit import cited
    from ccn_kb.curate.record_edits import meeting as act
    from ccn_kb.network.name_search import did_you_mean

    def change(folder: Folder) -> Network:
        known = folder.network.meetings_by_id
        if id not in known:
            raise click.ClickException(f"no meeting has the id {id!r}{did_you_mean(id, known)}")
        said_by = [cited(folder.network, one) for one in sources]
        data: dict[str, object] = {"status": status, "starts": starts, "ends": ends, "theme": theme}
        data["attendance"] = [{"value": text, "sources": said_by} for text in attendance]
        data["outcomes"] = [{"value": text, "sources": said_by} for text in outcomes]
        if not any(data.values()):
            raise click.UsageError("say what is known: --status, --starts, --ends, --theme, --attendance or --outcome")
        return act(folder, known[id], data, said_by)

    edit(context, change, dry_run)
