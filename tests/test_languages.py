"""The languages of the pages: whole catalogues, no English left over, an address and an alternate for each."""

from __future__ import annotations

import datetime
import html
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import parse_qsl, unquote
from xml.etree import ElementTree

import icalendar
import lxml.html
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from jinja2 import Environment
from playwright.sync_api import Browser
from release.messages import extract_messages, to_po, update_catalogue

from ccn_kb.database.views import FOR_READERS
from ccn_kb.network import Network
from ccn_kb.network.citable import make_citable, to_text
from ccn_kb.network.table_rows import TABLES_BY_NAME
from ccn_kb.site import languages, pictures
from ccn_kb.site.display_terms import name_meeting
from ccn_kb.site.metadata import QUERIES
from ccn_kb.site.page_citation import cite_in_words
from ccn_kb.site.pages.meeting import format_period
from ccn_kb.site.registration import PAGES
from ccn_kb.site.router import SVG, PageResponse, Pages
from ccn_kb.site.templating import TEMPLATES
from tests.serving import Site, build_database

TAGS = ("es", "fr", "ja")
SITE = "https://creative.example"
ATOM = "{http://www.w3.org/2005/Atom}"
TODAY = datetime.date(2026, 11, 25)
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
TAG = re.compile(r"</?\w+")
# Templates of Datasette's pages, and texts that are not for readers, are in English.
ENGLISH_TEMPLATES = {
    *("base.html", "database.html", "error.html", "query.html", "row.html", "sql.html", "table.html", "_table.html"),
    "_dictionary_links.html",
    *("_facet_results.html", "_description_source_license.html", "llms.txt", "robots.txt", "sitemap.xml"),
}
NAMES = {
    *(
        "UNESCO",
        "GeoNames",
        "Wikidata",
        "JSON",
        "CSV",
        "Excel",
        "OpenAPI",
        "ISO",
        "YAML",
        "PNG",
        "SVG",
        "BibTeX",
        "RIS",
    ),
    *("BibTeX", "RIS", "SQL", "ccn", "kb", "API", "km", "UTF", "SQLite", "MB", "kB", "noindex", "website", "home"),
}


@pytest.fixture(scope="module")
def real_database(tmp_path_factory: pytest.TempPathFactory, network: Network) -> Path:
    return build_database(network, tmp_path_factory.mktemp("languages"), SITE)


@pytest.fixture(scope="module")
def pages(real_database: Path) -> Pages:
    return Pages(real_database, TODAY, SITE)


def catalogue_of(tag: str) -> Catalog:
    with (languages.LOCALES / tag / "LC_MESSAGES" / "ccn.po").open("rb") as stream:
        return read_po(stream, locale=tag)


def strings_of(message: Message) -> tuple[str, ...]:
    """Return the forms of a translation."""
    return tuple(str(string) for string in (message.string if isinstance(message.string, tuple) else (message.string,)))


def ids_of(message: Message) -> tuple[str, ...]:
    """Return the forms of a message."""
    return tuple(str(form) for form in (message.id if isinstance(message.id, (tuple, list)) else (message.id,)))


# -- catalogues -----------------------------------------------------------------------------------


def test_english_french_and_spanish_are_spoken() -> None:
    assert {"en", *TAGS} <= languages.languages().keys()


@pytest.mark.parametrize("tag", TAGS)
def test_a_catalogue_has_every_message_and_no_other(tag: str) -> None:
    wanted = {(message.context, message.id) for message in extract_messages() if message.id}
    messages = [message for message in catalogue_of(tag) if message.id]
    assert {(message.context, message.id) for message in messages} == wanted
    assert [message.id for message in messages if message.fuzzy] == []
    forms = [
        (message.id, message.string if isinstance(message.string, tuple) else (message.string,)) for message in messages
    ]
    assert [id for id, strings in forms if not all(strings)] == []


@pytest.mark.parametrize("tag", [tag for tag in languages.languages() if tag != "en"])
def test_a_translation_has_the_places_and_the_links_of_its_message(tag: str) -> None:
    for message in catalogue_of(tag):
        if not message.id or not message.string:
            continue
        forms = ids_of(message)
        strings = strings_of(message)
        places = {place for form in forms for place in PLACEHOLDER.findall(form)}
        for string in filter(None, strings):
            # A form for a single thing can leave its number out.
            assert set(PLACEHOLDER.findall(string)) <= places, string
            assert TAG.findall(string) == TAG.findall(forms[0]), string
            assert string.count("%%") == forms[0].count("%%"), string
        assert places == {place for string in strings for place in PLACEHOLDER.findall(string)}, message.id


