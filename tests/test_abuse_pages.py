"""Our own pages under abuse, in this process: any text in any place of an address."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ccn_kb
from ccn_kb.site.address import SiteAddress
from ccn_kb.site.application import make_application
from ccn_kb.site.database_file import DatabaseFile
from ccn_kb.site.query_parameters import CITY_FILTERS, COOPERATION_FILTERS
from ccn_kb.site.registration import PAGES
from tests.conftest import MINI, TODAY
from tests.in_process import InProcess, Received, in_process
from tests.serving import build_database


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    """The site over the miniature."""
    path = build_database(ccn_kb.load(MINI), tmp_path_factory.mktemp("abuse"))
    with closing(DatabaseFile(path)) as file:
        site = make_application(file, SiteAddress(), datetime.date.fromisoformat(TODAY))
        with in_process(site) as client:
            yield client


def answered(application: InProcess, path: str, query: bytes = b"") -> Received:
    return application.get(f"{quote(path, safe='/')}?{query.decode('latin-1')}", None)


ANY = st.text(st.characters(codec="utf-8"), max_size=30)
NEARLY = st.one_of(
    ANY, st.sampled_from(["", "kanazawa-jp", "JP", "jp", "2015", "2015-02-30", "film", "0000", "9999-12-31"])
)
STYLES = st.sampled_from(["", ".json", ".csv", ".json.json", "/", ".yaml"])


@given(kind=st.sampled_from([*(page.name for page in PAGES), "assets", "data", "."]), id=NEARLY, style=STYLES)
@settings(max_examples=80, deadline=None)
def test_any_id_is_answered_or_not_found(application: InProcess, kind: str, id: str, style: str) -> None:
    answer = answered(application, f"/{kind}/{id}{style}")
    assert answer.status in (200, 301, 303, 404)
    assert all(b"\n" not in value and b"\r" not in value for _, value in answer.headers)


@given(
    path=st.sampled_from(["/cities", "/cities.json", "/cities.csv", "/cooperation", "/search.json", "/on", "/"]),
    query=st.dictionaries(
        st.one_of(st.sampled_from([*CITY_FILTERS, *COOPERATION_FILTERS, "date", "_size", "utm_source"]), ANY),
        NEARLY,
        max_size=4,
    ),
)
@settings(max_examples=80, deadline=None)
def test_any_query_is_answered_or_not_found(application: InProcess, path: str, query: dict[str, str]) -> None:
    assert answered(application, path, urlencode(query).encode()).status in (200, 303, 400, 404)


@given(path=st.binary(max_size=40), query=st.binary(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_answered_or_not_found(application: InProcess, path: bytes, query: bytes) -> None:
    asked = f"/{path.decode('utf-8', 'replace')}"
    assert answered(application, asked, query).status in (200, 301, 303, 400, 404)
