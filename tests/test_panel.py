"""The network year by year: the panel and the growth say what the members on each day say."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccn_kb.errors import UnknownError
from ccn_kb.model.records import Country
from ccn_kb.network import Network
from tests.histories import Stay, histories
from tests.records import make_city, make_designation, make_end, make_network

UNHURRIED = settings(deadline=None, max_examples=60)
UNTIL = st.dates(datetime.date(2003, 12, 30), datetime.date(2008, 1, 2))


@UNHURRIED
@given(histories(), UNTIL)
def test_the_sums_of_a_panel_are_the_members_at_the_end_of_each_year(
    drawn: tuple[Network, list[Stay]], until: datetime.date
) -> None:
    network, plain = drawn
    panel = network.panel(until)
    years = range(min(stay.first for stay in plain).year, until.year + 1)
    cells = [(cell.year, cell.country, cell.field) for cell in panel]
    assert cells == [(y, c, f) for y in years for c in sorted(network.countries) for f in sorted(network.fields)]
    for year in years:
        day = min(datetime.date(year, 12, 31), until)
        counts = {(cell.country, cell.field): cell.members for cell in panel if cell.year == year}
        assert {cell.day for cell in panel if cell.year == year} == {day}
        assert +Counter(counts) == Counter(
            (member.country.id, member.designation.field) for member in network.members(day)
        )


@UNHURRIED
@given(histories(), UNTIL, st.none() | st.sampled_from(["film", "music"]), st.none() | st.sampled_from(["JP", "GB"]))
def test_growth_is_the_members_at_the_end_of_each_year_and_what_began_and_ended_between(
    drawn: tuple[Network, list[Stay]], until: datetime.date, field: str | None, country: str | None
) -> None:
    network, plain = drawn
    growth = network.growth(until, field=field, country=country)
    assert [row.year for row in growth] == list(range(min(stay.first for stay in plain).year, until.year + 1))
    before = 0
    for row in growth:
        members = network.members(row.day, field=field, country=country)
        assert row.members == len(members)
        assert row.countries == len({member.country.id for member in members})
        assert row.members == before + row.began - row.ceased
        before = row.members


def test_the_panel_of_the_real_network_has_every_country_field_and_year(network: Network) -> None:
    panel = network.panel("2025-10-31")
    assert len(panel) == 22 * 196 * 8
    by_year = {
        year: sum(cell.members for cell in panel if cell.year == year) for year in (2004, 2013, 2015, 2023, 2025)
    }
    assert by_year == {2004: 1, 2013: 41, 2015: 116, 2023: 350, 2025: 408}
    frame = panel.to_pandas()
    assert frame.groupby("year")["members"].sum().loc[2015] == 116
    assert not frame.duplicated(["year", "country", "field"]).any()


def test_growth_counts_a_change_of_field_as_an_end_and_a_beginning(network: Network) -> None:
    (year,) = (row for row in network.growth("2023", country="FR") if row.year == 2023)
    assert (year.joined, year.changed_field, year.ended, year.began, year.ceased) == (2, 1, 0, 3, 1)
    (year,) = (row for row in network.growth("2023", country="FR", field="Media Arts") if row.year == 2023)
    assert (year.joined, year.changed_field, year.ended, year.began, year.ceased) == (1, 0, 0, 1, 1)


def test_the_present_year_is_counted_as_of_today(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCN_TODAY", "2015-05-28")
    last, panel = network.growth()[-1], network.panel()
    assert (last.year, last.day, last.members) == (2015, datetime.date(2015, 5, 28), 69)
    assert panel[-1].day == datetime.date(2015, 5, 28)
    assert sum(cell.members for cell in panel if cell.year == 2015) == 69


def test_what_is_to_come_counts_neither_as_begun_nor_as_ended() -> None:
    coming = make_network(make_city("kobe-jp", make_designation("film", "2017-05", end=make_end("2017-11"))))
    (year,) = coming.growth("2017-10-31")
    assert (year.members, year.began, year.ended) == (1, 1, 0)
    (year,) = coming.growth("2017-11")
    assert (year.members, year.began, year.ended) == (0, 1, 1)
    assert coming.growth("2016") == []
    assert coming.panel("2016") == []


def test_an_unknown_narrowing_of_growth_is_refused(network: Network) -> None:
    with pytest.raises(UnknownError, match=r"unknown continent 'Atlantis'; choose AF \(Africa\), AS"):
        network.growth("2015", continent="Atlantis")


@UNHURRIED
@given(histories(), UNTIL, UNTIL, st.none() | st.sampled_from(["film", "music"]), st.none() | st.sampled_from(["JP"]))
def test_panels_add_up_to_growth_in_every_figure(
    drawn: tuple[Network, list[Stay]],
    since: datetime.date,
    until: datetime.date,
    field: str | None,
    country: str | None,
) -> None:
    network, _ = drawn
    since, until = sorted((since, until))
    growth = network.growth(until, since=since, field=field, country=country)
    panel = network.panel(until, since=since, field=field, country=country)
    cities = network.panel(until, since=since, by="city", field=field, country=country)
    assert [row.year for row in growth] == [row.year for row in network.growth(until) if row.year >= since.year] or (
        since > until and growth == []
    )
    for figure in ("members", "joined", "changed_field", "ended", "began", "ceased"):
        expected = {row.year: getattr(row, figure) for row in growth}
        for rows in (panel, cities):
            sums = Counter(dict.fromkeys(expected, 0))
            for row in rows:
                sums[row.year] += getattr(row, figure)
            assert sums == expected, (figure, rows)


def test_a_panel_follows_the_history_of_every_city(network: Network) -> None:
    panel = network.panel("2025-10-31", by="city")
    assert len(panel) == 22 * len(network.cities)
    for row in panel:
        assert row.field == network.field_on(row.city, row.day.isoformat())
        assert row.members == (row.field is not None)
    events = Counter((int(change.date[:4]), change.city.id, change.event) for change in network.history("2004", "2025"))
    flows: Counter[tuple[int, str, str]] = Counter()
    for row in panel:
        flows[row.year, row.city, "joined"] += row.joined
        flows[row.year, row.city, "changed-field"] += row.changed_field
        flows[row.year, row.city, "ended"] += row.ended
    assert +flows == events


@pytest.mark.parametrize(
    ("filters", "is_admitted", "fields"),
    [
        ({"country": ["JP", "Republic of Korea"]}, lambda country: country.id in {"JP", "KR"}, 8),
        ({"country": "Macao"}, lambda country: country.id == "CN", 8),
        ({"region": "Arab States", "field": ["Film", "music"]}, lambda country: country.region == "arab-states", 2),
        ({"continent": "OC", "field": "film"}, lambda country: country.continent == "OC", 1),
        ({"topic": "porcelain"}, lambda _: True, 8),
    ],
)
def test_a_panel_lists_all_that_its_filters_admit(
    network: Network, filters: dict[str, Any], is_admitted: Callable[[Country], bool], fields: int
) -> None:
    panel = network.panel("2025-10-31", since="2020", **filters)
    listed = {row.country for row in panel}
    assert listed == {country.id for country in network.countries.values() if is_admitted(country)}
    assert len({row.field for row in panel}) == fields
    assert {row.year for row in panel} == set(range(2020, 2026))
    assert len(panel) == 6 * len(listed) * fields
    assert sum(row.members for row in panel if row.year == 2025) == len(network.members("2025-10-31", **filters))


def test_a_panel_by_something_else_is_refused(network: Network) -> None:
    ask: Any = network.panel
    with pytest.raises(ValueError, match="a panel is by country or by city, not by 'region'"):
        ask("2015", by="region")
    with pytest.raises(TypeError, match="unknown filter 'fields'"):
        ask("2015", fields="film")
