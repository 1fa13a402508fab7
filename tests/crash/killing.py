"""Kills one process of the house after another, at moments that a seed decides.

Law: SIGKILL only, every kind as often as any other, and never what is already dead.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from goldenthread.house import Running

SHORTEST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 3.0
LOOK_SECONDS = 0.02
BACK_SECONDS = 60.0


@dataclass
class Killer:
    """Whoever kills, and the record of it."""

    running: Running
    seed: int
    kills: Counter[str] = field(default_factory=Counter[str])

    async def kill(self, times: int) -> None:
        """So many kills; each waits until what is to die is alive again from the last time.

        Raises TimeoutError for what is not revived.
        """
        chance = random.Random(self.seed)  # noqa: S311 - repeatable, not secret
        for _, name in zip(range(times), self._turns(chance), strict=False):
            await asyncio.sleep(chance.uniform(SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS))
            async with asyncio.timeout(BACK_SECONDS):
                pid = await self._alive(name)
            os.kill(pid, signal.SIGKILL)
            self.kills[name] += 1

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
