"""Why a team says no: conditions, each with its code."""

from __future__ import annotations

from shared.eventsourcing.commands import Invalid, Refused


class TeamFormedBefore(Refused):
    """This team was formed before."""

    code = "already-formed"


class TeamIsOver(Refused):
    """Form a new team: this one has ended."""

    code = "team-ended"


class AgencyNotPartner(Invalid):
    """Name a partner agency: a team's members come from the partners."""

    code = "not-partner"


class NotInTeam(Refused):
    """Name a person who is in the team."""

    code = "not-in-team"
