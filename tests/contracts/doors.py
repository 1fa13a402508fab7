"""What is asked of the contracts service through its doors, again and again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from shared.published.monitoring import (
    ReturnAccepted,
    ReturnRestated,
)
from shared.published.procurement import AwardConfirmed
from shared.published.terms import AgencyKind, Reading
from shared.testing.houses import START, Caller, RunningHouse
from tests.contracts.parts import TEXT

KINDS: dict[str, AgencyKind] = {
    "council": "council", "icb": "nhs-icb", "police": "local-policing-body",
}  # fmt: skip
CONTRACT = "/v1/contracts/k1"


def award(**changes: Any) -> AwardConfirmed:
    fields: dict[str, Any] = {
        "award": "k1", "tender": "t1", "partnership": "p1", "specification": "s1",
        "procuring": "council", "provider": "acorn", "annual_price_pence": 100_000_00,
        "confirmed_at": START,
    }  # fmt: skip
    return AwardConfirmed(**(fields | changes))


async def opened(fin: Caller, house: RunningHouse, annual: int = 120_000_00) -> str:
    """A fund for 2026/27, host icb, with so much agreed between two partners."""
    body = {
        "partnership": "p1", "name": "Emotional health", "legal_basis": "section-75",
        "pool_manager": "pm", "year": "2026-27", "partners": ["icb", "council"],
        "attribution_weights": [2, 1],
    }  # fmt: skip
    fund = (await fin.done("/v1/funds", body))["fund"]
    await house.settle()
    first = f"/v1/funds/{fund}/years/2026-27"
    for partner, part in (("icb", annual // 2), ("council", annual - annual // 2)):
        contribution = {"partner": partner, "annual_pence": part, "legal_basis": "section-75"}
        await fin.done(f"{first}/contributions", contribution)
    await house.settle()
    return fund


def signature(fund: str, **changes: Any) -> dict[str, Any]:
    return {
        "fund": fund,
        "payment": {"mechanism": "block", "annual_pence": 100_000_00},
        "starts_on": "2026-04-01",
        "ends_on": "2028-03-31",
        "monitoring_officer": "mo",
        "review": {"clause": "12"},
        "termination": {"clause": "20", "working_days": 20},
        "standards": {
            "clause": "14",
            "standards": ["National Service Framework for Children"],
        },
        "withholding": {"clause": "15.2", "basis_points": 500},
        "sanctions_live_on": "2026-07-01",
    } | changes


VOLUME = {
    "mechanism": "cost-and-volume", "measure": "m1", "unit_price_pence": 50_00,
    "cap_annual_pence": 100_000_00,
}  # fmt: skip


async def published(house: RunningHouse) -> list[str]:
    return [
        event.type.removeprefix("contracts.").removesuffix(".v1")
        for event in await house.house.log.read_published(0, 1000)
    ]


async def returned(house: RunningHouse, period: str, amount: int, version: int = 1) -> None:
    now = house.house.clock()
    readings = (Reading(measure="m1", period=period, value=Decimal(amount)),)
    if version == 1:
        event = ReturnAccepted(
            contract="k1", period=period, version=1, readings=readings, accepted_by="mo",
            accepted_at=now,
        )  # fmt: skip
    else:
        event = ReturnRestated(
            contract="k1", period=period, version=version, readings=readings, reason=TEXT,
            restated_by="ann", restated_at=now,
        )  # fmt: skip
    await house.hear("monitoring", f"return/k1:{period}", event)
