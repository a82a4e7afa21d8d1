"""The parameters of the pages: their meaning, and the values that they can have."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args
from urllib.parse import parse_qsl

from pydantic import JsonValue

from ccn_kb.model.records import REGIONS, CooperationKind
from ccn_kb.network import Network
from ccn_kb.site.languages import N_, gettext, list_separator
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.pages.page_context import SiteIndex

MOST_LISTED = 10
# Added by those who share a link, or meant for Datasette; they change nothing here.
_IGNORED = re.compile(r"utm_.*|_.*|fbclid|gclid|ref", re.DOTALL)


@dataclass(frozen=True)
class Parameter:
    """A part of an address: its meaning, and the form of its values, or the list of them, or neither for any text."""

    meaning: str
    form: str = ""
    values: Callable[[Network], Sequence[str]] | None = None
    label: str = ""
    """What errors call it, if not by its name."""

    def accepts(self, network: Network, value: str) -> bool:
        """Return whether the value is allowed."""
        if self.values:
            return value in self.values(network)
        return not self.form or re.fullmatch(self.form, value, re.ASCII) is not None

    def explain(self, network: Network, name: str, value: str) -> str:
        """Explain that a value is not allowed and list the allowed ones."""
        if self.form == _DATE_FORM:
            return explain_date(value)
        values = self.values(network) if self.values else ()
        is_listed = 0 < len(values) <= MOST_LISTED
        allowed = (
            _("Choose one of: %(values)s.", values=list_separator().join(values))
            if is_listed
            else gettext(self.meaning)
        )
        label = gettext(self.label) if self.label else name
        return _("Unknown %(parameter)s “%(value)s”. %(allowed)s", parameter=label, value=value[:40], allowed=allowed)

    def schema(self, network: Network, *, required: bool) -> dict[str, JsonValue]:
        """Return the JSON Schema of its values; an optional one may be empty."""
        if self.values:
            return {"type": "string", "enum": [*([] if required else [""]), *self.values(network)]}
        if self.form:
            return {"type": "string", "pattern": f"^{self.form}$" if required else f"^({self.form})?$"}
        return {"type": "string"}


@dataclass(frozen=True)
class ListParameter(Parameter):
    """A parameter that may be repeated, or list its values with commas between them."""

    def accepts(self, network: Network, value: str) -> bool:
        """Return whether all values are allowed."""
        return all(super(ListParameter, self).accepts(network, part) for part in split_list(value))

    def explain(self, network: Network, name: str, value: str) -> str:
        """Explain that a value is not allowed and list the allowed ones."""
        wrong = (part for part in split_list(value) if not super(ListParameter, self).accepts(network, part))
        return super().explain(network, name, next(wrong, value))

    def schema(self, network: Network, *, required: bool) -> dict[str, JsonValue]:  # noqa: ARG002
        """Return the JSON Schema of its values, with commas between them."""
        return {"type": "string"}


def split_list(value: str) -> tuple[str, ...]:
    """Return the values of a list, each once, in their order."""
    return tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))


def parse_query(text: str) -> dict[str, str]:
    """Return the parameters of a query; the different values of a repeated one have commas between them."""
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(text):
        values.setdefault(name, [])
        if value not in values[name]:
            values[name].append(value)
    return {name: ",".join(several_values) for name, several_values in values.items()}


@dataclass(frozen=True)
class PathParameter(Parameter):
    """The id at the end of the address of one of many pages: all ids that there are, and the message for others."""

    missing: str = ""
    """The message for an id without a page, with `%(id)s` for the id."""
    ids: Callable[[SiteIndex], Sequence[str]] | None = None
    example: str = ""


def is_ignored(name: str) -> bool:
    """Return whether an unknown parameter is ignored."""
    return _IGNORED.fullmatch(name) is not None


def explain_unknown(names: Sequence[str], parameters: Mapping[str, Parameter]) -> str:
    """Explain that there are no parameters of some names, and list those that there are."""
    unknown = list_separator().join(_("“%(text)s”", text=name[:40]) for name in names)
    listed = (
        _("Parameters of this page: %(names)s.", names=list_separator().join(parameters))
        if parameters
        else _("This page has no parameters.")
    )
    return _("Unknown parameter %(names)s. %(listed)s", names=unknown, listed=listed)


def explain_date(date: str, latest: str = "") -> str:
    """Explain that a text is not a date, or that a date is after the latest one, if that is given."""
    if latest and re.fullmatch(_DATE_FORM, date, re.ASCII) and date > latest[: len(date)]:
        return _("“%(date)s” is in the future. The latest date is %(latest)s.", date=date, latest=latest)
    return _("“%(date)s” is not a date. Use YYYY-MM-DD, YYYY-MM or YYYY.", date=date[:40])


_SLUG = "[a-z0-9]+(-[a-z0-9]+)*"
_YEAR = "[0-9]{4}"
_DATE_FORM = f"{_YEAR}(-[0-9]{{2}}(-[0-9]{{2}})?)?"
_FIELD = Parameter(
    N_("The id of a creative field."), values=lambda network: sorted(network.fields), label=N_("creative field")
)
_DATE = Parameter(
    N_("A date as YYYY-MM-DD, YYYY-MM or YYYY; a month or year means its last day. Not after today."), _DATE_FORM
)

CITY_ID = PathParameter(
    N_("The id of a city, such as kanazawa-jp."),
    _SLUG,
    missing=N_("Unknown city “%(id)s”."),
    ids=lambda index: sorted(index.network.cities),
)
COUNTRY_CODE = PathParameter(
    N_("ISO 3166-1 alpha-2, such as JP; small letters lead to capitals."),
    "[A-Za-z]{2}",
    missing=N_("Unknown country “%(id)s”."),
    ids=lambda index: sorted(index.by_country),
)
FIELD_ID = PathParameter(
    _FIELD.meaning,
    values=_FIELD.values,
    missing=N_("Unknown creative field “%(id)s”."),
    ids=lambda index: sorted(index.network.fields),
)
MEETING_ID = PathParameter(
    N_("The id of a meeting: its year and first host, such as 2015-kanazawa-jp."),
    _SLUG,
    missing=N_("Unknown meeting “%(id)s”."),
    ids=lambda index: sorted(index.network.meetings_by_id),
)
ROUND_YEAR = PathParameter(
    N_("The year of a round."),
    _YEAR,
    missing=N_("Unknown round “%(id)s”."),
    ids=lambda index: [str(year) for year in sorted(index.network.rounds)],
)
DATE = PathParameter(_DATE.meaning, _DATE.form, example="2015-05-28")

CITY_FILTERS = {
    "q": Parameter(N_("Words, or their beginnings, of the names of a city, its country, or what it is known for.")),
    "field": _FIELD,
    "country": Parameter(
        N_("ISO 3166-1 alpha-2, in capitals, such as JP."), values=lambda network: sorted(network.countries)
    ),
    "region": Parameter(N_("A region of UNESCO."), values=lambda _: tuple(REGIONS)),
    "joined": Parameter(N_("The year of joining, as YYYY."), _YEAR, label=N_("year joined")),
    "on": _DATE,
}


def map_filters(*names: str) -> Mapping[str, Parameter]:
    """Return the filters of a page's map, which are some of those of the list of cities."""
    return {name: CITY_FILTERS[name] for name in names}


