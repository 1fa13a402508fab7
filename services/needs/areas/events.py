"""The facts of the reference areas: each loading replaces the one before and names its source."""

from __future__ import annotations

from shared.eventsourcing.events import Event
from shared.published.terms import Term

AreaCode = str


class Area(Term, frozen=True, kw_only=True):
    """An area by its published code; `parents` are the codes of the areas it lies in."""

    code: AreaCode
    name: str
    kind: str
    parents: tuple[AreaCode, ...] = ()


class NeighboursOf(Term, frozen=True, kw_only=True):
    """An area's statistical neighbours, the most alike first."""

    area: AreaCode
    neighbours: tuple[AreaCode, ...]


class AreasLoaded(Event, frozen=True, kw_only=True, tag="needs.areas-loaded.v1"):
    source: str
    areas: tuple[Area, ...]


class NeighboursLoaded(Event, frozen=True, kw_only=True, tag="needs.neighbours-loaded.v1"):
    source: str
    neighbours: tuple[NeighboursOf, ...]


AreaEvent = AreasLoaded | NeighboursLoaded
