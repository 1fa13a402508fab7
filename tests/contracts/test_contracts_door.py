"""Contracts through their door: drafted, signed, varied, noticed, ended."""

from __future__ import annotations

from typing import Any

from services.contracts.contracts.decider import CONTRACTS
from services.contracts.contracts.state import Signed
from shared.published.procurement import GrantOffered, InHouseProvisionAgreed
from shared.testing.houses import Caller, RunningHouse
from tests.contracts.doors import CONTRACT, opened, signature
from tests.contracts.parts import TEXT, at


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


async def test_review_termination_and_effect_on_standards_are_compulsory(lea: Caller) -> None:
    body = signature("f1")
    del body["review"], body["termination"], body["standards"]
    refused = await lea.post(f"{CONTRACT}/signature", body)
    assert refused.status_code == 422
    assert {e["pointer"] for e in refused.json()["errors"]} == {
        "/body/review", "/body/termination", "/body/standards",
    }  # fmt: skip


async def test_notice_is_given_answered_and_read_by_both_sides_alone(
    house: RunningHouse, lea: Caller, fin: Caller, acorn: Caller
) -> None:
    fund = await opened(fin, house)
    await lea.done(f"{CONTRACT}/signature", signature(fund))
    await house.settle()
    notice = {"clause": "18", "body": "Waiting times.", "answer_working_days": 5}
    unknown = await lea.post(f"{CONTRACT}/notices", notice | {"flag": "fl9"})
    assert unknown.json()["code"] == "unknown-flag"
    await lea.done(f"{CONTRACT}/notices", notice)
    await lea.done(f"{CONTRACT}/impact-assessments", {"assessment": "Forty children."})
    await house.settle()
    name, given = next(iter((await acorn.get(CONTRACT)).json()["notices"].items()))
    assert (given["answer_due_on"], given["answered"]) == ("2026-04-10", False)
    assert (await acorn.get(f"{CONTRACT}/texts/{name}")).text == "Waiting times."

    state = (await house.house.handler.load(CONTRACTS, "k1")).state
    assert isinstance(state, Signed)
    impact = f"{CONTRACT}/texts/{state.assessment}"
    assert (await lea.get(impact)).text == "Forty children."
    assert (await acorn.get(impact)).status_code == 404
    beech = house.caller("beech", "bea", "provider")
    answer = f"{CONTRACT}/notices/{name}/answer"
    assert (await beech.post(answer, {"body": "Ours."})).status_code == 404
    await acorn.done(answer, {"body": "Two more counsellors."})
    assert (await acorn.post(answer, {"body": "Again."})).json()["code"] == "unknown-notice"


async def test_a_decommissioned_contract_gives_its_money_back(
    house: RunningHouse, lea: Caller, fin: Caller
) -> None:
    fund = await opened(fin, house)
    await lea.done(f"{CONTRACT}/signature", signature(fund))
    end = {"effective_on": "2026-05-31"}
    assert (await lea.post(f"{CONTRACT}/termination", end)).json()["code"] == "impact-not-assessed"
    await lea.done(f"{CONTRACT}/impact-assessments", {"assessment": "Forty children."})
    await lea.done(f"{CONTRACT}/termination", end)
    await house.set_clock(at(2026, 6, 2))
    await lea.done(f"{CONTRACT}/completion")
    await house.settle()
    shown = (await lea.get(CONTRACT)).json()
    assert (shown["status"], shown["certified_pence"]) == ("completed", 16_712_32)
    year = (await fin.get(f"/v1/funds/{fund}/years/2026-27")).json()
    assert (year["reserved"], year["available_pence"]) == ({"k1": 0}, 103_287_68)


async def test_a_varied_price_changes_what_is_reserved(
    house: RunningHouse, lea: Caller, fin: Caller
) -> None:
    fund = await opened(fin, house)
    await lea.done(f"{CONTRACT}/signature", signature(fund))
    await house.settle()
    payment = {"mechanism": "block", "annual_pence": 130_000_00}
    dearer = {"payment": payment, "from_year": "2026-27", "reason": "More children."}
    refused = await lea.post(f"{CONTRACT}/variation", dearer)
    assert refused.json()["code"] == "authority-exceeded"
    payment["annual_pence"] = 110_000_00
    await lea.done(f"{CONTRACT}/variation", dearer)
    await lea.done(f"{CONTRACT}/extension", {"ends_on": "2029-03-31"})
    await house.settle()
    shown = (await lea.get(CONTRACT)).json()
    assert shown["terms"]["commitments"] == dict.fromkeys(
        ("2026/27", "2027/28", "2028/29"), 110_000_00
    )
    year = (await fin.get(f"/v1/funds/{fund}/years/2026-27")).json()
    assert year["reserved"] == {"k1": 110_000_00}


async def test_the_contract_says_how_much_of_a_breakdown_may_be_unknown(
    house: RunningHouse, lea: Caller, fin: Caller
) -> None:
    fund = await opened(fin, house)
    above = signature(fund, most_unknown_basis_points=10_001)
    refused = await lea.post(f"{CONTRACT}/signature", above)
    pointers = {error["pointer"] for error in refused.json()["errors"]}
    assert (refused.status_code, pointers) == (422, {"/body/most_unknown_basis_points"})
    await lea.done(f"{CONTRACT}/signature", signature(fund, most_unknown_basis_points=900))
    await house.settle()
    assert (await lea.get(CONTRACT)).json()["terms"]["most_unknown_basis_points"] == 900
