"""The request body of a children's plan."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from shared.http.bodies import Body, Id, Title


class PlanOutcomeBody(Body):
    """`outcome` is the id under which assessments name it too."""

    outcome: Id
    title: Title


class PlanBody(Body):
    title: Title
    year: Annotated[str, StringConstraints(pattern=r"^\d{4}/\d{2}$")]
    outcomes: Annotated[tuple[PlanOutcomeBody, ...], Field(min_length=1, max_length=60)]
    decision: Id
