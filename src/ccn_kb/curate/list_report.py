"""What became of every line of a list, as rows; and what stands in the way of loading it unattended."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ccn_kb.curate.list_answers import ListAnswer
from ccn_kb.curate.lists.announcement import Announcement, Leftover
from ccn_kb.curate.lists.line_reader import BULLET
from ccn_kb.curate.round_loading import Choice, Outcome, Proposal, joined_in_round
from ccn_kb.curate.round_options import RoundDetails
from ccn_kb.errors import Problem
from ccn_kb.model.text import words
from ccn_kb.network import Network

# Words with a capital letter that are in the titles and sentences of announcements everywhere.
_USUAL = frozenset(
    words(
        """unesco uccn creative cities city creatives ville villes ciudad ciudades creativa creativas citta cidade
        cidades stadt städte kreativstädte network réseau reseau red rete rede netzwerk netwerk ağı сеть member members
        state states director general directrice générale audrey azoulay january february march april may june july
        august september october november december janvier février mars avril mai juin juillet août septembre octobre
        novembre décembre enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
        monday tuesday wednesday thursday friday saturday sunday world day agenda sustainable development goals nations
        united photo the new list wikipedia source read more page"""
    )
)
_CASELESS = re.compile("[\u0600-\u06ff\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PARTED = re.compile("[–—:：、，,;；/|()（）]")

# Rules of questions and of ignored lines, and that of a report that was cut.
_RULES_OF_LINES = frozenset({"doubt", "ignored", "more"})

Row = dict[str, Any]


def report_rows(list_read: Announcement, proposal: Proposal, problems: Iterable[Problem] = ()) -> list[Row]:
    """Return a row for each line of the list, and for each city where a line names several, in their order.

    The problems of the list as a whole, such as a figure that does not fit, come last, without a line.
    """
    entries = [(outcome.entry.line, 0, number, _entry_row(outcome)) for number, outcome in enumerate(proposal.outcomes)]
    others = [
        (leftover.line, 1, number, _leftover_row(leftover)) for number, leftover in enumerate(list_read.leftovers)
    ]
    refused = {(leftover.line, leftover.message) for leftover in list_read.leftovers_refused()}
    reported = {id(problem) for outcome in proposal.outcomes for problem in outcome.problems}
    files = [
        (problem.line, 2, number, _problem_row(problem))
        for number, problem in enumerate(proposal.problems)
        if id(problem) not in reported and (problem.line, f"{problem.message} (fix: {problem.fix})") not in refused
    ]
    rows = [row for *_, row in sorted([*entries, *others, *files], key=lambda item: item[:3])]
    return rows + _whole_file_rows(problem for problem in problems if problem not in proposal.problems)


def unread_rows(list_read: Announcement, problems: Iterable[Problem]) -> list[Row]:
    """Return the rows of a list whose round is not known: no line of it can be placed."""
    message = "not looked up: the head of the list is incomplete or wrong"
    entries = [
        (entry.line, 0, {**_plain_row(entry.line, entry.text, "refused", message), "name": entry.name})
        for entry in list_read.entries
    ]
    others = [(leftover.line, 1, _leftover_row(leftover)) for leftover in list_read.leftovers]
    rows = [row for *_, row in sorted([*entries, *others], key=lambda item: item[:2])]
    return rows + _whole_file_rows(problems)


def _whole_file_rows(problems: Iterable[Problem]) -> list[Row]:
    """Return the rows of problems that are not those of a line, which have a row already."""
    return [
        _plain_row(None, "", "refused", f"{problem.message} (fix: {problem.fix})")
        for problem in problems
        if problem.rule not in _RULES_OF_LINES
    ]


def _entry_row(outcome: Outcome) -> Row:
    entry = outcome.entry
    only = outcome.choices[0] if len(outcome.choices) == 1 else None
    problems = "; ".join(f"{problem.message} (fix: {problem.fix})" for problem in outcome.problems)
    read_country = entry.read_country.id if entry.read_country else None
    return {
        "line": entry.line,
        "text": entry.text,
        "status": outcome.status,
        "id": only.id or None if only and outcome.status != "question" else None,
        "name": only.name if only and outcome.status != "question" else entry.name,
        "country": only.country if only else read_country,
        "field": entry.read_field.id,
        "candidates": [_candidate(choice) for choice in outcome.choices] if outcome.status != "placed" else [],
        "message": problems or outcome.message,
    }


def _candidate(choice: Choice) -> Row:
    place = choice.place
    return {
        "id": choice.id or None,
        "name": choice.name,
        "country": choice.country,
        "action": choice.action,
        "geonames": place.geonames or None if place else choice.city.geonames if choice.city else None,
        "latitude": place.latitude if place else choice.city.location.latitude if choice.city else None,
        "longitude": place.longitude if place else choice.city.location.longitude if choice.city else None,
        "population": place.population or None if place else None,
    }


def _leftover_row(leftover: Leftover) -> Row:
    status = "refused" if leftover.status == "refused" else "ignored"
    return _plain_row(leftover.line, leftover.text, status, leftover.message)


def _problem_row(problem: Problem) -> Row:
    return _plain_row(problem.line, "", "refused", f"{problem.message} (fix: {problem.fix})")


def _plain_row(line: int | None, text: str, status: str, message: str) -> Row:
    row: Row = {"line": line, "text": text, "status": status, "id": None, "name": None, "country": None, "field": None}
    return {**row, "candidates": [], "message": message}


def stated_problem(
    list_read: Announcement, proposal: Proposal, network: Network, terms: RoundDetails
) -> Problem | None:
    """Return the figure that does not fit: `new:` of the head, or "58 cities" in the text where no `new:` is given."""
    counted = joined_in_round(network, terms.year) + sum(
        any(choice.action != "changes-field" for choice in outcome.choices)
        for outcome in proposal.outcomes
        if outcome.status != "refused"
    )
    if "new" in terms.figures:
        line, number = terms.figures["new"]
        stated, fits = f"{number} new stated", number == counted
    else:
        members = len(network.members(terms.decision.date)) + counted - joined_in_round(network, terms.year)
        figures = [figure for figure in list_read.stated if figure[1] != members and figure[1] > 1]
        if not figures:
            return None
        line, number, text = figures[0]
        stated = f"the text states {text!r}"
        fits = any(figure[1] == counted for figure in figures)
    if fits:
        return None
    fix = "find the line that is missing or doubled, or write `new: NUMBER` above the list"
    return Problem(list_read.file, line, "stated", f"{stated}, {counted} counted with this file", fix)


def has_figure(list_read: Announcement, terms: RoundDetails) -> bool:
    """Return whether the list states a number of new cities."""
    return "new" in terms.figures or any(number > 1 for _, number, _ in list_read.stated)


def ignored_names(list_read: Announcement) -> list[Leftover]:
    """Return the ignored lines that may name a city: with a capitalised name, or script without capitals in parts."""
    return [leftover for leftover in list_read.leftovers if leftover.status == "ignored" and _may_name(leftover.text)]


def _may_name(text: str) -> bool:
    plain = BULLET.sub("", text)
    if _CASELESS.search(plain):
        return bool(_PARTED.search(plain.strip(" :：。.、，")))
    written = re.findall(r"[^\W\d_][\w'’-]*", plain)
    capitalised = [
        number for number, word in enumerate(written) if word[0].isupper() and not set(words(word)) <= _USUAL
    ]
    if not capitalised:
        return False
    in_capitals = all(word.isupper() for word in written)
    few = len(written) <= 4 and capitalised[0] == 0 and (in_capitals or len(capitalised) == len(written))
    return few or (not in_capitals and any(number > 0 for number in capitalised))


def answer_rows(
    list_read: Announcement,
    proposal: Proposal,
    chosen: Mapping[int, Choice],
    answers: Mapping[int, ListAnswer],
    written: Mapping[tuple[int, str], ListAnswer],
) -> list[dict[str, str]]:
    """Return the rows of the file of answers: what was answered, and what is open.

    `written` is what the file has before: an answer stays in it, also that a line is to be left out.
    """
    rows = []
    for number, outcome in enumerate(proposal.outcomes):
        entry = outcome.entry
        row = {"line": str(entry.line), "text": entry.text, "question": outcome.message}
        row |= {"name": entry.name, "country": entry.country or "", "field": entry.field}
        row["candidates"] = " | ".join(f"{n}: {choice}" for n, choice in enumerate(outcome.choices, start=1))
        if number in chosen:
            rows.append({**row, "answer": _answer(chosen[number])})
        elif number in answers:
            rows.append({**row, "answer": answers[number].answer, **_given(answers[number])})
        elif outcome.status == "question" or (outcome.status == "refused" and outcome.problems):
            rows.append(row)
    for leftover in list_read.leftovers_refused():
        row = {"line": str(leftover.line), "text": leftover.text, "question": leftover.message}
        rows.append({**row, "candidates": "", "name": "", "country": "", "field": ""})
    by_line = {(int(row["line"]), row["text"]): row for row in rows}
    for key, answer in written.items():
        if key not in by_line and answer.is_decision:
            rows.append({"line": str(answer.line), "text": answer.text, "answer": answer.answer, **_given(answer)})
        elif answer.is_decision and not by_line[key].get("answer"):
            by_line[key].update({"answer": answer.answer, **_given(answer)})
    return sorted(rows, key=lambda row: int(row["line"]))


def _answer(choice: Choice) -> str:
    # Two places of one name would have one id: the place's own number tells them apart.
    geonames = str(choice.place.geonames) if choice.place and choice.place.geonames else ""
    return f"{choice.id} {geonames}".strip()


def _given(answer: ListAnswer) -> dict[str, str]:
    return {name: value for name, value in dict(answer.values).items() if value}
