"""Why a partnership says no: conditions, each with its code."""

from __future__ import annotations

from shared.eventsourcing.commands import Invalid, NotPermitted, Refused


class AlreadyFormed(Refused):
    """This partnership was formed before."""

    code = "already-formed"


class LeadNotMember(Invalid):
    """The lead is one of the partner agencies."""

    code = "lead-not-member"


class MemberTwice(Invalid):
    """An agency is a partner once."""

    code = "member-twice"


class MembersTooFew(Invalid):
    """A partnership has at least two partner agencies."""

    code = "members-too-few"


class AlreadyPartner(Refused):
    """This agency is a partner already."""

    code = "already-partner"


class NotPartner(Refused):
    """This agency is not a partner."""

    code = "not-partner"


class LeadStays(Refused):
    """The lead cannot leave the partnership it leads."""

    code = "lead-stays"


class NamedInQuorum(Refused):
    """The quorum names this partner; the board changes its rules first."""

    code = "named-in-quorum"


class QuorumUnknown(Invalid):
    """The quorum names partner agencies only."""

    code = "quorum-unknown"


class RulesNeedDecision(Refused):
    """Rules in force change only by a decision that two thirds of those voting carried."""

    code = "rules-need-decision"


class MajorityTooSmall(Invalid):
    """Give a share of two thirds or more: the rules change by no less."""

    code = "majority-too-small"


class NotAsCarried(Refused):
    """Set the rules as the board carried them; these are others."""

    code = "rules-not-as-carried"


class ElectionNotCarried(Refused):
    """Name a decision that carried an election of this board and has not been used."""

    code = "election-not-carried"


class OneOfficerTwice(Invalid):
    """Choose two persons: one is not chair and vice chair."""

    code = "one-officer-twice"


class RulesMissing(Refused):
    """Set the board's rules first: they say how many may ask for a meeting."""

    code = "rules-not-set"


class AskedAlready(Refused):
    """This member has asked already; one request counts once."""

    code = "asked-already"


class ReceivedInFuture(Invalid):
    """Give the day the request was received, today or before."""

    code = "date-in-future"


class NobodyAsked(Refused):
    """Not enough members have asked for a meeting; call it as an ordinary one."""

    code = "extra-meeting-not-asked"


class ExtraMeetingTooLate(Invalid):
    """Hold the meeting by the day the rules give those who asked for it."""

    code = "extra-meeting-too-late"


class NotOnBoard(Refused):
    """This person does not sit on the board."""

    code = "not-on-board"


class OnlyOwnAgency(NotPermitted):
    """Only the lead acts for another partner here."""

    code = "only-own-agency"
