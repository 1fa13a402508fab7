"""The award of a tender through its door: from a heard specification to a published award."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.procurement.main import PLAN
from shared.published.needs import PartnershipFormed, SpecificationPublished
from shared.published.terms import Member, Outcome
from shared.testing.houses import START, Caller, RunningHouse, open_house
from tests.procurement.sealing import bid_in, body_of, named, opened_by

CLOSES_AT = datetime(2026, 5, 1, 11, tzinfo=UTC)
OUTCOME = Outcome(outcome="o1", title="Children are safe")


def entry(provider: str) -> dict[str, Any]:
    return {
        "provider": provider,
        "name": provider.title(),
        "form": "third-sector",
        "small": True,
        "identifiers": {"GB-CHC": "1089464"},
    }


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with open_house(PLAN, service_database) as running:
        members = tuple(
            Member(agency=agency, kind="council", name=agency) for agency in ("council", "icb")
        )
        formed = PartnershipFormed(
            partnership="p1", name="Alder", lead="council", members=members,
            effective_on=date(2026, 4, 1),
        )  # fmt: skip
        published = SpecificationPublished(
            specification="s1", partnership="p1", strategy="st1", recommendation="r1", need="n1",
            title="Counselling", outcomes=(OUTCOME,), measures=(), tier=2,
            annual_value_pence=100_000_00, starts_on=date(2026, 9, 1), ends_on=date(2029, 8, 31),
        )  # fmt: skip
        await running.hear("needs", "partnership/p1", formed)
        await running.hear("needs", "specification/s1", published)
        pat = running.caller("council", "pat", "procurement-officer")
        for provider in ("acorn", "beech"):
            await pat.done("/v1/providers", entry(provider))
        yield running


@pytest.fixture
def pat(house: RunningHouse) -> Caller:
    return house.caller("council", "pat", "procurement-officer")


@pytest.fixture
def eva(house: RunningHouse) -> Caller:
    return house.caller("icb", "eva", "evaluator")


def opening(**changes: Any) -> dict[str, Any]:
    return {
        "specification": "s1",
        "title": "Counselling",
        "regime": "light-touch",
        "criteria": [
            {"criterion": "q", "title": "Quality", "kind": "quality", "weight_basis_points": 6000},
            {"criterion": "p", "title": "Price", "kind": "price", "weight_basis_points": 4000},
        ],
        "bids_close_at": CLOSES_AT.isoformat(),
        "delegated_limit_pence": 20_000_00,
    } | changes


OFFER = {"annual_price_pence": 10_000_00, "statement": "We listen."}
SCORES = {"scores": {"q": 8000, "p": 5000}, "reasons": "Clear and kind."}


async def test_a_tender_runs_from_opening_to_a_confirmed_award(
    house: RunningHouse, pat: Caller, eva: Caller
) -> None:
    tender = (await pat.done("/v1/tenders", opening()))["id"]
    at = f"/v1/tenders/{tender}"
    await house.settle()
    keys = await named(house, tender)
    bid = await bid_in(house, tender, "acorn", OFFER)

    assert (await pat.post(f"{at}/open-bids")).json()["code"] == "bids-still-sealed"
    body = await body_of(house, tender, "beech", OFFER)
    await house.set_clock(CLOSES_AT + timedelta(minutes=1))
    late = await house.caller("beech", "bob", "provider").post(f"{at}/bids", body)
    assert (late.status_code, late.json()["code"]) == (409, "bid-late")

    await opened_by(house, tender, keys)
    await eva.done(f"{at}/interests", {"interested": False})
    await eva.done(f"{at}/bids/{bid}/scores", SCORES)
    await eva.done(f"{at}/bids/{bid}/moderation", SCORES)
    await pat.done(f"{at}/proposal", {"bid": bid})
    await pat.done(f"{at}/award", {"bid": bid})
    await pat.done(f"{at}/notice", {})
    assert (await pat.post(f"{at}/confirmation")).json()["code"] == "standstill-running"
    await house.set_clock(datetime(2026, 5, 14, 9, tzinfo=UTC))
    await pat.done(f"{at}/confirmation")
    await house.settle()

    shown = (await pat.get(at)).json()
    assert (shown["status"], shown["awarded_to"], shown["late"]) == ("confirmed", "acorn", 1)
    published = [event.type for event in await house.house.log.read_published(0, 100)]
    assert published[-3:] == [
        "procurement.award-notice-published.v1",
        "procurement.standstill-ended.v1",
        "procurement.award-confirmed.v1",
    ]


async def test_the_same_request_twice_is_one_tender(pat: Caller, house: RunningHouse) -> None:
    key = str(uuid4())
    first = await pat.post("/v1/tenders", opening(), idempotency_key=key)
    again = await pat.post("/v1/tenders", opening(), idempotency_key=key)
    other = await pat.post("/v1/tenders", opening(title="Other"), idempotency_key=key)

    assert first.json() == again.json()
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    await house.settle()
    assert len((await pat.get("/v1/tenders")).json()["items"]) == 1


async def test_a_stale_version_is_refused(pat: Caller, house: RunningHouse) -> None:
    accepted = await pat.post("/v1/tenders", opening())
    await house.settle()
    at = f"/v1/tenders/{accepted.json()['id']}/cancellation"
    assert accepted.headers["ETag"] == '"3"'

    stale = await pat.post(at, {"reason": "No money."}, if_match='"2"')
    assert (stale.status_code, stale.json()["code"]) == (412, "version-outdated")
    assert (await pat.post(at, {"reason": "No money."}, if_match='"3"')).status_code == 201


async def test_bad_input_gets_a_coded_answer_and_writes_nothing(
    house: RunningHouse, pat: Caller
) -> None:
    before = await house.house.log.head()
    cases: list[tuple[dict[str, Any], str]] = [
        (opening(bids_close_at="2026-05-01T11:00:00"), "/body/bids_close_at"),
        (opening(surprise=1), "/body/surprise"),
        (opening(delegated_limit_pence=1.5), "/body/delegated_limit_pence"),
        (opening(regime="none"), "/body/regime"),
        (opening(criteria=[]), "/body/criteria"),
    ]
    for body, pointer in cases:
        refused = await pat.post("/v1/tenders", body)
        assert refused.status_code == 422, body
        assert refused.headers["content-type"] == "application/problem+json"
        assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer]
    unknown = await pat.post("/v1/tenders", opening(specification="s9"))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not-found")
    broken = await pat.post_raw("/v1/tenders", b"{", "application/json")
    assert (broken.status_code, broken.json()["code"]) == (400, "unparsable-body")
    assert await house.house.log.head() == before


async def test_who_may_not_get_in_does_not(house: RunningHouse, pat: Caller) -> None:
    tender = (await pat.done("/v1/tenders", opening()))["id"]
    await house.settle()
    at = f"/v1/tenders/{tender}"

    assert (await house.nobody().get(at)).status_code == 401
    assert (
        await house.caller("icb", "ian", "procurement-officer").post(f"{at}/open-bids")
    ).status_code == 403
    assert (
        await house.caller("council", "aud", "auditor").post(f"{at}/open-bids")
    ).status_code == 403
    stranger = house.caller("elsewhere", "sue", "procurement-officer")
    assert (await stranger.post("/v1/tenders", opening())).status_code == 404
    assert START < CLOSES_AT


async def test_an_agency_outside_the_partnership_sees_no_bids_once_they_are_open(
    house: RunningHouse, pat: Caller
) -> None:
    tender = (await pat.done("/v1/tenders", opening()))["id"]
    at = f"/v1/tenders/{tender}"
    keys = await named(house, tender)
    await bid_in(house, tender, "acorn", OFFER)
    await house.set_clock(CLOSES_AT + timedelta(minutes=1))
    await opened_by(house, tender, keys)
    await house.settle()

    stranger = house.caller("elsewhere", "sue", "procurement-officer")
    assert len((await pat.get(at)).json()["bids"]) == 1
    assert (await stranger.get(at)).json()["bids"] == []
    listed = (await stranger.get("/v1/tenders")).json()["items"]
    assert [row["bids"] for row in listed] == [[]]


async def test_a_question_is_answered_to_all_and_until_then_seen_by_the_procurer_alone(
    house: RunningHouse, pat: Caller
) -> None:
    acorn = house.caller("acorn", "ann", "provider")
    beech = house.caller("beech", "bob", "provider")
    at = f"/v1/tenders/{(await pat.done('/v1/tenders', opening()))['id']}"
    await house.settle()
    await acorn.done(f"{at}/questions", {"question": "Where?"})
    await house.settle()

    waiting = (await pat.get(f"{at}/questions")).json()
    assert [(one["asked"], one["answer"]) for one in waiting] == [("Where?", None)]
    assert (await beech.get(f"{at}/questions")).json() == []
    assert "waiting" not in (await beech.get(at)).json()

    await pat.done(f"{at}/questions/{waiting[0]['question']}/answer", {"answer": "In town."})
    await house.settle()
    answered = (await beech.get(f"{at}/questions")).json()
    assert [(one["asked"], one["answer"]) for one in answered] == [("Where?", "In town.")]
    assert "acorn" not in (await beech.get(at)).text


async def test_the_register_decides_who_bids(house: RunningHouse, pat: Caller) -> None:
    tender = (await pat.done("/v1/tenders", opening()))["id"]
    at = f"/v1/tenders/{tender}/bids"
    await named(house, tender)
    body = await body_of(house, tender, "cedar", OFFER)
    stranger = await house.caller("cedar", "cat", "provider").post(at, body)
    assert (stranger.status_code, stranger.json()["code"]) == (409, "provider-not-registered")

    await pat.done("/v1/providers/acorn/suspension", {"reason": "Under inquiry."})
    acorn = house.caller("acorn", "ann", "provider")
    body = await body_of(house, tender, "acorn", OFFER)
    suspended = await acorn.post(at, body)
    assert (suspended.status_code, suspended.json()["code"]) == (409, "provider-suspended")
    await pat.done("/v1/providers/acorn/reinstatement", {"reason": "Cleared."})
    await acorn.done(at, body)


async def test_the_claimed_regime_is_checked_and_the_answer_says_why(
    house: RunningHouse, pat: Caller
) -> None:
    wrong = await pat.post("/v1/tenders", opening(regime="provider-selection"))
    assert (wrong.status_code, wrong.json()["code"]) == (409, "regime-mismatch")
    assert "Procurement Act 2023" in wrong.json()["detail"]
    tender = (await pat.done("/v1/tenders", opening()))["id"]
    await house.settle()
    shown = (await pat.get(f"/v1/tenders/{tender}")).json()
    assert (shown["statutory_regime"], shown["regime_standing"]) == (
        "below-threshold",
        "voluntary",
    )


async def test_the_standstill_ends_by_itself_after_a_representation_is_dismissed(
    house: RunningHouse, pat: Caller, eva: Caller
) -> None:
    tender = (await pat.done("/v1/tenders", opening()))["id"]
    at = f"/v1/tenders/{tender}"
    keys = await named(house, tender)
    bid = await bid_in(house, tender, "acorn", OFFER)
    await house.set_clock(CLOSES_AT + timedelta(minutes=1))
    await opened_by(house, tender, keys)
    await eva.done(f"{at}/interests", {"interested": False})
    await eva.done(f"{at}/bids/{bid}/scores", SCORES)
    await eva.done(f"{at}/bids/{bid}/moderation", SCORES)
    await pat.done(f"{at}/proposal", {"bid": bid})
    await pat.done(f"{at}/award", {"bid": bid})
    await pat.done(f"{at}/notice", {})
    await house.caller("beech", "bob", "provider").done(
        f"{at}/representations", {"grounds": "Unfair."}
    )
    await house.set_clock(datetime(2026, 5, 20, 9, tzinfo=UTC))
    assert (await pat.post(f"{at}/confirmation")).json()["code"] == "representation-stands"
    stated = [
        event.type
        for event in await house.house.log.read_published(0, 100)
        if "standstill" in event.type
    ]
    assert stated == []
    made = [
        event.body
        for event in await house.house.log.read_published(0, 100)
        if event.type == "procurement.representation-made.v1"
    ]
    representation = json.loads(made[0])["representation"]
    resolution = {"upheld": False, "reason": "Scored as published."}
    await pat.done(f"{at}/representations/{representation}/resolution", resolution)
    await house.settle()
    await pat.done(f"{at}/confirmation")
