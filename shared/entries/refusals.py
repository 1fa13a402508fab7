"""Why an entry may not be written, removed or marked as done; each says what to do."""

from __future__ import annotations

from shared.eventsourcing.commands import Refused


class EntryUnknown(Refused):
    """There is no such entry here; choose one that stands."""

    code = "entry-unknown"


class SectionFixed(Refused):
    """An entry stays in its section; remove it and write a new one."""

    code = "section-fixed"


class CostUnclear(Refused):
    """Say of an idea whether it is no-cost, low-cost or costed, and of nothing else."""

    code = "cost-unclear"


class ActionUnclear(Refused):
    """An action has an owner, a party or a partner, and a day it is due; nothing else has."""

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
