"""A text once erased is gone for good: for every reader, after a restore, after a crash between."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from uuid import uuid4

import pytest

from shared.testing.houses import RunningHouse, open_house
from shared.testing.scenarios import Scenario
from shared.texts.erasing import TEXTS, EraseText, TextErased
from tests.shared.counters import PLAN
from tests.shared.hearing import NOW
from tests.shared.test_repeats import cited, router

TELLING = replace(PLAN, routers=(*PLAN.routers, router))
ASKED = {"ground": "asked-by-the-person"}
erase = EraseText(ground="entered-by-mistake", erased_by="p-1", now=NOW)
erased = TextErased(ground="entered-by-mistake", erased_by="p-1", erased_at=NOW)


@pytest.fixture
async def house(service_database: str) -> AsyncGenerator[RunningHouse]:
    cited.clear()
    async with open_house(TELLING, service_database) as running:
        ann = running.caller("council", "ann", "commissioner")
        await ann.done("/v1/told/a", {"amount": 1, "story": "a name"})
        yield running


def test_erasing_is_a_fact_and_happens_once() -> None:
    Scenario(TEXTS).when(erase).then(erased)
    Scenario(TEXTS, erased).when(erase).then_nothing()


async def test_the_owner_erases_and_the_log_says_who_and_why(house: RunningHouse) -> None:
    ann = house.caller("council", "ann", "commissioner")
    done = await ann.done(f"/v1/counting-texts/{cited[0]}/erasure", ASKED)
    assert done == {"id": str(cited[0]), "version": 1}

    text = await house.house.texts.get(cited[0])
    assert text is not None
    assert (text.content, text.erased_at is not None) == (None, True)
    salt = await house.house.pool.fetchval("select salt from kept.texts")
    assert salt == b""
    [event] = await house.house.log.read_stream(f"text/{cited[0]}")
    assert b"asked-by-the-person" in event.body
    assert event.publication is None
    await ann.done(f"/v1/counting-texts/{cited[0]}/erasure", ASKED)
    assert len(await house.house.log.read_stream(f"text/{cited[0]}")) == 1


async def test_nobody_else_erases(house: RunningHouse) -> None:
    address = f"/v1/counting-texts/{cited[0]}/erasure"
    stranger = house.caller("icb", "ben", "commissioner")
    assert (await stranger.post(address, ASKED)).status_code == 404
    voter = house.caller("council", "ann", "board-member")
    assert (await voter.post(address, ASKED)).status_code == 403
    ann = house.caller("council", "ann", "commissioner")
    for text in (uuid4(), "none"):
        assert (await ann.post(f"/v1/counting-texts/{text}/erasure", ASKED)).status_code == 404
    assert (await ann.post(address, {"ground": "a name"})).status_code == 422
    kept = await house.house.texts.get(cited[0])
    assert kept is not None
    assert kept.content == b"a name"


async def test_a_text_restored_from_an_older_copy_is_erased_again(
    house: RunningHouse, service_database: str
) -> None:
    ann = house.caller("council", "ann", "commissioner")
    await ann.done("/v1/told/b", {"amount": 1, "story": "stays"})
    await house.house.pool.execute("create table views.copy as select * from kept.texts")
    await ann.done(f"/v1/counting-texts/{cited[0]}/erasure", ASKED)
    await house.house.pool.execute("delete from kept.texts")
    await house.house.pool.execute("insert into kept.texts select * from views.copy")

    async with open_house(TELLING, service_database, at=None) as again:
        texts = [await again.house.texts.get(text) for text in cited]
        assert [text.content for text in texts if text] == [None, b"stays"]
