"""A long stream is folded once, and what is remembered is never believed against the log."""

from __future__ import annotations

from shared.eventsourcing.codec import Codec
from shared.eventsourcing.events import Envelope
from shared.eventsourcing.folded import LONG, Folded, Loaded
from shared.eventsourcing.handle import Handler
from shared.eventsourcing.memory_log import MemoryLog
from tests.shared.counters import COUNTERS
from tests.shared.test_handle import NOW, context, count


class CountedLog(MemoryLog):
    """A log that says how many events it has given out."""

    given = 0

    async def read_stream(self, stream: str, after: int = 0) -> list[Envelope]:
        found = await super().read_stream(stream, after)
        self.given += len(found)
        return found


def handler(log: MemoryLog) -> Handler:
    return Handler(log, Codec(COUNTERS.events), lambda: NOW)


async def counted(handle: Handler, times: int) -> None:
    for _ in range(times):
        await handle.handle(COUNTERS, "a", count(1), context())


async def test_a_command_on_a_long_stream_reads_only_what_was_added() -> None:
    log = CountedLog("counting")
    handle = handler(log)
    await counted(handle, LONG)
    before = log.given
    await counted(handle, 10)
    versions = (await handle.load(COUNTERS, "a")).version
    assert log.given - before <= versions
    assert (await handle.load(COUNTERS, "a")) == (await handler(log).load(COUNTERS, "a"))


async def test_what_another_replica_added_is_seen() -> None:
    log = MemoryLog("counting")
    one, other = handler(log), handler(log)
    await counted(one, LONG)
    await counted(other, 3)
    assert (await one.load(COUNTERS, "a")) == (await other.load(COUNTERS, "a"))
    await counted(one, 2)
    assert (await one.load(COUNTERS, "a")) == (await other.load(COUNTERS, "a"))


async def test_a_log_restored_to_before_what_is_remembered_is_folded_again() -> None:
    log = MemoryLog("counting")
    handle = handler(log)
    await counted(handle, LONG + 5)
    log.lose(LONG)
    await counted(handle, 1)
    assert (await handle.load(COUNTERS, "a")) == (await handler(log).load(COUNTERS, "a"))


def test_short_streams_are_not_remembered_and_the_oldest_goes_first() -> None:
    folded = Folded(long=2, most=2)
    folded.keep("short", Loaded("s", 1))
    for name in ("a", "b"):
        folded.keep(name, Loaded(name, 2))
    assert folded.of("a") == ("a", 2)
    folded.keep("c", Loaded("c", 2))
    assert [folded.of(name) is not None for name in ("short", "a", "b", "c")] == [
        False, True, False, True,
    ]  # fmt: skip
