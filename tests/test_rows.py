"""Answers as sequences: as the lists that they were, as tables in a notebook, as typed data frames."""

from __future__ import annotations

import copy
import dataclasses
import datetime
import html
import pickle
import re
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccn_kb.model.records import CONTINENTS, REGIONS
from ccn_kb.network import Network
from ccn_kb.network.citable import make_citable, to_text
from ccn_kb.network.frames import SHOWN, Rows
from ccn_kb.network.members import Member, Members
from ccn_kb.network.table_rows import TABLES_BY_NAME
from tests.records import make_city, make_country, make_designation, make_end, make_network

DAY = "2025-10-31"
ANSWERS = ("members", "former", "growth", "panel", "city panel", "neighbours", "history", "census", "meetings", "ties")
EVERY_ANSWER = (*ANSWERS, *(f"frame {name}" for name in TABLES_BY_NAME))


def answer(network: Network, name: str) -> Rows[Any]:
    """Return an answer of the network, as of a fixed day, by its name."""
    if name.startswith("frame "):
        return network.frame(name.removeprefix("frame "))
    results: dict[str, Rows[Any]] = {
        "members": network.members(DAY),
        "former": network.former(DAY),
        "growth": network.growth(DAY),
        "panel": network.panel("2006"),
        "city panel": network.panel("2006", by="city"),
        "neighbours": network.neighbours("kanazawa-jp", DAY),
        "history": network.history(until=DAY),
        "census": network.census(),
        "meetings": network.meetings(),
        "ties": network.cooperation_graph().ties,
    }
    return results[name]


answers = pytest.mark.parametrize("name", EVERY_ANSWER)


def made(*names: str) -> Members:
    """Return members of these names."""
    country, designation = make_country(), make_designation()
    return Members(Member(make_city(name=name), designation, country) for name in names)


# -- as a list ---------------------------------------------------------------------------------

SLICES = st.builds(slice, *[st.none() | st.integers(-9, 9)] * 2, st.none() | st.sampled_from([-2, -1, 1, 3]))


@given(st.lists(st.sampled_from("abcdef"), max_size=8), SLICES)
def test_members_behave_as_the_list_of_them(names: list[str], part: slice) -> None:
    members = made(*names)
    plain = list(members)
    assert [member.city.name for member in members] == names
    assert len(members) == len(plain)
    assert bool(members) == bool(plain)
    assert members[part] == plain[part]
    assert isinstance(members[part], Members)
    assert list(reversed(members)) == plain[::-1]
    assert members == plain == members
    assert members == tuple(plain)
    assert members == copy.copy(members)
    assert hash(members) == hash(tuple(plain))
    for at, member in enumerate(plain):
        assert members[at] is member
        assert members[at - len(plain)] is member
        assert member in members
        assert members.index(member) == plain.index(member)
    with pytest.raises(IndexError):
        members[len(plain)]


def test_members_differ_from_others_and_from_what_is_no_sequence_of_members() -> None:
    assert made("a", "b") != made("b", "a")
    assert made("a") != list(made("a", "a"))
    assert made() != ""
    assert made() != {}
    assert made() == []


def test_members_can_not_be_changed() -> None:
    members: Any = made("a", "b")
    with pytest.raises(TypeError):
        members[0] = members[1]
    with pytest.raises(TypeError):
        del members[0]
    with pytest.raises(AttributeError):
        members.append(members[0])
    with pytest.raises(AttributeError):
        members.extra = 1


@answers
def test_an_answer_survives_pickling_with_its_categories(network: Network, name: str) -> None:
    result = answer(network, name)
    again = pickle.loads(pickle.dumps(result))
    assert again == result
    assert type(again) is type(result)
    assert again.to_pandas().equals(result.to_pandas())


# -- in a notebook -----------------------------------------------------------------------------


def table(rows: Rows[Any]) -> list[list[str]]:
    """Return the cells of the table that a notebook shows, row by row."""
    parts = re.findall("<tr>(.*?)</tr>", rows._repr_html_())
    return [[html.unescape(cell) for cell in re.findall("<t[hd]>(.*?)</t[hd]>", part)] for part in parts]


def test_a_notebook_shows_the_members(network: Network) -> None:
    members = network.members("2015-05-28", country="JP")
    assert table(members)[:3] == [
        ["name", "country_name", "field", "since", "until", "id"],
        ["Hamamatsu", "Japan", "music", "2014-12-01", "", "hamamatsu-jp"],
        ["Kanazawa", "Japan", "crafts-and-folk-art", "2009-06-08", "", "kanazawa-jp"],
    ]
    assert members._repr_html_().endswith("<p>6 rows</p>")
    assert members[:1]._repr_html_().endswith("<p>1 row</p>")
    assert repr(members) == "<Members: 6 rows>"


@given(st.text("<>&\"'ab/=", min_size=1, max_size=20))
def test_a_name_in_a_notebook_is_text_and_never_markup(name: str) -> None:
    members = made(name)
    assert table(members)[1][0] == name
    assert set(re.findall("<(/?[a-z]+)", members._repr_html_())) <= {
        f"{end}{tag}" for tag in ("table", "thead", "tbody", "tr", "th", "td", "p") for end in ("", "/")
    }


