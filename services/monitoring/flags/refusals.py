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
    """Whoever raised a case, asked for its explanation or took it higher does not decide on it."""

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


class ClockShorterThanClause(Invalid):
    """The contract's clause gives more working days than this."""

    code = "clock-shorter-than-clause"


class NoClockRunning(Refused):
    """No clock of this case runs: none was started, it is paused, or its day has gone by."""

    code = "no-clock-running"


class ClockNotPaused(Refused):
    """The clock of this case is not paused."""

    code = "clock-not-paused"


class MeetingHeld(Refused):
    """The meeting has been held."""

    code = "meeting-already-held"


class MetBeforeCase(Invalid):
    """What the plan asks for is met after the case was raised."""

    code = "met-before-case"


class MeetingBeforeCase(Invalid):
    """The meeting is about the case: it is held after the case was raised."""

    code = "meeting-before-case"


class ExceptionReportFirst(Refused):
    """A formal review comes after an exception report."""

    code = "exception-report-first"


class AlreadyThere(Refused):
    """The case is there already, or higher."""

    code = "already-escalated"


class NotEscalated(Refused):
    """The case has not been taken higher, so there is no step down: close it instead."""

    code = "flag-not-escalated"


class UnknownReview(Refused):
    """There is no such formal review of this contract."""

    code = "unknown-review"


class NotAsked(Refused):
    """Nothing is upheld before the provider was asked to explain."""

    code = "explanation-not-asked"


class ExplanationAwaited(Refused):
    """The provider still has days to explain."""

    code = "explanation-awaited"
