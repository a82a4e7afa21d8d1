"""What the pages listen to: each parameter with what it means and which values it takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import get_args

from ccn_kb.model.records import REGIONS, CooperationKind
from ccn_kb.site.reader import Facts, Reader

FEW = 10


@dataclass(frozen=True)
class Parameter:
    """A part of an address: what it means, and either its form, or its values, or neither for any words."""

    meaning: str
    form: str = ""
    values: Callable[[Reader], Sequence[str]] | None = None

    def takes(self, reader: Reader, value: str) -> bool:
        """Tell whether a value is one of those that it can have."""
        if self.values:
            return value in self.values(reader)
        return not self.form or re.fullmatch(self.form, value, re.ASCII) is not None

    def refusal(self, reader: Reader, name: str, value: str) -> str:
        """Return why a value of the parameter of that name is none, and which are."""
        values = self.values(reader) if self.values else ()
        known = f" It is one of {', '.join(values)}." if 0 < len(values) <= FEW else f" {self.meaning}"
        return f"“{value[:40]}” is no value of “{name}”.{known}"

    def schema(self, reader: Reader, *, required: bool) -> Facts:
        """Return the JSON Schema of its values; what need not be given may be empty."""
        if self.values:
            return {"type": "string", "enum": [*([] if required else [""]), *self.values(reader)]}
        if self.form:
            return {"type": "string", "pattern": f"^{self.form}$" if required else f"^({self.form})?$"}
        return {"type": "string"}


SLUG = "[a-z0-9]+(-[a-z0-9]+)*"
DATE = "[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"
YEAR = "[0-9]{4}"

IDS = {
    "city": Parameter("The id of a city, such as kanazawa-jp.", SLUG),
    "country": Parameter("ISO 3166-1 alpha-2, such as JP; small letters lead to capitals.", "[A-Za-z]{2}"),
    "field": Parameter("The id of a creative field.", values=lambda reader: sorted(reader.ids["field"])),
    "meeting": Parameter("The id of a meeting: its year and first host, such as 2015-kanazawa-jp.", SLUG),
    "round": Parameter("The year of a round.", YEAR),
    "on": Parameter("A day, or a month or year, which mean their last day; not after today.", DATE),
}
OF_CITIES = {
    "q": Parameter("Words, or their beginnings, of the names of a city, its country, or what it is known for."),
    "field": IDS["field"],
    "country": Parameter(
        "ISO 3166-1 alpha-2, in capitals, such as JP.",
        values=lambda reader: [row["id"] for row in reader.rows("SELECT id FROM countries ORDER BY id")],
    ),
    "region": Parameter("A region of UNESCO.", values=lambda _: tuple(REGIONS)),
    "joined": Parameter("The year of joining.", YEAR),
    "on": IDS["on"],
}
OF_COOPERATION = {
    "kind": Parameter("What was done together.", values=lambda _: get_args(CooperationKind)),
    "field": IDS["field"],
    "year": Parameter("The year in which it began.", YEAR),
}
OF_SEARCH = {
    "q": Parameter("Words, or their beginnings; slips are forgiven; what is longer than 100 characters is cut.")
}
