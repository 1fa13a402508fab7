"""What a request body may hold: nothing unknown, no naive time, money as whole pence."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
)

from shared.values.quarters import parse_period

MOST_PENCE = 10**14

Pence = Annotated[int, Field(strict=True, ge=0, le=MOST_PENCE, description="GBP in whole pence")]
SignedPence = Annotated[int, Field(strict=True, ge=-MOST_PENCE, le=MOST_PENCE)]
BasisPoints = Annotated[int, Field(strict=True, ge=0, le=10_000)]
Amount = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=18, decimal_places=6)]
Count = Annotated[int, Field(strict=True, ge=0, le=10**9)]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,79}$")]
Title = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$"
    ),
]
Prose = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=20_000,
        pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$",  # new lines and tabs are text
    ),
]
LAST_DAY = date(2070, 12, 31)
Day = Annotated[date, Field(ge=date(2015, 1, 1), le=LAST_DAY)]
"""A day from which working days can be counted: what lies beyond the calendar never falls due."""
OlderDay = Annotated[date, Field(ge=date(1900, 1, 1), le=LAST_DAY)]
"""A day on record, from which nothing is counted."""
Instant = Annotated[
    AwareDatetime,
    Field(ge=datetime(1900, 1, 1, tzinfo=UTC), le=datetime(2070, 12, 31, tzinfo=UTC)),
]


def real_period(name: str) -> str:
    """Raises ValueError for what only looks like a period: `2026-31-Q1`."""
    parse_period(name)
    return name


PeriodName = Annotated[
    str,
    Field(pattern=r"^20\d\d-\d\d-(Q[1-4]|M(0[1-9]|1[0-2])|Y)$"),
    AfterValidator(real_period),
]


class Body(BaseModel):
    """A request body; an unknown field is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
