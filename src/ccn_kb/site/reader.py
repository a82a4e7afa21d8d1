"""The database as the pages read it: read-only, immutable, rows as plain dictionaries."""

from __future__ import annotations

import datetime
import sqlite3
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

Facts: TypeAlias = "dict[str, Any]"


class Reader:
    """An open database, and the day that the pages take for today."""

    def __init__(self, database: Path, today: datetime.date | None = None) -> None:
        # The pages are made in the one thread of the event loop, which need not be the one that opens the database.
        self._connection = sqlite3.connect(f"{database.as_uri()}?immutable=1", uri=True, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._fixed = today

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    @property
    def today(self) -> datetime.date:
        """The day that was given for today, else the clock's."""
        return self._fixed or datetime.datetime.now().astimezone().date()

    def rows(self, sql: str, *parameters: object) -> list[Facts]:
        """Return the rows that a SELECT gives."""
        return [dict(row) for row in self._connection.execute(sql, parameters)]

    def row(self, sql: str, *parameters: object) -> Facts | None:
        """Return the first row that a SELECT gives, None if it gives none."""
        found = self._connection.execute(sql, parameters).fetchone()
        return dict(found) if found else None

    @cached_property
    def edition(self) -> dict[str, str]:
        """Which edition of the data this is: `version`, its `date`, and `accessed`, the month of its newest sources."""
        return {row["name"]: row["value"] for row in self.rows("SELECT name, value FROM edition")}

    def citation(self, page: str = "") -> str:
        """Return the sentence that cites a page: a city's, or the whole."""
        document = self.row("SELECT body FROM documents WHERE path = ?", f"{page}/cite.txt")
        return document["body"].strip() if document else ""

    @cached_property
    def memberships(self) -> list[Facts]:
        """Every designation with its city, country and field, by name and date."""
        return self.rows(
            "SELECT d.id AS designation, c.id, c.name, c.country, k.name AS country_name, k.region,"
            " r.name AS region_name, d.field, f.name AS field_name, d.since, d.since_day, d.until, d.until_day,"
            " d.end_reason, d.joins, d.round, c.latitude, c.longitude"
            " FROM designations d JOIN cities c ON c.id = d.city JOIN countries k ON k.id = c.country"
            " JOIN regions r ON r.id = k.region JOIN fields f ON f.id = d.field"
            " ORDER BY c.sort_name, c.id, d.since_day"
        )

    @cached_property
    def findable(self) -> list[Facts]:
        """All that the search finds, with its terms as a list."""
        return [{**row, "terms": row["terms"].split()} for row in self.rows("SELECT * FROM findable")]

    @cached_property
    def ids(self) -> dict[str, frozenset[str]]:
        """The ids of what has a page, by kind."""
        tables = {"city": "cities", "field": "fields", "meeting": "meetings", "round": "rounds"}
        ids = {
            kind: frozenset(str(row["id"]) for row in self.rows(f"SELECT id FROM {table}"))  # noqa: S608
            for kind, table in tables.items()
        }
        return ids | {"country": frozenset(row["country"] for row in self.memberships)}
