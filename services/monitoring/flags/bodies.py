"""The request bodies of flags."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared.http.bodies import Body, Day, Id, Prose

FlagId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,199}$")]


class RequestBody(Body):
    """`working_days` to answer; left out, those of the contract's review clause."""

    working_days: Annotated[int, Field(strict=True, ge=1, le=60)] | None = None


class ExplanationBody(Body):
    text: Prose


class ReasonBody(Body):
    reason: Prose


class MilestoneBody(Body):
    """A step of the plan; `owner` is a person's opaque id."""

    milestone: Id
    text: Prose
    owner: Id
    due_on: Day


class PlanBody(Body):
    milestones: Annotated[tuple[MilestoneBody, ...], Field(min_length=1, max_length=30)]


class MetBody(Body):
    """`evidence` is what shows that it was met."""

    met_on: Day
    evidence: Prose


class MeetingBody(Body):
    held_on: Day
    minutes: Prose


class NoteBody(Body):
    measure: Id
    text: Prose


class EscalationBody(Body):
    """`review` is the formal review of the contract that looks at the case, once it is opened."""

    to: Literal["exception-report", "formal-review"]
    reason: Prose
    review: Annotated[str, Field(max_length=100)] = ""
