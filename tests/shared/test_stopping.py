"""Tasks that run for ever end when they are stopped, also those that miss the first order."""

from __future__ import annotations

import asyncio

from shared.eventsourcing.stopping import stop


async def test_a_lost_cancellation_is_given_again() -> None:
    missed: list[str] = []

    async def deaf_once() -> None:
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                if missed:
                    raise
                missed.append("one")

    async def failing() -> None:
        raise ValueError("ended before it was asked to")

    tasks = [asyncio.create_task(deaf_once()), asyncio.create_task(failing())]
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await stop(tasks)

    assert missed == ["one"]
    assert tasks[0].cancelled()
