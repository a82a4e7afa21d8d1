"""The reader of lists: text, tables, pages and objects; what it understands, and what becomes of every other line."""

from __future__ import annotations

import csv
import io
import re
import sys
import unicodedata
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccn_kb.curate.lists.announcement import Announcement
from ccn_kb.curate.lists.decoding import mojibake
from ccn_kb.curate.lists.line_reader import DASHES
from ccn_kb.curate.lists.list_files import read, read_text
from ccn_kb.curate.lists.markup import is_page
from ccn_kb.curate.lists.objects import is_json
from ccn_kb.curate.vocabulary import Vocabulary
from ccn_kb.network import Network
from tests.records import make_network

SMALL = make_network()


@pytest.fixture(scope="module")
def vocabulary(network: Network) -> Vocabulary:
    """The words of the real network."""
    return Vocabulary(network)


def text_read(text: str, vocabulary: Vocabulary) -> Announcement:
    announcement = Announcement("a.txt")
    read_text(announcement, text, vocabulary)
    return announcement


def understood(announcement: Announcement) -> list[tuple[str, str | None, str | None]]:
    return [
        (entry.name, entry.read_country.id if entry.read_country else None, entry.read_field.id)
        for entry in announcement.entries
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    {
        "Asaba – Film": ("Asaba", None, "film"),
        "- Granada[1] – Design": ("Granada", None, "design"),
        "Bistrita, Romania – Architecture": ("Bistrita", "RO", "architecture"),
        "  • Aberystwyth, Wales, UK – Literature": ("Aberystwyth", "GB", "literature"),
        "1. Adelaide (Australia) - Music": ("Adelaide", "AU", "music"),
        "Bitola (The former Yugoslav Republic of Macedonia) - Film": ("Bitola", "MK", "film"),
        "Bandar Abbas (Iran [Islamic Republic of]) – Crafts and Folk Art": (
            "Bandar Abbas",
            "IR",
            "crafts-and-folk-art",
        ),
        "[City of] Greater Geelong (Australia) – Design": ("Greater Geelong", "AU", "design"),
        "Cheongju City, South Korea — Crafts & Folk Art": ("Cheongju City", "KR", "crafts-and-folk-art"),
        "Bursa (Türkiye) : City of Gastronomy": ("Bursa", "TR", "gastronomy"),
        "Afyonkarahisar (Turkey)–Gastronomy": ("Afyonkarahisar", "TR", "gastronomy"),
        "Cluj-Napoca (Romania) – Film": ("Cluj-Napoca", "RO", "film"),
        "Macao (China)\t–\tGastronomy": ("Macao", "CN", "gastronomy"),
        "Évian (France) – Musique": ("Évian", "FR", "music"),
        "Zaragoza (Spain) – Gastronomía": ("Zaragoza", "ES", "gastronomy"),
        "Caen (France) – Arts numériques²": ("Caen", "FR", "media-arts"),
        "San José (Costa Rica) – Diseño": ("San José", "CR", "design"),
    }.items(),
)
def test_a_line_of_an_announcement_is_understood(
    line: str, expected: tuple[str, str | None, str], vocabulary: Vocabulary
) -> None:
    announcement = text_read(line, vocabulary)
    assert announcement.problems == []
    assert understood(announcement) == [expected]


def test_prose_is_ignored_and_kept_as_text(vocabulary: Vocabulary) -> None:
    first = "Paris, 31 October – UNESCO has designated 55 cities today."
    announcement = text_read(f"{first}\n\nThe new members are:\nAsaba – Film\n", vocabulary)
    assert (announcement.problems, len(announcement.entries)) == ([], 1)
    assert [(leftover.line, leftover.text, leftover.status) for leftover in announcement.leftovers] == [
        (1, first, "ignored"),
        (3, "The new members are:", "ignored"),
    ]
    assert [figure[:2] for figure in announcement.stated] == [(1, 55)]


