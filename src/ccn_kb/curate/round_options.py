"""The values of a round as a whole, from options and the header of its announcement: year, date, citations, figures."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from ccn_kb.curate.designation_edits import Decision
from ccn_kb.curate.edit import resolve_citation
from ccn_kb.curate.lists.announcement import Announcement
from ccn_kb.errors import DataError, Problem, UnknownError
from ccn_kb.model.dates import first_day, last_day
from ccn_kb.model.records import Round
from ccn_kb.network import Network

Refuse: TypeAlias = "Callable[[str, str, str], None]"
FIGURES = ("new", "members", "countries")


class RoundOptions(NamedTuple):
    """A curator's options on the round; None leaves a value to the file header."""

    round: int | None
    date: str | None
    source: str | None
    historical: bool


@dataclass(frozen=True)
class RoundDetails:
    """A round's year, date and citations, and the published figures with their lines in the announcement."""

    year: int
    decision: Decision
    figures: Mapping[str, tuple[int, int]]
    is_known: bool


def resolve_round(
    announcement: Announcement, network: Network, options: RoundOptions, today: datetime.date
) -> RoundDetails:
    """Return the details of the round: from the options, else the file header, else the record of a known round.

    Raises DataError with everything that is wrong with them.
    """
    problems: list[Problem] = []

    def refuse(key: str, message: str, fix: str) -> None:
        line = announcement.head.get(key, (1, ""))[0]
        problems.append(Problem(announcement.file, line, "head", message, fix))

    figures = {}
    for key in FIGURES:
        if key in announcement.head:
            line, text = announcement.head[key]
            if text.isdecimal() and len(text) <= 6:
                figures[key] = (line, int(text))
            else:
                refuse(key, f"{key}: {text!r} is not a number", "write the published number, or delete the line")
    date = date_text = options.date or announcement.head.get("date", (0, ""))[1] or None
    if date and not _is_date(date):
        refuse("date", f"{date!r} is not a date", "write the day of the announcement as YYYY-MM-DD")
        date = None
    year = _year(announcement, options, date, refuse)
    record = network.rounds.get(year) if year else None
    if record and date and date != record.announced:
        refuse("date", f"the round of {year} was announced on {record.announced}, not on {date}", "correct the date")
    date = date_text = record.announced if record else date
    source = options.source or announcement.head.get("source", (0, ""))[1]
    citations = _citations(network, source, record, refuse)
    if year and not date_text:
        message = f"the date of the round of {year} is missing"
        refuse("date", message, "give --date YYYY-MM-DD, or a line `date: YYYY-MM-DD`")
    if year and date:
        _check_date(network, year, date, options.historical, today, refuse)
    if problems or year is None or date is None:
        raise DataError(problems)
    return RoundDetails(year, Decision(date, year, citations), figures, record is not None)


def _year(announcement: Announcement, options: RoundOptions, date: str | None, refuse: Refuse) -> int | None:
    text = announcement.head.get("round", (0, ""))[1]
    if options.round or (text.isdecimal() and len(text) == 4):
        return options.round or int(text)
    if text:
        refuse("round", f"{text!r} is not a round", "write its year, of four digits")
    elif date:
        return first_day(date).year
    else:
        fix = "give its day, --date YYYY-MM-DD, or the year of a round in the data, --round YYYY"
        refuse("round", "which round is this?", fix)
    return None


def _citations(network: Network, source: str, record: Round | None, refuse: Refuse) -> list[str]:
    if not source:
        if record:
            return [record.sources[0]]
        refuse(
            "source", "no source is given", "add --source ID, or a line `source: ID`; a new one: ccn new source ID …"
        )
        return []
    citations = []
    for text in source.replace(",", " ").split():
        try:
            citations.append(resolve_citation(network, text))
        except UnknownError as error:
            refuse("source", str(error), "correct the ID, or add the source first")
    return citations


def _check_date(network: Network, year: int, date: str, historical: bool, today: datetime.date, refuse: Refuse) -> None:
    newest = max(network.rounds.values(), key=lambda record: first_day(record.announced), default=None)
    if first_day(date) > today:
        refuse("date", f"{date} is in the future; today is {today}", "correct the date")
    elif newest and not historical and (year < newest.id or last_day(date) < first_day(newest.announced)):
        message = f"the round of {year} ({date}) is older than the newest, that of {newest.id}"
        refuse("round", message, "correct it; for an old round add --historical")
    if not 2014 <= year <= 2100 or not date.startswith(str(year)):
        refuse("round", f"the round of {year} cannot have the date {date}", "name the round by the year of its date")


def _is_date(text: str) -> bool:
    try:
        return bool(first_day(text))
    except ValueError:
        return False
