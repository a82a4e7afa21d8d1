"""The mutants: which changes are made of a text, which are left alone, and that the same seed chooses the same ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.mutants import (
    EQUIVALENT,
    ROOMS,
    Verdict,
    can_be_slowness,
    chosen,
    earlier_killers,
    every_mutant,
    files_that_notice,
    known_equivalents,
)
from benchmarks.mutations import mutations

from tests.conftest import ROOT


def changed(source: str) -> set[str]:
    """Return the source with each of its mutations."""
    return {mutation.apply(source.encode()).decode() for mutation in mutations(source.encode())}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = a < b", {"x = a <= b"}),
        ("x = a not in b", {"x = a in b"}),
        ("x = a is b", {"x = a is not b"}),
        ("x = a < b == c", {"x = a <= b == c", "x = a < b != c"}),
        ("x = a and b or c", {"x = a or b or c", "x = a and b and c"}),
        ("x = not a", {"x =  a"}),
        ("x = True", {"x = False"}),
        ("x = 7", {"x = (7 + 1)", "x = (7 - 1)"}),
        ("x = min(a)", {"x = max(a)"}),
        ("x = a[0]", {"x = a[-1]"}),
        ("x = a[-1]", {"x = a[0]"}),
        ("x = sorted(a)", {"x = sorted(a, reverse=True)"}),
        ("x = sorted(b for b in a)", {"x = sorted([b for b in a], reverse=True)"}),
        ("x = sorted(a, key=b)", {"x = sorted(a, key=b, reverse=True)"}),
        ("x = a + b", {"x = a - b"}),
        ("x = é + b", {"x = é - b"}),
        ("x = f(a, b)", {"x = f(b, a)"}),
        ("x = a if b else c", {"x = (a)", "x = (c)"}),
        ("x = 'members.csv'", {"x = ('members.csv' + 'x')"}),
        ("x = [a for a in b if a]", {"x = [a for a in b if True]"}),
        ("if a:\n  b()", {"if True:\n  b()"}),
        ("def f(a=1): b()", {"def f(a=(1 + 1)): b()", "def f(a=(1 - 1)): b()"}),
    ],
)
def test_each_operator_makes_its_change(source: str, expected: set[str]) -> None:
    assert changed(source) == expected


def test_a_branch_loses_its_return() -> None:
    assert "def f():\n  if a:\n    pass\n  return b" in changed("def f():\n  if a:\n    return c\n  return b")


@pytest.mark.parametrize(
    "source",
    [
        '"""A text."""',
        "x: list[int] | None",
        "X: TypeAlias = 'dict[str, int]'",
        "def f(a: int | None) -> list[int]: b()",
        "if TYPE_CHECKING:\n  x = 1",
        "def __repr__(self): return a + b",
        "@lru_cache(maxsize=10)\ndef f(): b()",
        "raise ValueError('unknown')",
        "x = 'A text for people.'",
        "x = f'{a + b}'",
        "x = option(help='Where')",
        "x = zip(a, b, strict=True)",
        "assert a < b",
        "__all__ = ['a']",
    ],
)
def test_what_no_test_could_notice_is_left_alone(source: str) -> None:
    assert changed(source) == set()


def test_every_room_has_tests_and_enough_mutants() -> None:
    for room in ROOMS:
        mutants = list(every_mutant(room))
        assert len(mutants) > 100
        names = {name for mutant in mutants for name in files_that_notice(mutant)}
        assert all((ROOT / name).is_file() for name in names)


def test_a_seed_chooses_the_same_mutants_of_every_operator() -> None:
    first = chosen("checks", 30, 1, ())
    assert first == chosen("checks", 30, 1, ())
    assert first != chosen("checks", 30, 2, ())
    assert len({mutant.mutation.operator for mutant in first}) >= 10
    assert len(set(first)) == 30


def test_every_change_that_is_called_equivalent_is_one_and_is_not_chosen() -> None:
    equivalents = known_equivalents()
    for room in ROOMS:
        mutants = {(mutant.file, mutant.before, mutant.after) for mutant in every_mutant(room)}
        of_room = [entry for entry in equivalents if entry.file.startswith(f"src/ccn_kb/{room}/")]
        assert not [entry for entry in of_room if (entry.file, entry.before, entry.after) not in mutants], (
            EQUIVALENT.name
        )
        left = {(mutant.file, mutant.before, mutant.after) for mutant in chosen(room, 60, 1, equivalents)}
        assert not left & {(entry.file, entry.before, entry.after) for entry in equivalents}
    assert all(len(entry.reason) > 20 for entry in equivalents)


def test_verdicts_are_read_again_as_they_were_written(tmp_path: Path) -> None:
    killers = [
        "tests/test_checks.py::test_a_rule[a b] - AssertionError: 1",
        "",
        "tests/test_checks.py ends its process",
    ]
    verdicts = [Verdict(mutant, killer) for mutant, killer in zip(chosen("checks", 3, 1, ()), killers, strict=True)]
    file = tmp_path / "verdicts.tsv"
    assert earlier_killers(file) == {}
    file.write_text("".join(verdict.line for verdict in verdicts), encoding="utf-8")
    assert earlier_killers(file) == {str(verdict.mutant): verdict.killer for verdict in verdicts}


@pytest.mark.parametrize(
    ("killer", "expected"),
    [
        ("tests/test_checks.py::test_a_rule - assert 1 == 2", False),
        ("tests/test_checks.py::test_a_rule - ValueError: unknown", False),
        ("tests/test_checks.py::test_a_rule", True),
        ("tests/test_checks.py ends its process", True),
        ("tests/test_pages.py::test_a_page - httpx.ReadTimeout: timed out", True),
        ("tests/test_pages.py::test_a_page - subprocess.TimeoutExpired: Command", True),
        ("tests/test_pages.py::test_a_page - Failed: the server did not start", True),
    ],
)
def test_what_a_slow_machine_can_cause_is_told_from_what_it_cannot(killer: str, expected: bool) -> None:
    assert can_be_slowness(killer) == expected
