"""The command that prints citations."""

from __future__ import annotations

import click

from ccn_kb.cli.completion import complete_city
from ccn_kb.cli.output import format_option, print_exactly
from ccn_kb.cli.parameters import load


@click.command
@click.argument("name", metavar="[CITY]", required=False, shell_complete=complete_city)
@format_option("text", "bibtex", "csl", "ris")
@click.pass_context
def cite(context: click.Context, name: str | None, format: str) -> None:
    """Print a citation for the data, or for CITY (ID or name), with the version and its date.

    \b
    Example: ccn cite
             ccn cite kanazawa-jp --format bibtex
    """
    from ccn_kb.exports import citation_formats

    network = load(context)
    city = network.city(name) if name else None
    try:
        citable = citation_formats.make_citable(network, city)
    except ValueError as error:
        raise click.ClickException(f"the data have no valid version ({error}); run ccn check") from None
    if format == "text":
        click.echo(citation_formats.to_text(citable))
    else:
        formatters = {
            "bibtex": citation_formats.to_bibtex,
            "csl": citation_formats.to_csl,
            "ris": citation_formats.to_ris,
        }
        print_exactly(formatters[format](citable))
