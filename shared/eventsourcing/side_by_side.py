"""Doing the same for many things at once, so many at a time, so that one commit carries many.

Law: everything that was begun has ended before the caller hears of a failure.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

AT_ONCE = 32

T = TypeVar("T")
R = TypeVar("R")


async def side_by_side(
    each: Callable[[T], Awaitable[R]], things: Iterable[T], at_once: int = AT_ONCE
) -> list[R]:
    """What `each` gave, in the order of the things. Raises the first failure, when all are done."""
    free = asyncio.Semaphore(at_once)

    async def one(thing: T) -> R:
        async with free:
            return await each(thing)

    found = await asyncio.gather(*(one(thing) for thing in things), return_exceptions=True)
    for result in found:
        if isinstance(result, BaseException):
            raise result
    return [result for result in found if not isinstance(result, BaseException)]
