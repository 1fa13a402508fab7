"""Five years one way are a trend; nothing less is."""

from __future__ import annotations

from decimal import Decimal

import pytest

from shared.charts.annual import AnnualTrend, annual_trend
from shared.charts.xmr import Improvement


@pytest.mark.parametrize(
    ("values", "improvement", "found"),
    [
        ((1, 2, 3, 4, 5), "higher", "improving"),
        ((1, 2, 3, 4, 5), "lower", "worsening"),
        ((5, 4, 3, 2, 1), "lower", "improving"),
        ((5, 4, 3, 2, 1), "higher", "worsening"),
        ((1, 2, 3, 4, 5), "neutral", "rising"),
        ((5, 4, 3, 2, 1), "neutral", "falling"),
        ((9, 1, 2, 3, 4, 5), "higher", "improving"),
        ((1, 2, 3, 4, 5, 4), "higher", "none"),
        ((1, 2, 2, 3, 4), "higher", "none"),
        ((2, 3, 4, 5), "higher", "too-few"),
        ((1, 2, None, 4, 5), "higher", "too-few"),
        ((0, 1, None, 3, 4, 5), "higher", "too-few"),
        ((), "higher", "too-few"),
    ],
)
def test_what_five_years_say(
    values: tuple[int | None, ...], improvement: Improvement, found: AnnualTrend
) -> None:
    exact = [None if value is None else Decimal(value) for value in values]
    assert annual_trend(exact, improvement) == found
