"""`python -m bench.remembering <address> <view>`: rebuilds a view and prints what it took.

Law: a process of its own, so that its largest size is that of this rebuild and of nothing else.
"""

from __future__ import annotations

import asyncio
import resource
import sys

from bench.views import CASES
from shared.eventsourcing.postgres_log import PostgresLog
from shared.eventsourcing.rebuild import rebuild
from shared.eventsourcing.sources import PublishedLog
from shared.eventsourcing.view_store import ViewStore
from shared.postgres.pool import open_pool


async def main(dsn: str, name: str) -> None:
    view = CASES[name].view
    pool = await open_pool(dsn)
    source = PublishedLog(await PostgresLog.open(view.source, pool))
    store = ViewStore(view, pool)
    await store.prepare()
    await rebuild(store, pool, source)
    await pool.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
    sys.stdout.write(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}\n")
