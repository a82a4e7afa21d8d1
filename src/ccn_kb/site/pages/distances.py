"""Answers on distances: the largest clusters of cities, and the cities far from any other of their field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ccn_kb.exports.contents import TableData
from ccn_kb.model import records
from ccn_kb.network.members import Member, Neighbour
from ccn_kb.network.notable import largest_clusters, remote_members
from ccn_kb.network.schema import Row
from ccn_kb.site.languages import format_number, ngettext
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.answer_parts import AnswerPage, day_of, memberships_on, rows_on
from ccn_kb.site.pages.list_tables import CITY_COLUMNS, city_cells, make_table
from ccn_kb.site.pages.page_context import Membership, PageContext

KM_OF_CLUSTER = 300
KM_OF_REMOTE = 1000
MOST_CLUSTERS = 10


class PlaceAtDistance(parts.PagePart):
    """A city and its distance in kilometres."""

    city: parts.PlacedMembership
    km: records.Count


class CityCluster(parts.PagePart):
    """A city and the other members within a distance of it: of its field, or of any if `field` is empty."""

    field: str
    size: parts.Positive
    centre: parts.PlacedMembership
    others: tuple[PlaceAtDistance, ...]


class ClustersPage(AnswerPage):
    """The largest clusters of member cities: of any field, and of a single field."""

    km: records.Count
    of_any_field: tuple[CityCluster, ...]
    of_a_field: tuple[CityCluster, ...]

    def to_table(self) -> TableData:
        """Return the cities of the clusters, with their distance from the centre."""
        columns = {
            "cluster": "Creative field of the cluster, or any; a hyphen; the ID of the city at its centre.",
            **CITY_COLUMNS,
            "kilometres": "Distance from the centre.",
        }
        rows = (
            (f"{cluster.field or 'any'}-{cluster.centre.id}", *city_cells(item.city), item.km)
            for cluster in (*self.of_any_field, *self.of_a_field)
            for item in (PlaceAtDistance(city=cluster.centre, km=0), *cluster.others)
        )
        return make_table("clusters", self.sentence, columns, rows, ("kilometres",))

    def to_picture(self) -> parts.Picture:
        """Return a map of the largest cluster."""
        cluster = next(iter(self.of_any_field), None)
        cities = (cluster.centre, *(item.city for item in cluster.others)) if cluster else ()
        return parts.picture_cities(
            self.sentence, cities, subject=cluster.centre.id if cluster else "", is_world=not cities
        )


class RemoteCity(parts.PagePart):
    """A city, and the nearest other of its field; None if there is no other."""

    city: parts.PlacedMembership
    nearest: PlaceAtDistance | None


class RemoteCitiesPage(AnswerPage):
    """The cities that are far from any other of their field."""

    km: records.Count
    cities: tuple[RemoteCity, ...]

    def to_table(self) -> TableData:
        """Return the cities with the nearest other of their field."""
        columns = {
            **CITY_COLUMNS,
            "nearest": "ID of the nearest other city of the field.",
            "nearest_name": "Its name.",
            "kilometres": "Its distance.",
        }
        rows = ((*city_cells(remote.city), *_nearest_cells(remote.nearest)) for remote in self.cities)
        return make_table("remote-cities", self.sentence, columns, rows, ("kilometres",))

    def to_picture(self) -> parts.Picture:
        """Return a world map of the cities."""
        return parts.picture_cities(self.sentence, (remote.city for remote in self.cities), is_world=True)


def clusters_page(context: PageContext, *, on: str = "", km: str = "") -> ClustersPage | None:
    """Return the largest clusters, None if the date is not one or is in the future."""
    day, distance = day_of(context, on), int(km or KM_OF_CLUSTER)
    if day is None:
        return None
    memberships = memberships_on(context, day)
    members = [stay.member for stay in memberships.values()]
    of_any = tuple(_clusters(memberships, members, distance, ""))[:MOST_CLUSTERS]
    of_fields = (
        cluster
        for field in context.network.fields
        for cluster in _clusters(
            memberships, [member for member in members if member.designation.field == field], distance, field
        )
    )
    return ClustersPage(
        title=_("Largest clusters of member cities"),
        sentence=_describe_clusters(of_any, distance),
        on=str(day),
        is_today=day == context.day,
        km=distance,
        of_any_field=of_any,
        of_a_field=tuple(sorted(of_fields, key=lambda cluster: (-cluster.size, cluster.centre.name)))[:MOST_CLUSTERS],
        rows=rows_on(context, day, "/ccn/members"),
    )


def remote_cities_page(context: PageContext, *, on: str = "", km: str = "") -> RemoteCitiesPage | None:
    """Return the cities far from any other of their field, None if the date is not one or is in the future."""
    day, distance = day_of(context, on), int(km or KM_OF_REMOTE)
    if day is None:
        return None
    memberships = memberships_on(context, day)
    cities = tuple(
        RemoteCity(
            city=memberships[remote.member.city.id].place,
            nearest=_at_distance(memberships, remote.nearest) if remote.nearest else None,
        )
        for remote in remote_members([stay.member for stay in memberships.values()], distance)
    )
    return RemoteCitiesPage(
        title=_("Cities far from any other in their field"),
        sentence=_describe_remote(cities, distance),
        on=str(day),
        is_today=day == context.day,
        km=distance,
        cities=cities,
        rows=rows_on(context, day, "/ccn/without_neighbour"),
    )


def _nearest_cells(nearest: PlaceAtDistance | None) -> Row:
    return (nearest.city.id, nearest.city.name, nearest.km) if nearest else (None, None, None)


def _clusters(
    memberships: Mapping[str, Membership], members: Sequence[Member], km: int, field: str
) -> Iterator[CityCluster]:
    for cluster in largest_clusters(members, km):
        yield CityCluster(
            field=field,
            size=cluster.size,
            centre=memberships[cluster.centre.city.id].place,
            others=tuple(_at_distance(memberships, neighbour) for neighbour in cluster.others),
        )


def _at_distance(memberships: Mapping[str, Membership], neighbour: Neighbour) -> PlaceAtDistance:
    return PlaceAtDistance(city=memberships[neighbour.member.city.id].place, km=round(neighbour.kilometres))


def _describe_clusters(clusters: Sequence[CityCluster], km: int) -> str:
    if not clusters:
        return _("No member city has two others within %(km)s km.", km=format_number(km))
    size = clusters[0].size
    largest = [cluster for cluster in clusters if cluster.size == size]
    names = parts.name_places(cluster.centre for cluster in largest)
    if len(largest) == 1:
        return _(
            "The largest cluster has %(size)s member cities: %(names)s, and %(others)s others within %(km)s km.",
            size=size,
            names=names,
            others=size - 1,
            km=format_number(km),
        )
    return _(
        "The largest clusters have %(size)s member cities each within %(km)s km of their centres: %(names)s.",
        size=size,
        names=names,
        km=format_number(km),
    )


def _describe_remote(cities: Sequence[RemoteCity], km: int) -> str:
    if not cities:
        return _("Every member city has another of its field within %(km)s km.", km=format_number(km))
    farthest = next((remote for remote in cities if remote.nearest), None)
    if farthest is None or farthest.nearest is None:
        return ngettext(
            "%(number)s member city has no other city of the same field within %(km)s km.",
            "%(number)s member cities have no other city of the same field within %(km)s km.",
            len(cities),
            km=format_number(km),
        )
    return ngettext(
        "%(number)s member city has no other city of the same field within %(km)s km; the farthest is %(city)s,"
        " %(country)s, %(distance)s km from %(nearest)s.",
        "%(number)s member cities have no other city of the same field within %(km)s km; the farthest is %(city)s,"
        " %(country)s, %(distance)s km from %(nearest)s.",
        len(cities),
        km=format_number(km),
        city=farthest.city.name,
        country=farthest.city.country_name,
        distance=format_number(farthest.nearest.km),
        nearest=farthest.nearest.city.name,
    )
