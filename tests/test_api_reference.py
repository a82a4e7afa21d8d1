"""The reference of the Python interface is that of the code, and complete."""

from __future__ import annotations

import re

from release.api_reference import ANSWERS, TARGET, reference

from ccn_kb.network import Network
from ccn_kb.network.table_rows import TABLES_BY_NAME
from tests.conftest import ROOT

HEADINGS = re.findall(r"^### (.+)$", reference(), re.MULTILINE)


def test_the_reference_is_up_to_date() -> None:
    assert TARGET.read_text(encoding="utf-8") == reference(), "run: make api"


def test_the_reference_has_every_method_answer_and_table() -> None:
    methods = {f"network.{name}" for name, value in vars(Network).items() if callable(value) and name[0] != "_"}
    assert methods - set(HEADINGS) == set()
    assert {answer.__name__ for answer in ANSWERS} - set(HEADINGS) == set()
    assert set(TABLES_BY_NAME) - set(HEADINGS) == set()
    assert (
        "### network.panel\n\n```python\nnetwork.panel(until: DateLike=None, *, since: DateLike='0001'" in reference()
    )


def test_every_column_of_a_frame_is_listed_under_its_table() -> None:
    sections = dict(re.findall(r"^### (\S+)\n(.*?)(?=^##|\Z)", reference().partition("\n## Tables\n")[2], re.M | re.S))
    for name, table in TABLES_BY_NAME.items():
        listed = re.findall(r"^\| `(\w+)` \| [a-z]+(?:, may be empty)? \| \S", sections[name], re.MULTILINE)
        assert listed == [column.name for column in table.columns], name


def test_the_makefile_writes_the_reference() -> None:
    assert "python -m release.api_reference" in (ROOT / "Makefile").read_text(encoding="utf-8")
