"""What anything that follows a log must keep, whichever way it hears it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4, uuid5

import httpx
import pytest

from goldenthread.broker import Broker
from shared.eventsourcing.codec import Codec
from shared.eventsourcing.events import Body, Envelope, Event, Published, Recorded, type_of
from shared.eventsourcing.log import Append, Log, NewEvent, Write
from shared.eventsourcing.memory_log import MemoryLog
from shared.eventsourcing.rebuild import rebuild
from shared.eventsourcing.subscriptions import (
    BEGINNING,
    Checkpoint,
    Follower,
    HoleInSource,
    Numbered,
    Overtaken,
    OwnLog,
    Page,
    PublishedLog,
    Source,
    Subscriber,
)
from shared.eventsourcing.view_store import ViewStore
from shared.feed.hearing import HttpFeed
from shared.kafka.hearing import KafkaFeed
from shared.kafka.settings import KafkaSettings
from shared.postgres.pool import Pool
from shared.testing.houses import NO_KAFKA, RunningHouse, open_house, token
from tests.shared.counters import PLAN, POISON, Counted, CounterRow, Expired, Noted, totals


def _in_amounts(body: Body) -> Body:
    return {"amounts": [body["amount"]]}


class CountedTwice(Published, frozen=True, kw_only=True, tag="test.counted.v2"):
    """What became of a count when several could be told at once."""

    earlier = (_in_amounts,)
    amounts: tuple[int, ...]


def _fold_twice(row: CounterRow | None, recorded: Recorded) -> CounterRow:
    event = recorded.event
    assert isinstance(event, CountedTwice)
    if POISON in event.amounts:
        raise ValueError("poison")
    return _fold_kindly(row, recorded)


def _fold_kindly(row: CounterRow | None, recorded: Recorded) -> CounterRow:
    event = recorded.event
    assert isinstance(event, CountedTwice)
    row = row or CounterRow(total=0)
    return CounterRow(total=row.total + sum(event.amounts), seen=(*row.seen, *event.amounts))


LAST = 2**62
SHORT_SECONDS = 0.02
START_SECONDS = 30.0
NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
CODEC = Codec((Counted, Noted, Expired))
Store = ViewStore[CounterRow]


async def happen(log: Log, counter: str, *events: Event, now: datetime = NOW) -> None:
    stream = f"counter/{counter}"
    version = len(await log.read_stream(stream))
    new = tuple(
        NewEvent(
            type=type_of(type(event)),
            event_id=uuid4(),
            body=CODEC.encode(event),
            published=event.published,
            effective_on=NOW.date(),
        )
        for event in events
    )
    write = Write(stream, version, new, counter)
    await log.append(Append(command_id=uuid4(), writes=(write,), now=now))


class Heard:
    """A log and one way to hear it."""

    def __init__(self, log: Log, source: Source) -> None:
        self.log = log
        self.source = source


class Mute:
    """A feed that says how far its log reaches and nothing more: the topic must do the rest."""

    def __init__(self, feed: Source) -> None:
        self.name = feed.name
        self._feed = feed

    def number(self, envelope: Envelope) -> int:
        return self._feed.number(envelope)

    async def read(self, after: int, limit: int, wait_seconds: float) -> Page:
        await asyncio.sleep(min(wait_seconds, 0.05))
        return (await self._feed.read(after, limit, 0.0))._replace(envelopes=[])


WAYS = ["own log", "published log", "http feed", "kafka", "kafka topic"]


@pytest.fixture(params=WAYS)
async def heard(request: pytest.FixtureRequest, service_database: str) -> AsyncGenerator[Heard]:
    way: str = request.param
    async with AsyncExitStack() as stack:
        if way.endswith("log"):
            log = MemoryLog("counting")
            yield Heard(log, OwnLog(log) if way == "own log" else PublishedLog(log))
            return
        kafka = NO_KAFKA
        if way.startswith("kafka"):
            broker: Broker = request.getfixturevalue("kafka")
            kafka = KafkaSettings(bootstrap=broker.bootstrap, cell=request.getfixturevalue("cell"))
        house = await stack.enter_async_context(open_house(PLAN, service_database, kafka=kafka))
        feed = HttpFeed("counting", await stack.enter_async_context(feed_client(house)))
        if not kafka:
            yield Heard(house.house.log, feed)
            return
        topic = KafkaFeed(
            kafka, kafka.topic("counting"), Mute(feed) if way == "kafka topic" else feed
        )
        source = await stack.enter_async_context(topic.open())
        await source.listening(START_SECONDS)
        yield Heard(house.house.log, source)


def feed_client(house: RunningHouse) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=house.app),
        base_url="http://counting",
        headers={"Authorization": f"Bearer {token('', '', 'service')}"},
    )


@pytest.fixture
async def store(other_pool: Pool) -> Store:
    made = Store(totals("counting"), other_pool)
    await made.prepare()
    return made


async def total(store: Store, key: str) -> int:
    row = await store.get(key)
    return row.total if row else 0


async def follow(source: Source, *stores: Subscriber) -> Follower:
    """Follows to where the source reaches now, or to where nobody follows any more."""
    follower = Follower(source, stores)
    head = (await source.read(LAST, 1, 0.0)).head
    async with asyncio.timeout(START_SECONDS):
        while await follower.step(SHORT_SECONDS) or any(
            where.number < head and not where.stopped for where in follower.following()
        ):
            continue
    return follower


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


async def test_a_newer_event_version_stops_its_subscriber(heard: Heard, store: Store) -> None:
    await happen(heard.log, "a", Counted(amount=1))
    newer = NewEvent(
        type="test.counted.v2",
        event_id=uuid4(),
        body=b'{"type":"test.counted.v2","amounts":[1]}',
        published=True,
        effective_on=NOW.date(),
    )
    write = Write("counter/n", 0, (newer,), "n")
    await heard.log.append(Append(command_id=uuid4(), writes=(write,), now=NOW))

    follower = await follow(heard.source, store)

    assert "test.counted.v2" in follower.following()[0].stopped
    assert (await store.checkpoint("counting")).number < 2  # what came before it may have its page


async def test_every_version_ever_shipped_is_heard_as_the_present_one(
    heard: Heard, other_pool: Pool
) -> None:
    await happen(heard.log, "a", Counted(amount=1), Counted(amount=POISON))
    store = Store(replace(totals("counting"), events=(CountedTwice,), fold=_fold_twice), other_pool)
    await store.prepare()

    await follow(heard.source, store)
    assert await store.get("a") == CounterRow(total=1, seen=(1,))

    kinder = replace(totals("counting"), events=(CountedTwice,), fold=_fold_kindly)
    again = Store(kinder, other_pool)
    assert await again.retry("counting", "a") == 1  # what was parked is decoded there too
    assert await total(again, "a") == 1 + POISON
    before = await again.contents()
    await rebuild(again, other_pool, heard.source)
    assert [row.total for row in (await again.find()).values()] == [1 + POISON]
    assert before.keys() == (await again.contents()).keys()


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
