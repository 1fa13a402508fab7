"""Starts the migration of a database in a process of its own, and waits for it.

Apart from `migrate` itself, so that a service never imports what only migrations need.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import asyncpg

INCARNATION = """
select system_identifier || '/' || timeline_id from pg_control_system(), pg_control_checkpoint()
"""

_STANDS_AT = """
select (select version_num from public.revisions) = $1
   and (select incarnation from log.epochs order by epoch desc limit 1) = ({incarnation})
"""


class MigrationFailed(Exception):
    """The database could not be brought to the newest revision; the service must not start."""


def newest_revision() -> str:
    """The revision that this code knows, from the name of its file: `r0002_kept` is `0002`."""
    versions = Path(__file__).parent / "migrations" / "versions"
    return max(path.stem[1:5] for path in versions.glob("r[0-9]*.py"))


async def is_ready(connection: asyncpg.Connection[asyncpg.Record]) -> bool:
    """Whether there is nothing to migrate and the server is the one it was."""
    if await connection.fetchval("select to_regclass('public.revisions')") is None:
        return False
    statement = _STANDS_AT.format(incarnation=INCARNATION)
    return bool(await connection.fetchval(statement, newest_revision()))


async def migrate_apart(dsn: str) -> None:
    """Migrates the database of a DSN. Raises MigrationFailed with the migration's last words."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "shared.postgres.migrate",
        env={**os.environ, "DATABASE_URL": dsn},
        stderr=asyncio.subprocess.PIPE,
    )
    _, stderr = await process.communicate()
    if process.returncode:
        raise MigrationFailed(stderr.decode()[-2000:])
