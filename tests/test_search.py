"""The search finds a place itself or says that it has no member, and never another place instead of it."""

from __future__ import annotations

import datetime
import random

import pytest
from pydantic import ValidationError

from ccn_kb.assistant import answers, arguments
from ccn_kb.model.records import CONTINENTS, REGIONS, City
from ccn_kb.model.text import key
from ccn_kb.network import Network
from ccn_kb.network.name_tables import other_places
from ccn_kb.site.pages.cities import CitiesPage, cities_page
from ccn_kb.site.pages.city import city_page
from ccn_kb.site.pages.country import country_page
from ccn_kb.site.pages.page_context import PageContext, SiteIndex
from ccn_kb.site.pages.search import SearchPage, search_page
from ccn_kb.site.templating import native_names
from tests.conftest import TODAY, Ccn
from tests.records import make_city
from tests.test_matching import misspelt

DAY = datetime.date.fromisoformat(TODAY)
PLACES = {"region": REGIONS, "continent": CONTINENTS}


@pytest.fixture(scope="module")
def context(network: Network) -> PageContext:
    return PageContext(SiteIndex(network), DAY)


def ids(page: SearchPage, kind: str) -> list[str]:
    return [result.id for group in page.groups if group.kind == kind for result in group.results]


def count(page: SearchPage, kind: str) -> int:
    return sum(group.found for group in page.groups if group.kind == kind)


def names_of(city: City) -> list[str]:
    return [city.name, *(other.value for other in city.names)]


def listed(context: PageContext, q: str, **filters: str) -> CitiesPage:
    page = cities_page(context, q=q, **filters)
    assert page
    return page


def asked(network: Network, text: str) -> answers.Answer:
    return answers.find_cities(network, arguments.FindCities(text=text, limit=50))


def test_every_country_finds_itself_and_only_its_own_cities(network: Network, context: PageContext) -> None:
    for country in network.countries.values():
        own = {city.id for city in network.cities.values() if city.country == country.id}
        for name in (country.name, country.official or country.name, country.name_fr, country.alpha3):
            page = search_page(context, q=name)
            assert ids(page, "country") == [country.id], name
            assert page.did_you_mean == ()
            cities = {*network.search(name).cities}
            assert own <= cities
            # A city that bears the name of another country, such as Granada, would be a result of its own.
            assert all(key(name) in map(key, names_of(network.cities[id])) for id in cities - own)
            answer = asked(network, name)
            assert (answer.total, answer.did_you_mean) == (len(cities), ())
            if not cities:
                assert page.sentence == answer.says == f"{country.name} has no member city."
            assert {member.city.id for member in network.members(DAY, text=name)} <= cities


@pytest.mark.parametrize("kind", PLACES)
def test_every_region_and_continent_is_all_of_its_members(network: Network, context: PageContext, kind: str) -> None:
    for id, name in PLACES[kind].items():
        members = {member.city.id for member in network.members(DAY, **{kind: id})}  # type: ignore[arg-type]
        page = search_page(context, q=name)
        assert ids(page, kind) == [id]
        shown = {member.city.id for member in network.members(DAY, text=name)}
        # UNESCO's region of Africa is not the continent: a search for it finds both.
        assert members <= shown and (name == "Africa" or members == shown)
        assert count(page, "city") == asked(network, name).total == len(shown) > 0


def test_a_country_without_a_member_has_a_page_that_says_so(network: Network, context: PageContext) -> None:
    page = country_page(context, "GH")
    assert page is not None
    assert (page.sentence, page.members) == ("Ghana has no member city.", 0)
    assert country_page(context, "XX") is None
    for id in network.countries:
        assert country_page(context, id) is not None


@pytest.mark.parametrize("text", ["Ghana", "Niger", "Dominica", "Nowhere", "Kanazwa", "Lagos"])
def test_the_command_line_says_why_nothing_was_found(ccn: Ccn, network: Network, text: str) -> None:
    result = ccn("cities", text)
    assert (result.returncode, result.stdout) == (0, "")
    first, *others = result.stderr.splitlines()
    assert first.startswith(f"No results for “{text}” on ")
    search = network.search(text)
    if search.places:
        assert others == [f"{text} has no member city."]
    else:
        suggested = " or ".join(search.did_you_mean)
        assert others == ([f"No city for {text!r}; did you mean {suggested}?"] if suggested else [])


def large_cities_elsewhere(network: Network) -> list[str]:
    """Return large cities of the world whose names no member and no topic has."""
    own = {key(name) for city in network.cities.values() for name in names_of(city)}
    # Arak is also a drink.
    own |= {key(name) for topic in network.topics.values() for name in topic.all_names}
    names = sorted(
        name
        for name, countries in other_places().items()
        if max(countries.values()) >= 500_000 and name not in own and name.isascii()
    )
    return random.Random(3).sample(names, 250)


