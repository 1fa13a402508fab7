"""Many returns through one door: each is judged by itself, and repeating changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from msgspec.structs import replace

from services.monitoring.returns import submission
from services.monitoring.returns.bulk import AT_ONCE, MOST_ITEMS, sent_items
from shared.eventsourcing.commands import Invalid
from shared.http.handling import Handle
from shared.published.contracts import ContractSigned
from shared.testing.houses import RunningHouse
from tests.monitoring.agreed import Q1, TERMS, body
from tests.monitoring.door import AFTER_Q1, People, published, signed_house

AT = "/v1/returns/bulk"


async def signed(house: RunningHouse, contract: str, provider: str = "acorn") -> None:
    event = ContractSigned(
        contract=contract, terms=replace(TERMS, provider=provider), signed_by="chris",
        effective_on=date(2026, 3, 2),
    )  # fmt: skip
    await house.hear("contracts", f"contract/{contract}", event)


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    """Acorn provides c1, c2 and c3; Beech provides b1."""
    async with signed_house(service_database) as running:
        for contract in ("c2", "c3"):
            await signed(running, contract)
        await signed(running, "b1", "beech")
        await running.set_clock(AFTER_Q1)
        yield running


@pytest.fixture
def people(house: RunningHouse) -> People:
    return People(house)


def item(contract: str, **changes: Any) -> dict[str, Any]:
    return {"contract": contract, "period": Q1} | body(**changes)


def many(*items: dict[str, Any]) -> dict[str, Any]:
    return {"items": list(items)}


def outcomes(answer: dict[str, Any]) -> list[str]:
    """Each item's problem, or `taken`."""
    return [one["refused"]["code"] if one["refused"] else "taken" for one in answer["items"]]


async def status_of(people: People, contract: str, position: str) -> str:
    shown = await people.mo.get(f"/v1/returns/{contract}/{Q1}", log_position=position)
    return shown.json()["status"]


async def test_many_returns_are_handed_in_at_once(house: RunningHouse, people: People) -> None:
    answer = await people.ann.post(AT, many(*(item(c) for c in ("c1", "c2", "c3"))))
    assert answer.status_code == 200
    told = answer.json()
    assert (told["taken"], told["refused"]) == (3, 0)
    assert [one["index"] for one in told["items"]] == [0, 1, 2]
    assert [one["taken"]["id"] for one in told["items"]] == [f"c{n}:{Q1}" for n in (1, 2, 3)]
    assert {one["taken"]["return_version"] for one in told["items"]} == {1}
    assert len({one["taken"]["receipt"] for one in told["items"]}) == 3
    assert {one["taken"]["created"] for one in told["items"]} == {11}
    head = await house.house.log.head()
    reached = f"monitoring={head.position}/{head.publication}"
    assert answer.headers["Log-Position"] == reached
    assert [await status_of(people, c, reached) for c in ("c1", "c2", "c3")] == ["submitted"] * 3


async def test_a_bad_return_spoils_no_other_and_is_told_where_it_is_wrong(
    house: RunningHouse, people: People
) -> None:
    wrong = item("c2", budget=[])
    wrong["readings"][4]["numerator"] = "40"
    misshapen = item("c3", surprise=1)
    sent = many(item("c1"), wrong, misshapen, item("c9"), item("b1"))
    told = (await people.ann.post(AT, sent)).json()
    assert outcomes(told) == ["taken", "return-has-errors", "invalid", "not-found", "not-found"]
    assert [one["pointer"] for one in told["items"][1]["refused"]["errors"]] == [
        "/body/items/1/readings/4/numerator",
        "/body/items/1/readings/4/value",
        "/body/items/1/budget/Block",
    ]
    assert told["items"][2]["refused"]["errors"][0]["pointer"] == "/body/items/2/surprise"
    assert told["items"][1]["refused"]["status"] == 422
    assert (await published(house)).count("return-submitted") == 1
    # The return, its story, its declaration; of what was refused no text is left.
    assert await house.house.pool.fetchval("select count(*) from kept.texts") == 3


async def test_the_rules_are_those_of_a_single_return(people: People) -> None:
    await people.ann.put(f"/v1/returns/c1/{Q1}", body())
    await people.mo.done(f"/v1/returns/c1/{Q1}/acceptance", {"version": 1})
    early = item("c2") | {"period": "2026-27-Q2"}
    single = (await people.ann.put("/v1/returns/c2/2026-27-Q2", body())).json()
    told = (await people.ann.post(AT, many(item("c1"), early))).json()
    assert outcomes(told) == ["return-accepted", "period-not-over"]
    assert told["items"][1]["refused"] == single


async def test_a_partner_who_is_not_the_provider_may_not_report(people: People) -> None:
    told = (await people.ian.post(AT, many(item("c1")))).json()
    assert told["code"] == "not-permitted"
    told = (await people.other_provider.post(AT, many(item("c1"), item("b1")))).json()
    assert outcomes(told) == ["not-found", "taken"]


