"""Records under another id, and two records merged: every reference follows, and nothing is lost without a word."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from ccn_kb import audit, store
from ccn_kb.checks.references import references
from ccn_kb.curate import moves
from tests.conftest import DATA, Ccn
from tests.test_curating import state


@pytest.fixture
def edit(mini: Path, ccn: Ccn) -> Ccn:
    """Run `ccn` as a process in a folder whose `data/` is the miniature."""
    return partial(ccn, cwd=mini.parent)


def done(edit: Ccn, *arguments: str) -> str:
    result = edit(*arguments)
    assert result.returncode == 0, result.stderr
    assert edit("check").returncode == 0, edit("check").stdout
    return result.stderr


def texts(mini: Path) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted(mini.rglob("*.yaml")))


def test_a_source_moves_with_every_citation(edit: Ccn, mini: Path) -> None:
    before = texts(mini).count("unesco-round-2023")
    done(edit, "move", "unesco-round-2023", "unesco-announcement-2023")
    assert "unesco-round-2023" not in texts(mini)
    assert texts(mini).count("unesco-announcement-2023") == before


def test_the_entry_that_a_citation_names_stays(edit: Ccn, mini: Path) -> None:
    done(edit, "move", "source", "unesco-city-page", "unesco-org-city-page")
    assert "unesco-org-city-page#lyon" in audit.load(mini).cities["lyon-fr"].designations[1].sources


def test_two_sources_become_one(edit: Ccn, mini: Path) -> None:
    twin = (
        "new",
        "source",
        "unesco-2023",
        "--kind",
        "official",
        "--publisher",
        "UNESCO",
        "--url",
        "https://unesco.org/",
    )
    done(edit, *twin, "--note", "A remark.") if edit(*twin).returncode else None
    assert edit("add-source", "lyon-fr", "unesco-2023").returncode == 0
    remarks = done(edit, "move", "unesco-2023", "unesco-round-2023", "--merge")
    network = audit.load(mini)
    assert "unesco-2023" not in network.sources
    sources = network.cities["lyon-fr"].designations[1].sources
    assert sources.count("unesco-round-2023") == 1
    assert "differ in url: kept" in remarks
    assert "left out 'https://unesco.org/'" in remarks


def test_a_topic_moves_with_the_cities_and_topics_that_name_it(edit: Ccn, mini: Path) -> None:
    done(edit, "move", "topic", "metalwork", "metal craft")
    network = audit.load(mini)
    assert network.topics["gold-leaf"].broader == "metal-craft"
    assert network.topics["metal-craft"].name == "metal craft"
    done(edit, "move", "gold-leaf", "gold leaves")
    cities = [city for city in audit.load(mini).cities.values() if city.known_for]
    assert {topic.value for city in cities for topic in city.known_for} >= {"gold leaves"}


@pytest.mark.parametrize("outer", [None, "crafts"])
@pytest.mark.parametrize(("old", "new"), [("gold-leaf", "metalwork"), ("metalwork", "gold-leaf")])
def test_a_topic_and_its_broader_topic_become_one(edit: Ccn, mini: Path, old: str, new: str, outer: str | None) -> None:
    if outer:
        done(edit, "new", "topic", outer)
        done(edit, "correct", "metalwork", "broader", outer)
    done(edit, "move", "topic", old, new, "--merge")
    topics = audit.load(mini).topics
    assert old not in topics
    assert topics[new].broader == outer


def test_a_meeting_and_a_cooperation_move(edit: Ccn, mini: Path) -> None:
    network = audit.load(mini)
    done(edit, "move", "2015-kanazawa-jp", "2015-kanazawa")
    assert "2015-kanazawa" in audit.load(mini).meetings_by_id
    cooperation = next(iter(network.cooperations))
    done(edit, "move", cooperation, f"{cooperation}-again")
    assert f"{cooperation}-again" in audit.load(mini).cooperations


def test_two_cities_become_one(edit: Ccn, mini: Path) -> None:
    """A city loaded twice under two names is one city, with the old id redirecting and both names found."""
    text = (mini / "cities" / "lodz-pl.yaml").read_text(encoding="utf-8")
    before = audit.load(mini).cities["lodz-pl"]
    twin = text.replace("name: Łódź", "name: Lodsch")
    twin = "\n".join(
        line for line in twin.split("\n") if not line.startswith(("geonames:", "wikidata:", "unesco_pages:"))
    )
    (mini / "cities" / "lodsch-pl.yaml").write_text(twin, encoding="utf-8")
    ids = sorted([*(mini / "ids.txt").read_text(encoding="utf-8").split(), "lodsch-pl"])
    (mini / "ids.txt").write_text("".join(f"{id}\n" for id in ids), encoding="utf-8")
    done(edit, "move", "lodsch-pl", "lodz-pl", "--merge")
    network = audit.load(mini)
    assert network.moved["lodsch-pl"] == "lodz-pl"
    city = network.cities["lodz-pl"]
    assert city.designations == before.designations
    assert city.geonames == before.geonames
    assert "Lodsch" in [name.value for name in city.names]
    assert network.city("Lodsch").id == "lodz-pl"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("lyon-fr",), 2, "give OLD and NEW"),
        (("city", "lyon-fr", "lyons-fr", "more"), 2, "give OLD and NEW"),
        (("lyon-fr", "lyon-fr"), 1, "already has this ID"),
        (("film", "cinema"), 1, "a field cannot be moved"),
        (("lyon-fr", "lyons-fr", "--merge"), 1, "no city has the ID 'lyons-fr' to merge into"),
        (("source", "unesco-ronud-2023", "x"), 1, "no record has the ID"),
        (("unesco-round-2023", "unesco-city-page"), 1, "to merge the two records add --merge"),
        (("lyon-fr", "granada-es", "--merge"), 1, ""),
    ],
)
def test_a_move_that_is_not_possible_is_refused(
    arguments: tuple[str, ...], code: int, message: str, edit: Ccn, mini: Path
) -> None:
    before = state(mini)
    result = edit("move", *arguments)
    assert result.returncode == code, result.stderr
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert state(mini) == before


def first_references() -> dict[tuple[str, ...], tuple[str, str]]:
    """Return a record of the real data to which each kind of reference leads, by the names on the way."""
    first: dict[tuple[str, ...], tuple[str, str]] = {}
    for kind, _, path, target_kind, target in references(audit.load(DATA)):
        if target is not None and target_kind in moves.MOVABLE:
            names = (kind, *(step for step in path if isinstance(step, str)))
            first.setdefault(names, (target_kind, str(target)))
    return first


REFERENCES = first_references()


def test_every_kind_of_record_that_can_move_is_referred_to() -> None:
    assert ("official_document", "meeting") in REFERENCES
    assert ("field", "coordinators", "city") in REFERENCES
    assert {kind for kind, _ in REFERENCES.values()} == {"city", "meeting", "topic"}


@pytest.mark.parametrize("way", REFERENCES, ids="-".join)
def test_every_reference_follows_a_record_that_moves(way: tuple[str, ...]) -> None:
    kind, old = REFERENCES[way]
    new = f"{old}-again"
    folder = store.read(DATA)
    network = moves.move(folder, kind, old, new).network
    places = [
        (other, id, path)
        for other, id, path, *target in references(folder.network)
        if target == [kind, old] and (other, id) != (kind, old)
    ]
    led = {(other, id, path): target for other, id, path, *target in references(network)}
    assert places
    assert all(led[place] == [kind, new] for place in places)
    assert [kind, old] not in led.values()
