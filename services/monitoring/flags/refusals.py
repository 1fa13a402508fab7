"""Why a flag says no: conditions, each with its code."""

from __future__ import annotations

from shared.eventsourcing.commands import Invalid, NotPermitted, Refused


class UnknownMeasure(Refused):
    """The contract's terms have not been heard, or name no such measure."""

    code = "unknown-measure"


class FlagNotOpen(Refused):
    """This case is over."""

    code = "flag-not-open"


class ClockMissing(Invalid):
    """Say how many working days there are to answer: the contract does not."""

    code = "clock-missing"


class AlreadyRequested(Refused):
    """An explanation has been asked for."""

    code = "explanation-already-requested"


class NotRequested(Refused):
    """No explanation has been asked for, or it has been given."""

    code = "explanation-not-requested"


class AlreadyDecided(Refused):
    """The case has been upheld."""

    code = "flag-already-upheld"


class SamePerson(NotPermitted):
    """Whoever raised the case or asked for the explanation does not decide on it."""

    code = "same-person"


class NotUpheld(Refused):
    """That comes after the case has been upheld."""

    code = "flag-not-upheld"


class UnknownMilestone(Refused):
    """There is no such milestone still to be met."""

    code = "unknown-milestone"


class MilestoneInPast(Invalid):
    """A milestone lies ahead."""

    code = "milestone-in-past"


class DuplicateMilestone(Invalid):
    """Each milestone of a plan has a name of its own."""

    code = "duplicate-milestone"


class NotMetYet(Invalid):
    """What is recorded as met lies in the future."""

    code = "date-in-future"