COMPARED_GROUPS = {
    "country": ListParameter(
        N_("Countries to compare: ISO 3166-1 alpha-2, in capitals, such as FR."),
        values=lambda network: sorted(network.countries),
    ),
    "field": ListParameter(N_("Creative fields to compare: ids."), values=lambda network: sorted(network.fields)),
    "region": ListParameter(N_("UNESCO regions to compare: ids."), values=lambda _: tuple(REGIONS)),
}
COOPERATION_FILTERS = {
    "kind": Parameter(
        N_("The kind of joint project."), values=lambda _: get_args(CooperationKind), label=N_("kind of project")
    ),
    "field": _FIELD,
    "year": Parameter(N_("The start year, as YYYY."), _YEAR, label=N_("start year")),
    "city": Parameter(
        N_("The id of a city that takes part, such as kanazawa-jp."), values=lambda network: sorted(network.cities)
    ),
}
AS_OF = {"on": _DATE}
GROWTH = {**AS_OF, "years": Parameter("A number of years from 1 to 99.", "[1-9][0-9]?", label="number of years")}
DISTANCE = {
    **AS_OF,
    "km": Parameter("A distance in kilometres from 1 to 9999.", "[1-9][0-9]{0,3}", label="distance in kilometres"),
}
SEARCH_WORDS = {
    "q": Parameter(
        N_(
            "Words, or their beginnings; for typing errors, names are suggested;"
            " only the first 100 characters are used."
        )
    )
}
DATE_FORM = {"date": Parameter(_DATE.meaning)}
