"""What an announcement says of its round as a whole: year, date, citations and figures."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ccn_kb.curate.designation_edits import When
from ccn_kb.curate.edit import cited
from ccn_kb.curate.lists.announcement import Announcement
from ccn_kb.errors import DataError, Problem, UnknownError
from ccn_kb.model.dates import first_day, last_day
from ccn_kb.model.records import Round
from ccn_kb.network import Network

STATED = ("new", "members", "countries")


class Asked(NamedTuple):
    """What a curator says of the round as a whole, beside the announcement; None where the file says it."""

    round: int | None
    date: str | None
    source: str | None
    historical: bool


@dataclass(frozen=True)
class Terms:
    """A round's year, date and citations, and the figures that were stated with the lines where they stand."""

    round: int
    when: When
    stated: Mapping[str, tuple[int, int]]
    known: bool


def terms(found: Announcement, network: Network, asked: Asked, today: datetime.date) -> Terms:
    """Return what holds for the whole round: options first, then the file's head, then the round as it is known.

    Raises DataError with everything that is wrong with it.
    """
    problems: list[Problem] = []

    def refuse(key: str, message: str, fix: str) -> None:
        problems.append(Problem(found.file, found.head.get(key, (1, ""))[0], "head", message, fix))

    figures = {}
    for key in STATED:
        if key in found.head:
            line, text = found.head[key]
            if text.isdecimal() and len(text) <= 6:
                figures[key] = (line, int(text))
            else:
                refuse(key, f"{key}: {text!r} is not a number", "write the number that was stated, or delete the line")
    date = asked.date or found.head.get("date", (0, ""))[1] or None
    if date and not _is_date(date):
        refuse("date", f"{date!r} is not a date", "write the day of the announcement: 2027-10-31")
        date = None
    year = _year(found, asked, date, refuse)
    known = network.rounds.get(year) if year else None
    if known and date and date != known.announced:
        refuse("date", f"the round of {year} was announced on {known.announced}, not on {date}", "correct the date")
    date = known.announced if known else date
    source = asked.source or found.head.get("source", (0, ""))[1]
    citations = _citations(network, source, known, refuse)
    if year and date is None and not problems:
        refuse("date", f"the date of the round of {year} is not given", "give --date, or a line `date: 2027-10-31`")
    if year and date:
        _in_time(network, year, date, asked.historical, today, refuse)
    if problems or year is None or date is None:
        raise DataError(problems)
    return Terms(year, When(date, year, citations), figures, known is not None)


def _year(found: Announcement, asked: Asked, date: str | None, refuse: Any) -> int | None:
    text = found.head.get("round", (0, ""))[1]
    if asked.round or (text.isdecimal() and len(text) == 4):
        return asked.round or int(text)
    if text:
        refuse("round", f"{text!r} is not a round", "write its year: 2027")
    elif date:
        return first_day(date).year
    else:
        refuse("round", "which round is this?", "give --round 2027, or a line `round: 2027`")
    return None


def _citations(network: Network, source: str, known: Round | None, refuse: Any) -> list[str]:
    if not source:
        if known:
            return [known.sources[0]]
        refuse(
            "source", "no source is given", "add --source ID, or a line `source: ID`; a new one: ccn new source ID …"
        )
        return []
    found = []
    for one in source.replace(",", " ").split():
        try:
            found.append(cited(network, one))
        except UnknownError as error:
            refuse("source", str(error), "name a source that is there, or add it first")
    return found


def _in_time(network: Network, year: int, date: str, historical: bool, today: datetime.date, refuse: Any) -> None:
    newest = max(network.rounds.values(), key=lambda one: first_day(one.announced), default=None)
    if first_day(date) > today:
        refuse("date", f"{date} lies in the future; today is {today}", "correct the date")
    elif newest and not historical and (year < newest.id or last_day(date) < first_day(newest.announced)):
        message = f"the round of {year} ({date}) is older than the newest, that of {newest.id}"
        refuse("round", message, "correct it; if an old round is meant, add --historical")
    if not 2014 <= year <= 2100 or not date.startswith(str(year)):
        refuse("round", f"the round of {year} cannot date from {date}", "a round is named by the year of its date")


def _is_date(text: str) -> bool:
    try:
        return bool(first_day(text))
    except ValueError:
        return False
