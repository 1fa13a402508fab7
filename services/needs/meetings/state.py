"""The states of a meeting, one after the other, and who takes part in what."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from msgspec.structs import replace

from services.needs.meetings.events import (
    ActionAgreed,
    ActionDone,
    AgendaItem,
    AuthorityDecided,
    CallInEnded,
    DecisionCalledIn,
    InterestDeclared,
    MeetingCalled,
    MeetingClosed,
    MeetingEvent,
    MeetingOpened,
    MemberArrived,
    MemberDeparted,
    MinutesApproved,
    MinutesDrafted,
    PaperFiled,
    SubstituteAgreed,
    Vote,
    VoteCast,
)
from services.needs.meetings.quorum import Quorum, quorum
from services.needs.partnerships.events import BoardMember, BoardRules
from shared.published.needs import DecisionTaken, HomeAuthorityGiven
from shared.published.terms import AgencyId, PersonId


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One item of the agenda and what has become of it.

    `in_time` are the papers that were out with the notice; `own` are who voted themselves.
    """

    item: AgendaItem
    papers: int = 0
    in_time: int = 0
    interested: frozenset[PersonId] = frozenset()
    votes: dict[PersonId, Vote] = {}
    own: frozenset[PersonId] = frozenset()
    casting: Vote | None = None
    decided: bool = False


