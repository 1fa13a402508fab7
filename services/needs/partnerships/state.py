"""The two states of a partnership, and how facts change it."""

from __future__ import annotations

from datetime import date

import msgspec
from msgspec.structs import replace

from services.needs.partnerships.events import (
    BoardMember,
    BoardMemberNamed,
    BoardMemberStoodDown,
    BoardRules,
    BoardRulesSet,
    ExtraMeetingAsked,
    ExtraMeetingCalled,
    ExtraMeetingDue,
    OfficersElected,
    PartnershipEvent,
)
from shared.published.needs import PartnerJoined, PartnerLeft, PartnershipFormed
from shared.published.terms import AgencyId, PartnershipId, PersonId


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Any state of a partnership."""


class Unformed(State, frozen=True, kw_only=True):
    """Nothing has happened yet."""


class Formed(State, frozen=True, kw_only=True):
    """Agencies decide together.

    `used` are the decisions that have changed the rules or chosen officers, `asking` the members
    who want a meeting with the day each asked, `hold_by` the last day for it.
    """

    partnership: PartnershipId
    lead: AgencyId
    agencies: frozenset[AgencyId]
    rules: BoardRules | None = None
    used: frozenset[str] = frozenset()
    board: dict[PersonId, BoardMember] = {}
    version_of_rules: int = 0
    asking: dict[PersonId, date] = {}
    hold_by: date | None = None


Partnership = Unformed | Formed


def evolve(partnership: Partnership, event: PartnershipEvent) -> Partnership:
    """The partnership after one more fact."""
    match partnership:
        case Unformed():
            return _formed(event) if isinstance(event, PartnershipFormed) else partnership
        case Formed():
            return _changed(partnership, event)


def _formed(event: PartnershipFormed) -> Formed:
    return Formed(
        partnership=event.partnership,
        lead=event.lead,
        agencies=frozenset(member.agency for member in event.members),
    )


def _changed(formed: Formed, event: PartnershipEvent) -> Formed:
    match event:
        case PartnershipFormed():
            return formed
        case PartnerJoined():
            return replace(formed, agencies=formed.agencies | {event.agency})
        case PartnerLeft():
            board = {p: m for p, m in formed.board.items() if m.agency != event.agency}
            return replace(formed, agencies=formed.agencies - {event.agency}, board=board)
        case BoardRulesSet():
            return replace(
                formed,
                rules=event.rules,
                used=formed.used | {event.decision},
                version_of_rules=formed.version_of_rules + 1,
            )
        case BoardMemberNamed():
            return replace(formed, board=with_member(formed.board, event.member))
        case BoardMemberStoodDown():
            board = {p: m for p, m in formed.board.items() if p != event.person}
            return replace(formed, board=board)
        case OfficersElected():
            board = with_officers(formed.board, event.chair, event.vice_chair)
            return replace(formed, board=board, used=formed.used | {event.decision})
        case ExtraMeetingAsked():
            return replace(formed, asking={**formed.asking, event.person: event.received_on})
        case ExtraMeetingDue():
            return replace(formed, hold_by=event.hold_by)
        case ExtraMeetingCalled():
            return replace(formed, asking={}, hold_by=None)


def with_officers(
    board: dict[PersonId, BoardMember], chair: PersonId, vice_chair: PersonId
) -> dict[PersonId, BoardMember]:
    """The board with the two it has chosen; whoever held an office before holds it no more."""
    return {
        person: replace(member, chair=person == chair, vice=person == vice_chair)
        for person, member in board.items()
    }


def with_member(
    board: dict[PersonId, BoardMember], member: BoardMember
) -> dict[PersonId, BoardMember]:
    """The board with one more member; a new chair takes the place of the old one."""
    others = {
        person: replace(
            sitting,
            chair=sitting.chair and not member.chair,
            vice=sitting.vice and not member.vice,
        )
        for person, sitting in board.items()
    }
    return {**others, member.person: member}
