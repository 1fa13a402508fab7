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
    """Every bid needs a score moderated by someone without an interest before an award."""

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


class StandstillOwed(Invalid):
    """The law asks for a standstill after this tender: leave the section empty."""

    code = "standstill-owed"


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


class BidTimeTooShort(Invalid):
    """The law asks for more days between the tender notice and the deadline for bids."""

    code = "bid-time-too-short"


class LotsWorthMore(Invalid):
    """The lots are worth more together than the specification they are parts of."""

    code = "lots-worth-more"


class PoliciesStand(Refused):
    """The policies of this procurement have been stated; bidders rely on them."""

    code = "policies-stand"


class NothingAmended(Invalid):
    """An amendment changes the title, the criteria or the deadline."""

    code = "nothing-amended"


class DeadlineEarlier(Invalid):
    """A deadline once published is never moved earlier."""

    code = "deadline-earlier"


class DeadlineNotMoved(Invalid):
    """New criteria give bidders more time: move the deadline too."""

    code = "deadline-not-moved"


class SharesNotWhole(Invalid):
    """Name two parties or more, the lead among them, with shares that add up to 100 percent."""

    code = "shares-not-whole"


class AlreadyBidding(Refused):
    """A party bids alone or in another consortium."""

    code = "already-bidding"


class UnknownConsortium(Refused):
    """There is no consortium of that lead in which you have a share to agree to."""

    code = "unknown-consortium"


class ConsortiumNotAgreed(Refused):
    """Not every party of the consortium has agreed to its share."""

    code = "consortium-not-agreed"


class BidNotLow(Refused):
    """The price is not abnormally low against the other bids."""

    code = "bid-not-low"


class LowBidOpen(Refused):
    """The price is abnormally low: ask the bidder, and judge its explanation, before an award."""

    code = "low-bid-open"


class LowBidDisregarded(Refused):
    """The bid is disregarded: its price could not be relied on."""

    code = "low-bid-disregarded"


class NotAskedAbout(Refused):
    """This bid is not waiting for that: ask first, then the bidder explains, then it is judged."""

    code = "low-bid-not-waiting"


class LettersSent(Refused):
    """Every bidder has its letter."""

    code = "letters-sent"


class LettersMissing(Refused):
    """Every bidder gets its letter before the notice."""

    code = "letters-missing"


class TooManyLots(Refused):
    """The bidder has won as many lots of this procurement as one may win."""

    code = "too-many-lots"
