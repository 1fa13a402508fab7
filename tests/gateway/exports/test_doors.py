"""The books leave as files, by their doors, to the partners alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from shared.testing.houses import Caller, RunningHouse
from tests.gateway import story
from tests.gateway.exports.reading import (
    STRICT,
    beancount_entries,
    hledger,
    hledger_balances,
    needs_hledger,
    transactions,
)

AT = "/v1/ledgers/f1/journal"
KINDS = ("hledger", "beancount")


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with story.open_gateway(service_database) as running:
        yield running


@pytest.fixture
def ida(house: RunningHouse) -> Caller:
    return house.caller("icb", "p-4", "finance")


@needs_hledger
async def test_hledger_reads_what_the_trial_balance_says(house: RunningHouse, ida: Caller) -> None:
    await story.reported_and_paid(house)
    answer = await ida.get(f"{AT}.hledger")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert 'filename="f1.journal"' in answer.headers["content-disposition"]
    hledger(answer.text, *STRICT)
    trial = (await ida.get("/v1/ledgers/f1/trial-balance")).json()
    assert hledger_balances(answer.text) == {
        row["account"]: row["debit_pence"] - row["credit_pence"] for row in trial["accounts"]
    }


async def test_a_stretch_as_known_then_is_a_stretch_of_what_was_known(
    house: RunningHouse, ida: Caller
) -> None:
    known = house.house.clock() + timedelta(seconds=1)
    await house.set_clock(datetime(2026, 8, 1, 9, tzinfo=UTC))
    await story.reported_and_paid(house)
    july = (await ida.get(f"{AT}.beancount?from=2026-07-01&to=2026-07-20&budget=false")).text
    entries, errors = beancount_entries(july)
    assert errors == []
    assert transactions(entries) == [
        (
            datetime(2026, 7, 20, tzinfo=UTC).date(),
            (
                ("Expenses:Pool:C1:Block:Council", 15_000_00),
                ("Expenses:Pool:C1:Block:Icb", 7_500_00),
                ("Liabilities:Pool:Payable:C1", -22_500_00),
            ),
        )
    ]
    then = (await ida.get(f"{AT}.beancount?known_at={known:%Y-%m-%dT%H:%M:%SZ}")).text
    assert "Payment certified" not in then
    assert "Contribution agreed" in then
    assert (await ida.get(f"{AT}.beancount?known_at=2020-01-01T00:00:00Z")).status_code == 404


async def test_a_stretch_that_ends_before_it_begins_is_none(ida: Caller) -> None:
    for kind in KINDS:
        answer = await ida.get(f"{AT}.{kind}?from=2026-07-02&to=2026-07-01")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert (await ida.get(f"{AT}.{kind}?from=soon")).status_code == 422


async def test_the_files_are_the_partners_alone(house: RunningHouse) -> None:
    for kind in KINDS:
        stranger = house.caller("elsewhere", "p-1", "finance")
        assert (await stranger.get(f"{AT}.{kind}")).status_code == 404
        acorn = house.caller("acorn", "p-9", "provider")
        assert (await acorn.get(f"{AT}.{kind}")).status_code == 403
        assert (await house.nobody().get(f"{AT}.{kind}")).status_code == 401
