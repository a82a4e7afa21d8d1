"""The command that loads a round from a list."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccn_kb.cli.editing import dry_run_option, finish_edit, print_edit, write_edit
from ccn_kb.cli.parameters import DateType, locked_folder, today
from ccn_kb.model.text import plural

if TYPE_CHECKING:
    from ccn_kb.curate.edit import Edit
    from ccn_kb.curate.gazetteer import Gazetteer
    from ccn_kb.curate.list_answers import ListAnswer
    from ccn_kb.curate.lists.announcement import Announcement
    from ccn_kb.curate.round_loading import Choice, Outcome, Proposal
    from ccn_kb.curate.round_options import RoundDetails, RoundOptions
    from ccn_kb.errors import Problem
    from ccn_kb.network import Network
    from ccn_kb.store.folder import Folder

MAX_SHOWN = 200
"""How many ignored lines, and how many problems, are shown."""


@click.command
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--round", "year", type=click.IntRange(2014, 2100), metavar="YEAR", help="The round. [default: from the file head]"
)
@click.option("--date", type=DateType(), help="Day of the announcement. [default: from the file head, or the round's]")
@click.option(
    "--source", metavar="SOURCE", help="The announcement: a source's ID or URL. [default: from the file head]"
)
@click.option("--historical", is_flag=True, help="Allow a round older than the newest.")
@click.option("--no-input", is_flag=True, help="Never prompt: open questions are errors.")
@click.option("--allow-ignored", is_flag=True, help="With --no-input, accept ignored lines that may name a city.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "jsonl"]),
    default="text",
    show_default=True,
    help="Output format; json and jsonl print one object per line of the file, and for problems of the whole file.",
)
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
    allow_ignored: bool,
    style: str,
    dry_run: bool,
) -> None:
    """Load a round from FILE: pasted text, a web page, a table or a workbook, in any of 16 languages.

    A text may have one city per line (Granada (Nicaragua) – Design), several in a paragraph, or headings for countries
    and fields. Tables are CSV, TSV, Markdown, wikitext, HTML, Excel or LibreOffice; JSON and YAML are read too. Lines
    `round:`, `date:`, `source:`, `new:`, `members:` and `countries:` may stand first. Unambiguous entries are accepted;
    for others you are prompted (or, with --no-input, the command fails and lists the candidates). Every line that is
    not loaded is shown. All or nothing is written.

    Answers are kept in FILE.answers.csv when a load fails or is left; the next load reads them. A dry run reads the
    file, but writes nothing. In its column `answer`, write a candidate's number or ID, `yes`, `skip` (leave the line
    out) or `none`; or fill in the other columns.

    In a table, the columns `geonames`, `latitude` and `longitude` decide where a city is; `wikidata`, `subdivision`,
    `unesco_page`, `known_for`, `names`, `population` and `source` fill in its record, several values between
    semicolons. What new cities still lack is written to FILE.missing.csv, to be filled in for `ccn correct --from`.

    \b
    Example: ccn load announcement.txt --round 2027 --date 2027-10-31 --source unesco-round-2027 --dry-run
    """
    from ccn_kb.curate.edit import open_folder, prepare_edit
    from ccn_kb.curate.list_answers import answers_file, apply_answers, read_answers
    from ccn_kb.curate.lists.list_files import read
    from ccn_kb.curate.round_loading import load_round
    from ccn_kb.curate.round_options import RoundOptions
    from ccn_kb.curate.vocabulary import Vocabulary
    from ccn_kb.errors import DataError

    prompts = sys.stdin.isatty() and not no_input and style == "text"
    with locked_folder(context) as root:
        folder = open_folder(root)
        vocabulary = Vocabulary(folder.network)
        list_read = read(file, vocabulary)
        written = read_answers(answers_file(file))
        answers = apply_answers(list_read, written, vocabulary)
        session = None
        problems: Sequence[Problem] = ()
        try:
            details = _resolve_round(list_read, folder.network, RoundOptions(year, date, source, historical))
            session = _Session(
                file, folder, list_read, details, _gazetteer(), answers, written, prompts, allow_ignored, dry_run
            )
            session.propose()
            choices = session.choices()
            network = load_round(folder, list_read, details, choices, session.gazetteer)
            edit = prepare_edit(folder, network, today())
        except (DataError, click.Abort) as error:
            problems = error.problems if isinstance(error, DataError) else ()
            if session:
                session.keep_answers()
            raise
        finally:
            if style != "text":
                _print_rows(style, list_read, session.proposal if session else None, problems)
        session.show_remarks()
        if not prompts:
            write_edit(edit, dry_run)
        print_edit(edit)
        if prompts and not dry_run and not _confirmed(f"Write {plural(len(choices), 'city', 'cities')}?"):
            session.keep_answers()
            raise click.Abort
        if prompts:
            write_edit(edit, dry_run)
        # Of the other styles only the objects go to standard output.
        if style == "text":
            finish_edit(edit, dry_run)
        _write_missing_values(file, edit, dry_run)


def _resolve_round(list_read: Announcement, network: Network, options: RoundOptions) -> RoundDetails:
    """Return the details of the round. Raises DataError, with the other problems of the list."""
    from ccn_kb.curate.round_options import resolve_round
    from ccn_kb.errors import DataError

    try:
        return resolve_round(list_read, network, options, today())
    except DataError as error:
        raise DataError(_capped([*error.problems, *list_read.problems])) from None


def _print_rows(style: str, list_read: Announcement, proposal: Proposal | None, problems: Sequence[Problem]) -> None:
    """Print the outcome of every line, and the problems of the list as a whole."""
    from ccn_kb.curate.list_report import report_rows, unread_rows
    from ccn_kb.exports.json_rows import to_jsonl, to_list

    rows = report_rows(list_read, proposal, problems) if proposal else unread_rows(list_read, problems)
    click.echo(to_jsonl(rows) if style == "jsonl" else to_list(rows) + "\n", nl=False)


def _write_missing_values(file: Path, edit: Edit, dry_run: bool) -> None:
    """Write a table of the values that the records of the new cities lack, for a curator to fill in."""
    from ccn_kb.curate.missing_values import missing_values, table_for, write_table

    values = missing_values(edit.new_cities)
    if not values:
        return
    target = table_for(file)
    cities = plural(len({value.city for value in values}), "new city lacks", "new cities lack")
    fields = ", ".join(dict.fromkeys(value.field for value in values))
    if dry_run:
        click.echo(f"To do: {cities} values ({fields}); a load writes a table of them to {target}", err=True)
        return
    if _is_written(lambda: write_table(target, values), "missing values", target):
        click.echo(f"To do: {cities} values ({fields}); fill them in, then run: ccn correct --from {target}", err=True)


def _is_written(write: Callable[[], object], content: str, target: Path) -> bool:
    """Write a file next to a list, and return whether that was possible; a note gives the reason if not."""
    try:
        write()
    except OSError as error:
        click.echo(f"Note: the {content} could not be written to {target}: {error.strerror}", err=True)
        return False
    return True


def _gazetteer() -> Gazetteer | None:
    from ccn_kb.curate.gazetteer import open_gazetteer
    from ccn_kb.curate.gazetteer_index import is_ready
    from ccn_kb.errors import MissingExtraError

    try:
        if not is_ready():
            click.echo("Note: GeoNames is prepared for look-ups; this is done once and takes some seconds", err=True)
        return open_gazetteer()
    except MissingExtraError:
        return None


def _confirmed(text: str) -> bool:
    try:
        return click.confirm(text, err=True)
    except click.Abort:
        return False


class _Session:
    """One load: the list, what it means so far, and the answers of the curator."""

    def __init__(
        self,
        file: Path,
        folder: Folder,
        list_read: Announcement,
        round_terms: RoundDetails,
        gazetteer: Gazetteer | None,
        answers: dict[int, ListAnswer],
        written: dict[tuple[int, str], ListAnswer],
        prompts: bool,
        allow_ignored: bool,
        dry_run: bool,
    ) -> None:
        self.file, self.folder, self.list_read, self.terms = file, folder, list_read, round_terms
        self.gazetteer, self.given, self.prompts = gazetteer, answers, prompts
        self.allow_ignored, self.dry_run = allow_ignored, dry_run
        self.written = written
        self.chosen: dict[int, Choice] = {}
        self.left_out: set[int] = set()
        self.proposal: Proposal

    @property
    def network(self) -> Network:
        return self.folder.network

    def propose(self) -> None:
        """Work out what every entry means by now."""
        from ccn_kb.curate.round_loading import propose

        self.proposal = propose(self.list_read, self.network, self.gazetteer, self.terms, self.given, self.chosen)

    def choices(self) -> list[Choice]:
        """Return the choice of every entry, after asking where that is possible. Raises DataError for what is open."""
        from ccn_kb.curate.list_report import stated_problem
        from ccn_kb.curate.round_loading import open_problems
        from ccn_kb.errors import DataError

        problems = list(self.proposal.problems)
        if not problems:
            stated = stated_problem(self.list_read, self.proposal, self.network, self.terms)
            if stated and (not self.prompts or "new" in self.terms.figures):
                problems.append(stated)
            elif stated and not _confirmed(f"{stated.message}; go on?"):
                raise click.Abort
        if not self.prompts:
            problems += self._ignored_problems()
            problems += open_problems(self.list_read, self.proposal.questions)
        if problems:
            raise DataError(_capped(problems if not self.prompts else [*problems, *self._open_questions()]))
        if self.prompts:
            self._confirm_readings()
            self._ask_all()
        return [choice for outcome in self.proposal.outcomes if (choice := outcome.choice)]

    def _open_questions(self) -> list[Problem]:
        from ccn_kb.curate.round_loading import open_problems

        return open_problems(self.list_read, self.proposal.questions)

    def _ignored_problems(self) -> list[Problem]:
        """Return the ignored lines that may name a city, where no figure would show that one is missing."""
        from ccn_kb.curate.list_report import has_figure, ignored_names
        from ccn_kb.errors import Problem

        if self.allow_ignored or has_figure(self.list_read, self.terms):
            return []
        fix = "write it as Name (Country) – Field, delete it, give `new: NUMBER` above the list, or use --allow-ignored"
        return [
            Problem(self.list_read.file, leftover.line, "ignored", f"the line may name a city: {leftover.text!r}", fix)
            for leftover in ignored_names(self.list_read)
        ]

    def _confirm_readings(self) -> None:
        """Ask once for the names that are not used as they are written, and for the countries that were assumed."""
        for text, readings in (
            ("These names are not written as GeoNames has them:", self.proposal.renamed),
            ("No country is given; assumed:", self.proposal.assumed),
        ):
            if readings:
                click.echo(text, err=True)
                for reading in dict.fromkeys(readings):
                    click.echo(f"  {reading}", err=True)
                if not _confirmed("Is that right?"):
                    raise click.Abort

    def _ask_all(self) -> None:
        """Ask every question, with the way back; leaving keeps what was answered."""
        questions = [n for n, outcome in enumerate(self.proposal.outcomes) if outcome.status == "question"]
        position = 0
        while position < len(questions):
            number = questions[position]
            answer = self._ask(number, position + 1, len(questions))
            if answer == "back":
                position = max(0, position - 1)
                self.chosen.pop(questions[position], None)
                self.left_out.discard(questions[position])
                continue
            position += 1
        self._leave_out()
        self.propose()
        remaining = [*self.proposal.problems, *self._open_questions()]
        if remaining:
            from ccn_kb.errors import DataError

            raise DataError(remaining)

    def _ask(self, number: int, count: int, total: int) -> str:
        outcome = self.proposal.outcomes[number]
        entry = outcome.entry
        click.echo(f"{self.list_read.file}:{entry.line}: {entry.text}", err=True)
        click.echo(f"Question {count} of {total}: {outcome.message}", err=True)
        for n, choice in enumerate(outcome.choices, start=1):
            click.echo(f"  {n}  {choice}", err=True)
        keys = "number, GeoNames ID, n = none of these (leave the line out), b = back, q = quit"
        while True:
            text = str(click.prompt(keys, err=True)).strip().casefold()
            if text in ("q", "quit"):
                raise click.Abort
            if text in ("b", "back"):
                return "back"
            if text in ("n", "none"):
                self.left_out.add(number)
                self.chosen.pop(number, None)
                return "none"
            picked = self._choice_for(outcome, text)
            if picked is not None:
                self.chosen[number] = picked
                self.left_out.discard(number)
                return "chosen"
            click.echo(f"{text!r} is neither a number above nor the ID of a place in GeoNames", err=True)

    def _choice_for(self, outcome: Outcome, text: str) -> Choice | None:
        if not text.isdecimal() or len(text) > 12:
            return outcome.choices[0] if text in ("y", "yes") and len(outcome.choices) == 1 else None
        if 1 <= int(text) <= len(outcome.choices):
            return outcome.choices[int(text) - 1]
        place = self.gazetteer.place(int(text)) if self.gazetteer else None
        if place is None:
            return None
        from ccn_kb.curate.round_loading import choices_at

        choices = choices_at(self.list_read, self.network, self.gazetteer, self.terms, outcome.entry, place)
        return choices[0] if choices else None

    def _leave_out(self) -> None:
        """Take the lines out for which none of the candidates is right."""
        from ccn_kb.curate.list_answers import NONE, ListAnswer

        for number in self.left_out:
            entry = self.list_read.entries[number]
            self.given[number] = ListAnswer(entry.line, entry.text, NONE)

    def keep_answers(self) -> None:
        """Write what was answered, and what is open, into the file of answers."""
        from ccn_kb.curate.list_answers import answers_file, write_answers
        from ccn_kb.curate.list_report import answer_rows

        self._leave_out()
        rows = answer_rows(self.list_read, self.proposal, self.chosen, self.given, self.written)
        if not rows:
            return
        target = answers_file(self.file)
        if self.dry_run:
            click.echo(f"Note: load without --dry-run to get the open questions in {target}, to answer there", err=True)
            return
        if _is_written(lambda: write_answers(target, rows), "answers", target):
            click.echo(f"Note: answer the open questions in {target}, then load the file again", err=True)

    def show_remarks(self) -> None:
        """Show how the list was read, and every line that is not loaded."""
        for remark in dict.fromkeys((*self.list_read.remarks, *self.proposal.remarks, *self.proposal.renamed)):
            click.echo(f"Note: {remark}", err=True)
        if self.proposal.assumed:
            click.echo(f"Note: no country is given; assumed: {_joined(self.proposal.assumed)}", err=True)
        ignored = [leftover for leftover in self.list_read.leftovers if leftover.status == "ignored"]
        for leftover in ignored[:MAX_SHOWN]:
            click.echo(f"Ignored: {self.list_read.line_word} {leftover.line}: {leftover.text}", err=True)
        if len(ignored) > MAX_SHOWN:
            click.echo(f"Ignored: {len(ignored) - MAX_SHOWN:,} more lines", err=True)


def _capped(problems: Sequence[Problem]) -> list[Problem]:
    """Return the first problems of very many, and how many more there are."""
    from ccn_kb.errors import Problem

    ordered = sorted(set(problems))
    if len(ordered) <= MAX_SHOWN:
        return ordered
    last = ordered[MAX_SHOWN - 1]
    more = f"{len(ordered) - MAX_SHOWN:,} more problems below this line"
    return [*ordered[:MAX_SHOWN], Problem(last.file, last.line, "more", more, "correct these first")]


def _joined(readings: Sequence[str]) -> str:
    return "; ".join(dict.fromkeys(readings))
