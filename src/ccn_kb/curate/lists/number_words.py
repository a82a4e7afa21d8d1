"""Numbers of cities that a text writes in words: "fifty-eight new cities", "Vingt-huit villes", "五十八座城市"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ccn_kb.model.text import words

# The words for 1 to 19, those for 20 to 90 and for 100, and other forms with their value.
_NUMBERS = {
    "en": (
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen",
        "twenty thirty forty fifty sixty seventy eighty ninety hundred",
        "onehundred=100",
    ),
    "fr": (
        "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit "
        "dix-neuf",
        "vingt trente quarante cinquante soixante soixante-dix quatre-vingt quatre-vingt-dix cent",
        "une=1 septante=70 huitante=80 nonante=90 quatre-vingts=80 soixante-et-onze=71 soixante-onze=71 "
        "soixante-douze=72 soixante-treize=73 soixante-quatorze=74 soixante-quinze=75 soixante-seize=76 "
        "quatre-vingt-onze=91 quatre-vingt-douze=92 quatre-vingt-treize=93 quatre-vingt-quatorze=94 "
        "quatre-vingt-quinze=95 quatre-vingt-seize=96",
    ),
    "es": (
        "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
        "dieciocho diecinueve",
        "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien",
        "un=1 una=1 ciento=100 veintiuno=21 veintiún=21 veintiuna=21 veintidós=22 veintitrés=23 veinticuatro=24 "
        "veinticinco=25 veintiséis=26 veintisiete=27 veintiocho=28 veintinueve=29",
    ),
    "pt": (
        "um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete dezoito "
        "dezenove",
        "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa cem",
        "uma=1 duas=2 cento=100 quatorze=14 dezasseis=16 dezassete=17 dezanove=19",
    ),
    "it": (
        "uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici "
        "diciassette diciotto diciannove",
        "venti trenta quaranta cinquanta sessanta settanta ottanta novanta cento",
        "un=1 una=1 vent=20 trent=30 quarant=40 cinquant=50 sessant=60 settant=70 ottant=80 novant=90 cent=100",
    ),
    "de": (
        "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn "
        "achtzehn neunzehn",
        "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert",
        "ein=1 eine=1 einhundert=100",
    ),
    "nl": (
        "een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien "
        "achttien negentien",
        "twintig dertig veertig vijftig zestig zeventig tachtig negentig honderd",
        "",
    ),
    "pl": (
        "jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście trzynaście czternaście "
        "piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście",
        "dwadzieścia trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt siedemdziesiąt osiemdziesiąt dziewięćdziesiąt "
        "sto",
        "jedno=1 dwie=2",
    ),
    "tr": (
        "bir iki üç dört beş altı yedi sekiz dokuz on onbir oniki onüç ondört onbeş onaltı onyedi onsekiz ondokuz",
        "yirmi otuz kırk elli altmış yetmiş seksen doksan yüz",
        "",
    ),
    "ru": (
        "один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать "
        "пятнадцать шестнадцать семнадцать восемнадцать девятнадцать",
        "двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто сто",
        "одна=1 две=2",
    ),
    "ar": (
        "واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة أحدعشر اثناعشر ثلاثةعشر أربعةعشر خمسةعشر ستةعشر سبعةعشر "
        "ثمانيةعشر تسعةعشر",
        "عشرون ثلاثون أربعون خمسون ستون سبعون ثمانون تسعون مئة",
        "واحدة=1 اثنتان=2 ثلاث=3 أربع=4 خمس=5 ست=6 سبع=7 ثماني=8 ثمان=8 تسع=9 عشر=10 إحدى=1 إحدىعشرة=11 احدعشر=11 "
        "اثنتا=2 اثنتاعشرة=12 عشرين=20 ثلاثين=30 أربعين=40 خمسين=50 ستين=60 سبعين=70 ثمانين=80 تسعين=90 مائة=100",
    ),
    "ko": (
        "일 이 삼 사 오 육 칠 팔 구 십 십일 십이 십삼 십사 십오 십육 십칠 십팔 십구",
        "이십 삼십 사십 오십 육십 칠십 팔십 구십 백",
        "한=1 하나=1 두=2 둘=2 세=3 셋=3 네=4 넷=4 다섯=5 여섯=6 일곱=7 여덟=8 아홉=9 열=10 스물=20 스무=20 서른=30 "
        "마흔=40 쉰=50 예순=60 일흔=70 여든=80 아흔=90",
    ),
}
_HAN_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"两": 2, "兩": 2, "零": 0}
_HAN_CITIES = re.compile(
    r"([〇零一二三四五六七八九十百两兩]+)\s*(?:座|个|個|の)?[新加盟のな创意創造成员員会會国际際]{0,8}(?:城市|都市)"
)
_CITIES = {
    "en": "cities members",
    "fr": "villes membres",
    "es": "ciudades miembros",
    "pt": "cidades membros",
    "it": "città membri",
    "de": "städte staedte kreativstädte mitglieder",
    "nl": "steden leden",
    "pl": "miast miasta",
    "tr": "kent kenti kentler şehir şehri şehirler",
    "ru": "город города городов",
    "ar": "مدينة مدن",
    "ko": "도시 도시가 도시를",
}
_JOINING = {
    "en": "and", "fr": "et", "es": "y", "pt": "e", "de": "und", "nl": "en", "ar": "و",
}  # fmt: skip
_LANGUAGES_OF: Mapping[str, tuple[str, ...]] = {
    word: tuple(language for language, named in _CITIES.items() if word in words(named))
    for every in _CITIES.values()
    for word in words(every)
}
CITY_WORDS = frozenset(_LANGUAGES_OF)
"""The folded words for cities and members in the languages of lists."""
_BETWEEN = 4
"""How many words may stand between a number and its cities: "fifty-eight new UNESCO creative cities"."""


def _values(language: str) -> dict[str, int]:
    """Return the values of the words of a language, folded and without spaces."""
    units, tens, others = _NUMBERS[language]
    named = [(word, value) for value, word in enumerate(units.split(), start=1)]
    named += [(word, value * 10) for value, word in enumerate(tens.split(), start=2)]
    named += [(word, int(value)) for word, _, value in (other.partition("=") for other in others.split())]
    return {"".join(words(word)): value for word, value in named}


_VALUES: Mapping[str, Mapping[str, int]] = {language: _values(language) for language in _NUMBERS}
_JOINED = {language: "".join(words(word)) for language, word in _JOINING.items()}


def value_of(number: Sequence[str], language: str) -> int | None:
    """Return the number that the folded words of a language mean; None if they are not a number from 1 to 199."""
    return _value("".join(number), _VALUES[language], _JOINED.get(language, ""))


def _value(text: str, values: Mapping[str, int], joining: str) -> int | None:
    """Return the sum of the words that a text is made of: hundreds, tens and units, each at most once."""
    if text in values:
        return values[text]
    for size in range(len(text) - 1, 0, -1):
        first = values.get(text[:size])
        if first is None:
            continue
        rest = text[size:]
        others = [rest, rest[len(joining) :]] if joining and rest.startswith(joining) else [rest]
        for other in others:
            second = _value(other, values, joining) if other else None
            if second is not None and _can_be_added(first, second):
                return first + second
    return None


def _can_be_added(first: int, second: int) -> bool:
    """Return whether numbers are of different places: hundred and tens, tens and units, in either order."""
    if first == 100:
        return second < 100
    low, high = sorted((first, second))
    return low < 10 and high in range(20, 100, 10)


def han_value(text: str) -> int | None:
    """Return the number that Chinese characters mean: 五十八, 一百零二."""
    match = re.fullmatch(r"(?:([一二两兩])?百)?零?(?:([一二三四五六七八九])?(十))?([一二三四五六七八九两兩])?", text)
    if match is None or not text:
        return None
    hundreds = _HAN_DIGITS.get(match[1] or "一", 1) if "百" in text else 0
    tens = _HAN_DIGITS.get(match[2] or "一", 1) if match[3] else 0
    return hundreds * 100 + tens * 10 + _HAN_DIGITS.get(match[4] or "〇", 0)


def figures_in_words(text: str) -> list[tuple[int, str]]:
    """Return the numbers of cities, of three or more, that a text gives in words, each with the words."""
    figures = [(value, match[0]) for match in _HAN_CITIES.finditer(text) if (value := han_value(match[1]))]
    folded = words(text)
    for position, word in enumerate(folded):
        for language in _LANGUAGES_OF.get(word, ()):
            if figure := _figure_before(folded, position, language):
                figures.append(figure)
                break
    return [figure for figure in figures if figure[0] > 2]


def _figure_before(folded: Sequence[str], position: int, language: str) -> tuple[int, str] | None:
    """Return the number before a word for cities, of which the longest run of words counts, and its words."""
    for end in range(position, max(position - _BETWEEN, 0), -1):
        for start in range(max(0, end - 5), end):
            value = value_of(folded[start:end], language)
            if value is not None:
                return value, " ".join(folded[start : position + 1])
    return None
