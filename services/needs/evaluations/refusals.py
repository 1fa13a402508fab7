"""Why a year of the process says no; each says what to do."""

from __future__ import annotations

from shared.eventsourcing.commands import Invalid, Refused


class YearNotBegun(Refused):
    """Assess a year whose April has come."""

    code = "year-not-begun"


class ProcessNotAssessed(Refused):
    """Let commissioners assess how they used the stages before the process is evaluated."""

    code = "process-not-assessed"


class EvaluatedBefore(Refused):
    """The process of this year has been evaluated; say it of the year that runs."""

    code = "process-evaluated"


class NotEvaluated(Refused):
    """Evaluate the process of this year before you recommend how to improve it."""

    code = "process-not-evaluated"


class OwnerNotPartner(Invalid):
    """Name a partner agency as the owner."""

    code = "not-partner"


class DueTooEarly(Refused):
    """Name a day that lies ahead."""

    code = "due-in-past"


class RecommendationNotOpen(Refused):
    """Name a recommendation of this year that is not done yet."""

    code = "recommendation-not-open"
