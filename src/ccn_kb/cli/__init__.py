"""The command `ccn`. Modules here parse, call one function and print; what is heavy is imported where it is used."""

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
from ccn_kb.cli.adding import new
from ccn_kb.cli.citing import cite
from ccn_kb.cli.curating import check, diff, fmt, schemas
from ccn_kb.cli.editing import add_source, change_field, correct, designate, end, meeting, move, rename
from ccn_kb.cli.loading import load
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


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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
    help="Data folder; without it ./data, else the data in the package.",
)
@click.pass_context
def cli(context: click.Context, data: Path | None) -> None:
    """The UNESCO Creative Cities Network, city by city, as of any date."""
    context.obj = data


READING = (cities, city, fields, countries, meetings, stats, history)
EDITING = (load, new, designate, end, change_field, rename, correct, add_source, meeting, move)
for command in (*READING, cite, check, fmt, schemas, diff, *EDITING, build, export, serve, publish, mcp):
    cli.add_command(command)


def main() -> None:
    """Run the command line and exit: 0 done, 1 what could not be done, 2 wrong usage, 130 interrupted."""
    # Terminated is interrupted: temporary files are cleaned up either way.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _print_warnings_as_notes()
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; whatever goes wrong is one sentence on stderr, never a traceback."""
    _prepare_streams()
    output = sys.stdout
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
        # Whoever read the output has had enough; click then wraps the stream and exits by itself.
        if isinstance(error, SystemExit) and sys.stdout is output:
            raise
        _give_up_output()
        return 0
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        reason = (error.strerror or str(error)).lower()
        click.echo(f"Error: {where}{reason}; free space there, or name another place", err=True)
        _give_up_output()
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
    """Write UTF-8 whatever the locale; what no encoding holds (a path's odd byte) is escaped; closed means nowhere."""
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.FileIO(os.devnull, "w"), encoding="utf-8")
    if isinstance(sys.stdout, io.TextIOWrapper) and isinstance(sys.stdout.buffer, io.RawIOBase):
        # Unbuffered (PYTHONUNBUFFERED), Python does not repeat what a full disk cut short, and says nothing.
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(sys.stdout.detach()))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _give_up_output() -> None:
    """Send what is still buffered nowhere, so that closing the stream does not fail a second time."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _is_ours(error: Exception) -> bool:
    """Tell whether the exception is one of the project's own, whose message is a sentence for users."""
    return type(error).__module__.startswith("ccn_kb.")
