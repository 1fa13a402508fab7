"""What may be asked of the reference areas."""

from __future__ import annotations

from datetime import datetime

from services.needs.areas.events import Area, NeighboursOf
from shared.eventsourcing.commands import Command


class LoadAreas(Command, frozen=True, kw_only=True):
    """The whole set, as its source publishes it; it takes the place of the set before."""

    source: str
    areas: tuple[Area, ...]
    neighbours: tuple[NeighboursOf, ...]
    now: datetime


AreaCommand = LoadAreas
