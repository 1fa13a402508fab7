"""Hears the four services and writes each agency's log, in the transaction of its checkpoint.

Law: facts, lines, what waits and the checkpoint move together, one page after another under one
lock, since what one source says decides who hears another. So duplicates, restarts and a second
replica change nothing. Nothing here is ever rebuilt.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import structlog

from services.gateway.partners import keeping
from services.gateway.partners.logs import PartnerLogs, append
from services.gateway.partners.writing import CODEC, Heard, Writing, public_lines
from shared.eventsourcing.codec import NewerVersion
from shared.eventsourcing.parking import Parked, Parking
from shared.eventsourcing.subscriptions import Checkpoint, Numbered
from shared.eventsourcing.view_store import why
from shared.postgres.pool import UNAVAILABLE, Connection, Pool

NAME = "partner-logs"
SOURCES = ("needs", "procurement", "contracts", "monitoring")

_LOCK = "select pg_advisory_xact_lock(hashtext('partners'))"

logger = structlog.get_logger(__name__)


class PartnerWriter:
    """The one subscriber that writes the agencies' logs; it follows all four sources."""

    def __init__(self, pool: Pool) -> None:
        self.name = NAME
        self.logs = PartnerLogs(pool)
        self._pool = pool
        self._parking = Parking(NAME, NAME)
        self._turn = asyncio.Lock()  # so that sources waiting for each other hold no connection

    async def checkpoint(self, source: str) -> Checkpoint:
        return await self._parking.checkpoint(self._pool, source)

    async def take(
        self, source: str, at: Checkpoint, to: Checkpoint, numbered: Sequence[Numbered]
    ) -> None:
        """Harmless when repeated: the checkpoint is swapped with what is written."""
        async with self._alone() as connection:
            await self._parking.move(connection, source, at, to, numbered)
            blocked, skipped = await self._parking.set_aside(connection, source)
            kept = [item for item in numbered if item.number not in skipped]
            await self._write(connection, source, kept, blocked)
        self.logs.wake()

    @asynccontextmanager
    async def _alone(self) -> AsyncGenerator[Connection]:
        """A transaction in which nothing else writes agencies' logs, here or in a replica."""
        async with self._turn, self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_LOCK)
            yield connection

    async def _write(
        self,
        connection: Connection,
        source: str,
        numbered: Sequence[Numbered],
        blocked: set[str],
    ) -> None:
        """A page at once; where one event of it cannot be taken, one by one, and that one parks."""
        if not blocked:
            try:
                async with connection.transaction():
                    await _taken(connection, [_opened(source, item) for item in numbered])
                    return
            except (*UNAVAILABLE, NewerVersion):
                raise
            except Exception:
                logger.exception("page-taken-singly", subscriber=NAME, source=source)
        parked = [
            item for one in numbered if (item := await _tried(connection, source, one, blocked))
        ]
        await self._parking.park(connection, source, parked)

    async def retry(self, source: str, key: str) -> int:
        """Takes a parked key's events again up to the first that fails; says how many."""
        async with self._alone() as connection:
            await self._parking.hold(connection, source)
            waiting = await self._parking.waiting(connection, source, key)
            done: list[int] = []
            for item in waiting:
                if await _tried(connection, source, item, set()):
                    break
                done.append(item.number)
            await self._parking.unpark(connection, source, done)
        self.logs.wake()
        return len(done)

    async def skip(self, source: str, number: int, person: str, reason: str, now: datetime) -> None:
        """Gives up one parked event, on record: no agency will ever hear of it."""
        async with self._pool.acquire() as connection, connection.transaction():
            await self._parking.skip(connection, source, number, person, reason, now)

    async def forget_from(self, connection: Connection, source: str, first: int) -> None:
        """What waits by numbers that a restored source gives again, waits no more."""
        await keeping.forget_from(connection, source, first)


async def _tried(
    connection: Connection, source: str, item: Numbered, blocked: set[str]
) -> Parked | None:
    """Takes one event, or says how it is parked and what it blocks."""
    key = item.envelope.partition_key
    if key in blocked:
        return Parked(item.number, key, item.envelope, "behind an earlier event")
    try:
        async with connection.transaction():
            await _taken(connection, [_opened(source, item)])
            return None
    except (*UNAVAILABLE, NewerVersion):
        raise
    except Exception as error:
        logger.exception("event-parked", subscriber=NAME, source=source, number=item.number)
        blocked.add(key)
        return Parked(item.number, key, item.envelope, why(error))


def _opened(source: str, item: Numbered) -> Heard:
    """Raises NewerVersion for what no rule knows: passed over, no agency would ever hear it."""
    if not CODEC.knows(item.envelope.type):
        raise NewerVersion(f"{item.envelope.type}: no rule says whom this concerns")
    return Heard(source, item.number, CODEC.open(item.envelope))


async def _taken(connection: Connection, page: Sequence[Heard]) -> None:
    """Everything that taking these events means, written."""
    waiting = await keeping.waiting_for(connection, page)
    behind = [heard for several in waiting.values() for heard in several]
    facts = await keeping.facts_for(connection, [*page, *behind])
    writing = Writing(facts, await keeping.agencies(connection), waiting)
    for heard in page:
        writing.take(heard)
    record = await keeping.public_record(connection) if writing.opened else []
    first = [line for agency in writing.opened for line in public_lines(agency, record)]
    await append(connection, [*first, *writing.lines])
    await keeping.keep_facts(connection, facts)
    await keeping.release(connection, writing.released)
    await keeping.set_aside(connection, writing.set_aside.values())
    await keeping.publish(connection, writing.public)
