"""Lots, consortia, low prices, letters and the law of a tender, through its doors."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from shared.published.needs import DecisionTaken, HomeAuthorityGiven, PartnershipFormed
from shared.published.terms import Member
from shared.testing.houses import START, Caller, RunningHouse
from tests.procurement.sealing import Keys, bid_in, named, opened_by
from tests.procurement.test_tender_award import CLOSES_AT, SCORES, entry, eva, house, opening, pat

__all__ = ["eva", "house", "pat"]  # fixtures
POLICIES = {
    "ethics": "Nobody is paid for work that was not done.",
    "small_providers": "No turnover is asked beyond the price.",
    "sustainability": "Visits by bicycle where it can be.",
    "lots": "Two lots, by area, so that small providers can bid.",
}
LOTS = [
    {"title": "North", "annual_value_pence": 60_000_00},
    {"title": "South", "annual_value_pence": 40_000_00},
]


def bidder(house: RunningHouse, agency: str) -> Caller:
    return house.caller(agency, f"p-{agency}", "provider")


def offered(pence: int) -> dict[str, Any]:
    return {"annual_price_pence": pence, "statement": "We listen."}


async def opened_at(house: RunningHouse, pat: Caller, **more: Any) -> tuple[str, Keys]:
    """A tender's address, and the keys of its opening officers."""
    tender = (await pat.done("/v1/tenders", opening(**more)))["id"]
    return f"/v1/tenders/{tender}", await named(house, tender)


async def bids_open(house: RunningHouse, at: str, keys: Keys) -> None:
    await opened_by(house, at.rpartition("/")[2], keys)


async def hand_in(house: RunningHouse, at: str, agency: str, pence: int) -> str:
    return await bid_in(house, at.rpartition("/")[2], agency, offered(pence))


async def moderated(house: RunningHouse, eva: Caller, at: str, *bids: str) -> None:
    await eva.done(f"{at}/interests", {"interested": False})
    reasons = {"by_criterion": {"q": "Clear.", "p": "Fair."}}
    for bid in bids:
        await eva.done(f"{at}/bids/{bid}/scores", SCORES | reasons)
        await eva.done(f"{at}/bids/{bid}/moderation", SCORES | reasons)
    await house.settle()


async def test_lots_are_tenders_of_their_own_and_one_may_win_only_so_many(
    house: RunningHouse, pat: Caller, eva: Caller
) -> None:
    too_much = opening(lots=[LOTS[0] | {"annual_value_pence": 60_000_01}, LOTS[1]])
    refused = await pat.post("/v1/tenders", too_much)
    assert (refused.status_code, refused.json()["code"]) == (422, "lots-worth-more")
    await pat.done("/v1/tenders", opening(lots=LOTS, most_lots=1, policies=POLICIES))
    await house.settle()
    north, south = sorted(
        (await pat.get("/v1/tenders")).json()["items"], key=lambda one: one["lot"]["number"]
    )
    assert north["procurement"] == south["procurement"]
    assert [one["title"] for one in (north, south)] == ["Counselling: North", "Counselling: South"]
    panels = [await named(house, lot["tender"]) for lot in (north, south)]
    bids = [
        await bid_in(house, lot["tender"], "acorn", offered(9_000_00)) for lot in (north, south)
    ]
    await house.set_clock(CLOSES_AT + timedelta(minutes=1))
    for lot, bid, keys in zip((north, south), bids, panels, strict=True):
        at = f"/v1/tenders/{lot['tender']}"
        await bids_open(house, at, keys)
        await moderated(house, eva, at, bid)
        await pat.done(f"{at}/proposal", {"bid": bid})
    await pat.done(f"/v1/tenders/{north['tender']}/award", {"bid": bids[0]})
    second = await pat.post(f"/v1/tenders/{south['tender']}/award", {"bid": bids[1]})
    assert (second.status_code, second.json()["code"]) == (409, "too-many-lots")
    await pat.done(
        f"/v1/tenders/{south['tender']}/cancellation",
        {"reason": "No bid could be awarded.", "unsuccessful": True},
    )
    await house.settle()
    found = [(await pat.get(f"/v1/tenders/{one['tender']}")).json() for one in (north, south)]
    assert [one["status"] for one in found] == ["awarded", "cancelled"]
    assert [one["unsuccessful"] for one in found] == [False, True]


