"""The topics of the house: made where they are missing, and refused where they cannot be right.

Law: one partition, since order is worth more than parallel reading; nothing compacted away.
"""

# pyright: reportMissingTypeStubs=false
from __future__ import annotations

from typing import Any

import structlog
from aiokafka.admin import NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, TopicAuthorizationFailedError, for_code

from shared.kafka.clients import MOST_BATCH_BYTES, administering
from shared.kafka.settings import KafkaSettings

logger = structlog.get_logger(__name__)

LEAST_MESSAGE_BYTES = MOST_BATCH_BYTES + 65_536  # a full batch and what the protocol adds
CONFIGURATION = {
    "cleanup.policy": "delete",
    "max.message.bytes": str(2**20),
    "message.timestamp.type": "LogAppendTime",
}


class BadTopic(Exception):
    """A topic exists and is not as it has to be; whoever runs the cluster must mend it."""


async def prepare_topic(settings: KafkaSettings, topic: str) -> None:
    """Makes a topic that is missing and checks one that is there.

    Raises BadTopic, saying what is wrong with it and what it has to be.
    """
    async with administering(settings) as admin:
        [described] = await admin.describe_topics([topic])
        if described["error_code"] == 0:
            await _check(admin, topic, described)
        else:
            await _make(admin, topic, settings.replication)


async def _make(admin: Any, topic: str, replication: int) -> None:
    made: Any = NewTopic(topic, 1, replication, topic_configs=CONFIGURATION)
    response = await admin.create_topics([made])
    _, code, *message = response.topic_errors[0]
    error: type[Exception] = for_code(code)
    if code == 0:
        logger.info("topic-made", topic=topic)
    elif error is TopicAuthorizationFailedError:
        raise BadTopic(f"{topic} does not exist, and this service may not make it")
    elif error is not TopicAlreadyExistsError:  # a replica that starts at the same moment
        raise BadTopic(f"{topic} cannot be made: {error.__name__} {' '.join(map(str, message))}")


async def _check(admin: Any, topic: str, described: dict[str, Any]) -> None:
    partitions = len(described["partitions"])
    if partitions != 1:
        raise BadTopic(
            f"{topic} has {partitions} partitions; it must have one, or the order of events is lost"
        )
    found = await _configuration(admin, topic)
    if (policy := found.get("cleanup.policy", "delete")) != "delete":
        raise BadTopic(f"{topic} has cleanup.policy={policy}; it must be delete: events are facts")
    if (clock := found.get("message.timestamp.type", "LogAppendTime")) != "LogAppendTime":
        raise BadTopic(
            f"{topic} has message.timestamp.type={clock}; it must be LogAppendTime: an event may be"
            " older than the topic keeps anything, and is then dropped as it comes"
        )
    most = int(found.get("max.message.bytes", LEAST_MESSAGE_BYTES))
    if most < LEAST_MESSAGE_BYTES:
        raise BadTopic(
            f"{topic} has max.message.bytes={most}; it must be at least {LEAST_MESSAGE_BYTES}"
        )


async def _configuration(admin: Any, topic: str) -> dict[str, str]:
    asked = ConfigResource(ConfigResourceType.TOPIC, topic)
    [response] = await admin.describe_configs([asked])
    [resource] = response.to_object()["resources"]
    return {entry["config_names"]: entry["config_value"] for entry in resource["config_entries"]}
