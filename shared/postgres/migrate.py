"""Brings a database to the newest revision and begins a new epoch where its log was restored.

Runs in a process of its own (`python -m shared.postgres.migrate`), since SQLAlchemy and Alembic
cost memory that a service should not carry; needs the owner's rights, which a service never has.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

_MIGRATING = 0x601D  # one migration at a time, whichever replica starts first

_INCARNATION = """
select system_identifier || '/' || timeline_id from pg_control_system(), pg_control_checkpoint()
"""

_BEGIN_EPOCH = """
insert into log.epochs (epoch, first_position, first_publication, incarnation)
select coalesce((select max(epoch) from log.epochs), 0) + 1,
       position + 1, publication + 1, :incarnation
from log.head
"""


def upgrade(connection: Connection) -> None:
    """Applies what is missing and notices another incarnation of the server, in one transaction."""
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    incarnation = connection.execute(text(_INCARNATION)).scalar_one()
    latest = connection.execute(
        text("select incarnation from log.epochs order by epoch desc limit 1")
    ).scalar_one_or_none()
    if latest != incarnation:
        connection.execute(text(_BEGIN_EPOCH), {"incarnation": incarnation})


def begin_epoch(connection: Connection) -> None:
    """Begins a new incarnation by hand, after a restore that the server itself cannot show."""
    incarnation = connection.execute(text(_INCARNATION)).scalar_one()
    connection.execute(text(_BEGIN_EPOCH), {"incarnation": incarnation})


async def migrate(dsn: str) -> None:
    """Migrates the database of a DSN (`postgresql://…`)."""
    engine = create_async_engine(dsn.replace("postgresql://", "postgresql+asyncpg://", 1))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(upgrade)
    finally:
        await engine.dispose()


if __name__ == "__main__":
    asyncio.run(migrate(os.environ["DATABASE_URL"]))
