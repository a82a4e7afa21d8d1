"""The scholars' command: how to cite the data."""

from __future__ import annotations

import click

from ccn_kb.cli.output import print_exactly
from ccn_kb.cli.parameters import load


@click.command(short_help="Say how to cite the data, or a city in it.")
@click.argument("name", metavar="[CITY]", required=False)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "bibtex", "csl", "ris"]),
    default="text",
    show_default=True,
    help="How to print.",
)
@click.pass_context
def cite(context: click.Context, name: str | None, style: str) -> None:
    """Say how to cite the data, or what it says of CITY (id or name), with the version and its date.

    \b
    Example: ccn cite
             ccn cite kanazawa-jp --format bibtex
    """
    from ccn_kb.exports import citation_formats as citation

    network = load(context)
    city = network.city(name) if name else None
    try:
        cited = citation.work(network, city)
    except ValueError as error:
        raise click.ClickException(f"the data says no version ({error}); ccn check tells how") from None
    if style == "text":
        click.echo(citation.to_text(cited))
    else:
        made = {"bibtex": citation.to_bibtex, "csl": citation.to_csl, "ris": citation.to_ris}
        print_exactly(made[style](cited))
