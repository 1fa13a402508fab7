"""What happened, and how it lies in a log.

An event is a frozen struct whose tag is its name for ever (`procurement.tender-awarded.v1`);
it never learns how it is stored, numbered or sent. What is immutable cannot be its own part, so
the collector of cycles need not look at it (`gc=False`); a replay makes a great many of them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec

Body = dict[str, Any]
Upcast = Callable[[Body], Body]
"""A pure step from the body of one version of an event to that of the next."""


class Event(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="type",
    gc=False,
):
    """A fact of one stream. A subclass names itself with `tag="service.what-happened.v1"`.

    One of version n keeps the n - 1 steps of `earlier`, from the first version up, so whoever can
    read the event can read every version of it that was ever shipped.
    """

    published: ClassVar[bool] = False
    earlier: ClassVar[tuple[Upcast, ...]] = ()


class Published(Event, frozen=True, kw_only=True):
    """A fact that the other services and the partners may hear."""

    published: ClassVar[bool] = True


def type_of(event: type[Event]) -> str:
    """The explicit name of an event class, as `service.what-happened.v1`."""
    tag = event.__struct_config__.tag
    if not isinstance(tag, str):
        raise TypeError(f"{event.__qualname__} has no tag")
    return tag


class Meta(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Who caused an event and in what context; opaque ids only, never a name.

    `request_hash` fingerprints the request behind the command id, `cause` is the event a reaction
    answers, `traceparent` is the W3C trace context at the append.
    """

    client: str = ""
    agency: str = ""
    person: str = ""
    request_hash: str = ""
    cause: UUID | None = None
    traceparent: str = ""


class Envelope(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One event as it lies in its log: its numbers, its times and its stored bytes."""

    position: int
    publication: int | None
    epoch: int
    stream: str
    version: int
    type: str
    event_id: UUID
    command_id: UUID
    partition_key: str
    body: bytes
    meta: Meta
    effective_on: date
    recorded_at: datetime


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """An event together with the envelope it came in; what folds and reactions are given."""

    event: Event
    envelope: Envelope

    @property
    def stream(self) -> str:
        return self.envelope.stream

    @property
    def subject(self) -> str:
        """The id part of the stream: `tender/ab12` is about `ab12`."""
        return self.envelope.stream.partition("/")[2]

    @property
    def recorded_at(self) -> datetime:
        return self.envelope.recorded_at

    @property
    def effective_on(self) -> date:
        return self.envelope.effective_on
