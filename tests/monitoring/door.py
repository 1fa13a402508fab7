"""A house of monitoring with one contract signed, and the people who knock at its door."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime

from services.monitoring.main import PLAN
from shared.published.contracts import ContractSigned
from shared.published.needs import PartnershipFormed
from shared.published.terms import ContractTerms, Member
from shared.testing.houses import Caller, RunningHouse, open_house
from tests.monitoring.agreed import Q1, SIGNED_AT, TERMS

AFTER_Q1 = datetime(2026, 7, 2, 9, tzinfo=UTC)
AFTER_Q2 = datetime(2026, 10, 2, 9, tzinfo=UTC)
AT = f"/v1/returns/c1/{Q1}"


@asynccontextmanager
async def signed_house(dsn: str, terms: ContractTerms = TERMS) -> AsyncGenerator[RunningHouse]:
    async with open_house(PLAN, dsn, SIGNED_AT) as house:
        members = tuple(
            Member(agency=agency, kind="council", name=agency) for agency in ("council", "icb")
        )
        formed = PartnershipFormed(
            partnership="p1", name="Alder", lead="council", members=members,
            effective_on=date(2026, 1, 1),
        )  # fmt: skip
        await house.hear("needs", "partnership/p1", formed)
        signed = ContractSigned(
            contract="c1", terms=terms, signed_by="chris", effective_on=date(2026, 3, 2)
        )
        await house.hear("contracts", "contract/c1", signed)
        yield house


class People:
    """Ann reports for the provider; Mo and Chris manage the contract; Ian is of another partner."""

    def __init__(self, house: RunningHouse) -> None:
        self.ann: Caller = house.caller("acorn", "ann", "provider")
        self.mo: Caller = house.caller("council", "mo", "contract-manager")
        self.chris: Caller = house.caller("council", "chris", "commissioner")
        self.ian: Caller = house.caller("icb", "ian", "commissioner")
        self.stranger: Caller = house.caller("elsewhere", "sue", "contract-manager")
        self.other_provider: Caller = house.caller("beech", "bob", "provider")


async def published(house: RunningHouse) -> list[str]:
    events = await house.house.log.read_published(0, 1000)
    return [event.type.removeprefix("monitoring.").removesuffix(".v1") for event in events]
