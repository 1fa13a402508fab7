"""A node of Kafka keeps its records and its port, forgets when told, and leaves nothing running.

Law: tried on real processes; what a test starts, it ends.
"""

# aiokafka has no types
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from goldenthread import jars
from goldenthread.broker import Broker, BrokerFailed
from goldenthread.jars import Kafka, NoJars, NoJava, NoMaven, get_kafka
from tests.kafka import Node

COMMAND = str(Path(sys.executable).with_name("goldenthread"))
SECONDS = 30.0


async def make_topic(node: Node, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=node.bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    finally:
        await admin.close()


async def topics(node: Node) -> set[str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=node.bootstrap)
    await admin.start()
    try:
        return set(await admin.list_topics())
    finally:
        await admin.close()


async def produce(node: Node, topic: str, *values: bytes) -> None:
    producer = AIOKafkaProducer(
        bootstrap_servers=node.bootstrap, acks="all", enable_idempotence=True
    )
    await producer.start()
    try:
        for value in values:
            await producer.send_and_wait(topic, value, partition=0)
    finally:
        await producer.stop()


async def consumed(node: Node, topic: str, count: int) -> list[bytes]:
    """The first records of a topic, by assignment and without a group."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=node.bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, 0)])
        async with asyncio.timeout(SECONDS):
            return [(await consumer.getone()).value or b"" for _ in range(count)]
    finally:
        await consumer.stop()


def is_gone(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return True
    return "State:\tZ" in status


def wait_until(true: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


async def test_what_was_produced_is_read(any_kafka: Node, cell: str) -> None:
    topic = f"goldenthread.{cell}.needs.v1"
    if isinstance(any_kafka, Broker):
        await make_topic(any_kafka, topic)
    await produce(any_kafka, topic, b"one", b"two")
    assert await consumed(any_kafka, topic, 2) == [b"one", b"two"]


async def test_the_mock_cluster_serves_what_needs_no_topic_made(
    mock_kafka: Node, cell: str
) -> None:
    topic = f"goldenthread.{cell}.needs.v1"
    await produce(mock_kafka, topic, b"one", b"two")
    assert await consumed(mock_kafka, topic, 2) == [b"one", b"two"]


async def test_a_node_makes_no_topic_unasked(kafka: Broker, cell: str) -> None:
    topic = f"goldenthread.{cell}.needs.v1"
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(2):
            await produce(kafka, topic, b"one")
    assert topic not in await topics(kafka)


async def test_a_killed_node_comes_back_with_its_records_and_a_wiped_one_with_none(
    own_kafka: Broker, cell: str
) -> None:
    topic, at = f"goldenthread.{cell}.needs.v1", own_kafka.bootstrap
    await make_topic(own_kafka, topic)
    await produce(own_kafka, topic, b"one", b"two")

    own_kafka.kill()
    assert not own_kafka.is_running()
    own_kafka.restart()
    await produce(own_kafka, topic, b"three")
    assert await consumed(own_kafka, topic, 3) == [b"one", b"two", b"three"]

    own_kafka.wipe()
    assert own_kafka.bootstrap == at
    assert topic not in await topics(own_kafka)


def test_a_folder_has_one_node(own_kafka: Broker, kafka_programs: Kafka) -> None:
    with pytest.raises(BrokerFailed, match="already running"):
        Broker(own_kafka.folder, kafka_programs).start()
    assert own_kafka.is_running()


@pytest.mark.parametrize("asked", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_command_that_ends_leaves_no_node(
    kafka_programs: Kafka, tmp_path: Path, asked: signal.Signals
) -> None:
    del kafka_programs  # asked for, so that this is skipped where there are none
    with subprocess.Popen(
        [COMMAND, "kafka", "--port", "0", "--data", str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as command:
        try:
            assert command.stdout is not None
            assert command.stdout.readline().startswith("127.0.0.1:")
            children = Path(f"/proc/{command.pid}/task").glob("*/children")
            (node,) = [int(pid) for file in children for pid in file.read_text().split()]
            assert not is_gone(node)
            command.send_signal(asked)
            command.wait(SECONDS)
            assert wait_until(lambda: is_gone(node), SECONDS)
        finally:
            command.kill()


def test_a_machine_without_java_is_told_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(NoJava, match="and there is none"):
        get_kafka()


def test_a_java_too_old_is_told_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _program(tmp_path / "bin" / "java", """echo 'openjdk version "11.0.2" 2019-01-15' >&2""")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(NoJava, match=r"is 11\."):
        get_kafka()


def test_a_machine_without_maven_is_told_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _has_java_17(monkeypatch, tmp_path)
    monkeypatch.setattr(jars, "JARS", tmp_path / "jars")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoMaven):
        get_kafka()


def test_jars_that_cannot_be_had_are_tried_for_again_and_leave_no_half(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _has_java_17(monkeypatch, tmp_path)
    tried = tmp_path / "tried"
    _program(tmp_path / "mvn", f"echo x >> {tried}; echo could not resolve; exit 1")
    monkeypatch.setattr(jars, "JARS", tmp_path / "jars")
    monkeypatch.setattr(jars, "PAUSES_SECONDS", (0.0, 0.0, 0.0))
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(NoJars, match="in 3 tries: could not resolve"):
        get_kafka()
    assert tried.read_text().count("x") == 3
    assert list((tmp_path / "jars").iterdir()) == []


def _has_java_17(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    _program(home / "bin" / "java", """echo 'openjdk version "17.0.1" 2021-10-19' >&2""")
    monkeypatch.setenv("JAVA_HOME", str(home))


def _program(at: Path, script: str) -> None:
    at.parent.mkdir(parents=True, exist_ok=True)
    at.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    at.chmod(0o755)
