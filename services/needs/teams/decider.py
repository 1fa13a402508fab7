"""The rules of a team. Pure: no clock, no I/O, no chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from services.needs.teams.commands import (
    EndTeam,
    FormTeam,
    NameTeamMember,
    StandDownTeamMember,
    TeamCommand,
)
from services.needs.teams.events import (
    TeamEnded,
    TeamEvent,
    TeamFormed,
    TeamMemberNamed,
    TeamMemberStoodDown,
)
from services.needs.teams.refusals import (
    AgencyNotPartner,
    NotInTeam,
    TeamFormedBefore,
    TeamIsOver,
)
from services.needs.teams.state import Ended, Team, Unformed, Working, evolve
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.decider import Decider


def decide(command: TeamCommand, team: Team) -> Sequence[TeamEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case FormTeam():
            return [_form(command, team)]
        case NameTeamMember():
            return _name(command, _working(team))
        case StandDownTeamMember():
            if command.person not in _working(team).members:
                raise NotInTeam
            return [TeamMemberStoodDown(person=command.person)]
        case EndTeam():
            _working(team)
            return [TeamEnded(ended_on=london_date(command.now))]


def _working(team: Team) -> Working:
    """Refuses: Missing, TeamIsOver."""
    match team:
        case Unformed():
            raise Missing
        case Ended():
            raise TeamIsOver
        case Working():
            return team


def _form(command: FormTeam, team: Team) -> TeamFormed:
    """Refuses: TeamFormedBefore."""
    if not isinstance(team, Unformed):
        raise TeamFormedBefore
    return TeamFormed(
        team=command.team,
        partnership=command.partnership,
        name=command.name,
        purpose=command.purpose,
        reports_to=command.reports_to,
        formed_on=command.formed_on,
    )


def _name(command: NameTeamMember, team: Working) -> Sequence[TeamEvent]:
    """Refuses: AgencyNotPartner."""
    if not command.partner:
        raise AgencyNotPartner(pointer="/body/agency")
    named = TeamMemberNamed(person=command.person, agency=command.agency, chair=command.chair)
    return [] if team.members.get(command.person) == named else [named]


TEAM: Decider[TeamCommand, Team, TeamEvent] = Decider(
    category="team",
    initial=Unformed(),
    decide=decide,
    evolve=evolve,
    events=get_args(TeamEvent),
)
