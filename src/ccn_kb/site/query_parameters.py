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

    def accepts(self, network: Network, value: str) -> bool:
        """Return whether the value is allowed."""
        if self.values:
            return value in self.values(network)
        return not self.form or re.fullmatch(self.form, value, re.ASCII) is not None

    def explain(self, network: Network, name: str, value: str) -> str:
        """Explain that a value is not allowed and list the allowed ones."""
        values = self.values(network) if self.values else ()
        is_listed = 0 < len(values) <= MOST_LISTED
        if is_listed:
            return f"Unknown {name} “{value[:40]}”. Choose {', '.join(values)}."
        return f"“{value[:40]}” is not a valid value of “{name}”. {self.meaning}"

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
        """Tell whether all values are allowed."""
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
    """The ID at the end of the address of one of many pages: the noun that it identifies, and all existing IDs."""

    noun: str = ""
    identifier: str = "ID"
    ids: Callable[[SiteIndex], Sequence[str]] | None = None
    example: str = ""


def is_ignored(name: str) -> bool:
    """Return whether an unknown parameter is ignored."""
    return _IGNORED.fullmatch(name) is not None


def explain_unknown(names: Sequence[str], parameters: Mapping[str, Parameter]) -> str:
    """Explain that there are no parameters of some names, and list those that there are."""
    unknown = ", ".join(f"“{name[:40]}”" for name in names)
    listed = f"Parameters of this page: {', '.join(parameters)}." if parameters else "This page has no parameters."
    return f"Unknown parameter {unknown}. {listed}"


_SLUG = "[a-z0-9]+(-[a-z0-9]+)*"
_YEAR = "[0-9]{4}"
_FIELD = Parameter("The id of a creative field.", values=lambda network: sorted(network.fields))
_DATE = Parameter(
    "A date as YYYY-MM-DD, YYYY-MM or YYYY; a month or year means its last day. Not after today.",
    f"{_YEAR}(-[0-9]{{2}}(-[0-9]{{2}})?)?",
)

CITY_ID = PathParameter(
    "The id of a city, such as kanazawa-jp.", _SLUG, noun="city", ids=lambda index: sorted(index.network.cities)
)
COUNTRY_CODE = PathParameter(
    "ISO 3166-1 alpha-2, such as JP; small letters lead to capitals.",
    "[A-Za-z]{2}",
    noun="country",
    identifier="code",
    ids=lambda index: sorted(index.by_country),
)
FIELD_ID = PathParameter(
    _FIELD.meaning, values=_FIELD.values, noun="creative field", ids=lambda index: sorted(index.network.fields)
)
MEETING_ID = PathParameter(
    "The id of a meeting: its year and first host, such as 2015-kanazawa-jp.",
    _SLUG,
    noun="meeting",
    ids=lambda index: sorted(index.network.meetings_by_id),
)
ROUND_YEAR = PathParameter(
    "The year of a round.",
    _YEAR,
    noun="round",
    identifier="year",
    ids=lambda index: [str(year) for year in sorted(index.network.rounds)],
)
DATE = PathParameter(_DATE.meaning, _DATE.form, example="2015-05-28")

CITY_FILTERS = {
    "q": Parameter("Words, or their beginnings, of the names of a city, its country, or what it is known for."),
    "field": _FIELD,
    "country": Parameter(
        "ISO 3166-1 alpha-2, in capitals, such as JP.", values=lambda network: sorted(network.countries)
    ),
    "region": Parameter("A region of UNESCO.", values=lambda _: tuple(REGIONS)),
    "joined": Parameter("The year of joining.", _YEAR),
    "on": _DATE,
}
COMPARED_GROUPS = {
    "country": ListParameter(
        "Countries to compare: ISO 3166-1 alpha-2, in capitals, such as FR.",
        values=lambda network: sorted(network.countries),
    ),
    "field": ListParameter("Creative fields to compare: ids.", values=lambda network: sorted(network.fields)),
    "region": ListParameter("UNESCO regions to compare: ids.", values=lambda _: tuple(REGIONS)),
}
COOPERATION_FILTERS = {
    "kind": Parameter("The kind of joint project.", values=lambda _: get_args(CooperationKind)),
    "field": _FIELD,
    "year": Parameter("The year in which it began.", _YEAR),
}
SEARCH_WORDS = {
    "q": Parameter(
        "Words, or their beginnings; for typing errors, names are suggested; only the first 100 characters are used."
    )
}
DATE_FORM = {"date": Parameter(_DATE.meaning)}
