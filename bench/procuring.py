"""Procurement as its own process runs it, hearing of one partnership and then of nothing.

Law: everything of the service is there, from token to views; only the others' logs are in memory.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

from fastapi import FastAPI

from services.procurement.main import PLAN
from shared.eventsourcing.codec import Codec
from shared.eventsourcing.log import Append, NewEvent, Write
from shared.eventsourcing.memory_log import MemoryLog
from shared.eventsourcing.sources import PublishedLog
from shared.published.needs import PartnershipFormed
from shared.published.terms import Member
from shared.running import app
from shared.running.settings import Settings, from_environment
from shared.telemetry import figures

AGENCY = "council"
FORMED = PartnershipFormed(
    partnership="p1",
    name="Alder",
    lead=AGENCY,
    members=(Member(agency=AGENCY, kind="council", name="Council"),),
    effective_on=date(2026, 4, 1),
)


def create_app() -> FastAPI:
    """The application, told by its environment."""
    figures.install(PLAN.name)
    heard = {name: MemoryLog(name) for name in PLAN.sources() if name != PLAN.name}

    @asynccontextmanager
    async def alongside(_: FastAPI, __: Settings) -> AsyncGenerator[None]:
        await heard["needs"].append(_formed())
        yield

    plan = replace(PLAN, alongside=alongside)
    sources = {name: PublishedLog(log) for name, log in heard.items()}
    return app.create_app(plan, from_environment(), sources)


def _formed() -> Append:
    new = NewEvent(
        type="needs.partnership-formed.v1",
        event_id=uuid4(),
        body=Codec((PartnershipFormed,)).encode(FORMED),
        published=True,
        effective_on=FORMED.effective_on,
    )
    write = Write("partnership/p1", 0, (new,), "p1")
    return Append(command_id=uuid4(), writes=(write,), now=datetime.now(UTC))
