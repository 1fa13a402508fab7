"""The doors of reference outcomes: read by all who read needs, adopted by a partner."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from services.needs.answers import PartAccepted
from services.needs.assessments.bodies import AdoptBody
from services.needs.assessments.commands import AdoptedIndicator, AdoptOutcome
from services.needs.assessments.decider import ASSESSMENT
from services.needs.assessments.routes import Writer
from services.needs.reference_outcomes.catalogue import CATALOGUE
from shared.eventsourcing.commands import Invalid
from shared.http.bodies import Id
from shared.http.handling import Handling
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.reading import Listed
from shared.http.routing import Router
from shared.published.terms import Outcome

router = Router(prefix="/v1", tags=["reference outcomes"])


class ReferenceUnknown(Invalid):
    """There is no reference outcome of this name; the list is at /v1/reference-outcomes."""

    code = "reference-unknown"


@router.get("/reference-outcomes")
async def list_reference_outcomes(
    _: Annotated[Actor, allowed("needs:read")],
) -> Listed[dict[str, Any]]:
    """The health priorities: each outcome with its indicators, their polarity and source."""
    return Listed(items=[msgspec.to_builtins(one) for one in CATALOGUE.values()])


@router.post("/assessments/{assessment}/adoptions", status_code=201)
async def adopt_reference_outcome(
    assessment: Id, body: AdoptBody, handle: Handling, actor: Writer
) -> PartAccepted:
    """Adopt a reference outcome with its indicators, which have no figures yet; `part` is the
    outcome's id. 409: outcome-already-held, assessment-published. 422: reference-unknown.
    """
    found = CATALOGUE.get(body.reference)
    if found is None:
        raise ReferenceUnknown(pointer="/body/reference")
    command = AdoptOutcome(
        outcome=Outcome(outcome=found.reference, title=found.title),
        reference=found.reference,
        indicators=tuple(
            AdoptedIndicator(
                indicator=handle.part_id(actor, one.name),
                title=one.title,
                unit=one.unit,
                direction=one.direction,
                source=one.source,
                per=one.per,
            )
            for one in found.indicators
        ),
        area=body.area,
        adopted_by=actor.person,
        now=handle.now(),
    )
    accepted = await handle(actor, ASSESSMENT, assessment, command)
    return PartAccepted(id=accepted.id, version=accepted.version, part=found.reference)
