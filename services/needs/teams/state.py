"""The states of a team, and how facts change it."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from services.needs.teams.events import (
    TeamEnded,
    TeamEvent,
    TeamFormed,
    TeamMemberNamed,
    TeamMemberStoodDown,
)
from shared.published.terms import PersonId


class Unformed(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing has happened yet."""


class Working(msgspec.Struct, frozen=True, kw_only=True):
    """People work together, one of them perhaps in the chair."""

    members: dict[PersonId, TeamMemberNamed] = {}


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """Its work is over."""


Team = Unformed | Working | Ended


def evolve(team: Team, event: TeamEvent) -> Team:
    """The team after one more fact."""
    match event:
        case TeamFormed():
            return Working()
        case TeamEnded():
            return Ended()
        case TeamMemberNamed() if isinstance(team, Working):
            return replace(team, members=with_member(team.members, event))
        case TeamMemberStoodDown() if isinstance(team, Working):
            left = {who: one for who, one in team.members.items() if who != event.person}
            return replace(team, members=left)
        case TeamMemberNamed() | TeamMemberStoodDown():
            return team


def with_member(
    members: dict[PersonId, TeamMemberNamed], joins: TeamMemberNamed
) -> dict[PersonId, TeamMemberNamed]:
    """The members with one more; a new chair takes the place of the old one."""
    others = {
        who: replace(one, chair=one.chair and not joins.chair) for who, one in members.items()
    }
    return {**others, joins.person: joins}
