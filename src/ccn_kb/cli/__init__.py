"""The command `ccn`. Its modules parse, call one function and print; they import heavy libraries in functions.

The module of a command is imported when the command is used: the help of `ccn` needs none of them.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import warnings
from collections import UserDict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TextIO

import click

import ccn_kb

COMPLETION_VARIABLE = "_CCN_COMPLETE"
"""The environment variable in which a shell asks for completions."""
# By heading of the help and by module: the name of each command, which is that of its function, and its summary.
COMMANDS = {
    "Explore": {
        "reading": {
            "cities": "List member cities.",
            "city": "Show one city with its sources.",
            "fields": "List the creative fields.",
            "countries": "List the countries with members.",
            "meetings": "List the annual meetings.",
            "stats": "Count members by field, country or year.",
            "history": "List changes of membership.",
        },
        "match_command": {"match": "Match the city names of a table to ids."},
        "citations": {"cite": "Print a citation for the data or a city."},
    },
    "Publish": {
        "publishing": {
            "build": "Build the SQLite database.",
            "serve": "Serve the network as a web site.",
            "export": "Export the data to a folder.",
            "publish": "Write a deployable copy of the site.",
            "mcp": "Run the MCP server.",
        },
    },
    "Maintain": {
        "loading": {"load": "Load a round from a list of any form."},
        "adding": {"new": "Add a city, a meeting, a source, a joint project or a topic."},
        "editing": {
            "designate": "Record a new designation of a former member.",
            "end": "Record the end of a membership.",
            "change-field": "Record a change of creative field.",
            "rename": "Record a new name of a city.",
            "correct": "Change one value, or many from a table.",
            "add-source": "Add a source to a record.",
            "meeting": "Update a meeting.",
            "move": "Change the ID of a record, or merge two records.",
        },
        "curating": {
            "check": "Check the data folder.",
            "fmt": "Format the data files.",
            "diff": "Compare two versions of the data.",
            "schemas": "Write the JSON Schemas of the data.",
        },
    },
}


class _UnloadedCommand(click.Command):
    """The name and the summary of a command whose module is not imported yet."""

    def __init__(self, module: str, name: str, summary: str) -> None:
        super().__init__(name, short_help=summary)
        self._module = module

    def load(self) -> click.Command:
        """Return the command of the module."""
        command: click.Command = getattr(import_module(f"{__name__}.{self._module}"), str(self.name).replace("-", "_"))
        command.short_help = self.short_help
        return command


class _LazyCommands(UserDict[str, click.Command]):
    """The commands by name; the module of a command is imported when the command is first looked up."""

    def __getitem__(self, name: str) -> click.Command:
        command = self.data[name]
        if isinstance(command, _UnloadedCommand):
            command = self.data[name] = command.load()
        return command


def _print_version(context: click.Context, _parameter: click.Parameter, requested: bool) -> None:
    if requested and not context.resilient_parsing:
        from ccn_kb.version import split_version

        version = ccn_kb.__version__
        day = split_version(version)[1]
        click.echo(f"ccn, version {version}, data of {day.day} {day:%B %Y}")
        context.exit()


class _CommandGroups(click.Group):
    """A group whose help lists its commands under headings."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(map(len, self.list_commands(ctx)))
        for heading, modules in COMMANDS.items():
            with formatter.section(heading):
                formatter.write_dl(
                    [(f"{name:<{width}}", summary) for names in modules.values() for name, summary in names.items()]
                )


def _unloaded_commands() -> Iterator[tuple[str, click.Command]]:
    for modules in COMMANDS.values():
        for module, names in modules.items():
            yield from ((name, _UnloadedCommand(module, name, summary)) for name, summary in names.items())


@click.group(
    cls=_CommandGroups,
    commands=_LazyCommands(_unloaded_commands()),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
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


def main() -> None:
    """Run the command line and exit: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""
    # Handle termination like an interrupt, so that temporary files are removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Looking for plugins of pydantic takes longer the more packages are installed.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    _print_warnings_as_notes()
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; an error is one sentence on stderr, never a traceback."""
    _prepare_streams()
    output = sys.stdout
    if COMPLETION_VARIABLE in os.environ:
        from ccn_kb.cli import completion

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
        from ccn_kb.errors import AfterDataWarning

        if category is AfterDataWarning:
            click.echo(f"Note: {message}", err=True)
        else:
            show(message, category, filename, lineno, file, line)

    warnings.showwarning = show_note


def _prepare_streams() -> None:
    """Print UTF-8 whatever the locale, escape bytes of paths that are not UTF-8, allow closed streams."""
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.FileIO(os.devnull), encoding="utf-8")
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
