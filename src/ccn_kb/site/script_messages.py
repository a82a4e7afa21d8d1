"""The messages of the scripts, which pages in other languages than English carry with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ccn_kb.site.languages import N_, NN_, Language, current_language, gettext, languages, pgettext, use_language

_MESSAGES = (
    N_("The map could not be drawn. The list has the same information."),
    N_("Copy"),
    N_("Copied"),
    N_("Suggestions"),
    N_("%(field)s since %(year)s"),
    N_("%(cities)s in %(countries)s on %(date)s"),
    N_("%(cities)s on %(date)s"),
    N_("%(number)s new cities"),
    N_("Next change"),
    N_("Today"),
    N_("Pause"),
    N_("Map of the rows on this page"),
    N_("Row"),
    N_("member cities"),
)
_STATIC_MESSAGES = (
    N_("No results for “%(words)s”."),
    N_("%(country)s has no member city."),
    N_("Did you mean %(names)s?"),
    N_("Did you mean…?"),
    N_(" or "),
    N_("also known as %(name)s"),
    N_("“%(date)s” is in the future. The latest date is %(latest)s."),
    N_("“%(date)s” is not a date. Use YYYY-MM-DD, YYYY-MM or YYYY."),
    N_("You asked for %(asked)s: the network was the same as on %(date)s, which this page shows."),
    N_("No cities match these filters."),
    N_("No projects match."),
    N_("Clear filters"),
    N_("Download"),
    N_("List as shown (CSV)"),
    N_("%(cities)s in %(countries)s on %(date)s"),
    N_("%(cities)s on %(date)s"),
    N_("scale 0–%(most)s"),
    N_("Not shown, because six is the most: %(names)s."),
    N_("These pages could not be put side by side. Open them one by one:"),
    N_("Files of this site could not be loaded; the page shows everything, unfiltered."),
)
_COUNTED = (NN_("%(number)s city", "%(number)s cities"), NN_("%(number)s country", "%(number)s countries"))
_STATIC_COUNTED = (
    NN_("%(number)s result for “%(words)s”.", "%(number)s results for “%(words)s”."),
    NN_(
        "%(number)s more result; refine your search to see it.",
        "%(number)s more results; refine your search to see them.",
    ),
    NN_(
        "%(number)s city matches these filters, as of %(date)s.",
        "%(number)s cities match these filters, as of %(date)s.",
    ),
    NN_("%(number)s project matches these filters.", "%(number)s projects match these filters."),
)


def script_messages() -> Mapping[str, str]:
    """Return the messages of the scripts in the current language, by their English texts."""
    return {**_translate(_MESSAGES, _COUNTED), "map": pgettext("noun", "map")}


def static_messages() -> Mapping[str, str]:
    """Return the messages of the script of static pages in the current language, by their English texts."""
    return _translate(_STATIC_MESSAGES, (*_COUNTED, *_STATIC_COUNTED))


def _translate(texts: Iterable[str], counted: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return messages and the two forms of counted ones, by their English texts."""
    messages = current_language().messages
    forms = {
        form: messages.ngettext(singular, plural, number)
        for singular, plural in counted
        for number, form in ((1, singular), (2, plural))
    }
    translated = {message: messages.gettext(message) for message in texts}
    return {**translated, **forms, "1": pgettext("first day of a month", "1")}


class LanguageOffer(NamedTuple):
    """The words, in a language, that offer a page in it to readers whose browser prefers it."""

    text: str
    close: str


def language_offers() -> Mapping[str, LanguageOffer]:
    """Return the offers of all languages of the pages, by tag."""
    return {tag: _offer(language) for tag, language in languages().items()}


def _offer(language: Language) -> LanguageOffer:
    with use_language(language):
        text = gettext("This page is available in %(language)s.", language=language.own_name)
        return LanguageOffer(text, pgettext("button", "Close"))
