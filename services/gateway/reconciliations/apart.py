"""Runs the rules in a process of its own, so that no request waits for them.

Law: the process is told everything on its input and tells everything on its output; it reads no
database and keeps nothing.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable

import msgspec

from services.gateway.reconciliations.lines import Line, Rule, Settings
from services.gateway.reconciliations.matching import Found, match

MOST_ANSWER_BYTES = 256 * 1024 * 1024
MOST_SECONDS = 600.0


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be matched; `refused` are pairs a person has turned down."""

    ours: tuple[Line, ...]
    theirs: tuple[Line, ...]
    settings: Settings
    refused: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = ()


class Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the process's output: how far a rule is, or in the end all that was found."""

    rule: Rule | None = None
    done: int = 0
    total: int = 0
    found: tuple[Found, ...] | None = None


class MatchingBroke(Exception):
    """The process ended without an answer."""


Tell = Callable[[Told], Awaitable[None]]


async def match_apart(task: Task, tell: Tell) -> tuple[Found, ...]:
    """What the rules find. Raises MatchingBroke, and TimeoutError after ten minutes."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.gateway.reconciliations.apart",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=MOST_ANSWER_BYTES,
    )
    try:
        async with asyncio.timeout(MOST_SECONDS):
            return await _heard(process, task, tell)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _heard(process: asyncio.subprocess.Process, task: Task, tell: Tell) -> tuple[Found, ...]:
    if process.stdin is None or process.stdout is None:
        raise MatchingBroke("no pipes")
    try:
        process.stdin.write(msgspec.msgpack.encode(task))
        await process.stdin.drain()
        process.stdin.close()
    except ConnectionError as error:
        raise MatchingBroke("the process ended early") from error
    while said := await process.stdout.readline():
        told = msgspec.json.decode(said, type=Told)
        if told.found is not None:
            return told.found
        await tell(told)
    raise MatchingBroke("no answer")


def main() -> None:
    """The process: a task in, lines of what is told out."""
    task = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Task)

    def tell(told: Told) -> None:
        sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
        sys.stdout.buffer.flush()

    def progress(rule: Rule, done: int, total: int) -> None:
        tell(Told(rule=rule, done=done, total=total))

    found = match(task.ours, task.theirs, task.settings, frozenset(task.refused), progress)
    tell(Told(found=tuple(found)))


if __name__ == "__main__":
    main()
