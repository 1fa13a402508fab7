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