@pytest.mark.parametrize(
    "line", ["The city of Lyon.", "Le Cap-Vert n'est pas dans la liste.", "The jury said: film – and more"]
)
def test_a_line_with_a_city_a_country_or_a_field_is_never_ignored(line: str, vocabulary: Vocabulary) -> None:
    announcement = text_read(f"Asaba – Film\n{line}\n", vocabulary)
    assert [problem.line for problem in announcement.problems] == [2] or [
        entry.line for entry in announcement.entries
    ] == [1, 2]
    assert not any(leftover.status == "ignored" and leftover.line == 2 for leftover in announcement.leftovers)


def test_small_typing_errors_are_understood_and_known_to_be_such(vocabulary: Vocabulary) -> None:
    [entry] = text_read("Oaxaca, Mexcio — Gastronmy", vocabulary).entries
    assert (entry.read_country.id if entry.read_country else None, entry.read_field.id) == ("MX", "gastronomy")
    assert not entry.read_field.exact


@pytest.mark.parametrize(
    ("line", "rule", "says"),
    [
        ("Asaba – Dance", "field", "Design"),
        ("Asaba (Nigerya) – Film", "country", "Nigeria"),
        ("Austrla (Austrla) – Film", "country", "Austria"),
        ("Nowhere (Atlantis) – Film", "country", "unknown country"),
        (f"X{'x' * 500} (Japan) – Film", "name", "1 to 100 letters"),
        ("Ko\x07be (Japan) – Film", "name", "invisible character (U+0007"),
    ],
)
def test_a_line_that_is_wrong_is_told_with_the_nearest(line: str, rule: str, says: str, vocabulary: Vocabulary) -> None:
    announcement = text_read(f"Asaba (Nigeria) – Film\n{line}\n", vocabulary)
    assert [(problem.line, problem.rule) for problem in announcement.problems] == [(2, rule)], announcement.problems
    assert says in str(announcement.problems[0])


@pytest.mark.parametrize(
    "line",
    [
        "of Literature, Asaba (Nigeria) – Film",
        "Otsu (Japan) for Film and then Asaba (Nigeria)",
        "for film and Asaba (Nigeria) – Film",
        "Nobody knows it; Asaba (Nigeria) – Film; nor Lyon",
    ],
)
def test_a_piece_of_a_sentence_is_never_a_city(line: str, vocabulary: Vocabulary) -> None:
    announcement = text_read(f"Granada (Nicaragua) – Design\n{line}\n", vocabulary)
    names = {entry.name for entry in announcement.entries} - {"Granada", "Asaba", "Otsu"}
    assert names == set()
    assert {entry.read_field.id for entry in announcement.entries if entry.name == "Asaba"} <= {"film"}
    assert [problem for problem in announcement.problems if problem.line == 2]


@pytest.mark.parametrize(
    ("line", "expected"),
    {
        "[31/10/23, 18:05] Ana: 🇳🇬 Asaba - Cinema": ("Asaba", "NG", "film"),
        "31.10.23, 18:05 - João Silva: e também Mexicali (México) - Música": ("Mexicali", "MX", "music"),
        ":flag-it: Bolzano — Music :tada:": ("Bolzano", "IT", "music"),
        ">> * Giza (Egypt) – Film": ("Giza", "EG", "film"),
        "and Quito (Ecuador) – Architecture": ("Quito", "EC", "architecture"),
        "'s-Hertogenbosch (Netherlands) – Design": ("s-Hertogenbosch", "NL", "design"),
        "la Spezia (Italy) – Design": ("la Spezia", "IT", "design"),
    }.items(),
)
def test_a_line_of_a_chat_or_a_quoted_mail_is_understood(
    line: str, expected: tuple[str, str, str], vocabulary: Vocabulary
) -> None:
    announcement = text_read(line, vocabulary)
    assert announcement.problems == []
    assert understood(announcement) == [expected]


