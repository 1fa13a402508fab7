"""An event as a Kafka record: CloudEvents 1.0 in binary mode, its stored bytes untouched.

The attributes are those of the feed, as headers `ce_…`; the key is the partition key.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from shared.eventsourcing.events import Envelope, Meta

_encode = msgspec.json.Encoder().encode

Headers = list[tuple[str, bytes]]


class Record(NamedTuple):
    """What a batch is given of one event, whose own time is `ce_time`."""

    key: bytes
    value: bytes
    headers: Headers


class Unreadable(ValueError):
    """A record on the topic that is not an event of this house."""


def to_record(source: str, envelope: Envelope, number: int) -> Record:
    """`number` is what the source counts the event by: its `ce_publication`."""
    headers: Headers = [
        ("content-type", b"application/json"),
        ("ce_specversion", b"1.0"),
        ("ce_id", _text(envelope.event_id)),
        ("ce_source", source.encode()),
        ("ce_type", envelope.type.encode()),
        ("ce_subject", envelope.stream.encode()),
        ("ce_time", _text(envelope.recorded_at)),
        ("ce_publication", b"%d" % number),
        ("ce_epoch", b"%d" % envelope.epoch),
        ("ce_streamversion", b"%d" % envelope.version),
        ("ce_partitionkey", envelope.partition_key.encode()),
        ("ce_effectiveon", _text(envelope.effective_on)),
        ("ce_commandid", _text(envelope.command_id)),
    ]
    if envelope.meta.cause is not None:
        headers.append(("ce_causationid", _text(envelope.meta.cause)))
    if envelope.meta.traceparent:
        headers.append(("ce_traceparent", envelope.meta.traceparent.encode()))
    return Record(envelope.partition_key.encode(), envelope.body, headers)


def _text(value: UUID | datetime | date) -> bytes:
    """As the feed writes it, in a third of the time that `str` takes."""
    return _encode(value)[1:-1]


def to_envelope(value: bytes, headers: Iterable[tuple[str, bytes]]) -> Envelope:
    """The event as its reader handles it. Raises Unreadable."""
    told = {name: content.decode() for name, content in headers}
    try:
        publication = int(told["ce_publication"])
        return Envelope(
            position=publication,
            publication=publication,
            epoch=int(told["ce_epoch"]),
            stream=told["ce_subject"],
            version=int(told["ce_streamversion"]),
            type=told["ce_type"],
            event_id=UUID(told["ce_id"]),
            command_id=UUID(told["ce_commandid"]),
            partition_key=told["ce_partitionkey"],
            body=value,
            meta=Meta(
                cause=UUID(told["ce_causationid"]) if "ce_causationid" in told else None,
                traceparent=told.get("ce_traceparent", ""),
            ),
            effective_on=date.fromisoformat(told["ce_effectiveon"]),
            recorded_at=datetime.fromisoformat(told["ce_time"]),
        )
    except (KeyError, ValueError) as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error
