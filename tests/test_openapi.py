"""The description of the JSON for programs: it is sound, true of every page, and nothing that it allows breaks one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import ValidationError

import ccn_kb
from ccn_kb.network import Network
from ccn_kb.site.registration import PAGES, PageRegistration
from ccn_kb.site.router import Pages
from tests.conftest import MINI, TODAY
from tests.serving import Site, make_pages

QUERIES = {
    "search": [{"q": "ceramics"}, {"q": "kanasawa"}, {"q": "2015"}, {"q": "xyzzyx"}],
    "cities": [{"on": "1969"}, {"q": "design", "field": "design", "region": "asia-pacific"}],
    "cooperation": [{"kind": "event", "year": "2020"}],
}


def untrue(pages: Pages, kind: PageRegistration, path: str, query: dict[str, str]) -> list[str]:
    answer = pages.respond(path, query)
    assert answer.status == 200, f"{path}: {answer.body[:200]!r}"
    try:
        kind.model.model_validate_json(answer.body, strict=True)
    except ValidationError as error:
        return [f"{path}: {error}"]
    return []


def everything_untrue(pages: Pages) -> list[str]:
    errors: list[str] = []
    today = pages.today.isoformat()
    for kind in PAGES:
        ids = list(kind.ids(pages.index))
        if kind.name == "on":
            days = ["1969", "2004-10-13", "2015-05-28", "2023-10-31"]
            ids = [*(day for day in days if day < today), today]
        for id in ids:
            errors += untrue(pages, kind, kind.json_path.format(id=id), {})
        if not ids:
            for query in ({}, *QUERIES.get(kind.name, [])):
                errors += untrue(pages, kind, kind.json_path, query)
    return errors


def test_the_description_is_sound_and_linked(site: Site) -> None:
    response = site.get("/openapi.json")
    assert response.headers["content-type"].startswith("application/json")
    described = response.json()
    assert list(OpenAPIV31SpecValidator(described).iter_errors()) == []
    assert described["servers"] == [{"url": site.address}]
    assert len(described["paths"]) == len(PAGES)
    for path in ("/", "/data", "/llms.txt"):
        assert "/openapi.json" in site.get(path).text


def test_every_answer_has_the_shape_that_is_described(network: Network, tmp_path: Path) -> None:
    assert everything_untrue(make_pages(network, tmp_path, TODAY)) == []


@pytest.mark.parametrize("today", ["1970-01-01", "2009-06-08", "2100-01-01"])
def test_on_any_day_the_answers_have_their_shape(tmp_path: Path, today: str) -> None:
    assert everything_untrue(make_pages(ccn_kb.load(MINI), tmp_path, today)) == []


def test_a_wrong_answer_would_be_noticed() -> None:
    with pytest.raises(ValidationError):
        PAGES[0].model.model_validate_json('{"title": "", "sentence": ""}', strict=True)


def test_whatever_the_description_allows_or_forbids_is_answered_as_it_says(site: Site, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{site.address}/openapi.json"]
    options = ["--checks=all", "--phases=examples,coverage,fuzzing", "--max-examples=8", "--seed=1", "--no-color"]
    result = subprocess.run([*command, *options], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
    assert f"{len(PAGES)} selected" in result.stdout
    assert "Missing test data" not in result.stdout
    assert "Traceback" not in site.output()


@pytest.mark.parametrize(
    ("path", "why"),
    [
        (
            "/cities?field=dance",
            "Unknown creative field “dance”. Choose one of: architecture, crafts",
        ),
        ("/cities?country=XX", "Unknown country “XX”. ISO 3166-1 alpha-2"),
        ("/cities?region=atlantis", "Unknown region “atlantis”. Choose one of: africa"),
        ("/cities?joined=then", "Unknown year joined “then”."),
        ("/cities?on=2100", "“2100” is in the future. The latest date is 2026-11-22."),
        ("/cities?on=２０１５", "“２０１５” is not a date. Use YYYY-MM-DD, YYYY-MM or YYYY."),
        ("/cooperation?kind=war", "Unknown kind of project “war”. Choose one of: mentoring"),
        ("/cooperation?year=1", "Unknown start year “1”."),
    ],
)
def test_a_value_that_is_none_is_told_and_not_answered_with_nothing(site: Site, path: str, why: str) -> None:
    page, _, query = path.partition("?")
    answer = site.get(f"{page}.json?{query}", 404).json()
    assert answer["error"].startswith(why)
    assert answer["error"] in site.get(path, 404).text.replace("&#39;", "'")
    assert site.get(f"{page}.json?{query.partition('=')[0]}=").json()["title"]