def test_the_header_and_the_closing_of_a_mail_are_no_cities(vocabulary: Vocabulary) -> None:
    text = "From: Desk\nSubject: List\n\nFilm:\nGiza (Egypt)\nBest,\nJo\n"
    announcement = text_read(text, vocabulary)
    assert (announcement.problems, understood(announcement)) == ([], [("Giza", "EG", "film")])
    best = text_read("Film\nNETHERLANDS\nBest\n", vocabulary)
    assert understood(best) == [("Best", "NL", "film")]


# -- headings and several cities of a line -------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    {
        "UNITED STATES OF AMERICA\nParis – Film\nJAMAICA\nBath – Design": [
            ("Paris", "US", "film"),
            ("Bath", "JM", "design"),
        ],
        "GERMANY\nFilm\nDresden\nMusic\nErfurt\nFRANCE\nFilm\nCannes": [
            ("Dresden", "DE", "film"),
            ("Erfurt", "DE", "music"),
            ("Cannes", "FR", "film"),
        ],
        "FILM\nAsaba – Nigeria\nGranada\n\nMusic:\nDublin (Ireland)\nAFRICA\nBissau, Guinea-Bissau": [
            ("Asaba", "NG", "film"),
            ("Granada", None, "film"),
            ("Dublin", "IE", "music"),
            ("Bissau", "GW", "music"),
        ],
        "Asaba\nNigeria\nFilm\nDublin\nIreland\nMusic": [("Asaba", "NG", "film"), ("Dublin", "IE", "music")],
        "Bath, Jamaica (Crafts and Folk Art)": [("Bath", "JM", "crafts-and-folk-art")],
        "Germany – Dresden – Film\nFilm – Leipzig (Germany)": [("Dresden", "DE", "film"), ("Leipzig", "DE", "film")],
        "Dresden (Germany) – Film; Leipzig (Germany) – Music": [("Dresden", "DE", "film"), ("Leipzig", "DE", "music")],
        "Dresden (Germany, Film), Porto (Portugal, Music)": [("Dresden", "DE", "film"), ("Porto", "PT", "music")],
        "Dresden (Germany) – Crafts and\nFolk Art": [("Dresden", "DE", "crafts-and-folk-art")],
        "Dresden (Ger-\nmany) – Film\n2. Porto (Portugal) –\nMusic": [
            ("Dresden", "DE", "film"),
            ("Porto", "PT", "music"),
        ],
        "🇩🇪 Dresden – Film\n🇵🇹\nPorto – Music": [("Dresden", "DE", "film"), ("Porto", "PT", "music")],
        "- Granada[1] – Design\n[1] Granada, Nicaragua": [("Granada", "NI", "design")],
        "Dres\u00adden (Germany) – Film\nLeip\u200bzig (Germany) – Music": [
            ("Dresden", "DE", "film"),
            ("Leipzig", "DE", "music"),
        ],
        "Nice (France) – Film (first French city in this field since 2021)": [("Nice", "FR", "film")],
        "Dresden\tGermany\tFilm\nLeipzig\tGermany\tMusic\t2027[3]": [
            ("Dresden", "DE", "film"),
            ("Leipzig", "DE", "music"),
        ],
    }.items(),
)
def test_headings_and_parts_of_a_line_are_understood(
    text: str, expected: list[tuple[str, str | None, str]], vocabulary: Vocabulary
) -> None:
    announcement = text_read(text, vocabulary)
    assert announcement.problems == []
    assert understood(announcement) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Film:\nDublin\nCreative Cities of Xyz:\nAsaba",
        "Film:\nDublin\nCittÃ\xa0 creative per la musica\nAsaba",
    ],
)
def test_a_heading_that_is_not_understood_ends_the_one_before(text: str, vocabulary: Vocabulary) -> None:
    announcement = text_read(text, vocabulary)
    assert understood(announcement) == [("Dublin", None, "film")]
    assert 3 in [problem.line for problem in announcement.problems]


@pytest.mark.parametrize(
    "text",
    ["Dresden (Germany) and Porto (Portugal): Film", "Dresden (Germany) – Film, Leipzig", "Bonn – Music & Film"],
)
def test_a_line_of_which_a_part_would_be_lost_is_refused(text: str, vocabulary: Vocabulary) -> None:
    assert [problem.line for problem in text_read(text, vocabulary).problems] == [1]


