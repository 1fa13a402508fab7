"""Measures ours beside its yardsticks, turn about, and keeps medians with their spread.

Law: a ratio is taken within one round, whose runs followed one another on the same machine, and
who goes first alternates. A goal stands beside what was measured and is never asserted.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Literal

import msgspec

Run = Callable[[], Awaitable[float]]
"""One contestant's turn; gives its figure."""

FEWEST_ROUNDS = 5


@dataclass(frozen=True)
class Wanted:
    """What was asked for: `events` is the largest history that is made."""

    rounds: int = FEWEST_ROUNDS
    events: int = 100_000
    bus: Literal["feed", "kafka"] = "feed"


class Goal(msgspec.Struct, frozen=True):
    """What a median is to reach, or not to exceed."""

    figure: float
    bound: Literal["at least", "at most"] = "at least"

    def met(self, found: float) -> bool:
        return found >= self.figure if self.bound == "at least" else found <= self.figure


class Spread(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the rounds gave, and the goal where there is one."""

    unit: str
    median: float
    min: float
    max: float
    goal: Goal | None = None
    met: bool | None = None


class Machine(msgspec.Struct, frozen=True):
    """Where it was measured; `load` is how busy the machine was as the benchmark began."""

    processor: str
    cores: int
    memory_gib: float
    python: str
    system: str
    load: float


class Report(msgspec.Struct, frozen=True):
    """One benchmark's outcome; figures by case, yardsticks and ratios by case and yardstick."""

    name: str
    ours: dict[str, Spread]
    yardsticks: dict[str, Spread]
    ratios: dict[str, Spread]
    rounds: int
    machine: Machine


@dataclass(frozen=True)
class Contest:
    """Ours and its yardsticks at one task. `goals` are least ratios by yardstick."""

    case: str
    ours: Run
    yardsticks: Mapping[str, Run] = field(default_factory=dict[str, Run])
    goals: Mapping[str, float] = field(default_factory=dict[str, float])
    goal: Goal | None = None
    unit: str = "events/s"


class Tally:
    """What one benchmark has found so far."""

    def __init__(self, name: str, rounds: int, say: Callable[[str], None] = lambda _: None) -> None:
        self.name = name
        self.rounds = rounds
        self._say = say
        self._machine = this_machine()
        self._ours: dict[str, Spread] = {}
        self._yardsticks: dict[str, Spread] = {}
        self._ratios: dict[str, Spread] = {}

    async def hold(self, contest: Contest) -> None:
        """Lets ours and its yardsticks run in turns; every second round begins at the other end."""
        runs = {"": contest.ours, **contest.yardsticks}
        found: dict[str, list[float]] = {name: [] for name in runs}
        for turn in range(self.rounds):
            for name in list(runs) if turn % 2 == 0 else reversed(list(runs)):
                found[name].append(await runs[name]())
            told = ", ".join(
                f"{name or 'ours'} {figures[-1]:,.4g}" for name, figures in found.items()
            )
            self._say(f"{self.name} {contest.case} {turn + 1}/{self.rounds}: {told} {contest.unit}")
        self.note(contest.case, contest.unit, found[""], contest.goal)
        for name in contest.yardsticks:
            case = f"{contest.case}: {name}"
            self._yardsticks[case] = spread(contest.unit, found[name])
            ratios = [our / its for our, its in zip(found[""], found[name], strict=True)]
            least = contest.goals.get(name)
            goal = None if least is None else Goal(least)
            self._ratios[f"{contest.case} / {name}"] = spread("x", ratios, goal)

    def note(
        self, case: str, unit: str, figures: Sequence[float], goal: Goal | None = None
    ) -> None:
        """Keeps figures of ours that have no yardstick beside them."""
        self._ours[case] = spread(unit, figures, goal)

    def compare(self, case: str, figures: Sequence[float], goal: Goal | None = None) -> None:
        """Keeps a ratio between figures of ours, such as the largest size to the smallest."""
        self._ratios[case] = spread("x", figures, goal)

    def report(self) -> Report:
        return Report(
            self.name, self._ours, self._yardsticks, self._ratios, self.rounds, self._machine
        )


def spread(unit: str, figures: Sequence[float], goal: Goal | None = None) -> Spread:
    middle = median(figures)
    met = None if goal is None else goal.met(middle)
    return Spread(unit, _short(middle), _short(min(figures)), _short(max(figures)), goal, met)


def _short(figure: float) -> float:
    """Four figures: what a measurement on a shared machine can tell at most."""
    return float(f"{figure:.4g}")


def this_machine() -> Machine:
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return Machine(
        processor=_processor(),
        cores=os.cpu_count() or 1,
        memory_gib=_short(pages * size / 2**30),
        python=platform.python_version(),
        system=f"{platform.system()} {platform.release()}",
        load=_short(os.getloadavg()[0]),
    )


def _processor() -> str:
    """The model the kernel names, or else the architecture."""
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        names = [line.partition(":")[2].strip() for line in told if "model name" in line]
    except FileNotFoundError:
        names = []
    return names[0] if names else platform.machine()
