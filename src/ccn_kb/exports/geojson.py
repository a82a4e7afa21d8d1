"""Members as GeoJSON (RFC 7946): a point each, longitude first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ccn_kb.exports.contents import Contents, File
from ccn_kb.exports.json_rows import to_list
from ccn_kb.network import Member


def to_geojson(members: Iterable[Member]) -> str:
    """Return a feature collection; a feature's id is the city's, its properties are the member's row."""
    features = []
    for member in members:
        row = member.row()
        point = [row.pop("longitude"), row.pop("latitude")]
        features.append(
            {
                "type": "Feature",
                "id": row["id"],
                "geometry": {"type": "Point", "coordinates": point},
                "properties": row,
            }
        )
    return f'{{"type": "FeatureCollection", "features": {to_list(features)}}}\n'


def files(contents: Contents) -> Iterator[File]:
    """Yield the members on the day."""
    yield File("members.geojson", to_geojson(contents.members).encode(), len(contents.members))
