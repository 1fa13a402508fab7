"""The facts of a partnership: its partners, the rules of its board and who sits on it."""

from __future__ import annotations

from shared.eventsourcing.events import Event
from shared.published.needs import PartnerJoined, PartnerLeft, PartnershipFormed
from shared.published.terms import AgencyId, PersonId, Term


class BoardRules(Term, frozen=True, kw_only=True):
    """When the board may decide.

    It is quorate while every agency of `quorum_named` is present, and `quorum_others` members of
    other agencies. Papers are out `paper_working_days` before a meeting.
    """

    quorum_named: tuple[AgencyId, ...]
    quorum_others: int
    paper_working_days: int = 5


class BoardMember(Term, frozen=True, kw_only=True):
    """A person who sits on the board for a partner agency."""

    person: PersonId
    agency: AgencyId
    chair: bool = False


class BoardRulesSet(Event, frozen=True, kw_only=True, tag="needs.board-rules-set.v1"):
    """`decision` carried the change; empty for the rules the board began with."""

    rules: BoardRules
    decision: str = ""


class BoardMemberNamed(Event, frozen=True, kw_only=True, tag="needs.board-member-named.v1"):
    """A new chair takes the place of the one before."""

    member: BoardMember


class BoardMemberStoodDown(
    Event, frozen=True, kw_only=True, tag="needs.board-member-stood-down.v1"
):
    person: PersonId


PartnershipEvent = (
    PartnershipFormed
    | PartnerJoined
    | PartnerLeft
    | BoardRulesSet
    | BoardMemberNamed
    | BoardMemberStoodDown
)
