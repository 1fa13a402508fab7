"""Meetings as they are listed and shown, and the decisions that other rooms rest on."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from services.needs.meetings.decider import MEETING
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
    MeetingOpened,
    MemberArrived,
    MemberDeparted,
    MinutesApproved,
    MinutesDrafted,
    PaperFiled,
    SubstituteAgreed,
    VoteCast,
)
from services.needs.meetings.quorum import Quorum, quorum
from services.needs.partnerships.events import BoardMember, BoardRules
from shared.eventsourcing.clock import london_date
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
    quorum: Quorum | None = None
    """As it was when the board decided."""


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
    came: tuple[PersonId, ...] = ()
    """Everybody who was there at any time."""
    minutes: TextRef | None = None
    exempt_minutes: TextRef | None = None
    approved_in: str = ""
    draft: TextRef | None = None
    extra: bool = False
    substitutes: dict[PersonId, PersonId] = msgspec.field(default_factory=dict[PersonId, PersonId])
    board: tuple[BoardMember, ...] = ()
    rules: BoardRules | None = None
    rules_version: int = 0
    version: int = 0

    def item(self, item: str) -> ItemRow | None:
        """The item of that id, if it is on the agenda."""
        return next((one for one in self.agenda if one.item.item == item), None)

    def quorum_now(self, item: ItemRow) -> Quorum | None:
        """Of those who take part in an item at this moment; None before the meeting is open."""
        if self.rules is None:
            return None
        part = set(self.present) - set(item.interested)
        agencies = [member.agency for member in self.board if member.person in part]
        return quorum(self.rules, agencies)


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
            extra=event.extra,
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
                replace(item, decision=event, quorum=row.quorum_now(item))
                if item.item.item == event.decision
                else item
                for item in row.agenda
            )
            return replace(row, agenda=agenda)
        case MeetingOpened():
            return replace(
                row,
                status="open",
                presiding=event.presiding,
                present=tuple(sorted(event.present)),
                came=tuple(sorted(event.present)),
                board=event.board,
                rules=event.rules,
                rules_version=event.rules_version,
            )
        case SubstituteAgreed():
            return replace(row, substitutes={**row.substitutes, event.person: event.substitute})
        case MemberArrived():
            return replace(
                row,
                present=tuple(sorted({*row.present, event.person})),
                came=tuple(sorted({*row.came, event.person})),
            )
        case MemberDeparted():
            return replace(row, present=tuple(p for p in row.present if p != event.person))
        case MeetingClosed():
            return replace(row, status="closed")
        case MinutesApproved():
            return replace(
                row,
                minutes=event.minutes,
                exempt_minutes=event.exempt_minutes,
                approved_in=event.approved_in,
            )
        case MinutesDrafted():
            return replace(row, draft=event.minutes)
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


class Authority(msgspec.Struct, frozen=True, kw_only=True):
    """How far one partner's own authority has come."""

    agency: AgencyId
    status: Literal["decided", "called-in", "referred-back", "given"]
    authority: str = ""
    call_in_until: date | None = None
    since: date


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
    authorities: tuple[Authority, ...] = ()

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
        case (
            DecisionTaken() | HomeAuthorityGiven() | AuthorityDecided() | DecisionCalledIn()
            | CallInEnded() as event
        ):  # fmt: skip
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
            stands = Authority(
                agency=given.agency, status="given", authority=given.authority,
                since=given.effective_on,
            )  # fmt: skip
            row = replace(row, home_authority=(*row.home_authority, given.agency))
            return _standing(row, stands)
        case AuthorityDecided() as decided if row:
            until = decided.call_in_until
            return _standing(row, Authority(
                agency=decided.agency, status="decided", authority=decided.authority,
                call_in_until=until, since=london_date(recorded.recorded_at),
            ))  # fmt: skip
        case DecisionCalledIn() as called if row:
            return _standing(row, Authority(
                agency=called.agency, status="called-in", since=called.called_in_on
            ))  # fmt: skip
        case CallInEnded() as ended if row and not ended.stands:
            return _standing(row, Authority(
                agency=ended.agency, status="referred-back", since=ended.ended_on
            ))  # fmt: skip
        case _:
            return row


def _standing(row: DecisionRow, authority: Authority) -> DecisionRow:
    others = [one for one in row.authorities if one.agency != authority.agency]
    return replace(row, authorities=(*others, authority))


DECISIONS: View[DecisionRow] = View(
    name="decisions",
    source="needs",
    row=DecisionRow,
    events=(DecisionTaken, HomeAuthorityGiven, AuthorityDecided, DecisionCalledIn, CallInEnded),
    key=decision_of,
    fold=fold_decision,
    indexes=("partnership", "about"),
)


class ActionRow(Row, frozen=True, kw_only=True):
    """An action of a board's log: what, whose, by when, and when it was done."""

    action: str
    partnership: PartnershipId
    meeting: str
    item: str
    text: TextRef
    owner: AgencyId
    agreed_on: date
    due_on: date
    done_on: date | None = None


def action_of(recorded: Recorded) -> str | None:
    match recorded.event:
        case ActionAgreed() | ActionDone() as event:
            return event.action
        case _:
            return None


def fold_action(row: ActionRow | None, recorded: Recorded) -> ActionRow | None:
    match recorded.event:
        case ActionAgreed() as agreed:
            return ActionRow(
                action=agreed.action,
                partnership=agreed.partnership,
                meeting=recorded.subject,
                item=agreed.item,
                text=agreed.text,
                owner=agreed.owner,
                agreed_on=london_date(recorded.recorded_at),
                due_on=agreed.due_on,
            )
        case ActionDone() as done if row:
            return replace(row, done_on=done.done_on)
        case _:
            return row


ACTIONS: View[ActionRow] = View(
    name="board_actions",
    source="needs",
    row=ActionRow,
    events=(ActionAgreed, ActionDone),
    key=action_of,
    fold=fold_action,
    indexes=("partnership",),
)
