"""The steps of a case under a contract's clauses: clocks, pauses, the way up and the way down."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.contracts.contracts.presets import COUNCIL, NHS_STANDARD
from services.monitoring.flags.commands import (
    AgreePlan,
    CloseFlag,
    DismissFlag,
    EscalateFlag,
    FlagCommand,
    GiveExplanation,
    HoldMeeting,
    JudgeReading,
    MakeNote,
    MeetMilestone,
    MissClock,
    PauseClock,
    RequestExplanation,
    ResumeClock,
    StepDown,
    TakeMeasure,
    UpholdFlag,
)
from services.monitoring.flags.decider import FLAGS
from services.monitoring.flags.events import ReadingJudged
from services.monitoring.flags.judging import judgement, rating
from services.monitoring.flags.refusals import (
    AlreadyThere,
    ClockNotPaused,
    ClockShorterThanClause,
    ExceptionReportFirst,
    ExplanationAwaited,
    MeetingBeforeCase,
    MeetingHeld,
    MetBeforeCase,
    NoClockRunning,
    NotAsked,
    NotEscalated,
    NotMetYet,
    SamePerson,
    UnknownMeasure,
)
from services.monitoring.flags.state import Watch
from shared.eventsourcing.commands import Refused
from shared.published.cases import (
    CaseClockMissed,
    CaseClockPaused,
    CaseClockResumed,
    CaseClockStarted,
    CaseMeetingHeld,
    FlagSteppedDown,
    NoteMade,
)
from shared.published.monitoring import (
    ExplanationGiven,
    ExplanationRequested,
    FlagUpheld,
    Milestone,
    MilestoneMet,
    UnderperformanceFlagged,
)
from shared.published.terms import Clause, Reading, TargetFrom
from shared.testing.scenarios import Scenario
from shared.values.working_days import working_days_between
from tests.monitoring.agreed import BETTER, Q1, Q2, Q3, SEEN, TEXT

FLAG = "c1:seen:1"
Q4 = "2026-27-Q4"
MON = datetime(2026, 11, 2, 9, tzinfo=UTC)  # a Monday
FRI = MON + timedelta(days=4)
NEXT_MON = MON + timedelta(days=7)
TERMS = NHS_STANDARD


def judge(period: str, value: int, version: int = 1) -> JudgeReading:
    reading = Reading(measure="seen", period=period, value=Decimal(value))
    return JudgeReading(period=period, return_version=version, readings=(reading,), now=MON)


def take(measure: Any = SEEN, clause: Clause | None = None) -> TakeMeasure:
    return TakeMeasure(
        contract="c1", partnership="p1", provider="acorn", commissioner="council",
        measure=measure, sanctions_live_on=None, rating=clause, now=MON,
    )  # fmt: skip


request = RequestExplanation(flag=FLAG, working_days=5, terms=TERMS, requested_by="mo", now=MON)
explain = GiveExplanation(flag=FLAG, text=TEXT, given_by="ann", terms=TERMS, now=FRI)
uphold = UpholdFlag(flag=FLAG, reason=TEXT, upheld_by="chris", terms=TERMS, now=FRI)
held = HoldMeeting(
    flag=FLAG, held_on=NEXT_MON.date(), minutes=TEXT, recorded_by="mo", terms=TERMS, now=NEXT_MON
)
step = Milestone(milestone="m1", text=TEXT, owner="ann", due_on=date(2026, 12, 1))
plan = AgreePlan(flag=FLAG, milestones=(step,), agreed_by="mo", now=NEXT_MON)
report = EscalateFlag(
    flag=FLAG, to="exception-report", reason=TEXT, escalated_by="mo", terms=TERMS, now=NEXT_MON
)
review = replace(report, to="formal-review", escalated_by="lea", review="c1:2026-27")
down = StepDown(flag=FLAG, reason=TEXT, stepped_down_by="chris", terms=TERMS, now=NEXT_MON)
close = CloseFlag(flag=FLAG, reason=TEXT, closed_by="chris", now=NEXT_MON)
pause = PauseClock(flag=FLAG, reason=TEXT, paused_by="mo", now=MON)
resume = ResumeClock(flag=FLAG, resumed_by="mo", now=FRI)
raised = Scenario(FLAGS).when_done(take(), judge(Q1, 20), judge(Q2, 25))
asked = raised.when_done(request)
upheld = asked.when_done(explain, uphold)


def test_an_explanation_is_asked_for_under_the_clause_and_never_with_fewer_days() -> None:
    raised.when(request).then(
        ExplanationRequested(
            flag=FLAG, contract="c1", due_on=date(2026, 11, 9), requested_by="mo",
            clause=TERMS.explanation.clause,
        )
    )  # fmt: skip
    short = replace(request, working_days=4)
    raised.when(short).then_refused(ClockShorterThanClause, "/body/working_days")
    raised.when_done(replace(request, working_days=8))


def test_nothing_is_upheld_unasked_or_while_the_provider_still_has_days() -> None:
    raised.when(uphold).then_refused(NotAsked)
    asked.when(uphold).then_refused(ExplanationAwaited)
    late = replace(uphold, now=datetime(2026, 11, 10, 9, tzinfo=UTC))
    asked.when_done(late)
    paused = asked.when_done(pause)
    paused.when(late).then_refused(ExplanationAwaited)


def test_each_step_starts_the_clock_of_the_next_under_its_own_clause() -> None:
    def clock(name: Any, clause: Clause, due_on: date) -> CaseClockStarted:
        return CaseClockStarted(
            flag=FLAG, contract="c1", clock=name, clause=clause.clause, due_on=due_on
        )

    given = ExplanationGiven(flag=FLAG, contract="c1", text=TEXT, given_by="ann")
    asked.when(explain).then(given, clock("decision", TERMS.decision, date(2026, 11, 13)))
    stands = FlagUpheld(flag=FLAG, contract="c1", reason=TEXT, upheld_by="chris")
    past = asked.when_done(explain)
    past.when(uphold).then(stands, clock("meeting", TERMS.meeting, date(2026, 11, 20)))
    met = CaseMeetingHeld(
        flag=FLAG, contract="c1", held_on=date(2026, 11, 9), minutes=TEXT, recorded_by="mo"
    )
    upheld.when(held).then(met, clock("plan", TERMS.plan, date(2026, 11, 16)))
    exception = upheld.when(report).events()[1]
    assert exception == clock("exception-report", TERMS.exception_report, date(2026, 11, 23))
    formal = upheld.when_done(report).when(review).events()[1]
    assert formal == clock("formal-review", TERMS.formal_review, date(2026, 12, 7))


def test_a_contract_without_clauses_has_no_clocks_but_the_explanations() -> None:
    bare = asked.when_done(replace(explain, terms=None))
    assert len(bare.when(replace(uphold, terms=None)).events()) == 1


def test_a_meeting_is_held_once_about_the_case_and_not_in_the_future() -> None:
    past = upheld.when_done(held)
    past.when(held).then_refused(MeetingHeld)
    early = replace(held, held_on=date(2026, 11, 1))
    upheld.when(early).then_refused(MeetingBeforeCase, "/body/held_on")
    upheld.when(replace(held, held_on=date(2026, 11, 10))).then_refused(NotMetYet, "/body/held_on")


def test_a_milestone_is_met_with_what_shows_it() -> None:
    met = MeetMilestone(
        flag=FLAG, milestone="m1", met_on=NEXT_MON.date(), evidence=TEXT, met_by="mo",
        now=NEXT_MON,
    )  # fmt: skip
    upheld.when_done(plan).when(met).then(
        MilestoneMet(
            flag=FLAG, contract="c1", milestone="m1", met_on=NEXT_MON.date(), evidence=TEXT,
            met_by="mo",
        )
    )  # fmt: skip
    raised_on = upheld.state.case.flagged.raised_at.date()
    early = replace(met, met_on=raised_on - timedelta(days=1))
    upheld.when_done(plan).when(early).then_refused(MetBeforeCase, "/body/met_on")


def test_a_case_goes_up_one_step_at_a_time_and_down_by_someone_else() -> None:
    upheld.when(review).then_refused(ExceptionReportFirst)
    upheld.when(down).then_refused(NotEscalated)
    at_report = upheld.when_done(report)
    at_report.when(report).then_refused(AlreadyThere)
    at_report.when(replace(down, stepped_down_by="mo")).then_refused(SamePerson)
    at_review = at_report.when_done(review)
    at_review.when(report).then_refused(AlreadyThere)
    at_review.when(replace(down, stepped_down_by="lea")).then_refused(SamePerson)
    back = at_review.when(down).events()
    assert isinstance(back[0], FlagSteppedDown)
    assert (back[0].to, type(back[1])) == ("exception-report", CaseClockStarted)
    last = at_review.when_done(down).when(down).events()
    assert last == [
        FlagSteppedDown(flag=FLAG, contract="c1", to="plan", reason=TEXT, stepped_down_by="chris")
    ]


def test_whoever_took_a_case_higher_does_not_close_it() -> None:
    at_report = upheld.when_done(report)
    at_report.when(replace(close, closed_by="mo")).then_refused(SamePerson)
    at_report.when_done(close)
    upheld.when_done(replace(close, closed_by="mo"))


def test_a_plan_or_a_meeting_does_not_stop_the_clock_of_an_exception_report() -> None:
    past = upheld.when_done(report, held, plan)
    assert past.state.case.clock.clock == "exception-report"
    assert upheld.when_done(held, plan).state.case.clock is None


def test_a_paused_clock_moves_by_the_working_days_it_stood_still() -> None:
    paused = asked.when_done(pause)
    paused.when(pause).then_refused(NoClockRunning)
    asked.when(resume).then_refused(ClockNotPaused)
    paused.when(resume).then(
        CaseClockResumed(
            flag=FLAG, contract="c1", clock="explanation", due_on=date(2026, 11, 13),
            working_days_paused=4, resumed_by="mo", resumed_on=date(2026, 11, 6),
        )
    )  # fmt: skip
    raised.when(pause).then_refused(NoClockRunning)


def test_a_clock_is_missed_once_past_its_day_and_never_while_paused() -> None:
    late = MissClock(flag=FLAG, now=datetime(2026, 11, 10, 0, 0, tzinfo=UTC))
    asked.when(replace(late, now=datetime(2026, 11, 9, 23, 0, tzinfo=UTC))).then_nothing()
    asked.when(late).then(
        CaseClockMissed(flag=FLAG, contract="c1", clock="explanation", due_on=date(2026, 11, 9))
    )
    missed = asked.when_done(late)
    missed.when(late).then_nothing()
    missed.when(replace(pause, now=late.now)).then_refused(NoClockRunning)
    assert missed.when(explain).events()
    asked.when_done(pause).when(late).then_nothing()
    asked.when_done(explain).when(late).then_nothing()


def test_a_note_opens_nothing() -> None:
    note = MakeNote(note="n1", text=TEXT, made_by="mo", now=MON)
    Scenario(FLAGS).when(note).then_refused(UnknownMeasure)
    past = Scenario(FLAGS).when_done(take())
    past.when(note).then(
        NoteMade(
            note="n1", contract="c1", measure="seen", text=TEXT, made_by="mo",
            made_on=date(2026, 11, 2),
        )
    )  # fmt: skip
    assert past.when_done(note).state.case is None


def test_a_period_is_judged_by_the_target_that_held_in_it() -> None:
    later = TargetFrom(from_period=Q3, target=Decimal(50), tolerance=Decimal(0))
    varied = replace(SEEN, targets=(later,))
    at = [Reading(measure="seen", period=p, value=Decimal(40)) for p in (Q1, Q2, Q3, Q4)]
    assert [judgement(varied, one) for one in at] == ["met", "met", "missed", "missed"]
    past = Scenario(FLAGS).when_done(take(), judge(Q1, 40), take(varied))
    restated = past.when(judge(Q1, 41, version=2)).events()
    assert [(e.judgement, e.target) for e in restated if isinstance(e, ReadingJudged)] == [
        ("met", Decimal(30))
    ]


@pytest.mark.parametrize(
    ("direction", "value", "expected"),
    [
        ("higher", 60, "good"), ("higher", 55, "approaching-target"),
        ("higher", 54, "requires-improvement"), ("higher", 49, "requires-improvement"),
        ("higher", 48, "inadequate"), ("lower", 60, "good"), ("lower", 65, "approaching-target"),
        ("lower", 71, "requires-improvement"), ("lower", 72, "inadequate"),
        ("neutral", 60, "other"),
    ],
)  # fmt: skip
def test_a_rating_is_worked_out_from_target_and_tolerance(
    direction: str, value: int, expected: str
) -> None:
    terms = replace(BETTER, direction=direction)
    reading = Reading(measure="better", period=Q1, value=Decimal(value), denominator=Decimal(100))
    assert COUNCIL.rating is not None
    assert rating(terms, reading, COUNCIL.rating) == expected
    assert rating(terms, replace(reading, denominator=Decimal(9)), COUNCIL.rating) == "other"
    assert rating(terms, None, COUNCIL.rating) == "other"


def test_there_is_a_rating_only_where_the_contract_asks_for_one() -> None:
    plain = Scenario(FLAGS).when_done(take()).when(judge(Q1, 40)).events()[0]
    rated = Scenario(FLAGS).when_done(take(clause=COUNCIL.rating)).when(judge(Q1, 40)).events()[0]
    assert isinstance(plain, ReadingJudged)
    assert isinstance(rated, ReadingJudged)
    assert (plain.rating, rated.rating) == (None, "good")


PEOPLE = ("mo", "chris", "lea")
NAMES = (
    "judge", "request", "explain", "uphold", "dismiss", "meet", "plan", "report", "review",
    "down", "close", "pause", "resume", "miss",
)  # fmt: skip


def command_of(name: str, flag: str, who: str, now: datetime, n: int) -> FlagCommand:
    period = (Q1, Q2, Q3, Q4)[n % 4]
    fresh = Milestone(
        milestone=f"m{n}", text=TEXT, owner="ann", due_on=now.date() + timedelta(days=30)
    )
    known: dict[str, FlagCommand] = {
        "judge": replace(judge(period, 20, n + 1), now=now),
        "request": replace(request, flag=flag, requested_by=who, now=now),
        "explain": replace(explain, flag=flag, now=now),
        "uphold": replace(uphold, flag=flag, upheld_by=who, now=now),
        "dismiss": DismissFlag(flag=flag, reason=TEXT, dismissed_by=who, now=now),
        "meet": replace(held, flag=flag, held_on=now.date(), now=now),
        "plan": replace(plan, flag=flag, milestones=(fresh,), now=now),
        "report": replace(report, flag=flag, escalated_by=who, now=now),
        "review": replace(review, flag=flag, escalated_by=who, now=now),
        "down": replace(down, flag=flag, stepped_down_by=who, now=now),
        "close": replace(close, flag=flag, closed_by=who, now=now),
        "pause": replace(pause, flag=flag, now=now),
        "resume": replace(resume, flag=flag, now=now),
        "miss": MissClock(flag=flag, now=now),
    }
    return known[name]


@given(
    st.lists(
        st.tuples(st.sampled_from(NAMES), st.sampled_from(PEOPLE), st.integers(0, 6)),
        max_size=60,
    )
)
@settings(max_examples=300, deadline=None)
def test_any_sequence_of_commands_keeps_the_laws(steps: list[tuple[str, str, int]]) -> None:
    watch: Watch = raised.state
    now = MON
    open_flags = {FLAG}
    requested: dict[str, str] = {}
    for n, (name, who, days) in enumerate(steps):
        now += timedelta(days=days)
        flag = watch.case.flagged.flag if watch.case else FLAG
        before = watch.case.clock if watch.case else None
        try:
            events = FLAGS.decide(command_of(name, flag, who, now, n), watch)
        except Refused:
            continue
        watch = FLAGS.fold(events, watch)
        for event in events:
            match event:
                case UnderperformanceFlagged():
                    assert not open_flags
                    open_flags.add(event.flag)
                case ExplanationRequested():
                    requested[event.flag] = event.requested_by
                case FlagUpheld():
                    assert requested[event.flag] != event.upheld_by
                case CaseClockStarted():
                    assert event.due_on > now.date() or name == "meet"
                case CaseClockResumed():
                    assert before
                    assert before.paused_on
                    assert event.due_on >= before.due_on
                    left = working_days_between(before.paused_on, before.due_on)
                    assert working_days_between(now.date(), event.due_on) == left
                case CaseClockMissed():
                    assert before
                    assert before.paused_on is None
                    assert now.date() > event.due_on
                case CaseClockPaused():
                    assert before
                    assert now.date() <= before.due_on
                case _:
                    pass
        if watch.case is None:
            open_flags.clear()
    assert open_flags == ({watch.case.flagged.flag} if watch.case else set())
