"""The doors of training: each partner keeps its own register, all see how many there are.

Law: who was trained is for their own agency; the partnership is told numbers alone.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Request

from services.needs.answers import PartAccepted, in_full
from services.needs.trainings import commands
from services.needs.trainings.decider import TAUGHT, TRAINING
from services.needs.trainings.events import Level, Subject
from services.needs.trainings.views import REGISTERS, RegisterRow, people_by_level
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Body, Id, OlderDay
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import Parties, allowed
from shared.http.reading import rows
from shared.http.routing import Router

router = Router(prefix="/v1/trainings", tags=["training"])

MOST_PARTNERS = 500
Registers = Annotated[ViewStore[RegisterRow], rows(REGISTERS)]


async def partners(request: Request) -> Parties:
    """Raises Missing."""
    return await members_of(request, request.path_params["partnership"])


Reader = Annotated[Actor, allowed("needs:read", "member", of=partners)]
Writer = Annotated[Actor, allowed("needs:write", "member", of=partners)]


class TrainingBody(Body):
    person: Id
    level: Level
    subject: Subject
    trained_on: OlderDay


def register_of(partnership: str, agency: str) -> str:
    """The stream of one agency's register."""
    return f"{partnership}:{agency}"


@router.get("/{partnership}")
async def read_trainings(partnership: Id, registers: Registers, actor: Reader) -> dict[str, Any]:
    """One's own agency's people, and how many people of all partners were trained at each level."""
    found = await registers.find(where={"partnership": partnership}, limit=MOST_PARTNERS)
    own = found.get(register_of(partnership, actor.agency))
    return {
        "partnership": partnership,
        "agency": actor.agency,
        "people_by_level": {str(n): count for n, count in people_by_level(found.values()).items()},
        "own": [in_full(one) for one in own.trainings] if own else [],
        "taught": {str(level): sorted(subjects) for level, subjects in TAUGHT.items()},
    }


@router.post("/{partnership}", status_code=201)
async def record_training(
    partnership: Id, body: TrainingBody, handle: Handling, actor: Writer
) -> PartAccepted:
    """Record that somebody of one's own agency was trained.

    409: trained-in-future, training-recorded-before. 422: subject-of-other-level.
    """
    command = commands.RecordTraining(
        training=handle.part_id(actor, "training"),
        partnership=partnership,
        agency=actor.agency,
        person=body.person,
        level=body.level,
        subject=body.subject,
        trained_on=body.trained_on,
        recorded_by=actor.person,
        now=handle.now(),
    )
    register = register_of(partnership, actor.agency)
    accepted = await handle(actor, TRAINING, register, command)
    return PartAccepted(id=accepted.id, version=accepted.version, part=command.training)


@router.post("/{partnership}/{training}/withdrawal", status_code=201)
async def withdraw_training(
    partnership: Id, training: Id, handle: Handling, actor: Writer
) -> Accepted:
    """Take back what was recorded by mistake. 409: training-unknown."""
    command = commands.WithdrawTraining(
        training=training, withdrawn_by=actor.person, now=handle.now()
    )
    return await handle(actor, TRAINING, register_of(partnership, actor.agency), command)
