"""Questions as researchers ask them: dates of any library, several values of a filter, days after the data."""

from __future__ import annotations

import datetime
import json
import shutil
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import ccn_kb
from ccn_kb.errors import AfterDataWarning, DataError
from ccn_kb.model.dates import from_day, on_day
from ccn_kb.network import Network
from tests.conftest import Ccn

MET = datetime.date(2015, 5, 28)


# -- dates -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "date",
    [
        "2015-05-28",
        " 2015-05-28 ",
        "2015\N{NON-BREAKING HYPHEN}05\N{EN DASH}28",
        MET,
        datetime.datetime(2015, 5, 28, 23, 59, tzinfo=datetime.UTC),
        pd.Timestamp("2015-05-28 12:00"),
        pd.Timestamp("2015-05-28", tz="Asia/Tokyo"),
        np.datetime64("2015-05-28"),
        np.datetime64("2015-05-28T10:00:00", "s"),
        np.datetime64("2015-05-28", "ns"),
    ],
)
def test_a_date_of_any_kind_is_that_day(network: Network, date: Any) -> None:
    assert on_day(date) == from_day(date) == MET
    assert len(network.members(date)) == 69


@pytest.mark.parametrize(
    "year", [2015, "2015", np.datetime64("2015-12-31"), np.int64(2015), np.int32(2015), np.uint16(2015)]
)
def test_a_year_is_its_last_day_in_a_question(network: Network, year: Any) -> None:
    assert len(network.members(year)) == 116


def test_a_period_of_a_year_is_the_whole_year(network: Network) -> None:
    assert network.history(2015, 2015) == network.history("2015-01-01", "2015-12-31")
    assert len(network.history(2015, 2015)) == 47


@pytest.mark.parametrize("question", ["history", "growth", "panel"])
def test_a_period_that_ends_before_it_starts_is_an_error(network: Network, question: str) -> None:
    with pytest.raises(ValueError, match=r"since \(2020-01-01\) is after until \(2010-12-31\); exchange them"):
        getattr(network, question)(since=2020, until=2010)
    assert len(getattr(network, question)(since=2010, until=2010)) > 0


def test_an_unknown_group_is_named_with_those_that_exist(network: Network) -> None:
    with pytest.raises(ValueError, match=r"unknown group 'colour'; choose field, country, region"):
        network.count(network.members(), "colour")


def test_the_days_of_an_answer_can_be_asked_with(network: Network) -> None:
    for frame in (network.history().to_pandas(), network.growth().to_pandas(), network.members().to_pandas()):
        column = "day" if "day" in frame else "since_day"
        for day in (frame[column].iloc[3], frame[column].to_numpy()[3]):
            assert len(network.members(day)) == len(network.members(str(day)[:10]))


def test_the_years_of_an_answer_can_be_asked_with(network: Network) -> None:
    frame = network.growth("2025").to_pandas()
    for year, members in zip(frame["year"], frame["members"], strict=True):
        assert len(network.members(year)) == members
        assert network.members("2025", joined=year) == network.members("2025", joined=int(year))


@pytest.mark.parametrize(
    "wrong",
    [2015.5, True, ["2015"], b"2015", pd.Series(["2015"]), pd.NA, float("nan"), np.float64(2015), np.bool_(True)],
)
def test_what_is_not_a_date_is_refused_with_what_is(network: Network, wrong: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"a date is a text such as '2015-05-28'.*, not |is not a date"):
        network.members(wrong)


@pytest.mark.parametrize("wrong", [pd.NaT, np.datetime64("NaT", "D"), "2015-13", "20150528", 99_999, -1, ""])
def test_a_date_that_does_not_exist_is_refused(network: Network, wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"not a (valid )?date"):
        network.members(wrong)


# -- filters -----------------------------------------------------------------------------------


FILTERS = ("field", "country", "region", "continent", "topic")
LISTS: list[Callable[[list[str]], Any]] = [pd.Series, pd.Index, pd.Categorical, pl.Series, np.array, set, iter]


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("make", LISTS)
def test_the_values_of_a_filter_may_be_a_column_of_any_library(network: Network, name: str, make: Any) -> None:
    values = {"field": "music", "country": "JP", "region": "africa", "continent": "AS", "topic": "ceramics"}
    filters: Any = {name: make([values[name]])}
    plain: Any = {name: values[name]}
    assert network.members("2025", **filters) == network.members("2025", **plain) != ()


@pytest.mark.parametrize("name", [*FILTERS, "text"])
@pytest.mark.parametrize("missing", [pd.NA, float("nan"), np.nan, pd.NaT, 3, b"film"])
def test_a_missing_value_or_a_number_is_not_a_name(network: Network, name: str, missing: Any) -> None:
    for value in (missing,) if name == "text" else (missing, [missing], pd.Series([missing], dtype=object)):
        filters: Any = {name: value}
        with pytest.raises(TypeError, match=r"^a name is a text, not \w+; leave missing values out$"):
            network.members("2025", **filters)
    for ask in (network.city, network.country, network.field, network.region, network.topic, network.search):
        with pytest.raises(TypeError, match="a name is a text"):
            ask(missing)


