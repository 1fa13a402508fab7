"""Formal reviews as they are listed and shown."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec.structs import replace

from services.monitoring.reviews.decider import REVIEWS
from services.monitoring.reviews.events import FindingRecorded, ReviewDecided
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.monitoring import ReviewConcluded, ReviewDue, ReviewOpened
from shared.published.reviewing import FindingKind
from shared.published.terms import ContractId, FinancialYear, PartnershipId, TextRef
from shared.values.quarters import financial_year


class ReviewRow(Row, frozen=True, kw_only=True):
    """A review of one contract; `opened_on` is empty while it is only due, `conclusion` until it
    is over, `change` until the board has decided on it. `kinds` says of each finding, in the same
    order, where it came from.
    """

    review: str
    contract: ContractId
    partnership: PartnershipId
    year: FinancialYear
    due_on: date | None = None
    opened_on: date | None = None
    findings: tuple[TextRef, ...] = ()
    kinds: tuple[FindingKind, ...] = ()
    conclusion: Literal["", "continue", "redesign", "decommission"] = ""
    concluded_on: date | None = None
    change: Literal["", "continue", "redesign", "cease"] = ""
    decision: str = ""
    decided_on: date | None = None
    version: int = 0

    @property
    def status(self) -> Literal["due", "running", "concluded", "decided"]:
        if self.change:
            return "decided"
        if self.conclusion:
            return "concluded"
        return "running" if self.opened_on else "due"


def fold(row: ReviewRow | None, recorded: Recorded) -> ReviewRow | None:
    """The row after one more event of its review."""
    match recorded.event:
        case ReviewDue() as due:
            row = ReviewRow(
                review=due.review,
                contract=due.contract,
                partnership=due.partnership,
                year=due.year,
                due_on=due.effective_on,
            )
        case ReviewOpened() as opened:
            row = ReviewRow(
                review=opened.review,
                contract=opened.contract,
                partnership=opened.partnership,
                year=financial_year(opened.effective_on),
                due_on=row.due_on if row else None,
                opened_on=opened.effective_on,
            )
        case FindingRecorded() as recorded_finding if row:
            row = replace(
                row,
                findings=(*row.findings, recorded_finding.finding),
                kinds=(*row.kinds, recorded_finding.kind),
            )
        case ReviewConcluded() as concluded if row:
            row = replace(row, conclusion=concluded.conclusion, concluded_on=concluded.effective_on)
        case ReviewDecided() as decided if row:
            row = replace(
                row,
                change=decided.change,
                decision=decided.decision,
                decided_on=decided.effective_on,
            )
        case _:
            pass
    return row and replace(row, version=recorded.envelope.version)


REVIEW_ROWS: View[ReviewRow] = View(
    name="reviews",
    source="monitoring",
    row=ReviewRow,
    events=REVIEWS.events,
    key=subject_of,
    fold=fold,
    indexes=("contract", "partnership"),
)
