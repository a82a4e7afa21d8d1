"""The rules across records: one function per rule, whose name with hyphens is the rule's.

A rule yields findings; `run` turns them into problems with file and line.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from ccn_kb.checks import chronology, ids, language_codes, locations, marks, references, statements
from ccn_kb.checks.context import Context, Finding, Locate, RuleFunction
from ccn_kb.errors import Problem
from ccn_kb.model.records import Excepted
from ccn_kb.network import Network


def run(context: Context, exceptions: Iterable[Excepted], locate: Locate, *, whole: bool = True) -> list[Problem]:
    """Return the problems of all rules, sorted, without accepted ones but with exceptions that are no longer needed.

    Some rules need all records: they are only checked if `whole` is true, which means that all records could be read,
    and if no record refers to one that does not exist.
    """
    findings = _findings(PARTIAL_RULES, context)
    if whole:
        broken_references = _findings(COHERENCE_RULES, context)
        findings += broken_references
        whole = not broken_references
    if whole:
        findings += _findings(WHOLE_RULES, context)
    accepted = {(exception.rule, exception.id) for exception in exceptions}
    problems, used = [], set()
    for name, finding in findings:
        matching = accepted & {(name, finding.id), (name, finding.place)}
        used |= matching
        if not matching:
            problems.append(_problem(name, finding, locate))
    for name, id in accepted - used if whole else ():
        message = f"the exception from {name} for {id} is no longer needed"
        problems.append(Problem(*locate("exception", f"{name} {id}"), "exception", message, "delete it"))
    return sorted(set(problems))


def incoherent(network: Network, locate: Locate) -> list[Problem]:
    """Return the problems that would break questions to the network: references to records that do not exist."""
    context = Context(network, (), datetime.date.min)
    return sorted(_problem(name, finding, locate) for name, finding in _findings(COHERENCE_RULES, context))


def _findings(rules: Iterable[RuleFunction], context: Context) -> list[tuple[str, Finding]]:
    return [(_name(rule), finding) for rule in rules for finding in rule(context)]


def _problem(name: str, finding: Finding, locate: Locate) -> Problem:
    file, line = locate(finding.kind, finding.id, finding.path)
    return Problem(file, line, name, finding.message, finding.fix)


def _name(rule: RuleFunction) -> str:
    return rule.__name__.replace("_", "-")


PARTIAL_RULES: tuple[RuleFunction, ...] = (
    ids.city_id,
    ids.dated_id,
    ids.same_place,
    ids.same_name,
    ids.non_member,
    chronology.date_order,
    chronology.edition,
    chronology.future,
    chronology.report_order,
    chronology.overlap,
    chronology.group_overlap,
    chronology.field_change,
    chronology.field_added,
    chronology.round_date,
    locations.outside_country,
    locations.subdivision,
    references.same_address,
    statements.doubled,
    language_codes.language_tag,
    marks.field_mark,
)
COHERENCE_RULES: tuple[RuleFunction, ...] = (references.reference, references.source, ids.moved)
WHOLE_RULES: tuple[RuleFunction, ...] = (
    references.topic,
    references.topic_id,
    references.topic_name,
    references.unused_source,
    ids.registry,
    chronology.coordinator,
    statements.census,
)
