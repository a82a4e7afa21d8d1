"""The command that loads a round from an announcement."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccn_kb.cli.editing import dry_run_option, finish, tell
from ccn_kb.cli.parameters import DateType, changing, today
from ccn_kb.model.text import plural

if TYPE_CHECKING:
    from ccn_kb.curate.announcement import Announcement
    from ccn_kb.curate.gazetteer import Gazetteer
    from ccn_kb.curate.round_loading import Choice, Proposal, Question
    from ccn_kb.curate.round_options import Terms
    from ccn_kb.network import Network


@click.command(short_help="Load a round from an announcement.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--round", "year", type=click.IntRange(2014, 2100), metavar="YEAR", help="The round; else the file's head."
)
@click.option("--date", type=DateType(), help="Day of the announcement; else the file's head, or the round's.")
@click.option("--source", metavar="SOURCE", help="The announcement: a source's id or address; else the file's head.")
@click.option("--historical", is_flag=True, help="Allow a round that is older than the newest.")
@click.option("--no-input", is_flag=True, help="Ask nothing, even at a terminal: a doubt is refused.")
@dry_run_option
@click.pass_context
def load(
    context: click.Context,
    file: Path,
    year: int | None,
    date: str | None,
    source: str | None,
    historical: bool,
    no_input: bool,
    dry_run: bool,
) -> None:
    """Load a round from FILE: the announcement's text, or a table of name, country and field.

    A text has a city a line (Granada (Nicaragua) – Design); a table is CSV, TSV or Excel, and can have columns date,
    source, latitude, longitude, geonames; YAML is a list of such cities. Lines `round:`, `date:`, `source:`, `new:`,
    `members:` and `countries:` may stand first. What is certain is taken; a doubt is asked at a terminal, and refused
    with its candidates elsewhere. Nothing is written unless the whole file can be.

    \b
    Example: ccn load announcement.txt --round 2027 --date 2027-10-31 --source unesco-round-2027 --dry-run
    """
    from ccn_kb.curate.announcement import read
    from ccn_kb.curate.edit import opened, prepared
    from ccn_kb.curate.round_loading import loaded
    from ccn_kb.curate.round_options import Asked, terms
    from ccn_kb.curate.vocabulary import Vocabulary

    asks = sys.stdin.isatty() and not no_input
    with changing(context) as root:
        folder = opened(root)
        found = read(file, Vocabulary(folder.network))
        holding = terms(found, folder.network, Asked(year, date, source, historical), today())
        gazetteer = _gazetteer()
        choices, proposal = _decided(found, folder.network, gazetteer, holding, asks)
        network = loaded(folder, found, holding, choices, gazetteer)
        made = prepared(folder, network, today())
        for remark in (*proposal.remarks, *proposal.warnings):
            click.echo(f"Note: {remark}", err=True)
        if found.passed:
            lines = ", ".join(map(str, found.passed))
            click.echo(
                f"Note: {plural(len(found.passed), 'line', 'lines')} without a city passed over: {lines}", err=True
            )
        tell(made)
        if asks and not dry_run:
            click.confirm(f"Write {plural(len(found.entries), 'city', 'cities')}?", abort=True, err=True)
        finish(made, dry_run)


def _gazetteer() -> Gazetteer | None:
    from ccn_kb.curate.gazetteer import opened
    from ccn_kb.errors import MissingExtraError

    try:
        return opened()
    except MissingExtraError:
        return None


def _decided(
    found: Announcement, network: Network, gazetteer: Gazetteer | None, terms: Terms, asks: bool
) -> tuple[dict[int, Choice], Proposal]:
    """Return what every line means, after asking where it can be asked. Raises DataError for what stays open."""
    from ccn_kb.curate.round_loading import doubts, proposed
    from ccn_kb.errors import DataError

    answers: dict[int, Choice] = {}
    proposal = proposed(found, network, gazetteer, terms, answers)
    if asks and not proposal.problems:
        for question in proposal.questions:
            if question.choices:
                answers[question.entry.line] = _asked(found, question)
        proposal = proposed(found, network, gazetteer, terms, answers)
    wrong = [*proposal.problems, *doubts(found, proposal.questions)]
    if wrong:
        raise DataError(wrong)
    for warning in proposal.warnings if asks else ():
        click.confirm(f"{warning}; load it all the same?", abort=True, err=True)
    return proposal.choices, proposal


def _asked(found: Announcement, question: Question) -> Choice:
    click.echo(f"{found.file}:{question.entry.line}: {question.text}", err=True)
    for number, choice in enumerate(question.choices, start=1):
        click.echo(f"  {number}  {choice}", err=True)
    picked: int = click.prompt("Number", type=click.IntRange(1, len(question.choices)), err=True)
    return question.choices[picked - 1]
