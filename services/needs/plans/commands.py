"""What may be asked of a children's plan."""

from __future__ import annotations

from datetime import datetime

from shared.eventsourcing.commands import Command
from shared.published.terms import FinancialYear, Outcome, PartnershipId, PersonId


class AdoptPlan(Command, frozen=True, kw_only=True):
    """`decision` is empty unless the partnership's board carried it."""

    partnership: PartnershipId
    title: str
    year: FinancialYear
    outcomes: tuple[Outcome, ...]
    decision: str
    recorded_by: PersonId
    now: datetime


PlanCommand = AdoptPlan
