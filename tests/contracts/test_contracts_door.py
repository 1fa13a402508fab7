"""Contracts through their door: a fund, an award, a signature, payments, a close."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.contracts.main import PLAN
from shared.published.monitoring import (
    FlagUpheld,
    ReturnAccepted,
    ReturnRestated,
    UnderperformanceFlagged,
)
from shared.published.needs import PartnershipFormed, SpecificationPublished
from shared.published.procurement import AwardConfirmed, GrantOffered, InHouseProvisionAgreed
from shared.published.terms import AgencyKind, Member, Outcome, Reading
from shared.testing.houses import START, Caller, RunningHouse, open_house
from tests.contracts.parts import MEASURE, TEXT, at

KINDS: dict[str, AgencyKind] = {
    "council": "council", "icb": "nhs-icb", "police": "local-policing-body",
}  # fmt: skip
CONTRACT = "/v1/contracts/k1"


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with open_house(PLAN, service_database) as running:
        members = tuple(Member(agency=a, kind=kind, name=a) for a, kind in KINDS.items())
        formed = PartnershipFormed(
            partnership="p1", name="Alder", lead="icb", members=members,
            effective_on=date(2026, 4, 1),
        )  # fmt: skip
        published = SpecificationPublished(
            specification="s1", partnership="p1", strategy="st1", recommendation="r1", need="n1",
            title="Counselling", outcomes=(Outcome(outcome="o1", title="Well"),),
            measures=(MEASURE,), tier=2, annual_value_pence=100_000_00,
            starts_on=date(2026, 4, 1), ends_on=date(2028, 3, 31),
        )  # fmt: skip
        await running.hear("needs", "partnership/p1", formed)
        await running.hear("needs", "specification/s1", published)
        await running.hear("procurement", "tender/t1", award())
        yield running


def award(**changes: Any) -> AwardConfirmed:
    fields: dict[str, Any] = {
        "award": "k1", "tender": "t1", "partnership": "p1", "specification": "s1",
        "procuring": "council", "provider": "acorn", "annual_price_pence": 100_000_00,
        "confirmed_at": START,
    }  # fmt: skip
    return AwardConfirmed(**(fields | changes))


@pytest.fixture
def lea(house: RunningHouse) -> Caller:
    return house.caller("council", "lea", "contract-manager")


@pytest.fixture
def fin(house: RunningHouse) -> Caller:
    return house.caller("icb", "fin", "finance")


@pytest.fixture
def fay(house: RunningHouse) -> Caller:
    return house.caller("icb", "fay", "finance")


@pytest.fixture
def acorn(house: RunningHouse) -> Caller:
    return house.caller("acorn", "ann", "provider")


async def opened(fin: Caller, house: RunningHouse, annual: int = 120_000_00) -> str:
    """A fund for 2026/27, host icb, with so much agreed between two partners."""
    body = {
        "partnership": "p1", "name": "Emotional health", "legal_basis": "section-75",
        "pool_manager": "pm", "year": "2026-27", "partners": ["icb", "council"],
        "attribution_weights": [2, 1],
    }  # fmt: skip
    fund = (await fin.done("/v1/funds", body))["fund"]
    await house.settle()
    first = f"/v1/funds/{fund}/years/2026-27"
    for partner, part in (("icb", annual // 2), ("council", annual - annual // 2)):
        contribution = {"partner": partner, "annual_pence": part, "legal_basis": "section-75"}
        await fin.done(f"{first}/contributions", contribution)
    await house.settle()
    return fund


def signature(fund: str, **changes: Any) -> dict[str, Any]:
    return {
        "fund": fund,
        "payment": {"mechanism": "block", "annual_pence": 100_000_00},
        "starts_on": "2026-04-01",
        "ends_on": "2028-03-31",
        "monitoring_officer": "mo",
        "review": {"clause": "12"},
        "termination": {"clause": "20", "working_days": 20},
        "withholding": {"clause": "15.2", "basis_points": 500},
        "sanctions_live_on": "2026-07-01",
    } | changes


VOLUME = {
    "mechanism": "cost-and-volume", "measure": "m1", "unit_price_pence": 50_00,
    "cap_annual_pence": 100_000_00,
}  # fmt: skip


async def published(house: RunningHouse) -> list[str]:
    return [
        event.type.removeprefix("contracts.").removesuffix(".v1")
        for event in await house.house.log.read_published(0, 1000)
    ]


async def returned(house: RunningHouse, period: str, amount: int, version: int = 1) -> None:
    now = house.house.clock()
    readings = (Reading(measure="m1", period=period, value=Decimal(amount)),)
    if version == 1:
        event = ReturnAccepted(
            contract="k1", period=period, version=1, readings=readings, accepted_by="mo",
            accepted_at=now,
        )  # fmt: skip
    else:
        event = ReturnRestated(
            contract="k1", period=period, version=version, readings=readings, reason=TEXT,
            restated_by="ann", restated_at=now,
        )  # fmt: skip
    await house.hear("monitoring", f"return/k1:{period}", event)


async def test_an_award_becomes_a_contract_and_its_money_is_committed(
    house: RunningHouse, lea: Caller, fin: Caller
) -> None:
    fund = await opened(fin, house)
    assert (await lea.get(CONTRACT)).json()["status"] == "drafted"
    await lea.done(f"{CONTRACT}/signature", signature(fund))
    await house.settle()

    shown = (await lea.get(CONTRACT)).json()
    assert shown["terms"]["commitments"] == {"2026/27": 100_000_00, "2027/28": 100_000_00}
    assert shown["terms"]["title"] == "Counselling"
    year = (await fin.get(f"/v1/funds/{fund}/years/2026-27")).json()
    assert (year["available_pence"], year["reserved"]) == (20_000_00, {"k1": 100_000_00})


async def test_a_contract_above_the_authority_needs_a_named_officers_override(
    house: RunningHouse, lea: Caller, fin: Caller
) -> None:
    fund = await opened(fin, house, 90_000_00)
    before = await house.house.log.head()
    refused = await lea.post(f"{CONTRACT}/signature", signature(fund))
    assert (refused.status_code, refused.json()["code"]) == (409, "authority-exceeded")
    assert await house.house.log.head() == before

    override = {"contract": "k1", "above_pence": 10_000_00, "reason": "Agreed by the board."}
    await fin.done(f"/v1/funds/{fund}/years/2026-27/overrides", override)
    await lea.done(f"{CONTRACT}/signature", signature(fund))


async def test_an_instalment_is_certified_prepared_by_one_and_approved_by_another(
    house: RunningHouse, lea: Caller, fin: Caller, fay: Caller, acorn: Caller
) -> None:
    fund = await opened(fin, house)
    await lea.done(f"{CONTRACT}/signature", signature(fund))
    await house.set_clock(at(2026, 7, 1))
    due = (await acorn.get("/v1/contracts/payments-due")).json()["items"]
    assert [(d["period"], d["owed_pence"], d["due_on"]) for d in due] == [
        ("2026-27-Q1", 25_000_00, "2026-07-30")
    ]
    invoice = {"invoice": "INV-1", "net_pence": 25_000_00, "period": "2026-27-Q1"}
    await acorn.done(f"{CONTRACT}/invoices", invoice)
    await lea.done(f"{CONTRACT}/invoices/INV-1/dispute", {"reason": "Two staff short."})
    body = {"certificates": [due[0]["certificate"]]}
    assert (await fin.post(f"{CONTRACT}/payments", body)).json()["code"] == "invoice-disputed"
    await lea.done(f"{CONTRACT}/invoices/INV-1/settlement", {"reason": "Filled."})

    payment = (await fin.done(f"{CONTRACT}/payments", body))["payment"]
    approval = f"{CONTRACT}/payments/{payment}/approval"
    own = await fin.post(approval)
    assert (own.status_code, own.json()["code"]) == (403, "approver-is-preparer")
    await fay.done(approval)
    await house.settle()
    shown = (await acorn.get(CONTRACT)).json()
    assert (shown["paid_pence"], shown["payable_pence"]) == (25_000_00, 0)
    assert "accruals" not in shown
    year = (await fin.get(f"/v1/funds/{fund}/years/2026-27")).json()
    assert year["costs"] == {"k1": {"Block": 25_000_00}}
    assert year["reserved"] == {"k1": 75_000_00}
    icb, council = 16_666_67, 8_333_33
    assert year["costs_by_partner"] == {"k1": {"Block": {"icb": icb, "council": council}}}


async def test_a_restated_return_reverses_its_certificate_and_certifies_again(
    house: RunningHouse, lea: Caller, fin: Caller
) -> None:
    fund = await opened(fin, house)
    await lea.done(f"{CONTRACT}/signature", signature(fund, payment=VOLUME))
    await house.set_clock(at(2026, 7, 20))
    await returned(house, "2026-27-Q1", 100)
    await returned(house, "2026-27-Q1", 80, version=2)
    await house.settle()
    shown = (await lea.get(CONTRACT)).json()
    assert shown["certified_pence"] == 80 * 50_00
    first, second = shown["certificates"].values()
    assert (first["reversed"], first["basis_changed"], second["return_version"]) == (True, True, 2)
    assert (await published(house))[-3:] == [
        "payment-certified", "certification-reversed", "payment-certified",
    ]  # fmt: skip
    year = (await fin.get(f"/v1/funds/{fund}/years/2026-27")).json()
    assert year["costs"] == {"k1": {"Activity": 80 * 50_00}}


async def test_money_is_withheld_for_an_upheld_flag_once_sanctions_are_live(
    house: RunningHouse, lea: Caller, fin: Caller
) -> None:
    fund = await opened(fin, house)
    await lea.done(f"{CONTRACT}/signature", signature(fund))
    await house.set_clock(at(2026, 7, 2))
    certificate = next(iter((await lea.get(CONTRACT)).json()["certificates"]))
    body = {"certificate": certificate, "basis_points": 500, "flag": "fl1"}
    at_withholdings = f"{CONTRACT}/withholdings"
    assert (await lea.post(at_withholdings, body)).json()["code"] == "flag-not-upheld"

    flagged = UnderperformanceFlagged(
        flag="fl1", contract="k1", partnership="p1", provider="acorn", commissioner="council",
        measure="m1", rule="threshold", raised_at=START,
    )  # fmt: skip
    upheld = FlagUpheld(flag="fl1", contract="k1", reason=TEXT, upheld_by="mo")
    await house.hear("monitoring", "flag/fl1", flagged, upheld)
    withholding = (await lea.done(at_withholdings, body))["withholding"]
    amount = {"amount_pence": 1_000_00}
    await lea.done(f"{at_withholdings}/{withholding}/release", amount)
    await lea.done(f"{at_withholdings}/{withholding}/forfeit", {"amount_pence": 250_00})
    over = await lea.post(f"{at_withholdings}/{withholding}/forfeit", {"amount_pence": 1})
    assert over.json()["code"] == "unknown-withholding"
    await house.settle()
    shown = (await lea.get(CONTRACT)).json()
    assert (shown["payable_pence"], shown["forfeited_pence"]) == (24_750_00, 250_00)


async def test_another_provider_and_a_stranger_find_nothing(
    house: RunningHouse, lea: Caller, fin: Caller
) -> None:
    fund = await opened(fin, house)
    await lea.done(f"{CONTRACT}/signature", signature(fund))
    await house.settle()
    beech = house.caller("beech", "bea", "provider")
    assert (await beech.get(CONTRACT)).status_code == 404
    assert (await beech.get("/v1/contracts")).json()["items"] == []
    assert (await house.caller("else", "el", "finance").get(f"/v1/funds/{fund}")).status_code == 404
    icb = house.caller("icb", "ida", "contract-manager")
    assert (await icb.get(CONTRACT)).status_code == 200
    assert (await icb.post(f"{CONTRACT}/signature", signature(fund))).status_code == 403
    council = house.caller("council", "cas", "finance")
    period = {"period": "2026-27-Q1"}
    invoices = f"/v1/funds/{fund}/years/2026-27/invoices"
    assert (await council.post(invoices, period)).status_code == 403
    assert (await house.nobody().get(CONTRACT)).status_code == 401


async def test_contract_sla_and_grant_are_three_things(house: RunningHouse, lea: Caller) -> None:
    fields: dict[str, Any] = {
        "partnership": "p1", "specification": "s1", "procuring": "council",
        "annual_price_pence": 1, "reason": TEXT, "awarded_by": "pat",
    }  # fmt: skip
    sla = InHouseProvisionAgreed(award="k2", provider="council", **fields)
    grant = GrantOffered(award="k3", provider="club", **fields)
    await house.hear("procurement", "award/k2", sla)
    await house.hear("procurement", "award/k3", grant)
    items = (await lea.get("/v1/contracts")).json()["items"]
    assert {i["contract"]: i["kind"] for i in items} == {
        "k1": "contract", "k2": "sla", "k3": "grant",
    }  # fmt: skip


async def test_review_and_termination_terms_are_compulsory(
    house: RunningHouse, lea: Caller
) -> None:
    body = signature("f1")
    del body["review"], body["termination"]
    refused = await lea.post(f"{CONTRACT}/signature", body)
    assert refused.status_code == 422
    assert {e["pointer"] for e in refused.json()["errors"]} == {"/body/review", "/body/termination"}


async def test_a_year_is_closed_by_two_and_its_rest_opens_the_next(
    house: RunningHouse, lea: Caller, fin: Caller, fay: Caller
) -> None:
    fund = await opened(fin, house)
    first, second = (f"/v1/funds/{fund}/years/{y}" for y in ("2026-27", "2027-28"))
    risk = {"overspend_weights": [1, 1], "carry_forward_limit_basis_points": 200}
    await fin.done(f"{first}/risk-share", risk)
    await lea.done(f"{CONTRACT}/signature", signature(fund))
    for quarter in ("Q1", "Q2", "Q3", "Q4"):
        await fin.done(f"{first}/invoices", {"period": f"2026-27-{quarter}"})
    await house.set_clock(at(2027, 4, 2))
    await fin.done(f"/v1/funds/{fund}/years", {"year": "2027-28"})
    await house.settle()
    next_year = (await fin.get(second)).json()
    assert next_year["reserved"] == {"k1": 100_000_00}
    forward = await fin.post(f"{second}/brought-forward", {})
    assert forward.json()["code"] == "year-not-closed"

    await fin.done(f"{first}/close")
    assert (await fin.post(f"{first}/close/approval")).json()["code"] == "approver-is-preparer"
    await fay.done(f"{first}/close/approval")
    await house.settle()
    closed = (await fin.get(first)).json()
    assert (closed["status"], closed["result_pence"]) == ("closed", 20_000_00)
    assert closed["carried_forward"] == {"icb": 1_200_00, "council": 1_200_00}
    assert closed["returnable"] == {"icb": 8_800_00, "council": 8_800_00}
    await fay.done(f"{first}/returned")
    await fin.done(f"{second}/brought-forward", {})
    await house.settle()
    assert (await fin.get(second)).json()["authority_pence"] == 2_400_00
    assert (await published(house))[-7:] == [
        "cost-trued-up", "year-closed",
        "underspend-carried-forward", "underspend-returned", "underspend-returned",
        "balance-brought-forward", "balance-brought-forward",
    ]  # fmt: skip