def test_a_large_city_that_is_not_a_member_finds_no_other_city(network: Network, context: PageContext) -> None:
    for name in large_cities_elsewhere(network):
        page = search_page(context, q=name)
        for id in network.search(name).cities:
            city = network.cities[id]
            texts = (city.name, *(other.value for other in city.names), city.country)
            territory = network.country_lookup.find(name)
            assert any(f" {name}" in f" {key(text)}" for text in texts) or (
                territory and territory.country == city.country
            ), (name, id)
        assert asked(network, name).total == count(page, "city")


ELSEWHERE = """Nice Vienna Osaka Genoa Manila Riga Tirana Cologne Oslo Marseille Venice Basel Bonn Delhi Dresden Algiers
    Chiba Cleveland Lanzhou Monrovia Homs Geita Bogor Pest Koeln Århus Lagos León"""


def test_the_list_of_cities_suggests_what_the_search_suggests(network: Network, context: PageContext) -> None:
    suggested = 0
    for city in random.Random(7).sample(sorted(network.cities.values(), key=lambda city: city.id), 60):
        text = misspelt(city.name, random.Random(city.id))
        page = listed(context, text)
        assert page.did_you_mean == (() if page.cities else search_page(context, q=text).did_you_mean)
        assert all(listed(context, name).cities for name in page.did_you_mean)
        suggested += bool(page.did_you_mean)
    assert suggested > 30
    assert listed(context, "Kanazwa").did_you_mean == listed(context, "Kanazwa", joined="2009").did_you_mean != ()
    # A suggestion that has no result with the other filters is none.
    assert listed(context, "Kanazwa", field="music").did_you_mean == ()
    assert listed(context, "Kanazwa", on="2005").did_you_mean == ()
    assert listed(context, "").did_you_mean == ()


@pytest.mark.parametrize("text", ELSEWHERE.split())
def test_a_city_that_is_not_a_member_has_no_results(network: Network, context: PageContext, text: str) -> None:
    page = search_page(context, q=text)
    assert ids(page, "city") == ids(page, "country") == []
    answer = asked(network, text)
    assert (answer.total, answer.did_you_mean) == (0, network.search(text).did_you_mean)


def test_a_city_that_was_reported_as_a_member_is_a_result_of_its_own(network: Network, context: PageContext) -> None:
    page = search_page(context, q="Harbin")
    (group,) = page.groups
    assert (group.kind, [result.address for result in group.results]) == ("non-member", ["/non-members#harbin-cn"])
    assert "reported as a member (Music, June 2010)" in group.results[0].detail
    assert "is not a member: reported as a member" in asked(network, "Harbin").says


def test_another_name_is_shown_as_it_is_written(network: Network, context: PageContext) -> None:
    shown = 0
    for city in network.cities.values():
        for name in (other.value for other in city.names):
            page = search_page(context, q=name)
            results = [result for group in page.groups if group.kind == "city" for result in group.results]
            for result in results:
                if result.id == city.id and result.other_name:
                    assert result.other_name in names_of(city)
                    shown += 1
    assert shown > 200
    (group,) = search_page(context, q="Sasayama").groups
    assert [result.other_name for result in group.results] == ["Sasayama"]


def test_a_document_of_the_network_is_found_by_its_title(context: PageContext) -> None:
    (group,) = search_page(context, q="braga manifesto").groups
    assert (group.kind, [result.address for result in group.results]) == (
        "document",
        ["/documents#2024-braga-manifesto"],
    )
    assert group.results[0].detail == "strategy or declaration, 2 July 2024"


def test_a_slip_is_a_suggestion_and_never_a_result(network: Network, context: PageContext) -> None:
    chance = random.Random(7)
    cities = [city for city in network.cities.values() if len(city.name) >= 6]
    suggested = 0
    own = {key(name) for city in network.cities.values() for name in names_of(city)}
    slips = ((city, misspelt(city.name, chance)) for city in chance.sample(cities, 210))
    # Llíria with a slip is Leiria.
    for city, text in [slip for slip in slips if key(slip[1]) not in own][:200]:
        search = network.search(text)
        label = f"{city.name}, {network.countries[city.country].name}"
        suggested += label in search.did_you_mean or city.id in search.cities
        assert not search.cities or city.id in search.cities, text
        page = search_page(context, q=text)
        if search.did_you_mean and not page.groups:
            assert (page.total, page.did_you_mean) == (0, search.did_you_mean)
            assert page.sentence == f"No results for “{text}”."
    assert suggested >= 190


