"""From a command that is due to its row in the gateway's view, through five real processes.

Law: an open loop: commands are due on a fixed schedule whether or not the last ones were answered,
and each counts from the moment it was due.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from statistics import median, quantiles
from uuid import uuid4

import asyncpg
import httpx

from bench.calling import Line
from bench.ground import Ground
from bench.measuring import Goal, Tally, Wanted
from bench.over_http import body, until_accepted
from goldenthread import house
from services.gateway.contract_views.views import PROVIDER_NAMES
from shared.eventsourcing.row_tables import ViewTables

AGENCY = "council"
RATE = 200  # commands a second
SECONDS = 5
LINES = 32
LOOK_SECONDS = 0.002
LOST_SECONDS = 60.0
P50 = Goal(15.0, "at most")
P99 = Goal(60.0, "at most")
_FROM = f"select key from {ViewTables(PROVIDER_NAMES).table} where key >= $1 and key < $2"


async def run(ground: Ground, tally: Tally, wanted: Wanted) -> None:
    opened = house.open_house(ground.home / "house", bus=wanted.bus)
    running = await asyncio.to_thread(opened.__enter__)
    try:
        await _found_partnership(running)
        bearer = _token(running, "procurement-officer")
        await until_accepted(running.addresses["procurement"], bearer)
        await _latencies(running, bearer)  # the first time warms every process up
        runs = [await _latencies(running, bearer) for _ in range(tally.rounds)]
    finally:
        await asyncio.to_thread(opened.__exit__, None, None, None)
    case = f"{RATE} commands/s over {'Kafka' if wanted.bus == 'kafka' else 'the feed'}"
    tally.note(f"{case}, p50", "ms", [median(each) for each in runs], P50)
    tally.note(f"{case}, p99", "ms", [quantiles(each, n=100)[98] for each in runs], P99)


def _token(running: house.Running, role: str) -> str:
    return house.token(running.place, AGENCY, "p-1", frozenset({role}))


async def _found_partnership(running: house.Running) -> None:
    """The partnership to which the agency belongs that registers providers."""
    formed = {
        "name": "Alder",
        "lead": AGENCY,
        "members": [
            {"agency": AGENCY, "kind": "council", "name": "Council"},
            {"agency": "board", "kind": "nhs-icb", "name": "Care board"},
        ],
        "effective_on": "2026-04-01",
    }
    bearer = _token(running, "board-secretary")
    headers = {"Authorization": f"Bearer {bearer}", "Idempotency-Key": str(uuid4())}
    async with httpx.AsyncClient(base_url=running.addresses["needs"], headers=headers) as client:
        (await client.post("/v1/partnerships", json=formed)).raise_for_status()


async def _latencies(running: house.Running, bearer: str) -> list[float]:
    """Milliseconds from due to visible, of every command of one run."""
    mark = f"e{uuid4().hex[:8]}"
    names = [f"{mark}-{n:05}" for n in range(RATE * SECONDS)]
    began = asyncio.get_running_loop().time() + 0.2
    due = {name: began + n / RATE for n, name in enumerate(names)}
    watching = asyncio.create_task(_seen(running, mark, len(names)))
    await _send(running.addresses["procurement"], bearer, due)
    seen = await asyncio.wait_for(watching, LOST_SECONDS)
    return [(seen[name] - due[name]) * 1000 for name in names]


async def _send(address: str, bearer: str, due: dict[str, float]) -> None:
    """Sends every command when it is due, over the next line that is free."""
    free: asyncio.Queue[Line] = asyncio.Queue()

    async def send(name: str) -> None:
        await asyncio.sleep(due[name] - asyncio.get_running_loop().time())
        line = await free.get()
        await line.post("/v1/providers", body(name), str(uuid4()))
        free.put_nowait(line)

    async with AsyncExitStack() as stack:
        for _ in range(LINES):
            line = Line(address, {"Authorization": f"Bearer {bearer}"})
            free.put_nowait(await stack.enter_async_context(line))
        await asyncio.gather(*map(send, due))


async def _seen(running: house.Running, mark: str, many: int) -> dict[str, float]:
    """When each row of a run was first there to be read."""
    loop = asyncio.get_running_loop()
    seen: dict[str, float] = {}
    unseen = 0  # the first of which no row is there; commands may overtake each other
    connection = await asyncpg.connect(running.environments["gateway"]["OWNER_DATABASE_URL"])
    try:
        while len(seen) < many:
            rows = await connection.fetch(_FROM, f"{mark}-{unseen:05}", f"{mark}.")
            at = loop.time()
            for row in rows:
                seen.setdefault(row[0], at)
            while f"{mark}-{unseen:05}" in seen:
                unseen += 1
            await asyncio.sleep(LOOK_SECONDS)
    finally:
        await connection.close()
    return seen
