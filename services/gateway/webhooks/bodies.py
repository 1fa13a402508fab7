"""What the doors of webhooks take and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from shared.http.bodies import Body

EventType = Annotated[str, StringConstraints(pattern=r"^[a-z]+\.[a-z-]+\.v[0-9]{1,3}$")]
Number = Annotated[int, Field(strict=True, ge=0, lt=2**62)]


class RegisterBody(Body):
    """`types`: only these events, all without; `after`: from this number on, from now without."""

    url: Annotated[str, StringConstraints(min_length=9, max_length=2000)]
    types: Annotated[tuple[EventType, ...], Field(max_length=200)] = ()
    after: Number | None = None


class ReplayBody(Body):
    """What follows this number of the agency's log is sent, again or for the first time."""

    after: Number


class WebhookRead(BaseModel):
    """An endpoint and where it stands. `failing`: paused by itself; `resume` it when it is well."""

    webhook: UUID
    url: str
    types: list[str]
    status: Literal["active", "paused", "failing"]
    delivered: int
    attempts: int
    next_attempt_at: datetime
    created_at: datetime


class Registered(WebhookRead):
    """A new endpoint with its secret, which is not shown again."""

    secret: str


class Rotated(BaseModel):
    """The new secret, which is not shown again; until then the former signs too."""

    secret: str
    former_until: datetime


class DeliveryRead(BaseModel):
    """One attempt to deliver one event."""

    delivery: int
    number: int
    event_id: UUID
    attempt: int
    attempted_at: datetime
    took_ms: int
    status: int | None
    outcome: str
