"""Numbers of cities that are written in words, in the languages of lists."""

from __future__ import annotations

import pytest

from ccn_kb.curate.lists.number_words import figures_in_words, han_value
from ccn_kb.curate.lists.plain_text import Line, stated_figures


@pytest.mark.parametrize(
    ("text", "value"),
    {
        "Fifty-eight new UNESCO Creative Cities joined.": 58,
        "One hundred and twenty cities": 120,
        "Vingt-huit villes rejoignent le réseau": 28,
        "soixante-dix-huit nouvelles villes": 78,
        "quatre-vingt-onze villes créatives": 91,
        "cincuenta y ocho ciudades": 58,
        "Veintiocho nuevas ciudades": 28,
        "cinquenta e oito novas cidades": 58,
        "Cinquantotto nuove città": 58,
        "sechsundsechzig Städte": 66,
        "achtundfünfzig neue Kreativstädte": 58,
        "Zesenzestig steden": 66,
        "pięćdziesiąt osiem miast": 58,
        "elli sekiz yeni şehir": 58,
        "пятьдесят восемь городов": 58,
        "ثمانية وخمسون مدينة": 58,
        "오십팔 개 도시": 58,
        "쉰여덟 도시가": 58,
        "五十八座城市": 58,
        "新增一百零二个创意城市": 102,
        "二十三の都市": 23,
    }.items(),
)
def test_a_number_in_words_is_a_stated_figure(text: str, value: int) -> None:
    assert [figure for _, figure, _ in stated_figures([Line(1, text)])] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "Focus on cities",
        "Una ciudad, two cities",
        "四川省成都市",
        "三亚市 城市",
        "Once cities were small.",
        "Elf is a film of the city.",
        "the six musicians of the city of Bremen",
    ],
)
def test_other_words_before_a_city_are_no_figure(text: str) -> None:
    assert figures_in_words(text) == []


def test_chinese_characters_are_read_by_their_places() -> None:
    expected = {
        "十": 10,
        "十二": 12,
        "二十": 20,
        "九十九": 99,
        "百": 100,
        "二百": 200,
        "一百一十": 110,
        "人": None,
        "二三": None,
    }
    assert {text: han_value(text) for text in expected} == expected