@pytest.mark.parametrize("year", [2017, "2017", 2017.0, np.int64(2017), np.float64(2017)])
def test_the_year_of_joining_may_be_of_any_kind(network: Network, year: Any) -> None:
    assert len(network.members("2025", joined=year)) == 64


@pytest.mark.parametrize("wrong", ["", "MMXVII", "2017-10", 2017.5, float("nan"), pd.NA, True, [2017], b"2017"])
def test_what_is_not_a_year_of_joining_is_refused(network: Network, wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"not a (year|date|valid date)"):
        network.members("2025", joined=wrong)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("country", ["JP", "South Korea"]),
        ("field", ("Music", "film")),
        ("region", {"africa", "Arab States"}),
        ("continent", ["Asia", "OC"]),
        ("topic", ["ceramics", "jazz"]),
    ],
)
def test_of_several_values_of_a_filter_any_may_match(network: Network, name: str, values: Any) -> None:
    def ids(value: Any) -> set[str]:
        filters: Any = {name: value}
        return {member.city.id for member in network.members("2025", **filters)}

    one_by_one = [ids(value) for value in values]
    assert all(one_by_one)
    assert ids(values) == set.union(*one_by_one)
    assert ids([next(iter(values))]) == one_by_one[0]


def test_an_empty_list_is_no_filter(network: Network) -> None:
    assert network.members("2025", country=[]) == network.members("2025")


# -- days after the data -----------------------------------------------------------------------


@pytest.fixture
def fresh() -> Network:
    """The network, not asked for anything yet."""
    return ccn_kb.load()


def test_the_data_have_a_date(fresh: Network) -> None:
    assert fresh.date is not None
    assert ccn_kb.__version__.startswith(f"1.0.{fresh.date:%Y%m%d}")


def test_a_day_after_the_data_warns_once(fresh: Network) -> None:
    with pytest.warns(AfterDataWarning, match=r"the data are complete to \d+ \w+ 20\d\d; later changes are unknown"):
        assert len(fresh.members("2040")) == 408
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fresh.members("2040")
        fresh.panel("2030")


def test_old_data_warn_without_a_date(fresh: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCN_TODAY", "2036-11-27")
    with pytest.warns(AfterDataWarning):
        fresh.growth()


def test_days_within_the_data_do_not_warn(fresh: Network) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for on in (None, "2015", fresh.date, "2025-10-31"):
            fresh.members(on)
            fresh.history(until=on)


def test_a_command_notes_a_day_after_the_data(ccn: Ccn) -> None:
    result = ccn("cities", "--on", "2040", "--country", "JP")
    assert result.returncode == 0
    assert result.stderr.count("Note: the data are complete to ") == 1
    assert "Note" not in ccn("cities", "--on", "2015", "--country", "JP").stderr


def test_a_clock_before_the_data_stops_no_export(ccn: Ccn, tmp_path: Path) -> None:
    result = ccn("export", str(tmp_path / "out"), "--format", "json", CCN_TODAY="2015-05-28")
    assert (result.returncode, "future" in result.stderr) == (0, False)
    result = ccn("build", "--output", str(tmp_path / "ccn.db"), CCN_TODAY="2015-05-28")
    assert result.returncode == 0


# -- archived data -----------------------------------------------------------------------------


@pytest.fixture
def exported(mini: Path, ccn: Ccn, tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    assert ccn("--data", str(mini), "export", str(folder), "--format", "json").returncode == 0
    return folder


def test_an_export_is_loaded_from_its_file_folder_and_zip(mini: Path, exported: Path, tmp_path: Path) -> None:
    archive = Path(shutil.make_archive(str(tmp_path / "archive"), "zip", exported.parent, exported.name))
    expected = ccn_kb.load(mini)
    (file,) = exported.rglob("network.json")
    for path in (file, file.parent, archive, str(archive)):
        loaded = ccn_kb.load(path)
        assert loaded == expected
        assert loaded.version == expected.version


def test_exports_can_be_compared(mini: Path, exported: Path, ccn: Ccn) -> None:
    (file,) = exported.rglob("network.json")
    assert ccn("--data", str(mini), "diff", str(file)).stdout == ""
    assert ccn("--data", str(mini), "correct", "lyon-fr", "note", "Changed.").returncode == 0
    result = ccn("--data", str(mini), "diff", str(file))
    assert "lyon-fr" in result.stdout


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"cities": 1}', b"\xff\xfe", b"a,b\n1,2\n"])
def test_a_file_that_holds_no_network_is_refused(tmp_path: Path, ccn: Ccn, content: bytes) -> None:
    path = tmp_path / "network.json"
    path.write_bytes(content)
    with pytest.raises(DataError, match="does not hold a network"):
        ccn_kb.load(path)
    result = ccn("diff", str(path))
    assert result.returncode == 1
    assert "Traceback" not in result.stderr


def test_a_zip_without_a_network_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", json.dumps({}))
    with pytest.raises(DataError, match=r"network\.json is not in it"):
        ccn_kb.load(path)
