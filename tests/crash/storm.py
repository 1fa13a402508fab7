"""The open load: journeys begin by a timetable, however slowly answers come, while processes die.

Law: how fast answers come does not decide when the next journey begins, until more are under way
than the machine can bear; how often that was is said.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from goldenthread.demo.stage import Stage
from goldenthread.house import Bus, Running, open_house
from goldenthread.jars import KafkaNotToBeHad, get_kafka
from tests.crash.caller import Answered, Caller
from tests.crash.founded import Founded, found
from tests.crash.journeys import KINDS, Journey, Kind
from tests.crash.killing import Killer
from tests.journeys.keeping import kept_alive

JOURNEYS_PER_SECOND = 1.0
MOST_UNDER_WAY = 40
AGAIN_SHARE = 0.1
REPORT_SECONDS = 10.0
STUCK_SECONDS = 60.0
ROUND = [kind for kind, often in KINDS for _ in range(often)]
Told = Callable[[str], None]


@dataclass
class Storm:
    """A house, who calls it, what they went through and what went wrong on the way."""

    running: Running
    stage: Stage
    founded: Founded
    caller: Caller
    killer: Killer
    seed: int
    told: Told
    peaceful: dict[str, Journey] = field(default_factory=dict[str, Journey])
    made: list[tuple[str, Journey]] = field(default_factory=list[tuple[str, Journey]])
    broken: list[str] = field(default_factory=list[str])
    differing: list[str] = field(default_factory=list[str])
    seconds: float = 0.0
    left_out: int = 0

    async def rage(self, kills: int, rate: float) -> None:
        """One journey of each kind in peace, then all of them in turn under fire, to the end."""
        for number, (kind, _) in enumerate(KINDS):
            journey = self._journey(-1 - number)
            await kind(journey)
            self.peaceful[name_of(kind)] = journey
        await asyncio.to_thread(self.stage.settle)
        began = time.monotonic()
        killing = asyncio.create_task(self.killer.kill(kills))
        telling = asyncio.create_task(self._tell(kills))
        journeys = [task async for task in self._timetable(killing, rate)]
        await killing  # raises what ended it before its time
        await self._come_to_their_ends(journeys)
        telling.cancel()
        self.seconds = time.monotonic() - began
        await self._ask_again()

    async def _timetable(
        self, killing: asyncio.Task[None], rate: float
    ) -> AsyncGenerator[asyncio.Task[None]]:
        """Begins a journey at each stroke, until the last kill and for one round at least; one
        too many is left out.
        """
        rounds = self._rounds(random.Random(self.seed + 1))  # noqa: S311 - repeatable, not secret
        began, stroke, under_way = time.monotonic(), 0, set[asyncio.Task[None]]()
        while not killing.done() or stroke - self.left_out < len(ROUND):
            await asyncio.sleep(max(0.0, began + stroke / rate - time.monotonic()))
            stroke += 1
            if len(under_way) >= MOST_UNDER_WAY:
                self.left_out += 1
                continue
            kind = next(rounds)
            named = f"{name_of(kind)} {stroke}"
            journey = asyncio.create_task(self._go(kind, self._journey(stroke)), name=named)
            under_way.add(journey)
            journey.add_done_callback(under_way.discard)
            yield journey

    def _rounds(self, chance: random.Random) -> Iterator[Kind]:
        """Every kind as often as it is to be made, in every round in another order."""
        while True:
            yield from chance.sample(ROUND, len(ROUND))

    async def _come_to_their_ends(self, journeys: Sequence[asyncio.Task[None]]) -> None:
        """Waits for as long as any request gets accepted; who then still waits, waits in vain."""
        under_way, accepted = set(journeys), -1
        while under_way and accepted != len(self.caller.accepted):
            accepted = len(self.caller.accepted)
            _, under_way = await asyncio.wait(under_way, timeout=STUCK_SECONDS)
        for journey in under_way:
            journey.cancel()
            self.broken.append(f"{journey.get_name()} waits for what never comes")

    def _journey(self, number: int) -> Journey:
        return Journey(self.caller, self.founded, self.seed, number)

    async def _go(self, kind: Kind, journey: Journey) -> None:
        """A journey that breaks off is a finding, not the end of the others."""
        try:
            await kind(journey)
        except Exception as error:  # noqa: BLE001 - it fails the run, with all others
            self.broken.append(f"{name_of(kind)} {journey.name}: {error!r}")
        else:
            self.made.append((name_of(kind), journey))

    async def _ask_again(self) -> None:
        """Some of what was accepted is sent once more: the answer must be the first one."""
        chance = random.Random(self.seed + 2)  # noqa: S311 - repeatable, not secret
        accepted = list(self.caller.accepted)
        for first in chance.sample(accepted, max(1, int(len(accepted) * AGAIN_SHARE))):
            again = await self.caller.answer(first.asked)
            if _answer(again) != _answer(first):
                self.differing.append(f"{first.asked.path}: {_answer(first)}, {_answer(again)}")

    async def _tell(self, kills: int) -> None:
        while True:
            await asyncio.sleep(REPORT_SECONDS)
            done, caller = self.killer.kills.total(), self.caller
            self.told(
                f"{done} of {kills} kills, {caller.requests} requests,"
                f" {len(caller.accepted)} accepted, {len(self.made)} journeys made,"
                f" {self.left_out} left out, {len(self.broken)} broken"
            )


def any_seed() -> int:
    return random.SystemRandom().randrange(1, 10**6)


def bus_at_hand(told: Told) -> Bus:
    """Kafka, where a node can be run; else the feed, and why."""
    try:
        get_kafka()
    except KafkaNotToBeHad as error:
        told(f"over the feed alone: {error}")
        return "feed"
    return "kafka"


def name_of(kind: Kind) -> str:
    return str(getattr(kind, "__name__", kind))


def _answer(answered: Answered) -> object:
    return answered.said, answered.service, answered.position


@contextmanager
def stormy(
    folder: Path, bus: Bus, kills: int, seed: int, told: Told, rate: float = JOURNEYS_PER_SECOND
) -> Generator[Storm]:
    """A house after the storm, still up and kept alive, for whoever asks what is left of it."""
    told(f"seed {seed}, {kills} kills, over {bus}")
    with open_house(folder / "house", bus=bus) as running:
        stage = Stage(running.addresses, running.place)
        caller = Caller(running.address, running.place)
        founded = found(stage)
        killer = Killer(running, seed, lambda: len(caller.accepted))
        storm = Storm(running, stage, founded, caller, killer, seed, told)
        with kept_alive(running) as closed:
            try:
                asyncio.run(_through(storm, kills, rate))
                yield storm
            finally:
                closed.set()
                stage.close()


async def _through(storm: Storm, kills: int, rate: float) -> None:
    async with storm.caller.client:
        await storm.rage(kills, rate)
