"""Suggestions for misspelt names: close ones of the same kind only, by one rule wherever something is looked up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ccn_kb import checks
from ccn_kb.curate import edit, record_edits
from ccn_kb.curate.lists.announcement import Announcement
from ccn_kb.curate.lists.list_files import read_text
from ccn_kb.curate.vocabulary import Vocabulary
from ccn_kb.errors import DataError, UnknownError
from ccn_kb.model.records import City, Topic
from ccn_kb.network.name_search import LIKENESS, closest_matches, did_you_mean, likeness
from ccn_kb.store import mistakes
from tests.records import make_city, make_context, make_country, make_field, make_network, make_source, make_topic

NETWORK = make_network(
    make_city("abcdefgh-jp"),
    make_field("ijklmnop", name="Ijklmnop"),
    make_field("film"),
    make_country("JP", name="Qrstuvwx"),
    make_source("press"),
    make_source("abcdefgh"),
    make_topic("abcdefgh"),
)


def test_a_text_is_suggested_from_a_likeness_of_three_quarters() -> None:
    assert closest_matches("abcd", ["abcx"]) == ["abcx"]  # exactly 0.75
    assert likeness("abcdefghijk", "abcdefghxyz") < LIKENESS
    assert closest_matches("abcdefghijk", ["abcdefghxyz"]) == []  # 0.73
    assert closest_matches("uganda", ["gand", "Ugandan"]) == ["gand", "Ugandan"]


def test_the_closest_comes_first_and_only_so_many() -> None:
    candidates = ["abcdexxx", "abcdefgx", "abcdefgh", "abcdefxx"]
    assert closest_matches("abcdefgh", candidates) == ["abcdefgh", "abcdefgx", "abcdefxx"]
    assert closest_matches("abcdefgh", candidates, most=1) == ["abcdefgh"]


def test_codes_are_never_suggested() -> None:
    assert closest_matches("tha", ["th", "tha", "thai"]) == ["thai"]


def test_a_suggestion_is_the_end_of_a_sentence() -> None:
    assert did_you_mean("flim", ["film", "filmm", "music"]) == "; did you mean film?"
    assert did_you_mean("abcdefgh", ["abcdefgx", "abcdefxx"]) == "; did you mean abcdefgx or abcdefxx?"
    assert did_you_mean("opera", ["film", "music"]) == ""


def refusal(act: Callable[..., object], *arguments: object) -> str:
    with pytest.raises((UnknownError, edit.NotPossibleError, DataError)) as raised:
        act(*arguments)
    return str(raised.value)


def topic_problem(value: str) -> str:
    city = make_city(known_for=[{"value": value, "sources": ["press"]}])
    context = make_context(city, Topic(id="abcdefgh", name="abcdefgh"))
    return "".join(map(str, checks.run(context, (), lambda *_: ("cities/kobe-jp.yaml", 1))))


def announced(line: str) -> str:
    announcement = Announcement("a.txt")
    read_text(announcement, line, Vocabulary(NETWORK))
    return "".join(map(str, announcement.problems))


# What is looked up; a text of a likeness above three quarters to a name there, one just below, and the suggestion.
FACES: dict[str, tuple[Callable[[str], str], str, str, str]] = {
    "city": (lambda text: refusal(NETWORK.city, text), "abcdefxx-jp", "abcdexxx", "abcdefgh-jp"),
    "creative field": (lambda text: refusal(NETWORK.field, text), "ijklmnxx", "ijklmxxx", "did you mean ijklmnop"),
    "country": (lambda text: refusal(NETWORK.country, text), "qrstuvyy", "qrstuyyy", "did you mean JP (Qrstuvwx)?"),
    "topic": (lambda text: refusal(NETWORK.topic, text), "abcdefxx", "abcdexxx", "did you mean abcdefgh"),
    "record": (lambda text: refusal(edit.find_record, NETWORK, text), "abcdefxx", "abcdexxx", "abcdefgh"),
    "source": (
        lambda text: refusal(edit.resolve_citation, NETWORK, text),
        "abcdefxx",
        "abcdexxx",
        "did you mean abcdefgh?",
    ),
    "value": (
        lambda text: refusal(record_edits.resolve_path, make_city(), text),
        "geonamxx",
        "geonaxxx",
        "did you mean geonames?",
    ),
    "key": (
        lambda text: refusal(mistakes.make_record, City, {**make_city().model_dump(), text: 1}, "kobe-jp.yaml", 1),
        "geonamxx",
        "geonaxxx",
        "did you mean 'geonames'?",
    ),
    "topic of a city": (topic_problem, "abcdefxx", "abcdexxx", "write abcdefgh"),
    "field of an announcement": (lambda text: announced(f"Kobe – {text}"), "ijklmnxx", "ijklmxxx", "write Ijklmnop;"),
}


@pytest.mark.parametrize("face", FACES)
def test_every_lookup_suggests_what_is_close_and_nothing_else(face: str) -> None:
    look_up, close, far, suggestion = FACES[face]
    assert suggestion in look_up(close)
    assert suggestion not in look_up(far)


def test_a_missing_value_is_named_and_the_fix_describes_it() -> None:
    with pytest.raises(DataError) as raised:
        mistakes.make_record(Topic, {"id": "film"}, "topics.yaml", 3)
    (problem,) = raised.value.problems
    assert (problem.file, problem.line, problem.rule, problem.message) == (
        *("topics.yaml", 3, "missing"),
        "`name` is missing",
    )
    assert problem.fix == f"add it: {Topic.model_fields['name'].description}"
