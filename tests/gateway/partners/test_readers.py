"""The readers shown to partners, run as they stand in the document: nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from fastapi import FastAPI, Request, Response

from goldenthread.broker import Broker
from services.gateway.main import PLAN
from services.gateway.partners.writing import CODEC
from shared.kafka.settings import KafkaSettings
from shared.testing.houses import RunningHouse, open_house, token
from shared.testing.serving import served, served_here
from tests.gateway import story
from tests.gateway.partners.reading import Told, log_of

DOCUMENT = Path("docs/partners.md")
BLOCK = re.compile(r"^```python (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECONDS = 60.0


@pytest.fixture
def readers(repository: Path) -> Mapping[str, str]:
    """The programs of the document by name."""
    return dict(BLOCK.findall((repository / DOCUMENT).read_text()))


def test_each_reader_has_twenty_lines_at_most(readers: Mapping[str, str]) -> None:
    assert set(readers) == {"feed", "aiokafka", "confluent-kafka", "webhook"}
    for name, program in readers.items():
        lines = [line for line in program.splitlines() if line.strip()]
        assert len(lines) <= 20, name


class Running:
    """One reader in a process of its own, and what it has said."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def says(self, events: int) -> list[tuple[int, str]]:
        """The next numbers and types it applies."""
        assert self._process.stdout is not None
        async with asyncio.timeout(SECONDS):
            lines = [await self._process.stdout.readline() for _ in range(events)]
        words = [line.decode().split(" ", 2) for line in lines]
        assert all(len(said) == 3 for said in words), await self._why()
        return [(int(said[0]), said[1]) for said in words]

    async def _why(self) -> str:
        assert self._process.stderr is not None
        return (await self._process.stderr.read(4000)).decode()

    async def stop(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.communicate()


@asynccontextmanager
async def reader(program: str, **environment: str) -> AsyncGenerator[Running]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, env=os.environ | environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    running = Running(process)
    try:
        yield running
    finally:
        await running.stop()


def numbered(log: list[Told]) -> list[tuple[int, str]]:
    return [(told.envelope.publication or 0, told.envelope.type) for told in log]


async def reads_on(house: RunningHouse, program: str, place: Path, **environment: str) -> None:
    """Reads what there is, is stopped, and goes on where it was with what came meanwhile."""
    first = numbered(await log_of(house, "acorn"))
    async with reader(program, PLACE=str(place), **environment) as running:
        assert await running.says(len(first)) == first
    # It was stopped after applying what it had not noted.
    await asyncio.to_thread(place.write_text, str(len(first) - 2))
    await house.hear("contracts", "contract/c1", story.VARIED)
    everything = numbered(await log_of(house, "acorn"))
    async with reader(program, PLACE=str(place), **environment) as running:
        assert await running.says(3) == everything[-3:]


async def test_by_feed(readers: Mapping[str, str], service_database: str, tmp_path: Path) -> None:
    bearer = token("acorn", "", "partner-system")
    async with story.open_gateway(service_database) as house, served_here(house.app) as address:
        place = tmp_path / "place"
        await reads_on(house, readers["feed"], place, GATEWAY=address, TOKEN=bearer)


async def test_by_both_kafka_clients(
    readers: Mapping[str, str], kafka: Broker, cell: str, service_database: str, tmp_path: Path
) -> None:
    """One house for both: the topic of an agency is told apart by nothing but the agency."""
    settings = KafkaSettings(bootstrap=kafka.bootstrap, cell=cell)
    async with open_house(PLAN, service_database, kafka=settings) as house:
        await story.told(house)
        for name in ("aiokafka", "confluent-kafka"):
            await reads_on(
                house, readers[name], tmp_path / name, KAFKA=kafka.bootstrap, AGENCY="acorn"
            )
        await house.hear("needs", "partnership/p3", story.OTHERS_FORMED)
        log = await log_of(house, "elsewhere")
        there = {"KAFKA": kafka.bootstrap, "AGENCY": "elsewhere", "PLACE": str(tmp_path / "new")}
        async with reader(readers["aiokafka"], **there) as running:
            assert await running.says(len(log)) == numbered(log)


async def test_a_webhook_is_verified_by_the_lines_shown(
    readers: Mapping[str, str], service_database: str
) -> None:
    program = readers["webhook"] + (
        "\nimport json, sys\nsent = json.load(sys.stdin)\n"
        "receive(sent['content'].encode(), sent['headers'])\n"
    )
    received: asyncio.Queue[bytes] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    hook = FastAPI()

    @hook.post("/in")
    async def take(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        sent = {"content": (await request.body()).decode(), "headers": dict(request.headers)}
        loop.call_soon_threadsafe(received.put_nowait, msgspec.json.encode(sent))
        return Response(status_code=204)

    async with story.open_gateway(service_database) as house:
        with served(hook) as address:
            system = house.caller("acorn", "", "partner-system")
            asked = {"url": f"{address}/in", "after": 0}
            secret = (await system.done("/v1/webhooks", asked))["secret"]
            first = await asyncio.wait_for(received.get(), SECONDS)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, env=os.environ | {"SECRET": secret},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, why = await process.communicate(first)
    assert said.decode().startswith("1 "), why.decode()


def test_every_type_the_document_names_is_one_that_is_sent(repository: Path) -> None:
    text = (repository / DOCUMENT).read_text()
    named = set(
        re.findall(r"\b(?:needs|procurement|contracts|monitoring|gateway)\.[a-z-]+\.v1", text)
    )
    assert named
    assert [type for type in sorted(named) if not CODEC.knows(type)] == []
