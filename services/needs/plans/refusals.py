"""Why a children's plan is not taken; each says what to do."""

from __future__ import annotations

from shared.eventsourcing.commands import Refused


class OutcomeTwice(Refused):
    """Name each outcome of the plan once."""

    code = "outcome-named-twice"


class PlanNotDecided(Refused):
    """The board has carried no such decision, or a plan was adopted by it already; bring this plan
    to a meeting first.
    """

    code = "plan-not-decided"
