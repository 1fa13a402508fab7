"""Payment runs and the lists a payer publishes, through their doors."""

from __future__ import annotations

from shared.testing.houses import Caller, RunningHouse
from tests.contracts.doors import CONTRACT, award, opened, returned, signature
from tests.contracts.parts import at

LISTS = "?starts_on=2026-07-01&ends_on=2026-09-30"


async def two_contracts(house: RunningHouse, lea: Caller, fin: Caller) -> str:
    """One fund with £30,000.01 and £25,000.00 a quarter certified by July."""
    fund = await opened(fin, house, 240_000_00)
    block = {"mechanism": "block", "annual_pence": 120_000_04}
    await house.hear(
        "procurement",
        "tender/t3",
        award(award="k3", tender="t3", provider="birch", annual_price_pence=120_000_04),
    )
    await lea.done(f"{CONTRACT}/signature", signature(fund))
    await lea.done("/v1/contracts/k3/signature", signature(fund, payment=block))
    await house.set_clock(at(2026, 7, 1))
    return fund


async def test_a_run_pays_many_contracts_and_leaves_out_what_was_disputed_meanwhile(
    house: RunningHouse, lea: Caller, fin: Caller, fay: Caller, acorn: Caller
) -> None:
    fund = await two_contracts(house, lea, fin)
    door = f"/v1/funds/{fund}/payment-runs"
    for stranger in (acorn, lea):
        assert (await stranger.post(door, {})).status_code == 403
    elsewhere = house.caller("elsewhere", "p-9", "finance")
    assert (await elsewhere.post(door, {})).status_code == 404
    early = await fin.post(door, {})
    assert (early.status_code, early.json()["code"]) == (409, "nothing-payable")
    run = (await fin.done(door, {"due_by": "2026-07-31"}))["id"]
    await house.settle()
    shown = (await fin.get(f"{door}/{run}")).json()
    assert [(line["contract"], line["amount_pence"]) for line in shown["lines"]] == [
        ("k1", 25_000_00), ("k3", 30_000_01),
    ]  # fmt: skip
    assert (await fin.get(f"{door}/{run}/remittance")).json()["code"] == "run-not-approved"
    twice = await fin.post(door, {"due_by": "2026-07-31"})
    assert twice.json()["code"] == "nothing-payable"

    invoice = {"invoice": "INV-1", "net_pence": 25_000_00, "period": "2026-27-Q1"}
    await acorn.done(f"{CONTRACT}/invoices", invoice)
    await lea.done(f"{CONTRACT}/invoices/INV-1/dispute", {"reason": "Two staff short."})
    own = await fin.post(f"{door}/{run}/approval")
    assert (own.status_code, own.json()["code"]) == (403, "approver-is-preparer")
    await fay.done(f"{door}/{run}/approval")
    again = await fay.post(f"{door}/{run}/approval")
    assert (again.status_code, again.json()["code"]) == (409, "run-decided")
    await house.settle()

    shown = (await fin.get(f"{door}/{run}")).json()
    assert [line["left_out"] for line in shown["lines"]] == ["invoice-disputed", ""]
    assert (shown["status"], shown["paid_pence"]) == ("approved", 30_000_01)
    remittance = (await fin.get(f"{door}/{run}/remittance")).text.splitlines()
    assert len(remittance) == 2
    assert "birch,k3,2026/27,k3:2026-27-Q1:block:1,30000.01,2026-07-01" in remittance[1]
    assert (await lea.get(CONTRACT)).json()["paid_pence"] == 0

    await lea.done(f"{CONTRACT}/invoices/INV-1/settlement", {"reason": "Filled."})
    second = (await fin.done(door, {"due_by": "2026-07-31"}))["id"]
    await fay.done(f"{door}/{second}/refusal", {"reason": "Wrong month."})
    third = (await fin.done(door, {"due_by": "2026-07-31", "contracts": ["k1"]}))["id"]
    await fay.done(f"{door}/{third}/approval")
    await house.settle()
    assert (await lea.get(CONTRACT)).json()["paid_pence"] == 25_000_00
    assert len((await fin.get(door)).json()["items"]) == 3


async def test_what_was_restated_after_a_run_was_prepared_is_left_out_of_it(
    house: RunningHouse, lea: Caller, fin: Caller, fay: Caller
) -> None:
    fund = await opened(fin, house)
    volume = {
        "mechanism": "cost-and-volume", "measure": "m1", "unit_price_pence": 50_00,
        "cap_annual_pence": 100_000_00,
    }  # fmt: skip
    await lea.done(f"{CONTRACT}/signature", signature(fund, payment=volume))
    await house.set_clock(at(2026, 7, 20))
    await returned(house, "2026-27-Q1", 100)
    await house.settle()
    door = f"/v1/funds/{fund}/payment-runs"
    run = (await fin.done(door, {"due_by": "2026-12-31"}))["id"]
    await returned(house, "2026-27-Q1", 80, version=2)
    await house.settle()
    await fay.done(f"{door}/{run}/approval")
    await house.settle()
    [line] = (await fin.get(f"{door}/{run}")).json()["lines"]
    assert line["left_out"] == "payment-changed"
    assert (await lea.get(CONTRACT)).json()["paid_pence"] == 0


async def test_the_lists_say_how_soon_was_paid_and_what_was_above_thirty_thousand(
    house: RunningHouse, lea: Caller, fin: Caller, fay: Caller
) -> None:
    fund = await two_contracts(house, lea, fin)
    door = f"/v1/funds/{fund}/payment-runs"
    run = (await fin.done(door, {"due_by": "2026-07-31", "contracts": ["k3"]}))["id"]
    await fay.done(f"{door}/{run}/approval")
    await house.set_clock(at(2026, 8, 20))
    found = (await fin.get(f"/v1/contracts/payment-compliance{LISTS}")).json()
    assert found["summary"] == {
        "certificates": 2, "within_30_days": 1, "within_30_days_basis_points": 5_000,
        "average_days": 1, "overdue": 1,
    }  # fmt: skip
    assert [(one["contract"], one["days"]) for one in found["items"]] == [("k1", 92), ("k3", 1)]
    large = (await fin.get(f"/v1/contracts/payments-over-30000{LISTS}&fund={fund}")).json()
    assert [one["amount_pence"] for one in large["items"]] == [30_000_01]
    table = await fin.get(f"/v1/contracts/payments-over-30000{LISTS}", accept="text/csv")
    assert table.text.splitlines()[0] == (
        "fund,contract,title,provider,payment,paid_on,amount_pence"
    )
    nobody = (await lea.get(f"/v1/contracts/payments-over-30000{LISTS}")).json()
    assert nobody == {"items": []}
    wrong = await fin.get(
        "/v1/contracts/payment-compliance?starts_on=2026-09-30&ends_on=2026-07-01"
    )
    assert wrong.status_code == 422
