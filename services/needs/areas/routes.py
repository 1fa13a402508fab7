"""The doors of reference areas: loaded by those who import, read by all who read needs."""

from __future__ import annotations

from typing import Annotated

from services.needs.areas.bodies import AreaBody, LoadBody, Neighbour, Neighbours
from services.needs.areas.commands import LoadAreas
from services.needs.areas.decider import AREA_SETS
from services.needs.areas.events import Area
from services.needs.areas.views import AREAS, AreaSetRow
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.reading import Listed, Paging, rows
from shared.http.routing import Router

router = Router(prefix="/v1/areas", tags=["areas"])

AREA_SET = "england"
AreaSets = Annotated[ViewStore[AreaSetRow], rows(AREAS)]
Reader = Annotated[Actor, allowed("needs:read")]


@router.put("")
async def load_areas(
    body: LoadBody, handle: Handling, actor: Annotated[Actor, allowed("record:import")]
) -> Accepted:
    """Put a set in the place of the one before; the same set again changes nothing.

    422: area-twice, unknown-area, own-neighbour.
    """
    command = LoadAreas(
        source=body.source,
        areas=tuple(area.term() for area in body.areas),
        neighbours=tuple(one.term() for one in body.neighbours),
        now=handle.now(),
    )
    return await handle(actor, AREA_SETS, AREA_SET, command)


async def _loaded(sets: ViewStore[AreaSetRow]) -> AreaSetRow:
    return await sets.get(AREA_SET) or AreaSetRow()


def _shown(area: Area) -> AreaBody:
    return AreaBody(code=area.code, name=area.name, kind=area.kind, parents=area.parents)


@router.get("")
async def list_areas(
    sets: AreaSets,
    paging: Paging,
    _: Reader,
    kind: Id | None = None,
    parent: Id | None = None,
) -> Listed[AreaBody]:
    """Areas by code: all, those of a kind, those that lie in another."""
    found = {
        area.code: _shown(area)
        for area in sorted((await _loaded(sets)).areas, key=lambda area: area.code)
        if area.code > paging.after
        and kind in (None, area.kind)
        and (parent is None or parent in area.parents)
    }
    return paging.page(found)


@router.get("/{area}")
async def read_area(area: Id, sets: AreaSets, _: Reader) -> AreaBody:
    """One area."""
    return _shown(_named(await _loaded(sets))[area])


@router.get("/{area}/neighbours")
async def list_neighbours(area: Id, sets: AreaSets, _: Reader) -> Neighbours:
    """The statistical neighbours of an area, the most alike first."""
    loaded = await _loaded(sets)
    named = _named(loaded)
    codes = next((one.neighbours for one in loaded.neighbours if one.area == area), ())
    return Neighbours(
        area=area,
        name=named[area].name,
        source=loaded.neighbours_source,
        neighbours=[
            Neighbour(rank=rank, code=code, name=named[code].name)
            for rank, code in enumerate(codes, 1)
        ],
    )


class _Named(dict[str, Area]):
    """Areas by code; an unknown code is refused. Raises Missing."""

    def __missing__(self, code: str) -> Area:
        raise Missing


def _named(loaded: AreaSetRow) -> _Named:
    return _Named({area.code: area for area in loaded.areas})
