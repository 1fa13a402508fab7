"""The states of a meeting, one after the other, and who takes part in what."""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec.structs import replace

from services.needs.meetings.events import (
    AgendaItem,
    InterestDeclared,
    MeetingCalled,
    MeetingClosed,
    MeetingEvent,
    MeetingOpened,
    MemberArrived,
    MemberDeparted,
    MinutesApproved,
    PaperFiled,
    Vote,
    VoteCast,
)
from services.needs.partnerships.events import BoardMember, BoardRules
from shared.published.needs import DecisionTaken, HomeAuthorityGiven
from shared.published.terms import AgencyId, PersonId


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One item of the agenda and what has become of it."""

    item: AgendaItem
    papers: int = 0
    interested: frozenset[PersonId] = frozenset()
    votes: dict[PersonId, Vote] = {}
    casting: Vote | None = None
    decided: bool = False


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Any state of a meeting."""


class Uncalled(State, frozen=True, kw_only=True):
    """Nothing has happened yet."""


class Called(State, frozen=True, kw_only=True):
    """The notice is out; papers come in."""

    called: MeetingCalled
    items: dict[str, Item]


class Open(State, frozen=True, kw_only=True):
    """The board sits. `present` changes as members come and go."""

    called: MeetingCalled
    items: dict[str, Item]
    board: dict[PersonId, BoardMember]
    rules: BoardRules
    presiding: PersonId
    present: frozenset[PersonId]
    decisions: dict[str, bool] = {}
    authorities: frozenset[tuple[str, AgencyId]] = frozenset()

    def taking_part(self, item: Item) -> frozenset[PersonId]:
        """Who is present and has no interest in the item."""
        return self.present - item.interested

    def quorate(self, item: Item) -> bool:
        """Whether those who take part in this very item are enough to decide it."""
        agencies = [self.board[person].agency for person in self.taking_part(item)]
        others = [agency for agency in agencies if agency not in self.rules.quorum_named]
        named = set(self.rules.quorum_named) <= set(agencies)
        return named and len(others) >= self.rules.quorum_others


class Closed(State, frozen=True, kw_only=True):
    """The board has risen; its decisions, by whether they were carried, stand."""

    called: MeetingCalled
    closed_at: datetime
    decisions: dict[str, bool]
    authorities: frozenset[tuple[str, AgencyId]]
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
    return {**items, event.item: replace(item, papers=item.papers + 1)}


def _called(called: Called, event: MeetingEvent) -> Meeting:
    match event:
        case PaperFiled():
            return replace(called, items=_with_paper(called.items, event))
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
            | DecisionTaken() | HomeAuthorityGiven() | MeetingClosed() | MinutesApproved()
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
        case HomeAuthorityGiven():
            given = (event.decision, event.agency)
            return replace(open, authorities=open.authorities | {given})
        case MeetingClosed():
            return Closed(
                called=open.called,
                closed_at=event.closed_at,
                decisions=open.decisions,
                authorities=open.authorities,
            )
        case MeetingCalled() | MeetingOpened() | MinutesApproved():
            return open


def _with_vote(items: dict[str, Item], event: VoteCast) -> dict[str, Item]:
    item = items[event.item]
    if event.casting:
        return {**items, event.item: replace(item, casting=event.vote)}
    return {**items, event.item: replace(item, votes={**item.votes, event.person: event.vote})}


def _with_decision(items: dict[str, Item], event: DecisionTaken) -> dict[str, Item]:
    return {**items, event.decision: replace(items[event.decision], decided=True)}


def _closed(closed: Closed, event: MeetingEvent) -> Meeting:
    match event:
        case HomeAuthorityGiven():
            given = (event.decision, event.agency)
            return replace(closed, authorities=closed.authorities | {given})
        case MinutesApproved():
            return replace(closed, minuted=True)
        case (
            MeetingCalled() | PaperFiled() | MeetingOpened() | MemberArrived() | MemberDeparted()
            | InterestDeclared() | VoteCast() | DecisionTaken() | MeetingClosed()
        ):  # fmt: skip
            return closed
