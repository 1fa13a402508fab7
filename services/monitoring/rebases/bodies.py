"""The request bodies of rebases."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from shared.http.bodies import Body, Id, Prose

PeriodName = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-(?:Q[1-4]|M\d{2}|Y)$")]


class RebaseBody(Body):
    """`from_period` is the first of the changed process; `reason` says what changed it."""

    measure: Id
    from_period: PeriodName
    reason: Prose


class RefusalBody(Body):
    reason: Prose
