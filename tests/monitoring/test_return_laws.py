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
    RemindProvider,
    ReturnCommand,
)
from services.monitoring.returns.decider import RETURNS
from services.monitoring.returns.state import Standing
from shared.eventsourcing.commands import Refused
from shared.published.terms import TextRef
from tests.monitoring.agreed import OFFER, SIGNED_AT, TEXT, offer
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
from tests.monitoring.test_return_schedule import LONG, SHORT
from tests.monitoring.test_return_signing import attach, prepare, remove, sign

DAYS = st.integers(min_value=0, max_value=400)
COMMANDS = st.sampled_from(
    ["submit", "wrong", "accept", "reject", "query", "answer", "deem", "overdue", "restate",
     "consent", "extend", "cancel", "prepare", "prepare-restatement", "sign", "sign-by-maker",
     "part", "attach", "remove", "remind", "longer", "shorter"]
)  # fmt: skip


def asked(name: str, now: datetime, state: Standing | None) -> ReturnCommand:
    latest = len(state.versions) if state else 1
    open_queries = state.open_queries if state else ()
    content = TextRef(text=TEXT.text, digest=f"r{now.timestamp()}")
    receipt = state.prepared.receipt if state and state.prepared else "none"
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
        "prepare": prepare(now=now, content=content),
        "prepare-restatement": replace(
            restate(now, offer(seen=50)), declaration=None, content=content
        ),
        "sign": sign("tom", now, receipt),
        "sign-by-maker": sign("ann", now, receipt, declaration=TEXT),
        "part": replace(accept(latest, now=now), measures=("better",)),
        "attach": attach(int(now.timestamp()), now),
        "remove": remove(state.evidence[-1].file.text.int if state and state.evidence else 1),
        "remind": RemindProvider(working_days=-5, now=now),
        "longer": replace(schedule(), terms=LONG, now=now),
        "shorter": replace(schedule(), terms=SHORT, now=now),
    }
    return made[name]


def assert_laws(name: str, before: Standing, after: Standing) -> None:
    """What came is kept; who signs alone has declared it; what is accepted in part stands; evidence
    that came with figures stays; nobody is reminded of what is in; no date moves earlier.
    """
    for old, new in zip(before.versions, after.versions, strict=False):
        assert old == (replace(new, rejected=old.rejected) if name == "reject" else new)
    signed = after.versions[len(before.versions) :]
    assert len(signed) <= 1
    for version in signed:
        assert version.prepared_by != version.signed_by
        assert version.declaration is not None or version.prepared_by
        assert version.evidence == before.evidence
        assert after.prepared is None
    assert {one.file.text for one in after.evidence} >= after.cited
    if before.accepted_measures:
        kept = set(before.accepted_measures) <= set(after.accepted_measures)
        assert kept or after.accepted
    assert len(set(after.reminded)) == len(after.reminded)
    assert not (name == "remind" and before.submitted and after.reminded != before.reminded)
    assert not (name == "shorter" and after.due_at != before.due_at)


@given(st.lists(st.tuples(COMMANDS, DAYS), max_size=40))
@settings(max_examples=300, deadline=None)
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
        assert not (name in ("wrong", "sign-by-maker") and events)
        state = RETURNS.fold(events, state)
        if isinstance(state, Standing):
            assert before is not None
            assert_laws(name, before, state)
            assert [version.version for version in state.versions] == [
                number + 1 for number in range(len(state.versions))
            ]
            assert before is None or state.due_at >= before.due_at
            accepted_versions.append(state.accepted)
            assert (state.status in ("accepted", "restated")) == (state.accepted > 0)
            assert not (state.accepted and state.counts_as_accepted_at)
            assert (state.status == "queried") <= bool(state.open_queries)
    assert accepted_versions == sorted(accepted_versions)
