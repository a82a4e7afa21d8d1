"""The address of the site: what is one, and that absolute links begin with it whatever a request names."""

from __future__ import annotations

import datetime
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import TypeAlias

import pytest

import ccn_kb
from ccn_kb import database
from ccn_kb.network import Network
from ccn_kb.site import server
from ccn_kb.site.address import SiteAddress, parse_address
from ccn_kb.site.application import make_application
from ccn_kb.site.database_file import DatabaseFile
from ccn_kb.site.documents import documents
from ccn_kb.site.router import Pages
from tests.conftest import MINI, TODAY, Ccn
from tests.in_process import InProcess, in_process
from tests.serving import build_database

Serve: TypeAlias = Callable[[str], AbstractContextManager[InProcess]]


@pytest.mark.parametrize(
    ("text", "scheme", "host", "prefix"),
    [
        ("https://cities.example.org", "https", "cities.example.org", ""),
        ("https://cities.example.org/", "https", "cities.example.org", ""),
        ("http://localhost:8001", "http", "localhost:8001", ""),
        ("http://127.0.0.1:1/a/b-c.d~e_f/", "http", "127.0.0.1:1", "/a/b-c.d~e_f"),
        ("http://[::1]:8001/x", "http", "[::1]:8001", "/x"),
        ("", "", "", ""),
    ],
)
def test_an_address_has_scheme_host_and_prefix(text: str, scheme: str, host: str, prefix: str) -> None:
    assert parse_address(text) == SiteAddress(scheme, host, prefix)
    assert str(parse_address(text)) == text.rstrip("/")


WRONG = [
    "cities.example.org",
    "https://",
    "ftp://a",
    "javascript:alert(1)",
    "https://a b",
    'https://a"b',
    "https://a;b",
    "https://a?x=1",
    "https://a#b",
    "https://a//b",
    "https://a/../b",
    "https://a/./b",
    "https://user@a",
    "https://a:b",
    "https://a/b%20c",
    "https://a\n",
    "https://.a",
    "//a",
]


@pytest.mark.parametrize("text", WRONG)
def test_what_is_not_an_address_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not an address of a site; write https://cities\.example\.org"):
        parse_address(text)


@pytest.mark.parametrize("command", [("serve", "--port", "0"), ("publish", "out")], ids=" ".join)
@pytest.mark.parametrize("text", ["cities.example.org", "javascript:alert(1)", "https://a?x=1"])
def test_both_commands_refuse_what_is_not_an_address(
    command: tuple[str, ...], text: str, ccn: Ccn, tmp_path: Path
) -> None:
    result = ccn("--data", MINI, *command, "--url", text)
    assert (result.returncode, result.stdout) == (2, "")
    assert "write https://cities.example.org" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("host", "has_address"), [("127.0.0.1", True), ("0.0.0.0", False)])
def test_a_server_on_all_addresses_of_a_machine_has_no_one_address(host: str, has_address: bool) -> None:
    with socket.create_server((host, 0)) as listener:
        address = server.public_address(listener)
        assert (str(address) + "/" == server.local_address(listener)) == has_address
        assert bool(address.host) == has_address


# -- in links ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Serve:
    """Serve the miniature under an address, in this process."""
    path = tmp_path_factory.mktemp("address") / "ccn.db"
    network = ccn_kb.load(MINI)
    records = {file.relative_to(MINI).as_posix(): file.read_text(encoding="utf-8") for file in MINI.rglob("*.yaml")}
    database.build(network, path, documents(network, records))

    @contextmanager
    def serving(url: str) -> Iterator[InProcess]:
        with closing(DatabaseFile(path)) as file:
            made = make_application(file, parse_address(url), datetime.date.fromisoformat(TODAY))
            with in_process(made) as client:
                yield client

    return serving


EVERY_KIND = [
    "/ccn",
    "/ccn/members",
    "/ccn/members?_size=2&_facet=region&_sort=name",
    "/ccn/cities/lyon-fr",
    "/ccn/members_on?date=2015",
    "/ccn?sql=select+1",
    "/ccn/members.json?_size=2",
    "/ccn/members.json?_facet=field",
    "/ccn.json",
    "/ccn/cities.csv?_stream=on",
    "/ccn/cities/",
    "/ccn/nowhere",
    "/city/lyon-fr",
    "/city/nowhere",
    "/feed.atom",
]


@pytest.mark.parametrize("url", ["https://cities.example.org", "https://example.org/ccn-kb", ""])
@pytest.mark.parametrize("target", EVERY_KIND)
def test_a_host_that_a_request_names_is_in_no_response(target: str, url: str, serve: Serve) -> None:
    with serve(url) as client:
        for forged in (
            {"host": "evil.example"},
            {"x_forwarded_host": "evil.example", "forwarded": "host=evil.example"},
        ):
            received = client.get(target, None, **forged)
            assert b"evil.example" not in received.body
            assert not [value for _, value in received.headers if b"evil" in value]


def test_absolute_links_begin_with_the_address(serve: Serve) -> None:
    with serve("https://example.org/ccn-kb") as client:
        rows = client.get("/ccn/members.json?_size=2", x_forwarded_proto="http")
        assert rows.json()["next_url"].startswith("https://example.org/ccn-kb/ccn/members.json?")
        facets = client.get("/ccn/members.json?_facet=field").json()["facet_results"]["field"]["results"]
        assert all(each["toggle_url"].startswith("https://example.org/ccn-kb/ccn/members.json?") for each in facets)


def test_where_the_address_is_unknown_links_are_relative(serve: Serve) -> None:
    with serve("") as client:
        assert client.get("/ccn/members.json?_size=2").json()["next_url"].startswith("/ccn/members.json?")
        assert not re.findall(r'(?:href|action)="https?://(?:x|localhost)', client.get("/ccn/members").text)


# The feed has the links that it was built with.
def test_feed_calendar_and_citation_have_the_address_at_which_they_are_served(network: Network, tmp_path: Path) -> None:
    path = build_database(network, tmp_path, "https://built.example")
    pages = Pages(path, datetime.date.fromisoformat(TODAY), "https://served.example/x")
    for document in ("/feed.atom", "/meetings.ics", "/cite.txt", "/city/kanazawa-jp/cite.txt"):
        text = pages.respond(document, {}).body.decode().replace("\r\n ", "")
        assert "https://served.example/x/" in text, document
        assert "built.example" not in text, document


@pytest.mark.parametrize("target", [target for target in EVERY_KIND if target != "/feed.atom"])
def test_below_a_prefix_every_link_has_it_and_leads_somewhere(target: str, serve: Serve) -> None:
    with serve("https://example.org/ccn-kb") as client:
        stripped, whole = client.get(target, None), client.get(f"/ccn-kb{target}", None)
        assert (whole.status, without_times(whole.body)) == (stripped.status, without_times(stripped.body))
        links = {link.replace("&amp;", "&") for link in re.findall(r'(?:href|action|src)="(/[^"#]*)', whole.text)}
        assert bool(links) == whole.text.startswith(("<!doctype html>", "\n<!doctype html>"))
        assert all(link.startswith("/ccn-kb/") for link in links)
        for link in sorted(links)[:40]:
            assert client.get(link, None).status in (200, 302, 303), link
        if location := whole.header("location"):
            assert location.startswith("/ccn-kb/")


def without_times(body: bytes) -> bytes:
    return re.sub(rb'"query_ms": [\d.]+', b"", body)