@pytest.mark.parametrize(
    ("tag", "day", "period", "meeting"),
    [
        ("en", "1 June 2009", "30 May – 1 June 2009", "I Annual Meeting"),
        ("fr", "1er juin 2009", "30 mai – 1er juin 2009", "Ire réunion annuelle"),
        ("es", "1 de junio de 2009", "30 de mayo – 1 de junio de 2009", "I Reunión Anual"),
    ],
)
def test_the_first_of_its_kind_has_the_form_of_the_language(tag: str, day: str, period: str, meeting: str) -> None:
    with languages.use_language(languages.languages()[tag]):
        assert languages.format_date("2009-06-01") == day
        assert languages.format_date("2009-06-11").startswith("11 ")
        assert " ".join(format_period("2009-05-30", "2009-06-01").split()) == period
        assert name_meeting("I Annual Meeting") == meeting


@pytest.mark.parametrize(
    ("path", "name"),
    [("/fr/city/montreal-ca", "Montréal"), ("/es/city/bogota-co", "Bogotá"), ("/fr/city/hatay-tr", "Hatay")],
)
def test_a_city_has_its_own_name_in_the_language_with_its_accents(pages: Pages, path: str, name: str) -> None:
    assert f"<h1>{name}</h1>" in pages.respond(path, {}).body.decode()


def test_french_punctuation_has_its_no_break_spaces() -> None:
    strings = [string for message in catalogue_of("fr") if message.id for string in strings_of(message)]
    assert [string for string in strings if re.search("\\x20(?:[:;?!»]|%%)|«[^\u00a0]|\\w'\\w", string)] == []


def test_a_picture_keeps_no_break_spaces(pages: Pages) -> None:
    body = pages.respond("/fr/city/lyon-fr.svg", {}).body.decode()
    shown = re.findall("<text[^>]*>([^<]*)<", body)
    assert any("«\u00a0Littérature\u00a0»" in text for text in shown)


def texts_of_template(path: Path) -> Iterator[str]:
    """Yield the texts of a template that are outside of any expression, without tags and code."""
    kept, depth = [], 0
    for _, kind, value in Environment(extensions=["jinja2.ext.i18n"]).lex(path.read_text(encoding="utf-8")):
        depth += (kind == "name" and value == "trans") - (kind == "name" and value == "endtrans")
        kept.append(value if kind == "data" and not depth else " " if kind == "data" else "")
    text = re.sub(r"<(script|style|textarea)\b.*?</\1>", " ", "".join(kept), flags=re.DOTALL)
    for attribute in re.finditer(r'\b(?:aria-label|alt|title|placeholder|aria-roledescription)="([^"]*)"', text):
        yield attribute[1]
    yield html.unescape(re.sub(r"<[^>]*>", " ", text))


@pytest.mark.parametrize("path", sorted(TEMPLATES.iterdir()), ids=lambda path: path.name)
def test_a_template_has_no_words_outside_its_messages(path: Path) -> None:
    if path.name in ENGLISH_TEMPLATES:
        return
    words = {word for text in texts_of_template(path) for word in re.findall(r"[^\W\d_]{2,}", text)}
    assert words - NAMES == set()


# -- pages -----------------------------------------------------------------------------------------


def paths(pages: Pages) -> list[str]:
    some = {"city": ("lyon-fr", "kanazawa-jp", "bradford-gb"), "country": ("JP", "GH", "FR"), "on": ("2015-05-28",)}
    listed = []
    for page in PAGES:
        ids = some.get(page.name) or (page.ids(pages.index)[:2] if page.path_parameter else ())
        listed += [f"{page.path}/{id}" for id in ids] if page.path_parameter else [page.path]
    return [*listed, "/nowhere", "/city/kanazawa", "/search?q=Kanasawa", "/compare?country=FR,DE", "/cities?q=zzz"]


def text_of(pages: Pages, path: str) -> str:
    plain, _, query = path.partition("?")
    response = pages.respond(plain, dict(part.split("=") for part in query.split("&") if part))
    assert response.status in (200, 404), path
    return response.body.decode()


