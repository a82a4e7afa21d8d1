"""The words in which pages show the values of the data."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest

from markupsafe import Markup

from ccn_kb.model.records import (
    CooperationKind,
    Coordinator,
    CoordinatorRole,
    DocumentKind,
    EndReason,
    GroupKind,
    MembershipClaim,
    OfficialDocument,
    Population,
    PopulationBasis,
    ReportedStatus,
    Role,
    SourceKind,
    Status,
)
from ccn_kb.model.text import slug
from ccn_kb.network import Network
from ccn_kb.site.languages import (
    N_,
    current_language,
    format_date,
    format_number,
    gettext,
    list_separator,
    ngettext,
)
from ccn_kb.site.pages.parts import Dispute, format_since, format_when

END_REASONS: Mapping[EndReason, str] = {
    "withdrew": N_("the city withdrew"),
    "removed": N_("the city was removed"),
    "field-changed": N_("the city changed its field"),
}
SOURCE_KINDS: Mapping[SourceKind, str] = {
    "official": N_("official"),
    "host": N_("city or host"),
    "press": N_("press"),
    "reference": N_("reference"),
    "copy": N_("archived copy"),
}
MEETING_STATUSES: Mapping[Status, str] = {
    "held": N_("held"),
    "planned": N_("planned"),
    "postponed": N_("postponed"),
    "cancelled": N_("cancelled"),
    "unconfirmed": N_("announced; not confirmed to have taken place"),
}
ANNUAL_MEETINGS = {
    "Annual Meeting": N_("%(number)s Annual Meeting"),
    "Annual Conference": N_("%(number)s Annual Conference"),
}
FIRST_MEETINGS = (N_("I Annual Meeting"), N_("I Annual Conference"))
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
COOPERATION_KINDS: Mapping[CooperationKind, str] = {
    "mentoring": N_("mentoring"),
    "agreement": N_("agreement"),
    "exchange": N_("exchange"),
    "co-production": N_("co-production"),
    "event": N_("event"),
    "meeting": N_("sub-network meeting"),
    "platform": N_("platform"),
}
POPULATION_BASES: Mapping[PopulationBasis, str] = {
    "city-proper": N_("city proper"),
    "municipality": N_("municipality"),
    "urban-area": N_("urban area"),
    "region": N_("region"),
}
CLAIM_STATUSES: Mapping[ReportedStatus, str] = {
    "member": N_("Reported as a member"),
    "applied": N_("Applied; the outcome is not stated"),
    "not-designated": N_("Applied and was not designated"),
}
DOCUMENT_KINDS: Mapping[DocumentKind, str] = {
    "call": N_("call for applications"),
    "rules": N_("rules"),
    "strategy": N_("strategy or declaration"),
    "evaluation": N_("evaluation"),
}
DOCUMENT_GROUPS: Mapping[DocumentKind, str] = {
    "call": N_("Calls for applications"),
    "rules": N_("Rules"),
    "strategy": N_("Strategies and declarations"),
    "evaluation": N_("Evaluations"),
}
COORDINATOR_ROLES: Mapping[CoordinatorRole, str] = {
    "coordinator": N_("coordinator"),
    "deputy": N_("deputy coordinator"),
}
PARTICIPANT_ROLES: Mapping[Role, str] = {
    "host": N_("host"),
    "helper": N_("mentor"),
    "lead": N_("lead"),
    "helped": N_("mentored"),
    "partner": N_("partner"),
}
GROUP_KINDS: Mapping[GroupKind, str] = {
    "region": N_("M49 region"),
    "sub-region": N_("M49 sub-region"),
    "intermediate-region": N_("M49 intermediate region"),
    "income": N_("World Bank income group"),
    "development": N_("United Nations list"),
    "organisation": N_("organisation"),
}
INTERVALS = (
    N_("every year"),
    N_("every two years"),
    N_("every three years"),
    N_("every four years"),
    N_("every five years"),
)
NUMBERS = (
    *(N_("no"), N_("one"), N_("two"), N_("three"), N_("four"), N_("five")),
    *(N_("six"), N_("seven"), N_("eight"), N_("nine"), N_("ten")),
)

_DISPUTES = {
    "since": N_("Another source gives %(value)s as the start date."),
    "starts": N_("Another source gives %(value)s as the start date."),
    "ends": N_("Another source gives %(value)s as the end date."),
    "announced": N_("Another source gives %(value)s as the date of the announcement."),
    "deadline": N_("Another source gives %(value)s as the deadline."),
    "field": N_("Another source gives %(value)s as the creative field."),
    "country": N_("Another source gives %(value)s as the country."),
    "attendance": N_("Another source reports a different attendance: %(value)s."),
    "stated_new": N_("Another source gives %(value)s as the number of new members."),
    "stated_members": N_("Another source gives %(value)s as the number of members."),
    "stated_countries": N_("Another source gives %(value)s as the number of countries."),
    "stated_first_time": N_(
        "Another source gives %(value)s as the number of new members in countries without a member before."
    ),
}
_OTHER_DISPUTE = N_("Another source gives: %(value)s.")


def describe_dispute(dispute: Dispute, network: Network) -> Markup:
    """Return the sentence about a value that another source gives."""
    message = _DISPUTES.get(dispute.path, _OTHER_DISPUTE)
    value = dispute.value
    if dispute.path == "country" and value in network.countries:
        shown: str = network.countries[value].name
    elif dispute.path == "field" and slug(value) in network.fields:
        shown = network.fields[slug(value)].name
    else:
        try:
            shown = format_date(value)
        except ValueError:
            is_date = dispute.path in ("since", "starts", "ends", "announced", "deadline")
            message = _OTHER_DISPUTE if is_date else message
            shown = _mark_english(value)
    return Markup.escape(gettext(message)) % {"value": shown}


def _mark_english(text: str) -> Markup:
    """Return a text of the data, whose sentences are in English, as such on pages in other languages."""
    if current_language().is_english or not any(map(str.isalpha, text)):
        return Markup.escape(text)
    return Markup('<span lang="en">{}</span>').format(text)


def describe_population_scope(figure: Population) -> str:
    """Return the year and the area of a population figure in words: 2021, municipality."""
    year = format_date(str(figure.year)) if figure.year else gettext("undated")
    area = gettext(POPULATION_BASES[figure.basis]) if figure.basis else gettext("area not stated")
    return f"{year}{list_separator()}{area}"


def describe_claim_details(claim: MembershipClaim, network: Network) -> str:
    """Return the creative field and the date of a claim, as far as it has them: Music, June 2010."""
    field = network.fields[claim.field].name if claim.field else ""
    return list_separator().join(filter(None, (field, format_date(claim.date) if claim.date else "")))


def describe_call(document: OfficialDocument) -> str:
    """Return the deadline and the limits of a call for applications, as far as they are recorded."""
    terms = []
    if document.deadline:
        terms.append(gettext("deadline %(date)s", date=format_date(document.deadline)))
    if document.per_country:
        number = document.per_country
        terms.append(
            ngettext(
                "at most %(number)s application from each country",
                "at most %(number)s applications from each country",
                number,
            )
        )
    if document.applications is not None:
        number = document.applications
        terms.append(ngettext("%(number)s valid application", "%(number)s valid applications", number))
    return list_separator().join(terms)


def describe_coordinator(coordinator: Coordinator) -> str:
    """Return the role of a city in its creative field, with the dates for which sources name it."""
    role, since, stated = gettext(COORDINATOR_ROLES[coordinator.role]), coordinator.since, coordinator.stated
    times = [format_since(since)] if since else []
    if stated != since:
        times.append(gettext("last named %(when)s", when=format_when(stated)))
    return list_separator().join((role, *times))


def name_meeting(name: str) -> str:
    """Return the name of a meeting (IX Annual Meeting) in the language of the page."""
    number, _, kind = name.partition(" ")
    if name in FIRST_MEETINGS:
        return gettext(name)
    if kind in ANNUAL_MEETINGS and set(number) <= _ROMAN.keys():
        numeral = number if current_language().is_in_latin_script else str(_parse_roman(number))
        return gettext(ANNUAL_MEETINGS[kind], number=numeral)
    return gettext(name)


def _parse_roman(numeral: str) -> int:
    """Return the number that a Roman numeral stands for: 9 for IX."""
    values = [_ROMAN[letter] for letter in numeral]
    return sum(
        -value if value < following else value for value, following in zip_longest(values, values[1:], fillvalue=0)
    )


def describe_interval(years: int) -> str:
    """Return how often something happens that happens again after some years."""
    if years <= len(INTERVALS):
        return gettext(INTERVALS[years - 1])
    return ngettext("every %(number)s year", "every %(number)s years", years)


def describe_first(field: str, number: int) -> str:
    """Return the words for a city that is the first of a creative field, or one of several that may be."""
    if number == 1:
        return gettext("the first City of %(field)s", field=field)
    return ngettext(
        "one of the first %(number)s Cities of %(field)s",
        "one of the first %(number)s Cities of %(field)s",
        number,
        field=field,
        number=gettext(NUMBERS[number]) if number < len(NUMBERS) else format_number(number),
    )
