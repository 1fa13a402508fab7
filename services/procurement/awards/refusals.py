"""Why an award without a tender says no: conditions, each with its code."""

from __future__ import annotations

from shared.eventsourcing.commands import Invalid, Refused


class AlreadyProposed(Refused):
    """This award was proposed before."""

    code = "already-proposed"


class AwardNotOpen(Refused):
    """The award has been made or withdrawn."""

    code = "award-not-open"


class SectionMissing(Invalid):
    """A direct award names the section that allows it."""

    code = "section-missing"


class FrameworkMissing(Invalid):
    """A call-off names the framework it is made under."""

    code = "framework-missing"


class NotAPartner(Invalid):
    """In-house provision is by a partner agency of the partnership."""

    code = "provider-not-a-partner"


class UnknownAwardGround(Invalid):
    """The law of this day knows no such ground in this regime: choose one of the list."""

    code = "award-ground-unknown"


class GrantConditionsMissing(Invalid):
    """A grant says what it is given on."""

    code = "grant-conditions-missing"


class InterestUndeclared(Refused):
    """Say first whether you have an interest in the provider."""

    code = "interest-not-declared"


class AwarderInterested(Refused):
    """Who has an interest in the provider does not decide on the award: another officer does."""

    code = "awarder-interested"


class NoStandstillRunning(Refused):
    """A representation is received while the standstill of a notice runs."""

    code = "no-standstill-running"


class AwardChallengeUpheld(Refused):
    """A representation was upheld: give the award up."""

    code = "representation-upheld"


class NoticeNotOwed(Refused):
    """The law asks no such notice of this award."""

    code = "notice-not-owed"


class NoticeOut(Refused):
    """This notice has been published."""

    code = "notice-published"


class NoticeMissing(Refused):
    """A notice comes first."""

    code = "notice-missing"
