"""Where benchmarks are held: a durable PostgreSQL of their own and fresh databases on it.

Law: what is committed here is on disk, as in production; everything is gone afterwards.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

from shared.postgres.embedded import EmbeddedPostgres, Server
from shared.postgres.migrating import migrate_apart
from shared.testing.postgres import create_database, drop_database

TEMPLATE = "migrated"


class Ground:
    """A server, and databases as a service has them."""

    def __init__(self, server: Server, home: Path) -> None:
        self.server = server
        self.home = home

    @asynccontextmanager
    async def database(self) -> AsyncGenerator[str]:
        """A fresh database at the newest revision, by its owner's address."""
        name = f"bench_{uuid4().hex}"
        yield await create_database(self.server, name, TEMPLATE)
        await drop_database(self.server, name)

    @asynccontextmanager
    async def empty(self) -> AsyncGenerator[str]:
        """The name of a fresh database without tables, for what makes its own."""
        name = f"bench_{uuid4().hex}"
        await create_database(self.server, name)
        yield name
        await drop_database(self.server, name)


@asynccontextmanager
async def ground() -> AsyncGenerator[Ground]:
    """Opens the ground, with a template at the newest revision."""
    home = _home()
    try:
        with EmbeddedPostgres(home / "data") as server:
            await migrate_apart(await create_database(server, TEMPLATE))
            yield Ground(server, home)
    finally:
        shutil.rmtree(home)


def _home() -> Path:
    home = Path(tempfile.mkdtemp(prefix="gt-bench-"))
    home.chmod(0o755)  # the account that runs the server passes through; its data stays closed
    return home
