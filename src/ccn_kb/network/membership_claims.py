"""Cities that were reported as members or candidates and never were members, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ccn_kb.model.dates import format_date
from ccn_kb.model.records import CreativeField, MembershipClaim, NonMember, ReportedStatus

CLAIM_STATUSES: Mapping[ReportedStatus, str] = {
    "member": "reported as a member",
    "applied": "applied",
    "not-designated": "applied and was not designated",
}


def describe_claim(claim: MembershipClaim, fields: Mapping[str, CreativeField]) -> str:
    """Return a claim in words: reported as a member (Music, June 2010)."""
    details = [fields[claim.field].name if claim.field else "", format_date(claim.date) if claim.date else ""]
    in_brackets = ", ".join(filter(None, details))
    return f"{CLAIM_STATUSES[claim.status]} ({in_brackets})" if in_brackets else CLAIM_STATUSES[claim.status]


def describe_claims(city: NonMember, fields: Mapping[str, CreativeField]) -> str:
    """Return all claims about a city in words."""
    return "; ".join(describe_claim(claim, fields) for claim in city.claims)


def describe_non_members(cities: Iterable[NonMember], fields: Mapping[str, CreativeField]) -> str:
    """Return sentences on cities that are not members: what was reported of each, and why it is not a member."""
    sentences = []
    for city in cities:
        sentences.append(f"{city.name} ({city.id}) is not a member: {describe_claims(city, fields)}.")
        sentences += [city.note] if city.note else []
    return " ".join(sentences)
