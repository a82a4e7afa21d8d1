"""The words in which pages show the values of the data."""

from __future__ import annotations

from collections.abc import Mapping

from ccn_kb.model.dates import format_date
from ccn_kb.model.records import CooperationKind, EndReason, GroupKind, Role, SourceKind, Status
from ccn_kb.network import Network
from ccn_kb.site.pages.parts import Dispute

END_REASONS: Mapping[EndReason, str] = {
    "withdrew": "the city withdrew",
    "removed": "the city was removed",
    "field-changed": "the city changed its field",
}
SOURCE_KINDS: Mapping[SourceKind, str] = {
    "official": "official",
    "host": "city or host",
    "press": "press",
    "reference": "reference",
    "copy": "archived copy",
}
MEETING_STATUSES: Mapping[Status, str] = {
    "held": "held",
    "planned": "planned",
    "postponed": "postponed",
    "cancelled": "cancelled",
    "unconfirmed": "announced; not confirmed to have taken place",
}
COOPERATION_KINDS: Mapping[CooperationKind, str] = {
    "mentoring": "mentoring",
    "agreement": "agreement",
    "exchange": "exchange",
    "co-production": "co-production",
    "event": "event",
    "platform": "platform",
}
PARTICIPANT_ROLES: Mapping[Role, str] = {
    "host": "host",
    "helper": "mentor",
    "lead": "lead",
    "helped": "mentored",
    "partner": "partner",
}
GROUP_KINDS: Mapping[GroupKind, str] = {
    "region": "M49 region",
    "sub-region": "M49 sub-region",
    "intermediate-region": "M49 intermediate region",
    "income": "World Bank income group",
    "development": "United Nations list",
    "organisation": "organisation",
}
INTERVALS = ("every year", "every two years", "every three years", "every four years", "every five years")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

_DISPUTES = {
    "since": "Another source gives {value} as the start date.",
    "starts": "Another source gives {value} as the start date.",
    "ends": "Another source gives {value} as the end date.",
    "announced": "Another source gives {value} as the date of the announcement.",
    "field": "Another source gives {value} as the creative field.",
    "country": "Another source gives {value} as the country.",
    "attendance": "Another source reports a different attendance: {value}.",
    "stated_new": "Another source gives {value} as the number of new members.",
    "stated_members": "Another source gives {value} as the number of members.",
    "stated_countries": "Another source gives {value} as the number of countries.",
}
_OTHER_DISPUTE = "Another source disagrees: {value}."


def describe_dispute(dispute: Dispute, network: Network) -> str:
    """Return the sentence about a value that another source gives."""
    value = dispute.value
    if dispute.path == "country" and value in network.countries:
        value = network.countries[value].name
    try:
        return _DISPUTES.get(dispute.path, _OTHER_DISPUTE).format(value=format_date(value))
    except ValueError:
        is_date = dispute.path in ("since", "starts", "ends", "announced")
        return (_OTHER_DISPUTE if is_date else _DISPUTES.get(dispute.path, _OTHER_DISPUTE)).format(value=value)


def format_interval(years: int) -> str:
    """Return how often something happens that happens again after some years."""
    return INTERVALS[years - 1] if years <= len(INTERVALS) else f"every {years} years"


def describe_first(field: str, number: int) -> str:
    """Return the words for a city that is the first of a creative field, or one of several that may be."""
    if number == 1:
        return f"the first City of {field}"
    count = NUMBERS[number] if number < len(NUMBERS) else str(number)
    return f"one of the first {count} Cities of {field}"
