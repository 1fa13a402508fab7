"""Why something may not be done to a report card; each says what to do."""

from __future__ import annotations

from shared.eventsourcing.commands import Refused


class EntryUnknown(Refused):
    """There is no such entry on this card; choose one that stands."""

    code = "entry-unknown"


class SectionFixed(Refused):
    """An entry stays in its section; remove it and write a new one."""

    code = "section-fixed"


class CostUnclear(Refused):
    """Say of an idea whether it is no-cost, low-cost or costed, and of nothing else."""

    code = "cost-unclear"


class ActionUnclear(Refused):
    """An action has an owner, which is a party, and a day it is due; nothing else has."""

    code = "action-unclear"


class NotAnAction(Refused):
    """Only an action can be done."""

    code = "not-an-action"


class AlreadyDone(Refused):
    """This action is done; write a new one if there is more to do."""

    code = "action-already-done"


class DoneLater(Refused):
    """An action is done today or before; give that day."""

    code = "done-in-future"


class LowCostIdeaMissing(Refused):
    """Add at least one idea that costs nothing or little, then agree the card."""

    code = "low-cost-idea-missing"


class ActionMissing(Refused):
    """Add at least one action that is still to be done, then agree the card."""

    code = "action-missing"


class NothingChanged(Refused):
    """The card of this period has been agreed as it stands; change it first."""

    code = "card-already-agreed"
