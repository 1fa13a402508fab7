"""The contracts service in operation, with a partnership and an award; and who calls it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

import pytest

from services.contracts.main import PLAN
from shared.published.needs import PartnershipFormed, SpecificationPublished
from shared.published.terms import Member, Outcome
from shared.testing.houses import Caller, RunningHouse, open_house
from tests.contracts.doors import KINDS, award
from tests.contracts.parts import MEASURE


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with open_house(PLAN, service_database) as running:
        members = tuple(Member(agency=a, kind=kind, name=a) for a, kind in KINDS.items())
        formed = PartnershipFormed(
            partnership="p1", name="Alder", lead="icb", members=members,
            effective_on=date(2026, 4, 1),
        )  # fmt: skip
        published = SpecificationPublished(
            specification="s1", partnership="p1", strategy="st1", recommendation="r1", need="n1",
            title="Counselling", outcomes=(Outcome(outcome="o1", title="Well"),),
            measures=(MEASURE,), tier=2, annual_value_pence=100_000_00,
            starts_on=date(2026, 4, 1), ends_on=date(2028, 3, 31),
        )  # fmt: skip
        await running.hear("needs", "partnership/p1", formed)
        await running.hear("needs", "specification/s1", published)
        await running.hear("procurement", "tender/t1", award())
        yield running


@pytest.fixture
def lea(house: RunningHouse) -> Caller:
    return house.caller("council", "lea", "contract-manager")


@pytest.fixture
def fin(house: RunningHouse) -> Caller:
    return house.caller("icb", "fin", "finance")


@pytest.fixture
def fay(house: RunningHouse) -> Caller:
    return house.caller("icb", "fay", "finance")


@pytest.fixture
def acorn(house: RunningHouse) -> Caller:
    return house.caller("acorn", "ann", "provider")
