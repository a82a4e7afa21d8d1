"""YAML to plain data and back: nothing is guessed, nothing is lost, and every refusal names its line."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, reject, settings
from hypothesis import strategies as st

from ccn_kb.errors import DataError, Problem
from ccn_kb.store import yamlio
from ccn_kb.store.yamlio import Path, Plain

# The machine may be busy with other tests, and large examples are the point of some properties.
UNHURRIED = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])

TRICKY = " \n\t\r'\"#:-,[]{}&*!|>%@`\\?~=<._+/0129aNO\x85\u2028\ufeff\x00\x7f\xa0é金😀"
MEANINGFUL = ["NO", "yes", "null", "~", "", "1e3", "0x1f", "1:20", "2008", "2008-06", "2008-06-11", "<<", "=", "- a"]
MEANINGFUL += [
    "a: b",
    "---",
    "...",
    "? x",
    "# x",
    "x #y",
    "x#y",
    " x",
    "x ",
    "\n",
    "x\n",
    "\nx",
    "x\n\n",
    "%YAML",
    "!x",
]
# Beyond 128 characters YAML needs another form of key.
LONG = ["k" * 128, "k" * 129, "ké " * 60]

texts = st.text(max_size=12) | st.text(TRICKY, max_size=8) | st.sampled_from(MEANINGFUL)
keys = st.text(TRICKY, max_size=4) | st.sampled_from([*MEANINGFUL, *LONG])


def mappings(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(keys, values, max_size=3)


trees = st.recursive(texts, lambda inner: st.lists(inner, max_size=3) | mappings(inner), max_leaves=8)
records = mappings(trees)


def depth(data: object) -> int:
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)


def last_line(text: str) -> int:
    return max(1, len(text.splitlines()))


def refused(text: str) -> Problem:
    """Return the one problem for which the text is refused."""
    with pytest.raises(DataError) as raised:
        yamlio.parse(text, "cities/kobe-jp.yaml")
    (problem,) = raised.value.problems
    assert problem.file == "cities/kobe-jp.yaml"
    return problem


# -- there and back ----------------------------------------------------------------------------


@UNHURRIED
@given(records, st.lists(st.sampled_from(MEANINGFUL), unique=True))
def test_any_plain_data_comes_back_from_its_text_which_stays_the_same(data: dict[str, Plain], block: list[str]) -> None:
    text = yamlio.dump({**data}, "yaml-language-server: $schema=x", block)
    back = yamlio.parse(text, "x.yaml").data
    assert back == data
    assert isinstance(back, dict)
    assert yamlio.dump({**back}, "yaml-language-server: $schema=x", block) == text
    assert list(yamlio.comments(text)) == []


@UNHURRIED
@given(st.dictionaries(keys, records, max_size=3))
def test_a_file_of_records_comes_back_from_its_text(data: dict[str | int, dict[str, object]]) -> None:
    assert yamlio.parse(yamlio.dump_records(data, "head", MEANINGFUL), "x.yaml").data == data


@UNHURRIED
@given(st.lists(records, max_size=3))
def test_a_list_of_records_comes_back_from_its_text(data: list[dict[str, object]]) -> None:
    assert yamlio.parse(yamlio.dump_list(data, "head"), "x.yaml").data == data


@settings(UNHURRIED, max_examples=300)
@given(st.text() | st.text(TRICKY))
def test_a_text_alone_comes_back_as_it_was(text: str) -> None:
    assert yamlio.parse(yamlio.dump({"name": text}, "head"), "x.yaml").data == {"name": text}


# -- reading -----------------------------------------------------------------------------------


@settings(UNHURRIED, max_examples=400)
@given(st.text() | st.text(TRICKY, max_size=40) | st.lists(texts, max_size=6).map("\n".join))
@example("a: 1\nb")
@example("a: [")
@example("a: [\n")
@example("a: 'b\n\n")
@example("---")
@example("a: 1\rb: \x07")
def test_any_text_is_read_or_refused_with_a_line_inside_the_file(text: str) -> None:
    try:
        lines = [*yamlio.parse(text, "x.yaml").lines.values()]
    except DataError as error:
        lines = [problem.line for problem in error.problems]
        assert lines
    assert all(1 <= line <= last_line(text) for line in lines)


@UNHURRIED
@given(st.binary() | st.text(TRICKY).map(str.encode))
def test_any_bytes_are_text_or_refused_with_a_line_inside_the_file(raw: bytes) -> None:
    try:
        assert yamlio.decode(raw, "x.yaml").encode() == raw
    except DataError as error:
        (problem,) = error.problems
        assert 1 <= problem.line <= raw.count(b"\n") + 1


words = st.text("abcxyzé金#: ", min_size=1, max_size=8)
slugs = st.text("abcdefgh_", min_size=1, max_size=5)
nested = st.recursive(
    words,
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(slugs, inner, min_size=1, max_size=3),
    max_leaves=10,
)


class Writer:
    """Writes block YAML with blank lines and comments in between, and keeps in mind what stands where."""

    def __init__(self, gaps: st.DataObject) -> None:
        self.gaps = gaps
        self.text: list[str] = []
        self.lines: dict[Path, int] = {}

    def write(self, data: Plain, path: Path = (), lead: str = "", indent: str = "") -> None:
        """Write the data after the lead, which is what stands before it on its first line."""
        if isinstance(data, str):
            self.text.append(f"{lead}{json.dumps(data, ensure_ascii=False)}")
            return
        items = data.items() if isinstance(data, dict) else enumerate(data)
        for key, value in items:
            if lead == indent:
                self.text += self.gaps.draw(st.lists(st.sampled_from(["", "# a: 1", f"{indent}# - b"]), max_size=2))
            place: Path = (*path, key)
            self.lines[place] = len(self.text) + 1
            mark = f"{key}:" if isinstance(key, str) else "-"
            if isinstance(value, str):
                self.write(value, place, f"{lead}{mark} ", indent)
            elif isinstance(key, str):
                self.text.append(f"{lead}{mark}")
                self.write(value, place, f"{indent}  ", f"{indent}  ")
            else:
                self.write(value, place, f"{lead}- ", f"{indent}  ")
            lead = indent


@UNHURRIED
@given(st.dictionaries(slugs, nested, min_size=1, max_size=3), st.data())
def test_every_key_and_item_has_the_line_on_which_it_stands(data: dict[str, Plain], gaps: st.DataObject) -> None:
    writer = Writer(gaps)
    writer.write({**data})
    document = yamlio.parse("\n".join(writer.text), "x.yaml")
    assert document.data == data
    assert {path: line for path, line in document.lines.items() if path} == writer.lines
    assert document.line(()) == min(writer.lines.values())


def test_a_path_without_a_line_has_that_of_what_it_would_stand_in() -> None:
    document = yamlio.parse("\nname: Kobe\n\nend:\n  date: '2008'\n\n  reason: x\n", "x.yaml")
    asked: list[Path] = [("end", "reason"), ("end", "sources"), ("end", "date", 3, "x"), ("country",), ()]
    assert [document.line(path) for path in asked] == [7, 4, 5, 2, 2]


@pytest.mark.parametrize("text", ["NO", "yes", "null", "~", "1", "1.50", "0x1f", "2008-06", "2008-06-11", "1:20", "<<"])
def test_every_scalar_is_text_as_it_stands(text: str) -> None:
    assert yamlio.parse(f"country: {text}", "x.yaml").data == {"country": text}
    assert yamlio.parse(f"[{text}]", "x.yaml").data == [text]
    assert yamlio.parse(f"{text}: x", "x.yaml").data == {text: "x"}


TOKENS = (
    "a",
    "b",
    ": ",
    "- ",
    "\n",
    "\n  ",
    "{",
    "}",
    "[",
    "]",
    ", ",
    "'",
    '"',
    "# ",
    "&a ",
    "*a",
    "!",
    "!!int ",
    "|",
    ">-",
    "? ",
    "---",
    "<<",
)


def read(text: str) -> Plain | list[Problem]:
    try:
        return yamlio.parse(text, "x.yaml").data
    except DataError as error:
        return list(error.problems)


@UNHURRIED
@given(st.lists(st.sampled_from(TOKENS), max_size=12).map("".join))
def test_what_is_read_quickly_is_what_is_read_event_by_event(text: str) -> None:
    quickly = read(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yamlio, "_composed", lambda _: None)
        assert read(text) == quickly


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a:", {"a": ""}),
        ("a: 'NO'", {"a": "NO"}),
        ('a: "\\u0141\\n"', {"a": "Ł\n"}),
        ("a: |\n  b\n  c\n", {"a": "b\nc\n"}),
        ("a: b\n  c\n", {"a": "b c"}),
        ("a: []\nb: {}\n", {"a": [], "b": {}}),
        ("a: [b, {c: d}]\ne: f", {"a": ["b", {"c": "d"}], "e": "f"}),
        ("- - a\n- b", [["a"], "b"]),
        ("Kobe", "Kobe"),
        ("---\na: b\n...\n", {"a": "b"}),
        ("a: b\r\nc: d\r\n", {"a": "b", "c": "d"}),
        ("\ufeffa: b", {"a": "b"}),
        ("sources: [geonames#123]", {"sources": ["geonames#123"]}),
    ],
)
def test_plain_yaml_is_read(text: str, data: Plain) -> None:
    assert yamlio.parse(text, "x.yaml").data == data


@pytest.mark.parametrize(
    ("text", "line", "rule", "message", "fix"),
    [
        ("", 1, "yaml", "the file is empty", "write a record, or delete the file"),
        ("\n\n# only a comment\n", 1, "yaml", "the file is empty", "write a record"),
        ("\ufeff", 1, "yaml", "the file is empty", "write a record"),
        ("a: 1\nb: 2\n\na: 3", 4, "duplicate-key", "key 'a' stands here again, first on line 1", "keep one of the two"),
        ("a:\n  b: 1\n  'b': 2", 3, "duplicate-key", "key 'b' stands here again, first on line 2", "keep one"),
        ("a: {b: 1,\n c: 2,\n b: 3}", 3, "duplicate-key", "first on line 1", "keep one"),
        ("a: 1\nb: &x 2", 2, "yaml", "anchor &x is not allowed", "write the value out"),
        ("a: 1\nb: &x [2]", 2, "yaml", "anchor &x is not allowed", "write the value out"),
        ("&x a: 1", 1, "yaml", "anchor &x is not allowed", "write the value out"),
        ("a: 1\n\nb: *x", 3, "yaml", "alias *x is not allowed", "write the value out"),
        ("*x : 1", 1, "yaml", "alias *x is not allowed", "write the value out"),
        ("a: 1\nb: !!int 2", 2, "yaml", "tag tag:yaml.org,2002:int is not allowed", "delete the tag"),
        ("a: 1\nb: !x 2", 2, "yaml", "tag !x is not allowed", "delete the tag"),
        ("a: 1\nb: ! 2", 2, "yaml", "tag ! is not allowed", "delete the tag"),
        ("a: 1\nb: !!map {c: 2}", 2, "yaml", "tag tag:yaml.org,2002:map is not allowed", "delete the tag"),
        ("a: 1\nb: !!python/object:os.system [c]", 2, "yaml", "python/object:os.system is not allowed", "delete"),
        ("a: 1\n---\nb: 2", 2, "yaml", "a second document begins here", "keep one document"),
        ("---\na: 1\n...\n---\n", 4, "yaml", "a second document begins here", "keep one document"),
        ("a:\n\tb: 1", 2, "yaml", "found character that cannot start any token", "correct the YAML at this line"),
        ("a: 1\n\tb: 2", 2, "yaml", "found a tab character", "correct the YAML at this line"),
        ("a: 1\n b: 2", 2, "yaml", "mapping values are not allowed", "correct the YAML at this line"),
        ("a: b: c", 1, "yaml", "mapping values are not allowed", "correct the YAML at this line"),
        ("a: 1\nb\nc: 2", 2, "yaml", "could not find expected ':'", "correct the YAML at this line"),
        ("a: [b,\nc\nd: e", 1, "yaml", "did not find expected ',' or ']'", "correct the YAML at this line"),
        ("a: 'b", 1, "yaml", "unexpected end of stream while scanning a quoted scalar", "correct the YAML"),
        ("a: 1\nb: 'c\n\nd: e\n", 2, "yaml", "while scanning a quoted scalar", "correct the YAML"),
        ("a: 1\nb: [c\n\n", 2, "yaml", "while parsing a flow", "correct the YAML"),
        ("a: [\n", 1, "yaml", "while parsing a flow", "correct the YAML"),
        ("a: 1\n? [b]\n: c", 2, "yaml", "a key must be text", "write a plain key"),
        ("a: 1\n{b: c}: d", 2, "yaml", "a key must be text", "write a plain key"),
        ("a: 1\nb: \x07", 2, "yaml", "character U+0007 is not allowed", "delete it"),
        ("a: 1\r\nb: \x07", 2, "yaml", "character U+0007 is not allowed", "delete it"),
        ("a: 1\rb: \x07", 2, "yaml", "character U+0007 is not allowed", "delete it"),
        ("a: \x00", 1, "yaml", "character U+0000 is not allowed", "delete it"),
        ("# a\nb: '\x7f'", 2, "yaml", "character U+007F is not allowed", "delete it"),
        ("a: \ufffe", 1, "yaml", "character U+FFFE is not allowed", "delete it"),
    ],
)
def test_what_is_not_plain_is_refused_with_its_line(text: str, line: int, rule: str, message: str, fix: str) -> None:
    problem = refused(text)
    assert (problem.line, problem.rule) == (line, rule)
    assert message in problem.message
    assert fix in problem.fix


@pytest.mark.parametrize(("start", "end"), [("[", "]"), ("{a: ", "}"), ("- ", "")])
def test_data_may_be_nested_only_so_deep(start: str, end: str) -> None:
    deepest = start * yamlio.MAX_DEPTH + "x" + end * yamlio.MAX_DEPTH
    assert depth(yamlio.parse(deepest, "x.yaml").data) == yamlio.MAX_DEPTH
    problem = refused(f"\n{start}{deepest}{end}")
    assert (problem.line, problem.message) == (2, f"nested more than {yamlio.MAX_DEPTH} deep")


@pytest.mark.parametrize("start", ["[", "{", "- ", "? ", "{a: [", "- ? "])
def test_however_deep_it_is_nested_python_does_not_overflow(start: str) -> None:
    assert refused(start * 100_000).line == 1


def test_a_file_that_is_not_utf_8_is_refused_with_its_line() -> None:
    with pytest.raises(DataError) as raised:
        yamlio.decode("name: Łódź\ncountry: PL\n".encode() + "name: Köln".encode("latin-1"), "x.yaml")
    expected = Problem("x.yaml", 3, "encoding", "byte 0xf6 is not valid UTF-8", "save the file as UTF-8")
    assert raised.value.problems == [expected]


def test_a_file_has_a_greatest_size() -> None:
    largest = b"a" * yamlio.MAX_BYTES
    assert len(yamlio.decode(largest, "x.yaml")) == yamlio.MAX_BYTES
    with pytest.raises(DataError) as raised:
        yamlio.decode(largest + b"a", "x.yaml")
    message = "the file has more than 2,000,000 bytes"
    assert raised.value.problems == [Problem("x.yaml", 1, "size", message, "split or shorten it")]


# -- writing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("NO", "'NO'"),
        ("yes", "'yes'"),
        ("null", "'null'"),
        ("", "''"),
        ("12", "'12'"),
        (12, "12"),
        (-1.5, "-1.5"),
        ("2008", "'2008'"),
        ("2008-06", "'2008-06'"),
        ("2008-06-11", "'2008-06-11'"),
        ("2008-06-11 or 12", "2008-06-11 or 12"),
        ("Łódź 金沢", "Łódź 金沢"),
        ("\U00020bb7野家", "\U00020bb7野家"),
        ("🎨", "🎨"),
        ("🎨: paint", "'🎨: paint'"),
        ("\t🎨", '"\\t🎨"'),
        ({"🎨": ["🎬", "🎬"]}, "{🎨: [🎬, 🎬]}"),
        ("no \U000e0041 tag", '"no \\U000E0041 tag"'),
        ("🎨 \ue000\ue002", "🎨 \ue000\ue002"),
        (r"\U0001F3A8 \UFFFFFFFF", r"\U0001F3A8 \UFFFFFFFF"),
        ("Licence: CC BY", "'Licence: CC BY'"),
        ("L'Aquila", "L'Aquila"),
        ("a #b", "'a #b'"),
        ("geonames#123", "geonames#123"),
        (["geonames#123", "2008-06", "NO"], "[geonames#123, '2008-06', 'NO']"),
        ({"value": 12, "sources": ["a"]}, "{value: 12, sources: [a]}"),
        ([], "[]"),
        ({}, "{}"),
        ("word " * 60 + "end", "word " * 60 + "end"),
    ],
)
def test_a_value_is_written_in_one_way(value: object, written: str) -> None:
    assert yamlio.dump({"key": value}, "head") == f"# yaml-language-server: $schema=head\nkey: {written}\n"


EMOJI_AND_RARE_LETTERS = st.characters(min_codepoint=0x10000, categories=("L", "N", "S"))


@UNHURRIED
@given(st.recursive(st.text(EMOJI_AND_RARE_LETTERS | st.sampled_from(TRICKY)), mappings, max_leaves=4))
def test_printable_characters_beyond_the_basic_plane_are_written_as_they_are(value: Plain) -> None:
    text = yamlio.dump({"key": value}, "head")
    assert yamlio.parse(text, "x.yaml").data == {"key": value}
    assert not any(chr(int(code, 16)).isprintable() for code in re.findall(r"\\U([0-9A-F]{8})", text))


def test_the_width_of_a_line_counts_an_emoji_as_one_character() -> None:
    texts = ["🎨" * 30, "🎬" * 30, "🎵" * 25]
    assert yamlio.dump({"key": texts}, "head").count("\n") == 2
    assert yamlio.dump({"key": [*texts, "xxxx"]}, "head").count("\n") == 6


def test_more_characters_than_can_be_replaced_at_once_come_back() -> None:
    text = "".join(map(chr, range(0x20000, 0x20000 + 7_000)))
    assert yamlio.parse(yamlio.dump({"key": text}, "head"), "x.yaml").data == {"key": text}


def test_keys_stand_in_their_own_order() -> None:
    assert yamlio.dump({"b": "1st", "a": "2nd", "c": {"z": "x", "y": "x"}}, "head") == (
        "# yaml-language-server: $schema=head\nb: 1st\na: 2nd\nc: {z: x, y: x}\n"
    )


def test_a_list_of_records_has_one_record_a_line() -> None:
    data: dict[str, object] = {"names": [{"value": "Gand", "lang": "fr"}, {"value": "Gent"}]}
    assert (
        yamlio.dump(data, "head")
        == "# yaml-language-server: $schema=head\nnames:\n- {value: Gand, lang: fr}\n- {value: Gent}\n"
    )


def test_a_block_is_written_one_key_a_line_however_short() -> None:
    data: dict[str, object] = {
        "designations": [{"field": "film", "end": {"date": "2008", "sources": ["a"]}}],
        "end": {"date": "2008"},
    }
    assert yamlio.dump(data, "head", ("designations", "end")) == (
        "# yaml-language-server: $schema=head\n"
        "designations:\n- field: film\n  end:\n    date: '2008'\n    sources: [a]\nend:\n  date: '2008'\n"
    )


def test_records_by_id_are_written_one_key_a_line() -> None:
    text = yamlio.dump_records({2014: {"new": 28, "sources": ["a", "b"]}, "JP": {"box": {"west": 1}}}, "head")
    assert text == "# yaml-language-server: $schema=head\n2014:\n  new: 28\n  sources: [a, b]\nJP:\n  box: {west: 1}\n"


def test_a_list_of_records_as_a_file_is_written_one_key_a_line() -> None:
    text = yamlio.dump_list([{"rule": "census", "id": "2021/countries"}, {"rule": "future", "id": "x"}], "head")
    assert (
        text == "# yaml-language-server: $schema=head\n- rule: census\n  id: 2021/countries\n- rule: future\n  id: x\n"
    )
    assert yamlio.dump_list([], "head") == "# yaml-language-server: $schema=head\n[]\n"


@pytest.mark.parametrize(
    "around",
    [
        pytest.param(lambda inner: {"sources": inner}, id="at the top"),
        pytest.param(lambda inner: {"end": {"sources": inner}}, id="in a mapping"),
        pytest.param(lambda inner: {"designations": [{"sources": inner}]}, id="in a list of blocks"),
    ],
)
@pytest.mark.parametrize("kind", ["list", "mapping"])
def test_what_fits_on_a_line_of_100_is_written_on_one(around: Any, kind: str) -> None:
    block = ("end", "designations")

    def lines(length: int) -> list[str]:
        item = "x" * length
        return yamlio.dump(around([item] if kind == "list" else {"k": item}), "head", block).splitlines()

    widths = {length: max(map(len, lines(length))) for length in range(50, 100)}
    on_one_line = {length: any("[x" in line or "{k" in line for line in lines(length)) for length in widths}
    assert max(widths[length] for length, fits in on_one_line.items() if fits) == yamlio.WIDTH
    longest = max(length for length, fits in on_one_line.items() if fits)
    assert all(fits == (length <= longest) for length, fits in on_one_line.items())


# -- comments ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("# yaml-language-server: $schema=head\na: 1\n", []),
        ("# yaml-language-server: $schema=head\n# more\na: 1\n", [2]),
        ("# yaml-language-server: $schema=head\na: 1 # b\nc: 2\n#d\n", [2, 4]),
        ("# yaml-language-server: $schema=head\na: 1\t#b", [2]),
        ("# yaml-language-server: $schema=head\r\na: 1 # b\r\n", [2]),
        ("# yaml-language-server: $schema=head\na: # b\n  c\n", [2]),
        ("# yaml-language-server: $schema=head\na:\n  # b\n  - c # d # e\n", [3, 4]),
        ("# yaml-language-server: $schema=head\na: [b, # c\n  d] # e\n", [2, 3]),
        ("# yaml-language-server: $schema=head\na: 1\n... # b\n", [3]),
        ("# yaml-language-server: $schema=head\nsources: [geonames#123]\nb: x#y\n", []),
        ("# yaml-language-server: $schema=head\nsources: [geonames#123] # b\n", [2]),
        ("# yaml-language-server: $schema=head\na: ' # b'\nc: \" # d\"\n", []),
        ("# yaml-language-server: $schema=head\na: ' # b' # c\n", [2]),
        ("# yaml-language-server: $schema=head\n' # a': b\n", []),
        ("# yaml-language-server: $schema=head\na: '金 # b' # c\n", [2]),
        ("# yaml-language-server: $schema=head\na: '金😀 # b'\n", []),
        ("# yaml-language-server: $schema=head\na: 'b\n  # c\n  d'\n# e\n", [5]),
        ("# yaml-language-server: $schema=head\na: |\n  b # c\n  # d\ne: 1 # f\n", [5]),
        ("# yaml-language-server: $schema=head\na: >-\n  b\n\n  # c\n\nd: 1\n# e", [8]),
        ("# yaml-language-server: $schema=head\na: b\n  c # d\n", [3]),
        ("# yaml-language-server: $schema=head\na: | # b\n  c\n", [2]),
        ("# yaml-language-server: $schema=head\na: >-\t# b\n  c # d\n", [2]),
        ("# yaml-language-server: $schema=head\na: 'b'# c\n", [2]),
        ("# yaml-language-server: $schema=head\na: [b]# c\n", [2]),
        ("# yaml-language-server: $schema=head\na: {b: c}# d\n", [2]),
        ("# yaml-language-server: $schema=head\na: [b,# c\n  d]\n", [2]),
    ],
)
def test_comments_are_found_and_nothing_else(text: str, lines: list[int]) -> None:
    yamlio.parse(text, "x.yaml")
    assert list(yamlio.comments(text)) == lines


@UNHURRIED
@given(records.filter(bool), st.data())
def test_a_line_is_a_comment_just_where_it_changes_no_data(data: dict[str, Plain], draw: st.DataObject) -> None:
    lines = yamlio.dump({**data}, "head").splitlines(keepends=True)
    number = draw.draw(st.integers(2, len(lines) + 1))
    text = "".join([*lines[: number - 1], "# note\n", *lines[number - 1 :]])
    try:
        changed = yamlio.parse(text, "x.yaml").data != data
    except DataError:
        reject()
    assert list(yamlio.comments(text)) == ([] if changed else [number])
