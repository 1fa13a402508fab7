"""Why an import says no as a whole; what is wrong with one release is a line of the answer."""

from __future__ import annotations

from shared.eventsourcing.commands import Invalid, Refused


class NotAPackage(Invalid):
    """The body is no OCDS release package and no record package."""

    code = "not-a-package"


class PackageTooLong(Invalid):
    """A package brings at most 1,000 releases; send the rest in another."""

    code = "package-too-long"


class ReleaseChanged(Refused):
    """A release with this id came before with other content; a publisher's correction is said to
    be one.
    """

    code = "release-changed"


class NoticeMovedOn(Refused):
    """Another import brought releases of the same process at the same moment; try again."""

    code = "notice-moved-on"
