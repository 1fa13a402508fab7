"""Who bought a service, from whom, at what price: as arithmetic, and through its door."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.procurement.main import PLAN
from services.procurement.notices.comparing import (
    MOST_COMPARED,
    compare,
    price_of,
    without_price,
    yearly_price,
)
from services.procurement.notices.views import NoticeRow
from shared.testing.houses import RunningHouse, open_house
from tests.procurement.test_notice_import import FILES, IMPORT, package, release
from tests.procurement.test_notice_rules import TEXT


def row(ocid: str = "o", **told: Any) -> NoticeRow:
    made: dict[str, Any] = {
        "kind": "award", "why": "It has an award.", "title": "Play", "buyer": "b",
        "buyer_name": "Alder", "cpv": (), "value_pence": None, "status": "", "method": "",
        "published_at": datetime(2026, 1, 1, tzinfo=UTC), "closes_at": None, "starts_on": None,
        "ends_on": None, "suppliers": (), "defects": (), "related": (), "releases": (),
        "sources": (), "record": TEXT, "cpv_groups": (), "words": (), "buyer_words": (),
        "version": 1,
    }  # fmt: skip
    return NoticeRow(ocid=ocid, **{**made, **told})


def test_a_price_a_year_is_by_the_days_of_its_contract() -> None:
    term: dict[str, Any] = {"starts_on": date(2026, 4, 1), "ends_on": date(2029, 3, 31)}
    assert yearly_price(row(value_pence=1_096_00, **term)) == 365_00  # one leap day in three years
    short: dict[str, Any] = term | {"ends_on": date(2026, 4, 2)}
    assert yearly_price(row(value_pence=100, **short)) is None
    assert yearly_price(row(value_pence=100)) is None


@pytest.mark.parametrize(
    ("defect", "reason"),
    [("value-missing", "missing"), ("value-not-gbp:awards", "not-gbp"),
     ("value-unreadable:tender", "unreadable"), ("value-nominal:contracts", "nominal"),
     ("title-missing", "")],
)  # fmt: skip
def test_a_value_that_means_nothing_is_left_out_and_said_so(defect: str, reason: str) -> None:
    one = row(value_pence=100, defects=(defect,))
    assert without_price(one) == reason
    assert price_of(one) == (None if reason else 100)


def test_only_what_was_awarded_is_compared() -> None:
    found = compare([row("a", value_pence=10), row("b", kind="tender", value_pence=10_000)])
    assert (found.found, found.awarded) == (2, 1)
    assert found.whole is not None
    assert found.whole.highest_pence == 10
    assert compare([]).whole is None


def test_a_value_shared_among_suppliers_is_in_nobodys_total() -> None:
    rows = [
        row("a", value_pence=500, suppliers=("s1",)),
        row("b", value_pence=700, suppliers=("s1", "s2")),
    ]
    one, two = compare(rows).suppliers
    assert (one.supplier, one.processes, one.together, one.priced, one.total_pence) == (
        "s1", 2, 1, 1, 500,
    )  # fmt: skip
    assert (two.processes, two.together, two.total_pence) == (1, 1, 0)


def test_what_is_too_much_to_compare_is_said_to_be() -> None:
    found = compare(row(str(n), value_pence=1) for n in range(MOST_COMPARED + 1))
    assert (found.found, found.truncated) == (MOST_COMPARED, True)


PRICES = st.lists(st.one_of(st.none(), st.integers(0, 10**12)), max_size=40)


@given(PRICES)
def test_every_award_has_a_price_or_a_reason(prices: list[int | None]) -> None:
    found = compare(row(str(n), value_pence=price) for n, price in enumerate(prices))
    priced = found.whole.count if found.whole else 0
    assert priced + sum(found.left_out.values()) == found.awarded == len(prices)
    if found.whole:
        known = sorted(price for price in prices if price is not None)
        assert (found.whole.lowest_pence, found.whole.highest_pence) == (known[0], known[-1])
        assert known[0] <= found.whole.median_pence <= known[-1]
    assert sum(one.total_pence for one in found.buyers) == sum(one or 0 for one in prices)


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with open_house(PLAN, service_database) as running:
        yield running


async def test_real_care_that_was_bought_is_compared(
    house: RunningHouse, shared_material: Path
) -> None:
    pat = house.caller("council", "pat", "procurement-officer")
    for name in FILES:
        await pat.done(IMPORT, json.loads((shared_material / "ocds/releases" / name).read_text()))
    await house.settle()
    ann = house.caller("acorn", "ann", "provider")
    found = (await ann.get("/v1/notices/comparison?cpv=85")).json()
    listed = (await ann.get("/v1/notices?cpv=85&kind=award&limit=500")).json()["items"]
    assert found["awarded"] == len(listed) > 5
    assert found["whole"]["count"] + sum(found["left_out"].values()) == found["awarded"]
    assert all(one["name"] for one in found["suppliers"])
    first = found["suppliers"][0]["supplier"]
    asked = urlencode({"supplier": first, "limit": 500})
    of = (await ann.get(f"/v1/notices?{asked}")).json()["items"]
    assert len(of) >= found["suppliers"][0]["processes"]
    assert all(first in one["suppliers"] for one in of)
    assert (await ann.get("/v1/notices/comparison?cpv=ab")).status_code == 422
    assert (await house.nobody().get("/v1/notices/comparison")).status_code == 401


async def test_a_correction_is_taken_where_it_is_said_to_be_one(house: RunningHouse) -> None:
    pat = house.caller("council", "pat", "procurement-officer")
    first = release("r1", 1, tender={"title": "Counseling"})
    right = release("r1", 1, tender={"title": "Counselling"})
    await pat.done(IMPORT, package(first))
    refused = await pat.done(IMPORT, package(right))
    assert [line["code"] for line in refused["lines"]] == ["release-changed"]
    wrong = await pat.post(f"{IMPORT}?corrections=perhaps", package(right))
    assert wrong.status_code == 422
    taken = await pat.done(f"{IMPORT}?corrections=take", package(right))
    assert taken["counts"] == {"corrected": 1}
    again = await pat.done(f"{IMPORT}?corrections=take", package(first, right))
    assert again["counts"] == {"superseded": 1, "identical-repeat": 1}
    await house.settle()
    shown = (await pat.get("/v1/notices/ocds-abc123-1/x")).json()
    assert shown["notice"]["title"] == "Counselling"
    assert [one["tender"]["title"] for one in shown["record"]["releases"]] == ["Counselling"]


async def test_one_process_at_two_publishers_is_found_from_either(house: RunningHouse) -> None:
    pat = house.caller("council", "pat", "procurement-officer")
    related = [{"id": "1", "scheme": "ocid", "identifier": "ocds-b5fd17-7"}]
    here = release("r1", 1, tender={"title": "Play"}, relatedProcesses=related)
    there = release("p1", 1, tender={"title": "Play"}) | {"ocid": "ocds-b5fd17-7"}
    changed = release("r2", 2, tender={"title": "Play and more"}, tag=["tenderAmendment"])
    await pat.done(IMPORT, package(here, there, changed))
    await house.settle()
    one = (await pat.get("/v1/notices/ocds-abc123-1/x")).json()
    assert one["notice"]["related"] == ["ocds-b5fd17-7"]
    assert [(c["path"], c["before"], c["after"]) for c in one["changes"]] == [
        ("tender.title", "Play", "Play and more")
    ]
    other = (await pat.get("/v1/notices/ocds-b5fd17-7")).json()
    assert other["named_by"] == ["ocds-abc123-1/x"]
