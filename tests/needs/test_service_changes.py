"""What follows by itself when the board has decided on a formal review."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

from msgspec.structs import replace

from services.needs.changes.commands import ChangeCommand, NoteDecision, NoteReview
from services.needs.changes.decider import CHANGES
from shared.published.needs import ServiceChangeDecided
from shared.testing.scenarios import Scenario
from tests.needs.partnership_story import HELD_AT, Story
from tests.needs.test_review_and_returns_heard import concluded

NOW = datetime(2027, 4, 20, 9, tzinfo=UTC)
DAY = date(2027, 4, 19)
REVIEW = NoteReview(
    review="r1",
    contract="c1",
    partnership="p1",
    conclusion="decommission",
    concluded_on=DAY,
    now=NOW,
)


def decision(name: str, carried: bool, partnership: str = "p1") -> NoteDecision:
    return NoteDecision(
        partnership=partnership, decision=name, carried=carried, decided_on=DAY, now=NOW
    )


def said(*commands: ChangeCommand) -> list[tuple[str, str]]:
    """What was decided of the service, one after the other, and by which decision."""
    past = Scenario(CHANGES)
    found: list[tuple[str, str]] = []
    for command in commands:
        events = past.when(command).events()
        past = past.given(*events)
        found += [(e.change, e.decision) for e in events if isinstance(e, ServiceChangeDecided)]
    return found


def test_the_review_and_the_decision_make_it_together_in_either_order() -> None:
    for order in permutations((REVIEW, decision("d1", carried=True))):
        assert said(*order) == [("cease", "d1")]
    assert said(REVIEW, REVIEW) == []


def test_a_decision_heard_twice_changes_nothing() -> None:
    taken = decision("d1", carried=True)
    assert said(REVIEW, taken, taken, decision("d2", carried=False)) == [("cease", "d1")]


def test_a_service_goes_on_until_a_decision_carries_the_conclusion() -> None:
    against, later = decision("d1", carried=False), decision("d2", carried=True)
    assert said(REVIEW, against, later) == [("continue", "d1"), ("cease", "d2")]
    assert said(against, later, REVIEW) == [("cease", "d2")]


def test_what_the_board_decided_before_the_review_concluded_is_no_answer_to_it() -> None:
    early = replace(decision("d1", carried=True), decided_on=date(2027, 4, 18))
    assert said(early, REVIEW) == said(REVIEW, early) == []
    assert said(early, REVIEW, decision("d2", carried=True)) == [("cease", "d2")]


def test_another_partnership_decides_nothing_here() -> None:
    assert said(REVIEW, decision("d1", carried=True, partnership="p2")) == []


async def test_a_review_decided_on_before_it_was_concluded_still_comes_before_the_board(
    story: Story,
) -> None:
    await story.carry(about_kind="review", about="r1")
    late = replace(concluded(story, "r1", "decommission"), effective_on=date(2026, 6, 1))
    await story.house.hear("monitoring", "review/r1", late)
    meeting, _ = await story.call(HELD_AT + timedelta(days=60))
    agenda = (await story.secretary.get(meeting)).json()["agenda"]
    assert [one["item"]["about"] for one in agenda if one["item"]["about_kind"] == "review"] == [
        "r1"
    ]


async def test_the_boards_decision_is_told_to_the_services(story: Story) -> None:
    event = concluded(story, "r1", "redesign")
    await story.house.hear("monitoring", "review/r1", event)
    meeting, item = await story.call(about_kind="review", about="r1")
    await story.sit(meeting)
    for member in story.members.values():
        await story.done(member, f"{meeting}/items/{item}/votes", {"vote": "for"})
    await story.done(story.secretary, f"{meeting}/items/{item}/decision")
    told = [
        one
        for one in await story.house.house.log.read_published(0, 1000)
        if one.type == "needs.service-change-decided.v1"
    ]
    items = (await story.members["ian"].get("/v1/service-changes")).json()["items"]
    assert [(one["contract"], one["conclusion"], one["change"]) for one in items] == [
        ("c1", "redesign", "redesign")
    ]
    assert (await story.stranger.get("/v1/service-changes")).json()["items"] == []
    (only,) = told
    assert b'"change":"redesign"' in only.body
