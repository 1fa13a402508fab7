"""When a return is due and when its provider is reminded, over holidays and changes of clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from msgspec.structs import replace

from services.monitoring.returns.commands import CancelReturn, RemindProvider, ScheduleReturn
from services.monitoring.returns.scheduling import reminders
from services.monitoring.returns.state import Standing
from services.monitoring.returns.views import due
from shared.eventsourcing.events import Envelope, Meta, Recorded
from shared.published.monitoring import ReturnReminded, ReturnRescheduled, ReturnScheduled
from shared.testing.scenarios import Scenario
from tests.monitoring.agreed import Q1, SIGNED_AT, TERMS
from tests.monitoring.test_return_decider import (
    DUE_AT,
    extend,
    nothing,
    reject,
    schedule,
    scheduled,
    submit,
)

LONG = replace(TERMS, return_due_working_days=20)
SHORT = replace(TERMS, return_due_working_days=5)
LATER_DUE_AT = datetime(2026, 7, 28, 22, 59, 59, tzinfo=UTC)


def again(terms: object = LONG, now: datetime = SIGNED_AT) -> ScheduleReturn:
    return replace(schedule(), terms=terms, now=now)


def standing(past: Scenario) -> Standing:
    assert isinstance(past.state, Standing)
    return past.state


@pytest.mark.parametrize(
    ("period", "due_on"),
    [
        ("2026-27-Q1", date(2026, 7, 21)),
        ("2026-27-Q3", date(2027, 1, 22)),  # New Year's Day is no working day
        ("2025-26-M12", date(2026, 4, 23)),  # nor are Good Friday and Easter Monday
        ("2026-27-M11", date(2027, 3, 19)),
        ("2026-27-Y", date(2027, 4, 21)),
    ],
)
def test_a_return_is_due_on_the_contracts_working_day(period: str, due_on: date) -> None:
    [event] = nothing.when(schedule(period)).events()
    assert isinstance(event, ReturnScheduled)
    assert event.due_at.date() == due_on


def test_a_contract_signed_late_has_its_days_from_then() -> None:
    late = datetime(2026, 8, 3, 9, tzinfo=UTC)
    [event] = nothing.when(schedule(now=late)).events()
    assert isinstance(event, ReturnScheduled)
    assert (event.due_at.date(), event.counted_from) == (date(2026, 8, 24), date(2026, 8, 3))
    varied = nothing.given(event).when(again(now=late + timedelta(days=2)))
    # Monday 31 August is a bank holiday; twenty days are counted from the signature, not again.
    varied.then(
        ReturnRescheduled(
            contract="c1", period=Q1, due_at=datetime(2026, 9, 1, 22, 59, 59, tzinfo=UTC)
        )
    )


def test_a_variation_moves_a_date_later_and_never_earlier() -> None:
    moved = ReturnRescheduled(contract="c1", period=Q1, due_at=LATER_DUE_AT)
    scheduled.when(again()).then(moved)
    scheduled.when(again(SHORT)).then_nothing()
    scheduled.when(again(TERMS)).then_nothing()
    scheduled.given(moved).when(again(TERMS)).then_nothing()
    assert standing(scheduled.given(moved)).due_at == LATER_DUE_AT


def test_no_variation_excuses_what_was_due_or_moves_what_is_in() -> None:
    scheduled.when(again(now=DUE_AT + timedelta(seconds=1))).then_nothing()
    scheduled.when_done(submit()).when(again(now=datetime(2026, 7, 11, tzinfo=UTC))).then_nothing()
    longer = extend(date(2026, 8, 31))
    scheduled.when_done(longer).when(again()).then_nothing()
    cancelled = scheduled.when_done(CancelReturn(now=SIGNED_AT))
    cancelled.when(again()).then_nothing()


def remind(working_days: int, at: datetime) -> RemindProvider:
    return RemindProvider(working_days=working_days, now=at)


def test_the_provider_is_reminded_on_four_working_mornings() -> None:
    days = {n: at.date() for n, at in reminders(DUE_AT).items()}
    assert days == {
        -10: date(2026, 7, 7), -5: date(2026, 7, 14), -1: date(2026, 7, 20), 1: date(2026, 7, 22),
    }  # fmt: skip
    over_christmas = reminders(datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC))
    assert [at.date() for at in over_christmas.values()] == [
        date(2026, 12, 15), date(2026, 12, 22), date(2026, 12, 30), date(2027, 1, 4),
    ]  # fmt: skip
    hours = {
        at.astimezone(UTC).hour
        for at in reminders(datetime(2027, 3, 31, 22, 59, 59, tzinfo=UTC)).values()
    }
    assert hours == {8, 9}  # nine in London, before and after the clocks change on 28 March


def test_a_reminder_is_given_once_and_only_while_it_is_the_last_to_have_come() -> None:
    at = reminders(DUE_AT)
    told = ReturnReminded(contract="c1", period=Q1, due_at=DUE_AT, working_days=-5)
    scheduled.when(remind(-5, at[-5])).then(told)
    scheduled.given(told).when(remind(-5, at[-5])).then_nothing()
    scheduled.when(remind(-10, at[-5])).then_nothing()
    scheduled.when(remind(-5, at[-5] - timedelta(seconds=1))).then_nothing()


def test_nobody_is_reminded_of_what_is_in_or_not_owed() -> None:
    at = reminders(DUE_AT)[-1]
    submitted = scheduled.when_done(submit())
    submitted.when(remind(-1, at)).then_nothing()
    assert submitted.when_done(reject()).when(remind(-1, at)).events()
    scheduled.when_done(CancelReturn(now=SIGNED_AT)).when(remind(-1, at)).then_nothing()
    nothing.when(remind(-1, at)).then_nothing()


def test_an_extension_moves_the_reminders_and_they_are_given_again() -> None:
    at = reminders(DUE_AT)
    reminded = scheduled.when_done(remind(-5, at[-5]))
    extended = reminded.when_done(extend(date(2026, 7, 31), at[-5]))
    extended.when(remind(-1, at[-1])).then_nothing()
    new = standing(extended).due_at
    [event] = extended.when(remind(-5, reminders(new)[-5])).events()
    assert isinstance(event, ReturnReminded)
    assert (event.due_at, event.working_days) == (new, -5)


def recorded(event: object, at: datetime) -> Recorded:
    envelope = Envelope(
        position=1, publication=1, epoch=1, stream=f"return/c1:{Q1}", version=1, type="t",
        event_id=uuid4(), command_id=uuid4(), partition_key="c1", body=b"", meta=Meta(),
        effective_on=at.date(), recorded_at=at,
    )  # fmt: skip
    return Recorded(event, envelope)  # pyright: ignore[reportArgumentType]


def test_no_reminder_is_set_for_a_time_that_is_past() -> None:
    [event] = nothing.when(schedule(now=datetime(2026, 7, 1, tzinfo=UTC))).events()
    set_at = due(recorded(event, datetime(2026, 7, 15, tzinfo=UTC)))
    assert set_at["remind -10"] is None
    assert set_at["remind -5"] is not None
