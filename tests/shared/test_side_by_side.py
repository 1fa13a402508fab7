"""Many things at once: in the order asked, no more at a time than said, and no failure let slip."""

from __future__ import annotations

import asyncio

import pytest

from shared.eventsourcing.side_by_side import side_by_side


async def test_answers_come_in_the_order_of_the_things() -> None:
    async def slower_first(n: int) -> int:
        for _ in range(10 - n):
            await asyncio.sleep(0)
        return n

    assert await side_by_side(slower_first, range(10)) == list(range(10))


async def test_no_more_are_done_at_a_time_than_said() -> None:
    at_work, most = 0, 0

    async def count(_: int) -> None:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        await asyncio.sleep(0)
        at_work -= 1

    await side_by_side(count, range(20), at_once=3)
    assert most == 3


async def test_a_failure_is_told_when_everything_else_is_done() -> None:
    done: list[int] = []

    async def fail_at_two(n: int) -> None:
        await asyncio.sleep(0)
        if n == 2:
            raise ValueError("two")
        await asyncio.sleep(0)
        done.append(n)

    with pytest.raises(ValueError, match="two"):
        await side_by_side(fail_at_two, range(5))
    assert done == [0, 1, 3, 4]
