"""Why quality assurance says no; each says what to do."""

from __future__ import annotations

from shared.eventsourcing.commands import Invalid, NotPermitted, Refused


class StandardSetBefore(Refused):
    """Withdraw the standard of this name first, or give the new one another name."""

    code = "standard-set-before"


class StandardsFull(Refused):
    """Withdraw a standard before you set another: fifty are as many as can be looked at."""

    code = "standards-full"


class StandardUnknown(Refused):
    """Name a standard that the framework asks for and that has not been withdrawn."""

    code = "standard-unknown"


class ArrangementUnknown(Refused):
    """Name a formal arrangement of this partnership, as the list has it."""

    code = "arrangement-unknown"


class ArrangementOver(Refused):
    """Look at arrangements that still run; this one has ended."""

    code = "arrangement-over"


class LookedTooEarly(Invalid):
    """Give a day between the arrangement's first day and today."""

    code = "look-out-of-time"


class LooksAtOwn(NotPermitted):
    """Let somebody look who neither monitors this arrangement nor signed it, from an agency that
    does not provide it.
    """

    code = "looks-at-own"


class StandardsUnanswered(Refused):
    """Answer each standard that applies to this kind of arrangement once, and no other."""

    code = "standards-unanswered"


class FindingUnexplained(Invalid):
    """Say what was found of each standard that is not met, or met in part."""

    code = "finding-unexplained"


class NothingToRemedy(Refused):
    """Agree a remedy for a standard that the last look found not met, or met in part."""

    code = "nothing-to-remedy"


class OwnerNotPartner(Invalid):
    """Name a partner agency as the owner."""

    code = "not-partner"


class DueTooEarly(Invalid):
    """Name a day that lies ahead."""

    code = "due-in-past"


class RemedyNotOpen(Refused):
    """Name a remedy of this partnership that is not done yet."""

    code = "remedy-not-open"
