"""What anything that follows a log must keep, whichever way it hears it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid5

import pytest

from shared.eventsourcing.accounting import as_bits
from shared.eventsourcing.memory_log import MemoryLog
from shared.eventsourcing.parking import Places
from shared.eventsourcing.rebuild import rebuild
from shared.eventsourcing.remembered import Remembered
from shared.eventsourcing.sources import OwnLog, Page, PublishedLog
from shared.eventsourcing.subscriptions import (
    BEGINNING,
    WAIT_SECONDS,
    Checkpoint,
    Follower,
    HoleInSource,
    Numbered,
    Overtaken,
)
from shared.eventsourcing.view_store import ViewStore
from shared.postgres.pool import Pool
from shared.testing.houses import open_house, token
from tests.shared.counters import PLAN, POISON, Counted, CounterRow, Expired, Noted, totals
from tests.shared.hearing import (
    NOW,
    SHORT_SECONDS,
    START_SECONDS,
    Heard,
    Store,
    feed_client,
    follow,
    happen,
    total,
)


async def test_a_reader_waits_for_the_next_event_and_no_longer(heard: Heard) -> None:
    waiting = asyncio.create_task(heard.source.read(0, 10, START_SECONDS))
    await asyncio.sleep(0)
    assert not waiting.done()

    await happen(heard.log, "a", Counted(amount=1))

    page = await asyncio.wait_for(waiting, START_SECONDS / 2)
    assert [heard.source.number(envelope) for envelope in page.envelopes] == [1]
    assert (page.head, [epoch.epoch for epoch in page.epochs]) == (1, [1])


@pytest.mark.parametrize("limit", [1, 2, 3])
async def test_a_page_says_how_far_its_source_reaches(heard: Heard, limit: int) -> None:
    await happen(heard.log, "a", Counted(amount=1), Counted(amount=2), Noted(note=3))
    head = 3 if isinstance(heard.source, OwnLog) else 2

    pages = [await heard.source.read(after, limit, SHORT_SECONDS) for after in (head, head - 1)]

    assert [page.head for page in pages] == [head, head]


async def test_a_view_holds_what_was_counted(heard: Heard, store: Store) -> None:
    await happen(heard.log, "a", Counted(amount=1), Noted(note=1), Counted(amount=2))
    await happen(heard.log, "b", Counted(amount=5))

    await follow(heard.source, store)

    assert await store.get("a") == CounterRow(total=3, seen=(1, 2))
    assert await total(store, "b") == 5
    assert [line.amount for line in await store.lines("a")] == [1, 2]
    assert (await store.lines("a"))[0].parts == {"all": 1}


async def test_hearing_everything_again_changes_nothing(heard: Heard, store: Store) -> None:
    await happen(heard.log, "a", Counted(amount=1), Counted(amount=2))
    await follow(heard.source, store)
    before = await store.contents()
    page = await heard.source.read(0, 100, 0.0)
    numbered = [Numbered(heard.source.number(e), e) for e in page.envelopes]

    with pytest.raises(Overtaken):
        await store.take("counting", BEGINNING, Checkpoint(1, len(numbered)), numbered)
    await follow(heard.source, store)

    assert await store.contents() == before


async def test_who_waits_for_a_view_that_another_brought_to_the_head_does_not_wait_on(
    heard: Heard, store: Store
) -> None:
    """A rebuild or a replica may be faster; then no event is left that would say so."""
    follower = Follower(heard.source, [store])
    await happen(heard.log, "a", Counted(amount=1))
    await follower.step()
    await happen(heard.log, "a", Counted(amount=2))
    await follow(heard.source, store)
    running = asyncio.create_task(follower.run())

    try:
        assert await follower.reached(2, WAIT_SECONDS / 2)
    finally:
        running.cancel()


async def test_a_restart_goes_on_where_it_was(heard: Heard, store: Store, other_pool: Pool) -> None:
    await happen(heard.log, "a", Counted(amount=1))
    await follow(heard.source, store)
    await happen(heard.log, "a", Counted(amount=2))

    await follow(heard.source, Store(totals("counting"), other_pool))

    assert await store.get("a") == CounterRow(total=3, seen=(1, 2))


async def test_two_replicas_apply_each_event_once(
    heard: Heard, store: Store, other_pool: Pool
) -> None:
    for n in range(40):
        await happen(heard.log, f"c{n % 3}", Counted(amount=1))
    twin = Store(totals("counting"), other_pool)

    await asyncio.gather(follow(heard.source, store), follow(heard.source, twin))

    rows = await store.find()
    assert sum(row.total for row in rows.values()) == 40


async def test_a_poison_event_parks_its_key_and_no_other(heard: Heard, store: Store) -> None:
    await happen(heard.log, "a", Counted(amount=1), Counted(amount=POISON), Counted(amount=2))
    await happen(heard.log, "b", Counted(amount=5))

    await follow(heard.source, store)
    await happen(heard.log, "a", Counted(amount=3))
    await follow(heard.source, store)

    assert (await total(store, "a"), await total(store, "b")) == (1, 5)
    assert await store.retry("counting", "a") == 0


async def test_a_skipped_event_lets_its_key_go_on_and_stays_skipped_in_rebuilds(
    heard: Heard, store: Store, other_pool: Pool
) -> None:
    await happen(heard.log, "a", Counted(amount=1), Counted(amount=POISON), Counted(amount=2))
    await follow(heard.source, store)

    await store.skip("counting", 2, "p-1", "sent twice by mistake", NOW)
    assert await store.retry("counting", "a") == 1

    assert await store.get("a") == CounterRow(total=3, seen=(1, 2))
    before = await store.contents()
    await rebuild(store, other_pool, heard.source)
    assert await store.contents() == before


async def test_a_rebuild_gives_identical_rows_while_reads_and_writes_go_on(
    heard: Heard, store: Store, other_pool: Pool
) -> None:
    for n in range(60):
        await happen(heard.log, f"c{n % 7}", Counted(amount=n))
    await follow(heard.source, store)
    reading = True
    reads = 0

    async def read() -> None:
        nonlocal reads
        while reading:
            assert await total(store, "c1") > 0
            reads += 1

    reader = asyncio.create_task(read())
    rebuilds = 0
    while rebuilds < 3 or reads < 20:  # however slow the machine: reads fall into rebuilds
        await happen(heard.log, "c1", Counted(amount=rebuilds % 5))
        await rebuild(store, other_pool, heard.source)
        rebuilds += 1
    reading = False
    await reader

    rebuilt = await store.contents()
    fresh = Store(totals("counting"), other_pool, suffix="_fresh")
    await fresh.prepare()
    await follow(heard.source, fresh)
    assert rebuilt == await fresh.contents()


async def test_a_row_is_shown_as_it_was_known(heard: Heard, store: Store) -> None:
    await happen(heard.log, "a", Counted(amount=1))
    await follow(heard.source, store)

    known = await store.known_at("a", NOW)

    assert known is not None
    assert known.row.total == 1
    assert await store.known_at("a", datetime(2020, 1, 1, tzinfo=UTC)) is None


async def test_numbers_used_again_after_a_restore_stop_the_subscriber(other_pool: Pool) -> None:
    log = MemoryLog("counting")
    store = Store(totals("counting"), other_pool)
    await store.prepare()
    await happen(log, "a", Counted(amount=1), Counted(amount=2))
    follower = await follow(PublishedLog(log), store)

    log.lose(1)
    await happen(log, "a", Counted(amount=9), Counted(amount=9))
    await follower.step()

    assert "epoch 2 began at 2" in follower.following()[0].stopped
    assert await total(store, "a") == 3


async def test_a_view_made_anew_while_a_page_is_read_is_not_stopped_by_its_old_place(
    other_pool: Pool,
) -> None:
    log = MemoryLog("counting")
    store = Store(totals("counting"), other_pool)
    await store.prepare()
    await happen(log, "a", Counted(amount=1), Counted(amount=2))
    plain = PublishedLog(log)

    class Accepted(PublishedLog):
        """A log whose restore is accepted, and the view made anew, as a page of it is read."""

        async def read(self, after: int, limit: int, wait_seconds: float) -> Page:
            await rebuild(store, other_pool, plain)
            await follower.forget()
            return await super().read(after, limit, wait_seconds)

    follower = await follow(plain, store)
    log.lose(1)
    await happen(log, "a", Counted(amount=9))
    follower.source = Accepted(log)
    await follower.step()

    assert follower.following()[0].stopped == ""
    assert await total(store, "a") == 10


async def test_a_view_made_anew_is_not_stopped_by_a_page_given_while_its_place_is_asked(
    other_pool: Pool,
) -> None:
    class Asked(ViewStore[CounterRow]):
        """A view of whom a page is read just while its place is on its way."""

        stepping: asyncio.Task[int] | None = None

        async def checkpoint(self, source: str) -> Checkpoint:
            at = await super().checkpoint(source)
            if follower and not self.stepping:
                self.stepping = asyncio.create_task(follower.step())
                await asyncio.wait({self.stepping}, timeout=SHORT_SECONDS)
            return at

    log = MemoryLog("counting")
    plain, follower = PublishedLog(log), None
    store = Asked(totals("counting"), other_pool)
    await store.prepare()
    await happen(log, "a", Counted(amount=1), Counted(amount=2))
    followed = await follow(plain, store)
    log.lose(1)
    await happen(log, "a", Counted(amount=9))
    await followed.step()
    assert "epoch 2 began at 2" in followed.following()[0].stopped
    await rebuild(store, other_pool, plain)

    follower = followed
    await follower.forget()
    assert store.stepping
    await store.stepping

    assert follower.following()[0].stopped == ""
    assert await total(store, "a") == 10


async def test_a_new_epoch_that_reuses_nothing_is_followed(other_pool: Pool) -> None:
    log = MemoryLog("counting")
    store = Store(totals("counting"), other_pool)
    await store.prepare()
    await happen(log, "a", Counted(amount=1))
    await follow(PublishedLog(log), store)

    log.begin_epoch()
    await happen(log, "a", Counted(amount=2))
    follower = await follow(PublishedLog(log), store)

    assert not follower.following()[0].stopped
    assert await total(store, "a") == 3


async def test_a_hole_in_a_source_is_refused(other_pool: Pool) -> None:
    log = MemoryLog("counting")
    await happen(log, "a", Counted(amount=1), Counted(amount=2), Counted(amount=3))
    store = Store(totals("counting"), other_pool)
    await store.prepare()

    class Holed(PublishedLog):
        async def read(self, after: int, limit: int, wait_seconds: float) -> Page:
            page = await super().read(after, limit, wait_seconds)
            return page._replace(envelopes=[page.envelopes[0], *page.envelopes[2:]])

    with pytest.raises(HoleInSource):
        await Follower(Holed(log), [store]).step()
    assert await total(store, "a") == 0


async def test_whom_a_page_does_not_concern_is_moved_past_it_and_accounts_for_it(
    other_pool: Pool,
) -> None:
    log = MemoryLog("counting")
    await happen(log, "a", Counted(amount=1), Counted(amount=2))
    deaf: list[Store] = [
        ViewStore(replace(totals("counting"), name=name, events=(Expired,)), other_pool)
        for name in ("deaf", "deafer")
    ]
    store: Store = ViewStore(totals("counting"), other_pool)
    for one in (store, *deaf):
        await one.prepare()
    follower = Follower(PublishedLog(log), [store, *deaf], mover=Places(other_pool))
    await follower.step()
    assert [where.number for where in follower.following()] == [2, 2, 2]
    await happen(log, "a", Counted(amount=4))
    elsewhere = Follower(PublishedLog(log), [deaf[0]], mover=Places(other_pool))
    while await elsewhere.step():
        pass
    for _ in range(3):  # the second time around one of them is asked where it is
        await follower.step()

    assert [where.number for where in follower.following()] == [3, 3, 3]
    for one in (store, *deaf):
        assert (await one.checkpoint("counting")).number == 3
        bits = await other_pool.fetchval(
            "select bits from kept.accounted where subscriber = $1", one.name
        )
        assert as_bits(bits) == 0b1110
    row = await store.get("a")
    assert row is not None
    assert row.total == 7


async def test_a_remembered_view_is_as_new_as_its_place(other_pool: Pool) -> None:
    log = MemoryLog("counting")
    store: Store = ViewStore(totals("counting"), other_pool)
    await store.prepare()
    follower = Follower(PublishedLog(log), [store])
    remembered = Remembered(store, lambda: follower.place(store.name))
    assert await remembered.rows() == {}
    await happen(log, "a", Counted(amount=1))
    await follower.step()
    known = await remembered.rows()
    assert {key: row.total for key, row in known.items()} == {"a": 1}
    assert await remembered.rows() is known


async def test_the_feed_is_a_batch_of_cloud_events(service_database: str) -> None:
    async with open_house(PLAN, service_database) as house, feed_client(house) as client:
        await happen(house.house.log, "a", Counted(amount=1), Noted(note=1), Counted(amount=2))

        response = await client.get("/v1/feed")
        first, second = response.json()

        assert response.headers["content-type"] == "application/cloudevents-batch+json"
        assert first["specversion"] == "1.0"
        assert first["source"] == "/counting"
        assert first["data"] == {"type": "test.counted.v1", "amount": 1}
        assert [event["publication"] for event in (first, second)] == [1, 2]
        after = await client.get("/v1/feed", params={"lastEventId": first["id"]})
        assert [event["id"] for event in after.json()] == [second["id"]]
        unknown = await client.get("/v1/feed", params={"lastEventId": str(uuid5(UUID(int=0), "x"))})
        assert unknown.json()["code"] == "unknown-event"
        outsider = {"Authorization": f"Bearer {token('council', 'p', 'commissioner')}"}
        assert (await client.get("/v1/feed", headers=outsider)).status_code == 403
