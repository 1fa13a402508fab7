"""All jointly funded work together, at two levels, and what a lead commissioner oversees."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from services.gateway.oversight.content import OutcomeScore, Work
from shared.published import contracts
from shared.testing.houses import RunningHouse
from tests.gateway import story

ALIGNED = (
    replace(story.AGREEMENT, fund="f2", name="Side by side"),
    replace(story.FUND_OPENED, fund="f2", aligned=True),
)
BESIDE = replace(
    story.SIGNED,
    contract="c3",
    terms=replace(story.SIGNED.terms, fund="f2", commissioner="icb", title="Advocacy"),
)


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with story.open_gateway(service_database) as running:
        yield running


def a_work(**more: Any) -> Work:
    outcome = OutcomeScore(outcome="o1", title="Safe", met=1, missed=0, unjudged=2)
    given: dict[str, Any] = {
        "contract": "c1", "title": "Counselling", "kind": "contract", "provider": "acorn",
        "provider_name": "Acorn", "commissioner": "council", "fund": "f1",
        "ends_on": date(2027, 3, 31), "outcomes": (outcome,), "returns_due": 1,
        "returns_in_time": 1, "returns_awaited": 0, "cases_open": 0, "cases_escalated": 0,
        "notices_open": 0, "reviews_open": 1, "incidents_open": None, "late": (),
    }  # fmt: skip
    return Work(**(given | more))


def test_a_contract_is_in_order_where_nothing_is_open_late_or_missed() -> None:
    assert a_work().concerns() == ()
    missed = OutcomeScore(outcome="o1", title="Safe", met=0, missed=1, unjudged=0)
    for change, concern in (
        ({"cases_open": 1}, "case-open"),
        ({"cases_open": 1, "cases_escalated": 1}, "case-escalated"),
        ({"notices_open": 1}, "notice-open"),
        ({"outcomes": (missed,)}, "target-missed"),
        ({"incidents_open": 1}, "incident-open"),
    ):
        assert a_work(**change).concerns() == (concern,)


async def test_every_fund_is_reported_with_its_contracts_and_added_up(
    house: RunningHouse,
) -> None:
    await house.hear("contracts", "fund/f2:2026-27", *ALIGNED)
    await house.hear("contracts", "contract/c3", BESIDE)
    await story.reported_and_paid(house)
    await house.set_clock(datetime(2026, 7, 28, 9, tzinfo=UTC))
    council = house.caller("council", "p-1", "commissioner")
    found = (await council.get("/v1/oversight/p1")).json()
    one, two = found["funds"]
    assert [(each["name"], each["kind"]) for each in (one, two)] == [
        ("Alder pool", "pooled"), ("Side by side", "aligned"),
    ]  # fmt: skip
    assert [each["contract"] for each in one["contracts"]] == ["c1", "c2"]
    first = one["contracts"][0]
    assert [each["title"] for each in first["outcomes"]] == ["Children are safe"]
    assert [(each["kind"], each["by"]) for each in first["late"]] == [("explanation", "acorn")]
    assert (first["actual_pence"], first["cases_open"]) == (22_500_00, 1)
    names = [each["name"] for each in found["executive"]]
    assert names[2:] == ["All pooled funds", "All aligned funds", "All jointly funded work"]
    whole, pooled = found["executive"][-1], found["executive"][0]
    assert (whole["contracts"], whole["cases_open"], whole["late"]) == (3, 1, 1)
    assert whole["budget_pence"] == one["budget_pence"] + two["budget_pence"]
    assert pooled["actual_pence"] == one["actual_pence"] == 22_500_00
    for level, column, rows in (("executive", "forecast_pence", 5), ("operational", "title", 3)):
        asked = f"/v1/oversight/p1?level={level}"
        table = await council.get(asked, accept="text/csv")
        lines = list(csv.DictReader(io.StringIO(table.text)))
        assert (len(lines), column in lines[0]) == (rows, True)

    lead = (await council.get("/v1/oversight/p1/commissioners/council")).json()
    assert [each["contract"] for each in lead["contracts"]] == ["c1", "c2"]
    assert {"explanation-late", "case-open", "notice-open"} <= set(lead["contracts"][0]["concerns"])
    beside = (await council.get("/v1/oversight/p1/commissioners/icb")).json()
    assert [(each["title"], each["concerns"]) for each in beside["contracts"]] == [("Advocacy", [])]
    assert beside["outcomes"][0]["contracts"] == 1
    assert (await council.get("/v1/oversight/p1/commissioners/nobody")).status_code == 404
    table = await council.get("/v1/oversight/p1/commissioners/icb", accept="text/csv")
    assert "Advocacy" in table.text

    ended = contracts.ContractCompleted(contract="c3", effective_on=date(2026, 7, 27))
    await house.hear("contracts", "contract/c3", ended)
    assert (await council.get("/v1/oversight/p1")).json()["funds"][1]["contracts"] == []
    elsewhere = house.caller("elsewhere", "p-0", "commissioner")
    provider = house.caller("acorn", "p-9", "provider")
    for path, closed in (("p1", 403), ("p1/commissioners/council", 404)):  # by role; by relation
        assert (await elsewhere.get(f"/v1/oversight/{path}")).status_code == 404
        assert (await provider.get(f"/v1/oversight/{path}")).status_code == closed
        assert (await house.nobody().get(f"/v1/oversight/{path}")).status_code == 401
    wrong = await council.get("/v1/oversight/p1?level=street")
    assert wrong.status_code == 422
