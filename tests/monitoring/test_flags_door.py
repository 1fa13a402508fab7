"""Flags, reviews and incidents through their doors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from shared.published.contracts import ContractSigned, ContractTerminated
from shared.published.procurement import StandardHeld, StandardLapsed
from shared.testing.houses import RunningHouse
from tests.monitoring.agreed import Q1, Q2, TERMS, body
from tests.monitoring.door import AFTER_Q1, AFTER_Q2, People, published, signed_house

FLAG = "c1:seen:1"


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with signed_house(service_database) as running:
        yield running


@pytest.fixture
def people(house: RunningHouse) -> People:
    return People(house)


async def accept(people: People, period: str, seen: int, better: int = 20) -> None:
    at = f"/v1/returns/c1/{period}"
    taken = await people.ann.put(at, body(period, seen, better))
    assert taken.is_success, taken.text
    await people.mo.done(f"{at}/acceptance", {"version": 1})


async def miss_twice(house: RunningHouse, people: People) -> None:
    await house.set_clock(AFTER_Q1)
    await accept(people, Q1, 25)
    await house.set_clock(AFTER_Q2)
    await accept(people, Q2, 27, 21)
    await house.settle()


async def test_two_misses_in_a_row_open_a_case_that_runs_to_its_end(
    house: RunningHouse, people: People
) -> None:
    await miss_twice(house, people)
    (flag,) = (await people.mo.get("/v1/flags?status=open")).json()["items"]
    assert (flag["flag"], flag["status"], flag["measure"]) == (FLAG, "raised", "seen")
    assert flag["sanctions_live_on"] == "2026-10-01"
    assert [miss["value"] for miss in flag["misses"]] == ["25", "27"]
    at = f"/v1/flags/{FLAG}"
    await people.mo.done(f"{at}/explanation-request", {})
    await people.ann.done(f"{at}/explanation", {"text": "Two left."})
    same = await people.mo.post(f"{at}/upholding", {"reason": "It stands."})
    assert (same.status_code, same.json()["code"]) == (403, "same-person")
    await people.chris.done(f"{at}/upholding", {"reason": "It stands."})
    milestone = {
        "milestone": "m1", "text": "Hire two.", "owner": "ann", "due_on": "2026-11-02",
    }  # fmt: skip
    await people.mo.done(f"{at}/plan", {"milestones": [milestone]})
    await house.set_clock(datetime(2026, 11, 3, 0, 0, tzinfo=UTC))
    shown = (await people.ann.get(at)).json()
    assert (shown["status"], shown["plan"][0]["status"]) == ("planned", "missed")
    assert shown["explanation_due_on"] == "2026-10-09"
    await people.mo.done(f"{at}/milestones/m1/met", {"met_on": "2026-11-03", "evidence": "Rota."})
    escalation = {"to": "exception-report", "reason": "Slow."}
    await people.mo.done(f"{at}/escalation", escalation)
    own = await people.mo.post(f"{at}/closure", {"reason": "Back on target."})
    assert (own.status_code, own.json()["code"]) == (403, "same-person")
    await people.chris.done(f"{at}/closure", {"reason": "Back on target."})
    await house.settle()
    assert (await people.mo.get(at)).json()["open"] is False
    assert (await people.mo.get("/v1/flags?status=open")).json()["items"] == []
    assert len((await people.mo.get("/v1/flags?status=over&contract=c1")).json()["items"]) == 1
    assert (await published(house))[-9:] == [
        "underperformance-flagged", "explanation-requested", "explanation-given", "flag-upheld",
        "plan-agreed", "milestone-missed", "milestone-met", "flag-escalated", "flag-closed",
    ]  # fmt: skip


async def test_a_restated_return_marks_the_case_that_rests_on_it(
    house: RunningHouse, people: People
) -> None:
    await miss_twice(house, people)
    restated = body(Q2, 40, 21, reason="Counted wrongly.")
    await people.ann.done(f"/v1/returns/c1/{Q2}/restatement", restated)
    await house.settle()
    shown = (await people.mo.get(f"/v1/flags/{FLAG}")).json()
    (mark,) = shown["basis_changes"]
    # What is false is left out of a body, and here the case would not be raised any more.
    assert (mark["period"], mark["return_version"], mark["still_missed"]) == (Q2, 2, False)
    assert shown["open"] is True


async def test_other_partners_see_the_case_but_not_the_figures(
    house: RunningHouse, people: People
) -> None:
    await miss_twice(house, people)
    await people.mo.done(f"/v1/flags/{FLAG}/explanation-request", {})
    await people.ann.done(f"/v1/flags/{FLAG}/explanation", {"text": "Two left."})
    await house.settle()
    seen = (await people.ian.get(f"/v1/flags/{FLAG}")).json()
    assert (seen["misses"], seen["disclosure"]) == (
        [{"period": Q1}, {"period": Q2}],
        "suppressed",
    )
    text = seen["steps"][1]["text"]["text"]
    at = f"/v1/flags/{FLAG}/texts/{text}"
    assert (await people.mo.get(at)).text == "Two left."
    assert (await people.ian.get(at)).status_code == 404
    assert (await people.stranger.get(f"/v1/flags/{FLAG}")).status_code == 404
    dismissal = await people.ian.post(f"/v1/flags/{FLAG}/dismissal", {"reason": "No."})
    assert dismissal.status_code == 403
    answered = await people.mo.post(f"/v1/flags/{FLAG}/explanation", {"text": "No."})
    assert answered.status_code == 403


async def test_a_lapsed_standard_reaches_every_live_contract_of_the_provider(
    house: RunningHouse, people: People
) -> None:
    others = {"c2": replace(TERMS), "c3": replace(TERMS, provider="beech"), "c4": TERMS}
    for contract, terms in others.items():
        signed = ContractSigned(
            contract=contract, terms=terms, signed_by="chris", effective_on=date(2026, 3, 2)
        )
        await house.hear("contracts", f"contract/{contract}", signed)
    ended = ContractTerminated(
        contract="c4", fund="f1", clause="20.1", impact_assessment="i1", terminated_by="chris",
        effective_on=date(2026, 3, 31),
    )  # fmt: skip
    await house.hear("contracts", "contract/c4", ended)
    lapsed = StandardLapsed(provider="acorn", standard="insurance", expired_on=date(2026, 3, 1))
    await house.hear("procurement", "provider/acorn", lapsed, lapsed)
    flags = (await people.mo.get("/v1/flags")).json()["items"]
    assert [flag["flag"] for flag in flags] == [
        "c1:standard-insurance:1",
        "c2:standard-insurance:1",
    ]
    assert {flag["rule"] for flag in flags} == {"standard-lapsed"}
    mine = (await people.ann.get("/v1/portfolios/acorn")).json()["contracts"]
    assert [held["contract"] for held in mine] == ["c1", "c2"]
    assert (await people.other_provider.get("/v1/portfolios/acorn")).status_code == 404

    at, reason = "/v1/flags/c1:standard-insurance:1", {"reason": "Insured again."}
    assert (await people.mo.post(f"{at}/closure", reason)).json()["code"] == "flag-not-upheld"
    held = StandardHeld(standard="insurance", reference="PL-2", valid_until=date(2027, 3, 1))
    other = StandardHeld(standard="registration", reference="R-1", valid_until=date(2027, 3, 1))
    await house.hear("procurement", "provider/acorn", other, held, held)
    await house.settle()
    shown = (await people.ann.get(at)).json()
    assert (shown["renewed_until"], shown["status"]) == ("2027-03-01", "raised")
    assert [step["step"] for step in shown["steps"]] == ["standard-renewed"]
    await people.mo.done(f"{at}/closure", reason)
    await house.settle()
    assert (await people.ann.get(at)).json()["status"] == "closed"


async def test_a_formal_review_gathers_the_year_and_concludes_on_findings(
    house: RunningHouse, people: People
) -> None:
    await miss_twice(house, people)
    await house.set_clock(datetime(2026, 12, 1, 9, tzinfo=UTC))
    review = (await people.mo.done("/v1/reviews", {"contract": "c1"}))["id"]
    assert review == "c1:2026-27"
    again = await people.mo.post("/v1/reviews", {"contract": "c1"})
    assert again.json()["code"] == "review-already-opened"
    await house.settle()
    at = f"/v1/reviews/{review}"
    empty = await people.mo.post(f"{at}/conclusion", {"conclusion": "redesign"})
    assert empty.json()["code"] == "findings-missing"
    await people.mo.done(f"{at}/findings", {"finding": "Too few are seen."})
    await people.mo.done(f"{at}/conclusion", {"conclusion": "redesign"})
    await house.settle()
    shown = (await people.mo.get(at)).json()
    assert (shown["conclusion"], shown["finding_texts"]) == ("redesign", ["Too few are seen."])
    assert [flag["flag"] for flag in shown["flags"]] == [FLAG]
    assert [one["period"] for one in shown["returns"]] == [
        f"2026-27-Q{quarter}" for quarter in (1, 2, 3, 4)
    ]
    assert "finding_texts" not in (await people.ian.get(at)).json()
    late = await people.mo.post(f"{at}/findings", {"finding": "More."})
    assert late.json()["code"] == "review-concluded"
    assert (await people.ian.post("/v1/reviews", {"contract": "c1"})).status_code == 403
    assert (await people.stranger.post("/v1/reviews", {"contract": "c1"})).status_code == 404


def incident(**changes: Any) -> dict[str, Any]:
    return {
        "contract": "c1",
        "reference": "REF-2026/17",
        "referred_to": "lado",
        "referral_confirmed": True,
        "happened_on": "2026-03-01",
    } | changes


async def test_an_incident_is_told_by_reference_once_the_referral_is_made(
    house: RunningHouse, people: People
) -> None:
    before = await house.house.log.head()
    unconfirmed = await people.ann.post("/v1/incidents", incident(referral_confirmed=False))
    assert (unconfirmed.status_code, unconfirmed.json()["code"]) == (422, "referral-not-confirmed")
    told = await people.ann.post("/v1/incidents", incident(reference="A boy was hurt"))
    assert told.json()["errors"][0]["pointer"] == "/body/reference"
    assert (await people.other_provider.post("/v1/incidents", incident())).status_code == 404
    assert await house.house.log.head() == before
    made = (await people.ann.done("/v1/incidents", incident()))["id"]
    await house.settle()
    at = f"/v1/incidents/{made}"
    (shown,) = (await people.ian.get("/v1/incidents?outstanding=true")).json()["items"]
    assert (shown["reference"], shown["exempt"]) == ("REF-2026/17", True)
    assert (await people.ann.post(f"{at}/closure", {})).status_code == 403
    await people.mo.done(f"{at}/closure", {})
    await house.settle()
    assert (await people.ian.get("/v1/incidents?outstanding=true")).json()["items"] == []
    assert (await people.mo.get(at)).json()["exempt"] is False
    assert (await people.mo.post(f"{at}/closure", {})).json()["code"] == "incident-closed"


async def test_hearing_a_contract_twice_changes_nothing(house: RunningHouse) -> None:
    before = await house.house.log.head()
    signed = ContractSigned(
        contract="c1", terms=TERMS, signed_by="chris", effective_on=date(2026, 3, 2)
    )
    await house.hear("contracts", "contract/c1", signed)
    assert await house.house.log.head() == before