def sentences_of(page: str) -> set[str]:
    """Return the texts of a page with two words or more; without what the data have in their own language."""
    page = re.sub(r"<(script|style|textarea|cite|code)\b.*?</\1>", "", page, flags=re.DOTALL)
    page = page.partition("<body")[2].partition(">")[2]
    page = re.sub(r'<(\w+)[^>]* lang="[^"]*"[^>]*>(?:(?!</\1>).)*</\1>', "", page, flags=re.DOTALL)
    page = re.sub(r'<(?:span class="(?:publisher|screen)"|p class="cite")>.*?</(?:span|p)>', "", page, flags=re.DOTALL)
    texts = html.unescape(re.sub(r"<[^>]+>", "\n", page)).split("\n")
    return {" ".join(text.split()) for text in texts if len(re.findall(r"[^\W\d_]{2,}", text)) > 1}


def sentences_in(texts: Iterable[str | None]) -> set[str]:
    """Return the texts with three words or more."""
    return {text for text in texts if text and len(re.findall(r"[^\W\d_]{2,}", text)) > 2}


def names_of_data(pages: Pages, tag: str) -> set[str]:
    network = pages.network
    names = {city.name for city in network.cities.values()} | {country.name for country in network.countries.values()}
    names |= {topic.name for topic in network.topics.values() if topic.name_in(tag) is None}
    names |= {group.name for group in network.country_groups.values()}
    names |= {city.subdivision.name for city in network.cities.values() if city.subdivision}
    names |= {city.second_subdivision.name for city in network.cities.values() if city.second_subdivision}
    names |= {meeting.name for meeting in network.meetings() if not meeting.ordinal}
    return names | {name.value for city in network.cities.values() for name in city.names}


@pytest.mark.parametrize("tag", TAGS)
def test_no_english_sentence_is_left_on_a_page(tag: str, pages: Pages) -> None:
    names = names_of_data(pages, tag) | {"English", "CC BY", "GeoNames, CC BY 4.0."}
    left = {}
    for path in paths(pages):
        english, other = sentences_of(text_of(pages, path)), sentences_of(text_of(pages, f"/{tag}{path}"))
        same = {text for text in english & other if not any(name in text for name in names)}
        # What stands in brackets or quotation marks is data: publishers, meetings, addresses.
        left[path] = {
            text for text in same if not re.search(r"https?://|\w/\w|\d{4}-|^\W|©|CC BY|ccn-kb|^\w+([._]\w+)+$", text)
        }
    assert {path: texts for path, texts in left.items() if texts} == {}


# English words that none of the other languages has.
ENGLISH_WORDS = re.compile(
    "(?<![\\w’'/-])(?:the|of|and|with|which|from|by|was|were|this|that|for|its|are|not|cit(?:y|ies)|members?|joined"
    "|unknown|held|meeting|download|data|what|wrong|page not)(?![\\w’'/-])"
)
ADDRESS = re.compile(r"\S*/\S+")
SHOWN_ATTRIBUTES = ("alt", "aria-label", "aria-roledescription", "content", "placeholder", "title")
ENGLISH_CODES = {
    *(column.name for shown in FOR_READERS for column in TABLES_BY_NAME[shown.name].columns),
    *(choice for shown in FOR_READERS for column in TABLES_BY_NAME[shown.name].columns for choice in column.choices),
    *(shown.name for shown in FOR_READERS),
    *(parameter for query in QUERIES.values() for parameter in query.get("params", ())),
    *("members.csv", "members.json", "members.geojson"),
}
"""Names of the database and its files, which are in English in every language."""
NAMES_IN_ENGLISH: dict[str, tuple[str, ...]] = {"es": (), "fr": (), "ja": ("Port of Spain",)}
MOST_OF_A_KIND = 6


def shown_texts(page: str, tag: str) -> Iterator[str]:
    """Yield the texts and attributes of a page that are in its own language: not those marked as in another one."""

    def walk(element: lxml.html.HtmlElement, language: str) -> Iterator[str]:
        language = element.get("lang") or language
        is_code = not isinstance(element.tag, str) or element.tag in ("script", "style", "code")
        if is_code or element.get("data-copy") is not None or element.get("class") == "publisher":
            return
        if language == tag:
            yield from (element.get(name, "") for name in SHOWN_ATTRIBUTES)
            yield element.text or ""
        for child in element:
            yield from walk(child, language)
            if language == tag:
                yield child.tail or ""

    yield from walk(lxml.html.document_fromstring(page), tag)


