"""The rules of a flag, from the misses that open it to its end. Pure: no clock, no chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from services.monitoring.flags import clocks, steps
from services.monitoring.flags.commands import (
    AgreePlan,
    CloseFlag,
    DismissFlag,
    EscalateFlag,
    FlagCommand,
    FlagLapse,
    GiveExplanation,
    HoldMeeting,
    JudgeReading,
    MakeNote,
    MeetMilestone,
    MissClock,
    MissMilestone,
    PauseClock,
    RecordRenewal,
    RequestExplanation,
    ResumeClock,
    StepDown,
    TakeMeasure,
    UpholdFlag,
)
from services.monitoring.flags.events import (
    FlagEvent,
    MeasureTaken,
    ReadingJudged,
    StandardRenewed,
)
from services.monitoring.flags.judging import judgement, misses_around, rating
from services.monitoring.flags.refusals import UnknownMeasure
from services.monitoring.flags.state import Watch, evolve
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.decider import Decider
from shared.published.monitoring import BasisChanged, Miss, NoteMade, UnderperformanceFlagged
from shared.published.terms import ContractId, Period

StepCommand = (
    RequestExplanation
    | GiveExplanation
    | UpholdFlag
    | DismissFlag
    | HoldMeeting
    | AgreePlan
    | MeetMilestone
    | MissMilestone
    | EscalateFlag
    | StepDown
    | CloseFlag
)


def decide(command: FlagCommand, watch: Watch) -> Sequence[FlagEvent]:
    """What follows from a command, or a refusal."""
    if isinstance(command, StepCommand):
        return _step(command, watch)
    match command:
        case TakeMeasure():
            return _take(command, watch)
        case JudgeReading():
            return _judge(command, watch)
        case FlagLapse():
            return _flag_lapse(command, watch)
        case RecordRenewal():
            return _record_renewal(command, watch)
        case MakeNote():
            return [_note(command, watch)]
        case PauseClock():
            return clocks.pause(command, steps.open_case(watch, command.flag))
        case ResumeClock():
            return clocks.resume(command, steps.open_case(watch, command.flag))
        case MissClock():
            return clocks.miss(command, watch.case)


def _step(command: StepCommand, watch: Watch) -> Sequence[FlagEvent]:
    match command:
        case RequestExplanation():
            return steps.request(command, watch)
        case GiveExplanation():
            return steps.give(command, watch)
        case UpholdFlag():
            return steps.uphold(command, watch)
        case DismissFlag():
            return steps.dismiss(command, watch)
        case HoldMeeting():
            return steps.hold_meeting(command, watch)
        case AgreePlan():
            return steps.agree_plan(command, watch)
        case MeetMilestone():
            return steps.meet(command, watch)
        case MissMilestone():
            return steps.miss_milestone(command, watch)
        case EscalateFlag():
            return steps.escalate(command, watch)
        case StepDown():
            return steps.step_down(command, watch)
        case CloseFlag():
            return steps.close(command, watch)


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
        rating=command.rating,
    )
    return [] if taken == watch.taken else [taken]


def _note(command: MakeNote, watch: Watch) -> FlagEvent:
    """It opens nothing and starts no clock. Refuses: UnknownMeasure."""
    if watch.taken is None:
        raise UnknownMeasure
    return NoteMade(
        note=command.note,
        contract=watch.taken.contract,
        measure=watch.taken.measure.measure,
        text=command.text,
        made_by=command.made_by,
        made_on=london_date(command.now),
    )


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
        target=taken.measure.asked_in(command.period).target,
        rating=rating(taken.measure, reading, taken.rating) if taken.rating else None,
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


def _record_renewal(command: RecordRenewal, watch: Watch) -> Sequence[FlagEvent]:
    """Recorded on the open case; it closes nothing by itself."""
    case = watch.case
    if case is None or case.flagged.measure != standard_measure(command.standard):
        return []
    if case.renewed_until is not None and case.renewed_until >= command.valid_until:
        return []
    return [
        StandardRenewed(
            flag=case.flagged.flag,
            contract=case.flagged.contract,
            standard=command.standard,
            valid_until=command.valid_until,
        )
    ]


FLAGS: Decider[FlagCommand, Watch, FlagEvent] = Decider(
    category="flag",
    initial=Watch(),
    decide=decide,
    evolve=evolve,
    events=get_args(FlagEvent),
)
