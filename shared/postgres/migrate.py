"""Brings a database to the newest revision and begins a new epoch where its log was restored.

Runs in a process of its own (`python -m shared.postgres.migrate`), since SQLAlchemy and Alembic
cost memory that a service should not carry; needs the owner's rights, which a service never has.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from shared.postgres.migrating import INCARNATION

_MIGRATING = 0x601D  # one migration at a time, whichever replica starts first

_BEGIN_EPOCH = """
insert into log.epochs (epoch, first_position, first_publication, incarnation)
select greatest(coalesce((select max(epoch) from log.epochs), 0) + 1, :least),
       position + 1, publication + 1, :incarnation
from log.head
"""

_TELL_LOGIN = """
select set_config('goldenthread.login', :name, true),
       set_config('goldenthread.password', :password, true)
"""
_ADMIT = """
do $$
declare
    login    text := current_setting('goldenthread.login');
    password text := nullif(current_setting('goldenthread.password'), '');
begin
    if not exists (select from pg_roles where rolname = login) then
        execute format('create role %I login in role goldenthread_service', login);
    end if;
    execute format('alter role %I password %L', login, password);
    execute format('revoke connect on database %I from public', current_database());
    execute format('grant connect on database %I to %I', current_database(), login);
    grant select on public.revisions to goldenthread_service;
end
$$
"""


def upgrade(connection: Connection, restored: int = 0) -> None:
    """Applies what is missing and notices another incarnation of the server, in one transaction.

    A log just restored begins an epoch in any case, of this number or a higher one.
    """
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    incarnation = connection.execute(text(INCARNATION)).scalar_one()
    latest = connection.execute(
        text("select incarnation from log.epochs order by epoch desc limit 1")
    ).scalar_one_or_none()
    if restored or latest != incarnation:
        begin_epoch(connection, restored)


def begin_epoch(connection: Connection, least: int = 0) -> None:
    """Begins a new incarnation, of at least this number.

    By hand after a restore that the server itself cannot show.
    """
    incarnation = connection.execute(text(INCARNATION)).scalar_one()
    told = {"incarnation": incarnation, "least": least}
    connection.execute(text(_BEGIN_EPOCH), told)


def admit(connection: Connection, dsn: str) -> None:
    """Lets the login of a service's DSN into this database, where it is another than the owner's.

    All that this login can be is the service role; no other service's login comes in.
    """
    login = urlsplit(dsn)
    name, password = unquote(login.username or ""), unquote(login.password or "")
    if name not in ("", connection.execute(text("select current_user")).scalar_one()):
        told = {"name": name, "password": password}
        connection.execute(text(_TELL_LOGIN), told)
        connection.execute(text(_ADMIT))


async def migrate(owner_dsn: str, dsn: str = "", restored: int = 0) -> None:
    """Migrates the database of its owner's DSN (`postgresql://…`) for the service of a DSN."""
    engine = create_async_engine(owner_dsn.replace("postgresql://", "postgresql+asyncpg://", 1))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(upgrade, restored)
            await connection.run_sync(admit, dsn)
    finally:
        await engine.dispose()


if __name__ == "__main__":
    given = os.environ["DATABASE_URL"]
    least = int(sys.argv[1]) if sys.argv[1:] else 0
    asyncio.run(migrate(os.environ.get("OWNER_DATABASE_URL", given), given, least))
