"""The command `ccn`. Its modules parse, call one function and print; they import heavy libraries in functions."""

from __future__ import annotations

import io
import os
import signal
import sys
import warnings
from pathlib import Path
from typing import TextIO

import click

import ccn_kb
from ccn_kb.cli import completion
from ccn_kb.cli.adding import new
from ccn_kb.cli.citations import cite
from ccn_kb.cli.curating import check, diff, fmt, schemas
from ccn_kb.cli.editing import add_source, change_field, correct, designate, end, meeting, move, rename
from ccn_kb.cli.loading import load
from ccn_kb.cli.match_command import match
from ccn_kb.cli.publishing import build, export, mcp, publish, serve
from ccn_kb.cli.reading import cities, city, countries, fields, history, meetings, stats
from ccn_kb.errors import AfterDataWarning
from ccn_kb.version import split_version


def _print_version(context: click.Context, _parameter: click.Parameter, requested: bool) -> None:
    if requested and not context.resilient_parsing:
        version = ccn_kb.__version__
        day = split_version(version)[1]
        click.echo(f"ccn, version {version}, data of {day.day} {day:%B %Y}")
        context.exit()


class _CommandGroups(click.Group):
    """A group whose help lists its commands under headings."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(map(len, self.list_commands(ctx)))
        for heading, commands in GROUPS.items():
            with formatter.section(heading):
                formatter.write_dl([(f"{command.name:<{width}}", command.get_short_help_str()) for command in commands])


@click.group(cls=_CommandGroups, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Show the version and exit.",
)
@click.option(
    "--data",
    envvar="CCN_DATA",
    type=click.Path(path_type=Path),
    help="Data folder (default: ./data if present, else the bundled data).",
)
@click.pass_context
def cli(context: click.Context, data: Path | None) -> None:
    """Explore and maintain data on the UNESCO Creative Cities Network, as of any date."""
    context.obj = data


GROUPS = {
    "Explore": (cities, city, fields, countries, meetings, stats, history, match, cite),
    "Publish": (build, serve, export, publish, mcp),
    "Maintain": (
        *(load, new, designate, end, change_field, rename, correct, add_source, meeting, move),
        *(check, fmt, diff, schemas),
    ),
}
for commands in GROUPS.values():
    for command in commands:
        cli.add_command(command)


def main() -> None:
    """Run the command line and exit: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""
    # Handle termination like an interrupt, so that temporary files are removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _print_warnings_as_notes()
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; an error is one sentence on stderr, never a traceback."""
    _prepare_streams()
    output = sys.stdout
    if completion.VARIABLE in os.environ:
        completion.prepare_shells()
    try:
        code = cli.main(arguments, prog_name="ccn", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except (BrokenPipeError, SystemExit) as error:
        # The reader closed the pipe; click then wraps the stream and exits by itself.
        if isinstance(error, SystemExit) and sys.stdout is output:
            raise
        _discard_output()
        return 0
    except OSError as error:
        from ccn_kb import files

        file = f"{error.filename}: " if error.filename else ""
        reason, remedy = files.reason_and_remedy(error)
        remedies = ", or ".join(filter(None, (remedy, "choose another place")))
        click.echo(f"Error: {file}{reason}; {remedies}", err=True)
        _discard_output()
        return 1
    except Exception as error:
        if not _is_ours(error):
            raise
        click.echo(f"Error: {error}", err=True)
        return 1


def _print_warnings_as_notes() -> None:
    """Print warnings meant for users as notes on stderr; leave others to Python."""
    show = warnings.showwarning

    def show_note(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if category is AfterDataWarning:
            click.echo(f"Note: {message}", err=True)
        else:
            show(message, category, filename, lineno, file, line)

    warnings.showwarning = show_note


def _prepare_streams() -> None:
    """Print UTF-8 whatever the locale, escape bytes of paths that are not UTF-8, allow a closed stdout."""
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.FileIO(os.devnull, "w"), encoding="utf-8")
    if isinstance(sys.stdout, io.TextIOWrapper) and isinstance(sys.stdout.buffer, io.RawIOBase):
        # Unbuffered (PYTHONUNBUFFERED), Python does not report that a full disk cut a write short.
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(sys.stdout.detach()))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _discard_output() -> None:
    """Discard what is still buffered, so that closing the stream does not fail a second time."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _is_ours(error: Exception) -> bool:
    """Return whether an exception is one of the project's own, whose message is a sentence for users."""
    return type(error).__module__.startswith("ccn_kb.")
