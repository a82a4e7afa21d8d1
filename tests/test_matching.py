"""Names of messy lists find their city, and never another."""

from __future__ import annotations

import random
import warnings
from typing import Any

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccn_kb.errors import UnknownError
from ccn_kb.network import Network
from ccn_kb.network.name_tables import geonames_names, other_places
from ccn_kb.network.spelling import count_slips
from tests.conftest import ROOT
from tests.records import make_city, make_country, make_network

LINES = (ROOT / "tests" / "matching" / "texts.tsv").read_text(encoding="utf-8").splitlines()[1:]
CASES = [(asked, id or None) for asked, _, id in (line.partition("\t") for line in LINES)]
POSITIVE = [case for case in CASES if case[1]]


@pytest.mark.parametrize(("asked", "id"), CASES, ids=[asked for asked, _ in CASES])
def test_a_text_is_matched_to_its_city_or_to_none(network: Network, asked: str, id: str | None) -> None:
    (match,) = network.match(asked)
    assert match.id == id
    assert match.asked == asked


def test_the_list_is_long_enough_to_mean_something() -> None:
    assert len(POSITIVE) >= 240
    assert len(CASES) - len(POSITIVE) >= 70


FORMS = (
    "{name}",
    "{name}, {country}",
    "{name} ({country})",
    "{name} – {country}",
    "{name} / {country}",
    "{country}: {name}",
    "{name} {country}",
    "City of {name}",
    "{name} City, {country}",
    "UNESCO City of {field} {name}, {country}",
    "{name} (UNESCO Creative City of {field}), {country}",
)


@pytest.mark.parametrize("form", FORMS)
def test_every_city_is_found_in_each_form_or_left_open(network: Network, form: str) -> None:
    asked = {
        city.id: form.format(
            name=city.name,
            country=network.countries[city.country].name,
            field=network.fields[city.designations[-1].field].name,
        )
        for city in network.cities.values()
    }
    matches = dict(zip(asked, network.match(asked.values()), strict=True))
    assert {id: match.id for id, match in matches.items() if match.id not in (None, id)} == {}
    open_ids = {id for id, match in matches.items() if match.id is None}
    assert all(id in matches[id].candidates for id in open_ids)
    assert open_ids <= (
        set() if "{country}" in form else {"granada-es", "granada-ni", "london-ca", "perth-gb", "santa-fe-us"}
    )


def test_the_country_beside_a_name_decides(network: Network) -> None:
    names, countries = (
        ["Granada", "Granada", "Granada", "London", "Perth"],
        ["Nicaragua", "España", "Japan", "CA", "UK"],
    )
    assert [match.id for match in network.match(names, countries)] == [
        "granada-ni", "granada-es", None, "london-ca", "perth-gb",
    ]  # fmt: skip
    assert [match.id for match in network.match(["Kobe", "Lyon"], "Japan")] == ["kobe-jp", None]
    (unknown,) = network.match("Kobe", "Nowhereland")
    assert (unknown.id, unknown.how, unknown.candidates) == (None, "unknown country", ("kobe-jp",))


def test_cells_that_are_not_names_match_nothing(network: Network) -> None:
    cells = ["", "   ", None, float("nan"), 12, 3.5, "x" * 10_000, "–", "🎉", "\n", "a,b,,c", "(((", ",,,,", "0", True]
    matches = network.match(cells)
    assert [match.id for match in matches] == [None] * len(cells)
    assert [match.how for match in matches[:4]] == ["empty"] * 4
    assert len(network.match([])) == 0


def test_as_many_countries_as_names_are_needed(network: Network) -> None:
    with pytest.raises(ValueError, match="country has 1 value for 2 names"):
        network.match(["Kobe", "Lyon"], ["Japan"])


def test_coordinates_far_from_the_city_warn(network: Network) -> None:
    with pytest.warns(UserWarning, match="'York' is york-gb, which is 5,... km away"):
        near, far = network.match(["York", "York"], latitude=[53.96, 39.96], longitude=["-1.08", "-76.73"])
    assert near.distance_km is not None and near.distance_km < 5
    assert far.distance_km is not None and far.distance_km > 5000
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert network.match(["York"], latitude=["n/a"], longitude=[None])[0].distance_km is None


@pytest.mark.parametrize("wrong", ["36,56", "36°33′", 95, -200.5])
def test_coordinates_that_are_not_degrees_warn(network: Network, wrong: object) -> None:
    with pytest.warns(UserWarning, match="1 latitude left out, not in degrees: "):
        (match,) = network.match(["Kanazawa"], latitude=[wrong], longitude=[136.66])
    assert (match.id, match.distance_km) == ("kanazawa-jp", None)


