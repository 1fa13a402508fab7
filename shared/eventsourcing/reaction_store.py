"""Reactions on PostgreSQL: each event's commands are handled, then the checkpoint moves.

Safe to repeat at any point: the log knows every command id it has answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog

from shared.eventsourcing.clock import Now
from shared.eventsourcing.codec import Codec
from shared.eventsourcing.commands import Refused
from shared.eventsourcing.events import Envelope
from shared.eventsourcing.handle import Busy, Handler, Step
from shared.eventsourcing.parking import Parked, Parking
from shared.eventsourcing.reactions import Reaction, context_of
from shared.eventsourcing.refusals import record_refusal
from shared.eventsourcing.subscriptions import Checkpoint, Numbered
from shared.eventsourcing.view_store import why
from shared.postgres.pool import UNAVAILABLE, Pool

logger = structlog.get_logger(__name__)


class ReactionStore:
    """Follows one source for one reaction."""

    def __init__(self, reaction: Reaction, handler: Handler, pool: Pool, now: Now) -> None:
        self.name = reaction.name
        self.reaction = reaction
        self._handler = handler
        self._pool = pool
        self._now = now
        self._codec = Codec(reaction.events)
        self._parking = Parking(reaction.name, reaction.name)

    async def checkpoint(self, source: str) -> Checkpoint:
        return await self._parking.checkpoint(self._pool, source)

    async def take(
        self, source: str, at: Checkpoint, to: Checkpoint, numbered: Sequence[Numbered]
    ) -> None:
        async with self._pool.acquire() as connection:
            blocked = await self._parking.blocked(connection, source)
            skipped = await self._parking.skipped(connection, source)
        parked: list[Parked] = []
        for number, envelope in numbered:
            if number in skipped or not self._codec.knows(envelope.type):
                continue
            key = envelope.partition_key
            reason = "behind an earlier event" if key in blocked else ""
            reason = reason or await self._answer(envelope)
            if reason:
                blocked.add(key)
                parked.append(Parked(number, key, envelope, reason))
        async with self._pool.acquire() as connection, connection.transaction():
            await self._parking.move(connection, source, at, to, numbered)
            await self._parking.park(connection, source, parked)

    async def retry(self, source: str, key: str) -> int:
        """Answers a parked key's events again, in order, up to the first that fails.

        No connection is held meanwhile: answering needs one of the same pool.
        """
        async with self._pool.acquire() as connection:
            waiting = await self._parking.waiting(connection, source, key)
        done: list[int] = []
        for number, envelope in waiting:
            if await self._answer(envelope):
                break
            done.append(number)
        async with self._pool.acquire() as connection:
            await self._parking.unpark(connection, source, done)
        return len(done)

    async def skip(self, source: str, number: int, person: str, reason: str, now: datetime) -> None:
        """Gives up one parked event, on record."""
        async with self._pool.acquire() as connection, connection.transaction():
            await self._parking.skip(connection, source, number, person, reason, now)

    async def _answer(self, envelope: Envelope) -> str:
        """Handles what the event asks for; returns why it could not, or nothing."""
        try:
            recorded = self._codec.open(envelope)
            for n, step in enumerate(self.reaction.react(recorded)):
                context = context_of(self.reaction, recorded, n)
                try:
                    await self._handler.handle_together([step], context)
                except Busy:
                    raise
                except Refused as refused:
                    await self._refused(step, context.command_id, refused)
        except (*UNAVAILABLE, Busy):
            raise  # the machinery, not the event: the follower tries again
        except Exception as error:
            logger.exception("event-parked", reaction=self.name, position=envelope.position)
            return why(error)
        return ""

    async def _refused(self, step: Step, command_id: object, refused: Refused) -> None:
        await record_refusal(
            self._pool, command_id, f"reaction:{self.name}", step, refused, self._now()
        )
