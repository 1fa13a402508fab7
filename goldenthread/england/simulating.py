"""Plays a year of a country, beside a year of one partnership alone, and says what it took."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from goldenthread.demo.stage import Json
from goldenthread.england.country import Partnership, country
from goldenthread.england.founding import agree, found
from goldenthread.england.measuring import (
    Disk,
    Timed,
    cpu_seconds,
    disk,
    identities_hold,
    memory_bytes,
    read_turn_about,
)
from goldenthread.england.speaking import Kind, Speaker
from goldenthread.england.year import report
from goldenthread.house import Bus, Running, open_house

ALL, ONE = "whole country", "one partnership"


@dataclass(frozen=True)
class Size:
    """How large a country, and from which seed."""

    partnerships: int
    contracts: int
    quarters: int
    seed: int


@dataclass
class Phase:
    """A part of the year: how long it took, and what the processors did meanwhile."""

    name: str
    seconds: float
    cpu: dict[str, float]
    events: int


@dataclass
class Year:
    """What the year came to and what it took."""

    size: Size
    returns: int = 0
    phases: list[Phase] = field(default_factory=list[Phase])
    kinds: dict[str, Kind] = field(default_factory=dict[str, Kind])
    events: dict[str, int] = field(default_factory=dict[str, int])
    memory: dict[str, int] = field(default_factory=dict[str, int])
    disk: dict[str, Disk] = field(default_factory=dict[str, Disk])
    funds_judged: int = 0
    identities: int = 0
    reads: dict[str, Timed] = field(default_factory=dict[str, Timed])


Heard = Callable[[str], None]


def simulate(size: Size, folder: Path, port: int, bus: Bus, reference: Path, heard: Heard) -> Year:
    """Raises NotAccepted, NotAtRest, HouseFailed. Each house has a folder of its own.

    The one partnership's house is opened when the country's year is over, to take nothing from it.
    """
    with ExitStack() as stack:
        runner = stack.enter_context(asyncio.Runner())
        people = country(size.partnerships, size.contracts, size.seed, reference)
        running = stack.enter_context(open_house(folder / "country", port, bus=bus))
        speaker = Speaker(running, moved=heard)
        stack.callback(lambda: runner.run(speaker.close()))
        year = runner.run(live(size, running, speaker, people))
        houses = {ALL: (speaker, people)}
        if size.partnerships > 1:
            heard("the same year of one partnership alone")
            alone = stack.enter_context(open_house(folder / "one", bus=bus))
            other = Speaker(alone)
            stack.callback(lambda: runner.run(other.close()))
            few = country(1, size.contracts, size.seed, reference)
            single = Size(1, size.contracts, size.quarters, size.seed)
            runner.run(live(single, alone, other, few))
            houses[ONE] = (other, few)
        heard("reads, turn about")
        year.reads = runner.run(read_turn_about(houses, size.seed))
    return year


async def live(size: Size, running: Running, speaker: Speaker, people: list[Partnership]) -> Year:
    """The whole year in one house."""
    year = Year(size)
    before = cpu_seconds(running)
    began, events = time.monotonic(), 0

    async def ended(name: str) -> None:
        nonlocal before, began, events
        at = await speaker.settle()
        now, cpu = time.monotonic(), cpu_seconds(running)
        taken = {key: seconds - before.get(key, 0.0) for key, seconds in cpu.items()}
        total = sum(counted(at).values())
        year.phases.append(Phase(name, now - began, taken, total - events))
        before, began, events = cpu_seconds(running), time.monotonic(), total

    await found(speaker, people)
    await ended("founding")
    await agree(speaker, people)
    await ended("contracts")
    for quarter in range(1, size.quarters + 1):
        year.returns += await report(speaker, people, quarter, size.seed)
        await ended(f"quarter {quarter}")
    year.events = counted(await speaker.settle())
    year.kinds = dict(speaker.kinds)
    year.memory, year.disk = memory_bytes(running), await disk(running)
    year.funds_judged, year.identities = await identities_hold(speaker, people)
    return year


def counted(at: Json) -> dict[str, int]:
    """The events of each service's log."""
    return {one["service"]: one["position"] for one in at["services"]}
