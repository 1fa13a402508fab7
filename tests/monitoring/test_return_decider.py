"""The rules of a return, as sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from services.monitoring.returns.commands import (
    AcceptReturn,
    AnswerQuery,
    CancelReturn,
    CompleteAction,
    ConsentToRestatement,
    CountAsAccepted,
    FallOverdue,
    GrantExtension,
    HoldReviewMeeting,
    OpenReturn,
    RaiseQuery,
    RejectReturn,
    RestateReturn,
    ScheduleReturn,
    SubmitReturn,
)
from services.monitoring.returns.decider import RETURNS
from services.monitoring.returns.events import Explained, FiguresExplained, ReturnOpened
from services.monitoring.returns.looks import Past
from services.monitoring.returns.offers import Offer
from services.monitoring.returns.refusals import (
    AcceptorIsProvider,
    AlreadySubmitted,
    ConsentNeeded,
    ExplanationsMissing,
    NoLaterDate,
    NotAccepted,
    NotHeldYet,
    NotSubmitted,
    NotTheLatest,
    PeriodNotOver,
    QueryOpen,
    ReturnHasErrors,
    ReturnIsAccepted,
    ReturnIsCancelled,
    UnknownAction,
    UnknownQuery,
    WindowClosed,
)
from services.monitoring.returns.state import Standing
from shared.eventsourcing.commands import Missing
from shared.published.monitoring import (
    Action,
    ReturnAccepted,
    ReturnCancelled,
    ReturnOverdue,
    ReturnRestated,
    ReturnScheduled,
    ReturnSubmitted,
)
from shared.published.terms import Reading, TextRef
from shared.testing.scenarios import Scenario
from tests.monitoring.agreed import OFFER, Q1, SIGNED_AT, TERMS, TEXT, offer, readings

DUE_AT = datetime(2026, 7, 21, 22, 59, 59, tzinfo=UTC)  # 15 working days after 30 June
OPENS_AT = datetime(2026, 6, 30, 23, tzinfo=UTC)  # midnight in London
CAME_AT = datetime(2026, 7, 10, 9, tzinfo=UTC)
COUNTS_AT = datetime(2026, 8, 7, 22, 59, 59, tzinfo=UTC)  # 20 working days after 10 July
LATER = datetime(2026, 7, 14, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
CONTENT = TextRef(text=TEXT.text, digest="r")


def schedule(period: str = Q1, now: datetime = SIGNED_AT) -> ScheduleReturn:
    return ScheduleReturn(contract="c1", period=period, terms=TERMS, now=now)


def submit(
    now: datetime = CAME_AT, figures: Offer = OFFER, past: Past | None = None
) -> SubmitReturn:
    return SubmitReturn(
        offer=figures,
        terms=TERMS,
        past=past or Past(),
        content=CONTENT,
        declaration=TEXT,
        submitted_by="ann",
        now=now,
    )


def accept(version: int = 1, agency: str = "council", now: datetime = LATER) -> AcceptReturn:
    return AcceptReturn(version=version, accepted_by="mo", agency=agency, now=now)


def restate(now: datetime, figures: Offer = OFFER) -> RestateReturn:
    return RestateReturn(
        offer=figures, terms=TERMS, past=Past(), content=CONTENT, declaration=TEXT, reason=TEXT,
        restated_by="ann", now=now,
    )  # fmt: skip


def query(key: str = "q1") -> RaiseQuery:
    return RaiseQuery(
        query=key, measure="seen", text=TEXT, raised_by="mo", agency="council", now=LATER
    )


def answer(key: str = "q1", now: datetime = LATER) -> AnswerQuery:
    return AnswerQuery(
        query=key, text=TEXT, accepted_after_working_days=20, answered_by="ann", now=now
    )


def reject(version: int = 1, agency: str = "council") -> RejectReturn:
    return RejectReturn(version=version, reason=TEXT, rejected_by="mo", agency=agency, now=LATER)


def extend(due_on: date, now: datetime = LATER) -> GrantExtension:
    return GrantExtension(due_on=due_on, reason=TEXT, granted_by="mo", agency="council", now=now)


consent = ConsentToRestatement(reason=TEXT, consented_by="mo", agency="council", now=LATER)
nothing = Scenario(RETURNS)
scheduled = nothing.when_done(schedule())
submitted = scheduled.when_done(submit())
accepted = submitted.when_done(accept())


def standing(scenario: Scenario) -> Standing:
    state = scenario.state
    assert isinstance(state, Standing)
    return state


def test_a_return_is_due_fifteen_working_days_after_its_period() -> None:
    nothing.when(schedule()).then(
        ReturnScheduled(
            contract="c1", partnership="p1", provider="acorn", commissioner="council", period=Q1,
            opens_on=date(2026, 7, 1), due_at=DUE_AT,
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("period", "due_on"),
    [
        ("2025-26-Q4", date(2026, 4, 23)),  # Good Friday 3 April and Easter Monday 6 April
        ("2026-27-Q3", date(2027, 1, 22)),  # New Year's Day
        ("2026-27-M08", date(2026, 12, 21)),  # before Christmas
        ("2026-27-M12", date(2027, 4, 21)),  # Easter Monday 29 March is before the period's end
        ("2026-27-Y", date(2027, 4, 21)),
    ],
)
def test_bank_holidays_are_no_working_days(period: str, due_on: date) -> None:
    event = nothing.when(schedule(period)).events()[0]
    assert isinstance(event, ReturnScheduled)
    assert event.due_at.date() == due_on


def test_a_slower_clock_runs_over_christmas() -> None:
    terms = replace(TERMS, return_due_working_days=20)
    command = replace(schedule("2026-27-M08"), terms=terms)
    event = nothing.when(command).events()[0]
    assert isinstance(event, ReturnScheduled)
    # Christmas Day is a Friday, and Boxing Day is kept on Monday 28 December.
    assert event.due_at == datetime(2026, 12, 30, 23, 59, 59, tzinfo=UTC)


def test_a_date_once_published_stays_whatever_is_agreed_later() -> None:
    sooner = replace(schedule(), terms=replace(TERMS, return_due_working_days=5))
    scheduled.when(sooner).then_nothing()


def test_a_return_scheduled_late_is_due_counting_from_then() -> None:
    event = nothing.when(schedule(now=datetime(2026, 9, 1, 9, tzinfo=UTC))).events()[0]
    assert isinstance(event, ReturnScheduled)
    assert event.due_at == datetime(2026, 9, 22, 22, 59, 59, tzinfo=UTC)


def test_nothing_comes_before_the_period_is_over() -> None:
    scheduled.when(submit(OPENS_AT - SECOND)).then_refused(PeriodNotOver)
    assert scheduled.when(submit(OPENS_AT)).events()
    scheduled.when(OpenReturn(now=OPENS_AT)).then(ReturnOpened(opened_at=OPENS_AT))


def test_nothing_is_handed_in_that_nobody_asked_for() -> None:
    nothing.when(submit()).then_refused(Missing)


def test_what_is_handed_in_is_recorded_with_its_receipt() -> None:
    scheduled.when(submit()).then(
        ReturnSubmitted(
            contract="c1", period=Q1, version=1, readings=OFFER.readings,
            breakdowns=OFFER.breakdowns, budget=OFFER.budget, receipt="r", submitted_by="ann",
            submitted_at=CAME_AT, counts_as_accepted_at=COUNTS_AT, declaration=TEXT,
            content=CONTENT,
        )
    )  # fmt: skip


def test_a_return_after_its_due_date_is_taken_and_late() -> None:
    on_time = scheduled.when(submit(DUE_AT)).events()[0]
    late = scheduled.when(submit(DUE_AT + SECOND)).events()[0]
    assert isinstance(on_time, ReturnSubmitted)
    assert isinstance(late, ReturnSubmitted)
    assert (on_time.late, late.late) == (False, True)


def test_figures_can_be_replaced_until_the_due_date_and_then_only_when_sent_back() -> None:
    again = submitted.when(submit(DUE_AT)).events()[0]
    assert isinstance(again, ReturnSubmitted)
    assert again.version == 2
    submitted.when(submit(DUE_AT + SECOND)).then_refused(WindowClosed)
    assert submitted.when_done(reject()).when(submit(DUE_AT + SECOND)).events()
    assert submitted.when_done(query()).when(submit(DUE_AT + SECOND)).events()
    accepted.when(submit()).then_refused(ReturnIsAccepted)


def test_figures_that_cannot_be_right_are_refused_with_every_place() -> None:
    wrong = replace(OFFER, budget=(), breakdowns=())
    with pytest.raises(ReturnHasErrors) as caught:
        scheduled.when(submit(figures=wrong)).events()
    pointers = {fault["pointer"] for fault in caught.value.faults}
    assert pointers == {"/body/budget/Block", "/body/breakdowns/seen/sex"}


def test_figures_that_need_explaining_are_taken_with_their_explanation() -> None:
    past = Past(last=readings("2025-26-Q4"))
    scheduled.when(submit(past=past)).then_refused(ExplanationsMissing)
    given = tuple(
        Explained(rule="identical-to-last", measure=measure, text=TEXT)
        for measure in ("seen", "better")
    )
    events = scheduled.when(submit(figures=replace(OFFER, explanations=given), past=past)).events()
    assert events[1:] == [FiguresExplained(version=1, explanations=given)]


def test_what_was_explained_last_time_stops_nothing() -> None:
    past = Past(
        last=readings("2025-26-Q4"),
        explained=(("identical-to-last", "seen"), ("identical-to-last", "better")),
    )
    assert scheduled.when(submit(past=past)).events()


def test_a_nil_return_says_nil_of_every_measure() -> None:
    event = scheduled.when(submit(figures=Offer(nil=True))).events()[0]
    assert isinstance(event, ReturnSubmitted)
    assert event.readings == (
        Reading(measure="seen", period=Q1, status="nil"),
        Reading(measure="better", period=Q1, status="nil"),
    )


def test_the_acceptor_is_of_another_agency() -> None:
    submitted.when(accept(agency="acorn")).then_refused(AcceptorIsProvider)
    submitted.when(reject(agency="acorn")).then_refused(AcceptorIsProvider)
    submitted.when(accept()).then(
        ReturnAccepted(
            contract="c1", period=Q1, version=1, readings=OFFER.readings, accepted_by="mo",
            accepted_at=LATER,
        )
    )  # fmt: skip


def test_only_the_latest_figures_are_judged_and_only_once() -> None:
    scheduled.when(accept()).then_refused(NotSubmitted)
    twice = submitted.when_done(submit())
    twice.when(accept(1)).then_refused(NotTheLatest)
    assert twice.when(accept(2)).events()
    accepted.when(accept()).then_refused(ReturnIsAccepted)
    submitted.when_done(reject()).when(accept()).then_refused(NotSubmitted)


def test_a_query_stands_in_the_way_until_it_is_answered() -> None:
    queried = submitted.when_done(query())
    queried.when(accept()).then_refused(QueryOpen)
    queried.when(answer("q9")).then_refused(UnknownQuery)
    answered = queried.when_done(answer())
    answered.when(answer()).then_refused(UnknownQuery)
    assert answered.when(accept()).events()
    assert standing(queried).status == "queried"
    assert standing(answered).status == "answered"


def test_figures_that_nobody_judges_count_as_accepted() -> None:
    submitted.when(CountAsAccepted(now=COUNTS_AT)).then_nothing()
    deemed = submitted.when(CountAsAccepted(now=COUNTS_AT + SECOND)).events()[0]
    assert isinstance(deemed, ReturnAccepted)
    assert (deemed.deemed, deemed.accepted_by) == (True, "")


def test_a_query_stops_the_days_and_its_answer_begins_them_again() -> None:
    later = CountAsAccepted(now=COUNTS_AT + SECOND)
    submitted.when_done(query()).when(later).then_nothing()
    submitted.when_done(reject()).when(later).then_nothing()
    accepted.when(later).then_nothing()
    two = submitted.when_done(query("q1"), query("q2"), answer("q1"))
    assert standing(two).counts_as_accepted_at is None
    both = two.when_done(answer("q2"))
    assert standing(both).counts_as_accepted_at == datetime(2026, 8, 11, 22, 59, 59, tzinfo=UTC)


def test_a_return_falls_overdue_once_and_only_without_figures() -> None:
    overdue = FallOverdue(now=DUE_AT + SECOND)
    scheduled.when(FallOverdue(now=DUE_AT)).then_nothing()
    scheduled.when(overdue).then(ReturnOverdue(contract="c1", period=Q1, due_at=DUE_AT))
    scheduled.when_done(overdue).when(overdue).then_nothing()
    submitted.when(overdue).then_nothing()
    assert submitted.when_done(reject()).when(overdue).events()


def test_an_extension_moves_the_date_later_never_earlier() -> None:
    scheduled.when(extend(date(2026, 7, 21))).then_refused(NoLaterDate, "/body/due_on")
    extended = scheduled.when_done(extend(date(2026, 7, 31)))
    extended.when(FallOverdue(now=DUE_AT + SECOND)).then_nothing()
    extended.when(extend(date(2026, 7, 30))).then_refused(NoLaterDate, "/body/due_on")
    submitted.when(extend(date(2026, 7, 31))).then_refused(AlreadySubmitted)


def test_a_restatement_keeps_both_versions() -> None:
    accepted.when(restate(LATER, offer(seen=40))).then(
        ReturnRestated(
            contract="c1", period=Q1, version=2, readings=offer(seen=40).readings, reason=TEXT,
            restated_by="ann", restated_at=LATER, breakdowns=offer(seen=40).breakdowns,
            budget=OFFER.budget, receipt="r", declaration=TEXT, content=CONTENT,
        )
    )  # fmt: skip
    restated = standing(accepted.when_done(restate(LATER, offer(seen=40))))
    assert [version.readings for version in restated.versions] == [
        OFFER.readings,
        offer(seen=40).readings,
    ]
    assert (restated.status, restated.accepted) == ("restated", 2)
    submitted.when(restate(LATER)).then_refused(NotAccepted)


def test_one_restatement_is_routine_until_the_next_return_is_due() -> None:
    next_due = datetime(2026, 10, 21, 22, 59, 59, tzinfo=UTC)
    assert accepted.when(restate(next_due)).events()
    accepted.when(restate(next_due + SECOND)).then_refused(ConsentNeeded)
    once = accepted.when_done(restate(LATER))
    once.when(restate(LATER)).then_refused(ConsentNeeded)
    agreed = once.when_done(consent)
    assert agreed.when(restate(next_due + SECOND)).events()
    agreed.when_done(restate(LATER)).when(restate(LATER)).then_refused(ConsentNeeded)


def test_consent_is_not_the_providers_to_give() -> None:
    accepted.when(replace(consent, agency="acorn")).then_refused(AcceptorIsProvider)


def test_a_cancelled_return_is_owed_no_more_but_what_is_in_stays() -> None:
    scheduled.when(CancelReturn(now=LATER)).then(ReturnCancelled(contract="c1", period=Q1))
    cancelled = scheduled.when_done(CancelReturn(now=LATER))
    cancelled.when(submit()).then_refused(ReturnIsCancelled)
    cancelled.when(FallOverdue(now=DUE_AT + SECOND)).then_nothing()
    submitted.when(CancelReturn(now=LATER)).then_nothing()


def test_a_review_meeting_agrees_actions_that_are_done_once() -> None:
    action = Action(action="a1", text=TEXT, owner="ann", due_on=date(2026, 8, 1))
    meeting = HoldReviewMeeting(
        held_on=date(2026, 7, 14), minutes=TEXT, actions=(action,), now=LATER
    )
    done = CompleteAction(action="a1", completed_on=date(2026, 7, 14), recorded_by="mo", now=LATER)
    scheduled.when(meeting).then_refused(NotSubmitted)
    ahead = replace(meeting, held_on=date(2026, 7, 15))
    submitted.when(ahead).then_refused(NotHeldYet, "/body/held_on")
    met = submitted.when_done(meeting)
    met.when(replace(done, action="a9")).then_refused(UnknownAction)
    met.when_done(done).when(done).then_refused(UnknownAction)
