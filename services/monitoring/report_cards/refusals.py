"""Why something may not be done to a report card; each says what to do."""

from __future__ import annotations

from shared.eventsourcing.commands import Refused


class LowCostIdeaMissing(Refused):
    """Add at least one idea that costs nothing or little, then agree the card."""

    code = "low-cost-idea-missing"


class ActionMissing(Refused):
    """Add at least one action that is still to be done, then agree the card."""

    code = "action-missing"


class NothingChanged(Refused):
    """The card of this period has been agreed as it stands; change it first."""

    code = "card-already-agreed"
