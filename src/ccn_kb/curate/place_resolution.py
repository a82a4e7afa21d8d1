"""What the record of a new city says of its place."""

from __future__ import annotations

from collections.abc import Sequence

from ccn_kb.curate import gazetteer
from ccn_kb.curate.edit import NotPossibleError
from ccn_kb.curate.gazetteer import Gazetteer, Place
from ccn_kb.network import Network
from ccn_kb.store.canonical import plain


def described(place: Place, name: str) -> dict[str, object]:
    """Return what a city's record says of its place, as GeoNames has it."""
    citation = f"geonames#{place.geonames}"
    data: dict[str, object] = {
        "location": {"latitude": place.latitude, "longitude": place.longitude, "sources": [citation]},
        "geonames": place.geonames,
    }
    if place.population:
        data["population"] = [{"value": place.population, "sources": [citation]}]
    if place.name != name:
        data["names"] = [{"value": place.name}]
    return data


def placed(
    place: Place, name: str, known: Gazetteer | None, network: Network, sources: Sequence[str]
) -> dict[str, object]:
    """Return what a city's record says of a place: of GeoNames, or of a point (id 0) that `sources` give."""
    if not place.geonames:
        return {"location": {"latitude": place.latitude, "longitude": place.longitude, "sources": list(sources)}}
    data = described(place, name)
    part = known.subdivision(place, network) if known else None
    if part:
        data["subdivision"] = plain(part)
    return data


def where(
    network: Network,
    name: str,
    country: str,
    geonames: int | None,
    point: tuple[float, float] | None,
    sources: Sequence[str],
) -> dict[str, object]:
    """Return what the record of a new city says of its place: by its GeoNames id, its point, or its name alone.

    Raises NotPossibleError, with the candidates, where the name does not tell the place, MissingGazetteerError.
    """
    if point is not None and geonames is None:
        return placed(Place(0, name, country, "", *point, 0), name, None, network, sources)
    known = gazetteer.opened()
    if geonames is not None:
        place = known.place(geonames)
        if place is None:
            raise NotPossibleError(f"GeoNames has no populated place {geonames} here; give --latitude and --longitude")
        return placed(place, name, known, network, sources)
    answer = known.look_up(name, network.countries[country])
    if answer.place is None:
        candidates = "".join(f"\n  {place}" for place in answer.candidates)
        if candidates:
            raise NotPossibleError(f"which {name} is meant? Give its --geonames:{candidates}")
        raise NotPossibleError(f"GeoNames has no {name} in {country}; give --latitude and --longitude")
    return placed(answer.place, name, known, network, sources)