@pytest.mark.parametrize("number", [0, 1, SHOWN, SHOWN + 1, 300])
def test_a_long_table_is_shown_without_its_middle(number: int) -> None:
    names = [str(index) for index in range(number)]
    shown = [row[0] for row in table(made(*names))[1:]]
    assert shown == (names if number <= SHOWN else [*names[: SHOWN // 2], "…", *names[-SHOWN // 2 :]])


@answers
def test_every_answer_shows_columns_that_it_has(network: Network, name: str) -> None:
    result = answer(network, name)
    assert set(result.shown) <= {column.name for column in result.columns}
    assert table(result)[0] == list(result.shown)
    assert all(len(row) == len(result.shown) for row in table(result))


# -- as a data frame ---------------------------------------------------------------------------

PANDAS = {"text": "str", "category": "category", "date": "datetime64[s]", "number": "float64"}
POLARS = {"text": pl.String, "category": pl.Enum, "date": pl.Date, "number": pl.Float64, "integer": pl.Int64}


@answers
def test_a_data_frame_has_the_columns_and_their_types_full_or_empty(network: Network, name: str) -> None:
    result = answer(network, name)
    for rows in (result, result[:0]):
        pandas, polars = rows.to_pandas(), rows.to_polars()
        assert pandas.shape == polars.shape == (len(rows), len(result.columns))
        for column in result.columns:
            integer = "Int64" if column.nullable else "int64"
            assert str(pandas[column.name].dtype) == PANDAS.get(column.kind, integer), column
            assert polars.schema[column.name] == POLARS[column.kind], column


@answers
def test_only_columns_that_may_be_empty_are(network: Network, name: str) -> None:
    result = answer(network, name)
    frame = result.to_polars()
    for column in result.columns:
        assert column.nullable or frame[column.name].null_count() == 0, column


@answers
def test_a_data_frame_holds_what_the_rows_say(network: Network, name: str) -> None:
    result = answer(network, name)
    rows: list[dict[str, Any]] = result.to_dicts()
    days = {column.name for column in result.columns if column.kind == "date"}
    for row in rows:
        for day in days:
            row[day] = datetime.date.fromisoformat(str(row[day])) if row[day] else None
    assert result.to_polars().to_dicts() == rows
    pandas = result.to_pandas()
    assert list(pandas.columns) == [column.name for column in result.columns]
    for column in pandas.columns:
        expected = [pd.Timestamp(row[column]) if column in days and row[column] else row[column] for row in rows]
        assert [None if pd.isna(value) else value for value in pandas[column]] == expected


@answers
def test_a_data_frame_carries_how_to_cite_the_data(network: Network, name: str, tmp_path: Path) -> None:
    result = answer(network, name)
    expected = {
        "citation": to_text(make_citable(network)),
        "licence": "CC-BY-4.0",
        "version": network.version,
        "date": str(network.date),
    }
    frame = result.to_pandas()
    assert result[:0].to_pandas().attrs == frame.attrs == result.attrs == expected
    frame.head(3).to_parquet(tmp_path / "rows.parquet")
    assert pd.read_parquet(tmp_path / "rows.parquet").attrs == expected


def test_data_without_a_version_have_nothing_to_cite() -> None:
    network = dataclasses.replace(make_network(make_city("kobe-jp")), version="")
    assert network.members().to_pandas().attrs == {}


def test_categories_are_those_of_the_network_whatever_is_in_the_rows(network: Network) -> None:
    few, many = network.members("2005"), network.members(DAY)
    expected = {"field": sorted(network.fields), "country": sorted(network.countries)}
    expected |= {"region": list(REGIONS), "continent": list(CONTINENTS)}
    for name, known in expected.items():
        assert list(few.to_pandas()[name].cat.categories) == known
        assert few.to_polars().schema[name] == pl.Enum(known)
    assert pl.concat([few.to_polars(), many.to_polars()]).height == len(few) + len(many)
    assert str(pd.concat([few.to_pandas(), many.to_pandas()])["field"].dtype) == "category"
    assert few.to_pandas().groupby("field", observed=False).size().to_dict()["architecture"] == 0


def test_rows_without_known_categories_have_those_that_occur() -> None:
    network = make_network(make_city("kobe-jp", make_designation("music", "2010", end=make_end("2012"))))
    alone = Members(network.former("2013"))
    assert list(alone.to_pandas()["field"].cat.categories) == ["music"]
    assert alone.to_polars()["until_day"].to_list() == [datetime.date(2012, 1, 1)]


@pytest.mark.parametrize(("library", "ask"), [("pandas", "to_pandas"), ("polars", "to_polars")])
def test_a_missing_library_is_named_with_the_command_that_installs_it(
    library: str, ask: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    message = f'{library} is not installed; run: pip install "ccn-kb[research]"'
    with pytest.raises(ImportError, match=re.escape(message)) as raised:
        getattr(made("a"), ask)()
    assert raised.value.name == library
