"""The request bodies of meetings."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from services.needs.meetings.events import Vote
from shared.http.bodies import Body, Id, Instant, Prose, Title
from shared.published.needs import AboutKind


class ItemBody(Body):
    """`about` is the id of what is to be decided on; for an award, that of its tender."""

    title: Title
    about_kind: AboutKind
    about: Id
    exempt: bool = False
    constitution: bool = False


class CallMeetingBody(Body):
    held_at: Instant
    agenda: Annotated[list[ItemBody], Field(min_length=1, max_length=100)]


class PaperBody(Body):
    """`urgent_reason` is the chair's, for a paper that comes after its time."""

    item: Id
    title: Title
    text: Prose
    exempt: bool = False
    urgent_reason: Prose | None = None


class OpeningBody(Body):
    """`presiding` where the chair is away."""

    present: Annotated[list[Id], Field(min_length=1, max_length=200)]
    presiding: Id | None = None


class AttendanceBody(Body):
    person: Id
    present: bool


class VoteBody(Body):
    vote: Vote
    casting: bool = False


class AuthorityBody(Body):
    authority: Literal["officer", "committee", "cabinet"]


class MinutesBody(Body):
    minutes: Prose
    approved_in: Id
