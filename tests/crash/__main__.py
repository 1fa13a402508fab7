"""The crash harness as a command: `make crash N=2000 SEED=…`.

Law: the seed is the first thing it says, and the last line says whether anything was lost.
"""

from __future__ import annotations

import time
from typing import Annotated

import typer

from goldenthread.house import Bus
from tests.crash.judging import judge, summary
from tests.crash.storm import JOURNEYS_PER_SECOND, any_seed, bus_at_hand, stormy
from tests.journeys.playing import folder


def crash(
    kills: Annotated[int, typer.Option(help="How many processes are killed.")] = 2000,
    seed: Annotated[int, typer.Option(help="0: any; the one taken is said.")] = 0,
    rate: Annotated[float, typer.Option(help="Journeys begun in a second.")] = JOURNEYS_PER_SECOND,
    bus: Annotated[Bus | None, typer.Option(help="Kafka, where it is to be had.")] = None,
) -> None:
    """Kill processes under an open load, then ask what is left. Exits with 1 where anything is
    lost, duplicated, parked or broken.
    """
    with folder() as place:
        chosen = bus or bus_at_hand(_say)
        with stormy(place, chosen, kills, seed or any_seed(), _say, rate) as storm:
            verdict = judge(storm)
    for finding in verdict.findings():
        _say(finding)
    _say(summary(storm, verdict))
    raise typer.Exit(0 if verdict.holds else 1)


def _say(said: str) -> None:
    typer.echo(f"{time.strftime('%H:%M:%S')} {said}")


if __name__ == "__main__":
    typer.run(crash)