async def test_the_same_request_twice_is_answered_alike_and_happens_once(
    house: RunningHouse, people: People
) -> None:
    key, sent = str(uuid4()), many(item("c1"), item("c2", complaints=-1), item("c3"))
    first = await people.ann.post(AT, sent, idempotency_key=key)
    await people.mo.done(f"/v1/returns/c1/{Q1}/acceptance", {"version": 1})
    again = await people.ann.post(AT, sent, idempotency_key=key)
    assert first.json() == again.json()
    assert outcomes(again.json()) == ["taken", "invalid", "taken"]
    assert (await published(house)).count("return-submitted") == 2


async def test_another_request_under_the_key_is_refused_whole(
    house: RunningHouse, people: People
) -> None:
    key = str(uuid4())
    await people.ann.post(AT, many(item("c9"), item("c8"), item("c1")), idempotency_key=key)
    before = await house.house.log.head()
    other = await people.ann.post(AT, many(item("c2")), idempotency_key=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert await house.house.log.head() == before


async def test_after_nothing_was_taken_the_corrected_request_may_use_the_key(
    people: People,
) -> None:
    key = str(uuid4())
    await people.ann.post(AT, many(item("c1", budget=[])), idempotency_key=key)
    told = (await people.ann.post(AT, many(item("c1")), idempotency_key=key)).json()
    assert outcomes(told) == ["taken"]


async def test_a_request_that_broke_off_is_finished_by_sending_it_again(
    house: RunningHouse, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, sent = str(uuid4()), many(item("c1"), item("c2"), item("c3"))
    keep = Handle.keep_text

    async def breaks(self: Handle, *args: Any) -> Any:
        if self.command_id(args[0]) == third:
            raise ConnectionResetError
        return await keep(self, *args)

    probe: list[Any] = []
    seen = submission.hand_in

    async def watched(
        request: Any, handle: Handle, actor: Any, asked: Any, *, dry_run: bool
    ) -> Any:
        probe.append((asked.contract, handle.command_id(actor)))
        return await seen(request, handle, actor, asked, dry_run=dry_run)

    monkeypatch.setattr("services.monitoring.returns.bulk.hand_in", watched)
    await people.ann.post(f"{AT}?dry_run=true", sent, idempotency_key=key)
    third = dict(probe)["c3"]
    monkeypatch.setattr(Handle, "keep_text", breaks)
    broken = await people.ann.post(AT, sent, idempotency_key=key)
    assert broken.status_code == 503
    monkeypatch.setattr(Handle, "keep_text", keep)
    told = (await people.ann.post(AT, sent, idempotency_key=key)).json()
    assert outcomes(told) == ["taken"] * 3
    await house.settle()
    assert (await published(house)).count("return-submitted") == 3


async def test_a_dry_run_judges_every_return_and_writes_nothing(
    house: RunningHouse, people: People
) -> None:
    before = await house.house.log.head()
    sent = many(item("c1"), item("c2", budget=[]), item("b1"))
    told = (await people.ann.post(f"{AT}?dry_run=true", sent)).json()
    assert outcomes(told) == ["taken", "taken", "not-found"]
    assert (told["taken"], told["refused"]) == (1, 2)
    assert [one["taken"]["created"] for one in told["items"][:2]] == [11, 0]
    [problem] = told["items"][1]["taken"]["problems"]
    assert (problem["code"], problem["pointer"]) == ("budget-missing", "/body/items/1/budget/Block")
    assert await house.house.log.head() == before
    assert await house.house.pool.fetchval("select count(*) from kept.texts") == 0


async def test_two_versions_of_one_return_keep_their_order(people: People) -> None:
    told = (await people.ann.post(AT, many(item("c1"), item("c1", seen=40)))).json()
    assert [one["taken"]["return_version"] for one in told["items"]] == [1, 2]
    assert told["items"][1]["taken"]["updated"] == 3


async def test_a_request_has_its_limits(people: People) -> None:
    nothing = await people.ann.post(AT, many())
    assert (nothing.status_code, nothing.json()["errors"][0]["pointer"]) == (422, "/body/items")
    tiny: list[dict[str, Any]] = [{}] * (MOST_ITEMS + 1)
    too_many = await people.ann.post(AT, many(*tiny))
    assert (too_many.status_code, too_many.json()["code"]) == (422, "invalid")
    shapeless = (await people.ann.post(AT, many(*tiny[:MOST_ITEMS]))).json()
    assert (shapeless["taken"], shapeless["refused"]) == (0, MOST_ITEMS)
    versioned = await people.ann.post(AT, many(item("c1")), if_match='"1"')
    assert versioned.json()["errors"][0]["pointer"] == "/header/If-Match"


async def test_more_returns_than_are_handled_at_once_are_all_answered(people: People) -> None:
    sent = [item(f"x{n}") for n in range(AT_ONCE * 2)]
    told = (await people.ann.post(AT, many(*sent))).json()
    assert outcomes(told) == ["not-found"] * len(sent)


def test_a_receipt_is_of_the_bytes_that_came() -> None:
    assert sent_items(b'{"items": [{"a":  1}, {"b" :2} ]}') == [b'{"a":  1}', b'{"b" :2}']
    with pytest.raises(Invalid):
        sent_items(b'{"items": [NaN]}')
