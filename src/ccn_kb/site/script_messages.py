"""The messages of the scripts, which pages in other languages than English carry with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ccn_kb.site.languages import N_, Language, current_language, gettext, languages, pgettext, use_language

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
_COUNTED = (("%(number)s city", "%(number)s cities"), ("%(number)s country", "%(number)s countries"))


def script_messages() -> Mapping[str, str]:
    """Return the messages of the scripts in the current language, by their English texts."""
    messages = current_language().messages
    forms = {
        form: messages.ngettext(singular, plural, number)
        for singular, plural in _COUNTED
        for number, form in ((1, singular), (2, plural))
    }
    texts = {message: messages.gettext(message) for message in _MESSAGES}
    return {**texts, **forms, "map": pgettext("noun", "map"), "1": pgettext("first day of a month", "1")}


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
