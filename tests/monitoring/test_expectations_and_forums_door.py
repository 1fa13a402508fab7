"""The commissioner measured by its providers, and the provider forum, through their doors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.monitoring.expectations.views import ExpectationRow, clarity
from shared.published.contracts import ContractSigned, ContractTerminated
from shared.testing.houses import Caller, RunningHouse
from tests.monitoring.agreed import Q1, TERMS, body
from tests.monitoring.door import AFTER_Q1, People, published, signed_house

AT = "/v1/expectations"
FORUM = "/v1/forums/p1"


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with signed_house(service_database) as running:
        yield running


@pytest.fixture
def people(house: RunningHouse) -> People:
    return People(house)


def score(given: int, year: str = "2026/27") -> dict[str, object]:
    return {"year": year, "score": given}


def row(provider: str, given: int, contract: str = "c") -> ExpectationRow:
    return ExpectationRow(
        contract=f"{contract}-{provider}", partnership="p1", provider=provider,
        commissioner="council", year="2026/27", score=given,
    )  # fmt: skip


# -- what is said of a commissioner


def test_fewer_than_three_providers_say_nothing_however_many_contracts_they_have() -> None:
    twice = [row("acorn", 1), row("acorn", 2, "d"), row("beech", 5), row("beech", 5, "d")]
    assert clarity(twice) is None
    assert clarity([*twice, row("cedar", 4)]) == Decimal("3.5")


@given(st.lists(st.integers(1, 5), min_size=3, max_size=40))
def test_a_mean_is_to_the_half_and_within_the_scores(scores: Sequence[int]) -> None:
    found = clarity([row(f"p{n}", one) for n, one in enumerate(scores)])
    assert found is not None
    assert (2 * found) % 1 == 0
    assert min(scores) <= found <= max(scores)


async def test_what_both_sides_owe_stands_side_by_side(house: RunningHouse, people: People) -> None:
    await house.set_clock(AFTER_Q1)
    taken = await people.ann.put(f"/v1/returns/c1/{Q1}", body(Q1))
    assert taken.is_success
    await house.set_clock(datetime(2026, 7, 7, 9, tzinfo=UTC))
    await people.mo.done(f"/v1/returns/c1/{Q1}/acceptance", {"version": 1})
    await people.ann.done(f"{AT}/c1/clarity", score(4) | {"text": "Mostly."})
    await house.settle()
    for who in (people.ann, people.ian):
        shown = (await who.get(AT)).json()
        (council,) = shown["commissioners"]
        assert (council["commissioner"], council["answer_working_days"]) == ("council", 3.0)
        assert council["clarity"] is None
        (acorn,) = shown["providers"]
        assert (acorn["provider"], acorn["timeliness_basis_points"]) == ("acorn", 10_000)
    mine = (await people.ann.get(AT)).json()["mine"]
    assert mine == [{"contract": "c1", "year": "2026/27", "score": 4, "text": "Mostly."}]
    for who in (people.mo, people.ian, people.other_provider):
        answer = await who.get(AT)
        assert answer.json()["mine"] == []
        assert "Mostly" not in answer.text
    assert "clarity-rated" not in await published(house)


async def test_three_providers_give_a_mean_and_the_last_score_of_each_counts(
    house: RunningHouse, people: People
) -> None:
    callers: dict[str, Caller] = {"acorn": people.ann, "beech": people.other_provider}
    callers["cedar"] = house.caller("cedar", "cia", "provider")
    for contract, provider in (("c2", "beech"), ("c3", "cedar")):
        signed = ContractSigned(
            contract=contract, terms=replace(TERMS, provider=provider), signed_by="chris",
            effective_on=date(2026, 3, 2),
        )  # fmt: skip
        await house.hear("contracts", f"contract/{contract}", signed)
    await house.set_clock(AFTER_Q1)
    for contract, provider, said in (("c1", "acorn", 1), ("c2", "beech", 4), ("c3", "cedar", 3)):
        await callers[provider].done(f"{AT}/{contract}/clarity", score(said))
        await house.settle()
    await people.ann.done(f"{AT}/c1/clarity", score(5))
    await house.settle()
    (council,) = (await people.mo.get(AT)).json()["commissioners"]
    assert council["clarity"] == "4"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (score(4, "2025/26"), "year-not-served"),
        (score(4, "2027/28"), "year-not-served"),
        (score(4, "2026/29"), "year-not-served"),
        (score(0), "invalid"),
        (score(6), "invalid"),
    ],
)
async def test_a_score_out_of_range_or_season_writes_nothing(
    house: RunningHouse, people: People, said: dict[str, object], code: str
) -> None:
    await house.set_clock(AFTER_Q1)
    before = await house.house.log.head()
    refused = await people.ann.post(f"{AT}/c1/clarity", said)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert await house.house.log.head() == before


async def test_only_the_provider_scores_and_nobody_itself(
    house: RunningHouse, people: People
) -> None:
    own = ContractSigned(
        contract="c5", terms=replace(TERMS, provider="council"), signed_by="chris",
        effective_on=date(2026, 3, 2),
    )  # fmt: skip
    await house.hear("contracts", "contract/c5", own)
    await house.set_clock(AFTER_Q1)
    inside = house.caller("council", "ina", "provider")
    refused = await inside.post(f"{AT}/c5/clarity", score(5))
    assert (refused.status_code, refused.json()["code"]) == (403, "own-commissioner")
    assert (await people.mo.post(f"{AT}/c1/clarity", score(5))).status_code == 403
    assert (await people.other_provider.post(f"{AT}/c1/clarity", score(5))).status_code == 404


# -- the provider forum


async def test_the_board_instructs_providers_raise_partners_answer_the_forum_reports(
    house: RunningHouse, people: People
) -> None:
    secretary = house.caller("council", "sec", "board-secretary")
    await secretary.done(f"{FORUM}/instructions", {"text": "Say what waits.", "meeting": "m1"})
    await people.ann.done(f"{FORUM}/issues", {"text": "Referrals come late."})
    await house.settle()
    said = (await people.ian.get(FORUM)).json()["said"]
    assert [(one["kind"], one["text"]) for one in said] == [
        ("instruction", "Say what waits."), ("issue", "Referrals come late."),
    ]  # fmt: skip
    instruction, issue = said[0]["id"], said[1]["id"]
    answer = f"{FORUM}/issues/{issue}/answer"
    assert (await people.ann.post(answer, {"text": "Yes."})).status_code == 403
    await people.ian.done(answer, {"text": "From May within two days."})
    again = await people.mo.post(answer, {"text": "Again."})
    assert (again.status_code, again.json()["code"]) == (409, "issue-answered")
    none = await people.mo.post(f"{FORUM}/issues/none/answer", {"text": "What?"})
    assert none.json()["code"] == "unknown-issue"
    report = {"text": "Forty wait.", "instruction": instruction}
    await people.ann.done(f"{FORUM}/reports", report)
    twice = await people.ann.post(f"{FORUM}/reports", report)
    assert twice.json()["code"] == "instruction-reported"
    wrong = await people.ann.post(f"{FORUM}/reports", report | {"instruction": "none"})
    assert wrong.json()["code"] == "unknown-instruction"
    assert (await published(house))[-1] == "forum-reported"


async def test_a_forum_is_for_partners_and_providers_of_live_contracts(
    house: RunningHouse, people: People
) -> None:
    issue = {"text": "Hello."}
    for outside in (people.stranger, people.other_provider):
        assert (await outside.get(FORUM)).status_code == 404
        assert (await outside.get("/v1/forums")).json() == []
    assert (await people.other_provider.post(f"{FORUM}/issues", issue)).status_code == 404
    assert (await people.mo.post(f"{FORUM}/issues", issue)).status_code == 403
    assert (await people.ann.post(f"{FORUM}/instructions", issue)).status_code == 403
    assert (await people.ann.get("/v1/forums")).json() == [{"partnership": "p1", "name": "Alder"}]
    ended = ContractTerminated(
        contract="c1", fund="f1", clause="20.1", impact_assessment="i1", terminated_by="chris",
        effective_on=date(2026, 3, 31),
    )  # fmt: skip
    await house.hear("contracts", "contract/c1", ended)
    assert (await people.ann.get(FORUM)).status_code == 404
