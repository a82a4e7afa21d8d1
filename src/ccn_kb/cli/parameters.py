"""What the commands take: the data folder, dates, and names of fields, countries and regions."""

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
    """The address of a site, without a slash at the end."""

    name = "address"

    def convert(self, value: str, parameter: click.Parameter | None, context: click.Context | None) -> str:
        import re

        if value and not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d+)?/?", value):
            self.fail(f"{value!r} is no address of a site; write https://cities.example.org", parameter, context)
        return value.rstrip("/")


def on_option(command: Command) -> Command:
    """Add `--on DATE`."""
    text = "The network on that day (2015-05-28); 2015-05 and 2015 mean their last day. Default: today."
    return click.option("--on", type=DateType(), help=text)(command)


def chosen_folder(context: click.Context) -> Path | None:
    """Return the data folder that was named, or the current folder's if it is one, else None.

    A change that was interrupted there is finished or undone first, and told.
    """
    named: Path | None = context.find_root().obj
    folder = named or folder_here()
    # The journal's own name for it; the journal is imported only where there is something to settle.
    if folder and (folder / ".writing").exists():
        from ccn_kb.store import journal

        _tell(journal.settle(folder))
    return folder


def _tell(interrupted: str | None) -> None:
    if interrupted:
        click.echo(f"Note: {interrupted}.", err=True)


@contextmanager
def changing(context: click.Context) -> Iterator[Path]:
    """Yield the data folder to a command that changes it, which alone may do so meanwhile."""
    from ccn_kb import store
    from ccn_kb.store import journal

    folder = edited_folder(context)
    store.require(folder)
    with journal.writing(folder) as interrupted:
        _tell(interrupted)
        yield folder


def edited_folder(context: click.Context) -> Path:
    """Return the data folder of a command that works on files, which never falls back to the package."""
    folder = chosen_folder(context)
    if folder is None:
        wanted = "no data folder `data/` here, with `cities/` and `fields.yaml` in it"
        raise click.ClickException(f"{wanted}; choose one with --data or CCN_DATA")
    return folder


def load(context: click.Context) -> Network:
    """Return the network in the chosen data folder, else the one in the package."""
    import ccn_kb

    with _naming_folder(context):
        return ccn_kb.load(chosen_folder(context))


def sound_folder(context: click.Context) -> Folder:
    """Return the chosen data folder, else the one in the package, after checking all of it."""
    from ccn_kb import audit

    with _naming_folder(context):
        return audit.sound(chosen_folder(context), today())


@contextmanager
def _naming_folder(context: click.Context) -> Iterator[None]:
    """Add to errors in the current folder's `data/`, which was not asked for, that it was read."""
    from ccn_kb.errors import DataError

    try:
        yield
    except DataError as error:
        if context.find_root().obj or folder_here() is None:
            raise
        message = f"{error}\nThe data folder was {folder_here()}/; choose another with --data or CCN_DATA."
        raise click.ClickException(message) from None


def fixed_today() -> datetime.date | None:
    """Return the day that CCN_TODAY names, None where the clock tells it."""
    return today() if os.environ.get("CCN_TODAY") else None


def today() -> datetime.date:
    """Return today; CCN_TODAY that is no date is wrong usage."""
    from ccn_kb.model import dates

    try:
        return dates.today()
    except ValueError as error:
        raise click.UsageError(f"CCN_TODAY: {error}") from None


def day_of(on: str | None) -> datetime.date:
    """Return the day that `--on` means."""
    from ccn_kb.model.dates import on_day

    return on_day(on or today())


@contextmanager
def usage() -> Iterator[None]:
    """Report an unknown field, country or region as wrong usage."""
    from ccn_kb.errors import UnknownError

    try:
        yield
    except UnknownError as error:
        raise click.UsageError(str(error)) from None
