"""What is written around the cities of a list: regions, names of countries, and headings of cities that do not join."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.conftest import DATA, Ccn, Result

HEAD = "round: 2026\ndate: 2026-10-31\nsource: unesco-round-2023\n"


def load(ccn: Ccn, folder: Path, text: str) -> Result:
    """Load a list into nothing, and return the result; placed cities are in what it prints."""
    (folder / "list.txt").write_text(f"{HEAD}{text}\n", encoding="utf-8")
    return ccn("--data", DATA, "load", "list.txt", "--no-input", "--dry-run", cwd=folder)


def refusal(ccn: Ccn, folder: Path, text: str) -> str:
    """Load a list that is refused, and return what is printed about it."""
    result = load(ccn, folder, text)
    assert (result.returncode, result.stdout) == (1, "")
    return result.stderr


def record(result: Result) -> dict[str, object]:
    """Return the record that a load would write."""
    lines = [line[1:] for line in result.stdout.splitlines() if line.startswith("+") and not line.startswith("+++")]
    city = yaml.safe_load("\n".join(lines))
    assert isinstance(city, dict)
    return city


@pytest.mark.parametrize(
    ("line", "geonames"),
    [
        ("Frankfurt (Oder) (Germany) – Literature", 2925535),
        ("Frankfurt (Oder), Germany – Literature", 2925535),
        ("Freiburg (Elbe), Germany – Film", 2925181),
        ("Armenia, Antioquia, Colombia – Music", 3689559),
        ("Lahti, Päijät-Häme (Finland) – Design", 649360),
        ("Ulm, Baden-Württemberg (Germany) – Film", 2820256),
    ],
)
def test_words_behind_a_name_decide_between_places_of_that_name(
    line: str, geonames: int, ccn: Ccn, tmp_path: Path
) -> None:
    result = load(ccn, tmp_path, line)
    assert result.returncode == 0, result.stderr
    assert record(result)["geonames"] == geonames


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Saint-Denis (La Réunion), France – Music", "which Saint-Denis in France is meant? (La Réunion is written"),
        ("Aurangabad, Bihar, India – Film", "which Aurangabad in India is meant? (Bihar is written behind it)"),
        ("Portland, Maine, US – Design", "which Portland in United States is meant? (Maine is written behind it)"),
        ("Suzhou (Anhui) (China) – Music", "which Suzhou in China is meant? (Anhui is written behind it)"),
        ("San Martín, Mendoza (Argentina) – Film", "which San Martín in Argentina is meant? (Mendoza is written"),
        ("San Martín (Mendoza, Argentina) – Film", "which San Martín in Argentina is meant? (Mendoza is written"),
        ("Santa Lucía, Canelones (Uruguay) – Music", "Did you mean Santa Lucía (UY)? (Canelones is written behind it)"),
        ("Guadalupe, Cáceres (Spain) – Film", "Did you mean Guadalupe (ES)? (Cáceres is written behind it)"),
        ("Lebanon (New Hampshire, United States) – Music", "which Lebanon in United States is meant? (New Hampshire"),
        ("Guadalupe (Mexico) – Film", "which Guadalupe in Mexico is meant?"),
    ],
)
def test_words_behind_a_name_that_decide_nothing_are_asked_about(
    line: str, message: str, ccn: Ccn, tmp_path: Path
) -> None:
    assert f"list.txt:4: doubt: {message}" in refusal(ccn, tmp_path, line)


def test_a_region_that_is_not_used_is_told(ccn: Ccn, tmp_path: Path) -> None:
    result = load(ccn, tmp_path, "Lancaster, Ontario, Canada – Film")
    assert result.returncode == 0, result.stderr
    assert "list.txt:4: 'Ontario', written behind Lancaster, is not used" in result.stderr
    assert "not used" not in load(ccn, tmp_path, "Ulm, Baden-Württemberg (Germany) – Film").stderr


@pytest.mark.parametrize(
    "heading",
    [
        "Cities leaving the Network:",
        "Cities leaving the Network in 2027:",
        "Candidates for 2029:",
        "Shortlisted but not designated:",
        "Villes non retenues :",
        "Ciudades candidatas:",
        "Cities that were not selected",
        "Ehemalige Mitglieder:",
        "落選:",
        "退出的城市：",
    ],
)
def test_a_heading_of_cities_that_do_not_join_stops_the_load(heading: str, ccn: Ccn, tmp_path: Path) -> None:
    printed = refusal(ccn, tmp_path, f"Ulm (Germany) – Film\n{heading}\nLahti (Finland) – Design")
    assert "list.txt:5: line: this may head cities that were not designated, or that left" in printed
    assert "delete the line and the cities below it; if they did join, delete the line alone" in printed


@pytest.mark.parametrize("words", ["not designated", "withdrawn in 2028", "former member", "candidate"])
def test_a_city_of_which_it_is_said_that_it_does_not_join_stops_the_load(words: str, ccn: Ccn, tmp_path: Path) -> None:
    printed = refusal(ccn, tmp_path, f"Lahti (Finland) – Design ({words})")
    assert f"list.txt:4: line: {words!r} may say that the city did not join, or left" in printed


@pytest.mark.parametrize(
    "introduction",
    [
        "The newly designated cities are:",
        "Les nouvelles villes créatives de l’UNESCO sont :",
        "Las nuevas ciudades creativas son:",
        "Die neuen Kreativstädte sind:",
        "New members",
        "Of the 90 candidates the following joined the network.",
    ],
)
def test_what_introduces_a_list_is_no_heading_of_a_field(introduction: str, ccn: Ccn, tmp_path: Path) -> None:
    result = load(ccn, tmp_path, f"{introduction}\nUlm (Germany) – Film")
    assert result.returncode == 0, result.stderr
    assert record(result)["name"] == "Ulm"
