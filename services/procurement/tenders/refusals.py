"""Why a tender says no: conditions, each with its code."""

from __future__ import annotations

from shared.eventsourcing.commands import Invalid, NotPermitted, Refused


class SpecificationNotPublished(Refused):
    """A tender needs a published specification."""

    code = "specification-not-published"


class WeightsNotWhole(Invalid):
    """The criteria's weights must add up to 10,000 basis points."""

    code = "weights-not-whole"


class DeadlinePast(Invalid):
    """The time for bids must lie ahead."""

    code = "deadline-past"


class AlreadyOpened(Refused):
    """This tender was opened before."""

    code = "already-opened"


class NotOpen(Refused):
    """The tender does not take this any more, or not yet."""

    code = "tender-not-open"


class UnknownQuestion(Refused):
    """There is no such question waiting for an answer."""

    code = "unknown-question"


class BidLate(Refused):
    """The bid came after the deadline; that it came, and when, is on record."""

    code = "bid-late"


class OneBidEach(Refused):
    """This provider has a bid in; withdraw it first."""

    code = "one-bid-each"


class BidsStillSealed(Refused):
    """Bids are sealed until the deadline has passed and they have been opened."""

    code = "bids-still-sealed"


class UnknownBid(Refused):
    """There is no such bid."""

    code = "unknown-bid"


class InterestNotDeclared(Refused):
    """An evaluator says first whether they have an interest."""

    code = "interest-not-declared"


class EvaluatorInterested(NotPermitted):
    """Someone with an interest takes no part."""

    code = "evaluator-interested"


class ScoresIncomplete(Invalid):
    """Every criterion needs one score between 0 and 10,000 basis points."""

    code = "scores-incomplete"


class NotModerated(Refused):
    """Every bid needs a moderated score before an award."""

    code = "scores-not-moderated"


class NotProposed(Refused):
    """Only the bid proposed for award can be awarded."""

    code = "award-not-proposed"


class AlreadyAwarded(Refused):
    """The tender has been awarded."""

    code = "already-awarded"


class NotAwarded(Refused):
    """There is no award to act on."""

    code = "not-awarded"


class NoticePublished(Refused):
    """The award notice is out."""

    code = "notice-published"


class StandstillRunning(Refused):
    """The standstill has not ended."""

    code = "standstill-running"


class RepresentationStands(Refused):
    """A representation has not been resolved."""

    code = "representation-stands"


class RepresentationUpheld(Refused):
    """A representation was upheld: the award cannot be confirmed; cancel the tender."""

    code = "representation-upheld"


class UnknownRepresentation(Refused):
    """There is no such representation open."""

    code = "unknown-representation"
