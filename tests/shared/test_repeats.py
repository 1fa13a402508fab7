"""The same request again: at once, after a refusal, with another body, under another subject."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Annotated
from uuid import UUID, uuid4

import pytest
from fastapi import APIRouter

from shared.eventsourcing.commands import Command
from shared.eventsourcing.events import Event
from shared.eventsourcing.handle import KeyReused
from shared.http.bodies import Body, Id, Prose
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.testing.houses import RunningHouse, open_house
from tests.shared.counters import COUNTERS, PLAN, Count, Counted
from tests.shared.test_handle import context, count, handler

router = APIRouter()
cited: list[UUID] = []


class Told(Body):
    amount: int
    story: Prose


@router.post("/v1/told/{counter}", status_code=201)
async def tell(
    counter: Id, body: Told, handle: Handling, actor: Annotated[Actor, allowed("needs:write")]
) -> Accepted:
    """Counts with a story."""
    cited.append((await handle.keep_text(actor, "story", body.story)).text)
    return await handle(actor, COUNTERS, counter, Count(amount=body.amount, now=handle.now()))


@pytest.fixture
async def house(service_database: str) -> AsyncGenerator[RunningHouse]:
    cited.clear()
    async with open_house(replace(PLAN, routers=(*PLAN.routers, router)), service_database) as it:
        yield it


@pytest.mark.parametrize("at", [None, 0], ids=["refused by its rules", "refused by If-Match"])
async def test_a_twin_that_would_be_refused_by_now_gets_the_answer_of_the_first(
    at: int | None,
) -> None:
    handle, key = handler(), uuid4()
    first = await handle.handle(COUNTERS, "a", count(900), context("same", key))

    again = await handle.handle(COUNTERS, "a", count(900), context("same", key, at))

    assert again == first


def _count_once(_: Command, total: int) -> list[Event]:
    return [] if total else [Counted(amount=1)]


async def test_a_twin_that_would_change_nothing_by_now_gets_the_answer_of_the_first() -> None:
    once = replace(COUNTERS, decide=_count_once)
    handle, key = handler(), uuid4()
    first = await handle.handle(once, "a", count(1), context("same", key))
    await handle.handle(COUNTERS, "b", count(1), context())

    again = await handle.handle(once, "a", count(1), context("same", key))

    assert again == first
    with pytest.raises(KeyReused):
        await handle.handle(once, "a", count(1), context("other", key))


async def test_a_text_corrected_after_a_refusal_is_the_one_cited(house: RunningHouse) -> None:
    ann = house.caller("council", "ann", "commissioner")
    key = str(uuid4())
    refused = await ann.post("/v1/told/a", {"amount": 1001, "story": "first"}, idempotency_key=key)
    assert refused.status_code == 409
    await ann.done("/v1/told/a", {"amount": 1, "story": "second"}, idempotency_key=key)
    await ann.done("/v1/told/a", {"amount": 1, "story": "second"}, idempotency_key=key)

    texts = [await house.house.texts.get(text) for text in cited]
    assert [text.content for text in texts if text] == [b"first", b"second", b"second"]
    assert len(set(cited)) == 2


async def test_the_kept_fingerprint_of_a_request_confirms_no_text(house: RunningHouse) -> None:
    ann = house.caller("council", "ann", "commissioner")
    for counter in "aa":
        await ann.done(f"/v1/told/{counter}", {"amount": 1, "story": "short"})

    fingerprints = {event.meta.request_hash for event in await house.house.log.read(0, 10)}
    assert len(fingerprints) == 2  # the same request under another key leaves another one


async def test_one_key_at_once_for_two_subjects_is_one_command(house: RunningHouse) -> None:
    ann = house.caller("council", "ann", "commissioner")
    key = str(uuid4())
    answers = await asyncio.gather(
        *(
            ann.post(f"/v1/counters/{counter}/counts", {"amount": 1}, idempotency_key=key)
            for counter in "abababab"
        )
    )
    codes = sorted({response.status_code for response in answers})
    assert codes == [201, 422]
    assert {r.json()["code"] for r in answers if r.status_code == 422} == {"idempotency-key-reused"}
    assert (await house.house.log.head()).position == 2
