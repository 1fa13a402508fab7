"""An agency's log arrives at its endpoint: in order, signed, again until it is taken."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from services.gateway.webhooks.attempts import SCHEDULE, answered, following
from services.gateway.webhooks.worker import LEASE
from shared.eventsourcing.commands import Missing
from shared.postgres.pool import Pool
from tests.gateway.webhooks.receiving import NOW, SECRET, Post, Receiver, endpoint, tell

OTHER_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


@pytest.fixture
async def pool(service_pool: Pool) -> Pool:
    await tell(service_pool)
    return service_pool


async def head(pool: Pool, agency: str = "acorn") -> int:
    return await pool.fetchval("select number from partners.heads where agency = $1", agency)


# -- rules


def test_an_event_is_tried_ten_times_over_three_days_and_then_its_endpoint_is_paused() -> None:
    now, waits = NOW, list[timedelta]()
    for attempts in range(1, len(SCHEDULE) + 1):
        then = following(answered(500), attempts, now, 0.5)
        assert (then.done, then.paused, then.attempts) == (False, False, attempts)
        waits.append(then.next_attempt_at - now)
        now = then.next_attempt_at
    assert tuple(waits) == SCHEDULE
    assert now - NOW > timedelta(days=3)
    assert following(answered(500), len(SCHEDULE) + 1, now, 0.5).paused


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_attempts_of_many_do_not_come_at_one_moment(chance: float) -> None:
    wait = following(answered(503), 2, NOW, chance).next_attempt_at - NOW
    assert wait == SCHEDULE[1] * (0.9 if chance == 0 else 1.1)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, "delivered"), (204, "delivered"), (301, "refused"), (400, "refused"), (410, "gone"),
     (429, "refused"), (500, "refused")],
)  # fmt: skip
def test_only_a_success_is_a_delivery(status: int, outcome: str) -> None:
    assert answered(status).outcome == outcome


# -- deliveries


async def test_a_log_arrives_in_its_order_each_event_signed(pool: Pool) -> None:
    post = Post(pool, Receiver())
    await post.endpoints.register(endpoint(), SECRET)
    assert await post.worker.deliver_due(NOW) == await head(pool)

    received = post.receiver
    received.verified()
    assert received.numbers == list(range(1, await head(pool) + 1))
    assert {event["source"] for event in received.events} == {"/partners/acorn"}
    first = received.requests[0]
    assert first.headers["webhook-id"] == received.events[0]["id"]
    assert first.headers["content-type"] == "application/cloudevents+json"
    assert await post.worker.deliver_due(NOW) == 0


async def test_the_connection_goes_to_the_address_that_was_looked_at(pool: Pool) -> None:
    post = Post(pool, Receiver(), "2606:2800:220:1:248:1893:25c8:1946")
    await post.endpoints.register(endpoint(), SECRET)
    await post.worker.deliver_due(NOW)
    first = post.receiver.requests[0]
    assert str(first.url) == "https://[2606:2800:220:1:248:1893:25c8:1946]/in?a=b"
    assert first.headers["host"] == "hooks1.acorn.example"
    assert first.extensions["sni_hostname"] == "hooks1.acorn.example"
    assert post.asked == ["hooks1.acorn.example:443"] * await head(pool), "once for each attempt"


async def test_only_the_events_asked_for_are_sent_and_the_others_are_not_tried(pool: Pool) -> None:
    post = Post(pool, Receiver())
    await post.endpoints.register(endpoint("acorn", "contracts.payment-made.v1"), SECRET)
    assert await post.worker.deliver_due(NOW) == 1
    assert [event["type"] for event in post.receiver.events] == ["contracts.payment-made.v1"]
    assert (await post.stands()).cursor == await head(pool)


async def test_what_is_not_taken_is_sent_again_and_nothing_overtakes_it(pool: Pool) -> None:
    post = Post(pool, Receiver(lambda n: 500 if n in (2, 3) else 200))
    await post.endpoints.register(endpoint(), SECRET)
    assert await post.worker.deliver_due(NOW) == 2
    assert await post.worker.deliver_due(NOW) == 0, "not due yet"
    later = NOW + SCHEDULE[0]
    post.clock += timedelta(seconds=90)
    assert await post.worker.deliver_due(later) == 1
    assert await post.worker.deliver_due(later + SCHEDULE[1]) == await head(pool) - 1

    received = post.receiver
    assert received.numbers[:4] == [1, 2, 2, 2]
    assert received.numbers[4:] == list(range(3, await head(pool) + 1))
    second, third = received.requests[1:3]
    assert second.headers["webhook-id"] == third.headers["webhook-id"]
    assert second.headers["webhook-timestamp"] != third.headers["webhook-timestamp"]
    assert second.headers["webhook-signature"] != third.headers["webhook-signature"]
    received.verified()


async def test_after_the_last_attempt_the_endpoint_is_paused_and_the_log_says_why(
    pool: Pool,
) -> None:
    post = Post(pool, Receiver(lambda _: 503))
    await post.endpoints.register(endpoint(), SECRET)
    now = NOW
    for _ in range(len(SCHEDULE) + 1):
        assert await post.worker.deliver_due(now) == 1
        now = (await post.stands()).next_attempt_at
    assert (await post.stands()).status == "failing"
    assert await post.worker.deliver_due(now + timedelta(days=9)) == 0

    tried = await post.endpoints.deliveries(UUID(int=1), 0, 500)
    assert [one.attempt for one in tried] == list(range(len(SCHEDULE) + 1, 0, -1))
    assert {(one.number, one.status, one.outcome) for one in tried} == {(1, 503, "refused")}
    assert all(one.took_ms >= 0 for one in tried)

    post.receiver.answers = lambda _: 200
    await post.endpoints.resume(UUID(int=1), now)
    assert await post.worker.deliver_due(now) == await head(pool)


async def test_an_endpoint_that_is_gone_is_paused_at_once(pool: Pool) -> None:
    post = Post(pool, Receiver(lambda _: 410))
    await post.endpoints.register(endpoint(), SECRET)
    assert await post.worker.deliver_due(NOW) == 1
    assert (await post.stands()).status == "failing"


async def test_a_redirect_is_not_followed(pool: Pool) -> None:
    post = Post(pool, Receiver(lambda _: 302))
    await post.endpoints.register(endpoint(), SECRET)
    assert await post.worker.deliver_due(NOW) == 1
    assert len(post.receiver.requests) == 1
    [tried] = await post.endpoints.deliveries(UUID(int=1), 0, 10)
    assert (tried.outcome, tried.status) == ("refused", 302)


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1"])
async def test_a_name_that_comes_to_mean_something_inside_reaches_nothing(
    pool: Pool, inside: str
) -> None:
    post = Post(pool, Receiver())
    await post.endpoints.register(endpoint("acorn", "contracts.payment-made.v1"), SECRET)
    post.addresses = [inside]
    assert await post.worker.deliver_due(NOW) == 1
    assert post.receiver.requests == []
    [tried] = await post.endpoints.deliveries(UUID(int=1), 0, 10)
    assert (tried.outcome, tried.status) == ("forbidden-address", None)


async def test_an_endpoint_that_does_not_answer_keeps_no_other_waiting(pool: Pool) -> None:
    async def one_is_down(request: httpx.Request) -> None:
        if "hooks1" in request.headers["host"]:
            raise httpx.ConnectError("nobody there")

    post = Post(pool, Receiver(meanwhile=one_is_down))
    await post.endpoints.register(endpoint(), SECRET)
    await post.endpoints.register(endpoint("icb", n=2), SECRET)
    await post.worker.deliver_due(NOW)
    assert (await post.stands()).cursor == 0
    assert (await post.stands(2)).cursor == await head(pool, "icb")
    [tried] = await post.endpoints.deliveries(UUID(int=1), 0, 10)
    assert tried.outcome == "unreachable"


async def test_while_a_secret_is_replaced_both_sign_and_afterwards_only_the_new_one(
    pool: Pool,
) -> None:
    post = Post(pool, Receiver())
    await post.endpoints.register(endpoint("acorn", "contracts.payment-made.v1"), SECRET)
    assert await post.endpoints.rotate(UUID(int=1), UUID(int=9), OTHER_SECRET, NOW) == OTHER_SECRET
    assert await post.endpoints.rotate(UUID(int=1), UUID(int=9), "whsec_AAAA", NOW) == OTHER_SECRET
    await post.worker.deliver_due(NOW)
    post.receiver.verified(SECRET)
    post.receiver.verified(OTHER_SECRET)

    await post.endpoints.replay(UUID(int=1), 0, NOW)
    await post.worker.deliver_due(NOW + timedelta(hours=24))
    assert len(post.receiver.requests[1].headers["webhook-signature"].split()) == 1
    del post.receiver.requests[0]
    post.receiver.verified(OTHER_SECRET)


async def test_a_deleted_endpoint_gets_nothing_more_even_in_the_middle_of_a_page(
    pool: Pool,
) -> None:
    post = Post(pool, Receiver())
    await post.endpoints.register(endpoint(), SECRET)

    async def deleted(_: httpx.Request) -> None:
        if len(post.receiver.requests) == 2:
            await post.endpoints.delete(UUID(int=1))

    post.receiver.meanwhile = deleted
    assert await post.worker.deliver_due(NOW) == 3
    assert post.receiver.numbers == [1, 2, 3]
    with pytest.raises(Missing):
        await post.stands()


async def test_a_replay_ordered_while_an_event_is_on_its_way_is_not_undone(pool: Pool) -> None:
    post = Post(pool, Receiver())
    await post.endpoints.register(endpoint(), SECRET)

    async def ordered(_: httpx.Request) -> None:
        if len(post.receiver.requests) == 3:
            await post.endpoints.replay(UUID(int=1), 1, NOW)

    post.receiver.meanwhile = ordered
    await post.worker.deliver_due(NOW)
    assert (await post.stands()).cursor == 1
    await post.worker.deliver_due(NOW)
    assert post.receiver.numbers == [1, 2, 3, 4, *range(2, await head(pool) + 1)]


async def test_two_workers_do_not_send_to_one_endpoint_at_once(pool: Pool) -> None:
    one, two = Post(pool, Receiver()), Post(pool, Receiver())
    await one.endpoints.register(endpoint(), SECRET)
    made = await asyncio.gather(one.worker.deliver_due(NOW), two.worker.deliver_due(NOW))
    assert sorted(made) == [0, await head(pool)]


async def test_what_a_worker_that_died_had_taken_is_sent_by_another(pool: Pool) -> None:
    post = Post(pool, Receiver())
    await post.endpoints.register(endpoint(), SECRET)
    assert len(await post.endpoints.due(NOW, LEASE, 10)) == 1
    assert await post.worker.deliver_due(NOW) == 0
    assert await post.worker.deliver_due(NOW + LEASE) == await head(pool)
