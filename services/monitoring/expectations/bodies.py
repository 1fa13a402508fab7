"""The request bodies of expectations."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from shared.http.bodies import Body, Prose

Year = Annotated[str, StringConstraints(pattern=r"^\d{4}/\d{2}$")]


class ClarityBody(Body):
    """`score`: how clear the outcomes asked for were, from 1 (not at all) to 5 (always)."""

    year: Year
    score: Annotated[int, Field(strict=True, ge=1, le=5)]
    text: Prose | None = None
