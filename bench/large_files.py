"""A file of 200,000 rows over 250 returns: how long it takes, and how large the process grows.

Law: the process that reads is one of its own, with everything imported that the service imports;
what its machine's PostgreSQL takes counts in the time and not in the size.
"""

from __future__ import annotations

import asyncio
import sys

from bench.ground import Ground
from bench.measuring import Goal, Tally, Wanted

KINDS = ("csv", "csv, all wrong", "xlsx")
SOON = Goal(10, "at most")
SMALL = Goal(200, "at most")


class Failed(Exception):
    """The process that reads did not come to its end; its last words say why."""


async def run(ground: Ground, tally: Tally, wanted: Wanted) -> None:
    del wanted
    for kind in KINDS:
        found = [await _turn(ground, kind) for _ in range(tally.rounds)]
        tally.note(f"200,000 rows, {kind}: time", "s", [one[0] for one in found], SOON)
        tally.note(f"200,000 rows, {kind}: peak size", "MB", [one[1] for one in found], SMALL)


async def _turn(ground: Ground, kind: str) -> tuple[float, float]:
    async with ground.database() as dsn:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.filing", dsn, kind,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        told, said = await process.communicate()
        if process.returncode:
            raise Failed(said.decode()[-2000:])
        seconds, size = told.split()[-2:]
        return float(seconds), int(size) / 1e6
