"""The facts of a team beside a board: what it is for, and who is in it."""

from __future__ import annotations

from datetime import date

from shared.eventsourcing.events import Event
from shared.published.terms import AgencyId, PartnershipId, PersonId


class TeamFormed(Event, frozen=True, kw_only=True, tag="needs.team-formed.v1"):
    """`reports_to` is the board, or the name of a team above it."""

    team: str
    partnership: PartnershipId
    name: str
    purpose: str
    reports_to: str
    formed_on: date


class TeamMemberNamed(Event, frozen=True, kw_only=True, tag="needs.team-member-named.v1"):
    """A new chair takes the place of the one before."""

    person: PersonId
    agency: AgencyId
    chair: bool = False


class TeamMemberStoodDown(Event, frozen=True, kw_only=True, tag="needs.team-member-stood-down.v1"):
    person: PersonId


class TeamEnded(Event, frozen=True, kw_only=True, tag="needs.team-ended.v1"):
    ended_on: date


TeamEvent = TeamFormed | TeamMemberNamed | TeamMemberStoodDown | TeamEnded
