"""Rebuilding the real ledger and contract views from the first event, beside the library's runner.

Law: what is timed is the whole of a rebuild, from reading the log to the rename.
"""

from __future__ import annotations

from functools import partial
from time import perf_counter

from bench import projecting
from bench.ground import Ground
from bench.measuring import Contest, Goal, Tally, Wanted
from bench.views import CASES, Prepared, prepared
from shared.eventsourcing.rebuild import rebuild

RUNNER = "eventsourcing's runner"
RUNNER_EVENTS = 1_000
TIMES = 100.0
RATE = Goal(100_000)
FLAT = Goal(1.5, "at most")
SIZES = (10_000, 100_000, 1_000_000)


async def run(ground: Ground, tally: Tally, wanted: Wanted) -> None:
    for name, case in CASES.items():
        found: dict[int, list[float]] = {}
        for size in [size for size in SIZES if size <= wanted.events]:
            async with prepared(ground, case, size) as there:
                last = size * 10 > wanted.events
                found[size] = await _size(ground, tally, there, f"{name}, {size:,} events", last)
        sizes = list(found)
        for size in sizes[1:]:
            ratios = [fast / slow for fast, slow in zip(found[sizes[0]], found[size], strict=True)]
            tally.compare(f"{name}: an event of {size:,} / of {sizes[0]:,}", ratios, FLAT)


async def _size(
    ground: Ground, tally: Tally, there: Prepared, case: str, beside_runner: bool
) -> list[float]:
    """The rates of one size; only the largest is held beside the runner."""
    rates: list[float] = []

    async def ours() -> float:
        began = perf_counter()
        at = await rebuild(there.store, there.pool, there.source)
        rates.append(at.number / (perf_counter() - began))
        await there.require_all_folded()
        return rates[-1]

    runner = {RUNNER: partial(projecting.project, ground, RUNNER_EVENTS)}
    await tally.hold(
        Contest(
            case=case,
            ours=ours,
            yardsticks=runner if beside_runner else {},
            goals={RUNNER: TIMES},
            goal=RATE,
        )
    )
    return rates
