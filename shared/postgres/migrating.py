"""Starts the migration of a database in a process of its own, and waits for it.

Apart from `migrate` itself, so that a service never imports what only migrations need.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import asyncpg

INCARNATION = """
select system_identifier || '/' || timeline_id from pg_control_system(), pg_control_checkpoint()
"""

_STANDS_AT = """
select (select version_num from public.revisions) = $1
   and (select incarnation from log.epochs order by epoch desc limit 1) = ({incarnation})
   and exists (select from pg_roles where rolname = coalesce($2, current_user))
"""


class MigrationFailed(Exception):
    """The database could not be brought to the newest revision; the service must not start."""


def newest_revision() -> str:
    """The revision that this code knows, from the name of its file: `r0002_kept` is `0002`."""
    versions = Path(__file__).parent / "migrations" / "versions"
    return max(path.stem[1:5] for path in versions.glob("r[0-9]*.py"))


async def is_ready(connection: asyncpg.Connection[asyncpg.Record], dsn: str) -> bool:
    """Whether there is nothing to migrate, the server is the one it was and knows the login."""
    if await connection.fetchval("select to_regclass('public.revisions')") is None:
        return False
    statement = _STANDS_AT.format(incarnation=INCARNATION)
    login = unquote(urlsplit(dsn).username or "") or None
    return bool(await connection.fetchval(statement, newest_revision(), login))


async def migrate_apart(owner_dsn: str, dsn: str = "", restored: int = 0) -> None:
    """Migrates a database by its owner's DSN and lets the login of the service's own in.

    A database just restored begins an epoch of the number given or a higher one.

    Raises MigrationFailed with the migration's last words.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "shared.postgres.migrate",
        *([str(restored)] if restored else []),
        env={**os.environ, "OWNER_DATABASE_URL": owner_dsn, "DATABASE_URL": dsn or owner_dsn},
        stderr=asyncio.subprocess.PIPE,
    )
    _, stderr = await process.communicate()
    if process.returncode:
        raise MigrationFailed(stderr.decode()[-2000:])
