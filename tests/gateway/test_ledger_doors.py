"""A pooled fund through its doors: the position, the journal, the balances, to whom they show."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.ledgers.agreements import FUND_AGREEMENTS
from services.gateway.ledgers.position import position
from services.gateway.ledgers.statements import balances, judged, trial_balance
from services.gateway.ledgers.tables import as_csv, cell
from services.gateway.ledgers.transactions import PostingLine
from shared.eventsourcing.rebuild import rebuild
from shared.published.contracts import RiskShareAgreed
from shared.testing.houses import Caller, RunningHouse
from shared.values.closing import Agreement
from tests.gateway import story

AT = "/v1/ledgers/f1"


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with story.open_gateway(service_database) as running:
        yield running


@pytest.fixture
def ida(house: RunningHouse) -> Caller:
    return house.caller("icb", "p-4", "finance")


# -- rules


def line(account: str, pence: int, transaction: int = 0) -> PostingLine:
    return PostingLine(
        fund="f1", year="2026/27", effective_on=date(2026, 4, 1), account=account,
        amount_pence=pence, code="payment-made", event_id=UUID(int=7), transaction=transaction,
    )  # fmt: skip


AGREED = [
    line("Equity:Budget:Authority:council", 100, 2),
    line("Equity:Budget:Available", -100, 2),
]


def identity(
    lines: list[PostingLine],
    name: str,
    *,
    closed: bool = False,
    kept: dict[str, int] | None = None,
) -> bool | None:
    agreement = Agreement(partners=("council", "icb"), attribution_weights=(1, 1))
    stands = position(agreement, "2026/27", lines)
    found = {one.name: one.holds for one in judged(lines, stands, closed=closed, kept=kept)}
    return next(holds for said, holds in found.items() if name in said)


def test_an_identity_that_is_broken_says_so() -> None:
    whole = [line("Assets:Pool:Bank", 5), line("Liabilities:Pool:Payable:c1", -5)]
    assert identity(whole, "both halves") is True
    assert identity([*whole, line("Assets:Pool:Bank", 1, 1)], "both halves") is False
    # The halves are judged apart: what is short in one is not made good by the other.
    crossed = [line("Assets:Pool:Bank", 5), line("Equity:Budget:Available", -5)]
    assert identity(crossed, "both halves") is False
    assert identity([line("Equity:Budget:Consumed:c1", -5)], "consumed is what is spent") is False
    over = [*AGREED, line("Equity:Budget:Commitment:c1", 5)]
    assert identity(over, "promised") is False
    assert identity(whole, "balances kept", kept=balances(whole)) is True
    assert identity(whole, "balances kept", kept={"Assets:Pool:Bank": 4}) is False


def test_what_only_a_close_decides_is_not_judged_before() -> None:
    off = [line("Equity:Budget:Available", -5)]
    assert identity(off, "available at the close") is None
    assert identity(off, "available at the close", closed=True) is False


@given(st.lists(st.integers(-(10**9), 10**9), max_size=20))
def test_a_trial_balance_of_balanced_lines_balances(amounts: list[int]) -> None:
    lines = [line(f"Assets:{n % 3}", pence) for n, pence in enumerate(amounts)]
    lines.append(line("Liabilities:Other", -sum(amounts)))
    found = trial_balance(lines)
    assert found.debit_pence == found.credit_pence
    assert all(min(row.debit_pence, row.credit_pence) == 0 for row in found.accounts)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_text_is_never_a_formula(start: str) -> None:
    assert cell(f"{start}1+1") == f"'{start}1+1"


def test_numbers_stay_numbers_and_commas_stay_inside() -> None:
    assert cell(-500) == "-500"
    rows = list(csv.reader(StringIO(as_csv(["a", "b"], [['x, "y"', -1]]))))
    assert rows == [["a", "b"], ['x, "y"', "-1"]]


# -- through the door


async def test_where_a_fund_stands(house: RunningHouse, ida: Caller) -> None:
    await story.reported_and_paid(house)
    content = (await ida.get(f"{AT}?year=2026-27")).json()

    assert (content["name"], content["host"], content["year"]) == (
        "Alder pool",
        "council",
        "2026/27",
    )
    figures = {name: content[f"{name}_pence"] for name in (
        "budget", "actual", "accrued", "committed", "available", "forecast_outturn", "variance",
    )}  # fmt: skip
    assert figures == {
        "budget": 120_000_00, "actual": 22_500_00, "accrued": 0, "committed": 77_500_00,
        "available": 20_000_00, "forecast_outturn": 100_000_00, "variance": -20_000_00,
    }  # fmt: skip
    assert content["mine"]["partner"] == "icb"
    assert content["mine"]["spend_pence"] == 7_500_00
    assert [one["title"] for one in content["contracts"]] == ["Counselling", "Counselling"]
    assert content["contracts"][0]["withheld_pence"] == 500_00
    listed = (await ida.get("/v1/ledgers")).json()["items"]
    assert [(one["fund"], one["variance_pence"]) for one in listed] == [("f1", -20_000_00)]


async def test_to_a_day_and_as_known(house: RunningHouse, ida: Caller) -> None:
    known = house.house.clock() + timedelta(seconds=1)
    await house.set_clock(datetime(2026, 8, 1, 9, tzinfo=UTC))
    await story.reported_and_paid(house)
    less = RiskShareAgreed(
        fund="f1", year="2026/27", overspend_weights=(1, 3), carry_forward_limit_basis_points=0,
        effective_on=date(2026, 8, 1),
    )  # fmt: skip
    await house.hear("contracts", "fund/f1:2026-27", less)

    june = (await ida.get(f"{AT}?as_of=2026-06-30")).json()
    assert (june["actual_pence"], june["committed_pence"]) == (0, 100_000_00)
    then = (await ida.get(f"{AT}?known_at={known:%Y-%m-%dT%H:%M:%SZ}")).json()
    assert then["actual_pence"] == 0
    now = (await ida.get(AT)).json()
    assert now["actual_pence"] == 22_500_00
    # The limit on what is carried forward was agreed away: then some was kept, now all goes back.
    assert then["mine"]["would_carry_forward_pence"] > 0
    assert now["mine"]["would_carry_forward_pence"] == 0
    assert (await ida.get(f"{AT}?known_at=2020-01-01T00:00:00Z")).status_code == 404
    assert (await ida.get(f"{AT}?year=2031-32")).status_code == 404
    assert (await ida.get(f"{AT}?year=soon")).status_code == 422


async def test_the_journal_comes_in_pages_and_as_a_table(house: RunningHouse, ida: Caller) -> None:
    await story.reported_and_paid(house)
    paged: list[dict[str, Any]] = []
    after = ""
    while True:
        page = (await ida.get(f"{AT}/journal?limit=7&after={after}")).json()
        paged += page["items"]
        if page["next"] is None:
            break
        after = page["next"]
    assert [one["number"] for one in paged] == list(range(1, len(paged) + 1))
    assert sum(one["amount_pence"] for one in paged) == 0

    table = await ida.get(f"{AT}/journal", accept="text/csv")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="f1-2026-27.csv"' in table.headers["content-disposition"]
    rows = list(csv.DictReader(StringIO(table.text)))
    assert [int(row["amount_pence"]) for row in rows] == [one["amount_pence"] for one in paged]
    assert {row["account"] for row in rows} == {one["account"] for one in paged}
    broken = await ida.get(f"{AT}/journal?after=last")
    assert (broken.status_code, broken.json()["code"]) == (422, "invalid")


async def test_the_books_balance_and_say_so(house: RunningHouse, ida: Caller) -> None:
    await story.reported_and_paid(house)
    trial = (await ida.get(f"{AT}/trial-balance")).json()
    assert trial["debit_pence"] == trial["credit_pence"] > 0
    assert trial["budget_debit_pence"] == trial["budget_credit_pence"] > 0
    named = {row["account"]: row["credit_pence"] for row in trial["accounts"]}
    assert named["Liabilities:Pool:Withheld:c1"] == 500_00
    assert "Liabilities:Pool:Payable:c1" not in named

    found = (await ida.get(f"{AT}/identities")).json()["identities"]
    assert len(found) == 8
    assert all(one["holds"] is not False for one in found)
    assert sum(one["holds"] is True for one in found) == 6
    cut = (await ida.get(f"{AT}/identities?as_of=2026-06-30")).json()["identities"]
    assert sum(one["holds"] is True for one in cut) == 5


async def test_the_books_are_the_partners_alone(house: RunningHouse) -> None:
    parts = ("", "/journal", "/trial-balance", "/identities", "/what-if")
    for part in parts:
        stranger = house.caller("elsewhere", "p-1", "finance")
        assert (await stranger.get(f"{AT}{part}")).status_code == 404, part
        assert (await stranger.get(f"/v1/ledgers/f9{part}")).status_code == 404, part
        acorn = house.caller("acorn", "p-9", "provider")
        assert (await acorn.get(f"{AT}{part}")).status_code == 403, part
        assert (await house.nobody().get(f"{AT}{part}")).status_code == 401, part
        auditor = house.caller("council", "p-1", "auditor")
        assert (await auditor.get(f"{AT}{part}")).status_code == 200, part
    stranger = house.caller("elsewhere", "p-1", "finance")
    assert (await stranger.get("/v1/ledgers")).json()["items"] == []


async def test_agreements_are_the_same_when_made_again(house: RunningHouse) -> None:
    store = house.house.stores[FUND_AGREEMENTS.name]
    before = await store.contents()
    assert before["rows"]
    assert [len(rows) for rows in before.values()] == [1, 3]  # the row, and each version of it
    await rebuild(store, house.house.pool, house.house.sources["contracts"])
    assert await store.contents() == before


async def test_the_overview_says_how_our_funds_stand(house: RunningHouse, ida: Caller) -> None:
    funds = (await ida.get("/v1/overview")).json()["funds"]
    assert [(one["fund"], one["mine"]["partner"]) for one in funds] == [("f1", "icb")]
    acorn = (await house.caller("acorn", "p-9", "provider").get("/v1/overview")).json()
    assert acorn["funds"] is None


async def test_what_if_is_answered_and_nothing_is_kept_of_it(
    house: RunningHouse, ida: Caller
) -> None:
    await story.reported_and_paid(house)
    before = (await ida.get(AT)).json()
    asked = "ended=c1@2026-12-31&contribution=council:-3000000&as_of=2026-09-30"
    answer = await ida.get(f"{AT}/what-if?year=2026-27&{asked}")
    assert answer.status_code == 200, answer.text
    content = answer.json()
    now, then = content["now"], content["then"]
    assert then["budget_pence"] == now["budget_pence"] - 30_000_00
    released = next(c for c in now["contracts"] if c["contract"] == "c1")["committed_pence"]
    assert now["committed_pence"] - then["committed_pence"] == released * 90 // 182
    for one in content["partners"]:
        assert one["change_pence"] == one["would_owe_pence"] - one["owes_now_pence"]
    assert sum(one["would_owe_pence"] for one in content["partners"]) == then["variance_pence"]
    assert content["forecasts"][0]["method"] == now["forecast_method"]
    assert (await ida.get(AT)).json() == before


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("ended=nothing@2026-12-31", "unknown-in-year"),
        ("ended=c1@2026-13-31", "invalid"),
        ("ended=c1", "invalid"),
        ("contribution=council:-99999999999", "below-nothing"),
        ("contribution=council:much", "invalid"),
        ("contribution=council:999999999999999", "invalid"),
        ("volume=c1:1000", "not-paid-by-volume"),
    ],
)
async def test_what_cannot_be_asked_is_said_so(
    house: RunningHouse, ida: Caller, asked: str, code: str
) -> None:
    await story.reported_and_paid(house)
    answer = await ida.get(f"{AT}/what-if?{asked}")
    assert (answer.status_code, answer.json()["code"]) == (422, code)
