"""Many restatements over many periods: in the end flags are as the final figures make them, and
every case that rests on a figure that changed says so.
"""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from services.monitoring.flags.commands import JudgeReading, TakeMeasure
from services.monitoring.flags.decider import FLAGS
from services.monitoring.flags.state import Watch
from shared.published.monitoring import BasisChanged, UnderperformanceFlagged
from shared.published.terms import Reading
from tests.monitoring.agreed import SEEN, SIGNED_AT, TERMS

PERIODS = tuple(f"2026-27-Q{n}" for n in range(1, 5)) + tuple(f"2027-28-Q{n}" for n in range(1, 5))
TAKE = TakeMeasure(
    contract="c1", partnership="p1", provider="acorn", commissioner="council", measure=SEEN,
    sanctions_live_on=TERMS.sanctions_live_on, now=SIGNED_AT,
)  # fmt: skip
STORM = st.lists(st.tuples(st.sampled_from(PERIODS), st.integers(0, 60)), max_size=60)


def judge(period: str, version: int, value: int) -> JudgeReading:
    reading = Reading(measure=SEEN.measure, period=period, value=Decimal(value))
    return JudgeReading(period=period, return_version=version, readings=(reading,), now=SIGNED_AT)


def taken() -> Watch:
    return FLAGS.fold(FLAGS.decide(TAKE, FLAGS.initial))


@given(STORM)
@settings(max_examples=200, deadline=None)
def test_after_a_storm_the_judgements_are_those_of_the_final_figures(
    storm: list[tuple[str, int]],
) -> None:
    watch, versions, finally_said = taken(), dict.fromkeys(PERIODS, 0), dict[str, int]()
    for period, value in storm:
        versions[period] += 1
        finally_said[period] = value
        command = judge(period, versions[period], value)
        rested = {
            flag.flag for flag in watch.raised if any(miss.period == period for miss in flag.misses)
        }
        events = FLAGS.decide(command, watch)
        marked = {event.flag for event in events if isinstance(event, BasisChanged)}
        assert marked == rested
        watch = FLAGS.fold(events, watch)
        assert FLAGS.decide(command, watch) == []  # heard twice, judged once
    fresh = taken()
    for period in sorted(finally_said):
        command = judge(period, versions[period], finally_said[period])
        fresh = FLAGS.fold(FLAGS.decide(command, fresh), fresh)
    assert dict(watch.judged) == dict(fresh.judged)
    if fresh.raised:  # what the final figures would raise, some case of the storm rests on or had
        assert watch.raised


@given(STORM)
@settings(max_examples=100, deadline=None)
def test_a_storm_raises_one_case_at_a_time_and_no_case_twice_on_one_period(
    storm: list[tuple[str, int]],
) -> None:
    watch, versions = taken(), dict.fromkeys(PERIODS, 0)
    raised: list[UnderperformanceFlagged] = []
    for period, value in storm:
        versions[period] += 1
        events = FLAGS.decide(judge(period, versions[period], value), watch)
        raised += [event for event in events if isinstance(event, UnderperformanceFlagged)]
        watch = FLAGS.fold(events, watch)
    assert len(raised) <= 1  # nobody closes it here
