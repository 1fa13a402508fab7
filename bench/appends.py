"""Appends made beforehand, so that a contest times the writing alone.

Law: every contestant writes the same facts: one event a command, streams of ten events.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import msgspec

from shared.eventsourcing.events import Meta
from shared.eventsourcing.log import Append, NewEvent, Write

STREAM_EVENTS = 10
NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
TODAY = date(2026, 4, 1)
TYPE = "contracts.payment-certified.v1"
BODY = msgspec.json.encode(
    {
        "type": TYPE,
        "contract": "0197f0c2-5f0e-7cc1-9c57-3b1d3a0f7c55",
        "fund": "0197f0c2-5f0e-7cc1-9c57-3b1d3a0f7c56",
        "year": "2026/27",
        "certificate": "0197f0c2-5f0e-7cc1-9c57-3b1d3a0f7c57",
        "element": "Block",
        "amount_pence": 1_234_567,
        "vat_pence": 0,
        "period": "2026-27-Q1",
        "effective_on": "2026-06-30",
    }
)
META = Meta(
    client="goldenthread",
    agency="alderbrook-council",
    person="p-9d04",
    request_hash="5f0e" * 16,
    traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
)


def one_writer(events: int) -> list[Append]:
    """A writer's appends, in order."""
    return list(_streams(events))


def _streams(events: int) -> Iterator[Append]:
    stream = ""
    for n in range(events):
        if n % STREAM_EVENTS == 0:
            stream = f"contract/{uuid4()}"
        yield _append(stream, n % STREAM_EVENTS)


def _append(stream: str, expected_version: int) -> Append:
    new = NewEvent(type=TYPE, event_id=uuid4(), body=BODY, published=True, effective_on=TODAY)
    write = Write(stream, expected_version, (new,), stream.partition("/")[2])
    return Append(command_id=uuid4(), writes=(write,), meta=META, now=NOON)


def row(append: Append, position: int) -> tuple[Any, ...]:
    """The row of the log's table that an append of one event becomes."""
    [write] = append.writes
    [new] = write.events
    return (
        position,
        position,
        write.stream,
        write.expected_version + 1,
        new.type,
        new.event_id,
        append.command_id,
        write.partition_key,
        new.body,
        _META_BYTES,
        new.effective_on,
        append.now,
    )


_META_BYTES = msgspec.json.encode(META)


def rows(appends: Iterable[Append], first: int = 1) -> list[tuple[Any, ...]]:
    return [row(append, position) for position, append in enumerate(appends, first)]
