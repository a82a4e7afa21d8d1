"""The annual meetings as rows."""

from __future__ import annotations

from ccn_kb.model.dates import first_day_text, last_day_text
from ccn_kb.model.records import Meeting
from ccn_kb.network.frames import Column, Rows


class Meetings(Rows[Meeting]):
    """Meetings in the order of their dates, as `Network.meetings()` returns them; columns as in the table `meetings`.

    >>> network.meetings("cancelled").to_pandas().columns.tolist()
    ['id', 'ordinal', 'name', 'starts', 'starts_day', 'ends', 'ends_day', 'status', 'theme', 'note']
    """

    __slots__ = ()

    columns = (
        Column("id", "text"),
        Column("ordinal", "integer", nullable=True),
        Column("name", "text"),
        Column("starts", "text"),
        Column("starts_day", "date", lambda meeting: first_day_text(meeting.starts)),
        Column("ends", "text", nullable=True),
        Column("ends_day", "date", lambda meeting: last_day_text(meeting.ends), nullable=True),
        Column("status", "category"),
        Column("theme", "text", nullable=True),
        Column("note", "text", nullable=True),
    )
    shown = ("name", "starts", "ends", "status", "id")
