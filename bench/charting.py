"""Series of three years' months judged as XmR charts, on one core.

Law: what is timed is the whole judgement, from points to icons, in seconds of this
process on a core; the series are there before.
"""

from __future__ import annotations

from decimal import Decimal
from random import Random
from time import process_time

from bench.ground import Ground
from bench.measuring import Contest, Goal, Tally, Wanted
from shared.charts.xmr import Point, chart

SERIES = 3_000
MONTHS = 36
RATE = Goal(1_000)


async def run(_: Ground, tally: Tally, __: Wanted) -> None:
    await tally.hold(
        Contest(case="xmr, 36 points", ours=ours, yardsticks={}, goal=RATE, unit="series/s")
    )


async def ours() -> float:
    chance = Random(1)  # noqa: S311 - the same series each time
    every = [
        [Point(str(n), Decimal(chance.randint(0, 1000)) / 10) for n in range(MONTHS)]
        for _ in range(SERIES)
    ]
    target = Decimal(50)
    began = process_time()
    for points in every:
        chart(points, "higher", target=target)
    return SERIES / (process_time() - began)
