"""Through their doors: partners that join, money reduced, the next year's proposals, two funds."""

from __future__ import annotations

from typing import Any

from shared.testing.houses import Caller, RunningHouse
from tests.contracts.doors import CONTRACT, opened, published, signature
from tests.contracts.parts import at

JOINING = {
    "partners": ["icb", "council", "police"], "attribution_weights": [2, 1, 1],
    "from_on": "2026-07-01",
}  # fmt: skip


async def test_a_partner_joins_and_its_weight_counts_from_that_day(
    house: RunningHouse, lea: Caller, fin: Caller, acorn: Caller
) -> None:
    fund = await opened(fin, house)
    other = await opened(fin, house, 1_000_00)
    await lea.done(f"{CONTRACT}/signature", signature(fund))
    first = f"/v1/funds/{fund}/years/2026-27"
    for stranger in (acorn, lea):
        refused = await stranger.post(f"{first}/partners", JOINING)
        assert refused.status_code == 403
    rowan = JOINING | {"partners": ["icb", "council", "rowan"]}
    assert (await fin.post(f"{first}/partners", rowan)).json()["code"] == "unknown-partner"
    await fin.done(f"{first}/partners", JOINING)
    await house.set_clock(at(2026, 10, 1))
    year = (await fin.get(first)).json()
    assert year["partners"] == ["icb", "council", "police"]
    assert year["costs_by_partner"]["k1"]["Block"] == {
        "icb": 16_666_67 + 12_500_00, "council": 8_333_33 + 6_250_00, "police": 6_250_00,
    }  # fmt: skip
    beside = (await fin.get(f"/v1/funds/{other}/years/2026-27")).json()
    assert (beside["partners"], beside["authority_pence"]) == (["icb", "council"], 1_000_00)


async def test_less_is_contributed_and_what_recurs_is_proposed_for_the_next_year(
    house: RunningHouse, fin: Caller
) -> None:
    fund = await opened(fin, house, 120_000_00)
    first = f"/v1/funds/{fund}/years/2026-27"
    less = {"partner": "icb", "amount_pence": 10_000_00, "legal_basis": "section-75"}
    await fin.done(f"{first}/contribution-reductions", less)
    more = less | {"amount_pence": 50_000_01}
    refused = await fin.post(f"{first}/contribution-reductions", more)
    assert (refused.status_code, refused.json()["code"]) == (409, "above-contribution")
    await house.settle()
    body = {"year": "2027-28", "uplift_basis_points": 200, "efficiency_basis_points": 50}
    await fin.done(f"/v1/funds/{fund}/years", body)
    await house.settle()
    year = (await fin.get(f"/v1/funds/{fund}/years/2027-28")).json()
    assert year["authority_pence"] == 0
    assert [p["annual_pence"] for p in year["proposals"]] == [50_750_00, 60_900_00]


async def test_a_risk_share_that_does_not_fit_says_what_is_wrong(
    house: RunningHouse, fin: Caller
) -> None:
    fund = await opened(fin, house)
    door = f"/v1/funds/{fund}/years/2026-27/risk-share"
    body = {"overspend_weights": [1, 1], "carry_forward_limit_basis_points": 0}
    wrong = await fin.post(door, body | {"caps_pence": [5]})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "risk-share-does-not-fit")
    assert "one cap for each partner" in wrong.json()["detail"]
    schemes = [{"scheme": "youth", "budget_pence": 5, "weights": [0, 1]}]
    await fin.done(door, body | {"schemes": schemes, "waterfall": ["uncommitted"]})


async def test_a_fund_is_unwound_through_its_doors(
    house: RunningHouse, lea: Caller, fin: Caller, fay: Caller
) -> None:
    fund = await opened(fin, house)
    await lea.done(f"{CONTRACT}/signature", signature(fund))
    first = f"/v1/funds/{fund}/years/2026-27"
    post = {"post": "Commissioning manager", "whole_time_equivalents": "1.5", "employer": "icb",
            "goes_to": "council"}  # fmt: skip
    van = {"asset": "Van", "kind": "vehicle", "value_pence": 12_000_00, "held_by": "council",
           "goes_to": "icb"}  # fmt: skip
    taken = {"contracts": [{"contract": "k1", "agency": "council"}], "staff": [post],
             "assets": [van]}  # fmt: skip
    early = await fin.post(f"{first}/unwinding", taken)
    assert (early.status_code, early.json()["code"]) == (409, "year-not-closed")
    await house.set_clock(at(2027, 4, 2))
    await fin.done(f"{first}/invoices", {"period": "2026-27-Q4"})
    await fin.done(f"{first}/close")
    await fay.done(f"{first}/close/approval")
    for wrong, code in (
        ({"staff": None}, "not-counted"),
        ({"staff": [post | {"goes_to": "police"}]}, "staff-not-placed"),
        ({"assets": [van | {"held_by": "police"}]}, "assets-not-placed"),
        ({"assets": [van | {"kind": "person"}]}, "invalid"),
        ({"staff": [post | {"whole_time_equivalents": "0"}]}, "invalid"),
    ):
        refused = await fin.post(f"{first}/unwinding", taken | wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    await fin.done(f"{first}/unwinding", taken)
    await house.settle()
    prepared = (await fin.get(first)).json()["unwinding"]
    assert (prepared["staff"], prepared["assets"]) == ([post], [van])
    owed = await fay.post(f"{first}/unwinding/approval")
    assert (owed.status_code, owed.json()["code"]) == (409, "debts-unsettled")
    shown = (await lea.get(CONTRACT)).json()
    payment = await fin.done(
        f"{CONTRACT}/payments", {"certificates": sorted(shown["certificates"])}
    )
    await fay.done(f"{CONTRACT}/payments/{payment['payment']}/approval")
    await fay.done(f"{first}/unwinding/approval")
    await house.settle()
    assert "fund-unwound" in await published(house)
    again = await fin.post(f"/v1/funds/{fund}/years", {"year": "2027-28"})
    assert (again.status_code, again.json()["code"]) == (409, "fund-unwound")


async def test_a_contract_that_is_ended_but_still_runs_is_somebodys_too(
    house: RunningHouse, lea: Caller, fin: Caller, fay: Caller
) -> None:
    fund = await opened(fin, house)
    await lea.done(f"{CONTRACT}/signature", signature(fund))
    first = f"/v1/funds/{fund}/years/2026-27"
    await house.set_clock(at(2027, 4, 2))
    await fin.done(f"{first}/invoices", {"period": "2026-27-Q4"})
    await fin.done(f"{first}/close")
    await fay.done(f"{first}/close/approval")
    await lea.done(f"{CONTRACT}/impact-assessments", {"assessment": "Forty children."})
    await lea.done(f"{CONTRACT}/termination", {"effective_on": "2027-06-30"})
    nobody: dict[str, Any] = {"contracts": [], "staff": [], "assets": []}
    refused = await fin.post(f"{first}/unwinding", nobody)
    assert (refused.status_code, refused.json()["code"]) == (422, "contracts-not-named")
    taken = {"contracts": [{"contract": "k1", "agency": "council"}]}
    await fin.done(f"{first}/unwinding", nobody | taken)
    await house.set_clock(at(2027, 7, 1))
    refused = await fin.post(f"{first}/unwinding", nobody | taken)
    assert (refused.status_code, refused.json()["code"]) == (422, "contracts-not-named")
    await fin.done(f"{first}/unwinding", nobody)
