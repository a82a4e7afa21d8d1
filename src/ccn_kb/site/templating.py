"""The templates' environment: links, marks of the creative fields, dates and numbers in words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, urlencode

from babel.languages import get_official_languages
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ccn_kb.model.addresses import GEONAMES_HOME, geonames_url, unesco_page_url, wikidata_url
from ccn_kb.model.licence import LICENCE_NAME, LICENCE_URL
from ccn_kb.model.records import Name, Record
from ccn_kb.model.text import fold, plural
from ccn_kb.network.citable import PERMANENT_ADDRESS
from ccn_kb.site.constant_calls import ConstantCallEnvironment
from ccn_kb.site.country_map import draw_countries
from ccn_kb.site.dataset_markup import dataset_markup
from ccn_kb.site.display_terms import (
    COOPERATION_KINDS,
    END_REASONS,
    GROUP_KINDS,
    MEETING_STATUSES,
    PARTICIPANT_ROLES,
    SOURCE_KINDS,
    describe_dispute,
    describe_first,
    describe_interval,
    describe_population_scope,
)
from ccn_kb.site.fragments import NAVIGATION, Fragments
from ccn_kb.site.languages import (
    ENGLISH,
    Language,
    bracketed,
    current_language,
    format_date,
    format_number,
    full_stop,
    gettext,
    languages,
    list_separator,
    pgettext,
    sort_key,
    use_language,
)
from ccn_kb.site.pages.chart_titles import describe_growth, describe_leading
from ccn_kb.site.pages.compare import GroupChoice, describe_rank, line_of
from ccn_kb.site.pages.counts import (
    count_cities,
    count_countries,
    count_fields,
    count_member_cities,
    count_members,
    count_sources,
    name_countries,
    name_fields,
    name_member_cities,
)
from ccn_kb.site.pages.meeting import format_period
from ccn_kb.site.pages.on import count_of_event
from ccn_kb.site.pages.page_context import SiteIndex, base_path, is_data
from ccn_kb.site.pages.parts import CityInField, GrowthYear, MemberCount, format_since, format_when, with_article
from ccn_kb.site.pages.question_index import QUESTIONS
from ccn_kb.site.pictures import draw_places
from ccn_kb.site.region_names import region_names
from ccn_kb.site.reporting import report_address, report_mail, report_text
from ccn_kb.site.script_messages import language_offers, script_messages

Item = TypeVar("Item")
HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
STATIC = HERE / "static"
ASSETS = "/assets/"
STATIC_SCRIPT = "static-{}.js"
"""The script of static pages among the assets, by the tag of the language."""

NEUTRAL_COLOUR = "#767676"
NEUTRAL_MARK = "M0-8A8 8 0 1 1 0 8A8 8 0 1 1 0-8Z"


@cache
def assets_version() -> str:
    """Return what changes when any static file does: they are used together."""
    files = sorted(file for file in STATIC.rglob("*") if file.is_file())
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def groups_in(places: Sequence[CityInField], group: str) -> list[tuple[str, str]]:
    """Return id and name of the creative fields or countries of some cities, by name."""
    pairs = {(getattr(place, group), getattr(place, f"{group}_name")) for place in places}
    return sorted(pairs, key=lambda pair: sort_key(pair[1]))


def regions_in(places: Iterable[CityInField], index: SiteIndex) -> list[tuple[str, str]]:
    """Return id and name of the UNESCO regions of some cities."""
    regions = {index.network.countries[place.country].region for place in places}
    return [(id, name) for id, name in region_names().items() if id in regions]


def ids_and_names(counts: Sequence[MemberCount | GroupChoice]) -> list[tuple[str, str]]:
    """Return id and name of each."""
    return [(count.id, count.name) for count in counts]


def numbers_of(fields: Sequence[tuple[str, str]], year: GrowthYear) -> tuple[int, ...]:
    """Return the number of members in each field at the end of a year."""
    return tuple(year.fields.get(id, 0) for id, _ in fields)


def language_name(tag: str) -> str:
    """Return the name of the language of a tag (BCP 47), the tag itself if Unicode's CLDR has no name."""
    names = current_language().locale.languages
    return str(names.get(tag.replace("-", "_")) or names.get(tag.partition("-")[0]) or tag)