@pytest.mark.parametrize(
    "text",
    ["ana", "bgr", "kenn", "tha", "Wcobe", "Ugand", "asuan", "gand", "Xanazawa", "Kobx", "zzzz", "ceramcis zzzz"],
)
def test_what_is_short_or_begins_otherwise_is_not_a_slip(network: Network, text: str) -> None:
    assert not any(name.startswith(("Kanazawa", "Kobe", "Kenya")) for name in network.search(text).did_you_mean)


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("Gastronmy", "Gastronomy"), ("Literture", "Literature"), ("Nigera", "Nigeria"), ("Gdnask", "Gdańsk, Poland"),
        ("Bolgona", "Bologna, Italy"), ("Melborne", "Melbourne, Australia"), ("Kanazwa crafts", "kanazawa crafts"),
    ],
)  # fmt: skip
def test_a_slip_of_any_name_is_suggested_and_the_suggestion_has_results(
    context: PageContext, text: str, suggestion: str
) -> None:
    page = search_page(context, q=text)
    assert (page.total, page.groups) == (0, ())
    assert suggestion in page.did_you_mean
    assert all(search_page(context, q=name).total for name in page.did_you_mean)


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("京", "beijing-cn"), ("沢", "kanazawa-jp"), ("서", "seoul-kr"), ("北京", "beijing-cn"), ("Q580", "lodz-pl"),
        ("City of Bradford", "bradford-gb"), ("Łódź, Poland", "lodz-pl"), ("Lodz (Poland)", "lodz-pl"),
        ("3093133", "lodz-pl"), ("LODZ-PL", "lodz-pl"), ("Macao", "macao-cn"), ("Saint‑Étienne", "saint-etienne-fr"),
        ("Wien Graz", None), ("kana", "kanazawa-jp"), ("Bombay", "mumbai-in"),
    ],
)  # fmt: skip
def test_a_city_is_found_in_any_form(network: Network, context: PageContext, text: str, id: str | None) -> None:
    cities = network.search(text).cities
    assert (id in cities) if id else (cities == ())
    assert (id in ids(search_page(context, q=text), "city")) == (id is not None)
    assert len(cities) <= 3


def test_the_subdivision_that_people_name_is_found_shown_and_matched(network: Network, context: PageContext) -> None:
    """Java is an island: what people write after the name of a city there is its province."""
    west_java, java = network.cities["bandung-id"].subdivisions
    assert ids(search_page(context, q=west_java.name), "city") == ["bandung-id"]
    assert {"bandung-id", "surakarta-id", "malang-id"} <= set(ids(search_page(context, q=java.name), "city"))
    matches = network.match([f"Bandung, {west_java.name}", f"Bandung, {java.name}", "Bandung, Jawa Timur"])
    assert [match.id for match in matches] == ["bandung-id", "bandung-id", None]
    page = city_page(context, "bandung-id")
    assert page
    assert (page.second_subdivision, page.subdivision) == (west_java, java)


def test_the_name_of_a_seat_finds_the_city_and_is_not_its_own_name(network: Network, context: PageContext) -> None:
    seats = {city.id: [name for name in city.names if name.place] for city in network.cities.values()}
    assert any(seats.values())
    for id, names in seats.items():
        page = city_page(context, id)
        assert page
        shown = native_names(page.names, network.cities[id].country)
        for name in names:
            assert id in ids(search_page(context, q=name.value), "city")
            assert name.value not in [native.value for native in shown]


def test_a_second_subdivision_is_in_a_first_one() -> None:
    with pytest.raises(ValidationError, match="first-level"):
        make_city("bandung-id", second_subdivision={"code": "ID-JB", "name": "Jawa Barat"})


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("UNESCO City of Literature", "literature"), ("City of Film", "film"), ("ville de musique", "music"),
        ("Creative City of Crafts & Folk Art", "crafts-and-folk-art"), ("Ciudad de la Gastronomía", "gastronomy"),
    ],
)  # fmt: skip
def test_a_phrase_with_a_field_finds_its_cities(network: Network, context: PageContext, text: str, field: str) -> None:
    members = {member.city.id for member in network.members(DAY, field=field)}
    assert {member.city.id for member in network.members(DAY, text=text)} == members
    assert members <= {*network.search(text).cities}
    assert ids(search_page(context, q=text), "field") == [field]


def test_a_field_in_a_place_finds_its_members_there(network: Network, context: PageContext) -> None:
    for text, filters in {
        "Cities of Film in Asia": {"field": "film", "continent": "AS"},
        "City of Music, Japan": {"field": "music", "country": "JP"},
        "UNESCO Cities of Design Arab States": {"field": "design", "region": "arab-states"},
    }.items():
        members = {member.city.id for member in network.members(DAY, **filters)}  # type: ignore[arg-type]
        assert {member.city.id for member in network.members(DAY, text=text)} == members != set()
        assert members <= {*ids(search_page(context, q=text), "city")}
    assert search_page(context, q="City of Architecture in Japan").sentence != "Japan has no member city."
