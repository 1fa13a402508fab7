"""The steps of an open case: who may take them, in which order, and the way back down. Pure.

Law: nobody decides on what they themselves asked for, raised or took higher.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from services.monitoring.flags.clocks import started
from services.monitoring.flags.commands import (
    AgreePlan,
    CloseFlag,
    DismissFlag,
    EscalateFlag,
    GiveExplanation,
    HoldMeeting,
    MeetMilestone,
    MissMilestone,
    RequestExplanation,
    StepDown,
    UpholdFlag,
)
from services.monitoring.flags.events import FlagEvent
from services.monitoring.flags.refusals import (
    AlreadyDecided,
    AlreadyRequested,
    AlreadyThere,
    ClockMissing,
    ClockShorterThanClause,
    DuplicateMilestone,
    ExceptionReportFirst,
    ExplanationAwaited,
    FlagNotOpen,
    MeetingBeforeCase,
    MeetingHeld,
    MetBeforeCase,
    MilestoneInPast,
    NotAsked,
    NotEscalated,
    NotMetYet,
    NotRequested,
    NotUpheld,
    SamePerson,
    UnknownMilestone,
)
from services.monitoring.flags.state import Case, Watch
from shared.eventsourcing.clock import london_date
from shared.published.monitoring import (
    CaseMeetingHeld,
    ExplanationGiven,
    ExplanationRequested,
    FlagClosed,
    FlagDismissed,
    FlagEscalated,
    FlagSteppedDown,
    FlagUpheld,
    MilestoneMet,
    MilestoneMissed,
    PlanAgreed,
)
from shared.published.terms import PersonId
from shared.values.working_days import nth_working_day_after


def open_case(watch: Watch, flag: str) -> Case:
    """The open case of that name. Refuses: FlagNotOpen."""
    if watch.case is None or watch.case.flagged.flag != flag:
        raise FlagNotOpen
    return watch.case


def request(command: RequestExplanation, watch: Watch) -> list[FlagEvent]:
    """Refuses: FlagNotOpen, AlreadyRequested, AlreadyDecided, ClockMissing,
    ClockShorterThanClause.
    """
    case = open_case(watch, command.flag)
    if case.requested_by:
        raise AlreadyRequested
    if case.upheld:
        raise AlreadyDecided
    if command.working_days < 1:
        raise ClockMissing(pointer="/body/working_days")
    clause = command.terms.explanation if command.terms else None
    if clause and command.working_days < clause.working_days:
        raise ClockShorterThanClause(pointer="/body/working_days")
    return [
        ExplanationRequested(
            flag=command.flag,
            contract=case.flagged.contract,
            due_on=nth_working_day_after(london_date(command.now), command.working_days),
            requested_by=command.requested_by,
            clause=clause.clause if clause else "",
        )
    ]


def give(command: GiveExplanation, watch: Watch) -> list[FlagEvent]:
    """Late is better than never: the clock may have been missed. Refuses: FlagNotOpen,
    NotRequested.
    """
    case = open_case(watch, command.flag)
    if not case.requested_by or case.explained or case.upheld:
        raise NotRequested
    given = ExplanationGiven(
        flag=command.flag,
        contract=case.flagged.contract,
        text=command.text,
        given_by=command.given_by,
    )
    clause = command.terms.decision if command.terms else None
    return [given, *started(case, "decision", clause, london_date(command.now))]


def uphold(command: UpholdFlag, watch: Watch) -> list[FlagEvent]:
    """Refuses: FlagNotOpen, AlreadyDecided, SamePerson, NotAsked, ExplanationAwaited."""
    case = _undecided(watch, command.flag, command.upheld_by)
    if not case.requested_by:
        raise NotAsked
    today = london_date(command.now)
    clock = case.clock
    waiting = clock is not None and not clock.missed and not case.explained
    if waiting and clock and (clock.paused_on or today <= clock.due_on):
        raise ExplanationAwaited
    upheld = FlagUpheld(
        flag=command.flag,
        contract=case.flagged.contract,
        reason=command.reason,
        upheld_by=command.upheld_by,
    )
    clause = command.terms.meeting if command.terms else None
    return [upheld, *started(case, "meeting", clause, today)]


def dismiss(command: DismissFlag, watch: Watch) -> list[FlagEvent]:
    """The way back down from the start. Refuses: FlagNotOpen, AlreadyDecided, SamePerson."""
    case = _undecided(watch, command.flag, command.dismissed_by)
    return [
        FlagDismissed(
            flag=command.flag,
            contract=case.flagged.contract,
            reason=command.reason,
            dismissed_by=command.dismissed_by,
        )
    ]


def _undecided(watch: Watch, flag: str, person: PersonId) -> Case:
    """Refuses: FlagNotOpen, AlreadyDecided, SamePerson."""
    case = open_case(watch, flag)
    if case.upheld:
        raise AlreadyDecided
    if person in (case.flagged.raised_by, case.requested_by):
        raise SamePerson
    return case


def _upheld(watch: Watch, flag: str) -> Case:
    """Refuses: FlagNotOpen, NotUpheld."""
    case = open_case(watch, flag)
    if not case.upheld:
        raise NotUpheld
    return case


def hold_meeting(command: HoldMeeting, watch: Watch) -> list[FlagEvent]:
    """Refuses: FlagNotOpen, NotUpheld, MeetingHeld, NotMetYet, MeetingBeforeCase."""
    case = _upheld(watch, command.flag)
    if case.met:
        raise MeetingHeld
    if command.held_on > london_date(command.now):
        raise NotMetYet(pointer="/body/held_on")
    if command.held_on < london_date(case.flagged.raised_at):
        raise MeetingBeforeCase(pointer="/body/held_on")
    held = CaseMeetingHeld(
        flag=command.flag,
        contract=case.flagged.contract,
        held_on=command.held_on,
        minutes=command.minutes,
        recorded_by=command.recorded_by,
    )
    planned = bool(case.milestones or case.escalated)
    clause = command.terms.plan if command.terms and not planned else None
    return [held, *started(case, "plan", clause, command.held_on)]


def agree_plan(command: AgreePlan, watch: Watch) -> list[FlagEvent]:
    """A later plan takes the place of an earlier one.

    Refuses: FlagNotOpen, NotUpheld, DuplicateMilestone, MilestoneInPast.
    """
    case = _upheld(watch, command.flag)
    named = {one.milestone for one in command.milestones}
    if len(named) != len(command.milestones) or named & case.milestones.keys():
        raise DuplicateMilestone(pointer="/body/milestones")
    if any(one.due_on <= london_date(command.now) for one in command.milestones):
        raise MilestoneInPast(pointer="/body/milestones")
    return [
        PlanAgreed(
            flag=command.flag,
            contract=case.flagged.contract,
            milestones=command.milestones,
            agreed_by=command.agreed_by,
        )
    ]


def meet(command: MeetMilestone, watch: Watch) -> list[FlagEvent]:
    """A missed milestone may still be met. Refuses: FlagNotOpen, UnknownMilestone, NotMetYet,
    MetBeforeCase.
    """
    case = open_case(watch, command.flag)
    if case.milestones.get(command.milestone) not in ("due", "missed"):
        raise UnknownMilestone
    if command.met_on > london_date(command.now):
        raise NotMetYet(pointer="/body/met_on")
    if command.met_on < london_date(case.flagged.raised_at):
        raise MetBeforeCase(pointer="/body/met_on")
    return [
        MilestoneMet(
            flag=command.flag,
            contract=case.flagged.contract,
            milestone=command.milestone,
            met_on=command.met_on,
            evidence=command.evidence,
            met_by=command.met_by,
        )
    ]


def miss_milestone(command: MissMilestone, watch: Watch) -> Sequence[FlagEvent]:
    """A deadline's command: what was met, replaced or closed meanwhile changes nothing."""
    case = watch.case
    if case is None or case.flagged.flag != command.flag:
        return []
    if case.milestones.get(command.milestone) != "due":
        return []
    return [
        MilestoneMissed(
            flag=command.flag, contract=case.flagged.contract, milestone=command.milestone
        )
    ]


