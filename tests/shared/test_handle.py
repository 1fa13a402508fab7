"""Load, fold, decide, append: what a caller may rely on, whoever else is writing."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from shared.eventsourcing.codec import Codec
from shared.eventsourcing.events import Envelope, Meta
from shared.eventsourcing.handle import Busy, Context, Handler, KeyReused, Outdated, Step
from shared.eventsourcing.log import Append, Appended, Unchanged, VersionConflict
from shared.eventsourcing.memory_log import MemoryLog
from tests.shared.counters import COUNTERS, Count, TooMuch

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)


def handler(log: MemoryLog | None = None) -> Handler:
    return Handler(log or MemoryLog(), Codec(COUNTERS.events), lambda: NOW)


def context(request: str = "", key: UUID | None = None, at: int | None = None) -> Context:
    return Context(
        command_id=key or uuid4(), meta=Meta(client="test", request_hash=request), if_version=at
    )


def count(amount: int) -> Count:
    return Count(amount=amount, now=NOW)


async def test_a_command_adds_what_its_stream_decides() -> None:
    handle = handler()
    await handle.handle(COUNTERS, "a", count(3), context())
    answer = await handle.handle(COUNTERS, "a", count(4), context())
    assert (await handle.load(COUNTERS, "a")) == (7, 4)
    assert answer.versions == {"counter/a": 4}
    assert (await handle.load(COUNTERS, "b")) == (0, 0)


class Watched(MemoryLog):
    """A log that says which streams were read."""

    def __init__(self) -> None:
        super().__init__()
        self.streams: list[str] = []

    async def read_stream(self, stream: str, after: int = 0) -> list[Envelope]:
        self.streams.append(stream)
        return await super().read_stream(stream, after)


async def test_a_stream_is_read_where_its_beginning_is_not_what_was_asked_for() -> None:
    log = Watched()
    handle = handler(log)
    await handle.handle(COUNTERS, "a", count(3), context())
    assert log.streams == []
    await handle.handle(COUNTERS, "a", count(3), context())
    assert log.streams == ["counter/a"]
    with pytest.raises(TooMuch):
        await handle.handle(COUNTERS, "b", count(1001), context())
    assert log.streams == ["counter/a", "counter/b"]


async def test_a_repeated_command_is_answered_before_anything_is_decided() -> None:
    handle, key = handler(), uuid4()
    first = await handle.handle(COUNTERS, "a", count(900), context("same", key))
    again = await handle.handle(COUNTERS, "a", count(900), context("same", key))
    assert again == first
    with pytest.raises(TooMuch):
        await handle.handle(COUNTERS, "a", count(900), context("same"))


async def test_a_key_used_for_another_request_is_refused() -> None:
    handle, key = handler(), uuid4()
    await handle.handle(COUNTERS, "a", count(1), context("one", key))
    with pytest.raises(KeyReused):
        await handle.handle(COUNTERS, "a", count(2), context("two", key))


async def test_a_refusal_is_not_remembered() -> None:
    handle, key = handler(), uuid4()
    with pytest.raises(TooMuch):
        await handle.handle(COUNTERS, "a", count(1001), context("r", key))
    await handle.handle(COUNTERS, "a", count(1000), context("r", key))
    assert (await handle.load(COUNTERS, "a")).state == 1000


async def test_what_was_read_must_still_be_so_when_the_caller_says_it_must() -> None:
    handle = handler()
    await handle.handle(COUNTERS, "a", count(1), context())
    with pytest.raises(Outdated):
        await handle.handle(COUNTERS, "a", count(1), context(at=1))
    await handle.handle(COUNTERS, "a", count(1), context(at=2))


async def test_two_streams_answer_together_or_not_at_all() -> None:
    handle = handler()
    both = [Step(COUNTERS, "a", count(1)), Step(COUNTERS, "b", count(1001))]
    with pytest.raises(TooMuch):
        await handle.handle_together(both, context())
    assert (await handle.log.head()).position == 0
    both[1] = Step(COUNTERS, "b", count(1000))
    answer = await handle.handle_together(both, context())
    assert answer.versions == {"counter/a": 2, "counter/b": 2}


async def test_a_stream_only_read_may_not_move_meanwhile() -> None:
    handle = handler()
    await handle.handle(COUNTERS, "rules", count(1), context())
    step = [Step(COUNTERS, "a", count(1))]
    with pytest.raises(Outdated):
        await handle.handle_together(step, context(), [Unchanged("counter/rules", 1)])
    await handle.handle_together(step, context(), [Unchanged("counter/rules", 2)])


async def test_rivals_are_decided_again_on_what_is_there_then() -> None:
    class Rivalled(MemoryLog):
        rivals = 3

        async def append(self, append: Append) -> Appended:
            if self.rivals:
                self.rivals -= 1
                raise VersionConflict(str(append.command_id))
            return await super().append(append)

    handle = handler(Rivalled())
    await handle.handle(COUNTERS, "a", count(1), context())
    assert (await handle.load(COUNTERS, "a")).state == 1


async def test_who_never_gets_through_is_told_to_try_again() -> None:
    class Taken(MemoryLog):
        async def append(self, append: Append) -> Appended:
            raise VersionConflict(str(append.command_id))

    with pytest.raises(Busy):
        await handler(Taken()).handle(COUNTERS, "a", count(1), context())


async def test_many_at_once_on_one_stream_keep_its_rule() -> None:
    handle = handler()
    attempts = [handle.handle(COUNTERS, "a", count(300), context()) for _ in range(8)]
    answers = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(answer, Appended) for answer in answers) == 3
    assert sum(isinstance(answer, TooMuch) for answer in answers) == 5
