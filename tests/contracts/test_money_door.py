"""Money through its door: certified, paid by two, withheld, restated; a fund and its close."""

from __future__ import annotations

from shared.published.monitoring import (
    FlagUpheld,
    UnderperformanceFlagged,
)
from shared.testing.houses import START, Caller, RunningHouse
from tests.contracts.doors import CONTRACT, VOLUME, opened, published, returned, signature
from tests.contracts.parts import TEXT, at


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


async def test_an_accrual_and_a_payment_can_be_told_no(
    house: RunningHouse, lea: Caller, fin: Caller, fay: Caller, acorn: Caller
) -> None:
    fund = await opened(fin, house)
    await lea.done(f"{CONTRACT}/signature", signature(fund, payment=VOLUME))
    await house.set_clock(at(2026, 7, 20))
    estimate = {"element": "Activity", "period": "2026-27-Q1", "amount_pence": 4_000_00}
    accrual = (await fin.done(f"{CONTRACT}/accruals", estimate))["accrual"]
    approval = f"{CONTRACT}/accruals/{accrual}/approval"
    assert (await fin.post(approval)).json()["code"] == "approver-is-preparer"
    await fay.done(approval)
    await house.settle()
    year = f"/v1/funds/{fund}/years/2026-27"
    assert (await fin.get(year)).json()["costs"] == {"k1": {"Activity": 4_000_00}}
    assert "accruals" not in (await acorn.get(CONTRACT)).json()
    await returned(house, "2026-27-Q1", 90)
    await house.settle()
    assert (await fin.get(year)).json()["costs"] == {"k1": {"Activity": 4_500_00}}

    certificates = list((await lea.get(CONTRACT)).json()["certificates"])
    body = {"certificates": certificates}
    payment = (await fin.done(f"{CONTRACT}/payments", body))["payment"]
    assert (await fin.post(f"{CONTRACT}/payments", body)).json()["code"] == "certificate-in-payment"
    refusal = f"{CONTRACT}/payments/{payment}/refusal"
    await fay.done(refusal, {"reason": "Wrong account."})
    await fin.done(f"{CONTRACT}/payments", body)


async def test_money_in_is_part_by_part_and_never_more_than_was_asked(
    house: RunningHouse, fin: Caller
) -> None:
    fund = await opened(fin, house)
    year = f"/v1/funds/{fund}/years/2026-27"
    police = {"partner": "police", "annual_pence": 1, "legal_basis": "section-10"}
    refused = await fin.post(f"{year}/contributions", police)
    assert (refused.status_code, refused.json()["code"]) == (409, "unknown-partner")
    await fin.done(f"{year}/invoices", {"period": "2026-27-Q1"})
    receipt = {"partner": "council", "amount_pence": 10_000_00, "reference": "R1"}
    await fin.done(f"{year}/receipts", receipt)
    over = receipt | {"amount_pence": 5_000_01, "reference": "R2"}
    assert (await fin.post(f"{year}/receipts", over)).json()["code"] == "receipt-above-invoiced"
    await house.settle()
    listed = (await fin.get("/v1/funds")).json()["items"]
    assert [(f["fund"], f["invoiced_pence"], f["received_pence"]) for f in listed] == [
        (fund, 30_000_00, 10_000_00)
    ]
    odd = await fin.post(f"/v1/funds/{fund}/years/2026-31/invoices", {"period": "2026-27-Q1"})
    assert odd.status_code == 404


async def test_an_instalment_day_that_was_certified_is_not_looked_at_again(
    house: RunningHouse, lea: Caller, fin: Caller
) -> None:
    await lea.done(f"{CONTRACT}/signature", signature(await opened(fin, house)))
    await house.set_clock(at(2026, 7, 1))
    row = await house.house.stores["deadlines"].get(f"contract/{CONTRACT.rpartition('/')[2]}")
    assert row is not None
    days = list(row.due)
    assert days
    assert "instalment:2026-27-Q1" not in days
    assert "instalment:2026-27-Q2" in days
