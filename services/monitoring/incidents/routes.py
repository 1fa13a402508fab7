"""The doors of serious incidents: never the referral route, never more than a reference.

Law: whoever reports has made the referral elsewhere; the named officer is told by the same fact.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import Request

from services.monitoring.heard import contract_row, parties_to, visible
from services.monitoring.incidents import commands
from services.monitoring.incidents.bodies import IncidentBody, IncidentClosureBody
from services.monitoring.incidents.decider import INCIDENTS
from services.monitoring.incidents.views import INCIDENT_ROWS, IncidentRow
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.permissions import Parties, admit, allowed
from shared.http.reading import Listed, Paging, rows
from shared.http.routing import Router

router = Router(prefix="/v1/incidents", tags=["incidents"])

Incidents = Annotated[ViewStore[IncidentRow], rows(INCIDENT_ROWS)]


def shown(row: IncidentRow, now: datetime) -> dict[str, Any]:
    """An incident as both sides see it; `officer_late`: no word from the officer in time."""
    content: dict[str, Any] = msgspec.to_builtins(row)
    return content | {"exempt": row.outstanding, "officer_late": row.unanswered(now)}


async def parties(request: Request) -> Parties:
    """The parties of the contract that the incident happened under."""
    store: ViewStore[IncidentRow] = request.app.state.house.stores[INCIDENT_ROWS.name]
    row = await store.get(request.path_params["incident"])
    if row is None:
        raise Missing
    return await parties_to(request, row.contract)


@router.get("")
async def list_incidents(
    request: Request,
    incidents: Incidents,
    paging: Paging,
    actor: Annotated[Actor, allowed("incidents:read")],
    outstanding: bool = False,
) -> Listed[dict[str, Any]]:
    """Incidents under the contracts of one's partnerships; `outstanding` for the board's papers."""
    where = {"outstanding": True} if outstanding else {}
    found = await visible(request, incidents, actor, paging, **where)
    now = request.app.state.house.clock()
    return paging.page({key: shown(row, now) for key, row in found.items()})


@router.get("/{incident}")
async def read_incident(
    request: Request,
    incident: Id,
    incidents: Incidents,
    _: Annotated[Actor, allowed("incidents:read", "provider", "lead", "member", of=parties)],
) -> dict[str, Any]:
    """One incident. 404."""
    row = await incidents.get(incident)
    if row is None:
        raise Missing
    return shown(row, request.app.state.house.clock())


@router.post("", status_code=201)
async def report_incident(
    request: Request,
    body: IncidentBody,
    handle: Handling,
    actor: Annotated[Actor, allowed("incidents:write")],
) -> Accepted:
    """Never the referral: tell the commissioner, by reference, once it has been made elsewhere.

    The commissioner's named officer is told with it and answers the same day.

    404: not a contract of the caller's. 422: referral-not-confirmed, date-in-future.
    """
    admit(actor, await parties_to(request, body.contract), frozenset({"provider", "lead"}))
    row = await contract_row(request, body.contract)
    incident = handle.new_id()
    command = commands.ReportIncident(
        incident=incident,
        contract=body.contract,
        partnership=row.partnership,
        provider=row.provider,
        commissioner=row.commissioner,
        reference=body.reference,
        referred_to=body.referred_to,
        referral_confirmed=body.referral_confirmed,
        reported_by=actor.person,
        happened_on=body.happened_on,
        officer=row.terms.monitoring_officer,
        now=handle.now(),
    )
    return await handle(actor, INCIDENTS, incident, command)


@router.post("/{incident}/acknowledgement", status_code=201)
async def acknowledge_incident(
    request: Request,
    incident: Id,
    handle: Handling,
    incidents: Incidents,
    actor: Annotated[Actor, allowed("incidents:write", "lead", of=parties)],
) -> Accepted:
    """The commissioner's named officer has seen it.

    403: not-named-officer. 409: incident-closed, incident-already-acknowledged.
    """
    row = await incidents.get(incident)
    if row is None:
        raise Missing
    contract = await contract_row(request, row.contract)
    command = commands.AcknowledgeIncident(
        officer=contract.terms.monitoring_officer,
        acknowledged_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, INCIDENTS, incident, command)


@router.post("/{incident}/closure", status_code=201)
async def close_incident(
    incident: Id,
    body: IncidentClosureBody,
    handle: Handling,
    actor: Annotated[Actor, allowed("incidents:write", "lead", of=parties)],
) -> Accepted:
    """The commissioner closes an incident, with its outcome. 409: incident-closed."""
    command = commands.CloseIncident(outcome=body.outcome, closed_by=actor.person, now=handle.now())
    return await handle(actor, INCIDENTS, incident, command)
