"""The publishers' commands: build the database, export every format, serve the site, answer language models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccn_kb.cli.output import format_date
from ccn_kb.cli.parameters import AddressType, DateType, day_of, fixed_today, load, sound_folder
from ccn_kb.model.text import plural

if TYPE_CHECKING:
    from ccn_kb.network import Network


@click.command(short_help="Build the SQLite database.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default="ccn.db",
    show_default=True,
    help="Where to write the database.",
)
@click.pass_context
def build(context: click.Context, output: Path) -> None:
    """Build the SQLite database, whole or not at all, from data that passes every check.

    \b
    Example: ccn build --output network.db
    """
    network = _build(context, output, "name another place with --output")
    click.echo(f"{output} built: {len(network.cities)} cities", err=True)


def _build(context: click.Context, output: Path, remedy: str, site: str = "") -> Network:
    from ccn_kb import database
    from ccn_kb.network.gc_pause import gc_paused
    from ccn_kb.site.documents import documents

    try:
        with gc_paused():
            found = sound_folder(context)
            records = {file: text for file, text in found.texts.items() if file.endswith(".yaml")}
            database.build(found.network, output, documents(found.network, records, site))
    except database.BuildError as error:
        raise click.ClickException(f"{error}; free space there, or {remedy}") from None
    return found.network


FORMATS = ("csv", "json", "jsonl", "geojson", "parquet", "xlsx", "turtle", "jsonld", "ics", "atom", "sqlite")


@click.command(short_help="Export every format into a folder.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--format", "formats", type=click.Choice(FORMATS), multiple=True, help="Only this format; may be given again."
)
@click.option(
    "--on",
    type=DateType(),
    help="List the members, and the newest changes, as of that day; 2015 means its last. Default: today.",
)
@click.pass_context
def export(context: click.Context, folder: Path, formats: tuple[str, ...], on: str | None) -> None:
    """Export the network into a folder, in every format, with a manifest; whole or not at all.

    \b
    csv      a file a table, with a Frictionless Data Package (datapackage.json)
    json     the whole network, with its JSON Schema
    jsonl    a file a table, an object a row
    geojson  the members as points
    parquet  a file a table, typed, described
    xlsx     an Excel workbook, a sheet a table
    turtle   RDF; jsonld is the same as JSON-LD
    ics      the meetings as a calendar
    atom     the newest changes as a feed
    sqlite   the database, as `ccn build` makes it

    With --on, the table `members`, the points and the feed are as of that day. All else is always whole: each
    designation has its first and last day, so that any day can be asked for.

    An export that stands in the folder is replaced; anything else there is left alone, and refused.

    \b
    Example: ccn export exports --format csv --format parquet --on 2015-05-28
    """
    from ccn_kb.exports import export_folder as exports

    day = day_of(on)
    network = sound_folder(context).network
    number = exports.export(network, folder, formats=formats or FORMATS, on=day if on else None, today=day)
    members = plural(len(network.members(day)), "member", "members")
    click.echo(f"{folder}: {plural(number, 'file', 'files')}, {members} on {format_date(day.isoformat())}", err=True)


@click.command(short_help="Serve the network as a web site.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="Port; 0 takes a free one."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--url", help="Address under which others reach the site, if it is another.")
@click.option("--open", "open_browser", is_flag=True, help="Open the site in the browser.")
@click.option(
    "--database",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, resolve_path=True),
    help="Serve this database, which `ccn build` made, instead of building one.",
)
@click.option(
    "--workers",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    help="Processes that answer; 0 takes one for each core.",
)
@click.pass_context
def serve(
    context: click.Context,
    port: int,
    host: str,
    url: str | None,
    open_browser: bool,
    database: Path | None,
    workers: int,
) -> None:
    """Build the database, unless one is given, and serve it as a web site until interrupted.

    \b
    Example: ccn serve --port 0 --open
    """
    import webbrowser
    from contextlib import ExitStack
    from tempfile import TemporaryDirectory

    from ccn_kb.site import server
    from ccn_kb.site.workers import cores

    with ExitStack() as held:
        listener = held.enter_context(server.listening(host, port))
        address = server.address(listener)
        public = (address if url is None else url).rstrip("/")
        if database is None:
            database = Path(held.enter_context(TemporaryDirectory(prefix="ccn-"))) / "ccn.db"
            _build(context, database, "set TMPDIR to another place", public)
        else:
            server.require(database)
        click.echo(f"Serving the network at {address} (Ctrl+C stops it)", err=True)
        if open_browser:
            webbrowser.open(address)
        server.run(database, listener, public, fixed_today(), workers or cores())


@click.command(short_help="Write all that it takes to publish the site.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--url", type=AddressType(), default="", help="Address under which readers will reach the site.")
@click.pass_context
def publish(context: click.Context, folder: Path, url: str) -> None:
    """Write a folder from which any number of machines can serve the site; whole or not at all.

    \b
    ccn-….db          the database, named by its content; it never changes
    ccn_kb            the program that serves it
    requirements.txt  what that needs, with hashes
    Dockerfile        for every container platform
    nginx.conf        for nginx before one or several of them
    README.md         how to run them, and how to replace the data while they run

    A publication that stands in the folder is replaced; anything else there is left alone, and refused.

    \b
    Example: ccn publish site --url https://cities.example.org
    """
    from tempfile import TemporaryDirectory

    from ccn_kb.publication import container_folder as publication

    with TemporaryDirectory(prefix="ccn-") as temporary:
        database = Path(temporary) / "ccn.db"
        network = _build(context, database, "set TMPDIR to another place", url)
        name = publication.publish(database, network.version, folder, url)
    click.echo(f"{folder}: {name}, version {network.version} of the data", err=True)


@click.command(short_help="Answer language models (MCP).")
@click.pass_context
def mcp(context: click.Context) -> None:
    """Serve the network to a language-model client as tools (Model Context Protocol, stdio), until it is closed.

    Read-only; every answer names its sources.

    \b
    Example: ccn mcp
    """
    try:
        from ccn_kb.assistant import mcp_server as server
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] not in ("mcp", "mcp_types", "anyio"):
            raise
        message = 'the Model Context Protocol is not installed; run: pip install "ccn-kb[mcp]"'
        raise click.ClickException(message) from None
    server.serve(load(context))
