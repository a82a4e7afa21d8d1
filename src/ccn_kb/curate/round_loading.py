"""A round loaded from an announcement: what is certain is proposed, what is not becomes a question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from pydantic import ValidationError

from ccn_kb.curate.announcement import Announcement, Entry
from ccn_kb.curate.city_edits import minted, new_city
from ccn_kb.curate.designation_edits import change_field, designate
from ccn_kb.curate.edit import NotPossibleError, cited, made
from ccn_kb.curate.gazetteer import Gazetteer, MissingGazetteerError, Place
from ccn_kb.curate.place_resolution import placed
from ccn_kb.curate.round_options import Terms
from ccn_kb.errors import DataError, Problem, UnknownError
from ccn_kb.model.dates import first_day, format_date, last_day
from ccn_kb.model.records import City, Location, Round
from ccn_kb.model.text import words
from ccn_kb.network import Network
from ccn_kb.network.geography import distance_km
from ccn_kb.network.history import joining_designations
from ccn_kb.store.folder import Folder

NEAR_KM = 25.0
"""How far a point that is given may lie from a place of GeoNames to be that place."""


class Choice(NamedTuple):
    """What a line can mean: a city that is known, or a new one at a place."""

    action: Literal["new", "returns", "changes-field"]
    city: City | None
    place: Place | None
    country: str

    def __str__(self) -> str:
        if self.city:
            last = self.city.designations[-1]
            how = "returns" if self.action == "returns" else f"changes its field from {last.field}"
            return f"{self.city.id}, which {how}"
        return f"a new city: {self.place}, {self.country}"


class Question(NamedTuple):
    """A line that can mean several things, or nothing that is known."""

    entry: Entry
    text: str
    choices: tuple[Choice, ...]


@dataclass
class Proposal:
    """What an announcement means: a choice for each certain line, questions for others, problems, and remarks."""

    choices: dict[int, Choice] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def proposed(
    found: Announcement,
    network: Network,
    gazetteer: Gazetteer | None,
    terms: Terms,
    answers: Mapping[int, Choice],
) -> Proposal:
    """Return what each line of the announcement means, with the answers that a curator has given by line."""
    proposal = Proposal(problems=list(found.problems))
    reader = _Reader(found.file, network, gazetteer, terms, proposal)
    for entry in found.entries:
        reader.take(entry, answers.get(entry.line))
    reader.twice()
    return proposal


@dataclass
class _Reader:
    file: str
    network: Network
    gazetteer: Gazetteer | None
    terms: Terms
    proposal: Proposal
    lines: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def refuse(self, entry: Entry, rule: str, message: str, fix: str) -> None:
        self.proposal.problems.append(Problem(self.file, entry.line, rule, message, fix))

    def take(self, entry: Entry, answer: Choice | None) -> None:
        field_id, country = entry.read_field.id or "", entry.read_country.id if entry.read_country else None
        self.remark(entry)
        self.dated(entry, field_id)
        try:
            meant = ((answer,), True) if answer else self.meanings(entry, country)
        except MissingGazetteerError as error:
            self.refuse(entry, "place", f"{entry.name} is not known yet: {error}", "or give latitude and longitude")
            return
        if meant is None:
            return
        choices, certain = meant
        if certain:
            self.settle(entry, choices[0], field_id)
        else:
            self.ask(entry, choices)

    def remark(self, entry: Entry) -> None:
        for text, read in ((entry.field, entry.read_field), (entry.country or "", entry.read_country)):
            if read and read.id and not read.exact:
                self.proposal.remarks.append(f"{self.file}:{entry.line}: {text!r} is read as {read.nearest[0]}")

    def dated(self, entry: Entry, field_id: str) -> None:
        date = self.terms.when.date
        if entry.date and entry.date != date:
            fix = f"write {date}, or leave the date out"
            self.refuse(entry, "date", f"{entry.date!r} is not the day of the round, {date}", fix)
        added = self.network.fields[field_id].added
        if added and last_day(date) < first_day(added):
            name = self.network.fields[field_id].name
            message = f"{name} was added in {format_date(added)}, after the round of {self.terms.round}"
            self.refuse(entry, "field-added", message, "correct the field")
        if entry.source:
            try:
                cited(self.network, entry.source)
            except UnknownError as error:
                self.refuse(entry, "source", str(error), "name a source that is there, or add it first")

    # What a line can mean

    def meanings(self, entry: Entry, country: str | None) -> tuple[tuple[Choice, ...], bool] | None:
        """Return what the line can mean, and whether the first is certain; None after noting that it means nothing."""
        known = [self.known(city) for city in self.called(entry.name, country)]
        if known and country:
            return tuple(known), len(known) == 1
        if entry.geonames or entry.latitude or entry.longitude:
            place = self.given(entry, country)
            return self.one(place, country) if place else None
        if self.gazetteer is None:
            raise MissingGazetteerError("the gazetteer is not installed: pip install 'ccn-kb[curate]'")
        answer = self.gazetteer.look_up(entry.name, self.network.countries[country] if country else None)
        if answer.place and not known:
            return self.one(answer.place, country)
        candidates = (self.at(place, country) for place in answer.candidates)
        return tuple(dict.fromkeys([*known, *candidates])), False

    def one(self, place: Place, country: str | None) -> tuple[tuple[Choice], bool]:
        """Return what a certain place means: a known city there is certain only where its country is said."""
        choice = self.at(place, country)
        return (choice,), choice.city is None or country is not None

    def called(self, name: str, country: str | None) -> list[City]:
        wanted = words(name)
        return [
            city
            for city in self.network.cities.values()
            if country in (None, city.country)
            and any(words(one) == wanted for one in (city.name, *(other.value for other in city.names)))
        ]

    def known(self, city: City) -> Choice:
        last = city.designations[-1]
        return Choice("returns" if last.end else "changes-field", city, None, city.country)

    def at(self, place: Place, country: str | None) -> Choice:
        """Return what a place means: a city of the network that is there, or a new one."""
        here = next((city for city in self.network.cities.values() if city.geonames == place.geonames), None)
        if here and place.geonames:
            return self.known(here)
        return Choice("new", None, place, country or self.network.country_code(place.country) or place.country)

    def given(self, entry: Entry, country: str | None) -> Place | None:
        """Return the place of the GeoNames id or the coordinates of a line, None after noting what is wrong."""
        if entry.geonames:
            place = self.gazetteer.place(int(entry.geonames)) if self.gazetteer and entry.geonames.isdecimal() else None
            if place is None:
                fix = "correct it, or give latitude and longitude"
                self.refuse(entry, "place", f"GeoNames has no populated place {entry.geonames!r} here", fix)
            return place
        try:
            point = Location.model_validate(
                {"latitude": entry.latitude, "longitude": entry.longitude, "sources": self.terms.when.sources}
            )
        except ValidationError:
            message = f"{entry.latitude or 'nothing'}, {entry.longitude or 'nothing'} is no point"
            self.refuse(entry, "place", message, "write latitude and longitude in degrees: 11.93, -85.95")
            return None
        if country is None:
            self.refuse(entry, "country", "the country is missing", "write it")
            return None
        inside = self.network.countries[country]
        candidates = self.gazetteer.look_up(entry.name, inside).candidates if self.gazetteer else ()
        near = [one for one in candidates if distance_km(one, point) <= NEAR_KM]
        return near[0] if near else Place(0, entry.name, country, "", point.latitude, point.longitude, 0)

    # What is made of it

    def settle(self, entry: Entry, choice: Choice, field_id: str) -> None:
        if choice.country not in self.network.countries:
            message = f"GeoNames has {entry.name} in {choice.country}, which is not a country of the knowledge base"
            self.refuse(entry, "country", message, "write the country under which UNESCO counts it")
            return
        last = choice.city.designations[-1] if choice.city else None
        if choice.action == "changes-field" and choice.city and last and last.field == field_id:
            message = f"{choice.city.name} is a member already, in {field_id} since {format_date(last.since)}"
            self.refuse(entry, "member", message, "delete the line")
            return
        if last and first_day(self.terms.when.date) <= first_day(last.end.date if last.end else last.since):
            message = f"{entry.name} has been in {last.field} since {format_date(last.since)}, which is later"
            self.refuse(entry, "member", message, "correct the round, or delete the line")
            return
        key = choice.city.id if choice.city else self.new_id(entry, choice)
        if key:
            self.lines[key].append(entry.line)
            self.proposal.choices[entry.line] = choice
            self.outside(entry, choice.country)

    def new_id(self, entry: Entry, choice: Choice) -> str | None:
        part = self.gazetteer.subdivision(choice.place, self.network) if self.gazetteer and choice.place else None
        try:
            return minted(self.network, entry.name, choice.country, part.code if part else None)
        except NotPossibleError as error:
            fix = f"add it by itself: ccn new city {entry.name!r} --subdivision CODE NAME …"
            self.refuse(entry, "id", str(error), fix)
            return None

    def ask(self, entry: Entry, choices: Sequence[Choice]) -> None:
        where = f" in {self.network.countries[choices[0].country].name}" if entry.read_country and choices else ""
        country = entry.read_country.id if entry.read_country else None
        if choices:
            text = f"which {entry.name}{where} is meant?"
        else:
            place = f" of {self.network.countries[country].name}" if country else ""
            text = f"no place{place} in GeoNames is called {entry.name}"
        self.proposal.questions.append(Question(entry, text, tuple(choices)))

    def outside(self, entry: Entry, country: str) -> None:
        day = first_day(self.terms.when.date)
        for absence in self.network.countries[country].outside:
            begun = absence.since is None or first_day(absence.since) <= day
            if begun and (absence.until is None or day < first_day(absence.until)):
                name = self.network.countries[country].name
                self.proposal.warnings.append(
                    f"{self.file}:{entry.line}: {name} was no member of UNESCO on {format_date(self.terms.when.date)}"
                )

    def twice(self) -> None:
        for key, lines in self.lines.items():
            for line in lines[1:]:
                message = f"{key} stands on line {lines[0]} already"
                self.proposal.problems.append(Problem(self.file, line, "twice", message, "delete one of the two"))


def doubts(found: Announcement, questions: Iterable[Question]) -> list[Problem]:
    """Return the questions as problems, with the candidates, for where nobody can be asked."""
    problems = []
    for question in questions:
        candidates = " or ".join(map(str, question.choices))
        fix = f"it may be {candidates}; " if candidates else ""
        country = "" if question.entry.country else "write the country, or "
        fix += f"{country}give it in a table with its geonames id, or latitude and longitude"
        problems.append(Problem(found.file, question.entry.line, "doubt", question.text, fix))
    return problems


def loaded(
    folder: Folder, found: Announcement, terms: Terms, choices: Mapping[int, Choice], gazetteer: Gazetteer | None
) -> Network:
    """Return the network with the round's cities in it. Raises DataError if a stated figure is not what is counted."""
    network = folder.network
    if not terms.known:
        figures = {key: number for key, (_, number) in terms.stated.items()}
        data = {"announced": terms.when.date, **figures, "sources": terms.when.sources}
        network = network.having(made(folder, Round, str(terms.round), data))
    for entry in found.entries:
        network = _with(replace(folder, network=network), entry, choices[entry.line], terms, gazetteer)
    wrong = _miscounted(found, network, terms)
    if wrong:
        raise DataError(wrong)
    return network


def _with(folder: Folder, entry: Entry, choice: Choice, terms: Terms, gazetteer: Gazetteer | None) -> Network:
    more = [cited(folder.network, entry.source)] if entry.source else []
    when = terms.when._replace(sources=list(dict.fromkeys([*terms.when.sources, *more])))
    field_id = entry.read_field.id or ""
    if choice.city:
        act = designate if choice.action == "returns" else change_field
        return act(folder, choice.city, field_id, when)
    if choice.place is None:
        raise AssertionError("a new city without a place")
    where = placed(choice.place, entry.name, gazetteer, folder.network, when.sources)
    return new_city(folder, entry.name, choice.country, field_id, when, where)


def _miscounted(found: Announcement, network: Network, terms: Terms) -> list[Problem]:
    members = network.members(terms.when.date)
    counted = {
        "new": sum(one.round == terms.round for city in network.cities.values() for one in joining_designations(city)),
        "members": len(members),
        "countries": len({member.country.id for member in members}),
    }
    return [
        Problem(
            found.file,
            line,
            "stated",
            f"{number} {key} stated, {counted[key]} counted with this file",
            "find the line that is missing, doubled or wrong, or correct the figure",
        )
        for key, (line, number) in terms.stated.items()
        if number != counted[key]
    ]
