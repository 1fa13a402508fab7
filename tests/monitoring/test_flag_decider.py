"""The rules of a flag: what opens a case, who decides it, how it ends."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.monitoring.flags.commands import (
    AgreePlan,
    CloseFlag,
    DismissFlag,
    EscalateFlag,
    FlagCommand,
    FlagLapse,
    GiveExplanation,
    JudgeReading,
    MeetMilestone,
    MissMilestone,
    RecordRenewal,
    RequestExplanation,
    TakeMeasure,
    UpholdFlag,
)
from services.monitoring.flags.decider import FLAGS
from services.monitoring.flags.events import ReadingJudged, StandardRenewed
from services.monitoring.flags.judging import judgement
from services.monitoring.flags.refusals import (
    AlreadyDecided,
    AlreadyRequested,
    ClockMissing,
    DuplicateMilestone,
    FlagNotOpen,
    MilestoneInPast,
    NotRequested,
    NotUpheld,
    SamePerson,
    UnknownMeasure,
    UnknownMilestone,
)
from services.monitoring.flags.state import Watch
from shared.eventsourcing.commands import Refused
from shared.published.monitoring import (
    BasisChanged,
    ExplanationRequested,
    FlagClosed,
    FlagDismissed,
    Milestone,
    MilestoneMissed,
    Miss,
    UnderperformanceFlagged,
)
from shared.published.terms import MeasureTerms, Reading
from shared.testing.scenarios import Scenario
from shared.values.quarters import next_period
from tests.monitoring.agreed import BETTER, Q1, Q2, Q3, SEEN, TEXT

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
FLAG = "c1:seen:1"
Q4 = "2026-27-Q4"


def take(measure: MeasureTerms = SEEN) -> TakeMeasure:
    return TakeMeasure(
        contract="c1", partnership="p1", provider="acorn", commissioner="council",
        measure=measure, sanctions_live_on=date(2026, 10, 1), now=NOW,
    )  # fmt: skip


def judge(period: str, value: int, version: int = 1) -> JudgeReading:
    reading = Reading(measure="seen", period=period, value=Decimal(value))
    return JudgeReading(period=period, return_version=version, readings=(reading,), now=NOW)


def miss(period: str, value: int, version: int = 1) -> Miss:
    return Miss(period=period, return_version=version, value=Decimal(value), target=Decimal(30))


def flagged(*misses: Miss, number: int = 1) -> UnderperformanceFlagged:
    return UnderperformanceFlagged(
        flag=f"c1:seen:{number}", contract="c1", partnership="p1", provider="acorn",
        commissioner="council", measure="seen", rule="threshold", misses=misses, raised_at=NOW,
        sanctions_live_on=date(2026, 10, 1),
    )  # fmt: skip


def judged(period: str, value: int, judgement: str, version: int = 1) -> ReadingJudged:
    reading = Reading(measure="seen", period=period, value=Decimal(value))
    return ReadingJudged(
        contract="c1", measure="seen", period=period, return_version=version,
        readings=(reading,), judgement=judgement, value=Decimal(value), target=Decimal(30),  # type: ignore[arg-type]
    )  # fmt: skip


request = RequestExplanation(flag=FLAG, working_days=5, requested_by="mo", now=NOW)
explain = GiveExplanation(flag=FLAG, text=TEXT, given_by="ann", now=NOW)
uphold = UpholdFlag(flag=FLAG, reason=TEXT, upheld_by="chris", now=NOW)
dismiss = DismissFlag(flag=FLAG, reason=TEXT, dismissed_by="chris", now=NOW)
close = CloseFlag(flag=FLAG, reason=TEXT, closed_by="mo", now=NOW)
step = Milestone(milestone="m1", text=TEXT, owner="ann", due_on=date(2026, 12, 1))
plan = AgreePlan(flag=FLAG, milestones=(step,), agreed_by="mo", now=NOW)
met = MeetMilestone(flag=FLAG, milestone="m1", met_on=date(2026, 11, 2), now=NOW)
missed = MissMilestone(flag=FLAG, milestone="m1", now=NOW)

watched = Scenario(FLAGS).when_done(take())
raised = watched.when_done(judge(Q1, 20), judge(Q2, 25))
upheld = raised.when_done(request, explain, uphold)


@pytest.mark.parametrize(
    ("direction", "value", "expected"),
    [
        ("higher", 28, "met"),
        ("higher", 27, "missed"),
        ("lower", 32, "met"),
        ("lower", 33, "missed"),
        ("neutral", 0, "not-counted"),
    ],
)
def test_a_value_past_the_target_by_more_than_the_tolerance_misses_it(
    direction: str, value: int, expected: str
) -> None:
    terms = replace(SEEN, direction=direction)
    reading = Reading(measure="seen", period=Q1, value=Decimal(value))
    assert judgement(terms, reading) == expected


def test_too_small_a_volume_is_not_counted() -> None:
    few = Reading(measure="better", period=Q1, value=Decimal(10), denominator=Decimal(9))
    assert judgement(BETTER, few) == "not-counted"
    assert judgement(BETTER, replace(few, denominator=Decimal(10))) == "missed"


def test_what_has_no_value_or_no_target_is_not_counted() -> None:
    assert judgement(SEEN, Reading(measure="seen", period=Q1, status="nil")) == "not-counted"
    assert judgement(SEEN, None) == "not-counted"
    value = Reading(measure="seen", period=Q1, value=Decimal(1))
    assert judgement(replace(SEEN, target=None), value) == "not-counted"


def test_figures_of_a_measure_nobody_agreed_are_refused() -> None:
    Scenario(FLAGS).when(judge(Q1, 20)).then_refused(UnknownMeasure)


def test_as_many_misses_in_a_row_as_the_contract_says_open_a_case() -> None:
    watched.when(judge(Q1, 20)).then(judged(Q1, 20, "missed"))
    watched.when_done(judge(Q1, 20)).when(judge(Q2, 25)).then(
        judged(Q2, 25, "missed"), flagged(miss(Q1, 20), miss(Q2, 25))
    )
    three = Scenario(FLAGS).when_done(take(replace(SEEN, breach_periods=3)))
    assert len(three.when_done(judge(Q1, 20)).when(judge(Q2, 20)).events()) == 1


def test_a_period_that_met_its_target_breaks_the_row_and_so_does_one_not_in_yet() -> None:
    broken = watched.when_done(judge(Q1, 20), judge(Q2, 30))
    assert len(broken.when(judge(Q3, 20)).events()) == 1
    gap = watched.when_done(judge(Q1, 20), judge(Q3, 20))
    filled = gap.when(judge(Q2, 21)).events()
    assert filled[1] == flagged(miss(Q1, 20), miss(Q2, 21), miss(Q3, 20))


def test_a_period_that_is_not_counted_is_passed_over() -> None:
    nil = JudgeReading(
        period=Q2, return_version=1, now=NOW,
        readings=(Reading(measure="seen", period=Q2, status="nil"),),
    )  # fmt: skip
    passed = watched.when_done(judge(Q1, 20), nil)
    assert passed.when(judge(Q3, 20)).events()[1] == flagged(miss(Q1, 20), miss(Q3, 20))


def test_the_same_version_is_judged_once() -> None:
    raised.when(judge(Q2, 25)).then_nothing()


def test_there_is_one_open_case_at_a_time() -> None:
    assert raised.when(judge(Q3, 20)).events() == [judged(Q3, 20, "missed")]


def test_after_a_case_only_new_misses_open_another() -> None:
    over = raised.when_done(request, dismiss)
    assert len(over.when(judge(Q3, 20)).events()) == 1
    again = over.when_done(judge(Q3, 20)).when(judge(Q4, 20)).events()
    assert again[1] == flagged(miss(Q3, 20), miss(Q4, 20), number=2)


def test_a_restated_period_marks_the_case_that_rests_on_it() -> None:
    better = raised.when(judge(Q1, 40, version=2)).events()
    assert better[1:] == [
        BasisChanged(flag=FLAG, contract="c1", period=Q1, return_version=2, still_missed=False)
    ]
    worse = raised.when(judge(Q1, 10, version=2)).events()
    assert worse[1:] == [
        BasisChanged(flag=FLAG, contract="c1", period=Q1, return_version=2, still_missed=True)
    ]


def test_a_case_that_is_over_is_marked_too() -> None:
    over = raised.when_done(request, dismiss)
    marked = over.when(judge(Q2, 40, version=2)).events()
    assert [type(event) for event in marked] == [ReadingJudged, BasisChanged]


def test_a_lapsed_standard_opens_a_case_of_its_own() -> None:
    lapse = FlagLapse(
        contract="c1", partnership="p1", provider="acorn", commissioner="council",
        standard="insurance", sanctions_live_on=None, now=NOW,
    )  # fmt: skip
    event = Scenario(FLAGS).when(lapse).events()[0]
    assert isinstance(event, UnderperformanceFlagged)
    assert (event.flag, event.rule) == ("c1:standard-insurance:1", "standard-lapsed")
    Scenario(FLAGS).when_done(lapse).when(lapse).then_nothing()


def test_a_standard_held_again_is_the_evidence_that_its_case_is_closed_with() -> None:
    lapse = FlagLapse(
        contract="c1", partnership="p1", provider="acorn", commissioner="council",
        standard="insurance", sanctions_live_on=None, now=NOW,
    )  # fmt: skip
    last_day, flag = date(2026, 11, 30), "c1:standard-insurance:1"
    renewal = RecordRenewal(standard="insurance", valid_until=last_day, now=NOW)
    end = CloseFlag(flag=flag, reason=TEXT, closed_by="mo", now=NOW)
    lapsed = Scenario(FLAGS).when_done(lapse)
    lapsed.when(end).then_refused(NotUpheld)
    lapsed.when(replace(renewal, standard="registration")).then_nothing()
    Scenario(FLAGS).when(renewal).then_nothing()
    raised.when(renewal).then_nothing()
    lapsed.when(renewal).then(
        StandardRenewed(flag=flag, contract="c1", standard="insurance", valid_until=last_day)
    )
    renewed = lapsed.when_done(renewal)
    renewed.when(renewal).then_nothing()
    renewed.when(end).then(
        FlagClosed(flag=flag, contract="c1", reason=TEXT, closed_by="mo", renewed_until=last_day)
    )
    assert renewed.when(replace(end, now=datetime(2026, 11, 30, 9, tzinfo=UTC))).events()
    lapsed_again = replace(end, now=datetime(2026, 12, 1, 9, tzinfo=UTC))
    renewed.when(lapsed_again).then_refused(NotUpheld)


def test_an_explanation_has_a_clock_in_working_days() -> None:
    raised.when(request).then(
        ExplanationRequested(flag=FLAG, contract="c1", due_on=date(2026, 11, 9), requested_by="mo")
    )
    raised.when(replace(request, working_days=0)).then_refused(ClockMissing, "/body/working_days")
    raised.when_done(request).when(request).then_refused(AlreadyRequested)
    raised.when(explain).then_refused(NotRequested)
    raised.when_done(request, explain).when(explain).then_refused(NotRequested)


def test_who_asked_does_not_decide() -> None:
    asked = raised.when_done(request, explain)
    asked.when(replace(uphold, upheld_by="mo")).then_refused(SamePerson)
    asked.when(replace(dismiss, dismissed_by="mo")).then_refused(SamePerson)
    asked.when(dismiss).then(
        FlagDismissed(flag=FLAG, contract="c1", reason=TEXT, dismissed_by="chris")
    )
    upheld.when(uphold).then_refused(AlreadyDecided)


def test_a_plan_follows_an_upheld_case() -> None:
    raised.when(plan).then_refused(NotUpheld)
    past = replace(plan, milestones=(replace(step, due_on=date(2026, 11, 2)),))
    upheld.when(past).then_refused(MilestoneInPast, "/body/milestones")
    twice = replace(plan, milestones=(step, step))
    upheld.when(twice).then_refused(DuplicateMilestone, "/body/milestones")
    assert upheld.when(plan).events()


def test_a_milestone_is_met_or_missed_and_may_be_met_late() -> None:
    planned = upheld.when_done(plan)
    planned.when(missed).then(MilestoneMissed(flag=FLAG, contract="c1", milestone="m1"))
    planned.when_done(missed).when(missed).then_nothing()
    assert planned.when_done(missed).when(met).events()
    done = planned.when_done(met)
    done.when(met).then_refused(UnknownMilestone)
    done.when(missed).then_nothing()
    planned.when_done(close).when(missed).then_nothing()


def test_a_case_that_is_over_takes_nothing_more() -> None:
    raised.when(close).then_refused(NotUpheld)
    upheld.when(close).then(FlagClosed(flag=FLAG, contract="c1", reason=TEXT, closed_by="mo"))
    closed = upheld.when_done(close)
    escalate = EscalateFlag(
        flag=FLAG, to="exception-report", reason=TEXT, escalated_by="mo", now=NOW
    )
    assert upheld.when(escalate).events()
    everything: list[FlagCommand] = [request, explain, uphold, dismiss, plan, met, escalate, close]
    for command in everything:
        closed.when(command).then_refused(FlagNotOpen)


PERIODS = [Q1]
for _ in range(7):
    PERIODS.append(next_period(PERIODS[-1]))
VALUES = st.integers(min_value=20, max_value=40)
STEPS = st.one_of(
    st.tuples(st.sampled_from(PERIODS), VALUES),
    st.tuples(st.sampled_from(["request", "uphold", "dismiss", "close"]), VALUES),
)


@given(st.lists(STEPS, max_size=40))
@settings(max_examples=200, deadline=None)
def test_whatever_comes_no_two_cases_are_open_and_none_shares_a_period(
    steps: list[tuple[str, int]],
) -> None:
    watch: Watch = FLAGS.fold(FLAGS.decide(take(), FLAGS.initial))
    versions: dict[str, int] = {}
    open_flags: set[str] = set()
    for name, value in steps:
        flag = watch.case.flagged.flag if watch.case else FLAG
        command: FlagCommand
        if name in PERIODS:
            versions[name] = versions.get(name, 0) + 1
            command = judge(name, value, versions[name])
        else:
            command = {
                "request": replace(request, flag=flag),
                "uphold": replace(uphold, flag=flag),
                "dismiss": replace(dismiss, flag=flag),
                "close": replace(close, flag=flag),
            }[name]
        try:
            events = FLAGS.decide(command, watch)
        except Refused:
            continue
        watch = FLAGS.fold(events, watch)
        for event in events:
            if isinstance(event, UnderperformanceFlagged):
                assert not open_flags
                assert len(event.misses) >= SEEN.breach_periods
                assert all(one.value < 28 for one in event.misses)
                open_flags.add(event.flag)
            elif isinstance(event, FlagDismissed | FlagClosed):
                open_flags.remove(event.flag)
    assert {watch.case.flagged.flag} == open_flags if watch.case else not open_flags
    rested = [one.period for case in watch.raised for one in case.misses]
    assert len(rested) == len(set(rested))
