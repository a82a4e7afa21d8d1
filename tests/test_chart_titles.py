"""The titles of charts: what they show, with its numbers."""

from __future__ import annotations

import pytest

from ccn_kb.site.pages.chart_titles import describe_growth, describe_leading
from ccn_kb.site.pages.parts import GrowthYear, MemberCount


def counts(**members: int) -> list[MemberCount]:
    return [MemberCount(id=name.lower(), name=name, members=number) for name, number in members.items()]


@pytest.mark.parametrize(
    ("groups", "title"),
    [
        (counts(Music=84, Film=30), "Music has the most member cities: 84 of 114"),
        (counts(Film=3, Music=3, Design=1), "Film and Music have the most member cities: 3 of 7 each"),
        (counts(Netherlands=3, Japan=2), "The Netherlands has the most member cities: 3 of 5"),
        (counts(A=2, B=2, C=2, D=2), ""),
        (counts(A=1, B=1), ""),
        (counts(A=4), ""),
        ([], ""),
    ],
)
def test_the_largest_group_is_the_title(groups: list[MemberCount], title: str) -> None:
    assert describe_leading(groups) == title


@pytest.mark.parametrize(
    ("members", "title"),
    [
        ([0, 1, 1, 5], "From 1 member city in 2011 to 5 in 2013"),
        ([2, 0], "From 2 member cities in 2010 to 0 in 2011"),
        ([3, 4, 3], "3 member cities in 2012, as in 2010"),
        ([1], "1 member city in 2010"),
        ([0, 0], ""),
        ([], ""),
    ],
)
def test_the_growth_is_the_title(members: list[int], title: str) -> None:
    years = [
        GrowthYear(year=2010 + number, members=count, countries=0, fields={}) for number, count in enumerate(members)
    ]
    assert describe_growth(years) == title
