"""The hole audit: whoever hears a log is asked what they went through, event by event."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from goldenthread.auditing import Finding, Report, audit
from shared.eventsourcing.events import Envelope
from shared.eventsourcing.rebuild import rebuild
from shared.eventsourcing.sources import Page, Source
from shared.eventsourcing.subscriptions import BEGINNING, Checkpoint, Follower, Numbered
from shared.postgres import migrate
from shared.postgres.migrating import migrate_apart
from shared.postgres.pool import Pool, open_pool
from shared.running.auditing import Account, accounts_of
from shared.testing.houses import token
from tests.shared.counters import POISON, Counted, Noted
from tests.shared.hearing import LAST, NOW, Heard, Store, follow, happen
from tests.shared.pairs import Pair, execute, open_pair


async def account(pool: Pool, store: Store, follower: Follower) -> Account:
    """What the view has gone through, as an audit is told."""
    async with pool.acquire() as connection:
        [one] = await accounts_of(connection, [follower], {store.name: store.view.name})
    return one


async def test_every_event_is_accounted_for_parked_skipped_and_in_a_rebuild(
    heard: Heard, store: Store, other_pool: Pool
) -> None:
    await happen(heard.log, "a", Counted(amount=1), Counted(amount=POISON), Noted(note=1))
    for n in range(20):
        await happen(heard.log, f"c{n}", Counted(amount=1))
    await happen(heard.log, "a", Counted(amount=2), Counted(amount=3))
    follower = await follow(heard.source, store)
    head = (await heard.source.read(LAST, 1, 0.0)).head
    parked = await account(other_pool, store, follower)
    assert (parked.checkpoint, parked.parked, parked.unaccounted) == (head, 3, 0)

    await store.skip("counting", 2, "p-1", "sent twice by mistake", NOW)
    skipped = await account(other_pool, store, follower)
    assert (skipped.parked, skipped.skipped, skipped.unaccounted) == (2, 1, 0)
    assert skipped.aside_unaccounted == 0

    await rebuild(store, other_pool, heard.source)
    rebuilt = await account(other_pool, store, follower)
    assert (rebuilt.checkpoint, rebuilt.unaccounted, rebuilt.holes) == (head, 0, [])
    [last] = (await heard.source.read(head - 1, 1, 0.0)).envelopes
    assert rebuilt.last_event == last.event_id


async def test_a_place_moved_over_events_leaves_a_hole_in_the_account(
    heard: Heard, store: Store, other_pool: Pool
) -> None:
    for n in range(9):
        await happen(heard.log, f"c{n}", Counted(amount=1))
    first: list[Envelope] = []
    while len(first) < 3:  # a topic may give fewer at a time, and needs time to hear of more
        first = (await heard.source.read(0, 3, 1.0)).envelopes
        await asyncio.sleep(0.01)
    numbered = [Numbered(heard.source.number(e), e) for e in first]
    await store.take("counting", BEGINNING, Checkpoint(1, 3), numbered)
    await other_pool.execute("update kept.checkpoints set number = 5")  # as no code here does

    follower = await follow(heard.source, store)

    assert [where.number for where in follower.following()] == [9], "the lag is green"
    holed = await account(other_pool, store, follower)
    assert (holed.unaccounted, [(h.first, h.last) for h in holed.holes]) == (2, [(4, 5)])
    await rebuild(store, other_pool, heard.source)
    assert (await account(other_pool, store, follower)).unaccounted == 0


class Skipping:
    """A source that leaves one event out and numbers the others on: no page has a hole."""

    def __init__(self, source: Source, left_out: int) -> None:
        self.name = source.name
        self._source = source
        self._left_out = left_out

    def number(self, envelope: Envelope) -> int:
        number = self._source.number(envelope)
        return number - 1 if number > self._left_out else number

    async def read(self, after: int, limit: int, wait_seconds: float) -> Page:
        behind = min(after + 1, LAST) if after >= self._left_out else after
        page = await self._source.read(behind, limit, wait_seconds)
        kept = [e for e in page.envelopes if self._source.number(e) != self._left_out]
        return Page(kept, page.head - (page.head >= self._left_out), page.epochs)


@pytest.fixture
async def pair(service_database: str, other_database: str) -> AsyncGenerator[Pair]:
    async with open_pair(service_database, other_database) as opened:
        yield opened


async def audited(pair: Pair) -> Report:
    """What `goldenthread audit` finds, over real HTTP."""
    bearer = token("operations", "ops", "operator")
    return await asyncio.to_thread(audit, pair.addresses, bearer)


def faulty(report: Report) -> dict[str, tuple[str, ...]]:
    """Who is not whole, by name without the shape, and why."""
    return {
        f"{one.service} {one.subscriber.partition('_')[0]}": one.faults
        for one in report.findings
        if one.faults
    }


def of(report: Report, service: str, subscriber: str) -> Finding:
    return next(
        one
        for one in report.findings
        if one.service == service and one.subscriber.startswith(subscriber)
    )


async def test_all_is_whole_where_everyone_heard_everything(pair: Pair) -> None:
    for amount in (1, POISON, 3):
        await pair.count("a", amount)
    await pair.settle()

    report = await audited(pair)

    assert faulty(report) == {}
    assert report.exit_code == 0
    assert of(report, "listening", "totals").parked == 2
    assert (of(report, "listening", "echo").checkpoint, of(report, "counting", "(log)").lag) == (
        3,
        0,
    )


async def test_an_event_passed_over_is_named_and_found_again_by_a_rebuild(pair: Pair) -> None:
    for _ in range(5):
        await pair.count("a")
    await pair.settle()
    await pair.listening.house.pool.execute(
        "update kept.accounted set bits = set_bit(bits, 1023 - 4, 0)"
        " where subscriber like 'totals%' and source = 'counting'"
    )

    report = await audited(pair)
    assert faulty(report) == {"listening totals": ("passed over: 4 (1)",)}
    assert report.exit_code == 1

    operator = pair.listening.caller("operations", "ops", "operator")
    await operator.done("/v1/operations/views/totals/rebuild")
    assert faulty(await audited(pair)) == {}


async def test_a_source_that_leaves_an_event_out_and_counts_on_is_seen_through(
    service_database: str, other_database: str
) -> None:
    def skipping(source: Source) -> Source:
        return Skipping(source, 2)

    async with open_pair(service_database, other_database, between=skipping) as pair:
        for _ in range(4):
            await pair.count("a")
        await pair.settle()

        found = faulty(await audited(pair))

    assert set(found) == {"listening totals", "listening echo"}
    assert "went by 3, but counting numbered it 4" in found["listening totals"][0]


async def test_a_log_that_lost_an_event_says_which(pair: Pair, service_database: str) -> None:
    for _ in range(3):
        await pair.count("a")
    await pair.settle()
    await execute(service_database, "delete from log.events where position in (3, 4)")

    found = faulty(await audited(pair))["counting (log)"]

    assert found == (
        "positions missing from the log: 3-4 (2)",
        "publications missing from the log: 2 (1)",
    )


async def test_what_was_never_accounted_for_is_said_to_be_so(pair: Pair) -> None:
    for _ in range(3):
        await pair.count("a")
    await pair.settle()
    pool = pair.listening.house.pool
    await pool.execute("delete from kept.accounted")
    await pool.execute(
        "insert into kept.accounting select subscriber, source, number + 1 from kept.checkpoints"
    )
    await pair.count("a")
    await pair.settle()

    report = await audited(pair)

    assert faulty(report) == {}
    assert of(report, "listening", "echo").accounted_from == 4


async def test_who_does_not_answer_is_named(pair: Pair) -> None:
    pair.addresses["elsewhere"] = "http://127.0.0.1:9"
    report = await audited(pair)
    assert (report.unanswered, report.exit_code) == (("elsewhere",), 2)


async def test_the_accounts_are_for_operators(pair: Pair) -> None:
    ann = pair.counting.caller("council", "ann", "commissioner")
    for door in ("audit", "events/5d3f4a7e-0f5b-5c1c-9a65-6c1f0f7f3b11"):
        assert (await ann.get(f"/v1/operations/{door}")).status_code == 403


def _to(revision: str, connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


async def test_a_place_older_than_the_accounts_is_accounted_for_from_there_on(
    database: str,
) -> None:
    engine = create_async_engine(database.replace("postgresql:", "postgresql+asyncpg:"))
    async with engine.begin() as connection:
        await connection.run_sync(lambda inside: _to("0002", inside))
    await engine.dispose()
    await execute(database, "insert into kept.checkpoints values ('echo', 'counting', 1, 41)")

    await migrate_apart(database)

    pool = await open_pool(database, size=1)
    place = await pool.fetchrow("select subscriber, source, first from kept.accounting")
    await pool.close()
    assert place is not None
    assert tuple(place) == ("echo", "counting", 42)
