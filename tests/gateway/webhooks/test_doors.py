"""Webhooks through their doors: each agency's own, the secret once, a delivery over the wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI, Request, Response
from standardwebhooks import Webhook

from services.gateway.main import PLAN
from shared.testing.houses import Caller, RunningHouse, open_house
from shared.testing.serving import served
from tests.gateway import story

AT = "/v1/webhooks"
NOWHERE = "http://127.0.0.1:9/in"
PAYMENTS = "contracts.payment-made.v1"


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with story.open_gateway(service_database) as running:
        yield running


@pytest.fixture
def acorn(house: RunningHouse) -> Caller:
    return house.caller("acorn", "", "partner-system")


def body(**more: Any) -> dict[str, Any]:
    return {"url": NOWHERE, "types": [PAYMENTS]} | more


async def test_a_secret_is_shown_when_it_is_made_and_never_again(acorn: Caller) -> None:
    made = await acorn.done(AT, body())
    assert made["secret"].startswith("whsec_")
    assert made["status"] == "active"
    [listed] = (await acorn.get(AT)).json()["items"]
    one = (await acorn.get(f"{AT}/{made['webhook']}")).json()
    assert listed == one == {name: made[name] for name in made if name != "secret"}

    rotated = await acorn.done(f"{AT}/{made['webhook']}/secret")
    assert rotated["secret"] not in ("", made["secret"])
    assert set(rotated) == {"secret", "former_until"}


async def test_the_same_request_gets_the_same_answer_and_another_one_is_refused(
    acorn: Caller,
) -> None:
    key = str(uuid4())
    first = await acorn.post(AT, body(), idempotency_key=key)
    again = await acorn.post(AT, body(), idempotency_key=key)
    other = await acorn.post(AT, body(types=[]), idempotency_key=key)
    assert (first.status_code, again.json()) == (201, first.json())
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert len((await acorn.get(AT)).json()["items"]) == 1

    turn = f"{AT}/{first.json()['webhook']}/secret"
    once = await acorn.post(turn, idempotency_key=key)
    assert (await acorn.post(turn, idempotency_key=key)).json()["secret"] == once.json()["secret"]


async def test_another_agencys_webhook_is_as_if_it_were_not_there(
    house: RunningHouse, acorn: Caller
) -> None:
    made = await acorn.done(AT, body())
    other = house.caller("icb", "", "partner-system")
    path = f"{AT}/{made['webhook']}"
    for address in (path, f"{path}/deliveries"):
        assert (await other.get(address)).status_code == 404
    for action in ("secret", "pause", "resume", "replay"):
        asked = {"after": 0} if action == "replay" else None
        assert (await other.post(f"{path}/{action}", asked)).status_code == 404, action
    assert (await other.send("DELETE", path)).status_code == 404
    assert (await other.get(AT)).json()["items"] == []
    assert (await acorn.get(path)).json()["status"] == "active"


async def test_an_agencys_people_do_not_send_its_log_anywhere(house: RunningHouse) -> None:
    for role in ("provider", "commissioner", "finance", "operator"):
        response = await house.caller("acorn", "p-9", role).post(AT, body())
        assert response.status_code == 403, role


@pytest.mark.parametrize(
    ("sent", "code", "pointer"),
    [
        ({"url": "ftp://hooks.example/"}, "url-not-https", "/url"),
        ({"url": "https://user:word@hooks.example/"}, "url-not-https", "/url"),
        ({"url": "https://127.0.0.1/in"}, "address-not-public", "/url"),
        ({"url": "https://169.254.169.254/latest"}, "address-not-public", "/url"),
        ({"url": "http://10.0.0.1/in"}, "address-not-public", "/url"),
        ({"types": ["contracts.cheque-bounced.v1"]}, "unknown-event-type", "/types"),
        ({"types": ["procurement.bid-sealed.v1"]}, "unknown-event-type", "/types"),
        ({"after": 999}, "number-beyond-log", "/after"),
    ],
)
async def test_what_cannot_be_right_is_refused_and_keeps_nothing(
    acorn: Caller, sent: dict[str, Any], code: str, pointer: str
) -> None:
    response = await acorn.post(AT, body(**sent))
    problem = response.json()
    assert (response.status_code, problem["code"]) == (422, code)
    assert [fault["pointer"] for fault in problem["errors"]] in ([pointer], [])
    assert (await acorn.get(AT)).json()["items"] == []


async def test_plain_http_is_for_a_sandbox_alone(service_database: str) -> None:
    async with open_house(PLAN, service_database, at=None, sandbox=False) as house:
        response = await house.caller("acorn", "", "partner-system").post(AT, body(types=[]))
        assert (response.status_code, response.json()["code"]) == (422, "url-not-https")


async def test_an_agency_has_only_so_many(acorn: Caller) -> None:
    for _ in range(20):
        await acorn.done(AT, body())
    response = await acorn.post(AT, body())
    assert (response.status_code, response.json()["code"]) == (409, "too-many-webhooks")


async def test_paused_resumed_replayed_and_deleted(acorn: Caller) -> None:
    made = await acorn.done(AT, body())
    path = f"{AT}/{made['webhook']}"
    assert (await acorn.done(f"{path}/pause"))["status"] == "paused"
    assert (await acorn.done(f"{path}/replay", {"after": 2}))["delivered"] == 2
    beyond = await acorn.post(f"{path}/replay", {"after": 9999})
    assert (beyond.status_code, beyond.json()["code"]) == (422, "number-beyond-log")
    assert (await acorn.done(f"{path}/resume"))["status"] == "active"
    assert (await acorn.send("DELETE", path)).status_code == 204
    assert (await acorn.get(path)).status_code == 404


class Hook:
    """An agency's own little server."""

    def __init__(self) -> None:
        self.received: list[tuple[bytes, dict[str, str]]] = []
        self.app = FastAPI()
        self.app.post("/in")(self.take)

    async def take(self, request: Request) -> Response:
        self.received.append((await request.body(), dict(request.headers)))
        return Response(status_code=204)


async def test_over_the_wire_an_event_arrives_signed_and_its_delivery_is_on_record(
    house: RunningHouse, acorn: Caller
) -> None:
    hook = Hook()
    with served(hook.app) as address:
        made = await acorn.done(AT, {"url": f"{address}/in", "types": [PAYMENTS]})
        await house.hear("contracts", "contract/c1", story.CERTIFIED, story.PAID)
        path = f"{AT}/{made['webhook']}/deliveries"
        async with asyncio.timeout(20):
            tried: list[dict[str, Any]] = []
            while not tried:  # the record is written once the answer is in
                tried = (await acorn.get(path)).json()["items"]
    [(content, headers)] = hook.received
    event = Webhook(made["secret"]).verify(content, headers)
    assert event["type"] == event["data"]["type"] == PAYMENTS
    assert event["data"]["amount_pence"] == story.PAID.amount_pence
    assert event["data"]["prepared_by"] == "", "as a provider is told"
    assert [(one["status"], one["outcome"], one["attempt"]) for one in tried] == [
        (204, "delivered", 1)
    ]
    assert tried[0]["event_id"] == event["id"]
