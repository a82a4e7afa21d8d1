"""The reader of announcements: pasted text, tables and YAML; what it understands, and what it refuses at which line."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccn_kb.curate.announcement import Announcement, read, read_text
from ccn_kb.curate.vocabulary import Vocabulary
from ccn_kb.network import Network
from tests.records import make_network

SMALL = make_network()


@pytest.fixture(scope="module")
def vocabulary(network: Network) -> Vocabulary:
    """The words of the real network."""
    return Vocabulary(network)


def text_read(text: str, vocabulary: Vocabulary) -> Announcement:
    found = Announcement("a.txt")
    read_text(found, text, vocabulary)
    return found


def understood(found: Announcement) -> list[tuple[str, str | None, str | None]]:
    return [(one.name, one.read_country.id if one.read_country else None, one.read_field.id) for one in found.entries]


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
    found = text_read(line, vocabulary)
    assert found.problems == []
    assert understood(found) == [expected]


def test_prose_is_passed_over_and_counted(vocabulary: Vocabulary) -> None:
    first = "Paris, 31 October – UNESCO has designated 55 cities today."
    found = text_read(f"{first}\n\nThe new members are:\nAsaba – Film\nThe city of Lyon.\n", vocabulary)
    assert (found.problems, found.passed, len(found.entries)) == ([], [1, 3, 5], 1)


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
        ("Nowhere (Atlantis) – Film", "country", "no country"),
        (f"{'x' * 5000} (Japan) – Film", "name", "1 to 100 letters"),
        ("Ko\x07be (Japan) – Film", "name", "control characters"),
        ("Ko\u202ebe (Japan) – Film", "name", "control characters"),
    ],
)
def test_a_line_that_is_wrong_is_told_with_the_nearest(line: str, rule: str, says: str, vocabulary: Vocabulary) -> None:
    found = text_read(f"Asaba (Nigeria) – Film\n{line}\n", vocabulary)
    assert [(one.line, one.rule) for one in found.problems] == [(2, rule)]
    assert says in str(found.problems[0])


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_no_text_makes_the_reader_raise(text: str) -> None:
    found = text_read(text, Vocabulary(SMALL))
    assert all(entry.read_field.id and entry.name for entry in found.entries)
    assert found.entries or found.problems or not text.strip()


WORDS = ["–", " - ", "(", ")", "[1]", ",", "Film", "Japan", "Kobe", "\n", "• ", ":", "round: 2027\n"]


@given(st.lists(st.sampled_from(WORDS)))
@settings(max_examples=150, deadline=None)
def test_no_mixture_of_its_own_words_makes_the_reader_raise(words: list[str]) -> None:
    text_read("".join(words), Vocabulary(SMALL))


@given(st.binary(max_size=400), st.sampled_from([".txt", ".csv", ".tsv", ".yaml", ".xlsx"]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_make_the_reader_raise(tmp_path: Path, raw: bytes, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(raw)
    found = read(path, Vocabulary(SMALL))
    assert found.problems or found.entries


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
    found = read(path, vocabulary)
    assert (found.problems, understood(found)) == ([], EXPECTED)
    assert found.head == {"round": (1, "2027"), "date": (2, "2027-10-31")}
    assert [one.line for one in found.entries] == [4, 5]


def test_a_workbook_is_read(tmp_path: Path, vocabulary: Vocabulary) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Round", 0)
    rows: list[list[Any]] = [["round", 2027], *ROWS]
    for row in rows:
        sheet.append(row)
    book.save(tmp_path / "round.xlsx")
    found = read(tmp_path / "round.xlsx", vocabulary)
    assert (found.problems, understood(found), found.head) == ([], EXPECTED, {"round": (1, "2027")})


def test_yaml_is_read(tmp_path: Path, vocabulary: Vocabulary) -> None:
    path = tmp_path / "round.yaml"
    cities = "- {name: Asaba, country: NG, field: Film}\n- {name: Granada, country: NI, field: Design}\n"
    path.write_text(f"round: 2027\ncities:\n{cities}", encoding="utf-8")
    found = read(path, vocabulary)
    assert (found.problems, understood(found)) == ([], EXPECTED)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.txt", b"", (1, "announcement", "empty")),
        ("a.csv", b" \n", (1, "announcement", "empty")),
        (
            "a.csv",
            "name,country,field\nMérida,Mexico,Film\n".encode("cp1252"),
            (2, "encoding", "save the file as UTF-8"),
        ),
        ("a.txt", "Asaba – Film".encode("utf-16"), (1, "encoding", "save the file as UTF-8")),
        ("a.csv", b"name,land,field\nA,B,Film\n", (1, "column", "the column 'country' is missing")),
        ("a.csv", b"name,contry,field\nA,B,Film\n", (1, "column", "did you mean 'country'")),
        ("a.csv", b"name,country,field\nA,Japan,Film,more\n", (2, "table", "4 cells")),
        ("a.csv", b'name,country,field\n"A,Japan,Film\n', (2, "table", "quotation mark")),
        ("a.csv", b"name,country,field\n,Japan,Film\n", (2, "missing", "the name is missing")),
        ("a.csv", b"name,country,field\n", (1, "table", "no city")),
        ("a.xlsx", b"PK\x03\x04 no workbook", (1, "table", "save it as .xlsx or .csv")),
        ("a.csv", b"PK\x03\x04 no workbook", (1, "table", "save it as .xlsx or .csv")),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", (1, "table", "the old kind")),
        ("a.yaml", b"- {name: A, contry: JP, field: Film}\n", (1, "column", "did you mean 'country'")),
        ("a.yaml", b"cities: []\n", (1, "announcement", "no city")),
        ("a.yaml", b"a: &x 1\n", (1, "yaml", "anchor")),
        ("a.txt", b"Nothing here.\n", (1, "announcement", "no line of the file names a city")),
    ],
)
def test_a_file_that_cannot_be_used_is_told(
    name: str, content: bytes, expected: tuple[int, str, str], tmp_path: Path, vocabulary: Vocabulary
) -> None:
    (tmp_path / name).write_bytes(content)
    found = read(tmp_path / name, vocabulary)
    line, rule, says = expected
    assert any((one.line, one.rule) == (line, rule) and says in str(one) for one in found.problems), found.problems
