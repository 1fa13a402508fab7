"""Why a strategy says no: conditions, each with its code."""

from __future__ import annotations

from shared.eventsourcing.commands import Refused


class AlreadyDrafted(Refused):
    """This strategy was drafted before."""

    code = "already-drafted"


class AssessmentNotPublished(Refused):
    """A strategy builds on a published assessment."""

    code = "assessment-not-published"


class NotDraft(Refused):
    """The strategy is no draft any more."""

    code = "strategy-not-draft"


class NeedUnknown(Refused):
    """There is no such need in the assessment."""

    code = "need-unknown"


class RankTaken(Refused):
    """Another need has this rank."""

    code = "rank-taken"


class OutcomeMissing(Refused):
    """A recommendation names an outcome of the assessment."""

    code = "outcome-missing"


class EvidenceMissing(Refused):
    """A recommendation cites evidence that the assessment holds."""

    code = "evidence-missing"


class PriorityMissing(Refused):
    """The need has no priority yet."""

    code = "priority-missing"


class ImpactNotAssessed(Refused):
    """A service ceases only after an equality and impact assessment."""

    code = "impact-not-assessed"


class RecommendationsMissing(Refused):
    """A strategy says what to do."""

    code = "recommendations-missing"


class ScoresUnclear(Refused):
    """Each criterion is scored once for a need."""

    code = "scores-unclear"


class RecommendationUnknown(Refused):
    """The strategy makes no such recommendation; name one of its own."""

    code = "recommendation-unknown"


class NoDeparture(Refused):
    """This recommendation serves an outcome of the children's plan; nothing is to be explained."""

    code = "no-departure"


class DepartureUnexplained(Refused):
    """A recommendation serves no outcome of the children's plan; explain each such one first."""

    code = "departure-unexplained"


class DecisionMissing(Refused):
    """The board has carried no such decision about this strategy."""

    code = "decision-missing"


class DecisionOutdated(Refused):
    """The strategy has changed since the board decided on it."""

    code = "decision-outdated"


class NotApproved(Refused):
    """Only an approved strategy is published, and once."""

    code = "strategy-not-approved"
