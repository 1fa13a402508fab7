"""Why an individual package says no; each says what to do."""

from __future__ import annotations

from shared.eventsourcing.commands import Invalid, Refused


class ReferenceTaken(Refused):
    """Use a reference that your agency has not used for a package before."""

    code = "reference-taken"


class SharesUnclear(Invalid):
    """Name each agency that bears a share once, and a sum for at least one."""

    code = "shares-unclear"


class BearerNotPartner(Invalid):
    """Name partner agencies as those who bear a share."""

    code = "not-partner"


class ReviewNotAhead(Refused):
    """Let the package be reviewed on a day that lies ahead, after it begins."""

    code = "review-not-ahead"


class NoShareToAgree(Refused):
    """Agree to the share of your agency as it now stands, once."""

    code = "no-share-to-agree"


class PackageOver(Refused):
    """Open a new package: this one has ended."""

    code = "package-over"
