"""Published reference data, read as it is: every line, every name, no figure made up."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from goldenthread.reference import (
    NAMED_OTHERWISE,
    Area,
    Figure,
    LoadRefused,
    UnknownName,
    areas,
    figure,
    load_reference,
    neighbours,
    series_figures,
    timeliness,
)
from services.needs.main import PLAN
from shared.testing.houses import open_house, token


@pytest.fixture
def folder(shared_material: Path) -> Path:
    return shared_material / "reference"


def test_every_area_is_read_with_parents_that_are_areas_too(folder: Path) -> None:
    found = areas(folder)
    codes = {area.code for area in found}
    assert (len(found), len(codes)) == (492, 492)
    assert all(codes.issuperset(area.parents) for area in found)
    assert Counter(area.kind for area in found)["counties-and-unitary-authorities"] == 153
    hartlepool = next(area for area in found if area.name == "Hartlepool")
    assert hartlepool.parents == ("E47000006", "E12000001")


def test_every_authority_has_ten_neighbours_under_one_name(folder: Path) -> None:
    known = areas(folder)
    found = neighbours(folder, known)
    assert len(found) == 153
    assert {len(one.neighbours) for one in found} == {10}
    assert len(NAMED_OTHERWISE) == 7
    durham = next(area.code for area in known if area.name == "County Durham")
    assert durham in {one.area for one in found}
    barking = next(area.code for area in known if area.name == "Barking and Dagenham")
    enfield = next(area.code for area in known if area.name == "Enfield")
    assert next(one for one in found if one.area == barking).neighbours[0] == enfield


def test_a_name_nobody_knows_is_an_error(folder: Path) -> None:
    with pytest.raises(UnknownName):
        neighbours(folder, [Area(code="E1", name="Nowhere", kind="x", parents=())])


def test_an_unavailable_figure_is_no_number() -> None:
    assert figure("x") == Figure(status="unavailable", value=None)
    assert figure("58.7") == Figure(status="given", value=Decimal("58.7"))
    assert figure("0").value == 0
    for text in ("", "NaN", "Infinity", "c", "1,000"):
        with pytest.raises(ValueError, match="no figure"):
            figure(text)


def test_the_series_is_read_line_by_line(folder: Path) -> None:
    found = list(timeliness(folder))
    assert len(found) == 12_212
    first = found[0]
    assert (first.year, first.level, first.area) == (2019, "National", "E92000001")
    assert (first.issued.value, first.percent.value) == (53327, Decimal("58.7"))
    assert Counter(one.level for one in found) == {
        "Local authority": 11_332,
        "Regional": 790,
        "National": 90,
    }
    given = [one for one in found if one.percent.status == "given"]
    assert all(one.percent.value is not None and 0 <= one.percent.value <= 100 for one in given)


async def test_areas_and_neighbours_are_loaded_through_the_door(
    folder: Path, service_database: str
) -> None:
    async with open_house(PLAN, service_database) as house:
        house.client.headers["Authorization"] = f"Bearer {token('c', 'p', 'commissioner')}"
        assert await load_reference(house.client, folder) == (492, 153)
        head = await house.house.log.head()
        assert await load_reference(house.client, folder) == (492, 153)
        assert await house.house.log.head() == head
        await house.settle()
        beside = (await house.client.get("/v1/areas/E06000047/neighbours")).json()
        assert (beside["name"], len(beside["neighbours"])) == ("County Durham", 10)


async def test_a_refusal_is_passed_on(folder: Path) -> None:
    problem = {"code": "not-permitted", "detail": "You may not do this."}
    transport = httpx.MockTransport(lambda _: httpx.Response(403, json=problem))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        with pytest.raises(LoadRefused, match="not-permitted"):
            await load_reference(client, folder)


def test_a_real_series_has_its_neighbours_and_keeps_what_was_unavailable_apart(
    shared_material: Path,
) -> None:
    folder = shared_material / "reference"
    figures = series_figures(folder, "E09000030")  # Tower Hamlets, unavailable for 2022
    assert {one["area"] for one in figures} > {"E92000001", "E09000030"}
    missing = [one for one in figures if one.get("status") == "missing"]
    assert {"area": "E09000030", "period": "2022", "status": "missing"} in missing
    assert all("value" not in one for one in missing)
    with pytest.raises(UnknownName):
        series_figures(folder, "E00000000")
