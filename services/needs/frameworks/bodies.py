"""The request bodies of a framework."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from services.needs.frameworks.events import Flexibility, Level, Section
from shared.http.bodies import Body, Id, OlderDay, Title

Words = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=4_000,
        pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$",
    ),
]


class StatementBody(Body):
    section: Section
    text: Words


class LevelBody(Body):
    service: Title
    level: Level
    reason: Words


class FlexibilityBody(Body):
    """A pooled budget names its fund, lead commissioning its lead, integrated provision who
    provides.
    """

    service: Title
    uses: Annotated[tuple[Flexibility, ...], Field(min_length=1, max_length=3)]
    fund: Id | None = None
    lead: Id | None = None
    provider: Title | None = None


class AdoptionBody(Body):
    decision: Id
    in_force_from: OlderDay
