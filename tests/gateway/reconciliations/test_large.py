"""Fifty thousand lines against fifty thousand, through the doors; how long is told, not judged."""

from __future__ import annotations

import time
from datetime import date, timedelta
from uuid import UUID

import pytest

from services.gateway.ledgers.transactions import PostingLine
from services.gateway.ledgers.views import FUND_BOOKS
from shared.testing.houses import RunningHouse
from tests.gateway.reconciliations import doors
from tests.gateway.reconciliations.doors import AT, as_csv, finance, taking

LINES = 50_000


Posted = tuple[str, int, date]


async def post(house: RunningHouse, lines: list[Posted]) -> None:
    """Puts lines where the fold of the books would leave them; the fold has tests of its own."""
    tables = house.house.stores[FUND_BOOKS.name].tables
    assert tables.lines is not None
    records = [
        (
            "f1", 1_000 + n, 0, doors.NOW,
            *tables.lines.record(
                PostingLine(
                    fund="f1", year="2026/27", effective_on=on, account="Assets:Pool:Bank",
                    amount_pence=pence, code="contribution-received", event_id=UUID(int=n),
                    transaction=0, partner="icb", reference=name,
                )
            ),
        )
        for n, (name, pence, on) in enumerate(lines)
    ]  # fmt: skip
    names = ["key", "number", "line", "known_at", *tables.lines.column_names]
    async with house.house.pool.acquire() as connection:
        await connection.copy_records_to_table(
            f"{tables.name}_lines", schema_name="views", records=records, columns=names
        )


async def test_a_year_of_fifty_thousand_lines(
    service_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[str] = []

    def tell(what: str, began: float) -> None:
        told.append(f"{what} {time.perf_counter() - began:.1f} s")

    async with doors.open_gateway(service_database) as house:
        ida = house.caller("council", "p-ida", "finance")
        lines = [
            (f"R-{n:06d}", 100 + n * 7, date(2026, 4, 1) + timedelta(days=n % 365))
            for n in range(LINES)
        ]
        await post(house, lines)
        rows = [
            (f"{on:%d/%m/%Y}", "ICB", name if n % 20 else "", f"{pence / 100:.2f}")
            for n, (name, pence, on) in enumerate(lines)
        ]
        total = sum(pence for _, pence, _ in lines)
        began = time.perf_counter()
        answer = await doors.upload(house, finance(), as_csv(rows))
        reconciliation = answer.json()["id"]
        tell("uploaded in", began)
        began = time.perf_counter()
        body = taking(
            to_on="2027-03-31", stated_rows=LINES, stated_total_pence=total, closing_pence=total
        )
        await ida.done(f"{AT}/{reconciliation}/extract", body)
        tell("taken in", began)
        began = time.perf_counter()
        found = await doors.matched(ida, reconciliation)
        tell("matched and recorded in", began)
        began = time.perf_counter()
        await ida.get(f"{AT}/{reconciliation}/statement")
        await ida.get(f"{AT}/{reconciliation}/matches?limit=25")
        await ida.get(f"{AT}/{reconciliation}/lines?side=ours&limit=25")
        tell("statement, matches and lines in", began)
        began = time.perf_counter()
        await ida.done(f"{AT}/{reconciliation}/acceptances", {"rule": "window"})
        tell("2,500 accepted in", began)
        stands = (await ida.get(f"{AT}/{reconciliation}")).json()["statement"]
    with capsys.disabled():
        print(f"\n{LINES:,} x {LINES:,} lines: {'; '.join(told)}")  # noqa: T201 - told
    assert found["confirmed"] == {"exact": LINES * 19 // 20}
    assert found["proposed"]["window"] == LINES // 20
    assert (stands["unexplained_pence"], stands["open_lines"]) == (0, 0)
