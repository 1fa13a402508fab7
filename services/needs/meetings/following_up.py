"""What follows from a meeting: each partner's own authority, actions, minutes. Pure.

Law: until a partner's days for calling a decision in are over, its authority is not given.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.needs.meetings.commands import (
    AgreeAction,
    ApproveMinutes,
    CallInDecision,
    CompleteAction,
    ConfirmAuthority,
    DraftMinutes,
    EndCallIn,
    GiveHomeAuthority,
)
from services.needs.meetings.events import (
    ActionAgreed,
    ActionDone,
    AuthorityDecided,
    Body,
    CallInEnded,
    DecisionCalledIn,
    MeetingEvent,
    MinutesApproved,
    MinutesDrafted,
)
from services.needs.meetings.guards import item_of
from services.needs.meetings.refusals import (
    ActionIsDone,
    AuthorityGiven,
    CallInPast,
    DoneInFuture,
    DueInPast,
    MeetingNotOver,
    MinutesAreApproved,
    NotCallable,
    NotCalledIn,
    NotCarried,
    NotLaterMeeting,
    NotSat,
    OwnerNotPartner,
    UnknownDecision,
)
from services.needs.meetings.state import Closed, Meeting, Open
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.published.needs import HomeAuthorityGiven
from shared.published.terms import AgencyId, PersonId


def authorise(
    command: GiveHomeAuthority, meeting: Meeting
) -> AuthorityDecided | HomeAuthorityGiven:
    """Refuses: UnknownDecision, NotCarried, AuthorityGiven, CallInPast."""
    if not isinstance(meeting, Open | Closed) or command.decision not in meeting.decisions:
        raise UnknownDecision
    if not meeting.decisions[command.decision]:
        raise NotCarried
    key = (command.decision, command.agency)
    if key in meeting.following.given or key in meeting.following.decided:
        raise AuthorityGiven
    if command.call_in_until is None:
        return _given(meeting, command.decision, command.agency, command.authority,
                      command.given_by, command.now)  # fmt: skip
    if command.call_in_until < london_date(command.now):
        raise CallInPast(pointer="/body/call_in_until")
    return AuthorityDecided(
        decision=command.decision,
        agency=command.agency,
        authority=command.authority,
        given_by=command.given_by,
        call_in_until=command.call_in_until,
    )


def _given(
    meeting: Open | Closed,
    decision: str,
    agency: AgencyId,
    authority: Body,
    given_by: PersonId,
    now: datetime,
) -> HomeAuthorityGiven:
    return HomeAuthorityGiven(
        partnership=meeting.called.partnership,
        decision=decision,
        agency=agency,
        authority=authority,
        given_by=given_by,
        effective_on=london_date(now),
    )


def _sat(meeting: Meeting) -> Open | Closed:
    """Refuses: NotSat."""
    if not isinstance(meeting, Open | Closed):
        raise NotSat
    return meeting


def call_in(command: CallInDecision, meeting: Meeting) -> DecisionCalledIn:
    """Refuses: NotSat, NotCallable."""
    following = _sat(meeting).following
    key, today = (command.decision, command.agency), london_date(command.now)
    decided = following.decided.get(key)
    if decided is None or key in following.called_in or decided.call_in_until < today:
        raise NotCallable
    return DecisionCalledIn(
        decision=command.decision,
        agency=command.agency,
        reason=command.reason,
        called_in_on=today,
    )


def end_call_in(command: EndCallIn, meeting: Meeting) -> Sequence[MeetingEvent]:
    """Where the decision stands, the partner's authority follows at once.

    Refuses: NotSat, NotCalledIn.
    """
    sat = _sat(meeting)
    key = (command.decision, command.agency)
    if key not in sat.following.called_in:
        raise NotCalledIn
    ended = CallInEnded(
        decision=command.decision,
        agency=command.agency,
        stands=command.stands,
        ended_on=london_date(command.now),
    )
    if not command.stands:
        return [ended]
    decided = sat.following.decided[key]
    given = _given(
        sat, command.decision, command.agency, decided.authority, decided.given_by, command.now
    )
    return [ended, given]


def confirm(command: ConfirmAuthority, meeting: Meeting) -> Sequence[MeetingEvent]:
    """Nothing, where it has been called in or given meanwhile. Refuses: NotSat."""
    sat = _sat(meeting)
    key = (command.decision, command.agency)
    decided = sat.following.decided.get(key)
    over = decided is not None and decided.call_in_until < london_date(command.now)
    if decided is None or not over or key in sat.following.called_in:
        return []
    return [
        _given(
            sat, command.decision, command.agency, decided.authority, decided.given_by, command.now
        )
    ]


def agree_action(command: AgreeAction, meeting: Meeting) -> ActionAgreed:
    """Refuses: NotSat, UnknownItem, OwnerNotPartner, DueInPast."""
    sat = _sat(meeting)
    if command.item and isinstance(sat, Open):
        item_of(sat, command.item)
    if not command.partner:
        raise OwnerNotPartner(pointer="/body/owner")
    if command.due_on < london_date(command.now):
        raise DueInPast(pointer="/body/due_on")
    return ActionAgreed(
        partnership=sat.called.partnership,
        action=command.action,
        text=command.text,
        owner=command.owner,
        due_on=command.due_on,
        item=command.item,
    )


def complete_action(command: CompleteAction, meeting: Meeting) -> ActionDone:
    """Refuses: NotSat, Missing, ActionIsDone, DoneInFuture."""
    actions = _sat(meeting).following.actions
    if command.action not in actions:
        raise Missing
    if actions[command.action] is not None:
        raise ActionIsDone
    if command.done_on > london_date(command.now):
        raise DoneInFuture(pointer="/body/done_on")
    return ActionDone(
        action=command.action, done_on=command.done_on, recorded_by=command.recorded_by
    )


def draft_minutes(command: DraftMinutes, meeting: Meeting) -> MinutesDrafted:
    """A later draft takes the place of one before. Refuses: MeetingNotOver, MinutesAreApproved."""
    if not isinstance(meeting, Closed):
        raise MeetingNotOver
    if meeting.minuted:
        raise MinutesAreApproved
    return MinutesDrafted(minutes=command.minutes, drafted_by=command.drafted_by)


def approve_minutes(command: ApproveMinutes, meeting: Meeting) -> MinutesApproved:
    """Refuses: MeetingNotOver, MinutesAreApproved, NotLaterMeeting."""
    if not isinstance(meeting, Closed):
        raise MeetingNotOver
    if meeting.minuted:
        raise MinutesAreApproved
    if not command.later_meeting:
        raise NotLaterMeeting
    return MinutesApproved(
        minutes=command.minutes,
        approved_in=command.approved_in,
        recorded_by=command.recorded_by,
        exempt_minutes=command.exempt_minutes,
    )
