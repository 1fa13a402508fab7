"""Connections of a service to its database, always in the role that cannot change history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

SERVICE_ROLE = "goldenthread_service"

UNAVAILABLE = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
)
"""What a database raises that does not answer now; asked again, it may."""

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"


async def open_pool(dsn: str, *, size: int = 8, settings: Mapping[str, str] | None = None) -> Pool:
    """A pool whose every session acts as the service role, in UTC.

    Whoever borrows a session gives it back as it was: settings and locks last for a transaction at
    most. So none is cleared afterwards, which would cost every statement a second round trip.
    """
    return await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=size,
        reset=_as_it_was,
        server_settings={"role": SERVICE_ROLE, "timezone": "UTC", "jit": "off"}
        | dict(settings or {}),
    )


async def _as_it_was(_: Connection) -> None:
    """Nothing to clear; the driver itself has already rolled back what was left open."""
