"""A fund with a bank account, its people, and the extracts they upload."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

from services.gateway.main import PLAN
from shared.published import contracts
from shared.testing.houses import Caller, RunningHouse, open_house, token
from tests.gateway import story

NOW = datetime(2026, 4, 1, tzinfo=UTC)
AT = "/v1/reconciliations"
UPLOAD = f"{AT}/funds/f1/extracts"
HEADINGS = ("Date", "Details", "Reference", "Amount")
MAPPING = {"date": "Date", "amount": "Amount", "reference": "Reference", "text": "Details"}
MATCHED_WITHIN_SECONDS = 300.0  # a hang, not a speed


def received(reference: str, pence: int, on: date, partner: str = "icb") -> Any:
    return contracts.ContributionReceived(
        fund="f1", year="2026/27", partner=partner, amount_pence=pence, reference=reference,
        effective_on=on,
    )  # fmt: skip


def paid(payment: str, pence: int, on: date) -> contracts.PaymentMade:
    return contracts.PaymentMade(
        contract="c1", fund="f1", year="2026/27", payment=payment, certificates=("cert-1",),
        amount_pence=pence, prepared_by="p-4", approved_by="p-5", effective_on=on,
    )  # fmt: skip


@asynccontextmanager
async def open_gateway(dsn: str) -> AsyncGenerator[RunningHouse]:
    """A gateway that has heard of a fund and its year, and of a partnership elsewhere."""
    async with open_house(PLAN, dsn) as house:
        await house.hear("needs", "partnership/p1", story.FORMED)
        await house.hear("needs", "partnership/p2", story.OTHERS_FORMED)
        await house.hear(
            "contracts", "fund/f1", story.AGREEMENT, story.FUND_OPENED, *story.CONTRIBUTIONS
        )
        yield house


async def post_april(house: RunningHouse) -> None:
    """Five receipts: 1,000.00, 500.00, 250.00, 54.45 and 80.00."""
    day = date(2026, 4, 2)
    amounts = (("REF-A", 1000_00), ("REF-B", 500_00), ("REF-C", 250_00), ("REF-D", 54_45),
               ("REF-E", 80_00))  # fmt: skip
    events = [
        received(name, pence, day + timedelta(days=4 * n))
        for n, (name, pence) in enumerate(amounts)
    ]
    await house.hear("contracts", "fund/f1", *events)


APRIL = (
    ("02/04/2026", "ICB CONTRIBUTION", "ref a", "1,000.00"),
    ("07/04/2026", "ICB", "", "500.00"),
    ("10/04/2026", "ICB", "REF-C", "250.00"),
    ("14/04/2026", "ICB", "REF-D", "54.54"),
)
"""The second a day late and unnamed, the fourth with digits changed round, the fifth missing."""


def as_csv(rows: Sequence[Sequence[Any]], headings: tuple[str, ...] = HEADINGS) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows([headings, *rows])
    return written.getvalue().encode()


def as_xlsx(rows: Sequence[Sequence[Any]], headings: tuple[str, ...] = HEADINGS) -> bytes:
    """A workbook; a text that begins with `=` becomes a formula."""
    from openpyxl import Workbook

    book: Any = Workbook()
    for row in (headings, *rows):
        book.active.append(list(row))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


async def upload(
    house: RunningHouse,
    bearer: str,
    content: bytes,
    *,
    key: str = "",
    path: str = UPLOAD,
    name: str = "april.csv",
) -> httpx.Response:
    return await house.client.post(
        path,
        files={"file": (name, content, "application/octet-stream")},
        headers={"Authorization": f"Bearer {bearer}", "Idempotency-Key": key or str(uuid4())},
    )


def finance(agency: str = "council", person: str = "p-ida") -> str:
    return token(agency, person, "finance")


def taking(**change: Any) -> dict[str, Any]:
    return {
        "mapping": MAPPING,
        "from_on": "2026-04-01",
        "to_on": "2026-04-30",
        "stated_rows": 4,
        "stated_total_pence": 1804_54,
        "closing_pence": 1804_54,
    } | change


async def taken(house: RunningHouse, ida: Caller) -> str:
    """April uploaded and taken."""
    await post_april(house)
    answer = await upload(house, finance(), as_csv(APRIL))
    assert answer.status_code == 201, answer.text
    reconciliation: str = answer.json()["id"]
    await ida.done(f"{AT}/{reconciliation}/extract", taking())
    return reconciliation


async def matched(ida: Caller, reconciliation: str, **settings: int) -> dict[str, Any]:
    """The reconciliation after a run of the rules."""
    await ida.done(f"{AT}/{reconciliation}/matching", settings)
    async with asyncio.timeout(MATCHED_WITHIN_SECONDS):
        while True:
            found = (await ida.get(f"{AT}/{reconciliation}")).json()
            if found["running"] is None:
                return found
            await asyncio.sleep(0.1)


async def numbers(ida: Caller, reconciliation: str, side: str, status: str) -> list[int]:
    found = await ida.get(f"{AT}/{reconciliation}/lines?side={side}&status={status}&limit=500")
    return [one["number"] for one in found.json()["items"]]


async def proposals(ida: Caller, reconciliation: str) -> dict[str, int]:
    """Match numbers by rule."""
    found = await ida.get(f"{AT}/{reconciliation}/matches?status=proposed&limit=500")
    return {one["rule"]: one["match"] for one in found.json()["items"]}


async def settled(house: RunningHouse, ida: Caller) -> str:
    """April with every penny explained: an error with its owner, and a receipt still to come."""
    reconciliation = await taken(house, ida)
    await matched(ida, reconciliation)
    at = f"{AT}/{reconciliation}"
    accepted = list((await proposals(ida, reconciliation)).values())
    await ida.done(f"{at}/acceptances", {"matches": accepted, "owner": "p-own"})
    outstanding = await numbers(ida, reconciliation, "ours", "open")
    await ida.done(f"{at}/marks", {"kind": "timing", "ours": outstanding})
    return reconciliation


async def only(caller: Caller) -> dict[str, Any]:
    [one] = (await caller.get(AT)).json()["items"]
    return one | {"id": one["reconciliation"]}
