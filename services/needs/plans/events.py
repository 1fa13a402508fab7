"""The one fact of a children's plan: what it is from now on."""

from __future__ import annotations

from shared.eventsourcing.events import Event
from shared.published.terms import FinancialYear, Outcome, PartnershipId, PersonId


class PlanAdopted(Event, frozen=True, kw_only=True, tag="needs.plan-adopted.v1"):
    """By a decision of the board; it takes the place of the plan before it."""

    partnership: PartnershipId
    title: str
    year: FinancialYear
    outcomes: tuple[Outcome, ...]
    decision: str
    recorded_by: PersonId


PlanEvent = PlanAdopted
