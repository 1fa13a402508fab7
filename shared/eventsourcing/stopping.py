"""Ending tasks that would run for ever.

Law: whoever stops them waits until they are done, and asks again: a cancellation can be lost on its
way through a library that waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

AGAIN_SECONDS = 1.0


async def stop(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Returns when all of them have ended, however they did."""
    while waiting := [task for task in tasks if not task.done()]:
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting, timeout=AGAIN_SECONDS)
    await asyncio.gather(*tasks, return_exceptions=True)
