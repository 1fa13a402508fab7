"""The facts of one board meeting, from its calling to its minutes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from services.needs.partnerships.events import BoardMember, BoardRules
from shared.eventsourcing.events import Event
from shared.published.needs import AboutKind, DecisionTaken, HomeAuthorityGiven
from shared.published.terms import AgencyId, PartnershipId, PersonId, Term, TextRef

Vote = Literal["for", "against", "abstain"]
Ground = Literal[
    "", "individual", "identity", "business", "labour", "privilege", "notices", "crime"
]
"""Why something is exempt: paragraphs 1 to 7 of Schedule 12A, Local Government Act 1972."""
Body = Literal["officer", "committee", "cabinet"]
"""What of a partner gives its authority."""


class AgendaItem(Term, frozen=True, kw_only=True):
    """Something to be decided, or only heard.

    `constitution`: it would change the board's rules to `proposed`. `election`: it chooses chair
    and vice chair, and needs no report. `ratified_by`: the partners whose own bodies must confirm
    it. `ground` says why it is exempt; what is `confidential` only the board itself sees.
    """

    item: str
    title: str
    about_kind: AboutKind
    about: str
    exempt: bool = False
    constitution: bool = False
    confidential: bool = False
    ground: Ground = ""
    proposed: BoardRules | None = None
    election: bool = False
    ratified_by: tuple[AgencyId, ...] = ()


class MeetingCalled(Event, frozen=True, kw_only=True, tag="needs.meeting-called.v1"):
    """The agenda is fixed with the notice; `papers_due_at` is the last moment for papers."""

    meeting: str
    partnership: PartnershipId
    held_at: datetime
    papers_due_at: datetime
    agenda: tuple[AgendaItem, ...]
    called_by: PersonId
    extra: bool = False


class SubstituteAgreed(Event, frozen=True, kw_only=True, tag="needs.substitute-agreed.v1"):
    """For this meeting another person has the member's seat; `agreed_by` chairs the board."""

    person: PersonId
    substitute: PersonId
    agreed_by: PersonId


class PaperFiled(Event, frozen=True, kw_only=True, tag="needs.paper-filed.v1"):
    """`urgent` says why the chair takes a paper that came after its time."""

    paper: str
    item: str
    title: str
    text: TextRef
    exempt: bool = False
    urgent: TextRef | None = None
    filed_at: datetime
    confidential: bool = False
    ground: Ground = ""


class MeetingOpened(Event, frozen=True, kw_only=True, tag="needs.meeting-opened.v1"):
    """The board, with its substitutes, and its rules as they stood hold for the whole meeting."""

    board: tuple[BoardMember, ...]
    rules: BoardRules
    present: tuple[PersonId, ...]
    presiding: PersonId
    opened_at: datetime
    rules_version: int = 0


class MemberArrived(Event, frozen=True, kw_only=True, tag="needs.member-arrived.v1"):
    person: PersonId
    arrived_at: datetime


class MemberDeparted(Event, frozen=True, kw_only=True, tag="needs.member-departed.v1"):
    person: PersonId
    departed_at: datetime


class InterestDeclared(Event, frozen=True, kw_only=True, tag="needs.interest-declared.v1"):
    """A member leaves the room for this item and takes no part in it.

    `recorded_by` wrote down what the member said; empty where the member declared it here.
    """

    item: str
    person: PersonId
    recorded_by: PersonId = ""


class VoteCast(Event, frozen=True, kw_only=True, tag="needs.vote-cast.v1"):
    """`casting`: the second vote of whoever presides, used only where the others are equal.

    `recorded_by` counted the show of hands; empty where the member voted here.
    """

    item: str
    person: PersonId
    vote: Vote
    casting: bool = False
    recorded_by: PersonId = ""


class ActionAgreed(Event, frozen=True, kw_only=True, tag="needs.board-action-agreed.v1"):
    """Something a partner is to do by a day; `item` is where it was agreed, if at one."""

    partnership: PartnershipId
    action: str
    text: TextRef
    owner: AgencyId
    due_on: date
    item: str = ""


class ActionDone(Event, frozen=True, kw_only=True, tag="needs.board-action-done.v1"):
    action: str
    done_on: date
    recorded_by: PersonId


class AuthorityDecided(Event, frozen=True, kw_only=True, tag="needs.authority-decided.v1"):
    """A partner's own body has confirmed a decision, which may be called in until a day is over."""

    decision: str
    agency: AgencyId
    authority: Body
    given_by: PersonId
    call_in_until: date


class DecisionCalledIn(Event, frozen=True, kw_only=True, tag="needs.decision-called-in.v1"):
    """The partner's own scrutiny looks at it again; until it has, there is no authority."""

    decision: str
    agency: AgencyId
    reason: TextRef
    called_in_on: date


class CallInEnded(Event, frozen=True, kw_only=True, tag="needs.call-in-ended.v1"):
    """`stands`: authority follows. Otherwise it goes back to the partner's own body."""

    decision: str
    agency: AgencyId
    stands: bool
    ended_on: date


class MeetingClosed(Event, frozen=True, kw_only=True, tag="needs.meeting-closed.v1"):
    closed_at: datetime


class MinutesDrafted(Event, frozen=True, kw_only=True, tag="needs.minutes-drafted.v1"):
    """What the secretary sends round; only partners see it."""

    minutes: TextRef
    drafted_by: PersonId


class MinutesApproved(Event, frozen=True, kw_only=True, tag="needs.minutes-approved.v1"):
    """`approved_in` is the later meeting that approved them.

    `exempt_minutes` is what was said on exempt items, which is not for the public.
    """

    minutes: TextRef
    approved_in: str
    recorded_by: PersonId
    exempt_minutes: TextRef | None = None


MeetingEvent = (
    MeetingCalled
    | SubstituteAgreed
    | PaperFiled
    | MeetingOpened
    | MemberArrived
    | MemberDeparted
    | InterestDeclared
    | VoteCast
    | DecisionTaken
    | HomeAuthorityGiven
    | ActionAgreed
    | ActionDone
    | AuthorityDecided
    | DecisionCalledIn
    | CallInEnded
    | MeetingClosed
    | MinutesDrafted
    | MinutesApproved
)
