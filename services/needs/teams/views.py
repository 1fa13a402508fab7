"""Teams as they are listed: what for, under whom, who is in them."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from services.needs.teams.decider import TEAM
from services.needs.teams.events import (
    TeamEnded,
    TeamFormed,
    TeamMemberNamed,
    TeamMemberStoodDown,
)
from services.needs.teams.state import with_member
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.terms import PartnershipId


class TeamRow(Row, frozen=True, kw_only=True):
    """A team of one partnership."""

    team: str
    partnership: PartnershipId
    name: str
    purpose: str
    reports_to: str
    formed_on: date
    ended_on: date | None = None
    members: tuple[TeamMemberNamed, ...] = ()


def fold(row: TeamRow | None, recorded: Recorded) -> TeamRow | None:
    """The row after one more event of its team."""
    match recorded.event:
        case TeamFormed() as formed:
            return TeamRow(
                team=formed.team,
                partnership=formed.partnership,
                name=formed.name,
                purpose=formed.purpose,
                reports_to=formed.reports_to,
                formed_on=formed.formed_on,
            )
        case TeamMemberNamed() as joins if row:
            members = with_member({one.person: one for one in row.members}, joins)
            return replace(row, members=tuple(members[who] for who in sorted(members)))
        case TeamMemberStoodDown() as leaves if row:
            return replace(row, members=tuple(m for m in row.members if m.person != leaves.person))
        case TeamEnded() as ended if row:
            return replace(row, ended_on=ended.ended_on)
        case _:
            return row


TEAMS: View[TeamRow] = View(
    name="teams",
    source="needs",
    row=TeamRow,
    events=TEAM.events,
    key=subject_of,
    fold=fold,
    indexes=("partnership",),
)
