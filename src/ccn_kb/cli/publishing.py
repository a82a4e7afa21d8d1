"""The publishers' commands: build the database, export every format, serve the site, answer language models."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccn_kb.cli.output import format_date
from ccn_kb.cli.parameters import AddressType, DateType, chosen_folder, day_of, fixed_today, load, today
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
    """Build the SQLite database from data that passes every check; all or nothing.

    \b
    Example: ccn build --output network.db
    """
    network = _build(context, output, "name another place with --output")
    click.echo(f"{output} built: {len(network.cities)} cities", err=True)


def _build(context: click.Context, output: Path, remedy: str, site: str = "") -> Network:
    from ccn_kb import audit, database
    from ccn_kb.network.gc_pause import gc_paused
    from ccn_kb.site.documents import documents

    try:
        with gc_paused():
            data = audit.sound(chosen_folder(context), today())
            records = {file: text for file, text in data.texts.items() if file.endswith(".yaml")}
            database.build(data.network, output, documents(data.network, records, site))
    except database.BuildError as error:
        space = "free space there, or " if _lacks_space(error.__cause__) else ""
        raise click.ClickException(f"{error}; {space}{remedy}") from None
    return data.network


def _lacks_space(error: BaseException | None) -> bool:
    """Tell whether a file could not be written because the disk is full, or a limit on its size was reached."""
    import errno
    import sqlite3

    full = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return isinstance(error, sqlite3.Error) or (isinstance(error, OSError) and error.errno in full)


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
    from ccn_kb import audit
    from ccn_kb.exports import export_folder as exports

    day = day_of(on)
    network = audit.sound(chosen_folder(context), today()).network
    number = exports.export(network, folder, formats=formats or FORMATS, on=day if on else None, today=day)
    members = plural(len(network.members(day)), "member", "members")
    click.echo(f"{folder}: {plural(number, 'file', 'files')}, {members} on {format_date(day.isoformat())}", err=True)


@click.command(short_help="Serve the network as a web site.")
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="Port (0 = any free one).")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--url", type=AddressType(), help="Public URL, if different; it may have a path.")
@click.option("--open", "open_browser", is_flag=True, help="Open the site in the browser.")
@click.option(
    "--database",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, resolve_path=True),
    help="Serve this database, written by `ccn build`. Restart the server after replacing it.",
)
@click.option(
    "--workers", type=click.IntRange(0), default=1, show_default=True, help="Worker processes (0 = one per core)."
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
    from ccn_kb.site.address import parse_address
    from ccn_kb.site.database_file import DatabaseFile
    from ccn_kb.site.workers import cores

    with ExitStack() as held:
        listener = held.enter_context(server.listening(host, port))
        local = server.local_address(listener)
        public = server.public_address(listener) if url is None else parse_address(url)
        if database is None:
            database = Path(held.enter_context(TemporaryDirectory(prefix="ccn-"))) / "ccn.db"
            _build(context, database, "set TMPDIR to another place", str(public))
        file = held.enter_context(closing(DatabaseFile(database)))
        click.echo(f"Serving at {local} (Ctrl+C stops it)", err=True)
        if open_browser:
            webbrowser.open(local)
        server.run(file, listener, public, fixed_today(), workers or cores())


@click.command(short_help="Write a deployable copy of the site.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--url", type=AddressType(), default="", help="Public URL of the site; it may have a path.")
@click.pass_context
def publish(context: click.Context, folder: Path, url: str) -> None:
    """Write a folder from which any number of machines can serve the site; all or nothing.

    \b
    ccn-….db          the database, named by its content; it never changes
    ccn_kb            the program that serves it
    requirements.txt  its pinned dependencies
    Dockerfile        for every container platform
    nginx.conf        a cache in front of one replica or several
    README.md         how to run them, and how to replace the data in service

    Replaces a previous publication; refuses to touch other files.

    \b
    Example: ccn publish site --url https://cities.example.org
    """
    from tempfile import TemporaryDirectory

    from ccn_kb.publication import container_folder as publication

    with TemporaryDirectory(prefix="ccn-") as temporary:
        database = Path(temporary) / "ccn.db"
        network = _build(context, database, "set TMPDIR to another place", url)
        name = publication.publish(database, network.version, folder, url)
    click.echo(f"{folder}: {name}, data version {network.version}", err=True)


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
