"""What the tests of contracts begin with: an award, terms, a fund, and who is who."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.contracts.contracts.commands import DraftContract, HearReturn, SignContract
from shared.published.terms import (
    Block,
    Clause,
    ContractTerms,
    CostAndVolume,
    FeePlusOutcomes,
    MeasureTerms,
    Mechanism,
    Rate,
    Reading,
    TextRef,
)

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
TEXT = TextRef(text=UUID("00000000-0000-4000-8000-000000000001"), digest="d")
BLOCK = Block(annual_pence=100_000_01)
VOLUME = CostAndVolume(measure="m1", unit_price_pence=50_00, cap_annual_pence=100_000_00)
OUTCOMES = FeePlusOutcomes(
    fee_annual_pence=40_000_00,
    rates=(Rate(measure="m1", price_pence=500_00),),
    outcome_cap_annual_pence=60_000_00,
)
MEASURE = MeasureTerms(
    measure="m1", title="Helped", outcome="o1", quadrant="better-off-number", unit="number",
    direction="higher",
)  # fmt: skip
DRAFT = DraftContract(
    contract="k1", kind="contract", partnership="p1", specification="s1", commissioner="council",
    provider="acorn", annual_price_pence=100_000_01, now=NOW,
)  # fmt: skip


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 10, tzinfo=UTC)


def terms(payment: Mechanism = BLOCK, **changes: Any) -> ContractTerms:
    fields: dict[str, Any] = {
        "kind": "contract",
        "partnership": "p1",
        "commissioner": "council",
        "provider": "acorn",
        "fund": "f1",
        "specification": "s1",
        "award": "k1",
        "title": "Counselling",
        "starts_on": date(2026, 4, 1),
        "ends_on": date(2028, 3, 31),
        "commitments": {},
        "payment": BLOCK,
        "outcomes": (),
        "measures": (MEASURE,),
        "monitoring_officer": "mo",
        "review": Clause(clause="12"),
        "termination": Clause(clause="20", working_days=20),
        "withholding": Clause(clause="15.2", basis_points=500),
        "sanctions_live_on": date(2026, 10, 1),
    }
    return ContractTerms(**(fields | changes)).paid_by(payment)


def signing(payment: Mechanism = BLOCK, *years: str, **changes: Any) -> SignContract:
    return SignContract(
        terms=terms(payment, **changes),
        open_years=frozenset(years or ("2026/27",)),
        signed_by="lea",
        now=NOW,
    )


def accepted(period: str, amount: int, now: datetime, version: int = 1) -> HearReturn:
    reading = Reading(measure="m1", period=period, value=Decimal(amount))
    return HearReturn(period=period, version=version, readings=(reading,), now=now)
