"""What every running service keeps: reactions, deadlines, own writes read, operation."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.http.reading import parse_position
from shared.testing.houses import START, Caller, RunningHouse, open_house
from tests.shared.counters import ECHO, PLAN, POISON, CounterRow


@pytest.fixture
async def house(service_database: str) -> AsyncGenerator[RunningHouse]:
    async with open_house(replace(PLAN, reactions=(ECHO,)), service_database) as running:
        yield running


@pytest.fixture(scope="module")
def tracing() -> InMemorySpanExporter:
    """The process's one tracer provider, with its spans kept for looking at."""
    provider = TracerProvider()
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


@pytest.fixture
def spans(tracing: InMemorySpanExporter) -> InMemorySpanExporter:
    tracing.clear()
    return tracing


@pytest.fixture
def ann(house: RunningHouse) -> Caller:
    return house.caller("council", "ann", "commissioner")


@pytest.fixture
def operator(house: RunningHouse) -> Caller:
    return house.caller("operations", "ops", "operator")


async def totals(house: RunningHouse) -> dict[str, int]:
    return {key: row.total for key, row in (await house.house.stores["totals"].find()).items()}


async def counter(house: RunningHouse, key: str) -> CounterRow:
    row = await house.house.stores["totals"].get(key)
    assert row is not None
    return row


async def test_a_reaction_happens_once_however_often_its_cause_is_heard(
    house: RunningHouse, ann: Caller
) -> None:
    await ann.done("/v1/counters/a/counts", {"amount": 3})
    await house.settle()
    await house.house.pool.execute("delete from kept.checkpoints where subscriber = 'echo'")
    await house.house.followers["counting"].forget()
    await ann.done("/v1/counters/b/counts", {"amount": 4})
    await house.settle()

    assert await totals(house) == {"a": 3, "echo-a": 3, "b": 4, "echo-b": 4}


async def test_a_refused_reaction_is_a_recorded_fact(
    house: RunningHouse, ann: Caller, operator: Caller
) -> None:
    await ann.done("/v1/counters/echo-a/counts", {"amount": 999})
    await ann.done("/v1/counters/a/counts", {"amount": 5})
    await house.settle()

    refused = (await operator.get("/v1/operations/refusals")).json()
    assert [(fact["origin"], fact["code"]) for fact in refused] == [("reaction:echo", "too-much")]
    assert await totals(house) == {"echo-a": 999, "a": 5}


async def test_a_deadline_is_issued_once_when_its_time_has_come(
    house: RunningHouse, ann: Caller
) -> None:
    await ann.done("/v1/counters/a/counts", {"amount": 1})
    await house.set_clock(START + timedelta(days=29))
    assert (await counter(house, "a")).expired_at is None

    await house.set_clock(START + timedelta(days=31))
    expired_at = (await counter(house, "a")).expired_at
    assert expired_at is not None
    assert expired_at >= START + timedelta(days=31)
    types = [event.type for event in await house.house.log.read_stream("counter/a")]
    assert types.count("test.expired.v1") == 1


async def test_a_read_waits_for_ones_own_write(house: RunningHouse, ann: Caller) -> None:
    accepted = await ann.post("/v1/counters/a/counts", {"amount": 1})
    position = accepted.headers["Log-Position"]
    assert parse_position(position) == {"counting": (2, 1)}

    operator = house.caller("operations", "ops", "operator")
    read = await operator.get("/v1/operations/progress", log_position=position)
    assert read.status_code == 200
    assert {where["number"] >= 2 for where in read.json()["following"]} == {True}
    unreadable = await operator.get("/v1/operations/progress", log_position="counting=x")
    assert unreadable.status_code == 422


async def test_a_parked_key_is_shown_skipped_and_goes_on(
    house: RunningHouse, ann: Caller, operator: Caller
) -> None:
    await ann.done("/v1/counters/echo-p/counts", {"amount": POISON})
    await ann.done("/v1/counters/echo-p/counts", {"amount": 7})
    await house.settle()
    [parked] = (await operator.get("/v1/operations/parked")).json()
    assert (parked["key"], parked["events"], parked["reason"]) == (
        "echo-p",
        2,
        "ValueError: poison",
    )

    at = {"subscriber": parked["subscriber"], "source": "counting"}
    skipped = {"number": parked["number"], "reason": "a test"}
    assert (await ann.post("/v1/operations/parked/skip", at | skipped)).status_code == 403
    await operator.done("/v1/operations/parked/skip", at | skipped)
    applied = await operator.done("/v1/operations/parked/retry", at | {"key": "echo-p"})
    assert applied == {"applied": 1}
    assert (await operator.get("/v1/operations/parked")).json() == []


