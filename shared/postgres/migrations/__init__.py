"""What every service's database is made of; the newest revision is the only shape the code knows.

A revision is a script of statements; the driver takes several at once only unprepared.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import asyncpg
from alembic import op


def run_script(script: str) -> None:
    """Runs several statements in the migration's transaction."""
    adapted: Any = op.get_bind().connection.dbapi_connection
    if adapted is None:
        raise RuntimeError("the migration has no connection")

    def execute(driver: asyncpg.Connection[asyncpg.Record]) -> Awaitable[str]:
        return driver.execute(script)

    adapted.run_async(execute)
