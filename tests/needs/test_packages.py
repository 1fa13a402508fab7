"""Individual packages: shares agreed by those who bear them, reviewed by a day, seen by few."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.needs.packages.commands import AgreeShare, EndPackage, OpenPackage, ReviewPackage
from services.needs.packages.decider import PACKAGE
from services.needs.packages.events import Share
from services.needs.packages.refusals import (
    BearerNotPartner,
    NoShareToAgree,
    PackageOver,
    ReferenceTaken,
    ReviewNotAhead,
    SharesUnclear,
)
from shared.testing.scenarios import Scenario
from tests.needs.partnership_story import Story

NOW = datetime(2026, 5, 6, 9, tzinfo=UTC)
LATER = date(2026, 9, 1)
PARTNERS = frozenset({"council", "icb", "police"})


def share(agency: str, pence: int = 60_000_00) -> Share:
    return Share(agency=agency, yearly_pence=pence)


BOTH = (share("council", 120_000_00), share("icb"))


def opening(**changes: Any) -> OpenPackage:
    fields: dict[str, Any] = {
        "package": "k1", "partnership": "p1", "partners": PARTNERS, "home": "council",
        "reference": "HC-0041", "kind": "residential", "individual_budget": False,
        "begins_on": date(2026, 6, 1), "review_on": LATER, "shares": BOTH, "opened_by": "com",
        "now": NOW,
    }  # fmt: skip
    return OpenPackage(**fields | changes)


def agree(agency: str = "icb", pence: int = 60_000_00) -> AgreeShare:
    return AgreeShare(agency=agency, yearly_pence=pence, agreed_by="app", now=NOW)


def review(*shares: Share, review_on: date = LATER) -> ReviewPackage:
    return ReviewPackage(
        partners=PARTNERS, review_on=review_on, shares=shares, reviewed_by="com", now=NOW
    )


fresh = Scenario(PACKAGE)
opened = fresh.when_done(opening())
END = EndPackage(ended_by="com", now=NOW)


def test_each_agency_bears_one_share_and_is_a_partner() -> None:
    at = "/body/shares"
    fresh.when(opening(shares=(share("icb"), share("icb", 1)))).then_refused(SharesUnclear, at)
    fresh.when(opening(shares=(share("icb", 0),))).then_refused(SharesUnclear, at)
    fresh.when(opening(shares=(share("elsewhere"),))).then_refused(BearerNotPartner, at)
    opened.when(review(share("elsewhere"))).then_refused(BearerNotPartner, at)
    opened.when(opening()).then_refused(ReferenceTaken, "/body/reference")


def test_a_review_lies_ahead() -> None:
    at = "/body/review_on"
    fresh.when(opening(review_on=date(2026, 6, 1))).then_refused(ReviewNotAhead, at)
    fresh.when(opening(begins_on=date(2026, 1, 1), review_on=date(2026, 5, 6))).then_refused(
        ReviewNotAhead, at
    )
    opened.when(review(*BOTH, review_on=date(2026, 5, 6))).then_refused(ReviewNotAhead, at)


def test_who_bears_a_share_agrees_to_the_sum_it_read_once() -> None:
    opened.when(agree(pence=1)).then_refused(NoShareToAgree)
    opened.when(agree("police")).then_refused(NoShareToAgree)
    opened.when(agree("council", 120_000_00)).then_refused(NoShareToAgree)
    opened.when_done(agree()).when(agree()).then_refused(NoShareToAgree)


def test_a_share_changed_by_a_review_waits_for_agreement_again() -> None:
    agreed = opened.when_done(agree())
    same = agreed.when_done(review(*BOTH))
    same.when(agree()).then_refused(NoShareToAgree)
    more = agreed.when_done(review(BOTH[0], share("icb", 70_000_00)))
    assert more.state.agreed == {"council"}
    assert more.when(agree(pence=70_000_00)).events()


def test_nothing_follows_the_end() -> None:
    over = opened.when_done(END)
    for command in (END, agree(), review(*BOTH)):
        over.when(command).then_refused(PackageOver)


BODY: dict[str, Any] = {
    "reference": "HC-0041", "kind": "residential", "begins_on": "2026-06-01",
    "review_on": "2026-09-01",
    "shares": [{"agency": "council", "yearly_pence": 120_000_00},
               {"agency": "icb", "yearly_pence": 60_000_00}],
}  # fmt: skip


async def test_only_the_agencies_concerned_see_a_package(story: Story) -> None:
    body = BODY | {"partnership": story.partnership}
    package = (await story.done(story.commissioner, "/v1/packages", body))["id"]
    at = f"/v1/packages/{package}"
    police = story.house.caller("police", "off", "commissioner")
    for who in (police, story.stranger, story.provider):
        assert (await who.get(at)).status_code == 404
        assert (await who.get("/v1/packages")).json()["items"] == []
        assert (await who.post(f"{at}/agreement", {"yearly_pence": 1})).is_client_error
    assert (await story.approver.post(f"{at}/ending")).status_code == 403
    await story.done(story.approver, f"{at}/agreement", {"yearly_pence": 60_000_00})
    [listed] = (await story.approver.get("/v1/packages")).json()["items"]
    assert listed["yearly_pence"] == 180_000_00
    assert [one["agreed"] for one in listed["shares"]] == [True, True]
    assert listed["review_late"] is False
    await story.house.set_clock(datetime(2026, 9, 2, 9, tzinfo=UTC))
    assert (await story.approver.get(at)).json()["review_late"] is True
    alone = {"review_on": "2026-12-01", "shares": [{"agency": "police", "yearly_pence": 1}]}
    await story.done(story.commissioner, f"{at}/review", alone)
    assert (await story.approver.get(at)).status_code == 404, "concerned in it no more"
    assert (await police.get(at)).json()["review_late"] is False
    again = await story.commissioner.post("/v1/packages", body | {"review_on": "2027-01-01"})
    assert (again.status_code, again.json()["code"]) == (409, "reference-taken")


@pytest.mark.parametrize(
    "wrong",
    [{"reference": "Ann Other"}, {"reference": "AO-01022012"}, {"reference": "9434765919"},
     {"reference": "HC-0041 Ann"}, {"note": "Ann"}, {"kind": "Ann"}, {"shares": []},
     {"shares": [{"agency": "icb", "yearly_pence": -1}]},
     {"shares": [{"agency": "elsewhere", "yearly_pence": 1}]}],
)  # fmt: skip
async def test_nothing_that_could_name_a_child_is_taken(story: Story, wrong: Any) -> None:
    body = BODY | {"partnership": story.partnership} | wrong
    before = await story.house.house.log.head()
    assert (await story.commissioner.post("/v1/packages", body)).status_code == 422
    assert (await story.stranger.post("/v1/packages", BODY | {"partnership": story.partnership})
            ).status_code == 404  # fmt: skip
    assert await story.house.house.log.head() == before
