"""What needs does when it hears the others: a review's findings wait for the next assessment."""

from __future__ import annotations

from collections.abc import Sequence

from services.needs.findings.commands import KeepEvidence
from services.needs.findings.decider import FINDINGS
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.handle import Step
from shared.eventsourcing.reactions import Reaction
from shared.published.monitoring import ReviewConcluded


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
        contract=event.contract,
        conclusion=event.conclusion,
        effective_on=event.effective_on,
        now=recorded.recorded_at,
    )
    return [Step(FINDINGS, event.partnership, command)]


REVIEWS_KEPT = Reaction(
    name="reviews-kept", source="monitoring", events=(ReviewConcluded,), react=keep_review
)
