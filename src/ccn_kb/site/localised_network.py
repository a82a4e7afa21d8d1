"""The network with the names of a language: those of the data, else of Unicode's CLDR, else the English ones."""

from __future__ import annotations

import re
from dataclasses import replace

from ccn_kb.model.records import City, Country, CountryGroup, CreativeField, Name, Topic, Translation
from ccn_kb.model.text import fold, words
from ccn_kb.network import Network
from ccn_kb.site.languages import Language, bracketed, use_language

_BRACKETS = re.compile(r" ?\(([^()]*)\)")


def localise(network: Network, language: Language) -> Network:
    """Return the network with cities, countries, fields and topics called as in a language; the same for English."""
    if language.is_english:
        return network
    return replace(
        network,
        cities={id: _name_city(city, language.tag) for id, city in network.cities.items()},
        countries={id: _name_country(country, language) for id, country in network.countries.items()},
        fields={id: _name_field(field, language.tag) for id, field in network.fields.items()},
        country_groups={id: _name_group(group, language) for id, group in network.country_groups.items()},
        topics={id: _name_topic(topic, language.tag) for id, topic in network.topics.items()},
    )


def _name_city(city: City, tag: str) -> City:
    """Return the city under its present name in the language, with its English name among the others."""
    name = _present_name(city, tag)
    if name == city.name:
        return city
    others = tuple(other for other in city.names if other.value != name)
    # A mere difference of accents or capitals is a spelling, not another name.
    english = () if fold(name) == fold(city.name) else (Name(value=city.name, lang="en"),)
    return city.model_copy(update={"name": name, "names": (*others, *english)})


def _present_name(city: City, tag: str) -> str:
    """Return the city's present name in the language; not that of its seat, nor a longer form of the usual name."""
    names = (name.value for name in city.names if name.lang == tag and name.until is None and name.place is None)
    name = next(names, city.name)
    more = set(words(name)) - set(words(city.name))
    # One word more is an article: El Cairo; more are San Juan de Pasto, which is called Pasto.
    is_longer_form = len(more) > 1 and set(words(city.name)) <= set(words(name))
    return city.name if is_longer_form else name


def _name_country(country: Country, language: Language) -> Country:
    own = country.name_fr if language.tag == "fr" else language.locale.territories.get(country.id)
    with use_language(language):
        own = own and _BRACKETS.sub(lambda match: bracketed(match[1]), own)
    return country.model_copy(update={"name": own or country.name})


def _name_group(group: CountryGroup, language: Language) -> CountryGroup:
    return group.model_copy(update={"name": language.messages.gettext(group.name)})


def _name_field(field: CreativeField, tag: str) -> CreativeField:
    own = {"fr": field.name_fr, "es": field.name_es}.get(tag)
    translated = own or next((name.value for name in field.names if name.lang == tag), field.name)
    return field.model_copy(update={"name": translated})


def _name_topic(topic: Topic, tag: str) -> Topic:
    """Return the topic under its name in the language, with its English name among the others."""
    name = topic.name_in(tag)
    if name is None:
        return topic
    others = tuple(other for other in topic.names if other.lang != tag)
    return topic.model_copy(update={"name": name, "names": (*others, Translation(value=topic.name, lang="en"))})