@pytest.mark.parametrize(
    "text",
    [
        '{| class="wikitable"\n|-\n| Dublin || Ireland || Film\n|-\n| Asaba || Nigeria || Film',
        "{|\n|-\n| Dublin || Ireland || Film\n|}\nAsaba (Nigeria) – Film",
        "{|\n|-\n| Dublin || Ireland || Film\n|} Asaba (Nigeria) – Film",
        "{| Asaba (Nigeria) – Film\n|-\n| Dublin || Ireland || Film\n|}",
    ],
    ids=["cut before its end", "a line after it", "text after its end", "text at its beginning"],
)
def test_no_line_of_a_wikitext_table_is_lost(text: str, vocabulary: Vocabulary) -> None:
    read = text_read(text, vocabulary)
    names = {name for name in ("Dublin", "Asaba") if name in text}
    shown = {entry.name for entry in read.entries} | {leftover.line for leftover in read.leftovers}
    assert names <= shown | {name for name in names for problem in read.problems if name in problem.message}


def test_a_country_in_brackets_is_not_taken_for_the_city_of_that_name(vocabulary: Vocabulary) -> None:
    network = vocabulary.network
    shared = {country.name: country for country in network.countries.values() if vocabulary.is_city_name(country.name)}
    assert {"Mexico", "Singapore"} <= shared.keys()
    for name, country in shared.items():
        read = text_read(f"Film: Palermo (Italy), Neustadt ({name}), Otsu (Japan)\n", vocabulary)
        assert understood(read) == [
            ("Palermo", "IT", "film"),
            ("Neustadt", country.id, "film"),
            ("Otsu", "JP", "film"),
        ]


def lines_without_outcome(text: str, announcement: Announcement) -> set[int]:
    lines = re.split(r"\r\n|[\n\r\x0b\u2028]", text)
    told = {entry.line for entry in announcement.entries} | {leftover.line for leftover in announcement.leftovers}
    told |= {problem.line for problem in announcement.problems}
    return {number for number, line in enumerate(lines, start=1) if re.search(r"\w", line)} - told


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_every_line_of_any_text_has_an_outcome(text: str) -> None:
    announcement = text_read(text, Vocabulary(SMALL))
    assert all(entry.read_field.id and entry.name for entry in announcement.entries)
    if not (is_page(text) or is_json(text)):
        assert lines_without_outcome(text, announcement) == set()


@pytest.mark.parametrize(
    "line",
    [
        "<a>",
        "<ref",
        "<!-- Kobe -->",
        "<img alt='X'>",
        "{{flagicon|JP}}",
        "![](Kobe.png)",
        "__",
        "{| class=x",
        "|- Kobe",
    ],
)
def test_a_line_of_nothing_but_markup_has_an_outcome(line: str) -> None:
    for text in (line, f"Kobe (Japan) – Design\n{line}", f"{{|\n|-\n| Kobe || Japan || Design\n{line}\n|}}"):
        announcement = text_read(text, Vocabulary(SMALL))
        assert lines_without_outcome(text, announcement) == set()


WORDS = [
    "–",
    " - ",
    "(",
    ")",
    "[1]",
    ",",
    "Film",
    "Japan",
    "Kobe",
    "\n",
    "• ",
    ":",
    "round: 2027\n",
    "; ",
    "|",
    "\t",
    "。",
]
WORDS += [
    "Music",
    "City of ",
    "日本",
    "神戸",
    "🇯🇵",
    "{|\n",
    "|-\n",
    "|---|---|\n",
    "Total",
    "Crafts and",
    "Folk Art",
    "/",
    "1. ",
    "<ref",
    "</ref>",
    "<a>",
    "<!-- note -->",
    "class=x",
    "{{flag|JP}}",
]