async def test_how_a_procurement_is_run_is_stated_once_and_read_by_bidders(
    house: RunningHouse, pat: Caller
) -> None:
    at, _ = await opened_at(house, pat)
    acorn = bidder(house, "acorn")
    assert (await acorn.get(f"{at}/policies")).status_code == 404
    await pat.done(f"{at}/policies", POLICIES)
    assert (await pat.post(f"{at}/policies", POLICIES)).json()["code"] == "policies-stand"
    await house.settle()
    assert (await acorn.get(f"{at}/policies")).json() == POLICIES | {"rules_of": "council"}
    assert (await acorn.post(f"{at}/policies", POLICIES)).status_code == 403


async def test_an_amendment_is_told_to_all_with_its_reason(
    house: RunningHouse, pat: Caller
) -> None:
    at, _ = await opened_at(house, pat)
    later = (CLOSES_AT + timedelta(days=7)).isoformat()
    await pat.done(f"{at}/amendments", {"bids_close_at": later, "reason": "Two schools joined."})
    early = {"bids_close_at": CLOSES_AT.isoformat(), "reason": "Sooner."}
    assert (await pat.post(f"{at}/amendments", early)).json()["code"] == "deadline-earlier"
    await house.settle()
    [told] = (await bidder(house, "beech").get(f"{at}/amendments")).json()
    assert told["reason"] == "Two schools joined."
    shown = (await pat.get(at)).json()["bids_close_at"]
    assert datetime.fromisoformat(shown) == CLOSES_AT + timedelta(days=7)
    published = [one.type for one in await house.house.log.read_published(0, 100)]
    assert "procurement.tender-amended.v1" in published


async def test_a_consortium_is_seen_by_its_parties_and_by_partners_once_bids_are_open(
    house: RunningHouse, pat: Caller, eva: Caller
) -> None:
    at, keys = await opened_at(house, pat)
    acorn, beech = bidder(house, "acorn"), bidder(house, "beech")
    parties = [
        {"provider": "acorn", "share_basis_points": 7000},
        {"provider": "beech", "share_basis_points": 3000},
    ]
    await pat.done("/v1/providers", entry("cedar"))
    await acorn.done(f"{at}/consortium", {"parties": parties})
    cedar = bidder(house, "cedar")
    other = (await cedar.post(f"{at}/consortium/agreement", {"lead": "acorn"})).json()
    assert other["code"] == "unknown-consortium"
    await beech.done(f"{at}/consortium/agreement", {"lead": "acorn"})
    bid = await hand_in(house, at, "acorn", 9_000_00)
    await house.settle()
    for who, count in ((acorn, 1), (beech, 1), (cedar, 0), (pat, 0)):
        assert len((await who.get(f"{at}/consortium")).json()) == count
    await house.set_clock(CLOSES_AT + timedelta(minutes=1))
    await bids_open(house, at, keys)
    await moderated(house, eva, at, bid)
    assert len((await pat.get(f"{at}/consortium")).json()) == 1
    await pat.done(f"{at}/proposal", {"bid": bid})
    await pat.done(f"{at}/award", {"bid": bid})
    await house.settle()
    assert [one["provider"] for one in (await pat.get(at)).json()["parties"]] == ["acorn", "beech"]


