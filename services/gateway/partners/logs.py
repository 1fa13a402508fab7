"""The agencies' logs on PostgreSQL: appended to by one function, read in numbered pages.

Law: a log is kept and never rebuilt; a number once given means that event for as long as its epoch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.gateway.partners.writing import Line
from shared.eventsourcing.events import Envelope, Meta
from shared.eventsourcing.row_tables import transposed
from shared.eventsourcing.sources import FirstNumber, Page
from shared.postgres.pool import Connection, Pool
from shared.published.terms import AgencyId

BACKSTOP_SECONDS = 0.5
"""How often a waiting reader looks for what another replica has written."""

_APPEND = """
select partners.append($1::text[], $2::text[], $3::bigint[], $4::uuid[], $5::text[], $6::text[],
    $7::integer[], $8::text[], $9::bytea[], $10::date[], $11::timestamptz[], $12::text[])
"""
_READ = """
select number, epoch, event_id, type, stream, version, partition_key, body, effective_on,
    recorded_at, traceparent
from partners.events where agency = $1 and number > $2 order by number limit $3
"""
_EPOCHS = """
select epoch, first_number from partners.epochs where agency = $1
union all
select max(log.epoch), $2::bigint + 1 from log.epochs log
having max(log.epoch) > coalesce(
    (select max(epoch) from partners.epochs where agency = $1), 0)
order by 1
"""


class PartnerLogs:
    """Every agency's log; readers in this process are woken when something was written."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._written = asyncio.Event()

    async def agencies(self) -> list[AgencyId]:
        """Those that have a log, in order of name."""
        rows = await self._pool.fetch("select agency from partners.heads order by agency")
        return [row[0] for row in rows]

    async def heads(self) -> dict[AgencyId, int]:
        """How far each agency's log reaches."""
        rows = await self._pool.fetch("select agency, number from partners.heads")
        return {row[0]: row[1] for row in rows}

    def of(self, agency: AgencyId) -> PartnerLog:
        return PartnerLog(agency, self._pool, self)

    def woken(self) -> asyncio.Event:
        """Set at the next writing; ask for it before looking."""
        return self._written

    def wake(self) -> None:
        """Tells the readers of this process that a transaction has written."""
        self._written.set()
        self._written = asyncio.Event()


class PartnerLog:
    """One agency's log as a source: counted by the agency's own numbers."""

    def __init__(self, agency: AgencyId, pool: Pool, logs: PartnerLogs) -> None:
        self.agency = agency
        self.name = f"partners/{agency}"
        self._pool = pool
        self._logs = logs

    def number(self, envelope: Envelope) -> int:
        return envelope.publication or 0

    async def head(self) -> int:
        number = await self._pool.fetchval(
            "select number from partners.heads where agency = $1", self.agency
        )
        return number or 0

    async def number_of(self, event_id: UUID) -> int | None:
        """The number of an event here; None where this log does not have it."""
        return await self._pool.fetchval(
            "select number from partners.events where agency = $1 and event_id = $2",
            self.agency,
            event_id,
        )

    async def read(self, after: int, limit: int, wait_seconds: float) -> Page:
        head = await self._reaching(after, wait_seconds)
        records = await self._pool.fetch(_READ, self.agency, after, limit)
        epochs = await self._pool.fetch(_EPOCHS, self.agency, head)
        return Page(
            [_envelope(record) for record in records],
            max(head, records[-1]["number"]) if records else head,
            tuple(FirstNumber(*row) for row in epochs),
        )

    async def _reaching(self, after: int, seconds: float) -> int:
        """The head, once it lies beyond a number or the time is up."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + seconds
        while True:
            woken = self._logs.woken()
            head = await self.head()
            left = deadline - clock()
            if head > after or left <= 0:
                return head
            try:
                async with asyncio.timeout(min(left, BACKSTOP_SECONDS)):
                    await woken.wait()
            except TimeoutError:
                continue


def _envelope(record: Any) -> Envelope:
    """As its agency handles it; the command behind an event is another's affair."""
    return Envelope(
        position=record["number"],
        publication=record["number"],
        epoch=record["epoch"],
        stream=record["stream"],
        version=record["version"],
        type=record["type"],
        event_id=record["event_id"],
        command_id=record["event_id"],
        partition_key=record["partition_key"],
        body=record["body"],
        meta=Meta(traceparent=record["traceparent"]),
        effective_on=record["effective_on"],
        recorded_at=record["recorded_at"],
    )


async def append(connection: Connection, lines: Sequence[Line]) -> None:
    """Numbers and writes lines; what an agency has already is not written twice."""
    if lines:
        await connection.execute(_APPEND, *transposed(lines, len(Line._fields)))
