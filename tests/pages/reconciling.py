"""A gateway with one fund whose bank is to be reconciled, for people who can sign in."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

from services.gateway.main import PLAN
from shared.published import contracts
from shared.testing.houses import KEY, RunningHouse, open_house
from tests.pages import story

NOW = datetime(2026, 5, 6, 9, tzinfo=UTC)
ACCOUNTANT, CHIEF = "p-a650", "p-e2c6"
SUMS = (12_500_00, 4_054_54, 333_00, 1_250_75, 980_00, 61_20, 7_777_77, 150_00)


def posted() -> list[contracts.ContributionReceived]:
    """Eight receipts in April, three days apart."""
    return [
        contracts.ContributionReceived(
            fund="f1", year="2026/27", partner=story.ICB, amount_pence=pence,
            reference=f"ICB-{n:03d}", effective_on=date(2026, 4, 2) + timedelta(days=3 * n),
        )
        for n, pence in enumerate(SUMS)
    ]  # fmt: skip


EXTRACT = """Alderbrook Council, account ending 4321

Date,Description,Reference,Paid out,Paid in,Balance
02/04/2026,BACS ALDERBROOK ICB,ICB-000,,"12,500.00","12,500.00"
05/04/2026,BACS ALDERBROOK ICB,ICB-001,,"4,054.45","16,554.45"
09/04/2026,FASTER PAYMENT,,,333.00,"16,887.45"
11/04/2026,BACS ALDERBROOK ICB,ICB-003,,"1,250.75","18,138.20"
14/04/2026,BACS ALDERBROOK ICB,ICB-004,,980.00,"19,118.20"
17/04/2026,BANK CHARGE,CHG-1,15.00,,"19,103.20"
18/04/2026,FASTER PAYMENT,,,61.23,"19,164.43"
21/04/2026,ICB SPLIT A,,,"7,000.00","26,164.43"
21/04/2026,ICB SPLIT B,,,777.77,"26,942.20"
"""
FORM = {"from_on": "2026-04-01", "to_on": "2026-04-30", "stated_rows": "9",
        "stated_total": "26,942.20", "closing": "26,942.20"}  # fmt: skip


@asynccontextmanager
async def open_reconciling(dsn: str) -> AsyncGenerator[RunningHouse]:
    os.environ["ISSUER_KEY"] = json.dumps(KEY.as_dict(private=True))
    try:
        async with open_house(PLAN, dsn, NOW) as house:
            await house.hear("needs", "partnership/p1", story.FORMED)
            await house.hear("contracts", "fund/f1", *story.FUND)
            await house.hear("contracts", "fund/f1", *posted())
            yield house
    finally:
        os.environ.pop("ISSUER_KEY", None)  # another stage may have taken it away before
