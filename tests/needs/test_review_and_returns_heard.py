"""What monitoring tells needs: reviews for the board to decide on, counts as evidence of need."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from services.needs.heard import ReviewRow, undecided
from shared.published.monitoring import (
    ForumReported,
    ReturnAccepted,
    ReturnRestated,
    ReturnScheduled,
    ReturnSubmitted,
    ReviewConcluded,
)
from shared.published.terms import Reading, TextRef
from tests.needs.partnership_story import HELD_AT, Story

TEXT = TextRef(text=UUID("00000000-0000-4000-8000-000000000001"), digest="d")
AT = datetime(2026, 7, 10, 9, tzinfo=UTC)
PERIOD = "2026-27-Q1"
READING = (Reading(measure="seen", period=PERIOD, value=Decimal(30)),)


def concluded(story: Story, review: str, conclusion: str) -> ReviewConcluded:
    return ReviewConcluded(
        review=review, contract="c1", partnership=story.partnership,
        conclusion=conclusion,  # pyright: ignore[reportArgumentType]
        findings=(TEXT, TEXT), kinds=("children", "inspection"), concluded_by="com",
        effective_on=date(2026, 3, 20),
    )  # fmt: skip


# -- reviews


async def test_a_review_that_ends_a_service_is_before_each_meeting_until_the_board_decides(
    story: Story,
) -> None:
    for review, conclusion in (("r1", "decommission"), ("r2", "continue")):
        event = concluded(story, review, conclusion)
        await story.house.hear("monitoring", f"review/{review}", event)
    first, _ = await story.call()
    agenda = (await story.secretary.get(first)).json()["agenda"]
    assert [one["item"]["about_kind"] for one in agenda] == ["other", "review"]
    item = agenda[1]["item"]
    assert (item["about"], item["title"]) == ("r1", "Formal review: decommission")
    shown = (await story.stranger.get(first)).json()
    assert shown["agenda"][1] == {"item": {"item": item["item"], "exempt": True}}
    assert "reviews" not in shown
    waiting = (await story.members["ian"].get(first)).json()["reviews"]
    assert [(one["review"], one["conclusion"]) for one in waiting] == [("r1", "decommission")]

    paper = {"item": item["item"], "title": "The review", "text": "It says so.", "exempt": True}
    await story.done(story.secretary, f"{first}/papers", paper)
    await story.sit(first)
    for member in story.members.values():
        way = f"{first}/items/{item['item']}/votes"
        await story.done(member, way, {"vote": "for"})
    await story.done(story.secretary, f"{first}/items/{item['item']}/decision")
    second, _ = await story.call(HELD_AT + timedelta(days=30))
    later = (await story.secretary.get(second)).json()
    assert [one["item"]["about_kind"] for one in later["agenda"]] == ["other"]
    assert later["reviews"] == []
    assert len((await story.secretary.get(first)).json()["reviews"]) == 1


async def test_an_item_that_the_secretary_named_is_not_there_twice(story: Story) -> None:
    event = concluded(story, "r1", "redesign")
    await story.house.hear("monitoring", "review/r1", event)
    meeting, _ = await story.call(about_kind="review", about="r1")
    assert len((await story.secretary.get(meeting)).json()["agenda"]) == 1


def test_a_review_concluded_after_the_day_does_not_come_before_it() -> None:
    row = ReviewRow(
        review="r1", contract="c1", partnership="p1", conclusion="redesign",
        concluded_on=date(2026, 5, 6),
    )  # fmt: skip
    assert undecided([row], {}, date(2026, 5, 5)) == []
    assert undecided([row], {}, date(2026, 5, 6)) == [row]
    assert undecided([row], {"r1": date(2026, 5, 7)}, date(2026, 5, 7)) == [row]
    assert undecided([row], {"r1": date(2026, 5, 7)}, date(2026, 5, 8)) == []


async def test_where_each_finding_came_from_reaches_the_assessment(story: Story) -> None:
    event = concluded(story, "r1", "redesign")
    await story.house.hear("monitoring", "review/r1", event)
    body = {
        "partnership": story.partnership, "year": "2026/27", "title": "Needs",
        "outcomes": [{"outcome": "safe", "title": "Children are safe"}],
    }  # fmt: skip
    assessment = (await story.done(story.commissioner, "/v1/assessments", body))["id"]
    (found,) = (await story.commissioner.get(f"/v1/assessments/{assessment}")).json()["findings"]
    assert (found["evidence"], found["contract"]) == ("r1", "c1")
    assert found["kinds"] == ["children", "inspection"]


# -- complaints and compliments


def scheduled(story: Story) -> ReturnScheduled:
    return ReturnScheduled(
        contract="c1", partnership=story.partnership, provider="acorn", commissioner="council",
        period=PERIOD, opens_on=date(2026, 7, 1), due_at=AT,
    )  # fmt: skip


def submitted(complaints: int, compliments: int, version: int = 1) -> ReturnSubmitted:
    return ReturnSubmitted(
        contract="c1", period=PERIOD, version=version, readings=READING, complaints=complaints,
        compliments=compliments, receipt="r", submitted_by="ann", submitted_at=AT,
    )  # fmt: skip


def accepted(version: int = 1) -> ReturnAccepted:
    return ReturnAccepted(
        contract="c1", period=PERIOD, version=version, readings=READING, accepted_by="mo",
        accepted_at=AT,
    )  # fmt: skip


async def evidence(story: Story) -> list[tuple[str, int | None, str]]:
    at = f"/v1/partnerships/{story.partnership}/evidence"
    items = (await story.approver.get(at)).json()["items"]
    kept = [one["evidence"] for one in items]
    return [(one["origin"], one.get("count"), one["title"]) for one in kept]


async def test_counts_of_an_accepted_return_are_evidence_beside_what_is_recorded_by_hand(
    story: Story,
) -> None:
    stream = "return/c1:2026-27-Q1"
    await story.house.hear("monitoring", stream, scheduled(story), submitted(12, 9))
    assert await evidence(story) == []
    await story.house.hear("monitoring", stream, accepted(), accepted())
    said = [
        ("complaint", 12, "Complaints in the return for 2026-27-Q1: 12"),
        ("compliment", 9, "Compliments in the return for 2026-27-Q1: 9"),
    ]
    assert await evidence(story) == said
    by_hand = {
        "origin": "complaint", "title": "Waiting", "text": "Months.", "effective_on": "2026-03-02",
    }  # fmt: skip
    at = f"/v1/partnerships/{story.partnership}/evidence"
    await story.done(story.commissioner, at, by_hand)
    assert [one[2] for one in await evidence(story)] == [one[2] for one in said] + ["Waiting"]


@pytest.mark.parametrize("count", [1, 7])
async def test_a_count_below_eight_is_not_kept_here(story: Story, count: int) -> None:
    stream = "return/c1:2026-27-Q1"
    told = (scheduled(story), submitted(count, 0), accepted())
    await story.house.hear("monitoring", stream, *told)
    title = "Complaints in the return for 2026-27-Q1: fewer than 8"
    assert await evidence(story) == [("complaint", None, title)]


async def test_a_rejected_version_counts_nothing_and_a_restated_one_says_so(story: Story) -> None:
    stream = "return/c1:2026-27-Q1"
    told = (scheduled(story), submitted(30, 0), submitted(10, 0, 2), accepted(2))
    await story.house.hear("monitoring", stream, *told)
    restated = ReturnRestated(
        contract="c1", period=PERIOD, version=3, readings=READING, reason=TEXT, restated_by="ann",
        restated_at=AT, complaints=11,
    )  # fmt: skip
    await story.house.hear("monitoring", stream, restated)
    assert [(count, title.rpartition(", ")[2]) for _, count, title in await evidence(story)] == [
        (10, "version 2"),
        (11, "version 3"),
    ]


# -- the provider forum


async def test_what_the_forum_reports_is_before_the_next_meeting_and_no_later_one(
    story: Story,
) -> None:
    reported = ForumReported(
        report="t1", partnership=story.partnership, instruction="n1", text=TEXT,
        reported_by="ann", effective_on=date(2026, 4, 20),
    )  # fmt: skip
    await story.house.hear("monitoring", f"forum/{story.partnership}", reported)
    first, _ = await story.call()
    second, _ = await story.call(HELD_AT + timedelta(days=30))
    shown = (await story.members["ian"].get(first)).json()["forum_reports"]
    assert [one["report"] for one in shown] == ["t1"]
    assert (await story.members["ian"].get(second)).json()["forum_reports"] == []
    assert "forum_reports" not in (await story.stranger.get(first)).json()
