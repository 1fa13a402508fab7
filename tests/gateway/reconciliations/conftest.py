"""A gateway with a fund to reconcile, and two finance officers of its host."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from shared.testing.houses import Caller, RunningHouse
from tests.gateway.reconciliations import doors


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with doors.open_gateway(service_database) as running:
        yield running


@pytest.fixture
def ida(house: RunningHouse) -> Caller:
    return house.caller("council", "p-ida", "finance")


@pytest.fixture
def ben(house: RunningHouse) -> Caller:
    return house.caller("council", "p-ben", "finance")
