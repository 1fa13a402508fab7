"""The day by which a query on a return is to be answered, under the contract's clause."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec.structs import replace

from services.monitoring.returns.commands import RaiseQuery
from services.monitoring.returns.state import Standing
from shared.eventsourcing.clock import london_date
from shared.published.monitoring import QueryRaised
from shared.published.terms import Clause
from shared.values.working_days import nth_working_day_after
from tests.monitoring.test_return_decider import LATER, answer, query, submitted


def test_a_query_is_answered_within_the_days_of_the_contracts_clause() -> None:
    def due(clause: Clause | None) -> date | None:
        (asked,) = submitted.when(replace(query(), answer_within=clause)).events()
        assert isinstance(asked, QueryRaised)
        assert asked.clause == (clause.clause if clause else "")
        return asked.due_on

    today = london_date(LATER)
    assert due(None) is None
    assert due(Clause(clause="9.6")) is None
    assert due(Clause(clause="9.6", working_days=5)) == nth_working_day_after(today, 5)
    assert due(Clause(clause="9.6", calendar_days=3)) == today + timedelta(days=3)


def test_the_first_open_query_to_be_answered_is_the_returns_day() -> None:
    def within(key: str, days: int) -> RaiseQuery:
        return replace(query(key), answer_within=Clause(clause="9.6", working_days=days))

    two = submitted.when_done(within("q1", 5), within("q2", 2))
    after = two.when_done(answer("q2"))
    none = after.when_done(answer("q1"))
    today = london_date(LATER)
    days = [nth_working_day_after(today, 2), nth_working_day_after(today, 5), None]
    for scenario, day in zip((two, after, none), days, strict=True):
        state = scenario.state
        assert isinstance(state, Standing)
        assert state.answer_due_on == day
