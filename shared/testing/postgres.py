"""A real PostgreSQL for tests: one server for the run, one empty database for each test.

Law: no test meets what another one wrote.
"""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from shared.postgres.embedded import EmbeddedPostgres
from shared.postgres.migrating import migrate_apart
from shared.postgres.pool import Pool, open_pool


class DatabaseServer(Protocol):
    """Anything that can say how one of its databases is reached."""

    def dsn(self, database: str) -> str: ...


@dataclass(frozen=True)
class GivenServer:
    """A server somebody else runs, named by TEST_DATABASE_URL; its user may create databases."""

    url: str

    def dsn(self, database: str) -> str:
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{database}"))


async def create_database(server: DatabaseServer, name: str, template: str = "template0") -> str:
    """Make a database, empty or like another one, and return its address.

    Copying files is the fastest way where nothing waits for the disk: 11 ms against 40.
    """
    await _order(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
    return server.dsn(name)


async def drop_database(server: DatabaseServer, name: str) -> None:
    """Drop it under the feet of whoever is still connected."""
    await _order(server, f'DROP DATABASE "{name}" WITH (FORCE)')


async def _order(server: DatabaseServer, statement: str) -> None:
    connection = await asyncpg.connect(server.dsn("postgres"))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[DatabaseServer]:
    """The run's server: the one given, or an embedded one that forgets everything afterwards."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield GivenServer(given)
        return
    home = Path(tempfile.mkdtemp(prefix="gt-tests-"))
    home.chmod(0o755)  # the account that runs the server passes through; its data stays closed
    try:
        with EmbeddedPostgres(home / "data", durable=False) as server:
            yield server
    finally:
        shutil.rmtree(home)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def migrated_template(postgres_server: DatabaseServer) -> str:
    """The name of a database at the newest revision, to be copied and never written to."""
    name = f"template_{uuid4().hex}"
    await migrate_apart(await create_database(postgres_server, name))
    return name


@pytest.fixture
async def service_database(
    postgres_server: DatabaseServer, migrated_template: str
) -> AsyncIterator[str]:
    """The address of a fresh database with a service's tables and nothing in them."""
    name = f"test_{uuid4().hex}"
    yield await create_database(postgres_server, name, migrated_template)
    await drop_database(postgres_server, name)


@pytest_asyncio.fixture(loop_scope="session")
async def fuzz_database(
    postgres_server: DatabaseServer, migrated_template: str
) -> AsyncIterator[str]:
    """A fresh service's database for a test that runs no loop of its own."""
    name = f"test_{uuid4().hex}"
    yield await create_database(postgres_server, name, migrated_template)
    await drop_database(postgres_server, name)


@pytest.fixture
async def service_pool(service_database: str) -> AsyncIterator[Pool]:
    """Connections to a fresh database, as a service has them."""
    pool = await open_pool(service_database)
    yield pool
    await pool.close()


@pytest.fixture
async def other_pool(
    postgres_server: DatabaseServer, migrated_template: str
) -> AsyncIterator[Pool]:
    """Connections to one more fresh database, where a second service is needed."""
    name = f"test_{uuid4().hex}"
    pool = await open_pool(await create_database(postgres_server, name, migrated_template))
    yield pool
    await pool.close()
    await drop_database(postgres_server, name)


@pytest.fixture
async def other_database(
    postgres_server: DatabaseServer, migrated_template: str
) -> AsyncIterator[str]:
    """The address of one more fresh database with a service's tables."""
    name = f"test_{uuid4().hex}"
    yield await create_database(postgres_server, name, migrated_template)
    await drop_database(postgres_server, name)


@pytest.fixture
async def database(postgres_server: DatabaseServer) -> AsyncIterator[str]:
    """The address of a fresh, empty database."""
    name = f"test_{uuid4().hex}"
    yield await create_database(postgres_server, name)
    await drop_database(postgres_server, name)
