"""How large the process grows that rebuilds a view, by the length of the history.

Law: histories grow in funds and contracts too, so a rebuild that keeps all it has made grows.
"""

from __future__ import annotations

import asyncio
import sys

from bench import histories
from bench.ground import Ground
from bench.measuring import Goal, Tally, Wanted
from bench.views import CASES

SIZES = (10_000, 100_000, 1_000_000)
FLAT = Goal(1.25, "at most")


class Failed(Exception):
    """The process that rebuilds did not come to its end; its last words say why."""


async def run(ground: Ground, tally: Tally, wanted: Wanted) -> None:
    sizes = [size for size in SIZES if size <= wanted.events]
    for name in CASES:
        found = {size: await _sizes(ground, name, size, tally.rounds) for size in sizes}
        for size in sizes:
            tally.note(f"{name}, {size:,} events", "MB", found[size])
        for size in sizes[1:]:
            ratios = [
                large / small for large, small in zip(found[size], found[sizes[0]], strict=True)
            ]
            tally.compare(f"{name}: {size:,} / {sizes[0]:,} events", ratios, FLAT)


async def _sizes(ground: Ground, name: str, events: int, rounds: int) -> list[float]:
    async with ground.database() as dsn:
        await histories.write(dsn, CASES[name].told, events)
        return [await _megabytes(dsn, name) for _ in range(rounds)]


async def _megabytes(dsn: str, name: str) -> float:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.remembering",
        dsn,
        name,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    told, said = await process.communicate()
    if process.returncode:
        raise Failed(said.decode()[-2000:])
    return int(told.split()[-1]) / 1e6
