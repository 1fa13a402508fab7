"""The doors of schedules: what is asked for under a contract, and when."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from services.monitoring.heard import parties_of_contract
from services.monitoring.schedules.decider import owed
from services.monitoring.schedules.views import SCHEDULE_ROWS, ScheduleRow
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.reading import rows
from shared.http.routing import Router

router = Router(prefix="/v1/schedules", tags=["schedules"])

Schedules = Annotated[ViewStore[ScheduleRow], rows(SCHEDULE_ROWS)]
Reader = Annotated[
    Actor, allowed("returns:read", "provider", "lead", "member", of=parties_of_contract)
]


@router.get("/{contract}")
async def read_schedule(contract: Id, schedules: Schedules, _: Reader) -> dict[str, Any]:
    """A contract's terms as they bear on its returns, and the periods these are for. 404."""
    row = await schedules.get(contract)
    if row is None:
        raise Missing
    terms = row.terms
    return {
        "contract": contract,
        "returns": terms.returns,
        "periods": owed(terms),
        "return_due_working_days": terms.return_due_working_days,
        "accepted_after_working_days": terms.accepted_after_working_days,
        "monitoring_officer": terms.monitoring_officer,
        "measures": msgspec.to_builtins(terms.measures),
        "sanctions_live_on": terms.sanctions_live_on,
        "ended_on": row.ended_on,
    }
