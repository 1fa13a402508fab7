"""What a restore keeps: a consumer older than its source catches up; a source older than its
consumers is noticed, nothing new is taken for known, and what lost its cause is named.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncGenerator, Generator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from goldenthread.accepting import Outcome, accept
from goldenthread.auditing import audit
from goldenthread.backup import BadBackup, Manifest, backup, read_manifest
from goldenthread.broker import Broker
from goldenthread.restoring import Restored, StillRunning, restore
from shared.kafka.settings import KafkaSettings
from shared.postgres.embedded import EmbeddedPostgres, Server
from shared.postgres.migrating import migrate_apart
from shared.testing.houses import NO_KAFKA, open_house, token
from shared.testing.postgres import create_database, drop_database
from tests.shared.counters import PLAN, POISON
from tests.shared.pairs import Pair, execute, open_pair
from tests.shared.test_repeats import cited, router

SOURCE, CONSUMER = "contracts", "monitoring"
"""Whose databases the two services of these tests have."""

SECONDS = 30.0
TELLING = replace(PLAN, routers=(*PLAN.routers, router))


@pytest.fixture(scope="module")
def server() -> Generator[Server]:
    """A server of these tests' own: what is replaced on it goes by the names of a real house."""
    home = Path(tempfile.mkdtemp(prefix="gt-restore-"))
    home.chmod(0o755)
    with EmbeddedPostgres(home / "data", durable=False) as started:
        yield started
    shutil.rmtree(home)


@pytest.fixture(scope="module")
def template(server: Server) -> str:
    async def make() -> None:
        await migrate_apart(await create_database(server, "template_restoring"))

    asyncio.run(make())
    return "template_restoring"


@pytest.fixture
async def home(server: Server, template: str, tmp_path: Path) -> AsyncGenerator[Home]:
    for service in (SOURCE, CONSUMER):
        await create_database(server, f"goldenthread_{service}", template)
    yield Home(server, tmp_path)
    connection = await asyncpg.connect(server.dsn("postgres"))
    rows = await connection.fetch("select datname from pg_database where datname like 'golden%'")
    await connection.close()
    for row in rows:
        await drop_database(server, row[0])


