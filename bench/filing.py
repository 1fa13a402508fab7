"""`python -m bench.filing <address> <kind>`: sends one large file and prints seconds and bytes.

Law: a process of its own, so that its largest size is that of this file and of nothing else.
"""

from __future__ import annotations

import asyncio
import csv
import io
import resource
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from services.monitoring.main import PLAN
from shared.published.contracts import ContractSigned
from shared.published.terms import (
    Block,
    Clause,
    ContractTerms,
    MeasureTerms,
    Outcome,
)
from shared.testing import houses
from shared.testing.houses import RunningHouse, open_house
from shared.values.quarters import months_of

CONTRACTS = 250
AT_ONCE = 250
SETTLED_WITHIN_SECONDS = 300.0
MEASURES = 200  # with three months and the quarter, 800 rows for each return
PERIOD = "2026-27-Q1"
SIGNED_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
AFTER = datetime(2026, 7, 2, 9, tzinfo=UTC)
HEAD = ("contract", "return_period", "measure", "period", "value", "status")
TERMS = ContractTerms(
    kind="contract", partnership="p1", commissioner="council", provider="acorn", fund="f1",
    specification="s1", award="a1", title="Counselling", starts_on=date(2026, 4, 1),
    ends_on=date(2026, 6, 30), commitments={"2026/27": 100_00},
    payment=Block(annual_pence=100_00), outcomes=(Outcome(outcome="o1", title="Safe"),),
    measures=tuple(
        MeasureTerms(
            measure=f"m-{n:03}", title="Children seen", outcome="o1", quadrant="how-much",
            unit="number", direction="higher", target=Decimal(30),
        )
        for n in range(MEASURES)
    ),
    monitoring_officer="mo", review=Clause(clause="12.1"), termination=Clause(clause="20.1"),
)  # fmt: skip


def rows(*, wrong: bool) -> Iterator[tuple[str, ...]]:
    values = ("-1",) * 4 if wrong else ("10", "11", "12", "33")
    for contract in range(CONTRACTS):
        for measure in range(MEASURES):
            for period, value in zip((*months_of(PERIOD), PERIOD), values, strict=True):
                yield f"c-{contract:04}", PERIOD, f"m-{measure:03}", period, value, "given"


def write(kind: str, file: BinaryIO) -> None:
    """The file; its budget lines come last, so that every return has rows far apart."""
    if kind == "xlsx":
        _workbook(file)
        return
    text = io.TextIOWrapper(file, "utf-8", newline="")
    writer = csv.writer(text)
    money = ("element", "budget_pence", "spent_pence", "forecast_pence")
    writer.writerow(("part", *HEAD, *money))
    for row in rows(wrong=kind != "csv"):
        writer.writerow(("readings", *row, "", "", "", ""))
    for n in range(CONTRACTS):
        key = (f"c-{n:04}", PERIOD)
        writer.writerow(("budget", *key, "", "", "", "", "Block", "10000", "2500", "9900"))
    text.flush()
    text.detach()


def _workbook(file: BinaryIO) -> None:
    import xlsxwriter  # pyright: ignore[reportMissingTypeStubs]

    book: Any = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet("readings")
    sheet.write_row(0, 0, HEAD)
    for n, row in enumerate(rows(wrong=False), 1):
        for m, cell in enumerate(row):
            sheet.write(n, m, int(cell) if m == len(HEAD) - 2 else cell)
    money = book.add_worksheet("budget")
    money.write_row(0, 0, (*HEAD[:2], "element", "budget_pence", "spent_pence", "forecast_pence"))
    for n in range(CONTRACTS):
        money.write_row(n + 1, 0, (f"c-{n:04}", PERIOD, "Block", 10000, 2500, 9900))
    book.close()


async def pieces(file: BinaryIO) -> AsyncGenerator[bytes]:
    file.seek(0)
    while piece := file.read(1 << 16):
        yield piece


async def sign(house: RunningHouse) -> None:
    signed = [
        ContractSigned(
            contract=f"c-{n:04}", terms=TERMS, signed_by="x", effective_on=date(2026, 3, 2)
        )
        for n in range(CONTRACTS)
    ]
    for n in range(0, CONTRACTS, AT_ONCE):
        await house.hear("contracts", f"contract/{n}", *signed[n : n + AT_ONCE])
    await house.set_clock(AFTER)


async def main(dsn: str, kind: str) -> None:
    houses.SETTLE_SECONDS = SETTLED_WITHIN_SECONDS
    async with open_house(PLAN, dsn, SIGNED_AT) as house:
        with tempfile.TemporaryFile() as file:
            write(kind, file)
            await sign(house)
            provider = house.caller("acorn", "ann", "provider")
            sys.stderr.write(f"before: {size() / 1e6:.0f} MB\n")
            begun, worked = time.perf_counter(), time.process_time()
            answer = await provider.post_raw("/v1/returns/files", pieces(file), "text/csv")
            sys.stderr.write(f"read: {time.perf_counter() - begun:.2f} s\n")
            answer.raise_for_status()
            await asyncio.gather(*house.app.state.filing)
            took = time.perf_counter() - begun
            sys.stderr.write(f"processor: {time.process_time() - worked:.2f} s\n")
        told = (await provider.get(f"/v1/returns/files/{answer.json()['file']}")).json()
        expected = "refused" if "wrong" in kind else "right"
        assert told[expected] == CONTRACTS, told["results"][:2]
    sys.stdout.write(f"{took} {size()}\n")


def size() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
