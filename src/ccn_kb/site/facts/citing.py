"""The sources of a page's facts, each once, in the order in which the page meets them."""

from __future__ import annotations

from ccn_kb.site.reader import Facts, Reader

ABOUT = ("title", "publisher", "kind", "url", "published", "accessed", "lang")


class Citing:
    """Gathers the sources of what a page says."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.sources: dict[str, Facts] = {}
        """By `source` or `source#locator`: title, publisher, kind, url, published, accessed, lang, number."""

    def of(self, kind: str, id: object, *paths: str) -> list[str]:
        """Return the keys of the sources of a record: of the whole of it, or of the columns that are named."""
        return self._keys("citations", kind, str(id), paths or ("",))

    def disputed(self, kind: str, id: object) -> list[Facts]:
        """Return what other sources say of a record: path, value and the key of the source."""
        return [
            {"path": row["path"], "value": row["value"], "source": self._key(row)}
            for row in self._select("disputed", kind, str(id))
        ]

    def _keys(self, table: str, kind: str, id: str, paths: tuple[str, ...]) -> list[str]:
        rows = [row for row in self._select(table, kind, id) if row["path"] in paths]
        return list(dict.fromkeys(self._key(row) for row in rows))

    def _select(self, table: str, kind: str, id: str) -> list[Facts]:
        return self._reader.rows(
            f"SELECT x.*, s.title, s.publisher, s.kind, s.published, s.accessed, s.lang"  # noqa: S608
            f" FROM {table} x JOIN sources s ON s.id = x.source WHERE x.record_type = ? AND x.record_id = ?"
            " ORDER BY CASE s.kind WHEN 'official' THEN 0 WHEN 'host' THEN 1 WHEN 'press' THEN 2 ELSE 3 END, s.id",
            kind,
            id,
        )

    def _key(self, row: Facts) -> str:
        locator = row.get("locator")
        key = f"{row['source']}#{locator}" if locator else str(row["source"])
        if key not in self.sources:
            self.sources[key] = {
                "number": len(self.sources) + 1,
                "id": row["source"],
                "locator": locator or None,
                **{name: row[name] for name in ABOUT},
            }
        return key
