"""Events of every version: earlier ones heard as the present one, later ones stop their reader."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from shared.eventsourcing.events import Body, Published, Recorded
from shared.eventsourcing.log import Append, NewEvent, Write
from shared.eventsourcing.rebuild import rebuild
from shared.postgres.pool import Pool
from tests.shared.counters import POISON, Counted, CounterRow, totals
from tests.shared.hearing import NOW, Heard, Store, follow, happen, total


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
