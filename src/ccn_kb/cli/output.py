"""The output of the commands: tables for people, CSV, JSON and JSON Lines for programs, dates in words."""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest

import click

from ccn_kb.cli.parameters import Command

TABLE_FORMATS = ("table", "csv", "json", "jsonl")
GAP = "  "


def format_option(*formats: str) -> Callable[[Command], Command]:
    """Add `--format`; the first of the formats is the default."""
    choice = click.Choice(formats)
    return click.option("--format", type=choice, default=formats[0], show_default=True, help="Output format.")


table_option = format_option(*TABLE_FORMATS)


def format_date(date: str | None) -> str:
    """Return a date in words."""
    from ccn_kb.model import dates

    return dates.format_date(date)


def print_rows(rows: Sequence[Mapping[str, object]], columns: Sequence[str], format: str) -> None:
    """Print rows as CSV, JSON or JSON Lines."""
    from ccn_kb.exports.csv_rows import to_csv
    from ccn_kb.exports.json_rows import to_json, to_jsonl

    text = {"csv": lambda: to_csv(rows, columns), "json": lambda: to_json(list(rows)), "jsonl": lambda: to_jsonl(rows)}
    print_exactly(text[format]())


def print_exactly(text: str) -> None:
    """Print text with the line ends of its format: as bytes, so that Windows does not change them."""
    click.echo(text.encode(), nl=False)


def print_table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table for people: fitted to a terminal with a bold header, plain and in full anywhere else."""
    lines = [heads, *(["" if cell is None else str(cell) for cell in row] for row in rows)]
    numeric = [bool(rows) and all(isinstance(row[column], int) for row in rows) for column in range(len(heads))]
    columns = list(zip(*lines, strict=True))
    widths = [max(map(display_width, cells)) for cells in columns]
    bold = False
    if sys.stdout.isatty():
        longest_words = [max(map(display_width, " ".join(cells).split())) for cells in columns]
        widths = _fit(widths, longest_words, shutil.get_terminal_size().columns - len(GAP) * (len(heads) - 1))
        bold = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    for number, cells in enumerate(lines):
        wrapped = [_wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
        for parts in zip_longest(*wrapped, fillvalue=""):
            line = GAP.join(map(_align, parts, widths, numeric)).rstrip()
            click.echo(click.style(line, bold=True) if bold and number == 0 else line)


def display_width(text: str) -> int:
    """Return the number of columns that a text takes on a terminal: two for each wide letter, none for its marks."""
    if text.isascii():
        return len(text)
    drawn = [letter for letter in text if unicodedata.category(letter) not in ("Mn", "Me", "Cf")]
    return len(drawn) + sum(unicodedata.east_asian_width(letter) in "WF" for letter in drawn)


def _fit(widths: Sequence[int], longest_words: Sequence[int], room: int) -> list[int]:
    """Return widths that fit into the room: the widest columns are narrowed first, and words are broken last."""
    fitted = [*widths]
    for least in (longest_words, [1] * len(fitted)):
        while sum(fitted) > room:
            wide = [column for column, width in enumerate(fitted) if width > least[column]]
            if not wide:
                break
            fitted[max(wide, key=fitted.__getitem__)] -= 1
    return fitted


def _wrap(text: str, width: int) -> list[str]:
    """Return the lines of a cell; only a word that is wider than the column is broken."""
    if display_width(text) <= width:
        return [text]
    lines = [""]
    for word in text.split():
        line = f"{lines[-1]} {word}" if lines[-1] else word
        if display_width(line) <= width:
            lines[-1] = line
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if lines[-1] and display_width(lines[-1] + letter) > width:
                lines.append("")
            lines[-1] += letter
    return lines


def _align(text: str, width: int, right: bool) -> str:
    padding = " " * (width - display_width(text))
    return padding + text if right else text + padding