async def test_a_low_price_is_explained_by_its_bidder_and_judged(
    house: RunningHouse, pat: Caller, eva: Caller
) -> None:
    at, keys = await opened_at(house, pat)
    acorn, beech = bidder(house, "acorn"), bidder(house, "beech")
    low = await hand_in(house, at, "acorn", 9_000_00)
    dear = await hand_in(house, at, "beech", 19_000_00)
    await house.set_clock(CLOSES_AT + timedelta(minutes=1))
    await bids_open(house, at, keys)
    await moderated(house, eva, at, low, dear)
    assert (await pat.post(f"{at}/proposal", {"bid": low})).json()["code"] == "low-bid-open"
    await pat.done(f"{at}/bids/{low}/price-question", {"asked": "How do you pay for rooms?"})
    await house.settle()
    assert (await beech.get(f"{at}/price-questions")).json() == []
    [asked] = (await acorn.get(f"{at}/price-questions")).json()
    assert asked["said"] == ["How do you pay for rooms?"]
    words = {"explanation": "The church lends them."}
    stranger = await beech.post(f"{at}/bids/{low}/price-explanation", words)
    assert stranger.json()["code"] == "unknown-bid"
    await acorn.done(f"{at}/bids/{low}/price-explanation", words)
    judged = {"accepted": True, "reason": "The letter of the church was seen."}
    await pat.done(f"{at}/bids/{low}/price-judgement", judged)
    await pat.done(f"{at}/proposal", {"bid": low})
    await house.settle()
    [one] = (await pat.get(f"{at}/evaluation")).json()["low"]
    assert (one["state"], one["against"], len(one["said"])) == ("accepted", "mean", 3)


async def test_each_bidder_reads_its_own_letter_and_no_other(
    house: RunningHouse, pat: Caller, eva: Caller
) -> None:
    at, keys = await opened_at(house, pat)
    acorn, beech = bidder(house, "acorn"), bidder(house, "beech")
    won = await hand_in(house, at, "acorn", 18_000_00)
    lost = await hand_in(house, at, "beech", 19_000_00)
    await house.settle()
    assert (await pat.get(f"{at}/evaluation")).json()["code"] == "bids-still-sealed"
    await house.set_clock(CLOSES_AT + timedelta(minutes=1))
    await bids_open(house, at, keys)
    await moderated(house, eva, at, won, lost)
    await pat.done(f"{at}/proposal", {"bid": won})
    await pat.done(f"{at}/award", {"bid": won})
    await pat.done(f"{at}/letters")
    assert (await pat.post(f"{at}/letters")).json()["code"] == "letters-sent"
    await pat.done(f"{at}/notice", {})
    await house.settle()
    own = (await beech.get(f"{at}/bids/{lost}/letter")).json()["letter"]
    assert "was not successful" in own
    assert "Quality (weight 60 %): 80 of 100.\n  Clear." in own
    assert "successful" in (await acorn.get(f"{at}/bids/{won}/letter")).json()["letter"]
    assert (await beech.get(f"{at}/bids/{won}/letter")).status_code == 404
    assert (await acorn.get(f"{at}/bids/{lost}/letter")).status_code == 404
    assert (await pat.get(f"{at}/bids/{lost}/letter")).status_code == 200
    assert (await eva.get(f"{at}/bids/{lost}/letter")).status_code == 404
    assert (await acorn.get(f"{at}/evaluation")).status_code == 404


async def test_who_has_an_interest_does_not_read_the_file(
    house: RunningHouse, pat: Caller, eva: Caller
) -> None:
    at, keys = await opened_at(house, pat)
    await hand_in(house, at, "acorn", 9_000_00)
    await house.set_clock(CLOSES_AT + timedelta(minutes=1))
    await bids_open(house, at, keys)
    await eva.done(f"{at}/interests", {"interested": True})
    await house.settle()
    assert (await eva.get(f"{at}/evaluation")).json()["code"] == "evaluator-interested"
    assert (await pat.get(f"{at}/evaluation")).json()["declared"] == {"eva": True}


