"""Why a meeting says no: conditions, each with its code."""

from __future__ import annotations

from shared.eventsourcing.commands import Invalid, NotPermitted, Refused


class AlreadyCalled(Refused):
    """This meeting was called before."""

    code = "already-called"


class RulesNotSet(Refused):
    """A board meets under rules; set them first."""

    code = "rules-not-set"


class MeetingPast(Invalid):
    """A meeting is called for a time that lies ahead."""

    code = "meeting-past"


class MeetingTooFar(Invalid):
    """A meeting is called at most two years ahead."""

    code = "meeting-too-far"


class AlterationUnstated(Invalid):
    """State the rules proposed: notice of a change of the constitution sets out its terms."""

    code = "alteration-unstated"


class NoticeOnly(Refused):
    """File the report in time: a change of the constitution is decided on what was notified."""

    code = "notice-needed"


class SubstituteNotAgreed(Refused):
    """Name the chair or vice chair who agreed: a substitute sits with the chair's agreement."""

    code = "substitute-not-agreed"


class SubstituteSits(Invalid):
    """Name a person without a seat of their own at this meeting: nobody has two."""

    code = "substitute-sits"


class NotStoodInFor(Invalid):
    """Name a member of the board: only members are stood in for."""

    code = "not-stood-in-for"


class OwnVoteStands(Refused):
    """Leave out whoever has voted here themselves: their vote stands."""

    code = "own-vote-stands"


class OwnerNotPartner(Invalid):
    """Name a partner agency: an action of the board is done by one."""

    code = "owner-not-partner"


class DueInPast(Invalid):
    """Give a day from today on by which it is to be done."""

    code = "date-in-past"


class ActionIsDone(Refused):
    """This action is done already."""

    code = "action-done"


class DoneInFuture(Invalid):
    """Give the day it was done, today or before."""

    code = "date-in-future"


class NotSat(Refused):
    """Wait until the meeting has been opened; nothing has been agreed yet."""

    code = "meeting-not-sat"


class NotCallable(Refused):
    """Only what a partner has decided may be called in, while its days for that run."""

    code = "not-callable-in"


class NotCalledIn(Refused):
    """Call the decision in first; nothing is being looked at again."""

    code = "not-called-in"


class CallInPast(Invalid):
    """Give a day from today on until which the decision may be called in."""

    code = "date-in-past"


class UnknownItem(Refused):
    """There is no such item on the agenda."""

    code = "unknown-item"


class PaperLate(Refused):
    """Papers are out in time, or the chair says on record why one cannot wait."""

    code = "paper-late"


class MeetingOver(Refused):
    """The meeting is over."""

    code = "meeting-over"


class MeetingNotOver(Refused):
    """Minutes are of a meeting that is over."""

    code = "meeting-not-over"


class MeetingEarly(Refused):
    """A meeting is not opened before its day."""

    code = "meeting-early"


class MeetingNotOpen(Refused):
    """The meeting is not open."""

    code = "meeting-not-open"


class MeetingOpen(Refused):
    """The meeting has been opened."""

    code = "meeting-open"


class NobodyPresides(Refused):
    """The chair, or another member who is present, presides."""

    code = "nobody-presides"


class NotBoardMember(NotPermitted):
    """Only members of the board take part."""

    code = "not-board-member"


class UnknownMember(Invalid):
    """Only members of the board are recorded as present."""

    code = "unknown-member"


class NotPresent(Refused):
    """This member is not present."""

    code = "member-not-present"


class MemberInterested(NotPermitted):
    """A member with an interest takes no part in the decision."""

    code = "member-interested"


class AlreadyVoted(Refused):
    """Each member has one vote on an item."""

    code = "already-voted"


class NotPresiding(NotPermitted):
    """Only whoever presides has a casting vote."""

    code = "not-presiding"


class AlreadyDecided(Refused):
    """The board has decided on this item."""

    code = "already-decided"


class PaperMissing(Refused):
    """Nothing is decided without a paper on it."""

    code = "paper-missing"


class NotQuorate(Refused):
    """Without those who take no part the board is not quorate."""

    code = "not-quorate"


class NobodyVoted(Refused):
    """No member has voted for or against."""

    code = "nobody-voted"


class VotesEqual(Refused):
    """The votes are equal; whoever presides has a casting vote."""

    code = "votes-equal"


class UnknownDecision(Refused):
    """There is no such decision."""

    code = "unknown-decision"


class NotCarried(Refused):
    """The decision was not carried."""

    code = "not-carried"


class AuthorityGiven(Refused):
    """This partner has given its authority."""

    code = "authority-given"


class MinutesAreApproved(Refused):
    """The minutes have been approved."""

    code = "minutes-approved"


class NotLaterMeeting(Refused):
    """Minutes are approved by a later meeting of the same board, while it is open."""

    code = "not-later-meeting"
