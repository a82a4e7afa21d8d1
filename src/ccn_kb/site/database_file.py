"""The file that is served: checked when it is opened, and compared with that state for as long as it is used."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import weakref
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from datasette.utils.sqlite import sqlite3

from ccn_kb.database import NETWORK_DOCUMENT
from ccn_kb.database.views import FOR_READERS
from ccn_kb.network import snapshot
from ccn_kb.site.limits import WatchedConnection
from ccn_kb.version import SCHEMA_VERSION, split_version

CHUNK = 65_536
_COLUMNS = """
SELECT shown.name, column.name FROM sqlite_master AS shown, pragma_table_info(shown.name) AS column
WHERE shown.type IN ('table', 'view') ORDER BY shown.name, column.cid
"""
_NAMED_BY_DIGEST = re.compile(r"ccn-([0-9a-f]{12})\.db")


class DatabaseError(Exception):
    """The file cannot be served; the message has the reason and the remedy."""


class ReplacedFileError(DatabaseError):
    """The file is no longer the one that was opened."""


class DatabaseFile:
    """A database of the network as it was when it was opened: `path`, `digest` (SHA-256) and `size`.

    `edition` is what it states about itself, `tables` are the columns of its tables and views by their names.
    """

    def __init__(self, path: Path) -> None:
        """Open the file and check it. Raises DatabaseError."""
        self.path = path.resolve()
        try:
            if not stat.S_ISREG(self.path.stat().st_mode):
                raise DatabaseError(f"{path} is not a regular file; name a database written by `ccn build`")
            self._stream = self.path.open("rb")
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise DatabaseError(f"{path} cannot be read: {reason}") from None
        # A Datasette that is dropped closes nothing.
        weakref.finalize(self, self._stream.close)
        self.edition: dict[str, str] = {}
        self.tables: dict[str, tuple[str, ...]] = {}
        try:
            self._identity = _identity(os.fstat(self._stream.fileno()))
            self.size = self._identity[2]
            self.digest = hashlib.file_digest(self._stream, "sha256").hexdigest()
            self._check(path)
        except BaseException:
            self.close()
            raise

    def _check(self, path: Path) -> None:
        named = _NAMED_BY_DIGEST.fullmatch(path.name)
        if named and not self.digest.startswith(named[1]):
            raise DatabaseError(
                f"{path} is damaged or was changed: its SHA-256 begins with {self.digest[:12]}, not with {named[1]};"
                " publish it again"
            )
        remedy = f"build one: ccn build --output {path.name}"
        try:
            with closing(self.connect()) as connection:
                self.edition = _edition(connection)
                schema, _ = split_version(self.version)
                if schema != SCHEMA_VERSION:
                    raise DatabaseError(
                        f"{path} is version {self.version}, but this program serves {SCHEMA_VERSION}; {remedy}"
                    )
                stored = connection.execute("SELECT body FROM documents WHERE path = ?", (NETWORK_DOCUMENT,)).fetchone()
                if stored is None:
                    raise DatabaseError(f"{path} was built by an older version of this program; {remedy}")
                snapshot.from_json(stored[0])
                if not named and connection.execute("PRAGMA integrity_check(1)").fetchall() != [("ok",)]:
                    raise DatabaseError(f"{path} is damaged; {remedy}")
                for name, column in connection.execute(_COLUMNS):
                    self.tables[name] = (*self.tables.get(name, ()), column)
                if missing := [shown.name for shown in FOR_READERS if shown.name not in self.tables]:
                    raise DatabaseError(f"{path} is damaged: it lacks {', '.join(missing)}; {remedy}")
        except (sqlite3.Error, KeyError, ValueError):
            raise DatabaseError(f"{path} is not a database of the network, or is damaged; {remedy}") from None

    @property
    def version(self) -> str:
        """The version of the data."""
        return self.edition["version"]

    def connect(self) -> sqlite3.Connection:
        """Return a connection for reading, to be used by one thread at a time. Raises ReplacedFileError."""
        # as_uri() escapes #, ? and %, which SQLite would take for the end of the name.
        connection = sqlite3.connect(
            f"{self.path.as_uri()}?immutable=1", uri=True, check_same_thread=False, factory=WatchedConnection
        )
        try:
            self.require_unchanged()
        except ReplacedFileError:
            connection.close()
            raise
        return connection

    def require_unchanged(self) -> None:
        """Check that the path still leads to the file that was opened. Raises ReplacedFileError."""
        self._require(self.is_unchanged())

    def require_intact(self) -> None:
        """Check that the opened file was not written to, wherever its name leads by now. Raises ReplacedFileError."""
        self._require(self.is_intact())

    def _require(self, is_same: bool) -> None:
        if not is_same:
            raise ReplacedFileError(f"{self.path.name} was replaced or changed; restart the server")

    def is_unchanged(self) -> bool:
        """Return whether the path still leads to the file that was opened, as long and as old as it was."""
        try:
            return _identity(self.path.stat()) == self._identity and self.is_intact()
        except OSError:
            return False

    def is_intact(self) -> bool:
        """Return whether the opened file is as long and as old as it was, wherever its name leads by now."""
        return _identity(os.fstat(self._stream.fileno())) == self._identity

    def read(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes from one place to another in chunks; other readers may take turns between them.

        Raises ReplacedFileError if the file is written to meanwhile.
        """
        while start < end:
            self._stream.seek(start)
            chunk = self._stream.read(min(CHUNK, end - start))
            self.require_intact()
            if not chunk:
                return
            start += len(chunk)
            yield chunk

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


def is_network_database(path: Path) -> bool:
    """Return whether a file looks like a database of the network, of any version, sound or not."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            split_version(_edition(connection)["version"])
            connection.execute("SELECT 1 FROM designations").fetchone()
    except (sqlite3.Error, KeyError, ValueError):
        return False
    return True


def _edition(connection: sqlite3.Connection) -> dict[str, str]:
    return dict(connection.execute("SELECT name, value FROM edition"))


def _identity(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
