"""Why an assessment says no: conditions, each with its code."""

from __future__ import annotations

from shared.eventsourcing.commands import Invalid, Refused


class AlreadyOpened(Refused):
    """This assessment was opened before."""

    code = "already-opened"


class NotAYear(Invalid):
    """A financial year is written 2026/27."""

    code = "not-a-financial-year"


class OutcomesUnclear(Invalid):
    """An assessment has at least one outcome, each once."""

    code = "outcomes-unclear"


class AssessmentIsPublished(Refused):
    """What is published stands; a later assessment says what has changed."""

    code = "assessment-published"


class OutcomeMissing(Refused):
    """It serves an outcome that the assessment names."""

    code = "outcome-missing"


class EvidenceMissing(Refused):
    """It rests on evidence that the assessment holds."""

    code = "evidence-missing"


class UnknownIndicator(Refused):
    """There is no such indicator in this assessment."""

    code = "unknown-indicator"


class ThemeUnknown(Invalid):
    """A signal is about one of the themes that are listed with an assessment's signals."""

    code = "theme-unknown"


class ValueAndStatus(Invalid):
    """A given figure has a value, and no other figure has one."""

    code = "value-and-status"


class GroupUnclear(Invalid):
    """A breakdown names a group, and the whole names none."""

    code = "group-unclear"


class AgeUnclear(Invalid):
    """A year of age is a number from 0 to 120, an open end such as 20+ or 0-2, or unknown."""

    code = "age-unclear"


class RateUnclear(Invalid):
    """A rate, so many per 1,000 say, is recorded with the unit `score`."""

    code = "rate-unclear"


class OutcomeAlreadyHeld(Refused):
    """The assessment has this outcome already."""

    code = "outcome-already-held"


class AgeBandUnknown(Invalid):
    """An age band is one of those the assessment was opened with."""

    code = "age-band-unknown"


class PercentOutOfRange(Invalid):
    """A percentage lies between 0 and 100."""

    code = "percent-out-of-range"


class NeedsMissing(Refused):
    """An assessment is published with the needs it found."""

    code = "needs-missing"
