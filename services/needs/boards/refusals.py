"""Why a board's record says no: conditions, each with its code."""

from __future__ import annotations

from shared.eventsourcing.commands import Invalid, Refused


class NotTheChair(Refused):
    """Name the chair or vice chair: only they act for the board between meetings."""

    code = "not-the-chair"


class ViewsMissing(Refused):
    """Ask another member first: the chair seeks as many views as is possible."""

    code = "views-missing"


class NotAMember(Invalid):
    """Name members of the board only as those whose views were heard."""

    code = "not-a-member"


class NotYet(Invalid):
    """Give today or a day before: only what has happened is recorded."""

    code = "date-in-future"


class NotOurPartner(Invalid):
    """Name a partner agency: the plan binds partners."""

    code = "not-partner"


class NotedAlready(Refused):
    """The board has had this at a meeting already."""

    code = "business-noted"


class MeetingNotSitting(Refused):
    """Name a meeting of this board that is open."""

    code = "meeting-not-open"
