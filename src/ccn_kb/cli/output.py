"""How the commands print: tables for people, CSV, JSON and JSON Lines for programs, dates in words."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

import click

FORMATS = ("table", "csv", "json", "jsonl")

format_option = click.option(
    "--format", "style", type=click.Choice(FORMATS), default="table", show_default=True, help="How to print."
)


def format_date(date: str | None) -> str:
    """Return a date in words."""
    from ccn_kb.model import dates

    return dates.format_date(date)


def print_rows(rows: Sequence[Mapping[str, object]], columns: Sequence[str], style: str) -> None:
    """Print rows in a format for programs."""
    from ccn_kb.exports.csv_rows import to_csv
    from ccn_kb.exports.json_rows import to_json, to_jsonl

    text = {"csv": lambda: to_csv(rows, columns), "json": lambda: to_json(list(rows)), "jsonl": lambda: to_jsonl(rows)}
    print_exactly(text[style]())


def print_exactly(text: str) -> None:
    """Print text whose line ends belong to its format: as bytes, so that Windows does not turn them into its own."""
    click.echo(text.encode(), nl=False)


def print_table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table for people: with colour and fitted to a terminal, plain and whole anywhere else."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    numbers = [bool(rows) and all(isinstance(row[at], int) for row in rows) for at in range(len(heads))]
    if sys.stdout.isatty():
        _print_in_terminal(heads, cells, numbers)
    else:
        _print_plainly([heads, *cells], numbers)


def _print_in_terminal(heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[bool]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="" if os.environ.get("NO_COLOR") else "bold")
    for head, right in zip(heads, numbers, strict=True):
        table.add_column(head, justify="right" if right else "left")
    for row in rows:
        table.add_row(*map(Text, row))
    Console(file=sys.stdout, highlight=False).print(table)


def _print_plainly(lines: Sequence[Sequence[str]], numbers: Sequence[bool]) -> None:
    # The console of rich would take longer than all the rest of a question.
    from rich.cells import cell_len

    lengths = [[cell_len(cell) for cell in line] for line in lines]
    widths = [max(column) for column in zip(*lengths, strict=True)]
    for line, taken in zip(lines, lengths, strict=True):
        gaps = [" " * (width - length) for width, length in zip(widths, taken, strict=True)]
        parts = [gap + cell if right else cell + gap for cell, gap, right in zip(line, gaps, numbers, strict=True)]
        click.echo("  ".join(parts).rstrip())