def english_in(texts: Iterable[str], allowed: Iterable[str] = ()) -> set[str]:
    """Return the texts with an English word that is not in an address, a list of allowed words, or CC BY."""
    left = (re.sub(rf"\b(?:{'|'.join(map(re.escape, allowed))})\b", "", text) if allowed else text for text in texts)
    return {" ".join(text.split()) for text in left if ENGLISH_WORDS.search(ADDRESS.sub("", text).replace("BY", ""))}


def crawl(pages: Pages, tag: str) -> Iterator[tuple[str, PageResponse]]:
    """Yield the pages that links lead to from the home page in a language, some of each kind, and those of errors."""
    unlinked = (
        "nowhere",
        "non-members",
        "city/kanazawa",
        "cities?field=x",
        "cities?x=y",
        "on/banana",
        "embed/about",
        "country/XX",
    )
    waiting = [f"/{tag}/", *(f"/{tag}/{path}" for path in unlinked)]
    kinds: Counter[tuple[str, bool]] = Counter()
    seen = set(waiting)
    for path in waiting:
        plain, _, query = path.partition("?")
        response = pages.respond(unquote(plain), dict(parse_qsl(query)))
        yield path, response
        links = re.findall(r'(?:href|src)="([^"#]*)', response.body.decode()) if "html" in response.media_type else ()
        for link in map(html.unescape, links):
            kind = link.split("/")[2].partition("?")[0] if link.startswith(f"/{tag}/") else ""
            if kind and link not in seen and ".png" not in link:
                seen.add(link)
                kinds[kind, "?" in link] += 1
                if kinds[kind, "?" in link] <= MOST_OF_A_KIND:
                    waiting.append(link)


@pytest.mark.parametrize("tag", TAGS)
def test_a_crawl_finds_no_english(tag: str, pages: Pages) -> None:
    left: dict[str, set[str]] = {}
    types: Counter[str] = Counter()
    kinds = set()
    for path, response in crawl(pages, tag):
        kinds.add(path.split("/")[2].partition("?")[0])
        types[response.media_type.partition(";")[0]] += 1
        text = response.body.decode()
        if response.status in (200, 400, 404) and "html" in response.media_type:
            assert f'<html lang="{tag}"' in text, path
            texts = list(shown_texts(text, tag))
        elif response.media_type == SVG:
            texts = [] if tag == "ja" else [" ".join(re.findall(r">([^<]+)<", text))]
        else:
            texts = []
        has_codes = path.startswith((f"/{tag}/data", f"/{tag}/dictionary")) or path.endswith("?x=y")
        names = ENGLISH_CODES if has_codes else NAMES_IN_ENGLISH[tag]
        if english := english_in(texts, names):
            left[path] = english
    assert left == {}
    assert kinds >= {page.path.split("/")[1] for page in PAGES if page.name not in ("home", "search")} | {"embed"}
    assert types.keys() >= {"text/html", SVG, "application/atom+xml", "text/calendar"}
    for status in (400, 404, 405, 429, 500, 503):
        assert english_in(shown_texts(pages.error(status, f"/{tag}/x").body.decode(), tag)) == set()


def test_the_crawl_would_find_english_on_any_page(pages: Pages) -> None:
    for path in paths(pages):
        assert english_in(shown_texts(text_of(pages, path), "en")), path
    assert english_in(['<img alt="Map of Lyon">', "Lyon"]) == {'<img alt="Map of Lyon">'}
    assert english_in(shown_texts('<html><p title="the map">Carte</p>', "fr")) == {"the map"}
    assert english_in(shown_texts('<html><p lang="en">the map</p>', "fr")) == set()


def test_every_page_has_its_alternates_and_its_own_canonical_address(pages: Pages) -> None:
    *kinds, missing = pages.example_paths
    assert 'class="languages"' not in text_of(pages, missing)
    for path in (*kinds, "/cities?field=film"):
        addresses = {tag: f"{SITE}{'' if tag == 'en' else f'/{tag}'}{path}" for tag in languages.languages()}
        for tag, address in addresses.items():
            page = html.unescape(text_of(pages, address.removeprefix(SITE)))
            assert f'<html lang="{tag}"' in page
            assert f'<link rel="canonical" href="{address}">' in page
            alternates = dict(re.findall(r'<link rel="alternate" hreflang="([^"]*)" href="([^"]*)">', page))
            assert alternates == {**addresses, "x-default": addresses["en"]}
            switch = re.search(r'<ul class="languages".*?</ul>', page, re.DOTALL)
            assert switch
            assert re.findall(r'href="([^"]*)"', switch[0]) == [
                other.removeprefix(SITE) for other in addresses.values()
            ]


