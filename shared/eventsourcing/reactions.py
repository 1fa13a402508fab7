"""Reactions: a published event becomes commands, safely however often it comes.

The command id is made from the event's id, so the log answers a repeated command with its first
answer; the checkpoint moves after the append. Events of one partition key are answered in order. A
refusal is a recorded fact; only an exception parks the event's key.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import uuid5

from shared.eventsourcing.events import Event, Meta, Recorded
from shared.eventsourcing.handle import Context, Step


@dataclass(frozen=True)
class Reaction:
    """A pure translation from the events of one source to commands on the service's own streams."""

    name: str
    source: str
    events: tuple[type[Event], ...]
    react: Callable[[Recorded], Sequence[Step]]


def context_of(reaction: Reaction, recorded: Recorded, n: int) -> Context:
    """The context of a reaction's nth command: its id and meta come from the cause alone."""
    cause = recorded.envelope
    return Context(
        command_id=uuid5(cause.event_id, f"{reaction.name}:{n}"),
        meta=Meta(
            client=f"reaction:{reaction.name}",
            cause=cause.event_id,
            traceparent=cause.meta.traceparent,
        ),
    )
