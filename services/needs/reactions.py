"""What needs does when it hears the others: what they found waits for the next assessment.

Law: evidence has an id made from what it is about, so hearing a thing twice keeps it once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from services.needs.assessments.figures import FEWEST_SHOWN
from services.needs.changes.commands import NoteDecision, NoteReview
from services.needs.changes.decider import CHANGES
from services.needs.findings.commands import KeepEvidence
from services.needs.findings.decider import FINDINGS
from services.needs.findings.returned import (
    RETURNED,
    CountsAccepted,
    ExpectReturns,
    NoteAcceptance,
    NoteCounts,
)
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.handle import Step
from shared.eventsourcing.reactions import Reaction
from shared.published.monitoring import (
    ReturnAccepted,
    ReturnRestated,
    ReturnScheduled,
    ReturnSubmitted,
    ReviewConcluded,
)
from shared.published.needs import DecisionTaken

Counted = Literal["complaint", "compliment"]


def keep_review(recorded: Recorded) -> Sequence[Step]:
    """A concluded review is evidence under its own id, so hearing it twice keeps it once."""
    event = recorded.event
    if not isinstance(event, ReviewConcluded):
        return []
    command = KeepEvidence(
        evidence=event.review,
        origin="review",
        title=f"Review concluded: {event.conclusion}",
        texts=event.findings,
        kinds=event.kinds,
        contract=event.contract,
        conclusion=event.conclusion,
        effective_on=event.effective_on,
        now=recorded.recorded_at,
    )
    return [Step(FINDINGS, event.partnership, command)]


def note_review(recorded: Recorded) -> Sequence[Step]:
    """A service that is not to go on as it is waits for the board; to continue needs no word."""
    event = recorded.event
    if not isinstance(event, ReviewConcluded) or event.conclusion == "continue":
        return []
    command = NoteReview(
        review=event.review,
        contract=event.contract,
        partnership=event.partnership,
        conclusion=event.conclusion,
        concluded_on=event.effective_on,
        now=recorded.recorded_at,
    )
    return [Step(CHANGES, event.review, command)]


def note_decision(recorded: Recorded) -> Sequence[Step]:
    """What the board decides on a review, whether or not the review is known here yet."""
    event = recorded.event
    if not isinstance(event, DecisionTaken) or event.about_kind != "review":
        return []
    command = NoteDecision(
        partnership=event.partnership,
        decision=event.decision,
        carried=event.carried,
        decided_on=event.decided_on,
        now=recorded.recorded_at,
    )
    return [Step(CHANGES, event.about, command)]


def note_returned(recorded: Recorded) -> Sequence[Step]:
    """Each version's counts are noted as they come, and count once that version is accepted."""
    now = recorded.recorded_at
    match recorded.event:
        case ReturnScheduled() as event:
            expect = ExpectReturns(contract=event.contract, partnership=event.partnership, now=now)
            return [Step(RETURNED, event.contract, expect)]
        case ReturnSubmitted() | ReturnRestated() as event:
            counts = NoteCounts(
                period=event.period,
                return_version=event.version,
                complaints=event.complaints,
                compliments=event.compliments,
                stands=isinstance(event, ReturnRestated),
                now=now,
            )
            return [Step(RETURNED, event.contract, counts)]
        case ReturnAccepted() as event:
            accept = NoteAcceptance(period=event.period, return_version=event.version, now=now)
            return [Step(RETURNED, event.contract, accept)]
        case _:
            return []


def keep_counts(recorded: Recorded) -> Sequence[Step]:
    """Complaints and compliments of a return, as counts alone; none is no evidence."""
    event = recorded.event
    if not isinstance(event, CountsAccepted):
        return []
    counts: dict[Counted, int] = {
        "complaint": event.complaints,
        "compliment": event.compliments,
    }
    return [
        Step(FINDINGS, event.partnership, _counted(event, origin, count, recorded))
        for origin, count in counts.items()
        if count
    ]


def _counted(
    event: CountsAccepted,
    origin: Counted,
    count: int,
    recorded: Recorded,
) -> KeepEvidence:
    """A count below eight is not kept here: it says that there were some, and no more."""
    small = count < FEWEST_SHOWN
    said = f"fewer than {FEWEST_SHOWN}" if small else str(count)
    again = f", version {event.return_version}" if event.return_version > 1 else ""
    return KeepEvidence(
        evidence=f"{event.contract}:{event.period}:{event.return_version}:{origin}",
        origin=origin,
        title=f"{origin.capitalize()}s in the return for {event.period}: {said}{again}",
        texts=(),
        contract=event.contract,
        count=None if small else count,
        effective_on=event.effective_on,
        now=recorded.recorded_at,
    )


REVIEWS_KEPT = Reaction(
    name="reviews-kept", source="monitoring", events=(ReviewConcluded,), react=keep_review
)
RETURNS_NOTED = Reaction(
    name="returns-noted",
    source="monitoring",
    events=(ReturnScheduled, ReturnSubmitted, ReturnRestated, ReturnAccepted),
    react=note_returned,
)
COUNTS_KEPT = Reaction(
    name="counts-kept", source="needs", events=(CountsAccepted,), react=keep_counts
)
REVIEWS_NOTED = Reaction(
    name="reviews-noted", source="monitoring", events=(ReviewConcluded,), react=note_review
)
DECISIONS_NOTED = Reaction(
    name="decisions-noted", source="needs", events=(DecisionTaken,), react=note_decision
)
REACTIONS = (REVIEWS_KEPT, RETURNS_NOTED, COUNTS_KEPT, REVIEWS_NOTED, DECISIONS_NOTED)
