"""Reviews, incidents and review meetings as people meet them on a page, without scripts."""

from __future__ import annotations

import re
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest

from shared.testing.houses import token
from tests.pages import story
from tests.pages.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

HTML = {"Accept": "text/html"}
PERIOD = story.QUARTERS[-2]


def signed_in(agency: str, person: str, *roles: str) -> dict[str, str]:
    return HTML | {"Authorization": f"Bearer {token(agency, person, *roles)}"}


OFFICER = signed_in(story.COUNCIL, story.terms("Counselling").monitoring_officer, "commissioner")
COMMISSIONER = signed_in(story.COUNCIL, story.COMMISSIONER, "commissioner")
PROVIDER = signed_in(story.PROVIDER, story.LEAD, "provider")
OUTSIDER = signed_in("northfield-care", story.OUTSIDER, "provider")


async def opened(stage: Stage, path: str, who: dict[str, str]) -> str:
    response = await stage.gateway.client.get(path, headers=who)
    assert response.status_code == 200, response.text[:2000]
    return response.text


async def sent(stage: Stage, path: str, who: dict[str, str], **typed: str) -> httpx.Response:
    form = {"key": uuid4().hex} | typed
    headers = who | {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await stage.gateway.client.post(path, content=urlencode(form), headers=headers)
    await stage.settle()
    return answer


REPORT = {
    "contract": "c1",
    "reference": "LADO-2027-9",
    "referred_to": "lado",
    "happened_on": "2027-10-11",
}


async def test_the_page_says_that_it_is_no_referral_before_anything_can_be_typed(
    stage: Stage,
) -> None:
    for who in (PROVIDER, COMMISSIONER, OUTSIDER):
        text = await opened(stage, "/incidents", who)
        said = text.index("This is not how to report a child at risk")
        fields = [found.start() for found in re.finditer(r"<(select|textarea)|id=.reference", text)]
        assert all(said < field for field in fields)
    assert "<textarea" not in await opened(stage, "/incidents", PROVIDER)


async def test_an_incident_is_reported_answered_and_closed_on_the_page(stage: Stage) -> None:
    unconfirmed = await sent(stage, "/incidents", PROVIDER, **REPORT)
    assert unconfirmed.status_code == 422
    assert "referral-not-confirmed" in unconfirmed.text
    assert "LADO-2027-9" in unconfirmed.text
    made = await sent(stage, "/incidents", PROVIDER, **REPORT, referral_confirmed="yes")
    assert made.status_code == 303
    mine = await opened(stage, "/incidents", PROVIDER)
    assert "LADO-2027-9" in mine
    assert "I have seen it" not in mine
    assert "LADO-2027-9" not in await opened(stage, "/incidents", OUTSIDER)
    text = await opened(stage, "/incidents", OFFICER)
    seen = re.search(r"/incidents/[^/]+/acknowledgement", text)
    assert seen
    assert (await sent(stage, seen[0], OFFICER)).status_code == 303
    closing = seen[0].replace("acknowledgement", "closure")
    assert "Answered" in await opened(stage, "/incidents", PROVIDER)
    assert (await sent(stage, closing, PROVIDER, outcome="learning-shared")).status_code == 403
    done = await sent(stage, closing, COMMISSIONER, outcome="learning-shared")
    assert done.status_code == 303
    assert "Learning shared" in await opened(stage, "/incidents", PROVIDER)


async def test_a_review_is_opened_found_and_concluded_on_the_page(stage: Stage) -> None:
    listed = await opened(stage, "/reviews", COMMISSIONER)
    assert "due since" in listed
    assert (await sent(stage, "/reviews", COMMISSIONER, contract="c2")).status_code == 303
    again = await sent(stage, "/reviews", COMMISSIONER, contract="c2")
    assert (again.status_code, "review-already-opened" in again.text) == (409, True)
    at = "/reviews/c2:2027-28"
    early = await sent(stage, f"{at}/conclusion", COMMISSIONER, conclusion="redesign")
    assert "findings-missing" in early.text
    found = {"kind": "families", "finding": "We wait <b>months</b>."}
    assert (await sent(stage, f"{at}/findings", COMMISSIONER, **found)).status_code == 303
    text = await opened(stage, at, COMMISSIONER)
    assert "Views of families" in text
    assert "We wait &lt;b&gt;months&lt;/b&gt;." in text
    done = await sent(stage, f"{at}/conclusion", COMMISSIONER, conclusion="redesign")
    assert done.status_code == 303
    assert "for the board to decide" in await opened(stage, "/", COMMISSIONER)
    hidden = await stage.gateway.client.get(at, headers=OUTSIDER)
    assert hidden.status_code == 404


async def test_a_meeting_is_recorded_and_its_action_is_done(stage: Stage) -> None:
    at = f"/meetings/c1/{PERIOD}"
    text = await opened(stage, at, COMMISSIONER)
    assert "Agenda, made from the return" in text
    assert "Record the meeting" not in await opened(stage, at, PROVIDER)
    held = {
        "held_on": "2027-10-01", "minutes": "We met.", "text-1": "Hire two.", "owner-1": story.LEAD,
        "due_on-1": "2027-10-05",
    }  # fmt: skip
    assert (await sent(stage, at, COMMISSIONER, **held)).status_code == 303
    text = await opened(stage, at, PROVIDER)
    assert "Hire two." in text
    assert "We met." in text
    for path in ("/", "/contracts/c1"):
        assert f"/meetings/c1/{PERIOD}" in await opened(stage, path, COMMISSIONER)
    again = await opened(stage, f"/meetings/c1/{story.QUARTERS[-1]}", COMMISSIONER)
    assert "An action is overdue: Hire two." in again
    done = re.search(rf"{at}/actions/[^\"]+", await opened(stage, at, COMMISSIONER))
    assert done
    early = await sent(stage, done[0], COMMISSIONER, completed_on="2029-01-01")
    assert (early.status_code, "date-in-future" in early.text) == (422, True)
    ended = await sent(stage, done[0], COMMISSIONER, completed_on="2027-10-11")
    assert ended.status_code == 303
    for path in ("/", "/contracts/c1"):
        assert f"/meetings/c1/{PERIOD}" not in await opened(stage, path, COMMISSIONER)


async def test_mutual_expectations_stand_side_by_side(stage: Stage) -> None:
    text = await opened(stage, "/expectations?year=2026/27", PROVIDER)
    assert 'href="/expectations?year=2025/26"' in text
    assert 'href="/expectations?year=2027/28"' in text
    assert "year=2028/29" not in await opened(stage, "/expectations", PROVIDER)
    assert "Fewer than three providers have scored" in text
    assert "Days to pay" in text
    given = {"contract": "c1", "year": "2027/28", "score": "4", "text": "Mostly <b>clear</b>."}
    assert (await sent(stage, "/expectations", PROVIDER, **given)).status_code == 303
    mine = await opened(stage, "/expectations", PROVIDER)
    assert "Mostly &lt;b&gt;clear&lt;/b&gt;." in mine
    assert "Mostly" not in await opened(stage, "/expectations", COMMISSIONER)
    wrong = await sent(stage, "/expectations", PROVIDER, **given | {"score": "9"})
    assert wrong.status_code == 422


async def test_days_to_pay_are_counted_from_the_certificate(stage: Stage) -> None:
    answer = await stage.gateway.client.get("/v1/payment-times?year=2027/28", headers=PROVIDER)
    (council,) = answer.json()["commissioners"]
    assert council["commissioner"] == story.COUNCIL
    assert (council["paid"], council["within_30_days"], council["average_days"]) == (1, 1, 10.0)
    assert council["unpaid_after_30_days"] == 0
    before = await stage.gateway.client.get("/v1/payment-times?year=2026/27", headers=PROVIDER)
    assert before.json()["commissioners"][0]["paid"] == 0
    none = await stage.gateway.client.get("/v1/payment-times", headers=OUTSIDER)
    assert none.json()["commissioners"] == []


async def test_the_forum_is_worked_on_its_page(stage: Stage) -> None:
    secretary = signed_in(story.COUNCIL, "p-c37d", "board-secretary")
    at = "/forum/p1"
    asked = await sent(stage, f"{at}/instructions", secretary, text="Say what waits.")
    assert asked.status_code == 303
    raised = await sent(stage, f"{at}/issues", PROVIDER, text="Referrals <i>late</i>.")
    assert raised.status_code == 303
    text = await opened(stage, at, COMMISSIONER)
    assert "Referrals &lt;i&gt;late&lt;/i&gt;." in text
    answer = re.search(r"/forum/p1/issues/[^/]+/answer", text)
    assert answer
    assert (await sent(stage, answer[0], COMMISSIONER, text="Soon.")).status_code == 303
    assert "Soon." in await opened(stage, at, PROVIDER)
    assert (await sent(stage, f"{at}/reports", PROVIDER, text="Forty wait.")).status_code == 303
    empty = await sent(stage, f"{at}/issues", PROVIDER, text="")
    assert empty.status_code == 422
    assert (await stage.gateway.client.get(at, headers=OUTSIDER)).status_code == 404
    assert "belongs to no provider forum" in await opened(stage, "/forum", OUTSIDER)
