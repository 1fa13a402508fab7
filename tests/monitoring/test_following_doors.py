"""The doors of officers' messages and of a partnership's calendar: the good way, and who may not.

Law: whoever has no part in a contract or a partnership learns nothing of what there is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from msgspec.structs import replace

from shared.published.contracts import ContractSigned, ContractVaried
from shared.published.needs import PartnershipFormed
from shared.published.terms import Member
from shared.testing.houses import Caller, RunningHouse
from shared.testing.postgres import DatabaseServer, create_database
from tests.monitoring.agreed import TERMS, TEXT
from tests.monitoring.door import People, signed_house

pytestmark = pytest.mark.asyncio(loop_scope="session")

LATE = datetime(2026, 8, 3, 9, tzinfo=UTC)
MESSAGES, CALENDAR = "/v1/messages", "/v1/monitoring-calendars/p1"
HELD: dict[str, Any] = {
    "what": "scorecard", "period": "2026-27-Q1", "held_on": "2026-07-20", "said": "More needed.",
}  # fmt: skip
INSPECTED: dict[str, Any] = {
    "agency": "council", "inspector": "ofsted", "inspected_on": "2026-06-01", "found": "Too slow.",
    "actions": [{"text": "Answer sooner.", "owner": "icb", "due_on": "2026-07-01"}],
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(
    postgres_server: DatabaseServer, migrated_template: str
) -> AsyncIterator[RunningHouse]:
    """Two partnerships. The trust provides under one contract of the first and is its partner."""
    dsn = await create_database(postgres_server, f"following_{uuid4().hex}", migrated_template)
    async with signed_house(dsn) as running:
        other = PartnershipFormed(
            partnership="p2", name="Beech", lead="elsewhere", effective_on=date(2026, 1, 1),
            members=(Member(agency="elsewhere", kind="council", name="Elsewhere"),),
        )  # fmt: skip
        await running.hear("needs", "partnership/p2", other)
        theirs = replace(TERMS, partnership="p2", commissioner="elsewhere", monitoring_officer="mo")
        signed = ContractSigned(
            contract="c2", terms=theirs, signed_by="sue", effective_on=date(2026, 3, 2)
        )
        await running.hear("contracts", "contract/c2", signed)
        await running.set_clock(LATE)
        yield running


async def told(who: Caller) -> list[tuple[str, str, str]]:
    items = (await who.get(MESSAGES)).json()["items"]
    return [(one["message"], one["news"], one["title"]) for one in items]


async def test_the_named_officer_reads_what_came_and_marks_it_as_seen(house: RunningHouse) -> None:
    mo = People(house).mo
    news = [(one, title) for _, one, title in await told(mo)]
    assert ("appointed", "Counselling") in news
    assert ("return-late", "Counselling") in news
    message = (await told(mo))[0][0]
    await mo.done(f"{MESSAGES}/{message}/seen")
    await house.settle()
    seen = {one["message"]: one["seen_at"] for one in (await mo.get(MESSAGES)).json()["items"]}
    assert [name for name, at in seen.items() if at] == [message]
    page = (await mo.get(f"{MESSAGES}?limit=1")).json()
    assert (len(page["items"]), bool(page["next"])) == (1, True)


async def test_nobody_reads_or_marks_anothers_messages(house: RunningHouse) -> None:
    people = People(house)
    before = await house.house.log.head()
    message = (await told(people.mo))[0][0]
    namesake = house.caller("acorn", "mo", "contract-manager")
    for who, status in (
        (people.chris, 403), (people.ian, 404), (namesake, 404), (people.stranger, 404),
        (people.ann, 403), (house.nobody(), 401),
    ):  # fmt: skip
        assert (await who.post(f"{MESSAGES}/{message}/seen")).status_code == status
    for who in (people.stranger, namesake, house.caller("council", "nick", "contract-manager")):
        assert await told(who) == []
    assert (await people.ann.get(MESSAGES)).status_code == 403
    assert (await people.mo.post(f"{MESSAGES}/c1:99/seen")).status_code == 404
    assert (await people.mo.post(f"{MESSAGES}/c2:1/seen")).status_code == 404
    not_mine = house.caller("council", "nick", "contract-manager")
    refused = await not_mine.post(f"{MESSAGES}/{message}/seen")
    assert (refused.status_code, refused.json()["code"]) == (403, "not-addressee")
    assert await house.house.log.head() == before


async def test_partners_record_what_they_looked_at_and_what_an_inspection_asks(
    house: RunningHouse,
) -> None:
    people = People(house)
    await people.ian.done(f"{CALENDAR}/held", HELD)
    plan = (await people.chris.done(f"{CALENDAR}/inspections", INSPECTED))["part"]
    await house.settle()
    shown = (await people.chris.get(f"{CALENDAR}?year=2026-27")).json()
    assert (shown["year"], shown["today"]) == ("2026/27", "2026-08-03")
    line = next(one for one in shown["lines"] if one["period"] == "2026-27-Q1")
    assert (line["standing"], line["said"]) == ("held", "More needed.")
    [one] = shown["inspections"]
    [action] = one["actions"]
    assert (one["plan"], one["found"], action["text"]) == (plan, "Too slow.", "Answer sooner.")
    assert (action["late"], action["done_on"]) == (True, None)
    done = f"{CALENDAR}/inspections/{plan}/actions/{action['action']}/completion"
    await people.ian.done(done, {"done_on": "2026-06-30"})
    await house.settle()
    [one] = (await people.ian.get(CALENDAR)).json()["inspections"]
    assert (one["actions"][0]["done_on"], one["actions"][0]["late"]) == ("2026-06-30", False)


async def test_what_a_calendar_refuses_writes_nothing_and_tells_nothing(
    house: RunningHouse,
) -> None:
    people = People(house)
    known = {**HELD, "period": "2025-26-Q4"}
    await people.chris.done(f"{CALENDAR}/held", known)
    plan = (await people.chris.done(f"{CALENDAR}/inspections", INSPECTED))["part"]
    await house.settle()
    shown = (await people.chris.get(CALENDAR)).json()["inspections"][-1]
    assert shown["plan"] == plan
    done = f"inspections/{plan}/actions/{shown['actions'][0]['action']}/completion"
    before = await house.house.log.head()
    [action] = INSPECTED["actions"]
    wrong: list[tuple[str, Any, int, str]] = [
        ("held", known, 409, "monitoring-already-held"),
        ("held", {**HELD, "period": "2026-27-Q2"}, 409, "period-not-over"),
        ("held", {**HELD, "period": "2026-27-H1"}, 422, "period-wrong"),
        ("held", {**HELD, "period": "2026-31-Q1"}, 422, "period-wrong"),
        ("held", {**HELD, "period": "2026-27-Q9"}, 422, "invalid"),
        ("held", {**HELD, "what": "budget"}, 422, "invalid"),
        ("held", {**HELD, "period": "2025-26-Q3", "held_on": "2026-08-04"}, 422, "date-in-future"),
        ("held", {**HELD, "said": ""}, 422, "invalid"),
        ("inspections", {**INSPECTED, "agency": "acorn"}, 422, "not-a-partner"),
        ("inspections", {**INSPECTED, "inspected_on": "2026-08-04"}, 422, "date-in-future"),
        ("inspections", {**INSPECTED, "inspected_on": "0001-01-01"}, 422, "invalid"),
        ("inspections", {**INSPECTED, "actions": []}, 422, "invalid"),
        ("inspections", {**INSPECTED, "actions": [{**action, "owner": "elsewhere"}]}, 422,
         "not-a-partner"),
        ("inspections", {**INSPECTED, "actions": [{**action, "due_on": "2026-06-01"}]}, 422,
         "due-before-inspection"),
        (done, {"done_on": "2026-08-04"}, 403, "not-the-owner"),
        ("inspections/none/actions/none/completion", {"done_on": "2026-08-01"}, 404, "not-found"),
    ]  # fmt: skip
    for path, body, status, code in wrong:
        answer = await people.chris.post(f"{CALENDAR}/{path}", body)
        assert (path, answer.status_code, answer.json()["code"]) == (path, status, code)
        assert (await people.stranger.post(f"{CALENDAR}/{path}", body)).status_code == 404
        assert (await people.ann.post(f"{CALENDAR}/{path}", body)).status_code == 403
        assert (await house.nobody().post(f"{CALENDAR}/{path}", body)).status_code == 401
    for day, code in (("2026-08-04", "date-in-future"), ("2026-05-31", "done-before-inspection")):
        refused = await people.ian.post(f"{CALENDAR}/{done}", {"done_on": day})
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    for who in (people.stranger, people.ann, people.other_provider):
        assert (await who.get(CALENDAR)).status_code == 404
    for year, status in (("2026-31", 404), ("26-27", 422), ("2099-00", 200)):
        assert (await people.chris.get(f"{CALENDAR}?year={year}")).status_code == status
    unknown = "/v1/monitoring-calendars/p9"
    assert (await people.chris.get(unknown)).status_code == 404
    assert await house.house.log.head() == before
    await people.ian.done(f"{CALENDAR}/{done}", {"done_on": "2026-08-03"})
    await house.settle()
    again = await people.ian.post(f"{CALENDAR}/{done}", {"done_on": "2026-08-03"})
    assert (again.status_code, again.json()["code"]) == (409, "action-already-done")


async def test_who_is_the_officer_no_more_is_told_so_and_nothing_after(house: RunningHouse) -> None:
    varied = ContractVaried(
        contract="c1", terms=replace(TERMS, monitoring_officer="nick"), commitment_changes={},
        reason=TEXT, varied_by="chris", effective_on=date(2026, 8, 3),
    )  # fmt: skip
    await house.hear("contracts", "contract/c1", varied)
    await house.set_clock(datetime(2026, 12, 1, 9, tzinfo=UTC))
    nick = house.caller("council", "nick", "contract-manager")
    ours = [one for _, one, _ in await told(nick)]
    assert ours[0] == "appointed"
    assert "review-due" in ours
    theirs = [one for _, one, _ in await told(People(house).mo)]
    assert "relieved" in theirs
    assert "review-due" not in theirs
