"""The vocabulary of our RDF: what schema.org, SKOS and DCAT have no term for, with labels, domains and ranges."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from ccn_kb.exports.rdf_terms import RDFS, SDO, SKOS, XSD, Iri, Namespace
from ccn_kb.model.records import Country, CountryGroup, GroupMembership
from ccn_kb.network.citable import PERMANENT_ADDRESS
from ccn_kb.network.schema import DESIGNATIONS, description_of, summary_of

BASE = Namespace(PERMANENT_ADDRESS)
CCN = Namespace(f"{PERMANENT_ADDRESS}vocabulary#")
_IN_ADDRESS = "".join(chr(code) for code in range(33, 127) if chr(code) not in '<>"{}|\\^`')
_COLUMNS = {column.name: column.description for column in DESIGNATIONS.columns}


class VocabularyClass(NamedTuple):
    """A class: its name, label and comment, and the class of which it is a kind."""

    name: str
    label: str
    comment: str
    parent: Iri


class VocabularyProperty(NamedTuple):
    """A property: its name, label and comment, the classes of its subjects, and the class or datatype of its values."""

    name: str
    label: str
    comment: str
    domains: tuple[Iri, ...]
    range: Iri


CLASSES = (
    VocabularyClass("Designation", "Designation", DESIGNATIONS.description, SDO.OrganizationRole),
    VocabularyClass("Participation", "Participation", "The part of a city in a joint project.", SDO.Role),
    VocabularyClass("PublishedTotal", "Published total", "A number of members that was published.", SDO.Observation),
    VocabularyClass("Population", "Population figure", "Inhabitants of a city or of a larger area.", SDO.Observation),
    VocabularyClass("CityTopic", "Topic of a city", "That a city is known for a topic.", RDFS.Resource),
    VocabularyClass("CountryGroup", "Group of countries", summary_of(CountryGroup), SKOS.Concept),
    VocabularyClass("GroupMembership", "Time in a group", summary_of(GroupMembership), SDO.Role),
    VocabularyClass("Citation", "Citation", "That a source supports a record, or a field of it.", RDFS.Resource),
    VocabularyClass("DisputedValue", "Disputed value", "A different value, from a less trusted source.", RDFS.Resource),
)
_DATED = (CCN.Designation, CCN.GroupMembership)
_COUNTED = (CCN.PublishedTotal, SDO.PublicationEvent)
PROPERTIES = (
    VocabularyProperty(
        "field",
        "creative field",
        _COLUMNS["field"],
        (CCN.Designation, SDO.Action, CCN.PublishedTotal),
        SKOS.Concept,
    ),
    VocabularyProperty("round", "round", _COLUMNS["round"], (CCN.Designation,), SDO.PublicationEvent),
    VocabularyProperty("since_day", "first day", _COLUMNS["since_day"], _DATED, XSD.date),
    VocabularyProperty("until_day", "day of the end", _COLUMNS["until_day"], _DATED, XSD.date),
    VocabularyProperty("end_reason", "reason of the end", _COLUMNS["end_reason"], (CCN.Designation,), XSD.string),
    VocabularyProperty(
        "region", "UNESCO region", "UNESCO region; not a continent.", (SDO.Country, CCN.PublishedTotal), SKOS.Concept
    ),
    VocabularyProperty(
        "country",
        "country",
        "The country that was counted, or is in a group.",
        (CCN.PublishedTotal, CCN.GroupMembership),
        SDO.Country,
    ),
    VocabularyProperty("m49", "M49 code", description_of(Country, "m49"), (SDO.Country,), XSD.string),
    VocabularyProperty("group", "group of countries", "The group.", (CCN.GroupMembership,), CCN.CountryGroup),
    VocabularyProperty(
        "group_kind", "kind of group", description_of(CountryGroup, "kind"), (CCN.CountryGroup,), XSD.string
    ),
    VocabularyProperty("as_of", "as of", description_of(CountryGroup, "as_of"), (CCN.CountryGroup,), XSD.date),
    VocabularyProperty(
        "participation", "participation", "The part of a city in the project.", (SDO.Action,), CCN.Participation
    ),
    VocabularyProperty("city", "city", "The city.", (CCN.Participation, CCN.CityTopic), SDO.City),
    VocabularyProperty("topic", "topic", "What the city is known for.", (CCN.CityTopic,), SKOS.Concept),
    VocabularyProperty("population", "population figure", "A figure of a source.", (SDO.City,), CCN.Population),
    VocabularyProperty(
        "population_basis",
        "area of the figure",
        "municipality, city-proper, urban-area or region; absent if the source does not state it.",
        (CCN.Population,),
        XSD.string,
    ),
    VocabularyProperty("stated_new", "new members", "Published number of new members.", _COUNTED, XSD.integer),
    VocabularyProperty(
        "stated_first_time",
        "new members in new countries",
        "Published number of new members in countries without a member before.",
        _COUNTED,
        XSD.integer,
    ),
    VocabularyProperty("stated_members", "members", "Published number of members.", _COUNTED, XSD.integer),
    VocabularyProperty("stated_countries", "countries", "Published number of countries.", _COUNTED, XSD.integer),
    VocabularyProperty("wording", "wording", "The figure, if it was only published in words.", _COUNTED, XSD.string),
    VocabularyProperty("supports", "supports", "The record that the source supports.", (CCN.Citation,), RDFS.Resource),
    VocabularyProperty("disputes", "disputes", "The record of the value.", (CCN.DisputedValue,), RDFS.Resource),
    VocabularyProperty(
        "path",
        "field of the record",
        "The field that is supported or disputed, by its name in the database; absent for the whole record.",
        (CCN.Citation, CCN.DisputedValue),
        XSD.string,
    ),
    VocabularyProperty("source", "source", "The source.", (CCN.Citation, CCN.DisputedValue), SDO.CreativeWork),
    VocabularyProperty(
        "source_kind",
        "kind of source",
        "official, host (the city, its region or state), press, reference or copy.",
        (SDO.CreativeWork,),
        XSD.string,
    ),
)


def to_iri(url: str) -> Iri:
    """Return an address as an IRI; some characters that servers bear have no place in it."""
    return Iri(quote(url, safe=_IN_ADDRESS))
