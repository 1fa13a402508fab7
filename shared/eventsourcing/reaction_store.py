"""Reactions on PostgreSQL: each event's commands are handled, then the checkpoint moves.

Safe to repeat at any point: the log knows every command id it has answered.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
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
from shared.eventsourcing.side_by_side import side_by_side
from shared.eventsourcing.subscriptions import Checkpoint, Numbered
from shared.eventsourcing.view_store import why
from shared.postgres.pool import UNAVAILABLE, Pool

logger = structlog.get_logger(__name__)


class Turns(defaultdict[str, asyncio.Lock]):
    """A turn for each stream: causes of different keys that meet in one do not conflict there."""

    def __init__(self) -> None:
        super().__init__(asyncio.Lock)


class ReactionStore:
    """Follows one source for one reaction; events of different partition keys side by side."""

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

    def concerned(self, numbered: Sequence[Numbered]) -> bool:
        return any(self._codec.knows(one.envelope.type) for one in numbered)

    async def take(
        self, source: str, at: Checkpoint, to: Checkpoint, numbered: Sequence[Numbered]
    ) -> None:
        async with self._pool.acquire() as connection:
            blocked, skipped = await self._parking.set_aside(connection, source)
        by_key: defaultdict[str, list[Numbered]] = defaultdict(list)
        for one in numbered:
            if one.number not in skipped and self._codec.knows(one.envelope.type):
                by_key[one.envelope.partition_key].append(one)
        turns = Turns()

        async def in_order(same_key: list[Numbered]) -> list[Parked]:
            return await self._answer_in_order(same_key, blocked, turns)

        some = await side_by_side(in_order, by_key.values())
        parked = sorted((one for parked in some for one in parked), key=lambda one: one.number)
        async with self._pool.acquire() as connection, connection.transaction():
            await self._parking.move(connection, source, at, to, numbered)
            await self._parking.park(connection, source, parked)

    async def _answer_in_order(
        self, same_key: Sequence[Numbered], blocked: set[str], turns: Turns
    ) -> list[Parked]:
        """The events of one partition key one after the other; what follows a failure waits."""
        parked: list[Parked] = []
        for number, envelope in same_key:
            key = envelope.partition_key
            waits = parked or key in blocked
            reason = "behind an earlier event" if waits else await self._answer(envelope, turns)
            if reason:
                parked.append(Parked(number, key, envelope, reason))
        return parked

    async def retry(self, source: str, key: str) -> int:
        """Answers a parked key's events again, in order, up to the first that fails.

        No connection is held meanwhile: answering needs one of the same pool.
        """
        async with self._pool.acquire() as connection:
            waiting = await self._parking.waiting(connection, source, key)
        done: list[int] = []
        for number, envelope in waiting:
            if await self._answer(envelope, Turns()):
                break
            done.append(number)
        async with self._pool.acquire() as connection:
            await self._parking.unpark(connection, source, done)
        return len(done)

    async def skip(self, source: str, number: int, person: str, reason: str, now: datetime) -> None:
        """Gives up one parked event, on record."""
        async with self._pool.acquire() as connection, connection.transaction():
            await self._parking.skip(connection, source, number, person, reason, now)

    async def _answer(self, envelope: Envelope, turns: Turns) -> str:
        """Handles what the event asks for; returns why it could not, or nothing."""
        try:
            recorded = self._codec.open(envelope)
            for n, step in enumerate(self.reaction.react(recorded)):
                context = context_of(self.reaction, recorded, n)
                try:
                    async with turns[step.decider.stream(step.subject)]:
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