def native_names(names: Sequence[Name], country: str) -> list[Name]:
    """Return a city's present names in the official languages of its country, one for each but English."""
    official = get_official_languages(country, de_facto=True)
    own = [name for name in names if name.lang and name.until is None and name.place is None]
    by_language = {(name.lang or "").partition("-")[0]: name for name in reversed(own)}
    return [by_language[tag] for tag in official if tag in by_language and tag != current_language().tag]


def grouped(items: Iterable[Item], *names: str) -> list[tuple[tuple[object, ...], list[Item]]]:
    """Return the items that follow each other and have the same values of some attributes, with those values."""
    groups = groupby(items, lambda item: tuple(getattr(item, name) for name in names))
    return [(values, list(group)) for values, group in groups]


def is_same_name(name: str, other: str) -> bool:
    """Return whether two names differ at most in capitals and accents."""
    return fold(name) == fold(other)


def format_signed(number: int) -> str:
    """Return a difference with its sign, 0 without one: +6, −2."""
    return f"{number:+d}".replace("-", "−") if number else "0"


def format_size(count: int) -> str:
    """Return a size in bytes in words."""
    if count >= 1_000_000:
        return gettext("%(number)s MB", number=format_number(round(count / 1_000_000, 1)))
    return gettext("%(number)s kB", number=format_number(round(max(count, 1000) / 1000)))


