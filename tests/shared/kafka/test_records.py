"""An event on a topic is a CloudEvent in binary mode, and comes back as it was."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from msgspec.structs import replace

from shared.eventsourcing.events import Envelope, Meta
from shared.kafka.records import Unreadable, to_envelope, to_record

ENVELOPE = Envelope(
    position=412,
    publication=77,
    epoch=2,
    stream="contract/c-ä1",
    version=3,
    type="contracts.contract-signed.v1",
    event_id=UUID("00000000-0000-4000-8000-000000000001"),
    command_id=UUID("00000000-0000-4000-8000-000000000002"),
    partition_key="c-ä1",
    body=b'{"type":"contracts.contract-signed.v1"}',
    meta=Meta(
        client="web",
        agency="alderbrook-council",
        person="p-1",
        cause=UUID("00000000-0000-4000-8000-000000000003"),
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ),
    effective_on=date(2026, 4, 1),
    recorded_at=datetime(2026, 4, 1, 9, 30, 0, 123456, tzinfo=UTC),
)


def test_the_attributes_are_headers_and_the_body_is_untouched() -> None:
    record = to_record("/contracts", ENVELOPE, 77)
    told = dict(record.headers)

    assert record.key == "c-ä1".encode()
    assert record.value == ENVELOPE.body
    assert told["content-type"] == b"application/json"
    assert (told["ce_specversion"], told["ce_source"]) == (b"1.0", b"/contracts")
    assert (told["ce_type"], told["ce_publication"]) == (b"contracts.contract-signed.v1", b"77")
    assert told["ce_time"] == b"2026-04-01T09:30:00.123456Z"


def test_a_reader_gets_the_event_without_position_and_actor() -> None:
    record = to_record("/contracts", ENVELOPE, 77)

    meta = Meta(cause=ENVELOPE.meta.cause, traceparent=ENVELOPE.meta.traceparent)
    assert to_envelope(record.value, record.headers) == replace(ENVELOPE, position=77, meta=meta)


def test_what_has_no_cause_and_no_trace_says_nothing_of_them() -> None:
    told = dict(to_record("/contracts", replace(ENVELOPE, meta=Meta()), 77).headers)
    assert told.keys().isdisjoint({"ce_causationid", "ce_traceparent"})


@pytest.mark.parametrize(
    ("header", "content"),
    [("ce_publication", b"next"), ("ce_id", b"1"), ("ce_time", b"noon"), ("ce_subject", None)],
)
def test_what_is_no_event_of_the_house_is_unreadable(header: str, content: bytes | None) -> None:
    told = dict(to_record("/contracts", ENVELOPE, 77).headers)
    told.pop(header)
    if content is not None:
        told[header] = content
    with pytest.raises(Unreadable):
        to_envelope(ENVELOPE.body, told.items())
