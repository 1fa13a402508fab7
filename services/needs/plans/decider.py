"""The rules of a children's plan. Pure: no clock, no I/O, no chance.

Law: only the board adopts or changes it (Darlington 2010, 13.2).
"""

from __future__ import annotations

from collections.abc import Sequence

from services.needs.plans.commands import AdoptPlan, PlanCommand
from services.needs.plans.events import PlanAdopted, PlanEvent
from services.needs.plans.refusals import OutcomeTwice, PlanNotDecided
from shared.eventsourcing.decider import Decider


def decide(command: PlanCommand, _: PlanAdopted | None) -> Sequence[PlanEvent]:
    """Refuses: OutcomeTwice, PlanNotDecided."""
    match command:
        case AdoptPlan():
            if len({one.outcome for one in command.outcomes}) < len(command.outcomes):
                raise OutcomeTwice
            if not command.decision:
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


def evolve(_: PlanAdopted | None, event: PlanEvent) -> PlanAdopted | None:
    """The plan is the last one adopted."""
    match event:
        case PlanAdopted():
            return event


PLAN_OF: Decider[PlanCommand, PlanAdopted | None, PlanEvent] = Decider(
    category="plan", initial=None, decide=decide, evolve=evolve, events=(PlanAdopted,)
)
