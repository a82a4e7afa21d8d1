"""The rules across records, one function a rule; a rule's name is its function's, with hyphens.

A rule yields findings, which say where a record is wrong; `run` turns them into problems with file and line.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from ccn_kb.checks import chronology as dates
from ccn_kb.checks import ids, marks, references, statements
from ccn_kb.checks import locations as places
from ccn_kb.checks.context import Context, Finding, Locate, Rule
from ccn_kb.errors import Problem
from ccn_kb.model.records import Excepted
from ccn_kb.network import Network


def run(context: Context, exceptions: Iterable[Excepted], locate: Locate, *, whole: bool = True) -> list[Problem]:
    """Return the problems that the rules find, sorted, known exceptions left out and needless ones reported.

    With `whole` false some records could not be read: the rules that look at all of them together are left out,
    as are those that count where an id leads nowhere.
    """
    found = _findings(PARTIAL_RULES, context)
    if whole:
        lost = _findings(COHERENCE_RULES, context)
        whole = not lost
        found += lost
    if whole:
        found += _findings(WHOLE_RULES, context)
    known = {(one.rule, one.id) for one in exceptions}
    problems, used = [], set()
    for name, finding in found:
        excepted = known & {(name, finding.id), (name, finding.place)}
        used |= excepted
        if not excepted:
            problems.append(_problem(name, finding, locate))
    for name, id in known - used if whole else ():
        message = f"the exception from {name} for {id} is no longer needed"
        problems.append(Problem(*locate("exception", f"{name} {id}"), "exception", message, "delete it"))
    return sorted(set(problems))


def incoherent(network: Network, locate: Locate) -> list[Problem]:
    """Return the problems that make questions to the network unanswerable: ids that lead nowhere."""
    context = Context(network, (), datetime.date.min)
    return sorted(_problem(name, finding, locate) for name, finding in _findings(COHERENCE_RULES, context))


def _findings(rules: Iterable[Rule], context: Context) -> list[tuple[str, Finding]]:
    return [(_name(rule), finding) for rule in rules for finding in rule(context)]


def _problem(name: str, finding: Finding, locate: Locate) -> Problem:
    file, line = locate(finding.kind, finding.id, finding.path)
    return Problem(file, line, name, finding.message, finding.fix)


def _name(rule: Rule) -> str:
    return rule.__name__.replace("_", "-")


PARTIAL_RULES: tuple[Rule, ...] = (
    ids.city_id,
    ids.dated_id,
    ids.same_place,
    ids.same_name,
    dates.date_order,
    dates.edition,
    dates.future,
    dates.overlap,
    dates.field_change,
    dates.field_added,
    dates.round_date,
    places.outside_country,
    places.subdivision,
    statements.doubled,
    marks.field_mark,
)
COHERENCE_RULES: tuple[Rule, ...] = (references.reference, references.source, ids.moved)
WHOLE_RULES: tuple[Rule, ...] = (
    references.topic,
    references.topic_id,
    references.unused_source,
    ids.registry,
    statements.census,
)
