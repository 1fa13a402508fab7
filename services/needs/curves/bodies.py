"""The request bodies of an outcome's curve."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

from services.needs.curves.events import Section
from shared.entries.rules import Cost
from shared.http.bodies import Body, Day, Id

Words = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=2_000,
        pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$",
    ),
]


class CurveEntryBody(Body):
    """An idea has a cost, an action an owner (a partner) and the day it is due."""

    section: Section
    text: Words
    cost: Cost | None = None
    owner: Id | None = None
    due_on: Day | None = None


class CurveDoneBody(Body):
    done_on: Day


class CurveAimBody(Body):
    """`by_period` is written as the indicator's series writes its periods."""

    indicator: Id
    target: Annotated[
        Decimal, Field(ge=0, le=10**12, max_digits=16, decimal_places=4, allow_inf_nan=False)
    ]
    by_period: Annotated[str, Field(pattern=r"^\d{4}([-/][A-Za-z0-9]{1,4}){0,2}$|^\d{6}$")]
