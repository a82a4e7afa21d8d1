"""Members that stand out on a day: the first ones, the longest-standing, clusters, remote cities, anniversaries."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from ccn_kb.model.dates import first_day, last_day
from ccn_kb.network.geography import EARTH_KM, distance_km, unit_vector
from ccn_kb.network.history import Change
from ccn_kb.network.members import Member, Neighbour, start_of_stay

SMALLEST_CLUSTER = 3


class Cluster(NamedTuple):
    """A member and the other members within a distance of it, the nearest first."""

    centre: Member
    others: tuple[Neighbour, ...]

    @property
    def size(self) -> int:
        """The number of members, the centre included."""
        return 1 + len(self.others)


class RemoteMember(NamedTuple):
    """A member and the nearest other member in its field, None if it is alone in its field."""

    member: Member
    nearest: Neighbour | None


def earliest(members: Iterable[Member]) -> tuple[Member, ...]:
    """Return the members that were designated first: more than one where the dates are too imprecise to decide."""
    candidates = tuple(members)
    latest_start = min((last_day(member.designation.since) for member in candidates), default=None)
    return tuple(
        member for member in candidates if latest_start and first_day(member.designation.since) <= latest_start
    )


def first_members(members: Iterable[Member], group_of: Callable[[Member], str]) -> Mapping[str, tuple[Member, ...]]:
    """Return the members that were designated first in each group, by group."""
    groups: dict[str, list[Member]] = {}
    for member in members:
        groups.setdefault(group_of(member), []).append(member)
    return {group: earliest(group_members) for group, group_members in groups.items()}


def longest_standing(members: Iterable[Member], most: int) -> tuple[Member, ...]:
    """Return the members that joined first, by date; more than `most` if the last of them joined on the same date."""
    joined = {member.city.id: first_day(start_of_stay(member).since) for member in members}
    ordered = sorted(members, key=lambda member: (joined[member.city.id], *member.order))
    if len(ordered) <= most:
        return tuple(ordered)
    last = joined[ordered[most - 1].city.id]
    return tuple(member for member in ordered if joined[member.city.id] <= last)


def largest_clusters(members: Sequence[Member], kilometres: float) -> tuple[Cluster, ...]:
    """Return the members around which the most other members lie within a distance, the largest cluster first.

    A member that is in a larger cluster is not the centre of a smaller one.
    """
    near = _neighbours_within(members, kilometres)
    clusters = sorted(
        (Cluster(member, near[number]) for number, member in enumerate(members)),
        key=lambda cluster: (
            -cluster.size,
            sum(neighbour.kilometres for neighbour in cluster.others),
            cluster.centre.city.id,
        ),
    )
    covered: set[str] = set()
    largest = []
    for cluster in clusters:
        if cluster.size >= SMALLEST_CLUSTER and cluster.centre.city.id not in covered:
            covered |= {cluster.centre.city.id, *(neighbour.member.city.id for neighbour in cluster.others)}
            largest.append(cluster)
    return tuple(largest)


def remote_members(members: Iterable[Member], kilometres: float) -> tuple[RemoteMember, ...]:
    """Return the members with no other member in their field within a distance, the most remote first."""
    by_field: dict[str, list[Member]] = {}
    for member in members:
        by_field.setdefault(member.designation.field, []).append(member)
    remote = [
        remote_member
        for field_members in by_field.values()
        for remote_member in _with_nearest(field_members)
        if remote_member.nearest is None or remote_member.nearest.kilometres > kilometres
    ]
    return tuple(sorted(remote, key=lambda item: (-_distance_to_nearest(item), *item.member.order)))


def anniversaries(changes: Iterable[Change], day: datetime.date) -> tuple[Change, ...]:
    """Return the changes on the same day of earlier years; those of 29 February also on 28 February of other years."""
    return tuple(
        change for change in changes if len(change.date) == 10 and first_day(change.date) < day == _in_year(change, day)
    )


def _in_year(change: Change, day: datetime.date) -> datetime.date:
    date = first_day(change.date)
    try:
        return date.replace(year=day.year)
    except ValueError:
        return date.replace(year=day.year, day=28)


def _neighbours_within(members: Sequence[Member], kilometres: float) -> list[tuple[Neighbour, ...]]:
    """Return the other members within a distance of each member, the nearest first."""
    directions = [unit_vector(member.city.location) for member in members]
    # Comparing dot products is much faster than computing every distance; the margin is for rounding.
    least = math.cos(min(math.pi, (kilometres + 1) / EARTH_KM))
    near = []
    for number, (x, y, z) in enumerate(directions):
        place = members[number].city.location
        neighbours = (
            Neighbour(members[other], distance_km(place, members[other].city.location))
            for other, (east, north, up) in enumerate(directions)
            if other != number and x * east + y * north + z * up >= least
        )
        within = [neighbour for neighbour in neighbours if neighbour.kilometres <= kilometres]
        near.append(tuple(sorted(within, key=lambda neighbour: (neighbour.kilometres, neighbour.member.city.id))))
    return near


def _with_nearest(members: Sequence[Member]) -> Iterable[RemoteMember]:
    for member in members:
        others = (
            Neighbour(other, distance_km(member.city.location, other.city.location))
            for other in members
            if other.city.id != member.city.id
        )
        yield RemoteMember(
            member,
            min(others, key=lambda neighbour: (neighbour.kilometres, neighbour.member.city.id), default=None),
        )


def _distance_to_nearest(remote: RemoteMember) -> float:
    return remote.nearest.kilometres if remote.nearest else math.inf
