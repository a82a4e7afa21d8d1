"""Whatever the models allow survives being written and read; `fmt` changes no meaning, and has nothing to do twice."""

from __future__ import annotations

import shutil
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ccn_kb import audit, store
from ccn_kb.model.records import City, Cooperation, Identified, Meeting, Source
from ccn_kb.network import Network
from ccn_kb.store import yamlio
from ccn_kb.store.canonical import city_text
from ccn_kb.store.mistakes import COMMENT
from tests.conftest import MINI, Ccn
from tests.records import TODAY

FOLDER = store.read(MINI)
INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Cn")
LETTERS = st.characters(exclude_categories=INVISIBLE)  # type: ignore[arg-type]


def normal(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


texts = (
    st.text(LETTERS, min_size=1, max_size=60)
    .map(normal)
    .filter(lambda text: 0 < len(text) <= 400 and not any(unicodedata.category(letter) in INVISIBLE for letter in text))
)
awkward = st.sampled_from(
    ["NO", "null", "~", "1e3", "2008", "'", '"', "- a", "a: b", "# no comment", "x #y", "[a]", "=", "…"]
)
words = texts | awkward
dates = st.dates().map(str) | st.dates().map(lambda day: str(day)[:7]) | st.dates().map(lambda day: str(day)[:4])
slugs = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)
citations = st.lists(slugs | slugs.map(lambda slug: f"{slug}#a/b?c=d#e"), min_size=1, max_size=3, unique=True)


