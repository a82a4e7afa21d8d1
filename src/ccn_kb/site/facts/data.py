"""The data to take away: every document and table, how large, in which formats."""

from __future__ import annotations

from ccn_kb.database.schema import TABLES
from ccn_kb.database.views import VIEWS
from ccn_kb.site.reader import Facts, Reader

DESCRIBED = {
    "/data/members.csv": "The members now, a row for each membership, for spreadsheets and R.",
    "/data/members.json": "The same, for programs.",
    "/data/members.geojson": "The same as points, for maps (RFC 7946).",
    "/meetings.ics": "Meetings, and the years in which membership reports are due, for calendars.",
    "/feed.atom": "The newest changes, for feed readers.",
}


def data(reader: Reader, database_bytes: int) -> Facts:
    """Return the downloads with their sizes in bytes, the records as they are written, the tables with their rows."""
    stored = {
        row["path"]: row["bytes"]
        for row in reader.rows("SELECT path, length(CAST(body AS BLOB)) AS bytes FROM documents ORDER BY path")
    }
    database = {"path": "/ccn.db", "bytes": database_bytes, "description": "Everything, as one SQLite database."}
    documents = [
        {"path": path, "bytes": stored[path], "description": description}
        for path, description in DESCRIBED.items()
        if path in stored
    ]
    records = [path for path in stored if path.endswith(".yaml") and not path.startswith("/data/cities/")]
    shown = [(table.name, table.description) for table in TABLES if not table.technical]
    shown += [(view.name, view.description) for view in VIEWS if not view.technical]
    return {
        "title": "Data",
        "sentence": "All of it can be taken away: as files, as tables, by SQL; every page here as JSON, too.",
        "edition": reader.edition,
        "citation": reader.citation(),
        "downloads": [database, *documents],
        "records": [{"path": path, "bytes": stored[path]} for path in records],
        "tables": [
            {
                "name": name,
                "description": description,
                "rows": reader.rows(f"SELECT count(*) AS n FROM {name}")[0]["n"],  # noqa: S608
            }
            for name, description in shown
        ],
        "rows": "/ccn",
    }
