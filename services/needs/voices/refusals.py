"""Why a consultation says no: conditions, each with its code."""

from __future__ import annotations

from shared.eventsourcing.commands import Invalid, Refused


class ConsultationKnown(Refused):
    """This consultation was opened before."""

    code = "consultation-known"


class HeardTooEarly(Refused):
    """Record what people said once the consultation has begun."""

    code = "consultation-not-begun"


class DatesUnclear(Invalid):
    """A consultation closes on the day it opens or later."""

    code = "dates-unclear"


class GroupsUnclear(Invalid):
    """Name each group once, and of those that were asked."""

    code = "groups-unclear"


class MoreThanAsked(Invalid):
    """No more can have answered than were asked."""

    code = "more-than-asked"


class ThemesUnclear(Invalid):
    """Name each theme once, of the listed themes, met by no more people than answered."""

    code = "themes-unclear"


class AlreadyHeard(Refused):
    """What came of this consultation is on record already."""

    code = "already-heard"


class NotHeardYet(Refused):
    """Record what was said before saying what was done about it."""

    code = "not-heard-yet"


class ThemeNotHeard(Invalid):
    """Answer a theme that people raised in this consultation."""

    code = "theme-not-heard"