def test_links_stay_in_the_language_and_data_have_one_address(pages: Pages) -> None:
    links = set(re.findall(r'href="(/[^"#?]*)', text_of(pages, "/fr/city/kanazawa-jp").partition("<main")[2]))
    assert "/fr/country/JP" in links
    assert "/city/kanazawa-jp.json" in links
    assert "/fr/city/kanazawa-jp.png" in links
    assert {link for link in links if link.startswith(("/city/", "/country/"))} <= {
        link for link in links if "." in link.rpartition("/")[2]
    }
    moved = pages.respond("/fr/cities.json", {"field": "film"})
    assert (moved.status, moved.location) == (301, "/cities.json?field=film")


@pytest.mark.parametrize(
    "path", ["/xx/city/kanazawa-jp", "/fr/fr/city/kanazawa-jp", "/FR/", "/en/", "/fr-FR/cities", "/fr//"]
)
def test_an_address_in_no_language_is_not_found(path: str, pages: Pages) -> None:
    assert pages.respond(path, {}).status in (301, 404)


def test_dates_numbers_and_names_are_those_of_the_language(pages: Pages) -> None:
    page = text_of(pages, "/fr/city/edinburgh-gb")
    assert "<h1>Édimbourg</h1>" in page
    assert "Royaume-Uni" in page
    assert "desde el 31 de octubre de 2023" in text_of(pages, "/es/city/lyon-fr")


def test_spanish_numbers_of_four_digits_have_no_mark_between_thousands() -> None:
    with languages.use_language(languages.languages()["es"]):
        assert [languages.format_number(number) for number in (999, 1084, 10656)] == ["999", "1084", "10.656"]


@pytest.mark.parametrize("path", ["/cities", "/cooperation"])
def test_fields_to_choose_from_are_in_the_order_of_their_names(path: str, pages: Pages) -> None:
    choice = re.search(r'<select name="field">(.*?)</select>', text_of(pages, f"/es{path}"), re.DOTALL)
    assert choice
    names = re.findall(r">([^<]+)</option>", choice[1])[1:]
    assert names == sorted(names, key=languages.sort_key)


@pytest.mark.parametrize(
    ("id", "name"),
    [
        ("cairo-eg", "El Cairo"),
        ("bogota-co", "Bogotá"),
        ("hatay-tr", "Hatay"),  # The Spanish name in the data is that of its seat.
        ("pasto-co", "Pasto"),  # San Juan de Pasto is a longer form of the same name.
        ("puebla-mx", "Puebla"),
    ],
)
def test_a_city_has_the_usual_name_of_the_language(id: str, name: str, pages: Pages) -> None:
    assert f"<h1>{name}</h1>" in text_of(pages, f"/es/city/{id}")


def test_pictures_and_errors_speak_the_language(pages: Pages) -> None:
    picture = pages.respond("/fr/city/kanazawa-jp.svg", {}).body.decode()
    assert "ville créative de l’UNESCO" in html.unescape(picture)
    error = pages.error(500, "/es/error").body.decode()
    assert '<html lang="es"' in error


def test_pictures_are_in_english_where_the_font_lacks_the_letters(pages: Pages) -> None:
    for language in languages.languages().values():
        letters = {letter for letter in str(language.locale.territories["CH"]) if letter.isalpha()}
        drawn = {draw_letter(letter) for letter in letters}
        assert language.is_in_latin_script == (len(drawn) == len(letters))
    for path in ("/city/kanazawa-jp.svg", "/city/kanazawa-jp.png", "/on/2015-05-28.svg", "/badge/kanazawa-jp.svg"):
        assert pages.respond(f"/ja{path}", {}) == pages.respond(path, {})
        assert pages.respond(f"/fr{path}", {}) != pages.respond(path, {})


