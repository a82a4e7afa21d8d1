"""The curators' commands as processes: what they write, what they say, and what they refuse."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from ccn_kb import audit
from ccn_kb.network import Network
from tests.conftest import Ccn, Result
from tests.test_curating import state

SOURCE = ("--source", "unesco-round-2023")
END = ("end", "lyon-fr", "--date", "2026", "--reason", "removed")


@pytest.fixture
def edit(mini: Path, ccn: Ccn) -> Ccn:
    """Run `ccn` as a process in a folder whose `data/` is the miniature."""
    return partial(ccn, cwd=mini.parent)


def done(result: Result, *says: str) -> None:
    """Check that an edit was written, and that it says what it did."""
    assert result.returncode == 0, result.stderr
    for text in says:
        assert text in result.stderr, result.stderr


def refused(result: Result, code: int, *says: str) -> None:
    """Check that an edit was refused in plain words."""
    assert result.returncode == code, result.stderr
    assert "Traceback" not in result.stderr
    for pattern in says:
        assert re.search(pattern, result.stderr), result.stderr


@pytest.fixture
def read(mini: Path) -> Network:
    """The miniature as it was."""
    return audit.load(mini)


# -- memberships -------------------------------------------------------------------------------


def test_a_membership_ends_and_the_city_returns(edit: Ccn, mini: Path) -> None:
    ended = edit(
        "end", "Bradford", "--date", "2025-01-01", "--reason", "withdrew", *SOURCE, "--note", "By its own wish."
    )
    done(ended, "Bradford, United Kingdom ended in Film on 1 January 2025 (withdrew) (bradford-gb)", "Changed 1 file.")
    assert ended.stdout == "data/cities/bradford-gb.yaml\n"
    back = edit("designate", "bradford-gb", "Literature", "--date", "2026-01-01", *SOURCE)
    done(back, "Bradford, United Kingdom joined in Literature on 1 January 2026")
    first, second = audit.load(mini).city("bradford-gb").designations
    assert (first.end.date if first.end else "", first.note) == ("2025-01-01", "By its own wish.")
    assert (second.field, second.since, second.sources) == ("literature", "2026-01-01", ("unesco-round-2023",))


def test_a_field_changes_on_one_day(edit: Ccn, mini: Path) -> None:
    done(
        edit("change-field", "kanazawa-jp", "design", "--date", "2026-01-01", *SOURCE),
        "from Crafts and Folk Art to Design",
    )
    before, after = audit.load(mini).city("kanazawa-jp").designations
    assert before.end is not None
    assert (before.end.date, before.end.reason, after.since, after.field) == (
        "2026-01-01",
        "field-changed",
        "2026-01-01",
        "design",
    )


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("designate", "kanazawa-jp", "film", "--date", "2026-01-01"), 1, [r"no source is given; add --source ID"]),
        (
            ("designate", "kanazawa-jp", "film", "--date", "2026", *SOURCE),
            1,
            [r"kanazawa-jp\.yaml:\d+: .*change-field"],
        ),
        (
            ("designate", "kanazawa-jp", "jazz", "--date", "2026", *SOURCE),
            2,
            [r"unknown creative field 'jazz'; choose architecture, "],
        ),
        (("designate", "kanazawa-jp", "film", "--date", "2026-13", *SOURCE), 2, [r"is not a valid date"]),
        (("designate", "kanazawa-jp", "film", "--round", "2033", *SOURCE), 1, [r"unknown round 2033; choose .*2023"]),
        (("change-field", "kanazawa", "film", *SOURCE), 1, [r"the date is missing; give --date or --round"]),
        (("change-field", "lyon-fr", "literature", "--date", "2026", *SOURCE), 1, [r"is in literature already"]),
        (("change-field", "lyon-fr", "film", "--date", "2020", *SOURCE), 1, [r"lyon-fr\.yaml:\d+: "]),
        (("end", "lyon-fr", "--date", "2031", "--reason", "removed", *SOURCE), 1, [r"future: 2031 is in the future"]),
        (
            ("end", "lyon-fr", "--date", "2026", "--reason", "removed", "--source", "unesco-ronud-2023"),
            1,
            [r"did you mean unesco-round-2023"],
        ),
        (("end", "lyon-fr", "--date", "2026", *SOURCE), 2, [r"Missing option '--reason'"]),
        (("end", "lion-fr", "--date", "2026", "--reason", "removed", *SOURCE), 1, [r"did you mean lyon-fr"]),
    ],
)
def test_a_membership_edit_that_is_wrong_is_refused(
    arguments: tuple[str, ...], code: int, says: list[str], edit: Ccn, mini: Path
) -> None:
    before = state(mini)
    refused(edit(*arguments), code, *says)
    assert state(mini) == before


# -- names and ids -----------------------------------------------------------------------------


def test_a_renamed_city_keeps_its_id_and_its_former_name(edit: Ccn, mini: Path) -> None:
    done(
        edit("rename", "lyon-fr", "Lugdunum", "--date", "2026-01-01", "--lang", "fr", *SOURCE),
        "Lyon was renamed Lugdunum",
    )
    city = audit.load(mini).city("Lyon")
    assert (city.id, city.name) == ("lyon-fr", "Lugdunum")
    assert ("Lyon", "fr", "2026-01-01") in {(name.value, name.lang, name.until) for name in city.names}


def test_a_moved_id_leads_to_the_city_and_is_named_nowhere_else(edit: Ccn, mini: Path) -> None:
    done(edit("move", "santa-fe-us", "santa-fe-us-nm"), "Santa Fe moved from santa-fe-us to santa-fe-us-nm")
    network = audit.load(mini)
    assert network.city("santa-fe-us").id == "santa-fe-us-nm"
    named = [host.city for meeting in network.meetings() for host in meeting.hosts]
    assert "santa-fe-us" not in named
    assert edit("check").returncode == 0


def test_an_old_id_never_leads_to_another_old_id(edit: Ccn, mini: Path) -> None:
    done(edit("correct", "granada-es", "names", "[{value: Garnata}]"))
    done(edit("move", "granada-es", "garnata-es"))
    assert audit.load(mini).moved == {"granada-es": "garnata-es", "grenade-es": "garnata-es"}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("lyon-fr", "grenade-es", "was used before and redirects to granada-es"),
        ("nowhere-fr", "lyons-fr", "no record has the ID"),
        ("lyon-fr", "bradford-gb", "is taken; to merge the two records add --merge"),
        ("FR", "FX", "a country cannot be moved"),
        ("lyon-fr", "Lyon FR", "value"),
        ("lyon-fr", "paris-fr", "city-id"),
    ],
)
def test_a_move_that_is_wrong_is_refused(old: str, new: str, says: str, edit: Ccn, mini: Path) -> None:
    before = state(mini)
    refused(edit("move", old, new), 1, says)
    assert state(mini) == before


# -- values and sources ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "file", "text"),
    [
        (("lyon-fr", "wikidata", "Q999"), "cities/lyon-fr.yaml", "wikidata: Q999"),
        (("lyon-fr", "note", "A remark."), "cities/lyon-fr.yaml", "note: A remark."),
        (("lyon-fr", "designations.media-arts.since", "2008-06-10", *SOURCE), "cities/lyon-fr.yaml", "'2008-06-10'"),
        (("lyon-fr", "designations.2.note", "In short."), "cities/lyon-fr.yaml", "note: In short."),
        (("kanazawa-jp", "since", "2009-06", *SOURCE), "cities/kanazawa-jp.yaml", "since: 2009-06"),
        (("lyon-fr", "location.latitude", "45.7", *SOURCE), "cities/lyon-fr.yaml", "latitude: 45.7,"),
        (("lyon-fr", "unesco_pages", "[lyon, lyon-0]"), "cities/lyon-fr.yaml", "unesco_pages: [lyon, lyon-0]"),
        (("FR", "name_fr", "La France"), "countries.yaml", "name_fr: La France"),
        (("film", "name_es", "Cine y vídeo"), "fields.yaml", "name_es: Cine y vídeo"),
        (("round:2023", "wording", "over 100", *SOURCE), "rounds.yaml", "wording: over 100"),
        (("unesco-round-2023", "title", "New cities"), "sources/copy/unesco-round-2023.yaml", "title: New cities"),
        (("2008-paris", "theme", "Tourism", *SOURCE), "meetings/2008-paris.yaml", "theme: Tourism"),
    ],
)
def test_any_value_of_any_record_can_be_corrected(
    arguments: tuple[str, ...], file: str, text: str, edit: Ccn, mini: Path
) -> None:
    done(edit("correct", *arguments))
    assert text in (mini / file).read_text(encoding="utf-8").replace("since: '2009-06'", "since: 2009-06")
    assert edit("check").returncode == 0


def test_a_value_is_taken_out(edit: Ccn, mini: Path) -> None:
    done(edit("correct", "lyon-fr", "names.Lyons", ""), "Lyon: names.Lyons was")
    assert "Lyons" not in (mini / "cities" / "lyon-fr.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("lyon-fr", "populaton", "1"), "did you mean population"),
        (("lyon-fr", "designations.3.since", "2008"), "has no item '3'; choose media-arts, literature"),
        (("lyon-fr", "since", "2008"), "is a fact and needs a source; add --source ID"),
        (("lyon-fr", "wikidata", "Q1", *SOURCE), "has no source field; name your source in the commit message"),
        (("lyon-fr", "wikidata", "456"), r"lyon-fr\.yaml:2: value: wikidata"),
        (("lyon-fr", "names", "[{value: x"), "yaml: "),
        (("lyon-fr", "country", "JP"), "outside-country"),
        (("nowhere", "name", "x"), "no record has the ID 'nowhere'"),
        (("lyon-fr", "note", "two\nlines"), r"invisible character \(U\+000A"),
        (("lyon-fr", "name.first", "x"), "unknown field 'first' in 'name.first'"),
    ],
)
def test_a_correction_that_is_wrong_is_refused(arguments: tuple[str, ...], says: str, edit: Ccn, mini: Path) -> None:
    before = state(mini)
    refused(edit("correct", *arguments), 1, says)
    assert state(mini) == before


def test_a_source_is_added_and_cited_behind_those_that_are_trusted_as_much(edit: Ccn, mini: Path) -> None:
    added = edit(
        *("new", "source", "kobe-2026", "--kind", "host", "--publisher", "City of Kobe"),
        *("--url", "https://example.org/kobe", "--lang", "ja", "--published", "2026-01"),
    )
    done(added, "source City of Kobe was added (kobe-2026)", "To do: no record cites kobe-2026 yet")
    done(edit("add-source", "kanazawa-jp", "https://example.org/kobe"))
    sources = audit.load(mini).sources
    cited = [
        sources[citation.partition("#")[0]].kind
        for citation in audit.load(mini).city("kanazawa-jp").designations[0].sources
    ]
    assert cited == sorted(cited, key=("official", "host", "press", "reference", "copy").index)
    assert "host" in cited
    refused(edit("add-source", "kanazawa-jp", "kobe-2026"), 1, "cites kobe-2026 there already")
    refused(edit("add-source", "FR", "kobe-2026"), 1, "has no source field")
    refused(edit("add-source", "kanazawa-jp", "https://example.org/other"), 1, "add it first: ccn new source ID")


# -- meetings, cooperation, cities -------------------------------------------------------------


def test_a_meeting_is_added_and_then_held(edit: Ccn, mini: Path) -> None:
    new = ("new", "meeting", "2026-lyon-fr", "--name", "XIX Annual Conference", "--starts", "2026", "--host", "lyon-fr")
    done(edit(*new, *SOURCE), "meeting XIX Annual Conference was added (2026-lyon-fr)")
    held = ("--status", "held", "--starts", "2026-06-02", "--ends", "2026-06-05", "--theme", "Rivers")
    done(edit("meeting", "2026-lyon-fr", *held, "--attendance", "300 people", "--outcome", "A statement", *SOURCE))
    meeting = audit.load(mini).meetings_by_id["2026-lyon-fr"]
    assert (meeting.status, meeting.starts, meeting.ends, meeting.theme) == (
        "held",
        "2026-06-02",
        "2026-06-05",
        "Rivers",
    )
    assert [said.value for said in (*meeting.attendance, *meeting.outcomes)] == ["300 people", "A statement"]
    refused(edit("meeting", "2026-lyon-fr", *SOURCE), 2, "give a value: --status")
    refused(edit("meeting", "2026-lion-fr", "--status", "held", *SOURCE), 1, "did you mean 2026-lyon-fr")
    refused(edit("meeting", "2026-lyon-fr", "--status", "held"), 2, "Missing option '--source'")


def test_a_cooperation_is_added(edit: Ccn, mini: Path) -> None:
    new = ("new", "cooperation", "2026-lyon-fr-books", "--title", "Lyon lends books", "--kind", "exchange")
    parts = (
        "--starts",
        "2026-03",
        "--field",
        "Littérature",
        "--city",
        "lyon-fr=lead",
        "--city",
        "Atlantis=partner",
    )
    refused(edit(*new, *parts, *SOURCE), 1, "unknown city")
    parts = (*parts[:-1], "granada-es=partner")
    done(edit(*new, *parts, *SOURCE), "cooperation Lyon lends books was added")
    assert audit.load(mini).cooperations["2026-lyon-fr-books"].field == "literature"
    refused(edit(*new, *parts, *SOURCE), 1, "is taken; to change a value: ccn correct 2026-lyon-fr-books")
    refused(
        edit(*new[:2], "2026-lyon-fr-more", *new[3:], "--starts", "2026", "--city", "lyon-fr=boss", *SOURCE), 1, "role"
    )


def test_a_city_is_added_with_its_place(edit: Ccn, mini: Path) -> None:
    done(edit("new", "city", "León", "--country", "Nicaragua", "--field", "film", "--date", "2026-01-02", *SOURCE))
    city = audit.load(mini).city("leon-ni")
    assert (city.name, city.geonames, city.population[0].sources) == ("León", 3618030, ("geonames#3618030",))
    given = ("--latitude", "35.1", "--longitude", "135.9", "--subdivision", "JP-25", "Shiga", "--wikidata", "Q200")
    done(edit("new", "city", "Otsu", "--country", "JP", "--field", "film", "--date", "2026-01-02", *given, *SOURCE))
    assert audit.load(mini).city("otsu-jp").location.sources == ("unesco-round-2023",)
    new = ("new", "city", "Springfield", "--country", "US", "--field", "film", "--date", "2026-01-02", *SOURCE)
    refused(edit(*new), 1, "Springfield is ambiguous; choose one with --geonames", "GeoNames 4951788")
    done(edit(*new, "--geonames", "4951788"))
    refused(
        edit(*new, "--geonames", "4409896"), 1, "the ID springfield-us is taken by another city; give the subdivision"
    )
    refused(
        edit("new", "city", "大津", "--country", "JP", "--field", "film", "--date", "2026", *SOURCE), 1, "Latin|大津"
    )


def test_the_subdivision_of_a_new_city_decides_where_it_is(edit: Ccn, mini: Path) -> None:
    new = ("new", "city", "Portland", "--country", "US", "--field", "film", "--date", "2026-01-02", *SOURCE)
    done(edit(*new, "--subdivision", "US-ME", "Maine"))
    assert audit.load(mini).city("portland-us").geonames == 4975802
    new = ("new", "city", "Fuchu", "--country", "JP", "--field", "film", "--date", "2026-01-02", *SOURCE)
    refused(edit(*new, "--subdivision", "JP-13", "Tokyo"), 1, "Fuchu is ambiguous; choose one with --geonames")


@pytest.mark.parametrize(
    ("field", "given", "says"),
    [
        ("film", (), "since 8 June 2009; if it changes its field: ccn change-field kanazawa-jp film"),
        ("crafts and folk art", (), "is a member already, in crafts-and-folk-art since 8 June 2009: kanazawa-jp"),
        ("film", ("--latitude", "36.6", "--longitude", "136.6"), "ccn change-field kanazawa-jp film"),
    ],
)
def test_a_member_is_not_added_again(field: str, given: tuple[str, ...], says: str, edit: Ccn) -> None:
    new = ("new", "city", "Kanazawa", "--country", "JP", "--field", field, "--date", "2026-01-02", *SOURCE)
    refused(edit(*new, *given), 1, says)


def test_a_former_member_is_designated_and_not_added_again(edit: Ccn) -> None:
    done(edit("end", "kanazawa-jp", "--date", "2025-01-01", "--reason", "withdrew", *SOURCE))
    new = ("new", "city", "Kanazawa", "--country", "JP", "--field", "film", "--date", "2026-01-02", *SOURCE)
    refused(edit(*new), 1, "was a member until 1 January 2025; if it returns: ccn designate kanazawa-jp film")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("kanazawa-jp", "designations.1.field", "Literatur"), "unknown field 'Literatur'; did you mean literature?"),
        (("kanazawa-jp", "designations.1.field", "City of Film"), "did you mean film?"),
        (("kanazawa-jp", "designations.1.field", "banana"), "'banana'; write the id of an existing field"),
        (("kanazawa-jp", "designations.1.round", "2018"), "unknown round '2018'; write the id of an existing round"),
        (("kanazawa-jp", "country", "Japan"), "unknown country 'Japan'; did you mean JP?"),
        (("2015-kanazawa-jp", "hosts.1.city", "Kanazawa"), "unknown city 'Kanazawa'; did you mean kanazawa-jp?"),
        (("gold-leaf", "broader", "metal work"), "unknown topic 'metal work'; did you mean metalwork?"),
    ],
)
def test_a_wrong_id_is_refused_with_the_one_that_is_meant(arguments: tuple[str, ...], says: str, edit: Ccn) -> None:
    cited = () if arguments[0] == "gold-leaf" or arguments[1] == "country" else SOURCE
    refused(edit("correct", *arguments, *cited), 1, re.escape(says))


def test_an_unknown_kind_of_record_is_told(edit: Ccn) -> None:
    refused(edit("move", "banana", "a", "b"), 1, "unknown kind of record 'banana'; choose city, cooperation, country")
    refused(edit("correct", "citty:lyon-fr", "note", "x"), 1, "unknown kind of record 'citty'; did you mean city?")


def test_topics_that_are_added_as_one_are_refused_with_the_command_for_each(edit: Ccn) -> None:
    says = 'add each topic by itself: ccn new topic "volcanic stone carving" "mole negro"'
    refused(edit("new", "topic", "volcanic stone carving; mole negro"), 1, says)


@pytest.mark.parametrize("option", ["--latitude", "--longitude"])
def test_half_a_point_is_wrong_usage(option: str, edit: Ccn) -> None:
    new = ("new", "city", "León", "--country", "NI", "--field", "film", "--date", "2026-01-02", *SOURCE)
    refused(edit(*new, option, "48"), 2, "--latitude and --longitude")


def test_every_edit_can_be_tried_without_writing(edit: Ccn, mini: Path) -> None:
    before = state(mini)
    for arguments in (
        ("end", "lyon-fr", "--date", "2026-01-01", "--reason", "withdrew", *SOURCE),
        ("change-field", "lyon-fr", "film", "--date", "2026-01-01", *SOURCE),
        ("rename", "lyon-fr", "Lugdunum", "--date", "2026-01-01", *SOURCE),
        ("move", "santa-fe-us", "santa-fe-us-nm"),
        ("correct", "lyon-fr", "note", "x"),
        ("add-source", "lyon-fr", "jlgc-2015"),
        ("meeting", "2008-paris", "--theme", "x", *SOURCE),
        ("new", "source", "x", "--kind", "press", "--publisher", "X", "--url", "https://example.org/x"),
    ):
        result = edit(*arguments, "--dry-run")
        assert result.returncode == 0, result.stderr
        assert re.search(r"^\+\+\+ b/data/.*\n@@ ", result.stdout, re.MULTILINE)
        assert "would change; nothing was written" in result.stderr
    assert state(mini) == before


def test_a_comment_is_not_lost_by_an_edit(edit: Ccn, mini: Path) -> None:
    path = mini / "cities" / "lyon-fr.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "# ask the city\n", encoding="utf-8")
    before = state(mini)
    message = r"lyon-fr\.yaml:\d+: comment: comments are not preserved .*`note`"
    refused(edit("correct", "lyon-fr", "wikidata", "Q1"), 1, message)
    assert state(mini) == before


def test_a_folder_with_problems_is_not_edited(edit: Ccn, mini: Path) -> None:
    path = mini / "cities" / "bradford-gb.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("country: GB", "country: G"), encoding="utf-8")
    before = state(mini)
    refused(edit("correct", "lyon-fr", "wikidata", "Q1"), 1, r"bradford-gb\.yaml:3: value: ")
    assert state(mini) == before


def test_what_is_said_to_be_changed_is_written_though_the_reader_leaves(mini: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "ccn_kb", "new", "topic", "lost topic"]
    subprocess.run(command, cwd=mini.parent, stdout=writer, stderr=writer, check=False)
    os.close(writer)
    assert "lost topic" in (mini / "topics.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments",
    [
        ("end", "lyon-fr"),
        ("rename", "lyon-fr", "X"),
        ("new", "source", "a-2020"),
        ("meeting", "2015-kanazawa-jp"),
        ("load", "list.txt"),
    ],
    ids=" ".join,
)
def test_without_an_input_nothing_is_asked_and_the_usage_is_told(
    arguments: tuple[str, ...], run_program: Ccn, mini: Path
) -> None:
    (mini.parent / "list.txt").write_text("Lyon (France) – Literature\n", encoding="utf-8")
    command = [sys.executable, "-m", "ccn_kb", *arguments]
    result = run_program("bash", "-c", '"$@" <&-', "bash", *command, cwd=mini.parent)
    assert result.returncode in (1, 2)
    assert result.stderr
    assert "Traceback" not in result.stderr