class Home:
    """Two databases of a house, and a folder for copies of them."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.folder = folder

    @property
    def source(self) -> str:
        return self.server.dsn(f"goldenthread_{SOURCE}")

    @property
    def consumer(self) -> str:
        return self.server.dsn(f"goldenthread_{CONSUMER}")

    async def back_up(self, name: str = "copy") -> Manifest:
        return await asyncio.to_thread(
            backup, self.server.dsn("postgres"), (SOURCE, CONSUMER), self.folder / name
        )

    async def restore(self, *services: str, name: str = "copy") -> list[Restored]:
        _, restored = await asyncio.to_thread(
            restore, self.server.dsn("postgres"), self.folder / name, services
        )
        return restored


async def accepted(pair: Pair) -> Outcome:
    bearer = token("operations", "ops", "operator")
    return await asyncio.to_thread(accept, pair.addresses, bearer, "a copy was restored")


async def faults(pair: Pair) -> list[str]:
    report = await asyncio.to_thread(audit, pair.addresses, token("operations", "ops", "operator"))
    assert not report.unanswered
    return [fault for one in report.findings for fault in one.faults]


async def stopped(pair: Pair) -> dict[str, str]:
    """Waits until somebody of the listening service has stopped; says who and why."""
    async with asyncio.timeout(SECONDS):
        while True:
            found = {
                where.subscriber.partition("_")[0]: where.stopped
                for where in pair.listening.house.following()
                if where.stopped
            }
            if len(found) == 2:
                return found
            await asyncio.sleep(0.05)


async def test_a_consumer_older_than_its_source_catches_up(home: Home) -> None:
    async with open_pair(home.source, home.consumer) as pair:
        await pair.count("a", 1)
        await pair.settle()
        manifest = await home.back_up()  # while both run
        await pair.count("a", 2)
        await pair.count("b", 3)
        await pair.settle()
        before = await pair.heard(), await pair.echoed()
        assert manifest.ahead == ()
        with pytest.raises(StillRunning, match=f"{CONSUMER} has its database open"):
            await home.restore(CONSUMER)

    [restored] = await home.restore(CONSUMER)

    assert (restored.position, restored.publication) == (2, 1)
    async with open_pair(home.source, home.consumer) as pair:
        await pair.settle()
        assert (await pair.heard(), await pair.echoed()) == before
        assert before[0] == {"a": 3, "b": 3}
        assert await faults(pair) == []
        rows = await pair.listening.house.stores["totals"].contents()
        operator = pair.listening.caller("operations", "ops", "operator")
        await operator.done("/v1/operations/views/totals/rebuild")
        assert (await pair.listening.house.stores["totals"].contents())["rows"] == rows["rows"]
        assert (await accepted(pair)).orphans == ()


@pytest.mark.parametrize("way", ["feed", "kafka"])
async def test_a_source_older_than_its_consumers_is_noticed_and_nothing_new_is_dropped(
    home: Home, way: str, request: pytest.FixtureRequest
) -> None:
    kafka = NO_KAFKA
    if way == "kafka":
        broker: Broker = request.getfixturevalue("kafka")
        kafka = KafkaSettings(bootstrap=broker.bootstrap, cell=request.getfixturevalue("cell"))
    async with open_pair(home.source, home.consumer, kafka=kafka) as pair:
        await pair.count("a", 1)
        await pair.settle()
        await home.back_up()
        for counter, amount in (("lost", 5), ("a", POISON), ("lost", 6)):
            await pair.count(counter, amount)
        await pair.settle()
        operator = pair.listening.caller("operations", "ops", "operator")
        for one in (await operator.get("/v1/operations/parked")).json():
            at = {name: one[name] for name in ("subscriber", "source", "number")}
            await operator.done("/v1/operations/parked/skip", at | {"reason": "poison"})
        assert await pair.echoed() == {"echo-a": 1, "echo-lost": 11}

    [restored] = await home.restore(SOURCE)
    assert (restored.publication, restored.epoch) == (1, 2)

    async with open_pair(home.source, home.consumer, kafka=kafka) as pair:
        for amount in (10, 20, 30, 40, 50):  # the numbers of what was lost, and on
            await pair.count("new", amount)
        await pair.counting.settle()
        assert {"epoch 2 began at 2" in why for why in (await stopped(pair)).values()} == {True}
        assert await pair.echoed() == {"echo-a": 1, "echo-lost": 11}
        assert [fault for fault in await faults(pair) if "does not have it" in fault]

        outcome = await accepted(pair)
        await pair.settle()

        assert await pair.heard() == {"a": 1, "new": 150}
        assert await pair.echoed() == {"echo-a": 1, "echo-lost": 11, "echo-new": 150}
        streams = [one.stream for one in outcome.orphans if one.type == "test.counted.v1"]
        assert sorted(streams) == ["counter/echo-a", "counter/echo-lost", "counter/echo-lost"]
        assert len(outcome.rebuilt) == len(outcome.put_back) == 1
        assert await faults(pair) == []
        again = await accepted(pair)
        assert (again.put_back, again.rebuilt) == ((), ())
        assert again.orphans == outcome.orphans
        operator = pair.listening.caller("operations", "ops", "operator")
        kept = (await operator.get("/v1/operations/orphans")).json()
        assert len(kept) == len(outcome.orphans) == 6
        [row] = await pair.listening.house.pool.fetch("select * from kept.acceptances")
        assert (row["subscriber"], row["number"], row["back_to"]) == ("echo", 4, 1)
        assert (row["person"], row["reason"]) == ("ops", "a copy was restored")
        if kafka:
            assert await pair.counting.house.relays[0].reached(6, SECONDS)


async def test_the_same_copy_restored_twice_begins_another_epoch(home: Home) -> None:
    async with open_pair(home.source, home.consumer) as pair:
        await pair.count("a", 1)
        await pair.settle()
        await home.back_up()
    for epoch in (2, 3):
        [restored] = await home.restore(SOURCE)
        assert restored.epoch == epoch
        async with open_pair(home.source, home.consumer) as pair:
            for _ in range(4):
                await pair.count(f"in-{epoch}", 1)
            if epoch == 2:
                await pair.settle()
                assert await pair.heard() == {"a": 1, "in-2": 4}
                continue
            assert {"epoch 3 began at 2" in why for why in (await stopped(pair)).values()} == {True}
            await accepted(pair)
            await pair.settle()
            assert await pair.heard() == {"a": 1, "in-3": 4}


async def test_what_was_erased_since_the_copy_is_erased_again(home: Home) -> None:
    cited.clear()
    async with open_house(TELLING, home.source) as house:
        ann = house.caller("council", "ann", "commissioner")
        for counter, story in (("a", "a name"), ("b", "stays")):
            await ann.done(f"/v1/told/{counter}", {"amount": 1, "story": story})
        await home.back_up()
        await ann.done(f"/v1/counting-texts/{cited[0]}/erasure", {"ground": "asked-by-the-person"})

    [restored] = await home.restore(SOURCE)

    assert restored.erased == (UUID(str(cited[0])),)
    async with open_house(TELLING, home.source, at=None) as house:
        texts = [await house.house.texts.get(text) for text in cited]
        assert [text.content for text in texts if text] == [None, b"stays"]
        [event] = await house.house.log.read_stream(f"text/{cited[0]}")
        assert b"asked-by-the-person" in event.body
        assert event.epoch == 2

    await drop_database(home.server, f"goldenthread_{SOURCE}")
    [restored] = await home.restore(SOURCE)
    assert restored.erased is None, "nobody can be asked"


async def test_a_copy_that_was_touched_is_refused_and_nothing_is_replaced(home: Home) -> None:
    await home.back_up()
    with pytest.raises(BadBackup, match="exists already"):
        await home.back_up()
    await execute(home.source, "create table views.present (n int)")
    file = home.folder / "copy" / f"{SOURCE}.dump"
    file.write_bytes(file.read_bytes()[:-1] + b"!")

    with pytest.raises(BadBackup, match="is not the file that was written"):
        await home.restore()
    with pytest.raises(BadBackup, match="holds nothing of needs"):
        await home.restore("needs")
    with pytest.raises(BadBackup, match="holds no backup"):
        read_manifest(home.folder)

    await execute(home.source, "insert into views.present values (1)")
