"""The network as an SQLite database: tables, views and full-text search, built from scratch.

The tables and columns here are what outsiders query; descriptions come from the models where a column is a field of a
record. Views show the current state; any other date is queried by `since_day` and `until_day`, half-open.
"""

from ccn_kb.database.build import NETWORK_DOCUMENT, BuildError, Document, SearchError, build, fill

__all__ = ["NETWORK_DOCUMENT", "BuildError", "Document", "SearchError", "build", "fill"]
