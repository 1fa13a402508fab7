"""Envelopes as CloudEvents 1.0 in JSON; the stored bytes of an event travel as they are."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec

from shared.eventsourcing.events import Envelope, Meta

BATCH = "application/cloudevents-batch+json"


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One published event on the wire; the lower-case words past `data` are our extensions."""

    specversion: str = msgspec.field(default="1.0")
    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: str = "application/json"
    data: msgspec.Raw
    publication: int
    epoch: int
    streamversion: int
    partitionkey: str
    effectiveon: date
    causationid: UUID | None = None
    commandid: UUID
    traceparent: str = ""


class _Wire(CloudEvent, frozen=True, kw_only=True, omit_defaults=False):
    """What is sent: the attributes every CloudEvent must carry are never left out."""


def to_cloud_event(source: str, envelope: Envelope) -> CloudEvent:
    return _Wire(
        id=envelope.event_id,
        source=f"/{source}",
        type=envelope.type,
        subject=envelope.stream,
        time=envelope.recorded_at,
        data=msgspec.Raw(envelope.body),
        publication=envelope.publication or 0,
        epoch=envelope.epoch,
        streamversion=envelope.version,
        partitionkey=envelope.partition_key,
        effectiveon=envelope.effective_on,
        causationid=envelope.meta.cause,
        commandid=envelope.command_id,
        traceparent=envelope.meta.traceparent,
    )


def to_envelope(event: CloudEvent) -> Envelope:
    """The event as its reader handles it; a reader outside never learns positions or actors."""
    return Envelope(
        position=event.publication,
        publication=event.publication,
        epoch=event.epoch,
        stream=event.subject,
        version=event.streamversion,
        type=event.type,
        event_id=event.id,
        command_id=event.commandid,
        partition_key=event.partitionkey,
        body=bytes(event.data),
        meta=Meta(cause=event.causationid, traceparent=event.traceparent),
        effective_on=event.effectiveon,
        recorded_at=event.time,
    )
