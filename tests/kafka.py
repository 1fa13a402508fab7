"""A real Kafka node for tests: one for the run, one of its own for whoever disturbs it.

Law: where no node can be run, what can be asked of librdkafka's mock cluster is, and the rest says
why it is not.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest
from confluent_kafka import Producer

from goldenthread.broker import Broker
from goldenthread.jars import Kafka, KafkaNotToBeHad, get_kafka
from shared.testing.skips import KAFKA_NOT_TESTED, UNTESTED

MOCK_SECONDS = 10.0


class Node(Protocol):
    """Anything that speaks Kafka's protocol."""

    @property
    def bootstrap(self) -> str: ...


@dataclass(frozen=True)
class MockCluster:
    """One pretended broker inside this process: it makes topics by itself and has no groups.

    Producing, idempotence, transactions and reading by assignment are as with a real one.
    """

    producer: Producer

    @property
    def bootstrap(self) -> str:
        (broker,) = self.producer.list_topics(timeout=MOCK_SECONDS).brokers.values()
        return f"{broker.host}:{broker.port}"


@pytest.fixture(scope="session")
def kafka_programs() -> Kafka:
    """Java and the broker's jars, or a skip that says what is missing."""
    if known := os.environ.get(KAFKA_NOT_TESTED):
        pytest.skip(f"{UNTESTED}: {known}")
    try:
        return get_kafka()
    except KafkaNotToBeHad as error:
        pytest.skip(f"{UNTESTED}: {error}")


@pytest.fixture(scope="session")
def kafka(kafka_programs: Kafka) -> Iterator[Broker]:
    """The run's node; whoever stops or wipes one asks for `own_kafka`."""
    with (
        tempfile.TemporaryDirectory(prefix="gt-kafka-") as folder,
        Broker(Path(folder, "node"), kafka_programs) as broker,
    ):
        yield broker


@pytest.fixture
def own_kafka(kafka_programs: Kafka) -> Iterator[Broker]:
    """A node that one test may kill, wipe and restart."""
    with (
        tempfile.TemporaryDirectory(prefix="gt-kafka-") as folder,
        Broker(Path(folder, "node"), kafka_programs) as broker,
    ):
        yield broker


@pytest.fixture(scope="session")
def mock_kafka() -> MockCluster:
    """The pretended cluster, which lives as long as the producer that holds it."""
    return MockCluster(Producer({"test.mock.num.brokers": 1}, logger=logging.getLogger("mock")))


@pytest.fixture(scope="session")
def any_kafka(request: pytest.FixtureRequest) -> Node:
    """The real node where there is one, else the mock cluster."""
    try:
        return request.getfixturevalue("kafka")
    except pytest.skip.Exception:
        return request.getfixturevalue("mock_kafka")


@pytest.fixture
def cell() -> str:
    """The name of a cell that no other test knows, so that no topic is met twice."""
    return f"test-{uuid4().hex[:12]}"
