"""The children's plan of each partnership, as it is now."""

from __future__ import annotations

from services.needs.plans.decider import PLAN_OF
from services.needs.plans.events import PlanAdopted
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.terms import FinancialYear, Outcome, PartnershipId


class PlanRow(Row, frozen=True, kw_only=True):
    partnership: PartnershipId
    title: str
    year: FinancialYear
    outcomes: tuple[Outcome, ...]
    decision: str
    version: int


def fold(_: PlanRow | None, recorded: Recorded) -> PlanRow | None:
    """The row after one more plan."""
    event = recorded.event
    assert isinstance(event, PlanAdopted)
    return PlanRow(
        partnership=event.partnership,
        title=event.title,
        year=event.year,
        outcomes=event.outcomes,
        decision=event.decision,
        version=recorded.envelope.version,
    )


PLANS: View[PlanRow] = View(
    name="plans",
    source="needs",
    row=PlanRow,
    events=PLAN_OF.events,
    key=subject_of,
    fold=fold,
)
