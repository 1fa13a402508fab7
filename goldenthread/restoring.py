"""Puts copies of the services' databases in the place of the present ones, on a house at rest.

Law: the present database is replaced when the restored one stands whole; its log begins an epoch
nobody has heard of, and what was erased since the copy was made is erased in it too.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

import asyncpg
import msgspec
import structlog

from goldenthread.backup import BadBackup, Manifest, read_manifest
from goldenthread.databases import database_of, run_program
from goldenthread.house import SERVICES, as_login
from shared.eventsourcing.events import Envelope
from shared.eventsourcing.log import Append, NewEvent, Write
from shared.eventsourcing.postgres_log import PostgresLog
from shared.postgres.migrating import migrate_apart
from shared.postgres.pool import SERVICE_ROLE, open_pool
from shared.texts.store import TextStore

logger = structlog.get_logger(__name__)

FRESH, REPLACED = "_restored", "_replaced"

Connection: TypeAlias = "asyncpg.Connection[Any]"

_ROLE = f"""
do $$
begin
    if not exists (select from pg_roles where rolname = '{SERVICE_ROLE}') then
        create role {SERVICE_ROLE} nologin;
    end if;
    execute format('grant {SERVICE_ROLE} to %I', current_user);
end
$$
"""
_OWN_VIEWS = f"""
do $$
declare name text;
begin
    for name in select format('views.%I', tablename) from pg_tables where schemaname = 'views' loop
        execute 'alter table ' || name || ' owner to {SERVICE_ROLE}';
    end loop;
end
$$
"""
_ERASURES = """
select stream from log.events
where stream >= 'text/' and stream < 'text0' and version = 1 order by position
"""
_ADMITTED = """
select grantee::regrole::text from pg_database, aclexplode(datacl)
where datname = $1 and privilege_type = 'CONNECT' and grantee <> 0
"""


class StillRunning(Exception):
    """A service still has its database open; a restore would pull it from under it."""


class _Present(NamedTuple):
    """What is taken over from a database before it is replaced."""

    epoch: int
    erasures: Sequence[Envelope]


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """A service's log as it is now: its last position and the epoch that follows it.

    `erased` are the texts erased again; None where the present database could not be asked.
    """

    service: str
    position: int
    publication: int
    epoch: int
    erased: tuple[UUID, ...] | None


def restore(
    server: str, folder: Path, services: Sequence[str] = (), *, logins: bool = False
) -> tuple[Manifest, list[Restored]]:
    """Restores some services or all that the backup holds. Raises BadBackup, StillRunning,
    ProgramFailed, MigrationFailed; then nothing was replaced.

    With `logins`, each service has a login of its own there, as on the embedded server.
    """
    manifest = read_manifest(folder, services)
    chosen = list(services or manifest.services)
    if unknown := sorted(set(chosen) - set(SERVICES)):
        raise BadBackup(f"there is no service {', '.join(unknown)}")
    return manifest, asyncio.run(_restore(server, folder, manifest, chosen, logins=logins))


async def _restore(
    server: str, folder: Path, manifest: Manifest, services: Sequence[str], *, logins: bool
) -> list[Restored]:
    connection: Connection = await asyncpg.connect(server)
    try:
        for service in services:
            await _refuse_open(connection, service)
        await connection.execute(_ROLE)
        prepared = [
            await _prepare(connection, server, one, folder / manifest.services[one].file, logins)
            for one in services
        ]
        for service in services:
            await _replace(connection, f"goldenthread_{service}")
        return prepared
    finally:
        await connection.close()


async def _refuse_open(connection: Connection, service: str) -> None:
    """Raises StillRunning for a database that somebody else has open."""
    sessions = await connection.fetchval(
        "select count(*) from pg_stat_activity where datname = $1"
        " and backend_type = 'client backend'",
        f"goldenthread_{service}",
    )
    if sessions:
        raise StillRunning(f"{service} has its database open ({sessions} sessions); stop it first")


async def _prepare(
    connection: Connection, server: str, service: str, file: Path, logins: bool
) -> Restored:
    """Makes the restored database beside the present one, whole and ready to take its place."""
    name = f"goldenthread_{service}"
    there = {row[0] for row in await connection.fetch("select datname from pg_database")}
    suffix = next((suffix for suffix in ("", REPLACED) if name + suffix in there), None)
    present = None if suffix is None else await _present(database_of(server, service, suffix))
    least = 1 + max(
        [present.epoch if present else 0]
        + [
            await _heard_of(database_of(server, other), service)
            for other in SERVICES
            if other != service and f"goldenthread_{other}" in there
        ]
    )
    await connection.execute(f'drop database if exists "{name}{FRESH}"')
    await connection.execute(f'create database "{name}{FRESH}" template template0')
    fresh = database_of(server, service, FRESH)
    words = ("--no-owner", "--exit-on-error", "--single-transaction")
    await asyncio.to_thread(run_program, "pg_restore", fresh, *words, str(file))
    async with _connected(fresh) as inside:
        await inside.execute(_OWN_VIEWS)
    await migrate_apart(fresh, as_login(fresh, service) if logins else fresh, least)
    if suffix is not None:
        await _admit(connection, f"{name}{suffix}", f"{name}{FRESH}")
    erased = await _erase_again(present.erasures if present else (), fresh)
    return await _restored(fresh, service, erased if present else None)


async def _present(database: str) -> _Present | None:
    """What a database about to be replaced still knows; None where it can no longer be asked."""
    try:
        async with _connected(database) as connection:
            epoch = await connection.fetchval("select max(epoch) from log.epochs")
            streams = [row[0] for row in await connection.fetch(_ERASURES)]
        async with _log(database) as (log, _):
            return _Present(epoch, [(await log.read_stream(stream))[0] for stream in streams])
    except asyncpg.PostgresError as error:
        logger.warning("present-database-unreadable", error=type(error).__name__)
        return None


async def _heard_of(database: str, source: str) -> int:
    """The latest epoch of a source that anyone in a consumer's database has heard of.

    The same copy restored twice would otherwise begin the same epoch twice.
    """
    async with _connected(database) as connection:
        if await connection.fetchval("select to_regclass('kept.checkpoints')") is None:
            return 0
        told = "select max(epoch) from kept.checkpoints where source = $1"
        return await connection.fetchval(told, source) or 0


async def _erase_again(erasures: Sequence[Envelope], fresh: str) -> tuple[UUID, ...]:
    """Takes over from the log that is replaced that a text was erased, and erases it.

    The fact is written again as it was, by whom and on what ground, so it outlives this copy too.
    """
    async with _log(fresh) as (log, texts):
        missing = [event for event in erasures if not await log.read_stream(event.stream)]
        for event in missing:
            await log.append(_again(event))
        await texts.erase_again()
    return tuple(UUID(event.stream.partition("/")[2]) for event in missing)


def _again(event: Envelope) -> Append:
    new = NewEvent(
        type=event.type,
        event_id=event.event_id,
        body=event.body,
        published=False,
        effective_on=event.effective_on,
    )
    return Append(
        command_id=event.command_id,
        writes=(Write(event.stream, 0, (new,), event.partition_key),),
        meta=event.meta,
        now=event.recorded_at,
    )


@asynccontextmanager
async def _log(database: str) -> AsyncGenerator[tuple[PostgresLog, TextStore]]:
    """A service's log and texts, as the service itself has them."""
    pool = await open_pool(database, size=1)
    try:
        yield await PostgresLog.open("", pool), TextStore(pool)
    finally:
        await pool.close()


