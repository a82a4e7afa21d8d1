"""The commands for publishers: build the database, export and serve the data, run the MCP server."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ccn_kb.cli.output import format_date
from ccn_kb.cli.parameters import AddressType, day_of, fixed_today, issues_option, load, on_option, sound_folder, today
from ccn_kb.exports.formats import FORMATS, unavailable_formats
from ccn_kb.model.text import plural

if TYPE_CHECKING:
    from ccn_kb.network import Network


@click.command
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
    network = _build(context, output, "choose another place with --output")
    click.echo(f"{output} built: {len(network.cities)} cities", err=True)


def _build(context: click.Context, output: Path, remedy: str, site: str = "") -> Network:
    from ccn_kb import database, store
    from ccn_kb.gc_pause import gc_paused
    from ccn_kb.site.documents import documents

    try:
        with gc_paused():
            folder = sound_folder(context)
            database.build(folder.network, output, documents(folder.network, store.published_texts(folder), site))
    except database.BuildError as error:
        remedies = filter(None, (error.remedy, remedy))
        raise click.ClickException(f"{error}; {', or '.join(remedies)}") from None
    return folder.network


class _ExportCommand(click.Command):
    """The command `export`, whose help ends with the list of the formats."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        with formatter.section("Formats"):
            formatter.write_dl([(format.name, format.help) for format in FORMATS.values()])


@click.command(cls=_ExportCommand)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--format",
    "formats",
    type=click.Choice(list(FORMATS)),
    multiple=True,
    help="Format (repeatable). [default: all]",
)
@on_option
@click.option("--url", type=AddressType(), default="", help="Public URL of a site, for links in feed and calendar.")
@click.pass_context
def export(context: click.Context, folder: Path, formats: tuple[str, ...], on: str | None, url: str) -> None:
    """Export the network to a folder with a manifest, in every format or in those that you choose.

    With --on, the members, their points and the latest changes are as of that date. Other tables always contain the
    full history: each designation has its first and its last day.

    Replaces a previous export in the folder; refuses to touch other files. If it fails, the folder stays as it was.

    parquet, turtle and jsonld need the extra `export`: pip install "ccn-kb[export]". Without it they are left out
    with a note, and refused if named with --format.

    \b
    Example: ccn export exports --format csv --format parquet --on 2015-05-28
    """
    from ccn_kb.exports import export_folder

    day = day_of(on)
    unavailable = unavailable_formats(formats or FORMATS)
    for error in unavailable.values() if formats else ():
        raise error
    formats = formats or tuple(format for format in FORMATS if format not in unavailable)
    network = sound_folder(context).network
    number = export_folder.export(network, folder, formats=formats, on=day if on else None, today=day, site=url)
    members = plural(len(network.members(day)), "member", "members")
    click.echo(f"{folder}: {plural(number, 'file', 'files')}, {members} on {format_date(day.isoformat())}", err=True)
    for error in list(unavailable.values())[:1]:
        verb = "need" if len(unavailable) > 1 else "needs"
        click.echo(f"Note: left out {', '.join(unavailable)}, which {verb} an extra; {error.remedy}", err=True)


@click.command
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="Port (0 = any free one).")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--url", type=AddressType(), help="Public URL, if different; it may have a path.")
@issues_option
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
    issues: str,
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
        server.run(file, listener, public._replace(issues=issues), fixed_today(), workers or cores())


@click.command
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--url", type=AddressType(), default="", help="Public URL of the site; it may have a path.")
@issues_option
@click.option(
    "--static", "is_static", is_flag=True, help="Write a folder of files that any host serves, without a program."
)
@click.pass_context
def publish(context: click.Context, folder: Path, url: str, issues: str, is_static: bool) -> None:
    """Write a folder from which any number of machines can serve the site; all or nothing.

    With --static it is the whole site as files: every page in every language, its data and pictures, the database, and
    search and SQL that run in the browser. Open index.html, or copy the folder to a host of files.

    Without it, it is the program and how to run it:

    \b
    ccn-….db          the database, named by its content; it never changes
    ccn_kb            the program that serves it
    requirements.txt  its pinned dependencies
    Dockerfile        for every container platform
    nginx.conf        a cache in front of one replica or several
    README.md         how to run them, and how to replace the data in service

    Replaces a previous publication; refuses to touch other files.

    \b
    Example: ccn publish site --static --url https://cities.example.org
    """
    from tempfile import TemporaryDirectory

    from ccn_kb.publication import container_folder as publication

    with TemporaryDirectory(prefix="ccn-") as temporary:
        database = Path(temporary) / "ccn.db"
        network = _build(context, database, "set TMPDIR to another place", url)
        if is_static:
            _publish_static(network, database, folder, url, issues)
            return
        name = publication.publish(database, network.version, folder, url, issues)
    click.echo(f"{folder}: {name}, data version {network.version}", err=True)


def _publish_static(network: Network, database: Path, folder: Path, url: str, issues: str) -> None:
    from ccn_kb.exports.formats import unavailable_formats
    from ccn_kb.publication.static_folder import publish_static
    from ccn_kb.publication.static_pages import StaticSettings

    # The same files for the same data, on whatever day they are made.
    day = fixed_today() or network.date or today()
    is_watched = sys.stderr.isatty()

    def report(files: int) -> None:
        if is_watched:
            click.echo(f"\r{files:,} files", err=True, nl=False)

    edition = publish_static(StaticSettings(database, day, url, issues), folder, report)
    start = "\r" if is_watched else ""
    size = f"{edition.size / 1_000_000:,.0f} MB"
    pages, number = plural(edition.pages, "page", "pages"), plural(edition.files, "file", "files")
    click.echo(f"{start}{folder}: {pages}, {number}, {size}, as of {format_date(day.isoformat())}", err=True)
    left_out = unavailable_formats(FORMATS)
    for error in list(left_out.values())[:1]:
        click.echo(f"Note: the folder export is without {', '.join(left_out)}; {error.remedy}", err=True)


@click.command
@click.pass_context
def mcp(context: click.Context) -> None:
    """Run an MCP server for language models (Model Context Protocol over standard input and output).

    The tools are read-only; every result names its sources.

    \b
    Example: ccn mcp
    """
    from ccn_kb.errors import requires_extra

    with requires_extra("mcp"):
        from ccn_kb.assistant import mcp_server
    mcp_server.serve(load(context))
