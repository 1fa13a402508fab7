"""The rules of the reference areas: every code is there once and leads somewhere. Pure.

Loading what is there already changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.needs.areas.commands import AreaCommand, LoadAreas
from services.needs.areas.events import (
    Area,
    AreaCode,
    AreaEvent,
    AreasLoaded,
    NeighboursLoaded,
    NeighboursOf,
)
from shared.eventsourcing.commands import Invalid
from shared.eventsourcing.decider import Decider


class AreaTwice(Invalid):
    """A code stands for one area, and an area has one list of neighbours."""

    code = "area-twice"


class UnknownArea(Invalid):
    """A parent or neighbour is not among the areas."""

    code = "unknown-area"


class OwnNeighbour(Invalid):
    """An area is not its own neighbour, nor a neighbour twice."""

    code = "own-neighbour"


class AreaSet(msgspec.Struct, frozen=True, kw_only=True):
    """The areas and neighbours loaded last; empty at first."""

    areas: tuple[Area, ...] = ()
    neighbours: tuple[NeighboursOf, ...] = ()


def decide(command: AreaCommand, areas: AreaSet) -> Sequence[AreaEvent]:
    """Refuses: AreaTwice, UnknownArea, OwnNeighbour."""
    _check(command)
    loaded: list[AreaEvent] = []
    if command.areas != areas.areas:
        loaded.append(AreasLoaded(source=command.source, areas=command.areas))
    if command.neighbours != areas.neighbours:
        loaded.append(NeighboursLoaded(source=command.source, neighbours=command.neighbours))
    return loaded


def _check(command: LoadAreas) -> None:
    codes = _each_once((area.code for area in command.areas), "/body/areas")
    _each_once((one.area for one in command.neighbours), "/body/neighbours")
    for n, area in enumerate(command.areas):
        if not codes.issuperset(area.parents):
            raise UnknownArea(pointer=f"/body/areas/{n}/parents")
    for n, one in enumerate(command.neighbours):
        pointer = f"/body/neighbours/{n}"
        named = (one.area, *one.neighbours)
        if not codes.issuperset(named):
            raise UnknownArea(pointer=pointer)
        if len(set(named)) < len(named):
            raise OwnNeighbour(pointer=pointer)


def _each_once(codes: Iterable[AreaCode], pointer: str) -> frozenset[AreaCode]:
    counted = Counter(codes)
    twice = next((code for code, times in counted.items() if times > 1), None)
    if twice is not None:
        raise AreaTwice(f"{twice} is there more than once.", pointer)
    return frozenset(counted)


def evolve(areas: AreaSet, event: AreaEvent) -> AreaSet:
    """The set after one more loading."""
    match event:
        case AreasLoaded():
            return replace(areas, areas=event.areas)
        case NeighboursLoaded():
            return replace(areas, neighbours=event.neighbours)


AREA_SETS: Decider[AreaCommand, AreaSet, AreaEvent] = Decider(
    category="area-set",
    initial=AreaSet(),
    decide=decide,
    evolve=evolve,
    events=get_args(AreaEvent),
)
