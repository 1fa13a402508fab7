"""Returns through their door: from a signed contract to figures that stand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace

from shared.published.contracts import ContractExtended, ContractSigned, ContractTerminated
from shared.testing.houses import RunningHouse
from tests.monitoring.agreed import DECLARED, Q1, Q2, TERMS, body
from tests.monitoring.door import AFTER_Q1, AFTER_Q2, AT, People, published, signed_house


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with signed_house(service_database) as running:
        yield running


@pytest.fixture
def people(house: RunningHouse) -> People:
    return People(house)


async def test_a_signed_contract_owes_a_return_for_every_quarter(
    house: RunningHouse, people: People
) -> None:
    listed = (await people.mo.get("/v1/returns")).json()["items"]
    assert [item["period"] for item in listed] == [
        f"{year}-Q{quarter}" for year in ("2026-27", "2027-28") for quarter in (1, 2, 3, 4)
    ]
    assert {item["status"] for item in listed} == {"scheduled"}
    extended = ContractExtended(
        contract="c1", terms=replace(TERMS, ends_on=date(2028, 9, 30)), commitment_changes={},
        extended_by="chris", effective_on=date(2026, 3, 3),
    )  # fmt: skip
    await house.hear("contracts", "contract/c1", extended)
    assert len((await people.mo.get("/v1/returns")).json()["items"]) == 10
    ended = ContractTerminated(
        contract="c1", fund="f1", clause="20.1", impact_assessment="i1", terminated_by="chris",
        effective_on=date(2027, 3, 31),
    )  # fmt: skip
    await house.hear("contracts", "contract/c1", ended)
    after = (await people.mo.get("/v1/returns?status=cancelled")).json()["items"]
    assert (after[0]["period"], len(after)) == ("2027-28-Q1", 6)
    schedule = (await people.ann.get("/v1/schedules/c1")).json()
    assert schedule["ended_on"] == "2027-03-31"


async def test_a_return_is_handed_in_queried_answered_and_accepted(
    house: RunningHouse, people: People
) -> None:
    early = await people.ann.put(AT, body())
    assert (early.status_code, early.json()["code"]) == (409, "period-not-over")
    await house.set_clock(AFTER_Q1)
    tried = (await people.ann.put(f"{AT}?dry_run=true", body())).json()
    assert (tried["dry_run"], tried["created"], tried["problems"]) == (True, 11, [])
    taken = (await people.ann.put(AT, body())).json()
    assert (taken["return_version"], taken["created"], taken["late"]) == (1, 11, False)
    assert len(taken["receipt"]) == 64
    query = (await people.mo.done(f"{AT}/queries", {"text": "Why?", "measure": "seen"}))["id"]
    assert query == f"c1:{Q1}"
    await house.settle()
    shown = (await people.mo.get(AT)).json()
    assert shown["status"] == "queried"
    refused = await people.mo.post(f"{AT}/acceptance", {"version": 1})
    assert refused.json()["code"] == "query-open"
    (asked,) = shown["queries"]
    text = await people.ann.get(f"{AT}/texts/{asked}")
    assert text.text == "Why?"
    await people.ann.done(f"{AT}/queries/{asked}/answer", {"answer": "A new site."})
    await people.mo.done(f"{AT}/acceptance", {"version": 1})
    await house.settle()
    assert (await people.ian.get(AT)).json()["status"] == "accepted"
    assert (await published(house))[-4:] == [
        "return-submitted", "query-raised", "query-answered", "return-accepted",
    ]  # fmt: skip
    series = (await people.mo.get("/v1/returns/c1/series")).json()
    assert [len(one["points"]) for one in series] == [4, 4]


async def test_a_dry_run_writes_nothing_and_a_refusal_leaves_nothing(
    house: RunningHouse, people: People
) -> None:
    await house.set_clock(AFTER_Q1)
    before = await house.house.log.head()
    wrong = body(budget=[])
    wrong["readings"][4]["numerator"] = "40"
    tried = (await people.ann.put(f"{AT}?dry_run=true", wrong)).json()
    assert [(p["code"], p["row"], p["column"]) for p in tried["problems"]] == [
        ("numerator-above-denominator", 5, "numerator"),
        ("percentage-does-not-follow", 5, "value"),
        ("budget-missing", 0, "Block"),
    ]
    refused = await people.ann.put(AT, wrong)
    assert (refused.status_code, refused.json()["code"]) == (422, "return-has-errors")
    assert refused.json()["errors"][0]["pointer"] == "/body/readings/4/numerator"
    unknown = await people.ann.put(AT, body(surprise=1))
    assert unknown.json()["errors"][0]["pointer"] == "/body/surprise"
    assert await house.house.log.head() == before
    assert await house.house.pool.fetchval("select count(*) from kept.texts") == 0


async def test_the_same_request_twice_is_one_version(house: RunningHouse, people: People) -> None:
    await house.set_clock(AFTER_Q1)
    key = str(uuid4())
    first = await people.ann.put(AT, body(), idempotency_key=key)
    await people.mo.done(f"{AT}/acceptance", {"version": 1})
    again = await people.ann.put(AT, body(), idempotency_key=key)
    assert first.json() == again.json()
    other = await people.ann.put(AT, body(complaints=9), idempotency_key=key)
    assert other.json()["code"] == "idempotency-key-reused"
    assert (await published(house)).count("return-submitted") == 1


async def test_a_second_version_is_counted_against_the_first(
    house: RunningHouse, people: People
) -> None:
    await house.set_clock(AFTER_Q1)
    await people.ann.put(AT, body())
    stale = await people.ann.put(AT, body(seen=40), if_match='"1"')
    assert (stale.status_code, stale.json()["code"]) == (412, "version-outdated")
    second = (await people.ann.put(AT, body(seen=40))).json()
    assert (second["return_version"], second["created"]) == (2, 0)
    assert (second["updated"], second["unchanged"]) == (3, 8)


async def test_time_opens_a_return_makes_it_overdue_and_lets_it_count_as_accepted(
    house: RunningHouse, people: People
) -> None:
    await house.set_clock(datetime(2026, 7, 1, 0, 0, tzinfo=UTC))
    assert (await people.mo.get(AT)).json()["status"] == "open"
    await house.set_clock(datetime(2026, 7, 21, 22, 59, 59, tzinfo=UTC))
    assert (await people.mo.get(AT)).json()["overdue"] is False
    await house.set_clock(datetime(2026, 7, 21, 23, 0, 0, tzinfo=UTC))
    assert (await people.mo.get(AT)).json()["overdue"] is True
    late = (await people.ann.put(AT, body())).json()
    assert late["late"] is True
    await house.set_clock(datetime(2026, 8, 19, 23, 0, tzinfo=UTC))
    shown = (await people.mo.get(AT)).json()
    assert (shown["status"], shown["deemed"]) == ("accepted", True)
    rates = (await people.mo.get("/v1/returns/rates?contract=c1")).json()
    assert (rates["owed"], rates["accepted"], rates["in_time"], rates["late"]) == (1, 1, 0, 1)
    assert (rates["completeness_basis_points"], rates["timeliness_basis_points"]) == (10_000, 0)


async def test_a_rejected_return_does_not_count_as_having_come(
    house: RunningHouse, people: People
) -> None:
    await house.set_clock(AFTER_Q1)
    await people.ann.put(AT, body())
    await people.mo.done(f"{AT}/rejection", {"version": 1, "reason": "Not yours."})
    await house.set_clock(datetime(2026, 7, 22, 9, tzinfo=UTC))
    rates = (await people.mo.get("/v1/returns/rates")).json()
    assert (rates["missing"], rates["in_time"], rates["nil"]) == (1, 0, 0)
    assert (await people.mo.get(AT)).json()["overdue"] is True
    await people.ann.put(AT, {"nil": True, "declaration": DECLARED})
    await house.settle()
    rates = (await people.mo.get("/v1/returns/rates")).json()
    assert (rates["missing"], rates["late"], rates["nil"]) == (0, 1, 1)


async def test_an_extension_excuses_and_is_not_late(house: RunningHouse, people: People) -> None:
    await house.set_clock(AFTER_Q1)
    extended = {"due_on": "2026-07-31", "reason": "Flooded."}
    await people.mo.done(f"{AT}/extension", extended)
    await house.set_clock(datetime(2026, 7, 25, 9, tzinfo=UTC))
    rates = (await people.mo.get("/v1/returns/rates")).json()
    assert (rates["excused"], rates["missing"], rates["owed"]) == (1, 0, 0)
    assert (await people.ann.put(AT, body())).json()["late"] is False


async def test_a_restatement_keeps_what_was_and_is_known_at_its_time(
    house: RunningHouse, people: People
) -> None:
    await house.set_clock(AFTER_Q1)
    await people.ann.put(AT, body())
    await people.mo.done(f"{AT}/acceptance", {"version": 1})
    await house.settle()
    then = house.house.clock()
    await house.set_clock(AFTER_Q1 + timedelta(days=1))
    restated = body(seen=40, reason="Two were counted twice.")
    answer = await people.ann.done(f"{AT}/restatement", restated)
    assert (answer["return_version"], answer["updated"]) == (2, 3)
    again = await people.ann.post(f"{AT}/restatement", restated)
    assert again.json()["code"] == "restatement-consent-needed"
    await people.mo.done(f"{AT}/restatement-consent", {"reason": "Agreed."})
    await people.ann.done(f"{AT}/restatement", restated)
    await house.settle()
    shown = (await people.mo.get(AT)).json()
    assert [version["version"] for version in shown["versions"]] == [1, 2, 3]
    earlier = await people.mo.get(f"{AT}?known_at={then.isoformat().replace('+00:00', 'Z')}")
    assert [version["version"] for version in earlier.json()["versions"]] == [1]


async def test_only_the_provider_and_the_contract_manager_see_what_gives_children_away(
    house: RunningHouse, people: People
) -> None:
    await house.set_clock(AFTER_Q1)
    await people.ann.put(AT, body(seen=27))  # the first month saw seven
    await house.settle()

    def readings(shown: dict[str, Any]) -> list[tuple[str | None, str]]:
        listed = shown["versions"][0]["readings"]
        return [(one.get("value"), one.get("status", "given")) for one in listed]

    for entitled in (people.ann, people.mo):
        full = (await entitled.get(AT)).json()
        version = full["versions"][0]
        assert readings(full)[0] == ("7", "given")
        assert (len(version["breakdowns"]), version["complaints"]) == (2, 1)
        story = version["story"]["text"]
        assert (await entitled.get(f"{AT}/texts/{story}")).text == "It went well."
    finance = house.caller("council", "fin", "finance")
    for other in (people.ian, finance):
        part = (await other.get(AT)).json()
        version = part["versions"][0]
        assert readings(part)[:4] == [(None, "suppressed")] * 4
        assert readings(part)[4][1] == "given"
        assert (version["breakdowns"], version["complaints"], version["story"]) == ([], None, None)
        assert (await other.get(f"{AT}/texts/{story}")).status_code == 404


async def test_a_series_shows_nothing_to_others_of_a_measure_with_a_small_count(
    house: RunningHouse, people: People
) -> None:
    await house.set_clock(AFTER_Q1)
    await people.ann.put(AT, body(seen=27))
    await people.mo.done(f"{AT}/acceptance", {"version": 1})
    await house.settle()

    def statuses(series: list[dict[str, Any]]) -> dict[str, set[str]]:
        return {
            one["measure"]["measure"]: {
                point["reading"].get("status", "given") for point in one["points"]
            }
            for one in series
        }

    full = (await people.mo.get("/v1/returns/c1/series")).json()
    part = (await people.ian.get("/v1/returns/c1/series")).json()
    assert statuses(full) == {"seen": {"given"}, "better": {"given"}}
    assert statuses(part) == {"seen": {"suppressed"}, "better": {"given"}}


async def test_another_agencys_contract_is_not_there(house: RunningHouse, people: People) -> None:
    await house.set_clock(AFTER_Q1)
    before = await house.house.log.head()
    await house.settle()
    for caller in (people.stranger, people.other_provider):
        assert (await caller.get(AT)).status_code == 404
        assert (await caller.get("/v1/returns")).json()["items"] == []
    assert (await people.other_provider.put(AT, body())).status_code == 404
    assert (await people.mo.put(AT, body())).status_code == 403
    assert (await people.ian.post(f"{AT}/acceptance", {"version": 1})).status_code == 403
    assert (await house.nobody().get(AT)).status_code == 401
    unknown = await people.ann.put("/v1/returns/c1/2030-31-Q1", body("2030-31-Q1"))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not-found")
    assert await house.house.log.head() == before


async def test_an_in_house_service_is_judged_by_another_partner(
    house: RunningHouse, people: People
) -> None:
    terms = replace(TERMS, kind="sla", provider="council")
    signed = ContractSigned(
        contract="c2", terms=terms, signed_by="chris", effective_on=date(2026, 3, 2)
    )
    await house.hear("contracts", "contract/c2", signed)
    await house.set_clock(AFTER_Q1)
    at = f"/v1/returns/c2/{Q1}"
    await house.caller("council", "kim", "provider").put(at, body())
    assert (await people.mo.post(f"{at}/acceptance", {"version": 1})).status_code == 403
    await people.ian.done(f"{at}/acceptance", {"version": 1})


async def test_a_review_meeting_has_its_agenda_and_its_actions(
    house: RunningHouse, people: People
) -> None:
    await house.set_clock(AFTER_Q1)
    await people.ann.put(AT, body(seen=27))
    await house.settle()
    agenda = (await people.mo.get(f"{AT}/agenda")).json()
    assert {(item["kind"], item["about"]) for item in agenda} == {
        ("missed-target", "seen"),
        ("complaints", ""),
    }
    action = {"text": "Open on Saturdays.", "owner": "ann", "due_on": "2026-07-10"}
    meeting = {"held_on": "2026-07-02", "minutes": "We met.", "actions": [action]}
    await people.mo.done(f"{AT}/meetings", meeting)
    await house.set_clock(datetime(2026, 7, 11, 9, tzinfo=UTC))
    (overdue,) = (await people.ann.get("/v1/returns/actions?overdue=true")).json()
    assert (overdue["overdue"], overdue["owner"]) == (True, "ann")
    assert (await people.ian.get("/v1/returns/actions")).json() == []
    done = f"{AT}/actions/{overdue['action']}/completion"
    await people.mo.done(done, {"completed_on": "2026-07-11"})
    await house.settle()
    assert (await people.ann.get("/v1/returns/actions?overdue=true")).json() == []


async def test_a_draft_is_the_providers_own(house: RunningHouse, people: People) -> None:
    await house.set_clock(AFTER_Q1)
    drafted = await people.ann.put(f"{AT}/draft", {"complaints": 3})
    assert drafted.status_code == 200
    await house.settle()
    assert (await people.mo.get(AT)).json()["status"] == "draft"
    text = await house.house.pool.fetchval("select text_id from kept.texts where kind = 'draft'")
    assert (await people.ann.get(f"{AT}/texts/{text}")).json() == {"complaints": 3}
    assert (await people.mo.get(f"{AT}/texts/{text}")).status_code == 404


async def test_the_rules_are_published_as_data(people: People) -> None:
    rules = (await people.ann.get("/v1/returns/rules")).json()["rules"]
    assert {"code": "budget-missing", "stage": "hard", "fields": ["element"]}.items() <= next(
        rule for rule in rules if rule["code"] == "budget-missing"
    ).items()


async def test_identical_figures_of_the_next_quarter_need_an_explanation(
    house: RunningHouse, people: People
) -> None:
    await house.set_clock(AFTER_Q1)
    await people.ann.put(AT, body())
    await house.set_clock(AFTER_Q2)
    at = f"/v1/returns/c1/{Q2}"
    refused = await people.ann.put(at, body(Q2))
    assert (refused.status_code, refused.json()["code"]) == (422, "explanations-missing")
    assert {fault["code"] for fault in refused.json()["errors"]} == {"identical-to-last"}
    explained = [
        {"rule": "identical-to-last", "measure": measure, "text": "A steady service."}
        for measure in ("seen", "better")
    ]
    assert (await people.ann.put(at, body(Q2, explanations=explained))).status_code == 200


async def test_what_time_has_done_to_a_return_is_not_looked_at_again(
    house: RunningHouse, people: People
) -> None:
    async def waits(period: str) -> list[str]:
        row = await house.house.stores["deadlines"].get(f"return/c1:{period}")
        return sorted(row.due) if row else []

    reminders = ["remind +1", "remind -1", "remind -10", "remind -5"]
    assert await waits(Q1) == ["open", "overdue", *reminders]
    await house.set_clock(AFTER_Q1)
    assert await waits(Q1) == ["overdue", *reminders]
    await house.set_clock(datetime(2026, 7, 22, 9, tzinfo=UTC))
    assert await waits(Q1) == []
    await people.ann.put(AT, body())
    await house.settle()
    assert await waits(Q1) == ["count-as-accepted"]
    await people.mo.done(f"{AT}/acceptance", {"version": 1})
    await house.settle()
    assert await waits(Q1) == []
