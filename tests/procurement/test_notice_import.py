"""Notices through their doors: brought in, brought in again, searched and read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.procurement.main import PLAN
from shared.testing.houses import Caller, RunningHouse, open_house

FILES = (
    "uk_contractsfinder_200_releases_2025.json",
    "uk_cpv85_health_social_care_subset.json",
    "uk_findatender_pa2023_5_releases_2026-09-03.json",
    "wales_sell2wales_90_releases_2025.json",
)
IMPORT = "/v1/notices/import"


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with open_house(PLAN, service_database) as running:
        yield running


@pytest.fixture
def pat(house: RunningHouse) -> Caller:
    return house.caller("council", "pat", "procurement-officer")


def package(*releases: dict[str, Any], uri: str = "https://example.org/p") -> dict[str, Any]:
    return {"uri": uri, "version": "1.1", "releases": list(releases)}


def release(key: str, month: int, **content: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "ocid": "ocds-abc123-1/x",
        "id": key,
        "date": f"2026-{month:02}-01T00:00:00Z",
        "tag": ["tender"],
        "buyer": {"id": "GB-LAE-ALD", "name": "Alder Council"},
    }
    return made | content


TENDERED = release(
    "r1",
    1,
    tender={
        "id": "t",
        "title": "Counselling for children",
        "status": "active",
        "value": {"amount": 100, "currency": "GBP"},
        "classification": {"scheme": "CPV", "id": "85312300"},
    },
    parties=[{"id": "1", "contactPoint": {"name": "Jo Bloggs", "email": "jo@example.org"}}],
)
AWARDED = release("r2", 3, awards=[{"id": "1", "status": "active"}])


async def test_real_notices_come_in_once_and_again_change_nothing(
    house: RunningHouse, pat: Caller, shared_material: Path
) -> None:
    folder = shared_material / "ocds/releases"
    packages = [json.loads((folder / name).read_text("utf-8")) for name in FILES]
    counted: Counter[str] = Counter()
    for one in packages:
        counted.update((await pat.done(IMPORT, one))["counts"])
    assert counted == {"imported": 299, "identical-repeat": 30}
    head = await house.house.log.head()
    assert (head.position, head.publication) == (289, 0)

    again: Counter[str] = Counter()
    for one in packages:
        again.update((await pat.done(IMPORT, one))["counts"])
    assert again == {"unchanged": 299, "identical-repeat": 30}
    assert await house.house.log.head() == head
    await house.settle()

    ian = house.caller("icb", "ian", "board-member")
    found = (await ian.get("/v1/notices?limit=500")).json()["items"]
    assert len(found) == 289
    care = (await ian.get("/v1/notices?cpv=85&limit=500")).json()["items"]
    assert care
    assert all(any(code.startswith("85") for code in row["cpv"]) for row in care)
    one = care[0]
    read = (await ian.get(f"/v1/notices/{one['ocid']}")).json()
    assert read["notice"] == one
    assert read["record"]["compiledRelease"]["ocid"] == one["ocid"]


async def test_a_later_release_is_merged_with_what_came_before(
    house: RunningHouse, pat: Caller
) -> None:
    first = await pat.done(IMPORT, package(AWARDED))
    assert first["lines"][0]["became"] == "award"
    second = await pat.done(IMPORT, package(TENDERED, AWARDED, uri="https://example.org/q"))
    assert [line["outcome"] for line in second["lines"]] == ["imported", "identical-repeat"]
    assert [line["contacts_left_out"] for line in second["lines"]] == [1, 0]
    await house.settle()
    shown = (await pat.get("/v1/notices/ocds-abc123-1/x")).json()
    notice = shown["notice"]
    assert (notice["kind"], notice["title"]) == ("award", "Counselling for children")
    assert (notice["value_pence"], notice["version"]) == (10_000, 2)
    assert [one["id"] for one in shown["record"]["releases"]] == ["r1", "r2"]
    assert shown["record"]["compiledRelease"]["date"] == "2026-03-01T00:00:00Z"
    assert "Bloggs" not in json.dumps(shown)
    for event in await house.house.log.read(0, 10):
        assert b"Bloggs" not in event.body


async def test_the_same_request_gets_the_same_answer_and_another_key_hears_it_is_unchanged(
    house: RunningHouse, pat: Caller
) -> None:
    first = await pat.post(IMPORT, package(TENDERED, TENDERED, AWARDED), idempotency_key="k1")
    head = await house.house.log.head()
    same = await pat.post(IMPORT, package(TENDERED, TENDERED, AWARDED), idempotency_key="k1")
    assert (same.status_code, same.json()) == (201, first.json())
    other = await pat.post(IMPORT, package(TENDERED, TENDERED, AWARDED), idempotency_key="k2")
    assert other.json()["counts"] == {"unchanged": 2, "identical-repeat": 1}
    assert await house.house.log.head() == head
    more = release("r3", 4, tender={"title": "More"})
    reused = await pat.post(IMPORT, package(more), idempotency_key="k1")
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency-key-reused")


async def test_each_line_says_what_is_wrong_with_its_release(
    house: RunningHouse, pat: Caller
) -> None:
    changed = TENDERED | {"language": "cy"}
    nothing = release("r9", 5) | {"ocid": "ocds-abc123-2"}
    answer = await pat.done(IMPORT, package(TENDERED, changed, {"id": "r"}, nothing))
    assert [(line["index"], line["outcome"], line["code"]) for line in answer["lines"]] == [
        (0, "imported", ""),
        (1, "refused", "release-changed"),
        (2, "refused", "ocid-missing"),
        (3, "refused", "nothing-to-classify"),
    ]
    assert all(line["reason"] for line in answer["lines"][1:])
    assert (await house.house.log.head()).position == 1


async def test_what_is_no_package_gets_a_coded_answer_and_writes_nothing(
    house: RunningHouse, pat: Caller
) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, "not-a-package"),
        (package(*[TENDERED] * 1001), "package-too-long"),
    ]
    for body, code in cases:
        refused = await pat.post(IMPORT, body)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    broken = await pat.post_raw(IMPORT, b'{"releases": [', "application/json")
    assert (broken.status_code, broken.json()["code"]) == (400, "unparsable-body")
    listed = await pat.post(IMPORT, [])
    assert listed.status_code == 422
    assert (await house.house.log.head()).position == 0


async def test_who_brings_notices_in_and_who_reads_them(house: RunningHouse, pat: Caller) -> None:
    provider = house.caller("acorn", "ann", "provider")
    assert (await provider.post(IMPORT, package(TENDERED))).status_code == 403
    assert (await house.nobody().get("/v1/notices")).status_code == 401
    await pat.done(IMPORT, package(TENDERED))
    await house.settle()
    for query, hits in (
        ("", 1),
        ("?kind=tender", 1),
        ("?kind=award", 0),
        ("?cpv=8531", 1),
        ("?cpv=80", 0),
        ("?buyer=alder", 1),
        ("?buyer=GB-LAE-ALD", 1),
        ("?buyer=beech", 0),
        ("?text=children+COUNSELLING", 1),
        ("?text=children+roads", 0),
    ):
        assert len((await provider.get(f"/v1/notices{query}")).json()["items"]) == hits, query
    assert (await provider.get("/v1/notices?cpv=8x")).status_code == 422
    assert (await provider.get("/v1/notices/ocds-none")).status_code == 404


async def test_an_erased_record_shows_as_erased_and_is_not_built_upon(
    house: RunningHouse, pat: Caller
) -> None:
    await pat.done(IMPORT, package(TENDERED))
    await house.settle()
    row = await house.house.stores["notices"].get("ocds-abc123-1/x")
    assert row is not None
    assert isinstance(row.record.text, UUID)
    await house.house.texts.erase(row.record.text, datetime(2026, 4, 2, tzinfo=UTC))
    shown = (await pat.get("/v1/notices/ocds-abc123-1/x")).json()
    assert (shown["record"], shown["notice"]["title"]) == (None, "Counselling for children")
    later = await pat.done(IMPORT, package(AWARDED))
    assert later["lines"][0]["code"] == "record-erased"