async def test_the_board_s_decision_and_the_home_authority_are_shown(
    house: RunningHouse, pat: Caller, eva: Caller
) -> None:
    at, keys = await opened_at(house, pat, delegated_limit_pence=0)
    bid = await hand_in(house, at, "acorn", 9_000_00)
    await house.set_clock(CLOSES_AT + timedelta(minutes=1))
    await bids_open(house, at, keys)
    await moderated(house, eva, at, bid)
    await pat.done(f"{at}/proposal", {"bid": bid})
    tender = at.rpartition("/")[2]
    taken = DecisionTaken(
        partnership="p1", meeting="m1", decision="d1", about_kind="award", about=tender,
        carried=True, votes_for=4, votes_against=0, abstained=0, took_no_part=0,
        decided_on=START.date(),
    )  # fmt: skip
    await house.hear("needs", "meeting/m1", taken)
    found = (await pat.get(f"{at}/evaluation")).json()
    assert found["needs_decision"] is True
    assert found["decisions"] == [{"decision": "d1", "carried": True, "home_authority": False}]
    given = HomeAuthorityGiven(
        partnership="p1", decision="d1", agency="council", authority="cabinet",
        given_by="sec", effective_on=START.date(),
    )  # fmt: skip
    await house.hear("needs", "meeting/m1", given)
    await pat.done(f"{at}/award", {"bid": bid, "decision": "d1"})


async def test_neighbours_that_commission_together_read_the_tender(
    house: RunningHouse, pat: Caller
) -> None:
    formed = PartnershipFormed(
        partnership="p2", name="Birch", lead="shire",
        members=(Member(agency="shire", kind="council", name="Shire"),),
        effective_on=START.date(),
    )  # fmt: skip
    await house.hear("needs", "partnership/p2", formed)
    missing = await pat.post("/v1/tenders", opening(joint_with=["p9"]))
    assert missing.status_code == 404
    at, keys = await opened_at(house, pat, joint_with=["p2"])
    await house.set_clock(CLOSES_AT + timedelta(minutes=1))
    await bids_open(house, at, keys)
    await house.settle()
    shire = house.caller("shire", "sam", "commissioner")
    assert (await shire.get(f"{at}/evaluation")).status_code == 200
    other = house.caller("elsewhere", "sam", "commissioner")
    assert (await other.get(f"{at}/evaluation")).status_code == 404


async def test_the_law_of_a_tender_is_explained_and_of_another_day_too(
    house: RunningHouse, pat: Caller
) -> None:
    at, _ = await opened_at(house, pat)
    found = (await pat.get(f"{at}/duties")).json()
    assert (found["law_of"], found["found"]["regime"]) == ("2026-04-01", "below-threshold")
    assert found["run_under"] == "light-touch"
    by = {one["duty"]: one for one in found["duties"]}
    assert (by["UK6"]["standing"], by["UK6"]["by_choice"]) == ("voluntary", True)
    other = (await pat.get(f"{at}/duties?law_of=2025-12-31")).json()
    assert other["law_of"] == "2025-12-31"
    early = await pat.get(f"{at}/duties?law_of=2020-01-01")
    assert (early.status_code, early.json()["code"]) == (422, "no-law-on-that-day")

    asked = "/v1/regimes/answer?part=health-care:60000000&part=social-care:40000000"
    mixed = (await pat.get(asked)).json()
    assert (mixed["mixed"], mixed["found"]["regime"]) == (True, "provider-selection")
    assert (await pat.get("/v1/regimes/answer?part=magic:1")).status_code == 422
    assert (await pat.get("/v1/regimes/answer")).status_code == 422
    table = (await pat.get("/v1/regimes/table")).json()
    assert all(row["source"] for row in table["thresholds"])
    assert (await house.nobody().get(asked)).status_code == 401


async def test_an_award_without_a_tender_is_explained_too(house: RunningHouse, pat: Caller) -> None:
    proposed = {
        "way": "direct-award", "specification": "s1", "provider": "acorn",
        "annual_price_pence": 300_000_00, "section": "s.41", "reason": "Only one can do it.",
    }  # fmt: skip
    award = (await pat.done("/v1/awards", proposed))["id"]
    await house.settle()
    found = (await pat.get(f"/v1/awards/{award}/duties")).json()
    by = {one["duty"]: one for one in found["duties"]}
    assert (found["found"]["regime"], found["value_pence"]) == ("light-touch", 900_000_00)
    assert (by["UK5"]["standing"], by["UK4"]["standing"]) == ("statutory", "not-applicable")
    assert (await pat.get("/v1/awards/none/duties")).status_code == 404
