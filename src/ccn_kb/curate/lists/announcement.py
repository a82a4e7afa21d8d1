"""The content of a list: its cities, its problems, and every other line with the reason why it was left out."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ccn_kb.curate.city_details import DETAILS
from ccn_kb.curate.vocabulary import NOTHING, Reading, Vocabulary
from ccn_kb.errors import Problem

HEAD = ("round", "date", "source", "new", "members", "countries")
COLUMNS = ("date", "source", "latitude", "longitude", "geonames")
"""The columns that decide on a city in addition to name, country and field."""
MAX_NAME = 100
MAX_SHOWN = 300
"""The longest part of a line that is shown."""
FOOTNOTE = re.compile(r"\[\s*(\d{1,3}|[a-z]|note \d+|[*†‡])\s*\]|(?<=\S)[¹²³⁴-⁹⁰†‡]+|\*+(?=\s|$)")
_HEAD = re.compile(r"^#?\s*([A-Za-z]+)\s*[:=]\s*(\S.*)$")


@dataclass(frozen=True)
class Entry:
    """One city of a list, as it is written at a line, with what was understood of country and field.

    `text` is the part of the line that names it; `extras` are the words between name and country, such as a region;
    `details` are the cells of a table that fill in its record.
    """

    line: int
    name: str
    country: str | None
    field: str
    read_country: Reading | None
    read_field: Reading
    text: str = ""
    extras: tuple[str, ...] = ()
    date: str | None = None
    source: str | None = None
    latitude: str | None = None
    longitude: str | None = None
    geonames: str | None = None
    details: tuple[tuple[str, str], ...] = ()


class Leftover(NamedTuple):
    """A line, or a part of one, that is not loaded as a city: heading, head or title (`used`), prose, or wrong."""

    line: int
    text: str
    status: Literal["used", "ignored", "refused"]
    message: str


@dataclass
class Announcement:
    """What was read of a file: its head by key with the line, cities, problems, lines left over, and remarks."""

    file: str
    head: dict[str, tuple[int, str]] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    leftovers: list[Leftover] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    line_word: str = "line"
    stated: list[tuple[int, int, str]] = field(default_factory=list)
    encoding_is_guessed: bool = False

    def refuse(self, line: int, rule: str, message: str, fix: str, text: str | None = None) -> None:
        """Note a problem at a line; `text` is the line itself, if it is not loaded because of it."""
        self.problems.append(Problem(self.file, line, rule, message, fix))
        if text is not None:
            self.leftovers.append(Leftover(line, shown(text), "refused", f"{message} (fix: {fix})"))

    def leftovers_refused(self) -> list[Leftover]:
        """Return the lines that are not loaded because of a problem."""
        return [leftover for leftover in self.leftovers if leftover.status == "refused"]

    def leave(self, line: int, text: str, message: str, *, used: bool = False) -> None:
        """Note a line that names no city: it has other information (`used`), or cannot be interpreted."""
        self.leftovers.append(Leftover(line, shown(text), "used" if used else "ignored", message))

    def language_shares(self) -> dict[str, float]:
        """Return the share of the countries and fields that is written in each language."""
        every = [
            reading.languages
            for entry in self.entries
            for reading in (entry.read_country, entry.read_field)
            if reading and reading.id and reading.languages
        ]
        counts = Counter(language for languages in every for language in languages)
        return {language: count / len(every) for language, count in counts.most_common()}

    @property
    def language(self) -> str | None:
        """The language of nearly all of the list, English if it can be English, else None."""
        shares = self.language_shares()
        if shares.get("en", 0) >= 0.95:
            return "en"
        likely = [language for language, share in shares.items() if share >= 0.75 and language != "en"]
        alike = [language for language in likely if shares[language] == shares[likely[0]]]
        return alike[0] if len(alike) == 1 else None

    @property
    def is_english(self) -> bool:
        """Whether countries and fields are written in English."""
        return self.language == "en"


def shown(text: str) -> str:
    """Return a line as it is shown: cut where it is long."""
    text = " ".join(text.split())
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]} … ({len(text):,} characters)"


def head_of(text: str) -> tuple[str, str] | None:
    """Return key and value of a line such as `round: 2027`."""
    match = _HEAD.match(text.strip()) if len(text) < MAX_SHOWN else None
    return (match[1].casefold(), match[2].strip()) if match and match[1].casefold() in HEAD else None


def add_head(list_read: Announcement, line: int, key: str, value: str) -> None:
    """Note a line of the head."""
    if key in list_read.head:
        message = f"{key} is given twice, first on line {list_read.head[key][0]}"
        list_read.refuse(line, "head", message, "keep one of the two")
    list_read.head[key] = (line, value)
    list_read.leave(line, f"{key}: {value}", "head", used=True)


def add_entry(
    list_read: Announcement,
    vocabulary: Vocabulary,
    line: int,
    text: str,
    name: str,
    country: str | None,
    field_text: str,
    *,
    extras: tuple[str, ...] = (),
    cells: Mapping[str, str] | None = None,
) -> None:
    """Note a city, or a problem with each unknown word of it; `cells` are the other cells of its row, by column."""
    name = clean_name(name)
    wrong: list[tuple[str, str, str]] = []
    if not name or len(name) > MAX_NAME or not name.isprintable():
        fix = f"write its name in 1 to {MAX_NAME} letters"
        wrong.append(("name", f"the name of the city {_name_fault(name)}", fix))
    elif "?" in name:
        message = f"the name {name!r} contains a question mark: a letter may have been lost"
        wrong.append(("name", message, "correct it, or save the original again as UTF-8"))
    field_read = vocabulary.field(field_text)
    if field_read.id is None:
        near = " or ".join(field_read.nearest or (field.name for field in vocabulary.network.fields.values()))
        wrong.append(("field", f"unknown creative field {field_text.strip()[:60]!r}", f"write {near}"))
    country_read = vocabulary.country(country) if country else None
    if country and country_read and country_read.id is None:
        near = " or ".join(country_read.nearest) or "its name, or its two letters in ISO 3166"
        wrong.append(("country", f"unknown country {country.strip()[:60]!r}", f"write {near}"))
    elif country and country_read and country_read.id not in vocabulary.network.countries:
        written = country.strip()[:60]
        code = "" if written == country_read.id else f" ({country_read.id})"
        wrong.append(("country", *outside_countries(f"{written}{code}")))
    for rule, message, fix in wrong:
        list_read.refuse(line, rule, message, fix, text)
    if not wrong:
        values = {column: cells[column] for column in COLUMNS if cells and cells.get(column)}
        details = tuple((column, cells[column]) for column in DETAILS if cells and cells.get(column))
        entry = Entry(
            line, name, country, field_text, country_read, field_read,
            text=shown(text), extras=extras, details=details, **values,
        )  # fmt: skip
        list_read.entries.append(entry)


def outside_countries(country: str) -> tuple[str, str]:
    """Return message and remedy for a city in a country of which the data have no record."""
    message = f"{country} is not one of the countries in data/countries.yaml"
    return message, "correct it, or add the country there first if its cities can be members"


def clean_name(name: str) -> str:
    """Return a city's name without footnotes, quotes and the signs around it, with composed letters."""
    name = FOOTNOTE.sub("", unicodedata.normalize("NFC", name))
    return " ".join(name.split()).strip(' ,;:.*"“”«»–—-_|#').strip()


def _name_fault(name: str) -> str:
    if not name:
        return "is missing"
    if len(name) > MAX_NAME:
        return "is too long"
    invisible = next(character for character in name if not character.isprintable())
    described = unicodedata.name(invisible, "control character").lower()
    return f"contains an invisible character (U+{ord(invisible):04X}, {described})"


def is_in_english(entry: Entry) -> bool:
    """Return whether the country and the field of an entry can be English."""
    readings = (entry.read_country or NOTHING, entry.read_field)
    return all("en" in reading.languages for reading in readings if reading.languages)
