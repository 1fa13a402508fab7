"""The rules of a formal review: due in December, opened once a year, ends on findings. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.monitoring.reviews.commands import (
    ConcludeReview,
    HearDecision,
    OpenReview,
    ProposeReview,
    RecordFinding,
    ReviewCommand,
)
from services.monitoring.reviews.events import FindingRecorded, ReviewDecided, ReviewEvent
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing, Refused
from shared.eventsourcing.decider import Decider
from shared.published.monitoring import ReviewConcluded, ReviewDue, ReviewOpened
from shared.published.reviewing import FindingKind
from shared.published.terms import ContractId, FinancialYear, TextRef


class AlreadyOpened(Refused):
    """This contract's review of this year has been opened."""

    code = "review-already-opened"


class Concluded(Refused):
    """This review is over."""

    code = "review-concluded"


class FindingsMissing(Refused):
    """A review concludes on what it found."""

    code = "findings-missing"


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Any state of a review."""


class Unopened(State, frozen=True, kw_only=True):
    """Nobody has opened it; `due` from December on."""

    due: bool = False


class Running(State, frozen=True, kw_only=True):
    opened: ReviewOpened
    findings: tuple[TextRef, ...] = ()
    kinds: tuple[FindingKind, ...] = ()


class Over(State, frozen=True, kw_only=True):
    """The conclusion is drawn; the board's decisions on it are what closes it."""

    decisions: frozenset[str] = frozenset()


Review = Unopened | Running | Over


def review_of(contract: ContractId, year: FinancialYear) -> str:
    """The id of a contract's review of a year: one a year, whoever begins it."""
    return f"{contract}:{year.replace('/', '-')}"


def decide(command: ReviewCommand, review: Review) -> Sequence[ReviewEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case ProposeReview():
            return _propose(command, review)
        case OpenReview():
            return [_open(command, review)]
        case RecordFinding():
            _running(review)
            return [
                FindingRecorded(
                    finding=command.finding, kind=command.kind, recorded_by=command.recorded_by
                )
            ]
        case ConcludeReview():
            return [_conclude(command, review)]
        case HearDecision():
            return _hear_decision(command, review)


def _running(review: Review) -> Running:
    """Refuses: Missing, Concluded."""
    match review:
        case Unopened():
            raise Missing
        case Over():
            raise Concluded
        case Running():
            return review


def _propose(command: ProposeReview, review: Review) -> Sequence[ReviewEvent]:
    """Nothing where somebody has opened it before its time."""
    if not isinstance(review, Unopened) or review.due:
        return []
    return [
        ReviewDue(
            review=command.review,
            contract=command.contract,
            partnership=command.partnership,
            year=command.year,
            effective_on=london_date(command.now),
        )
    ]


def _open(command: OpenReview, review: Review) -> ReviewEvent:
    """Refuses: AlreadyOpened. December is when it is usual, never a gate."""
    if not isinstance(review, Unopened):
        raise AlreadyOpened
    return ReviewOpened(
        review=command.review,
        contract=command.contract,
        partnership=command.partnership,
        opened_by=command.opened_by,
        effective_on=london_date(command.now),
    )


def _conclude(command: ConcludeReview, review: Review) -> ReviewEvent:
    """Refuses: Missing, Concluded, FindingsMissing."""
    running = _running(review)
    if not running.findings:
        raise FindingsMissing
    return ReviewConcluded(
        review=running.opened.review,
        contract=running.opened.contract,
        partnership=running.opened.partnership,
        conclusion=command.conclusion,
        findings=running.findings,
        kinds=running.kinds,
        concluded_by=command.concluded_by,
        effective_on=london_date(command.now),
    )


def _hear_decision(command: HearDecision, review: Review) -> Sequence[ReviewEvent]:
    """Once for each decision; of a review that is not over nothing was decided."""
    if not isinstance(review, Over) or command.decision in review.decisions:
        return []
    return [
        ReviewDecided(
            decision=command.decision, change=command.change, effective_on=command.decided_on
        )
    ]


def evolve(review: Review, event: ReviewEvent) -> Review:
    """The review after one more fact."""
    match event:
        case ReviewDue():
            return Unopened(due=True) if isinstance(review, Unopened) else review
        case ReviewOpened():
            return Running(opened=event)
        case FindingRecorded():
            if isinstance(review, Running):
                return replace(
                    review,
                    findings=(*review.findings, event.finding),
                    kinds=(*review.kinds, event.kind),
                )
            return review
        case ReviewConcluded():
            return Over()
        case ReviewDecided():
            if isinstance(review, Over):
                return replace(review, decisions=review.decisions | {event.decision})
            return review


REVIEWS: Decider[ReviewCommand, Review, ReviewEvent] = Decider(
    category="review",
    initial=Unopened(),
    decide=decide,
    evolve=evolve,
    events=get_args(ReviewEvent),
)
