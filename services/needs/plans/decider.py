"""The rules of a children's plan. Pure: no clock, no I/O, no chance.

Law: only the board adopts or changes it, each time by a decision of its own (Darlington 2010,
13.2).
"""

from __future__ import annotations

from collections.abc import Sequence

from services.needs.plans.commands import AdoptPlan, PlanCommand
from services.needs.plans.events import PlanAdopted, PlanEvent
from services.needs.plans.refusals import OutcomeTwice, PlanNotDecided
from shared.eventsourcing.decider import Decider


def decide(command: PlanCommand, used: frozenset[str]) -> Sequence[PlanEvent]:
    """Refuses: OutcomeTwice, PlanNotDecided."""
    match command:
        case AdoptPlan():
            if len({one.outcome for one in command.outcomes}) < len(command.outcomes):
                raise OutcomeTwice
            if not command.decision or command.decision in used:
                raise PlanNotDecided
            return [
                PlanAdopted(
                    partnership=command.partnership,
                    title=command.title,
                    year=command.year,
                    outcomes=command.outcomes,
                    decision=command.decision,
                    recorded_by=command.recorded_by,
                )
            ]


def evolve(used: frozenset[str], event: PlanEvent) -> frozenset[str]:
    """The decisions by which a plan was adopted so far."""
    match event:
        case PlanAdopted():
            return used | {event.decision}


PLAN_OF: Decider[PlanCommand, frozenset[str], PlanEvent] = Decider(
    category="plan", initial=frozenset(), decide=decide, evolve=evolve, events=(PlanAdopted,)
)
