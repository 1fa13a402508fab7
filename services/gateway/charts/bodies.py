"""The request body of a chart."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared.http.bodies import Body, Title

MOST_POINTS = 1_000
MOST_REBASES = 50

Label = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$"
    ),
]
Place = Annotated[int, Field(strict=True, ge=0, lt=MOST_POINTS)]


class PointBody(Body):
    """A value under the label of its time; null is a gap."""

    label: Label
    value: Decimal | None
    target: Decimal | None = None


class ChartBody(Body):
    """A series. Where all labels are dates, months (2026-04), quarters (2026-27-Q1) or years, it is
    put in their order; else the order given holds.

    `target` holds for points without one of their own. Each rebase, a label or a place from 0,
    starts a group. `baseline` is how many first points of a group set its limits, 12 or more;
    without it, all. `title` and `unit` are for the drawing.
    """

    series: Annotated[tuple[PointBody, ...], Field(max_length=MOST_POINTS)]
    improvement: Literal["higher", "lower", "neutral"]
    target: Decimal | None = None
    rebases: Annotated[tuple[Label | Place, ...], Field(max_length=MOST_REBASES)] = ()
    baseline: Annotated[int, Field(strict=True, ge=0, le=MOST_POINTS)] | None = None
    title: Title = "Series"
    unit: Literal["number", "percent", "days", "score", "pence"] = "number"
