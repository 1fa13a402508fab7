"""The board's decision closes a formal review."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from services.monitoring.reviews.commands import (
    ConcludeReview,
    HearDecision,
    OpenReview,
    RecordFinding,
)
from services.monitoring.reviews.decider import REVIEWS
from services.monitoring.reviews.events import ReviewDecided
from shared.published.terms import TextRef
from shared.testing.scenarios import Scenario

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
DAY = date(2027, 4, 19)
OPEN = OpenReview(review="c1:2026-27", contract="c1", partnership="p1", opened_by="x", now=NOW)
FIND = RecordFinding(finding=TextRef(text=UUID(int=1), digest="d"), recorded_by="x", now=NOW)
END = ConcludeReview(conclusion="redesign", concluded_by="x", now=NOW)
CARRIED = HearDecision(decision="d1", change="redesign", decided_on=DAY, now=NOW)


def test_a_concluded_review_is_closed_once_by_each_decision() -> None:
    over = Scenario(REVIEWS).when_done(OPEN, FIND, END)
    over.when(CARRIED).then(ReviewDecided(decision="d1", change="redesign", effective_on=DAY))
    over.when_done(CARRIED).when(CARRIED).then_nothing()


def test_a_review_that_is_not_over_is_not_closed_by_a_decision() -> None:
    Scenario(REVIEWS).when(CARRIED).then_nothing()
    Scenario(REVIEWS).when_done(OPEN, FIND).when(CARRIED).then_nothing()
