"""Reads where the formal arrangements of a partnership stand, for its own doors and the board."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import Request

from services.needs.assurances.arrangements import ARRANGEMENTS, ArrangementRow, flexibilities
from services.needs.assurances.standing import Standing, standings
from services.needs.assurances.views import ASSURANCES, AssuranceRow
from services.needs.frameworks.views import FRAMEWORKS, FrameworkRow
from shared.eventsourcing.view_store import ViewStore
from shared.published.terms import PartnershipId


async def assured(request: Request, partnership: PartnershipId, on: date) -> list[Standing]:
    """Where each of a partnership's formal arrangements stands on a day."""
    stores: Mapping[str, ViewStore[Any]] = request.app.state.house.stores
    row: AssuranceRow | None = await stores[ASSURANCES.name].get(partnership)
    return standings(row, (await arrangements_of(stores, partnership, on)).values(), on)


async def arrangements_of(
    stores: Mapping[str, ViewStore[Any]], partnership: PartnershipId, on: date
) -> dict[str, ArrangementRow]:
    signed: ViewStore[ArrangementRow] = stores[ARRANGEMENTS.name]
    found: dict[str, ArrangementRow] = {}
    after = ""
    while page := await signed.find(where={"partnership": partnership}, after=after):
        found |= page
        after = max(page)
    framework: FrameworkRow | None = await stores[FRAMEWORKS.name].get(partnership)
    return found | {one.arrangement: one for one in flexibilities(framework, on)}


def summary(standing: Standing) -> dict[str, Any]:
    """One arrangement in a line: what it is, what is short, what is late."""
    of = standing.arrangement
    return {
        "arrangement": of.arrangement,
        "kind": of.kind,
        "title": of.title,
        "lead": of.lead,
        "short": standing.short,
        "overdue": standing.overdue,
        "remedies_open": sum(one.done_on is None for one in standing.remedies),
        "looked_on": max((one.looked_on for one in standing.looks), default=None),
    }
