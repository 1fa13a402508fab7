"""What may be asked of a team."""

from __future__ import annotations

from datetime import date, datetime

from shared.eventsourcing.commands import Command
from shared.published.terms import AgencyId, PartnershipId, PersonId


class FormTeam(Command, frozen=True, kw_only=True):
    team: str
    partnership: PartnershipId
    name: str
    purpose: str
    reports_to: str
    formed_on: date
    now: datetime


class NameTeamMember(Command, frozen=True, kw_only=True):
    """`partner` is whether `agency` is a partner agency."""

    person: PersonId
    agency: AgencyId
    partner: bool
    chair: bool
    now: datetime


class StandDownTeamMember(Command, frozen=True, kw_only=True):
    person: PersonId
    now: datetime


class EndTeam(Command, frozen=True, kw_only=True):
    now: datetime


TeamCommand = FormTeam | NameTeamMember | StandDownTeamMember | EndTeam
