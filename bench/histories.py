"""Histories that the real views take: funds and contracts through a year, returns and flags.

Law: every event is one that its service would publish, and in such an order; nothing parks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec
from msgspec.structs import replace

from shared.eventsourcing.codec import Codec
from shared.eventsourcing.events import Event, Published, type_of
from shared.published import monitoring
from tests.gateway.ledgers import years

Told = tuple[str, Event]
"""A stream and an event of it."""

CONTRACTS = 6  # in a fund
MONTHS = 12
PERIODS = tuple(
    f"{year}-{year - 1999}-Q{quarter}" for year in (2025, 2026) for quarter in range(1, 5)
)
COPIED = 10_000
META = b'{"client":"bench"}'
BEGAN = datetime(2025, 4, 1, 9, tzinfo=UTC)
TODAY = date(2025, 4, 1)
SAMPLES = Path(__file__).resolve().parent.parent / "tests" / "samples" / "monitoring"
_SET_HEAD = """
update log.head set position = last.position, publication = last.position,
                    recorded_at = last.recorded_at
from (select max(position) as position, max(recorded_at) as recorded_at from log.events) as last
"""


def money() -> Iterator[Told]:
    """Fund after fund: opened, paid into, contracts signed, and each month certified and paid."""
    fund = 0
    while True:
        fund += 1
        yield from _fund(f"fund-{fund}", [f"contract-{fund}-{n}" for n in range(CONTRACTS)])


def _fund(fund: str, contracts: list[str]) -> Iterator[Told]:
    opening = (years.opened(), years.risk_shared())
    for event in (*opening, *years.contributions(500_000, 300_000, 200_000)):
        yield f"fund/{fund}", replace(event, fund=fund)
    for contract in contracts:
        signed = years.signed({years.YEAR: 120_000}, contract)
        terms = replace(signed.terms, fund=fund)
        yield f"contract/{contract}", replace(signed, terms=terms)
    for month in range(MONTHS):
        for contract in contracts:
            certificate = f"{contract}-{month}"
            certified = years.certified(certificate, 10_000, contract)
            paid = replace(years.paid(certificate, 10_000, contract), certificates=(certificate,))
            for event in (certified, paid):
                yield f"contract/{contract}", replace(event, fund=fund)


def returns() -> Iterator[Told]:
    """Contract after contract: two years of returns submitted and accepted, and a case closed."""
    number = 0
    while True:
        number += 1
        contract = f"contract-{number}"
        for period in PERIODS:
            for kind in (
                monitoring.ReturnScheduled,
                monitoring.ReturnSubmitted,
                monitoring.ReturnAccepted,
            ):
                event = replace(sample(kind), contract=contract, period=period)
                yield f"return/{contract}-{period}", event
        for kind in (
            monitoring.UnderperformanceFlagged,
            monitoring.ExplanationRequested,
            monitoring.ExplanationGiven,
            monitoring.FlagClosed,
        ):
            flag = f"{contract}:seen:1"
            yield f"flag/{flag}", replace(sample(kind), contract=contract, flag=flag)


@cache
def sample(kind: type[Published]) -> Any:
    """The sample that the tests keep of an event."""
    return msgspec.json.decode((SAMPLES / f"{type_of(kind)}.json").read_bytes(), type=kind)


async def write(dsn: str, tell: Callable[[], Iterator[Told]], events: int) -> None:
    """Makes a log of the first so many events, all published."""
    connection = await asyncpg.connect(dsn)
    versions: dict[str, int] = {}
    codec = Codec({type(event) for _, event in islice(tell(), 2_000)})
    rows = _rows(islice(tell(), events), codec, versions)
    while page := list(islice(rows, COPIED)):
        await connection.copy_records_to_table("events", schema_name="log", records=page)
    await connection.execute(_SET_HEAD)
    await connection.execute("analyze log.events")
    await connection.close()


def _rows(
    told: Iterator[Told], codec: Codec, versions: dict[str, int]
) -> Iterator[tuple[Any, ...]]:
    for position, (stream, event) in enumerate(told, 1):
        versions[stream] = versions.get(stream, 0) + 1
        yield (
            position,
            position,
            stream,
            versions[stream],
            type_of(type(event)),
            uuid4(),
            uuid4(),
            stream.partition("/")[2],
            codec.encode(event),
            META,
            getattr(event, "effective_on", TODAY),
            BEGAN,
        )