@asynccontextmanager
async def _connected(database: str) -> AsyncGenerator[Connection]:
    connection: Connection = await asyncpg.connect(database)
    try:
        yield connection
    finally:
        await connection.close()


async def _admit(connection: Connection, old: str, fresh: str) -> None:
    """Lets into the fresh database whom the old one let in, and nobody else."""
    admitted = [row[0] for row in await connection.fetch(_ADMITTED, old)]
    open_to_all = await connection.fetchval(
        "select datacl is null or exists (select from aclexplode(datacl) where grantee = 0"
        " and privilege_type = 'CONNECT') from pg_database where datname = $1",
        old,
    )
    if not open_to_all:
        await connection.execute(f'revoke connect on database "{fresh}" from public')
    for role in admitted:  # regrole has quoted what needs it
        await connection.execute(f'grant connect on database "{fresh}" to {role}')


async def _replace(connection: Connection, name: str) -> None:
    """Renames; whoever is cut off in between restores again and finds both."""
    if await connection.fetchval("select 1 from pg_database where datname = $1", name):
        await connection.execute(f'drop database if exists "{name}{REPLACED}"')
        await connection.execute(f'alter database "{name}" rename to "{name}{REPLACED}"')
    await connection.execute(f'alter database "{name}{FRESH}" rename to "{name}"')
    await connection.execute(f'drop database if exists "{name}{REPLACED}"')


async def _restored(database: str, service: str, erased: tuple[UUID, ...] | None) -> Restored:
    async with _connected(database) as connection:
        [row] = await connection.fetch(
            "select epoch, first_position, first_publication from log.epochs"
            " order by epoch desc limit 1"
        )
    return Restored(
        service=service,
        position=row["first_position"] - 1,
        publication=row["first_publication"] - 1,
        epoch=row["epoch"],
        erased=erased,
    )
