"""What the tests of needs begin from.

Law: each test has a house of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from services.needs.main import PLAN
from shared.testing.houses import open_house
from tests.needs.partnership_story import Story


@pytest.fixture
async def story(service_database: str) -> AsyncIterator[Story]:
    """A running house with one partnership in it."""
    async with open_house(PLAN, service_database) as house:
        told = Story(house)
        await told.form()
        yield told
