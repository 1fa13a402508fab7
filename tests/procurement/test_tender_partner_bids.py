"""Who became a partner after it had bid is a bidder, and no judge of the other bids."""

from __future__ import annotations

from datetime import date, timedelta

from shared.published.needs import PartnerJoined
from shared.testing.houses import Caller, RunningHouse
from tests.procurement import test_tender_award as stage
from tests.procurement.sealing import bid_in, named, opened_by

house = stage.house
pat = stage.pat


async def test_a_bidder_that_joins_the_partnership_neither_reads_nor_judges_the_other_bids(
    house: RunningHouse, pat: Caller
) -> None:
    tender = (await pat.done("/v1/tenders", stage.opening()))["id"]
    at = f"/v1/tenders/{tender}"
    await house.settle()
    keys = await named(house, tender)
    mine = await bid_in(house, tender, "acorn", stage.OFFER)
    other = await bid_in(house, tender, "beech", stage.OFFER)
    joined = PartnerJoined(
        partnership="p1", agency="acorn", kind="other", name="Acorn", effective_on=date(2026, 4, 2)
    )
    await house.hear("needs", "partnership/p1", joined)
    await house.set_clock(stage.CLOSES_AT + timedelta(minutes=1))
    await opened_by(house, tender, keys)
    await house.settle()
    for role in ("provider", "evaluator", "procurement-officer"):
        caller = house.caller("acorn", f"of-{role}", role)
        for path in (f"{at}/evaluation", f"{at}/bids/{other}/offer"):
            assert (await caller.get(path)).status_code == 404, (role, path)
        (listed,) = (await caller.get("/v1/tenders")).json()["items"]
        for row in (listed, (await caller.get(at)).json()):
            assert [one["bid"] for one in row["bids"]] == [mine], role
        assert (await caller.get(f"{at}/bids/{mine}/offer")).json() == stage.OFFER
    eva = house.caller("acorn", "eva", "evaluator")
    for way, body in (("interests", {"interested": False}), (f"bids/{mine}/scores", stage.SCORES)):
        assert (await eva.post(f"{at}/{way}", body)).status_code == 403, way
    assert len((await pat.get(at)).json()["bids"]) == 2
    assert (await pat.get(f"{at}/bids/{other}/offer")).json() == stage.OFFER
    ian = house.caller("icb", "ian", "evaluator")
    assert (await ian.get(f"{at}/bids/{other}/offer")).json() == stage.OFFER
    await ian.done(f"{at}/interests", {"interested": True})
    await house.settle()
    assert (await ian.get(f"{at}/bids/{other}/offer")).json()["code"] == "evaluator-interested"
