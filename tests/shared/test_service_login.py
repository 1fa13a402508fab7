"""A service has a login of its own: nothing it can say makes it the owner of its history."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from goldenthread.house import as_login
from shared.eventsourcing.postgres_log import PostgresLog
from shared.postgres.migrate import migrate
from shared.postgres.migrating import is_ready
from shared.postgres.pool import Connection, open_pool
from shared.testing.postgres import DatabaseServer, GivenServer
from tests.shared.test_log import append, write

CHANGES = (
    "update log.events set type = 'other'",
    "insert into log.epochs values (9, 1, 1, 'mine')",
    "drop schema log cascade",
)


@pytest.fixture
async def login(postgres_server: DatabaseServer, service_database: str) -> str:
    if isinstance(postgres_server, GivenServer):
        pytest.skip("A server given by TEST_DATABASE_URL may ask a password of its logins.")
    dsn = as_login(service_database, "of_test")
    await migrate(service_database, dsn)
    return dsn


@pytest.mark.parametrize(
    "escape",
    [
        "reset role",
        "set role none",
        "set role postgres",
        "set session authorization postgres",
        "reset session authorization",
        "discard all",
        "set search_path = views, log, public",
        "create function views.now() returns text language sql as 'select null'",
        "create schema pg_temp_mine",
    ],
)
async def test_no_statement_gives_a_service_its_owners_rights(login: str, escape: str) -> None:
    pool = await open_pool(login, size=1)
    async with pool.acquire() as connection:
        with suppress(asyncpg.InsufficientPrivilegeError):
            await connection.execute(escape)
        assert await owned(connection) == []
    await pool.close()


async def owned(connection: Connection) -> list[str]:
    """The changes of history that are let through."""
    done: list[str] = []
    for change in CHANGES:
        transaction = connection.transaction()
        await transaction.start()
        try:
            await connection.execute(change)
            done.append(change)
        except asyncpg.InsufficientPrivilegeError:
            continue
        finally:
            await transaction.rollback()
    return done


async def test_the_login_does_all_that_a_service_does(login: str) -> None:
    pool = await open_pool(login, size=2)
    log = await PostgresLog.open("test", pool)
    await log.append(append("one", write("a", 0, "1")))
    await pool.execute("create table views.mine (key text)")
    connection = await asyncpg.connect(login)
    assert await is_ready(connection, login)
    assert not await is_ready(connection, as_login(login, "nobody"))
    await connection.close()
    await pool.close()


async def test_a_login_comes_into_no_other_services_database(login: str, database: str) -> None:
    await migrate(database, as_login(database, "of_another"))
    elsewhere = urlunsplit(urlsplit(login)._replace(path=urlsplit(database).path))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(elsewhere)


async def test_as_the_owner_a_statement_would_have_been_enough(service_database: str) -> None:
    pool = await open_pool(service_database, size=1)
    async with pool.acquire() as connection:
        await connection.execute("set role none")
        assert await owned(connection) == list(CHANGES)
    await pool.close()
