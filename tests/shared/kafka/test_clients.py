"""A client that is stopped as it starts leaves nothing open."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import Awaitable, Callable

import pytest

from shared.kafka.clients import administering, close_producer, consuming, open_producer
from shared.kafka.settings import KafkaSettings
from tests.kafka import Node

MOMENTS = [step / 4000 for step in range(80)]
"""Seconds after which a client is cut off: from before its first connection to its end."""


async def _consume(settings: KafkaSettings) -> None:
    async with consuming(settings, "a-topic"):
        pass


async def _administer(settings: KafkaSettings) -> None:
    async with administering(settings):
        pass


async def _produce(settings: KafkaSettings) -> None:
    producer = await open_producer(settings)
    await close_producer(producer)


@pytest.mark.parametrize("use", [_consume, _administer, _produce])
async def test_a_client_cut_off_as_it_starts_leaves_no_connection_open(
    any_kafka: Node, use: Callable[[KafkaSettings], Awaitable[None]]
) -> None:
    settings = KafkaSettings(bootstrap=any_kafka.bootstrap)

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", ResourceWarning)
        for moment in MOMENTS:
            using = asyncio.ensure_future(use(settings))
            await asyncio.sleep(moment)
            using.cancel()
            await asyncio.gather(using, return_exceptions=True)
        gc.collect()

    assert [str(warning.message) for warning in told] == []