async def test_a_view_is_rebuilt_by_command(
    house: RunningHouse, ann: Caller, operator: Caller
) -> None:
    await ann.done("/v1/counters/a/counts", {"amount": 1})
    await house.settle()
    before = (await operator.get("/v1/operations/views/totals/contents")).json()

    await operator.done("/v1/operations/views/totals/rebuild")
    await ann.done("/v1/counters/b/counts", {"amount": 2})
    await house.settle()

    after = (await operator.get("/v1/operations/views/totals/contents")).json()
    assert len(after["rows"]) == len(before["rows"]) + 2
    assert (await totals(house))["echo-b"] == 2


async def test_an_unforeseen_failure_is_a_problem_document_that_says_nothing(
    ann: Caller,
) -> None:
    failed = await ann.post("/v1/counters/secret/crash")
    assert (failed.status_code, failed.json()["code"]) == (500, "failed")
    assert "secret" not in failed.text


async def test_a_post_without_a_key_or_too_large_is_refused(
    house: RunningHouse, ann: Caller
) -> None:
    missing = await ann.post("/v1/counters/a/counts", {"amount": 1}, idempotency_key="")
    assert (missing.status_code, missing.json()["code"]) == (400, "idempotency-key-missing")
    huge = await ann.post_raw("/v1/counters/a/counts", b" " * 11_000_000, "application/json")
    assert (huge.status_code, huge.json()["code"]) == (413, "body-too-large")

    async def unsaid() -> AsyncGenerator[bytes]:
        for _ in range(11):
            yield b" " * 1_000_000

    streamed = await ann.post_raw("/v1/counters/a/counts", unsaid(), "application/json")
    assert (streamed.status_code, streamed.json()["code"]) == (413, "body-too-large")
    assert (await house.house.log.head()).position == 0


async def test_the_sandbox_clock_moves_forward_only_and_survives_a_restart(
    service_database: str,
) -> None:
    async with open_house(PLAN, service_database) as house:
        operator = house.caller("operations", "ops", "operator")
        later = (START + timedelta(days=90)).isoformat()
        assert (await operator.put("/v1/sandbox/clock", {"now": later})).status_code == 200
        back = await operator.put("/v1/sandbox/clock", {"now": START.isoformat()})
        assert (back.status_code, back.json()["code"]) == (409, "clock-moves-forward")
        naive = await operator.put("/v1/sandbox/clock", {"now": "2026-10-01T00:00:00"})
        assert naive.status_code == 422
    async with open_house(PLAN, service_database, at=None) as house:
        assert house.house.clock() >= START + timedelta(days=90)


async def test_outside_a_sandbox_nobody_sets_the_clock(service_database: str) -> None:
    async with open_house(PLAN, service_database, at=None, sandbox=False) as house:
        operator = house.caller("operations", "ops", "operator")
        refused = await operator.put("/v1/sandbox/clock", {"now": START.isoformat()})
        assert refused.status_code == 404
        contents = await operator.get("/v1/operations/views/totals/contents")
        assert contents.status_code == 404


async def test_the_same_key_from_another_client_is_another_command(
    house: RunningHouse, ann: Caller
) -> None:
    key = str(uuid4())
    other = house.caller("icb", "ben", "commissioner")
    await ann.done("/v1/counters/a/counts", {"amount": 1}, idempotency_key=key)
    await ann.done("/v1/counters/a/counts", {"amount": 1}, idempotency_key=key)
    await other.done("/v1/counters/a/counts", {"amount": 1}, idempotency_key=key)
    await house.settle()
    assert (await totals(house))["a"] == 2


async def test_a_trace_follows_a_command_through_the_log_to_the_view(
    spans: InMemorySpanExporter, house: RunningHouse, ann: Caller
) -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await ann.done("/v1/counters/a/counts", {"amount": 1}, traceparent=parent)
    await house.settle()

    [event, _] = await house.house.log.read_stream("counter/a")
    assert event.meta.traceparent.split("-")[1] == parent.split("-")[1]
    applied = [span for span in spans.get_finished_spans() if span.name.startswith("apply totals")]
    linked = {format(link.context.trace_id, "032x") for span in applied for link in span.links}
    assert parent.split("-")[1] in linked


async def test_the_figures_name_lag_and_parked_events(
    house: RunningHouse, ann: Caller, operator: Caller
) -> None:
    await ann.done("/v1/counters/echo-p/counts", {"amount": POISON})
    await house.settle()

    text = (await operator.get("/v1/operations/metrics")).text
    assert 'goldenthread_lag_events{source="counting",subscriber="echo"} 0.0' in text
    assert "goldenthread_parked_events{" in text
    assert (await ann.get("/v1/operations/metrics")).status_code == 403


async def test_a_log_line_never_carries_an_exceptions_message(
    capsys: pytest.CaptureFixture[str], ann: Caller
) -> None:
    await ann.post("/v1/counters/secret/crash")

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line]
    [failed] = [line for line in lines if line["event"] == "request-failed"]
    assert failed["exception"] == "RuntimeError"
    assert "secret" not in json.dumps(lines)