def escalate(command: EscalateFlag, watch: Watch) -> list[FlagEvent]:
    """Refuses: FlagNotOpen, NotUpheld, AlreadyThere, ExceptionReportFirst."""
    case = _upheld(watch, command.flag)
    reached = [to for to, _ in case.escalated]
    if command.to in reached or "formal-review" in reached:
        raise AlreadyThere
    if command.to == "formal-review" and not reached:
        raise ExceptionReportFirst
    higher = FlagEscalated(
        flag=command.flag,
        contract=case.flagged.contract,
        to=command.to,
        reason=command.reason,
        escalated_by=command.escalated_by,
        review=command.review,
    )
    return [higher, *_clock_of(case, command.to, command)]


def _clock_of(
    case: Case, to: Literal["exception-report", "formal-review"], command: EscalateFlag | StepDown
) -> list[FlagEvent]:
    terms = command.terms
    clauses = (
        {"exception-report": terms.exception_report, "formal-review": terms.formal_review}
        if terms
        else {}
    )
    return started(case, to, clauses.get(to), london_date(command.now))


def step_down(command: StepDown, watch: Watch) -> list[FlagEvent]:
    """One step back; by someone else than who took it. Refuses: FlagNotOpen, NotEscalated,
    SamePerson.
    """
    case = open_case(watch, command.flag)
    if not case.escalated:
        raise NotEscalated
    if command.stepped_down_by == case.escalated[-1][1]:
        raise SamePerson
    to = "exception-report" if len(case.escalated) > 1 else "plan"
    down = FlagSteppedDown(
        flag=command.flag,
        contract=case.flagged.contract,
        to=to,
        reason=command.reason,
        stepped_down_by=command.stepped_down_by,
    )
    return [down] if to == "plan" else [down, *_clock_of(case, to, command)]


def close(command: CloseFlag, watch: Watch) -> list[FlagEvent]:
    """Ends an upheld case, or one whose lapsed standard is held again today, with that as its
    evidence; another is dismissed. Refuses: FlagNotOpen, NotUpheld, SamePerson.
    """
    case = open_case(watch, command.flag)
    until = case.renewed_until
    renewed = until is not None and until >= london_date(command.now)
    if not renewed:
        case = _upheld(watch, command.flag)
    higher = {person for _, person in case.escalated}
    if command.closed_by in higher | {case.flagged.raised_by}:
        raise SamePerson
    return [
        FlagClosed(
            flag=command.flag,
            contract=case.flagged.contract,
            reason=command.reason,
            closed_by=command.closed_by,
            renewed_until=until if renewed else None,
        )
    ]
