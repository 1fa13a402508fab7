"""The doors of serious incidents: never the referral route, never more than a reference."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import Request

from services.monitoring.heard import contract_row, parties_to, visible
from services.monitoring.incidents import commands
from services.monitoring.incidents.bodies import IncidentBody
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
    found = await visible(request, incidents, actor, paging)
    shown: dict[str, dict[str, Any]] = {
        key: msgspec.to_builtins(row) | {"exempt": row.outstanding} for key, row in found.items()
    }
    page = paging.page(shown)
    if outstanding:
        page.items = [item for item in page.items if item["outstanding"]]
    return page


@router.get("/{incident}")
async def read_incident(
    incident: Id,
    incidents: Incidents,
    _: Annotated[Actor, allowed("incidents:read", "provider", "lead", "member", of=parties)],
) -> dict[str, Any]:
    """One incident. 404."""
    row = await incidents.get(incident)
    if row is None:
        raise Missing
    return msgspec.to_builtins(row) | {"exempt": row.outstanding}


@router.post("", status_code=201)
async def report_incident(
    request: Request,
    body: IncidentBody,
    handle: Handling,
    actor: Annotated[Actor, allowed("incidents:write")],
) -> Accepted:
    """Tell the commissioner, by reference, once the referral has been made.

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
        now=handle.now(),
    )
    return await handle(actor, INCIDENTS, incident, command)


@router.post("/{incident}/closure", status_code=201)
async def close_incident(
    incident: Id,
    handle: Handling,
    actor: Annotated[Actor, allowed("incidents:write", "lead", of=parties)],
) -> Accepted:
    """The commissioner closes an incident. 409: incident-closed."""
    command = commands.CloseIncident(closed_by=actor.person, now=handle.now())
    return await handle(actor, INCIDENTS, incident, command)