def draw_letter(letter: str) -> bytes:
    """Return the picture of a letter: the same for all those that the font lacks."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="50" height="50"><text y="40">{letter}</text></svg>'
    return pictures.draw_png(svg)


def test_japanese_has_its_own_dates_lists_and_names(pages: Pages) -> None:
    page = text_of(pages, "/ja/city/kanazawa-jp")
    assert "日本" in page
    assert "2009年6月8日から" in page
    assert "クラフト＆フォークアート" in page
    assert "第9回年次会合" in page
    assert "IXe réunion annuelle" in text_of(pages, "/fr/city/kanazawa-jp")
    assert "<h1>第9回年次会合、金沢市</h1>" in text_of(pages, "/ja/meeting/2015-kanazawa-jp")
    on_date = text_of(pages, "/ja/on/2015-05-28")
    assert "32か国の加盟69都市。" in on_date
    with languages.use_language(languages.languages()["ja"]):
        assert languages.format_date("2009-06-11") == "2009年6月11日"
        assert languages.format_date("2009-06") == "2009年6月"
        assert languages.format_number(1234.5) == "1,234.5"
        assert languages.join_list(["札幌市", "金沢市", "浜松市"]) == "札幌市、金沢市、浜松市"
        assert languages.list_separator() == "、"
        assert languages.format_interval("2008-06", "2023-10") == "2008年6月～2023年10月"
        assert languages.format_interval("2015-05-25", "2015-05-28") == "2015年5月25日～28日"
    assert languages.list_separator() == ", "


def test_the_dictionary_describes_every_column_and_query_in_every_language(pages: Pages) -> None:
    page = json.loads(text_of(pages, "/dictionary.json"))
    columns = [column for table in page["tables"] for column in table["columns"]]
    described = [*page["tables"], *columns, *page["queries"]]
    assert {table["name"] for table in page["tables"]} == {shown.name for shown in FOR_READERS}
    assert {query["name"] for query in page["queries"]} == QUERIES.keys()
    assert len(columns) > 200
    for entry in described:
        assert entry["translations"].keys() == set(TAGS)
        assert entry["description"] not in entry["translations"].values(), entry
    for tag in TAGS:
        shown = html.unescape(text_of(pages, f"/{tag}/dictionary"))
        assert [entry["name"] for entry in described if entry["translations"][tag] not in shown] == []
        assert [query["name"] for query in page["queries"] if query["title_translations"][tag] not in shown] == []
        # Columns are called the same in every language.
        assert all(f">{column['name']}</th>" in shown for column in columns)
    table = pages.respond("/dictionary.csv", {}).body.decode().splitlines()
    assert table[0].endswith("description,description_es,description_fr,description_ja")
    assert len(table) == len(columns) + 1


def test_the_tables_link_their_descriptions_in_every_language(site: Site) -> None:
    for path, anchor in (("/ccn/members", "members"), ("/ccn", "queries")):
        page = site.get(path).text
        for tag in TAGS:
            assert f'href="/{tag}/dictionary#{anchor}" lang="{tag}"' in page
            assert f'id="{anchor}"' in site.get(f"/{tag}/dictionary").text


# -- feed, calendar, citations -------------------------------------------------------------------------


def feed_of(pages: Pages, tag: str) -> ElementTree.Element:
    return ElementTree.fromstring(text_of(pages, f"/{tag}/feed.atom" if tag else "/feed.atom"))


def calendar_of(pages: Pages, tag: str) -> icalendar.Calendar:
    path = f"/{tag}/meetings.ics" if tag else "/meetings.ics"
    calendar = icalendar.Calendar.from_ical(pages.respond(path, {}).body)
    assert isinstance(calendar, icalendar.Calendar)
    return calendar


@pytest.mark.parametrize(
    ("tag", "title", "entry"),
    [
        (
            "fr",
            "Changements dans le Réseau des villes créatives de l’UNESCO",
            "Lyon passe au domaine «\u00a0Littérature\u00a0» (France, 31 octobre 2023).",
        ),
        (
            "es",
            "Cambios en la Red de Ciudades Creativas de la UNESCO",
            "Lyon pasa al ámbito «Literatura» (Francia, 31 de octubre de 2023).",
        ),
        ("ja", "ユネスコ創造都市ネットワークの変更履歴", "Lyonの分野が文学に変更（フランス、2023年10月31日）。"),
    ],
)
def test_the_feed_is_in_the_language_with_ids_and_links_of_its_own(
    tag: str, title: str, entry: str, pages: Pages
) -> None:
    feed, english = feed_of(pages, tag), feed_of(pages, "")
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == tag
    assert feed.findtext(f"{ATOM}title") == title
    assert entry in [summary.text for summary in feed.iter(f"{ATOM}summary")]
    links = [link.get("href", "") for link in feed.iter(f"{ATOM}link")]
    assert f"{SITE}/{tag}/feed.atom" in links
    assert all(link.startswith(f"{SITE}/{tag}/") for link in links)
    ids, of_english = ([id.text for id in each.iter(f"{ATOM}id")] for each in (feed, english))
    assert len(ids) == len(of_english) == len({*ids, *of_english}) / 2
    written = sentences_in(text.text for text in feed.iter() if text.tag != f"{ATOM}rights")
    assert written & sentences_in(text.text for text in english.iter()) == set()


@pytest.mark.parametrize(
    ("tag", "name", "meeting", "reports"),
    [
        (
            "fr",
            "Réunions et rapports du Réseau des villes créatives de l’UNESCO",
            "IXe réunion annuelle, Réseau des villes créatives de l’UNESCO",
            "Rapports de suivi à remettre\u00a0: 171 villes, Réseau des villes créatives de l’UNESCO",
        ),
        (
            "es",
            "Reuniones e informes de la Red de Ciudades Creativas de la UNESCO",
            "IX Reunión Anual, Red de Ciudades Creativas de la UNESCO",
            "Informes de seguimiento por presentar: 171 ciudades, Red de Ciudades Creativas de la UNESCO",
        ),
        (
            "ja",
            "ユネスコ創造都市ネットワークの会合と報告書",
            "第9回年次会合、ユネスコ創造都市ネットワーク",
            "加盟モニタリング報告書の提出期限：171都市、ユネスコ創造都市ネットワーク",
        ),
    ],
)
def test_the_calendar_is_in_the_language_with_ids_and_links_of_its_own(
    tag: str, name: str, meeting: str, reports: str, pages: Pages
) -> None:
    calendar, english = calendar_of(pages, tag), calendar_of(pages, "")
    assert str(calendar["NAME"]) == name
    events, of_english = ({str(event["UID"]): event for event in each.events} for each in (calendar, english))
    assert len(events) == len(of_english)
    assert events.keys().isdisjoint(of_english)
    kanazawa = events[f"2015-kanazawa-jp/{tag}@ccn-kb"]
    assert str(kanazawa["SUMMARY"]) == meeting
    assert kanazawa["SUMMARY"].params["LANGUAGE"] == tag
    assert str(kanazawa["URL"]) == f"{SITE}/{tag}/meeting/2015-kanazawa-jp"
    due = [str(event["SUMMARY"]) for id, event in events.items() if id.startswith("reports-")]
    assert due[-1] == reports
    same = {str(event["SUMMARY"]) for event in events.values()} & {
        str(event["SUMMARY"]) for event in of_english.values()
    }
    assert same == set()
    # The themes of the meetings are data.
    assert {event["DESCRIPTION"].params.get("LANGUAGE") for event in events.values() if "DESCRIPTION" in event} == {
        "en",
        tag,
    }


def test_pages_of_a_language_name_its_feed_and_calendar(pages: Pages) -> None:
    for prefix in ("", *(f"/{tag}" for tag in TAGS)):
        page = text_of(pages, f"{prefix}/about")
        links = re.findall(
            r'<link rel="alternate" type="(?:application/atom\+xml|text/calendar)"[^>]* href="([^"]*)"', page
        )
        assert links == [f"{prefix}/feed.atom", f"{prefix}/meetings.ics"]
        assert pages.respond(f"{prefix}/feed.atom", {}).media_type.startswith("application/atom+xml")
        assert pages.respond(f"{prefix}/meetings.ics", {}).media_type.startswith("text/calendar")


def test_a_page_is_cited_in_its_language_and_in_english_as_everywhere(pages: Pages) -> None:
    network = pages.network
    for cited in (make_citable(network), make_citable(network, network.cities["lyon-fr"])):
        assert cite_in_words(cited) == to_text(cited)
    page = html.unescape(text_of(pages, "/fr/city/lyon-fr"))
    assert "Contributeurs de ccn-kb (2026). Lyon (France). Dans ccn-kb\u00a0: base de connaissances" in page
    assert "The ccn-kb contributors" not in page
    assert f"données du 25 novembre 2026. CC BY 4.0. {SITE}/fr/city/lyon-fr" in page


def test_japanese_has_no_spaces_and_brackets_of_latin_letters(pages: Pages) -> None:
    assert "<h1>加盟都市（日本）</h1>" in text_of(pages, "/ja/cities?country=JP")
    assert "（2010年、自治体）" in text_of(pages, "/ja/city/kanazawa-jp")
    assert "<h1>Villes membres (Japon)</h1>" in text_of(pages, "/fr/cities?country=JP")
    assert "(FY2026)" in text_of(pages, "/fr/country/JP")
    assert "（FY2026）" in text_of(pages, "/ja/country/JP")


# -- another language --------------------------------------------------------------------------------


@pytest.fixture
def with_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of catalogues to which a test adds one."""
    folder = tmp_path / "locales"
    shutil.copytree(languages.LOCALES, folder)
    monkeypatch.setattr(languages, "LOCALES", folder)
    languages.languages.cache_clear()
    yield folder
    languages.languages.cache_clear()


