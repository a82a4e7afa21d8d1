"""A data folder read and checked as a whole: what every command starts from."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path

from ccn_kb import checks, store
from ccn_kb.checks.context import Context
from ccn_kb.errors import DataError, Problem
from ccn_kb.network import Network
from ccn_kb.store.folder import Folder
from ccn_kb.store.mistakes import FILE_NAME, HARMLESS
from ccn_kb.version import default_folder


def load(folder: Path | None = None) -> Network:
    """Return the network in a data folder, by default the data in the package.

    Raises DataError if a record cannot be read or an id leads nowhere. Other rules are left to `problems`, and so are
    files that are not read at all.
    """
    data = store.read(folder or default_folder())
    unreadable = any(problem.rule not in HARMLESS | {FILE_NAME} for problem in data.problems)
    incoherent = [] if unreadable else checks.incoherent(data.network, data.locate)
    if unreadable or incoherent:
        raise DataError([*data.problems, *incoherent])
    return data.network


def problems(
    folder: Path, today: datetime.date, planned: Mapping[str, str | None] | None = None, *, style: bool = True
) -> list[Problem]:
    """Return everything that is wrong with a data folder, sorted: each file, and the records against each other.

    `planned` gives texts to be looked at instead of those of some files, and without `style` their form is of no
    matter, as `store.read` takes them. Raises DataError if it is no data folder.
    """
    found = store.read(folder, style=style, planned=planned)
    readable = all(problem.rule in HARMLESS for problem in found.problems)
    context = Context(found.network, found.registry, today)
    return sorted({*found.problems, *checks.run(context, found.exceptions, found.locate, whole=readable)})


def sound(folder: Path | None, today: datetime.date) -> Folder:
    """Return a folder, read, that passes every check but that of its form. Raises DataError."""
    found = store.read(folder or default_folder())
    context = Context(found.network, found.registry, today)
    wrong = found.problems or checks.run(context, found.exceptions, found.locate)
    if wrong:
        raise DataError(wrong)
    return found
