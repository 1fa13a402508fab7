"""A case under a contract's clauses through its doors: both sides see every clock and document."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from services.contracts.contracts.presets import NHS_STANDARD
from shared.testing.houses import RunningHouse
from tests.monitoring.agreed import Q1, Q2, TERMS, body
from tests.monitoring.door import AFTER_Q1, AFTER_Q2, People, published, signed_house

FLAG = "c1:seen:1"
AT = f"/v1/flags/{FLAG}"


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with signed_house(service_database, replace(TERMS, case=NHS_STANDARD)) as running:
        people = People(running)
        for now, period, seen in ((AFTER_Q1, Q1, 25), (AFTER_Q2, Q2, 27)):
            await running.set_clock(now)
            at = f"/v1/returns/c1/{period}"
            assert (await people.ann.put(at, body(period, seen, 21 - (seen == 25)))).is_success
            await people.mo.done(f"{at}/acceptance", {"version": 1})
        await running.settle()
        yield running


@pytest.fixture
def people(house: RunningHouse) -> People:
    return People(house)


async def test_a_case_climbs_with_a_clock_at_each_step_and_comes_down_again(
    house: RunningHouse, people: People
) -> None:
    short = await people.mo.post(f"{AT}/explanation-request", {"working_days": 2})
    assert short.json()["code"] == "clock-shorter-than-clause"
    await people.mo.done(f"{AT}/explanation-request", {})
    await people.mo.done(f"{AT}/pause", {"reason": "The manager is ill."})
    await house.set_clock(datetime(2026, 10, 7, 9, tzinfo=UTC))
    await people.mo.done(f"{AT}/resumption")
    await house.settle()
    for one in (people.ann, people.mo, people.ian):
        (clock,) = (await one.get(AT)).json()["clocks"]
        assert (clock["due_on"], clock["working_days_paused"]) == ("2026-10-14", 3)
    early = await people.chris.post(f"{AT}/upholding", {"reason": "It stands."})
    assert early.json()["code"] == "explanation-awaited"
    await house.set_clock(datetime(2026, 10, 15, 0, 0, tzinfo=UTC))
    shown = (await people.ann.get(AT)).json()
    assert (shown["clocks"][0]["missed"], shown["waits_for"]) == (True, "commissioner")
    await people.chris.done(f"{AT}/upholding", {"reason": "It stands."})
    meeting = {"held_on": "2026-10-15", "minutes": "We met."}
    assert (await people.ann.post(f"{AT}/meeting", meeting)).status_code == 403
    await people.mo.done(f"{AT}/meeting", meeting)
    unknown = {"to": "exception-report", "reason": "No plan.", "review": "c9:2026-27"}
    refused = await people.mo.post(f"{AT}/escalation", unknown)
    assert refused.json()["code"] == "unknown-review"
    await people.mo.done(f"{AT}/escalation", {"to": "exception-report", "reason": "No plan."})
    await house.settle()
    clocks = (await people.ann.get(AT)).json()["clocks"]
    assert [(c["clock"], c["due_on"], c["stopped"]) for c in clocks] == [
        ("explanation", "2026-10-14", True),
        ("meeting", "2026-10-29", True),
        ("plan", "2026-10-22", True),
        ("exception-report", "2026-10-29", False),
    ]
    own = await people.mo.post(f"{AT}/step-down", {"reason": "Better."})
    assert own.json()["code"] == "same-person"
    await people.chris.done(f"{AT}/step-down", {"reason": "Better."})
    await house.settle()
    assert (await people.ann.get(AT)).json()["escalated_to"] == ""
    assert "case-clock-missed" in await published(house)


async def test_every_step_is_a_document_with_clause_recipients_and_figures(
    house: RunningHouse, people: People
) -> None:
    await people.mo.done(f"{AT}/explanation-request", {})
    await people.ann.done(f"/v1/returns/c1/{Q2}/restatement", body(Q2, 40, 21, reason="Wrong."))
    await house.settle()
    (asked,) = (await people.ann.get(f"{AT}/notices")).json()["items"]
    assert (asked["clause"], asked["due_on"], asked["to"]) == (
        NHS_STANDARD.explanation.clause, "2026-10-09", ["acorn"],
    )  # fmt: skip
    assert [figure["value"] for figure in asked["figures"]] == ["25", "27"]
    assert [change["period"] for change in asked["basis_changed"]] == [Q2]
    assert (await people.ann.get(f"{AT}/notices/1")).json() == asked
    assert (await people.ann.get(f"{AT}/notices/2")).status_code == 404
    others = (await people.ian.get(f"{AT}/notices/1")).json()
    assert others["figures"] == [{"period": Q1}, {"period": Q2}]
    assert (await people.stranger.get(f"{AT}/notices")).status_code == 404


async def test_the_process_stands_beside_the_flag_for_those_who_see_the_figures(
    people: People,
) -> None:
    beside = (await people.ann.get(AT)).json()["special_cause"]
    assert (beside["months"], beside["month"]) == (6, "2026-27-M06")
    assert "special_cause" not in (await people.ian.get(AT)).json()


async def test_a_note_is_for_the_two_sides_and_opens_nothing(
    house: RunningHouse, people: People
) -> None:
    note = {"measure": "better", "text": "Please look at this."}
    before = await house.house.log.head()
    assert (await people.stranger.post("/v1/flags/notes/c1", note)).status_code == 404
    assert (await people.ian.post("/v1/flags/notes/c1", note)).status_code == 403
    wrong = await people.mo.post("/v1/flags/notes/c1", note | {"measure": "none"})
    assert wrong.json()["code"] == "unknown-measure"
    assert await house.house.log.head() == before
    await people.mo.done("/v1/flags/notes/c1", note)
    await house.settle()
    (listed,) = (await people.ann.get("/v1/flags/notes/c1")).json()["items"]
    at = f"/v1/flags/notes/c1/{listed['note']}"
    assert (await people.ann.get(at)).text == "Please look at this."
    assert (await people.ian.get(at)).status_code == 403
    assert (await people.ian.get("/v1/flags/notes/c1")).status_code == 403
    assert len((await people.mo.get("/v1/flags?status=open")).json()["items"]) == 1
