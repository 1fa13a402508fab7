"""Who is on duty: of a service's replicas one follows, relays and ticks; the others stand by.

The duty is an advisory lock on a connection of its own, so it ends with the process or the
database. It spares work and keeps things in one place; that nothing happens twice rests on the
checkpoints alone.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

import asyncpg
import structlog

from shared.postgres.pool import UNAVAILABLE

logger = structlog.get_logger(__name__)

TRY_SECONDS = 0.5
_LOCK = 0x601DE  # within the service's own database


class OnDuty(Protocol):
    """Whether this replica is to work."""

    @property
    def held(self) -> bool: ...

    async def changed(self, seconds: float) -> None:
        """Returns when the duty is taken or lost, or the time is up."""
        ...


class Duty:
    """Stands for the duty of one database until it is stopped."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._held = False
        self._change = asyncio.Event()

    @property
    def held(self) -> bool:
        return self._held

    async def changed(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._change.wait()
        except TimeoutError:
            return

    async def run(self) -> None:
        """Takes the duty when it is free, and again when the database was gone."""
        while True:
            try:
                await self._stand()
            except UNAVAILABLE as error:
                logger.warning("duty-unknown", error=type(error).__name__)
            finally:
                self._set(held=False)
            await asyncio.sleep(TRY_SECONDS)

    async def _stand(self) -> None:
        connection = await asyncpg.connect(self._dsn)
        try:
            while True:
                held = self._held or await connection.fetchval(
                    "select pg_try_advisory_lock($1)", _LOCK
                )
                self._set(held=held)
                await asyncio.sleep(TRY_SECONDS)
                await connection.execute("select")  # raises where the lock went with the connection
        except asyncio.CancelledError:
            await connection.close(timeout=TRY_SECONDS)  # another replica takes it at once
            raise
        finally:
            connection.terminate()

    def _set(self, *, held: bool) -> None:
        if held != self._held:
            logger.info("duty-taken" if held else "duty-left")
            self._held = held
            self._change.set()
            self._change = asyncio.Event()


class Alone:
    """The duty of a process that has no replicas."""

    held = True

    async def changed(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
