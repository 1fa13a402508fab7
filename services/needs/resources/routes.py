"""The doors of resources: partners record, agree and assume; the map is theirs alone."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import Query, Request

from services.needs.answers import PartAccepted
from services.needs.assessments.views import ASSESSMENTS, AssessmentRow
from services.needs.resources import commands
from services.needs.resources.analysis import cover, margins, shift
from services.needs.resources.bodies import EffectBody, OfferBody, Year
from services.needs.resources.decider import RESOURCES
from services.needs.resources.events import EffectAssumed
from services.needs.resources.views import RESOURCES_ROWS, ResourcesRow
from shared.eventsourcing.commands import Invalid
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import Parties, allowed
from shared.http.reading import Texts, rows
from shared.http.routing import Router
from shared.texts.store import TextStore

router = Router(prefix="/v1/resources", tags=["resources"])

Rows = Annotated[ViewStore[ResourcesRow], rows(RESOURCES_ROWS)]
Assessments = Annotated[ViewStore[AssessmentRow], rows(ASSESSMENTS)]


async def partners(request: Request) -> Parties:
    """Raises Missing."""
    return await members_of(request, request.path_params["partnership"])


Reader = Annotated[Actor, allowed("needs:read", "member", of=partners)]
Writer = Annotated[Actor, allowed("needs:write", "member", of=partners)]


@router.get("/{partnership}")
async def read_resources(
    partnership: Id,
    found: Rows,
    assessments: Assessments,
    texts: Texts,
    _: Reader,
    year: Annotated[Year | None, Query()] = None,
) -> dict[str, Any]:
    """Services against needs, money and tier in a year (the latest by default); the shift over
    all years; what one percent would change, with the assumptions.
    """
    row = await found.get(partnership) or ResourcesRow()
    years = sorted({one.year for one in row.offered})
    chosen = year or (years[-1] if years else "")
    lines = row.of_year(chosen)
    effects = [one for one in row.effects if one.year == chosen]
    published = await assessments.find(where={"partnership": partnership})
    needs = [
        need.need.title
        for one in published.values()
        if one.status == "published"
        for need in one.needs
    ]
    return {
        "partnership": partnership,
        "year": chosen,
        "years": years,
        "resources": [_bare(one) | {"agreed": one.resource in row.agreed} for one in lines],
        "needs": msgspec.to_builtins(cover(needs, lines)),
        "shift": msgspec.to_builtins(shift(row.offered), str_keys=True),
        "margins": [
            msgspec.to_builtins(one) | {"assumed": await _assumed(one.assumed, texts)}
            for one in margins(lines, effects)
        ],
        "version": row.version,
    }


def _bare(event: Any) -> dict[str, Any]:
    content: dict[str, Any] = msgspec.to_builtins(event)
    content.pop("type", None)
    return content


async def _assumed(effect: EffectAssumed | None, texts: TextStore) -> dict[str, Any] | None:
    """An assumption with its words; erased words are null."""
    if effect is None:
        return None
    kept = await texts.get(effect.because.text)
    words = kept.content.decode() if kept and kept.content else None
    return _bare(effect) | {"because": words}


@router.post("/{partnership}", status_code=201)
async def offer_resource(
    request: Request, partnership: Id, body: OfferBody, handle: Handling, actor: Writer
) -> PartAccepted:
    """Record what a service has of a partner; one's own is agreed at once. 409: money-in-kind.

    422: of a partner that is none.
    """
    if body.partner not in await members_of(request, partnership):
        raise Invalid("The owner of a resource is a partner.", pointer="/body/partner")
    resource = handle.part_id(actor, "resource")
    command = commands.OfferResource(
        resource=resource,
        partnership=partnership,
        year=body.year,
        service=body.service,
        provider=body.provider,
        partner=body.partner,
        outcome=body.outcome,
        need=body.need or "",
        tier=body.tier,
        kind=body.kind,
        sharing=body.sharing,
        what=body.what,
        annual_pence=body.annual_pence,
        agency=actor.agency,
        offered_by=actor.person,
        now=handle.now(),
    )
    accepted = await handle(actor, RESOURCES, partnership, command)
    return PartAccepted(id=accepted.id, version=accepted.version, part=resource)


@router.post("/{partnership}/effects", status_code=201)
async def assume_effect(
    partnership: Id, body: EffectBody, handle: Handling, actor: Writer
) -> Accepted:
    """Say what 1 % more or less would change, and why one thinks so.

    409: service-without-resources, effect-unclear.
    """
    command = commands.AssumeEffect(
        partnership=partnership,
        year=body.year,
        service=body.service,
        result=body.result,
        achieved=body.achieved,
        least=body.least,
        most=body.most,
        because=await handle.keep_text(actor, "because", body.because),
        assumed_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, RESOURCES, partnership, command)


@router.post("/{partnership}/{resource}/agreement", status_code=201)
async def agree_resource(
    partnership: Id, resource: Id, handle: Handling, actor: Writer
) -> Accepted:
    """Stand by a resource of one's own agency.

    409: resource-unknown, resource-not-theirs, resource-already-agreed.
    """
    command = commands.AgreeResource(
        resource=resource, agency=actor.agency, agreed_by=actor.person, now=handle.now()
    )
    return await handle(actor, RESOURCES, partnership, command)


@router.post("/{partnership}/{resource}/withdrawal", status_code=201)
async def withdraw_resource(
    partnership: Id, resource: Id, handle: Handling, actor: Writer
) -> Accepted:
    """Take a resource off the map. 409: resource-unknown."""
    command = commands.WithdrawResource(
        resource=resource, withdrawn_by=actor.person, now=handle.now()
    )
    return await handle(actor, RESOURCES, partnership, command)
