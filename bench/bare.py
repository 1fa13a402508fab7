"""The yardstick of a command over HTTP: one FastAPI route, one validated body, one insert.

Law: no identity, no idempotency, no version, no view and no trace; as plain as it can be written.
"""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from uuid import uuid4

import asyncpg
from fastapi import FastAPI
from pydantic import BaseModel

from bench.raw import INSERT
from services.procurement.providers.bodies import RegisterBody


class Kept(BaseModel):
    """What was kept, and as which row."""

    id: str
    version: int


def create_app() -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=1, max_size=8) as pool:
            app.state.pool = pool
            yield

    app = FastAPI(lifespan=lifespan)
    positions = count(1)

    @app.post("/v1/providers", status_code=201)
    async def keep(body: RegisterBody) -> Kept:
        position, now = next(positions), datetime.now(UTC)
        await app.state.pool.execute(
            INSERT,
            position,
            position,
            f"provider/{body.provider}",
            1,
            "procurement.provider-registered.v1",
            uuid4(),
            uuid4(),
            body.provider,
            body.model_dump_json().encode(),
            b"{}",
            now.date(),
            now,
        )
        return Kept(id=body.provider, version=1)

    return app
