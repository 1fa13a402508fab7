"""A gateway with a key to sign with, whose proofs are tended when a test says so."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from services.gateway.proofs import keeper as keeping
from services.gateway.proofs.keeper import Keeper
from shared.proofs.notes import Signer, opened
from shared.published import contracts
from shared.published.terms import Share
from shared.testing.houses import RunningHouse
from tests.gateway import story

HOUSE_KEY = Signer("ledger.test", bytes(range(32)))
LATER_KEY = Signer("ledger.test", bytes(range(1, 33)))
ICB_KEY = Signer("icb/treasury", bytes(range(2, 34)))
YEAR = "2026/27"
AT = "/v1/ledgers/f1/proofs"
PINNED = str(HOUSE_KEY.named("ledger.test/f1").verifier)


@asynccontextmanager
async def open_signing(
    dsn: str, monkeypatch: pytest.MonkeyPatch, *keys: Signer
) -> AsyncGenerator[RunningHouse]:
    """A gateway that has heard of both contracts and signs with these keys, when it is told to."""
    monkeypatch.setattr(keeping, "TICK_SECONDS", 3600.0)
    monkeypatch.setenv("LEDGER_SIGNING_KEY", " ".join(key.secret() for key in keys or [HOUSE_KEY]))
    async with story.open_gateway(dsn) as house:
        yield house


def keeper(house: RunningHouse) -> Keeper:
    return house.app.state.keeper


async def tended(house: RunningHouse) -> None:
    """Lets everything be heard, and whatever is due be grown, signed and sealed."""
    await house.settle()
    await keeper(house).tend()


async def bundle_of(house: RunningHouse, fund: str = "f1") -> bytes:
    answer = await house.caller("icb", "p-4", "finance").get(f"/v1/ledgers/{fund}/proofs/bundle")
    assert answer.status_code == 200, answer.text
    return answer.content


async def as_owner(dsn: str, *statements: str) -> None:
    """Does in the database what its owner could, and the service cannot."""
    connection = await asyncpg.connect(dsn)
    try:
        for statement in statements:
            assert await connection.execute(statement) != "UPDATE 0", statement
    finally:
        await connection.close()


async def fetched(house: RunningHouse, statement: str, *values: Any) -> list[Any]:
    return [tuple(record) for record in await house.house.pool.fetch(statement, *values)]


def _shares(council: int, icb: int) -> tuple[Share, ...]:
    return Share(partner="council", pence=council), Share(partner="icb", pence=icb)


END = date(2027, 3, 31)
CLOSE = (
    contracts.YearClosed(
        fund="f1", year=YEAR, result_pence=97_500_00, closed_by="p-4", approved_by="p-5",
        effective_on=END,
    ),
    contracts.UnderspendCarriedForward(
        fund="f1", year=YEAR, shares=_shares(4_000_00, 2_000_00), effective_on=END
    ),
    contracts.UnderspendReturned(
        fund="f1", year=YEAR, shares=_shares(61_000_00, 30_500_00), step="due", effective_on=END
    ),
)  # fmt: skip


async def closed_year(house: RunningHouse) -> None:
    """The whole year of the story, tended on six days of it, co-signed once, and closed."""
    await tended(house)
    await story.reported_and_paid(house)
    for month, year in ((7, 2026), (10, 2026), (1, 2027), (4, 2027)):
        await house.set_clock(datetime(year, month, 1, 9, tzinfo=UTC))
        await tended(house)
    for partner, pence in (("council", 80_000_00), ("icb", 40_000_00)):
        invoiced = contracts.ContributionInvoiced(
            fund="f1", year=YEAR, partner=partner, amount_pence=pence,
            period="2026-27-Q1", effective_on=END,
        )  # fmt: skip
        await house.hear("contracts", "fund/f1:2026-27", invoiced)
    for contract, pence in (("c1", 67_500_00), ("c2", 10_000_00)):
        let_go = contracts.CommitmentReleased(
            contract=contract, fund="f1", year=YEAR, amount_pence=pence, effective_on=END,
        )  # fmt: skip
        await house.hear("contracts", f"contract/{contract}", let_go)
        await house.set_clock(house.house.clock() + timedelta(days=1))
        await tended(house)
    await cosigned(house)
    await house.hear("contracts", "fund/f1:2026-27", *CLOSE)
    await tended(house)


async def cosigned(house: RunningHouse) -> None:
    """The ICB signs the last checkpoint beside the house."""
    ida = house.caller("icb", "p-4", "finance")
    await ida.post(f"{AT}/keys", {"verifier": str(ICB_KEY.verifier)})
    last = (await ida.get(AT)).json()["checkpoint"]
    text, _ = opened(last["note"])
    at = f"{AT}/checkpoints/{last['size']}/cosignatures"
    await ida.done(at, {"signature": str(ICB_KEY.sign(text))})
