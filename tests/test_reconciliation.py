"""The reconciliation service: what OpenRefine and other clients of the API ask, and what they should not have asked."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from ccn_kb.network import Network
from ccn_kb.site import reconciliation
from ccn_kb.site.address import SiteAddress
from ccn_kb.site.application import make_application
from ccn_kb.site.database_file import DatabaseFile
from tests.conftest import TODAY
from tests.in_process import InProcess, in_process
from tests.serving import build_database

URL = "https://cities.example.org/ccnkb"


@pytest.fixture(scope="module")
def service(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    """A site with a public address; requests come with another Host."""
    file = DatabaseFile(build_database(network, tmp_path_factory.mktemp("reconcile"), URL))
    address = SiteAddress("https", "cities.example.org", "/ccnkb")
    with in_process(make_application(file, address, datetime.date.fromisoformat(TODAY))) as client:
        yield client
    file.close()


def get(service: InProcess, path: str = "", status: int = 200, **parameters: object) -> Any:
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}
    received = service.get(f"/ccnkb/reconcile{path}?{urlencode(texts)}", status)
    assert received.header("access-control-allow-origin") == "*"
    return received.json()


def results(service: InProcess, **query: object) -> list[dict[str, Any]]:
    answer = get(service, queries={"q0": query})
    assert list(answer) == ["q0"]
    candidates: list[dict[str, Any]] = answer["q0"]["result"]
    return candidates


def test_the_manifest_has_the_configured_addresses_whatever_the_host_says(service: InProcess) -> None:
    manifest = get(service)
    assert "0.2" in manifest["versions"]
    assert manifest["view"]["url"] == f"{URL}/city/{{{{id}}}}"
    assert manifest["preview"]["url"] == f"{URL}/reconcile/preview?id={{{{id}}}}"
    services = [*manifest["suggest"].values(), manifest["extend"]["propose_properties"]]
    for described in services:
        assert described["service_url"] == URL
        assert get(service, described["service_path"].removeprefix("/reconcile"), prefix="")
    assert manifest["identifierSpace"].startswith("https://")
    assert manifest["defaultTypes"] == [{"id": "city", "name": "UNESCO Creative City"}]
    assert "evil" not in service.get("/ccnkb/reconcile", host="evil.example").text


def test_a_batch_is_the_same_by_get_and_by_post(service: InProcess) -> None:
    queries = json.dumps({"q0": {"query": "Łódź, Poland"}, "q1": {"query": "Paris"}, "other": {"query": "Sevilla"}})
    by_post = service.post("/ccnkb/reconcile", urlencode({"queries": queries}).encode())
    assert by_post.json() == get(service, queries=queries)
    assert [[each["id"] for each in answer["result"]] for answer in by_post.json().values()] == [
        ["lodz-pl"], [], ["seville-es"],
    ]  # fmt: skip
    assert by_post.header("access-control-allow-origin") == "*"


def test_a_candidate_has_all_that_the_api_asks_for(service: InProcess) -> None:
    assert results(service, query="Kanazawa") == [
        {
            "id": "kanazawa-jp",
            "name": "Kanazawa",
            "description": "Japan; City of Crafts and Folk Art since 8 June 2009",
            "score": 100.0,
            "match": True,
            "type": [{"id": "city", "name": "UNESCO Creative City"}],
        }
    ]


def test_only_what_is_certain_is_a_match(service: InProcess) -> None:
    assert [each["match"] for each in results(service, query="Granada")] == [False, False]
    assert [(each["id"], each["match"]) for each in results(service, query="Kanazwa")] == [("kanazawa-jp", False)]
    assert [(each["id"], each["match"]) for each in results(service, query="London, UK")] == [("london-ca", False)]
    assert not any(each["match"] for each in results(service, query="Santiago"))
    assert results(service, query="Nice") == results(service, query="Ghana") == results(service, query="") == []


@pytest.mark.parametrize(
    ("value", "id"),
    [
        ("Spain", "granada-es"), (["Nicaragua"], "granada-ni"), ({"id": "Q29", "name": "España"}, "granada-es"),
        ("NI", "granada-ni"),
    ],
)  # fmt: skip
def test_a_country_in_another_column_decides(service: InProcess, value: object, id: str) -> None:
    candidates = results(service, query="Granada", properties=[{"pid": "country", "v": value}])
    assert [each["id"] for each in candidates if each["match"]] == [id]


def test_other_columns_confirm_or_raise_a_doubt(service: InProcess) -> None:
    field = [{"pid": "field", "v": "Music"}]
    assert [each["match"] for each in results(service, query="Kanazawa", properties=field)] == [False]
    wikidata = [{"pid": "wikidata", "v": "Q580"}]
    assert [each["id"] for each in results(service, properties=wikidata)] == ["lodz-pl"]
    conflict = results(service, query="Kanazawa", properties=wikidata)
    assert {each["id"] for each in conflict} == {"kanazawa-jp", "lodz-pl"}
    assert not any(each["match"] for each in conflict)


def test_type_and_limit_are_respected(service: InProcess) -> None:
    assert results(service, query="Lyon", type="person") == []
    assert len(results(service, query="Lyon", type=["person", "city"])) == 1
    assert len(results(service, query="Granada", limit=1)) == 1
    endless = service.post(
        "/ccnkb/reconcile", urlencode({"queries": '{"q": {"query": "Granada", "limit": 1e400}}'}).encode()
    )
    assert len(endless.json()["q"]["result"]) > 1


def test_properties_of_cities_are_added(service: InProcess) -> None:
    proposed = [each["id"] for each in get(service, "/properties", type="city")["properties"]]
    assert {"field", "since", "country", "wikidata"} <= {*proposed}
    extend = {"ids": ["lyon-fr", "nowhere"], "properties": [{"id": id} for id in proposed]}
    answer = get(service, extend=extend)
    assert [each["id"] for each in answer["meta"]] == proposed
    lyon = answer["rows"]["lyon-fr"]
    assert lyon["field"] == [{"id": "literature", "name": "Literature"}]
    assert (lyon["since"], lyon["joined"], lyon["until"]) == ([{"str": "2023-10-31"}], [{"str": "2008-06"}], [])
    assert (lyon["country"], lyon["wikidata"]) == ([{"str": "France"}], [{"str": "Q456"}])
    assert lyon["latitude"][0]["float"] == pytest.approx(45.7, abs=0.1)
    assert answer["rows"]["nowhere"] == {property_id: [] for property_id in proposed}
    body = urlencode({"extend": json.dumps(extend)}).encode()
    assert service.post("/ccnkb/reconcile", body).json() == answer


def test_entities_types_and_properties_are_suggested(service: InProcess) -> None:
    cities = get(service, "/suggest/entity", prefix="kana")["result"]
    assert [(each["id"], each["notable"][0]["id"]) for each in cities] == [("kanazawa-jp", "city")]
    assert get(service, "/suggest/entity", prefix="")["result"] == []
    assert [each["id"] for each in get(service, "/suggest/type", prefix="uNes")["result"]] == ["city"]
    assert get(service, "/suggest/type", prefix="person")["result"] == []
    assert [each["id"] for each in get(service, "/suggest/property", prefix="wiki")["result"]] == ["wikidata"]


def test_a_preview_can_be_shown_in_a_frame(service: InProcess) -> None:
    preview = service.get("/ccnkb/reconcile/preview?id=lyon-fr")
    assert preview.header("content-type") == "text/html; charset=utf-8"
    assert preview.header("x-frame-options") is None
    assert "frame-ancestors *" in (preview.header("content-security-policy") or "")
    assert f'href="{URL}/city/lyon-fr"' in preview.text
    assert "City of Literature since 31 October 2023" in preview.text
    assert "no city" in get(service, "/preview", 404, id="<script>")["error"]


def test_a_script_gets_its_answer_by_callback(service: InProcess) -> None:
    received = service.get("/ccnkb/reconcile?callback=jQuery1.done_2")
    assert received.header("content-type") == "text/javascript; charset=utf-8"
    assert received.text.startswith("/**/jQuery1.done_2({") and received.text.endswith("});")
    for callback in ("alert(1)//", "<script>", "a" * 200, "a;b"):
        refused = service.get(f"/ccnkb/reconcile?callback={quote(callback)}", 400)
        assert refused.header("content-type") == "application/json; charset=utf-8"


def many(number: int) -> str:
    return json.dumps({f"q{i}": {"query": "Lyon"} for i in range(number)})


@pytest.mark.parametrize(
    ("parameter", "text", "status", "message"),
    [
        ("queries", many(10_000), 413, "10,000 queries are too many; send at most 1,000"),
        ("queries", '{"q0": ', 400, "queries is not JSON"),
        ("queries", "", 400, "queries is not JSON"),
        ("queries", "[]", 400, "queries is not as the API describes it: Input should be an object."),
        ("queries", '{"q0": "Lyon"}', 400, "not as the API describes it, at q0: Input should be an object."),
        ("queries", '{"q0": {"query": 5}}', 400, "at q0.query"),
        ("queries", '{"q0": {"query": "Lyon", "limit": "x"}}', 400, "at q0.limit"),
        ("queries", '{"q0": {"query": "Lyon", "limit": 0}}', 400, "at q0.limit"),
        ("queries", '{"q0": {"query": "Lyon", "properties": [{"v": 1}]}}', 400, "at q0.properties.0.pid"),
        ("queries", "[" * 50_000, 400, "queries is"),
        ("extend", "{}", 400, "extend is not as the API describes it, at ids"),
        ("extend", '{"ids": ["lyon-fr"], "properties": [{"id": "mayor"}]}', 400, "Unknown property “mayor”"),
        ("extend", json.dumps({"ids": ["x"] * 5000, "properties": []}), 413, "5,000 ids are too many"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused_with_a_reason(
    service: InProcess, parameter: str, text: str, status: int, message: str
) -> None:
    refused = service.post("/ccnkb/reconcile", urlencode({parameter: text}).encode(), status)
    assert message in refused.json()["error"]
    assert refused.json()["status"] == status
    assert refused.header("access-control-allow-origin") == "*"


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"queries=%ff%fe", {}, 400),
        ("queries=é".encode(), {}, 400),
        (b"&".join([b"a=1"] * 1000), {}, 400),
        (b"queries=" + b"x" * reconciliation.LONGEST_BODY, {}, 413),
        (b"{}", {"content_type": "application/json"}, 415),
        (b"", {"content_type": ""}, 415),
    ],
)  # fmt: skip
def test_what_is_not_a_form_is_refused(service: InProcess, body: bytes, headers: dict[str, str], status: int) -> None:
    assert service.post("/ccnkb/reconcile", body, status, **headers).json()["error"]


def test_a_whole_batch_is_answered(service: InProcess, network: Network) -> None:
    queries = json.dumps({id: {"query": city.name} for id, city in network.cities.items()})
    answer = service.post("/ccnkb/reconcile", urlencode({"queries": queries}).encode()).json()
    first = {id: [each["id"] for each in reply["result"] if each["match"]] for id, reply in answer.items()}
    assert {id: ids for id, ids in first.items() if ids not in ([], [id])} == {}
    assert sum(map(bool, first.values())) >= 400


def test_the_service_alone_takes_forms(service: InProcess) -> None:
    for path in ("/", "/cities", "/reconciled", "/ccn"):
        service.post(f"/ccnkb{path}", b"a=b", 405)
    for method in ("PUT", "DELETE", "PATCH"):
        refused = service.start("/ccnkb/reconcile", method).result(60)
        assert (refused.status, refused.header("allow")) == (405, "GET, HEAD, POST, OPTIONS")
    asked = service.start("/ccnkb/reconcile", "OPTIONS").result(60)
    assert (asked.status, asked.body, asked.header("access-control-allow-methods")) == (204, b"", "GET, POST")
    assert get(service, "/elsewhere", 404)["error"].startswith("There is nothing at /reconcile/elsewhere")
    assert service.get(f"/ccnkb/reconcile?queries={'x' * 9000}", 414).json()["error"]


def test_without_a_public_address_the_links_are_relative(network: Network, tmp_path: Any) -> None:
    file = DatabaseFile(build_database(network, tmp_path))
    with in_process(make_application(file, SiteAddress(), datetime.date.fromisoformat(TODAY))) as client:
        text = client.get("/reconcile", host="evil.example").text
        assert "evil" not in text
        assert json.loads(text)["view"]["url"] == "/city/{{id}}"
    file.close()
