"""Short ways to make sound records for miniatures; every part can be changed by keyword."""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Mapping
from typing import Any, TypeVar

from ccn_kb.checks.context import Context
from ccn_kb.model.records import (
    City,
    Cooperation,
    Country,
    CountryGroup,
    CreativeField,
    Designation,
    Identified,
    Meeting,
    NonMember,
    OfficialDocument,
    Release,
    Round,
    Rule,
    Source,
    Topic,
    Total,
)
from ccn_kb.model.text import slug
from ccn_kb.network import RECORD_KINDS, Network

TODAY = datetime.date(2026, 11, 22)
VERSION = "1.0.20261122"
CITED = ["press"]

Kept = TypeVar("Kept", bound=Identified)


def make_designation(field: str = "film", since: str = "2017-10-31", **changes: object) -> Designation:
    return Designation.model_validate({"field": field, "since": since, "sources": CITED, **changes})


def make_end(date: str, reason: str = "withdrew", **changes: object) -> dict[str, object]:
    return {"date": date, "reason": reason, "sources": CITED, **changes}


def make_city(id: str = "kobe-jp", *designations: Designation, **changes: object) -> City:
    """Return a city whose name and country follow from its id unless they are given."""
    name, _, country = id.rpartition("-")
    given = {
        "id": id,
        "name": name.replace("-", " ").title(),
        "country": country.upper(),
        "location": {"latitude": 34.69, "longitude": 135.18, "sources": CITED},
        "geonames": zlib.crc32(id.encode()) + 1,
        "designations": designations or (make_designation(),),
    }
    return City.model_validate({**given, **changes})


def make_country(id: str = "JP", **changes: object) -> Country:
    """Return a country whose names and codes are its id, with the whole world as its land."""
    given = {
        "id": id,
        "alpha3": f"{id}X",
        "name": f"Land of {id}",
        "name_fr": f"Pays de {id}",
        "region": "asia-pacific",
        "continent": "AS",
        "boxes": [{"west": -180, "south": -90, "east": 180, "north": 90}],
    }
    return Country.model_validate({**given, **changes})


def make_field(id: str = "film", **changes: object) -> CreativeField:
    names = {
        "name": id.title(),
        "name_fr": f"{id} (fr)",
        "name_es": f"{id} (es)",
        "description": "A field.",
        "activities": ["x"],
        "colour": "#009e73",
        "mark": f"M0 0H{zlib.crc32(id.encode())}Z",
    }
    return CreativeField.model_validate({"id": id, **names, **changes})


def make_topic(id: str = "gold-leaf", **changes: object) -> Topic:
    return Topic.model_validate({"id": id, "name": id.replace("-", " "), **changes})


def make_round(id: int = 2017, announced: str = "2017-10-31", **changes: object) -> Round:
    return Round.model_validate({"id": id, "announced": announced, "sources": CITED, **changes})


def make_rule(id: str = "monitoring", **changes: object) -> Rule:
    return Rule.model_validate({"id": id, "value": "A rule.", "years": 4, "since": "2014", "sources": CITED, **changes})


def make_total(date: str = "2017-12", **changes: object) -> Total:
    return Total.model_validate({"id": date, "date": date, "sources": CITED, **changes})


def make_group(id: str = "eu", *members: Mapping[str, object], **changes: object) -> CountryGroup:
    given = {"id": id, "name": id.upper(), "kind": "organisation", "as_of": "2024", "sources": CITED}
    return CountryGroup.model_validate({**given, "members": members or ({"country": "GB"},), **changes})


def make_non_member(id: str = "harbin-cn", **changes: object) -> NonMember:
    name, _, country = id.rpartition("-")
    given = {"id": id, "name": name.title(), "country": country.upper()}
    claims = [{"status": "member", "field": "music", "date": "2010-06", "sources": CITED}]
    return NonMember.model_validate({**given, "claims": claims, **changes})


def make_document(id: str = "2017-call", date: str = "2017-03", **changes: object) -> OfficialDocument:
    given = {"id": id, "kind": "call", "title": "A call", "date": date, "sources": CITED}
    return OfficialDocument.model_validate({**given, **changes})


def make_release(id: str = "1.0.20251125", date: str = "2025-11-25", **changes: object) -> Release:
    return Release.model_validate({"id": id, "date": date, **changes})


def make_meeting(id: str = "2018-kobe-jp", starts: str = "2018-06-12", **changes: object) -> Meeting:
    given = {"id": id, "name": "A meeting", "starts": starts, "status": "held", "sources": CITED}
    return Meeting.model_validate({**given, **changes})


def make_cooperation(id: str = "2018-kobe-jp-film", starts: str = "2018", **changes: object) -> Cooperation:
    given = {
        "id": id,
        "title": "Something done together",
        "kind": "exchange",
        "starts": starts,
        "cities": [{"city": "kobe-jp", "role": "partner"}],
        "sources": CITED,
    }
    return Cooperation.model_validate({**given, **changes})


def make_source(id: str = "press", **changes: object) -> Source:
    url = f"https://example.org/{id}"
    given = {"id": id, "kind": "press", "publisher": "A paper", "url": url, "accessed": "2026-11"}
    return Source.model_validate({**given, **changes})


USUAL: tuple[Identified, ...] = (
    *map(make_country, ("JP", "GB", "PL")),
    *map(make_field, ("film", "music", "literature")),
    make_source(),
    make_city(),
)


def make_network(*records: Identified, moved: Mapping[str, str] | None = None, version: str = VERSION) -> Network:
    """Return a network of the records; of cities, countries, fields and sources the usual ones where none is given."""

    def by_id(kind: type[Kept]) -> dict[Any, Kept]:
        given = [record for record in records if isinstance(record, kind)]
        return {record.id: record for record in given or [record for record in USUAL if isinstance(record, kind)]}

    collections: dict[str, Any] = {kind.collection: by_id(kind.record_type) for kind in RECORD_KINDS.values()}
    collections["topics"] = collections["topics"] or _topics(by_id(City))
    return Network(**collections, moved=moved or {}, version=version)


def _topics(cities: Mapping[str, City]) -> dict[str, Topic]:
    names = [statement.value for city in cities.values() for statement in city.known_for if slug(statement.value)]
    return {slug(name): Topic(id=slug(name), name=name) for name in reversed(names)}


def make_context(
    *records: Identified,
    moved: Mapping[str, str] | None = None,
    registry: tuple[str, ...] | None = None,
    version: str = VERSION,
) -> Context:
    """Return what the rules look at: a network of the records, and the ids that it has unless others are given."""
    network = make_network(*records, moved=moved, version=version)
    ids = tuple(sorted({*network.cities, *network.moved})) if registry is None else registry
    return Context(network, ids, TODAY)
