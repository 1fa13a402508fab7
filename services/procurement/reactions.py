"""What procurement does about what contracts says: pure translations, safe to run twice."""

from __future__ import annotations

from collections.abc import Sequence

from services.procurement.planned.commands import MovePlan, PlanProcurement
from services.procurement.planned.decider import PLANNED
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.handle import Step
from shared.eventsourcing.reactions import Reaction
from shared.published.contracts import (
    ContractExtended,
    ContractTerminated,
    EndConfirmed,
    EndProposed,
)


def follow_ends(recorded: Recorded) -> Sequence[Step]:
    """A service that is redesigned is bought anew, in time for the day on which the old one ends;
    of one that ceases nothing is planned.
    """
    now = recorded.recorded_at
    match recorded.event:
        case EndProposed() as proposed if proposed.change == "redesign":
            plan = PlanProcurement(
                contract=proposed.contract,
                partnership=proposed.partnership,
                procuring=proposed.commissioner,
                specification=proposed.specification,
                title=proposed.title,
                decision=proposed.decision,
                service_ends_on=proposed.ends_on,
                now=now,
            )
            return [Step(PLANNED, proposed.contract, plan)]
        case EndConfirmed() | ContractTerminated() as ends:
            move = MovePlan(service_ends_on=ends.effective_on, now=now)
            return [Step(PLANNED, ends.contract, move)]
        case ContractExtended() as extended:
            move = MovePlan(service_ends_on=extended.terms.ends_on, now=now)
            return [Step(PLANNED, extended.contract, move)]
        case _:
            return []


REACTIONS = (
    Reaction(
        name="follow-ends",
        source="contracts",
        events=(EndProposed, EndConfirmed, ContractTerminated, ContractExtended),
        react=follow_ends,
    ),
)
