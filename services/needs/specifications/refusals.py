"""Why a specification says no: conditions, each with its code."""

from __future__ import annotations

from shared.eventsourcing.commands import Invalid, NotPermitted, Refused


class AlreadyDrafted(Refused):
    """This specification was drafted before."""

    code = "already-drafted"


class StrategyNotPublished(Refused):
    """A specification comes from a recommendation of a published strategy."""

    code = "strategy-not-published"


class RecommendationUnknown(Refused):
    """There is no such recommendation in the strategy."""

    code = "recommendation-unknown"


class OutcomeMissing(Refused):
    """It serves outcomes that its strategy names."""

    code = "outcome-missing"


class DatesReversed(Invalid):
    """A service ends after it starts."""

    code = "dates-reversed"


class NotDraft(Refused):
    """The specification is no draft any more."""

    code = "specification-not-draft"


class TargetOutOfRange(Invalid):
    """A percentage lies between 0 and 100."""

    code = "target-out-of-range"


class RatioWordsMissing(Invalid):
    """A percentage says in words what is counted, and out of what."""

    code = "ratio-words-missing"


class TargetsOutOfOrder(Invalid):
    """Targets come in the order of their periods, the earliest first, each period once."""

    code = "targets-out-of-order"


class TargetOutside(Invalid):
    """A target's period lies in the life of the contract."""

    code = "target-outside-contract"


class ExpectationReversed(Invalid):
    """What is expected goes from the lower value to the higher."""

    code = "expectation-reversed"


class StockIsNumber(Invalid):
    """A stock is counted at the end of a period: its unit is a number or pence."""

    code = "stock-is-number"


class WantedTooLate(Invalid):
    """A figure is wanted while the contract runs, or before."""

    code = "wanted-too-late"


class TargetMissing(Invalid):
    """A measure with a better direction has a target; one without has none."""

    code = "target-missing"


class UnitMismatch(Invalid):
    """A percentage better off is measured in percent, a number better off as a number."""

    code = "unit-mismatch"


class MeasuresMissing(Refused):
    """A specification says how the service is measured."""

    code = "measures-missing"


class DrafterApproves(NotPermitted):
    """Someone other than who drafted it approves it."""

    code = "drafter-approves"


class NotApproved(Refused):
    """Only an approved specification is published, and once."""

    code = "specification-not-approved"


class NotPublished(Refused):
    """Only a published specification is superseded or withdrawn."""

    code = "specification-not-published"


class SuccessorNotPublished(Refused):
    """What takes its place is another published specification of the same partnership."""

    code = "successor-not-published"
