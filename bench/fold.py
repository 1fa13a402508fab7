"""Following live: pages of events folded into the real views' tables, checkpoint and all.

Law: what is timed is the follower at its own page size, on views that are empty at first.
"""

from __future__ import annotations

from functools import partial
from time import perf_counter

from bench import projecting
from bench.ground import Ground
from bench.measuring import Contest, Goal, Tally, Wanted
from bench.views import CASES, Case, prepared
from shared.eventsourcing.subscriptions import Follower

EVENTS = 20_000
RATE = Goal(30_000)
RUNNER = "eventsourcing's runner"


async def run(ground: Ground, tally: Tally, wanted: Wanted) -> None:
    for name, case in CASES.items():
        await tally.hold(
            Contest(
                case=name,
                ours=partial(ours, ground, case, min(EVENTS, wanted.events)),
                yardsticks={RUNNER: partial(projecting.project, ground, 1_000)},
                goal=RATE,
            )
        )


async def ours(ground: Ground, case: Case, events: int) -> float:
    async with prepared(ground, case, events) as there:
        follower = Follower(there.source, [there.store])
        began = perf_counter()
        while await follower.step():
            continue
        took = perf_counter() - began
        await there.require_all_folded()
    return events / took