@pytest.mark.parametrize(("tag", "direction"), [("pt", ""), ("ar", ' dir="rtl"')])
def test_a_new_language_is_one_file(tag: str, direction: str, with_language: Path, real_database: Path) -> None:
    path = with_language / tag / "LC_MESSAGES" / "ccn.po"
    path.parent.mkdir(parents=True)
    path.write_text(to_po(Catalog(locale=tag)), encoding="utf-8")
    text = update_catalogue(path, extract_messages()).replace(
        'msgid "Known for"\nmsgstr ""', 'msgid "Known for"\nmsgstr "XYZ"'
    )
    path.write_text(text, encoding="utf-8")
    languages.languages.cache_clear()
    pages = Pages(real_database, TODAY, SITE)
    page = text_of(pages, f"/{tag}/city/kanazawa-jp")
    assert f'<html lang="{tag}"{direction} data-base' in page
    assert "<h2>XYZ</h2>" in page
    # What is not translated yet is in English, not empty.
    assert "Key facts" in page
    assert f'hreflang="{tag}"' in text_of(pages, "/")


def test_a_page_of_one_language_never_comes_from_the_cache_of_another(site: Site) -> None:
    for _ in range(2):
        for path, tag in (("/about", "en"), ("/fr/about", "fr"), ("/es/about", "es")):
            page = site.client.get(path, headers={"accept-language": f"fr;q={'9' * 10_000}"})
            assert f'<html lang="{tag}"' in page.text


