"""The commands for curators that change records: designate, end, change-field, rename, move, correct and others."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from ccn_kb.cli.completion import (
    complete_city,
    complete_field,
    complete_meeting,
    complete_record,
    complete_record_field,
    complete_round,
    complete_source,
)
from ccn_kb.cli.output import print_exactly
from ccn_kb.cli.parameters import Command, DateType, locked_folder, today, unknown_names_are_usage_errors
from ccn_kb.model.text import plural

if TYPE_CHECKING:
    from ccn_kb.curate.designation_edits import Decision
    from ccn_kb.curate.edit import Edit
    from ccn_kb.model.records import City
    from ccn_kb.network import Network
    from ccn_kb.store.folder import Folder

    EditDesignation: TypeAlias = Callable[[Folder, City, str, Decision, str | None], Network]


class PromptedOption(click.Option):
    """A required option: prompted for at a terminal, a usage error elsewhere."""

    def prompt_for_value(self, ctx: click.Context) -> Any:
        if not sys.stdin.isatty():
            raise click.MissingParameter(ctx=ctx, param=self)
        return click.prompt(str(self.prompt), err=True).split() if self.multiple else super().prompt_for_value(ctx)


def prompted_option(*names: str, prompt: str, **attributes: Any) -> Callable[[Command], Command]:
    """Add a required option, which is prompted for at a terminal."""
    return click.option(*names, cls=PromptedOption, prompt=prompt, **attributes)


dry_run_option = click.option("--dry-run", is_flag=True, help="Check and show the changes without writing them.")
note_option = click.option("--note", help="Note for readers.")
required_sources_option = prompted_option(
    "--source",
    "sources",
    multiple=True,
    metavar="SOURCE",
    prompt="Source",
    shell_complete=complete_source,
    help="Source ID or address (repeatable).",
)


def decision_options(command: Command) -> Command:
    """Add the options of a decision: `--date`, `--round`, `--source`."""
    date = click.option("--date", type=DateType(), help="Date of the decision. [default: that of the round]")
    round_option = click.option(
        "--round",
        "year",
        type=int,
        metavar="YEAR",
        shell_complete=complete_round,
        help="Round of the announcement.",
    )
    source = click.option(
        "--source",
        "sources",
        multiple=True,
        metavar="SOURCE",
        shell_complete=complete_source,
        help="Source ID, ID#entry or address (repeatable).",
    )
    return date(round_option(source(command)))


def edit_folder(context: click.Context, change: Callable[[Folder], Network], dry_run: bool) -> None:
    """Change the data folder, check it as a whole, and write or show the changes."""
    from ccn_kb.curate.edit import open_folder, prepare_edit
    from ccn_kb.curate.missing_values import reminders

    with locked_folder(context) as root:
        folder = open_folder(root)
        edit = prepare_edit(folder, change(folder), today())
        write_edit(edit, dry_run)
        print_edit(edit)
        for reminder in reminders(edit.new_cities):
            click.echo(f"To do: {reminder}", err=True)
        finish_edit(edit, dry_run)


def write_edit(edit: Edit, dry_run: bool) -> None:
    """Write a checked edit before any message is printed: the reader of the messages may close the pipe at any time."""
    if edit.texts and not dry_run:
        edit.write()


def print_edit(edit: Edit) -> None:
    """Print what an edit changes and what is left to do."""
    for difference in edit.differences:
        click.echo(difference, err=True)
    for reminder in edit.reminders:
        click.echo(f"To do: {reminder}", err=True)


def finish_edit(edit: Edit, dry_run: bool) -> None:
    """Print the files that an edit changed and the next step, or show it as a diff."""
    number = plural(len(edit.texts), "file", "files")
    if not edit.texts:
        click.echo("Nothing to change: the value is already there.", err=True)
    elif dry_run:
        print_exactly(edit.diff())
        click.echo(f"{number} would change; nothing was written.", err=True)
    else:
        for file in edit.texts:
            click.echo(edit.folder.root / file)
        pronoun = "it" if len(edit.texts) == 1 else "them"
        click.echo(f"Changed {number}. Review {pronoun} with `ccn diff HEAD` or in GitHub Desktop.", err=True)


def designation_arguments(command: Command) -> Command:
    """Add the arguments and options of a command that records a designation: city, field, decision, note."""
    command = dry_run_option(command)
    command = note_option(command)
    command = decision_options(command)
    command = click.argument("field", metavar="FIELD", shell_complete=complete_field)(command)
    return click.argument("city", metavar="CITY", shell_complete=complete_city)(command)


def _edit_designation(
    context: click.Context,
    change: EditDesignation,
    city: str,
    field: str,
    *,
    date: str | None,
    year: int | None,
    sources: Sequence[str],
    note: str | None,
    dry_run: bool,
) -> None:
    from ccn_kb.curate.designation_edits import resolve_decision

    def edit(folder: Folder) -> Network:
        with unknown_names_are_usage_errors():
            field_id = folder.network.field(field).id
        decision = resolve_decision(folder.network, date, year, sources)
        return change(folder, folder.network.city(city), field_id, decision, note)

    edit_folder(context, edit, dry_run)


@click.command
@designation_arguments
@click.pass_context
def designate(context: click.Context, /, city: str, field: str, **decision: Any) -> None:
    """Record a new designation for a city that is not currently a member. For a city without a record: ccn new city.

    \b
    Example: ccn designate lyon-fr music --date 2029-10-31 --source unesco-round-2029
    """
    from ccn_kb.curate import designation_edits

    _edit_designation(context, designation_edits.designate, city, field, **decision)


@click.command("change-field")
@designation_arguments
@click.pass_context
def change_field(context: click.Context, /, city: str, field: str, **decision: Any) -> None:
    """Record a change of creative field. The old designation ends the day the new one begins.

    \b
    Example: ccn change-field kobe-jp literature --date 2026-10-31 --source unesco-round-2025 --dry-run
    """
    from ccn_kb.curate import designation_edits

    _edit_designation(context, designation_edits.change_field, city, field, **decision)


@click.command
@click.argument("city", metavar="CITY", shell_complete=complete_city)
@prompted_option(
    "--date", type=DateType(), prompt="First day after the membership", help="First day after the membership ended."
)
@prompted_option("--reason", type=click.Choice(["withdrew", "removed"]), prompt="Reason", help="Reason of the end.")
@required_sources_option
@note_option
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
    """Record the end of the membership of CITY.

    \b
    Example: ccn end lyon-fr --date 2027-01-01 --reason withdrew --source unesco-round-2023
    """
    from ccn_kb.curate.designation_edits import end_membership

    def change(folder: Folder) -> Network:
        return end_membership(folder, folder.network.city(city), date, reason, sources, note)

    edit_folder(context, change, dry_run)


@click.command
@click.argument("city", metavar="CITY", shell_complete=complete_city)
@click.argument("name", metavar="NAME")
@prompted_option("--date", type=DateType(), prompt="Date of the new name", help="Date the new name took effect.")
@required_sources_option
@click.option("--lang", metavar="TAG", help="Language of the old name (BCP 47), if specific to one language.")
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
    """Record that CITY has the new name NAME. Its ID stays; the old name becomes a former name.

    \b
    Example: ccn rename tambasasayama-jp Sasayama --date 2026-11-01 --source japan-times-2018-tamba-sasayama --dry-run
    """
    from ccn_kb.curate.city_edits import rename_city

    def change(folder: Folder) -> Network:
        return rename_city(folder, folder.network.city(city), name, date, sources, lang)

    edit_folder(context, change, dry_run)


@click.command
@click.argument("ids", nargs=-1, required=True, metavar="[KIND] OLD NEW", shell_complete=complete_record)
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
    from ccn_kb.curate.edit import find_record, open_folder, prepare_edit

    if len(ids) not in (2, 3):
        raise click.UsageError("give OLD and NEW, with the kind before them if several kinds have the ID OLD")
    new = ids[-1]
    with locked_folder(context) as root:
        folder = open_folder(root)
        kind, record = find_record(folder.network, ":".join(ids[:-1]))
        result = moves.move(folder, kind, str(record.id), new, merge=merge)
        edit = prepare_edit(folder, result.network, today(), result.exceptions)
        for remark in result.remarks:
            click.echo(f"Note: {remark}", err=True)
        write_edit(edit, dry_run)
        print_edit(edit)
        finish_edit(edit, dry_run)


@click.command("add-source")
@click.argument("record", metavar="RECORD", shell_complete=complete_record)
@click.argument("source", metavar="SOURCE", shell_complete=complete_source)
@click.option(
    "--for",
    "path",
    default="",
    metavar="FIELD",
    shell_complete=complete_record_field,
    help="Field the source supports.",
)
@dry_run_option
@click.pass_context
def add_source(context: click.Context, record: str, source: str, path: str, dry_run: bool) -> None:
    """Add SOURCE to RECORD, which is any ID. For a city, it supports the latest designation unless --for names a field.

    \b
    Example: ccn add-source kobe-jp idcn-uccn-members --dry-run
    """
    from ccn_kb.curate import record_edits
    from ccn_kb.curate.edit import find_record

    def change(folder: Folder) -> Network:
        return record_edits.add_source(folder, find_record(folder.network, record)[1], source, path)

    edit_folder(context, change, dry_run)


@click.command
@click.argument("record", metavar="RECORD", required=False, shell_complete=complete_record)
@click.argument("field", metavar="FIELD", required=False, shell_complete=complete_record_field)
@click.argument("value", metavar="VALUE", required=False)
@click.option(
    "--source", metavar="SOURCE", shell_complete=complete_source, help="Source of the value; required for facts."
)
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
    """Set FIELD of RECORD to VALUE. Use '' to remove the value.

    RECORD is any ID (kind:id if several kinds have it). FIELD is a path: location.latitude, designations.1.since,
    names.Lyons.lang. Refer to list items by position (from 1) or by a distinguishing value. Write a list or a record as
    YAML on one line, or a list as texts separated by semicolons. Put values starting with a minus after `--`. The date
    of a round is also that of its designations.

    \b
    Example: ccn correct lyon-fr wikidata Q456
             ccn correct 2015-kanazawa-jp ends 2015-05-28 --source unesco-annual-conferences
             ccn correct --from corrections.csv --dry-run
    """
    from ccn_kb.curate.correction_table import correct_all, read_corrections
    from ccn_kb.curate.edit import find_record
    from ccn_kb.curate.record_edits import Correction, correct_values

    if table is not None:
        if record is not None or source is not None:
            raise click.UsageError("--from takes records, fields, values and sources from the file alone")
        corrections = read_corrections(table)
        edit_folder(context, lambda folder: correct_all(folder, corrections), dry_run)
        if corrections.empty:
            lines = ", ".join(map(str, corrections.empty))
            rows = plural(len(corrections.empty), "row", "rows")
            click.echo(f"Note: {rows} without a value left out: line {lines}", err=True)
        return
    if record is None or field is None or value is None:
        raise click.UsageError("give RECORD, FIELD and VALUE, or a table with --from FILE")
    id, correction = record, Correction(field, value, source)

    def change(folder: Folder) -> Network:
        return correct_values(folder, find_record(folder.network, id)[1], [correction])

    edit_folder(context, change, dry_run)


@click.command
@click.argument("id", metavar="ID", shell_complete=complete_meeting)
@click.option(
    "--status", type=click.Choice(["held", "postponed", "cancelled", "planned", "unconfirmed"]), help="Status."
)
@click.option("--starts", type=DateType(), help="First day.")
@click.option("--ends", type=DateType(), help="Last day.")
@click.option("--theme", help="Theme.")
@click.option("--attendance", multiple=True, metavar="TEXT", help="Attendance statement (repeatable).")
@click.option("--outcome", "outcomes", multiple=True, metavar="TEXT", help="Outcome statement (repeatable).")
@required_sources_option
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
    """Update a meeting: its status, dates, theme, attendance and outcomes.

    \b
    Example: ccn meeting 2026-essaouira-ma --status held --starts 2026-06-10 --source unesco-annual-conferences
    """
    from ccn_kb.curate.edit import resolve_citation
    from ccn_kb.curate.record_edits import update_meeting
    from ccn_kb.network.name_search import did_you_mean

    def change(folder: Folder) -> Network:
        meetings = folder.network.meetings_by_id
        if id not in meetings:
            raise click.ClickException(f"no meeting has the ID {id!r}{did_you_mean(id, meetings)}")
        citations = [resolve_citation(folder.network, source) for source in sources]
        values: dict[str, object] = {"status": status, "starts": starts, "ends": ends, "theme": theme}
        for name, texts in (("attendance", attendance), ("outcomes", outcomes)):
            values[name] = [{"value": text, "sources": citations} for text in texts]
        if not any(values.values()):
            raise click.UsageError("give a value: --status, --starts, --ends, --theme, --attendance or --outcome")
        return update_meeting(folder, meetings[id], values, citations)

    edit_folder(context, change, dry_run)
