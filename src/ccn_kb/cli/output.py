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


def said(date: str | None) -> str:
    """Return a date in words: `model.said`, imported where it is used."""
    from ccn_kb import model

    return model.said(date)


def count(number: int, one: str, several: str) -> str:
    """Return a number with its noun: 1 member, 408 members."""
    return f"{number} {one if number == 1 else several}"


def print_rows(rows: Sequence[Mapping[str, object]], columns: Sequence[str], style: str) -> None:
    """Print rows in a format for programs."""
    from ccn_kb.exports.csv_rows import to_csv
    from ccn_kb.exports.json_rows import to_json, to_jsonl

    text = {"csv": lambda: to_csv(rows, columns), "json": lambda: to_json(list(rows)), "jsonl": lambda: to_jsonl(rows)}
    click.echo(text[style](), nl=False)


def print_table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table for people: with colour and fitted to a terminal, plain and whole anywhere else."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    terminal = sys.stdout.isatty()
    bold = terminal and not os.environ.get("NO_COLOR")
    table = Table(box=None, pad_edge=False, header_style="bold" if bold else "")
    for head in heads:
        numbers = bool(rows) and all(isinstance(row[heads.index(head)], int) for row in rows)
        table.add_column(head, justify="right" if numbers else "left", no_wrap=not terminal)
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    console = Console(file=sys.stdout, width=None if terminal else 10_000, highlight=False)
    if terminal:
        console.print(table)
        return
    with console.capture() as captured:
        console.print(table)
    click.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))
