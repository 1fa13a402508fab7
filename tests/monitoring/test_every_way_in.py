"""Form, JSON, CSV, spreadsheet, bulk: one list of right and wrong returns, and the same codes."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from openpyxl import Workbook

from services.gateway.pages.return_forms import body_of, form_of
from services.gateway.pages.return_versions import typed_of
from services.monitoring.returns.files import COLUMNS as PARTS
from services.monitoring.returns.template import template_id
from shared.testing.houses import Caller, RunningHouse
from tests.monitoring.agreed import Q1, TERMS, body
from tests.monitoring.door import AFTER_Q1, AT, People, signed_house
from tests.monitoring.test_files_of_many import as_table, as_workbook, rows_of
from tests.monitoring.test_return_files import send

Content = dict[str, Any]


def reading(n: int, **changes: Any) -> Content:
    """The right return with one reading changed."""
    made = body()
    made["readings"][n] = made["readings"][n] | changes
    return made


def without(part: str, n: int) -> Content:
    made = body()
    del made[part][n]
    return made


def unknown(count: int) -> Content:
    group = {"measure": "seen", "breakdown": "sex"}
    return body(breakdowns=[
        group | {"group": "female", "count": 33 - count},
        group | {"group": "unknown", "count": count},
    ])  # fmt: skip


GAP = {"value": None, "status": "missing"}
EXPLAINED = [{"rule": "missing-without-reason", "measure": "seen", "text": "The office moved."}]
CASES: list[tuple[str, Content, set[str]]] = [
    ("right", body(), set()),
    ("explained", reading(0, **GAP) | {"explanations": EXPLAINED}, set()),
    ("type", reading(1, value="many"), {"decimal-parsing"}),
    ("range", reading(0, value="-1"), {"value-out-of-range"}),
    ("share", reading(4, value="101"), {"value-out-of-range", "percentage-does-not-follow"}),
    ("above", reading(4, numerator="33"),
     {"numerator-above-denominator", "percentage-does-not-follow"}),
    ("parts", reading(4, numerator=None), {"parts-missing"}),
    ("missing", without("readings", 0), {"value-missing"}),
    ("adding up", without("breakdowns", 0), {"breakdown-does-not-add-up"}),
    ("breakdown", body(breakdowns=[]), {"breakdown-missing"}),
    ("budget", body(budget=[]), {"budget-missing"}),
    ("status", reading(0, status="missing"), {"status-wrong"}),
    ("no reason", reading(0, **GAP), {"missing-without-reason"}),
    ("unknown", unknown(9), {"mostly-unknown"}),
    ("months", body(seen=33) | {"readings": reading(0, value="9")["readings"]},
     {"months-do-not-add-up"}),
]  # fmt: skip
BY_HAND: list[tuple[str, Content, set[str]]] = [
    ("twice", body() | {"readings": [*body()["readings"], body()["readings"][0]]},
     {"duplicate-key"}),
    ("measure", reading(0, measure="other"), {"measure-unknown", "value-missing"}),
    ("period", reading(0, period="2026-27-M07"), {"period-wrong", "value-missing"}),
]  # fmt: skip
"""What no form lets anybody say; every other way in does."""


def one_table(content: Content) -> bytes:
    """A return's own CSV: the file of many without the columns that say whose it is."""
    lines = as_table(rows_of("c1", content)).decode().splitlines()
    return "\n".join(line.split(",", 2)[2] for line in lines).encode()


def one_workbook(content: Content) -> bytes:
    book = Workbook()
    rows = rows_of("c1", content)
    for part, columns in PARTS.items():
        sheet = book.create_sheet(part)
        sheet.append(columns)
        for row in rows:
            if row["part"] == part:
                sheet.append([row.get(name) or None for name in columns])
    book.create_sheet("template")["A1"] = template_id("c1", TERMS, Q1)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def codes_of(answer: Any) -> set[str]:
    told: Content = answer.json()
    found: list[Content] = told.get("problems") or told.get("errors") or []
    return {one["code"] for one in found}


async def by_json(_: RunningHouse, who: Caller, content: Content) -> set[str]:
    return codes_of(await who.put(f"{AT}?dry_run=true", content))


async def by_form(house: RunningHouse, who: Caller, content: Content) -> set[str]:
    form = form_of(msgspec.to_builtins(TERMS), Q1)
    return await by_json(house, who, body_of(form, typed_of(form, content)).content)


async def by_csv(_: RunningHouse, who: Caller, content: Content) -> set[str]:
    return codes_of(await send(who, f"{AT}/file?dry_run=true", "q1.csv", one_table(content)))


async def by_workbook(_: RunningHouse, who: Caller, content: Content) -> set[str]:
    return codes_of(await send(who, f"{AT}/file?dry_run=true", "q1.xlsx", one_workbook(content)))


async def by_bulk(_: RunningHouse, who: Caller, content: Content) -> set[str]:
    item = {"contract": "c1", "period": Q1} | content
    (told,) = (await who.post("/v1/returns/bulk?dry_run=true", {"items": [item]})).json()["items"]
    found: list[Content] = (
        told["refused"]["errors"] if told["refused"] else told["taken"]["problems"]
    )
    return {one["code"] for one in found}


async def by_file(house: RunningHouse, who: Caller, content: bytes) -> set[str]:
    headers = {"Idempotency-Key": str(uuid4())}
    at = "/v1/returns/files"
    begun = await who.send_raw("POST", f"{at}?dry_run=true", content, headers)
    await asyncio.gather(*getattr(house.app.state, "filing", ()))
    told = (await who.get(f"{at}/{begun.json()['file']}")).json()
    return {one["code"] for one in told["problems"]}


async def by_table_of_many(house: RunningHouse, who: Caller, content: Content) -> set[str]:
    return await by_file(house, who, as_table(rows_of("c1", content)))


async def by_workbook_of_many(house: RunningHouse, who: Caller, content: Content) -> set[str]:
    return await by_file(house, who, as_workbook(rows_of("c1", content)))


WAYS: list[Callable[..., Any]] = [
    by_json, by_csv, by_workbook, by_bulk, by_table_of_many, by_workbook_of_many,
]  # fmt: skip


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with signed_house(service_database) as running:
        await running.set_clock(AFTER_Q1)
        yield running


async def test_every_way_in_finds_the_same(house: RunningHouse) -> None:
    ann = People(house).ann
    before = await house.house.log.head()
    for way in WAYS:
        found = {name: await way(house, ann, content) for name, content, _ in [*CASES, *BY_HAND]}
        assert found == {name: codes for name, _, codes in [*CASES, *BY_HAND]}, way.__name__
    assert await house.house.log.head() == before


async def test_the_form_finds_the_same(house: RunningHouse) -> None:
    ann = People(house).ann
    found = {name: await by_form(house, ann, content) for name, content, _ in CASES}
    assert found == {name: codes for name, _, codes in CASES}