@given(st.lists(st.sampled_from(WORDS)))
@settings(max_examples=250, deadline=None)
def test_every_line_of_a_mixture_of_usual_words_has_an_outcome(words: list[str]) -> None:
    text = "".join(words)
    announcement = text_read(text, Vocabulary(SMALL))
    if "{|" not in text and "|---|" not in text:
        assert lines_without_outcome(text, announcement) == set()


def test_every_dash_of_unicode_parts_a_line(vocabulary: Vocabulary) -> None:
    every = {chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Pd"}
    assert every <= set(DASHES)
    for dash in every:
        assert understood(text_read(f"Asaba (Nigeria) {dash} Film", vocabulary)) == [("Asaba", "NG", "film")], dash


@pytest.mark.parametrize(
    "text", ["Łódź – Film", "São Paulo", "HÀ NỘI", "Côte d’Ivoire", "Москва", "القاهرة", "東京", "Đà Nẵng"]
)
def test_a_sound_text_is_not_taken_for_one_that_was_decoded_wrongly(text: str) -> None:
    assert mojibake(text) is None


@given(st.sampled_from(["Gastronomía", "Łódź", "İstanbul", "Évian – Film", "Москва", "東京"]))
def test_a_text_that_was_decoded_wrongly_is_recognised(text: str) -> None:
    assert mojibake(text.encode().decode("latin-1")) == text
    assert mojibake(text.encode().decode("mac_roman")) == text


@given(st.binary(max_size=400), st.sampled_from([".txt", ".csv", ".tsv", ".yaml", ".xlsx"]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_make_the_reader_raise(tmp_path: Path, raw: bytes, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(raw)
    announcement = read(path, Vocabulary(SMALL))
    assert announcement.problems or announcement.entries


# -- tables ------------------------------------------------------------------------------------

ROWS = [["City", "Country", "Creative field"], ["Asaba", "NG", "Film"], ["Granada", "Nicaragua", "Design"]]
EXPECTED = [("Asaba", "NG", "film"), ("Granada", "NI", "design")]


def table(delimiter: str, rows: list[list[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue()


@pytest.mark.parametrize(("suffix", "delimiter"), [(".csv", ","), (".csv", ";"), (".tsv", "\t"), (".CSV", ",")])
def test_a_table_is_read_whatever_parts_its_cells(
    suffix: str, delimiter: str, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    path = tmp_path / f"round{suffix}"
    path.write_text("\ufeff" + table(delimiter, [["round: 2027"], ["date", "2027-10-31"], *ROWS]), encoding="utf-8")
    announcement = read(path, vocabulary)
    assert (announcement.problems, understood(announcement)) == ([], EXPECTED)
    assert announcement.head == {"round": (1, "2027"), "date": (2, "2027-10-31")}
    assert [entry.line for entry in announcement.entries] == [4, 5]


def test_a_workbook_is_read(tmp_path: Path, vocabulary: Vocabulary) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Round", 0)
    rows: list[list[Any]] = [["round", 2027], *ROWS]
    for row in rows:
        sheet.append(row)
    book.save(tmp_path / "round.xlsx")
    announcement = read(tmp_path / "round.xlsx", vocabulary)
    assert (announcement.problems, understood(announcement), announcement.head) == (
        [],
        EXPECTED,
        {"round": (1, "2027")},
    )


def test_headings_above_a_city_are_not_taken_for_the_card_of_another(vocabulary: Vocabulary) -> None:
    headings = text_read("New members\nFilm\nJapan\nOtsu\nKyoto\n", vocabulary)
    assert understood(headings) == [("Otsu", "JP", "film"), ("Kyoto", "JP", "film")]
    cards = text_read("Asaba\nNigeria\nFilm\nOtsu\nJapan\nDesign\n", vocabulary)
    assert understood(cards) == [("Asaba", "NG", "film"), ("Otsu", "JP", "design")]


def test_a_city_is_put_together_from_three_lines_at_most(vocabulary: Vocabulary) -> None:
    assert understood(text_read("Asaba,\nNigeria –\nFilm\n", vocabulary)) == [("Asaba", "NG", "film")]
    four_lines = text_read("Asaba,\nNigeria –\nCrafts and\nFolk Art\n", vocabulary)
    assert understood(four_lines) == []
    assert four_lines.problems


@pytest.mark.parametrize(
    "hidden",
    [
        "<head><script>if (a < b) c()</script><title>Otsu – Film</title></head>",
        "<head><head><style>p {}</style></head>",
        "<template><button>Otsu – Film</button>Nara – Film</template>",
        "<noscript><svg><title>Otsu – Film</title></svg>Nara – Film</noscript>",
        "<select><option>Otsu – Film</select></select>",
    ],
)
def test_only_what_a_page_shows_is_read(hidden: str, vocabulary: Vocabulary) -> None:
    list_read = text_read(f"<!doctype html><html>{hidden}<body><p>Asaba – Film</p></body></html>", vocabulary)
    assert understood(list_read) == [("Asaba", None, "film")]
    assert (list_read.problems, list_read.leftovers) == ([], [])


def test_yaml_is_read(tmp_path: Path, vocabulary: Vocabulary) -> None:
    path = tmp_path / "round.yaml"
    cities = "- {name: Asaba, country: NG, field: Film}\n- {name: Granada, country: NI, field: Design}\n"
    path.write_text(f"round: 2027\ncities:\n{cities}", encoding="utf-8")
    announcement = read(path, vocabulary)
    assert (announcement.problems, understood(announcement)) == ([], EXPECTED)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.txt", b"", (1, "announcement", "empty")),
        ("a.csv", b" \n", (1, "announcement", "empty")),
        (
            "a.csv",
            "name,country,field\nКазань,Россия,Film\n".encode("cp1251"),
            (2, "encoding", "save the file as UTF-8"),
        ),
        ("a.txt", "Asaba (Nigeria) – Fílm".encode()[:-3], (1, "encoding", "save the file as UTF-8")),
        ("a.txt", "Asaba – Fílm".encode("utf-16")[:-1], (1, "encoding", "save the file as UTF-8")),
        ("a.txt", b"\x89PNG\r\n\x1a\n\0", (1, "encoding", "a picture")),
        ("a.txt", b"%PDF-1.7", (1, "encoding", "a PDF document")),
        ("a.txt", "Alba (Italia) – GastronomÃ\xada".encode(), (1, "encoding", "Gastronomía")),
        ("a.csv", b"name,contry,field\nA,B,Film\n", (1, "column", "did you mean 'country'")),
        ("a.csv", b"name,country,field\nA,Japan,Film,more\n", (2, "table", "4 cells")),
        ("a.csv", b'name,country,field\n"A,Japan,Film\n', (2, "table", "quotation mark")),
        ("a.csv", b"name,country,field\n,Japan,Film\n", (2, "missing", "the name is missing")),
        ("a.csv", b"name,country,field\n", (1, "table", "no city")),
        ("a.xlsx", b"PK\x03\x04 no workbook", (1, "table", "save it as .xlsx or .csv")),
        ("a.csv", b"PK\x03\x04 no workbook", (1, "table", "save it as .xlsx or .csv")),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", (1, "table", "save it as .xlsx or .csv")),
        ("a.yaml", b"- {name: A, contry: JP, field: Film}\n", (1, "column", "did you mean 'country'")),
        ("a.yaml", b"cities: []\n", (1, "announcement", "no city")),
        ("a.yaml", b"a: &x 1\n", (1, "yaml", "anchor")),
        ("a.txt", b"Nothing here.\n", (1, "announcement", "no line names a city")),
    ],
)
def test_a_file_that_cannot_be_used_is_told(
    name: str, content: bytes, expected: tuple[int, str, str], tmp_path: Path, vocabulary: Vocabulary
) -> None:
    (tmp_path / name).write_bytes(content)
    announcement = read(tmp_path / name, vocabulary)
    line, rule, says = expected
    assert any(
        (problem.line, problem.rule) == (line, rule) and says in str(problem) for problem in announcement.problems
    ), announcement.problems
