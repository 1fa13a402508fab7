"""Topics are made where they are missing; a wrong one is refused, saying what is wrong."""

# pyright: reportMissingTypeStubs=false
from __future__ import annotations

from typing import Any

import pytest
from aiokafka.admin import NewTopic

from goldenthread.broker import Broker
from shared.eventsourcing.memory_log import MemoryLog
from shared.eventsourcing.sources import PublishedLog
from shared.eventsourcing.subscriptions import Follower
from shared.kafka.clients import administering
from shared.kafka.relay import Relay
from shared.kafka.settings import KafkaSettings
from shared.kafka.topics import BadTopic, prepare_topic
from shared.postgres.pool import Pool
from shared.testing.houses import open_house
from tests.shared.counters import PLAN, Counted
from tests.shared.hearing import happen


@pytest.fixture
def settings(kafka: Broker, cell: str) -> KafkaSettings:
    return KafkaSettings(bootstrap=kafka.bootstrap, cell=cell)


async def make(settings: KafkaSettings, topic: str, partitions: int, **configs: str) -> None:
    async with administering(settings) as admin:
        named = {name.replace("_", "."): value for name, value in configs.items()}
        made: Any = NewTopic(topic, partitions, 1, topic_configs=named)
        response = await admin.create_topics([made])
        assert response.topic_errors[0][1] == 0


async def test_a_missing_topic_is_made_and_then_found_right(settings: KafkaSettings) -> None:
    topic = settings.topic("counting")
    await prepare_topic(settings, topic)
    await prepare_topic(settings, topic)


@pytest.mark.parametrize(
    ("partitions", "configs", "said"),
    [
        (3, {}, "has 3 partitions; it must have one"),
        (1, {"cleanup_policy": "compact"}, "cleanup.policy=compact; it must be delete"),
        (1, {"max_message_bytes": "1000"}, "max.message.bytes=1000; it must be at least"),
        (1, {"message_timestamp_type": "CreateTime"}, "must be LogAppendTime"),
    ],
)
async def test_a_wrong_topic_is_refused(
    settings: KafkaSettings, partitions: int, configs: dict[str, str], said: str
) -> None:
    topic = settings.topic("counting")
    right = {"message_timestamp_type": "LogAppendTime"}
    await make(settings, topic, partitions, **right | configs)
    with pytest.raises(BadTopic, match=said):
        await prepare_topic(settings, topic)


async def test_a_service_does_not_start_on_a_wrong_topic(
    settings: KafkaSettings, service_database: str
) -> None:
    await make(settings, settings.topic("counting"), 2)
    with pytest.raises(BadTopic, match="2 partitions"):
        async with open_house(PLAN, service_database, kafka=settings):
            pass


async def test_a_relay_stops_on_a_topic_that_was_made_wrong_meanwhile(
    settings: KafkaSettings, other_pool: Pool
) -> None:
    topic = settings.topic("counting")
    await make(settings, topic, 2)
    log = MemoryLog("counting")
    await happen(log, "a", Counted(amount=1))
    follower = Follower(PublishedLog(log), [Relay(settings, topic, "/counting", other_pool)])

    await follower.step()

    assert [where.stopped for where in follower.following()] == ["BadTopic"]
