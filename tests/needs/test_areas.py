"""Reference areas: what a set must be, and how it is looked up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from services.needs.areas.commands import LoadAreas
from services.needs.areas.decider import AREA_SETS, AreaTwice, OwnNeighbour, UnknownArea
from services.needs.areas.events import Area, AreasLoaded, NeighboursLoaded, NeighboursOf
from services.needs.main import PLAN
from shared.testing.houses import Caller, RunningHouse, open_house
from shared.testing.scenarios import Scenario

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
ENGLAND = Area(code="E92000001", name="England", kind="england")
LEEDS = Area(code="E08000035", name="Leeds", kind="upper", parents=("E92000001",))
HULL = Area(code="E06000010", name="Hull", kind="upper", parents=("E92000001",))
BESIDE = NeighboursOf(area="E08000035", neighbours=("E06000010",))


def loading(areas: tuple[Area, ...], *neighbours: NeighboursOf) -> LoadAreas:
    return LoadAreas(source="S", areas=areas, neighbours=neighbours, now=NOW)


empty = Scenario(AREA_SETS)
full = loading((ENGLAND, LEEDS, HULL), BESIDE)


def test_a_set_is_loaded_once_and_again_changes_nothing() -> None:
    empty.when(full).then(
        AreasLoaded(source="S", areas=(ENGLAND, LEEDS, HULL)),
        NeighboursLoaded(source="S", neighbours=(BESIDE,)),
    )
    empty.when_done(full).when(full).then_nothing()
    empty.when_done(full).when(loading((ENGLAND, LEEDS, HULL))).then(
        NeighboursLoaded(source="S", neighbours=())
    )


def test_every_code_is_there_once_and_leads_somewhere() -> None:
    empty.when(loading((ENGLAND, ENGLAND))).then_refused(AreaTwice, "/body/areas")
    empty.when(loading((LEEDS,))).then_refused(UnknownArea, "/body/areas/0/parents")
    empty.when(loading((ENGLAND,), BESIDE)).then_refused(UnknownArea, "/body/neighbours/0")
    twice = loading((ENGLAND, LEEDS, HULL), BESIDE, BESIDE)
    empty.when(twice).then_refused(AreaTwice, "/body/neighbours")


@pytest.mark.parametrize("neighbours", [("E08000035",), ("E06000010", "E06000010")])
def test_no_area_is_its_own_neighbour_or_a_neighbour_twice(neighbours: tuple[str, ...]) -> None:
    of = NeighboursOf(area="E08000035", neighbours=neighbours)
    empty.when(loading((ENGLAND, LEEDS, HULL), of)).then_refused(OwnNeighbour, "/body/neighbours/0")


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with open_house(PLAN, service_database) as running:
        yield running


@pytest.fixture
def cora(house: RunningHouse) -> Caller:
    return house.caller("council", "cora", "commissioner")


BODY: dict[str, Any] = {
    "source": "S",
    "areas": [
        {"code": "E92000001", "name": "England", "kind": "england"},
        {"code": "E08000035", "name": "Leeds", "kind": "upper", "parents": ["E92000001"]},
        {"code": "E06000010", "name": "Hull", "kind": "upper", "parents": ["E92000001"]},
    ],
    "neighbours": [{"area": "E08000035", "neighbours": ["E06000010"]}],
}


async def test_areas_are_loaded_and_looked_up(house: RunningHouse, cora: Caller) -> None:
    assert (await cora.put("/v1/areas", BODY)).status_code == 200
    head = await house.house.log.head()
    assert (await cora.put("/v1/areas", BODY)).status_code == 200
    assert await house.house.log.head() == head
    await house.settle()

    listed = (await cora.get("/v1/areas?kind=upper&limit=1")).json()
    assert [area["name"] for area in listed["items"]] == ["Hull"]
    following = (await cora.get(f"/v1/areas?kind=upper&limit=1&after={listed['next']}")).json()
    assert [area["name"] for area in following["items"]] == ["Leeds"]
    assert following["next"] is None
    inside = (await cora.get("/v1/areas?parent=E92000001")).json()["items"]
    assert len(inside) == 2
    beside = (await cora.get("/v1/areas/E08000035/neighbours")).json()
    assert beside["neighbours"] == [{"rank": 1, "code": "E06000010", "name": "Hull"}]
    assert (await cora.get("/v1/areas/E06000010/neighbours")).json()["neighbours"] == []
    assert (await cora.get("/v1/areas/E08000035")).json()["parents"] == ["E92000001"]
    assert (await cora.get("/v1/areas/E1")).status_code == 404


async def test_who_loads_areas_and_what_is_refused(house: RunningHouse, cora: Caller) -> None:
    reader = house.caller("acorn", "ann", "evaluator")
    assert (await reader.put("/v1/areas", BODY)).status_code == 403
    wrong = await cora.put(
        "/v1/areas", BODY | {"neighbours": [{"area": "E1", "neighbours": ["E2"]}]}
    )
    assert (wrong.status_code, wrong.json()["code"]) == (422, "unknown-area")
    assert wrong.json()["errors"][0]["pointer"] == "/body/neighbours/0"
    assert (await house.house.log.head()).position == 0
