"""What one attempt to deliver sends, and what follows from how it went. Pure.

Law: the signature and its time belong to the attempt; the id belongs to the event, so a receiver
knows an event it has had. The schedule is the one that Standard Webhooks recommends.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal, NamedTuple
from uuid import UUID

from standardwebhooks import Webhook

SCHEDULE = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""How long after each failed attempt the next is made; after the last the endpoint is paused."""

JITTER = 0.1
GONE = 410
MEDIA_TYPE = "application/cloudevents+json"

Outcome = Literal["delivered", "refused", "unreachable", "forbidden-address", "gone"]


class Attempted(NamedTuple):
    """How an attempt went; `status` is what the endpoint answered, if it did."""

    outcome: Outcome
    status: int | None = None


class Following(NamedTuple):
    """What follows: the event is done with, tried again at a time, or the endpoint is paused."""

    done: bool
    attempts: int
    next_attempt_at: datetime
    paused: bool = False


def answered(status: int) -> Attempted:
    if 200 <= status < 300:
        return Attempted("delivered", status)
    return Attempted("gone" if status == GONE else "refused", status)


def following(attempted: Attempted, attempts: int, now: datetime, chance: float) -> Following:
    """`attempts` have been made of this event with this one; `chance` is between 0 and 1."""
    if attempted.outcome == "delivered":
        return Following(done=True, attempts=0, next_attempt_at=now)
    if attempted.outcome == "gone" or attempts > len(SCHEDULE):
        return Following(done=False, attempts=attempts, next_attempt_at=now, paused=True)
    wait = SCHEDULE[attempts - 1] * (1 - JITTER + 2 * JITTER * chance)
    return Following(done=False, attempts=attempts, next_attempt_at=now + wait)


def headers(
    event_id: UUID, body: str, secrets: Iterable[str], signed_at: datetime
) -> dict[str, str]:
    """Standard Webhooks: while a secret is being replaced there is a signature by each."""
    signatures = [Webhook(secret).sign(str(event_id), signed_at, body) for secret in secrets]
    return {
        "content-type": MEDIA_TYPE,
        "webhook-id": str(event_id),
        "webhook-timestamp": str(int(signed_at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
