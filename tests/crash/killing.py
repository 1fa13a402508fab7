"""Kills one process of the house after another, at moments that a seed decides.

Law: SIGKILL only, every process as often as any other, and never what is already dead.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from goldenthread.house import Running

IN_RECOVERY_SHARE = 0.3
MOST_WRITES = 15
LONGEST_PAUSE_SECONDS = 1.0
LOOK_SECONDS = 0.02
BACK_SECONDS = 180.0


@dataclass
class Killer:
    """Whoever kills, and the record of it; `accepted` says how much work has been done."""

    running: Running
    seed: int
    accepted: Callable[[], int]
    kills: Counter[str] = field(default_factory=Counter[str])

    async def kill(self, times: int) -> None:
        """So many kills. Most fall on a house that has done some work since the one before, the
        others on one that may still be recovering from it; each on a process that is alive.

        Raises TimeoutError where nothing is revived or no work gets done.
        """
        chance = random.Random(self.seed)  # noqa: S311 - repeatable, not secret
        for _, name in zip(range(times), self._turns(chance), strict=False):
            writes = chance.randint(1, MOST_WRITES)
            in_recovery = chance.random() < IN_RECOVERY_SHARE
            pause = chance.uniform(0, LONGEST_PAUSE_SECONDS)
            async with asyncio.timeout(BACK_SECONDS):
                if not in_recovery:
                    await self._worked(writes)
                await asyncio.sleep(pause)
                pid = await self._alive(name)
            os.kill(pid, signal.SIGKILL)
            self.kills[name] += 1

    async def _worked(self, writes: int) -> None:
        """Returns when so many more writes have been accepted; nobody is told of each."""
        enough = self.accepted() + writes
        while self.accepted() < enough:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_SECONDS)

    async def _alive(self, name: str) -> int:
        """Its process, once there is one; no process tells anybody that it lives."""
        while not is_alive(pid := self.running.pids().get(name, 0)):  # noqa: ASYNC110
            await asyncio.sleep(LOOK_SECONDS)
        return pid

    def _turns(self, chance: random.Random) -> Iterator[str]:
        """Everything in turn, in every round in another order."""
        names = sorted(self.running.pids())
        while True:
            yield from chance.sample(names, len(names))


def is_alive(pid: int) -> bool:
    """Whether a child of ours runs; one that has ended and waits for us does not."""
    if not pid:
        return False
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None
    except ChildProcessError:
        return False