@pytest.mark.parametrize("coordinates", [{"latitude": 36.5}, {"longitude": [136.6]}])
def test_a_coordinate_alone_is_refused(network: Network, coordinates: Any) -> None:
    with pytest.raises(ValueError, match="a latitude needs a longitude"):
        network.match(["Kanazawa"], **coordinates)


@pytest.mark.parametrize("library", [pd, pl])
def test_a_table_in_the_place_of_a_column_of_names_is_refused(network: Network, library: Any) -> None:
    table = library.DataFrame({"city": ["Kanazawa", None], "year": [2009, 2010]})
    with pytest.raises(TypeError, match="name one of its columns"):
        network.match(table)
    assert [match.id for match in network.match(table["city"])] == ["kanazawa-jp", None]


def test_matches_become_a_data_frame(network: Network) -> None:
    frame = network.match(["Granada", "Łódź, Poland"]).to_pandas()
    assert list(frame.columns) == ["asked", "id", "how", "candidates", "distance_km"]
    assert frame.candidates[0] == "granada-es granada-ni"
    assert frame.id[1] == "lodz-pl"


def misspelt(name: str, chance: random.Random) -> str:
    """Return a name with a letter left out, doubled, replaced, or swapped with its neighbour."""
    position = chance.randrange(1, len(name) - 1)
    before, letter, after = name[:position], name[position], name[position + 1 :]
    return chance.choice(
        [before + after, before + letter * 2 + after, before + "e" + after, before + after[0] + letter + after[1:]]
    )


def test_slips_never_lead_to_another_city(network: Network) -> None:
    chance = random.Random(2)
    names = {city.id: city.name for city in network.cities.values() if len(city.name) > 5}
    hits = 0
    for id, name in names.items():
        (match,) = network.match(misspelt(name, chance))
        assert match.id in (None, id), match
        hits += match.id == id
    assert hits > 0.9 * len(names)


def test_a_slip_in_a_short_name_or_in_its_first_letter_is_not_put_right(network: Network) -> None:
    assert [match.id for match in network.match(["Kobee", "Lyonn", "Kbe", "Linx", "Vgora", "Gracow"])] == [
        "kobe-jp", "lyon-fr", None, None, None, None,
    ]  # fmt: skip


def test_a_name_that_is_another_place_is_not_put_right(network: Network) -> None:
    assert {"vyborg", "kingstown", "palma"} <= other_places().keys()
    assert [match.id for match in network.match(["Vyborg", "Kingstown", "Palma"])] == [None] * 3
    assert network.match("Vyborg", "Denmark")[0].id == "viborg-dk"


def test_a_city_that_is_not_in_the_tables_is_matched_by_its_own_names() -> None:
    network = make_network(make_city("abcdefgh-jp", names=[{"value": "Ijklmnop"}]), make_country("JP", name="Japan"))
    asked = ["abcdefgh, Japan", "City of Ijklmnop", "Abcdegfh", "abcdefgh, France"]
    assert [match.id for match in network.match(asked)] == ["abcdefgh-jp"] * 3 + [None]


def test_nearly_all_members_have_their_names_in_other_languages(network: Network) -> None:
    missing = [city.id for city in network.cities.values() if city.geonames and city.geonames not in geonames_names()]
    assert len(missing) < 0.1 * len(network.cities)


@pytest.mark.parametrize(
    ("text", "name", "slips"),
    [("abcd", "abcd", 0), ("abdc", "abcd", 1), ("abcde", "abcd", 1), ("axcd", "abcd", 1), ("dcba", "abcd", None)],
)
def test_slips_are_counted(text: str, name: str, slips: int | None) -> None:
    assert count_slips(text, name, 2) == slips


def fewest_slips(text: str, name: str) -> int:
    """Return the number of slips by trying every one of them on the last letters."""
    if not text or not name:
        return len(text) + len(name)
    numbers = [
        fewest_slips(text[:-1], name) + 1,
        fewest_slips(text, name[:-1]) + 1,
        fewest_slips(text[:-1], name[:-1]) + (text[-1] != name[-1]),
    ]
    if len(text) > 1 < len(name) and text[-2:] == name[:-3:-1]:
        numbers.append(fewest_slips(text[:-2], name[:-2]) + 1)
    return min(numbers)


words_of_few_letters = st.text("abc", max_size=5)


