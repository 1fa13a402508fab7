"""Whatever is asked of a return, in whatever order, some things always hold."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.monitoring.returns.commands import (
    CancelReturn,
    CountAsAccepted,
    FallOverdue,
    ReturnCommand,
)
from services.monitoring.returns.decider import RETURNS
from services.monitoring.returns.state import Standing
from shared.eventsourcing.commands import Refused
from tests.monitoring.agreed import OFFER, SIGNED_AT, offer
from tests.monitoring.test_return_decider import (
    accept,
    answer,
    consent,
    extend,
    query,
    reject,
    restate,
    schedule,
    submit,
)

DAYS = st.integers(min_value=0, max_value=400)
COMMANDS = st.sampled_from(
    ["submit", "wrong", "accept", "reject", "query", "answer", "deem", "overdue", "restate",
     "consent", "extend", "cancel"]
)  # fmt: skip


def asked(name: str, now: datetime, state: Standing | None) -> ReturnCommand:
    latest = len(state.versions) if state else 1
    open_queries = state.open_queries if state else ()
    made: dict[str, ReturnCommand] = {
        "submit": submit(now),
        "wrong": submit(now, replace(OFFER, budget=())),
        "accept": accept(latest, now=now),
        "reject": replace(reject(latest), now=now),
        "query": query(f"q{now.timestamp()}"),
        "answer": answer(open_queries[0] if open_queries else "none", now),
        "deem": CountAsAccepted(now=now),
        "overdue": FallOverdue(now=now),
        "restate": restate(now, offer(seen=40)),
        "consent": consent,
        "extend": extend(now.date() + timedelta(days=20), now),
        "cancel": CancelReturn(now=now),
    }
    return made[name]


@given(st.lists(st.tuples(COMMANDS, DAYS), max_size=25))
@settings(max_examples=200, deadline=None)
def test_whatever_is_asked_versions_grow_and_the_status_follows(
    steps: list[tuple[str, int]],
) -> None:
    state = RETURNS.fold(RETURNS.decide(schedule(), RETURNS.initial))
    accepted_versions: list[int] = []
    for n, (name, day) in enumerate(sorted(steps, key=lambda step: step[1])):
        now = SIGNED_AT + timedelta(days=day, seconds=n)
        before = state if isinstance(state, Standing) else None
        try:
            events = RETURNS.decide(asked(name, now, before), state)
        except Refused:
            continue
        assert not (name == "wrong" and events)
        state = RETURNS.fold(events, state)
        if isinstance(state, Standing):
            assert [version.version for version in state.versions] == [
                number + 1 for number in range(len(state.versions))
            ]
            assert before is None or state.due_at >= before.due_at
            accepted_versions.append(state.accepted)
            assert (state.status in ("accepted", "restated")) == (state.accepted > 0)
            assert not (state.accepted and state.counts_as_accepted_at)
            assert (state.status == "queried") <= bool(state.open_queries)
    assert accepted_versions == sorted(accepted_versions)
