"""Rebases: a reason, a period of the contract, two persons; and the doors they go through."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from services.monitoring.rebases import commands, refusals
from services.monitoring.rebases.decider import REBASES
from services.monitoring.rebases.events import RebaseProposed, RebaseRefused
from shared.published.monitoring import SeriesRebased
from shared.testing.houses import RunningHouse
from shared.testing.scenarios import Scenario
from tests.monitoring.agreed import TERMS, TEXT
from tests.monitoring.door import AFTER_Q1, People, published, signed_house

MAY = "2026-27-M02"
NOW = datetime(2026, 7, 2, 9, tzinfo=UTC)
DAY = NOW.date()
PROPOSE = commands.ProposeRebase(
    contract="c1", terms=TERMS, measure="seen", from_period=MAY, reason=TEXT, proposed_by="mo",
    now=NOW,
)  # fmt: skip
PROPOSED = RebaseProposed(
    contract="c1", partnership="p1", measure="seen", from_period=MAY, reason=TEXT,
    proposed_by="mo",
)  # fmt: skip
APPROVE = commands.ApproveRebase(measure="seen", from_period=MAY, approved_by="chris", now=NOW)
REFUSE = commands.RefuseRebase(
    measure="seen", from_period=MAY, reason=TEXT, refused_by="chris", now=NOW
)
REBASED = SeriesRebased(
    contract="c1", partnership="p1", measure="seen", from_period=MAY, reason=TEXT,
    proposed_by="mo", approved_by="chris", effective_on=DAY,
)  # fmt: skip
REFUSED = RebaseRefused(
    contract="c1", measure="seen", from_period=MAY, reason=TEXT, refused_by="chris"
)


def test_a_rebase_is_proposed_by_one_and_approved_by_another() -> None:
    Scenario(REBASES).when(PROPOSE).then(PROPOSED)
    Scenario(REBASES, PROPOSED).when(APPROVE).then(REBASED)
    mine = replace(APPROVE, approved_by="mo")
    Scenario(REBASES, PROPOSED).when(mine).then_refused(refusals.SamePerson)
    Scenario(REBASES, PROPOSED).when(replace(REFUSE, refused_by="mo")).then_refused(
        refusals.SamePerson
    )


def test_one_refused_may_be_proposed_again_and_one_in_force_not() -> None:
    Scenario(REBASES, PROPOSED).when(REFUSE).then(REFUSED)
    Scenario(REBASES, PROPOSED, REFUSED).when(PROPOSE).then(PROPOSED)
    Scenario(REBASES, PROPOSED, REFUSED).when(APPROVE).then_refused(refusals.NotProposed)
    Scenario(REBASES, PROPOSED).when(PROPOSE).then_refused(refusals.AlreadyProposed)
    for command in (PROPOSE, APPROVE, REFUSE):
        Scenario(REBASES, PROPOSED, REBASED).when(command).then_refused(refusals.AlreadyRebased)
    other = replace(APPROVE, from_period="2026-27-M03")
    Scenario(REBASES, PROPOSED).when(other).then_refused(refusals.NotProposed)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"measure": "other"}, refusals.UnknownMeasure),
        ({"terms": replace(TERMS, returns="annual")}, refusals.AnnualSeries),
        ({"from_period": "2026-27-M13"}, refusals.NotAPeriod),
        ({"from_period": "2025-26-M12"}, refusals.NotAPeriod),
        ({"from_period": "2028-29-M01"}, refusals.NotAPeriod),
        ({"from_period": "2026-27-M05"}, refusals.PeriodNotBegun),
    ],
)
def test_what_is_no_measure_or_period_of_the_contract_is_refused(
    changes: dict[str, Any], refusal: Any
) -> None:
    pointer = "/body/from_period" if "from_period" in changes else "/body/measure"
    Scenario(REBASES).when(replace(PROPOSE, **changes)).then_refused(refusal, pointer)


# -- through the doors


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with signed_house(service_database) as running:
        yield running


BODY = {"measure": "seen", "from_period": MAY, "reason": "A second team started."}
AT = "/v1/rebases/c1"
ONE = f"{AT}/seen/{MAY}"


async def test_it_is_proposed_approved_read_and_published(house: RunningHouse) -> None:
    people = People(house)
    await house.set_clock(AFTER_Q1)
    await people.mo.done(AT, BODY)
    same = await people.mo.post(f"{ONE}/approval", {})
    assert (same.status_code, same.json()["code"]) == (403, "same-person")
    await people.chris.done(f"{ONE}/approval", {})
    again = await people.chris.post(f"{ONE}/approval", {})
    assert (again.status_code, again.json()["code"]) == (409, "already-rebased")

    await house.settle()
    (read,) = (await people.ann.get(AT)).json()["rebases"]
    assert (read["status"], read["proposed_by"], read["decided_by"]) == ("approved", "mo", "chris")
    text = f"{AT}/texts/{read['reason']['text']}"
    assert (await people.ann.get(text)).text == "A second team started."
    assert (await people.ian.get(text)).status_code == 404
    assert (await published(house)).count("series-rebased") == 1


async def test_strangers_find_nothing_and_those_without_the_right_are_told(
    house: RunningHouse,
) -> None:
    people = People(house)
    await house.set_clock(AFTER_Q1)
    assert (await people.stranger.get(AT)).status_code == 404
    assert (await people.stranger.post(AT, BODY)).status_code == 404
    assert (await people.ann.post(AT, BODY)).status_code == 403
    assert (await people.ian.post(AT, BODY)).status_code == 403
    assert (await people.mo.get("/v1/rebases/c9")).status_code == 404
    assert (await people.mo.post(f"{ONE}/approval", {})).status_code == 409
    assert (await people.ian.get(AT)).json()["rebases"] == []
    assert "series-rebased" not in await published(house)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"from_period": "May"}, "invalid"),
        ({"from_period": "2026-27-M13"}, "not-a-period-of-the-contract"),
        ({"reason": " "}, "invalid"),
        ({"measure": "none"}, "unknown-measure"),
    ],
)
async def test_what_cannot_be_right_is_refused_by_code(
    house: RunningHouse, changes: dict[str, str], code: str
) -> None:
    people = People(house)
    await house.set_clock(AFTER_Q1)
    answer = await people.mo.post(AT, BODY | changes)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_a_refusal_says_why_and_leaves_the_chart(house: RunningHouse) -> None:
    people = People(house)
    await house.set_clock(AFTER_Q1)
    await people.mo.done(AT, BODY)
    await people.chris.done(f"{ONE}/refusal", {"reason": "One good month is no new process."})
    await house.settle()
    (read,) = (await people.mo.get(AT)).json()["rebases"]
    assert (read["status"], read["decided_by"]) == ("refused", "chris")
    why = await people.mo.get(f"{AT}/texts/{read['refusal']['text']}")
    assert why.text == "One good month is no new process."
    await people.mo.done(AT, BODY)
    await house.settle()
    (read,) = (await people.mo.get(AT)).json()["rebases"]
    assert read["status"] == "proposed"
