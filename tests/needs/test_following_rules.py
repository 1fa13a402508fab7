"""What follows from a meeting: authority and call-in, actions, minutes, as sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime

from msgspec.structs import replace

from services.needs.meetings.commands import (
    AgreeAction,
    CallInDecision,
    CloseMeeting,
    CompleteAction,
    ConfirmAuthority,
    DraftMinutes,
    EndCallIn,
    GiveHomeAuthority,
)
from services.needs.meetings.events import (
    ActionDone,
    AuthorityDecided,
    CallInEnded,
    DecisionCalledIn,
    MinutesDrafted,
)
from services.needs.meetings.refusals import (
    ActionIsDone,
    AuthorityGiven,
    CallInPast,
    DoneInFuture,
    DueInPast,
    MeetingNotOver,
    NotCallable,
    NotCalledIn,
    NotSat,
    OwnerNotPartner,
    UnknownItem,
)
from shared.eventsourcing.commands import Missing
from shared.published.needs import DecisionTaken, HomeAuthorityGiven
from tests.needs.test_meeting_rules import (
    ALL_FOR,
    HELD_AT,
    TEXT,
    called,
    decided,
    decision,
    sitting,
    votes,
)
from tests.needs.test_secretary_rules import TODAY, hands

done = sitting.when_done(hands(ALL_FOR), decision)


def authority(until: date | None = date(2026, 5, 13)) -> GiveHomeAuthority:
    return GiveHomeAuthority(
        decision="i1", agency="council", authority="cabinet", given_by="cam", call_in_until=until,
        now=HELD_AT,
    )  # fmt: skip


CONFIRM = ConfirmAuthority(
    decision="i1", agency="council", now=datetime(2026, 5, 13, 23, 0, 1, tzinfo=UTC)
)
CALL_IN = CallInDecision(decision="i1", agency="council", reason=TEXT, now=HELD_AT)
STANDS = EndCallIn(decision="i1", agency="council", stands=True, now=HELD_AT)
GIVEN = HomeAuthorityGiven(
    partnership="p1", decision="i1", agency="council", authority="cabinet", given_by="cam",
    effective_on=TODAY,
)  # fmt: skip


def test_authority_that_may_be_called_in_is_given_when_the_days_are_over() -> None:
    done.when(authority()).then(
        AuthorityDecided(
            decision="i1", agency="council", authority="cabinet", given_by="cam",
            call_in_until=date(2026, 5, 13),
        )
    )  # fmt: skip
    waiting = done.when_done(authority(), CloseMeeting(now=HELD_AT))
    waiting.when(replace(CONFIRM, now=HELD_AT)).then_nothing()
    waiting.when(CONFIRM).then(replace(GIVEN, effective_on=date(2026, 5, 14)))
    waiting.when(authority()).then_refused(AuthorityGiven)
    waiting.when_done(CONFIRM).when(CONFIRM).then_nothing()
    done.when(authority(date(2026, 5, 5))).then_refused(CallInPast, "/body/call_in_until")


def test_a_decision_called_in_waits_for_its_outcome_and_not_for_a_day() -> None:
    waiting = done.when_done(authority())
    waiting.when(CALL_IN).then(
        DecisionCalledIn(decision="i1", agency="council", reason=TEXT, called_in_on=TODAY)
    )
    again = waiting.when_done(CALL_IN)
    again.when(CONFIRM).then_nothing()
    again.when(CALL_IN).then_refused(NotCallable)
    ended = CallInEnded(decision="i1", agency="council", stands=True, ended_on=TODAY)
    again.when(STANDS).then(ended, GIVEN)


def test_a_decision_referred_back_is_decided_again_by_the_partners_own_body() -> None:
    back = replace(STANDS, stands=False)
    referred = done.when_done(authority(), CALL_IN, back)
    referred.when(CONFIRM).then_nothing()
    referred.when(STANDS).then_refused(NotCalledIn)
    assert isinstance(referred.when(authority()).events()[0], AuthorityDecided)


def test_only_what_a_partner_has_decided_is_called_in_and_in_time() -> None:
    done.when(CALL_IN).then_refused(NotCallable)
    done.when_done(authority(None)).when(CALL_IN).then_refused(NotCallable)
    late = replace(CALL_IN, now=CONFIRM.now)
    done.when_done(authority()).when(late).then_refused(NotCallable)
    called.when(CALL_IN).then_refused(NotSat)


def action(**changes: object) -> AgreeAction:
    fields = {"action": "a1", "text": TEXT, "owner": "icb", "partner": True,
              "due_on": date(2026, 6, 1), "item": "i1", "now": HELD_AT}  # fmt: skip
    return AgreeAction(**(fields | changes))  # type: ignore[arg-type]


def completing(on: date = TODAY) -> CompleteAction:
    return CompleteAction(action="a1", done_on=on, recorded_by="sec", now=HELD_AT)


def test_an_action_is_agreed_with_an_owner_and_a_day_and_done_once() -> None:
    called.when(action()).then_refused(NotSat)
    sitting.when(action(item="i9")).then_refused(UnknownItem)
    sitting.when(action(partner=False)).then_refused(OwnerNotPartner, "/body/owner")
    sitting.when(action(due_on=date(2026, 5, 5))).then_refused(DueInPast, "/body/due_on")
    agreed = sitting.when_done(action(), CloseMeeting(now=HELD_AT))
    agreed.when(completing()).then(ActionDone(action="a1", done_on=TODAY, recorded_by="sec"))
    agreed.when(completing(date(2026, 5, 7))).then_refused(DoneInFuture, "/body/done_on")
    agreed.when_done(completing()).when(completing()).then_refused(ActionIsDone)
    sitting.when(completing()).then_refused(Missing)


def test_minutes_are_drafted_once_the_board_has_risen() -> None:
    draft = DraftMinutes(minutes=TEXT, drafted_by="sec", now=HELD_AT)
    sitting.when(draft).then_refused(MeetingNotOver)
    closed = sitting.when_done(CloseMeeting(now=HELD_AT))
    closed.when(draft).then(MinutesDrafted(minutes=TEXT, drafted_by="sec"))


def test_the_facts_of_a_decision_are_the_same_whoever_wrote_the_votes_down() -> None:
    own = sitting.when_done(*votes(ALL_FOR))
    assert decided(own) == decided(sitting.when_done(hands(ALL_FOR)))
    assert isinstance(decided(own), DecisionTaken)
