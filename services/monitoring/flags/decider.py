"""The rules of a flag, from the misses that open it to its end. Pure: no clock, no chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

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
    RequestExplanation,
    TakeMeasure,
    UpholdFlag,
)
from services.monitoring.flags.events import FlagEvent, MeasureTaken, ReadingJudged
from services.monitoring.flags.judging import judgement, misses_around
from services.monitoring.flags.refusals import (
    AlreadyDecided,
    AlreadyRequested,
    ClockMissing,
    DuplicateMilestone,
    FlagNotOpen,
    MilestoneInPast,
    NotMetYet,
    NotRequested,
    NotUpheld,
    SamePerson,
    UnknownMeasure,
    UnknownMilestone,
)
from services.monitoring.flags.state import Case, Watch, evolve
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.decider import Decider
from shared.published.monitoring import (
    BasisChanged,
    ExplanationGiven,
    ExplanationRequested,
    FlagClosed,
    FlagDismissed,
    FlagEscalated,
    FlagUpheld,
    MilestoneMet,
    MilestoneMissed,
    Miss,
    PlanAgreed,
    UnderperformanceFlagged,
)
from shared.published.terms import ContractId, Period, PersonId
from shared.values.working_days import nth_working_day_after


def decide(command: FlagCommand, watch: Watch) -> Sequence[FlagEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case TakeMeasure():
            return _take(command, watch)
        case JudgeReading():
            return _judge(command, watch)
        case FlagLapse():
            return _flag_lapse(command, watch)
        case RequestExplanation():
            return [_request(command, watch)]
        case GiveExplanation():
            return [_give(command, watch)]
        case UpholdFlag():
            case = _undecided(watch, command.flag, command.upheld_by)
            return [
                FlagUpheld(
                    flag=command.flag,
                    contract=case.flagged.contract,
                    reason=command.reason,
                    upheld_by=command.upheld_by,
                )
            ]
        case DismissFlag():
            case = _undecided(watch, command.flag, command.dismissed_by)
            return [
                FlagDismissed(
                    flag=command.flag,
                    contract=case.flagged.contract,
                    reason=command.reason,
                    dismissed_by=command.dismissed_by,
                )
            ]
        case AgreePlan():
            return [_agree_plan(command, watch)]
        case MeetMilestone():
            return [_meet(command, watch)]
        case MissMilestone():
            return _miss(command, watch)
        case EscalateFlag():
            return [_escalate(command, watch)]
        case CloseFlag():
            return [_close(command, watch)]


def flag_id(contract: ContractId, measure: str, number: int) -> str:
    """A case is named by its contract, its measure and its number among their cases."""
    return f"{contract}:{measure}:{number}"


def subject_of_flag(flag: str) -> str:
    """The stream a case lies in."""
    return flag.rpartition(":")[0]


def standard_measure(standard: str) -> str:
    """What stands in the place of a measure where a standard has lapsed."""
    return f"standard-{standard}"


def _take(command: TakeMeasure, watch: Watch) -> Sequence[FlagEvent]:
    taken = MeasureTaken(
        contract=command.contract,
        partnership=command.partnership,
        provider=command.provider,
        commissioner=command.commissioner,
        measure=command.measure,
        sanctions_live_on=command.sanctions_live_on,
    )
    return [] if taken == watch.taken else [taken]


def _judge(command: JudgeReading, watch: Watch) -> Sequence[FlagEvent]:
    """Judges a version once; a later one marks every case that rests on the period.

    Refuses: UnknownMeasure.
    """
    taken = watch.taken
    if taken is None:
        raise UnknownMeasure
    before = watch.judged.get(command.period)
    if before is not None and before.return_version >= command.return_version:
        return []
    reading = next((r for r in command.readings if r.period == command.period), None)
    judged = ReadingJudged(
        contract=taken.contract,
        measure=taken.measure.measure,
        period=command.period,
        return_version=command.return_version,
        readings=command.readings,
        judgement=judgement(taken.measure, reading),
        value=reading.value if reading else None,
        target=taken.measure.target,
    )
    after = evolve(watch, judged)
    return [judged, *_basis_changed(command, after), *_flagged(command, taken, after)]


def _basis_changed(command: JudgeReading, after: Watch) -> list[FlagEvent]:
    return [
        BasisChanged(
            flag=flagged.flag,
            contract=flagged.contract,
            period=command.period,
            return_version=command.return_version,
            still_missed=_still_missed(flagged, after),
        )
        for flagged in after.raised
        if any(miss.period == command.period for miss in flagged.misses)
    ]


def _still_missed(flagged: UnderperformanceFlagged, after: Watch) -> bool:
    """Whether enough of the periods that opened the case are still misses in a row."""
    periods = {miss.period for miss in flagged.misses}
    enough = max(1, after.taken.measure.breach_periods) if after.taken else 1
    return any(
        sum(miss.period in periods for miss in misses_around(after.judged, period)) >= enough
        for period in periods
    )


def _flagged(command: JudgeReading, taken: MeasureTaken, after: Watch) -> list[FlagEvent]:
    """A case, where none is open and enough misses in a row rest under no earlier one."""
    if after.case is not None:
        return []
    if after.judged[command.period].judgement != "missed":
        return []
    misses = _fresh(misses_around(after.judged, command.period), after, command.period)
    if len(misses) < max(1, taken.measure.breach_periods):
        return []
    return [
        UnderperformanceFlagged(
            flag=flag_id(taken.contract, taken.measure.measure, len(after.past) + 1),
            contract=taken.contract,
            partnership=taken.partnership,
            provider=taken.provider,
            commissioner=taken.commissioner,
            measure=taken.measure.measure,
            rule="threshold",
            misses=misses,
            raised_at=command.now,
            sanctions_live_on=taken.sanctions_live_on,
        )
    ]


def _fresh(misses: tuple[Miss, ...], watch: Watch, period: Period) -> tuple[Miss, ...]:
    """The unbroken part around a period that no earlier case rests on."""
    parts: list[list[Miss]] = [[]]
    for miss in misses:
        if miss.period in watch.rested_on:
            parts.append([])
        else:
            parts[-1].append(miss)
    return next((tuple(part) for part in parts if any(m.period == period for m in part)), ())


def _flag_lapse(command: FlagLapse, watch: Watch) -> Sequence[FlagEvent]:
    if watch.case is not None:
        return []
    measure = standard_measure(command.standard)
    return [
        UnderperformanceFlagged(
            flag=flag_id(command.contract, measure, len(watch.past) + 1),
            contract=command.contract,
            partnership=command.partnership,
            provider=command.provider,
            commissioner=command.commissioner,
            measure=measure,
            rule="standard-lapsed",
            raised_at=command.now,
            sanctions_live_on=command.sanctions_live_on,
        )
    ]


def _case(watch: Watch, flag: str) -> Case:
    """The open case of that name. Refuses: FlagNotOpen."""
    if watch.case is None or watch.case.flagged.flag != flag:
        raise FlagNotOpen
    return watch.case


def _undecided(watch: Watch, flag: str, person: PersonId) -> Case:
    """Refuses: FlagNotOpen, AlreadyDecided, SamePerson."""
    case = _case(watch, flag)
    if case.upheld:
        raise AlreadyDecided
    if person in (case.flagged.raised_by, case.requested_by):
        raise SamePerson
    return case


def _upheld(watch: Watch, flag: str) -> Case:
    """Refuses: FlagNotOpen, NotUpheld."""
    case = _case(watch, flag)
    if not case.upheld:
        raise NotUpheld
    return case


def _request(command: RequestExplanation, watch: Watch) -> FlagEvent:
    """Refuses: FlagNotOpen, AlreadyRequested, AlreadyDecided, ClockMissing."""
    case = _case(watch, command.flag)
    if case.requested_by:
        raise AlreadyRequested
    if case.upheld:
        raise AlreadyDecided
    if command.working_days < 1:
        raise ClockMissing(pointer="/body/working_days")
    return ExplanationRequested(
        flag=command.flag,
        contract=case.flagged.contract,
        due_on=nth_working_day_after(london_date(command.now), command.working_days),
        requested_by=command.requested_by,
    )


def _give(command: GiveExplanation, watch: Watch) -> FlagEvent:
    """Refuses: FlagNotOpen, NotRequested."""
    case = _case(watch, command.flag)
    if not case.requested_by or case.explained:
        raise NotRequested
    return ExplanationGiven(
        flag=command.flag,
        contract=case.flagged.contract,
        text=command.text,
        given_by=command.given_by,
    )


def _agree_plan(command: AgreePlan, watch: Watch) -> FlagEvent:
    """A later plan takes the place of an earlier one.

    Refuses: FlagNotOpen, NotUpheld, DuplicateMilestone, MilestoneInPast.
    """
    case = _upheld(watch, command.flag)
    named = {one.milestone for one in command.milestones}
    if len(named) != len(command.milestones) or named & case.milestones.keys():
        raise DuplicateMilestone(pointer="/body/milestones")
    if any(one.due_on <= london_date(command.now) for one in command.milestones):
        raise MilestoneInPast(pointer="/body/milestones")
    return PlanAgreed(
        flag=command.flag,
        contract=case.flagged.contract,
        milestones=command.milestones,
        agreed_by=command.agreed_by,
    )


def _meet(command: MeetMilestone, watch: Watch) -> FlagEvent:
    """A missed milestone may still be met. Refuses: FlagNotOpen, UnknownMilestone, NotMetYet."""
    case = _case(watch, command.flag)
    if case.milestones.get(command.milestone) not in ("due", "missed"):
        raise UnknownMilestone
    if command.met_on > london_date(command.now):
        raise NotMetYet(pointer="/body/met_on")
    return MilestoneMet(
        flag=command.flag,
        contract=case.flagged.contract,
        milestone=command.milestone,
        met_on=command.met_on,
    )


def _miss(command: MissMilestone, watch: Watch) -> Sequence[FlagEvent]:
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


def _escalate(command: EscalateFlag, watch: Watch) -> FlagEvent:
    """Refuses: FlagNotOpen, NotUpheld."""
    case = _upheld(watch, command.flag)
    return FlagEscalated(
        flag=command.flag,
        contract=case.flagged.contract,
        to=command.to,
        reason=command.reason,
        escalated_by=command.escalated_by,
    )


def _close(command: CloseFlag, watch: Watch) -> FlagEvent:
    """Ends an upheld case; another is dismissed. Refuses: FlagNotOpen, NotUpheld."""
    case = _upheld(watch, command.flag)
    return FlagClosed(
        flag=command.flag,
        contract=case.flagged.contract,
        reason=command.reason,
        closed_by=command.closed_by,
    )


FLAGS: Decider[FlagCommand, Watch, FlagEvent] = Decider(
    category="flag",
    initial=Watch(),
    decide=decide,
    evolve=evolve,
    events=get_args(FlagEvent),
)
