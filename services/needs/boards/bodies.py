"""The request bodies of what is brought to a board."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from services.needs.boards.events import Kept
from shared.http.bodies import Body, Day, Id, OlderDay, Prose, Title

Year = Annotated[str, Field(pattern=r"^20\d{2}/\d{2}$")]


class ChairsActionBody(Body):
    """`consulted` are the members whose views were heard first."""

    title: Title
    text: Prose
    acted_by: Id
    consulted: Annotated[list[Id], Field(max_length=100)]
    acted_on: Day


class ExternalReviewBody(Body):
    """`body` is the inspectorate or whoever reviewed."""

    body: Title
    title: Title
    text: Prose
    published_on: OlderDay
    exempt: bool = False


class ConductBody(Body):
    """`plan` is the strategy; `commitment` what the partner undertook in it."""

    agency: Id
    year: Year
    plan: Id
    commitment: Title
    kept: Kept
    text: Prose


class NotedBody(Body):
    meeting: Id
