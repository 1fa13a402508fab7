"""Requests nobody means well: each gets a problem document, and none makes a service fail."""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator

import asyncpg
import pytest

from services.monitoring.main import PLAN as MONITORING
from shared.testing.houses import RunningHouse, open_house, token
from tests.shared.counters import PLAN


@pytest.fixture
async def house(service_database: str) -> AsyncGenerator[RunningHouse]:
    async with open_house(PLAN, service_database) as running:
        yield running


async def test_a_name_no_column_could_hold_is_no_name(service_database: str) -> None:
    async with open_house(MONITORING, service_database) as house:
        caller = house.caller("council", "ann", "commissioner")
        answer = await caller.get("/v1/flags/a%00b")
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize(
    "header", [f"counting={'1' * 5000}/1", "counting=-1/1", "counting", "counting=1/1/1"]
)
async def test_an_unreadable_position_is_told(house: RunningHouse, header: str) -> None:
    answer = await house.nobody().get("/healthz", log_position=header)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_only_what_is_parked_can_be_skipped(house: RunningHouse) -> None:
    operator = house.caller("operations", "ops", "operator")
    skip = {"subscriber": "totals", "source": "counting", "number": 1, "reason": "too early"}
    answer = await operator.post("/v1/operations/parked/skip", skip)
    assert (answer.status_code, answer.json()["code"]) == (404, "not-parked")
    assert await house.house.pool.fetchval("select count(*) from kept.skipped") == 0


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b'{"amount":1}', "text/plain", 422),
        (b'{"amount":1}', "multipart/form-data", 422),
        (b"--x\r\nsecret", "multipart/form-data; boundary=x", 422),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"amount":"\\ud800 secret"}', "application/json", 422),
        (b'{"amount":NaN}', "application/json", 422),
    ],
)
async def test_a_body_that_is_none_is_told_and_not_echoed(
    house: RunningHouse, content: bytes, media_type: str, status: int
) -> None:
    ann = house.caller("council", "ann", "commissioner")
    answer = await ann.post_raw("/v1/counters/a/counts", content, media_type)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    assert (await house.house.log.head()).position == 0


@pytest.mark.parametrize(
    "head", [b'{"alg":"none"}', b'{"alg":"Ed25519","kid":"other"}', b"[" * 30_000, b"{", b"null"]
)
async def test_a_token_that_is_none_lets_nobody_in(house: RunningHouse, head: bytes) -> None:
    forged = base64.urlsafe_b64encode(head).decode().rstrip("=") + ".e30.AAAA"
    answer = await house.client.get(
        "/v1/operations/progress", headers={"Authorization": f"Bearer {forged}"}
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "not-signed-in")


async def test_of_two_tokens_the_first_counts(house: RunningHouse) -> None:
    good = token("operations", "ops", "operator")
    answer = await house.client.get(
        "/v1/operations/progress",
        headers=[("Authorization", "Bearer x"), ("Authorization", f"Bearer {good}")],
    )
    assert answer.status_code == 401


async def test_a_database_that_is_gone_for_a_moment_is_said_so(
    house: RunningHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*_: object) -> None:
        raise asyncpg.ConnectionDoesNotExistError("secret")

    monkeypatch.setattr(house.house.log, "append", gone)
    ann = house.caller("council", "ann", "commissioner")
    answer = await ann.post("/v1/counters/a/counts", {"amount": 1})
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "1"
    assert "secret" not in answer.text
