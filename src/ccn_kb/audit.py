"""Reading and checking of a whole data folder."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path

from ccn_kb import checks, store
from ccn_kb.checks.context import Context
from ccn_kb.errors import DataError, Problem
from ccn_kb.network import Network, snapshot
from ccn_kb.store.folder import Folder
from ccn_kb.store.mistakes import FILE_NAME, HARMLESS
from ccn_kb.version import default_folder, is_data_folder


def load(folder: Path | None = None) -> Network:
    """Return the network in a data folder or in an export, by default the data in the package.

    An export is its `network.json`, its folder or its zip file. Raises DataError if a record cannot be read or refers
    to one that does not exist. Violations of other rules, and stray files, are only found by `problems`.
    """
    if folder and not is_data_folder(folder) and (exported := snapshot.find(folder)):
        return snapshot.read(exported)
    data = store.read(folder or default_folder())
    unreadable = any(problem.rule not in HARMLESS | {FILE_NAME} for problem in data.problems)
    incoherent = [] if unreadable else checks.incoherent(data.network, data.locate)
    if unreadable or incoherent:
        raise DataError([*data.problems, *incoherent])
    return data.network


def problems(
    folder: Path, today: datetime.date, planned: Mapping[str, str | None] | None = None, *, style: bool = True
) -> list[Problem]:
    """Return all problems of a data folder, sorted.

    `planned` has texts to be checked instead of those of some files; without `style` the canonical form is not checked
    (see `store.read`). Raises DataError if it is not a data folder.
    """
    data = store.read(folder, style=style, planned=planned)
    is_readable = all(problem.rule in HARMLESS for problem in data.problems)
    context = Context(data.network, data.registry, today)
    return sorted({*data.problems, *checks.run(context, data.exceptions, data.locate, whole=is_readable)})


def read_valid(folder: Path | None, today: datetime.date) -> Folder:
    """Return a data folder that passes all checks except that of canonical form. Raises DataError."""
    data = store.read(folder or default_folder())
    # A clock before the data's own date is wrong, and no reason to refuse them.
    context = Context(data.network, data.registry, max(today, data.network.date or today))
    violations = data.problems or checks.run(context, data.exceptions, data.locate)
    if violations:
        raise DataError(violations)
    return data
