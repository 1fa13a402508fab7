"""Whom an area is compared with: England, its region, its statistical neighbours. Pure.

Law: an area goes by its code or by its name, whichever its figures go by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from services.needs.areas.events import Area, AreaCode, NeighboursOf

ENGLAND, REGIONS = "england", "regions"
UPPER_TIER = "counties-and-unitary-authorities"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """An area by its code and its name."""

    code: AreaCode
    name: str

    def among(self, keys: Mapping[str, object]) -> str | None:
        """What it goes by among figures: its code, else its name."""
        return next((key for key in (self.code, self.name) if key in keys), None)


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """An area and those beside it; nothing where the reference areas do not know it."""

    area: Place
    england: Place | None = None
    region: Place | None = None
    neighbours: tuple[Place, ...] = ()

    def wanted(self) -> frozenset[str]:
        """Every code and name of the area and those beside it."""
        beside = [one for one in (self.england, self.region) if one]
        return frozenset(
            key for one in (self.area, *beside, *self.neighbours) for key in (one.code, one.name)
        )


class Gazetteer:
    """The reference areas, ready to be looked up many times."""

    def __init__(self, areas: Sequence[Area], neighbours: Sequence[NeighboursOf]) -> None:
        self._areas = {area.code: area for area in areas}
        named: dict[str, list[Area]] = {}
        for area in areas:
            named.setdefault(area.name.casefold(), []).append(area)
        self._named = named
        self._neighbours = {one.area: one.neighbours for one in neighbours}
        self._england = next((area for area in areas if area.kind == ENGLAND), None)

    def find(self, label: str) -> Area | None:
        """By code, else by a name that one area has, or one upper-tier authority among them."""
        if found := self._areas.get(label):
            return found
        alike = self._named.get(label.casefold(), [])
        upper = [area for area in alike if area.kind == UPPER_TIER]
        chosen = alike if len(alike) == 1 else upper
        return chosen[0] if len(chosen) == 1 else None

    def beside(self, label: str) -> Beside:
        area = self.find(label)
        if area is None:
            return Beside(area=Place(code=label, name=label))
        parents = [self._areas[code] for code in area.parents if code in self._areas]
        region = next((one for one in parents if one.kind == REGIONS), None)
        england = self._england if self._england and self._england.code != area.code else None
        return Beside(
            area=_place(area),
            england=_place(england) if england else None,
            region=_place(region) if region else None,
            neighbours=tuple(
                _place(self._areas[code])
                for code in self._neighbours.get(area.code, ())
                if code in self._areas
            ),
        )


def _place(area: Area) -> Place:
    return Place(code=area.code, name=area.name)
