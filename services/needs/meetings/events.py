"""The facts of one board meeting, from its calling to its minutes."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from services.needs.partnerships.events import BoardMember, BoardRules
from shared.eventsourcing.events import Event
from shared.published.needs import AboutKind, DecisionTaken, HomeAuthorityGiven
from shared.published.terms import PartnershipId, PersonId, Term, TextRef

Vote = Literal["for", "against", "abstain"]


class AgendaItem(Term, frozen=True, kw_only=True):
    """Something to be decided, or only heard. `constitution`: it would change the board's rules."""

    item: str
    title: str
    about_kind: AboutKind
    about: str
    exempt: bool = False
    constitution: bool = False


class MeetingCalled(Event, frozen=True, kw_only=True, tag="needs.meeting-called.v1"):
    """The agenda is fixed with the notice; `papers_due_at` is the last moment for papers."""

    meeting: str
    partnership: PartnershipId
    held_at: datetime
    papers_due_at: datetime
    agenda: tuple[AgendaItem, ...]
    called_by: PersonId


class PaperFiled(Event, frozen=True, kw_only=True, tag="needs.paper-filed.v1"):
    """`urgent` says why the chair takes a paper that came after its time."""

    paper: str
    item: str
    title: str
    text: TextRef
    exempt: bool = False
    urgent: TextRef | None = None
    filed_at: datetime


class MeetingOpened(Event, frozen=True, kw_only=True, tag="needs.meeting-opened.v1"):
    """The board and its rules as they stood at the opening hold for the whole meeting."""

    board: tuple[BoardMember, ...]
    rules: BoardRules
    present: tuple[PersonId, ...]
    presiding: PersonId
    opened_at: datetime


class MemberArrived(Event, frozen=True, kw_only=True, tag="needs.member-arrived.v1"):
    person: PersonId
    arrived_at: datetime


class MemberDeparted(Event, frozen=True, kw_only=True, tag="needs.member-departed.v1"):
    person: PersonId
    departed_at: datetime


class InterestDeclared(Event, frozen=True, kw_only=True, tag="needs.interest-declared.v1"):
    """A member leaves the room for this item and takes no part in it."""

    item: str
    person: PersonId


class VoteCast(Event, frozen=True, kw_only=True, tag="needs.vote-cast.v1"):
    """`casting`: the second vote of whoever presides, used only where the others are equal."""

    item: str
    person: PersonId
    vote: Vote
    casting: bool = False


class MeetingClosed(Event, frozen=True, kw_only=True, tag="needs.meeting-closed.v1"):
    closed_at: datetime


class MinutesApproved(Event, frozen=True, kw_only=True, tag="needs.minutes-approved.v1"):
    """`approved_in` is the later meeting that approved them."""

    minutes: TextRef
    approved_in: str
    recorded_by: PersonId


MeetingEvent = (
    MeetingCalled
    | PaperFiled
    | MeetingOpened
    | MemberArrived
    | MemberDeparted
    | InterestDeclared
    | VoteCast
    | DecisionTaken
    | HomeAuthorityGiven
    | MeetingClosed
    | MinutesApproved
)
