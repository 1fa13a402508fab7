"""Each agency's register of training, and how many people it makes at each level."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from services.needs.trainings.decider import TRAINING
from services.needs.trainings.events import TrainingRecorded, TrainingWithdrawn
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.terms import AgencyId, PartnershipId

LEVELS = (1, 2, 3, 4)


class RegisterRow(Row, frozen=True, kw_only=True):
    partnership: PartnershipId
    agency: AgencyId
    trainings: tuple[TrainingRecorded, ...] = ()


def fold(row: RegisterRow | None, recorded: Recorded) -> RegisterRow | None:
    """The row after one more event of its register."""
    match recorded.event:
        case TrainingRecorded() as event:
            held = row or RegisterRow(partnership=event.partnership, agency=event.agency)
            return replace(held, trainings=(*held.trainings, event))
        case TrainingWithdrawn() as event if row:
            kept = tuple(one for one in row.trainings if one.training != event.training)
            return replace(row, trainings=kept)
        case _:
            return row


def people_by_level(registers: Iterable[RegisterRow]) -> dict[int, int]:
    """How many people were trained at each level, each counted once a level."""
    trained = {(one.level, row.agency, one.person) for row in registers for one in row.trainings}
    return {level: sum(1 for one in trained if one[0] == level) for level in LEVELS}


REGISTERS: View[RegisterRow] = View(
    name="training_registers",
    source="needs",
    row=RegisterRow,
    events=TRAINING.events,
    key=subject_of,
    fold=fold,
    indexes=("partnership",),
)
