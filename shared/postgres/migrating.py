"""Starts the migration of a database in a process of its own, and waits for it.

Apart from `migrate` itself, so that a service never imports what only migrations need.
"""

from __future__ import annotations

import asyncio
import os
import sys


class MigrationFailed(Exception):
    """The database could not be brought to the newest revision; the service must not start."""


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