# -- the reader's language -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "path", "text", "close", "address"),
    [
        ("es-MX", "/city/kanazawa-jp", "Esta página existe en español.", "Cerrar", "/es/city/kanazawa-jp"),
        ("fr-FR", "/es/about", "Cette page existe en français.", "Fermer", "/fr/about"),
        ("en-GB", "/fr/cities?field=film", "This page is available in English.", "Close", "/cities?field=film"),
    ],
)
def test_the_language_of_the_browser_is_offered_until_the_offer_is_closed(
    locale: str, path: str, text: str, close: str, address: str, browser: Browser, site: Site
) -> None:
    context = browser.new_context(locale=locale)
    page = context.new_page()
    note = page.get_by_role("complementary")
    page.goto(f"{site.address}{path}")
    assert page.url == f"{site.address}{path}"
    link = note.get_by_role("link", name=text)
    assert link.evaluate("link => link.pathname + link.search") == address
    button = note.get_by_role("button", name=close)
    for control in (link, button):
        box = control.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24
    button.click()
    assert not note.is_visible()
    page.reload(wait_until="networkidle")
    assert note.count() == 0
    context.close()


def test_a_chosen_language_is_not_argued_with(browser: Browser, site: Site) -> None:
    context = browser.new_context(locale="fr")
    page = context.new_page()
    note = page.get_by_role("complementary")
    page.goto(f"{site.address}/fr/about", wait_until="networkidle")
    assert note.count() == 0
    with page.expect_navigation():
        page.locator("ul.languages").get_by_role("link", name="English").click()
    page.wait_for_load_state("networkidle")
    assert page.url == f"{site.address}/about"
    assert note.count() == 0
    context.close()


@pytest.mark.parametrize("locale", ["en-US", "tlh"])
def test_no_language_is_offered_that_the_page_has_already_or_does_not_have(
    locale: str, browser: Browser, site: Site
) -> None:
    context = browser.new_context(locale=locale)
    page = context.new_page()
    page.goto(f"{site.address}/about", wait_until="networkidle")
    assert page.get_by_role("complementary").count() == 0
    context.close()
