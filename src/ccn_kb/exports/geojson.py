"""Members as GeoJSON (RFC 7946): a point each, longitude first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from ccn_kb.exports.contents import Contents, ExportFile
from ccn_kb.exports.json_rows import to_list


def to_geojson(rows: Iterable[Mapping[str, object]], edition: Mapping[str, str] | None = None) -> str:
    """Return the members' rows as a feature collection; a feature's id is the city's, its properties are the row.

    `edition` becomes a member of the collection, so that the file states its version and licence.
    """
    features = [
        {
            "type": "Feature",
            "id": row["id"],
            "geometry": {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]},
            "properties": {name: value for name, value in row.items() if name not in ("longitude", "latitude")},
        }
        for row in rows
    ]
    about = f'"edition": {json.dumps(dict(edition), ensure_ascii=False)}, ' if edition else ""
    return f'{{"type": "FeatureCollection", {about}"features": {to_list(features)}}}\n'


def files(contents: Contents) -> Iterator[ExportFile]:
    """Yield the members on the day."""
    yield ExportFile(
        "members.geojson", to_geojson(contents.members.to_dicts(), contents.edition).encode(), len(contents.members)
    )
