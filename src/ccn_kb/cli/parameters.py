"""The parameters of the commands: the data folder, dates, and errors for unknown names."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ccn_kb.version import folder_here

if TYPE_CHECKING:
    from ccn_kb.network import Network
    from ccn_kb.store.folder import Folder

Command = TypeVar("Command", bound=Callable[..., Any])


class DateType(click.ParamType[str]):
    """An ISO date or a prefix of one."""

    name = "date"

    def convert(self, value: str, parameter: click.Parameter | None, context: click.Context | None) -> str:
        from ccn_kb.model.dates import first_day

        try:
            first_day(value)
        except ValueError as error:
            self.fail(str(error), parameter, context)
        return value


class AddressType(click.ParamType[str]):
    """The address of a site, without a slash at the end; empty where it is unknown."""

    name = "address"

    def convert(self, value: str, parameter: click.Parameter | None, context: click.Context | None) -> str:
        from ccn_kb.site.address import parse_address

        try:
            return str(parse_address(value))
        except ValueError as error:
            self.fail(str(error), parameter, context)


def issues_option(command: Command) -> Command:
    """Add `--issues URL`."""
    text = "Issue tracker for reports of errors. [default: the project's, if it has one]"
    return click.option("--issues", type=AddressType(), default=_project_issues, help=text)(command)


def _project_issues() -> str:
    """Return the address of the project's issue tracker, "" if the installed package names none."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        entries = metadata("ccn-kb").get_all("Project-URL") or []
    except PackageNotFoundError:
        return ""
    addresses = dict(str(entry).split(", ", 1) for entry in entries)
    return addresses.get("Issues", "").rstrip("/")


def on_option(command: Command) -> Command:
    """Add `--on DATE`."""
    text = "As-of date: YYYY-MM-DD, or YYYY-MM / YYYY (last day). [default: today]"
    return click.option("--on", type=DateType(), help=text)(command)


def recovered_folder(context: click.Context) -> Path | None:
    """Return the chosen data folder, by default `data` in the current folder if it is one, else None.

    First finishes or undoes a change that was interrupted there, and prints a note.
    """
    chosen: Path | None = context.find_root().obj
    folder = chosen or folder_here()
    if folder:
        from ccn_kb.store import journal

        _print_note(journal.recover(folder))
    return folder


def _print_note(note: str | None) -> None:
    if note:
        click.echo(f"Note: {note}.", err=True)


@contextmanager
def locked_folder(context: click.Context) -> Iterator[Path]:
    """Yield the data folder to a command that changes it, locked for other writers."""
    from ccn_kb import store
    from ccn_kb.store import journal

    folder = edited_folder(context)
    store.require_data_folder(folder)
    with journal.writing(folder) as note:
        _print_note(note)
        yield folder


def edited_folder(context: click.Context) -> Path:
    """Return the data folder of a command that works on files, never the one in the package."""
    folder = recovered_folder(context)
    if folder is None:
        message = (
            "no data folder `data/` here, with `cities/` and `fields.yaml` in it; choose one with --data or CCN_DATA"
        )
        raise click.ClickException(message)
    return folder


def load(context: click.Context) -> Network:
    """Return the network in the chosen data folder, else the one in the package."""
    import gc

    import ccn_kb
    from ccn_kb.gc_pause import gc_paused

    with _naming_folder(context), gc_paused():
        network = ccn_kb.load(recovered_folder(context))
        # What a command has imported and loaded is never garbage.
        gc.freeze()
        return network


def sound_folder(context: click.Context) -> Folder:
    """Return the chosen data folder, else the one in the package, after checking all of it."""
    from ccn_kb import audit

    with _naming_folder(context):
        return audit.read_valid(recovered_folder(context), today())


@contextmanager
def _naming_folder(context: click.Context) -> Iterator[None]:
    """Add the name of the folder to errors in the current folder's `data/`, which no option named."""
    from ccn_kb.errors import DataError

    try:
        yield
    except DataError as error:
        if context.find_root().obj or folder_here() is None:
            raise
        message = f"{error}\nThe data folder was {folder_here()}/; choose another with --data or CCN_DATA."
        raise click.ClickException(message) from None


def fixed_today() -> datetime.date | None:
    """Return the day in CCN_TODAY, None without it."""
    return today() if os.environ.get("CCN_TODAY") else None


def today() -> datetime.date:
    """Return today: CCN_TODAY, else the clock's day. An invalid CCN_TODAY is wrong usage."""
    from ccn_kb.model import dates

    try:
        return dates.today()
    except ValueError as error:
        raise click.UsageError(f"CCN_TODAY: {error}") from None


def day_of(on: str | None) -> datetime.date:
    """Return the as-of day of `--on`: the last day of a partial date, by default today."""
    from ccn_kb.model.dates import on_day

    return on_day(on or today())


@contextmanager
def unknown_names_are_usage_errors() -> Iterator[None]:
    """Report an unknown field, country or region as wrong usage."""
    from ccn_kb.errors import UnknownError

    try:
        yield
    except UnknownError as error:
        raise click.UsageError(str(error)) from None
