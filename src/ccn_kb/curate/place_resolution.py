"""The place of a new city: coordinates, GeoNames ID, population and subdivision of its record."""

from __future__ import annotations

from collections.abc import Sequence

from ccn_kb.curate.edit import NotPossibleError
from ccn_kb.curate.gazetteer import Gazetteer, Place, open_gazetteer
from ccn_kb.network import Network
from ccn_kb.store.canonical import plain


def place_values(
    place: Place, name: str, gazetteer: Gazetteer | None, network: Network, sources: Sequence[str]
) -> dict[str, object]:
    """Return the values of a city's record on a place of GeoNames, or on a point (ID 0) that `sources` give."""
    if not place.geonames:
        return {"location": {"latitude": place.latitude, "longitude": place.longitude, "sources": list(sources)}}
    citation = f"geonames#{place.geonames}"
    data: dict[str, object] = {
        "location": {"latitude": place.latitude, "longitude": place.longitude, "sources": [citation]},
        "geonames": place.geonames,
    }
    if place.population:
        data["population"] = [{"value": place.population, "sources": [citation]}]
    if place.name != name:
        data["names"] = [{"value": place.name}]
    if gazetteer and (subdivision := gazetteer.subdivision(place, network)):
        data["subdivision"] = plain(subdivision)
    return data


def resolve_place(
    network: Network,
    name: str,
    country: str,
    geonames: int | None,
    point: tuple[float, float] | None,
    sources: Sequence[str],
    subdivision: str | None = None,
) -> dict[str, object]:
    """Return the values of a new city's record on its place: by its GeoNames ID, its point or its name alone.

    The code of a subdivision decides among places of one name.

    Raises NotPossibleError with the candidates for an ambiguous name, MissingExtraError.
    """
    if point is not None and geonames is None:
        return place_values(Place(0, name, country, "", *point, 0), name, None, network, sources)
    gazetteer = open_gazetteer()
    if geonames is not None:
        place = gazetteer.place(geonames)
        if place is None:
            raise NotPossibleError(f"GeoNames has no populated place {geonames} here; give --latitude and --longitude")
        return place_values(place, name, gazetteer, network, sources)
    match = gazetteer.look_up_within(name, country, subdivision, network)
    if match.place is not None:
        return place_values(match.place, name, gazetteer, network, sources)
    places = [place for place in match.candidates if place.country == country or country == "CN"]
    if len(places) > 1:
        candidates = "".join(f"\n  {place}" for place in places)
        raise NotPossibleError(f"{name} is ambiguous; choose one with --geonames:{candidates}")
    if places and subdivision:
        message = f"it is not known whether {places[0]} lies in {subdivision}"
        raise NotPossibleError(f"{message}; if it is the right place, add --geonames {places[0].geonames}")
    hint = f"did you mean {places[0]}? Add --geonames {places[0].geonames}, or" if places else ""
    raise NotPossibleError(f"GeoNames has no {name} in {country}; {hint or 'give'} --latitude and --longitude")
