"""What is bought anew in the place of a service that is redesigned: rules and doors."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from services.procurement.main import PLAN
from services.procurement.planned.commands import (
    AllowTime,
    BeginPlanned,
    MovePlan,
    PlanProcurement,
)
from services.procurement.planned.decider import PLANNED, AlreadyBegun, NotOurs
from services.procurement.planned.events import TimeAllowed
from shared.eventsourcing.commands import Missing
from shared.published.contracts import EndConfirmed, EndProposed
from shared.published.needs import PartnershipFormed
from shared.published.planned import (
    PlannedProcurementBegun,
    PlannedProcurementMoved,
    ProcurementPlanned,
)
from shared.published.terms import Member, TextRef
from shared.testing.houses import open_house
from shared.testing.scenarios import Scenario
from shared.values.working_days import working_days_between

NOW = datetime(2027, 4, 20, 9, tzinfo=UTC)
LAST = date(2028, 3, 31)
TEXT = TextRef(text=UUID(int=1), digest="d")
PLAN_IT = PlanProcurement(
    contract="k1", partnership="p1", procuring="council", specification="s1", title="Counselling",
    decision="d1", service_ends_on=LAST, now=NOW,
)  # fmt: skip
PLANNED_NOW = Scenario(PLANNED).when_done(PLAN_IT)


def beginning(ours: bool = True) -> BeginPlanned:
    return BeginPlanned(by_kind="tender", by="t1", ours=ours, begun_by="pip", now=NOW)


def allowing(days: int) -> AllowTime:
    return AllowTime(working_days=days, reason=TEXT, allowed_by="pip", now=NOW)


def test_it_opens_in_time_for_the_day_after_the_old_service_ends() -> None:
    (plan,) = Scenario(PLANNED).when(PLAN_IT).events()
    assert isinstance(plan, ProcurementPlanned)
    assert working_days_between(plan.open_by, date(2028, 4, 1)) == plan.working_days - 1
    assert plan.open_by == date(2027, 10, 13)
    PLANNED_NOW.when(PLAN_IT).then_nothing()


def test_it_moves_with_the_old_services_last_day_and_with_the_time_it_is_given() -> None:
    (moved,) = PLANNED_NOW.when(MovePlan(service_ends_on=date(2027, 12, 31), now=NOW)).events()
    assert isinstance(moved, PlannedProcurementMoved)
    assert moved.open_by < date(2027, 10, 13)
    PLANNED_NOW.when(MovePlan(service_ends_on=LAST, now=NOW)).then_nothing()
    Scenario(PLANNED).when(MovePlan(service_ends_on=LAST, now=NOW)).then_nothing()
    allowed, later = PLANNED_NOW.when(allowing(20)).events()
    assert isinstance(allowed, TimeAllowed)
    assert isinstance(later, PlannedProcurementMoved)
    assert later.open_by == date(2028, 3, 6)


def test_it_begins_once_with_a_tender_or_an_award_of_the_partnership() -> None:
    Scenario(PLANNED).when(beginning()).then_refused(Missing)
    PLANNED_NOW.when(beginning(ours=False)).then_refused(NotOurs, "/body/by")
    (begun,) = PLANNED_NOW.when(beginning()).events()
    assert isinstance(begun, PlannedProcurementBegun)
    over = PLANNED_NOW.given(begun)
    over.when(beginning()).then_refused(AlreadyBegun)
    over.when(allowing(5)).then_refused(AlreadyBegun)
    over.when(MovePlan(service_ends_on=date(2027, 12, 31), now=NOW)).then_nothing()


def proposed(contract: str, change: str) -> EndProposed:
    return EndProposed(
        contract=contract, partnership="p1", commissioner="council", specification="s1",
        title="Counselling", review="r1", decision="d1",
        change=change,  # pyright: ignore[reportArgumentType]
        clause="20", notice_working_days=20, earliest_on=date(2027, 5, 20), ends_on=LAST,
        effective_on=date(2027, 4, 20),
    )  # fmt: skip


async def test_a_redesign_is_planned_by_itself_and_seen_by_partners_alone(
    service_database: str,
) -> None:
    at = "/v1/planned-procurements"
    async with open_house(PLAN, service_database) as house:
        members = tuple(Member(agency=a, kind="other", name=a) for a in ("council", "icb"))
        formed = PartnershipFormed(
            partnership="p1", name="Alder", lead="council", members=members,
            effective_on=date(2026, 4, 1),
        )  # fmt: skip
        await house.hear("needs", "partnership/p1", formed)
        await house.hear("contracts", "contract/k1", proposed("k1", "redesign"))
        await house.hear("contracts", "contract/k2", proposed("k2", "cease"))
        ends = EndConfirmed(
            contract="k1", change="redesign", confirmed_by="lea", effective_on=date(2027, 12, 31)
        )
        await house.hear("contracts", "contract/k1", ends)
        pip = house.caller("council", "pip", "procurement-officer")
        ian = house.caller("icb", "ian", "procurement-officer")
        eve = house.caller("elsewhere", "eve", "procurement-officer")
        (one,) = (await ian.get(at)).json()["items"]
        assert (one["contract"], one["service_ends_on"]) == ("k1", "2027-12-31")
        assert (await eve.get(at)).json()["items"] == []
        begin = {"by_kind": "tender", "by": "t9"}
        time = {"working_days": 60, "reason": "One provider, known to all."}
        for who, body, way, status in (
            (eve, begin, "beginning", 404), (ian, begin, "beginning", 403),
            (eve, time, "time", 404), (ian, time, "time", 403),
            (pip, begin, "beginning", 422), (pip, {"working_days": 0}, "time", 422),
        ):  # fmt: skip
            assert (await who.post(f"{at}/k1/{way}", body)).status_code == status, (way, status)
        await pip.done(f"{at}/k1/time", time)
        await house.settle()
        (one,) = (await ian.get(at)).json()["items"]
        assert (one["working_days"], one["reason"]) == (60, "One provider, known to all.")