class Following(msgspec.Struct, frozen=True, kw_only=True):
    """What follows from a meeting: actions by when each was done, and each partner's authority.

    `decided` are the partners' decisions that may still be called in, and until when; `called_in`
    those that are being looked at again; `given` those that stand.
    """

    actions: dict[str, date | None] = {}
    decided: dict[tuple[str, AgencyId], AuthorityDecided] = {}
    called_in: frozenset[tuple[str, AgencyId]] = frozenset()
    given: frozenset[tuple[str, AgencyId]] = frozenset()


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Any state of a meeting."""


class Uncalled(State, frozen=True, kw_only=True):
    """Nothing has happened yet."""


class Called(State, frozen=True, kw_only=True):
    """The notice is out; papers come in."""

    called: MeetingCalled
    items: dict[str, Item]
    substitutes: dict[PersonId, PersonId] = {}


class Open(State, frozen=True, kw_only=True):
    """The board sits. `present` changes as members come and go."""

    called: MeetingCalled
    items: dict[str, Item]
    board: dict[PersonId, BoardMember]
    rules: BoardRules
    presiding: PersonId
    present: frozenset[PersonId]
    decisions: dict[str, bool] = {}
    following: Following = Following()

    def taking_part(self, item: Item) -> frozenset[PersonId]:
        """Who is present and has no interest in the item."""
        return self.present - item.interested

    def quorum(self, item: Item) -> Quorum:
        """Whether those who take part in this very item are enough to decide it."""
        return quorum(self.rules, (self.board[person].agency for person in self.taking_part(item)))


class Closed(State, frozen=True, kw_only=True):
    """The board has risen; its decisions, by whether they were carried, stand."""

    called: MeetingCalled
    closed_at: datetime
    decisions: dict[str, bool]
    following: Following
    minuted: bool = False


Meeting = Uncalled | Called | Open | Closed


def evolve(meeting: Meeting, event: MeetingEvent) -> Meeting:
    """The meeting after one more fact."""
    match meeting:
        case Uncalled():
            if not isinstance(event, MeetingCalled):
                return meeting
            return Called(called=event, items={item.item: Item(item=item) for item in event.agenda})
        case Called():
            return _called(meeting, event)
        case Open():
            return _open(meeting, event)
        case Closed():
            return _closed(meeting, event)


def _with_paper(items: dict[str, Item], event: PaperFiled) -> dict[str, Item]:
    item = items[event.item]
    in_time = item.in_time + (event.urgent is None)
    return {**items, event.item: replace(item, papers=item.papers + 1, in_time=in_time)}


def _followed(following: Following, event: MeetingEvent) -> Following:
    """What follows from the meeting after one more fact; most facts are none of it."""
    match event:
        case ActionAgreed():
            return replace(following, actions={**following.actions, event.action: None})
        case ActionDone():
            return replace(following, actions={**following.actions, event.action: event.done_on})
        case AuthorityDecided():
            key = (event.decision, event.agency)
            return replace(following, decided={**following.decided, key: event})
        case DecisionCalledIn():
            key = (event.decision, event.agency)
            return replace(following, called_in=following.called_in | {key})
        case CallInEnded():
            key = (event.decision, event.agency)
            decided = {k: v for k, v in following.decided.items() if event.stands or k != key}
            return replace(following, called_in=following.called_in - {key}, decided=decided)
        case HomeAuthorityGiven():
            key = (event.decision, event.agency)
            decided = {k: v for k, v in following.decided.items() if k != key}
            return replace(following, given=following.given | {key}, decided=decided)
        case (
            MeetingCalled() | SubstituteAgreed() | PaperFiled() | MeetingOpened() | MemberArrived()
            | MemberDeparted() | InterestDeclared() | VoteCast() | DecisionTaken()
            | MeetingClosed() | MinutesDrafted() | MinutesApproved()
        ):  # fmt: skip
            return following


def _called(called: Called, event: MeetingEvent) -> Meeting:
    match event:
        case PaperFiled():
            return replace(called, items=_with_paper(called.items, event))
        case SubstituteAgreed():
            substitutes = {**called.substitutes, event.person: event.substitute}
            return replace(called, substitutes=substitutes)
        case MeetingOpened():
            return Open(
                called=called.called,
                items=called.items,
                board={member.person: member for member in event.board},
                rules=event.rules,
                presiding=event.presiding,
                present=frozenset(event.present),
            )
        case (
            MeetingCalled() | MemberArrived() | MemberDeparted() | InterestDeclared() | VoteCast()
            | DecisionTaken() | HomeAuthorityGiven() | ActionAgreed() | ActionDone()
            | AuthorityDecided() | DecisionCalledIn() | CallInEnded() | MeetingClosed()
            | MinutesDrafted() | MinutesApproved()
        ):  # fmt: skip
            return called


def _open(open: Open, event: MeetingEvent) -> Meeting:
    match event:
        case PaperFiled():
            return replace(open, items=_with_paper(open.items, event))
        case MemberArrived():
            return replace(open, present=open.present | {event.person})
        case MemberDeparted():
            return replace(open, present=open.present - {event.person})
        case InterestDeclared():
            item = open.items[event.item]
            item = replace(item, interested=item.interested | {event.person})
            return replace(open, items={**open.items, event.item: item})
        case VoteCast():
            return replace(open, items=_with_vote(open.items, event))
        case DecisionTaken():
            return replace(
                open,
                items=_with_decision(open.items, event),
                decisions={**open.decisions, event.decision: event.carried},
            )
        case (
            HomeAuthorityGiven() | ActionAgreed() | ActionDone() | AuthorityDecided()
            | DecisionCalledIn() | CallInEnded()
        ):  # fmt: skip
            return replace(open, following=_followed(open.following, event))
        case MeetingClosed():
            return Closed(
                called=open.called,
                closed_at=event.closed_at,
                decisions=open.decisions,
                following=open.following,
            )
        case (
            MeetingCalled() | SubstituteAgreed() | MeetingOpened() | MinutesDrafted()
            | MinutesApproved()
        ):  # fmt: skip
            return open


def _with_vote(items: dict[str, Item], event: VoteCast) -> dict[str, Item]:
    item = items[event.item]
    if event.casting:
        return {**items, event.item: replace(item, casting=event.vote)}
    own = item.own if event.recorded_by else item.own | {event.person}
    votes = {**item.votes, event.person: event.vote}
    return {**items, event.item: replace(item, votes=votes, own=own)}


def _with_decision(items: dict[str, Item], event: DecisionTaken) -> dict[str, Item]:
    return {**items, event.decision: replace(items[event.decision], decided=True)}


def _closed(closed: Closed, event: MeetingEvent) -> Meeting:
    match event:
        case (
            HomeAuthorityGiven() | ActionAgreed() | ActionDone() | AuthorityDecided()
            | DecisionCalledIn() | CallInEnded()
        ):  # fmt: skip
            return replace(closed, following=_followed(closed.following, event))
        case MinutesApproved():
            return replace(closed, minuted=True)
        case (
            MeetingCalled() | SubstituteAgreed() | PaperFiled() | MeetingOpened() | MemberArrived()
            | MemberDeparted() | InterestDeclared() | VoteCast() | DecisionTaken()
            | MeetingClosed() | MinutesDrafted()
        ):  # fmt: skip
            return closed
