"""What every service's database is made of; the newest revision is the only shape the code knows.

A revision is a script of statements; the driver takes several at once only outside its prepared ones.
"""

from __future__ import annotations

from alembic import op


def run_script(script: str) -> None:
    """Runs several statements in the migration's transaction."""
    adapted = op.get_bind().connection.dbapi_connection
    if adapted is None:
        raise RuntimeError("the migration has no connection")
    adapted.run_async(lambda driver: driver.execute(script))
