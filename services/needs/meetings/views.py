"""Meetings as they are listed and shown, and the decisions that other rooms rest on."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from msgspec.structs import replace

from services.needs.meetings.decider import MEETING
from services.needs.meetings.events import (
    AgendaItem,
    InterestDeclared,
    MeetingCalled,
    MeetingClosed,
    MeetingOpened,
    MemberArrived,
    MemberDeparted,
    MinutesApproved,
    PaperFiled,
    VoteCast,
)
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.needs import AboutKind, DecisionTaken, HomeAuthorityGiven, Majority
from shared.published.terms import AgencyId, PartnershipId, PersonId, TextRef


class ItemRow(Row, frozen=True, kw_only=True):
    """An item of the agenda with its papers, interests, votes and outcome."""

    item: AgendaItem
    papers: tuple[PaperFiled, ...] = ()
    interested: tuple[PersonId, ...] = ()
    votes: tuple[VoteCast, ...] = ()
    decision: DecisionTaken | None = None


class MeetingRow(Row, frozen=True, kw_only=True):
    """A meeting of one board."""

    meeting: str
    partnership: PartnershipId
    held_at: datetime
    papers_due_at: datetime
    status: Literal["called", "open", "closed"] = "called"
    agenda: tuple[ItemRow, ...]
    presiding: PersonId = ""
    present: tuple[PersonId, ...] = ()
    minutes: TextRef | None = None
    version: int = 0


def fold(row: MeetingRow | None, recorded: Recorded) -> MeetingRow | None:
    """The row after one more event of its meeting."""
    event = recorded.event
    if isinstance(event, MeetingCalled):
        row = MeetingRow(
            meeting=event.meeting,
            partnership=event.partnership,
            held_at=event.held_at,
            papers_due_at=event.papers_due_at,
            agenda=tuple(ItemRow(item=item) for item in event.agenda),
        )
    elif row is not None:
        row = _changed(row, event)
    return row and replace(row, version=recorded.envelope.version)


def _changed(row: MeetingRow, event: object) -> MeetingRow:
    match event:
        case PaperFiled() | InterestDeclared() | VoteCast():
            agenda = tuple(
                _with(item, event) if item.item.item == event.item else item for item in row.agenda
            )
            return replace(row, agenda=agenda)
        case DecisionTaken():
            agenda = tuple(
                replace(item, decision=event) if item.item.item == event.decision else item
                for item in row.agenda
            )
            return replace(row, agenda=agenda)
        case MeetingOpened():
            return replace(
                row, status="open", presiding=event.presiding, present=tuple(sorted(event.present))
            )
        case MemberArrived():
            return replace(row, present=tuple(sorted({*row.present, event.person})))
        case MemberDeparted():
            return replace(row, present=tuple(p for p in row.present if p != event.person))
        case MeetingClosed():
            return replace(row, status="closed")
        case MinutesApproved():
            return replace(row, minutes=event.minutes)
        case _:
            return row


def _with(item: ItemRow, event: PaperFiled | InterestDeclared | VoteCast) -> ItemRow:
    match event:
        case PaperFiled():
            return replace(item, papers=(*item.papers, event))
        case InterestDeclared():
            return replace(item, interested=(*item.interested, event.person))
        case VoteCast():
            return replace(item, votes=(*item.votes, event))


MEETINGS: View[MeetingRow] = View(
    name="meetings",
    source="needs",
    row=MeetingRow,
    events=MEETING.events,
    key=subject_of,
    fold=fold,
    indexes=("partnership",),
)


class DecisionRow(Row, frozen=True, kw_only=True):
    """What a board decided, and which partners' own bodies have confirmed it.

    `position` is where the decision lies in the log: what changed later was not decided on.
    """

    decision: str
    partnership: PartnershipId
    meeting: str
    about_kind: AboutKind
    about: str
    carried: bool
    majority: Majority
    exempt: bool
    decided_on: date
    position: int
    home_authority: tuple[AgencyId, ...] = ()

    def changes_rules_of(self, partnership: PartnershipId) -> bool:
        """Whether two thirds of the partnership's own board carried a change of its rules."""
        ours = self.partnership == self.about == partnership
        return ours and self.carried and self.majority == "two-thirds"

    def carries(self, kind: AboutKind, about: str, partnership: PartnershipId) -> bool:
        """Whether the partnership's own board carried something about this very object."""
        same = (self.about_kind, self.about, self.partnership) == (kind, about, partnership)
        return same and self.carried


def decision_of(recorded: Recorded) -> str | None:
    match recorded.event:
        case DecisionTaken() | HomeAuthorityGiven() as event:
            return event.decision
        case _:
            return None


def fold_decision(row: DecisionRow | None, recorded: Recorded) -> DecisionRow | None:
    match recorded.event:
        case DecisionTaken() as taken:
            return DecisionRow(
                decision=taken.decision,
                partnership=taken.partnership,
                meeting=taken.meeting,
                about_kind=taken.about_kind,
                about=taken.about,
                carried=taken.carried,
                majority=taken.majority,
                exempt=taken.exempt,
                decided_on=taken.decided_on,
                position=recorded.envelope.position,
            )
        case HomeAuthorityGiven() as given if row:
            return replace(row, home_authority=(*row.home_authority, given.agency))
        case _:
            return row


DECISIONS: View[DecisionRow] = View(
    name="decisions",
    source="needs",
    row=DecisionRow,
    events=(DecisionTaken, HomeAuthorityGiven),
    key=decision_of,
    fold=fold_decision,
    indexes=("partnership", "about"),
)
