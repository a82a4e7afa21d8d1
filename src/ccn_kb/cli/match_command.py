"""The command that matches the names in somebody's table to ids."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccn_kb.cli.output import print_exactly, print_table
from ccn_kb.cli.parameters import load, unknown_names_are_usage_errors
from ccn_kb.model.text import plural

if TYPE_CHECKING:
    from ccn_kb.curate.name_table import NameTable
    from ccn_kb.network.matching import Matches


@click.command
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--column", help="Column of the names. Default: name or city, in any language.")
@click.option("--country-column", help="Column of the countries. Default: country.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["csv", "table", "json", "jsonl"]),
    default="csv",
    show_default=True,
    help="How to print.",
)
@click.pass_context
def match(context: click.Context, file: Path, column: str | None, country_column: str | None, style: str) -> None:
    """Print the table in FILE (CSV, TSV or Excel, with a header) with the id of the city that each row names.

    `how` is how the name was recognised, or why not; `candidates` are the ids that it may mean. A name that may mean
    two places has no id. Columns of latitude and longitude are compared with the city.

    \b
    Example: ccn match cities.csv --column place --country-column state > matched.csv
    """
    import warnings

    from ccn_kb.curate.name_table import match_table, read_name_table

    table = read_name_table(file)
    network = load(context)
    with unknown_names_are_usage_errors(), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        matches = match_table(network, table, column, country_column)
    _print_matches(table, matches, style)
    _print_summary(table, matches)


def _print_matches(table: NameTable, matches: Matches, style: str) -> None:
    import csv
    import io

    from ccn_kb.curate.name_table import column_names

    columns = [*table.columns, *column_names(table.columns)]
    rows = [
        [*cells, match.id or "", match.how, " ".join(match.candidates)]
        for cells, match in zip(table.rows, matches, strict=True)
    ]
    if style == "csv":
        # The cells of the table are printed as they are: an apostrophe before a number would change it.
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([columns, *rows])
        print_exactly(text.getvalue())
    elif style == "table":
        print_table(columns, rows)
    else:
        from ccn_kb.exports.json_rows import to_json, to_jsonl

        twice = [name for name, number in Counter(columns).items() if number > 1]
        if twice:
            raise click.ClickException(f"two columns are called {twice[0]!r}; rename one, or use --format csv")
        objects = [dict(zip(columns, row, strict=True)) for row in rows]
        print_exactly(to_json(objects) if style == "json" else to_jsonl(objects))


def _print_summary(table: NameTable, matches: Matches) -> None:
    from ccn_kb.network.matching import FAR_KM, describe_distance

    if table.remark:
        click.echo(f"Note: {table.remark}.", err=True)
    for line, match in zip(table.lines, matches, strict=True):
        if (match.distance_km or 0) > FAR_KM:
            click.echo(f"Warning: {table.file}:{line}: {describe_distance(match)}", err=True)
    ways = Counter(match.how for match in matches if match.id)
    open_ways = Counter(match.how for match in matches if not match.id)
    named = [", ".join(f"{number:,} {how}" for how, number in count.most_common()) for count in (ways, open_ways)]
    details = [f" ({text})" if text else "" for text in named]
    names = plural(len(matches), "name", "names")
    click.echo(f"{names}: {ways.total():,} matched{details[0]}, {open_ways.total():,} not{details[1]}", err=True)