def records(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(required, optional=optional)


names = records({"value": words}, {"lang": st.sampled_from(["ja", "zh-Hant", "pt-BR"])})
statements = records({"value": words, "sources": citations}, {})
disputes = records({"path": st.just("since"), "value": words, "sources": citations}, {})
ends = records({"date": dates, "reason": st.sampled_from(["withdrew", "removed"]), "sources": citations}, {})
designations = records(
    {"field": slugs, "since": dates, "sources": citations},
    {"round": st.integers(2004, 2100), "end": ends, "note": words, "disputed": st.lists(disputes, max_size=2)},
)
points = records(
    {
        "latitude": st.floats(-90, 90, allow_nan=False),
        "longitude": st.floats(-180, 180, allow_nan=False),
        "sources": citations,
    },
    {},
)
cities = records(
    {
        "id": slugs,
        "name": words,
        "country": st.from_regex("[A-Z]{2}", fullmatch=True),
        "location": points,
        "designations": st.lists(designations, min_size=1, max_size=3),
    },
    {
        "names": st.lists(names, max_size=3),
        "known_for": st.lists(statements, max_size=3),
        "geonames": st.integers(1, 10**9),
        "unesco_pages": st.lists(slugs, max_size=2),
        "note": words,
    },
).map(City.model_validate)
hosts = records({"city": slugs}, {}) | records({"name": words, "country": st.just("NO")}, {})
meetings = records(
    {"id": slugs, "name": words, "starts": dates, "status": st.sampled_from(["held", "planned"]), "sources": citations},
    {
        "theme": words,
        "ends": dates,
        "hosts": st.lists(hosts, max_size=3),
        "outcomes": st.lists(statements, max_size=2),
    },
).map(Meeting.model_validate)
participants = records({"city": slugs, "role": st.just("lead")}, {})
cooperations = records(
    {
        "id": slugs,
        "title": words,
        "kind": st.just("event"),
        "starts": dates,
        "cities": st.lists(participants, min_size=1, max_size=3),
        "sources": citations,
    },
    {"field": slugs, "note": words},
).map(Cooperation.model_validate)
sources = records(
    {
        "id": slugs,
        "kind": st.sampled_from(["official", "host", "press", "reference", "copy"]),
        "publisher": words,
        "url": st.just("https://example.org/a?b=c#d"),
        "accessed": dates,
    },
    {"title": words, "lang": st.just("no"), "note": words},
).map(Source.model_validate)
networks = st.lists(cities | meetings | cooperations | sources, min_size=1, max_size=6)


@given(networks)
@settings(max_examples=120, deadline=None)
def test_any_network_survives_being_written_and_read(made: list[Identified]) -> None:
    network = FOLDER.network.with_records(*made)
    texts = store.changed_texts(FOLDER, network)
    again = store.read(MINI, style=True, planned=texts)
    assert again.problems == ()
    assert again.canonical == {}
    assert again.network == network


@given(cities)
@settings(max_examples=80, deadline=None)
def test_a_city_is_read_by_any_reader_of_yaml_as_it_was_written(city: City) -> None:
    text = city_text(city)
    assert yaml.load(text, Loader=yaml.BaseLoader) == yamlio.parse(text, "x").data


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_fmt_mends_form_without_changing_the_meaning(data: st.DataObject) -> None:
    file, text = "cities/lyon-fr.yaml", (MINI / "cities" / "lyon-fr.yaml").read_text(encoding="utf-8")
    loose = yaml.safe_dump(
        yaml.load(text, Loader=yaml.BaseLoader),
        allow_unicode=data.draw(st.booleans()),
        default_flow_style=data.draw(st.sampled_from([True, False, None])),
        width=data.draw(st.integers(20, 200)),
        sort_keys=data.draw(st.booleans()),
        indent=data.draw(st.integers(2, 6)),
        line_break=data.draw(st.sampled_from(["\n", "\r\n"])),
        default_style=data.draw(st.sampled_from([None, "'", '"'])),
    )
    folder = store.read(MINI, style=True, planned={file: loose})
    assert folder.network == FOLDER.network
    mended = store.read(MINI, style=True, planned={file: folder.canonical[file]})
    assert (mended.canonical, mended.problems, mended.network) == ({}, (), FOLDER.network)
    assert folder.canonical[file] == text


@pytest.mark.parametrize("order", [sorted, lambda keys: sorted(keys, reverse=True)], ids=["sorted", "reversed"])
def test_fmt_sorts_records_and_ids(order: Any, mini: Path) -> None:
    ids = (mini / "ids.txt").read_text(encoding="utf-8").split()
    (mini / "ids.txt").write_text("\r\n".join(order(ids)) + " \n\n", encoding="utf-8")
    whole = (mini / "fields.yaml").read_text(encoding="utf-8")
    head, _, rest = whole.partition("\n")
    blocks = [f"{part}\n" for part in rest.strip().replace("\n  ", "\0").split("\n")]
    shuffled = "".join(order(blocks)).replace("\0", "\n  ")
    (mini / "fields.yaml").write_text(f"{head}\n{shuffled}", encoding="utf-8")
    folder = store.read(mini, style=True)
    assert {"fields.yaml": whole, **folder.canonical} == {
        "ids.txt": "".join(f"{id}\n" for id in sorted(ids)),
        "fields.yaml": whole,
    }


def test_fmt_gives_each_record_of_one_file_a_file_of_its_own(mini: Path, ccn: Ccn) -> None:
    before = {path: path.read_bytes() for path in mini.rglob("*.yaml")}
    for folder in ("sources/press", "sources/host", "meetings", "cooperations"):
        together = store.published_texts(store.read(mini))[f"{folder}.yaml"]
        shutil.rmtree(mini / folder)
        (mini / f"{folder}.yaml").write_text(together, encoding="utf-8")
    assert {problem.rule for problem in audit.problems(mini, TODAY)} == {"format"}
    assert store.read(mini).network == FOLDER.network
    assert ccn("--data", mini, "fmt").returncode == 0
    assert {path: path.read_bytes() for path in mini.rglob("*.yaml")} == before


@pytest.mark.parametrize(
    ("id", "text"),
    [
        ("2026", "publisher: A\nurl: https://example.org/\naccessed: '2026'\n"),
        ("null", "# A remark.\npublisher: A\n# Another.\nurl: https://example.org/\naccessed: '2026'"),
        ("1-2026", "{publisher: A, url: https://example.org/, accessed: '2026'}\n"),
        ("a-2026", "---\npublisher: A\nurl: https://example.org/\naccessed: '2026'\n...\n"),
        ("b-2026", "publisher: >-\n  # not a remark\n  A\nurl: https://example.org/\naccessed: '2026'\n"),
        ("2026-01", "publisher: A\n  B\nurl: https://example.org/\n\naccessed: '2026'\n\n"),
    ],
)
def test_records_in_one_file_are_those_of_the_folder(id: str, text: str, mini: Path) -> None:
    (mini / "sources" / "press" / f"{id}.yaml").write_text(text, encoding="utf-8")
    folder = store.read(mini)
    assert id in folder.network.sources
    for name in ("sources/press", "sources/host", "meetings", "cooperations"):
        together = store.published_texts(folder)[f"{name}.yaml"]
        shutil.rmtree(mini / name)
        (mini / f"{name}.yaml").write_text(together, encoding="utf-8")
    assert store.read(mini).network == folder.network


def test_fmt_splits_no_file_in_which_a_record_is_wrong(mini: Path, ccn: Ccn) -> None:
    together = mini / "sources" / "press.yaml"
    together.write_text(
        "a-2026: {publisher: A, url: https://example.org/, accessed: '2026'}\nb: {}\n", encoding="utf-8"
    )
    before = {path: path.read_bytes() for path in mini.rglob("*.yaml")}
    assert ccn("--data", mini, "fmt").returncode == 1
    assert {path: path.read_bytes() for path in mini.rglob("*.yaml")} == before


def test_a_command_that_changes_a_source_splits_the_file_of_its_kind(mini: Path, ccn: Ccn) -> None:
    names = {path.name for path in (mini / "sources" / "press").iterdir()}
    together = store.published_texts(store.read(mini))["sources/press.yaml"]
    shutil.rmtree(mini / "sources" / "press")
    (mini / "sources" / "press.yaml").write_text(together, encoding="utf-8")
    assert ccn("--data", mini, "correct", "modena2000-kanazawa", "title", "Kanazawa").returncode == 0
    assert {path.name for path in (mini / "sources" / "press").iterdir()} == names
    assert not (mini / "sources" / "press.yaml").exists()
    assert ccn("--data", mini, "fmt", "--check").returncode == 0


@pytest.mark.parametrize(
    ("file", "old", "place"),
    [
        ("cities/lyon-fr.yaml", "- field: literature", "designations.2.note"),
        ("cities/lyon-fr.yaml", "geonames: ", "note"),
        ("meetings/2021-online.yaml", "name: ", "note"),
        ("fields.yaml", "film:", "the commit message"),
    ],
)
def test_a_comment_is_told_where_its_text_belongs(file: str, old: str, place: str, mini: Path) -> None:
    path = mini / file
    text = path.read_text(encoding="utf-8")
    if old not in text:
        pytest.fail(f"{old!r} does not stand in {file}")
    path.write_text(text.replace(old, f"# why\n{old}", 1), encoding="utf-8")
    [problem] = [problem for problem in store.read(mini, style=True).problems if problem.rule == COMMENT]
    assert (problem.file, text.count("\n", 0, text.index(old)) + 1) == (str(path), problem.line)
    assert place in problem.fix


def test_networks_are_compared_as_a_whole() -> None:
    other = FOLDER.network.with_records(FOLDER.network.cities["lyon-fr"].model_copy(update={"note": "x"}))
    assert isinstance(other, Network)
    assert other != FOLDER.network
