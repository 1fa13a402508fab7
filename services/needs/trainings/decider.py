"""The rules of a register of training. Pure: no clock, no I/O, no chance.

Source: Sunderland Children's Trust, Commissioner's Handbook 2009, workforce development programme.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

from services.needs.trainings.commands import RecordTraining, TrainingCommand, WithdrawTraining
from services.needs.trainings.events import (
    Level,
    Subject,
    TrainingEvent,
    TrainingRecorded,
    TrainingWithdrawn,
)
from services.needs.trainings.refusals import (
    SubjectOfOtherLevel,
    TrainedBefore,
    TrainedInFuture,
    TrainingUnknown,
)
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.decider import Decider

Register = Mapping[str, TrainingRecorded]

TAUGHT: Mapping[Level, frozenset[Subject]] = {
    1: frozenset({"awareness"}),
    2: frozenset({"framework"}),
    3: frozenset({"assess", "plan", "do", "review"}),
    4: frozenset({"finance", "human-resources", "legal", "contracting", "market", "workforce"}),
}
"""Level 1 is for everybody, 2 for who manages the process, 3 for who does it, 4 for the teams of
its technical areas.
"""


def decide(command: TrainingCommand, register: Register) -> Sequence[TrainingEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case RecordTraining():
            return [_record(command, register)]
        case WithdrawTraining():
            if command.training not in register:
                raise TrainingUnknown
            return [TrainingWithdrawn(training=command.training, withdrawn_by=command.withdrawn_by)]


def _record(command: RecordTraining, register: Register) -> TrainingRecorded:
    """Refuses: SubjectOfOtherLevel, TrainedInFuture, TrainedBefore."""
    if command.subject not in TAUGHT[command.level]:
        raise SubjectOfOtherLevel(pointer="/body/subject")
    if command.trained_on > london_date(command.now):
        raise TrainedInFuture(pointer="/body/trained_on")
    held = {(one.person, one.subject, one.trained_on) for one in register.values()}
    if (command.person, command.subject, command.trained_on) in held:
        raise TrainedBefore
    return TrainingRecorded(
        training=command.training,
        partnership=command.partnership,
        agency=command.agency,
        person=command.person,
        level=command.level,
        subject=command.subject,
        trained_on=command.trained_on,
        recorded_by=command.recorded_by,
    )


def evolve(register: Register, event: TrainingEvent) -> Register:
    """The register after one more fact."""
    match event:
        case TrainingRecorded():
            return {**register, event.training: event}
        case TrainingWithdrawn():
            return {key: one for key, one in register.items() if key != event.training}


TRAINING: Decider[TrainingCommand, Register, TrainingEvent] = Decider(
    category="training", initial={}, decide=decide, evolve=evolve, events=get_args(TrainingEvent)
)