def in_script(value: object) -> Markup:
    """Return the value as JSON for a script element, with nothing in it that ends the element."""
    text = json.dumps(value, ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704


def encode_query(parameters: Mapping[str, str] | Record, **others: str) -> str:
    """Return the parameters that have a value, with others in their place, as the query of an address."""
    return urlencode({name: value for name, value in {**dict(parameters), **others}.items() if value})


def breadcrumb_markup(crumbs: tuple[Sequence[tuple[str, str]], str], site: str) -> dict[str, object]:
    """Return the pages above a page, and the page itself, as a BreadcrumbList of schema.org."""
    parents, name = crumbs
    items = [{"name": label, "item": f"{site}{address}"} for address, label in parents] + [{"name": name}]
    listed = [{"@type": "ListItem", "position": position, **item} for position, item in enumerate(items, 1)]
    return {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": listed}


FILTERS = {
    "address": quote,
    "dict": dict,
    "count_of_event": count_of_event,
    "describe_growth": describe_growth,
    "describe_leading": describe_leading,
    "encode_query": encode_query,
    "grouped": grouped,
    "groups_in": groups_in,
    "ids_and_names": ids_and_names,
    "in_script": in_script,
    "interval": describe_interval,
    "in_words": format_date,
    "language": language_name,
    "line_of": line_of,
    "cities": count_cities,
    "countries": count_countries,
    "countries_alone": name_countries,
    "fields": count_fields,
    "fields_alone": name_fields,
    "member_cities": count_member_cities,
    "member_cities_alone": name_member_cities,
    "members": count_members,
    "native_names": native_names,
    "number": format_number,
    "numbers_of": numbers_of,
    "period": format_period,
    "population_scope": describe_population_scope,
    "rank_in_words": describe_rank,
    "since": format_since,
    "signed": format_signed,
    "size": format_size,
    "sources": count_sources,
    "translated": gettext,
    "with_article": with_article,
    "with_more_members": lambda counts: [count for count in counts if count.members != 1],
    "with_one_member": lambda counts: [count for count in counts if count.members == 1],
    "with_preposition": format_when,
}
GLOBALS = {
    "cooperation_kinds": COOPERATION_KINDS,
    "group_kinds": GROUP_KINDS,
    "describe_first": describe_first,
    "draw_places": draw_places,
    "end_reasons": END_REASONS,
    "is_same_name": is_same_name,
    "geonames_home": GEONAMES_HOME,
    "geonames_url": geonames_url,
    "licence_name": LICENCE_NAME,
    "licence_url": LICENCE_URL,
    "meeting_statuses": MEETING_STATUSES,
    "participant_roles": PARTICIPANT_ROLES,
    "plural": plural,
    "questions": QUESTIONS,
    "script_messages": script_messages,
    "source_kinds": SOURCE_KINDS,
    "unesco_page_url": unesco_page_url,
    "wikidata_url": wikidata_url,
}


@cache
def _message(tag: str, message: str) -> Markup:
    """Return a message in a language with the places for its values."""
    return Markup(languages()[tag].messages.gettext(message))  # noqa: S704


@cache
def _message_without_values(tag: str, message: str) -> Markup:
    return _message(tag, message) % {}


def show_message(message: str, /, **values: object) -> Markup:
    """Return a message in the current language with the values, which are escaped, in its named places."""
    tag = current_language().tag
    return _message(tag, message) % values if values else _message_without_values(tag, message)


def _show_in_context(context: str, message: str) -> Markup:
    """Return a message without values that means something else in another context, in the current language."""
    return Markup(pgettext(context, message)) % {}  # noqa: S704


MESSAGES = {"gettext": show_message, "_": show_message}


class SiteTemplates:
    """The templates of one site, with the filters and globals that they need."""

    def __init__(
        self, index: SiteIndex, site: str, issues: str, language: Language, *, is_static: bool = False
    ) -> None:
        # Everything is escaped, and an unknown name is an error.
        self._environment = ConstantCallEnvironment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            undefined=StrictUndefined,
        )
        with use_language(language):
            translated_regions = region_names()
        in_english = Markup("" if language.is_english else ' lang="en"')  # noqa: S704
        # A topic with a name in the language has its English one among the others.
        has_topics = any(topic.name_in(ENGLISH) for topic in index.network.topics.values())
        prefix = language.path
        fragments = Fragments(self._environment)
        base = base_path(site)
        self._filters = {
            **FILTERS,
            "breadcrumb_markup": partial(breadcrumb_markup, site=f"{site}{prefix}"),
            "dispute_in_words": lambda dispute: describe_dispute(dispute, index.network),
            "fragment": fragments.fragment,
            "fragments": fragments.fragments,
            "listed_fragments": fragments.listed_fragments,
            "map_items": fragments.map_items,
            "references": fragments.references,
            "regions_in": lambda places: regions_in(places, index),
        }
        same: dict[str, Callable[..., str]] = {
            "asset": lambda name: f"{base}{ASSETS}{name}?{assets_version()}",
            "full_stop": full_stop,
            "link": lambda path: f"{base}{'' if is_data(path) else prefix}{path}",
            "separator": list_separator,
        }
        self._globals = {
            **GLOBALS,
            **same,
            "base": base,
            "bracketed": lambda text: Markup.escape(bracketed("%s")) % text,
            "country_map": partial(draw_countries, index),
            "dataset_markup": partial(dataset_markup, index, site),
            "edition": index.edition,
            "first_cities": index.first_cities,
            "first_year": index.first_year,
            "is_static": is_static,
            "issues": issues,
            "alternates": [(other, other.path) for other in languages().values()],
            # Sentences of the data have one language.
            "in_english": in_english,
            "language": language,
            "language_offers": language_offers(),
            "prefix": prefix,
            "region_names": translated_regions,
            "marks": [
                (field.id, field.colour or NEUTRAL_COLOUR, field.mark or NEUTRAL_MARK)
                for field in index.network.fields.values()
            ],
            "meeting_label": index.meeting_label,
            "navigation": fragments.navigation,
            "places_in": index.places_in,
            "region_of": {country.id: country.region for country in index.network.countries.values()},
            "navigation_items": NAVIGATION.items(),
            "permanent_address": PERMANENT_ADDRESS,
            "report_address": partial(report_address, issues),
            "report_mail": partial(report_mail, index.edition.version, site),
            "report_text": partial(report_text, index.edition.version, site),
            "rounds_by_date": {round.announced: round.id for round in index.network.rounds.values()},
            "topics_language": "" if has_topics else in_english,
            "site": site,
            "static_script": STATIC_SCRIPT.format(language.tag),
        }
        self.add_helpers(self._environment)
        self._environment.constant_functions = {
            name: use_language(language)(function)
            for name, function in {**same, **MESSAGES, "pgettext": _show_in_context}.items()
        }

    def add_helpers(self, environment: Environment) -> None:
        """Add the filters and globals to an environment, such as Datasette's, whose templates use our layout."""
        environment.add_extension("jinja2.ext.i18n")
        environment.policies["ext.i18n.trimmed"] = True
        environment.install_gettext_callables(  # type: ignore[attr-defined]
            lambda message: current_language().messages.gettext(message),
            lambda singular, plural, number: current_language().messages.ngettext(singular, plural, number),
            newstyle=True,
            pgettext=lambda context, message: current_language().messages.pgettext(context, message),
        )
        # A page shows some fifty messages, and most of them have no values.
        environment.globals |= MESSAGES
        environment.filters |= self._filters
        environment.globals |= self._globals

    def render(self, template: str, **variables: object) -> str:
        """Return a template filled with the variables."""
        return self._environment.get_template(template).render(variables)