@settings(deadline=None)
@given(words_of_few_letters, words_of_few_letters, st.integers(0, 3))
def test_slips_of_any_words_are_counted(text: str, name: str, most: int) -> None:
    slips = fewest_slips(text, name)
    assert count_slips(text, name, most) == (slips if slips <= most else None)


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Granada, Spain", "granada-es"), ("Granada (Spain)", "granada-es"), ("Granada, Nicaragua", "granada-ni"),
        ("Łódź, Poland", "lodz-pl"), ("Q580", "lodz-pl"), ("3093133", "lodz-pl"), ("LODZ-PL", "lodz-pl"),
        ("City of Bradford", "bradford-gb"), ("London", "london-ca"),
    ],
)  # fmt: skip
def test_a_city_is_looked_up_by_all_its_forms(network: Network, name: str, id: str) -> None:
    assert network.city(name).id == id


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("The Netherlands", "NL"), ("Netherlands (Kingdom of the)", "NL"), ("Kingdom of the Netherlands", "NL"),
        ("U.S.A.", "US"), ("Deutschland", "DE"), ("Россия", "RU"), ("日本", "JP"), ("中国", "CN"), ("Italia", "IT"),
        ("België / Belgique / Belgien", "BE"), ("Korea, Rep.", "KR"), ("Egypt, Arab Rep.", "EG"), ("Yemen, Rep.", "YE"),
        ("Slovak Republic", "SK"), ("Bahamas, The", "BS"), ("Gambia, The", "GM"), ("Iran, Islamic Rep.", "IR"),
        ("Iran, Islamic Republic of", "IR"), ("Congo, Dem. Rep.", "CD"), ("Congo, Rep.", "CG"), ("Lao PDR", "LA"),
        ("Venezuela, RB", "VE"), ("Kyrgyz Republic", "KG"), ("Micronesia, Fed. Sts.", "FM"), ("St. Lucia", "LC"),
        ("Viet Nam", "VN"), ("Türkiye", "TR"), ("Cote d'Ivoire", "CI"), ("Republic of Korea", "KR"), ("🇯🇵", "JP"),
        ("England", "GB"), ("Macao", "CN"), ("MO", "CN"), ("Magyarország", "HU"), ("Ελλάδα", "GR"), ("ไทย", "TH"),
        ("Ireland", "IE"), ("Republic of Ireland", "IE"), ("jpn", "JP"), ("Dem. Rep. Congo", "CD"), ("Congo", "CG"),
        ("Congo, the Democratic Republic of the", "CD"), ("République dém. du Congo", "CD"), ("Congo (DRC)", "CD"),
        ("Rép. du Congo", "CG"), ("Republic of the Congo", "CG"), ("Dem. People's Rep. of Korea", "KP"),
        ("Corée (République de)", "KR"), ("Korea (Democratic People's Republic of)", "KP"), ("S. Korea", "KR"),
        ("S. Sudan", "SS"), ("Sudan, Republic of", "SD"), ("Eq. Guinea", "GQ"), ("Czech Rep.", "CZ"),
        ("Bosnia and Herz.", "BA"), ("Solomon Is.", "SB"), ("Dominican Rep.", "DO"), ("PRC", "CN"),
        ("People's Republic of China", "CN"),
    ],
)  # fmt: skip
def test_a_country_is_known_by_its_usual_names(network: Network, name: str, code: str) -> None:
    assert network.country(name).id == code


def test_a_country_is_not_taken_for_another_of_its_name(network: Network) -> None:
    with pytest.raises(UnknownError, match=r"'Korea' is the name of two countries; did you mean KR \(.+\) or KP \("):
        network.country("Korea")
    for name in ("Republic of China", "China, Republic of", "Kingdom of Korea"):
        with pytest.raises(UnknownError):
            network.country(name)


def test_every_country_is_known_by_its_names_in_the_data(network: Network) -> None:
    for country in network.countries.values():
        for name in (country.id, country.alpha3, country.name, country.name_fr, country.official or country.name):
            assert network.country(name) == country


def test_a_part_of_a_country_has_only_its_own_members(network: Network) -> None:
    for name in ("MO", "Macao", "Macau", "MAC", "澳門"):
        assert [member.city.id for member in network.members(country=name)] == ["macao-cn"]
    assert len(network.members(country="Hong Kong")) == 0
    scottish = {member.city.id for member in network.members(country="Scotland")}
    assert {"edinburgh-gb", "glasgow-gb"} <= scottish and "york-gb" not in scottish
