"""The home page's one call: what is due, flagged and decided, for the agency that asks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.gateway.overviews.due import end_of
from services.gateway.overviews.views import VIEWS
from shared.eventsourcing.rebuild import rebuild
from shared.published import monitoring
from shared.published.cases import CaseClock
from shared.testing.houses import RunningHouse
from tests.gateway import story


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with story.open_gateway(service_database) as running:
        yield running


def test_a_day_ends_in_london() -> None:
    assert end_of(story.date(2026, 7, 27)).astimezone(UTC) == datetime(
        2026, 7, 27, 22, 59, 59, tzinfo=UTC
    )
    assert end_of(story.date(2026, 12, 1)).astimezone(UTC) == datetime(
        2026, 12, 1, 23, 59, 59, tzinfo=UTC
    )


async def test_what_is_due_comes_earliest_first_and_says_from_whom(house: RunningHouse) -> None:
    await story.reported_and_paid(house)
    await house.set_clock(datetime(2026, 7, 28, 9, tzinfo=UTC))
    content = (await house.caller("council", "p-1", "commissioner").get("/v1/overview")).json()

    assert [(one["kind"], one["by"], one["overdue"]) for one in content["due"]] == [
        ("bids-close", "council", True),
        ("explanation", "acorn", True),
        ("notice-answer", "acorn", False),
        ("return", "acorn", False),
    ]
    assert [one["of"] for one in content["due"]] == ["t2", "c1", "c1", "c1"]
    assert [one["flag"] for one in content["flagged"]] == ["fl1"]
    assert content["contracts"]["running"] == 2
    assert content["decisions"][0]["home_authority"][0]["agency"] == "icb"


async def test_a_return_is_due_until_it_is_submitted_and_again_when_rejected(
    house: RunningHouse,
) -> None:
    acorn = house.caller("acorn", "p-9", "provider")

    async def due() -> list[tuple[str, str, bool]]:
        content = (await acorn.get("/v1/overview")).json()
        return [(one["kind"], one["id"], one["overdue"]) for one in content["due"]]

    await house.set_clock(datetime(2026, 7, 22, 9, tzinfo=UTC))
    await house.hear("monitoring", "return/q1", story.Q1)
    assert await due() == [("return", "2026-27-Q1", True)]
    await house.hear("monitoring", "return/q1", story.submitted(1, *story.READINGS))
    assert await due() == []
    rejected = story.monitoring.ReturnRejected(
        contract="c1", period="2026-27-Q1", version=1, reason=story.TEXT, rejected_by="p-2"
    )
    await house.hear("monitoring", "return/q1", rejected)
    assert await due() == [("return", "2026-27-Q1", True)]


async def test_each_sees_its_own(house: RunningHouse) -> None:
    await story.reported_and_paid(house)
    await house.hear("monitoring", "incident/i1", story.INCIDENT)

    beech = (await house.caller("beech", "p-8", "provider").get("/v1/overview")).json()
    assert (beech["due"], beech["flagged"], beech["decisions"]) == ([], [], None)
    assert beech["contracts"]["provided"] == 1
    stranger = (await house.caller("elsewhere", "p-1", "commissioner").get("/v1/overview")).json()
    assert (stranger["due"], stranger["flagged"], stranger["incidents"]) == ([], [], [])
    finance = (await house.caller("council", "p-1", "finance").get("/v1/overview")).json()
    assert (finance["incidents"], finance["decisions"]) == (None, None)
    manager = house.caller("council", "p-1", "contract-manager")
    told = (await manager.get("/v1/overview")).json()
    assert [one["incident"] for one in told["incidents"]] == ["i1"]
    assert (await house.nobody().get("/v1/overview")).status_code == 401


async def test_deadlines_are_a_calendar(house: RunningHouse) -> None:
    await house.hear("monitoring", "return/q1", story.Q1)
    acorn = house.caller("acorn", "p-9", "provider")
    answer = await acorn.get("/v1/calendar.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    told = answer.text.replace("\r\n ", "").splitlines()
    assert told[0] == "BEGIN:VCALENDAR"
    assert [line for line in told if line.startswith(("UID", "SUMMARY", "DTSTART"))] == [
        "SUMMARY:Return due: Counselling",
        "DTSTART:20260721T225959Z",
        "UID:return:c1:2026-27-Q1@goldenthread",
    ]
    stranger = house.caller("elsewhere", "p-1", "commissioner")
    assert b"VEVENT" not in (await stranger.get("/v1/calendar.ics")).content
    assert (await house.nobody().get("/v1/calendar.ics")).status_code == 401


async def test_a_cancelled_return_is_no_longer_due(house: RunningHouse) -> None:
    cancelled = story.monitoring.ReturnCancelled(contract="c1", period="2026-27-Q1")
    await house.hear("monitoring", "return/q1", story.Q1, cancelled)
    acorn = house.caller("acorn", "p-9", "provider")
    assert (await acorn.get("/v1/overview")).json()["due"] == []


async def test_overview_rows_are_the_same_when_made_again(house: RunningHouse) -> None:
    for view in VIEWS:
        store = house.house.stores[view.name]
        before = await store.contents()
        assert before["rows"], view.name
        await rebuild(store, house.house.pool, house.house.sources[view.source])
        assert await store.contents() == before, view.name


async def test_each_clock_of_a_case_is_due_from_whoever_it_waits_for(house: RunningHouse) -> None:
    await story.reported_and_paid(house)
    await house.set_clock(datetime(2026, 8, 20, 9, tzinfo=UTC))

    async def due(agency: str = "council") -> list[tuple[str, str, str, str]]:
        content = (await house.caller(agency, "p-1", "commissioner").get("/v1/overview")).json()
        return [
            (one["kind"], one["id"], one["by"], one["due_at"][:10])
            for one in content["due"]
            if one["id"].startswith("fl1")
        ]

    async def hear(*events: Any) -> None:
        await house.hear("monitoring", "flag/fl1", *events)

    def clock(kind: CaseClock, day: date) -> monitoring.CaseClockStarted:
        return monitoring.CaseClockStarted(
            flag="fl1", contract="c1", clock=kind, clause="21", due_on=day
        )

    of: dict[str, Any] = {"flag": "fl1", "contract": "c1"}
    given = monitoring.ExplanationGiven(**of, text=story.TEXT, given_by="p-9")
    await hear(given, clock("decision", date(2026, 8, 24)))
    assert await due() == [("decision", "fl1", "council", "2026-08-24")]
    upheld = monitoring.FlagUpheld(**of, reason=story.TEXT, upheld_by="p-2")
    await hear(upheld, clock("meeting", date(2026, 9, 3)))
    assert await due() == [("meeting", "fl1", "council", "2026-09-03")]
    assert await due("icb") == [], "what is between the two parties is for them alone"
    paused = monitoring.CaseClockPaused(
        **of, clock="meeting", reason=story.TEXT, paused_by="p-2", paused_on=date(2026, 8, 21)
    )
    await hear(paused)
    assert await due() == []
    steps = tuple(
        monitoring.Milestone(milestone=name, text=story.TEXT, owner="p-9", due_on=day)
        for name, day in (("hire", date(2026, 10, 1)), ("train", date(2026, 11, 2)))
    )
    await hear(monitoring.PlanAgreed(**of, milestones=steps, agreed_by="p-2"))
    await hear(monitoring.MilestoneMet(**of, milestone="hire", met_on=date(2026, 9, 20)))
    assert await due("acorn") == [("milestone", "fl1/train", "acorn", "2026-11-02")]
    report = monitoring.FlagEscalated(
        **of, to="exception-report", reason=story.TEXT, escalated_by="p-2"
    )
    await hear(report, clock("exception-report", date(2026, 10, 15)))
    assert await due() == [
        ("exception-report", "fl1", "acorn", "2026-10-15"),
        ("milestone", "fl1/train", "acorn", "2026-11-02"),
    ]
    await hear(monitoring.FlagClosed(**of, reason=story.TEXT, closed_by="p-2"))
    assert await due() == []
