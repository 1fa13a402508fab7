"""A release as it is kept, before it is joined with what other sources know. Pure."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from services.gateway.public_record.dating import written
from services.gateway.public_record.pieces import Json
from shared.eventsourcing.events import Recorded
from shared.published.terms import Period, Reading


class Told(NamedTuple):
    """What an event tells: the tags of its release, and its content."""

    tags: tuple[str, ...]
    content: Json


class ReleaseLine(msgspec.Struct, frozen=True, kw_only=True):
    """One release before it is joined: without its ocid, names and awardID.

    `subject` is what the fold is about, as `tender/<id>` or `contract/<id>`; the figures of a
    return's version stand apart from the content until it is decided which of them leave.
    """

    release: str
    subject: str
    date: str
    tags: tuple[str, ...]
    content: Json
    period: Period = ""
    version: int = 0
    readings: tuple[Reading, ...] = ()


def released(recorded: Recorded, subject: str, date_ns: int, told: Told) -> ReleaseLine:
    """The release of an event; its id is the event's."""
    return ReleaseLine(
        release=str(recorded.envelope.event_id),
        subject=subject,
        date=written(date_ns),
        tags=told.tags,
        content=told.content,
    )
